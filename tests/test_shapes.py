"""Functions that move entries: every spelling has NumPy's value and its derivative, whatever the layout of the memory."""

import numpy as np
import pytest

from autograd_mini import Tensor, UnsupportedError, grad, gradients, jvp, vjp

from .test_variants import prove

RNG = np.random.default_rng(7)
V, A, C = RNG.normal(size=5), RNG.normal(size=(2, 3)), RNG.normal(size=(2, 3, 4))
windows = np.lib.stride_tricks.sliding_window_view


def joined(results):
    return np.concatenate([np.ravel(result) for result in results])


MOVES = {
    "reshape of an int": (lambda x: np.reshape(x, 6), A),
    "reshape with -1": (lambda x: np.reshape(x, (-1, 2), order="C"), A),
    "reshape F by position": (lambda x: np.reshape(x, (4, 6), "F"), C),
    "reshape A of neither order": (lambda x: np.reshape(x, (4, 3), order="A"), C[:, ::2].swapaxes(0, 1)[:, :, :3]),
    "reshape with copy": (lambda x: np.reshape(x, (3, 2), copy=True), A),
    "reshape without copy": (lambda x: np.reshape(x, shape=(3, 2), copy=False), A),
    "ravel F of 3 axes": (lambda x: np.ravel(x, "F"), C),
    "flatten": (lambda x: x.flatten("F") ** 2, A),
    "squeeze nothing": (np.squeeze, A),
    "squeeze one of two": (lambda x: np.squeeze(x, 0), A[None, :, None]),
    "expand_dims twice": (lambda x: np.expand_dims(x, (-1, 1)), A),
    "copy in F order": (lambda x: np.copy(x, "F"), A),
    "transpose by name": (lambda x: np.transpose(x, axes=[2, 0, 1]), C),
    "permute_dims": (lambda x: np.permute_dims(x, (1, 2, 0)), C),
    "matrix_transpose": (np.matrix_transpose, C),
    "swapaxes by name": (lambda x: np.swapaxes(x, axis1=-1, axis2=0), C),
    "moveaxis of several": (lambda x: np.moveaxis(x, [0, 1], [-1, -2]), C),
    "moveaxis by name": (lambda x: np.moveaxis(x, source=1, destination=0), C),
    "rollaxis": (lambda x: np.rollaxis(x, 2), C),
    "rollaxis to the end": (lambda x: np.rollaxis(x, 0, 3), C),
    "rollaxis of a negative axis": (lambda x: np.rollaxis(x, -1, 1), C),
    "flip everything": (np.flip, C),
    "flip two axes": (lambda x: np.flip(x, axis=(0, -1)), C),
    "flip no axis": (lambda x: np.flip(x, ()), C),
    "fliplr": (np.fliplr, A),
    "flipud of a vector": (np.flipud, V),
    "roll flat": (lambda x: np.roll(x, 4), A),
    "roll back": (lambda x: np.roll(x, -1, axis=1), A),
    "roll more than once around": (lambda x: np.roll(x, 17, 0), C),
    "roll two axes": (lambda x: np.roll(x, (1, 2), (0, 1)), C),
    "roll one axis twice": (lambda x: np.roll(x, (1, 2), (1, 1)), C),
    "roll two axes alike": (lambda x: np.roll(x, shift=1, axis=(0, 2)), C),
    "roll by an array": (lambda x: np.roll(x, np.array([1, 2]), axis=(0, 1)), A),
    "rot90": (np.rot90, A),
    "rot90 backwards": (lambda x: np.rot90(x, k=-1), A),
    "rot90 by 5": (lambda x: np.rot90(x, 5, (1, 0)), A),
    "rot90 with axes": (lambda x: np.rot90(x, 1, axes=(-1, 0)), C),
    "broadcast_to by name": (lambda x: np.broadcast_to(x, shape=(4, 2, 3)), A),
    "broadcast_arrays": (lambda x, y: joined(np.broadcast_arrays(x, y)), A[:, :1], V),
    "broadcast_arrays with a constant": (lambda x: joined(np.broadcast_arrays(x, np.ones((4, 1)), [1.0])), V),
    "repeat flat": (lambda x: np.repeat(x, 2), A),
    "repeat by an array": (lambda x: np.repeat(x, np.array([2, 0, 3]), axis=-1), A),
    "repeat by a list of one": (lambda x: np.repeat(x, [3], axis=0), A),
    "repeat never": (lambda x: np.repeat(x, 0, axis=0), A),
    "tile": (lambda x: np.tile(x, 3), A),
    "tile with more axes": (lambda x: np.tile(x, (2, 1, 3)), A),
    "tile with fewer axes": (lambda x: np.tile(x, (2,)), C),
    "tile by an array": (lambda x: np.tile(x, np.array([2, 2])), V),
    "tile a number": (lambda x: np.tile(x, (2, 3)), 2.0),
    "tile no axis": (lambda x: np.tile(x, ()), 2.0),
    "resize to more": (lambda x: np.resize(x, (3, 5)), A),
    "resize to less": (lambda x: np.resize(x, 2), A),
    "resize to nothing": (lambda x: np.resize(x, (0, 2)), A),
    "delete flat": (lambda x: np.delete(x, 4), A),
    "delete several": (lambda x: np.delete(x, [0, -1], axis=1), C),
    "delete a slice": (lambda x: np.delete(x, slice(None, None, 2), 0), V),
    "delete by a mask": (lambda x: np.delete(x, np.array([True, False, False]), axis=1), A),
    "delete nothing": (lambda x: np.delete(x, [], axis=1), A),
    "diag of a vector": (np.diag, V),
    "diag above": (lambda x: np.diag(x, 2), V),
    "diag below": (lambda x: np.diag(x, k=-1), V),
    "diag of a wide matrix": (lambda x: np.diag(x, 1), A),
    "diag of a tall matrix": (lambda x: np.diag(x, -1), A.T),
    "diag beyond the matrix": (lambda x: np.diag(x, 5), A),
    "diagflat": (lambda x: np.diagflat(x, -1), A),
    "diagonal of 3 axes": (np.diagonal, C),
    "diagonal by position": (lambda x: np.diagonal(x, -1, 2, 0), C),
    "diagonal by name": (lambda x: np.diagonal(x, axis1=1, axis2=2, offset=2), C),
    "tril": (np.tril, A),
    "tril of a stack": (lambda x: np.tril(x, -1), C),
    "triu": (lambda x: np.triu(x, k=1), A),
    "triu of a stack": (lambda x: np.triu(x, 2), C),
    "tril of a vector": (np.tril, V),
    "windows": (lambda x: windows(x, 2), V),
    "windows of two axes": (lambda x: windows(x, (2, 3)), A),
    "windows along an axis": (lambda x: windows(x, 2, axis=1), C),
    "windows along axes": (lambda x: windows(x, (2, 2), (2, 0)), C),
    "atleast_1d of a number": (np.atleast_1d, 2.0),
    "atleast_2d of a vector": (np.atleast_2d, V),
    "atleast_3d of a vector": (np.atleast_3d, V),
    "atleast_3d of a matrix": (np.atleast_3d, A),
    "atleast_2d of several": (lambda x, y: joined(np.atleast_2d(x, 3.0, y)), V, C),
    "meshgrid": (lambda x, y: joined(np.meshgrid(x, y)), V, A[0]),
    "meshgrid of three": (lambda x, y, z: joined(np.meshgrid(x, y, z)), V, A[0], A[1, :2]),
    "meshgrid ij": (lambda x, y: joined(np.meshgrid(x, [1.0, 2.0], y, indexing="ij")), V, A[0]),
    "meshgrid sparse": (lambda x, y: joined(np.meshgrid(x, y, sparse=True)), V, A[0]),
    "meshgrid without copies": (lambda x, y: joined(np.meshgrid(x, y, copy=False)), V, 2.0),
    "meshgrid of one": (lambda x: joined(np.meshgrid(x)), V),
    "trim_zeros": (lambda x: np.trim_zeros(np.where(np.abs(x) > 0.5, x, 0)), V),
}


