"""What a person has given to `crosscheck`: looked at, copied before every call, and matched with one another."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .. import tree
from ..errors import ShapeError
from ..values import is_foreign, leaf_value
from .problem import plain

WHO = "crosscheck"
Function = Callable[..., Any]


class Given:
    """Parameters and examples, and how the person's functions are called with them.

    Parameters
    ----------
    cost
        ``cost(*params, *examples)``.
    params
        A tuple or list has one argument of `cost` in each entry; anything else is the only argument.
    examples
        More arguments of `cost`, which are not differentiated.
    names
        One per argument, or one per array; None for ``params[0]['w']``.
    """

    def __init__(self, cost: Function, params: Any, examples: Any, names: Any) -> None:
        if not callable(cost):
            raise TypeError(
                f"{WHO}: the first argument is the cost, a function, not {type(cost).__name__}: "
                f"{WHO}(cost, params, analytic)."
            )
        self.cost = cost
        self.several = isinstance(params, (tuple, list))
        given = tuple(params) if self.several else (params,)
        self.params = tuple(_checked(arg, f"params[{k}]" * self.several or "params") for k, arg in enumerate(given))
        self.leaves = [np.asarray(leaf) for leaf in tree.leaves(self.params)]
        self.originals = [plain(leaf) for leaf in tree.leaves(given)]
        self.examples = _checked_examples(examples)
        self.labels = _labels(self.params, self.several, names)
        if not self.leaves:
            raise ValueError(f"{WHO}: params holds no array and no number. There is nothing to differentiate.")
        for label, leaf in zip(self.labels, self.leaves, strict=True):
            bad = np.argwhere(~np.isfinite(leaf))
            if len(bad):
                where = ", ".join(map(str, bad[0]))
                raise ValueError(
                    f"{WHO}: {label}{f'[{where}]' if where else ''} is {leaf[tuple(bad[0])]}; a gradient needs finite "
                    "parameters."
                )

        self.eps = max(float(np.finfo(leaf.dtype).eps) for leaf in self.leaves)
        self.tiny = max(float(np.finfo(leaf.dtype).tiny) for leaf in self.leaves)

    def same(self, one: float, other: float) -> bool:
        """Whether two values of the cost are the same, up to the order in which sums are taken."""
        return bool(abs(one - other) <= np.sqrt(self.eps) * max(abs(one), abs(other)) + 64 * self.eps)

    def closed(self, *params: Any) -> Any:
        """The cost as a function of the parameters alone."""
        return self.cost(*params, *self.examples)

    def copies(self) -> tuple[Any, ...]:
        """The arguments of a call: arrays of its own, which may be written into without harm."""
        return tree.map_leaves(_copied, (*self.params, *self.examples))  # type: ignore[no-any-return]

    def call(self, f: Function, what: str) -> tuple[Any, list[str], list[Any]]:
        """The result of a person's function, the names of what it has written into, and the arrays that it was given.

        Raises
        ------
        TypeError
            When it does not take that many arguments. What it raises itself is passed on as it is.
        """
        self._check_signature(f, what)
        args = self.copies()
        result = f(*args)
        if result is None:
            raise TypeError(f"{WHO}: {what} returned None. Is its return missing?")
        names = [*self.labels, *(f"examples{path}" for path in tree.paths(self.examples))]
        before, after = tree.leaves((*self.params, *self.examples)), tree.leaves(args)
        if len(after) != len(before):
            return result, ["the lists or dicts it was given"], after[: len(self.leaves)]
        changed = [n for n, old, new in zip(names, before, after, strict=True) if not _same(old, new)]
        return result, changed, after[: len(self.leaves)]

    def _check_signature(self, f: Function, what: str) -> None:
        args = (*self.params, *self.examples)
        try:
            inspect.signature(f).bind(*args)
        except TypeError as error:
            counts = f"params has {len(self.params)}" + f", examples {len(self.examples)}" * bool(self.examples)
            raise TypeError(
                f"{WHO}: {what} is called with {len(args)} argument{'s' * (len(args) != 1)} ({counts}), which it does not "
                f"take: {error}. To give it one list, write params=[the_list]."
            ) from None
        except ValueError:
            pass  # a built-in function that does not say what it takes


def _checked(arg: Any, name: str) -> Any:
    """An argument with an array of floats for every leaf."""
    leaves = []
    for path, leaf in zip(tree.paths(arg), map(plain, tree.leaves(arg)), strict=True):
        if callable(leaf):
            raise TypeError(f"{WHO}: {name}{path} is a function. The order is {WHO}(cost, params, analytic).")
        if is_foreign(leaf):
            raise TypeError(f"{WHO}: {name}{path} is an array of {type(leaf).__module__}. Use np.asarray(…) of it.")
        try:
            leaves.append(leaf_value(leaf, "", copy=True))
        except TypeError as error:
            other = " What is not differentiated goes into examples=, or into cost itself."
            raise TypeError(f"{WHO}: {name}{path}{error}{other}") from None
    return tree.rebuild(arg, leaves)


def _checked_examples(examples: Any) -> tuple[Any, ...]:
    if examples is None:
        return ()
    if not isinstance(examples, (tuple, list)):
        return (_copied(examples),)
    return tuple(tree.map_leaves(_copied, example) for example in examples)


def _copied(leaf: Any) -> Any:
    return leaf.copy() if isinstance(leaf, np.ndarray) else leaf


def _same(old: Any, new: Any) -> bool:
    if not isinstance(old, np.ndarray):
        return (
            old is new or not isinstance(old, np.generic) or np.array_equal(old, new, equal_nan=old.dtype.kind in "fc")
        )
    if not isinstance(new, np.ndarray) or new.shape != old.shape or new.dtype != old.dtype:
        return False
    return new.tobytes() == old.tobytes() if old.dtype.kind != "O" else True


def _labels(params: tuple[Any, ...], several: bool, names: Any) -> list[str]:
    """What each array of the parameters is called."""
    if names is None:
        heads = [f"params[{k}]" for k in range(len(params))] if several else ["params"]
        return [f"{head}{path}" for head, arg in zip(heads, params, strict=True) for path in tree.paths(arg)]
    heads = [names] if isinstance(names, str) else list(names)
    arrays = len(tree.leaves(params))
    if not all(isinstance(head, str) for head in heads) or len(heads) not in (len(params), arrays):
        raise ValueError(
            f"{WHO}: names={names!r}; give one string for each argument ({len(params)}), or for each array ({arrays})."
        )
    if len(heads) == arrays:
        return heads
    return [f"{head}{path}" for head, arg in zip(heads, params, strict=True) for path in tree.paths(arg)]


def matched(given: Given, gradients: Any, cost_value: float) -> list[Any]:
    """The person's gradients, one for each array of the parameters and in their order.

    Raises
    ------
    ShapeError
        When they are not nested like the parameters.
    """
    reference: Any = given.params if given.several else given.params[0]
    contained = isinstance(gradients, (tuple, list, dict))
    if given.several and len(given.params) == 1 and not contained:
        gradients = (gradients,)  # one argument, and its gradient
    elif not (given.several or isinstance(reference, (tuple, list, dict))) and contained and len(gradients) == 1:
        only = next(iter(gradients))
        gradients = only if isinstance(only, np.ndarray) else gradients
    try:
        return list(_match(reference, gradients, "gradients"))
    except ShapeError as error:
        if not (contained and len(gradients) == 2 and not isinstance(gradients, dict)):
            raise
        first = plain(gradients[0])
        if np.ndim(first) or first != cost_value:
            raise
        raise ShapeError(f"{error} The first of them is the cost: return the gradients alone.") from None


def _match(reference: Any, gradients: Any, path: str) -> Iterator[Any]:
    if isinstance(reference, dict):
        yield from _match_dict(reference, gradients, path)
    elif isinstance(reference, (tuple, list)):
        yield from _match_sequence(reference, gradients, path)
    elif reference is not None:
        if gradients is None or isinstance(gradients, dict) or _holds_arrays(gradients):
            what = f"an array of shape {reference.shape}" if reference.shape else "a number"
            raise ShapeError(f"{WHO}: {path} is {_described(gradients)}, where the parameter is {what}.")
        yield plain(gradients)


def _holds_arrays(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and any(isinstance(item, (np.ndarray, dict)) for item in value)


def _match_dict(reference: dict[Any, Any], gradients: Any, path: str) -> Iterator[Any]:
    keys = _listed(reference)
    if not isinstance(gradients, dict):
        raise ShapeError(
            f"{WHO}: {path} is {_described(gradients)}; the parameters there are a dict with the keys {keys}. Give a dict "
            "with the same keys."
        )
    missing = [key for key in reference if key not in gradients]
    extra = [key for key in gradients if key not in reference]
    if missing or extra:
        parts = [f"{what} {_listed(found)}" for what, found in (("lacks", missing), ("has in excess", extra)) if found]
        raise ShapeError(f"{WHO}: {path} {' and '.join(parts)}; the keys of the parameters are {keys}.")
    for key, item in reference.items():
        yield from _match(item, gradients[key], f"{path}[{key!r}]")


def _match_sequence(reference: Sequence[Any], gradients: Any, path: str) -> Iterator[Any]:
    items = gradients if isinstance(gradients, (tuple, list)) else None
    if isinstance(gradients, np.ndarray) and gradients.ndim:
        items = list(gradients)  # gradients of one shape, stacked
    if items is None or len(items) != len(reference):
        raise ShapeError(
            f"{WHO}: {path} is {_described(gradients)}; the parameters there are {_described(reference)}, and the "
            "gradients must be nested like them."
        )
    for k, (item, gradient) in enumerate(zip(reference, items, strict=True)):
        yield from _match(item, gradient, f"{path}[{k}]")


def _described(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, dict):
        return f"a dict with the keys {_listed(value)}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return "None" if value is None else f"a {type(value).__name__}"


def _listed(keys: Any) -> str:
    return ", ".join(map(repr, keys)) or "none"
