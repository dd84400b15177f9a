"""Norms and condition numbers. Those of matrices rest on singular values, of which the tied ones share."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..calls import dispatching
from ..kinds import composite, elementwise, flat, selection
from ..samples import S, at
from .decompositions import blur, inverse, spread, vanishing

# Norms of vectors


@dispatching
def p_norm(x: Any, order: float, axis: Any = None, keepdims: bool = False) -> Any:
    """(Σ|x|ᵖ)^(1/p) over `axis`, one axis or several."""
    if order == 2:
        return np.sqrt(np.sum(np.real(x) ** 2 + np.imag(x) ** 2, axis=axis, keepdims=keepdims))
    return np.sum(np.abs(x) ** order, axis=axis, keepdims=keepdims) ** (1 / order)


def _p_norm(y: Any, x: Any, order: float, axis: Any = None) -> Any:
    """(x/|x|) (|x|/y)ᵖ⁻¹, and 0 at the origin."""
    scale = np.where(y == 0, 1, y)
    x = np.conj(x)
    if order == 2:
        return np.where(y == 0, 0, x / scale)
    size = np.abs(x)
    direction = np.where(x == 0, 0, x / np.where(x == 0, 1, size))
    return np.where(y == 0, 0, direction * (size / scale) ** (order - 1))


@dispatching
def zero_norm(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """How many entries are not 0."""
    return np.sum((x != 0).astype(x.real.dtype), axis=axis, keepdims=keepdims)


def _norm_of_vectors(x: Any, order: Any, axis: Any, keepdims: bool) -> Any:
    if order is None or order == 2:
        return p_norm(x, 2, axis=axis, keepdims=keepdims)
    if order == np.inf:
        return np.max(np.abs(x), axis=axis, keepdims=keepdims, initial=0)
    if order == -np.inf:
        return np.min(np.abs(x), axis=axis, keepdims=keepdims)
    if order == 0:
        return zero_norm(x, axis=axis, keepdims=keepdims)
    if order == 1:
        return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
    return p_norm(x, order, axis=axis, keepdims=keepdims)


# Norms of matrices


@dispatching
def magnitude(s: Any) -> Any:
    """Singular values, each of slope 0 where it is 0 up to rounding: a kink, like that of |x|."""
    return s


@dispatching
def largest(s: Any, axis: int) -> Any:
    """The largest singular value; those tied with it up to rounding share."""
    return np.max(s, axis=axis, initial=0)


@dispatching
def smallest(s: Any, axis: int) -> Any:
    """The smallest singular value; those tied with it up to rounding share."""
    return np.min(s, axis=axis)


def _tied(y: Any, s: Any, axis: int) -> Any:
    tied = np.abs(s - y) <= blur(s)
    return tied / np.maximum(np.sum(tied, axis=axis, keepdims=True), 1)


def _norm_of_matrices(x: Any, order: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    rows, columns = (axis % x.ndim for axis in axes)
    if order in (None, "fro", "f"):
        return p_norm(x, 2, axis=(rows, columns), keepdims=keepdims)
    if order in (1, -1, np.inf, -np.inf):
        summed, kept = (rows, columns) if abs(order) == 1 else (columns, rows)
        sums = np.sum(np.abs(x), axis=summed, keepdims=True)
        result = np.max(sums, axis=kept, initial=0) if order > 0 else np.min(sums, axis=kept)
    else:
        s = magnitude(np.linalg.svdvals(np.moveaxis(x, (rows, columns), (-2, -1))))
        result = np.sum(s, axis=-1) if order == "nuc" else (largest if order > 0 else smallest)(s, axis=-1)
    kept_axes = (1 if i in (rows, columns) else size for i, size in enumerate(x.shape))
    left = (size for i, size in enumerate(x.shape) if i not in (rows, columns))
    return result.reshape(tuple(kept_axes if keepdims else left))


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    np.linalg.norm(np.ones((1,) * x.ndim), ord=ord, axis=axis, keepdims=keepdims)  # NumPy's own complaint
    if axis is None and (ord is None or x.ndim == 1):
        return _norm_of_vectors(x, ord, None, keepdims)
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if len(axes) == 1:
        return _norm_of_vectors(x, ord, int(axes[0]), keepdims)
    return _norm_of_matrices(x, ord, axes, keepdims)


def _matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return np.linalg.norm(x, ord=ord, axis=(-2, -1), keepdims=keepdims)


def _vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    np.linalg.vector_norm(np.ones((1,) * x.ndim), axis=axis, keepdims=keepdims, ord=ord)  # NumPy's own complaint
    return _norm_of_vectors(x, ord, axis, keepdims)


def _cond(x: Any, p: Any = None) -> Any:
    """‖A‖ ‖A⁻¹‖, and ∞ where there is no inverse."""
    if np.size(x) == 0 or np.ndim(x) < 2:
        np.linalg.cond(np.zeros(np.shape(x)), p)  # NumPy's own complaint
    with np.errstate(all="ignore"):
        if p in (None, 2, -2):
            s = np.linalg.svdvals(x)
            greatest, least = largest(s, axis=-1), smallest(s, axis=-1)
            r = least / greatest if p == -2 else greatest / least
        else:
            inverted = inverse(x)
            r = np.linalg.norm(x, p, axis=(-2, -1)) * np.linalg.norm(inverted, p, axis=(-2, -1))
    return np.where(np.isnan(r) & ~np.any(np.isnan(x), axis=(-2, -1)), np.inf, r)


_ORDERS = ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)
_VECTORS = [
    *(at(S(2, 3, 4)), at(S(2, 3), keepdims=True), at(S(2, 3), 0, axis=1, keepdims=True), at(S(2, 3), np.inf, axis=1)),
    at(S(4)),
    at(S(4), 3),
    at(S(4), 1),
    at(S(4), np.inf),
    at(S(4), -np.inf),
    at(S(2, 3), 0.5, axis=0),
    at(S(2, 3), axis=1),
]
_MATRICES = [at(S(2, 3)), *(at(spread(2, 3), order) for order in _ORDERS)]
_STACKS = [at(S(2, 3, 4), axis=(0, 2)), at(S(2, 3, 4), 1, axis=(2, 0)), at(spread(4, 2, 3), 2, axis=(-1, 1)),
           at(spread(4, 2, 3), "nuc", axis=(1, 2), keepdims=True)]  # fmt: skip
_P = [at(S(4), 2), at(S(2, 3), 3, axis=1), at(S(2, 3), 1.5, axis=(0, 1), keepdims=True), at(S(2, 3), -1, axis=0)]
_S = [at(S(2, 3, on=(0.5, 2)), axis=-1)]

# fmt: off
elementwise(p_norm,  _p_norm, reduction=True,  samples=_P)
flat(zero_norm,      keywords="axis keepdims", samples=[at(S(4)), at(S(2, 3), axis=1, keepdims=True)])
selection(magnitude, lambda y, s: ~vanishing(s), samples=[at(S(2, 3, on=(0.5, 2)))])
selection(largest,   _tied, reduction=True,    samples=_S)
selection(smallest,  _tied, reduction=True,    samples=_S)

composite(np.linalg.norm,        _norm,        samples=[*_MATRICES, *_VECTORS, *_STACKS])
composite(np.linalg.matrix_norm, _matrix_norm, samples=[at(S(2, 3)), at(spread(2, 3, 4), ord=-2, keepdims=True)])
composite(np.linalg.vector_norm, _vector_norm, samples=[at(S(2, 3)), at(S(2, 3), ord=1),
                                                        at(S(2, 3, 4), axis=(0, 2), keepdims=True, ord=3)])
composite(np.linalg.cond,        _cond,        samples=[at(spread(2, 3, 4)),
                                                        *(at(spread(3, 3), p) for p in (None, *_ORDERS))])
# fmt: on
