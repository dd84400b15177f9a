"""A lesson as equations, for notebooks."""

from __future__ import annotations

from typing import Any

import numpy as np

from .numbers import number
from .picture import Picture

MOST_EQUATIONS = 24

_SIGNS = {
    "·": r" \cdot ",
    "⊙": r" \odot ",
    "−": "-",
    "∞": r"\infty ",
    "…": r"\ldots ",
    "δ": r"\delta ",
    "σ": r"\sigma ",
    "Σ": r"\textstyle\sum ",
    "∂": r"\partial ",
    "‖": r"\| ",
    "′": "'",
    "@": r"\, ",
    "_": r"\_",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "$": r"\$",
    "\\": r"\backslash ",
    "{": r"\{",
    "}": r"\}",
    "~": r"\sim ",
}
_RAISED = dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹ᵀ", ("-", *"0123456789", r"\mathsf{T}"), strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))


def derivation(shown: Picture) -> str:
    """The values and derivatives of a picture as aligned equations, the longest ones left out."""
    y, x = shown.output, shown.wrt
    lines = [rf"{tex(y.name)} &= {tex(y.expression)}" + (rf" = {tex(number(y.value))}" if y.value.ndim == 0 else "")]
    for box in reversed(shown.boxes) if x is None else shown.boxes:
        total = box.gradient if x is None else box.tangent
        if total is None:
            continue
        terms = []
        for arrow in shown.outgoing(box.key) if x is None else shown.incoming(box.key):
            if arrow.partial is not None and x is None:
                terms.append(
                    _fraction(y.name, shown.names[arrow.target]) + _fraction(shown.names[arrow.target], box.name)
                )
            elif arrow.partial is not None and x is not None:
                terms.append(
                    _fraction(box.name, shown.names[arrow.source]) + _fraction(shown.names[arrow.source], x.name)
                )
        left = _fraction(y.name, box.name) if x is None else _fraction(box.name, x.name)
        right = [" + ".join(terms)] * (0 < len(terms) <= 4) + [tex(_total(total))]
        lines.append(f"{left} &= {' = '.join(right)}")
    if len(lines) > MOST_EQUATIONS:
        lines = [*lines[: MOST_EQUATIONS - 1], r"&\ \ \vdots"]
    return "$$\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}$$"


def _total(value: Any) -> str:
    return number(value) if np.ndim(value) == 0 else f"array of shape {np.shape(value)}"


def _fraction(above: str, below: str) -> str:
    return rf"\frac{{\partial {tex(above)}}}{{\partial {tex(below)}}}"


def tex(text: str) -> str:
    """Printed mathematics for LaTeX: words upright, sub- and superscripts as such."""
    result, i = "", 0
    while i < len(text):
        kind = _kind(text[i])
        j = i + 1
        while j < len(text) and kind and _kind(text[j]) == kind:
            j += 1
        run, i = text[i:j], j
        if kind == "word":
            result += run if len(run) == 1 or run.isdigit() else rf"\mathrm{{{run}}}"
        elif kind in ("raised", "lowered"):
            table = _RAISED if kind == "raised" else _LOWERED
            result += ("^{" if kind == "raised" else "_{") + "".join(table[sign] for sign in run) + "}"
        else:
            result += _SIGNS.get(run, run)
    return result


def _kind(sign: str) -> str:
    if sign in _RAISED:
        return "raised"
    if sign in _LOWERED:
        return "lowered"
    return "word" if sign.isascii() and (sign.isalnum() or sign == ".") else ""
