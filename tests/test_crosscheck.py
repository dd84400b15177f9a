"""crosscheck: right gradients pass at every scale, wrong ones do not, and what cannot be judged is said in one sentence."""

import math
import time
import traceback

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import (
    Crosscheck,
    DetachedError,
    GradientMismatch,
    ShapeError,
    Tensor,
    assert_gradients_match,
    crosscheck,
    elementwise,
    stop_gradient,
)
from autograd_mini.checking.referee import Referee

RNG = np.random.default_rng(0)
V = np.array([0.3, -1.2, 2.0])
A = RNG.normal(size=(3, 3))
B = RNG.normal(size=(2, 3))


def square(x):
    return np.sum(x * x)


def twice(x):
    return 2 * x


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# Right gradients of random smooth costs are right, whatever their scale, and a wrong one is wrong.


def lines(w, X, y):
    return np.mean((w @ X - y) ** 2)


def lines_by_hand(w, X, y):
    total = np.zeros_like(w)
    for k in range(X.shape[1]):
        total = total + 2 * (np.sum(w * X[:, k]) - y[k]) * X[:, k] / X.shape[1]
    return (total,)


def network(w, b, v, X, y):
    return np.sum((sigmoid(v @ np.tanh(w @ X + b)) - y) ** 2) / (2 * X.shape[1])


def network_by_hand(w, b, v, X, y):
    m = X.shape[1]
    totals = [np.zeros_like(w), np.zeros_like(b), np.zeros_like(v)]
    for k in range(m):
        x = X[:, [k]]
        a = np.tanh(w @ x + b)
        o = sigmoid(v @ a)
        delta = (o - y[k]) * o * (1 - o)
        below = v.T @ delta * (1 - a * a)
        totals = [t + g for t, g in zip(totals, (below @ x.T, below, delta @ a.T), strict=True)]
    return [t / m for t in totals]


def entropy(w, b, X, y):
    z = w @ X + b
    top = np.max(z, axis=0)
    return np.mean(np.log(np.sum(np.exp(z - top), axis=0)) + top - z[0]) + 0 * y[0]


def entropy_by_hand(w, b, X, y):
    z = w @ X + b
    p = np.exp(z - z.max(0)) / np.exp(z - z.max(0)).sum(0)
    p[0] -= 1
    return p @ X.T / X.shape[1], p.mean(1, keepdims=True)


def waves(w, X, y):
    return np.sum(np.sin(w @ X)) + np.sum(np.log1p(w * w)) + 0 * y[0]


def waves_by_hand(w, X, y):
    return ((X * np.cos(w @ X)).sum(1) + 2 * w / (1 + w * w),)


COSTS = {
    "lines": (lines, lines_by_hand, lambda n, h: [(n,)]),
    "network": (network, network_by_hand, lambda n, h: [(h, n), (h, 1), (1, h)]),
    "entropy": (entropy, entropy_by_hand, lambda n, h: [(h, n), (h, 1)]),
    "waves": (waves, waves_by_hand, lambda n, h: [(n,)]),
}

any_case = given(
    seed=st.integers(0, 10**6),
    exponent=st.integers(-8, 8),
    data=st.integers(-8, 8),
    fits=st.sampled_from([None, None, 0, -6, -12, -16]),
    single=st.booleans(),
)


def drawn(name, seed, exponent, data, fits, single):
    """A cost, its parameters and its examples; fits: the data are fitted to within that power of ten."""
    rng = np.random.default_rng(seed)
    n, m, h = rng.integers(1, 6, 3)
    dtype = "f4" if single else "f8"
    cost, by_hand, shapes = COSTS[name]
    params = [(10.0**exponent * rng.normal(size=shape)).astype(dtype) for shape in shapes(n, h)]
    X, y = (10.0**data * rng.normal(size=(n, m))).astype(dtype), rng.normal(size=m)
    if fits is not None and name == "lines":
        y = (params[0] @ X) * (1 + 10.0**fits * y)
    return cost, by_hand, params, (X, y.astype(dtype))


@pytest.mark.parametrize("name", COSTS)
@settings(max_examples=60, deadline=None, derandomize=True)
@any_case
def test_a_right_gradient_is_right_at_every_scale(name, **case):
    cost, by_hand, params, examples = drawn(name, **case)
    report = crosscheck(cost, params, by_hand, examples=examples)
    assert report, str(report)


