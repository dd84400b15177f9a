"""The facts about `Tensor`, one by one."""

import copy
import operator
import pickle

import numpy as np
import pytest

from autograd_mini import ShapeError, Tensor, gradients

FLOATING = [np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128]


# What a leaf is made of


def test_data_are_copied():
    source = np.array([1.0, 2.0])
    t = Tensor(source)
    source[:] = 7
    assert t.data.tolist() == [1, 2]
    assert source.flags.writeable


@pytest.mark.parametrize("data", [3, 3.0, [1, 2], [[1], [2]], [1, 2.5], (1, 2), [], [True, 2.0], [np.int64(1), 2]])
def test_python_numbers_and_lists_of_them_become_float64(data):
    t = Tensor(data)
    assert t.dtype == np.float64
    assert t.shape == np.shape(data)
    assert t.tolist() == np.array(data, dtype=float).tolist()


@pytest.mark.parametrize("data", [1j, [1, 2j]])
def test_python_complex_numbers_become_complex128(data):
    assert Tensor(data).dtype == np.complex128


@pytest.mark.parametrize("dtype", FLOATING)
@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (0,), (2, 0, 3)])
def test_arrays_keep_dtype_and_shape(dtype, shape):
    t = Tensor(np.ones(shape, dtype))
    assert t.dtype == dtype
    assert t.shape == shape
    assert (t.ndim, t.size) == (len(shape), int(np.prod(shape)))


@pytest.mark.parametrize("order", ["C", "F"])
def test_memory_layout_does_not_change_values(order):
    array = np.arange(6.0).reshape(2, 3)
    assert Tensor(np.array(array, order=order)).tolist() == array.tolist()
    assert Tensor(array[::-1, ::2]).tolist() == array[::-1, ::2].tolist()


