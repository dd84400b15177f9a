"""The rows of docs/conventions.md on ties, kinks, powers and limits, and the functions that state such a row."""

import numpy as np

import nn
from autograd_mini import grad, hessian, jacobian, jvp

INF, NAN, EYE = np.inf, np.nan, np.eye(3)
CHECKS = {}
"""What proves each row, by the row's name."""


def row(check):
    """State that a function proves the row of its name."""
    CHECKS[check.__name__.replace("_", "-")] = check
    return check


def first(f, x, expected, rtol=1e-13):
    """The derivative of the sum of f's entries, in both modes."""
    x = np.asarray(x)[()] if np.iscomplexobj(x) else np.asarray(x, dtype=float)[()]
    total = lambda x: np.sum(f(x))
    np.testing.assert_allclose(grad(total)(x), expected, rtol=rtol, atol=1e-15)
    np.testing.assert_allclose(jacobian(total, mode="forward")(x), expected, rtol=rtol, atol=1e-15)


def second(f, x, expected, rtol=1e-12):
    """The second derivative of the sum of f's entries, forward over reverse and reverse over reverse."""
    x = np.asarray(x, dtype=float)[()]
    total = lambda x: np.sum(f(x))
    np.testing.assert_allclose(hessian(total)(x), expected, rtol=rtol, atol=1e-14)
    np.testing.assert_allclose(jacobian(grad(total), mode="reverse")(x), expected, rtol=rtol, atol=1e-14)


def both(f, x, slope, curvature):
    """First and second derivative."""
    first(f, x, slope)
    second(f, x, curvature)


@row
def maximum_tie():
    for f in (np.maximum, np.minimum, np.fmax, np.fmin):
        both(lambda x, f=f: f(x, 3.0), 3.0, 0.5, 0)
        both(lambda x, f=f: f(3.0, x), 3.0, 0.5, 0)


@row
def max_tie():
    for f in (np.max, np.amax, np.nanmax, np.maximum.reduce):
        both(f, [3.0, 1.0, 3.0], [0.5, 0, 0.5], np.zeros((3, 3)))
    first(np.min, [1.0, 1.0, 1.0], [1 / 3, 1 / 3, 1 / 3])
    first(np.nanmax, [NAN, 3.0, 3.0], [0, 0.5, 0.5])
    first(lambda x: np.max(x, initial=3.0), [3.0, 1.0, 3.0], [1 / 3, 0, 1 / 3])
    first(lambda x: np.max(x, initial=-9.0, where=np.array([True, True, False])), [3.0, 1.0, 3.0], [1, 0, 0])
    first(lambda x: np.max(x[:2], initial=x[2]), [3.0, 1.0, 3.0], [0.5, 0, 0.5])
    masked = lambda x: np.max(x[:3], initial=x[3], where=np.array([True, True, False]))
    first(masked, [3.0, 1.0, 3.0, 3.0], [0.5, 0, 0, 0.5])
    first(
        lambda x: np.max(x[:, :2], axis=1, initial=x[0, 2]),
        [[3.0, 1.0, 3.0], [3.0, 3.0, 9.0]],
        [[0.5, 0, 5 / 6], [1 / 3, 1 / 3, 0]],
    )


@row
def ptp_tie():
    first(np.ptp, [3.0, 1.0, 3.0], [0.5, -1, 0.5])
    first(np.ptp, [2.0, 2.0], [0, 0])


@row
def accumulate_tie():
    first(np.maximum.accumulate, [3.0, 1.0, 3.0], [2.5, 0, 0.5])


@row
def norm_inf_tie():
    both(lambda x: np.linalg.norm(x, INF), [3.0, -3.0], [0.5, -0.5], np.zeros((2, 2)))
    both(lambda x: np.linalg.norm(x, -INF), [3.0, -3.0, 5.0], [0.5, -0.5, 0], np.zeros((3, 3)))


@row
def norm_2_tie():
    first(lambda x: np.linalg.norm(x, 2), 2 * EYE, EYE / 3)
    first(lambda x: np.linalg.norm(x, -2), np.diag([2.0, 2.0, 5.0]), np.diag([0.5, 0.5, 0]))


@row
def logaddexp_at_minus_infinity():
    for f in (np.logaddexp, np.logaddexp2):
        first(lambda x, f=f: f(x, -INF), -INF, 0.5)
        first(lambda x, f=f: f(-INF, x), -INF, 0.5)
        first(lambda x, f=f: f(x[0], x[1]), [1.0, -INF], [1, 0])
        first(lambda x, f=f: f(x[0], x[1]), [1.0, INF], [0, 1])


