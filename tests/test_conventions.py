"""What a derivative is where the formula has none: kinks, ties, zeros, invalid branches. And complex numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import Tensor, grad, gradients, hessian, hvp, jacobian, jvp, vjp

SETTINGS = settings(derandomize=True, deadline=None, max_examples=30)
quiet = pytest.mark.filterwarnings("ignore::RuntimeWarning")
INF, NAN = np.inf, np.nan


def slope_both_modes(f, x):
    """The derivative of the sum of f's entries, asserted equal in both modes."""
    x = np.asarray(x, dtype=float)[()]
    reverse = grad(lambda x: np.sum(f(x)))(x)
    forward = np.sum(jacobian(f, mode="forward")(x).reshape((-1, *np.shape(x))), axis=0)
    np.testing.assert_allclose(forward, reverse, rtol=1e-13, equal_nan=True)
    return reverse


def second_both_ways(f, x):
    """The Hessian of the sum of f's entries, asserted equal forward over reverse and reverse over reverse."""
    x = np.asarray(x, dtype=float)[()]
    total = lambda x: np.sum(f(x))
    H = hessian(total)(x)
    np.testing.assert_allclose(jacobian(grad(total), mode="reverse")(x), H, rtol=1e-12, atol=1e-300, equal_nan=True)
    return H


