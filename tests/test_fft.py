"""Fourier transforms against the matrices that they are, with every length, axis and norm."""

import numpy as np
import pytest

from autograd_mini import DetachedError, Tensor, UnsupportedError, grad, gradients, hvp, jacobian, jvp, vjp

RNG = np.random.default_rng(20240607)
NORMS = [None, "backward", "ortho", "forward"]
ONE = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
SEVERAL = ["fft2", "ifft2", "fftn", "ifftn", "rfft2", "rfftn", "irfft2", "irfftn"]
TAKES_COMPLEX = {"fft", "ifft", "irfft", "hfft", "fft2", "ifft2", "fftn", "ifftn", "irfft2", "irfftn"}


def real(*shape):
    return RNG.uniform(-2, 2, shape)


def complex_(*shape):
    return real(*shape) + 1j * real(*shape)


def same(a, b, **tolerances):
    np.testing.assert_allclose(a, b, **{"rtol": 1e-12, "atol": 1e-13, **tolerances})


def basis_images(f, x):
    """What a map, linear over the reals, makes of each unit array, and of i times it where x is complex."""
    units = np.eye(x.size).reshape(x.size, *x.shape)
    images = [f(unit.astype(x.dtype)) for unit in units]
    return images, [f(1j * unit) for unit in units] if np.iscomplexobj(x) else []


def prove(f, x):
    """Both sweeps against the matrix of a linear map, column by column; at a Tensor the value is NumPy's."""
    x = np.asarray(x)
    y, pullback = vjp(f, x)
    expected = f(x)
    assert y.dtype == expected.dtype
    np.testing.assert_array_equal(y, expected)
    y_bar = np.cos(np.arange(y.size) + 0.5).reshape(y.shape)
    if np.iscomplexobj(y):
        y_bar = y_bar - 1j * np.sin(np.arange(y.size) * 2.0 + 0.3).reshape(y.shape)
    x_bar = pullback(y_bar)[0]
    assert x_bar.shape == x.shape
    assert x_bar.dtype == x.dtype
    images, turned = basis_images(f, x)
    inner = lambda a, b: np.sum(np.real(np.conj(a) * b))
    expected_bar = np.array([inner(y_bar, image) for image in images])
    if turned:
        expected_bar = expected_bar + 1j * np.array([inner(y_bar, image) for image in turned])
    same(x_bar.reshape(-1), expected_bar)
    v = complex_(*x.shape) if turned else real(*x.shape)
    same(jvp(f, [x], [v])[1], f(v))


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("name", ONE)
def test_every_length_and_norm(name, size, norm):
    transform = getattr(np.fft, name)
    for n in (None, 1, 2, 3, 4, 5, 7, 8):
        if n is None and name in ("irfft", "hfft") and size == 1:
            continue
        for x in [real(2, size)] + [complex_(size)] * (name in TAKES_COMPLEX):
            prove(lambda x, n=n: transform(x, n, norm=norm), x)


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize(
    "keywords",
    [
        {},
        {"s": (3, 5), "axes": (0, 1)},
        {"s": (5, 2), "axes": (2, 0)},
        {"s": [4, -1], "axes": [-1, 1]},
        {"axes": (1, 2), "norm": "ortho"},
        {"axes": (-1, 0), "norm": "forward"},
        {"axes": (1,)},
        {"axes": (2, 1, 0)},
        {"s": (6, 3, 5), "axes": (0, 2, 0)},
        {"axes": (1, 1)},
    ],
)
def test_several_axes(name, keywords):
    transform = getattr(np.fft, name)
    for x in [real(4, 3, 2)] + [complex_(4, 3, 2)] * (name in TAKES_COMPLEX):
        prove(lambda x: transform(x, **keywords), x)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", SEVERAL)
def test_lengths_without_axes_and_lengths_left_to_numpy(name):
    transform = getattr(np.fft, name)
    prove(lambda x: transform(x, (3, 5), None), real(2, 4, 3))
    prove(lambda x: transform(x, (None, 5), (0, 1)), real(4, 3))
    prove(lambda x: transform(x, (5, None), (0, 1)), real(4, 3))


def test_an_fft_is_its_matrix():
    n = 5
    F = np.exp(-2j * np.pi * np.outer(np.arange(n), np.arange(n)) / n)
    same(jacobian(np.fft.fft, holomorphic=True)(complex_(n)), F)
    same(jacobian(np.fft.ifft, holomorphic=True)(complex_(n)), np.conj(F) / n)
    same(jacobian(np.fft.fft, holomorphic=True, mode="forward")(complex_(n)), F)


