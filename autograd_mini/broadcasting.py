"""Two adjoint pairs that no rule has to think of: broadcasting (`broadcast_to` / `sum_to`), and promotion (a cast)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Shape = tuple[int, ...]
SMALL = 4096  # entries; up to here filling an array takes less time than np.broadcast_to takes to make a view


def sum_to(x: Any, shape: Shape) -> Any:
    """Transpose of broadcasting `shape` to the shape of `x`: sum the entries of `x` that were one entry of `shape`."""
    sizes = x.shape
    extra = max(len(sizes) - len(shape), 0)
    axes = tuple([a for a, n in enumerate(sizes) if a < extra or (n != 1 and shape[a - extra] == 1)])
    if axes:  # the ufunc itself has less to do than the method
        x = np.add.reduce(x, axis=axes, keepdims=True) if type(x) is np.ndarray else x.sum(axis=axes, keepdims=True)
    return x.reshape(x.shape[extra:]) if extra else x


def to_shape(x: Any, shape: Shape) -> Any:
    """Sum `x` to `shape` where it is larger, broadcast it where it is smaller."""
    if x.shape == shape:
        return x
    if x.ndim >= len(shape):
        x = sum_to(x, shape)
        if x.shape == shape:
            return x
    if isinstance(x, (np.ndarray, np.generic)) and math.prod(shape) <= SMALL:
        filled = np.empty(shape, x.dtype)
        filled[...] = x
        return filled
    return np.broadcast_to(x, shape)


def to_dtype(x: Any, dtype: Any) -> Any:
    """Cast `x` to `dtype`; complex to real by the real part."""
    if x.dtype == dtype:
        return x
    if x.dtype.kind == "c" and dtype.kind != "c":
        x = x.real
    return x.astype(dtype)


def kept_shape(shape: Shape, axis: int | Shape | None) -> Shape:
    """The shape of a reduction of `shape` over `axis` that keeps its axes."""
    if axis is None or not shape:
        return (1,) * len(shape)
    reduced = {a % len(shape) for a in ((axis,) if isinstance(axis, (int, np.integer)) else axis)}
    return tuple(1 if a in reduced else size for a, size in enumerate(shape))


def reduced_size(shape: Shape, axis: int | Shape | None) -> int:
    """How many entries of `shape` go into one entry of a reduction over `axis`."""
    size = 1
    for n, kept in zip(shape, kept_shape(shape, axis), strict=True):
        size *= n if kept != n else 1
    return size
