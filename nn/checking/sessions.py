"""A person's backprop on one network: whether it wants one example at a time, and whether it remembers earlier calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nn.arguments import Array
from nn.checking.calling import Person, twin
from nn.checking.outcomes import Outcome, Watched, called
from nn.network import Network

FEW = 3  # examples, to find out what the function wants
CLOSER = 0.1  # as near to one thing, compared with the other, and it is the one
LOOKED_AT = 4  # examples of a function that wants one at a time, to look for the mistake in

BATCH, COLUMNS = "batch", "columns"


@dataclass(frozen=True)
class Trial:
    """One call as the search for the mistake sees it."""

    network: Network
    x: Array
    y: Array
    outcome: Outcome


@dataclass(frozen=True)
class Examination:
    """What was found out by calling.

    Attributes
    ----------
    outcome : Outcome
        The gradient of the mean over all examples, as the person computes it.
    trials : list of Trial
        Single calls, without what is left in them from earlier ones.
    manner : {"batch", "columns"}
        Whether the function was called with all examples at once, or with one at a time.
    note : str
        What happened to a call in the other manner.
    """

    outcome: Outcome
    trials: list[Trial]
    manner: str
    note: str = ""


class Session:
    """Calls of a person's backprop on one network.

    Attributes
    ----------
    adds : tuple of bool
        Which arrays are added to what the call before returned; empty if none is.
    changed, shared : dict
        What any of the calls did to what it was given, and returned that is not its own; the keys are in order.
    """

    def __init__(self, person: Person, network: Network) -> None:
        self.name = person.name
        self.network = network
        self.layers = network.num_layers - 1
        self.call, owner = person.on(twin(network))
        self.watched = Watched([owner, network])
        self.adds: tuple[bool, ...] = ()
        self.last = Outcome()
        self.changed: dict[tuple[str, str], None] = {}
        self.shared: dict[str, None] = {}
        self.quiet = False  # what the code prints is printed once

    def raw(self, x: Array, y: Array) -> Outcome:
        """Call it: what it returned, with whatever is left in it from earlier calls."""
        outcome = called(self.call, self.name, self.watched, self.layers, x, y, quiet=self.quiet)
        self.quiet = True
        self.changed.update(dict.fromkeys(outcome.changed))
        self.shared.update(dict.fromkeys(outcome.shared))
        self.last = outcome
        return outcome

    def trial(self, x: Array, y: Array) -> Trial:
        """Call it: what this call contributed."""
        before, outcome = self.last, self.raw(x, y)
        return Trial(self.network, x, y, _less(outcome, before, self.adds) if self.adds else outcome)

    def examine(self, x: Array, y: Array) -> Examination:
        """Find out how it wants to be called, and call it so."""
        m = x.shape[1]
        columns = [(x[:, j : j + 1], y[:, j : j + 1]) for j in range(m)]
        calls, manner = columns, COLUMNS
        first = self.raw(*calls[0])
        if not first and m > 1:
            calls, manner = [(x, y)], BATCH
            first = self.raw(x, y)
        if not first:
            return Examination(first, [Trial(self.network, *calls[0], first)], manner)
        unsteady = self._unsteady(first, calls[0])
        if unsteady is not None:
            return Examination(unsteady, [], manner)
        if manner == BATCH or m == 1:
            return self._series(calls, manner)
        # Calls with several examples come last: they may leave a memory of odd shapes behind.
        series = self._series(columns if self.adds else columns[:FEW], COLUMNS)
        together = self.trial(x[:, :FEW], y[:, :FEW]).outcome
        if together and not _one_at_a_time(together, series.trials[: min(m, FEW)]):
            return self._series([(x, y)], BATCH)
        series = series if self.adds else self._series(columns, COLUMNS)
        return replace(series, note=together.problem)

    def _series(self, calls: Sequence[tuple[Array, Array]], manner: str) -> Examination:
        """Call it with each: the mean of what it returned, and the first few as trials."""
        raw: list[Sequence[Array]] = []
        trials: list[Trial] = []
        for x, y in calls:
            trial = self.trial(x, y)
            if not trial.outcome:
                return Examination(trial.outcome, [trial], manner)
            trials += [trial] * (len(trials) < LOOKED_AT)
            raw.append(self.last.arrays)
        return Examination(Outcome(_mean(raw)), trials, manner)

    def _unsteady(self, first: Outcome, call: tuple[Array, Array]) -> Outcome | None:
        """Call it again with the same: the problem, if the result is another and nobody can tell why."""
        second = self.raw(*call)
        if not second or _equal(first.arrays, second.arrays):
            return None if second else second
        third = self.raw(*call)
        step, next_step = (_less(a, b) for a, b in ((second, first), (third, second)))
        if step and next_step and _equal(step.arrays, next_step.arrays, second.arrays):
            self.adds = tuple(not _equal([a], [b]) for a, b in _pairs(first, second))
            return None
        off = max((float(np.max(np.abs(a - b), initial=0)) for a, b in _pairs(first, second)), default=np.inf)
        what = "arrays of other shapes" if off == np.inf else f"gradients that differ by up to {off:.2g}"
        return Outcome(problem=f"{self.name} is random: called twice with the same input it returned {what}")


def _pairs(one: Outcome, other: Outcome) -> list[tuple[Array, Array]]:
    pairs = list(zip(one.arrays, other.arrays, strict=False))
    return pairs if all(a.shape == b.shape for a, b in pairs) else []


def _less(outcome: Outcome, before: Outcome, adds: Sequence[bool] = ()) -> Outcome:
    """What a call has added to the result of the one before, in all arrays or in those that `adds` says."""
    if not outcome or not before:
        return outcome
    pairs = _pairs(outcome, before)
    if not pairs:
        return replace(outcome, arrays=(), problem="the arrays change their shapes from call to call")
    adds = adds or [True] * len(pairs)
    return replace(outcome, arrays=tuple(a - b if added else a for (a, b), added in zip(pairs, adds, strict=True)))


def _equal(ones: Sequence[Array], others: Sequence[Array], scale: Sequence[Array] = ()) -> bool:
    """Whether arrays are equal up to rounding, of numbers as large as those in `scale`."""
    if any(a.shape != b.shape for a, b in zip(ones, others, strict=True)):
        return False
    for a, b, c in zip(ones, others, scale or ones, strict=True):
        size = max(float(np.max(np.abs(v), initial=0)) for v in (a, b, c))
        if np.max(np.abs(a - b), initial=0) > 1e3 * np.finfo(np.result_type(a, b)).eps * size:
            return False
    return True


def _one_at_a_time(together: Outcome, trials: Sequence[Trial]) -> bool:
    """Whether the function is for one example: of several it returns the bias gradients side by side.

    Its weight gradients are their sum then, or have an odd shape; what it leaves zero says nothing.
    """
    layers = len(together.arrays) // 2
    for k, g in enumerate(together.arrays):
        parts = [trial.outcome.arrays[k] for trial in trials if trial.outcome]
        beside = k < layers and g.size == sum(part.size for part in parts)
        odd = k >= layers and g.shape != parts[0].shape
        added = k >= layers and not odd and _is_sum(g, parts)
        if g.any() and not (beside or odd or added):
            return False
    return True


def _is_sum(g: Array, parts: Sequence[Array]) -> bool:
    """Whether an array is the sum of others, and not their mean; rounding may be large where they cancel."""
    total = np.sum(parts, axis=0)
    if np.linalg.norm(g - total) <= CLOSER * np.linalg.norm(g - total / len(parts)):
        return True
    return _equal([g], [total], [np.sum(np.abs(parts), axis=0)])


def _mean(calls: Sequence[Sequence[Array]]) -> tuple[Array, ...]:
    """The mean over the calls, array by array."""
    if len(calls) == 1:
        return tuple(calls[0])
    if any(len({g.shape for g in arrays}) > 1 for arrays in zip(*calls, strict=True)):
        return tuple(calls[-1])
    return tuple(_average(arrays) for arrays in zip(*calls, strict=True))


def _average(arrays: Sequence[Any]) -> Array:
    total = arrays[0].astype(np.result_type(arrays[0], np.float64))
    for g in arrays[1:]:
        total = total + g
    return np.asarray((total / len(arrays)).astype(arrays[0].dtype))
