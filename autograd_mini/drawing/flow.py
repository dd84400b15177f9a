"""The numbers that flow along the arrows of a picture: what the two sweeps carry."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..cotangents import fit
from ..graph import Node
from ..sweeps import forward, reverse
from ..values import frozen, handed_out
from .folding import Layout, Path


class Flow:
    """The numbers that flow along the arrows, from the two sweeps."""

    def __init__(self, layout: Layout, mode: str, seed: Any, start: Any) -> None:
        self.mode = mode
        y = layout.nodes[-1]
        self.bars = reverse([(y, seed)], keep=layout.drawn)[0] if mode == "reverse" else {}
        self.dots = {}
        if start is not None:
            self.dots = forward(layout.nodes, {start.serial: np.ones_like(start.value)[()]}, on_tensors=False)

    def gradient(self, node: Any) -> Any:
        """∂y/∂node."""
        if self.mode != "reverse":
            return None
        return as_gradient(self.bars.get(node.serial), node)

    def tangent(self, node: Any) -> Any:
        """∂node/∂wrt."""
        if self.mode != "forward":
            return None
        return frozen(self.dots.get(node.serial, np.zeros_like(node.value)))

    @staticmethod
    def pull(node: Node, slot: int, bar: Any) -> Any:
        """Carry a cotangent back through one slot, as the sweep does."""
        if bar is None:
            return None
        operand: Any = node.operands[slot]
        pulled = node.rule.entries[slot].pull(node, slot, bar, node.value, _values(node))
        return None if pulled is None else fit(pulled, operand.value)

    def push(self, path: Path, source: Any) -> Any:
        """Carry the tangent of `source` forward along `path`, nothing else taking part."""
        dot = self.dots.get(source.serial)
        for node, slot in reversed(path):
            if dot is None:
                break
            dots = [dot if i == slot else None for i in range(len(node.operands))]
            dot = node.rule.push(node, dots, node.value, _values(node))
        return frozen(np.zeros_like(path[0][0].value) if dot is None else dot)


def _values(node: Node) -> list[Any]:
    return [o.value if isinstance(o, Node) else o for o in node.operands]


def as_gradient(bar: Any, node: Any) -> Any:
    """A cotangent of `node` as it is shown: of the node's shape and dtype, zeros where nothing has arrived."""
    return frozen(np.zeros_like(node.value)) if bar is None else handed_out(bar, node.value.dtype)
