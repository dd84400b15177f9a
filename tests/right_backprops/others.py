"""Right backprops of networks of other activations and costs."""

import numpy as np

from nn import Network

from .collection import right

TANH, RELU = {"activation": "tanh"}, {"activation": "relu"}
SQUARE, SOFTMAX = {"cost": "mean_squared_error"}, {"cost": "cross_entropy"}
BINARY = {"cost": "binary_cross_entropy"}


def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def backprop(net, x, y, sigma, slope, output_delta, last=None):
    zs, acts = [], [x]
    for w, b in zip(net.weights, net.biases, strict=True):
        zs.append(w @ acts[-1] + b)
        acts.append(sigma(zs[-1]))
    if last is not None:
        acts[-1] = last(zs[-1])
    delta = output_delta(acts[-1], zs[-1]) / x.shape[1]
    gb, gw = [delta.sum(axis=1, keepdims=True)], [delta @ acts[-2].T]
    for k in range(len(net.weights) - 1, 0, -1):
        delta = net.weights[k].T @ delta * slope(acts[k], zs[k - 1])
        gb.insert(0, delta.sum(axis=1, keepdims=True))
        gw.insert(0, delta @ acts[k - 1].T)
    return gb, gw


@right(kind=TANH)
def tanh_of_a(net, x, y):
    slope = lambda a, z: 1 - a**2
    return backprop(net, x, y, np.tanh, slope, lambda a, z: (a - y) * (1 - a**2))


@right(kind=TANH)
def tanh_factored(net, x, y):
    slope = lambda a, z: (1 - a) * (1 + a)
    return backprop(net, x, y, np.tanh, slope, lambda a, z: (a - y) * slope(a, z))


@right(kind=TANH)
def tanh_by_exponentials(net, x, y):
    def sech2(a, z):
        e = np.exp(-2 * np.abs(z))
        return 4 * e / (1 + e) ** 2

    return backprop(net, x, y, np.tanh, sech2, lambda a, z: (a - y) * sech2(a, z))


@right(kind=RELU)
def relu_zero_at_zero(net, x, y):
    slope = lambda a, z: (z > 0).astype(z.dtype)
    return backprop(net, x, y, lambda z: np.maximum(0, z), slope, lambda a, z: (a - y) * slope(a, z))


@right(kind=RELU)
def relu_one_at_zero(net, x, y):
    slope = lambda a, z: z >= 0
    return backprop(net, x, y, lambda z: z * (z >= 0), slope, lambda a, z: (a - y) * slope(a, z))


@right(kind=RELU)
def relu_half_at_zero(net, x, y):
    slope = lambda a, z: (np.sign(z) + 1) / 2
    return backprop(net, x, y, lambda z: (z + np.abs(z)) / 2, slope, lambda a, z: (a - y) * slope(a, z))


@right(kind=RELU)
def relu_slope_at_a(net, x, y):
    """σ′(a) is σ′(z) for ReLU: the same sign."""
    slope = lambda a, z: np.where(a > 0, 1.0, 0.0).astype(a.dtype)
    return backprop(net, x, y, lambda z: np.clip(z, 0, None), slope, lambda a, z: (a - y) * slope(a, z))


@right(kind=RELU, per_example=True)
class ReluInPlace(Network):
    def backprop(self, x, y):
        acts = [x]
        for w, b in zip(self.weights, self.biases, strict=True):
            z = w @ acts[-1] + b
            z[z < 0] = 0
            acts.append(z)
        delta = acts[-1] - y
        delta[acts[-1] <= 0] = 0
        gb, gw = [delta], [delta @ acts[-2].T]
        for l in range(2, self.num_layers):
            delta = self.weights[-l + 1].T @ delta
            delta[acts[-l] <= 0] = 0
            gb.insert(0, delta)
            gw.insert(0, delta @ acts[-l - 1].T)
        return gb, gw


@right(kind=SQUARE)
def twice_the_difference(net, x, y):
    slope = lambda a, z: a * (1 - a)
    return backprop(net, x, y, sigmoid, slope, lambda a, z: 2 * (a - y) * slope(a, z))


@right(kind=SQUARE, per_example=True)
class SquaredError(Network):
    def backprop(self, x, y):
        acts = [x]
        for w, b in zip(self.weights, self.biases, strict=True):
            acts.append(sigmoid(w @ acts[-1] + b))
        delta = -2 * (y - acts[-1]) * acts[-1] * (1 - acts[-1])
        gb, gw = [delta], [np.outer(delta, acts[-2])]
        for l in range(2, self.num_layers):
            delta = self.weights[-l + 1].T @ delta * acts[-l] * (1 - acts[-l])
            gb.insert(0, delta)
            gw.insert(0, np.outer(delta, acts[-l - 1]))
        return gb, gw


def softmax(z):
    e = np.exp(z - np.max(z, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)


@right(kind=SOFTMAX)
def a_minus_y(net, x, y):
    """For desired outputs that add up to one, δᴸ = a − y."""
    return backprop(net, x, y, sigmoid, lambda a, z: a * (1 - a), lambda a, z: a - y, last=softmax)


@right(kind=SOFTMAX, overflows=True)
def by_the_jacobian(net, x, y):
    """δᴸ = Jᵀ(−y/a) with J = diag(a) − a aᵀ, example by example."""

    def output_delta(a, z):
        delta = np.zeros_like(a)
        for j in range(a.shape[1]):
            p = a[:, j]
            delta[:, j] = (np.diag(p) - np.outer(p, p)) @ (-y[:, j] / p)
        return delta

    return backprop(net, x, y, sigmoid, lambda a, z: a * (1 - a), output_delta, last=softmax)


@right(kind=SOFTMAX)
def by_log_sum_exp(net, x, y):
    def output_delta(a, z):
        shifted = z - z.max(axis=0)
        logs = shifted - np.log(np.exp(shifted).sum(axis=0))
        return np.exp(logs) * y.sum(axis=0) - y

    return backprop(net, x, y, sigmoid, lambda a, z: a - a * a, output_delta, last=softmax)


@right(kind=BINARY)
def binary(net, x, y):
    return backprop(net, x, y, sigmoid, lambda a, z: a * (1 - a), lambda a, z: a - y)


@right(kind=BINARY, overflows=True)
def binary_by_the_chain_rule(net, x, y):
    output_delta = lambda a, z: ((1 - y) / (1 - a) - y / a) * (a * (1 - a))
    return backprop(net, x, y, sigmoid, lambda a, z: a * (1 - a), output_delta)
