"""Special functions, parts of numbers, bounds, complex branches and the methods of ufuncs: closed forms and conventions."""

import math

import numpy as np
import pytest

from autograd_mini import DetachedError, Tensor, UnsupportedError, grad, gradients, hessian, jacobian, jvp, vjp

INF, NAN = np.inf, np.nan
RNG = np.random.default_rng(20240607)
quiet = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def real(*shape):
    return RNG.uniform(0.3, 2, shape) * RNG.choice([-1, 1], shape)


def same(a, b, **tolerances):
    np.testing.assert_allclose(a, b, **{"rtol": 1e-12, "atol": 1e-13, **tolerances})


def slope(f, *xs):
    """The derivatives of the sum of f's entries in every operand, asserted equal in both modes."""
    xs = [np.asarray(x, dtype=float)[()] for x in xs]
    total = lambda *xs: np.sum(f(*xs))
    reverse = grad(total, tuple(range(len(xs))))(*xs)
    for i, (x, bar) in enumerate(zip(xs, reverse, strict=True)):
        forward = jacobian(total, i, mode="forward")(*xs)
        np.testing.assert_allclose(forward, bar, rtol=1e-13, atol=1e-300, equal_nan=True)
        assert np.shape(bar) == np.shape(x)
    return reverse[0] if len(xs) == 1 else reverse


def second(f, x):
    """The second derivative of the sum of f's entries, asserted equal both ways."""
    total = lambda x: np.sum(f(x))
    H = hessian(total)(x)
    np.testing.assert_allclose(jacobian(grad(total), mode="reverse")(x), H, rtol=1e-12, atol=1e-300, equal_nan=True)
    return H


def prove(f, *arrays):
    """The value is NumPy's; reverse mode agrees with differences; forward with reverse; inputs stay as they were."""
    arrays = [np.asarray(array)[()] for array in arrays]
    originals = [array.copy() for array in arrays]
    expected = f(*arrays)
    y, pullback = vjp(f, *arrays)
    assert np.asarray(y).dtype == np.asarray(expected).dtype
    np.testing.assert_allclose(y, expected, rtol=1e-13)
    assert np.shape(y) == np.shape(expected)
    y_bar = np.cos(np.arange(np.size(y)) + 0.5).reshape(np.shape(y))
    h, bars = 1e-5, pullback(y_bar)
    for i, (x, bar) in enumerate(zip(arrays, bars, strict=True)):
        dot = np.asarray(np.sin(np.arange(x.size) + 1.0).reshape(x.shape))[()]
        ahead, behind = (f(*arrays[:i], x + s * h * dot, *arrays[i + 1 :]) for s in (1, -1))
        difference = np.real(np.sum(y_bar * (ahead - behind))) / (2 * h)
        np.testing.assert_allclose(np.sum(bar * dot), difference, rtol=1e-6, atol=1e-8)
        dots = [dot if k == i else np.zeros_like(other) for k, other in enumerate(arrays)]
        same(np.real(np.sum(y_bar * jvp(f, arrays, dots)[1])), np.sum(bar * dot))
    for array, original in zip(arrays, originals, strict=True):
        np.testing.assert_array_equal(array, original)


# sinc and i0, to rounding


def sinc_series(x, order):
    """The derivative of sinc of the given order: sinc x = Σ (−1)ᵏ (πx)²ᵏ / (2k+1)!."""
    terms = []
    for k in range(40):
        power = 2 * k - order
        if power >= 0:
            terms.append(
                (-1) ** k * math.pi ** (2 * k) * math.perm(2 * k, order) / math.factorial(2 * k + 1) * x**power
            )
    return math.fsum(terms)


@pytest.mark.parametrize(
    "x", [0.0, 1e-300, 1e-20, -1e-12, 1e-9, 1e-8, 3e-6, -1e-4, 1e-3, 0.02, -0.3, 0.5, 0.9, 0.999, 1.0, -1.01, 1.7]
)
def test_sinc_near_zero_to_rounding(x):
    close = {"rtol": 5e-14, "atol": 1e-300} if abs(x) < 0.9 else {"rtol": 1e-12}
    same(slope(np.sinc, x), sinc_series(x, 1), **close)
    same(second(np.sinc, x), sinc_series(x, 2), **close)
    same(grad(grad(grad(np.sinc)))(x), sinc_series(x, 3), rtol=1e-10, atol=1e-300 if abs(x) < 0.9 else 1e-10)


def test_sinc_far_from_zero_and_in_arrays():
    x = np.array([[-7.3, 2.0, 0.0], [30.25, -1e-9, 0.4]])
    far = np.abs(x) > 1
    usual = (np.cos(np.pi * x) - np.sinc(x)) / np.where(far, x, 1)
    same(slope(np.sinc, x)[far], usual[far])
    same(slope(np.sinc, x)[~far], [sinc_series(float(v), 1) for v in x[~far]])
    prove(np.sinc, np.asfortranarray(x))
    prove(np.sinc, np.zeros((0, 3)))
    z = np.array([0.2 + 0.3j, 1.5 - 0.4j])
    h = 1e-5
    same(jacobian(np.sinc, holomorphic=True)(z), np.diag((np.sinc(z + h) - np.sinc(z - h)) / (2 * h)), rtol=1e-8)


