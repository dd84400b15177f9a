"""The ways to call a function that small frameworks get wrong: values as NumPy's, derivatives against differences."""

import numpy as np
import pytest

from autograd_mini import Tensor, grad, gradients, jvp, vjp

RNG = np.random.default_rng(20240607)
A, B, C = RNG.uniform(0.5, 2, (2, 3)), RNG.uniform(0.5, 2, (3, 4)), RNG.uniform(0.5, 2, (5, 2, 3))
V, S = RNG.uniform(0.5, 2, 3), RNG.uniform(0.5, 2, (3, 3))
MASK = np.array([[True, False, True], [True, True, False]])


def prove(f, *arrays):
    """Value and dtype are NumPy's; reverse mode agrees with differences, forward with reverse; inputs stay as they were."""
    arrays = [np.asarray(array) for array in arrays]
    originals = [array.copy() for array in arrays]
    expected = f(*arrays)
    y, pullback = vjp(f, *arrays)
    assert np.shape(y) == np.shape(expected)
    assert np.asarray(y).dtype == np.asarray(expected).dtype
    np.testing.assert_allclose(y, expected, rtol=1e-13, atol=1e-300)
    y_bar = np.cos(np.arange(np.size(y)) + 0.5).reshape(np.shape(y))
    bars = pullback(y_bar)
    h = 1e-6
    forward = reverse = 0.0
    for i, (x, bar) in enumerate(zip(arrays, bars, strict=True)):
        assert np.shape(bar) == x.shape
        dot = np.sin(np.arange(x.size) + 1.0).reshape(x.shape)
        ahead, behind = ([*arrays[:i], x + s * h * dot, *arrays[i + 1 :]] for s in (1, -1))
        slope = np.sum(y_bar * (f(*ahead) - f(*behind))) / (2 * h)
        np.testing.assert_allclose(np.sum(bar * dot), slope, rtol=1e-6, atol=1e-8)
        dots = [dot if k == i else np.zeros_like(other) for k, other in enumerate(arrays)]
        forward += np.sum(y_bar * jvp(f, arrays, dots)[1])
        reverse += np.sum(bar * dot)
    np.testing.assert_allclose(forward, reverse, rtol=1e-11, atol=1e-12)
    for array, original in zip(arrays, originals, strict=True):
        np.testing.assert_array_equal(array, original)


