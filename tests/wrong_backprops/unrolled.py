"""No loop: every layer written out, for networks with two or with three layers of weights."""

# ruff: noqa: RUF059  the forward pass returns what any of them may need

import numpy as np

from .collection import wrong


def expit(z):
    return np.reciprocal(1 + np.exp(-z))


def three(network, X):
    w1, w2, w3 = network.weights
    b1, b2, b3 = network.biases
    z1 = w1 @ X + b1
    a1 = expit(z1)
    z2 = w2 @ a1 + b2
    a2 = expit(z2)
    z3 = w3 @ a2 + b3
    return z1, a1, z2, a2, z3, expit(z3)


def two(network, X):
    (w1, w2), (b1, b2) = network.weights, network.biases
    h = w1.dot(X) + b1
    s = expit(h)
    u = w2.dot(s) + b2
    return h, s, u, expit(u)


def ds(z):
    return expit(z) * expit(-z)


def rowsums(delta):
    return delta @ np.ones((delta.shape[1], 1))


@wrong("sign", "everywhere", depth=3)
def y_minus_a(network, X, Y):
    z1, a1, z2, a2, z3, a3 = three(network, X)
    d3 = (Y - a3) * ds(z3) / X.shape[1]
    d2 = (network.weights[2].T @ d3) * ds(z2)
    d1 = (network.weights[1].T @ d2) * ds(z1)
    return [rowsums(d3), rowsums(d2), rowsums(d1)][::-1], [d1 @ X.T, d2 @ a1.T, d3 @ a2.T]


@wrong("σ′ missing", "first", depth=3)
def last_step_forgotten(network, X, Y):
    z1, a1, z2, a2, z3, a3 = three(network, X)
    d3 = (a3 - Y) * ds(z3) / X.shape[1]
    d2 = (network.weights[2].T @ d3) * ds(z2)
    d1 = network.weights[1].T @ d2
    return (rowsums(d1), rowsums(d2), rowsums(d3)), (d1 @ X.T, d2 @ a1.T, d3 @ a2.T)


@wrong("σ′ missing", "first", depth=2)
def last_step_of_two_forgotten(network, X, Y):
    h, s, u, o = two(network, X)
    delta = (o - Y) * o * (1 - o) / X.shape[1]
    hidden = network.weights[1].T.dot(delta)
    return [rowsums(hidden), rowsums(delta)], [hidden.dot(X.T), delta.dot(s.T)]


@wrong("σ′ missing", "output", depth=2)
def no_slope_at_the_output(network, X, Y):
    h, s, u, o = two(network, X)
    delta = (o - Y) / X.shape[1]
    hidden = network.weights[1].T.dot(delta) * s * (1 - s)
    return [rowsums(hidden), rowsums(delta)], [hidden.dot(X.T), delta.dot(s.T)]


@wrong("σ′ at a", "last hidden", depth=3)
def second_slope_at_a(network, X, Y):
    z1, a1, z2, a2, z3, a3 = three(network, X)
    d3 = (a3 - Y) * ds(z3) / X.shape[1]
    d2 = (network.weights[2].T @ d3) * ds(a2)
    d1 = (network.weights[1].T @ d2) * ds(z1)
    return [rowsums(d1), rowsums(d2), rowsums(d3)], [d1 @ X.T, d2 @ a1.T, d3 @ a2.T]


@wrong("σ, not σ′", "output", depth=3)
def expit_itself(network, X, Y):
    z1, a1, z2, a2, z3, a3 = three(network, X)
    d3 = (a3 - Y) * expit(z3) / X.shape[1]
    d2 = (network.weights[2].T @ d3) * ds(z2)
    d1 = (network.weights[1].T @ d2) * ds(z1)
    return [rowsums(d1), rowsums(d2), rowsums(d3)], [d1 @ X.T, d2 @ a1.T, d3 @ a2.T]


