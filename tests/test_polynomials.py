"""Polynomials by their coefficients: closed forms, leading zeros, repeated roots, fits, spellings, bad calls."""

import numpy as np
import pytest

from autograd_mini import Tensor, grad, gradients, hessian, jacobian, jvp, vjp
from autograd_mini.errors import DetachedError

from .test_running import both_modes
from .test_variants import prove

quiet = pytest.mark.filterwarnings("ignore::RuntimeWarning")
RNG = np.random.default_rng(7)
P, Q, X = np.array([1.5, -0.5, 2.0, 1.0]), np.array([0.5, 2.0]), RNG.uniform(-1, 1, 6)
Y, W = RNG.uniform(0.5, 2, 6), RNG.uniform(0.5, 2, 6)

CALLS = {
    "polyval of lists": (lambda x: np.polyval([1, 2, 3], x), X),
    "polyval at a list": (lambda p: np.polyval(p, [0, 1, 2]), P),
    "polyval by name": (lambda x: np.polyval(p=P, x=x), X.reshape(2, 3)),
    "polyval of no coefficient": (lambda x: np.polyval([], x) + x, X),
    "polyval of itself": (lambda p: np.polyval(p, p), P),
    "polyval in F order": (lambda x: np.polyval(P, x), np.asfortranarray(X.reshape(2, 3))),
    "polyval of reversed coefficients": (lambda p: np.polyval(p[::-1], 0.3), P),
    "vander by position": (lambda x: np.vander(x, 4, True), X),
    "vander of the whole": (np.vander, X[:3]),
    "polyadd of a number": (lambda p: np.polyadd(p, 3), P),
    "polysub from a longer": (lambda p: np.polysub([1, 2, 3, 4, 5, 6], p), P),
    "polymul of itself": (lambda p: np.polymul(p, p), P),
    "polymul, leading zeros": (lambda p: np.polymul([0, 0, 1, 2], p), P),
    "polydiv, quotient": (lambda p: np.polydiv(p, Q)[0], P),
    "polydiv, remainder": (lambda p: np.polydiv(p, [1.0, 0.5, 0.2])[1], P),
    "polydiv by it": (lambda q: np.concatenate(np.polydiv(P, q)), np.array([2.0, 0.4, 0.7])),
    "polydiv by a longer": (lambda q: np.concatenate(np.polydiv(Q, q)) + q[0], P),
    "polydiv by a number": (lambda q: np.polydiv(P, q)[0], 2.0),
    "polyder by position": (lambda p: np.polyder(p, 2), P),
    "polyder of a constant": (lambda p: np.sum(np.polyder(p)) + p[0], P[:1]),
    "polyint by position": (lambda p: np.polyint(p, 2, [1.0, 2.0]), P),
    "polyint, spare constants": (lambda p: np.polyint(p, 1, [1.0, 2.0]), P),
    "poly of roots": (np.poly, X),
    "poly of a matrix": (np.poly, RNG.uniform(-1, 1, (3, 3))),
    "roots": (np.roots, np.poly([1.0, 2.5, -3.0])),
    "roots, leading zeros": (lambda p: np.roots(np.concatenate([[0.0, 0.0], p])), np.poly([1.0, 2.5, -3.0])),
    "polyfit by position": (lambda y: np.polyfit(X, y, 2, None, False, W), Y),
    "polyfit of integers": (lambda y: np.polyfit([0, 1, 2, 3, 4, 5], y, 2), Y),
    "polyfit to integers": (lambda x: np.polyfit(x, [0, 1, 4, 2, 3, 5], 1, w=[1, 2, 1, 2, 1, 2]), X),
    "polyfit of weights": (lambda w: np.polyfit(X, Y, 2, w=w), W),
    "polyfit, covariance": (lambda y: np.polyfit(X, y, 1, cov=True)[1], Y),
    "polyfit, residuals": (lambda y: np.polyfit(X, y, 1, full=True)[1], Y),
    "polyfit through all points": (lambda y: np.polyfit(X[:3], y, 2), Y[:3]),
}


