"""The tables that many programs never need. They are read at the first function that the everyday ones do not know."""

from ..kinds import RULES, TABLES
from . import (
    assembling,
    decompositions,
    determinants,
    fft,
    histograms,
    linalg,
    norms,
    ordering,
    padding,
    polynomials,
    running,
    special,
    statistics,
    triangular,
)

__all__ = [
    "assembling",
    "decompositions",
    "determinants",
    "fft",
    "histograms",
    "linalg",
    "norms",
    "ordering",
    "padding",
    "polynomials",
    "running",
    "special",
    "statistics",
    "triangular",
]

TABLES.update(RULES)
