"""NumPy's protocols: plain NumPy works, and nothing detaches in silence."""

import cmath
import io
import json
import math
import operator
import statistics

import numpy as np
import pytest

from autograd_mini import DetachedError, Tensor, UnsupportedError, grad, gradients

V = np.array([1.0, 2.0, 3.0])
M = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def vector():
    return Tensor(V)


def number():
    return Tensor(2.0)


# Plain NumPy works


@pytest.mark.parametrize(
    "call",
    [
        lambda t: np.float64(2) * t,
        lambda t: np.float32(2) - t,
        lambda t: V * t,
        lambda t: np.array(2.0) ** t,
        lambda t: M @ t,
        lambda t: np.add(V, t),
        lambda t: np.add(t, V, out=None),
        lambda t: np.add(t, V, where=True, dtype=None),
        lambda t: np.sum(t, 0, None, None),
        lambda t: np.sum(a=t, axis=0),
        lambda t: np.dot(V, t, None),
        lambda t: np.dot(a=V, b=t),
        lambda t: np.concatenate([V, t]),
        lambda t: np.concatenate((V, t), axis=0, out=None, dtype=None),
        lambda t: np.stack(arrays=[t, V]),
        lambda t: np.where(V > 1, V, t),
        lambda t: np.where([True, False, True], t, 0),
        lambda t: np.matmul(M, t),
        lambda t: np.reshape(t, (1, 3), order="C"),
        lambda t: np.absolute(t) + np.abs(t),
        lambda t: np.einsum("ij,j->i", M, t),
        lambda t: np.linalg.norm(x=t, ord=3),
    ],
)
def test_plain_numpy_gives_tensors(call):
    t = vector()
    y = call(t)
    assert isinstance(y, Tensor)
    expected = call(V)
    assert y.dtype == expected.dtype
    np.testing.assert_array_equal(y.data, expected)
    assert np.abs(gradients(np.sum(y), t)[0]).sum() > 0


@pytest.mark.parametrize(
    "call",
    [
        np.shape,
        np.ndim,
        np.size,
        np.argmax,
        np.argsort,
        np.isfinite,
        np.isnan,
        np.signbit,
        np.logical_not,
        np.nonzero,
        np.count_nonzero,
        np.zeros_like,
        np.ones_like,
        np.iscomplexobj,
        np.array_str,
        lambda t: np.any(t > 2),
        lambda t: np.all(t, axis=0),
        lambda t: np.greater(t, 1),
        lambda t: np.equal(V, t),
        lambda t: np.allclose(t, V, rtol=1e-3),
        lambda t: np.array_equal(V, t),
        lambda t: np.result_type(t, 1.0),
        lambda t: np.searchsorted(V, t),
        lambda t: np.zeros_like(t, dtype=int, shape=(2,)),
        lambda t: np.logical_and(t > 1, t < 3),
        lambda t: np.isin(t, [1.0, 5.0]),
    ],
)
def test_what_has_no_derivative_is_plain(call):
    result, expected = call(vector()), call(V)
    assert not isinstance(result, Tensor)
    assert type(result) is type(expected)
    np.testing.assert_array_equal(result, expected)


