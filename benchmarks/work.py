"""One work: who does it, against whom they are measured, and what has to agree before anything is timed."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

import numpy as np

from interleaved import Pace, Ratio, Run, ratio, seconds_of, take_turns

OURS = "autograd_mini"
JIT = "autograd_mini jit"
REUSED = "autograd_mini jit, reuse_outputs"
HAND = "by hand, NumPy"
VALUE = "the value alone"

COMPILED = ("jit", "torch.compile", "lax.scan")


@dataclass
class Work:
    """What is measured.

    Attributes
    ----------
    title
        What is computed, in one line.
    short
        The same in a few words, for the picture.
    contestants
        By name, what makes a fresh runner; an `ImportError` leaves the contestant out. Runners return everything that
        they were asked for, in the same order.
    base
        Against whom the others are measured; the first who can run where that one is missing.
    value
        What computes the value of one run alone, in plain NumPy or Python floats: the measure of a gradient's cost.
    values
        The same in a contestant's own way, by name: the value by jit, or on Tensors.
    parts
        Pieces of the work that nobody gets around, by what they are: what they take bounds the others.
    tolerance
        How far results may be apart, relative to the largest entry of each array.
    calls, unit
        How many of what one run is, e.g. 100 batches.
    columns
        Further figures, measured after the times: {heading: {contestant: text}}.
    """

    title: str
    short: str
    contestants: Mapping[str, Callable[[], Run]]
    base: str = HAND
    value: Run | None = None
    values: Mapping[str, Callable[[], Run]] = field(default_factory=dict)
    parts: Mapping[str, Run] = field(default_factory=dict)
    tolerance: float = 1e-10
    calls: int = 1
    unit: str = ""
    columns: Callable[[], dict[str, dict[str, str]]] = dict
    notes: list[str] = field(default_factory=list)


def arrays(result: Any) -> list[Any]:
    """The arrays in a nested result, of whatever library, as NumPy's."""
    if isinstance(result, (list, tuple)):
        return [array for part in result for array in arrays(part)]
    if isinstance(result, dict):
        return arrays([result[name] for name in sorted(result)])
    return [np.asarray(result.detach() if hasattr(result, "detach") else result)]


def check(name: str, result: Any, expected: list[Any], tolerance: float) -> None:
    """Compare a contestant's result with the expected one.

    Raises
    ------
    AssertionError
        When it is another: then there is nothing to be timed.
    """
    found = arrays(result)
    assert len(found) == len(expected), f"{name}: {len(found)} arrays instead of {len(expected)}"
    for k, (a, b) in enumerate(zip(found, expected, strict=True)):
        assert a.shape == b.shape, f"{name}: result {k} has shape {a.shape} instead of {b.shape}"
        apart = np.max(np.abs(a - b), initial=0.0) / (np.max(np.abs(b), initial=0.0) or 1.0)
        assert apart <= tolerance, f"{name}: result {k} is {apart:.1e} off, relative to its largest entry"


def gathered(work: Work, pace: Pace) -> tuple[dict[str, Run], dict[str, str], dict[str, float]]:
    """Those who can run, those who cannot and why, and how long the first calls of the compiled took.

    The first calls are those of fresh runners, once the compiler itself has been loaded.

    Raises
    ------
    AssertionError
        When two do not agree.
    """
    runs: dict[str, Run] = {}
    missing: dict[str, str] = {}
    first: dict[str, float] = {}
    results: dict[str, Any] = {}
    for name, make in work.contestants.items():
        try:
            run = make()
            results[name] = run()
        except ImportError as error:
            missing[name] = str(error).partition(" (")[0]
            continue
        runs[name] = run
        if any(word in name for word in COMPILED):
            first[name] = median(seconds_of(make(), 1, pace.clock) for _ in range(pace.firsts))
    expected = arrays(results[work.base if work.base in runs else next(iter(runs))])
    for name, result in results.items():
        check(name, result, expected, work.tolerance)
    return runs, missing, first


def unsteady(ratios: list[Ratio]) -> bool:
    """Whether so much else went on that they mean little: a middle half is wider than half its median."""
    return any(r.high - r.low > 0.5 * r.median for r in ratios)


def measured(work: Work, pace: Pace) -> dict[str, Any]:
    """Do one work: everything that the report wants to know, as JSON can hold it."""
    runs, missing, first = gathered(work, pace)
    base = work.base if work.base in runs else next(iter(runs))
    values = {f"{VALUE}, {name}": make() for name, make in work.values.items() if name in runs}
    times = take_turns(runs | values | dict(work.parts) | ({VALUE: work.value} if work.value else {}), pace)
    parts = {name: ratio(times[name], times[base]).median for name in work.parts}
    ratios = {name: ratio(times[name], times[base]) for name in runs}
    rows = {name: asdict(r) for name, r in ratios.items()}
    for name in runs:
        if work.value:
            rows[name]["per value"] = ratio(times[name], times[VALUE]).median
        if name in work.values:
            rows[name]["per own value"] = ratio(times[name], times[f"{VALUE}, {name}"]).median
        if name in first:
            rows[name]["first call"] = max(0.0, first[name] - median(times[name]))
    return {
        "title": work.title,
        "short": work.short,
        "base": base,
        "base seconds": median(times[base]) / work.calls,
        "unit": work.unit,
        "tolerance": work.tolerance,
        "rounds": len(times[base]),
        "unsteady": unsteady([*ratios.values(), ratio(times[base], [1.0] * len(times[base]))]),
        "rows": rows,
        "columns": work.columns(),
        "missing": missing,
        "parts": parts,
        "notes": work.notes,
    }
