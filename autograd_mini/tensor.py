"""Tensor: a node of the graph with the manners of an ndarray."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from .errors import DetachedError, ShapeError, UnsupportedError
from .graph import NO_KEYWORDS, Node, next_serial, trace, write
from .kinds import RULES, Composite, Plain, Rule, name_of
from .methods import NumpyMethods
from .sweeps import results, reverse
from .values import constant, explained, frozen, handed_out, leaf_value, owned, scalar_or_array, seed_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The constants that need no looking at.
_NUMBERS = (float, int, np.float64)


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
        self.value = leaf_value(data, "Tensor", copy=True)
        self.rule = None
        self.operands = ()
        self.keywords = NO_KEYWORDS
        self.serial = next_serial()
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
        return frozen(value.view()) if type(value) is np.ndarray else value

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
        return getattr(self, "_grad", None)

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
        bar = seed_for(self, seed, "backward")
        found = trace((self,))
        bars = reverse(found.steps, {self.serial: bar}, on_tensors=False)
        leaves = [leaf for leaf in found.leaves if leaf.serial in bars]
        grads = [handed_out(bars[leaf.serial]) for leaf in leaves]
        for leaf, grad in zip(leaves, grads, strict=True):
            before = leaf.grad
            leaf._grad = grad if before is None else frozen(before + grad)

    # NumPy's two protocols

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        function: Any = ufunc if method == "__call__" else (ufunc, method)
        rule = RULES.get(function)
        if rule is None:
            raise UnsupportedError(_no_rule(name_of(ufunc) if method == "__call__" else f"{name_of(ufunc)}.{method}"))
        return apply(type(self), rule, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:  # noqa: ARG002
        rule = RULES.get(func)
        if rule is None:
            raise UnsupportedError(_no_rule(name_of(func)))
        return apply(type(self), rule, args, kwargs)

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]:
        raise DetachedError(
            "a Tensor cannot become a plain array without losing its gradient. Use t.data for the value, NumPy's own "
            "functions (np.exp(t), np.stack([t, u])) to go on computing with it."
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

    def __len__(self) -> int:
        return len(self.value)

    def __contains__(self, item: Any) -> bool:
        return bool((self.value == (item.value if isinstance(item, Node) else item)).any())

    def __repr__(self) -> str:
        body = np.array2string(np.asarray(self.value), separator=", ", prefix="Tensor(") if self.ndim else str(self.value)
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


def _no_rule(name: str) -> str:
    return (
        f"{name} has no derivative rule, so a Tensor cannot go through it. Write it with functions that have one, state a "
        "rule (elementwise, selection, linear, general, flat), or take t.data where no gradient is meant."
    )


# One place that applies a function


def apply(cls: type[Any], rule: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call what `rule` is about on `args`, at least one of which holds a Tensor, and write down the fact."""
    if type(rule) is Composite:
        args, kwargs = rule.call.bind(args, kwargs)
        return rule.formula(*args, **kwargs)
    if type(rule) is Plain:
        return rule.function(*map(_value, args), **{name: _value(value) for name, value in kwargs.items()})
    operands, keywords = rule.call.bind(args, kwargs)
    return record(cls, rule, operands, keywords)


def record(cls: type[Any], rule: Rule, operands: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Evaluate a function on the values of its operands, and write the node of the result."""
    values = []
    constants = False
    for o in operands:
        if isinstance(o, Node):
            values.append(o.value)
        elif type(o) in _NUMBERS:
            values.append(o)
        else:
            values.append(constant(o, rule.name))
            constants = True
    try:
        value = rule.ufunc(*values) if rule.ufunc else rule.call.invoke(values, keywords)
    except ValueError as error:
        raise explained(error, rule.name, values) from None
    if type(value) is np.float64:
        kind = "f"
    elif type(value) is np.ndarray and value.ndim:
        kind = value.dtype.kind
    elif isinstance(value, (tuple, list)):
        return _record_results(cls, rule, value, operands, keywords)
    else:
        value = scalar_or_array(value)
        kind = value.dtype.kind if hasattr(value, "dtype") else ""
    if kind not in ("f", "c"):
        if rule.flat:
            return value
        raise TypeError(f"{rule.name}: the result is {type(value).__name__}, not floating point; it has no derivative.")
    if constants:
        kept = rule.reads_operands
        operands = tuple([o if isinstance(o, Node) else owned(v, kept) for o, v in zip(operands, values, strict=True)])
    if keywords:
        keywords = {name: owned(argument, True) for name, argument in keywords.items()}
    return write(cls, value, rule, operands, keywords)


def _record_results(cls: type[Any], rule: Rule, value: Any, operands: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """A function with several results: one node for the tuple, one for each result, in NumPy's own container."""
    operands = tuple(o if isinstance(o, Node) else owned(o, True) for o in operands)
    node = write(Node, tuple(v[()] if v.ndim == 0 else v for v in value), rule, operands, keywords)
    tensors = results(cls, node)
    if type(value) in (tuple, list):
        return type(value)(tensors)
    return type(value)(*tensors)


def _value(arg: Any) -> Any:
    if isinstance(arg, Node):
        return arg.value
    return type(arg)(map(_value, arg)) if type(arg) in (list, tuple) else arg


# The arithmetic operators, straight to their rules

_GETITEM = RULES[operator.getitem]


def _binary(ufunc: Any, reflected: bool) -> Any:
    """The method of one operator. Tensors and Python numbers, the usual operands, need none of the care of `record`."""
    rule: Any = RULES[ufunc]

    def operate(self: Any, other: Any) -> Any:
        if isinstance(other, Node):
            value = other.value
        elif type(other) in _NUMBERS:
            value = other
        else:
            return record(type(self), rule, (other, self) if reflected else (self, other), NO_KEYWORDS)
        try:
            value = ufunc(value, self.value) if reflected else ufunc(self.value, value)
        except ValueError as error:
            values = (other, self.value) if reflected else (self.value, value)
            raise explained(error, rule.name, values) from None
        return write(type(self), value, rule, (other, self) if reflected else (self, other))

    return operate


def _power(self: Tensor, other: Any) -> Any:
    """``t ** p``; like NumPy's own operator it squares where p is 2."""
    if type(other) in _NUMBERS and other == 2:
        return record(type(self), _SQUARE, (self,), NO_KEYWORDS)
    return record(type(self), _POWER, (self, other), NO_KEYWORDS)


_SQUARE, _POWER = RULES[np.square], RULES[np.power]

for _name, _ufunc in {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.divide,
    "pow": np.power,
    "matmul": np.matmul,
    "mod": np.remainder,
    "floordiv": np.floor_divide,
}.items():
    setattr(Tensor, f"__{_name}__", _binary(_ufunc, reflected=False))
    setattr(Tensor, f"__r{_name}__", _binary(_ufunc, reflected=True))
Tensor.__pow__ = _power  # type: ignore[attr-defined]
