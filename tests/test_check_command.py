"""The command that checks the backprop in a person's file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nn.check import main

ROOT = Path(__file__).parents[1]

BOOK = """
import numpy as np

class Network(object):

    def __init__(self, sizes):
        self.num_layers = len(sizes)
        self.sizes = sizes
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]

    def backprop(self, x, y):
        return backprop(self, x, y)

def backprop(network, x, y):
    nabla_b = [np.zeros(b.shape) for b in network.biases]
    nabla_w = [np.zeros(w.shape) for w in network.weights]
    activation, activations, zs = x, [x], []
    for b, w in zip(network.biases, network.weights):
        zs.append(np.dot(w, activation) + b)
        activation = sigmoid(zs[-1])
        activations.append(activation)
    delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
    nabla_b[-1] = delta
    nabla_w[-1] = np.dot(delta, activations[-2].transpose())
    for l in range(2, network.num_layers):
        delta = np.dot(network.weights[-l + 1].transpose(), delta) * sigmoid_prime(zs[-l])
        nabla_b[-l] = delta
        nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
    return (nabla_b, nabla_w)

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
"""
SLIP = BOOK.replace("sigmoid_prime(zs[-l])", "sigmoid_prime(activations[-l])")
RAISES = "def backprop(network, x, y):\n    helper = {}\n    return helper['delta']\n"


@pytest.fixture
def write(tmp_path):
    """Write a person's file; its path."""

    def written(text, name="mine.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return str(path)

    return written


def command(*arguments, folder, **environment):
    """Run the command as a person does, from their folder."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, encoding="utf-8", check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | environment,
    )  # fmt: skip


def test_from_a_folder_with_a_neighbour_and_an_nn_of_its_own(write, tmp_path):
    """-P, as the installed command: the folder of the person's file does not come first in what Python imports."""
    write("SIZE = 3", "nn.py")
    write("SIZE = 4", "autograd_mini.py")
    write(
        BOOK.split("def sigmoid(z)")[1].replace("(z):", "def sigmoid(z):", 1).replace("def sigmoid(z):", "", 1), "x.py"
    )
    write("import numpy as np\ndef sigmoid(z):" + BOOK.split("def sigmoid(z):")[1], "functions.py")
    theirs = BOOK.split("def sigmoid(z)", maxsplit=1)[0]
    imports = "import nn, autograd_mini\nfrom functions import sigmoid\nfrom .functions import sigmoid_prime\n"
    write(f"{imports}assert (nn.SIZE, autograd_mini.SIZE) == (3, 4)\n{theirs}")
    done = command("-P", "-m", "nn.check", "mine.py:backprop", "--sizes", "3,4,2", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "network 3-4-2" in done.stdout
    assert "Right: all four arrays." in done.stdout


def test_where_the_terminal_has_no_greek(write, tmp_path):
    path = write(SLIP)
    done = command("-m", "nn.check", path, "--sizes", "2,3,3,1", folder=tmp_path, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.isascii()
    assert "takes sigma' at a^l instead of z^l" in done.stdout


@pytest.mark.parametrize("name", ["", ":backprop", ":Network", ":Network.backprop"])
def test_what_the_name_may_be(write, name, capsys):
    assert main([write(BOOK) + name, "--sizes", "3,4,2"]) == 0
    assert main([write(SLIP) + name, "--sizes", "3-4-2"]) == 1
    assert "layer 1 takes σ′ at a¹ instead of z¹" in capsys.readouterr().out


def test_without_a_name_the_only_class(write):
    text = "class Mine(nn.Network):\n    def backprop(self, x, y):\n        return super().backprop(x, y)\n"
    assert main([write("import nn\n" + text)]) == 0


@pytest.mark.parametrize(
    "options",
    [
        ["--cost", "mean_squared_error"],
        ["--cost", "cross_entropy"],
        ["--activation", "tanh"],
    ],
)
def test_another_network_makes_the_same_file_wrong(write, options, capsys):
    assert main([write(BOOK), *options]) == 1
    assert "WRONG" in capsys.readouterr().out


@pytest.mark.parametrize(
    "options", [["--dtype", "float32"], ["--examples", "1"], ["--examples", "20"], ["--seed", "7"]]
)
def test_other_data_do_not(write, options):
    assert main([write(BOOK), *options]) == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (RAISES, ["backprop raised KeyError: 'delta'", "return helper['delta']"]),
        ("def backprop(network, x, y):\n    pass\n", ["returned None"]),
        ("def backprop(network, x, y):\n    return [0.0]\n", ["returned 1 value"]),
        ("def backprop(network, x, y):\n    return network.biases, network.weights\n", ["network.weights[0]"]),
        ("import sys\ndef backprop(network, x, y):\n    sys.exit()\n", ["raised SystemExit"]),
    ],
)
def test_what_cannot_be_judged(write, text, words, capsys):
    assert main([write(text)]) == 2
    printed = capsys.readouterr().out
    assert all(word in printed for word in ["Could not be judged", *words])
    assert "/checking/" not in printed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def backprop(network x, y):\n", ["SyntaxError", "mine.py"]),
        ("import nothing_of_that_name\n", ["ModuleNotFoundError", "mine.py"]),
        ("1 / 0\n", ["ZeroDivisionError", "1 / 0"]),
        ("raise SystemExit(3)\n", ["SystemExit"]),
        ("def other(): pass\n", ["mine.py has no backprop; it has other"]),
        ("x = 1\n", ["nothing that can be called"]),
        ("backprop = 3\n", ["my_backprop is of type int"]),
        ("def backprop(x): pass\n", ["takes (x)"]),
    ],
)
def test_what_cannot_be_called(write, text, words, capsys):
    assert main([write(text)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert all(word in printed.err for word in words)
    assert "frozen" not in printed.err
    assert "nn/check.py" not in printed.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.py:backprop"], "there is no file"),
        (["mine.py:backprop", "--sizes", "3"], "--sizes: '3' is not a list"),
        (["mine.py:backprop", "--sizes", "3,0,2"], "--sizes"),
        (["mine.py:backprop", "--sizes", "3,x"], "--sizes"),
        (["mine.py:backprop", "--examples", "0"], "--examples: '0' is not a positive number"),
        (["mine.py:backprop", "--seed", "-1"], "seed"),
        (["mine.py:backprop", "--cost", "hinge"], "--cost"),
        ([], "FILE.py:NAME"),
    ],
)
def test_bad_usage(write, arguments, words, capsys, monkeypatch, tmp_path):
    write(BOOK)
    monkeypatch.chdir(tmp_path)
    try:
        status = main(arguments)
    except SystemExit as stopped:
        status = stopped.code
    assert status == 2
    assert words in capsys.readouterr().err


def test_the_help_says_that_the_code_runs(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    assert "its code runs" in capsys.readouterr().out


def test_nothing_is_left_behind(write, tmp_path):
    write("VALUE = 1", "a_neighbour.py")
    write("VALUE = 2", "nn.py")
    path, argv, modules = list(sys.path), list(sys.argv), set(sys.modules)
    assertions = "assert nn.VALUE == 2\nassert sys.argv[0].endswith('mine.py')\n"
    assert main([write(f"import sys, a_neighbour, nn\n{assertions}{BOOK}")]) == 0
    assert (sys.path, sys.argv) == (path, argv)
    assert not {
        name for name in set(sys.modules) - modules if "mine" in name or "neighbour" in name or name == "checked"
    }
    assert sys.modules["nn"].__file__ == str(ROOT / "nn" / "__init__.py")
