"""What travels backward: a value, and, where a selection made it, the entries that anything has reached at all.

A zero that a selection puts where nothing was selected is structural: no product with it is ever formed, so the derivative
of ``np.where(x > 0, np.log(x), 0)`` is that of the branch taken, even where the other branch is invalid.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .broadcasting import to_dtype, to_shape

DEPTH = 8  # of masks that wait for one another, and for what they are made of


class Mask:
    """Which entries receive anything: a boolean array, made when it is first asked for, since most are never."""

    __slots__ = ("_array", "_depth", "_make")

    def __init__(self, make: Callable[[], Any], *sources: Mask) -> None:
        self._make = make
        self._array: Any = None
        self._depth: int = 1 + max([source._depth for source in sources], default=0)
        if self._depth > DEPTH:  # a long chain of them would recurse too deeply
            self.array()

    def array(self) -> Any:
        """The mask."""
        if self._depth:
            self._array, self._depth = self._make(), 0
            del self._make
        return self._array


class Masked:
    """A cotangent of which only the entries in `mask` receive anything; the others are structural zeros."""

    __slots__ = ("mask", "value")

    def __init__(self, value: Any, mask: Mask) -> None:
        self.value = value
        self.mask = mask

    @property
    def live(self) -> Any:
        """The mask as a boolean array, which broadcasts to the shape of the value."""
        return self.mask.array()


def masked(value: Any, live: Any) -> Masked:
    """A cotangent with a mask that is there already."""
    return Masked(value, Mask(lambda: live))


def value_of(x_bar: Any) -> Any:
    """The cotangent as numbers, without its mask."""
    return x_bar.value if type(x_bar) is Masked else x_bar


def move(move_entries: Callable[[Any], Any], x_bar: Any) -> Any:
    """Apply a linear map with weights 0 and 1 to a cotangent, and to its mask with it."""
    if type(x_bar) is Masked:
        mask = x_bar.mask
        return Masked(move_entries(x_bar.value), Mask(lambda: move_entries(mask.array()) != 0, mask))
    return move_entries(x_bar)


def add(a: Any, b: Any, fresh: bool = False) -> Any:
    """The sum of two contributions to one node, written over the second if that is `fresh`, an array that nobody else has.

    A contribution without a mask makes every entry live.
    """
    if fresh and type(a) is np.ndarray is type(b):
        return np.add(a, b, out=b)
    if type(a) is tuple:
        return tuple(x if y is None else y if x is None else add(x, y) for x, y in zip(a, b, strict=True))
    if type(a) is Masked and type(b) is Masked:
        p, q = a.mask, b.mask
        return Masked(a.value + b.value, Mask(lambda: p.array() | q.array(), p, q))
    return value_of(a) + value_of(b)


def fit(x_bar: Any, x: Any) -> Any:
    """Give a contribution exactly the shape and dtype of the operand it belongs to."""
    if type(x_bar) is tuple:
        return x_bar  # one for each result of a function; they were fitted to those
    if type(x_bar) is Masked:
        mask, before, after = x_bar.mask, x_bar.value.shape, x.shape
        fitted = Mask(lambda: to_shape(np.broadcast_to(mask.array(), before), after) != 0, mask)
        return Masked(fit(x_bar.value, x), fitted)
    if x_bar.shape != x.shape:
        x_bar = to_shape(x_bar, x.shape)
    return x_bar if x_bar.dtype is x.dtype else to_dtype(x_bar, x.dtype)
