"""Sine and cosine from one tangent: as good as NumPy's own, and only where they save something."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd_mini import grad, jit, value_and_grad
from autograd_mini.compiler import lowering
from autograd_mini.compiler.blocks import LARGE
from autograd_mini.compiler.trigonometry import cosine, sine

from .jitted import assert_same

RNG = np.random.default_rng(0)
MANY = 50_000
NUMBERS = {
    "around zero": RNG.normal(size=MANY),
    "of any size": np.exp(RNG.uniform(-700, 700, MANY)) * RNG.choice([-1, 1], MANY),
    "multiples of π/2, nearly": np.pi / 2 * RNG.integers(-2000, 2000, MANY) * (1 + 1e-12 * RNG.normal(size=MANY)),
    "multiples of π/2, exactly": np.pi / 2 * np.arange(-2000, 2000),
    "odd ones": np.array(
        [0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, -5e-324, np.finfo(float).max, np.pi, 2.0**52 + 0.5]
    ),
}


def both(x):
    with np.errstate(all="ignore"):
        t = np.tan(0.5 * x)
        return sine(t), cosine(t, x), np.sin(x), np.cos(x)


def agree(x):
    s, c, sin, cos = both(x)
    np.testing.assert_allclose(s, sin, rtol=1e-15, atol=5e-324)
    np.testing.assert_allclose(c, cos, rtol=2e-14)
    assert np.array_equal(np.signbit(s[sin == 0]), np.signbit(sin[sin == 0]))


@pytest.mark.parametrize("name", NUMBERS)
def test_they_are_sine_and_cosine(name):
    agree(NUMBERS[name])


@given(hnp.arrays(np.float64, st.integers(0, 50), elements=st.floats(allow_nan=False)))
def test_they_are_sine_and_cosine_of_anything(x):
    agree(x)


@pytest.mark.parametrize("into", ["t", "x", "other"])
def test_they_may_be_written_over_what_they_are_made_of(into):
    x = NUMBERS["around zero"]
    _, c, _, _ = both(x)
    arrays = {"t": np.tan(0.5 * x), "x": x.copy(), "other": np.empty_like(x)}
    assert cosine(arrays["t"], arrays["x"], arrays[into]) is arrays[into]
    np.testing.assert_array_equal(arrays[into], c)
    t = np.tan(0.5 * x)
    out = t if into == "t" else arrays["other"]
    expected = sine(t)
    assert sine(t, out) is out
    np.testing.assert_array_equal(out, expected)


def wave(x):
    return np.sum(np.sin(x) * np.cos(2 * x) + np.cos(x))


LARGE_ARRAYS = {
    "around zero": RNG.normal(size=LARGE + 7),
    "of a matrix": RNG.normal(size=(2, LARGE)) * 1e3,
    "transposed": RNG.normal(size=(3, LARGE)).T,
    "zeros of the cosine": np.full(LARGE, np.pi / 2),
    "constants of the function": RNG.normal(size=LARGE),
}


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("name", LARGE_ARRAYS)
def test_programs_with_them_compute_the_same(name, fast, monkeypatch):
    monkeypatch.setattr(lowering, "tangent_is_fast", lambda: fast)
    x = LARGE_ARRAYS[name]
    fixed = RNG.normal(size=x.shape)
    f = value_and_grad((lambda x: wave(x) + np.sum(x * np.sin(fixed))) if name.startswith("constants") else wave)
    compiled = jit(f)
    assert_same(compiled(x), f(x))
    assert_same(jit(grad(f.__wrapped__))(x), f(x)[1])
    assert ("tan(" in compiled.source) == ("cosine(" in compiled.source) == fast


def test_one_tangent_does_for_both(monkeypatch):
    monkeypatch.setattr(lowering, "tangent_is_fast", lambda: True)
    compiled = jit(value_and_grad(lambda x: np.sum(np.sin(x))))
    compiled(LARGE_ARRAYS["around zero"])
    assert [compiled.source.count(call) for call in (" tan(", " sine(", " cosine(")] == [1, 1, 1]


@pytest.mark.parametrize(
    "x", [RNG.normal(size=100), RNG.normal(size=LARGE).astype(np.float32), RNG.normal(size=LARGE) + 1j]
)
def test_other_arrays_get_numpys_own(x, monkeypatch):
    monkeypatch.setattr(lowering, "tangent_is_fast", lambda: True)
    compiled = jit(lambda x: np.sin(x) + np.cos(x))
    assert_same(compiled(x), np.sin(x) + np.cos(x))
    assert "tan(" not in compiled.source


def test_second_derivatives(monkeypatch):
    monkeypatch.setattr(lowering, "tangent_is_fast", lambda: True)
    second = jit(grad(lambda x: np.sum(grad(wave)(x))))
    x = LARGE_ARRAYS["around zero"]
    assert_same(second(x), grad(lambda x: np.sum(grad(wave)(x)))(x))
