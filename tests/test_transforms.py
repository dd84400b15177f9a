"""grad, value_and_grad, vjp, jvp, jacobian, hessian, hvp: alone, nested, and against differences."""

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import (
    ShapeError,
    Tensor,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    stop_gradient,
    value_and_grad,
    vjp,
)

SETTINGS = settings(derandomize=True, deadline=None, max_examples=25)
NUMBERS = st.floats(0.3, 1.7)
VECTORS = st.lists(NUMBERS, min_size=3, max_size=3).map(np.array)


def differences(f, x, h=1e-5):
    """The Jacobian of f at x by central differences, of fourth order."""
    x = np.asarray(x, dtype=float)
    columns = []
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = h
        e = e.reshape(x.shape)
        columns.append((8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * h))
    return np.stack([np.asarray(column) for column in columns], axis=-1).reshape(np.shape(columns[0]) + x.shape)


SCALAR = {
    "rosenbrock": lambda x: np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2),
    "softmax entropy": lambda x: np.log(np.sum(np.exp(x))) - np.dot(x, np.array([0.2, 0.3, 0.5])),
    "norm over norm": lambda x: np.linalg.norm(x) / np.linalg.norm(x, 3),
    "quadratic form": lambda x: x @ np.arange(9.0).reshape(3, 3) @ x / np.var(x + np.array([0.0, 5.0, 1.0])),
    "product": lambda x: np.prod(x) * np.mean(np.sin(x)) + np.std(x * np.array([1.0, -2.0, 3.0])),
    "bilinear": lambda x: np.einsum("i,j,ij->", x, np.tanh(x), np.outer(x, np.cos(x))),
    "powers": lambda x: np.sum(x**x) + np.sum(2**x) + np.sum(np.sqrt(x) ** 3) + x[0] ** -2,
    "moved about": lambda x: np.sum(np.concatenate([x[::-1], np.stack([x, x * x]).T.reshape(-1)]) ** 3 * np.arange(9)),
}
VECTOR = {
    "rotated": lambda x: np.array([[0.0, 1.0, 2.0], [1.0, 0.5, 0.0]]) @ np.sin(x),
    "outer": lambda x: np.outer(x, np.exp(x)),
    "scaled": lambda x: x / np.linalg.norm(x),
    "one": lambda x: x[1] * x[2],
}


