"""Mistakes on networks of other activations and costs: tanh, ReLU, twice the quadratic cost, softmax with cross-entropy."""

# ruff: noqa: RUF059  the forward pass returns what any of them may need

import numpy as np

from .collection import told, wrong

TANH, RELU = {"activation": "tanh"}, {"activation": "relu"}
SQUARE, SOFTMAX = {"cost": "mean_squared_error"}, {"cost": "cross_entropy"}
BINARY = {"cost": "binary_cross_entropy"}
HIDDEN = ("last hidden", "first", "hidden")
ALL = ("output", *HIDDEN, "everywhere")


def backward(net, acts, delta, factor):
    """Return the gradient from the output's δ, with factor(k) = σ′ at the layer that has acts[k]."""
    gb, gw = [], []
    for k in range(len(net.weights) - 1, -1, -1):
        gb.insert(0, delta.sum(axis=1, keepdims=True))
        gw.insert(0, delta @ acts[k].T)
        if k:
            delta = net.weights[k].T @ delta * factor(k)
    return gb, gw


def tanh_forward(net, x):
    zs, acts = [None], [x]
    for w, b in zip(net.weights, net.biases, strict=True):
        zs.append(w @ acts[-1] + b)
        acts.append(np.tanh(zs[-1]))
    return zs, acts


@told("σ′ missing", *ALL, kind=TANH)
def tanh_without_slope(net, x, y, slips):
    zs, acts = tanh_forward(net, x)
    factor = lambda k: 1 if k in slips else 1 - acts[k] ** 2
    return backward(net, acts, (acts[-1] - y) / x.shape[1] * factor(len(zs) - 1), factor)


@told("σ′ at a", *ALL, kind=TANH)
def tanh_slope_at_a(net, x, y, slips):
    zs, acts = tanh_forward(net, x)
    factor = lambda k: 1 / np.cosh(acts[k] if k in slips else zs[k]) ** 2
    return backward(net, acts, (acts[-1] - y) / x.shape[1] * factor(len(zs) - 1), factor)


@told("σ, not σ′", "output", "hidden", kind=TANH)
def tanh_for_its_slope(net, x, y, slips):
    zs, acts = tanh_forward(net, x)
    factor = lambda k: acts[k] if k in slips else 1 - np.square(np.tanh(zs[k]))
    return backward(net, acts, (acts[-1] - y) / x.shape[1] * factor(len(zs) - 1), factor)


@told("z for a in σ′", "output", "hidden", kind=TANH)
def one_minus_z_squared(net, x, y, slips):
    zs, acts = tanh_forward(net, x)
    factor = lambda k: 1 - (zs if k in slips else acts)[k] ** 2
    return backward(net, acts, (acts[-1] - y) / x.shape[1] * factor(len(zs) - 1), factor)


@told("another activation's σ′", "output", "hidden", "everywhere", kind=TANH)
def sigmoid_slope_for_tanh(net, x, y, slips):
    zs, acts = tanh_forward(net, x)
    factor = lambda k: acts[k] * (1 - acts[k]) if k in slips else 1 - acts[k] * acts[k]
    return backward(net, acts, (acts[-1] - y) / x.shape[1] * factor(len(zs) - 1), factor)


@told("W not transposed", *HIDDEN, kind=TANH, may_raise=True)
def tanh_without_transpose(net, x, y, slips):
    zs, acts = tanh_forward(net, x)
    delta = (acts[-1] - y) * (1 - acts[-1] ** 2) / x.shape[1]
    gb, gw = [delta.sum(axis=1, keepdims=True)], [delta @ acts[-2].T]
    for k in range(len(net.weights) - 1, 0, -1):
        w = net.weights[k]
        delta = (w if k in slips else w.T) @ delta * (1 - acts[k] ** 2)
        gb, gw = [delta.sum(axis=1, keepdims=True), *gb], [delta @ acts[k - 1].T, *gw]
    return gb, gw


def relu_forward(net, x):
    zs, acts = [None], [x]
    for w, b in zip(net.weights, net.biases, strict=True):
        zs.append(w @ acts[-1] + b)
        acts.append(np.where(zs[-1] > 0, zs[-1], 0.0))
    return zs, acts


@told("σ′ missing", *ALL, kind=RELU)
def relu_without_slope(net, x, y, slips):
    zs, acts = relu_forward(net, x)
    factor = lambda k: 1 if k in slips else (acts[k] > 0)
    return backward(net, acts, (acts[-1] - y) / x.shape[1] * factor(len(zs) - 1), factor)


@told("σ, not σ′", "output", "hidden", kind=RELU)
def relu_for_its_slope(net, x, y, slips):
    zs, acts = relu_forward(net, x)
    factor = lambda k: np.maximum(zs[k], 0) if k in slips else np.heaviside(zs[k], 0)
    return backward(net, acts, (acts[-1] - y) / x.shape[1] * factor(len(zs) - 1), factor)


@told("z, not a", "output", "above first", kind=RELU)
def relu_z_for_a(net, x, y, slips):
    zs, acts = relu_forward(net, x)
    delta = (acts[-1] - y) * (zs[-1] > 0) / x.shape[1]
    gb, gw = [], []
    for k in range(len(net.weights), 0, -1):
        gb.insert(0, delta.sum(axis=1, keepdims=True))
        gw.insert(0, delta @ (zs if k in slips else acts)[k - 1].T)
        if k > 1:
            delta = net.weights[k - 1].T @ delta * (zs[k - 1] > 0)
    return gb, gw


