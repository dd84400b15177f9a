"""The names and the expressions of a picture's boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..graph import Node
from .expressions import constant_term, expression, function_name
from .folding import Layout, lay_out
from .names import unique_names
from .terms import Term, TooLongError, name_term

LONGEST_EXPRESSION = 60


class Captions(NamedTuple):
    """What is written in the boxes of a layout."""

    layout: Layout
    names: dict[int, str]
    """The name of every box, by key."""
    terms: dict[int, Term]
    """What every node and large constant is printed as where it is used: its name, or its expression if it is folded."""
    expressions: dict[int, str]
    """The expression of every computed node, by serial."""


def caption(y: Node, layout: Layout, tensors: dict[int, str], arrays: Sequence[tuple[str, Any]]) -> Captions:
    """Name the boxes and print their expressions; what is folded into one that is too long to be read gets a box."""
    apart = set(layout.apart)
    while True:
        captions = _captions(layout, arrays)
        long = [box for box in layout.boxes if len(captions.expressions.get(box.serial, "")) > LONGEST_EXPRESSION]
        folded = {operand.serial for box in long for operand in _folded_into(box, layout)}
        if not folded:
            shortened = {box.serial: _short(box) for box in long}
            return captions._replace(expressions={**captions.expressions, **shortened})
        apart |= folded
        layout = lay_out(y, tensors, apart)


def _folded_into(box: Any, layout: Layout) -> list[Any]:
    """The nodes folded directly into a box, or into a node of several results that is."""
    found, pending = [], list(box.operands)
    while pending:
        operand = pending.pop()
        if isinstance(operand, Node) and operand.serial not in layout.drawn:
            if type(operand.value) is tuple:
                pending.extend(operand.operands)
            else:
                found.append(operand)
    return found


def _short(node: Any) -> str:
    return f"{function_name(node.rule)}(…)" if hasattr(node.rule, "function") else "…"


def _captions(layout: Layout, arrays: Sequence[tuple[str, Any]]) -> Captions:
    called = _names(layout, arrays)
    return Captions(layout, called, *_printed(layout, called))


def _names(layout: Layout, arrays: Sequence[tuple[str, Any]]) -> dict[int, str]:
    """A name for every box: inputs first, by first use, then large constants, then the rest."""
    order: dict[int, str] = {}
    for node in layout.nodes:
        for operand in node.operands:
            if isinstance(operand, Node) and operand.rule is None:
                order[operand.serial] = layout.given[operand.serial]
    for key, constant in layout.constants.values():
        order[key] = next((name for name, array in arrays if _equal(array, constant)), "")
    for node in layout.boxes:
        order[node.serial] = layout.given[node.serial]
    return dict(zip(order, unique_names(list(order.values())), strict=True))


def _equal(a: Any, b: Any) -> bool:
    return a is b or (a.shape == b.shape and a.dtype == b.dtype and np.array_equal(a, b))


def _printed(layout: Layout, called: dict[int, str]) -> tuple[dict[int, Term], dict[int, str]]:
    """What each node is printed as where it is used, and the expression of every box."""
    terms: dict[int, Term] = {key: name_term(called[key], True) for key, _ in layout.constants.values()}
    expressions: dict[int, str] = {}
    for node in layout.nodes:
        if node.rule is not None:
            try:
                term = expression(node, [_operand_term(layout, terms, o) for o in node.operands])
            except TooLongError:
                term = Term(_short(node))
            expressions[node.serial] = term.text
            terms[node.serial] = term
        if node.serial in layout.drawn:
            terms[node.serial] = name_term(called[node.serial], np.ndim(node.value) > 0)
    return terms, expressions


def _operand_term(layout: Layout, terms: dict[int, Term], operand: Any) -> Term | None:
    if isinstance(operand, Node):
        return terms[operand.serial]
    key = layout.source(operand)
    return terms[key] if key is not None else None if operand is None else constant_term(operand)
