"""What several test files of the network share."""

import os
from pathlib import Path

import numpy as np
import pytest

from nn import Network, load_mnist_idx, one_hot, split


@pytest.fixture
def network():
    return Network([4, 3, 2], rng=0)


@pytest.fixture
def digits():
    """Twelve small examples of two classes: X (4, 12), Y one-hot (2, 12), labels (12,)."""
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, 12)
    return rng.random((4, 12)), one_hot(labels, 2), labels


@pytest.fixture(scope="session")
def mnist_folder():
    if not os.environ.get("MNIST_DIR"):
        pytest.skip("set MNIST_DIR to the folder with t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz")
    return Path(os.environ["MNIST_DIR"])


@pytest.fixture(scope="session")
def mnist(mnist_folder):
    """The MNIST file of 10,000: the first 8,000 to train on, the last 2,000 to test."""
    images, labels = (mnist_folder / f"t10k-{part}-ubyte.gz" for part in ("images-idx3", "labels-idx1"))
    return split(*load_mnist_idx(images, labels), 8000)
