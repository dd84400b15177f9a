"""Eigenvalues and singular values with their vectors: what is stated is the tangent.

An eigenvector or singular vector is known up to its sign, or its phase, and up to every rotation inside a repeated group.
Its sign is held; its phase is NumPy's (`phased`); inside a group it has no derivative, and nan says so: a group is a gap of
at most 10⁴ ε max|λ|, beyond which the error ε/gap of the formula stays small. Only the vectors that a function uses are
concerned: the values alone have their derivative at every gap. Of a Hermitian matrix NumPy reads one triangle, so the
derivative is there.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..calls import dispatching
from ..cotangents import Masked, masked
from ..kinds import RULES, Partial, Tangent, composite, general, plain
from ..samples import S, at


class Spectral(Tangent):
    """The tangent of values and vectors, shown beside y which entries of each result receive anything.

    That is a mask, ``True`` for all, or ``None`` for a result that receives nothing: what is undetermined but not used is
    then a structural zero, and never formed.
    """

    def pull(self, node: Any, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        bars = y_bar if type(y_bar) is tuple else (y_bar,)
        live = [None if bar is None else bar.live if type(bar) is Masked else True for bar in bars]
        return super().pull(node, slot, y_bar, (y, live), operands)

    def push(self, node: Any, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        return super().push(node, slot, x_dot, (y, [True] * 4), operands)


class Turning(Tangent):
    """The tangent of columns that turn: a column that receives nothing passes nothing on to its phase."""

    def pull(self, node: Any, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        p_bar = super().pull(node, slot, y_bar, y, operands)
        if type(y_bar) is not Masked:
            return p_bar
        live = y_bar.live.any(axis=-2, keepdims=True)
        return masked(np.where(live, p_bar, 0), live)


def adjoint(x: Any) -> Any:
    """Xᴴ of every matrix in a stack."""
    return np.conj(x.mT) if x.dtype.kind == "c" else x.mT


def half(x: Any, UPLO: str = "L") -> Any:
    """One triangle of X, with half the diagonal: a Hermitian X is the sum of this and its adjoint."""
    n = x.shape[-1]
    strict = np.tri(n, k=-1, dtype=bool)
    return np.where(strict if UPLO in "Ll" else strict.T, x, np.where(np.eye(n, dtype=bool), x / 2, 0))


def read_hermitian(x: Any, UPLO: str = "L") -> Any:
    """The Hermitian matrix that NumPy reads in one triangle of X."""
    triangle = half(x, UPLO)
    return triangle + adjoint(triangle)


def blur(x: Any, axis: int = -1) -> Any:
    """The size 10⁴ ε max|x| of differences that are lost in rounding."""
    return 1e4 * float(np.finfo(x.dtype).eps) * np.max(np.abs(x), axis=axis, keepdims=True, initial=0)


def vanishing(s: Any) -> Any:
    """Which singular values are 0 up to rounding."""
    return s <= 10 * s.shape[-1] * float(np.finfo(s.dtype).eps) * np.max(s, axis=-1, keepdims=True, initial=0)


def reciprocal(gap: Any, lost: Any) -> Any:
    """1 / gap, and nan where the gap is no greater than what is lost in rounding."""
    closed = np.abs(gap) <= lost
    return np.where(closed, math.nan, 1 / np.where(closed, 1, gap))


def off_diagonal(x: Any) -> Any:
    """X with zeros on its diagonal, whatever was there."""
    return np.where(np.eye(x.shape[-1], dtype=bool), 0, x)


def lit(x: Any, live: Any) -> Any:
    """`x` where it is used at all."""
    return x if live is True else np.where(live, x, 0)


def columns(live: Any) -> Any:
    """Which columns are used at all."""
    return live if live is None or live is True else live.any(axis=-2, keepdims=True)


def either(*lives: Any) -> Any:
    """What is used by one or the other."""
    used = [live for live in lives if live is not None]
    if not used or any(live is True for live in used):
        return True if used else None
    return np.logical_or.reduce(used)


def diagonal(left: Any, a_dot: Any, v: Any, live: Any) -> Any:
    """Σᵢⱼ left[i, k] Ȧ[i, j] v[j, k] for every k in `live`: diag LᵀȦV, in which no other column takes part."""
    live = live if live is True else live[..., None, :]
    return np.sum(lit(left, live) * (a_dot @ lit(v, live)), axis=-2)


@dispatching
def inverse(a: Any) -> Any:
    """A⁻¹, and nan where A is singular: derivative code runs where there is nothing to raise at."""
    try:
        return np.linalg.inv(a)
    except np.linalg.LinAlgError:
        if a.ndim > 2:
            return np.stack([inverse(matrix) for matrix in a])
        if a.ndim < 2 or a.shape[0] != a.shape[1]:
            raise
        return np.full_like(a, math.nan)


# Phases


@dispatching
def phased(x: Any, p: Any) -> Any:
    """Columns of X turned so that p, an entry of each or of a vector that turns with it, is real: NumPy's own phase.

    NumPy's vectors have that phase already, so this is X; but their tangents are given it here.
    """
    return x * _turn(p)


def _turn(p: Any) -> Any:
    """The phase e⁻ⁱᶿ that makes p = ± |p| eⁱᶿ real, with |θ| ≤ π/2."""
    size = np.abs(p) * np.where(np.real(p) < 0, -1, 1).astype(np.finfo(p.dtype).dtype)
    return np.where(size == 0, 1, np.conj(p) / np.where(size == 0, 1, size))


def _turning(p_dot: Any, y: Any, x: Any, p: Any) -> Any:
    """−i θ̇ y with θ̇ = Im(ṗ/p); where p vanishes its phase has no derivative."""
    return -1j * y * np.imag(p_dot * reciprocal(p, 1e4 * float(np.finfo(p.dtype).eps)))


# Eigenvalues and eigenvectors


@dispatching
def eigh(a: Any, UPLO: str = "L") -> Any:
    """`numpy.linalg.eigh`, its vectors in any phase."""
    return np.linalg.eigh(a, UPLO)  # type: ignore[call-overload]  # of a str that is not Literal


@dispatching
def eig(a: Any) -> Any:
    """`numpy.linalg.eig`, its vectors in any phase."""
    return np.linalg.eig(a)


def _eigh(a_dot: Any, y: Any, a: Any, UPLO: str = "L") -> Any:
    """ẇ = diag D, V̇ = V X, with D = VᴴȦV and xᵢⱼ = dᵢⱼ / (wⱼ − wᵢ)."""
    (w, v), (live_w, live_v) = y[0], y[1][:2]
    a_dot = read_hermitian(a_dot, UPLO)
    w_dot = v_dot = None
    if live_w is not None:
        w_dot = np.real(diagonal(np.conj(v), a_dot, v, live_w))
    if live_v is not None:
        x = adjoint(v) @ a_dot @ v * reciprocal(w[..., None, :] - w[..., :, None], blur(w)[..., None])
        v_dot = v @ lit(off_diagonal(x), columns(live_v))
    return w_dot, v_dot


def _eigvalsh(a_dot: Any, y: Any, a: Any, UPLO: str = "L") -> Any:
    """ẇ = diag VᴴȦV."""
    _, v = eigh(a, UPLO)
    return _eigh(a_dot, ((None, v), [y[1][0], None]), a, UPLO)[0]


def _left_vectors(v: Any) -> Any:
    """V⁻¹, with nan for an eigenvalue so ill-conditioned (a defective one) that the derivative is lost in rounding."""
    left = inverse(v)
    sensitivity = np.sqrt(np.sum(np.abs(left) ** 2, axis=-1, keepdims=True))
    return np.where(sensitivity * (1e4 * float(np.finfo(v.dtype).eps)) < 1, left, math.nan)


def _eig(a_dot: Any, y: Any, a: Any) -> Any:
    """ẇ = diag D, V̇ = V X less what would lengthen or turn V, with D = V⁻¹ȦV and xᵢⱼ = dᵢⱼ / (wⱼ − wᵢ)."""
    (w, v), (live_w, live_v) = y[0], y[1][:2]
    left = _left_vectors(v)
    w_dot = v_dot = None
    if live_w is not None:
        w_dot = diagonal(left.mT, a_dot, v, live_w)
    if live_v is not None:
        x = left @ a_dot @ v * reciprocal(w[..., None, :] - w[..., :, None], blur(w)[..., None])
        v_dot = v @ lit(off_diagonal(x), columns(live_v))
        v_dot = v_dot - v * np.sum(np.conj(v) * v_dot, axis=-2, keepdims=True)
    return w_dot, v_dot


def _eigvals(a_dot: Any, y: Any, a: Any) -> Any:
    """ẇ = diag V⁻¹ȦV, in the order in which NumPy gives the values without their vectors."""
    w, v = eig(a)
    w_dot = diagonal(_left_vectors(v).mT, a_dot, v, True)
    return w_dot[same_order(y[0], w)]


@dispatching
def same_order(y: Any, w: Any) -> tuple[Any, ...]:
    """The index that puts `w` in the order of `y`, the same numbers up to rounding."""
    order = np.empty(w.shape, dtype=int)
    for row in np.ndindex(w.shape[:-1]):
        free = w[row].copy()
        for i, value in enumerate(y[row]):
            order[(*row, i)] = nearest = np.argmin(np.abs(free - value))
            free[nearest] = math.inf
    return (*np.indices(w.shape)[:-1], order)


def _eigh_in_phase(a: Any, UPLO: str = "L") -> Any:
    """`eigh` with LAPACK's phase: the first entry of each vector is real, the last one if it read the upper triangle."""
    result = eigh(a, UPLO)
    if a.dtype.kind != "c":
        return result
    v = result.eigenvectors
    return result._replace(eigenvectors=phased(v, v[..., :1, :] if UPLO in "Ll" else v[..., -1:, :]))


