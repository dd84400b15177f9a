"""What may be a value, and the one habit about writing: what cannot be written is shared, what can be written is copied."""

from __future__ import annotations

from typing import Any

import numpy as np

from .calls import Recorder
from .cotangents import Masked
from .errors import DetachedError, ShapeError
from .graph import Node

ONE = np.float64(1.0)
DOUBLE = ONE.dtype


def is_floating(value: Any) -> bool:
    """Whether `value` is an array or scalar of floating or complex numbers."""
    dtype = getattr(value, "dtype", None)
    return dtype is not None and dtype.kind in "fc"


def has_odd_arithmetic(value: Any) -> bool:
    """Whether `value` is a masked array or a matrix, whose operators mean something else than those of arrays."""
    kind = type(value)  # by name, because looking at np.ma would import it
    return isinstance(value, np.ndarray) and any(base.__name__ in ("MaskedArray", "matrix") for base in kind.__mro__)


def is_foreign(value: Any) -> bool:
    """Whether `value` is an array of another library that speaks NumPy's protocols."""
    return not isinstance(value, (np.ndarray, np.generic)) and hasattr(value, "__array_function__")


def scalar_or_array(value: Any) -> Any:
    """A value of shape () as a NumPy scalar, never as a 0-d array."""
    return value[()] if type(value) is np.ndarray and value.ndim == 0 else value


def frozen(value: Any) -> Any:
    """`value`, no longer writable."""
    if type(value) is np.ndarray:
        if not value.ndim:
            return value[()]
        value.setflags(write=False)
    return value


def read_only_view(array: Any) -> Any:
    """A view of `array` that nobody can write through. Its base is no ndarray, by which `can_change` knows it again."""
    try:
        return np.asarray(memoryview(array).toreadonly())
    except (TypeError, ValueError, BufferError):  # a dtype that the buffer protocol does not have
        return frozen(array.copy())


def can_change(array: Any) -> bool:
    """Whether somebody could still write into the memory of `array`."""
    while type(array) is np.ndarray:
        if array.flags.writeable:
            return True
        array = array.base
    return False


def owned(value: Any, read: bool) -> Any:
    """A constant as a node may keep it: copied if a rule will read it and somebody could still write into it."""
    if type(value) is np.ndarray:
        return frozen(value.copy()) if read and can_change(value) else value
    if type(value) in (tuple, list):
        return type(value)(owned(item, read) for item in value)
    return value


def leaf_value(data: Any, who: str, copy: bool) -> Any:
    """`data` as the value of a leaf: floating or complex, a scalar where the shape is ().

    Raises
    ------
    TypeError
        For anything else; the message starts with `who` and says what to do.
    """
    if type(data) is np.ndarray and data.dtype.kind in "fc":
        return frozen(np.array(data)) if copy else scalar_or_array(data)
    if isinstance(data, Node):
        raise TypeError(f"{who}: this is a Tensor already. Use it as it is, or its value t.data for a new leaf.")
    if isinstance(data, (bool, np.bool)):
        raise TypeError(f"{who}: a bool has no derivative. Use a float.")
    if has_odd_arithmetic(data):
        raise TypeError(f"{who}: {type(data).__name__} has arithmetic of its own. Use np.asarray(…) of it.")
    if is_foreign(data):
        if is_floating(data):
            return data.as_leaf() if isinstance(data, Recorder) else data
        raise TypeError(
            f"{who}: an array of {getattr(data, 'dtype', 'unknown dtype')} has no derivative. Use .astype(float)."
        )
    if isinstance(data, (int, float, complex)) and not isinstance(data, np.generic):
        return np.complex128(data) if isinstance(data, complex) else np.float64(data)
    listed = isinstance(data, (list, tuple))
    if listed and _holds_node(data):
        raise TypeError(f"{who}: a list of Tensors is no array. Use np.stack or np.concatenate to keep the gradients.")
    value = np.array(data) if listed or copy else np.asarray(data)
    if listed and value.dtype.kind in "iu":
        value = value.astype(np.float64)
    if value.dtype.kind not in "fc":
        kind = {"b": "booleans", "i": "integers", "u": "integers", "U": "strings", "S": "strings", "O": "objects"}
        what = kind.get(value.dtype.kind, f"{value.dtype}")
        way_out = "Use .astype(float) first." if value.dtype.kind in "biu" else "Use an array of floats."
        raise TypeError(f"{who}: {type(data).__name__} of {what} has no derivative. {way_out}")
    return frozen(value) if copy else scalar_or_array(value)


