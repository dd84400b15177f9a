"""Operators and methods of a Tensor: each what NumPy's function of that name does."""

import operator

import numpy as np
import pytest

from autograd_mini import Tensor, grad, gradients, hessian, vjp

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
    ("astype", (complex,), {"copy": False}),
    ("clip", (0.0, 3.0), {}),
    ("compress", ([True, False, True],), {"axis": 1}),
    ("compress", ([False, True],), {}),
    ("conjugate", (), {}),
    ("cumprod", (1,), {}),
    ("cumsum", (), {"axis": 0}),
    ("diagonal", (1,), {}),
    ("diagonal", (), {"axis1": 1, "axis2": 0}),
    ("dot", (np.ones((3, 2)),), {}),
    ("flatten", (), {"order": "F"}),
    ("max", (), {"axis": 1, "keepdims": True, "initial": 2.0}),
    ("mean", (), {"axis": (0, 1)}),
    ("min", (1,), {}),
    ("prod", (), {"axis": 0}),
    ("ravel", (), {"order": "F"}),
    ("repeat", ([1, 2, 0],), {"axis": 1}),
    ("reshape", (3, -1), {}),
    ("reshape", ([3, 2],), {}),
    ("round", (), {"decimals": 1}),
    ("squeeze", (), {"axis": ()}),
    ("std", (), {"axis": 1, "ddof": 1}),
    ("sum", (), {"axis": (0, 1), "initial": 2.0}),
    ("swapaxes", (0, -1), {}),
    ("take", ([0, -1, 4],), {}),
    ("take", ([2, 0],), {"axis": 1, "mode": "wrap"}),
    ("trace", (), {}),
    ("trace", (1,), {}),
    ("transpose", ([1, 0],), {}),
    ("var", (), {"axis": 0, "keepdims": True}),
]


