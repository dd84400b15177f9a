"""autograd_mini: reverse-mode automatic differentiation for NumPy, small enough to read in an evening.

>>> from autograd_mini import Tensor
>>> a = Tensor(2.0, name="a")
>>> b = Tensor(1.0, name="b")
>>> e = (a + b) * (b + 1)
>>> e.backward()
>>> print(a.grad, b.grad)
2.0 5.0
"""

import importlib as _importlib
import typing as _typing

from .checkpointing import checkpoint
from .errors import (
    DetachedError,
    DrawingError,
    GradientMismatch,
    ShapeError,
    StaleGraphError,
    TracingError,
    UnsupportedError,
)
from .jacobians import hessian, hvp, jacobian
from .kinds import Inverse, composite, elementwise, flat, general, linear, selection
from .tensor import Tensor
from .transforms import elementwise_grad, grad, gradients, jvp, stop_gradient, value_and_grad, vjp

if _typing.TYPE_CHECKING:
    from .checking import Crosscheck, GradientRow, assert_gradients_match, check_gradients, crosscheck
    from .compiler import jit
    from .drawing import Drawing, draw
    from .lesson import explain

__version__ = "0.1.0"

# The readers of the graph, and where they are. Each is imported when it is first asked for.
_READERS = {
    "Crosscheck": "checking",
    "Drawing": "drawing",
    "GradientRow": "checking",
    "assert_gradients_match": "checking",
    "check_gradients": "checking",
    "crosscheck": "checking",
    "draw": "drawing",
    "explain": "lesson",
    "jit": "compiler",
}


def __getattr__(name: str) -> _typing.Any:
    if name not in _READERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(_importlib.import_module(f".{_READERS[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


__all__ = [
    "Crosscheck",
    "DetachedError",
    "Drawing",
    "DrawingError",
    "GradientMismatch",
    "GradientRow",
    "Inverse",
    "ShapeError",
    "StaleGraphError",
    "Tensor",
    "TracingError",
    "UnsupportedError",
    "assert_gradients_match",
    "check_gradients",
    "checkpoint",
    "composite",
    "crosscheck",
    "draw",
    "elementwise",
    "elementwise_grad",
    "explain",
    "flat",
    "general",
    "grad",
    "gradients",
    "hessian",
    "hvp",
    "jacobian",
    "jit",
    "jvp",
    "linear",
    "selection",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]
