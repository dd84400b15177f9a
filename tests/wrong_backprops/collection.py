"""What a wrong backprop of the collection is: the person's function, the mistake in it, and where it first shows.

Layers are numbered 1 … L from the first that has weights, as in W¹ … Wᴸ. A mistake that can stand in any layer is written
once, as a function that is told in which layers it slips.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

#: The layers that a place stands for, in a network of L layers.
PLACES: dict[str, Callable[[int], set[int]]] = {
    "output": lambda L: {L},
    "last hidden": lambda L: {L - 1},
    "first": lambda L: {1},
    "hidden": lambda L: set(range(1, L)),
    "below last hidden": lambda L: set(range(1, L - 1)),
    "middle": lambda L: set(range(2, L)),
    "above first": lambda L: set(range(2, L + 1)),
    "everywhere": lambda L: set(range(1, L + 1)),
}


@dataclass(frozen=True)
class Wrong:
    """One wrong backprop: what is wrong with it, and what may be expected of whoever looks for the mistake."""

    mistake: str  # what is wrong; the mistakes that a checker has to name are the keys of NAMES
    place: str  # a key of PLACES; the outermost of its layers is the first wrong one
    handwriting: str
    backprop: Any  # what goes into check_backprop, or with `binds` what makes it from the network
    binds: bool = False
    depth: int | None = None  # runs only on networks with so many layers of weights
    may_raise: bool = False  # shapes do not fit on some networks
    per_example: bool = False  # x and y are single columns
    batch: bool = False  # with one example it is right
    outputs: int = 1  # needs so many, as a softmax does
    slow: bool = False  # loops in Python over every weight
    kind: dict[str, Any] = field(default_factory=dict)  # keywords of the Network it is for

    def __str__(self) -> str:
        return f"{self.handwriting}: {self.mistake}, {self.place}"

    @property
    def module(self) -> str:
        return self.handwriting.partition(".")[0]

    def made_for(self, network: Any) -> Any:
        return self.backprop(network) if self.binds else self.backprop

    def layers(self, sizes: list[int]) -> set[int]:
        return PLACES[self.place](len(sizes) - 1)

    def first_wrong(self, sizes: list[int]) -> int:
        return max(self.layers(sizes))

    def fits(self, sizes: list[int]) -> bool:
        """Whether there is such a place in a network of these sizes."""
        here = self.layers(sizes)
        return bool(here) and min(here) > 0 and self.depth in {None, len(sizes) - 1} and sizes[-1] >= self.outputs


COLLECTION: list[Wrong] = []


def wrong(mistake: str, place: str = "everywhere", **facts: Any) -> Callable[[Any], Any]:
    """Put a person's backprop into the collection."""

    def register(backprop: Any) -> Any:
        COLLECTION.append(Wrong(mistake, place, _handwriting(backprop), backprop, **facts))
        return backprop

    return register


def told(mistake: str, *places: str, **facts: Any) -> Callable[[Any], Any]:
    """Put a function (network, x, y, slips) into the collection, once per place; it slips in the layers `slips`."""

    def register(function: Any) -> Any:
        for place in places:
            COLLECTION.append(Wrong(mistake, place, _handwriting(function), _at(function, place), **facts))
        return function

    return register


def _handwriting(function: Any) -> str:
    return function.__module__.rpartition(".")[2] + "." + function.__name__


def _at(function: Any, place: str) -> Any:
    def backprop(network: Any, x: Any, y: Any) -> Any:
        return function(network, x, y, PLACES[place](len(network.weights)))

    return backprop
