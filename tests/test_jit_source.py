"""What the compiled source looks like, counted in calls, lines and allocations, never in seconds."""

import re
import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from autograd_mini import grad, hvp, jit, value_and_grad

from .jitted import assert_same

A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])


def body(compiled):
    """The statements of the last function of the source."""
    lines = compiled.source.rstrip().splitlines()
    start = max(k for k, line in enumerate(lines) if line.startswith("def "))
    return [line.strip() for line in lines[start + 1 :]]


def calls(compiled, name):
    """How often the source calls a function."""
    return len(re.findall(rf"\b{name}\(", compiled.source))


def cost(parameters, X, Y):
    a = X
    for W, b in parameters:
        a = 1 / (1 + np.exp(-(W @ a + b)))
    return np.sum((a - Y) ** 2) / (2 * X.shape[1])


def test_the_page_shows_what_comes_out():
    page = (Path(__file__).parents[1] / "docs" / "jit.md").read_text()
    shown = page.partition("The backward half, as it comes out:\n\n```text\n")[2].partition("\n```")[0]
    namespace = {}
    exec(page.partition("```python\n")[2].partition("```")[0], namespace)
    backward = [line.partition("#")[0].strip() for line in shown.splitlines()]
    assert len(backward) > 9
    assert "\n".join(f"    {line}" for line in backward) in namespace["source"]


def network(sizes=(784, 30, 10), examples=10):
    rng = np.random.default_rng(0)
    parameters = [(rng.normal(size=(n, m)), rng.normal(size=(n, 1))) for m, n in pairwise(sizes)]
    return parameters, rng.random((sizes[0], examples)), np.eye(sizes[-1], examples)


# The book's network


@pytest.fixture(scope="module")
def compiled():
    compiled = jit(value_and_grad(cost))
    compiled(*network())
    return compiled


def test_as_short_as_by_hand(compiled):
    """By hand: 4 forward, 2 for the cost, 5 and 6 for the errors and the gradients, each broken into single calls."""
    assert len(body(compiled)) <= 29


def test_as_few_products_as_by_hand(compiled):
    assert calls(compiled, "dot") <= 7  # W a twice, δ aᵀ twice, Wᵀ δ once, and two sums of δ over the examples
    assert calls(compiled, "exp") == 2
    assert calls(compiled, "matmul") == 0


def test_transposes_are_left_to_blas(compiled):
    assert ".T" in compiled.source
    assert not calls(compiled, "transpose")
    assert not calls(compiled, "broadcast_to")
    assert not calls(compiled, "copy")


def test_names_of_the_persons_variables(compiled):
    for name in ("W", "b", "a", "X", "Y"):
        assert re.search(rf"\b{name}\d*(_\d+)?\b", compiled.source), name
    assert "_bar" in compiled.source


def test_the_explanation_names_derivatives(compiled):
    lines = compiled.explain().splitlines()
    assert any("∂" in line for line in lines)
    stripped = [line.split("  #")[0].rstrip() for line in lines]
    assert [line for line in stripped if line] == [line for line in compiled.source.splitlines() if line]


def test_nothing_is_allocated_but_results(compiled):
    parameters, X, Y = network()
    compiled(parameters, X, Y)
    results = sum(array.nbytes for layer in parameters for array in layer)
    tracemalloc.start()
    try:
        for _ in range(3):
            result = compiled(parameters, X, Y)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        again = compiled(parameters, X, Y)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert len(result) == len(again) == 2
    assert peak <= results + 6_000


def test_reused_outputs_allocate_nothing():
    parameters, X, Y = network()
    compiled = jit(value_and_grad(cost), reuse_outputs=True)
    for _ in range(3):
        compiled(parameters, X, Y)
    tracemalloc.start()
    try:
        compiled(parameters, X, Y)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        compiled(parameters, X, Y)
        assert tracemalloc.get_traced_memory()[1] - before <= 6_000
    finally:
        tracemalloc.stop()


def test_a_step_into_donated_memory():
    def step(parameters, X, Y):
        slopes = grad(cost)(parameters, X, Y)
        return [(W - 0.1 * dW, b - 0.1 * db) for (W, b), (dW, db) in zip(parameters, slopes, strict=True)]

    parameters, X, Y = network()
    compiled = jit(step, donate_argnums=0)
    places = {array.ctypes.data for layer in parameters for array in layer}
    for _ in range(3):
        parameters = compiled(parameters, X, Y)
        assert {array.ctypes.data for layer in parameters for array in layer} <= places


