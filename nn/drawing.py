"""A network's cost as a graph that `autograd_mini.draw` shows in the book's words."""

from typing import TYPE_CHECKING, Any

from autograd_mini import Tensor
from nn import arguments, backprop
from nn.arguments import Array
from nn.costs import COSTS

if TYPE_CHECKING:
    from nn.network import Network

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def cost_graph(network: "Network", X: Array, Y: Array) -> tuple[Tensor, dict[str, list[Tensor]]]:
    """Return the cost C of a mini-batch as a Tensor, and what `draw` is to be told of the layers it went through.

    Every layer's Wˡ, bˡ, zˡ = Wˡ aˡ⁻¹ + bˡ and aˡ = σ(zˡ) are named Tensors; X and Y are constants. With a cross-entropy,
    which is computed from the weighted inputs, the last layer ends with zᴸ.

    Parameters
    ----------
    network : Network
        Unchanged by the call; its parameters are copied.
    X : array, (n_in, m)
        The inputs, one column per example.
    Y : array, (n_out, m)
        The desired outputs.

    Returns
    -------
    C : Tensor of shape ()
        The cost.
    layers : dict of str to list of Tensors
        ``"layer 1  Linear(784 → 30) + sigmoid   23,550 parameters"`` and so on, each with its Tensors.

    Raises
    ------
    ShapeError, TypeError, ValueError
        If `X` or `Y` does not fit the network or each other, holds no floating-point numbers, or no example.

    Examples
    --------
    >>> from autograd_mini import draw
    >>> from nn import Network, cost_graph, load_digits
    >>> (X, Y), _ = load_digits()
    >>> C, layers = cost_graph(Network([64, 30, 10], rng=0), X[:, :10], Y[:, :10])
    >>> draw(C, mode="reverse", names={"x": X[:, :10], "y": Y[:, :10]}, layers=layers)
    <Drawing of C = ‖a² − y‖² / 20: 11 boxes, 10 arrows, reverse>
    """
    arguments.parameters("cost_graph", network)
    X, Y = arguments.matrices("cost_graph", network, X, Y)
    cost = COSTS[network.cost_name]
    layers: dict[str, list[Tensor]] = {}
    a: Any = X
    functions = backprop.layer_functions(network)
    for l, (weights, biases, sigma) in enumerate(zip(network.weights, network.biases, functions, strict=True), start=1):
        W, b = _named("W", l, Tensor(weights)), _named("b", l, Tensor(biases))
        z = _named("z", l, W @ a + b)
        label, tensors = f"Linear({W.shape[1]} → {W.shape[0]})", [W, b, z]
        if l < len(functions) or cost.of_z is None:
            a = _named("a", l, sigma(z))
            label, tensors = f"{label} + {network.activation_name}", [*tensors, a]
        layers[f"layer {l}  {label}   {W.size + b.size:,} parameters"] = tensors
    C: Tensor = cost.of_z(z, Y) if cost.of_z else cost.function(a, Y)
    C.name = "C"
    return C, layers


def _named(letter: str, l: int, tensor: Any) -> Any:
    """The Tensor with its layer in its name: W¹."""
    tensor.name = letter + str(l).translate(_SUPERSCRIPTS)
    return tensor
