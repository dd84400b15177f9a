"""The right backprop, written once with named places; a mistake is another formula in one of them.

Layers are counted 1 … L as in the equations, a⁰ is the input x, and columns are examples:

============  =====================================  =========================================
z             zˡ = Wˡ aˡ⁻¹ + bˡ                       the forward pass
a             aˡ = σ(zˡ)
cost          ∂C_x/∂aᴸ                                BP1, first factor
carried       ∂C_x/∂aˡ = (Wˡ⁺¹)ᵀ δˡ⁺¹                  BP2, first factor
slope         σ′(zˡ)                                  BP1 and BP2, second factor
delta         δˡ, the product of the two              BP1 and BP2
nabla_b       (1/m) Σ δˡ over the columns             BP3
nabla_w       (1/m) δˡ (aˡ⁻¹)ᵀ                        BP4
layer         the pair (∂C/∂bˡ, ∂C/∂Wˡ)               what is kept of a layer
gradient      the pair of lists                       what is returned; made of what is there
network       σ and the cost                          what the whole is about
============  =====================================  =========================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nn.activations import ACTIVATIONS
from nn.arguments import Array
from nn.backprop import layer_functions
from nn.costs import COSTS

if TYPE_CHECKING:
    from nn.network import Network

Formula = Callable[..., Any]
Place = tuple[str, int]
Arrays = list[Array]
End = Callable[["Pass", Arrays, Arrays], tuple[Arrays, Arrays]]


@dataclass(frozen=True)
class Facts:
    """A network and a batch, as the formulas read them: W, b and the functions of the layers counted from 1."""

    W: Mapping[int, Array]
    b: Mapping[int, Array]
    functions: Mapping[int, Callable[[Any], Any]]
    activation: str
    cost: str
    x: Array
    y: Array
    at_kink: float = 0.0  # ReLU′(0), which may be any number from 0 to 1


def facts(network: Network, x: Array, y: Array) -> Facts:
    """What the formulas read, of `network` and the batch (x, y)."""
    W, b = dict(enumerate(network.weights, start=1)), dict(enumerate(network.biases, start=1))
    functions = dict(enumerate(layer_functions(network), start=1))
    return Facts(W, b, functions, network.activation_name, network.cost_name, x, y)


def _delta(s: Pass, l: int) -> Any:
    output_error = COSTS[s.cost].delta
    return output_error(s.a[l], s.y) if l == s.L and output_error else s.up[l] * s.slope[l]


RIGHT: dict[str, Formula] = {
    "z": lambda s, l: s.W[l] @ s.a[l - 1] + s.b[l],
    "a": lambda s, l: s.functions[l](s.z[l]),
    "cost": lambda s, l: COSTS[s.cost].derivative(s.a[l], s.y),
    "carried": lambda s, l: s.W[l + 1].T @ s.delta[l + 1],
    "slope": lambda s, l: s.prime(s.z[l]),
    "delta": _delta,
    "nabla_b": lambda s, l: s.delta[l].sum(axis=1, keepdims=True) / s.m,
    "nabla_w": lambda s, l: s.delta[l] @ s.a[l - 1].T / s.m,
    "layer": lambda s, l: (s.nabla_b[l], s.nabla_w[l]),
}


class Pass:
    """One pass forward and back, with the formulas of `changed` in their places.

    Parameters
    ----------
    facts : Facts
        The network and the batch.
    changed : mapping from (place, layer) to formula
        The mistakes; a formula is a function of this object and the layer.
    right : Pass, optional
        The same without mistakes: what does not depend on a changed place is taken from it.
    """

    def __init__(self, facts: Facts, changed: Mapping[Place, Formula] | None = None, right: Pass | None = None) -> None:
        self.W, self.b, self.y, self.functions = facts.W, facts.b, facts.y, facts.functions
        self.activation, self.cost, self.at_kink = facts.activation, facts.cost, facts.at_kink
        self.L, self.m = len(facts.W), int(facts.x.shape[1])
        self.layers = range(1, self.L + 1)
        self.changed = changed or {}
        self.z: dict[int, Any] = {}
        self.a: dict[int, Any] = {0: facts.x}
        self.up: dict[int, Any] = {}  # ∂C_x/∂a
        self.slope: dict[int, Any] = {}
        self.delta: dict[int, Any] = {}
        self.nabla_b: dict[int, Any] = {}
        self.nabla_w: dict[int, Any] = {}
        with np.errstate(all="ignore"):
            self._forward(right)
            self._backward(right)

    def prime(self, z: Any) -> Any:
        """σ′ of the hidden layers."""
        slope = ACTIVATIONS[self.activation].derivative(z)
        return np.where(z == 0, self.at_kink, slope) if self.activation == "relu" else slope

    def right(self, place: str, l: int) -> Any:
        """What the right formula makes of what this pass has computed so far."""
        return RIGHT[place](self, l)

    def gradient(self, ends: Sequence[End] = ()) -> tuple[Arrays, Arrays]:
        """Return (nabla_b, nabla_w), after what `ends` do to the two."""
        found = [self.nabla_b[l] for l in self.layers], [self.nabla_w[l] for l in self.layers]
        with np.errstate(all="ignore"):
            for end in ends:
                found = end(self, *found)
        return found

    def _at(self, place: str, l: int) -> Any:
        return self.changed.get((place, l), RIGHT[place])(self, l)

    def _forward(self, right: Pass | None) -> None:
        if right is not None and not any(place in ("z", "a") for place, _ in self.changed):
            self.z, self.a = right.z, right.a
            return
        for l in self.layers:
            self.z[l] = self._at("z", l)
            self.a[l] = self._at("a", l)

    def _backward(self, right: Pass | None) -> None:
        same = right is not None and self.a is right.a  # until a place is reached that is not
        for l in reversed(self.layers):
            same = same and not any((place, l) in self.changed for place in ("cost", "carried", "slope", "delta"))
            if right is not None and same:
                self.up[l], self.slope[l], self.delta[l] = right.up[l], right.slope[l], right.delta[l]
            else:
                self.up[l] = self._at("cost" if l == self.L else "carried", l)
                self.slope[l] = self._at("slope", l)
                self.delta[l] = self._at("delta", l)
            if right is not None and same and not any((place, l) in self.changed for place in KEPT):
                self.nabla_b[l], self.nabla_w[l] = right.nabla_b[l], right.nabla_w[l]
                continue
            self.nabla_b[l], self.nabla_w[l] = self._at("nabla_b", l), self._at("nabla_w", l)
            self.nabla_b[l], self.nabla_w[l] = self._at("layer", l)


KEPT = ("nabla_b", "nabla_w", "layer")
