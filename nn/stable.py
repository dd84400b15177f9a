"""Functions that NumPy lacks and that overflow when they are written down naively; each with its own derivative."""

from typing import Any

import numpy as np

from autograd_mini import elementwise
from nn.activations import sigmoid


def _logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    greatest = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    shift = np.where(np.isfinite(greatest), greatest, 0).astype(greatest.dtype)
    with np.errstate(divide="ignore", over="ignore"):  # the logarithm of no weight at all is −∞
        y = np.log(np.sum(np.exp(x - shift), axis=axis, keepdims=True)) + shift
    return y if keepdims else np.squeeze(y, axis=axis)[()]


def _share(y: Any, x: Any, axis: Any = None) -> Any:
    """e^(x − y); where y is infinite, those that are as great share equally."""
    as_great = (x == y).astype(x.dtype)
    ties = np.maximum(np.sum(as_great, axis=axis, keepdims=True), 1)
    return np.where(np.isinf(y), as_great / ties, np.exp(x - np.where(np.isinf(y), 0, y)))


#: log Σ exp(x) over `axis` (all of them by default), without overflow. Its derivative is the softmax.
logsumexp = elementwise(_logsumexp, _share, reduction=True)

#: log(1 + eˣ), a smooth max(0, x), without overflow. Its derivative is the sigmoid.
softplus = elementwise(lambda x: np.logaddexp(0, x), lambda y, x: sigmoid(x))


def softmax(x: Any, axis: Any = None) -> Any:
    """Return exp(x) / Σ exp(x) over `axis`, without overflow.

    Parameters
    ----------
    x : array or Tensor
        Any shape.
    axis : int or tuple of int, optional
        Over which the result sums to 1; by default all axes. With one column per example, as everywhere in `nn`, 0.

    Returns
    -------
    array or Tensor
        Of the shape of `x`.
    """
    return np.exp(x - logsumexp(x, axis=axis, keepdims=True))
