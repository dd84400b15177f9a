"""The gradient and the whole training step of a network, compiled by `autograd_mini.jit` to straight-line NumPy.

Only the forward pass is written here, as for the tape; what runs is the backprop that jit writes from it.
"""

import functools
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from autograd_mini import jit, value_and_grad
from nn import arguments
from nn.arguments import Array

if TYPE_CHECKING:
    from nn.network import Network


def compiled(network: "Network", X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
    """Return the gradient of the cost of a mini-batch, by the program that `jit` writes for this shape of network.

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
    """
    arguments.parameters("compiled", network)
    X, Y = arguments.matrices("compiled", network, X, Y)
    gradient, _ = programs(network.activation_name, network.cost_name)
    _, (nabla_b, nabla_w) = gradient(network.biases, network.weights, X, Y)
    return nabla_b, nabla_w


@functools.cache
def programs(activation_name: str, cost_name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return the compiled ``value_and_grad`` of the cost, and the compiled step of gradient descent.

    The step is ``(biases, weights, X, Y, eta) -> (biases, weights)``: p → p − η ∂C/∂p, Nielsen's equations (20) and (21).
    It writes over the biases and weights that it is given.
    """
    from nn.backprop import cost_of  # noqa: PLC0415  backprop's table names this module's function

    cost = cost_of(SimpleNamespace(activation_name=activation_name, cost_name=cost_name))
    gradient = value_and_grad(cost, argnums=(0, 1))

    def step(biases: Sequence[Any], weights: Sequence[Any], X: Any, Y: Any, eta: float) -> tuple[list[Any], list[Any]]:
        _, (nabla_b, nabla_w) = gradient(biases, weights, X, Y)
        biases = [b - eta * nb for b, nb in zip(biases, nabla_b, strict=True)]
        weights = [W - eta * nw for W, nw in zip(weights, nabla_w, strict=True)]
        return biases, weights

    return jit(gradient), jit(step, donate_argnums=(0, 1))
