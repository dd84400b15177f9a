"""cost_graph: a network's cost as draw is to show it."""

import numpy as np
import pytest

from autograd_mini import ShapeError, draw, gradients
from nn import Network, autodiff, cost_graph


def test_it_is_the_networks_cost(network, digits):
    X, Y, _ = digits
    C, _ = cost_graph(network, X, Y)
    assert C.shape == ()
    assert C.name == "C"
    assert float(C.data) == pytest.approx(network.cost(X, Y), rel=1e-14)


@pytest.mark.parametrize("cost", ["quadratic", "mean_squared_error", "cross_entropy", "binary_cross_entropy"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_its_gradients_are_the_networks(cost, activation, digits):
    X, Y, _ = digits
    network = Network([4, 3, 2], rng=0, cost=cost, activation=activation)
    C, layers = cost_graph(network, X, Y)
    nabla_b, nabla_w = autodiff(network, X, Y)
    for (W, b, *_), nb, nw in zip(layers.values(), nabla_b, nabla_w, strict=True):
        found_w, found_b = gradients(C, W, b)
        assert np.allclose(found_w, nw, rtol=1e-12, atol=1e-15)
        assert np.allclose(found_b, nb, rtol=1e-12, atol=1e-15)
    assert draw(C, "reverse", layers=layers).picture.output.name == "C"


def test_layers_and_names(network, digits):
    X, Y, _ = digits
    _, layers = cost_graph(network, X, Y)
    assert {label: [tensor.name for tensor in tensors] for label, tensors in layers.items()} == {
        "layer 1  Linear(4 → 3) + sigmoid   15 parameters": ["W¹", "b¹", "z¹", "a¹"],
        "layer 2  Linear(3 → 2) + sigmoid   8 parameters": ["W²", "b²", "z²", "a²"],
    }
    _, layers = cost_graph(Network([4] * 12, rng=0), X, np.zeros((4, X.shape[1])))
    assert list(layers)[9].startswith("layer 10  ")
    assert next(tensor.name for tensor in list(layers.values())[9]) == "W¹⁰"


def test_a_cross_entropy_is_computed_from_the_weighted_inputs(digits):
    X, Y, _ = digits
    _, layers = cost_graph(Network([4, 3, 2], rng=0, cost="cross_entropy"), X, Y)
    assert list(layers)[-1] == "layer 2  Linear(3 → 2)   8 parameters"
    assert [tensor.name for tensor in list(layers.values())[-1]] == ["W²", "b²", "z²"]


def test_the_network_is_not_touched(network, digits):
    X, Y, _ = digits
    before = [p.copy() for p in (*network.weights, *network.biases)]
    C, layers = cost_graph(network, X, Y)
    C.backward()
    draw(C, "reverse", layers=layers).svg  # noqa: B018
    network.update_mini_batch((X, Y), 1.0)  # neither does the graph hold on to the parameters
    assert all(np.array_equal(p, q) for p, q in zip(before, (t.data for _, t in parameters(layers)), strict=True))


def parameters(layers):
    """Weights, then biases."""
    return sorted(((t.name[0] == "b", t) for tensors in layers.values() for t in tensors[:2]), key=lambda pair: pair[0])


@pytest.mark.parametrize(
    ("X", "Y", "error"),
    [
        (np.ones((3, 12)), np.ones((2, 12)), ShapeError),
        (np.ones((12, 4)), np.ones((12, 2)), ShapeError),
        (np.ones((4, 12)), np.ones((2, 11)), ShapeError),
        (np.ones((4, 12), int), np.ones((2, 12)), TypeError),
        ([[1.0]], np.ones((2, 12)), TypeError),
        (None, None, TypeError),
        (np.ones((4, 0)), np.ones((2, 0)), ValueError),
    ],
)
def test_bad_input(X, Y, error, network):
    with pytest.raises(error, match=r"^cost_graph: "):
        cost_graph(network, X, Y)


def test_assigned_parameters_are_checked(network, digits):
    X, Y, _ = digits
    network.weights[0] = network.weights[0].T
    with pytest.raises(ShapeError, match=r"^cost_graph: weights\[0\]"):
        cost_graph(network, X, Y)
