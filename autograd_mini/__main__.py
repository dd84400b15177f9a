"""The command line: ``python -m autograd_mini "(a+b)*(b+1)" a=2 b=1`` prints the lesson of an expression."""

from __future__ import annotations

import argparse
import difflib
import functools
import re
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import autograd_mini

from .drawing.plain import to_ascii
from .errors import DrawingError, GradientMismatch
from .parsing import CONSTANTS, FUNCTIONS, Program, UsageError, given_values, identifier, quoted
from .tensor import Tensor
from .terminal import can_encode, coloured, has_colour, write

MODES = ("local", "reverse", "forward")
SUFFIXES = (".svg", ".png", ".pdf", ".html", ".dot", ".json")

DESCRIPTION = "Evaluate an expression, and print how its derivatives come about, step by step."
EXAMPLES = """examples:
  autograd-mini "(a+b)*(b+1)" a=2 b=1                     the lesson
  autograd-mini "c=a+b; d=b+1; e=c*d" a=2 b=1             steps with names of their own
  autograd-mini "(a+b)*(b+1)" a=2 b=1 --wrt b             forward mode, along b
  autograd-mini "tanh(dot(w, x) + b)" w=[1,-2] x=[3,1] b=0.5 -o neuron.html
  autograd-mini "sum((A @ x - b)**2)" A=[[1,2],[3,4]] x=[1,1] b=[0,1] --check

Put the expression in quotation marks. Exit status: 0 fine, 1 a failed check, 2 something was mistyped.
"""
_EXPRESSION = re.compile(r"-(?!-[a-z]|-$|h$|o$|o.*\.[a-z]+$)")  # begins with a minus sign, and is no option


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message.removeprefix("argument ") + ".")


