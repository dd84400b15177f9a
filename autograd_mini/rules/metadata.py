"""Functions whose results are plain: what describes a Tensor, compares it, or only takes its shape; and what only writes."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from ..errors import UnsupportedError
from ..kinds import RULES, Plain, flat, plain

# fmt: off
flat(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
     np.logical_and, np.logical_or, np.logical_xor, np.logical_not,
     np.isfinite, np.isinf, np.isnan, np.signbit)

plain(np.shape, np.ndim, np.size, np.iscomplexobj, np.isrealobj, np.result_type, np.can_cast, np.min_scalar_type,
      np.common_type, np.shares_memory, np.may_share_memory, np.einsum_path,
      np.zeros_like, np.ones_like, np.empty_like, np.zeros, np.ones, np.empty, np.eye, np.identity, np.tri,
      np.all, np.any, np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition, np.argwhere,
      np.nonzero, np.flatnonzero, np.count_nonzero, np.searchsorted, np.digitize, np.lexsort,
      np.isclose, np.allclose, np.array_equal, np.array_equiv, np.isreal, np.iscomplex, np.isposinf, np.isneginf, np.isin,
      np.diag_indices_from, np.tril_indices_from, np.triu_indices_from,
      np.array2string, np.array_repr, np.array_str)
# fmt: on


def _refused(function: Any, way_out: str) -> None:
    """State that a function writes into an array, where no derivative can follow."""
    message = f"{function.__name__} writes into an array, where no derivative can follow. {way_out}"

    def refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
        raise UnsupportedError(message)

    RULES[function] = Plain(refuse, function.__name__)


# fmt: off
_refused(np.put,            "Use y = t.at[np.unravel_index(ind, t.shape)].set(v).")
_refused(np.place,          "Use y = t.at[mask].set(vals).")
_refused(np.putmask,        "Use y = np.where(mask, values, t), or t.at[mask].set(values).")
_refused(np.copyto,         "Use y = np.where(where, src, dst), t.at[i].set(v), or np.broadcast_to(t, shape).")
_refused(np.fill_diagonal,  "Use y = t.at[np.diag_indices_from(t)].set(val).")
_refused(np.put_along_axis, "Use y = t.at[i].set(values), with indices for every axis.")
# fmt: on
