"""The gradient of a sigmoid network on a mini-batch: code written by hand, ours, and peers."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

import calls
import peers
from autograd_mini import Tensor, grad
from interleaved import Run
from work import HAND, JIT, OURS, REUSED, Work

PREALLOCATED = "by hand, NumPy, preallocated"
LOOP = "by hand, Nielsen's loop"


def data(sizes: tuple[int, ...], m: int, dtype: Any = np.float64) -> tuple[Any, Any, Any]:
    """Parameters (b1, b2, W1, W2) and m examples as columns, each example contiguous as in a data set of rows."""
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal((n, k)) / np.sqrt(k) for k, n in pairwise(sizes)]
    biases = [rng.standard_normal((n, 1)) for n in sizes[1:]]
    X, Y = rng.random((m, sizes[0])), np.eye(sizes[-1])[rng.integers(sizes[-1], size=m)]
    return tuple(p.astype(dtype) for p in (*biases, *weights)), X.astype(dtype).T, Y.astype(dtype).T


def cost(parameters: Any, X: Any, Y: Any, exp: Callable[[Any], Any] = np.exp) -> Any:
    """C = ‖σ(W₂ σ(W₁X + b₁) + b₂) − Y‖² / 2m, as any library that looks like NumPy computes it."""
    b1, b2, W1, W2 = parameters
    A1 = 1.0 / (1.0 + exp(-(W1 @ X + b1)))
    A2 = 1.0 / (1.0 + exp(-(W2 @ A1 + b2)))
    return ((A2 - Y) ** 2).sum() / (2 * X.shape[1])


def by_matrices(parameters: Any, X: Any, Y: Any) -> Any:
    """What a careful person writes: the four equations for all examples at once. It is the measure."""
    b1, b2, W1, W2 = parameters
    A1 = 1.0 / (1.0 + np.exp(-(W1 @ X + b1)))
    A2 = 1.0 / (1.0 + np.exp(-(W2 @ A1 + b2)))
    delta2 = (A2 - Y) * A2 * (1.0 - A2) / X.shape[1]
    delta1 = (W2.T @ delta2) * A1 * (1.0 - A1)
    return delta1.sum(1, keepdims=True), delta2.sum(1, keepdims=True), delta1 @ X.T, delta2 @ A1.T


def preallocated(parameters: Any, X: Any, Y: Any) -> Run:
    """The same with every array of every step laid out beforehand; results are overwritten by the next call."""
    m, dtype = X.shape[1], X.dtype
    n1, n2 = parameters[2].shape[0], parameters[3].shape[0]
    A1, D1, S1 = (np.empty((n1, m), dtype) for _ in range(3))
    A2, D2, S2 = (np.empty((n2, m), dtype) for _ in range(3))
    ones, nabla = np.ones((m, 1), dtype), tuple(np.empty_like(p) for p in parameters)
    matmul, multiply, subtract, negative, exp, add = np.matmul, np.multiply, np.subtract, np.negative, np.exp, np.add

    def layer(W: Any, A_before: Any, b: Any, A: Any) -> None:
        matmul(W, A_before, out=A)
        add(A, b, out=A)
        exp(negative(A, out=A), out=A)
        np.reciprocal(add(A, 1.0, out=A), out=A)

    def run() -> Any:
        b1, b2, W1, W2 = parameters
        layer(W1, X, b1, A1)
        layer(W2, A1, b2, A2)
        subtract(A2, Y, out=D2)
        multiply(D2, A2, out=D2)
        multiply(D2, subtract(1.0, A2, out=S2), out=D2)
        multiply(D2, 1.0 / m, out=D2)
        matmul(W2.T, D2, out=D1)
        multiply(D1, A1, out=D1)
        multiply(D1, subtract(1.0, A1, out=S1), out=D1)
        matmul(D1, ones, out=nabla[0])
        matmul(D2, ones, out=nabla[1])
        matmul(D1, X.T, out=nabla[2])
        matmul(D2, A1.T, out=nabla[3])
        return nabla

    return run


def sigmoid(z: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z: Any) -> Any:
    return sigmoid(z) * (1 - sigmoid(z))


def by_loop(parameters: Any, X: Any, Y: Any) -> Any:
    """The book's program: the four equations for one example after the other, summed up."""
    biases, weights, m = parameters[:2], parameters[2:], X.shape[1]
    nabla_b, nabla_w = [np.zeros(b.shape) for b in biases], [np.zeros(W.shape) for W in weights]
    for i in range(m):
        activations, zs = [X[:, i : i + 1]], []
        for b, W in zip(biases, weights, strict=True):
            zs.append(W @ activations[-1] + b)
            activations.append(sigmoid(zs[-1]))
        delta = (activations[-1] - Y[:, i : i + 1]) * sigmoid_prime(zs[-1])
        for l in (1, 0):
            nabla_b[l] = nabla_b[l] + delta
            nabla_w[l] = nabla_w[l] + delta @ activations[l].T
            if l:
                delta = (weights[l].T @ delta) * sigmoid_prime(zs[l - 1])
    return [nabla / m for nabla in (*nabla_b, *nabla_w)]


