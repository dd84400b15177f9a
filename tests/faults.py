"""Wrong rules, made from the right ones: the code of the tables with one thing changed, and rows with entries mixed up."""

from __future__ import annotations

import ast
import contextlib
import functools
import gc
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import autograd_mini.rules
from autograd_mini.entries import Constant, Every, Flat, Inverse, Transpose
from autograd_mini.kinds import Rule, all_tables

RULES = all_tables()
FOLDER = Path(autograd_mini.rules.__file__).parent
SKIPPED_FILES = {"__init__.py", "everything.py", "metadata.py"}
# Arguments of a row that state how it is tested or called, not what its derivative is
SKIPPED_ARGUMENTS = {"samples", "on", "signature", "strict"}
# Keywords without which a call computes the same: what they guard against does not happen
SKIPPED_KEYWORDS = {None, "strict", "optimize"}
OTHER_FUNCTION = {
    "sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "tanh": "sinh", "exp": "expm1", "log": "log1p",
    "max": "min", "min": "max", "maximum": "minimum", "minimum": "maximum", "sum": "mean", "floor": "ceil", "rint": "floor",
    "ones_like": "zeros_like", "zeros_like": "ones_like", "cumsum": "cumprod", "fft": "ifft", "ifft": "fft", "triu": "tril",
    "less": "greater", "greater": "less", "equal": "not_equal", "not_equal": "equal", "argsort": "argmax", "outer": "inner",
}  # fmt: skip
OTHER_COMPARISON = {
    ast.Lt: ast.GtE, ast.LtE: ast.Lt, ast.Gt: ast.LtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OTHER_OPERATOR = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd}
UNDONE = {"T", "mT"}
UNDONE_CALLS = {
    "conj",
    "conjugate",
    "transpose",
    "swapaxes",
    "real",
    "imag",
    "matrix_transpose",
    "moveaxis",
    "flip",
    "adjoint",
}

Function = ast.FunctionDef | ast.Lambda


class Site(NamedTuple):
    """An expression or statement in the code of a table, where it stands, and the functions around it."""

    parent: ast.AST
    field: str
    index: int | None
    node: ast.AST
    functions: tuple[Function, ...]


class Fault(NamedTuple):
    """One change: of the code of a table (`site` and `variant` count), or of the entries of a row."""

    kind: str
    place: str
    change: str
    file: str = ""
    site: int = -1
    variant: int = -1
    function_line: int = 0
    row: tuple[Any, ...] = ()

    @property
    def where(self) -> Any:
        """The function that the fault is in, by file and first line, or the number of the row."""
        return self.row[0] if self.row else (self.file, self.function_line)


def sites(tree: ast.Module) -> list[Site]:
    """Every place in the bodies of functions where something can be changed, in a fixed order."""
    found: list[Site] = []

    def visit(node: ast.AST, functions: tuple[Function, ...]) -> None:
        for field, value in ast.iter_fields(node):
            for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if not isinstance(child, ast.AST) or _is_no_formula(node, field, child):
                    continue
                if functions:
                    found.append(Site(node, field, index, child, functions))
                visit(child, (*functions, child) if isinstance(child, Function) else functions)

    visit(tree, ())
    return found


def _is_no_formula(parent: ast.AST, field: str, child: ast.AST) -> bool:
    if field in ("args", "decorator_list", "returns", "annotation", "defaults") and isinstance(parent, Function):
        return True
    if isinstance(child, ast.keyword) and child.arg in SKIPPED_ARGUMENTS:
        return True
    if isinstance(parent, ast.If) and field in ("test", "body") and _complains(parent):
        return True
    return isinstance(child, (ast.Raise, ast.Expr))


def _complains(node: ast.If) -> bool:
    """Whether it is only asked in order to raise, or to let NumPy do so."""
    return isinstance(node.body[0], (ast.Raise, ast.Expr, ast.AnnAssign))


def variants(site: Site) -> Iterator[tuple[str, Any]]:
    """What may be put in place of the node of a site: the kind of the fault, and the other node."""
    node = site.node
    if isinstance(node, ast.BinOp):
        yield from _of_operator(node)
    elif isinstance(node, ast.UnaryOp):
        yield "sign", node.operand
        if isinstance(node.operand, ast.Constant) and isinstance(node.op, ast.USub):
            yield "off by one", ast.Constant(1 - node.operand.value)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node)
    elif isinstance(node, ast.Attribute) and node.attr in UNDONE:
        yield "transpose forgotten", node.value
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER_COMPARISON:
        yield (
            "comparison",
            ast.Compare(node.left, [OTHER_COMPARISON[type(node.ops[0])](), *node.ops[1:]], node.comparators),
        )
    elif isinstance(node, ast.BoolOp):
        yield "condition", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.IfExp):
        yield "guard dropped", node.body
        yield "guard dropped", node.orelse
    elif isinstance(node, ast.Slice):
        yield from (
            (f"{bound} of a slice", _without(node, bound))
            for bound in ("lower", "upper", "step")
            if getattr(node, bound)
        )
    elif isinstance(node, ast.If) and not _complains(node):
        yield "branch", ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from _of_operand(node, site.functions[-1])
    if _is_result(site):
        yield "scaled by 1.001", ast.BinOp(node, ast.Mult(), ast.Constant(1.001))
        yield "sign of the result", ast.UnaryOp(ast.USub(), node)


