"""Nested arguments: lists, tuples and dicts are containers, whatever is in them is a leaf."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from numpy import ndarray

from .errors import ShapeError


def leaves(tree: Any) -> list[Any]:
    """The leaves of `tree`, in order; ``None`` is an empty container."""
    found: list[Any] = []
    _collect(tree, found)
    return found


def _collect(tree: Any, found: list[Any]) -> None:
    if isinstance(tree, (list, tuple)):
        for item in tree:
            _collect(item, found)
    elif isinstance(tree, dict):
        for item in tree.values():
            _collect(item, found)
    elif tree is not None:
        found.append(tree)


def paths(tree: Any, path: str = "") -> Iterator[str]:
    """The way to each leaf of `tree`, in order, as one would write it: ``[0]['w']``."""
    if isinstance(tree, (list, tuple, dict)):
        for key in tree if isinstance(tree, dict) else range(len(tree)):
            yield from paths(tree[key], f"{path}[{key!r}]")
    elif tree is not None:
        yield path


def map_leaves(function: Callable[[Any], Any], tree: Any) -> Any:
    """Apply `function` to every leaf of `tree`, in order."""
    if not isinstance(tree, (list, tuple, dict)):
        return None if tree is None else function(tree)
    if isinstance(tree, dict):
        return {key: map_leaves(function, item) for key, item in tree.items()}
    # Arrays, the usual leaves, without a call each.
    items = [function(item) if type(item) is ndarray else map_leaves(function, item) for item in tree]
    kind = type(tree)
    return items if kind is list else tuple(items) if kind is tuple else _like(tree, items)


def _like(tree: Any, items: list[Any]) -> Any:
    """`items` in a container of the type of `tree`, a subclass of list or tuple."""
    return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)


def leaves_like(reference: Any, tree: Any, what: str, other: str) -> list[Any]:
    """The leaves of `tree` in the order of those of `reference`.

    Raises
    ------
    ShapeError
        When the two are not nested alike; the message says that `what` is not nested like `other`.
    """
    found: list[Any] = []
    if not _collect_like(reference, tree, found):
        nested = [str(map_leaves(lambda _: "*", t)).replace("'*'", "*") for t in (tree, reference)]
        raise ShapeError(f"{what} are nested {nested[0]}, {other} {nested[1]}; they must be nested alike.")
    return found


def _collect_like(reference: Any, tree: Any, found: list[Any]) -> bool:
    if isinstance(reference, dict):
        if not isinstance(tree, dict) or reference.keys() != tree.keys():
            return False
        return all(_collect_like(reference[key], tree[key], found) for key in reference)
    if isinstance(reference, (list, tuple)):
        if type(tree) is not type(reference) or len(reference) != len(tree):
            return False
        return all(_collect_like(r, t, found) for r, t in zip(reference, tree, strict=True))
    if isinstance(tree, (list, tuple, dict)) or (reference is None) != (tree is None):
        return False
    if tree is not None:
        found.append(tree)
    return True


def rebuild(tree: Any, new_leaves: Sequence[Any]) -> Any:
    """A tree nested like `tree` with the leaves `new_leaves`."""
    rest = iter(new_leaves)
    return map_leaves(lambda _: next(rest), tree)
