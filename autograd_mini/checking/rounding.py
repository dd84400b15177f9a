"""How far off a right gradient may be where a cost cancels, or changes with the last digits of what it is given.

Two things show it. One is the rounding of the cost, which can be read off its graph: each value v on the way to C is off
by ε|v|, which moves C by ε|∂C/∂v · v|. The cross-entropy of a sure and right answer, say, is the small difference of two
large numbers, and its rounding is theirs. The other is how much the gradient itself changes when parameters and data move
by one unit in the last place.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import tree
from ..graph import Node, trace
from ..tensor import Tensor
from ..transforms import grad, gradients
from .differences import Array
from .given import Given
from .remarks import size_of

NEARBY = 4  # points, one unit in the last place away
SCATTER = 8  # times the change of the gradient on the way there may be rounding
FURTHER = 64  # units, to where the gradient changes more;
GROWS = 4  # unless that many times, it jumps, and that is no rounding
UNDERFLOW = 64  # times the smallest number may be lost where values underflow


def gradient_noise(given: Given, tape: list[Array]) -> list[Array]:
    """For each array of the gradient, how far off its entries may be.

    Parameters
    ----------
    given
        The cost and its arguments.
    tape
        The gradient.
    """
    of_cost = _cost_rounding(given)
    rng = np.random.default_rng(0)
    near, far = ([_moved_gradient(given, units, rng) for _ in range(NEARBY)] for units in (1, FURTHER))
    noise = []
    for k, g in enumerate(tape):
        change, far_change = (np.max([np.abs(moved[k] - g) for moved in group], axis=0) for group in (near, far))
        steady = far_change >= GROWS * change
        change = SCATTER * np.fmax(change, far_change / FURTHER)
        noise.append(np.where(steady, np.fmax(change, of_cost), of_cost))
    return noise


def _cost_rounding(given: Given) -> float:
    """ε Σ |∂C/∂v · v| over all values v, times the largest datum that a parameter is multiplied with, if that is above 1."""
    y = given.closed(*tree.map_leaves(Tensor, given.params))
    nodes = [node for node in trace([y])[0] if not isinstance(node.value, tuple)] if isinstance(y, Node) else []
    terms = [np.abs(bar * node.value) for bar, node in zip(gradients(y, *nodes), nodes, strict=True)] if nodes else []
    data = [operand for node in nodes for operand in node.operands if isinstance(operand, np.ndarray)]
    largest = max((size_of(array) for array in data if array.dtype.kind in "fciu"), default=0.0)
    rounding = given.eps * sum(float(np.sum(term[np.isfinite(term)])) for term in terms)
    return max(1.0, largest) * (rounding + UNDERFLOW * given.tiny)


def _moved_gradient(given: Given, units: int, rng: np.random.Generator) -> list[Array]:
    """The tape's gradient at a point that many units in the last place away."""

    def moved(leaf: Any) -> Any:
        if not isinstance(leaf, (np.ndarray, np.generic)) or leaf.dtype.kind not in "fc":
            return leaf
        factor = 1 + units * np.finfo(leaf.dtype).eps * rng.choice([-1.0, 1.0], leaf.shape)
        return (leaf * factor).astype(leaf.dtype)[()]

    args = tree.map_leaves(moved, (*given.params, *given.examples))
    moved_gradients = grad(given.cost, argnums=tuple(range(len(given.params))))(*args)
    return [np.asarray(leaf) for leaf in tree.leaves(moved_gradients)]
