"""The five kinds of derivative rule: each knows how to carry a tangent forward and a cotangent back.

A rule has one entry per operand, and an entry states calculus, nothing else. Both sweeps come from that one statement, so
they cannot drift apart. Broadcasting and promotion are handled here, once; the author of a row thinks of neither.

=============  ==========================================================  =====================================
kind           what an entry states                                        how it is carried: forward; back
=============  ==========================================================  =====================================
elementwise    the partial p(y, *operands), a number or a function         p·ẋ, broadcast;  p·ȳ, summed
selection      a weight(y, *operands) from comparisons, an `Inverse` of    taken, never multiplied by 0;
               the selection, or nothing: then indices are selected too    put back, nothing elsewhere
linear         the transpose(ȳ, *operands) of the map in this slot         the function itself;  the transpose
general        the tangent(ẋ, y, *operands), NumPy code linear in ẋ        that code;  the reverse sweep over it
flat           nothing: the derivative is zero almost everywhere           nothing
=============  ==========================================================  =====================================

An entry's further parameters are the keywords that it reads; together they are the keywords that the rule supports.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

from .broadcasting import kept_shape, to_dtype, to_shape
from .calls import FormulaCall, ListCall, SignatureCall, UfuncCall, dispatching
from .entries import Constant, Entry, Every, Flat, Indices, Inverse, Partial, Reduced, Tangent, Transpose, Weight
from .graph import Node
from .samples import BINARY, UNARY, At, S, at

__all__ = [
    "RULES",
    "TABLES",
    "Composite",
    "Constant",
    "Entry",
    "Flat",
    "Indices",
    "Inverse",
    "Partial",
    "Plain",
    "Reduction",
    "Rule",
    "S",
    "Tangent",
    "Transpose",
    "Weight",
    "all_tables",
    "at",
    "composite",
    "elementwise",
    "flat",
    "general",
    "linear",
    "name_of",
    "plain",
    "selection",
]


class Rule:
    """What is known about one function: how it is called, and an entry for every operand.

    Parameters
    ----------
    function
        The NumPy function, ``operator.getitem``, or a function of ours: the key in `RULES`.
    name
        Its name in messages, pictures and tables.
    call
        How its arguments become operands and keywords.
    entries
        One per operand, in slot order; with `variadic` the one entry of all its operands.
    together
        The map is linear in all slots at once (``concatenate``), not in each.
    on
        The domain to draw samples from: an interval, or one per operand.
    samples
        Sample calls, for the test that takes every row.
    variadic
        Any number of operands, all with the one entry.
    """

    def __init__(
        self,
        function: Any,
        name: str,
        call: UfuncCall | SignatureCall,
        entries: Sequence[Entry],
        together: bool,
        on: Any,
        samples: Sequence[At],
        variadic: bool,
    ) -> None:
        self.function = function
        self.name = name
        self.call = call
        self.entries: Any = Every(entries[0]) if variadic else entries
        self.together = together
        self.on = on
        self.samples = samples
        self.ufunc = function if isinstance(function, np.ufunc) else None  # called without further ado
        self.flat = all(type(entry) is Flat for entry in entries)
        # Whether a derivative may look at an operand: then a writable constant is copied when it is recorded.
        self.reads_operands = not all(entry.constant for entry in entries)

    def push(self, node: Node, dots: Sequence[Any], y: Any, operands: Any) -> Any:
        """The tangent of the result from those of the operands, ``None`` where an operand has none."""
        if self.together:
            pairs = zip(dots, operands, strict=True)
            together = [np.zeros_like(o) if dot is None and o is not None else dot for dot, o in pairs]
            return self.shaped(self.call.invoke(together, node.keywords), y)
        y_dot = None
        for slot, dot in enumerate(dots):
            if dot is not None:
                part = self.entries[slot].push(node, slot, dot, y, operands)
                y_dot = part if y_dot is None else y_dot if part is None else _plus(y_dot, part)
        if y_dot is None or (type(y_dot) is np.ndarray and y_dot.shape == y.shape and y_dot.dtype is y.dtype):
            return y_dot
        return self.shaped(y_dot, y)

    def shaped(self, y_dot: Any, y: Any) -> Any:
        """Give a tangent the shape and dtype of the result."""
        if type(y_dot) is tuple:
            return tuple(None if dot is None else self.shaped(dot, k) for dot, k in zip(y_dot, y, strict=True))
        if y_dot.shape == y.shape and y_dot.dtype is y.dtype:
            return y_dot
        return to_dtype(to_shape(y_dot, y.shape), y.dtype)


def _plus(a: Any, b: Any) -> Any:
    if type(a) is tuple:
        return tuple(map(_plus, a, b))
    return b if a is None else a if b is None else a + b


class Reduction(Rule):
    """A rule whose entries see the result, and what travels to and from it, with the reduced axes kept.

    ``axis=``, ``keepdims=`` and ``where=`` are dealt with here; an entry that needs them may name them.
    """

    def push(self, node: Node, dots: Sequence[Any], y: Any, operands: Any) -> Any:
        """Σ p·ẋ over the reduced axes."""
        axis, where = node.keywords.get("axis"), node.keywords.get("where")
        y_dot = None
        for slot, dot in enumerate(dots):
            if dot is not None:
                part = self.entries[slot].push(node, slot, dot, y, operands)
                if slot == 0:
                    part = to_shape(part, operands[0].shape)
                    part = part if where is None else np.where(where, part, 0)
                    part = part.sum(axis=axis, keepdims=True)
                y_dot = part if y_dot is None else y_dot + part
        if y_dot is None:
            return None
        return to_dtype(to_shape(y_dot, kept_shape(operands[0].shape, axis)).reshape(y.shape), y.dtype)


class Composite:
    """A function that is simply a formula of others: no rule of its own, only code over functions that have one.

    The formula's parameters are the keywords that it supports.
    """

    def __init__(self, function: Any, name: str, formula: Callable[..., Any], on: Any, samples: Sequence[At]) -> None:
        self.function = function
        self.name = name
        self.formula = formula
        self.on = on
        self.samples = samples
        self.call = FormulaCall(function, name, formula)


class Plain:
    """A function whose result is plain whatever goes in: metadata, comparisons of whole arrays, fresh zeros."""

    def __init__(self, function: Any, name: str) -> None:
        self.function = function
        self.name = name


RULES: dict[Hashable, Rule | Composite | Plain] = {}
TABLES: set[Hashable] = set()
"""The functions whose rules are the project's own, which nobody can restate."""


