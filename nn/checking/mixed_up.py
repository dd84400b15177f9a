"""The table of mistakes, continued: something is taken from another layer, or not all examples are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nn.checking.mistakes import Mistake, Where
from nn.checking.notation import Index, Setting

OFFSETS = (1, -1, 0, 2, -2, 3, -3)


def wrong_layers(L: int) -> Iterator[Mistake]:
    """The mistakes of taking something from another layer: from one so many layers off, or always from the same one."""
    indices = [Index(offset=k) for k in OFFSETS if abs(k) <= L] + [Index(fixed=j) for j in sorted({0, 1, L})]
    for index in indices:
        yield from _of_delta(index)
    for index in indices:
        yield from _of_gradients(index)


def _there(index: Index, lowest: int, right: int) -> Where:
    """Where the other layer exists, and is not the right one, `right` layers off."""

    def where(setting: Setting, l: int) -> bool:
        return lowest <= index.of(l) <= setting.L and index.of(l) != l + right

    return where


def _hidden(where: Where, above: int | None = None) -> Where:
    """In hidden layers, and with another layer that lies at least so many above."""
    return lambda setting, l: l < setting.L and where(setting, l)


def _of_delta(index: Index) -> Iterator[Mistake]:
    j = index.of
    slope, W = _there(index, 1, 0), _hidden(_there(index, 1, 1))

    def with_slope(setting: Setting, l: int) -> bool:
        return slope(setting, l) and (l < setting.L or not setting.fused)

    def above(setting: Setting, l: int) -> bool:
        return l < setting.L and l + 1 < j(l) <= setting.L

    yield Mistake(
        "the wrong layer's W",
        "carried",
        lambda s, l: s.W[j(l)].T @ s.delta[l + 1],
        "{layer} multiplies {delta_above} by (W{other})ᵀ instead of ({W_above})ᵀ",
        W,
        other=index,
    )
    yield Mistake(
        "the wrong layer's W, not transposed",
        "carried",
        lambda s, l: s.W[j(l)] @ s.delta[l + 1],
        "{layer} multiplies {delta_above} by W{other} instead of ({W_above})ᵀ",
        W,
        other=index,
    )
    yield Mistake(
        "the wrong layer's δ",
        "carried",
        lambda s, l: s.W[l + 1].T @ s.delta[j(l)],
        "{layer} multiplies ({W_above})ᵀ by δ{other} instead of {delta_above}",
        above,
        other=index,
    )
    yield Mistake(
        "the wrong layer's W and δ",
        "carried",
        lambda s, l: s.W[j(l)].T @ s.delta[j(l)],
        "{layer} has (W{other})ᵀ δ{other} instead of ({W_above})ᵀ {delta_above}",
        above,
        other=index,
    )
    yield Mistake("the wrong layer's z", "slope", lambda s, l: s.prime(s.z[j(l)]),
                  "{layer} takes σ′ at z{other} instead of {z}", with_slope, other=index)  # fmt: skip


def _of_gradients(index: Index) -> Iterator[Mistake]:
    j = index.of
    a, z = _there(index, 0, -1), _there(index, 1, -1)

    def above(setting: Setting, l: int) -> bool:
        return l < j(l) <= setting.L

    yield Mistake(
        "the wrong layer's a (off by one layer)" if index.offset == 0 else "the wrong layer's a",
        "nabla_w",
        lambda s, l: s.delta[l] @ s.a[j(l)].T / s.m,
        "{layer} multiplies {delta} by ({a_other})ᵀ instead of ({a_below})ᵀ in ∂C/∂{W}",
        a,
        other=index,
    )
    yield Mistake(
        "the wrong layer's δ",
        "layer",
        _gradients_of(index),
        "{layer} makes ∂C/∂{b} and ∂C/∂{W} from δ{other} instead of {delta}",
        above,
        other=index,
    )
    yield Mistake(
        "the wrong layer's δ",
        "nabla_w",
        lambda s, l: s.delta[j(l)] @ s.a[l - 1].T / s.m,
        "{layer} makes ∂C/∂{W} from δ{other} instead of {delta}",
        above,
        other=index,
    )
    yield Mistake(
        "the wrong layer's δ",
        "nabla_b",
        lambda s, l: s.delta[j(l)].sum(axis=1, keepdims=True) / s.m,
        "{layer} makes ∂C/∂{b} from δ{other} instead of {delta}",
        above,
        other=index,
    )
    yield Mistake("the wrong layer's z instead of a", "nabla_w", lambda s, l: s.delta[l] @ s.z[j(l)].T / s.m,
                  "{layer} multiplies {delta} by (z{other})ᵀ instead of ({a_below})ᵀ in ∂C/∂{W}", z, other=index)  # fmt: skip


def _gradients_of(index: Index) -> Any:
    def layer(s: Any, l: int) -> Any:
        delta = s.delta[index.of(l)]
        return delta.sum(axis=1, keepdims=True) / s.m, delta @ s.a[l - 1].T / s.m

    return layer
