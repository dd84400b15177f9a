"""Where each value of a program lives: in a buffer that is used again and again, in memory of its own, or in another's.

A value that NumPy can write into a given array gets a buffer; when nobody reads it any more, nor a view of it, the buffer is
free for the next value of its shape and dtype, which may be the very call that read it last: then it is written in place.
Results get memory of their own, because they are the caller's.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..scatter import scatter_add
from .algebra import is_plain, place_of
from .blocks import EMPTY, Block
from .known import is_fresh
from .program import Op, Program

REDUCTIONS = {np.sum: np.add, np.max: np.maximum, np.min: np.minimum, np.amax: np.maximum, np.amin: np.minimum,
              np.prod: np.multiply}  # fmt: skip


def is_view(op: Op) -> bool:
    """Whether the value may share memory with what it is computed from."""
    if op.shape == () or op.function is None or op.function is EMPTY or isinstance(op.function, Block):
        return False  # a scalar is a copy
    if op.function is operator.getitem:
        return op.shape is None or is_plain(op.args[1])
    return not is_fresh(op.function)


def reduction_of(op: Op) -> Any:
    """The ufunc whose ``reduce`` the call is, or ``None``."""
    plain = set(op.kwargs) <= {"axis", "keepdims"} and len(op.args) == 1
    return REDUCTIONS.get(op.function) if plain and isinstance(op.args[0], Op) else None


def takes_out(op: Op) -> bool:
    """Whether NumPy can write the value into an array that it is given."""
    if not op.shape or op.size == 0:
        return False
    if op.function is EMPTY:
        return True
    if isinstance(op.function, np.ufunc):
        return op.function.nout == 1 and not op.kwargs
    if op.function is np.dot:
        return not op.kwargs and len(op.shape) == 2 and op.args[0].dtype == op.dtype
    if op.function is scatter_add:
        return is_plain(place_of(op)) and isinstance(op.args[0], Op)
    reduced = reduction_of(op)
    return reduced is not None and op.args[0].dtype == op.dtype


class Storage:
    """The plan of a program's memory.

    Attributes
    ----------
    place
        For an Op's identity, the name of the buffer or donated argument that it is written into.
    buffers
        The name, shape and dtype of every buffer.
    """

    def __init__(self, program: Program, names: dict[int, str], donated: set[int], reuse_outputs: bool) -> None:
        self.place: dict[int, str] = {}
        self.buffers: dict[str, tuple[tuple[int, ...], Any]] = {}
        self._free: dict[Any, list[str]] = {}
        by_id = {id(op): op for op in (*program.inputs, *program.ops)}
        roots = roots_of(program)
        results = {root for op in program.results() for root in roots[id(op)]}
        ends = _ends(program, roots)
        owner: dict[int, str] = {id(op): names[id(op)] for op in program.inputs if id(op) in donated}
        kept = results if reuse_outputs else set()
        for k, op in enumerate(program.ops):
            dying = [root for root in ends.get(k, ()) if root in owner and root not in kept]
            early = [root for root in dying if _may_overwrite(op, root)]
            for root in early:
                self._release(owner.pop(root), by_id[root])
            if takes_out(op):
                name = self._taken(op, fresh=id(op) in results and not reuse_outputs)
                if name:
                    self.place[id(op)] = name
                    owner[id(op)] = name
            for root in dying:
                if root not in early:
                    self._release(owner.pop(root), by_id[root])

    def _release(self, name: str, op: Op) -> None:
        self._free.setdefault((op.shape, op.dtype), []).append(name)

    def _taken(self, op: Op, fresh: bool) -> str | None:
        """A buffer for `op`; a result gets only what was donated, else memory of its own."""
        free = self._free.setdefault((op.shape, op.dtype), [])
        # BLAS and blocks write into memory that lies as they want it; an argument may not.
        plain = op.function in (np.dot, EMPTY)
        fit = [
            k
            for k, name in enumerate(free)
            if (name in self.buffers and not fresh) or (name not in self.buffers and not plain)
        ]
        if fit:
            return free.pop(fit[-1])
        if fresh:
            return None
        name = f"buffer{len(self.buffers) + 1}"
        self.buffers[name] = op.shape or (), op.dtype
        return name


def roots_of(program: Program) -> dict[int, set[int]]:
    """For every value, those whose memory it may share; itself if it is no view."""
    roots: dict[int, set[int]] = {id(op): {id(op)} for op in program.inputs}
    for op in program.ops:
        shared = {id(op)}
        if is_view(op):
            shared = {root for o in op.operands() for root in roots[id(o)]} | shared
        roots[id(op)] = shared
    return roots


def _ends(program: Program, roots: dict[int, set[int]]) -> dict[int, list[int]]:
    """For every place in the program, the values that nobody reads after it, themselves or through a view."""
    end: dict[int, int] = {}
    for k, op in enumerate(program.ops):
        end.setdefault(id(op), k)
        for o in op.operands():
            for root in roots[id(o)]:
                end[root] = k
    for op in program.results():
        for root in roots[id(op)]:
            end[root] = 1 << 60
    by_place: dict[int, list[int]] = {}
    for root, k in end.items():
        by_place.setdefault(k, []).append(root)
    return by_place


def _may_overwrite(op: Op, root: int) -> bool:
    """Whether a call may be written over a value that it reads: entry by entry, in the shape of the result."""
    if not isinstance(op.function, np.ufunc) or op.function.signature is not None or not takes_out(op):
        return False
    direct = [o for o in op.operands() if id(o) == root]
    return bool(direct) and direct[0].shape == op.shape and direct[0].dtype == op.dtype
