"""Choosing and ordering entries: by value, by condition, by index; and which of equal entries is the one."""

import inspect

import numpy as np
import pytest

from autograd_mini import Tensor, UnsupportedError, grad, gradients, hessian, jvp, vjp

from .test_shapes import joined
from .test_variants import prove

RNG = np.random.default_rng(5)
V, A, C = RNG.permutation(7) / 3.0 - 1.1, RNG.permutation(12).reshape(3, 4) / 5.0 - 1.33, RNG.normal(size=(2, 3, 4))
MASK = np.array([[True, False, True, False], [False, False, True, True], [True, True, False, True]])
NAN = float("nan")

ORDERS = {
    "sort": (np.sort, V),
    "sort the first axis": (lambda x: np.sort(x, axis=0), A),
    "sort a middle axis": (lambda x: np.sort(x, -2, stable=True), C),
    "sort everything": (lambda x: np.sort(x, axis=None), C),
    "sort by merging": (lambda x: np.sort(x, kind="mergesort"), A),
    "sort of a transposed": (lambda x: np.sort(x.T, 0, "stable"), A),
    "partition": (lambda x: np.partition(x, 3), V),
    "partition at several": (lambda x: np.partition(x, [1, -1], axis=0), A),
    "partition everything": (lambda x: np.partition(x, 7, axis=None), A),
    "partition by name": (lambda x: np.partition(x, kth=0, kind="introselect"), C),
    "sort_complex": (np.sort_complex, A),
    "unique": (np.unique, A),
    "unique of repeated": (lambda x: np.unique(np.concatenate([x, x[2:4]])), V),
    "unique and everything": (lambda x: joined(np.unique(np.repeat(x, 2), True, True, True)[:1]), V),
    "unique rows": (lambda x: np.unique(np.concatenate([x, x[:1]]), axis=0), A),
    "unique columns": (lambda x: np.unique(x, axis=1, return_counts=True)[0], A),
    "unique in any order": (lambda x: np.sort(np.unique_values(x)), A),
    "unique_all": (lambda x: np.unique_all(x).values, A),
    "unique_counts": (lambda x: np.unique_counts(x)[0], A),
    "unique_inverse": (lambda x: np.unique_inverse(x).values, A),
    "union1d": (lambda x, y: np.union1d(x, y), V, A[0] + 0.01),
    "union1d with a constant": (lambda x: np.union1d(x, [0.5, 9.0]), V),
    "intersect1d": (lambda x: np.intersect1d(x, x[1:4]), V),
    "intersect1d of unique": (lambda x: np.intersect1d(x[2:5], x, assume_unique=True), V),
    "setdiff1d": (lambda x: np.setdiff1d(x, x[1:4]), V),
    "setdiff1d in order": (lambda x: np.setdiff1d(x, x[1:4], assume_unique=True), V),
    "setxor1d": (lambda x, y: np.setxor1d(np.append(x, y[0]), y), V, A[0] + 0.01),
}

