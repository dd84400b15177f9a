"""The steps of the page: evaluation, the reverse sweep and the forward sweep, each step a whole frame."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .expressions import PRINTED_ENTRIES
from .picture import Arrow, Box, Picture
from .sentences import (
    arrival,
    brief,
    count,
    derivative,
    given,
    gradient_sum,
    listed,
    local_derivatives,
    plus,
    product,
    tangent_sum,
)

Edge = tuple[int, int]
"""An arrow, by the key of its target and its slot there."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a box or an arrow looks like in one frame.

    Attributes
    ----------
    reached
        Whether the sweep has finished with it; until then its line is dashed.
    known
        Whether its own number stands there: the value of a box, the local derivative of an arrow.
    text, result
        Its second line, and the number at the end of that, in bold.
    """

    reached: bool
    known: bool = True
    text: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One step, whole: it can be shown without any of the others.

    Attributes
    ----------
    text
        What happens in it.
    boxes, arrows
        What each looks like.
    active_boxes, active_arrows
        Those that the step is about.
    about
        The box whose sum stands below the picture while none is selected.
    """

    text: str
    boxes: dict[int, Shown]
    arrows: dict[Edge, Shown]
    active_boxes: tuple[int, ...]
    active_arrows: tuple[Edge, ...]
    about: int


@dataclass(frozen=True, slots=True)
class Sum:
    """What the chain rule says of one box: `after` from the frame `since` on, which knows every number of it."""

    before: str
    after: str
    since: int = 0


@dataclass(frozen=True, slots=True)
class Sweep:
    """One way through a picture: ``evaluate``, ``reverse``, or ``forward`` from the input `wrt`."""

    mode: str
    wrt: Box | None
    frames: tuple[Frame, ...]
    sums: dict[int, Sum]


def evaluation(picture: Picture) -> Sweep:
    """Evaluate, and note each local derivative: a frame for all that is given, then one for each box.

    Parameters
    ----------
    picture : Picture
        In any mode.
    """
    by_key = {box.key: box for box in picture.boxes}
    start = [box for box in picture.boxes if not box.expression]
    boxes = {box.key: Shown(not box.expression, known=not box.expression) for box in picture.boxes}
    arrows = {_edge(arrow): Shown(False, known=False) for arrow in picture.arrows}
    sums = {box.key: _known(f"{box.name} is given: {box.name} = {brief(box.value)}") for box in start}
    active = tuple(sums)
    frames = [Frame(given(start), dict(boxes), dict(arrows), active, (), (*active, picture.output.key)[0])]
    for box in picture.boxes:
        if not box.expression:
            continue
        into = picture.incoming(box.key)
        edges = tuple(map(_edge, into))
        boxes[box.key] = Shown(True)
        arrows.update(dict.fromkeys(edges, Shown(True)))
        equation = f"{box.name} = {box.expression}"
        sums[box.key] = Sum(f"{equation} = ?", local_derivatives(box, into, by_key) or equation, len(frames))
        text = f"{equation} = {brief(box.value)}"
        frames.append(Frame(text, dict(boxes), dict(arrows), (box.key, *_sources(into)), edges, box.key))
    return Sweep("evaluate", None, tuple(frames), sums)


