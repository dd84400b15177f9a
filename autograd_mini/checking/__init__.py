"""Is a derivative right? The tape's against differences, and a person's, derived by hand, against both."""

from .comparison import Row as GradientRow
from .crosscheck_report import Crosscheck
from .crosschecking import assert_gradients_match, crosscheck
from .numerical import check_gradients

__all__ = ["Crosscheck", "GradientRow", "assert_gradients_match", "check_gradients", "crosscheck"]
