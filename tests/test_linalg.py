"""Linear algebra: raw results against differences, closed forms, and the conventions where there is no derivative."""

import itertools

import numpy as np
import pytest

from autograd_mini import Tensor, UnsupportedError, grad, gradients, hessian, hvp, jvp, vjp

LA = np.linalg
INF = np.inf


def random(shape, kind, seed=0):
    rng = np.random.default_rng([seed, *shape])
    x = rng.standard_normal(shape)
    return x + 1j * rng.standard_normal(shape) if kind == "c" else x


def joined(y):
    """All floating-point results of a function as one vector."""
    if isinstance(y, (tuple, list)):
        parts = [np.ravel(part) for part in y if part.dtype.kind in "fc"]
        return np.concatenate(parts)
    return np.ravel(y)


def difference(f, h=1e-4):
    """f'(0) by central differences of fourth order."""
    return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)


def inner(a, b):
    return np.real(np.vdot(a, b))


def prove(f, *xs, second=True, tol=1e-6):
    """Value, tangents and Hessian-vector products are NumPy's, to differences of raw results; both modes agree."""
    f_all = lambda *xs: joined(f(*xs))
    y = f_all(*xs)
    dots = [random(x.shape, x.dtype.kind, 1 + i) for i, x in enumerate(xs)]
    for i, (x, dot) in enumerate(zip(xs, dots, strict=True)):
        slope = difference(lambda t, i=i, x=x, dot=dot: f_all(*xs[:i], x + t * dot, *xs[i + 1 :]))
        only = [d if k == i else np.zeros_like(d) for k, d in enumerate(dots)]
        value, y_dot = jvp(f_all, xs, only)
        np.testing.assert_allclose(value, y, rtol=1e-13, atol=1e-13)
        np.testing.assert_allclose(y_dot, slope, rtol=tol, atol=tol * np.max(np.abs(slope), initial=1))
    y_bar = random(y.shape, y.dtype.kind, 9)
    y_dot = jvp(f_all, xs, dots)[1]
    bars = vjp(f_all, *xs)[1](y_bar)
    back = sum(inner(bar, dot) for bar, dot in zip(bars, dots, strict=True))
    assert abs(inner(y_bar, y_dot) - back) <= 1e-10 * (1 + LA.norm(y_bar) * LA.norm(y_dot))
    if second:
        prove_second(lambda xs: np.sum(np.real(y_bar * f_all(*xs) ** 2)), list(xs), dots, tol)


def prove_second(cost, xs, dots, tol=1e-6):
    gradient = grad(cost)
    forward = jvp(gradient, [xs], [dots])[1]
    reverse = grad(lambda xs: sum(np.sum(np.real(g * np.conj(d))) for g, d in zip(gradient(xs), dots, strict=True)))(xs)
    for i, (fr, rr) in enumerate(zip(forward, reverse, strict=True)):
        slope = difference(lambda t, i=i: gradient([x + t * d for x, d in zip(xs, dots, strict=True)])[i])
        size = np.max(np.abs(slope), initial=1)
        np.testing.assert_allclose(fr, rr, rtol=1e-8, atol=1e-9 * size)
        np.testing.assert_allclose(fr, slope, rtol=tol, atol=tol * size)


def definite(n, kind, *stack):
    a = random((*stack, n, n), kind)
    return a @ np.conj(a.mT) + n * np.eye(n)


KINDS = pytest.mark.parametrize("kind", ["f", "c"])
SQUARE = {
    "eigh": lambda a: LA.eigh(a),
    "eigh, upper": lambda a: LA.eigh(a, "U"),
    "eigh, u by name": lambda a: LA.eigh(a, UPLO="u"),
    "eigvalsh": lambda a: LA.eigvalsh(a),
    "eigvalsh, upper": lambda a: LA.eigvalsh(a, UPLO="U"),
    "eig": lambda a: LA.eig(a),
    "eigvals": lambda a: LA.eigvals(a),
    "svd": lambda a: LA.svd(a),
    "svd, hermitian": lambda a: LA.svd(a, hermitian=True),
    "svd, hermitian, values": lambda a: LA.svd(a, compute_uv=False, hermitian=True),
    "inv": lambda a: LA.inv(a),
    "det": lambda a: LA.det(a),
    "slogdet": lambda a: LA.slogdet(a),
    "pinv, hermitian": lambda a: LA.pinv(a, hermitian=True),
    "pinv, hermitian, truncated": lambda a: LA.pinv(a, 0.4, True),
    **{f"matrix_power {n}": (lambda a, n=n: LA.matrix_power(a, n)) for n in (-3, -1, 1, 2, 3, 4, 7)},
    **{f"cond {p}": (lambda a, p=p: LA.cond(a, p)) for p in ("fro", "nuc", 1, -1, INF, -INF)},
}


