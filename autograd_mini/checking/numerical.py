"""check_gradients: derivatives of any NumPy function against differences of its values, with an error bar.

The function is looked at in real coordinates: the entries of its arguments and results, of complex ones the real and the
imaginary part. Few inputs: every entry of the Jacobian. Many: random directions, one group of arguments after the other;
if one shows a fault, halving the direction finds an entry that is to blame. The second derivatives of f are the first ones
of its gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import GradientMismatch
from .differences import BARS, EDGE, INFINITE, JUMP, KINK, SMOOTH, UNSEEN, Array, Slopes, slopes
from .problem import Direction, Problem, away_from_zero, gradient_problem, problem_of
from .report import Comparison, Fault, Report

Function = Callable[..., Any]

MODES = ("forward", "reverse")
FULL = {"first": 100, "second": 30}  # with more inputs than that, random directions stand for all of them
ROWS = 100  # with more outputs than that, random combinations of them are swept back
OUTPUTS = 2000  # with more than that, such combinations stand for them altogether
DIRECTIONS = 2  # for every group of arguments; and as many combinations of outputs
GROUPS = 16
NEARBY = 4  # points at which a wrong derivative is looked at again, lest it be only rounding


def check_gradients(
    f: Function,
    *args: Any,
    order: int = 2,
    modes: str | Sequence[str] = MODES,
    argnums: int | Sequence[int] | None = None,
    seed: int = 0,
) -> Report:
    """Compare the derivatives of f at a point with extrapolated central differences of its values.

    Parameters
    ----------
    f : callable
        Any NumPy function: of numbers, arrays, and lists, tuples and dicts of them; its result may be nested too. It is
        called with Tensors, and with arrays of float64 or complex128 at points around the given one.
    *args
        The point. Arrays of float32 are checked at the precision of float32.
    order : {2, 1}
        Check second derivatives too (those of Σ w·f with random weights w, if f has several results), or only first ones.
    modes : sequence of {"forward", "reverse"}
        The sweeps to check; for second derivatives forward over reverse, and reverse over reverse.
    argnums : int or sequence of int, optional
        The arguments to differentiate; by default all.
    seed : int
        Of the random directions that stand for the entries of large arguments.

    Returns
    -------
    Report
        Always true. Printed, it says what was compared, and where f has a kink or could not be judged.

    Raises
    ------
    GradientMismatch
        When a derivative is off by more than ten error bars of the differences, plus the rounding of its dtype. The message
        names the argument, the entry, the mode, the two values and the bar.
    ValueError
        When there is nothing to compare: f is not finite at the point, gives another value each time, or writes into its
        arguments.
    TypeError
        When f, an argument or a result is not of a kind that has derivatives.

    Notes
    -----
    Differences begin at h = 0.1·min(1, |x|) and are halved; see W. H. Press et al., *Numerical Recipes*, section 5.7, and
    C. Ridders, Advances in Engineering Software 4 (1982) 75. At a kink, where the slopes to either side differ, any
    derivative between the two is right.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd_mini import check_gradients
    >>> check_gradients(lambda x: np.sum(np.sin(x) * x), np.array([1.0, 2.0]))
    check_gradients: all right. Compared 2 first and 4 second derivatives, forward and reverse.
    """
    if not callable(f):
        raise TypeError(
            f"check_gradients: the first argument is a function, not {type(f).__name__}: check_gradients(f, x), not "
            "check_gradients(f(x))."
        )
    modes = _checked_options(order, modes)
    with np.errstate(all="ignore"):
        rng = np.random.default_rng(seed)
        problem = problem_of(f, args, argnums)
        first = _compare(problem, "first", modes, rng)
        _raise_if_wrong([first], problem, rng)
        if order == 1:
            return Report([first])
        try:
            problem = gradient_problem(problem, rng)
            second = _compare(problem, "second", modes, rng)
        except Exception as error:
            error.add_note("First derivatives are right. This is about second ones, which order=1 leaves out.")
            raise
        _raise_if_wrong([first, second], problem, rng)
        return Report([first, second])


def _raise_if_wrong(comparisons: list[Comparison], problem: Problem, rng: np.random.Generator) -> None:
    """Raise unless all is right, having looked whether it is at a point close by."""
    last = comparisons[-1]
    if last.faults:
        nearby = problem.moved(1e-3, 1e-3, rng)
        if nearby and np.isfinite(nearby.y).all():
            last.only_here = not _compare(nearby, last.order, last.modes, rng).faults
        raise GradientMismatch(str(Report(comparisons)))


def _checked_options(order: Any, modes: Any) -> tuple[str, ...]:
    if isinstance(order, bool) or order not in (1, 2):
        raise ValueError(f"check_gradients: order={order!r}; the choices are 1 and 2. For higher ones, check grad(f).")
    chosen = (modes,) if isinstance(modes, str) else tuple(modes)
    for mode in chosen:
        if mode not in MODES:
            raise ValueError(f'check_gradients: mode {mode!r} is not known; the choices are "forward" and "reverse".')
    if not chosen:
        raise ValueError('check_gradients: modes is empty. Give "forward", "reverse" or both.')
    return chosen


def along(problem: Problem, i: int) -> Direction:
    """The direction of one coordinate."""
    return Direction(problem, np.array([i]), np.ones(1), float(problem.sizes[i]), float(problem.x[i]))


def _across(problem: Problem, entries: Array, steps: Array) -> Direction:
    """A random direction: every entry takes a step of its own size."""
    return along(problem, int(entries[0])) if len(entries) == 1 else Direction(problem, entries, steps, 1.0)


def directions(problem: Problem, order: str, rng: np.random.Generator) -> list[Direction]:
    """All coordinates where they are few, else random directions within each leaf, or within groups of leaves."""
    n, ends = problem.inputs.size, problem.inputs.ends
    if n <= FULL[order]:
        return [along(problem, i) for i in range(n)]
    steps = np.where(problem.sizes > 0, np.minimum(problem.sizes, 1), 1)
    groups = np.split(np.arange(n), [int(part[-1]) for part in np.array_split(ends, min(len(ends), GROUPS))][:-1])
    found = []
    for entries in groups:
        if len(entries) <= DIRECTIONS:
            found += [along(problem, int(i)) for i in entries]
        else:
            found += [
                _across(problem, entries, steps[entries] * away_from_zero(rng, len(entries))) for _ in range(DIRECTIONS)
            ]
    return found


class Comparing:
    """The comparison of one problem: rows are outputs, and random combinations of them where they are many.

    Sweeps start from numbers times `scale`, which rounds their results in another way.
    """

    def __init__(self, problem: Problem, modes: Sequence[str], weights: Array, scale: float = 1.0) -> None:
        self.problem = problem
        self.modes = modes
        self.weights = weights
        self.scale = scale
        m = problem.outputs.size
        self.singles = m if m <= OUTPUTS else 0
        self.pulled: dict[int, Array] = {}
        if "reverse" in modes:
            numbers = range(self.singles, self.singles + len(weights)) if len(weights) else range(m)
            rows = weights if len(weights) else np.eye(m)
            self.pulled = {i: problem.reverse(scale * row) / scale for i, row in zip(numbers, rows, strict=True)}

    def rows(self, y: Array) -> Array:
        """The outputs, or their combinations, or both."""
        return np.concatenate([y[: self.singles], self.weights @ y]) if len(self.weights) else y

    def sizes_of(self, sizes: Array) -> Array:
        """What sizes of outputs make of those of their combinations."""
        return np.concatenate([sizes[: self.singles], np.abs(self.weights) @ sizes]) if len(self.weights) else sizes

    def label(self, row: int) -> str:
        """A row as messages call it."""
        return self.problem.outputs.label(row) if row < self.singles else "a random combination of the outputs"

    def numerical(self, direction: Direction) -> Slopes:
        """The slopes of all rows along a direction."""
        problem, vector = self.problem, direction.vector
        y, floor = self.rows(problem.y), self.sizes_of(problem.floor)

        def values(t: float) -> Array:
            return self.rows(problem.at(problem.x + t * vector))

        return slopes(values, y, direction.size, direction.origin, floor)

    def analytic(self, mode: str, direction: Direction) -> dict[int, float]:
        """The derivatives along a direction that a mode computes, by row."""
        if mode == "forward":
            return dict(enumerate(self.rows(self.problem.forward(self.scale * direction.vector) / self.scale).tolist()))
        entries, steps = direction.entries, direction.vector[direction.entries]
        return {i: float(row[entries] @ steps) for i, row in self.pulled.items()}

    def faults(self, direction: Direction, found: Slopes) -> list[Fault]:
        """Where the modes disagree with the slopes that were found along a direction."""
        faults = []
        problem, inputs = self.problem, self.problem.inputs
        error = self.sizes_of(problem.error)
        for mode in self.modes:
            derivatives = self.analytic(mode, direction)
            rows, values = np.array(list(derivatives), dtype=int), np.array(list(derivatives.values()))
            there = found.take(rows)
            allowed = there.allowed(values, problem.eps, problem.tiny, error[rows])
            for k in np.flatnonzero(~there.agree(values, allowed)).tolist():
                row, leaf = int(rows[k]), inputs.leaf_of(int(direction.entries[0]))
                what = mode, row < self.singles, row, self.label(row), direction, direction.label(inputs), leaf
                faults.append(Fault(*what, values[k], there.take(k), allowed[k]))
        return faults

    def blamed(self, fault: Fault) -> Fault | None:
        """The fault of one entry that a fault along a direction is due to: found by halving the direction."""
        entries, vector = fault.direction.entries, fault.direction.vector
        while len(entries) > 1:
            for part in np.array_split(entries, 2):
                half = _across(self.problem, part, vector[part])
                same = [
                    other
                    for other in self.faults(half, self.numerical(half))
                    if (other.mode, other.row) == (fault.mode, fault.row)
                ]
                if same:
                    entries, fault = part, same[0]
                    break
            else:
                return None
        return fault

    def without_rounding(self, faults: list[Fault], rng: np.random.Generator) -> list[Fault]:
        """The faults that are more than rounding: larger than what the last digits of the point change a derivative by."""
        if not faults:
            return faults
        moved = [self.problem.moved(2.0**k * self.problem.eps, 0.0, rng) for k in range(1, NEARBY + 1)]
        near = [Comparing(problem, self.modes, self.weights, rng.uniform(0.5, 2)) for problem in moved if problem]
        known: dict[tuple[str, int], list[dict[int, float]]] = {}
        left = []
        for fault in faults:
            key = fault.mode, id(fault.direction)
            if key not in known:
                known[key] = [other.analytic(fault.mode, fault.direction) for other in near]
            scatter = max((abs(values[fault.row] - fault.analytic) for values in known[key]), default=0.0)
            if fault.found.kind not in (SMOOTH, EDGE) or not fault.off <= BARS * scatter < np.inf:
                left.append(fault)
        return left


def _compare(problem: Problem, order: str, modes: Sequence[str], rng: np.random.Generator) -> Comparison:
    """Every mode against differences, along every direction."""
    m = problem.outputs.size
    combinations = [away_from_zero(rng, m) for _ in range(DIRECTIONS if m > ROWS else 0)]
    comparing = Comparing(problem, modes, np.array(combinations).reshape(len(combinations), m))
    result = Comparison(order, modes, problem, full=problem.inputs.size <= FULL[order])
    infinite: list[tuple[int, int]] = []
    for direction in directions(problem, order, rng):
        found = comparing.numerical(direction)
        result.count += len(found.kind)
        result.faults += comparing.faults(direction, found)
        for row in np.flatnonzero(np.isin(found.kind, (KINK, INFINITE, JUMP, UNSEEN))).tolist():
            result.noted(found.take(row), comparing.label(row), direction.label(problem.inputs))
        infinite += [(row, i) for row in np.flatnonzero(found.infinite()).tolist() for i in direction.entries.tolist()]
    rows, entries = {row for row, _ in infinite}, {i for _, i in infinite}
    undefined = not np.isfinite(problem.y).all()
    # Sweeps multiply an infinite derivative by the zeros of what does not change; that is nan, and no fault.
    faults = [
        fault
        for fault in result.faults
        if not np.isnan(fault.analytic)
        or not (undefined or fault.row in rows or entries.intersection(fault.direction.entries.tolist()))
    ]
    faults = comparing.without_rounding(faults, rng)
    result.faults = _with_entries(comparing, faults)
    return result


def _with_entries(comparing: Comparing, faults: list[Fault]) -> list[Fault]:
    """In place of those along random directions, for each leaf and mode, one entry that is to blame for the worst."""
    several = [fault for fault in faults if len(fault.direction.entries) > 1]
    named = [fault for fault in faults if len(fault.direction.entries) == 1]
    for leaf, mode in sorted({(fault.leaf, fault.mode) for fault in several}):
        there = [fault for fault in several if (fault.leaf, fault.mode) == (leaf, mode)]
        blamed = comparing.blamed(max(there, key=lambda fault: (fault.single, fault.excess)))
        named += [blamed] if blamed else there
    return named