@row
def sort_tie():
    weights = np.array([1.0, 10.0, 100.0])
    first(lambda x: np.sort(x) * weights, [2.0, 1.0, 2.0], [10, 1, 100])
    first(lambda x: np.sort(x) * weights, [1.0, 1.0, 1.0], weights)
    first(lambda x: np.partition(x, 1) * weights, [2.0, 1.0, 2.0], [10, 1, 100])


@row
def median_tie():
    first(np.median, [2.0, 2.0, 2.0], [0, 1, 0])
    first(np.median, [2.0, 2.0], [0.5, 0.5])
    first(lambda x: np.quantile(x, 0.25), [2.0, 2.0, 2.0], [0.5, 0.5, 0])
    first(lambda x: np.percentile(x, 100), [1.0, 2.0, 2.0], [0, 0, 1])


@row
def unique_tie():
    first(np.unique, [2.0, 1.0, 2.0], [1, 1, 0])
    weights = np.array([1.0, 10.0, 100.0])
    first(lambda x: np.unique(x, equal_nan=False) * weights, [NAN, 1.0, NAN], [10, 1, 100])


@row
def clip_at_a_bound():
    both(lambda x: np.clip(x, 0.0, 1.0), [0.0, 1.0, 0.5, 2.0], [1, 1, 1, 0], np.zeros((4, 4)))
    first(lambda a: np.clip(np.array([1.0, 0.0]), a, 5.0), 1.0, 1)
    first(lambda b: np.clip(np.array([1.0, 2.0]), -5.0, b), 1.0, 1)


@row
def abs_at_0():
    both(np.abs, 0.0, 0, 0)
    both(np.fabs, [0.0, -2.0], [0, -1], np.zeros((2, 2)))


@row
def norm_at_0():
    for order in (None, 2, 3, 1.5):
        both(lambda x, order=order: np.linalg.norm(x, order), [0.0, 0.0], [0, 0], np.zeros((2, 2)))
    first(lambda x: np.linalg.norm(x, "fro"), np.zeros((2, 2)), np.zeros((2, 2)))


@row
def std_of_equals():
    both(np.std, [2.0, 2.0], [0, 0], np.zeros((2, 2)))


@row
def hypot_at_0():
    both(lambda x: np.hypot(x, 0.0), 0.0, 0, 0)
    both(lambda x: np.hypot(0.0, x), 0.0, 0, 0)


@row
def arctan2_at_0():
    both(lambda x: np.arctan2(x, 0.0), 0.0, 0, 0)
    both(lambda x: np.arctan2(0.0, x), 0.0, 0, 0)


@row
def copysign_at_0():
    both(lambda x: np.copysign(x, -1.0), [0.0, 2.0, -2.0], [0, -1, 1], np.zeros((3, 3)))


