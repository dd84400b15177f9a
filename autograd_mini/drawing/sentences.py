"""What the page says of a step, and of the chain rule at one box."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .expressions import PRINTED_ENTRIES, array_text
from .heatmaps import heat_map
from .numbers import number
from .picture import Arrow, Box

LISTED = 6  # as many numbers as one sentence bears


def brief(value: Any) -> str:
    """A number, the entries of a small array, or from where to where the entries of a larger one lie."""
    if np.ndim(value) == 0:
        return number(value)
    return array_text(value) if np.size(value) <= PRINTED_ENTRIES else heat_map(value).caption


def count(n: int, noun: str) -> str:
    """``1 edge``, ``5 edges``."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def derivative(y: Box, x: Box) -> str:
    """``∂e/∂b``."""
    return f"∂{y.name}/∂{x.name}"


def listed(results: Iterable[str]) -> str:
    """Some results in a row, few enough for a sentence."""
    shown = list(results)
    if len(shown) > LISTED:
        shown[LISTED - 1 :] = ["…"]
    return ", ".join(shown)


def plus(terms: Iterable[str]) -> str:
    """A sum: ``2 + 3``, ``2 − 3``."""
    shown = list(terms)
    if len(shown) > LISTED:
        shown[LISTED // 2 : -1] = ["…"]
    return " + ".join(shown).replace("+ −", "− ")


def product(first: Any, second: Any, sign: str, alone: bool = True) -> str:
    """A product of two numbers, which stands alone or after others: ``2 · 1``, ``−2 · (−1)``, ``… + (−2) · 1``."""
    a, b = brief(first), brief(second)
    return f"{enclosed(a) if ' ' in a or not alone else a}{sign}{enclosed(b)}"


def enclosed(factor: str) -> str:
    """A factor that does not come first: a sum, and what begins with a minus, in brackets."""
    return f"({factor})" if factor.startswith("−") or " " in factor else factor


def given(boxes: Sequence[Box]) -> str:
    """The first step of an evaluation."""
    if not boxes:
        return "Nothing is given: every number is computed."
    if len(boxes) > LISTED:
        return f"{len(boxes)} values are given."
    return f"Given: {', '.join(f'{box.name} = {brief(box.value)}' for box in boxes)}."


def local_derivatives(box: Box, into: Sequence[Arrow], by_key: Mapping[int, Box]) -> str:
    """``∂e/∂c = d = 2, ∂e/∂d = c = 3``; between arrays, what becomes of δ: ``going back, z² gets δ ⊙ σ′(z²)``."""
    numbers, words = [], []
    for arrow in into:
        source = by_key[arrow.source]
        if arrow.partial is not None:
            symbol = f"{arrow.symbol} = " if arrow.symbol else ""
            numbers.append(f"{derivative(box, source)} = {symbol}{brief(arrow.partial)}")
        elif arrow.symbol:
            words.append(f"{source.name} gets {_of_delta(arrow.symbol)}")
    return ", ".join([*numbers, *(["going back", *words] if words else [])])


def arrival(arrow: Arrow, y: Box, by_key: Mapping[int, Box], so_far: str | None) -> str:
    """One step of a reverse sweep: ``∂e/∂b += ∂e/∂c · ∂c/∂b = 2 · 1 = 2, so far 2 + 3 = 5``."""
    source, target = by_key[arrow.source], by_key[arrow.target]
    left, right = (" = ", "") if so_far is None else (" += ", f", {so_far}")
    text = f"{derivative(y, source)}{left}"
    if arrow.partial is None:
        return f"{text}{in_words(arrow, y, target)}: {brief(arrow.contribution)}{right}"
    factors = f"{derivative(y, target)} · {derivative(target, source)}"
    numbers = product(target.gradient, arrow.partial, " · ")
    return f"{text}{factors} = {numbers} = {brief(arrow.contribution)}{right}"


def in_words(arrow: Arrow, y: Box, target: Box) -> str:
    """What an arrow between arrays carries back, in the book's words: ``δ aᵀ with δ = ∂C/∂z²``."""
    if not arrow.symbol:
        return f"what comes back through {target.name}"
    words = _of_delta(arrow.symbol)
    return f"{words} with δ = {derivative(y, target)}" if "δ" in words else words


def gradient_sum(x: Box, y: Box, terms: Sequence[Arrow], by_key: Mapping[int, Box]) -> tuple[str, str]:
    """The chain rule at `x` as a sum over the arrows out of it, in symbols and in numbers."""
    symbols: list[str] = []
    numbers: list[str] = []
    for arrow in terms:
        target = by_key[arrow.target]
        upper, local = derivative(y, target), derivative(target, x)
        if arrow.partial is None:
            symbols.append(_of_delta(arrow.symbol).replace("δ", upper) or f"({local})ᵀ {upper}")
        else:
            symbols.append(f"{upper}·{local}")
            numbers.append(product(target.gradient, arrow.partial, "·", alone=not numbers))
    return _sum(derivative(y, x), symbols, numbers, x.gradient)


def tangent_sum(y: Box, x: Box, terms: Sequence[Arrow], by_key: Mapping[int, Box], sign: str) -> tuple[str, str]:
    """The chain rule at `y` as a sum over the arrows into it, in symbols and in numbers."""
    symbols: list[str] = []
    numbers: list[str] = []
    for arrow in terms:
        z = by_key[arrow.source]
        symbols.append(f"{derivative(y, z)}{sign}{derivative(z, x)}")
        if arrow.partial is not None:
            numbers.append(product(arrow.partial, z.tangent, sign, alone=not numbers))
    return _sum(derivative(y, x), symbols, numbers, y.tangent)


def _sum(left: str, symbols: list[str], numbers: list[str], total: Any) -> tuple[str, str]:
    summed = f" = {plus(numbers)}" if len(numbers) == len(symbols) else ""
    return f"{left} = {plus(symbols)}", f"{summed} = {brief(total)}"


def _of_delta(symbol: str) -> str:
    """The symbol of an arrow between arrays, with the δ that it leaves out: ``δ ⊙ σ′(z)``."""
    return f"δ {symbol}" if symbol.startswith("⊙") else symbol