def by_ours(parameters: Any, X: Any, Y: Any) -> Run:
    # The data are arguments and not captured: a transform shares its arguments, and copies what it finds elsewhere.
    return partial(grad(cost), parameters, X, Y)


def by_jit(parameters: Any, X: Any, Y: Any, **options: Any) -> Run:
    return partial(peers.jit()(grad(cost), **options), parameters, X, Y)


def by_autograd(parameters: Any, X: Any, Y: Any) -> Run:
    gradient = peers.autograd().grad(cost)
    from autograd.numpy import exp

    return partial(gradient, parameters, X, Y, exp)


def by_mygrad(parameters: Any, X: Any, Y: Any) -> Run:
    mygrad = peers.mygrad()
    tensors = [mygrad.tensor(p, copy=False) for p in parameters]

    def run() -> Any:
        cost(tensors, X, Y, mygrad.exp).backward()
        return [t.grad for t in tensors]

    return run


def by_torch(parameters: Any, X: Any, Y: Any) -> Run:
    torch = peers.torch()
    tensors = [torch.from_numpy(p.copy()).requires_grad_() for p in parameters]
    X, Y = torch.from_numpy(X), torch.from_numpy(Y)
    return lambda: torch.autograd.grad(cost(tensors, X, Y, torch.exp), tensors)


def by_torch_compile(parameters: Any, X: Any, Y: Any) -> Run:
    compiler, torch = peers.torch_compile(), peers.torch()
    tensors = [torch.from_numpy(p.copy()).requires_grad_() for p in parameters]
    X, Y = torch.from_numpy(X), torch.from_numpy(Y)
    compiled = compiler(lambda p, X, Y: cost(p, X, Y, torch.exp))
    return lambda: torch.autograd.grad(compiled(tensors, X, Y), tensors)


def by_jax(parameters: Any, X: Any, Y: Any) -> Run:
    jax = peers.jax()
    parameters, X, Y = jax.tree.map(jax.numpy.asarray, (parameters, X, Y))
    compiled = jax.jit(jax.grad(lambda p, X, Y: cost(p, X, Y, jax.numpy.exp)))
    return lambda: jax.block_until_ready(compiled(parameters, X, Y))


def values(parameters: Any, X: Any, Y: Any) -> dict[str, Callable[[], Run]]:
    """The cost alone, on Tensors and by `jit`."""
    return {
        OURS: lambda: partial(cost, [Tensor(p) for p in parameters], X, Y),
        JIT: lambda: partial(peers.jit()(cost), parameters, X, Y),
    }


def products(parameters: Any, X: Any, Y: Any) -> Run:
    """The two products that X is in, into memory that is there."""
    W1 = parameters[2]
    Z1, nabla = np.empty((W1.shape[0], X.shape[1]), X.dtype), np.empty_like(W1)

    def run() -> Any:
        np.dot(W1, X, out=Z1)
        np.dot(Z1, X.T, out=nabla)

    return run


def gradient_work(sizes: tuple[int, ...], m: int, dtype: Any = np.float64, loop: bool = False) -> Work:
    at = data(sizes, m, dtype)
    contestants = {
        HAND: lambda: partial(by_matrices, *at),
        PREALLOCATED: lambda: preallocated(*at),
        OURS: lambda: by_ours(*at),
        JIT: lambda: by_jit(*at),
        REUSED: lambda: by_jit(*at, reuse_outputs=True),
        "autograd": lambda: by_autograd(*at),
        "mygrad": lambda: by_mygrad(*at),
        "torch": lambda: by_torch(*at),
        "torch.compile": lambda: by_torch_compile(*at),
        "jax.jit": lambda: by_jax(*at),
    }
    if loop:
        contestants[LOOP] = lambda: partial(by_loop, *at)
    return Work(
        f"All gradients of a network {list(sizes)} on {m} examples, {np.dtype(dtype).name}",
        f"network {list(sizes)}, {m} examples, {np.dtype(dtype).name}",
        contestants,
        value=partial(cost, *at),
        values=values(*at),
        parts={
            "NumPy's two products of matrices with X": products(*at),
            calls.NAME: calls.of_the_tape(grad(cost), *at),
        },
        tolerance=1e-11 if dtype is np.float64 else 2e-5,
    )


WORKS = {
    "W2": lambda: gradient_work((784, 30, 10), 10, loop=True),
    "W2f": lambda: gradient_work((784, 30, 10), 10, np.float32),
    "W3": lambda: gradient_work((784, 100, 10), 1000),
    "W3f": lambda: gradient_work((784, 100, 10), 1000, np.float32),
}
