"""What a call means: which arguments are operands, which are keywords, and which are not supported.

Every way to write a call (by position, by name, as a method, as an operator) comes here once and leaves as
``operands, keywords``; `invoke` turns that back into the call of the NumPy function.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from .errors import DetachedError, UnsupportedError
from .graph import NO_KEYWORDS, Node

NO_VALUE = getattr(np, "_NoValue", inspect.Parameter.empty)
_OUT = (
    "{name}: out= would write over an array that a graph may hold. Leave it out and use the result; "
    "for a += t write a = a + t."
)


def first_node(value: Any) -> Any:
    """`value` if it is a Tensor, the first one in it if it is a list or tuple with one in it, else ``None``."""
    if isinstance(value, Node):
        return value
    if isinstance(value, (list, tuple)):
        return next((node for node in map(first_node, value) if node is not None), None)
    return None


def contains_node(value: Any) -> bool:
    """Whether `value` is a Tensor, or a list or tuple with one in it."""
    return first_node(value) is not None


class Recorder:
    """An array that writes down what is done with it (see `compiler`)."""

    __slots__ = ()

    def run(self, dispatcher: Any, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Evaluate a function of ours, or of a user's: its calls are written down, or where it cannot be, its own."""
        raise NotImplementedError

    @property
    def data(self) -> Any:
        """What the ``.data`` of a Tensor around it is: refused, and why."""
        raise NotImplementedError

    def as_leaf(self) -> Any:
        """Itself as the value of a leaf: a Python number becomes NumPy's."""
        raise NotImplementedError


under_way: list[Any] = []
"""What is being written down at the moment, in any thread; where nothing is, there is no `Recorder` to look for."""


def first_recorder(arguments: Any) -> Any:
    """The first array among `arguments`, or in a list or tuple among them, that writes down what is done with it."""
    for arg in arguments:
        if isinstance(arg, Recorder):
            return arg
        found = first_recorder(arg) if type(arg) in (list, tuple) else None
        if found is not None:
            return found
    return None


def dispatching(function: Any, operands: int | None = None) -> Any:
    """Make a function of ours, or of a user's, dispatch on Tensors as NumPy's own functions do already.

    Tensors are looked for among the first `operands` arguments, else among all of them, in lists too.
    """
    if isinstance(function, np.ufunc) or hasattr(function, "_implementation") or function is operator.getitem:
        return function
    if getattr(function, "dispatches_on_tensors", False):
        return function

    @functools.wraps(function)
    def dispatcher(*args: Any, **kwargs: Any) -> Any:
        if args:
            first = args[0]
            if isinstance(first, Node):
                tensor: Any = first
                return tensor.__array_function__(dispatcher, (), args, kwargs)
            if len(args) == 1 and type(first) is np.ndarray and not kwargs:
                return function(first)
        for arg in args[:operands] if operands else (*args, *kwargs.values()):
            node: Any = arg if isinstance(arg, Node) else first_node(arg) if type(arg) in (list, tuple) else None
            if node is not None:
                return node.__array_function__(dispatcher, (), args, kwargs)
        recorder = first_recorder((*args, *kwargs.values())) if under_way else None
        return function(*args, **kwargs) if recorder is None else recorder.run(dispatcher, function, args, kwargs)

    vars(dispatcher)["dispatches_on_tensors"] = True
    return dispatcher


