"""The two costs, their values and their derivatives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import ShapeError, value_and_grad
from nn import COSTS, mean_squared_error, quadratic

SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 8))
SEEDS = st.integers(0, 2**32 - 1)


def outputs(shape, seed):
    rng = np.random.default_rng(seed)
    return rng.random(shape), rng.random(shape)


def test_values_by_hand():
    a, y = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[0.0, 0.0], [2.0, 0.0]])
    assert quadratic(a, y) == (1 + 4 + 4) / 4
    assert mean_squared_error(a, y) == (1 + 4 + 4) / 2


@given(shape=SHAPES, seed=SEEDS)
def test_costs_follow_their_formulas_and_differ_by_two(shape, seed):
    a, y = outputs(shape, seed)
    per_example = [np.linalg.norm(a[:, j] - y[:, j]) ** 2 for j in range(shape[1])]
    np.testing.assert_allclose(quadratic(a, y), 0.5 * np.mean(per_example), rtol=1e-13)
    np.testing.assert_allclose(mean_squared_error(a, y), np.mean(per_example), rtol=1e-13)


@pytest.mark.parametrize("name", sorted(COSTS))
@given(shape=SHAPES, seed=SEEDS)
def test_derivative_is_of_one_example(name, shape, seed):
    a, y = outputs(shape, seed)
    _, of_the_mean = value_and_grad(COSTS[name].function)(a, y)
    np.testing.assert_allclose(COSTS[name].derivative(a, y), shape[1] * of_the_mean, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("cost", [quadratic, mean_squared_error])
@pytest.mark.parametrize(
    ("a_shape", "y_shape"), [((10, 1), (10,)), ((3, 2), (2, 3)), ((3,), (3,)), ((3, 2), (3, 1)), ((3, 0), (3, 0))]
)
def test_shapes_that_would_broadcast_are_refused(cost, a_shape, y_shape):
    with pytest.raises(ShapeError) as raised:
        cost(np.ones(a_shape), np.ones(y_shape))
    assert cost.__name__ in str(raised.value)
    assert str(a_shape) in str(raised.value)


@pytest.mark.parametrize("cost", [quadratic, mean_squared_error])
@pytest.mark.parametrize(("a", "y"), [([[1.0]], [[0.0]]), (1.0, 0.0), (np.ones((1, 1)), [[0.0]])])
def test_what_is_no_array_is_refused(cost, a, y):
    with pytest.raises(TypeError, match=f"{cost.__name__}: a and y must be arrays"):
        cost(a, y)


@pytest.mark.parametrize("cost", [quadratic, mean_squared_error])
def test_float32_stays_float32(cost):
    assert cost(np.ones((2, 3), np.float32), np.zeros((2, 3), np.float32)).dtype == np.float32
