"""An array as a heat-map of at most 8×8 cells."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .numbers import number
from .palette import LEVELS

CELLS = 8  # rows and columns at most


@dataclass(frozen=True)
class HeatMap:
    """The cells of a heat-map, and the line below it.

    Attributes
    ----------
    levels
        Row by row, the place on the colour scale, −LEVELS to LEVELS; ``None`` for nan.
    caption
        The least and the greatest entry, ``−2.6 … 2.4``, and how many entries are nan.
    """

    levels: tuple[tuple[int | None, ...], ...]
    caption: str


def heat_map(array: Any) -> HeatMap:
    """The heat-map of an array; of a complex one, of its absolute values.

    Entries of both signs lie on a diverging scale that is symmetric about 0; entries of one sign on its half, from the
    one nearest to 0 to the one farthest from it.

    Parameters
    ----------
    array
        Of any shape. One axis is a row, as NumPy prints it; the leading axes of three and more are rows.
    """
    entries = np.asarray(array)
    of = "|·| " if entries.dtype.kind == "c" else ""
    entries = (np.abs(entries) if of else entries).astype(np.float64)
    if not entries.size:
        return HeatMap((), "no entries")
    known = entries[~np.isnan(entries)]
    missing = entries.size - known.size
    caption = [f"{of}{number(known.min())} … {number(known.max())}"] if known.size else []
    caption += [f"{missing:,} nan"] if missing else []
    finite = known[np.isfinite(known)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    rows = pooled(entries.reshape(-1, entries.shape[-1])).tolist()
    return HeatMap(tuple(tuple(_level(x, low, high) for x in row) for row in rows), ", ".join(caption))


def pooled(matrix: NDArray[Any]) -> NDArray[Any]:
    """`matrix` in at most CELLS × CELLS blocks, each by its entry of greatest magnitude: one wrong entry stays visible.

    A block with nan in it is nan.
    """
    rows, columns = (_cuts(n) for n in matrix.shape)
    blocks = [
        [matrix[top:bottom, left:right].ravel() for left, right in pairwise(columns)] for top, bottom in pairwise(rows)
    ]
    return np.array([[block[np.argmax(np.abs(block))] for block in row] for row in blocks])


def _cuts(n: int) -> list[int]:
    cells = min(n, CELLS)
    return [i * n // cells for i in range(cells + 1)]


def _level(x: float, low: float, high: float) -> int | None:
    if np.isnan(x):
        return None
    scale = max(-low, high)
    if np.isinf(x) or not scale:
        return int(np.sign(x)) * LEVELS
    x, low, high = x / scale, low / scale, high / scale
    if low < 0 < high:
        return round(LEVELS * x)
    if low == high:
        return round(LEVELS * x / 2)
    return round(LEVELS * (x - low) / (high - low)) if low >= 0 else round(LEVELS * (x - high) / (high - low))