def bessel_i1(x):
    """I₁(x) = Σ (x/2)²ᵏ⁺¹ / (k! (k+1)!)."""
    terms = [x / 2]
    for k in range(1, 1200):
        terms.append(terms[-1] * (x / 2) / k * (x / 2) / (k + 1))
    return math.fsum(terms)


@pytest.mark.parametrize("x", [0.0, 1e-200, 1e-9, -1e-3, 0.5, -2.0, 7.9, 8.1, -30.0, 200.0, 700.0])
def test_i0(x):
    same(slope(np.i0, x), bessel_i1(x), rtol=2e-13, atol=0)
    first = bessel_i1(x) / x if x else 0.5
    same(second(np.i0, x), np.i0(x) - first, rtol=2e-13, atol=0)


# Angles and the parts of complex numbers


@pytest.mark.parametrize("deg", [False, True])
def test_angle(deg):
    unit = 180 / np.pi if deg else 1
    z = np.array([3 + 4j, -1 - 2j, 0, -2 + 0j, 1e-200j])
    with np.errstate(all="ignore"):
        turn = np.where(z == 0, 0, 1j * z / np.abs(z) / np.where(z == 0, 1, np.abs(z)))
    same(grad(lambda z: np.sum(np.angle(z, deg)))(z), unit * turn)
    same(grad(lambda z: np.sum(np.angle(z=z, deg=deg)))(z), unit * turn)
    dot = np.array([1 - 1j, 2j, 1 + 1j, -1j, 0])
    same(jvp(lambda z: np.angle(z, deg), [z], [dot])[1], unit * np.real(np.conj(turn) * dot))
    assert slope(lambda x: np.angle(x, deg), [2.0, -1.0, 0.0]).tolist() == [0, 0, 0]
    assert grad(lambda z: np.angle(z, deg))(np.complex64(1 + 1j)).dtype == np.complex64


def test_the_angle_is_that_of_arctan2():
    x, y = real(4), real(4)
    by_angle = vjp(lambda x, y: np.angle(x + 1j * y), x, y)[1](np.ones(4))
    same(by_angle, vjp(lambda x, y: np.arctan2(y, x), x, y)[1](np.ones(4)))


def test_real_if_close():
    near, far = np.array([1 + 1e-15j, -2 + 0j]), np.array([1 + 1j, 2 + 0j])
    y = np.real_if_close(Tensor(near))
    assert y.dtype == float
    assert grad(lambda z: np.sum(np.real_if_close(z) ** 2))(near).tolist() == [2, -4]
    assert np.real_if_close(Tensor(far)).dtype == complex
    same(grad(lambda z: np.sum(np.abs(np.real_if_close(z)) ** 2))(far), 2 * far)
    assert np.real_if_close(Tensor(far), 2.0).dtype == complex
    assert np.real_if_close(Tensor(far), tol=1e17).dtype == float
    assert slope(np.real_if_close, [1.0, 2.0]).tolist() == [1, 1]


# Complex where it has to be

EMATH = {
    "sqrt": np.emath.sqrt,
    "log": np.emath.log,
    "log2": np.emath.log2,
    "log10": np.emath.log10,
    "arcsin": np.emath.arcsin,
    "arccos": np.emath.arccos,
    "arctanh": np.emath.arctanh,
    "logn": lambda x: np.emath.logn(3, x),
    "logn of the base": lambda x: np.emath.logn(x, 3.0),
    "logn of both": lambda x: np.emath.logn(np.flip(x), x),
    "power": lambda x: np.emath.power(x, 3),
    "power, fractional": lambda x: np.emath.power(x, 1.5),
    "power, negative": lambda x: np.emath.power(x, -2),
    "power of a positive": lambda x: np.emath.power(2.5, x),
    "power of a negative": lambda x: np.emath.power(-2.5, x),
    "power of both": lambda x: np.emath.power(x, np.flip(x)),
}


@pytest.mark.parametrize("x", [[0.3, 0.6], [1.7, 0.4, 3.2], [-0.4, 2.3, 0.7], [-2.5, -0.3], -0.7, 1.6, -3.0])
@pytest.mark.parametrize("name", EMATH)
def test_emath(name, x):
    if np.ndim(x) == 0 and "both" in name:
        x = [x]
    f, x = EMATH[name], np.array(x)
    prove(f, x)
    h = 1e-5
    total = lambda x: np.sum(np.real(f(x)) + 2 * np.imag(f(x)))
    difference = (grad(total)(x + h) - grad(total)(x - h)) / (2 * h)
    same(hessian(total)(x) @ np.ones(x.shape) if x.ndim else hessian(total)(x), difference, rtol=1e-6, atol=1e-7)


