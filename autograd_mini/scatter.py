"""Putting entries back by index: what NumPy does in place, as functions of values."""

from __future__ import annotations

from typing import Any

import numpy as np

from .calls import dispatching


def _scatter_add(values: Any, key: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of `shape` with `values` added at `key`: the transpose of ``x[key]``."""
    out = np.zeros(shape, values.dtype) if type(values) is np.ndarray else np.zeros_like(values, shape=shape)
    if _is_basic(key):
        out[key] = values
    else:
        np.add.at(out, key, values)
    return out


def _is_basic(key: Any) -> bool:
    """Whether indexing with `key` picks every entry at most once without looking at an array."""
    if type(key) is slice:
        return True
    parts = key if isinstance(key, tuple) else (key,)
    return all(part is None or part is Ellipsis or isinstance(part, (int, slice, np.integer)) for part in parts)


def _set_at(x: Any, values: Any, key: Any) -> Any:
    """A copy of `x` in which the entries at `key` are `values`."""
    complex_into_real = np.iscomplexobj(values) and not np.iscomplexobj(x)
    out = np.array(x, dtype=np.result_type(x, values) if complex_into_real else None)
    out[key] = values
    return out


def _astype(x: Any, dtype: Any, *, copy: bool = True) -> Any:
    """``x.astype(dtype)`` as a function: NumPy's own takes no scalars."""
    return x.astype(dtype, copy=copy)


astype = dispatching(_astype, operands=1)
scatter_add = dispatching(_scatter_add, operands=1)
set_at = dispatching(_set_at, operands=2)
