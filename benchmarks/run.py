"""Measure, and write docs/benchmarks.md and docs/benchmarks.png: `make bench`.

`python benchmarks/run.py W2 W4 --quick` does two of the works roughly, and prints without writing. Every work has a
process of its own, and so has every number of threads: thread pools of one process would spin against each other.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import machine
import report

#: Which file does which work, and with how many threads: two where the arrays are large enough for a second one.
WORKS = {
    "W1": ("scalars", (1,)),
    "W1b": ("scalars", (1,)),
    "W2": ("networks", (1,)),
    "W2f": ("networks", (1,)),
    "W3": ("networks", (1, 2)),
    "W3f": ("networks", (1, 2)),
    "W4": ("arrays", (1, 2)),
    "W5": ("scalars", (1,)),
    "W6": ("startup", (1,)),
    "W7": ("training", (1,)),
    "W8": ("curvature", (1,)),
}
#: The works that are mostly products of matrices.
PRODUCTS = ("W2", "W2f", "W3", "W7")
DOCS = Path(__file__).parents[1] / "docs"


def in_this_process(name: str, quick: bool, threads: int) -> dict[str, Any]:
    """Do one work here and now."""
    from interleaved import QUICK, Pace, perf_counter
    from work import measured

    pace = QUICK if quick else Pace()
    if threads > 1:
        pace = replace(pace, clock=perf_counter, pause=5e-3)
    return measured(import_module(WORKS[name][0]).WORKS[name](), pace)


def in_a_process(name: str, quick: bool, threads: int, kernels: str = "") -> dict[str, Any]:
    """Do one work in a process that may use so many processors and threads; `kernels` tells OpenBLAS which code to take."""
    environment = os.environ | {
        f"{library}_NUM_THREADS": str(threads) for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR")
    }
    if kernels:
        environment["OPENBLAS_CORETYPE"] = kernels
    command = [sys.executable, __file__, name, "--here", "--threads", str(threads), *(["--quick"] if quick else [])]
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{name} with {threads} thread(s) failed:\n{done.stderr}")
    return {"name": name, "threads": threads, "kernels": kernels, **json.loads(done.stdout.splitlines()[-1])}


def pin(threads: int) -> None:
    """Use so many of the processors that this process may use: XLA and others count them."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "works", nargs="*", metavar="WORK", help=f"among {', '.join(WORKS)}; all of them if none is named"
    )
    parser.add_argument("--quick", action="store_true", help="a few seconds each, roughly")
    parser.add_argument("--threads", type=int, help="with so many threads only")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    for name in chosen.works:
        if name not in WORKS:
            parser.error(f"there is no work {name!r}; there are {', '.join(WORKS)}")
    if chosen.here:
        pin(chosen.threads)
        print(json.dumps(in_this_process(chosen.works[0], chosen.quick, chosen.threads)))
        return
    results = []
    for name in chosen.works or WORKS:
        for threads in (chosen.threads,) if chosen.threads else WORKS[name][1]:
            results.append(in_a_process(name, chosen.quick, threads))
            print(report.section(results[-1]), flush=True)
    kernels = machine.wider_kernels()
    for name in PRODUCTS if kernels and not chosen.works else ():
        results.append(in_a_process(name, chosen.quick, 1, kernels))
        print(report.section(results[-1]), flush=True)
    if not (chosen.works or chosen.quick or chosen.threads):
        report.write(results, DOCS)


if __name__ == "__main__":
    main()
