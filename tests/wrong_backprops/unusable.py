"""What cannot be judged: functions that raise, or that return something else than (nabla_b, nabla_w) as the book has it."""

import numpy as np

from .collection import wrong
from .unlisted import gradient


@wrong("raises")
def divides_by_zero(net, x, y):
    raise ZeroDivisionError("in the person's own line")


@wrong("raises")
def shapes_do_not_fit(net, x, y):
    return x @ net.weights[0] @ np.ones((1000, 1))


@wrong("returns None")
def forgot_return(net, x, y):
    gradient(net, x, y)


@wrong("returns one list")
def only_weights(net, x, y):
    return gradient(net, x, y)[1]


@wrong("returns three things")
def cost_too(net, x, y):
    return (0.5, *gradient(net, x, y))


@wrong("too few arrays")
def output_missing(net, x, y):
    gb, gw = gradient(net, x, y)
    return gb[:-1], gw[:-1]


@wrong("too many arrays")
def input_layer_too(net, x, y):
    gb, gw = gradient(net, x, y)
    return [np.zeros_like(x), *gb], [np.zeros((1, 1)), *gw]


@wrong("pairs, layer by layer")
def zipped(net, x, y):
    return list(zip(*gradient(net, x, y), strict=True))


@wrong("a dictionary")
def keyed(net, x, y):
    gb, gw = gradient(net, x, y)
    return {f"db{k}": g for k, g in enumerate(gb)} | {f"dw{k}": g for k, g in enumerate(gw)}


@wrong("None among the arrays")
def none_left(net, x, y):
    gb, gw = gradient(net, x, y)
    gb[0] = None
    return gb, gw


@wrong("text among the arrays")
def text(net, x, y):
    gb, gw = gradient(net, x, y)
    gw[0] = "todo"
    return gb, gw


@wrong("integers")
def rounded(net, x, y):
    gb, gw = gradient(net, x, y)
    return [(100 * g).astype(int) for g in gb], [(100 * g).astype(int) for g in gw]


@wrong("complex numbers")
def complex_numbers(net, x, y):
    gb, gw = gradient(net, x, y)
    return [g + 0j for g in gb], [g + 1e-3j for g in gw]


@wrong("the network's own arrays")
def own_arrays(net, x, y):
    return net.biases, net.weights


@wrong("the network's own arrays")
def views(net, x, y):
    gb, gw = gradient(net, x, y)
    return gb, [*gw[:-1], net.weights[-1][:]]


@wrong("a generator")
def lazily(net, x, y):
    gb, gw = gradient(net, x, y)
    return (g for g in gb), (g for g in gw)


@wrong("ragged lists")
def ragged(net, x, y):
    gb, gw = gradient(net, x, y)
    return gb, [[[1.0], [1.0, 2.0]], *gw[1:]]


@wrong("object arrays")
def object_arrays(net, x, y):
    gb, gw = gradient(net, x, y)
    return gb, [g.astype(object) for g in gw]


@wrong("random")
def dropout(net, x, y):
    gb, gw = gradient(net, x, y)
    return gb, [g * (np.random.default_rng().random(g.shape) < 0.5) for g in gw]


@wrong("nan", "output")
def not_a_number(net, x, y):
    return gradient(net, x, y, lambda k, delta: delta * np.nan if k == len(net.weights) else delta)


@wrong("nan", "first")
def one_nan(net, x, y):
    gb, gw = gradient(net, x, y)
    gw[0][0, 0] = np.nan
    return gb, gw


@wrong("inf", "first")
def infinite(net, x, y):
    gb, gw = gradient(net, x, y)
    gb[0][-1, 0] = np.inf
    return gb, gw


@wrong("the two exchanged")
def weights_first(net, x, y):
    gb, gw = gradient(net, x, y)
    return gw, gb


@wrong("layers in reverse")
def from_the_output(net, x, y):
    gb, gw = gradient(net, x, y)
    return gb[::-1], gw[::-1]


@wrong("layers of ∂C/∂W in reverse")
def not_reversed(net, x, y):
    gb, gw = gradient(net, x, y)
    return gb, gw[::-1]


@wrong("asks for another argument")
def wants_eta(net, x, y, eta):
    gb, gw = gradient(net, x, y)
    return [eta * g for g in gb], [eta * g for g in gw]


@wrong("exits")
def quits(net, x, y):
    raise SystemExit(3)
