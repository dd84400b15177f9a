"""Averages, order statistics, covariances, histograms: closed forms, ties and nan, spellings, bad calls."""

import numpy as np
import pytest

from autograd_mini import Tensor, grad, hessian, jacobian, jvp, vjp
from autograd_mini.errors import DetachedError, UnsupportedError

from .test_running import both_modes
from .test_variants import prove

quiet = pytest.mark.filterwarnings("ignore::RuntimeWarning")
RNG = np.random.default_rng(6)
X, A, C = RNG.permutation(7.0 + np.arange(7.0) ** 1.5), RNG.uniform(0.5, 2, (3, 5)), RNG.uniform(0.5, 2, (2, 3, 4))
W, NAN = RNG.uniform(0.5, 2, 5), np.nan
METHODS = [
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
]
METHODS += ["linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest"]
ORDERS = [np.quantile, np.percentile, np.nanquantile, np.nanpercentile]
IDS = [f.__name__ for f in ORDERS]


def one(function):
    """The q of the greatest entry."""
    return 100 if "percent" in function.__name__ else 1


CALLS = {
    "median by position": (lambda x: np.median(x, 1), A),
    "median over two axes": (lambda x: np.median(x, axis=(-1, 0), keepdims=True), C),
    "median of a number": (np.median, 2.0),
    "median along 0 of a number": (lambda x: np.median(x, axis=()), 2.0),
    "median in F order": (lambda x: np.median(x, axis=0), np.asfortranarray(A)),
    "median of a reversed view": (lambda x: np.median(x, axis=1), A[::-1, ::2]),
    "quantile by position": (lambda x: np.quantile(x, [0.1, 0.45], 1, None, False, "hazen", True), A),
    "quantile of lists": (lambda x: np.quantile(x, q=[[0.1, 0.45], [0.7, 1.0]], axis=(0, 2)), C),
    "quantile, integer q": (lambda x: np.quantile(x, 1), A),
    "quantile of constants": (lambda q: np.quantile([3.0, 1.0, 7.0, 2.0], q), [0.2, 0.7]),
    "quantile, 1-D weights": (lambda x: np.quantile(x, [0.3, 0.6], axis=1, method="inverted_cdf", weights=W), A),
    "percentile by position": (lambda x: np.percentile(x, 35, 0), A),
    "percentile of constants": (lambda q: np.percentile([3.0, 1.0, 7.0, 2.0], q, method="weibull"), 40.0),
    "nanmedian by position": (lambda x: np.nanmedian(x, 0), A),
    "nanquantile by position": (lambda x: np.nanquantile(x, [0.1, 0.45], 1), A),
    "nanpercentile, kept": (lambda x: np.nanpercentile(x, 35, axis=(0, 1), keepdims=True), A),
    "nansum by position": (lambda x: np.nansum(x, 1, None, None, True, 3.0), A),
    "nanprod, list where": (lambda x: np.nanprod(x, axis=0, where=[[True], [False], [True]]), A),
    "nanmean by position": (lambda x: np.nanmean(x, 0, None, None, True), A),
    "nanvar by position": (lambda x: np.nanvar(x, 0, None, None, 1, True), A),
    "nanstd by name": (lambda x: np.nanstd(a=x, ddof=0.5), A),
    "nanmax by position": (lambda x: np.nanmax(x, 0, None, True), A),
    "nanmin with initial": (lambda x: np.nanmin(x, axis=1, initial=0.7), A),
    "average by position": (lambda x: np.average(x, 1, W), A),
    "average, kept": (lambda x: np.average(x, axis=-1, weights=W, keepdims=True), A),
    "average of constants": (lambda w: np.average([[1, 2, 4, 7, 0], [3, 1, 5, 2, 2]], axis=1, weights=w), W),
    "average, axes the other way": (lambda x: np.average(x, axis=(2, 0), weights=A[:2, :4].T), C),
    "average of no axis": (lambda x: np.average(x), C),
    "cov by position": (lambda x: np.cov(x, None, False, True), A),
    "cov of one": (np.cov, X),
    "cov with constants": (lambda x: np.cov(x, [[1, 2, 4, 7, 0], [3, 1, 5, 2, 2]]), A),
    "cov, second row variable": (lambda x: np.cov(A.T, x, rowvar=False), A[:1]),
    "cov, both weights": (lambda x: np.cov(x, fweights=[1, 2, 0, 3, 1], aweights=W, ddof=0), A),
    "cov of aweights": (lambda w: np.cov(A, aweights=w, ddof=2), W),
    "corrcoef of two": (lambda x: np.corrcoef(x[0], x[1]), A),
    "corrcoef of columns": (lambda x: np.corrcoef(x, rowvar=False), A),
    "bincount by position": (lambda w: np.bincount([0, 1, 1, 4, 0], w, 7), W),
    "histogram of weights": (lambda w: np.histogram(A[0], weights=w)[0], W),
    "histogram of F-ordered weights": (lambda w: np.histogram(A, 4, weights=w, density=True)[0], np.asfortranarray(A)),
    "histogram density of entries": (lambda x: np.histogram(x, 4, density=True)[0], X),
    "histogram density of edges": (lambda e: np.histogram(X, e, density=True)[0], [6.0, 9.5, 14.1, 25.0]),
    "histogram edges": (lambda x: np.histogram(x, "auto")[1], X),
    "histogram2d of weights": (lambda w: np.histogram2d(A[0], A[1], weights=w)[0], W),
    "histogram2d, one list of edges": (lambda w: np.histogram2d(A[0], A[1], [0.0, 1.0, 1.5, 2.0], weights=w)[0], W),
    "histogramdd of weights": (lambda w: np.histogramdd(A[:3].T, (2, 3, 2), weights=w)[0], W),
    "histogramdd, bins as array": (lambda w: np.histogramdd(A[:2].T, np.array([2, 3]), weights=w, density=True)[0], W),
    "histogramdd of one list": (lambda w: np.histogramdd([1.0, 2.0, 4.0, 4.5, 2.0], 3, weights=w)[0], W),
    "histogramdd density of entries": (lambda x: np.histogramdd(x.T, (2, 3), density=True)[0], A[:2]),
    "histogramdd edges": (lambda x: np.histogramdd([x[0], x[1]], 3)[1][1], A),
}


