"""The checker of backprops on code that cannot be judged, that writes where it should read, and on the command line."""

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from nn import Network, check_backprop

from .wrong_backprops import MUTATING, UNUSABLE, book, dictionaries

ROOT = Path(__file__).parents[1]

#: What the sentence has to say of each mistake of `unusable`.
SENTENCES = {
    "raises": "raised (ZeroDivisionError|ValueError)",
    "returns None": "returned None",
    "returns one list": "returned 3 arrays, not nested",
    "returns three things": "returned 3 values",
    "too few arrays": "returned 2 arrays in nabla_b, but the network has 3",
    "too many arrays": "returned 4 arrays in nabla_b, but the network has 3",
    "pairs, layer by layer": "returned 3 values",
    "a dictionary": "returned a dict",
    "None among the arrays": r"None\S* in nabla_b\[0\]",
    "text among the arrays": r"str in nabla_w\[0\]",
    "integers": "int64",
    "complex numbers": "complex128",
    "the network's own arrays": r"the network's own memory.* network\.weights\[2\]",
    "a generator": "generator for nabla_b",
    "ragged lists": r"list in nabla_w\[0\]",
    "object arrays": "array of object",
    "random": "is random",
    "nan": r"nan in nabla_(b\[2\]|w\[0\])",
    "inf": r"inf in nabla_b\[0\]",
    "exits": "raised SystemExit",
}
WRONG_ORDER = {
    "the two exchanged": r"\(nabla_w, nabla_b\) is returned instead of \(nabla_b, nabla_w\)",
    "layers in reverse": "layers are returned from the last to the first",
    "layers of ∂C/∂W in reverse": "layers of nabla_w are returned from the last to the first",
}


@pytest.fixture
def case():
    rng = np.random.default_rng(3)
    return Network([3, 4, 4, 2], rng=1), rng.standard_normal((3, 5)), rng.random((2, 5))


class Kept:
    """What a network and its data were, to the bit and to the object."""

    def __init__(self, network, x, y):
        self.now = lambda: [*network.weights, *network.biases, x, y]
        self.objects = self.now()
        self.values = [array.copy() for array in self.objects]
        self.lists = network.weights, network.biases
        self.network = network

    def assert_untouched(self):
        for array, kept, value in zip(self.now(), self.objects, self.values, strict=True):
            assert array is kept
            assert array.flags.writeable
            np.testing.assert_array_equal(array, value)
        assert self.network.weights is self.lists[0]
        assert self.network.biases is self.lists[1]


@pytest.mark.parametrize("entry", [entry for entry in UNUSABLE if entry.mistake in SENTENCES], ids=str)
def test_what_cannot_be_judged_is_said_in_a_sentence(entry, case):
    kept = Kept(*case)
    network, x, y = case
    report = check_backprop(network, entry.backprop, x, y)
    assert not report
    assert report.status == 2
    assert re.search(SENTENCES[entry.mistake], report.problem)
    assert report.problem in str(report)
    assert not report.causes
    kept.assert_untouched()


def test_the_traceback_is_the_person_s_own(case):
    network, x, y = case

    def mine(network, x, y):
        return inner(x)

    def inner(x):
        return x @ x

    text = str(check_backprop(network, mine, x, y))
    assert "return inner(x)" in text
    assert "return x @ x" in text
    assert "nn/" not in text


@pytest.mark.parametrize("entry", [entry for entry in UNUSABLE if entry.mistake in WRONG_ORDER], ids=str)
def test_arrays_in_the_wrong_order_are_called_so(entry, case):
    report = check_backprop(case[0], entry.backprop, *case[1:])
    assert not report
    assert report.status == 1
    assert re.search(WRONG_ORDER[entry.mistake], report.causes[0].said)


def test_every_unusable_backprop_is_examined():
    assert {entry.mistake for entry in UNUSABLE} == SENTENCES.keys() | WRONG_ORDER.keys() | {
        "asks for another argument"
    }


@pytest.mark.parametrize("entry", MUTATING, ids=str)
def test_writing_into_arguments_is_seen_and_undone(entry, case):
    network, x, y = Network([2, 3, 1], rng=1), case[1][:2], case[2][:1]
    kept = Kept(network, x, y)
    report = check_backprop(network, entry.made_for(network), x, y)
    assert not report
    assert report.status in {1, 2}
    target = {"the weights": "network.weights", "the biases": "network.biases"}
    into = entry.mistake.removeprefix("writes into ")
    assert re.search(rf"\b{re.escape(target.get(into, into))}", report.causes[0].said)
    assert report.causes[0].said in str(report)
    kept.assert_untouched()


