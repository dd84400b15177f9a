"""What a right backprop of the collection is: the person's function, and the networks it is for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Right:
    """One right backprop, and what limits it: every formula is right, not every one is at home everywhere."""

    handwriting: str
    backprop: Any  # what goes into check_backprop, or with `binds` what makes it from the network
    binds: bool = False
    per_example: bool = False  # x and y are single columns
    slow: bool = False  # loops in Python over every weight
    overflows: bool = False  # its formula has inf / inf, or a warning, for large |z|
    double: bool = False  # computes in float64, whatever the network's precision
    kind: dict[str, Any] = field(default_factory=dict)  # keywords of the Network it is for

    def __str__(self) -> str:
        return self.handwriting

    def made_for(self, network: Any) -> Any:
        return self.backprop(network) if self.binds else self.backprop


COLLECTION: list[Right] = []


def right(**facts: Any) -> Callable[[Any], Any]:
    """Put a person's backprop into the collection."""

    def register(backprop: Any) -> Any:
        handwriting = backprop.__module__.rpartition(".")[2] + "." + backprop.__name__
        COLLECTION.append(Right(handwriting, backprop, **facts))
        return backprop

    return register