@pytest.mark.parametrize(("f", "x"), CALLS.values(), ids=CALLS)
def test_spellings(f, x):
    prove(f, x)


# Order statistics


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("f", ORDERS, ids=IDS)
def test_quantiles_of_every_method(f, method):
    """A quantile is Σ wₖ x₍ₖ₎, and the weights are its derivatives: those that rebuild the value, and no others."""
    fractions = [0.0, 0.05, 0.23, 0.5, 0.77, 0.9, 1.0]
    J = both_modes(lambda x: f(x, np.array(fractions) * one(f), method=method), X)
    np.testing.assert_allclose(J @ X, f(X, np.array(fractions) * one(f), method=method), rtol=1e-13)
    np.testing.assert_allclose(J.sum(axis=1), 1, rtol=1e-14)
    assert (J >= 0).all()
    assert ((J > 0).sum(axis=1) <= 2).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("f", ORDERS, ids=IDS)
def test_slopes_of_quantiles_in_q(f, method):
    q = np.array([0.04, 0.23, 0.47, 0.81, 0.97]) * one(f)
    h = 1e-6 * one(f)
    slope = (f(X, q + h, method=method) - f(X, q - h, method=method)) / (2 * h)
    np.testing.assert_allclose(
        np.diagonal(both_modes(lambda q: f(X, q, method=method), q)), slope, rtol=1e-7, atol=1e-7
    )
    weights = lambda q: vjp(lambda x: f(x, q, method=method), X)[1](np.cos(np.arange(5.0)))[0]
    apart = np.stack([(weights(q + h * e) - weights(q - h * e)) / (2 * h) for e in np.eye(5)], axis=-1)
    np.testing.assert_allclose(jacobian(weights)(q), apart, rtol=1e-6, atol=1e-6)


