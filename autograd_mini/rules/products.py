"""Products of arrays: linear in each operand, so a row states one transpose per slot."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..broadcasting import sum_to
from ..calls import contains_node
from ..errors import UnsupportedError
from ..kinds import composite, linear
from ..samples import S, at


def _matmul_a(y_bar: Any, a: Any, b: Any) -> Any:
    """Ȳ Bᵀ; a vector is a row on the left, a column on the right."""
    if a.ndim == 2 and b.ndim == 2:
        return y_bar @ b.T
    if a.ndim == 1 and b.ndim == 1:
        return y_bar * b
    if b.ndim == 1:
        return y_bar[..., None] * b
    if a.ndim == 1:
        return sum_to((y_bar[..., None, :] @ b.swapaxes(-1, -2))[..., 0, :], a.shape)
    return sum_to(y_bar @ b.swapaxes(-1, -2), a.shape)


def _matmul_b(y_bar: Any, a: Any, b: Any) -> Any:
    """Aᵀ Ȳ; a vector is a row on the left, a column on the right."""
    if a.ndim == 2 and b.ndim == 2:
        return a.T @ y_bar
    if a.ndim == 1 and b.ndim == 1:
        return y_bar * a
    if b.ndim == 1:
        return sum_to((a.swapaxes(-1, -2) @ y_bar[..., None])[..., 0], b.shape)
    if a.ndim == 1:
        return sum_to(a[:, None] * y_bar[..., None, :], b.shape)
    return sum_to(a.swapaxes(-1, -2) @ y_bar, b.shape)


def _dot_a(y_bar: Any, a: Any, b: Any) -> Any:
    """dot(a, b)[i…, j…, m] = Σₖ a[i…, k] b[j…, k, m]."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return y_bar * b
    if b.ndim == 1:
        return y_bar[..., None] * b
    if a.ndim == 2 and b.ndim == 2:
        return y_bar @ b.T
    free = tuple(range(a.ndim - 1, y_bar.ndim))
    return np.tensordot(y_bar, b, (free, (*range(b.ndim - 2), b.ndim - 1)))


