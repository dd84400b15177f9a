"""The algebra of single calls: each function says what a call is worth, in terms of simpler calls, or ``None``."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scatter import astype, scatter_add
from .program import Op, frozen_key, number_of

if TYPE_CHECKING:
    from .simplify import Simplifier

MODERATE = 2.0**20


def _is_like(a: Any, op: Op) -> bool:
    return isinstance(a, Op) and a.same_kind(op)


def _factor(a: Any, op: Op) -> tuple[Any, Any]:
    """``(x, c)`` where a is x·c with a number c, everything in the floating dtype of `op`: integers wrap around."""
    if not isinstance(a, Op) or a.dtype != op.dtype or op.dtype.kind not in "fc" or not a.args:
        return a, None
    if a.function is np.multiply and number_of(a.args[1]) is not None and _is_like(a.args[0], a):
        c = number_of(a.args[1])
        return (a.args[0], c) if _is_safe(c, op) else (a, None)
    if a.function is np.negative and _is_like(a.args[0], a):
        return a.args[0], -1
    return a, None


def _passes(c: Any) -> bool:
    """Whether a product may be formed before it is multiplied by c, since hardly any overflows then that did not."""
    return c is not None and MODERATE >= abs(c) >= 1 / MODERATE


def _multiply(s: Simplifier, op: Op, a: Any, b: Any) -> Op | None:
    """x·1 = x;  (x·c)·d = x·(cd);  (x·c)·y = (x·y)·c;  x·(1/y) = x/y;  c·(A B) = (c A) B where A is the smaller."""
    if number_of(a) is not None:
        a, b = b, a
    c = number_of(b)
    if c is not None and number_of(a) is not None:
        return _folded(s, number_of(a) * c, op)
    if c is not None and _is_like(a, op):
        x, d = _factor(a, op)
        if d is not None and _is_safe(c, op) and _is_safe(c * d, op):
            return s.multiply(x, c * d, op)
        if c == 1:
            return a  # type: ignore[no-any-return]
        if c == -1:
            return s.call(np.negative, (a,), {}, op.shape, op.dtype)
        return _into_product(s, op, a, c) or (None if op.args == (a, c) else s.multiply(a, c, op))
    for first, second in ((a, b), (b, a)):
        if is_inverse(second) and s.once(second) and second.size == op.size and second.dtype == op.dtype:
            return s.call(np.divide, (first, second.args[1]), {}, op.shape, op.dtype)
        x, d = _factor(first, op)
        if _passes(d) and first.size == op.size and s.once(first):
            product = s.multiply(x, second, op)
            return s.multiply(product, d, op)
        if isinstance(second, Op) and second.shape == () and _is_like(first, op):
            inside = _into_product(s, op, first, second)
            if inside is not None:
                return inside
    return None


def is_inverse(a: Any) -> bool:
    """Whether a is 1/y, with y of the shape of a."""
    if not isinstance(a, Op) or a.function is not np.divide or number_of(a.args[0]) != 1:
        return False
    return isinstance(a.args[1], Op) and a.args[1].same_kind(a)


def _folded(s: Simplifier, number: Any, op: Op) -> Op | None:
    """What is computed of numbers alone, where that is floating: integers wrap around."""
    return s.filled(number, op) if op.dtype.kind in "fc" else None


def _is_safe(number: Any, op: Op) -> bool:
    """Whether a number, or a product of numbers, neither overflows nor underflows in the dtype of `op`."""
    if op.dtype.kind not in "fc":
        return False
    info = np.finfo(op.dtype)
    return bool(info.tiny < abs(number) < info.max)


def _into_product(s: Simplifier, op: Op, product: Op, c: Any) -> Op | None:
    """c·(A B) as (c A) B or A (c B), where that factor is smaller than the product and nobody else reads it."""
    if product.function is not np.matmul or not s.once(product):
        return None
    A, B = product.args
    if not (isinstance(A, Op) and isinstance(B, Op) and A.dtype == B.dtype == op.dtype):
        return None
    smaller = min((A, B), key=lambda factor: factor.size)
    if 2 * smaller.size > op.size:
        return None
    scaled = s.call(np.multiply, (smaller, c), {}, smaller.shape, op.dtype)
    return s.call(np.matmul, (scaled, B) if smaller is A else (A, scaled), {}, op.shape, op.dtype)


def _divide(s: Simplifier, op: Op, a: Any, b: Any) -> Op | None:
    """x/1 = x;  (x·c)/d = x·(c/d);  c/d is a number;  see `_quotient` for what divides by no number."""
    c = number_of(b)
    if c is None:
        return _quotient(s, op, a, b)
    if c and number_of(a) is not None:
        return _folded(s, number_of(a) / c, op)
    if not c or not _is_like(a, op) or not _is_safe(c, op):
        return None
    if c == 1:
        return a  # type: ignore[no-any-return]
    x, d = _factor(a, op)
    if d is None:
        x, d = a, 1
    return s.multiply(x, d / c, op) if _is_safe(d / c, op) and (op.shape or d != 1) else None


def _quotient(s: Simplifier, op: Op, a: Any, b: Op) -> Op | None:
    """(1/y)/y = (1/y)²;  (x·c)/y = (x/y)·c;  x/(−y) = −(x/y)."""
    if is_inverse(a) and a.args[1] is b and _is_like(a, op):
        return s.call(np.square, (a,), {}, op.shape, op.dtype)
    x, c = _factor(a, op)
    if _passes(c) and a.size == op.size and s.once(a):
        return s.multiply(s.call(np.divide, (x, b), {}, op.shape, op.dtype), c, op)
    y, c = _factor(b, op)
    if c == -1 and b.size == op.size and s.once(b):
        return s.multiply(s.call(np.divide, (a, y), {}, op.shape, op.dtype), -1, op)
    return None


def _add(s: Simplifier, op: Op, a: Any, b: Any) -> Op | None:
    """x + (−y) = x − y;  what is put into the same places is added first."""
    if number_of(a) is not None and number_of(b) is not None:
        return _folded(s, number_of(a) + number_of(b), op)
    for first, second in ((a, b), (b, a)):
        if isinstance(second, Op) and second.function is np.negative and second.dtype == op.dtype:
            return s.call(np.subtract, (first, second.args[0]), {}, op.shape, op.dtype)
    return _scattered(s, op, a, b)


def _scattered(s: Simplifier, op: Op, a: Any, b: Any) -> Op | None:
    """S(u) + S(v) = S(u + v), also where (w + S(u)) + S(v)."""
    if not (isinstance(a, Op) and isinstance(b, Op) and b.function is scatter_add):
        return None
    if a.function is scatter_add and frozen_key(place_of(a)) == frozen_key(place_of(b)):
        u, v = a.args[0], b.args[0]
        if isinstance(u, Op) and isinstance(v, Op) and u.same_kind(v):
            total = s.call(np.add, (u, v), {}, u.shape, u.dtype)
            return s.call(scatter_add, (total, place_of(a), op.shape), {}, op.shape, op.dtype)
    if a.function is np.add and s.once(a):
        for rest, other in (a.args, a.args[::-1]):
            both = _scattered(s, op, other, b)
            if both is not None:
                return s.call(np.add, (rest, both), {}, op.shape, op.dtype)
    return None


def _subtract(s: Simplifier, op: Op, a: Any, b: Any) -> Op | None:
    """x − (−y) = x + y;  x − 0 = x."""
    if number_of(a) is not None and number_of(b) is not None:
        return _folded(s, number_of(a) - number_of(b), op)
    if number_of(b) == 0 and _is_like(a, op):
        return a  # type: ignore[no-any-return]
    if isinstance(b, Op) and b.function is np.negative and b.dtype == op.dtype:
        return s.call(np.add, (a, b.args[0]), {}, op.shape, op.dtype)
    return None


def _negative(s: Simplifier, op: Op, a: Any) -> Op | None:
    """−(−x) = x;  −(x·c) = x·(−c)."""
    if number_of(a) is not None:
        return _folded(s, -number_of(a), op)
    x, c = _factor(a, op)
    if c is not None:
        return s.multiply(x, -c, op)
    return None


def _square(s: Simplifier, op: Op, a: Any) -> Op | None:
    """(−x)² = x²."""
    if isinstance(a, Op) and a.function is np.negative:
        return s.call(np.square, a.args, {}, op.shape, op.dtype)
    return None


def _power(s: Simplifier, op: Op, a: Any, p: Any) -> Op | None:
    """x¹ = x;  x² as a square."""
    if isinstance(p, Op) or not _is_like(a, op):
        return None
    if p == 2:
        return s.call(np.square, (a,), {}, op.shape, op.dtype)
    return a if p == 1 else None


def _itself(s: Simplifier, op: Op, a: Any, *_: Any) -> Op | None:
    """Functions that change nothing here: a copy, a cast to the dtype it has, the real part of a real number."""
    return a if _is_like(a, op) else None


def _conj(s: Simplifier, op: Op, a: Any) -> Op | None:
    return a if _is_like(a, op) and op.dtype.kind != "c" else None


def _transpose(s: Simplifier, op: Op, a: Any, axes: Any = None) -> Op | None:
    """(Xᵀ)ᵀ = X."""
    if axes is None and isinstance(a, Op) and len(op.shape or ()) < 2 and _is_like(a, op):
        return a
    if axes is None and isinstance(a, Op) and a.function is np.transpose and len(a.args) == 1 and not a.kwargs:
        return a.args[0]  # type: ignore[no-any-return]
    return None


def _getitem(s: Simplifier, op: Op, a: Any, key: Any) -> Op | None:
    """What was put at a place, taken from there."""
    if isinstance(a, Op) and number_of(a) is not None and op.shape is not None:
        return s.filled(number_of(a), op)
    if isinstance(a, Op) and a.function is scatter_add and is_plain(key) and _is_like(a.args[0], op):
        return a.args[0] if frozen_key(place_of(a)) == frozen_key(key) else None
    return None


def place_of(scatter: Op) -> Any:
    """Where `scatter_add` puts its entries."""
    return scatter.args[1] if len(scatter.args) > 1 else scatter.kwargs["key"]


def is_plain(key: Any) -> bool:
    """Whether indexing with `key` gives a view: no array in it."""
    parts = key if isinstance(key, tuple) else (key,)
    return all(part is None or part is Ellipsis or isinstance(part, (int, slice)) for part in parts)


def _sum(s: Simplifier, op: Op) -> Op | None:
    """Σ c·x = c·Σ x;  a sum over nothing is what it sums."""
    a = op.args[0]
    if not isinstance(a, Op) or not set(op.kwargs) <= {"axis", "keepdims"} or a.dtype != op.dtype:
        return None
    if number_of(a) is not None and op.size:
        return _folded(s, number_of(a) * (a.size // op.size), op)
    x, c = _factor(a, op)
    if _passes(c) and abs(c) >= 1 and s.once(a):  # a sum of smaller numbers cannot overflow sooner
        return s.multiply(s.call(np.sum, (x, *op.args[1:]), op.kwargs, op.shape, op.dtype), c, op)
    return a if _is_like(a, op) and (not a.shape or op.kwargs.get("keepdims") is True) else None


def _broadcast_to(s: Simplifier, op: Op) -> Op | None:
    a = op.args[0]
    if number_of(a) is not None:
        return s.filled(number_of(a), op)
    if isinstance(a, Op) and a.function is np.broadcast_to:
        return s.call(np.broadcast_to, (a.args[0], op.shape), {}, op.shape, op.dtype)
    return a if _is_like(a, op) else None


def _reshape(s: Simplifier, op: Op) -> Op | None:
    a = op.args[0]
    if op.kwargs or len(op.args) != 2 or not isinstance(a, Op):
        return None
    if number_of(a) is not None:
        return s.filled(number_of(a), op)
    if a.function is np.reshape and not a.kwargs and len(a.args) == 2:
        return s.call(np.reshape, (a.args[0], op.shape), {}, op.shape, op.dtype)
    return a if _is_like(a, op) else None


def _not_equal(s: Simplifier, op: Op, a: Any, b: Any) -> Op | None:
    """A truth that is not 0 is that truth."""
    return a if number_of(b) == 0 and _is_like(a, op) else None


def _where(s: Simplifier, op: Op, condition: Any, a: Any, b: Any) -> Op | None:
    """where(c, where(c, x, y), z) = where(c, x, z);  where(c, x, where(c, y, z)) = where(c, x, z);  where(c, x, x) = x."""
    if a is b and _is_like(a, op):
        return a  # type: ignore[no-any-return]
    inner = [isinstance(x, Op) and x.function is np.where and x.args[0] is condition for x in (a, b)]
    if inner == [False, False] or len(op.args) != 3 or not _is_like(condition, Op(None, shape=op.shape, dtype=bool)):
        return None
    branches = a.args[1] if inner[0] else a, b.args[2] if inner[1] else b
    return s.call(np.where, (condition, *branches), {}, op.shape, op.dtype)


def _both(s: Simplifier, op: Op, a: Any, b: Any) -> Op | None:
    """c and c = c."""
    return a if a is b and _is_like(a, op) else None


def _bits(s: Simplifier, op: Op, a: Any, b: Any) -> Op | None:
    """c & False = False;  c | False = c;  c & True = c;  c | True = True."""
    truth = b.args[1] if isinstance(b, Op) and b.function is np.full else b
    if op.dtype != bool or not isinstance(truth, (bool, np.bool)):
        return _both(s, op, a, b)
    if bool(truth) is (op.function is np.bitwise_and):
        return a if _is_like(a, op) else None
    return s.filled(bool(truth), op)


RULES: dict[Any, Callable[..., Op | None]] = {
    np.multiply: _multiply,
    np.divide: _divide,
    np.add: _add,
    np.subtract: _subtract,
    np.negative: _negative,
    np.square: _square,
    np.power: _power,
    np.positive: _itself,
    np.copy: _itself,
    np.real: _itself,
    astype: _itself,
    np.ravel: _itself,
    np.squeeze: _itself,
    np.conjugate: _conj,
    np.not_equal: _not_equal,
    np.where: _where,
    np.logical_and: _both,
    np.logical_or: _both,
    np.bitwise_and: _bits,
    np.bitwise_or: _bits,
    np.transpose: _transpose,
    operator.getitem: _getitem,
}
RULES_WITH_KEYWORDS = {np.sum: _sum, np.broadcast_to: _broadcast_to, np.reshape: _reshape}
