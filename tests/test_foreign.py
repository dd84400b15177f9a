"""Any array that speaks NumPy's protocols may sit inside a Tensor: rules follow it to where it lives."""

import numpy as np
import pytest

from autograd_mini import Tensor, grad, hvp, jvp, tree, value_and_grad

dask = pytest.importorskip("dask", reason="dask is not installed")
da = pytest.importorskip("dask.array", reason="dask.array is not installed")

RNG = np.random.default_rng(0)
X, Y = RNG.random((64, 100)), RNG.random((10, 100))
PARAMETERS = [
    {"W": RNG.standard_normal((30, 64)), "b": RNG.standard_normal((30, 1))},
    {"W": RNG.standard_normal((10, 30)), "b": RNG.standard_normal((10, 1))},
]


def cost(parameters, X, Y):
    """The book's cost, in plain NumPy."""
    a = X
    for layer in parameters:
        a = 1.0 / (1.0 + np.exp(-(layer["W"] @ a + layer["b"])))
    return np.sum((a - Y) ** 2) / (2 * X.shape[1])


def chunked(array):
    """Its columns, the examples, in four chunks."""
    return da.from_array(array, chunks=(array.shape[0], 25))


def test_the_books_cost_over_chunks_of_examples_has_numpys_value_and_gradient():
    expected_value, expected = value_and_grad(cost)(PARAMETERS, X, Y)
    value, gradient = value_and_grad(cost)(PARAMETERS, chunked(X), chunked(Y))
    assert isinstance(value, da.Array), "nothing is computed before it is asked for"
    assert all(isinstance(g, da.Array) for g in tree.leaves(gradient))
    np.testing.assert_allclose(value.compute(), expected_value, rtol=1e-14)
    for actual, wanted in zip(dask.compute(*tree.leaves(gradient)), tree.leaves(expected), strict=True):
        np.testing.assert_allclose(actual, wanted, rtol=1e-12, atol=1e-16)


def test_a_dask_array_may_be_the_variable():
    t = Tensor(chunked(X))
    y = np.sum(np.exp(t) * t)
    assert isinstance(y.data, da.Array)
    y.backward()
    np.testing.assert_allclose(t.grad.compute(), np.exp(X) * (X + 1), rtol=1e-13)
    np.testing.assert_allclose(
        grad(lambda x: np.mean(x**2, axis=1).sum())(chunked(X)).compute(), 2 * X / 100, rtol=1e-13
    )


def test_forward_mode_and_second_order_on_dask_arrays():
    f = lambda x: np.sum(np.sin(x) * x)
    x, v = chunked(X), chunked(np.ones_like(X))
    np.testing.assert_allclose(jvp(f, (x,), (v,))[1].compute(), np.sum(np.cos(X) * X + np.sin(X)), rtol=1e-12)
    np.testing.assert_allclose(hvp(f)(x, v).compute(), 2 * np.cos(X) - np.sin(X) * X, rtol=1e-12)


def test_selections_on_dask_arrays():
    f = lambda x: np.sum(np.where(x > 0.5, np.log(x - 0.5), 0))
    with np.errstate(all="ignore"):
        gradient = grad(f)(chunked(X)).compute()
    np.testing.assert_allclose(gradient[X > 0.5], 1 / (X[X > 0.5] - 0.5), rtol=1e-12)
    assert not gradient[X <= 0.5].any()


def test_cupy_arrays_stay_on_the_gpu():
    cupy = pytest.importorskip("cupy", reason="CuPy is not installed")
    try:
        cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError:
        pytest.skip("no GPU")
    value, gradient = value_and_grad(cost)(tree.map_leaves(cupy.asarray, PARAMETERS), cupy.asarray(X), cupy.asarray(Y))
    expected_value, expected = value_and_grad(cost)(PARAMETERS, X, Y)
    assert isinstance(value, (cupy.ndarray, cupy.generic))
    np.testing.assert_allclose(float(value), expected_value, rtol=1e-12)
    for actual, wanted in zip(tree.leaves(gradient), tree.leaves(expected), strict=True):
        np.testing.assert_allclose(cupy.asnumpy(actual), wanted, rtol=1e-10, atol=1e-14)
