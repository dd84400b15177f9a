"""The mathematics this project is about, item by item: the essay on backpropagation calculus, and the book's chapter 2.

Each test is named after its item and holds the library against numbers or closed forms that are independent of it.
"""

import math
import os
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import pytest

from autograd_mini import (
    Tensor,
    elementwise,
    grad,
    gradients,
    jacobian,
    jvp,
    stop_gradient,
    value_and_grad,
)
from nn import (
    Network,
    autodiff,
    backprop_loop,
    backprop_matrix,
    load_digits,
    load_mnist_idx,
    mean_squared_error,
    quadratic,
    relu,
    sigmoid,
    sigmoid_prime,
    split,
)


@pytest.fixture
def rng():
    return np.random.default_rng(20)


def close(actual, expected, rtol=1e-12):
    assert np.shape(actual) == np.shape(expected)
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=rtol * np.max(np.abs(expected), initial=0))


def slopes(f, x, h=1e-6):
    """Central differences of a scalar function, entry by entry: the derivative without any calculus."""
    result = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        result[i] = (f(x + step) - f(x - step)) / (2 * h)
    return result


# The computational graph of e = (a + b)(b + 1)


def expression(a, b):
    c = a + b
    d = b + 1
    return c, d, c * d


def test_graph_values():
    c, d, e = expression(Tensor(2.0), Tensor(1.0))
    assert (c.item(), d.item(), e.item()) == (3.0, 2.0, 6.0)


def test_graph_sum_rule():
    assert grad(lambda a, b: a + b, argnums=(0, 1))(2.0, 1.0) == (1.0, 1.0)


def test_graph_product_rule():
    assert grad(lambda u, v: u * v, argnums=(0, 1))(3.0, 2.0) == (2.0, 3.0)


def test_graph_total_derivative():
    """df/dt = ∂f/∂x dx/dt + ∂f/∂y dy/dt + ∂f/∂z dz/dt for f = xy + sin z, x = t², y = eᵗ, z = 3t."""
    t = 0.7
    variable = Tensor(t)
    x, y, z = variable**2, np.exp(variable), 3 * variable
    f = x * y + np.sin(z)
    f.backward()
    f_x, f_y, f_z = math.exp(t), t**2, math.cos(3 * t)
    x_t, y_t, z_t = 2 * t, math.exp(t), 3.0
    close(gradients(f, x, y, z), (f_x, f_y, f_z))
    close(variable.grad, f_x * x_t + f_y * y_t + f_z * z_t)


def test_graph_sum_over_paths():
    """∂e/∂a = 2·1 on its one path; ∂e/∂b = 2·1 + 3·1 over two."""
    a, b = Tensor(2.0), Tensor(1.0)
    e = expression(a, b)[2]
    e.backward()
    assert (a.grad, b.grad) == (2.0, 5.0)
    # Cutting one of the two paths leaves the other.
    through_c = lambda b: (2.0 + b) * (stop_gradient(b) + 1)
    through_d = lambda b: (2.0 + stop_gradient(b)) * (b + 1)
    assert (grad(through_c)(1.0), grad(through_d)(1.0)) == (2.0, 3.0)


def test_graph_forward_mode():
    """A sweep from one input carries ∂(node)/∂(input) to every node."""
    assert jvp(expression, (2.0, 1.0), (1.0, 0.0))[1] == (1.0, 0.0, 2.0)
    assert jvp(expression, (2.0, 1.0), (0.0, 1.0))[1] == (1.0, 1.0, 5.0)


def test_graph_reverse_mode():
    """The sweep from the output carries ∂(output)/∂(node) to every node."""
    a, b = Tensor(2.0), Tensor(1.0)
    c, d, e = expression(a, b)
    assert gradients(e, e, c, d, a, b) == (1.0, 2.0, 3.0, 2.0, 5.0)


def counting_sine():
    """A sine that counts the sweeps through it: each asks for the derivative once."""
    sweeps = []
    return elementwise(lambda x: np.sin(x), lambda y, x: (sweeps.append(1), np.cos(x))[1]), sweeps


