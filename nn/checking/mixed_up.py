"""The table of mistakes, continued: something is taken from another layer."""

from __future__ import annotations

from typing import Any

from nn.checking.backward import Formula
from nn.checking.mistakes import Mistake, Where
from nn.checking.notation import Index, Setting

OFFSETS = (1, -1, 0, 2, -2, 3, -3)


def wrong_layers(L: int) -> list[Mistake]:
    """The mistakes of taking something from another layer: from one so many layers off, or always from the same one."""
    indices = [Index(offset=k) for k in OFFSETS if abs(k) <= L] + [Index(fixed=j) for j in sorted({0, 1, L})]
    return [mistake for rows in (_of_delta, _of_gradients) for index in indices for mistake in rows(index)]


def _there(index: Index, lowest: int, right: int, hidden: bool = False) -> Where:
    """Where the other layer exists, and is not the right one, which is `right` layers off."""

    def where(setting: Setting, l: int) -> bool:
        return lowest <= index.of(l) <= setting.L and index.of(l) != l + right and not (hidden and l == setting.L)

    return where


def _above(index: Index, least: int) -> Where:
    """Where the other layer is at least so many layers above."""
    return lambda setting, l: l + least <= index.of(l) <= setting.L


def _with_slope(index: Index) -> Where:
    there = _there(index, 1, 0)
    return lambda setting, l: there(setting, l) and (l < setting.L or not setting.fused)


def _of_delta(index: Index) -> list[Mistake]:
    j, W = index.of, _there(index, 1, 1, hidden=True)
    return [
        Mistake("the wrong layer's W", "carried", lambda s, l: s.W[j(l)].T @ s.delta[l + 1],
                "{layer} multiplies {delta_above} by (W{other})ᵀ instead of ({W_above})ᵀ", W, other=index),
        Mistake("the wrong layer's W, not transposed", "carried", lambda s, l: s.W[j(l)] @ s.delta[l + 1],
                "{layer} multiplies {delta_above} by W{other} instead of ({W_above})ᵀ", W, other=index),
        Mistake("the wrong layer's δ", "carried", lambda s, l: s.W[l + 1].T @ s.delta[j(l)],
                "{layer} multiplies ({W_above})ᵀ by δ{other} instead of {delta_above}", _above(index, 2), other=index),
        Mistake("the wrong layer's W and δ", "carried", lambda s, l: s.W[j(l)].T @ s.delta[j(l)],
                "{layer} has (W{other})ᵀ δ{other} instead of ({W_above})ᵀ {delta_above}", _above(index, 2), other=index),
        Mistake("the wrong layer's z", "slope", lambda s, l: s.prime(s.z[j(l)]),
                "{layer} takes σ′ at z{other} instead of {z}", _with_slope(index), other=index),
    ]  # fmt: skip


def _of_gradients(index: Index) -> list[Mistake]:
    j, above = index.of, _above(index, 1)
    a_is = (
        "the wrong layer's a (off by one layer)" if index.offset == 0 and index.fixed is None else "the wrong layer's a"
    )
    return [
        Mistake(a_is, "nabla_w", lambda s, l: s.delta[l] @ s.a[j(l)].T / s.m,
                "{layer} multiplies {delta} by ({a_other})ᵀ instead of ({a_below})ᵀ in ∂C/∂{W}",
                _there(index, 0, -1), other=index),
        Mistake("the wrong layer's δ", "layer", _gradients_of(index),
                "{layer} makes ∂C/∂{b} and ∂C/∂{W} from δ{other} instead of {delta}", above, other=index),
        Mistake("the wrong layer's δ", "nabla_w", lambda s, l: s.delta[j(l)] @ s.a[l - 1].T / s.m,
                "{layer} makes ∂C/∂{W} from δ{other} instead of {delta}", above, other=index),
        Mistake("the wrong layer's δ", "nabla_b", lambda s, l: s.delta[j(l)].sum(axis=1, keepdims=True) / s.m,
                "{layer} makes ∂C/∂{b} from δ{other} instead of {delta}", above, other=index),
        Mistake("the wrong layer's z instead of a", "nabla_w", lambda s, l: s.delta[l] @ s.z[j(l)].T / s.m,
                "{layer} multiplies {delta} by (z{other})ᵀ instead of ({a_below})ᵀ in ∂C/∂{W}",
                _there(index, 1, -1), other=index),
    ]  # fmt: skip


def _gradients_of(index: Index) -> Formula:
    def layer(s: Any, l: int) -> Any:
        delta = s.delta[index.of(l)]
        return delta.sum(axis=1, keepdims=True) / s.m, delta @ s.a[l - 1].T / s.m

    return layer
