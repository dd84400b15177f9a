"""The wheel: the two packages and nothing else, and an import that loads NumPy and nothing else."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]


def python(*arguments, **options):
    """Run Python: what it printed."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    python("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (path,) = folder.glob("*.whl")
    return path


def test_wheel_holds_the_two_packages_and_nothing_else(wheel):
    names = ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"autograd_mini", "nn"}
    assert len(tops) == 3
    sources = {
        str(path.relative_to(ROOT))
        for package in ("autograd_mini", "nn")
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".py", ".html", ".css", ".js"} or path.name == "py.typed"
    }
    assert {name for name in names if ".dist-info/" not in name} == sources
    page = {f"autograd_mini/drawing/page.{suffix}" for suffix in ("html", "css", "js")}
    assert {"autograd_mini/py.typed", "nn/py.typed", *page} <= sources


def test_wheel_says_what_it_needs(wheel):
    archive = ZipFile(wheel)
    (metadata,) = (archive.read(name).decode() for name in archive.namelist() if name.endswith("/METADATA"))
    needed = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert sorted(line.split()[1].split(">")[0] for line in needed) == ["graphviz", "numpy"]
    assert "License-Expression: MIT" in metadata
    assert any(name.endswith("/licenses/LICENSE") for name in archive.namelist())


def test_wheel_installs_and_runs(wheel, tmp_path):
    """Installed alone into an empty place, with NumPy the only other thing in reach."""
    place = tmp_path / "place"
    python("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile", "--target", place, wheel)
    numpy_alone = tmp_path / "numpy_alone"
    numpy_alone.mkdir()
    for folder in Path(np.__file__).parents[1].glob("numpy*"):
        (numpy_alone / folder.name).symlink_to(folder)
    program = f"""
import sys
sys.path[:0] = [{str(place)!r}, {str(numpy_alone)!r}]
import autograd_mini, nn
assert all(module.__file__.startswith({str(place)!r}) for module in (autograd_mini, nn))
t = autograd_mini.Tensor(3.0)
(t * t).backward()
x, y = [[1.0], [2.0]], [[1.0]]
import numpy as np
nn.Network([2, 3, 1], rng=0).SGD([(np.array(x), np.array(y))], 1, 1, 1.0)
print(t.grad)
"""
    # -S: no site-packages, so nothing that happens to be installed here can help.
    printed = python("-I", "-S", "-c", program, cwd=tmp_path).split()
    assert printed == ["Epoch", "0", "complete", "6.0"]


def test_import_loads_numpy_and_nothing_else_heavy():
    program = "import sys, {}; print(*sorted(sys.modules))"
    bare = set(python("-c", program.format("numpy"), cwd=ROOT).split())
    loaded = set(python("-c", program.format("autograd_mini"), cwd=ROOT).split())
    packages = {name.split(".")[0] for name in loaded - bare} - set(sys.stdlib_module_names)
    assert packages <= {"autograd_mini", "__future__"}
    avoidable = {"numpy.ma", "numpy.testing", "numpy.polynomial", "numpy.fft", "numpy.random", "inspect", "dataclasses",
                 "asyncio", "multiprocessing", "unittest", "importlib.metadata"}  # fmt: skip
    assert not (loaded - bare) & avoidable
