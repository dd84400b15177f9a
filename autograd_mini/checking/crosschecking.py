"""crosscheck: a gradient derived by hand against the tape's, and both against central differences.

Three computations of one gradient. The person's and the tape's are compared entry by entry in the parameters' dtype; the
tape's is compared with central differences in double precision, so that a fault of the tape would not be blamed on the
person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import tree
from ..errors import GradientMismatch
from ..transforms import value_and_grad
from .batch import axes_of_examples
from .crosscheck_report import Crosscheck
from .differences import Array
from .given import WHO, Function, Given, matched
from .referee import Referee
from .remarks import size_of
from .sharing import shared_memory
from .table import Table, numbers

REPEATED = 1e-6  # two calls with the same arguments may differ by that: sums are not always taken in one order


def crosscheck(
    cost: Function,
    params: Any,
    analytic: Any,
    *,
    examples: Any = None,
    names: Sequence[str] | None = None,
    axis: int | None = None,
    seed: int = 0,
) -> Crosscheck:
    """Compare a gradient derived by hand with the tape's, and the tape's with central differences.

    Parameters
    ----------
    cost : callable
        ``cost(*params)``, or with examples ``cost(*params, *examples)``: NumPy code that returns one number.
    params : nested arrays
        The parameters, floating point. A tuple or list holds the arguments of `cost`, each a number, an array, or lists,
        tuples and dicts of them; anything else is its only argument.
    analytic : nested arrays or callable
        The gradients derived by hand, nested like `params`; or the function that computes them, called as `cost` is.
    examples : tuple of arrays, optional
        ``(X, Y)``, on which `cost` and `analytic` depend too. With them a report can say "the last example only", and
        what is m.
    names : sequence of str, optional
        What reports call the arguments of `cost`, or their arrays; by default ``params[0]['w']``.
    axis : int, optional
        The axis that counts the examples. By default the last (columns are examples) or the first, whichever all examples
        agree in; if both, both are tried.
    seed : int
        Of the random directions that stand for the entries of more than 5,000 parameters.

    Returns
    -------
    Crosscheck
        True when the gradient is right; printed, it is the report.

    Raises
    ------
    TypeError, ValueError
        When there is nothing to compare: a cost that is not one finite number, is random, or writes into its arguments;
        parameters that are not finite floating-point numbers; gradients that are not nested like the parameters. The
        person's own functions raise what they raise.

    Notes
    -----
    An entry is wrong when |yours − tape| > 64 ε · max(1, max|params|) · (|C| + max|g|), with g the tape's gradient of that
    array and ε that of the parameters' dtype. The first term is the rounding of the cost itself, and a gradient below it is
    noise: "too small to judge". At a kink of the cost any number between the one-sided slopes is right. Where a cost cancels
    on the way, such as the cross-entropy of a sure answer, or a fit that is nearly exact, more is rounding: the effect of
    the roundings of all values on the way to C, read off the graph, and what moving parameters and examples by one unit in
    the last place does to the gradient. That is looked at only where the formula finds an entry wrong.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd_mini import crosscheck
    >>> cost = lambda w, b: np.sum(np.tanh(w @ np.array([1.0, 2.0]) + b))
    >>> slope = lambda w, b: 1 - np.tanh(w @ np.array([1.0, 2.0]) + b) ** 2
    >>> by_hand = lambda w, b: (np.outer(slope(w, b), [1.0, 2.0]), slope(w, b))
    >>> bool(crosscheck(cost, (np.ones((3, 2)), np.zeros(3)), by_hand))
    True
    """
    with np.errstate(all="ignore"):
        given = Given(cost, params, examples, names)
        axes = axes_of_examples(given, axis)
        value = _cost_value(given)
        tape = _tape(given, value)
        gradients, complaints, shared = _by_hand(given, analytic, value)
        referee = Referee(given.closed, given.params, given.labels)
        table = Table(given, value, tape, gradients, axes, referee)
        table.remark(shared)
        opinions = referee.opinions(table.worst(), np.random.default_rng(seed))
        return Crosscheck(tuple(table.rows), value, tuple(complaints), opinions)


def assert_gradients_match(
    cost: Function,
    params: Any,
    analytic: Any,
    *,
    examples: Any = None,
    names: Sequence[str] | None = None,
    axis: int | None = None,
    seed: int = 0,
) -> None:
    """Raise unless a gradient derived by hand is right: `crosscheck` for tests, with the same arguments.

    Raises
    ------
    GradientMismatch
        An AssertionError; its message is the report.
    TypeError, ValueError
        As `crosscheck` does.
    """
    __tracebackhide__ = True  # pytest then shows the line of the test, not this one
    report = crosscheck(cost, params, analytic, examples=examples, names=names, axis=axis, seed=seed)
    if not report:
        raise GradientMismatch(str(report))


def _cost_value(given: Given) -> float:
    """C, after a look at whether it is a cost."""
    results = []
    for _ in range(2):
        y, changed, _ = given.call(given.cost, "cost")
        if changed:
            raise ValueError(
                f"{WHO}: cost writes into {changed[0]}, the caller's data (x += 1 does, on an array). Write x = x + 1."
            )
        results.append(_number(y))
    first, second = results
    if not given.same(first, second):
        raise ValueError(
            f"{WHO}: cost is random: it was {first:.6g}, then {second:.6g} with the same arguments. Make its random "
            "generator inside cost, from a fixed seed."
        )
    return first


def _number(y: Any) -> float:
    if isinstance(y, (list, tuple, dict)):
        raise TypeError(f"{WHO}: cost returned a {type(y).__name__} of {len(y)}; a cost is one number.")
    array = np.asarray(y)
    if array.dtype.kind not in "f":
        raise TypeError(f"{WHO}: cost returned {array.dtype}; a cost is one real floating-point number.")
    if array.size != 1:
        raise ValueError(f"{WHO}: cost returned shape {array.shape}; a cost is one number. Sum it, or take its mean.")
    value = float(array.reshape(()))
    if not np.isfinite(value):
        raise ValueError(f"{WHO}: cost is {value} at this point. Choose other parameters.")
    return value


def _tape(given: Given, value: float) -> list[Array]:
    """The tape's gradients, one for each array."""
    try:
        on_tensors, gradients = value_and_grad(given.cost, argnums=tuple(range(len(given.params))))(
            *given.params, *given.copies()[len(given.params) :]
        )
    except Exception as error:
        error.add_note(
            f"{WHO}: cost runs on arrays; this comes from differentiating it, on Tensors. It has to be NumPy code that "
            "autograd_mini can follow: np.exp for math.exp, no float(…), no x[i] = v."
        )
        raise
    if not given.same(_number(on_tensors), value):
        raise ValueError(
            f"{WHO}: cost computes something else on Tensors than on arrays: {_number(on_tensors):.6g} and {value:.6g}."
        )
    return [np.asarray(leaf) for leaf in tree.leaves(gradients)]