REFUSED = {
    "bool": True,
    "numpy bool": np.bool_(True),
    "integers": np.array([1, 2]),
    "unsigned": np.array([1, 2], dtype=np.uint8),
    "numpy integer": np.int64(3),
    "booleans": np.array([True]),
    "list of booleans": [True, False],
    "string": "a",
    "list of strings": ["a"],
    "objects": np.array([1.0, None]),
    "None": None,
    "range": range(3),
    "dates": np.array(["2020-01-01"], dtype="datetime64[D]"),
    "dict": {"a": 1.0},
    "masked array": np.ma.array([1.0, 2.0], mask=[True, False]),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_what_has_no_derivative_is_refused(data):
    with pytest.raises(TypeError, match="Tensor"):
        Tensor(data)


@pytest.mark.parametrize(
    ("data", "way_out"),
    [
        (np.array([1, 2]), r"\.astype\(float\)"),
        (np.array([True]), r"\.astype\(float\)"),
        (True, "float"),
        (Tensor(1.0), r"\.data"),
        ([Tensor(1.0), Tensor(2.0)], r"np\.stack"),
        ([[Tensor(1.0)], 2.0], r"np\.stack"),
        (np.ma.array([1.0]), r"np\.asarray"),
    ],
)
def test_the_refusal_says_what_to_do(data, way_out):
    with pytest.raises(TypeError, match=way_out):
        Tensor(data)


def test_name_is_a_string():
    assert Tensor(1.0, name="a").name == "a"
    assert Tensor(1.0).name is None
    with pytest.raises(TypeError, match="name"):
        Tensor(1.0, name=3)


# Scalars, never 0-d arrays


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_a_value_of_shape_unit_is_a_numpy_scalar(dtype):
    for t in (Tensor(dtype(2)), Tensor(np.array(2, dtype))):
        assert type(t.data) is dtype
        assert type((t * t).data) is dtype
        assert type(np.exp(t).data) is dtype
        assert type(t.reshape(1)[0].data) is dtype
        assert type(t.reshape(1).reshape(()).data) is dtype
        assert type(np.sum(t).data) is dtype
        assert type((t * np.array(2, dtype)).data) is dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_grad_of_shape_unit_is_a_numpy_scalar(dtype):
    t = Tensor(dtype(2))
    for y in (t * t, t.reshape(1, 1) * 2, np.broadcast_to(t, (3,)).sum(), t):
        y.backward()
        assert type(t.grad) is dtype
    assert t.grad == 4 + 2 + 3 + 1
    assert type(gradients(np.sum(t), t)[0]) is dtype


# Weak promotion


@pytest.mark.parametrize(
    "f",
    [
        lambda t: t + 1,
        lambda t: 2.5 * t,
        lambda t: 1 / t,
        lambda t: t**2,
        lambda t: t**0.5,
        lambda t: 2**t,
        lambda t: np.maximum(t, 0),
        lambda t: np.where(t.data > 1, t, 0.0),
        lambda t: np.exp(-t) / (1 + np.tanh(t)),
        lambda t: t.mean(),
        lambda t: np.var(t, ddof=1),
        lambda t: np.std(t),
        lambda t: np.prod(t),
        lambda t: np.max(t, initial=0.5),
        lambda t: np.linalg.norm(t),
        lambda t: np.linalg.norm(t, 3),
        lambda t: np.einsum("i,i", t, t),
        lambda t: t.at[0].set(2.0),
        lambda t: t.at[0].add(2.0),
        lambda t: np.mean(t, where=np.array([True, False])),
    ],
)
def test_float32_stays_float32(f):
    t = Tensor(np.array([1.25, 0.75], np.float32))
    y = f(t)
    assert y.dtype == np.float32
    y.sum().backward()
    assert t.grad.dtype == np.float32


def test_a_gradient_has_its_tensors_dtype_also_after_promotion():
    single, double = Tensor(np.array([1, 2], np.float32)), Tensor([3.0, 4.0])
    y = np.sum(single * double)
    assert y.dtype == np.float64
    y.backward()
    assert (single.grad.dtype, double.grad.dtype) == (np.float32, np.float64)
    assert single.grad.tolist() == [3, 4]


# backward and .grad


def test_backward_adds():
    t = Tensor([1.0, 2.0])
    assert t.grad is None
    y = np.sum(t * t)
    y.backward()
    first = t.grad
    assert first.tolist() == [2, 4]
    y.backward()
    np.sum(t).backward()
    assert t.grad.tolist() == [5, 9]
    assert first.tolist() == [2, 4]


def test_grad_can_be_reset_to_none_and_nothing_else():
    t = Tensor(1.0)
    (2 * t).backward()
    t.grad = None
    assert t.grad is None
    with pytest.raises(AttributeError, match="None"):
        t.grad = 3.0


def test_grad_of_a_computed_tensor_names_gradients():
    y = Tensor(1.0) * 2
    with pytest.raises(AttributeError, match=r"gradients\(y"):
        _ = y.grad
    assert not hasattr(y, "grad")


def test_a_leaf_is_its_own_output():
    t = Tensor(3.0)
    t.backward()
    assert t.grad == 1


def test_a_leaf_behind_a_flat_function_collects_zeros():
    t = Tensor([1.5, 2.5])
    np.floor(t).sum().backward()
    assert t.grad.tolist() == [0, 0]


def test_backward_wants_one_entry_or_a_seed():
    t = Tensor([[1.0, 2.0]])
    with pytest.raises(ShapeError, match=r"\(1, 2\)"):
        (t * 2).backward()
    assert t.grad is None
    (t * 2).backward([[1, 10]])
    assert t.grad.tolist() == [[2, 20]]


@pytest.mark.parametrize("seed", [1.0, np.ones(2), np.ones((2, 1)), np.ones((1, 1, 2))])
def test_a_seed_has_exactly_the_outputs_shape(seed):
    t = Tensor([[1.0, 2.0]])
    with pytest.raises(ShapeError, match="seed"):
        (t * 2).backward(seed)
    assert t.grad is None


@pytest.mark.parametrize("seed", ["a", [["a", "b"]], np.array([[None, 1.0]])])
def test_a_seed_is_made_of_numbers(seed):
    with pytest.raises(TypeError, match="seed"):
        (Tensor([[1.0, 2.0]]) * 2).backward(seed)


def test_a_complex_output_has_no_gradient():
    with pytest.raises(TypeError, match="complex"):
        (Tensor(1j) * 2).backward()
    with pytest.raises(TypeError, match="real"):
        (Tensor(1.0) * 2).backward(1j)


def test_no_tensor_ever_lands_in_grad():
    t = Tensor(2.0)
    try:
        (t * 2).backward(Tensor(3.0))
    except TypeError:
        assert t.grad is None
    else:
        assert type(t.grad) is np.float64


def test_gradients_of_any_node_without_touching_grad():
    a, b = Tensor(2.0), Tensor(1.0)
    c, d = a + b, b + 1
    e = c * d
    assert gradients(e, a, b, c, d, e) == (2, 5, 2, 3, 1)
    assert gradients(e, a, a) == (2, 2)
    assert gradients(c, d) == (0,)
    assert a.grad is b.grad is None


def test_gradients_takes_tensors_and_a_seed():
    t = Tensor([1.0, 2.0])
    assert gradients(t * t, t, seed=[1.0, 10.0])[0].tolist() == [2, 40]
    with pytest.raises(TypeError, match="argument 1"):
        gradients(t.sum(), np.ones(2))
    with pytest.raises(TypeError, match="output"):
        gradients(3.0, t)


# What is printed, copied, compared


def test_repr_str_and_format_show_the_value():
    assert repr(Tensor([1.0, 2.0], name="w")) == "Tensor([1., 2.], name='w')"
    assert repr(Tensor(np.float32(2))) == "Tensor(2.0, dtype=float32)"
    assert str(Tensor([1.0, 2.0])) == "[1. 2.]"
    assert f"{Tensor(3.14159):.2f}" == "3.14"
    assert f"{Tensor(2.0) * 2}" == "4.0"


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))])
@pytest.mark.parametrize("data", [2.0, np.float32(2), np.array([[1.0, 2.0]], np.float32), np.array(1j)])
def test_a_leaf_is_copied(duplicate, data):
    t = Tensor(data, name="w")
    twin = duplicate(t)
    assert twin is not t
    assert (twin.name, twin.dtype, twin.shape) == ("w", t.dtype, t.shape)
    assert np.array_equal(twin.data, t.data)
    t.data = np.zeros_like(t.data)
    assert np.array_equal(twin.data, data)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_computed_tensor_is_not_copied(duplicate):
    with pytest.raises(TypeError, match=r"t\.data"):
        duplicate(Tensor(1.0) * 2)


