"""Right backprops of the sigmoid network with the quadratic cost, as many hands write them."""

import functools

import numpy as np

from nn import Network, autodiff, backprop_loop, backprop_matrix

from .collection import right

right()(backprop_matrix)
right()(backprop_loop)
right()(autodiff)
right(per_example=True)(Network)


def sigmoid(z):
    """Without overflow on either side."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


@right(per_example=True)
class BookNetwork(Network):
    """The book's method, letter by letter."""

    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        activation = x
        activations = [x]
        zs = []
        for b, w in zip(self.biases, self.weights, strict=True):
            z = np.dot(w, activation) + b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        delta = self.cost_derivative(activations[-1], y) * self.sigmoid_prime(zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].transpose())
        for l in range(2, self.num_layers):
            z = zs[-l]
            sp = self.sigmoid_prime(z)
            delta = np.dot(self.weights[-l + 1].transpose(), delta) * sp
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
        return (nabla_b, nabla_w)

    @staticmethod
    def sigmoid_prime(z):
        return sigmoid(z) * (1 - sigmoid(z))


@right(per_example=True)
def one_column(network, x, y):
    """The same as a function; what it is given must be one example."""
    mine = BookNetwork(network.sizes)
    mine.weights, mine.biases = network.weights, network.biases
    return mine.backprop(x, y)


@right()
def sum_over_m_at_the_end(net, X, Y):
    A = [X]
    for W, b in zip(net.weights, net.biases, strict=True):
        A.append(sigmoid(W @ A[-1] + b))
    m = X.shape[1]
    dZ = (A[-1] - Y) * A[-1] * (1 - A[-1])
    db, dW = [], []
    for k in reversed(range(len(net.weights))):
        db.append(np.sum(dZ, axis=1, keepdims=True) / m)
        dW.append(np.dot(dZ, A[k].T) / m)
        if k > 0:
            dZ = np.dot(net.weights[k].T, dZ) * A[k] * (1 - A[k])
    return db[::-1], dW[::-1]


@right()
def mean_in_delta(net, X, Y):
    acts, zs = [X], []
    for W, b in zip(net.weights, net.biases, strict=True):
        zs.append(W.dot(acts[-1]) + b)
        acts.append(sigmoid(zs[-1]))
    delta = (acts[-1] - Y) / Y.shape[1] * sigmoid(zs[-1]) * sigmoid(-zs[-1])
    out = [(delta.sum(axis=1, keepdims=True), delta.dot(acts[-2].T))]
    for W, z, a in zip(net.weights[:0:-1], zs[-2::-1], acts[-3::-1], strict=True):
        delta = W.T.dot(delta) * sigmoid(z) * sigmoid(-z)
        out.append((delta.sum(axis=1, keepdims=True), delta.dot(a.T)))
    return [b for b, _ in reversed(out)], [w for _, w in reversed(out)]


@right(overflows=True)
def quotient_rule(net, X, Y):
    """σ′ = e⁻ᶻ / (1 + e⁻ᶻ)², as the quotient rule gives it."""

    def prime(z):
        return np.exp(-z) / (1 + np.exp(-z)) ** 2

    acts, zs = [X], []
    for W, b in zip(net.weights, net.biases, strict=True):
        zs.append(W @ acts[-1] + b)
        acts.append(1 / (1 + np.exp(-zs[-1])))
    delta, gb, gw = (acts[-1] - Y) * prime(zs[-1]), [], []
    for k in range(len(zs) - 1, -1, -1):
        gb.insert(0, np.mean(delta, axis=1).reshape(-1, 1))
        gw.insert(0, (delta @ acts[k].T) / X.shape[1])
        if k:
            delta = (net.weights[k].T @ delta) * prime(zs[k - 1])
    return gb, gw


@right()
def hyperbolic(net, X, Y):
    """σ = (1 + tanh(z/2))/2 and σ′ = (1 − tanh²(z/2))/4."""
    acts, slopes = [X], []
    for W, b in zip(net.weights, net.biases, strict=True):
        t = np.tanh((W @ acts[-1] + b) / 2)
        acts.append((1 + t) / 2)
        slopes.append((1 - t**2) / 4)
    delta = slopes[-1] * (acts[-1] - Y) / X.shape[1]
    gb, gw = [delta.sum(axis=1, keepdims=True)], [delta @ acts[-2].T]
    for l in range(2, net.num_layers):
        delta = slopes[-l] * (net.weights[-l + 1].T @ delta)
        gb = [delta.sum(axis=1, keepdims=True), *gb]
        gw = [delta @ acts[-l - 1].T, *gw]
    return gb, gw


