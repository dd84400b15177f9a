"""Slopes from values alone: how exact they are, how honest their error bars, and what is said where there is no slope."""

import math

import numpy as np
import pytest

from autograd_mini.checking.differences import EDGE, HALVES, INFINITE, JUMP, KINK, SMOOTH, TENTH, UNSEEN, slopes

EPS = float(np.finfo(float).eps)


def slope(f, x):
    """The slope of one function of one number."""
    with np.errstate(all="ignore"):
        found = slopes(lambda t: np.atleast_1d(f(np.float64(x + t))), np.atleast_1d(f(np.float64(x))), abs(x), x)
    return found.take(0)


def agrees(f, x, derivative):
    found = slope(f, x)
    return bool(found.agree(np.float64(derivative), found.allowed(np.float64(derivative), EPS)))


SMOOTH_ONES = [
    (np.sin, 0.7, math.cos(0.7), 1e-12),
    (np.sin, 1e6, math.cos(1e6), 1e-12),
    (np.log, 1e-8, 1e8, 1e-11),
    (np.log, 1e-290, 1e290, 1e-9),
    (np.sin, 5e-324, 1.0, 1e-12),
    (lambda x: 3 * x, 1e307, 3.0, 1e-6),
    (lambda x: np.sin(1e6 * x), 1.0, 1e6 * math.cos(1e6), 1e-7),
    (lambda x: np.sin(32 * np.pi * x), 0.0, 32 * math.pi, 1e-12),  # steps that are periods
    (lambda x: np.sin(2048 * np.pi * x), 0.0, 2048 * math.pi, 1e-11),
    (lambda x: np.exp(1000 * x), 0.0, 1000.0, 1e-11),
    (lambda x: np.sqrt(x * x + 1e-12), 1e-6, math.sqrt(0.5), 1e-11),
    (lambda x: x**3, 1e6, 3e12, 1e-7),
    (lambda x: x * x, 1e15, 2e15, 1e-5),
    (lambda x: x * x, 1e-160, 2e-160, 1e-2),
    (lambda x: np.abs(x - 1), 1.001, 1.0, 1e-11),  # a kink not far away
    (np.arcsin, 1 - 1e-6, 707.10695794923, 1e-7),  # the end of the domain not far away
    (lambda x: x * np.abs(x), 0.0, 0.0, 1e-9),
    (lambda x: np.sin(x) ** 2 + np.cos(x) ** 2, 0.3, 0.0, 1e-12),
]


@pytest.mark.parametrize(("f", "x", "derivative", "precision"), SMOOTH_ONES)
def test_a_smooth_function(f, x, derivative, precision):
    found = slope(f, x)
    assert found.kind == SMOOTH
    assert found.low == found.high
    assert abs(found.low - derivative) <= 10 * found.bar
    assert found.bar <= precision * max(1e-12, abs(derivative) or 1)
    assert agrees(f, x, derivative)


@pytest.mark.parametrize(("f", "x", "derivative", "precision"), [row for row in SMOOTH_ONES if row[2]])
def test_three_percent_off_is_wrong(f, x, derivative, precision):
    assert not agrees(f, x, 1.03 * derivative) or precision > 1e-3


CANCELLING = [
    (lambda x: (x + 5.6e6) - 5.6e6 - 1e-3 * x, 2.5e-4, 0.999),  # below the stair of rounding the slope is another
    (lambda x: (1e8 + x) - 1e8, 0.3, 1.0),
    (lambda x: (1e8 + x) - 1e8 - x, 0.3, 0.0),
    (lambda x: (1e12 + x * x) - 1e12, 0.3, 0.6),
    (lambda x: (x + 1e5 * x) - 1e5 * x, 0.17759879, 1.0),
    (lambda x: np.log(1 + x), 1e-10, 1 / (1 + 1e-10)),
    (lambda x: np.float64(np.float32(np.sin(x))), 0.3, math.cos(0.3)),
    (lambda x: 1e17 + x, 0.3, 1.0),
]


@pytest.mark.parametrize(("f", "x", "derivative"), CANCELLING)
def test_the_error_bar_knows_that_values_cancel(f, x, derivative):
    assert agrees(f, x, derivative)


def test_the_error_bar_is_honest_at_random_points():
    rng = np.random.default_rng(0)
    worst = 0.0
    for _ in range(200):
        a, b, x = rng.normal(size=3) * 10.0 ** rng.uniform(-3, 3, 3)
        found = slope(lambda x, a=a, b=b: np.sin(a * x) * np.exp(-b * b * x * x) + a * x, x)
        exact = np.exp(-b * b * x * x) * (a * np.cos(a * x) - 2 * b * b * x * np.sin(a * x)) + a
        if found.kind != UNSEEN:
            worst = max(worst, abs(found.low - exact) / (10 * found.bar + 100 * EPS * abs(exact)))
    assert worst < 1


