"""What stands in a picture, as HTML-like labels for Graphviz: tables for boxes, lines of text for arrows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import numpy as np

from .expressions import PRINTED_ENTRIES
from .heatmaps import HeatMap, heat_map
from .palette import Palette
from .picture import Arrow, Box, Picture
from .sentences import brief, plus, product

NAME, EXPRESSION = 40, 60  # characters: what is longer is cut in the picture, and whole where the mouse rests
PADDING = 5  # points, between the border of a box and its text
CELL = 10  # points: the side of a heat-map's cell
TITLE, VALUE, TEXT, NOTE, CAPTION = 14, 17, 12, 11, 10  # points: the sizes of type


class Labels:
    """The labels of one picture.

    Parameters
    ----------
    picture : Picture
        What to draw.
    mode : str
        ``local``, ``reverse`` or ``forward``.
    palette : Palette
        The colours.
    room : mapping
        Points that the second line of a box, by key, or the label of an arrow, by target and slot, is given at least.
    """

    def __init__(self, picture: Picture, mode: str, palette: Palette, room: Mapping[Any, int]) -> None:
        self.picture, self.mode, self.palette, self.room = picture, mode, palette, room
        self.by_key = {box.key: box for box in picture.boxes}
        self.terms: dict[int, list[Any]] = {}
        for arrow in picture.arrows:
            if arrow.contribution is not None:
                self.terms.setdefault(arrow.source, []).append(arrow.contribution)

    def box(self, box: Box) -> str:
        """The table of a box: its name, expression and value, and below what a sweep has made of it."""
        colours = self.palette
        ground, line = {
            "input": (colours.input, colours.value),
            "output": (colours.output, colours.gradient),
        }.get(box.role, (colours.other, colours.line))
        rows = self._painted(box) if is_painted(box) else self._printed(box)
        return (
            f'<<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="{PADDING}" STYLE="ROUNDED" '
            f'COLOR="{line}" BGCOLOR="{ground}">{"".join(rows)}</TABLE>>'
        )

    def arrow(self, arrow: Arrow, ground: str) -> str:
        """The label of an arrow, on the colour it lies on; empty where there is nothing to say."""
        text = self._words(arrow) if arrow.partial is None else self._numbers(arrow)
        if not text:
            return ""
        return (
            f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3" BGCOLOR="{ground}">'
            f"<TR><TD{self._width((arrow.target, arrow.slot))}>{text}</TD></TR></TABLE>>"
        )

    def layer(self, label: str) -> str:
        """``layer 1  Linear(784 → 30) + sigmoid   23,550 parameters``: its parts stand two spaces apart."""
        parts = re.split(r"\s{2,}", label.strip())
        colours = [self.palette.ink] * len(parts)
        if len(parts) > 2:
            colours[-1] = self.palette.muted
        texts = [_font(TEXT, colour, _text(part, EXPRESSION)) for part, colour in zip(parts, colours, strict=True)]
        return f"<{'&#160;&#160;&#160;'.join([f'<B>{texts[0]}</B>', *texts[1:]])}>"

    # Boxes

    def _title(self, box: Box) -> str:
        """``c = a + b`` and, for an array, its shape."""
        expression = f"&#160;= {_text(box.expression, EXPRESSION)}" if box.expression else ""
        title = _font(TITLE, self.palette.ink, f"<B>{_text(box.name, NAME)}</B>{expression}")
        return title + (_font(NOTE, self.palette.muted, f"&#160;{_shape(box.value)}") if np.ndim(box.value) else "")

    def _printed(self, box: Box) -> Iterable[str]:
        """The rows of a box that shows numbers."""
        value = _font(VALUE, self.palette.value, f"<B>{brief(box.value)}</B>")
        yield f'<TR><TD ALIGN="LEFT">{self._title(box)}</TD><TD ALIGN="RIGHT">{value}</TD></TR>'
        derivative, colour = self._derivative(box)
        if derivative is not None:
            total = f"{self._symbol(box)} =&#160;{self._sum(box)}<B>{brief(derivative)}</B>"
            yield f'<TR><TD COLSPAN="2" ALIGN="RIGHT"{self._width(box.key)}>{_font(TEXT, colour, total)}</TD></TR>'

    def _painted(self, box: Box) -> Iterable[str]:
        """The rows of a box that shows heat-maps."""
        yield f'<TR><TD COLSPAN="2" ALIGN="LEFT">{self._title(box)}</TD></TR>'
        maps = [self._map("value", self.palette.value, box.value)]
        derivative, colour = self._derivative(box)
        if derivative is not None:
            maps.append(self._map(self._symbol(box), colour, derivative, self._width(box.key)))
        span = "" if len(maps) == 2 else ' COLSPAN="2"'
        yield "<TR>{}</TR>".format("".join(f'<TD{span} CELLPADDING="3">{table}</TD>' for table in maps))

    def _width(self, what: Any) -> str:
        return f' WIDTH="{self.room[what]}"' if what in self.room else ""

    def _map(self, title: str, colour: str, array: Any, width: str = "") -> str:
        painted = heat_map(array)
        return (
            '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2">'
            f"<TR><TD{width}>{_font(CAPTION, colour, title)}</TD></TR>{self._cells(painted)}"
            f"<TR><TD>{_font(CAPTION, colour, painted.caption)}</TD></TR></TABLE>"
        )

    def _cells(self, painted: HeatMap) -> str:
        if not painted.levels:
            return ""
        cell = f'<TD FIXEDSIZE="TRUE" WIDTH="{CELL}" HEIGHT="{CELL}" BGCOLOR="{{}}"></TD>'
        colours = [
            [self.palette.ink if level is None else self.palette.shade(level) for level in row]
            for row in painted.levels
        ]
        rows = "".join(f"<TR>{''.join(map(cell.format, row))}</TR>" for row in colours)
        return (
            '<TR><TD><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" FIXEDSIZE="TRUE" '
            f'WIDTH="{CELL * len(colours[0])}" HEIGHT="{CELL * len(colours)}">{rows}</TABLE></TD></TR>'
        )

    def _derivative(self, box: Box) -> tuple[Any, str]:
        """What a sweep has made of a box, and the colour it is written in."""
        if self.mode == "reverse":
            return box.gradient, self.palette.gradient
        return box.tangent, self.palette.tangent

    def _symbol(self, box: Box) -> str:
        wrt = self.picture.wrt
        return _derivative_of(self.picture.output, box) if wrt is None else _derivative_of(box, wrt)

    def _sum(self, box: Box) -> str:
        """``2 + 3 =`` where the value is used more than once."""
        terms = self.terms.get(box.key, [])
        return f"{plus(map(brief, terms))} =&#160;" if len(terms) > 1 else ""

    # Arrows

    def _words(self, arrow: Arrow) -> str:
        """Between arrays: what carries a derivative back, ``⊙ σ′(z)``."""
        if not arrow.symbol or self.mode == "forward":
            return ""
        colour = self.palette.gradient if self.mode == "reverse" else self.palette.ink
        return _font(TEXT, colour, _text(arrow.symbol, EXPRESSION))

    def _numbers(self, arrow: Arrow) -> str:
        """Between numbers: ``∂e/∂c = d = 2`` and, below it, what a sweep carries, ``← 3 × 1 = 3``."""
        source, target = self.by_key[arrow.source], self.by_key[arrow.target]
        symbol = f"{_text(arrow.symbol, EXPRESSION)} =&#160;" if arrow.symbol else ""
        local = f"{_derivative_of(target, source)} =&#160;{symbol}<B>{brief(arrow.partial)}</B>"
        lines = [_font(TEXT, self.palette.ink, local)]
        if arrow.contribution is not None:
            factors = product(target.gradient, arrow.partial, " × ")
            carried = f"← {factors} =&#160;<B>{brief(arrow.contribution)}</B>"
            lines.append(_font(TEXT, self.palette.gradient, carried))
        if arrow.pushed is not None:
            factors = product(source.tangent, arrow.partial, " × ")
            carried = f"{factors} =&#160;<B>{brief(arrow.pushed)}</B>&#160;→"
            lines.append(_font(TEXT, self.palette.tangent, carried))
        return "<BR/>".join(lines)


def is_painted(box: Box) -> bool:
    """Whether a box shows heat-maps, not numbers."""
    return np.size(box.value) > PRINTED_ENTRIES or (np.ndim(box.value) > 0 and np.size(box.value) == 0)


def readable(text: str) -> str:
    """`text` on one line, without the characters that no XML may hold."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "\ufffd", re.sub(r"\s+", " ", text))


def cut(text: str, longest: int) -> str:
    """`text` on one line of at most so many characters."""
    text = readable(text)
    return text if len(text) <= longest else f"{text[: longest - 12].rstrip()} … {text[-9:].lstrip()}"


def _text(text: str, longest: int) -> str:
    """Somebody's text as it may stand in a label."""
    return escape(cut(text, longest)).replace("\\", "\\\\")  # Graphviz would put the name of the node for \N


def _font(size: int, colour: str, text: str) -> str:
    return f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{text}</FONT>'


def _derivative_of(y: Box, x: Box) -> str:
    return f"∂{_text(y.name, NAME)}/∂{_text(x.name, NAME)}"


def _shape(value: Any) -> str:
    shape = np.shape(value)
    return "×".join(map(str, shape)) if len(shape) > 1 else f"({shape[0]},)"