@right()
def einsum(network, x, y):
    m, a = x.shape[1], [x]
    for w, b in zip(network.weights, network.biases, strict=True):
        a.append(sigmoid(np.einsum("ij,jm->im", w, a[-1]) + b))
    d = np.einsum("im,im,im->im", a[-1] - y, a[-1], 1 - a[-1]) / m
    gb, gw = [], []
    for l in range(len(a) - 2, -1, -1):
        gb.append(np.einsum("im->i", d)[:, None])
        gw.append(np.einsum("im,jm->ij", d, a[l]))
        d = np.einsum("ij,im,jm,jm->jm", network.weights[l], d, a[l], 1 - a[l])
    return gb[::-1], gw[::-1]


@right()
def rows(network, x, y):
    """Examples in rows; what comes back is transposed views."""
    a = [x.T]
    for w, b in zip(network.weights, network.biases, strict=True):
        a.append(sigmoid(a[-1] @ w.T + b.T))
    d = (a[-1] - y.T) * a[-1] * (1 - a[-1]) / len(y.T)
    gb, gw = [], []
    for w, below in zip(reversed(network.weights), reversed(a[:-1]), strict=True):
        gb.append(d.sum(axis=0, keepdims=True).T)
        gw.append((below.T @ d).T)
        d = d @ w * below * (1 - below)
    return gb[::-1], gw[::-1]


@right()
def outer_products(network, x, y):
    """One example after another, np.outer and +=."""
    gb = [np.zeros_like(b) for b in network.biases]
    gw = [np.zeros_like(w) for w in network.weights]
    for j in range(x.shape[1]):
        a = [x[:, j]]
        for w, b in zip(network.weights, network.biases, strict=True):
            a.append(sigmoid(w @ a[-1] + b.ravel()))
        d = (a[-1] - y[:, j]) * a[-1] * (1 - a[-1])
        for k in range(len(gw) - 1, -1, -1):
            gb[k] += d[:, None]
            gw[k] += np.outer(d, a[k])
            d = (d @ network.weights[k]) * a[k] * (1 - a[k])
    for g in gb + gw:
        g /= x.shape[1]
    return gb, gw


@right()
def stacked(network, x, y):
    """All examples' outer products in one array of three axes, and the mean at the very end."""
    a = [x.T[:, :, None]]
    for w, b in zip(network.weights, network.biases, strict=True):
        a.append(sigmoid(w @ a[-1] + b))
    d = (a[-1] - y.T[:, :, None]) * a[-1] * (1 - a[-1])
    gb, gw = [], []
    for k in range(len(network.weights) - 1, -1, -1):
        gb = [d.mean(axis=0), *gb]
        gw = [(d * a[k].transpose(0, 2, 1)).mean(axis=0), *gw]
        d = network.weights[k].T @ d * a[k] * (1 - a[k])
    return gb, gw


@right()
def bias_as_a_weight(network, x, y):
    """W and b in one matrix, a row of ones under every a."""
    ones = np.ones((1, x.shape[1]), x.dtype)
    both = [np.hstack([w, b]) for w, b in zip(network.weights, network.biases, strict=True)]
    a = [x]
    for wb in both:
        a.append(sigmoid(wb @ np.vstack([a[-1], ones])))
    d = (a[-1] - y) * a[-1] * (1 - a[-1])
    found = []
    for k in range(len(both) - 1, -1, -1):
        found.insert(0, d @ np.vstack([a[k], ones]).T / x.shape[1])
        d = both[k][:, :-1].T @ d * a[k] * (1 - a[k])
    return tuple(g[:, -1:] for g in found), tuple(g[:, :-1] for g in found)


@right(slow=True, double=True)
def sums_over_indices(network, x, y):
    weights, m = network.weights, x.shape[1]
    gb = [np.zeros(b.shape) for b in network.biases]
    gw = [np.zeros(w.shape) for w in weights]
    for e in range(m):
        a = [x[:, e].tolist()]
        for w, b in zip(weights, network.biases, strict=True):
            z = [sum(w[j, i] * a[-1][i] for i in range(w.shape[1])) + b[j, 0] for j in range(len(w))]
            a.append([float(sigmoid(t)) for t in z])
        d = [(o - y[j, e]) * o * (1 - o) for j, o in enumerate(a[-1])]
        for k in range(len(weights) - 1, -1, -1):
            for j in range(len(d)):
                gb[k][j, 0] += d[j] / m
                for i in range(len(a[k])):
                    gw[k][j, i] += a[k][i] * d[j] / m
            d = [sum(weights[k][j, i] * d[j] for j in range(len(d))) * o * (1 - o) for i, o in enumerate(a[k])]
    return gb, gw


