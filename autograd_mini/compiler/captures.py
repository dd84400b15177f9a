"""What a function finds outside its arguments, and whether it is still the same at the next call.

Closure cells, defaults and the globals that the code names are followed, through functions, containers and the attributes of
objects, classes and modules. Numbers and strings must stay equal; everything else must stay the same object. Arrays enter a
program by reference, so a change in place is seen by the program itself.
"""

from __future__ import annotations

import opcode
import sys
import types
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..graph import Node

LIMIT = 1000
OWN = {"autograd_mini", "numpy"}  # nobody rebinds the closures of a transform
ATOMS = (int, float, complex, str, bytes, bool, np.generic)
BRANCHES = {code for name, code in opcode.opmap.items() if "JUMP" in name and ("TRUE" in name or "FALSE" in name)}
LIBRARIES = {"autograd_mini", "numpy", *sys.stdlib_module_names} - {"__main__"}


class Capture(NamedTuple):
    """Something found, and how to look for it again.

    In a cell, under a key, as an attribute, or as a name of a class or module; or a length, or what is in a set; or it is
    fixed, and only leads to others.
    """

    how: str
    where: Any
    key: Any
    found: Any

    def source(self, where: str, key: str) -> str:
        """How to look again, as source."""
        return {
            "cell": f"{where}.cell_contents",
            "item": f"{where}[{key}]",
            "attribute": f"{where}.{self.key}",
            "name": f"vars({where})[{key}]",
            "length": f"len({where})",
            "content": f"frozenset({where})",
        }[self.how]

    def equals(self, now: Any) -> bool:
        """Whether what is there now is as good as what was found: an equal number or string, the same in a set."""
        if self.how == "content":
            return bool(now == self.found)
        return isinstance(now, ATOMS) and type(now) is type(self.found) and repr(now) == repr(self.found)


