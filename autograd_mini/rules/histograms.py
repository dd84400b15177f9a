"""Histograms: linear in the weights. Edges that NumPy finds from the entries follow the least and the greatest of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..calls import contains_node
from ..entries import Flat, Sums
from ..kinds import composite, linear
from ..samples import S, at
from ..scatter import astype, scatter_add
from .statistics import of_values


def _bins(x: Any, edges: Any) -> Any:
    """The bin of each entry; one more than there are for those outside."""
    n = len(edges) - 1
    place = np.where(x == edges[-1], n - 1, np.searchsorted(edges, x, side="right") - 1)
    return np.where(place < 0, n, place)


_bins_of, _edges_of = of_values(_bins), of_values(np.histogram_bin_edges)
_histogram_of, _histogramdd_of = of_values(np.histogram), of_values(np.histogramdd)


def _edges(x: Any, bins: Any, limits: Any, found: Any) -> Any:
    """The edges that NumPy has found, as a function of what it has found them from."""
    if contains_node(bins):
        return bins
    if not contains_node(x) or not x.size or limits is not None or isinstance(bins, (list, tuple)) or np.ndim(bins):
        return found
    n, low, high = len(found) - 1, np.min(x), np.max(x)
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.concatenate([np.arange(n, dtype=found.dtype) * ((high - low) / n) + low, np.reshape(high, 1)])


def _tally(weights: Any, columns: Any, edges: Any) -> Any:
    """The sum of the weights in each bin."""
    shape = tuple(len(e) for e in edges)
    sums = scatter_add(np.ravel(weights), tuple(_bins_of(x, e) for x, e in zip(columns, edges, strict=True)), shape)
    return sums[tuple(slice(0, n - 1) for n in shape)]


def _histogram(a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    tally, found = _histogram_of(a, bins, range, weights=weights)
    edges = _edges(a, bins, range, found)
    if contains_node(weights):
        tally = _tally(weights, [np.ravel(a)], [found])
    return (tally / astype(np.diff(edges), np.float64) / np.sum(tally) if density else tally), edges


def _histogram_bin_edges(a: Any, bins: Any = 10, range: Any = None, weights: Any = None) -> Any:
    return _edges(a, bins, range, _edges_of(a, bins, range, weights))


def _histogramdd(sample: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    tally, found = _histogramdd_of(sample, bins, range, weights=weights)
    columns = sample if not hasattr(sample, "shape") else sample.T if sample.ndim == 2 else [sample]
    columns = [sample] if np.ndim(columns[0]) == 0 else columns
    each = [bins] * len(found) if isinstance(bins, (int, np.integer)) else bins
    limits = [None] * len(found) if range is None else range
    edges = [_edges(*known) for known in zip(columns, each, limits, found, strict=True)]
    if contains_node(weights):
        tally = _tally(astype(weights, np.float64), columns, found)
    if density:
        total = np.sum(tally)
        for axis, widths in enumerate(map(np.diff, edges)):
            tally = tally / widths.reshape([-1 if axis == k else 1 for k, _ in enumerate(edges)])
        tally = tally / total
    return tally, edges


def _histogram2d(x: Any, y: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    if len(x) != len(y):
        raise ValueError("x and y must have the same length.")
    if hasattr(bins, "__len__") and len(bins) > 2:
        bins = [bins, bins]  # the same edges for both
    tally, (x_edges, y_edges) = _histogramdd([x, y], bins, range, density, weights)
    return tally, x_edges, y_edges


_DATA, _MORE = np.array([0.3, 1.7, 1.2, -0.4, 0.9]), np.array([2.1, 0.2, 1.4, 0.7, 1.9])
_W5 = S(5, on=(0.5, 2))
linear(
    np.bincount,
    Flat(),
    weights=Sums(lambda bar, x, weights: bar[x]),
    signature=lambda x, weights=None, minlength=0: None,
    keywords="minlength",
    samples=[at([0, 3, 1, 3, 0], S(5)), at(np.array([2, 0, 2]), weights=S(3), minlength=5)],
)
_UNEVEN = [0.0, 1.0, 3.0]
_COUNTS = [
    *(at(_DATA, 3, weights=S(5)), at(_DATA, _UNEVEN, weights=S(5)), at(_DATA, 4, (0.0, 1.5), True, _W5), at(S(6), 3)),
    *(at(S(6), 3, density=True), at(S(6), "sturges", density=True), at(S(5), 2, density=True, weights=_W5)),
    *(at(S(6), 3, (-1.0, 1.3)), at(S(6), _UNEVEN, density=True)),
]
_COUNTS_2D = [
    *(
        at(_DATA, _MORE, 3, weights=S(5)),
        at(_DATA, _MORE, _UNEVEN, weights=S(5)),
        at(S(5), S(5), (2, 3), None, True, _W5),
    ),
    at(_DATA, _MORE, [2, _UNEVEN], [(0.0, 1.5), None], weights=S(5)),
]
_COUNTS_DD = [
    *(at(S(5, 2), 2), at(S(5, 2), [2, 3], density=True), at([_DATA, _MORE], (2, _UNEVEN), weights=S(5))),
    *(at(S(5), 3, density=True), at([_DATA, _MORE], 2, [(0.0, 1.5), None], density=True, weights=_W5)),
]

# fmt: off
composite(np.histogram,           _histogram,           samples=_COUNTS)
composite(np.histogram2d,         _histogram2d,         samples=_COUNTS_2D)
composite(np.histogramdd,         _histogramdd,         samples=_COUNTS_DD)
composite(np.histogram_bin_edges, _histogram_bin_edges, samples=[at(S(6), 3), at(S(6), "fd"), at(S(6))])
# fmt: on
