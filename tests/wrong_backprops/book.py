"""The book's backprop, one example at a time, negative layer numbers, with one line gone wrong.

Some are functions, some are methods of a Network's subclass, as somebody has it who changed the book's class. For a
mini-batch it is the caller who adds up the examples.
"""

# ruff: noqa: RUF059  the forward pass returns what any of them may need

import numpy as np

from nn import Network

from .collection import wrong


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def feed(network, x):
    activation, activations, zs = x, [x], []
    for b, w in zip(network.biases, network.weights, strict=True):
        z = np.dot(w, activation) + b
        zs.append(z)
        activation = sigmoid(z)
        activations.append(activation)
    return activations, zs


def zeros(network):
    return [np.zeros(b.shape) for b in network.biases], [np.zeros(w.shape) for w in network.weights]


@wrong("sign", "everywhere", per_example=True)
class DesiredMinusActual(Network):
    def cost_derivative(self, output_activations, y):
        return y - output_activations

    def backprop(self, x, y):
        nabla_b, nabla_w = zeros(self)
        activations, zs = feed(self, x)
        delta = self.cost_derivative(activations[-1], y) * sigmoid_prime(zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].transpose())
        for l in range(2, self.num_layers):
            delta = np.dot(self.weights[-l + 1].transpose(), delta) * sigmoid_prime(zs[-l])
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
        return nabla_b, nabla_w


@wrong("½ forgotten", "everywhere", per_example=True)
class NoHalf(Network):
    def cost_derivative(self, output_activations, y):
        return 2 * (output_activations - y)


@wrong("σ′ missing", "output", per_example=True)
class CrossEntropyDelta(Network):
    def backprop(self, x, y):
        nabla_b, nabla_w = zeros(self)
        activations, zs = feed(self, x)
        delta = activations[-1] - y  # as in chapter 3, where the cost is another one
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].transpose())
        for l in range(2, self.num_layers):
            sp = sigmoid_prime(zs[-l])
            delta = np.dot(self.weights[-l + 1].transpose(), delta) * sp
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
        return nabla_b, nabla_w


@wrong("σ′ at a", "everywhere", per_example=True)
def slope_at_activations(network, x, y):
    nabla_b, nabla_w = zeros(network)
    activations, zs = feed(network, x)
    delta = (activations[-1] - y) * sigmoid_prime(activations[-1])
    nabla_b[-1] = delta
    nabla_w[-1] = np.dot(delta, activations[-2].transpose())
    for l in range(2, network.num_layers):
        delta = np.dot(network.weights[-l + 1].transpose(), delta) * sigmoid_prime(activations[-l])
        nabla_b[-l] = delta
        nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
    return nabla_b, nabla_w


@wrong("σ, not σ′", "hidden", per_example=True)
def sigma_in_the_loop(network, x, y):
    nabla_b, nabla_w = zeros(network)
    activations, zs = feed(network, x)
    delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
    nabla_b[-1] = delta
    nabla_w[-1] = np.dot(delta, activations[-2].transpose())
    for l in range(2, network.num_layers):
        delta = np.dot(network.weights[-l + 1].transpose(), delta) * sigmoid(zs[-l])
        nabla_b[-l] = delta
        nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
    return nabla_b, nabla_w


@wrong("W not transposed", "hidden", per_example=True, may_raise=True)
def straight_weights(network, x, y):
    nabla_b, nabla_w = zeros(network)
    activations, zs = feed(network, x)
    delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
    nabla_b[-1] = delta
    nabla_w[-1] = np.dot(delta, activations[-2].transpose())
    for l in range(2, network.num_layers):
        delta = np.dot(network.weights[-l + 1], delta) * sigmoid_prime(zs[-l])
        nabla_b[-l] = delta
        nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
    return nabla_b, nabla_w