# Simplifications


def test_what_changes_nothing_is_not_done():
    compiled = jit(lambda x: -((-(x * 1.0)) ** 1) / 1 - 0.0 + np.sin(x) * 1)
    compiled(A)
    assert len(body(compiled)) <= 4
    assert calls(compiled, "multiply") == calls(compiled, "negative") == calls(compiled, "power") == 0


def test_what_is_the_same_is_done_once():
    compiled = jit(lambda x: np.exp(x) * np.exp(x) + np.sin(np.exp(x) + 0 * x) + np.exp(x * 1))
    compiled(A)
    assert calls(compiled, "exp") == 1


def test_what_nobody_needs_is_not_done():
    def f(x):
        np.linalg.svd(x)
        np.cumsum(x)
        return np.sin(x)

    compiled = jit(f)
    compiled(A)
    assert body(compiled) in (["return sin(x)"], ["t1 = sin(x)", "return t1"])


def test_the_value_is_not_computed_for_the_gradient_alone():
    compiled = jit(grad(lambda x: np.sum(np.sin(x))))
    compiled(A)
    assert calls(compiled, "sin") == 0
    assert calls(compiled, "cos") == 1
    assert len(body(compiled)) <= 2


def test_powers_and_factors():
    compiled = jit(grad(lambda x: np.sum(3 * x**2) / 6))
    compiled(A)
    assert calls(compiled, "power") == 0
    assert len(body(compiled)) <= 2
    assert_same(compiled(A), A)


def test_shapes_are_compiled_in():
    compiled = jit(lambda x: x / x.shape[0] * len(x) + np.size(x))
    compiled(A)
    assert "shape" not in compiled.source
    assert len(body(compiled)) <= 3


def test_in_place_where_nobody_looks():
    """A chain of elementwise calls needs one buffer, however long it is."""

    def f(x):
        for _ in range(20):
            x = np.sin(x) + np.float64(0.5) * x.shape[0]
        return np.cumsum(x, axis=0)

    compiled = jit(f)
    compiled(A)
    assert set(re.findall(r"buffer\d+", compiled.source)) <= {"buffer1", "buffer2"}


def test_masks_are_not_cast_again_and_again():
    compiled = jit(grad(lambda x: np.sum(np.maximum(np.maximum(x, 0) * 2, 1))))
    compiled(A)
    assert len(body(compiled)) <= 20  # two maxima: greater, nan, equal, half and selection for each


def test_the_rosenbrock_product_is_short():
    f = lambda x: np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    compiled = jit(hvp(f))
    x = np.linspace(-1, 1, 100)
    compiled(x, np.ones(100))
    assert len(body(compiled)) <= 40
    assert calls(compiled, "zeros_like") == 0


# Numbers


def test_numbers_use_math_alone():
    compiled = jit(value_and_grad(lambda a, b: (a + b) * (b + 1) * np.exp(a) ** 3 / np.hypot(a, b), (0, 1)))
    compiled(2.0, 1.0)
    assert not re.search(r"\bnp\b|buffer|\*\*|\bdot\b|add\(", compiled.source)
    for name in ("exp", "hypot"):
        assert f"{name}(" in compiled.source


def test_the_first_example_is_what_one_would_write():
    compiled = jit(value_and_grad(lambda a, b: (a + b) * (b + 1), (0, 1)))
    compiled(2.0, 1.0)
    assert len(body(compiled)) <= 5


# Large arrays


def test_blocks_keep_three_arrays_alive():
    compiled = jit(value_and_grad(lambda x: np.sum(np.sin(x) * np.exp(-x * x) + x / (1 + x * x))))
    x = np.linspace(-2, 2, 1_000_000)
    compiled(x)
    assert "over_blocks" in compiled.source
    tracemalloc.start()
    try:
        compiled(x)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        compiled(x)
        assert tracemalloc.get_traced_memory()[1] - before <= 1.5 * x.nbytes
    finally:
        tracemalloc.stop()


# The source is Python


@pytest.mark.parametrize("f", [lambda x: x * 2, grad(lambda x: np.sum(np.sort(x) ** 2)), lambda x: np.linalg.svd(x),
                               lambda x: (x[0, 1:], x[..., None], x[::-1]), lambda x: np.full(3, np.inf) * x])  # fmt: skip
def test_it_can_be_read_by_python(f):
    compiled = jit(f)
    compiled(A)
    compile(compiled.source, "source", "exec")
    compile(compiled.explain(), "explanation", "exec")
