"""Sample arguments of a row: the arrays its test draws, and the keywords it is called with."""

from __future__ import annotations

from typing import Any


class S:
    """An array of the given shape, to be drawn from the row's domain; ``S()`` is a scalar.

    Parameters
    ----------
    *shape
        Its shape.
    on
        The interval to draw from, where it is not the row's own.
    """

    def __init__(self, *shape: int, on: tuple[float, float] | None = None) -> None:
        self.shape = shape
        self.on = on

    def __repr__(self) -> str:
        return f"S{self.shape}"


class At:
    """One sample call of a row: every `S` in the arguments becomes an array, everything else is handed on as it is."""

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.args = args
        self.kwargs = kwargs

    def __repr__(self) -> str:
        return ", ".join([*map(repr, self.args), *(f"{name}={value!r}" for name, value in self.kwargs.items())])


def at(*args: Any, **kwargs: Any) -> At:
    """A sample call: ``at(S(2, 3), axis=1)``."""
    return At(args, kwargs)


UNARY = (at(S(2, 3)), at(S()))
BINARY = (at(S(2, 3), S(2, 3)), at(S(2, 1), S(3)), at(S(), S(2, 3)), at(S(3), S()))
