"""The table of mistakes, continued: what is made of δ, layer by layer (BP3 and BP4), and what is returned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nn.activations import ACTIVATIONS
from nn.checking.backward import Pass
from nn.checking.mistakes import Mistake, not_first, several, with_slope
from nn.checking.notation import Setting


def _column(s: Pass, l: int, j: int, over: int = 1) -> tuple[Any, Any]:
    """The gradients of layer l from example j alone."""
    delta, a = s.delta[l][:, [j]], s.a[l - 1][:, [j]]
    return delta / over, delta @ a.T / over


def _times(factor: Callable[[Pass], float]) -> Callable[[Pass, int], Any]:
    return lambda s, l: tuple(g * factor(s) for g in s.right("layer", l))


def _another_activation(name: str) -> Mistake:
    sigma = ACTIVATIONS[name].function

    def where(setting: Setting, l: int) -> bool:
        return setting.activation != name or (setting.fused and l == setting.L)

    said = f"{{layer}} computes {{a}} = {name}({{z}}), which is not the activation"
    return Mistake(f"{name} in the forward pass", "a", lambda s, l: sigma(s.z[l]), said, where)


BIAS = [
    Mistake("bias not summed", "nabla_b", lambda s, l: s.delta[l],
            "{layer} returns {delta} of all {m} examples, of shape (n, m), for ∂C/∂{b}: it is not summed", several),
    Mistake("bias not summed", "nabla_b", lambda s, l: s.delta[l] / s.m,
            "{layer} returns {delta}/m of all {m} examples, of shape (n, m), for ∂C/∂{b}: it is not summed", several),
    Mistake("bias averaged twice", "nabla_b", lambda s, l: s.right("nabla_b", l) / s.m,
            "{layer} averages ∂C/∂{b} over the examples twice", several, ("a mean of a {delta} that holds 1/m already",)),
    Mistake("bias left zero", "nabla_b", lambda s, l: np.zeros_like(s.b[l]), "{layer} leaves ∂C/∂{b} zero"),
    Mistake("sum instead of mean", "nabla_b", lambda s, l: s.right("nabla_b", l) * s.m,
            "{layer} has the sum over the examples in ∂C/∂{b}, not the mean", several),
    Mistake("bias without its second axis", "nabla_b", lambda s, l: s.delta[l].sum(axis=1) / s.m,
            "{layer} returns ∂C/∂{b} of shape (n,) instead of (n, 1): keepdims=True is missing"),
    Mistake("bias without its second axis", "nabla_b", lambda s, l: s.delta[l].sum(axis=1),
            "{layer} returns ∂C/∂{b} of shape (n,) instead of (n, 1), and the sum instead of the mean", several),
    Mistake("bias transposed", "nabla_b", lambda s, l: s.right("nabla_b", l).T,
            "{layer} returns ∂C/∂{b} as a row of shape (1, n)"),
    Mistake("last example only", "nabla_b", lambda s, l: _column(s, l, -1, s.m)[0],
            "{layer} keeps only the last example's ∂C/∂{b}, divided by m", several, ("= for +=",)),
    Mistake("last example only", "nabla_b", lambda s, l: _column(s, l, -1)[0],
            "{layer} keeps only the last example's ∂C/∂{b}", several, ("= for +=",)),
    Mistake("first example only", "nabla_b", lambda s, l: _column(s, l, 0)[0],
            "{layer} keeps only the first example's ∂C/∂{b}", several),
    Mistake("first example only", "nabla_b", lambda s, l: _column(s, l, 0, s.m)[0],
            "{layer} keeps only the first example's ∂C/∂{b}, divided by m", several),
    Mistake("bias summed over the wrong axis", "nabla_b", lambda s, l: s.delta[l].sum(axis=0, keepdims=True) / s.m,
            "{layer} sums {delta} over the neurons instead of the examples in ∂C/∂{b}"),
    Mistake("bias summed over the wrong axis", "nabla_b", lambda s, l: s.delta[l].sum(axis=0, keepdims=True),
            "{layer} sums {delta} over the neurons instead of the examples in ∂C/∂{b}", several),
    Mistake("bias summed over the wrong axis", "nabla_b", lambda s, l: s.delta[l].mean(axis=0, keepdims=True),
            "{layer} averages {delta} over the neurons instead of the examples in ∂C/∂{b}"),
    Mistake("bias summed over the wrong axis", "nabla_b", lambda s, l: s.delta[l].sum(axis=0, keepdims=True).T / s.m,
            "{layer} sums {delta} over the neurons instead of the examples in ∂C/∂{b}", several),
    Mistake("bias summed over the wrong axis", "nabla_b", lambda s, l: s.delta[l].sum(axis=0) / s.m,
            "{layer} sums {delta} over the neurons instead of the examples in ∂C/∂{b}"),
    Mistake("bias summed over the wrong axis", "nabla_b", lambda s, l: s.delta[l].sum(axis=0),
            "{layer} sums {delta} over the neurons instead of the examples in ∂C/∂{b}", several),
    Mistake("bias summed over everything", "nabla_b", lambda s, l: np.sum(s.delta[l]) / s.m,
            "{layer} sums {delta} over the neurons too: ∂C/∂{b} is one number"),
    Mistake("bias summed over everything", "nabla_b", lambda s, l: np.sum(s.delta[l]),
            "{layer} sums {delta} over the neurons too: ∂C/∂{b} is one number", several),
    Mistake("bias summed over everything", "nabla_b", lambda s, l: np.mean(s.delta[l]),
            "{layer} averages {delta} over the neurons too: ∂C/∂{b} is one number"),
    Mistake("bias summed over everything", "nabla_b", lambda s, l: np.full_like(s.b[l], np.sum(s.delta[l]) / s.m),
            "{layer} sums {delta} over the neurons too: all entries of ∂C/∂{b} are one number"),
    Mistake("bias summed over everything", "nabla_b", lambda s, l: np.full_like(s.b[l], np.mean(s.delta[l])),
            "{layer} averages {delta} over the neurons too: all entries of ∂C/∂{b} are one number"),
    Mistake("σ′ missing", "nabla_b", lambda s, l: s.up[l].sum(axis=1, keepdims=True) / s.m,
            "{layer} makes ∂C/∂{b} from ∂C/∂{a} instead of {delta}: σ′({z}) is missing", with_slope),
    Mistake("sign flipped", "nabla_b", lambda s, l: -s.right("nabla_b", l), "{layer} has the wrong sign in ∂C/∂{b}"),
    Mistake("twice the bias gradient", "nabla_b", lambda s, l: 2 * s.right("nabla_b", l),
            "{layer} has twice the right ∂C/∂{b}"),
    Mistake("averaged over the neurons", "nabla_b", lambda s, l: s.right("nabla_b", l) / len(s.b[l]),
            "{layer} divides ∂C/∂{b} by the number of its neurons"),
    Mistake("multiplied by b", "nabla_b", lambda s, l: s.right("nabla_b", l) * s.b[l],
            "{layer} multiplies by {b} in ∂C/∂{b}"),
]  # fmt: skip

WEIGHT = [
    Mistake("δaᵀ transposed", "nabla_w", lambda s, l: s.right("nabla_w", l).T,
            "{layer} returns {a_below} ({delta})ᵀ, the transpose of ∂C/∂{W} = {delta} ({a_below})ᵀ"),
    Mistake("z instead of a", "nabla_w", lambda s, l: s.delta[l] @ s.z[l - 1].T / s.m,
            "{layer} multiplies {delta} by ({z_below})ᵀ instead of ({a_below})ᵀ in ∂C/∂{W}", not_first),
    Mistake("last example only", "nabla_w", lambda s, l: _column(s, l, -1, s.m)[1],
            "{layer} keeps only the last example's ∂C/∂{W}, divided by m", several, ("= for +=",)),
    Mistake("last example only", "nabla_w", lambda s, l: _column(s, l, -1)[1],
            "{layer} keeps only the last example's ∂C/∂{W}", several, ("= for +=",)),
    Mistake("sum instead of mean", "nabla_w", lambda s, l: s.right("nabla_w", l) * s.m,
            "{layer} has the sum over the examples in ∂C/∂{W}, not the mean", several),
    Mistake("averaged twice", "nabla_w", lambda s, l: s.right("nabla_w", l) / s.m,
            "{layer} averages ∂C/∂{W} over the examples twice", several),
    Mistake("weights left zero", "nabla_w", lambda s, l: np.zeros_like(s.W[l]), "{layer} leaves ∂C/∂{W} zero"),
    Mistake("σ′ missing", "nabla_w", lambda s, l: s.up[l] @ s.a[l - 1].T / s.m,
            "{layer} makes ∂C/∂{W} from ∂C/∂{a} instead of {delta}: σ′({z}) is missing", with_slope),
    Mistake("sign flipped", "nabla_w", lambda s, l: -s.right("nabla_w", l), "{layer} has the wrong sign in ∂C/∂{W}"),
    Mistake("twice the weight gradient", "nabla_w", lambda s, l: 2 * s.right("nabla_w", l),
            "{layer} has twice the right ∂C/∂{W}"),
    Mistake("the mean of δ times the mean of a", "nabla_w",
            lambda s, l: s.delta[l].mean(axis=1, keepdims=True) @ s.a[l - 1].mean(axis=1, keepdims=True).T,
            "{layer} multiplies the means of {delta} and {a_below}; ∂C/∂{W} is the mean of the products", several),
    Mistake("the sum of δ times the sum of a", "nabla_w",
            lambda s, l: s.delta[l].sum(axis=1, keepdims=True) @ s.a[l - 1].sum(axis=1, keepdims=True).T / s.m,
            "{layer} multiplies the sums of {delta} and {a_below}; ∂C/∂{W} is the mean of the products", several),
    Mistake("first example only", "nabla_w", lambda s, l: _column(s, l, 0)[1],
            "{layer} keeps only the first example's ∂C/∂{W}", several),
    Mistake("first example only", "nabla_w", lambda s, l: _column(s, l, 0, s.m)[1],
            "{layer} keeps only the first example's ∂C/∂{W}, divided by m", several),
    Mistake("a not transposed", "nabla_w", lambda s, l: s.delta[l] @ s.a[l - 1] / s.m,
            "{layer} multiplies {delta} by {a_below}, which is not transposed"),
    Mistake("δ and a in the wrong order", "nabla_w", lambda s, l: s.delta[l].T @ s.a[l - 1] / s.m,
            "{layer} has ({delta})ᵀ {a_below} instead of {delta} ({a_below})ᵀ"),
    Mistake("δ and a in the wrong order", "nabla_w", lambda s, l: s.a[l - 1].T @ s.delta[l] / s.m,
            "{layer} has ({a_below})ᵀ {delta} instead of {delta} ({a_below})ᵀ"),
    Mistake("δ and a in the wrong order", "nabla_w", lambda s, l: s.a[l - 1] @ s.delta[l] / s.m,
            "{layer} has {a_below} {delta} instead of {delta} ({a_below})ᵀ"),
    Mistake("⊙ instead of a product of matrices", "nabla_w", lambda s, l: s.delta[l] * s.a[l - 1] / s.m,
            "{layer} multiplies {delta} and {a_below} entry by entry"),
    Mistake("a missing", "nabla_w", lambda s, l: np.ones_like(s.W[l]) * s.right("nabla_b", l),
            "{layer} has {delta} alone for ∂C/∂{W}: ({a_below})ᵀ is missing"),
    Mistake("σ′ instead of σ", "nabla_w", lambda s, l: s.delta[l] @ s.prime(s.z[l - 1]).T / s.m,
            "{layer} multiplies {delta} by σ′({z_below})ᵀ instead of ({a_below})ᵀ", not_first),
    Mistake("multiplied by W", "nabla_w", lambda s, l: s.right("nabla_w", l) * s.W[l],
            "{layer} multiplies by {W} in ∂C/∂{W}"),
]  # fmt: skip

LAYER = [
    Mistake("gradients left zero", "layer", lambda s, l: (np.zeros_like(s.b[l]), np.zeros_like(s.W[l])),
            "{layer} leaves ∂C/∂{b} and ∂C/∂{W} zero: the loop does not reach it"),
    Mistake("sign flipped", "layer", _times(lambda s: -1.0), "{layer} has the wrong sign in ∂C/∂{b} and ∂C/∂{W}"),
    Mistake("sum instead of mean", "layer", _times(lambda s: s.m),
            "{layer} has the sum over the examples in ∂C/∂{b} and ∂C/∂{W}, not the mean", several),
    Mistake("averaged twice", "layer", _times(lambda s: 1 / s.m),
            "{layer} averages ∂C/∂{b} and ∂C/∂{W} over the examples twice", several),
    Mistake("last example only", "layer", lambda s, l: _column(s, l, -1, s.m),
            "{layer} keeps only the last example, divided by m", several, ("= for +=",)),
    Mistake("last example only", "layer", lambda s, l: _column(s, l, -1),
            "{layer} keeps only the last example", several, ("= for +=",)),
    Mistake("twice the gradient", "layer", _times(lambda s: 2.0), "{layer} has twice the right ∂C/∂{b} and ∂C/∂{W}"),
    Mistake("σ′ missing", "layer",
            lambda s, l: (s.up[l].sum(axis=1, keepdims=True) / s.m, s.up[l] @ s.a[l - 1].T / s.m),
            "{layer} makes ∂C/∂{b} and ∂C/∂{W} from ∂C/∂{a} instead of {delta}: σ′({z}) is missing", with_slope),
]  # fmt: skip

FORWARD = [
    Mistake("b missing in the forward pass", "z", lambda s, l: s.W[l] @ s.a[l - 1],
            "{layer} forgets {b} in {z} = {W} {a_below} + {b}"),
    Mistake("b subtracted in the forward pass", "z", lambda s, l: s.W[l] @ s.a[l - 1] - s.b[l],
            "{layer} subtracts {b} in {z} = {W} {a_below} + {b}"),
    Mistake("W transposed in the forward pass", "z", lambda s, l: s.W[l].T @ s.a[l - 1] + s.b[l],
            "{layer} multiplies by the transpose of {W} in {z} = {W} {a_below} + {b}"),
    Mistake("σ missing in the forward pass", "a", lambda s, l: s.z[l], "{layer} passes {z} on instead of {a} = σ({z})"),
    *(_another_activation(name) for name in ACTIVATIONS),
]  # fmt: skip
