"""The two sweeps: cotangents from the output back to every input, tangents from one input direction forward.

Both read nodes by attribute. With ``on_tensors`` the rules are handed the nodes themselves, so that the derivative code
writes more graph and can be differentiated again; without it they are handed plain values and give numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from heapq import heappop, heappush
from typing import Any, NamedTuple

import numpy as np

from .cotangents import add, fit
from .errors import StaleGraphError
from .graph import Node, stale, write


class ResultRule:
    """The rule of a node "result k" of a function that has several results; it is its own one entry."""

    name = "result"
    reads_operands = False

    def __init__(self) -> None:
        self.entries = (self,)

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        """One cotangent per result of the function: `y_bar` for result k, ``None`` for the others."""
        return tuple(y_bar if k == node.keywords["k"] else None for k in range(len(node.operands[0].value)))

    def push(self, node: Node, dots: Any, y: Any, operands: Any) -> Any:
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
    operands: Any = node.operands
    if node.rule.reads_operands:
        operands = [o.value if isinstance(o, Node) else o for o in operands]
    return node.value, operands


def on_nodes(node: Node) -> tuple[Any, Any]:
    """The result and the operands of `node` as its rule sees them in a sweep on Tensors."""
    if type(node.value) is tuple:
        cls = next(type(o) for o in node.operands if isinstance(o, Node))
        return results(cls, node), node.operands
    return node, node.operands


class Swept(NamedTuple):
    """What a reverse sweep leaves behind."""

    bars: dict[int, Any]
    """The cotangents of leaves, and of the nodes that were to be kept, by serial number."""
    leaves: list[Any]
    """The leaves that have one."""
    cut: list[Node]
    """The operands of functions that are flat in them: nothing has reached them from there."""
    closed: bool
    """Whether nothing older was met. A sweep on values ends there: its derivatives depend on more than values."""


def reverse(
    outputs: Iterable[tuple[Node, Any]], since: int = 0, on_tensors: bool = False, keep: Collection[int] = frozenset()
) -> Swept:
    """Carry cotangents back from `outputs` to everything younger than `since`.

    The youngest node that has a cotangent has all of it, for nothing younger is left that could add to it. `outputs` are
    nodes with the cotangents to start from; nodes with a serial number below `since` are not walked into; `on_tensors`
    lets the rules run on Tensors; `keep` are the serial numbers of computed nodes whose cotangents are wanted as well.
    A node that is older than the data of an operand it used raises `StaleGraphError`.
    """
    bars, leaves, cut, closed = swept = Swept({}, [], [], True)
    pending: list[tuple[int, Node]] = []
    for node, bar in outputs:
        _receive(node, bar, bars, leaves, pending)
    ndarray = np.ndarray
    with np.errstate(all="ignore"):
        while pending:
            node = heappop(pending)[1]
            newest, rule, nodes = node.serial, node.rule, node.operands
            y_bar = bars[newest] if newest in keep else bars.pop(newest)
            y, operands = on_nodes(node) if on_tensors else on_values(node)
            for slot, operand in enumerate(nodes):
                if not isinstance(operand, Node):
                    continue
                serial = operand.serial
                if not since <= serial < newest:
                    if serial > newest:
                        raise StaleGraphError(stale(node, operand))
                    closed = False
                    continue
                x, x_bar = operand.value, rule.entries[slot].pull(node, slot, y_bar, y, operands)
                if type(x_bar) is not ndarray or x_bar.dtype is not x.dtype or x_bar.shape != x.shape:
                    if x_bar is None:
                        cut.append(operand)
                        continue
                    x_bar = fit(x_bar, x)
                if serial in bars:
                    bars[serial] = add(bars[serial], x_bar)
                    continue
                bars[serial] = x_bar
                if operand.rule is None:
                    leaves.append(operand)
                else:
                    heappush(pending, (-serial, operand))
            if not (closed or on_tensors):
                break
    return swept._replace(closed=closed)


def _receive(node: Node, bar: Any, bars: dict[int, Any], leaves: list[Node], pending: list[tuple[int, Node]]) -> None:
    """Give an output its cotangent to start from."""
    serial = node.serial
    if serial in bars:
        bars[serial] = add(bars[serial], bar)
    else:
        bars[serial] = bar
        if node.rule is None:
            leaves.append(node)
        else:
            heappush(pending, (-serial, node))


def forward(nodes: Iterable[Node], dots: dict[int, Any], on_tensors: bool) -> dict[int, Any]:
    """Carry tangents forward over `nodes`.

    Parameters
    ----------
    nodes
        A trace: nodes in evaluation order.
    dots
        The tangents to start from, by serial number; the sweep adds those of every node that depends on them.
    on_tensors
        Whether the rules run on Tensors.
    """
    with np.errstate(all="ignore"):
        for node in nodes:
            if node.serial in dots:
                continue
            tangents = [dots.get(o.serial) if isinstance(o, Node) else None for o in node.operands]
            if any(x_dot is not None for x_dot in tangents):
                y, operands = on_nodes(node) if on_tensors else on_values(node)
                y_dot = node.rule.push(node, tangents, y, operands)
                if y_dot is not None:
                    dots[node.serial] = y_dot
    return dots