def _eig_in_phase(a: Any) -> Any:
    """`eig` with LAPACK's phase: the largest entry of each vector is real."""
    result = eig(a)
    v = result.eigenvectors
    if v.dtype.kind != "c":
        return result
    largest = np.arange(v.shape[-1])[:, None] == np.argmax(np.abs(v), axis=-2)[..., None, :]
    return result._replace(eigenvectors=phased(v, np.sum(np.where(largest, v, 0), axis=-2, keepdims=True)))


# Singular values and vectors


@dispatching
def svd(a: Any, full_matrices: bool = True, hermitian: bool = False) -> Any:
    """`numpy.linalg.svd`, its vectors in any phase."""
    return np.linalg.svd(a, full_matrices, hermitian=hermitian)


@dispatching
def singular_values(a: Any, hermitian: bool = False) -> Any:
    """`numpy.linalg.svd` without vectors."""
    return np.linalg.svd(a, compute_uv=False, hermitian=hermitian)


def _singular_values(a_dot: Any, y: Any, a: Any, hermitian: bool = False) -> Any:
    """ṡ = Re diag UᴴȦV."""
    u, _, vh = svd(a, False, hermitian)
    return np.real(diagonal(np.conj(u), read_hermitian(a_dot) if hermitian else a_dot, adjoint(vh), y[1][0]))


