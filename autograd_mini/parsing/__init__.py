"""Expressions as people type them: read with care, never executed, and evaluated on Tensors or arrays."""

from .functions import CONSTANTS, FUNCTIONS
from .mistakes import UsageError, quoted
from .program import Program, given_values
from .scanning import identifier

__all__ = ["CONSTANTS", "FUNCTIONS", "Program", "UsageError", "given_values", "identifier", "quoted"]