@pytest.mark.parametrize("name", COSTS)
@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), factor=st.sampled_from([-1.0, 0.0, 0.5, 0.999, 1.001, 2.0]), single=st.booleans())
def test_a_wrong_gradient_is_wrong(name, seed, factor, single):
    cost, by_hand, params, examples = drawn(name, seed, 0, 0, None, single)
    k = seed % len(params)

    def wrong(*args):
        found = list(by_hand(*args))
        found[k] = factor * found[k]
        return found

    report = crosscheck(cost, params, wrong, examples=examples)
    assert report.table[k].verdict in ("WRONG", "too small to judge")
    assert bool(report) == (report.table[k].verdict == "too small to judge")
    assert not bool(report) or np.max(np.abs(report.table[k].tape)) < (1e-4 if single else 1e-13)
    assert all(row.verdict != "WRONG" for i, row in enumerate(report.table) if i != k)


def test_a_small_mistake_is_one():
    assert not crosscheck(square, V, 2 * V * (1 + 1e-12))
    assert crosscheck(square, V, 2 * V * (1 + 1e-15))


def test_at_an_exact_fit_there_is_only_rounding():
    X = RNG.normal(size=(4, 20))
    w = RNG.normal(size=4)
    assert crosscheck(lines, [w], lines_by_hand, examples=(X, w @ X))


def test_a_saturated_network_written_in_two_ways():
    w, x = np.array([[33.0, 5.0], [-38.0, 2.0]]), np.array([1.0, 0.5])
    f = lambda w: np.sum((sigmoid(w @ x) - 0.3) ** 2)

    def one(w):
        a = sigmoid(w @ x)
        return np.outer(2 * (a - 0.3) * a * (1 - a), x)

    def other(w):
        z = w @ x
        return np.outer(2 * (sigmoid(z) - 0.3) * sigmoid(z) * sigmoid(-z), x)

    assert np.max(np.abs(1 - one(w) / other(w))) > 0.02
    assert crosscheck(f, w, one)
    assert crosscheck(f, w, other)
    assert not crosscheck(f, w, one(w) + 1e-3)


@pytest.mark.parametrize("gap", [13.0, 20.0, 30.0, 36.0, 38.0, 50.0])
@pytest.mark.parametrize("size", [1.0, 255.0, 1e4])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_a_cross_entropy_that_is_nearly_zero(gap, size, dtype):
    # C is the small difference of two numbers like z: its rounding is theirs, and 1 − p is a whole number of roundings of 1.
    X = size * np.array([[1.0, 0.9, 0.7]]).astype(dtype)
    params = np.array([[gap / size / 2], [-gap / size / 2]], dtype), np.zeros((2, 1), dtype)
    report = crosscheck(entropy, params, entropy_by_hand, examples=(X, np.zeros(3, dtype)))
    assert report, str(report)


# The report.


def test_the_report_on_a_right_gradient():
    report = crosscheck(square, V, twice)
    assert isinstance(report, Crosscheck)
    assert report
    assert (report.first_wrong, report.worst, report.complaints) == (None, report.table[0], ())
    assert report.cost == square(V)
    assert "The gradient is right." in str(report)
    assert "autodiff itself       agrees with central differences to" in repr(report)


def test_the_report_on_a_wrong_one():
    cost = lambda w, b: np.sum(np.tanh(w @ V + b))
    slope = lambda w, b: 1 - np.tanh(w @ V + b) ** 2
    wrong = lambda w, b: (np.outer(slope(w, b), V), np.tanh(w @ V + b))
    report = crosscheck(cost, (A, V), wrong, names=("w", "b"))
    assert not report
    assert report.first_wrong is report.worst is report.table[1]
    lines = str(report).splitlines()
    assert lines[0] == f"Gradient check: yours against autograd_mini      2 arrays, 12 entries, C = {report.cost:.4g}"
    assert lines[2].split() == [
        "array",
        "shape",
        "max",
        "|diff|",
        "worst",
        "entry",
        "yours",
        "autodiff",
        "ratio",
        "verdict",
    ]
    assert lines[3].split()[:2] == ["w", "3×3"]
    assert lines[3].endswith("   ok")
    assert lines[4].endswith("WRONG  ← first wrong")
    worst = report.worst.worst
    assert f"{report.worst.tape[worst]:.4g}".replace("-", "−") in lines[4]
    assert lines[6] == "The gradient of b is wrong."
    assert lines[7].startswith("  central differences")
    assert lines[7].endswith(f"at b[{worst[0]}], as autodiff has it")
    assert lines[8].startswith("  autodiff itself       agrees with central differences to ")


