"""From a program to Python source: one line a call, as a careful person would have written it."""

from __future__ import annotations

import keyword
import operator
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from ..scatter import astype, scatter_add
from .algebra import is_plain, place_of
from .blocks import EMPTY, Block, over_blocks
from .program import Op, Program, number_of
from .storage import Storage, reduction_of, roots_of, takes_out
from .tracing import name_of

SIGNS = {np.add: "+", np.subtract: "-", np.multiply: "*", np.divide: "/", np.floor_divide: "//", np.remainder: "%",
         np.power: "**", np.greater: ">", np.greater_equal: ">=", np.less: "<", np.less_equal: "<=", np.equal: "==",
         np.not_equal: "!=", np.bitwise_and: "&", np.bitwise_or: "|", np.bitwise_xor: "^"}  # fmt: skip


# Names that the source has for itself.
RESERVED = re.compile(r"(buffer|scratch|block)\d+(_dtypes)?|buffers|scratch|over_blocks|run|abs")
# They give a NumPy scalar where the shape is (), never an array of no dimension.
SCALAR = {np.vdot, np.dot, np.sum, np.max, np.min, np.prod, np.mean}


class Names:
    """A name for every value: the person's own where there is one, numbered where several values have it."""

    def __init__(self, program: Program, taken: set[str]) -> None:
        blocks = [call.function for call in program.ops if isinstance(call.function, Block)]
        inner = [op for block in blocks for op in block.ops if op not in block.exports]
        values = [op for op in (*program.inputs, *program.ops, *inner) if op.value is None]
        counts = Counter(_stem(op.name) for op in values)
        self._taken = taken | set(counts)
        self._seen: Counter[str] = Counter()
        self.of: dict[int, str] = {}
        for op in values:
            stem = _stem(op.name)
            if stem and counts[stem] == 1 and stem not in taken and not keyword.iskeyword(stem):
                self.of[id(op)] = stem
            elif stem:
                self.of[id(op)] = self._numbered(stem)
        last = {(op.about[0], id(op.about[1])): op for op in values if op.about is not None}
        for (_, target), op in last.items():  # the last contribution to a derivative is the derivative
            if id(op) not in self.of and op.about is not None and target in self.of and op.shape == op.about[1].shape:
                name = f"{self.of[id(op.about[1])]}_{op.about[0]}"
                self.of[id(op)] = name if name not in self._taken else self._numbered(name)
                self._taken.add(name)
        for op in values:
            if id(op) not in self.of:
                self.of[id(op)] = self._numbered("t")

    def _numbered(self, stem: str) -> str:
        name = ""
        while not name or name in self._taken:
            self._seen[stem] += 1
            name = f"{stem}_{self._seen[stem]}" if stem[-1].isdigit() else f"{stem}{self._seen[stem]}"
        return name


def _stem(name: str) -> str:
    stem = re.sub(r"\W+", "_", name).strip("_")
    if RESERVED.fullmatch(stem):
        return f"{stem}_"
    return f"a{stem}" if stem[:1].isdigit() else stem