@pytest.mark.parametrize("bad", [None, 3, "backprop", object(), object, lambda: 0, lambda x: x, lambda a, b, c, d: 0])
def test_what_is_no_backprop_is_refused(bad, case):
    with pytest.raises(TypeError, match=r"^check_backprop: .*\(network, x, y\) or of \(x, y\)"):
        check_backprop(case[0], bad, *case[1:])


def test_a_result_instead_of_a_function_is_refused(case):
    with pytest.raises(TypeError, match="result"):
        check_backprop(case[0], dictionaries.signs(*case, set()), *case[1:])


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        (lambda x, y: (x.astype(int), y), TypeError, "int64"),
        (lambda x, y: (x.tolist(), y), TypeError, "list"),
        (lambda x, y: (x.T, y), ValueError, "transpose"),
        (lambda x, y: (x[:, 0], y[:, 0]), ValueError, "reshape"),
        (lambda x, y: (x, y[:, :3]), ValueError, "5 ≠ 3"),
        (lambda x, y: (x[:, :0], y[:, :0]), ValueError, "no examples"),
        (lambda x, y: (x * np.nan, y), ValueError, "nan"),
        (lambda x, y: (x, y * np.inf), ValueError, "inf"),
    ],
)
def test_data_that_do_not_fit_are_refused(change, error, sentence, case):
    network, x, y = case
    with pytest.raises(error, match=f"^check_backprop: .*{sentence}"):
        check_backprop(network, dictionaries.no_slope, *change(x, y))


FILE = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def backprop(network, x, y):
    a = [x]
    for w, b in zip(network.weights, network.biases):
        a.append(sigmoid(w @ a[-1] + b))
    delta = (a[-1] - y) * a[-1] * (1 - a[-1]) / x.shape[1]
    nabla_b, nabla_w = [], []
    for k in reversed(range(len(network.weights))):
        nabla_b.insert(0, delta.sum(axis=1, keepdims=True))
        nabla_w.insert(0, delta @ a[k].T)
        delta = network.weights[k].T @ delta * SLOPE
    return nabla_b, nabla_w

def broken(network, x, y):
    return undefined

number = 3
"""


def command(folder, *arguments):
    """Run the command in the person's folder: exit status, output, errors."""
    done = subprocess.run(
        [sys.executable, "-m", "nn.check", *arguments],
        cwd=folder, env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_the_command_tells_right_from_wrong_by_its_exit_status(tmp_path):
    (tmp_path / "right.py").write_text(FILE.replace("SLOPE", "a[k] * (1 - a[k])"), "utf-8")
    (tmp_path / "wrong.py").write_text(FILE.replace("SLOPE", "1"), "utf-8")
    status, out, err = command(tmp_path, "right.py:backprop", "--sizes", "3,4,2")
    assert (status, err) == (0, "")
    assert "WRONG" not in out
    status, out, err = command(tmp_path, "wrong.py:backprop", "--sizes", "3,4,2")
    assert (status, err) == (1, "")
    assert "layer 1 lacks σ′(z¹)" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["mine.py:broken", "--sizes", "3,4,2"], "name 'undefined' is not defined"),
        (["mine.py:nothing", "--sizes", "3,4,2"], "mine.py has no nothing"),
        (["mine.py:number", "--sizes", "3,4,2"], "not a function"),
        (["absent.py:backprop", "--sizes", "3,4,2"], "there is no file"),
        (["mine.py:backprop", "--sizes", "3"], "'3' is not a list"),
        (["mine.py:backprop", "--sizes", "3,x"], "'3,x' is not a list"),
        (["syntax.py:backprop", "--sizes", "3,4,2"], "SyntaxError"),
        ([], "FILE.py:NAME"),
    ],
)
def test_the_command_has_status_2_for_what_it_cannot_judge(arguments, sentence, tmp_path):
    (tmp_path / "mine.py").write_text(FILE.replace("SLOPE", "1"), "utf-8")
    (tmp_path / "syntax.py").write_text("def backprop(:", "utf-8")
    status, out, err = command(tmp_path, *arguments)
    assert status == 2
    assert sentence in out + err


def test_the_help_says_that_the_code_runs(tmp_path):
    status, out, _ = command(tmp_path, "--help")
    assert status == 0
    assert "its code runs" in " ".join(out.split())


def test_a_class_that_knows_nothing_of_this_package_is_checked(case):
    """As is whoever has the book's network.py, whose Network is no subclass of ours."""

    class Own:
        def __init__(self, sizes):
            self.sizes, self.num_layers = sizes, len(sizes)
            self.biases = [np.zeros((n, 1)) for n in sizes[1:]]
            self.weights = [np.zeros((n, k)) for k, n in pairwise(sizes)]

        cost_derivative = book.DesiredMinusActual.cost_derivative
        backprop = book.DesiredMinusActual.backprop

    report = check_backprop(case[0], Own, *case[1:])
    assert not report
    assert "wrong sign" in report.causes[0].said
