"""What the public functions of `nn` accept, and the sentence a person reads when they gave something else.

Each check returns the argument in the one form that the rest of the package works with. Nothing here changes a network.
"""

import math
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from autograd_mini import ShapeError, Tensor

if TYPE_CHECKING:
    from nn.network import Network

Array = NDArray[Any]
Entry = TypeVar("Entry")

TRANSPOSE = "Did you forget a transpose? Columns are examples."


def chosen(table: Mapping[str, Entry], function: str, argument: str, name: object) -> Entry:
    """Return ``table[name]``; an unknown name is a ValueError that lists the choices."""
    if not isinstance(name, str) or name not in table:
        choices = ", ".join(repr(choice) for choice in table)
        raise ValueError(f"{function}: {argument}={name!r} is unknown; choose one of {choices}")
    return table[name]


def positive_int(function: str, argument: str, value: object) -> int:
    """Return `value` as an int; TypeError for anything but an integer (a bool is none), ValueError below 1."""
    if isinstance(value, bool | np.bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{function}: {argument} must be a positive integer, not {value!r} ({type(value).__name__})")
    if value < 1:
        raise ValueError(f"{function}: {argument} must be a positive integer, not {value}")
    return int(value)


def layer_sizes(function: str, sizes: object) -> list[int]:
    """Return `sizes` as a list of at least two positive ints."""
    if not isinstance(sizes, Sequence | np.ndarray) or isinstance(sizes, str | bytes):
        raise TypeError(f"{function}: sizes must be a list such as [784, 30, 10], not {sizes!r}")
    checked = [positive_int(function, f"sizes[{k}]", size) for k, size in enumerate(sizes)]
    if len(checked) < 2:
        raise ValueError(f"{function}: sizes={checked} must have at least two layers, an input and an output")
    return checked


def learning_rate(function: str, eta: object) -> float:
    """Return `eta` as a Python float, which unlike np.float64 leaves float32 weights float32."""
    if isinstance(eta, bool | np.bool) or not isinstance(eta, Real):
        raise TypeError(f"{function}: eta must be a number such as 3.0, not {eta!r} ({type(eta).__name__})")
    if not math.isfinite(eta) or eta < 0:
        raise ValueError(f"{function}: eta must be finite and not negative, not {eta}")
    return float(eta)


def random_generator(function: str, rng: object) -> np.random.Generator:
    """Return the Generator that None (fresh entropy), a seed or a Generator stands for."""
    if isinstance(rng, np.random.Generator):
        return rng
    if rng is None:
        return np.random.default_rng()
    if isinstance(rng, bool | np.bool) or not isinstance(rng, int | np.integer):
        raise TypeError(f"{function}: rng must be None, a seed (an integer ≥ 0) or a numpy Generator, not {rng!r}")
    if rng < 0:
        raise ValueError(f"{function}: rng={rng} is no seed; seeds are integers ≥ 0")
    return np.random.default_rng(int(rng))


def floating_dtype(function: str, dtype: DTypeLike) -> np.dtype[Any]:
    """Return `dtype` as a real floating dtype."""
    try:
        checked = np.dtype(dtype)
    except TypeError:
        raise TypeError(f"{function}: dtype={dtype!r} is unknown; choose np.float64 or np.float32") from None
    if not np.issubdtype(checked, np.floating):
        raise TypeError(f"{function}: dtype must be a real floating type such as float32 or float64, not {checked}")
    return checked


def parameters(function: str, network: "Network") -> None:
    """Check that weights and biases, which anyone may assign, still have the shapes that the network's sizes say."""
    layers = len(network.sizes) - 1
    if len(network.weights) != layers or len(network.biases) != layers:
        raise ShapeError(
            f"{function}: a network of sizes {network.sizes} has {layers} weights and {layers} biases; "
            f"here are {len(network.weights)} and {len(network.biases)}"
        )
    for k, (n_in, n_out) in enumerate(zip(network.sizes[:-1], network.sizes[1:], strict=True)):
        for name, p, expected in (
            ("weights", network.weights[k], (n_out, n_in)),
            ("biases", network.biases[k], (n_out, 1)),
        ):
            if not isinstance(p, np.ndarray) or p.dtype.kind != "f":
                kind = p.dtype if isinstance(p, np.ndarray) else type(p).__name__
                raise TypeError(f"{function}: {name}[{k}] is {kind}; it must be a plain array of float32 or float64")
            if p.shape != expected:
                raise ShapeError(
                    f"{function}: {name}[{k}] has shape {p.shape}, but between layers of {n_in} and {n_out} neurons it "
                    f"must be {expected}. Did you forget a transpose?"
                )


def columns(function: str, argument: str, value: object, rows: int, dtype: DTypeLike, *, m: str = "m") -> Array:
    """Return `value`, a matrix with one example per column and `rows` rows, as an array of `dtype`.

    In messages `m` stands for the number of columns.
    """
    # A masked array is an ndarray too, but the mask would be lost.
    if not isinstance(value, np.ndarray) or isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{function}: {argument} must be a NumPy array with one column per example, not {_kind(value)}")
    if value.dtype.kind != "f":
        raise TypeError(
            f"{function}: {argument} is an array of {value.dtype}; it must hold floating-point numbers. Convert with "
            ".astype(np.float64), and divide pixels by 255"
        )
    if value.ndim != 2 or value.shape[0] != rows:
        raise ShapeError(
            f"{function}: {argument} has shape {value.shape}, expected ({rows}, {m}). {_advice(value, rows)}"
        )
    return np.asarray(value, dtype=dtype)


def _advice(value: Array, rows: int) -> str:
    if value.ndim == 1:
        return "One example is a column: reshape(-1, 1)."
    if value.ndim == 2 and value.shape[1] == rows:
        return TRANSPOSE
    return f"Columns are examples, and this layer of the network has {rows} neurons. Did you forget a transpose?"


def _kind(value: object) -> str:
    if isinstance(value, Tensor):
        return "a Tensor (its value is .data)"
    if isinstance(value, int | float | np.number):
        return f"the number {value!r}"
    return f"a {type(value).__name__}"


def matrices(
    function: str, network: "Network", X: object, Y: object, *, names: tuple[str, str] = ("X", "Y"), m: str = "m"
) -> tuple[Array, Array]:
    """Return X and Y, checked: one column per example, as many in both, and at least one, in the network's dtype."""
    n_in, n_out = network.sizes[0], network.sizes[-1]
    checked_x = columns(function, names[0], X, n_in, network.dtype, m=m)
    if isinstance(Y, int | np.integer):
        raise TypeError(f"{function}: {names[1]} is the label {Y}; make it a column: vectorized_result({Y}, {n_out})")
    if isinstance(Y, np.ndarray) and Y.ndim == 1 and Y.dtype.kind in "iu":
        raise TypeError(f"{function}: {names[1]} holds {Y.size} labels; make them columns: one_hot(labels, {n_out})")
    checked_y = columns(function, names[1], Y, n_out, network.dtype, m=m)
    if checked_x.shape[1] != checked_y.shape[1]:
        raise ShapeError(
            f"{function}: {names[0]} has shape {checked_x.shape}, {names[1]} has shape {checked_y.shape}: "
            f"{checked_x.shape[1]} ≠ {checked_y.shape[1]} examples; both need one column per example"
        )
    if checked_x.shape[1] == 0:
        raise ValueError(f"{function}: {names[0]} has shape {checked_x.shape}: there are no examples in it")
    return checked_x, checked_y


def example(
    function: str, network: "Network", x: object, y: object, *, names: tuple[str, str] = ("x", "y")
) -> tuple[Array, Array]:
    """Return one example, checked: x of shape (n_in, 1) and y of shape (n_out, 1), in the network's dtype."""
    checked_x, checked_y = matrices(function, network, x, y, names=names, m="1")
    if checked_x.shape[1] != 1:
        raise ShapeError(
            f"{function}: {names[0]} has shape {checked_x.shape}, {names[1]} has shape {checked_y.shape}; "
            f"one example is ({network.sizes[0]}, 1) and ({network.sizes[-1]}, 1)"
        )
    return checked_x, checked_y


def labels_in_range(function: str, name: str, classes: int, labels: Array) -> None:
    """Check that every label is one of 0 … classes − 1."""
    outside = (labels < 0) | (labels >= classes)
    if outside.any():
        k = int(np.argmax(outside))
        raise ValueError(
            f"{function}: {name} holds the label {labels[k]} (entry {k}); with {classes} classes, labels go from 0 to "
            f"{classes - 1}"
        )
