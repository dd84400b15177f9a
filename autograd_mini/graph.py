"""The graph of facts: this value came from that function of those values. It never changes once written."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Collection
from operator import attrgetter
from typing import Any

from .errors import StaleGraphError

# The one global. Each node takes the next number when it is written, so sorting by it is evaluation order everywhere.
_serials = itertools.count(1)
next_serial = _serials.__next__
by_serial = attrgetter("serial")
new: Any = object.__new__


class Node:
    """A value, and the fact of how it was computed.

    Attributes
    ----------
    value
        The array or NumPy scalar; the tuple of them where the function has several results.
    rule
        What is known about the function's derivative; ``None`` for a leaf.
    operands
        What the function was applied to, in slot order: nodes, constants, and ``None`` for an absent keyword operand.
    keywords
        The arguments that carry no derivative (``axis``, an index, …).
    serial
        Its place in evaluation order. A leaf that is given new data takes a new number.
    """

    __slots__ = ("keywords", "operands", "rule", "serial", "value")

    value: Any
    rule: Any
    operands: tuple[Any, ...]
    keywords: dict[str, Any]
    serial: int


NO_KEYWORDS: dict[str, Any] = {}


def write(
    cls: type[Any], value: Any, rule: Any = None, operands: tuple[Any, ...] = (), keywords: Any = NO_KEYWORDS
) -> Any:
    """Write one node of class `cls` into the graph."""
    node = new(cls)
    node.value = value
    node.rule = rule
    node.operands = operands
    node.keywords = keywords
    node.serial = next_serial()
    return node


def trace(outputs: Collection[Node], since: int = 0) -> tuple[list[Node], bool]:
    """The nodes younger than `since` that `outputs` depend on, in evaluation order, leaves included.

    Returns
    -------
    nodes : list of Node
    closed : bool
        Whether nothing older was met; derivatives then depend on nothing else.

    Raises
    ------
    StaleGraphError
        When a node is older than the data of an operand it used.
    """
    stack = [node for node in outputs if node.serial >= since]
    seen = {node.serial for node in stack}
    nodes: list[Node] = []
    closed = all(node.serial >= since for node in outputs)
    while stack:
        node = stack.pop()
        nodes.append(node)
        newest = node.serial
        for operand in node.operands:
            if isinstance(operand, Node):
                serial = operand.serial
                if serial > newest:
                    raise StaleGraphError(stale(node, operand))
                if serial < since:
                    closed = False
                elif serial not in seen:
                    seen.add(serial)
                    stack.append(operand)
    nodes.sort(key=by_serial)
    return nodes, closed


# What the operands of a node become when nobody but a sweep needs its graph: it may be freed, and is not read again.
GIVEN_UP: tuple[Any, ...] = (write(Node, None),)
GIVEN_UP[0].serial = sys.maxsize


def stale(node: Node, leaf: Any) -> str:
    """The message about a node that is older than the data of a leaf it used."""
    if leaf is GIVEN_UP[0]:
        return (
            f"{node.rule.name}: this graph was given up, for its memory, when the transform that had it written had its "
            "gradient. Return from the function what you want to differentiate."
        )
    name = f" {leaf.name!r}" if getattr(leaf, "name", None) else ""
    return (
        f"{node.rule.name}: the data of the leaf{name} of shape {leaf.value.shape} were replaced after this graph had "
        f"used them, so its derivatives would mix old values and new. Evaluate the expression again, then differentiate."
    )
