"""The SVG of a reverse sweep made ready for stepping."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from .svg import SVG

_IN = f"{{{SVG}}}"
_LONG, _HALF = 10, 4.5  # points: the length and half the width of the head of an arrow that points back


def staged(svg: str, view: str) -> str:
    """The SVG of a reverse sweep, for a page that knows the colours by their meanings and fills in the texts.

    Beside what `svg.finished` tells apart, a box has a ``ring`` around it for focus and selection; of its heat-maps,
    ``caption`` is what stands under the value, and ``later`` the cells of the derivative between ``symbol`` and
    ``second``. An arrow has a ``stub`` under its tip and, for the way back, a tip ``back`` at its ``start``; its local
    derivative is ``known``, or, on a ``wordy`` one, in words.

    Parameters
    ----------
    svg : str
        As `svg.finished` makes it.
    view : str
        A class for the whole.
    """
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(svg)
    width, height = (root.attrib[side].removesuffix("pt") for side in ("width", "height"))
    viewed = {"class": f"picture {view}", "style": f"--width:{width}; --height:{height}"}
    root.attrib = {name: root.attrib[name] for name in ("id", "viewBox", "font-family")} | viewed
    for group in root.iter(f"{_IN}g"):
        words = _words(group)
        if "node" in words:
            _stage_box(group)
        elif "edge" in words:
            _stage_arrow(group)
    for shape in root.iter():
        for colour in ("fill", "stroke"):
            if shape.get(colour, "").startswith("#"):
                del shape.attrib[colour]
    return ElementTree.tostring(root, encoding="unicode")


def _words(shape: Element) -> list[str]:
    return shape.get("class", "").split()


def _say(shape: Element, word: str) -> None:
    shape.set("class", " ".join([*_words(shape), word]))


def _stage_box(group: Element) -> None:
    group.remove(group[0])  # its title: what it says is said by the page, as the steps go
    ground, *borders = (shape for shape in group if "d" in shape.attrib and "cell" not in _words(shape))
    for border in borders:
        group.remove(border)
        ground.set("class", f"{ground.get('class')} {border.get('class')}")
    _say(ground, "box")
    group.insert(0, Element(f"{_IN}path", {"class": "ring", "d": ground.attrib["d"]}))
    texts = {meaning: [text for text in group if meaning in _meanings(text)] for meaning in ("value", "gradient")}
    if len(texts["value"]) == 1:
        return
    _say(texts["value"][-1], "caption")
    if texts["gradient"]:
        symbol, second = texts["gradient"]
        _say(symbol, "symbol")
        _say(second, "second")
        for cell in list(group)[list(group).index(symbol) :]:
            if "cell" in _words(cell):
                _say(cell, "later")


def _meanings(text: Element) -> set[str]:
    """What the colours of a line of text mean."""
    return {word for run in text.findall(f"{_IN}tspan") for word in _words(run)}


def _stage_arrow(group: Element) -> None:
    lines = group.findall(f"{_IN}path")
    start = next((line for line in lines if "tail" in _words(line)), lines[0])
    _say(start, "start")
    tip = next(shape for shape in group if shape.tag == f"{_IN}polygon" and "head" in _words(shape))
    end, point = _points(lines[-1].attrib["d"])[-1], _points(tip.attrib["points"])
    farthest = max(point, key=lambda corner: math.dist(corner, end))
    group.insert(0, Element(f"{_IN}path", {"class": "stub", "d": "M{:g},{:g}L{:g},{:g}".format(*end, *farthest)}))
    SubElement(group, f"{_IN}polygon", {"class": "back", "points": _pointing_back(_points(start.attrib["d"]))})
    first = next((text for text in group if "first" in _words(text)), None)
    if first is None:
        return
    if "gradient" in _meanings(first):
        _say(group, "wordy")
        return
    local, number = first
    local.text = (local.text or "").rstrip().removesuffix("=").rstrip()
    _say(number, "known")
    number.text = f"\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{number.text}"


def _points(outline: str) -> list[tuple[float, float]]:
    numbers = [float(text) for text in re.findall(r"-?[\d.]+", outline)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _pointing_back(points: Sequence[tuple[float, float]]) -> str:
    """The tip of an arrow at the start of its line."""
    x, y = points[0]
    toward_x, toward_y = next((point for point in points if math.dist(point, points[0]) > 1e-3), (x + 1, y))
    length = math.dist((x, y), (toward_x, toward_y))
    along, across = (toward_x - x) / length, (toward_y - y) / length
    base_x, base_y = x + _LONG * along, y + _LONG * across
    corners = (
        (x, y),
        (base_x - _HALF * across, base_y + _HALF * along),
        (base_x + _HALF * across, base_y - _HALF * along),
    )
    return " ".join(f"{a:.2f},{b:.2f}" for a, b in corners)
