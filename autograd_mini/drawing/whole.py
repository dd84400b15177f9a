"""The whole expression of an output over its inputs, for the first line of a lesson."""

from __future__ import annotations

from typing import Any

from ..graph import Node, trace
from .expressions import constant_term, expression
from .folding import lay_out
from .picture import Picture
from .terms import Term, TooLongError, Written, name_term

LONGEST_WHOLE = 72
_tight = Written("·", "/")


def whole_expression(y: Any, shown: Picture) -> str:
    """The expression of `y` with everything but its inputs substituted; empty where it would be too long to read."""
    terms: dict[int, Term] = {}
    constants = {known: name_term(shown.names[key], True) for known, (key, _) in lay_out(y, {}).constants.items()}
    try:
        for node in trace([y])[0]:
            if node.rule is None:
                terms[node.serial] = name_term(shown.names[node.serial], node.value.ndim > 0)
            else:
                terms[node.serial] = expression(node, [_operand(o, terms, constants) for o in node.operands], _tight)
    except TooLongError:
        return ""
    text = terms[y.serial].text
    return text if len(text) <= LONGEST_WHOLE else ""


def _operand(operand: Any, terms: dict[int, Term], constants: dict[int, Term]) -> Term | None:
    if isinstance(operand, Node):
        return terms[operand.serial]
    if operand is None:
        return None
    return constants[id(operand)] if id(operand) in constants else constant_term(operand)