@wrong("the wrong layer's W", "hidden", per_example=True, may_raise=True)
def minus_l(network, x, y):
    nabla_b, nabla_w = zeros(network)
    activations, zs = feed(network, x)
    delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
    nabla_b[-1] = delta
    nabla_w[-1] = np.dot(delta, activations[-2].transpose())
    for l in range(2, network.num_layers):
        delta = np.dot(network.weights[-l].transpose(), delta) * sigmoid_prime(zs[-l])
        nabla_b[-l] = delta
        nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
    return nabla_b, nabla_w


@wrong("the wrong layer's δ", "below last hidden", per_example=True, may_raise=True)
def delta_never_replaced(network, x, y):
    nabla_b, nabla_w = zeros(network)
    activations, zs = feed(network, x)
    delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
    nabla_b[-1] = delta
    nabla_w[-1] = np.dot(delta, activations[-2].transpose())
    for l in range(2, network.num_layers):
        hidden_delta = np.dot(network.weights[-l + 1].transpose(), delta) * sigmoid_prime(zs[-l])
        nabla_b[-l] = hidden_delta
        nabla_w[-l] = np.dot(hidden_delta, activations[-l - 1].transpose())
    return nabla_b, nabla_w


@wrong("aˡ, not aˡ⁻¹", "hidden", per_example=True)
def minus_l_of_activations(network, x, y):
    nabla_b, nabla_w = zeros(network)
    activations, zs = feed(network, x)
    delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
    nabla_b[-1] = delta
    nabla_w[-1] = np.dot(delta, activations[-2].transpose())
    for l in range(2, network.num_layers):
        delta = np.dot(network.weights[-l + 1].transpose(), delta) * sigmoid_prime(zs[-l])
        nabla_b[-l] = delta
        nabla_w[-l] = np.dot(delta, activations[-l].transpose())
    return nabla_b, nabla_w


@wrong("z, not a", "output", per_example=True)
class WeightedInput(Network):
    def backprop(self, x, y):
        nabla_b, nabla_w = zeros(self)
        activations, zs = feed(self, x)
        zs = [x, *zs]
        delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, zs[-2].transpose())
        for l in range(2, self.num_layers):
            delta = np.dot(self.weights[-l + 1].transpose(), delta) * sigmoid_prime(zs[-l])
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
        return nabla_b, nabla_w


@wrong("bias left zero", "hidden", per_example=True)
class BiasOnlyAtTheOutput(Network):
    def backprop(self, x, y):
        nabla_b, nabla_w = zeros(self)
        activations, zs = feed(self, x)
        delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].transpose())
        for l in range(2, self.num_layers):
            delta = np.dot(self.weights[-l + 1].transpose(), delta) * sigmoid_prime(zs[-l])
            nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
        return nabla_b, nabla_w


@wrong("δaᵀ transposed", "everywhere", per_example=True)
def rows_are_inputs(network, x, y):
    nabla_b, nabla_w = zeros(network)
    activations, zs = feed(network, x)
    delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
    nabla_b[-1] = delta
    nabla_w[-1] = np.outer(activations[-2], delta)
    for l in range(2, network.num_layers):
        delta = np.dot(network.weights[-l + 1].transpose(), delta) * sigmoid_prime(zs[-l])
        nabla_b[-l] = delta
        nabla_w[-l] = np.outer(activations[-l - 1], delta)
    return nabla_b, nabla_w


@wrong("sign of a hidden δ", "last hidden", per_example=True, depth=2)
def sign_of_l(network, x, y):
    nabla_b, nabla_w = zeros(network)
    activations, zs = feed(network, x)
    delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
    nabla_b[-1] = delta
    nabla_w[-1] = np.dot(delta, activations[-2].transpose())
    for l in range(2, network.num_layers):
        delta = np.dot(network.weights[-l + 1].transpose(), delta) * sigmoid_prime(zs[-l]) * (-1) ** (l - 1)
        nabla_b[-l] = delta
        nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
    return nabla_b, nabla_w
