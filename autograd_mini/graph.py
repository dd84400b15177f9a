"""The graph of facts: this value came from that function of those values. It never changes once written."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from .errors import StaleGraphError

# The one global. Each node takes the next number when it is written, so sorting by it is evaluation order everywhere.
_serials = itertools.count(1)
next_serial = _serials.__next__
by_serial = attrgetter("serial")


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


def write(cls: type[Any], value: Any, rule: Any = None, operands: tuple[Any, ...] = (), keywords: Any = NO_KEYWORDS) -> Any:
    """Write one node of class `cls` into the graph."""
    node = cls.__new__(cls)
    node.value = value
    node.rule = rule
    node.operands = operands
    node.keywords = keywords
    node.serial = next_serial()
    return node


def trace(outputs: Iterable[Node], since: int = 0) -> tuple[list[Node], bool]:
    """The nodes younger than `since` that `outputs` depend on, in evaluation order.

    Returns
    -------
    nodes : list of Node
        In evaluation order, the outputs included.
    closed : bool
        False when the walk met a node older than `since`: what is computed from these nodes then depends on it.

    Raises
    ------
    StaleGraphError
        When a node is older than the data of an operand it used.
    """
    stack = [node for node in outputs if node.serial >= since]
    closed = len(stack) == len(list(outputs))
    seen = {node.serial for node in stack}
    nodes = []
    while stack:
        node = stack.pop()
        nodes.append(node)
        serial = node.serial
        for operand in node.operands:
            if isinstance(operand, Node):
                number = operand.serial
                if number > serial:
                    raise StaleGraphError(_stale(node, operand))
                if number < since:
                    closed = False
                elif number not in seen:
                    seen.add(number)
                    stack.append(operand)
    nodes.sort(key=by_serial)
    return nodes, closed


def _stale(node: Node, leaf: Any) -> str:
    name = f" {leaf.name!r}" if getattr(leaf, "name", None) else ""
    return (
        f"{node.rule.name}: the data of the leaf{name} of shape {leaf.value.shape} were replaced after this graph had used "
        f"them, so its derivatives would mix old values and new. Evaluate the expression again, then differentiate."
    )


def depending_on(nodes: list[Node], targets: Iterable[Node]) -> set[int]:
    """The serial numbers of `targets` and of those `nodes` (in evaluation order) that depend on one of them."""
    found = {target.serial for target in targets}
    for node in nodes:
        for operand in node.operands:
            if isinstance(operand, Node) and operand.serial in found:
                found.add(node.serial)
                break
    return found
