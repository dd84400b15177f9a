"""Functions whose results are plain: what describes a Tensor, compares it, or only takes its shape."""

import numpy as np

from ..kinds import flat, plain

# fmt: off
flat(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
     np.logical_and, np.logical_or, np.logical_xor, np.logical_not,
     np.isfinite, np.isinf, np.isnan, np.signbit)

plain(np.shape, np.ndim, np.size, np.iscomplexobj, np.isrealobj, np.result_type, np.can_cast, np.min_scalar_type,
      np.common_type, np.shares_memory, np.may_share_memory,
      np.zeros_like, np.ones_like, np.empty_like,
      np.all, np.any, np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition, np.argwhere,
      np.nonzero, np.flatnonzero, np.count_nonzero, np.searchsorted, np.digitize, np.lexsort,
      np.isclose, np.allclose, np.array_equal, np.array_equiv, np.isreal, np.iscomplex, np.isposinf, np.isneginf, np.isin,
      np.array2string, np.array_repr, np.array_str)
# fmt: on
