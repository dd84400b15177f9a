"""What there is to know about NumPy's functions before they are written down."""

import operator
from typing import Any

import numpy as np

from ..scatter import scatter_add, set_at

# Their results depend on shapes and dtypes alone.
METADATA = {np.shape, np.ndim, np.size, np.iscomplexobj, np.isrealobj, np.result_type, np.can_cast, np.common_type,
            np.min_scalar_type, np.broadcast_shapes, np.einsum_path, np.diag_indices_from, np.tril_indices_from,
            np.triu_indices_from}  # fmt: skip
FILLED = {np.zeros_like: 0, np.ones_like: 1, np.empty_like: 0}
# The shape of the result depends on values.
VALUE_SHAPED = {np.nonzero, np.flatnonzero, np.argwhere, np.unique, np.unique_all, np.unique_counts, np.unique_inverse,
                np.unique_values, np.extract, np.compress, np.trim_zeros, np.union1d, np.intersect1d, np.setdiff1d,
                np.setxor1d, np.bincount, np.histogram_bin_edges, np.roots, np.poly, np.polydiv, np.delete, np.insert,
                np.array_equal, np.array_equiv, np.allclose, np.histogram, np.histogramdd, np.histogram2d, np.repeat,
                np.roll, np.piecewise, np.apply_along_axis, np.apply_over_axes, np.array2string,
                np.array_repr, np.array_str, np.linalg.lstsq, np.save, np.savetxt, np.shares_memory,
                np.may_share_memory}  # fmt: skip
# They are fine as long as only their first argument is traced.
ONE_TRACED = {np.repeat, np.roll, np.delete, np.insert, np.histogram, np.histogram_bin_edges}
PYTHON: dict[Any, Any] = {  # Python's own operators
          np.add: operator.add, np.subtract: operator.sub, np.multiply: operator.mul, np.divide: operator.truediv,
          np.floor_divide: operator.floordiv, np.remainder: operator.mod, np.power: operator.pow, np.negative: operator.neg,
          np.absolute: abs, np.greater: operator.gt, np.greater_equal: operator.ge, np.less: operator.lt,
          np.bitwise_and: operator.and_, np.bitwise_or: operator.or_, np.bitwise_xor: operator.xor,
          np.less_equal: operator.le, np.equal: operator.eq, np.not_equal: operator.ne}  # fmt: skip
WRITERS = {np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis}
# Their results never share memory with what they are made of. Of any other function that is no ufunc it is assumed.
FRESH = {np.sum, np.max, np.min, np.amax, np.amin, np.prod, np.mean, np.var, np.std, np.dot, np.vdot, np.full, np.where,
         np.concatenate, np.stack, np.cumsum, np.cumprod, np.sort, np.outer, np.array, np.copy, np.argmax, np.argmin,
         np.argsort, np.linalg.solve, np.linalg.inv, scatter_add, set_at}  # fmt: skip


def is_fresh(function: Any) -> bool:
    """Whether results of a function never share memory with what they are made of."""
    return isinstance(function, np.ufunc) or function in FRESH