def test_the_entry_that_the_stable_sort_picks():
    x = np.array([2.0, 5.0, 2.0, 2.0, 1.0])
    assert both_modes(np.median, x).tolist() == [0, 0, 1, 0, 0]
    assert both_modes(np.median, x[:4]).tolist() == [0, 0, 0.5, 0.5]
    assert both_modes(lambda x: np.quantile(x, 0.3), x).tolist() == pytest.approx([0.8, 0, 0.2, 0, 0])
    assert both_modes(lambda x: np.quantile(x, [0, 1]), x).tolist() == [[0, 0, 0, 0, 1], [0, 1, 0, 0, 0]]
    weights = [0.1, 0.5, 0.0, 0.3, 0.1]
    picked = both_modes(lambda x: np.quantile(x, 0.3, method="inverted_cdf", weights=weights), x)
    assert picked.tolist() == [0, 0, 0, 1, 0]


def test_the_slope_in_q_at_the_ends():
    x = np.array([1.0, 2.0, 5.0])
    assert grad(lambda q: np.quantile(x, q))(1.0) == 6  # (5 − 2) · (n − 1), of the last interval
    assert grad(lambda q: np.quantile(x, q))(0.0) == 2
    assert grad(lambda q: np.quantile(x, q))(0.5) == 6  # at an entry that of the interval on its right
    assert grad(lambda q: np.quantile(x, q, method="weibull"))(0.01) == 0
    assert grad(lambda q: np.quantile([3.0], q))(0.4) == 0


@quiet
def test_a_median_does_not_look_at_entries_that_it_does_not_pick():
    x = np.array([0.0, 4.0, 9.0])
    f = lambda x: np.median(np.sqrt(x))
    assert grad(f)(x).tolist() == [0, 0.25, 0]
    assert jvp(f, (x,), (np.ones(3),))[1] == 0.25
    assert hessian(f)(x)[1, 1] == -1 / 32
    assert np.isfinite(hessian(f)(x)).all()
    for q in (1.0, np.array(1.0)):
        assert grad(lambda x, q=q: np.quantile(np.log(x), q))(x[[0, 2]]).tolist() == [0, 1 / 9]


def test_a_nan_wins_the_median_and_stays_visible():
    x = np.array([[1.0, NAN, 3.0], [2.0, 7.0, 5.0]])
    y = np.median(Tensor(x), axis=1)
    np.testing.assert_array_equal(y.data, [NAN, 5])
    assert grad(lambda x: np.sum(np.median(x, axis=1)))(x).tolist() == [[0, 1, 0], [0, 0, 1]]
    assert grad(lambda x: np.sum(np.quantile(x, 0.25, axis=1)))(x).tolist() == [[0, 1, 0], [0.5, 0, 0.5]]
    assert grad(lambda x: np.median(x))(np.array([NAN, NAN])).tolist() == [0, 1]


# Passing over nan

N = np.array([[1.0, NAN, 3.0, 7.5], [NAN, NAN, 2.0, NAN], [4.0, 5.0, 1.5, 9.0]])
FULL = N[~np.isnan(N)]
PASSING = {
    "nansum": (np.nansum, np.sum),
    "nanprod": (np.nanprod, np.prod),
    "nanmean": (np.nanmean, np.mean),
    "nanvar": (np.nanvar, np.var),
    "nanvar, ddof": (lambda x: np.nanvar(x, ddof=1), lambda x: np.var(x, ddof=1)),
    "nanstd": (np.nanstd, np.std),
    "nanstd, correction": (lambda x: np.nanstd(x, correction=1), lambda x: np.std(x, correction=1)),
    "nanmax": (np.nanmax, np.max),
    "nanmin": (np.nanmin, np.min),
    "nanmedian": (np.nanmedian, np.median),
    "nanquantile": (lambda x: np.nanquantile(x, 0.3), lambda x: np.quantile(x, 0.3)),
    "nanpercentile": (
        lambda x: np.nanpercentile(x, 30, method="hazen"),
        lambda x: np.percentile(x, 30, method="hazen"),
    ),
}


@pytest.mark.parametrize(("f", "g"), PASSING.values(), ids=PASSING)
def test_functions_that_pass_over_nan(f, g):
    there = ~np.isnan(N)
    np.testing.assert_allclose(f(Tensor(N)).data, f(N), rtol=1e-14)
    slope = both_modes(f, N)
    assert (slope[~there] == 0).all()
    np.testing.assert_allclose(slope[there], grad(g)(FULL), rtol=1e-13)
    H, expected = hessian(f)(N), hessian(g)(FULL)
    np.testing.assert_allclose(H[there][:, there], expected, rtol=1e-12, atol=1e-13)
    assert (H[~there] == 0).all()
    np.testing.assert_allclose(jacobian(grad(f), mode="reverse")(N), H, rtol=1e-12, atol=1e-13)


