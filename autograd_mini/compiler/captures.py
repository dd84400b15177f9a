"""What a function finds outside its arguments, and whether it is still the same at the next call.

Closure cells, defaults and the globals that the code names are followed, through functions, containers and the attributes of
a bound method's object. Numbers and strings must stay equal; everything else must stay the same object. Arrays enter a
program by reference, so a change in place is seen by the program itself.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..graph import Node

LIMIT = 500
ATOMS = (int, float, complex, str, bytes, bool, np.generic)


class Capture(NamedTuple):
    """Something found, and how to look for it again."""

    where: Any
    key: Any
    found: Any

    def again(self) -> Any:
        """What is there now."""
        if isinstance(self.where, types.CellType):
            return self.where.cell_contents
        if isinstance(self.key, str) and not isinstance(self.where, dict):
            return getattr(self.where, self.key)
        return self.where[self.key]

    def holds(self) -> bool:
        """Whether it is still the same."""
        try:
            now = self.again()
        except (ValueError, LookupError, AttributeError):
            return False
        if now is self.found:
            return True
        return isinstance(now, ATOMS) and type(now) is type(self.found) and bool(now == self.found)


def captures(f: Any) -> list[Capture]:
    """Everything that `f` may find outside its arguments, each once."""
    found: list[Capture] = []
    seen: set[int] = set()
    pending = list(_of_callable(f))
    while pending and len(found) < LIMIT:
        capture = pending.pop()
        value = capture.found
        if isinstance(value, (types.ModuleType, type, types.BuiltinFunctionType, np.ufunc)):
            if not isinstance(capture.where, dict) or _is_own(capture.where):
                continue
            found.append(capture)
            continue
        found.append(capture)
        if id(value) not in seen and not isinstance(value, ATOMS):
            seen.add(id(value))
            pending += _inside(value)
    return found


def _is_own(namespace: dict[str, Any]) -> bool:
    """Whether a namespace belongs to a library, whose globals nobody rebinds."""
    return str(namespace.get("__name__", "")).split(".")[0] in ("autograd_mini", "numpy")


def _inside(value: Any) -> Iterator[Capture]:
    """What a captured value leads to."""
    if isinstance(value, (list, tuple)):
        for k, item in enumerate(value):
            yield Capture(value, k, item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield Capture(value, key, item)
    elif callable(value) or isinstance(value, types.CodeType):
        yield from _of_callable(value)
    elif isinstance(value, (np.ndarray, Node)):
        return
    else:
        yield from _attributes(value)


def _attributes(value: Any) -> Iterator[Capture]:
    for name, item in getattr(value, "__dict__", {}).items():
        yield Capture(value.__dict__, name, item)


def _of_callable(f: Any) -> Iterator[Capture]:
    """What a function, a bound method, a partial or a callable object holds."""
    if isinstance(f, types.MethodType):
        yield from _attributes(f.__self__)
        f = f.__func__
    wrapped = getattr(f, "__wrapped__", None)
    if not isinstance(f, types.FunctionType):
        for name in ("func", "args", "keywords"):
            if hasattr(f, name) and not callable(getattr(type(f), name, None)):
                yield Capture(f, name, getattr(f, name))
        if wrapped is not None:
            yield Capture(f, "__wrapped__", wrapped)
        elif not hasattr(f, "func"):
            yield from _attributes(f)
            method = vars(type(f)).get("__call__")
            if isinstance(method, types.FunctionType):
                yield from _of_callable(method)
        return
    for cell in f.__closure__ or ():
        try:
            yield Capture(cell, None, cell.cell_contents)
        except ValueError:  # not bound yet
            continue
    if f.__defaults__:
        yield Capture(f, "__defaults__", f.__defaults__)
    if f.__kwdefaults__:
        yield Capture(f, "__kwdefaults__", f.__kwdefaults__)
    if not _is_own(f.__globals__):
        for name in _names(f.__code__):
            if name in f.__globals__:
                yield Capture(f.__globals__, name, f.__globals__[name])


def _names(code: types.CodeType) -> set[str]:
    """The names that a code and the codes in it may look up as globals."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names(constant)
    return names
