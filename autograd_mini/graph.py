"""The graph of facts: this value came from that function of those values. It never changes once written."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

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


def write(cls: type[Any], value: Any, rule: Any = None, operands: tuple[Any, ...] = (), keywords: Any = NO_KEYWORDS) -> Any:
    """Write one node of class `cls` into the graph."""
    node = new(cls)
    node.value = value
    node.rule = rule
    node.operands = operands
    node.keywords = keywords
    node.serial = next_serial()
    return node


# A computed node, and the slots of its operands through which derivatives flow.
Step = tuple[Node, tuple[int, ...]]


class _Slots(dict[Any, tuple[int, ...]]):
    """Equal slots as one object, so that a step of a long trace costs a pair and no more."""

    def __missing__(self, key: Any) -> tuple[int, ...]:
        self[key] = key if isinstance(key, tuple) else (key,)
        return self[key]


_slots = _Slots()


def _step_serial(step: Step) -> int:
    return step[0].serial


class Trace(NamedTuple):
    """What some outputs depend on."""

    steps: list[Step]
    """The computed nodes, in evaluation order."""
    leaves: list[Any]
    """The leaves."""
    closed: bool
    """Whether nothing older was met; derivatives then depend on nothing outside."""


def trace(outputs: Iterable[Node], since: int = 0) -> Trace:
    """Everything younger than `since` that `outputs` depend on.

    Raises
    ------
    StaleGraphError
        When a node is older than the data of an operand it used.
    """
    stack: list[Node] = []
    steps, leaves, closed, seen = [], [], True, set()
    for node in outputs:
        if node.serial < since:
            closed = False
        elif node.serial not in seen:
            seen.add(node.serial)
            (leaves if node.rule is None else stack).append(node)
    while stack:
        node = stack.pop()
        newest = node.serial
        slots = []
        for slot, operand in enumerate(node.operands):
            if isinstance(operand, Node):
                serial = operand.serial
                if since <= serial < newest:
                    slots.append(slot)
                    if serial not in seen:
                        seen.add(serial)
                        (leaves if operand.rule is None else stack).append(operand)
                elif serial < since:
                    closed = False
                else:
                    raise StaleGraphError(_stale(node, operand))
        if slots:
            steps.append((node, _slots[slots[0] if len(slots) == 1 else tuple(slots)]))
    steps.sort(key=_step_serial)
    return Trace(steps, leaves, closed)


def _stale(node: Node, leaf: Any) -> str:
    name = f" {leaf.name!r}" if getattr(leaf, "name", None) else ""
    return (
        f"{node.rule.name}: the data of the leaf{name} of shape {leaf.value.shape} were replaced after this graph had used "
        f"them, so its derivatives would mix old values and new. Evaluate the expression again, then differentiate."
    )


def steps_to(found: Trace, targets: Sequence[Node]) -> list[Step]:
    """The steps of a trace that lead from `targets` to its outputs."""
    if found.closed and set(map(by_serial, found.leaves)) <= set(map(by_serial, targets)):
        return found.steps  # nothing but the targets was met, so every step leads from one
    reached = set(map(by_serial, targets))
    steps = []
    for node, slots in found.steps:
        slots = tuple(slot for slot in slots if node.operands[slot].serial in reached)  # noqa: PLW2901
        if slots:
            reached.add(node.serial)
            steps.append((node, slots))
    return steps