def _holds_node(value: Any) -> bool:
    return isinstance(value, Node) or (isinstance(value, (list, tuple)) and any(map(_holds_node, value)))


def constant(value: Any, who: str) -> Any:
    """`value` as a constant operand of the function `who`: what NumPy itself would make of it, or a clear error."""
    if type(value) is np.ndarray or isinstance(value, np.generic) or value is None:
        if value is not None and value.dtype.kind in "OSUV":
            raise TypeError(
                f"{who}: an array of {value.dtype} cannot be combined with a Tensor. Use an array of numbers."
            )
        return value
    if isinstance(value, (int, float, complex)) or is_foreign(value):
        return value
    if has_odd_arithmetic(value):
        raise TypeError(f"{who}: {type(value).__name__} has arithmetic of its own. Use np.asarray(…) of it.")
    if isinstance(value, (list, tuple)):
        if _holds_node(value):
            raise DetachedError(f"{who}: a list that holds Tensors is no array. Use np.stack or np.concatenate first.")
        return constant(np.array(value), who)
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    raise TypeError(f"{who}: a {type(value).__name__} cannot be combined with a Tensor. Use numbers or arrays.")


def seed_for(y: Any, seed: Any, who: str) -> Any:
    """The cotangent that a sweep from `y` starts with: 1, or the caller's, conjugated at the door."""
    value = y.value if isinstance(y, Node) else np.asarray(y)
    if seed is None:
        if type(value) is np.float64:
            return ONE
        if value.size != 1:
            other = "give a seed of its shape" if who in ("backward", "vjp") else "use jacobian for all derivatives"
            raise ShapeError(
                f"{who}: the output has shape {value.shape}; a gradient needs one entry. Reduce it (y.sum(), y.mean()), "
                f"or {other}."
            )
        if value.dtype.kind == "c":
            raise TypeError(
                f"{who}: the output is complex, and a complex number has no gradient. Use its real part or abs."
            )
        return value.dtype.type(1) if isinstance(value, np.generic) else np.ones_like(value)
    if not isinstance(seed, Node):
        seed = np.array(seed) if not is_foreign(seed) else seed
        if seed.dtype.kind not in "fciub":
            raise TypeError(f"{who}: a seed is an array of numbers, not of {seed.dtype}.")
        if seed.dtype.kind == "c" and value.dtype.kind != "c":
            raise TypeError(f"{who}: the output is real, so its seed is real; this one is {seed.dtype}.")
    if seed.shape != value.shape:
        raise ShapeError(f"{who}: the seed has shape {seed.shape}, the output {value.shape}; they must be equal.")
    seed = seed if seed.dtype == value.dtype else seed.astype(value.dtype)
    return scalar_or_array(np.conj(seed) if value.dtype.kind == "c" else seed)


def handed_out(x_bar: Any, dtype: Any, conjugate: bool = True) -> Any:
    """Make of a cotangent the gradient that a caller gets: no mask, conjugated if complex, read-only."""
    if type(x_bar) is np.float64 and dtype is DOUBLE:  # the usual cases, without further ado
        return x_bar
    if type(x_bar) is np.ndarray and x_bar.ndim and x_bar.dtype is dtype and dtype.kind == "f":
        x_bar.setflags(write=False)
        return x_bar
    grad = x_bar.value if type(x_bar) is Masked else x_bar
    if conjugate and grad.dtype.kind == "c":
        grad = np.conj(grad)
    if grad.dtype != dtype:
        grad = grad.astype(dtype)  # another byte order: sums come out in the machine's own
    return grad if isinstance(grad, Node) else frozen(grad)


def explained(error: ValueError, who: str, values: Any) -> Exception:
    """NumPy's complaint about shapes, with all shapes named and the next step."""
    shapes = [np.shape(value) for value in values if value is not None]
    if who in ("matmul", "dot") and len(shapes) == 2 and all(shapes):
        inner = shapes[0][-1], shapes[1][-2 if len(shapes[1]) > 1 else 0]
        if inner[0] != inner[1]:
            return ShapeError(f"{who}: {shapes[0]} @ {shapes[1]}: {inner[0]} ≠ {inner[1]}. Did you forget a transpose?")
    if "broadcast" in str(error):
        return ShapeError(
            f"{who}: shapes {' and '.join(map(str, shapes))} do not broadcast. Did you forget a transpose?"
        )
    return error
