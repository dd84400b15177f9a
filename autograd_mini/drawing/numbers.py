"""How a number is written, the same in pictures, pages and lessons."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def number(x: Any) -> str:
    """`x` with four significant digits: ``6``, not ``6.0000``, a true minus sign, ``1.2e−5``, ``nan`` and ``∞``.

    Parameters
    ----------
    x : number or array of one entry
        Real, complex, integer or boolean.

    Returns
    -------
    str
        A complex number as ``1 + 2i``, without a part that is 0.
    """
    entry = np.asarray(x).item()
    if isinstance(entry, bool):
        return str(entry)
    if isinstance(entry, complex):
        return _complex(entry)
    return _real(float(entry))


def _real(x: float) -> str:
    if math.isnan(x):
        return "nan"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    digits = f"{x:.4g}"
    if "e" in digits:
        mantissa, exponent = digits.split("e")
        whole = float(digits) == x and abs(x) < 1e6  # 20000 is as short as 2e4, and nothing is lost
        digits = str(int(x)) if whole and x.is_integer() else f"{mantissa}e{int(exponent)}"
    return "0" if float(digits) == 0 else digits.replace("-", "−")


def _complex(z: complex) -> str:
    if z.imag == 0:
        return _real(z.real)
    if z.real == 0:
        return f"{_real(z.imag)}i"
    sign = "−" if math.copysign(1.0, z.imag) < 0 and not math.isnan(z.imag) else "+"
    return f"{_real(z.real)} {sign} {_real(abs(z.imag))}i"