@KINDS
@pytest.mark.parametrize("stack", [(), (2,)], ids=["one", "stack"])
@pytest.mark.parametrize("f", SQUARE.values(), ids=SQUARE)
def test_functions_of_square_matrices(f, stack, kind):
    prove(f, random((*stack, 3, 3), kind, 1))


RECTANGULAR = {
    "svd, reduced": lambda a: LA.svd(a, False),
    "svd, values": lambda a: LA.svd(a, compute_uv=False),
    "svdvals": lambda a: LA.svdvals(a),
    "svd, full, but reduced used": lambda a: first(LA.svd(a)),
    "qr": lambda a: LA.qr(a),
    "qr, complete": lambda a: LA.qr(a, "complete"),
    "qr, r": lambda a: LA.qr(a, mode="r"),
    "qr, raw": lambda a: LA.qr(a, mode="raw"),
    "pinv": lambda a: LA.pinv(a),
    "pinv, rtol": lambda a: LA.pinv(a, rtol=0.4),
    "pinv, rtol=None": lambda a: LA.pinv(a, rtol=None),
    "norm": lambda a: LA.norm(a, axis=(-1, -2), keepdims=True),
    **{f"norm {p}": (lambda a, p=p: LA.norm(a, p, (-2, -1))) for p in ("fro", "nuc", 1, -1, 2, -2, INF, -INF)},
    **{
        f"norm {p}, axes": (lambda a, p=p: LA.norm(a.T, p, (0, 1), True))
        for p in ("fro", "nuc", 1, -1, 2, -2, INF, -INF)
    },
    **{
        f"matrix_norm {p}": (lambda a, p=p: LA.matrix_norm(a, ord=p, keepdims=True)) for p in ("fro", "nuc", 1, -2, INF)
    },
    **{f"cond {p}": (lambda a, p=p: LA.cond(a, p)) for p in (None, 2, -2)},
}


def first(result):
    """U, s, Vᴴ without what completes the square matrices."""
    u, s, vh = result
    k = s.shape[-1]
    return u[..., :k], s, vh[..., :k, :]


@KINDS
@pytest.mark.parametrize("shape", [(4, 2), (2, 4), (2, 3, 2)], ids=str)
@pytest.mark.parametrize("f", RECTANGULAR.values(), ids=RECTANGULAR)
def test_functions_of_rectangular_matrices(f, shape, kind):
    prove(f, random(shape, kind, 2), second=shape != (2, 4))


@KINDS
@pytest.mark.parametrize("shape", [(1, 3), (3, 1), (1, 1), (3, 3)], ids=str)
def test_factors_of_any_shape(shape, kind):
    for name in ("svd, reduced", "svdvals", "qr", "qr, complete", "qr, r", "qr, raw", "pinv"):
        prove(RECTANGULAR[name], random(shape, kind, 3), second=False)


@KINDS
def test_every_phase_is_lapacks(kind):
    for m, n in ((40, 3), (3, 40), (3, 2), (2, 3)):  # LAPACK goes another way where one side is much longer
        prove(lambda a: LA.svd(a, full_matrices=False), random((m, n), kind), second=False)


@pytest.mark.parametrize("shape", [(3, 2), (2, 3), (2, 4, 3)], ids=str)
def test_the_one_column_that_completes_a_real_svd(shape):
    prove(lambda a: LA.svd(a), random(shape, "f"))


def test_eigenvalues_in_the_order_of_numpy():
    n = 160  # from here on LAPACK orders them differently when it is not asked for vectors
    a, v = random((n, n), "f"), random((n, n), "f", 1)
    w, w_dot = jvp(LA.eigvals, (a,), (v,))
    np.testing.assert_array_equal(w, LA.eigvals(a))
    assert not np.array_equal(w, LA.eig(a)[0])
    values, vectors = LA.eig(a)
    slopes = LA.diagonal(LA.solve(vectors, v @ vectors))
    nearest = np.argmin(np.abs(w[:, None] - values), axis=1)
    np.testing.assert_allclose(w_dot, slopes[nearest], rtol=1e-9)


@KINDS
@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("stack", [(), (2,)], ids=["one", "stack"])
def test_cholesky(upper, stack, kind):
    prove(lambda a: LA.cholesky(a, upper=upper), definite(3, kind, *stack))


@pytest.mark.parametrize(
    ("f", "upper"),
    [
        (lambda a: LA.eigvalsh(a), False),
        (lambda a: LA.eigh(a, "U")[1], True),
        (lambda a: LA.cholesky(a), False),
        (lambda a: LA.cholesky(a, upper=True), True),
        (lambda a: LA.svd(a, hermitian=True)[0], False),
        (lambda a: LA.pinv(a, hermitian=True), False),
    ],
)
def test_what_reads_one_triangle_has_its_derivative_there(f, upper):
    g = grad(lambda a: np.sum(f(a) ** 3))(definite(3, "f"))
    read = np.triu(np.ones((3, 3), bool)) if upper else np.tri(3, dtype=bool)
    assert np.all(g[~read] == 0)
    assert np.all(g[read] != 0)


