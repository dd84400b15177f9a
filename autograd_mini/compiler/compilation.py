"""One program of one function: from the trace to Python source that recognises its calls and runs them."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from .blocks import blocked
from .captures import ATOMS, Capture
from .lowering import lowered
from .program import Op, Program
from .scalars import MATH, RAISES, ScalarEmitter, is_scalar
from .signature import Signature
from .simplify import simplified
from .source import Emitter, Names, nested_text, returned
from .storage import Storage
from .tracing import name_of


class _Miss:
    """What an entry returns for a call that it was not compiled for."""

    def __repr__(self) -> str:
        return "MISS"


MISS = _Miss()
Entry = Callable[[tuple[Any, ...], dict[str, Any]], Any]


class Compilation:
    """Everything that is made of one signature of a function.

    Parameters
    ----------
    function : str
        The name of the function.
    signature, program
        What was called, and what it did.
    found
        What must still be the same for the program to hold.
    donated
        The numbers of the arguments whose memory may be used.
    reuse_outputs
        Whether results are written into the same memory at every call.

    Attributes
    ----------
    entry
        The function of ``(args, kwargs)`` that runs the program, or returns `MISS`.
    source, explanation
        The program as source, and that with the derivative each line computes.
    """

    def __init__(
        self,
        function: str,
        signature: Signature,
        program: Program,
        found: list[Capture],
        donated: tuple[int, ...],
        reuse_outputs: bool,
    ) -> None:
        self.function = function
        self.signature = signature
        self.source = self.explanation = ""
        self._globals: dict[str, Any] = {**signature.globals, "MISS": MISS}
        captured = {
            id(root): root for root in (root_of(op.value) for op in program.ops if isinstance(op.value, np.ndarray))
        }
        self._roots = {f"captured{k}": root for k, root in enumerate(captured.values() if donated else ())}
        self._globals.update(self._roots)
        own = [
            (op, variable)
            for op, variable, leaf, k in zip(
                program.inputs, signature.variables, signature.leaves, signature.arguments, strict=True
            )
            if k in donated and _can_be_written(leaf) and id(leaf) not in captured
        ]
        body = self._emitted(program, {id(op) for op, _ in own}, reuse_outputs)
        lines = [
            *signature.checks,
            *self._given_away([variable for _, variable in own]),
            *self._captured(found),
        ]
        self.entry = made_entry([*lines, *body.splitlines()], self._globals, function)
        signature.leaves.clear()  # they are the caller's

    def _given_away(self, own: list[str]) -> list[str]:
        """The checks that donated memory may be written into, and is nobody else's."""
        arrays = [v for v, op in zip(self.signature.variables, self.signature.leaves, strict=True) if np.ndim(op)]
        same = [f"{a} is {b}" for k, a in enumerate(arrays) for b in arrays[k + 1 :] if a in own or b in own]
        parts = [f"{b}.base is {a}" for a in own for b in arrays if b not in own]
        same += [f"{a} is {b}" for a in own for b in self._roots]
        closed = [f"{a}.base is not None or not {a}.flags.writeable" for a in own]
        return [f"if {' or '.join(closed + same + parts)}: return MISS"] if own else []

    def _captured(self, found: list[Capture]) -> list[str]:
        """The checks of what the function finds outside its arguments."""
        lines = []
        for k, capture in enumerate(found):
            self._globals.update({f"where{k}": capture.where, f"found{k}": capture.found, f"key{k}": capture.key})
            now = capture.source(f"where{k}", f"key{k}")
            check = f"{now} is not found{k}"
            if isinstance(capture.found, ATOMS):
                self._globals[f"equals{k}"] = capture.equals
                check += f" and not equals{k}({now})"
            lines.append(f"if {check}: return MISS")
        if lines:
            lost = "except (ValueError, LookupError, AttributeError): return MISS"
            lines = ["try:", *(f"    {line}" for line in lines), lost]
        return lines

    def _emitted(self, program: Program, donated: set[int], reuse_outputs: bool) -> str:
        """Write the program; the lines that run it."""
        simple = simplified(program)
        program = blocked(lowered(simple))
        used = {name_of(op.function).split(".")[-1] for op in program.ops if op.function}
        self.function = f"{self.function}_" if self.function in used | set(MATH) else self.function
        names = Names(program, used | set(MATH) | {"np", "buffers", "dtype"})
        storage = Storage(program, names.of, donated, reuse_outputs)
        emitter = Emitter(program, names, storage)
        unpack = [(f"{', '.join(storage.buffers)}, = buffers", None)] if storage.buffers else []
        arguments = [names.of[id(op)] for op in program.inputs] + ["buffers"] * bool(storage.buffers)
        result = f"return {returned(program.outputs, emitter)}"
        run = self._written(
            arguments, [*unpack, *emitter.lines], result, names, [*emitter.constants(), *emitter.blocks]
        )
        self._globals["run"] = np.errstate(all="ignore")(_made(run, self.function, emitter.globals))
        variables = ", ".join(self.signature.variables)
        body = f"return run({variables})"
        before = f"{variables}, " * bool(variables)
        kinds = list(storage.buffers.values())
        if storage.buffers and reuse_outputs:
            self._globals["own"] = _Own(kinds)
            body = f"return run({before}own.taken({variables}))"
        elif storage.buffers:
            self._globals.update(pool=[], made=functools.partial(_buffers, kinds))
            body = (
                "try: buffers = pool.pop()\nexcept IndexError: buffers = made()\n"
                f"try: return run({before}buffers)\nfinally: pool.append(buffers)"
            )
        numbers = all(type(leaf) in (float, np.float64) for leaf in self.signature.leaves)
        return self._scalar(simple, body) if numbers and is_scalar(simple) else body

    def _scalar(self, program: Program, otherwise: str) -> str:
        """Write the program on Python floats; the lines that run it, or where Python raises, `otherwise`."""
        lines = [op for op in program.ops if op.function is not np.positive]
        names = Names(Program(program.inputs, lines, program.outputs), set(MATH) | {"float64", "bool_"})
        emitter = ScalarEmitter(program, names.of)
        arguments = [names.of[id(op)] for op in program.inputs]
        used: dict[str, Any] = {**MATH, "float64": np.float64, "bool_": np.bool_}

        def bound(stem: str, value: Any) -> str:
            name = f"{stem}{len(used)}"
            used[name] = value
            return name

        def result(leaf: Any) -> str:
            if not isinstance(leaf, Op):
                return bound("constant", leaf)
            wrap = "bool_" if leaf.dtype == bool else "float64"
            return emitter.text(leaf) if leaf.weak else f"{wrap}({emitter.text(leaf)})"

        text = self._written(
            arguments, emitter.lines, f"return {nested_text(program.outputs, result, bound)}", names, []
        )
        self._globals["scalar"] = _made(text, self.function, used)
        self._globals["RAISES"] = RAISES
        call = [
            f"float({variable})" if type(leaf) is np.float64 else variable
            for variable, leaf in zip(self.signature.variables, self.signature.leaves, strict=True)
        ]
        return f"try: return scalar({', '.join(call)})\nexcept RAISES: pass\n{otherwise}"

    def _written(self, arguments: list[str], lines: list[Any], result: str, names: Names, blocks: list[str]) -> str:
        """Put the source together, plain and explained; the plain one. `blocks` go before it."""
        header = "".join(f"{text}\n\n" for text in blocks) + f"def {self.function}({', '.join(arguments)}):"
        self.source = "\n".join([header, *(f"    {line}" for line, _ in lines), f"    {result}"]) + "\n"
        width = max((len(line) for line, op in lines if _comment(op, names.of)), default=0)
        explained = [f"    {line:{width}}{_comment(op, names.of)}".rstrip() for line, op in lines]
        self.explanation = "\n".join([header, *explained, f"    {result}"]) + "\n"
        return self.source


