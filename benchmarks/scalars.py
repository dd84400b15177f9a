"""Scalars: the essay's expression, fifty operations in a loop, and long chains."""

import gc
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import peers
from autograd_mini import Tensor, value_and_grad
from interleaved import Run, imports_set_aside, seconds_of
from work import JIT, OURS, Work

FLOATS = "by hand, Python floats"
FACTOR = 1.0000001


def expression(a, b):
    """e = (a + b)(b + 1)."""
    return (a + b) * (b + 1)


def expression_by_hand(a, b):
    """e, ∂e/∂a and ∂e/∂b."""
    c = a + b
    d = b + 1
    return c * d, (d, c + d)


def recurrence(x, y, z):
    """u → u(x − uy) + z, twelve times from u = x, and two operations more: fifty."""
    u = x
    for _ in range(12):
        u = u * (x - u * y) + z
    return u * u + y


def recurrence_by_hand(x, y, z):
    """The value and three gradients, carried along with u so that nothing has to be kept."""
    u, u_x, u_y, u_z = x, 1.0, 0.0, 0.0
    for _ in range(12):
        p = u * y
        q = x - p
        k = q - p  # ∂u_new/∂u
        u_x = k * u_x + u
        u_y = k * u_y - u * u
        u_z = k * u_z + 1.0
        u = u * q + z
    k = u + u
    return u * u + y, (k * u_x, k * u_y + 1.0, k * u_z)


def backward_of(f: Callable[..., Any], variable: Callable[[float], Any], at: tuple[float, ...]) -> Run:
    """Value and gradients by `backward()`, for whoever has it: build the graph, sweep it."""

    def run() -> Any:
        leaves = [variable(x) for x in at]
        y = f(*leaves)
        y.backward()
        return y.data, [leaf.grad for leaf in leaves]

    return run


def by_ours(f: Callable[..., Any], at: tuple[float, ...]) -> Run:
    return backward_of(f, Tensor, at)


def by_transform(f: Callable[..., Any], at: tuple[float, ...]) -> Run:
    return partial(value_and_grad(f, argnums=tuple(range(len(at)))), *at)


def by_jit(f: Callable[..., Any], at: tuple[float, ...]) -> Run:
    return partial(peers.jit()(value_and_grad(f, argnums=tuple(range(len(at))))), *at)


def by_micrograd(f: Callable[..., Any], at: tuple[float, ...]) -> Run:
    return backward_of(f, peers.micrograd(), at)


def by_mygrad(f: Callable[..., Any], at: tuple[float, ...]) -> Run:
    return backward_of(f, peers.mygrad().tensor, at)


def by_autograd(f: Callable[..., Any], at: tuple[float, ...]) -> Run:
    return partial(peers.autograd().value_and_grad(lambda xs: f(*xs)), at)


def by_torch(f: Callable[..., Any], at: tuple[float, ...]) -> Run:
    torch = peers.torch()
    return backward_of(f, partial(torch.tensor, dtype=torch.float64, requires_grad=True), at)


def by_jax(f: Callable[..., Any], at: tuple[float, ...]) -> Run:
    jax = peers.jax()
    at = tuple(jax.numpy.asarray(x) for x in at)
    return partial(jax.jit(jax.value_and_grad(f, argnums=tuple(range(len(at))))), *at)


def scalar_work(
    title: str, short: str, f: Callable[..., Any], by_hand: Callable[..., Any], at: tuple[float, ...]
) -> Callable[[], Work]:
    ways = {
        OURS: by_ours, f"{OURS}, value_and_grad": by_transform, JIT: by_jit, "micrograd": by_micrograd,
        "autograd": by_autograd, "mygrad": by_mygrad, "torch": by_torch, "jax.jit": by_jax,
    }  # fmt: skip
    contestants = {FLOATS: lambda: partial(by_hand, *at)} | {name: partial(way, f, at) for name, way in ways.items()}
    values = {
        OURS: lambda: lambda: f(*map(Tensor, at)),
        JIT: lambda: partial(peers.jit()(f), *at),
    }
    return lambda: Work(title, short, contestants, base=FLOATS, value=partial(f, *at), values=values, tolerance=1e-12)


w1 = scalar_work(
    "e = (a + b)(b + 1): value and both gradients", "three scalar operations",
    expression, expression_by_hand, (2.0, 1.0),
)  # fmt: skip
w1b = scalar_work(
    "Fifty scalar operations: value and three gradients", "fifty scalar operations",
    recurrence, recurrence_by_hand, (0.9, 0.4, 0.3),
)  # fmt: skip


def chain(n: int, x: Any) -> Any:
    """x · factor + x …: n operations, alternating."""
    y = x
    for _ in range(n // 2):
        y = y * FACTOR
        y = y + x
    return y


def w5() -> Work:
    """Chains of 400, which is below micrograd's limit; memory and time for chains of 100,000 and a million beside it."""
    short = {OURS: by_ours, "micrograd": by_micrograd, "mygrad": by_mygrad, "torch": by_torch}
    return Work(
        "A chain of scalar operations: graph and gradient",
        "a chain of scalars",
        {name: partial(way, partial(chain, 400), (0.5,)) for name, way in short.items()},
        base="micrograd",
        value=partial(chain, 400, 0.5),
        values={OURS: lambda: lambda: chain(400, Tensor(0.5))},
        calls=400,
        unit="an operation",
        columns=long_chains,
        notes=[
            "The ratios are for a chain of 400 operations. Longer ones recurse too deeply in micrograd; for the other "
            "columns Python's recursion limit was raised for it, and lowered to 200 for autograd_mini.",
        ],
    )


def long_chains(n: int = 100_000) -> dict[str, dict[str, str]]:
    """Microseconds an operation of a chain of n, and bytes at the peak of building and sweeping it."""
    micros, peaks = {}, {}
    for name, variable in {OURS: lambda: Tensor, "micrograd": peers.micrograd, "torch": torch_variable}.items():
        with suppress(ImportError), recursion_limit(200 if name == OURS else 10 * n), imports_set_aside():
            run = backward_of(partial(chain, n), variable(), (0.5,))
            micros[name] = f"{min(seconds_of(run) for _ in range(3)) / n * 1e6:.2f}"
            if name != "torch":  # its memory is not Python's
                peaks[name] = f"{peak_bytes(run) / n:.0f}"
    with recursion_limit(200):
        million = {OURS: f"{peak_bytes(by_ours(partial(chain, 10 * n), (0.5,))) / (10 * n):.0f}"}
    return {
        f"µs/operation, {n:,}": micros,
        f"bytes/operation, {n:,}": peaks,
        f"bytes/operation, {10 * n:,}": million,
    }


def torch_variable() -> Any:
    return partial(peers.torch().tensor, dtype=peers.torch().float64, requires_grad=True)


def peak_bytes(run: Run) -> int:
    """The most memory that Python has given out at any moment of a run."""
    gc.collect()
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@contextmanager
def recursion_limit(limit: int) -> Iterator[None]:
    """Nothing of ours recurses over a graph; micrograd does."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(limit)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


WORKS = {"W1": w1, "W1b": w1b, "W5": w5}
