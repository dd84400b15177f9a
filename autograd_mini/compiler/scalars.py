"""A program all of whose values are single numbers, as arithmetic on Python floats: ten times faster than on NumPy's.

Where Python raises, NumPy goes on with inf and nan; `compiled` then runs the NumPy source of the same program instead.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np

from .program import Op, Program, number_of

RAISES = (ZeroDivisionError, ValueError, OverflowError)

# What a call is on Python floats, and how tightly the expression binds: 3 atom, 2 product, 1 sum, 0 anything else.
EXPRESSIONS: dict[Any, tuple[str, int]] = {
    np.add: ("{0} + {1}", 1),
    np.subtract: ("{0} - {1}", 1),
    np.multiply: ("{0} * {1}", 2),
    np.divide: ("{0} / {1}", 2),
    np.negative: ("-{0}", 2),
    np.positive: ("+{0}", 2),
    np.square: ("{0} * {0}", 2),
    np.reciprocal: ("1.0 / {0}", 2),
    np.where: ("{1} if {0} else {2}", 0),
    np.greater: ("{0} > {1}", 0),
    np.greater_equal: ("{0} >= {1}", 0),
    np.less: ("{0} < {1}", 0),
    np.less_equal: ("{0} <= {1}", 0),
    np.equal: ("{0} == {1}", 0),
    np.not_equal: ("{0} != {1}", 0),
    np.logical_and: ("{0} and {1}", 0),
    np.logical_or: ("{0} or {1}", 0),
    np.logical_not: ("not {0}", 0),
    np.absolute: ("fabs({0})", 3),
    np.maximum: ("{0} if {0} >= {1} or {0} != {0} else {1}", 0),
    np.minimum: ("{0} if {0} <= {1} or {0} != {0} else {1}", 0),
    np.power: ("pow({0}, {1})", 3),
    np.arctan2: ("atan2({0}, {1})", 3),
    np.hypot: ("hypot({0}, {1})", 3),
}
FUNCTIONS = {np.exp: "exp", np.expm1: "expm1", np.log: "log", np.log1p: "log1p", np.log2: "log2", np.log10: "log10",
             np.sqrt: "sqrt", np.sin: "sin", np.cos: "cos", np.tan: "tan", np.sinh: "sinh", np.cosh: "cosh",
             np.tanh: "tanh", np.arcsin: "asin", np.arccos: "acos", np.arctan: "atan", np.arcsinh: "asinh",
             np.arccosh: "acosh", np.arctanh: "atanh"}  # fmt: skip
EXPRESSIONS.update({function: (f"{name}({{0}})", 3) for function, name in FUNCTIONS.items()})
TWICE = (np.square, np.maximum, np.minimum)
MATH = {name: getattr(math, name) for name in (*FUNCTIONS.values(), "fabs", "pow", "atan2", "hypot")}
NUMBERS = {np.dtype(float), np.dtype(bool)}


def is_scalar(program: Program) -> bool:
    """Whether every value is a float64 number, or a truth about such, and every call has an expression."""
    return all(
        op.shape == ()
        and op.dtype in NUMBERS
        and (op.function is None or not op.kwargs)
        and (op.is_input or (op.function in EXPRESSIONS and _fits(op)))
        for op in (*program.inputs, *(op for op in program.ops if number_of(op) is None))
    )


TRUTHS = (np.logical_and, np.logical_or, np.logical_not)
COMPARISONS = (np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal)


def _fits(op: Op) -> bool:
    """Whether a call is on truths where its expression wants truths, and on numbers where it wants numbers."""
    are_truths = [arg.dtype == bool if isinstance(arg, Op) else isinstance(arg, (bool, np.bool)) for arg in op.args]
    if op.function in TRUTHS:
        return all(are_truths)
    if op.function is np.where:
        return are_truths[0] and not any(are_truths[1:]) and op.dtype == np.float64
    wanted = bool if op.function in COMPARISONS else np.float64
    numbers = all(isinstance(arg, Op) or type(arg) in (int, float, np.float64) for arg in op.args)
    return not any(are_truths) and numbers and op.dtype == wanted


class ScalarEmitter:
    """The lines of a program on Python floats; a value that is read once is written where it is read.

    Attributes
    ----------
    lines
        Pairs of a line and the Op that it computes.
    """

    def __init__(self, program: Program, names: dict[int, str]) -> None:
        self.names = names
        self.lines: list[tuple[str, Op]] = []
        self._written: dict[int, tuple[str, int]] = {}
        uses = Counter(id(o) for op in program.ops for o in op.operands() for _ in range(1 + (op.function in TWICE)))
        uses.update(id(op) for op in program.results())
        results = {id(op) for op in program.results()}
        for op in program.ops:
            if number_of(op) is not None:
                continue
            if op.function is np.positive:  # NumPy's number of a Python number: here the same
                self._written[id(op)] = self.text(op.args[0]), 3
                self.names[id(op)] = self.text(op.args[0])
                continue
            written = self._expression(op)
            if uses[id(op)] > 1 or id(op) in results or op.name or len(written[0]) > 60:
                self.lines.append((f"{names[id(op)]} = {written[0]}", op))
            else:
                self._written[id(op)] = written

    def _expression(self, op: Op) -> tuple[str, int]:
        template, binds = EXPRESSIONS[op.function]
        if binds == 3:
            return template.format(*(self.text(arg, 0) for arg in op.args)), 3
        needs = [binds, binds + 1]  # sums and products are formed in the order in which they were written
        if op.function in (np.square, np.negative, np.positive) or binds == 0:
            needs = [3, 3, 3]
        return template.format(*(self.text(arg, need) for arg, need in zip(op.args, needs, strict=False))), binds

    def text(self, arg: Any, need: int = 0) -> str:
        """An operand as source, in parentheses where it binds less than it needs to."""
        number = number_of(arg)
        if number is not None or isinstance(arg, bool):
            text = repr(float(number)) if number is not None else repr(arg)
            text = f"float('{text}')" if text in ("inf", "-inf", "nan") else text
            return f"({text})" if text.startswith("-") else text
        text, binds = self._written.get(id(arg), (self.names.get(id(arg), ""), 3))
        return f"({text})" if binds < need else text
