"""Sine and cosine of many doubles, both from one tangent: sin x = 2t/(1 + t²), cos x = (1 − t²)/(1 + t²), t = tan x/2.

NumPy takes doubles one by one through the sine and cosine of the C library, but several at a time through its tangent, where
the processor can: then both together take a fifth of the time. The sine is exact to a few units in the last place, the
cosine to 1e-14 of itself: nearer to its zeros, where the difference 1 − t² forgets digits, NumPy's own is taken.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

NEAR = 2.0**-6


@cache
def tangent_is_fast() -> bool:
    """Whether NumPy has code for this processor that takes the tangents of several doubles at once."""
    found = np.lib.introspect.opt_func_info(func_name="^tan$", signature="float64")
    return not found.get("tan", {}).get("dd", {"current": "baseline"})["current"].startswith("baseline")


def sine(t: Any, out: Any = None) -> Any:
    """Sin x, where t = tan x/2, into `out`, which may be t."""
    denominator = np.square(t)
    denominator += 1.0
    out = np.divide(t, denominator, out)
    out *= 2.0
    return out


def cosine(t: Any, x: Any, out: Any = None) -> Any:
    """Cos x, where t = tan x/2, into `out`, which may be t or x."""
    denominator = np.square(t)
    quotient = np.subtract(1.0, denominator)
    denominator += 1.0
    quotient /= denominator
    np.cos(x, out=quotient, where=np.abs(quotient, out=denominator) < NEAR)
    return np.positive(quotient, out)