CHOICES = {
    "take flat": (lambda x: np.take(x, [3, 3, -1]), A),
    "take a number": (lambda x: np.take(x, 5), A),
    "take along": (lambda x: np.take(x, [[0, 1], [1, -1]], axis=1), C),
    "take by name": (lambda x: np.take(x, indices=np.array([2, 0]), axis=-1), A),
    "take with a small dtype": (lambda x: np.take(x, np.array([2, 0], dtype=np.int8), 0), A),
    "take by truth": (lambda x: np.take(x, [True, False, True]), V),
    "take wrapped": (lambda x: np.take(x, [-9, 30, 2], mode="wrap"), A),
    "take clipped": (lambda x: np.take(x, [-9, 30, 1], axis=0, mode="clip"), A),
    "take of a number": (lambda x: np.take(x, [0, 0]), 2.0),
    "take along axis": (lambda x: np.take_along_axis(x, np.argsort(x, axis=0), axis=0), A),
    "take along the last axis": (lambda x: np.take_along_axis(x, np.array([[1, 1], [0, -1], [2, 2]]), -1), A),
    "take along axis, broadcast": (lambda x: np.take_along_axis(x, np.array([[1, 2]]), axis=1), A),
    "take along no axis": (lambda x: np.take_along_axis(x, np.array([11, 0, 0]), axis=None), A),
    "compress": (lambda x: np.compress([False, True, True], x, axis=0), A),
    "compress flat": (lambda x: np.compress([True, False, True], x), A),
    "compress by numbers": (lambda x: np.compress(np.array([0.0, 2.0]), x, axis=1), A),
    "extract": (lambda x: np.extract(MASK, x), A),
    "extract by value": (lambda x: np.extract(x > 0, x), A),
    "extract by rows of truth": (lambda x: np.extract([[True, False], [True, True]], x), V),
    "where": (lambda x, y: np.where(x > 0, x, y * y), A, A + 1),
    "where by numbers": (lambda x: np.where(np.array([0.0, 2, 0, 1]), x, 1.5), A),
    "where by the variable itself": (lambda x: np.where(x, x * x, 1.0), A),
    "select": (lambda x: np.select([x > 0.5, x < -0.5], [x**2, -x], x**3), A),
    "select without default": (lambda x: np.select([x > 0.5], [x**2]), A),
    "select of constants": (lambda x: np.select([x > 0.5, x > 0], [x, 2], default=3.5), A),
    "select broadcast": (lambda x, y: np.select([MASK, ~MASK[:1]], [x, y], default=y), A, 2.0),
    "select the first that holds": (lambda x: np.select([x > -9, x > 0], [x, x * x]), A),
    "choose": (lambda x, y: np.choose([0, 1, 1, 0], [x, y]), A[0], A[1]),
    "choose rows": (lambda x: np.choose([2, 0, 1, 1], x), A),
    "choose broadcast": (lambda x, y: np.choose(np.array([[0], [1]]), (x, y)), A[0], 1.5),
    "choose with constants": (lambda x: np.choose([0, 1, 2, 0], [x, 5, [1.0, 2, 3, 4]]), A[0]),
    "choose wrapped": (lambda x, y: np.choose([-1, 5, 2, 0], [x, y], mode="wrap"), A[0], A[1]),
    "choose clipped": (lambda x, y: np.choose([-1, 5, 2, 0], [x, y], mode="clip"), A[0], A[1]),
    "choose the only one": (lambda x: np.choose(np.zeros((2, 4), int), [x]), A[0]),
    "piecewise": (lambda x: np.piecewise(x, [x < 0, x >= 0], [np.exp, np.square]), A),
    "piecewise otherwise": (lambda x: np.piecewise(x, [x < 0], [lambda x: -x, np.sqrt]), A),
    "piecewise with constants": (lambda x: np.piecewise(x, [x < -0.5, x > 0.5], [-1, 1, np.sin]), A),
    "piecewise of one condition": (lambda x: np.piecewise(x, x > 0, [np.square, 0]), V),
    "piecewise with arguments": (lambda x: np.piecewise(x, [x > 0], [lambda x, p, q: p * x + q, 0], 2.0, q=3.0), A),
    "piecewise of a number": (lambda x: np.piecewise(x, [x < 0, x >= 0], [lambda x: -x, lambda x: x**2]), 2.5),
    "piecewise where the last wins": (lambda x: np.piecewise(x, [x > -9, x > 0], [np.sin, np.cos]), A),
    "piecewise of constants only": (lambda x: np.piecewise(x, [x > 0], [2.0, 1.0]) + x, A),
    "apply_along_axis": (lambda x: np.apply_along_axis(np.prod, 0, x), A),
    "apply_along_axis to vectors": (lambda x: np.apply_along_axis(lambda v: v * v.sum(), 1, x), A),
    "apply_along_axis to matrices": (lambda x: np.apply_along_axis(lambda v: np.outer(v, v), 1, x), C),
    "apply_along_axis with arguments": (
        lambda x: np.apply_along_axis(lambda v, p, q=0: (v**p).sum() + q, -1, x, 3, q=2),
        C,
    ),
    "apply_along_axis to a vector": (lambda x: np.apply_along_axis(np.max, 0, x), V),
    "apply_over_axes": (lambda x: np.apply_over_axes(np.sum, x * x, [0, 2]), C),
    "apply_over_axes of one": (lambda x: np.apply_over_axes(np.max, x, -1), A),
}