class Captures:
    """Everything that functions may find outside their arguments, each once.

    Attributes
    ----------
    found
        List of `Capture`.
    complete
        Whether everything was found; there may be too much to look at.
    literals
        The floats that stand in the code, as text.
    branches
        Whether the code may do one thing or another.
    """

    def __init__(self, functions: Iterable[Any]) -> None:
        self.found: list[Capture] = []
        self.literals: set[str] = set()
        self.branches = False
        self._names: set[str] = set()
        self._seen: set[int] = set()
        self._spaces: dict[int, Any] = {}
        pending = [capture for f in functions for capture in self._of_callable(f)]
        while pending:
            self._follow(pending)
            pending = list(self._of_namespaces())
        self.complete = len(self.found) < LIMIT

    def _follow(self, pending: list[Capture]) -> None:
        """Take in what is found, and what that leads to."""
        while pending and len(self.found) < LIMIT:
            capture = pending.pop()
            value = capture.found
            if isinstance(value, (types.BuiltinFunctionType, np.ufunc)) and capture.how == "item":
                continue  # NumPy's own, under its own name
            if capture.how != "fixed":
                self.found.append(capture)
            if id(value) in self._seen or isinstance(value, ATOMS):
                continue
            self._seen.add(id(value))
            if isinstance(value, (types.ModuleType, type)):
                self._enter(value)
            else:
                pending += self._inside(value)

    def _enter(self, space: Any) -> None:
        """Take note of a module or class of the person's own, whose names the code may look up."""
        for each in space.__mro__ if isinstance(space, type) else (space,):
            module = each.__module__ if isinstance(each, type) else each.__name__
            if str(module).split(".")[0] not in LIBRARIES:
                self._spaces[id(each)] = each

    def _of_namespaces(self) -> Iterator[Capture]:
        """What the code names of such modules and classes, and has not been found yet."""
        known = {(id(capture.where), capture.key) for capture in self.found if capture.how == "name"}
        for space in list(self._spaces.values()):
            own = {
                name for name, item in vars(space).items() if isinstance(item, types.FunctionType) and name[:2] == "__"
            }
            for name in (self._names | own) & set(vars(space)):
                if (id(space), name) not in known and len(self.found) < LIMIT:
                    yield Capture("name", space, name, vars(space)[name])

    def arrays(self) -> list[Any]:
        """The arrays among what was found."""
        return [capture.found for capture in self.found if isinstance(capture.found, np.ndarray)]

    def _inside(self, value: Any) -> Iterator[Capture]:
        """What a value leads to."""
        if isinstance(value, (list, tuple, dict, set, frozenset, deque)):
            yield Capture("length", value, None, len(value))
            if isinstance(value, (set, frozenset)):
                yield Capture("content", value, None, frozenset(value))
                return
            for key, item in list(value.items() if isinstance(value, dict) else enumerate(value)):
                yield Capture("item", value, key, item)
        elif isinstance(value, Node):
            yield Capture("attribute", value, "serial", value.serial)  # a leaf that gets new data takes a new one
        elif isinstance(value, np.ndarray):
            return
        elif isinstance(value, property):
            yield from self._of_callable(value.fget)
        elif callable(value) or isinstance(value, (staticmethod, classmethod)):
            yield from self._of_callable(value)
        else:
            yield from self._attributes(value)

    def _attributes(self, value: Any) -> Iterator[Capture]:
        self._enter(type(value))
        if hasattr(value, "__dict__"):
            yield Capture("length", vars(value), None, len(vars(value)))
        names = [*getattr(value, "__dict__", ()), *getattr(type(value), "__slots__", ())]
        for name in names:
            if isinstance(name, str) and name.isidentifier() and hasattr(value, name):
                yield Capture("attribute", value, name, getattr(value, name))

    def _of_callable(self, f: Any) -> Iterator[Capture]:
        """What a function, a bound method, a partial or a callable object holds."""
        if isinstance(f, types.MethodType) and not isinstance(f.__self__, type):
            yield from self._attributes(f.__self__)
        if isinstance(f, (types.MethodType, staticmethod, classmethod)):
            f = f.__func__
        if isinstance(f, types.FunctionType):
            yield from self._of_function(f)
            return
        if str(type(f).__module__).split(".")[0] in LIBRARIES:  # a partial, a cache, a compiled function
            parts = ("func", "args", "keywords", "__wrapped__")
            yield from (Capture("attribute", f, name, getattr(f, name)) for name in parts if hasattr(f, name))
            return
        yield from self._attributes(f)
        method = vars(type(f)).get("__call__")
        if isinstance(method, types.FunctionType):
            yield from self._of_function(method)

    def _of_function(self, f: types.FunctionType) -> Iterator[Capture]:
        home = str(f.__globals__.get("__name__", "")).split(".")[0]  # __module__ is that of what it wraps
        for cell in f.__closure__ or ():
            try:
                yield Capture("fixed" if home in OWN else "cell", cell, None, cell.cell_contents)
            except ValueError:  # not bound yet
                continue
        for name in ("__defaults__", "__kwdefaults__"):
            if getattr(f, name):
                yield Capture("attribute", f, name, getattr(f, name))
        if home in LIBRARIES:
            return
        yield Capture("attribute", f, "__code__", f.__code__)
        for name, value in vars(f).items():
            if name.isidentifier() and name != "__wrapped__":
                yield Capture("attribute", f, name, value)
        names: set[str] = set()
        self._read(f.__code__, names)
        self._names |= names
        for name in names & set(f.__globals__):
            yield Capture("item", f.__globals__, name, f.__globals__[name])

    def _read(self, code: types.CodeType, names: set[str]) -> None:
        """Collect the names that a code and the codes in it may look up, the numbers in them, and whether they branch."""
        names.update(code.co_names)
        self.branches = self.branches or not BRANCHES.isdisjoint(code.co_code[::2])
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                self._read(constant, names)
            elif type(constant) is float:
                self.literals.add(repr(constant))
