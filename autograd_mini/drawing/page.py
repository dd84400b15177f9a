"""The page to step through: one file, complete in itself, that shows evaluation and both sweeps a step at a time."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, replace
from html import escape
from importlib import resources
from string import Template
from typing import Any

import numpy as np

from .dot import dot_source
from .frames import Shown, Sweep, evaluation, forward_sweep, reverse_sweep
from .labels import CAPTION, EXPRESSION, NAME, TEXT, cut, is_painted
from .layers import Layers
from .palette import DARK, FONT, LEVELS, LIGHT, Palette
from .picture import Box, Picture
from .rendering import lay_out
from .sentences import brief, count
from .staging import staged
from .svg import finished

ACROSS = ("LR", "RL")
NARROW, WIDE = " \N{NO-BREAK SPACE}.,:;/·il|'!()[]", "mwMW…→←"

Swept = Callable[..., tuple[Picture, Layers]]


def html_page(swept: Swept, direction: str, theme: str | None, title: str) -> str:
    """The page of a graph: its evaluation, the reverse sweep, and a forward sweep from every input of one entry.

    A picture that lies is there twice, and stands on narrow screens. Nothing is fetched from anywhere, and nothing runs
    but the page's own script.

    Parameters
    ----------
    swept : callable
        ``swept("reverse")`` and ``swept("forward", name)`` are the pictures of the sweeps, with their layers.
    direction : str
        Where arrows point: ``LR``, ``BT``, ``RL`` or ``TB``.
    theme : {"light", "dark"} or None
        The paper; the reader's where it is ``None``.
    title : str
        What stands above.

    Returns
    -------
    str
        A whole HTML document, to be written as UTF-8.

    Raises
    ------
    ShapeError
        When the output has more than one entry.
    DrawingError
        When nothing is installed that lays out pictures.
    """
    reversed_, layers = swept("reverse")
    inputs = [box for box in reversed_.boxes if box.role == "input"]
    picture = _legible(reversed_)
    forward = [_legible(swept("forward", box.name)[0]) for box in inputs if np.size(box.value) == 1]
    sweeps = [evaluation(picture), reverse_sweep(picture), *map(forward_sweep, forward)]
    views = {"wide": direction, "narrow": "BT"} if direction in ACROSS else {"only": direction}
    room = _room(picture, sweeps)
    pictures = "\n".join(_view(picture, layers, view, to, room) for view, to in views.items())
    script = _asset("page.js")
    return Template(_asset("page.html")).substitute(
        title=escape(title),
        scheme=theme or "light dark",
        style=_style(theme, pictures),
        pictures=pictures,
        sums="\n".join(f"<li>{escape(found.after)}</li>" for found in sweeps[1].sums.values()),
        data=_json(picture, sweeps, list(views)),
        digest=f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}",
        script=script,
    )


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _legible(picture: Picture) -> Picture:
    """The picture with every text cut to what can be read."""
    boxes = {
        box.key: replace(box, name=cut(box.name, NAME), expression=cut(box.expression, EXPRESSION))
        for box in picture.boxes
    }
    return replace(
        picture,
        boxes=tuple(boxes.values()),
        arrows=tuple(replace(arrow, symbol=cut(arrow.symbol, EXPRESSION)) for arrow in picture.arrows),
        output=boxes[picture.output.key],
        wrt=picture.wrt and boxes[picture.wrt.key],
    )


def _room(picture: Picture, sweeps: Sequence[Sweep]) -> dict[Hashable, int]:
    """The points that the widest second line of any step needs, by box and by arrow."""
    painted = {box.key for box in picture.boxes if is_painted(box)}
    needed: dict[Hashable, int] = {}
    for frame in (frame for sweep in sweeps for frame in sweep.frames):
        for what, shown in (*frame.boxes.items(), *frame.arrows.items()):
            # a heat-map has the symbol above it and the numbers below
            lines = (shown.text, shown.result) if what in painted else (shown.text + shown.result,)
            size = CAPTION if what in painted else TEXT
            needed[what] = max(needed.get(what, 1), *(_points(line, size) for line in lines))
    return needed


def _points(text: str, size: int) -> int:
    """About how wide a text is, and no less."""
    return math.ceil(sum(0.3 if sign in NARROW else 0.85 if sign in WIDE else 0.58 for sign in text) * size)


def _view(picture: Picture, layers: Layers, view: str, direction: str, room: Mapping[Hashable, int]) -> str:
    """The picture of the reverse sweep, laid out one way."""
    source = dot_source(picture, "reverse", direction, LIGHT, layers, view, room)
    return staged(finished(lay_out(source, "svg"), LIGHT, False, {}), view)


def _style(theme: str | None, pictures: str) -> str:
    """The page's style: colours by what they mean, as variables, and the shades that heat-maps have."""
    used = {f"shade{level}": level for level in range(-LEVELS, LEVELS + 1) if f"shade{level}" in pictures}

    def colours(palette: Palette) -> str:
        named = asdict(palette) | {name: palette.shade(level) for name, level in used.items()}
        return f":root {{ {'; '.join(f'--{name}: {colour}' for name, colour in named.items())} }}"

    rules = [colours(DARK if theme == "dark" else LIGHT)]
    if theme is None:
        rules.append(f"@media screen and (prefers-color-scheme: dark) {{ {colours(DARK)} }}")
    rules += [
        f".picture :is(path, polygon, tspan).{name} {{ fill: var(--{name}) }}\n"
        f".picture .line-{name} {{ stroke: var(--{name}) }}"
        for name in asdict(LIGHT)
        if name in pictures
    ]
    rules += [f".{name} {{ fill: var(--{name}) }}" for name in used]
    return "\n".join([*rules, Template(_asset("page.css")).substitute(font=FONT)])


