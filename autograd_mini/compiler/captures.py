"""What a function finds outside its arguments, and whether it is still the same at the next call.

Closure cells, defaults and the globals that the code names are followed, through functions, containers and the attributes of
objects, classes and modules. Numbers and strings must stay equal; everything else must stay the same object. What arrays
hold is left to those who ask for `arrays`.
"""

from __future__ import annotations

import array
import builtins
import dis
import functools
import operator
import sys
import sysconfig
import types
from collections import deque
from collections.abc import ItemsView, Iterable, Iterator, KeysView, ValuesView
from typing import Any, NamedTuple

import numpy as np

from ..calls import Recorder
from ..graph import Node

LIMIT = 1000
OWN = {"autograd_mini", "numpy"}  # nobody rebinds the closures of a transform
ATOMS = (int, float, complex, str, bytes, bool, np.generic)
LIBRARIES = {"autograd_mini", "numpy", *sys.stdlib_module_names} - {"__main__"}
STANDARD = sysconfig.get_path("stdlib")
BUILTINS = set(vars(builtins))
MAPPINGS = (dict, types.MappingProxyType)
# Found wherever a class is, and rarely called.
_WORDS = "repr str eq ne lt le gt ge hash reduce setattr delattr init post_init getstate setstate replace"
DESCRIBING = {f"__{word}__" for word in _WORDS.split()}
KNOWING = {"type", "id", "hash", "print"}
CACHE = type(functools.lru_cache(len))
MEASURES = ("length", "order", "bytes", "named", "said")
BUFFERS = (bytearray, array.array, memoryview)


def is_library(module: Any) -> bool:
    """Whether a module of this name is Python's, NumPy's or this package's: a person may have a file of Python's name."""
    top = str(module).partition(".")[0]
    if top not in LIBRARIES or top in OWN:
        return top in LIBRARIES
    file = getattr(sys.modules.get(top), "__file__", None)
    return file is None or file.startswith(STANDARD)


def is_own_class(kind: type) -> bool:
    """Whether a class is a person's own; made by exec, it may say that it is a builtin."""
    if kind.__module__ in ("builtins", "types"):
        return any(isinstance(item, types.FunctionType) for item in vars(kind).values())
    return not is_library(kind.__module__)


