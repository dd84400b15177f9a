"""The costs, by name, with their hand-derived derivatives.

==================== ================================================== ==================== ===========
name                 one example                                        ∂C_x/∂a              last layer
==================== ================================================== ==================== ===========
quadratic            C_x = ½ ‖a − y‖²                                   a − y                σ
mean_squared_error   C_x = ‖a − y‖²                                     2(a − y)             σ
cross_entropy        C_x = −Σ y log a                                   −y/a                 softmax
binary_cross_entropy C_x = −Σ (y log a + (1 − y) log(1 − a))            (a − y)/(a(1 − a))   sigmoid
==================== ================================================== ==================== ===========

Here a is the network's output and y the desired one, k × m with one column per example; C is the mean of C_x over the m
examples, never over the k outputs. The first two differ by a factor of two and are easily confused, so each is named after
its formula. The cross-entropies choose the function of the last layer, because with it ∂C/∂z is simply a − y.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_mini import ShapeError
from nn.activations import sigmoid
from nn.stable import logsumexp, softmax, softplus


def quadratic(a: Any, y: Any) -> Any:
    """Return the quadratic cost C = (1/2m) Σ ‖a − y‖², summed over the m columns.

    Parameters
    ----------
    a : array or Tensor, k × m
        The network's outputs, one column per example.
    y : array or Tensor, k × m
        The desired outputs.

    Returns
    -------
    float or Tensor of shape ()

    Raises
    ------
    ShapeError, TypeError
        If `a` and `y` are not two matrices of one shape with at least one column.

    Notes
    -----
    Nielsen, chapter 2, equation (26); the essay's equation (4) for one example. This is the cost that ``backprop``
    differentiates.
    """
    return _squared_distance("quadratic", a, y) / (2 * a.shape[1])


def mean_squared_error(a: Any, y: Any) -> Any:
    """Return the mean squared error C = (1/m) Σ ‖a − y‖², summed over the m columns: twice the quadratic cost.

    Parameters
    ----------
    a : array or Tensor, k × m
        The network's outputs, one column per example.
    y : array or Tensor, k × m
        The desired outputs.

    Returns
    -------
    float or Tensor of shape ()

    Raises
    ------
    ShapeError, TypeError
        If `a` and `y` are not two matrices of one shape with at least one column.

    Notes
    -----
    The essay's equation (3).
    """
    return _squared_distance("mean_squared_error", a, y) / a.shape[1]


def cross_entropy(a: Any, y: Any) -> Any:
    """Return the cross-entropy C = −(1/m) Σ y log a, summed over the m columns, of probabilities a.

    Parameters
    ----------
    a : array or Tensor, k × m
        The outputs of a softmax, one column per example.
    y : array, k × m
        The desired probabilities: each column sums to 1, and usually holds a single 1.

    Returns
    -------
    float or Tensor of shape ()
        Infinite where y wants what a holds impossible. Where y is 0, nothing is added, whatever a is.

    Raises
    ------
    ShapeError, TypeError
        If `a` and `y` are not two matrices of one shape with at least one column.

    Notes
    -----
    Nielsen, chapter 3, equation (80) summed over y: the log-likelihood cost.
    """
    m = _columns("cross_entropy", a, y)
    return -np.sum(_times_log(y, a)) / m


def binary_cross_entropy(a: Any, y: Any) -> Any:
    """Return C = −(1/m) Σ (y log a + (1 − y) log(1 − a)), summed over the m columns: each output is a yes or no.

    Parameters
    ----------
    a : array or Tensor, k × m
        Outputs of sigmoids, one column per example.
    y : array, k × m
        The desired outputs, from 0 to 1.

    Returns
    -------
    float or Tensor of shape ()
        Infinite where a is certain and wrong.

    Raises
    ------
    ShapeError, TypeError
        If `a` and `y` are not two matrices of one shape with at least one column.

    Notes
    -----
    Nielsen, chapter 3, equation (63).
    """
    m = _columns("binary_cross_entropy", a, y)
    return -np.sum(_times_log(y, a) + _times_log(1 - y, 1 - a)) / m


def _times_log(y: Any, a: Any) -> Any:
    """y log a, which is 0 where y is 0."""
    with np.errstate(divide="ignore"):
        return np.where(y == 0, 0.0, y * np.log(np.where(y == 0, 1.0, a)))


def _cross_entropy_of_z(z: Any, y: Any) -> Any:
    """The cross-entropy of softmax(z), from z: log a = z − log Σ exp z, which neither overflows nor takes log 0."""
    return -np.sum(y * (z - logsumexp(z, axis=0, keepdims=True))) / _columns("cross_entropy", z, y)


def _binary_cross_entropy_of_z(z: Any, y: Any) -> Any:
    """The binary cross-entropy of sigmoid(z), from z: −log σ(z) = softplus(−z) and −log(1 − σ(z)) = softplus(z)."""
    return np.sum(y * softplus(-z) + (1 - y) * softplus(z)) / _columns("binary_cross_entropy", z, y)


def _squared_distance(function: str, a: Any, y: Any) -> Any:
    _columns(function, a, y)
    return np.sum((a - y) ** 2)


def _columns(function: str, a: Any, y: Any) -> int:
    """The number of examples m, once it is sure that `a` and `y` are k × m."""
    shape, y_shape = getattr(a, "shape", None), getattr(y, "shape", None)
    if shape is None or y_shape is None:
        raise TypeError(f"{function}: a and y must be arrays, not a {type(a).__name__} and a {type(y).__name__}")
    # Without this check (10, 1) against (10,) would broadcast to (10, 10) and give a plausible wrong number.
    if shape != y_shape or len(shape) != 2:
        raise ShapeError(
            f"{function}: a has shape {shape}, y has shape {y_shape}; both must be k × m, one column per example. "
            "Did you forget a transpose, or a.reshape(-1, 1) for one example?"
        )
    if shape[1] == 0:
        raise ShapeError(f"{function}: a and y have shape {shape}: there are no examples to average over")
    return int(shape[1])


@dataclass(frozen=True)
class Cost:
    """A cost together with its derivative, from which the hand-derived backprop starts.

    Parameters
    ----------
    function : callable
        C(a, y), averaged over the columns, as NumPy code that runs on arrays and on Tensors.
    derivative : callable
        ∂C_x/∂a of one example, k × 1; applied to k × m, of every column on its own, not averaged.
    formula : str
        C, in print.
    output : str or None
        The function of the last layer, a key of ``OUTPUTS``; None is the network's own activation.
    of_z : callable, optional
        For a cost with an `output`: C from the weighted inputs z of the last layer and y, without overflow.
    delta : callable, optional
        For a cost with an `output`: δᴸ = ∂C_x/∂z from a and y, which is BP1 with its products multiplied out.
    """

    function: Callable[[Any, Any], Any]
    derivative: Callable[[Any, Any], Any]
    formula: str
    output: str | None = None
    of_z: Callable[[Any, Any], Any] | None = None
    delta: Callable[[Any, Any], Any] | None = None


def _ratio(numerator: Any, denominator: Any) -> Any:
    """The quotient, and 0 where the numerator is 0: what is not wanted costs nothing, however improbable."""
    with np.errstate(divide="ignore"):
        return np.where(numerator == 0, 0.0, numerator / np.where(numerator == 0, 1.0, denominator))


#: The functions of the last layer that a cost may choose.
OUTPUTS: dict[str, Callable[[Any], Any]] = {"softmax": lambda z: softmax(z, axis=0), "sigmoid": sigmoid}

#: What ``Network(..., cost=name)`` may name.
COSTS: dict[str, Cost] = {
    "quadratic": Cost(quadratic, lambda a, y: a - y, "1/(2m) Σ‖a − y‖²"),
    "mean_squared_error": Cost(mean_squared_error, lambda a, y: 2 * (a - y), "1/m Σ‖a − y‖²"),
    "cross_entropy": Cost(
        cross_entropy,
        lambda a, y: -_ratio(y, a),
        "−1/m Σ y log a",
        output="softmax",
        of_z=_cross_entropy_of_z,
        delta=lambda a, y: a * np.sum(y, axis=0, keepdims=True) - y,  # a − y where y sums to 1
    ),
    "binary_cross_entropy": Cost(
        binary_cross_entropy,
        lambda a, y: _ratio(1 - y, 1 - a) - _ratio(y, a),
        "−1/m Σ (y log a + (1 − y) log(1 − a))",
        output="sigmoid",
        of_z=_binary_cross_entropy_of_z,
        delta=lambda a, y: a - y,
    ),
}
