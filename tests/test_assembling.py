"""Cutting, joining, padding and filling: every mode, every keyword, every way to write it."""

import numpy as np
import pytest

from autograd_mini import Tensor, UnsupportedError, grad, gradients, jvp, vjp

from .test_shapes import joined
from .test_variants import prove

RNG = np.random.default_rng(11)
V, A, C = RNG.normal(size=5), RNG.normal(size=(3, 4)), RNG.normal(size=(2, 3, 4))
ONE, TWO = 1.25, -0.75


def product_of_ends(x):
    first, *_, last = np.unstack(x)
    return first * last


CUTS = {
    "split": (lambda x: joined(np.split(x, 3)), A),
    "split at": (lambda x: joined(np.split(x, [1, 3], axis=1)), A),
    "split by name": (lambda x: joined(np.split(x, indices_or_sections=2, axis=-1)), A),
    "split beyond the end": (lambda x: joined(np.split(x, [2, 9])), V),
    "split backwards": (lambda x: joined(np.split(x, [3, 1])), V),
    "split by an array": (lambda x: joined(np.split(x, np.array([2]))), V),
    "array_split unevenly": (lambda x: joined(np.array_split(x, 3)), V),
    "array_split into too many": (lambda x: joined(np.array_split(x, 7)), V),
    "array_split along an axis": (lambda x: joined(np.array_split(x, 3, axis=1)), A),
    "hsplit": (lambda x: joined(np.hsplit(x, 2)), A),
    "hsplit of a vector": (lambda x: joined(np.hsplit(x, [2])), V),
    "vsplit": (lambda x: joined(np.vsplit(x, [1])), A),
    "dsplit": (lambda x: joined(np.dsplit(x, 2)), C),
    "unstack": (lambda x: joined(np.unstack(x)), A),
    "unstack along": (lambda x: joined(np.unstack(x, axis=-1)), C),
    "unstack of a vector": (lambda x: joined(np.unstack(x)), V),
    "one piece of many": (lambda x: np.split(x, 3)[1] ** 2, A),
    "two pieces of many": (lambda x: np.array_split(x, 3)[2] * np.array_split(x, 3)[1], RNG.normal(size=6)),
    "pieces of one cut": (product_of_ends, A),
}

JOINS = {
    "append": (np.append, A, V),
    "append along": (lambda x, y: np.append(x, y, axis=0), A, A[:1]),
    "append a number": (lambda x: np.append(x, 2.0), A),
    "append to a constant": (lambda x: np.append([1.0, 2.0], x), A),
    "append along axis 1": (lambda x, y: np.append(x, values=y, axis=-1), A, A[:, :1]),
    "concatenate in another dtype": (lambda x: np.concatenate([x, np.float32([1, 2])], dtype=np.float64), V),
    "concatenate the rows of a matrix": (np.concatenate, A),
    "concat": (lambda x, y: np.concat([x, y], axis=None), A, V),
    "stack the rows of a matrix": (lambda x: np.stack(x, axis=1), A),
    "stack along -2": (lambda x, y: np.stack([x, y], axis=-2), A, A + 1),
    "vstack of vectors": (lambda x, y: np.vstack([x, y]), A[0], A[1]),
    "vstack mixed": (lambda x, y: np.vstack((x, [1.0, 2, 3, 4], y)), A[0], A),
    "vstack of numbers": (lambda x: np.vstack([x, 2.0]), ONE),
    "vstack in another dtype": (lambda x: np.vstack([x, x], dtype=np.float64, casting="no"), V),
    "hstack of vectors": (lambda x, y: np.hstack([x, y]), V, A[0]),
    "hstack of matrices": (lambda x, y: np.hstack((x, y)), A, A[:, :2]),
    "hstack of numbers": (lambda x, y: np.hstack([x, y, 3.0]), ONE, TWO),
    "hstack of rows": (np.hstack, A),
    "dstack of vectors": (lambda x, y: np.dstack([x, y]), V, V + 1),
    "dstack of matrices": (lambda x: np.dstack([x, np.ones((3, 4)), x]), A),
    "dstack of 3 axes": (lambda x, y: np.dstack([x, y]), C, C[..., :1]),
    "column_stack of vectors": (lambda x, y: np.column_stack([x, y]), V, V * 2),
    "column_stack mixed": (lambda x, y: np.column_stack((x, y, np.zeros(3))), A, A[:, 0]),
    "block of a number": (np.block, ONE),
    "block of a row": (lambda x, y: np.block([x, y, 1.0]), V, A[0]),
    "block of a matrix": (lambda x: np.block([[x, np.eye(3)], [np.zeros((1, 4)), np.ones((1, 3))]]), A),
    "block of numbers": (lambda x, y: np.block([[x, 0.0], [1.0, y]]), ONE, TWO),
    "block with more axes inside": (lambda x, y: np.block([[x], [y]]), C, C + 1),
    "block of columns": (lambda x: np.block([[x, x]]), V),
    "insert": (lambda x, y: np.insert(x, 2, y), V, ONE),
    "insert flat": (lambda x, y: np.insert(x, 5, y), A, ONE),
    "insert the same row twice": (lambda x, y: np.insert(x, [1, 1], y, axis=0), A, A[:2]),
    "insert a row": (lambda x, y: np.insert(x, 1, y, axis=0), A, A[0]),
    "insert a column": (lambda x, y: np.insert(x, 1, y, axis=1), A, A[:, 0]),
    "insert a broadcast number": (lambda x, y: np.insert(x, [0, 2], y, axis=1), A, ONE),
    "insert a broadcast row": (lambda x, y: np.insert(x, [0, -1], y, axis=-1), A, A[:, :1]),
    "insert out of order": (lambda x, y: np.insert(x, [4, 0, 2], y), V, A[0, :3]),
    "insert by a slice": (lambda x, y: np.insert(x, slice(0, 4, 2), y), V, A[0, :2]),
    "insert by a mask": (lambda x, y: np.insert(x, np.array([True, False, True, False, True]), y), V, A[0, :3]),
    "insert at the end": (lambda x, y: np.insert(x, 5, y), V, ONE),
    "insert nothing": (lambda x: np.insert(x, [], 3.0), V),
    "insert a constant": (lambda x: np.insert(x, 1, [7.0, 8.0]), V),
    "insert into a constant": (lambda y: np.insert(np.ones(3), 1, y), V),
    "insert by name": (lambda x, y: np.insert(arr=x, obj=1, values=y, axis=0), A, A[2]),
}

