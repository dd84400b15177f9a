"""Cross-entropy with softmax, and binary cross-entropy with sigmoids: three ways to one gradient, without overflow."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import check_gradients, value_and_grad
from nn import COSTS, GRADIENTS, Network, binary_cross_entropy, cross_entropy, one_hot, sigmoid, softmax
from nn.backprop import cost_of

CROSS_ENTROPIES = ["cross_entropy", "binary_cross_entropy"]


def examples(network, m, rng, *, certain=True):
    """Inputs and desired outputs: certain ones are 0 and 1, others between."""
    n_in, n_out = network.sizes[0], network.sizes[-1]
    x = rng.standard_normal((n_in, m))
    if network.cost_name == "cross_entropy":
        y = one_hot(rng.integers(0, n_out, m), n_out) if certain else softmax(rng.standard_normal((n_out, m)), axis=0)
    else:
        y = rng.integers(0, 2, (n_out, m)).astype(float) if certain else rng.random((n_out, m))
    return x.astype(network.dtype), y.astype(network.dtype)


def flat(gradient):
    return np.concatenate([g.ravel() for part in gradient for g in part])


@st.composite
def networks(draw, activations=("sigmoid", "tanh", "relu")):
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    network = Network(
        sizes, rng, cost=draw(st.sampled_from(CROSS_ENTROPIES)), activation=draw(st.sampled_from(activations))
    )
    return network, *examples(network, draw(st.integers(1, 6)), rng, certain=draw(st.booleans()))


def test_values_by_hand():
    a, y = np.array([[0.5, 0.25], [0.5, 0.75]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    np.testing.assert_allclose(cross_entropy(a, y), -(np.log(0.5) + np.log(0.75)) / 2, rtol=1e-15)
    np.testing.assert_allclose(binary_cross_entropy(a, y), -(2 * np.log(0.5) + 2 * np.log(0.75)) / 2, rtol=1e-15)


@pytest.mark.parametrize("cost", [cross_entropy, binary_cross_entropy])
def test_what_is_certain_and_right_costs_nothing_and_what_is_certain_and_wrong_everything(cost):
    y = np.array([[1.0], [0.0]])
    assert cost(y, y) == 0
    assert cost(1 - y, y) == np.inf


@pytest.mark.parametrize("name", CROSS_ENTROPIES)
def test_the_last_layer_is_what_the_cost_asks_for(name):
    network = Network([3, 4, 2], 0, cost=name, activation="tanh")
    x, _ = examples(network, 5, np.random.default_rng(1))
    z = network.weights[1] @ np.tanh(network.weights[0] @ x + network.biases[0]) + network.biases[1]
    expected = np.exp(z) / np.exp(z).sum(axis=0) if name == "cross_entropy" else 1 / (1 + np.exp(-z))
    np.testing.assert_allclose(network.feedforward(x), expected, rtol=1e-13)


@settings(deadline=None)
@given(
    case=networks(activations=("sigmoid", "tanh"))
)  # with ReLU, a may be 1 to the last digit, and log(1 − a) is lost
def test_the_cost_from_z_is_the_cost_from_a(case):
    network, x, y = case
    by_formula = COSTS[network.cost_name].function(network.feedforward(x), y)
    np.testing.assert_allclose(network.cost(x, y), by_formula, rtol=1e-9, atol=1e-12)


@settings(deadline=None)
@given(case=networks())
def test_by_hand_in_both_forms_and_by_the_tape(case):
    network, x, y = case
    tape, loop, matrix = (flat(GRADIENTS[name](network, x, y)) for name in ("autodiff", "backprop", "matrix"))
    scale = 1e-12 * max(1.0, np.max(np.abs(tape)))
    np.testing.assert_allclose(loop, tape, rtol=0, atol=scale)
    np.testing.assert_allclose(matrix, tape, rtol=0, atol=scale)


@settings(deadline=None, max_examples=10)
@given(case=networks(activations=("sigmoid", "tanh")))
def test_the_tape_agrees_with_differences(case):
    network, x, y = case
    check_gradients(lambda b, w: cost_of(network)(b, w, x, y), network.biases, network.weights, order=1)


@pytest.mark.parametrize("name", CROSS_ENTROPIES)
def test_the_error_of_the_output_is_the_chain_rule_multiplied_out(name):
    """δ = ∂C/∂z through a: with softmax, a ⊙ (∂C/∂a − Σ a ∂C/∂a), also where y does not sum to 1."""
    rng = np.random.default_rng(2)
    z, y = rng.standard_normal((4, 3)), rng.random((4, 3))
    a = softmax(z, axis=0) if name == "cross_entropy" else sigmoid(z)
    by_a = COSTS[name].derivative(a, y)
    expected = a * (by_a - (a * by_a).sum(axis=0)) if name == "cross_entropy" else by_a * a * (1 - a)
    np.testing.assert_allclose(COSTS[name].delta(a, y), expected, rtol=1e-12, atol=1e-14)
    _, by_tape = value_and_grad(COSTS[name].of_z)(z, y)
    np.testing.assert_allclose(3 * by_tape, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("gradient", sorted(GRADIENTS))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CROSS_ENTROPIES)
def test_nothing_overflows(name, dtype, gradient):
    network = Network([2, 3], 0, cost=name, dtype=dtype)
    network.weights = [np.full((3, 2), 1e4, dtype) * np.array([[1], [-1], [0.5]], dtype)]
    x, y = examples(network, 4, np.random.default_rng(3))
    assert np.isfinite(network.cost(x, y))
    nabla_b, nabla_w = GRADIENTS[gradient](network, x, y)
    for g in (*nabla_b, *nabla_w):
        assert np.isfinite(g).all()
        assert g.dtype == dtype


@pytest.mark.parametrize("gradient", sorted(GRADIENTS))
@pytest.mark.parametrize("name", CROSS_ENTROPIES)
def test_it_learns(name, gradient):
    rng = np.random.default_rng(4)
    x = rng.standard_normal((2, 60))
    labels = (x[0] > x[1]).astype(int)
    network = Network([2, 5, 2], 5, cost=name, activation="tanh")
    right = network.SGD((x, one_hot(labels, 2)), 20, 10, 0.5, (x, labels), gradient=gradient, verbose=False)
    assert right[-1] >= 57