class Capture(NamedTuple):
    """Something found, and how to look for it again.

    In a cell, under a key, as an attribute, or as a name of a class or module; or a length, an order of keys, the bytes of a
    buffer, whether there is such a name; or what a function of no arguments says; or it is fixed, and only leads to others.
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
            "order": f"(list({where}) == {key})",
            "bytes": f"bytes({where})",
            "named": f"({key} in {where})",
            "shape": f"({where}.shape == {key}[0] and {where}.dtype is {key}[1])",
            "said": f"{where}()",
        }[self.how]

    def equals(self, now: Any) -> bool:
        """Whether what is there now is as good as what was found: an equal number or string."""
        if type(now) is not type(self.found):
            return False
        return bool(now == self.found) if isinstance(now, (str, bytes)) else repr(now) == repr(self.found)


class Captures:
    """Everything that functions may find outside their arguments, each once.

    Attributes
    ----------
    found
        List of `Capture`.
    arrays
        The arrays among it, each once.
    complete
        Whether everything was found; there may be too much to look at.
    knows_objects
        Whether it may matter to the code which object an object is, or of what type an array: it calls ``type`` or
        ``id``, asks ``a is b``, prints, has a cache, or finds objects among keys and in sets.
    """

    def __init__(self, functions: Iterable[Any]) -> None:
        self.found: list[Capture] = []
        self.arrays: list[Any] = []
        self.knows_objects = False
        self._names: set[str] = set()
        self._seen: dict[int, Any] = {}
        self._classes: dict[int, type] = {}
        self._spaces: dict[int, Any] = {}
        self._looked_up: set[tuple[int, str]] = set()
        pending = [capture for f in functions for capture in self._of_callable(f)]
        while pending:
            self._follow(pending)
            pending = list(self._of_namespaces())
        self.complete = len(self.found) < LIMIT

    def same_places(self, other: Captures) -> bool:
        """Whether the same was found in the same places."""
        mine, others = (
            [(c.how, c.key, c.found) if c.how in MEASURES else (c.how, id(c.where), id(c.found)) for c in each.found]
            for each in (self, other)
        )
        return mine == others and all(c.where() for c in (*self.found, *other.found) if c.how == "said" and c.found)

    def _follow(self, pending: list[Capture]) -> None:
        """Take in what is found, and what that leads to."""
        while pending and len(self.found) < LIMIT:
            capture = pending.pop()
            value = capture.found
            if capture.how == "item" and (isinstance(value, np.ufunc) or _is_of_module(value)):
                continue  # NumPy's own, under its own name
            if capture.how != "fixed":
                self.found.append(capture)
            if id(value) in self._seen or isinstance(value, ATOMS):
                continue
            self._seen[id(value)] = value
            if isinstance(value, (types.ModuleType, type)):
                self._enter(value)
            else:
                pending += self._inside(value)

    def _enter(self, space: Any) -> None:
        """Take note of a module or class of the person's own, whose names the code may look up."""
        for each in space.__mro__ if isinstance(space, type) else (space,):
            if is_own_class(each) if isinstance(each, type) else not is_library(each.__name__):
                self._spaces[id(each)] = each

    def _of_namespaces(self) -> Iterator[Capture]:
        """What the code names of such modules and classes, and has not been found yet."""
        for space in list(self._spaces.values()):
            own = {
                name for name, item in vars(space).items() if isinstance(item, types.FunctionType) and name[:2] == "__"
            }
            above = space.__mro__[1:-1] if isinstance(space, type) else ()
            for name in sorted(self._names | own):
                if (id(space), name) in self._looked_up or len(self.found) >= LIMIT:
                    continue
                if name in vars(space):
                    self._looked_up.add((id(space), name))
                    yield Capture("name", space, name, vars(space)[name])
                elif any(name in vars(base) for base in above):
                    self._looked_up.add((id(space), name))
                    yield Capture("named", vars(space), name, False)

    def _inside(self, value: Any) -> Iterator[Capture]:
        """What a value leads to."""
        if isinstance(value, Recorder):
            return
        if isinstance(value, np.ndarray):
            yield from self._of_array(value)
        elif isinstance(value, Node):
            yield Capture("attribute", value, "serial", value.serial)  # a leaf that gets new data takes a new one
            if hasattr(value, "_grad"):
                yield Capture("attribute", value, "_grad", value._grad)
        elif isinstance(value, (list, tuple, set, frozenset, deque, *MAPPINGS, *BUFFERS)):
            yield from self._of_container(value)
        elif isinstance(value, (KeysView, ValuesView, ItemsView)) and hasattr(value, "mapping"):
            yield Capture("fixed", value, None, value.mapping)
        elif isinstance(value, (types.BuiltinMethodType, types.MethodWrapperType)):
            yield Capture("fixed", value, None, value.__self__)
        elif isinstance(value, property):
            yield from self._of_callable(value.fget)
        elif callable(value) or isinstance(value, (staticmethod, classmethod)):
            yield from self._of_callable(value)
        else:
            yield from self._attributes(value)

    def _of_array(self, value: Any) -> Iterator[Capture]:
        self.arrays.append(value)
        if type(value) is not np.ndarray and is_own_class(type(value)):
            yield from self._attributes(value)
        if value.dtype.hasobject:
            for item in np.asarray(value).ravel().tolist():
                yield Capture("fixed", value, None, item)

    def _of_container(self, value: Any) -> Iterator[Capture]:
        kind = type(value)
        if isinstance(value, BUFFERS):
            yield Capture("bytes", value, None, bytes(value))
        elif isinstance(value, (set, frozenset)):
            yield Capture("said", functools.partial(same_members, value, list(value)), None, True)
        elif isinstance(value, MAPPINGS):
            yield Capture("order", value, list(value), True)
        else:
            yield Capture("length", value, None, len(value))
        if isinstance(value, (set, frozenset, *MAPPINGS)):
            for member in list(value):
                self.knows_objects = self.knows_objects or not isinstance(member, (*ATOMS, tuple, type(None)))
                yield Capture("fixed", value, None, member)
        if isinstance(value, MAPPINGS):
            yield from (Capture("item", value, key, item) for key, item in list(value.items()))
        elif isinstance(value, (list, tuple, deque)):
            yield from (Capture("item", value, key, item) for key, item in enumerate(list(value)))
        if is_own_class(kind):
            yield from self._attributes(value)

    def _attributes(self, value: Any) -> Iterator[Capture]:
        kind = type(value)
        self._enter(kind)
        own = is_own_class(kind)
        if own:
            yield Capture("attribute", value, "__class__", kind)
        if hasattr(value, "__dict__"):
            yield Capture("length", vars(value), None, len(vars(value)))
        for name in [*getattr(value, "__dict__", ()), *slots_of(kind)]:
            if not isinstance(name, str) or not name.isidentifier():
                continue
            if hasattr(value, name):
                yield Capture("attribute", value, name, getattr(value, name))
            elif own:
                yield Capture("said", functools.partial(hasattr, value, name), None, False)

    def _of_callable(self, f: Any) -> Iterator[Capture]:
        """What a function, a bound method, a partial or a callable object holds."""
        if isinstance(f, types.MethodType) and not isinstance(f.__self__, type):
            yield from self._attributes(f.__self__)
        if isinstance(f, (types.MethodType, staticmethod, classmethod)):
            f = f.__func__
        if isinstance(f, types.FunctionType):
            yield from self._of_function(f)
            return
        self.knows_objects = self.knows_objects or isinstance(f, CACHE)
        if not is_own_class(type(f)):  # a partial, a cache, a compiled function
            parts = ("func", "args", "keywords", "__wrapped__")
            yield from (Capture("attribute", f, name, getattr(f, name)) for name in parts if hasattr(f, name))
            return
        yield from self._attributes(f)
        method = vars(type(f)).get("__call__")
        if isinstance(method, types.FunctionType):
            yield from self._of_function(method)

    def _of_function(self, f: types.FunctionType) -> Iterator[Capture]:
        home = f.__globals__.get("__name__", "")  # __module__ is that of what it wraps
        for cell in f.__closure__ or ():
            try:
                yield Capture("fixed" if str(home).partition(".")[0] in OWN else "cell", cell, None, cell.cell_contents)
            except ValueError:  # not bound yet
                continue
        for name in ("__defaults__", "__kwdefaults__"):
            if getattr(f, name):
                yield Capture("attribute", f, name, getattr(f, name))
        if is_library(home):
            return
        yield Capture("attribute", f, "__code__", f.__code__)
        for name, value in vars(f).items():
            if name.isidentifier() and name != "__wrapped__":
                yield Capture("attribute", f, name, value)
        names = names_in(f.__code__)
        self._names |= names | _strings_in(f.__code__)
        for name in sorted(names & set(f.__globals__)):
            yield Capture("item", f.__globals__, name, f.__globals__[name])
        looked_up = _builtins_in(f.__code__)
        knowing = not KNOWING.isdisjoint(looked_up) or _asks_which(f.__code__)
        self.knows_objects = self.knows_objects or (knowing and f.__name__ not in DESCRIBING)
        for name in sorted(looked_up - set(f.__globals__)):
            yield Capture("named", f.__globals__, name, False)