def _parser() -> _Parser:
    parser = _Parser(
        prog="autograd-mini",
        usage='autograd-mini "EXPRESSION" [NAME=VALUE ...] [options]',
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    # fmt: off
    parser.add_argument("arguments", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--mode", metavar="MODE",
                        help="reverse (the usual one): gradients; forward: tangents; local: neither, for any result")
    parser.add_argument("--wrt", metavar="NAME", help="the input that forward mode follows")
    parser.add_argument("--check", action="store_true", help="compare the derivatives with central differences")
    parser.add_argument("-o", "--output", metavar="FILE",
                        help="save a picture (.svg, .png, .pdf), a page (.html), or its source (.dot, .json)")
    parser.add_argument("--ascii", action="store_true", help="print in ASCII, as is done where ∂ cannot be shown")
    parser.add_argument("--names", action="store_true", help="list the functions and constants that are known")
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.add_argument("-h", "--help", action="store_true", help="print this")
    # fmt: on
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; by default those that the program was started with.

    Returns
    -------
    int
        The exit status: 0; 1 when a check failed; 2 when something was mistyped or cannot be written; 130 when interrupted.
    """
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except UsageError as mistake:
        write(sys.stderr, f"autograd-mini: {mistake.shown()}")
        return 2
    except OSError as error:
        write(sys.stderr, f"autograd-mini: the output cannot be written: {error.strerror or error}.")
        return 2
    except KeyboardInterrupt:
        return 130


def _run(argv: Sequence[str]) -> int:
    parser = _parser()
    spaced = [f" {argument}" if _EXPRESSION.match(argument) else argument for argument in argv]
    options, unknown = parser.parse_known_intermixed_args(spaced)
    if unknown:
        close = difflib.get_close_matches(unknown[0], parser._option_string_actions, 1)
        hint = f"Did you mean {close[0]}?" if close else "--help lists them."
        raise UsageError(f"there is no option {quoted(unknown[0])}. {hint}")
    say = functools.partial(write, sys.stdout)
    if options.help:
        say(parser.format_help().rstrip())
    elif options.version:
        say(f"autograd-mini {autograd_mini.__version__}")
    elif options.names:
        say(_known_names())
    elif options.arguments:
        return _teach(options, say)
    else:
        raise UsageError('type an expression: autograd-mini "(a+b)*(b+1)" a=2 b=1. --help says more.')
    return 0


def _known_names() -> str:
    functions = textwrap.fill(" ".join(sorted(FUNCTIONS)), 76, initial_indent="  ", subsequent_indent="  ")
    constants = "  ".join(f"{name} = {value:.5f}…" for name, value in CONSTANTS.items())
    return (
        f"functions, as NumPy has them:\n{functions}\nconstants, unless they are given a value:\n  {constants}\n"
        "operators:\n  + - * / // % ** @  and in conditions  < <= > >= == !=\nvectors, matrices, entries:\n"
        "  [1, 2]  [[1, 2], [3, 4]]  x[0]  x[1:3]  A[0, 1]"
    )


def _teach(options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """The lesson, and whatever else was asked for: the exit status."""
    expression, *values = (argument.removeprefix(" ") for argument in options.arguments)
    path = _checked_path(options.output)
    program = Program(expression, given_values(values))
    result, inputs = program.tensors()
    mode, wrt = _mode(options, program, result, inputs)
    try:
        lesson = autograd_mini.explain(result, mode=mode, wrt=wrt, ascii=options.ascii)
        if not can_encode(sys.stdout, lesson):
            lesson = autograd_mini.explain(result, mode=mode, wrt=wrt, ascii=True)
    except (DrawingError, ValueError) as error:
        raise UsageError(str(error)) from None
    say(coloured(lesson, wrt is not None) if has_colour(sys.stdout) else lesson)
    for note in program.notes:
        write(sys.stderr, f"note: {note}")
    status = 0
    if options.check:
        status, verdict = _check(program)
        say(to_ascii(f"\n{verdict}") if options.ascii else f"\n{verdict}")
    if path:
        try:
            autograd_mini.draw(result, mode=mode, wrt=wrt).save(path)
        except (DrawingError, ValueError) as error:
            raise UsageError(str(error)) from None
        write(sys.stderr, f"saved {path}")
    return status


def _checked_path(output: str | None) -> Path | None:
    """Where to save, if anywhere; what cannot work is said before anything is computed."""
    if output is None:
        return None
    path = Path(output)
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{quoted(output)} says no format: a file ends in {', '.join(SUFFIXES)}.")
    if not path.parent.is_dir():
        raise UsageError(f"{quoted(output)} cannot be written: there is no folder {quoted(str(path.parent))}.")
    return path


def _mode(options: argparse.Namespace, program: Program, result: Tensor, inputs: dict[str, Tensor]) -> Any:
    """Which lesson, and the input that forward mode follows."""
    mode, wrt = options.mode, options.wrt
    if mode is not None and mode not in MODES:
        close = difflib.get_close_matches(mode, MODES, 1)
        hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(MODES)}."
        raise UsageError(f"there is no mode {quoted(mode)}. {hint}")
    if wrt is not None and mode not in (None, "forward"):
        raise UsageError(f"--wrt is for --mode forward; this is --mode {mode}.")
    if wrt is not None or mode == "forward":
        if wrt is None and len(inputs) > 1:
            raise UsageError(f"forward mode follows one input: --wrt {' or --wrt '.join(inputs)}.")
        name = next(iter(inputs)) if wrt is None else identifier(wrt)
        if name not in inputs:
            raise UsageError(f"{quoted(name)} is no input; --wrt takes one of {', '.join(inputs)}.")
        if inputs[name].size > 1:
            raise UsageError(f"forward mode follows one number, and {quoted(name)} is {_shape(inputs[name])} of them.")
        return "forward", inputs[name]
    if result.size > 1:
        shape = _shape(result)
        if mode == "reverse":
            raise UsageError(
                f"the result has {shape} entries, and a gradient is that of one number: sum(…) or mean(…)."
            )
        if mode is None:
            program.notes.append(
                f"the result has {shape} entries. For a gradient make one number of it: sum(…), mean(…)."
            )
        return "local", None
    return mode or "reverse", None


def _shape(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.shape))


def _check(program: Program) -> tuple[int, str]:
    """The derivatives against central differences: the exit status, and the verdict."""
    try:
        verdict, status = str(autograd_mini.check_gradients(program, program.inputs, order=1)), 0
    except (GradientMismatch, ValueError, TypeError) as error:
        verdict, status = str(error), 1
    return status, re.sub(r"argument 0\['(\w+)'\]", r"\1", verdict)


if __name__ == "__main__":
    sys.exit(main())
