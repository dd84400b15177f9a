"""Text for a terminal: in characters that it can show, in colour where it has any, and no complaint if nobody reads it."""

from __future__ import annotations

import contextlib
import os
import re
from typing import Any

from .drawing.plain import to_ascii

# Legible on black and on white: each has a contrast of more than 4 to 1 with both.
VALUE, GRADIENT, TANGENT = "38;5;27", "38;5;130", "38;5;29"

_GIVEN = re.compile(r"(?<= = )[^,=\[]+|(?<= = )\[[^]]*\]")
_TOTAL = re.compile(r"(?<== )[^=]+$", re.MULTILINE)
_SUM = re.compile(r"^( +sum  .* = )([^=]+)$", re.MULTILINE)
_LAST_CELL = re.compile(r"\S+(?: \S+)*$")


def can_encode(stream: Any, text: str) -> bool:
    """Whether a stream can take `text` as it is."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def has_colour(stream: Any) -> bool:
    """Whether a stream is a terminal, and nobody has asked for plain text (https://no-color.org)."""
    with contextlib.suppress(ValueError, AttributeError):  # a closed stream, or none
        return bool(stream.isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return False


def write(stream: Any, text: str) -> None:
    """Write a text and a new line; nothing where nobody reads: to a closed stream, or a pipe whose reader has gone.

    Raises
    ------
    OSError
        When it cannot be written for another reason, such as a full disk.
    """
    if stream is None or stream.closed:
        return
    if not can_encode(stream, text):
        text = "".join(c if c.isascii() else to_ascii(c) for c in text)
    try:
        stream.write(text + "\n")
        stream.flush()
    except OSError as error:
        # What is left in the buffer would be tried again when Python ends, and complained of in Python's way.
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
        if not isinstance(error, BrokenPipeError):
            raise


def coloured(lesson: str, forward: bool) -> str:
    """A lesson with its values in blue, and its gradients in orange or, in forward mode, its tangents in green."""
    title, evaluation, *rest = lesson.split("\n\n")
    expression, at, given = title.partition("    at  ")
    derivative = TANGENT if forward else GRADIENT
    if rest:
        heading, rows = rest[0].split("\n", 1)
        rest[0] = f"{heading}\n{_TOTAL.sub(lambda total: _in(derivative, total[0]), rows)}"
    if len(rest) > 1:
        rest[1] = _SUM.sub(lambda line: line[1] + _in(derivative, line[2]), rest[1])
    return "\n\n".join(
        [expression + at + _GIVEN.sub(lambda value: _in(VALUE, value[0]), given), _values(evaluation), *rest]
    )


def _in(colour: str, text: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m"


def _values(evaluation: str) -> str:
    """The table of nodes, with the column that is headed *value* in its colour; rows that stand out of it as they are."""
    heading, titles, *rows = evaluation.split("\n")
    end = titles.index("value") + len("value")
    lines = [
        row if row[end : end + 2].strip() else _LAST_CELL.sub(lambda cell: _in(VALUE, cell[0]), row[:end]) + row[end:]
        for row in rows
    ]
    return "\n".join([heading, titles, *lines])