@pytest.mark.parametrize(("name", "args", "kwargs"), METHODS)
def test_methods_have_derivatives(name, args, kwargs):
    array = np.array([[1.25, 2.5, -3.0], [4.0, 0.5, 6.0]])
    result = getattr(array, name)(*args, **kwargs)
    seed = np.cos(np.arange(result.size)).reshape(result.shape).astype(result.dtype)
    bar = vjp(lambda x: getattr(x, name)(*args, **kwargs), array)[1](seed)[0]
    dot = np.sin(np.arange(6.0)).reshape(2, 3)
    ahead, behind = (getattr(array + s * 1e-6 * dot, name)(*args, **kwargs) for s in (1, -1))
    slope = np.sum(seed * (ahead - behind)).real / 2e-6 if name != "astype" else np.sum(seed * dot).real
    np.testing.assert_allclose(np.sum(bar * dot), slope, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(("name", "args", "kwargs"), METHODS)
def test_methods_do_what_those_of_an_array_do(name, args, kwargs):
    array = np.array([[1.25, 2.5, -3.0], [4.0, 0.5, 6.0]])
    result, expected = getattr(Tensor(array), name)(*args, **kwargs), getattr(array, name)(*args, **kwargs)
    assert isinstance(result, Tensor)
    assert (result.shape, result.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_array_equal(result.data, expected)


@pytest.mark.parametrize("name", ["argmax", "argmin", "argsort", "all", "any", "nonzero", "tolist", "__len__"])
def test_methods_without_derivative_are_plain(name):
    array = np.array([2.0, 0.0, 1.0])
    result = getattr(Tensor(array), name)()
    assert not isinstance(result, Tensor)
    np.testing.assert_array_equal(result, getattr(array, name)())
    np.testing.assert_array_equal(Tensor(array).argpartition(1), array.argpartition(1))
    np.testing.assert_array_equal(Tensor(np.sort(array)).searchsorted(1.5, side="right"), 2)


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


def test_at_keeps_the_dtype_as_assignment_does():
    t = Tensor(np.float32([1, 2, 3]))
    for y in (t.at[0].set(2.5), t.at[0].add(1), t.at[:2].add(np.ones(2)), t.at[[0, 0]].multiply(np.array([2.0, 3.0]))):
        assert y.dtype == np.float32
        assert gradients(y.sum(), t)[0].dtype == np.float32


def test_at_has_second_derivatives():
    x = np.array([1.0, 2.0, 3.0])
    f = lambda x: np.sum(x.at[1].set(x[0] ** 2).at[[0, 0]].add(x[1:]).at[2].multiply(x[2]) ** 2)
    h, step = hessian(f)(x), 1e-5
    for i in range(3):
        e = np.eye(3)[i] * step
        np.testing.assert_allclose(h[i], (grad(f)(x + e) - grad(f)(x - e)) / (2 * step), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    "key",
    [
        (0, slice(None)), (slice(None), [2, 0, 2]), ([0, 1], [1, 1]), (Ellipsis, -1), (None, 1),
        (slice(None, None, -1), 2), [], np.zeros((2, 3), bool), (np.array([[0], [1]]), np.array([0, 2])),
        (slice(5, 2),), np.array([True, False]), True, (),
    ],
)  # fmt: skip
def test_at_by_every_kind_of_index(key):
    array = np.arange(6.0).reshape(2, 3)
    t, v = Tensor(array), Tensor(7.0)
    for name in ("set", "add", "multiply"):
        expected = array.copy()
        if name == "set":
            expected[key] = 7.0
        elif name == "add":
            np.add.at(expected, np.array([], int) if isinstance(key, list) else key, 7.0)
        else:
            expected[key] *= 7.0
        y = getattr(t.at[key], name)(v)
        np.testing.assert_array_equal(y.data, expected)
        seed = np.cos(array)
        t_bar, v_bar = gradients((y * seed).sum(), t, v)
        ahead, behind = ((getattr(t.at[key], name)(7.0 + s) * seed).sum().item() for s in (1e-6, -1e-6))
        assert v_bar == pytest.approx((ahead - behind) / 2e-6, abs=1e-8)
        ahead, behind = (
            (getattr(Tensor(array + s * seed).at[key], name)(7.0) * seed).sum().item() for s in (1e-6, -1e-6)
        )
        assert np.sum(t_bar * seed) == pytest.approx((ahead - behind) / 2e-6, abs=1e-8)


# Idioms


def test_flat_is_every_entry_in_order():
    array = np.asfortranarray([[1.0, 2.0], [3.0, 4.0]])
    t = Tensor(array)
    assert t.flat[1].item() == array.flat[1] == 2
    assert [x.item() for x in t.flat] == list(array.flat)
    assert gradients(sum(x * k for k, x in enumerate(t.flat)), t)[0].tolist() == [[0, 1], [2, 3]]
    with pytest.raises(TypeError, match=r"t\.at"):
        t.flat[1] = 3.0
    with pytest.raises(AttributeError):
        t.flat = 3.0


def test_iteration_unpacking_and_membership():
    t = Tensor([[1.0, 2.0], [3.0, 4.0]])
    first, second = t
    assert gradients((first * second).sum(), t)[0].tolist() == [[3, 4], [1, 2]]
    assert [row.shape for row in t] == [(2,), (2,)]
    assert [row.tolist() for row in reversed(t)] == [[3, 4], [1, 2]]
    assert 3.0 in t
    assert 5.0 not in t
    with pytest.raises(TypeError, match="iteration over a"):
        iter(Tensor(1.0))
    with pytest.raises(TypeError):
        len(Tensor(1.0))
    assert max(t[0]).item() == 2
    assert sorted(t[1], reverse=True)[0].item() == 4
    assert sum(t[0]).item() == 3


@pytest.mark.parametrize("op", ["iadd", "isub", "imul", "itruediv", "ipow", "imod", "ifloordiv"])
def test_assigning_operators_rebind(op):
    t = before = Tensor([1.5, 2.5])
    t = getattr(operator, op)(t, 2.0)
    expected = getattr(operator, op)(np.array([1.5, 2.5]), 2.0)
    assert before.tolist() == [1.5, 2.5]
    assert t is not before
    np.testing.assert_array_equal(t.data, expected)
    m = Tensor(np.eye(2))
    m @= np.ones((2, 2))
    assert m.tolist() == [[1, 1], [1, 1]]


def test_an_array_that_would_be_written_into_raises():
    array, t = np.zeros(2), Tensor([1.0, 2.0])
    with pytest.raises(TypeError, match=r"a = a \+ t"):
        array += t
    with pytest.raises((TypeError, ValueError)) as caught:
        array[0] = t[0]
    assert "t.item()" in str(caught.value) + str(caught.value.__cause__)
    with pytest.raises((TypeError, ValueError)):
        array[:] = t
    assert not array.any()


def test_divmod_both_ways():
    t = Tensor([5.5, -7.25])
    for (q, r), (expected_q, expected_r) in [
        (divmod(t, 2.0), divmod(t.data, 2.0)),
        (divmod(20.0, t), divmod(20.0, t.data)),
    ]:
        np.testing.assert_array_equal(q.data, expected_q)
        np.testing.assert_array_equal(r.data, expected_r)
    assert gradients(divmod(t, 2.0)[1].sum(), t)[0].tolist() == [1, 1]
    assert gradients(divmod(20.0, t)[1].sum(), t)[0].tolist() == [-3, 3]


def test_numpy_scalars_and_arrays_on_the_left():
    array, t = np.array([2.0, 3.0]), Tensor([1.5, 2.5])
    for y, expected in [
        (array * t, [2, 3]), (array + t, [1, 1]), (np.float64(2) * t, [2, 2]), (np.float32(2) - t, [-1, -1]),
        (2.0**t, np.log(2) * 2.0 ** t.data), (array**t, np.log(array) * array**t.data), (np.int64(3) / t, -3 / t.data**2),
    ]:  # fmt: skip
        assert isinstance(y, Tensor)
        np.testing.assert_allclose(gradients(y.sum(), t)[0], expected)


@pytest.mark.parametrize("name", ["sort", "partition", "fill", "put", "resize", "setfield", "byteswap", "setflags"])
def test_methods_that_write_raise_and_name_the_way_out(name):
    t = Tensor([2.0, 1.0])
    with pytest.raises(TypeError, match=r"np\.sort\(t\).*t\.at\[i\]\.set\(v\)"):
        getattr(t, name)(1)
    assert t.tolist() == [2, 1]


def test_view_raises_and_names_the_way_out():
    with pytest.raises(TypeError, match=r"t\.astype\(dtype\)"):
        Tensor([1.0]).view(np.int64)


def test_transpose_takes_axes_in_numpys_ways_only():
    t = Tensor(np.ones((2, 3)))
    assert (
        t.transpose(1, 0).shape == t.transpose((1, 0)).shape == t.transpose(None).shape == t.transpose().shape == (3, 2)
    )
    assert Tensor(np.ones(3)).transpose(0).shape == (3,)
    assert Tensor(1.0).transpose(()).shape == ()
    with pytest.raises(ValueError, match="axes"):
        t.transpose(0)


def test_metadata_and_comparisons_are_plain():
    array = np.array([[2.0, 0.0], [1.0, 3.0]])
    t = Tensor(array)
    for f in [
        np.shape, np.ndim, np.size, np.nonzero, np.argwhere, np.flatnonzero, np.count_nonzero, np.argsort, np.iscomplexobj,
        np.array2string, np.array_repr, np.array_str, np.result_type, np.zeros_like, np.ones_like, np.isreal, np.iterable,
        np.diag_indices_from, np.tril_indices_from, np.triu_indices_from, lambda x: np.array_equal(x, array),
        lambda x: np.allclose(x, array), lambda x: np.isclose(x, 2), lambda x: np.isin(x, [2.0]),
        lambda x: np.digitize(x, [1.0]), lambda x: np.einsum_path("ij,jk", x, x)[0],
        lambda x: np.searchsorted([1.0, 2], x), lambda x: np.argpartition(x, 1),
    ]:  # fmt: skip
        ours, numpys = f(t), f(array)
        assert type(ours) is type(numpys)
        if isinstance(numpys, tuple):
            assert all(type(a) is type(b) for a, b in zip(ours, numpys, strict=True))
        assert str(ours) == str(numpys)
    assert np.broadcast_shapes(t.shape, (2,)) == (2, 2)
    assert f"{np.float64(2):.1f}" == f"{t[0, 0]:.1f}"
