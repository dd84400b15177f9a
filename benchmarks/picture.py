"""The results as a picture: a line for each work, a dot for each contestant, the time on a logarithmic axis."""

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from work import JIT, OURS, REUSED

INK, MUTED, LINE = "#1f2328", "#57606a", "#d0d7de"
#: Colour, marker, size, and how far above its line; who is not here would only crowd the picture.
STYLES = {
    OURS: ("#0b5394", "o", 90, 0.0),
    JIT: ("#b3480a", "D", 70, 0.0),
    REUSED: ("#e58a3c", "d", 60, 0.0),
    "by hand, NumPy, preallocated": (INK, "|", 90, 0.0),
    "by hand, Nielsen's loop": (MUTED, "x", 40, 0.0),
    "micrograd": ("#7a4fa3", "v", 42, 0.18),
    "autograd": ("#00664b", "s", 32, 0.18),
    "mygrad": ("#4f9d69", "^", 42, -0.18),
    "torch": ("#a3123f", "o", 34, -0.28),
    "torch.compile": ("#a3123f", "P", 48, -0.28),
    "jax.jit": ("#8a6d00", "X", 48, 0.28),
    "jax.jit, 100 steps in lax.scan": ("#8a6d00", "*", 70, 0.28),
}
ALIASES = {"import jax": "jax.jit", "import micrograd.engine": "micrograd"}


def save(results: list[dict[str, Any]], path: Path) -> None:
    """Draw everybody's medians, with the middle half of the rounds as a bar, and save it."""
    figure = Figure(figsize=(10, 1.8 + 0.55 * len(results)), facecolor="white")
    axes = figure.add_subplot()
    handles = {}
    for place, result in enumerate(results):
        axes.axhline(place, color=LINE, linewidth=0.8, zorder=0)
        for full, row in result["rows"].items():
            name = ALIASES.get(full, full.removeprefix("import "))
            if name in STYLES and full != result["base"]:
                handles[name] = dot(axes, name, row, place)
    axes.axvline(1, color=INK, linewidth=1.2, zorder=1)
    axes.set_xscale("log")
    axes.invert_yaxis()
    axes.set_yticks(range(len(results)), [label(result) for result in results], fontsize=9, color=INK)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid(axis="x", which="major", color=LINE, linewidth=0.6)
    axes.set_title("time ÷ that of the code written by hand (logarithmic): less is faster", fontsize=10, color=INK)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    shown = [name for name in STYLES if name in handles]
    figure.legend([handles[n] for n in shown], shown, loc="lower center", ncols=4, frameon=False, fontsize=9)
    figure.tight_layout(rect=(0, 1.0 / figure.get_figheight(), 1, 1))
    figure.savefig(path, dpi=160)


def dot(axes: Any, name: str, row: dict[str, float], place: int) -> Any:
    """One contestant of one work."""
    colour, marker, size, above = STYLES[name]
    height, width, front = place - above, 1.5 if marker in "|x" else 0, 3 if name.startswith(OURS) else 2
    axes.plot([row["low"], row["high"]], [height, height], color=colour, linewidth=2, alpha=0.4, zorder=1)
    return axes.scatter(row["median"], height, color=colour, marker=marker, s=size, zorder=front, linewidths=width)


def label(result: dict[str, Any]) -> str:
    """Which work, in a few words."""
    measure = "" if result["base"].startswith("by hand") else f" (÷ {result['base']})"
    threads = "" if result["threads"] == 1 else f", {result['threads']} threads"
    kernels = f", {result['kernels']}" if result.get("kernels") else ""
    return f"{result['name']}{threads}{kernels}: {result['short']}{measure}"