@quiet
def test_emath_at_its_singular_points():
    assert slope(np.emath.sqrt, 0.0) == INF
    assert slope(np.emath.log, 0.0) == INF
    for end in (1.0, -1.0):
        assert slope(np.emath.arcsin, end) == INF
        assert slope(np.emath.arccos, end) == -INF
        assert not np.isfinite(slope(lambda x: np.imag(np.emath.arcsin(np.stack([x, 2 * x]))), end))
    assert slope(lambda x: np.emath.power(x, 0), [0.0, 2.0]).tolist() == [0, 0]
    assert slope(lambda p: np.emath.power(0.0, p), [0.0, 2.0]).tolist() == [0, 0]


@pytest.mark.parametrize("f", [np.arcsin, np.arccos, np.arctanh, np.arccosh, np.sqrt, np.log, lambda z: z**0.3])
@pytest.mark.parametrize("x", [2.5, -2.5, complex(2.5, -0.0), complex(-2.5, -0.0)])
def test_on_a_branch_cut_the_derivative_is_that_of_its_side(f, x):
    z, h = np.complex128(x), 1e-5
    side = complex(0, math.copysign(1, z.imag))
    ahead, twice = f(z + h * side), f(z + 2 * h * side)
    one_sided = (4 * ahead - twice - 3 * f(z)) / (2 * h * side)
    same(jacobian(f, holomorphic=True)(z), one_sided, rtol=1e-8)


@pytest.mark.parametrize("x", [complex(0, 2.5), complex(-0.0, 2.5), complex(0, -2.5), complex(-0.0, -2.5)])
def test_on_the_branch_cut_of_arcsinh(x):
    z, h = np.complex128(x), 1e-5 * math.copysign(1, x.real)
    one_sided = (4 * np.arcsinh(z + h) - np.arcsinh(z + 2 * h) - 3 * np.arcsinh(z)) / (2 * h)
    same(jacobian(np.arcsinh, holomorphic=True)(z), one_sided, rtol=1e-8)


# The parts of a real number


@quiet
def test_modf_and_frexp():
    x = np.array([2.75, -0.5, 6.0, -3.25])
    for f, slopes in [(np.modf, np.ones(4)), (np.frexp, 1 / 2.0 ** np.frexp(x)[1])]:
        y = f(Tensor(x))
        assert type(y) is tuple
        for part, expected in zip(y, f(x), strict=True):
            np.testing.assert_array_equal(getattr(part, "data", part), expected)
        assert slope(lambda x: f(x)[0], x).tolist() == slopes.tolist()  # noqa: B023
        assert second(lambda x: f(x)[0] ** 2, x).diagonal().tolist() == (2 * slopes**2).tolist()  # noqa: B023
    assert slope(lambda x: np.modf(x)[1], x).tolist() == [0, 0, 0, 0]
    assert slope(lambda x: np.modf(x)[0] * np.modf(x)[1], x).tolist() == np.trunc(x).tolist()
    assert np.frexp(Tensor(x))[1].dtype == np.int32
    assert slope(lambda x: np.ldexp(*np.frexp(x)), x).tolist() == [1, 1, 1, 1]
    assert np.modf(Tensor(INF))[0].data == 0
    assert vjp(lambda x: np.frexp(x)[0], np.float32(3))[1](np.float32(1))[0].dtype == np.float32


@pytest.mark.parametrize("call", [np.divmod, lambda a, b: (np.floor_divide(a, b), np.remainder(a, b))])
def test_divmod(call):
    a, b = np.array([7.5, -7.5, 3.0]), np.array([2.0, 2.25, -0.7])
    for part, expected in zip(call(Tensor(a), b), np.divmod(a, b), strict=True):
        np.testing.assert_array_equal(part.data, expected)
    a_bar, b_bar = slope(lambda a, b: call(a, b)[1], a, b)
    assert a_bar.tolist() == [1, 1, 1]
    assert b_bar.tolist() == (-np.floor_divide(a, b)).tolist()
    assert [bar.tolist() for bar in slope(lambda a, b: call(a, b)[0], a, b)] == [[0, 0, 0], [0, 0, 0]]
    assert slope(lambda b: call(7.5, b)[1], 2.0) == -3
    assert slope(lambda a: call(a, [[2.0], [3.0]])[1], [7.5, 8.0]).tolist() == [2, 2]
    assert slope(lambda x: call(x, x)[1], 2.5) == 0


def test_fmod_counts_whole_quotients_as_fmod_does():
    """The quotient 1/0.1 rounds to 10, and yet 0.1 goes into 1 only 9 times."""
    assert slope(lambda b: np.fmod(1.0, b), 0.1) == -9
    assert slope(lambda b: np.fmod(-7.5, b), 2.0) == 3
    assert slope(lambda b: np.remainder(1.0, b), 0.1) == -9
    assert slope(lambda b: np.fmod(5.0, b), INF) == 0