def made_entry(lines: list[str], used: dict[str, Any], name: str) -> Entry:
    """The function ``entry(args, kwargs)`` with these lines."""
    text = "def entry(args, kwargs):\n" + "".join(f"    {line}\n" for line in lines)
    return _made(text, "entry", used, f"<jit {name}>")  # type: ignore[no-any-return]


def _made(text: str, name: str, used: dict[str, Any], file: str | None = None) -> Any:
    namespace = dict(used)
    exec(compile(text, file or f"<jit {name}>", "exec"), namespace)
    return namespace[name]


def _buffers(kinds: list[tuple[tuple[int, ...], Any]]) -> tuple[Any, ...]:
    return tuple(np.empty(shape, dtype) for shape, dtype in kinds)


class _Own(threading.local):
    """The buffers in which a thread gets its results, twice: what goes in may be what came out last."""

    def __init__(self, kinds: list[tuple[tuple[int, ...], Any]]) -> None:
        self.buffers, self.others = _buffers(kinds), _buffers(kinds)
        self.mine, self.spare = ({id(buffer) for buffer in each} for each in (self.buffers, self.others))

    def taken(self, *arguments: Any) -> tuple[Any, ...]:
        """Buffers in which no argument lies."""
        for x in arguments:
            if id(x) in self.mine or id(getattr(x, "base", None)) in self.mine:
                self.buffers, self.others = self.others, self.buffers
                self.mine, self.spare = self.spare, self.mine
                break
        return self.buffers


def root_of(array: Any) -> Any:
    """The array that owns the memory of another one."""
    while isinstance(getattr(array, "base", None), np.ndarray):
        array = array.base
    return array


def _can_be_written(leaf: Any) -> bool:
    """Whether an argument is an array with memory of its own that a result may be written into."""
    return isinstance(leaf, np.ndarray) and leaf.ndim > 0 and leaf.base is None and leaf.flags.writeable


def _comment(op: Op | None, names: dict[int, str]) -> str:
    """What a line computes, in words of derivatives."""
    if op is None or op.about is None or id(op.about[1]) not in names:
        return ""
    mark, of = op.about[0], names[id(op.about[1])]
    return f"  # ∂/∂{of}" if mark == "bar" else f"  # tangent of {of}"
