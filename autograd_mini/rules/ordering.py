"""Choosing and ordering entries by their values."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..calls import contains_node
from ..errors import UnsupportedError
from ..graph import Node
from ..kinds import composite, selection
from ..samples import S, at
from ..scatter import set_at
from .selection import Gathered


def _plain(x: Any) -> Any:
    return x.value if isinstance(x, Node) else x


# In order


def _rearranged(y: Any, x: Any, axis: int | None = -1) -> Any:
    """Which entry of x each entry of y is, y being x in another order along `axis`: of equal ones, the stable order's."""
    if axis is None:
        x, axis = x.reshape(-1), 0
    places = np.argsort(np.argsort(y, axis, kind="stable"), axis)
    order = np.take_along_axis(np.argsort(x, axis, kind="stable"), places, axis)
    return np.take_along_axis(np.arange(x.size).reshape(x.shape), order, axis)


def _sort_complex(a: Any) -> Any:
    return np.sort(a).astype(np.sort_complex(np.zeros(1, a.dtype)).dtype)


# Sets: NumPy finds out about the values, and the entries themselves are taken by index.


def _places(values: Any, ar: Any) -> Any:
    """Where `values` stand in the flattened `ar`: the first of equal entries, and one nan after the other."""
    order = np.argsort(ar, axis=None, kind="stable")
    nan = values != values
    return order[np.searchsorted(np.ravel(ar), values, sorter=order) + np.where(nan, np.cumsum(nan) - 1, 0)]


def _with_values(function: Any, ar: Any, **keywords: Any) -> Any:
    """What a function of the family of ``np.unique`` finds, the values taken from `ar`."""
    found, axis = function(_plain(ar), **keywords), keywords.get("axis")
    if axis is None:
        values = np.ravel(ar)[_places(found[0] if isinstance(found, tuple) else found, _plain(ar))]
    else:
        values = np.take(ar, np.unique(_plain(ar), True, axis=axis, equal_nan=keywords["equal_nan"])[1], axis)
    if not isinstance(found, tuple):
        return values
    return found._replace(values=values) if hasattr(found, "_replace") else (values, *found[1:])


def _unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: Any = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> Any:
    wanted = {"return_index": return_index, "return_inverse": return_inverse, "return_counts": return_counts}
    order = {} if sorted else {"sorted": False}  # a keyword that NumPy has not had for long
    return _with_values(np.unique, ar, axis=axis, equal_nan=equal_nan, **wanted, **order)


