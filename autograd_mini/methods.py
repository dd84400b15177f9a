"""The methods and attributes of an ndarray, each the NumPy function of the same name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np

from .scatter import astype, scatter_add, set_at


class NumpyMethods:
    """What an ndarray can do, for Tensors."""

    __slots__ = ()

    value: Any

    shape = property(lambda self: self.value.shape, doc="The lengths of the axes.")
    dtype = property(lambda self: self.value.dtype, doc="The dtype of the value.")
    ndim = property(lambda self: self.value.ndim, doc="The number of axes.")
    size = property(lambda self: self.value.size, doc="The number of entries.")
    nbytes = property(lambda self: self.value.nbytes, doc="The size of the value in bytes.")
    itemsize = property(lambda self: self.value.itemsize, doc="The size of one entry in bytes.")
    T = property(lambda self: np.transpose(self), doc="The transpose: all axes reversed.")
    mT = property(lambda self: np.matrix_transpose(self), doc="The last two axes swapped.")
    real = property(lambda self: np.real(self), doc="The real part.")
    imag = property(lambda self: np.imag(self), doc="The imaginary part.")
    flat = property(lambda self: np.ravel(self), doc="All entries along one axis: ``np.ravel``.")
    at = property(
        lambda self: Indexer(self), doc="``t.at[i].set(v)`` and ``t.at[i].add(v)``: what ``t[i] = v`` would do."
    )

    def __iter__(self: Any) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("iteration over a Tensor of shape ()")
        return (self[i] for i in range(self.shape[0]))

    def __divmod__(self: Any, other: Any) -> Any:
        return np.divmod(self, other)

    def __rdivmod__(self: Any, other: Any) -> Any:
        return np.divmod(other, self)

    def __round__(self: Any, decimals: int | None = None) -> Any:
        return np.round(self, decimals or 0)

    def all(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Whether all entries are nonzero: ``np.all``."""
        return np.all(self, *args, **kwargs)

    def any(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Whether any entry is nonzero: ``np.any``."""
        return np.any(self, *args, **kwargs)

    def argmax(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Index of the greatest entry: ``np.argmax``."""
        return np.argmax(self, *args, **kwargs)

    def argmin(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Index of the least entry: ``np.argmin``."""
        return np.argmin(self, *args, **kwargs)

    def argsort(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Indices that sort: ``np.argsort``."""
        return np.argsort(self, *args, **kwargs)

    def argpartition(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Indices that partition: ``np.argpartition``."""
        return np.argpartition(self, *args, **kwargs)

    def clip(self: Any, min: Any = None, max: Any = None, out: Any = None, **kwargs: Any) -> Any:
        """Entries limited to an interval: ``np.clip``, whose bounds may be left out here."""
        return np.clip(self, min, max, out, **kwargs)

    def compress(self: Any, condition: Any, *args: Any, **kwargs: Any) -> Any:
        """Selected slices: ``np.compress``, which takes the condition first."""
        return np.compress(condition, self, *args, **kwargs)

    def cumprod(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Cumulative product: ``np.cumprod``."""
        return np.cumprod(self, *args, **kwargs)

    def cumsum(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Cumulative sum: ``np.cumsum``."""
        return np.cumsum(self, *args, **kwargs)

    def diagonal(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Diagonals: ``np.diagonal``."""
        return np.diagonal(self, *args, **kwargs)

    def dot(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Dot product: ``np.dot``."""
        return np.dot(self, *args, **kwargs)

    def max(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Maximum: ``np.max``."""
        return np.max(self, *args, **kwargs)

    def mean(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Arithmetic mean: ``np.mean``."""
        return np.mean(self, *args, **kwargs)

    def min(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Minimum: ``np.min``."""
        return np.min(self, *args, **kwargs)

    def nonzero(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Indices of the nonzero entries: ``np.nonzero``."""
        return np.nonzero(self, *args, **kwargs)

    def prod(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Product: ``np.prod``."""
        return np.prod(self, *args, **kwargs)

    def ptp(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Peak to peak: ``np.ptp``."""
        return np.ptp(self, *args, **kwargs)

    def ravel(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Flattened: ``np.ravel``."""
        return np.ravel(self, *args, **kwargs)

    def repeat(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Entries repeated: ``np.repeat``."""
        return np.repeat(self, *args, **kwargs)

    def round(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Rounded: ``np.round``."""
        return np.round(self, *args, **kwargs)

    def searchsorted(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Where entries would be inserted: ``np.searchsorted``."""
        return np.searchsorted(self, *args, **kwargs)

    def squeeze(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Without axes of length one: ``np.squeeze``."""
        return np.squeeze(self, *args, **kwargs)

    def std(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Standard deviation: ``np.std``."""
        return np.std(self, *args, **kwargs)

    def sum(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Sum: ``np.sum``."""
        return np.sum(self, *args, **kwargs)

    def swapaxes(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Two axes swapped: ``np.swapaxes``."""
        return np.swapaxes(self, *args, **kwargs)

    def take(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Entries by index: ``np.take``."""
        return np.take(self, *args, **kwargs)

    def trace(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Sum of the diagonal: ``np.trace``."""
        return np.trace(self, *args, **kwargs)

    def var(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Variance: ``np.var``."""
        return np.var(self, *args, **kwargs)

    def conj(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Complex conjugate: ``np.conj``."""
        return np.conj(self, *args, **kwargs)

    def conjugate(self: Any, *args: Any, **kwargs: Any) -> Any:
        """Complex conjugate: ``np.conjugate``."""
        return np.conjugate(self, *args, **kwargs)

    def copy(self: Any, *args: Any, **kwargs: Any) -> Any:
        """An equal Tensor that still has its gradient: ``np.copy``."""
        return np.copy(self, *args, **kwargs)

    def reshape(self: Any, *shape: Any, **kwargs: Any) -> Any:
        """The same entries in another shape, given as numbers or as one tuple: ``np.reshape``."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, **kwargs)

    def transpose(self: Any, *axes: Any) -> Any:
        """The axes permuted, given as numbers or as one tuple: ``np.transpose``."""
        one = len(axes) == 1 and (axes[0] is None or np.ndim(axes[0]) == 1)
        return np.transpose(self, axes[0] if one else axes or None)

    def flatten(self: Any, order: Any = "C") -> Any:
        """All entries along one axis: ``np.ravel``."""
        return np.ravel(self, order=order)

    def astype(self: Any, dtype: Any, **kwargs: Any) -> Any:
        """The same values in another dtype; a plain array where that is not floating point."""
        return astype(self if np.dtype(dtype).kind in "fc" else self.value, dtype, **kwargs)

    def _in_place(self: Any, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise TypeError(
            "this method would change a Tensor's values, and they do not change. Use the function that returns a new one: "
            "np.sort(t), np.partition(t, kth), np.resize(t, shape), np.full_like(t, v), t.at[i].set(v)."
        )

    sort = partition = fill = put = resize = setfield = byteswap = setflags = _in_place

    def view(self: Any, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Raise: the bits of a number in another dtype have no derivative."""
        raise TypeError(
            "t.view(): the bits of a value in another dtype have no derivative. Use t.astype(dtype) or t.data.view(…)."
        )


class Indexer:
    """``t.at``: waits for the index."""

    def __init__(self, tensor: Any) -> None:
        self._tensor = tensor

    def __getitem__(self, key: Any) -> IndexedUpdate:
        return IndexedUpdate(self._tensor, key)


class IndexedUpdate:
    """``t.at[i]``: what is to be done at the entries that `i` selects. Each method returns a new Tensor."""

    def __init__(self, tensor: Any, key: Any) -> None:
        self._tensor = tensor
        self._key = key

    def set(self, values: Any) -> Any:
        """``t`` with ``t[i] = values`` done; where `i` names an entry twice, the last value stays."""
        return set_at(self._tensor, values, self._key)

    def add(self, values: Any) -> Any:
        """``t`` with ``values`` added at `i`, once for each time that `i` names an entry."""
        shape = self._tensor.value[self._key].shape
        added = np.broadcast_to(astype(values, self._tensor.dtype) if hasattr(values, "astype") else values, shape)
        return self._tensor + astype(scatter_add(added, self._key, self._tensor.shape), self._tensor.dtype)

    def multiply(self, values: Any) -> Any:
        """``t`` with ``t[i] *= values`` done."""
        return self.set(self._tensor[self._key] * values)