@pytest.mark.parametrize("case", MOVES.values(), ids=MOVES)
def test_moves(case):
    f, *arrays = case
    prove(f, *arrays)
    prove(lambda *xs: f(*(x**2 for x in xs)), *arrays)


@pytest.mark.parametrize("case", MOVES.values(), ids=MOVES)
def test_moves_of_complex_numbers_move_both_parts(case):
    f, *arrays = case
    arrays = [np.asarray(x) * (1 + 2j) for x in arrays]
    y, pullback = vjp(f, *arrays)
    seed = np.exp(1j * np.arange(y.size)).reshape(y.shape)
    dots = [np.exp(2j * np.arange(x.size)).reshape(x.shape) for x in arrays]
    bars = pullback(seed)
    there = np.vdot(seed, jvp(f, arrays, dots)[1]).real
    assert there == pytest.approx(sum(np.vdot(bar, dot).real for bar, dot in zip(bars, dots, strict=True)))
    np.testing.assert_array_equal(y, f(*arrays))


ALIASES = {"permute_dims": "transpose", "concat": "concatenate"}


@pytest.mark.parametrize("alias", ALIASES)
def test_aliases(alias):
    assert getattr(np, alias) is getattr(np, ALIASES[alias])


@pytest.mark.parametrize("layout", [np.asfortranarray, lambda x: x[::-1, ::-1], lambda x: np.repeat(x, 2, 1)[:, ::2]])
@pytest.mark.parametrize("order", ["C", "F"])
def test_orders_of_memory(layout, order):
    x = layout(A)
    prove(lambda x: np.reshape(x, (3, 2), order=order) ** 2, x)
    prove(lambda x: np.ravel(x, order) ** 2, x)
    prove(lambda x: x.ravel(order=order) ** 2, x)


