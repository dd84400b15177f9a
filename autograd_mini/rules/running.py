"""Along an axis: running sums and products, differences, slopes and areas, interpolation and convolution."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..calls import contains_node
from ..entries import Sums
from ..kinds import Flat, Partial, Transpose, Weight, composite, elementwise, general, linear
from ..samples import S, at


def cut(x: Any, start: int | None, stop: int | None, axis: int = 0) -> Any:
    """The entries of `x` from `start` to `stop` along `axis`."""
    return x[(slice(None),) * (axis % x.ndim) + (slice(start, stop),)]


def _zeros(like: Any, n: int, axis: int) -> Any:
    """Zeros of the shape of `like`, but for the length `n` of `axis`."""
    axis %= like.ndim
    return np.zeros_like(like, shape=(*like.shape[:axis], n, *like.shape[axis + 1 :]))


def array_of(x: Any) -> Any:
    """`x`, of which lists and numbers become arrays."""
    return np.asarray(x) if isinstance(x, (list, tuple, int, float, complex)) else x


# Running sums: the transpose of a sum from the left is a sum from the right


def _from_the_right(bar: Any, axis: int) -> Any:
    backward = (slice(None),) * (axis % bar.ndim) + (slice(None, None, -1),)
    return np.cumsum(bar[backward], axis=axis)[backward]


def _cumsum_back(bar: Any, x: Any, axis: int | None = None) -> Any:
    return _from_the_right(bar, 0 if axis is None else axis).reshape(x.shape)


def _cumulative_sum_back(bar: Any, x: Any, axis: int | None = None, include_initial: bool = False) -> Any:
    axis = 0 if axis is None else axis
    return _from_the_right(cut(bar, 1, None, axis) if include_initial else bar, axis)


# Running products, by products only: exact with any number of zeros


def _cumprod(x_dot: Any, y: Any, x: Any, axis: int | None = None) -> Any:
    """Doubling: from products p and their tangents t over runs of length s, (p, t)₁₂ = (p₁p₂, t₁p₂ + p₁t₂) over 2s."""
    if axis is None or not x.ndim:
        x, x_dot, axis = x.reshape(-1), x_dot.reshape(-1), 0
    p, t, s = (x, x_dot, 1) if x.dtype == y.dtype else (x.astype(y.dtype), x_dot.astype(y.dtype), 1)
    while s < x.shape[axis]:
        p1, p2, t1, t2 = cut(p, None, -s, axis), cut(p, s, None, axis), cut(t, None, -s, axis), cut(t, s, None, axis)
        t = np.concatenate([cut(t, None, s, axis), t1 * p2 + p1 * t2], axis=axis)
        p = np.concatenate([cut(p, None, s, axis), p1 * p2], axis=axis)
        s *= 2
    return t


def _cumulative_prod(x_dot: Any, y: Any, x: Any, axis: int | None = None, include_initial: bool = False) -> Any:
    axis = 0 if axis is None else axis
    y_dot = _cumprod(x_dot, y, x, axis)
    return np.concatenate([_zeros(y_dot, 1, axis), y_dot], axis=axis) if include_initial else y_dot


def _filled(a: Any, number: float) -> Any:
    """`a`, a number in the place of nan."""
    return np.where(np.isnan(a), number, a)


_RUNS = [at(S(5)), at(S(2, 3)), at(S(2, 3), 0), at(S(2, 3, 2), axis=-2), at(S()), at(S(3), dtype=np.float64)]
_INITIAL = [at(S(5)), at(S(2, 3), axis=-1), at(S(2, 3), axis=0, include_initial=True), at(S(3), dtype=np.float64)]

# fmt: off
linear(np.cumsum,           Sums(_cumsum_back),         keywords="dtype", samples=_RUNS)
linear(np.cumulative_sum,   Sums(_cumulative_sum_back), keywords="dtype", samples=_INITIAL)
general(np.cumprod,         _cumprod,             keywords="dtype", samples=_RUNS)
general(np.cumulative_prod, _cumulative_prod,     keywords="dtype", samples=_INITIAL)
composite(np.nancumsum,     lambda a, axis=None, dtype=None: np.cumsum(_filled(a, 0), axis, dtype),  samples=_RUNS)
composite(np.nancumprod,    lambda a, axis=None, dtype=None: np.cumprod(_filled(a, 1), axis, dtype), samples=_RUNS)
# fmt: on


# Differences: Δ(p, a, q) of the joined array, and Δᵀ = −Δ of what zeros surround


def _differences_back(bar: Any, n: int, axis: int) -> Any:
    zeros = _zeros(bar, n, axis)
    return (-1) ** n * np.diff(np.concatenate([zeros, bar, zeros], axis=axis), n, axis)


def _diff_back(
    bar: Any, a: Any, prepend: Any = None, append: Any = None, n: int = 1, axis: int = -1, slot: int = 0
) -> Any:
    if n == 0:
        return bar if slot == 0 else np.zeros_like((prepend, append)[slot - 1])
    lengths = [0 if x is None else np.shape(x)[axis] if np.ndim(x) else 1 for x in (prepend, a, append)]
    if bar.shape[axis] == 0:
        return np.zeros_like((a, prepend, append)[slot])
    joined = _differences_back(bar, n, axis)
    start = (lengths[0], 0, lengths[0] + lengths[1])[slot]
    return cut(joined, start, start + lengths[(1, 0, 2)[slot]], axis)


def _ediff1d_back(bar: Any, ary: Any, to_end: Any = None, to_begin: Any = None, slot: int = 0) -> Any:
    begin, end = (0 if x is None else np.size(x) for x in (to_begin, to_end))
    between = bar[begin : bar.size - end]
    if slot == 0:
        return (_differences_back(between, 1, 0) if ary.size else between).reshape(ary.shape)
    return bar[bar.size - end :].reshape(np.shape(to_end)) if slot == 1 else bar[:begin].reshape(np.shape(to_begin))


_DIFFERENCES = [
    at(S(3, 2), axis=0, prepend=S(1, 2), append=S(2, 2)),
    *(at(S(4)), at(S(2, 3), axis=0), at(S(5, 2), 3, 0), at(S(2, 3), 0), at(S(3, 2), n=4, axis=0)),
    *(at(S(4), prepend=S(), append=0.7), at(S(2, 3), 2, prepend=S(2, 2), append=S(2, 1)), at(S(3), 0, prepend=S())),
    at(S(3, 2), axis=0, prepend=S(), append=S(1, 2)),
]
_EDIFFERENCES = [
    *(at(S(4)), at(S(2, 3), S(2), S(3)), at(S(3), to_begin=0.7), at(S(3), to_end=S(2, 2)), at(S(1), to_begin=S())),
]
_diff_slot, _ediff1d_slot = Transpose(_diff_back), Transpose(_ediff1d_back)

# fmt: off
linear(np.diff,    _diff_slot,    prepend=_diff_slot,   append=_diff_slot,       together=True, samples=_DIFFERENCES)
linear(np.ediff1d, _ediff1d_slot, to_end=_ediff1d_slot, to_begin=_ediff1d_slot,  together=True, samples=_EDIFFERENCES)
# fmt: on


# Slopes and areas


def _weighted(weights: Any, f: Any, starts: tuple[int, ...], n: int, axis: int) -> Any:
    """Σ wₖ f[startₖ : startₖ + n] along `axis`."""
    first, *rest = (w * cut(f, start, start + n, axis) for w, start in zip(weights, starts, strict=True))
    return sum(rest, first)


def _slope(f: Any, x: Any, axis: int, edge_order: int) -> Any:
    """∂f/∂x by differences, where x is the constant spacing or the coordinates along `axis`."""
    n = f.shape[axis]
    uniform = np.ndim(x) == 0
    if not uniform:
        h = np.diff(x.astype(np.float64) if x.dtype.kind in "iub" else x)
        if not contains_node(x) and (h == h[0]).all():
            uniform, x = True, h[0]
    if uniform:
        first = last = x
        inside = (cut(f, 2, None, axis) - cut(f, None, -2, axis)) / (2.0 * x)
        left, right = (-1.5 / x, 2.0 / x, -0.5 / x), (0.5 / x, -2.0 / x, 1.5 / x)
    else:
        h = h.reshape([-1 if k == axis else 1 for k in range(f.ndim)])
        first, last = cut(h, 0, 1, axis), cut(h, n - 2, n - 1, axis)
        a, b = cut(h, 0, -1, axis), cut(h, 1, None, axis)
        inside = _weighted((-b / (a * (a + b)), (b - a) / (a * b), a / (b * (a + b))), f, (0, 1, 2), n - 2, axis)
        a, b = first, cut(h, 1, 2, axis)
        left = -(2.0 * a + b) / (a * (a + b)), (a + b) / (a * b), -a / (b * (a + b))
        a, b = cut(h, n - 3, n - 2, axis), last
        right = b / (a * (a + b)), -(b + a) / (a * b), (2.0 * b + a) / (b * (a + b))
    if edge_order == 1:
        start = (cut(f, 1, 2, axis) - cut(f, 0, 1, axis)) / first
        end = (cut(f, n - 1, n, axis) - cut(f, n - 2, n - 1, axis)) / last
    else:
        start, end = _weighted(left, f, (0, 1, 2), 1, axis), _weighted(right, f, (n - 3, n - 2, n - 1), 1, axis)
    slope = np.concatenate([start, inside, end], axis=axis)
    return slope.astype(f.dtype) if f.dtype.kind in "fc" and slope.dtype != f.dtype else slope


def _gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: Any = 1) -> Any:
    f, spacings = array_of(f), [array_of(x) for x in varargs]
    harmless = [1.0 + np.arange(np.size(x)).reshape(np.shape(x)) for x in spacings]
    # NumPy's own complaint, if any
    np.gradient(np.broadcast_to(0.0, f.shape), *harmless, axis=axis, edge_order=edge_order)
    axes = range(f.ndim) if axis is None else [a % f.ndim for a in np.atleast_1d(axis).tolist()]
    if len(spacings) < 2 and all(np.ndim(x) == 0 for x in spacings):
        spacings = (spacings or [1.0]) * len(axes)
    slopes = tuple(_slope(f, x, a, edge_order) for a, x in zip(axes, spacings, strict=True))
    return slopes[0] if len(slopes) == 1 else slopes


def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """Σ hᵢ (yᵢ + yᵢ₊₁) / 2."""
    y, h = array_of(y), dx
    if x is not None:
        x = array_of(x)
        h = np.diff(x, axis=-1 if x.ndim == 1 else axis)
        h = h.reshape([-1 if k == axis % y.ndim else 1 for k in range(y.ndim)]) if x.ndim == 1 else h
    return (h * (cut(y, 1, None, axis) + cut(y, None, -1, axis)) / 2.0).sum(axis)


_H, _X4, _X5 = S(on=(0.5, 2)), S(4, on=(0, 9)), S(5, on=(0, 9))
_SLOPES = [
    *(at(S(4)), at(S(4), 0.5), at(S(4), _H), at(S(5), _X5), at(S(4), _X4, edge_order=2), at(S(2, 4), _X4, axis=-1)),
    *(at(S(3, 2), axis=0), at(S(3, 4), 0.3, axis=1, edge_order=2), at(S(4), [0, 1, 3, 4], edge_order=2)),
    *(at(S(3, 4)), at(S(3, 4), 0.5), at(S(3, 4), _H, _X4), at(S(3, 4), _X4, 2, axis=(1, 0), edge_order=2)),
]
_AREAS = [
    *(at(S(4)), at(S(2, 3), dx=S()), at(S(2, 3), S(2, 3)), at(S(3, 2), S(3), axis=0), at(S(3, 2), axis=-2, dx=0.5)),
]
composite(np.gradient, _gradient, samples=_SLOPES)
composite(np.trapezoid, _trapezoid, samples=_AREAS)


# Interpolation: the local formula, its indices held fixed


def _interpolated(x: Any, xp: Any, fp: Any, left: Any, right: Any) -> Any:
    return np.interp(x, xp, fp, left, right)


def _interval(x: Any, xp: Any) -> tuple[Any, Any, Any, Any]:
    """The knots j and k around each x, which share (x − xⱼ)/(xₖ − xⱼ) of the way it lies, and 1/(xₖ − xⱼ)."""
    n = xp.shape[0]
    j = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, max(n - 2, 0))
    k = np.minimum(j + 1, n - 1)
    width = np.where(k == j, 1, xp[k] - xp[j])
    share = np.where(x < xp[0], 0, np.where(x > xp[-1], k - j, (x - xp[j]) / width))
    return j, k, share, 1 / width


def _interp_x(y: Any, x: Any, xp: Any, fp: Any, left: Any, right: Any) -> Any:
    j, k, _, steepness = _interval(x, xp)
    return np.where((x < xp[0]) | (x > xp[-1]), 0, (fp[k] - fp[j]) * steepness)


def _interp_xp(xp_dot: Any, y: Any, x: Any, xp: Any, fp: Any, left: Any, right: Any) -> Any:
    j, k, share, steepness = _interval(x, xp)
    moved = xp_dot[j] * (1 - share) + xp_dot[k] * share
    return np.where((x < xp[0]) | (x > xp[-1]), 0, (fp[j] - fp[k]) * steepness * moved)


def _interp_fp(fp_dot: Any, y: Any, x: Any, xp: Any, fp: Any, left: Any, right: Any) -> Any:
    j, k, share, _ = _interval(x, xp)
    y_dot = fp_dot[j] * (1 - share) + fp_dot[k] * share
    y_dot = y_dot if left is None else np.where(x < xp[0], 0, y_dot)
    return y_dot if right is None else np.where(x > xp[-1], 0, y_dot)


_KNOTS, _Y4 = np.array([0.3, 1.2, 2.9, 3.7]), S(4)
_AROUND, _INSIDE = S(2, 3, on=(-0.5, 4.5)), S(5, on=(0.4, 3.6))
interpolated = general(
    _interpolated,
    Partial(_interp_x),
    _interp_xp,
    _interp_fp,
    Weight(lambda y, x, xp, fp, left, right: np.less(x, xp[0])),
    Weight(lambda y, x, xp, fp, left, right: np.greater(x, xp[-1])),
    samples=[at(_AROUND, _KNOTS, _Y4, S(), S()), at(_KNOTS, S(2, on=(0.1, 3.5)), S(2), None, None)],
)


def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    x, xp, fp = array_of(x), array_of(xp), array_of(fp)
    if period is not None:
        if np.ndim(xp) != 1 or np.ndim(fp) != 1 or np.shape(xp) != np.shape(fp) or period == 0:
            np.interp(0.0, np.zeros(np.shape(xp)), np.zeros(np.shape(fp)), period=period)  # NumPy's own complaint
        period = np.abs(period)
        x, xp = np.remainder(x, period), np.remainder(xp, period)
        order = np.argsort(xp)
        xp, fp, left, right = xp[order], fp[order], None, None
        xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp = np.concatenate([fp[-1:], fp, fp[:1]])
    return interpolated(x, xp, fp, left, right)


composite(
    np.interp,
    _interp,
    samples=[
        *(at(_INSIDE, _KNOTS, _Y4), at(_AROUND, _KNOTS, _Y4, 0.3, right=S()), at(S(on=(1.3, 2.8)), _KNOTS, _Y4)),
        at(S(5, on=(-9, 9)), _KNOTS, _Y4, period=S(on=(4.1, 4.9))),
        at([0.1, 4.3, 7.2], S(3, on=(0.2, 4)), S(3), period=4.5),
    ],
)

# y − p is a whole number of periods
elementwise(
    np.unwrap,
    1,
    discont=Flat(),
    period=lambda y, p, period: np.rint((y - p) / period),
    keywords="axis",
    on=(-8, 8),
    samples=[at(S(6)), at(S(2, 4), axis=0), at(S(2, 5), 4.0, period=S(on=(2, 3))), at(S(2, 5), discont=2.5, axis=-1)],
)


# Convolution: y[k] = Σ a[i] v[k − i]. An entry of ȳ goes back by the same sum with the other factor reversed


def _whole(bar: Any, a: Any, v: Any, from_end: bool = False) -> Any:
    """ȳ of any mode as ȳ of the mode "full": "same" and "valid" leave out entries at both ends."""
    left_out = np.size(a) + np.size(v) - 1 - bar.size
    start = left_out - left_out // 2 if from_end else left_out // 2
    return np.concatenate([_zeros(bar, start, 0), bar, _zeros(bar, left_out - start, 0)]) if left_out else bar


def _convolve_a(bar: Any, a: Any, v: Any) -> Any:
    return np.convolve(_whole(bar, a, v), np.ravel(v)[::-1], "valid").reshape(np.shape(a))


def _correlate_a(bar: Any, a: Any, v: Any) -> Any:
    """As of the convolution of a with conj(v) reversed; NumPy counts from the other end where v is the longer."""
    bar = _whole(bar, a, v, from_end=np.size(v) > np.size(a))
    return np.convolve(bar, np.conj(np.ravel(v)), "valid").reshape(np.shape(a))


def _correlate_v(bar: Any, a: Any, v: Any) -> Any:
    bar = _whole(bar, a, v, from_end=np.size(v) > np.size(a))
    return np.conj(np.convolve(bar, np.ravel(a)[::-1], "valid")[::-1]).reshape(np.shape(v))


def _convolve_v(bar: Any, a: Any, v: Any) -> Any:
    return _convolve_a(bar, v, a)


_PAIRS = [
    *(at(S(4), S(3)), at(S(5), S(2), mode="full"), at(S(5), S(2), "same"), at(S(5), S(2), "valid")),
    *(at(S(2), S(5), "full"), at(S(2), S(5), "same"), at(S(2), S(5), "valid"), at(S(4), S(3), "same")),
]

# fmt: off
linear(np.convolve,  _convolve_a,  _convolve_v,  keywords="mode", samples=_PAIRS)
linear(np.correlate, _correlate_a, _correlate_v, keywords="mode", samples=_PAIRS)
# fmt: on
