"""What people compile: their losses, their loops. Compiled without a warning, and equal to what is not compiled."""

import numpy as np
import pytest

from autograd_mini import grad, hessian, hvp, jacobian, value_and_grad

from .jitted import check

RNG = np.random.default_rng(0)


def normal(*shape):
    return RNG.normal(size=shape)


def rnn(parameters, xs):
    h = np.zeros(4)
    for x in xs:
        h = np.tanh(parameters["W"] @ h + parameters["U"] @ x)
    return np.sum(h**2)


def logistic_regression(w, X, y):
    return np.mean(np.logaddexp(0, -y * (X @ w))) + 0.01 * np.sum(w**2)


def embedding(table, indices):
    return np.sum(np.take(table, indices, axis=0) ** 2) + np.sum(table[indices] * 3)


def cross_entropy(W, X, Y):
    z = W @ X
    z = z - np.max(z, axis=0)
    return -np.sum(Y * (z - np.log(np.sum(np.exp(z), axis=0)))) / X.shape[1]


def layer_norm(x):
    centred = x - np.mean(x, axis=-1, keepdims=True)
    return np.sum((centred / np.std(x, axis=-1, keepdims=True)) ** 3)


def branches(x):
    return np.sum(np.select([x > 1, x > 0], [x**2, x], -x) + np.where(x > 0.5, np.log(np.abs(x)), 0))


def convolved(kernel, x):
    return np.sum(np.convolve(x, kernel) ** 2)


def log_determinant(A):
    return np.linalg.slogdet(A @ A.T)[1]


def parameters():
    return {"W": normal(4, 4), "U": normal(4, 3)}


LOSSES = {
    rnn: lambda: (parameters(), normal(6, 3)),
    logistic_regression: lambda: (normal(5), normal(50, 5), np.sign(normal(50))),
    embedding: lambda: (normal(10, 3), RNG.integers(0, 10, 6)),
    cross_entropy: lambda: (normal(3, 5), normal(5, 7), np.eye(3)[:, RNG.integers(0, 3, 7)]),
    layer_norm: lambda: (normal(4, 6),),
    branches: lambda: (normal(9),),
    convolved: lambda: (normal(3), normal(8)),
    log_determinant: lambda: (normal(4, 4),),
}


@pytest.mark.parametrize("loss", LOSSES, ids=lambda f: f.__name__)
def test_a_loss_and_its_gradient(loss):
    calls = [LOSSES[loss]() for _ in range(3)]
    check(loss, *calls, tolerance=1e-11)
    check(value_and_grad(loss), *calls, tolerance=1e-10)


@pytest.mark.parametrize("transform", [hessian, jacobian], ids=lambda f: f.__name__)
@pytest.mark.parametrize("loss", [branches, layer_norm, log_determinant], ids=lambda f: f.__name__)
def test_whole_matrices(loss, transform):
    check(transform(loss), *[LOSSES[loss]() for _ in range(2)], tolerance=1e-9)


def test_a_product_with_the_hessian():
    check(hvp(layer_norm), *[(normal(4, 6), normal(4, 6)) for _ in range(3)], tolerance=1e-9)


def test_a_training_loop_ends_where_it_ends_without_jit():
    def step(w, X, y, eta):
        return w - eta * grad(logistic_regression)(w, X, y)

    (w, X, y), eta = LOSSES[logistic_regression](), 0.5
    compiled = check(step, (w, X, y, eta))
    by_tape = w
    for _ in range(30):
        w, by_tape = compiled(w, X, y, eta), step(by_tape, X, y, eta)
    np.testing.assert_allclose(w, by_tape, rtol=1e-12)
