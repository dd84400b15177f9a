"""A copy of a function in which captured arrays are values of the trace, as arguments are.

What a function does with an array of its surroundings is then written down, and what takes a number out of one raises: a
program that comes of it holds for whatever these arrays hold. Nothing that the person has is touched. What leads to no array
is not copied.
"""

from __future__ import annotations

import enum
import functools
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import numpy as np

from ..errors import TracingError
from .captures import Watched, is_library, is_own_class, may_change, names_in, slots_of
from .program import Op, map_tree
from .tracing import PACKAGE, NotEmittable, Trace, Traced


class Captured(Traced):
    """A captured array, or what is made of such alone: to the function's own code it has the type it has without jit."""

    __slots__ = ()

    @property
    def __class__(self) -> Any:
        """The type of the array, where anybody but this package asks with isinstance."""
        path = sys._getframe(1).f_code.co_filename
        return Captured if path.startswith(PACKAGE) else type(self.concrete)

    @__class__.setter
    def __class__(self, kind: Any) -> None:
        raise NotEmittable("an array that is given another class")

    def _looked_at(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise, and let the trace remember it, should the function catch it: it has looked at what the array holds."""
        self.writer.refused = TracingError("jit: the function looks at an array that it captures.")
        raise self.writer.refused

    __array__ = __setitem__ = __repr__ = __str__ = __format__ = __reduce_ex__ = _looked_at

    def __getattr__(self, name: str) -> Any:
        if hasattr(self.concrete, name) and not name.startswith("__"):
            self._looked_at()
        raise AttributeError(name)


class Following(Trace):
    """A trace in which captured arrays take part."""

    def __init__(self) -> None:
        super().__init__()
        self._captured: set[int] = set()

    def captured(self, watched: Watched) -> Captured:
        """The value that stands for a captured array."""
        array = watched.array
        op = Op(None, shape=array.shape, dtype=array.dtype, value=array)
        self.arrays[id(array)] = op, watched.copies[0]
        self.ops.append(op)
        self._captured.add(id(op))
        return Captured(self, op, array)

    def _wrapped(self, op: Op, result: Any) -> Any:
        operands = [o for o in op.operands() if o.value is None or id(o) in self._captured]
        if operands and all(id(o) in self._captured for o in operands):
            self._captured.add(id(op))
        value = super()._wrapped(op, result)
        return Captured(self, op, value.concrete) if type(value) is Traced and id(op) in self._captured else value


def can_follow(array: Any) -> bool:
    """Whether a captured array is one that a trace can follow: a plain array of numbers that somebody may write into."""
    return type(array) is np.ndarray and array.dtype.kind in "fciub" and may_change(array)


class Substitution:
    """Copies of functions, and of what leads from them to arrays.

    Cells, lists, tuples, dicts, functions with the globals that they name, bound methods, partials and objects of the
    person's own classes are copied where they lead to one of the `arrays`, and only there.
    """

    def __init__(self, trace: Following, arrays: Iterable[Watched], functions: Iterable[Any]) -> None:
        self._copies: dict[int, Any] = {id(each.array): trace.captured(each) for each in arrays}
        self._trace = trace
        self._held = [each.array for each in arrays]
        self._leading = _leading(functions, set(self._copies))
        self._pending: list[Callable[[], Any]] = []

    def of(self, value: Any) -> Any:
        """The copy of a value, or where it leads to no array, the value itself."""
        copy = self._copy(value)
        while self._pending:
            self._pending.pop()()
        return copy

    def check(self) -> None:
        """Raise where a copy has come into the program, as what a call is given: it means something in this trace only."""
        copies = {id(copy) for copy in self._copies.values()}
        leaves: list[Any] = []
        for op in self._trace.ops:
            map_tree(leaves.append, (op.args, op.kwargs))
        if any(id(leaf) in copies for leaf in leaves):
            raise NotEmittable("a call that is given what leads to an array")

    def _copy(self, value: Any) -> Any:
        if id(value) in self._copies or id(value) not in self._leading:
            return self._copies.get(id(value), value)
        kind = type(value)
        if isinstance(value, tuple):
            return self._kept(value, tuple.__new__(kind, map(self._copy, value)))
        if kind is types.MethodType:
            return self._kept(value, types.MethodType(self._copy(value.__func__), self._copy(value.__self__)))
        if kind is functools.partial:
            keywords = {name: self._copy(item) for name, item in value.keywords.items()}
            return self._kept(
                value, functools.partial(self._copy(value.func), *map(self._copy, value.args), **keywords)
            )
        if _is_compiled(value):
            return self._kept(value, self._copy(value.__wrapped__))
        if kind is types.FunctionType:
            return self._function(value)
        copy = _empty(value)
        self._pending.append(functools.partial(self._fill, value, copy))
        return self._kept(value, copy)

    def _kept(self, value: Any, copy: Any) -> Any:
        self._copies[id(value)] = copy
        self._held.append(value)  # lest another object gets its identity
        return copy

    def _fill(self, value: Any, copy: Any) -> None:
        """Put into a copy what the original holds, itself copied where it leads to an array."""
        if isinstance(value, types.CellType):
            copy.cell_contents = self._copy(value.cell_contents)
        elif isinstance(value, list):
            copy.extend(map(self._copy, value))
        elif isinstance(value, dict):
            copy.update((key, self._copy(item)) for key, item in value.items())
        else:
            for name, slot in slots_of(type(value)).items():
                if hasattr(value, name):
                    slot.__set__(copy, self._copy(slot.__get__(value)))
            if hasattr(value, "__dict__"):
                vars(copy).update((name, self._copy(item)) for name, item in vars(value).items())

    def _function(self, f: types.FunctionType) -> Any:
        cells = tuple(map(self._copy, f.__closure__ or ()))
        named = {name for name in _named(f) if id(f.__globals__[name]) in self._leading}
        copy = types.FunctionType(
            f.__code__, self._space(f, named) if named else f.__globals__, f.__name__, None, cells
        )
        self._pending.append(functools.partial(self._fill_function, f, copy))
        return self._kept(f, copy)

    def _space(self, f: types.FunctionType, named: set[str]) -> dict[str, Any]:
        """A copy of the globals, in which these names stand for copies."""
        space = f.__globals__
        copy = self._copies[id(space)] if id(space) in self._copies else self._kept(space, dict(space))
        self._pending.append(lambda: copy.update((name, self._copy(space[name])) for name in named))
        return copy  # type: ignore[no-any-return]

    def _fill_function(self, f: types.FunctionType, copy: Any) -> None:
        copy.__defaults__ = self._copy(f.__defaults__)
        copy.__kwdefaults__ = self._copy(f.__kwdefaults__)
        copy.__module__, copy.__qualname__, copy.__doc__ = f.__module__, f.__qualname__, f.__doc__
        vars(copy).update((name, self._copy(item)) for name, item in vars(f).items())


def _leading(functions: Iterable[Any], arrays: set[int]) -> set[int]:
    """The identities of what leads from the functions to an array."""
    parents: dict[int, list[int]] = {}
    held: dict[int, Any] = {}
    pending = list(functions)
    while pending:
        value = pending.pop()
        if id(value) in held:
            continue
        held[id(value)] = value
        for part in _parts(value):
            parents.setdefault(id(part), []).append(id(value))
            pending.append(part)
    leading, found = set(arrays), list(arrays)
    while found:
        new = [parent for parent in parents.get(found.pop(), ()) if parent not in leading]
        leading.update(new)
        found += new
    return leading


def _parts(value: Any) -> list[Any]:
    """What a value that can be copied holds; nothing for any other."""
    kind = type(value)
    if kind is types.CellType:
        try:
            return [value.cell_contents]
        except ValueError:  # not bound yet
            return []
    if kind is list or (isinstance(value, tuple) and (kind is tuple or hasattr(value, "_fields"))):
        return list(value)
    if kind is dict:
        return [*value, *value.values()]
    if kind is types.FunctionType:
        if hasattr(value, "dispatches_on_tensors"):  # its rules are found by what it is
            return []
        named = [value.__globals__[name] for name in _named(value)]
        own = [value.__code__, value.__defaults__, value.__kwdefaults__, *vars(value), *vars(value).values()]
        return [*(value.__closure__ or ()), *own, *named]
    if kind is types.MethodType:
        return [value.__func__, value.__self__]
    if kind is functools.partial:
        return [value.func, *value.args, *value.keywords.values()]
    if _is_compiled(value):
        return [value.__wrapped__]
    return _attributes(value) if _empty(value) is not None else []


def _attributes(value: Any) -> list[Any]:
    slots = [getattr(value, name) for name in slots_of(type(value)) if hasattr(value, name)]
    own = getattr(value, "__dict__", {})
    return [*own, *own.values(), *slots, type(value)]


def _named(f: types.FunctionType) -> list[str]:
    """The globals that a function of the person's own names."""
    space = f.__globals__
    if is_library(space.get("__name__", "")):
        return []
    return sorted(names_in(f.__code__) & set(space))


def _is_compiled(value: Any) -> bool:
    return type(value).__module__.startswith(__name__.rpartition(".")[0]) and hasattr(value, "__wrapped__")


def _empty(value: Any) -> Any:
    """A new object of the type of a value that holds nothing yet; ``None`` where there is no such way of copying it."""
    kind = type(value)
    if kind in (list, dict, types.CellType, types.SimpleNamespace):
        return kind()
    if isinstance(value, (type, enum.Enum)) or not is_own_class(kind) or hasattr(kind, "__del__"):
        return None
    try:
        return object.__new__(kind)
    except TypeError:  # built on a list, a number, an error: nothing plain
        return None
