"""Examples in rows, every product an einsum, the mean taken at the output; g is ∂C/∂a, d is ∂C/∂z.

The person thinks in data tables: transposes at the door, and again on the way out.
"""

import numpy as np

from .collection import told

HIDDEN = ("last hidden", "first", "hidden")
ALL = ("output", *HIDDEN, "everywhere")


def run(network, x):
    a, inputs, sums = x.T, [], []
    for w, b in zip(network.weights, network.biases, strict=True):
        inputs.append(a)
        sums.append(np.einsum("mi,oi->mo", a, w) + b[:, 0])
        a = 0.5 * (1 + np.tanh(0.5 * sums[-1]))
    return inputs, sums, a


def slope(s):
    e = np.exp(-np.abs(s))
    return e / (1 + e) ** 2


def outer(d, a):
    return np.einsum("mo,mi->oi", d, a)


def add_up(d):
    return np.einsum("mo->o", d)[:, None]


def through(w, d):
    return np.einsum("oi,mo->mi", w, d)


def results(pairs):
    pairs = pairs[::-1]
    return [b for b, _ in pairs], [w for _, w in pairs]


@told("sign", "output", "everywhere")
def descent_direction(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        found.append((-add_up(d), -outer(d, inputs[k])))
        g = through(network.weights[k], d)
    return results(found)


@told("sign of a hidden δ", *HIDDEN)
def subtracted_slope(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        s = 1 / (1 + np.exp(-sums[k]))
        d = g * s * (s - 1 if k + 1 in slips else 1 - s)
        found.append((add_up(d), outer(d, inputs[k])))
        g = through(network.weights[k], d)
    return results(found)


@told("sign of ∂C/∂W", *ALL)
def minus_dw(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        dw = outer(d, inputs[k])
        found.append((add_up(d), -dw if k + 1 in slips else dw))
        g = through(network.weights[k], d)
    return results(found)


@told("sign of ∂C/∂b", *ALL)
def minus_db(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        db = add_up(d)
        found.append((0 - db if k + 1 in slips else db, outer(d, inputs[k])))
        g = through(network.weights[k], d)
    return results(found)


@told("½ forgotten", "output")
def error_twice(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (2 / len(a)) * (a - y.T), []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        found.append((add_up(d), outer(d, inputs[k])))
        g = through(network.weights[k], d)
    return results(found)


@told("sum, not mean", "output", batch=True)
def total(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = a - y.T, []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        found.append((add_up(d), outer(d, inputs[k])))
        g = through(network.weights[k], d)
    return results(found)


@told("mean, not sum", "output", batch=True)
def mean_of_the_mean(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a) / len(a), []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        found.append((add_up(d), outer(d, inputs[k])))
        g = through(network.weights[k], d)
    return results(found)


@told("∂C/∂W summed, not averaged", *ALL, batch=True)
def sum_in_dw(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = a - y.T, []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        dw = outer(d, inputs[k])
        found.append((add_up(d) / len(a), dw if k + 1 in slips else dw / len(a)))
        g = through(network.weights[k], d)
    return results(found)


@told("σ′ missing", *ALL)
def linear_layers(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        d = g
        if k + 1 not in slips:
            d = d * slope(sums[k])
        found.append((add_up(d), outer(d, inputs[k])))
        g = through(network.weights[k], d)
    return results(found)


@told("σ′ at a", *ALL)
def slope_of_the_output(network, x, y, slips):
    inputs, sums, a = run(network, x)
    outputs = [*inputs[1:], a]
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        d = slope((outputs if k + 1 in slips else sums)[k]) * g
        found.append((add_up(d), outer(d, inputs[k])))
        g = through(network.weights[k], d)
    return results(found)


@told("σ, not σ′", *ALL)
def not_differentiated(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        factor = 1 / (1 + np.exp(-sums[k])) if k + 1 in slips else slope(sums[k])
        d = np.einsum("mo,mo->mo", g, factor)
        found.append((add_up(d), outer(d, inputs[k])))
        g = through(network.weights[k], d)
    return results(found)


@told("z(1 − z)", *ALL)
def logistic_of_the_sum(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        d = g * (sums[k] - sums[k] ** 2) if k + 1 in slips else g * slope(sums[k])
        found.append((add_up(d), outer(d, inputs[k])))
        g = through(network.weights[k], d)
    return results(found)


@told("W not transposed", *HIDDEN, may_raise=True)
def wrong_index(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        found.append((add_up(d), outer(d, inputs[k])))
        g = np.einsum("io,mo->mi" if k in slips else "oi,mo->mi", network.weights[k], d)
    return results(found)


@told("the wrong layer's W", *HIDDEN, may_raise=True)
def weights_below(network, x, y, slips):
    inputs, sums, a = run(network, x)
    d, found = (a - y.T) * slope(sums[-1]) / len(a), []
    for k in reversed(range(len(sums))):
        if k + 1 < len(sums):
            d = through(network.weights[k if k + 1 in slips else k + 1], d) * slope(sums[k])
        found.append((add_up(d), outer(d, inputs[k])))
    return results(found)


@told("the wrong layer's δ", "below last hidden", may_raise=True)
def output_error_everywhere(network, x, y, slips):
    inputs, sums, a = run(network, x)
    d = d_out = (a - y.T) * slope(sums[-1]) / len(a)
    found = [(add_up(d), outer(d, inputs[-1]))]
    for k in reversed(range(len(sums) - 1)):
        d = through(network.weights[k + 1], d_out if k + 1 in slips else d) * slope(sums[k])
        found.append((add_up(d), outer(d, inputs[k])))
    return results(found)


@told("δaᵀ transposed", *ALL)
def input_by_output(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        found.append((add_up(d), np.einsum("mi,mo->io" if k + 1 in slips else "mi,mo->oi", inputs[k], d)))
        g = through(network.weights[k], d)
    return results(found)


@told("z, not a", "output", "middle", "above first")
def sums_below(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        found.append((add_up(d), outer(d, sums[k - 1] if k + 1 in slips else inputs[k])))
        g = through(network.weights[k], d)
    return results(found)


@told("aˡ, not aˡ⁻¹", *ALL)
def own_output(network, x, y, slips):
    inputs, sums, a = run(network, x)
    outputs = [*inputs, a]
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        found.append((add_up(d), outer(d, outputs[k + (k + 1 in slips)])))
        g = through(network.weights[k], d)
    return results(found)


@told("bias averaged twice", *ALL, batch=True)
def mean_over_examples(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        db = d.mean(axis=0)[:, None] if k + 1 in slips else add_up(d)
        found.append((db, outer(d, inputs[k])))
        g = through(network.weights[k], d)
    return results(found)


@told("bias summed, not averaged", *ALL, batch=True)
def weights_get_the_mean(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = a - y.T, []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        found.append((add_up(d) / (1 if k + 1 in slips else len(a)), outer(d, inputs[k]) / len(a)))
        g = through(network.weights[k], d)
    return results(found)


@told("bias left zero", *ALL)
def no_bias(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        found.append((np.zeros((d.shape[1], 1)) if k + 1 in slips else add_up(d), outer(d, inputs[k])))
        g = through(network.weights[k], d)
    return results(found)


@told("bias of shape (n, m)", *ALL, batch=True)
def error_is_the_bias(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        found.append((d.T if k + 1 in slips else add_up(d), outer(d, inputs[k])))
        g = through(network.weights[k], d)
    return results(found)


@told("last example only", *ALL, batch=True)
def assigned(network, x, y, slips):
    inputs, sums, a = run(network, x)
    g, found = (a - y.T) / len(a), []
    for k in reversed(range(len(sums))):
        d = g * slope(sums[k])
        db, dw = add_up(d), outer(d, inputs[k])
        if k + 1 in slips:
            for delta, below in zip(d, inputs[k], strict=True):
                db, dw = delta.reshape(-1, 1), np.multiply.outer(delta, below)
        found.append((db, dw))
        g = through(network.weights[k], d)
    return results(found)