@pytest.mark.parametrize("n", [1, 7, 100])
def test_graph_forward_needs_a_sweep_per_input_and_reverse_one(n, rng):
    x = rng.normal(size=n)
    sine, sweeps = counting_sine()
    for mode, expected in (("forward", n), ("reverse", 1)):
        sweeps.clear()
        close(jacobian(lambda x: np.sum(sine(x)), mode=mode)(x), np.cos(x))
        assert len(sweeps) == expected


def test_graph_a_million_inputs():
    """Reverse mode: one evaluation and one sweep where forward mode needs a million, 500,000 times fewer."""
    n = 1_000_000
    x = np.linspace(-3, 3, n)
    sine, sweeps = counting_sine()
    close(grad(lambda x: np.sum(sine(x)))(x), np.cos(x))
    assert len(sweeps) == 1
    one_direction = np.eye(1, n, 12_345)[0]
    close(jvp(lambda x: np.sum(sine(x)), (x,), (one_direction,))[1], math.cos(x[12_345]))
    assert len(sweeps) == 2  # and 999,999 directions to go
    assert n / 2 == 500_000


# The network


def test_eq_01_layer(rng):
    """a_j = σ(Σₖ w_jk a_k + b_j), written out with Python floats, against z = W a + b, a = σ(z)."""
    network = Network([4, 3, 2], rng=0)
    x = rng.normal(size=(4, 1))
    a = [float(entry) for entry in x[:, 0]]
    for W, b in zip(network.weights, network.biases, strict=True):
        a = [1 / (1 + math.exp(-(sum(w * k for w, k in zip(row, a, strict=True)) + b_j)))
             for row, b_j in zip(W.tolist(), b[:, 0].tolist(), strict=True)]  # fmt: skip
    close(network.feedforward(x), np.array(a).reshape(2, 1))


@pytest.mark.parametrize(
    ("name", "closed_form", "derivative"),
    [
        ("sigmoid", lambda z: 1 / (1 + math.exp(-z)), lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2),
        ("tanh", math.tanh, lambda z: 1 / math.cosh(z) ** 2),
        ("relu", lambda z: max(z, 0.0), lambda z: float(z > 0)),
    ],
)
def test_eq_01_activations(name, closed_form, derivative):
    network = Network([1, 1], activation=name)
    network.weights, network.biases = [np.ones((1, 1))], [np.zeros((1, 1))]
    for z in (-3.0, -0.4, 0.2, 2.5):
        column = np.array([[z]])
        close(network.feedforward(column), [[closed_form(z)]])
        close(grad(lambda a: np.sum(network.feedforward(a)))(column), [[derivative(z)]])


def test_eq_02_empirical_cost(rng):
    """The cost of n examples is the mean of their losses, and so is its gradient."""
    network = Network([4, 3, 2], rng=1)
    X, Y = rng.normal(size=(4, 6)), rng.uniform(size=(2, 6))
    columns = [(X[:, i : i + 1], Y[:, i : i + 1]) for i in range(6)]
    losses = [0.5 * float(np.sum((network.feedforward(x) - y) ** 2)) for x, y in columns]
    close(network.cost(X, Y), sum(losses) / 6)
    gradients_of_losses = [autodiff(network, x, y)[1][0] for x, y in columns]
    close(autodiff(network, X, Y)[1][0], sum(gradients_of_losses) / 6)


def test_eq_02_cross_entropy(rng):
    """The alternative loss −Σ y log a + (1 − y) log(1 − a): with a = σ(z) its derivative by z is a − y."""
    z, y = rng.normal(size=(5, 1)), rng.uniform(size=(5, 1))

    def cross_entropy(z):
        a = sigmoid(z)
        return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))

    close(grad(cross_entropy)(z), 1 / (1 + np.exp(-z)) - y)


def test_eq_03_mean_squared_error(rng):
    """C = (1/n) Σ ‖y − a‖²."""
    a, y = rng.normal(size=(3, 5)), rng.normal(size=(3, 5))
    by_hand = sum(sum((a[j, i] - y[j, i]) ** 2 for j in range(3)) for i in range(5)) / 5
    close(mean_squared_error(a, y), by_hand)
    close(grad(mean_squared_error)(a, y), 2 * (a - y) / 5)


