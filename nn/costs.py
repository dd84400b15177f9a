"""The two costs of the sources, by name, with their hand-derived derivatives.

They differ by a factor of two and are easily confused, so each is named after its formula:

==================== ======================= ============================= ==================
name                 one example             m examples                    ∂C_x/∂a
==================== ======================= ============================= ==================
quadratic            C_x = ½ ‖a − y‖²        C = (1/2m) Σ ‖a − y‖²         a − y
mean_squared_error   C_x = ‖a − y‖²          C = (1/m) Σ ‖a − y‖²          2(a − y)
==================== ======================= ============================= ==================

Here a is the network's output and y the desired one, k × m with one column per example. The mean is over the examples
only, never over the k outputs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_mini import ShapeError


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


def _squared_distance(function: str, a: Any, y: Any) -> Any:
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
    return np.sum((a - y) ** 2)


@dataclass(frozen=True)
class Cost:
    """A cost together with its derivative, from which the hand-derived backprop starts.

    Parameters
    ----------
    function : callable
        C(a, y), averaged over the columns, as NumPy code that runs on arrays and on Tensors.
    derivative : callable
        ∂C_x/∂a of one example, k × 1; applied to k × m, of every column on its own, not averaged.
    """

    function: Callable[[Any, Any], Any]
    derivative: Callable[[Any, Any], Any]


#: What ``Network(..., cost=name)`` may name.
COSTS: dict[str, Cost] = {
    "quadratic": Cost(quadratic, lambda a, y: a - y),
    "mean_squared_error": Cost(mean_squared_error, lambda a, y: 2 * (a - y)),
}
