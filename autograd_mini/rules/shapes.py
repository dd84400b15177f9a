"""Functions that move entries without changing them. Where the way back is short it is stated; else indices are moved too."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..broadcasting import sum_to
from ..errors import UnsupportedError
from ..kinds import Inverse, composite, selection
from ..samples import S, at


def _transpose_back(bar: Any, x: Any, axes: Any = None) -> Any:
    return bar.transpose(None if axes is None else tuple(int(a) for a in np.argsort([a % x.ndim for a in axes])))


def _same_shape(bar: Any, x: Any) -> Any:
    return bar.reshape(x.shape)


def _same_order(bar: Any, x: Any, order: str = "C") -> Any:
    if order not in ("C", "F"):
        raise UnsupportedError(f"reshape, ravel: order={order!r} depends on how the memory is laid out. Use 'C' or 'F'.")
    return bar.reshape(x.shape, order=order)


def _part_of_concatenation(bar: Any, *arrays: Any, slot: int, axis: int | None = 0) -> Any:
    if axis is None:
        start = sum(int(np.size(a)) for a in arrays[:slot])
        return bar[start : start + np.size(arrays[slot])].reshape(np.shape(arrays[slot]))
    axis %= bar.ndim
    start = sum(a.shape[axis] for a in arrays[:slot])
    return bar[(slice(None),) * axis + (slice(start, start + arrays[slot].shape[axis]),)]


def _part_of_stack(bar: Any, *arrays: Any, slot: int, axis: int = 0) -> Any:
    return bar[(slice(None),) * (axis % bar.ndim) + (slot,)]


def _broadcast_back(bar: Any, x: Any) -> Any:
    return sum_to(bar, x.shape)


# fmt: off
selection(np.reshape,      Inverse(_same_order), keywords="shape", signature=lambda a, shape, order="C", *, copy=None: None,
          samples=[at(S(2, 3), (3, 2)), at(S(2, 3), -1), at(S(), (1, 1)), at(S(2, 3), (3, 2), order="F")])
selection(np.ravel,        Inverse(_same_order),      samples=[at(S(2, 3)), at(S()), at(S(2, 3), "F")])
selection(np.squeeze,      Inverse(_same_shape), keywords="axis", samples=[at(S(2, 1, 3)), at(S(2, 1, 1), axis=-1)])
selection(np.expand_dims,  Inverse(_same_shape), keywords="axis", samples=[at(S(2, 3), 1), at(S(3), (0, -1)), at(S(), 0)])
selection(np.transpose,    Inverse(_transpose_back),  samples=[at(S(2, 3)), at(S(2, 3, 4), (1, -1, 0)), at(S(3))])
selection(np.swapaxes,     keywords="axis1 axis2",    samples=[at(S(2, 3, 4), 0, -1)])
selection(np.moveaxis,     keywords="source destination", samples=[at(S(2, 3, 4), 0, -1), at(S(2, 3, 4), (0, 1), (1, 2))])
selection(np.matrix_transpose,                        samples=[at(S(2, 3, 4))])
selection(np.broadcast_to, Inverse(_broadcast_back), keywords="shape", samples=[at(S(3, 1), (2, 3, 4)), at(S(), (2, 2))])
selection(np.concatenate,  Inverse(_part_of_concatenation), listed=True, together=True,
          signature=lambda arrays, axis=0, out=None, *, dtype=None, casting="same_kind": None,
          samples=[at([S(2, 3), S(1, 3)]), at([S(2, 3), S(2, 2)], axis=-1), at([S(2, 3), S(4)], axis=None)])
selection(np.stack,        Inverse(_part_of_stack),   listed=True, together=True,
          samples=[at([S(2, 3), S(2, 3)]), at([S(2, 3), S(2, 3)], axis=-1)])
selection(np.copy,         Inverse(lambda bar, x: bar), samples=[at(S(2, 3)), at(S())])
selection(np.flip,         keywords="axis",           samples=[at(S(2, 3)), at(S(2, 3), 1)])
selection(np.roll,         keywords="shift axis",     samples=[at(S(2, 3), 2), at(S(2, 3), (1, -1), axis=(0, 1))])
selection(np.repeat,       keywords="repeats axis",   samples=[at(S(2, 3), 2), at(S(2, 3), [1, 0, 3], axis=1)])
selection(np.tile,         keywords="reps",           samples=[at(S(2, 3), 2), at(S(3), (2, 2))])
selection(np.diagonal,     keywords="offset axis1 axis2", samples=[at(S(3, 3)), at(S(2, 3, 4), 1, 0, 2)])
# fmt: on

composite(
    np.vstack,
    lambda tup, **keywords: np.concatenate([np.atleast_2d(a) for a in tup], 0, **keywords),
    samples=[at([S(2, 3), S(3)])],
)
composite(
    np.hstack,
    lambda tup, **keywords: np.concatenate([np.atleast_1d(a) for a in tup], 0 if np.ndim(tup[0]) < 2 else 1, **keywords),
    samples=[at([S(2, 3), S(2, 1)]), at([S(2), S(3), S()])],
)
composite(np.atleast_1d, lambda *arys: _at_least(arys, (1,)), samples=[at(S()), at(S(2, 3))])
composite(np.atleast_2d, lambda *arys: _at_least(arys, (1, 2)), samples=[at(S()), at(S(3)), at(S(2, 3))])


def _at_least(arrays: Any, steps: tuple[int, ...]) -> Any:
    """Arrays of at least one or two axes; new ones come first."""
    shaped = tuple(np.reshape(a, (1,) * max(len(steps) - np.ndim(a), 0) + np.shape(a)) for a in arrays)
    return shaped[0] if len(shaped) == 1 else shaped