@pytest.mark.parametrize("case", (ORDERS | CHOICES).values(), ids=ORDERS | CHOICES)
def test_ordering_and_choosing(case):
    prove(*case)


def test_where_of_a_condition_alone_is_nonzero():
    t = Tensor(A)
    for ours, numpys in zip(np.where(t), np.where(A), strict=True):
        assert type(ours) is np.ndarray
        np.testing.assert_array_equal(ours, numpys)


def test_a_variable_condition_to_second_order():
    x = np.array([0.0, 2.0, -1.0])
    for f, second in [
        (lambda x: np.sum(np.where(x, x**3, 1.0)), [0, 12, -6]),
        (lambda x: np.sum(np.compress(x, x**3)), [0, 12, -6]),
        (lambda x: np.sum(np.extract(x, x**3)), [0, 12, -6]),
        (lambda x: np.sum(np.sort(x**3)), [0, 12, -6]),
    ]:
        np.testing.assert_allclose(np.diag(hessian(f)(x)), second)


def random_index(rng, shape):
    """Numbers, slices, lists, arrays, masks, None and Ellipsis, in an order that NumPy accepts for `shape` or not."""
    parts, axis = [], 0
    while axis < len(shape) and rng.random() > 0.1:
        n = shape[axis]
        bounds = [None, *range(-n - 1, n + 2)]
        part = [
            lambda n=n: int(rng.integers(-n, n)),
            lambda bounds=bounds: slice(*rng.choice(bounds, 2), rng.choice([None, 1, 2, -1, -2])),
            lambda n=n: rng.integers(-n, n, size=3).tolist(),
            lambda n=n: rng.integers(-n, n, size=[(1,), (2, 3), (2, 1)][rng.integers(3)]),
            lambda n=n: rng.random(n) > 0.4,
            lambda: None,
            lambda: Ellipsis,
            lambda axis=axis: rng.random(shape[axis : axis + 2]) > 0.5,
        ][rng.integers(8)]()
        if part is not None and part is not Ellipsis:
            axis += part.ndim if isinstance(part, np.ndarray) and part.dtype.kind == "b" else 1
        parts.append(part)
    return tuple(parts)


@pytest.mark.parametrize("seed", range(40))
def test_random_indices(seed):
    """Against NumPy's own assignment and unbuffered addition: value, both modes, second order, and the way back."""
    rng = np.random.default_rng(seed)
    for _ in range(10):
        x = rng.normal(size=rng.integers(1, 5, size=rng.integers(1, 4)))[:: rng.choice([1, -1])]
        key = random_index(rng, x.shape)
        try:
            expected = x[key]
        except IndexError:
            with pytest.raises(IndexError):
                Tensor(x)[key]
            continue
        y, pullback = vjp(lambda x, key=key: x[key], x)
        np.testing.assert_array_equal(y, expected)
        bar, dot, added = rng.normal(size=np.shape(expected)), rng.normal(size=x.shape), np.zeros(x.shape)
        np.add.at(added, key, bar)
        np.testing.assert_allclose(pullback(np.asarray(bar))[0], added)
        np.testing.assert_array_equal(jvp(lambda x, key=key: x[key], (x,), (dot,))[1], dot[key])
        times = np.zeros(x.shape)
        np.add.at(times, key, 1.0)
        second = grad(lambda x, key=key, dot=dot: np.sum(grad(lambda x: np.sum(x[key] ** 3))(x) * dot))(x)
        np.testing.assert_allclose(second, 6 * x * dot * times)
        assigned = x.copy()
        assigned[key] = bar
        y, pullback = vjp(lambda x, v, key=key: (x * 1).at[key].set(v), x, np.asarray(bar))
        np.testing.assert_array_equal(y, assigned)
        x_bar, v_bar = pullback(dot)
        x_dot, v_dot = rng.normal(size=x.shape), rng.normal(size=np.shape(bar))
        put = x_dot.copy()
        put[key] = v_dot
        assert np.sum(x_bar * x_dot) + np.sum(v_bar * v_dot) == pytest.approx(np.sum(put * dot))


