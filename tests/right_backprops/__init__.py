"""Backprops that are right, written out by hand in many ways; a checker that doubts one of them is wrong itself."""

from . import others, sigmoids
from .collection import COLLECTION, Right

__all__ = ["COLLECTION", "Right", "others", "sigmoids"]
