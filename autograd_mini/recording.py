"""The one place where a function is applied to Tensors: evaluate it on their values, and write down the fact."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from . import rules  # noqa: F401  # fills the tables
from .calls import Recorder
from .errors import UnsupportedError
from .graph import NO_KEYWORDS, Node, new, next_serial, write
from .kinds import RULES, TABLES, Composite, Plain, Rule, all_tables, name_of
from .sweeps import results
from .values import constant, explained, frozen, owned, scalar_or_array

TABLES.update(RULES)

# The constants that need no looking at.
_NUMBERS = (float, int, np.float64)


def rule_for(function: Any) -> Any:
    """What the tables know about `function`.

    Raises
    ------
    UnsupportedError
        When they know nothing.
    """
    rule = RULES.get(function) or getattr(function, "rule", None) or all_tables().get(function)
    if isinstance(function, tuple) and function[1] == "at":
        raise UnsupportedError(
            f"{name_of(function)} writes into an array. Use t.at[i].add(v) or t.at[i].set(v), which do not."
        )
    if rule is None:
        raise UnsupportedError(
            f"{name_of(function)} has no derivative rule, so a Tensor cannot go through it. Write it with functions that "
            "have one, state a rule (elementwise, selection, linear, general, flat), or take t.data where no gradient is "
            "meant."
        )
    return rule


def apply(cls: type[Any], rule: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call what `rule` is about on `args`, at least one of which holds a Tensor, and write down the fact."""
    if type(rule) is Composite:
        args, kwargs = rule.call.bind(args, kwargs)
        return rule.formula(*args, **kwargs)
    if type(rule) is Plain:
        return rule.function(*map(_value, args), **{name: _value(value) for name, value in kwargs.items()})
    operands, keywords = rule.call.bind(args, kwargs)
    return record(cls, rule, operands, keywords)


def record(cls: type[Any], rule: Rule, operands: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Evaluate a function on the values of its operands, and write the node of the result."""
    constants = False
    values = []
    for o in operands:
        if isinstance(o, Node):
            o = o.value  # noqa: PLW2901
        elif o is not None and type(o) not in _NUMBERS:
            constants = True
            o = constant(o, rule.name)  # noqa: PLW2901
        values.append(o)
    try:
        value = rule.ufunc(*values) if rule.ufunc else rule.call.invoke(values, keywords)
    except ValueError as error:
        raise explained(error, rule.name, values) from None
    if type(value) is np.float64:
        kind = "f"
    elif type(value) is np.ndarray and value.ndim:
        kind = value.dtype.kind
    elif isinstance(value, (tuple, list)):
        kind = "f"
    else:
        value = scalar_or_array(value)
        kind = value.dtype.kind if hasattr(value, "dtype") else ""
    if kind not in ("f", "c"):
        if rule.flat:
            return value
        raise TypeError(f"{rule.name}: the result is {type(value).__name__}, not floating point; it has no derivative.")
    copies = not isinstance(value, Recorder)  # what is written down enters by reference
    if constants and copies:
        kept = rule.reads_operands
        operands = tuple([o if isinstance(o, Node) else owned(v, kept) for o, v in zip(operands, values, strict=True)])
    if keywords and copies:
        keywords = {name: owned(argument, True) for name, argument in keywords.items()}
    if isinstance(value, (tuple, list)):
        return _each_result(cls, write(Node, tuple(map(frozen, value)), rule, operands, keywords), value)
    return write(cls, value, rule, operands, keywords)


def _each_result(cls: type[Any], node: Node, value: Any) -> Any:
    """The results of a function that has several, in NumPy's own container."""
    tensors = results(cls, node)
    if type(value) in (tuple, list):
        return type(value)(tensors)
    return type(value)(*tensors)


def _value(arg: Any) -> Any:
    if isinstance(arg, Node):
        return arg.value
    return type(arg)(map(_value, arg)) if type(arg) in (list, tuple) else arg


def unary(ufunc: Any, operator: Any = None) -> Any:
    """The method of an operator with one operand."""
    rule: Any = RULES[ufunc]
    evaluate = operator or ufunc

    def operate(self: Any) -> Any:
        return write(type(self), evaluate(self.value), rule, (self,))

    return operate


def binary(ufunc: Any, operator: Any) -> tuple[Any, Any]:
    """The methods of an operator with two operands, ``t + u`` and the reflected ``u + t``.

    Tensors, Python numbers and arrays of floats, the usual operands, need none of the care that `record` takes. Python's
    own operator is the ufunc for arrays, and for scalars ten times faster.
    """
    rule: Any = RULES[ufunc]

    def operate(self: Any, other: Any) -> Any:
        if isinstance(other, Node):
            value = other.value
        elif type(other) in _NUMBERS:
            value = other
        elif type(other) is np.ndarray and other.ndim and other.dtype.kind == "f":
            value = other = other if isinstance(self.value, Recorder) else owned(other, rule.reads_operands)
        else:
            return record(type(self), rule, (self, other), NO_KEYWORDS)
        try:
            value = operator(self.value, value)
        except ValueError as error:
            raise explained(error, rule.name, (self.value, value)) from None
        # graph.write, without the call
        node = new(type(self))
        node.value = value
        node.rule = rule
        node.operands = (self, other)
        node.keywords = NO_KEYWORDS
        node.serial = next_serial()
        return node

    def reflected(self: Any, other: Any) -> Any:
        if type(other) in _NUMBERS:
            return write(type(self), operator(other, self.value), rule, (other, self))
        return record(type(self), rule, (other, self), NO_KEYWORDS)

    return operate, reflected


def in_place(operator: Any) -> Any:
    """The method of ``t += u`` and the like: ``t = t + u``, but not where an array would be written through a view."""

    def operate(self: Any, other: Any) -> Any:
        if type(self.value) is np.ndarray and self.rule is not None and self.rule.name != "identity":
            for o in self.operands:
                if isinstance(o, Node) and type(o.value) is np.ndarray and np.may_share_memory(self.value, o.value):
                    raise TypeError(
                        f"t {SIGN[operator]}= u: t is a view of another Tensor (by {self.rule.name}), which an array would "
                        f"change as well. Write t = t {SIGN[operator]} u, or x = x.at[i].add(u) for the one it is a view of."
                    )
        return operator(self, other)

    return operate


SIGN = {operator.add: "+", operator.sub: "-", operator.mul: "*", operator.truediv: "/", operator.pow: "**"}


def power(self: Any, other: Any, modulo: Any = None) -> Any:
    """``t ** p``; like NumPy's own operator it squares where p is 2."""
    if modulo is not None:
        raise UnsupportedError(
            "pow(t, p, modulo): a remainder of a power is for integers. Use np.remainder(t**p, modulo)."
        )
    return _square(self) if type(other) in _NUMBERS and other == 2 else _power(self, other)


_square = unary(np.square)
_power, reflected_power = binary(np.power, operator.pow)
