"""Functions that move entries without changing them. Where the way back is short it is stated; else indices move too."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..broadcasting import sum_to
from ..calls import SignatureCall
from ..errors import UnsupportedError
from ..graph import Node
from ..kinds import Inverse, composite, selection
from ..samples import S, at
from ..scatter import scatter_add


class LayoutCall(SignatureCall):
    """A call whose ``order=`` and ``copy=`` may depend on how the memory of the operand is laid out: settled at once."""

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The operand, and keywords that mean the same for every memory layout."""
        (x,), keywords = super().bind(args, kwargs)
        if keywords.get("order") in ("A", "K"):
            keywords["order"] = self._order_of(x, keywords["order"])
        if keywords.pop("copy", None) is False:
            self.function(
                x.value if isinstance(x, Node) else x, **keywords, copy=False
            )  # NumPy's own complaint, if any
        return (x,), keywords

    def _order_of(self, x: Any, order: str) -> str:
        flags = (x.value if isinstance(x, Node) else np.asarray(x)).flags
        if flags.c_contiguous or (order == "A" and not flags.f_contiguous):
            return "C"
        if flags.f_contiguous:
            return "F"
        raise UnsupportedError(
            f"{self.name}: order='K' of an array that is neither C- nor F-contiguous has no derivative rule. "
            "Use np.transpose and then order='C'."
        )


def _layout_call(function: Any, *supported: str) -> LayoutCall:
    return LayoutCall(function, function.__name__, 1, (), ("order", *supported), None)


def _transpose_back(bar: Any, x: Any, axes: Any = None) -> Any:
    return bar.transpose(None if axes is None else tuple(int(a) for a in np.argsort([a % x.ndim for a in axes])))


def _same_shape(bar: Any, x: Any) -> Any:
    return bar.reshape(x.shape)


def _same_order(bar: Any, x: Any, order: str = "C") -> Any:
    return bar.reshape(x.shape, order=order)


def _tile_back(bar: Any, A: Any, reps: Any) -> Any:
    """Every axis taken apart into copies and entries, and the copies summed."""
    reps = tuple(np.atleast_1d(np.asarray(reps, dtype=int)).tolist())
    copies = (1,) * (bar.ndim - len(reps)) + reps
    sizes = (1,) * (bar.ndim - A.ndim) + A.shape
    apart = bar.reshape([n for pair in zip(copies, sizes, strict=True) for n in pair])
    return apart.sum(axis=tuple(range(0, 2 * bar.ndim, 2))).reshape(A.shape)


def _resize_back(bar: Any, a: Any, new_shape: Any) -> Any:
    """The entries of `a` follow one another again and again; of none, NumPy makes zeros."""
    if not a.size:
        return np.zeros_like(bar, shape=a.shape)
    return scatter_add(bar.reshape(-1), np.arange(bar.size) % a.size, (a.size,)).reshape(a.shape)


def _diag_back(bar: Any, v: Any, k: int = 0) -> Any:
    """A vector was put on the diagonal; of a matrix the diagonal was taken."""
    if v.ndim == 1:
        return np.diagonal(bar, k)
    return scatter_add(bar, np.diagonal(np.arange(v.size).reshape(v.shape), k), (v.size,)).reshape(v.shape)


def _lower(m: Any, k: int) -> Any:
    """Where the lower triangle is; a vector counts as rows that are all equal."""
    n, columns = m.shape[-2:] if m.ndim > 1 else 2 * m.shape
    return np.tri(n, columns, k, dtype=bool)


# fmt: off
# The same entries in another shape
selection(np.reshape,      Inverse(_same_order),      call=_layout_call(np.reshape, "shape", "copy"),
          samples=[at(S(2, 3), (3, 2)), at(S(2, 3), -1), at(S(), (1, 1)), at(S(2, 3), (3, 2), order="F"),
                   at(S(2, 3), 6, "A", copy=True)])
selection(np.ravel,        Inverse(_same_order),      call=_layout_call(np.ravel),
          samples=[at(S(2, 3)), at(S()), at(S(2, 3), "F"), at(S(2, 3), order="A"), at(S(2, 3), "K")])
