"""Sums over indices, as they stand in the formulas: one loop per example, per neuron, per weight; no matrix anywhere."""

# ruff: noqa: RUF059  the forward pass returns what any of them may need

import math

import numpy as np

from .collection import told

HIDDEN = ("last hidden", "first", "hidden")
ALL = ("output", *HIDDEN, "everywhere")


def sigma(t):
    return 1 / (1 + math.exp(-t))


def one_example(net, x):
    """Return the list of lists a and z; a[0] is the input, z[0] is not used."""
    a, z = [[float(v) for v in x]], [[]]
    for W, b in zip(net.weights, net.biases, strict=True):
        row = []
        for j in range(len(b)):
            total = float(b[j, 0])
            for i in range(len(a[-1])):
                total += float(W[j, i]) * a[-1][i]
            row.append(total)
        z.append(row)
        a.append([sigma(t) for t in row])
    return a, z


def nothing(net):
    return [np.zeros(b.shape) for b in net.biases], [np.zeros(w.shape) for w in net.weights]


def add(nabla_b, nabla_w, l, d, a, m):
    """Add what one example gives to the layer l."""
    for j in range(len(d)):
        nabla_b[l - 1][j, 0] += d[j] / m
        for i in range(len(a)):
            nabla_w[l - 1][j, i] += d[j] * a[i] / m


@told("sign", "everywhere", slow=True)
def errors_the_other_way(net, X, Y, slips):
    nb, nw = nothing(net)
    L, m = len(net.weights), X.shape[1]
    for e in range(m):
        a, z = one_example(net, X[:, e])
        d = [(Y[j, e] - a[L][j]) * a[L][j] * (1 - a[L][j]) for j in range(len(a[L]))]
        add(nb, nw, L, d, a[L - 1], m)
        for l in range(L - 1, 0, -1):
            W = net.weights[l]
            back = [sum(W[k, j] * d[k] for k in range(len(d))) for j in range(len(a[l]))]
            d = [s * a[l][j] * (1 - a[l][j]) for j, s in enumerate(back)]
            add(nb, nw, l, d, a[l - 1], m)
    return nb, nw


@told("σ′ missing", *ALL, slow=True)
def slope_left_out(net, X, Y, slips):
    nb, nw = nothing(net)
    L, m = len(net.weights), X.shape[1]
    for e in range(m):
        a, z = one_example(net, X[:, e])
        back = [a[L][j] - Y[j, e] for j in range(len(a[L]))]
        for l in range(L, 0, -1):
            d = [s if l in slips else s * a[l][j] * (1 - a[l][j]) for j, s in enumerate(back)]
            add(nb, nw, l, d, a[l - 1], m)
            back = [sum(net.weights[l - 1][k, i] * d[k] for k in range(len(d))) for i in range(len(a[l - 1]))]
    return nb, nw


@told("σ′ at a", *ALL, slow=True)
def slope_of_a(net, X, Y, slips):
    nb, nw = nothing(net)
    L, m = len(net.weights), X.shape[1]
    for e in range(m):
        a, z = one_example(net, X[:, e])
        back = [a[L][j] - Y[j, e] for j in range(len(a[L]))]
        for l in range(L, 0, -1):
            t = a[l] if l in slips else z[l]
            d = [s * sigma(t[j]) * (1 - sigma(t[j])) for j, s in enumerate(back)]
            add(nb, nw, l, d, a[l - 1], m)
            back = [sum(net.weights[l - 1][k, i] * d[k] for k in range(len(d))) for i in range(len(a[l - 1]))]
    return nb, nw


@told("σ, not σ′", *ALL, slow=True)
def only_sigma(net, X, Y, slips):
    nb, nw = nothing(net)
    L, m = len(net.weights), X.shape[1]
    for e in range(m):
        a, z = one_example(net, X[:, e])
        back = [a[L][j] - Y[j, e] for j in range(len(a[L]))]
        for l in range(L, 0, -1):
            d = [s * sigma(z[l][j]) * (1 if l in slips else sigma(-z[l][j])) for j, s in enumerate(back)]
            add(nb, nw, l, d, a[l - 1], m)
            back = [sum(net.weights[l - 1][k, i] * d[k] for k in range(len(d))) for i in range(len(a[l - 1]))]
    return nb, nw


