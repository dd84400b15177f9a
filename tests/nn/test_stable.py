"""logsumexp, softmax and softplus: right where the naive formula is, and where it overflows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import check_gradients, elementwise_grad, grad, hessian, jacobian
from nn import logsumexp, sigmoid, softmax, softplus

X = np.array([[0.3, -1.2, 2.0], [1.1, 0.4, -0.7]])


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1)])
def test_values_are_those_of_the_naive_formula(axis):
    np.testing.assert_allclose(logsumexp(X, axis=axis), np.log(np.sum(np.exp(X), axis=axis)), rtol=1e-14)
    np.testing.assert_allclose(
        softmax(X, axis=axis), np.exp(X) / np.sum(np.exp(X), axis=axis, keepdims=True), rtol=1e-14
    )
    np.testing.assert_allclose(softplus(X), np.log(1 + np.exp(X)), rtol=1e-14)


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_derivatives_to_second_order(axis):
    check_gradients(lambda x: logsumexp(x, axis=axis), X)
    check_gradients(lambda x: logsumexp(x, axis=axis, keepdims=True), X)
    check_gradients(lambda x: softmax(x, axis=axis), X)
    check_gradients(softplus, X)


def test_the_derivative_of_logsumexp_is_softmax_and_of_softplus_the_sigmoid():
    np.testing.assert_allclose(grad(logsumexp)(X), softmax(X), rtol=1e-14)
    np.testing.assert_allclose(elementwise_grad(softplus)(X), sigmoid(X), rtol=1e-14)
    p = softmax(X[0])
    np.testing.assert_allclose(jacobian(softmax)(X[0]), np.diag(p) - np.outer(p, p), atol=1e-15)
    np.testing.assert_allclose(hessian(logsumexp)(X[0]), np.diag(p) - np.outer(p, p), atol=1e-15)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=6))
def test_no_overflow_and_shares_that_sum_to_one(values):
    x = np.array(values)
    assert np.max(x) <= logsumexp(x) <= np.max(x) + np.log(len(x)) + 1e-9
    assert np.sum(softmax(x)) == pytest.approx(1)
    assert np.sum(grad(logsumexp)(x)) == pytest.approx(1)
    assert np.isfinite(softplus(x)).all()
    assert np.isfinite(elementwise_grad(softplus)(x)).all()


def test_infinite_entries():
    assert logsumexp(np.array([-np.inf, 0.0])) == 0
    assert logsumexp(np.array([-np.inf, -np.inf])) == -np.inf
    assert logsumexp(np.array([np.inf, 1.0])) == np.inf
    assert grad(logsumexp)(np.array([-np.inf, 0.0])).tolist() == [0, 1]
    assert grad(logsumexp)(np.array([-np.inf, -np.inf])).tolist() == [0.5, 0.5]
    assert grad(logsumexp)(np.array([np.inf, 1.0])).tolist() == [1, 0]


def test_float32_stays_float32():
    x = X.astype(np.float32)
    for function in (logsumexp, softmax, softplus):
        assert function(x).dtype == np.float32
        assert grad(lambda x, f=function: np.sum(f(x)))(x).dtype == np.float32


def test_numbers_will_do():
    assert softplus(0.0) == pytest.approx(np.log(2))
    assert grad(softplus)(0.0) == 0.5