selection(np.squeeze,      Inverse(_same_shape),      keywords="axis", samples=[at(S(2, 1, 3)), at(S(2, 1, 1), axis=-1)])
selection(np.expand_dims,  Inverse(_same_shape),      keywords="axis",
          samples=[at(S(2, 3), 1), at(S(3), (0, -1)), at(S(), 0)])
selection(np.copy,         Inverse(lambda bar, a: bar), keywords="order", samples=[at(S(2, 3)), at(S(), "F")])

# In another order
selection(np.transpose,    Inverse(_transpose_back),
          samples=[at(S(2, 3)), at(S(2, 3, 4), (1, -1, 0)), at(S(3))])
selection(np.matrix_transpose, Inverse(lambda bar, x: np.matrix_transpose(bar)),
          samples=[at(S(2, 3, 4))])
selection(np.swapaxes,     Inverse(lambda bar, a, axis1, axis2: np.swapaxes(bar, axis1, axis2)),
          samples=[at(S(2, 3, 4), 0, -1)])
selection(np.moveaxis,     Inverse(lambda bar, a, source, destination: np.moveaxis(bar, destination, source)),
          samples=[at(S(2, 3, 4), 0, -1), at(S(2, 3, 4), (0, 1), (1, 2))])
selection(np.rollaxis,     keywords="axis start",
          samples=[at(S(2, 3, 4), 2), at(S(2, 3, 4), 0, start=-1)])
selection(np.flip,         Inverse(lambda bar, m, axis=None: np.flip(bar, axis)),
          samples=[at(S(2, 3)), at(S(2, 3), 1), at(S(2, 3, 4), (0, -1)), at(S())])
selection(np.fliplr,       Inverse(lambda bar, m: np.fliplr(bar)), samples=[at(S(2, 3))])
selection(np.flipud,       Inverse(lambda bar, m: np.flipud(bar)), samples=[at(S(2, 3)), at(S(3))])
selection(np.roll,         Inverse(lambda bar, a, shift, axis=None: np.roll(bar, np.negative(shift), axis)),
          samples=[at(S(2, 3), 2), at(S(2, 3), (1, -1), axis=(0, 1)), at(S(2, 3), 1, axis=(1, 0)), at(S(5), (1, 2), 0)])
selection(np.rot90,        Inverse(lambda bar, m, k=1, axes=(0, 1): np.rot90(bar, -k, axes)),
          samples=[at(S(2, 3)), at(S(2, 3), -1), at(S(2, 3, 4), k=3, axes=(2, 0)), at(S(2, 3), 2)])

# Some of the entries, or some more than once
selection(np.broadcast_to, Inverse(lambda bar, array: sum_to(bar, array.shape)), keywords="shape",
          samples=[at(S(3, 1), (2, 3, 4)), at(S(), (2, 2))])
selection(np.repeat,       keywords="repeats axis",
          samples=[at(S(2, 3), 2), at(S(2, 3), [1, 0, 3], axis=1), at(S(), 3)])
selection(np.tile,         Inverse(_tile_back),
          samples=[at(S(2, 3), 2), at(S(3), (2, 4)), at(S(2, 3, 4), (2, 1)), at(S(), 3), at(S(2, 3), (3, 0))])
selection(np.resize,       Inverse(_resize_back, onto=False),
          samples=[at(S(2, 3), (4, 2)), at(S(2, 3), 4), at(S(), (2, 2))])
selection(np.delete,       keywords="obj axis",
          samples=[at(S(2, 3), 1), at(S(2, 3), [0, -1], axis=1), at(S(5), slice(1, None, 2), 0)])
selection(np.diagonal,     keywords="offset axis1 axis2",
          samples=[at(S(3, 3)), at(S(2, 3, 4), 1, 0, 2), at(S(2, 3), offset=-1)])
selection(np.diag,         Inverse(_diag_back, onto=False),
          samples=[at(S(3)), at(S(3), -1), at(S(2, 4)), at(S(2, 4), 1), at(S(4, 2), k=-1)])
selection(np.diagflat,     Inverse(lambda bar, v, k=0: np.diagonal(bar, k).reshape(v.shape)),
          samples=[at(S(2, 3)), at(S(3), k=2), at(S(), -1)])
