"""Real MNIST, [784, 30, 10]: the tape trains the same network as backprop, and the network learns. About a minute.

The environment variable MNIST_DIR names the folder with t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz; the
first 8,000 of its 10,000 images are trained on, the other 2,000 are the test.
"""

import os
import sys
from pathlib import Path
from time import perf_counter

import numpy as np

import machine
from nn import Network, load_mnist_idx, split
from report import table

SEEDS = range(5)


def trained(training_data, gradient):
    """One epoch of 800 mini-batches from one seed: the parameters, and the seconds it took."""
    network = Network([784, 30, 10], rng=0)
    start = perf_counter()
    network.SGD(training_data, 1, 10, 3.0, gradient=gradient, verbose=False)
    return network.biases + network.weights, perf_counter() - start


def main():
    """Measure and print."""
    folder = os.environ.get("MNIST_DIR")
    if not folder:
        sys.exit(
            "MNIST_DIR is not set; it names the folder with t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz."
        )
    X, labels = load_mnist_idx(Path(folder) / "t10k-images-idx3-ubyte.gz", Path(folder) / "t10k-labels-idx1-ubyte.gz")
    training_data, test_data = split(X, labels, 8000)
    print(machine.described(), "\n")

    expected, _ = trained(training_data, "backprop")
    rows = []
    for gradient in ("matrix", "autodiff", "backprop"):
        parameters, seconds = trained(training_data, gradient)
        pairs = zip(parameters, expected, strict=True)
        difference = max(np.max(np.abs(p - e)) / np.max(np.abs(e)) for p, e in pairs)
        rows.append([gradient, seconds, difference])
        assert difference <= 1e-10
    print("### One epoch on 8,000 images, 800 mini-batches\n")
    header = ["gradient=", "time ÷ matrix", "largest relative difference of the parameters from backprop's"]
    body = [[gradient, f"{seconds / rows[0][1]:.2f}", f"{difference:.1e}"] for gradient, seconds, difference in rows]
    print(table([header, *body]), "\n")

    print("### Read right of 2,000 test images, 30 epochs with the tape, η = 3, mini-batches of 10\n")
    rows = [["seed", "best epoch", "last epoch"]]
    for seed in SEEDS:
        right = Network([784, 30, 10], rng=seed).SGD(training_data, 30, 10, 3.0, test_data, verbose=False)
        rows.append([str(seed), f"{max(right) / 2000:.2%}", f"{right[-1] / 2000:.2%}"])
        assert max(right) >= 0.93 * 2000
    print(table(rows))


if __name__ == "__main__":
    main()