# Which of equal entries


@pytest.mark.parametrize(
    ("f", "x", "bars"),
    [
        (np.sort, [2.0, 1, 2, 1], [3, 1, 4, 2]),
        (lambda x: np.sort(x, axis=None), [[2.0, 1], [1, 2]], [[3, 1], [2, 4]]),
        (np.sort, [3.0, 1, 2], [3, 1, 2]),
        (np.sort, [2.0, 3, 1], [2, 3, 1]),
        (lambda x: np.partition(x, 1), [1.0, 1, 1], [1, 2, 3]),
        (np.unique, [2.0, 1, 2, 1], [2, 1, 0, 0]),
        (np.unique_values, [1.0, 1, 1], [1, 0, 0]),
        (lambda x: np.unique(x, axis=0), [[1.0], [0], [1]], [[2], [1], [0]]),
        (lambda x: np.union1d(x, x), [1.0, 0], [2, 1]),
        (lambda x: np.sort(x)[::-1], [NAN, 1, NAN], [2, 3, 1]),
        (np.unique, [NAN, 1, NAN], [2, 1, 0]),
        (lambda x: np.unique(x, equal_nan=False), [NAN, 1, NAN], [2, 1, 3]),
        (lambda x: np.unique_counts(x).values, [NAN, 1, NAN], [2, 1, 3]),
        (np.sort, [1.0, -0.0, 0.0], [3, 1, 2]),
        (lambda x: np.take(x, [1, 1, 1]), [5.0, 6], [0, 6]),
    ],
)
def test_of_equal_entries_the_stable_order_picks(f, x, bars):
    x, expected = np.array(x), f(np.array(x))
    y, pullback = vjp(f, x)
    np.testing.assert_array_equal(y, expected)
    seed = np.arange(1.0, y.size + 1).reshape(y.shape)
    bar = pullback(seed)[0]
    np.testing.assert_array_equal(bar, bars)
    dot = np.arange(1.0, x.size + 1).reshape(x.shape)
    assert np.sum(jvp(f, (x,), (dot,))[1] * seed) == np.sum(bar * dot)


def test_common_entries_are_taken_from_the_first():
    x, y = Tensor([3.0, 1.0, 2.0]), Tensor([2.0, 5.0, 3.0])
    common, first, second = np.intersect1d(x, y, return_indices=True)
    assert common.tolist() == [2, 3]
    assert (first.tolist(), second.tolist()) == ([2, 0], [0, 2])
    x_bar, y_bar = gradients((common * np.array([10.0, 20.0])).sum(), x, y)
    assert (x_bar.tolist(), y_bar.tolist()) == ([20, 0, 10], [0, 0, 0])


def test_all_results_of_unique():
    x = np.array([3.0, 1.0, 3.0, 2.0])
    for keywords in ({}, {"return_index": True}, {"return_inverse": True, "return_counts": True}, {"sorted": False}):
        if not set(keywords) <= set(inspect.signature(np.unique).parameters):
            continue  # this NumPy does not have the keyword yet
        ours, numpys = np.unique(Tensor(x), **keywords), np.unique(x, **keywords)
        assert isinstance(ours, tuple) == isinstance(numpys, tuple)
        for a, b in zip(*((r if isinstance(r, tuple) else (r,)) for r in (ours, numpys)), strict=True):
            np.testing.assert_array_equal(a.data if isinstance(a, Tensor) else a, b)
    for function in (np.unique_all, np.unique_counts, np.unique_inverse):
        ours, numpys = function(Tensor(x)), function(x)
        assert type(ours) is type(numpys)
        assert isinstance(ours.values, Tensor)
        for name in numpys._fields[1:]:
            np.testing.assert_array_equal(getattr(ours, name), getattr(numpys, name))


