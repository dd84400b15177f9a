"""Gradients of some of the examples only: what comes out when ``=`` stands where ``+=`` was meant."""

from __future__ import annotations

from typing import Any

from ..transforms import grad
from .given import WHO, Given

SUBSETS = {
    "the gradient of the last example only": slice(-1, None),
    "the gradient of the first example only": slice(0, 1),
    "the gradient of all examples but the last": slice(0, -1),
    "the gradient of all examples but the first": slice(1, None),
}


def axes_of_examples(given: Given, axis: int | None) -> list[int]:
    """The axes that may count the examples: the last (columns are examples) or the first, if all arrays agree in it.

    Raises
    ------
    ValueError
        When the axis that the person names cannot be it.
    """
    shapes = [getattr(example, "shape", ()) for example in given.examples]

    def counts(k: int) -> set[Any]:
        return {shape[k] if -len(shape) <= k < len(shape) else None for shape in shapes}

    if axis is None:
        return [] if not all(shapes) else [k for k in (-1, 0) if len(counts(k)) == 1]
    if not given.examples or None in counts(axis) or len(counts(axis)) > 1:
        raise ValueError(
            f"{WHO}: axis={axis!r} does not count the examples: their shapes are {', '.join(map(str, shapes)) or 'none'}."
        )
    return [axis]


def count(given: Given, axis: int) -> int:
    """How many examples there are along an axis."""
    return int(given.examples[0].shape[axis])


def subset_gradients(given: Given, axis: int) -> dict[str, tuple[Any, ...]]:
    """The tape's gradients for some of the examples, by name; none where the cost cannot do with fewer examples."""
    found = {}
    if count(given, axis) > 1:
        for name, part in SUBSETS.items():
            some = [example[_along(example.ndim, axis, part)] for example in given.examples]
            try:
                found[name] = grad(given.cost, argnums=tuple(range(len(given.params))))(*given.params, *some)
            except Exception:  # whatever it is that this cost has against fewer examples
                return {}
    return found


def _along(ndim: int, axis: int, part: slice) -> tuple[slice, ...]:
    index = [slice(None)] * ndim
    index[axis] = part
    return tuple(index)