class UfuncCall:
    """A universal function: its inputs are its operands; ``out=``, ``where=`` and ``dtype=`` are not supported."""

    def __init__(self, function: np.ufunc, name: str) -> None:
        self.function = function
        self.name = name
        self.supported: tuple[str, ...] = ()

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The operands and keywords of the call ``function(*args, **kwargs)``."""
        if len(args) > self.function.nin:
            kwargs = {**kwargs, "out": args[self.function.nin :]}
            args = args[: self.function.nin]
        for keyword, value in kwargs.items():
            if keyword == "out" and any(item is not None for item in (value if isinstance(value, tuple) else (value,))):
                raise DetachedError(_OUT.format(name=self.name))
            if value is not None and keyword != "out" and not (keyword == "where" and value is True):
                raise UnsupportedError(
                    f"{self.name}: the keyword {keyword}= of a ufunc has no derivative rule. "
                    f"Use {'np.where(condition, …, …)' if keyword == 'where' else '.astype(…)'} instead."
                )
        return args, NO_KEYWORDS

    def invoke(self, operands: Any, keywords: dict[str, Any]) -> Any:
        """Call the function on values."""
        return self.function(*operands)


class SignatureCall:
    """An ordinary function, by its signature: the first `n` parameters are operands, and the keywords in `carriers`.

    Parameters
    ----------
    function
        The function that is called on values.
    n
        How many leading parameters are operands.
    carriers
        Names of keywords that carry numbers (``initial``): operands as well, after the first `n`.
    supported
        Names of the other keywords that the rule knows; any further one raises `UnsupportedError`.
    signature
        A function with the same parameters, where Python cannot read those of `function` itself.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        name: str,
        n: int,
        carriers: tuple[str, ...],
        supported: tuple[str, ...],
        signature: Callable[..., Any] | None,
    ) -> None:
        self.function = function
        self.name = name
        self.n = n
        self.carriers = carriers
        self._no_carriers = (None,) * len(carriers)
        self.supported = supported
        self._signature = signature
        self._parameters: dict[str, inspect.Parameter] | None = None

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """The parameters of the function, read at the first call: reading them all at import would double its cost."""
        if self._parameters is None:
            self._parameters = dict(inspect.signature(self._signature or self.function).parameters)
        return self._parameters

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The operands and keywords of the call ``function(*args, **kwargs)``."""
        if not kwargs and len(args) == self.n:
            return args + self._no_carriers, NO_KEYWORDS
        call = self._named(args, kwargs)
        names = list(self.parameters)[: self.n]
        operands = tuple(call.pop(name) for name in names) + tuple(call.pop(name, None) for name in self.carriers)
        keywords = {name: value for name, value in call.items() if self._given(name, value)}
        if type(keywords.get("where")) in (list, tuple):
            keywords["where"] = np.asarray(keywords["where"])
        return operands, keywords

    def _named(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        parameters = self.parameters
        call = dict(zip(parameters, args, strict=False))
        required = list(parameters)[: self.n]
        wrong = len(args) > len(parameters) or any(name in call or name not in parameters for name in kwargs)
        call.update(kwargs)
        if wrong or any(name not in call for name in required):
            self.function(*map(_plain, args), **{name: _plain(value) for name, value in kwargs.items()})
            raise UnsupportedError(f"{self.name}: this way of calling it has no derivative rule.")
        return call

    def _given(self, name: str, value: Any) -> bool:
        """Whether the keyword says something; one that says what the rule does not know raises."""
        default = self.parameters[name].default
        if value is NO_VALUE or value is default:
            return False
        if name in self.supported:
            if contains_node(value):
                raise UnsupportedError(
                    f"{self.name}: {name}= cannot be a Tensor; give it {name}.data if it is a constant."
                )
            return True
        if value is None:
            return False
        if name == "out":
            raise DetachedError(_OUT.format(name=self.name))
        raise UnsupportedError(f"{self.name}: the keyword {name}={value!r} has no derivative rule.")

    def invoke(self, operands: Any, keywords: dict[str, Any]) -> Any:
        """Call the function on values."""
        if not self.carriers:
            return self.function(*operands, **keywords) if keywords else self.function(*operands)
        carried = {
            name: value for name, value in zip(self.carriers, operands[self.n :], strict=True) if value is not None
        }
        return self.function(*operands[: self.n], **carried, **keywords)


class ListCall(SignatureCall):
    """A function whose first argument is a sequence of operands (``concatenate``, ``stack``)."""

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The operands and keywords of the call ``function(*args, **kwargs)``."""
        (sequence,), keywords = super().bind(args, kwargs)
        return tuple(sequence), keywords

    def invoke(self, operands: Any, keywords: dict[str, Any]) -> Any:
        """Call the function on values."""
        return self.function(tuple(operands), **keywords)


class FormulaCall:
    """A call of a function that is a formula: what the formula has no parameter for is not supported."""

    def __init__(self, function: Any, name: str, formula: Callable[..., Any]) -> None:
        self.function = getattr(*function) if isinstance(function, tuple) else function
        self.name = name
        self.formula = formula
        self._signature: inspect.Signature | None = None
        self._names: tuple[str, ...] = ()

    def _read_signatures(self) -> inspect.Signature:
        self._signature = inspect.signature(self.formula)
        with contextlib.suppress(ValueError, TypeError):  # some functions of NumPy cannot be asked
            self._names = tuple(inspect.signature(self.function).parameters)
        return self._signature

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments the formula is called with: the given ones, less keywords that say nothing."""
        signature = self._signature or self._read_signatures()
        own = list(signature.parameters.values())
        given = dict(kwargs)
        for i, name in enumerate(self._names[: len(args)]):
            if i >= len(own) or (own[i].default is not inspect.Parameter.empty and own[i].name != name):
                given = {**dict(zip(self._names[i:], args[i:], strict=False)), **kwargs}  # elsewhere in the formula
                args = args[:i]
                break
            if own[i].kind is inspect.Parameter.VAR_POSITIONAL:
                break
        known = {name: value for name, value in given.items() if value is not NO_VALUE}
        known = {name: value for name, value in known.items() if value is not None or name in signature.parameters}
        if known.get("out") is not None:
            raise DetachedError(_OUT.format(name=self.name))
        try:
            signature.bind(*args, **known)
        except TypeError as error:
            self.function(*map(_plain, args), **{name: _plain(value) for name, value in given.items()})
            raise UnsupportedError(f"{self.name}: this way of calling it has no derivative rule ({error}).") from None
        return args, known


def _plain(value: Any) -> Any:
    """The value of a Tensor, anything else as it is: to let NumPy itself complain about a call."""
    if isinstance(value, Node):
        return value.value
    return type(value)(map(_plain, value)) if type(value) in (list, tuple) else value
