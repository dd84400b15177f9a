"""What a comparison with differences has found, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .differences import INFINITE, JUMP, KINK, UNSEEN, Slopes
from .problem import Direction, Problem

LISTED = 5  # wrong entries, kinks and the like are named up to that many


class Fault(NamedTuple):
    """One derivative that is wrong."""

    mode: str
    single: bool
    """Whether it is one of one result, not of a combination."""
    row: int
    output: str
    direction: Direction
    place: str
    leaf: int
    analytic: float
    found: Slopes
    allowed: float

    @property
    def off(self) -> float:
        """The distance from the nearest value that would be right."""
        if np.isnan(self.analytic):
            return np.inf
        return max(float(self.found.low) - self.analytic, self.analytic - float(self.found.high))

    @property
    def excess(self) -> float:
        """How many times as far off as allowed."""
        return self.off / self.allowed if self.allowed > 0 else np.inf


class Comparison:
    """What was compared of one order, and what was found."""

    def __init__(self, order: str, modes: Sequence[str], problem: Problem, full: bool) -> None:
        self.order = order
        self.modes = tuple(modes)
        self.inputs = problem.inputs
        self.full = full
        self.count = 0
        self.faults: list[Fault] = []
        self.only_here = False
        self.notes: dict[str, list[str]] = {}

    def noted(self, found: Slopes, output: str, place: str) -> None:
        """Keep in mind that this derivative is of a special kind."""
        line = f"{output} by {place}" + (
            f", slopes {found.left:.6g} and {found.right:.6g}" if found.kind == KINK else ""
        )
        self.notes.setdefault(str(found.kind), []).append(line)


NOTES = {
    KINK: "A kink, where any derivative between the slopes to either side is right",
    INFINITE: "An infinite derivative",
    JUMP: "Not judged, since it jumps at this point",
    UNSEEN: "Not judged, since it is too noisy, changes too fast, or is finite only at this point",
}


class Report:
    """The result of `check_gradients`: always true; printed, it says what was compared.

    Attributes
    ----------
    comparisons : list
        One for first derivatives, one for second ones if they were asked for.
    """

    def __init__(self, comparisons: list[Comparison]) -> None:
        self.comparisons = comparisons

    def __bool__(self) -> bool:
        return not any(comparison.faults for comparison in self.comparisons)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        if not self:
            return _complaint(self.comparisons[-1], len(self.comparisons) > 1)
        counts = " and ".join(f"{c.count} {c.order}" for c in self.comparisons)
        lines = [
            f"check_gradients: all right. Compared {counts} derivatives, {' and '.join(self.comparisons[0].modes)}."
        ]
        if many := [comparison.order for comparison in self.comparisons if not comparison.full]:
            n = self.comparisons[0].inputs.size
            lines.append(f"The {' and '.join(many)} ones along random directions of {n} inputs.")
        return "\n".join(lines + _notes(self.comparisons))


def _notes(comparisons: Sequence[Comparison]) -> list[str]:
    lines = []
    for comparison in comparisons:
        for kind, places in comparison.notes.items():
            lines.append(f"{NOTES[kind]} ({len(places)} of {comparison.count} {comparison.order} derivatives):")
            lines += [f"    {place}" for place in places[:LISTED]]
            lines += ["    …"] * (len(places) > LISTED)
    return lines


def _complaint(comparison: Comparison, first_is_right: bool) -> str:
    """The report on wrong derivatives, leaf by leaf."""
    lines = []
    for leaf in sorted({fault.leaf for fault in comparison.faults}):
        faults = [fault for fault in comparison.faults if fault.leaf == leaf]
        lines += _about_leaf(comparison, leaf, faults)
    hints = _hints(comparison, first_is_right)
    return "\n".join([f"check_gradients: {comparison.order} derivatives are wrong.", *lines, *hints])


def _about_leaf(comparison: Comparison, leaf: int, faults: list[Fault]) -> list[str]:
    name, size = comparison.inputs.names[leaf], comparison.inputs.leaves[leaf].size
    modes = " and ".join(mode for mode in comparison.modes if any(fault.mode == mode for fault in faults))
    worst = max(faults, key=lambda fault: (fault.single, fault.off, fault.excess))
    if not comparison.full:
        how = "found along random directions"
        title = f"{name} ({size} entries), {how}, {modes}. One of the wrong ones:"
    elif size > 1:
        wrong = len({fault.place.split(" (")[0] for fault in faults})
        title = f"{name}: {wrong} of {size} entries are wrong, {modes}. The worst:"
    else:
        title = f"{name}, {modes}:"
    return ["", title, *_about_fault(worst)]


def _about_fault(fault: Fault) -> list[str]:
    found = fault.found
    numerical = f"{_number(float(found.low))} ± {found.bar:.1e}"
    if found.kind == KINK:
        numerical = f"between the slopes {_number(float(found.left))} and {_number(float(found.right))} of a kink"
    elif found.kind == INFINITE:
        numerical = f"infinite: {'+∞' if found.high > 0 else '−∞'}"
    off = "" if np.isinf(fault.off) else f"\n    off by     {fault.off:.3g}, where {fault.allowed:.1e} is allowed"
    return [
        f"    derivative of {fault.output} by {fault.place}",
        f"    analytic   {_number(fault.analytic)}   ({fault.mode})",
        f"    numerical  {numerical}{off}",
    ]


def _number(x: float) -> str:
    return f"{x:.12g}"


def _hints(comparison: Comparison, first_is_right: bool) -> list[str]:
    """What the pattern of the faults points to, and the next step."""
    faults = comparison.faults
    hints = []
    modes = {fault.mode for fault in faults}
    if comparison.modes != tuple(modes) and len(modes) == 1 and len(comparison.modes) == 2:
        only = modes.pop()
        right = "forward" if only == "reverse" else "reverse"
        hints.append(
            f"Only {only} mode is wrong, {right} mode is right: look at the transpose of a linear rule or an Inverse."
        )
    if first_is_right and not comparison.only_here:
        hints.append(
            "First derivatives are right: a rule states the right value, but as code that does not depend on its operands "
            "(t.data, stop_gradient, or an array computed elsewhere)."
        )
    if comparison.only_here:
        hints.append(
            "At a point close by all is right: something inside f has a kink or a singular point exactly here. If f itself "
            "is smooth, what is assumed there does not add up."
        )
    hints += _ratio_hint(faults)
    hints.append("Next: check the parts of f one by one; the first that fails holds the wrong rule.")
    return ["", *hints]


def _ratio_hint(faults: Sequence[Fault]) -> list[str]:
    pairs = [(f.analytic, float(f.found.low)) for f in faults if f.found.low == f.found.high and f.found.low]
    ratios = np.array([a / n for a, n in pairs])
    if len(ratios) < 2 or len(ratios) < len(faults) or not np.ptp(ratios) <= 1e-3 * np.max(np.abs(ratios)):
        return []
    ratio = float(np.mean(ratios))
    if ratio == 0:
        return ["Every wrong one is 0: a dependence was lost (t.data, stop_gradient, a rule without that operand)."]
    what = "the sign" if abs(ratio + 1) < 1e-3 else "a factor"
    return [f"Every wrong one is {ratio:.4g} times the numerical value: {what} is wrong."]
