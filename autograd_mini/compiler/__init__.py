"""A reader of what a function does: straight-line NumPy source, the backprop that a careful person would have written."""

from .compiled import jit

__all__ = ["jit"]