POINTS = {
    "abs at 0": (np.abs, 0.0, 0, 0),
    "abs method at -0": (abs, -0.0, 0, 0),
    "norm at 0": (np.linalg.norm, [0.0, 0.0], [0, 0], np.zeros((2, 2))),
    "norm 1 at 0": (lambda x: np.linalg.norm(x, 1), [0.0, 2.0], [0, 1], np.zeros((2, 2))),
    "norm 3 at 0": (lambda x: np.linalg.norm(x, 3), [0.0, 0.0], [0, 0], np.zeros((2, 2))),
    "norm 1.5 at 0": (lambda x: np.linalg.norm(x, 1.5), [0.0, 0.0], [0, 0], np.zeros((2, 2))),
    "norm inf, one winner": (lambda x: np.linalg.norm(x, INF), [1.0, -3.0], [0, -1], np.zeros((2, 2))),
    "norm inf, tie": (lambda x: np.linalg.norm(x, INF), [3.0, -3.0], [0.5, -0.5], np.zeros((2, 2))),
    "norm -inf, tie": (lambda x: np.linalg.norm(x, -INF), [3.0, -3.0, 5.0], [0.5, -0.5, 0], np.zeros((3, 3))),
    "norm fro at 0": (lambda x: np.linalg.norm(x, "fro"), np.zeros((1, 2)), [[0, 0]], np.zeros((1, 2, 1, 2))),
    "norm of a zero row": (lambda x: np.linalg.norm(x, axis=1), [[0.0, 0.0], [3.0, 4.0]], [[0, 0], [0.6, 0.8]], None),
    "norm 0": (lambda x: np.linalg.norm(x, 0) * 1.0, [0.0, 2.0], [0, 0], np.zeros((2, 2))),
    "std of equals": (np.std, [2.0, 2.0], [0, 0], np.zeros((2, 2))),
    "std of equals in one row": (lambda x: np.std(x, axis=1), [[2.0, 2.0], [1.0, 3.0]], [[0, 0], [-0.5, 0.5]], None),
    "std of one": (np.std, [2.0], [0], [[0]]),
    "var of equals": (np.var, [2.0, 2.0], [0, 0], [[0.5, -0.5], [-0.5, 0.5]]),
    "sqrt at 0": (np.sqrt, 0.0, INF, None),
    "square of 0": (np.square, 0.0, 0, 2),
    "x**0 at 0": (lambda x: x**0, 0.0, 0, 0),
    "x**0.0 of an array": (lambda x: x ** np.array([0.0, 0.0]), [0.0, 2.0], [0, 0], np.zeros((2, 2))),
    "x**1 at 0": (lambda x: x**1, 0.0, 1, 0),
    "x**1 as array at 0": (lambda x: x ** np.array([1.0]), [0.0], [1], [[0]]),
    "x**2 at 0": (lambda x: x**2, 0.0, 0, 2),
    "x**2 at -3": (lambda x: x**2, -3.0, -6, 2),
    "x**2.0 array at -3": (lambda x: x ** np.array([2.0]), [-3.0], [-6], [[2]]),
    "x**3 at -2": (lambda x: x**3, -2.0, 12, -12),
    "x**3 as integer array": (lambda x: x ** np.array([3]), [-2.0], [12], [[-12]]),
    "x**-1 at -2": (lambda x: x**-1, -2.0, -0.25, -0.25),
    "x**1.5 at 0": (lambda x: x**1.5, 0.0, 0, INF),
    "x**0.5 at 0": (lambda x: x**0.5, 0.0, INF, None),
    "0**y at 0": (lambda y: 0.0**y, 0.0, 0, 0),
    "0**y at 2": (lambda y: 0**y, 2.0, 0, 0),
    "2**y at -1": (lambda y: 2**y, -1.0, np.log(2) / 2, np.log(2) ** 2 / 2),
    "1/x at inf": (lambda x: 1 / x, INF, 0, 0),
    "maximum, tie": (lambda x: np.maximum(x, 3), 3.0, 0.5, 0),
    "minimum, tie": (lambda x: np.minimum(3.0, x), 3.0, 0.5, 0),
    "maximum with itself": (lambda x: np.maximum(x, x), 3.0, 1, 0),
    "max, tie of two": (np.max, [3.0, 1.0, 3.0], [0.5, 0, 0.5], np.zeros((3, 3))),
    "min, tie of three": (np.min, [1.0, 1.0, 1.0], [1 / 3, 1 / 3, 1 / 3], np.zeros((3, 3))),
    "max, tie with initial": (lambda x: np.max(x, initial=3.0), [3.0, 1.0, 3.0], [1 / 3, 0, 1 / 3], np.zeros((3, 3))),
    "max, initial wins": (lambda x: np.max(x, initial=5.0), [3.0, 1.0], [0, 0], np.zeros((2, 2))),
    "max, tie outside where": (
        lambda x: np.max(x, initial=-9.0, where=np.array([True, True, False])),
        [3.0, 1.0, 3.0],
        [1, 0, 0],
        np.zeros((3, 3)),
    ),
    "max along an axis": (lambda x: np.max(x, axis=1), [[2.0, 2.0], [1.0, 5.0]], [[0.5, 0.5], [0, 1]], None),
    "floor": (np.floor, 1.5, 0, 0),
    "sign": (np.sign, -2.0, 0, 0),
    "sign at 0": (np.sign, 0.0, 0, 0),
}


