"""The same results with fewer and cheaper calls: what a careful person would not have written down in the first place.

Each rewriting is a statement of algebra about one call. They are applied to the calls in order, each call being made of
simplified ones already, and that is repeated until nothing changes. Calls that are equal become one, and what no result
depends on disappears. Sums and products may be formed in another order, so results may differ in the last digits.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from .algebra import RULES, RULES_WITH_KEYWORDS
from .program import Op, Program, frozen_key, needed, number_of, redirect_derivatives, replaced

PASSES = 6
COMMUTATIVE = {np.add, np.multiply, np.maximum, np.minimum, np.logical_and, np.logical_or}


def simplified(program: Program) -> Program:
    """An equivalent program with fewer and cheaper calls."""
    for _ in range(PASSES):
        before = [op.function for op in program.ops]
        program = Simplifier(program).program
        if [op.function for op in program.ops] == before:
            break
    return program


class Simplifier:
    """One pass over a program.

    Attributes
    ----------
    program
        The result.
    """

    def __init__(self, program: Program) -> None:
        self._new: dict[int, Op] = {id(op): op for op in program.inputs}
        self._known: dict[Any, Op] = {}
        self._ops: list[Op] = []
        self._uses = Counter(id(o) for op in program.ops for o in op.operands())
        self._uses.update(id(op) for op in program.results())
        counts = Counter(self._uses)
        for old in program.ops:
            if not counts[id(old)]:
                continue
            new = self._rewritten(old)
            self._new[id(old)] = new
            if new is not old:
                self._uses[id(new)] += counts[id(old)]
                new.name = new.name or old.name
                new.about = new.about or old.about
        redirect_derivatives(self._ops, self._new)
        outputs = replaced(program.outputs, self._new)
        self.program = Program(program.inputs, needed(self._ops, Program([], [], outputs).results()), outputs)

    def _rewritten(self, old: Op) -> Op:
        if old.function is None:
            return self._filed(("constant", id(old.value)), old)
        args, kwargs = replaced(old.args, self._new), replaced(old.kwargs, self._new)
        return self.call(old.function, args, kwargs, old.shape, old.dtype, old.weak)

    def call(self, function: Any, args: tuple[Any, ...], kwargs: Any, shape: Any, dtype: Any, weak: bool = False) -> Op:
        """The value of a call: simpler if possible, one that is known already if it is the same."""
        op = Op(function, args, kwargs, shape, dtype, weak=weak)
        if isinstance(function, np.ufunc) and function.signature is None:
            for k in range(len(args)):  # one after the other: two must not vouch for each other's shape
                op.args = args = (*args[:k], self._unspread(args[k], (*args[:k], *args[k + 1 :]), op), *args[k + 1 :])
        simpler = None
        if not kwargs and function in RULES and shape is not None and not weak:
            simpler = RULES[function](self, op, *args)
        elif function in RULES_WITH_KEYWORDS and shape is not None:
            simpler = RULES_WITH_KEYWORDS[function](self, op)
        if simpler is not None and simpler.same_kind(op):
            return simpler
        key = [frozen_key(arg) for arg in args]
        if function in COMMUTATIVE:
            key.sort(key=repr)
        return self._filed((function, tuple(key), frozen_key(kwargs), weak), op)

    def _filed(self, key: Any, op: Op) -> Op:
        if key not in self._known:
            self._known[key] = op
            self._ops.append(op)
        return self._known[key]

    def _unspread(self, arg: Any, others: tuple[Any, ...], op: Op) -> Any:
        """An operand of a ufunc without the broadcasting that the ufunc does by itself."""
        if isinstance(arg, Op) and arg.function is np.broadcast_to:
            shapes = [other.shape or () for other in others if isinstance(other, Op)]
            inner = arg.args[0]
            if isinstance(inner, Op) and np.broadcast_shapes(inner.shape or (), *shapes) == op.shape:
                return inner
        # A filled array as its number, where another operand has the whole shape.
        like = any(isinstance(other, Op) and other.same_kind(op) and number_of(other) is None for other in others)
        is_filled = isinstance(arg, Op) and arg.dtype == op.dtype and number_of(arg) is not None
        return number_of(arg) if like and is_filled else arg

    def once(self, op: Op) -> bool:
        """Whether a value is read in one place only, so that nothing is lost by rewriting it there."""
        return self._uses[id(op)] <= 1

    # What the rewritings are made of

    def multiply(self, a: Any, b: Any, op: Op) -> Op:
        """A·b, of the shape and dtype of `op`."""
        return self.call(np.multiply, (a, b), {}, op.shape, op.dtype)

    def filled(self, number: Any, op: Op) -> Op:
        """A value of the shape and dtype of `op` whose entries are all `number`."""
        return self.call(np.full, (op.shape, op.dtype.type(number)), {}, op.shape, op.dtype)
