"""The tables: what is known about the derivative of each NumPy function. Importing this fills `kinds.RULES`."""

from . import elementwise, linalg, metadata, products, reductions, selection, shapes

__all__ = ["elementwise", "linalg", "metadata", "products", "reductions", "selection", "shapes"]
