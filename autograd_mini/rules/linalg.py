"""Linear algebra without factors of its own: solving with a matrix, products and powers."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..calls import dispatching
from ..kinds import Transpose, composite, flat, general, linear
from ..samples import S, at
from .decompositions import Spectral, adjoint, blur, diagonal, lit, read_hermitian, reciprocal, spread, svd, vanishing

# Solving


def _solve(a_dot: Any, y: Any, a: Any, b: Any) -> Any:
    """−A⁻¹ Ȧ y; only a b of one axis is a vector."""
    if b.ndim == 1:
        return -np.linalg.solve(a, a_dot @ y[..., None])[..., 0]
    return -np.linalg.solve(a, a_dot @ y)


def _solve_b(y_bar: Any, a: Any, b: Any) -> Any:
    """A⁻ᵀ ȳ."""
    if b.ndim == 1:
        return np.linalg.solve(a.mT, y_bar[..., None])[..., 0]
    return np.linalg.solve(a.mT, y_bar)


def _pinv(a_dot: Any, y: Any, a: Any, rcond: Any = None, hermitian: bool = False, rtol: Any = None) -> Any:
    """Ṗ = −PȦP + PPᴴȦᴴ(1 − AP) + (1 − PA)ȦᴴPᴴP, the rank held: where it changes, P jumps."""
    if hermitian:
        a, a_dot = read_hermitian(a), read_hermitian(a_dot)
    cutoff = rtol if rcond is None else rcond
    if cutoff is not None:
        a_dot = _kept(a_dot, a, np.asarray(cutoff), hermitian)
    back, y_h = adjoint(a_dot), adjoint(y)
    left, right = y @ (y_h @ back), (back @ y_h) @ y
    return left - (left @ a) @ y + right - y @ (a @ right) - y @ a_dot @ y


def _kept(a_dot: Any, a: Any, cutoff: Any, hermitian: bool) -> Any:
    """The tangent of A without its singular values up to a cutoff that may be more than rounding.

    Between a kept value s and a dropped one t, that of the dropped part is t (odd/(s + t) − even/(s − t)), where even and
    odd are the Hermitian and the skew part of UᴴȦV. Nothing at all is formed where no more than rounding is dropped.
    """
    u, s, vh = svd(a, False, hermitian)
    zero = vanishing(s)
    dropped = s <= cutoff[..., None] * np.max(s, axis=-1, keepdims=True, initial=0)
    used = (np.any(dropped & ~zero, axis=-1, keepdims=True) & ~zero)[..., None, :]
    u, v = lit(u, used), lit(adjoint(vh), used)
    d = adjoint(u) @ a_dot @ v
    row, column = s[..., :, None], s[..., None, :]
    kept, lost = np.maximum(row, column), np.minimum(row, column)
    even = (d + adjoint(d)) * reciprocal(kept - lost, blur(s)[..., None]) / 2
    odd = (d - adjoint(d)) / np.where(kept == 0, 1, kept + lost) / 2
    crossing = (dropped[..., :, None] != dropped[..., None, :]) & used & used.mT
    return a_dot - u @ np.where(crossing, lost * (odd - even), 0) @ adjoint(v)


def _precision(a: Any, rcond: Any) -> Any:
    """The cutoff of `lstsq`: machine precision times the greater dimension by default, machine precision if negative."""
    eps = float(np.finfo(a.dtype).eps)
    return eps * max(a.shape) if rcond is None else eps if rcond < 0 else rcond


def _lstsq(a_dot: Any, y: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    """Of A⁺b; of |b − Ax|² it is −2 Re (b − Ax)ᴴȦx, since the residual is orthogonal to Aẋ; of the singular values."""
    (x, squares, rank, _), live = y
    cutoff = _precision(a, rcond)
    u, _, vh = svd(a, False)
    x_dot = _pinv(a_dot, np.linalg.pinv(a, cutoff), a, cutoff) @ b
    s_dot = None if live[3] is None else np.real(diagonal(np.conj(u), a_dot, adjoint(vh), live[3]))
    return x_dot, _squares(-(a_dot @ x), x, squares, a, b), rank - rank, s_dot


def _lstsq_b(b_dot: Any, y: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    """A⁺ḃ, and of |b − Ax|² it is 2 Re (b − Ax)ᴴḃ."""
    x, squares, rank, s = y
    x_dot = np.linalg.pinv(a, _precision(a, rcond)) @ b_dot
    return x_dot, _squares(b_dot, x, squares, a, b), rank - rank, np.zeros_like(s)


def _squares(r_dot: Any, x: Any, squares: Any, a: Any, b: Any) -> Any:
    """2 Re rᴴṙ of every column, where NumPy gives |r|² at all."""
    if not squares.size:
        return np.zeros_like(squares)
    return 2 * np.real(np.sum(np.conj(b - a @ x) * r_dot, axis=0)).reshape(squares.shape)


def _tensorinv(a: Any, ind: int = 2) -> Any:
    if ind <= 0:
        np.linalg.tensorinv(np.eye(1), ind)  # NumPy's own complaint
    shape = a.shape[ind:] + a.shape[:ind]
    rows = int(np.prod(a.shape[ind:]))
    return np.linalg.inv(a.reshape((rows, a.size // rows if rows else 0))).reshape(shape)


def _tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    order = list(range(np.ndim(a)))
    for axis in () if axes is None else axes:
        order.remove(axis)
        order.append(axis)
    a = np.transpose(a, order)
    shape = a.shape[np.ndim(b) - a.ndim :] if a.ndim > np.ndim(b) else ()
    unknowns = int(np.prod(shape))
    if a.size != unknowns**2:
        np.linalg.tensorsolve(np.zeros(a.shape), np.zeros(np.shape(b)))  # NumPy's own complaint
    return np.linalg.solve(a.reshape((unknowns, unknowns)), np.ravel(b)).reshape(shape)


_PINV = [at(spread(3, 2)), at(spread(2, 2, 3)), at(spread(3, 3), hermitian=True), at(spread(3, 2), 1e-10)]
_TRUNCATED = [at(spread(4, 3), rtol=0.4), at(spread(3, 3), rcond=0.5, hermitian=True)]
_RIGHT_SIDES = [at(spread(3, 3), S(3)), at(spread(3, 3), S(3, 2)), at(spread(2, 3, 3), S(3)), at(spread(2, 3, 3), S(3, 2)),
                at(spread(3, 3), S(2, 3, 4)), at(spread(2, 1, 3, 3), S(4, 3, 2))]  # fmt: skip
_OVERDETERMINED = [at(spread(4, 2), S(4)), at(spread(4, 2), S(4, 3)), at(spread(4, 3), S(4), rcond=0.4)]

# fmt: off
general(np.linalg.inv,   lambda a_dot, y, a: -(y @ a_dot @ y), samples=[at(spread(3, 3)), at(spread(2, 3, 3))])
general(np.linalg.solve, _solve, Transpose(_solve_b),          samples=_RIGHT_SIDES)
general(np.linalg.pinv,  _pinv,                                samples=_PINV + _TRUNCATED)
general(np.linalg.lstsq, Spectral(_lstsq), _lstsq_b,           samples=[*_OVERDETERMINED, at(spread(2, 4), S(2))])
composite(np.linalg.tensorinv,   _tensorinv,                   samples=[at(S(2, 3, 6)), at(S(4, 2, 2), ind=1)])
composite(np.linalg.tensorsolve, _tensorsolve,                 samples=[at(S(2, 3, 6), S(2, 3)),
                                                                        at(S(2, 4, 2), S(2, 2), axes=(1,))])
# fmt: on

# Products and powers


@dispatching
def chain(arrays: Any) -> Any:
    """The product of three matrices or more, in the best order; the first may be a row, the last a column."""
    return np.linalg.multi_dot(arrays)


def _chain_back(y_bar: Any, *arrays: Any, slot: int) -> Any:
    """With Y = L X R: Lᵀ Ȳ Rᵀ, in the best order again."""
    first, last = arrays[0], arrays[-1]
    matrices = [first.reshape((-1, first.shape[-1])), *arrays[1:-1], last.reshape((last.shape[0], -1))]
    bar = y_bar.reshape((matrices[0].shape[0], matrices[-1].shape[1]))
    before, after = matrices[:slot][::-1], matrices[slot + 1 :][::-1]
    return chain([*(m.T for m in before), bar, *(m.T for m in after)]).reshape(arrays[slot].shape)


def _multi_dot(arrays: Any) -> Any:
    if len(arrays) < 2:
        np.linalg.multi_dot([np.eye(1)] * len(arrays))  # NumPy's own complaint
    return np.dot(*arrays) if len(arrays) == 2 else chain(arrays)


@dispatching
def identity(a: Any) -> Any:
    """A⁰ of every matrix in a stack."""
    return np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape)


def _matrix_power(a: Any, n: Any) -> Any:
    """Aⁿ by squaring, in the order in which NumPy multiplies."""
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        np.linalg.matrix_power(np.zeros(a.shape), n)  # NumPy's own complaint
    try:
        n = operator.index(n)
    except TypeError:
        np.linalg.matrix_power(np.eye(1), n)  # NumPy's own complaint
    if n == 0:
        return identity(a)
    square, n = (a, n) if n > 0 else (np.linalg.inv(a), -n)
    if n == 3:
        return (square @ square) @ square
    result = None
    while n:
        if n % 2:
            result = square if result is None else result @ square
        n //= 2
        square = square @ square if n else square
    return np.copy(result) if result is a else result


def _cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    if np.shape(x1)[axis] != 3 or np.shape(x2)[axis] != 3:
        np.linalg.cross(np.zeros(np.shape(x1)), np.zeros(np.shape(x2)), axis=axis)  # NumPy's own complaint
    a, b = np.moveaxis(x1, axis, 0), np.moveaxis(x2, axis, 0)
    return np.stack([a[i - 2] * b[i - 1] - a[i - 1] * b[i - 2] for i in range(3)], axis=axis)


def _vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    if np.shape(x1)[axis] != np.shape(x2)[axis]:
        complain: Any = np.linalg.vecdot
        complain(np.zeros(np.shape(x1)), np.zeros(np.shape(x2)), axis=axis)
    return np.einsum("...i,...i->...", np.conj(np.moveaxis(x1, axis, -1)), np.moveaxis(x2, axis, -1))


def _outer(x1: Any, x2: Any, /) -> Any:
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        np.linalg.outer(np.zeros(np.shape(x1)), np.zeros(np.shape(x2)))  # NumPy's own complaint
    return np.outer(x1, x2)


def _diagonal(x: Any, /, *, offset: int = 0) -> Any:
    return np.diagonal(x, offset, axis1=-2, axis2=-1)


def _trace(x: Any, /, *, offset: int = 0) -> Any:
    return np.sum(np.diagonal(x, offset, axis1=-2, axis2=-1), axis=-1)


_POWERS = [at(spread(3, 3), n) for n in (-3, -1, 0, 1, 2, 3, 5)]
_CHAINS = [
    at([S(2, 3), S(3, 4), S(4, 2)]),
    at([S(3), S(3, 4), S(4, 2), S(2, 3)]),
    at([S(2, 3), S(3, 4), S(4)]),
    at([S(2), S(2, 3), S(3)]),
]

# fmt: off
linear(chain, _chain_back, listed=True,             samples=_CHAINS)
flat(identity,                                      samples=[at(S(3, 3)), at(S(2, 3, 3))])
composite(np.linalg.multi_dot,    _multi_dot,       samples=[at([S(2, 3), S(3, 4)]), *_CHAINS])
composite(np.linalg.matrix_power, _matrix_power,    samples=[*_POWERS, at(S(2, 3, 3), 4)])
composite(np.linalg.cross,        _cross,           samples=[at(S(3), S(3)), at(S(2, 3), S(3)),
                                                             at(S(3, 2), S(3, 2), axis=0)])
composite(np.linalg.vecdot,       _vecdot,          samples=[at(S(2, 3), S(3)), at(S(3, 2), S(3, 2), axis=0)])
composite(np.linalg.outer,        _outer,           samples=[at(S(2), S(3))])
composite(np.linalg.diagonal,     _diagonal,        samples=[at(S(3, 3)), at(S(2, 3, 4), offset=1)])
composite(np.linalg.trace,        _trace,           samples=[at(S(3, 3)), at(S(2, 3, 4), offset=-1)])
composite(np.linalg.matmul,       lambda x1, x2, /: np.matmul(x1, x2),
          samples=[at(S(2, 3), S(3, 4))])
composite(np.linalg.tensordot,    lambda x1, x2, /, *, axes=2: np.tensordot(x1, x2, axes),
          samples=[at(S(2, 3), S(2, 3)), at(S(2, 3), S(4, 3), axes=(1, 1))])
composite(np.linalg.matrix_transpose, lambda x, /: np.matrix_transpose(x),
          samples=[at(S(2, 3, 4))])
# fmt: on
