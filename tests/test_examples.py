"""Every example runs and leaves nothing behind; every Python block of the documents runs and prints what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "docs/jit.md")]


def run(*arguments, folder):
    """Run Python in `folder` with warnings as errors: what it printed."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-W", "error", *map(str, arguments)],
        cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_examples_are_there():
    assert [path.name[0] for path in EXAMPLES] == ["1", "2", "3", "4", "5", "6", "7", "d"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path, tmp_path):
    arguments = [tmp_path / "picture.png"] if path.name.startswith("2_") else []
    assert run(path, *arguments, folder=tmp_path).strip()
    assert [file.name for file in tmp_path.iterdir()] == [argument.name for argument in arguments]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_short_and_asserts(path):
    text = path.read_text("utf-8")
    assert text.count("\n") < 60
    assert "\nassert " in text or "\n    assert " in text or path.name == "demo.py"


def blocks(document):
    return re.findall(r"^```python\n(.*?)^```", document.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("document", "number"),
    [(document, number) for document in DOCUMENTS for number in range(len(blocks(document)))],
    ids=lambda value: getattr(value, "stem", value),
)
def test_document(document, number, tmp_path):
    """A block runs on its own, and prints what its comments behind ``print(…)`` say."""
    block = blocks(document)[number]
    expected = re.findall(r"^ *print\(.*\)  # (.*)$", block, re.MULTILINE)
    assert run("-c", block, folder=tmp_path).splitlines() == expected


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_links_of_documents_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)]*)\)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target