selection(np.tril,         lambda y, m, k=0: _lower(m, k),
          samples=[at(S(3, 4)), at(S(2, 3, 4), 1), at(S(3), k=-1)])
selection(np.triu,         lambda y, m, k=0: ~_lower(m, k - 1),
          samples=[at(S(3, 4)), at(S(2, 3, 4), 1), at(S(3), k=-1)])
selection(np.lib.stride_tricks.sliding_window_view, keywords="window_shape axis",
          samples=[at(S(5), 3), at(S(3, 4), (2, 3)), at(S(3, 4), 2, axis=0), at(S(4), (2, 2), axis=(0, 0))])
# fmt: on


def _at_least(arrays: Any, new_axes: Any) -> Any:
    """Arrays whose shapes have had ones added: how many before and after tells ``new_axes(ndim)``."""

    def shaped(a: Any) -> Any:
        before, after = new_axes(np.ndim(a))
        if before + after == 0 and hasattr(a, "shape"):
            return a
        return np.reshape(a, (1,) * before + np.shape(a) + (1,) * after)

    return shaped(arrays[0]) if len(arrays) == 1 else tuple(map(shaped, arrays))


def _broadcast_arrays(*args: Any) -> Any:
    shape = np.broadcast_shapes(*map(np.shape, args))
    return tuple(np.broadcast_to(a, shape) for a in args)


def _trim_zeros(filt: Any, trim: Any = "fb", axis: Any = None) -> Any:
    """The smallest block that holds all entries that are not zero."""
    np.trim_zeros(
        np.broadcast_to(0.0, filt.shape), trim, **({} if axis is None else {"axis": axis})
    )  # NumPy's complaint
    kept = np.argwhere(filt)
    axes = range(filt.ndim) if axis is None else [a % filt.ndim for a in np.atleast_1d(axis)]
    block = [slice(None)] * filt.ndim
    for a in axes:
        first, last = (kept[:, a].min(), kept[:, a].max() + 1) if len(kept) else (0, 0)
        front, back = "f" in trim.lower() or not len(kept), "b" in trim.lower() or not len(kept)
        block[a] = slice(int(first) if front else None, int(last) if back else None)
    return filt[tuple(block)]


def _meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: Any = "xy") -> Any:
    """Every vector along an axis of its own; with 'xy' the first two axes are exchanged."""
    zeros: Any = [np.zeros(np.shape(x)) for x in xi]
    shapes = [np.shape(x) for x in np.meshgrid(*zeros, sparse=True, indexing=indexing)]
    grids = tuple(np.reshape(x, shape) for x, shape in zip(xi, shapes, strict=True))
    full = grids if sparse else _broadcast_arrays(*grids)
    return tuple(np.copy(x) if copy and not isinstance(x, Node) else x for x in full)


# fmt: off
composite(np.atleast_1d, lambda *arys: _at_least(arys, lambda n: ((1, 0), (0, 0))[min(n, 1)]),
          samples=[at(S()), at(S(2, 3)), at(S(), S(3))])
composite(np.atleast_2d, lambda *arys: _at_least(arys, lambda n: ((2, 0), (1, 0), (0, 0))[min(n, 2)]),
          samples=[at(S()), at(S(3)), at(S(2, 3))])
composite(np.atleast_3d, lambda *arys: _at_least(arys, lambda n: ((3, 0), (1, 1), (0, 1), (0, 0))[min(n, 3)]),
          samples=[at(S()), at(S(3)), at(S(2, 3)), at(S(2, 3, 4, 2))])
composite(np.broadcast_arrays, _broadcast_arrays, samples=[at(S(3, 1), S(2)), at(S(), S(2, 3), S(3))])
composite(np.meshgrid,         _meshgrid,         samples=[at(S(2), S(3)), at(S(2), S(3), S(4), indexing="ij"),
                                                           at(S(2), S(), S(3), sparse=True, copy=False)])
composite(np.trim_zeros,       _trim_zeros,       samples=[at(S(4)), at(S(2, 3), "f"), at(S(2, 3), trim="b", axis=1)])
# fmt: on