@pytest.mark.parametrize(("f", "x"), CALLS.values(), ids=CALLS)
def test_spellings(f, x):
    prove(f, x)


def test_values_of_polynomials():
    assert both_modes(lambda p: np.polyval(p, 3.0), P).tolist() == [27, 9, 3, 1]
    assert grad(lambda x: np.polyval(P, x))(0.0) == 2
    assert hessian(lambda x: np.polyval(P, x))(2.0) == 6 * 1.5 * 2 - 1
    mixed = jacobian(grad(lambda x, p: np.polyval(p, x)), argnums=1)(2.0, P)
    assert mixed.tolist() == [12, 4, 1, 0]
    assert grad(lambda x: np.polyval(P[:1], x))(2.0) == 0
    several = np.stack([P, P[::-1]], axis=1)
    np.testing.assert_allclose(
        np.diagonal(both_modes(lambda x: np.polyval(several, x), np.array([2.0, 3.0]))),
        [np.polyval(np.polyder(P), 2.0), np.polyval(np.polyder(P[::-1]), 3.0)],
    )


def test_powers_at_zero():
    x = np.zeros(2)
    J = both_modes(lambda x: np.vander(x, 4), x)
    assert J[:, :, 0].tolist() == [[0, 0, 1, 0], [0, 0, 0, 0]]
    H = hessian(lambda x: np.sum(np.vander(x, 4, increasing=True)))(x)
    assert H.tolist() == [[2, 0], [0, 2]]


def test_a_leading_zero_of_a_factor_still_has_a_derivative():
    """ε x (x² + 2x + 3) adds 2ε and 3ε to the coefficients of x² and x: those that the product has."""
    a, b = np.array([0.0, 1.0]), np.array([1.0, 2.0, 3.0])
    assert both_modes(lambda a: np.polymul(a, b), a).tolist() == [[2, 1], [3, 2], [0, 3]]
    assert both_modes(lambda b: np.polymul(a, b), b).tolist() == np.eye(3).tolist()
    zero = both_modes(lambda a: np.polymul(a, b), np.zeros(1))
    assert zero.tolist() == [[1], [2], [3]]


def test_quotient_and_remainder_to_second_order():
    u, v = P, np.array([2.0, 0.4, 0.7])

    def cost(v):
        q, r = np.polydiv(u, v)
        return np.sum(q**3) + np.sum(r**2)

    np.testing.assert_allclose(both_modes(cost, v), _slopes(cost, v), rtol=1e-7)
    np.testing.assert_allclose(hessian(cost)(v), _slopes(grad(cost), v), rtol=1e-6)
    exact = np.polymul([1.0, 2.0], [1.0, 3.0])  # the remainder is nothing, and NumPy keeps one coefficient of it
    J = both_modes(lambda u: np.polydiv(u, [1.0, 3.0])[1], exact)
    assert J.tolist() == [[9, -3, 1]]


def _slopes(f, x, h=1e-5):
    return np.stack([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))], axis=-1)


