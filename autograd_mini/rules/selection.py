"""Choosing entries: by condition, by index, and the way back."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..calls import SignatureCall, contains_node
from ..cotangents import Masked, masked, value_of
from ..entries import Statement, Sums
from ..errors import UnsupportedError
from ..graph import Node
from ..kinds import Indices, Inverse, composite, linear, selection
from ..samples import S, at
from ..scatter import astype, scatter_add, set_at


class Gathered(Inverse):
    """Selection by value: ``indices(y, *operands)`` says which entry of the operand, flattened, each entry of y is."""

    def __init__(self, statement: Statement) -> None:
        super().__init__(statement, onto=False)

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        x, indices = operands[slot], self.state(node, slot, operands, y).reshape(-1)
        return self.put_at(indices, x, y_bar)

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        indices = self.state(node, slot, operands, y)
        return np.take_along_axis(x_dot, indices.reshape(-1), None).reshape(indices.shape)


class Pieces(Indices):
    """Selection by structure with several results: all of them together are one selection."""

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        x = operands[slot]
        pieces = node.rule.call.invoke([np.arange(x.size).reshape(x.shape)], node.keywords)
        arrived = [(bar, indices.reshape(-1)) for bar, indices in zip(y_bar, pieces, strict=True) if bar is not None]
        live = [bar.live if type(bar) is Masked else np.ones(bar.shape, dtype=bool) for bar, _ in arrived]
        joined = np.concatenate([value_of(bar).reshape(-1) for bar, _ in arrived])
        indices = np.concatenate([indices for _, indices in arrived])
        return self.put_at(indices, x, masked(joined, np.concatenate([mask.reshape(-1) for mask in live])))

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        return tuple(super().push(node, slot, x_dot, y, operands))


def _fixed(part: Any) -> Any:
    """One part of an index, so that nobody can change it afterwards."""
    if isinstance(part, list):
        return np.asarray(part) if part else np.asarray(part, dtype=int)
    if isinstance(part, slice):
        return slice(
            *(None if bound is None else operator.index(bound) for bound in (part.start, part.stop, part.step))
        )
    return part


class IndexCall:
    """``x[key]``: the array is the operand; lists in the key become arrays, so that nobody can change it afterwards."""

    n = 1
    carriers: tuple[str, ...] = ()
    supported = ("key",)

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The operand and the key."""
        x, key = args
        if contains_node(key):
            raise UnsupportedError(
                "t[i]: an index is made of integers or booleans, not a Tensor. Use i.data.astype(int)."
            )
        return (x,), {"key": tuple(map(_fixed, key)) if isinstance(key, tuple) else _fixed(key)}

    def invoke(self, operands: Any, keywords: dict[str, Any]) -> Any:
        """Index a value."""
        return operands[0][keywords["key"]]


