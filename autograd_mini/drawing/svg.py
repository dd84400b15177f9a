"""Graphviz's SVG made fit for a web page: one group per box and per arrow, words for colours, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from .labels import CAPTION, PADDING, TEXT, VALUE
from .palette import DARK, FONT, Palette, meanings

SVG = "http://www.w3.org/2000/svg"
_IN = f"{{{SVG}}}"
_PATH, _POLYGON, _TEXT = f"{_IN}path", f"{_IN}polygon", f"{_IN}text"
VALUE_SIZE, TEXT_SIZE, CAPTION_SIZE = (f"{size:.2f}" for size in (VALUE, TEXT, CAPTION))


def finished(raw: bytes, palette: Palette, adapts: bool, titles: Mapping[str, str]) -> str:
    """The SVG of a picture, from what Graphviz made of its source.

    Every box is a group ``<prefix>-n<key>`` of class ``node`` and of its role's; every arrow a group
    ``<prefix>-a<target>-<slot>`` of class ``edge`` that holds its line, drawn from operand to result, its head and its
    label; every layer a group ``<prefix>-l<number>`` of class ``layer``. Whatever has a colour has the colour's
    meaning as a class: ``value``, ``gradient``, ``ink`` … where it is filled with it, ``line-value`` … where it is drawn in
    it. Every line of text is one element, so that another font than Graphviz reckoned with can do no harm.

    The page tells further parts apart: ``box`` is the ground and border of a box, ``first`` its value and ``second`` its
    second line, in reverse ``∂e/∂b = 2 + 3 = 5``; the line of an arrow is a ``tail``, as far as the label, and a ``head``
    with its tip, or, without a label, a ``head`` alone; the label lies on its ``ground`` and has a ``first`` and perhaps
    a ``second`` line.

    Parameters
    ----------
    raw : bytes
        Graphviz's SVG.
    palette : Palette
        The colours it was made in.
    adapts : bool
        Whether it turns dark where the reader prefers that. The paper is opaque in either case.
    titles : mapping
        Id to what is shown when the mouse rests there; ``""`` is the title of the whole picture.
    """
    root = ElementTree.fromstring(raw)
    whole = next(root.iter(f"{_IN}g"))
    prefix = whole.attrib["id"]
    place = Element("g", {"transform": whole.attrib["transform"]})
    colours = meanings(palette)
    groups: dict[str, Element] = {}
    for group in sorted((whole, *whole.findall(f"{_IN}g")), key=_turn):
        identity = re.sub("(-tail|-head)?(-back)?$", "", group.attrib["id"])
        if group is whole:
            ours = place
        elif identity in groups:
            ours = groups[identity]
        else:
            ours = groups[identity] = SubElement(
                place, "g", {"id": identity, "class": group.attrib["class"].replace("cluster", "layer")}
            )
            SubElement(ours, "title").text = titles.get(identity, "")
        _copy(group, ours, colours)
    svg = Element("svg", {"xmlns": SVG, "id": prefix, "class": "autograd_mini"})
    svg.attrib.update({name: root.attrib[name] for name in ("width", "height", "viewBox")})
    svg.attrib.update({"font-family": FONT, "role": "img", "aria-label": titles.get("", "")})
    if adapts:
        SubElement(svg, "style").text = _dark(prefix, place)
    svg.append(place)
    return ElementTree.tostring(svg, encoding="unicode")


def _turn(group: Element) -> int:
    """Where a group comes in: what lies lowest first, and the line of an arrow from its beginning."""
    if "node" in group.attrib["class"].split():
        return 2
    return "-head" in group.attrib["id"]


def _copy(group: Element, ours: Element, colours: Mapping[str, str]) -> None:
    """Put the shapes and the texts of one of Graphviz's groups into one of ours."""
    shapes = [shape for shape in group if shape.tag in (_PATH, _POLYGON, _TEXT)]
    part = "tail" if "-tail" in group.attrib["id"] else "head"
    backwards = group.attrib["id"].endswith("-back")
    of_box = "node" in ours.get("class", "")

    def kind(shape: Element) -> tuple[str, str]:
        if shape.tag == _TEXT:  # the runs of one line have one baseline; a value on the same one stands for itself
            return "text", shape.attrib["y"] + ("value" if shape.attrib["font-size"] == VALUE_SIZE else "")
        return ("cells" if of_box and shape.tag == _POLYGON else "shapes"), ""

    runs = [(what, list(run)) for (what, _), run in groupby(shapes, key=kind)]
    for i, (what, run) in enumerate(runs):
        if what == "text":
            beside = [cells for near, cells in runs[max(i - 1, 0) : i + 2] if near == "cells"]
            painted = run[0].attrib["font-size"] == CAPTION_SIZE
            _copy_line(run, ours, colours, _across(beside[0] if beside else [] if painted else shapes))
        elif what == "cells":
            _copy_cells(run, ours, colours)
        else:
            for shape in run:
                _copy_shape(shape, ours, colours, part, backwards)


