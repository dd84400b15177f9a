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

from collections.abc import Callable, Hashable, Sequence
from types import CodeType
from typing import Any

import numpy as np

from .broadcasting import kept_shape, to_dtype, to_shape
from .calls import FormulaCall, ListCall, SignatureCall, UfuncCall, contains_node, dispatching
from .cotangents import Masked, add, fit, move, value_of
from .graph import Node, steps_to, trace, write
from .samples import BINARY, UNARY, At
from .scatter import scatter_add
from .sweeps import reverse

Statement = Callable[..., Any]


class Entry:
    """What is stated about one operand: a function of some leading values, the operands, and the keywords it names."""

    leading = 1
    constant = False
    """Whether the derivative is a number, so that it looks at no value."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.names: tuple[str, ...] = ()

    def read_keywords(self, n: int) -> None:
        """Find which keywords the statement names after its `n` operands."""
        code: CodeType | None = getattr(self.statement, "__code__", None)
        if code is not None:
            end = code.co_argcount + code.co_kwonlyargcount
            self.names = code.co_varnames[min(self.leading + n, code.co_argcount) : end]

    def state(self, node: Node, slot: int, operands: Any, *leading: Any) -> Any:
        """Evaluate the statement for `slot` of `node`."""
        if not self.names:
            return self.statement(*leading, *operands)
        call = node.rule.call
        known = dict(node.keywords, slot=slot)
        if call.carriers:
            known.update(zip(call.carriers, operands[call.n :], strict=True))
            operands = operands[: call.n]
        return self.statement(*leading, *operands, **{name: known[name] for name in self.names if name in known})

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        """The contribution of the cotangent `y_bar` of the result to that of operand `slot`."""
        raise NotImplementedError

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        """The contribution of the tangent `x_dot` of operand `slot` to that of the result."""
        raise NotImplementedError


class Partial(Entry):
    """Elementwise: ∂y/∂x, entry by entry."""

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        p = self.state(node, slot, operands, y) if self.names else self.statement(y, *operands)
        if type(y_bar) is Masked:
            return Masked(np.where(y_bar.live, y_bar.value * p, 0), y_bar.live)
        return y_bar * p  # in this order: a Python complex times a np.float64 would be a Python complex

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        return x_dot * self.state(node, slot, operands, y)


class Constant(Entry):
    """Elementwise, where the partial is a number; 1 costs nothing."""

    constant = True

    def __init__(self, number: float) -> None:
        super().__init__(lambda: number)
        self.number = number

    def read_keywords(self, n: int) -> None:
        """A number reads no keywords."""

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        return y_bar if self.number == 1 else move(lambda bar: bar * self.number, y_bar)

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        return x_dot if self.number == 1 else x_dot * self.number


def _taken(weight: Any, x: Any) -> Any:
    """`x` where it has weight, and a structural zero, not a product, where it has none."""
    if weight.dtype != bool:
        x = weight.astype(x.dtype) * x
    return np.where(weight, x, 0)


class Weight(Entry):
    """Selection by comparison: which entries are taken (a mask), or with which share."""

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        weight = self.state(node, slot, operands, y)
        live = weight != 0
        if type(y_bar) is Masked:
            live = live & y_bar.live
        return Masked(_taken(weight, value_of(y_bar)), live)

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        return _taken(self.state(node, slot, operands, y), x_dot)


class Inverse(Entry):
    """Selection by structure, the way back stated: ``inverse(ȳ, *operands)`` puts every entry where it was taken from."""

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        return move(lambda bar: self.state(node, slot, operands, bar), y_bar)

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        replaced = [x_dot if i == slot else o for i, o in enumerate(operands)]
        return node.rule.call.invoke(replaced, node.keywords)


class Indices(Inverse):
    """Selection by structure, nothing stated: the function is applied to the indices of the entries it moves."""

    def __init__(self) -> None:
        super().__init__(lambda: None)

    def read_keywords(self, n: int) -> None:
        """Nothing is stated, so nothing is read."""

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        x = operands[slot]
        replaced = [np.arange(x.size).reshape(x.shape) if i == slot else o for i, o in enumerate(operands)]
        indices = node.rule.call.invoke(replaced, node.keywords)
        return move(lambda bar: scatter_add(bar.reshape(-1), indices.reshape(-1), (x.size,)).reshape(x.shape), y_bar)


class Transpose(Inverse):
    """Linear: the transpose of the map in this slot. Sums mix entries, so the mask of a cotangent ends here."""

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        y_bar = value_of(y_bar)
        return self.state(node, slot, operands, y_bar) if self.names else self.statement(y_bar, *operands)


class Tangent(Entry):
    """General: the tangent of the result as NumPy code, linear in that of the operand."""

    leading = 2

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        """Write the little graph of the tangent code at a fresh zero tangent, and sweep that back."""
        operand = operands[slot]
        leaf = write(type(node.operands[slot]), np.zeros_like(operand.value if isinstance(operand, Node) else operand))
        y_dot = self.state(node, slot, operands, leaf, y)
        bars: dict[int, Any] = {}
        outputs = []
        for dot, bar in zip(y_dot, y_bar, strict=True) if type(y_bar) is tuple else ((y_dot, y_bar),):
            if bar is not None and isinstance(dot, Node):
                outputs.append(dot)
                bar = fit(value_of(bar), dot)  # noqa: PLW2901
                bars[dot.serial] = add(bars[dot.serial], bar) if dot.serial in bars else bar
        on_tensors = contains_node((*operands, *bars.values()))
        return reverse(steps_to(trace(outputs, leaf.serial), [leaf]), bars, on_tensors).get(leaf.serial)

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        return self.state(node, slot, operands, x_dot, y)


class Reduced(Entry):
    """The entry of a reduction: another kind's, shown the result and its cotangent with the reduced axes kept."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.statement)
        self.entry = entry
        self.constant = entry.constant

    def read_keywords(self, n: int) -> None:
        self.entry.read_keywords(n)
        self.names = self.entry.names

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        """The contribution of `y_bar`; what ``where=`` leaves out is a structural zero."""
        if y.shape:
            shape = kept_shape(node.operands[0].shape, node.keywords.get("axis"))
            if y.shape != shape:
                y_bar, y = move(lambda bar: bar.reshape(shape), y_bar), y.reshape(shape)
        x_bar = self.entry.pull(node, slot, y_bar, y, operands)
        where = node.keywords.get("where")
        if where is None or slot:
            return x_bar
        live = where & x_bar.live if type(x_bar) is Masked else where
        return Masked(np.where(where, value_of(x_bar), 0), live)

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        return self.entry.push(node, slot, x_dot, y.reshape(kept_shape(operands[0].shape, node.keywords.get("axis"))), operands)