def name_of(function: Any) -> str:
    """The name of a function as messages and pictures show it: ``exp``, ``linalg.norm``."""
    if isinstance(function, tuple):
        return f"{function[0].__name__}.{function[1]}"
    name = getattr(function, "__name__", repr(function)).lstrip("_")
    module = (getattr(function, "__module__", None) or "").replace("numpy.lib.scimath", "numpy.emath")
    return f"{module.removeprefix('numpy.')}.{name}" if module in ("numpy.linalg", "numpy.fft", "numpy.emath") else name


_STARRED = 4  # inspect.CO_VARARGS: a function with *args


def _define(
    kind: Callable[[Any], Entry],
    function: Any,
    statements: Sequence[Any],
    on: Any = None,
    samples: Sequence[At] = (),
    keywords: str = "",
    signature: Callable[..., Any] | None = None,
    reduction: bool = False,
    listed: bool = False,
    variadic: bool = False,
    together: bool = False,
    call: Any = None,
    **carriers: Any,
) -> Any:
    """State a rule: make an entry of each statement, find out how the function is called, and file it in `RULES`.

    A statement that is an `Entry` already keeps its own kind; `kind` makes one of any other. `on` is the domain that
    samples are drawn from: an interval, or one per operand. `keywords` are supported ones that no statement reads,
    `carriers` statements for those that carry numbers. `reduction`: the kind deals with ``axis``, ``keepdims`` and
    ``where``. `listed`: the first argument is a sequence of operands; `variadic`: any number of operands; both with one
    statement for all. `together`: linear in all slots at once, so that constants are zero in the tangent. `signature` has
    the parameters where Python cannot read those of `function`, and `call` binds where operands stand in unusual places.
    """
    entries = [s if isinstance(s, Entry) else kind(s) for s in (*statements, *carriers.values())]
    entries = [Reduced(entry) for entry in entries] if reduction else entries
    n = len(statements)
    for entry in entries:
        entry.read_keywords(0 if listed or variadic else n)
    name = name_of(function)
    code = getattr(function, "__code__", None)
    if code is not None and n > code.co_argcount and not code.co_flags & _STARRED and not variadic:
        raise TypeError(
            f"{name}: it has {code.co_argcount} parameter(s), but {n} derivatives are stated, one for each."
        )
    if call is None and isinstance(function, np.ufunc):
        call = UfuncCall(function, name)
    elif call is None:
        named = {name for entry in entries for name in entry.names} - {"slot"} - set(carriers)
        supported = (*keywords.split(), *sorted(named), *(("axis", "keepdims", "where") if reduction else ()))
        make = ListCall if listed else SignatureCall
        call = make(function, name, n, tuple(carriers), supported, signature)
    if not samples and not reduction and all(type(entry) in (Partial, Constant, Weight, Flat) for entry in entries):
        samples = {1: UNARY, 2: BINARY}.get(n, ())
    key = dispatching(function)
    rule = (Reduction if reduction else Rule)(key, name, call, entries, together, on, samples, listed or variadic)
    if key is function:
        _file(key, rule)
    elif key.__module__.startswith(__package__):
        RULES[key] = rule
    else:
        key.rule = rule  # a function of a user's takes its rule along, wherever it goes
    return key


