"""Products of arrays: real ones against differences, complex ones against closed forms, in every arrangement of axes."""

import numpy as np
import pytest

from autograd_mini import DetachedError, Tensor, UnsupportedError, grad, gradients, jvp, vjp

from .test_variants import prove

RNG = np.random.default_rng(3)
V, W, A, B = RNG.normal(size=3), RNG.normal(size=4), RNG.normal(size=(2, 3)), RNG.normal(size=(3, 4))
C, D = RNG.normal(size=(5, 2, 3)), RNG.normal(size=(4, 2, 3))

PRODUCTS = {
    "inner 1, 1": (np.inner, V, V + 1),
    "inner 2, 2": (np.inner, A, B.T),
    "inner 3, 1": (np.inner, C, V),
    "inner 1, 3": (np.inner, V, C),
    "inner 3, 3": (np.inner, C, D),
    "inner 0, 2": (np.inner, 2.0, A),
    "inner 2, 0": (np.inner, A, 2.0),
    "inner of the same": (lambda a: np.inner(a, a), A),
    "vdot": (np.vdot, V, V + 1),
    "vdot of matrices": (np.vdot, A, A.T.copy()),
    "vdot of numbers": (np.vdot, 2.0, 3.0),
    "vecdot": (np.vecdot, C, A),
    "vecdot broadcast": (np.vecdot, C[:, :1], D[:1, :, :]),
    "vecdot along an axis": (lambda a, b: np.vecdot(a, b, axis=0), B, V[:, None]),
    "vecdot, axis kept": (lambda a, b: np.vecdot(a, b, axis=1, keepdims=True), C, C + 1),
    "vecdot with axes": (lambda a, b: np.vecdot(a, b, axes=[0, 1, ()]), B, RNG.normal(size=(4, 3))),
    "vecdot with two axes": (lambda a, b: np.vecdot(a, b, axes=[(0,), (-1,)]), B, V),
    "matvec": (np.matvec, A, V),
    "matvec broadcast": (np.matvec, C, RNG.normal(size=(4, 1, 3))),
    "matvec with axes": (lambda a, b: np.matvec(a, b, axes=[(-1, -2), 0, -1]), C, RNG.normal(size=(2, 5))),
    "vecmat": (np.vecmat, V, B),
    "vecmat broadcast": (np.vecmat, RNG.normal(size=(4, 1, 2)), C),
    "vecmat with axes": (lambda a, b: np.vecmat(a, b, axes=[0, (1, 2), (0,)]), RNG.normal(size=(2, 5)), C),
    "kron 1, 1": (np.kron, V, W),
    "kron 2, 1": (np.kron, A, V),
    "kron 1, 3": (np.kron, V, C),
    "kron 0, 2": (np.kron, 2.0, A),
    "kron of the same": (lambda a: np.kron(a, a), A),
    "kron with a list": (lambda a: np.kron([1.0, 2.0], a), A),
    "cross": (np.cross, V, V + W[:3]),
    "cross of many": (np.cross, A, C),
    "cross broadcast": (np.cross, V, C),
    "cross along axes": (lambda a, b: np.cross(a, b, axisa=0, axisb=1, axisc=0), B[:, :2], A),
    "cross along an axis": (lambda a, b: np.cross(a, b, axis=0), B, B + 1),
    "cross by position": (lambda a, b: np.cross(a, b, 0, 0, -1), B, B * B),
    "cross of the same": (lambda a: np.cross(a, a[::-1]), A),
    "trace": (np.trace, A),
    "trace above": (lambda x: np.trace(x, 1), B),
    "trace by name": (lambda x: np.trace(x, axis1=2, axis2=0, offset=-1), C),
    "trace in its own dtype": (lambda x: np.trace(x, dtype=np.float64), A),
    "trace beyond the matrix": (lambda x: np.trace(x, 7), A),
    "tensordot with a list": (lambda a: np.tensordot(a, [1.0, 2.0, 3.0], 1), A),
    "tensordot of numbers": (lambda a, b: np.tensordot(a, b, 0), 2.0, 3.0),
    "dot as a method": (lambda a, b: a.dot(b), A, B),
}