@quiet
def test_signs_and_steps():
    a, b = np.array([2.0, -3.0, 2.0, 0.0, -0.0]), np.array([-1.0, -0.0, 0.0, -2.0, 3.0])
    a_bar, b_bar = slope(np.copysign, a, b)
    assert a_bar.tolist() == [-1, 1, 1, 0, 0]
    assert b_bar.tolist() == [0] * 5
    x_bar, zero_bar = slope(np.heaviside, [-1.0, 0.0, 2.0, -0.0, NAN], np.full(5, 0.3))
    assert x_bar.tolist() == [0] * 5
    assert zero_bar.tolist() == [0, 1, 0, 1, 0]
    assert slope(lambda h: np.heaviside([[0.0, 1.0], [0.0, 0.0]], h), 0.5) == 3
    assert slope(np.fabs, [-2.0, 0.0, 3.0]).tolist() == [-1, 0, 1]
    for f in (
        np.fix,
        np.around,
        np.round,
        np.spacing,
        np.rint,
        lambda x: np.around(x, 1),
        lambda x: np.round(x, decimals=-1),
    ):
        y = f(Tensor([1.3, -2.6]))
        np.testing.assert_array_equal(y.data, f(np.array([1.3, -2.6])))
        assert slope(f, [1.3, -2.6]).tolist() == [0, 0]


def test_ldexp():
    assert slope(lambda x: np.ldexp(x, [3, -1]), [1.5, -2.0]).tolist() == [8, 0.5]
    assert slope(lambda x: np.ldexp(x, np.array([[1], [2]])), [1.5, -2.0]).tolist() == [6, 6]
    assert vjp(lambda x: np.ldexp(x, 2), np.float32(3))[1](np.float32(1))[0].dtype == np.float32
    with pytest.raises(TypeError, match="ldexp"):
        np.ldexp(2.0, Tensor(1.0))


def test_degrees():
    for f in (np.rad2deg, np.degrees):
        same(slope(f, 0.3), 180 / np.pi, rtol=1e-15)
    for f in (np.deg2rad, np.radians):
        same(slope(f, 0.3), np.pi / 180, rtol=1e-15)


@quiet
def test_nan_to_num():
    x = np.array([1.5, NAN, INF, -INF, 0.0])
    for f in (np.nan_to_num, lambda x: np.nan_to_num(x, True, 5.0, posinf=2.0, neginf=np.float64(-2))):
        np.testing.assert_array_equal(f(Tensor(x)).data, f(x))
        assert slope(f, x).tolist() == [1, 0, 0, 0, 1]
    assert slope(lambda x: np.nan_to_num(np.log(x)), [2.0, -1.0, 0.0]).tolist() == [0.5, 0, 0]
    assert second(lambda x: np.nan_to_num(np.log(x)), np.array([2.0, -1.0])).tolist() == [[-0.25, 0], [0, 0]]
    assert slope(lambda x: np.where(x > 0, np.nan_to_num(np.sqrt(x)), 0), [4.0, 0.0]).tolist() == [0.25, 0]
    z = np.array([1 + 2j, complex(NAN, 2), complex(3, INF), complex(NAN, NAN)])
    g = grad(lambda z: np.sum(np.real(np.nan_to_num(z)) * 2 + np.imag(np.nan_to_num(z, posinf=9)) * 3))(z)
    assert g.tolist() == [2 + 3j, 3j, 2, 0]
    assert jvp(np.nan_to_num, [z], [np.full(4, 1 + 1j)])[1].tolist() == [1 + 1j, 1j, 1, 0]
    with pytest.raises(UnsupportedError, match="nan_to_num: the keyword copy=False"):
        np.nan_to_num(Tensor(x), copy=False)
    with pytest.raises(UnsupportedError, match="nan_to_num: nan= cannot be a Tensor"):
        np.nan_to_num(Tensor(x), nan=Tensor(1.0))


def test_what_describes_numbers_is_plain():
    t = Tensor([1.0, -2.0])
    for f in (
        np.isnan,
        np.isinf,
        np.isfinite,
        np.isposinf,
        np.isneginf,
        np.isreal,
        np.iscomplex,
        np.signbit,
        np.iscomplexobj,
        np.isrealobj,
    ):
        y = f(t)
        assert not isinstance(y, Tensor)
        np.testing.assert_array_equal(y, f(t.data))


# Bounds


