"""Printed algebra: texts that know how tightly they bind, and products that know their factors.

Two kinds of arithmetic work on them. `written` keeps what a program wrote, ``x · x`` and ``1 · x`` included; `simplified`
is for derivatives, where ``1 · x`` is x and ``x · x`` is x².
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .numbers import number

SUM, PRODUCT, UNARY, JUXTAPOSED, POWER, ATOM = range(6)
"""How tightly a text binds, from the loosest."""

LONGEST = 200
"""Characters; a longer text is given up, which bounds the work on a graph that shares its parts."""

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹ᵀ′"


class TooLongError(ValueError):
    """A text has grown beyond what anybody would read, or holds what cannot be printed."""


@dataclass(frozen=True, slots=True)
class Term:
    """A printed expression.

    Attributes
    ----------
    text, level
        What is printed, and how tightly it binds.
    array
        Whether its value is an array: products of two arrays are written ⊙.
    value
        The number, where it is one.
    factors
        Of a simplified product: its bases with their exponents; `coefficient` times them is the term.
    squared, transposed
        The term of which this is the square, entry by entry, or the transpose.
    quotient
        Whether it is a fraction as written, which a further factor would make hard to read.
    """

    text: str
    level: int = ATOM
    array: bool = False
    value: Any = None
    coefficient: Any = 1
    factors: tuple[tuple[Term, Any], ...] | None = None
    squared: Term | None = None
    transposed: Term | None = None
    quotient: bool = False

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST:
            raise TooLongError

    def tight(self, level: int) -> str:
        """The text, in parentheses unless it binds more tightly than `level`."""
        return self.text if self.level > level else f"({self.text})"


def name_term(name: str, array: bool = False) -> Term:
    """A name, which is one thing unless it ends in a superscript: the square of W² is (W²)²."""
    return Term(name, POWER if name[-1:] in _RAISED else ATOM, array)


def number_term(value: Any) -> Term:
    """A number."""
    entry = np.asarray(value).item()
    text = number(entry)
    level = SUM if " " in text else UNARY if text.startswith("−") else ATOM
    return Term(text, level, value=entry)


def raised(base: Term, exponent: Term, array: bool) -> Term:
    """A power: a superscript where the exponent is a whole number."""
    n = exponent.value
    if n is not None and not isinstance(n, complex) and n == int(n) and abs(n) < 1e6:
        return Term(base.tight(POWER) + str(int(n)).translate(_SUPERSCRIPTS), POWER, array)
    return Term(f"{base.tight(POWER)}^{exponent.tight(POWER)}", POWER, array)


def transpose(a: Term) -> Term:
    """The transpose; that of a transpose is what it was."""
    return a.transposed or Term(a.tight(POWER) + "ᵀ", POWER, True, transposed=a)


class Written:
    """The arithmetic of a program, printed as it was written.

    Parameters
    ----------
    times, over
        The signs of a product and of a quotient, with the spaces around them.
    """

    def __init__(self, times: str = " · ", over: str = " / ") -> None:
        self.times = times
        self.over = over

    def add(self, a: Term, b: Term, array: bool) -> Term:
        """A sum."""
        return Term(f"{a.text} + {b.tight(SUM) if b.level != UNARY else b.tight(UNARY)}", SUM, array)

    def subtract(self, a: Term, b: Term, array: bool) -> Term:
        """A difference."""
        return Term(f"{a.text} − {b.tight(SUM) if b.level != UNARY else b.tight(UNARY)}", SUM, array)

    def multiply(self, a: Term, b: Term, array: bool) -> Term:
        """A product: ⊙ of two arrays."""
        return self._product(a, b, self.times.replace("·", "⊙") if a.array and b.array else self.times, array)

    def matmul(self, a: Term, b: Term, array: bool) -> Term:
        """A product of matrices."""
        return self._product(a, b, " @ ", array)

    def divide(self, a: Term, b: Term, array: bool) -> Term:
        """A quotient."""
        return Term(f"{self._left(a)}{self.over}{b.tight(UNARY)}", PRODUCT, array, quotient=True)

    def negative(self, a: Term, array: bool) -> Term:
        """A number with its sign turned."""
        return Term(f"−{a.tight(UNARY)}", UNARY, array)

    def power(self, a: Term, n: Term, array: bool) -> Term:
        """A power."""
        return raised(a, n, array)

    def square(self, a: Term, array: bool) -> Term:
        """The square, entry by entry."""
        text = raised(a, number_term(2), array).text
        return Term(text, POWER, array, squared=a)

    def _product(self, a: Term, b: Term, sign: str, array: bool) -> Term:
        return Term(f"{self._left(a)}{sign}{b.tight(UNARY)}", PRODUCT, array)

    @staticmethod
    def _left(a: Term) -> str:
        return f"({a.text})" if a.quotient or a.level < PRODUCT else a.text


class Simplified:
    """The arithmetic of derivatives: numbers are folded, equal factors become powers, nothing is multiplied by 1."""

    def add(self, a: Term, b: Term, array: bool) -> Term:
        """A sum, less what is 0."""
        if a.value == 0:
            return b
        if b.value == 0:
            return a
        if a.value is not None and b.value is not None:
            return number_term(a.value + b.value)
        (p, left), (q, right) = _monomial(a), _monomial(b)
        if _key(left) == _key(right):
            return _rendered(p + q, left)
        if _is_negative(q):
            return Term(f"{a.text} − {_rendered(-q, right).tight(SUM)}", SUM, array)
        return Term(f"{a.text} + {b.tight(SUM)}", SUM, array)

    def subtract(self, a: Term, b: Term, array: bool) -> Term:
        """A difference."""
        return self.add(a, self.negative(b, array), array)

    def multiply(self, a: Term, b: Term, array: bool) -> Term:
        """A product, equal factors together."""
        (p, left), (q, right) = _monomial(a), _monomial(b)
        return _rendered(p * q, _together(left, right))

    def divide(self, a: Term, b: Term, array: bool) -> Term:
        """A quotient, common factors left out."""
        return self.multiply(a, self.power(b, number_term(-1), array), array)

    def negative(self, a: Term, array: bool) -> Term:
        """A term with its sign turned."""
        p, factors = _monomial(a)
        return _rendered(-p, factors)

    def power(self, a: Term, n: Term, array: bool) -> Term:
        """A power of every factor."""
        p, factors = _monomial(a)
        exponent = n.value
        if exponent is None or isinstance(exponent, complex) or (p == 0 and exponent < 0):
            return raised(a, n, array)
        if exponent != int(exponent) and (p != 1 or len(factors) != 1):
            return raised(a, n, array)
        return _rendered(p**exponent, tuple((base, k * exponent) for base, k in factors if k * exponent))

    def square(self, a: Term, array: bool) -> Term:
        """The square, entry by entry."""
        return self.power(a, number_term(2), array)

    def matmul(self, a: Term, b: Term, array: bool) -> Term:
        """A product of matrices, as books write it: side by side, numbers in front."""
        (p, left), (q, right) = _monomial(a), _monomial(b)
        a, b = _rendered(1, left), _rendered(1, right)
        side_by_side = Term(f"{a.tight(UNARY)} {b.tight(UNARY)}", JUXTAPOSED, array)
        return _rendered(p * q, ((side_by_side, 1),))

    def total(self, a: Term, array: bool) -> Term:
        """The sum over entries that a derivative needs where one entry was used many times, numbers in front."""
        p, factors = _monomial(a)
        text = _rendered(1, factors).text
        return _rendered(p, ((Term(text if text.startswith("Σ ") else f"Σ {text}", JUXTAPOSED, array), 1),))


Factors = tuple[tuple[Term, Any], ...]


def _monomial(a: Term) -> tuple[Any, Factors]:
    """A term as a coefficient and its factors."""
    if a.value is not None:
        return a.value, ()
    return (a.coefficient, a.factors) if a.factors is not None else (1, ((a, 1),))


def _key(factors: Factors) -> dict[str, Any]:
    return {base.text: exponent for base, exponent in factors}


def _together(left: Factors, right: Factors) -> Factors:
    exponents: dict[str, tuple[Term, Any]] = {}
    for base, exponent in (*left, *right):
        before = exponents[base.text][1] if base.text in exponents else 0
        exponents[base.text] = (base, before + exponent)
    return tuple((base, exponent) for base, exponent in exponents.values() if exponent)


def _is_negative(x: Any) -> bool:
    return not isinstance(x, complex) and x < 0


def _rendered(coefficient: Any, factors: Factors) -> Term:
    """The text of a coefficient times its factors: those with negative exponents below the line."""
    if not factors or coefficient == 0:
        return number_term(coefficient)
    if coefficient == 1 and len(factors) == 1 and factors[0][1] == 1:
        return factors[0][0]
    array = any(base.array for base, _ in factors)
    over, under = _as_fraction(abs(coefficient) if _is_negative(coefficient) else coefficient)
    above = [raised(base, number_term(k), base.array) if k != 1 else base for base, k in factors if k > 0]
    below = [raised(base, number_term(-k), base.array) if k != -1 else base for base, k in factors if k < 0]
    top = _joined([number_term(over)] * (over != 1 or not above) + above)
    bottom = _joined([number_term(under)] * (under != 1) + below)
    if not bottom.text:
        text, level = top.text, top.level
    else:
        text, level = f"{top.tight(SUM)} / {bottom.tight(UNARY)}", PRODUCT
    if _is_negative(coefficient):
        text, level = f"−{text if level > SUM else f'({text})'}", UNARY
    return Term(text, level, array, coefficient=coefficient, factors=factors)


def _joined(terms: list[Term]) -> Term:
    """The product of `terms`; with none of them, an empty text."""
    if len(terms) == 1:
        return terms[0]
    text = ""
    for i, term in enumerate(terms):
        sign = "" if i == 0 else " ⊙ " if term.array and terms[i - 1].array else " · "
        text += sign + (term.tight(UNARY) if i else term.tight(SUM))
    return Term(text, PRODUCT, any(term.array for term in terms))


def _as_fraction(x: Any) -> tuple[Any, Any]:
    """A number above and one below the line: 1 / 20, not 0.05."""
    if isinstance(x, complex) or not 0 < abs(x) < 1:
        return x, 1
    inverse = 1 / x
    whole = round(inverse) if abs(inverse) < 1e9 else 0
    return (1, whole) if whole and abs(inverse - whole) <= 1e-12 * whole else (x, 1)


written = Written()
simplified = Simplified()
