"""The NumPy calls that the tape makes, one after the other, and nothing else: no tape that makes them takes less."""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograd_mini.compiler.evaluations import traced
from autograd_mini.compiler.program import Program, needed
from autograd_mini.compiler.signature import Signature
from autograd_mini.compiler.source import Emitter, Names, returned
from interleaved import Run

NAME = "The NumPy calls of the tape"


def of_the_tape(f: Callable[..., Any], *args: Any) -> Run:
    """A run of the calls that f makes on these arguments, as they are: nothing simplified, no memory used twice."""
    signature = Signature(args, {}, [])
    with np.errstate(all="ignore"):
        run = traced(f, signature, args, {})
    results = Program([], [], run.outputs).results()
    program = Program(run.trace.inputs, needed(run.trace.ops, results), run.outputs)
    names = Names(program, {"np"})
    emitter: Any = Emitter(program, names, SimpleNamespace(place={}, buffers={}))  # type: ignore[arg-type]
    lines = [f"    {line}\n" for line, _ in emitter.lines]
    variables = ", ".join(names.of[id(op)] for op in program.inputs)
    space = dict(emitter.globals)
    exec(f"def run({variables}):\n{''.join(lines)}    return {returned(program.outputs, emitter)}\n", space)
    return partial(space["run"], *signature.leaves)
