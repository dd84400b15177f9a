"""check_gradients: right derivatives pass at every point and scale, wrong ones are named, and the rest is said plainly."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import (
    GradientMismatch,
    Tensor,
    check_gradients,
    elementwise,
    general,
    linear,
    selection,
    stop_gradient,
)
from autograd_mini.checking import differences, numerical

RNG = np.random.default_rng(0)
A = RNG.normal(size=(3, 3))
B = RNG.normal(size=(3, 3))
V = np.array([0.3, -1.2, 2.0])


def complaint(f, *args, **options):
    with pytest.raises(GradientMismatch) as caught:
        check_gradients(f, *args, **options)
    return str(caught.value)


# Right derivatives pass.


class Layer(NamedTuple):
    w: np.ndarray
    b: np.ndarray


RIGHT = {
    "a number": (lambda x: x**3, 2.0),
    "a Python int": (lambda x: x**3, 2),
    "an array": (lambda x: np.sum(np.sin(x) * x), V),
    "a Tensor": (lambda x: np.sum(x * x), Tensor(V)),
    "a 0-d array": (lambda x: x * x, np.array(2.0)),
    "no entries": (lambda x: np.sum(x), np.zeros((0, 3))),
    "no entries out": (lambda x: x[:0], V),
    "several arguments": (lambda a, b, c: a @ b + c, A, B, 2.0),
    "a dict": (lambda p: p["w"] @ p["v"], {"w": A, "v": V}),
    "a list in a tuple": (lambda p: p[0][0] * p[0][1] + p[1], ([2.0, V], V)),
    "a namedtuple": (lambda p: p.w @ p.b, Layer(A, V)),
    "None among the arguments": (lambda p: p[0] * p[1], (2.0, 3.0, None)),
    "nested results": (lambda x: {"square": x * x, "rest": [np.sum(x), (np.exp(x), np.argmax(x))]}, V),
    "a constant result": (lambda x: 5.0, 2.0),
    "a result that does not depend on it": (lambda x: {"a": 5.0, "b": x}, 2.0),
    "a matrix of results": (lambda x: np.outer(x, x), V),
    "where one branch is invalid": (lambda x: np.where(x > 0, np.log(x), 0), V),
    "only Tensors have it": (lambda x: x.at[0].set(2.0) * x if isinstance(x, Tensor) else x.at[0], V),
    "the same array twice": (lambda a, b: a @ b, A, A),
    "stop_gradient of a constant": (lambda x: x * stop_gradient(3.0), 2.0),
    "in place, on its own array": (lambda x: np.multiply(x, 2) + x, V),
}


@pytest.mark.parametrize("case", RIGHT.values(), ids=RIGHT.keys())
def test_a_right_derivative_passes(case):
    f, *args = case
    report = check_gradients(f, *args)
    assert report
    assert str(report).startswith("check_gradients: all right. Compared ")
    assert not {"jump", "unseen"} & {kind for comparison in report.comparisons for kind in comparison.notes}


POINTS = {
    "sin": np.sin,
    "exp of a sine": lambda x: np.exp(np.sin(3 * x)),
    "log1p of a square": lambda x: np.log1p(x * x),
    "a ratio": lambda x: x / (1 + x * x),
    "tanh": np.tanh,
    "square root": lambda x: np.sqrt(1 + x * x),
    "a polynomial": lambda x: x**3 - 2 * x * x + x - 1,
    "cancelling": lambda x: (1e5 + x) - 1e5 + x * x,
    "cancelling and back": lambda x: (x + 1e5 * x) - 1e5 * x,
    "a difference of squares": lambda x: (x + 1) ** 2 - (x - 1) ** 2,
    "arctan2": lambda x: np.arctan2(x, 1 + np.cos(x)),
    "abs": np.abs,
    "a clip": lambda x: np.maximum(x, 0.5) * np.minimum(x, 2.0),
}


@settings(max_examples=8, deadline=None, derandomize=True)
@given(exponent=st.floats(-8, 6), digits=st.floats(1, 10), negative=st.booleans(), rest=st.floats(-2, 2))
@pytest.mark.parametrize("f", POINTS.values(), ids=POINTS.keys())
def test_no_false_alarm_at_any_scale(f, exponent, digits, negative, rest):
    x = (-1) ** negative * digits * 10.0**exponent
    check_gradients(lambda x: np.sum(f(x)), np.array([x, rest]))


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (np.sin, 1e6),
        (np.log, 1e-8),
        (np.log, 1e-290),
        (np.exp, 300.0),
        (lambda x: np.sin(1e6 * x), 1.0),
        (lambda x: (1e12 + x * x) - 1e12, 0.3),
        (lambda x: np.log(1 + x), 1e-10),
        (np.log1p, 1e-10),
        (np.arcsin, 1 - 1e-6),
        (lambda x: np.sqrt(x), 1e-9),
        (lambda x: 1 / x, 1e-5),
        (np.tanh, 19.0),
        (lambda x: x**0.5 * np.log(x), 1e6),
    ],
)
def test_no_false_alarm_at_an_awkward_point(f, x):
    check_gradients(f, x)


UNARY = [np.sin, np.cos, np.exp, np.tanh, lambda x: np.log1p(x * x), lambda x: np.sqrt(1 + x * x), np.arctan, np.square,
         lambda x: 1 / (1 + x * x), np.abs, lambda x: np.maximum(x, 0), lambda x: np.log(np.abs(x) + 1e-8),
         lambda x: 3 * x, lambda x: x - x.sum(), lambda x: x + 1e6, lambda x: x / (np.abs(x).sum() + 1e-3), np.sort,
         np.cumsum, lambda x: np.sqrt(np.abs(x)), lambda x: x**3, np.sinh,
         lambda x: np.where(x > 0.5, np.exp(-x), x * x)]  # fmt: skip
BINARY = [np.add, np.subtract, np.multiply, lambda a, b: a / (1 + b * b), np.arctan2, np.hypot, np.logaddexp, np.maximum,
          np.minimum, lambda a, b: np.power(np.abs(a) + 0.1, np.tanh(b)), lambda a, b: (a + 1e5 * b) - 1e5 * b]  # fmt: skip
COMPLEX = [np.sin, np.exp, np.tanh, np.square, np.conj, lambda z: z * np.conj(z), lambda z: z / (1 + np.abs(z)),
           lambda z: np.real(z) * z, lambda z: 1 / (2 + z * z), lambda z: z - z.sum(), np.abs, np.fft.fft,
           lambda z: np.sqrt(z + 3), lambda z: z**3]  # fmt: skip


def random_function(rng, unary, binary):
    """Up to five functions, each of any two values before it."""
    steps = []
    for _ in range(rng.integers(1, 6)):
        one = rng.random() < 0.6
        steps.append(
            (
                unary[rng.integers(len(unary))] if one else binary[rng.integers(len(binary))],
                one,
                rng.integers(0, 100, 2),
            )
        )

    def f(x, y):
        values = [x, y]
        for function, one, (i, j) in steps:
            a, b = values[i % len(values)], values[j % len(values)]
            values.append(function(a) if one else function(a, b))
        return values[-1]

    return f


def random_point(rng, dtype):
    """Two vectors, of sizes between 1e-8 and 1e6, now and then with a zero."""
    size = 10.0 ** rng.uniform(-8, 6) if rng.random() < 0.5 else 1.0
    x, y = rng.normal(size=3) * size, rng.normal(size=3) * 10.0 ** rng.uniform(-2, 2)
    if rng.random() < 0.1:
        x[0] = 0
    if dtype == np.complex128:
        return x + 1j * rng.normal(size=3) * size, y + 1j * rng.normal(size=3)
    return x.astype(dtype), y.astype(dtype)


# The first few, and those that have been awkward: cancelling, saturated, rounded on a grid, underflowing.
SEEDS = {
    np.float64: [*range(10), 14, 32, 41, 84, 98, 257, 278, 501, 748],
    np.float32: [*range(10), 36, 84, 104, 106, 119, 173, 199, 208],
    np.complex128: [*range(1, 6), 36, 84, 86, 182],
}


@pytest.mark.parametrize(("dtype", "seed"), [(dtype, seed) for dtype, seeds in SEEDS.items() for seed in seeds])
def test_no_false_alarm_on_random_functions(dtype, seed):
    rng = np.random.default_rng(seed)
    smooth = dtype == np.complex128
    f = random_function(
        rng, COMPLEX if smooth else UNARY, [*BINARY[:3], lambda a, b: a / (3 + b)] if smooth else BINARY
    )
    check_gradients(f, *random_point(rng, dtype))


@pytest.mark.parametrize(
    "f",
    [
        lambda z: np.sum(np.abs(z) ** 2),
        lambda z: np.real(z[0] * z[1]),
        lambda z: np.exp(z) * z,
        np.conj,
        lambda z: np.angle(z),
        lambda z: z * np.conj(z) + 1j * np.imag(z),
        lambda z: z @ z,
    ],
)
def test_complex_numbers(f):
    check_gradients(f, np.array([1 + 2j, 0.3 - 1j]))


def test_a_real_argument_of_a_complex_function():
    check_gradients(lambda x, z: x * z + np.exp(1j * x), V, np.array([1j, 2, 1 - 1j]))


# Wrong ones do not.


WRONG = {
    "the sign": lambda y, x: -np.cos(x),
    "a factor": lambda y, x: 2 * np.cos(x),
    "one per cent": lambda y, x: 1.01 * np.cos(x),
    "one in a million": lambda y, x: (1 + 1e-6) * np.cos(x),
    "a missing term": lambda y, x: np.cos(x) - x * x,
    "another function": lambda y, x: np.sin(x),
    "nothing": lambda y, x: 0 * x,
}


@pytest.mark.parametrize("partial", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("x", [0.7, 1e-3, 1e6])
def test_a_wrong_partial_is_caught(partial, x):
    sine = elementwise(lambda x: np.sin(x), partial)
    if partial is WRONG["a missing term"]:
        x = max(x, 0.7)
    text = complaint(lambda a, b: a * sine(b), 2.0, x)
    assert text.startswith("check_gradients: first derivatives are wrong.\n\nargument 1, forward and reverse:\n")
    assert "derivative of output by argument 1\n" in text


@pytest.mark.parametrize("partial", [lambda y, x: np.nan * x, lambda y, x: np.inf * np.cos(x)])
def test_a_derivative_that_is_no_number(partial):
    wrong = elementwise(lambda x: np.sin(x), partial)
    text = complaint(lambda x: wrong(x), 0.7)
    assert "analytic   nan" in text or "analytic   inf" in text
    assert "off by" not in text


def test_the_report_names_argument_entry_mode_and_amounts():
    mask = np.array([[1, 1, 1], [1, 1, 1.01]])
    wrong = elementwise(lambda w: w * w, lambda y, w: 2 * w * mask)
    text = complaint(
        lambda p, c: c * np.sum(wrong(p["w"]) + p["v"]), {"w": np.arange(1.0, 7).reshape(2, 3), "v": 1.0}, 3.0
    )
    assert "argument 0['w']: 1 of 6 entries are wrong, forward and reverse." in text
    assert "derivative of output by argument 0['w'][1, 2]" in text
    assert "analytic   36.36 " in text
    assert "numerical  36 ± " in text or "numerical  36.0000" in text or "numerical  35.9999" in text
    assert "off by     0.36, where" in text
    assert "Every wrong one is 1.01 times the numerical value: a factor is wrong." in text
    assert "Next: " in text
    assert "argument 1" not in text
    assert "['v']" not in text


def test_the_worst_entry_is_shown_and_the_wrong_ones_counted():
    wrong = elementwise(lambda x: x * x, lambda y, x: 2 * x + np.array([0, 1, 0, 5, 0.1]))
    text = complaint(lambda x: wrong(x), np.arange(1.0, 6))
    assert "3 of 5 entries are wrong" in text
    assert "derivative of output[3] by argument 0[3]" in text
    assert "off by     5, where" in text


def test_a_wrong_sign_is_called_one():
    wrong = elementwise(lambda x: np.exp(x), lambda y, x: -y)
    assert "Every wrong one is -1 times the numerical value: the sign is wrong." in complaint(lambda x: wrong(x), V)


def test_only_the_wrong_operand_is_named():
    wrong = elementwise(lambda a, b: a * b, lambda y, a, b: b, lambda y, a, b: b)
    text = complaint(lambda a, b: wrong(a, b), V, V + 1)
    assert "argument 1: 3 of 3" in text
    assert "argument 0" not in text


def test_a_lost_dependence():
    text = complaint(lambda x: np.sum(x * stop_gradient(x)), V)
    assert "argument 0: 3 of 3 entries are wrong" in text
    text = complaint(lambda x, y: x + (y.data if isinstance(y, Tensor) else y), V, V)
    assert "argument 1: 3 of 3 entries are wrong" in text
    assert "Every wrong one is 0: a dependence was lost" in text


def test_a_wrong_transpose_shows_in_reverse_only():
    wrong = linear(lambda a, b: a @ b, lambda y_bar, a, b: y_bar @ b, lambda y_bar, a, b: a.T @ y_bar)
    text = complaint(lambda a, b: wrong(a, b), A, B)
    assert "argument 0: 9 of 9 entries are wrong, reverse." in text
    assert "argument 1" not in text
    assert "Only reverse mode is wrong, forward mode is right" in text
    assert check_gradients(lambda a, b: wrong(a, b), A, B, order=1, modes=("forward",))
    complaint(lambda a, b: wrong(a, b), A, B, order=1, modes="reverse")


def test_a_wrong_tangent():
    inverse = lambda x: np.linalg.inv(x)
    right = general(inverse, lambda x_dot, y, x: -y @ x_dot @ y)
    check_gradients(lambda x: right(x), A)
    wrong = general(lambda x: np.linalg.inv(x), lambda x_dot, y, x: -y @ x_dot @ x)
    assert "argument 0: 9 of 9" in complaint(lambda x: wrong(x), A)


def test_a_wrong_selection():
    wrong = selection(lambda a, b: np.maximum(a, b), lambda y, a, b: a == y, lambda y, a, b: a == y)
    text = complaint(lambda a, b: wrong(a, b), V, np.ones(3))
    assert "argument 1: 3 of 3" in text
    assert "argument 0" not in text


@pytest.mark.parametrize(
    "partial",
    [
        lambda y, x: np.cos(x.data if isinstance(x, Tensor) else x),
        lambda y, x: stop_gradient(np.cos(x)),
    ],
)
def test_a_second_derivative_that_is_lost(partial):
    detached = elementwise(lambda x: np.sin(x), partial)
    check_gradients(lambda x: np.sum(detached(x)), V, order=1)
    text = complaint(lambda x: np.sum(detached(x)), V)
    assert text.startswith("check_gradients: second derivatives are wrong.")
    assert "argument 0: 3 of 3 entries are wrong, forward and reverse." in text
    assert "derivative of gradient of argument 0[1] by argument 0[1]" in text
    assert "First derivatives are right: a rule states the right value, but as code" in text


def test_a_second_derivative_of_one_of_many_results():
    detached = elementwise(lambda x: np.sin(x), lambda y, x: stop_gradient(np.cos(x)))
    text = complaint(lambda x: {"a": np.outer(x, x), "b": [detached(x[1])]}, V)
    assert "argument 0: 1 of 3 entries are wrong" in text
    assert "derivative of gradient of argument 0[1] by argument 0[1]" in text


def test_a_second_derivative_of_an_imaginary_part():
    detached = elementwise(lambda x: np.sin(x), lambda y, x: stop_gradient(np.cos(x)))
    assert "second derivatives are wrong" in complaint(lambda x: x + 1j * detached(x), V)


def test_a_partial_that_cannot_be_differentiated_says_so():
    def partial(y, x):
        return np.asarray(np.cos(x))  # refuses a Tensor

    once = elementwise(lambda x: np.sin(x), partial)
    check_gradients(lambda x: once(x), 0.7, order=1)
    with pytest.raises(TypeError) as caught:
        check_gradients(lambda x: once(x), 0.7)
    assert any("order=1" in note for note in caught.value.__notes__)


def test_a_wrong_complex_derivative():
    wrong = elementwise(lambda z: np.exp(z), lambda y, z: np.conj(y))
    text = complaint(lambda z: wrong(z), np.array([1 + 2j, 0.3 - 1j]))
    assert "argument 0: 2 of 2 entries are wrong" in text
    assert "(real part)" in text or "(imaginary part)" in text


def test_a_wrong_conjugate_shows_in_the_imaginary_part():
    wrong = elementwise(lambda z: np.real(z), lambda y, z: 1 + 1j)
    text = complaint(lambda z: wrong(z), np.array([1 + 2j]))
    assert "derivative of output[0] by argument 0[0] (imaginary part)" in text


def test_a_derivative_that_is_infinite_at_one_point_only():
    wrong = elementwise(lambda x: x * x, lambda y, x: np.where(x == 1, np.inf, 2 * x))
    assert "analytic   inf" in complaint(lambda x: wrong(x), 1.0)


@pytest.mark.parametrize("dtype", [np.float16, np.longdouble, np.complex64, ">f8"])
def test_other_precisions(dtype):
    check_gradients(lambda x: np.sum(np.sin(x) * x), np.array([0.5, 1.25]).astype(dtype), order=1)
    wrong = elementwise(lambda x: np.sin(x), lambda y, x: -np.cos(x))
    complaint(lambda x: np.sum(np.real(wrong(x))), np.array([0.5, 1.25]).astype(dtype))


@pytest.mark.parametrize("off", [1.001, -1])
def test_a_wrong_derivative_in_single_precision(off):
    wrong = elementwise(lambda x: np.sin(x), lambda y, x: off * np.cos(x))
    assert "3 of 3 entries" in complaint(lambda x: wrong(x), V.astype(np.float32))


def test_single_precision_is_allowed_its_rounding():
    rounded = elementwise(lambda x: np.sin(x), lambda y, x: (1 + 3e-7) * np.cos(x))
    check_gradients(lambda x: rounded(x), V.astype(np.float32), order=1)
    complaint(lambda x: rounded(x), V, order=1)


def test_what_underflows_in_single_precision_is_no_fault():
    check_gradients(lambda x: np.exp(-x * x), np.float32(14.0))


# Kinks and singular points.


@pytest.mark.parametrize(
    ("f", "x", "kinks"),
    [
        (lambda x: np.sum(np.abs(x)), np.array([0.0, 1.0]), 1),
        (lambda x: np.max(x), np.array([1.0, 1.0, 0.5]), 2),
        (lambda x: np.maximum(x, 0), np.array([0.0, -1.0]), 1),
        (lambda x: np.sum(np.sort(x) * np.array([1.0, 2, 3])), np.array([2.0, 1.0, 1.0]), 2),
        (lambda a: np.minimum(a[0], a[1]), [V, V], 6),
        (lambda x: np.sqrt(np.abs(x)), np.array([0.0, 1.0]), 1),
        (lambda x: np.linalg.norm(x), np.zeros(3), 3),
    ],
)
def test_a_kink_is_recognised(f, x, kinks):
    report = check_gradients(f, x)
    assert len(report.comparisons[0].notes["kink"]) == kinks
    assert "A kink, where any derivative between the slopes to either side is right" in str(report)


def test_the_slopes_at_a_kink_are_reported():
    text = str(check_gradients(lambda x: np.maximum(2 * x, -3 * x), 0.0))
    assert "output by argument 0, slopes -3 and 2" in text


def test_a_derivative_outside_the_slopes_of_a_kink_is_wrong():
    wrong = elementwise(lambda x: np.abs(x), lambda y, x: np.where(x == 0, 1.5, np.sign(x)))
    text = complaint(lambda x: np.sum(wrong(x)), np.array([1.0, 0.0]))
    assert "argument 0: 1 of 2 entries" in text
    assert "numerical  between the slopes -1 and 1 of a kink" in text
    assert "off by     0.5, where" in text


def test_a_kink_inside_a_smooth_function_is_said_to_be_one():
    text = complaint(lambda x: np.maximum(x, 0) - np.abs(np.maximum(x, 0)), 0.0)
    assert "At a point close by all is right: something inside f has a kink" in text


def test_an_infinite_derivative():
    report = check_gradients(lambda x: np.sqrt(x), np.array([0.0, 1.0]))
    assert report.comparisons[0].notes["infinite"] == ["output[0] by argument 0[0]"]
    wrong = elementwise(lambda x: np.sqrt(x), lambda y, x: np.where(x > 0, 0.5 / np.where(x > 0, y, 1), 0))
    text = complaint(lambda x: wrong(x), np.array([0.0, 1.0]), order=1)
    assert "derivative of output[0] by argument 0[0]" in text
    assert "numerical  infinite: +∞" in text


def test_the_end_of_the_domain():
    check_gradients(lambda x: x * np.sqrt(x), np.array([1e-9, 0.5]))
    check_gradients(lambda x: np.arcsin(x), np.array([0.999, -0.9]))
    wrong = elementwise(lambda x: np.log(x), lambda y, x: 1.01 / x)
    complaint(lambda x: wrong(x), 1e-3)


def test_a_function_that_raises_outside_its_domain():
    def strict(x):
        if (x.data if isinstance(x, Tensor) else x) < 0.999:
            raise ValueError("outside")
        return x * x

    check_gradients(strict, 1.0)
    wrong = elementwise(lambda x: x * x, lambda y, x: x)
    complaint(lambda x: wrong(x) + strict(x), 0.999)


def test_a_jump_is_not_judged():
    assert "Not judged, since it jumps" in str(check_gradients(lambda x: np.sign(x) + x, 0.0))


def test_noise_is_not_judged():
    text = str(check_gradients(lambda x: np.sin(1e12 * x), 0.7, order=1))
    assert "Not judged, since it is too noisy, changes too fast" in text


# Many entries.


def test_large_arguments_go_by_random_directions():
    w, x = RNG.normal(size=(30, 40)), RNG.normal(size=(40, 20))
    report = check_gradients(lambda w, x, b: np.mean(np.tanh(w @ x + b) ** 2), w, x, np.zeros((30, 1)))
    assert "along random directions of 2030 inputs." in str(report)


@pytest.mark.parametrize("modes", [("forward",), ("reverse",)])
def test_one_wrong_entry_of_many_is_found(modes):
    factor = np.ones((40, 50))
    factor[17, 23] = 1.01
    wrong = elementwise(lambda w: w * w, lambda y, w: 2 * factor * w)
    text = complaint(
        lambda p: np.sum(wrong(p["w"])) + np.sum(p["v"]),
        {"v": np.ones(300), "w": RNG.normal(size=(40, 50))},
        modes=modes,
    )
    assert f"argument 0['w'] (2000 entries), found along random directions, {modes[0]}." in text
    assert "derivative of output by argument 0['w'][17, 23]" in text
    assert "argument 0['v']" not in text


def test_a_wrong_second_derivative_of_a_large_argument():
    detached = elementwise(lambda x: np.sin(x), lambda y, x: stop_gradient(np.cos(x)))
    text = complaint(lambda x: np.sum(np.sin(x[:37])) + detached(x[37]), RNG.normal(size=40))
    assert "derivative of gradient of argument 0[37] by argument 0[37]" in text


@pytest.mark.parametrize("n", [150, 3000])
def test_many_results(n):
    weights = RNG.normal(size=n)
    check_gradients(lambda x: np.sin(weights * x), 0.7)
    wrong = elementwise(lambda x: np.sin(x), lambda y, x: np.where(np.arange(n) == 77, 1.1, 1) * np.cos(x))
    text = complaint(lambda x: wrong(weights * x), 0.7)
    assert text.startswith("check_gradients: first derivatives are wrong.")
    if n == 150:
        assert "derivative of output[77] by argument 0" in text


def test_many_leaves():
    check_gradients(lambda p: sum(np.sum(x * x) for x in p), [np.ones(3) + i for i in range(34)])


def test_the_seed_chooses_the_directions_and_nothing_else():
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    first, second = (check_gradients(lambda x: np.sum(x**3), np.arange(1.0, 200), seed=1) for _ in range(2))
    assert str(first) == str(second)
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # noqa: NPY002


# What is handed in.


def test_the_arguments_stay_as_they_are():
    x = V.copy()
    check_gradients(lambda x, n: np.sum(x) * n, x, 3.0)
    np.testing.assert_array_equal(x, V)
    assert x.flags.writeable


def test_argnums_leave_arguments_out():
    f = lambda x, i, name: x[i] ** 2 if name else x[0]
    report = check_gradients(f, V, np.array([0, 2]), "square", argnums=0)
    assert report.comparisons[0].inputs.names == ["argument 0"]
    wrong = elementwise(lambda x: x * x, lambda y, x: x)
    assert "argument 2: 3 of 3" in complaint(lambda a, i, x: a * wrong(x), 2.0, 5, V, argnums=(0, -1))


def test_what_is_compared_is_counted():
    report = check_gradients(lambda x: np.outer(x, x), V)
    assert (
        repr(report) == "check_gradients: all right. Compared 27 first and 9 second derivatives, forward and reverse."
    )
    report = check_gradients(lambda x: x * x, V, order=1, modes="reverse")
    assert str(report) == "check_gradients: all right. Compared 9 first derivatives, reverse."


BAD = [
    (TypeError, (3.0, 2.0), {}, "the first argument is a function, not float: check_gradients(f, x)"),
    (TypeError, (np.sin,), {}, "give the point after the function"),
    (ValueError, (np.sin, 1.0), {"modes": "backward"}, "mode 'backward' is not known"),
    (ValueError, (np.sin, 1.0), {"modes": ()}, "modes is empty"),
    (ValueError, (np.sin, 1.0), {"order": 3}, "order=3; the choices are 1 and 2"),
    (ValueError, (np.sin, 1.0), {"order": True}, "order=True"),
    (ValueError, (np.sin, 1.0), {"argnums": 1}, "argnums=1, but there are 1 arguments"),
    (TypeError, (np.sum, np.arange(3)), {}, "argument 0: ndarray of integers has no derivative. Use .astype(float)"),
    (TypeError, (lambda p: p["n"], {"n": [np.arange(3)]}), {}, "argument 0['n'][0]: ndarray of integers"),
    (TypeError, (np.sin, "text"), {}, "argument 0: str of strings has no derivative"),
    (TypeError, (lambda x: None, 1.0), {}, "f returned None. Is its return missing?"),
    (TypeError, (lambda x: "text", 1.0), {}, "f returned <U4 as output"),
    (TypeError, (lambda x: {"n": np.argmax(x)}, V), {}, "f returned int64; only floating-point results"),
    (TypeError, (lambda x: [], V), {}, "f returned nothing; only floating-point results"),
    (
        ValueError,
        (lambda x: np.log(x), 0.0),
        {},
        "f is not finite at this point: output is -inf. Choose another point.",
    ),
    (ValueError, (lambda x: [x, np.sqrt(x)], -V), {}, "f is not finite at this point: output[1][0] is nan."),
    (ValueError, (np.tanh, np.array([1.0, np.inf])), {}, "argument 0[1] is inf; there are no points on both sides"),
    (ValueError, (lambda x: x, np.nan), {}, "argument 0 is nan"),
    (ValueError, (lambda x: x * RNG.random(), 1.0), {}, "f is random: output was "),
    (ValueError, (lambda x: x.__iadd__(1), V), {}, "f writes into argument 0, the caller's data"),
    (ValueError, (lambda x: x if isinstance(x, Tensor) else 2 * x, V), {}, "f computes something else on Tensors"),
]


@pytest.mark.parametrize(("kind", "args", "options", "text"), BAD)
def test_what_cannot_be_compared_is_said(kind, args, options, text):
    with pytest.raises(kind) as caught:
        check_gradients(*args, **options)
    assert str(caught.value).startswith("check_gradients")
    assert text in str(caught.value)


def test_what_f_raises_passes_through():
    def f(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        check_gradients(f, 1.0)


def test_a_result_that_changes_its_shape_is_not_judged():
    text = str(
        check_gradients(lambda x: x[np.where((x.data if isinstance(x, Tensor) else x) >= 1)], np.ones(2), order=1)
    )
    assert "all right" in text


# The checker itself, broken on purpose, is found out by the tests above: here are the ways it could be too kind.


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_each_mode_is_really_compared(monkeypatch, mode):
    right = getattr(numerical.Problem, mode)
    monkeypatch.setattr(numerical.Problem, mode, lambda self, v: 1.001 * right(self, v))
    text = complaint(lambda x: np.sum(np.sin(x)), V)
    assert f"entries are wrong, {mode}." in text
    other = {"forward": "reverse", "reverse": "forward"}[mode]
    assert f"Only {mode} mode is wrong, {other} mode is right" in text


def test_the_bars_are_not_wider_than_ten(monkeypatch):
    wrong = elementwise(lambda x: np.sin(x), lambda y, x: (1 + 1e-9) * np.cos(x))
    complaint(lambda x: wrong(x), 0.7)
    monkeypatch.setattr(differences, "BARS", 1e6)
    check_gradients(lambda x: wrong(x), 0.7)
