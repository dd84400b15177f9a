"""One array of a person's gradients against the tape's: whether it is right, and if not, what is the matter with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import tree
from ..graph import Node
from .remarks import Array, about_numbers, about_place, about_shape, explanation, number, size_of

OK, WRONG, TOO_SMALL = "ok", "WRONG", "too small to judge"
ROUNDINGS = 64  # a right derivative may be off by that many roundings of its terms
LOOKED_AT = 40  # wrong entries that are looked at for a kink, the worst first; and as many of the others

Kink = Callable[[int], tuple[float, float] | None]


@dataclass(frozen=True, eq=False)
class Row:
    """One array of a person's gradients beside the tape's.

    Attributes
    ----------
    label : str
        What it is called.
    shape : tuple of int
        Of the parameter.
    yours : object
        The person's gradient, as it was given.
    tape : ndarray
        The tape's.
    verdict : {"ok", "WRONG", "too small to judge"}
        The last where all entries are smaller than the rounding of the cost.
    difference : float
        max |yours − tape|, over the wrong entries if there are any; infinite where they cannot be subtracted.
    worst : tuple of int or None
        The index of the entry with this difference.
    ratio : (float, float) or None
        The smallest and the largest yours ÷ tape, over the entries that are not too small for it.
    remarks : tuple of str
        What is the matter: ``"transposed"``, ``"−1 times the right one"``, ``"holds nan in 2 of 6 entries"``.
    """

    label: str
    shape: tuple[int, ...]
    yours: Any
    tape: Array
    verdict: str
    difference: float
    worst: tuple[int, ...] | None
    ratio: tuple[float, float] | None
    remarks: tuple[str, ...]

    @property
    def real(self) -> bool:
        """Whether neither gradient is complex."""
        return not (np.iscomplexobj(self.yours) or np.iscomplexobj(self.tape))


def allowance(cost_value: Any, params: Any, tape_gradient: Any) -> float:
    """The difference from the tape up to which a gradient is right: 64 ε · max(1, max|params|) · (|C| + max|g|).

    Parameters
    ----------
    cost_value : float
        C. Its own rounding bounds what a derivative can mean.
    params : nested arrays
        All parameters; ε is that of their coarsest dtype.
    tape_gradient : ndarray
        g, of one parameter.
    """
    return _allowance(cost_value, params, tape_gradient, 0.0)


def _allowance(cost_value: Any, params: Any, tape_gradient: Any, eps: float) -> float:
    arrays = [np.asarray(leaf) for leaf in tree.leaves(params)]
    eps = max([eps, *(precision(array.dtype) for array in arrays)])
    scale = max([1.0, *(size_of(array) for array in arrays)])
    return float(ROUNDINGS * eps * scale * (abs(cost_value) + size_of(np.asarray(tape_gradient))))


def precision(dtype: Any) -> float:
    """ε of a dtype; 0 of integers, which are exact."""
    return float(np.finfo(dtype).eps) if dtype.kind in "fc" else 0.0


def compare(
    label: str,
    yours: Any,
    tape: Any,
    cost_value: Any,
    params: Any,
    kink: Kink | None = None,
    *,
    m: Sequence[int] = (),
    noise: Any = 0.0,
) -> Row:
    """Compare a person's gradient with the tape's, entry by entry.

    Parameters
    ----------
    label : str
        What to call it.
    yours : array_like
        The person's.
    tape : ndarray
        The tape's, of the shape and dtype of the parameter.
    cost_value : float
        C.
    params : nested arrays
        All parameters.
    kink : callable, optional
        The two one-sided slopes of the cost in an entry (its number, counted in C order), or None where it has no kink.
        Any number between the two is right. It is asked only for entries that would be wrong.
    m : sequence of int
        What the number of examples may be, for remarks.
    noise : array_like
        A difference that is rounding for other reasons, entry by entry.

    Returns
    -------
    Row
    """
    tape = np.asarray(tape)
    array, remarks = _as_array(yours, tape.dtype)
    if array is None:
        return Row(label, tape.shape, yours, tape, WRONG, np.inf, None, None, tuple(remarks))
    allowed = _allowance(cost_value, params, tape, precision(array.dtype))
    with np.errstate(all="ignore"):
        if array.shape != tape.shape:
            remarks += about_numbers(array) or [explanation(array, tape, allowed, m) or about_shape(array, tape)]
            return Row(label, tape.shape, yours, tape, WRONG, np.inf, None, None, tuple(remarks))
        off = np.where(np.isnan(tape) | (array == tape), 0, np.abs(array - tape))
        off = np.where(np.isnan(off), np.inf, off)
        limit = np.maximum(allowed, noise)
        wrong = off > limit
        small = np.all((np.abs(tape) <= limit) | np.isnan(tape)) and tape.size > 0
        excused = _at_kinks(array, off, wrong, allowed, kink)
        off, wrong = np.where(excused, 0, off), wrong & ~excused
        off = np.where(wrong, off, 0) if wrong.any() else off
        ratio = _ratio(array, np.where(excused, np.nan, tape), allowed)
        if wrong.any():
            found = about_numbers(array) or list(filter(None, [explanation(array, tape, allowed, m)]))
            remarks += found or about_place(wrong)
    remarks += [_at_a_kink(excused)] * bool(excused.any()) + _without_derivative(tape)
    verdict = WRONG if wrong.any() else TOO_SMALL if small else OK
    worst = tuple(int(k) for k in np.unravel_index(np.argmax(off), off.shape)) if off.size else None
    return Row(label, tape.shape, yours, tape, verdict, float(np.max(off, initial=0)), worst, ratio, tuple(remarks))


def _as_array(yours: Any, dtype: Any) -> tuple[Array | None, list[str]]:
    """The person's gradient as an array of numbers, and what is odd about it."""
    remarks = []
    if isinstance(yours, Node):
        yours = yours.value
    if isinstance(yours, (list, tuple)):
        remarks.append(f"a {type(yours).__name__}, not an array")
    try:
        array = np.asarray(yours)
    except (ValueError, TypeError):
        return None, [*remarks, "no array can be made of it: its rows differ in length"]
    if array.dtype.kind not in "fciub":
        what = f"an array of {array.dtype}" if isinstance(yours, np.ndarray) else f"a {type(yours).__name__}"
        return None, [*remarks, f"{what}, which holds no numbers"]
    of_arrays = isinstance(yours, (np.ndarray, np.generic))
    if array.dtype.kind in "iub":
        remarks += [f"of {array.dtype}, which cuts off fractions; the parameter is {dtype}"] * of_arrays
        array = array.astype(np.result_type(dtype, np.float64))
    elif array.dtype.kind == "c" and dtype.kind == "f":
        remarks.append("complex, where the parameter is real")
    elif precision(array.dtype) > precision(dtype):
        remarks.append(f"{array.dtype}, where the parameter is {dtype}: judged with the precision of {array.dtype}")
    elif of_arrays and array.dtype.newbyteorder("=") != dtype.newbyteorder("="):
        remarks.append(f"{array.dtype}, where the parameter is {dtype}")
    return array, remarks


