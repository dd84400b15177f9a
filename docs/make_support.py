"""Write docs/support.md from the tables of rules; with ``--check`` only say whether the page is up to date."""

from __future__ import annotations

import inspect
import operator
import sys
from pathlib import Path
from typing import Any

import numpy as np

PAGE = Path(__file__).parent / "support.md"
sys.path.insert(0, str(PAGE.parents[1]))

from autograd_mini.entries import (  # noqa: E402
    Constant,
    Entry,
    Every,
    Flat,
    Indices,
    Inverse,
    Partial,
    Reduced,
    Sums,
    Tangent,
    Transpose,
    Weight,
)
from autograd_mini.kinds import TABLES, Composite, Plain, Reduction, all_tables  # noqa: E402

RULES = all_tables()
NAMESPACES = {
    "np": np,
    "np.linalg": np.linalg,
    "np.fft": np.fft,
    "np.emath": np.emath,
    "np.lib.stride_tricks": np.lib.stride_tricks,
}
# Names that not every NumPy from 2.2 on has, or has as an alias of the same function: the page says the same for all.
PASSING = {"fix", "in1d", "product", "row_stack", "sometrue", "trapz"}
PASSING_KEYWORDS = {"sorted"}

KINDS = {
    Flat: "flat",
    Partial: "elementwise",
    Constant: "elementwise",
    Weight: "selection",
    Indices: "selection",
    Sums: "linear",
    Transpose: "linear",
    Inverse: "selection",
    Tangent: "general",
}

INTRODUCTION = """# What of NumPy is supported

Every function on this page may be called on Tensors through plain `np.`, by position or by keyword, and as the method
or operator of the same meaning. All of them have both modes, reverse and forward, and derivatives of every order: one
row of one table states what both sweeps need. The page is made from those tables by `python docs/make_support.py`;
the tests fail when it is out of date.

The *kind* says how the derivative is stated, one kind per operand where they differ:

| kind | what the row states |
|---|---|
| elementwise | the partial ∂y/∂x, entry by entry; *of a reduction* where the entries of an axis are reduced to one |
| selection | which entries are taken, or with which share |
| linear | the transpose of the map |
| general | the tangent as NumPy code |
| flat | nothing: the derivative is zero almost everywhere |
| formula | nothing: it is NumPy code over functions that have rules |

The *keywords* are all arguments besides the operands that the rule knows; a name with a kind, as in *initial:
elementwise*, is an operand too, and differentiated. **Any other keyword raises and names itself**; none is ever
ignored. `out=` raises everywhere, and so does `where=` of a ufunc that is not a reduction. What happens at ties,
kinks and singular points is in [conventions.md](conventions.md).
"""

PLAIN_RESULTS = """## Plain results

What describes Tensors, compares them or takes only their shape gives plain arrays, numbers and booleans. So does
every other function whose result is not floating point.
"""

WHAT_RAISES = """## What raises

A call that would lose the gradient, or write into an array, raises and names the way out. So does a function without
a rule. Here `t` and `u` are Tensors, `a` is an array, `m` a matrix.

| call | raises | instead |
|---|---|---|"""

OWN_FUNCTIONS = """## Functions of the project's own

Where NumPy has no function for a step of a formula, the project has one, with a rule like all others.
"""

