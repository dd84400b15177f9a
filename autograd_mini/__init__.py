"""autograd_mini: reverse-mode automatic differentiation for NumPy, small enough to read in an evening.

>>> from autograd_mini import Tensor
>>> a = Tensor(2.0, name="a")
>>> b = Tensor(1.0, name="b")
>>> e = (a + b) * (b + 1)
>>> e.backward()
>>> print(a.grad, b.grad)
2.0 5.0
"""

from .checking import check_gradients
from .checkpointing import checkpoint
from .errors import DetachedError, GradientMismatch, ShapeError, StaleGraphError, UnsupportedError
from .jacobians import hessian, hvp, jacobian
from .kinds import Inverse, composite, elementwise, flat, general, linear, selection
from .tensor import Tensor
from .transforms import elementwise_grad, grad, gradients, jvp, stop_gradient, value_and_grad, vjp

__version__ = "0.1.0"

__all__ = [
    "DetachedError",
    "GradientMismatch",
    "Inverse",
    "ShapeError",
    "StaleGraphError",
    "Tensor",
    "UnsupportedError",
    "check_gradients",
    "checkpoint",
    "composite",
    "elementwise",
    "elementwise_grad",
    "flat",
    "general",
    "grad",
    "gradients",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "linear",
    "selection",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]