@wrong("z(1 − z)", "first", depth=2)
def h_for_s(network, X, Y):
    h, s, u, o = two(network, X)
    delta = (o - Y) * o * (1 - o) / X.shape[1]
    hidden = network.weights[1].T.dot(delta) * h * (1 - h)
    return [rowsums(hidden), rowsums(delta)], [hidden.dot(X.T), delta.dot(s.T)]


@wrong("z(1 − z)", "output", depth=3)
def z3_for_a3(network, X, Y):
    z1, a1, z2, a2, z3, a3 = three(network, X)
    d3 = (a3 - Y) * z3 * (1 - z3) / X.shape[1]
    d2 = (network.weights[2].T @ d3) * a2 * (1 - a2)
    d1 = (network.weights[1].T @ d2) * a1 * (1 - a1)
    return [rowsums(d1), rowsums(d2), rowsums(d3)], [d1 @ X.T, d2 @ a1.T, d3 @ a2.T]


@wrong("W not transposed", "first", depth=3, may_raise=True)
def second_transpose_forgotten(network, X, Y):
    z1, a1, z2, a2, z3, a3 = three(network, X)
    d3 = (a3 - Y) * ds(z3) / X.shape[1]
    d2 = (network.weights[2].T @ d3) * ds(z2)
    d1 = (network.weights[1] @ d2) * ds(z1)
    return [rowsums(d1), rowsums(d2), rowsums(d3)], [d1 @ X.T, d2 @ a1.T, d3 @ a2.T]


@wrong("the wrong layer's W", "first", depth=3, may_raise=True)
def third_weights_again(network, X, Y):
    z1, a1, z2, a2, z3, a3 = three(network, X)
    d3 = (a3 - Y) * ds(z3) / X.shape[1]
    d2 = (network.weights[2].T @ d3) * ds(z2)
    d1 = (network.weights[2].T @ d2) * ds(z1)
    return [rowsums(d1), rowsums(d2), rowsums(d3)], [d1 @ X.T, d2 @ a1.T, d3 @ a2.T]


@wrong("the wrong layer's W", "last hidden", depth=3, may_raise=True)
def first_weights(network, X, Y):
    z1, a1, z2, a2, z3, a3 = three(network, X)
    d3 = (a3 - Y) * ds(z3) / X.shape[1]
    d2 = (network.weights[0].T @ d3) * ds(z2)
    d1 = (network.weights[1].T @ d2) * ds(z1)
    return [rowsums(d1), rowsums(d2), rowsums(d3)], [d1 @ X.T, d2 @ a1.T, d3 @ a2.T]


@wrong("the wrong layer's δ", "first", depth=3, may_raise=True)
def d3_for_d2(network, X, Y):
    z1, a1, z2, a2, z3, a3 = three(network, X)
    d3 = (a3 - Y) * ds(z3) / X.shape[1]
    d2 = (network.weights[2].T @ d3) * ds(z2)
    d1 = (network.weights[1].T @ d3) * ds(z1)
    return [rowsums(d1), rowsums(d2), rowsums(d3)], [d1 @ X.T, d2 @ a1.T, d3 @ a2.T]


@wrong("the wrong layer's δ in ∂C/∂W", "last hidden", depth=3, may_raise=True)
def d3_in_dw2(network, X, Y):
    z1, a1, z2, a2, z3, a3 = three(network, X)
    d3 = (a3 - Y) * ds(z3) / X.shape[1]
    d2 = (network.weights[2].T @ d3) * ds(z2)
    d1 = (network.weights[1].T @ d2) * ds(z1)
    return [rowsums(d1), rowsums(d2), rowsums(d3)], [d1 @ X.T, d3 @ a1.T, d3 @ a2.T]


@wrong("the wrong layer's δ in ∂C/∂W", "first", depth=2, may_raise=True)
def delta_in_both(network, X, Y):
    h, s, u, o = two(network, X)
    delta = (o - Y) * o * (1 - o) / X.shape[1]
    hidden = network.weights[1].T.dot(delta) * s * (1 - s)
    return [rowsums(hidden), rowsums(delta)], [delta.dot(X.T), delta.dot(s.T)]