SOLVE = [
    ((3, 3), (3,)),
    ((3, 3), (3, 2)),
    ((2, 3, 3), (3,)),
    ((2, 3, 3), (3, 2)),
    ((2, 3, 3), (2, 3, 1)),
    ((3, 3), (4, 3, 2)),
    ((4, 1, 3, 3), (2, 3, 2)),
    ((1, 1), (1,)),
    ((3, 3), (3, 0)),
]


@KINDS
@pytest.mark.parametrize(("a", "b"), SOLVE, ids=str)
def test_solve(a, b, kind):
    prove(lambda a, b: LA.solve(a, b), random(a, kind), random(b, kind))
    prove(lambda a, b: LA.solve(a=a, b=b), random(a, "c"), random(b, "f"), second=False)


def test_solve_with_a_list_and_a_constant():
    a, b = [[2.0, 1.0], [1.0, 3.0]], np.array([1.0, 2.0])
    np.testing.assert_allclose(grad(lambda b: np.sum(LA.solve(a, b)))(b), LA.solve(np.array(a).T, np.ones(2)))
    x, g = LA.solve(np.array(a), b), grad(lambda a: np.sum(LA.solve(a, [1, 2])))(np.array(a))
    np.testing.assert_allclose(g, -np.outer(LA.solve(np.array(a).T, np.ones(2)), x))


@KINDS
@pytest.mark.parametrize("rcond", [None, -1, 0.4])
@pytest.mark.parametrize(
    ("a", "b"), [((4, 2), (4,)), ((4, 2), (4, 3)), ((2, 4), (2,)), ((3, 3), (3, 2)), ((4, 3), (4, 0))]
)
def test_lstsq(a, b, rcond, kind):
    prove(lambda a, b: LA.lstsq(a, b, rcond=rcond), random(a, kind), random(b, kind))


def test_lstsq_gives_all_four_and_the_rank_plain():
    x, squares, rank, s = LA.lstsq(Tensor(random((4, 2), "f")), random((4,), "f"))
    assert isinstance(x, Tensor)
    assert isinstance(squares, Tensor)
    assert isinstance(s, Tensor)
    assert rank == 2
    assert not isinstance(rank, Tensor)
    prove(lambda a, b: LA.lstsq(a, b), random((4, 2), "c"), random((4,), "f"), second=False)


def test_truncation_with_one_cutoff_for_each_matrix():
    prove(lambda a: LA.pinv(a, np.array([0.3, 0.6])), random((2, 4, 3), "f"))


@KINDS
def test_tensor_equations(kind):
    prove(lambda a: LA.tensorinv(a), random((2, 3, 6), kind))
    prove(lambda a: LA.tensorinv(a, 1), random((6, 3, 2), kind))
    prove(lambda a: LA.tensorinv(a, ind=3), random((2, 3, 1, 6), kind))
    prove(lambda a, b: LA.tensorsolve(a, b), random((2, 3, 6), kind), random((2, 3), kind))
    prove(lambda a, b: LA.tensorsolve(a, b, axes=(1,)), random((2, 6, 3), kind), random((2, 3), kind))
    prove(lambda a, b: LA.tensorsolve(a, b, (0, 2)), random((3, 2, 2, 3), kind), random((2, 3), kind))


CHAINS = [
    [(2, 3), (3, 4)],
    [(3,), (3, 4)],
    [(3,), (3,)],
    [(2, 3), (3, 4), (4,)],
    [(3,), (3, 4), (4,)],
    [(3,), (3, 4), (4, 2)],
    [(2, 3), (3, 4), (4, 5), (5, 2)],
]


@KINDS
@pytest.mark.parametrize("shapes", CHAINS, ids=str)
def test_multi_dot(shapes, kind):
    prove(lambda *arrays: LA.multi_dot(arrays), *(random(shape, kind, i) for i, shape in enumerate(shapes)))


def test_multi_dot_of_one_tensor_thrice():
    a = random((3, 3), "f")
    np.testing.assert_allclose(grad(lambda a: np.trace(LA.multi_dot([a, a, a])))(a), 3 * (a @ a).T, rtol=1e-12)


PRODUCTS = {
    "cross": (LA.cross, (2, 3), (3,)),
    "cross, axis": (lambda a, b: LA.cross(a, b, axis=0), (3, 2), (3, 1)),
    "cross, middle axis": (lambda a, b: LA.cross(a, b, axis=1), (4, 3, 2), (4, 3, 2)),
    "vecdot": (LA.vecdot, (2, 3), (3,)),
    "vecdot, axis": (lambda a, b: LA.vecdot(a, b, axis=0), (3, 2), (3, 1)),
    "outer": (LA.outer, (3,), (2,)),
    "matmul": (LA.matmul, (4, 2, 3), (3, 2)),
    "tensordot": (lambda a, b: LA.tensordot(a, b, axes=1), (2, 3), (3, 2)),
}