@quiet
@pytest.mark.parametrize(("f", "x", "first", "second"), POINTS.values(), ids=POINTS)
def test_singular_points(f, x, first, second):
    np.testing.assert_allclose(slope_both_modes(f, x), first, rtol=1e-14)
    if second is not None:
        np.testing.assert_allclose(second_both_ways(f, x), second, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("f", [np.maximum, np.minimum])
def test_equal_operands_share(f):
    a, b = Tensor([1.0, 2.0, 3.0]), Tensor([2.0, 2.0, 2.0])
    bars = gradients(np.sum(f(a, b)), a, b)
    assert (bars[0] + bars[1]).tolist() == [1, 1, 1]
    assert bars[0][1] == bars[1][1] == 0.5


def test_a_nan_wins_and_stays_visible():
    assert np.isnan(np.maximum(Tensor(NAN), 1.0).data)
    assert grad(lambda x: np.maximum(x, 1.0))(NAN) == 1
    assert grad(lambda x: np.sum(np.maximum(x, NAN)))(1.0) == 0
    assert np.isnan(grad(np.sin)(NAN))


@SETTINGS
@given(
    x=st.lists(st.sampled_from([0.0, 0.0, 0.5, -1.5, 2.0]), min_size=1, max_size=6).map(np.array),
    initial=st.sampled_from([None, 3.0]),
)
def test_prod_is_exact_with_any_number_of_zeros(x, initial):
    kwargs = {} if initial is None else {"initial": initial}
    scale = 1.0 if initial is None else initial
    n = len(x)
    others = lambda *skip: scale * np.prod([x[k] for k in range(n) if k not in skip])
    f = lambda x: np.prod(x, **kwargs)
    np.testing.assert_allclose(slope_both_modes(f, x), [others(i) for i in range(n)], rtol=1e-13)
    H = [[0.0 if i == j else others(i, j) for j in range(n)] for i in range(n)]
    np.testing.assert_allclose(second_both_ways(f, x), H, rtol=1e-13)


def test_prod_along_axes_and_under_where():
    x = np.array([[0.0, 2.0, 3.0], [4.0, 0.0, 0.0]])
    assert slope_both_modes(lambda x: np.prod(x, axis=1), x).tolist() == [[6, 0, 0], [0, 0, 0]]
    assert slope_both_modes(lambda x: np.prod(x, axis=0, keepdims=True), x).tolist() == [[4, 0, 0], [0, 2, 3]]
    mask = np.array([[True, True, False], [True, False, True]])
    assert slope_both_modes(lambda x: np.prod(x, axis=1, where=mask), x).tolist() == [[2, 0, 0], [0, 0, 4]]
    assert slope_both_modes(lambda x: np.prod(x, where=mask, axis=(0, 1)), x).tolist() == [[0] * 3, [0] * 3]


# The branch taken

BRANCHES = {
    "log": (lambda x: np.where(x > 0, np.log(x), 0), 1.0, -1.0),
    "log, mask first": (lambda x: np.where(x <= 0, 0, np.log(x)), 1.0, -1.0),
    "sqrt": (lambda x: np.where(x > 0, np.sqrt(x), -x), 0.5, -0.25),
    "division": (lambda x: np.where(x != 0, 1 / x, 0), -1.0, 2.0),
    "division of x": (lambda x: np.where(x > 0, x / x, 0), 0.0, 0.0),
    "power": (lambda x: np.where(x > 0, x**-1.5, 0), -1.5, 3.75),
    "power 1.5": (lambda x: np.where(x > 0, x**1.5, 0), 1.5, 0.75),
    "x log x": (lambda x: np.where(x > 0, x * np.log(x), 0), 1.0, 1.0),
    "nested": (lambda x: np.where(x > 0, np.where(x > 0.5, np.log(x), np.sqrt(x)), 0), 1.0, -1.0),
    "twice": (lambda x: np.where(x > 0, np.log(np.where(x > 0, x, 0)), 0), 1.0, -1.0),
    "sum(where=)": (lambda x: np.sum(np.log(x), where=x > 0), 1.0, -1.0),
    "prod of masked": (lambda x: np.exp(np.sum(np.where(x > 0, np.log(x), 0))), None, None),
    "mean(where=)": (lambda x: np.mean(np.log(x), where=x > 0) * np.sum(x > 0), 1.0, -1.0),
    "max(where=)": (lambda x: np.max(np.log(x), where=x > 0, initial=-5.0), 1.0, -1.0),
    "index": (lambda x: np.log(x)[x > 0], 1.0, -1.0),
    "integer index": (lambda x: np.log(x)[np.flatnonzero(x > 0)], 1.0, -1.0),
    "at set": (lambda x: np.log(x).at[x <= 0].set(0.0), 1.0, -1.0),
    "broadcast": (lambda x: np.where(x > 0, np.broadcast_to(np.log(x), (2, *x.shape)), 0), 2.0, -2.0),
    "reshape": (lambda x: np.where(x.reshape(-1, 1) > 0, np.log(x).reshape(-1, 1), 0), 1.0, -1.0),
    "transpose": (lambda x: np.where((x > 0)[None].T, np.log(x)[None].T, 0), 1.0, -1.0),
    "concatenate": (lambda x: np.where(np.r_[x > 0, x > 0], np.concatenate([np.log(x), np.log(x)]), 0), 2.0, -2.0),
    "stack": (lambda x: np.where(np.stack([x > 0, x > 0], 1), np.stack([np.log(x), 1 / x], 1), 0), 0.0, 1.0),
    "flip": (lambda x: np.where((x > 0)[::-1], np.flip(np.log(x)), 0), 1.0, -1.0),
    "squeeze": (lambda x: np.where(x > 0, np.squeeze(np.log(x)[None]), 0), 1.0, -1.0),
    "conj": (lambda x: np.where(x > 0, np.conj(np.log(x)), 0), 1.0, -1.0),
    "real": (lambda x: np.where(x > 0, np.real(np.log(x)), 0), 1.0, -1.0),
    "astype": (lambda x: np.where(x > 0, np.log(x).astype(np.float64), 0), 1.0, -1.0),
    "copy": (lambda x: np.where(x > 0, np.copy(np.log(x)), 0), 1.0, -1.0),
    "einsum after": (lambda x: np.einsum("i,i->i", np.where(x > 0, np.log(x), 0), np.ones(3)), 1.0, -1.0),
    "matmul after": (lambda x: np.eye(3) @ np.where(x > 0, np.log(x), 0), 1.0, -1.0),
    "tanh between": (lambda x: np.where(x > 0, np.arctanh(np.tanh(np.log(x))), 0), 1.0, -1.0),
    "chain": (lambda x: np.where(x > 0, -np.exp(-(np.sqrt(x) ** 2 / x + np.log(x))) * np.e, 0), 1.0, -2.0),
    "used in and out": (lambda x: np.where(x > 0, np.log(x), 0) + x**2, None, None),
}


@quiet
@pytest.mark.parametrize(("f", "first", "second"), BRANCHES.values(), ids=BRANCHES)
def test_the_derivative_is_that_of_the_branch_taken(f, first, second):
    x = np.array([0.0, 1.0, -0.0])
    slope, H = slope_both_modes(f, x), second_both_ways(f, x)
    assert np.isfinite(slope).all()
    assert np.isfinite(H).all()
    if first is not None:
        np.testing.assert_allclose(slope[1], first, atol=1e-14)
        np.testing.assert_allclose(H[1, 1], second, atol=1e-13)


@quiet
@pytest.mark.parametrize(("f", "first", "second"), BRANCHES.values(), ids=BRANCHES)
def test_the_branch_taken_in_a_nested_derivative(f, first, second):
    x, v = np.array([0.0, 1.0, -0.0]), np.array([1.0, 2.0, 3.0])
    total = lambda x: np.sum(f(x))
    expected = hessian(total)(x) @ v
    np.testing.assert_allclose(hvp(total)(x, v), expected)
    np.testing.assert_allclose(grad(lambda x: jvp(total, (x,), (v,))[1])(x), expected, atol=1e-14)
    np.testing.assert_allclose(grad(lambda x: np.dot(grad(total)(x), v))(x), expected, atol=1e-14)


@quiet
def test_inactive_branches_at_nan_and_infinity():
    x = np.array([NAN, INF, 4.0])
    g = slope_both_modes(lambda x: np.where(np.isfinite(x), np.sqrt(x) * x, 0), x)
    assert g.tolist() == [0, 0, 3]
    assert slope_both_modes(lambda x: np.sum(np.exp(x), where=np.isfinite(x)), x).tolist() == [0, 0, np.exp(4.0)]


@quiet
def test_a_condition_may_be_a_tensor():
    assert grad(lambda x: np.where(x, x**2, 5.0))(3.0) == 6
    assert grad(grad(lambda x: np.where(x, x**2, 5.0)))(3.0) == 2
    assert slope_both_modes(lambda x: np.where(x, 1 / x, 0), [0.0, 2.0]).tolist() == [0, -0.25]


@quiet
@pytest.mark.parametrize("branch", [np.maximum, np.minimum])
def test_a_selector_does_not_look_at_the_operand_that_lost(branch):
    sign = 1 if branch is np.maximum else -1
    f = lambda x: branch(sign * np.log(x), sign * -1.0)
    assert slope_both_modes(f, [0.0, 1.0]).tolist() == [0, sign]
    assert second_both_ways(f, [0.0, 1.0]).tolist() == [[0, 0], [0, -sign]]


@quiet
@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sqrt(x) ** 2,
        lambda x: (x > 0) * np.log(x),
        lambda x: np.log(x) * 0.0,
        lambda x: np.where(x > 0, 0, np.sqrt(x)) * 0,
    ],
)
def test_a_zero_from_arithmetic_is_no_structural_zero(f):
    assert np.isnan(grad(f)(0.0))


