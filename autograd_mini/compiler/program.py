"""A program: the calls that a function makes on one signature, in order, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np


class Op:
    """One value of a program: an input, a constant, or the result of a call.

    Attributes
    ----------
    function
        What is called: a NumPy function, a ufunc, ``operator.getitem``, a function of ours; ``None`` for an input and for
        a constant.
    args, kwargs
        What it is called with: Ops, and anything else as it is, in any nesting of tuples, lists, dicts and slices.
    shape, dtype
        Of the value; ``shape`` is ``None`` where it is not an array (the tuple that ``svd`` returns).
    value
        The constant; ``None`` for everything else.
    weak
        Whether the value is a Python number, which does not raise the dtype of an array.
    name
        What a person calls it, or ``""``.
    about
        Whose derivative the call helps to compute: ``("bar", op)``, ``("dot", op)``, or ``None``.
    """

    __slots__ = ("about", "args", "dtype", "function", "kwargs", "name", "shape", "value", "weak")

    def __init__(
        self,
        function: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        shape: tuple[int, ...] | None = None,
        dtype: Any = None,
        value: Any = None,
        weak: bool = False,
        name: str = "",
        about: tuple[str, Op] | None = None,
    ) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs or {}
        self.shape = shape
        self.dtype = dtype
        self.value = value
        self.weak = weak
        self.name = name
        self.about = about

    @property
    def size(self) -> int:
        """How many entries the value has."""
        size = 1
        for n in self.shape or ():
            size *= n
        return size

    @property
    def is_input(self) -> bool:
        """Whether this is an argument of the program."""
        return self.function is None and self.value is None

    @property
    def is_ndarray(self) -> bool:
        """Whether the value is an array, of NumPy's own class as far as one can tell."""
        return bool(self.shape) and (self.value is None or type(self.value) is np.ndarray)

    def operands(self) -> Iterator[Op]:
        """The Ops that the call reads, as often as it reads them."""
        yield from ops_in(self.args)
        yield from ops_in(self.kwargs)

    def same_kind(self, other: Op) -> bool:
        """Whether two values have one shape and dtype."""
        return self.shape == other.shape and self.dtype == other.dtype and self.weak == other.weak


class Program:
    """Inputs, the calls in order, and what is returned.

    Attributes
    ----------
    inputs
        The Ops of the arguments, flat.
    ops
        Every other Op, in an order in which each stands after what it reads.
    outputs
        What the function returned: Ops, and anything else as it is, in its nesting.
    """

    def __init__(self, inputs: list[Op], ops: list[Op], outputs: Any) -> None:
        self.inputs = inputs
        self.ops = ops
        self.outputs = outputs

    def results(self) -> list[Op]:
        """The Ops among the outputs, in order."""
        return list(ops_in(self.outputs))


def replaced(tree: Any, new: dict[int, Op]) -> Any:
    """The same nesting with what the Ops in it have become."""
    return map_tree(lambda leaf: new.get(id(leaf), leaf) if isinstance(leaf, Op) else leaf, tree)


def renewed(op: Op, new: dict[int, Op]) -> Op:
    """The same call on what its operands have become; it stands for `op` from now on."""
    args, kwargs = replaced(op.args, new), replaced(op.kwargs, new)
    new[id(op)] = Op(op.function, args, kwargs, op.shape, op.dtype, op.value, op.weak, op.name, op.about)
    return new[id(op)]


def redirect_derivatives(ops: Iterable[Op], new: dict[int, Op]) -> None:
    """Let what is said about derivatives speak of what those Ops have become."""
    for op in ops:
        if op.about is not None:
            op.about = op.about[0], new.get(id(op.about[1]), op.about[1])


def ops_in(tree: Any) -> Iterator[Op]:
    """The Ops in any nesting of tuples, lists, dicts and slices."""
    if isinstance(tree, Op):
        yield tree
    elif isinstance(tree, (tuple, list)):
        for item in tree:
            yield from ops_in(item)
    elif isinstance(tree, dict):
        for item in tree.values():
            yield from ops_in(item)
    elif isinstance(tree, slice):
        yield from ops_in((tree.start, tree.stop, tree.step))


def map_tree(function: Callable[[Any], Any], tree: Any) -> Any:
    """The same nesting with `function` of every leaf."""
    kind = type(tree)
    if kind in (tuple, list) or (isinstance(tree, tuple) and hasattr(tree, "_fields")):
        items = [map_tree(function, item) for item in tree]
        return kind(*items) if hasattr(tree, "_fields") else kind(items)
    if kind is dict:
        return {key: map_tree(function, item) for key, item in tree.items()}
    if isinstance(tree, slice):
        return slice(*(map_tree(function, part) for part in (tree.start, tree.stop, tree.step)))
    return function(tree)


def needed(ops: list[Op], results: list[Op]) -> list[Op]:
    """Those of `ops` that `results` depend on."""
    wanted = {id(op) for op in results}
    kept = []
    for op in reversed(ops):
        if id(op) in wanted:
            kept.append(op)
            wanted.update(id(o) for o in op.operands())
    return kept[::-1]


def frozen_key(tree: Any) -> Any:
    """What two calls that are the same have in common."""
    if isinstance(tree, Op):
        return "op", id(tree)
    if isinstance(tree, (tuple, list)):
        return type(tree).__name__, tuple(map(frozen_key, tree))
    if isinstance(tree, dict):
        return tuple((name, frozen_key(tree[name])) for name in sorted(tree))
    if isinstance(tree, slice):
        return "slice", frozen_key((tree.start, tree.stop, tree.step))
    return (type(tree).__name__, repr(tree)) if isinstance(tree, (int, float, complex, str, np.generic)) else id(tree)


def number_of(arg: Any) -> Any:
    """The number that `arg` is, or that fills it; ``None`` for everything else."""
    if isinstance(arg, (int, float, complex)) and not isinstance(arg, bool):
        return arg.item() if isinstance(arg, np.generic) else arg
    if isinstance(arg, np.generic) and arg.dtype.kind in "fc":
        return arg.item()
    if isinstance(arg, Op) and arg.function is np.full and isinstance(arg.args[1], np.generic):
        return number_of(arg.args[1])
    return None
