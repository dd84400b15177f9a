"""A picture as a source for Graphviz."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import graphviz

from .labels import Labels
from .palette import FONT, Palette
from .picture import Arrow, Picture

Mark = tuple[int, int]  # an arrow: its target and slot


def dot_source(
    picture: Picture,
    mode: str,
    direction: str,
    palette: Palette,
    layers: Mapping[str, Sequence[int]],
    prefix: str = "",
    room: Mapping[Any, int] | None = None,
) -> str:
    """The source of the whole picture.

    A box is the node ``n<key>``. An arrow with a label is the node ``a<target>-<slot>``, which is the label, and the two
    halves of its line on either side of it; so Graphviz keeps labels apart from all boxes and other labels.

    Parameters
    ----------
    picture : Picture
        What to draw.
    mode : str
        ``local``, ``reverse`` or ``forward``.
    direction : str
        Where arrows point, as Graphviz has it: ``LR``, ``BT``, ``RL`` or ``TB``.
    palette : Palette
        The colours.
    layers : mapping
        Label to the keys of the boxes that are drawn in one frame.
    prefix : str
        What every id begins with.
    room : mapping, optional
        Points that a text is given at least, as `Labels` has it.
    """
    graph = graphviz.Digraph()
    graph.attr(
        # nslimit: Graphviz stops looking for better places after so many rounds; 150 boxes would take it minutes
        "graph", id=prefix, rankdir=direction, bgcolor=palette.paper, pad="0.15", nodesep="0.3", nslimit="2",
        ranksep="0.4" if direction in ("LR", "RL") else "0.3", outputorder="edgesfirst", fontname=FONT,
        fontcolor=palette.ink,
    )  # fmt: skip
    graph.attr("node", shape="plain", fontname=FONT, fontsize="12", fontcolor=palette.ink)
    graph.attr("edge", color=palette.line, arrowsize="0.7", penwidth="1.2")
    labels = Labels(picture, mode, palette, room or {})
    beside = _beside(picture, layers)
    home = {key: label for label, keys in layers.items() for key in keys}
    # The label of a frame begins on the left and should end before the line that enters in the middle.
    spread = 1 + 2 * (mode == "local") + (max(map(len, layers), default=0) > 56)

    def fill(part: graphviz.Digraph, label: str | None, ground: str) -> None:
        """Put into one frame, or outside of all, what belongs there."""
        for box in picture.boxes:
            if home.get(box.key) == label:
                part.node(f"n{box.key}", labels.box(box), id=f"{prefix}-n{box.key}", **{"class": box.role})
        for arrow in picture.arrows:
            inside = home.get(arrow.source) if home.get(arrow.source) == home.get(arrow.target) else None
            if inside == label:
                side = beside.get((arrow.target, arrow.slot))
                _arrow(part, arrow, labels.arrow(arrow, ground), prefix, side, spread)

    for position, label in enumerate(layers):
        with graph.subgraph(name=f"cluster{position}") as frame:
            frame.attr(
                id=f"{prefix}-l{position}", label=labels.layer(label), labelloc="t" if direction == "BT" else "b",
                labeljust="l", style="rounded", bgcolor=palette.layer, color=palette.layer_line, margin="12",
            )  # fmt: skip
            fill(frame, label, palette.layer)
    fill(graph, None, palette.paper)
    return str(graph.source)


def _arrow(graph: graphviz.Digraph, arrow: Arrow, label: str, prefix: str, side: str | None, spread: int) -> None:
    """Write one arrow: its line, or its label and the halves of its line, each `spread` steps long if they lie in a row."""
    mark = f"{prefix}-a{arrow.target}-{arrow.slot}"
    source, target, middle = f"n{arrow.source}", f"n{arrow.target}", f"a{arrow.target}-{arrow.slot}"
    backwards = side == "right"
    if label:
        half = {"weight": "3", "minlen": str(spread if side else 1)}
        graph.node(middle, label, id=mark, **{"class": "edge"})
        _line(graph, source, middle, f"{mark}-tail", backwards, dir="none", headclip="false", **half)
        _line(graph, middle, target, f"{mark}-head", backwards, tailclip="false", **half)
    else:
        _line(graph, source, target, mark, backwards)
    if side:
        with graph.subgraph() as row:
            row.attr(rank="same")
            for name in (source, target, *([middle] if label else [])):
                row.node(name)


def _line(graph: graphviz.Digraph, start: str, end: str, mark: str, backwards: bool, **attributes: str) -> None:
    """Write one line; inside of a label it goes on to the middle.

    In a row Graphviz puts where an edge comes from to the left. What stands to the right is therefore written backwards,
    and `svg` turns it round.
    """
    if backwards:
        start, end, mark = end, start, f"{mark}-back"
        other = {"headclip": "tailclip", "tailclip": "headclip"}
        attributes = {"dir": "back", **{other.get(name, name): value for name, value in attributes.items()}}
    graph.edge(start, end, id=mark, **attributes)


def _beside(picture: Picture, layers: Mapping[str, Sequence[int]]) -> dict[Mark, str]:
    """The arrows whose operand stands beside the box that uses it: to its ``left`` or, the second one, to its ``right``.

    These are the parameters of a layer and the data that a cost compares with, which leaves the way from the input to
    the output a straight line.
    """
    home = {key: label for label, keys in layers.items() for key in keys}
    boxes = {box.key: box for box in picture.boxes}
    uses: dict[int, int] = {}
    for arrow in picture.arrows:
        uses[arrow.source] = uses.get(arrow.source, 0) + 1
    found: dict[Mark, str] = {}
    for box in picture.boxes:
        sides = ["right", "left"] if box.key in home else ["right"]
        into = picture.incoming(box.key)
        for arrow in into:
            operand = boxes[arrow.source]
            alone = not operand.expression and uses[operand.key] == 1
            if box.key in home:
                fits = home.get(operand.key) == home[box.key]
            else:
                fits = operand.role == "constant" and any(boxes[other.source].expression for other in into)
            if alone and fits and sides:
                found[arrow.target, arrow.slot] = sides.pop()
    return found
