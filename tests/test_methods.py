"""Operators and methods of a Tensor: each what NumPy's function of that name does."""

import operator

import numpy as np
import pytest

from autograd_mini import Tensor, gradients

BINARY = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.pow,
    operator.mod,
    operator.floordiv,
]
OTHERS = [2, 2.5, np.float64(2), np.float32(2), np.array([1.5, 2.0]), [1.5, 2.0], np.array([1, 2]), np.array(2.0), True]


@pytest.mark.parametrize("op", BINARY)
@pytest.mark.parametrize("other", OTHERS, ids=repr)
def test_operators_and_their_reflections(op, other):
    array = np.array([1.25, 3.5])
    t = Tensor(array)
    for result, expected in ((op(t, other), op(array, other)), (op(other, t), op(other, array))):
        assert isinstance(result, Tensor)
        assert result.dtype == expected.dtype
        np.testing.assert_array_equal(result.data, expected)


def test_matmul_and_unary_operators():
    array = np.array([[1.0, -2.0], [3.0, 4.0]])
    t = Tensor(array)
    for result, expected in [
        (t @ array, array @ array),
        (array @ t, array @ array),
        (t @ [1.0, 2.0], array @ [1.0, 2.0]),
        ([1.0, 2.0] @ t, [1.0, 2.0] @ array),
        (-t, -array),
        (+t, array),
        (abs(t), abs(array)),
        (round(t / 3, 1), (array / 3).round(1)),
    ]:
        assert isinstance(result, Tensor)
        np.testing.assert_array_equal(result.data, expected)


@pytest.mark.parametrize("op", [operator.matmul, np.dot, np.multiply, np.outer, lambda a, b: np.tensordot(a, b, 1)])
@pytest.mark.parametrize("constant", [[3.0, 4.0], (3, 4)])
def test_a_list_is_an_array_in_expressions(op, constant):
    t, u = Tensor([1.0, 2.0]), Tensor([1.0, 2.0])
    np.sum(op(t, constant)).backward()
    np.sum(op(u, np.array(constant, dtype=float))).backward()
    np.testing.assert_array_equal(t.grad, u.grad)


@pytest.mark.parametrize("other", ["a", object(), {}, np.array(["a"]), np.array([None])])
def test_operands_that_are_no_numbers_are_named(other):
    with pytest.raises(TypeError, match="multiply"):
        Tensor([1.0]) * other
    with pytest.raises(TypeError):
        Tensor([1.0]) * None


METHODS = [
    ("reshape", (3, 2), {}),
    ("reshape", ((3, 2),), {}),
    ("reshape", (-1,), {}),
    ("reshape", (3, 2), {"order": "F"}),
    ("transpose", (), {}),
    ("transpose", (1, 0), {}),
    ("transpose", ((1, 0),), {}),
    ("transpose", (None,), {}),
    ("swapaxes", (0, 1), {}),
    ("ravel", (), {}),
    ("ravel", ("F",), {}),
    ("flatten", (), {}),
    ("flatten", ("F",), {}),
    ("squeeze", (), {}),
    ("sum", (), {}),
    ("sum", (0,), {}),
    ("sum", (), {"axis": 1, "keepdims": True}),
    ("mean", (1,), {}),
    ("prod", (), {}),
    ("max", (0,), {}),
    ("min", (), {"axis": -1}),
    ("var", (), {"ddof": 1}),
    ("std", (0,), {}),
    ("dot", (np.array([1.0, 2.0, 3.0]),), {}),
    ("copy", (), {}),
    ("conj", (), {}),
    ("round", (1,), {}),
    ("repeat", (2,), {"axis": 0}),
    ("astype", (np.float32,), {}),
]


@pytest.mark.parametrize(("name", "args", "kwargs"), METHODS)
def test_methods_do_what_those_of_an_array_do(name, args, kwargs):
    array = np.array([[1.25, 2.5, -3.0], [4.0, 0.5, 6.0]])
    result, expected = getattr(Tensor(array), name)(*args, **kwargs), getattr(array, name)(*args, **kwargs)
    assert isinstance(result, Tensor)
    assert (result.shape, result.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_array_equal(result.data, expected)


@pytest.mark.parametrize("name", ["argmax", "argmin", "argsort", "all", "any", "nonzero"])
def test_methods_without_derivative_are_plain(name):
    array = np.array([2.0, 0.0, 1.0])
    result = getattr(Tensor(array), name)()
    assert not isinstance(result, Tensor)
    np.testing.assert_array_equal(result, getattr(array, name)())


def test_attributes_of_an_array():
    array = np.array([[1 + 2j, 3 - 1j, 2j]])
    t = Tensor(array)
    assert (t.nbytes, t.itemsize) == (array.nbytes, array.itemsize)
    for part in ("T", "mT", "real", "imag"):
        np.testing.assert_array_equal(getattr(t, part).data, getattr(array, part))


def test_astype_is_differentiable_where_the_result_is_floating_and_plain_elsewhere():
    t = Tensor([1.5, 2.5])
    y = t.astype(np.float32)
    np.sum(y * y).backward()
    assert (y.dtype, t.grad.dtype) == (np.float32, np.float64)
    assert t.grad.tolist() == [3, 5]
    whole = t.astype(int)
    assert type(whole) is np.ndarray
    assert whole.tolist() == [1, 2]


@pytest.mark.parametrize(
    "key",
    [0, -1, slice(None, None, 2), [0, 2], np.array([True, False, True]), np.array([1, 1]), Ellipsis, (slice(1, 3),)],
)
def test_at_set_and_add_are_the_functional_spelling_of_assignment(key):
    array = np.array([1.0, 2.0, 3.0])
    t, v = Tensor(array), Tensor(5.0)
    put, added = array.copy(), array.copy()
    put[key] = 5
    np.add.at(added, key, 5)
    assert t.at[key].set(v).tolist() == put.tolist()
    assert t.at[key].add(v).tolist() == added.tolist()
    weights = np.array([1.0, 10.0, 100.0])
    kept = weights.copy()
    kept[key] = 0
    t_bar, v_bar = gradients(np.sum(t.at[key].set(v) * weights), t, v)
    assert t_bar.tolist() == kept.tolist()
    assert v_bar == (weights - kept).sum()
    t_bar, v_bar = gradients(np.sum(t.at[key].add(v) * weights), t, v)
    assert t_bar.tolist() == weights.tolist()
    assert v_bar == weights[key].sum()


def test_where_at_names_an_entry_twice_the_last_value_stays():
    t, v = Tensor([1.0, 2.0, 3.0]), Tensor([10.0, 20.0, 30.0])
    y = t.at[[0, 1, 0]].set(v)
    assert y.tolist() == [30, 20, 3]
    t_bar, v_bar = gradients(np.sum(y * np.array([1.0, 2.0, 3.0])), t, v)
    assert t_bar.tolist() == [0, 0, 3]
    assert v_bar.tolist() == [0, 2, 1]


def test_at_multiply():
    t = Tensor([1.0, 2.0, 3.0])
    y = t.at[1:].multiply(t[:2])
    assert y.tolist() == [1, 2, 6]
    assert gradients(y.sum(), t)[0].tolist() == [1 + 2, 1 + 3, 2]


def test_a_complex_value_is_not_set_into_reals_in_silence():
    t, v = Tensor([1.0, 2.0]), Tensor(1j)
    try:
        y = t.at[0].set(v)
    except TypeError:
        return
    assert y.tolist() == [1j, 2]
