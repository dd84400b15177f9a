"""The command that checks the backprop in a person's file.

::

    python -m nn.check my_file.py:backprop --sizes 3,4,2
    autograd-mini-check my_file.py:backprop --sizes 3,4,2

The second form is for folders that hold an ``nn.py`` of their own. Exit status: 0 right, 1 wrong, 2 could not be judged.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import sys
import traceback
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nn.activations import ACTIVATIONS
from nn.checking import check_backprop
from nn.checking.diagnosis import data
from nn.costs import COSTS
from nn.network import Network

PACKAGE = "checked"  # a person's file is loaded as a module of it, so that it may say `from .other_file import f`
OURS = {name: Path(__file__).parents[1] / name for name in ("nn", "autograd_mini")}

DESCRIPTION = """\
Compare a backprop derived by hand with autograd_mini's gradient, and say which line of it is wrong, and how.

The file is imported and the function is called: its code runs, as if you had started it yourself. The function takes
(network, x, y) or (x, y), or is a class with a method backprop(x, y), and returns (nabla_b, nabla_w) as in the book.
Columns are examples."""


class Refused(Exception):  # noqa: N818  it is never seen
    """What was asked for cannot be done; the message is the sentence that says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the backprop that the command line names, and print the report.

    Returns
    -------
    int
        The exit status: 0 right, 1 wrong, 2 could not be judged.
    """
    options = _parser().parse_args(arguments)
    path, name = _file_and_name(options.backprop)
    try:
        with _folder(path.parent, str(path)):
            my_backprop = _found(_loaded(path), path, name)
            network = Network(
                options.sizes, options.seed, activation=options.activation, cost=options.cost, dtype=options.dtype
            )
            rng = np.random.default_rng(options.seed + 1)
            x, y = data(network, options.examples, rng, like=np.full((1, 1), 0.5))
            report = check_backprop(network, my_backprop, x, y)
    except (Refused, TypeError, ValueError) as error:
        _print(f"autograd-mini-check: {error}", sys.stderr)
        return 2
    _print(str(report), sys.stdout)
    return report.status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "autograd-mini-check",
        description=DESCRIPTION,
        epilog="Exit status: 0 right, 1 wrong, 2 could not be judged.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "backprop", metavar="FILE.py:NAME", help="the file, and the function or class in it (default: backprop)"
    )
    parser.add_argument(
        "--sizes", type=_sizes, default=[3, 4, 4, 2], metavar="3,4,2", help="neurons per layer, input first"
    )
    parser.add_argument("--activation", choices=ACTIVATIONS, default="sigmoid")
    parser.add_argument(
        "--cost", choices=COSTS, default="quadratic", help="with a cross-entropy, softmax or sigmoid outputs"
    )
    parser.add_argument("--examples", type=_count, default=5, metavar="M", help="how many (default: 5)")
    parser.add_argument("--seed", type=int, default=0, help="of the random network and examples (default: 0)")
    parser.add_argument("--dtype", choices=["float64", "float32"], default="float64")
    return parser


def _sizes(text: str) -> list[int]:
    try:
        sizes = [int(part) for part in text.strip("[]() ").replace("-", ",").split(",")]
    except ValueError:
        sizes = []
    if len(sizes) < 2 or min(sizes) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of at least two positive numbers such as 784,30,10")
    return sizes


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number")
    return int(text)


def _file_and_name(text: str) -> tuple[Path, str]:
    """The two parts of ``my_file.py:backprop``; the second may be missing."""
    file, colon, name = text.rpartition(":")
    if not colon or name.endswith(".py"):
        file, name = text, ""
    return Path(file).resolve(), name


@contextlib.contextmanager
def _folder(folder: Path, file: str) -> Iterator[None]:
    """Let the person's code import its neighbours, and forget them afterwards."""
    path, argv, modules = list(sys.path), sys.argv, set(sys.modules)
    sys.path.insert(0, str(folder))
    sys.argv = [file]
    try:
        yield
    finally:
        sys.path[:], sys.argv = path, argv
        for name in set(sys.modules) - modules:
            if name.partition(".")[0] == PACKAGE or folder in Path(_file(sys.modules[name])).parents:
                del sys.modules[name]


@contextlib.contextmanager
def _own_names(folder: Path) -> Iterator[None]:
    """Let the person's code import an ``nn.py`` or ``autograd_mini.py`` of its own, and put ours back."""
    shadowed = [
        name for name, ours in OURS.items()
        if ours.parent != folder and any((folder / f"{name}{end}").exists() for end in (".py", "/__init__.py"))
    ]  # fmt: skip

    def taken() -> dict[str, types.ModuleType]:
        return {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in shadowed}

    ours = taken()
    try:
        yield
    finally:
        taken()
        sys.modules.update(ours)


def _file(module: Any) -> str:
    return getattr(module, "__file__", None) or ""


def _loaded(path: Path) -> types.ModuleType:
    """The person's file, imported."""
    if not path.is_file():
        raise Refused(f"there is no file {path}")
    spec = importlib.util.spec_from_file_location(f"{PACKAGE}.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise Refused(f"{path.name} is not a Python file; give my_file.py:backprop")
    package = types.ModuleType(PACKAGE)
    package.__path__ = [str(path.parent)]
    sys.modules[PACKAGE] = package
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        with _own_names(path.parent):
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise Refused(f"importing {path.name} failed\n\n{_traceback(error, path)}") from None
    return module


def _traceback(error: BaseException, path: Path) -> str:
    """The traceback of the person's own lines."""
    frames = error.__traceback__
    while frames is not None and Path(frames.tb_frame.f_code.co_filename) != path:
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error.with_traceback(frames), frames, chain=False)).rstrip()


def _found(module: types.ModuleType, path: Path, name: str) -> Any:
    """The function or class of that name; without a name ``backprop``, or the only subclass of Network."""
    own = {key: value for key, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__}
    classes = [value for value in own.values() if isinstance(value, type) and hasattr(value, "backprop")]
    if not name and not hasattr(module, "backprop") and len(classes) == 1:
        return classes[0]
    found: Any = module
    for part in (name.removesuffix(".backprop") or "backprop").split("."):
        if not hasattr(found, part):
            there = ", ".join(key for key, value in own.items() if callable(value)) or "nothing that can be called"
            raise Refused(f"{path.name} has no {name or 'backprop'}; it has {there}")
        found = getattr(found, part)
    return found


def _print(text: str, stream: Any) -> None:
    """Print, with plain letters where the terminal has no others."""
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        for symbol, plain in PLAIN.items():
            text = text.replace(symbol, plain)
        text = text.encode(stream.encoding, "replace").decode(stream.encoding)
    print(text, file=stream)


PLAIN = {
    "ˡ⁺¹": "^(l+1)", "ˡ⁻¹": "^(l-1)",
    "∂": "d", "σ′": "sigma'", "σ": "sigma", "δ": "delta", "Σ": "sum", "η": "eta", "⊙": "*", "ᵀ": "^T", "′": "'", "½": "1/2",
    "‖": "|", "²": "^2", "³": "^3", "¹": "^1", "×": "x", "−": "-", "←": "<-", "→": "->", "…": "...", "⁺": "+", "⁻": "-",
    "ˡ": "^l", "ᴸ": "^L", "≠": "!=",
} | {digit: f"^{k}" for k, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
