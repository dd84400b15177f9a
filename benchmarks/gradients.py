"""The gradient of a [784, 30, 10] network on 10 examples: the tape against code written by hand, and against peers."""

import numpy as np

from autograd_mini import value_and_grad
from interleaved import medians, table
from nn import Network, autodiff, backprop_loop, backprop_matrix


def np_sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def by_matrices(network, X, Y):
    """What a careful person writes: the four equations for all examples at once. It is the measure."""
    (b1, b2), (W1, W2), m = network.biases, network.weights, X.shape[1]
    A1 = np_sigmoid(W1 @ X + b1)
    A2 = np_sigmoid(W2 @ A1 + b2)
    delta2 = (A2 - Y) * A2 * (1 - A2) / m
    delta1 = (W2.T @ delta2) * A1 * (1 - A1)
    return [delta1.sum(1, keepdims=True), delta2.sum(1, keepdims=True)], [delta1 @ X.T, delta2 @ A1.T]


def by_loop(network, X, Y):
    """The book's program: the four equations for one example after the other, summed up."""
    m = X.shape[1]
    nabla_b, nabla_w = [np.zeros_like(b) for b in network.biases], [np.zeros_like(W) for W in network.weights]
    for i in range(m):
        activations, zs = [X[:, i : i + 1]], []
        for b, W in zip(network.biases, network.weights, strict=True):
            zs.append(W @ activations[-1] + b)
            activations.append(np_sigmoid(zs[-1]))
        delta = (activations[-1] - Y[:, i : i + 1]) * np_sigmoid(zs[-1]) * (1 - np_sigmoid(zs[-1]))
        for l in (1, 0):
            nabla_b[l] = nabla_b[l] + delta
            nabla_w[l] = nabla_w[l] + delta @ activations[l].T
            if l:
                delta = (network.weights[l].T @ delta) * np_sigmoid(zs[l - 1]) * (1 - np_sigmoid(zs[l - 1]))
    return [nabla / m for nabla in nabla_b], [nabla / m for nabla in nabla_w]


def forward(np, parameters, X, Y):
    """The cost as any NumPy-like library computes it."""
    b1, b2, W1, W2 = parameters
    sigmoid = lambda z: 1.0 / (1.0 + np.exp(-z))
    return np.sum((sigmoid(W2 @ sigmoid(W1 @ X + b1) + b2) - Y) ** 2) / (2 * X.shape[1])


def tape(network, X, Y):
    """This project, the cost in plain NumPy."""
    # The data are arguments and not captured: a transform shares its arguments, and copies what it finds elsewhere.
    gradient = value_and_grad(lambda p, X, Y: forward(np, p, X, Y))

    def run():
        b1, b2, W1, W2 = gradient((*network.biases, *network.weights), X, Y)[1]
        return [b1, b2], [W1, W2]

    return run


def peer_autograd(network, X, Y):
    import autograd
    import autograd.numpy as anp

    gradient = autograd.value_and_grad(lambda p: forward(anp, p, X, Y))

    def run():
        b1, b2, W1, W2 = gradient((*network.biases, *network.weights))[1]
        return [b1, b2], [W1, W2]

    return run


def peer_mygrad(network, X, Y):
    import mygrad

    def run():
        biases, weights = ([mygrad.tensor(p) for p in group] for group in (network.biases, network.weights))
        forward(mygrad, (*biases, *weights), X, Y).backward()
        return [b.grad for b in biases], [W.grad for W in weights]

    return run


def peer_torch(network, X, Y):
    import torch

    torch.set_num_threads(1)
    X, Y = torch.from_numpy(X), torch.from_numpy(Y)
    biases, weights = ([torch.from_numpy(p.copy()) for p in group] for group in (network.biases, network.weights))

    def run():
        for p in (*biases, *weights):
            p.requires_grad_(True).grad = None
        forward(torch, (*biases, *weights), X, Y).backward()
        return [b.grad for b in biases], [W.grad for W in weights]

    return run


def peer_jax(network, X, Y):
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    np = jax.numpy
    X, Y = np.asarray(X), np.asarray(Y)
    parameters = tuple(np.asarray(p) for p in (*network.biases, *network.weights))
    gradient = jax.jit(jax.value_and_grad(lambda p: forward(np, p, X, Y)))

    def run():
        _, (b1, b2, W1, W2) = jax.block_until_ready(gradient(parameters))
        return [b1, b2], [W1, W2]

    return run


def contestants(m=10):
    """Everyone who is installed, after they have all given the same gradient."""
    network, rng = Network([784, 30, 10], rng=0), np.random.default_rng(1)
    X, Y = np.asfortranarray(rng.uniform(size=(784, m))), np.asfortranarray(np.eye(10)[:, rng.integers(10, size=m)])
    runs = {
        "hand-written, fully matrix-based": lambda: by_matrices(network, X, Y),
        "hand-written, loop over examples": lambda: by_loop(network, X, Y),
        "**autograd_mini**, cost in plain NumPy": tape(network, X, Y),
        '**nn**, gradient="autodiff" (checks its arguments)': lambda: autodiff(network, X, Y),
        'nn, gradient="matrix" (checks its arguments)': lambda: backprop_matrix(network, X, Y),
        'nn, gradient="backprop" (checks its arguments)': lambda: backprop_loop(network, X, Y),
    }
    for name, peer in {
        "autograd": peer_autograd, "mygrad": peer_mygrad, "torch": peer_torch, "jax.jit (compiled)": peer_jax,
    }.items():  # fmt: skip
        try:
            runs[name] = peer(network, X, Y)
        except ImportError:
            continue
    expected = by_matrices(network, X, Y)
    for name, run in runs.items():
        for group, expected_group in zip(run(), expected, strict=True):
            for nabla, expected_nabla in zip(group, expected_group, strict=True):
                np.testing.assert_allclose(nabla, expected_nabla, rtol=1e-10, atol=1e-14, err_msg=name)
    return runs


def main():
    """Measure and print."""
    times = medians(contestants())
    hand = times["hand-written, fully matrix-based"]
    print(f"### All gradients of [784, 30, 10], 10 examples, float64 (1 = {hand * 1e6:.0f} µs here)\n")
    table(["", "÷ hand-written matrix form"], [[name, f"{time / hand:.2f}"] for name, time in times.items()])


if __name__ == "__main__":
    main()
