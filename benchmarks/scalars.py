"""Scalar graphs: the essay's expression, a chain of 400 operations, and a chain of a million."""

import gc
import sys
import tracemalloc
from contextlib import suppress

from autograd_mini import Tensor
from interleaved import medians, table

FACTOR = 1.0000001


def expression(variable):
    """e = (a + b)(b + 1) with its gradients at a = 2, b = 1."""

    def run():
        a, b = variable(2.0), variable(1.0)
        ((a + b) * (b + 1)).backward()
        return float(a.grad), float(b.grad)

    return run


def chain(variable, n):
    """x · factor + x … n operations, alternating, and dy/dx."""

    def run():
        x = y = variable(0.5)
        for _ in range(n // 2):
            y = y * FACTOR
            y = y + x
        y.backward()
        return float(x.grad)

    return run


def micrograd_value():
    from micrograd.engine import Value

    return Value


def mygrad_tensor():
    import mygrad

    return mygrad.tensor


def torch_tensor():
    import torch

    torch.set_num_threads(1)
    return lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True)


def scalar_types():
    """The scalar variables of everyone who is installed."""
    types = {"**autograd_mini**": Tensor}
    for name, peer in {"micrograd": micrograd_value, "mygrad": mygrad_tensor, "torch": torch_tensor}.items():
        with suppress(ImportError):
            types[name] = peer()
    return types


def by_hand(n):
    """The derivative of the chain, in Python floats."""

    def run():
        derivative = 1.0
        for _ in range(n // 2):
            derivative = derivative * FACTOR + 1.0
        return derivative

    return run


def compare(title, runs, operations):
    """Check that all agree, then measure them against this project."""
    expected = runs["**autograd_mini**"]()
    for name, run in runs.items():
        assert run() == expected or abs(run() - expected) < 1e-9 * expected, name
    times = medians(runs)
    own = times["**autograd_mini**"]
    print(f"### {title} (1 = {own * 1e6 / operations:.2f} µs an operation here)\n")
    table(["", "÷ autograd_mini"], [[name, f"{time / own:.2f}"] for name, time in times.items()])


def million(n=1_000_000):
    """A chain of n operations: built, swept and freed without recursion and without the garbage collector."""
    chain(Tensor, 1000)()
    gc.collect()
    gc.disable()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100)
    tracemalloc.start()
    try:
        x = y = Tensor(0.5)
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(n // 2):
            y = y * FACTOR
            y = y + x
        built = tracemalloc.get_traced_memory()[0] - before
        y.backward()
        peak = tracemalloc.get_traced_memory()[1] - before
        gradient = float(x.grad)
        del y
        left = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
        sys.setrecursionlimit(limit)
        gc.enable()
    assert abs(gradient - by_hand(n)()) < 1e-9 * gradient
    assert left < built / 10, f"{left} bytes were not freed"  # Python keeps some small blocks for reuse
    print(f"### A chain of {n:,} operations, recursion limit 100, garbage collector off\n")
    table(
        ["bytes an operation", ""],
        [["the graph", f"{built / n:.0f}"], ["at the peak of the sweep", f"{peak / n:.0f}"],
         ["after `del y`", f"{left / n:.2f}"]],
    )  # fmt: skip


def main():
    """Measure and print."""
    compare("e = (a + b)(b + 1) and its gradients", {n: expression(v) for n, v in scalar_types().items()}, 3)
    compare("A chain of 400 operations and its derivative", {n: chain(v, 400) for n, v in scalar_types().items()}, 400)
    million()


if __name__ == "__main__":
    main()
