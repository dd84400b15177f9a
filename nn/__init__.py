"""The sigmoid multi-layer perceptron of Nielsen's book, on `autograd_mini`.

>>> from nn import Network, load_digits
>>> training_data, test_data = load_digits()
>>> network = Network([64, 30, 10], rng=0)
>>> network.SGD(training_data, 1, 10, 3.0, test_data)  # doctest: +SKIP
Epoch 0: 248 / 360

In reading order: `activations`, `costs`, `network`, `backprop` (the gradient by hand, twice, and by the tape),
`training`, `data`, `drawing`, `stable` (logsumexp, softmax, softplus); `arguments` and `batches` hold what is said about
bad input and bring data into matrices; `checking` finds the mistake in a person's own backprop, and `check` is its command.
"""

from nn.activations import ACTIVATIONS, Activation, relu, relu_prime, sigmoid, sigmoid_prime, tanh, tanh_prime
from nn.backprop import GRADIENTS, autodiff, backprop_loop, backprop_matrix
from nn.checking import BackpropReport, assert_backprop, check_backprop
from nn.costs import COSTS, Cost, binary_cross_entropy, cross_entropy, mean_squared_error, quadratic
from nn.data import fetch_mnist, load_digits, load_mnist_idx, one_hot, read_idx, split, vectorized_result
from nn.drawing import cost_graph
from nn.network import Network
from nn.stable import logsumexp, softmax, softplus

__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "GRADIENTS",
    "Activation",
    "BackpropReport",
    "Cost",
    "Network",
    "assert_backprop",
    "autodiff",
    "backprop_loop",
    "backprop_matrix",
    "binary_cross_entropy",
    "check_backprop",
    "cost_graph",
    "cross_entropy",
    "fetch_mnist",
    "load_digits",
    "load_mnist_idx",
    "logsumexp",
    "mean_squared_error",
    "one_hot",
    "quadratic",
    "read_idx",
    "relu",
    "relu_prime",
    "sigmoid",
    "sigmoid_prime",
    "softmax",
    "softplus",
    "split",
    "tanh",
    "tanh_prime",
    "vectorized_result",
]
