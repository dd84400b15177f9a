"""Triangular factors of a matrix: what is stated is the tangent.

`numpy.linalg.cholesky` reads one triangle, so the derivative is there. The signs in a QR factorization are held; NumPy's
jump where a column is already zero below the diagonal.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..calls import dispatching
from ..errors import UnsupportedError
from ..kinds import composite, general
from ..samples import at
from .decompositions import adjoint, blur, half, inverse, read_hermitian, spread


def _cholesky(a_dot: Any, y: Any, a: Any, upper: bool = False) -> Any:
    """L̇ = L Φ(L⁻¹ȦL⁻ᴴ), where Φ takes the lower triangle and half the diagonal."""
    lower = adjoint(y) if upper else y
    inverted = np.linalg.inv(lower)
    lower_dot = lower @ half(inverted @ read_hermitian(a_dot, "U" if upper else "L") @ adjoint(inverted))
    return adjoint(lower_dot) if upper else lower_dot


@dispatching
def qr(a: Any, mode: str = "reduced") -> Any:
    """`numpy.linalg.qr`."""
    return np.linalg.qr(a, mode)  # type: ignore[call-overload]  # one overload for each mode


def _qr(a_dot: Any, y: Any, a: Any, mode: str = "reduced") -> Any:
    """Q̇ = ȦR⁻¹ − Q(C − Ω), Ṙ = Q̇ᴴA + QᴴȦ, where C = QᴴȦR⁻¹ has the skew part Ω and leaves an upper triangle, real diagonal.

    R⁻¹ is that of the first columns; where one depends on those before it, Q has no derivative.
    """
    k = min(a.shape[-2:])
    q, r = qr(a) if mode in ("r", "raw") else (y[0][..., :k], y[1][..., :k, :])
    r1 = r[..., :k]
    dependent = np.eye(k, dtype=bool) & (np.abs(r1) <= blur(r1, axis=-2))
    moved = a_dot[..., :k] @ inverse(np.where(dependent, math.nan, r1))
    c = adjoint(q) @ moved
    skew = half(c) - adjoint(half(c))
    q_dot = moved - q @ (c - skew)
    upper = np.arange(k)[:, None] <= np.arange(a.shape[-1])
    r_dot = np.where(upper, adjoint(q_dot) @ a + adjoint(q) @ a_dot, 0)
    if mode == "r":
        return r_dot
    if mode == "raw":
        return _reflectors(q_dot, r_dot, q, y)
    if mode == "complete" and a.shape[-2] > k:
        q_dot = np.concatenate([q_dot, _completing(q_dot, q)], axis=-1)
        r_dot = np.concatenate([r_dot, np.zeros_like(y[1][..., k:, :])], axis=-2)
    return q_dot, r_dot


def _completing(q_dot: Any, q: Any) -> Any:
    """The tangent of E₂ + (Q₁ − E₁)Zᴴ with Z = Q₂₁(Q₁₁ − 1)⁻¹, which completes Q₁ as Householder's reflections do."""
    k = q.shape[-1]
    e = np.eye(*q.shape[-2:], dtype=q.dtype)
    inverted = inverse((q - e)[..., :k, :])
    z = q[..., k:, :] @ inverted
    z_dot = (q_dot[..., k:, :] - z @ q_dot[..., :k, :]) @ inverted
    return q_dot @ adjoint(z) + (q - e) @ adjoint(z_dot)


def _reflectors(q_dot: Any, r_dot: Any, q: Any, y: Any) -> Any:
    """The tangents of Householder's vectors V, kept below R, and of τ: Q − E = V N with V unit lower, N upper, N_ii = −τᵢ.

    So V̇ = (Q̇ − VṄ)N⁻¹, where ṄN⁻¹ is the upper triangle of V₁⁻¹Q̇₁N⁻¹. A real reflection of one entry is none: τ = 0.
    """
    h, tau = y[0].mT, y[1]
    m, n = h.shape[-2:]
    k = tau.shape[-1]
    j = k if q.dtype.kind == "c" else min(m - 1, n)
    e, below = np.eye(m, j, dtype=q.dtype), np.tri(m, j, k=-1, dtype=bool)
    v = np.where(below, h[..., :j], e)
    v_inverted = np.linalg.inv(v[..., :j, :])
    n_inverted = inverse(v_inverted @ (q[..., :j] - e)[..., :j, :])
    ratio = v_inverted @ q_dot[..., :j, :j] @ n_inverted
    n_dot = np.where(np.tri(j, k=-1, dtype=bool), 0, ratio) @ (v_inverted @ (q[..., :j] - e)[..., :j, :])
    v_dot = np.where(below, (q_dot[..., :j] - v @ n_dot) @ n_inverted, 0)
    tau_dot = -np.sum(np.where(np.eye(j, dtype=bool), n_dot, 0), axis=-1)
    h_dot = np.concatenate([r_dot, np.zeros_like(h[..., k:, :])], axis=-2)
    h_dot = h_dot + np.concatenate([v_dot, np.zeros_like(h[..., j:])], axis=-1)
    return h_dot.mT, np.concatenate([tau_dot, np.zeros_like(tau[..., j:])], axis=-1)


def _checked_qr(a: Any, mode: str = "reduced") -> Any:
    if mode in ("f", "full", "e", "economic"):
        raise UnsupportedError(
            f"linalg.qr: mode={mode!r} is deprecated and has no derivative rule. Use 'reduced', 'complete', 'r' or 'raw'."
        )
    return qr(a, mode)


_MODES, _SHAPES = ("reduced", "complete", "r", "raw"), ((3, 3), (4, 2), (2, 3), (2, 4, 3))

# fmt: off
general(np.linalg.cholesky, _cholesky, samples=[at(spread(3, 3)), at(spread(2, 3, 3)), at(spread(3, 3), upper=True)])
general(qr,                 _qr,       samples=[at(spread(*shape), mode) for mode in _MODES for shape in _SHAPES])
composite(np.linalg.qr, _checked_qr,   samples=[at(spread(3, 3)), at(spread(4, 2), mode="r")])
# fmt: on
