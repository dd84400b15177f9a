"""`jit`: evaluate a function once on arrays that write everything down, and run what was written from then on."""

from __future__ import annotations

import functools
import inspect
import threading
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import TracingError
from ..graph import Node
from .blocks import blocked
from .captures import ATOMS, Capture, captures
from .lowering import lowered
from .program import Op, Program, map_tree
from .scalars import MATH, RAISES, ScalarEmitter, is_scalar
from .signature import NoSignature, Signature, holds_tensor, is_dynamic, rebuilt
from .simplify import simplified
from .source import Emitter, Names, returned
from .storage import Storage
from .tracing import NotEmittable, Trace, Traced, name_of

KEPT = 32  # programs of one function; the one that was used longest ago goes first


class _Miss:
    """What an entry returns for a call that it was not compiled for."""

    def __repr__(self) -> str:
        return "MISS"


MISS = _Miss()
Entry = Callable[[tuple[Any, ...], dict[str, Any]], Any]


class Compiled:
    """A function with its programs; called like the function itself.

    Attributes
    ----------
    source
        The Python source of the program that was compiled last.
    """

    def __init__(self, f: Callable[..., Any], donate_argnums: tuple[int, ...], reuse_outputs: bool) -> None:
        functools.update_wrapper(self, f)
        self._f = f
        self._donated = donate_argnums
        self._reuse = reuse_outputs
        self._run: Entry = lambda args, kwargs: MISS
        self._entries: list[Entry] = []
        self._lock = threading.RLock()
        self._texts: list[tuple[str, str]] = []
        self._warned: set[str] = set()
        self._parameters = _parameters(f)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        result = self._run(args, kwargs)
        return self._found(args, kwargs) if result is MISS else result

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def __repr__(self) -> str:
        return f"jit({getattr(self._f, '__name__', self._f)!s})"

    @property
    def source(self) -> str:
        return self._text(0)

    def explain(self) -> str:
        """The source with, beside each line, the derivative that the line computes or helps to compute."""
        return self._text(1)

    def _text(self, which: int) -> str:
        if not self._texts:
            return f"# {self!r} has not been compiled yet: call it once."
        return self._texts[-1][which]

    def _found(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The result from another of the programs, or from a new one."""
        if holds_tensor(args) or holds_tensor(kwargs):
            return self._f(*args, **kwargs)
        for entry in self._entries:
            result = entry(args, kwargs)
            if result is not MISS:
                self._run = entry
                return result
        try:
            signature = Signature(args, kwargs, self._parameters)
        except NoSignature as reason:
            self._warn(str(reason))
            return self._f(*args, **kwargs)
        with self._lock:
            entry = self._compiled(signature, args, kwargs)
            self._entries = [entry, *self._entries[: KEPT - 1]]
            self._run = entry
        result = entry(args, kwargs)
        return self._f(*args, **kwargs) if result is MISS else result

    def _compiled(self, signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Entry:
        """A new entry: a program, or the function itself where no program can be written."""
        found = captures(self._f)
        try:
            trace, outputs = traced(self._f, signature, args, kwargs)
            watched = _watched(self._f, trace, outputs, found, signature, args, kwargs)
            return Compilation(self, signature, Program(trace.inputs, trace.ops, outputs), found, watched).entry()
        except TracingError:
            raise
        except NotEmittable as reason:
            self._warn(str(reason))
        except Exception as error:  # whatever it is, the function itself says it better
            self._warn(f"{type(error).__name__}: {error}")
        return Compilation(self, signature, None, found, []).entry()

    def _warn(self, reason: str) -> None:
        """Say once why the function runs as it is."""
        if reason not in self._warned:
            self._warned.add(reason)
            name = getattr(self._f, "__name__", "the function")
            warnings.warn(
                f"jit: {name} is not compiled but run as it is, because of {reason}.", RuntimeWarning, stacklevel=4
            )


def traced(f: Any, signature: Signature, args: Any, kwargs: Any) -> tuple[Trace, Any]:
    """The trace of one call, and its outputs: Ops where they are values of the trace."""
    trace = Trace()
    # An argument of its own has its name; what lies inside one takes that of the variable it is bound to.
    named = [name if name in signature.parameters else "" for name in signature.names]
    leaves = [trace.argument(leaf, name) for leaf, name in zip(signature.leaves, named, strict=True)]
    rest = iter(leaves)
    result = f(*rebuilt(args, rest), **rebuilt(kwargs, rest))

    for op, name in zip(trace.inputs, signature.names, strict=True):
        op.name = op.name or name

    def output(leaf: Any) -> Any:
        if isinstance(leaf, Node):
            raise NotEmittable("a Tensor among the results")
        if isinstance(leaf, np.ndarray):
            return Op(np.copy, (trace.constant(leaf),), {}, leaf.shape, leaf.dtype)
        return leaf.op if isinstance(leaf, Traced) else leaf

    outputs = map_tree(output, result)
    copies: list[Op] = []
    map_tree(lambda leaf: copies.append(leaf) if isinstance(leaf, Op) and leaf.function is np.copy else None, outputs)
    trace.ops += [op for op in copies if op not in trace.ops]
    return trace, outputs


def _watched(
    f: Any, trace: Trace, outputs: Any, found: list[Capture], signature: Signature, args: Any, kwargs: Any
) -> Any:
    """Copies of captured arrays that must stay as they are, because the function has computed with them unseen.

    An array that enters the trace and is none of the captured ones was computed by NumPy while tracing, perhaps from one of
    them, perhaps at random. A second trace that differs says that it was at random.
    """
    held = [capture.found for capture in found if isinstance(capture.found, np.ndarray)]
    unseen = [
        array for array, op in trace.arrays.values() if not any(np.may_share_memory(array, other) for other in held)
    ]
    if not unseen:
        return []
    again, _ = traced(f, signature, args, kwargs)
    first, second = ([array for array, _ in t.arrays.values()] for t in (trace, again))
    same = len(first) == len(second) and all(
        a.shape == b.shape and a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
        for a, b in zip(first, second, strict=True)
    )
    if not same:
        raise NotEmittable("arrays that are not the same every time (random numbers?); pass them as arguments")
    return [(array, array.copy()) for array in held if array.flags.writeable or array.base is not None]


class Compilation:
    """Everything that is made of one signature of a function.

    Parameters
    ----------
    owner
        The compiled function.
    signature, program
        What was called, and what it did; ``None`` where the function itself is to run.
    found, watched
        What must still be the same for the program to hold.
    """

    def __init__(
        self, owner: Compiled, signature: Signature, program: Program | None, found: list[Capture], watched: list[Any]
    ) -> None:
        self.owner = owner
        self.signature = signature
        self.found = found
        self.watched = watched
        self.globals: dict[str, Any] = {**signature.globals, "MISS": MISS, "array_equal": np.array_equal}
        self.body = self._eager() if program is None else self._emitted(program)

    def _eager(self) -> str:
        self.globals["f"] = self.owner._f
        return "return f(*args, **kwargs)"

    def entry(self) -> Entry:
        """The function that recognises the signature and runs the program."""
        lines = [*self.signature.checks, *self._captured(), *self.body.splitlines()]
        text = "def entry(args, kwargs):\n" + "".join(f"    {line}\n" for line in lines)
        exec(compile(text, f"<jit of {self.owner!r}>", "exec"), self.globals)
        return self.globals["entry"]  # type: ignore[no-any-return]

    def _captured(self) -> list[str]:
        """The checks of what the function finds outside its arguments."""
        lines = []
        for k, capture in enumerate(self.found):
            self.globals[f"where{k}"], self.globals[f"found{k}"] = capture.where, capture.found
            if hasattr(capture.where, "cell_contents"):
                now = f"where{k}.cell_contents"
            elif isinstance(capture.key, str) and not isinstance(capture.where, dict):
                now = f"where{k}.{capture.key}"
            else:
                self.globals[f"key{k}"] = capture.key
                now = f"where{k}[key{k}]"
            self.globals[f"holds{k}"] = capture.holds
            lines.append(f"if {now} is not found{k} and not holds{k}(): return MISS")
        if lines:
            lines = [
                "try:",
                *(f"    {line}" for line in lines),
                "except (ValueError, LookupError, AttributeError): return MISS",
            ]
        for k, (array, copy) in enumerate(self.watched):
            self.globals[f"array{k}"], self.globals[f"copy{k}"] = array, copy
            lines.append(f"if not array_equal(array{k}, copy{k}, equal_nan={array.dtype.kind in 'fc'}): return MISS")
        return lines

    def _emitted(self, program: Program) -> str:
        """The program as source, and the lines that run it."""
        scalar = simplified(program)
        program = blocked(lowered(scalar))
        donated = {
            id(op)
            for op, number in zip(program.inputs, self.signature.arguments, strict=True)
            if number in self.owner._donated and op.shape
        }
        taken = {name_of(op.function).split(".")[-1] for op in program.ops if op.function} | {"np", "buffers", "dtype"}
        names = Names(program, taken | set(MATH))
        storage = Storage(program, names.of, donated, self.owner._reuse)
        emitter = Emitter(program, names, storage)
        function = _identifier(self.owner._f)
        arguments = [names.of[id(op)] for op in program.inputs]
        unpack = [f"{', '.join(storage.buffers)}, = buffers"] if storage.buffers else []
        lines = [*((line, None) for line in unpack), *emitter.lines]
        result = f"return {returned(program.outputs, emitter)}"
        blocks = "".join(f"{text}\n\n" for text in emitter.blocks)
        header = f"{blocks}def {function}({', '.join([*arguments, *(['buffers'] if storage.buffers else [])])}):"
        text = "\n".join([header, *(f"    {line}" for line, _ in lines), f"    {result}"])
        self.globals["run"] = np.errstate(all="ignore")(_made(text, function, emitter.globals))
        call = ", ".join(self.signature.variables)
        body = f"return run({call})"
        if storage.buffers:
            self.globals.update(pool=[], made=functools.partial(_buffers, list(storage.buffers.values())))
            body = (
                f"try: buffers = pool.pop()\nexcept IndexError: buffers = made()\n"
                f"try: return run({', '.join([*self.signature.variables, 'buffers'])})\nfinally: pool.append(buffers)"
            )
        comments = [_comment(op, names.of) for _, op in lines]
        if is_scalar(scalar) and all(type(leaf) in (float, np.float64) for leaf in self.signature.leaves):
            text, lines, body = self._scalar(scalar, function, body)
            comments = [_comment(op, names.of) for _, op in lines]
            header, result = text.splitlines()[0], text.splitlines()[-1].strip()
        explained = _explained(header, lines, comments, result)
        self.owner._texts.append((text + "\n", explained))
        return body

    def _scalar(self, program: Program, function: str, otherwise: str) -> tuple[str, Any, str]:
        """The program on Python floats; where Python raises, `otherwise`."""
        names = Names(program, set(MATH) | {"float64"})
        emitter = ScalarEmitter(program, names.of)
        arguments = [names.of[id(op)] for op in program.inputs]

        def result(leaf: Any) -> Any:
            if not isinstance(leaf, Op):
                return repr(leaf)
            wrap = "bool_" if leaf.dtype == bool else "float64"
            return emitter.text(leaf) if leaf.weak else f"{wrap}({emitter.text(leaf)})"

        returns = f"return {_nested(program.outputs, result)}"
        text = "\n".join(
            [
                f"def {function}({', '.join(arguments)}):",
                *(f"    {line}" for line, _ in emitter.lines),
                f"    {returns}",
            ]
        )
        used = {**MATH, "float64": np.float64, "bool_": np.bool_}
        self.globals.update(scalar=_made(text, function, used), RAISES=RAISES)
        call = [
            f"float({variable})" if type(leaf) is np.float64 else variable
            for variable, leaf in zip(self.signature.variables, self.signature.leaves, strict=True)
        ]
        body = f"try: return scalar({', '.join(call)})\nexcept RAISES: pass\n{otherwise}"
        return text, emitter.lines, body


def _nested(tree: Any, text: Callable[[Any], str]) -> str:
    if type(tree) in (tuple, list):
        inside = ", ".join(_nested(item, text) for item in tree) + (
            "," if type(tree) is tuple and len(tree) == 1 else ""
        )
        return f"({inside})" if type(tree) is tuple else f"[{inside}]"
    if type(tree) is dict:
        return "{" + ", ".join(f"{key!r}: {_nested(item, text)}" for key, item in tree.items()) + "}"
    return text(tree)


def _made(text: str, function: str, used: dict[str, Any]) -> Any:
    namespace = dict(used)
    exec(compile(text, f"<jit {function}>", "exec"), namespace)
    return namespace[function]


def _buffers(kinds: list[tuple[tuple[int, ...], Any]]) -> tuple[Any, ...]:
    return tuple(np.empty(shape, dtype) for shape, dtype in kinds)


def _identifier(f: Any) -> str:
    name = getattr(f, "__name__", "run")
    return name if name.isidentifier() else "run"


def _parameters(f: Any) -> list[str]:
    try:
        return list(inspect.signature(f).parameters)
    except (TypeError, ValueError):
        return []


def _comment(op: Op | None, names: dict[int, str]) -> str:
    """What a line computes, in words of derivatives."""
    if op is None or op.about is None or id(op.about[1]) not in names:
        return ""
    mark, of = op.about[0], names[id(op.about[1])]
    return f"∂/∂{of}" if mark == "bar" else f"tangent of {of}"


def _explained(header: str, lines: list[tuple[str, Any]], comments: list[str], result: str) -> str:
    width = max([len(line) for line, _ in lines], default=0)
    body = [
        f"    {line:{width}}  # {comment}" if comment else f"    {line}"
        for (line, _), comment in zip(lines, comments, strict=True)
    ]
    return "\n".join([header, *body, f"    {result}"]) + "\n"


def jit(
    f: Callable[..., Any] | None = None,
    *,
    donate_argnums: int | Sequence[int] = (),
    reuse_outputs: bool = False,
) -> Any:
    """Compile a function of arrays to straight-line NumPy source, once for each signature of its arguments."""
    if f is None:
        return functools.partial(jit, donate_argnums=donate_argnums, reuse_outputs=reuse_outputs)
    if not callable(f):
        raise TypeError(f"jit: the first argument is a function, not {type(f).__name__}: jit(f)(x), not jit(f(x)).")
    numbers = (donate_argnums,) if isinstance(donate_argnums, int) else tuple(donate_argnums)
    return Compiled(f, numbers, reuse_outputs)


__all__ = ["ATOMS", "Compiled", "is_dynamic", "jit"]
