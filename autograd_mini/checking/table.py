"""All arrays of a person's gradients beside the tape's, and what only shows when one looks at several of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from .. import tree
from .batch import count, subset_gradients
from .comparison import WRONG, Row, allowance, compare
from .differences import Array
from .given import Given
from .referee import LOOKS, Referee
from .remarks import explanation, multiple
from .rounding import gradient_noise


class Table:
    """The comparison of all arrays.

    Parameters
    ----------
    given
        Cost, parameters and examples.
    value
        C.
    tape, gradients
        The tape's and the person's gradients, one per array.
    axes
        Which axes may count the examples.
    referee
        Who knows of kinks.
    """

    def __init__(
        self, given: Given, value: float, tape: list[Array], gradients: list[Any], axes: Sequence[int], referee: Referee
    ) -> None:
        self.given = given
        self.value = value
        self.tape = tape
        self.axes = axes
        self.m = [count(given, axis) for axis in axes]
        self.referee = referee
        self.allowed = [allowance(value, given.params, g) for g in tape]
        self.rows: list[Row] = []
        for k, yours in enumerate(gradients):
            row = self._compared(k, yours)
            if row.verdict == WRONG and row.worst is not None:
                row = self._compared(k, yours, kink=referee.kink(k), noise=self._noise[k])
            self.rows.append(row)

    def _compared(self, k: int, yours: Any, **closer: Any) -> Row:
        label, tape = self.given.labels[k], self.tape[k]
        judge, remarks = self._judge(k, yours)
        row = compare(label, yours, judge, self.value, self.given.params, m=self.m, **closer)
        return dataclasses.replace(row, tape=tape, remarks=(*row.remarks, *remarks))

    def _judge(self, k: int, yours: Any) -> tuple[Array, list[str]]:
        """The gradient to compare with: the tape's, and where that is nan, the one in double precision, or differences."""
        tape, array = self.tape[k], numbers(yours)
        undefined = np.flatnonzero(np.isnan(tape))
        if not len(undefined) or array is None or array.shape != tape.shape or np.iscomplexobj(tape):
            return tape, []
        judge = np.where(np.isnan(tape), self.referee.gradient_of(k), tape)
        for i in np.flatnonzero(np.isnan(judge))[:LOOKS].tolist():
            judge.flat[i] = self.referee.nearest(k, i, float(array.flat[i]))
        by_differences = np.count_nonzero(np.isnan(tape) & ~np.isnan(judge))
        return judge, [f"judged without autodiff in {by_differences:,} entries, where it has nan"] * bool(
            by_differences
        )

    @cached_property
    def _noise(self) -> list[Array]:
        return gradient_noise(self.given, self.tape)

    def remark(self, shared: Sequence[Sequence[str]]) -> None:
        """Add what shows when one looks at several arrays, or at some of the examples; and what shares memory."""
        for k, row in enumerate(self.rows):
            found: list[str] = []
            if row.verdict == WRONG and (yours := numbers(row.yours)) is not None:
                found = self._another(k, yours)
                unknown = yours.shape == row.shape and explanation(yours, row.tape, self.allowed[k], self.m) is None
                if unknown and not found:
                    found = self._some_examples(k, yours)
            self.rows[k] = dataclasses.replace(row, remarks=(*row.remarks, *found, *shared[k]))

    def _another(self, k: int, yours: Array) -> list[str]:
        """Whether this is the gradient of another parameter."""
        for l, other in enumerate(self.rows):
            if l != k and yours.shape == other.shape and multiple(yours, other.tape, self.allowed[l]) == "":
                theirs, tape = numbers(other.yours), self.tape[k]
                if theirs is not None and theirs.shape == tape.shape and multiple(theirs, tape, self.allowed[k]) == "":
                    return [f"swapped with that of {other.label}"]
                return [f"the gradient of {other.label}"]
        return []

    @cached_property
    def _subsets(self) -> list[tuple[int, dict[str, list[Array]]]]:
        """The tape's gradients for some of the examples, by m and name."""
        return [
            (count(self.given, axis), {name: tree.leaves(g) for name, g in subset_gradients(self.given, axis).items()})
            for axis in self.axes
        ]

    def _some_examples(self, k: int, yours: Array) -> list[str]:
        """Whether this is the gradient for the last example only, or the like."""
        for m, gradients in self._subsets:
            for name, several in gradients.items():
                factor = multiple(yours, np.asarray(several[k]), self.allowed[k], [m])
                if factor is not None:
                    return [factor.replace("the right one", name) or name]
        return []

    def worst(self) -> list[int]:
        """The coordinates of the worst entries of wrong arrays."""
        return [
            self.referee.coordinate(k, int(np.ravel_multi_index(row.worst, row.shape)))
            for k, row in enumerate(self.rows)
            if row.verdict == WRONG and row.worst is not None and row.real
        ]


def numbers(yours: Any) -> Array | None:
    """The gradient as an array, if it holds finite numbers."""
    try:
        array = np.asarray(yours)
        return array if array.dtype.kind in "fciu" and np.isfinite(array).all() else None
    except (ValueError, TypeError):
        return None