CLIPS = {
    "by position": lambda x, low, high: np.clip(x, low, high),
    "by name": lambda x, low, high: np.clip(a=x, a_min=low, a_max=high),
    "by new name": lambda x, low, high: np.clip(x, max=high, min=low),
    "a number": lambda x, low, high: np.clip(x, -0.5, 1),
    "a list": lambda x, low, high: np.clip(x, [-0.5, -1, 0, -2, 0.1], [0, 1, 2, 0.5, 0.2]),
    "one bound": lambda x, low, high: np.clip(x, None, high) + np.clip(x, low, None),
    "one new bound": lambda x, low, high: np.clip(x, max=high) + np.clip(x, min=low) * 2,
    "no bound": lambda x, low, high: np.clip(x, None, None) + np.clip(x),
    "a plain x": lambda x, low, high: np.clip(np.array([-3.0, -0.1, 0.2, 3.0, 0.0]), low, high),
    "broadcast": lambda x, low, high: np.clip(x[:, None], low, high[:, None]),
    "crossed": lambda x, low, high: np.clip(x, high, low),
    "of itself": lambda x, low, high: np.clip(x, x - 1, high),
}


@pytest.mark.parametrize("name", CLIPS)
def test_clip(name):
    low, high = np.array([-0.9, -0.3, -1.2, -0.2, -2.0]), np.array([0.8, 0.4, 1.7, 0.25, 0.1])
    x = np.array([1.4, -0.75, 0.3, 0.05, -1.6])
    prove(CLIPS[name], x, low, high)
    prove(CLIPS[name], *(np.stack([v, v * 1.1])[:, ::-1][0] for v in (x, low, high)))


@quiet
def test_clip_at_its_bounds():
    assert slope(lambda x: np.clip(x, -1, 1), [-1.0, 1.0, 0.0, 2.0, -INF]).tolist() == [1, 1, 1, 0, 0]
    assert slope(lambda x: np.clip(x, 0.0, None), [0.0, -0.0, -1.0]).tolist() == [1, 1, 0]
    three = slope(np.clip, [1.0, 2.0, 0.0, 3.0], [1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0])
    assert [bar.tolist() for bar in three] == [[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    equal = slope(np.clip, [1.0, 0.0, 2.0], np.ones(3), np.ones(3))
    assert [bar.tolist() for bar in equal] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    crossed = slope(np.clip, [0.0, 1.0, 2.0, 5.0], np.full(4, 2.0), np.zeros(4))
    assert [bar.tolist() for bar in crossed] == [[0] * 4, [0] * 4, [1] * 4]
    odd = slope(np.clip, [NAN, 1.0, 1.0], [0.0, NAN, 0.0], [2.0, 2.0, NAN])
    assert [bar.tolist() for bar in odd] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert slope(lambda x: np.clip(np.sqrt(x), 0.5, 2.0), [0.0, 1.0, 9.0]).tolist() == [0, 0.5, 0]
    assert (
        second(lambda x: np.clip(x, -1, 1) ** 2, np.array([1.0, 0.5, 3.0])).tolist()
        == np.diag([2.0, 2.0, 0.0]).tolist()
    )
    assert grad(lambda x: np.clip(x, -1, 1))(np.float32(0.5)).dtype == np.float32
    assert slope(lambda t: t.clip(0, 1), [0.5, 2.0]).tolist() == [1, 0]
    assert slope(lambda t: t.clip(min=1), [0.5, 2.0]).tolist() == [0, 1]
    assert slope(lambda t: t.clip(1), [0.5, 2.0]).tolist() == [0, 1]
    assert slope(lambda t: t.clip(max=1), [0.5, 2.0]).tolist() == [1, 0]
    assert slope(lambda high: np.clip(0.5, 0.0, high), 0.3) == slope(lambda low: np.clip(0.5, low, None), 0.7) == 1
    z = np.array([1 + 1j, 3 - 1j])
    same(grad(lambda z: np.sum(np.abs(np.clip(z, 2, 5))))(z), [0, z[1] / abs(z[1])])


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.clip(x, 1),
        lambda x: np.clip(x, a_max=1),
        lambda x: np.clip(x, 0, 1, min=2),
        lambda x: np.clip(x, 0, max=1),
        lambda x: np.clip(x, 0, 1, lower=2),
        lambda x: np.clip(x, np.ones(3), 2),
    ],
)
def test_clip_complains_as_numpy_does(call):
    with pytest.raises((TypeError, ValueError)) as expected:
        call(np.ones(2))
    with pytest.raises(expected.type):
        call(Tensor(np.ones(2)))


# Conventions of powers, logarithms of sums, directions


@quiet
@pytest.mark.parametrize("power", [np.power, np.float_power, np.pow])
def test_powers(power):
    assert slope(lambda x: power(x, 0), [0.0, -2.0, INF, NAN]).tolist() == [0, 0, 0, 0]
    assert slope(lambda x: power(x, np.zeros(3)), [0.0, -2.0, 3.0]).tolist() == [0, 0, 0]
    assert slope(lambda x: power(x, 2), [0.0, -3.0]).tolist() == [0, -6]
    assert slope(lambda x: power(x, [2, 3]), [-3.0, -2.0]).tolist() == [-6, 12]
    assert slope(lambda x: power(x, 0.5), 0.0) == INF
    assert slope(lambda p: power(0.0, p), [0.0, 2.0]).tolist() == [0, 0]
    assert slope(lambda p: power(0, p), 3.0) == 0
    assert np.isnan(slope(lambda p: power(-2.0, p), [2.0])).all()
    assert np.isnan(slope(lambda p: power(np.array([-2.0]), p), 2.0))
    assert slope(lambda x, p: power(x, p), -2.0, 3.0)[0] == 12
    assert slope(lambda x: power(x, x), 1.0) == 1
    assert second(lambda x: power(x, 2), np.array([0.0, -3.0])).diagonal().tolist() == [2, 2]


