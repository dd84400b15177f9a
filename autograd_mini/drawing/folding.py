"""Which values of a graph get a box of their own, and how the others are folded into the boxes that use them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..graph import Node, trace
from .expressions import PRINTED_ENTRIES
from .names import clean

Path = tuple[tuple[Node, int], ...]
"""The way to an operand: a box and a slot, then what is folded into that slot and a slot of it, and so on."""

DEEPEST = 8
"""So many operations at most are written in one box."""


@dataclass
class Layout:
    """The boxes of a graph.

    Attributes
    ----------
    nodes
        The trace of the output.
    boxes
        The nodes with a box of their own, in evaluation order.
    constants
        Array constants too large to be printed, with their keys: negative numbers, since they have no serial.
    given
        The name that a person gave a node, by serial; empty for the others.
    apart
        Nodes that are to have a box, whatever else is said of them, by serial.
    drawn
        The nodes that have one, by serial.
    """

    nodes: list[Node]
    apart: Collection[int]
    boxes: list[Node] = field(default_factory=list)
    constants: dict[int, tuple[int, Any]] = field(default_factory=dict)
    given: dict[int, str] = field(default_factory=dict)
    drawn: set[int] = field(default_factory=set)

    def source(self, operand: Any) -> int | None:
        """The key of the box that an operand is, if it is one."""
        if isinstance(operand, Node):
            return operand.serial if operand.serial in self.drawn else None
        return self.constants[id(operand)][0] if id(operand) in self.constants else None

    def slots(self, box: Node) -> Iterator[tuple[Path, int]]:
        """The operand slots of a box, from left to right: the way to each through what is folded in, and its source."""
        pending: list[Path] = [((box, slot),) for slot in reversed(range(len(box.operands)))]
        while pending:
            path = pending.pop()
            operand = path[-1][0].operands[path[-1][1]]
            key = self.source(operand)
            if key is not None:
                yield path, key
            elif isinstance(operand, Node):
                pending.extend((*path, (operand, slot)) for slot in reversed(range(len(operand.operands))))


def lay_out(y: Node, tensors: dict[int, str], apart: Collection[int] = frozenset()) -> Layout:
    """Decide which nodes get a box.

    In a graph of scalars all do. With arrays, an unnamed node that is used once is folded into its user, and a node that
    holds several results always is. Those in `apart` are not folded.
    """
    nodes, _ = trace([y])
    layout = Layout(nodes, apart)
    scalars = all(type(node.value) is tuple or np.ndim(node.value) == 0 for node in nodes)
    uses: dict[int, int] = {}
    for node in nodes:
        layout.given[node.serial] = clean(getattr(node, "name", None)) or clean(tensors.get(id(node)))
        for operand in node.operands:
            if isinstance(operand, Node):
                uses[operand.serial] = uses.get(operand.serial, 0) + 1
    weights: dict[int, int] = {}
    for node in nodes:
        weight = 1
        for operand in node.operands:
            if isinstance(operand, Node) and operand.serial in weights:
                if weight + weights[operand.serial] <= DEEPEST or type(operand.value) is tuple:
                    weight += weights[operand.serial]
                else:
                    layout.drawn.add(operand.serial)
        several = type(node.value) is tuple
        if several or not (
            scalars
            or node is y
            or node.rule is None
            or layout.given[node.serial]
            or uses.get(node.serial) != 1
            or node.serial in apart
        ):
            weights[node.serial] = weight
        else:
            layout.drawn.add(node.serial)
    layout.boxes = [node for node in nodes if node.serial in layout.drawn]
    for node in nodes:
        for operand in node.operands:
            if getattr(operand, "size", 0) > PRINTED_ENTRIES and not isinstance(operand, Node):
                layout.constants.setdefault(id(operand), (-1 - len(layout.constants), operand))
    return layout
