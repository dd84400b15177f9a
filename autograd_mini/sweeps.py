"""The two sweeps: cotangents from the output back to every input, tangents from one input direction forward.

Both read nodes by attribute. With ``on_tensors`` the rules are handed the nodes themselves, so that the derivative code
writes more graph and can be differentiated again; without it they are handed plain values and give numbers.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from .cotangents import add, fit
from .graph import Node, Step, write


class ResultRule:
    """The rule of a node "result k" of a function that has several results; it is its own one entry."""

    name = "result"
    reads_operands = False

    def __init__(self) -> None:
        self.entries = (self,)

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:  # noqa: ARG002
        """One cotangent per result of the function: `y_bar` for result k, ``None`` for the others."""
        return tuple(y_bar if k == node.keywords["k"] else None for k in range(len(node.operands[0].value)))

    def push(self, node: Node, dots: Any, y: Any, operands: Any) -> Any:  # noqa: ARG002
        """The k-th of the function's tangents."""
        return dots[0][node.keywords["k"]]


RESULT = ResultRule()


def results(cls: type[Any], node: Node) -> tuple[Any, ...]:
    """The results of a function that has several: a Tensor for each floating one, a plain value for the others."""
    return tuple(
        write(cls, value, RESULT, (node,), {"k": k}) if value.dtype.kind in "fc" else value
        for k, value in enumerate(node.value)
    )


def on_values(node: Node) -> tuple[Any, Any]:
    """The result and the operands of `node` as its rule sees them in a sweep on values."""
    operands = node.operands
    if node.rule.reads_operands:
        operands = [o.value if isinstance(o, Node) else o for o in operands]
    return node.value, operands


def on_nodes(node: Node) -> tuple[Any, Any]:
    """The result and the operands of `node` as its rule sees them in a sweep on Tensors."""
    if type(node.value) is tuple:
        cls = next(type(o) for o in node.operands if isinstance(o, Node))
        return results(cls, node), node.operands
    return node, node.operands


def reverse(
    steps: list[Step], bars: dict[int, Any], on_tensors: bool, keep: Collection[int] = frozenset()
) -> dict[int, Any]:
    """Carry cotangents back over `steps`.

    Parameters
    ----------
    steps
        The nodes to go through, in evaluation order, with the slots whose cotangents matter.
    bars
        The cotangents to start from, by serial number; the sweep uses this dict up.
    on_tensors
        Whether the rules run on Tensors.
    keep
        Serial numbers of nodes in `steps` whose cotangents are to be returned as well.

    Returns
    -------
    dict
        The cotangents of the nodes that no step goes through, and of those in `keep`, by serial number.
    """
    with np.errstate(all="ignore"):
        for node, slots in reversed(steps):
            y_bar = bars.pop(node.serial, None)
            if y_bar is None:
                continue
            if keep and node.serial in keep:
                bars[node.serial] = y_bar
            y, operands = on_nodes(node) if on_tensors else on_values(node)
            entries = node.rule.entries
            for slot in slots:
                operand = node.operands[slot]
                x, x_bar = operand.value, entries[slot].pull(node, slot, y_bar, y, operands)
                if type(x_bar) is not np.ndarray or x_bar.shape != x.shape or x_bar.dtype is not x.dtype:
                    if x_bar is None:
                        continue
                    x_bar = fit(x_bar, x)
                serial = operand.serial
                bars[serial] = add(bars[serial], x_bar) if serial in bars else x_bar
    return bars


def forward(steps: list[Step], dots: dict[int, Any], on_tensors: bool) -> dict[int, Any]:
    """Carry tangents forward over `steps`.

    Parameters
    ----------
    steps
        The nodes to go through, in evaluation order.
    dots
        The tangents to start from, by serial number; the sweep adds those of every node that depends on them.
    on_tensors
        Whether the rules run on Tensors.
    """
    with np.errstate(all="ignore"):
        for node, _ in steps:
            tangents = [dots.get(o.serial) if isinstance(o, Node) else None for o in node.operands]
            if any(x_dot is not None for x_dot in tangents):
                y, operands = on_nodes(node) if on_tensors else on_values(node)
                y_dot = node.rule.push(node, tangents, y, operands)
                if y_dot is not None:
                    dots[node.serial] = y_dot
    return dots