@row
def steps():
    for f in (np.floor, np.ceil, np.trunc, np.rint, np.round, lambda x: x // 1.0):
        both(f, [0.0, 0.5, 1.0, -2.0], [0] * 4, np.zeros((4, 4)))


@row
def heaviside_at_0():
    first(lambda x: np.heaviside(x, 0.3), [0.0, 1.0], [0, 0])
    first(lambda h: np.heaviside(np.array([0.0, 1.0, -1.0]), h), [0.3, 0.3, 0.3], [1, 0, 0])


@row
def mod_at_a_multiple():
    first(lambda x: x % 2.0, [4.0, -2.0], [1, 1])
    first(lambda m: 4.0 % m, 2.0, -2)


@row
def interp_at_a_knot():
    first(lambda x: np.interp(x, [0.0, 1.0, 3.0], [0.0, 2.0, 3.0]), [0.0, 1.0, 2.0], [2, 0.5, 0.5])


@row
def interp_outside():
    knots, heights = np.array([0.0, 1.0]), np.array([2.0, 5.0])
    first(lambda x: np.interp(x, knots, heights), [-1.0, 2.0], [0, 0])
    first(lambda h: np.interp(np.array([-1.0, 2.0, 3.0]), knots, h), heights, [1, 2])
    first(lambda x: np.interp(x[:2], knots, heights, left=x[2], right=x[3]), [-1.0, 2.0, 9.0, 8.0], [0, 0, 1, 1])


@row
def nan_to_num():
    both(np.nan_to_num, [NAN, INF, -INF, 2.0], [0, 0, 0, 1], np.zeros((4, 4)))
    parts = lambda z: np.real(z) + 2 * np.imag(z)
    first(lambda z: parts(np.nan_to_num(z)), np.array([complex(NAN, 1), complex(1, INF), 1 + 1j]), [2j, 1, 1 + 2j])


@row
def nan_wins():
    first(lambda x: np.maximum(x, 1.0), NAN, 1)
    first(lambda x: np.maximum(NAN, x), 1.0, 0)
    first(lambda x: np.fmax(NAN, x), 1.0, 1)
    first(np.max, [1.0, NAN], [0, 1])


@row
def power_0_at_0():
    both(lambda x: x**0, 0.0, 0, 0)
    both(lambda x: x ** np.array([0.0, 0.0]), [0.0, 2.0], [0, 0], np.zeros((2, 2)))


@row
def power_1_at_0():
    both(lambda x: x**1, 0.0, 1, 0)
    both(lambda x: x ** np.array([1.0]), [0.0], [1], [[0]])


@row
def square_at_0():
    both(lambda x: x**2, 0.0, 0, 2)
    both(lambda x: x ** np.array([2.0]), [-3.0], [-6], [[2]])


@row
def zero_to_the_y():
    both(lambda y: 0.0**y, 0.0, 0, 0)
    both(lambda y: np.zeros(2) ** y, [0.0, 2.0], [0, 0], np.zeros((2, 2)))


@row
def root_at_0():
    for f in (np.sqrt, np.cbrt, lambda x: x**0.5):
        first(f, 0.0, INF)


@row
def power_3_halves_at_0():
    both(lambda x: x**1.5, 0.0, 0, INF)


@row
def log_at_0():
    first(np.log, 0.0, INF)
    first(lambda x: 1 / x, 0.0, -INF)
    first(lambda x: x / 0, 2.0, INF)
    first(lambda x: x / -0.0, 2.0, -INF)


@row
def arcsin_at_1():
    first(np.arcsin, 1.0, INF)
    first(np.arccos, 1.0, -INF)


@row
def sinc_near_0():
    both(np.sinc, 0.0, 0, -(np.pi**2) / 3)
    for x in (1e-12, 1e-7, 1e-5, -1e-5):
        first(np.sinc, x, -(np.pi**2) * x / 3, rtol=1e-9)
    z = np.pi * 0.01
    first(np.sinc, 0.01, -np.pi * (z / 3 - z**3 / 30 + z**5 / 840 - z**7 / 45360), rtol=1e-14)


@row
def prod_with_zeros():
    both(np.prod, [2.0, 0.0, 5.0], [0, 10, 0], [[0, 5, 0], [5, 0, 2], [0, 2, 0]])
    both(np.prod, [2.0, 0.0, 0.0], [0, 0, 0], [[0, 0, 0], [0, 0, 2], [0, 2, 0]])
    first(np.prod, [0.0, 0.0, 0.0], [0, 0, 0])


@row
def cumprod_with_zeros():
    first(np.cumprod, [2.0, 0.0, 5.0], [1, 12, 0])
    second(np.cumprod, [2.0, 0.0, 0.0], [[0, 1, 0], [1, 0, 2], [0, 2, 0]])


@row
def det_singular():
    first(np.linalg.det, np.diag([2.0, 3.0, 0.0]), np.diag([0.0, 0, 6]))
    first(np.linalg.det, np.zeros((3, 3)), np.zeros((3, 3)))
    H = hessian(np.linalg.det)(np.diag([2.0, 0.0, 0.0]))
    np.testing.assert_allclose(H[1, 1, 2, 2], 2, rtol=1e-13)
    np.testing.assert_allclose(H[1, 2, 2, 1], -2, rtol=1e-13)
    np.testing.assert_allclose(np.sum(np.abs(H)), 8, rtol=1e-13)


@row
def nuclear_norm_at_low_rank():
    first(lambda x: np.linalg.norm(x, "nuc"), np.diag([2.0, 0.0]), np.diag([1.0, 0]))
    first(lambda x: np.linalg.norm(x, "nuc"), np.zeros((2, 3)), np.zeros((2, 3)))


@row
def pinv_at_low_rank():
    u, p, v, q = np.array([[1.0, 0.5, -1], [0.3, 2, 1], [1, -0.4, 0.6], [0.2, 0.9, 1.3]])
    along = lambda t: np.outer(u + t * p, v + t * q)
    b, h = np.array([1.0, -2.0, 0.5]), 1e-5
    for f in (np.linalg.pinv, lambda a: np.linalg.lstsq(a, b)[0]):
        y_dot = jvp(f, (along(0),), (np.outer(p, v) + np.outer(u, q),))[1]
        np.testing.assert_allclose(y_dot, (f(along(h)) - f(along(-h))) / (2 * h), rtol=1e-7, atol=1e-8)


@row
def maximum_with_itself():
    both(lambda x: np.maximum(x, x), 3.0, 1, 0)


@row
def relu_at_0():
    both(nn.relu, [0.0, 1.0], [0, 1], np.zeros((2, 2)))


@row
def angle_at_0():
    first(np.angle, 0j, 0)


@row
def sign_at_0():
    both(np.sign, 0.0, 0, 0)