def test_a_flat_result_that_is_floating_stays_a_tensor():
    t = vector()
    for y in (np.floor(t / 2), np.sign(t), np.round(t), t // 2):
        assert isinstance(y, Tensor)
        assert gradients(np.sum(y * t), t)[0].tolist() == y.tolist()


# Nothing detaches in silence


CONVERSIONS = {
    "float": lambda t: float(t),
    "int": lambda t: int(t),
    "complex": lambda t: complex(t),
    "np.float64": lambda t: np.float64(t),
    "np.float32": lambda t: np.float32(t),
    "np.int64": lambda t: np.int64(t),
    "np.array": lambda t: np.array(t),
    "np.asarray": lambda t: np.asarray(t),
    "np.asarray with dtype": lambda t: np.asarray(t, dtype=np.float32),
    "np.array without copy": lambda t: np.array(t, copy=None),
    "np.ascontiguousarray": lambda t: np.ascontiguousarray(t),
    "np.asfortranarray": lambda t: np.asfortranarray(t),
    "np.array of a list": lambda t: np.array([t, t]),
    "np.array of a nested list": lambda t: np.array([[t, 1.0]]),
    "np.array of objects": lambda t: np.array([t, None], dtype=object),
    "np.full": lambda t: np.full(3, t),
    "np.arange": lambda t: np.arange(t),
    "math.exp": lambda t: math.exp(t),
    "math.floor": lambda t: math.floor(t),
    "math.hypot": lambda t: math.hypot(t, 1.0),
    "math.fsum": lambda t: math.fsum([t]),
    "cmath.exp": lambda t: cmath.exp(t),
    "np.exp of a list": lambda t: np.exp([t, t]),
    "np.add of a list": lambda t: np.add([t, t], 1),
    "np.sum of a list": lambda t: np.sum([t, t]),
    "np.mean of a list": lambda t: np.mean([t, t]),
    "np.max of a list": lambda t: np.max([t, t]),
    "norm of a list": lambda t: np.linalg.norm([t, t]),
    "times a list": lambda t: t * [t, t],
    "where of a list": lambda t: np.where([True, False], [t, t], 0.0),
    "concatenate of lists": lambda t: np.concatenate([[t], [t]]),
    "a random number": lambda t: np.random.default_rng(0).normal(t),
    "an index": lambda t: V[t],
}


@pytest.mark.parametrize("convert", CONVERSIONS.values(), ids=CONVERSIONS)
def test_a_conversion_names_the_way_out(convert):
    with pytest.raises(DetachedError, match=r"t\.data|t\.item\(\)|np\.stack"):
        convert(number())


@pytest.mark.parametrize(
    "convert",
    [
        np.asarray,
        np.array,
        np.float64,
        lambda t: np.array([t, t]),
        lambda t: V.dot(t),
        lambda t: V[t],
        lambda t: np.vectorize(abs)(t),
    ],
)
def test_a_conversion_of_an_array_names_the_way_out(convert):
    with pytest.raises(DetachedError, match=r"t\.data"):
        convert(vector())


REFUSALS = {
    "range": lambda t: range(t),
    "list index": lambda t: [1, 2, 3][t],
    "operator.index": lambda t: operator.index(t),
    "list repetition": lambda t: [0] * t if t.ndim else operator.index(t),
    "round trip through json": lambda t: json.dumps(t),
    "statistics": lambda t: statistics.fmean([t, t]),
    "memoryview": lambda t: memoryview(t),
    "pow with a modulus": lambda t: pow(t, 2, 3),
    "bytes": lambda t: bytes(t),
    "a masked array": lambda t: t * np.ma.array([1.0, 2.0]),
    "a masked array on the left": lambda t: np.ma.array([1.0, 2.0]) * t,
    "an array of objects": lambda t: np.array([1, None], dtype=object) * t,
    "an array of strings": lambda t: np.add(t, np.array(["a"])),
    "initial of a sum": lambda t: np.sum(V, initial=t),
    "initial of a max": lambda t: np.max(V, initial=t),
    "fill": lambda t: np.ones(3).fill(t),
    "full_like": lambda t: np.full_like(V, t),
    "save": lambda t: np.save(io.BytesIO(), t),
    "fromiter": lambda t: np.fromiter([t, t], float),
    "setting an entry": lambda t: operator.setitem(V.copy(), 0, t),
    "setting entries": lambda t: operator.setitem(V.copy(), slice(2), t),
}


@pytest.mark.parametrize("call", REFUSALS.values(), ids=REFUSALS)
def test_no_silent_detachment(call):
    with pytest.raises((TypeError, ValueError)):
        call(number())


def test_the_cause_is_named_where_numpy_wraps_it():
    array = np.zeros(3)
    with pytest.raises(ValueError, match="sequence") as caught:
        array[0] = number()
    assert isinstance(caught.value.__cause__, DetachedError)
    with pytest.raises(DetachedError, match=r"t\.data"):
        array[:] = vector()
    assert array.tolist() == [0, 0, 0]


WRITES = {
    "+=": lambda a, t: operator.iadd(a, t),
    "*=": lambda a, t: operator.imul(a, t),
    "@=": lambda a, t: operator.imatmul(a, Tensor(np.eye(3))),
    "out= of a ufunc": lambda a, t: np.exp(t, out=a),
    "out= of a ufunc, by position": lambda a, t: np.exp(t, a),
    "out= of a ufunc, in a tuple": lambda a, t: np.add(t, t, out=(a,)),
    "out= that is a Tensor": lambda a, t: np.add(a, a, out=t),
    "out= of sum": lambda a, t: np.sum(Tensor(M), axis=0, out=a),
    "out= of sum, by position": lambda a, t: np.sum(Tensor(M), 0, None, a),
    "out= of sum that is a Tensor": lambda a, t: np.sum(M, axis=0, out=t),
    "out= of add.reduce": lambda a, t: np.add.reduce(Tensor(M), out=a),
    "out= of dot": lambda a, t: np.dot(np.eye(3), t, a),
    "out= of matmul": lambda a, t: np.matmul(np.eye(3), t, out=a),
    "out= of concatenate": lambda a, t: np.concatenate([t[:1], t[1:]], out=a),
    "out= of stack": lambda a, t: np.stack([t], out=a[None]),
    "out= of mean": lambda a, t: np.mean(Tensor(M), axis=0, out=a),
    "out= of var": lambda a, t: np.var(Tensor(M), axis=0, out=a),
    "out= of max": lambda a, t: np.max(Tensor(M), axis=0, out=a),
    "out= of outer": lambda a, t: np.outer(t[:1], t, a[None]),
    "out= of round": lambda a, t: np.round(t, 1, a),
    "out= of the sum method": lambda a, t: Tensor(M).sum(axis=0, out=a),
    "out= of einsum": lambda a, t: np.einsum("i,i->i", t, t, out=a),
    "add.at": lambda a, t: np.add.at(a, [0, 1, 2], t),
    "copyto": lambda a, t: np.copyto(a, t),
    "put": lambda a, t: np.put(a, [0, 1, 2], t),
    "place": lambda a, t: np.place(a, a == 0, t),
    "put_along_axis": lambda a, t: np.put_along_axis(a, np.array([0]), t, 0),
    "fill_diagonal": lambda a, t: np.fill_diagonal(np.diag(a), t),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_writing_into_an_array_raises_and_leaves_it_alone(write):
    array = np.zeros(3)
    with pytest.raises((DetachedError, UnsupportedError, TypeError)):
        write(array, vector())
    assert array.tolist() == [0, 0, 0]


@pytest.mark.parametrize("name", [name for name in WRITES if "out=" in name and "einsum" not in name])
def test_out_is_named(name):
    with pytest.raises(DetachedError, match="out="):
        WRITES[name](np.zeros(3), vector())


@pytest.mark.parametrize("name", ["+=", "*=", "copyto", "put", "place", "add.at"])
def test_writing_names_the_functional_spelling(name):
    with pytest.raises(TypeError, match=r"a = a \+ t|\.at\["):
        WRITES[name](np.zeros(3), vector())


# Functions of one's own


def test_a_function_of_one_s_own_dispatches_and_nests():
    from autograd_mini import elementwise, linear, selection

    softplus = elementwise(lambda x: np.logaddexp(0, x), lambda y, x: 1 / (1 + np.exp(-x)))
    assert softplus(0.0) == np.log(2)
    assert grad(grad(softplus))(0.0) == 0.25
    relu = selection(lambda x: np.maximum(x, 0), lambda y, x: x > 0)
    assert grad(relu)(0.0) == 0
    doubled = linear(lambda x: 2 * x, lambda y_bar, x: 2 * y_bar)
    assert grad(lambda x: np.sum(doubled(x) ** 2))(V).tolist() == (8 * V).tolist()
