"""Second derivatives: the Hessian of Rosenbrock's function times a vector."""

from functools import partial
from typing import Any

import numpy as np

import calls
import peers
from autograd_mini import Tensor, hvp
from interleaved import Run
from work import HAND, JIT, OURS, REUSED, Work

N = 1000


def rosenbrock(x: Any) -> Any:
    """Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²."""
    return (100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2).sum()


def by_hand(x: Any, v: Any) -> Any:
    """H v: the Hessian has three diagonals."""
    a, v_a, v_b = x[:-1], v[:-1], v[1:]
    beside = 400.0 * a
    product = np.empty_like(x)
    product[-1] = 0.0
    np.multiply((3.0 * beside) * a - 400.0 * x[1:] + 2.0, v_a, out=product[:-1])
    product[:-1] -= beside * v_b
    product[1:] += 200.0 * v_b - beside * v_a
    return product


def by_jit(x: Any, v: Any, **options: Any) -> Run:
    return partial(peers.jit()(hvp(rosenbrock), **options), x, v)


def by_autograd(x: Any, v: Any) -> Run:
    peers.autograd()
    from autograd import hessian_vector_product

    return partial(hessian_vector_product(rosenbrock), x, v)


def by_autograd_once(x: Any, v: Any) -> Run:
    peers.autograd()
    from autograd.differential_operators import make_hvp

    return partial(make_hvp(rosenbrock)(x)[0], v)


def by_torch(x: Any, v: Any) -> Run:
    torch = peers.torch()
    x, v = torch.from_numpy(x.copy()).requires_grad_(), torch.from_numpy(v)

    def run() -> Any:
        (gradient,) = torch.autograd.grad(rosenbrock(x), x, create_graph=True)
        return torch.autograd.grad(gradient, x, v)[0]

    return run


def by_jax(x: Any, v: Any) -> Run:
    jax = peers.jax()
    x, v = jax.numpy.asarray(x), jax.numpy.asarray(v)
    product = jax.jit(lambda x, v: jax.jvp(jax.grad(rosenbrock), (x,), (v,))[1])
    return lambda: product(x, v).block_until_ready()


def w8() -> Work:
    rng = np.random.default_rng(0)
    at = rng.standard_normal(N), rng.standard_normal(N)
    return Work(
        f"Hessian of Rosenbrock's function times a vector, n = {N:,}",
        "Hessian times vector, n = 1,000",
        {
            HAND: lambda: partial(by_hand, *at),
            OURS: lambda: partial(hvp(rosenbrock), *at),
            JIT: lambda: by_jit(*at),
            REUSED: lambda: by_jit(*at, reuse_outputs=True),
            "autograd": lambda: by_autograd(*at),
            "autograd, traced once": lambda: by_autograd_once(*at),
            "torch": lambda: by_torch(*at),
            "jax.jit": lambda: by_jax(*at),
        },
        value=partial(rosenbrock, at[0]),
        parts={calls.NAME: calls.of_the_tape(hvp(rosenbrock), *at)},
        values={
            OURS: lambda: partial(rosenbrock, Tensor(at[0])),
            JIT: lambda: partial(peers.jit()(rosenbrock), at[0]),
        },
        tolerance=1e-12,
    )


WORKS = {"W8": w8}
