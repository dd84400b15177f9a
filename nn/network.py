"""The network of Nielsen's book: layers of sigmoid neurons, trained by stochastic gradient descent."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_mini import ShapeError, Tensor
from nn import arguments, backprop, training
from nn.activations import ACTIVATIONS
from nn.arguments import Array
from nn.batches import test_matrices
from nn.costs import COSTS


class Network:
    """A fully connected feedforward network, with the interface of the book's ``network.Network``.

    Layer l computes zˡ = Wˡ aˡ⁻¹ + bˡ and aˡ = σ(zˡ), equation (1) of the essay. Columns are examples.

    Parameters
    ----------
    sizes : list of int
        Neurons per layer, input first: ``[784, 30, 10]``.
    rng : None, int or numpy.random.Generator, optional
        Where initial parameters and shuffles come from. A seed makes both reproducible; None draws fresh entropy.
    activation : {"sigmoid", "tanh", "relu"}
        σ, the same in every layer; a cross-entropy sets the last one.
    cost : {"quadratic", "mean_squared_error", "cross_entropy", "binary_cross_entropy"}
        What training minimises; see `nn.costs`. With ``"cross_entropy"`` the last layer is a softmax, with
        ``"binary_cross_entropy"`` a sigmoid.
    dtype : dtype, optional
        Of weights and biases, float64 or float32. Data are converted to it.

    Attributes
    ----------
    num_layers : int
        ``len(sizes)``; the input counts as a layer.
    sizes : list of int
        As given.
    biases, weights : lists of arrays
        For each layer but the input, b of shape (n_out, 1) and W of shape (n_out, n_in): plain arrays, at first
        independent standard normal. They may be assigned; training replaces them and never writes into one.
    rng : numpy.random.Generator
        The source of the shuffles.
    activation_name, cost_name : str
        As given.

    Raises
    ------
    TypeError, ValueError
        If `sizes` are not at least two positive integers, or a name is unknown.

    Examples
    --------
    >>> from nn import Network, load_digits
    >>> training_data, test_data = load_digits()
    >>> network = Network([64, 30, 10], rng=0)
    >>> right = network.SGD(training_data, epochs=30, mini_batch_size=10, eta=3.0, test_data=test_data, verbose=False)
    >>> right[-1] > 340  # of 360
    True
    """

    def __init__(
        self,
        sizes: Sequence[int],
        rng: int | np.random.Generator | None = None,
        *,
        activation: str = "sigmoid",
        cost: str = "quadratic",
        dtype: DTypeLike = np.float64,
    ) -> None:
        self.sizes = arguments.layer_sizes("Network", sizes)
        self.num_layers = len(self.sizes)
        arguments.chosen(ACTIVATIONS, "Network", "activation", activation)
        arguments.chosen(COSTS, "Network", "cost", cost)
        self.activation_name, self.cost_name = activation, cost
        kept = arguments.floating_dtype("Network", dtype)
        self.rng = arguments.random_generator("Network", rng)
        # Drawn in float64 and rounded, so that one seed gives the same network in either precision.
        self.biases: list[Array] = [self.rng.standard_normal((n, 1)).astype(kept) for n in self.sizes[1:]]
        self.weights: list[Array] = [
            self.rng.standard_normal((n_out, n_in)).astype(kept)
            for n_in, n_out in zip(self.sizes[:-1], self.sizes[1:], strict=True)
        ]

    def __repr__(self) -> str:
        return (
            f"Network({self.sizes}, activation={self.activation_name!r}, cost={self.cost_name!r}, dtype={self.dtype})"
        )

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the parameters, to which data are converted."""
        return self.weights[0].dtype

    def feedforward(self, a: Any) -> Any:
        """Return the output of the network for the input `a`.

        Parameters
        ----------
        a : array or Tensor, (n_in, m)
            One column per example; (n_in, 1) for one.

        Returns
        -------
        array or Tensor, (n_out, m)
            A Tensor when `a` is one.

        Raises
        ------
        ShapeError, TypeError
            If `a` does not fit the network or does not hold floating-point numbers.

        Notes
        -----
        The essay's equation (1); Nielsen, chapter 1, equation (22).
        """
        arguments.parameters("feedforward", self)
        if not isinstance(a, Tensor):
            a = arguments.columns("feedforward", "a", a, self.sizes[0], self.dtype)
        elif a.ndim != 2 or a.shape[0] != self.sizes[0]:
            raise ShapeError(
                f"feedforward: a has shape {a.shape}, expected ({self.sizes[0]}, m). {arguments.TRANSPOSE}"
            )
        z = backprop.weighted_inputs(self.biases, self.weights, a, ACTIVATIONS[self.activation_name].function)
        return backprop.layer_functions(self)[-1](z)

    def cost(self, X: Array, Y: Array) -> float:
        """Return the network's cost on the inputs X, (n_in, m), and desired outputs Y, (n_out, m), averaged over m.

        Raises
        ------
        ShapeError, TypeError, ValueError
            If `X` or `Y` does not fit the network or each other, holds no floating-point numbers, or no example.
        """
        arguments.parameters("cost", self)
        X, Y = arguments.matrices("cost", self, X, Y)
        return float(backprop.cost_of(self)(self.biases, self.weights, X, Y))

    def cost_derivative(self, output_activations: Any, y: Any) -> Any:
        """Return ∂C_x/∂a for the output activations, (n_out, m): for the quadratic cost, a − y.

        BP1 of ``backprop`` starts here, except with a cross-entropy, where ∂C/∂z is simpler than ∂C/∂a.
        """
        return COSTS[self.cost_name].derivative(output_activations, y)

    def backprop(self, x: Array, y: Array) -> backprop.Gradient:
        """Return ``(nabla_b, nabla_w)``, the hand-derived gradient of C_x for one example; see `nn.backprop`.

        Parameters
        ----------
        x : array, (n_in, 1)
            The input.
        y : array, (n_out, 1)
            The desired output.

        Returns
        -------
        nabla_b, nabla_w : lists of arrays
            Shaped like ``biases`` and ``weights``.

        Raises
        ------
        ShapeError, TypeError
            If `x` or `y` does not fit the network or does not hold floating-point numbers.

        Notes
        -----
        Nielsen, chapter 2, equations BP1 to BP4. A subclass may derive its own; ``gradient="backprop"`` uses it.
        """
        return backprop.backprop(self, x, y)

    def update_mini_batch(self, mini_batch: object, eta: float, *, gradient: str = "jit") -> None:
        """Take one step of gradient descent: p → p − η ∂C/∂p, the gradient averaged over the mini-batch.

        Parameters
        ----------
        mini_batch : list of pairs (x, y), or tuple (X, Y)
            Columns x (n_in, 1) and y (n_out, 1), or matrices with one column per example.
        eta : float
            The learning rate η, finite and not negative.
        gradient : {"jit", "autodiff", "backprop", "matrix"}
            Who computes the gradient: the tape compiled to straight-line NumPy, the tape itself, the hand-derived backprop
            per example, or in matrices.

        Raises
        ------
        ShapeError, TypeError, ValueError
            If an argument does not fit.
        FloatingPointError
            If a parameter would become nan or inf; the message says why, the network stays as it was.

        Notes
        -----
        Nielsen, chapter 1, equations (20) and (21).
        """
        training.step(self, mini_batch, eta, gradient=gradient)

    def SGD(  # noqa: N802  the book's name
        self,
        training_data: object,
        epochs: int,
        mini_batch_size: int,
        eta: float,
        test_data: object = None,
        *,
        gradient: str = "jit",
        verbose: bool = True,
    ) -> list[int]:
        """Train by stochastic gradient descent: each epoch shuffles, cuts into mini-batches and steps once for each.

        Parameters
        ----------
        training_data : list of pairs (x, y), or tuple (X, Y)
            Columns x (n_in, 1) and y (n_out, 1), or matrices with one column per example.
        epochs : int
            How often to go through the training data.
        mini_batch_size : int
            Examples per step; the last mini-batch of an epoch may be smaller, and is averaged over its own size.
        eta : float
            The learning rate η.
        test_data : list of pairs (x, label), or tuple (X, labels), optional
            Evaluated after every epoch. One-hot columns will do for labels.
        gradient : {"jit", "autodiff", "backprop", "matrix"}
            Who computes the gradient: the tape compiled to straight-line NumPy, the tape itself, the hand-derived backprop
            per example, or in matrices. From one seed
            all see the same mini-batches.
        verbose : bool
            Whether to print the book's line per epoch, ``Epoch 0: 9129 / 10000``, and to show a progress bar where tqdm
            is installed and the output is a terminal.

        Returns
        -------
        list of int
            The number right after each epoch; empty without `test_data`.

        Raises
        ------
        ShapeError, TypeError, ValueError
            If an argument does not fit; nothing has happened to the network then.
        FloatingPointError
            If a parameter would become nan or inf, as with nan in the data; the message names epoch, mini-batch and
            cause, and the network keeps the parameters from before that mini-batch.

        Notes
        -----
        Nielsen, chapter 1, section "Learning with gradient descent". One published program steps once per example
        inside a mini-batch; the equations, and we, step once per mini-batch.

        With ``gradient="jit"`` the network gets its new parameters every hundred mini-batches and at the end of each epoch:
        who interrupts the training finds those.
        """
        return training.sgd(
            self, training_data, epochs, mini_batch_size, eta, test_data=test_data, gradient=gradient, verbose=verbose
        )

    def evaluate(self, test_data: object) -> int:
        """Return for how many examples the most active output is the right one.

        Parameters
        ----------
        test_data : list of pairs (x, label), or tuple (X, labels)
            Labels are integers 0 … n_out − 1; one-hot columns will do.

        Raises
        ------
        ShapeError, TypeError, ValueError
            If the data do not fit, a label is out of range, or an input is nan.
        """
        arguments.parameters("evaluate", self)
        X, labels = test_matrices("evaluate", "test_data", self, test_data)
        return int(np.sum(np.argmax(self.feedforward(X), axis=0) == labels))
