"""draw(y): the picture of how y was computed, and of what the chain rule does in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from ..errors import DrawingError, ShapeError, StaleGraphError
from ..graph import Node
from .dot import dot_source
from .labels import readable
from .layers import Layers, fitted, given_layers, limit, members, numbered
from .palette import DARK, LIGHT
from .picture import Box, Picture, picture
from .records import as_json
from .rendering import lay_out
from .sentences import brief
from .svg import finished
from .whole import whole_expression

DIRECTIONS = ("LR", "BT", "RL", "TB")
THEMES = (None, "light", "dark")
SHORT = 3  # edges: a picture whose longest path has no more lies, others stand


def draw(
    y: Any,
    mode: str = "local",
    wrt: Any = None,
    names: Mapping[str, Any] | None = None,
    direction: str | None = None,
    theme: str | None = None,
    max_nodes: int | None = None,
    layers: Mapping[str, Iterable[Any]] | None = None,
) -> Drawing:
    """Draw the graph of a Tensor: its values, the local derivatives, and what a sweep makes of them.

    Parameters
    ----------
    y : Tensor
        The result. It and everything it was computed from are drawn; nothing of it changes, ``.grad`` included.
    mode : {"local", "reverse", "forward"}
        ``local`` has the values and, on every arrow, the local derivative ∂(result)/∂(operand). ``reverse`` adds what one
        sweep back from `y` carries along each arrow and, in each box, ∂y/∂(it), written as a sum where the value is used
        more than once. ``forward`` adds what one sweep from `wrt` carries, and ∂(it)/∂wrt.
    wrt : Tensor or str, optional
        The input that a forward sweep starts from.
    names : mapping of str to Tensor, optional
        Names for boxes, ``locals()`` for instance. A Tensor's own ``name`` comes first.
    direction : {"LR", "BT", "RL", "TB"}, optional
        Where arrows point. By default to the right when no path has more than three of them, else up.
    theme : {"light", "dark"}, optional
        The paper. By default an SVG follows its reader's preference, anything else is light.
    max_nodes : int, optional
        Draw up to so many boxes, instead of collapsing layers above 60 and refusing above 200.
    layers : mapping of str to iterable of Tensors, optional
        What belongs together, and what it is called; each is drawn in a frame. `nn.cost_graph` gives those of a network.

    Returns
    -------
    Drawing
        Shows itself in a notebook; ``.save("e.svg")``, ``.dot``, and as text ``print``.

    Raises
    ------
    DrawingError
        When there are too many boxes.
    TypeError, ValueError
        When `y` is no Tensor, `wrt` no input of it, or an argument none of those above.
    StaleGraphError
        When a leaf has been given new data since.

    Examples
    --------
    >>> from autograd_mini import Tensor, draw
    >>> a, b = Tensor(2.0, name="a"), Tensor(1.0, name="b")
    >>> drawing = draw((a + b) * (b + 1), mode="reverse")
    >>> drawing
    <Drawing of e = c · d: 5 boxes, 5 arrows, reverse>
    """
    if direction is not None and direction not in DIRECTIONS:
        raise ValueError(f"draw: direction is one of {', '.join(map(repr, DIRECTIONS))}, or None, not {direction!r}.")
    if theme not in THEMES:
        raise ValueError(f"draw: theme is 'light', 'dark' or None, which follows the reader's, not {theme!r}.")
    kept = dict(names) if isinstance(names, Mapping) else names  # locals() changes while one goes on
    graph = _Graph(y, kept, max_nodes, given_layers(layers))
    shown, frames = graph.swept(mode, wrt)
    return Drawing(graph, shown, frames, mode, direction or _usual_direction(shown), theme)


@dataclass(frozen=True)
class _Graph:
    """What is drawn: it can be read again, in another mode."""

    y: Any
    names: Any
    max_nodes: int | None
    layers: Mapping[str, Iterable[Node]]

    def swept(self, mode: str, wrt: Any = None) -> tuple[Picture, Layers]:
        """The picture after a sweep, and its layers."""
        found = picture(self.y, mode, wrt, self.names, limit(self.max_nodes, self.layers))
        return numbered(*fitted(found, members(self.layers, found), self.max_nodes))

    def lesson(self, mode: str, wrt: str | None) -> str:
        """The lesson as text."""
        import autograd_mini  # noqa: PLC0415  the lesson reads pictures, so it lies above them

        return str(autograd_mini.explain(self.y, "forward" if mode == "forward" else "reverse", wrt, self.names))

    def equation(self) -> str:
        """The output over its inputs, or, where that is too long to read, over what it was computed from."""
        found = picture(self.y, names=self.names)
        whole = whole_expression(self.y, found)
        return readable(f"{found.output.name} = {whole}") if whole else _equation(found.output)


def _usual_direction(shown: Picture) -> str:
    depth: dict[int, int] = {}
    for box in shown.boxes:
        depth[box.key] = max((depth[arrow.source] + 1 for arrow in shown.incoming(box.key)), default=0)
    return "LR" if max(depth.values()) <= SHORT else "BT"


class Drawing:
    """A picture of a graph, made by `draw`; it shows itself in a notebook, and prints as the lesson.

    Attributes
    ----------
    picture
        What it shows: boxes and arrows, with their names and numbers.
    mode, direction, theme
        As asked for, or chosen.
    """

    def __init__(
        self, graph: _Graph, shown: Picture, layers: Layers, mode: str, direction: str, theme: str | None
    ) -> None:
        self.picture, self.mode, self.direction, self.theme = shown, mode, direction, theme
        self._graph, self._layers = graph, layers

    @cached_property
    def _prefix(self) -> str:
        """What every id begins with: a digest of the picture, so that two on one page do not meet."""
        return "g" + hashlib.sha256(f"{self.theme} {self._source('')}".encode()).hexdigest()[:8]

    def _source(self, prefix: str) -> str:
        palette = DARK if self.theme == "dark" else LIGHT
        return dot_source(self.picture, self.mode, self.direction, palette, self._layers, prefix)

    @cached_property
    def dot(self) -> str:
        """The source for Graphviz."""
        return self._source(self._prefix)

    @cached_property
    def svg(self) -> str:
        """The picture as SVG; without a theme it is light or dark as its reader prefers."""
        palette = DARK if self.theme == "dark" else LIGHT
        return finished(lay_out(self.dot, "svg"), palette, self.theme is None, self._titles())

    def _titles(self) -> dict[str, str]:
        names = self.picture.names
        titles = {"": _equation(self.picture.output)}
        for box in self.picture.boxes:
            titles[f"{self._prefix}-n{box.key}"] = _equation(box)
        for arrow in self.picture.arrows:
            mark = f"{self._prefix}-a{arrow.target}-{arrow.slot}"
            titles[mark] = readable(f"∂{names[arrow.target]}/∂{names[arrow.source]}")
        for position, label in enumerate(self._layers):
            titles[f"{self._prefix}-l{position}"] = readable(label)
        return titles

    @property
    def json(self) -> str:
        """The picture as JSON; `autograd_mini.drawing.records` says how."""
        return as_json(self.picture, self.mode, self._layers)

    @property
    def html(self) -> str:
        """A page, complete in itself, that steps through the evaluation and both sweeps."""
        from .page import html_page  # noqa: PLC0415  only who wants a page needs what it is made from

        return html_page(self._graph.swept, self.direction, self.theme, self._graph.equation())

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the picture to a file, whose suffix says what: svg, png, pdf, html (a page to step through), dot, json.

        Returns
        -------
        Path
            Where it is.

        Raises
        ------
        DrawingError
            When the suffix is another, the folder does not exist or cannot be written to, or nothing is installed that
            lays out pictures.
        """
        if not isinstance(path, (str, PathLike)):
            raise TypeError(f"Drawing.save: path is a str or a Path, not {type(path).__name__}.")
        target = Path(path)
        form = target.suffix.lower().removeprefix(".")
        if form not in FORMATS:
            raise DrawingError(
                f"Drawing.save: {str(target)!r} does not end in one of {', '.join(f'.{name}' for name in FORMATS)}."
            )
        made = FORMATS[form](self)
        try:
            target.write_bytes(made)
        except OSError as error:
            raise DrawingError(f"Drawing.save: cannot write {str(target)!r}: {error.strerror}.") from None
        return target

    def __str__(self) -> str:
        wrt = None if self.picture.wrt is None else self.picture.wrt.name
        try:
            return self._graph.lesson(self.mode, wrt)
        except (
            DrawingError,
            ShapeError,
            StaleGraphError,
            TypeError,
        ):  # too many nodes, many entries, complex, new data
            return "\n".join(f"{_equation(box)}    {brief(box.value)}" for box in self.picture.boxes)

    def __repr__(self) -> str:
        boxes, arrows = len(self.picture.boxes), len(self.picture.arrows)
        return f"<Drawing of {_equation(self.picture.output)}: {boxes:,} boxes, {arrows:,} arrows, {self.mode}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """What a notebook shows: the picture, or, where nothing can lay it out, the lesson and the reason."""
        try:
            return {"image/svg+xml": self.svg, "text/plain": str(self)}
        except DrawingError as error:
            return {"text/plain": f"{self}\n\n{error}"}

    def _repr_svg_(self) -> str | None:
        return self._repr_mimebundle_().get("image/svg+xml")


def _equation(box: Box) -> str:
    return readable(f"{box.name} = {box.expression}" if box.expression else box.name)


FORMATS: dict[str, Callable[[Drawing], bytes]] = {
    "svg": lambda drawing: drawing.svg.encode(),
    "png": lambda drawing: lay_out(drawing.dot.replace("{", "{ graph [dpi=192]", 1), "png"),  # sharp on a slide
    "pdf": lambda drawing: lay_out(drawing.dot, "pdf"),
    "html": lambda drawing: drawing.html.encode(),
    "dot": lambda drawing: drawing.dot.encode(),
    "json": lambda drawing: drawing.json.encode(),
}