def test_the_worst_and_the_first_wrong_array_differ():
    f = lambda a, b, c: a * a + b * b + c * c
    report = crosscheck(f, (1.0, 2.0, 3.0), (2.0, 4.5, 5.0))
    assert (report.first_wrong.label, report.worst.label) == ("params[1]", "params[2]")
    assert "2 of 3 gradients are wrong; the first is that of params[1]." in str(report)
    rounded = crosscheck(lambda a, b: 1e8 * a + b, (1.0, 1.0), (1e8 + 2.4e-6, 1.0 + 2e-6))
    assert [row.verdict for row in rounded.table] == ["ok", "WRONG"]
    assert rounded.worst is rounded.table[1]


def test_what_is_too_small_is_said_and_no_fault():
    f = lambda a, b: 1 + np.sum(a * a) + 1e-20 * np.sum(b)
    report = crosscheck(f, (V, V), (2 * V, np.zeros(3)))
    assert report
    assert [row.verdict for row in report.table] == ["ok", "too small to judge"]
    assert "Right, as far as can be judged: params[1] is smaller than the rounding of the cost." in str(report)
    nothing = crosscheck(lambda a: 1 + 1e-20 * np.sum(a), V, np.zeros(3))
    assert nothing
    assert "Nothing could be judged" in str(nothing)
    assert "could not be compared with central differences" in str(nothing)


def test_html_is_escaped_and_has_its_own_colours():
    text = crosscheck(square, V, V, names="<b>&")._repr_html_()
    assert "<b>" not in text
    assert "&lt;b&gt;&amp;" in text
    assert "prefers-color-scheme:dark" in text
    assert text.count("<tr") == 2
    assert text.count('class="wrong"') == 1
    assert crosscheck(square, V, twice)._repr_html_().count('class="wrong"') == 0


def test_the_assertion_carries_the_report():
    assert assert_gradients_match(square, V, twice) is None
    with pytest.raises(GradientMismatch) as caught:
        assert_gradients_match(square, V, V, names="x")
    assert isinstance(caught.value, AssertionError)
    assert str(caught.value) == str(crosscheck(square, V, V, names="x"))
    with pytest.raises(GradientMismatch, match="last example only"):
        assert_gradients_match(
            lines,
            [V],
            lambda w, X, y: lines_by_hand(w, X[:, -1:], y[-1:]),
            examples=(A, V),
            names=["w"],
            axis=-1,
            seed=3,
        )


# Nesting.

NESTED = {
    "a bare array": (square, V, 2 * V),
    "a bare number": (lambda x: x**3, 2.0, 12.0),
    "an int": (lambda x: x**3, 2, 12),
    "a 0-d array": (square, np.array(2.0), np.array(4.0)),
    "a Tensor": (square, Tensor(V), 2 * V),
    "one array in a list": (square, [V], [2 * V]),
    "one array in a list, its gradient bare": (square, [V], 2 * V),
    "a bare array, its gradient in a tuple": (square, V, (2 * V,)),
    "two": (lambda a, b: square(a) + square(b), (V, A), (2 * V, 2 * A)),
    "a list for a tuple": (lambda a, b: square(a) + square(b), (V, A), [2 * V, 2 * A]),
    "gradients stacked": (lambda a, b: a * a + b, [2.0, 3.0], np.array([4.0, 1.0])),
    "a bare dict": (lambda p: square(p["w"]) * p["v"], {"w": V, "v": 2.0}, {"v": square(V), "w": 4 * V}),
    "deeper": (
        lambda p, c: square(p["w"][0]) + c * square(p["w"][1]),
        ({"w": [V, A]}, 2.0),
        [{"w": (2 * V, 4 * A)}, square(A)],
    ),
    "one list": (lambda ws: square(ws[0]) + square(ws[1]), [[V, A]], [[2 * V, 2 * A]]),
    "None among the parameters": (lambda a, b: square(a), (V, None), (2 * V, None)),
    "an empty array": (lambda a, b: square(a) + square(b), (V, np.zeros((0, 3))), (2 * V, np.zeros((0, 3)))),
    "only empty": (square, np.zeros(0), np.zeros(0)),
    "a cost of shape (1, 1)": (lambda x: x[None] @ x[:, None], V, 2 * V),
    "complex": (lambda z: np.sum(np.abs(z) ** 2), V + 1j, 2 * (V + 1j)),
    "a constant cost": (lambda x: 3.0, V, np.zeros(3)),
}


