"""The two sweeps: cotangents from the output back to every input, tangents from one input direction forward.

Both read nodes by attribute. With ``on_tensors`` the rules are handed the nodes themselves, so that the derivative code
writes more graph and can be differentiated again; without it they are handed plain values and give numbers.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from .cotangents import add
from .graph import Node, write


class ResultRule:
    """The rule of a node "result k" of a function that has several results."""

    name = "result"

    def pull(self, node: Node, slots: list[int], y_bar: Any, y: Any, operands: Any) -> list[Any]:  # noqa: ARG002
        """One cotangent per result of the function: `y_bar` for result k, ``None`` for the others."""
        return [tuple(y_bar if k == node.keywords["k"] else None for k in range(len(node.operands[0].value)))]

    def push(self, node: Node, dots: list[Any], y: Any, operands: Any) -> Any:  # noqa: ARG002
        """The k-th of the function's tangents."""
        return dots[0][node.keywords["k"]]


RESULT = ResultRule()


def results(cls: type[Any], node: Node) -> tuple[Any, ...]:
    """The results of a function that has several: a Tensor for each floating one, a plain value for the others."""
    return tuple(
        write(cls, value, RESULT, (node,), {"k": k}) if value.dtype.kind in "fc" else value
        for k, value in enumerate(node.value)
    )


def values_of(node: Node, on_tensors: bool) -> tuple[Any, Any]:
    """The result and the operands of `node` as its rule is to see them."""
    if not on_tensors:
        return node.value, [o.value if isinstance(o, Node) else o for o in node.operands]
    if type(node.value) is tuple:
        cls = next(type(o) for o in node.operands if isinstance(o, Node))
        return results(cls, node), node.operands
    return node, node.operands


def reverse(
    nodes: list[Node], bars: dict[int, Any], wanted: Collection[int], on_tensors: bool, keep: Collection[int] = ()
) -> dict[int, Any]:
    """Carry cotangents back over `nodes`.

    Parameters
    ----------
    nodes
        In evaluation order.
    bars
        The cotangents to start from, by serial number; the sweep uses this dict up.
    wanted
        Serial numbers of the nodes whose cotangents matter; contributions to others are not computed.
    on_tensors
        Whether the rules run on Tensors.
    keep
        Serial numbers of computed nodes whose cotangents are to be returned as well.

    Returns
    -------
    dict
        The cotangents of leaves, of nodes outside `nodes` and of those in `keep`, by serial number.
    """
    with np.errstate(all="ignore"):
        for node in reversed(nodes):
            if node.rule is None:
                continue
            y_bar = bars.get(node.serial) if node.serial in keep else bars.pop(node.serial, None)
            if y_bar is None:
                continue
            slots = [i for i, o in enumerate(node.operands) if isinstance(o, Node) and o.serial in wanted]
            if not slots:
                continue
            y, operands = values_of(node, on_tensors)
            for i, x_bar in zip(slots, node.rule.pull(node, slots, y_bar, y, operands), strict=True):
                if x_bar is not None:
                    serial = node.operands[i].serial
                    before = bars.get(serial)
                    bars[serial] = x_bar if before is None else add(before, x_bar)
    return bars


def forward(nodes: list[Node], dots: dict[int, Any], on_tensors: bool) -> dict[int, Any]:
    """Carry tangents forward over `nodes`.

    Parameters
    ----------
    nodes
        In evaluation order.
    dots
        The tangents to start from, by serial number; the sweep adds those of every node that depends on them.
    on_tensors
        Whether the rules run on Tensors.
    """
    with np.errstate(all="ignore"):
        for node in nodes:
            if node.rule is None or node.serial in dots:
                continue
            tangents = [dots.get(o.serial) if isinstance(o, Node) else None for o in node.operands]
            if any(x_dot is not None for x_dot in tangents):
                y, operands = values_of(node, on_tensors)
                y_dot = node.rule.push(node, tangents, y, operands)
                if y_dot is not None:
                    dots[node.serial] = y_dot
    return dots
