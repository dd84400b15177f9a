"""`checkpoint` gives the same derivatives and keeps less; `has_aux` and `elementwise_grad` do what they say."""

import tracemalloc

import numpy as np
import pytest

from autograd_mini import (
    ShapeError,
    Tensor,
    UnsupportedError,
    checkpoint,
    elementwise_grad,
    grad,
    hessian,
    jvp,
    tree,
    value_and_grad,
    vjp,
)

X, Y = np.array([0.3, -0.7, 1.1]), np.array([0.5, 0.2, -0.4])


def block(x, y):
    return np.sin(x) * y, {"total": np.sum(x * y)}


def cost(block):
    def evaluate(x, y):
        products, sums = block(x, y)
        return np.sum(products**2) * sums["total"]

    return evaluate


DERIVATIVES = {
    "value and gradient": lambda f: value_and_grad(f, (0, 1))(X, Y),
    "forward": lambda f: jvp(f, (X, Y), (Y, X)),
    "reverse": lambda f: vjp(f, X, Y)[1](1.5),
    "hessian": lambda f: hessian(f)(X, Y),
    "reverse over reverse": lambda f: grad(lambda x: np.sum(grad(f)(x, Y) ** 2))(X),
    "one argument": lambda f: grad(f, 1)(X, Y),
}


@pytest.mark.parametrize("derivative", DERIVATIVES)
def test_a_checkpoint_has_the_same_derivatives(derivative):
    compute = DERIVATIVES[derivative]
    expected, actual = tree.leaves(compute(cost(block))), tree.leaves(compute(cost(checkpoint(block))))
    for a, b in zip(actual, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)


def test_a_checkpoint_inside_a_checkpoint():
    inner = checkpoint(np.sin)
    outer = checkpoint(lambda x: inner(inner(x)))
    assert grad(grad(outer))(0.4) == pytest.approx(grad(grad(lambda x: np.sin(np.sin(x))))(0.4), rel=1e-14)


def test_a_checkpoint_on_arrays_is_the_function():
    assert checkpoint(np.sin)(0.5) == np.sin(0.5)


def test_a_checkpoint_works_on_complex_numbers():
    f = lambda z: np.sum(np.abs(z * z))
    z = X + 1j * Y
    np.testing.assert_allclose(grad(lambda z: checkpoint(f)(z) * 2)(z), grad(lambda z: f(z) * 2)(z), rtol=1e-14)


def _peak(f, x):
    tracemalloc.start()
    grad(f)(x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_a_checkpoint_keeps_nothing_in_between():
    def many(x):
        for _ in range(20):
            x = np.sin(x)
        return x

    def chain(step):
        def evaluate(x):
            for _ in range(20):
                x = step(x)
            return np.sum(x)

        return evaluate

    x = np.linspace(0, 1, 2000)
    assert _peak(chain(checkpoint(many)), x) < _peak(chain(many), x) / 4


def test_a_tensor_that_is_not_an_argument_is_refused():
    w = Tensor(2.0)
    with pytest.raises(UnsupportedError, match="not an argument"):
        grad(checkpoint(lambda x: x * w))(1.0)


def test_a_result_without_derivative_is_refused():
    with pytest.raises(UnsupportedError, match="floating point"):
        grad(lambda x: checkpoint(lambda x: (x, x > 0))(x)[0])(1.0)


def test_aux_comes_back_plain_beside_each_derivative():
    f = lambda x: (np.sum(x * x), {"doubled": 2 * x, "note": "kept"})
    (y, aux), gradient = value_and_grad(f, has_aux=True)(X)
    assert y == np.sum(X * X)
    assert aux["note"] == "kept"
    assert type(aux["doubled"]) is np.ndarray
    np.testing.assert_array_equal(gradient, 2 * X)
    np.testing.assert_array_equal(grad(f, has_aux=True)(X)[0], 2 * X)
    assert vjp(f, X, has_aux=True)[2]["note"] == "kept"
    _, y_dot, aux = jvp(f, (X,), (Y,), has_aux=True)
    assert y_dot == pytest.approx(2 * X @ Y)
    np.testing.assert_array_equal(aux["doubled"], 2 * X)


def test_aux_of_a_nested_transform_keeps_its_gradient():
    inner = lambda w: grad(lambda x: (x * x * w, x * w), has_aux=True)(3.0)[1]
    assert grad(inner)(2.0) == 3.0


def test_aux_wants_a_pair():
    with pytest.raises(TypeError, match=r"pair \(y, aux\)"):
        grad(lambda x: x, has_aux=True)(1.0)


def test_elementwise_grad_is_the_derivative_entry_by_entry():
    np.testing.assert_allclose(elementwise_grad(np.sin)(X), np.cos(X))
    np.testing.assert_allclose(elementwise_grad(elementwise_grad(np.sin))(X), -np.sin(X))
    np.testing.assert_allclose(elementwise_grad(np.power, 1)(2.0, 3.0), 8 * np.log(2))
    assert elementwise_grad(np.floor)(X).tolist() == [0, 0, 0]


def test_elementwise_grad_of_holomorphic_functions():
    z = X + 1j * Y
    np.testing.assert_allclose(elementwise_grad(np.exp, holomorphic=True)(z), np.exp(z))
    with pytest.raises(TypeError, match="holomorphic=True"):
        elementwise_grad(np.exp)(z)
    with pytest.raises(TypeError, match="complex arguments"):
        elementwise_grad(np.exp, holomorphic=True)(X)


def test_elementwise_grad_refuses_what_is_not_entry_by_entry():
    with pytest.raises(ShapeError, match="jacobian"):
        elementwise_grad(np.sum)(X)
    with pytest.raises(TypeError, match="one array"):
        elementwise_grad(lambda pair: pair[0])([X, Y])