REDUCTIONS = {
    "sum of a number": (np.sum, 2.0),
    "sum of a number, axis=0": (lambda x: np.sum(x, axis=0), 2.0),
    "sum of a number, axis=-1, keepdims": (lambda x: np.sum(x, axis=-1, keepdims=True), 2.0),
    "sum by position": (lambda x: np.sum(x * x, 0, None, None, True), A),
    "sum over two axes": (lambda x: np.sum(x * x, (-1, 0)), C),
    "sum over no axis": (lambda x: np.sum(x * x, ()), A),
    "sum with initial": (lambda x: np.sum(x, initial=5), A),
    "sum with initial and where": (lambda x: np.sum(x, axis=1, initial=5.0, where=MASK), A),
    "sum with a broadcast where": (lambda x: np.sum(x * x, where=[True, False, True]), A),
    "sum where nothing": (lambda x: np.sum(x * x, where=False), A),
    "sum where everything": (lambda x: np.sum(x * x, where=True), A),
    "add.reduce": (lambda x: np.add.reduce(x * x), A),
    "add.reduce over all": (lambda x: np.add.reduce(x * x, axis=None, keepdims=True), A),
    "multiply.reduce": (lambda x: np.multiply.reduce(x, 1, initial=2.0), A),
    "maximum.reduce": (lambda x: np.maximum.reduce(x, axis=1), A),
    "minimum.reduce": (lambda x: np.minimum.reduce(x), A),
    "mean": (lambda x: np.mean(x * x, 1, keepdims=True), A),
    "mean with where": (lambda x: np.mean(x * x, axis=0, where=MASK[:, :1] | MASK), A),
    "mean of nothing reduced": (lambda x: np.mean(x * x, axis=()), A),
    "max with initial": (lambda x: np.max(x, axis=0, initial=1.2), A),
    "max with where": (lambda x: np.max(x, 1, None, False, 0.0, MASK), A),
    "min of a number": (np.min, 2.0),
    "prod over two axes": (lambda x: np.prod(x, axis=(0, 2), keepdims=True), C),
    "prod with initial and where": (lambda x: np.prod(x, initial=3.0, where=MASK), A),
    "prod of one": (lambda x: np.prod(x, axis=0), [[2.0, 3.0]]),
    "var by position": (lambda x: np.var(x, 0, None, None, 1), A),
    "var with correction": (lambda x: np.var(x, axis=1, correction=1), A),
    "var with where": (lambda x: np.var(x, axis=1, where=MASK, ddof=0.5, keepdims=True), A),
    "var over no axis": (lambda x: np.var(x, axis=()), A),
    "std over two axes": (lambda x: np.std(x, axis=(0, -1), ddof=1), C),
    "std with where": (lambda x: np.std(x, where=MASK), A),
    "a numpy integer as axis": (lambda x: np.max(x, axis=np.int64(1)) * np.sum(x, axis=np.int8(-1)), A),
    "norm": (np.linalg.norm, A),
    "norm of three axes": (np.linalg.norm, C),
    "norm along an axis": (lambda x: np.linalg.norm(x, 3, -1, True), A),
    "norm of half order": (lambda x: np.linalg.norm(x, 0.5, axis=0), A),
    "norm of negative order": (lambda x: np.linalg.norm(x, -2, axis=1), A),
    "norm fro": (lambda x: np.linalg.norm(x, "fro", axis=(2, 0), keepdims=True), C),
    "norm 1 of matrices": (lambda x: np.linalg.norm(x, 1, axis=(1, 2)), C),
    "norm -1": (lambda x: np.linalg.norm(x, -1), A),
    "norm inf, keepdims": (lambda x: np.linalg.norm(x, np.inf, keepdims=True), A),
    "norm -inf over swapped axes": (lambda x: np.linalg.norm(x, -np.inf, axis=(2, 0)), C),
    "norm of an axis in a tuple": (lambda x: np.linalg.norm(x, axis=(1,)), A),
}