@pytest.mark.parametrize("case", NESTED.values(), ids=NESTED.keys())
@pytest.mark.parametrize("called", [False, True], ids=["arrays", "function"])
def test_parameters_may_be_nested(case, called):
    cost, params, analytic = case
    report = crosscheck(cost, params, (lambda *args: analytic) if called else analytic)
    assert report, str(report)
    assert all(row.verdict != "WRONG" and not row.remarks for row in report.table)


def test_arrays_are_called_as_they_are_reached():
    cost = lambda p, c: square(p["w"][0]) + square(p["w"][1]) * c
    params = ({"w": [V, A]}, 2.0)
    labels = lambda **options: [row.label for row in crosscheck(cost, params, params, **options).table]
    assert labels() == ["params[0]['w'][0]", "params[0]['w'][1]", "params[1]"]
    assert labels(names=("p", "c")) == ["p['w'][0]", "p['w'][1]", "c"]
    assert labels(names=("x", "y", "z")) == ["x", "y", "z"]
    assert [row.label for row in crosscheck(lambda p: p["a"] ** 2, {"a": 1.0}, {"a": 2.0}).table] == ["params['a']"]


# Kinks.


def test_any_slope_at_a_kink_is_right():
    X = np.array([[0.0, 1.0, -1.0], [0.0, 2.0, 1.0]])  # a blank example: z = b = 0
    w, b = RNG.normal(size=(4, 2)), np.zeros((4, 1))
    relu = lambda w, b, X: np.sum(np.maximum(w @ X + b, 0) ** 2 + 3 * np.maximum(w @ X + b, 0))

    def by_hand(slope):
        def gradient(w, b, X):
            z = w @ X + b
            delta = (2 * np.maximum(z, 0) + 3) * np.where(z > 0, 1.0, np.where(z < 0, 0.0, slope))
            return delta @ X.T, delta.sum(1, keepdims=True)

        return gradient

    for slope in (0.0, 0.3, 0.5, 1.0):
        report = crosscheck(relu, (w, b), by_hand(slope), examples=(X,))
        assert report, str(report)
    for slope in (-0.1, 1.1):
        report = crosscheck(relu, (w, b), by_hand(slope), examples=(X,))
        assert report.first_wrong.label == "params[1]"
        assert "central differences   find a kink at params[1][" in str(report)
        assert "yours is not between them" in str(report)
    assert not crosscheck(relu, (w, b), lambda *args: [-g for g in by_hand(0.0)(*args)], examples=(X,))


def test_who_wins_a_tie_is_free():
    x = np.array([1.0, 3.0, 3.0])
    for k in (1, 2):
        assert crosscheck(np.max, x, np.eye(3)[k])
    assert not crosscheck(np.max, x, np.eye(3)[0])
    assert not crosscheck(np.max, x, 2 * np.eye(3)[1])
    assert not crosscheck(np.max, np.full(8, 3.0), 1.5 * np.eye(8)[1])  # a jump of the gradient is no rounding


def test_rounding_may_fall_on_either_side_of_a_kink():
    f = lambda w: 2 * np.maximum(w * 0.1 - 0.3, 0) + w * w
    assert 3 * 0.1 - 0.3 > 0 == 3 / 10 - 0.3
    for slope in (0.0, 0.1, 0.2):
        assert crosscheck(f, 3.0, 6 + slope)
    for slope in (-0.1, 0.3):
        assert not crosscheck(f, 3.0, 6 + slope)


def test_next_to_the_slopes_of_a_kink_is_wrong():
    f = lambda x: np.maximum(x, 0) + 100 * x * x
    for slope in (0.0, 1.0):
        assert crosscheck(f, 0.0, slope)
    for slope in (-0.02, 1.02):
        assert not crosscheck(f, 0.0, slope)


def test_rounding_makes_no_kinks():
    x = RNG.normal(size=200)
    kink = Referee(lambda x: 1e8 + np.sum(x * x), (x,), ["x"]).kink(0)
    assert all(kink(i) is None for i in range(200))


def test_single_precision_has_kinks_too():
    x = np.array([0.0, 1.0], dtype="f4")
    assert crosscheck(lambda x: np.sum(np.abs(x)), x, np.array([1.0, 1.0], dtype="f4"))