def test_eq_04_one_example(rng):
    """C_x = ½ ‖y − a‖², with derivative a − y."""
    a, y = rng.normal(size=(3, 1)), rng.normal(size=(3, 1))
    close(quadratic(a, y), sum((a[j, 0] - y[j, 0]) ** 2 for j in range(3)) / 2)
    close(grad(quadratic)(a, y), a - y)


# Matrix calculus


def test_matrix_calculus_scalar_by_vector(rng):
    """The gradient of xᵀA x is (A + Aᵀ) x, n × 1 like x."""
    A, x = rng.normal(size=(4, 4)), rng.normal(size=(4, 1))
    close(grad(lambda x: (x.T @ A @ x)[0, 0])(x), (A + A.T) @ x)


def test_matrix_calculus_vector_by_vector(rng):
    """The Jacobian is m × n; its rows are the gradients of the components."""
    x = rng.normal(size=2)

    def f(x):
        return np.stack([x[0] * x[1], np.sin(x[0]), x[1] ** 3])

    expected = np.array([[x[1], x[0]], [math.cos(x[0]), 0.0], [0.0, 3 * x[1] ** 2]])
    for mode in ("forward", "reverse", None):
        close(jacobian(f, mode=mode)(x), expected)
    for i, row in enumerate(expected):
        close(grad(lambda x: f(x)[i])(x), row)  # noqa: B023


def test_matrix_calculus_scalar_by_matrix(rng):
    """A matrix of the same shape: ∂(uᵀW v)/∂W = u vᵀ."""
    W, u, v = rng.normal(size=(3, 4)), rng.normal(size=3), rng.normal(size=4)
    close(grad(lambda W: u @ W @ v)(W), np.outer(u, v))


def test_matrix_calculus_vector_by_matrix(rng):
    """A rank-3 tensor k × n × m: ∂(W v)ᵢ/∂Wⱼₖ = δᵢⱼ vₖ."""
    W, v = rng.normal(size=(3, 4)), rng.normal(size=4)
    expected = np.zeros((3, 3, 4))
    for i in range(3):
        expected[i, i] = v
    for mode in ("forward", "reverse"):
        close(jacobian(lambda W: W @ v, mode=mode)(W), expected)


def test_eq_05_vector_chain_rule(rng):
    """∇ₓC = (∂y/∂x)ᵀ ∇ᵧC for y = A x ⊙ x and C = Σ y³."""
    A, x = rng.normal(size=(3, 3)), rng.normal(size=3)
    inner = lambda x: (A @ x) * x
    outer = lambda y: np.sum(y**3)
    y = (A @ x) * x
    y_x = A * x[:, None] + np.diag(A @ x)
    C_y = 3 * y**2
    close(jacobian(inner)(x), y_x)
    close(grad(outer)(y), C_y)
    close(grad(lambda x: outer(inner(x)))(x), y_x.T @ C_y)


def test_eq_06_chain_rule_through_a_matrix(rng):
    """∂C/∂W = Σᵢ ∂C/∂yᵢ · ∂yᵢ/∂W for y = W v and C = Σ eʸ."""
    W, v = rng.normal(size=(3, 4)), rng.normal(size=4)
    y_W = jacobian(lambda W: W @ v)(W)
    C_y = np.exp(W @ v)
    contraction = sum(C_y[i] * y_W[i] for i in range(3))
    close(contraction, np.outer(C_y, v))
    close(grad(lambda W: np.sum(np.exp(W @ v)))(W), contraction)


@pytest.fixture
def layers(rng):
    """A [4, 3, 5, 2] network as W¹…W³, b¹…b³, an input x and a desired output y, all vectors without the column."""
    sizes = [4, 3, 5, 2]
    weights = [rng.normal(size=(n, k)) for k, n in pairwise(sizes)]
    biases = [rng.normal(size=n) for n in sizes[1:]]
    return weights, biases, rng.normal(size=4), rng.uniform(size=2)


