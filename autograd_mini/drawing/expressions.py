"""The printer: what a node was computed from, as a person writes it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..calls import ListCall
from ..graph import Node
from ..scatter import astype, scatter_add, set_at
from ..sweeps import RESULT
from .numbers import number
from .terms import ATOM, POWER, SUM, Term, TooLongError, number_term, simplified, transpose, written

PRINTED_ENTRIES = 4
"""An array of at most so many entries is printed as numbers."""

_OPERATORS = {
    np.add: "add",
    np.subtract: "subtract",
    np.multiply: "multiply",
    np.divide: "divide",
    np.matmul: "matmul",
    np.negative: "negative",
    np.power: "power",
    np.float_power: "power",
    np.square: "square",
}
_NAMES = {"sigmoid": "σ", "<lambda>": "f"}
# Functions of ours that stand for NumPy's, or for a part of one
_OWN_NAMES = {
    "chain": "linalg.multi_dot",
    "constant": "stop_gradient",
    "hypot_reduce": "hypot.reduce",
    "interpolated": "interp",
    "inverse": "linalg.inv",
    "line": "linspace",
    "logaddexp2_reduce": "logaddexp2.reduce",
    "logaddexp_reduce": "logaddexp.reduce",
    "maximum_accumulate": "maximum.accumulate",
    "minimum_accumulate": "minimum.accumulate",
    "p_norm": "linalg.norm",
    "pad_by_mixing": "pad",
    "pad_by_moving": "pad",
    "pad_constant": "pad",
    "singular_values": "linalg.svdvals",
    "stretch_sums": "add.reduceat",
}
_INDEXING = {operator.getitem, scatter_add}
# What a derivative in words leaves out: where entries stand is seen from the shapes.
_SILENT = {np.reshape, np.ravel, np.squeeze, np.expand_dims, np.broadcast_to, np.copy, astype}


def expression(node: Node, terms: Sequence[Term | None], arithmetic: Any = written) -> Term:
    """The expression of one node over the terms of its operands, ``None`` for an absent one.

    Parameters
    ----------
    node
        A computed node.
    terms
        One for each of its operands.
    arithmetic
        `written` for a program, `simplified` for a derivative, which is put into words.

    Raises
    ------
    TooLongError
        When nobody would read it.
    """
    array = type(node.value) is not tuple and np.ndim(node.value) > 0
    if node.rule is RESULT:
        return Term(f"{_given(terms, 0).tight(POWER)}[{node.keywords['k']}]", ATOM, array)
    function = node.rule.function
    if _is_fresh(node.rule):
        return _given(terms, 0)
    if arithmetic is simplified:
        term = _in_words(node, terms, array)
        if term is not None:
            return term
    if function in _OPERATORS:
        combined: Term = getattr(arithmetic, _OPERATORS[function])(*map(_present, terms), array)
        return combined
    special = _SPECIAL.get(function)
    term = special(node, terms, array, arithmetic) if special else None
    return _call(node, terms, array) if term is None else term


def _present(term: Term | None) -> Term:
    if term is None:
        raise TooLongError
    return term


def _given(terms: Sequence[Term | None], slot: int) -> Term:
    return _present(terms[slot])


def constant_term(value: Any) -> Term:
    """A constant: a number, or an array that is small enough to be printed.

    Raises
    ------
    TooLongError
        For a larger array.
    """
    if np.ndim(value) == 0:
        return number_term(value)
    return Term(array_text(value), ATOM, array=True)


def array_text(value: Any) -> str:
    """A small array as nested lists of numbers."""
    if value.size > PRINTED_ENTRIES or value.ndim > PRINTED_ENTRIES:
        raise TooLongError
    return _nested(np.asarray(value).tolist())


def _nested(value: Any) -> str:
    return f"[{', '.join(map(_nested, value))}]" if isinstance(value, list) else number(value)


def _call(node: Node, terms: Sequence[Term | None], array: bool) -> Term:
    """``name(a, b, axis=0)``."""
    call, rule = node.rule.call, node.rule
    keywords = dict(node.keywords)
    n = getattr(call, "n", len(terms))
    carriers = getattr(call, "carriers", ())
    if isinstance(call, ListCall):
        arguments = [f"[{', '.join(_present(term).text for term in terms)}]"]
    else:
        plain = terms[: n if carriers else len(terms)]
        arguments = ["None" if term is None else term.text for term in plain]
        while carriers == () and len(arguments) > 1 and arguments[-1] == "None":
            arguments.pop()
        carried = zip(carriers, terms[n:], strict=True) if carriers else ()
        arguments += [f"{name}={term.text}" for name, term in carried if term is not None]
    if "subscripts" in keywords:
        arguments.insert(0, f'"{keywords.pop("subscripts")}"')
    arguments += [f"{name}={shown(value)}" for name, value in keywords.items()]
    return Term(f"{function_name(rule)}({', '.join(arguments)})", ATOM, array)


def _is_fresh(rule: Any) -> bool:
    """Whether a node only stands for another one inside a transform."""
    return rule.name == "identity" and str(getattr(rule.function, "__module__", "")).endswith(
        "autograd_mini.evaluation"
    )


def function_name(rule: Any) -> str:
    """The name of a function as it stands in an expression."""
    own = str(getattr(rule.function, "__module__", "")).startswith("autograd_mini")
    name = str(_OWN_NAMES.get(rule.name, rule.name) if own else rule.name)
    return _NAMES.get(name, name)


def shown(value: Any) -> str:
    """The value of a keyword, or a part of an index."""
    if isinstance(value, tuple):
        return f"({', '.join(map(shown, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, slice):
        parts = ["" if part is None else str(part) for part in (value.start, value.stop, value.step)]
        return ":".join(parts[:2] if value.step is None else parts)
    if value is Ellipsis or value is None:
        return "..." if value is Ellipsis else "None"
    if isinstance(value, (np.ndarray, np.generic)):
        return array_text(value) if value.size <= PRINTED_ENTRIES else "…"
    if isinstance(value, (bool, str)):
        return repr(value)
    if isinstance(value, (int, float, complex)):
        return number(value)
    if isinstance(value, (type, np.dtype)):
        return np.dtype(value).name if not isinstance(value, type) else value.__name__
    return getattr(value, "__name__", "…")


def _index(key: Any) -> str:
    return ", ".join(map(shown, key)) if isinstance(key, tuple) and key else shown(key)


# Functions that are not written as calls

Special = Callable[[Node, Sequence[Term | None], bool, Any], Term | None]


def _getitem(node: Node, terms: Sequence[Term | None], array: bool, arithmetic: Any) -> Term:
    return Term(f"{_given(terms, 0).tight(POWER)}[{_index(node.keywords['key'])}]", ATOM, array)


def _scattered(node: Node, terms: Sequence[Term | None], array: bool, arithmetic: Any) -> Term:
    return Term(f"{_given(terms, 0).text} at [{_index(node.keywords['key'])}]", SUM, array)


def _set(node: Node, terms: Sequence[Term | None], array: bool, arithmetic: Any) -> Term:
    x, values = map(_present, terms)
    return Term(f"{x.tight(POWER)}.at[{_index(node.keywords['key'])}].set({values.text})", ATOM, array)


def _transposed(node: Node, terms: Sequence[Term | None], array: bool, arithmetic: Any) -> Term | None:
    axes = node.keywords.get("axes")
    if node.rule.function is np.swapaxes:
        last_two = {node.keywords["axis1"] % node.value.ndim, node.keywords["axis2"] % node.value.ndim}
        if last_two != {node.value.ndim - 1, node.value.ndim - 2}:
            return None
    return transpose(_given(terms, 0)) if axes is None else None


def _reciprocal(node: Node, terms: Sequence[Term | None], array: bool, arithmetic: Any) -> Term:
    divided: Term = arithmetic.divide(number_term(1), _given(terms, 0), array)
    return divided


def _absolute(node: Node, terms: Sequence[Term | None], array: bool, arithmetic: Any) -> Term | None:
    text = _given(terms, 0).text
    return None if "|" in text else Term(f"|{text}|", ATOM, array)


def _itself(node: Node, terms: Sequence[Term | None], array: bool, arithmetic: Any) -> Term | None:
    """A function that changes nothing here is not shown."""
    x: Any = node.operands[0]
    return terms[0] if x.value.shape == node.value.shape and x.value.dtype == node.value.dtype else None


def _sum(node: Node, terms: Sequence[Term | None], array: bool, arithmetic: Any) -> Term | None:
    squared = _given(terms, 0).squared
    if squared is None or node.keywords or any(term is not None for term in terms[1:]) or node.value.dtype.kind == "c":
        return None
    return Term(f"‖{squared.text}‖²", POWER, array)


_SPECIAL: dict[Any, Special] = {
    operator.getitem: _getitem,
    scatter_add: _scattered,
    set_at: _set,
    np.transpose: _transposed,
    np.matrix_transpose: _transposed,
    np.swapaxes: _transposed,
    np.reciprocal: _reciprocal,
    np.absolute: _absolute,
    np.broadcast_to: _itself,
    astype: _itself,
    np.sum: _sum,
}


# Derivatives in the words of books


def _in_words(node: Any, terms: Sequence[Term | None], array: bool) -> Term | None:
    """What a derivative says more shortly than a program, if it does."""
    function, key = node.rule.function, node.keywords.get("key")
    if function in _SILENT or (function in _INDEXING and _only_axes(node)):
        return terms[0]
    if function is np.conjugate and node.value.dtype.kind != "c":
        return terms[0]
    if function is np.sum and node.value.size:
        term = _given(terms, 0)
        if term.value is not None:
            return number_term(term.value * (node.operands[0].value.size // node.value.size))
        return simplified.total(term, array)
    if function is np.where:
        return _chosen(node, *map(_present, terms))
    if function is set_at and _given(terms, 1).value == 0:
        return Term(f"{_given(terms, 0).text} except at [{_index(key)}]", SUM, array)
    if function is np.multiply and _is_column(node.operands[0]) and node.value.ndim == 2:
        return simplified.matmul(_given(terms, 0), transpose(_given(terms, 1)), array)
    if function is np.matmul and np.ndim(_without_axes(node.operands[0])) == 1 and array:
        return simplified.matmul(transpose(_given(terms, 1)), _given(terms, 0), array)
    return None


def _chosen(node: Any, condition: Term, a: Term, b: Term) -> Term | None:
    """A choice that is the same everywhere is no choice, and one between numbers is an array of them."""
    if a.value is not None and b.value is not None:
        return constant_term(node.value)
    chosen = node.operands[0]
    return a if np.all(chosen) else b if not np.any(chosen) else None


def _only_axes(node: Any) -> bool:
    """Whether an index only adds axes, or takes those of length one away."""
    key = node.keywords["key"]
    parts = key if isinstance(key, tuple) else (key,)
    silent = (None, Ellipsis, 0, -1, slice(None))
    if any(isinstance(part, np.ndarray) or part not in silent for part in parts):
        return False
    return bool(node.value.size == np.size(_value(node.operands[0])))


def _value(x: Any) -> Any:
    return x.value if isinstance(x, Node) else x


def _without_axes(x: Any) -> Any:
    """The value that an index has added axes to."""
    if isinstance(x, Node) and x.rule is not None and x.rule.function is operator.getitem and _only_axes(x):
        return _value(x.operands[0])
    return _value(x)


def _is_column(x: Any) -> bool:
    """Whether `x` is a vector that an index has made a column."""
    return np.ndim(_without_axes(x)) == 1 and np.ndim(_value(x)) == 2 and x.shape[1] == 1
