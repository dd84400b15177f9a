"""Evaluating a function on arrays that write down every call: what the function does becomes a program.

A `Traced` is an array of another library as far as Tensors are concerned, like one of Dask or CuPy. It may sit inside a
Tensor, the sweeps run over it, and the derivative code is written down with everything else. Masks and indices are
`Traced` too, so they are computed anew by the program; what would take a number out of one raises.
"""

from __future__ import annotations

import operator
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import numpy as np

from ..calls import Recorder
from ..errors import TracingError
from ..graph import Node
from ..methods import NumpyMethods
from ..scatter import astype
from ..values import has_odd_arithmetic, scalar_or_array
from .known import FILLED, METADATA, ONE_TRACED, PYTHON, VALUE_SHAPED, WRITERS, is_fresh
from .program import Op, map_tree
from .references import ALONE, references

PACKAGE = str(Path(__file__).parents[1]) + os.sep
NUMPY = str(Path(np.__file__).parent) + os.sep


KEPT = (
    "jit: the function keeps values outside itself (in a global, a list, an attribute), but it is evaluated only when it is "
    "compiled. Return them instead."
)
LONGEST = 20_000  # calls of one program


class NotEmittable(Exception):  # noqa: N818  # not an error: the function is run without being compiled
    """What the function does cannot be written down as a program; the message says what it is."""


class Trace:
    """The program while it is being written down.

    Attributes
    ----------
    inputs, ops
        As of `Program`.
    arrays
        The arrays that were met and are no result of anything in the trace: by identity, their Ops, and copies.
    """

    def __init__(self) -> None:
        self.inputs: list[Op] = []
        self.ops: list[Op] = []
        self.arrays: dict[int, tuple[Op, Any]] = {}
        self.refused: TracingError | None = None

    def argument(self, value: Any, name: str) -> Traced:
        """An argument of the function."""
        weak = type(value) is float
        dtype = np.dtype(float) if weak else value.dtype
        op = Op(None, shape=np.shape(value), dtype=dtype, weak=weak, name=name)
        self.inputs.append(op)
        return Traced(self, op, value)

    def constant(self, array: Any) -> Op:
        """An array or NumPy scalar that the function found elsewhere: it enters by reference."""
        if id(array) not in self.arrays:
            op = Op(None, shape=np.shape(array), dtype=array.dtype, value=array)
            self.arrays[id(array)] = op, array.copy()
            self.ops.append(op)
        return self.arrays[id(array)][0]

    def check(self) -> None:
        """Raise where the function has caught our refusal, or has written into an array after using it."""
        if self.refused is not None:
            raise self.refused
        for op, copy in self.arrays.values():
            if not np.array_equal(op.value, copy, equal_nan=copy.dtype.kind in "fc"):
                raise NotEmittable("an array that it writes into after having used it")

    def call(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], by_operator: bool = False) -> Any:
        """Evaluate a call on the concrete values, and write it down."""
        concrete = map_tree(_concrete, args), map_tree(_concrete, kwargs)
        if function in METADATA:
            return function(*concrete[0], **concrete[1])
        if function in FILLED:
            like = function(*concrete[0], **concrete[1])
            function, args, kwargs = np.full, (like.shape, like.dtype.type(FILLED[function])), {}
            concrete = args, kwargs
        _check(function, args, kwargs)
        weak = by_operator and function in PYTHON and all(type(value) in (int, float, bool) for value in concrete[0])
        evaluate = PYTHON[function] if weak else function  # Python numbers stay Python numbers
        result = evaluate(*concrete[0], **concrete[1])
        if len(self.ops) > LONGEST:
            raise NotEmittable(f"more than {LONGEST:,} calls (is there a long loop?)")
        about, frame = _who_asks()
        _name_variables(frame)
        op = Op(function, map_tree(self._as_op, args), map_tree(self._as_op, kwargs), about=about, weak=weak)
        self.ops.append(op)
        return self._wrapped(op, result)

    def _as_op(self, leaf: Any) -> Any:
        if isinstance(leaf, Traced):
            if leaf.writer is not self:
                raise TracingError(KEPT)
            return leaf.op
        if isinstance(leaf, np.ndarray) and has_odd_arithmetic(leaf):
            raise NotEmittable(f"an array of type {type(leaf).__name__}, which has arithmetic of its own")
        return self.constant(leaf) if isinstance(leaf, np.ndarray) else leaf

    def _wrapped(self, op: Op, result: Any) -> Any:
        if op.weak:
            op.shape, op.dtype = (), np.dtype(type(result))
            return Traced(self, op, result)
        if isinstance(result, (np.ndarray, np.generic)):
            op.shape, op.dtype = result.shape, result.dtype
            return Traced(self, op, scalar_or_array(result))
        if isinstance(result, (tuple, list)):
            items = []
            for k, item in enumerate(result):
                part = Op(operator.getitem, (op, k), about=op.about)
                self.ops.append(part)
                items.append(self._wrapped(part, item))
            return type(result)(*items) if hasattr(result, "_fields") or _is_result(result) else type(result)(items)
        raise NotEmittable(f"{name_of(op.function)}, which returns a {type(result).__name__}")


