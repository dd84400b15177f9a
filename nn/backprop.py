"""Three ways to one gradient: backprop by hand per example, by hand in matrices, and the tape.

The first two are the book's derivation written out, and are what the tape is checked against. The notation is the
book's: z = W a + b, a = σ(z), columns are examples, δ = ∂C/∂z; the four equations are

====  =============================  =======================================
BP1   δᴸ = ∂C/∂aᴸ ⊙ σ′(zᴸ)            the error of the last layer
BP2   δˡ = (Wˡ⁺¹)ᵀ δˡ⁺¹ ⊙ σ′(zˡ)       the error of a layer from the next one's
BP3   ∂C/∂bˡ = δˡ                     the bias gradient
BP4   ∂C/∂Wˡ = δˡ (aˡ⁻¹)ᵀ             the weight gradient
====  =============================  =======================================

With a cross-entropy, whose last layer is a softmax or a sigmoid, the products of BP1 come down to δᴸ = a − y.

Each function returns ``(nabla_b, nabla_w)``, layer by layer, shaped like the network's ``biases`` and ``weights``.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_mini import value_and_grad
from nn import arguments
from nn.activations import ACTIVATIONS
from nn.arguments import Array
from nn.compiled import compiled
from nn.costs import COSTS, OUTPUTS

if TYPE_CHECKING:
    from nn.network import Network

Gradient = tuple[list[Array], list[Array]]


def layer_functions(network: "Network") -> list[Callable[[Any], Any]]:
    """Return the function of each layer: σ, but in the last one softmax or sigmoid where the cost asks for it."""
    sigma, output = ACTIVATIONS[network.activation_name].function, COSTS[network.cost_name].output
    return [sigma] * (network.num_layers - 2) + [OUTPUTS[output] if output else sigma]


def weighted_inputs(biases: Sequence[Any], weights: Sequence[Any], a: Any, sigma: Callable[[Any], Any]) -> Any:
    """Return the weighted inputs z = W a + b of the last layer for the input `a`, (n_in, m).

    Parameters, input, or both may be Tensors. The essay's equation (1), short of its last σ.
    """
    for b, W in zip(biases[:-1], weights[:-1], strict=True):
        a = sigma(W @ a + b)
    return weights[-1] @ a + biases[-1]


def output_error(network: "Network", z: Array, a: Array, y: Array) -> Array:
    """Return δᴸ = ∂C_x/∂zᴸ, BP1, column by column."""
    delta = COSTS[network.cost_name].delta
    if delta is not None:
        return np.asarray(delta(a, y))
    return np.asarray(network.cost_derivative(a, y) * ACTIVATIONS[network.activation_name].derivative(z))


def backprop(network: "Network", x: Array, y: Array) -> Gradient:
    """Return the gradient of the cost C_x of one example, derived by hand.

    Parameters
    ----------
    network : Network
        Unchanged by the call.
    x : array, (n_in, 1)
        The input.
    y : array, (n_out, 1)
        The desired output.

    Returns
    -------
    nabla_b, nabla_w : lists of arrays
        ∂C_x/∂bˡ of shape (n_out, 1) and ∂C_x/∂Wˡ of shape (n_out, n_in) for each layer.

    Raises
    ------
    ShapeError, TypeError
        If `x` or `y` does not fit the network or does not hold floating-point numbers.

    Notes
    -----
    Nielsen, chapter 2, "The code for backpropagation", equations BP1 to BP4.
    """
    arguments.parameters("backprop", network)
    x, y = arguments.example("backprop", network, x, y)
    sigma_prime = ACTIVATIONS[network.activation_name].derivative
    activation = x
    activations = [x]  # layer by layer
    zs = []
    for b, W, sigma in zip(network.biases, network.weights, layer_functions(network), strict=True):
        z = W @ activation + b
        activation = sigma(z)
        zs.append(z)
        activations.append(activation)
    delta = output_error(network, zs[-1], activations[-1], y)  # BP1
    nabla_b = [delta]  # BP3
    nabla_w = [delta @ activations[-2].T]  # BP4
    for l in range(2, network.num_layers):  # l = 2 is the last but one layer, as in the book's code
        delta = (network.weights[-l + 1].T @ delta) * sigma_prime(zs[-l])  # BP2
        nabla_b.insert(0, delta)  # BP3
        nabla_w.insert(0, delta @ activations[-l - 1].T)  # BP4
    return nabla_b, nabla_w


def backprop_loop(network: "Network", X: Array, Y: Array) -> Gradient:
    """Return the gradient of the cost of a mini-batch: ``network.backprop`` of each example in turn, averaged.

    Parameters
    ----------
    network : Network
        Unchanged by the call.
    X : array, (n_in, m)
        The inputs, one column per example.
    Y : array, (n_out, m)
        The desired outputs.

    Returns
    -------
    nabla_b, nabla_w : lists of arrays
        Shaped like ``network.biases`` and ``network.weights``.

    Raises
    ------
    ShapeError, TypeError, ValueError
        If `X` or `Y` does not fit the network or each other, holds no floating-point numbers, or no example.

    Notes
    -----
    C = (1/m) Σ C_x, so ∂C/∂w = (1/m) Σ ∂C_x/∂w. Nielsen, chapter 1, equations (18) and (19).
    """
    arguments.parameters("backprop_loop", network)
    X, Y = arguments.matrices("backprop_loop", network, X, Y)
    m = X.shape[1]
    nabla_b = [np.zeros_like(b) for b in network.biases]
    nabla_w = [np.zeros_like(W) for W in network.weights]
    for j in range(m):
        delta_nabla_b, delta_nabla_w = network.backprop(X[:, j : j + 1], Y[:, j : j + 1])
        nabla_b = [nb + dnb for nb, dnb in zip(nabla_b, delta_nabla_b, strict=True)]
        nabla_w = [nw + dnw for nw, dnw in zip(nabla_w, delta_nabla_w, strict=True)]
    return [nb / m for nb in nabla_b], [nw / m for nw in nabla_w]


def backprop_matrix(network: "Network", X: Array, Y: Array) -> Gradient:
    """Return the gradient of the cost of a mini-batch, all its examples at once, derived by hand.

    Parameters
    ----------
    network : Network
        Unchanged by the call.
    X : array, (n_in, m)
        The inputs, one column per example.
    Y : array, (n_out, m)
        The desired outputs.

    Returns
    -------
    nabla_b, nabla_w : lists of arrays
        Shaped like ``network.biases`` and ``network.weights``.

    Raises
    ------
    ShapeError, TypeError, ValueError
        If `X` or `Y` does not fit the network or each other, holds no floating-point numbers, or no example.

    Notes
    -----
    Nielsen, chapter 2, problem "Fully matrix-based approach to backpropagation over a mini-batch": the lines of
    ``backprop`` with matrices. Column j of every z, a and δ belongs to example j; the product δ aᵀ sums over the
    examples by itself, the bias gradient is summed over the columns.
    """
    arguments.parameters("backprop_matrix", network)
    X, Y = arguments.matrices("backprop_matrix", network, X, Y)
    sigma_prime = ACTIVATIONS[network.activation_name].derivative
    m = X.shape[1]
    A = X
    activations = [X]
    zs = []
    for b, W, sigma in zip(network.biases, network.weights, layer_functions(network), strict=True):
        Z = W @ A + b  # b is added to every column
        A = sigma(Z)
        zs.append(Z)
        activations.append(A)
    delta = output_error(network, zs[-1], activations[-1], Y) / m  # BP1, of C = (1/m) Σ C_x
    nabla_b = [delta.sum(axis=1, keepdims=True)]  # BP3
    nabla_w = [delta @ activations[-2].T]  # BP4
    for l in range(2, network.num_layers):
        delta = (network.weights[-l + 1].T @ delta) * sigma_prime(zs[-l])  # BP2
        nabla_b.insert(0, delta.sum(axis=1, keepdims=True))  # BP3
        nabla_w.insert(0, delta @ activations[-l - 1].T)  # BP4
    return nabla_b, nabla_w


def autodiff(network: "Network", X: Array, Y: Array) -> Gradient:
    """Return the gradient of the cost of a mini-batch by reverse-mode automatic differentiation.

    Only the forward pass is written here; its derivative is the tape's.

    Parameters
    ----------
    network : Network
        Unchanged by the call.
    X : array, (n_in, m)
        The inputs, one column per example.
    Y : array, (n_out, m)
        The desired outputs.

    Returns
    -------
    nabla_b, nabla_w : lists of arrays
        Shaped like ``network.biases`` and ``network.weights``; read-only.

    Raises
    ------
    ShapeError, TypeError, ValueError
        If `X` or `Y` does not fit the network or each other, holds no floating-point numbers, or no example.
    """
    arguments.parameters("autodiff", network)
    X, Y = arguments.matrices("autodiff", network, X, Y)
    _, (nabla_b, nabla_w) = value_and_grad(cost_of(network), argnums=(0, 1))(network.biases, network.weights, X, Y)
    return nabla_b, nabla_w


def cost_of(network: Any) -> Callable[[Sequence[Any], Sequence[Any], Any, Any], Any]:
    """Return the cost as a function of (biases, weights, X, Y), for numbers and for the tape."""
    sigma, cost = ACTIVATIONS[network.activation_name].function, COSTS[network.cost_name]
    of_z = cost.of_z or (lambda z, Y: cost.function(sigma(z), Y))
    return lambda biases, weights, X, Y: of_z(weighted_inputs(biases, weights, X, sigma), Y)


#: What ``SGD(..., gradient=name)`` may name.
GRADIENTS: dict[str, Callable[["Network", Array, Array], Gradient]] = {
    "jit": compiled,
    "autodiff": autodiff,
    "backprop": backprop_loop,
    "matrix": backprop_matrix,
}
