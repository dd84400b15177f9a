"""What the boxes of a picture are called: the names a person gave, then letters."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..graph import Node

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LONGEST = 40


def subscripted(name: str, n: int) -> str:
    """``a₁``."""
    return name + str(n).translate(_SUBSCRIPTS)


def given_names(names: Any, who: str) -> tuple[dict[int, str], list[tuple[str, Any]]]:
    """The names that `names`, usually ``locals()``, gives to Tensors, by identity, and those it gives to arrays.

    Raises
    ------
    TypeError
        When it is no mapping.
    """
    tensors: dict[int, str] = {}
    arrays: list[tuple[str, Any]] = []
    if names is None:
        return tensors, arrays
    if not isinstance(names, Mapping):
        raise TypeError(f"{who}: names is a dict from names to Tensors, such as locals(), not {type(names).__name__}.")
    for name, value in list(names.items()):
        # A notebook keeps its results under names such as _ and _12. The type is asked, not the value: it may be anything.
        if type(name) is str and not name.startswith("_"):
            if issubclass(type(value), Node):
                tensors.setdefault(id(value), name)
            elif type(value) is np.ndarray:
                arrays.append((name, value))
    return tensors, arrays


def clean(name: str | None) -> str:
    """A name on one line, of bounded length; empty where there is none."""
    printable = "".join(c if c.isprintable() else " " for c in name or "")
    words = " ".join(printable.split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def unique_names(given: Sequence[str]) -> list[str]:
    """Names that are all different: the given ones, subscripted where they clash, and letters where there is none.

    The letters begin after the last one that a person gave: with inputs a and b come c, d, e; then those left out, then a₁.
    """
    taken: set[str] = set()
    result = [_kept(name, taken) if name else "" for name in given]
    start = 1 + max((_LETTERS.index(name) for name in taken if len(name) == 1 and name in _LETTERS), default=-1)
    letters = (letter for letter in _letters(start) if letter not in taken)
    return [name or next(letters) for name in result]


def _kept(name: str, taken: set[str]) -> str:
    """`name`, or with a subscript if something else has it already."""
    n, unique = 1, name
    while unique in taken:
        n += 1
        unique = subscripted(name, n)
    taken.add(unique)
    return unique


def _letters(start: int) -> Iterator[str]:
    yield from _LETTERS[start:] + _LETTERS[:start]
    for n in itertools.count(1):
        for letter in _LETTERS:
            yield subscripted(letter, n)