PRODUCTS = {
    "matmul 2, 2": (np.matmul, A, B),
    "matmul 1, 1": (np.matmul, V, V + 1),
    "matmul 1, 2": (np.matmul, V, B),
    "matmul 2, 1": (np.matmul, A, V),
    "matmul 3, 2": (np.matmul, C, B),
    "matmul 3, 1": (np.matmul, C, V),
    "matmul 1, 3": (np.matmul, V[:2], C),
    "matmul 2, 3": (np.matmul, A[:, :2], C),
    "matmul of broadcast batches": (np.matmul, C[:, None, :, :], np.stack([B, B + 1, B + 2])),
    "matmul of one-sized batches": (np.matmul, C, B[None]),
    "matmul of a matrix with itself transposed": (lambda a: a @ a.T, A),
    "dot 0, 2": (np.dot, 2.0, A),
    "dot 2, 0": (np.dot, A, 2.0),
    "dot 0, 0": (np.dot, 3.0, 2.0),
    "dot 1, 1": (np.dot, V, V + 1),
    "dot 3, 1": (np.dot, C, V),
    "dot 1, 3": (np.dot, V[:2], C),
    "dot 3, 3": (np.dot, C, RNG.normal(size=(4, 3, 2))),
    "dot 2, 4": (np.dot, A, RNG.normal(size=(2, 2, 3, 2))),
    "outer of matrices": (np.outer, A, B[0]),
    "outer of numbers": (np.outer, 2.0, 3.0),
    "tensordot 2": (np.tensordot, A, A + 1),
    "tensordot 0": (lambda a, b: np.tensordot(a, b, 0), A, V),
    "tensordot of axes": (lambda a, b: np.tensordot(a, b, axes=([2, 0], [1, 0])), C, RNG.normal(size=(5, 3, 2))),
    "tensordot of negative axes": (lambda a, b: np.tensordot(a, b, axes=(-1, 0)), C, B),
    "tensordot of an array of axes": (lambda a, b: np.tensordot(a, b, axes=np.array([[1], [0]])), A, B),
    "einsum ii": (lambda a: np.einsum("ii", a), S),
    "einsum ii->i": (lambda a: np.einsum("ii->i", a), S),
    "einsum iii": (lambda a: np.einsum("iii->i", a), RNG.normal(size=(2, 2, 2))),
    "einsum iij,j->i": (lambda a, b: np.einsum("iij,j->i", a, b), RNG.normal(size=(2, 2, 3)), V),
    "einsum ij,ji implicit": (lambda a, b: np.einsum("ij,ji", a, b), A, A.T),
    "einsum implicit order": (lambda a: np.einsum("ba", a), A),
    "einsum implicit capitals": (lambda a, b: np.einsum("bA,Ac", a, b), A, B),
    "einsum with spaces": (lambda a, b: np.einsum(" i j , j -> i ", a, b), A, V),
    "einsum ellipsis": (lambda a, b: np.einsum("...ij,jk->...ik", a, b), C, B),
    "einsum implicit ellipsis": (lambda a, b: np.einsum("i...,...j", a, b), A, S),
    "einsum ellipses of different length": (lambda a, b: np.einsum("...j,...j->...", a, b), C, A),
    "einsum ellipsis of nothing": (lambda a: np.einsum("...i->i...", a), V),
    "einsum broadcast": (lambda a, b: np.einsum("ij,ij->i", a, b), A[:, :1], A),
    "einsum broadcast, kept": (lambda a, b: np.einsum("ij,ij->ij", a, b), A[:1], A),
    "einsum broadcast ellipsis": (lambda a, b: np.einsum("...i,...i->...i", a, b), C[:, :1], A),
    "einsum summed before": (lambda a, b: np.einsum("ij,k->k", a, b), A, V),
    "einsum of three": (lambda a, b, c: np.einsum("ij,jk,i->k", a, b, c), A, B, A[:, 0]),
    "einsum to a number": (lambda a, b: np.einsum("i,i->", a, b), V, V + 1),
    "einsum of a number": (lambda a, b: np.einsum(",i->i", a, b), 2.0, V),
    "einsum optimize": (lambda a, b, c: np.einsum("ij,jk,kl->il", a, b, c, optimize="greedy"), A, B, B.T),
    "einsum optimize=path": (
        lambda a, b, c: np.einsum("ij,jk,kl->il", a, b, c, optimize=["einsum_path", (1, 2), (0, 1)]),
        A,
        B,
        B.T,
    ),
    "einsum sublists": (lambda a, b: np.einsum(a, [0, 1], b, [1, 2], [2, 0]), A, B),
    "einsum sublists, implicit": (lambda a, b: np.einsum(a, [3, 1], b, [1, 2]), A, B),
    "einsum sublists beyond 26": (lambda a: np.einsum(a, [0, 26]), A),
    "einsum sublists with ellipsis": (lambda a, b: np.einsum(a, [Ellipsis, 1], b, [1, 2], [Ellipsis, 2]), C, B),
    "einsum of the same twice": (lambda a: np.einsum("ij,ij->i", a, a), A),
}

INDEXING = {
    "a number": 1,
    "a negative number": -1,
    "a numpy integer": np.int64(1),
    "a 0-d array": np.array(1),
    "a slice": slice(None, None, -2),
    "an empty slice": slice(3, 1),
    "None": None,
    "an ellipsis": Ellipsis,
    "an ellipsis of nothing": (0, 1, 2, Ellipsis),
    "an empty tuple": (),
    "all numbers": (1, 0, 2),
    "repeated": [0, 0, 4, -1],
    "an empty list": [],
    "an empty array": np.array([], dtype=int),
    "a matrix of indices": np.array([[0, 1], [1, 1]]),
    "mixed with slices": (slice(1, 3), [0, 1, 0]),
    "separated by a slice": ([0, 1], slice(None), [2, 2]),
    "separated by None": ([0, 1], None, [1, 1]),
    "separated by an ellipsis": ([4, 4], Ellipsis, [0, 2]),
    "with a number": (1, slice(None), [0, 0]),
    "broadcast indices": (np.array([[0], [2]]), np.array([0, 1])),
    "a boolean row": np.array([True, False, True, False, True]),
    "a list of booleans": [True, False, True, False, True],
    "a boolean block": (slice(None), MASK),
    "a full boolean": np.random.default_rng(0).random((5, 2, 3)) > 0.5,
    "nothing true": np.zeros((5, 2, 3), bool),
    "booleans and integers": (np.array([True, False, False, False, True]), [0, 1]),
    "True": True,
    "False": False,
    "numpy True": np.True_,
    "small unsigned": np.array([0, 3], dtype=np.uint8),
}