def _svd(a_dot: Any, y: Any, a: Any, full_matrices: bool = True, hermitian: bool = False) -> Any:
    """ṡ = Re diag D, U̇ = U X + (1 − UUᴴ)ȦV/s, V̇ = V Y + (1 − VVᴴ)ȦᴴU/s, with D = UᴴȦV.

    From D = XS + Ṡ − SY, with X and Y skew: (X + Y)ᵢⱼ = (D + Dᴴ)ᵢⱼ/(sⱼ − sᵢ) and (X − Y)ᵢⱼ = (D − Dᴴ)ᵢⱼ/(sⱼ + sᵢ).
    """
    if hermitian:
        return _svd_hermitian(a_dot, y, a)
    (u, s, vh), (live_u, live_s, live_vh) = y[0], y[1][:3]
    k = s.shape[-1]
    live_u, live_v = columns(live_u), columns(live_vh if live_vh is None or live_vh is True else live_vh.mT)
    v, lost = adjoint(vh), blur(s)[..., None]
    u1, v1 = u[..., :k], v[..., :k]
    moved, moved_back = a_dot @ v1, adjoint(a_dot) @ u1
    s_dot = None if live_s is None else np.real(diagonal(np.conj(u1), a_dot, v1, live_s))
    live = either(*(part if part is None or part is True else part[..., :k] for part in (live_u, live_v)))
    if live is None:
        return None, s_dot, None
    d = adjoint(u1) @ moved
    row, column = s[..., :, None], s[..., None, :]
    even = off_diagonal((d + adjoint(d)) * reciprocal(column - row, lost)) / 2
    odd = (d - adjoint(d)) * reciprocal(column + row, lost) / 2
    odd = odd if a.dtype.kind == "c" else off_diagonal(odd)
    over_s = lit(reciprocal(column, lost), live)
    u_dot, v_dot = u1 @ lit(even + odd, live), v1 @ lit(even - odd, live)
    if u.shape[-2] > k:
        u_dot = _completed(u_dot + (moved - u1 @ d) * over_s, u, v1, adjoint(a_dot), column, live_u)
    if v.shape[-2] > k:
        v_dot = _completed(v_dot + (moved_back - v1 @ adjoint(d)) * over_s, v, u1, a_dot, column, live_v)
    return u_dot, s_dot, adjoint(v_dot)


