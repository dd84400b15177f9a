"""Choosing entries: by condition, by index, and the way back."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..calls import contains_node
from ..errors import UnsupportedError
from ..kinds import Inverse, linear, selection
from ..samples import S, at
from ..scatter import astype, scatter_add, set_at


def _fixed(part: Any) -> Any:
    """One part of an index, so that nobody can change it afterwards."""
    if isinstance(part, list):
        return np.asarray(part) if part else np.asarray(part, dtype=int)
    if isinstance(part, slice):
        return slice(*(None if bound is None else operator.index(bound) for bound in (part.start, part.stop, part.step)))
    return part


class IndexCall:
    """``x[key]``: the array is the operand; lists in the key become arrays, so that nobody can change it afterwards."""

    n = 1
    carriers: tuple[str, ...] = ()
    supported = ("key",)

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:  # noqa: ARG002
        """The operand and the key."""
        x, key = args
        if contains_node(key):
            raise UnsupportedError("t[i]: an index is made of integers or booleans, not a Tensor. Use i.data.astype(int).")
        return (x,), {"key": tuple(map(_fixed, key)) if isinstance(key, tuple) else _fixed(key)}

    def invoke(self, operands: Any, keywords: dict[str, Any]) -> Any:
        """Index a value."""
        return operands[0][keywords["key"]]


def _set_back(bar: Any, x: Any, values: Any, key: Any) -> Any:
    return set_at(bar, 0, key)


def _set_values_back(bar: Any, x: Any, values: Any, key: Any) -> Any:
    """The entries at `key`, but nothing for a value that a later one has overwritten."""
    places = np.arange(bar.size).reshape(bar.shape)[key]
    turns = np.arange(1, places.size + 1).reshape(places.shape)
    last = set_at(np.zeros(bar.shape, dtype=int), turns, key)[key] == turns
    return np.where(last, bar[key], 0)


_ROWS, _COLUMNS = np.array([0, 2, 0]), np.array([-1, 1, -1])
_MASK = np.array([[True, False, True], [False, True, False]])
_KEYS = [0, -1, slice(1, None), (Ellipsis, None, 0), (slice(None, None, -1), slice(0, 2)), _ROWS, [0, 0, 1], (_ROWS, _COLUMNS),
         (_ROWS, None, _COLUMNS), np.array([], dtype=int), (slice(None), [2, 0, 2])]  # fmt: skip

selection(
    operator.getitem,
    Inverse(lambda bar, x, key: scatter_add(bar, key, x.shape), onto=False),
    call=IndexCall(),
    samples=[*(at(S(3, 3), key) for key in _KEYS), at(S(2, 3), _MASK), at(S(2, 3), ()), at(S(2, 3, 4), (0, slice(None), _ROWS))],
)
linear(
    scatter_add,
    lambda y_bar, values, key: y_bar[key],
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
selection(astype, Inverse(lambda bar, x: bar), keywords="dtype copy", samples=[at(S(2, 3), np.float64), at(S(2, 3), np.complex128)])
selection(
    np.where,
    None,
    lambda y, condition, a, b: np.not_equal(condition, 0),
    lambda y, condition, a, b: np.equal(condition, 0),
    signature=lambda condition, x, y: None,
    samples=[at(_MASK, S(2, 3), S(2, 3)), at(_MASK, S(3), S()), at(_MASK[0], S(2, 3), S(2, 1))],
)
