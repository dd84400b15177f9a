"""The signs of mathematics in ASCII, for terminals and files that have nothing else."""

from __future__ import annotations

import unicodedata

_SIGNS = str.maketrans(
    {
        "∂": "d",
        "·": "*",
        "⊙": "*",
        "×": "x",
        "−": "-",
        "→": "->",
        "←": "<-",
        "…": "...",
        "∞": "inf",
        "‖": "||",
        "′": "'",
        "≤": "<=",
        "≥": ">=",
        "Σ": "sum",
        "ᵀ": ".T",
        "^": "**",
    }
)
_RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = "₀₁₂₃₄₅₆₇₈₉"


def to_ascii(text: str) -> str:
    """`text` in ASCII: ``de/db`` for ∂e/∂b, ``x**2`` for x², ``delta`` for δ."""
    if text.isascii() and "^" not in text:
        return text
    result = ""
    for i, sign in enumerate(text):
        if sign in _RAISED:
            before = i > 0 and text[i - 1] in _RAISED
            result += ("" if before else "**") + "-0123456789"[_RAISED.index(sign)]
        elif sign in _LOWERED:
            result += ("" if i > 0 and text[i - 1] in _LOWERED else "_") + str(_LOWERED.index(sign))
        else:
            result += _plain(sign)
    return result


def _plain(sign: str) -> str:
    translated = sign.translate(_SIGNS)
    if translated.isascii():
        return translated
    name = unicodedata.name(sign, "")
    if name.startswith("GREEK"):
        letter = name.split(" WITH ")[0].rsplit(" ", 1)[-1].lower()
        return letter.capitalize() if "CAPITAL" in name else letter
    stripped = unicodedata.normalize("NFKD", sign.casefold()).encode("ascii", "ignore").decode()
    return stripped or f"u{ord(sign):04x}"
