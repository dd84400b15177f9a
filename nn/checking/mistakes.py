"""The table of mistakes: which place, what stands there instead, and what to say about it.

Each row is a mistake that people make, and the commonest come first. A row says nothing about numbers: whether it is the
mistake in a person's code is found out by running the right backprop with this one formula in its place. Rows that give the
same arrays on every network are found out in the same way; they are one cause with several readings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nn.activations import ACTIVATIONS
from nn.checking.backward import Formula
from nn.checking.notation import Index, Setting

Where = Callable[[Setting, int], bool]


def anywhere(_: Setting, __: int) -> bool:
    """In every layer."""
    return True


def hidden(setting: Setting, l: int) -> bool:
    """In hidden layers."""
    return l < setting.L


def not_first(_: Setting, l: int) -> bool:
    """Where the layer below has a z."""
    return l > 1


def several(setting: Setting, _: int) -> bool:
    """Where there are several examples in one call."""
    return setting.m > 1


def with_slope(setting: Setting, l: int) -> bool:
    """Where δ has a factor σ′."""
    return l < setting.L or not setting.fused


def _last_factored(setting: Setting, l: int) -> bool:
    return l == setting.L and not setting.fused


def _last_fused(setting: Setting, l: int) -> bool:
    return l == setting.L and setting.fused


def _last_softmax(setting: Setting, l: int) -> bool:
    return l == setting.L and setting.cost == "cross_entropy"


def _between_slopes(setting: Setting, l: int) -> bool:
    return l < setting.L and with_slope(setting, l + 1)


def _hidden_of_several(setting: Setting, l: int) -> bool:
    return l < setting.L and setting.m > 1


@dataclass(frozen=True)
class Mistake:
    """One formula in place of the right one.

    Attributes
    ----------
    name : str
        In short.
    place : str
        Of `nn.checking.backward.RIGHT`.
    formula : callable
        What stands there, a function of the pass and the layer.
    said : str
        The sentence, with the names of `nn.checking.notation.words`.
    where : callable
        In which layers it makes sense.
    readings : tuple of str
        What the person may have had in mind, where that is more than the sentence says.
    other : Index, optional
        The other layer that it takes something from.
    should : tuple of str
        What one should have, where that is not the equation of the place.
    """

    name: str
    place: str
    formula: Formula
    said: str
    where: Where = anywhere
    readings: tuple[str, ...] = ()
    other: Index | None = None
    should: tuple[str, ...] = ()


def _another_slope(name: str) -> Mistake:
    prime = ACTIVATIONS[name].derivative

    def where(setting: Setting, l: int) -> bool:
        return setting.activation != name and with_slope(setting, l)

    said = f"{{layer}} multiplies by the derivative of {name}, which is not the activation"
    return Mistake(f"{name}′ instead of σ′", "slope", lambda s, l: prime(s.z[l]), said, where)


def _logistic(a: Any) -> Any:
    return a * (1 - a)


SLOPE = [
    Mistake("σ′ missing", "slope", lambda s, l: np.ones_like(s.z[l]), "{layer} lacks σ′({z})", with_slope),
    Mistake("σ′ taken at a instead of z", "slope", lambda s, l: s.prime(s.a[l]),
            "{layer} takes σ′ at {a} instead of {z}", with_slope),
    Mistake("σ instead of σ′", "slope", lambda s, l: s.a[l],
            "{layer} multiplies by σ({z}) instead of σ′({z})", with_slope),
    Mistake("z(1 − z)", "slope", lambda s, l: _logistic(s.z[l]),
            "{layer} multiplies by {z}(1 − {z}) instead of σ′({z})", with_slope, ("a(1 − a) with z for a",)),
    Mistake("a factor of σ′ missing", "slope", lambda s, l: 1 - s.a[l],
            "{layer} multiplies by 1 − {a} instead of σ′({z})", with_slope),
    Mistake("σ² instead of σ′", "slope", lambda s, l: s.a[l] ** 2,
            "{layer} multiplies by {a} squared instead of σ′({z})", with_slope),
    Mistake("1 − z²", "slope", lambda s, l: 1 - s.z[l] ** 2,
            "{layer} multiplies by 1 − {z} squared instead of σ′({z})", with_slope),
    Mistake("1 + a instead of 1 − a", "slope", lambda s, l: s.a[l] * (1 + s.a[l]),
            "{layer} multiplies by {a}(1 + {a}) instead of σ′({z})", with_slope),
    Mistake("σ′ twice", "slope", lambda s, l: s.prime(s.z[l]) ** 2, "{layer} multiplies by σ′({z}) twice", with_slope),
    Mistake("σ applied twice", "slope", lambda s, l: s.functions[l](s.a[l]),
            "{layer} multiplies by σ({a}) instead of σ′({z})", with_slope),
    Mistake("z instead of σ′", "slope", lambda s, l: s.z[l], "{layer} multiplies by {z} instead of σ′({z})", with_slope),
    *(_another_slope(name) for name in ACTIVATIONS),
    Mistake("a(1 − a), which is of the sigmoid", "slope", lambda s, l: _logistic(s.a[l]),
            "{layer} multiplies by {a}(1 − {a}), the derivative of the sigmoid, which is not the activation", with_slope),
    Mistake("1 − a², which is of tanh", "slope", lambda s, l: 1 - s.a[l] ** 2,
            "{layer} multiplies by 1 − {a} squared, the derivative of tanh, which is not the activation", with_slope),
]  # fmt: skip

COST = [
    Mistake("derivative of the wrong cost", "cost", lambda s, l: (s.a[l] - s.y) / _logistic(s.a[l]),
            "{layer} starts from (a − y) / (a(1 − a)), the derivative of the cross-entropy", _last_factored),
    Mistake("derivative of the wrong cost", "cost", lambda s, l: -s.y / s.a[l],
            "{layer} starts from −y/a, the derivative of the cross-entropy −Σ y log a", _last_factored),
    Mistake("the cost instead of its derivative", "cost", lambda s, l: (s.a[l] - s.y) ** 2 / 2,
            "{layer} starts from ½(a − y)², the cost, instead of its derivative", _last_factored),
    Mistake("the cost instead of its derivative", "cost", lambda s, l: (s.a[l] - s.y) ** 2,
            "{layer} starts from (a − y)² instead of its derivative", _last_factored),
    Mistake("z instead of a", "cost", lambda s, l: s.z[l] - s.y,
            "{layer} starts from {z} − y instead of {a} − y", _last_factored),
    Mistake("y missing", "cost", lambda s, l: s.a[l], "{layer} starts from {a}: y is missing", _last_factored),
    Mistake("a missing", "cost", lambda s, l: -s.y, "{layer} starts from −y: a is missing", _last_factored),
    Mistake("a + y", "cost", lambda s, l: s.a[l] + s.y, "{layer} starts from {a} + y", _last_factored),
    Mistake("|a − y|", "cost", lambda s, l: np.abs(s.a[l] - s.y), "{layer} starts from |{a} − y|", _last_factored),
    Mistake("the sign of a − y", "cost", lambda s, l: np.sign(s.a[l] - s.y),
            "{layer} starts from the sign of {a} − y only", _last_factored),
    Mistake("extra σ′", "delta", lambda s, l: s.right("delta", l) * _logistic(s.a[l]),
            "{layer} has an extra σ′: with this cost {delta} is a − y, which holds it already", _last_fused,
            ("the derivative of the wrong cost: {delta} of the quadratic cost",)),
    Mistake("extra σ′", "delta", lambda s, l: s.right("delta", l) * s.prime(s.z[l]),
            "{layer} has an extra σ′({z}): with this cost {delta} is a − y, which holds it already", _last_fused,
            ("the derivative of the wrong cost: {delta} of the quadratic cost",)),
    Mistake("extra σ′", "delta", lambda s, l: s.right("delta", l) * ACTIVATIONS["sigmoid"].derivative(s.z[l]),
            "{layer} has an extra σ′({z}), of the sigmoid: with this cost {delta} is a − y", _last_fused,
            ("the derivative of the wrong cost: {delta} of the quadratic cost",)),
    Mistake("the derivative of softmax incomplete", "delta", lambda s, l: -s.y * (1 - s.a[l]),
            "{layer} differentiates softmax as if every output depended on its own z only", _last_softmax),
    Mistake("the derivative of softmax missing", "delta", lambda s, l: -s.y / s.a[l],
            "{layer} starts from ∂C/∂a = −y/a and lacks the derivative of softmax", _last_softmax),
    Mistake("derivative by a instead of z", "delta", lambda s, l: s.right("delta", l) / _logistic(s.a[l]),
            "{layer} divides by a(1 − a): that is ∂C/∂a, and σ′({z}) is missing", _last_fused, ("σ′ missing",)),
    Mistake("log missing", "delta", lambda s, l: -s.y, "{layer} has −y for {delta}", _last_fused),
    Mistake("y missing", "delta", lambda s, l: s.a[l], "{layer} has {a} for {delta}: y is missing", _last_fused),
    Mistake("z instead of a", "delta", lambda s, l: s.z[l] - s.y, "{layer} has {z} − y instead of {a} − y", _last_fused),
]  # fmt: skip

CARRIED = [
    Mistake("W not transposed", "carried", lambda s, l: s.W[l + 1] @ s.delta[l + 1],
            "{layer} multiplies {delta_above} by {W_above}, which is not transposed", hidden),
    Mistake("σ′ of the layer above missing", "carried", lambda s, l: s.W[l + 1].T @ s.up[l + 1],
            "{layer} is reached by an error without σ′({z_above}): it starts from ∂C/∂{a_above} instead of {delta_above}",
            _between_slopes),
    Mistake("W missing", "carried", lambda s, l: s.delta[l + 1], "{layer} lacks ({W_above})ᵀ", hidden),
    Mistake("averaged again", "carried", lambda s, l: s.right("carried", l) / s.m,
            "{layer} divides {delta} by m = {m} once more", _hidden_of_several),
    Mistake("not averaged", "carried", lambda s, l: s.right("carried", l) * s.m,
            "{layer} multiplies {delta} by m = {m}", _hidden_of_several),
    Mistake("in-place aliasing of weights", "carried", lambda s, l: s.nabla_w[l + 1].T @ s.delta[l + 1],
            "{layer} multiplies {delta_above} by (∂C/∂{W_above})ᵀ, which has been written over {W_above}", hidden),
    Mistake("δ transposed", "carried", lambda s, l: s.W[l + 1].T @ s.delta[l + 1].T,
            "{layer} multiplies by the transpose of {delta_above}", hidden),
    Mistake("δ transposed", "carried", lambda s, l: s.delta[l + 1].T @ s.W[l + 1],
            "{layer} has the transpose of ({W_above})ᵀ {delta_above}", hidden),
    Mistake("δ and W in the wrong order", "carried", lambda s, l: s.delta[l + 1] @ s.W[l + 1],
            "{layer} has {delta_above} {W_above} instead of ({W_above})ᵀ {delta_above}", hidden),
    Mistake("δ and W in the wrong order", "carried", lambda s, l: s.delta[l + 1] @ s.W[l + 1].T,
            "{layer} has {delta_above} ({W_above})ᵀ instead of ({W_above})ᵀ {delta_above}", hidden),
    Mistake("⊙ instead of a product of matrices", "carried", lambda s, l: s.W[l + 1].T * s.delta[l + 1],
            "{layer} multiplies ({W_above})ᵀ and {delta_above} entry by entry", hidden),
    Mistake("⊙ instead of a product of matrices", "carried", lambda s, l: s.W[l + 1] * s.delta[l + 1],
            "{layer} multiplies {W_above} and {delta_above} entry by entry", hidden),
]  # fmt: skip

DELTA = [
    Mistake("sign flipped", "delta", lambda s, l: -s.right("delta", l), "{layer} has the wrong sign in {delta}", hidden),
    Mistake("a product of matrices instead of ⊙", "delta", lambda s, l: s.up[l] @ s.slope[l],
            "{layer} multiplies by σ′({z}) as by a matrix, not entry by entry", with_slope),
    Mistake("+ instead of ⊙", "delta", lambda s, l: s.up[l] + s.slope[l],
            "{layer} adds σ′({z}) instead of multiplying by it", with_slope),
    Mistake("divided by σ′", "delta", lambda s, l: s.up[l] / s.slope[l],
            "{layer} divides by σ′({z}) instead of multiplying by it", with_slope),
    Mistake("the error missing", "delta", lambda s, l: s.slope[l], "{layer} has σ′({z}) alone for {delta}", with_slope),
    Mistake("twice δ", "delta", lambda s, l: 2 * s.right("delta", l), "{layer} has twice the right {delta}", hidden),
    Mistake("half δ", "delta", lambda s, l: s.right("delta", l) / 2, "{layer} has half the right {delta}", hidden),
]  # fmt: skip
