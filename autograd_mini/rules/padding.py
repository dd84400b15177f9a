"""Padding: one axis after the other, so that corners see what the earlier axes have been padded with."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..graph import Node
from ..kinds import Inverse, composite, linear, selection
from ..samples import S, at
from ..scatter import scatter_add
from .assembling import stacked, stand_ins


def _pairs(given: Any, ndim: int) -> Any:
    """For every axis what comes before and after it, from any of the shorter ways to say so."""
    if isinstance(given, dict):
        given = [given.get(axis, given.get(axis - ndim, 0)) for axis in range(ndim)]
        given = [pair if np.ndim(pair) else (pair, pair) for pair in given]
    return np.broadcast_to(stacked(given), (ndim, 2))


def _inside(bar: Any, array: Any, pad_width: Any) -> Any:
    return bar[tuple(slice(before, before + n) for (before, _), n in zip(pad_width, array.shape, strict=True))]


def _pad_constant(array: Any, constant_values: Any, pad_width: Any) -> Any:
    if isinstance(constant_values, Node):
        return _padded_by_constants(array, constant_values, pad_width)
    return np.pad(array, pad_width, constant_values=constant_values)


def _constants_back(bar: Any, array: Any, constant_values: Any, pad_width: Any) -> Any:
    """To each constant what arrives where it was filled in."""
    numbered = np.arange(2 * array.ndim).reshape(-1, 2)
    places = np.pad(np.full(array.shape, -1), pad_width, constant_values=numbered)
    return scatter_add(bar[places >= 0], places[places >= 0], (numbered.size,)).reshape(numbered.shape)


_padded_by_constants = selection(
    _pad_constant,
    Inverse(lambda bar, array, constant_values, pad_width: _inside(bar, array, pad_width)),
    Inverse(_constants_back),
    together=True,
    samples=[at(S(2, 3), S(), [[1, 2], [0, 1]]), at(S(2, 3), S(2, 2), [[1, 2], [3, 1]])],
)


def _pad_by_moving(array: Any, pad_width: Any, mode: Any) -> Any:
    return np.pad(array, pad_width, mode)


_padded_by_moving = selection(
    _pad_by_moving, keywords="pad_width mode", samples=[at(S(2, 3), [[1, 0], [2, 4]], "wrap")]
)


def _pad_by_mixing(array: Any, pad_width: Any, mode: Any, options: Any) -> Any:
    return np.pad(array, pad_width, mode, **dict(options))


def _mixed_back(bar: Any, array: Any, pad_width: Any, mode: Any, options: Any) -> Any:
    """Along each axis y = P x, and NumPy pads the unit matrix to P."""
    for axis, n in enumerate(array.shape):
        own = {name: _pairs(value, array.ndim)[axis] if name == "stat_length" else value for name, value in options}
        P = np.pad(np.eye(n, dtype=bar.dtype), (tuple(pad_width[axis]), (0, 0)), mode, **own)
        bar = np.moveaxis(np.tensordot(P, bar, (0, axis)), 0, axis)
    return bar


_padded_by_mixing = linear(_pad_by_mixing, _mixed_back, samples=[at(S(3), [[1, 1]], "mean", ())])


def _pad_by_statistic(array: Any, pad_width: Any, mode: Any, stat_length: Any = None) -> Any:
    """Along each axis the greatest, the least or the middle of the `stat_length` entries at that end, or of all."""
    statistic: Any = {"maximum": np.max, "minimum": np.min, "median": np.median}[mode]
    for axis, widths in enumerate(pad_width):
        if not any(widths):
            continue
        n = array.shape[axis]
        lengths = (n, n) if stat_length is None else np.minimum(_pairs(stat_length, array.ndim)[axis], n).tolist()
        parts = [array]
        for width, length, after in zip(widths, lengths, (False, True), strict=True):
            chunk = array[(slice(None),) * axis + (slice(n - length, n) if after else slice(length),)]
            shape = (*array.shape[:axis], width, *array.shape[axis + 1 :])
            fill = np.broadcast_to(statistic(chunk, axis=axis, keepdims=True), shape)
            parts = [*parts, fill] if after else [fill, *parts]
        array = np.concatenate(parts, axis)
    return array


def _pad_by_ramp(array: Any, pad_width: Any, end_values: Any = 0) -> Any:
    """Along each axis straight lines from the end values to the edges."""
    ends = _pairs(end_values, array.ndim)
    for axis, (before, after) in enumerate(pad_width):
        along = (slice(None),) * axis
        first, last = (
            np.linspace(ends[axis, side], array[(*along, edge)], width, endpoint=False, dtype=array.dtype, axis=axis)
            for side, edge, width in ((0, 0, before), (1, -1, after))
        )
        array = np.concatenate([first, array, np.flip(last, axis)], axis)
    return array


def _pad(array: Any, pad_width: Any, mode: Any = "constant", **keywords: Any) -> Any:
    if callable(mode) or mode == "empty":
        raise UnsupportedError(
            f"pad: mode={mode!r} fills in what no rule can know. Use another mode, or np.concatenate."
        )
    plain = {name: stand_ins(v) if name.endswith("_values") else v for name, v in keywords.items()}
    np.pad(np.broadcast_to(0.0, array.shape), pad_width, mode, **plain)  # NumPy's own complaint, if any
    widths = _pairs(pad_width, array.ndim).tolist()
    if mode == "constant":
        return _padded_by_constants(array, stacked(keywords.get("constant_values", 0)), widths)
    if mode in ("edge", "wrap") or (mode in ("reflect", "symmetric") and keywords.get("reflect_type") != "odd"):
        return _padded_by_moving(array, widths, mode)
    if mode in ("mean", "reflect", "symmetric"):
        return _padded_by_mixing(array, widths, mode, tuple(keywords.items()))
    if mode == "linear_ramp":
        return _pad_by_ramp(array, widths, **keywords)
    return _pad_by_statistic(array, widths, mode, **keywords)


_WIDE, _EVEN = ((1, 2), (3, 1)), ("edge", "wrap", "reflect", "symmetric")
_LENGTHS: Any = (None, ((2, 3), (1, 9)))
_STATISTICS = [(mode, length) for mode in ("mean", "median", "maximum", "minimum") for length in _LENGTHS]

composite(
    np.pad,
    _pad,
    samples=[
        at(S(2, 3), 1),
        at(S(2, 3), _WIDE, constant_values=((2.0, S()), (S(), -1.0))),
        at(S(3), (1, 2), "constant", constant_values=S(2)),
        *(at(S(3, 4), ((4, 1), (0, 7)), mode) for mode in _EVEN),
        *(at(S(2, 3), _WIDE, mode, reflect_type="odd") for mode in ("reflect", "symmetric")),
        *(at(S(3, 4), _WIDE, mode, stat_length=length) for mode, length in _STATISTICS),
        at(S(2, 3), _WIDE, "linear_ramp"),
        at(S(2, 3), 2, "linear_ramp", end_values=((S(), 2.0), (-1.0, S()))),
        at(S(3), (3, 0), "linear_ramp", end_values=S()),
    ],
)
