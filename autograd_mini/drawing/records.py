"""A picture as JSON.

The file holds one object:

=============  =====================================================================================================
``format``     ``"autograd_mini picture 1"``
``mode``       ``"local"``, ``"reverse"`` or ``"forward"``
``output``     the key of the box that is the result
``wrt``        the key of the input that the forward sweep started from, or null
``boxes``      in evaluation order: ``key``, ``name``, ``expression`` (empty for what is given), ``role`` (``"input"``,
               ``"intermediate"``, ``"output"``, ``"constant"``), ``layer`` (its label, or null), ``shape``, ``value``,
               ``gradient`` (∂output/∂it, in the mode reverse), ``tangent`` (∂it/∂wrt, in the mode forward)
``arrows``     by target and slot: ``source`` and ``target`` (keys), ``slot``, ``symbol`` and ``partial`` (the local
               derivative, in letters and as a number), ``contribution`` (what it carries back, in the mode reverse),
               ``pushed`` (what it carries forward, in the mode forward)
=============  =====================================================================================================

Arrays are nested lists in full precision. What JSON has no number for is a string, ``"nan"``, ``"inf"``, ``"-inf"``; a
complex number is ``{"re": …, "im": …}``; what is absent is null.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .picture import Arrow, Box, Picture

FORMAT = "autograd_mini picture 1"


def as_json(shown: Picture, mode: str, layers: Mapping[str, Sequence[int]]) -> str:
    """The picture as JSON."""
    layer = {key: label for label, keys in layers.items() for key in keys}
    record = {
        "format": FORMAT,
        "mode": mode,
        "output": shown.output.key,
        "wrt": None if shown.wrt is None else shown.wrt.key,
        "boxes": [_box(box, layer.get(box.key)) for box in shown.boxes],
        "arrows": [_arrow(arrow) for arrow in shown.arrows],
    }
    return "{" + ",\n".join(f"{json.dumps(name)}: {_lines(value)}" for name, value in record.items()) + "}\n"


def _lines(value: Any) -> str:
    """JSON with one line for each box and each arrow."""
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(_lines, value)) + "\n]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _box(box: Box, layer: str | None) -> dict[str, Any]:
    return {
        "key": box.key,
        "name": box.name,
        "expression": box.expression,
        "role": box.role,
        "layer": layer,
        "shape": list(np.shape(box.value)),
        "value": plain(box.value),
        "gradient": plain(box.gradient),
        "tangent": plain(box.tangent),
    }


def _arrow(arrow: Arrow) -> dict[str, Any]:
    return {
        "source": arrow.source,
        "target": arrow.target,
        "slot": arrow.slot,
        "symbol": arrow.symbol,
        "partial": plain(arrow.partial),
        "contribution": plain(arrow.contribution),
        "pushed": plain(arrow.pushed),
    }


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if value is None:
        return None
    array = np.asarray(value)
    if array.dtype.kind != "c" and np.all(np.isfinite(array)):
        return array.tolist()
    return _entry(array.item()) if array.ndim == 0 else [plain(part) for part in array]


def _entry(entry: Any) -> Any:
    if isinstance(entry, complex):
        return {"re": _entry(entry.real), "im": _entry(entry.imag)}
    return entry if math.isfinite(entry) else str(entry)
