"""Random programs: whatever is composed of what, both modes, both second orders and differences agree."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import Tensor, grad, gradients, hvp, jvp, vjp

SETTINGS = settings(derandomize=True, deadline=None, max_examples=120)

UNARY = [
    np.sin,
    np.tanh,
    lambda x: np.exp(-x * x),
    lambda x: np.sqrt(1 + x * x),
    lambda x: np.log(2 + np.cos(x)),
    lambda x: x**3,
    lambda x: 1 / (2 + x**2),
    lambda x: np.abs(x) * x,
    lambda x: np.where(x > 0, np.log(np.where(x > 0, 1 + x, 1)), x),
    lambda x: np.maximum(x, 0.1) * np.minimum(x, 0.3),
    lambda x: -x[::-1],
    lambda x: x[[0, -1, 0, 1]],
    lambda x: x[np.array([True, False, True, True])],
    lambda x: x[1:],
    lambda x: x.T[..., None].squeeze(-1).T,
    lambda x: np.concatenate([x, 2 * x[:2]])[:4],
    lambda x: np.stack([x, x * x], axis=-1).sum(axis=-1),
    lambda x: x - x.mean(axis=0),
    lambda x: x / (1 + np.var(x, axis=0, keepdims=True)),
    lambda x: x * np.prod(np.tanh(x), axis=-1, keepdims=True),
    lambda x: x * np.sum(x, where=x > 0),
    lambda x: x.reshape(-1)[: x.shape[0]] * x.ravel("F")[0],
    lambda x: x.at[0].set(np.sin(x[1])).at[1:3].add(0.5),
    lambda x: x / np.linalg.norm(x + 3),
    lambda x: np.broadcast_to(np.max(x, axis=0), (2, *x.shape[1:])).sum(axis=0) + x,
    lambda x: np.einsum("i...,i...->i...", x, np.flip(x, 0)),
    lambda x: (np.outer(x.ravel()[:3], x.ravel()[:4]) @ np.linspace(-1, 1, 4))[:, None][:, 0],
    lambda x: np.tensordot(x, np.cos(x), 0).reshape(-1)[:4],
    lambda x: np.repeat(x[:2], 2, axis=0),
    lambda x: grad(lambda z: np.sum(np.sin(z) * z))(x),
    lambda x: jvp(np.tanh, (x,), (x * 2,))[1],
    lambda x: vjp(lambda z: z**2, x)[1](x)[0],
]
BINARY = [
    np.add,
    np.subtract,
    np.multiply,
    lambda a, b: a / (2 + b * b),
    lambda a, b: (1 + a * a) ** np.tanh(b),
    np.maximum,
    lambda a, b: np.where(a > b, a * b, np.sin(b)),
    lambda a, b: np.dot(a.ravel()[:3], b.ravel()[:3]) * a,
    lambda a, b: np.concatenate([a.ravel(), b.ravel()])[1:5],
]


def program(seed, length):
    """A function of a vector of 4 entries to a number, drawn from the tables."""
    rng = np.random.default_rng(seed)
    steps = [
        (rng.random() < 0.4, rng.integers(len(UNARY)), rng.integers(len(BINARY)), rng.random(2)) for _ in range(length)
    ]

    def f(x):
        pool = [x]
        for binary, i, j, where in steps:
            a, b = (pool[int(w * len(pool))] for w in where)
            y = BINARY[j](a, b) if binary else UNARY[i](a)
            pool.append(y if y.shape == (4,) else np.sin(y.ravel()[np.arange(4) % y.size]))
        return np.sum(pool[-1] * np.array([1.0, -2.0, 0.5, 3.0])) + 0.1 * np.sum(pool[len(pool) // 2])

    return f


def along(f, x, v, h=1e-4):
    return (8 * (f(x + h * v) - f(x - h * v)) - (f(x + 2 * h * v) - f(x - 2 * h * v))) / (12 * h)


@SETTINGS
@given(seed=st.integers(0, 10**6), length=st.integers(1, 9))
def test_random_programs(seed, length):
    f = program(seed, length)
    rng = np.random.default_rng(seed)
    x, v = rng.uniform(-1.5, 1.5, 4), rng.normal(size=4)
    plain = lambda x: f(Tensor(x)).data
    g = grad(f)(x)
    slope = jvp(f, (x,), (v,))[1]
    scale = 1 + np.abs(g) @ np.abs(v)
    assert abs(g @ v - slope) < 1e-11 * scale
    t = Tensor(x)
    np.testing.assert_array_equal(gradients(f(t), t)[0], g)
    second = hvp(f)(x, v)
    again = grad(lambda x: np.dot(grad(f)(x), v))(x)
    mixed = grad(lambda x: jvp(f, (x,), (v,))[1])(x)
    np.testing.assert_allclose(second, again, rtol=1e-8, atol=1e-9 * scale)
    np.testing.assert_allclose(second, mixed, rtol=1e-8, atol=1e-9 * scale)
    fine, coarse = along(plain, x, v), along(plain, x, v, 2e-4)
    if abs(fine - coarse) < 1e-8 * (1 + abs(fine)):
        assert abs(slope - fine) < 1e-6 * scale
    fine, coarse = along(grad(f), x, v), along(grad(f), x, v, 2e-4)
    smooth = np.abs(fine - coarse) < 1e-8 * (1 + np.abs(fine))
    np.testing.assert_allclose(second[smooth], fine[smooth], rtol=1e-5, atol=1e-6 * scale)
