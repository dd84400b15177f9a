"""Determinants, exact at every rank: their derivative is made of cofactors, and those of products, never of a division."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..calls import dispatching
from ..kinds import general
from ..samples import S, at
from .decompositions import svd
from .reductions import product_of_others


def _factors(a: Any) -> tuple[Any, Any, Any, Any]:
    """conj(U), s, conj(Vᴴ) and σ = det U · det Vᴴ of A = U diag(s) Vᴴ."""
    u, s, vh = svd(a)
    return np.conj(u), s, np.conj(vh), (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]


@dispatching
def cof(a: Any) -> Any:
    """The cofactors of A, ∂ det A / ∂aᵢⱼ = σ conj(U) diag(Πₖ≠ᵢ sₖ) conj(Vᴴ)."""
    u, s, vh, sigma = _factors(a)
    return sigma * ((u * product_of_others(s, axis=-1)[..., None, :]) @ vh)


def _cof(a_dot: Any, y: Any, a: Any) -> Any:
    """σ conj(U) [diag(P diag B) − P ∘ Bᵀ] conj(Vᴴ) with B = UᴴȦV and pᵢⱼ = Πₖ≠ᵢⱼ sₖ, pᵢᵢ = 0."""
    u, s, vh, sigma = _factors(a)
    unit = np.eye(s.shape[-1], dtype=bool)
    p = np.where(unit, 0, product_of_others(np.where(unit, 1, s[..., None, :]), axis=-1))
    b = u.mT @ a_dot @ vh.mT
    on_diagonal = p @ np.sum(np.where(unit, b, 0), axis=-1)[..., None]
    return sigma * (u @ (np.where(unit, on_diagonal, 0) - p * b.mT) @ vh)


def _det(a_dot: Any, y: Any, a: Any) -> Any:
    """Σ cof(A) ∘ Ȧ."""
    return np.sum(cof(a) * a_dot, axis=(-2, -1))


def _slogdet(a_dot: Any, y: Any, a: Any) -> Any:
    """Of log|det A| it is Re tr A⁻¹Ȧ, and the sign turns by Im tr A⁻¹Ȧ; nan where A is singular."""
    sign, _ = y
    inverted = np.linalg.inv(np.where((sign == 0)[..., None, None], math.nan, a))
    trace = np.sum(inverted.mT * a_dot, axis=(-2, -1))
    return (1j * sign * np.imag(trace) if a.dtype.kind == "c" else None), np.real(trace)


# fmt: off
general(cof,               _cof,     samples=[at(S(3, 3)), at(S(2, 4, 4))])
general(np.linalg.det,     _det,     samples=[at(S(3, 3)), at(S(2, 4, 4)), at(S(1, 1)), at(S(2, 2))])
general(np.linalg.slogdet, _slogdet, samples=[at(S(3, 3)), at(S(2, 4, 4))])
# fmt: on
