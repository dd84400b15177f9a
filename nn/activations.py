"""The activation functions σ and their derivatives σ′, by name.

``sigmoid`` and ``relu`` are functions of their own with their own derivative rule, so the tape records one node for
each; ``tanh`` is NumPy's. All run on plain arrays and on Tensors, and keep float32.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_mini import elementwise, selection


def _sigmoid(z: Any) -> Any:
    """Return the logistic function σ(z) = 1 / (1 + e⁻ᶻ), entry by entry.

    Parameters
    ----------
    z : array, Tensor or float
        Weighted inputs, of any shape.

    Returns
    -------
    array, Tensor or float
        σ(z), of the shape and dtype of `z`. Far to the left it is exactly 0, without a warning.

    Notes
    -----
    Its derivative is σ′ = σ(1 − σ). Nielsen, chapter 1, equation (3).
    """
    with np.errstate(over="ignore"):  # for z ≪ 0, e⁻ᶻ is inf and 1/(1 + inf) = 0 is the right answer
        return 1.0 / (1.0 + np.exp(-z))


def _relu(z: Any) -> Any:
    """Return the rectifier max(z, 0), entry by entry.

    Parameters
    ----------
    z : array, Tensor or float
        Weighted inputs, of any shape.

    Returns
    -------
    array, Tensor or float
        max(z, 0), of the shape and dtype of `z`.

    Notes
    -----
    Its derivative is 1 for z > 0 and 0 for z < 0; at the kink z = 0 we take 0, one of its subgradients.
    """
    return np.maximum(z, 0)


sigmoid: Callable[[Any], Any] = elementwise(_sigmoid, lambda y, z: y * (1 - y), on=(-3, 3))
relu: Callable[[Any], Any] = selection(_relu, lambda y, z: z > 0, on=(-3, 3))


def tanh(z: Any) -> Any:
    """Return the hyperbolic tangent, entry by entry; any shape, dtype kept."""
    return np.tanh(z)


def sigmoid_prime(z: Any) -> Any:
    """Return σ′(z) = σ(z)(1 − σ(z)), entry by entry; any shape, dtype kept. Nielsen, chapter 2, code section."""
    y = sigmoid(z)
    return y * (1 - y)


def tanh_prime(z: Any) -> Any:
    """Return tanh′(z) = 1 − tanh²(z), entry by entry; any shape, dtype kept."""
    return 1 - np.tanh(z) ** 2


def relu_prime(z: Any) -> Any:
    """Return relu′(z): 1 where z > 0, else 0 (also at the kink z = 0); any shape, dtype kept."""
    return np.where(z > 0, np.ones_like(z), np.zeros_like(z))


@dataclass(frozen=True)
class Activation:
    """An activation function together with its derivative, which the hand-derived backprop needs.

    Parameters
    ----------
    function : callable
        σ, entry by entry, as NumPy code that runs on arrays and on Tensors.
    derivative : callable
        σ′ as a function of the weighted input z (not of the activation σ(z)).
    """

    function: Callable[[Any], Any]
    derivative: Callable[[Any], Any]


#: What ``Network(..., activation=name)`` may name.
ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation(sigmoid, sigmoid_prime),
    "tanh": Activation(tanh, tanh_prime),
    "relu": Activation(relu, relu_prime),
}
