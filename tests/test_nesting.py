"""Transforms of transforms: any order, captured variables, no perturbation confusion."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import Tensor, grad, gradients, hessian, hvp, jacobian, jvp, stop_gradient, value_and_grad, vjp

SETTINGS = settings(derandomize=True, deadline=None, max_examples=25)
NUMBERS = st.floats(0.4, 1.6)


def by_reverse(f):
    return grad(f)


def by_value_and_grad(f):
    return lambda x: value_and_grad(f)(x)[1]


def by_pullback(f):
    return lambda x: vjp(f, x)[1](1.0)[0]


def by_forward(f):
    return lambda x: jvp(f, (x,), (1.0,))[1]


def by_jacobian(mode):
    return lambda f: jacobian(f, mode=mode)


WAYS = {
    "grad": by_reverse,
    "value_and_grad": by_value_and_grad,
    "vjp": by_pullback,
    "jvp": by_forward,
    "jacobian forward": by_jacobian("forward"),
    "jacobian reverse": by_jacobian("reverse"),
}


@pytest.mark.parametrize("ways", list(itertools.product(WAYS, repeat=2)), ids=" of ".join)
def test_second_derivatives_every_way(ways):
    outer, inner = (WAYS[way] for way in ways)
    assert np.isclose(outer(inner(lambda x: x**4 + np.sin(x)))(1.5), 12 * 1.5**2 - np.sin(1.5), rtol=1e-13)


@pytest.mark.parametrize(
    "ways", list(itertools.product(["grad", "jvp", "vjp", "jacobian forward"], repeat=3)), ids=" of ".join
)
def test_third_derivatives_every_way(ways):
    f = lambda x: x**5 * np.exp(-x)
    for way in ways:
        f = WAYS[way](f)
    x = 1.5
    expected = np.exp(-x) * (60 * x**2 - 3 * 20 * x**3 + 3 * 5 * x**4 - x**5)
    assert np.isclose(f(x), expected, rtol=1e-12)


@pytest.mark.parametrize("order", range(1, 7))
def test_derivatives_of_high_order(order):
    f = np.exp
    for _ in range(order):
        f = grad(f)
    assert np.isclose(f(0.7), np.exp(0.7), rtol=1e-14)
    f = lambda x: 1 / x
    for _ in range(order):
        f = by_forward(f)
    assert np.isclose(f(2.0), (-1) ** order * np.prod(np.arange(1.0, order + 1)) / 2.0 ** (order + 1), rtol=1e-13)


@pytest.mark.parametrize("ways", list(itertools.product(WAYS, repeat=2)), ids=" over ".join)
def test_no_perturbation_confusion(ways):
    outer, inner = (WAYS[way] for way in ways)
    assert outer(lambda a: inner(lambda y: a * y)(1.0))(2.0) == 1
    assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(1.0) == 1
    assert outer(lambda x: x * inner(lambda y: x * y)(2.0))(3.0) == 6
    assert outer(lambda x: inner(lambda y: x)(2.0))(3.0) == 0
    assert outer(lambda x: inner(lambda y: x * x * y * y)(x))(3.0) == 6 * 3**2
    assert outer(lambda x: inner(lambda y: inner(lambda z: x * y * z)(y))(x))(5.0) == 1
    assert outer(lambda x: inner(lambda x: x**3)(x) * x)(2.0) == 9 * 2**2


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_results_are_tensors_exactly_where_something_older_is_involved(way):
    a = Tensor(3.0)
    slope = way(lambda x: a * x * x)(2.0)
    assert isinstance(slope, Tensor)
    assert gradients(slope, a) == (4,)
    slope = way(lambda x: a * x * x)(a)
    assert gradients(slope, a) == (4 * 3,)
    assert not isinstance(way(lambda x: x * x)(2.0), Tensor)
    assert not isinstance(way(lambda x: a.data * x * x)(2.0), Tensor)
    slope.backward()
    assert a.grad == 12


def test_values_of_a_nested_evaluation_are_tensors_too():
    def outer(a):
        y, slope = value_and_grad(lambda x: a * x**3)(2.0)
        z, pullback = vjp(lambda x: a * x**2, 5.0)
        w, w_dot = jvp(lambda x: a**2 * x, (3.0,), (1.0,))
        return y + 10 * slope + 100 * z + 1000 * pullback(1.0)[0] + w + w_dot

    assert grad(outer)(2.0) == 8 + 120 + 2500 + 10000 + 2 * 2 * 3 + 2 * 2


def test_a_captured_tensor_that_the_result_does_not_depend_on():
    a = Tensor(3.0)
    assert np.asarray(getattr(grad(lambda x: x * x)(2.0), "data", 4.0)) == 4
    assert gradients(grad(lambda x: x * stop_gradient(a))(2.0), a) == (0,)


@SETTINGS
@given(x=NUMBERS, a=NUMBERS)
def test_mixed_derivatives_commute(x, a):
    def f(x, a):
        return np.sin(x * a) * np.exp(-a * a) / x

    ax = grad(lambda a: grad(f, 0)(x, a))(a)
    xa = grad(lambda x: grad(f, 1)(x, a))(x)
    fa = jvp(lambda a: grad(f, 0)(x, a), (a,), (1.0,))[1]
    af = grad(lambda a: jvp(lambda x: f(x, a), (x,), (1.0,))[1])(a)
    assert np.allclose([ax, xa, fa], af, rtol=1e-11, atol=1e-13)


def test_jacobian_of_grad_and_grad_of_jacobian():
    x = np.array([0.5, 1.0, 1.5])
    M = np.arange(9.0).reshape(3, 3)
    f = lambda x: np.sum(np.tanh(M @ x) ** 2)
    for outer, inner in itertools.product(("forward", "reverse"), repeat=2):
        H = jacobian(jacobian(f, mode=inner), mode=outer)(x)
        np.testing.assert_allclose(H, hessian(f)(x), rtol=1e-10, atol=1e-14)
    trace = grad(lambda x: np.einsum("ii", jacobian(lambda x: x**3 * x[0])(x)))(x)
    by_hand = 6 * x * x[0]
    by_hand[0] += 3 * np.sum(x**2) + 3 * x[0] ** 2
    np.testing.assert_allclose(trace, by_hand, rtol=1e-12)


def test_third_order_tensors_are_symmetric():
    x = np.array([0.5, 1.0, 1.5])
    T = jacobian(hessian(lambda x: np.prod(x) * np.sum(np.sin(x))))(x)
    for axes in itertools.permutations(range(3)):
        np.testing.assert_allclose(T, T.transpose(axes), rtol=1e-12, atol=1e-12)


def test_a_step_of_gradient_descent_is_differentiable_in_its_rate():
    A, b = np.array([[2.0, 0.5], [0.5, 1.0]]), np.array([1.0, -1.0])

    def cost(x):
        return 0.5 * np.dot(x, A @ x) - np.dot(b, x)

    def after_two_steps(eta, x):
        for _ in range(2):
            x = x - eta * grad(cost)(x)
        return cost(x)

    def by_hand(eta):
        return after_two_steps(eta, np.array([3.0, -2.0]))

    eta, h = 0.1, 1e-6
    slope = grad(after_two_steps)(eta, np.array([3.0, -2.0]))
    assert np.isclose(slope, (by_hand(eta + h) - by_hand(eta - h)) / (2 * h), rtol=1e-7)


def test_hvp_inside_grad():
    x, v = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    g = grad(lambda x: np.dot(v, hvp(lambda x: np.sum(x**4))(x, v)))(x)
    np.testing.assert_allclose(g, 24 * x * v**2)
    g = grad(lambda v: np.dot(v, hvp(lambda x: np.sum(x**4))(x, v)))(v)
    np.testing.assert_allclose(g, 24 * x**2 * v)


def test_a_pullback_used_inside_a_later_transform():
    y, pullback = vjp(lambda x: x**3, 2.0)
    assert y == 8
    assert grad(lambda s: pullback(s)[0] ** 2)(1.0) == 2 * 12**2
    assert grad(lambda x: vjp(lambda x: x**3, x)[1](x)[0])(2.0) == 9 * 2**2


def test_a_tensor_from_outside_as_the_differentiated_argument():
    t = Tensor([1.0, 2.0])
    y = t * 3
    g = grad(lambda x: np.sum(x**2))(y)
    assert isinstance(g, Tensor)
    assert g.tolist() == [6, 12]
    assert gradients(np.sum(g), t)[0].tolist() == [6, 6]
    g = grad(lambda x: np.sum(x * y))(y)
    assert g.tolist() == [3, 6]
    assert t.grad is None


def test_intermediate_results_of_the_outer_function_may_be_captured():
    def outer(a):
        b = a * a
        inner = grad(lambda x: b * np.sin(x * a))
        return inner(2.0) + b

    a, h = 1.3, 1e-5
    closed = lambda a: a**3 * np.cos(2 * a) + a * a
    assert np.isclose(outer(a), closed(a))
    assert np.isclose(grad(outer)(a), (closed(a + h) - closed(a - h)) / (2 * h), rtol=1e-8)


def test_derivatives_inside_a_selection():
    f = lambda x: np.where(x > 1, grad(lambda y: y**3)(x), x)
    assert grad(f)(2.0) == 12
    assert grad(f)(0.5) == 1


def test_a_failing_inner_transform_leaves_the_outer_one_usable():
    def outer(x):
        with pytest.raises(ZeroDivisionError):
            grad(lambda y: y * x + 1 / 0)(1.0)
        return x * grad(lambda y: y * x)(1.0)

    assert grad(outer)(3.0) == 6