# Three ways.

bent = elementwise(lambda x: np.sin(x), lambda y, x: 1.1 * np.cos(x), on=(-3, 3))


@pytest.mark.parametrize("n", [3, 6000], ids=["all entries", "random directions"])
def test_a_fault_of_the_tape_is_not_blamed_on_the_person(n):
    x = np.linspace(-1, 1, n)
    report = crosscheck(lambda x: np.sum(bent(x)), x, np.cos(x))
    assert not report
    assert report.opinions.against
    text = str(report)
    assert "Not judged: autodiff itself disagrees with central differences." in text
    assert "as you have it, and not autodiff" in text
    assert "autodiff itself       disagrees with central differences: at params[" in text


def test_a_fault_of_the_tape_that_the_person_shares_is_found_too():
    report = crosscheck(lambda x: np.sum(bent(x)), V, lambda x: 1.1 * np.cos(x))
    assert report.first_wrong is None
    assert not report
    with pytest.raises(GradientMismatch, match="autodiff itself disagrees"):
        assert_gradients_match(lambda x: np.sum(bent(x)), V, lambda x: 1.1 * np.cos(x))


def test_a_hidden_dependence_is_found():
    report = crosscheck(lambda x: np.sum(x * stop_gradient(x)), V, lambda x: x)
    assert not report
    assert "stop_gradient" in str(report)


def test_one_entry_of_the_tape_is_enough():
    once = elementwise(lambda x: x * x, lambda y, x: np.where(x < 0.3, 1.0, 2 * x), on=(-3, 3))
    x = np.full(5000, 0.5)
    x[1234] = 0.25
    report = crosscheck(lambda x: np.sum(once(x)), x, 2 * x)
    assert report.opinions.against[0].place == "params[1234]"


def test_a_sweep_that_overflows_is_no_verdict():
    x = np.array([-800.0, 0.5])
    f = lambda x: np.sum(sigmoid(x))  # exp(800) is infinite; the tape then has ∞ · 0
    right = lambda x: np.array([0.0, sigmoid(x[1]) * sigmoid(-x[1])])
    report = crosscheck(f, x, right)
    assert report, str(report)
    assert report.table[0].remarks == ("judged without autodiff in 1 entries, where it has nan",)
    assert np.isnan(report.table[0].tape[0])
    assert "has nan: cost overflows on the way" in str(report)
    wrong = crosscheck(f, x, lambda x: right(x) + np.array([0.1, 0.0]))
    assert wrong.worst.worst == (0,)
    assert not wrong.opinions.against
    assert not crosscheck(f, x, lambda x: right(x) + np.array([0.0, 0.1]))
    assert crosscheck(f, x.astype("f4") / 8, lambda x: sigmoid(x) * sigmoid(-x))


def test_a_sweep_that_overflows_in_single_precision_is_done_in_double():
    x = np.full(1000, -100.0, dtype="f4")
    f = lambda x: np.sum(x * sigmoid(x))  # exp(100) is infinite in single precision only
    right = np.zeros(1000, dtype="f4")
    assert crosscheck(f, x, right)
    right[777] = 0.1
    report = crosscheck(f, x, right)
    assert not report
    assert report.worst.worst == (777,)


def test_an_infinite_derivative_is_one():
    f = lambda x: np.sum(np.sqrt(x))
    assert crosscheck(f, np.array([0.0, 4.0]), np.array([np.inf, 0.25]))
    assert not crosscheck(f, np.array([0.0, 4.0]), np.array([1.0, 0.25]))


def test_single_precision_is_compared_with_differences_in_double():
    report = crosscheck(lambda x: np.sum(np.sin(x)), V.astype("f4"), np.cos)
    assert report
    assert report.opinions.agreement < 1e-9


def test_up_to_5000_entries_all_are_looked_at():
    assert "along random directions" not in str(crosscheck(square, np.ones(5000), twice))
    assert "along random directions" in str(crosscheck(square, np.ones(5001), twice))


def test_a_smooth_cost_is_looked_at_once():
    calls = []
    report = crosscheck(lambda x: np.sum(np.sin(x)) + 0.0 * len(calls.append(1) or ""), V.repeat(100), np.cos)
    assert report
    assert report.opinions.agreement < 1e-9
    assert len(calls) < 5 * 300