FILLS = {
    "linspace": (np.linspace, ONE, TWO),
    "linspace by position": (lambda a, b: np.linspace(a, b, 4, False), ONE, TWO),
    "linspace of arrays": (lambda a, b: np.linspace(a, b, num=3, axis=-1), V, V * 2),
    "linspace broadcast": (lambda a, b: np.linspace(a, b, 3, axis=1), A, ONE),
    "linspace from a constant": (lambda b: np.linspace(0, b, 5), TWO),
    "linspace to a constant": (lambda a: np.linspace(a, [1, 2, 3, 4, 5], 2), V),
    "linspace of one point": (lambda a, b: np.linspace(a, b, 1), ONE, TWO),
    "linspace of one point, open": (lambda a, b: np.linspace(a, b, 1, endpoint=False), ONE, TWO),
    "linspace of no point": (lambda a, b: np.linspace(a, b, 0), V, V),
    "linspace and its step": (lambda a, b: joined(np.linspace(a, b, 4, retstep=True)), ONE, TWO),
    "linspace and its open step": (lambda a, b: joined(np.linspace(a, b, 4, False, True)), V, V * 3),
    "linspace of a segment without length": (lambda a: np.linspace(a, a, 3), ONE),
    "geomspace": (np.geomspace, 0.5, 2.0),
    "geomspace of negative numbers": (lambda a, b: np.geomspace(a, b, 4), -0.5, -2.0),
    "geomspace open": (lambda a, b: np.geomspace(a, b, 4, endpoint=False), 0.5, 2.0),
    "geomspace of arrays": (lambda a, b: np.geomspace(a, b, num=3, axis=-1), np.exp(A), 2.0),
    "geomspace from a constant": (lambda b: np.geomspace(1, b, 4), 2.0),
    "geomspace of one point": (lambda a, b: np.geomspace(a, b, 1), 0.5, 2.0),
    "logspace": (np.logspace, 0.5, 2.0),
    "logspace with a base": (lambda a, b, base: np.logspace(a, b, 4, base=base), 0.5, 2.0, 3.0),
    "logspace with bases": (lambda a, b, base: np.logspace(a, b, 3, base=base), 0.5, 2.0, np.exp(V)),
    "logspace with bases along": (lambda a, b, base: np.logspace(a, b, 3, True, base, axis=-1), V, 2.0, np.exp(V)),
    "logspace with base 2": (lambda a, b: np.logspace(a, b, 4, base=2, endpoint=False), A, 1.0),
    "full_like": (lambda v: np.full_like(A, 2.0) * v, ONE),
    "full_like of a variable": (lambda x, v: np.full_like(x, v) * x, A, ONE),
    "full_like of a row": (lambda x, v: np.full_like(x, v, shape=(2, 4)), A, A[0]),
}