def test_sorting_keeps_dtypes():
    x = np.float32([2, 1, 3])
    assert vjp(np.sort, x)[1](np.ones(3, np.float32))[0].dtype == np.float32
    assert np.sort_complex(Tensor(x)).dtype == np.sort_complex(x).dtype
    z = np.array([2 - 1j, 1 + 2j, 2 - 3j, 1 + 1j])
    seed = np.array([1, 2j, 3, 4j])
    y, pullback = vjp(np.sort, z)
    np.testing.assert_array_equal(y, np.sort(z))
    np.testing.assert_array_equal(pullback(seed)[0], [4j, 2j, 3, 1])
    assert np.select([x > 1, x > 2], [Tensor(x), 1], 2).dtype == np.float32
    assert np.choose([0, 1, 0], [Tensor(x), x]).dtype == np.float32
    assert np.piecewise(Tensor(x), [x > 1], [np.square, 1.5]).dtype == np.float32


# The branch that is taken


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.select([x > 0], [np.log(x)], 0),
        lambda x: np.choose((x > 0).astype(int), [np.zeros(3), np.log(x)]),
        lambda x: np.piecewise(x, [x > 0], [np.log, 0]),
        lambda x: np.compress(x > 0, np.log(x)),
        lambda x: np.extract(x > 0, np.log(x)),
        lambda x: np.take(np.log(x), [1, 2]),
        lambda x: np.take_along_axis(np.log(x), np.array([1, 2]), 0),
        lambda x: np.log(x)[x > 0],
        lambda x: np.log(x)[1:],
        lambda x: np.log(x)[[2, 1]],
        lambda x: np.sort(np.log(x))[1:],
        lambda x: np.where(x > 0, np.sort(np.log(x)), 0),
        lambda x: np.partition(np.log(x), 0)[1:],
        lambda x: np.setdiff1d(np.log(x), [-np.inf]),
        lambda x: np.unique(np.log(x))[1:],
        lambda x: np.delete(np.log(x), 0),
        lambda x: np.log(x).at[0].set(0.0),
    ],
)
def test_what_is_not_taken_does_not_matter(f):
    x = np.array([0.0, 2.0, 4.0])
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(grad(lambda x: np.sum(f(x)))(x), [0, 0.5, 0.25])
        second = hessian(lambda x: np.sum(f(x) ** 2))(x)
    np.testing.assert_allclose(second[1:, 1:], np.diag(2 * (1 - np.log(x[1:])) / x[1:] ** 2))


# What must raise


@pytest.mark.parametrize(
    ("call", "way_out"),
    [
        (lambda a, t: np.put(a, [0], t), r"^put\b.*t\.at"),
        (lambda a, t: np.put(t, [0], 1.0), r"^put\b.*t\.at"),
        (lambda a, t: np.place(a, a > 0, t), r"^place\b.*t\.at\[mask\]"),
        (lambda a, t: np.putmask(a, a > 0, t), r"^putmask\b.*np\.where"),
        (lambda a, t: np.copyto(a, t), r"^copyto\b.*np\.where"),
        (lambda a, t: np.copyto(t, a), r"^copyto\b"),
        (lambda a, t: np.put_along_axis(a, np.array([0]), t, 0), r"^put_along_axis\b.*t\.at"),
        (lambda a, t: np.fill_diagonal(t, 1.0), r"^fill_diagonal\b.*diag_indices_from"),
        (lambda a, t: np.add.at(a, [0], t[0]), r"t\.at\[i\]\.add"),
        (lambda a, t: np.subtract.at(a, [0], t[0]), r"t\.at\[i\]"),
    ],
)
def test_what_writes_raises_and_names_the_way_out(call, way_out):
    array = np.zeros(3)
    with pytest.raises(UnsupportedError, match=way_out):
        call(array, Tensor([1.0, 2.0, 3.0]))
    assert not array.any()


