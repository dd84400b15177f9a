"""Training and test data in the forms that people have them, brought into matrices with one column per example.

A **list** holds pairs, as in the book: ``(x, y)`` with columns x (n_in, 1) and y (n_out, 1), for tests ``(x, label)``.
A **tuple** of two arrays is ``(X, Y)`` with one column per example, for tests ``(X, labels)``.

The matrices come back in Fortran order: an example is then one stretch of memory, and a mini-batch of them one gather.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_mini import ShapeError
from nn.arguments import Array, columns, example, labels_in_range, matrices

if TYPE_CHECKING:
    from nn.network import Network


def training_matrices(function: str, argument: str, network: "Network", data: object) -> tuple[Array, Array]:
    """Return (X, Y) in the network's dtype.

    Raises
    ------
    ShapeError, TypeError, ValueError
        If shapes do not fit the network, entries are no floating-point numbers, or there are no examples.
    """
    if isinstance(data, tuple):
        X, Y = _two_arrays(function, argument, data, "Y")
        X, Y = matrices(function, network, X, Y, names=(f"X of {argument}", f"Y of {argument}"))
        return np.asfortranarray(X), np.asfortranarray(Y)
    pairs = _pairs(function, argument, data)
    X_rows = np.empty((len(pairs), network.sizes[0]), network.dtype)
    Y_rows = np.empty((len(pairs), network.sizes[-1]), network.dtype)
    for k, (x, y) in enumerate(pairs):
        names = (f"{argument}[{k}][0]", f"{argument}[{k}][1]")
        checked_x, checked_y = example(function, network, x, y, names=names)
        X_rows[k], Y_rows[k] = checked_x[:, 0], checked_y[:, 0]
    return X_rows.T, Y_rows.T


def test_matrices(function: str, argument: str, network: "Network", data: object) -> tuple[Array, Array]:
    """Return (X, labels): X finite and in the network's dtype, labels integers that each name an output.

    Raises
    ------
    ShapeError, TypeError, ValueError
        As for training data; also for labels that are no integers or out of range, and for nan in X.
    """
    X, labels = (_test_arrays if isinstance(data, tuple) else _test_pairs)(function, argument, network, data)
    finite = np.isfinite(X).all(axis=0)
    if not finite.all():
        raise ValueError(f"{function}: example {int(np.argmin(finite))} of {argument} holds nan or inf")
    return X, labels


def _test_arrays(function: str, argument: str, network: "Network", data: Any) -> tuple[Array, Array]:
    X, given = _two_arrays(function, argument, data, "labels")
    X = columns(function, f"X of {argument}", X, network.sizes[0], network.dtype)
    labels = _label_vector(function, f"labels of {argument}", network.sizes[-1], given)
    if labels.size != X.shape[1]:
        raise ShapeError(
            f"{function}: X of {argument} has shape {X.shape}, its labels {np.shape(given)}: "
            f"{X.shape[1]} ≠ {labels.size} examples"
        )
    if labels.size == 0:
        raise ValueError(f"{function}: {argument} has no examples")
    return np.asfortranarray(X), labels


def _test_pairs(function: str, argument: str, network: "Network", data: Any) -> tuple[Array, Array]:
    pairs = _pairs(function, argument, data)
    X_rows = np.empty((len(pairs), network.sizes[0]), network.dtype)
    labels = np.empty(len(pairs), np.intp)
    for k, (x, given) in enumerate(pairs):
        name = f"{argument}[{k}][0]"
        checked_x = columns(function, name, x, network.sizes[0], network.dtype, m="1")
        if checked_x.shape[1] != 1:
            raise ShapeError(f"{function}: {name} has shape {checked_x.shape}; one example is ({len(checked_x)}, 1)")
        X_rows[k] = checked_x[:, 0]
        labels[k] = _label(function, f"{argument}[{k}][1]", network.sizes[-1], given)
    return X_rows.T, labels


def _two_arrays(function: str, argument: str, data: tuple[Any, ...], second: str) -> tuple[Any, Any]:
    if len(data) != 2 or not all(isinstance(part, np.ndarray) for part in data):
        kinds = ", ".join(type(part).__name__ for part in data[:3]) + (", …" if len(data) > 3 else "")
        raise TypeError(
            f"{function}: {argument} is a tuple ({kinds}); a tuple must be the arrays (X, {second}), one column per "
            "example. Pairs belong in a list"
        )
    return data[0], data[1]


def _pairs(function: str, argument: str, data: object) -> list[Any]:
    # A zip, which Python-3 versions of the book's loader return, is welcome too.
    if isinstance(data, str | bytes | Mapping | np.ndarray) or not isinstance(data, Iterable):
        raise TypeError(
            f"{function}: {argument} must be a list of pairs or a tuple of two arrays, not a {type(data).__name__}"
        )
    pairs = list(data)
    if not pairs:
        raise ValueError(f"{function}: {argument} is empty")
    for k, pair in enumerate(pairs):
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise TypeError(
                f"{function}: {argument}[{k}] must be a pair, not a {type(pair).__name__}"
                + (f" of {len(pair)}" if isinstance(pair, tuple | list) else "")
                + "; two matrices with one column per example go into a tuple (X, Y)"
            )
    return pairs


def _label(function: str, name: str, classes: int, given: object) -> int:
    """Return one label, given as an integer or as a one-hot column."""
    if isinstance(given, np.ndarray) and given.ndim == 2:
        labels = _label_vector(function, name, classes, given)
        if labels.size != 1:
            raise ShapeError(f"{function}: {name} has shape {given.shape}; one example's label is ({classes}, 1)")
        return int(labels[0])
    if isinstance(given, bool | np.bool) or not isinstance(given, int | np.integer):
        raise TypeError(f"{function}: {name} must be an integer label or a one-hot column, not {given!r}")
    labels_in_range(function, name, classes, np.array([given]))
    return int(given)


def _label_vector(function: str, name: str, classes: int, given: object) -> Array:
    """Return labels, given as integers or as one one-hot column each, as integers."""
    if not isinstance(given, np.ndarray):
        raise TypeError(f"{function}: {name} must be an array of integers, not a {type(given).__name__}")
    if given.ndim == 2:
        one_hot = given.shape[0] == classes and np.isin(given, (0, 1)).all() and (given.sum(axis=0) == 1).all()
        if not one_hot:
            raise ShapeError(
                f"{function}: {name} has shape {given.shape}; a matrix of labels must be one-hot, ({classes}, m) with "
                "a single 1 in each column. Did you forget a transpose?"
            )
        return np.asarray(np.argmax(given, axis=0))
    if given.ndim != 1:
        raise ShapeError(f"{function}: {name} has shape {given.shape}; give one integer per example, (m,)")
    if given.dtype.kind not in "iu":
        raise TypeError(f"{function}: {name} is an array of {given.dtype}; labels are integers")
    labels_in_range(function, name, classes, given)
    return given.astype(np.intp)
