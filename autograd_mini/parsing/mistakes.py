"""What a person typed that cannot be meant: a sentence, the line it stands on, and a caret under the place."""

from __future__ import annotations

import unicodedata

WIDTH = 76  # a longer line is shown around the place only


class UsageError(ValueError):
    """Something that was typed and cannot be meant.

    Parameters
    ----------
    sentence
        What is wrong, and what to type instead.
    source
        The text that it is about, if it is about a place in one.
    place
        The index of the offending character in `source`; its length where something is missing at the end.
    """

    def __init__(self, sentence: str, source: str | None = None, place: int = 0) -> None:
        super().__init__(sentence)
        self.source = source
        self.place = place

    def shown(self) -> str:
        """The sentence; the line, indented; the caret."""
        sentence = printable(str(self))
        if self.source is None:
            return sentence
        start = self.source.rfind("\n", 0, self.place) + 1
        line = self.source[start:].split("\n", 1)[0]
        place = self.place - start
        before, after = "", ""
        if len(line) > WIDTH:
            first = max(0, min(place - WIDTH // 2, len(line) - WIDTH))
            before, after = "…" * (first > 0), "…" * (first + WIDTH < len(line))
            line, place = line[first : first + WIDTH], place - first
        spaces = " " * (columns(before) + columns(line[:place]))
        return f"{sentence}\n    {before}{printable(line)}{after}\n    {spaces}^"


def printable(text: str) -> str:
    """`text` without the characters that would move the cursor, or that no terminal can show."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in text)


def columns(text: str) -> int:
    """How many columns of a terminal `text` takes: two for a wide character, none for a combining one."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def quoted(text: str) -> str:
    """`text` as a sentence cites it: in quotation marks, and not too long."""
    return f'"{text}"' if len(text) <= 40 else f'"{text[:39]}…"'
