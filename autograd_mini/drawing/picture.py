"""What every picture, page and lesson shows, computed once from the graph: boxes, arrows, names and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..cotangents import value_of
from ..errors import DrawingError, ShapeError
from ..graph import Node
from ..values import frozen, seed_for
from .captions import Captions, caption
from .flow import Flow, as_gradient
from .folding import Layout, lay_out
from .names import given_names
from .symbols import Symbols

MODES = ("local", "reverse", "forward")


@dataclass(frozen=True, slots=True)
class Arrow:
    """One operand slot of a box, from the operand to the result.

    Attributes
    ----------
    source, target : int
        Keys of boxes.
    slot : int
        Its place among the arrows into the target, in program order: ``x * x`` has two.
    symbol : str
        The local partial as an expression of names; empty where it says no more than the number. Into or out of an array
        it is what the cotangent δ of the target becomes: ``δ aᵀ``, ``Wᵀ δ``, ``⊙ σ′(z)``, ``Σ δ``.
    partial
        ∂target/∂source, a number, between two numbers; else ``None``.
    contribution
        What it carries back, ∂y/∂target · ∂target/∂source, of the source's shape; ``None`` unless swept in reverse.
    pushed
        What it carries forward, ∂target/∂source · ∂source/∂wrt, of the target's shape; ``None`` unless swept forward.
    """

    source: int
    target: int
    slot: int
    symbol: str
    partial: Any
    contribution: Any
    pushed: Any


@dataclass(frozen=True, slots=True)
class Box:
    """A named value.

    Attributes
    ----------
    key : int
        Unique inside the picture: the node's serial number, a negative number for a constant.
    name : str
        Unique inside the picture; plain Unicode, not escaped.
    expression : str
        What it was computed from, ``c · d``; empty for an input or a constant.
    role : str
        ``"input"``, ``"intermediate"``, ``"output"``, or ``"constant"``: an array constant of more than 4 entries.
    value
        A NumPy scalar or array.
    gradient
        ∂y/∂node; ``None`` for a constant, or unless swept in reverse.
    tangent
        ∂node/∂wrt, 0 where it does not depend on wrt; ``None`` for a constant, or unless swept forward.
    """

    key: int
    name: str
    expression: str
    role: str
    value: Any
    gradient: Any
    tangent: Any


@dataclass(frozen=True)
class Picture:
    """A graph as it is drawn.

    Attributes
    ----------
    boxes : tuple of Box
        In evaluation order.
    arrows : tuple of Arrow
        In evaluation order of their targets, then by slot.
    output : Box
    wrt : Box or None
        The input of a forward sweep.
    names : dict
        The name of every box, by key.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    output: Box
    wrt: Box | None
    names: dict[int, str]

    def incoming(self, key: int) -> list[Arrow]:
        """The arrows into a box, in the order of its operands."""
        return [arrow for arrow in self.arrows if arrow.target == key]

    def outgoing(self, key: int) -> list[Arrow]:
        """The arrows out of a box, in program order: the terms of the sum that is its gradient."""
        return [arrow for arrow in self.arrows if arrow.source == key]


def picture(
    y: Any,
    mode: str = "local",
    wrt: Any = None,
    names: Any = None,
    max_nodes: int | None = None,
    who: str = "draw",
) -> Picture:
    """Read a graph and compute everything that is shown of it. Nothing of the graph is changed, nor any ``.grad``.

    Parameters
    ----------
    y : Tensor
        The output.
    mode : {"local", "reverse", "forward"}
        Values and local derivatives; with the sweep back from `y`; with the sweep forward from `wrt`.
    wrt : Tensor or str, optional
        The node, of one entry, that a forward sweep begins at; may be left out where there is only one input.
    names : dict, optional
        Names of Tensors, usually ``locals()``; a Tensor's own ``.name`` comes first.
    max_nodes : int, optional
        More boxes are refused, before anything is computed.
    who : str
        The reader that asks, for messages.

    Raises
    ------
    TypeError, ValueError
        When `y` is no Tensor, the mode is unknown, `wrt` is not in the graph or does not go with the mode.
    ShapeError
        When `y`, in reverse, or `wrt` has more than one entry.
    DrawingError
        When there are more than `max_nodes` boxes.
    StaleGraphError
        When a leaf has been given new data since.
    """
    _check(y, mode, max_nodes, who)
    tensors, arrays = given_names(names, who)
    layout = lay_out(y, tensors, {wrt.serial} if isinstance(wrt, Node) else set())
    _refuse(layout, max_nodes, who)
    captions = caption(y, layout, tensors, arrays)
    layout, called = captions.layout, captions.names
    _refuse(layout, max_nodes, who)
    start = _forward_from(layout, called, mode, wrt, who)
    with np.errstate(all="ignore"):
        flow = Flow(layout, mode, seed_for(y, None, who) if mode == "reverse" else None, start)
        symbols = Symbols(layout, captions.terms)
        arrows = [arrow for box in layout.boxes for arrow in _arrows(box, layout, flow, symbols)]
        boxes = _boxes(captions, flow)
    by_key = {box.key: box for box in boxes}
    return Picture(
        tuple(boxes), tuple(arrows), by_key[y.serial], by_key[start.serial] if start is not None else None, called
    )


