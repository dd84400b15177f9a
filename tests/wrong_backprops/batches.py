"""One example at a time is right; what is wrong is how the examples of a mini-batch come together, and what is kept."""

import numpy as np

from .collection import told, wrong


def sig(v):
    return np.exp(v) / (np.exp(v) + 1)


def one(net, x, y):
    """Return the right gradient of one example, as lists from the first layer to the last."""
    outs = [x]
    for w, b in zip(net.weights, net.biases, strict=True):
        outs.append(sig(w.dot(outs[-1]) + b))
    err = (outs[-1] - y) * outs[-1] * (1 - outs[-1])
    gb, gw = [err], [err.dot(outs[-2].T)]
    for i in range(len(net.weights) - 1, 0, -1):
        err = net.weights[i].T.dot(err) * outs[i] * (1 - outs[i])
        gb.append(err)
        gw.append(err.dot(outs[i - 1].T))
    return gb[::-1], gw[::-1]


def columns(x, y):
    return [(x[:, [j]], y[:, [j]]) for j in range(x.shape[1])]


@wrong("last example only", batch=True)
def returned_too_late(net, xs, ys):
    for x, y in columns(xs, ys):
        nabla_b, nabla_w = one(net, x, y)
    return nabla_b, nabla_w


@wrong("last example only", batch=True)
def last_one_divided(net, xs, ys):
    m = xs.shape[1]
    for x, y in columns(xs, ys):
        gb, gw = one(net, x, y)
        nabla_b = [g / m for g in gb]
        nabla_w = [g / m for g in gw]
    return nabla_b, nabla_w


@told("last example only", "output", "last hidden", "first", "hidden", batch=True)
def equals_sign(net, xs, ys, slips):
    nabla_b = [np.zeros_like(b) for b in net.biases]
    nabla_w = [np.zeros_like(w) for w in net.weights]
    for x, y in columns(xs, ys):
        gb, gw = one(net, x, y)
        for k in range(len(gb)):
            if k + 1 in slips:
                nabla_b[k] = gb[k]
                nabla_w[k] = gw[k]
            else:
                nabla_b[k] += gb[k]
                nabla_w[k] += gw[k]
    return [nb / len(xs.T) for nb in nabla_b], [nw / len(xs.T) for nw in nabla_w]


@wrong("last example only in ∂C/∂b", batch=True)
def biases_assigned(net, xs, ys):
    nabla_w = [0 * w for w in net.weights]
    for x, y in columns(xs, ys):
        nabla_b, gw = one(net, x, y)
        nabla_w = [nw + g for nw, g in zip(nabla_w, gw, strict=True)]
    return [nb / xs.shape[1] for nb in nabla_b], [nw / xs.shape[1] for nw in nabla_w]


@wrong("last example only in ∂C/∂W", batch=True)
def weights_assigned(net, xs, ys):
    nabla_b = [0 * b for b in net.biases]
    for x, y in columns(xs, ys):
        gb, nabla_w = one(net, x, y)
        nabla_b = [nb + g for nb, g in zip(nabla_b, gb, strict=True)]
    return [nb / xs.shape[1] for nb in nabla_b], [nw / xs.shape[1] for nw in nabla_w]


@wrong("sum, not mean", batch=True)
def added_up(net, xs, ys):
    found = [one(net, x, y) for x, y in columns(xs, ys)]
    return [sum(g) for g in zip(*(b for b, _ in found), strict=True)], [
        sum(g) for g in zip(*(w for _, w in found), strict=True)
    ]


@wrong("mean, not sum", batch=True)
def mean_and_then_divided(net, xs, ys):
    found = [one(net, x, y) for x, y in columns(xs, ys)]
    m = len(found)
    gb = [np.mean(g, axis=0) / m for g in zip(*(b for b, _ in found), strict=True)]
    gw = [np.mean(g, axis=0) / m for g in zip(*(w for _, w in found), strict=True)]
    return gb, gw


@wrong("not reset", binds=True)
def kept_in_a_closure(network):
    sums = {}

    def backprop(net, xs, ys):
        for x, y in columns(xs, ys):
            for name, grads in zip("bw", one(net, x, y), strict=True):
                for k, g in enumerate(grads):
                    key = (name, k, g.shape)
                    sums[key] = sums.get(key, 0) + g / xs.shape[1]
        shapes = [(b.shape, w.shape) for b, w in zip(net.biases, net.weights, strict=True)]
        return [sums["b", k, s] for k, (s, _) in enumerate(shapes)], [
            sums["w", k, s] for k, (_, s) in enumerate(shapes)
        ]

    return backprop


@wrong("not reset", binds=True)
def zeros_made_once(network):
    nabla_b = [np.zeros(b.shape) for b in network.biases]
    nabla_w = [np.zeros(w.shape) for w in network.weights]

    def backprop(x, y):
        gb, gw = one(network, x, y)
        for k in range(len(gb)):
            nabla_b[k] += gb[k].sum(axis=1, keepdims=True) / x.shape[1]
            nabla_w[k] += gw[k] / x.shape[1]
        return nabla_b, nabla_w

    return backprop


@wrong("not reset", binds=True)
def accumulators(network):
    class Trainer:
        def __init__(self, net):
            self.net = net
            self.gb = [np.zeros_like(b) for b in net.biases]
            self.gw = [np.zeros_like(w) for w in net.weights]

        def gradients(self, x, y):
            gb, gw = one(self.net, x, y)
            self.gb = [t + g.mean(axis=1, keepdims=True) for t, g in zip(self.gb, gb, strict=True)]
            self.gw = [t + g / len(x[0]) for t, g in zip(self.gw, gw, strict=True)]
            return self.gb, self.gw

    return Trainer(network).gradients


@wrong("not reset", "first", binds=True)
def first_layer_kept(network):
    total = [0.0]

    def backprop(net, x, y):
        gb, gw = one(net, x, y)
        new = gw[0] / x.shape[1]
        total[0] = total[0] + new if np.shape(total[0]) == new.shape else new
        gw = [total[0], *(g / x.shape[1] for g in gw[1:])]
        return [g.mean(axis=1, keepdims=True) for g in gb], gw

    return backprop