@quiet
@pytest.mark.parametrize(("f", "g"), PASSING.values(), ids=PASSING)
def test_what_was_not_a_number_before_gets_a_structural_zero(f, g):
    x = np.array([-1.0, 4.0, 2.0, -5.0, 9.0])
    expected = grad(lambda x: g(np.sqrt(x)))(x[x > 0])
    slope = both_modes(lambda x: f(np.sqrt(x)), x)
    np.testing.assert_allclose(slope[x > 0], expected, rtol=1e-13)
    assert (slope[x < 0] == 0).all()


ALONG = [np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd, np.nanmax, np.nanmin, np.nanmedian]


@pytest.mark.parametrize("f", ALONG, ids=lambda f: f.__name__)
def test_passing_over_nan_along_an_axis(f):
    J = both_modes(lambda x: f(x, axis=1, keepdims=True), N)[:, 0]
    for i, row in enumerate(N):
        there = ~np.isnan(row)
        np.testing.assert_allclose(J[i, i, there], grad(f)(row[there]), rtol=1e-13)
        assert (J[i, i, ~there] == 0).all()
        assert (np.delete(J[i], i, axis=0) == 0).all()


def test_nanquantiles_along_an_axis():
    q = np.array([0.2, 0.7])
    J = both_modes(lambda x: np.nanquantile(x, q, axis=1), N)
    slopes = both_modes(lambda q: np.nanquantile(N, q, axis=1), q)
    for i, row in enumerate(N):
        there = ~np.isnan(row)
        np.testing.assert_allclose(J[:, i, i, there], both_modes(lambda x: np.quantile(x, q), row[there]), rtol=1e-13)
        assert (J[:, i, i, ~there] == 0).all()
        expected = both_modes(lambda q, row=row, there=there: np.quantile(row[there], q), q)
        np.testing.assert_allclose(slopes[:, i], expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("f", [np.nanmax, np.nanmin, np.nanmedian, np.nanmean, np.nanvar], ids=lambda f: f.__name__)
def test_nothing_but_nan(f):
    x = np.array([[NAN, NAN], [1.0, 2.0]])
    with pytest.warns(RuntimeWarning):
        y, pullback = vjp(lambda x: f(x, axis=1), x)
    assert np.isnan(y[0])
    assert pullback(np.ones(2))[0][0].tolist() == [0, 0]  # and without another warning
    assert np.isfinite(pullback(np.ones(2))[0][1]).all()


def test_ties_share_in_nanmax_and_nanmin():
    x = np.array([3.0, NAN, 3.0, 1.0, 1.0])
    assert both_modes(np.nanmax, x).tolist() == [0.5, 0, 0.5, 0, 0]
    assert both_modes(np.nanmin, x).tolist() == [0, 0, 0, 0.5, 0.5]
    assert both_modes(lambda x: np.nanmax(x, initial=3.0), x).tolist() == pytest.approx([1 / 3, 0, 1 / 3, 0, 0])


# Averages and covariances


def test_averages_return_the_sum_of_the_weights():
    average, total = np.average(Tensor(A), axis=1, weights=W, returned=True)
    np.testing.assert_allclose(average.data, np.average(A, axis=1, weights=W), rtol=1e-14)
    assert np.shape(total) == (3,)
    w = Tensor(W)
    total = np.average(A, axis=1, weights=w, returned=True)[1]
    assert grad(lambda w: np.sum(np.average(A, axis=1, weights=w, returned=True)[1]))(W).tolist() == [3] * 5
    assert isinstance(total, Tensor)
    _, count = np.average(Tensor(A), axis=0, returned=True)
    np.testing.assert_array_equal(count, np.average(A, axis=0, returned=True)[1])
    assert np.average(Tensor(A), returned=True)[1] == 15


def test_covariances_of_complex_numbers():
    z = A + 1j * A[::-1] ** 2
    g = grad(lambda z: np.real(np.sum(np.cov(z) * (1 + 2j))))(z)
    h = 1e-6
    f = lambda z: np.real(np.sum(np.cov(z) * (1 + 2j)))
    for step in (h, 1j * h):
        e = np.zeros(z.shape, complex)
        e[1, 2] = step
        slope = (f(z + e) - f(z - e)) / (2 * h)
        np.testing.assert_allclose(np.real(np.conj(step / h) * g[1, 2]), slope, rtol=1e-7)
    r = np.corrcoef(Tensor(z))
    np.testing.assert_allclose(r.data, np.corrcoef(z), rtol=1e-13, atol=1e-15)


@quiet
def test_covariances_of_nothing():
    assert np.cov(Tensor(np.zeros((0, 3)))).shape == np.cov(np.zeros((0, 3))).shape
    assert np.isnan(np.cov(Tensor(np.ones((2, 1)))).data).all()  # as NumPy has it
    assert np.isposinf(np.cov(Tensor(A), ddof=9).data[0, 0])
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
        np.cov(Tensor(A), ddof=5)


def test_a_correlation_of_one_stays_one():
    x = np.array([[1.0, 2.0, 4.0], [2.0, 4.0, 8.0]])
    np.testing.assert_allclose(both_modes(np.corrcoef, x), np.zeros((2, 2, 2, 3)), atol=1e-15)


def test_float32():
    x = A.astype(np.float32)
    assert np.cov(Tensor(x)).dtype == np.float64  # as NumPy has it
    assert np.corrcoef(Tensor(x), dtype=np.float32).dtype == np.float32
    assert np.quantile(Tensor(x), 0.3).dtype == np.float32
    assert np.quantile(Tensor(x), np.array([0.3])).dtype == np.float64
    for f in (np.median, np.nanvar, np.nanmedian, lambda x: np.sum(np.cov(x)), lambda x: np.quantile(x, 0.3)):
        assert grad(f)(x).dtype == np.float32


# Histograms


def test_histograms_of_weights_are_linear():
    x, w = np.array([0.1, 0.5, 1.0, 2.0, 5.0, 2.0]), np.arange(1.0, 7.0)
    J = both_modes(lambda w: np.histogram(x, [0.5, 1.0, 2.0], weights=w)[0], w)
    assert J.tolist() == [
        [0, 1, 0, 0, 0, 0],
        [0, 0, 1, 1, 0, 1],
    ]  # the last edge is inside, what is outside counts nowhere
    complex_sum = grad(lambda w: np.abs(np.sum(np.histogram(x, 3, weights=w * (3 + 4j))[0])))(w)
    np.testing.assert_allclose(complex_sum, [5] * 6, rtol=1e-14)


def test_histograms_of_entries_count_and_their_edges_follow():
    t = Tensor(X)
    counts, edges = np.histogram(t, 3)
    assert type(counts) is np.ndarray
    assert counts.dtype.kind == "i"
    J = both_modes(lambda x: np.histogram(x, 3)[1], X)
    np.testing.assert_allclose(J[:, X.argmax()], [0, 1 / 3, 2 / 3, 1], rtol=1e-14)
    np.testing.assert_allclose(J[:, X.argmin()], [1, 2 / 3, 1 / 3, 0], rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose(edges.data, np.histogram(X, 3)[1], rtol=1e-15)
    same = np.array([2.0, 2.0])
    np.testing.assert_allclose(np.histogram(Tensor(same), 2)[1].data, [1.5, 2, 2.5])
    for given in (np.histogram(t, [6.0, 9.0, 30.0]), np.histogram(t, 3, (6.0, 30.0)), np.histogram(X, 3, weights=t)):
        assert type(given[1]) is np.ndarray
    H, x_edges, y_edges = np.histogram2d(X, X**2, 2, weights=t)
    assert [type(k) for k in (H, x_edges, y_edges)] == [Tensor, np.ndarray, np.ndarray]
    assert type(np.histogramdd([X, X], 2, weights=t)[1]) is list


def test_bincount_repeats():
    assert both_modes(lambda w: np.bincount([2, 0, 2], w), np.ones(3)).tolist() == [[0, 1, 0], [0, 0, 0], [1, 0, 1]]
    assert np.bincount(np.array([0, 1]), Tensor([1.0, 2.0]), minlength=4).shape == (4,)


# Empty arrays and bad calls


@quiet
@pytest.mark.parametrize(
    "f", [np.median, np.nanmedian, np.nansum, np.nanmean, np.nanvar, np.average], ids=lambda f: f.__name__
)
def test_empty_arrays(f):
    if f is np.average:
        with pytest.raises(ZeroDivisionError):
            np.average(Tensor(np.zeros(0)), returned=True, axis=())
        return
    assert grad(f)(np.zeros(0)).shape == (0,)
    assert grad(lambda x: np.sum(f(x, axis=0)))(np.zeros((2, 0))).shape == (2, 0)


T = Tensor([1.0, 2.0, 4.0])
BAD = {
    "median, axis": (lambda t: np.median(t, axis=1), np.exceptions.AxisError, "axis 1"),
    "median, out": (lambda t: np.median(t, out=np.zeros(())), DetachedError, "out="),
    "median, overwrite_input": (lambda t: np.median(t, overwrite_input=True), UnsupportedError, "overwrite_input"),
    "quantile, q": (lambda t: np.quantile(t, 1.5), ValueError, "range"),
    "quantile, method": (lambda t: np.quantile(t, 0.5, method="best"), ValueError, "best"),
    "quantile, weights": (lambda t: np.quantile(t, 0.5, weights=[1, 1, 1]), ValueError, "inverted_cdf"),
    "quantile, complex": (lambda t: np.quantile(t * 1j, 0.5), TypeError, "real"),
    "nanpercentile, out": (lambda t: np.nanpercentile(t, 5, out=np.zeros(())), DetachedError, "out="),
    "nansum, out": (lambda t: np.nansum(t, out=np.zeros(())), DetachedError, "out="),
    "nansum, axis": (lambda t: np.nansum(t, axis=1), np.exceptions.AxisError, "axis 1"),
    "nansum, keyword": (lambda t: np.nansum(t, ddof=1), TypeError, "ddof"),
    "nanvar, mean": (lambda t: np.nanvar(t, mean=2.0), UnsupportedError, "mean="),
    "nanvar, contradiction": (lambda t: np.nanvar(t, ddof=1, correction=1), ValueError, "simultaneously"),
    "nanmax, where without initial": (
        lambda t: np.nanmax(t, where=[True, False, True]),
        ValueError,
        "initial|identity",
    ),
    "average, shapes": (lambda t: np.average(t, weights=[1.0, 2.0]), TypeError, "Axis must be specified"),
    "average, shapes along an axis": (lambda t: np.average(t, 0, weights=[1.0, 2.0]), ValueError, "Shape of weights"),
    "average, no weight": (lambda t: np.average(t, weights=t - t), ZeroDivisionError, "sum to zero"),
    "cov, axes": (lambda t: np.cov(np.stack([t, t])[None]), ValueError, "more than 2"),
    "cov, ddof": (lambda t: np.cov(t, ddof=0.5), ValueError, "integer"),
    "cov, fweights": (lambda t: np.cov(t, fweights=[0.5, 1, 1]), TypeError, "integer"),
    "cov, aweights": (lambda t: np.cov(t, aweights=-t), ValueError, "negative"),
    "cov, lengths": (lambda t: np.cov(t, t[:2]), ValueError, "match exactly"),
    "corrcoef, ddof": (lambda t: np.corrcoef(t, ddof=1), TypeError, "ddof"),
    "bincount of floats": (lambda t: np.bincount(t), TypeError, "Cannot cast"),
    "bincount, lengths": (lambda t: np.bincount([0, 1], t), ValueError, "same length"),
    "bincount, complex": (lambda t: np.bincount([0, 1, 1], t * 1j), TypeError, "Cannot cast"),
    "histogram, bins": (lambda t: np.histogram(t, 0), ValueError, "positive"),
    "histogram, weights": (lambda t: np.histogram(t, 3, weights=[1.0, 2.0]), ValueError, "same shape"),
    "histogramdd, bins": (lambda t: np.histogramdd(t, [2, 2]), ValueError, "dimension"),
    "histogram2d, lengths": (lambda t: np.histogram2d(t, t[:2]), ValueError, "same length"),
}


@pytest.mark.parametrize(("call", "error", "words"), BAD.values(), ids=BAD)
def test_bad_calls(call, error, words):
    with pytest.raises(error, match=words):
        call(T)
