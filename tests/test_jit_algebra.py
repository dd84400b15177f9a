"""What may be rewritten, and what not: integers wrap around, narrow dtypes round, and numbers overflow."""

import itertools

import numpy as np
import pytest

from autograd_mini import grad, jit

from .jitted import assert_same

FORMS = {
    "(−a)/b": lambda a, b: (-a) / b,
    "b/(−a)": lambda a, b: b / (-a),
    "(a·2)/b": lambda a, b: (a * 2) / b,
    "(−a)·b": lambda a, b: (-a) * b,
    "(a·2)·b": lambda a, b: (a * 2) * b,
    "b + (−a)": lambda a, b: b + (-a),
    "b − (−a)": lambda a, b: b - (-a),
    "−(a·3)": lambda a, b: -(a * 3) + b,
    "−(−a)": lambda a, b: np.negative(-a) * b,
    "(a·3)·5": lambda a, b: (a * 3) * 5 - b,
    "a·(1/b)": lambda a, b: a * (1 / b),
    "(1/b)/b": lambda a, b: (1 / b) / b + a,
    "(1/a)/b": lambda a, b: (1 / a) / b,
    "Σ a·3": lambda a, b: np.sum(a * 3) + np.sum(b),
    "(−a)²": lambda a, b: np.square(-a) / b,
}
ARRAYS = {
    "uint8": np.array([1, 2, 200], np.uint8),
    "int8": np.array([-128, 5, 100], np.int8),
    "int64 with 0": np.array([0, -3, 2**62]),
    "float16": np.array([0.1, -3.0, 40.0], np.float16),
    "float32": np.array([0.1, -3.0, 0.0], np.float32),
    "float64": np.array([2.0, 3.0, -0.7]),
    "special": np.array([0.0, -0.0, np.inf]),
    "complex64": np.array([0.1j, -3.0 + 1j, 4.0], np.complex64),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("form", FORMS)
def test_dtypes_and_special_numbers(form):
    f = FORMS[form]
    compiled = jit(f)
    with np.errstate(all="ignore"):
        for a, b in itertools.product(ARRAYS.values(), ARRAYS.values()):
            result, expected = compiled(a, b), f(a, b)
            # in numbers of all dtypes: the wider one counts, so that no rounding of a narrow one is left out
            assert_same(result, expected)
            exact = np.isinf(expected) | (expected == 0)
            if expected.dtype.kind == "f":
                np.testing.assert_array_equal(np.signbit(result)[exact], np.signbit(expected)[exact])


SCALED = {
    "(x·1e-200)/y": (lambda x, y: (x * 1e-200) / y, 1e200, 1e-200),
    "(x·1e200)/y": (lambda x, y: (x * 1e200) / y, 1e-200, 1e200),
    "(x·0)/y": (lambda x, y: (x * 0.0) / y, 1e200, 1e-300),
    "(x·1e-200)·y": (lambda x, y: (x * 1e-200) * y, 1e200, 1e200),
    "(x·0)·y": (lambda x, y: (x * 0.0) * y, 1e200, 1e200),
    "(x·1e-10)/y": (lambda x, y: (x * 1e-10) / y, np.float32(1e20), np.float32(1e-25)),
    "(x·1e20)/y": (lambda x, y: (x * 1e20) / y, np.float32(1e-25), np.float32(1e20)),
    "(x·1e-60)·1e60": (lambda x, y: (x * 1e-60) * 1e60 + y, np.float32(2), np.float32(1)),
    "(x·1e-60)/1e-60": (lambda x, y: (x * 1e-60) / 1e-60 + y, np.float32(2), np.float32(1)),
    "Σ x·inf": (lambda x, y: np.sum(np.stack([x, -0.5 * x]) * np.inf) + y, 1.0, 1.0),
}


@pytest.mark.parametrize("name", SCALED)
def test_factors_that_would_overflow_elsewhere(name):
    f, x, y = SCALED[name]
    x, y = np.array([x, x]), np.array([y, y])
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(jit(f)(x, y), f(x, y), rtol=1e-6)


@pytest.mark.parametrize(
    "number", [abs, np.negative, lambda x: -x, lambda x: x - 1, lambda x: 2**x, lambda x: x % 3, lambda x: x // 2]
)
def test_python_numbers_raise_no_dtype(number):
    f = lambda x, a: (number(x) * a, a / (number(x) + 7), np.sum(a) * number(x), np.sum(a) + abs(number(x)))
    a = np.array([1.0, -3.0], np.float32)
    assert_same(jit(f)(-0.7, a), f(-0.7, a))


def test_the_gradient_by_an_integer_that_wraps_around():
    f = grad(lambda w, i: np.sum((i * 2) * w))
    w, i = np.ones(2), np.array([3, 250], np.uint8)
    np.testing.assert_array_equal(jit(f)(w, i), [6, 244])


def test_what_is_not_a_plain_array_multiplies_as_it_wants():
    class Own(np.ndarray):
        def dot(self, *args):
            raise AssertionError("not asked for")

    M = np.eye(2).view(Own)
    for f in (lambda x: np.dot(M, x), lambda x: M @ x):
        np.testing.assert_array_equal(jit(f)(np.ones((2, 2))), np.ones((2, 2)))