def test_200_000_parameters_take_seconds():
    x = RNG.normal(size=200_000)
    f = lambda x: np.sum(np.tanh(x) ** 2)
    right = lambda x: 2 * np.tanh(x) * (1 - np.tanh(x) ** 2)
    start = time.perf_counter()
    assert crosscheck(f, x, right)
    report = crosscheck(f, x, lambda x: right(x) + (np.arange(x.size) == 4321))
    assert not report
    assert report.worst.worst == (4321,)
    assert not crosscheck(f, x, lambda x: -right(x))
    assert time.perf_counter() - start < 15
    assert "along random directions" in str(report)


# The person's own functions.


def test_an_exception_is_the_persons_own():
    def by_hand(x):
        return {}["no such key"]

    with pytest.raises(KeyError) as caught:
        crosscheck(square, V, by_hand)
    assert traceback.extract_tb(caught.value.__traceback__)[-1].name == "by_hand"
    assert caught.value.__context__ is None
    with pytest.raises(ZeroDivisionError):
        crosscheck(lambda x: 1 / 0, V, twice)


def test_nothing_of_the_persons_is_changed():
    w, X = V.copy(), A.copy()

    def harmful(w, X):
        w *= 3
        X[:] = 0
        return w

    report = crosscheck(lambda w, X: np.sum(w @ X), [w], harmful, examples=(X,))
    assert not report
    assert report.complaints == (
        "analytic writes into params[0], examples[0], which it is given: a -= b does; a = a - b does not",
    )
    assert np.array_equal(w, V)
    assert np.array_equal(X, A)
    with pytest.raises(ValueError, match=r"cost writes into examples\[0\]"):
        crosscheck(lambda w, X: np.sum(w @ np.multiply(X, 2, out=X)), [w], w, examples=(X,))
    assert np.array_equal(X, A)
    lists = [[V.copy()]]
    report = crosscheck(lambda ws: square(ws[0]), lists, lambda ws: [[2 * ws.pop()]])
    assert report.complaints
    assert len(lists[0]) == 1


def test_right_numbers_by_a_function_that_does_harm():
    def by_hand(x):
        y = 2 * x
        x += 1
        return y

    report = crosscheck(square, V, by_hand, names="x")
    assert not report
    assert report.first_wrong is None
    assert "The numbers are right, but the function that computes them is not:\n  analytic writes into x" in str(report)


@pytest.mark.parametrize("scale", [1.0, 1e-9])
def test_gradients_that_are_not_reset(scale):
    total = np.zeros(3)

    def by_hand(x):
        nonlocal total
        total += scale * 2 * x
        return total

    report = crosscheck(lambda x: scale * square(x), V, by_hand)
    assert report.first_wrong is None
    assert not report
    assert "twice the first: gradients are added up and not reset between calls" in report.complaints[0]
    rng = np.random.default_rng(0)
    report = crosscheck(square, V, lambda x: 2 * x + rng.normal(size=3))
    assert "not the first ones" in report.complaints[0]


