"""The slope of a function along a line, from its values alone: extrapolated central differences with an error bar.

Central differences at halving steps are extrapolated to step zero (Ridders). The error bar is the disagreement of the best
extrapolation with its neighbours, plus what rounding can do at its step. Rounding is also measured, from the differences
at the smallest steps, since a function that cancels is noisier than its values show. Steps count only while the slopes to
the right and to the left approach each other; where they never do, the function has a kink.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]

EPS = 2.0**-52
SMALLEST = 2.0**-1074
NOTHING = 1e-300  # steps of a tenth of that could no longer be halved; it is taken for zero
TENTH = 0.1
HALVES = math.sqrt(4.1)  # about 2, but steps fall on ever another grid of binary digits, and on no period
BARS = 10  # a derivative is wrong outside that many error bars
SHRINKS = 1.3  # the gap of the one-sided slopes: by how much per halving where the function is smooth
BLOCK, BLOCKS = 12, 3  # steps are taken by the block, until the slope has settled
COLUMNS = 8  # of the extrapolation

SMOOTH, KINK, EDGE, INFINITE = "smooth", "kink", "edge", "infinite"
JUMP, UNSEEN = "jump", "unseen"  # nothing to compare with: any derivative passes


class Slopes(NamedTuple):
    """The slopes of several functions of one variable at one point; every field has one entry per function."""

    kind: Array
    """What was found: smooth, kink, edge (of the domain), infinite, jump, or unseen: too noisy or too fast."""
    low: Array
    high: Array
    """The slope lies between: two slopes at a kink, one number where the function is smooth."""
    bar: Array
    """How far off that may be."""
    left: Array
    right: Array
    """The slopes on either side; nan where the function has no values."""
    reach: Array
    """The distance over which errors of values become errors of slopes: the size of the argument, at most 1."""

    def take(self, rows: Any) -> Slopes:
        """Some of the functions, or one."""
        return Slopes(*(field[rows] for field in self))

    def infinite(self) -> Array:
        """Whether the slope is infinite, on either side."""
        return np.asarray(np.isinf(self.low) | np.isinf(self.high))

    def allowed(self, analytic: Array, eps: float, tiny: float = 0.0, error: Array | float = 0.0) -> Array:
        """How far from the slope a right derivative may be.

        Parameters
        ----------
        analytic
            The derivative.
        eps
            The machine precision of the dtype it was computed in.
        tiny
            A number so small that products of such numbers are zero in this dtype.
        error
            By how much the values of the functions in this dtype are off.
        """
        size = np.where(np.isfinite(analytic), np.abs(analytic), 0)
        return np.asarray(BARS * (self.bar + error / self.reach) + 100 * (eps * size + tiny))

    def agree(self, analytic: Array, allowed: Array | float) -> Array:
        """Whether `analytic` can be the derivative, entry by entry; nan can be where there is none."""
        inside = (analytic >= self.low - allowed) & (analytic <= self.high + allowed)
        return np.asarray(inside | (self.kind == JUMP) | (self.kind == UNSEEN))


def first_step(size: float) -> float:
    """The largest step from a number of the given size: about 0.1 · min(1, |x|), and well above its last digits."""
    return max(TENTH * _reach(size), math.ldexp(size * EPS, 24))


def _reach(size: float) -> float:
    return min(1.0, size) if size > NOTHING else 1.0


def slopes(
    phi: Callable[[float], Array], y: Array, size: float = 1.0, origin: float = 0.0, floor: Array | float = 0.0
) -> Slopes:
    """The slopes dφ/dt at t = 0 of several functions φ of one variable.

    Parameters
    ----------
    phi
        Their values at t, a vector; nan where one has none.
    y
        φ(0).
    size
        Of the argument that t is added to; the first step is a tenth of it, or 0.1.
    origin
        The number that t is added to: steps are rounded so that the sum is exact.
    floor
        Values are rounded at least as if they were of this size.
    """
    h: list[float] = []
    ahead: list[Array] = []
    behind: list[Array] = []
    step, smallest = first_step(size), 2 * size * EPS
    for block in range(BLOCKS):
        while len(h) < BLOCK * (block + 1) and step > smallest:
            h.append((origin + step) - origin)
            ahead.append(phi(h[-1]))
            behind.append(phi(-h[-1]))
            step /= HALVES
        with np.errstate(all="ignore"):
            found, settled = _read(np.array(h)[:, None], np.array(ahead), np.array(behind), y, size, floor)
        if settled or step <= smallest:
            break
    return found


def _read(h: Array, ahead: Array, behind: Array, y: Array, size: float, floor: Array | float) -> tuple[Slopes, bool]:
    """The slopes that the values at the steps ±h show, and whether smaller steps could not show more."""
    constant = ((ahead == y) & (behind == y)).all(0)  # perhaps the rest of something that has cancelled
    values = np.fmax(np.fmax(np.abs(ahead), np.abs(behind)), np.fmax(np.abs(y), floor))
    level = 2 * EPS * np.where(constant, np.fmax(values, 1), values) + 2 * SMALLEST
    rights, lefts, centrals = (ahead - y) / h, (y - behind) / h, (ahead - behind) / (2 * h)
    gap = np.abs(rights - lefts)
    noise = _noise(centrals, h, HALVES**2, (ahead != y) | (behind != y))
    rounding = (level + noise) / h
    usable = _shrinking(gap, rounding)
    value, bar = _extrapolated(centrals, rounding, usable, HALVES**2)
    doubtful = _contradicted(centrals, h, level, gap, value, bar)
    value, infinite, jump = _diverging(centrals, value, bar)
    right, right_bar = _one_sided(rights, level, h)
    left, left_bar = _one_sided(lefts, level, h)

    has_right, has_left = np.isfinite(rights[-3:]).all(0), np.isfinite(lefts[-3:]).all(0)
    both, edge = has_right & has_left, has_right ^ has_left
    kink = both & ~usable[-3:].all(0)
    side, side_bar = np.where(has_right, right, left), np.where(has_right, right_bar, left_bar)
    low, high = np.where(kink, np.fmin(left, right), value), np.where(kink, np.fmax(left, right), value)
    low, high = np.where(edge, side, low), np.where(edge, side, high)
    bar = np.where(kink, np.fmax(left_bar, right_bar), np.where(edge, side_bar, bar))
    infinite = (both & ~kink & infinite) | (edge & np.isinf(side))
    # An infinite slope may as well be one that is steeper than the smallest step shows.
    last = np.where(both, centrals[-1], np.where(has_right, rights[-1], lefts[-1]))
    low, high = np.where(infinite & (low > 0), last, low), np.where(infinite & (high < 0), last, high)

    kind = np.select([kink, infinite, edge], [KINK, INFINITE, EDGE], SMOOTH)
    kind = np.where(both & ~kink & jump, JUMP, kind)
    change = np.fmax(np.abs(ahead - y), np.abs(behind - y))
    spread = np.max(np.where(np.isfinite(change), change, 0), 0)
    hidden = (noise > 0.03 * spread) & (noise > 1000 * level[-1]) & both & (kind != INFINITE)
    hidden |= doubtful | (kink & ~((bar <= 0.1 * (high - low)) | np.isinf(high - low)))
    kind = np.where((hidden & (kind != JUMP)) | ~(both | edge), UNSEEN, kind)

    reach = _reach(size)
    scale = np.fmax(np.abs(value), np.max(np.fmax(np.abs(ahead), np.abs(behind))[BLOCK // 2 :], 0) / reach)
    straight = np.abs(right - left) <= BARS * (right_bar + left_bar)
    settled = bool(np.all((kind == SMOOTH) & (bar <= 1e-8 * scale) & straight))
    return Slopes(kind, low, high, bar, left, right, np.full(y.shape, reach)), settled


def _contradicted(centrals: Array, h: Array, level: Array, gap: Array, value: Array, bar: Array) -> Array:
    """Where larger steps, less exact, agree on another slope: then the smallest steps may walk on a stair of rounding."""
    found = np.zeros(value.shape, dtype=bool)
    changes = np.abs(np.diff(centrals, axis=0, prepend=np.nan)) > 0
    early = changes & (np.arange(len(h))[:, None] < BLOCK)
    for larger, least in ((changes, value), (early, 0)):
        rounding = (level + _noise(centrals, h, HALVES**2, larger)) / h
        other, its_bar = _extrapolated(centrals, rounding, _shrinking(gap, rounding), HALVES**2)
        exact = its_bar <= 0.01 * np.fmax(np.abs(other), np.abs(least))
        found |= exact & (np.abs(other - value) > BARS * (bar + its_bar))
    return found


def _one_sided(sloping: Array, level: Array, h: Array) -> tuple[Array, Array]:
    """The limit of the slopes to one side, infinite where they grow without end, and its error bar."""
    noise = _noise(sloping, h, HALVES, sloping != 0)
    rounding = 4 * (level + noise) / h  # extrapolating slopes to one side magnifies it by that much
    value, bar = _extrapolated(sloping, rounding, _suffix(np.isfinite(sloping)), HALVES)
    value, infinite, jump = _diverging(sloping, value, bar)
    grows = infinite | jump
    return np.where(grows, np.copysign(np.inf, sloping[-1]), value), np.where(grows, 0, bar)


def _suffix(good: Array) -> Array:
    """Which steps are good, as are all smaller ones."""
    return np.asarray(np.logical_and.accumulate(good[::-1], axis=0)[::-1])


def _shrinking(gap: Array, rounding: Array) -> Array:
    """The steps from which on the gap of the one-sided slopes shrinks with every halving, as far as one can see."""
    shrinks = (gap[:-1] >= SHRINKS * gap[1:]) | (gap[1:] <= 8 * rounding[1:])
    good = np.isfinite(gap)
    good[:-1] &= shrinks
    good[-1] &= shrinks[-1]
    return _suffix(good)


def _noise(sloping: Array, h: Array, ratio: float, changes: Array) -> Array:
    """By how much values of the function are off: seen in extrapolated slopes that get worse with smaller steps."""
    better = (ratio * sloping[1:] - sloping[:-1]) / (ratio - 1)
    change = np.abs(better[1:] - better[:-1])
    change = np.where(np.isfinite(change), change, np.inf)
    steps = np.arange(len(change))[:, None]
    last = np.max(np.where(changes[2:], steps, 0), axis=0)  # smaller steps are too small to change anything
    best = np.minimum(np.argmin(np.where(steps <= last, change, np.inf), axis=0), last - 3)
    beyond = (steps >= best) & np.isfinite(change)
    return np.asarray(np.max(np.where(beyond, change * h[2:], 0), axis=0, initial=0))


def _extrapolated(sloping: Array, rounding: Array, usable: Array, ratio: float) -> tuple[Array, Array]:
    """The limit of slopes whose error is a series in a power of h, which shrinks by `ratio` each time; and its error bar.

    An extrapolation that the slopes at the smallest steps contradict is not believed: large steps may agree by chance.
    """
    table = np.where(usable, sloping, np.nan)
    value, bar = table[-1], np.full(table.shape[1:], np.inf)
    last = 4 * (np.abs(table[-1] - table[-2]) + rounding[-1])
    reference, rows = table[-1], np.arange(table.shape[1])
    for column in range(1, min(COLUMNS, len(table))):
        better = table[1:] + (table[1:] - table[:-1]) / (ratio**column - 1)
        error = np.fmax(np.abs(better - table[1:]), np.abs(better - table[:-1])) + rounding[column:]
        error = np.where(np.isfinite(error) & (np.abs(better - reference) <= last), error, np.inf)
        k = np.argmin(error, axis=0)
        chosen, found = error[k, rows], better[k, rows]
        value, bar = np.where(chosen < bar, found, value), np.fmin(bar, chosen)
        table = better
    return value, bar


def _diverging(sloping: Array, value: Array, bar: Array) -> tuple[Array, Array, Array]:
    """The value, ±∞ where slopes grow without end; where they do; and where they double, so that the function jumps."""
    grown = np.diff(np.abs(sloping[-6:]), axis=0)
    ratios = grown[1:] / grown[:-1]
    steady = (grown > 0).all(0) & (ratios >= 0.9).all(0) & (np.max(ratios, 0) < 1.15 * np.min(ratios, 0))
    steady &= (np.sign(sloping[-6:]) == np.sign(sloping[-1])).all(0) & ~(bar <= 1e-3 * np.abs(value))
    jump = steady & (np.min(ratios, 0) >= 1.95)
    infinite = steady & ~jump
    return np.where(infinite, np.copysign(np.inf, sloping[-1]), value), infinite, jump
