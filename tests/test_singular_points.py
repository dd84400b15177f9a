"""Every row of docs/conventions.md, by name; here those on repeated values, branches not taken and complex numbers."""

import re
from pathlib import Path

import numpy as np
import pytest

from autograd_mini import Tensor, checkpoint, grad, jacobian, jvp

from .singular_points import CHECKS, EYE, both, first, row

PAGE = Path(__file__).parents[1] / "docs" / "conventions.md"
ROWS = re.findall(r"^\| `([\w-]+)` \|", PAGE.read_text(encoding="utf-8"), flags=re.M)
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

REPEATED = np.diag([2.0, 2.0, 5.0])
TURN = np.linalg.qr(np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 2.0], [1.5, 0.2, 0.7]])).Q
NEARLY = TURN @ np.diag([2.0, 2.0 + 1e-14, 5.0]) @ TURN.T


@row
def eigenvalues_repeated():
    for x in (REPEATED, NEARLY):
        x = (x + x.T) / 2
        symmetric = lambda f: lambda a: f((a + a.T) / 2)
        first(symmetric(lambda a: np.sum(np.linalg.eigvalsh(a))), x, EYE, rtol=1e-12)
        np.testing.assert_allclose(grad(symmetric(lambda a: np.sum(np.linalg.eigh(a)[0] ** 2)))(x), 2 * x, atol=1e-12)
        np.testing.assert_allclose(
            grad(symmetric(lambda a: np.sum(np.linalg.eigvalsh(a) ** 3)))(x), 3 * x @ x, atol=1e-11
        )


@row
def eigenvectors_repeated(x=REPEATED):
    g = grad(lambda a: np.sum(np.linalg.eigh(a)[1][:, 0] * np.array([1.0, 2.0, 3.0])))(x)
    assert np.isnan(g).any()
    y_dot = jvp(lambda a: np.linalg.eigh(a)[1], (x,), (np.ones((3, 3)),))[1]
    assert np.isnan(y_dot[:, :2]).any()


@row
def eigenvectors_nearly_repeated():
    eigenvectors_repeated((NEARLY + NEARLY.T) / 2)


@row
def eigenvectors_of_others():
    f = lambda a: np.sum(np.linalg.eigh((a + a.T) / 2)[1][:, 2] ** 2 * np.array([1.0, 2.0, 3.0]))
    x = (NEARLY + NEARLY.T) / 2
    v = np.array([[1.0, 0.5, -0.2], [0.5, 0.3, 0.8], [-0.2, 0.8, -1.0]])
    h = 1e-4
    slope = (f(x + h * v) - f(x - h * v)) / (2 * h)
    np.testing.assert_allclose(np.sum(grad(f)(x) * v), slope, rtol=1e-6)


@row
def eigenvalues_defective():
    x, v = np.array([[2.0, 1.0], [0.0, 2.0]]), np.array([[0.1, 0.2], [0.3, 0.4]])
    assert np.isnan(jvp(np.linalg.eigvals, (x,), (v,))[1]).all()
    assert np.isnan(grad(lambda a: np.real(np.linalg.eigvals(a)[0]))(x)).all()


@row
def singular_values_repeated():
    x = TURN @ np.diag([2.0, 2.0, 5.0])
    first(lambda a: np.sum(np.linalg.svdvals(a) ** 2), x, 2 * x, rtol=1e-11)
    np.testing.assert_allclose(
        grad(lambda a: np.sum(np.linalg.svd(a)[1] ** 4))(x), 4 * x @ x.T @ x, rtol=1e-11, atol=1e-12
    )


@row
def singular_vectors_completing():
    x = np.array([[1.0, 2.0], [0.3, -1.0], [1.5, 0.2], [0.4, 0.9]])
    f = lambda a: np.sum(np.linalg.svd(a)[0][:, 2] ** 2 * np.array([1.0, 2.0, 3.0]))
    v, h = np.array([[0.5, -1.0], [0.2, 0.7], [1.0, 0.1]]), 1e-5
    slope = (f(x[:3] + h * v) - f(x[:3] - h * v)) / (2 * h)
    np.testing.assert_allclose(np.sum(grad(f)(x[:3]) * v), slope, rtol=1e-7)
    assert np.isnan(grad(lambda a: np.linalg.svd(a)[0][0, 2])(x)).all()
    assert np.isfinite(grad(lambda a: np.linalg.svd(a)[0][0, 1])(x)).all()


@row
def singular_vectors_repeated():
    g = grad(lambda a: np.linalg.svd(a)[0][0, 1])(TURN @ np.diag([2.0, 2.0, 5.0]))
    assert np.isnan(g).any()


@row
def mask_times_log():
    assert np.isnan(grad(lambda x: (x > 0) * np.log(x))(0.0))
    first(lambda x: np.where(x > 0, np.log(x), 0.0), [0.0, 2.0], [0, 0.5])


@row
def sqrt_squared():
    assert np.isnan(grad(lambda x: np.sqrt(x) ** 2)(0.0))


@row
def complex_real_operand():
    slope = grad(lambda x: np.abs(x * (3 + 4j)))(2.0)
    assert slope == 5
    assert type(slope) is np.float64