def np_sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cost_of(a, y):
    return np.sum((y - a) ** 2) / 2


def forward_by_hand(layers):
    """The activations a⁰…a³ of plain NumPy."""
    weights, biases, x, _ = layers
    activations = [x]
    for W, b in zip(weights, biases, strict=True):
        activations.append(np_sigmoid(W @ activations[-1] + b))
    return activations


def test_eq_07_cost_depends_on_weights_through_later_activations(layers):
    """∂C/∂w¹ passes through a¹, a², a³: stop any of them and nothing arrives; ∂C/∂w³ does not pass a¹ and a²."""
    weights, biases, x, y = layers

    def cost(weights, stopped):
        a = x
        for l, (W, b) in enumerate(zip(weights, biases, strict=True), start=1):
            a = sigmoid(W @ a + b)
            a = stop_gradient(a) if l == stopped else a
        return cost_of(a, y)

    free = grad(cost)(weights, None)
    for stopped in (1, 2, 3):
        arrived = grad(cost)(weights, stopped)
        for l in (1, 2, 3):
            if l <= stopped:
                assert not arrived[l - 1].any()
            else:
                close(arrived[l - 1], free[l - 1])
    assert all(gradient.any() for gradient in free)


def test_eq_08_weights_by_contraction(layers):
    """∂C/∂wˡ = contraction of ∂aˡ/∂wˡ (rank 3) with ∂C/∂aˡ, for each layer."""
    weights, biases, _, y = layers
    activations = forward_by_hand(layers)

    def from_layer(l, a):
        for W, b in zip(weights[l:], biases[l:], strict=True):
            a = sigmoid(W @ a + b)
        return cost_of(a, y)

    for l in (1, 2, 3):
        layer = lambda W: sigmoid(W @ activations[l - 1] + biases[l - 1])  # noqa: B023
        a_w = jacobian(layer)(weights[l - 1])
        C_a = grad(lambda a: from_layer(l, a))(activations[l])  # noqa: B023
        close(C_a, slopes(lambda a: from_layer(l, a), activations[l]), rtol=1e-7)  # noqa: B023
        a = activations[l]
        expected = np.einsum("ij,i,k->ijk", np.eye(a.size), a * (1 - a), activations[l - 1])
        close(a_w, expected)
        close(np.tensordot(C_a, a_w, axes=1), grad(lambda W: from_layer(l, layer(W)))(weights[l - 1]))  # noqa: B023


def test_eq_09_activations_recursively(layers):
    """∂C/∂aˡ = (∂aˡ⁺¹/∂aˡ)ᵀ ∂C/∂aˡ⁺¹, with ∂aˡ⁺¹/∂aˡ = diag(σ′) Wˡ⁺¹."""
    weights, biases, x, y = layers
    activations = [x := Tensor(x)]
    for W, b in zip(weights, biases, strict=True):
        activations.append(sigmoid(W @ activations[-1] + b))
    cost = cost_of(activations[-1], y)
    errors = gradients(cost, *activations)
    values = forward_by_hand(layers)
    expected = values[-1] - y
    close(errors[-1], expected)
    for l in (2, 1, 0):
        a = values[l + 1]
        a_a = (a * (1 - a))[:, None] * weights[l]
        close(jacobian(lambda a: sigmoid(weights[l] @ a + biases[l]))(values[l]), a_a)  # noqa: B023
        expected = a_a.T @ expected
        close(errors[l], expected)


def errors_of(layers):
    """δ̃ˡ = ∂C/∂aˡ and δˡ = ∂C/∂zˡ from one graph, and the graph's values."""
    weights, biases, x, y = layers
    variables = [Tensor(W) for W in weights]
    zs, activations = [], [x]
    for W, b in zip(variables, biases, strict=True):
        zs.append(W @ activations[-1] + b)
        activations.append(sigmoid(zs[-1]))
    cost = cost_of(activations[-1], y)
    cost.backward()
    return gradients(cost, *activations[1:]), gradients(cost, *zs), variables