def _json(picture: Picture, sweeps: Sequence[Sweep], views: Sequence[str]) -> str:
    """The graph and the steps, for the script; boxes and arrows are known by their positions."""
    keys = {box.key: position for position, box in enumerate(picture.boxes)}
    edges = {(arrow.target, arrow.slot): position for position, arrow in enumerate(picture.arrows)}
    names = _identities(picture.boxes)
    data = {
        "views": views,
        "boxes": [
            {
                "key": box.key,
                "id": names[box.key],
                "label": f"{box.name} = {box.expression}" if box.expression else box.name,
                "value": brief(box.value),
            }
            for box in picture.boxes
        ],
        "arrows": [f"{target}-{slot}" for target, slot in edges],
        "inputs": [
            {"id": names[box.key], "name": box.name}
            | ({} if np.size(box.value) == 1 else {"why": f"{count(np.size(box.value), 'sweep')}, one for each entry"})
            for box in picture.boxes
            if box.role == "input"
        ],
        "sweeps": [
            {
                "mode": sweep.mode,
                "from": names[sweep.wrt.key] if sweep.wrt else None,
                "frames": [
                    {
                        "text": frame.text,
                        "boxes": [keys[key] for key in frame.active_boxes],
                        "arrows": [edges[edge] for edge in frame.active_arrows],
                        "about": keys[frame.about],
                    }
                    for frame in sweep.frames
                ],
                "boxes": [_history([frame.boxes[key] for frame in sweep.frames]) for key in keys],
                "arrows": [_history([frame.arrows[edge] for frame in sweep.frames]) for edge in edges],
                "sums": [[found.before, found.after, found.since] for found in (sweep.sums[key] for key in keys)],
            }
            for sweep in sweeps
        ],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")  # nobody's name ends the script


def _identities(boxes: Sequence[Box]) -> dict[int, str]:
    """What a box is called in the page's address: its name, or, where another was cut to the same, its key as well."""
    names = [box.name for box in boxes]
    return {box.key: box.name if names.count(box.name) == 1 else f"{box.name} {box.key}" for box in boxes}


def _history(shown: Sequence[Shown]) -> list[list[Any]]:
    """What something looks like, from which frame on."""
    return [
        [step, int(now.reached), int(now.known), now.text, now.result]
        for step, now in enumerate(shown)
        if step == 0 or now != shown[step - 1]
    ]