RAISES = [
    ("np.array(t)", "DetachedError", "t.data", "`t` itself; `np.copy(t)`; `t.data` for the value without gradient"),
    ("np.asarray(t)", "DetachedError", "t.data", "the same"),
    ("np.array([t, u])", "DetachedError", "np.stack", "`np.stack([t, u])`"),
    ("np.full(3, t[0])", "DetachedError", "t.data", "`np.broadcast_to(t[0], 3)`"),
    ("float(t[0])", "DetachedError", "t.item()", "`t[0].item()`, which has no gradient"),
    ("math.exp(t[0])", "DetachedError", "np.exp", "`np.exp(t[0])`"),
    ("t.view(np.int64)", "TypeError", "t.astype", "`t.astype(dtype)`"),
    ("operator.setitem(t, 0, 1.0)", "TypeError", "t.at[i].set(v)", "`t.at[0].set(1.0)`"),
    ("operator.iadd(a, t)", "DetachedError", "a = a + t", "`a = a + t`"),
    ("np.add.at(a, 0, t)", "UnsupportedError", "t.at[i].add(v)", "`Tensor(a).at[0].add(t)`"),
    ("np.exp(t, out=a)", "DetachedError", "use the result", "`np.exp(t)`"),
    ("np.exp(t, where=a > 1)", "UnsupportedError", "np.where", "`np.where(a > 1, np.exp(t), 0)`"),
    ("np.copyto(a, t)", "TypeError", "at[", "`np.where`, or `t.at[i].set(v)`"),
    ("np.put(a, [0], t)", "TypeError", "t.at[", "`Tensor(a).at[0].set(t[0])`"),
    ("np.place(a, a > 1, t)", "TypeError", "at[", "`np.where(a > 1, t, a)`"),
    ("np.fill_diagonal(m, t)", "TypeError", "t.data", "`np.where(np.eye(3), t, m)`"),
    ("a.dot(t)", "DetachedError", "t.data", "`np.dot(a, t)`"),
    ("np.polynomial.polynomial.polyval(1.5, t)", "DetachedError", "t.data", "`np.polyval(t[::-1], 1.5)`"),
    ("np.random.default_rng().normal(t)", "DetachedError", "t.data", "`t + noise`, with the noise drawn before"),
    ("np.packbits(t)", "UnsupportedError", "packbits", "functions that have a rule, or a rule of one's own"),
]
"""Calls of a Tensor t with an array a: the error, words of its message, and what to write instead."""


def public_names(function: Any) -> list[str]:
    """What a user calls the function: its own name first, then its aliases."""
    if function is operator.getitem:
        return ["t[i]"]
    if isinstance(function, tuple):
        return [f"np.{function[0].__name__}.{function[1]}"]
    found = [
        f"{prefix}.{name}"
        for prefix, module in NAMESPACES.items()
        for name in sorted(dir(module))
        if name not in PASSING and not name.startswith("_") and vars(module).get(name) is function
    ]
    return sorted(found, key=lambda name: (name.split(".")[-1] != function.__name__, name))


def kind_of(entry: Entry) -> str:
    """The kind of an entry, by its class or the nearest one above it."""
    if isinstance(entry, Reduced):
        return kind_of(entry.entry)
    return next(KINDS[cls] for cls in type(entry).__mro__ if cls in KINDS)


def kinds(rule: Any) -> str:
    """The kind of a rule, or the kind for each of its operands where they differ."""
    if isinstance(rule, Composite):
        return "formula"
    if isinstance(rule.entries, Every):
        return kind_of(rule.entries.entry)
    stated = [kind_of(entry) for entry in rule.entries[: len(rule.entries) - len(carriers(rule))]]
    text = stated[0] if len(set(stated)) == 1 else ", ".join(stated)
    return f"{text} of a reduction" if isinstance(rule, Reduction) else text


def carriers(rule: Any) -> tuple[str, ...]:
    """The keywords that carry numbers to be differentiated."""
    return getattr(rule.call, "carriers", ())


def keywords(rule: Any) -> str:
    """The keywords that a rule knows."""
    if isinstance(rule, Composite):
        return _keywords_of_formula(rule.formula)
    n = len(rule.entries) - len(carriers(rule)) if carriers(rule) else 0
    carried = [f"{name}: {kind_of(rule.entries[n + i])}" for i, name in enumerate(carriers(rule))]
    return ", ".join(sorted({*rule.call.supported} - PASSING_KEYWORDS) + carried)


