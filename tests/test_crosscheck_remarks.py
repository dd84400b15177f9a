"""What a crosscheck says is the matter: each remark where it was planted, and no other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import crosscheck, grad
from autograd_mini.checking.comparison import allowance

RNG = np.random.default_rng(0)
W1, B1 = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 1))
W2, B2 = RNG.normal(size=(4, 4)), RNG.normal(size=(4, 1))
X, Y = RNG.normal(size=(3, 5)), RNG.random((4, 5))
PARAMS = ([W1, W2], [B1, B2])
NAMES = ("w", "b")


def cost(weights, biases, X, Y):
    a = X
    for W, b in zip(weights, biases, strict=True):
        a = np.tanh(W @ a + b)
    return np.sum((a - Y) ** 2) / X.shape[1]


def right(weights, biases, X, Y):
    """The gradient, example by example, as one would write it."""
    W1, W2 = weights
    b1, b2 = biases
    nabla = [np.zeros_like(W1), np.zeros_like(W2), np.zeros_like(b1), np.zeros_like(b2)]
    for k in range(X.shape[1]):
        x, y = X[:, [k]], Y[:, [k]]
        h = np.tanh(W1 @ x + b1)
        o = np.tanh(W2 @ h + b2)
        d2 = 2 * (o - y) * (1 - o**2)
        d1 = (W2.T @ d2) * (1 - h**2)
        for total, term in zip(nabla, (d1 @ x.T, d2 @ h.T, d1, d2), strict=True):
            total += term / X.shape[1]
    return nabla[:2], nabla[2:]


def remarks(change, params=PARAMS, examples=(X, Y), **options):
    """The remarks on each array, where `change` was done to the right gradients (a flat list of four)."""
    given = right(*params, *examples)
    changed = change([g.copy() for group in given for g in group])
    report = crosscheck(cost, params, (changed[:2], changed[2:]), examples=examples, names=NAMES, **options)
    assert bool(report) == all(row.verdict != "WRONG" for row in report.table)
    return {row.label: row.remarks for row in report.table}


def only(k, change):
    """`change` done to array k."""
    return lambda g: [change(array) if i == k else array for i, array in enumerate(g)]


def found(k, change, **options):
    """The remarks on array k when `change` was done to it; there are none on the others."""
    said = list(remarks(only(k, change), **options).values())
    assert not any(said[:k] + said[k + 1 :])
    return said[k]


def test_right_gradients_have_none():
    assert not any(remarks(lambda g: g).values())


FACTORS = {
    -1.0: "−1 times the right one",
    2.0: "2 times the right one",
    0.5: "½ times the right one",
    -2.0: "−2 times the right one",
    5.0: "m = 5 times the right one",
    0.2: "1/m = 1/5 times the right one",
    -5.0: "−m = −5 times the right one",
    -0.2: "−1/m = −1/5 times the right one",
    0.3: "0.3 times the right one",
    -7.5: "−7.5 times the right one",
    1e-3: "0.001 times the right one",
    0.0: "zero everywhere",
}


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("k", range(4))
def test_a_constant_multiple(factor, k):
    assert found(k, lambda g: factor * g) == (FACTORS[factor],)


def test_m_equal_to_2_is_twice_or_m():
    assert found(0, lambda g: 2 * g, examples=(X[:, :2], Y[:, :2])) == ("2 or m = 2 times the right one",)
    assert found(0, lambda g: g / 2, examples=(X[:, :2], Y[:, :2])) == ("½ or 1/m = 1/2 times the right one",)
    assert found(0, lambda g: 2 * g, examples=(X[:, :1], Y[:, :1])) == ("2 times the right one",)


def test_without_examples_there_is_no_m():
    f = lambda w: np.sum(np.sin(w))
    report = crosscheck(f, W1, 5 * np.cos(W1))
    assert report.first_wrong.remarks == ("5 times the right one",)


SHAPES = {
    "transposed": (0, lambda g: g.T, "transposed"),
    "transposed, square": (1, lambda g: g.T, "transposed"),
    "transposed and negative": (0, lambda g: -g.T, "transposed, and −1 times the right one"),
    "a row for a column": (2, lambda g: g.T, "transposed"),
    "wrong numbers, transposed shape": (0, lambda g: g.T + 1, "has the transposed shape, (3, 4) instead of (4, 3)"),
    "missing axis": (2, np.ravel, "misses an axis: shape (4,) instead of (4, 1), the numbers are right"),
    "extra axis": (0, lambda g: g[None], "has an extra axis: shape (1, 4, 3) instead of (4, 3), the numbers are right"),
    "missing axis, wrong numbers": (2, lambda g: g[:, 0] + 1, "misses an axis: shape (4,) instead of (4, 1)"),
    "extra axis, wrong numbers": (0, lambda g: g[None] + 1, "has an extra axis: shape (1, 4, 3) instead of (4, 3)"),
    "flat": (0, np.ravel, "the right numbers in shape (12,) instead of (4, 3)"),
    "flat by columns": (
        0,
        lambda g: g.ravel("F"),
        "the right numbers in shape (12,) instead of (4, 3), column by column",
    ),
    "summed away": (0, lambda g: g.sum(1), "summed over axis 1 as well: shape (4,) instead of (4, 3)"),
    "summed to a number": (2, np.sum, "summed over axis 0 as well: shape () instead of (4, 1)"),
    "averaged away": (0, lambda g: g.mean(0), "averaged over axis 0 as well: shape (3,) instead of (4, 3)"),
    "another shape": (0, lambda g: np.ones((4, 4)), "has shape (4, 4) instead of (4, 3)"),
}


@pytest.mark.parametrize("case", SHAPES.values(), ids=SHAPES.keys())
def test_a_shape(case):
    k, change, text = case
    assert found(k, change) == (text,)


def test_a_bias_that_was_not_summed_over_the_examples():
    h = np.tanh(W1 @ X + B1)
    o = np.tanh(W2 @ h + B2)
    delta = 2 * (o - Y) * (1 - o**2)
    assert found(3, lambda g: delta) == ("not averaged over axis 1: shape (4, 5) instead of (4, 1)",)
    assert found(3, lambda g: delta / 5) == ("not summed over axis 1: shape (4, 5) instead of (4, 1)",)
    assert found(3, lambda g: delta * RNG.random((4, 5))) == ("has shape (4, 5) instead of (4, 1)",)


def test_arrays_that_are_swapped():
    swapped = remarks(lambda g: [g[0], g[1], g[3], g[2]])
    assert swapped == {
        "w[0]": (),
        "w[1]": (),
        "b[0]": ("swapped with that of b[1]",),
        "b[1]": ("swapped with that of b[0]",),
    }
    twice = remarks(lambda g: [g[0], g[1], g[2], g[2].copy()])
    assert twice["b[1]"] == ("the gradient of b[0]",)
    assert not twice["b[0]"]


def test_a_mistake_next_to_rounding_is_no_other_gradient():
    f = lambda a, b: np.sum(a * a) + np.sum(b**3)
    off = 2 * allowance(f(B1, B2), (B1, B2), 2 * B1)
    row = crosscheck(f, (B1, B2), (2 * B1 + off, 3 * B2**2)).first_wrong
    assert (row.label, row.remarks) == ("params[0]", ())


def test_numbers_that_are_none():
    def spoilt(value):
        def change(g):
            g[1, 2] = value
            return g

        return change

    assert found(0, spoilt(np.nan)) == ("holds nan in 1 of 12 entries",)
    assert found(0, spoilt(np.inf)) == ("holds inf in 1 of 12 entries",)
    assert found(2, lambda g: g * np.nan) == ("holds nan in 4 of 4 entries",)
    assert found(0, lambda g: np.full((4, 4), np.nan)) == ("holds nan in 16 of 16 entries",)


def test_where_few_entries_are_wrong():
    def plus(index):
        def change(g):
            g[index] += 0.1 * RNG.random(g[index].shape) + 0.1
            return g

        return change

    assert found(0, plus((1, 2))) == ("wrong in 1 of 12 entries",)
    assert found(0, plus(2)) == ("wrong in 3 of 12 entries, all in row 2",)
    assert found(0, plus((slice(None), 1))) == ("wrong in 4 of 12 entries, all in column 1",)
    assert found(0, plus((slice(0, 2), slice(0, 2)))) == ("wrong in 4 of 12 entries",)
    assert found(0, plus(slice(None))) == ()
    assert found(2, plus((1, 0))) == ("wrong in 1 of 4 entries",)


# Some of the examples only.


def of(part):
    return lambda g: [array for group in right(*PARAMS, X[:, part], Y[:, part]) for array in group]


SUBSETS = {
    "last": (of([-1]), "the gradient of the last example only"),
    "first": (of([0]), "the gradient of the first example only"),
    "without the last": (of(slice(0, -1)), "the gradient of all examples but the last"),
    "without the first": (of(slice(1, None)), "the gradient of all examples but the first"),
    "last, divided by m": (
        lambda g: [a / 5 for a in of([-1])(g)],
        "1/m = 1/5 times the gradient of the last example only",
    ),
    "last, negative": (lambda g: [-a for a in of([-1])(g)], "−1 times the gradient of the last example only"),
}


@pytest.mark.parametrize("case", SUBSETS.values(), ids=SUBSETS.keys())
def test_some_of_the_examples(case):
    change, text = case
    assert set(remarks(change).values()) == {(text,)}


def test_an_example_in_the_middle_is_unknown():
    assert set(remarks(of([2])).values()) == {()}


def row_cost(w, b, X, Y):
    return np.mean((X @ w + b - Y) ** 2)


def row_gradient(w, b, X, Y):
    r = X @ w + b - Y
    return 2 * X.T @ r / len(Y), 2 * np.mean(r)


ROWS = {"X is m × n": (7, 3), "X is square": (4, 4), "one column": (6, 1)}


@pytest.mark.parametrize("shape", ROWS.values(), ids=ROWS.keys())
@pytest.mark.parametrize("axis", [None, 0])
def test_rows_may_be_examples(shape, axis):
    m, n = shape
    X, Y, w, b = RNG.normal(size=shape), RNG.normal(size=m), RNG.normal(size=n), 0.3
    assert crosscheck(row_cost, (w, b), row_gradient, examples=(X, Y), axis=axis)
    last = crosscheck(
        row_cost, (w, b), lambda w, b, X, Y: row_gradient(w, b, X[-1:], Y[-1:]), examples=(X, Y), axis=axis
    )
    assert last.table[0].remarks == ("the gradient of the last example only",)
    total = crosscheck(row_cost, (w, b), [m * g for g in row_gradient(w, b, X, Y)], examples=(X, Y), axis=axis)
    assert {row.remarks for row in total.table} == {(f"m = {m} times the right one",)}


def test_examples_that_do_not_agree_have_no_m():
    f = lambda w, X, k: k * np.sum((w @ X) ** 2)
    right = lambda w, X, k: 2 * k * (w @ X) @ X.T
    assert crosscheck(f, [W2[0]], right, examples=(Y, 3.0))
    report = crosscheck(f, [W2[0]], lambda *args: 5 * right(*args), examples=(Y, 3.0))
    assert report.first_wrong.remarks == ("5 times the right one",)


def test_a_cost_that_wants_all_its_examples():
    def strict(w, X, Y):
        if X.shape[1] != 5:
            raise RuntimeError("five, please")
        return np.sum((w @ X - Y) ** 2)

    report = crosscheck(strict, [W1], [W1 + 1], examples=(X, Y))
    assert report.first_wrong.remarks == ()


# Memory.


def test_gradients_that_share_memory():
    f = lambda a, b: np.sum(a + b)
    ones = np.ones(3)
    report = crosscheck(f, (np.zeros(3), np.zeros(3)), lambda a, b: (ones, ones))
    assert report
    assert [row.remarks for row in report.table] == [
        ("shares memory with your gradient of params[1]",),
        ("shares memory with your gradient of params[0]",),
    ]
    both = np.ones((3, 2))
    assert not any(row.remarks for row in crosscheck(f, (np.zeros(3), np.zeros(3)), (both[:, 0], both[:, 1])).table)
    assert not any(row.remarks for row in crosscheck(f, (np.zeros(2), np.zeros(2)), (both[0], both[1])).table)


@pytest.mark.parametrize("analytic", [lambda w: w, lambda w: w[:], None], ids=["function", "view", "array"])
def test_a_gradient_that_is_the_parameter(analytic):
    w = RNG.normal(size=3)
    report = crosscheck(lambda w: np.sum(w * w) / 2, w, analytic or w, names="w")
    assert report
    assert report.table[0].remarks == ("shares memory with the parameter w",)


# Complex parameters.


def test_the_complex_conjugate():
    z = RNG.normal(size=4) + 1j * RNG.normal(size=4)
    f = lambda z: np.sum(np.abs(z) ** 2)
    assert crosscheck(f, z, 2 * z)
    for yours, text in ((2 * np.conj(z), "the complex conjugate"), (-2 * z, "−1 times the right one"), (4j * z, None)):
        report = crosscheck(f, z, yours)
        assert not report
        assert report.first_wrong.remarks == ((text,) if text else ())
        assert "i" in str(report)


# No remark is made by chance.


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), size=st.floats(0.01, 3), k=st.integers(0, 3), single=st.booleans())
def test_what_has_no_explanation_gets_none(seed, size, k, single):
    rng = np.random.default_rng(seed)
    dtype = "f4" if single else "f8"
    params = tuple([array.astype(dtype) for array in group] for group in PARAMS)
    examples = (X.astype(dtype), Y.astype(dtype))

    def change(g):
        return (g + size * rng.normal(size=g.shape)).astype(dtype)

    assert found(k, change, params=params, examples=examples) in (
        (),
        ("wrong in 1 of 4 entries",),
        ("wrong in 2 of 4 entries",),
    )


def test_every_wrong_array_has_the_same_remark_once_in_the_report():
    report = crosscheck(cost, PARAMS, lambda *args: [[-g for g in group] for group in right(*args)], examples=(X, Y))
    assert str(report).count("−1 times the right one") == 1
    assert "All 4 gradients are wrong; the first is that of params[0][0]. Each of them: −1 times" in str(report)


def test_the_right_gradient_of_the_tests_is_the_tapes():
    for hand, tape in zip(right(*PARAMS, X, Y), grad(cost, argnums=(0, 1))(*PARAMS, X, Y), strict=True):
        for h, t in zip(hand, tape, strict=True):
            assert np.allclose(h, t, rtol=1e-13)
