"""The equations in print: superscripts, the line that one should have, and what to call one layer or several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nn.costs import COSTS

if TYPE_CHECKING:
    from nn.network import Network

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def superscript(n: int) -> str:
    """A number, raised."""
    return str(n).translate(SUPERSCRIPTS)


@dataclass(frozen=True)
class Setting:
    """What the mistakes that make sense, and their wording, depend on.

    Attributes
    ----------
    sizes : tuple of int
        Of the layers; the weights between them are counted 1 … L.
    activation, cost : str
        By name.
    m : int
        The number of examples of one call.
    """

    sizes: tuple[int, ...]
    activation: str
    cost: str
    m: int

    @property
    def L(self) -> int:  # noqa: N802  the book's letter for the last layer
        """The number of the last layer."""
        return len(self.sizes) - 1

    @property
    def fused(self) -> bool:
        """Whether BP1 is δᴸ = a − y, without a σ′: with a cross-entropy."""
        return COSTS[self.cost].delta is not None


@dataclass(frozen=True)
class Index:
    """Another layer: so many layers off, or always the same one."""

    offset: int = 0
    fixed: int | None = None

    def of(self, l: int) -> int:
        """Its number, seen from layer l."""
        return l + self.offset if self.fixed is None else self.fixed

    def raised(self, layers: tuple[int, ...]) -> str:
        """As a superscript."""
        if len(layers) == 1 or self.fixed is not None:
            return superscript(self.of(layers[0]))
        if not self.offset:
            return "ˡ"
        return f"ˡ{'⁺' if self.offset > 0 else '⁻'}{superscript(abs(self.offset))}"


def setting_of(network: Network, m: int) -> Setting:
    """The setting of calls with m examples each."""
    return Setting(tuple(network.sizes), network.activation_name, network.cost_name, m)


def words(setting: Setting, layers: tuple[int, ...], other: Index | None = None) -> dict[str, str]:
    """What the templates of sentences name, of one layer or of several: ``{layer}``, ``{z}``, ``{a_below}``."""
    if len(layers) == 1:
        l = layers[0]
        layer, own, above, below = f"layer {l}", superscript(l), superscript(l + 1), superscript(l - 1)
    else:
        layer = _stretch(layers, setting.L)
        own, above, below = "ˡ", "ˡ⁺¹", "ˡ⁻¹"
    a_below = "x" if layers == (1,) else f"a{below}"
    elsewhere = other.raised(layers) if other else ""
    return {
        "layer": layer, "other": elsewhere, "a_other": "x" if elsewhere == "⁰" else f"a{elsewhere}",
        "z": f"z{own}", "a": f"a{own}", "W": f"W{own}", "b": f"b{own}", "delta": f"δ{own}",
        "W_above": f"W{above}", "delta_above": f"δ{above}", "z_above": f"z{above}", "a_above": f"a{above}",
        "a_below": a_below, "z_below": f"z{below}",
        "m": str(setting.m), "n_out": str(setting.sizes[-1]), "n_in": str(setting.sizes[0]),
    }  # fmt: skip


def _stretch(layers: tuple[int, ...], L: int) -> str:
    names = {(1, L): "every layer", (1, L - 1): "every hidden layer", (2, L): "every layer but the first"}
    low, high = (layers[0], layers[-1]) if layers else (1, L)
    return names.get((low, high), f"each of the layers {low} to {high}")


FACTORS = {"quadratic": "({a} − y)", "mean_squared_error": "2({a} − y)"}

# By place: the equation's name, and its right-hand and left-hand side, of one example.
LINES = {
    "z": ("forward", "{z} = {W} {a_below} + {b}"),
    "a": ("forward", "{a} = {function}({z})"),
    "BP1": ("BP1", "{delta} = {factor} ⊙ σ′({z})"),
    "BP1 fused": ("BP1", "{delta} = {a} − y"),
    "BP2": ("BP2", "{delta} = ({W_above})ᵀ {delta_above} ⊙ σ′({z})"),
    "BP3": ("BP3", "∂C/∂{b} = {mean}{delta}"),
    "BP4": ("BP4", "∂C/∂{W} = {share}{delta} ({a_below})ᵀ"),
}
EQUATIONS = {"nabla_b": ("BP3",), "nabla_w": ("BP4",), "layer": ("BP3", "BP4"), "z": ("z",), "a": ("a",)}


def equations(setting: Setting, place: str, layers: tuple[int, ...]) -> tuple[str, ...]:
    """The keys of ``LINES`` that state the right formula of a place."""
    first = "BP1 fused" if setting.fused else "BP1"
    if place == "gradient":
        return (first,)
    if place in EQUATIONS:
        return EQUATIONS[place]
    hidden = [l for l in layers if l < setting.L]
    return (first,) * (setting.L in layers) + ("BP2",) * bool(hidden)


def line(setting: Setting, key: str, layers: tuple[int, ...]) -> tuple[str, str]:
    """The right formula, and the name of its equation."""
    if key.startswith("BP1"):
        layers = (setting.L,)
    elif key == "BP2":
        layers = tuple(l for l in layers if l < setting.L)
    terms = words(setting, layers)
    terms["factor"] = FACTORS.get(setting.cost, "").format(**terms)
    output = COSTS[setting.cost].output
    terms["function"] = output if output and layers == (setting.L,) else "σ"
    terms["mean"] = "(1/m) Σ over the examples of " if setting.m > 1 else ""
    terms["share"] = "(1/m) " if setting.m > 1 else ""
    name, template = LINES[key]
    return in_words(template, terms), name


def in_words(template: str, terms: dict[str, str]) -> str:
    """A sentence or an equation with the names of `terms` filled in."""
    return template.format(**terms).replace("(x)ᵀ", "xᵀ")
