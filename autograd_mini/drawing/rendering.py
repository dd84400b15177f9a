"""Lay a source out: by the program ``dot`` where it is on PATH, else by pygraphviz, which brings Graphviz with it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator

import graphviz

from ..errors import DrawingError

INSTALL = (
    "pip install 'autograd-mini[draw]', or the system's Graphviz "
    "(apt install graphviz, brew install graphviz, winget install graphviz)"
)

# Graphviz, as a library, is no place for two threads.
_one_at_a_time = threading.Lock()


def lay_out(source: str, form: str) -> bytes:
    """The picture of a source in a format of Graphviz's: ``svg``, ``png``, ``pdf``.

    Raises
    ------
    DrawingError
        When nothing that can lay it out is installed, or all that is installed fails.
    """
    complaints = []
    for engine in (_by_program, _by_library):
        try:
            return engine(source, form)
        except _MissingError:
            pass
        except (OSError, RuntimeError, ValueError, subprocess.CalledProcessError) as error:
            complaints.append(_complaint(error))
    if not complaints:
        raise DrawingError(f"draw: nothing is installed that lays out pictures. Install it: {INSTALL}.")
    raise DrawingError(
        f"draw: Graphviz failed to make the {form} ({'; '.join(complaints)}). "
        f".save('picture.dot') keeps the source; another Graphviz may do: {INSTALL}."
    )


class _MissingError(Exception):
    """An engine that is not installed."""


def _by_program(source: str, form: str) -> bytes:
    try:
        made: bytes = graphviz.pipe("dot", form, source.encode(), quiet=True)
    except graphviz.ExecutableNotFound:
        raise _MissingError from None
    return made


def _by_library(source: str, form: str) -> bytes:
    try:
        import pygraphviz  # noqa: PLC0415  an extra, looked for only when there is no program
    except ImportError:
        raise _MissingError from None
    with _one_at_a_time, _standard_error() as said:
        try:
            graph = pygraphviz.AGraph(string=source)
            made: bytes | None = graph.draw(format=form, prog="dot")
            graph.close()
        except (OSError, RuntimeError, TypeError, ValueError) as error:  # TypeError: pygraphviz on an unknown format
            raise ValueError(f"{error} {said()}") from None
    if not made:
        raise ValueError("it made nothing")
    return made


@contextlib.contextmanager
def _standard_error() -> Iterator[Callable[[], str]]:
    """Read what a library in C writes to standard error; pass it on afterwards, less warnings about fonts and the like."""
    try:
        before = os.dup(2)
    except OSError:  # there is none
        yield str
        return
    with tempfile.TemporaryFile() as kept:

        def said() -> str:
            kept.seek(0)
            return kept.read().decode(errors="replace")

        os.dup2(kept.fileno(), 2)
        try:
            yield said
        finally:
            os.dup2(before, 2)
            os.close(before)
            for line in said().splitlines():
                if "warning" not in line.lower():
                    sys.stderr.write(f"{line}\n")


def _complaint(error: Exception) -> str:
    """What went wrong, on one line."""
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else None
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said or error)
    return " ".join(text.split())[:200] or type(error).__name__