@KINDS
@pytest.mark.parametrize(("f", "a", "b"), PRODUCTS.values(), ids=PRODUCTS)
def test_products(f, a, b, kind):
    prove(f, random(a, kind), random(b, kind, 1))


@KINDS
def test_parts(kind):
    a = random((2, 3, 4), kind)
    prove(lambda a: LA.diagonal(a, offset=1), a)
    prove(lambda a: LA.trace(a, offset=-1), a)
    prove(lambda a: LA.matrix_transpose(a), a)


@KINDS
@pytest.mark.parametrize("order", [None, 0, 1, 2, 3, 2.5, 0.5, -1, -2, INF, -INF])
def test_norms_of_vectors(order, kind):
    a = random((2, 3, 2), kind)
    second = order != 0
    prove(lambda a: LA.norm(a, order, axis=-2), a, second=second)
    prove(lambda a: LA.norm(a, ord=order, axis=(1,), keepdims=True), a, second=False)
    if order is not None:
        prove(lambda a: LA.vector_norm(a, ord=order), a, second=second)
        prove(lambda a: LA.vector_norm(a, ord=order, axis=1), a, second=False)
        prove(lambda a: LA.vector_norm(a, ord=order, axis=(0, -1), keepdims=True), a, second=False)
    assert LA.norm(Tensor(a), order, axis=0).dtype == float


