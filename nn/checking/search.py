"""Which single mistake, or which two, give a person's arrays: run the right backprop with each, and compare."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nn.arguments import Array
from nn.checking.backward import Facts, Pass, facts
from nn.checking.candidates import Candidate, gradient
from nn.checking.mistakes import Mistake
from nn.checking.sessions import Trial
from nn.checking.whole import decayed, fitted, fitted_place, updated
from nn.costs import COSTS

Mistakes = tuple[Candidate, ...]

LOOSE = {8: 1000, 4: 8, 2: 8}  # allowances, by bytes of a number: some formulas magnify rounding
EXPLAINED = 0.1  # what is left unexplained, as a part of what is wrong
TINY = 1e-300
SECONDS = 30  # outermost mistakes that a second one is looked for
CROWD, MANY = 450, 4000  # mistakes of one layer that are tried in pairs: fewer if there are many layers or parameters


class Evidence:
    """One call of the person's, and what the right backprop and one with mistakes make of it.

    Parameters
    ----------
    trial : Trial
    """

    def __init__(self, trial: Trial) -> None:
        network = trial.network
        self.arrays = trial.outcome.arrays
        self.error = trial.outcome.error
        self.shapes = [p.shape for p in (*network.biases, *network.weights)]
        self.layers = len(network.weights)
        self.versions = _versions(facts(network, trial.x, trial.y))
        _, right = self.versions[0]
        cost = COSTS[network.cost_name].function(right.a[right.L], trial.y)
        self.cost = abs(float(cost)) if np.isfinite(cost) else 1.0
        parameters = (*network.biases, *network.weights)
        dtypes = [network.dtype, *(g.dtype for g in self.arrays)]
        eps = max(float(np.finfo(dtype).eps) for dtype in dtypes)
        self.unit = 64 * eps * max(1.0, *(float(abs(p).max()) for p in parameters))
        off: list[float] = []
        for k, (_, passed) in enumerate(self.versions):
            b, w = passed.gradient()
            here = [self._difference(g, r) for g, r in zip(self.arrays, [*b, *w], strict=True)] if self.arrays else []
            if not k or max(here, default=0.0) < max(off, default=0.0):
                self.right, off = [*b, *w], here
        self.worst = max(off, default=0.0)
        loose = min(LOOSE.get(dtype.itemsize, 1000) for dtype in dtypes)
        self.limit = min(loose, EXPLAINED * self.worst) if self.worst > 1 else loose
        L = self.layers
        self.first_wrong = max((k % L + 1 for k, distance in enumerate(off) if distance > 1), default=0)

    def run(self, mistakes: Mistakes, version: int = 0) -> list[Any] | None:
        """The arrays that backprop with these mistakes gives; None where it does not run."""
        try:
            b, w = gradient(mistakes, *self.versions[version])
        except (ValueError, LookupError):
            return None
        return [*b, *w]

    def reproduced_by(self, mistakes: Mistakes, *, in_shape: bool = True) -> bool:
        """Whether backprop with these mistakes does what the person's did.

        With ``in_shape=False`` it will do, too, where shapes keep it from running.
        """
        for version in range(len(self.versions)):
            arrays = self.run(mistakes, version)
            if not self.arrays:
                return self._also_fails(arrays)
            if arrays is None:
                if not in_shape:
                    return True
            elif all(self._difference(g, r) <= self.limit for g, r in zip(self.arrays, arrays, strict=True)):
                return True
        return False

    def layers_reproduced_by(self, mistakes: Mistakes) -> list[bool]:
        """The same, layer by layer from the first; none where it does not run."""
        arrays = self.run(mistakes)
        if arrays is None or not self.arrays:
            return [False] * self.layers
        good = [self._difference(g, r) <= self.limit for g, r in zip(self.arrays, arrays, strict=True)]
        return [b and w for b, w in zip(good[: self.layers], good[self.layers :], strict=True)]

    def _also_fails(self, arrays: list[Any] | None) -> bool:
        """Whether a call that came to nothing had to: it does not run, has wrong shapes or is not finite."""
        if arrays is None:
            return self.error is not None
        if self.error is not None:
            return any(np.shape(g) != shape for g, shape in zip(arrays, self.shapes, strict=True))
        return not all(np.isfinite(g).all() for g in arrays)

    def _difference(self, g: Array, r: Any) -> float:
        """By how many allowances one of the person's arrays differs from another."""
        if g.shape != np.shape(r):
            return np.inf
        off, size = float(abs(g - r).max(initial=0.0)), float(abs(r).max(initial=0.0))
        distance = off / (self.unit * (self.cost + size) + TINY)
        return distance if distance == distance else np.inf


def _versions(known: Facts) -> list[tuple[Facts, Pass]]:
    """The right backprop; where a ReLU is at its kink, with several slopes there, which are all right."""
    right = Pass(known)
    if known.activation != "relu" or all((z != 0).all() for z in right.z.values()):
        return [(known, right)]
    others = [replace(known, at_kink=slope) for slope in (1.0, 0.5)]
    return [(known, right), *((other, Pass(other)) for other in others)]


def right_at_kinks(trial: Trial) -> bool:
    """Whether the person's gradient is right with one or another slope of ReLU at its kink."""
    evidence = Evidence(trial)
    return len(evidence.versions) > 1 and evidence.reproduced_by(())


