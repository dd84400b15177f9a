"""docs/debug_your_backprop.md: its blocks run in order, and print what the page says they print."""

import linecache
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "debug_your_backprop.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", PAGE, re.DOTALL)


def as_everywhere(text):
    """Return a report without what differs between machines: rounding, widths of columns, paths, Python's carets."""
    text = re.sub(r"^[ ~^]+$", "", text, flags=re.MULTILINE)
    text = re.sub(r'File ".*?", line', 'File "…", line', text)
    text = re.sub(r"^(.*\d ) +\S+( +1 +ok)$", r"\1 tiny\2", text, flags=re.MULTILINE)
    text = re.sub(r"\d(\.\d+)?e−\d+", "tiny", text)
    return [line.split() for line in text.splitlines() if line.strip()]


def test_the_page_prints_what_it_says(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(linecache, "cache", {})
    assert len(BLOCKS) == 6
    namespace = {"__name__": "my_backprop"}
    for number, (code, expected) in enumerate(BLOCKS):
        file = tmp_path / f"block_{number}.py"  # so that a traceback finds the person's lines
        file.write_text(code, "utf-8")
        exec(compile(code, str(file), "exec"), namespace)
        assert as_everywhere(capsys.readouterr().out) == as_everywhere(expected)


def test_the_command_of_the_page_runs(tmp_path):
    (command,) = re.findall(r"^python (-m nn\.check .*)$", PAGE, re.MULTILINE)
    wrong, right = ("".join(code for code, _ in BLOCKS[:n]) for n in (2, 3))
    for code, status in ((wrong, 1), (right, 0)):
        (tmp_path / "my_file.py").write_text(code, "utf-8")
        done = subprocess.run(
            [sys.executable, *command.split()], cwd=tmp_path, check=False, capture_output=True,
            env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        assert done.returncode == status, done.stderr.decode()
