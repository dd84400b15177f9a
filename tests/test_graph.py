"""The graph: how deep it may be, what failing calls leave behind, how it is freed, and threads."""

import gc
import sys
import threading
import tracemalloc

import numpy as np
import pytest

from autograd_mini import (
    ShapeError,
    StaleGraphError,
    Tensor,
    UnsupportedError,
    grad,
    gradients,
    jvp,
    value_and_grad,
    vjp,
)

X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])


# Calls that fail leave nothing behind


def test_a_failing_call_writes_nothing_and_what_was_written_stays_good():
    t = Tensor([1.0, 2.0])
    y = np.sum(t * t)
    settings = np.geterr()
    for call, error in [
        (lambda: t + np.ones(3), ShapeError),
        (lambda: t @ np.ones((3, 2)), ShapeError),
        (lambda: np.sum(t, axis=3), np.exceptions.AxisError),
        (lambda: t[5], IndexError),
        (lambda: t.reshape(3), ValueError),
        (lambda: np.nextafter(t, 1.0), UnsupportedError),
        (lambda: np.sum(t, dtype=np.float32), UnsupportedError),
        (lambda: grad(lambda x: np.nextafter(x * t, 1.0))(np.ones(2)), UnsupportedError),
        (lambda: grad(lambda x: 1 / 0)(1.0), ZeroDivisionError),
    ]:
        with pytest.raises(error):
            call()
    assert np.geterr() == settings
    y.backward()
    assert t.grad.tolist() == [2, 4]


def test_a_failing_rule_leaves_no_half_written_gradients():
    t, u = Tensor([1.0, 2.0], name="t"), Tensor(2.0)
    y = np.sum(t * u)
    settings = np.geterr()
    with pytest.raises(ShapeError):
        y.backward(np.ones(3))
    t.data = t.data
    with pytest.raises(StaleGraphError):
        y.backward()
    assert t.grad is u.grad is None
    assert np.geterr() == settings


# Depth, sharing, memory


def test_a_million_operations_deep_without_recursion_and_without_the_garbage_collector():
    limit = sys.getrecursionlimit()
    gc.disable()
    try:
        t = Tensor(1.0)
        y = t
        for _ in range(1_000_000):
            y = y * 1.0000001
        sys.setrecursionlimit(200)
        y.backward()
        del y
    finally:
        sys.setrecursionlimit(limit)
        gc.enable()
    assert np.isclose(t.grad, np.exp(0.1), rtol=1e-6)


@pytest.mark.parametrize("turns", [1, 3, 60, 5000])
def test_masks_of_many_selections_of_one_array(turns):
    """Each leaves structural zeros, which come together at the root, whose derivative is infinite where nothing arrives."""
    limit = sys.getrecursionlimit()
    x = np.array([0.0, 1.0, 4.0])

    def f(x):
        y = np.sqrt(x)
        return sum(y[1:][i % 2] for i in range(2 * turns))

    try:
        sys.setrecursionlimit(300)
        gradient = grad(f)(x)
    finally:
        sys.setrecursionlimit(limit)
    np.testing.assert_allclose(gradient, turns * np.array([0.0, 0.5, 0.25]))


def test_an_operation_takes_at_most_400_bytes():
    t = Tensor(1.0)
    tracemalloc.start()
    try:
        y = t
        for _ in range(50_000):
            y = np.sin(y * 1.0001)
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert used <= 400 * 100_000


def test_every_path_counts_but_each_node_is_visited_once():
    t = Tensor(1.0)
    y = t
    for _ in range(300):
        y = y + y
    y.backward()
    assert t.grad == 2.0**300
    assert jvp(lambda x: _doubled(x, 60), (1.0,), (1.0,))[1] == 2.0**60


def _doubled(x, times):
    for _ in range(times):
        x = x + x
    return x


def test_one_tensor_used_very_often():
    t, y = Tensor(2.0), 0.0
    for k in range(2000):
        y = y + k * t
    assert gradients(y, t) == (1999 * 1000,)
    assert gradients(np.sum(np.stack([t] * 500)), t) == (500,)


def test_only_what_the_output_depends_on_is_swept():
    t, u = Tensor(1.0), Tensor(0.0)
    y = t * 2
    with np.errstate(all="ignore"):
        _unused = np.log(u) * t
    y.backward()
    assert u.grad is None


def tensors_alive():
    return sum(isinstance(item, Tensor) for item in gc.get_objects())


def test_graphs_are_freed_by_reference_counting_alone():
    def work():
        t = Tensor(X)
        y = np.sum(np.tanh(t @ t.T) * np.where(t.data[:, :1] > 2, 1.0, np.exp(-(t[:, :1] ** 2))))
        y.backward()
        value_and_grad(lambda x: np.sum(np.sin(x) ** 2))(X)
        grad(lambda x: np.sum(grad(lambda z: np.sum(z**3 * t.data))(x) ** 2))(X)
        jvp(grad(lambda x: np.linalg.norm(x)), (X,), (X,))
        vjp(lambda x: {"a": x, "b": [x * 2]}, X)[1]({"a": X, "b": [X]})
        with pytest.raises(UnsupportedError):
            grad(lambda x: np.nextafter(x * 2, 1.0))(X)

    work()
    gc.collect()
    before = tensors_alive()
    gc.disable()
    try:
        work()
        assert tensors_alive() == before
    finally:
        gc.enable()


def test_a_leaf_keeps_nothing_of_the_graphs_it_was_in():
    t = Tensor(X)
    references = sys.getrefcount(t)
    for _ in range(3):
        np.sum(t * t).backward()
    assert sys.getrefcount(t) == references


# Threads


def test_threads_differentiate_at_once():
    shared = Tensor(np.linspace(0.1, 1, 7))
    failures = []

    def work(seed):
        rng = np.random.default_rng(seed)
        for _ in range(60):
            c = rng.normal(size=7)
            x = rng.normal(size=7)
            by_tape = grad(lambda x: np.sum(np.sin(x * c) * shared.data))(x)  # noqa: B023
            (through,) = gradients(np.sum(shared**2 * c), shared)
            second = grad(lambda a: grad(lambda b: a * b * b * a)(2.0))(float(x[0]))
            if not (
                np.allclose(by_tape, c * np.cos(x * c) * shared.data)
                and np.allclose(through, 2 * shared.data * c)
                and np.isclose(second, 8 * x[0])
            ):
                failures.append(seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