def search(candidates: Sequence[Candidate], trials: Sequence[Trial], *, pairs: bool = True) -> list[Mistakes]:
    """The mistakes that reproduce every trial, the commonest first: single ones, or else pairs with the outermost first.

    Parameters
    ----------
    candidates : sequence of Candidate
        The single mistakes.
    trials : sequence of Trial
        The first one decides most, and should be small.
    pairs : bool
        Whether to look for two mistakes where no single one is found.
    """
    evidence = [Evidence(trial) for trial in trials]
    ran = [one for one in evidence if one.arrays]
    top = max((one.first_wrong for one in ran), default=0)
    possible: list[Mistakes] = [
        (one,) for one in candidates if max(one.layers) >= top or one.mistake.place in ("z", "a")
    ]
    found = _all_reproduce(possible, evidence) or _all_reproduce(_constants(evidence), evidence)
    if found or not pairs or not ran:
        return found
    # Loops and broadcasting run where shapes forbid the product: what they give there is no evidence against it.
    unless_forbidden = [
        mistakes
        for mistakes in possible
        if all(one.reproduced_by(mistakes, in_shape=False) for one in evidence)
        and any(one.worst > 1 and one.reproduced_by(mistakes) for one in ran)
    ]
    return unless_forbidden or _failing_first(_all_reproduce(_pairs(candidates, ran[0]), evidence), evidence)


def _failing_first(pairs: Sequence[Mistakes], evidence: Sequence[Evidence]) -> list[Mistakes]:
    """The pairs; where the person's code raised, the mistake that makes it raise comes first."""
    failed = [one for one in evidence if one.error is not None]

    def innocent(one: Candidate) -> bool:
        return not all(call.reproduced_by((one,)) for call in failed)

    return [tuple(sorted(pair, key=innocent)) for pair in pairs] if failed else list(pairs)


def only_delta_is_wrong(trial: Trial, l: int) -> bool:
    """Whether all that is wrong with a call for one example is δ of layer l, which the person returns as ∂C/∂b."""
    if not trial.outcome:
        return False
    given = trial.outcome.arrays[l - 1]
    as_given = Mistake("δ as given", "delta", lambda s, l: given.reshape(s.z[l].shape), "")
    try:
        return Evidence(trial).reproduced_by((Candidate(as_given, (l,)),))
    except ValueError:
        return False


def still(found: Sequence[Mistakes], trials: Sequence[Trial]) -> list[Mistakes]:
    """Those that reproduce these trials too."""
    return _all_reproduce(found, [Evidence(trial) for trial in trials])


def _all_reproduce(found: Sequence[Mistakes], evidence: Sequence[Evidence]) -> list[Mistakes]:
    for one in evidence:
        found = [mistakes for mistakes in found if one.reproduced_by(mistakes)]
    return list(found)


def _constants(evidence: Sequence[Evidence]) -> list[Mistakes]:
    """Mistakes with a constant in them, which is read off the first call that returned something wrong."""
    wrong = next((one for one in evidence if 1 < one.worst < np.inf), None)
    if wrong is None:
        return []
    L, l = wrong.layers, wrong.first_wrong
    yours, right = wrong.arrays, wrong.right
    everywhere, outermost = tuple(range(1, L + 1)), [l - 1, L + l - 1]
    known = wrong.versions[0][0]
    parameters = [*known.b.values(), *known.W.values()]
    rows = [
        (fitted, everywhere, yours, right),
        (lambda k: updated(-k), everywhere, [g - p for g, p in zip(yours, parameters, strict=True)], right),
        (decayed, everywhere, [g - r for g, r in zip(yours[L:], right[L:], strict=True)], parameters[L:]),
    ]
    for layers in {(l,), everywhere, everywhere[:-1]} - {()}:
        for place, which in (("delta", outermost), ("nabla_b", outermost[:1]), ("nabla_w", outermost[1:])):
            pairs = [yours[k] for k in which], [right[k] for k in which]
            rows.append((functools.partial(fitted_place, place), layers, *pairs))
    found: list[Mistakes] = []
    for mistake, layers, given, expected in rows:
        square = sum(float(np.vdot(r, r)) for r in expected)
        factor = sum(float(np.vdot(r, g)) for r, g in zip(expected, given, strict=True)) / square if square else 0.0
        if factor and np.isfinite(factor):
            found.append((Candidate(mistake(factor), layers),))
    return found


def _pairs(candidates: Sequence[Candidate], one: Evidence) -> list[Mistakes]:
    """Two mistakes that may give the person's arrays: one gives the outermost wrong layer, or they meet there."""
    top = one.first_wrong
    if not top:
        return []
    reproduced = [(c, one.layers_reproduced_by((c,))) for c in candidates]
    outermost = [c for c, layers in reproduced if all(layers[top - 1 :])][:SECONDS]
    pairs = [(c, d) for c in outermost for d in candidates if c is not d]
    if not pairs:
        crowd = CROWD // (max(one.layers, 3) * (1 + sum(g.size for g in one.right) // MANY))
        there = [c for c, layers in reproduced if all(layers[top:]) and top in c.layers][:crowd]
        pairs = [(c, d) for k, c in enumerate(there) for d in there[k + 1 :]]
    found = [pair for pair in pairs if one.reproduced_by(pair)]
    return sorted(found, key=lambda pair: -max(pair[0].layers))
