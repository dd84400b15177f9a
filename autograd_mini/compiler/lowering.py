"""The last rewriting before source: the call of NumPy that costs least for what a call says.

Sums and products of matrices go to BLAS where it takes them, and numbers that meet arrays become arrays of no dimension, of
the array's dtype, which a ufunc reads twice as fast as a Python number.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from .algebra import is_inverse
from .blocks import LARGE
from .program import Op, Program, needed, number_of, redirect_derivatives, renewed, replaced
from .trigonometry import cosine, sine, tangent_is_fast

ROW = 2048  # BLAS adds up one by one: over more entries NumPy's pairwise sum is more exact
WHOLE = 100_000
# Both operands are taken in the dtype of the result.
ARITHMETIC = {np.add, np.subtract, np.multiply, np.divide, np.maximum, np.minimum, np.power, np.arctan2, np.hypot,
              np.remainder, np.floor_divide, np.logaddexp, np.copysign}  # fmt: skip


def lowered(program: Program) -> Program:
    """The same program in the cheapest calls."""
    uses = Counter(id(o) for op in program.ops for o in op.operands())
    uses.update(id(op) for op in program.results())
    new: dict[int, Op] = {id(op): op for op in program.inputs}
    constants: dict[Any, Op] = {}
    ops: list[Op] = []
    for old in program.ops:
        op = renewed(old, new)
        if op.value is None:
            _lower(op, lambda o: uses[id(o)], constants, ops)
        ops.append(op)
        uses[id(op)] = uses[id(old)]
    redirect_derivatives(ops, new)
    outputs = replaced(program.outputs, new)
    return Program(program.inputs, needed(ops, Program([], [], outputs).results()), outputs)


def _lower(op: Op, uses: Any, constants: dict[Any, Op], ops: list[Op]) -> None:
    """Change a call in place."""
    if op.function is np.matmul and _are_blas(op, *op.args):
        op.function = np.dot
    elif op.function is np.sum and set(op.kwargs) <= {"axis", "keepdims"} and len(op.args) == 1:
        _sum(op, uses, constants, ops)
    elif op.function is np.divide and op.shape and is_inverse(op) and op.dtype.kind == "f":
        op.function, op.args = np.reciprocal, op.args[1:]
    elif op.function in (np.sin, np.cos) and op.size >= LARGE and op.dtype == np.float64 and not op.kwargs:
        _from_tangent(op, op.args[0], constants, ops)
    if op.function in ARITHMETIC and op.shape:
        op.args = tuple(_as_array(arg, op, constants, ops) for arg in op.args)


def _from_tangent(op: Op, x: Op, constants: dict[Any, Op], ops: list[Op]) -> None:
    """Sin x and cos x from t = tan x/2, which both of them share."""
    if not tangent_is_fast():
        return
    t = constants.get(("tangent", id(x)))
    if t is None:
        half = _constant(np.array(0.5), constants, ops)
        ops.append(Op(np.multiply, (x, half), {}, op.shape, op.dtype))
        t = constants["tangent", id(x)] = Op(np.tan, (ops[-1],), {}, op.shape, op.dtype)
        ops.append(t)
    op.function, op.args = (sine, (t,)) if op.function is np.sin else (cosine, (t, x))


def _are_blas(op: Op, a: Any, b: Any) -> bool:
    if op.dtype.char not in "fdFD":
        return False
    return all(isinstance(x, Op) and x.is_ndarray and len(x.shape or ()) == 2 and x.dtype == op.dtype for x in (a, b))


def _sum(op: Op, uses: Any, constants: dict[Any, Op], ops: list[Op]) -> None:
    """Σ x² and Σ x·y are vdot; a sum along the last or first axis of a matrix is a product with ones."""
    x = op.args[0]
    axis = op.kwargs.get("axis")
    axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
    if not isinstance(x, Op) or x.dtype != op.dtype or op.dtype.char not in "fd":
        return
    if axis is None and op.shape == () and x.size <= WHOLE and uses(x) == 1 and x.function in (np.square, np.multiply):
        a, b = (*x.args, *x.args)[:2]
        if all(isinstance(y, Op) and y.shape == x.shape and y.dtype == op.dtype for y in (a, b)):
            op.function, op.args, op.kwargs = np.vdot, (a, b), {}
    elif isinstance(axis, int) and len(x.shape or ()) == 2 and 1 < (x.shape or ())[axis] <= ROW:
        keep = bool(op.kwargs.get("keepdims"))
        last = axis % 2 == 1
        length = (x.shape or ())[axis]
        ones = _constant(
            np.ones((length, 1) if last and keep else (1, length) if keep else length, op.dtype), constants, ops
        )
        op.function, op.args, op.kwargs = np.dot, (x, ones) if last else (ones, x), {}


def _as_array(arg: Any, op: Op, constants: dict[Any, Op], ops: list[Op]) -> Any:
    """A number as an array of no dimension, where that is the same to the ufunc."""
    number = number_of(arg)
    others = [other for other in op.args if isinstance(other, Op) and number_of(other) is None]
    if number is None or not others or not all(other.dtype == op.dtype for other in others):
        return arg
    if isinstance(arg, Op) and arg.shape:
        return arg
    if isinstance(number, complex) and op.dtype.kind != "c":
        return arg
    return _constant(np.array(number, op.dtype), constants, ops)


def _constant(array: Any, constants: dict[Any, Op], ops: list[Op]) -> Op:
    """The Op of a constant array of ours, one for equal ones."""
    key = array.shape, array.dtype, array.tobytes()
    if key not in constants:
        array.setflags(write=False)
        constants[key] = Op(None, shape=array.shape, dtype=array.dtype, value=array)
        ops.append(constants[key])
    return constants[key]
