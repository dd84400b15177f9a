"""The hand-derived backprop of Nielsen's book against the tape, on a mini-batch of real digits."""

import numpy as np

from nn import Network, autodiff, backprop_loop, backprop_matrix, load_digits

(X, Y), _ = load_digits()
X, Y = X[:, :10], Y[:, :10]  # columns are examples
network = Network([64, 30, 10], rng=0)


def difference(one, other):
    """max |one − other| ÷ max |other|, over all entries."""
    return np.max(np.abs(one - other)) / np.max(np.abs(other))


by_tape = autodiff(network, X, Y)  # a person wrote only the forward pass
by_hand = backprop_loop(network, X, Y)  # BP1–BP4 for each example in turn, averaged
by_matrices = backprop_matrix(network, X, Y)  # BP1–BP4 for all examples at once

print("largest difference from the hand-derived backprop      of the tape    of its matrix form")
print("relative to the largest entry")
differences = []
for letter, *gradients in zip("bW", by_tape, by_hand, by_matrices, strict=True):
    for layer, (tape, hand, matrices) in enumerate(zip(*gradients, strict=True), start=1):
        differences += [difference(tape, hand), difference(matrices, hand)]
        print(f"  layer {layer}, ∂C/∂{letter}, {hand.shape!s:<8} {differences[-2]:39.1e} {differences[-1]:21.1e}")
print("All below 1e-12: that is rounding. Three computations, one gradient.")


class Slip(Network):
    """A network whose author differentiated ‖y − a‖² and forgot the ½ in front of it."""

    def cost_derivative(self, output_activations, y):
        """Twice what it should be."""
        return 2 * (output_activations - y)


wrong = Slip([64, 30, 10], rng=0)
slip = difference(autodiff(wrong, X, Y)[1][0], backprop_loop(wrong, X, Y)[1][0])
print(f"With a slip in it (the ½ of the cost forgotten) the difference is {slip:.1e}.")

assert max(differences) <= 1e-12
assert slip > 0.1
