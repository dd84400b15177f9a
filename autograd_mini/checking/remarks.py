"""What is the matter with one wrong gradient: its shape, its order of entries, a factor, or numbers that are none.

A remark is made only where it explains every entry: the array, rearranged and divided by the factor, is the right one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

CLOSE = 4  # allowances: two arrays are the same, for a remark
EVIDENT = 100  # allowances: an entry that size says something about a factor
ENTRIES = 3  # of that size, before a factor without a name is believed
AXES = 4  # arrays of more axes than that are not summed over all choices of them


def number(x: float, digits: int = 4) -> str:
    """A number for people: that many significant digits, a true minus sign."""
    rounded = float(f"{x:.{digits}g}")
    text = f"{rounded:.6g}" if 1e-4 <= abs(rounded) < 1e6 else f"{x:.{digits}g}"
    return re.sub(r"e([+-])0*", lambda e: "e" + e[1].strip("+"), text).replace("-", "−")


def size_of(array: Array) -> float:
    """The largest absolute value among the finite entries; 0 without any."""
    sizes = np.abs(array)
    return float(np.max(sizes[np.isfinite(sizes)], initial=0.0))


def about_numbers(yours: Array) -> list[str]:
    """Whether some entries are nan or infinite."""
    remarks = []
    for what, found in (("nan", np.isnan(yours)), ("inf", np.isinf(yours))):
        if found.any():
            remarks.append(f"holds {what} in {_counted(found)}")
    return remarks


def about_place(wrong: Array) -> list[str]:
    """Where the wrong entries are, if they are few."""
    if not 0 < 2 * np.count_nonzero(wrong) <= wrong.size:
        return []
    place = ""
    if wrong.ndim == 2:
        rows, columns = (np.flatnonzero(wrong.any(axis)) for axis in (1, 0))
        for name, lines, n in (("row", rows, wrong.shape[0]), ("column", columns, wrong.shape[1])):
            if len(lines) == 1 < min(n, np.count_nonzero(wrong)):
                place = f", all in {name} {lines[0]}"
    return [f"wrong in {_counted(wrong)}{place}"]


def _counted(found: Array) -> str:
    return f"{np.count_nonzero(found):,} of {found.size:,} entries" if found.size > 1 else "its one entry"


def explanation(yours: Array, tape: Array, allowed: float, m: Sequence[int] = ()) -> str | None:
    """What was done to the right gradient that gives this one: an order of entries, a factor, or both; None if unknown.

    Parameters
    ----------
    yours, tape
        The two gradients, of any shapes.
    allowed
        The difference that is rounding.
    m
        What the number of examples may be; factors m and 1/m are called so.
    """
    found = [
        (arrangement, factor)
        for arrangement, rearranged in _arrangements(yours, tape)
        if (factor := multiple(rearranged, tape, allowed, m)) is not None and (arrangement or factor)
    ]
    if not found:
        return _lost_axes(yours, tape, allowed) if yours.shape != tape.shape else None
    # One slip is likelier than two. In an antisymmetric matrix, say, two single ones are the same.
    single = [arrangement or factor for arrangement, factor in found if not (arrangement and factor)]
    if single:
        return " or ".join(single) if yours.shape == tape.shape else single[0]
    return ", and ".join(found[0])


def about_shape(yours: Array, tape: Array) -> str:
    """That the shape is wrong, where nothing else is known."""
    if yours.ndim == 2 and yours.shape[::-1] == tape.shape:
        return f"has the transposed shape, {yours.shape} instead of {tape.shape}"
    axes = {-1: "misses an axis: ", 1: "has an extra axis: "}.get(np.sign(yours.ndim - tape.ndim), "has ")
    return f"{axes}shape {yours.shape} instead of {tape.shape}"


def _arrangements(yours: Array, tape: Array) -> Iterator[tuple[str, Array]]:
    """Ways to read `yours` as an array of the shape of `tape`, the likeliest first, each with what was done wrong then."""
    shape = tape.shape
    if yours.shape == shape:
        yield "", yours
        if np.iscomplexobj(tape):
            yield "the complex conjugate", np.conj(yours)
    if yours.ndim >= 2 and yours.shape[::-1] == shape:
        yield "transposed", yours.T
    if yours.shape == shape:
        return
    if [n for n in yours.shape if n != 1] == [n for n in shape if n != 1]:
        yield f"{about_shape(yours, tape)}, the numbers are right", yours.reshape(shape)
    if yours.size == tape.size:
        reshaped = f"the right numbers in shape {yours.shape} instead of {shape}"
        yield reshaped, yours.reshape(shape)
        yield f"{reshaped}, column by column", yours.reshape(shape, order="F")
    for axes in _choices(yours.ndim):
        for verb, total in (
            ("summed", np.sum(yours, axes)),
            ("averaged", np.mean(yours, axes) if yours.size else yours),
        ):
            if total.size == tape.size:
                yield f"not {verb} over {_named(axes)}: shape {yours.shape} instead of {shape}", total.reshape(shape)


def _lost_axes(yours: Array, tape: Array, allowed: float) -> str | None:
    """Whether `yours` is the right gradient, summed over an axis that the parameter has."""
    for axes in _choices(tape.ndim):
        for verb, total in (("summed", np.sum(tape, axes)), ("averaged", np.mean(tape, axes) if tape.size else tape)):
            many = tape.size // max(total.size, 1)
            if many > 1 and total.size == yours.size and size_of(total) > EVIDENT * allowed:
                off = np.abs(total.reshape(yours.shape) - yours)
                if np.all(off <= CLOSE * allowed * (many if verb == "summed" else 1)):
                    return f"{verb} over {_named(axes)} as well: shape {yours.shape} instead of {tape.shape}"
    return None


def _choices(ndim: int) -> Iterator[tuple[int, ...]]:
    """Choices of axes, single ones first."""
    counts = range(1, ndim + 1) if ndim <= AXES else (1, ndim)
    return itertools.chain.from_iterable(itertools.combinations(range(ndim), k) for k in counts)


def _named(axes: tuple[int, ...]) -> str:
    return f"ax{'i' if len(axes) == 1 else 'e'}s {' and '.join(map(str, axes))}"


def multiple(yours: Array, tape: Array, allowed: float, m: Sequence[int] = ()) -> str | None:
    """The constant that times `tape` gives `yours`, in words; "" for 1, None where there is no such constant."""
    size = size_of(tape)
    if not (size > EVIDENT * allowed and np.isfinite(yours).all() and np.isfinite(tape).all()):
        return None
    unit = tape / size
    ratio = float(np.real(np.sum(np.conj(unit) * (yours / size)) / np.sum(np.abs(unit) ** 2)))
    close = CLOSE * allowed * max(1.0, abs(ratio))
    if not np.all(np.abs(yours - ratio * tape) <= close):
        return None
    for value, name in (("1", ""), ("0", "zero everywhere")):
        if abs(ratio - float(value)) * size <= close:
            return name
    names = [name for value, name in _named_factors(m) if abs(ratio - value) * size <= close]
    if names:
        return f"{' or '.join(names)} times the right one"
    if np.count_nonzero(np.abs(tape) > EVIDENT * allowed) < ENTRIES:
        return None
    return f"{number(ratio)} times the right one"


def _named_factors(m: Sequence[int]) -> list[tuple[float, str]]:
    factors = [(-1.0, "−1")]
    for sign, minus in ((1, ""), (-1, "−")):
        factors += [(sign * 2.0, f"{minus}2"), (sign * 0.5, f"{minus}½")]
        for k in sorted({k for k in m if k > 1}):
            factors += [(sign * float(k), f"{minus}m = {minus}{k}"), (sign / k, f"{minus}1/m = {minus}1/{k}")]
    return factors