def test_a_number_to_a_float32_stays_float32():
    y = np.power(2.0, Tensor(np.float32(3)))
    assert y.rule.entries[1].pull(y, 1, np.float32(1), y.value, [2.0, np.float32(3)]).dtype == np.float32


@quiet
@pytest.mark.parametrize(("f", "unit"), [(np.logaddexp, 1.0), (np.logaddexp2, math.log(2))])
def test_logaddexp(f, unit):
    for equal in (-INF, INF, 0.0, 5.0, -800.0):
        assert np.array(slope(f, equal, equal)).tolist() == [0.5, 0.5]
    assert np.array(slope(f, -INF, 1.0)).tolist() == [0, 1]
    assert np.array(slope(f, INF, 1.0)).tolist() == [1, 0]
    assert np.array(slope(f, 2000.0, -2000.0)).tolist() == [1, 0]
    same(slope(lambda x: f(0.0, x), -40.0), math.exp(-40 * unit), rtol=1e-12, atol=0)
    assert slope(lambda x: f(x, x), -INF) == 1
    x, p = 0.7, 1 / (1 + math.exp(-0.7 * unit))
    same(second(lambda x: f(0, x), x), unit * p * (1 - p))
    same(grad(grad(grad(lambda x: f(0, x))))(x), unit**2 * p * (1 - p) * (1 - 2 * p))
    for far in (1500.0, -1500.0):
        assert second(lambda x: f(x, 0.0), far) == 0
    assert second(lambda x: f(x, x), 1.0) == 0
    assert second(lambda x: f(x, 3.0), 3.0) == unit / 4


@quiet
def test_directions():
    for f in (np.hypot, np.arctan2):
        assert np.array(slope(f, 0.0, 0.0)).tolist() == [0, 0]
        assert not np.any(hessian(lambda v: f(v[0], v[1]))(np.zeros(2)))  # noqa: B023
    for scale in (1e-200, 1.0, 1e200):
        same(slope(np.hypot, 3 * scale, -4 * scale), [0.6, -0.8])
        same(np.array(slope(np.arctan2, 3 * scale, -4 * scale)) * scale, [-0.16, -0.12])
    same(hessian(lambda v: np.arctan2(v[0], v[1]))(np.array([3.0, -4.0])), np.array([[24, -7], [-7, -24]]) / 625)


def test_complex_signs_and_absolute_values():
    z = np.array([3 + 4j, 0, -2 + 0j])
    same(grad(lambda z: np.sum(np.abs(z)))(z), [0.6 + 0.8j, 0, -1])
    dot = np.array([1j, 1 + 1j, 2 - 3j])
    unit = z[0] / 5
    turned = (dot[0] - unit * np.real(np.conj(unit) * dot[0])) / 5
    same(jvp(np.sign, [z], [dot])[1], [turned, 0, -1.5j])


@quiet
def test_nan_wins_or_loses():
    for f in (np.maximum, np.minimum):
        assert np.array(slope(f, NAN, 1.0)).tolist() == [1, 0]
        assert np.array(slope(f, 1.0, NAN)).tolist() == [0, 1]
        assert slope(lambda x: f(x, x), NAN) == 1  # noqa: B023
    for f in (np.fmax, np.fmin):
        assert np.array(slope(f, NAN, 1.0)).tolist() == [0, 1]
        assert np.array(slope(f, 1.0, NAN)).tolist() == [1, 0]
        assert np.array(slope(f, 2.0, 2.0)).tolist() == [0.5, 0.5]


@quiet
def test_inverse_functions_at_the_ends_of_their_domains():
    for end in (1.0, -1.0):
        assert slope(np.arcsin, end) == INF
        assert slope(np.arccos, end) == -INF
        assert slope(np.arctanh, end) == INF
    assert slope(np.arccosh, 1.0) == INF
    same(slope(np.arcsinh, [0.0, 1e200, -1e5]), [1, 1e-200, 1e-5], rtol=1e-10, atol=0)
    near = 1 - 2.0**-40
    same(slope(np.arcsin, near), 1 / math.sqrt(2.0**-40 * (2 - 2.0**-40)), rtol=1e-15)


ALIASES = {
    "abs": "absolute",
    "acos": "arccos",
    "acosh": "arccosh",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atan2": "arctan2",
    "atanh": "arctanh",
    "conj": "conjugate",
    "mod": "remainder",
    "pow": "power",
    "true_divide": "divide",
}


