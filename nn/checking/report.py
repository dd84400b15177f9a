"""What `check_backprop` has found, as text and as HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nn.arguments import Array
from nn.checking.diagnosis import Cause, Diagnosis

if TYPE_CHECKING:
    from autograd_mini import GradientRow

HEADINGS = ("layer", "array", "shape", "max |diff|", "worst entry", "yours", "autodiff", "ratio", "verdict")
NOTHING = Diagnosis()
OK, WRONG, TOO_SMALL = "ok", "WRONG", "too small to judge"
LISTED = 3  # causes
CLOSE = 1e-2  # relative; a gradient that near to the right one was computed with less precision
NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def number(x: float, digits: int = 4) -> str:
    """A number for people: four significant digits, a true minus sign."""
    return f"{x:.{digits}g}".replace("e-0", "e-").replace("e+0", "e+").replace("-", "−")


@dataclass(frozen=True, eq=False)
class LayerRow:
    """One array of the person's gradient beside the tape's.

    Attributes
    ----------
    layer : int
        1 … L; L is the output layer.
    array : {"∂C/∂W", "∂C/∂b"}
        Which.
    shape : tuple of int
        Of the parameter.
    yours, tape : arrays
        The two gradients.
    verdict : {"ok", "WRONG", "too small to judge"}
        The last where all entries are smaller than the rounding of the cost.
    difference : float
        max |yours − tape|; infinite where they cannot be subtracted.
    worst : tuple of int or None
        The index of the entry with this difference.
    ratio : (float, float) or None
        The smallest and the largest yours ÷ tape.
    remarks : tuple of str
        What is the matter with this array by itself: ``"transposed"``.
    follows : int or None
        The layer whose mistake is all that is wrong with this array.
    """

    layer: int
    array: str
    shape: tuple[int, ...]
    yours: Any
    tape: Array
    verdict: str
    difference: float
    worst: tuple[int, ...] | None
    ratio: tuple[float, float] | None
    remarks: tuple[str, ...]
    follows: int | None = None


def layer_row(layer: int, array: str, row: GradientRow, follows: int | None) -> LayerRow:
    """A row of a crosscheck as one of a layer."""
    follows = follows if row.verdict == WRONG and follows is not None and layer < follows else None
    return LayerRow(
        layer, array, row.shape, row.yours, row.tape, row.verdict, row.difference, row.worst, row.ratio, row.remarks,
        follows,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class BackpropReport:
    """The result of `check_backprop`: true when the backprop is right; printed, the report.

    Attributes
    ----------
    title : str
        The network, the examples and the cost.
    table : tuple of LayerRow
        From the output to the input, the way that errors travel; empty where there is nothing to judge.
    problem : str
        Why it could not be judged, in a sentence; empty when it could.
    traceback : str
        Of the person's own lines, if their code raised.
    observed : tuple of Cause
        What was seen to happen beside the numbers: arguments written into, gradients not reset between calls.
    diagnosis : Diagnosis
        The mistakes that reproduce the person's arrays.
    look_at : Cause or None
        The equation of the first wrong array.
    autodiff : str
        What central differences say of the tape.
    tape_is_wrong : bool
        Whether they disagree with it.
    notes : tuple of str
        How the function was called.
    """

    title: str
    table: tuple[LayerRow, ...] = ()
    problem: str = ""
    traceback: str = ""
    observed: tuple[Cause, ...] = ()
    diagnosis: Diagnosis = NOTHING
    look_at: Cause | None = None
    autodiff: str = ""
    tape_is_wrong: bool = False
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.status == 0

    @property
    def status(self) -> int:
        """The exit status of the command: 0 right, 1 wrong, 2 could not be judged."""
        if self.tape_is_wrong or (self.problem and not self.diagnosis.causes):
            return 2
        return int(bool(self.wrong or self.causes or self.problem))

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What is wrong: first what was seen to happen, then the mistakes that give these arrays, the commonest first."""
        return (*self.observed, *self.diagnosis.causes)

    @property
    def wrong(self) -> tuple[LayerRow, ...]:
        """The rows that are wrong."""
        return tuple(row for row in self.table if row.verdict == WRONG)

    @property
    def first_wrong(self) -> LayerRow | None:
        """The first row that is wrong, counted from the output; None if none is."""
        return next(iter(self.wrong), None)

    @property
    def worst(self) -> LayerRow | None:
        """The row with the largest difference among the wrong ones; if none is wrong, among all."""
        return max(self.wrong or self.table, key=lambda row: row.difference, default=None)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        parts = [self.title]
        if self.table:
            cells = [HEADINGS, *(_cells(row, row is self.first_wrong) for row in self.table)]
            widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
            padded = [[c.ljust(w) for c, w in zip(line, widths, strict=True)] for line in cells]
            parts.append("\n".join(f"  {layer}  {'   '.join(rest)}".rstrip() for layer, *rest in padded))
        return "\n\n".join([*parts, self._conclusion()])

    def _repr_html_(self) -> str:
        """The report for notebooks, on paper of its own, light or dark."""
        rows = []
        for row in self.table:
            cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in _cells(row, row is self.first_wrong))
            rows.append(f"<tr{WRONG_ROW * (row.verdict == WRONG)}>{cells}</tr>")
        head = "".join(f"<th>{html.escape(heading)}</th>" for heading in HEADINGS)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>" if rows else ""
        return (
            f'<div class="autograd-mini-backprop"><style>{STYLE}</style><p>{html.escape(self.title)}</p>{table}'
            f"<pre>{html.escape(self._conclusion())}</pre></div>"
        )

    def _conclusion(self) -> str:
        lines = []
        if self.problem:
            lines += [
                f"Not right: {self.problem}." if self.diagnosis.causes else f"Could not be judged: {self.problem}."
            ]
            lines += ["", *(f"  {line}" for line in self.traceback.splitlines()), ""] if self.traceback else []
        for cause in self.observed:
            lines += [f"Seen: {cause.said}.", *_should(cause)]
        lines += self._named() if self.diagnosis.causes else self._unnamed()
        lines += [_labelled(label, note) for label, note in zip(["called"] * len(self.notes), self.notes, strict=True)]
        lines += [_labelled("autodiff itself", self.autodiff)] if self.autodiff else []
        return "\n".join(lines)

    def _named(self) -> list[str]:
        lines = []
        for k, cause in enumerate(self.diagnosis.causes[:LISTED]):
            start = "Or" if k else "Two mistakes, the outermost first" if cause.second else "Most likely"
            lines += [f"{start}: {cause.said}.", *_should(cause)]
            if cause.second:
                lines += [f"And: {cause.second.said}.", *_should(cause.second)]
        more = len(self.diagnosis.causes) - LISTED
        lines += [f"And {more} more, less common."] * (more > 0)
        return [*lines, _labelled("evidence", self._evidence())]

    def _evidence(self) -> str:
        causes = self.diagnosis.causes
        what = "exactly these two mistakes" if causes[0].second else "exactly this one mistake"
        if len(causes) > 1:
            what = "each of these"
        arrays = f"{_all(len(self.table))} of your arrays" if self.table else "all of your arrays"
        said = f"backprop with {what} gives {arrays}{self.diagnosis.where}"
        return said + "; no other batch or seed told them apart" * (len(causes) > 1)

    def _unnamed(self) -> list[str]:
        if self.problem:
            square = "On a network with all layers equally wide it runs and is right: two sizes are mixed up."
            return [square] * self.diagnosis.misfit
        if self.tape_is_wrong:
            return ["Not judged: autodiff itself disagrees with central differences."]
        if self.wrong and self.observed and self.diagnosis.rest_is_right:
            return []
        if self.wrong and self.look_at:
            remarks = "; ".join(self.wrong[0].remarks)
            return [
                f"Unknown: {self.look_at.said}; no mistake that is known here gives your arrays, alone or with another.",
                *_should(self.look_at),
                *[_labelled("your array is", remarks)] * bool(remarks),
                *self._nearly(),
            ]
        if self.observed:
            return ["The numbers are right."]
        small = sum(row.verdict == TOO_SMALL for row in self.table)
        if small == len(self.table):
            return ["Nothing could be judged: every gradient is smaller than the rounding of the cost."]
        if small:
            return [
                f"Right, as far as can be judged: {_count(small)} arrays are smaller than the rounding of the cost."
            ]
        return [f"Right: {_all(len(self.table))} arrays."]

    def _nearly(self) -> list[str]:
        """How near to the right ones all arrays are, if they are."""
        sizes = [float(np.max(np.abs(row.tape), initial=0.0)) for row in self.table]
        off = max((row.difference / size for row, size in zip(self.table, sizes, strict=True) if size), default=np.inf)
        if off > CLOSE or not all(map(_wrong_all_over, self.table)):
            return []
        digits = _count(int(-np.log10(off)))
        return [_labelled("nearly right", f"to {digits} digits: as if computed with less precision, or by differences")]


