"""Products of arrays: linear in each operand, so a row states one transpose per slot."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..broadcasting import sum_to
from ..calls import contains_node
from ..entries import Sums
from ..errors import UnsupportedError
from ..kinds import composite, linear
from ..samples import S, at
from ..scatter import scatter_add


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
       samples=[at(S(2, 3), S(3, 4)), at(S(3), S(3)), at(S(3), S(3, 4)), at(S(2, 3), S(3)), at(S(5, 2, 3), S(3, 4)),
                at(S(3), S(5, 3, 4)), at(S(5, 2, 3), S(3)), at(S(5, 1, 2, 3), S(4, 3, 2)), at(S(2, 3), S(5, 3, 4))])
linear(np.dot,    _dot_a,    _dot_b, signature=lambda a, b, out=None: None,
       samples=[at(S(2, 3), S(3, 4)), at(S(3), S(3)), at(S(2, 3), S(3)), at(S(3), S(3, 4)), at(S(), S(2, 3)),
                at(S(2, 3), S()), at(S(2, 5, 3), S(4, 3, 2)), at(S(3), S(2, 3, 4)), at(S(2, 5, 3), S(3))])
linear(np.outer,  _outer_a,  _outer_b, samples=[at(S(2), S(3)), at(S(2, 3), S(2)), at(S(), S(3))])
# fmt: on


def _complain(function: Any, *operands: Any, **keywords: Any) -> None:
    """Let NumPy itself complain about a call, if there is anything to complain about."""
    function(*(np.broadcast_to(0.0, np.shape(x)) for x in operands), **keywords)


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """One matrix product: the summed axes of `a` moved last and of `b` first, both flattened."""
    if np.ndim(axes) == 0:
        summed_a, summed_b = tuple(range(np.ndim(a) - axes, np.ndim(a))), tuple(range(axes))
    else:
        summed_a, summed_b = (tuple(np.atleast_1d(side).tolist()) for side in axes)
    _complain(np.tensordot, a, b, axes=axes)
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


def _real_conj(x: Any) -> Any:
    """The complex conjugate; of real numbers, which are their own, no node is written."""
    return np.conj(x) if np.iscomplexobj(x) else x


def _inner_a(y_bar: Any, a: Any, b: Any) -> Any:
    """inner(a, b)[i…, j…] = Σₖ a[i…, k] b[j…, k]."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return y_bar * b
    return np.tensordot(y_bar, b, (tuple(range(a.ndim - 1, y_bar.ndim)), tuple(range(b.ndim - 1))))


