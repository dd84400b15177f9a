"""No silent wrong: every differentiable function, method and idiom of NumPy is right, or refuses and names the way out."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_mini import DetachedError, Tensor, UnsupportedError, jvp, vjp
from autograd_mini.kinds import Composite, Rule, all_tables

from . import coverage_modules as modules
from . import coverage_numpy as plain


def words(text):
    return text.split()


RULES = all_tables()
NP = words("""
    abs absolute acos acosh add amax amin angle append apply_along_axis apply_over_axes arccos arccosh arcsin
    arcsinh arctan arctan2 arctanh array array_split asarray ascontiguousarray asin asinh astype atan atan2
    atanh atleast_1d atleast_2d atleast_3d average bincount block broadcast_arrays broadcast_to cbrt choose
    clip column_stack compress concat concatenate conj conjugate convolve copy copysign corrcoef correlate cos
    cosh cov cross cumprod cumsum cumulative_prod cumulative_sum deg2rad degrees delete diag diagflat diagonal
    diff divide divmod dot dsplit dstack ediff1d einsum exp exp2 expand_dims expm1 extract fabs fill_diagonal
    flip fliplr flipud float_power fmax fmin fmod frexp full full_like geomspace gradient heaviside histogram
    hsplit hstack hypot i0 imag inner insert interp kron ldexp linspace log log10 log1p log2 logaddexp
    logaddexp2 logspace matmul matrix_transpose matvec max maximum mean median meshgrid min minimum mod modf
    moveaxis multiply nan_to_num nancumprod nancumsum nanmax nanmean nanmedian nanmin nanpercentile nanprod
    nanquantile nanstd nansum nanvar negative outer pad partition percentile permute_dims piecewise place poly
    polyadd polyder polydiv polyfit polyint polymul polysub polyval positive pow power prod ptp quantile
    rad2deg radians ravel real real_if_close reciprocal remainder repeat reshape resize roll rollaxis roots
    rot90 row_stack select sin sinc sinh sort sort_complex split sqrt square squeeze stack std subtract sum
    swapaxes take take_along_axis tan tanh tensordot tile trace transpose trapezoid tril trim_zeros triu
    true_divide union1d unique unstack unwrap vander var vdot vecdot vecmat vsplit vstack where
""")
UFUNC_METHODS = words("""
    np.add.accumulate np.add.reduce np.add.reduceat np.logaddexp.reduce np.maximum.accumulate
    np.maximum.reduce np.multiply.outer np.multiply.reduce
""")
LINALG = words("""
    cholesky cond cross det diagonal eig eigh eigvals eigvalsh inv lstsq matmul matrix_norm matrix_power
    matrix_transpose multi_dot norm outer pinv qr slogdet solve svd svdvals tensordot tensorinv tensorsolve
    trace vecdot vector_norm
""")
FFT = words("""
    fft fft2 fftn fftshift hfft ifft ifft2 ifftn ifftshift ihfft irfft irfft2 irfftn rfft rfft2 rfftn
""")
OTHER = words("""
    np.emath.log np.emath.power np.emath.sqrt np.lib.stride_tricks.sliding_window_view
    np.polynomial.polynomial.polyval
""")
IDIOMS = words("""
    T __abs__ __divmod__ __floordiv__ __getitem__ __iadd__ __iter__ __matmul__ __mod__ __pos__ __pow__
    __rmatmul__ __rpow__ __setitem__ astype clip compress conj copy cumprod cumsum diagonal dot flat flatten
    float() item mT max mean min ndarray*x ndarray+x npfloat*x prod ravel real repeat reshape reshape(-1)
    round squeeze std sum swapaxes take trace transpose var view
