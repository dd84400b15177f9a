"""Compiled functions in several threads at once, and inside themselves."""

import os
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from autograd_mini import grad, jit, value_and_grad

from .jitted import assert_same

SHAPES = [(3, 4), (5, 2), (), (7,), (2, 3, 4)]


def together(work, threads=6):
    """Call ``work(k)`` in several threads that begin at the same time; the first exception is raised here."""
    barrier = threading.Barrier(threads, timeout=30)

    def begin(k):
        barrier.wait()
        return work(k)

    with ThreadPoolExecutor(threads) as pool:
        return [future.result() for future in [pool.submit(begin, k) for k in range(threads)]]


def f(x):
    y = np.sin(x) * x + np.exp(-x * x)
    return np.sum(y * y + np.cos(y)) / 3


def test_one_signature():
    compiled = jit(value_and_grad(f))

    def work(k):
        x = np.linspace(0, 1, 5_000) + k
        expected = value_and_grad(f)(x)
        kept = [compiled(x) for _ in range(40)]
        for result in kept:
            assert_same(result, expected)

    together(work)
    together(work)


def test_many_signatures():
    compiled = jit(grad(f))

    def work(k):
        for j in range(30):
            x = np.full(SHAPES[(j + k) % len(SHAPES)], 0.1 * (k + 1))
            assert_same(compiled(x), grad(f)(x))

    together(work)


def test_compiled_once_for_all():
    compiled, x = jit(lambda x: np.exp(x) * 2), np.arange(3.0)
    together(lambda k: assert_same(compiled(x + k), np.exp(x + k) * 2))
    assert len(compiled._entries) == 1


def test_large_arrays_from_several_threads():
    compiled = jit(value_and_grad(f))
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=200_000) for _ in range(4)]
    expected = [value_and_grad(f)(x) for x in arrays]

    def work(k):
        for _ in range(5):
            assert_same(compiled(arrays[k]), expected[k], 1e-11)

    together(work, 4)


def test_a_compiled_function_that_calls_itself():
    depth = 3

    def g(x, n):
        return np.sum(np.sin(x) * x) if n == 0 else np.sum(np.cos(x) * x) * compiled(x * 0.5, n - 1)

    compiled = jit(g)

    def eager(x, n):
        return np.sum(np.sin(x) * x) if n == 0 else np.sum(np.cos(x) * x) * eager(x * 0.5, n - 1)

    x = np.linspace(0, 1, 50)
    for n in range(depth):
        assert_same(compiled(x, n), eager(x, n))


def test_called_back_from_within_a_call():
    """A function that is run as it is may call the compiled one of another signature, and of its own."""

    def g(x):
        if x.shape == (2,):
            return x * 2
        return inner(x[:2]) + x[x > 0].sum()

    inner = jit(g)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(3):
            assert_same(inner(np.arange(4.0)), np.array([6.0, 8.0]))


def test_results_of_one_thread_survive_the_calls_of_others():
    compiled = jit(lambda x: (x * 2 + 1, np.sin(x) * 3, (x * 5).T))

    def work(k):
        x = np.full((20, 30), float(k))
        kept = [compiled(x) for _ in range(50)]
        for result in kept:
            assert_same(result, (x * 2 + 1, np.sin(x) * 3, (x * 5).T))

    together(work)


def test_reused_outputs_of_two_threads_are_two():
    """The next call that overwrites a result is the next one of the same thread."""
    compiled = jit(lambda x: np.sin(x) * 3, reuse_outputs=True)
    called = threading.Barrier(2, timeout=10)

    def work(k):
        x = np.full(100, float(k))
        compiled(x)
        called.wait()
        result = compiled(x)
        called.wait()
        return result, np.sin(x) * 3

    for result, expected in together(work, 2):
        assert_same(result, expected)


def test_an_error_in_one_thread_stays_there():
    compiled = jit(lambda x: np.linalg.inv(x) * 2 + np.exp(x))
    good, bad = np.eye(3) * 2, np.zeros((3, 3))
    compiled(good)

    def work(k):
        for _ in range(30):
            if k % 2:
                with pytest.raises(np.linalg.LinAlgError):
                    compiled(bad)
            else:
                assert_same(compiled(good), np.linalg.inv(good) * 2 + np.exp(good))

    together(work)


def test_floating_point_errors_are_nobodys_but_the_callers():
    """What the person asked of np.errstate is as before after a call, in every thread."""
    compiled = jit(lambda x: np.log(x) / x)

    def work(k):
        with np.errstate(all="raise" if k % 2 else "ignore"):
            before = np.geterr()
            if not k % 2:
                compiled(np.zeros(3))
            compiled(np.ones(3))
            assert np.geterr() == before

    with np.errstate(all="ignore"):
        compiled(np.zeros(3))
    together(work)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes do not fork here")
def test_a_process_that_forked():
    """Threads do not come along when a process forks, so the child needs new ones."""
    program = (
        "import os, numpy as np\n"
        "from autograd_mini import jit\n"
        "x = np.ones(1 << 18)\n"
        "f = jit(lambda x: np.exp(x) + np.sin(x))\n"
        "expected = f(x)\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    os._exit(0 if np.array_equal(f(x), expected) else 3)\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
    )
    environment = os.environ | {"OMP_NUM_THREADS": "3"}
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, timeout=60, env=environment)


def test_many_threads_compile_once():
    def f(x):
        for k in range(30):
            x = np.tanh(x * 2.0 + k * 1.0)
        return np.sum(x)

    compiled = jit(f)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = together(lambda k: compiled(np.arange(3.0)), threads=16)
    assert len(set(map(float, results))) == 1
    assert len(compiled._entries) == 1


def test_a_lock_of_the_persons_own():
    """One thread has it and waits for the program, another evaluates the function and waits for it."""
    lock, w = threading.RLock(), np.ones(3)

    def f(x):
        with lock:
            return np.sum(w * x)

    compiled = jit(f)

    def work(k):
        if k:
            time.sleep(0.05)
            return compiled(np.ones(3))
        with lock:
            time.sleep(0.2)
            return compiled(np.ones(3))

    assert together(work, threads=2) == [3, 3]
