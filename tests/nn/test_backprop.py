"""One gradient, computed four ways: by hand per example, by hand in matrices, by the tape, by central differences.

Two correct computations differ by rounding. How much they may differ depends on the network: where neurons saturate or
weights are large, rounding is amplified. ``rounding_bounds`` carries a bound for it through the network, so that the
comparison is as strict as arithmetic allows on every network, and no tolerance had to be tuned.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nn import GRADIENTS, Network, one_hot, sigmoid

SATURATED, TINY = 30.0, 1e-3


@dataclass
class Case:
    network: Network
    X: np.ndarray
    Y: np.ndarray

    def in_float64(self):
        exact = Network(self.network.sizes, cost=self.network.cost_name, activation=self.network.activation_name)
        exact.biases = [b.astype(np.float64) for b in self.network.biases]
        exact.weights = [W.astype(np.float64) for W in self.network.weights]
        return Case(exact, self.X.astype(np.float64), self.Y.astype(np.float64))


@st.composite
def cases(draw, dtypes=(np.float32, np.float64), activation="sigmoid"):
    dtype = draw(st.sampled_from(dtypes))
    sizes = draw(st.lists(st.integers(1, 40), min_size=2, max_size=6))
    m = draw(st.integers(1, 32))
    scale = draw(st.sampled_from([1.0, 1.0, TINY, SATURATED]))
    cost = draw(st.sampled_from(["quadratic", "mean_squared_error"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    network = Network(sizes, rng, cost=cost, dtype=dtype, activation=activation)
    network.biases = [(scale * b).astype(dtype) for b in network.biases]
    network.weights = [(scale * W).astype(dtype) for W in network.weights]
    X = rng.random((sizes[0], m)).astype(dtype)
    return Case(network, X, one_hot(rng.integers(0, sizes[-1], m), sizes[-1], dtype))


def rounding_bounds(case, dtype):
    """Bound the rounding error of ∂C/∂b and ∂C/∂W for a sigmoid network.

    Each line is the error of the corresponding line of backprop: what its operands bring along, plus its own rounding.
    Within a distance e of z, σ′ is at most eᵉ times as large, since |(ln σ′)′| ≤ 1; and never above ¼.
    """
    net, m = case.network, case.X.shape[1]
    eps, underflow = float(np.finfo(dtype).eps), float(np.finfo(dtype).tiny)
    a, a_error = case.X, np.zeros_like(case.X)
    layers = []
    for b, W in zip(net.biases, net.weights, strict=True):
        z_error = abs(W) @ a_error + (W.shape[1] + 1) * eps * (abs(W) @ abs(a) + abs(b))
        before = (a, a_error)
        a = sigmoid(W @ a + b)
        slope = a * (1 - a)
        a_error = np.minimum(slope * np.exp(np.minimum(z_error, 40)), 0.25) * z_error + 4 * eps * a + underflow
        layers.append((W, *before, slope, a_error))  # |(σ′)′| ≤ σ′, so σ′ has the same error as σ
    scale = 2 if net.cost_name == "mean_squared_error" else 1
    up, up_error = scale * abs(a - case.Y), scale * (a_error + eps * abs(a - case.Y))
    bounds_b, bounds_w = [], []
    for W, a_in, a_in_error, slope, slope_error in reversed(layers):
        delta, delta_error = up * slope, up_error * (slope + slope_error) + up * (slope_error + eps * slope)
        bounds_b.insert(0, (delta_error + m * eps * delta).sum(axis=1, keepdims=True) / m)
        bounds_w.insert(
            0, (delta_error @ a_in.T + (delta + delta_error) @ a_in_error.T + (m + 2) * eps * (delta @ a_in.T)) / m
        )
        up = abs(W).T @ delta
        up_error = abs(W).T @ delta_error + W.shape[0] * eps * up
    return bounds_b, bounds_w


def assert_close(got, right, bounds):
    for kind, ours, theirs, bound in zip(("biases", "weights"), got, right, bounds, strict=True):
        for k, (g, r, limit) in enumerate(zip(ours, theirs, bound, strict=True)):
            assert g.shape == r.shape
            excess = abs(g - r) / np.maximum(limit, np.finfo(g.dtype).tiny)
            assert excess.max() <= 2, f"{kind}[{k}] off by {abs(g - r).max():.2e}, largest entry {abs(r).max():.2e}"


@pytest.mark.parametrize("gradient", ["backprop", "autodiff"])
@settings(deadline=None)
@given(case=cases())
def test_loop_and_tape_equal_the_matrix_form(gradient, case):
    got, matrix = GRADIENTS[gradient](case.network, case.X, case.Y), GRADIENTS["matrix"](case.network, case.X, case.Y)
    assert_close(got, matrix, rounding_bounds(case.in_float64(), case.network.dtype))


@pytest.mark.parametrize("gradient", sorted(GRADIENTS))
@settings(deadline=None)
@given(case=cases(dtypes=[np.float32]))
def test_float32_gradients_equal_float64_ones(gradient, case):
    exact = case.in_float64()
    got = GRADIENTS[gradient](case.network, case.X, case.Y)
    right = GRADIENTS["matrix"](exact.network, exact.X, exact.Y)
    assert_close(got, right, rounding_bounds(exact, np.float32))


@pytest.mark.parametrize("gradient", sorted(GRADIENTS))
@settings(deadline=None)
@given(case=cases(), direction_seed=st.integers(0, 2**32 - 1))
def test_gradients_equal_central_differences(gradient, case, direction_seed):
    case = case.in_float64()
    compare_with_central_differences(gradient, case, direction_seed)


@pytest.mark.parametrize("gradient", sorted(GRADIENTS))
@pytest.mark.parametrize("activation", ["tanh", "relu"])
@settings(deadline=None, max_examples=25)
@given(data=st.data(), direction_seed=st.integers(0, 2**32 - 1))
def test_other_activations_equal_central_differences(gradient, activation, data, direction_seed):
    case = data.draw(cases(dtypes=[np.float64], activation=activation))
    compare_with_central_differences(gradient, case, direction_seed)


def firing(network, X):
    """Return which neurons of a ReLU network fire, as bytes."""
    pattern = b""
    for b, W in zip(network.biases, network.weights, strict=True):
        X = W @ X + b
        pattern += (X > 0).tobytes()
        X = np.maximum(X, 0)
    return pattern


def compare_with_central_differences(gradient, case, direction_seed):
    """Compare ⟨∇C, d⟩ for a random direction d with D(h) = (C(p + h d) − C(p − h d)) / 2h.

    The error of the extrapolation (4 D(h) − D(2h)) / 3 is at most |D(h) − D(2h)|, plus rounding: the computed C is the
    exact one of parameters that differ by a few ε. Of several h the one with the least sum is taken: where neurons are
    saturated, C is a staircase, and only the smallest steps see its slope. A ReLU network must have no kink in between.
    """
    net, X, Y = case.network, case.X, case.Y
    nabla = [g for layer in zip(*GRADIENTS[gradient](net, X, Y), strict=True) for g in layer]
    start = [p for layer in zip(net.biases, net.weights, strict=True) for p in layer]
    rng = np.random.default_rng(direction_seed)
    direction = [rng.standard_normal(p.shape) for p in start]
    slope = sum(np.vdot(g, d) for g, d in zip(nabla, direction, strict=True))

    def moved(t):
        parameters = [p + t * d for p, d in zip(start, direction, strict=True)]
        net.biases, net.weights = parameters[::2], parameters[1::2]
        return net

    def quotient(h):
        return (moved(h).cost(X, Y) - moved(-h).cost(X, Y)) / (2 * h)

    rounding = 1e-13 * (
        1 + moved(0).cost(X, Y) + sum(np.vdot(abs(g), abs(p)) for g, p in zip(nabla, start, strict=True))
    )
    smooth = net.activation_name != "relu"
    steps = np.array([1e-4, 1e-5, 1e-6, 1e-7] if smooth else [1e-6]) / max(1.0, *(np.linalg.norm(g) for g in nabla))
    if not smooth:
        assume(len({firing(moved(t), X) for t in (-2 * steps[0], 0, 2 * steps[0])}) == 1)
    fine, coarse = np.array([quotient(h) for h in steps]), np.array([quotient(2 * h) for h in steps])
    uncertainty = abs(fine - coarse) + rounding / steps
    best = np.argmin(uncertainty)
    assert abs(slope - (4 * fine - coarse)[best] / 3) <= uncertainty[best]


@pytest.mark.parametrize("gradient", sorted(GRADIENTS))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_single_entry_equals_its_central_difference(gradient, dtype):
    rng = np.random.default_rng(3)
    case = Case(Network([3, 4, 2], rng, dtype=dtype), rng.random((3, 5)), rng.random((2, 5)))
    nablas = GRADIENTS[gradient](case.network, case.X, case.Y)
    exact = case.in_float64()
    for nabla, parameters in zip(nablas, (exact.network.biases, exact.network.weights), strict=True):
        for g, p in zip(nabla, parameters, strict=True):
            for at in np.ndindex(p.shape):
                original, costs = p[at], []
                for t in (1e-5, -1e-5):
                    p[at] = original + t
                    costs.append(exact.network.cost(exact.X, exact.Y))
                p[at] = original
                np.testing.assert_allclose(
                    g[at], (costs[0] - costs[1]) / 2e-5, atol=1e-6 if dtype == np.float32 else 1e-10
                )


@pytest.mark.parametrize("gradient", sorted(GRADIENTS))
@settings(deadline=None, max_examples=20)
@given(case=cases())
def test_gradients_have_the_shapes_and_dtypes_of_their_parameters(gradient, case):
    before = [p.copy() for p in case.network.biases + case.network.weights]
    nabla_b, nabla_w = GRADIENTS[gradient](case.network, case.X, case.Y)
    for g, p in zip([*nabla_b, *nabla_w], case.network.biases + case.network.weights, strict=True):
        assert (g.shape, g.dtype) == (p.shape, p.dtype)
    for old, p in zip(before, case.network.biases + case.network.weights, strict=True):
        np.testing.assert_array_equal(old, p)


@pytest.mark.parametrize("gradient", sorted(GRADIENTS))
def test_a_mini_batch_is_averaged_over_its_own_size(gradient):
    rng = np.random.default_rng(0)
    network, x, y = Network([3, 4, 2], rng), rng.random((3, 1)), rng.random((2, 1))
    once = GRADIENTS[gradient](network, x, y)
    thrice = GRADIENTS[gradient](network, np.tile(x, 3), np.tile(y, 3))
    for a, b in zip(once[0] + once[1], thrice[0] + thrice[1], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_the_equations_on_the_smallest_network():
    network = Network([1, 1])
    network.weights, network.biases = [np.array([[2.0]])], [np.array([[-1.0]])]
    (nabla_b,), (nabla_w,) = network.backprop(np.array([[0.5]]), np.array([[1.0]]))
    delta = (0.5 - 1) * 0.25  # z = 2·½ − 1 = 0, a = ½, σ′ = ¼
    np.testing.assert_array_equal(nabla_b, [[delta]])
    np.testing.assert_array_equal(nabla_w, [[delta * 0.5]])


def test_a_subclass_may_bring_its_own_backprop():
    class Doubled(Network):
        def backprop(self, x, y):
            nabla_b, nabla_w = super().backprop(x, y)
            return [2 * g for g in nabla_b], [2 * g for g in nabla_w]

    rng = np.random.default_rng(0)
    X, Y = rng.random((3, 4)), rng.random((2, 4))
    plain, doubled = (GRADIENTS["backprop"](kind([3, 2], rng=1), X, Y) for kind in (Network, Doubled))
    np.testing.assert_allclose(doubled[1][0], 2 * plain[1][0], rtol=1e-15)
