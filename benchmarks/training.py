"""Stochastic gradient descent over one epoch of 50,000 examples: per mini-batch of ten, updates included.

Everybody starts from the same parameters and sees the same mini-batches in the same order. One sample is a hundred
mini-batches; the next sample goes on where it ended, so that the data come out of memory as they do in an epoch.
"""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import cycle
from types import SimpleNamespace
from typing import Any

import numpy as np

import networks
import peers
from autograd_mini import Tensor, grad
from interleaved import Run
from networks import LOOP
from nn import Network
from work import HAND, JIT, OURS, Work, arrays

EXAMPLES, BATCH, BATCHES, ETA = 50_000, 10, 100, 0.5
SIZES = (784, 30, 10)

NN = 'nn.Network, gradient="autodiff"'
NN_JIT = "nn.Network.SGD, as it is by default"
NN_MATRIX = 'nn.Network, gradient="matrix"'


@cache
def epoch() -> tuple[Any, Any, Any]:
    """Parameters, and the data: examples are rows in memory, as data sets are stored."""
    parameters, X, Y = networks.data(SIZES, EXAMPLES)
    return parameters, X.T, Y.T


def batches(X: Any, Y: Any) -> Iterator[tuple[Any, Any]]:
    """Mini-batches with one column per example, round and round."""
    return cycle([(X[i : i + BATCH].T, Y[i : i + BATCH].T) for i in range(0, EXAMPLES, BATCH)])


def training(step: Callable[[Any, Any, Any], Any], parameters: Any, X: Any, Y: Any) -> Run:
    """A run of `step(parameters, X, Y) -> parameters` over the next hundred mini-batches."""
    source = batches(X, Y)

    def run() -> Any:
        nonlocal parameters
        for _ in range(BATCHES):
            parameters = step(parameters, *next(source))
        return parameters

    return run


def copies() -> tuple[Any, Any, Any]:
    parameters, X, Y = epoch()
    return [p.copy() for p in parameters], X, Y


def in_place(gradient: Callable[[Any, Any, Any], Any]) -> Run:
    """p ← p − η ∂C/∂p, in place, with the gradient that is given."""

    def step(parameters: Any, X: Any, Y: Any) -> Any:
        for p, nabla in zip(parameters, gradient(parameters, X, Y), strict=True):
            np.subtract(p, ETA * nabla, out=p)
        return parameters

    return training(step, *copies())


def by_jit() -> Run:
    def step(parameters: Any, X: Any, Y: Any) -> Any:
        nablas = grad(networks.cost)(parameters, X, Y)
        return [p - ETA * nabla for p, nabla in zip(parameters, nablas, strict=True)]

    return training(peers.jit()(step, donate_argnums=0), *copies())


def by_nn(gradient: str) -> Run:
    """What `Network.SGD` does with each mini-batch: it checks its arguments, and the parameters it arrives at."""
    (b1, b2, W1, W2), X, Y = copies()
    network = Network(list(SIZES), rng=0)
    network.biases, network.weights = [b1, b2], [W1, W2]

    def step(parameters: Any, X: Any, Y: Any) -> Any:
        network.update_mini_batch((X, Y), ETA, gradient=gradient)
        return network.biases + network.weights

    return training(step, None, X, Y)


def by_sgd() -> Run:
    """A hundred mini-batches of `Network.SGD`, in the order that the others take; so its shuffle does nothing."""
    (b1, b2, W1, W2), X, Y = copies()
    network = Network(list(SIZES), rng=0)
    network.biases, network.weights = [b1, b2], [W1, W2]
    network.rng = SimpleNamespace(permutation=np.arange)
    first = np.arange(BATCH * BATCHES) % EXAMPLES
    data = X[first].T, Y[first].T

    def run() -> Any:
        network.SGD(data, 1, BATCH, ETA, verbose=False)
        return network.biases + network.weights

    return run


def by_autograd() -> Run:
    gradient = peers.autograd().grad(networks.cost)
    from autograd.numpy import exp

    return in_place(lambda parameters, X, Y: gradient(parameters, X, Y, exp))


def by_mygrad() -> Run:
    mygrad = peers.mygrad()
    parameters, X, Y = copies()

    def step(tensors: Any, X: Any, Y: Any) -> Any:
        networks.cost(tensors, X, Y, mygrad.exp).backward()
        for t in tensors:
            t.data[...] -= ETA * t.grad
        return tensors

    run = training(step, [mygrad.tensor(p, copy=False) for p in parameters], X, Y)
    return lambda: [t.data for t in run()]


