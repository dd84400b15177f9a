"""Taking turns: all contestants run again and again in one process, and what counts is the ratio within a round.

Absolute times say more about the machine than about the code. A slow moment, a drifting clock or a busy neighbour hits all
who run in the same round, so the ratio of two times of one round is worth more than either. On one processor, processor
time is what is measured: the same as time by the clock on an idle machine, and nearly the same on a busy one.
"""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from random import Random
from statistics import median, quantiles
from time import perf_counter, process_time, sleep
from typing import Any

try:
    from resource import RUSAGE_CHILDREN, getrusage
except ImportError:  # not a Unix
    processor_time = perf_counter
else:

    def processor_time() -> float:
        """Seconds that processors have worked for this process and for those that it has waited for."""
        children = getrusage(RUSAGE_CHILDREN)
        return process_time() + children.ru_utime + children.ru_stime


Run = Callable[[], Any]
Clock = Callable[[], float]


@dataclass(frozen=True)
class Pace:
    """How long to measure."""

    rounds: int = 41
    """How often everyone gets a turn, unless the time is up before …"""
    least: int = 7
    """… but at least so often."""
    seconds: float = 25.0
    """After this no further round begins."""
    turn: float = 1e-2
    """A turn repeats a short call until about so many seconds are full."""
    firsts: int = 3
    """How many first calls of a compiler are timed."""
    clock: Clock = processor_time
    """What tells the seconds; with several threads only `perf_counter` does."""
    pause: float = 0.0
    """Seconds before a turn, for another library's idle threads to fall asleep."""


QUICK = Pace(rounds=9, least=3, seconds=4.0, turn=4e-3, firsts=1)


def seconds_of(run: Run, calls: int = 1, clock: Clock = processor_time) -> float:
    """The mean time of `calls` calls."""
    start = clock()
    for _ in repeat(None, calls):
        run()
    return (clock() - start) / calls


def calls_in_a_turn(run: Run, pace: Pace) -> int:
    """How many calls fill a turn, or half of it at least: one measurement of a few calls would measure the clock."""
    run()
    calls = 1
    while seconds_of(run, calls, pace.clock) * calls < pace.turn / 2:
        calls *= 2
    return calls


def take_turns(runs: Mapping[str, Run], pace: Pace = Pace()) -> dict[str, list[float]]:
    """Let everyone run once a round, in an order drawn anew: {name: seconds per call, one for each round}.

    Before a turn is timed, the garbage of the others is collected and the code runs once, so that its data and its
    instructions are where they are when it runs by itself.
    """
    calls = {name: calls_in_a_turn(run, pace) for name, run in runs.items()}
    times: dict[str, list[float]] = {name: [] for name in runs}
    order, random, end = list(runs), Random(0), perf_counter() + pace.seconds
    with imports_set_aside():
        for done in range(pace.rounds):
            if done >= pace.least and perf_counter() > end:
                break
            random.shuffle(order)
            for name in order:
                gc.collect()
                sleep(pace.pause)
                runs[name]()
                times[name].append(seconds_of(runs[name], calls[name], pace.clock))
    return times


@contextmanager
def imports_set_aside() -> Iterator[None]:
    """Keep the garbage collector away from what is there already.

    It is left on, since its work belongs to the cost of building graphs. But here half a dozen libraries are loaded, and
    that it walks over their half a million objects is nobody's cost.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@dataclass(frozen=True)
class Ratio:
    """The ratio of two contestants' times: its median over the rounds, and between what lies the middle half of them."""

    median: float
    low: float
    high: float


def ratio(times: list[float], base: list[float]) -> Ratio:
    """How many times as long as `base`, round by round."""
    ratios = [t / b for t, b in zip(times, base, strict=True)]
    low, _, high = quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3
    return Ratio(median(ratios), low, high)
