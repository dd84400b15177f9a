"""Running sums and products, differences, slopes, areas, interpolation, convolution: closed forms, spellings, bad calls."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import Tensor, grad, hessian, jacobian, jvp, vjp
from autograd_mini.errors import DetachedError, UnsupportedError

from .test_variants import prove

SETTINGS = settings(derandomize=True, deadline=None, max_examples=25)
quiet = pytest.mark.filterwarnings("ignore::RuntimeWarning")
RNG = np.random.default_rng(5)
X, A, C = RNG.uniform(0.5, 2, 5), RNG.uniform(0.5, 2, (3, 4)), RNG.uniform(0.5, 2, (2, 3, 4))
NAN = np.nan


def both_modes(f, x, **kwargs):
    """The Jacobian, asserted equal in both modes."""
    reverse, forward = (jacobian(f, mode=mode)(x, **kwargs) for mode in ("reverse", "forward"))
    np.testing.assert_allclose(forward, reverse, rtol=1e-12, atol=1e-14)
    return reverse


CALLS = {
    "cumsum by position": (lambda x: np.cumsum(x, 1), A),
    "cumsum of all": (np.cumsum, A),
    "cumsum method": (lambda x: x.cumsum(axis=-2), A),
    "cumsum of a number": (np.cumsum, 2.0),
    "cumsum of a number along 0": (lambda x: np.cumsum(x, axis=-1), 2.0),
    "cumsum in F order": (lambda x: np.cumsum(x), np.asfortranarray(A)),
    "cumsum of a reversed view": (lambda x: np.cumsum(x, axis=0), A[::-1, ::2]),
    "cumsum as complex": (lambda x: np.real(np.cumsum(x, dtype=complex) * (1 + 2j)), X),
    "cumprod by position": (lambda x: np.cumprod(x, 0), C),
    "cumprod of all": (np.cumprod, A),
    "cumprod method": (lambda x: x.cumprod(axis=-1), A),
    "cumprod of one": (np.cumprod, [3.0]),
    "cumulative_sum": (lambda x: np.cumulative_sum(x, axis=1, include_initial=True), C),
    "cumulative_prod": (lambda x: np.cumulative_prod(x, axis=-2, include_initial=True), C),
    "cumulative_prod, flat": (lambda x: np.cumulative_prod(x, include_initial=True), X),
    "diff by position": (lambda x: np.diff(x, 2, 0), C),
    "diff of lists": (lambda x: np.diff(x, prepend=[1.0, 2.0], append=[5.0]), X),
    "diff, ends along an axis": (lambda x: np.diff(x, 2, 0, 1.5, -0.5), A),
    "diff of a constant": (lambda x: np.diff(np.arange(4.0), prepend=x, n=2), 2.0),
    "diff of all": (lambda x: np.diff(x, 4), X),
    "diff of more than all": (lambda x: np.sum(np.diff(x, 5)) + x[0], X),
    "ediff1d by position": (lambda x: np.ediff1d(x, [9.0], [1.0, 2.0]), A),
    "ediff1d of one": (lambda x: np.ediff1d(x[:1], to_end=x), X),
    "gradient, list": (lambda x: np.gradient(x, [0.0, 1.0, 3.0, 3.5, 9.0]), X),
    "gradient, even coordinates": (lambda x: np.gradient(x, np.arange(5), edge_order=2), X),
    "gradient, integers": (lambda h: np.gradient(np.array([1, 4, 9, 16]), h), 2.0),
    "gradient of constants": (lambda x: np.gradient([1.0, 4.0, 9.0, 7.0, 2.0], x, edge_order=2), np.cumsum(X)),
    "gradient, negative axis": (lambda x: np.gradient(x, 2.0, axis=-2), C),
    "trapezoid by position": (lambda y: np.trapezoid(y, [0.0, 1.0, 3.0, 4.0], 1.0, -1), A),
    "trapezoid of x": (lambda x: np.trapezoid([1.0, 4.0, 9.0, 7.0, 2.0], x), np.cumsum(X)),
    "trapezoid of dx": (lambda dx: np.trapezoid(A, dx=dx, axis=0), 0.5),
    "interp by position": (
        lambda x: np.interp(x, [0.0, 1.0, 3.0], [1.0, 4.0, 0.0], -1.0, 7.0),
        np.array([-0.5, 0.3, 2.9, 3.4]),
    ),
    "interp of one knot": (lambda fp: np.interp([0.5, 1.0, 2.0], [1.0], fp), [3.0]),
    "interp, period as integer": (lambda x: np.interp(x, [0.0, 1.0, 3.0], [1.0, 4.0, 0.0], period=4), 3 * X),
    "interp, negative period": (lambda x: np.interp(x, [0.0, 1.0, 3.0], [1.0, 4.0, 0.0], period=-4.0), 3 * X),
    "unwrap by position": (lambda p: np.unwrap(p, None, 0), 5 * A),
    "unwrap of degrees": (lambda p: np.unwrap(p, period=360), 200 * X * [0, 1, -1, 2, 1]),
    "convolve by name": (lambda x: np.convolve(a=x, v=[1.0, -2.0], mode="same"), X),
    "convolve with a number": (lambda x: np.convolve(x, 3.0), X),
    "convolve a number": (lambda x: np.convolve(X, x), 2.0),
    "convolve with itself": (lambda x: np.convolve(x, x, "same"), X),
    "correlate with itself": (lambda x: np.correlate(x, x, "full"), X),
    "correlate with a longer": (lambda x: np.correlate(x, [1.0, -2.0, 0.5, 3.0, 1.0, 2.0], "same"), X),
    "correlate a longer": (lambda x: np.correlate([1.0, -2.0, 0.5, 3.0, 1.0, 2.0], x, "same"), X[:3]),
}


@pytest.mark.parametrize(("f", "x"), CALLS.values(), ids=CALLS)
def test_spellings(f, x):
    prove(f, x)


def test_several_slopes_come_as_numpy_gives_them():
    slopes = np.gradient(Tensor(A), 2.0, [0.0, 1.0, 1.5, 4.0])
    expected = np.gradient(A, 2.0, [0.0, 1.0, 1.5, 4.0])
    assert type(slopes) is type(expected)
    for slope, array in zip(slopes, expected, strict=True):
        np.testing.assert_allclose(slope.data, array, rtol=1e-14)
    # ∂²/∂f∂h of the slopes of f along a uniform axis: −slope / h
    h = 0.7
    twice = jacobian(lambda h: vjp(lambda f: np.gradient(f, h), X)[1](np.ones(5))[0])(h)
    once = vjp(lambda f: np.gradient(f, h), X)[1](np.ones(5))[0]
    np.testing.assert_allclose(twice, -once / h, rtol=1e-12, atol=1e-14)


# Running products with zeros


@SETTINGS
@given(x=st.lists(st.sampled_from([0.0, 0.0, 0.5, -1.5, 2.0]), min_size=1, max_size=6).map(np.array))
def test_cumprod_is_exact_with_any_number_of_zeros(x):
    n = len(x)
    others = lambda k, *skip: np.prod([x[i] for i in range(k + 1) if i not in skip])
    J = [[others(k, i) if i <= k else 0.0 for i in range(n)] for k in range(n)]
    np.testing.assert_allclose(both_modes(np.cumprod, x), J, rtol=1e-13)
    weights = np.arange(1.0, n + 1)
    h = lambda i, j: sum(weights[k] * others(k, i, j) for k in range(max(i, j), n)) if i != j else 0.0
    H = [[h(i, j) for j in range(n)] for i in range(n)]
    cost = lambda x: np.sum(weights * np.cumprod(x))
    np.testing.assert_allclose(hessian(cost)(x), H, rtol=1e-13, atol=1e-300)
    np.testing.assert_allclose(jacobian(grad(cost), mode="reverse")(x), H, rtol=1e-13, atol=1e-300)
    np.testing.assert_allclose(both_modes(lambda x: np.cumulative_prod(x, include_initial=True), x)[1:], J, rtol=1e-13)


def test_cumprod_with_zeros_to_third_order():
    x = np.array([0.0, 2.0, 0.0, 3.0])
    third = jacobian(hessian(lambda x: np.cumprod(x)[-1]))(x)
    expected = np.zeros((4, 4, 4))
    for i, j, k, left in ((0, 1, 2, 3), (0, 1, 3, 2), (0, 2, 3, 1), (1, 2, 3, 0)):
        for a, b, c in ((i, j, k), (i, k, j), (j, i, k), (j, k, i), (k, i, j), (k, j, i)):
            expected[a, b, c] = x[left]
    np.testing.assert_array_equal(third, expected)


def test_cumprod_along_an_axis_with_zeros():
    x = np.array([[0.0, 2.0, 0.0], [3.0, 0.0, 5.0]])
    assert grad(lambda x: np.sum(np.cumprod(x, axis=1)[:, -1]))(x).tolist() == [[0, 0, 0], [0, 15, 0]]
    assert grad(lambda x: np.sum(np.cumprod(x, axis=0)[-1]))(x).tolist() == [[3, 0, 5], [0, 2, 0]]


def test_running_functions_that_pass_over_nan():
    x = np.array([2.0, NAN, 3.0, NAN, 4.0])
    np.testing.assert_array_equal(np.nancumsum(Tensor(x)).data, np.nancumsum(x))
    lower = np.tril(np.ones((5, 5)))
    lower[:, [1, 3]] = 0
    np.testing.assert_array_equal(both_modes(np.nancumsum, x), lower)
    assert both_modes(np.nancumprod, x)[-1].tolist() == [12, 0, 8, 0, 6]
    expected = np.zeros((5, 5))
    for i, j, v in ((0, 2, 4), (0, 4, 3), (2, 4, 2)):
        expected[i, j] = expected[j, i] = v
    np.testing.assert_array_equal(hessian(lambda x: np.nancumprod(x)[-1])(x), expected)
    both = np.array([NAN, 0.0, 3.0, 0.0])
    assert both_modes(np.nancumprod, both)[2].tolist() == [0, 3, 0, 0]


@quiet
def test_a_nan_that_is_passed_over_gets_a_structural_zero():
    x = np.array([-1.0, 4.0])
    for f in (np.nancumsum, np.nancumprod):
        assert grad(lambda x, f=f: f(np.sqrt(x))[-1])(x).tolist() == [0, 0.25]
        assert jvp(lambda x, f=f: f(np.sqrt(x))[-1], (x,), (np.ones(2),))[1] == 0.25


# Interpolation


def test_interp_at_knots_and_outside():
    xp, fp = np.array([0.0, 1.0, 3.0]), np.array([1.0, 4.0, 0.0])
    x = np.array([-1.0, 0.0, 1.0, 2.0, 3.0, 4.0])
    slopes = np.diagonal(both_modes(lambda x: np.interp(x, xp, fp), x))
    # at a knot that of the interval on its right, at the last knot of that on its left
    assert slopes.tolist() == [0, 3, -2, -2, -2, 0]
    weights = both_modes(lambda fp: np.interp(x, xp, fp), fp)
    assert weights.tolist() == [[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0.5, 0.5], [0, 0, 1], [0, 0, 1]]
    weights = both_modes(lambda fp: np.interp(x, xp, fp, left=-1.0, right=2.0), fp)
    assert weights.tolist() == [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0.5, 0.5], [0, 0, 1], [0, 0, 0]]
    assert grad(lambda left: np.sum(np.interp(x, xp, fp + 0 * left, left=left)))(5.0) == 1
    assert grad(lambda right: np.sum(np.interp(x, xp, fp + 0 * right, right=right)))(5.0) == 1
    assert both_modes(lambda xp: np.interp(2.0, xp, fp), xp).tolist() == [0, 1, 1]
    assert np.diagonal(both_modes(lambda x: np.interp(x, [1.0], [3.0], 0.0, 5.0), x)).tolist() == [0] * 6


def test_interp_to_second_order():
    xp, fp = np.array([0.0, 1.0, 3.0]), np.array([1.0, 4.0, 0.0])
    mixed = jacobian(grad(lambda x, xp: np.interp(x, xp, fp)), argnums=1)(2.0, xp)  # slope −4/(x₂ − x₁)
    np.testing.assert_allclose(mixed, [0, -1, 1], rtol=1e-14)
    H = hessian(lambda xp: np.interp(2.0, xp, fp))(xp)
    np.testing.assert_allclose(H, [[0, 0, 0], [0, 1, 0], [0, 0, -1]], atol=1e-14)


def test_interp_of_complex_values_and_with_a_period():
    xp, fp = np.array([0.5, 1.0, 3.0]), np.array([1.0 + 1j, 4.0, 2j])
    g = grad(lambda fp: np.abs(np.interp(2.0, xp, fp)) ** 2)(fp)
    np.testing.assert_allclose(g, [0, 2 + 1j, 2 + 1j], rtol=1e-14)
    # between the last knot and the first of the next period the slope is Δf / (x₀ + P − x₂)
    f = lambda x, period: np.interp(x, xp + 0 * period, [1.0, 4.0, 0.0], period=period)
    np.testing.assert_allclose(grad(f)(7.2, 4.0), 1 / 1.5, rtol=1e-14)
    np.testing.assert_allclose(grad(f, argnums=1)(7.2, 4.0), -1 / 1.5 - 0.2 / 1.5**2, rtol=1e-13)


def test_unwrap_moves_by_whole_periods():
    p = np.array([0.0, 3.0, 6.1, 9.4, 1.0])
    np.testing.assert_array_equal(both_modes(np.unwrap, p), np.eye(5))
    turns = np.round((np.unwrap(p, period=5.0) - p) / 5.0)
    assert both_modes(lambda period: np.unwrap(p + period * 0, period=period), 5.0).tolist() == turns.tolist()
    assert any(turns)


# Convolution


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize(("n", "m"), [(5, 2), (2, 5), (4, 4), (5, 4), (1, 3), (3, 1)])
@pytest.mark.parametrize("f", [np.convolve, np.correlate])
def test_convolution_as_a_matrix(f, n, m, mode):
    a, v = RNG.uniform(1, 2, n) + 1j * RNG.uniform(1, 2, n), RNG.uniform(1, 2, m) + 1j * RNG.uniform(1, 2, m)
    matrix = np.stack([f(e, v, mode) for e in np.eye(n)], axis=-1)
    np.testing.assert_allclose(jacobian(lambda a: f(a, v, mode), holomorphic=True)(a), matrix, rtol=1e-13)
    # what a real step in v does, and an imaginary one
    columns = np.stack([f(a, e, mode) for e in np.eye(m)], axis=-1)
    y, pullback = vjp(lambda v: f(a, v, mode), v)
    np.testing.assert_array_equal(y, f(a, v, mode))
    bar = RNG.uniform(1, 2, y.shape) + 1j * RNG.uniform(1, 2, y.shape)
    step = RNG.uniform(1, 2, m) + 1j * RNG.uniform(1, 2, m)
    turned = np.conj(step) if f is np.correlate else step
    np.testing.assert_allclose(jvp(lambda v: f(a, v, mode), (v,), (step,))[1], columns @ turned, rtol=1e-13)
    np.testing.assert_allclose(np.vdot(pullback(bar)[0], step).real, np.vdot(bar, columns @ turned).real, rtol=1e-13)


# Empty arrays, types, bad calls


EMPTY = {
    "cumsum": (np.cumsum, (0, 3)),
    "cumprod": (lambda x: np.cumprod(x, axis=1), (2, 0)),
    "cumulative_sum": (lambda x: np.cumulative_sum(x, include_initial=True), (0,)),
    "diff": (np.diff, (0,)),
    "diff, prepend": (lambda x: np.diff(x, prepend=1.0), (0,)),
    "ediff1d": (np.ediff1d, (0,)),
    "ediff1d, to_begin": (lambda x: np.ediff1d(x, to_begin=x), (0,)),
    "trapezoid": (np.trapezoid, (0,)),
    "trapezoid of rows": (np.trapezoid, (2, 0)),
    "interp": (lambda x: np.interp(x, [1, 2], [3, 4]), (0,)),
    "unwrap": (np.unwrap, (0,)),
}


@pytest.mark.parametrize(("f", "shape"), EMPTY.values(), ids=EMPTY)
def test_empty_arrays(f, shape):
    x = np.zeros(shape)
    assert np.shape(f(Tensor(x))) == np.shape(f(x))
    assert grad(lambda x: np.sum(f(x)))(x).shape == shape


def test_dtypes():
    x = np.array([1.0, 2.0, 3.0], dtype=np.float32)
    assert np.cumsum(Tensor(x), dtype=np.float64).dtype == np.float64
    assert grad(lambda x: np.sum(np.cumprod(x, dtype=np.float64)))(x).dtype == np.float32
    assert np.gradient(Tensor(x), np.array([0.0, 1.0, 4.0])).dtype == np.float32
    assert np.interp(Tensor(x), [0.0, 4.0], [1.0, 2.0]).dtype == np.float64  # as NumPy has it
    with pytest.raises(TypeError, match="cumsum: the result is"):
        np.cumsum(Tensor(x), dtype=int)


T = Tensor([1.0, 2.0, 4.0])
BAD = {
    "cumsum, axis": (lambda t: np.cumsum(t, axis=1), np.exceptions.AxisError, "axis 1"),
    "cumsum, out": (lambda t: np.cumsum(t, out=np.zeros(3)), DetachedError, "out="),
    "cumprod, out": (lambda t: np.cumprod(t, 0, None, np.zeros(3)), DetachedError, "out="),
    "nancumsum, out": (lambda t: np.nancumsum(t, out=np.zeros(3)), DetachedError, "out="),
    "cumulative_sum, no axis": (lambda t: np.cumulative_sum(np.stack([t, t])), ValueError, "axis"),
    "cumulative_prod by position": (lambda t: np.cumulative_prod(t, 0), TypeError, "positional"),
    "diff, negative order": (lambda t: np.diff(t, -1), ValueError, "non-negative"),
    "diff of a number": (lambda t: np.diff(t[0]), ValueError, "at least one"),
    "diff, axis": (lambda t: np.diff(t, axis=2), np.exceptions.AxisError, "axis 2"),
    "ediff1d, complex end": (lambda t: np.ediff1d(t, to_end=1j), TypeError, "to_end"),
    "gradient of one": (lambda t: np.gradient(t[:1]), ValueError, "too small"),
    "gradient of two, edge_order": (lambda t: np.gradient(t[:2], edge_order=2), ValueError, "too small"),
    "gradient, edge_order": (lambda t: np.gradient(t, edge_order=3), ValueError, "edge_order"),
    "gradient, spacings": (lambda t: np.gradient(t, 1.0, 2.0), TypeError, "number of arguments"),
    "gradient, coordinates": (lambda t: np.gradient(t, t[:2]), ValueError, "match"),
    "gradient, axis": (lambda t: np.gradient(t, axis=1), np.exceptions.AxisError, "axis 1"),
    "trapezoid, shapes": (lambda t: np.trapezoid(t, [1.0, 2.0, 3.0, 4.0]), ValueError, "broadcast"),
    "interp, lengths": (lambda t: np.interp(t, [1.0, 2.0], t), ValueError, "same length"),
    "interp, lengths with a period": (lambda t: np.interp(t, [1.0, 2.0], t, period=3.0), ValueError, "same length"),
    "interp, period": (lambda t: np.interp(t, t, t, period=0), ValueError, "period"),
    "interp, left alone": (lambda t: np.interp(0.5, [1.0, 2.0], [3.0, 4.0], left=t[0]), DetachedError, "float"),
    "unwrap, period alone": (lambda t: np.unwrap(np.array([0.0, 9.0]), period=t[0]), UnsupportedError, "copyto"),
    "convolve, mode": (lambda t: np.convolve(t, t, "some"), ValueError, "mode"),
    "convolve, empty": (lambda t: np.convolve(t, []), ValueError, "empty"),
    "correlate, two axes": (lambda t: np.correlate(np.stack([t, t]), t), ValueError, "deep"),
}


@pytest.mark.parametrize(("call", "error", "words"), BAD.values(), ids=BAD)
def test_bad_calls(call, error, words):
    with pytest.raises(error, match=words):
        call(T)
