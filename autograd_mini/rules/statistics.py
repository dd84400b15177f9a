"""Averages, order statistics and covariances, and the functions that pass over nan."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..calls import contains_node, dispatching
from ..entries import Flat
from ..kinds import composite, general, plain, selection
from ..samples import S, at
from ..scatter import astype
from .reductions import _extreme_initial, shared
from .running import array_of

_MASK = np.array([[True, False, True], [True, True, False]])


def of_values(function: Any) -> Any:
    """The function, of the values of Tensors: what it finds is plain."""

    @functools.wraps(function, updated=())
    def found(*args: Any, **keywords: Any) -> Any:
        return function(*args, **keywords)

    key = dispatching(found)
    plain(key)
    return key


# Passing over nan: an entry that is nan has the structural derivative 0 of one that where= leaves out


def _valid(a: Any, where: Any) -> Any:
    return ~np.isnan(a) if where is None else ~np.isnan(a) & np.asarray(where)


def _nansum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, initial: Any = 0,
            where: Any = None) -> Any:  # fmt: skip
    return np.sum(a, axis, dtype, out, keepdims, initial, _valid(a, where))


def _nanprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, initial: Any = 1,
             where: Any = None) -> Any:  # fmt: skip
    return np.prod(a, axis, dtype, out, keepdims, initial, _valid(a, where))


def _nanmean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, *,
             where: Any = None) -> Any:  # fmt: skip
    return np.mean(a, axis, dtype, out, keepdims, where=_valid(a, where))


def _spread(function: Any) -> Any:
    """Variance or standard deviation of the entries that are not nan."""

    def formula(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: bool = False, *,
                where: Any = None, mean: Any = None, correction: Any = None) -> Any:  # fmt: skip
        given = {} if correction is None else {"correction": correction}
        return function(a, axis, dtype, out, ddof, keepdims, where=_valid(a, where), mean=mean, **given)

    return formula


def _extreme(y: Any, x: Any, axis: Any = None, where: Any = None, initial: Any = None) -> Any:
    return shared(x == y, y, axis, where, initial)


_USUAL = [at(S(2, 3)), at(S(2, 3), 1, keepdims=True), at(S(2, 3, 2), (0, -1)), at(S())]
_SUMS = [*_USUAL, at(S(2, 3), axis=0, initial=S()), at(S(2, 3), axis=1, initial=0.7, where=_MASK)]
_TOP = [*_USUAL, at(S(2, 3), initial=S()), at(S(2, 3), 1, initial=-3.0, where=_MASK)]
_BOTTOM = [*_USUAL, at(S(2, 3), initial=S()), at(S(2, 3), 1, initial=3.0, where=_MASK)]
_MEANS = [*_USUAL, at(S(2, 3), where=_MASK)]
_SPREADS = [*_USUAL[:3], at(S(2, 3), 1, keepdims=True, where=_MASK), at(S(2, 3), 1, ddof=1), at(S(4), correction=1)]

# fmt: off
selection(np.nanmax,  _extreme, initial=_extreme_initial, reduction=True, samples=_TOP)
selection(np.nanmin,  _extreme, initial=_extreme_initial, reduction=True, samples=_BOTTOM)
composite(np.nansum,  _nansum,         samples=_SUMS)
composite(np.nanprod, _nanprod,        samples=_SUMS)
composite(np.nanmean, _nanmean,        samples=_MEANS)
composite(np.nanvar,  _spread(np.var), samples=_SPREADS)
composite(np.nanstd,  _spread(np.std), samples=_SPREADS)
# fmt: on


# Order statistics: the result lies between two neighbours in the order of the stable sort


def _places(function: Any, a: Any, *args: Any, axis: Any = None, **keywords: Any) -> Any:
    """Where an order statistic comes from: what it is of the ranks of the entries tells between which ranks it lies.

    Returns
    -------
    rank, share
        The lower of the two ranks, and the share of the upper one.
    lower, upper
        Where the entries of the two ranks stand in the flattened `a`.
    n
        How many entries there are that are not nan.
    """
    axes = tuple(range(a.ndim)) if axis is None else normalize_axis_tuple(axis, a.ndim)
    rest = [k for k in range(a.ndim) if k not in axes]
    places = np.arange(a.size).reshape(a.shape).transpose(*rest, *axes)
    places = places.reshape((*(a.shape[k] for k in rest), -1))
    rows = a.reshape(-1)[places]
    order = np.argsort(rows, axis=-1, kind="stable")
    ranks, missing = np.argsort(order, axis=-1).astype(float), np.isnan(rows)
    ranks[missing & ~missing.all(axis=-1, keepdims=True)] = np.nan  # all nan: any rank will do, and nobody is warned
    ranked = np.empty(a.size)
    ranked[places] = ranks
    position = function(ranked.reshape(a.shape), *args, axis=axis, **keywords)
    shape = [1 if k in axes else a.shape[k] for k in range(a.ndim) if k in rest or keywords.get("keepdims")]
    n = (~missing).sum(axis=-1).reshape(shape)
    lost = np.isnan(position) | (n == 0)  # to a nan, which is the last entry, and the result
    last = np.where(lost, rows.shape[-1], n) - 1
    rank = np.where(lost, last, np.minimum(np.floor(position), np.maximum(last - 1, 0))).astype(int)
    share = np.where(lost, 0, position - rank)
    by_rank = np.take_along_axis(places, order, axis=-1).reshape((-1, rows.shape[-1]))
    row = np.arange(len(by_rank)).reshape(shape)
    return rank, share, by_rank[row, rank], by_rank[row, np.minimum(rank + 1, last)], n


_places_of = of_values(_places)

# Rank v of the quantile q of n entries: v = n q + α + q (1 − α − β) − 1. The other methods jump from entry to entry.
_PLOTTING_POSITIONS = {
    "linear": (1, 1),
    "interpolated_inverted_cdf": (0, 1),
    "hazen": (1 / 2, 1 / 2),
    "weibull": (0, 0),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
}


def _between(x: Any, lower: Any, upper: Any, share: Any, none: Any) -> Any:
    """(1 − share) x[lower] + share x[upper], of which an entry without a share is no part; and 0 where there is none."""
    x, share = x.reshape(-1), share.astype(np.finfo(x.dtype).dtype)
    return np.where(none | (share == 1), 0, (1 - share) * x[lower]) + np.where(none | (share == 0), 0, share * x[upper])


def _median(function: Any, over_nan: bool) -> Any:
    def tangent(x_dot: Any, y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        if not a.size:
            return np.zeros_like(y)
        _, share, lower, upper, n = _places_of(function, a, axis=axis, keepdims=keepdims)
        return _between(x_dot, lower, upper, share, over_nan & (n == 0))

    return tangent


def _of_fractions(q: Any, y: Any, percent: bool) -> Any:
    """The fractions q with axes that stand before those of the entries, as in the result."""
    q = np.reshape(q, np.shape(q) + (1,) * (y.ndim - np.ndim(q)))
    return q / 100 if percent else q


def _rank_slope(n: Any, method: str) -> tuple[Any, float]:
    """The rank v = slope · q + offset."""
    alpha, beta = _PLOTTING_POSITIONS[method]
    return n + 1 - alpha - beta, alpha - 1


def _quantile_a(function: Any, percent: bool, over_nan: bool) -> Any:
    def tangent(x_dot: Any, y: Any, a: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False,
                weights: Any = None) -> Any:  # fmt: skip
        if not a.size:
            return np.zeros_like(y)
        keywords = {"axis": axis, "method": method, "keepdims": keepdims, "weights": weights}
        rank, share, lower, upper, n = _places_of(function, a, q, **keywords)
        if contains_node(q) and method in _PLOTTING_POSITIONS:  # then the share is a function of q
            slope, offset = _rank_slope(n, method)
            v = slope * _of_fractions(q, y, percent) + offset
            share = np.where((v < 0) | (v > n - 1), share, v - rank)
        return _between(x_dot, lower, upper, share, over_nan & (n == 0))

    return tangent


def _quantile_q(function: Any, percent: bool) -> Any:
    def tangent(q_dot: Any, y: Any, a: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False,
                weights: Any = None) -> Any:  # fmt: skip
        if not a.size or method not in _PLOTTING_POSITIONS:
            return np.zeros_like(y)
        keywords = {"axis": axis, "method": method, "keepdims": keepdims, "weights": weights}
        _, _, lower, upper, n = _places_of(function, a, q, **keywords)
        slope, offset = _rank_slope(n, method)
        v = slope * _of_fractions(q, y, percent) + offset
        a = np.reshape(a, -1)
        rise = np.where((v < 0) | (v > n - 1), 0, slope * (a[upper] - a[lower]))
        return rise * _of_fractions(q_dot, y, percent)

    return tangent


_W, _W5 = np.array([0.3, 0.9, 0.4, 0.7, 1.1]), S(5, on=(0.5, 2))
_MEDIANS = [
    *(
        at(S(5)),
        at(S(2, 3)),
        at(S(2, 3), axis=1),
        at(S(2, 3, 4), (0, -1), keepdims=True),
        at(S()),
        at(S(4, 3), axis=-2),
    ),
]
_JUMPING = ["inverted_cdf", "averaged_inverted_cdf", "closest_observation", "lower", "higher", "midpoint", "nearest"]


def _quantiles(one: float) -> list[Any]:
    """Sample calls; `one` is the q of the greatest entry."""
    p, q = 0.3 * one, np.array([0.31, 0.5, 0.78]) * one
    some, two, three = (S(*n, on=(0.29 * one, 0.325 * one)) for n in ((), (2,), (3,)))
    return [
        *(
            at(S(5), p),
            at(S(2, 3), p),
            at(S(2, 3), q[None], axis=1),
            at(S(3, 2), q, axis=-2, keepdims=True),
            at(S(), p),
        ),
        *(
            at(S(4), [0, one]),
            at(S(3, 2, 4), p, axis=(0, -1), keepdims=True),
            at(S(5), some),
            at(S(7), some, method="lower"),
        ),
        *(
            at(S(3, 5), two, axis=1, keepdims=True),
            at(S(7), three, method="weibull"),
            at(S(6), [0, one], method="hazen"),
        ),
        *(at(S(7), q, method=method) for method in (*_PLOTTING_POSITIONS, *_JUMPING)),
        at(S(2, 5), p, axis=1, method="inverted_cdf", weights=np.stack([_W, _W[::-1]])),
        at(S(5, on=(0.5, 2)), q, method="inverted_cdf", weights=_W5),
    ]


general(np.median, _median(np.median, False), samples=_MEDIANS)
general(np.nanmedian, _median(np.nanmedian, True), samples=_MEDIANS)
_ORDERS = {
    np.quantile: (False, False),  # of a hundred, over nan
    np.percentile: (True, False),
    np.nanquantile: (False, True),
    np.nanpercentile: (True, True),
}
for _function, (_percent, _over_nan) in _ORDERS.items():
    general(
        _function,
        _quantile_a(_function, _percent, _over_nan),
        _quantile_q(_function, _percent),
        weights=Flat(),
        samples=_quantiles(100 if _percent else 1),
    )


# Averages and covariances


def _average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    """Σ w a / Σ w."""
    a = array_of(a)
    total: Any = None
    if weights is None:
        average = np.mean(a, axis, keepdims=keepdims)
        if returned:
            total = average.dtype.type(a.size / np.size(average))
    else:
        weights = array_of(weights)
        if weights.shape != a.shape:
            # NumPy's own complaint, if any
            np.average(np.broadcast_to(0.0, a.shape), axis, np.broadcast_to(1.0, weights.shape))
            axes = normalize_axis_tuple(axis, a.ndim)
            weights = np.transpose(weights, np.argsort(axes).tolist())
            weights = weights.reshape([n if k in axes else 1 for k, n in enumerate(a.shape)])
        total = np.sum(weights, axis, keepdims=keepdims)
        if np.any(total == 0):
            raise ZeroDivisionError("Weights sum to zero, can't be normalized")
        average = np.sum(a * weights, axis, keepdims=keepdims) / total
    if returned and np.shape(total) != np.shape(average):
        total = np.copy(np.broadcast_to(total, np.shape(average)))
    return (average, total) if returned else average


_covariance_of = of_values(np.cov)


def _variables(m: Any, rowvar: bool, dtype: Any) -> Any:
    """The variables as rows."""
    m = astype(m, dtype)
    return m.T if not rowvar and m.ndim == 2 else np.atleast_2d(m)


def _one_variable(m: Any, in_rows: bool) -> Any:
    """Zeros of the shape of `m`, but of no more than one variable."""
    shape = np.shape(m)
    if len(shape) == 2 and 0 not in shape:
        shape = (1, shape[1]) if in_rows else (shape[0], 1)
    return np.zeros(shape)


def _cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None, fweights: Any = None,
         aweights: Any = None, *, dtype: Any = None) -> Any:  # fmt: skip
    """(X − x̄) W (X − x̄)ᴴ / (Σ w − ddof Σ w a / Σ w)."""
    m, y = array_of(m), array_of(y)
    y_in_rows = rowvar or np.shape(y)[:1] == (1,)
    one_y = None if y is None else _one_variable(y, y_in_rows)
    _covariance_of(_one_variable(m, rowvar), one_y, rowvar, bias, ddof, fweights, aweights)  # its own complaint, if any
    dtype = np.result_type(m, np.float64 if y is None else y, np.float64) if dtype is None else dtype
    X = _variables(m, rowvar, dtype)
    if X.shape[0] == 0:
        return np.zeros((0, 0))
    if y is not None:
        X = np.concatenate([X, _variables(y, y_in_rows, dtype)])
    ddof = int(bias == 0) if ddof is None else ddof
    w = None if fweights is None else np.asarray(fweights, dtype=float)
    if aweights is not None:
        aweights = array_of(aweights)
        w = aweights if w is None else w * aweights
    if w is None:
        mean, freedom = np.mean(X, axis=1, keepdims=True), float(X.shape[1] - ddof)
    else:
        total = np.sum(w)
        mean = np.sum(X * w, axis=1, keepdims=True) / total
        freedom = total if ddof == 0 else total - (ddof if aweights is None else ddof * np.sum(w * aweights) / total)
    centred = X - mean
    weighted = centred if w is None else centred * w
    products = np.dot(centred, np.conj(weighted.T))
    return np.squeeze(products / freedom if freedom > 0 else products * np.divide(1.0, 0.0))


def _clipped(x: Any) -> Any:
    """x, but no more than 1 and no less than −1: rounding may have led outside."""
    return np.where(x > 1, 1, np.where(x < -1, -1, x))


def _corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """cᵢⱼ / √(cᵢᵢ cⱼⱼ)."""
    c = np.cov(x, y, rowvar, dtype=dtype)
    if c.ndim == 0:
        return c / c
    deviation = np.sqrt(np.real(np.diagonal(c)))
    r = c / deviation[:, None] / deviation
    return _clipped(np.real(r)) + 1j * _clipped(np.imag(r)) if r.dtype.kind == "c" else _clipped(r)


_FREQUENCIES, _W3 = np.array([1, 3, 2, 0, 2]), S(3, on=(0.5, 2))
_AVERAGES = [
    at(S(2, 3), axis=1, returned=True),
    *(at(S(2, 3)), at(S(2, 3), 1, keepdims=True), at(S(2, 3), weights=S(2, 3, on=(0.5, 2))), at(S(2, 3), 1, _W3)),
    at(S(2, 3, 4), axis=(2, 0), weights=S(4, 2, on=(0.5, 2)), keepdims=True),
    *(at(S(2, 3), -1, _W3, True), at(S(4), returned=True)),
]
_COVARIANCES = [
    at(S(4, 2), S(1, 4), rowvar=False),
    *(at(S(2, 4)), at(S(4)), at(S(4, 2), rowvar=False), at(S(2, 4), S(4)), at(S(4), S(4)), at(S(4, 2), S(4, 1), False)),
    *(
        at(S(2, 4), bias=True),
        at(S(2, 4), ddof=0),
        at(S(2, 5), ddof=2, fweights=_FREQUENCIES),
        at(S(2, 5), aweights=_W5),
    ),
    *(at(S(2, 5), S(5), fweights=_FREQUENCIES, aweights=_W, ddof=1), at(S(2, 5), bias=True, aweights=_W5)),
    at(S(3, 4), dtype=np.float64),
]
_CORRELATIONS = [at(S(3, 4)), at(S(4), S(4)), at(S(4, 2), S(4), False), at(S(2, 4), dtype=np.float64), at(S(4))]

# fmt: off
composite(np.average,  _average,  samples=_AVERAGES)
composite(np.cov,      _cov,      samples=_COVARIANCES)
composite(np.corrcoef, _corrcoef, samples=_CORRELATIONS)
# fmt: on
