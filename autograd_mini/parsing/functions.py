"""The functions that an expression may call: those of NumPy that have a derivative and make nothing much larger.

None takes a size, a shape or a number of repetitions; so what one call can make is bounded by what has been typed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Function(NamedTuple):
    """What may be called."""

    call: Callable[..., Any]
    least: int
    """Operands that it takes, at least, and at most."""
    most: int
    axis: bool = False
    """Whether it takes ``axis=``."""
    conditions: tuple[int, ...] = ()
    """The operands that are comparisons."""


def _extremum(reduced: Any, pairwise: Any) -> Callable[..., Any]:
    """Python's ``max(a, b, …)`` and NumPy's ``max(x)`` in one."""

    def extremum(*operands: Any, **axis: Any) -> Any:
        if len(operands) == 1:
            return reduced(*operands, **axis)
        if axis:
            raise TypeError("axis= is for the entries of one array, as in max(x, axis=0)")
        return functools.reduce(pairwise, operands)

    return extremum


_ONE = """sin cos tan arcsin arccos arctan asin acos atan sinh cosh tanh arcsinh arccosh arctanh asinh acosh atanh
    exp exp2 expm1 log log2 log10 log1p sqrt cbrt square reciprocal negative positive abs absolute fabs sign sinc
    deg2rad rad2deg degrees radians floor ceil trunc rint transpose trace"""
_TWO = """add subtract multiply divide true_divide power pow float_power maximum minimum fmax fmin hypot arctan2 atan2
    logaddexp logaddexp2 remainder mod fmod floor_divide dot vdot inner matmul"""
_ALONG = "sum prod mean var std median ptp amax amin cumsum cumprod sort flip diff"

FUNCTIONS: dict[str, Function] = {
    **{name: Function(getattr(np, name), 1, 1) for name in _ONE.split()},
    **{name: Function(getattr(np, name), 2, 2) for name in _TWO.split()},
    **{name: Function(getattr(np, name), 1, 1, axis=True) for name in _ALONG.split()},
    "max": Function(_extremum(np.max, np.maximum), 1, 8, axis=True),
    "min": Function(_extremum(np.min, np.minimum), 1, 8, axis=True),
    "ln": Function(np.log, 1, 1),
    "clip": Function(np.clip, 3, 3),
    "where": Function(np.where, 3, 3, conditions=(0,)),
    "logical_and": Function(np.logical_and, 2, 2, conditions=(0, 1)),
    "logical_or": Function(np.logical_or, 2, 2, conditions=(0, 1)),
    "logical_not": Function(np.logical_not, 1, 1, conditions=(0,)),
    "norm": Function(np.linalg.norm, 1, 1, axis=True),
    "det": Function(np.linalg.det, 1, 1),
    "inv": Function(np.linalg.inv, 1, 1),
    "solve": Function(np.linalg.solve, 2, 2),
}
CONSTANTS = {"pi": np.float64(np.pi), "π": np.float64(np.pi), "e": np.float64(np.e)}

# What people type that is not there.
INSTEAD = {
    "sigmoid": "1/(1 + exp(-x))",
    "relu": "maximum(x, 0)",
    "softplus": "logaddexp(0, x)",
    "sec": "1/cos(x)",
    "csc": "1/sin(x)",
    "cot": "1/tan(x)",
    "average": "mean(x)",
    "sqr": "square(x)",
    "lg": "log10(x)",
    "np": "sin(x) for np.sin(x)",
    "eval": "the expression itself",
}
