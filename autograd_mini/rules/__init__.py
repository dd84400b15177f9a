"""The tables: what is known about the derivative of each NumPy function. Importing this fills `kinds.RULES`."""

from . import (
    assembling,
    decompositions,
    elementwise,
    fft,
    linalg,
    metadata,
    ordering,
    polynomials,
    products,
    reductions,
    selection,
    shapes,
    statistics,
)

__all__ = [
    "assembling",
    "decompositions",
    "elementwise",
    "fft",
    "linalg",
    "metadata",
    "ordering",
    "polynomials",
    "products",
    "reductions",
    "selection",
    "shapes",
    "statistics",
]