MOVES = {
    "reshape by name": (lambda x: np.reshape(x, shape=(3, 2)), A),
    "reshape -1": (lambda x: np.reshape(x, (2, -1)), C),
    "reshape in Fortran order": (lambda x: np.reshape(x, (3, 2), "F"), A),
    "reshape to ()": (lambda x: np.reshape(x, ()), [[2.0]]),
    "ravel F": (lambda x: np.ravel(x, order="F"), A),
    "transpose with negative axes": (lambda x: np.transpose(x, (-1, 0, 1)), C),
    "transpose of a vector": (np.transpose, V),
    "squeeze of one axis": (lambda x: np.squeeze(x, axis=(0, -1)), A[None, ..., None]),
    "squeeze of a number": (np.squeeze, 2.0),
    "expand_dims at several": (lambda x: np.expand_dims(x, (0, -1, 2)), A),
    "broadcast_to": (lambda x: np.broadcast_to(x, (4, 2, 3)), A[:, :1]),
    "broadcast_to an int": (lambda x: np.broadcast_to(x, 3), 2.0),
    "broadcast to nothing": (lambda x: np.broadcast_to(x, (0, 3)), V),
    "concatenate": (lambda x, y: np.concatenate((x, y), 1), A, B[:2]),
    "concatenate flattened": (lambda x, y: np.concatenate([x, y], axis=None), A, V),
    "concatenate with constants": (lambda x: np.concatenate([[1.0, 2.0], x, np.ones(2), x]), V),
    "concat": (lambda x: np.concat([x, x], axis=-1), A),
    "concatenate of an empty part": (lambda x: np.concatenate([x, np.ones((0, 3))]), A),
    "stack at the end": (lambda x, y: np.stack([x, y, x], axis=-1), A, A + 1),
    "stack of numbers": (lambda x, y: np.stack([x, 1.0, y]), 2.0, 3.0),
    "stack of a generator's list": (lambda x: np.stack([row * k for k, row in enumerate(x)]), A),
    "where with broadcast branches": (lambda x, y: np.where(MASK, x, y), V, A[:, :1]),
    "where with a broadcast condition": (lambda x, y: np.where([[True], [False]], x, y), V, 2.0),
    "where of a number": (lambda x: np.where(True, x, 0.0), 2.0),
    "maximum of broadcasts": (np.maximum, A, V),
    "arithmetic of broadcasts": (lambda x, y: x * y - y / x + x**y, A[:, :1], V),
    "an array of shape (1,) and a number": (lambda x, y: x * y, [2.0], 3.0),
    "power by integer arrays": (lambda x: x ** np.array([0, 1, 2]) + x ** np.array([3], np.uint8), A),
    "subtract from booleans": (lambda x: MASK - x, A),
    "integers divided": (lambda x: np.arange(1, 4) / x + x / np.arange(1, 4), A),
}


@pytest.mark.parametrize("case", REDUCTIONS.values(), ids=REDUCTIONS)
def test_reductions(case):
    prove(*case)


@pytest.mark.parametrize("case", PRODUCTS.values(), ids=PRODUCTS)
def test_products(case):
    prove(*case)


@pytest.mark.parametrize("case", MOVES.values(), ids=MOVES)
def test_moves(case):
    prove(*case)


@pytest.mark.parametrize("key", INDEXING.values(), ids=INDEXING)
def test_indexing(key):
    prove(lambda x: x[key] ** 2, C)
    prove(lambda x: (x * 1).at[key].multiply(3.0) if isinstance(x, Tensor) else _multiplied(x, key), C)


def _multiplied(x, key):
    x = x.copy()
    x[key] = x[key] * 3
    return x