class Emitter:
    """The lines of a program, and what they refer to.

    Attributes
    ----------
    lines
        Pairs of a line and the Op that it computes.
    globals
        What the lines use: NumPy, functions that are called as they are, constants.
    blocks
        Functions that the lines use, as source.
    """

    def __init__(self, program: Program, names: Names, storage: Storage) -> None:
        self.program = program
        self.names = names.of
        self.storage = storage
        self.globals: dict[str, Any] = {"np": np}
        self.lines: list[tuple[str, Op]] = []
        self.blocks: list[str] = []
        self._bound: dict[int, str] = {}
        self._uses = Counter(id(o) for op in program.ops for o in op.operands())
        self._results = {id(op) for op in program.results()}
        self._uses.update(self._results)
        calls = [op.function for op in program.ops if isinstance(op.function, Block)]
        self._uses.update(id(o) for block in calls for o in block.inputs)  # they need a name
        for op in program.ops:
            if op.value is not None:
                self.names[id(op)] = self.bound(_constant_name(op.value), op.value)
        for op in program.ops:
            if op.value is None and not self._is_inlined(op):
                self.lines += [(line, op) for line in self._emitted(op)]

    def _is_inlined(self, op: Op) -> bool:
        """Whether a value has no line of its own: a number, and a transpose that is read once."""
        if op.function is np.transpose and len(op.args) == 1 and not op.kwargs:
            return self._uses[id(op)] == 1 and id(op) not in self._results
        return number_of(op) is not None and op.shape == ()

    def text(self, tree: Any) -> str:
        """An argument of a call as source."""
        if isinstance(tree, Op):
            return self._inlined(tree) if self._is_inlined(tree) else self.names[id(tree)]
        if type(tree) in (tuple, list):
            inside = ", ".join(map(self.text, tree)) + ("," if type(tree) is tuple and len(tree) == 1 else "")
            return f"({inside})" if type(tree) is tuple else f"[{inside}]"
        if isinstance(tree, slice):
            return f"slice({self.text(tree.start)}, {self.text(tree.stop)}, {self.text(tree.step)})"
        if type(tree) in (int, float, str, bool, type(None), type(Ellipsis)) and repr(tree) not in (
            "inf",
            "-inf",
            "nan",
        ):
            return "..." if tree is Ellipsis else repr(tree)
        return self.bound("constant", tree)

    def _inlined(self, op: Op) -> str:
        return f"{self.text(op.args[0])}.T" if op.function is np.transpose else self.text(op.args[1])

    def constants(self) -> list[str]:
        """What the lines call numbers, as comments."""
        numbers = {name: value for name, value in self.globals.items() if name.startswith(("number", "constant"))}
        lines = [f"# {name} = {value}" for name, value in numbers.items() if np.ndim(value) == 0]
        return ["\n".join(lines)] if lines else []

    def bound(self, stem: str, value: Any) -> str:
        """The name under which the lines refer to an object."""
        if id(value) not in self._bound:
            name, k = stem, 1
            while name in self.globals or name in self.names.values():
                k += 1
                name = f"{stem}{k}"
            self._bound[id(value)] = name
            self.globals[name] = value
        return self._bound[id(value)]

    def function(self, function: Any) -> str:
        """How the lines call a function."""
        name = name_of(function)
        if name.startswith("np."):
            found: Any = np
            for part in name.split(".")[1:]:
                found = getattr(found, part, None)
            if found is not function and found != function:
                found = None
            if found is not None and name.count(".") > 1 and "reduce" not in name:
                return name
        return self.bound(re.sub(r"\W+", "_", name.removeprefix("np.")), function)

    def _emitted(self, op: Op) -> list[str]:
        name, place = self.names[id(op)], self.storage.place.get(id(op))
        if op.function is scatter_add and takes_out(op):
            return self._scattered(op, name, place)
        if isinstance(op.function, Block):
            return self._block(op)
        if op.function is EMPTY:
            return [f"{name} = {place or self._allocated(op)}"]
        zero_d = op.shape == () and not isinstance(op.function, np.ufunc) and op.function not in SCALAR
        return [f"{name} = {self._expression(op, place)}{'[()]' if zero_d else ''}"]

    def _expression(self, op: Op, place: str | None) -> str:
        args = [self.text(arg) for arg in op.args]
        # Python's operators, where an operand is a NumPy scalar, or Python's own arithmetic is what was done.
        by_sign = op.shape == () and (op.weak or any(isinstance(arg, Op) and not arg.weak for arg in op.args))
        if op.function in SIGNS and by_sign and not op.kwargs:
            return f"{args[0]} {SIGNS[op.function]} {args[1]}"
        if op.function is np.negative and by_sign:
            return f"-{args[0]}"
        if op.function is np.absolute and by_sign:
            return f"abs({args[0]})"
        if op.function is operator.getitem:
            return f"{args[0]}[{self._key(op.args[1])}]"
        if op.function is np.transpose and len(args) == 1 and not op.kwargs:
            return f"{args[0]}.T"
        if op.function is np.dot and isinstance(op.args[0], Op) and op.args[0].is_ndarray:  # the method has no detour
            return f"{args[0]}.dot({args[1]}, {place})" if place else f"{args[0]}.dot({args[1]})"
        if op.function is np.reshape and len(op.args) == 2 and not op.kwargs:
            return f"{args[0]}.reshape({self.text(op.shape)})"
        if op.function is astype:
            return f"{args[0]}.astype({args[1]})"
        if op.function is np.full:
            return f"np.full({args[0]}, {args[1]}, dtype={self.bound('dtype', op.dtype)})"
        reduced = reduction_of(op)
        if reduced is not None:
            axis = self.text(_axes(op.kwargs.get("axis")))
            keep = ", keepdims=True" if op.kwargs.get("keepdims") else ""
            out = f", out={place}" if place else ""
            return f"{self.function(reduced)}.reduce({args[0]}, axis={axis}{keep}{out})"
        keywords = [f"{key}={self.text(value)}" for key, value in op.kwargs.items()]
        if place:  # NumPy wants it by name where more operands may come one day
            args = [*args, f"out={place}" if op.function in (np.maximum, np.minimum) else place]
        return f"{self.function(op.function)}({', '.join([*args, *keywords])})"

    def _block(self, op: Op) -> list[str]:
        """The call of a block, whose own lines are a function of their own; or one of the sums it has returned."""
        block = op.function
        if op.args and op.args[0] is not None and op.shape == ():
            return []
        function = f"block{len(self.blocks) + 1}"
        self.blocks.append(self._block_lines(block, function))
        flat = [f"{self.text(o)}.reshape(-1)" if isinstance(o, Op) and o.shape else self.text(o) for o in op.args]
        sums = [self.names[id(part)] for part in self.program.ops if part.function is block and part.args[0] is op]
        given = f"{function}, {function}_dtypes, {block.ops[0].size}, ({', '.join(flat)},)"
        return [f"{''.join(f'{name}, ' for name in sums)}= over_blocks({given})" if sums else f"over_blocks({given})"]

    def _block_lines(self, block: Block, function: str) -> str:
        """The function that takes one block through all calls."""
        self.globals["over_blocks"] = over_blocks
        arguments = [self.names[id(o)] if isinstance(o, Op) and id(o) in self.names else "" for o in block.inputs]
        exported = {id(op): f"{self.names[id(whole)]}" for op, whole in zip(block.exports, block.whole, strict=True)}
        ends = {id(o): k for k, op in enumerate(block.ops) for o in op.operands()}
        ends.update({id(op.args[0]): len(block.ops) for op in block.sums})
        free: list[str] = []
        dtypes: list[Any] = []
        held: dict[int, str] = {}
        lines = []
        for k, op in enumerate(block.ops):
            for o in {id(o): o for o in op.operands()}.values():
                if ends[id(o)] == k and id(o) in held and o.dtype == op.dtype:
                    free.append(held.pop(id(o)))
            if id(op) in exported:
                place = self.names[id(op)] = exported[id(op)]
            else:
                same = [name for name in free if dtypes[int(name[7:]) - 1] == op.dtype]
                if not same:
                    dtypes.append(op.dtype)
                    same = [f"scratch{len(dtypes)}"]
                else:
                    free.remove(same[-1])
                place = held[id(op)] = same[-1]
            self.names.setdefault(id(op), place)
            lines.append(f"{self.names[id(op)]} = {self._expression(op, place)}")
        self.globals[f"{function}_dtypes"] = dtypes
        head = [f"def {function}(scratch, {', '.join([*arguments, *exported.values()])}):"]
        head += [f"    {', '.join(f'scratch{k + 1}' for k in range(len(dtypes)))}, = scratch"] if dtypes else []
        sums = "".join(f"{self.function(np.add)}.reduce({self.names[id(op.args[0])]}), " for op in block.sums)
        return "\n".join([*head, *(f"    {line}" for line in lines), f"    return ({sums})"])

    def _allocated(self, op: Op) -> str:
        return f"np.empty({self.text(op.shape)}, {self.bound('dtype', op.dtype)})"

    def _key(self, key: Any) -> str:
        """An index as one writes it between brackets."""
        if isinstance(key, tuple) and key:
            return ", ".join(map(self._key, key)) + ("," if len(key) == 1 else "")
        if isinstance(key, slice) and is_plain(key):
            ends = [("" if part is None else repr(part)) for part in (key.start, key.stop, key.step)]
            return ":".join(ends[: 3 if ends[2] else 2])
        return self.text(key)

    def _scattered(self, op: Op, name: str, place: str | None) -> list[str]:
        key = self._key(place_of(op))
        return [
            f"{name} = {place or self._allocated(op)}",
            f"{name}.fill(0)",
            f"{name}[{key}] = {self.text(op.args[0])}",
        ]


