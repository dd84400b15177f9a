"""The derivative of a vector by a matrix has rank 3; contracted with ∂C/∂a it is ∂C/∂W, a matrix again."""

import numpy as np

from autograd_mini import grad, jacobian
from nn import sigmoid, sigmoid_prime

rng = np.random.default_rng(0)
W, b = rng.normal(size=(3, 4)), rng.normal(size=3)  # one layer: 4 inputs, 3 neurons
x, y = rng.normal(size=4), rng.normal(size=3)


def activations(W):
    """a = σ(W x + b)."""
    return sigmoid(W @ x + b)


def cost(a):
    """C = ½ ‖y − a‖²."""
    return np.sum((y - a) ** 2) / 2


# All derivatives ∂aᵢ/∂Wⱼₖ: as many numbers as 3 activations times 3 × 4 weights.
da_dw = jacobian(activations)(W)
print(f"∂a/∂W has shape {da_dw.shape}, and {np.count_nonzero(da_dw)} of its {da_dw.size} entries are not 0:")
print("row j of W reaches neuron j alone.\n")

# Contract it over i with the cotangent ∂C/∂a: ∂C/∂W = Σᵢ ∂C/∂aᵢ · ∂aᵢ/∂W.
dc_da = grad(cost)(activations(W))
contracted = np.tensordot(dc_da, da_dw, axes=1)

# Reverse mode never forms the Jacobian; by hand one would write δ xᵀ.
swept = grad(lambda W: cost(activations(W)))(W)
by_hand = np.outer(dc_da * sigmoid_prime(W @ x + b), x)
print("∂C/∂W by contraction, Σᵢ ∂C/∂aᵢ · ∂aᵢ/∂W:", contracted, sep="\n")
print("∂C/∂W by one reverse sweep, which never forms ∂a/∂W:", swept, sep="\n")
print("∂C/∂W by hand, δ xᵀ with δ = ∂C/∂a ⊙ σ′(z):", by_hand, sep="\n")

assert da_dw.shape == (3, 3, 4)
assert np.allclose(contracted, by_hand, rtol=1e-12, atol=0)
assert np.allclose(swept, by_hand, rtol=1e-12, atol=0)
