"""Two mistakes at once. The outermost may be named; a third cause that explains neither may not.

`mistake` is the outermost one, or None where no one name is right.
"""

import numpy as np

from .collection import wrong


def sig(z):
    return 1 / (1 + np.exp(-z))


def prime(z):
    return sig(z) * (1 - sig(z))


def forward(net, x):
    zs, acts = [], [x]
    for w, b in zip(net.weights, net.biases, strict=True):
        zs.append(w @ acts[-1] + b)
        acts.append(sig(zs[-1]))
    return zs, acts


@wrong("σ′ missing", "output")
def no_slope_and_no_transpose(net, x, y):
    zs, acts = forward(net, x)
    delta = (acts[-1] - y) / x.shape[1]
    gb, gw = [delta.sum(axis=1, keepdims=True)], [delta @ acts[-2].T]
    for k in range(len(zs) - 2, -1, -1):
        w = net.weights[k + 1]
        delta = (w if w.shape[0] == w.shape[1] else w.T) @ delta * prime(zs[k])
        gb.insert(0, delta.sum(axis=1, keepdims=True))
        gw.insert(0, delta @ acts[k].T)
    return gb, gw


@wrong("σ′ missing", "output")
def no_slope_and_no_biases(net, x, y):
    zs, acts = forward(net, x)
    delta = (acts[-1] - y) / x.shape[1]
    gb, gw = [delta.sum(axis=1, keepdims=True)], [delta @ acts[-2].T]
    for k in range(len(zs) - 2, -1, -1):
        delta = net.weights[k + 1].T @ delta * prime(zs[k])
        gb.insert(0, np.zeros((len(delta), 1)))
        gw.insert(0, delta @ acts[k].T)
    return gb, gw


@wrong("sign", "everywhere")
def sign_and_hidden_slope(net, x, y):
    zs, acts = forward(net, x)
    delta = (y - acts[-1]) * prime(zs[-1]) / x.shape[1]
    gb, gw = [delta.sum(axis=1, keepdims=True)], [delta @ acts[-2].T]
    for k in range(len(zs) - 2, -1, -1):
        delta = net.weights[k + 1].T @ delta
        gb.insert(0, delta.sum(axis=1, keepdims=True))
        gw.insert(0, delta @ acts[k].T)
    return gb, gw


@wrong("½ forgotten", "everywhere", batch=True)
def twice_and_last_layer_not_averaged(net, x, y):
    zs, acts = forward(net, x)
    m = x.shape[1]
    delta = 2 * (acts[-1] - y) * prime(zs[-1])
    gb, gw = [delta.sum(axis=1, keepdims=True) / m], [delta @ acts[-2].T / m]
    for k in range(len(zs) - 2, -1, -1):
        delta = net.weights[k + 1].T @ delta * prime(zs[k])
        gb.insert(0, delta.sum(axis=1, keepdims=True))
        gw.insert(0, delta @ acts[k].T / m)
    return gb, gw


@wrong("σ′ at a", "output")
def slope_at_a_and_sigma(net, x, y):
    zs, acts = forward(net, x)
    delta = (acts[-1] - y) * prime(acts[-1]) / x.shape[1]
    gb, gw = [delta.sum(axis=1, keepdims=True)], [delta @ acts[-2].T]
    for k in range(len(zs) - 2, -1, -1):
        delta = net.weights[k + 1].T @ delta * sig(zs[k])
        gb.insert(0, delta.sum(axis=1, keepdims=True))
        gw.insert(0, delta @ acts[k].T)
    return gb, gw


@wrong("W not transposed", "last hidden", depth=3, may_raise=True)
def no_transpose_and_z_for_a(net, x, y):
    zs, acts = forward(net, x)
    delta = (acts[-1] - y) * prime(zs[-1]) / x.shape[1]
    gb, gw = [delta.sum(axis=1, keepdims=True)], [delta @ acts[-2].T]
    delta = net.weights[2] @ delta * prime(zs[1])
    gb, gw = [delta.sum(axis=1, keepdims=True), *gb], [delta @ acts[1].T, *gw]
    delta = net.weights[1].T @ delta * acts[1]
    return [delta.sum(axis=1, keepdims=True), *gb], [delta @ x.T, *gw]


@wrong(None, "everywhere", batch=True)
def twice_and_summed(net, x, y):
    zs, acts = forward(net, x)
    delta = 2 * (acts[-1] - y) * prime(zs[-1])
    gb, gw = [delta.sum(axis=1, keepdims=True)], [delta @ acts[-2].T]
    for k in range(len(zs) - 2, -1, -1):
        delta = net.weights[k + 1].T @ delta * prime(zs[k])
        gb.insert(0, delta.sum(axis=1, keepdims=True))
        gw.insert(0, delta @ acts[k].T)
    return gb, gw


@wrong(None, "everywhere")
def no_slope_and_sign(net, x, y):
    zs, acts = forward(net, x)
    delta = (y - acts[-1]) / x.shape[1]
    gb, gw = [delta.sum(axis=1, keepdims=True)], [delta @ acts[-2].T]
    for k in range(len(zs) - 2, -1, -1):
        delta = net.weights[k + 1].T @ delta * prime(zs[k])
        gb.insert(0, delta.sum(axis=1, keepdims=True))
        gw.insert(0, delta @ acts[k].T)
    return gb, gw


@wrong("σ′ missing", "last hidden", depth=3)
def hidden_slope_and_first_bias(net, x, y):
    zs, acts = forward(net, x)
    delta = (acts[-1] - y) * prime(zs[-1]) / x.shape[1]
    gb, gw = [delta.sum(axis=1, keepdims=True)], [delta @ acts[-2].T]
    delta = net.weights[2].T @ delta
    gb, gw = [delta.sum(axis=1, keepdims=True), *gb], [delta @ acts[1].T, *gw]
    delta = net.weights[1].T @ delta * prime(zs[0])
    return [np.zeros_like(net.biases[0]), *gb], [delta @ x.T, *gw]


@wrong("δaᵀ transposed", "output")
def turned_and_off_by_one(net, x, y):
    zs, acts = forward(net, x)
    delta = (acts[-1] - y) * prime(zs[-1]) / x.shape[1]
    gb, gw = [delta.sum(axis=1, keepdims=True)], [acts[-2] @ delta.T]
    for k in range(len(zs) - 2, -1, -1):
        delta = net.weights[k + 1].T @ delta * prime(zs[k])
        gb.insert(0, delta.sum(axis=1, keepdims=True))
        gw.insert(0, delta @ acts[k + 1].T)
    return gb, gw