def test_shapes_and_layouts():
    a = random((4, 4), "f")
    for x in (np.asfortranarray(a), a[::-1, ::-1], a.T, random((8, 8), "f")[::2, 1::2]):
        prove(lambda x: LA.inv(x), x)
        prove(lambda x: LA.svd(x), x)
    assert grad(lambda x: np.sum(LA.vector_norm(x)))(-3.0) == -1
    for f in (LA.eigvalsh, LA.det, LA.inv, LA.cholesky, LA.svdvals, lambda a: LA.qr(a)[1], lambda a: LA.eigh(a)[1]):
        for shape in ((0, 0), (0, 3, 3)):
            g = grad(lambda a, f=f: np.sum(f(a)))(np.zeros(shape))
            assert g.shape == shape
    assert grad(lambda a: LA.norm(a, 2))(np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("f", [*SQUARE.values(), *RECTANGULAR.values()], ids=[*SQUARE, *RECTANGULAR])
def test_single_precision_stays_single(f):
    a = random((3, 3), "f", 1).astype(np.float32)
    y, pullback = vjp(lambda a: joined(f(a)), a)
    assert y.dtype in (np.float32, np.complex64)
    y_bar = np.ones_like(y)
    assert pullback(y_bar)[0].dtype == np.float32
    expected = vjp(lambda a: joined(f(a)), a.astype(float))[1](y_bar.astype(np.result_type(y.dtype, float)))[0]
    np.testing.assert_allclose(pullback(y_bar)[0], expected, rtol=2e-3, atol=2e-3 * np.max(np.abs(expected)))


def test_numpys_containers():
    a = Tensor(definite(3, "f"))
    assert LA.eigh(a).eigenvectors.shape == LA.eig(a).eigenvectors.shape == (3, 3)
    assert LA.svd(a).Vh.shape == LA.qr(a).Q.shape == (3, 3)
    assert LA.slogdet(a).logabsdet > 0
    assert LA.matrix_rank(a) == 3
    assert type(LA.matrix_power(a, 0)) is Tensor
    assert gradients(np.sum(LA.matrix_power(a, 0)), a)[0].tolist() == np.zeros((3, 3)).tolist()
    b = LA.matrix_power(a, 1)
    assert b is not a


# Repeated values


def repeated(*values):
    q = LA.qr(random((len(values),) * 2, "f"))[0]
    a = (q * np.array(values)) @ q.T
    return (a + a.T) / 2


def of_one_triangle(g):
    """What a symmetric gradient becomes where one triangle is read."""
    return np.tril(g + g.T) - np.diag(np.diag(g))


GROUPS = [(1.0, 1.0, 1.0), (1.0, 1.0, 3.0, 5.0), (2.0, 2.0, 4.0, 4.0), (0.0, 0.0, 3.0), (1.0, 1.0 + 1e-13, 2.0)]


@pytest.mark.parametrize("values", GROUPS, ids=str)
def test_functions_of_the_values_alone_are_exact_at_repeats(values):
    a = repeated(*values)
    for f in (LA.eigvalsh, lambda a: LA.eigh(a)[0]):
        g = grad(lambda a, f=f: np.sum(f(a) ** 3))(a)
        np.testing.assert_allclose(g, of_one_triangle(3 * a @ a), atol=1e-12)
    for f in (LA.svdvals, lambda a: LA.svd(a).S):
        np.testing.assert_allclose(grad(lambda a, f=f: np.sum(f(a) ** 4))(a), 4 * a @ a @ a, atol=1e-12)
    np.testing.assert_allclose(grad(lambda a: np.real(np.sum(LA.eigvals(a) ** 2)))(a), 2 * a, atol=1e-10)
    v = random(a.shape, "f")
    np.testing.assert_allclose(jvp(lambda a: np.sum(LA.svdvals(a) ** 2), (a,), (v,))[1], 2 * np.sum(a * v), rtol=1e-10)


VECTORS = {
    "eigh": lambda a: LA.eigh(a)[1],
    "eigh, upper": lambda a: LA.eigh(a, "U")[1],
    "svd U": lambda a: LA.svd(a)[0],
    "svd V": lambda a: LA.svd(a)[2].T,
    "svd, hermitian": lambda a: LA.svd(a, hermitian=True)[0],
    "eig": lambda a: sorted_squares(*LA.eig(a)),
}


def sorted_squares(w, v):
    """Eigenvectors without their signs, in the order of their values."""
    return np.real(v * v)[:, np.argsort(np.real(w))]


@pytest.mark.parametrize("gap", [0.0, 1e-15, 1e-14, 1e-13])
@pytest.mark.parametrize("f", VECTORS.values(), ids=VECTORS)
def test_a_vector_inside_a_repeated_group_has_no_derivative(f, gap):
    a = np.diag([1.0, 1.0 + gap, 3.0])
    group = [k for k in range(3) if f(a)[2, k] == 0]
    single = next(k for k in range(3) if k not in group)
    v = random((3, 3), "f")
    y_dot = jvp(f, (a,), (v,))[1]
    assert np.isnan(y_dot[:, group]).any(axis=0).all()
    assert np.isfinite(y_dot[:, single]).all()
    slope = difference(lambda t: f(a + t * v)[:, single])
    np.testing.assert_allclose(y_dot[:, single], slope, atol=1e-7)
    g = grad(lambda a: np.sum(f(a)[:, single] * np.arange(3)))(a)
    np.testing.assert_allclose(np.sum(g * v), slope @ np.arange(3), atol=1e-7)
    cost = lambda a: np.sum(f(a)[:, group[0]] ** 3)
    assert np.isnan(grad(cost)(a)).any()
    assert np.isnan(hvp(cost)(a, v)).any()
    assert np.isnan(grad(lambda a: np.sum(grad(cost)(a) * v))(a)).any()


def test_a_gap_beyond_rounding_counts():
    a = np.diag([1.0, 1.0 + 1e-9, 3.0])
    g = grad(lambda a: np.sum(LA.eigh(a)[1] ** 3))(a)
    assert np.isfinite(g).all()
    np.testing.assert_allclose(abs(g[1, 0]), 0, atol=1e-4)
    slope = jvp(lambda a: LA.eigh(a)[1][0, 1], (a,), (np.array([[0, 0, 0], [1, 0, 0], [0, 0, 0.0]]),))[1]
    np.testing.assert_allclose(abs(slope), 1e9, rtol=1e-5)


def test_a_repeated_group_concerns_its_own_matrix_only():
    a = np.stack([np.eye(2), np.diag([1.0, 2.0])])
    g = grad(lambda a: np.sum(LA.eigh(a)[1] ** 3))(a)
    assert np.isnan(g[0]).any()
    assert np.isfinite(g[1]).all()


SIMPLE = {
    "eigvalsh": lambda a: LA.eigvalsh(a)[-1] ** 2,
    "eigh": lambda a: LA.eigh(a).eigenvalues[2] ** 3,
    "svdvals": lambda a: LA.svdvals(a)[0] ** 3,
    "svd": lambda a: LA.svd(a)[1][0] ** 3,
    "svd, hermitian": lambda a: LA.svd(a, hermitian=True)[1][0] ** 3,
    "max": lambda a: np.max(LA.eigvalsh(a)),
    "norm 2": lambda a: LA.norm(a, 2),
}


@pytest.mark.parametrize("f", SIMPLE.values(), ids=SIMPLE)
def test_a_simple_value_has_second_derivatives_beside_a_repeated_group(f):
    prove_second(lambda xs: f(xs[0]), [repeated(1.0, 1.0, 3.0)], [random((3, 3), "f")])


def test_the_second_derivative_of_a_repeated_value_is_not_guessed():
    a, v = repeated(1.0, 1.0, 3.0), random((3, 3), "f")
    for f in (LA.eigvalsh, LA.svdvals, lambda a: LA.eigh(a)[0]):
        assert np.isnan(hvp(lambda a, f=f: np.sum(f(a) ** 3))(a, v)).any()
        assert np.isnan(grad(lambda a, f=f: np.sum(grad(lambda a: np.sum(f(a) ** 3))(a) * v))(a)).any()
    assert np.isnan(hvp(lambda a: np.sum(LA.eigvalsh(a) ** 2))(np.zeros((2, 2)), v[:2, :2])).any()


def test_the_columns_that_complete_an_svd():
    a, v = random((4, 2), "f"), random((4, 2), "f", 1)
    y_dot = jvp(lambda a: LA.svd(a)[0], (a,), (v,))[1]
    assert np.isfinite(y_dot[:, :2]).all()
    assert np.isnan(y_dot[:, 2:]).all()
    assert np.isnan(grad(lambda a: np.sum(LA.svd(a)[0] ** 3))(a)).any()
    b = random((3, 2), "c")
    assert np.isnan(grad(lambda a: np.sum(np.abs(LA.svd(a)[0])[:, 2]))(b)).any()


def test_one_singular_value_of_zero_is_no_repeat():
    a, v = random((3, 2), "f") @ random((2, 3), "f"), random((3, 3), "f", 1)
    y_dot = jvp(lambda a: LA.svd(a)[0], (a,), (v,))[1]
    assert np.isfinite(y_dot).all()
    np.testing.assert_allclose(y_dot[:, :2], difference(lambda t: LA.svd(a + t * v)[0][:, :2]), atol=1e-8)


def test_a_phase_without_derivative():
    h = np.diag([1.0, 2.0, 3.0]) + 0j  # the first entry of two eigenvectors vanishes
    assert np.isnan(grad(lambda a: np.sum(np.real(LA.eigh(a)[1])))(h)).any()
    prove_second(lambda xs: np.sum(LA.eigvalsh(xs[0]) ** 3), [h], [random((3, 3), "c")])
    prove_second(lambda xs: np.sum(LA.eigh(xs[0])[0] ** 3), [h], [random((3, 3), "c")])
    prove_second(lambda xs: np.sum(LA.svdvals(xs[0]) ** 3), [h], [random((3, 3), "c")])


@pytest.mark.parametrize("a", [[[1.0, 1.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 0.0]]], ids=str)
def test_a_defective_matrix(a):
    a = np.array(a)
    assert np.isnan(grad(lambda a: np.real(LA.eigvals(a)[0]))(a)).all()
    assert np.isnan(grad(lambda a: np.real(LA.eig(a)[0][0]))(a)).all()
    assert np.isnan(grad(lambda a: np.sum(np.real(LA.eig(a)[1])))(a)).all()


# Norms where they have a kink


def test_tied_singular_values_share():
    q = LA.qr(random((4, 4), "f"))[0]  # all singular values 1, up to rounding
    for order in (2, -2):
        np.testing.assert_allclose(grad(lambda a, o=order: LA.norm(a, o))(q), q / 4, atol=1e-14)
        np.testing.assert_allclose(jvp(lambda a, o=order: LA.norm(a, o), (q,), (q,))[1], 1, rtol=1e-13)
    np.testing.assert_allclose(grad(lambda a: LA.norm(a, "nuc"))(q), q, atol=1e-14)
    np.testing.assert_allclose(grad(LA.cond)(q), 0 * q, atol=1e-14)
    d = np.diag([3.0, 3.0, 1.0])
    np.testing.assert_allclose(grad(lambda a: LA.norm(a, 2))(d), np.diag([0.5, 0.5, 0]), atol=1e-15)
    np.testing.assert_allclose(grad(LA.cond)(d), np.diag([0.5, 0.5, -3]), atol=1e-14)
    np.testing.assert_allclose(grad(lambda a: LA.cond(a, -2))(d), np.diag([-1 / 18, -1 / 18, 1 / 3]), atol=1e-14)
    stack = np.stack([d, np.diag([1.0, 2.0, 3.0])])
    g = grad(lambda a: np.sum(LA.matrix_norm(a, ord=2)))(stack)
    np.testing.assert_allclose(g, [np.diag([0.5, 0.5, 0]), np.diag([0, 0, 1.0])], atol=1e-15)


@pytest.mark.parametrize("order", [2, -2, "nuc", "fro", 1, INF])
def test_a_norm_at_the_origin(order):
    f = lambda a: LA.norm(a, order)
    assert grad(f)(np.zeros((3, 2))).tolist() == np.zeros((3, 2)).tolist()
    assert hessian(f)(np.zeros((1, 2))).tolist() == np.zeros((1, 2, 1, 2)).tolist()


def test_a_singular_value_of_zero_has_slope_zero_in_a_norm():
    u, v = np.array([0.6, 0.8]), np.array([0.0, 1.0])
    a = 5 * np.outer(u, v)
    np.testing.assert_allclose(grad(lambda a: LA.norm(a, "nuc"))(a), np.outer(u, v), atol=1e-15)
    np.testing.assert_allclose(grad(lambda a: LA.norm(a, 2))(a), np.outer(u, v), atol=1e-15)
    assert grad(lambda a: LA.norm(a, -2))(a).tolist() == np.zeros((2, 2)).tolist()
    prove_second(lambda xs: LA.norm(xs[0], 2), [a], [random((2, 2), "f")])
    hilbert = 1 / (np.arange(8)[:, None] + np.arange(8) + 1)  # its smallest value is small, and not zero
    u, _, vh = LA.svd(hilbert)
    np.testing.assert_allclose(grad(lambda a: LA.norm(a, -2))(hilbert), np.outer(u[:, -1], vh[-1]), atol=1e-12)


# Determinants, solving, and factors of singular matrices


@KINDS
@pytest.mark.parametrize("rank", range(5))
def test_det_at_every_rank(rank, kind):
    a = random((4, rank), kind) @ random((rank, 4), kind)
    v = random((4, 4), kind, 1)
    f = lambda a: np.real(LA.det(a) * (2 - 1j if kind == "c" else 2))
    g = grad(f)(a)
    minors = np.array(
        [[LA.det(np.delete(np.delete(a, i, 0), j, 1)) * (-1) ** (i + j) for j in range(4)] for i in range(4)]
    )
    np.testing.assert_allclose(g, np.conj(minors * (2 - 1j)) if kind == "c" else 2 * minors, atol=1e-12)
    slope = difference(lambda t: grad(f)(a + t * v), 1e-2)  # a polynomial
    np.testing.assert_allclose(hvp(f)(a, v), slope, atol=1e-10)
    np.testing.assert_allclose(grad(lambda a: np.sum(np.real(grad(f)(a) * np.conj(v))))(a), slope, atol=1e-10)


def test_det_of_a_stack_with_singular_and_repeated_ones():
    a = np.stack([np.zeros((3, 3)), np.eye(3), np.ones((3, 3)), np.diag([0.0, 0.0, 2.0]), np.diag([0.0, 2.0, 3.0])])
    f = lambda a: np.sum(LA.det(a))
    g = grad(f)(a)
    np.testing.assert_allclose(g[[0, 2, 3]], np.zeros((3, 3, 3)), atol=1e-15)
    np.testing.assert_allclose(g[1], np.eye(3), atol=1e-15)
    np.testing.assert_allclose(g[4], np.diag([6.0, 0, 0]), atol=1e-15)
    v = random(a.shape, "f")
    np.testing.assert_allclose(hvp(f)(a, v), difference(lambda t: grad(f)(a + t * v), 1e-2), atol=1e-10)
    third = lambda x: hvp(f)(x, v)
    b = random((1, 3, 3), "f")
    v = random(b.shape, "f", 1)
    np.testing.assert_allclose(jvp(third, (b,), (v,))[1], difference(lambda t: third(b + t * v), 1e-2), atol=1e-8)


def test_singular_matrices():
    a = np.diag([1.0, 2.0, 0.0])
    assert np.isnan(grad(lambda a: LA.slogdet(a)[1])(a)).all()
    stack = np.stack([a, np.diag([1.0, 2.0, 4.0])])
    g = grad(lambda a: np.sum(LA.slogdet(a)[1]))(stack)
    np.testing.assert_allclose(g[1], np.diag([1, 0.5, 0.25]))
    for p in (None, 1, "fro", INF):
        assert LA.cond(Tensor(a), p).data == LA.cond(a, p) == INF
        assert np.isnan(grad(lambda a, p=p: LA.cond(a, p))(a)).any()
    np.testing.assert_array_equal(LA.cond(Tensor(stack), 1).data, LA.cond(stack, 1))
    assert np.isnan(LA.cond(Tensor(a * np.nan), 1).data)
    with pytest.raises(LA.LinAlgError, match="Singular"):
        LA.inv(Tensor(a))
    dependent = np.array([[1.0, 2.0, 0.0], [2.0, 4.0, 1.0], [3.0, 6.0, 1.0]])
    for mode in ("reduced", "complete", "raw"):
        assert np.isnan(grad(lambda a, m=mode: np.sum(joined(LA.qr(a, m))))(dependent)).any()
    scaled = random((3, 3), "f") * np.array([1, 1e-13, 1e6])  # columns of any size are no harm
    prove(lambda a: LA.qr(a)[0], random((3, 3), "f") * np.array([1, 1e3, 1e-2]), second=False, tol=1e-3)
    assert np.isfinite(grad(lambda a: np.sum(LA.qr(a)[0]))(scaled)).all()


@KINDS
@pytest.mark.parametrize("cutoff", [None, 1e-10, 0.5])
def test_pinv_of_repeated_values_and_of_lower_rank(cutoff, kind):
    q = LA.qr(random((3, 3), kind))[0]
    prove(lambda a: LA.pinv(a, cutoff), q)
    b, c = random((4, 2), kind), random((2, 3), kind)
    prove(lambda b, c: LA.pinv(b @ c, cutoff if cutoff != 0.5 else None), b, c)  # the rank stays 2
    a = 2 * np.diag([1.0, 1.0, 0.1])
    prove(lambda a: LA.pinv(a, 0.5), a, second=False)


# What raises


def test_numpys_own_complaints():
    a = Tensor(random((2, 3), "f"))
    square = Tensor(np.eye(3))
    for call in (
        lambda: LA.inv(a),
        lambda: LA.det(a),
        lambda: LA.eigh(a),
        lambda: LA.eig(a),
        lambda: LA.cholesky(a),
        lambda: LA.cholesky(-square),
        lambda: LA.cond(a, 1),
        lambda: LA.cond(np.zeros((0, 0)) + Tensor(np.zeros((0, 0)))),
        lambda: LA.matrix_power(a, 2),
        lambda: LA.matrix_power(Tensor(np.zeros((2, 2))), -1),
        lambda: LA.tensorsolve(a, np.ones(2)),
        lambda: LA.tensorinv(a, 1),
        lambda: LA.lstsq(a, np.ones(3)),
        lambda: LA.svd(a[0]),
        lambda: LA.qr(a[0]),
        lambda: LA.multi_dot([a, a[None], a]),
    ):
        with pytest.raises(LA.LinAlgError):
            call()
    for call in (
        lambda: LA.eigh(square, "X"),
        lambda: LA.qr(a, "wide"),
        lambda: LA.solve(square, np.ones(2)),
        lambda: LA.norm(a, "nuk"),
        lambda: LA.norm(a[0], "nuc"),
        lambda: LA.norm(a, 3),
        lambda: LA.norm(a, axis=(0, 0)),
        lambda: LA.norm(a[None], 2),
        lambda: LA.norm(a, axis=2),
        lambda: LA.vector_norm(a, axis=2),
        lambda: LA.matrix_norm(a, ord=3),
        lambda: LA.cond(square, 3),
        lambda: LA.pinv(a, 0.1, rtol=0.1),
        lambda: LA.tensorinv(a, 0),
        lambda: LA.multi_dot([a]),
        lambda: LA.outer(a, a),
        lambda: LA.cross(a[:, :2], a),
        lambda: LA.vecdot(a, a.T[:, :1] + np.ones((3, 2))),
        lambda: LA.diagonal(a[0]),
        lambda: LA.matrix_transpose(a[0]),
    ):
        with pytest.raises(ValueError):  # noqa: PT011  # the messages are NumPy's, and change with it
            call()
    for call in (lambda: LA.matrix_power(square, 0.5), lambda: LA.det(square, 1), LA.eig):
        with pytest.raises(TypeError):
            call()


def test_what_is_not_supported_names_itself():
    a = Tensor(definite(2, "f"))
    with pytest.raises(UnsupportedError, match=r"linalg.qr: mode='economic'.*'reduced'"):
        LA.qr(a, "economic")
    with pytest.raises(UnsupportedError, match=r"linalg.trace.*dtype"):
        LA.trace(a, dtype=np.float64)
    with pytest.raises(UnsupportedError, match=r"linalg.pinv: rcond= cannot be a Tensor"):
        LA.pinv(a, Tensor(0.1))
    with pytest.raises(TypeError, match="out="):
        LA.multi_dot([a, a], out=np.zeros((2, 2)))


def test_closed_forms():
    a = definite(4, "f")
    b = random((4,), "f")
    inverted = LA.inv(a)
    np.testing.assert_allclose(grad(lambda a: LA.slogdet(a)[1])(a), inverted.T, rtol=1e-12)
    np.testing.assert_allclose(grad(LA.det)(a), LA.det(a) * inverted.T, rtol=1e-12)
    np.testing.assert_allclose(grad(lambda a: np.sum(LA.eigvals(a)).real)(a), np.eye(4), atol=1e-12)
    np.testing.assert_allclose(
        grad(lambda a: 2 * np.sum(np.log(LA.diagonal(LA.cholesky(a)))))(a),
        of_one_triangle(inverted),
        rtol=1e-11,
        atol=1e-12,
    )
    np.testing.assert_allclose(grad(lambda a: b @ LA.solve(a, b))(a), -np.outer(inverted @ b, inverted @ b), rtol=1e-11)
    np.testing.assert_allclose(grad(lambda a: np.trace(LA.inv(a)))(a), -(inverted @ inverted).T, rtol=1e-11)
    x = random((6, 3), "f")
    for f in (lambda x: (r := LA.svd(x, full_matrices=False))[0] * r[1] @ r[2], lambda x: np.matmul(*LA.qr(x))):
        v = random(x.shape, "f", 1)
        np.testing.assert_allclose(jvp(f, (x,), (v,))[1], v, atol=1e-12)
        np.testing.assert_allclose(vjp(f, x)[1](v)[0], v, atol=1e-12)
    for mode, shape in itertools.product(("reduced", "complete"), ((3, 3), (4, 2), (2, 4))):
        v = random(shape, "c", 1)
        f = lambda a, m=mode: np.matmul(*LA.qr(a, m))
        np.testing.assert_allclose(jvp(f, (random(shape, "c"),), (v,))[1], v, atol=1e-12)