def test_two_definitions_of_the_error(layers):
    """δ = ∂C/∂z is δ̃ = ∂C/∂a times σ′(z)."""
    by_activation, by_input, _ = errors_of(layers)
    for tilde, delta, a in zip(by_activation, by_input, forward_by_hand(layers)[1:], strict=True):
        close(delta, tilde * a * (1 - a))


def test_eq_11_recursion_of_the_error(layers):
    """δˡ = (Wˡ⁺¹)ᵀ δˡ⁺¹ ⊙ σ′(zˡ), and with the other definition δ̃ˡ = (Wˡ⁺¹)ᵀ (δ̃ˡ⁺¹ ⊙ σ′(zˡ⁺¹))."""
    weights = layers[0]
    tildes, deltas, _ = errors_of(layers)
    a = forward_by_hand(layers)[1:]
    for l in (0, 1):
        close(deltas[l], weights[l + 1].T @ deltas[l + 1] * a[l] * (1 - a[l]))
        close(tildes[l], weights[l + 1].T @ (tildes[l + 1] * a[l + 1] * (1 - a[l + 1])))


def test_eq_12_weights_from_the_error(layers):
    """∂C/∂wˡ = δˡ (aˡ⁻¹)ᵀ."""
    _, deltas, variables = errors_of(layers)
    for W, delta, a in zip(variables, deltas, forward_by_hand(layers), strict=False):
        close(W.grad, np.outer(delta, a))


# Backpropagation for the sigmoid and the quadratic cost


def test_bp_sigmoid():
    for z in (-40.0, -2.0, 0.0, 0.3, 40.0):
        close(sigmoid(z), 1 / (1 + math.exp(-z)))
    assert sigmoid(np.array([-1e4, 1e4])).tolist() == [0.0, 1.0]


def test_bp_sigmoid_prime():
    """σ′ = σ(1 − σ), by the function, by both modes and by the difference quotient."""
    z = np.linspace(-4, 4, 9)
    expected = np.array([math.exp(-v) / (1 + math.exp(-v)) ** 2 for v in z])
    close(sigmoid_prime(z), expected)
    close(grad(lambda z: np.sum(sigmoid(z)))(z), expected)
    close(jvp(sigmoid, (z,), (np.ones(9),))[1], expected)
    close(slopes(lambda z: np.sum(np_sigmoid(z)), z), expected, rtol=1e-8)


@pytest.fixture
def example(rng):
    """A [5, 4, 3, 2] network, one example of it, and its activations computed by plain NumPy."""
    network = Network([5, 4, 3, 2], rng=3)
    x, y = rng.uniform(size=(5, 1)), rng.uniform(size=(2, 1))
    activations = [x]
    for W, b in zip(network.weights, network.biases, strict=True):
        activations.append(np_sigmoid(W @ activations[-1] + b))
    return network, x, y, activations


BOTH_WAYS = pytest.mark.parametrize("gradient", [autodiff, backprop_loop, backprop_matrix, Network.backprop])


@BOTH_WAYS
def test_bp1_error_of_the_last_layer(example, gradient):
    """δᴸ = (aᴸ − y) ⊙ aᴸ ⊙ (1 − aᴸ); the bias gradient is δ."""
    network, x, y, (*_, a) = example
    nabla_b, _ = gradient(network, x, y)
    close(nabla_b[-1], (a - y) * a * (1 - a))


@BOTH_WAYS
def test_bp2_error_of_a_layer_from_the_next(example, gradient):
    """δˡ = (Wˡ⁺¹)ᵀ δˡ⁺¹ ⊙ aˡ ⊙ (1 − aˡ)."""
    network, x, y, activations = example
    deltas, _ = gradient(network, x, y)
    for l in (0, 1):
        a = activations[l + 1]
        close(deltas[l], network.weights[l + 1].T @ deltas[l + 1] * a * (1 - a))