@quiet
def test_a_mask_does_not_hide_an_honest_nan():
    f = lambda x: np.sum(np.where(x > 0, np.log(x), 0)) + np.sum(np.sqrt(x) ** 2)
    g = grad(f)(np.array([0.0, 4.0]))
    assert np.isnan(g[0])
    assert np.isclose(g[1], 1.25)
    g = grad(lambda x: np.sum(np.where(np.array([True, False]), np.sqrt(x) ** 2, 0)))(np.array([0.0, 0.0]))
    assert np.isnan(g[0])
    assert g[1] == 0


def test_derivatives_themselves_do_not_warn():
    f = lambda x: np.sum(np.where(x > 0, x, 0) + np.sqrt(x) + np.abs(x) + np.linalg.norm(x))
    assert slope_both_modes(f, [0.0]).tolist() == [INF]
    hessian(f)(np.array([0.0]))


def test_forward_evaluation_warns_as_numpy_does():
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        np.log(Tensor(0.0))
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        grad(lambda x: 1 / x)(0.0)


@quiet
@pytest.mark.parametrize("zero", [0, 0.0, np.float64(0), np.array(0.0), np.array([0.0]), False])
def test_division_by_a_constant_zero_gives_infinity(zero):
    assert slope_both_modes(lambda x: x / zero, 2.0) == INF
    assert slope_both_modes(lambda x: np.divide(x, zero), -2.0) == INF