def _wrong_all_over(row: LayerRow) -> bool:
    """Whether most entries are off, and not a few much more than the others."""
    return row.verdict == WRONG and bool(np.median(np.abs(row.yours - row.tape)) > CLOSE * row.difference)


WRONG_ROW = ' class="wrong"'
STYLE = (
    ".autograd-mini-backprop{background:#ffffff;color:#1f2328;padding:.5em 1em}"
    ".autograd-mini-backprop table{border-collapse:collapse;color:inherit}"
    ".autograd-mini-backprop th,.autograd-mini-backprop td{text-align:left;padding:.2em .8em;background:inherit;"
    "color:inherit;border-bottom:1px solid #6e7781}"
    ".autograd-mini-backprop tr.wrong td{color:#b3480a;font-weight:bold}"
    ".autograd-mini-backprop pre{background:inherit;color:inherit;white-space:pre-wrap}"
    "@media (prefers-color-scheme:dark){.autograd-mini-backprop{background:#0d1117;color:#e6edf3}"
    ".autograd-mini-backprop th,.autograd-mini-backprop td{border-color:#8b949e}"
    ".autograd-mini-backprop tr.wrong td{color:#ffa657}}"
)


def _labelled(label: str, text: str) -> str:
    return f"  {label:<15}   {text}"