@BOTH_WAYS
def test_bp3_bias_gradient_is_the_error(example, gradient):
    """∂C/∂bˡ = δˡ: the bias gradient against difference quotients of the cost."""
    network, x, y, _ = example
    nabla_b, _ = gradient(network, x, y)
    for l, b in enumerate(network.biases):
        close(nabla_b[l], slopes(lambda v: cost_with(network, x, y, biases={l: v}), b), rtol=1e-7)  # noqa: B023


@BOTH_WAYS
def test_bp4_weight_gradient(example, gradient):
    """∂C/∂Wˡ = δˡ (aˡ⁻¹)ᵀ, also against difference quotients of the cost."""
    network, x, y, activations = example
    nabla_b, nabla_w = gradient(network, x, y)
    for l, W in enumerate(network.weights):
        close(nabla_w[l], nabla_b[l] @ activations[l].T)
        close(nabla_w[l], slopes(lambda v: cost_with(network, x, y, weights={l: v}), W), rtol=1e-7)  # noqa: B023


def cost_with(network, X, Y, weights=None, biases=None):
    """The quadratic cost in plain NumPy, with some parameters replaced."""
    a = X
    for l, (W, b) in enumerate(zip(network.weights, network.biases, strict=True)):
        a = np_sigmoid((weights or {}).get(l, W) @ a + (biases or {}).get(l, b))
    return np.sum((a - Y) ** 2) / (2 * X.shape[1])


@pytest.mark.parametrize("m", [1, 10])
def test_bp_fully_matrix_based(m, rng):
    """X = [x₁ … x_m]: the same four lines with matrices, the bias gradient summed over columns."""
    network = Network([6, 5, 4, 3], rng=4)
    X, Y = rng.uniform(size=(6, m)), rng.uniform(size=(3, m))
    by_example = [network.backprop(X[:, i : i + 1], Y[:, i : i + 1]) for i in range(m)]
    for k in (0, 1):
        for l in range(3):
            mean = sum(nablas[k][l] for nablas in by_example) / m
            close(backprop_matrix(network, X, Y)[k][l], mean)
            close(backprop_loop(network, X, Y)[k][l], mean)
            close(autodiff(network, X, Y)[k][l], mean)


# Learning


def test_eq_13_gradient(rng):
    """ΔC ≈ ∇C · Δv, and of all directions of one length −∇C lowers C most."""
    network = Network([4, 3, 2], rng=5)
    X, Y = rng.uniform(size=(4, 7)), rng.uniform(size=(2, 7))
    (W, *_), gradient = network.weights, autodiff(network, X, Y)[1][0]
    change = lambda step: cost_with(network, X, Y, weights={0: W + step}) - cost_with(network, X, Y)
    length = 1e-5
    steepest = -length * gradient / np.linalg.norm(gradient)
    first_order = lambda step: np.sum(gradient * step)
    close(change(steepest), first_order(steepest), rtol=1e-3)
    for _ in range(20):
        other = rng.normal(size=W.shape)
        other *= length / np.linalg.norm(other)
        assert abs(change(other) - first_order(other)) < 1e-3 * abs(first_order(steepest))
        assert change(steepest) < change(other)


@pytest.mark.parametrize("gradient", ["autodiff", "backprop", "matrix"])
def test_eq_14_15_update(gradient, rng):
    """The whole training set as one batch: b → b − η ∂C/∂b, w → w − η ∂C/∂w, and C goes down."""
    network = Network([4, 3, 2], rng=6)
    X, Y = rng.uniform(size=(4, 7)), rng.uniform(size=(2, 7))
    before, eta = cost_with(network, X, Y), 0.5
    expected = {
        name: [p - eta * slopes(lambda v: cost_with(network, X, Y, **{name: {l: v}}), p) for l, p in enumerate(group)]  # noqa: B023
        for name, group in (("biases", network.biases), ("weights", network.weights))
    }
    network.update_mini_batch((X, Y), eta, gradient=gradient)
    for name, group in expected.items():
        for after, p in zip(getattr(network, name), group, strict=True):
            close(after, p, rtol=1e-7)
    assert cost_with(network, X, Y) < before