@pytest.mark.parametrize("f", SCALAR.values(), ids=SCALAR)
@SETTINGS
@given(x=VECTORS)
def test_first_and_second_derivatives_against_differences(f, x):
    if f is SCALAR["product"] and np.std(x * np.array([1.0, -2.0, 3.0])) < 0.1:
        return
    value, g = value_and_grad(f)(x)
    assert value == f(x)
    assert type(value) is np.float64
    np.testing.assert_allclose(g, differences(f, x), rtol=1e-6, atol=1e-7)
    H = hessian(f)(x)
    np.testing.assert_allclose(H, differences(grad(f), x), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(H, jacobian(grad(f), mode="reverse")(x), rtol=1e-9, atol=1e-9)
    v = np.array([1.0, -2.0, 0.5])
    np.testing.assert_allclose(hvp(f)(x, v), H @ v, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(grad(lambda x: grad(f)(x) @ v)(x), H @ v, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(grad(lambda x: jvp(f, (x,), (v,))[1])(x), H @ v, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("f", VECTOR.values(), ids=VECTOR)
@SETTINGS
@given(x=VECTORS, v=VECTORS)
def test_jacobians_by_both_modes_and_by_differences(f, x, v):
    J = jacobian(f)(x)
    assert J.shape == np.shape(f(x)) + x.shape
    np.testing.assert_allclose(J, differences(f, x), rtol=1e-7, atol=1e-8)
    for mode in ("forward", "reverse"):
        np.testing.assert_allclose(jacobian(f, mode=mode)(x), J, rtol=1e-12, atol=1e-13)
    y, y_dot = jvp(f, (x,), (v,))
    np.testing.assert_allclose(y_dot, J @ v, rtol=1e-10, atol=1e-12)
    y, pullback = vjp(f, x)
    y_bar = np.cos(np.arange(np.size(y))).reshape(np.shape(y))
    np.testing.assert_allclose(pullback(y_bar)[0], np.tensordot(y_bar, J, np.ndim(y)), rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(y, f(x))


# argnums


def three(a, b, c):
    return a * 2 + b * 3 + c * 5


@pytest.mark.parametrize(
    ("argnums", "expected"),
    [(0, 2), (2, 5), (-1, 5), (-3, 2), ((1,), (3,)), ((2, 0), (5, 2)), ([0, -1], (2, 5)), ((), ())],
)
def test_argnums(argnums, expected):
    result = grad(three, argnums)(1.0, 1.0, 1.0)
    assert result == expected
    assert type(result) is type(expected) or isinstance(result, np.float64)
    assert jacobian(three, argnums)(1.0, 1.0, 1.0) == expected


@pytest.mark.parametrize("argnums", [3, -4, (0, 3)])
def test_an_argument_number_out_of_range(argnums):
    with pytest.raises(TypeError, match=r"3 positional"):
        grad(three, argnums)(1.0, 1.0, 1.0)


@pytest.mark.parametrize("argnums", [True, "0", 1.0, None, (0, False)])
def test_an_argument_number_is_an_int(argnums):
    with pytest.raises(TypeError, match="argnums"):
        grad(three, argnums)(1.0, 1.0, 1.0)


@pytest.mark.parametrize("argnums", [(0, 0), (1, -2)])
def test_an_argument_is_named_once(argnums):
    with pytest.raises(ValueError, match="twice"):
        grad(three, argnums)(1.0, 1.0, 1.0)


def test_hessian_and_hvp_with_argnums():
    def f(a, b):
        return a**2 * b**3

    assert hessian(f, 1)(2.0, 3.0) == 4 * 6 * 3
    (aa, ab), (ba, bb) = hessian(f, (0, 1))(2.0, 3.0)
    assert (aa, ab, ba, bb) == (54, 108, 108, 72)
    assert hvp(f, 1)(2.0, 3.0, 10.0) == 720
    assert hvp(f, -1)(2.0, 3.0, 10.0) == 720
    assert hvp(f, (0, 1))(2.0, 3.0, (1.0, 10.0)) == (54 + 1080, 108 + 720)
    with pytest.raises(TypeError, match="direction"):
        hvp(f)(2.0)


# Arguments and results


@pytest.mark.parametrize("x", [3, 3.0, np.float64(3), np.float32(3), np.array(3.0), Tensor(3.0)])
def test_a_number_however_given(x):
    result = grad(lambda x: x**2)(x)
    assert result == 6
    assert isinstance(result, Tensor) == isinstance(x, Tensor)


@pytest.mark.parametrize("transform", [grad, value_and_grad, jacobian, hessian, lambda f: lambda x: vjp(f, x)])
@pytest.mark.parametrize("x", [np.array([1, 2]), np.int64(2), True, np.array([True]), "a", np.array(["a"])])
def test_arguments_are_floating(transform, x):
    with pytest.raises(TypeError, match="argument 0"):
        transform(np.sum)(x)


def test_lists_are_containers_never_arrays():
    assert grad(lambda x: x[0] * x[1])([2, 3]) == [3, 2]


def test_undifferentiated_arguments_keep_their_type():
    def f(x, n, names, mask, options, *, power, scale=1.0):
        assert type(n) is int
        assert names.tolist() == ["a"]
        assert mask.dtype == bool
        assert options == {"k": [1]}
        return np.sum(x**power * mask) * n * scale

    g = grad(f)(np.array([1.0, 2.0]), 3, np.array(["a"]), np.array([True, False]), {"k": [1]}, power=2, scale=10.0)
    assert g.tolist() == [60, 0]


@pytest.mark.parametrize(
    "array",
    [
        np.array([None, 1], dtype=object),
        np.array(["2020-01-01"], "datetime64[D]"),
        np.array([(1, 2.0)], "i4,f8"),
        np.array([b"a"]),
    ],
    ids=lambda array: array.dtype.name,
)
def test_undifferentiated_arrays_of_any_dtype(array):
    def f(x, other):
        assert other.tolist() == array.tolist()
        assert other.dtype == array.dtype
        return x * 2

    assert grad(f)(1.0, array) == 2


def test_keyword_arguments_pass_through_undifferentiated():
    w = Tensor(3.0)
    assert isinstance(grad(lambda x, w: x * w)(2.0, w=w), Tensor)
    assert grad(lambda x, w: x * w)(2.0, w=3) == 3


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize(
    "array", [np.arange(6.0).reshape(2, 3), np.arange(24.0).reshape(4, 6)[::-2, ::2], np.ones((0, 2))]
)
@pytest.mark.parametrize("order", ["C", "F"])
def test_gradients_have_the_arguments_shape_and_dtype(dtype, array, order):
    x = array.astype(dtype, order=order)
    g = grad(lambda x: np.sum(x * x))(x)
    assert (g.shape, g.dtype) == (x.shape, x.dtype)
    assert g.tolist() == (2 * x).tolist()
    assert not g.flags.writeable


def test_a_gradient_has_the_argument_s_byte_order():
    x = np.array([1.0, 2.0]).astype(">f8")
    assert grad(lambda x: np.sum(x * x))(x).dtype == x.dtype
    assert grad(lambda x: 3.0)(x).dtype == x.dtype


def test_a_function_that_ignores_its_argument():
    x, v = np.ones((2, 3)), np.full((2, 3), 2.0)
    assert grad(lambda x: 3.0)(x).tolist() == np.zeros((2, 3)).tolist()
    assert value_and_grad(lambda x: 3)(x)[0] == 3
    assert jvp(lambda x: 3.0, (x,), (v,)) == (3.0, 0)
    assert vjp(lambda x: np.ones(2), x)[1](np.ones(2))[0].tolist() == np.zeros((2, 3)).tolist()
    assert jacobian(lambda x: np.ones(4))(x).tolist() == np.zeros((4, 2, 3)).tolist()
    assert hessian(lambda x: 3.0)(np.ones(2)).tolist() == np.zeros((2, 2)).tolist()
    assert hessian(lambda x: np.sum(x))(np.ones(2)).tolist() == np.zeros((2, 2)).tolist()
    assert hvp(lambda x: np.sum(x))(np.ones(2), np.ones(2)).tolist() == [0, 0]
    assert grad(lambda x: stop_gradient(np.sum(x)))(x).tolist() == np.zeros((2, 3)).tolist()
    assert grad(lambda x: np.floor(x) * 2)(1.5) == 0
    assert grad(lambda x: x.shape[0] * 1.0)(x).sum() == 0


def test_the_identity():
    x = np.array([1.0, 2.0])
    assert value_and_grad(lambda x: x)(3.0) == (3, 1)
    assert jacobian(lambda x: x)(x).tolist() == [[1, 0], [0, 1]]
    y, pullback = vjp(lambda x: x, x)
    assert (y.tolist(), pullback(x)[0].tolist()) == ([1, 2], [1, 2])
    assert type(y) is np.ndarray
    y, pullback = vjp(lambda x: (x, x, x * 2), 1.0)
    assert pullback((1.0, 10.0, 100.0)) == (211,)
    assert jvp(lambda x: (x, x), (1.0,), (5.0,))[1] == (5, 5)


@pytest.mark.parametrize("a", [np.array([2.0, 3.0]), Tensor([2.0, 3.0])])
def test_the_same_argument_twice(a):
    first, second = grad(lambda x, y: np.sum(x * x * y), (0, 1))(a, a)
    assert first.tolist() == [8, 18]
    assert second.tolist() == [4, 9]
    for f in (np.maximum, lambda x, y: np.where([True, False], x, y), lambda x, y: np.einsum("i,i->i", x, y) / y):
        assert grad(lambda x: np.sum(f(x, x)))(a).tolist() == [1, 1]  # noqa: B023


@pytest.mark.parametrize("result", [[1.0], (1.0, 2.0), {"a": 1.0}, None, "a", 1j, np.array(1j)], ids=repr)
@pytest.mark.parametrize("transform", [grad, value_and_grad, hessian])
def test_a_gradient_needs_one_real_number(transform, result):
    with pytest.raises(TypeError, match="one real number"):
        transform(lambda x: result)(1.0)


@pytest.mark.parametrize("f", [lambda x: (x, x), lambda x: [x], lambda x: {"loss": x}])
def test_a_container_that_holds_a_tensor_is_no_number(f):
    with pytest.raises(TypeError, match="one real number"):
        grad(f)(1.0)


def test_a_gradient_needs_one_entry():
    for f in (lambda x: x, lambda x: np.ones(2), lambda x: x * 2):
        with pytest.raises(ShapeError, match=r"\(2,\)"):
            grad(f)(np.ones(2))
    assert grad(lambda x: x)(np.ones((1, 1))).tolist() == [[1]]


def test_a_complex_result_has_no_gradient_and_its_jacobian_wants_to_be_asked_for():
    with pytest.raises(TypeError, match="complex"):
        grad(lambda x: x * 1j)(1.0)
    with pytest.raises(TypeError, match="holomorphic"):
        jacobian(lambda x: x * 1j)(1.0)
    with pytest.raises(TypeError, match="complex arguments"):
        jacobian(lambda x: x * 1j, holomorphic=True)(1.0)


@pytest.mark.parametrize("transform", [grad, value_and_grad, jacobian, hessian, hvp, vjp])
def test_giving_a_result_instead_of_a_function(transform):
    with pytest.raises(TypeError, match="function"):
        transform(3.0)


def test_jacobian_refuses_other_modes():
    with pytest.raises(ValueError, match="forward"):
        jacobian(np.sin, mode="sideways")


def test_the_function_s_name_and_docstring_stay():
    def cost(x):
        """Say what is minimised."""
        return x * x

    for transform in (grad, value_and_grad, jacobian, hvp):
        assert transform(cost).__name__ == "cost"
        assert transform(cost).__doc__ == "Say what is minimised."
    assert grad(functools.partial(pow, exp=2))(3.0) == 6


# vjp and jvp at the door


def test_a_pullback_can_be_called_again_and_with_tensors():
    x = np.array([1.0, 2.0])
    y, pullback = vjp(lambda x: x**2, x)
    assert y.tolist() == [1, 4]
    assert pullback(np.array([1.0, 1.0]))[0].tolist() == [2, 4]
    assert pullback(np.array([1, 10]))[0].tolist() == [2, 40]
    w = Tensor([3.0, 5.0])
    (bar,) = pullback(w)
    assert isinstance(bar, Tensor)
    assert gradients(np.sum(bar * bar), w)[0].tolist() == [2 * 4 * 3, 2 * 16 * 5]
    assert jacobian(lambda v: pullback(v)[0])(x).tolist() == [[2, 0], [0, 4]]


def test_a_tangent_may_be_a_tensor():
    v = Tensor(2.0)
    _, y_dot = jvp(lambda x: x**3, (2.0,), (v,))
    assert y_dot.item() == 24
    assert gradients(y_dot, v) == (12,)
    assert grad(lambda v: jvp(lambda x: x**3, (2.0,), (v,))[1])(1.0) == 12


@pytest.mark.parametrize("tangent", [np.ones(3), np.ones((1, 2)), 1.0])
def test_a_tangent_has_its_primal_s_shape(tangent):
    with pytest.raises(ShapeError, match="tangent"):
        jvp(np.sin, (np.ones(2),), (tangent,))


@pytest.mark.parametrize("tangent", ["ab", 1j])
def test_a_tangent_is_real_where_its_primal_is(tangent):
    with pytest.raises(TypeError, match="tangent"):
        jvp(np.sin, (1.0,), (tangent,))


def test_primals_and_tangents_are_tuples_of_equal_length():
    with pytest.raises(TypeError, match="primals"):
        jvp(np.sin, 1.0, (1.0,))
    with pytest.raises(TypeError, match="tangents"):
        jvp(np.sin, (1.0,), 1.0)
    with pytest.raises(ShapeError, match="jvp"):
        jvp(np.multiply, (1.0, 2.0), (1.0,))


def test_a_cotangent_has_its_output_s_shape():
    for f in (np.sin, lambda x: np.ones(2)):
        _, pullback = vjp(f, np.ones(2))
        for y_bar in (1.0, np.ones(3), np.ones((2, 1))):
            with pytest.raises(ShapeError, match="shape"):
                pullback(y_bar)


def test_results_are_plain_where_nothing_older_is_involved():
    x = np.array([1.0, 2.0])
    for array in (
        grad(np.sum)(x),
        *jvp(np.sin, (x,), (x,)),
        vjp(np.sin, x)[0],
        vjp(np.sin, x)[1](x)[0],
        jacobian(np.sin)(x),
        hessian(np.prod)(x),
        hvp(np.prod)(x, x),
    ):
        assert type(array) is np.ndarray
        assert not array.flags.writeable
