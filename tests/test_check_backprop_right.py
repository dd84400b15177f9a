"""The checker of backprops on right ones, in many handwritings: it doubts none, whatever the numbers are."""

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn import Network, autodiff, check_backprop

from .right_backprops import COLLECTION, others, sigmoids

SETTINGS = [
    # sizes, scale of weights and biases, m, dtype
    ([3, 4, 4, 2], 1, 5, np.float64),
    ([2, 3, 1], 1, 64, np.float32),
    ([5, 5, 5, 5], 100, 7, np.float64),
    ([3, 2], 1, 1, np.float64),
    ([3, 2], 100, 4, np.float32),
    ([1, 1, 1], 3, 5, np.float32),
    ([4, 3, 5, 2, 4, 3, 2], 10, 2, np.float64),
    ([3, 4, 4, 2], 1e-8, 5, np.float64),
    ([5, 5, 5, 5], 1e-8, 3, np.float32),
    ([2, 3, 3, 2], 0, 4, np.float64),
]


def assert_right(entry, sizes, scale, m, dtype, seed):
    rng = np.random.default_rng(seed)
    network = Network(sizes, rng, dtype=dtype, **entry.kind)
    network.weights = [(scale * w).astype(dtype) for w in network.weights]
    network.biases = [(scale * b).astype(dtype) for b in network.biases]
    m = 1 if entry.per_example else m
    x = rng.standard_normal((sizes[0], m))
    y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], m)].T if seed % 2 else rng.random((sizes[-1], m))
    if entry.kind.get("cost") == "cross_entropy":
        y /= y.sum(axis=0)
    report = check_backprop(network, entry.made_for(network), x.astype(dtype), y.astype(dtype))
    assert report, str(report)
    assert report.first_wrong is None
    assert not report.causes
    assert report.status == 0


@pytest.mark.parametrize("entry", COLLECTION, ids=str)
@pytest.mark.parametrize(
    ("sizes", "scale", "m", "dtype"), SETTINGS, ids=lambda value: getattr(value, "__name__", value)
)
def test_right_code_is_right(entry, sizes, scale, m, dtype):
    if entry.overflows and scale > 3:
        return
    assert_right(entry, sizes, scale, min(m, 5) if entry.slow else m, dtype, seed=zlib.crc32(str(entry).encode()))


MATRICES = [entry for entry in COLLECTION if not entry.slow and not entry.overflows]


@settings(max_examples=25, deadline=None)
@given(
    entry=st.sampled_from(MATRICES),
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=6),
    scale=st.sampled_from([1, 1, 30, 1e-3, 0]),
    m=st.integers(1, 20),
    dtype=st.sampled_from([np.float32, np.float64]),
    seed=st.integers(0, 2**32 - 1),
)
def test_right_code_is_right_on_random_networks(entry, sizes, scale, m, dtype, seed):
    assert_right(entry, sizes, scale, m, dtype, seed)


@pytest.mark.parametrize("backprop", [sigmoids.sum_over_m_at_the_end, sigmoids.BookNetwork, sigmoids.outer_products])
def test_right_code_is_right_on_the_network_for_mnist(backprop):
    rng = np.random.default_rng(5)
    assert check_backprop(Network([784, 30, 10], rng), backprop, rng.random((784, 10)), rng.random((10, 10)))


@pytest.mark.parametrize(
    "backprop", [others.relu_zero_at_zero, others.relu_one_at_zero, others.relu_half_at_zero, others.ReluInPlace]
)
@pytest.mark.parametrize("at_the_kink", ["biases and inputs", "biases", "inputs"])
def test_at_the_kink_of_relu_every_convention_is_right(backprop, at_the_kink):
    rng = np.random.default_rng(6)
    network = Network([3, 4, 4, 2], rng, activation="relu")
    x, y = rng.standard_normal((3, 5)), rng.random((2, 5))
    if "biases" in at_the_kink:
        network.biases = [np.zeros_like(b) for b in network.biases]
    if "inputs" in at_the_kink:
        x[:, 1:3] = 0
    assert check_backprop(network, backprop, x, y)


def test_a_backprop_for_one_network_and_one_number_of_examples_is_right_there():
    """Code with its sizes written into it is right where it is used, and where it is not used does not count."""
    network = Network([3, 4, 4, 2], rng=7)
    rng = np.random.default_rng(7)

    def backprop(net, x, y):
        (w1, w2, w3), (b1, b2, b3) = net.weights, net.biases
        a1 = 1 / (1 + np.exp(-(w1.reshape(4, 3) @ x + b1)))
        a2 = 1 / (1 + np.exp(-(w2.reshape(4, 4) @ a1 + b2)))
        a3 = 1 / (1 + np.exp(-(w3.reshape(2, 4) @ a2 + b3)))
        d3 = (a3 - y) * a3 * (1 - a3) / 5
        d2 = w3.T @ d3 * a2 * (1 - a2)
        d1 = w2.T @ d2 * a1 * (1 - a1)
        return [d.sum(axis=1, keepdims=True) for d in (d1, d2, d3)], [d1 @ x.T, d2 @ a1.T, d3 @ a2.T]

    assert check_backprop(network, backprop, rng.random((3, 5)), rng.random((2, 5)))
    assert not check_backprop(network, backprop, rng.random((3, 6)), rng.random((2, 6)))


def test_the_collection_is_right_by_the_tape_too():
    """So that a right backprop is not right because the checker says so."""
    rng = np.random.default_rng(8)
    for entry in COLLECTION:
        network = Network([3, 4, 2], rng, **entry.kind)
        x, y = rng.standard_normal((3, 1)), np.array([[0.25], [0.75]])
        mine = entry.made_for(network)
        if isinstance(mine, type):
            mine = Network.backprop if mine is Network else mine.backprop
        try:
            found = mine(network, x, y)
        except TypeError:
            found = mine(x, y)
        except AttributeError:
            continue  # a method that wants the rest of its class
        for gs, ts in zip(found, autodiff(network, x, y), strict=True):
            for g, t in zip(gs, ts, strict=True):
                np.testing.assert_allclose(g, t, rtol=0, atol=1e-15)