@pytest.mark.parametrize("gradient", ["autodiff", "backprop", "matrix"])
def test_eq_16_17_mini_batch(gradient, rng):
    """w → w − (η/m) Σ ∂C_x/∂w: averaged over the mini-batch, with one step for all its examples."""
    network = Network([4, 3, 2], rng=7)
    batch = [(rng.uniform(size=(4, 1)), rng.uniform(size=(2, 1))) for _ in range(5)]
    nablas = [network.backprop(x, y)[1] for x, y in batch]  # all at the old weights
    expected = [W - 3.0 / 5 * sum(nabla[l] for nabla in nablas) for l, W in enumerate(network.weights)]
    network.update_mini_batch(batch, 3.0, gradient=gradient)
    for W, new in zip(network.weights, expected, strict=True):
        close(W, new)


def test_epoch_shuffles_cuts_and_updates_once_for_each_mini_batch(rng):
    seen = []

    class Watched(Network):
        def update_mini_batch(self, mini_batch, eta, **kwargs):
            seen.append(mini_batch[0][0].tolist())
            before = self.weights
            super().update_mini_batch(mini_batch, eta, **kwargs)
            assert self.weights is not before

    X, Y = np.arange(23.0).reshape(1, 23), rng.uniform(size=(2, 23))
    Watched([1, 2], rng=0).SGD((X, Y), 2, 5, 0.1, verbose=False)
    epochs = seen[:5], seen[5:]
    for epoch in epochs:
        assert [len(batch) for batch in epoch] == [5, 5, 5, 5, 3]
        assert sorted(chain(*epoch)) == X[0].tolist()  # every example once
    assert epochs[0] != epochs[1]
    assert list(chain(*epochs[0])) != X[0].tolist()


def test_initial_parameters_are_independent_standard_normal():
    network = Network([300, 200, 100], rng=8)
    assert [W.shape for W in network.weights] == [(200, 300), (100, 200)]
    assert [b.shape for b in network.biases] == [(200, 1), (100, 1)]
    for p in network.weights:
        n = p.size
        assert abs(p.mean()) < 5 / math.sqrt(n)
        assert abs(p.var() - 1) < 5 * math.sqrt(2 / n)
        assert abs((np.abs(p) < 1).mean() - math.erf(1 / math.sqrt(2))) < 5 * math.sqrt(0.25 / n)
    rows = network.weights[0]
    assert np.abs(np.corrcoef(rows[:20])[~np.eye(20, dtype=bool)]).max() < 5 / math.sqrt(300)


# The book's interface


@pytest.fixture(scope="module")
def digits():
    """The bundled digits, in the book's form: a list of (x, y) to train on, a list of (x, label) to test on."""
    (X, Y), (X_test, labels) = load_digits()
    training = [(X[:, i : i + 1], Y[:, i : i + 1]) for i in range(X.shape[1])]
    return training, [(X_test[:, i : i + 1], int(label)) for i, label in enumerate(labels)]


def test_interface_attributes():
    network = Network([784, 30, 10])
    assert network.num_layers == 3
    assert network.sizes == [784, 30, 10]
    assert [b.shape for b in network.biases] == [(30, 1), (10, 1)]
    assert [W.shape for W in network.weights] == [(30, 784), (10, 30)]
    assert all(type(p) is np.ndarray for p in network.biases + network.weights)


def test_interface_feedforward(digits):
    network, (x, _) = Network([64, 30, 10], rng=0), digits[0][0]
    by_hand = np_sigmoid(
        network.weights[1] @ np_sigmoid(network.weights[0] @ x + network.biases[0]) + network.biases[1]
    )
    close(network.feedforward(x), by_hand)


def test_interface_sgd_prints_a_line_per_epoch(digits, capsys):
    network = Network([64, 30, 10], rng=0)
    network.SGD(digits[0], 2, 10, 3.0, test_data=digits[1])
    right = network.evaluate(digits[1])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("Epoch 0: ")
    assert lines[1] == f"Epoch 1: {right} / 360"


def test_interface_update_mini_batch(digits):
    network = Network([64, 30, 10], rng=0)
    before = network.cost(*columns(digits[0][:10]))
    network.update_mini_batch(digits[0][:10], 1.0)
    assert network.cost(*columns(digits[0][:10])) < before