def _axes(axis: Any) -> Any:
    """One axis without its tuple."""
    return axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis


COMMON = {0.0: "zero", 1.0: "one", 2.0: "two", 0.5: "half", -1.0: "minus_one"}


def _constant_name(value: Any) -> str:
    """What to call a constant."""
    if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind == "f":
        return COMMON.get(float(value), "number")
    return "ones" if isinstance(value, np.ndarray) and not value.flags.writeable and (value == 1).all() else "constant"


def returned(tree: Any, emitter: Emitter) -> str:
    """The nesting of outputs as source.

    What is returned is the caller's own: what shares memory with an argument, with a captured array, or with something
    that is returned before it, is copied.
    """
    program = emitter.program
    roots = roots_of(program)
    held = {id(op) for op in (*program.inputs, *program.ops) if op.function is None}

    def result(leaf: Any) -> str:
        if not isinstance(leaf, Op) or not leaf.shape:
            return emitter.text(leaf)
        shared = roots[id(leaf)] & held
        held.update(roots[id(leaf)])
        return f"{emitter.text(leaf)}.copy()" if shared else emitter.text(leaf)

    return nested_text(tree, result, emitter.bound)


def nested_text(tree: Any, text: Callable[[Any], str], bound: Callable[[str, Any], str]) -> str:
    """A nesting of outputs as source: `text` of its leaves, and `bound` for the name of a class of named tuples."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key!r}: {nested_text(item, text, bound)}" for key, item in tree.items()) + "}"
    if not isinstance(tree, (tuple, list)):
        return text(tree)
    inside = ", ".join(nested_text(item, text, bound) for item in tree)
    if type(tree) is list:
        return f"[{inside}]"
    return (
        f"({inside}{',' * (len(tree) == 1)})"
        if type(tree) is tuple
        else f"{bound(type(tree).__name__, type(tree))}({inside})"
    )