def names_in(code: types.CodeType) -> set[str]:
    """The names that a code, and the codes in it, look up."""
    return set(code.co_names).union(*map(names_in, _inner(code)))


def _strings_in(code: types.CodeType) -> set[str]:
    """What stands in strings of a code and of the codes in it, and may be given to ``getattr``."""
    texts = {text for text in code.co_consts if isinstance(text, str) and text.isidentifier()}
    return texts.union(*map(_strings_in, _inner(code)))


def _inner(code: types.CodeType) -> list[types.CodeType]:
    """The codes of the functions that are written inside another."""
    return [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]


def _builtins_in(code: types.CodeType) -> set[str]:
    """Those of Python's own names that a code, and the codes in it, look up: a global of that name would come first."""
    names: set[str] = set()
    if not BUILTINS.isdisjoint(code.co_names):
        looked_up = (step for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
        names.update(str(step.argval) for step in looked_up if step.argval in BUILTINS)
    return names.union(*map(_builtins_in, _inner(code)))


def _asks_which(code: types.CodeType) -> bool:
    """Whether a code, or one of the codes in it, asks ``a is b``, but for None and the like."""
    before = None
    for step in dis.get_instructions(code):
        if step.opname == "IS_OP" and not (before is not None and before.opname == "LOAD_CONST"):
            return True
        before = step
    return any(map(_asks_which, _inner(code)))


def slots_of(kind: type) -> dict[str, Any]:
    """The slots of a class and of its bases, under the names by which they are found, with what reads and writes them."""
    slots: dict[str, Any] = {}
    for each in reversed(kind.__mro__):
        if is_own_class(each):
            slots.update({k: v for k, v in vars(each).items() if isinstance(v, types.MemberDescriptorType)})
    return slots


def _is_of_module(value: Any) -> bool:
    """Whether a value is a function written in C that is bound to no object."""
    return isinstance(value, types.BuiltinFunctionType) and isinstance(value.__self__, (types.ModuleType, type(None)))


def same_members(now: Any, found: list[Any]) -> bool:
    """Whether a set has these members; 0 and -0.0, and 1 and True, are not the same."""
    return len(now) == len(found) and (
        all(a is b for a, b in zip(now, found, strict=True))
        or (now == set(found) and sorted(map(repr, now)) == sorted(map(repr, found)))
    )


def may_change(value: Any) -> bool:
    """Whether somebody could still write into the memory of an array that a function has captured."""
    while isinstance(value, (np.ndarray, memoryview)):
        if isinstance(value, np.ndarray):
            if value.flags.writeable:
                return True
            value = value.base
        else:
            value = value.obj
    return not isinstance(value, (bytes, type(None)))


def content_of(value: Any) -> list[Any]:
    """What there is to compare of an array: its entries, and its mask where it has one."""
    arrays = [np.asarray(value)]
    return arrays if type(value) is np.ndarray or not hasattr(value, "mask") else [*arrays, np.asarray(value.mask)]


class Watched:
    """An array whose content a program depends on, with a copy of it; called to ask whether it is still the same."""

    def __init__(self, value: Any) -> None:
        self.array = value
        self.copies = [part.copy() for part in content_of(value)]

    def __call__(self) -> bool:
        return all(map(_same, content_of(self.array), self.copies))


def _same(now: Any, then: Any) -> bool:
    """Whether two arrays hold the same: nan is nan, and 0.0 is not -0.0."""
    if now.shape != then.shape or now.dtype != then.dtype:
        return False
    if now.dtype.hasobject:
        return all(map(operator.is_, now.ravel().tolist(), then.ravel().tolist()))
    if now.dtype.itemsize in (1, 2, 4, 8):
        bits = f"i{now.dtype.itemsize}"
        return bool((now.view(bits) == then.view(bits)).all())
    if now.dtype.kind == "c":
        return _same(now.real, then.real) and _same(now.imag, then.imag)
    return bool(now.tobytes() == then.tobytes())