def by_torch() -> Run:
    torch = peers.torch()
    parameters, X, Y = copies()
    tensors = [torch.from_numpy(p).requires_grad_() for p in parameters]

    def step(tensors: Any, X: Any, Y: Any) -> Any:
        nablas = torch.autograd.grad(networks.cost(tensors, X, Y, torch.exp), tensors)
        with torch.no_grad():
            for p, nabla in zip(tensors, nablas, strict=True):
                p.sub_(nabla, alpha=ETA)
        return tensors

    return training(step, tensors, torch.from_numpy(X), torch.from_numpy(Y))


def jax_step(jax: Any) -> Callable[[Any, Any, Any, Any], Any]:
    """One step on mini-batch number i of data that lie in JAX's own arrays."""
    gradient = jax.grad(lambda p, X, Y: networks.cost(p, X, Y, jax.numpy.exp))

    def step(parameters: Any, X: Any, Y: Any, i: Any) -> Any:
        X, Y = (jax.lax.dynamic_slice_in_dim(A, i * BATCH, BATCH).T for A in (X, Y))
        return [p - ETA * nabla for p, nabla in zip(parameters, gradient(parameters, X, Y), strict=True)]

    return step


@cache
def jax_epoch() -> tuple[Any, Any]:
    jax = peers.jax()
    return tuple(jax.numpy.asarray(A) for A in epoch()[1:])


def by_jax() -> Run:
    jax = peers.jax()
    parameters, (X, Y) = [jax.numpy.asarray(p) for p in epoch()[0]], jax_epoch()
    compiled = jax.jit(jax_step(jax), donate_argnums=0)
    numbers = cycle(range(EXAMPLES // BATCH))

    def run() -> Any:
        nonlocal parameters
        for _ in range(BATCHES):
            parameters = compiled(parameters, X, Y, next(numbers))
        return jax.tree.map(lambda p: p.block_until_ready(), parameters)

    return run


def by_scan() -> Run:
    """A hundred steps in one compiled loop."""
    jax = peers.jax()
    parameters, (X, Y) = [jax.numpy.asarray(p) for p in epoch()[0]], jax_epoch()
    step = jax_step(jax)

    def steps(parameters: Any, X: Any, Y: Any, first: Any) -> Any:
        numbers = first + jax.numpy.arange(BATCHES)
        return jax.lax.scan(lambda p, i: (step(p, X, Y, i), None), parameters, numbers)[0]

    compiled = jax.jit(steps, donate_argnums=0)
    numbers = cycle(range(0, EXAMPLES // BATCH, BATCHES))

    def run() -> Any:
        nonlocal parameters
        parameters = jax.block_until_ready(compiled(parameters, X, Y, next(numbers)))
        return parameters

    return run


def fresh(run_of: Callable[[], Run]) -> Callable[[], Run]:
    """A maker whose first result is a copy, since the parameters go on changing."""

    def make() -> Run:
        run, result = run_of(), []

        def copying() -> Any:
            if result:
                return run()
            result.append([np.array(p) for p in arrays(run())])
            return result[0]

        return copying

    return make


def w7() -> Work:
    makers = {
        HAND: lambda: in_place(networks.by_matrices),
        OURS: lambda: in_place(grad(networks.cost)),
        JIT: by_jit,
        NN_JIT: by_sgd,
        NN: lambda: by_nn("autodiff"),
        NN_MATRIX: lambda: by_nn("matrix"),
        LOOP: lambda: in_place(networks.by_loop),
        "autograd": by_autograd,
        "mygrad": by_mygrad,
        "torch": by_torch,
        "jax.jit": by_jax,
        "jax.jit, 100 steps in lax.scan": by_scan,
    }
    parameters, X, Y = epoch()

    def costs(cost: Callable[[Any, Any, Any], Any], parameters: Any) -> Run:
        return training(lambda p, X, Y: (cost(p, X, Y), p)[1], parameters, X, Y)

    return Work(
        f"Training {list(SIZES)} on {EXAMPLES:,} examples, mini-batches of {BATCH}, updates included",
        "training, a mini-batch",
        {name: fresh(maker) for name, maker in makers.items()},
        value=costs(networks.cost, parameters),
        values={
            OURS: lambda: costs(networks.cost, [Tensor(p) for p in parameters]),
            JIT: lambda: costs(peers.jit()(networks.cost), parameters),
        },
        tolerance=1e-9,
        calls=BATCHES,
        unit="a mini-batch",
    )


WORKS = {"W7": w7}
