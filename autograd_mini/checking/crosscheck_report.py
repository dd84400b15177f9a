"""What a crosscheck has found, as text and as HTML."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .comparison import TOO_SMALL, WRONG, Row
from .referee import ENTRIES, Opinion, Opinions
from .remarks import number

HEADINGS = ("array", "shape", "max |diff|", "worst entry", "yours", "autodiff", "ratio", "verdict")
LISTED = 5


@dataclass(frozen=True, eq=False)
class Crosscheck:
    """The result of `crosscheck`: true when the gradient is right; printed, the report.

    Attributes
    ----------
    table : tuple of GradientRow
        One row for each array of the parameters.
    cost : float
        C.
    complaints : tuple of str
        What is wrong beside the numbers: the person's function changes what it is given, or adds up from call to call.
    opinions : Opinions
        What central differences say of the tape, and of the worst wrong entries.
    """

    table: tuple[Row, ...]
    cost: float
    complaints: tuple[str, ...]
    opinions: Opinions

    def __bool__(self) -> bool:
        return not (self.wrong or self.complaints or self.opinions.against)

    @property
    def wrong(self) -> tuple[Row, ...]:
        """The rows that are wrong."""
        return tuple(row for row in self.table if row.verdict == WRONG)

    @property
    def first_wrong(self) -> Row | None:
        """The first row that is wrong, in the order of the parameters; None if none is."""
        return next(iter(self.wrong), None)

    @property
    def worst(self) -> Row | None:
        """The row with the largest difference among the wrong ones; if none is wrong, among all."""
        return max(self.wrong or self.table, key=lambda row: row.difference, default=None)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        cells = [HEADINGS, *(_cells(row, row is self.first_wrong) for row in self.table)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = ["   ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells]
        return "\n".join([self._title(), "", *(f"  {line}" for line in lines), "", *self._conclusions()])

    def _repr_html_(self) -> str:
        """The report for notebooks, on paper of its own, light or dark."""
        rows = []
        for row in self.table:
            cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in _cells(row, row is self.first_wrong))
            rows.append(f"<tr{WRONG_ROW * (row.verdict == WRONG)}>{cells}</tr>")
        head = "".join(f"<th>{html.escape(heading)}</th>" for heading in HEADINGS)
        lines = "\n".join(html.escape(line) for line in self._conclusions())
        return (
            f'<div class="autograd-mini-crosscheck"><style>{STYLE}</style><p>{html.escape(self._title())}</p>'
            f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table><pre>{lines}</pre></div>"
        )

    def _title(self) -> str:
        entries = sum(row.tape.size for row in self.table)
        counts = f"{_count(len(self.table), 'array')}, {_count(entries, 'entry', 'entries')}"
        return f"Gradient check: yours against autograd_mini      {counts}, C = {number(self.cost)}"

    def _conclusions(self) -> list[str]:
        shared, lines = self._shared(), [self._verdict()]
        for row in self.table:
            own = [remark for remark in row.remarks if row.verdict != WRONG or remark not in shared]
            lines += [f"  {row.label}: {'; '.join(own)}"] * bool(own)
        lines += [f"  {complaint}" for complaint in self.complaints]
        if self.opinions.asked:
            lines.append(f"  central differences   {self._evidence()}")
        return [*lines, f"  autodiff itself       {self._autodiff()}"]

    def _verdict(self) -> str:
        n, wrong = len(self.table), len(self.wrong)
        if self.opinions.against:
            return "Not judged: autodiff itself disagrees with central differences."
        if wrong:
            which = f"The gradient of {self.wrong[0].label} is wrong."
            if wrong > 1:
                which = "Both" if wrong == n == 2 else f"All {n}" if wrong == n else f"{wrong} of {n}"
                which += f" gradients are wrong; the first is that of {self.wrong[0].label}."
            return which + f" Each of them: {'; '.join(self._shared())}." * bool(self._shared())
        if self.complaints:
            return "The numbers are right, but the function that computes them is not:"
        undefined = [row.label for row in self.table if np.isnan(row.tape).any()]
        if undefined:
            return f"Nothing is wrong as far as can be judged without autodiff, which has nan in {_and(undefined)}."
        small = [row.label for row in self.table if row.verdict == TOO_SMALL]
        if len(small) == n:
            return f"Nothing could be judged: every gradient is smaller than {ROUNDING}. Choose another point."
        if small:
            verb = "is" if len(small) == 1 else "are"
            return f"Right, as far as can be judged: {_and(small)} {verb} smaller than {ROUNDING}."
        return {1: "The gradient is right.", 2: "Both gradients are right."}.get(n, f"All {n} gradients are right.")

    def _shared(self) -> list[str]:
        """The remarks that are made on every one of several wrong arrays."""
        remarks = [row.remarks for row in self.wrong] if len(self.wrong) > 1 else [()]
        return [remark for remark in remarks[0] if all(remark in others for others in remarks)]

    def _evidence(self) -> str:
        """What differences say of the worst entry of the first wrong array."""
        row = next(row for row in self.wrong if row.worst is not None and row.real)
        opinion = next(iter(self.opinions.asked.values()))
        if np.isnan(opinion.low):
            return f"cannot tell at {opinion.place}: the cost is too noisy there, or jumps"
        if opinion.low < opinion.high:
            slopes = f"{number(opinion.low)} and {number(opinion.high)}"
            return f"find a kink at {opinion.place}, with the slopes {slopes}: yours is not between them"
        eps = float(np.finfo(row.tape.dtype).eps)
        side = {
            (True, False): "as autodiff has it",
            (False, True): "as you have it, and not autodiff",
            (True, True): "which does not tell the two apart",
            (False, False): "which is neither yours nor autodiff's",
        }[_agrees(opinion, row.tape[row.worst], eps), _agrees(opinion, np.asarray(row.yours)[row.worst], eps)]
        return f"{number(opinion.low)} ± {number(opinion.bar, 1)} at {opinion.place}, {side}"

    def _autodiff(self) -> str:
        """What differences say of the tape."""
        if self.opinions.against:
            it = max(self.opinions.against, key=lambda opinion: abs(opinion.tape - opinion.slope))
            return (
                f"disagrees with central differences: at {it.place} it has {number(it.tape)}, they have "
                f"{number(it.slope)} ± {number(it.bar, 1)}.\n  Either a rule of autograd_mini is wrong, or cost hides a "
                "dependence (t.data, stop_gradient). check_gradients(cost, *params) says more."
            )
        if any(np.isnan(row.tape).any() for row in self.table):
            return "has nan: cost overflows on the way, or divides zero by zero (np.exp of a large number, √0)"
        if self.opinions.agreement is None:
            return "could not be compared with central differences: the gradient is too small, or the cost too noisy"
        where = "" if sum(row.tape.size for row in self.table) <= ENTRIES else ", along random directions"
        return f"agrees with central differences to {number(self.opinions.agreement, 1)}{where}"


ROUNDING = "the rounding of the cost"
WRONG_ROW = ' class="wrong"'
STYLE = (
    ".autograd-mini-crosscheck{background:#ffffff;color:#1f2328;padding:.5em 1em}"
    ".autograd-mini-crosscheck table{border-collapse:collapse;color:inherit}"
    ".autograd-mini-crosscheck th,.autograd-mini-crosscheck td{text-align:left;padding:.2em .8em;background:inherit;"
    "color:inherit;border-bottom:1px solid #6e7781}"
    ".autograd-mini-crosscheck tr.wrong td{color:#b3480a;font-weight:bold}"
    ".autograd-mini-crosscheck p,.autograd-mini-crosscheck pre{background:inherit;color:inherit;white-space:pre-wrap}"
    "@media (prefers-color-scheme:dark){.autograd-mini-crosscheck{background:#0d1117;color:#e6edf3}"
    ".autograd-mini-crosscheck th,.autograd-mini-crosscheck td{border-color:#8b949e}"
    ".autograd-mini-crosscheck tr.wrong td{color:#ffa657}}"
)


def _cells(row: Row, first_wrong: bool) -> tuple[str, ...]:
    shape = "×".join(map(str, row.shape)) or "number"
    difference = number(row.difference, 2) if np.isfinite(row.difference) else ""
    worst = yours = tape = ""
    if row.verdict == WRONG and row.worst is not None:
        worst = f"[{', '.join(map(str, row.worst))}]" if row.worst else ""
        yours, tape = (_entry(array, row.worst) for array in (row.yours, row.tape))
    verdict = row.verdict + "  ← first wrong" * first_wrong
    return row.label, shape, difference, worst, yours, tape, _ratio(row), verdict


def _entry(array: object, index: Sequence[int]) -> str:
    entry = np.asarray(array)[tuple(index)]
    if np.iscomplexobj(entry):
        return f"{number(entry.real)} {'−' if entry.imag < 0 else '+'} {number(abs(entry.imag))}i"
    return number(float(entry))


def _ratio(row: Row) -> str:
    if row.ratio is None:
        return ""
    low, high = (number(x, 2) for x in row.ratio)
    return low if low == high else f"{low} … {high}"


def _agrees(opinion: Opinion, value: Any, eps: float) -> bool:
    off = abs(float(value) - opinion.low)
    return off <= 10 * opinion.bar + 100 * eps * max(abs(float(value)), abs(opinion.low))


def _count(n: int, one: str, many: str = "") -> str:
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def _and(labels: Iterable[str]) -> str:
    found = list(labels)
    if len(found) > LISTED:
        found = [*found[:LISTED], f"{len(found) - LISTED} others"]
    return " and ".join(filter(None, (", ".join(found[:-1]), found[-1])))
