"""Functions that reduce axes. An entry sees the result y with its axes kept; ``keepdims`` and ``where`` are the kind's."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..broadcasting import kept_shape, reduced_size
from ..kinds import RULES, composite, elementwise, selection
from ..samples import S, at

_MASK = np.array([[True, False, True], [True, True, False]])
_AXES = [at(S(2, 3), axis=1), at(S(2, 3, 4), axis=(0, -1)), at(S(2, 3), 0, keepdims=True)]
_USUAL = [at(S(2, 3)), *_AXES, at(S()), at(S(2, 3), axis=())]
_WHERE = [at(S(2, 3), where=_MASK), at(S(2, 3), axis=1, where=_MASK, keepdims=True)]
_INITIAL = [at(S(2, 3), initial=S()), at(S(2, 3), axis=1, initial=S(), where=_MASK)]


def count(x: Any, axis: Any, where: Any) -> Any:
    """How many entries go into each result: a number, or an array with the axes kept where there is a mask."""
    if where is None:
        return reduced_size(x.shape, axis)
    return np.sum(np.broadcast_to(where, x.shape), axis=axis, keepdims=True).astype(np.finfo(x.dtype).dtype)


def shared(won: Any, y: Any, axis: Any, where: Any, initial: Any) -> Any:
    """The weight of each entry that equals the result: 1, or an equal share where there are several."""
    if where is not None:
        won = won & where
    winners = np.sum(won, axis=axis, keepdims=True)
    if initial is not None:
        winners = winners + (initial == y)
    return won / np.where(winners == 0, 1, winners)


def _extreme(y: Any, x: Any, axis: Any = None, where: Any = None, initial: Any = None) -> Any:
    return shared((x == y) | (x != x), y, axis, where, initial)


def _extreme_initial(y: Any, x: Any, initial: Any, axis: Any = None, where: Any = None) -> Any:
    won = (x == y) if where is None else (x == y) & where
    winners = np.sum(won, axis=axis, keepdims=True)
    return np.where(initial == y, 1 / (1 + winners), 0)


def product_of_others(x: Any, axis: Any) -> Any:
    """For every entry the product of all others along `axis`, by products only: exact with any number of zeros.

    Doubling: with neighbours paired, the others of an entry are its partner and the others of its pair.
    """
    axes = range(x.ndim) if axis is None else [a % x.ndim for a in np.atleast_1d(axis)]
    rest = [a for a in range(x.ndim) if a not in axes]
    order = [*rest, *axes]
    rows = x.transpose(order)
    others = _others_last_axis(rows.reshape((*(x.shape[a] for a in rest), math.prod(x.shape[a] for a in axes))))
    return others.reshape(rows.shape).transpose([order.index(a) for a in range(x.ndim)])


def _others_last_axis(x: Any) -> Any:
    n = x.shape[-1]
    levels = []
    while x.shape[-1] > 1:
        if x.shape[-1] % 2:
            x = np.concatenate([x, np.ones_like(x[..., :1])], axis=-1)
        levels.append(x)
        x = x[..., 0::2] * x[..., 1::2]
    others = np.ones_like(x)
    for pairs in reversed(levels):
        others = others[..., : pairs.shape[-1] // 2]
        both = np.stack([pairs[..., 1::2], pairs[..., 0::2]], axis=-1) * others[..., None]
        others = both.reshape(pairs.shape)
    return others[..., :n]


def _prod(y: Any, x: Any, axis: Any = None, where: Any = None, initial: Any = None) -> Any:
    factors = x if where is None else np.where(where, x, 1)
    others = product_of_others(factors, axis)
    return others if initial is None else initial * others


def _prod_initial(y: Any, x: Any, initial: Any, axis: Any = None, where: Any = None) -> Any:
    return np.prod(x if where is None else np.where(where, x, 1), axis=axis, keepdims=True)


def _mean(y: Any, x: Any, axis: Any = None, where: Any = None) -> Any:
    return np.divide(1, count(x, axis, where), dtype=np.finfo(x.dtype).dtype)


def _centred(x: Any, axis: Any, where: Any) -> Any:
    """The conjugate of x − mean(x), since |x|² changes by 2 Re x̄ẋ."""
    x = np.conj(x) if x.dtype.kind == "c" else x
    if where is None:
        return x - x.mean(axis=axis, keepdims=True)
    return x - np.sum(x, axis=axis, where=where, keepdims=True) / count(x, axis, where)


def _degrees_of_freedom(x: Any, axis: Any, where: Any, ddof: float, correction: float | None) -> Any:
    return count(x, axis, where) - (ddof if correction is None else correction)


def _var(y: Any, x: Any, axis: Any = None, where: Any = None, ddof: float = 0, correction: float | None = None) -> Any:
    return 2 * _centred(x, axis, where) / _degrees_of_freedom(x, axis, where, ddof, correction)


def _std(y: Any, x: Any, axis: Any = None, where: Any = None, ddof: float = 0, correction: float | None = None) -> Any:
    scale = np.where(y == 0, 1, y) * _degrees_of_freedom(x, axis, where, ddof, correction)
    return np.where(y == 0, 0, _centred(x, axis, where) / scale)


_SPREAD = [at(S(2, 3), axis=1, ddof=1), at(S(4), correction=1)]

_TOP = [*_USUAL, at(S(2, 3), initial=0.3), at(S(2, 3), axis=1, initial=-3.0, where=_MASK)]
_BOTTOM = [*_USUAL, at(S(2, 3), initial=0.3), at(S(2, 3), axis=1, initial=3.0, where=_MASK)]

# fmt: off
elementwise(np.sum,  1,        initial=1,                reduction=True, samples=[*_USUAL, *_WHERE, *_INITIAL])
elementwise(np.prod, _prod,    initial=_prod_initial,    reduction=True, samples=[*_USUAL, *_WHERE, *_INITIAL, at(S(5), 0)])
elementwise(np.mean, _mean,                              reduction=True, samples=[*_USUAL, *_WHERE])
elementwise(np.var,  _var,                               reduction=True, samples=[*_USUAL, *_WHERE, *_SPREAD])
elementwise(np.std,  _std,                               reduction=True, samples=[*_AXES, *_WHERE, *_SPREAD])
selection(np.max,    _extreme, initial=_extreme_initial, reduction=True, samples=_TOP)
selection(np.min,    _extreme, initial=_extreme_initial, reduction=True, samples=_BOTTOM)
# fmt: on
composite(
    np.ptp,
    lambda a, axis=None, keepdims=False: np.max(a, axis, keepdims=keepdims) - np.min(a, axis, keepdims=keepdims),
    samples=[at(S(2, 3)), at(S(2, 3), axis=1, keepdims=True)],
)

for _old, _new in {np.amax: np.max, np.amin: np.min}.items():
    RULES[_old] = RULES[_new]

# What a ufunc's own reduce is called, by the function that it is: only the default axis differs.
for _ufunc, _function in {np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min}.items():
    composite(
        (_ufunc, "reduce"),
        lambda a, axis=0, _f=_function, **keywords: _f(a, axis=axis, **keywords),
        samples=[at(S(2, 3)), at(S(2, 3), axis=None), at(S(2, 3), 1, keepdims=True)],
    )

__all__ = ["count", "kept_shape", "product_of_others"]
