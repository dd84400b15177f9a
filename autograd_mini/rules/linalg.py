"""Linear algebra."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..kinds import composite, elementwise, flat
from ..samples import S, at


def _p_norm(x: Any, order: float, axis: Any = None, keepdims: bool = False) -> Any:
    """(Σ|x|ᵖ)^(1/p) over `axis`, one axis or several."""
    if order == 2:
        return np.sqrt(np.sum(np.real(x) ** 2 + np.imag(x) ** 2, axis=axis, keepdims=keepdims))
    return np.sum(np.abs(x) ** order, axis=axis, keepdims=keepdims) ** (1 / order)


def _p_norm_partial(y: Any, x: Any, order: float, axis: Any = None) -> Any:
    """(x/|x|) (|x|/y)ᵖ⁻¹, and 0 at the origin."""
    scale = np.where(y == 0, 1, y)
    x = np.conj(x)
    if order == 2:
        return np.where(y == 0, 0, x / scale)
    size = np.abs(x)
    direction = np.where(x == 0, 0, x / np.where(x == 0, 1, size))
    return np.where(y == 0, 0, direction * (size / scale) ** (order - 1))


p_norm = elementwise(
    _p_norm,
    _p_norm_partial,
    reduction=True,
    samples=[at(S(4), 2), at(S(2, 3), 3, axis=1), at(S(2, 3), 1.5, axis=(0, 1), keepdims=True), at(S(2, 3), -1, axis=0)],
)
zero_norm = flat(
    lambda x, axis=None, keepdims=False: np.linalg.norm(x, 0, axis=axis, keepdims=keepdims),
    keywords="axis keepdims",
    samples=[at(S(4))],
)


def _vector_norm(x: Any, order: Any, axis: Any, keepdims: bool) -> Any:
    if order is None or order == 2:
        return p_norm(x, 2, axis=axis, keepdims=keepdims)
    if order == np.inf:
        return np.max(np.abs(x), axis=axis, keepdims=keepdims)
    if order == -np.inf:
        return np.min(np.abs(x), axis=axis, keepdims=keepdims)
    if order == 0:
        return zero_norm(x, axis=axis, keepdims=keepdims)
    if order == 1:
        return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
    return p_norm(x, order, axis=axis, keepdims=keepdims)


def _matrix_norm(x: Any, order: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    rows, columns = (axis % x.ndim for axis in axes)
    if order in (None, "fro"):
        return p_norm(x, 2, axis=(rows, columns), keepdims=keepdims)
    if order in (1, -1, np.inf, -np.inf):
        summed, kept = (rows, columns) if abs(order) == 1 else (columns, rows)
        sums = np.sum(np.abs(x), axis=summed, keepdims=True)
        result = (np.max if order > 0 else np.min)(sums, axis=kept, keepdims=True)
        return result if keepdims else np.squeeze(result, axis=(rows, columns))
    raise UnsupportedError(f"linalg.norm: ord={order!r} of a matrix rests on singular values, which have no derivative rule.")


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:  # noqa: A002
    np.linalg.norm(np.broadcast_to(1.0, x.shape), ord=ord, axis=axis, keepdims=keepdims)  # NumPy's own complaint, if any
    if axis is None and (ord is None or x.ndim == 1):
        return _vector_norm(x, ord, None, keepdims)
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
    if len(axes) == 1:
        return _vector_norm(x, ord, int(axes[0]), keepdims)
    return _matrix_norm(x, ord, axes, keepdims)


composite(
    np.linalg.norm,
    _norm,
    samples=[at(S(4)), at(S(2, 3)), at(S(2, 3), axis=1), at(S(2, 3), "fro"), at(S(2, 3), 1), at(S(2, 3), -1), at(S(2, 3), np.inf, keepdims=True),
             at(S(2, 3), -np.inf), at(S(4), 3), at(S(4), 1), at(S(4), np.inf), at(S(4), -np.inf), at(S(2, 3, 4), axis=(0, 2)), at(S(2, 3, 4), 1, axis=(2, 0)),
             at(S(2, 3), 0.5, axis=0)],
)  # fmt: skip
