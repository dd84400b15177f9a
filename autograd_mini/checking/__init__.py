"""Is a derivative right? Compared with differences of the function's values."""

from .numerical import check_gradients

__all__ = ["check_gradients"]