def _should(cause: Cause) -> list[str]:
    """The lines that one should have, and what else the same arrays may mean."""
    width = max(map(len, cause.lines), default=0) + 8
    found = []
    for k, (text, name) in enumerate(zip(cause.lines, cause.equations, strict=True)):
        named = f"{text:<{width}}({name})" if name else text
        found.append(_labelled("" if k else "you should have", named))
    return found + [_labelled("" if k else "the same as", reading) for k, reading in enumerate(cause.readings)]


def _count(n: int) -> str:
    return NUMBERS[n] if n < len(NUMBERS) else f"{n:,}"


def _all(n: int) -> str:
    return "both" if n == 2 else f"all {_count(n)}"


def _cells(row: LayerRow, first_wrong: bool) -> tuple[str, ...]:
    difference = number(row.difference, 2 if row.verdict == WRONG else 1) if np.isfinite(row.difference) else ""
    worst = yours = tape = ""
    verdict = ", ".join([row.verdict, *row.remarks[:1]]) if row.verdict == OK else row.verdict
    if row.verdict == WRONG:
        if row.worst is not None:
            worst = f"[{', '.join(map(str, row.worst))}]"
            yours, tape = (number(float(np.asarray(array)[row.worst])) for array in (row.yours, row.tape))
        elif isinstance(row.yours, np.ndarray):
            verdict += f", of shape {_shape(row.yours.shape)}"
        verdict += "  ← first wrong" * first_wrong
        verdict += f"  (follows from layer {row.follows})" * (row.follows is not None)
    return str(row.layer), row.array, _shape(row.shape), difference, worst, yours, tape, _ratio(row.ratio), verdict


def _shape(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape)) if len(shape) > 1 else str(tuple(shape))


def _ratio(ratio: tuple[float, float] | None) -> str:
    if ratio is None:
        return ""
    low, high = (_short(r) for r in ratio)
    return low if low == high else f"{low} … {high}"


def _short(r: float) -> str:
    """A ratio in two significant digits, 540 and not 5.4e+2."""
    rounded = float(f"{r:.2g}")
    return number(rounded, 4 if abs(rounded) < 1e4 else 2)