def _dot_b(y_bar: Any, a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return y_bar * a
    if a.ndim == 2 and b.ndim == 2:
        return a.T @ y_bar
    rows = tuple(range(a.ndim - 1))
    over_rows = np.tensordot(a, y_bar, (rows, rows))  # k, j…, m
    return over_rows if b.ndim < 3 else np.moveaxis(over_rows, 0, -2)


def _outer_a(y_bar: Any, a: Any, b: Any) -> Any:
    return (y_bar @ np.ravel(b)).reshape(a.shape)


def _outer_b(y_bar: Any, a: Any, b: Any) -> Any:
    return (np.ravel(a) @ y_bar).reshape(b.shape)


# fmt: off
linear(np.matmul, _matmul_a, _matmul_b,
       samples=[at(S(2, 3), S(3, 4)), at(S(3), S(3)), at(S(3), S(3, 4)), at(S(2, 3), S(3)), at(S(5, 2, 3), S(3, 4)), at(S(3), S(5, 3, 4)),
                at(S(5, 2, 3), S(3)), at(S(5, 1, 2, 3), S(4, 3, 2)), at(S(2, 3), S(5, 3, 4))])
linear(np.dot,    _dot_a,    _dot_b, signature=lambda a, b, out=None: None,
       samples=[at(S(2, 3), S(3, 4)), at(S(3), S(3)), at(S(2, 3), S(3)), at(S(3), S(3, 4)), at(S(), S(2, 3)), at(S(2, 3), S()),
                at(S(2, 5, 3), S(4, 3, 2)), at(S(3), S(2, 3, 4)), at(S(2, 5, 3), S(3))])
linear(np.outer,  _outer_a,  _outer_b, samples=[at(S(2), S(3)), at(S(2, 3), S(2)), at(S(), S(3))])
# fmt: on


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """One matrix product: the summed axes of `a` moved last and of `b` first, both flattened."""
    if np.ndim(axes) == 0:
        summed_a, summed_b = tuple(range(np.ndim(a) - axes, np.ndim(a))), tuple(range(axes))
    else:
        summed_a, summed_b = (tuple(np.atleast_1d(side).tolist()) for side in axes)
    np.tensordot(*(np.broadcast_to(0.0, np.shape(x)) for x in (a, b)), axes=axes)  # NumPy's own complaint, if any
    summed_a, summed_b = tuple(i % np.ndim(a) for i in summed_a), tuple(i % np.ndim(b) for i in summed_b)
    free_a = tuple(i for i in range(np.ndim(a)) if i not in summed_a)
    free_b = tuple(i for i in range(np.ndim(b)) if i not in summed_b)
    shape_a, shape_b = np.shape(a), np.shape(b)
    left = np.transpose(a, free_a + summed_a).reshape((_size(shape_a, free_a), _size(shape_a, summed_a)))
    right = np.transpose(b, summed_b + free_b).reshape((_size(shape_b, summed_b), _size(shape_b, free_b)))
    return (left @ right).reshape(tuple(shape_a[i] for i in free_a) + tuple(shape_b[i] for i in free_b))


def _size(shape: tuple[int, ...], axes: tuple[int, ...]) -> int:
    size = 1
    for axis in axes:
        size *= shape[axis]
    return size


composite(
    np.tensordot,
    _tensordot,
    samples=[at(S(2, 3), S(2, 3)), at(S(2, 3, 4), S(4, 5), axes=1), at(S(2, 3), S(4, 5), axes=0),
             at(S(2, 3, 4), S(3, 5, 2), axes=([0, 1], [2, 0])), at(S(2, 3), S(4, 3), axes=(1, -1))],
)  # fmt: skip


# Einstein summation

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"  # in the order in which an implicit output has them


class EinsumCall:
    """``np.einsum`` in any of its spellings, brought to one: explicit subscripts of letters only."""

    carriers: tuple[str, ...] = ()
    supported = ("subscripts", "optimize")

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The operands, and the subscripts without ellipsis and with an explicit output."""
        unsupported = sorted(name for name in kwargs if name != "optimize" and kwargs[name] is not None)
        if unsupported:
            raise UnsupportedError(f"einsum: the keyword {unsupported[0]}= has no derivative rule.")
        subscripts, operands = (args[0], args[1:]) if isinstance(args[0], str) else _from_sublists(args)
        if not operands or contains_node(subscripts):
            raise UnsupportedError("einsum: give the subscripts as a string and then the operands: np.einsum('ij,j->i', a, b).")
        operands = tuple(np.asarray(o) if isinstance(o, (list, tuple)) and not contains_node(o) else o for o in operands)
        shapes = [np.shape(o) for o in operands]
        np.einsum(subscripts, *(np.broadcast_to(0.0, shape) for shape in shapes))  # NumPy's own complaint, if any
        return operands, {"subscripts": _explicit(subscripts.replace(" ", ""), shapes), **kwargs}

    def invoke(self, operands: Any, keywords: dict[str, Any]) -> Any:
        """Evaluate the sum on values."""
        return np.einsum(keywords["subscripts"], *operands, optimize=keywords.get("optimize", False))


def _from_sublists(args: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """``einsum(a, [0, 1], b, [1, 2], [0, 2])`` as a string and operands."""

    def text(sublist: Any) -> str:
        return "".join("..." if label is Ellipsis else _LETTERS[label] for label in sublist)

    pairs = len(args) // 2
    subscripts = ",".join(text(sublist) for sublist in args[1 : 2 * pairs : 2])
    if len(args) % 2:
        subscripts += "->" + text(args[-1])
    return subscripts, args[0 : 2 * pairs : 2]


def _explicit(subscripts: str, shapes: list[tuple[int, ...]]) -> str:
    """The same subscripts with letters for the ellipsis, and with the output spelled out."""
    inputs, arrow, output = subscripts.partition("->")
    terms = inputs.split(",")
    free = [letter for letter in _LETTERS if letter not in subscripts]
    widths = [len(shape) - len(term.replace("...", "")) if "..." in term else 0 for term, shape in zip(terms, shapes, strict=True)]
    dots = "".join(free[: max(widths)])
    terms = [term.replace("...", dots[len(dots) - width :]) for term, width in zip(terms, widths, strict=True)]
    if not arrow:
        named = inputs.replace("...", "").replace(",", "")
        output = "..." + "".join(sorted(letter for letter in set(named) if named.count(letter) == 1))
    return ",".join(terms) + "->" + output.replace("...", dots)


def _einsum_back(y_bar: Any, *operands: Any, slot: int, subscripts: str) -> Any:
    """The sum with this slot and the output exchanged.

    An index that only this operand has is spread by a vector of ones; one that it has twice is put on the diagonal by a unit
    matrix; one along which it was broadcast is summed.
    """
    inputs, output = subscripts.split("->")
    terms = inputs.split(",")
    sizes: dict[str, int] = {}
    for term, operand in zip(terms, operands, strict=True):
        for letter, size in zip(term, np.shape(operand), strict=True):
            sizes[letter] = max(sizes.get(letter, 1), size)
    factors = [(output, y_bar), *((t, o) for i, (t, o) in enumerate(zip(terms, operands, strict=True)) if i != slot)]
    spare = iter(letter for letter in _LETTERS if letter not in sizes)
    result, stretched = "", []
    for axis, letter in enumerate(terms[slot]):
        if np.shape(operands[slot])[axis] != sizes[letter]:
            stretched.append(axis)
        elif letter in result:
            twin = next(spare)
            factors.append((letter + twin, np.diag(np.ones_like(y_bar, shape=(sizes[letter],)))))
            result += twin
        else:
            if letter not in output:
                factors.append((letter, np.ones_like(y_bar, shape=(sizes[letter],))))
            result += letter
    equation = ",".join(term for term, _ in factors) + "->" + result
    x_bar = np.einsum(equation, *(factor for _, factor in factors))
    return np.expand_dims(x_bar, tuple(stretched)) if stretched else x_bar


linear(
    np.einsum,
    _einsum_back,
    call=EinsumCall(),
    variadic=True,
    samples=[at("ij,jk->ik", S(2, 3), S(3, 4)), at("ij,j", S(2, 3), S(3)), at("ii", S(3, 3)), at("iij,j->i", S(2, 2, 3), S(3)),
             at("ij->ji", S(2, 3)), at("ij->j", S(2, 3)), at("...j,jk", S(2, 5, 3), S(3, 4)), at("i,i", S(3), S(3)), at("ij,ij->i", S(2, 1), S(2, 3)),
             at("b...i,...i->b...", S(2, 4, 3), S(3)), at("i,j,k->ijk", S(2), S(3), S(4)), at("ii->i", S(3, 3)),
             at(S(2, 3), [0, 1], S(3, 4), [1, 2], [0, 2]), at("ij,jk,kl->il", S(2, 3), S(3, 4), S(4, 2), optimize=True)],
)  # fmt: skip