class WhereCall(SignatureCall):
    """``np.where(condition, x, y)``; with the condition alone it is ``np.nonzero``, whose results are integers."""

    def __init__(self) -> None:
        super().__init__(np.where, "where", 3, (), (), lambda condition, x, y, /: None)

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The operands: three, or the condition."""
        return (args, kwargs) if len(args) == 1 and not kwargs else super().bind(args, kwargs)


def _set_back(bar: Any, x: Any, values: Any, key: Any) -> Any:
    return set_at(bar, 0, key)


def _set_values_back(bar: Any, x: Any, values: Any, key: Any) -> Any:
    """The entries at `key`, but nothing for a value that a later one has overwritten."""
    places = np.arange(bar.size).reshape(bar.shape)[key]
    turns = np.arange(1, places.size + 1).reshape(places.shape)
    last = set_at(np.zeros(bar.shape, dtype=int), turns, key)[key] == turns
    return np.where(last, bar[key], 0)


def _take_back(bar: Any, a: Any, indices: Any, axis: int | None = None, mode: str = "raise") -> Any:
    """To where it was taken from: as ``a[…, indices, …]``, since what `mode` makes of an index is an index again."""
    indices = indices if hasattr(indices, "astype") else np.asarray(indices)
    indices = indices.astype(int)  # booleans count as 0 and 1 here
    size = a.size if axis is None else a.shape[axis] if a.ndim else 1
    indices = indices % size if mode == "wrap" else np.clip(indices, 0, size - 1) if mode == "clip" else indices
    if axis is None or not a.ndim:
        return scatter_add(bar, indices, (a.size,)).reshape(a.shape)
    return scatter_add(bar, (slice(None),) * (axis % a.ndim) + (indices,), a.shape)


_ROWS, _COLUMNS = np.array([0, 2, 0]), np.array([-1, 1, -1])
_MASK = np.array([[True, False, True], [False, True, False]])
_KEYS = [0, -1, slice(1, None), (Ellipsis, None, 0), (slice(None, None, -1), slice(0, 2)), _ROWS, [0, 0, 1],
         (_ROWS, _COLUMNS), (_ROWS, None, _COLUMNS), np.array([], dtype=int), (slice(None), [2, 0, 2])]  # fmt: skip

# By index
selection(
    operator.getitem,
    Inverse(lambda bar, x, key: scatter_add(bar, key, x.shape), onto=False),
    call=IndexCall(),
    samples=[
        *(at(S(3, 3), key) for key in _KEYS),
        at(S(2, 3), _MASK),
        at(S(2, 3), ()),
        at(S(2, 3, 4), (0, slice(None), _ROWS)),
    ],
)
linear(
    scatter_add,
    Sums(lambda y_bar, values, key: y_bar[key]),
    keywords="shape",
    samples=[at(S(3), _ROWS, (4,)), at(S(2, 3), slice(1, 3), (4, 3))],
)
selection(
    set_at,
    Inverse(_set_back, onto=False),
    Inverse(_set_values_back, onto=False),
    keywords="key",
    together=True,
    samples=[at(S(3, 3), S(3), 1), at(S(4), S(3), _ROWS), at(S(2, 3), S(), _MASK)],
)
selection(
    np.take,
    Inverse(_take_back, onto=False),
    samples=[at(S(2, 3), 4), at(S(2, 3), [[1, -1], [1, 0]], axis=1), at(S(2, 3), [0, -1, 1], -2), at(S(2, 3, 4), _ROWS, 1),
             at(S(2, 3), [-4, 7, 1], mode="wrap"), at(S(2, 3), [-4, 7, 1], axis=0, mode="clip"), at(S(), [0, 0], axis=0),
             at(S(2, 3), [2, 0, 0], -1)],
)  # fmt: skip
selection(
    np.take_along_axis,
    keywords="indices axis",
    samples=[at(S(2, 3), np.array([[0, 0], [-1, 1]]), axis=1), at(S(2, 3), np.array([[1, 0, 1]]), axis=0),
             at(S(2, 3), np.array([4, 4, 0]), axis=None)],
)  # fmt: skip

# By condition
selection(
    np.where,
    None,
    lambda y, condition, a, b: np.not_equal(condition, 0),
    lambda y, condition, a, b: np.equal(condition, 0),
    call=WhereCall(),
    samples=[at(_MASK, S(2, 3), S(2, 3)), at(_MASK, S(3), S()), at(_MASK[0], S(2, 3), S(2, 1))],
)
selection(
    np.compress,
    None,
    Indices(),
    keywords="axis",
    samples=[at([True, False, True], S(2, 3), axis=1), at([0, 1], S(2, 3), 0), at([False, True, True], S(2, 3))],
)
selection(np.extract, None, Indices(), samples=[at(_MASK, S(2, 3)), at([True, False, True], S(2, 3))])

# In another dtype
selection(
    astype,
    Inverse(lambda bar, x: bar),
    keywords="dtype copy",
    samples=[at(S(2, 3), np.float64), at(S(2, 3), np.complex128)],
)
composite(
    np.astype,
    lambda x, dtype, /, *, copy=True: x.astype(dtype, copy=copy),
    samples=[at(S(2, 3), np.float64), at(S(2, 3), np.complex128, copy=False)],
)
