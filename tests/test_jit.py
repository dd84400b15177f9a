"""A compiled function does what the function does: on random programs, in every nesting, call after call."""

import collections
import functools
import warnings
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import Tensor, TracingError, grad, hessian, hvp, jacobian, jit, jvp, value_and_grad, vjp

from .jitted import assert_same, check, function_of, leaves, outcome, programs

MANY = settings(derandomize=True, deadline=None, max_examples=120)
FEW = settings(derandomize=True, deadline=None, max_examples=60)
A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])
B = np.arange(12.0).reshape(3, 4) - 5
SQUARE = np.array([[2.0, 0.5, 0.1], [0.3, 1.5, 0.2], [0.7, 0.4, 3.0]])
Pair = collections.namedtuple("Pair", "a b")


# Random programs


@MANY
@given(programs())
def test_random_programs(drawn):
    source, calls = drawn
    check(function_of(source), *calls, tolerance=1e-10)


@FEW
@given(programs(scalar=True))
def test_their_gradients(drawn):
    source, calls = drawn
    argnums = tuple(range(len(calls[0])))
    check(value_and_grad(function_of(source), argnums), *calls, tolerance=1e-9)
    check(grad(function_of(source)), *calls, tolerance=1e-9)


@settings(FEW, max_examples=25)
@given(programs(scalar=True))
def test_their_second_derivatives(drawn):
    source, calls = drawn
    f = function_of(source)
    v = np.ones_like(calls[0][0])[()]
    check(lambda *xs: hvp(lambda x: f(x, *xs[1:]))(xs[0], v), *calls, tolerance=1e-8)


@FEW
@given(programs(kinds=("array", "single", "number")))
def test_single_precision(drawn):
    source, calls = drawn
    check(function_of(source), *calls, tolerance=1e-3)


@pytest.mark.parametrize(
    "make", [grad, hessian, jacobian, lambda f: hvp(f)], ids=["grad", "hessian", "jacobian", "hvp"]
)
def test_transforms(make):
    f = lambda x: np.sum(np.sin(x) * np.cumsum(x) ** 2) + np.prod(x)
    calls = [(x, x + 1) if make not in (grad, hessian, jacobian) else (x,) for x in (A[0], A[1])]
    check(make(f), *calls)


def test_a_tangent_and_a_pullback():
    check(lambda x, v: jvp(lambda x: np.sin(x) @ B, [x], [v]), (A, A + 1), (A + 2, A))
    check(lambda x, v: vjp(lambda x: np.sin(x) @ B, x)[1](v), (A, A @ B), (A + 1, A @ B + 1))


# What goes in


