"""A backprop with a mistake in it: what is wrong, where, and the line one should have; then the same code repaired."""

import numpy as np

from nn import Network, check_backprop

rng = np.random.default_rng(0)
network = Network([3, 4, 4, 2], rng)
x, y = rng.standard_normal((3, 5)), rng.random((2, 5))  # columns are examples


def sigmoid(z):
    """The activation."""
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    """Its derivative, at the weighted input z."""
    return sigmoid(z) * (1 - sigmoid(z))


def backprop(network, x, y, slope):
    """The book's backprop for a whole mini-batch; `slope` stands for σ′(z) of the hidden layers."""
    zs, activations = [], [x]
    for b, W in zip(network.biases, network.weights, strict=True):
        zs.append(W @ activations[-1] + b)
        activations.append(sigmoid(zs[-1]))
    delta = (activations[-1] - y) / x.shape[1] * sigmoid_prime(zs[-1])
    nabla_b, nabla_w = [delta.sum(axis=1, keepdims=True)], [delta @ activations[-2].T]
    for l in range(2, network.num_layers):
        delta = network.weights[-l + 1].T @ delta * slope(zs[-l], activations[-l])
        nabla_b.insert(0, delta.sum(axis=1, keepdims=True))
        nabla_w.insert(0, delta @ activations[-l - 1].T)
    return nabla_b, nabla_w


def mine(network, x, y):
    """As first written: σ′ is taken at a, which is σ(z) already."""
    return backprop(network, x, y, lambda z, a: sigmoid_prime(a))


def repaired(network, x, y):
    """As the report says it should be."""
    return backprop(network, x, y, lambda z, a: sigmoid_prime(z))


report = check_backprop(network, mine, x, y)
print(report)
print()
print(check_backprop(network, repaired, x, y))

assert not report
assert report.first_wrong.layer == 2  # the output layer, 3, is right
assert "σ′ at a" in report.causes[0].said
assert check_backprop(network, repaired, x, y)
