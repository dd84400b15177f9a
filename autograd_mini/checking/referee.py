"""The third opinion: central differences of the cost in double precision, beside the tape's gradient and the person's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import tree
from .differences import EPS, JUMP, UNSEEN, Array, Slopes, first_step
from .numerical import Comparing, along, directions
from .problem import Direction, Problem, Space, evaluated
from .remarks import size_of

ENTRIES = 5000  # with more parameters than that, random directions and the worst entries stand for all
LOOKS = 100  # at that many entries one looks twice: the second time with an error bar
STEP = 2.0**-8  # of the first look
FAST, SMALL = 1e-6, 1e-8  # its error, relative to the entry and to the largest one
KINK_STEPS = 2.0**-7, 2.0**-11, 2.0**-15, 2.0**-19  # of the largest; slopes of a smooth function differ less and less
SEEN = 0.01  # a gradient from which differences are further off than that, relatively, is too small for them
DIGITS = 2.0**-28  # a step is at least that much of the number it is added to


class Opinion(NamedTuple):
    """What differences say of the cost in one entry, or along a random direction."""

    place: str
    tape: float
    low: float
    high: float
    """The slope lies between: two slopes at a kink, one number elsewhere; nan where it is not seen."""
    bar: float

    @property
    def slope(self) -> float:
        """The slope; at a kink, what is nearest to the tape's between the two."""
        return min(max(self.tape, self.low), self.high)


class Opinions(NamedTuple):
    """What differences say of the tape."""

    asked: dict[int, Opinion]
    """Of the coordinates that were asked about."""
    agreement: float | None
    """The largest distance from the tape, relative to its largest entry; None if that says nothing."""
    against: list[Opinion]
    """Where the tape is wrong; nan is not: it says that there is no number."""