def test_integrals_have_their_constants():
    k = np.array([5.0, 7.0, 9.0])
    assert both_modes(lambda k: np.polyint(P + 0 * k[0], 3, k), k)[-3:].tolist() == [[0.5, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert both_modes(lambda k: np.polyint(P + 0 * k, 3, k), 2.0)[-3:].tolist() == [0.5, 1, 1]
    back = both_modes(lambda p: np.polyder(np.polyint(p, 2, [1.0, 2.0]), 2), P)
    np.testing.assert_allclose(back, np.eye(4), atol=1e-15)


# Roots


def test_roots_and_coefficients_are_inverse():
    r = np.array([3.0, -2.0, 0.5])
    np.testing.assert_allclose(both_modes(lambda r: np.sort(np.roots(np.poly(r))), np.sort(r)), np.eye(3), atol=1e-12)
    p = np.poly(r)
    expected = [[-(x ** (3 - k)) / np.polyval(np.polyder(p), x) for k in range(4)] for x in np.roots(p)]
    np.testing.assert_allclose(both_modes(np.roots, p), expected, rtol=1e-10)


def test_complex_roots_of_real_coefficients():
    p = np.array([1.0, -2.0, 5.0])  # 1 ± 2i
    f = lambda p: np.sum(np.abs(np.roots(p)) ** 2)  # 2 p₂/p₀
    np.testing.assert_allclose(grad(f)(p), [-10, 0, 2], atol=1e-13)
    np.testing.assert_allclose(hessian(f)(p), [[20, 0, -2], [0, 0, 0], [-2, 0, 0]], atol=1e-11)
    np.testing.assert_allclose(
        jacobian(np.roots, holomorphic=True)(p + 0j)[:, 2], -1 / (2 * np.roots(p) - 2), rtol=1e-12
    )


@quiet
def test_a_repeated_root_has_no_derivative():
    slope = jacobian(np.roots)(np.array([1.0, 0.0, 0.0]))
    assert not np.isfinite(slope[:, 2]).any()
    assert jacobian(np.roots)(np.array([1.0, -3.0, 0.0])).tolist() == [[-3, -1, -1 / 3], [0, 0, 1 / 3]]


def test_coefficients_of_repeated_and_conjugate_roots():
    r = np.array([2.0, 2.0, 0.0, 0.0])
    np.testing.assert_allclose(both_modes(np.poly, r), _slopes(np.poly, r), atol=1e-9)
    np.testing.assert_allclose(hessian(lambda r: np.poly(r)[2])(r), 1 - np.eye(4), atol=1e-15)
    z = np.array([1 + 2j, 1 - 2j, 3.0])
    p, pullback = vjp(np.poly, z)
    assert p.dtype == np.float64  # as NumPy has it: the coefficients are real
    bar = np.array([0.0, 1.0, 2.0, -1.0])
    for step in (np.array([1.0, 1.0, 0.5]), np.array([1j, -1j, 0.0])):  # which keep them real
        slope = (np.poly(z + 1e-6 * step) - np.poly(z - 1e-6 * step)) / 2e-6
        np.testing.assert_allclose(jvp(np.poly, (z,), (step,))[1], slope, atol=1e-8)
        np.testing.assert_allclose(np.vdot(pullback(bar)[0], step).real, bar @ slope, rtol=1e-8)


def test_the_characteristic_polynomial_at_repeated_eigenvalues():
    A = np.eye(3) * 2.0
    A[0, 1] = 1.0
    f = lambda A: np.poly(A)[-1]  # −det A
    cofactors = np.linalg.det(A) * np.linalg.inv(A).T
    np.testing.assert_allclose(both_modes(f, A), -cofactors, rtol=1e-12, atol=1e-13)
    H = hessian(f)(A)
    assert H[0, 0, 1, 1] == pytest.approx(-2)
    assert H[0, 1, 1, 0] == pytest.approx(2)


# Fits


def test_a_fit_is_linear_in_the_ordinates():
    V = np.vander(X, 3)
    np.testing.assert_allclose(both_modes(lambda y: np.polyfit(X, y, 2), Y), np.linalg.pinv(V), rtol=1e-10, atol=1e-12)
    weighted = np.linalg.pinv(V * W[:, None]) * W
    np.testing.assert_allclose(both_modes(lambda y: np.polyfit(X, y, 2, w=W), Y), weighted, rtol=1e-10, atol=1e-12)


def test_fits_in_everything_to_second_order():
    def cost(x, y, w):
        c, covariance = np.polyfit(x, y, 1, w=w, cov=True)
        return np.sum(c**2) + np.sum(covariance * np.array([[1.0, 2.0], [3.0, 4.0]]))

    for k, x in enumerate((X, Y, W)):
        f = lambda x, k=k: cost(*(x if i == k else z for i, z in enumerate((X, Y, W))))
        np.testing.assert_allclose(grad(f)(x), _slopes(f, x), rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(hessian(f)(x), _slopes(grad(f), x), rtol=1e-5, atol=1e-6)


def test_what_a_full_fit_returns():
    c, residuals, rank, s, rcond = np.polyfit(Tensor(X), Tensor(Y), 2, full=True)
    expected = np.polyfit(X, Y, 2, full=True)
    for mine, numpys in zip((c.data, residuals.data, rank, s.data, rcond), expected, strict=True):
        np.testing.assert_allclose(mine, numpys, rtol=1e-12)


def test_a_poor_fit_warns():
    with pytest.warns(np.exceptions.RankWarning, match="poorly conditioned"):
        np.polyfit(Tensor([1.0, 1.0, 1.0]), [1.0, 2.0, 3.0], 1)


# NumPy's other polynomials have no hook


def test_polynomial_polyval_works_or_raises():
    polyval = np.polynomial.polynomial.polyval
    x = Tensor(X)
    np.testing.assert_allclose(gradients(np.sum(polyval(x, [1.0, 2.0, 3.0])), x)[0], 2 + 6 * X, rtol=1e-14)
    prove(lambda x: np.polynomial.polynomial.polyval(x, P), X.reshape(2, 3))
    prove(lambda x: np.polynomial.polynomial.polyval(x, P.reshape(2, 2)), 0.7)
    for call in (lambda: polyval(0.5, x), lambda: polyval(x, x), lambda: polyval([x, x], [1.0, 2.0])):
        with pytest.raises(DetachedError):
            call()
    for call in (np.polynomial.Polynomial, np.polynomial.Polynomial([1.0, 2.0]), np.polynomial.polynomial.polyder):
        with pytest.raises(DetachedError):
            call(x)


@quiet
@pytest.mark.parametrize("f", [lambda p: np.polyval(p, 2.0), np.roots, np.vander, lambda p: np.polyder(p, 0)])
def test_empty_arrays(f):
    assert grad(lambda p: np.sum(f(p)))(np.zeros(0)).shape == (0,)


T = Tensor([1.0, 2.0, 4.0])
BAD = {
    "polyval of a poly1d": (lambda t: np.polyval(np.poly1d([1.0, 2.0]), t), TypeError, "poly1d"),
    "polymul of a poly1d": (lambda t: np.polymul(t, np.poly1d([1.0, 2.0])), TypeError, "poly1d"),
    "polyder, negative order": (lambda t: np.polyder(t, -1), ValueError, "positive"),
    "polyint, negative order": (lambda t: np.polyint(t, -1), ValueError, "positive"),
    "polyint, constants": (lambda t: np.polyint(t, 3, [1.0, 2.0]), ValueError, "k must be"),
    "polyint, list of Tensors": (lambda t: np.polyint(t, 2, [t[0], t[1]]), DetachedError, "np.stack"),
    "polyint, k alone": (lambda t: np.polyint([1.0, 2.0], k=t[0]), DetachedError, "plain array"),
    "poly of three axes": (lambda t: np.poly(np.ones((2, 2, 2)) * t[0]), ValueError, "1d or non-empty square"),
    "poly of Tensors": (lambda t: np.poly([t[0], t[1]]), DetachedError, "np.stack"),
    "roots of two axes": (lambda t: np.roots(np.stack([t, t])), ValueError, "rank-1"),
    "vander of two axes": (lambda t: np.vander(np.stack([t, t])), ValueError, "one-dimensional"),
    "polyfit, degree": (lambda t: np.polyfit(t, t, -1), ValueError, "deg >= 0"),
    "polyfit, lengths": (lambda t: np.polyfit(t, t[:2], 1), TypeError, "same length"),
    "polyfit, weights": (lambda t: np.polyfit(t, t, 1, w=[1.0, 2.0]), TypeError, "same length"),
    "polyfit, axes": (lambda t: np.polyfit(np.stack([t, t]), t, 1), TypeError, "1D vector"),
    "polyfit, covariance": (lambda t: np.polyfit(t, t, 2, cov=True), ValueError, "exceed order"),
    "polyfit, keyword": (lambda t: np.polyfit(t, t, 2, weights=t), TypeError, "weights"),
}


@pytest.mark.parametrize(("call", "error", "words"), BAD.values(), ids=BAD)
def test_bad_calls(call, error, words):
    with pytest.raises(error, match=words):
        call(T)