def _is_result(site: Site) -> bool:
    if isinstance(site.node, ast.Call) and getattr(site.node.func, "attr", "").startswith("zeros"):
        return False
    numeric = isinstance(site.node, (ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Subscript))
    is_body = isinstance(site.parent, ast.Lambda) and site.field == "body"
    return numeric and (is_body or isinstance(site.parent, ast.Return))


def _without(node: Any, field: str) -> Any:
    return type(node)(**{name: None if name == field else value for name, value in ast.iter_fields(node)})


def _of_operator(node: ast.BinOp) -> Iterator[tuple[str, Any]]:
    kind = type(node.op)
    if kind in OTHER_OPERATOR:
        yield (
            "sign" if kind in (ast.Add, ast.Sub) else "condition",
            ast.BinOp(node.left, OTHER_OPERATOR[kind](), node.right),
        )
    if kind in (ast.Add, ast.Sub):
        yield "term dropped", node.left
        yield "term dropped", node.right if kind is ast.Add else ast.UnaryOp(ast.USub(), node.right)
    if kind is ast.Mult:
        yield "factor dropped", node.left
        yield "factor dropped", node.right
    if kind in (ast.Div, ast.MatMult, ast.Pow, ast.Sub):
        yield "operands swapped", ast.BinOp(node.right, node.op, node.left)
    if kind in (ast.Div, ast.Pow, ast.Mod, ast.FloorDiv):
        yield "factor dropped", node.left


def _of_constant(node: ast.Constant) -> Iterator[tuple[str, Any]]:
    if isinstance(node.value, bool):
        yield "flag", ast.Constant(not node.value)
    elif isinstance(node.value, (int, float)):
        yield "off by one", ast.Constant(node.value + 1)
        yield "off by one", ast.Constant(node.value - 1)


def _of_call(node: ast.Call) -> Iterator[tuple[str, Any]]:
    for i, keyword in enumerate(node.keywords):
        if keyword.arg not in SKIPPED_KEYWORDS:
            yield "keyword ignored", ast.Call(node.func, node.args, node.keywords[:i] + node.keywords[i + 1 :])
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    of_numpy = (
        isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id == "np"
    )
    if name == "where" and of_numpy and len(node.args) == 3:
        condition, yes, no = node.args
        yield "where, or where not", ast.Call(node.func, [condition, no, yes], [])
        yield "guard dropped", yes
        yield "guard dropped", no
    if name in UNDONE_CALLS:
        yield (
            "transpose forgotten",
            node.args[0] if of_numpy or not isinstance(node.func, ast.Attribute) else node.func.value,
        )
    if name in OTHER_FUNCTION and isinstance(node.func, ast.Attribute):
        yield (
            "other function",
            ast.Call(ast.Attribute(node.func.value, OTHER_FUNCTION[name], ast.Load()), node.args, node.keywords),
        )
    if len(node.args) == 2 and name not in ("isinstance", "getattr", "range", "zip"):
        yield "operands swapped", ast.Call(node.func, node.args[::-1], node.keywords)


def _of_operand(node: ast.Name, function: Function) -> Iterator[tuple[str, Any]]:
    """Another parameter instead, or, of a keyword, its default whatever was given."""
    arguments = function.args
    positional = [a.arg for a in (*arguments.posonlyargs, *arguments.args) if a.arg != "self"]
    defaults = dict(zip(reversed(positional), reversed(arguments.defaults), strict=False))
    defaults |= {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None}
    if node.id in defaults:
        yield "keyword ignored", defaults[node.id]
    required = [name for name in positional if name not in defaults]
    if node.id in required and len(required) > 1:
        yield "wrong operand", ast.Name(required[(required.index(node.id) + 1) % len(required)], ast.Load())


def faults_of_code() -> list[Fault]:
    """Every change of the code of every table."""
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        if path.name in SKIPPED_FILES:
            continue
        text = path.read_text().splitlines()
        for i, site in enumerate(sites(ast.parse("\n".join(text)))):
            if "complaint" in text[getattr(site.node, "lineno", 1) - 1]:
                continue  # a call for the sake of NumPy's own error
            name = next((f.name for f in reversed(site.functions) if isinstance(f, ast.FunctionDef)), "a row")
            before = ast.unparse(site.node).split("\n")[0]
            for k, (kind, node) in enumerate(variants(site)):
                after = ast.unparse(ast.fix_missing_locations(node)).split("\n")[0]
                if after != before:
                    line = getattr(site.node, "lineno", site.functions[-1].lineno)
                    place = f"{path.name}:{line} {name}"
                    found.append(
                        Fault(kind, place, f"{before}  →  {after}", path.name, i, k, _first_line(site.functions[-1]))
                    )
    return found


def _first_line(function: Function) -> int:
    decorators = getattr(function, "decorator_list", [])
    return decorators[0].lineno if decorators else function.lineno


