"""Whether a backprop derived by hand is right, and if not, which line is wrong and what the mistake is.

In reading order: `calling` (what a person's backprop may be), `outcomes` and `sessions` (calling it), `backward` (the right
backprop with named places), `mistakes`, `mixed_up`, `gathered` and `whole` (the table of mistakes), `candidates`, `search`,
`diagnosis` (which of them it is), `judging` and `report`.
"""

from nn.checking.diagnosis import Cause
from nn.checking.judging import assert_backprop, check_backprop
from nn.checking.report import BackpropReport, LayerRow

__all__ = ["BackpropReport", "Cause", "LayerRow", "assert_backprop", "check_backprop"]