def _by_hand(given: Given, analytic: Any, value: float) -> tuple[list[Any], list[str], list[list[str]]]:
    """The person's gradients, what is wrong with the function that computes them, and which of them share memory."""
    if not callable(analytic):
        gradients = matched(given, analytic, value)
        return gradients, [], shared_memory(given.labels, gradients, given.originals)
    result, changed, args = given.call(analytic, "analytic")
    gradients = matched(given, result, value)
    shared = shared_memory(given.labels, gradients, args)
    gradients = [np.array(g) if isinstance(g, np.ndarray) else g for g in gradients]  # a second call may overwrite them
    complaints = [
        f"analytic writes into {', '.join(changed)}, which it is given: a -= b does; a = a - b does not"
    ] * bool(changed)
    again = matched(given, given.call(analytic, "analytic")[0], value)
    return gradients, complaints + _not_repeated(gradients, again), shared


def _not_repeated(first: list[Any], again: list[Any]) -> list[str]:
    """Whether a second call with the same arguments gave other gradients."""
    pairs = [(a, b) for a, b in zip(map(numbers, first), map(numbers, again), strict=True) if a is not None]

    def times(factor: int) -> bool:
        return all(
            b is not None and b.shape == a.shape and size_of(b - factor * a) <= REPEATED * size_of(a) for a, b in pairs
        )

    if times(1):
        return []
    what = "twice the first: gradients are added up and not reset between calls" if times(2) else "not the first ones"
    return [f"analytic, called again with the same arguments, gives other gradients, {what}"]