def _across(shapes: Iterable[Element]) -> tuple[float, float]:
    """From where to where shapes reach, from left to right."""
    xs = [x for shape in shapes for x, _ in _points(shape)]
    return min(xs, default=0), max(xs, default=0)


def _points(shape: Element) -> list[tuple[float, float]]:
    """The corners of a polygon, or the points that a path is drawn by."""
    numbers = re.findall(r"-?[\d.]+", shape.get("points") or shape.get("d") or "")
    return [(float(x), float(y)) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]


def _copy_shape(shape: Element, ours: Element, colours: Mapping[str, str], part: str, backwards: bool) -> None:
    """Copy a shape, with what its colours mean."""
    kept = dict(shape.attrib)
    fill, stroke = colours.get(kept.get("fill", ""), ""), colours.get(kept.get("stroke", ""), "")
    filled = next((other for other in ours if "d" in kept and other.get("d") == kept["d"]), None)
    if filled is not None:  # the border of what was filled before anything was written on it
        filled.attrib.update({"class": f"box {filled.attrib['class']} line-{stroke}", "stroke": kept["stroke"]})
        return
    words = [fill] if fill else []
    words += [f"line-{stroke}"] if stroke else []
    if ours.get("class") == "edge":
        words.append(part if stroke else "ground")
    if not stroke:
        del kept["stroke"]
    if backwards and shape.tag == _PATH:
        start, *rest = (f"{x:g},{y:g}" for x, y in reversed(_points(shape)))
        kept["d"] = f"M{start}C{' '.join(rest)}"
    SubElement(ours, shape.tag.removeprefix(_IN), {"class": " ".join(words), **kept})


def _copy_line(runs: list[Element], ours: Element, colours: Mapping[str, str], across: tuple[float, float]) -> None:
    """Copy one line of text, held where it must not move within `across`: in the middle, or on the right at its end."""
    first, (left, right) = runs[0].attrib, across
    middle = {"x": f"{(left + right) / 2:g}", "text-anchor": "middle"}
    place = {"x": first["x"]}
    if ours.get("class") == "edge":
        place = {"class": "first" if ours.find("text") is None else "second", **middle}
    elif first["font-size"] == CAPTION_SIZE and right > left:
        place = middle
    elif first["font-size"] == VALUE_SIZE or (first["font-size"] == TEXT_SIZE and ours.get("class") != "layer"):
        end = {"x": f"{right - PADDING - 1:g}", "text-anchor": "end"}
        place = {"class": "first" if first["font-size"] == VALUE_SIZE else "second", **end}
    place["y"] = first["y"]
    line = SubElement(ours, "text", place)
    for run in runs:
        kept = {name: value for name, value in run.attrib.items() if name in ("font-size", "font-weight", "fill")}
        SubElement(line, "tspan", {"class": colours.get(kept["fill"], ""), **kept}).text = run.text


def _copy_cells(cells: Iterable[Element], ours: Element, colours: Mapping[str, str]) -> None:
    """Copy the cells of a heat-map, all those of one colour as one path."""
    outlines: dict[str, list[str]] = {}
    for cell in cells:
        outlines.setdefault(cell.attrib["fill"], []).append("M" + "L".join(cell.attrib["points"].split()[:-1]) + "Z")
    for fill, paths in sorted(outlines.items()):
        SubElement(ours, "path", {"class": f"cell {colours[fill]}", "fill": fill, "d": "".join(paths)})


def _dark(prefix: str, place: Element) -> str:
    """The style that swaps paper and ink, and everything between, where the reader prefers dark pages."""
    colours = {meaning: colour for colour, meaning in meanings(DARK).items()}
    used = {word for element in place.iter() for word in element.get("class", "").split()}
    fills = [f"#{prefix} .{word}{{fill:{colours[word]}}}" for word in sorted(used & set(colours))]
    lines = {f"line-{meaning}": colour for meaning, colour in colours.items()}
    strokes = [f"#{prefix} .{word}{{stroke:{lines[word]}}}" for word in sorted(used & set(lines))]
    return f"@media (prefers-color-scheme:dark){{{''.join(fills + strokes)}}}"