@pytest.mark.parametrize(
    "layout", [np.asfortranarray, lambda x: x[::-1, ::-1], lambda x: np.repeat(x, 2, 1)[:, ::2], lambda x: x.T.copy().T]
)
@pytest.mark.parametrize(
    "f",
    [
        lambda x: x @ B,
        lambda x: np.reshape(x, (3, 2)),
        lambda x: np.ravel(x, "F"),
        lambda x: x[:, [0, 0, 2]],
        lambda x: np.sum(x * x, axis=1, where=MASK),
        lambda x: np.prod(x, axis=0),
        lambda x: np.max(x, axis=1),
        lambda x: np.einsum("ij,ij->j", x, x),
    ],
)
def test_memory_layouts(layout, f):
    x = layout(A)
    prove(f, x)
    np.testing.assert_array_equal(
        grad(lambda x: np.sum(f(x)))(x), grad(lambda x: np.sum(f(x)))(np.ascontiguousarray(x))
    )


EMPTY = {
    "sum": np.sum,
    "sum along": lambda x: np.sum(x, axis=0),
    "prod": np.prod,
    "prod along 0": lambda x: np.prod(x, axis=0),
    "prod along 1": lambda x: np.prod(x, axis=1),
    "prod with where": lambda x: np.prod(x, axis=1, where=x > 0),
    "max with initial": lambda x: np.max(x, initial=0.0),
    "max along 1": lambda x: np.max(x, axis=1) if x.shape[1] else x,
    "mean along 1": lambda x: np.mean(x, axis=1) if x.shape[1] else x,
    "var along 1": lambda x: np.var(x, axis=1) if x.shape[1] else x,
    "norm": np.linalg.norm,
    "norm along": lambda x: np.linalg.norm(x, axis=0),
    "matmul": lambda x: x @ x.T,
    "matmul the other way": lambda x: x.T @ x,
    "dot": lambda x: np.dot(x, x.T),
    "einsum": lambda x: np.einsum("ij,ij->j", x, x),
    "einsum to a number": lambda x: np.einsum("ij,ij", x, x),
    "outer": lambda x: np.outer(x, x),
    "tensordot": lambda x: np.tensordot(x, x),
    "tensordot 1": lambda x: np.tensordot(x, x.T, 1),
    "tensordot 0": lambda x: np.tensordot(x, x, 0),
    "tanh": lambda x: np.tanh(x) * x / (1 + x * x),
    "where": lambda x: np.where(x > 0, x, -x),
    "maximum": lambda x: np.maximum(x, 0),
    "reshape": lambda x: x.reshape(0, 7),
    "concatenate": lambda x: np.concatenate([x, x]),
    "stack": lambda x: np.stack([x, x]),
    "index": lambda x: x[:0],
    "boolean index": lambda x: x[x > 0],
    "broadcast": lambda x: np.broadcast_to(x, (2, *x.shape)),
    "repeat": lambda x: np.repeat(x, 2, axis=0),
}


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)], ids=str)
@pytest.mark.parametrize("f", EMPTY.values(), ids=EMPTY)
def test_empty_arrays(f, shape):
    x = np.ones(shape)
    assert np.shape(vjp(f, x)[0]) == np.shape(f(x))
    g = grad(lambda x: np.sum(f(x)))(x)
    assert (g.shape, g.dtype) == (shape, x.dtype)
    assert jvp(f, (x,), (x,))[1].shape == np.shape(f(x))
    assert grad(lambda x: np.sum(grad(lambda x: np.sum(f(x)))(x)))(x).shape == shape


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("f", [np.mean, np.var, np.std])
def test_statistics_of_nothing(f):
    assert grad(f)(np.ones(0)).shape == (0,)
    assert grad(lambda x: np.sum(f(x, axis=0)))(np.ones((0, 2))).shape == (0, 2)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "f", [lambda x: np.mean(x, where=False), lambda x: np.var(x, ddof=3), lambda x: np.var(x, ddof=5)]
)
def test_too_few_entries_give_what_numpy_gives(f):
    x = np.array([1.0, 2.0, 4.0])
    np.testing.assert_array_equal(vjp(f, x)[0], f(x))
    assert grad(f)(x).shape == (3,)


def test_inputs_of_kwargs_may_be_tensors_where_they_carry_numbers():
    t, initial = Tensor([1.0, 2.0]), Tensor(3.0)
    assert gradients(np.sum(t * t, initial=initial), t, initial)[1] == 1
    t_bar, initial_bar = gradients(np.prod(t, initial=initial), t, initial)
    assert t_bar.tolist() == [6, 3]
    assert initial_bar == 2
    assert gradients(np.max(t, initial=initial), t, initial)[1] == 1
