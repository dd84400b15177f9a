"""What of a picture belongs together: layers in frames, or, where there are too many boxes, each layer as one box."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..errors import DrawingError
from ..graph import Node
from .picture import Picture

OPEN = 60  # boxes: above, layers are collapsed
MOST = 200  # boxes: above, even then, there is no picture
MOST_OPEN = 10_000  # boxes: above, nobody waits until they are collapsed
Layers = dict[str, tuple[int, ...]]


def given_layers(layers: Any) -> dict[str, tuple[Node, ...]]:
    """The Tensors of every layer, by label.

    Raises
    ------
    TypeError, ValueError
        When `layers` is no mapping of str to Tensors, or a Tensor is in two layers.
    """
    if layers is None:
        return {}
    if not isinstance(layers, Mapping):
        raise TypeError(f"draw: layers is a dict, label to Tensors, not {type(layers).__name__}.")
    found: dict[str, tuple[Node, ...]] = {}
    placed: dict[int, str] = {}
    for label, tensors in layers.items():
        if not isinstance(label, str):
            raise TypeError(f"draw: the labels of layers are str, not {label!r}.")
        listed = isinstance(tensors, Iterable) and not isinstance(tensors, (Node, str))
        found[label] = tuple(tensors) if listed else ()
        if not (listed and all(isinstance(tensor, Node) for tensor in found[label])):
            raise TypeError(f"draw: layers[{label!r}] is a list of Tensors, not {tensors!r:.60}.")
        for tensor in found[label]:
            other = placed.setdefault(tensor.serial, label)
            if other != label:
                raise ValueError(
                    f"draw: layers {other!r} and {label!r} have a Tensor in common. It can be in one only."
                )
    return found


def members(layers: Mapping[str, Iterable[Node]], shown: Picture) -> Layers:
    """The keys of the boxes of every layer, by label.

    Raises
    ------
    ValueError
        When none of a layer is in the picture.
    """
    keys = {box.key for box in shown.boxes}
    found = {label: tuple(sorted(keys & {tensor.serial for tensor in tensors})) for label, tensors in layers.items()}
    for label, those in found.items():
        if not those:
            raise ValueError(f"draw: no Tensor of layers[{label!r}] is in this picture. Give those that y came from.")
    return found


def limit(max_nodes: int | None, layers: Mapping[str, object]) -> int:
    """How many boxes to read at most: where there are layers, they are counted when those have been collapsed."""
    most = MOST if max_nodes is None else max_nodes
    return max(most, MOST_OPEN) if layers else most


def fitted(shown: Picture, layers: Layers, max_nodes: int | None) -> tuple[Picture, Layers]:
    """The picture with its layers open if it has few enough boxes, else collapsed, and the layers that are still open.

    Raises
    ------
    DrawingError
        When there are too many boxes even so.
    """
    if len(shown.boxes) <= (OPEN if max_nodes is None else max_nodes):
        return shown, layers
    opened = dict(layers)
    for label, keys in layers.items():
        if _can_collapse(shown, keys):
            shown = _collapsed(shown, label, keys)
            del opened[label]
    most = MOST if max_nodes is None else max_nodes
    if len(shown.boxes) > most:
        raise DrawingError(
            f"draw: even with its layers collapsed the graph has {len(shown.boxes):,} nodes, and more than {most:,} cannot "
            f"be read. Draw a part of it, put more into layers=, or say max_nodes={len(shown.boxes)}."
        )
    return shown, opened


def _can_collapse(shown: Picture, keys: tuple[int, ...]) -> bool:
    """Whether a layer has an inside that nothing outside of it uses and that no sweep starts from."""
    inside = keys[:-1]  # the last one is its result
    started = shown.wrt is not None and shown.wrt.key in inside
    return bool(inside) and not started and all(a.target in keys for a in shown.arrows if a.source in inside)


def _collapsed(shown: Picture, label: str, keys: tuple[int, ...]) -> Picture:
    """The picture with a layer as one box, that of its result. What enters it keeps what it carried."""
    result = keys[-1]
    arrows, slot = [], 0
    for arrow in shown.arrows:
        if arrow.target not in keys:
            arrows.append(arrow)
        elif arrow.source not in keys:
            arrows.append(replace(arrow, target=result, slot=slot, symbol="", partial=None))
            slot += 1
    arrows.sort(key=lambda arrow: (arrow.target, arrow.slot))
    boxes = [box for box in shown.boxes if box.key not in keys[:-1]]
    boxes = [replace(box, expression=label) if box.key == result else box for box in boxes]
    by_key = {box.key: box for box in boxes}
    wrt = None if shown.wrt is None else by_key[shown.wrt.key]
    return replace(shown, boxes=tuple(boxes), arrows=tuple(arrows), output=by_key[shown.output.key], wrt=wrt)


def numbered(shown: Picture, layers: Layers) -> tuple[Picture, Layers]:
    """The picture with the keys 1, 2, 3 …, so that one expression makes one picture, whatever was computed before it."""
    new = {box.key: position for position, box in enumerate(shown.boxes, start=1)}
    boxes = {box.key: replace(box, key=new[box.key]) for box in shown.boxes}
    arrows = [replace(arrow, source=new[arrow.source], target=new[arrow.target]) for arrow in shown.arrows]
    renamed = Picture(
        boxes=tuple(boxes.values()),
        arrows=tuple(arrows),
        output=boxes[shown.output.key],
        wrt=None if shown.wrt is None else boxes[shown.wrt.key],
        names={new[key]: name for key, name in shown.names.items() if key in new},
    )
    return renamed, {label: tuple(new[key] for key in keys) for label, keys in layers.items()}
