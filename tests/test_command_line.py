"""``python -m autograd_mini``: what it prints, saves and returns."""

import io
import json
import re
import shlex
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

import autograd_mini
from autograd_mini import GradientMismatch, elementwise
from autograd_mini.__main__ import SUFFIXES, main
from autograd_mini.drawing.drawing import FORMATS
from autograd_mini.parsing import FUNCTIONS

HERE = Path(__file__).parent
ESSAY = ["(a+b)*(b+1)", "a=2", "b=1"]

# The file holds whole sessions: a line with a dollar sign and what was typed, then everything that was printed.
SESSIONS = (HERE / "command_line.txt").read_text().split("\n$ autograd-mini ")[1:]


@pytest.mark.parametrize("session", SESSIONS, ids=[session.split("\n")[0] for session in SESSIONS])
def test_a_session_prints_exactly_this(session, capsys):
    typed, printed = session.split("\n", 1)
    assert main(shlex.split(typed)) == 0
    out, err = capsys.readouterr()
    assert out + err == printed.rstrip("\n") + "\n"


def test_there_are_enough_sessions():
    assert len(SESSIONS) >= 12


LESSON = """e = (a + b)·(b + 1)    at  a = 2, b = 1

Forward: evaluate, and note each local derivative
  node  operation  value   local derivatives
  a     input          2
  b     input          1
  c     = a + b        3   ∂c/∂a = 1   ∂c/∂b = 1
  d     = b + 1        2   ∂d/∂b = 1
  e     = c · d        6   ∂e/∂c = d = 2   ∂e/∂d = c = 3

Reverse: one sweep from e gives every derivative
  ∂e/∂e = 1
  ∂e/∂d = ∂e/∂e·∂e/∂d               = 1·3       = 3
  ∂e/∂c = ∂e/∂e·∂e/∂c               = 1·2       = 2
  ∂e/∂b = ∂e/∂c·∂c/∂b + ∂e/∂d·∂d/∂b = 2·1 + 3·1 = 5
  ∂e/∂a = ∂e/∂c·∂c/∂a               = 2·1       = 2

The same, as a sum over paths
  a: 1 path
     a → c → e    1 · 2 = 2
  b: 2 paths
     b → c → e    1 · 2 = 2
     b → d → e    1 · 3 = 3
     sum        ∂e/∂b = 5

Cost of the whole gradient
  reverse mode:  1 backward sweep  × 5 edges = 5 multiply-adds
  forward mode:  2 sweeps, one per input × 5 edges = 10 multiply-adds
"""


@pytest.mark.parametrize("argv", [
    ESSAY,
    ["a=2; b=1; (a+b)*(b+1)"],
    ["c = a + b\nd = b + 1\ne = c·d", "b=1", "a=2"],
    ["(a + b) × (b + 1)", "a = 2", "b=4/4"],
    [*ESSAY, "--mode", "reverse"],
    ["--mode=reverse", *ESSAY],
    [ESSAY[0], "a=2", "--mode", "reverse", "b=1"],
])  # fmt: skip
def test_the_example_of_the_essay_in_many_spellings(argv, capsys):
    assert main(argv) == 0
    assert capsys.readouterr().out == LESSON


def test_an_expression_may_begin_with_a_minus_sign(capsys):
    for expression in ("-a**2", "-a * a", "-(a)*a", "--(a) - 6", "-oh - 2", "-o*2"):
        assert main([expression, "a=2", "oh=2", "o=2"]) == 0
        assert re.search(r"input +2\n(.*\n)*.* = .* −4 ", capsys.readouterr().out), expression


def test_an_array_as_result_is_evaluated_and_the_way_on_is_named(capsys):
    assert main(["2*x", "x=[1,2]"]) == 0
    out, err = capsys.readouterr()
    assert "[2, 4]" in out
    assert "Reverse" not in out
    assert err == "note: the result has 2 entries. For a gradient make one number of it: sum(…), mean(…).\n"
    assert main(["2*x", "x=[1,2]", "--mode", "local"]) == 0
    assert capsys.readouterr() == (out, "")