def _check(y: Any, mode: Any, max_nodes: Any, who: str) -> None:
    if not isinstance(y, Node):
        what = type(y).__name__
        if isinstance(y, (list, tuple)):
            what += f" of {len(y)} things: give one output"
        raise TypeError(
            f"{who}: the first argument is the Tensor that was computed, not {what}. Compute it from Tensor(2.0, name='a')."
        )
    if not isinstance(mode, str) or mode not in MODES:
        raise ValueError(f"{who}: mode={mode!r} is unknown; choose 'local', 'reverse' or 'forward'.")
    if max_nodes is not None and (isinstance(max_nodes, bool) or not isinstance(max_nodes, (int, np.integer))):
        raise TypeError(f"{who}: max_nodes is a whole number, not {max_nodes!r}.")


def _refuse(layout: Layout, max_nodes: int | None, who: str) -> None:
    """Say how many boxes there are, if there are too many."""
    count = len(layout.boxes) + len(layout.constants)
    if max_nodes is not None and count > max_nodes:
        raise DrawingError(
            f"{who}: the graph of this expression has {count:,} nodes, and more than {max_nodes:,} cannot be read. Take a "
            f"smaller expression{f', or say max_nodes={count}' if who == 'draw' else ''}."
        )


def _forward_from(layout: Layout, called: dict[int, str], mode: str, wrt: Any, who: str) -> Any:
    """The node that a forward sweep begins at."""
    inputs = [node for node in layout.boxes if node.rule is None]
    if mode != "forward":
        if wrt is not None:
            raise ValueError(f"{who}: wrt= is the input of a forward sweep; say mode='forward', or leave it out.")
        return None
    known = ", ".join(called[node.serial] for node in inputs[:8])
    if wrt is None:
        if len(inputs) != 1:
            raise ValueError(f"{who}: a forward sweep begins at one input; say wrt= one of {known}.")
        wrt = inputs[0]
    if isinstance(wrt, str):
        found: Any = next((node for node in layout.boxes if called[node.serial] == wrt), None)
    elif isinstance(wrt, Node):
        found = next((node for node in layout.boxes if node is wrt), None)
    else:
        raise TypeError(f"{who}: wrt= is a Tensor of the graph or its name, not {type(wrt).__name__}.")
    if found is None:
        raise ValueError(f"{who}: wrt= is no node of this graph; its inputs are {known}.")
    if found.value.size != 1:
        raise ShapeError(
            f"{who}: wrt= has shape {found.value.shape}; a forward sweep begins at one number. For a direction use jvp."
        )
    return found


def _arrows(box: Any, layout: Layout, flow: Flow, symbols: Symbols) -> list[Arrow]:
    """The arrows into one box."""
    arrows = []
    scalar = np.ndim(box.value) == 0
    start = (flow.bars.get(box.serial), np.ones_like(box.value)[()] if scalar else None, symbols.start(box))
    pulled: dict[Any, tuple[Any, Any, Any]] = {(): start}
    for slot, (path, key) in enumerate(layout.slots(box)):
        if key < 0:
            arrows.append(Arrow(key, box.serial, slot, "", None, None, None))
            continue
        way: tuple[tuple[int, int], ...] = ()
        for node, place in path:
            before, way = pulled[way], (*way, (node.serial, place))
            if way not in pulled:
                bar, unit, symbol = before
                pulled[way] = (
                    flow.pull(node, place, bar),
                    flow.pull(node, place, unit),
                    symbols.pull(node, place, symbol),
                )
        bar, unit, symbol = pulled[way]
        operand: Any = path[-1][0].operands[path[-1][1]]
        partial = None
        if scalar and np.ndim(operand.value) == 0:
            partial = frozen(np.zeros_like(operand.value) if unit is None else value_of(unit))
        arrows.append(
            Arrow(
                key,
                box.serial,
                slot,
                symbols.text(symbol, path, partial),
                partial,
                as_gradient(bar, operand) if flow.mode == "reverse" else None,
                flow.push(path, operand) if flow.mode == "forward" else None,
            )
        )
    return arrows


def _boxes(captions: Captions, flow: Flow) -> list[Box]:
    """All boxes; a constant stands where it is first used."""
    boxes: list[Box] = []
    layout, called = captions.layout, captions.names
    constants = dict(layout.constants.values())
    for node in layout.boxes:
        for _, key in layout.slots(node):
            if key in constants:
                boxes.append(Box(key, called[key], "", "constant", _read_only(constants.pop(key)), None, None))
        leaf = "input" if node.rule is None else "intermediate"
        role = "output" if node is layout.boxes[-1] else leaf
        boxes.append(
            Box(
                node.serial,
                called[node.serial],
                captions.expressions.get(node.serial, ""),
                role,
                _read_only(node.value),
                flow.gradient(node),
                flow.tangent(node),
            )
        )
    return boxes


def _read_only(value: Any) -> Any:
    return frozen(value.view()) if type(value) is np.ndarray else value
