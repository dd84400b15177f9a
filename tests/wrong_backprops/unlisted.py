"""Wrong for a reason that is on nobody's list. A checker has to say so, and that it does not know why.

`place` is where the first wrong array is, as everywhere.
"""

import numpy as np

from .collection import told, wrong


def sig(z):
    return 1 / (1 + np.exp(-z))


def forward(net, x):
    acts = [x]
    for w, b in zip(net.weights, net.biases, strict=True):
        acts.append(sig(w @ acts[-1] + b))
    return acts


def gradient(net, x, y, change=lambda k, delta: delta):
    """Return the gradient, after `change` has had each layer's δ, k = 1 … L; the right one without."""
    acts = forward(net, x)
    grad, gb, gw = (acts[-1] - y) / x.shape[1], [], []
    for k in range(len(net.weights), 0, -1):
        delta = change(k, grad * acts[k] * (1 - acts[k]))
        gb.insert(0, delta.sum(axis=1, keepdims=True))
        gw.insert(0, delta @ acts[k - 1].T)
        grad = net.weights[k - 1].T @ delta
    return gb, gw


@told("a constant 0.9", "output", "last hidden", "first", "everywhere")
def nine_tenths(net, x, y, slips):
    return gradient(net, x, y, lambda k, delta: 0.9 * delta if k in slips else delta)


@told("one weight's gradient is off", "output", "first")
def one_entry(net, x, y, slips):
    gb, gw = gradient(net, x, y)
    for k in slips:
        gw[k - 1][-1, 0] *= 1.3
    return gb, gw


@told("one bias's gradient is off", "output")
def one_bias(net, x, y, slips):
    gb, gw = gradient(net, x, y)
    for k in slips:
        gb[k - 1][0] += 0.01
    return gb, gw


@wrong("weight decay added")
def decayed(net, x, y):
    gb, gw = gradient(net, x, y)
    return gb, [g + 0.1 * w for g, w in zip(gw, net.weights, strict=True)]


@wrong("clipped")
def clipped(net, x, y):
    gb, gw = gradient(net, x, y)
    return [np.clip(g, -1e-3, 1e-3) for g in gb], [np.clip(g, -1e-3, 1e-3) for g in gw]


@told("absolute values", "first")
def magnitudes(net, x, y, slips):
    gb, gw = gradient(net, x, y)
    return gb, [np.abs(g) if k in slips else g for k, g in enumerate(gw, start=1)]


@told("σ′ of the layer above", "last hidden", "hidden", may_raise=True)
def slope_above(net, x, y, slips):
    acts = forward(net, x)
    L = len(net.weights)
    delta = (acts[-1] - y) * acts[-1] * (1 - acts[-1]) / x.shape[1]
    gb, gw = [delta.sum(axis=1, keepdims=True)], [delta @ acts[-2].T]
    for k in range(L - 1, 0, -1):
        s = acts[k + 1 if k in slips else k]
        delta = net.weights[k].T @ delta * (s * (1 - s))
        gb.insert(0, delta.sum(axis=1, keepdims=True))
        gw.insert(0, delta @ acts[k - 1].T)
    return gb, gw


@told("σ′ squared", "output", "hidden")
def slope_twice(net, x, y, slips):
    acts = forward(net, x)
    return gradient(net, x, y, lambda k, delta: delta * acts[k] * (1 - acts[k]) if k in slips else delta)


@told("the bias left out of the forward pass", "everywhere")
def no_bias_in_z(net, x, y, slips):
    class Without:
        weights, biases = net.weights, [0 * b for b in net.biases]

    return gradient(Without, x, y)


@told("the first example left out", "everywhere", batch=True)
def from_one(net, x, y, slips):
    gb, gw = gradient(net, x[:, 1:], y[:, 1:])
    part = (x.shape[1] - 1) / x.shape[1]
    return [part * g for g in gb], [part * g for g in gw]


@wrong("a linear output in the forward pass")
def linear_output(net, x, y):
    acts = forward(net, x)
    acts[-1] = net.weights[-1] @ acts[-2] + net.biases[-1]
    grad, gb, gw = (acts[-1] - y) / x.shape[1], [], []
    for k in range(len(net.weights), 0, -1):
        delta = grad if k == len(net.weights) else grad * acts[k] * (1 - acts[k])
        gb.insert(0, delta.sum(axis=1, keepdims=True))
        gw.insert(0, delta @ acts[k - 1].T)
        grad = net.weights[k - 1].T @ delta
    return gb, gw


@wrong("steps of 1e-3 instead of a derivative")
def forward_differences(net, x, y):
    def cost():
        return ((forward(net, x)[-1] - y) ** 2).sum() / (2 * x.shape[1])

    base, h = cost(), 1e-3
    found = []
    for params in (net.biases, net.weights):
        grads = []
        for k, p in enumerate(params):
            g = np.zeros_like(p)
            for i in np.ndindex(p.shape):
                changed = p.copy()
                changed[i] += h
                params[k] = changed
                g[i] = (cost() - base) / h
            params[k] = p
            grads.append(g)
        found.append(grads)
    return found


@wrong("computed in half precision")
def half(net, x, y):
    gb, gw = gradient(net, x, y)
    return [g.astype(np.float16).astype(float) for g in gb], [g.astype(np.float16).astype(float) for g in gw]


@wrong("all ones")
def ones(net, x, y):
    return [np.ones_like(b) for b in net.biases], [np.ones_like(w) for w in net.weights]