def test_forward_mode_follows_the_only_input_there_is(capsys):
    assert main(["a*a", "a=3", "--mode", "forward"]) == 0
    out = capsys.readouterr().out
    assert "Forward: one sweep from a" in out
    assert main(["a*a", "a=3", "--wrt", "a"]) == 0
    assert capsys.readouterr().out == out
    assert main(["µ*µ", "µ=3", "--wrt", "µ"]) == 0  # the micro sign; the name is the Greek letter


# The check


def test_a_check_that_succeeds(capsys):
    assert main([*ESSAY, "--check"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(LESSON)
    assert "all right. Compared 2 first derivatives, forward and reverse." in out.removeprefix(LESSON)


def test_a_check_that_fails(capsys, monkeypatch):
    def wrong(f, *args, **kwargs):
        assert f(*args) == 6.0
        raise GradientMismatch("check_gradients: first derivatives are wrong.\nargument 0['b'], reverse:")

    monkeypatch.setattr(autograd_mini, "check_gradients", wrong)
    assert main([*ESSAY, "--check"]) == 1
    assert capsys.readouterr().out.endswith("\ncheck_gradients: first derivatives are wrong.\nb, reverse:\n")


def test_a_check_really_looks(capsys, monkeypatch):
    """With a rule made wrong, the check of the command line fails."""
    wrong = elementwise(lambda x: np.sin(x), lambda y, x: -np.cos(x))
    monkeypatch.setitem(FUNCTIONS, "sin", FUNCTIONS["sin"]._replace(call=wrong))
    assert main(["sin(a)", "a=1", "--check"]) == 1
    assert "check_gradients: first derivatives are wrong." in capsys.readouterr().out


def test_a_check_where_there_is_nothing_to_compare(capsys):
    assert main(["log(a)", "a=-1", "--check"]) == 1
    out, err = capsys.readouterr()
    assert "not finite at this point" in out
    assert err == 'note: "log(a)" is nan for these values.\n'


# Files


def test_formats_are_those_of_drawings():
    assert [suffix.removeprefix(".") for suffix in SUFFIXES] == list(FORMATS)


@pytest.mark.parametrize("suffix", ["dot", "json"])
def test_what_needs_no_layout_is_saved(suffix, tmp_path, capsys):
    path = tmp_path / f"e.{suffix}"
    path.write_text("what was there before")
    assert main([*ESSAY, "-o", str(path)]) == 0
    assert capsys.readouterr() == (LESSON, f"saved {path}\n")
    text = path.read_text()
    assert ("digraph" in text) if suffix == "dot" else json.loads(text)


def test_a_picture_is_of_the_mode_that_the_lesson_is_of(tmp_path, monkeypatch, capsys):
    asked = []

    class Saved:
        def save(self, path):
            asked.append(path)

    monkeypatch.setattr(autograd_mini, "draw", lambda e, **options: asked.append(options) or Saved())
    for options, mode, wrt in (
        ([], "reverse", None),
        (["--mode", "local"], "local", None),
        (["--wrt", "b"], "forward", "b"),
    ):
        assert main([*ESSAY, *options, "--output", str(tmp_path / "e.SVG")]) == 0
        assert asked[-1] == tmp_path / "e.SVG"
        assert asked[-2]["mode"] == mode
        assert getattr(asked[-2]["wrt"], "name", None) == wrt


@pytest.mark.skipif(not (shutil.which("dot") or find_spec("pygraphviz")), reason="nothing here lays out pictures")
def test_a_picture_as_svg(tmp_path, capsys):
    path = tmp_path / "e.svg"
    assert main([*ESSAY, f"-o{path}"]) == 0
    texts = " ".join(ElementTree.parse(path).getroot().itertext())
    assert "∂e/∂b" in texts


def test_what_cannot_be_saved_is_said_in_one_line_after_the_lesson(tmp_path, capsys):
    (tmp_path / "folder.json").mkdir()
    assert main([*ESSAY, "-o", str(tmp_path / "folder.json")]) == 2
    out, err = capsys.readouterr()
    assert out == LESSON
    assert re.fullmatch(r"autograd-mini: .*cannot write '.*folder.json': Is a directory.\n", err)


def test_without_a_layout_engine_the_lesson_is_there_and_one_sentence(tmp_path, capsys, monkeypatch):
    def cannot(*args):
        raise autograd_mini.DrawingError("nothing is installed that lays out pictures.")

    monkeypatch.setitem(FORMATS, "svg", cannot)
    assert main([*ESSAY, "-o", str(tmp_path / "e.svg")]) == 2
    assert capsys.readouterr() == (LESSON, "autograd-mini: nothing is installed that lays out pictures.\n")


# What it says of itself


def test_help_names_and_version(capsys):
    for option in ("-h", "--help"):
        assert main([option]) == 0
        text = capsys.readouterr().out
    for option in ("--mode", "--wrt", "--check", "--output", "--ascii", "--names", "--version"):
        assert option in text
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"autograd-mini {autograd_mini.__version__}\n"
    assert main(["--names"]) == 0
    assert {"sin", "logaddexp", "where", "pi", "π"} <= set(capsys.readouterr().out.split())


def test_every_example_of_the_help_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    main(["--help"])
    examples = re.findall(r"^  autograd-mini (.*?)(?:   .*)?$", capsys.readouterr().out, re.MULTILINE)
    assert len(examples) >= 5
    for example in examples:
        assert main(shlex.split(example.replace("neuron.html", "neuron.dot"))) == 0, example


# Whatever is typed

WORDS = "a b x sin sum max where lambda import 1 2.5 0x1 1e9 axis= −1 é"
SIGNS = """+ - * / ** @ ( ) [ ] , : = == > ; . ^ ' " { } # \\ · ²"""
TOKENS = st.sampled_from([*WORDS.split(), *SIGNS.split(), "\n", "\0", "\udc80"])
OPTIONS = st.sampled_from([[], ["--check"], ["--ascii"], ["--mode", "forward"], ["--wrt", "a"], ["--mode", "local"]])


@given(st.lists(TOKENS, max_size=14), st.sampled_from(["", " "]), OPTIONS)
@settings(deadline=5000, max_examples=200)
def test_whatever_is_typed_there_is_an_answer(tokens, between, options):
    out, err = io.StringIO(), io.StringIO()
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, err
    try:
        status = main([between.join(tokens), "a=2", "b=-1", "x=[1,2,3]", *options])
    finally:
        sys.stdout, sys.stderr = before
    assert status in (0, 1, 2)
    assert "Traceback" not in err.getvalue()
    assert out.getvalue() if status < 2 else err.getvalue().startswith("autograd-mini: ")


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_can_be_taught(name, capsys, tmp_path):
    """Of a number, of vectors and of a matrix: a lesson and a picture's source, or a sentence."""
    function = FUNCTIONS[name]
    path = tmp_path / "e.dot"
    taught = 0
    for operand in ("a", "x", "A"):
        operands = [f"{operand} > 1" if i in function.conditions else operand for i in range(function.least)]
        call = f"{name}({', '.join(operands)})"
        call = f"where({call}, a, 2*a)" if name.startswith("logical") else call
        status = main([f"sum({call})", "a=0.5", "x=[0.2,0.7]", "A=[[0.9,0.1],[0.2,0.8]]", "-o", str(path)])
        _, err = capsys.readouterr()
        assert status == 0 or err.startswith("autograd-mini: "), call
        taught += status == 0
    assert taught
    assert path.exists()
