"""Gradients that lie in one another's memory, or in that of the parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

WORK = 10_000  # steps that NumPy may take to see whether two arrays that lie within each other share an entry


def shared_memory(labels: Sequence[str], gradients: Sequence[Any], params: Sequence[Any]) -> list[list[str]]:
    """For each gradient, what it shares memory with: changing the one in place changes the other.

    Parameters
    ----------
    labels
        What the parameters are called.
    gradients, params
        One per label.
    """
    names = [f"your gradient of {label}" for label in labels] + [f"the parameter {label}" for label in labels]
    arrays = [
        (*byte_bounds(array), k, array)
        for k, array in enumerate([*gradients, *params])
        if isinstance(array, np.ndarray) and array.size
    ]
    arrays.sort(key=lambda bounds: bounds[0])
    remarks: list[list[str]] = [[] for _ in names]
    for i, (_, end, k, one) in enumerate(arrays):
        for start, _, l, other in arrays[i + 1 :]:
            if start >= end:
                break
            if _share(one, other):
                remarks[k].append(f"shares memory with {names[l]}")
                remarks[l].append(f"shares memory with {names[k]}")
    return remarks[: len(labels)]


def _share(one: Any, other: Any) -> bool:
    try:
        return np.shares_memory(one, other, max_work=WORK)  # type: ignore[arg-type]  # NumPy's stubs know only 0 and −1
    except np.exceptions.TooHardError:
        return False
