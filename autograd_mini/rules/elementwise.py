"""Functions that work entry by entry: y[i] = f(a[i], b[i]). Each row states ∂y/∂a, ∂y/∂b."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..kinds import Inverse, elementwise, flat, general, selection
from ..samples import UNARY, S, at

LOG2, LOG10, DEGREE = math.log(2), math.log(10), math.pi / 180


def _reciprocal(b: Any) -> Any:
    """1/b, also where b is the Python number 0, which Python itself would not divide by."""
    return math.copysign(math.inf, b) if isinstance(b, (int, float)) and b == 0 else 1 / b


def _cosine(y: Any, x: Any) -> Any:
    """√(1 − x²) = cos y; of a complex number the cosine itself, which knows the side of the cut that x is on."""
    return np.cos(y) if x.dtype.kind == "c" else np.sqrt((1 - x) * (1 + x))


def _sine(y: Any, x: Any) -> Any:
    """√(1 − x²) = sin y, likewise."""
    return np.sin(y) if x.dtype.kind == "c" else np.sqrt((1 - x) * (1 + x))


# fmt: off
# Arithmetic
elementwise(np.add,         1,                        1)
elementwise(np.subtract,    1,                        -1)
elementwise(np.multiply,    lambda y, a, b: b,        lambda y, a, b: a)
elementwise(np.divide,      lambda y, a, b: _reciprocal(b), lambda y, a, b: -y / b,                on=(0.5, 2))
elementwise(np.negative,    -1)
elementwise(np.positive,    1)
elementwise(np.reciprocal,  lambda y, x: -y * y,                                             on=(0.5, 2))
elementwise(np.square,      lambda y, x: 2 * x)
elementwise(np.sqrt,        lambda y, x: 0.5 / y,                                            on=(0.5, 2))
elementwise(np.cbrt,        lambda y, x: 1 / (3 * y * y),                                    on=(0.5, 2))

# Exponentials and logarithms
elementwise(np.exp,         lambda y, x: y)
elementwise(np.exp2,        lambda y, x: LOG2 * y)
elementwise(np.expm1,       lambda y, x: np.exp(x))
elementwise(np.log,         lambda y, x: 1 / x,                                              on=(0.5, 2))
elementwise(np.log2,        lambda y, x: 1 / (LOG2 * x),                                     on=(0.5, 2))
elementwise(np.log10,       lambda y, x: 1 / (LOG10 * x),                                    on=(0.5, 2))
elementwise(np.log1p,       lambda y, x: 1 / (1 + x),                                        on=(-0.5, 2))

# Trigonometric and hyperbolic
elementwise(np.sin,         lambda y, x: np.cos(x))
elementwise(np.cos,         lambda y, x: -np.sin(x))
elementwise(np.tan,         lambda y, x: 1 + y * y,                                          on=(-1, 1))
elementwise(np.arcsin,      lambda y, x: 1 / _cosine(y, x),                                  on=(-0.9, 0.9))
elementwise(np.arccos,      lambda y, x: -1 / _sine(y, x),                                   on=(-0.9, 0.9))
elementwise(np.arctan,      lambda y, x: 1 / (1 + x * x))
elementwise(np.sinh,        lambda y, x: np.cosh(x))
elementwise(np.cosh,        lambda y, x: np.sinh(x))
elementwise(np.tanh,        lambda y, x: 1 - y * y)
elementwise(np.arcsinh,     lambda y, x: 1 / np.cosh(y))
elementwise(np.arccosh,     lambda y, x: 1 / np.sinh(y),                                     on=(1.5, 3))
elementwise(np.arctanh,     lambda y, x: 1 / (1 - x * x),                                    on=(-0.9, 0.9))
elementwise(np.deg2rad,     DEGREE)
elementwise(np.radians,     DEGREE)
elementwise(np.rad2deg,     1 / DEGREE)
elementwise(np.degrees,     1 / DEGREE)
# fmt: on


def _absolute(y: Any, x: Any) -> Any:
    """±1, and 0 at 0; of a complex number conj(x)/|x|, so that dy = Re Σ p dx."""
    if x.dtype.kind != "c":
        return np.sign(x)
    return np.where(y == 0, 0, np.conj(x) / np.where(y == 0, 1, y))


def _base(y: Any, x: Any, p: Any) -> Any:
    """p xᵖ⁻¹, and 0 where p is 0, also at x = 0."""
    if isinstance(p, (int, float)):
        return np.zeros_like(x) if p == 0 else 2 * x if p == 2 else p * x ** (p - 1)
    return np.where(p == 0, 0, p * x ** np.where(p == 0, 1, p - 1))


def _exponent(y: Any, x: Any, p: Any) -> Any:
    """xᵖ log x, and its limit 0 at x = 0."""
    if isinstance(x, (int, float)):
        return y * (0.0 if x == 0 else math.log(x) if x > 0 else math.nan)
    return y * np.log(np.where(x == 0, 1, x))


# fmt: off
elementwise(np.absolute,    _absolute)
elementwise(np.fabs,        lambda y, x: np.sign(x))
elementwise(np.power,       _base,                    _exponent,                             on=((0.5, 2), (-2, 2)))
elementwise(np.float_power, _base,                    _exponent,                             on=((0.5, 2), (-2, 2)))
elementwise(np.remainder,   1,                        lambda y, a, b: -np.floor_divide(a, b), on=((5.1, 5.4), (2.1, 2.4)))
elementwise(np.fmod,        1,                        lambda y, a, b: -np.rint((a - y) / b), on=((5.1, 5.4), (2.1, 2.4)))
elementwise(np.hypot,       lambda y, a, b: _direction(a, y), lambda y, a, b: _direction(b, y))
elementwise(np.arctan2,     lambda y, a, b: _turning(b, a, b), lambda y, a, b: -_turning(a, a, b))
elementwise(np.logaddexp,   lambda y, a, b: _sigmoid(_excess(a, b)), lambda y, a, b: _sigmoid(_excess(b, a)))
elementwise(np.logaddexp2,  lambda y, a, b: _sigmoid(LOG2 * _excess(a, b)), lambda y, a, b: _sigmoid(LOG2 * _excess(b, a)))

# The greater, the lesser: equal operands share. A nan wins in maximum and minimum, and loses in fmax and fmin.
selection(np.maximum, lambda y, a, b: _share((a > b) | (a != a), a, b), lambda y, a, b: _share((b > a) | (b != b), b, a))
selection(np.minimum, lambda y, a, b: _share((a < b) | (a != a), a, b), lambda y, a, b: _share((b < a) | (b != b), b, a))
selection(np.fmax,    lambda y, a, b: _share((a > b) | (b != b), a, b), lambda y, a, b: _share((b > a) | (a != a), b, a))
selection(np.fmin,    lambda y, a, b: _share((a < b) | (b != b), a, b), lambda y, a, b: _share((b < a) | (a != a), b, a))

# Constant almost everywhere
flat(np.floor, np.ceil, np.trunc, np.rint, on=(0.1, 0.9))
flat(np.floor_divide, on=((5.1, 5.4), (2.1, 2.4)))
flat(np.round, keywords="decimals", samples=[at(S(2, 3)), at(S(2, 3), decimals=1)], on=(0.11, 0.14))

# Complex numbers
selection(np.conjugate,     Inverse(lambda y_bar, x: np.conj(y_bar)),                         samples=UNARY)
general(np.sign,            lambda x_dot, y, x: _turn(x_dot, y, x),                          samples=UNARY)
elementwise(np.real,        1,                                                               samples=UNARY)
elementwise(np.imag,        -1j,                                                             samples=UNARY)
# fmt: on


def _share(won: Any, x: Any, other: Any) -> Any:
    """Weight 1 where `x` won, ½ where the two are equal, also both nan."""
    return np.where((x == other) | ((x != x) & (other != other)), 0.5, won)


def _direction(x: Any, length: Any) -> Any:
    """x / length, and 0 at the origin."""
    return np.where(length == 0, 0, x / np.where(length == 0, 1, length))


def _turning(x: Any, a: Any, b: Any) -> Any:
    """x / (a² + b²), and 0 at the origin; in two divisions, since a square may overflow, or vanish too soon."""
    length = np.hypot(a, b)
    return _direction(_direction(x, length), length)


def _excess(a: Any, b: Any) -> Any:
    """The difference a − b, and 0 between equal infinities."""
    return np.where((a == b) & np.isinf(a), 0, a - b)


def _sigmoid(x: Any) -> Any:
    """1 / (1 + exp(−x)), in a form whose derivatives are finite too, of every order."""
    return np.exp(-np.logaddexp(0, -x))


def _turn(x_dot: Any, y: Any, x: Any) -> Any:
    """The tangent of x/|x|: what of ẋ turns x. Nothing turns a real number."""
    if x.dtype.kind != "c":
        return np.zeros_like(x_dot)
    return np.where(x == 0, 0, (x_dot - y * np.real(np.conj(y) * x_dot)) / np.where(x == 0, 1, np.abs(x)))