@pytest.mark.parametrize(
    ("f", "left", "right"),
    [
        (np.abs, -1, 1),
        (lambda x: np.maximum(x, 0), 0, 1),
        (lambda x: np.minimum(x, 2 * x), 2, 1),
        (lambda x: 1e-3 * np.maximum(x, 0) + 10 * x * x, 0, 1e-3),  # visible at small steps only
        (lambda x: np.abs(np.sin(x)), -1, 1),
        (lambda x: np.sqrt(np.abs(x)), -np.inf, np.inf),
    ],
)
def test_a_kink(f, left, right):
    found = slope(f, 0.0)
    assert found.kind == KINK
    np.testing.assert_allclose([found.left, found.right], [left, right], atol=1e-9)
    low, high = max(-5, min(left, right)), min(5, max(left, right))
    for derivative in (low, high, 0.5 * (low + high)):
        assert agrees(f, 0.0, derivative)
    if np.isfinite(left):
        assert not agrees(f, 0.0, high + 1e-4)
        assert not agrees(f, 0.0, low - 1e-4)
    assert not agrees(f, 0.0, np.nan)


def test_a_slope_that_bends_slowly_is_no_kink():
    assert slope(lambda x: np.abs(x) ** 1.5, 0.0).kind == SMOOTH


@pytest.mark.parametrize("n", [2, 5])
def test_large_steps_that_agree_by_chance_are_not_believed(n):
    """A function that is zero at the first n steps, to either side."""
    zeros = [TENTH / HALVES**k for k in range(n)]

    def f(x):
        return x * np.prod([1 - (x / zero) ** 2 for zero in zeros])

    assert agrees(f, 0.0, 1.0)
    assert n > 2 or not agrees(f, 0.0, 0.0)


def test_what_is_left_when_all_has_cancelled_is_not_taken_for_exact():
    assert agrees(lambda x: 1 - np.tanh(x) ** 2, -18.9, 1.5e-16)
    assert agrees(lambda x: 1 - np.tanh(x) ** 2, -25.0, 7.7e-22)
    assert not agrees(lambda x: 1 - np.tanh(x) ** 2, -25.0, 1e-12)


def test_rounding_at_the_edge_of_the_domain():
    rng = np.random.default_rng(0)
    for slope_there in rng.uniform(1, 2, 50):
        f = lambda x, s=slope_there: np.where(x < 0, np.nan, 1e3 + s * x)
        assert agrees(f, 0.0, slope_there)
        assert not agrees(f, 0.0, 1.001 * slope_there)


def test_a_rounded_corner_is_no_kink():
    found = slope(lambda x: np.sqrt(x * x + 1e-12), 0.0)
    assert found.kind == SMOOTH
    assert not agrees(lambda x: np.sqrt(x * x + 1e-12), 0.0, 0.5)


@pytest.mark.parametrize(
    ("f", "x", "sign"),
    [
        (np.sqrt, 0.0, 1),
        (np.cbrt, 0.0, 1),
        (lambda x: -np.cbrt(x), 0.0, -1),
        (np.arcsin, 1.0, 1),
        (np.arccos, -1.0, -1),
        (lambda x: np.where(x == 0, 0, x * np.log(np.abs(x))), 0.0, -1),
    ],
)
def test_an_infinite_slope(f, x, sign):
    found = slope(f, x)
    assert found.kind == INFINITE
    assert found.infinite()
    assert agrees(f, x, sign * np.inf)
    assert not agrees(f, x, -sign * np.inf)
    assert not agrees(f, x, 5.0 * sign)
    assert not agrees(f, x, np.nan)


def test_the_edge_of_the_domain():
    found = slope(lambda x: x**1.5 + np.where(x < 0, np.nan, 3 * x), 0.0)
    assert found.kind == EDGE
    assert np.isnan(found.left)
    assert abs(found.low - 3) <= 10 * found.bar
    assert not agrees(lambda x: np.where(x < 0, np.nan, 3 * x), 0.0, 3.03)
    assert agrees(lambda x: np.where(x < 0, np.nan, 3 * x), 0.0, 3.0)


@pytest.mark.parametrize(
    ("f", "x", "kind"),
    [
        (np.sign, 0.0, JUMP),
        (np.floor, 1.0, JUMP),
        (lambda x: np.sin(1e12 * x), 0.7, UNSEEN),
        (lambda x: np.sin(1e15 * x), 0.0, UNSEEN),
        (lambda x: np.where(x == 0.5, x, np.nan), 0.5, UNSEEN),
        (lambda x: np.where(x == 0.5, x, 7.0), 0.5, JUMP),
    ],
)
def test_nothing_to_compare_with(f, x, kind):
    assert slope(f, x).kind == kind or kind == JUMP
    assert agrees(f, x, 0.0)


def test_a_flat_function_between_its_jumps():
    assert slope(np.floor, 1.5).kind == SMOOTH
    assert agrees(np.floor, 1.5, 0.0)
    assert not agrees(np.floor, 1.5, 1e-9)


def test_functions_side_by_side_do_not_disturb_each_other():
    def several(x):
        return np.array([np.sin(x), np.abs(x), np.sqrt(x), np.sign(x), 3 * x])

    with np.errstate(all="ignore"):
        found = slopes(several, several(0.0), 0.0)
    assert found.kind.tolist() == [SMOOTH, KINK, INFINITE, JUMP, SMOOTH]
    np.testing.assert_allclose(found.low[[0, 1, 4]], [1, -1, 3])


def test_steps_beyond_the_last_digits_are_not_taken():
    seen = []

    def f(t):
        seen.append(t)
        return np.array([1e10 + t])

    slopes(f, np.array([1e10]), 1e10, 1e10)
    assert len(seen) <= 72
    assert min(map(abs, seen)) > np.spacing(1e10) / 2
    assert all((1e10 + t) - 1e10 == t for t in seen if t > 0)