def reverse_sweep(picture: Picture) -> Sweep:
    """Carry ∂y/∂(node) from the output y to every box.

    A frame for ∂y/∂y = 1, one for each arrow, from the last result back to the first, and one that sums up.

    Parameters
    ----------
    picture : Picture
        In the mode ``reverse``.
    """
    y = picture.output
    by_key = {box.key: box for box in picture.boxes}
    terms = {key: [a for a in picture.outgoing(key) if a.contribution is not None] for key in by_key}
    arrived: dict[int, set[Edge]] = {key: set() for key in by_key}
    boxes = {key: _collected(box, y, terms[key], set()) for key, box in by_key.items()}
    arrows = {_edge(arrow): Shown(arrow.contribution is None) for arrow in picture.arrows}
    start = f"{derivative(y, y)} = {brief(y.gradient)}"
    sums = {key: _known(_untouched(box, y)) for key, box in by_key.items() if not terms[key]}
    frames = [Frame(f"{start}: the sweep starts at {y.name}", dict(boxes), dict(arrows), (y.key,), (), y.key)]
    for target in reversed(picture.boxes):
        for arrow in picture.incoming(target.key):
            if arrow.contribution is None:
                continue
            source, due, done = by_key[arrow.source], terms[arrow.source], arrived[arrow.source]
            done.add(_edge(arrow))
            boxes[source.key] = _collected(source, y, due, done)
            arrows[_edge(arrow)] = _carried(arrow, target)
            text = arrival(arrow, y, by_key, _so_far(source, due, done))
            if len(done) == len(due):
                sums[source.key] = _sum(gradient_sum(source, y, due, by_key), len(frames))
            active = (target.key, source.key)
            frames.append(Frame(text, dict(boxes), dict(arrows), active, (_edge(arrow),), source.key))
    frames.append(_every_derivative(picture, frames[-1]))
    return Sweep("reverse", None, tuple(frames), sums)


def forward_sweep(picture: Picture) -> Sweep:
    """Carry ∂(node)/∂x from one input x to every box.

    A frame for ∂x/∂x = 1, one for each box that depends on x, and one that sums up.

    Parameters
    ----------
    picture : Picture
        In the mode ``forward``, from the input `wrt`.
    """
    x = picture.wrt
    if x is None:
        raise ValueError("forward_sweep: the picture has no input to start from. Make it with mode='forward' and wrt=.")
    by_key = {box.key: box for box in picture.boxes}
    depends = _dependent(picture, x.key)
    boxes = {key: _pending(box, x, key in depends) for key, box in by_key.items()}
    arrows = {_edge(arrow): Shown(arrow.target not in depends) for arrow in picture.arrows}
    sums = {
        key: _known(f"{derivative(box, x)} = 0: {box.name} does not depend on {x.name}")
        for key, box in by_key.items()
        if key not in depends
    }
    start = f"{derivative(x, x)} = {brief(x.tangent)}"
    still = f": the sweep starts at {x.name}"
    still += f", and what does not depend on {x.name} has derivative 0" if len(depends) < len(by_key) else ""
    frames: list[Frame] = []
    for box in picture.boxes:
        if box.key not in depends:
            continue
        into = [arrow for arrow in picture.incoming(box.key) if arrow.pushed is not None]
        edges = tuple(map(_edge, into))
        boxes[box.key] = Shown(True, True, f"{derivative(box, x)} = ", brief(box.tangent))
        arrows.update(zip(edges, (_pushed(arrow, by_key[arrow.source]) for arrow in into), strict=True))
        sums[box.key] = _sum(tangent_sum(box, x, into, by_key, "·"), len(frames)) if into else _known(start)
        text = "".join(tangent_sum(box, x, into, by_key, " · ")) if into else start + still
        frames.append(Frame(text, dict(boxes), dict(arrows), (box.key, *_sources(into)), edges, box.key))
    frames.append(_one_derivative(picture, x, frames[-1]))
    return Sweep("forward", x, tuple(frames), sums)


def _known(text: str) -> Sum:
    return Sum(text, text)


def _sum(parts: tuple[str, str], since: int) -> Sum:
    symbols, numbers = parts
    return Sum(f"{symbols} = ?", symbols + numbers, since)


def _edge(arrow: Arrow) -> Edge:
    return arrow.target, arrow.slot


def _sources(arrows: Sequence[Arrow]) -> Iterable[int]:
    return dict.fromkeys(arrow.source for arrow in arrows)