def faults_of_rows() -> list[Fault]:
    """Every mix-up of the entries of every row."""
    found = []
    for key, rule in enumerate(RULES.values()):
        if not isinstance(rule, Rule) or rule.flat:
            continue
        if rule.together:
            found.append(Fault("flag", rule.name, "together  →  each", row=(key, "together")))
        entries = [] if isinstance(rule.entries, Every) else rule.entries
        for i, entry in enumerate(entries):
            following = entries[(i + 1) % len(entries)]
            if (
                i + 1 < len(entries)
                and entry.statement is not following.statement
                and not _same_number(entry, following)
            ):
                found.append(Fault("entries swapped", rule.name, f"entries {i} and {i + 1}", row=(key, "swap", i)))
            if type(entry) is not Flat:
                found.append(Fault("entry dropped", rule.name, f"entry {i}  →  nothing", row=(key, "drop", i)))
            if isinstance(entry, Constant):
                found += [
                    Fault("number", rule.name, f"{entry.number}  →  {n}", row=(key, "number", i, n))
                    for n in _other(entry.number)
                ]
            if isinstance(entry, Inverse) and not isinstance(entry, Transpose) and not entry.onto:
                found.append(Fault("structural zeros", rule.name, f"entry {i}: onto", row=(key, "onto", i)))
    return found


def _same_number(a: Any, b: Any) -> bool:
    return isinstance(a, Constant) and isinstance(b, Constant) and a.number == b.number


def _other(number: Any) -> tuple[Any, ...]:
    return -number, number * 1.001, 2 * number


@contextlib.contextmanager
def planted(fault: Fault) -> Iterator[bool]:
    """The tables with the fault in them, as long as the block lasts; then as they were. Whether it could be planted."""
    with _planted_in_a_row(fault) if fault.row else _planted_in_code(fault) as is_planted:
        yield is_planted


@contextlib.contextmanager
def _planted_in_a_row(fault: Fault) -> Iterator[bool]:
    key, what, *more = fault.row
    rule: Any = list(RULES.values())[key]
    together, entries = rule.together, rule.entries
    onto = [getattr(entry, "onto", None) for entry in entries] if isinstance(entries, list) else []
    try:
        if what == "together":
            rule.together = False
        elif what == "onto":
            entries[more[0]].onto = True
        else:
            i, wrong = more[0], list(entries)
            if what == "swap":
                wrong[i], wrong[i + 1] = wrong[i + 1], wrong[i]
            else:
                wrong[i] = Flat() if what == "drop" else Constant(more[1])
            rule.entries = wrong
        yield True
    finally:
        rule.together, rule.entries = together, entries
        if what == "onto":
            entries[more[0]].onto = onto[more[0]]


def codes(code: types.CodeType, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], types.CodeType]]:
    """A code object and all in it, each with its place."""
    yield path, code
    for i, constant in enumerate(c for c in code.co_consts if isinstance(c, types.CodeType)):
        yield from codes(constant, (*path, i))


def identity(code: types.CodeType) -> Any:
    """What tells one function of a file from the others: where it is written."""
    return code.co_name, code.co_firstlineno, tuple(code.co_positions())


def _forget() -> None:
    """Clear what functions of the tables have computed once for all."""
    for found in gc.get_objects():
        if isinstance(found, functools._lru_cache_wrapper) and found.__module__.startswith("autograd_mini.rules"):
            found.cache_clear()


@functools.cache
def functions_of(path: Path) -> tuple[Any, Any]:
    """The code in a file by its place, and the functions that live now by the place of theirs."""
    right = dict(codes(compile(path.read_text(), str(path), "exec")))
    places = {identity(code): place for place, code in right.items()}
    living: dict[tuple[int, ...], list[types.FunctionType]] = {}
    for function in gc.get_objects():
        if type(function) is types.FunctionType and function.__code__.co_filename == str(path):
            living.setdefault(places[identity(function.__code__)], []).append(function)
    return right, living


@contextlib.contextmanager
def _planted_in_code(fault: Fault) -> Iterator[bool]:
    path = FOLDER / fault.file
    tree = ast.parse(path.read_text())
    site = sites(tree)[fault.site]
    wrong = list(variants(site))[fault.variant][1]
    ast.copy_location(wrong, site.node)
    if site.index is None:
        setattr(site.parent, site.field, wrong)
    else:
        getattr(site.parent, site.field)[site.index] = wrong
    right, living = functions_of(path)
    changed = dict(codes(compile(ast.fix_missing_locations(tree), str(path), "exec")))
    swaps = [
        (function, function.__code__, changed[place])
        for place, functions in living.items()
        if place in changed and changed[place] != right[place]
        for function in functions
    ]
    # Code that uses a variable of the function around it no more cannot be put in place.
    fits = swaps and all(old.co_freevars == new.co_freevars for _, old, new in swaps)
    try:
        for function, _, new in swaps if fits else ():
            function.__code__ = new
        _forget()
        yield bool(fits)
    finally:
        for function, old, _ in swaps:
            function.__code__ = old
        _forget()