def _file(key: Any, rule: Rule | Composite | Plain) -> None:
    """Put a rule into `RULES`; those of the project's own tables are proved, and stay."""
    if TABLES:
        all_tables()
    if key in TABLES:
        raise ValueError(
            f"{rule.name}: it has a rule already, which is proved; stating another would change it for everybody."
        )
    RULES[key] = rule


def all_tables() -> dict[Hashable, Rule | Composite | Plain]:
    """`RULES`, with the tables that are read only when they are needed."""
    if _EVERYTHING not in sys.modules:
        importlib.import_module(_EVERYTHING)
    return RULES


_EVERYTHING = f"{__package__}.rules.everything"


def elementwise(function: Any, *partials: Any, **row: Any) -> Any:
    """State the partials ∂y/∂xᵢ of an elementwise function, each a number or a function of y and the operands.

    Parameters
    ----------
    function : callable
        A NumPy function, or one of your own; of your own, a version that works on Tensors is returned.
    *partials : float or callable
        One per operand. ``None`` where the derivative is zero.
    **row
        ``on=(low, high)``, the interval to draw test samples from; ``samples=``; further names as in the tables.

    Returns
    -------
    callable
        The function to call.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd_mini import elementwise, grad
    >>> softplus = elementwise(lambda x: np.logaddexp(0, x), lambda y, x: 1 / (1 + np.exp(-x)))
    >>> float(grad(softplus)(0.0))
    0.5
    """
    return _define(_partial, function, partials, **row)


def _partial(statement: Any) -> Entry:
    if not (statement is None or callable(statement) or isinstance(statement, (int, float, complex))):
        raise TypeError(
            f"elementwise: a partial is a number, or a function of y and the operands, not {type(statement).__name__}. "
            "Give one after the other, one for each operand: elementwise(f, p1, p2)."
        )
    return Flat() if statement is None else Partial(statement) if callable(statement) else Constant(statement)


def selection(function: Any, *weights: Any, **row: Any) -> Any:
    """State what a function selects: a weight(y, *operands) per operand, or an `Inverse`, or nothing at all.

    Parameters
    ----------
    function : callable
        A NumPy function, or one of your own.
    *weights : callable or Inverse or None
        A boolean array (taken or not), or a share of each entry, from comparisons; or the way back of a selection by
        structure. With none at all, the function moves entries of its one operand and is applied to their indices.
    **row
        As for `elementwise`.
    """
    return _define(_weight, function, weights or (Indices(),), **row)


def _weight(statement: Any) -> Entry:
    return Flat() if statement is None else Weight(statement)


def linear(function: Any, *transposes: Any, **row: Any) -> Any:
    """State the transpose(ȳ, *operands) of a linear function in each slot.

    Parameters
    ----------
    function : callable
        A NumPy function, or one of your own.
    *transposes : callable
        One per operand. With ``together=True`` the function is linear in all of them at once, not in each.
    **row
        As for `elementwise`.
    """
    return _define(Transpose, function, transposes, **row)


def general(function: Any, *tangents: Any, **row: Any) -> Any:
    """State the tangent(ẋ, y, *operands) of a function in each slot, as NumPy code linear in ẋ.

    Parameters
    ----------
    function : callable
        A NumPy function, or one of your own.
    *tangents : callable
        One per operand; where the function has several results, a tuple of their tangents.
    **row
        As for `elementwise`.
    """
    return _define(Tangent, function, tangents, **row)


def flat(*functions: Any, **row: Any) -> Any:
    """State that the derivative of a function is zero almost everywhere.

    Parameters
    ----------
    *functions : callable
        NumPy functions, or one of your own.
    **row
        As for `elementwise`; ``operands=`` is the number of operands, where Python cannot tell.
    """
    operands = row.pop("operands", 1)
    for function in functions:
        n = function.nin if isinstance(function, np.ufunc) else operands
        key = _define(lambda _: Flat(), function, [None] * n, **row)
    return key


def composite(function: Any, formula: Callable[..., Any], on: Any = None, samples: Sequence[At] = ()) -> None:
    """State a function as NumPy code over functions that have rules."""
    _file(function, Composite(function, name_of(function), formula, on, samples))


def plain(*functions: Any) -> None:
    """State that results of these functions are plain: no derivative is meant."""
    for function in functions:
        _file(function, Plain(function, name_of(function)))