def _intersect1d(ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    """Equal entries are taken from `ar1`."""
    _, first, second = np.intersect1d(_plain(ar1), _plain(ar2), assume_unique, return_indices=True)
    common = np.ravel(ar1)[first]
    return (common, first, second) if return_indices else common


def _setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    ar1 = np.ravel(ar1) if assume_unique else np.unique(ar1)
    return ar1[~np.isin(ar1, ar2)]


def _setxor1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """What has no equal next to it, once sorted."""
    ar1, ar2 = (np.ravel(ar) if assume_unique else np.unique(ar) for ar in (ar1, ar2))
    both = np.sort(np.concatenate((ar1, ar2)))
    new = np.concatenate(([True], both[1:] != both[:-1], [True]))
    return both[new[1:] & new[:-1]]


# By condition


def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """The first condition that holds decides."""
    choices = [*choicelist, default]
    dtype = np.result_type(*choices)
    stand_ins = [np.broadcast_to(np.zeros((), dtype), np.shape(choice)) for choice in choices]
    np.select(condlist, stand_ins[:-1], stand_ins[-1])  # NumPy's own complaint, if any
    result = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        result = np.where(condition, _in_dtype(choice, dtype), result)
    return result


def _in_dtype(x: Any, dtype: Any) -> Any:
    if not hasattr(x, "astype"):
        return np.asarray(x, dtype)
    return x if x.dtype == dtype else x.astype(dtype)


def _choose(a: Any, choices: Any, mode: Any = "raise") -> Any:
    if contains_node(a):
        raise UnsupportedError("choose: the first argument is made of integers, not a Tensor. Use np.where, or a.data.")
    choices = list(choices)
    stand_ins: Any = [np.broadcast_to(0.0, np.shape(choice)) for choice in choices]
    shape = np.choose(a, stand_ins, mode=mode).shape  # or NumPy's own complaint
    a = (
        (a if hasattr(a, "dtype") else np.asarray(a)) % len(choices)
        if mode == "wrap"
        else np.clip(a, 0, len(choices) - 1)
    )
    result = np.broadcast_to(choices[0], shape)
    for k, choice in enumerate(choices[1:], 1):
        result = np.where(a == k, choice, result)
    return result


def _piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """Each function sees only the entries where its condition holds; the last condition that holds decides."""
    if np.isscalar(condlist) or (not isinstance(condlist[0], (list, np.ndarray)) and x.ndim):
        condlist = [condlist]
    conditions = np.asarray(condlist, dtype=bool)
    if len(conditions) == len(funclist) - 1:
        conditions = np.concatenate([conditions, ~np.any(conditions, axis=0, keepdims=True)])
    elif len(conditions) != len(funclist):
        n = len(conditions)
        raise ValueError(f"piecewise: with {n} condition(s), either {n} or {n + 1} functions are expected")
    y = np.where(False, x, 0)
    for condition, function in zip(conditions, funclist, strict=True):
        if callable(function):
            if not np.any(condition):
                continue
            values = function(x[condition], *args, **kw)
        else:
            values = function
        if np.iscomplexobj(values) and not np.iscomplexobj(x):
            raise UnsupportedError("piecewise: the values are complex and x is real. Use x.astype(complex).")
        y = set_at(y, values, condition)
    return y


# Slice by slice


def _apply_along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """One call per vector along `axis`; the axes of the results take the place of that axis."""
    vectors = np.moveaxis(arr, axis, -1)
    outer = vectors.shape[:-1]
    if 0 in outer:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    results = [func1d(vectors[i], *args, **kwargs) for i in np.ndindex(outer)]
    inner = np.shape(results[0])
    n, k, place = len(outer), len(inner), axis % arr.ndim
    order = (*range(place), *range(n, n + k), *range(place, n))
    return np.transpose(np.reshape(np.stack(results), outer + inner), order)


def _apply_over_axes(func: Any, a: Any, axes: Any) -> Any:
    """`func` over one axis after the other, each kept."""
    for axis in (axes,) if np.ndim(axes) == 0 else axes:
        axis = axis + np.ndim(a) if axis < 0 else axis  # noqa: PLW2901
        result = func(a, axis)
        a, ndim = result if np.ndim(result) == np.ndim(a) else np.expand_dims(result, axis), np.ndim(a)
        if np.ndim(a) != ndim:
            raise ValueError("function is not returning an array of the correct shape")
    return a


def _quadratic(x: Any, p: float, q: float = 1) -> Any:
    return p * x * x + q


_LOW, _HIGH = (
    np.array([[True, False, True], [False, False, True]]),
    np.array([[True, True, False], [False, False, True]]),
)

# fmt: off
# In order
selection(np.sort,      Gathered(_rearranged), keywords="kind stable",
          samples=[at(S(5)), at(S(3, 4), axis=0), at(S(2, 3, 4), 1, stable=True), at(S(2, 3), axis=None, kind="heapsort")])
selection(np.partition, Gathered(_rearranged), keywords="kth kind",
          samples=[at(S(5), 2), at(S(3, 4), (1, -1), axis=0), at(S(2, 3), 4, None), at(S(7), 3, kind="introselect")])
composite(np.sort_complex, _sort_complex, samples=[at(S(5)), at(S(2, 3))])

# Sets
composite(np.unique,         _unique,      samples=[at(S(5)), at(S(2, 3)), at(S(4), True, True, True), at(S(2, 3), axis=0),
                                                    at(S(2, 3), axis=1, return_index=True), at(S(4), equal_nan=False)])
composite(np.unique_all,     lambda x, /: _with_values(np.unique_all, x),     samples=[at(S(4))])
composite(np.unique_counts,  lambda x, /: _with_values(np.unique_counts, x),  samples=[at(S(4))])
composite(np.unique_inverse, lambda x, /: _with_values(np.unique_inverse, x), samples=[at(S(2, 3))])
composite(np.unique_values,  lambda x, /: _with_values(np.unique_values, x),  samples=[at(S(1))])  # in no certain order
composite(np.union1d,        lambda ar1, ar2: np.unique(np.concatenate((ar1, ar2), axis=None)), samples=[at(S(3), S(2, 2))])
composite(np.intersect1d,    _intersect1d, samples=[at(S(3), S(3)), at(S(3), S(2, 2), True, return_indices=True)])
composite(np.setdiff1d,      _setdiff1d,   samples=[at(S(3), S(2)), at(S(2, 3), S(2), assume_unique=True)])
composite(np.setxor1d,       _setxor1d,    samples=[at(S(3), S(2)), at(S(4), S(2), assume_unique=True)])

# By condition
composite(np.select,    _select,    samples=[at([_LOW, _HIGH], [S(2, 3), S(3)], S()), at([_LOW], [S(2, 1)]),
                                             at([_LOW, _HIGH], [S(2, 3), 1], default=2)])
composite(np.choose,    _choose,    samples=[at([0, 1, 0], [S(3), S(3)]), at([[1], [2]], [S(3), S(), S(2, 1)]),
                                             at([-1, 4, 0], S(3, 3), mode="wrap"),
                                             at([-1, 4, 0], [S(3), S(3)], mode="clip")])
composite(np.piecewise, _piecewise, samples=[at(S(2, 3), [_LOW], [np.sin, np.exp]),
                                             at(S(2, 3), [_LOW, _HIGH], [np.square, 3.0]),
                                             at(S(), [True, False], [np.sin, 1]),
                                             at(S(3), _LOW[0], [_quadratic, 0], 3, q=2)])

# Slice by slice
composite(np.apply_along_axis, _apply_along_axis, samples=[at(np.sum, 0, S(2, 3)), at(np.sort, -1, S(2, 3, 4)),
                                                           at(np.diag, 1, S(2, 3, 4)), at(np.prod, 0, S(3), initial=2.0)])
composite(np.apply_over_axes,  _apply_over_axes,  samples=[at(np.sum, S(2, 3, 4), [0, -1]), at(np.sum, S(2, 3), 1),
                                                           at(np.cumsum, S(2, 3), 0)])
# fmt: on
