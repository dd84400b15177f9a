"""Stochastic gradient descent: shuffle, cut into mini-batches, one step for each.

Nielsen, chapter 1, equations (20) and (21): w → w − (η/m) Σ ∂C_x/∂w and the same for b, once per mini-batch.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from autograd_mini import ShapeError
from nn import arguments
from nn.arguments import Array
from nn.backprop import GRADIENTS, Gradient
from nn.batches import test_matrices, training_matrices
from nn.compiled import programs

if TYPE_CHECKING:
    from nn.network import Network

CHECKED_EVERY = 100  # mini-batches


def sgd(
    network: "Network",
    training_data: object,
    epochs: int,
    mini_batch_size: int,
    eta: float,
    *,
    test_data: object,
    gradient: str,
    verbose: bool,
) -> list[int]:
    """Train the network in place; see ``Network.SGD``, whose work this is."""
    # Everything is checked before the first random number is drawn, so a mistake leaves the network as it was.
    arguments.chosen(GRADIENTS, "SGD", "gradient", gradient)
    epochs = arguments.positive_int("SGD", "epochs", epochs)
    mini_batch_size = arguments.positive_int("SGD", "mini_batch_size", mini_batch_size)
    eta = arguments.learning_rate("SGD", eta)
    arguments.parameters("SGD", network)
    X, Y = training_matrices("SGD", "training_data", network, training_data)
    test = None if test_data is None else test_matrices("SGD", "test_data", network, test_data)

    trainer = Trainer(network, X, Y, eta, gradient)
    right = []
    for epoch in range(epochs):
        shuffled = network.rng.permutation(X.shape[1])
        batches = [shuffled[k : k + mini_batch_size] for k in range(0, len(shuffled), mini_batch_size)]
        for number, batch in enumerate(_with_bar(batches, epoch, verbose)):
            trainer.step(epoch, number, batch)
        trainer.check()
        if test is not None:
            right.append(network.evaluate(test))
        if verbose:
            result = f": {right[-1]} / {test[1].size}" if test is not None else " complete"
            print(f"Epoch {epoch}{result}", flush=True)  # noqa: T201  the book's line
    return right


def _with_bar(batches: list[Array], epoch: int, verbose: bool) -> Iterable[Array]:
    if not verbose:
        return batches
    try:
        from tqdm import tqdm  # noqa: PLC0415  an extra, which training does not need
    except ImportError:
        return batches
    # disable=None: no bar where the output is not a terminal. leave=False: the book's line takes its place.
    return tqdm(batches, desc=f"Epoch {epoch}", unit="mini-batch", leave=False, disable=None)


class Trainer:
    """Takes one step after the other, compiled where nothing of the network's own stands in between.

    Compiled steps write over parameters of their own, a hundred steps long. If all are finite then, which nothing is again
    that was not once, the network gets them; else these steps are taken again on the network itself, each with every check,
    which says what is the matter and where. Whatever interrupts, the network holds parameters that belong together.
    """

    def __init__(self, network: "Network", X: Array, Y: Array, eta: float, gradient: str) -> None:
        from nn.network import Network  # noqa: PLC0415  which imports this module

        self.network = network
        self.X, self.Y = X, Y
        self.eta = eta
        self.gradient = gradient
        plain = gradient == "jit" and _is_plain(network, Network)
        self._compiled = programs(network.activation_name, network.cost_name)[1] if plain else None
        self._parameters: tuple[list[Array], list[Array]] = [], []
        self._since: list[tuple[int, int, Array]] = []

    def step(self, epoch: int, number: int, batch: Array) -> None:
        """Take the step of a mini-batch, the examples `batch`; its `epoch` and `number` are for messages."""
        if self._compiled is None:
            self._checked(epoch, number, batch)
            return
        if not self._since:
            self._parameters = [b.copy() for b in self.network.biases], [W.copy() for W in self.network.weights]
        self._parameters = self._compiled(*self._parameters, *self._mini_batch(batch), self.eta)
        self._since.append((epoch, number, batch))
        if len(self._since) == CHECKED_EVERY:
            self.check()

    def check(self) -> None:
        """Give the network its new parameters.

        Raises
        ------
        FloatingPointError
            If they are not finite; the network then has those from before the step that is to blame.
        """
        since, self._since = self._since, []
        biases, weights = self._parameters
        if all(np.isfinite(p).all() for p in (*biases, *weights)):
            if since:
                self.network.biases, self.network.weights = biases, weights
            return
        for place in since:
            self._checked(*place)

    def _mini_batch(self, batch: Array) -> tuple[Array, Array]:
        # Rows of the transpose are gathered: examples lie in memory one after the other.
        return self.X.T[batch].T, self.Y.T[batch].T

    def _checked(self, epoch: int, number: int, batch: Array) -> None:
        mini_batch = self._mini_batch(batch)
        try:
            self.network.update_mini_batch(mini_batch, self.eta, gradient=self.gradient)
        except FloatingPointError as error:
            raise FloatingPointError(_placed(error, epoch, number, batch, mini_batch)) from None


def _is_plain(network: "Network", plain: "type[Network]") -> bool:
    """Whether a step of the network is one of a `plain` one: nothing of its own stands in between."""
    kind = type(network)
    asked = any(hasattr(kind, name) for name in ("biases", "weights")) or kind.__setattr__ is not object.__setattr__
    return kind.update_mini_batch is plain.update_mini_batch and "update_mini_batch" not in vars(network) and not asked


def _placed(error: Exception, epoch: int, number: int, batch: Array, mini_batch: tuple[Array, Array]) -> str:
    cause = str(error).removeprefix("update_mini_batch: ")
    place = f"SGD, epoch {epoch}, mini-batch {number} (both counted from 0): {cause}"
    culprit = _unusable_example(*mini_batch)
    return place if culprit is None else f"{place} That example is number {batch[culprit]} of training_data."


def step(network: "Network", mini_batch: object, eta: float, *, gradient: str) -> None:
    """Take one step; see ``Network.update_mini_batch``, whose work this is."""
    gradient_of = arguments.chosen(GRADIENTS, "update_mini_batch", "gradient", gradient)
    eta = arguments.learning_rate("update_mini_batch", eta)
    arguments.parameters("update_mini_batch", network)
    X, Y = training_matrices("update_mini_batch", "mini_batch", network, mini_batch)
    with np.errstate(over="ignore", invalid="ignore"):  # judged by its outcome below, in words
        nablas = gradient_of(network, X, Y)
        biases = [b - eta * nb for b, nb in zip(network.biases, nablas[0], strict=True)]
        weights = [W - eta * nw for W, nw in zip(network.weights, nablas[1], strict=True)]
    for old, new in zip(network.biases + network.weights, biases + weights, strict=True):
        if old.shape != new.shape:  # a subclass's own backprop may return anything
            raise ShapeError(
                f"update_mini_batch: a parameter of shape {old.shape} got a gradient that does not fit: the step would "
                f"give it shape {new.shape}"
            )
    if not all(np.isfinite(p).all() for p in biases + weights):
        raise FloatingPointError("update_mini_batch: " + _breakdown(network, X, Y, nablas))
    network.biases, network.weights = biases, weights


def _breakdown(network: "Network", X: Array, Y: Array, nablas: Gradient) -> str:
    """Return why a step would make parameters nan or inf, looking along the way the numbers went."""
    kept = "The network keeps the parameters it had before this mini-batch."
    with np.errstate(all="ignore"):
        cost = network.cost(X, Y)
    culprit = _unusable_example(X, Y)
    if culprit is not None:
        side, data = ("x", X) if not np.isfinite(X[:, culprit]).all() else ("y", Y)
        row = int(np.argmin(np.isfinite(data[:, culprit])))
        what = f"the cost became {cost}" if not np.isfinite(cost) else f"the gradient became nan (the cost is {cost})"
        return f"{what}: example {culprit} of the mini-batch has {data[row, culprit]} in row {row} of {side}. {kept}"
    for name, values in (("biases", network.biases), ("weights", network.weights)):
        for k, value in enumerate(values):
            if not np.isfinite(value).all():
                return f"the cost became {cost}: {name}[{k}] held nan or inf before the step. {kept}"
    for name, values in (("biases", nablas[0]), ("weights", nablas[1])):
        for k, value in enumerate(values):
            if not np.isfinite(value).all():
                return f"the gradient of {name}[{k}] became nan or inf; the cost is {cost}. Try a smaller eta. {kept}"
    return f"the step η ∂C/∂w overflowed although the gradient is finite: try a smaller eta. {kept}"


def _unusable_example(X: Array, Y: Array) -> int | None:
    """Return the first column in which X or Y holds nan or inf, if there is one."""
    usable = np.isfinite(X).all(axis=0) & np.isfinite(Y).all(axis=0)
    return None if usable.all() else int(np.argmin(usable))
