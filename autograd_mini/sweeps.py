"""The two sweeps: cotangents from the output back to every input, tangents from one input direction forward.

Both read nodes by attribute. With ``on_tensors`` the rules are handed the nodes themselves, so that the derivative code
writes more graph and can be differentiated again; without it they are handed plain values and give numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np

from .cotangents import add, fit
from .errors import StaleGraphError
from .graph import GIVEN_UP, Node, stale, write


class ResultRule:
    """The rule of a node "result k" of a function that has several results; it is its own one entry."""

    name = "result"
    reads_operands = one = fresh = False

    def __init__(self) -> None:
        self.entries = (self,)

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        """One cotangent per result of the function: `y_bar` for result k, ``None`` for the others."""
        return tuple(y_bar if k == node.keywords["k"] else None for k in range(len(node.operands[0].value)))

    def push(self, node: Node, dots: Any, y: Any, operands: Any) -> Any:
        """The k-th of the function's tangents."""
        return dots[0][node.keywords["k"]]


RESULT = ResultRule()
Outputs = Iterable[tuple[Node, Any]]
float64, ndarray = np.float64, np.ndarray


def results(cls: type[Any], node: Node) -> tuple[Any, ...]:
    """The results of a function that has several: a Tensor for each floating one, a plain value for the others."""
    return tuple(
        write(cls, value, RESULT, (node,), {"k": k}) if value.dtype.kind in "fc" else value
        for k, value in enumerate(node.value)
    )


def values_of(operands: Any) -> Any:
    """The operands of a node as its rule sees them in a sweep on values."""
    values = []
    for o in operands:  # no comprehension: before Python 3.12 that is one more call
        values.append(o.value if isinstance(o, Node) else o)
    return values


def on_nodes(node: Node) -> Any:
    """The result of `node` as its rule sees it in a sweep on Tensors."""
    if type(node.value) is tuple:
        return results(next(type(o) for o in node.operands if isinstance(o, Node)), node)
    return node


@np.errstate(all="ignore")
def reverse(
    outputs: Outputs,
    since: int = 0,
    on_tensors: bool = False,
    keep: Collection[int] = frozenset(),
    give_up: bool = False,
) -> tuple[dict[int, Any], list[Any], list[Node], bool]:
    """Carry cotangents back from `outputs` to everything younger than `since`.

    The youngest node that has a cotangent has all of it, for nothing younger is left that could add to it. `outputs` are
    nodes with the cotangents to start from; nodes with a serial number below `since` are not walked into; `on_tensors`
    lets the rules run on Tensors; `keep` are the serial numbers of computed nodes whose cotangents are wanted as well;
    `give_up` frees what has been swept, so that its memory can be used again.

    Returns
    -------
    bars : dict
        The cotangents of leaves, and of the nodes that were to be kept, by serial number.
    leaves : list
        The leaves that have one.
    cut : list of Node
        The operands of functions that are flat in them: nothing has reached them from there.
    closed : bool
        Whether nothing older was met. A sweep on values ends there: its derivatives depend on more than values.

    Raises
    ------
    StaleGraphError
        When a node is older than the data of an operand it used.
    """
    bars: dict[int, Any] = {}
    leaves: list[Any] = []
    cut: list[Node] = []
    closed, pending = True, _started(outputs, bars, leaves)
    while pending:
        node = heappop(pending)[1]
        newest, nodes, rule = node.serial, node.operands, node.rule
        y_bar = bars[newest] if newest in keep else bars.pop(newest)
        y, operands, entries = node.value, nodes, rule.entries
        if on_tensors:
            y = on_nodes(node)
        elif rule.reads_operands:
            operands = values_of(nodes)
        slot = -1
        for operand in nodes:
            slot += 1
            if not isinstance(operand, Node):
                continue
            serial = operand.serial
            if not since <= serial < newest:
                if serial > newest:
                    raise StaleGraphError(stale(node, operand))
                closed = False
                continue
            x, entry = operand.value, entries[slot]
            x_bar = y_bar if entry.one else entry.pull(node, slot, y_bar, y, operands)
            kind = type(x_bar)
            if kind is not type(x) or (
                kind is not float64 and (kind is not ndarray or x_bar.shape != x.shape or x_bar.dtype is not x.dtype)
            ):
                if x_bar is None:
                    cut.append(operand)
                    continue
                x_bar = fit(x_bar, x)
            if serial in bars:
                so_far = bars[serial]
                scalars = type(so_far) is float64 is kind
                bars[serial] = so_far + x_bar if scalars else add(so_far, x_bar, entry.fresh)
                continue
            bars[serial] = x_bar
            if operand.rule is None:
                leaves.append(operand)
            else:
                heappush(pending, (-serial, operand))
        if not (closed or on_tensors):
            break
        if give_up:
            node.operands = GIVEN_UP
            node = nodes = operands = operand = y = x = y_bar = x_bar = None
    return bars, leaves, cut, closed


def _started(outputs: Outputs, bars: dict[int, Any], leaves: list[Any]) -> list[tuple[int, Any]]:
    """Give the outputs their cotangents; the computed ones as a heap, the youngest first."""
    pending = []
    for node, bar in outputs:
        if node.serial in bars:
            bars[node.serial] = add(bars[node.serial], bar)
            continue
        bars[node.serial] = bar
        if node.rule is None:
            leaves.append(node)
        else:
            pending.append((-node.serial, node))
    heapify(pending)
    return pending


@np.errstate(all="ignore")
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
    for node in nodes:
        if node.serial in dots:
            continue
        tangents, arrived = [], False
        for o in node.operands:
            x_dot = dots.get(o.serial) if isinstance(o, Node) else None
            tangents.append(x_dot)
            arrived = arrived or x_dot is not None
        if arrived:
            y, operands, rule = node.value, node.operands, node.rule
            if on_tensors:
                y = on_nodes(node)
            elif rule.reads_operands:
                operands = values_of(operands)
            y_dot = rule.push(node, tangents, y, operands)
            if y_dot is not None:
                dots[node.serial] = y_dot
    return dots