# Complex numbers: g = ∂L/∂Re z + i ∂L/∂Im z


def by_parts(f, z, h=1e-6):
    """The same by central differences in both directions."""
    z = np.asarray(z)
    g = np.zeros(z.shape, complex)
    for i in np.ndindex(z.shape):
        e = np.zeros(z.shape)
        e[i] = h
        g[i] = (f(z + e) - f(z - e)) / (2 * h) + 1j * (f(z + 1j * e) - f(z - 1j * e)) / (2 * h)
    return g


COMPLEX = {
    "abs": lambda z: np.sum(np.abs(z)),
    "abs squared": lambda z: np.sum(np.real(z * np.conj(z))),
    "real": lambda z: np.sum(np.real(z) * np.array([1.0, 2.0, 3.0])),
    "imag": lambda z: np.sum(z.imag * np.array([1.0, 2.0, 3.0])),
    "real of a product": lambda z: np.real(np.prod(z)),
    "exp": lambda z: np.abs(np.sum(np.exp(z))) ** 2,
    "log": lambda z: np.imag(np.sum(np.log(z) * z)),
    "sqrt, sin, cos, tanh": lambda z: np.real(np.sum(np.sqrt(z) * np.sin(z) * np.cos(z) + np.tanh(z))),
    "power": lambda z: np.real(np.sum(z**3 + z**0.5 + z**-1 + 2**z + z**z)),
    "division": lambda z: np.imag(np.sum(1 / z + z / (z + 2j))),
    "matmul": lambda z: np.abs(z @ np.array([[1j, 2], [3, 4j], [5, 6]]) @ np.array([1, 1j])) ** 2,
    "einsum": lambda z: np.real(np.einsum("i,j,ij->", z, z.conj() * z, np.arange(9).reshape(3, 3) * 1j)),
    "outer and tensordot": lambda z: np.imag(np.tensordot(np.outer(z, z), np.arange(9).reshape(3, 3) + 1j, 2)),
    "norm": lambda z: np.linalg.norm(z),
    "norm 3": lambda z: np.linalg.norm(z, 3),
    "norm inf": lambda z: np.linalg.norm(z, np.inf),
    "mean": lambda z: np.abs(np.mean(z)),
    "var": lambda z: np.var(z),
    "var, ddof": lambda z: np.var(z, ddof=1, where=np.array([True, False, True])),
    "std": lambda z: np.std(z),
    "where": lambda z: np.sum(np.abs(np.where([True, False, True], z, z * 1j + 2))),
    "indexing": lambda z: np.abs(z[[0, 0, 2]].sum() + z.at[0].set(1j)[::-1][2]),
    "with reals": lambda z: np.sum(np.abs(np.array([1.0, 2.0, 3.0]) * z + np.abs(z))),
    "sign": lambda z: np.real(np.sum(np.sign(z) * np.array([1, 1j, 2 + 1j]))),
    "square, reciprocal": lambda z: np.real(np.sum(np.square(z) + np.reciprocal(z))),
}


