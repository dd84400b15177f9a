"""Backprops that write where they should only read: into x, y, the weights, the biases, or what they are still to use.

The arrays that come back are mostly right; the harm is done elsewhere. Each says in `mistake` what it writes into.
"""

import numpy as np

from .collection import wrong


def gradient(weights, biases, x, y):
    """Return the right gradient."""
    acts = [x]
    for w, b in zip(weights, biases, strict=True):
        acts.append(1 / (1 + np.exp(-(w @ acts[-1] + b))))
    grad = (acts[-1] - y) / x.shape[1]
    gb, gw = [], []
    for k in reversed(range(len(weights))):
        delta = grad * acts[k + 1] * (1 - acts[k + 1])
        gb.append(delta.sum(axis=1, keepdims=True))
        gw.append(delta @ acts[k].T)
        grad = weights[k].T @ delta
    return gb[::-1], gw[::-1]


@wrong("writes into x")
def centred(network, x, y):
    gb, gw = gradient(network.weights, network.biases, x, y)
    x -= x.mean()
    return gb, gw


@wrong("writes into x")
def scaled_before_use(network, x, y):
    x /= 255.0
    return gradient(network.weights, network.biases, x, y)


@wrong("writes into y")
def error_in_place(network, x, y):
    a = x
    for w, b in zip(network.weights, network.biases, strict=True):
        a = 1 / (1 + np.exp(-(w @ a + b)))
    found = gradient(network.weights, network.biases, x, y)
    y -= a
    return found


@wrong("writes into y")
def y_is_the_buffer(network, x, y):
    acts = [x]
    for w, b in zip(network.weights, network.biases, strict=True):
        acts.append(1 / (1 + np.exp(-(w @ acts[-1] + b))))
    delta = y
    np.subtract(acts[-1], y, out=delta)
    delta *= acts[-1] * (1 - acts[-1]) / x.shape[1]
    gb, gw = [], []
    for k in range(len(network.weights) - 1, -1, -1):
        gb.append(delta.sum(axis=1, keepdims=True))
        gw.append(delta @ acts[k].T)
        if k:
            delta = network.weights[k].T @ delta * acts[k] * (1 - acts[k])
    return gb[::-1], gw[::-1]


@wrong("writes into the weights")
def learns_at_once(network, x, y):
    gb, gw = gradient(network.weights, network.biases, x, y)
    for w, g in zip(network.weights, gw, strict=True):
        w -= 3.0 * g
    return gb, gw


@wrong("writes into the weights")
def updated_on_the_way(network, x, y):
    eta = 0.5
    acts = [x]
    for w, b in zip(network.weights, network.biases, strict=True):
        acts.append(1 / (1 + np.exp(-(w @ acts[-1] + b))))
    delta = (acts[-1] - y) * acts[-1] * (1 - acts[-1]) / x.shape[1]
    gb, gw = [None] * len(network.biases), [None] * len(network.weights)
    for k in range(len(network.weights) - 1, -1, -1):
        gb[k], gw[k] = delta.sum(axis=1, keepdims=True), delta @ acts[k].T
        network.weights[k] -= eta * gw[k]  # too early: the next line wants the old ones
        delta = network.weights[k].T @ delta * acts[k] * (1 - acts[k])
    return gb, gw


@wrong("writes into the biases")
def bias_is_the_buffer(network, x, y):
    gb, gw = gradient(network.weights, network.biases, x, y)
    for b, g in zip(network.biases, gb, strict=True):
        b[...] = g
    return network.biases, gw


@wrong("writes into the weights")
def lists_are_the_network_s(network, x, y):
    gb, gw = gradient(network.weights, network.biases, x, y)
    nabla_w = network.weights  # meant as "shaped like the weights"
    for k, g in enumerate(gw):
        nabla_w[k] = g
    return gb, nabla_w


@wrong("writes into the weights")
def filled_in_place(network, x, y):
    gb, gw = gradient(network.weights, network.biases, x, y)
    nabla_w = list(network.weights)
    for k, g in enumerate(gw):
        nabla_w[k][:] = g
    return gb, nabla_w


@wrong("writes into the weights")
def new_weights_assigned(network, x, y):
    gb, gw = gradient(network.weights, network.biases, x, y)
    network.weights = [w - 0.1 * g for w, g in zip(network.weights, gw, strict=True)]
    network.biases = [b - 0.1 * g for b, g in zip(network.biases, gb, strict=True)]
    return gb, gw


@wrong("writes into the weights", binds=True)
def transposed_in_place(network):
    def backprop(x, y):
        found = gradient(network.weights, network.biases, x, y)
        for k, w in enumerate(network.weights):
            network.weights[k] = w.T
        return found

    return backprop


@wrong("writes into the weights")
def normalised(network, x, y):
    for w in network.weights:
        w /= np.abs(w).max()
    return gradient(network.weights, network.biases, x, y)
