"""The results as a page of Markdown: docs/benchmarks.md."""

from pathlib import Path
from typing import Any

import machine
from interleaved import Pace
from work import COMPILED, JIT, OURS, REUSED

Result = dict[str, Any]

HOW = """\
Made by `make bench`. Ratios, not times, are what is measured: they travel from one machine to another.

- All contestants of a work run in one process and take turns of about {turn} ms, {rounds} rounds (fewer, but at least
  {least}, where that would take longer than {seconds} s), in an order drawn anew for each round. The ratio to the measure
  is taken within a round; given are the median over the rounds, and between what lies the middle half.
- Before anything is timed, all results are compared with those of the code written by hand: a difference of more than
  {tolerances} of an array's largest entry ends the benchmark.
- What a compiler does on the first call is not in the ratios; it has its own column: the first call of a fresh function in a
  process in which the compiler has worked before, less an ordinary call.
- Each work and each number of threads has a process of its own, which may use as many processors as threads. With one
  thread, processor time is what is measured (a busy neighbour then matters little), with more, time by the clock.
- Garbage is collected between turns; the collector stays on during them, but does not walk over what the imports have left.
- "÷ value alone" is the time in units of the function's value in plain NumPy (for scalars, in Python's floats): what a
  derivative costs beside what it is the derivative of. "÷ own value" takes the value computed in the same way: by `jit` of
  the function, or by the function of Tensors, which write down a graph.
- The code written by hand is what a careful person writes, see the files in [benchmarks/](../benchmarks/): the equations
  for all examples at once, σ(z) computed once. "preallocated" adds that every array is laid out beforehand.
- torch and JAX are set to the processor alone, JAX in double precision and without asynchronous dispatch. They bring their
  own matrix products; NumPy's are those of its BLAS for the processor that it recognises, named below. Where that is an
  older one than the processor could be, the works that are mostly such products are done once more with the wider code
  (`OPENBLAS_CORETYPE` in the environment), for NumPy by hand as well.
"""


BUSY = "The machine was busy while this was measured: the figures mean little. Measure again."


def plain(x: float) -> str:
    """Three digits where they say something."""
    return f"{x:.0f}" if x >= 100 else f"{x:.1f}" if x >= 10 else f"{x:.2f}"


def duration(seconds: float) -> str:
    """Seconds with a unit that fits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{plain(seconds / size)} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def threads(result: Result) -> str:
    """How many threads, and with which code for the products of matrices, if not the usual one."""
    number = "one thread" if result["threads"] == 1 else f"{result['threads']} threads"
    return f"{number}, OpenBLAS for {result['kernels']}" if result.get("kernels") else number


def table(rows: list[list[str]]) -> str:
    """A Markdown table; the first row is its header."""
    header, *body = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([header, f"|---|{'---:|' * (len(rows[0]) - 1)}", *body])


def section(result: Result) -> str:
    """Everything about one work."""
    rows = sorted(result["rows"].items(), key=lambda item: item[1]["median"])
    compiled = any("first call" in row for _, row in rows)
    ratios = {"per value": "÷ value alone", "per own value": "÷ own value"}
    ratios = {key: heading for key, heading in ratios.items() if any(key in row for _, row in rows)}
    header = ["", f"÷ {result['base']}", "middle half"]
    lines = [header + list(ratios.values()) + ["first call"] * compiled + list(result["columns"])]
    for name, row in rows:
        cells = [
            f"**{name}**" if "autograd_mini" in name else name,
            plain(row["median"]),
            f"{plain(row['low'])} – {plain(row['high'])}",
        ]
        cells += [plain(row[key]) if key in row else "" for key in ratios]
        cells += [duration(row["first call"]) if "first call" in row else ""] if compiled else []
        lines.append(cells + [column.get(name, "") for column in result["columns"].values()])
    one = f"1 = {duration(result['base seconds'])} {result['unit']}".strip()
    text = [
        f"### {result['name']}, {threads(result)}: {result['title']}\n",
        f"{one} here; {result['rounds']} rounds.\n",
    ]
    text += [f"{BUSY}\n"] if result["unsteady"] else []
    parts = [f"{name} alone: {plain(part)}." for name, part in result["parts"].items()]
    text += [table(lines), "", *[f"{part}\n" for part in parts], *[f"{note}\n" for note in result["notes"]]]
    if result["missing"]:
        text.append("Left out: " + "; ".join(f"{name} ({why})" for name, why in result["missing"].items()) + ".\n")
    return "\n".join(text)


def is_compiled(name: str) -> bool:
    """Whether the contestant compiles."""
    return any(word in name for word in COMPILED)


def is_peer(name: str) -> bool:
    """Whether the contestant is another library."""
    return not any(word in name for word in ("autograd_mini", "by hand", "nn.Network", "numpy"))


def summary(results: list[Result]) -> str:
    """One line per work: ours, and the fastest peers."""
    lines = [
        ["", "÷", "eager", "`jit`", "`jit`, buffers reused", "fastest peer, not compiled", "fastest peer, compiled"]
    ]
    for result in results:
        rows = result["rows"]
        ours = [plain(rows[name]["median"]) if name in rows else "" for name in (own_eager(rows), JIT, REUSED)]
        peers = [
            fastest({n: row for n, row in rows.items() if is_peer(n) and is_compiled(n) is compiled})
            for compiled in (False, True)
        ]
        dagger = " †" if result["unsteady"] else ""
        lines.append([f"{result['name']}, {threads(result)}: {result['title']}{dagger}", result["base"], *ours, *peers])
    return table(lines) + (f"\n\n† {BUSY}" if any(result["unsteady"] for result in results) else "")


def own_eager(rows: dict[str, Any]) -> str:
    """The name of this project's contestant that does not compile."""
    return OURS if OURS in rows else f"import {OURS}"


def fastest(rows: dict[str, Any]) -> str:
    """Who it is, and how fast."""
    if not rows:
        return ""
    name = min(rows, key=lambda name: rows[name]["median"])
    return f"{plain(rows[name]['median'])} ({name})"


def write(results: list[Result], folder: Path) -> None:
    """Write benchmarks.md and benchmarks.png."""
    from picture import save

    pace, tolerances = Pace(), sorted({result["tolerance"] for result in results})
    how = HOW.format(
        tolerances=f"{tolerances[0]:.0e} to {tolerances[-1]:.0e} (single precision)",
        turn=f"{pace.turn * 1e3:.0f}", rounds=pace.rounds, least=pace.least, seconds=f"{pace.seconds:.0f}",
    )  # fmt: skip
    parts = [
        "# Benchmarks\n",
        how,
        machine.described() + "\n",
        "![Time divided by that of code written by hand, for each work and library](benchmarks.png)\n",
        "## In one table\n",
        summary(results) + "\n",
        "## Work by work\n",
        *map(section, results),
    ]
    (folder / "benchmarks.md").write_text("\n".join(parts))
    save(results, folder / "benchmarks.png")