def _collected(box: Box, y: Box, due: Sequence[Arrow], done: set[Edge]) -> Shown:
    """A box to which some of its terms have come: ``∂e/∂b = ? + 3``, and with the last ``∂e/∂b = 2 + 3 = 5``."""
    if box.gradient is None:
        return Shown(True)
    left = f"{derivative(y, box)} = "
    if len(done) < len(due):
        return Shown(False, True, left, _total(due, done) if done else "?")
    if len(due) > 1 and _printed(box.value):
        left += f"{_total(due, done)} = "
    return Shown(True, True, left, brief(box.gradient))


def _total(due: Sequence[Arrow], done: set[Edge]) -> str:
    """The terms of a sum in program order, those that are not yet there as question marks; heat-maps are only counted."""
    if not _printed(due[0].contribution):
        return f"{len(done)} of {count(len(due), 'term')}"
    return plus(brief(arrow.contribution) if _edge(arrow) in done else "?" for arrow in due)


def _printed(value: Any) -> bool:
    return np.size(value) <= PRINTED_ENTRIES


def _so_far(box: Box, due: Sequence[Arrow], done: set[Edge]) -> str | None:
    """What a sum of several terms has come to; ``None`` for a sum of one."""
    if len(due) == 1:
        return None
    if len(done) == len(due):
        terms, total = due, box.gradient
    else:
        terms = [arrow for arrow in due if _edge(arrow) in done]
        total = functools.reduce(np.add, (arrow.contribution for arrow in terms))
    summed = (
        f"{plus(brief(arrow.contribution) for arrow in terms)} = " if len(terms) > 1 and _printed(box.value) else ""
    )
    return f"so far {summed}{brief(total)}"


def _untouched(box: Box, y: Box) -> str:
    """The sum of a box out of which no arrow carries anything."""
    if box.gradient is None:
        return f"{box.name} is a constant"
    return f"{derivative(y, box)} = {brief(box.gradient)}"


def _carried(arrow: Arrow, target: Box) -> Shown:
    if arrow.partial is None:
        return Shown(True)
    return Shown(True, True, f"← {product(target.gradient, arrow.partial, ' × ')} = ", brief(arrow.contribution))


def _pushed(arrow: Arrow, source: Box) -> Shown:
    if arrow.partial is None:
        return Shown(True)
    return Shown(True, True, f"{product(source.tangent, arrow.partial, ' × ')} = ", f"{brief(arrow.pushed)} →")


def _pending(box: Box, x: Box, depends: bool) -> Shown:
    if box.tangent is None:
        return Shown(True)
    return Shown(not depends, True, f"{derivative(box, x)} = ", "?" if depends else "0")


def _dependent(picture: Picture, key: int) -> set[int]:
    """The boxes that depend on one of them, itself included."""
    found = {key}
    for arrow in picture.arrows:
        if arrow.source in found:
            found.add(arrow.target)
    return found


def _every_derivative(picture: Picture, last: Frame) -> Frame:
    """The end of a reverse sweep."""
    y = picture.output
    inputs = [box for box in picture.boxes if box.role == "input" and box.gradient is not None]
    edges = sum(arrow.contribution is not None for arrow in picture.arrows)
    results = listed(f"{derivative(y, box)} = {brief(box.gradient)}" for box in inputs)
    text = f"Done: one sweep over {count(edges, 'edge')} gives every derivative{f': {results}' if results else ''}"
    return Frame(text, last.boxes, last.arrows, tuple(box.key for box in inputs), (), last.about)


def _one_derivative(picture: Picture, x: Box, last: Frame) -> Frame:
    """The end of a forward sweep."""
    y = picture.output
    others = [np.size(box.value) for box in picture.boxes if box.role == "input" and box.key != x.key]
    text = f"Done: one sweep gives {derivative(y, x)} = {brief(y.tangent)}, the derivative along {x.name} alone"
    if sum(others):
        what = "input" if len(others) == sum(others) else "entry of the inputs"
        every, in_all = ("the", "") if sum(others) == 1 else ("each", f", {sum(others):,} in all")
        text += f"; {every} other {what} takes a sweep of its own{in_all}"
    return Frame(text, last.boxes, last.arrows, (y.key,), (), y.key)