@pytest.mark.parametrize("f", COMPLEX.values(), ids=COMPLEX)
def test_complex_gradients_against_differences_and_forward_mode(f):
    z = np.array([1 + 2j, 0.5 - 0.3j, -1.2 + 0.4j])
    plain = lambda z: float(f(Tensor(z)).data)
    g = grad(f)(z)
    assert g.dtype == complex
    np.testing.assert_allclose(g, by_parts(plain, z), rtol=1e-6, atol=1e-8)
    z_dot = np.array([0.3 - 1j, 2j, 1.0])
    np.testing.assert_allclose(jvp(f, (z,), (z_dot,))[1], np.real(np.vdot(g, z_dot)), rtol=1e-12)
    np.testing.assert_allclose(jacobian(f, mode="forward")(z), g, rtol=1e-12)
    h = 1e-5
    along = (grad(f)(z + h * z_dot) - grad(f)(z - h * z_dot)) / (2 * h)
    np.testing.assert_allclose(hvp(f)(z, z_dot), along, rtol=1e-5, atol=1e-7)
    if f is not COMPLEX["norm inf"]:
        twice = grad(lambda z: np.sum(np.real(grad(f)(z) * np.conj(z_dot))))(z)
        np.testing.assert_allclose(twice, along, rtol=1e-5, atol=1e-7)


def test_complex_conventions():
    assert np.isclose(grad(lambda z: np.abs(z) ** 2)(3 + 4j), 6 + 8j, rtol=1e-15)
    assert grad(lambda z: np.abs(z))(0j) == 0
    assert grad(lambda x: np.abs(x * (3 + 4j)))(2.0) == 5
    assert grad(lambda x: np.imag(x))(2.0) == 0
    assert type(grad(lambda x: np.real(x * 1j + x))(2.0)) is np.float64
    assert jacobian(lambda z: z**3, holomorphic=True)(2j) == -12
    assert jacobian(lambda z: z**3, holomorphic=True, mode="forward")(2j) == -12
    _, pullback = vjp(lambda z: z * (2 + 1j), 1 + 1j)
    assert pullback(1 + 0j) == (2 - 1j,)
    assert gradients(Tensor(1 + 1j) * 1j, Tensor(1.0), seed=1j) == (0,)
