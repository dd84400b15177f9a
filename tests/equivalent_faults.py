"""Changes of the tables that compute the same derivative, and why: they are no faults, so they are not planted."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Any

# Functions, by file and name, that no derivative rests on
ASIDE: dict[str, str] = {
    "ordering.py _quadratic": "a function for a sample call",
    "assembling.py _asked": "it makes sample calls",
    "decompositions.py spread": "it makes sample arguments",
    "statistics.py _one_variable": "a stand-in that only NumPy's own complaint sees",
}
# Changes, by function
EQUIVALENT: dict[tuple[str, str], str] = {}


def reason_for(fault: Any) -> str | None:
    """Why a change makes no difference, or ``None``: then a check has to find it out."""
    file, _, name = fault.place.partition(" ")
    place = f"{file.split(':')[0]} {name}"
    return ASIDE.get(place) or EQUIVALENT.get((place, fault.change))