def sigmoid_forward(net, x, last=None):
    zs, acts = [None], [x]
    for w, b in zip(net.weights, net.biases, strict=True):
        zs.append(w @ acts[-1] + b)
        acts.append(1 / (1 + np.exp(-zs[-1])))
    if last is not None:
        acts[-1] = last(zs[-1])
    return zs, acts


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


@wrong("2 forgotten", kind=SQUARE)
def quadratic_for_its_double(net, x, y):
    zs, acts = sigmoid_forward(net, x)
    factor = lambda k: acts[k] * (1 - acts[k])
    return backward(net, acts, (acts[-1] - y) / x.shape[1] * factor(len(zs) - 1), factor)


@wrong("sum, not mean", batch=True, kind=SQUARE)
def double_and_summed(net, x, y):
    zs, acts = sigmoid_forward(net, x)
    factor = lambda k: acts[k] * (1 - acts[k])
    return backward(net, acts, 2 * (acts[-1] - y) * factor(len(zs) - 1), factor)


@wrong("extra σ′ on cross-entropy", "output", kind=SOFTMAX, outputs=2)
def quadratic_delta_on_cross_entropy(net, x, y):
    zs, acts = sigmoid_forward(net, x, softmax)
    factor = lambda k: acts[k] * (1 - acts[k])
    return backward(net, acts, (acts[-1] - y) / x.shape[1] * factor(len(zs) - 1), factor)


@wrong("extra σ′ on cross-entropy", "output", kind=SOFTMAX, outputs=2)
def with_sigmoid_prime(net, X, Y):
    def sigmoid_prime(z):
        return 1 / (1 + np.exp(-z)) * (1 - 1 / (1 + np.exp(-z)))

    zs, acts = sigmoid_forward(net, X, softmax)
    delta = (acts[-1] - Y) * sigmoid_prime(zs[-1]) / X.shape[1]
    return backward(net, acts, delta, lambda k: sigmoid_prime(zs[k]))


@wrong("sign", kind=SOFTMAX, outputs=2)
def softmax_sign(net, x, y):
    zs, acts = sigmoid_forward(net, x, softmax)
    return backward(net, acts, (y - acts[-1]) / x.shape[1], lambda k: acts[k] * (1 - acts[k]))


@wrong("sum, not mean", kind=SOFTMAX, outputs=2, batch=True)
def softmax_summed(net, x, y):
    zs, acts = sigmoid_forward(net, x, softmax)
    return backward(net, acts, acts[-1] - y, lambda k: acts[k] * (1 - acts[k]))


@told("σ′ missing", *HIDDEN, kind=SOFTMAX, outputs=2)
def softmax_hidden_without_slope(net, x, y, slips):
    zs, acts = sigmoid_forward(net, x, softmax)
    return backward(net, acts, (acts[-1] - y) / x.shape[1], lambda k: 1 if k in slips else acts[k] * (1 - acts[k]))


@told("W not transposed", *HIDDEN, kind=SOFTMAX, outputs=2, may_raise=True)
def softmax_without_transpose(net, x, y, slips):
    zs, acts = sigmoid_forward(net, x, softmax)
    delta = (acts[-1] - y) / x.shape[1]
    gb, gw = [delta.sum(axis=1, keepdims=True)], [delta @ acts[-2].T]
    for k in range(len(net.weights) - 1, 0, -1):
        w = net.weights[k]
        delta = (w if k in slips else w.T) @ delta * acts[k] * (1 - acts[k])
        gb, gw = [delta.sum(axis=1, keepdims=True), *gb], [delta @ acts[k - 1].T, *gw]
    return gb, gw


@wrong("softmax taken for a sigmoid", "output", kind=SOFTMAX, outputs=2)
def only_the_diagonal(net, x, y):
    """The derivative −y/a of the cost is right, and then each output is thought to depend on its own z alone."""
    zs, acts = sigmoid_forward(net, x, softmax)
    delta = -y / acts[-1] * acts[-1] * (1 - acts[-1]) / x.shape[1]
    return backward(net, acts, delta, lambda k: acts[k] * (1 - acts[k]))


@wrong("σ′ missing", "output", kind=SOFTMAX, outputs=2)
def minus_y_over_a(net, x, y):
    """The derivative −y/a of the cost by the output, and nothing of the softmax's."""
    zs, acts = sigmoid_forward(net, x, softmax)
    return backward(net, acts, -y / acts[-1] / x.shape[1], lambda k: acts[k] * (1 - acts[k]))


@wrong("extra σ′ on cross-entropy", "output", kind=BINARY)
def quadratic_delta_on_binary(net, x, y):
    zs, acts = sigmoid_forward(net, x)
    delta = (acts[-1] - y) / x.shape[1] * acts[-1] * (1 - acts[-1])
    return backward(net, acts, delta, lambda k: acts[k] * (1 - acts[k]))


@wrong("σ′ missing", "output", kind=BINARY)
def cost_derivative_alone(net, x, y):
    zs, acts = sigmoid_forward(net, x)
    delta = ((1 - y) / (1 - acts[-1]) - y / acts[-1]) / x.shape[1]
    return backward(net, acts, delta, lambda k: acts[k] * (1 - acts[k]))


@wrong("sign", kind=BINARY)
def binary_sign(net, x, y):
    zs, acts = sigmoid_forward(net, x)
    return backward(net, acts, (y - acts[-1]) / x.shape[1], lambda k: acts[k] * (1 - acts[k]))
