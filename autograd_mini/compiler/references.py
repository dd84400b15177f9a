"""How many know a value: where one variable alone does, ``x += y`` may give it another value instead of writing."""

from __future__ import annotations

import sys
from typing import Any


def references(x: Any) -> int:
    """How many references there are to what a method of its own is about to give another value to."""
    frame = sys._getframe(3)
    frame.f_locals  # noqa: B018  before Python 3.13 that makes one more, now or earlier
    return sys.getrefcount(x)


class _Alone:
    """What one variable knows."""

    def __iadd__(self, other: Any) -> Any:
        return self._counted(other)

    def _counted(self, other: Any) -> int:
        return references(self)


def _alone() -> Any:
    x: Any = _Alone()
    x += 1
    return x


ALONE = _alone()
