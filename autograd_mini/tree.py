"""Nested arguments: lists, tuples and dicts are containers, whatever is in them is a leaf."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def leaves(tree: Any) -> list[Any]:
    """The leaves of `tree`, in order; ``None`` is an empty container."""
    return [leaf for _, leaf in leaves_with_paths(tree)]


def leaves_with_paths(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of `tree` with the way to each, as one would write it: ``[0]['w']``."""
    if isinstance(tree, dict):
        for key in tree:
            yield from leaves_with_paths(tree[key], f"{path}[{key!r}]")
    elif isinstance(tree, (list, tuple)):
        for i, item in enumerate(tree):
            yield from leaves_with_paths(item, f"{path}[{i}]")
    elif tree is not None:
        yield path, tree


def rebuild(tree: Any, new_leaves: Iterator[Any]) -> Any:
    """A tree nested like `tree` with the leaves taken from `new_leaves`."""
    if isinstance(tree, dict):
        return {key: rebuild(item, new_leaves) for key, item in tree.items()}
    if isinstance(tree, (list, tuple)):
        items = [rebuild(item, new_leaves) for item in tree]
        return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)
    return None if tree is None else next(new_leaves)


def map_leaves(function: Callable[[Any], Any], tree: Any) -> Any:
    """Apply `function` to every leaf of `tree`."""
    return rebuild(tree, iter([function(leaf) for leaf in leaves(tree)]))


def structure(tree: Any) -> Any:
    """The nesting of `tree` alone, for comparing: equal for equally nested trees."""
    return map_leaves(lambda _: "*", tree)
