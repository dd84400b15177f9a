"""The activation functions and their derivatives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd_mini import value_and_grad
from nn import ACTIVATIONS, relu, relu_prime, sigmoid, sigmoid_prime, tanh

NAMES = sorted(ACTIVATIONS)
ROUND_NUMBERS = hnp.arrays(
    st.sampled_from([np.float32, np.float64]),
    hnp.array_shapes(max_dims=2, max_side=5),
    elements=st.integers(-20, 20).map(lambda k: k / 4),
)


def test_sigmoid_is_the_logistic_function():
    assert sigmoid(0.0) == 0.5
    np.testing.assert_allclose(sigmoid(np.log(np.array([1.0, 3.0, 9.0]))), [0.5, 0.75, 0.9], rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid_saturates_without_a_warning(dtype):
    ends = sigmoid(np.array([-1e30, -800, 800, np.inf, -np.inf], dtype))
    assert ends.dtype == dtype
    np.testing.assert_array_equal(ends, np.array([0, 0, 1, 1, 0], dtype))


def test_sigmoid_restores_numpys_error_state():
    before = np.geterr()
    sigmoid(np.array([-1000.0]))
    assert np.geterr() == before


def test_sigmoid_prime_is_the_books_formula():
    z = np.linspace(-5, 5, 11)
    np.testing.assert_array_equal(sigmoid_prime(z), sigmoid(z) * (1 - sigmoid(z)))
    assert sigmoid_prime(0.0) == 0.25


def test_tanh_is_numpys():
    z = np.linspace(-3, 3, 7)
    np.testing.assert_array_equal(tanh(z), np.tanh(z))


def test_relu_and_its_kink():
    z = np.array([-2.0, 0.0, 3.0])
    np.testing.assert_array_equal(relu(z), [0, 0, 3])
    np.testing.assert_array_equal(relu_prime(z), [0, 0, 1])


@pytest.mark.parametrize("name", NAMES)
@given(z=ROUND_NUMBERS)
def test_derivative_is_the_slope_of_the_function(name, z):
    sigma = ACTIVATIONS[name]
    away_from_kink = z.astype(np.float64) + 0.1
    slope = (sigma.function(away_from_kink + 1e-5) - sigma.function(away_from_kink - 1e-5)) / 2e-5
    np.testing.assert_allclose(sigma.derivative(away_from_kink), slope, atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
@given(z=ROUND_NUMBERS)
def test_dtype_and_shape_are_kept(name, z):
    for function in (ACTIVATIONS[name].function, ACTIVATIONS[name].derivative):
        out = function(z)
        assert (out.dtype, out.shape) == (z.dtype, z.shape)


@pytest.mark.parametrize("name", NAMES)
@given(z=ROUND_NUMBERS)
def test_autodiff_gives_the_written_derivative(name, z):
    sigma = ACTIVATIONS[name]
    value, slope = value_and_grad(lambda t: np.sum(sigma.function(t)))(z)
    eps = np.finfo(z.dtype).eps
    np.testing.assert_allclose(value, np.sum(sigma.function(z)), rtol=4 * eps)
    np.testing.assert_allclose(slope, sigma.derivative(z), rtol=4 * eps, atol=4 * eps)
    assert (slope.dtype, slope.shape) == (z.dtype, z.shape)