def _is_result(result: Any) -> bool:
    return isinstance(result, tuple) and type(result) is not tuple


def _concrete(leaf: Any) -> Any:
    return leaf.concrete if isinstance(leaf, Traced) else leaf


def name_of(function: Any) -> str:
    """The name of a function in messages and in source: ``np.linalg.solve``, ``np.add.reduce``."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"np.{owner.__name__}.{function.__name__}"
    name = getattr(function, "__name__", repr(function))
    module = getattr(function, "__module__", None) or ""
    if isinstance(function, np.ufunc) or module.split(".")[0] == "numpy":
        inner = [part for part in module.split(".")[1:] if part in ("linalg", "fft", "polynomial")]
        return ".".join(["np", *inner, name])
    return str(name).lstrip("_")


def _check(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raise where the call cannot be part of a program."""
    name = name_of(function)
    out = kwargs.get("out")
    if function in WRITERS or (
        out is not None and any(o is not None for o in (out if isinstance(out, tuple) else (out,)))
    ):
        raise NotEmittable(f"{name}, which writes into an array")
    rest = [*args[1:], *kwargs.values()]
    if function in VALUE_SHAPED and not (function in ONE_TRACED and not any(map(_holds_traced, rest))):
        raise NotEmittable(f"{name}, whose result has a shape that depends on values")
    if function is np.where and len(args) == 1:
        raise NotEmittable("np.where(condition), whose result has a shape that depends on values")
    if function is operator.getitem and any(
        part.dtype == bool
        for part in (args[1] if isinstance(args[1], tuple) else args[1:2])
        if isinstance(part, Traced)
    ):
        raise NotEmittable("x[mask], whose shape depends on values; np.where(mask, x, 0) keeps the shape")


def _holds_traced(tree: Any) -> bool:
    found = []
    map_tree(lambda leaf: found.append(leaf) if isinstance(leaf, Traced) else None, tree)
    return bool(found)


def _who_asks() -> tuple[tuple[str, Op] | None, FrameType | None]:
    """Whose derivative is being computed, and the frame of the person's own code that the call comes from."""
    frame: FrameType | None = sys._getframe(2)
    about = None
    while frame is not None:
        path = frame.f_code.co_filename
        if not path.startswith((PACKAGE, NUMPY)):
            return about, frame
        if frame.f_code.co_name == "traced" and path.endswith("evaluations.py"):
            return about, None
        if not about and frame.f_code.co_name in ("reverse", "forward") and path.endswith("sweeps.py"):
            about = _derivative(frame)
        frame = frame.f_back
    return about, frame


