"""Elementwise calls on large arrays, evaluated block by block: what is not kept never leaves the cache.

NumPy reads and writes whole arrays for every call, so on large ones a chain of calls waits for memory. Here a block of
entries goes through the whole chain before the next one begins. NumPy lets other threads run while it works, so several
threads share the blocks.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

from .program import Op, Program, ops_in, redirect_derivatives, renewed, replaced
from .trigonometry import cosine, sine

LARGE = 1 << 17  # entries; smaller arrays stay in the cache anyway
BLOCK = 1 << 13


class Block:
    """Elementwise calls of one shape that are evaluated together, and the sums of their results.

    Attributes
    ----------
    ops
        The calls, in order.
    sums
        Sums over all entries of some of them.
    inputs
        Whole arrays, and numbers, that the calls read.
    exports
        Which of the calls somebody reads outside, and the Ops that stand for them there.
    """

    def __init__(self, ops: list[Op], sums: list[Op], read_outside: set[int]) -> None:
        inside = {id(op) for op in ops}
        self.ops = ops
        self.sums = sums
        found = {id(o): o for op in ops for o in op.operands() if id(o) not in inside}
        self.inputs = list(found.values())
        self.exports = [op for op in ops if id(op) in read_outside]
        self.whole = [Op(EMPTY, (), {}, op.shape, op.dtype, name=op.name, about=op.about) for op in self.exports]


class _Empty:
    """The function of a whole array that a block writes into."""

    __name__ = "empty"


EMPTY = _Empty()


def blocked(program: Program) -> Program:
    """The program with large elementwise calls gathered into blocks, where there are any worth it."""
    if not any(_is_blockable(op) for op in program.ops):
        return program
    stages = _stages(program)
    groups: dict[Any, list[Op]] = {}
    for op in program.ops:
        key = (stages[id(op)], op.shape) if _is_blockable(op) else (stages[id(op)], _summed(op))
        groups.setdefault(key if stages[id(op)] % 2 == 0 else (stages[id(op)], "plain"), []).append(op)
    new: dict[int, Op] = {}
    ops: list[Op] = []
    for (stage, _), group in sorted(groups.items(), key=lambda item: item[0][0]):
        if stage % 2 or len(group) < 2:
            ops += [renewed(op, new) for op in group]
        else:
            _gather(group, program, new, ops)
    inner = [op for call in ops if isinstance(call.function, Block) for op in call.function.ops]
    redirect_derivatives((*ops, *inner), new)
    return Program(program.inputs, ops, replaced(program.outputs, new))


def _gather(group: list[Op], program: Program, new: dict[int, Op], ops: list[Op]) -> None:
    """Make one block of a group."""
    inside = {id(op) for op in group}
    sums = [op for op in group if not _is_blockable(op)]
    calls = [renewed(op, new) for op in group if _is_blockable(op)]
    outside = {id(op) for op in program.results()}
    outside |= {id(o) for op in program.ops if id(op) not in inside for o in op.operands()}
    read = {id(new.get(identity, identity)) if identity in new else identity for identity in outside}
    block = Block(calls, [renewed(op, new) for op in sums], read)
    call = Op(block, (*block.inputs, *block.whole))
    ops += [*block.whole, call]
    for k, op in enumerate(block.sums):
        part = Op(block, (call, k), {}, (), op.dtype, name=op.name, about=op.about)
        ops.append(part)
        _redirect(new, op, part)
    for op, whole in zip(block.exports, block.whole, strict=True):
        _redirect(new, op, whole)


def _redirect(new: dict[int, Op], op: Op, to: Op) -> None:
    for identity, other in new.items():
        if other is op:
            new[identity] = to
            return


def _is_blockable(op: Op) -> bool:
    """Whether a call works entry by entry on large arrays of its own shape, and numbers."""
    f = op.function
    if op.size < LARGE or not op.shape or op.kwargs:
        return False
    if f not in (sine, cosine) and not (isinstance(f, np.ufunc) and f.signature is None and f.nout == 1):
        return False
    return all(o.shape in (op.shape, ()) for o in ops_in(op.args))


def _summed(op: Op) -> Any:
    """The shape of the large array whose sum over all entries a call is."""
    if op.function is not np.sum or op.shape != () or set(op.kwargs) - {"axis"} or op.kwargs.get("axis") is not None:
        return None
    a = op.args[0]
    return a.shape if len(op.args) == 1 and isinstance(a, Op) and _is_blockable(a) and a.dtype == op.dtype else None


def _stages(program: Program) -> dict[int, int]:
    """When each call can be made: even stages are blocks, odd ones single calls."""
    ready: dict[int, int] = {id(op): -1 for op in program.inputs}
    stages: dict[int, int] = {}
    for op in program.ops:
        before = [ready[id(o)] for o in op.operands()]
        latest = max(before, default=-1)
        if _is_blockable(op):
            stages[id(op)] = latest + latest % 2
            ready[id(op)] = stages[id(op)]
        elif _summed(op) is not None:
            stages[id(op)] = latest
            ready[id(op)] = latest + 1
        else:
            stages[id(op)] = ready[id(op)] = latest if latest % 2 else latest + 1
    return stages


# What runs


@cache
def _threads() -> int:
    """How many threads share the blocks: what OMP_NUM_THREADS says, else the processors that this process may use."""
    given = os.environ.get("OMP_NUM_THREADS", "")
    return int(given) if given.isdigit() and int(given) else min(len(os.sched_getaffinity(0)), 16)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_threads() - 1, thread_name_prefix="autograd_mini")


if hasattr(os, "register_at_fork"):  # threads do not come along
    os.register_at_fork(after_in_child=_pool.cache_clear)


def over_blocks(block: Callable[..., Any], scratch: list[Any], size: int, arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    """Call ``block(scratch, *blocks)`` for every block of the flat arrays; the sums of what it returns.

    Parameters
    ----------
    block
        The calls; returns a tuple of sums.
    scratch
        The dtypes of the arrays that it needs for itself, of one block each.
    size
        How many entries the arrays have.
    arrays
        Flat arrays of that size; numbers are handed to every call as they are.
    """
    starts = range(0, size, BLOCK)

    def work(mine: range) -> list[Any]:
        own = [np.empty(BLOCK, dtype) for dtype in scratch]
        with np.errstate(all="ignore"):
            return [_one(block, own, start, size, arrays) for start in mine]

    threads = min(_threads(), len(starts))
    cuts = [len(starts) * k // threads for k in range(threads + 1)]
    parts = [starts[low:high] for low, high in itertools.pairwise(cuts)]
    waiting = [_pool().submit(work, part) for part in parts[1:]]
    sums = work(parts[0])
    for future in waiting:
        sums += future.result()
    return tuple(np.add.reduce(np.array(each)) for each in zip(*sums, strict=True))


def _one(block: Callable[..., Any], own: list[Any], start: int, size: int, arrays: tuple[Any, ...]) -> Any:
    stop = min(start + BLOCK, size)
    blocks = [array[start:stop] if isinstance(array, np.ndarray) and array.ndim else array for array in arrays]
    return block(own if stop - start == BLOCK else [buffer[: stop - start] for buffer in own], *blocks)