def _completed(u_dot: Any, u: Any, v1: Any, a_dot_h: Any, s: Any, live: Any) -> Any:
    """U̇ with the columns that complete a square U: −U₁ S⁻¹ V₁ᴴ Ȧᴴ U₂.

    One column is known up to its sign; several could be rotated into each other, and one complex column into any phase.
    """
    k = s.shape[-1]
    if u.shape[-1] == k:
        return u_dot
    live = True if live is True or live is None else live[..., k:]
    rest_dot = -(u[..., :k] / s) @ (adjoint(v1) @ (a_dot_h @ lit(u[..., k:], live)))
    if u.shape[-1] > k + 1 or u.dtype.kind == "c":
        rest_dot = rest_dot * math.nan
    return np.concatenate([u_dot, lit(rest_dot, live)], axis=-1)


def _svd_hermitian(a_dot: Any, y: Any, a: Any) -> Any:
    """From A = U diag(w) Uᴴ with s = |w| and Vᴴ = sign(w) Uᴴ."""
    (u, s, vh), (live_u, live_s, live_vh) = y[0], y[1][:3]
    sign = np.sign(np.real(np.sum(u * vh.mT, axis=-2)))
    live = either(live_u, live_vh if live_vh is None or live_vh is True else live_vh.mT)
    w_dot, u_dot = _eigh(a_dot, ((s * sign, u), [live_s, live]), a)
    s_dot = None if w_dot is None else w_dot * sign
    return u_dot, s_dot, None if u_dot is None else sign[..., :, None] * adjoint(u_dot)


def _svd_in_phase(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """`svd` with LAPACK's phase: the first entry of every right vector is real, of every left one if A is wide."""
    if not compute_uv:
        return singular_values(a, hermitian)
    result = svd(a, full_matrices, hermitian)
    if a.dtype.kind != "c":
        return result
    u, s, v = result.U, result.S, adjoint(result.Vh)
    k = s.shape[-1]
    p = (u if hermitian or u.shape[-2] < v.shape[-2] else v)[..., :1, :k]
    u, v = (np.concatenate([phased(x[..., :k], p), x[..., k:]], axis=-1) for x in (u, v))
    return result._replace(U=u, Vh=adjoint(v))


def spread(*shape: int) -> S:
    """Matrices to draw: 2, 4, 6 … on the diagonal, give or take a half. Definite, well-conditioned, all values far apart."""
    low: Any = np.diag(2.0 * np.arange(1, max(shape[-2:]) + 1))[: shape[-2], : shape[-1]] - 0.5
    return S(*shape, on=(low, low + 1))


_SQUARE, _STACK = at(spread(3, 3)), at(spread(2, 3, 3))
_SVD = [at(spread(4, 3), full_matrices=False), at(spread(3, 4), False), at(spread(3, 4), compute_uv=False)]
_HERMITIAN = [at(spread(3, 3), hermitian=True), at(spread(2, 3, 3), True, False, True)]

# fmt: off
general(inverse,            lambda a_dot, y, a: -(y @ a_dot @ y),            samples=[_SQUARE, _STACK])
general(phased,             Partial(lambda y, x, p: _turn(p)), Turning(_turning), samples=[at(S(3, 3), S(1, 3))])
general(singular_values,    Spectral(_singular_values), samples=[_SQUARE, at(spread(2, 3, 4)), _HERMITIAN[0]])
general(np.linalg.eigvalsh, Spectral(_eigvalsh),        samples=[_SQUARE, _STACK, at(spread(3, 3), UPLO="U")])
general(np.linalg.eigvals,  Spectral(_eigvals),         samples=[_SQUARE, _STACK])

composite(np.linalg.eigh,   _eigh_in_phase,             samples=[_SQUARE, _STACK, at(spread(3, 3), UPLO="U")])
composite(np.linalg.eig,    _eig_in_phase,              samples=[_SQUARE, at(spread(2, 4, 4))])
composite(np.linalg.svd,    _svd_in_phase,              samples=[_SQUARE, _STACK, *_SVD, *_HERMITIAN])
composite(np.linalg.svdvals, lambda x, /: singular_values(x), samples=[at(spread(3, 4)), _STACK])
plain(same_order, np.linalg.matrix_rank)
# fmt: on

# Vectors in any phase differ from NumPy's, so no differences prove these rules by themselves: the formulas above do, which
# rest on them. They are kept beside the table, on the functions.
for _function, _tangent in {eigh: _eigh, eig: _eig, svd: _svd}.items():
    general(_function, Spectral(_tangent))
    vars(_function)["rule"] = RULES.pop(_function)
