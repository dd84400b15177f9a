"""One large array through elementwise functions: value and gradient, and how many arrays live at the peak."""

import tracemalloc
from functools import partial
from typing import Any

import numpy as np

import calls
import peers
from autograd_mini import Tensor, value_and_grad
from interleaved import Run
from work import HAND, JIT, OURS, REUSED, Work

N = 1_000_000


def total(x: Any, np: Any = np) -> Any:
    """Σ sin(x) exp(−x²) + tanh(x)."""
    return (np.sin(x) * np.exp(-(x**2)) + np.tanh(x)).sum()


def by_hand(x: Any) -> Any:
    """The value and (cos x − 2x sin x) exp(−x²) − tanh² x + 1, ordered so that NumPy can reuse temporary arrays."""
    s, e, t = np.sin(x), np.exp(-(x * x)), np.tanh(x)
    return (s * e + t).sum(), (np.cos(x) - 2.0 * x * s) * e - t * t + 1.0


def waves(x: Any, out: Any) -> None:
    np.sin(x, out)
    np.cos(x, out)


def by_jit(x: Any, **options: Any) -> Run:
    return partial(peers.jit()(value_and_grad(total), **options), x)


def by_autograd(x: Any) -> Run:
    gradient = peers.autograd().value_and_grad(total)
    import autograd.numpy

    return partial(gradient, x, autograd.numpy)


def by_mygrad(x: Any) -> Run:
    mygrad = peers.mygrad()
    tensor = mygrad.tensor(x, copy=False)

    def run() -> Any:
        y = total(tensor, mygrad)
        y.backward()
        return y.data, tensor.grad

    return run


def by_torch(x: Any, compiler: Any = None) -> Run:
    torch = peers.torch()
    f = partial(total, np=torch)
    if compiler:
        f = compiler(lambda x: total(x, torch))
    tensor = torch.from_numpy(x.copy()).requires_grad_()

    def run() -> Any:
        y = f(tensor)
        return y, torch.autograd.grad(y, tensor)[0]

    return run


def by_jax(x: Any) -> Run:
    jax = peers.jax()
    x = jax.numpy.asarray(x)
    compiled = jax.jit(jax.value_and_grad(lambda x: total(x, jax.numpy)))
    return lambda: jax.block_until_ready(compiled(x))


def alive(make: Any) -> float:
    """How many arrays of the size of x live at the peak of a call, x and what is kept between calls included."""
    tracemalloc.start()
    try:
        run = make(sample())
        run()
        run()
        tracemalloc.reset_peak()
        run()
        return tracemalloc.get_traced_memory()[1] / (8 * N)
    finally:
        tracemalloc.stop()


def sample() -> Any:
    return np.random.default_rng(0).standard_normal(N)


def w4() -> Work:
    x = sample()
    ways = {
        HAND: lambda x: partial(by_hand, x),
        OURS: lambda x: partial(value_and_grad(total), x),
        JIT: by_jit,
        REUSED: partial(by_jit, reuse_outputs=True),
        "autograd": by_autograd,
        "mygrad": by_mygrad,
        "torch": by_torch,
        "torch.compile": lambda x: by_torch(x, peers.torch_compile()),
        "jax.jit": by_jax,
    }

    def columns() -> dict[str, dict[str, str]]:
        # NumPy tells tracemalloc about its arrays; torch and JAX do not.
        counts = {}
        for name in (HAND, OURS, JIT, REUSED, "autograd", "mygrad"):
            try:
                counts[name] = f"{alive(ways[name]):.1f}"
            except ImportError:
                continue
        return {"arrays alive": counts}

    return Work(
        f"Σ sin(x) exp(−x²) + tanh(x), {N:,} entries: value and gradient",
        f"elementwise on {N:,} entries",
        {name: partial(way, x) for name, way in ways.items()},
        value=partial(total, x),
        parts={
            "NumPy's sine and cosine, into memory that is there,": partial(waves, x, np.empty_like(x)),
            calls.NAME: calls.of_the_tape(value_and_grad(total), x),
        },
        values={OURS: lambda: partial(total, Tensor(x)), JIT: lambda: partial(peers.jit()(total), x)},
        tolerance=1e-12,
        columns=columns,
    )


WORKS = {"W4": w4}