@pytest.mark.parametrize("x", [A, np.asfortranarray(A), C[:, ::2].swapaxes(0, 1)])
def test_order_a_is_the_one_that_the_memory_has_when_the_call_is_made(x):
    order = "F" if x.flags.f_contiguous else "C"
    weights = RNG.normal(size=x.size)
    for f, same in [
        (lambda x: np.ravel(x, "A"), lambda x: np.ravel(x, order)),
        (lambda x: np.reshape(x, (-1,), order="A"), lambda x: np.reshape(x, (-1,), order=order)),
        (lambda x: np.ravel(x, "K") if x.data.flags.forc else np.ravel(x), lambda x: np.ravel(x, order)),
    ]:
        t = Tensor(x)
        np.testing.assert_array_equal(f(t).data, same(t).data)
        np.testing.assert_array_equal(gradients((f(t) * weights).sum(), t), gradients((same(t) * weights).sum(), t))
        dot = np.ascontiguousarray(RNG.normal(size=x.shape))
        np.testing.assert_array_equal(jvp(f, (t,), (dot,))[1].data, np.ravel(dot, order))


def test_order_k_is_refused_before_anything_is_written_where_no_rule_knows_it():
    t = Tensor(C.transpose(1, 0, 2))
    with pytest.raises(UnsupportedError, match=r"^ravel: order='K'.*np\.transpose"):
        np.ravel(t, order="K")


def test_reshape_without_copy_complains_as_numpy_does():
    x = np.asfortranarray(A)
    with pytest.raises(ValueError, match="creating a copy"):
        np.reshape(Tensor(x), (6,), copy=False)


@pytest.mark.parametrize(
    ("zeros", "trim"),
    [([0.0, 1, 0, 2, 0], "fb"), ([0.0, 1, 2], "f"), ([1.0, 0, 0], "b"), ([0.0, 1, 0], "F"), ([0.0, 0], "b")],
)
def test_trim_zeros_keeps_the_zeros_inside(zeros, trim):
    x = np.array(zeros)
    y, pullback = vjp(lambda x: np.trim_zeros(x, trim), x)
    expected = np.trim_zeros(x, trim)
    np.testing.assert_array_equal(y, expected)
    bar = pullback(np.ones_like(y))[0]
    assert bar.sum() == expected.size
    assert bar[x != 0].all()


def test_trim_zeros_of_blocks():
    x = np.zeros((4, 5, 3))
    x[1, 2:4, 1] = [1.0, 2.0]
    for axis in (None, 1, (0, -1), ()):
        try:
            np.trim_zeros(x, axis=axis)
        except TypeError:
            continue  # this NumPy takes one axis only
        y, pullback = vjp(lambda x, axis=axis: np.trim_zeros(x, axis=axis), x)
        np.testing.assert_array_equal(y, np.trim_zeros(x, axis=axis))
        assert pullback(np.ones_like(y))[0].sum() == y.size


def test_what_is_left_out_is_a_structural_zero():
    x = np.array([[0.0, 1.0], [4.0, 9.0]])
    for f, left in [
        (lambda x: np.diag(np.sqrt(x))[1:], [[0, 0], [0, 1 / 6]]),
        (lambda x: np.diag(np.sqrt(x), 1), [[0, 1 / 2], [0, 0]]),
        (lambda x: np.tril(np.sqrt(x), -1), [[0, 0], [1 / 4, 0]]),
        (lambda x: np.triu(np.sqrt(x), 1), [[0, 1 / 2], [0, 0]]),
        (lambda x: np.delete(np.sqrt(x), 0), [[0, 1 / 2], [1 / 4, 1 / 6]]),
        (lambda x: np.repeat(np.sqrt(x), [0, 1], axis=0), [[0, 0], [1 / 4, 1 / 6]]),
        (lambda x: np.resize(np.flip(np.sqrt(x)), 3), [[0, 1 / 2], [1 / 4, 1 / 6]]),
        (lambda x: np.diagonal(np.sqrt(x), 1), [[0, 1 / 2], [0, 0]]),
        (lambda x: np.trim_zeros(np.sqrt(x).reshape(-1)), [[0, 1 / 2], [1 / 4, 1 / 6]]),
    ]:
        np.testing.assert_allclose(grad(lambda x, f=f: np.sum(f(x)))(x), left)