def _at_kinks(array: Array, off: Array, wrong: Array, allowed: float, kink: Kink | None) -> Array:
    """Which of the wrong entries are right after all, since the cost has a kink there and they lie between its slopes."""
    excused = np.zeros(wrong.shape, dtype=bool)
    if kink is None or not wrong.any():
        return excused
    entries = np.flatnonzero(wrong)
    entries = entries[np.argsort(-off.flat[entries], kind="stable")]
    others = entries[LOOKED_AT:]
    for i in [*entries[:LOOKED_AT], *others[:: max(len(others) // LOOKED_AT, 1)]]:
        slopes = kink(int(i))
        if slopes is None or not slopes[0] - allowed <= array.flat[i] <= slopes[1] + allowed:
            return excused
        excused.flat[i] = True
    excused.flat[entries] = True  # too many to look at all of them; none of those looked at is wrong
    return excused


def _at_a_kink(excused: Array) -> str:
    n = np.count_nonzero(excused)
    return f"between the one-sided slopes of a kink of the cost in {n:,} of {excused.size:,} entries, which is right"


def _without_derivative(tape: Array) -> list[str]:
    undefined = np.count_nonzero(np.isnan(tape))
    return [f"not judged in {undefined:,} of {tape.size:,} entries, where autodiff has nan"] if undefined else []


def _ratio(array: Array, tape: Array, allowed: float) -> tuple[float, float] | None:
    judged = (np.abs(tape) > allowed) & np.isfinite(tape) & np.isfinite(array)
    if np.iscomplexobj(array) or np.iscomplexobj(tape) or not judged.any():
        return None
    ratios = array[judged] / tape[judged]
    return float(ratios.min()), float(ratios.max())


__all__ = ["OK", "TOO_SMALL", "WRONG", "Row", "allowance", "compare", "number"]