def test_hash_is_identity_and_equality_elementwise():
    t, u = Tensor([1.0, 2.0]), Tensor([1.0, 3.0])
    assert {t: "t", u: "u"}[t] == "t"
    assert type(t == u) is np.ndarray
    assert (t == u).tolist() == [True, False]
    assert (t != u).tolist() == [False, True]
    assert (t == 1).tolist() == [True, False]
    assert (np.array([1.0, 5.0]) == t).tolist() == [True, False]


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne])
@pytest.mark.parametrize(
    "other", [2, 2.0, np.float64(2), np.array([1.0, 2.0, 3.0]), [1.0, 2.0, 3.0], Tensor([3.0, 2.0, 1.0])]
)
def test_comparisons_are_plain(compare, other):
    array = np.array([1.0, 2.0, 4.0])
    plain = other.data if isinstance(other, Tensor) else other
    result = compare(Tensor(array), other)
    assert type(result) is np.ndarray
    assert result.tolist() == compare(array, np.asarray(plain)).tolist()
    if not isinstance(other, list):
        assert compare(other, Tensor(array)).tolist() == compare(np.asarray(plain), array).tolist()


def test_bool_len_and_iteration_are_those_of_an_array():
    t = Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert bool(Tensor(1.0))
    assert not Tensor([0.0])
    with pytest.raises(ValueError, match="ambiguous"):
        bool(t)
    assert len(t) == 2
    with pytest.raises(TypeError):
        len(Tensor(1.0))
    with pytest.raises(TypeError, match="iteration"):
        iter(Tensor(1.0))
    first, second = t
    assert isinstance(first, Tensor)
    assert [row.tolist() for row in reversed(t)] == [[3, 4], [1, 2]]
    np.sum(first * second).backward()
    assert t.grad.tolist() == [[3, 4], [1, 2]]
    assert 3.0 in t
    assert 5.0 not in t
    assert max(Tensor(1.0), Tensor(2.0)).item() == 2


def test_item_and_tolist_give_python_numbers():
    assert type(Tensor(2.0).item()) is float
    assert Tensor([1.0, 2.0]).item(1) == 2.0
    assert Tensor([[1.0, 2.0]]).tolist() == [[1.0, 2.0]]
