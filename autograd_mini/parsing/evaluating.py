"""The value of one statement: Python's syntax tree, walked through a list of what is allowed. Nothing is ever executed."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .functions import FUNCTIONS
from .mistakes import UsageError, quoted
from .statements import Statement

AXIS = 100  # entries along one axis of an array
AXES = 2

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
_SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}


def evaluate(statement: Statement, names: Mapping[str, Any], notes: list[str] | None = None) -> Any:
    """The value of a statement's expression.

    Parameters
    ----------
    statement
        Whose names have all been looked for.
    names
        The value of each name: a Tensor, an array or a NumPy scalar.
    notes
        Where a step makes nan or ∞ of finite numbers, one sentence about it is added here, if anybody wants it.

    Returns
    -------
    Tensor, or array or NumPy scalar of float64 or bool

    Raises
    ------
    UsageError
        When it holds anything but arithmetic, known functions, vectors and indices, and when NumPy refuses a step.
    """
    try:
        with np.errstate(all="ignore"):
            return _Evaluation(statement, names, notes).value(statement.tree)
    except RecursionError:
        raise UsageError("this is nested too deep. Give the inner parts names: c = …; d = …") from None


class _Evaluation:
    def __init__(self, statement: Statement, names: Mapping[str, Any], notes: list[str] | None) -> None:
        self.statement = statement
        self.names = names
        self.notes = notes

    def value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=float() | int() as number) if not isinstance(number, bool):
                return np.float64(number)
            case ast.Name(id=name) if name in self.names:
                return self.names[name]
            case ast.BinOp(left, op, right) if type(op) in _OPERATORS:
                place = self.statement.operator_between(left, right)
                return self.apply(node, _OPERATORS[type(op)], (left, right), place)
            case ast.UnaryOp(op, operand) if type(op) in _SIGNS:
                return self.apply(node, _SIGNS[type(op)], (operand,))
            case ast.Compare(left, [op], [right]) if type(op) in _COMPARISONS:
                place = self.statement.operator_between(left, right)
                return self.apply(node, _COMPARISONS[type(op)], (left, right), place)
            case ast.Call(ast.Name(id=name)) if name in FUNCTIONS:
                return self.call(name, node)
            case ast.Subscript(array, index):
                key = self.index(index)
                return self.apply(node, lambda x: x[key], (array,))
            case ast.List():
                return self.array(node)
        raise self.refusal(node)

    def mistake(self, sentence: str, node: ast.expr) -> UsageError:
        return UsageError(sentence, self.statement.source, self.statement.place(node))

    def refusal(self, node: ast.expr) -> UsageError:
        match node:
            case ast.Compare():
                return self.mistake("one comparison at a time: logical_and(0 < a, a < 1).", node)
            case ast.Call(function):
                place = self.statement.call_place(function)
                return UsageError(
                    'an operator is missing before "(". For a product, write *.', self.statement.source, place
                )
        return self.mistake(f"{quoted(self.statement.text(node))} is not known here.", node)

    def apply(
        self,
        node: ast.expr,
        function: Callable[..., Any],
        operands: Sequence[ast.expr],
        place: int | None = None,
        conditions: Sequence[int] = (),
        **keywords: int,
    ) -> Any:
        """One step: the operands' values, and the function's."""
        place = self.statement.place(node) if place is None else place
        values = [self.value(operand) for operand in operands]
        for i, (operand, value) in enumerate(zip(operands, values, strict=True)):
            if (value.dtype.kind == "b") != (i in conditions):
                text = quoted(self.statement.text(operand))
                raise self.mistake(
                    f"{text} is a number; a comparison is wanted here, as in where(a > 0, a, b)."
                    if i in conditions
                    else f"{text} is true or false, no number. where(a > b, 1, 0) makes a number of a comparison.",
                    operand,
                )
        if function is operator.matmul and not all(value.ndim for value in values):
            raise UsageError("@ is for vectors and matrices. For numbers, write *.", self.statement.source, place)
        try:
            result = function(*values, **keywords)
        except (ValueError, TypeError, IndexError, ArithmeticError) as error:
            raise UsageError(_said(error), self.statement.source, place) from None
        self.check_size(result, node, place)
        if self.notes is not None and not _finite(result) and all(map(_finite, values)):
            what = "nan" if np.isnan(_plain(result)).any() else "∞"
            what = f"has entries that are {what}" if result.ndim else f"is {what}"
            self.notes.append(f"{quoted(self.statement.text(node))} {what} for these values.")
        return result

    def check_size(self, result: Any, node: ast.expr, place: int) -> None:
        """Raise unless a result is a number, or a small vector or matrix."""
        if result.size > 0 and result.ndim <= AXES and max(result.shape, default=1) <= AXIS:
            return
        text = quoted(self.statement.text(node))
        size = f"is {'×'.join(map(str, result.shape))}" if result.size else "has no entries"
        sentence = f"{text} {size}; an array has one or two axes of 1 to {AXIS} entries."
        raise UsageError(sentence, self.statement.source, place)

    def call(self, name: str, node: ast.Call) -> Any:
        function = FUNCTIONS[name]
        keywords: dict[str, int] = {}
        for keyword in node.keywords:
            if keyword.arg != "axis" or not function.axis:
                known = "no keyword but axis=" if function.axis else "no keywords"
                raise self.mistake(f"{name} takes {known} here.", keyword.value)
            if keywords:
                raise self.mistake("axis= is given twice.", keyword.value)
            keywords["axis"] = self.integer(keyword.value, "axis= is a whole number: axis=0 or axis=1.")
        n = len(node.args)
        if not function.least <= n <= function.most:
            count = function.least if function.least == function.most else f"{function.least} to {function.most}"
            axis = f" An axis is named: {name}(x, axis=0)." if function.axis else ""
            raise self.mistake(f"{name} takes {count} operand{'s' * (count != 1)}, not {n}.{axis}", node)
        return self.apply(node, function.call, node.args, None, function.conditions, **keywords)

    def index(self, node: ast.expr) -> Any:
        """An index of whole numbers and slices."""
        whole = "an index is a whole number or a slice, as in x[0] and x[1:3]."
        match node:
            case ast.Tuple(parts):
                return tuple([self.index(part) for part in parts])
            case ast.Slice(lower, upper, step):
                return slice(*(None if part is None else self.integer(part, whole) for part in (lower, upper, step)))
        return self.integer(node, whole)

    def integer(self, node: ast.expr, sentence: str) -> int:
        match node:
            case ast.Constant(value=int() as number) if not isinstance(number, bool):
                return number
            case ast.UnaryOp(ast.USub(), ast.Constant(value=int() as number)) if not isinstance(number, bool):
                return -number
        raise self.mistake(sentence, node)

    def array(self, node: ast.List) -> Any:
        """A vector, or a list of vectors of one length as a matrix."""
        values = [self.value(entry) for entry in node.elts]
        for entry, value in zip(node.elts, values, strict=True):
            if not isinstance(value, (np.ndarray, np.floating)):
                raise self.mistake("in [ ] stand numbers only. A vector is an input: give it as x=[1,2,3].", entry)
            if value.shape != values[0].shape:
                raise self.mistake("the rows of a matrix have one length: [[1, 2], [3, 4]].", entry)
        result = np.array(values)
        self.check_size(result, node, self.statement.place(node))
        return result


def _said(error: Exception) -> str:
    """The first line of what NumPy complains of, as a sentence."""
    line = (str(error).splitlines() or [type(error).__name__])[0]
    return line if line.endswith((".", "?")) else line + "."


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)


def _finite(value: Any) -> bool:
    return bool(np.isfinite(_plain(value)).all())
