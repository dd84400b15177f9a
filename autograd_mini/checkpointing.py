"""Recompute instead of store: a part of the graph that is written down only while it is being swept."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from . import tree
from .cotangents import value_of
from .errors import UnsupportedError
from .evaluation import Evaluation, Function, check_function
from .graph import NO_KEYWORDS, Node, write
from .sweeps import results
from .tensor import Tensor
from .values import frozen, is_floating


class _Packed:
    """The rule of a node that holds a tuple: what is carried goes to and from its entries one by one."""

    name = "arguments"
    reads_operands = False

    def __init__(self) -> None:
        self.entries = self
        self.one = self.fresh = False

    def __getitem__(self, slot: int) -> _Packed:
        return self

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        """The cotangent of entry `slot`."""
        return y_bar[slot]

    def push(self, node: Node, dots: Any, y: Any, operands: Any) -> Any:
        """The tangents of all entries."""
        return tuple(dots)


_PACKED = _Packed()


class _Recomputed:
    """The rule of a checkpoint: f is evaluated again, on fresh nodes, and that graph is swept and forgotten."""

    name = "checkpoint"
    reads_operands = True
    one = fresh = False

    def __init__(self, f: Function, nesting: Any, kwargs: dict[str, Any]) -> None:
        self.f = f
        self.nesting = nesting
        self.kwargs = kwargs
        self.entries = (self,)

    def values(self, *xs: Any) -> list[Any]:
        """The results of f, flat."""
        return tree.leaves(self.f(*tree.rebuild(self.nesting, xs), **self.kwargs))

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        """The cotangents of all arguments, from one evaluation and one sweep."""
        run, outputs = self._again(operands)
        seeds = [(o, bar) for o, bar in zip(outputs, y_bar, strict=True) if bar is not None and isinstance(o, Node)]
        on_tensors = run.read(outputs, [value_of(bar) for _, bar in seeds])[1]
        bars = run.bars(seeds, on_tensors)
        return tuple(bars.get(x.serial) for x in run.variables)

    def push(self, node: Node, dots: Any, y: Any, operands: Any) -> Any:
        """The tangents of all results."""
        run, outputs = self._again(operands)
        nodes, on_tensors = run.read(outputs, [dot for dot in dots[0] if dot is not None])
        return tuple(map(run.push(nodes, dots[0], on_tensors), outputs))

    def _again(self, operands: Any) -> tuple[Evaluation, Sequence[Any]]:
        """Evaluate f anew on the arguments, which stand packed in the one operand."""
        (packed,) = operands
        xs = packed.operands if isinstance(packed, Node) else packed
        run = Evaluation("checkpoint", self.values, tuple(range(len(xs))), xs, {})
        return run, run.result


def checkpoint(f: Function) -> Function:
    """Make f keep nothing of what it computes: its graph is written again when it is swept.

    Costs one more evaluation of f for each sweep, and saves the memory of everything between its arguments and its
    results. Derivatives are the same, in both modes and to any order.

    Parameters
    ----------
    f : callable
        A function of positional arguments, each possibly nested, all treated as variables. It must give the same result
        every time, and everything that is to be differentiated must be an argument.

    Raises
    ------
    UnsupportedError
        When f uses a Tensor that is not an argument: its gradient would be lost.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd_mini import checkpoint, grad
    >>> block = checkpoint(lambda x: np.sin(np.sin(x)))
    >>> float(grad(lambda x: block(block(x)))(0.0))
    1.0
    """
    check_function(f, "checkpoint")

    @functools.wraps(f)
    def recomputed(*args: Any, **kwargs: Any) -> Any:
        leaves = tree.leaves(args)
        if not any(isinstance(x, Node) for x in leaves):
            return f(*args, **kwargs)
        variables = [x if isinstance(x, Node) else Tensor(x) for x in leaves]
        rule = _Recomputed(f, args, kwargs)
        result = f(*tree.rebuild(args, [x.value for x in variables]), **kwargs)
        values = tree.leaves(result)
        if any(isinstance(y, Node) for y in values):
            raise UnsupportedError("checkpoint: the function uses a Tensor that is not an argument. Make it one.")
        packed = write(Node, tuple(x.value for x in variables), _PACKED, tuple(variables), NO_KEYWORDS)
        node = write(Node, tuple(map(frozen, values)), rule, (packed,), NO_KEYWORDS)
        if not all(map(is_floating, node.value)):
            raise UnsupportedError("checkpoint: the function returns something that is not floating point.")
        return tree.rebuild(result, results(Tensor, node))

    return recomputed
