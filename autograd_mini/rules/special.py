"""Functions with a twist: special functions, the parts of a number, bounds, complex branches, and the methods of ufuncs."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ..calls import NO_VALUE
from ..entries import Sums
from ..errors import DetachedError
from ..kinds import RULES, Inverse, Rule, composite, elementwise, flat, general, linear, selection
from ..samples import BINARY, UNARY, S, at
from ..scatter import scatter_add
from .elementwise import DEGREE, LOG2, LOG10, _base, _direction
from .reductions import shared

# Integrals that are sums


@functools.cache
def _gauss_legendre() -> tuple[Any, Any]:
    """The nodes and weights of 16 points on (0, 1); computed when they are first needed."""
    nodes, weights = np.polynomial.legendre.leggauss(16)
    return (1 + nodes) / 2, weights / 2


def _like(constants: Any, x: Any) -> Any:
    """Real numbers in the precision of `x`."""
    return constants.astype(np.finfo(x.dtype).dtype)


def _sinc(y: Any, x: Any) -> Any:
    """(cos πx − sinc x) / x, and near 0, where that cancels, −π ∫₀¹ t sin(πxt) dt, since sinc x = ∫₀¹ cos(πxt) dt."""
    near = np.abs(x) < 1
    t, weight = (_like(constants, x) for constants in _gauss_legendre())
    integral = np.sum(np.sin(np.where(near, x, 0)[..., None] * (math.pi * t)) * (weight * t), axis=-1)
    return np.where(near, -math.pi * integral, (np.cos(math.pi * x) - y) / np.where(near, 1, x))


_COSINES = np.cos((np.arange(128) + 0.5) * (math.pi / 256))


def _i0(y: Any, x: Any) -> Any:
    """I₁(x) = (2/π) ∫ cos θ sinh(x cos θ) dθ over (0, π/2), by midpoints: exact to rounding, the integrand is periodic."""
    c = _like(_COSINES, x)
    return np.mean(c * np.sinh(x[..., None] * c), axis=-1)


# The parts of a number


def _angle(y: Any, x: Any, deg: bool = False) -> Any:
    """Of z = |z| exp(iφ): φ changes by Im ż/z, and not at 0; the angle of a real number stays."""
    if x.dtype.kind != "c":
        return np.zeros_like(x)
    return np.where(x == 0, 0, (-1j / DEGREE if deg else -1j) / np.where(x == 0, 1, x))


class _Parts(Inverse):
    """A selection among real and imaginary parts, whose way back is the way forward."""

    def push(self, node: Any, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        return self.state(node, slot, operands, x_dot)


def _finite(bar: Any, x: Any) -> Any:
    """What `nan_to_num` leaves as it is: finite numbers, of a complex number each part by itself."""
    if x.dtype.kind != "c":
        return np.where(np.isfinite(x), bar, 0)
    real, imag = np.isfinite(np.real(x)), np.isfinite(np.imag(x))
    return np.where(real, np.real(bar), 0) + 1j * np.where(imag, np.imag(bar), 0)


def _divmod_a(a_dot: Any, y: Any, a: Any, b: Any) -> Any:
    return np.zeros_like(a_dot), a_dot


def _divmod_b(b_dot: Any, y: Any, a: Any, b: Any) -> Any:
    return np.zeros_like(b_dot), -np.floor_divide(a, b) * b_dot


_STEP = np.array([[-1.0], [0.0], [2.0]])
_POWERS = np.array([2, 0, -3])

# fmt: off
elementwise(np.sinc,     _sinc,                         samples=[*UNARY, at(S(2, 3, on=(-0.2, 0.2)))])
elementwise(np.i0,       _i0,                           samples=[*UNARY, at(S(3, on=(8, 12)))])
elementwise(np.angle,    _angle,                        samples=[*UNARY, at(S(2, 3), True), at(S(3), deg=True)])
elementwise(np.real_if_close, 1, keywords="tol",        samples=[*UNARY, at(S(2, 3), tol=1e30), at(S(2), 1e-3)])
elementwise(np.copysign, lambda y, a, b: np.sign(a) * np.sign(y), None)
elementwise(np.ldexp,    lambda y, x, i: np.ldexp(np.ones_like(x), i), None,
            samples=[at(S(2, 3), 3), at(S(), -1), at(S(3), _POWERS), at(S(2, 1), _POWERS)])
selection(np.heaviside,  None, lambda y, x, at_zero: np.equal(x, 0),
          samples=[at(_STEP, S(2)), at(_STEP, S()), at(S(3), S(2, 3))])
selection(np.nan_to_num, _Parts(_finite, onto=False), keywords="nan posinf neginf",
          samples=[*UNARY, at(S(3), nan=2.0, posinf=5.0, neginf=-5.0)])
general(np.modf,         lambda x_dot, y, x: (x_dot, np.zeros_like(x_dot)), samples=UNARY, on=(1.1, 1.9))
general(np.frexp,        lambda x_dot, y, x: (np.ldexp(x_dot, -y[1]), None), samples=UNARY, on=(2.1, 3.9))
general(np.divmod,       _divmod_a, _divmod_b,          samples=BINARY, on=((5.1, 5.4), (2.1, 2.4)))
flat(np.around,          keywords="decimals",           samples=[at(S(2, 3)), at(S(3), 1)], on=(0.11, 0.14))
flat(np.fix,                                            samples=UNARY, on=(0.1, 0.9))
flat(np.spacing,                                        samples=UNARY, on=(0.55, 0.95))
# fmt: on


# Bounds


def _clip(a: Any, lower: Any, upper: Any) -> Any:
    """Entries limited to an interval; ``None`` where there is no bound."""
    return np.clip(a, lower, upper)


def _inside(y: Any, a: Any, lower: Any, upper: Any) -> Any:
    """Where `a` is the result: also at a bound, and a nan anywhere."""
    inside = True if lower is None else a >= lower
    return (inside if upper is None else inside & (a <= upper)) | (a != a)


def _below(y: Any, a: Any, lower: Any, upper: Any) -> Any:
    """Where the lower bound is; an upper bound less than it wins."""
    return ((a < lower) & (y == lower)) | (lower != lower)


def _above(y: Any, a: Any, lower: Any, upper: Any) -> Any:
    below = False if lower is None else _below(y, a, lower, upper)
    return ~(_inside(y, a, lower, upper) | below)


_ROW, _UNDER, _OVER = S(3), S(3, on=(-1, -0.1)), S(on=(0.1, 1))
limited = selection(
    _clip,
    _inside,
    _below,
    _above,
    samples=[at(S(2, 3), _UNDER, _OVER), at(_ROW, -0.5, None), at(_ROW, None, S(2, 3)), at(S(2, 3), _ROW, S(2, 1)),
             at(_ROW, None, None), at(_STEP, _UNDER, 1.5)],
)  # fmt: skip


def _clip_call(
    a: Any, a_min: Any = NO_VALUE, a_max: Any = NO_VALUE, out: Any = None, *, min: Any = NO_VALUE, max: Any = NO_VALUE
) -> Any:
    if out is not None:
        raise DetachedError(
            "clip: out= would write over an array that the graph may hold. Leave it out and use the result."
        )
    bounds = {"a_min": a_min, "a_max": a_max, "min": min, "max": max}
    bounds = {name: bound for name, bound in bounds.items() if bound is not NO_VALUE}
    np.clip(0.0, **dict.fromkeys(bounds, 0.0))  # type: ignore[call-overload]  # NumPy's own complaint, if any
    return limited(a, bounds.get("a_min", bounds.get("min")), bounds.get("a_max", bounds.get("max")))


composite(
    np.clip,
    _clip_call,
    samples=[at(S(2, 3), -0.5, 0.7), at(_ROW, a_min=None, a_max=S()), at(S(2, 3), _ROW, S(2, 1)), at(_ROW, max=0.3),
             at(_ROW, min=_UNDER, max=0.5), at(_ROW)],
)  # fmt: skip


# Functions that turn complex where they have to: the result says whether NumPy has, and on which side of a cut


def _emath_base(y: Any, x: Any, p: Any) -> Any:
    return _base(y, x.astype(y.dtype) if y.dtype.kind == "c" else x, p)


def _emath_exponent(y: Any, x: Any, p: Any) -> Any:
    return y * np.emath.log(np.where(x == 0, 1, x))


def _off_one(x: Any, value: Any) -> Any:
    """A `value` that is 0 where |x| is 1, but for rounding."""
    return np.where(x * x == 1, 0, value)


_LESS, _MORE = S(3, on=(-2, -0.5)), S(3, on=(0.5, 2))
_REAL = [at(_LESS), at(_MORE), at(S(on=(-2, -1)))]
_AWAY = [at(S(3, on=(1.2, 2))), at(S(3, on=(-2, -1.2))), at(S(2, 3, on=(-0.8, 0.8)))]
_LOGN = [
    at(2, _LESS),
    at(S(3, on=(2, 3)), S(2, 3, on=(0.5, 2))),
    at(S(3, on=(-3, -2)), S(on=(0.5, 2))),
    at(-3.0, _MORE),
]
_RAISED = [at(_LESS, S(2, 3)), at(_LESS, 2), at(_LESS, -1), at(_MORE, S()), at(_MORE, -1), at(-2.0, S(3)), at(2, S(3))]

# fmt: off
elementwise(np.emath.sqrt,    lambda y, x: 0.5 / y,                         samples=_REAL)
elementwise(np.emath.log,     lambda y, x: 1 / x,                           samples=_REAL)
elementwise(np.emath.log2,    lambda y, x: 1 / (LOG2 * x),                  samples=_REAL)
elementwise(np.emath.log10,   lambda y, x: 1 / (LOG10 * x),                 samples=_REAL)
elementwise(np.emath.logn,    lambda y, n, x: -y / (n * np.emath.log(n)), lambda y, n, x: 1 / (x * np.emath.log(n)),
            samples=_LOGN)
elementwise(np.emath.power,   _emath_base, _emath_exponent,                 samples=_RAISED)
elementwise(np.emath.arcsin,  lambda y, x: 1 / _off_one(x, np.cos(y)),      samples=_AWAY)
elementwise(np.emath.arccos,  lambda y, x: -1 / _off_one(x, np.sin(y)),     samples=_AWAY)
elementwise(np.emath.arctanh, lambda y, x: 1 / (1 - x * x),                 samples=_AWAY)
# fmt: on


# The methods of ufuncs: outer, of every one that has two operands and a rule


def _outer(ufunc: Any, on: Any) -> None:
    """State that ``ufunc.outer(a, b)`` is `ufunc` of every entry of a with every entry of b."""
    seconds = [_POWERS] * 3 if ufunc is np.ldexp else [S(3), S(2), S(3)]
    composite(
        (ufunc, "outer"),
        lambda a, b: ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b),
        on=on,
        samples=[at(a, b) for a, b in zip([S(2), S(2, 3), S()], seconds, strict=True)],
    )


for _rule in list(RULES.values()):
    if isinstance(_rule, Rule) and _rule.ufunc and _rule.ufunc.nin == 2 and not _rule.ufunc.signature:
        _outer(_rule.ufunc, _rule.on)


# reduce: those of add, multiply, maximum and minimum are sum, prod, max and min; here are three more


def _portion(portion: Any, y: Any, x: Any, axis: Any, where: Any) -> Any:
    """The `portion` of a term in a sum; of infinite terms those that are equal to it share."""
    return np.where(np.isinf(y), shared(x == y, y, axis, where, None).astype(x.dtype), portion)


def _of_exp(y: Any, x: Any, axis: Any = None, where: Any = None) -> Any:
    return _portion(np.exp(x - y), y, x, axis, where)


def _of_exp2(y: Any, x: Any, axis: Any = None, where: Any = None) -> Any:
    return _portion(np.exp2(x - y), y, x, axis, where)


_MASK = np.array([[True, False, True], [True, True, False]])


def _reduce(ufunc: Any, partial: Any) -> None:
    """State the partial of ``ufunc.reduce``, given the result with its axes kept."""

    def reduce(x: Any, axis: Any = None, keepdims: bool = False, where: Any = True) -> Any:
        return ufunc.reduce(x, axis=axis, keepdims=keepdims, where=where)

    reduce.__name__ = f"{ufunc.__name__}_reduce"
    over = [at(S(2, 3)), at(S(2, 3, 4), axis=(0, -1)), at(S(2, 3), 0, True), at(S(2, 3), axis=1, where=_MASK)]
    total = elementwise(reduce, partial, reduction=True, samples=over)

    def formula(array: Any, axis: Any = 0, keepdims: bool = False, initial: Any = None, where: Any = True) -> Any:
        y = total(array, axis=axis, keepdims=keepdims, where=where)
        return y if initial is None else ufunc(y, initial)

    samples = [at(S(2, 3)), at(S(2, 3), axis=None, initial=0.3), at(S(2, 3), 1, keepdims=True, where=_MASK)]
    composite((ufunc, "reduce"), formula, samples=samples)


_reduce(np.logaddexp, _of_exp)
_reduce(np.logaddexp2, _of_exp2)
_reduce(np.hypot, lambda y, x: _direction(x, y))


# accumulate


def _mean_of_winners(ufunc: Any) -> Any:
    def tangent(x_dot: Any, y: Any, x: Any, axis: int = 0) -> Any:
        """ẏₖ = the mean of ẋᵢ over the i ≤ k with xᵢ = yₖ.

        A doubling scan: of a stretch it knows the winner, Σẋ over the entries equal to it, and how many these are.
        """
        best, total = np.moveaxis(x, axis, -1), np.moveaxis(x_dot, axis, -1)
        number = np.ones_like(best)
        step = 1
        while step < best.shape[-1]:
            late, early = best[..., step:], best[..., :-step]
            top = ufunc(late, early)
            won = (late == top) | (late != late), (early == top) | (early != early)
            total, number = _join(total, won, step), _join(number, won, step)
            best = np.concatenate([best[..., :step], top], axis=-1)
            step *= 2
        return np.moveaxis(total / number, -1, axis)

    return tangent


def _join(sums: Any, won: tuple[Any, Any], step: int) -> Any:
    """The sums over two stretches together, of each if it won."""
    both = np.where(won[0], sums[..., step:], 0) + np.where(won[1], sums[..., :-step], 0)
    return np.concatenate([sums[..., :step], both], axis=-1)


_SCAN = [at(S(5)), at(S(2, 5), 1), at(S(4, 2), axis=-2)]


def _running(ufunc: Any) -> Any:
    """``ufunc.accumulate`` of the greater or the lesser, as a function with a rule."""

    def running(x: Any, axis: int = 0) -> Any:
        return ufunc.accumulate(x, axis=axis)

    running.__name__ = f"{ufunc.__name__}_accumulate"
    return general(running, _mean_of_winners(ufunc), samples=_SCAN)


def _accumulate(ufunc: Any, scan: Any) -> None:
    """State that ``ufunc.accumulate`` is `scan`, but for its default axis."""

    def formula(array: Any, axis: Any = 0) -> Any:
        if axis is None or np.ndim(array) == 0:
            ufunc.accumulate(np.broadcast_to(0.0, np.shape(array)), axis=axis)  # NumPy's own complaint
        return scan(array, axis=0 if axis is None else axis)

    composite((ufunc, "accumulate"), formula, samples=_SCAN)


_accumulate(np.add, np.cumsum)
_accumulate(np.multiply, np.cumprod)
_accumulate(np.maximum, _running(np.maximum))
_accumulate(np.minimum, _running(np.minimum))


# reduceat


def _stretch_sums(x: Any, indices: Any, axis: int = 0) -> Any:
    """What ``np.add.reduceat`` does: stretches of entries are summed, each from one index to the next."""
    return np.add.reduceat(x, indices, axis=axis)


def _stretch_sums_back(y_bar: Any, x: Any, indices: Any, axis: int = 0) -> Any:
    """Every entry of a stretch gets its cotangent; a stretch that would end before it begins is one entry."""
    starts = np.asarray(indices)
    sizes = np.maximum(np.append(starts[1:], x.shape[axis]) - starts, 1)
    stretch = np.repeat(np.arange(sizes.size), sizes)
    place = starts[stretch] + np.arange(stretch.size) - (np.cumsum(sizes) - sizes)[stretch]
    before = (slice(None),) * (axis % x.ndim)
    return scatter_add(y_bar[(*before, stretch)], (*before, place), x.shape)


stretch_sums = linear(
    _stretch_sums,
    Sums(_stretch_sums_back),
    samples=[at(S(7), [0, 2, 5]), at(S(2, 7), np.array([4, 1, 1, 3]), axis=1), at(S(5, 2), [1, 3], axis=-2)],
)
composite(
    (np.add, "reduceat"),
    lambda array, indices, axis=0: stretch_sums(array, indices, axis=axis),
    samples=[at(S(7), [0, 2, 5, 3]), at(S(2, 7), [4, 1], axis=-1)],
)