def test_a_result_that_nobody_uses_receives_nothing():
    x, y = Tensor(V), Tensor(A[0])
    grids = np.meshgrid(x, y)
    assert isinstance(grids, tuple)
    x_bar, y_bar = gradients(grids[0].sum(), x, y)
    np.testing.assert_array_equal(x_bar, np.full(5, 3.0))
    np.testing.assert_array_equal(y_bar, np.zeros(3))


def test_containers_are_numpys_own():
    t = Tensor(A)
    for function in (np.broadcast_arrays, np.atleast_2d, np.meshgrid):
        assert type(function(t[1], t[0])) is type(function(A[1], A[0]))
    mixed = np.atleast_1d(t, A)
    assert isinstance(mixed[0], Tensor)
    assert type(mixed[1]) is np.ndarray


@pytest.mark.parametrize("shape", [(0, 3), (2, 0)])
@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.flip(x), lambda x: np.roll(x, 1, axis=0), np.rot90, lambda x: np.tile(x, (2, 2)), np.diagonal, np.tril,
        lambda x: np.repeat(x, 2, axis=1), lambda x: np.resize(x, (2, 2)), lambda x: np.delete(x, [], axis=0), np.atleast_3d,
        lambda x: np.swapaxes(x, 0, 1), lambda x: np.moveaxis(x, 0, 1), lambda x: np.ravel(x, "F"), np.diag, np.diagflat,
        lambda x: windows(x, 1, axis=0) if x.shape[0] else x, np.matrix_transpose, lambda x: np.expand_dims(x, 0),
    ],
)  # fmt: skip
def test_empty_arrays(f, shape):
    x = np.ones(shape)
    y, pullback = vjp(lambda x: f(x * x), x)
    np.testing.assert_array_equal(y, f(x))
    assert pullback(np.ones_like(y))[0].shape == shape
    assert jvp(f, (x,), (x,))[1].shape == y.shape


WRONG = [
    (ValueError, lambda t: np.reshape(t, (4, 2))),
    (ValueError, lambda t: np.squeeze(t, axis=0)),
    (ValueError, lambda t: np.transpose(t, (0, 0))),
    (ValueError, lambda t: np.flip(t, axis=2)),
    (ValueError, lambda t: np.swapaxes(t, 0, 2)),
    (ValueError, lambda t: np.moveaxis(t, 0, 3)),
    (ValueError, lambda t: np.moveaxis(t, (0, 1), 0)),
    (ValueError, lambda t: np.rot90(t, axes=(0, 0))),
    (ValueError, lambda t: np.roll(t, (1, 2, 3), axis=(0, 1))),
    (ValueError, lambda t: np.repeat(t, [1, 2], axis=1)),
    (ValueError, lambda t: np.broadcast_to(t, (3, 2))),
    (ValueError, lambda t: np.diagonal(t, axis1=0, axis2=0)),
    (ValueError, lambda t: np.diag(np.stack([t, t]))),
    (IndexError, lambda t: np.delete(t, 7)),
    (ValueError, lambda t: np.resize(t, (-1, 2))),
    (ValueError, lambda t: windows(t, 5)),
    (ValueError, lambda t: np.trim_zeros(t, "x")),
    (ValueError, lambda t: np.meshgrid(t, indexing="xx")),
    (ValueError, lambda t: np.expand_dims(t, (0, 0))),
]


@pytest.mark.parametrize(("error", "call"), WRONG)
def test_wrong_calls_are_numpys_own_errors(error, call):
    with pytest.raises(error) as ours:
        call(Tensor(A))
    with pytest.raises(error) as numpys:
        call(A)
    assert str(ours.value).split()[-3:] == str(numpys.value).split()[-3:] or "broadcast" in str(ours.value)


@pytest.mark.parametrize(
    ("keyword", "call"),
    [
        ("subok", lambda t: np.broadcast_to(t, (2, 2, 3), subok=True)),
        ("writeable", lambda t: windows(t, (1, 1), writeable=True)),
        ("axis", lambda t: np.flip(t, axis=Tensor(1.0))),
    ],
)
def test_keywords_without_meaning_here_are_refused(keyword, call):
    with pytest.raises(UnsupportedError, match=f"{keyword}="):
        call(Tensor(A))
