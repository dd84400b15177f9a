"""The tables: what is known about the derivative of each NumPy function.

Importing this fills `kinds.RULES` with everyday functions; `everything` reads the other tables too.
"""

from . import elementwise, metadata, products, reductions, selection, shapes

__all__ = ["elementwise", "metadata", "products", "reductions", "selection", "shapes"]
