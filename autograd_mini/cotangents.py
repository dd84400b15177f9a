"""What travels backward: a value, and, where a selection made it, the entries that anything has reached at all.

A zero that a selection puts where nothing was selected is structural: no product with it is ever formed, so the derivative
of ``np.where(x > 0, np.log(x), 0)`` is that of the branch taken, even where the other branch is invalid.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .broadcasting import to_dtype, to_shape


class Masked(NamedTuple):
    """A cotangent of which only the entries in `live` receive anything; the others are structural zeros."""

    value: Any
    live: Any


def value_of(x_bar: Any) -> Any:
    """The cotangent as numbers, without its mask."""
    return x_bar.value if type(x_bar) is Masked else x_bar


def move(move_entries: Callable[[Any], Any], x_bar: Any) -> Any:
    """Apply a linear map with weights 0 and 1 to a cotangent, and to its mask with it."""
    if type(x_bar) is Masked:
        return Masked(move_entries(x_bar.value), move_entries(x_bar.live) != 0)
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
        return Masked(a.value + b.value, a.live | b.live)
    return value_of(a) + value_of(b)


def fit(x_bar: Any, x: Any) -> Any:
    """Give a contribution exactly the shape and dtype of the operand it belongs to."""
    if type(x_bar) is tuple:
        return x_bar  # one for each result of a function; they were fitted to those
    if type(x_bar) is Masked:
        live = np.broadcast_to(x_bar.live, x_bar.value.shape)
        return Masked(fit(x_bar.value, x), to_shape(live, x.shape) != 0)
    if x_bar.shape != x.shape:
        x_bar = to_shape(x_bar, x.shape)
    return x_bar if x_bar.dtype is x.dtype else to_dtype(x_bar, x.dtype)