@pytest.mark.parametrize("alias", ALIASES)
def test_aliases(alias):
    f, name = getattr(np, alias), ALIASES[alias]
    arguments = [1.3 if "acosh" in alias else 0.3, 0.7][: f.nin]
    same(slope(f, *arguments), slope(getattr(np, name), *arguments), rtol=0)
    y = f(*map(Tensor, arguments))
    assert y.rule.name == name
    assert not hasattr(y, "imag") or y.imag.data == 0


# Methods and keywords of ufuncs


METHODS = {
    "add.reduce": lambda x: np.add.reduce(x * x),
    "add.reduce by position": lambda x: np.add.reduce(x * x, 1, None, None, True),
    "multiply.reduce": lambda x: np.multiply.reduce(x, axis=1, initial=2.0),
    "maximum.reduce": lambda x: np.maximum.reduce(x, axis=(0, 1)),
    "minimum.reduce": lambda x: np.minimum.reduce(x, 1, keepdims=True),
    "logaddexp.reduce": np.logaddexp.reduce,
    "logaddexp.reduce over all": lambda x: np.logaddexp.reduce(x, axis=None, initial=0.4),
    "logaddexp.reduce where": lambda x: np.logaddexp.reduce(x, 1, where=np.abs(np.arange(4) - 1) < 2),
    "logaddexp2.reduce": lambda x: np.logaddexp2.reduce(x, -1, None, None, True),
    "hypot.reduce": lambda x: np.hypot.reduce(x, axis=1),
    "add.accumulate": lambda x: np.add.accumulate(x * x),
    "add.accumulate of a vector": lambda x: np.add.accumulate(x[0], None),
    "multiply.accumulate": lambda x: np.multiply.accumulate(x, axis=1),
    "maximum.accumulate": lambda x: np.maximum.accumulate(x, -1),
    "minimum.accumulate": lambda x: np.minimum.accumulate(x),
    "add.reduceat": lambda x: np.add.reduceat(x * x, [0, 2, 1, 3], axis=1),
    "add.reduceat by default": lambda x: np.add.reduceat(x, np.array([1, 0])),
    "add.reduceat of nothing": lambda x: np.add.reduceat(x, np.array([], dtype=int), axis=1),
    "multiply.outer": lambda x: np.multiply.outer(x, x[0]),
    "subtract.outer of a number": lambda x: np.subtract.outer(2.0, x),
    "divide.outer of a list": lambda x: np.divide.outer([1.0, 2.0], x),
    "power.outer of a number": lambda x: np.power.outer(np.abs(x), 2.5),
    "arctan2.outer": lambda x: np.arctan2.outer(x[0], x),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods_of_ufuncs(name):
    f = METHODS[name]
    prove(f, real(3, 4))
    prove(f, np.asfortranarray(real(2, 4)[:, ::-1]))


def test_every_binary_ufunc_has_outer():
    a, b = np.array([1.25, -0.5]), np.array([[2.0, 0.75, -1.0]])
    for name in (
        "add",
        "subtract",
        "multiply",
        "divide",
        "maximum",
        "minimum",
        "hypot",
        "logaddexp",
        "copysign",
        "fmod",
    ):
        prove(getattr(np, name).outer, a, b)
    assert not isinstance(np.less.outer(Tensor(a), b), Tensor)
    np.testing.assert_array_equal(np.less.outer(Tensor(a), b), np.less.outer(a, b))
    quotient, rest = np.divmod.outer(Tensor(a), b)
    np.testing.assert_array_equal(rest.data, np.divmod.outer(a, b)[1])
    assert quotient.shape == (2, 1, 3)


@quiet
def test_methods_of_ufuncs_at_singular_points():
    x = np.array([-INF, -INF, -INF])
    assert slope(np.logaddexp.reduce, x) == pytest.approx([1 / 3] * 3)
    assert slope(np.logaddexp.reduce, [INF, 0.0, INF]).tolist() == [0.5, 0, 0.5]
    assert slope(np.logaddexp.reduce, [-INF, 0.0, -2000.0]).tolist() == [0, 1, 0]
    assert slope(np.hypot.reduce, [0.0, 0.0]).tolist() == [0, 0]
    v = np.array([0.3, -0.2, 1.0])
    p = np.exp(v) / np.exp(v).sum()
    same(second(np.logaddexp.reduce, v), np.diag(p) - np.outer(p, p))
    assert slope(np.multiply.accumulate, [2.0, 0.0, 3.0, 0.0]).tolist() == [1, 8, 0, 0]


def test_the_entries_that_win_a_running_maximum_share():
    x = np.array([2.0, 1.0, 2.0, 2.0, 3.0, 0.0, 3.0])
    expected = np.zeros((7, 7))
    for k in range(7):
        won = x[: k + 1] == x[: k + 1].max()
        expected[k, : k + 1] = won / won.sum()
    for mode in ("forward", "reverse"):
        same(jacobian(np.maximum.accumulate, mode=mode)(x), expected)
        same(jacobian(np.minimum.accumulate, mode=mode)(-x), expected)
        columns = jacobian(lambda x: np.maximum.accumulate(x, axis=1), mode=mode)(np.stack([x, x]))
        same(columns[0, :, 0], expected)
        same(columns[0, :, 1], 0)
    assert slope(lambda x: np.maximum.accumulate(x)[-1], x).tolist() == slope(np.max, x).tolist()
    with np.errstate(all="ignore"):
        odd = jacobian(np.maximum.accumulate)(np.array([1.0, NAN, 2.0]))
    assert odd.tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 0]]


