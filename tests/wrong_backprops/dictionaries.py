"""Matrices in dictionaries, the layers numbered from 1; dW and db are divided by m at the end of each line.

Who took a course on deep learning writes like this.
"""

# ruff: noqa: RUF059  the forward pass returns what any of them may need

import numpy as np

from .collection import told

HIDDEN = ("last hidden", "first", "hidden")
ALL = ("output", *HIDDEN, "everywhere")


def forward(net, X):
    A, Z = {0: X}, {}
    for l in range(1, len(net.weights) + 1):
        Z[l] = np.dot(net.weights[l - 1], A[l - 1]) + net.biases[l - 1]
        A[l] = 1 / (1 + np.exp(-Z[l]))
    return A, Z, len(Z), X.shape[1]


def in_order(dW, db):
    return [db[l] for l in sorted(db)], [dW[l] for l in sorted(dW)]


def back(net, A, dZ, l):
    """Return dZ of the layer l from that of the layer above it, as it should be."""
    return np.dot(net.weights[l].T, dZ) * A[l] * (1 - A[l])


@told("sign", "output", "everywhere")
def signs(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dZ = (Y - A[L]) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        if l < L:
            dZ = back(net, A, dZ, l)
        dW[l] = np.dot(dZ, A[l - 1].T) / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
    return in_order(dW, db)


@told("sign of a hidden δ", "last hidden", "first", "hidden")
def hidden_sign(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dZ = (A[L] - Y) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        if l < L:
            dZ = back(net, A, dZ, l)
        if l in slips:
            dZ = -dZ
        dW[l] = np.dot(dZ, A[l - 1].T) / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
    return in_order(dW, db)


@told("sign of ∂C/∂W", *ALL)
def sign_of_dw(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dZ = (A[L] - Y) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        if l < L:
            dZ = back(net, A, dZ, l)
        dW[l] = (-1 if l in slips else 1) / m * np.dot(dZ, A[l - 1].T)
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
    return in_order(dW, db)


@told("sign of ∂C/∂b", *ALL)
def sign_of_db(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dZ = (A[L] - Y) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        if l < L:
            dZ = back(net, A, dZ, l)
        dW[l] = np.dot(dZ, A[l - 1].T) / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) * (-1 if l in slips else 1) / m
    return in_order(dW, db)


@told("½ forgotten", "everywhere")
def twice(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dA = 2 * (A[L] - Y)
    for l in range(L, 0, -1):
        dZ = dA * A[l] * (1 - A[l])
        dW[l] = np.dot(dZ, A[l - 1].T) / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = np.dot(net.weights[l - 1].T, dZ)
    return in_order(dW, db)


@told("sum, not mean", "everywhere", batch=True)
def never_divided(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dA = A[L] - Y
    for l in range(L, 0, -1):
        dZ = dA * A[l] * (1 - A[l])
        dW[l] = np.dot(dZ, A[l - 1].T)
        db[l] = np.sum(dZ, axis=1, keepdims=True)
        dA = np.dot(net.weights[l - 1].T, dZ)
    return in_order(dW, db)


@told("mean, not sum", "everywhere", batch=True)
def divided_twice(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dA = (A[L] - Y) / m
    for l in range(L, 0, -1):
        dZ = dA * A[l] * (1 - A[l])
        dW[l] = np.dot(dZ, A[l - 1].T) / m
        db[l] = np.mean(dZ, axis=1, keepdims=True)
        dA = np.dot(net.weights[l - 1].T, dZ)
    return in_order(dW, db)


@told("∂C/∂W summed, not averaged", "everywhere", batch=True)
def only_the_bias_divided(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dZ = (A[L] - Y) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        dW[l] = dZ @ A[l - 1].T
        db[l] = np.mean(dZ, axis=1, keepdims=True)
        if l > 1:
            dZ = back(net, A, dZ, l - 1)
    return in_order(dW, db)


@told("σ′ missing", *ALL)
def no_slope(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dA = A[L] - Y
    for l in range(L, 0, -1):
        dZ = dA if l in slips else dA * A[l] * (1 - A[l])
        dW[l] = np.dot(dZ, A[l - 1].T) / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = np.dot(net.weights[l - 1].T, dZ)
    return in_order(dW, db)


@told("σ′ at a", *ALL)
def slope_at_a(net, X, Y, slips):
    def slope(t):
        s = 1 / (1 + np.exp(-t))
        return s * (1 - s)

    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dA = A[L] - Y
    for l in range(L, 0, -1):
        dZ = dA * slope(A[l] if l in slips else Z[l])
        dW[l] = np.dot(dZ, A[l - 1].T) / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = np.dot(net.weights[l - 1].T, dZ)
    return in_order(dW, db)


@told("σ, not σ′", *ALL)
def sigma_for_slope(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dA = A[L] - Y
    for l in range(L, 0, -1):
        dZ = dA * (A[l] if l in slips else A[l] - A[l] ** 2)
        dW[l] = np.dot(dZ, A[l - 1].T) / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = np.dot(net.weights[l - 1].T, dZ)
    return in_order(dW, db)


@told("z(1 − z)", *ALL)
def z_for_a_in_the_slope(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dA = A[L] - Y
    for l in range(L, 0, -1):
        t = Z[l] if l in slips else A[l]
        dZ = dA * t * (1 - t)
        dW[l] = np.dot(dZ, A[l - 1].T) / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = np.dot(net.weights[l - 1].T, dZ)
    return in_order(dW, db)


@told("W not transposed", *HIDDEN, may_raise=True)
def no_transpose(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dZ = (A[L] - Y) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        if l < L:
            W = net.weights[l]
            dZ = np.dot(W if l in slips else W.T, dZ) * A[l] * (1 - A[l])
        dW[l] = np.dot(dZ, A[l - 1].T) / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
    return in_order(dW, db)


@told("the wrong layer's W", *HIDDEN, may_raise=True)
def own_weights(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dZ = (A[L] - Y) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        if l < L:
            W = net.weights[l - 1] if l in slips else net.weights[l]
            dZ = np.dot(W.T, dZ) * A[l] * (1 - A[l])
        dW[l] = np.dot(dZ, A[l - 1].T) / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
    return in_order(dW, db)


@told("the wrong layer's δ", "below last hidden", may_raise=True)
def delta_of_two_layers_up(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dZ = {L: (A[L] - Y) * A[L] * (1 - A[L])}
    for l in range(L - 1, 0, -1):
        above = dZ[l + 2] if l in slips and l + 2 in dZ else dZ[l + 1]
        dZ[l] = np.dot(net.weights[l].T, above) * A[l] * (1 - A[l])
    dW = {l: np.dot(dZ[l], A[l - 1].T) / m for l in dZ}
    db = {l: np.sum(dZ[l], axis=1, keepdims=True) / m for l in dZ}
    return in_order(dW, db)


@told("δaᵀ transposed", *ALL)
def turned(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dZ = (A[L] - Y) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        if l < L:
            dZ = back(net, A, dZ, l)
        dW[l] = (np.dot(A[l - 1], dZ.T) if l in slips else np.dot(dZ, A[l - 1].T)) / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
    return in_order(dW, db)


@told("z, not a", "output", "middle", "above first")
def weighted_inputs(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    Z[0] = X
    dW, db = {}, {}
    dZ = (A[L] - Y) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        if l < L:
            dZ = back(net, A, dZ, l)
        dW[l] = np.dot(dZ, (Z if l in slips else A)[l - 1].T) / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
    return in_order(dW, db)


@told("aˡ, not aˡ⁻¹", *ALL)
def off_by_one(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dZ = (A[L] - Y) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        if l < L:
            dZ = back(net, A, dZ, l)
        dW[l] = np.dot(dZ, A[l if l in slips else l - 1].T) / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
    return in_order(dW, db)


@told("bias averaged twice", *ALL, batch=True)
def bias_averaged_twice(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dZ = (A[L] - Y) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        if l < L:
            dZ = back(net, A, dZ, l)
        dW[l] = 1 / m * np.dot(dZ, A[l - 1].T)
        db[l] = 1 / m * (np.mean if l in slips else np.sum)(dZ, axis=1, keepdims=True)
    return in_order(dW, db)


@told("bias summed, not averaged", *ALL, batch=True)
def bias_summed(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dZ = (A[L] - Y) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        if l < L:
            dZ = back(net, A, dZ, l)
        dW[l] = 1 / m * np.dot(dZ, A[l - 1].T)
        db[l] = (np.sum if l in slips else np.mean)(dZ, axis=1, keepdims=True)
    return in_order(dW, db)


@told("bias left zero", *ALL)
def bias_forgotten(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {l: np.zeros(net.biases[l - 1].shape) for l in range(1, L + 1)}
    dZ = (A[L] - Y) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        if l < L:
            dZ = back(net, A, dZ, l)
        dW[l] = np.dot(dZ, A[l - 1].T) / m
        if l not in slips:
            db[l] += np.sum(dZ, axis=1, keepdims=True) / m
    return in_order(dW, db)


@told("bias of shape (n, m)", *ALL, batch=True)
def bias_for_every_example(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dZ = (A[L] - Y) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        if l < L:
            dZ = back(net, A, dZ, l)
        dW[l] = np.dot(dZ, A[l - 1].T) / m
        db[l] = dZ / m if l in slips else np.sum(dZ, axis=1, keepdims=True) / m
    return in_order(dW, db)


@told("last example only", *ALL, batch=True)
def bias_of_the_last_example(net, X, Y, slips):
    A, Z, L, m = forward(net, X)
    dW, db = {}, {}
    dZ = (A[L] - Y) * A[L] * (1 - A[L])
    for l in range(L, 0, -1):
        if l < L:
            dZ = back(net, A, dZ, l)
        dW[l] = np.dot(dZ, A[l - 1].T) / m
        db[l] = np.sum(dZ, axis=1, keepdims=True) / m
        if l in slips:
            dW[l] = np.outer(dZ[:, -1], A[l - 1][:, -1]) / m
            db[l] = dZ[:, -1:] / m
    return in_order(dW, db)
