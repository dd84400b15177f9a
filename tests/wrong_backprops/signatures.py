"""The ways in which a backprop knows its network: a global, an attribute, an argument, a class, a recursion.

Each is wrong in one way, so that a checker that calls it wrongly, or not at all, is found out.
"""

# ruff: noqa: RUF059  the forward pass returns what any of them may need

import functools

import numpy as np

from nn import Network

from .collection import wrong


def squash(z):
    return 1 / (1 + np.exp(-z))


def unrolled(weights, biases, x):
    zs, acts = [], [x]
    for i, w in enumerate(weights):
        zs += [w @ acts[i] + biases[i]]
        acts += [squash(zs[i])]
    return zs, acts


@wrong("σ′ missing", "hidden", binds=True)
def of_x_and_y(network):
    def backprop(x, y):
        zs, acts = unrolled(network.weights, network.biases, x)
        delta = (acts[-1] - y) * acts[-1] * (1 - acts[-1]) / y.shape[1]
        dbs, dws = [], []
        for i in range(len(zs) - 1, -1, -1):
            dbs = [delta.sum(1, keepdims=True), *dbs]
            dws = [delta @ acts[i].T, *dws]
            delta = network.weights[i].T @ delta
        return dbs, dws

    return backprop


@wrong("bias left zero", binds=True)
def attribute_of_an_instance(network):
    class Teacher:
        def __init__(self, pupil):
            self.pupil = pupil

        def __call__(self, inputs, targets):
            w, b = self.pupil.weights, self.pupil.biases
            zs, acts = unrolled(w, b, inputs)
            dws = [None] * len(w)
            delta = (acts[-1] - targets) * acts[-1] * (1 - acts[-1]) / len(inputs.T)
            for i in range(len(w) - 1, -1, -1):
                dws[i] = delta @ acts[i].T
                delta = w[i].T @ delta * acts[i] * (1 - acts[i])
            return [np.zeros(v.shape) for v in b], dws

    return Teacher(network)


@wrong("sign", binds=True)
def partial(network):
    def backprop(scale, net, x, y):
        zs, acts = unrolled(net.weights, net.biases, x)
        delta = scale * (acts[-1] - y) * acts[-1] * (1 - acts[-1]) / x.shape[1]
        gb, gw = [], []
        for i in range(len(zs))[::-1]:
            gb.insert(0, delta.sum(axis=1, keepdims=True))
            gw.insert(0, delta @ acts[i].T)
            delta = net.weights[i].T @ delta * acts[i] * (1 - acts[i])
        return gb, gw

    return functools.partial(backprop, -1)


@wrong("½ forgotten", binds=True)
def bound_method_of_the_network(network):
    class Mine(Network):
        def backprop(self, x, y):
            zs, acts = unrolled(self.weights, self.biases, x)
            delta = 2 * (acts[-1] - y) * squash(zs[-1]) * squash(-zs[-1]) / x.shape[1]
            gb, gw = [], []
            for i in range(len(zs))[::-1]:
                gb.insert(0, delta.sum(axis=1, keepdims=True))
                gw.insert(0, delta @ acts[i].T)
                delta = self.weights[i].T @ delta * acts[i] * (1 - acts[i])
            return gb, gw

    mine = Mine(network.sizes)
    mine.weights, mine.biases = network.weights, network.biases
    return mine.backprop


@wrong("σ, not σ′", "output")
def with_more_parameters(network, x, y, verbose=False, *, dtype=float):
    zs, acts = unrolled(network.weights, network.biases, x)
    if verbose:
        raise AssertionError("nobody asked for that")
    delta = np.multiply(acts[-1] - y, acts[-1]) / dtype(x.shape[1])
    gb, gw = [], []
    for i in range(len(zs))[::-1]:
        gb.insert(0, delta.sum(axis=1, keepdims=True))
        gw.insert(0, delta @ acts[i].T)
        delta = network.weights[i].T @ delta * acts[i] * (1 - acts[i])
    return gb, gw


@wrong("z(1 − z)", "hidden")
def recursive(network, x, y):
    m = x.shape[1]

    def down(k, a):
        """Return ∂C/∂a of this layer's input, and the gradients from here on."""
        z = network.weights[k] @ a + network.biases[k]
        out = squash(z)
        if k + 1 == len(network.weights):
            delta, gb, gw = (out - y) / m * out * (1 - out), [], []
        else:
            back, gb, gw = down(k + 1, out)
            delta = back * z * (1 - z)
        return network.weights[k].T @ delta, [delta.sum(1).reshape(-1, 1), *gb], [delta @ a.T, *gw]

    return down(0, x)[1:]


@wrong("σ′ at a", "hidden", binds=True)
def generators(network):
    def backprop(model, data, target):
        zs, acts = unrolled(model.weights, model.biases, data)
        deltas = [(acts[-1] - target) / target.shape[1] * squash(zs[-1]) * (1 - squash(zs[-1]))]
        for w, a in zip(reversed(model.weights), reversed(acts[1:-1]), strict=False):
            deltas.append(np.matmul(w.T, deltas[-1]) * squash(a) * (1 - squash(a)))
        deltas.reverse()
        return tuple(d.sum(axis=1, keepdims=True) for d in deltas), tuple(
            d @ a.T for d, a in zip(deltas, acts, strict=False)
        )

    return lambda net, x, y: backprop(net, x, y)


@wrong("δaᵀ transposed", "first", per_example=True)
class SubclassWithItsOwnState(Network):
    def backprop(self, x, y):
        self.zs, self.acts = unrolled(self.weights, self.biases, x)
        self.delta = (self.acts[-1] - y) * self.acts[-1] * (1 - self.acts[-1])
        gb, gw = [self.delta], [np.outer(self.delta, self.acts[-2])]
        for i in range(len(self.zs) - 1, 0, -1):
            self.delta = self.weights[i].T @ self.delta * self.acts[i] * (1 - self.acts[i])
            gb = [self.delta, *gb]
            gw = [np.outer(self.delta, self.acts[i - 1]), *gw]
        gw[0] = gw[0].T
        return gb, gw


@wrong("W not transposed", "hidden", may_raise=True, binds=True)
def of_x_and_y_without_transpose(network):
    def backprop(x, y):
        zs, acts = unrolled(network.weights, network.biases, x)
        delta = (acts[-1] - y) * acts[-1] * (1 - acts[-1]) / y.shape[1]
        dbs, dws = [], []
        for i in range(len(zs) - 1, -1, -1):
            dbs = [delta.sum(1, keepdims=True), *dbs]
            dws = [delta @ acts[i].T, *dws]
            if i > 0:
                delta = network.weights[i] @ delta * acts[i] * (1 - acts[i])
        return dbs, dws

    return backprop