def _derivative(frame: FrameType) -> tuple[str, Op] | None:
    """What a frame of a sweep is busy with: the name of the node whose derivative it computes."""
    local = frame.f_locals
    node = local.get("operand") if frame.f_code.co_name == "reverse" else local.get("node")
    op = getattr(getattr(node, "value", None), "op", None)
    mark = "bar" if frame.f_code.co_name == "reverse" else "dot"
    if op is not None and op.function is np.positive and op.args[0].is_input:
        op = op.args[0]  # the leaf of a Python number
    return None if op is None else (mark, op)


def _name_variables(frame: FrameType | None) -> None:
    """Give values the names of the person's variables that are bound to them."""
    if frame is None or frame.f_code.co_name == "<module>":
        return
    for name, variable in frame.f_locals.items():
        value = variable.value if isinstance(variable, (Node, Traced)) else None
        if isinstance(value, Traced) and not value.op.name and value.op.function is not np.positive:
            value.op.name = name


def _refuse(writer: Trace, what: str, way_out: str) -> NoReturn:
    """Raise for what takes a value out of a trace: a `TracingError`, or where a library asks, `NotEmittable`."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename.endswith("tensor.py"):
        frame = frame.f_back  # a Tensor that holds a traced value passes the question on
    path = frame.f_code.co_filename
    if path.startswith((PACKAGE, NUMPY)):
        raise NotEmittable(f"{frame.f_code.co_name.lstrip('_')}, which looks at values")
    writer.refused = TracingError(
        f"jit: {what} needs a value, but the function is being compiled for all values of this shape and dtype, and the "
        f"result would be that of the first call for ever. {way_out}"
    )
    raise writer.refused


_BRANCH = "Use np.where(condition, a, b) for a branch, or call the function without jit."
_NUMBER = "Go on with NumPy's functions, pass the number as an int (ints are compiled in), or call without jit."


class Traced(NumpyMethods, Recorder):
    """An array, or scalar, that writes down what is done with it."""

    __slots__ = ("concrete", "op", "writer")
    __array_priority__ = 1000

    def __init__(self, writer: Trace, op: Op, concrete: Any) -> None:
        self.writer = writer
        self.op = op
        self.concrete = concrete

    def run(self, dispatcher: Any, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            return function(*args, **kwargs)
        except (NotEmittable, TracingError):
            self.writer.refused = None  # what it did with values, it does when it is called
            return self.writer.call(dispatcher, args, kwargs)

    def as_leaf(self) -> Any:
        return np.positive(self) if self.op.weak else self

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        """The array cast to another dtype."""
        return self.writer.call(astype, (self, np.dtype(dtype)), {})

    @property
    def value(self) -> Traced:
        """Itself: what `NumpyMethods` asks for the value is its shape and dtype."""
        return self

    shape = property(lambda self: self.op.shape)
    dtype = property(lambda self: self.op.dtype)
    ndim = property(lambda self: len(self.op.shape))
    size = property(lambda self: self.op.size)
    nbytes = property(lambda self: self.op.size * self.op.dtype.itemsize)
    itemsize = property(lambda self: self.op.dtype.itemsize)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if any(isinstance(item, Node) for item in inputs):
            return NotImplemented  # a Tensor sees to its rules first
        if method == "at":
            raise NotEmittable(f"np.{ufunc.__name__}.at, which writes into an array")
        return self.writer.call(ufunc if method == "__call__" else getattr(ufunc, method), inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if any(issubclass(kind, Node) for kind in types):
            return NotImplemented
        return self.writer.call(func, tuple(args), dict(kwargs))

    def __array__(self, dtype: Any = None, copy: Any = None) -> NoReturn:
        raise NotEmittable(
            "np.asarray, np.array or an index into a plain array, which want numbers; np.stack joins values, np.take indexes"
        )

    def __getitem__(self, key: Any) -> Any:
        return self.writer.call(operator.getitem, (self, key), {})

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise NotEmittable("x[i] = v, which writes into an array")

    def __bool__(self) -> bool:  # noqa: PLE0304  # it raises
        _refuse(self.writer, "a branch on a value (if, and, or, not, while, bool())", _BRANCH)

    def __int__(self) -> int:
        _refuse(self.writer, "int()", _NUMBER)

    def __float__(self) -> float:
        _refuse(self.writer, "float(), or a function of math,", _NUMBER)

    def __complex__(self) -> complex:
        _refuse(self.writer, "complex()", _NUMBER)

    def __index__(self) -> int:  # noqa: PLE0305  # it raises
        _refuse(self.writer, "an index or a range made of a value", _NUMBER)

    def __len__(self) -> int:
        if not self.op.shape:
            raise TypeError("len() of unsized object")
        return int(self.op.shape[0])

    def __contains__(self, item: Any) -> bool:
        _refuse(self.writer, "`in`", _BRANCH)

    def item(self, *args: Any) -> Any:
        """Raise: a number taken out of the trace would be a constant in the program."""
        _refuse(self.writer, "item()", _NUMBER)

    def tolist(self) -> Any:
        """Raise, as `item`."""
        _refuse(self.writer, "tolist()", _NUMBER)

    @property
    def data(self) -> Any:
        """Raise, as `item`."""
        _refuse(self.writer, ".data", "Use stop_gradient(t) for a value without gradient. " + _NUMBER)

    def __hash__(self) -> int:  # noqa: PLE0309  # it raises
        _refuse(self.writer, "a set or dict of values", _NUMBER)

    def __repr__(self) -> str:
        return f"Traced({self.op.name or 'value'}, shape={self.op.shape}, dtype={self.op.dtype})"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self) if not spec else _refuse(self.writer, "a format", _NUMBER)


def _rebound(x: Traced, ufunc: Any, other: Any) -> Any:
    """``x += other``: another value for the name x, where nobody would see that no array was written into."""
    ops = x.writer.ops
    viewed = any(x.op in op.args and not is_fresh(op.function) and op.shape != () for op in ops if op.function)
    known = references(x) > ALONE
    if x.op.shape and (x.op.function is None or not is_fresh(x.op.function) or viewed or known):
        raise NotEmittable("x += y and the like, which writes into an array that is known elsewhere; write x = x + y")
    return x.writer.call(ufunc, (x, other), {}, True)


def _operators() -> None:
    """Give `Traced` the operators of ndarray, each the ufunc of that name."""
    binary = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.divide, "floordiv": np.floor_divide,
              "mod": np.remainder, "pow": np.power, "matmul": np.matmul, "and": np.bitwise_and, "or": np.bitwise_or,
              "xor": np.bitwise_xor, "lshift": np.left_shift, "rshift": np.right_shift}  # fmt: skip
    compared = {"eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater,
                "ge": np.greater_equal}  # fmt: skip
    unary = {"neg": np.negative, "pos": np.positive, "abs": np.absolute, "invert": np.invert}

    def forward(ufunc: Any) -> Callable[[Any, Any], Any]:
        return lambda self, other: (
            NotImplemented if _defers(other) else self.writer.call(ufunc, (self, other), {}, True)
        )

    def reflected(ufunc: Any) -> Callable[[Any, Any], Any]:
        return lambda self, other: self.writer.call(ufunc, (other, self), {}, True)

    def alone(ufunc: Any) -> Callable[[Any], Any]:
        return lambda self: self.writer.call(ufunc, (self,), {}, True)

    def in_place(ufunc: Any) -> Callable[[Any, Any], Any]:
        return lambda self, other: NotImplemented if _defers(other) else _rebound(self, ufunc, other)

    for name, ufunc in {**binary, **compared}.items():
        setattr(Traced, f"__{name}__", forward(ufunc))
    for name, ufunc in binary.items():
        setattr(Traced, f"__r{name}__", reflected(ufunc))
        setattr(Traced, f"__i{name}__", in_place(ufunc))
    for name, ufunc in unary.items():
        setattr(Traced, f"__{name}__", alone(ufunc))


def _defers(other: Any) -> bool:
    """Whether the operators of `other` come first: those of a Tensor do."""
    return isinstance(other, Node)


_operators()