@pytest.mark.parametrize("n", [4, 5])
def test_parseval(n):
    """Σ|X|² = n Σ|x|², whose gradient is 2nx by the convention ∂/∂Re + i ∂/∂Im."""
    for x in (real(n), complex_(n)):
        same(grad(lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2))(x), 2 * n * x)
        same(grad(lambda x: np.sum(np.abs(np.fft.ifft(x, norm="ortho")) ** 2))(x), 2 * x)
    x = real(n)
    weight = np.where(np.arange(n // 2 + 1) * 2 % n == 0, 1, 2)
    same(grad(lambda x: np.sum(weight * np.abs(np.fft.rfft(x)) ** 2))(x), 2 * n * x)


@pytest.mark.parametrize("n", [6, 7])
def test_there_and_back(n):
    x, cost = real(n), lambda x: np.sum(np.sin(x))
    for there, back in [("fft", "ifft"), ("rfft", "irfft"), ("ihfft", "hfft")]:
        f = lambda x: cost(np.real(getattr(np.fft, back)(getattr(np.fft, there)(x), n)))  # noqa: B023
        same(grad(f)(x), np.cos(x))
        same(hvp(f)(x, np.ones(n)), -np.sin(x))
    m = real(n, 4)
    same(grad(lambda m: cost(np.fft.irfft2(np.fft.rfft2(m), m.shape, (0, 1))))(m), np.cos(m))
    same(grad(lambda m: cost(np.fft.irfftn(np.fft.rfftn(m), s=m.shape, axes=(0, 1))))(m), np.cos(m))


def test_a_convolution_by_transforms():
    a, b = real(4), real(3)
    by_fft = lambda a, b: np.fft.irfft(np.fft.rfft(a, 6) * np.fft.rfft(b, 6), 6)
    y_bar = real(6)
    a_bar, b_bar = vjp(by_fft, a, b)[1](y_bar)
    same(a_bar, np.correlate(y_bar, b, "valid"))
    same(b_bar, np.correlate(y_bar, a, "valid"))


def test_filtering_to_second_order():
    """C = Σ (H f(x))² for a real circulant H: its Hessian is 2 HᵀH."""
    n = 5
    h = np.fft.rfft(real(n))
    apply = lambda x: np.fft.irfft(h * np.fft.rfft(x), n)
    H = np.array([apply(unit) for unit in np.eye(n)]).T
    cost = lambda x: np.sum(apply(x) ** 2)
    same(jacobian(grad(cost))(real(n)), 2 * H.T @ H)
    same(jacobian(grad(cost), mode="reverse")(real(n)), 2 * H.T @ H)


@pytest.mark.parametrize("name", ["fftshift", "ifftshift"])
@pytest.mark.parametrize("axes", [None, 0, -1, (0, 1), [1, 0]])
def test_shifts(name, axes):
    for x in (real(5, 4), complex_(4, 3)):
        prove(lambda x: getattr(np.fft, name)(x, axes), x)
        prove(lambda x: getattr(np.fft, name)(x, axes=axes), x)


def test_a_shift_keeps_structural_zeros():
    x = np.array([0.0, 1.0, 4.0])
    f = lambda x: np.sum(np.where(np.fft.fftshift(x) > 0, np.fft.fftshift(np.sqrt(x)), 0))
    with np.errstate(all="ignore"):
        same(grad(f)(x), [0, 0.5, 0.25])


def test_spellings():
    t = Tensor(real(3, 4))
    for y, expected in [
        (np.fft.fft(a=t, n=5, axis=0, norm="ortho"), np.fft.fft(t.data, 5, 0, "ortho")),
        (np.fft.fft(t, None, 0, None, None), np.fft.fft(t.data, axis=0)),
        (np.fft.rfftn(t, [3], [1], "forward"), np.fft.rfftn(t.data, s=[3], axes=[1], norm="forward")),
        (np.fft.fft(t, np.int64(3), np.int8(-1)), np.fft.fft(t.data, 3)),
    ]:
        assert isinstance(y, Tensor)
        np.testing.assert_array_equal(y.data, expected)
        assert np.abs(gradients(np.sum(np.abs(y)), t)[0]).sum() > 0


@pytest.mark.parametrize("name", ONE + SEVERAL)
def test_memory_order_and_empty_arrays(name):
    transform = getattr(np.fft, name)
    for x in (np.asfortranarray(real(4, 3)), real(3, 4).T, real(4, 3)[::-1, ::-1]):
        prove(transform, x)
    prove(transform if name in ONE else lambda x: transform(x, axes=(1, 2)), real(0, 4, 3))


def test_single_precision_stays():
    for name in ONE + SEVERAL:
        x = real(4, 3).astype(np.float32)
        y, pullback = vjp(getattr(np.fft, name), x)
        assert y.dtype in (np.float32, np.complex64)
        assert pullback(np.ones_like(y))[0].dtype == np.float32
    z = complex_(3).astype(np.complex64)
    assert vjp(np.fft.fft, z)[1](z)[0].dtype == np.complex64


def test_frequencies_scale_with_the_spacing():
    f = lambda d: np.sum(np.fft.fftfreq(5, d) ** 2) + np.sum(np.fft.rfftfreq(5, d=d))
    d, h = 0.7, 1e-6
    same(grad(f)(d), (f(d + h) - f(d - h)) / (2 * h), rtol=1e-8)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda t: np.fft.fft(t, axis=2), IndexError),
        (lambda t: np.fft.fft(t, 0), ValueError),
        (lambda t: np.fft.fft(t, norm="unitary"), ValueError),
        (lambda t: np.fft.fftn(t, s=(2,), axes=(0, 1)), ValueError),
        (lambda t: np.fft.fft2(t, axes=(0, 5)), IndexError),
        (lambda t: np.fft.rfft(t * 1j), TypeError),
        (lambda t: np.fft.irfft(t[:, :1]), ValueError),
        (lambda t: np.fft.fft(t[0, 0]), IndexError),
        (lambda t: np.fft.fft(t, m=3), TypeError),
        (lambda t: np.fft.fftshift(t, axes=3), IndexError),
    ],
)
def test_numpys_own_errors(call, error):
    array = real(2, 3)
    with pytest.raises(error) as expected:
        call(array)
    with pytest.raises(error) as actual:
        call(Tensor(array))
    assert str(actual.value) == str(expected.value)


def test_what_is_not_supported_says_so():
    t = Tensor(real(4))
    with pytest.raises(DetachedError, match=r"fft\.fft: out="):
        np.fft.fft(t, out=np.empty(4, dtype=complex))
    with pytest.raises(UnsupportedError, match=r"fft\.irfft: n= cannot be a Tensor"):
        np.fft.irfft(t, Tensor(6.0))
    with pytest.raises(TypeError, match="complex"):
        grad(lambda x: np.fft.fft(x)[0])(real(4))