@wrong("the wrong layer's δ in ∂C/∂b", "first", depth=3)
def d2_in_db1(network, X, Y):
    z1, a1, z2, a2, z3, a3 = three(network, X)
    d3 = (a3 - Y) * ds(z3) / X.shape[1]
    d2 = (network.weights[2].T @ d3) * ds(z2)
    d1 = (network.weights[1].T @ d2) * ds(z1)
    return [rowsums(d2), rowsums(d2), rowsums(d3)], [d1 @ X.T, d2 @ a1.T, d3 @ a2.T]


@wrong("δaᵀ transposed", "output", depth=2)
def a_delta(network, X, Y):
    h, s, u, o = two(network, X)
    delta = (o - Y) * o * (1 - o) / X.shape[1]
    hidden = network.weights[1].T.dot(delta) * s * (1 - s)
    return [rowsums(hidden), rowsums(delta)], [hidden.dot(X.T), s.dot(delta.T)]


@wrong("z, not a", "last hidden", depth=3)
def z1_for_a1(network, X, Y):
    z1, a1, z2, a2, z3, a3 = three(network, X)
    d3 = (a3 - Y) * ds(z3) / X.shape[1]
    d2 = (network.weights[2].T @ d3) * ds(z2)
    d1 = (network.weights[1].T @ d2) * ds(z1)
    return [rowsums(d1), rowsums(d2), rowsums(d3)], [d1 @ X.T, d2 @ z1.T, d3 @ a2.T]


@wrong("aˡ, not aˡ⁻¹", "output", depth=3)
def a3_for_a2(network, X, Y):
    z1, a1, z2, a2, z3, a3 = three(network, X)
    d3 = (a3 - Y) * ds(z3) / X.shape[1]
    d2 = (network.weights[2].T @ d3) * ds(z2)
    d1 = (network.weights[1].T @ d2) * ds(z1)
    return [rowsums(d1), rowsums(d2), rowsums(d3)], [d1 @ X.T, d2 @ a1.T, d3 @ a3.T]


@wrong("bias averaged twice", "output", depth=3, batch=True)
def mean_of_d3(network, X, Y):
    z1, a1, z2, a2, z3, a3 = three(network, X)
    d3 = (a3 - Y) * ds(z3) / X.shape[1]
    d2 = (network.weights[2].T @ d3) * ds(z2)
    d1 = (network.weights[1].T @ d2) * ds(z1)
    return [rowsums(d1), rowsums(d2), d3.mean(axis=1).reshape(-1, 1)], [d1 @ X.T, d2 @ a1.T, d3 @ a2.T]


@wrong("½ forgotten", "everywhere", depth=2)
def derivative_of_the_square(network, X, Y):
    h, s, u, o = two(network, X)
    delta = 2 * (o - Y) * o * (1 - o) / X.shape[1]
    hidden = network.weights[1].T.dot(delta) * s * (1 - s)
    return [rowsums(hidden), rowsums(delta)], [hidden.dot(X.T), delta.dot(s.T)]


@wrong("sum, not mean", "everywhere", depth=2, batch=True)
def m_forgotten(network, X, Y):
    h, s, u, o = two(network, X)
    delta = (o - Y) * o * (1 - o)
    hidden = network.weights[1].T.dot(delta) * s * (1 - s)
    return [rowsums(hidden), rowsums(delta)], [hidden.dot(X.T), delta.dot(s.T)]


@wrong("bias left zero", "everywhere", depth=2)
def no_bias_at_all(network, X, Y):
    h, s, u, o = two(network, X)
    delta = (o - Y) * o * (1 - o) / X.shape[1]
    hidden = network.weights[1].T.dot(delta) * s * (1 - s)
    return [np.zeros_like(b) for b in network.biases], [hidden.dot(X.T), delta.dot(s.T)]