def test_methods_of_ufuncs_complain_as_numpy_does():
    for call in (
        lambda x: np.add.accumulate(x, axis=None),
        lambda x: np.add.accumulate(x[0, 0]),
        lambda x: np.add.accumulate(x, axis=2),
        lambda x: np.maximum.accumulate(x, axis=3),
        lambda x: np.add.reduceat(x, [0, 5]),
        lambda x: np.add.reduceat(x, [0], axis=2),
        lambda x: np.logaddexp.reduce(x, axis=2),
        lambda x: np.multiply.outer(x),
    ):
        with pytest.raises((TypeError, ValueError, IndexError)) as expected:
            call(np.ones((2, 2)))
        with pytest.raises(expected.type):
            call(Tensor(np.ones((2, 2))))


UNSUPPORTED = {
    "dtype of a ufunc": (lambda t: np.exp(t, dtype=np.float32), r"exp: the keyword dtype="),
    "where of a ufunc": (lambda t: np.add(t, 1, where=np.array([True, False])), r"add: the keyword where="),
    "casting": (lambda t: np.add(t, 1, casting="unsafe"), r"add: the keyword casting="),
    "order": (lambda t: np.exp(t, order="F"), r"exp: the keyword order="),
    "subok": (lambda t: np.exp(t, subok=False), r"exp: the keyword subok="),
    "out of a ufunc": (lambda t: np.exp(t, out=np.empty(2)), r"exp: out="),
    "out by position": (lambda t: np.add(t, 1, np.empty(2)), r"add: out="),
    "out of reduce": (lambda t: np.add.reduce(t, out=np.empty(())), "out="),
    "dtype of reduce": (lambda t: np.add.reduce(t, dtype=np.float32), "dtype"),
    "dtype of logaddexp.reduce": (lambda t: np.logaddexp.reduce(t, dtype=np.float32), r"logaddexp\.reduce.*dtype"),
    "out of accumulate": (lambda t: np.add.accumulate(t, out=np.empty(2)), r"add\.accumulate: out="),
    "dtype of accumulate": (lambda t: np.maximum.accumulate(t, dtype=np.float32), r"maximum\.accumulate.*dtype"),
    "dtype of outer": (lambda t: np.add.outer(t, t, dtype=np.float32), r"add\.outer.*dtype"),
    "out of clip": (lambda t: np.clip(t, 0, 1, out=np.empty(2)), r"clip: out="),
    "dtype of clip": (lambda t: np.clip(t, 0, 1, dtype=np.float32), r"clip.*dtype"),
    "out of clip by position": (lambda t: np.clip(t, 0, 1, np.empty(2)), r"clip: out="),
    "out of fix": (lambda t: np.fix(t, out=np.empty(2)), r"fix: out="),
    "nextafter": (lambda t: np.nextafter(t, 2.0), "nextafter has no derivative rule"),
    "clip of an array's own": (lambda t: np.ones(2).clip(t, t + 1), "clip has no derivative rule"),
    "another reduce": (lambda t: np.subtract.reduce(t), r"subtract\.reduce has no derivative rule"),
    "another accumulate": (lambda t: np.divide.accumulate(t), r"divide\.accumulate has no derivative rule"),
    "another reduceat": (lambda t: np.multiply.reduceat(t, [0]), r"multiply\.reduceat has no derivative rule"),
    "at": (lambda t: np.add.at(np.zeros(2), [0, 1], t), r"t\.at\[i\]\.add"),
    "at on a Tensor": (lambda t: np.multiply.at(t, 0, 2.0), r"t\.at\[i\]"),
    "at of a tensor's own": (lambda t: np.negative.at(t, 0), r"t\.at\[i\]"),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_is_not_supported_says_so(name):
    call, message = UNSUPPORTED[name]
    with pytest.raises((UnsupportedError, DetachedError), match=message):
        call(Tensor([0.5, 1.5]))


def test_what_says_nothing_is_no_keyword():
    t = Tensor([0.5, 1.5])
    for y in (
        np.exp(t, where=True, out=None),
        np.add.reduce(t, 0, None, None),
        np.clip(t, 0, 1, None),
        np.fix(t, None),
    ):
        assert isinstance(y, Tensor)
    assert gradients(np.sum(np.exp(t, out=None)), t)[0].tolist() == np.exp(t.data).tolist()