@pytest.mark.parametrize("case", PRODUCTS.values(), ids=PRODUCTS)
def test_products(case):
    prove(*case)


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors:DeprecationWarning")
@pytest.mark.parametrize(
    "shapes", [((2,), (2,)), ((2,), (3,)), ((3,), (2,)), ((4, 2), (2,)), ((2, 4), (2, 4))], ids=str
)
def test_cross_in_the_plane(shapes):
    a, b = (RNG.normal(size=shape) for shape in shapes)
    keywords = {"axis": 0} if shapes[0] == (2, 4) else {}
    try:
        np.cross(a, b, **keywords)
    except ValueError:
        pytest.skip("this NumPy has no cross product in the plane any more")
    prove(lambda a, b: np.cross(a, b, **keywords), a, b)
    prove(lambda a, b: np.cross(a, b, **keywords) ** 2, a, b)


def complex_like(*arrays):
    return [x + 1j * RNG.normal(size=x.shape) for x in arrays]


@pytest.mark.parametrize(
    ("f", "operands"),
    [
        (np.vdot, (V, V)), (np.inner, (A, B.T)), (np.vecdot, (C, A)), (np.matvec, (C, V)), (np.vecmat, (V, B)),
        (np.kron, (A, V)),
        (np.cross, (C, V)), (np.dot, (A, B)), (np.outer, (V, W)), (np.matmul, (C, B)), (np.tensordot, (A, A)),
        (lambda a, b: np.vdot(np.trace(a), np.trace(b)), (A, B)), (lambda a, b: np.vecdot(a, b, axis=0), (B, B)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("which", ["both", "first", "second"])
def test_complex_products(f, operands, which):
    """Re⟨ȳ, Jẋ⟩ = Re⟨Jᴴȳ, ẋ⟩, with J by differences; a product of reals and complex numbers gives the reals a real one."""
    a, b = operands
    a = complex_like(a)[0] if which != "second" else a
    b = complex_like(b)[0] if which != "first" else b
    y, pullback = vjp(f, a, b)
    np.testing.assert_allclose(y, f(a, b), rtol=1e-13)
    seed = complex_like(np.ones(np.shape(y)))[0]
    a_bar, b_bar = pullback(np.asarray(seed, dtype=np.asarray(y).dtype))
    assert (a_bar.dtype, b_bar.dtype) == (a.dtype, b.dtype)
    for bar, x, along in [(a_bar, a, lambda x: f(x, b)), (b_bar, b, lambda x: f(a, x))]:
        for unit in (1, 1j) if np.iscomplexobj(x) else (1,):
            dot = unit * RNG.normal(size=x.shape)
            slope = (along(x + 1e-6 * dot) - along(x - 1e-6 * dot)) / 2e-6
            there = np.vdot(seed, slope).real
            np.testing.assert_allclose(np.vdot(bar, dot).real, there, rtol=1e-7, atol=1e-7)
            np.testing.assert_allclose(jvp(along, (x,), (dot.astype(x.dtype),))[1], slope, rtol=1e-6, atol=1e-7)


def test_closed_forms_of_complex_dot_products():
    a, b = complex_like(V, V)
    np.testing.assert_allclose(grad(lambda a: np.real(np.vdot(a, b)))(a), b)
    np.testing.assert_allclose(grad(lambda b: np.real(np.vdot(a, b)))(b), a)
    np.testing.assert_allclose(grad(lambda a: np.imag(np.vdot(a, b)))(a), -1j * b)
    np.testing.assert_allclose(grad(lambda a: np.real(np.vdot(a, a)))(a), 2 * a)
    np.testing.assert_allclose(grad(lambda a: np.real(np.vecdot(a, a)))(a), 2 * a)
    np.testing.assert_allclose(grad(lambda a: np.real(np.inner(a, b)))(a), np.conj(b))
    np.testing.assert_allclose(grad(lambda a: np.real(np.vecmat(a, np.outer(a, b)).sum()))(a), 2 * a * b.sum().real)


@pytest.mark.parametrize(
    "f", [np.inner, np.vdot, np.vecdot, np.kron, lambda a, b: np.matvec(a[None, :], b), np.dot, np.outer]
)
@pytest.mark.parametrize("n", [0, 1])
def test_of_nothing_and_of_one(f, n):
    a, b = np.full(n, 2.0), np.full(n, 3.0)
    y, pullback = vjp(f, a, b)
    np.testing.assert_array_equal(y, f(a, b))
    a_bar, b_bar = pullback(np.ones_like(y))
    assert (a_bar.tolist(), b_bar.tolist()) == ([3.0] * n, [2.0] * n)


@pytest.mark.parametrize("layout", [np.asfortranarray, lambda x: x[::-1, ::-1], lambda x: np.repeat(x, 2, 1)[:, ::2]])
@pytest.mark.parametrize("f", [np.inner, np.vdot, np.vecdot, np.kron, np.cross])
def test_memory_layouts(layout, f):
    prove(f, layout(A), layout(A + 1))
    np.testing.assert_array_equal(grad(lambda a: np.sum(f(a, A)))(layout(A)), grad(lambda a: np.sum(f(a, A)))(A))


def test_float32_stays_float32():
    a, b = np.float32(A), np.float32(A + 1)
    for f in (
        np.inner,
        np.vdot,
        np.vecdot,
        np.kron,
        np.cross,
        lambda a, b: np.matvec(a, b[0]),
        lambda a, b: np.vecmat(a[:, 0], b),
    ):
        y, pullback = vjp(f, a, b)
        assert y.dtype == np.float32
        assert all(bar.dtype == np.float32 for bar in pullback(np.ones_like(y)))


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (ValueError, lambda t: np.inner(t, np.ones(2))),
        (ValueError, lambda t: np.vdot(t, np.ones(2))),
        (ValueError, lambda t: np.vecdot(t, np.ones(2))),
        (ValueError, lambda t: np.matvec(t, np.ones(2))),
        (ValueError, lambda t: np.vecmat(np.ones(5), t)),
        (ValueError, lambda t: np.cross(t, np.ones(4))),
        (ValueError, lambda t: np.cross(t, t, axisc=5)),
        (ValueError, lambda t: np.cross(t, 1.0)),
        (ValueError, lambda t: np.trace(t[0])),
        (ValueError, lambda t: np.trace(t, axis1=2)),
        (ValueError, lambda t: np.tensordot(t, t, axes=([0], [1]))),
        (ValueError, lambda t: np.tensordot(t, t, axes=([0, 1], [0]))),
        (UnsupportedError, lambda t: np.vecdot(t, t, axes=[0, 0, ()], keepdims=True)),
        (UnsupportedError, lambda t: np.vecdot(t, t, dtype=np.float32)),
        (UnsupportedError, lambda t: np.matvec(t, t[0], dtype=np.float32)),
        (UnsupportedError, lambda t: np.matmul(t, t[0], axes=[(0, 1), 0, 0])),
        (DetachedError, lambda t: np.vecdot(t, t, out=np.zeros(2))),
        (DetachedError, lambda t: np.trace(t, out=np.zeros(()))),
        (TypeError, lambda t: np.trace(t, dtype=int)),
    ],
)
def test_wrong_calls_raise_and_name_the_function(error, call):
    with pytest.raises(error) as caught:
        call(Tensor(A))
    if error in (UnsupportedError, DetachedError):
        assert str(caught.value).startswith(("vecdot", "matvec", "matmul", "trace"))


def test_a_matrix_is_its_own_second_operand():
    t = Tensor(A)
    np.testing.assert_allclose(gradients(np.inner(t, t).sum(), t)[0], np.tile(2 * A.sum(0), (2, 1)))
    np.testing.assert_allclose(gradients(np.vdot(t, t), t)[0], 2 * A)
    np.testing.assert_allclose(gradients(np.vecdot(t, t).sum(), t)[0], 2 * A)
