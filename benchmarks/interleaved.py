"""Timing: contestants take turns in one process, and what counts is the ratio of their medians.

Absolute times say more about the machine than about the code; drifting clocks and busy neighbours hit all alike.
"""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from time import perf_counter


def medians(contestants, seconds=2.0):
    """Let every contestant run in turn, again and again: {name: median of its times in seconds}.

    A turn repeats a short call for about twenty milliseconds: long enough to measure the code at work, not its warming up.
    """
    turns = {}
    for name, run in contestants.items():
        run()
        start = perf_counter()
        run()
        turns[name] = max(1, round(2e-2 / (perf_counter() - start)))
    times = {name: [] for name in contestants}
    end = perf_counter() + seconds * len(contestants)
    while perf_counter() < end or len(times[name]) < 3:
        for name, run in contestants.items():
            start = perf_counter()
            for _ in range(turns[name]):
                run()
            times[name].append((perf_counter() - start) / turns[name])
    return {name: median(all_times) for name, all_times in times.items()}


def table(header, rows):
    """Print a Markdown table."""
    print("| " + " | ".join(header) + " |")
    print("|" + "|".join(["---"] + ["---:"] * (len(header) - 1)) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def machine(packages=("numpy", "autograd", "mygrad", "micrograd", "torch", "jax")):
    """Print what was measured on: processor, threads, versions; packages that are missing are named."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0] if names else model
    present, missing = [], []
    for package in packages:
        try:
            present.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "all")
    print(f"{model}, {os.cpu_count()} cores, BLAS threads: {threads}; Python {platform.python_version()};", end=" ")
    print(", ".join(present))
    print(f"Not installed, therefore left out: {', '.join(missing)}\n" if missing else "")
