"""A person's backprop in any of the forms that people have it in, and how to call it on a network."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nn.network import Network

Call = Callable[[Any, Any], Any]

NETWORK = ("network", "net", "nn", "model", "self", "mlp")
WHAT = (
    "give a function of (network, x, y) or of (x, y), or a subclass of Network with its own backprop, that returns "
    "(nabla_b, nabla_w)"
)


@dataclass(frozen=True)
class Person:
    """A person's backprop.

    Attributes
    ----------
    name : str
        What to call it.
    on : callable
        From a network to the function of (x, y), and the object whose parameters it reads.
    portable : bool
        Whether it takes the network that it runs on. One that does not knows the person's own network from elsewhere, and is
        lent that with other parameters.
    """

    name: str
    on: Callable[[Network], tuple[Call, Any]]
    portable: bool


def person(my_backprop: Any, network: Network) -> Person:
    """How to call `my_backprop`; `network` is the person's own.

    Raises
    ------
    TypeError
        If it is nothing that can be called with a network, x and y, or with x and y.
    """
    if isinstance(my_backprop, type):
        _must_have_backprop(my_backprop, f"the class {my_backprop.__name__}")
        _construction(my_backprop, [1, 1], {})
        return Person(f"{my_backprop.__name__}.backprop", lambda net: _bound(_made(my_backprop, net), net), True)
    owner = getattr(my_backprop, "__self__", None)
    if _is_network(owner):
        name = my_backprop.__name__
        return Person(name, lambda net: _bound(twin(owner), net, name), True)
    if _is_network(my_backprop):
        _must_have_backprop(my_backprop, f"the {type(my_backprop).__name__}")
        return Person(f"{type(my_backprop).__name__}.backprop", lambda net: _bound(twin(my_backprop), net), True)
    if not callable(my_backprop):
        given = "its result" if isinstance(my_backprop, (tuple, list)) else f"of type {type(my_backprop).__name__}"
        raise TypeError(f"check_backprop: my_backprop is {given}, not a function; {WHAT}")
    takes_network, call = _convention(my_backprop)
    name = getattr(my_backprop, "__name__", type(my_backprop).__name__)
    if takes_network:
        return Person(name, lambda net: ((lambda x, y: call(net, x, y)), net), True)
    return Person(name, lambda net: ((lambda x, y: _lent(network, net, call, x, y)), net), False)


def _lent(network: Network, other: Network, call: Callable[[Any, Any, Any], Any], x: Any, y: Any) -> Any:
    """Call a function that has the person's network from elsewhere, while that has the sizes and parameters of another."""
    if other.sizes == network.sizes and all(map(np.array_equal, other.weights, network.weights)):
        return call(None, x, y)
    kept = {name: getattr(network, name) for name in ("sizes", "num_layers", "biases", "weights")}
    try:
        for name in kept:
            setattr(network, name, getattr(other, name))
        return call(None, x, y)
    finally:
        for name, value in kept.items():
            setattr(network, name, value)


def _is_network(candidate: Any) -> bool:
    """Whether it is a network: ours, or one with the book's lists."""
    return isinstance(candidate, Network) or (
        not isinstance(candidate, type) and all(hasattr(candidate, name) for name in ("weights", "biases", "backprop"))
    )


def _must_have_backprop(candidate: Any, what: str) -> None:
    if not callable(getattr(candidate, "backprop", None)):
        raise TypeError(f"check_backprop: {what} has no method backprop(x, y); {WHAT}")


def twin(owner: Any) -> Any:
    """A copy of a network, so that nothing happens to the person's own."""
    try:
        return copy.deepcopy(owner)
    except Exception:  # it holds a lock, an open file, …
        return copy.copy(owner)


def _made(kind: type, network: Network) -> Any:
    """An object of the person's class with the sizes of `network`."""
    options = {"activation": network.activation_name, "cost": network.cost_name, "dtype": network.dtype}
    args, keywords = _construction(kind, list(network.sizes), options)
    return kind(*args, **keywords)


def _construction(kind: type, sizes: list[int], options: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments that an object of the person's class can be made from."""
    signature = inspect.signature(kind)
    for args, keywords in (((sizes,), options), ((sizes,), {}), ((), {})):
        try:
            signature.bind(*args, **keywords)
        except TypeError:
            continue
        return args, keywords
    raise TypeError(f"check_backprop: {kind.__name__}{signature} cannot be made from a list of sizes alone")


def _bound(owner: Any, network: Network, name: str = "backprop") -> tuple[Call, Any]:
    """The method of `owner`, after it has been given the parameters of `network`."""
    owner.weights, owner.biases = [W.copy() for W in network.weights], [b.copy() for b in network.biases]
    owner.sizes, owner.num_layers = list(network.sizes), network.num_layers
    if isinstance(owner, Network):
        owner.activation_name, owner.cost_name = network.activation_name, network.cost_name
    _, call = _convention(getattr(owner, name))
    return (lambda x, y: call(owner, x, y)), owner


def _convention(function: Callable[..., Any]) -> tuple[bool, Callable[[Any, Any, Any], Any]]:
    """Whether `function` takes a network, and how to call it with (network, x, y)."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # written in C
        return True, _tried(function)
    named = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    unlimited = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    network, x, y = _roles(named)
    if x is None or y is None:
        if unlimited:
            return True, _tried(function)
        raise TypeError(f"check_backprop: my_backprop takes {_listed(named)}; {WHAT}")
    roles = {p.name: role for role, p in enumerate((network, x, y)) if p is not None}
    extra = [p.name for p in named if p.default is p.empty and p.name not in roles]
    if extra:
        raise TypeError(f"check_backprop: my_backprop also wants {', '.join(extra)}; {WHAT}")
    first = [p.name for p in named[: len(roles)] if p.kind is not p.KEYWORD_ONLY]
    if set(first) == set(roles):
        return network is not None, lambda *given: function(*(given[roles[name]] for name in first))
    return network is not None, lambda *given: function(**{name: given[role] for name, role in roles.items()})


def _roles(named: Sequence[inspect.Parameter]) -> tuple[inspect.Parameter | None, ...]:
    """Which parameters are the network, x and y: by their names where these say it, else by their order."""
    network = next((p for p in named if p.name.lower().endswith(NETWORK)), None)
    others = [p for p in named if p is not network]
    by_name = {p.name.lower(): p for p in others}
    required = [p for p in others if p.default is p.empty]
    if "x" in by_name and "y" in by_name:
        rest = [p for p in required if p not in (by_name["x"], by_name["y"])]
        if network is None and len(rest) == 1 and rest[0] is others[0]:
            network = rest[0]
        return network, by_name["x"], by_name["y"]
    if network is None and len(required) == 3:
        return tuple(required)
    pair = required if len(required) == 2 else others
    return (network, pair[0], pair[1]) if len(pair) >= 2 else (network, None, None)


def _tried(function: Callable[..., Any]) -> Callable[[Any, Any, Any], Any]:
    """Call a function that does not say what it takes: with (network, x, y), and where that fails, with (x, y)."""

    def call(network: Any, x: Any, y: Any) -> Any:
        try:
            return function(network, x, y)
        except Exception as error:
            try:
                return function(x, y)
            except Exception:
                raise error from None

    return call


def _listed(named: Sequence[inspect.Parameter]) -> str:
    return f"({', '.join(p.name for p in named)})"
