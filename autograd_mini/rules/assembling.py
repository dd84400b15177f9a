"""Cutting, joining and filling arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..calls import contains_node
from ..errors import UnsupportedError
from ..graph import Node
from ..kinds import RULES, Composite, Inverse, composite, general, linear, selection
from ..samples import S, at
from ..scatter import scatter_add
from .selection import Pieces


def stand_ins(nested: Any) -> Any:
    """Zeros of the same shapes in the same lists, to let NumPy itself complain about a call."""
    if isinstance(nested, (list, tuple)):
        return type(nested)(map(stand_ins, nested))
    return np.broadcast_to(0.0, np.shape(nested))


def stacked(nested: Any) -> Any:
    """Lists of Tensors as one Tensor."""
    if isinstance(nested, Node) or not contains_node(nested):
        return nested
    return np.stack([stacked(part) for part in nested])


# Joining


def _part_of_concatenation(bar: Any, *arrays: Any, slot: int, axis: int | None = 0) -> Any:
    if axis is None:
        start = sum(int(np.size(a)) for a in arrays[:slot])
        return bar[start : start + np.size(arrays[slot])].reshape(np.shape(arrays[slot]))
    axis %= bar.ndim
    start = sum(a.shape[axis] for a in arrays[:slot])
    return bar[(slice(None),) * axis + (slice(start, start + arrays[slot].shape[axis]),)]


def _part_of_stack(bar: Any, *arrays: Any, slot: int, axis: int = 0) -> Any:
    return bar[(slice(None),) * (axis % bar.ndim) + (slot,)]


def _vstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    return np.concatenate([np.atleast_2d(a) for a in tup], 0, dtype=dtype, casting=casting)


def _hstack(tup: Any, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    axis = 0 if np.ndim(tup[0]) < 2 else 1
    return np.concatenate([np.atleast_1d(a) for a in tup], axis, dtype=dtype, casting=casting)


def _dstack(tup: Any) -> Any:
    return np.concatenate([np.atleast_3d(a) for a in tup], 2)


def _column_stack(tup: Any) -> Any:
    """Vectors become columns."""
    return np.concatenate([a if np.ndim(a) > 1 else np.reshape(a, (-1, 1)) for a in tup], 1)


def _append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return np.concatenate((np.ravel(arr), np.ravel(values)) if axis is None else (arr, values), axis=axis or 0)


def _block(arrays: Any) -> Any:
    """The innermost lists are joined along the last axis, those around them along the one before, and so on."""
    np.block(stand_ins(arrays))  # NumPy's own complaint, if any

    def depth(nested: Any) -> int:
        return 1 + depth(nested[0]) if isinstance(nested, list) else 0

    def ndim(nested: Any) -> int:
        return max(map(ndim, nested)) if isinstance(nested, list) else np.ndim(nested)

    lists = depth(arrays)
    axes = max(ndim(arrays), lists)

    def joined(nested: Any, level: int) -> Any:
        if level:
            return np.concatenate([joined(part, level - 1) for part in nested], axis=-level)
        return np.reshape(nested, (1,) * (axes - np.ndim(nested)) + np.shape(nested))

    return joined(arrays, lists)


def _insert_places(arr: Any, obj: Any, values: Any, axis: int | None) -> Any:
    """Which entry each of the result is: −1 for one of `arr`, else the number of one of `values`."""
    shape = np.shape(values)
    return np.insert(np.full(arr.shape, -1), obj, np.arange(np.size(values)).reshape(shape), axis)


def _insert_back(bar: Any, arr: Any, values: Any, obj: Any, axis: int | None = None) -> Any:
    """What was there before keeps its order."""
    return bar[_insert_places(arr, obj, values, axis) < 0].reshape(arr.shape)


def _inserted_back(bar: Any, arr: Any, values: Any, obj: Any, axis: int | None = None) -> Any:
    places = _insert_places(arr, obj, values, axis)
    return scatter_add(bar[places >= 0], places[places >= 0], (np.size(values),)).reshape(np.shape(values))


def _insert(arr: Any, values: Any, obj: Any, axis: Any = None) -> Any:
    return np.insert(arr, obj, values, axis)


_inserted = selection(
    _insert,
    Inverse(_insert_back),
    Inverse(_inserted_back),
    together=True,
    samples=[at(S(4), S(), 1), at(S(2, 3), S(3), [0, 2], axis=0)],
)


def _insert_formula(arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    if np.result_type(arr).kind not in "fc":
        raise UnsupportedError("insert: into integers the values would be rounded. Use arr.astype(float).")
    if isinstance(values, (list, tuple)) and contains_node(values):
        values = np.stack(values)
    return _inserted(arr, values, obj, axis)


# Filling


def _share(bar: Any, num: int, endpoint: bool, axis: int) -> Any:
    """How far from start to stop each point is: 0 … 1 along `axis`."""
    t = np.linspace(0.0, 1.0, num, endpoint).astype(bar.dtype)
    return t.reshape((-1,) + (1,) * (bar.ndim - 1 - axis % bar.ndim))


def _spread(x: Any, y: Any, axis: int) -> Any:
    """`x` with the axis that the points of y lie along."""
    return np.expand_dims(x.reshape((1,) * (y.ndim - 1 - x.ndim) + x.shape), axis)


def _start_back(bar: Any, start: Any, stop: Any, num: int = 50, endpoint: bool = True, axis: int = 0) -> Any:
    return np.sum(bar * (1 - _share(bar, num, endpoint, axis)), axis=axis)


def _stop_back(bar: Any, start: Any, stop: Any, num: int = 50, endpoint: bool = True, axis: int = 0) -> Any:
    return np.sum(bar * _share(bar, num, endpoint, axis), axis=axis)


def _line(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    return np.linspace(start, stop, num, endpoint, dtype=dtype, axis=axis)


_ENDS = [at(S(), S(), 5), at(S(2), S(), 4, False, axis=1), at(S(3), S(2, 1), num=2, axis=-1), at(S(), S(), 1)]
_points = linear(_line, _start_back, _stop_back, together=True, keywords="dtype", samples=_ENDS)


def _linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None, axis: int = 0
) -> Any:
    points = _points(start, stop, num, endpoint, dtype, axis)
    if not retstep:
        return points
    intervals = num - 1 if endpoint else num
    return points, (np.subtract(stop, start) / intervals if intervals > 0 else np.nan)


def _first_ratio(x_dot: Any, y: Any, start: Any, stop: Any, num: int = 50, endpoint: bool = True, axis: int = 0) -> Any:
    """The points are start¹⁻ᵗ stopᵗ."""
    return (1 - _share(y, num, endpoint, axis)) * y * _spread(x_dot / start, y, axis)


def _last_ratio(x_dot: Any, y: Any, start: Any, stop: Any, num: int = 50, endpoint: bool = True, axis: int = 0) -> Any:
    return _share(y, num, endpoint, axis) * y * _spread(x_dot / stop, y, axis)


def _logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: int = 0
) -> Any:
    if np.ndim(base):
        ndim = len(np.broadcast_shapes(np.shape(start), np.shape(stop), np.shape(base)))
        start, stop, base = (np.reshape(a, (1,) * (ndim - np.ndim(a)) + np.shape(a)) for a in (start, stop, base))
        base = np.expand_dims(base, axis)
    y = np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))
    return y if dtype is None else y.astype(dtype)


def _array(a: Any, dtype: Any = None, *, copy: Any = None, order: Any = None, ndmin: int = 0) -> Any:
    """With ``like=t`` NumPy asks what an array is here: a Tensor stays one, and lists of Tensors are stacked."""
    if not contains_node(a):
        return np.array(a, dtype, order=order or "K", ndmin=ndmin)
    a = stacked(a)
    a = a if dtype is None or a.dtype == dtype else a.astype(dtype)
    return np.reshape(a, (1,) * (ndmin - a.ndim) + a.shape) if ndmin > a.ndim else a


def _full(shape: Any, fill_value: Any, dtype: Any = None, order: Any = "C") -> Any:
    if not contains_node(fill_value):
        return np.full(shape, fill_value, dtype, order)
    filled = np.broadcast_to(stacked(fill_value), shape)
    return filled if dtype is None else filled.astype(dtype)


def _full_like(a: Any, fill_value: Any, dtype: Any = None, order: Any = "K", shape: Any = None) -> Any:
    plain = np.empty_like(a, dtype=dtype, order=order, shape=shape)
    return _full(plain.shape, fill_value, plain.dtype) if contains_node(fill_value) else np.full_like(plain, fill_value)


# fmt: off
_CAST = {"dtype": np.float64, "casting": "unsafe"}

# Cutting
selection(np.split,       Pieces(), keywords="indices_or_sections axis",
          samples=[at(S(4), 2), at(S(2, 5), [1, 3], axis=1), at(S(3, 2), (1, -1))])
selection(np.array_split, Pieces(), keywords="indices_or_sections axis",
          samples=[at(S(5), 3), at(S(2, 5), 2, -1), at(S(2, 5), [4, 2], axis=1)])
selection(np.hsplit,      Pieces(), keywords="indices_or_sections", samples=[at(S(2, 4), 2), at(S(4), [1])])
selection(np.vsplit,      Pieces(), keywords="indices_or_sections", samples=[at(S(4, 2), 2), at(S(4, 2), [1, 1])])
selection(np.dsplit,      Pieces(), keywords="indices_or_sections", samples=[at(S(2, 3, 4), 2)])
selection(np.unstack,     Pieces(), keywords="axis",                samples=[at(S(3)), at(S(2, 3), axis=-1)])

# Joining
selection(np.concatenate, Inverse(_part_of_concatenation), keywords="dtype casting", listed=True, together=True,
          signature=lambda arrays, axis=0, out=None, *, dtype=None, casting="same_kind": None,
          samples=[at([S(2, 3), S(1, 3)]), at([S(2, 3), S(2, 2)], axis=-1), at([S(2, 3), S(4)], axis=None),
                   at([S(2), S(3)], **_CAST)])
selection(np.stack,       Inverse(_part_of_stack), keywords="dtype casting", listed=True, together=True,
          samples=[at([S(2, 3), S(2, 3)]), at([S(2, 3), S(2, 3)], axis=-1), at([S(), S(), S()]),
                   at([S(3), S(3)], 1, **_CAST)])
composite(np.vstack,       _vstack,         samples=[at([S(2, 3), S(3)]), at([S(), S(2, 1)], **_CAST)])
composite(np.hstack,       _hstack,         samples=[at([S(2, 3), S(2, 1)]), at([S(2), S(3), S()]),
                                                     at([S(2), S(3)], **_CAST)])
composite(np.dstack,       _dstack,         samples=[at([S(2, 3), S(2, 3)]), at([S(3), S(3)])])
composite(np.column_stack, _column_stack,   samples=[at([S(3), S(3, 2)]), at([S(), S(), S(1, 2)])])
composite(np.append,       _append,         samples=[at(S(2, 3), S(2)), at(S(2, 3), S(2, 2), axis=1),
                                                     at(S(), S(), axis=None)])
composite(np.block,        _block,          samples=[at([S(2), S(3), S()]), at([[S(2, 2), S(2, 1)], [S(1, 2), S(1, 1)]]),
                                                     at(S(3)), at([[S(2), S()], [S(3)]]), at([[[S(2)]], [[S(2)]]])])
composite(np.insert,       _insert_formula, samples=[at(S(4), 1, S()), at(S(2, 3), [0, 2], S(3), axis=0),
                                                     at(S(2, 3), 1, S(2), 1), at(S(4), [0, 0, 3], S(3)),
                                                     at(S(2, 3), [1], S(2, 1), axis=1), at(S(4), slice(1, 3), S(2)),
                                                     at(S(2, 3), -1, S(2))])

# Filling
composite(np.linspace,  _linspace,                    samples=[*_ENDS, at(S(), S(2), 3, retstep=True),
                                                               at(S(), S(), 3, False, True, np.float64)])
general(np.geomspace,   _first_ratio, _last_ratio, on=(0.5, 2), keywords="dtype",
                                                      samples=[*_ENDS, at(S(), S(), 3, dtype=np.complex128)])
composite(np.logspace,  _logspace, on=(0.5, 2),       samples=[*_ENDS, at(S(), S(), 3, base=S()), at(S(), S(), 3, base=2.0),
                                                               at(S(), S(2), 3, True, S(2), np.float64, axis=1)])
composite(np.full_like, _full_like,                   samples=[at(S(2, 3), S()), at(S(2), S(), shape=(3, 2)),
                                                               at(S(2, 3), S(3), dtype=np.float64, order="F")])
# fmt: on


def _asked(function: Any, like: int) -> Any:
    """The function with ``like=`` its first Tensor or array, as a sample call."""
    return lambda *args: function(*args, like=args[like][0] if isinstance(args[like], list) else args[like])


# NumPy has no hook here, unless it is asked to make an array like a Tensor.
for _function in (np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray):
    RULES[_function] = Composite(
        _asked(_function, 0), _function.__name__, _array, None, [at([S(2), S(2)], np.float64), at(S(2, 3))]
    )
RULES[np.full] = Composite(_asked(np.full, 1), "full", _full, None, [at((2, 3), S(3)), at(2, S(1), np.float64)])