class Referee:
    """Central differences of a cost.

    Parameters
    ----------
    cost
        A function of the arguments in `params`.
    params
        A tuple; its arrays are taken in double precision.
    labels
        What the arrays are called.
    """

    def __init__(self, cost: Callable[..., Any], params: tuple[Any, ...], labels: Sequence[str]) -> None:
        double = tree.map_leaves(lambda leaf: leaf.astype(np.result_type(leaf.dtype, np.float64))[()], params)
        inputs = Space(double, labels)
        self.problem = Problem(cost, inputs, evaluated(cost, inputs.nest(inputs.vector(double))))
        self.comparing = Comparing(self.problem, ["reverse"], np.zeros((0, 1)))
        self.gradient = self.comparing.pulled[0]
        self.known: dict[int, Slopes] = {}

    def coordinate(self, leaf: int, entry: int) -> int:
        """The number of the coordinate that an entry of an array is; of a complex one, its real part."""
        inputs = self.problem.inputs
        return (int(inputs.ends[leaf - 1]) if leaf else 0) + entry * Space.width(inputs.leaves[leaf])

    def kink(self, leaf: int) -> Callable[[int], tuple[float, float] | None] | None:
        """The one-sided slopes of the cost in an entry of an array, as `compare` wants them."""
        if Space.width(self.problem.inputs.leaves[leaf]) == 2:
            return None

        return lambda entry: self._slopes_of_kink(self.coordinate(leaf, entry))

    def _slopes_of_kink(self, i: int) -> tuple[float, float] | None:
        """The slopes to either side in coordinate i, if they differ by the same at two distances; else None.

        A kink a few roundings away is one as well: which side of it the point is on is then a matter of rounding.
        """
        problem, x = self.problem, float(self.problem.x[i])
        last = np.full(2, np.nan)
        for step in KINK_STEPS:
            h = x + first_step(float(problem.sizes[i])) * step - x
            slopes = [(self._at(i, x + t) - problem.y[0]) / t for t in (h, h / 2, -h, -h / 2)]
            sides = np.array([2 * slopes[1] - slopes[0], 2 * slopes[3] - slopes[2]])
            gap, change = sides[0] - sides[1], np.abs(sides - last)
            noise = 8 * EPS * abs(problem.y[0]) / h
            if np.sum(change) <= abs(gap) / 10 and abs(gap) > 4 * noise:
                bar = noise + np.max(change)
                return float(np.min(sides) - bar), float(np.max(sides) + bar)
            last = sides
        return None

    def _at(self, i: int, value: float) -> float:
        """The cost where coordinate i has another value."""
        x = self.problem.x.copy()
        x[i] = value
        return float(self.problem.at(x)[0])

    def gradient_of(self, leaf: int) -> Array:
        """The tape's gradient of a real array in double precision."""
        like, start = self.problem.inputs.leaves[leaf], self.coordinate(leaf, 0)
        return self.gradient[start : start + like.size].reshape(like.shape)

    def nearest(self, leaf: int, entry: int, value: float) -> float:
        """The slope of the cost in an entry; `value`, if it can be that; nan where the slope is not seen."""
        found = self._slopes(along(self.problem, self.coordinate(leaf, entry))).take(0)
        if found.kind in (UNSEEN, JUMP):
            return np.nan
        allowed = found.allowed(np.asarray(value), self.problem.eps, self.problem.tiny)
        return value if found.agree(np.asarray(value), allowed) else float(found.low)

    def _slopes(self, direction: Direction) -> Slopes:
        """The slope of the cost along a direction, in a vector of one."""
        if len(direction.entries) > 1:
            return self.comparing.numerical(direction)
        i = int(direction.entries[0])
        if i not in self.known:
            self.known[i] = self.comparing.numerical(direction)
        return self.known[i]

    def opinions(self, asked: Iterable[int], rng: np.random.Generator) -> Opinions:
        """Differences against the tape: in the coordinates `asked`, and in all, or along random directions.

        Parameters
        ----------
        asked
            Numbers of coordinates; the first hundred are looked at.
        rng
            Of the random directions.
        """
        n, asked = self.problem.inputs.size, list(dict.fromkeys(asked))[:LOOKS]
        scale = size_of(self.gradient) or 1.0
        entries, off = list(asked), []
        if n <= ENTRIES:
            distance = np.abs(self._first_look() - self.gradient)
            rounding = 100 * EPS * abs(self.problem.y[0]) / STEP
            good = distance <= FAST * np.abs(self.gradient) + SMALL * scale + rounding
            off = distance[good].tolist()
            doubtful = np.flatnonzero(~(good | np.isnan(self.gradient)))
            entries += doubtful[np.argsort(-distance[doubtful], kind="stable")][:LOOKS].tolist()
        chosen = [along(self.problem, i) for i in dict.fromkeys(entries)]
        chosen += directions(self.problem, "first", rng) if n > ENTRIES else []
        seen = [(direction, self._slopes(direction)) for direction in chosen]
        told = [self._opinion(direction, found.take(0)) for direction, found in seen]
        against = self._against(seen, rng)
        off += [abs(opinion.slope - opinion.tape) for opinion in told]
        agreement = size_of(np.array(off)) / scale if np.isfinite(off).any() else np.inf
        tells = dict(zip(asked, told[: len(asked)], strict=True))
        return Opinions(tells, agreement if agreement < SEEN else None, against)

    def _first_look(self) -> Array:
        """The slopes in all coordinates, without error bars: central differences, extrapolated once."""
        problem = self.problem
        found = np.empty(problem.inputs.size)
        for i in range(problem.inputs.size):
            step = max(STEP, float(problem.sizes[i]) * DIGITS)
            centrals = []
            for h in (step, step / 2):
                ahead, behind = problem.x[i] + h, problem.x[i] - h
                centrals.append((self._at(i, ahead) - self._at(i, behind)) / (ahead - behind))
            found[i] = (4 * centrals[1] - centrals[0]) / 3
        return found

    def _opinion(self, direction: Direction, found: Slopes) -> Opinion:
        tape = self.comparing.analytic("reverse", direction)[0]
        return _opinion(direction.label(self.problem.inputs), tape, found)

    def _against(self, seen: Sequence[tuple[Direction, Slopes]], rng: np.random.Generator) -> list[Opinion]:
        """Where the tape is wrong; of a random direction, in an entry that is to blame."""
        faults = [fault for direction, found in seen for fault in self.comparing.faults(direction, found)]
        against = []
        for fault in self.comparing.without_rounding([fault for fault in faults if not np.isnan(fault.analytic)], rng):
            blamed = self.comparing.blamed(fault) or fault
            against.append(_opinion(blamed.place, blamed.analytic, blamed.found))
        return against


def _opinion(place: str, tape: float, found: Slopes) -> Opinion:
    unseen = found.kind in (UNSEEN, JUMP)
    low, high = (np.nan, np.nan) if unseen else (float(found.low), float(found.high))
    return Opinion(place, tape, low, high, float(found.bar))
