"""The characters of an expression, as tokens. Each knows its place, so that a message can point at it."""

from __future__ import annotations

import keyword
import math
import re
import unicodedata
from typing import NamedTuple

from .mistakes import UsageError, quoted

DIGITS = 400  # of one number; the largest float64 has 309, and Python refuses to read 4300
LONGEST_NAME = 40

NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+−]?[0-9]+)?")
OPERATOR = re.compile(r"\*\*|//|[=!<>]=|[-+*/%@()\[\],:=<>;\n]")
POWER = re.compile("⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
DIGIT_OF = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
DOTS = {"\u00b7", "\u0387"}  # middle dots, which to Python are part of a name
SIGNS = dict.fromkeys([*DOTS, "⋅", "∗", "×"], "*") | {"−": "-"}  # what people type, and what a lesson prints
BLANK = {" ", "\t", "\r", "\xa0"}

_STRING = "a quotation mark begins a string, and there are none here: only numbers and names."
_BRACES = "there are no sets and no dicts here. Use ( ) to group, and [ ] for vectors."
REFUSED = {
    "^": '"^" is no power here: use ** for powers.',
    "÷": '"÷" is not known here: use / to divide.',
    "√": '"√" is not known here: use sqrt(…).',
    "∂": '"∂" is not known here: give the expression, its derivatives are found.',
    "≤": '"≤" is not known here: use <=.',
    "≥": '"≥" is not known here: use >=.',
    "≠": '"≠" is not known here: use !=.',
    "{": f'"{{" is not known here: {_BRACES}',
    "}": f'"}}" is not known here: {_BRACES}',
    "#": '"#" begins a comment, and there are none here.',
    "\\": '"\\" is not known here. Begin a new line, or use ";", between steps.',
    "&": '"&" is not known here: use logical_and(a > 0, b > 0).',
    "|": '"|" is not known here: use abs(x), or logical_or(a > 0, b > 0).',
    "~": '"~" is not known here: use logical_not(a > 0).',
    "!": '"!" is not known here: there are no factorials, and "not equal" is !=.',
    ".": '"." stands only in numbers here: sin(x), not np.sin(x); sum(x), not x.sum(); transpose(x), not x.T.',
}
REFUSED |= dict.fromkeys("–—", "a dash is not known here: use - for minus.")
REFUSED |= dict.fromkeys("'\"‘’“”`´", _STRING)
REFUSED |= dict.fromkeys("₀₁₂₃₄₅₆₇₈₉", "subscripts are not known here: write x1, or x[1] for an entry of a vector.")
WORDS = {
    "if": '"if" is not known here: use where(a > 0, a, b).',
    "else": '"else" is not known here: use where(a > 0, a, b).',
    "and": '"and" is not known here: use logical_and(a > 0, b > 0).',
    "or": '"or" is not known here: use logical_or(a > 0, b > 0).',
    "not": '"not" is not known here: use logical_not(a > 0).',
    "lambda": '"lambda" is a word of Python. As a name, take another, such as lam.',
}


class Token(NamedTuple):
    """A name, a number, an operator, a power in superscripts, or the end of a statement."""

    kind: str
    text: str
    """As Python writes it."""
    place: int
    """Of its first character in the source."""
    stop: int
    """The place after its last one."""


def identifier(name: str) -> str:
    """A name in the form in which Python compares names: ﬁ is fi, and the micro sign is the Greek letter."""
    return unicodedata.normalize("NFKC", name)


def scan(source: str) -> list[Token]:
    """The tokens of `source`.

    Raises
    ------
    UsageError
        Where a character belongs to no token, or a number or a name is too long.
    """
    tokens = []
    i = 0
    while i < len(source):
        if source[i] in BLANK:
            i += 1
        else:
            tokens.append(_token_at(source, i))
            i = tokens[-1].stop
    return tokens


def _token_at(source: str, i: int) -> Token:
    c = source[i]
    if c in SIGNS:
        return Token("operator", SIGNS[c], i, i + 1)
    if match := NUMBER.match(source, i):
        return _number(match[0], source, i)
    if match := OPERATOR.match(source, i):
        return Token("end" if match[0] in ";\n" else "operator", match[0], i, match.end())
    if match := POWER.match(source, i):
        return Token("power", "**" + match[0].translate(DIGIT_OF), i, match.end())
    stop = i
    while stop < len(source) and source[stop] not in DOTS and ("a" * (stop > i) + source[stop]).isidentifier():
        stop += 1
    if stop == i:
        raise UsageError(_about(c), source, i)
    return _name(source[i:stop], source, i)


def _number(text: str, source: str, i: int) -> Token:
    if len(text) > DIGITS:
        raise UsageError(f"a number of {len(text):,} characters; {DIGITS} are enough for any float64.", source, i)
    plain = text.lstrip("0") or "0" if text.isdigit() else text.replace("−", "-")
    if not math.isfinite(float(plain)):
        raise UsageError(f"{quoted(text)} is too large for a float64, which ends at 1.8e308.", source, i)
    return Token("number", plain, i, i + len(text))


def _name(text: str, source: str, i: int) -> Token:
    name = identifier(text)
    if max(len(text), len(name)) > LONGEST_NAME:
        raise UsageError(f"a name of {max(len(text), len(name)):,} characters; {LONGEST_NAME} is the most.", source, i)
    if keyword.iskeyword(name):
        raise UsageError(WORDS.get(name, f'"{name}" is a word of Python that has no meaning here.'), source, i)
    if not name.isidentifier():
        raise UsageError(f"{quoted(text)} is no name that Python knows.", source, i)
    return Token("name", name, i, i + len(text))


def _about(c: str) -> str:
    """What to say of a character that belongs to no token."""
    if c in REFUSED:
        return REFUSED[c]
    if "\ud800" <= c <= "\udfff":
        return "a character that could not be decoded. Type the expression in the encoding of the terminal."
    what = f'"{c}"' if c.isprintable() and not unicodedata.combining(c) else f"the character U+{ord(c):04X}"
    return f"{what} is not known here."