class Flat(Entry):
    """Flat: nothing comes through, forward or back."""

    constant = True

    def __init__(self) -> None:
        super().__init__(lambda: 0)

    def read_keywords(self, n: int) -> None:
        """Nothing is stated, so nothing is read."""

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> None:
        return None

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> None:
        return None


class Every:
    """One entry for each of any number of operands."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def __getitem__(self, slot: int) -> Entry:
        return self.entry


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
            together = [np.zeros_like(o) if dot is None else dot for dot, o in zip(dots, operands, strict=True)]
            return self.shaped(self.call.invoke(together, node.keywords), y)
        y_dot = None
        for slot, dot in enumerate(dots):
            if dot is not None:
                part = self.entries[slot].push(node, slot, dot, y, operands)
                y_dot = part if y_dot is None else y_dot if part is None else _plus(y_dot, part)
        return None if y_dot is None else self.shaped(y_dot, y)

    def shaped(self, y_dot: Any, y: Any) -> Any:
        """Give a tangent the shape and dtype of the result."""
        if type(y_dot) is tuple:
            return tuple(None if dot is None else self.shaped(dot, k) for dot, k in zip(y_dot, y, strict=True))
        return to_dtype(to_shape(y_dot, y.shape), y.dtype)


def _plus(a: Any, b: Any) -> Any:
    return tuple(map(_plus, a, b)) if type(a) is tuple else a + b


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
                    part = part.sum(axis=axis, keepdims=True) if axis != () else part
                y_dot = part if y_dot is None else y_dot + part
        return None if y_dot is None else to_dtype(y_dot.reshape(y.shape), y.dtype)


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


def name_of(function: Any) -> str:
    """The name of a function as messages and pictures show it: ``exp``, ``linalg.norm``."""
    if isinstance(function, tuple):
        return f"{function[0].__name__}.{function[1]}"
    name = getattr(function, "__name__", repr(function))
    module = getattr(function, "__module__", None) or ""
    return f"{module.removeprefix('numpy.')}.{name}" if module in ("numpy.linalg", "numpy.fft") else name


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

    Parameters
    ----------
    kind
        Makes an entry of a plain statement; a statement that is an `Entry` already keeps its own kind.
    function
        The NumPy function, or a function of one's own.
    statements
        One per operand.
    on
        The domain samples are drawn from: an interval, or one per operand.
    samples
        Sample calls; ufuncs have the usual ones by themselves.
    keywords
        Names of supported keywords that no statement reads.
    signature
        A function with the same parameters, where Python cannot read those of `function`.
    reduction
        The function reduces axes: ``axis=``, ``keepdims=`` and ``where=`` are dealt with by the kind.
    listed
        The first argument is a sequence of operands, each with the one statement.
    variadic
        There are any number of operands, each with the one statement.
    together
        The map is linear in all slots at once: constants are zero in the tangent.
    call
        An object with ``bind`` and ``invoke``, for a function whose operands stand in unusual places.
    **carriers
        Statements for keywords that carry numbers (``initial=``).
    """
    entries = [s if isinstance(s, Entry) else kind(s) for s in (*statements, *carriers.values())]
    entries = [Reduced(entry) for entry in entries] if reduction else entries
    n = len(statements)
    for entry in entries:
        entry.read_keywords(0 if listed or variadic else n)
    name = name_of(function)
    if call is None and isinstance(function, np.ufunc):
        call = UfuncCall(function, name)
    elif call is None:
        named = {name for entry in entries for name in entry.names} - {"slot"} - set(carriers)
        supported = (*keywords.split(), *sorted(named), *(("axis", "keepdims", "where") if reduction else ()))
        make = ListCall if listed else SignatureCall
        call = make(function, name, n, tuple(carriers), supported, signature)
    if not samples and isinstance(function, np.ufunc):
        samples = UNARY if function.nin == 1 else BINARY
    key = dispatching(function)
    RULES[key] = (Reduction if reduction else Rule)(key, name, call, entries, together, on, samples, listed or variadic)
    return key


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
    RULES[function] = Composite(function, name_of(function), formula, on, samples)


def plain(*functions: Any) -> None:
    """State that results of these functions are plain: no derivative is meant."""
    for function in functions:
        RULES[function] = Plain(function, name_of(function))
