"""Polynomials by their coefficients, the highest power first."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ..broadcasting import to_shape
from ..entries import Partial, Transpose
from ..kinds import composite, general, linear
from ..samples import S, at
from .running import array_of


def _low(p: Any, n: int) -> Any:
    """The `n` coefficients of the lowest powers; zeros where `p` has fewer."""
    missing = n - p.shape[0]
    return np.concatenate([np.zeros_like(p, shape=(missing,)), p]) if missing > 0 else p[-missing:]


# Values


def _derivative(p: Any) -> Any:
    """The coefficients of p′, each of which may be an array."""
    powers = np.arange(p.shape[0] - 1, 0, -1).astype(p.dtype)
    return p[:-1] * powers.reshape((-1,) + (1,) * (p.ndim - 1))


def _polyval_p(bar: Any, p: Any, x: Any) -> Any:
    """Σ ȳ xᵏ."""
    if not p.shape[0]:
        return np.zeros_like(p)
    powers = [np.ones_like(bar)]
    for _ in range(p.shape[0] - 1):
        powers.insert(0, powers[0] * x)
    return np.stack([to_shape(bar * power, p.shape[1:]) for power in powers])


def _polyval_x(y: Any, p: Any, x: Any) -> Any:
    return np.polyval(_derivative(p), x)


def _vander(x_dot: Any, y: Any, x: Any, increasing: bool = False) -> Any:
    """Column k is xᵏ, so its tangent is k xᵏ⁻¹ ẋ."""
    n = y.shape[1]
    if not n:
        return np.zeros_like(y)
    powers = np.arange(1, n).astype(y.dtype)
    lower = y[:, :-1] * powers if increasing else y[:, 1:] * powers[::-1]
    none = np.zeros_like(y[:, :1])
    return np.concatenate([none, lower] if increasing else [lower, none], axis=1) * x_dot[:, None]


# Sums: a shorter polynomial has the lower powers


def _added_a(bar: Any, a: Any, b: Any) -> Any:
    return _low(bar, np.size(a)).reshape(np.shape(a))


def _added_b(bar: Any, a: Any, b: Any) -> Any:
    return _low(bar, np.size(b)).reshape(np.shape(b))


def _taken_b(bar: Any, a: Any, b: Any) -> Any:
    return -_added_b(bar, a, b)


# Products and quotients: NumPy drops leading zeros from what it returns, so tangents are aligned at the constant term


def _polymul_a(a_dot: Any, y: Any, a: Any, b: Any) -> Any:
    return _low(np.convolve(a_dot, b), y.shape[0])


def _polymul_b(b_dot: Any, y: Any, a: Any, b: Any) -> Any:
    return _low(np.convolve(a, b_dot), y.shape[0])


def _divide(u: Any, v: Any) -> tuple[Any, Any]:
    """Quotient and remainder of u by v, of which the leading coefficient is not 0."""
    n, quotient = v.shape[0], []
    while u.shape[0] >= n:
        quotient.append(u[0] / v[0])
        u = np.concatenate([u[1:n] - quotient[-1] * v[1:], u[n:]])
    return np.stack(quotient or [np.zeros_like(v[0])]), u


def _polydiv_u(u_dot: Any, y: Any, u: Any, v: Any) -> Any:
    quotient, remainder = _divide(u_dot.reshape(-1), np.reshape(v, -1))
    return quotient, _low(remainder, y[1].shape[0])


def _polydiv_v(v_dot: Any, y: Any, u: Any, v: Any) -> Any:
    """From u = v q + r: v̇ q + v q̇ + ṙ = 0."""
    if np.size(u) < np.size(v):
        return np.zeros_like(y[0]), np.zeros_like(y[1])
    quotient, remainder = _divide(-np.convolve(v_dot.reshape(-1), y[0]), v.reshape(-1))
    return quotient, _low(remainder, y[1].shape[0])


def _polyder_back(bar: Any, p: Any, m: int = 1) -> Any:
    factors = np.polyder(np.ones(p.shape[0]), m).astype(bar.dtype)
    return np.concatenate([bar * factors, np.zeros_like(bar, shape=(p.shape[0] - factors.shape[0],))])


def _polyint_back(bar: Any, p: Any, m: int = 1) -> Any:
    n = p.shape[0]
    return bar[:n] * np.polyint(np.ones(n), m)[:n].astype(bar.dtype)


def _polyint_k(bar: Any, p: Any, k: Any, m: int = 1) -> Any:
    """The j-th constant is integrated m − 1 − j times."""
    constants = bar[np.shape(p)[0] :] / np.array([math.factorial(m - 1 - j) for j in range(m)], dtype=bar.dtype)
    if np.size(k) == 1:
        return np.sum(constants).reshape(np.shape(k))
    return np.concatenate([constants, np.zeros_like(constants, shape=(np.size(k) - m,))])


# Roots


def _roots(p_dot: Any, y: Any, p: Any) -> Any:
    """From p(y) = 0: ẏ = −ṗ(y) / p′(y)."""
    p, p_dot = p.reshape(-1), p_dot.reshape(-1)
    return -np.polyval(p_dot, y) / np.polyval(_derivative(p), y)


def _poly(x_dot: Any, y: Any, x: Any) -> Any:
    """Of roots x the product rule for Π (t − xₖ); of a matrix ċₖ = −tr(Mₖ Ẋ), Mₖ₊₁ = X Mₖ + cₖ (Faddeev–LeVerrier)."""
    if x.ndim == 2:
        M = one = np.identity(x.shape[0], x.dtype)
        y_dot = []
        for k in range(1, y.shape[0]):
            y_dot.append(-np.sum(M.T * x_dot))
            M = x @ M + y[k] * one
        return np.stack([np.zeros_like(y_dot[0]), *y_dot])
    p, p_dot = np.ones(1, x.dtype), np.zeros(1, x.dtype)
    none = np.zeros(1, x.dtype)
    for root, root_dot in zip(x.reshape(-1), x_dot.reshape(-1), strict=True):
        shifted = np.concatenate([none, p])
        p_dot = np.concatenate([p_dot, none]) - root * np.concatenate([none, p_dot]) - root_dot * shifted
        p = np.concatenate([p, none]) - root * shifted
    return p_dot


# Least squares


def _floating(x: Any) -> Any:
    x = array_of(x)
    return x if x is None or x.dtype.kind in "fc" else x.astype(np.float64)


def _polyfit(x: Any, y: Any, deg: int, rcond: float | None = None, full: bool = False, w: Any = None,
             cov: Any = False) -> Any:  # fmt: skip
    """The coefficients c for which Σ (wᵢ (yᵢ − c(xᵢ)))² is least."""
    (x, y, w), n = map(_floating, (x, y, w)), int(deg) + 1
    if deg < 0 or x.ndim != 1 or not x.size or y.ndim not in (1, 2) or {len(x)} != {len(y), *np.shape(w)[:1]}:
        np.polyfit(
            np.zeros(x.shape), np.zeros(y.shape), deg, w=w if w is None else np.ones(np.shape(w))
        )  # its complaint
    A, b = np.vander(x, n), y
    if w is not None:
        A, b = A * w[:, None], (y.T * w).T
    scale = np.sqrt(np.sum(A * A, axis=0))
    A = A / scale
    rcond = len(x) * np.finfo(x.dtype).eps if rcond is None else rcond
    c, residuals, rank, s = np.linalg.lstsq(A, b, rcond)
    c = (c.T / scale).T
    if full:
        return c, residuals, rank, s, rcond
    if rank != n:
        warnings.warn("Polyfit may be poorly conditioned", np.exceptions.RankWarning, stacklevel=2)
    if not cov:
        return c
    covariance = np.linalg.inv(A.T @ A) / np.outer(scale, scale)
    if y.ndim == 2:
        covariance = covariance[:, :, None]
    if cov == "unscaled":
        return c, covariance
    if len(x) <= n:
        raise ValueError("the number of data points must exceed order to scale the covariance matrix")
    return c, covariance * (residuals / (len(x) - n))


_VALUES = [
    *(at(S(4), S(2, 3)), at(S(3), S()), at(S(1), S(3)), at([0.5, -1.2], S(3)), at(S(4), 0.7), at(S(3, 2), S(2))),
    at(S(3, 2), S(3, 1)),
]
_POWERS = [at(S(3)), at(S(3), 5), at(S(4), 3, increasing=True), at(S(2), N=1), at(S(2), 0)]
_PAIRS = [at(S(2), S(4)), at(S(4), S(2)), at(S(3), S(3)), at(S(), S(3)), at([0.4, 1.2], S(3)), at(S(2), [1.5])]
_U3, _U4, _U5 = (S(n, on=(0.06, 0.1)) for n in (3, 4, 5))  # of which float32 leaves nothing that np.polydiv would see
_RATIOS = [
    *(at(_U5, S(3)), at(_U3, S(3)), at(S(2), S(4)), at(_U4, S(1)), at([0.04, 0.12, -0.07], S(2)), at(_U4, [1.5, 0.4])),
]
_SLOPES, _DEGREES = [at(S(4)), at(S(4), 2), at(S(3), 0), at(S(2), m=3)], [at(S(n)) for n in (4, 3, 2, 5, 1)]
_INTEGRALS = [
    at(S(3), 3, k=S()),
    *(at(S(4)), at(S(4), 2), at(S(3), 0), at(S(2), m=3, k=[0.4, 0.2, 0.7]), at(S(3), k=S()), at(S(3), 3, S(3))),
    *(at(S(2), 2, 0.7), at(S(2), 2, S(3))),
]
_X, _Y, _W = S(6), S(6), S(6, on=(0.5, 2))
_FITS = [
    *(
        at(_X, _Y, 2),
        at(_X, S(6, 2), 1),
        at(_X, _Y, 2, w=_W),
        at(_X, _Y, 0),
        at(_X, _Y, 2, 1e-9),
        at(_X, _Y, 1, cov=True),
    ),
    *(at(_X, S(6, 2), 1, cov=True), at(_X, _Y, 1, cov="unscaled"), at(_X, _Y, 2, full=True, w=_W)),
]

# fmt: off
linear(np.polyval,    _polyval_p,    Partial(_polyval_x),                      samples=_VALUES)
general(np.vander,    _vander,       keywords="N",                             samples=_POWERS)
linear(np.polyadd,    _added_a,      _added_b,               together=True,    samples=_PAIRS)
linear(np.polysub,    _added_a,      _taken_b,               together=True,    samples=_PAIRS)
general(np.polymul,   _polymul_a,    _polymul_b,                               samples=_PAIRS)
general(np.polydiv,   _polydiv_u,    _polydiv_v,             on=(0.5, 2),      samples=_RATIOS)
linear(np.polyder,    _polyder_back,                                           samples=_SLOPES)
linear(np.polyint,    _polyint_back, k=Transpose(_polyint_k), together=True,   samples=_INTEGRALS)
general(np.poly,      _poly,                                                   samples=[at(S(4)), at(S(1)), at(S(3, 3))])
general(np.roots,     _roots,                                on=(0.5, 2),      samples=_DEGREES)
composite(np.polyfit, _polyfit,                                                samples=_FITS)
# fmt: on