@right(slow=True, double=True)
def complex_steps(network, x, y):
    """∂C/∂p = Im C(p + ih)/h: no difference is taken, so it is exact."""

    def cost(params, other, order):
        a = x
        biases, weights = (params, other)[::order]
        for w, b in zip(weights, biases, strict=True):
            a = 1 / (1 + np.exp(-(w @ a + b)))
        return np.sum((a - y) ** 2) / (2 * x.shape[1])

    found = []
    for params, other, order in ((network.biases, network.weights, 1), (network.weights, network.biases, -1)):
        grads = []
        for k, p in enumerate(params):
            g = np.zeros(p.shape)
            for i in np.ndindex(p.shape):
                moved = p.astype(complex)
                moved[i] += 1e-30j
                g[i] = cost([*params[:k], moved, *params[k + 1 :]], other, order).imag / 1e-30
            grads.append(g)
        found.append(grads)
    return found


@right(binds=True)
def closure(network):
    def backprop(x, y):
        return sum_over_m_at_the_end(network, x, y)

    return backprop


@right(binds=True)
def partial(network):
    return functools.partial(mean_in_delta, network)


@right(binds=True)
def instance(network):
    class Check:
        calls = 0

        def __call__(self, net, x, y):
            self.calls += 1
            return hyperbolic(net, x, y)

    return Check()


@right(binds=True)
def bound_method(network):
    class Matrices(Network):
        def backprop(self, X, Y):
            return einsum(self, X, Y)

    mine = Matrices(network.sizes)
    mine.weights, mine.biases = network.weights, network.biases
    return mine.backprop


@right()
class MatricesInAClass(Network):
    """A subclass whose method takes a whole mini-batch, and averages."""

    def backprop(self, X, Y):
        return sum_over_m_at_the_end(self, X, Y)


@right(binds=True)
def the_same_buffers_every_time(network):
    """Results are written into arrays that are made once; the next call overwrites them."""
    gb = [np.empty_like(b) for b in network.biases]
    gw = [np.empty_like(w) for w in network.weights]

    def backprop(x, y):
        for found, kept in zip(rows(network, x, y), (gb, gw), strict=True):
            for g, buffer in zip(found, kept, strict=True):
                buffer[...] = g
        return gb, gw

    return backprop


@right(double=True)
def in_double(network, x, y):
    """float64 throughout and what comes back, also where the network is float32."""
    biases, weights = network.biases, network.weights
    a = [x.astype(np.float64)]
    for w, b in zip(weights, biases, strict=True):
        a.append(sigmoid(w.astype(np.float64) @ a[-1] + b))
    d, gb, gw = (a[-1] - y) * a[-1] * (1 - a[-1]) / x.shape[1], [], []
    for k in range(len(weights) - 1, -1, -1):
        gb.insert(0, d.sum(axis=1, keepdims=True))
        gw.insert(0, d @ a[k].T)
        d = weights[k].astype(np.float64).T @ d * a[k] * (1 - a[k])
    return gb, gw


@right()
def slope_kept_in_place(network, x, y):
    """Each a becomes its σ′ in place, as soon as nobody needs a any more."""
    a = [x]
    for w, b in zip(network.weights, network.biases, strict=True):
        a.append(sigmoid(w @ a[-1] + b))
    g = (a[-1] - y) / x.shape[1]
    gb, gw = [], []
    for k in range(len(network.weights), 0, -1):
        s = a.pop()
        s *= 1 - s
        s *= g
        gb.append(s.sum(axis=1, keepdims=True))
        gw.append(s @ a[-1].T)
        g = network.weights[k - 1].T @ s
    gb.reverse()
    gw.reverse()
    return gb, gw


@right()
def restores_what_it_changed(network, x, y):
    """The example is centred around zero and put back: nothing is left changed."""
    found = sum_over_m_at_the_end(network, x, y)
    kept = x.copy()
    x -= 1
    x[...] = kept
    return found