@pytest.mark.parametrize("case", (CUTS | JOINS | FILLS).values(), ids=CUTS | JOINS | FILLS)
def test_cutting_joining_and_filling(case):
    prove(*case)


PAIRS = {
    "everywhere": 2,
    "before and after": (1, 3),
    "pair": ((2, 1),),
    "each axis": ((1, 0), (2, 3)),
    "list": [[0, 1], [1, 0]],
    "array": np.array([[2, 1], [0, 4]]),
    "nothing": 0,
    "one": (1,),
    "far": ((9, 7), (8, 10)),
}
MODES = ["constant", "edge", "wrap", "reflect", "symmetric", "linear_ramp", "mean", "maximum", "minimum", "median"]


@pytest.mark.parametrize("width", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("mode", MODES)
def test_pad_in_every_mode(mode, width):
    prove(lambda x: np.pad(x, width, mode), A)
    prove(lambda x: np.pad(x * x, pad_width=width, mode=mode) ** 2, A)


PADS = {
    "by default": (lambda x: np.pad(x, 1), V),
    "3 axes": (lambda x: np.pad(x, ((1, 2), (0, 1), (2, 0)), "median"), C),
    "maximum of the outermost two": (lambda x: np.pad(x, 3, "maximum", stat_length=2), A),
    "minimum of each end": (lambda x: np.pad(x, 3, "minimum", stat_length=((1, 2), (3, 4))), A),
    "mean of each end": (lambda x: np.pad(x, (2, 3), "mean", stat_length=(1, 2)), A),
    "mean of more than there is": (lambda x: np.pad(x, 1, "mean", stat_length=99), A),
    "median of three": (lambda x: np.pad(x, 1, "median", stat_length=3), V),
    "statistics of all": (lambda x: np.pad(x, 1, "maximum", stat_length=None), A),
    "reflect odd": (lambda x: np.pad(x, ((2, 3), (1, 0)), "reflect", reflect_type="odd"), A),
    "reflect odd far": (lambda x: np.pad(x, 11, "reflect", reflect_type="odd"), V),
    "symmetric odd": (lambda x: np.pad(x, (3, 8), mode="symmetric", reflect_type="odd"), V),
    "symmetric even": (lambda x: np.pad(x, (3, 8), mode="symmetric", reflect_type="even"), V),
    "constants": (lambda x: np.pad(x, 2, "constant", constant_values=((1, 2), (3, 4))), A),
    "a variable constant": (lambda x, c: np.pad(x, 2, constant_values=c) ** 2, A, ONE),
    "variable constants before and after": (lambda x, c: np.pad(x, 2, constant_values=c) ** 2, A, A[0, :2]),
    "variable constants of each axis": (lambda x, c: np.pad(x, (1, 3), constant_values=c) ** 2, A, A[:2, :2]),
    "one variable constant of each axis": (lambda x, c: np.pad(x, (1, 3), constant_values=c) ** 2, A, A[:2, :1]),
    "one pair of variable constants": (lambda x, c: np.pad(x, (1, 3), constant_values=c) ** 2, A, A[:1, :2]),
    "some variable constants": (lambda x, c: np.pad(x, 1, constant_values=((c, 1.0), (2.0, c * c))), A, ONE),
    "constants without width": (lambda x, c: np.pad(x, 0, constant_values=c), A, ONE),
    "ramp to a number": (lambda x: np.pad(x, 3, "linear_ramp", end_values=5), A),
    "ramp to a variable": (lambda x, e: np.pad(x, 3, "linear_ramp", end_values=e) ** 2, A, ONE),
    "ramp to variables": (lambda x, e: np.pad(x, (2, 3), "linear_ramp", end_values=(e, -1.0)) ** 2, A, ONE),
    "ramp to variables of each axis": (lambda x, e: np.pad(x, (2, 3), "linear_ramp", end_values=e) ** 2, A, A[:2, :2]),
}


@pytest.mark.parametrize("case", PADS.values(), ids=PADS)
def test_pad_with_every_keyword(case):
    prove(*case)


def test_pad_by_a_dict():
    try:
        np.pad(C, {0: 1})
    except TypeError:
        pytest.skip("this NumPy does not take a dict yet")
    for mode in ("constant", "median", "wrap"):
        prove(lambda x, mode=mode: np.pad(x, {-1: (1, 2), 0: 1}, mode), C)


def test_pad_keeps_float32_and_infinities_where_they_are():
    x = np.float32([[1, 2, np.inf, 4]])
    for mode in MODES:
        for keywords in ({}, {"reflect_type": "odd"} if mode in ("reflect", "symmetric") else {}):
            y, pullback = vjp(lambda x, mode=mode, kw=keywords: np.pad(x, ((0, 0), (1, 1)), mode, **kw), x)
            np.testing.assert_array_equal(y, np.pad(x, ((0, 0), (1, 1)), mode, **keywords))
            assert y.dtype == pullback(np.ones_like(y))[0].dtype == np.float32


@pytest.mark.parametrize("mode", ["constant", "empty", "edge"])
def test_pad_of_nothing(mode):
    x = np.ones((0, 2))
    if mode == "constant":
        assert vjp(lambda x: np.pad(x, 1), x)[1](np.ones((2, 4)))[0].shape == (0, 2)
    else:
        with pytest.raises((ValueError, UnsupportedError), match=r"empty"):
            np.pad(Tensor(x), 1, mode)


def test_pad_refuses_what_no_rule_can_know():
    with pytest.raises(UnsupportedError, match=r"^pad: mode='empty'"):
        np.pad(Tensor(V), 1, "empty")
    with pytest.raises(UnsupportedError, match=r"^pad: mode="):
        np.pad(Tensor(V), 1, lambda vector, *_: vector)
    with pytest.raises(ValueError, match="unsupported keyword arguments for mode 'edge'"):
        np.pad(Tensor(V), 1, "edge", constant_values=2)
    with pytest.raises(ValueError, match="not supported"):
        np.pad(Tensor(V), 1, "nonsense")
    with pytest.raises(ValueError, match="negative"):
        np.pad(Tensor(V), -1)
    with pytest.raises(ValueError, match="broadcast"):
        np.pad(Tensor(V), ((1, 2), (3, 4)))
    with pytest.raises(ValueError, match="bogus"):
        np.pad(Tensor(V), 1, bogus=1)


def test_pieces_come_in_numpys_container_and_unused_ones_receive_nothing():
    t = Tensor(A)
    for function, argument in [(np.split, 3), (np.array_split, 2), (np.hsplit, 2), (np.vsplit, 3)]:
        assert type(function(t, argument)) is type(function(A, argument))
    first, _, last = np.unstack(t)
    assert isinstance(np.unstack(t), tuple)
    expected = np.zeros((3, 4))
    expected[0], expected[2] = 2 * A[0], 1
    np.testing.assert_array_equal(gradients((first**2 + last).sum(), t)[0], expected)


def test_pieces_nobody_uses_are_structural_zeros():
    x = np.array([0.0, 4.0, 0.0, 9.0])
    assert grad(lambda x: np.split(np.sqrt(x), 4)[1].sum())(x).tolist() == [0, 0.25, 0, 0]
    assert grad(lambda x: sum(p.sum() for p in np.unstack(np.sqrt(x))[1::2]))(x).tolist() == [0, 0.25, 0, 1 / 6]
    assert grad(lambda x: np.where(x > 0, np.concatenate(np.split(np.sqrt(x), 2)), 0).sum())(x[1:3]).tolist() == [
        0.25,
        0,
    ]
    assert grad(lambda x: np.sum(np.pad(np.sqrt(x), 1)[2:3]))(x).tolist() == [0, 0.25, 0, 0]
    assert grad(lambda x: np.insert(np.sqrt(x), 1, 7.0)[2])(x).tolist() == [0, 0.25, 0, 0]


def test_pieces_to_second_order():
    def f(x):
        a, b, c = np.split(x, 3)
        return np.sum(a**2 * b * c)

    x, v = RNG.normal(size=6), RNG.normal(size=6)
    hv = jvp(grad(f), (x,), (v,))[1]
    h = 1e-5
    np.testing.assert_allclose(hv, (grad(f)(x + h * v) - grad(f)(x - h * v)) / (2 * h), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(grad(lambda x: np.sum(grad(f)(x) * v))(x), hv, rtol=1e-12)


def test_geomspace_of_complex_numbers_is_the_spiral():
    a, b = 1 + 1j, -2 + 0.5j
    t = np.linspace(0, 1, 5)
    y, y_dot = jvp(lambda a: np.geomspace(a, b, 5), (a,), (1.0 + 0j,))
    np.testing.assert_allclose(y_dot, (1 - t) * y / a)
    _, y_dot = jvp(lambda b: np.geomspace(a, b, 5), (b,), (1.0 + 0j,))
    np.testing.assert_allclose(y_dot, t * y / b)


@pytest.mark.parametrize("f", [np.linspace, lambda a, b: np.linspace(a, b, 5)[1:4] ** 2, np.logspace])
def test_float32_ends_give_float32(f):
    a, b = np.float32([1, 2]), np.float32([3, 5])
    y, pullback = vjp(f, a, b)
    assert y.dtype == f(a, b).dtype
    assert all(bar.dtype == np.float32 for bar in pullback(np.ones_like(y)))


def test_the_same_tensor_twice():
    x = RNG.normal(size=3)
    for f in [
        lambda x: np.concatenate([x, x * 2, x]),
        lambda x: np.stack([x, x]),
        lambda x: np.insert(x, 1, x),
        lambda x: np.append(x, x),
        lambda x: np.linspace(x, x, 3),
        lambda x: np.block([[x], [x]]),
        lambda x: np.pad(x, 1, constant_values=x[0]),
    ]:
        prove(f, x)


def test_a_list_like_a_tensor_is_stacked():
    t, u = Tensor(V), Tensor(V * 2)
    for make in (np.array, np.asarray, np.asanyarray):
        y = make([t, u], like=t)
        np.testing.assert_array_equal(y.data, [V, V * 2])
        t_bar, u_bar = gradients((y * np.array([[3.0], [4.0]])).sum(), t, u)
        assert (t_bar.tolist(), u_bar.tolist()) == ([3.0] * 5, [4.0] * 5)
    assert np.asarray(t, like=t) is t
    assert np.ascontiguousarray(t, dtype=np.float32, like=t).dtype == np.float32
    assert np.array(t, ndmin=3, like=t).shape == (1, 1, 5)
    assert type(np.asarray([1.0, 2.0], like=t)) is np.ndarray
    assert gradients(np.full((2, 3), t[0], like=t).sum(), t)[0].tolist() == [6, 0, 0, 0, 0]
    assert type(np.zeros(3, like=t)) is np.ndarray


@pytest.mark.parametrize(
    "call",
    [
        np.array,
        np.asarray,
        np.asanyarray,
        np.ascontiguousarray,
        np.asfortranarray,
        lambda t: np.array([t, t]),
        lambda t: np.array([1.0, t[0]]),
        lambda t: np.full(5, t),
        lambda t: np.full(5, t, dtype=float),
        lambda t: np.full_like(V, t),
        lambda t: np.full((), t[0]),
        lambda t: np.fromiter(t, float),
        lambda t: np.concatenate([[t[0], t[1]], t]),
        lambda t: np.linspace(0, [t[0], 1.0], 3),
        lambda t: np.insert(V, 1, [t]),
        lambda t: np.insert(np.arange(3), 1, t),
        lambda t: np.vectorize(np.sin)(t),
        lambda t: np.broadcast(t, V),
        lambda t: np.random.default_rng(0).normal(loc=t),
    ],
)
def test_where_numpy_has_no_hook_the_call_raises_and_never_detaches(call):
    with pytest.raises((TypeError, ValueError)) as caught:
        call(Tensor(V))
    messages = [str(caught.value), str(caught.value.__cause__)]
    assert any(
        word in message for message in messages for word in ("t.data", "np.stack", "t.item()", "np.where", "astype")
    )


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (ValueError, lambda t: np.split(t, 2)),
        (ValueError, lambda t: np.hsplit(t[0], 3)),
        (ValueError, lambda t: np.dsplit(t, 2)),
        (ValueError, lambda t: np.concatenate([t, t[0]])),
        (ValueError, lambda t: np.concatenate([t, t[:, :2]])),
        (ValueError, lambda t: np.stack([t, t[0]])),
        (ValueError, lambda t: np.stack([])),
        (ValueError, lambda t: np.concatenate([t, t], axis=2)),
        (ValueError, lambda t: np.append(t, t[0], axis=0)),
        (ValueError, lambda t: np.block([[t, t[:2]], [t, t]])),
        (TypeError, lambda t: np.block([t, (t, t)])),
        (ValueError, lambda t: np.block([[t], t])),
        (ValueError, lambda t: np.insert(t, [1, 2], t, axis=0)),
        (IndexError, lambda t: np.insert(t, 99, 1.0)),
        (ValueError, lambda t: np.linspace(t, t, -1)),
        (ValueError, lambda t: np.geomspace(t * 0, t)),
        (ValueError, lambda t: np.linspace(t, t[:2, :3])),
        (TypeError, lambda t: np.linspace(t, t, 3, dtype=int)),
        (TypeError, lambda t: np.concatenate([t, t], dtype=int)),
        (TypeError, lambda t: np.stack([t, t], out=np.zeros((2, 3, 4)))),
    ],
)
def test_wrong_calls_raise_before_anything_is_written(error, call):
    with pytest.raises(error):
        call(Tensor(A))
