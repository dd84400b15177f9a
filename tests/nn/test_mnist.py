"""The book's network on the real MNIST file of 10,000 digits."""

import numpy as np
import pytest

from nn import Network


def test_the_file_is_what_it_says(mnist):
    (X, Y), (X_test, labels) = mnist
    assert (X.shape, Y.shape, X_test.shape, labels.shape) == ((784, 8000), (10, 8000), (784, 2000), (2000,))
    assert (X.min(), X.max()) == (0, 1)
    np.testing.assert_array_equal(np.argmax(Y[:, :10], axis=0), [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])


def test_an_epoch_with_autodiff_equals_one_with_backprop(mnist):
    """800 mini-batches from one seed; every step builds on the one before, so differences would add up."""
    by_tape, by_loop = Network([784, 30, 10], rng=0), Network([784, 30, 10], rng=0)
    by_tape.SGD(mnist[0], 1, 10, 3.0, gradient="autodiff", verbose=False)
    by_loop.SGD(mnist[0], 1, 10, 3.0, gradient="backprop", verbose=False)
    for a, b in zip(by_tape.biases + by_tape.weights, by_loop.biases + by_loop.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-10 * abs(b).max())


@pytest.mark.parametrize("seed", [0])
def test_the_book_s_network_learns_to_read(mnist, seed):
    network = Network([784, 30, 10], rng=seed)
    right = network.SGD(mnist[0], 30, 10, 3.0, mnist[1], verbose=False)
    assert max(right) >= 0.93 * 2000