@row
def complex_result():
    with pytest.raises(TypeError, match=r"holomorphic|real"):
        grad(lambda z: z**2)(1 + 1j)
    with pytest.raises(TypeError, match=r"holomorphic|real"):
        Tensor(1 + 1j).backward()


@row
def complex_holomorphic():
    for mode in ("reverse", "forward"):
        assert jacobian(lambda z: z**3, holomorphic=True, mode=mode)(2j) == -12


@row
def where_log():
    both(lambda x: np.where(x > 0, np.log(x), 0), [0.0, 2.0], [0, 0.5], np.diag([0, -0.25]))


@row
def where_division():
    both(lambda x: np.where(x != 0, 1 / x, 0), [0.0, 1.0], [0, -1], np.diag([0, 2.0]))


@row
def where_power():
    both(lambda x: np.where(x > 0, x**1.5, 0), [0.0, 1.0], [0, 1.5], np.diag([0, 0.75]))


@row
def sum_where():
    both(lambda x: np.sum(np.log(x), where=x > 0), [0.0, 2.0], [0, 0.5], np.diag([0, -0.25]))


@row
def index_log():
    chosen = [
        lambda y, x: y[x > 0],
        lambda y, x: np.delete(y, 0),
        lambda y, x: np.compress([False, True], y),
        lambda y, x: np.extract([False, True], y),
        lambda y, x: np.take(y, [1]),
        lambda y, x: np.take_along_axis(y, np.array([1]), 0),
        lambda y, x: np.split(y, 2)[1],
        lambda y, x: np.triu(np.stack([y, y]))[:, 1] / 2,
    ]
    for f in chosen:
        both(lambda x, f=f: f(np.log(x), x), [0.0, 2.0], [0, 0.5], np.diag([0, -0.25]))


@row
def set_log():
    both(lambda x: np.log(x).at[x <= 0].set(0.0), [0.0, 2.0], [0, 0.5], np.diag([0, -0.25]))


@row
def maximum_log():
    both(lambda x: np.maximum(np.log(x), -1.0), [0.0, 2.0], [0, 0.5], np.diag([0, -0.25]))


@row
def complex_square():
    first(lambda z: np.abs(z) ** 2, 3 + 4j, 6 + 8j)


@row
def complex_abs_at_0():
    first(np.abs, 0j, 0)


@row
def complex_sign_at_0():
    first(lambda z: np.real(np.sign(z)), 0j, 0)


@row
def complex_imag_of_real():
    both(np.imag, 2.0, 0, 0)


def test_the_page_has_every_row_once():
    assert len(ROWS) == len(set(ROWS)) > 50


@pytest.mark.parametrize("name", ROWS)
def test_the_row_is_true(name):
    assert name in CHECKS, f"the row {name} of docs/conventions.md has no test"
    CHECKS[name]()


def test_every_test_is_on_the_page():
    assert set(CHECKS) == set(ROWS)


REACHED = {  # of the last three entries alone; the logarithm has a pole at the first
    "an index": lambda v: v[1:].sum(),
    "a sum of slices": lambda v: v[1:].sum() + v[2:].sum() - v[2:].sum(),
    "added at an index": lambda v: np.sum(v.at[:].add(v)[1:]) / 2,
    "what is added at an index": lambda v: np.sum((0 * v[1:4].sum() + np.ones(4) * v[1]).at[:].add(v)[1:]) - 3 * v[1],
    "a running sum": lambda v: np.cumsum(v[::-1])[2],
    "a cumulative sum": lambda v: np.cumulative_sum(v[::-1], include_initial=True)[3],
    "a running sum of columns": lambda v: np.cumsum(np.stack([v, v], axis=1)[::-1], axis=0)[2, 1],
    "a trace": lambda v: np.trace(np.diag(v)[1:, 1:]),
    "stretches": lambda v: np.add.reduceat(v, [0, 1])[1],
    "a tally": lambda v: np.bincount([0, 1, 1, 1], weights=v)[1],
    "a checkpoint": lambda v: checkpoint(lambda u: u[1:].sum())(v),
    "a checkpoint of two": lambda v: checkpoint(lambda u, w: (u[1:].sum(), w[:0]))(v, v)[0],
    "a choice": lambda v: np.sum(np.where(np.arange(4) > 0, v, 0)),
    "a choice of a choice": lambda v: np.sum(np.where([False, True, True, True], np.where(np.arange(4) > 0, v, v), 0)),
    "indices": lambda v: np.take(v, [1, 2, 3]).sum(),
    "the greatest": lambda v: np.sort(v)[1:].sum(),
    "turned round": lambda v: np.flip(v)[:3].sum(),
}


@pytest.mark.parametrize("name", REACHED)
def test_nothing_travels_where_nothing_was_reached(name):
    f = REACHED[name]
    x = np.array([0.0, 1.0, 2.0, 4.0])
    np.testing.assert_allclose(grad(lambda x: f(np.log(x)))(x), [0.0, 1.0, 0.5, 0.25])
    np.testing.assert_allclose(grad(lambda x: np.sum(grad(lambda x: f(np.log(x)))(x)))(x)[1:], [-1, -0.25, -0.0625])


def test_a_step_at_a_number():
    assert grad(lambda at_zero: np.heaviside(0.0, at_zero))(0.5) == 1
    assert grad(lambda at_zero: np.heaviside(2.0, at_zero))(0.5) == 0
