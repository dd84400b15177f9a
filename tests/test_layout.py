"""The shape of the source: imports point downward, files and functions fit on a screen or few."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "autograd_mini"
SOURCES = sorted(path for package in ("autograd_mini", "nn") for path in (ROOT / package).rglob("*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in SOURCES]

# From the bottom up. A module imports only from layers below its own, and from its own layer.
LAYERS = [
    {"errors", "samples", "graph", "broadcasting"},
    {"calls", "cotangents", "sweeps", "scatter", "values"},
    {"entries"},
    {"kinds"},
    {"rules"},
    {"recording"},
    {"methods", "tensor"},
    {"tree", "evaluation", "transforms", "jacobians", "checkpointing"},
    {"checking", "parsing", "lesson", "drawing", "compiler", "terminal"},
    {"__init__", "__main__"},
]


def module_name(path):
    """The part of a module's path that the layers speak of: ``rules`` for everything in rules/."""
    return path.relative_to(CORE).parts[0].removesuffix(".py")


def imports_of(path):
    """The modules of the core that a file of the core imports anywhere, by their part in the layers."""
    found = set()
    package = ("autograd_mini", *path.relative_to(CORE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = (*base, *(node.module.split(".") if node.module else ()))
            names = (
                [(*module, alias.name) for alias in node.names] if module in (("autograd_mini",), package) else [module]
            )
        elif isinstance(node, ast.Import):
            names = [tuple(alias.name.split(".")) for alias in node.names]
        else:
            continue
        found |= {name[1] for name in names if name[0] == "autograd_mini" and len(name) > 1}
    return found


def height(name):
    return next(i for i, layer in enumerate(LAYERS) if name in layer)


@pytest.mark.parametrize("path", [path for path in SOURCES if CORE in path.parents], ids=lambda path: path.stem)
def test_imports_point_downward(path):
    name = module_name(path)
    assert any(name in layer for layer in LAYERS), f"{name} has no place in the layers"
    for imported in imports_of(path) - {name}:
        assert height(imported) <= height(name), f"{name} imports {imported}, which lies above it"


def test_no_two_modules_import_each_other():
    graph = {}
    for path in SOURCES:
        if CORE in path.parents:
            graph.setdefault(module_name(path), set()).update(imports_of(path) - {module_name(path)})
    done, current = set(), []

    def visit(name):
        assert name not in current, " imports ".join([*current[current.index(name) :], name])
        if name not in done:
            current.append(name)
            for imported in graph.get(name, ()):
                visit(imported)
            done.add(current.pop())

    for name in graph:
        visit(name)


def test_nn_uses_only_the_public_interface():
    import autograd_mini

    for path in SOURCES:
        if CORE in path.parents:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograd_mini"):
                assert node.module == "autograd_mini", f"{path.name} imports {node.module}"
                assert {alias.name for alias in node.names} <= set(autograd_mini.__all__)


def test_the_core_imports_nothing_above_it():
    for path in SOURCES:
        if CORE in path.parents:
            for node in ast.walk(ast.parse(path.read_text())):
                modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not {"nn", "examples", "tests"} & {module.split(".")[0] for module in modules}, path.name


def test_the_sweeps_never_import_tensor():
    for name in ("graph", "sweeps", "kinds", "broadcasting", "cotangents"):
        assert "tensor" not in imports_of(CORE / f"{name}.py")


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_a_file_has_fewer_than_400_lines(path):
    assert len(path.read_text().splitlines()) < 400


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_a_function_has_at_most_50_lines_beside_its_docstring(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            size = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert size <= 50, f"{node.name} in {path.name}: {size} lines"


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_no_file_has_a_name_that_says_nothing(path):
    assert path.stem not in {"utils", "util", "helpers", "misc", "ctx", "manager", "common"}


def test_importing_loads_numpy_and_nothing_else_heavy():
    code = (
        "import sys, numpy; before = set(sys.modules); import autograd_mini; print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"graphviz", "pygraphviz", "matplotlib", "sklearn", "scipy", "tqdm", "pandas", "torch", "jax", "nn"}
    assert not heavy & {name.split(".")[0] for name in loaded}


def test_everything_public_is_exported_and_documented():
    import autograd_mini

    for name in autograd_mini.__all__:
        assert getattr(autograd_mini, name).__doc__
    public = {name for name in vars(autograd_mini) if not name.startswith("_")}
    modules = {path.stem for path in CORE.glob("*.py")} | {path.name for path in CORE.iterdir() if path.is_dir()}
    assert public - modules <= set(autograd_mini.__all__)