ARGUMENTS = {
    "nested": (lambda p: p["w"] * p["b"][0] + p["b"][1].a, ({"w": A, "b": [A, Pair(2.0, None)]},)),
    "the same array twice": (lambda x, y: (x * 2 + y, x - y * 3), (A, A)),
    "views of one array": (lambda x, y: (x * 2 + y, x - y * 3), (A[:, :2], A[:, 1:])),
    "in Fortran's order": (lambda x: (np.ravel(x), x.T * 2, x.sum(0), x @ x.T), (np.asfortranarray(A),)),
    "strided": (lambda x: (np.ravel(x), x.T * 2, x.sum(0), x @ x.T), (np.ones((4, 6))[::2, ::-2],)),
    "read-only": (lambda x: x * 2 + 1, (np.broadcast_to(A[0], (2, 3)),)),
    "of another byte order": (lambda x: (x * 2, x.sum(), x @ x.T), (A.astype(">f8"),)),
    "without entries": (lambda x: (x * 2, x.sum(), x.sum(0), x.sum(1), x @ B, x.T @ x), (np.zeros((0, 3)),)),
    "complex": (lambda z: (z * 2, z.real, abs(z), np.conj(z), z**2, 1 / z, z @ z.T, z * 1j), (A + 1j * A[::-1],)),
    "half precision": (lambda x: (x * 2.5, x / 3, np.exp(-x), x.sum()), (A.astype(np.float16),)),
    "long double": (lambda x: (x * 2.5, x / 3, np.exp(-x), x.sum()), (A.astype(np.longdouble),)),
    "int8": (
        lambda x: (x // 3, x % 3, x << 1, ~x, -x, x / 3, x * 2, x * 2.5, x**2, x.sum(), x.mean()),
        (A.astype("i1"),),
    ),
    "uint8": (lambda x: (x // 3, x % 3, x & 3, ~x, -x, -x * 2, x - 5, x / 3, x + 1, x.sum()), (A.astype("u1"),)),
    "bool": (lambda m: (~m, m & ~m, m ^ m, m + m, m * 1, m * 1.5, m.sum(), m.any(), np.where(m, 1.0, 0)), (A > 2,)),
    "NumPy's scalars": (lambda x, y: (x * y, np.exp(x), x + 1, y * 2.5), (np.float32(2), np.float16(3))),
    "float32 and numbers": (
        lambda x: (x * 2.5, x + np.float64(2), x * np.float32(3), 3 - x, np.pi * x),
        (A.astype("f4"),),
    ),
    "a number of no array": (lambda c, x: (np.sum(c) * x, np.positive(c * 2.0) * x, c * x), (2.0, A.astype("f4"))),
    "float32 and powers": (
        lambda x: (x**2, x**2.0, x**1, x**0, x**0.5, x**-1, 2**x, x ** np.float32(2)),
        (A.astype("f4"),),
    ),
    "indices": (lambda x, i: (x[i], x[i, 0], x[:, i], np.take(x, i, axis=0)), (A, np.array([0, 1, 1]))),
    "a slice": (lambda x, s: x[s], (A, slice(0, 1))),
    "an axis": (lambda x, axis: x.sum(axis=axis), (A, (0, 1))),
    "None and words": (lambda x, how, w: x * 2 if how == "twice" and w is None else x, (A, "twice", None)),
    "a NumPy word": (lambda x, how: x * 2 if how == "twice" else x, (A, np.str_("twice"))),
    "no arguments": (lambda: np.ones(3) * 2, ()),
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_arguments(case):
    f, args = ARGUMENTS[case]
    check(f, args)


@pytest.mark.parametrize("z", [np.array(2.0), np.array(2.0, "f4"), np.array(3)], ids=str)
def test_arrays_of_no_dimension(z):
    for f in (lambda x: x * 2, lambda x: x.reshape(1), lambda x: x[None], lambda x: np.sum(x), lambda x: np.stack([x, x]),
              lambda x: x > 0, lambda x: np.maximum(x, 1), lambda x: np.broadcast_to(x, (2,)) * x,
              lambda x: np.exp(x) + A):  # fmt: skip
        check(f, (z,))


def test_every_signature_has_its_own_program():
    f = lambda x, n=1, how=None: x * n if how is None else x + n
    check(f, (A, 2), (A, 3), (A, 3, "plus"), (A, True), (A, 1), (A, 2.0))
    check(f, (A.astype("f4"), 2), (A[0], 2), (2.0, 2), (np.float64(2), 2))


def test_keywords():
    def f(x, *, k=2.0, n=3):
        return x * k**n

    compiled = jit(f)
    for kwargs in ({"k": 3.0, "n": 2}, {"n": 2, "k": 3.0}, {}, {"k": 4.0}, {"n": 1}):
        assert_same(compiled(A, **kwargs), f(A, **kwargs))
        assert_same(compiled(x=A, **kwargs), f(A, **kwargs))


@pytest.mark.parametrize("names", ["np, buffers, MISS, dtype", "buffer1, scratch, block1, run", "args, kwargs, x0, pool",
                                   "exp, add, float64, t1", "f, _, π, class_"])  # fmt: skip
def test_whatever_the_arguments_are_called(names):
    a, b, c, d = names.split(", ")
    f = eval(f"lambda {names}: {a} * {b} + {c} - {d} / {a}")
    check(f, (A, A + 1, A + 2, A + 3))
    check(f, (1.0, 2.0, 3.0, 4.0))


def test_whatever_the_variables_are_called():
    def f(x):
        buffer1 = x * 2
        buffer2 = buffer1 + 1
        dtype = np.exp(-buffer2) * buffer1
        add = dtype @ dtype.T
        one = 1 / (add + 1)
        half = one * 0.5
        return half.sum(0) * 2 + half

    check(f, (A[:, :2],), (A[:, 1:],))


# What comes out


RESULTS = {
    "nested": lambda x: {"a": [x * 2, (x, None)], "b": Pair(1, x + 1), 3: (), (1, 2): "it's"},
    "a result twice": lambda x: (y := x * 2, [y, y * 1], {"k": y}),
    "views": lambda x: ((x * 2).T, (x * 3)[0], np.exp(x).reshape(-1), x.T, x[0]),
    "arguments": lambda x: (x, x, [x.T]),
    "shapes": lambda x: (x.shape, x.ndim, len(x), x.size),
    "constants": lambda x: (np.zeros(3), 1, 2.5, True, None, "word", np.float32(2), np.ones_like(x)),
    "NumPy's containers": lambda x: (np.linalg.svd(x), np.linalg.eigh(x @ x.T), np.split(x, 3, axis=1)),
    "one": lambda x: (x,),
    "none": lambda x: None,
    "no entries": lambda x: (x[:0] * 2, [], {}),
    "ordered": lambda x: collections.OrderedDict(b=x * 2, a=x),
    "of other dtypes": lambda x: (x > 2, np.argmax(x), x.astype(int), x.astype("f4"), np.argsort(x), x + 1j),
}


@pytest.mark.parametrize("case", RESULTS)
def test_results(case):
    check(RESULTS[case], (A,), (A + 1,), compiles=case != "ordered")


@pytest.mark.parametrize("f", [np.copy, lambda x: x * 1.0, lambda x: x + 0.0, lambda x: +x, lambda x: -(-1 * x),
                               lambda x: x - 0,
                               lambda x: x.astype(float), lambda x: np.reshape(x * 1, (6,)), lambda x: x**1])  # fmt: skip
def test_a_result_of_its_own_stays_one(f):
    """What NumPy computes anew is not the argument itself, however little there was to compute."""
    x = A.copy()
    compiled = jit(f)
    for _ in range(3):
        assert not np.shares_memory(compiled(x), x)


def test_gradients_share_nothing_with_what_can_be_written():
    w, y = A.copy(), A.copy()
    by_captured = jit(grad(lambda x: np.sum(x * w)))(A)
    by_argument = jit(grad(lambda x, y: np.sum(x * y)))(A, y)
    w += 1
    y += 1
    assert_same((by_captured, by_argument), (A, A))


def test_results_may_be_written_into():
    compiled = jit(lambda x: (y := x * 2, y, {"k": y * 1}, np.zeros(3), np.ones_like(x), np.exp(x)))
    first = compiled(A)
    for result in leaves(first):
        result.flags.writeable and result.fill(7)
    assert_same(compiled(A), (A * 2, A * 2, {"k": A * 2}, np.zeros(3), np.ones_like(A), np.exp(A)))
    compiled = jit(lambda x: (y := x * 2, y))
    first, second = compiled(A)
    first[:] = 0
    assert (second == 2 * A).all()


def test_reused_outputs_are_right_until_the_next_call():
    f = lambda x: (x * 2, (x * 3).T, np.exp(x), x @ x.T)
    compiled = jit(f, reuse_outputs=True)
    results = []
    for k in range(4):
        results.append(compiled(A + k))
        assert_same(results[-1], f(A + k))
    assert np.shares_memory(results[0][0], results[2][0])


def test_views_of_temporaries_are_not_overwritten():
    """Whatever NumPy may return a view of: the buffer is not free while the view is still read."""
    views = [np.diag, lambda y: np.einsum("ii->i", y), lambda y: np.einsum("ij->ji", y), np.real_if_close,
             np.linalg.diagonal,
             lambda y: np.diff(y, n=0), lambda y: np.linalg.matrix_power(y, 1), np.linalg.matrix_transpose,
             lambda y: np.lib.stride_tricks.sliding_window_view(y, (2, 2)), np.ascontiguousarray, np.asarray,
             np.asfortranarray, np.require,
             lambda y: np.meshgrid(y[0], y[1], copy=False)[0], lambda y: np.broadcast_arrays(y, y[0])[1], np.asanyarray,
             lambda y: np.split(y, 3)[1], lambda y: np.unstack(y)[0], np.atleast_3d, np.ravel, np.rot90, lambda y: y.mT,
             lambda y: y[1:, ::-1], lambda y: y.view(), np.squeeze, lambda y: np.array_split(y, 2)[0], np.real]  # fmt: skip
    for view in views:

        def f(x, view=view):
            y = x * 2
            seen = view(y)
            z = np.exp(x) + 1
            u = z * z - 3
            return seen + np.sum(u), np.sum(u * u + 1)

        check(f, (SQUARE,), (SQUARE + 1,), compiles=False)


# Functions of every make


def test_methods_partials_and_objects():
    class Layer:
        def __init__(self, w):
            self.w = w

        def __call__(self, x):
            return x * self.w

        @jit
        def forward(self, x):
            return np.sin(x) * self.w

    layer, other = Layer(A.copy()), Layer(3.0)
    check(layer, (A,))
    check(layer.__call__, (A,))
    check(functools.partial(lambda a, b, c: a * b + c, 2.0, c=A), (A,), (A + 1,))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(2):
            assert_same(layer.forward(A), np.sin(A) * A)
            assert_same(other.forward(A), np.sin(A) * 3)


def test_recursion_and_nesting():
    @jit
    def power(x, n):
        return x if n == 0 else power(x * 1.5 + 1, n - 1)

    by_hand = A
    for _ in range(5):
        by_hand = by_hand * 1.5 + 1
    assert_same(power(A, 5), by_hand)
    inner = jit(lambda x: np.exp(-x) * 2)
    f = lambda x: np.sum(inner(x) * inner(x * 2))
    check(f, (A,))
    check(lambda x: jit(grad(f))(x) * 2, (A,))
    assert_same(grad(jit(f))(A), grad(f)(A))
    assert_same(grad(lambda x: np.sum(jit(grad(jit(f)))(x) ** 2))(A), grad(lambda x: np.sum(grad(f)(x) ** 2))(A))
    check(grad(lambda x: np.sum(jit(grad(jit(f)))(x) ** 2)), (A,))


def test_on_tensors_the_function_itself_runs():
    result = jit(lambda x, y: x * y)(Tensor(A), A)
    assert isinstance(result, Tensor)
    assert isinstance(jit(lambda p: p["w"] * 2)({"w": Tensor(A)}), Tensor)


def test_a_training_step():
    def cost(p, x, y):
        for W, b in p:
            x = 1 / (1 + np.exp(-(W @ x + b)))
        return np.sum((x - y) ** 2) / (2 * y.shape[1])

    def step(p, x, y, rate):
        value, slopes = value_and_grad(cost)(p, x, y)
        return value, [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(p, slopes, strict=True)]

    rng = np.random.default_rng(0)
    p = [(rng.normal(size=(5, 3)), np.zeros((5, 1))), (rng.normal(size=(2, 5)), np.zeros((2, 1)))]
    eager, compiled, donating = p, p, [(W.copy(), b.copy()) for W, b in p]
    run, donate = jit(step), jit(step, donate_argnums=0)
    for k in range(20):
        x, y = rng.normal(size=(3, 4)), rng.uniform(size=(2, 4))
        value, eager = step(eager, x, y, 0.1 * k)
        compiled_value, compiled = run(compiled, x, y, 0.1 * k)
        donated_value, donating = donate(donating, x, y, 0.1 * k)
        assert_same((compiled_value, compiled), (value, eager))
        assert_same((donated_value, donating), (value, eager))


# Donated arguments


@pytest.mark.parametrize("make", [np.copy, np.asfortranarray, lambda x: np.repeat(x, 2, axis=1)[:, ::2]])
def test_donated_arrays(make):
    for f in (
        lambda x, y: (x * 2 + y) * np.sin(x),
        lambda x, y: (x, x + y),
        lambda x, y: (x.T * 2, x @ y.T),
        lambda x, y: y,
    ):
        compiled = jit(f, donate_argnums=0)
        for k in range(3):
            expected = f(make(A + k), A)
            assert_same(compiled(make(A + k), A), expected)


@pytest.mark.parametrize("x", [np.broadcast_to(A[0], (2, 3)), np.lib.stride_tricks.as_strided(A, (2, 3), (0, 8))])
def test_what_cannot_be_written_is_not_donated(x):
    f = lambda x, y: x * 2 + y
    expected, before = f(x, B[:2, :3]), x.copy()
    assert_same(jit(f, donate_argnums=0)(x, B[:2, :3]), expected)
    x.flags.writeable or np.testing.assert_array_equal(x, before)


def test_a_donated_array_that_comes_twice():
    f = lambda x, y: (x * 2) + y
    x = A.copy()
    assert_same(jit(f, donate_argnums=0)(x, x), 3 * A)
    x = A.copy()
    compiled = jit(f, donate_argnums=0)
    compiled(A.copy(), A)
    assert_same(compiled(x[:, :2].copy(), A[:, :2]), 3 * A[:, :2])
    base = np.arange(8.0)
    expected = f(base[:-1].copy(), base[1:].copy())
    assert_same(compiled(base[:-1], base[1:]), expected)


# Errors


def test_its_own_errors_come_through():
    class OwnError(Exception):
        pass

    def f(x, n):
        if n:
            raise OwnError("mine")
        return x * 2

    compiled = jit(f)
    with pytest.raises(OwnError, match="mine"):
        compiled(A, 1)
    assert_same(compiled(A, 0), A * 2)
    with pytest.raises(OwnError, match="mine"):
        compiled(A, 1)
    with pytest.raises(ValueError, match="mismatch"):
        jit(lambda x: x @ x)(A)


def test_a_call_that_fails_leaves_the_next_one_alone():
    f = lambda x: np.linalg.inv(x) * np.exp(x) + np.sin(x)
    late, early = jit(f), jit(f)
    assert_same(late(SQUARE), f(SQUARE))
    for compiled in (late, early):
        with pytest.raises(np.linalg.LinAlgError):
            compiled(np.zeros((3, 3)))
        assert_same(compiled(SQUARE), f(SQUARE))
        assert "inv(" in compiled.source


def test_no_function():
    with pytest.raises(TypeError, match="jit"):
        jit(A)


def test_before_the_first_call():
    assert "all it once" in jit(lambda x: x).source


# Special numbers


PLAIN = [0.0, -0.0, 1.0, -1.0, 2.5, 0.5, np.inf, -np.inf, np.nan]
NUMBERS = st.sampled_from([*PLAIN, 1e-310, -1e200, 1e308, 700.0, -745.5])
SCALAR = {
    "associative": lambda a, b, c: a + (b - c),
    "products": lambda a, b, c: a * (b * c) + a * (b / c),
    "quotients": lambda a, b, c: a / (b / c) - a / (b * c),
    "differences": lambda a, b, c: -(a - b) - (c - (a + b)),
    "truths": lambda a, b, c: np.logical_and(a, b) * c + np.logical_or(a, b) * 2.0 + np.logical_not(c) * a,
    "truths added": lambda a, b, c: np.add(np.greater(a, b), np.less(b, c)) * 5.0,
    "branches": lambda a, b, c: np.where(a > b, a, np.where(b >= c, b, c)) * np.where(np.equal(a, c), 2.0, -1.0),
    "extremes": lambda a, b, c: np.maximum(a, b) + np.minimum(b, c),
    "powers": lambda a, b, c: np.power(np.exp(a), b) + np.power(c, 3) + np.square(a) + np.power(a, c),
    "logarithms": lambda a, b, c: np.log(a) * np.sqrt(b) + np.log1p(c) + np.exp(a) - np.expm1(b),
    "circles": lambda a, b, c: np.sin(a) * np.cos(b) - np.arctan2(a, c) + np.hypot(a, b) * np.tanh(c),
    "zero": lambda a, b, c: (a + 0.0) * (0 - b) + 1 / (c + 0.0),
    "shared": lambda a, b, c: (d := np.exp(a - b), d * d - c, d / (d + c)),
}  # fmt: skip


@pytest.mark.parametrize("case", SCALAR)
def test_special_numbers(case):
    f = SCALAR[case]

    @settings(derandomize=True, deadline=None, max_examples=40)
    @given(NUMBERS, NUMBERS, NUMBERS)
    def on(a, b, c):
        args = np.float64(a), np.float64(b), np.float64(c)
        expected = outcome(f, *args)
        assert_same(outcome(compiled, *args), expected)
        for actual, wanted in zip(leaves(outcome(compiled, *args)), leaves(expected), strict=True):
            assert wanted != 0 or np.signbit(actual) == np.signbit(wanted)
        if sloped and all(x in PLAIN or x != x for x in args):  # elsewhere the order decides what overflows
            assert_same(outcome(sloped, *args), outcome(gradient, *args))

    compiled = jit(f)
    gradient = grad(f, (0, 1, 2)) if case != "shared" else None
    sloped = jit(gradient) if gradient else None
    on()


def test_numbers_of_python():
    """Where Python raises and NumPy does not, the function's own calls decide."""
    check(lambda c: 1 / c, (8.0,), (0.0,))
    check(grad(lambda c: 1 / c), (8.0,), (0.0,))
    check(value_and_grad(lambda c: np.exp(c) * c), (8.0,), (1e4,), (-1e4,), (np.inf,), (np.nan,))
    ufuncs = lambda a, b: (
        np.power(a, b),
        np.divide(a, b),
        np.reciprocal(a),
        np.log(a),
        np.floor_divide(a, b),
        np.remainder(a, b),
    )
    check(ufuncs, (2.0, 3.0), (-0.3, -0.3), (710.0, 710.0), (1.0, 0.0), (0.0, -1.0))
    check(lambda a, b, x: (np.add(a, b) * x, np.multiply(a, 2) * x, (a + b) * x), (2.0, 3.0, A.astype("f4")))
    compiled = jit(lambda a, b: a * (b + 1))
    assert type(compiled(2.0, 3.0)) in (float, np.float64)
    assert type(jit(grad(lambda a: a * a))(2.0)) is np.float64


@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_numbers_that_fold_too_far(dtype):
    big, small = (1e200, 1e-310) if dtype == "f8" else (1e25, 1e-39)
    x = np.array([1 / big, 1.0, 0.0, -0.0, small, big], dtype)
    for f in (lambda x: x / small, lambda x: x * big * big, lambda x: x / big / big, lambda x: x / big * (1 / big) * big,
              lambda x: x + 0.0, lambda x: 1 / (x + 0.0), lambda x: -(x - 1), lambda x: 0 - x, lambda x: x - 0.0,
              lambda x: -x * -1.0, lambda x: np.sum(x * (1 / big))):  # fmt: skip
        check(f, (x,))
        np.testing.assert_array_equal(np.signbit(outcome(jit(f), x)), np.signbit(outcome(f, x)))


def test_nan_and_signs_in_arrays():
    x, y = np.array([np.nan, 1.0, 2.0, -0.0, 0.0, np.inf]), np.array([1.0, np.nan, 3.0, 0.0, -0.0, -np.inf])
    check(
        lambda x, y: (np.maximum(x, y), np.minimum(x, y), np.fmax(x, y), np.where(x > y, x, y), x.max(), np.nanmax(x)),
        (x, y),
    )
    check(lambda x, y: (x == y, x != y, abs(x), x * 0, x - x, 0 * y, x / y, np.sum(x * y), np.sum(x * x)), (x, y))
    check(grad(lambda x, y: np.sum(np.maximum(x, y) * np.where(x > y, x, y)), (0, 1)), (x, y), (y, x), (x, x))


# Many


def test_the_cache_is_bounded():
    compiled = jit(lambda x, n: x * n)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for n in range(100):
            assert_same(compiled(A, n), A * n)
    assert len(caught) == 1
    assert "compiled in" in str(caught[0].message)
    assert len(compiled._entries) <= 32
    assert_same(compiled(A, 0), A * 0)


def test_branches_raise_and_nothing_is_kept():
    compiled = jit(lambda x: x if x > 0 else -x)
    for _ in range(2):
        with pytest.raises(TracingError, match=r"np\.where"):
            compiled(1.0)


class Pair(NamedTuple):
    value: Any
    slope: Any


def test_numbers_come_back_in_a_named_tuple():
    compiled = check(lambda x: Pair(x * x, [2 * x, {"is": (x,)}]), (3.0,), (5.0,))
    assert compiled(2.0) == Pair(4.0, [4.0, {"is": (2.0,)}])
    assert type(compiled(2.0)) is Pair


def test_sums_over_blocks_of_large_arrays():
    def f(x):
        s = np.sin(x)
        return np.sum(s * x), np.sum(s + np.sum(x * x)), s

    calls = [(np.linspace(k, k + 1, 300_001),) for k in range(3)]
    check(f, *calls, tolerance=1e-12)
    check(value_and_grad(lambda x: np.sum(np.sin(x) * x)), *calls, tolerance=1e-12)