@told("z(1 − z)", *ALL, slow=True)
def z_and_one_minus_z(net, X, Y, slips):
    nb, nw = nothing(net)
    L, m = len(net.weights), X.shape[1]
    for e in range(m):
        a, z = one_example(net, X[:, e])
        back = [a[L][j] - Y[j, e] for j in range(len(a[L]))]
        for l in range(L, 0, -1):
            t = z[l] if l in slips else a[l]
            d = [s * t[j] * (1 - t[j]) for j, s in enumerate(back)]
            add(nb, nw, l, d, a[l - 1], m)
            back = [sum(net.weights[l - 1][k, i] * d[k] for k in range(len(d))) for i in range(len(a[l - 1]))]
    return nb, nw


@told("W not transposed", *HIDDEN, slow=True, may_raise=True)
def indices_exchanged(net, X, Y, slips):
    nb, nw = nothing(net)
    L, m = len(net.weights), X.shape[1]
    for e in range(m):
        a, z = one_example(net, X[:, e])
        d = [(a[L][j] - Y[j, e]) * a[L][j] * (1 - a[L][j]) for j in range(len(a[L]))]
        add(nb, nw, L, d, a[L - 1], m)
        for l in range(L - 1, 0, -1):
            W = net.weights[l]
            below = []
            for j in range(len(a[l])):
                s = sum((W[j, k] if l in slips else W[k, j]) * d[k] for k in range(len(d)))
                below.append(s * a[l][j] * (1 - a[l][j]))
            d = below
            add(nb, nw, l, d, a[l - 1], m)
    return nb, nw


@told("z, not a", "output", "middle", "above first", slow=True)
def z_below(net, X, Y, slips):
    nb, nw = nothing(net)
    L, m = len(net.weights), X.shape[1]
    for e in range(m):
        a, z = one_example(net, X[:, e])
        back = [a[L][j] - Y[j, e] for j in range(len(a[L]))]
        for l in range(L, 0, -1):
            d = [s * a[l][j] * (1 - a[l][j]) for j, s in enumerate(back)]
            add(nb, nw, l, d, z[l - 1] if l in slips else a[l - 1], m)
            back = [sum(net.weights[l - 1][k, i] * d[k] for k in range(len(d))) for i in range(len(a[l - 1]))]
    return nb, nw


@told("last example only", "everywhere", batch=True, slow=True)
def equals_for_plus_equals(net, X, Y, slips):
    L, m = len(net.weights), X.shape[1]
    for e in range(m):
        nb, nw = nothing(net)
        a, z = one_example(net, X[:, e])
        back = [a[L][j] - Y[j, e] for j in range(len(a[L]))]
        for l in range(L, 0, -1):
            d = [s * a[l][j] * (1 - a[l][j]) for j, s in enumerate(back)]
            add(nb, nw, l, d, a[l - 1], 1)
            back = [sum(net.weights[l - 1][k, i] * d[k] for k in range(len(d))) for i in range(len(a[l - 1]))]
    return nb, nw


@told("½ forgotten", "everywhere", slow=True)
def square_differentiated(net, X, Y, slips):
    nb, nw = nothing(net)
    L, m = len(net.weights), X.shape[1]
    for e in range(m):
        a, z = one_example(net, X[:, e])
        back = [2 * a[L][j] - 2 * Y[j, e] for j in range(len(a[L]))]
        for l in range(L, 0, -1):
            d = [s * a[l][j] * (1 - a[l][j]) for j, s in enumerate(back)]
            add(nb, nw, l, d, a[l - 1], m)
            back = [sum(net.weights[l - 1][k, i] * d[k] for k in range(len(d))) for i in range(len(a[l - 1]))]
    return nb, nw


@told("the wrong layer's W", *HIDDEN, slow=True, may_raise=True)
def weights_of_l(net, X, Y, slips):
    nb, nw = nothing(net)
    L, m = len(net.weights), X.shape[1]
    for e in range(m):
        a, z = one_example(net, X[:, e])
        d = [(a[L][j] - Y[j, e]) * a[L][j] * (1 - a[L][j]) for j in range(len(a[L]))]
        add(nb, nw, L, d, a[L - 1], m)
        for l in range(L - 1, 0, -1):
            W = net.weights[l - 1 if l in slips else l]
            back = [sum(W[k, j] * d[k] for k in range(len(d))) for j in range(len(a[l]))]
            d = [s * a[l][j] * (1 - a[l][j]) for j, s in enumerate(back)]
            add(nb, nw, l, d, a[l - 1], m)
    return nb, nw
