"""The signature of a call: what a program is compiled for, and the source that recognises it and takes it apart."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..calls import Recorder
from ..graph import Node

STATIC = (int, str, bytes, type(None), slice, type(Ellipsis), np.dtype, type, types.FunctionType,
          types.BuiltinFunctionType, np.ufunc)  # fmt: skip


class NoSignature(Exception):  # noqa: N818  # a call that is not compiled
    """An argument that no program can be compiled for; the message says what it is."""


def is_dynamic(leaf: Any) -> bool:
    """Whether an argument is a value that a program is compiled for in general: a float or an array."""
    if type(leaf) in (float, complex):
        return type(leaf) is float
    return (type(leaf) is np.ndarray or isinstance(leaf, np.generic)) and leaf.dtype.kind in "fciub"


def holds_tensor(leaf: Any) -> bool:
    """Whether an argument is to be differentiated, or traced, by somebody outside."""
    if isinstance(leaf, (list, tuple)):
        return any(map(holds_tensor, leaf))
    if isinstance(leaf, dict):
        return any(map(holds_tensor, leaf.values()))
    return isinstance(leaf, (Node, Recorder))


class Signature:
    """How the arguments of one call are nested, and what stands at every leaf.

    Attributes
    ----------
    names
        Readable names of the dynamic leaves, in order.
    functions
        The functions among the static leaves.
    key
        A text that equal signatures share.
    leaves, arguments, variables
        Their values in this call, the numbers of the arguments that they stand in, and the variables of `checks` that
        hold them.
    checks
        Lines of source that take ``args`` and ``kwargs`` apart, and return ``MISS`` where another program is needed.
    globals
        What these lines refer to.
    """

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any], parameters: list[str]) -> None:
        self.parameters = parameters
        self.names: list[str] = []
        self.leaves: list[Any] = []
        self.arguments: list[int] = []
        self.variables: list[str] = []
        self.globals: dict[str, Any] = {"ndarray": np.ndarray}
        self.functions: list[Any] = []
        self.key = ""
        self._count = 0
        names = [parameters[k] if k < len(parameters) else f"arg{k}" for k in range(len(args))]
        variables = [self._variable() for _ in args]
        keys = list(kwargs)
        self.checks = [
            f"if len(args) != {len(args)} or {f'list(kwargs) != {keys!r}' if keys else 'kwargs'}: return MISS"
        ]
        if args:
            self.checks.append(f"{', '.join(variables)}, = args")
        for k, (name, variable, arg) in enumerate(zip(names, variables, args, strict=True)):
            self._argument = k
            self._read(arg, variable, name)
        self._argument = -1
        for key in keys:
            variable = self._variable()
            self.checks.append(f"{variable} = kwargs[{key!r}]")
            self._read(kwargs[key], variable, key)
        self.key += "\n".join(self.checks)

    def _variable(self) -> str:
        self._count += 1
        return f"x{self._count - 1}"

    def _global(self, value: Any) -> str:
        name = f"k{len(self.globals)}"
        self.globals[name] = value
        return name

    def _read(self, leaf: Any, variable: str, name: str) -> None:
        """Add the checks of one argument, or of one item of it."""
        kind = type(leaf)
        if kind in (list, tuple) or (isinstance(leaf, tuple) and hasattr(leaf, "_fields")):
            self._miss(f"type({variable}) is not {self._global(kind)} or len({variable}) != {len(leaf)}")
            items = [self._variable() for _ in leaf]
            if items:
                self.checks.append(f"{', '.join(items)}, = {variable}")
            for k, (item, sub) in enumerate(zip(leaf, items, strict=True)):
                self._read(item, sub, f"{name}_{getattr(leaf, '_fields', range(len(leaf)))[k]}")
        elif kind is dict:
            keys = self._global(list(leaf))
            self._miss(f"type({variable}) is not {self._global(dict)} or list({variable}) != {keys}")
            for k, (key, item) in enumerate(leaf.items()):
                sub = self._variable()
                self.checks.append(f"{sub} = {variable}[{keys}[{k}]]")
                self._read(item, sub, str(key) if str(key).isidentifier() else f"{name}_{k}")
        elif is_dynamic(leaf):
            self._dynamic(leaf, variable, name)
        elif isinstance(leaf, STATIC):
            self.key += repr(leaf)
            if isinstance(leaf, types.FunctionType):
                self.functions.append(leaf)
            same = isinstance(leaf, (int, str, bytes)) and kind.__module__ == "builtins"
            check = f"type({variable}) is not {self._global(kind)} or {variable} != {self._global(leaf)}"
            self._miss(check if same else f"{variable} is not {self._global(leaf)}")
        else:
            raise NoSignature(f"an argument of type {kind.__name__}")

    def _dynamic(self, leaf: Any, variable: str, name: str) -> None:
        kind = type(leaf)
        self._miss(f"type({variable}) is not {'ndarray' if kind is np.ndarray else self._global(kind)}")
        if kind is np.ndarray:
            dtype = self._global(leaf.dtype)
            self._miss(
                f"{variable}.shape != {leaf.shape!r} or ({variable}.dtype is not {dtype} and {variable}.dtype != {dtype})"
            )
            if not leaf.ndim:  # from here on a scalar
                self.checks.append(f"{variable} = {variable}[()]")
                leaf = leaf[()]
        self.names.append(name)
        self.leaves.append(leaf)
        self.arguments.append(self._argument)
        self.variables.append(variable)

    def _miss(self, condition: str) -> None:
        self.checks.append(f"if {condition}: return MISS")


def rebuilt(tree: Any, leaves: Iterator[Any]) -> Any:
    """The arguments with other leaves in place of the dynamic ones."""
    if isinstance(tree, (list, tuple)):
        items = [rebuilt(item, leaves) for item in tree]
        return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)
    if isinstance(tree, dict):
        return {key: rebuilt(item, leaves) for key, item in tree.items()}
    return next(leaves) if is_dynamic(tree) else tree