def _inner_b(y_bar: Any, a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return y_bar * a
    return np.tensordot(y_bar, a, (tuple(range(a.ndim - 1)),) * 2)


def _vdot_a(y_bar: Any, a: Any, b: Any) -> Any:
    """vdot(a, b) = Σₖ conj(aₖ) bₖ."""
    return _real_conj(y_bar * np.ravel(b)).reshape(a.shape)


def _vdot_b(y_bar: Any, a: Any, b: Any) -> Any:
    return (y_bar * _real_conj(np.ravel(a))).reshape(b.shape)


def _trace_back(y_bar: Any, a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The same for every entry of a diagonal."""
    places = np.diagonal(np.arange(a.size).reshape(a.shape), offset, axis1, axis2)
    spread = np.broadcast_to(y_bar[..., None], places.shape)
    return scatter_add(spread.reshape(-1), places.reshape(-1), (a.size,)).reshape(a.shape)


# fmt: off
linear(np.inner, _inner_a, _inner_b, signature=lambda a, b: None,
       samples=[at(S(3), S(3)), at(S(2, 3), S(4, 3)), at(S(2, 5, 3), S(3)), at(S(3), S(2, 4, 3)), at(S(), S(2, 3)),
                at(S(2), S()), at(S(2, 5, 3), S(4, 2, 3))])
linear(np.vdot,  _vdot_a,  _vdot_b,  signature=lambda a, b: None,
       samples=[at(S(3), S(3)), at(S(2, 3), S(3, 2)), at(S(), S())])
linear(np.trace, Sums(_trace_back), keywords="dtype",
       samples=[at(S(3, 3)), at(S(2, 4), 1), at(S(2, 3, 4), -1, 2, axis2=0), at(S(4, 2), offset=-1, dtype=np.float64)])
# fmt: on


# A function of vectors and matrices that stand in the last axes, or in those that ``axes=`` or ``axis=`` name


def _core_last(x: Any, axes: Any) -> Any:
    axes = (axes,) if np.ndim(axes) == 0 else tuple(axes)
    return x if axes == tuple(range(-len(axes), 0)) else np.moveaxis(x, axes, range(-len(axes), 0))


def _core_back(x: Any, axes: Any) -> Any:
    return x if axes in (-1, (-1,)) else np.moveaxis(x, -1, axes if np.ndim(axes) == 0 else axes[0])


def _vecdot(x1: Any, x2: Any, /, *, axes: Any = None, axis: int = -1, keepdims: bool = False) -> Any:
    """Σₖ conj(aₖ) bₖ."""
    if axes is not None and keepdims:
        raise UnsupportedError("vecdot: keepdims= together with axes= has no derivative rule. Use np.expand_dims.")
    first, second = (axis, axis) if axes is None else axes[:2]
    x1, x2 = _core_last(x1, first), _core_last(x2, second)
    product = np.matmul(_real_conj(x1)[..., None, :], x2[..., :, None])[..., 0, 0]
    return np.expand_dims(product, axis) if keepdims else product


def _matvec(x1: Any, x2: Any, /, *, axes: Any = ((-2, -1), -1, -1)) -> Any:
    """Σⱼ Aᵢⱼ bⱼ."""
    product = np.matmul(_core_last(x1, axes[0]), _core_last(x2, axes[1])[..., :, None])[..., 0]
    return _core_back(product, axes[2])


def _vecmat(x1: Any, x2: Any, /, *, axes: Any = (-1, (-2, -1), -1)) -> Any:
    """Σᵢ conj(aᵢ) Bᵢⱼ."""
    product = np.matmul(_real_conj(_core_last(x1, axes[0]))[..., None, :], _core_last(x2, axes[1]))[..., 0, :]
    return _core_back(product, axes[2])


def _kron(a: Any, b: Any) -> Any:
    """Every entry of a times the whole of b: the axes of both, in pairs."""
    ndim = max(np.ndim(a), np.ndim(b))
    shape_a, shape_b = ((1,) * (ndim - np.ndim(x)) + np.shape(x) for x in (a, b))
    left = np.reshape(a, tuple(n for size in shape_a for n in (size, 1)))
    right = np.reshape(b, tuple(n for size in shape_b for n in (1, size)))
    return (left * right).reshape(tuple(m * n for m, n in zip(shape_a, shape_b, strict=True)))


def _cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """aⱼbₖ − aₖbⱼ; a vector of two components lies in the plane, and of two such only the third component is left."""
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis,) * 3
    _complain(np.cross, a, b, axisa=axisa, axisb=axisb, axisc=axisc)
    a, b = (np.moveaxis(x, place, -1) for x, place in ((a, axisa), (b, axisb)))
    normal = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    if a.shape[-1] == b.shape[-1] == 2:
        return normal
    if b.shape[-1] == 2:
        plane = -a[..., 2] * b[..., 1], a[..., 2] * b[..., 0]
    elif a.shape[-1] == 2:
        plane = a[..., 1] * b[..., 2], -a[..., 0] * b[..., 2]
    else:
        plane = a[..., 1] * b[..., 2] - a[..., 2] * b[..., 1], a[..., 2] * b[..., 0] - a[..., 0] * b[..., 2]
    return np.moveaxis(np.stack([*plane, normal], axis=-1), -1, axisc)


# fmt: off
composite(np.vecdot, _vecdot, samples=[at(S(3), S(3)), at(S(2, 3), S(4, 1, 3)), at(S(3, 2), S(3, 1), axis=0),
                                       at(S(3, 2), S(2, 3), axes=[0, 1, ()]), at(S(2, 3), S(2, 3), keepdims=True)])
composite(np.matvec, _matvec, samples=[at(S(2, 3), S(3)), at(S(5, 2, 3), S(4, 1, 3)),
                                       at(S(3, 2, 4), S(2, 4), axes=[(0, 1), 0, 0])])
composite(np.vecmat, _vecmat, samples=[at(S(2), S(2, 3)), at(S(4, 1, 2), S(5, 2, 3)),
                                       at(S(2, 5), S(2, 3, 5), axes=[0, (0, 1), 0])])
composite(np.kron,   _kron,   samples=[at(S(2), S(3)), at(S(2, 3), S(4)), at(S(2), S(3, 2)), at(S(), S(3)),
                                       at(S(2, 3), S(3, 2, 2))])
composite(np.cross,  _cross,  samples=[at(S(3), S(3)), at(S(2, 3), S(3)), at(S(3, 2), S(2, 3), 0, 1, 0),
                                       at(S(4, 3, 2), S(4, 3, 2), axis=1), at(S(2, 3), S(4, 1, 3), axisc=0)])
# fmt: on


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
            raise UnsupportedError(
                "einsum: give the subscripts as a string and then the operands: np.einsum('ij,j->i', a, b)."
            )
        operands = tuple(
            np.asarray(o) if isinstance(o, (list, tuple)) and not contains_node(o) else o for o in operands
        )
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
    widths = [
        len(shape) - len(term.replace("...", "")) if "..." in term else 0
        for term, shape in zip(terms, shapes, strict=True)
    ]
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
    samples=[at("ij,jk->ik", S(2, 3), S(3, 4)), at("ij,j", S(2, 3), S(3)), at("ii", S(3, 3)), at("ij->ji", S(2, 3)),
             at("iij,j->i", S(2, 2, 3), S(3)), at("ij->j", S(2, 3)), at("...j,jk", S(2, 5, 3), S(3, 4)),
             at("i,i", S(3), S(3)), at("ij,ij->i", S(2, 1), S(2, 3)),
             at("b...i,...i->b...", S(2, 4, 3), S(3)), at("i,j,k->ijk", S(2), S(3), S(4)), at("ii->i", S(3, 3)),
             at(S(2, 3), [0, 1], S(3, 4), [1, 2], [0, 2]), at("ij,jk,kl->il", S(2, 3), S(3, 4), S(4, 2), optimize=True)],
)  # fmt: skip