BAD = {
    "the order": ((V, square, twice), {}, TypeError, "the first argument is the cost, a function, not ndarray"),
    "the order too": ((square, twice, V), {}, TypeError, r"The order is crosscheck\(cost, params, analytic\)"),
    "no parameters": ((square, (), ()), {}, ValueError, "nothing to differentiate"),
    "None": ((square, None, None), {}, ValueError, "nothing to differentiate"),
    "integers": ((square, np.arange(3), twice), {}, TypeError, r"params: .* integers .* \.astype\(float\)"),
    "a bool": ((square, [True], twice), {}, TypeError, r"params\[0\]: a bool"),
    "a string": ((square, "abc", twice), {}, TypeError, "params: str of strings"),
    "masked": ((square, np.ma.array(V), twice), {}, TypeError, "params: MaskedArray .* np.asarray"),
    "nan in an array": ((square, [V, np.array([[1.0, np.nan]])], V), {}, ValueError, r"params\[1\]\[0, 1\] is nan"),
    "an infinite number": ((square, math.inf, V), {}, ValueError, "params is inf; a gradient needs finite parameters"),
    "a cost of nan": ((lambda x: np.sum(np.log(x)), V, twice), {}, ValueError, "cost is nan at this point"),
    "a cost that is an array": ((lambda x: x * x, V, twice), {}, ValueError, r"cost returned shape \(3,\); .* Sum it"),
    "no cost": ((lambda x: None, V, twice), {}, TypeError, "cost returned None. Is its return missing?"),
    "an integer cost": ((np.argmax, V, twice), {}, TypeError, "cost returned int64"),
    "a complex cost": ((lambda x: np.sum(x) * 1j, V, twice), {}, TypeError, "cost returned complex128"),
    "a pair": ((lambda x: (square(x), x), V, twice), {}, TypeError, "cost returned a tuple of 2; a cost is one number"),
    "a random cost": ((lambda x: square(x) * RNG.random(), V, twice), {}, ValueError, "cost is random: .* fixed seed"),
    "no gradient": ((square, V, lambda x: None), {}, TypeError, "analytic returned None. Is its return missing?"),
    "too few": ((np.dot, (V, V), (V,)), {}, ShapeError, "gradients is a tuple of 1; the parameters there are a tuple of 2"),
    "too many": ((np.dot, (V, V), (V, V, V)), {}, ShapeError, "gradients is a tuple of 3; .* a tuple of 2"),
    "one for two": ((np.dot, (V, V), V), {}, ShapeError, r"gradients is an array of shape \(3,\); .* a tuple of 2"),
    "the cost too": ((np.dot, (V, V), (V @ V, (V, V))), {}, ShapeError, "The first of them is the cost"),
    "None for one": ((np.dot, (V, V), (V, None)), {}, ShapeError, r"gradients\[1\] is None, .* of shape \(3,\)"),
    "a missing key": ((lambda p: square(p["w"]), {"w": V, "b": V}, {"w": V}), {}, ShapeError, "gradients lacks 'b'"),
    "another key": ((lambda p: square(p["w"]), {"w": V}, {"W": V}), {}, ShapeError, "lacks 'w' and has in excess 'W'"),
    "one more key": ((lambda p: square(p["w"]), {"w": V}, {"w": V, 1: V}), {}, ShapeError, "gradients has in excess 1; "),
    "a list for a dict": ((lambda p: square(p["w"]), {"w": V}, [V]), {}, ShapeError, "is a list of 1; .* dict .* 'w'"),
    "a dict for an array": ((square, V, {"x": V}), {}, ShapeError, r"is a dict .*, where the parameter is an array"),
    "a list for an array": ((np.dot, (V, V), (V, [V, V])), {}, ShapeError, r"gradients\[1\] is a list of 2, where"),
    "arguments of the cost": ((square, (V, V), (V, V)), {}, TypeError, r"cost is called with 2 arguments .*=\[the_list\]"),
    "arguments of the gradient": ((np.dot, (V, V), twice), {}, TypeError, "analytic is called with 2 arguments"),
    "examples nobody takes": ((square, V, twice), {"examples": (A, V)}, TypeError, r"params has 1, examples 2"),
    "too many names": ((square, V, twice), {"names": ("a", "b")}, ValueError, r"names=\('a', 'b'\); give one string"),
    "names that are none": ((square, V, twice), {"names": (1,)}, ValueError, "give one string"),
    "an axis": ((lines, [V], V), {"examples": (A, V), "axis": 1}, ValueError, r"axis=1 does not count .* \(3, 3\), \(3,\)"),
    "an axis of nothing": ((square, V, V), {"axis": 0}, ValueError, "axis=0 does not count the examples"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD.values(), ids=BAD.keys())
def test_what_cannot_be_judged_is_said(case):
    args, options, kind, text = case
    for function in (crosscheck, assert_gradients_match):
        with pytest.raises(kind, match=text) as caught:
            function(*args, **options)
        assert str(caught.value).startswith("crosscheck: ")
        assert "\n" not in str(caught.value)


DETACHED = {
    "float": (lambda x: float(np.sum(x * x)), DetachedError),
    "math": (lambda x: math.exp(x[0]), DetachedError),
    "setitem": (lambda x: np.sum(_first_set(x * x)), TypeError),
}


def _first_set(x):
    x[0] = 1.0
    return x


@pytest.mark.parametrize("case", DETACHED.values(), ids=DETACHED.keys())
def test_a_cost_that_the_tape_cannot_follow_is_explained(case):
    cost, kind = case
    with pytest.raises(kind) as caught:
        crosscheck(cost, V, twice)
    assert any("np.exp for math.exp" in note for note in caught.value.__notes__)


def test_a_cost_that_means_something_else_on_tensors():
    with pytest.raises(ValueError, match=r"something else on Tensors than on arrays: 11\.06 and 5\.53"):
        crosscheck(lambda x: square(x) * (2 if isinstance(x, Tensor) else 1), V, twice)