""")

# NumPy itself has deprecated it: it warns, and is to be removed
DEPRECATED = {"row_stack"}

GROUPS = {
    "np": (NP, plain.CALLS, plain.REFUSED),
    "ufunc": (UFUNC_METHODS, modules.UFUNC_METHODS, {}),
    "linalg": (LINALG, modules.LINALG, {}),
    "fft": (FFT, modules.FFT, {}),
    "other": (OTHER, modules.OTHER, {}),
    "idiom": (IDIOMS, modules.IDIOMS, modules.REFUSED),
    "beyond": ([], modules.BEYOND, {}),
}
PROVED = {
    f"{group}:{name}-{i}": call
    for group, (_, calls, _) in GROUPS.items()
    for name, cases in calls.items()
    for i, call in enumerate(cases)
}
REFUSED = {
    f"{group}:{name}-{i}": call
    for group, (_, _, refused) in GROUPS.items()
    for name, cases in refused.items()
    for i, call in enumerate(cases)
}


def joined(y):
    """Several results as one vector, without those that are no floating-point numbers."""
    if not isinstance(y, (tuple, list)):
        return y
    parts = [np.ravel(joined(part)) for part in y]
    return np.concatenate([part for part in parts if part.dtype.kind in "fc"])


def direction(rng, x):
    """Numbers of the kind that `x` holds, none near zero."""
    v = rng.uniform(0.5, 1.5, np.shape(x)) * rng.choice([-1, 1], np.shape(x))
    return (v + 1j * rng.uniform(0.5, 1.5, np.shape(x)))[()] if np.iscomplexobj(x) else v[()]


def inner(a, b):
    return float(np.real(np.vdot(a, b)))


def check_results(actual, expected):
    """As many results as NumPy gives, in the same container, each of its value and dtype, also those that are no floats."""
    if isinstance(expected, (tuple, list)):
        assert type(actual).__name__ == type(expected).__name__
        assert len(actual) == len(expected)
        for one, other in zip(actual, expected, strict=True):
            check_results(one, other)
        return
    actual = actual.data if isinstance(actual, Tensor) else actual
    assert np.asarray(actual).dtype == np.asarray(expected).dtype
    np.testing.assert_allclose(actual, expected, rtol=1e-13, atol=1e-14)


def prove(f, *arrays):
    """The value is NumPy's; reverse mode agrees with central differences, and with forward mode."""
    g = lambda *xs: joined(f(*xs))
    rng = np.random.default_rng(7)
    expected = np.asarray(g(*arrays))
    check_results(f(*map(Tensor, arrays)), f(*arrays))
    y, pullback = vjp(g, *arrays)
    assert np.shape(y) == expected.shape
    assert np.asarray(y).dtype == expected.dtype
    np.testing.assert_allclose(y, expected, rtol=1e-13, atol=1e-300)
    h = 1e-3
    for _ in range(2):
        y_bar = direction(rng, expected)
        bars = pullback(y_bar)
        for i, (x, bar) in enumerate(zip(arrays, bars, strict=True)):
            dot = direction(rng, x)
            a, b, c, d = (np.asarray(g(*arrays[:i], x + t * dot, *arrays[i + 1 :])) for t in (h, -h, 2 * h, -2 * h))
            difference = (8 * (a - b) - (c - d)) / (12 * h)
            y_dot = jvp(g, arrays, [dot if k == i else np.zeros_like(o) for k, o in enumerate(arrays)])[1]
            scale = np.linalg.norm(y_bar) * np.linalg.norm(y_dot) + np.linalg.norm(bar) * np.linalg.norm(dot)
            assert np.shape(bar) == np.shape(x)
            assert abs(inner(y_bar, difference) - inner(bar, dot)) <= 1e-6 * max(1, scale)
            assert abs(inner(y_bar, y_dot) - inner(bar, dot)) <= 1e-10 * scale


@pytest.mark.parametrize("group", GROUPS)
def test_every_name_has_a_call(group):
    names, calls, refused = GROUPS[group]
    assert len(set(names)) == len(names)
    assert set(names) - DEPRECATED <= set(calls) | set(refused) | {"item"}


def test_the_lists_are_complete():
    assert [len(names) for names, _, _ in GROUPS.values()] == [216, 8, 30, 16, 5, 50, 0]


def functions():
    """Every function of the lists that NumPy lets a Tensor take part in."""
    for names, module in ((NP, np), (LINALG, np.linalg), (FFT, np.fft)):
        for name in names:
            function = getattr(module, name, None)
            if isinstance(function, np.ufunc) or hasattr(function, "_implementation"):
                yield f"{module.__name__}.{name}", function


@pytest.mark.parametrize(("name", "function"), [*functions()], ids=[name for name, _ in functions()])
def test_every_function_has_a_rule(name, function):
    short = name.split(".")[-1]
    if short in plain.REFUSED:
        pytest.skip("it writes into an array, or fills one, and refuses")
    assert isinstance(RULES.get(function), (Rule, Composite)), f"{name} has no rule"


@pytest.mark.parametrize("name", UFUNC_METHODS)
def test_every_method_of_a_ufunc_has_a_rule(name):
    _, ufunc, method = name.split(".")
    assert (getattr(np, ufunc), method) in RULES


@pytest.mark.parametrize("name", PROVED)
def test_it_is_right(name):
    prove(*PROVED[name])


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses_and_names_the_way_out(name):
    call, way_out = REFUSED[name]
    with pytest.raises((DetachedError, UnsupportedError, TypeError), match=way_out):
        call(Tensor(plain.V))


def test_item_gives_a_python_number():
    assert Tensor(plain.V).item(1) == plain.V[1]
    assert type(Tensor(2.0).item()) is float


@pytest.mark.skipif(not hasattr(np, "row_stack"), reason="this NumPy has removed it")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_row_stack_is_vstack():
    prove(lambda x, y: np.row_stack([x, y]), plain.A, plain.V)  # noqa: NPY201


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("pair", [(plain.V[:2], plain.W), (plain.V, plain.W[:2]), (plain.V[:2], plain.W[1:])])
def test_cross_in_the_plane(pair):
    try:
        np.cross(*pair)
    except ValueError:
        pytest.skip("this NumPy takes vectors of three entries only")
    prove(np.cross, *pair)


@pytest.mark.parametrize("make", [np.asarray, np.array, np.ascontiguousarray])
def test_a_like_argument_has_a_hook(make):
    prove(lambda x: make(x, like=x) * x, plain.A)