def test_the_ways_out_work():
    t, v = Tensor(A[:, :3]), Tensor(7.0)
    filled = t.at[np.diag_indices_from(t)].set(v)
    expected = A[:, :3].copy()
    np.fill_diagonal(expected, 7.0)
    np.testing.assert_array_equal(filled.data, expected)
    np.testing.assert_array_equal(gradients(filled.sum(), t, v)[0], 1 - np.eye(3))
    put = t.at[np.unravel_index([4, 0], t.shape)].set(v * np.array([1.0, 2.0]))
    expected = A[:, :3].copy()
    np.put(expected, [4, 0], [7.0, 14.0])
    np.testing.assert_array_equal(put.data, expected)
    assert gradients(put.sum(), v)[0] == 3


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (ValueError, lambda t: np.sort(t, axis=2)),
        (ValueError, lambda t: np.sort(t, kind="x")),
        (ValueError, lambda t: np.sort(t, kind="stable", stable=True)),
        (ValueError, lambda t: np.partition(t, 9)),
        (IndexError, lambda t: np.take(t, 12)),
        (IndexError, lambda t: np.take(t, 3, axis=0)),
        (TypeError, lambda t: np.take(t, np.array([0.5]))),
        (TypeError, lambda t: np.take(t, [0], out=np.zeros(1))),
        (ValueError, lambda t: np.take_along_axis(t, np.array([0]), axis=0)),
        (IndexError, lambda t: np.take_along_axis(t, np.array([[0.5]]), axis=0)),
        (IndexError, lambda t: np.compress([False] * 5 + [True], t, axis=0)),
        (ValueError, lambda t: np.select([t > 0], [t, t])),
        (TypeError, lambda t: np.select([np.ones((3, 4))], [t])),
        (ValueError, lambda t: np.choose([0, 2], [t[0, :2], t[1, :2]])),
        (TypeError, lambda t: np.choose(t, [t, t])),
        (ValueError, lambda t: np.piecewise(t, [t > 0], [1, 2, 3])),
        (TypeError, lambda t: np.piecewise(t, [t > 0], [1j])),
        (ValueError, lambda t: np.apply_along_axis(np.sum, 2, t)),
        (ValueError, lambda t: np.apply_along_axis(np.sum, 0, t[:, :0])),
        (ValueError, lambda t: np.apply_over_axes(lambda a, axis: a[0, 0], t, 0)),
        (TypeError, lambda t: np.sort(t, order="field")),
        (TypeError, lambda t: np.unique(t, sorted=True, bogus=1)),
    ],
)
def test_wrong_calls_raise(error, call):
    with pytest.raises(error):
        call(Tensor(A))


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0)])
@pytest.mark.parametrize(
    "f",
    [
        np.sort, lambda x: np.sort(x, axis=None), np.unique, lambda x: np.take(x, [], axis=0),
        lambda x: np.compress([], x, axis=0),
        lambda x: np.extract(x > 0, x), lambda x: np.select([x > 0], [x]), lambda x: np.piecewise(x, [x > 0], [np.log, 1]),
        lambda x: np.setdiff1d(x, x), lambda x: np.union1d(x, [1.0]),
    ],
)  # fmt: skip
def test_empty_arrays(f, shape):
    x = np.ones(shape)
    try:
        expected = f(x)
    except (IndexError, TypeError):
        return
    y, pullback = vjp(lambda x: f(x * x), x)
    np.testing.assert_array_equal(y, expected)
    assert pullback(np.ones_like(y))[0].shape == shape
