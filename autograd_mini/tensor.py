"""Tensor: a node of the graph with the manners of an ndarray."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from .calls import Recorder
from .errors import DetachedError, ShapeError
from .graph import NO_KEYWORDS, Node, next_serial, trace
from .kinds import RULES, Rule
from .methods import NumpyMethods
from .recording import apply, binary, in_place, power, record, reflected_power, rule_for, unary
from .sweeps import reverse
from .values import frozen, handed_out, leaf_value, seed_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GETITEM = rule_for(operator.getitem)


def _value(x: Any) -> Any:
    return x.value if isinstance(x, Node) else x


class Tensor(NumpyMethods, Node):
    """A variable: NumPy code that meets it writes down a graph, from which its derivatives are read.

    Parameters
    ----------
    data : array_like of floating or complex numbers
        Copied. Python numbers, and lists of them, become float64; an array keeps its dtype.
    name : str, optional
        Shown in pictures, lessons and messages.

    Raises
    ------
    TypeError
        For integers, booleans, strings, objects and Tensors; the message says what to do.

    Examples
    --------
    >>> from autograd_mini import Tensor
    >>> a, b = Tensor(2.0), Tensor(1.0)
    >>> e = (a + b) * (b + 1)
    >>> e.backward()
    >>> float(a.grad), float(b.grad)
    (2.0, 5.0)
    """

    __slots__ = ("_grad", "_name")

    _grad: Any
    _name: str | None

    def __init__(self, data: Any, name: str | None = None) -> None:
        self.value = np.float64(data) if type(data) is float else leaf_value(data, "Tensor", copy=True)
        self.rule = None
        self.operands = ()
        self.keywords = NO_KEYWORDS
        self.serial = next_serial()
        self._grad = None
        if name is not None:
            self.name = name

    # What a person asks of a Tensor

    @property
    def name(self) -> str | None:
        """What pictures, lessons and messages call it."""
        return getattr(self, "_name", None)  # a computed Tensor has none until it is given one

    @name.setter
    def name(self, name: str | None) -> None:
        if name is not None and not isinstance(name, str):
            raise TypeError(f"Tensor: name is a str, not {type(name).__name__}.")
        self._name = name

    @property
    def data(self) -> Any:
        """The value: a read-only array, or a NumPy scalar where the shape is ().

        Assigning replaces the data of a leaf by a copy of an array of the same shape and dtype. Graphs that have used
        the old data can then no longer be read: they raise `StaleGraphError`.
        """
        value = self.value
        if type(value) is np.ndarray:
            return frozen(value.view())
        return value.data if isinstance(value, Recorder) else value  # which says why not

    @data.setter
    def data(self, data: Any) -> None:
        if self.rule is not None:
            raise TypeError(
                "Tensor.data: only a leaf can be given new data; this Tensor was computed by "
                f"{self.rule.name}. Change the leaves and evaluate the expression again."
            )
        value = leaf_value(data, "Tensor.data", copy=True)
        if isinstance(data, (int, float)) or (value.shape == self.shape and isinstance(data, (list, tuple))):
            value = value.astype(self.dtype)
        if value.shape != self.shape or value.dtype != self.dtype:
            raise ShapeError(
                f"Tensor.data: a leaf of shape {self.shape} and dtype {self.dtype} was given shape {value.shape} and "
                f"dtype {value.dtype}. Reshape or .astype() it, or make a new Tensor."
            )
        self.value = value
        self.serial = next_serial()

    @property
    def grad(self) -> Any:
        """∂(output)/∂(this leaf), summed over all calls of `backward`; ``None`` before the first."""
        if self.rule is not None:
            raise AttributeError(
                f"grad: only leaves collect gradients, and this Tensor was computed by {self.rule.name}. "
                "gradients(y, t) gives ∂y/∂t for any node t of an existing graph."
            )
        try:
            return self._grad
        except AttributeError:  # a variable of a transform
            return None

    @grad.setter
    def grad(self, grad: Any) -> None:
        if grad is not None:
            raise AttributeError("grad: it can be reset to None, nothing else; backward() adds into it.")
        self._grad = None

    def backward(self, seed: Any = None) -> None:
        """Sweep back from this Tensor and add ∂(it)/∂(leaf) into ``.grad`` of every leaf it depends on.

        Parameters
        ----------
        seed : array_like, optional
            The cotangent to start from, of exactly this Tensor's shape; 1 for a Tensor of one entry.

        Raises
        ------
        ShapeError
            When there is no seed and more than one entry, or a seed of another shape.
        StaleGraphError
            When a leaf has been given new data since.
        """
        if isinstance(seed, Node):
            raise TypeError("backward: the seed is a Tensor, but .grad is an array. Use seed.data, or vjp.")
        bars, leaves, cut, _ = reverse(((self, seed_for(self, seed, "backward")),))
        for leaf in trace(cut)[0] if cut else ():
            if leaf.rule is None and leaf.serial not in bars:
                bars[leaf.serial] = np.zeros_like(leaf.value)
                leaves.append(leaf)
        grads = []
        for leaf in leaves:
            grad, before = bars[leaf.serial], leaf.grad
            if type(grad) is not np.float64:
                grad = handed_out(grad, leaf.value.dtype)
            grads.append((leaf, grad if before is None else frozen(before + grad)))
        for leaf, grad in grads:
            leaf._grad = grad

    # NumPy's two protocols

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__":
            return apply(type(self), rule_for((ufunc, method)), inputs, kwargs)
        rule: Any = RULES.get(ufunc)
        if kwargs or type(rule) is not Rule:
            return apply(type(self), rule_for(ufunc), inputs, kwargs)
        return record(type(self), rule, inputs, NO_KEYWORDS)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return apply(type(self), rule_for(func), args, kwargs)

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]:
        raise DetachedError(
            "a Tensor cannot become a plain array without losing its gradient. Use t.data for the value, NumPy's own "
            "functions (np.exp(t), np.stack([t, u]), np.polyval) to go on computing with it."
        )

    def _no_number(self, kind: str) -> NoReturn:
        raise DetachedError(
            f"{kind}(t): a Python number has no gradient. Use t.item() for the value, and NumPy's functions instead of "
            "math's (np.exp(t), not math.exp(t)) to go on computing with it."
        )

    def __float__(self) -> float:
        self._no_number("float")

    def __int__(self) -> int:
        self._no_number("int")

    def __complex__(self) -> complex:
        self._no_number("complex")

    def __index__(self) -> int:
        raise TypeError("a Tensor is no index: indices are integers. Use int(t.item()) if it holds one.")

    def item(self, *args: Any) -> Any:
        """The value of one entry as a Python number, without gradient."""
        return self.value.item(*args)

    def tolist(self) -> Any:
        """The values as Python numbers in nested lists, without gradient."""
        return self.value.tolist()

    # What an ndarray does that needs no rule

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise TypeError(
            "t[i] = v would change values that a graph has used. Use t = t.at[i].set(v), or t.at[i].add(v) for t[i] += v."
        )

    def __bool__(self) -> bool:
        return bool(self.value)

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> Any:
        return self.value == _value(other)

    def __ne__(self, other: object) -> Any:
        return self.value != _value(other)

    def __lt__(self, other: Any) -> Any:
        return self.value < _value(other)

    def __le__(self, other: Any) -> Any:
        return self.value <= _value(other)

    def __gt__(self, other: Any) -> Any:
        return self.value > _value(other)

    def __ge__(self, other: Any) -> Any:
        return self.value >= _value(other)

    def __getitem__(self, key: Any) -> Any:
        return apply(type(self), _GETITEM, (self, key), NO_KEYWORDS)

    __add__, __radd__ = binary(np.add, operator.add)
    __sub__, __rsub__ = binary(np.subtract, operator.sub)
    __mul__, __rmul__ = binary(np.multiply, operator.mul)
    __truediv__, __rtruediv__ = binary(np.divide, operator.truediv)
    __floordiv__, __rfloordiv__ = binary(np.floor_divide, operator.floordiv)
    __mod__, __rmod__ = binary(np.remainder, operator.mod)
    __matmul__, __rmatmul__ = binary(np.matmul, operator.matmul)
    __pow__, __rpow__ = power, reflected_power
    __iadd__, __isub__, __imul__ = in_place(operator.add), in_place(operator.sub), in_place(operator.mul)
    __itruediv__, __ipow__ = in_place(operator.truediv), in_place(operator.pow)
    __neg__, __pos__, __abs__ = unary(np.negative, operator.neg), unary(np.positive), unary(np.absolute, abs)

    def __len__(self) -> int:
        return len(self.value)

    def __contains__(self, item: Any) -> bool:
        return bool((self.value == (item.value if isinstance(item, Node) else item)).any())

    def __repr__(self) -> str:
        body = (
            np.array2string(np.asarray(self.value), separator=", ", prefix="Tensor(") if self.ndim else str(self.value)
        )
        dtype = "" if self.dtype == np.float64 else f", dtype={self.dtype}"
        name = f", name={self.name!r}" if self.name else ""
        return f"Tensor({body}{dtype}{name})"

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    def __reduce__(self) -> Any:
        if self.rule is not None:
            raise TypeError(
                f"copy, pickle: this Tensor was computed by {self.rule.name}, and a copy would lose its gradient. "
                "Copy t.data, or use np.copy(t) to go on computing with it."
            )
        return type(self), (self.value, self.name)