def columns(pairs):
    return np.hstack([x for x, _ in pairs]), np.hstack([y for _, y in pairs])


def test_interface_backprop(digits):
    network = Network([64, 30, 10], rng=0)
    nabla_b, nabla_w = network.backprop(*digits[0][0])
    assert [nabla.shape for nabla in nabla_b] == [b.shape for b in network.biases]
    assert [nabla.shape for nabla in nabla_w] == [W.shape for W in network.weights]


def test_interface_cost_derivative():
    a, y = np.array([[0.9], [0.2]]), np.array([[1.0], [0.0]])
    close(Network([3, 2]).cost_derivative(a, y), np.array([[-0.1], [0.2]]))


def test_interface_evaluate(digits):
    network = Network([64, 30, 10], rng=0)
    right = sum(int(np.argmax(network.feedforward(x))) == label for x, label in digits[1])
    assert network.evaluate(digits[1]) == right


def test_interface_sigmoid_and_sigmoid_prime():
    assert sigmoid(0.0) == 0.5
    assert sigmoid_prime(0.0) == 0.25
    assert relu(np.array([-2.0, 3.0])).tolist() == [0.0, 3.0]


def test_interface_the_books_own_feedforward_runs_on_tensors():
    """The book's loop over layers with np.dot, unchanged, on variables."""
    network = Network([4, 3, 2], rng=0)

    def feedforward(biases, weights, a):
        for b, w in zip(biases, weights, strict=True):
            a = 1.0 / (1.0 + np.exp(-(np.dot(w, a) + b)))
        return a

    x, y = np.full((4, 1), 0.5), np.array([[1.0], [0.0]])
    cost = lambda biases, weights: np.sum((feedforward(biases, weights, x) - y) ** 2) / 2
    value, (nabla_b, nabla_w) = value_and_grad(cost, argnums=(0, 1))(network.biases, network.weights)
    close(value, cost_with(network, x, y))
    for tape, hand in zip((nabla_b, nabla_w), network.backprop(x, y), strict=True):
        for t, h in zip(tape, hand, strict=True):
            close(t, h)


# Reference figures


def test_reference_digits(digits):
    """[64, 30, 10], mini-batches of 10, η = 3: 97 % and more of the held-out digits within 30 epochs."""
    training_data, test_data = digits
    right = Network([64, 30, 10], rng=0).SGD(training_data, 30, 10, 3.0, test_data, verbose=False)
    assert max(right) >= 0.97 * 360


@pytest.fixture(scope="module")
def mnist():
    """10,000 real MNIST digits: the first 8,000 to train on, the other 2,000 to test on."""
    folder = os.environ.get("MNIST_DIR")
    if not folder:
        pytest.skip(
            "MNIST_DIR is not set: it names the folder with t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz"
        )
    X, labels = load_mnist_idx(Path(folder) / "t10k-images-idx3-ubyte.gz", Path(folder) / "t10k-labels-idx1-ubyte.gz")
    return split(X, labels, 8000)


def test_reference_mnist_tape_trains_the_same_network_as_backprop(mnist):
    """One epoch, 800 mini-batches from one seed: weights and biases equal to 1e-10 relative."""
    trained = {}
    for gradient in ("autodiff", "backprop"):
        network = Network([784, 30, 10], rng=0)
        network.SGD(mnist[0], 1, 10, 3.0, gradient=gradient, verbose=False)
        trained[gradient] = network.biases + network.weights
    for tape, hand in zip(trained["autodiff"], trained["backprop"], strict=True):
        close(tape, hand, rtol=1e-10)


def test_reference_mnist_93_percent(mnist):
    """[784, 30, 10], mini-batches of 10, η = 3: 93 % of the test digits within 30 epochs."""
    network, best = Network([784, 30, 10], rng=0), 0
    for _ in range(30):
        best = max(best, *network.SGD(mnist[0], 1, 10, 3.0, mnist[1], verbose=False))
        if best >= 0.93 * 2000:
            break
    assert best >= 0.93 * 2000
