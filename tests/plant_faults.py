"""Plant wrong rules in the tables at random, and see whether the tests find them out.

Run by hand: ``python tests/plant_faults.py [how many] [seed]``. Faults live in memory only. Each is met by the checks that
run the code it is in: first the rows of the loop over the tables, then the conventions at singular points and the calls of
the coverage test. A survivor is a missing sample, or a change that computes the same derivative: those that are known are
in `equivalent_faults` and are not planted.
"""

# ruff: noqa: E402, T201

from __future__ import annotations

import os

for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

import functools
import multiprocessing
import random
import resource
import signal
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.equivalent_faults import reason_for
from tests.faults import FOLDER, RULES, Fault, faults_of_code, faults_of_rows, planted
from tests.rule_loop import check_row, rows
from tests.test_coverage import PROVED, prove
from tests.test_singular_points import CHECKS

PATIENCE = 20  # seconds for one check: a loop that ends no more is found out as well
MEMORY = 8 * 2**30
TESTS: dict[str, Callable[[], Any]] = {
    **{f"row {name}": functools.partial(check_row, row) for name, row in rows().items()},
    **{f"point {name}": check for name, check in CHECKS.items()},
    **{f"call {name}": functools.partial(prove, *call) for name, call in PROVED.items()},
}


def failure_of(name: str) -> str:
    """What a test says when it fails: nothing when it passes."""
    signal.signal(signal.SIGALRM, _out_of_patience)
    signal.alarm(PATIENCE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error" if name.startswith("row") else "ignore")
            TESTS[name]()
    except Exception as error:
        return f"{type(error).__name__}: {error}".strip().split("\n")[0]
    finally:
        signal.alarm(0)
    return ""


def _out_of_patience(*_):
    raise TimeoutError


def probe(name: str) -> tuple[str, set[tuple[str, int]], float, str]:
    """The functions of the tables that a test runs, by file and first line, how long it takes, and what it says."""
    run = set()

    def note(frame, event, _):
        if event == "call" and frame.f_code.co_filename.startswith(str(FOLDER)):
            run.add((Path(frame.f_code.co_filename).name, frame.f_code.co_firstlineno))

    start = time.perf_counter()
    sys.setprofile(note)
    try:
        failure = failure_of(name)
    finally:
        sys.setprofile(None)
    return name, run, time.perf_counter() - start, failure


def trial(job: tuple[Fault, list[str]]) -> tuple[Fault, str]:
    """Which test found the fault out, if any."""
    fault, names = job
    with planted(fault) as is_planted:
        if not is_planted:
            return fault, "not planted"
        return fault, next((name for name in names if failure_of(name)), "survived")


def limit_memory() -> None:
    """In a worker: an array of a size gone wrong is an error."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def chosen(faults: list[Fault], n: int, seed: int) -> list[Fault]:
    """`n` faults at random, in turn from every file and every kind of fault."""
    rng = random.Random(seed)
    groups: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        groups.setdefault((fault.file, fault.kind), []).append(fault)
    for group in groups.values():
        rng.shuffle(group)
    order = list(groups.values())
    picked: list[Fault] = []
    while len(picked) < n and any(order):
        rng.shuffle(order)
        picked += [group.pop() for group in order if group]
    return picked[:n]


def tests_by_function(pool: Any) -> dict[Any, list[str]]:
    """The tests that run each function of the tables, and those of each row: rows first, then the quickest first."""
    users: dict[Any, list[tuple[bool, int, float, str]]] = {}
    for name, functions, seconds, failure in pool.map(probe, TESTS, chunksize=8):
        if failure:
            print(f"fails without any fault, left out: {name}: {failure}")
            continue
        for function in functions:
            users.setdefault(function, []).append((not name.startswith("row"), len(functions), seconds, name))
    names = {id(row): f"row {name}" for name, row in rows().items()}
    points = [name for name in TESTS if name.startswith("point")]
    own = {i: [names[id(rule)], *points] for i, rule in enumerate(RULES.values()) if id(rule) in names}
    return own | {function: [name for *_, name in sorted(tests)] for function, tests in users.items()}


def main(n: int = 400, seed: int = 0) -> int:
    """Plant, check, and report; how many have survived."""
    start = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), limit_memory) as pool:
        tests = tests_by_function(pool)
        faults = [f for f in (*faults_of_code(), *faults_of_rows()) if f.where in tests and reason_for(f) is None]
        jobs = [(fault, tests[fault.where]) for fault in chosen(faults, n, seed)]
        results = [(f, found) for f, found in pool.imap_unordered(trial, jobs, chunksize=2) if found != "not planted"]
    survivors = sorted(fault for fault, found in results if found == "survived")
    for fault in survivors:
        print(f"survived  {fault.kind:20} {fault.place:40} {fault.change}")
    layers = Counter(found.split()[0] for _, found in results)
    caught = len(results) - len(survivors)
    print(f"{len(results)} wrong rules planted of {len(faults)} possible, {caught} caught: {caught / len(results):.1%}")
    print(f"by the loop over the rows {layers['row']}, by the conventions {layers['point']}, by calls {layers['call']}")
    print(f"{time.perf_counter() - start:.0f} s")
    return len(survivors)


if __name__ == "__main__":
    sys.exit(1 if main(*map(int, sys.argv[1:])) else 0)
