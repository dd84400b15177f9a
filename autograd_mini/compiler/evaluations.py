"""Evaluations of a function that write down what it does: as it is, and on a copy in which captured arrays take part."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..calls import under_way
from ..graph import Node
from .captures import Capture, Captures, Watched, may_change
from .compilation import root_of
from .program import Op, map_tree
from .signature import Signature, rebuilt
from .substitution import Following, Substitution
from .tracing import NotEmittable, Trace, Traced

ROUNDING = 1e-6
TURNED: dict[Any, Any] = {np.greater: np.less, np.greater_equal: np.less_equal}
PLAIN = (int, float, complex, str, bytes, np.generic, type(None), np.dtype, type)


class Run(NamedTuple):
    """One evaluation of a function on values that write down what is done with them.

    Its outputs are Ops where they are values of the trace; in `values` they are what came out, in order. `left` are the
    arrays that the function may have met outside its arguments as they are, unseen.
    """

    trace: Trace
    outputs: Any
    values: list[Any]
    followed: list[Any]
    left: list[Any] | None


def traced(f: Any, signature: Signature, args: Any, kwargs: Any, arrays: Sequence[Watched] = ()) -> Run:
    """Evaluate one call, with the captured `arrays` as values of the trace."""
    trace = Following() if arrays else Trace()
    # An argument of its own has its name; what lies inside one takes that of the variable it is bound to.
    named = [name if name in signature.parameters else "" for name in signature.names]
    leaves = [trace.argument(leaf, name) for leaf, name in zip(signature.leaves, named, strict=True)]
    left = None
    if isinstance(trace, Following):
        substitution = Substitution(trace, arrays, [f, *signature.functions])
        functions = {id(function): substitution.of(function) for function in signature.functions}
        f = substitution.of(f)
        args, kwargs = map_tree(lambda leaf: functions.get(id(leaf), leaf), (args, kwargs))
        met = Captures([f, *functions.values()])
        left = met.arrays if met.complete else [each.array for each in arrays]
    rest = iter(leaves)
    under_way.append(trace)
    try:
        result = f(*rebuilt(args, rest), **rebuilt(kwargs, rest))
    finally:
        under_way.remove(trace)
    if isinstance(trace, Following):
        substitution.check()
    for op, name in zip(trace.inputs, signature.names, strict=True):
        op.name = op.name or name
    values: list[Any] = []
    outputs = map_tree(functools.partial(_output, trace, values), result)
    trace.check()
    return Run(trace, outputs, values, [each.array for each in arrays], left)


def followed(
    f: Any, signature: Signature, args: Any, kwargs: Any, evaluated: Run, arrays: list[Watched]
) -> tuple[Run, Run] | None:
    """Two evaluations in which captured arrays are values of the trace, if these see the same as the function itself.

    Where the function looks at what such an array holds, or does anything else with it than with an array, there are none.
    """
    if not arrays:
        return None
    try:
        first = traced(f, signature, args, kwargs, arrays)
        if not _same_values(first, evaluated):
            return None
        second = traced(f, signature, args, kwargs, arrays)
    except Exception:  # whatever it is, the function itself has none of it
        return None
    return (first, second) if described(first) == described(second) else None


def _same_values(a: Run, b: Run) -> bool:
    """Whether two evaluations have done the same with the arguments, and had the same results, but for rounding."""
    same = len(a.values) == len(b.values) and all(map(_same_value, a.values, b.values))
    return same and _uses_of_arguments(a) == _uses_of_arguments(b)


def _uses_of_arguments(run: Run) -> list[Any]:
    """The calls on arguments, and on what comes of them, whatever numbers and arrays stand beside them."""
    places = {id(op): k for k, op in enumerate(run.trace.inputs)}

    def leaf(item: Any) -> Any:
        if isinstance(item, (Op, np.ndarray, np.generic)):
            return places.get(id(item), "array")
        return item if callable(item) else repr(item)

    uses: list[Any] = []
    for op in run.trace.ops:
        if any(id(operand) in places for operand in op.operands()):
            places[id(op)] = len(places)
            uses.append((*_one_way(op.function, map_tree(leaf, op.args)), _items(map_tree(leaf, op.kwargs))))
    return [*uses, map_tree(leaf, run.outputs)]


def _one_way(function: Any, args: Any) -> tuple[Any, Any]:
    """A comparison as it would be written the other way round: Python asks a subclass first."""
    if function in TURNED:
        return TURNED[function], args[::-1]
    return (function, sorted(map(repr, args))) if function in (np.equal, np.not_equal) else (function, args)


def _same_value(a: Any, b: Any) -> bool:
    if not isinstance(a, (float, np.ndarray, np.generic)):
        return a is b or repr(a) == repr(b)
    if type(a) is not type(b) or np.shape(a) != np.shape(b) or np.result_type(a) != np.result_type(b):
        return False
    largest = np.max(np.abs(b), initial=0, where=np.isfinite(b))
    return bool(np.allclose(a, b, rtol=0, atol=ROUNDING * largest, equal_nan=True))


def guards(first: Run, again: Run, arrays: list[Watched]) -> list[Capture]:
    """What must be so of captured arrays for the program to hold.

    One that the trace has followed must keep its shape and dtype; any other must keep its content, as must one that nobody
    has found, but that is there again when the function is evaluated again.
    """
    shapes = [Capture("shape", array, (array.shape, array.dtype), True) for array in first.followed]
    left = {id(each.array) for each in arrays} if first.left is None else set(map(id, first.left))
    watched = [each for each in arrays if id(each.array) in left]
    known = {*map(id, first.followed), *(id(root_of(each.array)) for each in watched)}
    before = {id(root_of(op.value)) for op in first.trace.ops if op.value is not None} - known
    for value in [op.value for op in again.trace.ops if op.value is not None]:
        if id(value) not in known and id(root_of(value)) in before and may_change(value):
            watched.append(Watched(value))
    return [*shapes, *(Capture("said", each, None, True) for each in watched)]


def _output(trace: Trace, values: list[Any], leaf: Any) -> Any:
    """A leaf of what the function returned; its value goes to `values`."""
    values.append(leaf.concrete if isinstance(leaf, Traced) else leaf)
    if isinstance(leaf, Traced):
        return leaf.op
    if isinstance(leaf, np.ndarray):
        return trace.constant(leaf)
    if isinstance(leaf, Node):
        raise NotEmittable("a Tensor among the results")
    if isinstance(leaf, PLAIN) or callable(leaf):
        return leaf
    raise NotEmittable(f"a result of type {type(leaf).__name__}")


def described(run: Run) -> tuple[str, Any]:
    """What a trace does, and the content of the arrays it found: what two traces of one function have in common."""
    trace, outputs = run.trace, run.outputs
    places = {id(op): k for k, op in enumerate([*trace.inputs, *trace.ops])}

    def leaf(item: Any) -> Any:
        if isinstance(item, Op):
            return "op", places.get(id(item), -1)
        return item if callable(item) else repr(item)

    calls = [(op.function, map_tree(leaf, op.args), _items(map_tree(leaf, op.kwargs))) for op in trace.ops]
    held = [(op.value.dtype, op.value.shape, op.value.tobytes()) for op in trace.ops if op.value is not None]
    return repr(calls) + repr(map_tree(leaf, outputs)), held


def _items(tree: Any) -> Any:
    return sorted(tree.items()) if isinstance(tree, dict) else tree