def _keywords_of_formula(formula: Any) -> str:
    parameters = inspect.signature(formula).parameters
    names = [
        name
        for name, parameter in parameters.items()
        if (parameter.default is not parameter.empty or parameter.kind is parameter.KEYWORD_ONLY)
        and not name.startswith("_")
        and name not in PASSING_KEYWORDS | {"out"}
    ]
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        inner = [p.default for p in parameters.values() if callable(p.default) and p.default is not p.empty]
        names.append(f"those of `{public_names(inner[0])[0]}`" if inner else "and NumPy's further ones")
    return ", ".join(names)


def merged() -> dict[str, tuple[Any, list[str]]]:
    """Every public function with a rule, by name, and its aliases: also functions of their own that share a rule."""
    named: dict[int, tuple[Any, set[str]]] = {}
    for key in TABLES:
        rule = RULES[key]
        if not isinstance(rule, Plain):
            named.setdefault(id(rule), (rule, set()))[1].update(public_names(key))
    found = {}
    for rule, names in named.values():
        if names:
            own = rule.name.split(".")[-1]
            name = min(names, key=lambda name: (name.split(".")[-1] != own, name))
            found[name] = rule, sorted(names - {name})
    return found


def table(rows: dict[str, tuple[Any, list[str]]]) -> list[str]:
    """The rows of some functions, by name."""
    lines = ["| function | also | kind | keywords |", "|---|---|---|---|"]
    for name, (rule, others) in sorted(rows.items(), key=lambda row: row[0].lower()):
        also = ", ".join(f"`{other}`" for other in others)
        lines.append(f"| `{name}` | {also} | {kinds(rule)} | {keywords(rule)} |")
    return lines


def own_functions() -> list[str]:
    """The functions of the project's own that the formulas rest on."""
    found = {}
    for key in TABLES:
        rule = RULES[key]
        if (
            isinstance(key, tuple)
            or isinstance(rule, Plain)
            or public_names(key)
            or not key.__module__.startswith("autograd_mini")
        ):
            continue
        summary = (inspect.getdoc(key) or "").split("\n")[0]
        found[
            f"{key.__module__.split('.')[-1]}.{key.__name__.lstrip('_')}", kinds(rule), summary.replace("|", "\\|")
        ] = None
    return [
        "| function | kind | what it is |",
        "|---|---|---|",
        *(f"| `{n}` | {k} | {s} |" for n, k, s in sorted(found)),
    ]


def plain_functions() -> str:
    """The functions whose result is a plain array whatever goes in."""
    names = {name for key in TABLES if isinstance(RULES[key], Plain) for name in public_names(key)[:1]}
    return ", ".join(f"`{name}`" for name in sorted(names, key=str.lower))


def page() -> str:
    """The whole page."""
    rows = merged()
    titles = {
        "np": "Functions of `np`",
        "np.linalg": "`np.linalg`",
        "np.fft": "`np.fft`",
        "np.emath": "`np.emath` and `np.lib`",
    }
    sections: dict[str, dict[str, Any]] = {title: {} for title in ("Indexing", *titles.values(), "Methods of ufuncs")}
    for name, row in rows.items():
        prefix = name.rpartition(".")[0]
        group = "np.emath" if prefix.startswith("np.lib.") else prefix
        title = titles.get(group, "Methods of ufuncs") if group else "Indexing"
        sections[title][name] = row
    lines = [INTRODUCTION]
    for title, group in sections.items():
        lines += [f"## {title}", "", *table(group), ""]
    lines += [PLAIN_RESULTS, plain_functions() + ".", "", WHAT_RAISES]
    lines += [f"| `{call}` | `{error}` | {instead} |" for call, error, _, instead in RAISES]
    lines += ["", OWN_FUNCTIONS, *own_functions()]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` compare it."""
    if "--check" not in arguments:
        PAGE.write_text(page(), encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
        sys.stderr.write(
            f"{PAGE.name} is out of date: run `python docs/make_support.py` and look at what has changed.\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
