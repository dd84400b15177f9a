"""The command line and its terminal: colours, characters, pipes; and as a program of its own."""

import io
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import autograd_mini
from autograd_mini.__main__ import main
from autograd_mini.terminal import GRADIENT, TANGENT, VALUE, coloured

HERE = Path(__file__).parent
ESSAY = ["(a+b)*(b+1)", "a=2", "b=1"]


@pytest.fixture
def lesson(capsys):
    """What the example of the essay prints where there is neither colour nor a reason for ASCII."""
    assert main(ESSAY) == 0
    return capsys.readouterr().out


# Colours and characters


class Terminal(io.StringIO):
    def isatty(self):
        return True


def on_terminal(monkeypatch, argv, **environment):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(argv) == 0
    return terminal.getvalue()


def words_in(colour, text):
    return re.findall(rf"\x1b\[{colour}m(.*?)\x1b\[0m", text)


def test_a_terminal_gets_colours(lesson, monkeypatch):
    text = on_terminal(monkeypatch, ESSAY)
    assert re.sub(r"\x1b\[.*?m", "", text) == lesson
    assert words_in(VALUE, text) == ["2", "1", "2", "1", "3", "2", "6"]
    assert words_in(GRADIENT, text) == ["1", "3", "2", "5", "2", "5"]
    assert words_in(TANGENT, text) == []
    text = on_terminal(monkeypatch, [*ESSAY, "--wrt", "b"])
    assert words_in(TANGENT, text) == ["0", "1", "1", "1", "5", "5"]
    assert words_in(GRADIENT, text) == []


def test_vectors_are_coloured_as_one(monkeypatch):
    text = on_terminal(monkeypatch, ["sum(x*y)", "x=[1,-2]", "y=[1,2,3,4,5][0]*[1,1]"])
    assert words_in(VALUE, text) == ["[1, −2]", "[1, 1]", "[1, −2]", "[1, 1]", "−1"]
    assert words_in(GRADIENT, text) == ["1", "[1, −2]", "[1, 1]"]


def test_a_lesson_without_sweep_has_only_values_coloured(monkeypatch):
    text = on_terminal(monkeypatch, [*ESSAY, "--mode", "local"])
    assert words_in(VALUE, text) == ["2", "1", "2", "1", "3", "2", "6"]
    assert words_in(GRADIENT, text) == []


def test_rows_that_stand_out_of_the_table_stay_as_they_are():
    table = (
        "  node  operation  value   local\n  a     = long and longer and longest      3   x\n  b     = 2            2"
    )
    text = coloured(f"title\n\nheading\n{table}", forward=False)
    assert words_in(VALUE, text) == ["2"]
    assert re.sub(r"\x1b\[.*?m", "", text).endswith(table)


def test_no_colours_where_nobody_wants_them(lesson, monkeypatch):
    assert on_terminal(monkeypatch, ESSAY, NO_COLOR="1") == lesson
    assert on_terminal(monkeypatch, ESSAY, TERM="dumb") == lesson
    assert "\x1b" in on_terminal(monkeypatch, ESSAY, NO_COLOR="")  # the convention: only when it is not empty


def test_colours_can_be_read_on_black_and_on_white():
    levels = [0, 95, 135, 175, 215, 255]

    def luminance(colour):
        number = int(colour.split(";")[-1]) - 16
        channels = [levels[number // 36] / 255, levels[number // 6 % 6] / 255, levels[number % 6] / 255]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in (VALUE, GRADIENT, TANGENT):
        level = luminance(colour)
        assert (level + 0.05) / 0.05 > 4 < 1.05 / (level + 0.05)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "koi8-r"])
def test_ascii_is_chosen_where_the_signs_cannot_be_shown(encoding, monkeypatch, capsys):
    assert main([*ESSAY, "--ascii"]) == 0
    plain = capsys.readouterr().out
    assert plain.isascii()
    assert "de/db = de/dc*dc/db + de/dd*dd/db = 2*1 + 3*1 = 5" in plain
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, write_through=True))
    assert main(ESSAY) == 0
    assert raw.getvalue().decode("ascii") == plain


def test_messages_too_are_written_in_what_characters_there_are(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding="ascii", write_through=True))
    assert main(["α^2", "α=1"]) == 2
    assert raw.getvalue().decode().startswith('autograd-mini: "^" is no power here: use ** for powers.\n')


# Nobody listens


def test_streams_that_are_closed_or_missing(monkeypatch):
    closed = io.StringIO()
    closed.close()
    for stream in (None, closed):
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "stderr", stream)
        assert main(ESSAY) == 0
        assert main(["(a", "a=1"]) == 2


def test_an_interruption_ends_quietly(monkeypatch, capsys):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(autograd_mini, "explain", interrupted)
    assert main(ESSAY) == 130
    assert capsys.readouterr() == ("", "")


def program(*argv, command=(sys.executable, "-m", "autograd_mini"), **options):
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(HERE.parent)}
    environment.pop("PYTHONUNBUFFERED", None)
    return subprocess.run([*command, *argv], env=environment, encoding="utf-8", timeout=60, check=False, **options)


def test_as_a_program(lesson):
    done = program(*ESSAY, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, lesson, "")
    done = program("(a^b)", "a=2", "b=1", capture_output=True)
    expected = 'autograd-mini: "^" is no power here: use ** for powers.\n    (a^b)\n      ^\n'
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)


def test_as_a_console_script(lesson):
    scripts = tomllib.loads((HERE.parent / "pyproject.toml").read_text())["project"]["scripts"]
    module, function = scripts["autograd-mini"].split(":")
    code = f"import sys; from {module} import {function}; sys.exit({function}())"
    done = program(*ESSAY, command=(sys.executable, "-c", code), capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, lesson, "")


@pytest.mark.skipif(os.name != "posix", reason="pipes, and /dev/full")
def test_pipes_that_break_and_disks_that_are_full():
    reader, writer = os.pipe()
    os.close(reader)
    done = program(*ESSAY, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")
    if Path("/dev/full").exists():
        with Path("/dev/full").open("w") as full:
            done = program(*ESSAY, stdout=full, stderr=subprocess.PIPE)
        expected = "autograd-mini: the output cannot be written: No space left on device.\n"
        assert (done.returncode, done.stderr) == (2, expected)
