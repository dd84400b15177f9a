"""For every differentiable function of the namespace ``np`` calls to be proved: (function of the arrays, arrays…)."""

from __future__ import annotations

from typing import Any

import numpy as np


def numbers(*shape: int, low: float = 0.5, high: float = 2.0, seed: int = 0) -> Any:
    """Generic numbers, none near another; the same for the same arguments."""
    rng = np.random.default_rng([seed, *shape])
    n = int(np.prod(shape))
    spread = (rng.permutation(n) + rng.uniform(0.2, 0.8, n)) / max(n, 1)
    return (low + (high - low) * spread).reshape(shape)[()]


V, W, LONG = numbers(3, seed=1), numbers(3, seed=2), numbers(7, low=-2, seed=1)
A, B, C = numbers(2, 3, seed=1), numbers(2, 3, seed=2), numbers(2, 3, 4, low=-2, seed=1)
M, N, SIGNED = numbers(3, 3, seed=1), numbers(3, 4, seed=1), numbers(2, 3, low=-2, seed=3)
BITS = numbers(4, low=-1, high=1, seed=1) + 1j * numbers(4, seed=2)
UNIT = numbers(2, 3, low=-0.9, high=0.9, seed=4)
MASK = np.array([[True, False, True], [True, True, False]])
HOLES = np.where([[True, False, True], [False, True, True]], 0.0, np.nan)
KNOTS = np.array([0.1, 0.8, 1.3, 2.2])

# One operand, entry by entry
UNARY = {
    "abs absolute fabs negative positive square sinc nan_to_num i0 real imag conj conjugate angle": [SIGNED, -1.5],
    "sin cos tanh sinh cosh exp exp2 expm1 deg2rad rad2deg degrees radians arctan atan arcsinh asinh": [SIGNED, 0.7],
    "sqrt cbrt log log2 log10 log1p reciprocal real_if_close": [A, 1.3],
    "tan arcsin asin arccos acos arctanh atanh": [UNIT, 0.4],
    "arccosh acosh": [A + 1, 3.1],
}
# Two operands, broadcast
BINARY = {
    "add subtract multiply divide true_divide maximum minimum fmax fmin hypot arctan2 atan2 logaddexp logaddexp2 copysign": (
        SIGNED,
        V,
    ),
    "power pow float_power": (A, V),
    "mod remainder fmod divmod": (A + 5, B / 3 + 1.1),
}
# On a matrix as it is
PLAIN = """amax amin max min sum prod mean median ptp var std nanmax nanmin nansum nanprod nanmean nanmedian nanvar nanstd
    cumprod cumsum nancumprod nancumsum average transpose permute_dims ravel squeeze flip flipud fliplr copy
    atleast_1d atleast_2d atleast_3d diff ediff1d gradient sort sort_complex trapezoid unique unwrap
    matrix_transpose"""
# Along an axis of an array of three
ALONG = """amax amin max min sum prod mean median ptp var std nanmax nanmin nansum nanprod nanmean nanmedian nanvar
    nanstd cumprod cumsum nancumprod nancumsum average flip diff gradient sort trapezoid unwrap cumulative_sum
    cumulative_prod"""

CALLS: dict[str, list[tuple[Any, ...]]] = {
    "angle": [(lambda x: np.angle(x, deg=True), BITS), (np.angle, BITS)],
    "append": [(np.append, A, V), (lambda x, y: np.append(x, y, axis=0), A, B)],
    "apply_along_axis": [
        (lambda x: np.apply_along_axis(lambda r: r * r[0], 0, x), A),
        (lambda x: np.apply_along_axis(np.sum, -1, x), C),
    ],
    "apply_over_axes": [(lambda x: np.apply_over_axes(np.sum, x, [0, 2]), C)],
    "array_split": [(lambda x: np.array_split(x, 3), LONG), (lambda x: np.array_split(x, [1, 5]), LONG)],
    "astype": [(lambda x: np.astype(x, np.complex128), A)],
    "atleast_1d": [(np.atleast_1d, 2.0), (lambda x, y: np.atleast_1d(x, y), 2.0, V)],
    "atleast_2d": [(np.atleast_2d, V)],
    "atleast_3d": [(np.atleast_3d, V), (np.atleast_3d, A)],
    "average": [
        (lambda x, w: np.average(x, axis=1, weights=w), A, V),
        (lambda x, w: np.average(x, weights=w), A, B),
        (lambda x, w: np.average(x, axis=1, weights=w, keepdims=True, returned=True), A, B),
    ],
    "bincount": [(lambda w: np.bincount([0, 2, 2, 5], w, minlength=7), numbers(4))],
    "block": [(lambda x, y: np.block([[x, y], [y, x]]), A, B), (lambda x: np.block([1.0, x]), V)],
    "broadcast_arrays": [(lambda x, y: np.broadcast_arrays(x, y), A, V)],
    "broadcast_to": [(lambda x: np.broadcast_to(x, (4, 2, 3)), V)],
    "choose": [
        (lambda x, y: np.choose([0, 1, 1], [x, y]), V, W),
        (lambda x, y: np.choose([2, -1, 1], (x, y), mode="wrap"), V, 2.0),
        (lambda x, y: np.choose([7, -1, 1], (x, y), mode="clip"), V, W),
    ],
    "clip": [
        (lambda x: np.clip(x, 0.9, 1.4), A),
        (lambda x, a, b: np.clip(x, a, b), LONG, -0.8, 1.1),
        (lambda x: np.clip(x, None, 1.2), A),
        (lambda x, a: np.clip(x, min=a), A, V),
        (lambda x, b: np.clip(x, max=b), A, V),
    ],
    "column_stack": [(lambda x, y: np.column_stack([x, y]), V, W), (lambda x, y: np.column_stack([x, y]), V, M)],
    "compress": [(lambda x: np.compress([False, True], x, axis=0), A), (lambda x: np.compress([1, 0, 1], x), A)],
    "concat": [(lambda x, y: np.concat([x, y], axis=1), A, B)],
    "concatenate": [
        (lambda x, y: np.concatenate([x, y]), A, B),
        (lambda x, y: np.concatenate((x, y), axis=None), A, V),
    ],
    "convolve": [(lambda x, y, m=m: np.convolve(x, y, m), LONG, V) for m in ("full", "same", "valid")]
    + [(np.convolve, V, LONG)],
    "corrcoef": [
        (np.corrcoef, C[0]),
        (lambda x, y: np.corrcoef(x, y), LONG, numbers(7)),
        (lambda x: np.corrcoef(x, rowvar=False), N),
    ],
    "correlate": [(lambda x, y, m=m: np.correlate(x, y, m), LONG, V) for m in ("full", "same", "valid")]
    + [(np.correlate, V, LONG)],
    "cov": [
        (np.cov, C[0]),
        (np.cov, LONG),
        (lambda x, y: np.cov(x, y), LONG, numbers(7)),
        (lambda x: np.cov(x, rowvar=False, bias=True), N),
        (lambda x: np.cov(x, ddof=0, fweights=[1, 2, 0, 3]), N),
        (lambda x, w: np.cov(x, aweights=w), N, numbers(4)),
    ],
    "cross": [
        (np.cross, V, W),
        (np.cross, A, V),
        (lambda x, y: np.cross(x, y, axis=0), N, numbers(3, 4)),
        (lambda x, y: np.cross(x, y, axisa=0, axisb=1, axisc=0), numbers(3, 2), A),
    ],
    "cumulative_sum": [(lambda x: np.cumulative_sum(x, axis=1, include_initial=True), A), (np.cumulative_sum, V)],
    "cumulative_prod": [(lambda x: np.cumulative_prod(x, axis=0, include_initial=True), A), (np.cumulative_prod, V)],
    "delete": [
        (lambda x: np.delete(x, [0, 2], axis=1), A),
        (lambda x: np.delete(x, 1), A),
        (lambda x: np.delete(x, slice(0, 2)), LONG),
        (lambda x: np.delete(x, [True, False, True], axis=1), A),
    ],
    "diag": [
        (np.diag, V),
        (lambda x: np.diag(x, 1), M),
        (lambda x: np.diag(x, -1), A),
        (lambda x: np.diag(x, -2), V),
        (np.diag, N),
    ],
    "diagflat": [(np.diagflat, A), (lambda x: np.diagflat(x, 1), V)],
    "diagonal": [(np.diagonal, A), (lambda x: np.diagonal(x, 1, 0, 2), C)],
    "diff": [
        (lambda x: np.diff(x, 2, axis=0), N),
        (lambda x, p, a: np.diff(x, prepend=p, append=a), LONG, 0.3, numbers(2)),
    ],
    "dot": [(np.dot, V, W), (np.dot, A, M), (np.dot, C, numbers(2, 4, 3)), (np.dot, 2.0, A), (np.dot, A, V)],
    "dsplit": [(lambda x: np.dsplit(x, 2), C)],
    "dstack": [(lambda x, y: np.dstack([x, y]), A, B), (lambda x, y: np.dstack([x, y]), V, W)],
    "ediff1d": [(lambda x, e, b: np.ediff1d(x, to_end=e, to_begin=b), A, 0.5, V)],
    "einsum": [
        (lambda x: np.einsum("ii", x), M),
        (lambda x, y: np.einsum("iij,j->i", x, y), numbers(2, 2, 3), V),
        (lambda x, y: np.einsum("...j,jk", x, y), C, numbers(4, 2)),
        (lambda x, y: np.einsum(x, [0, 1], y, [1, 2]), A, M),
        (lambda x: np.einsum("ij,ij->i", x, x), A),
        (lambda x, y: np.einsum("ij,jk,kl", x, y, y, optimize=True), A, M),
    ],
    "expand_dims": [(lambda x: np.expand_dims(x, (0, -1)), A)],
    "extract": [(lambda x: np.extract(MASK, x), A)],
    "flip": [(lambda x: np.flip(x, (0, 2)), C)],
    "frexp": [
        (lambda x: np.frexp(x)[0], numbers(2, 3, low=1.1, high=1.9)),
        (lambda x: np.frexp(x)[0], numbers(3, low=-0.4, high=-0.3)),
    ],
    "full_like": [(lambda x: np.full_like(x, 3.0) * x, A), (lambda x, f: np.full_like(x, f), A, V)],
    "geomspace": [
        (lambda a, b: np.geomspace(a, b, 5), 0.5, 8.0),
        (lambda a, b: np.geomspace(a, b, 4, endpoint=False, axis=1), V, W + 1),
    ],
    "gradient": [
        (lambda x, h: np.gradient(x, h), A, 0.4),
        (lambda x, y: np.gradient(x, y), LONG, np.cumsum(numbers(7))),
        (lambda x: np.gradient(x, 0.3, 0.2, edge_order=1), A),
        (lambda x: np.gradient(x, axis=0, edge_order=2), N),
    ],
    "heaviside": [(np.heaviside, SIGNED, V), (lambda h: np.heaviside([0.0, 1.0, -1.0], h), V)],
    "histogram": [
        (lambda w: np.histogram([0.1, 0.5, 0.5, 2.5], 3, weights=w)[0], numbers(4)),
        (lambda w: np.histogram([0.1, 0.5, 0.5, 2.5], [0, 0.4, 1, 3], weights=w, density=True)[0], numbers(4)),
    ],
    "hsplit": [(lambda x: np.hsplit(x, [1]), A), (lambda x: np.hsplit(x, 7), LONG)],
    "hstack": [(lambda x, y: np.hstack([x, y]), A, B), (lambda x, y: np.hstack([x, y]), V, 2.0)],
    "inner": [(np.inner, V, W), (np.inner, A, M), (np.inner, C, numbers(2, 4)), (np.inner, 2.0, A)],
    "insert": [
        (lambda x, v: np.insert(x, 1, v), A, 0.5),
        (lambda x, v: np.insert(x, [0, 2], v, axis=1), A, numbers(2, 2)),
        (lambda x, v: np.insert(x, [2, 0, 2], v), LONG, V),
        (lambda x, v: np.insert(x, slice(0, 4, 2), v), LONG, numbers(2)),
    ],
    "interp": [
        (lambda x, k, f: np.interp(x, k, f), A, KNOTS, numbers(4)),
        (lambda x, f: np.interp(x, KNOTS, f, left=0.3, right=2.0), LONG, numbers(4)),
        (lambda x, f, p: np.interp(x, KNOTS, f, period=p), LONG * 3, numbers(4), 2.7),
    ],
    "kron": [(np.kron, A, B), (np.kron, V, A), (np.kron, C, A), (np.kron, 2.0, A)],
    "ldexp": [(lambda x: np.ldexp(x, [1, -2, 3]), SIGNED)],
    "linspace": [
        (lambda a, b: np.linspace(a, b, 5), 0.5, 8.0),
        (lambda a, b: np.linspace(a, b, 4, endpoint=False, axis=1), V, W + 1),
        (lambda a, b: np.linspace(a, b, 3, retstep=True), 0.5, V),
    ],
    "logspace": [
        (lambda a, b: np.logspace(a, b, 4), 0.5, 1.5),
        (lambda a, b, c: np.logspace(a, b, 3, base=c), 0.5, 1.5, 2.0),
    ],
    "matmul": [(np.matmul, A, M), (np.matmul, V, W), (np.matmul, C, numbers(4, 2)), (np.matmul, V, C)],
    "matrix_transpose": [(np.matrix_transpose, C)],
    "matvec": [(np.matvec, A, V), (np.matvec, C, numbers(2, 4)), (np.matvec, A, numbers(5, 3))],
    "max": [(lambda x: np.max(x, axis=1, initial=1.1, where=MASK), A)],
    "mean": [(lambda x: np.mean(x, axis=0, where=MASK, keepdims=True), A)],
    "median": [(lambda x: np.median(x, axis=(0, 2), keepdims=True), C), (np.median, LONG)],
    "meshgrid": [
        (lambda x, y: np.meshgrid(x, y), V, LONG),
        (lambda x, y: np.meshgrid(x, y, indexing="ij", sparse=True), V, LONG),
    ],
    "modf": [(np.modf, SIGNED + 0.03)],
    "moveaxis": [(lambda x: np.moveaxis(x, [0, 1], [-1, 0]), C)],
    "nan_to_num": [(lambda x: np.nan_to_num(x + HOLES, nan=3.0), A)],
    "outer": [(np.outer, A, V)],
    "pad": [
        (lambda x, m=m: np.pad(x, ((2, 1), (0, 3)), mode=m), N)
        for m in ("edge", "linear_ramp", "maximum", "mean", "median", "minimum", "wrap")
    ]
    + [
        (lambda x, m=m, t=t: np.pad(x, ((2, 1), (0, 5)), mode=m, reflect_type=t), N)
        for m in ("reflect", "symmetric")
        for t in ("even", "odd")
    ]
    + [
        (lambda x, c: np.pad(x, (1, 2), constant_values=c), A, 0.7),
        (lambda x, e: np.pad(x, 2, "linear_ramp", end_values=e), V, 0.7),
        (lambda x: np.pad(x, 2, "mean", stat_length=2), LONG),
        (lambda x: np.pad(x, 1), A),
    ],
    "partition": [
        (lambda x: np.partition(x, 2), LONG),
        (lambda x: np.partition(x, (0, 1), axis=0), N),
        (lambda x: np.partition(x, 3, axis=None), A),
    ],
    "percentile": [
        (lambda x: np.percentile(x, 30), LONG),
        (lambda x: np.percentile(x, [10, 75], axis=0, keepdims=True), N),
    ]
    + [
        (lambda x, m=m: np.percentile(x, 37, method=m), LONG)
        for m in ("lower", "nearest", "midpoint", "weibull", "hazen", "median_unbiased")
    ],
    "piecewise": [(lambda x: np.piecewise(x, [np.less(x, 0), np.greater(x, 1)], [lambda t: t * t, 3.0, np.sin]), LONG)],
    "poly": [(np.poly, V), (np.poly, M + M.T)],
    "polyadd": [(np.polyadd, V, LONG), (np.polyadd, LONG, 2.0)],
    "polyder": [(np.polyder, LONG), (lambda p: np.polyder(p, 2), LONG)],
    "polydiv": [(np.polydiv, LONG, V), (np.polydiv, V, LONG)],
    "polyfit": [
        (lambda y: np.polyfit(KNOTS, y, 2), numbers(4)),
        (lambda x, y, w: np.polyfit(x, y, 1, w=w), KNOTS, numbers(4, 2), numbers(4)),
    ],
    "polyint": [(np.polyint, V), (lambda p, k: np.polyint(p, 2, k), V, numbers(2))],
    "polymul": [(np.polymul, LONG, V)],
    "polysub": [(np.polysub, V, LONG)],
    "polyval": [(np.polyval, V, A), (lambda p: np.polyval(p, 1.5), V)],
    "prod": [(lambda x: np.prod(x, axis=1, initial=2.0, where=MASK), A)],
    "quantile": [
        (lambda x: np.quantile(x, 0.3), LONG),
        (lambda x, q: np.quantile(x, q, axis=1), N, 0.41),
        (lambda x: np.quantile(x, 0.4, method="inverted_cdf", weights=[1, 2, 1, 3, 1, 1, 2]), LONG),
    ],
    "repeat": [(lambda x: np.repeat(x, 3), A), (lambda x: np.repeat(x, [2, 0, 1], axis=1), A)],
    "reshape": [(lambda x: np.reshape(x, (3, -1)), A), (lambda x: np.reshape(x, (4, 6), order="F"), C)],
    "resize": [(lambda x: np.resize(x, (3, 5)), A), (lambda x: np.resize(x, 2), A)],
    "roll": [(lambda x: np.roll(x, 2), A), (lambda x: np.roll(x, (1, -1), axis=(0, 2)), C)],
    "rollaxis": [(lambda x: np.rollaxis(x, 2), C), (lambda x: np.rollaxis(x, 0, 3), C)],
    "roots": [(np.roots, np.array([1.0, -1.3, 0.2, 0.7])), (np.roots, np.array([2.0, 0.3, 1.1]))],
    "rot90": [(lambda x: np.rot90(x, -1), A), (lambda x: np.rot90(x, 2, axes=(1, 2)), C)],
    "select": [
        (lambda x, y: np.select([MASK, ~MASK], [x * y, y]), A, B),
        (lambda x, d: np.select([MASK], [x], default=d), A, 2.0),
    ],
    "sort": [(lambda x: np.sort(x, axis=0, kind="stable"), A), (lambda x: np.sort(x, axis=None), A)],
    "sort_complex": [(np.sort_complex, BITS), (np.sort_complex, V)],
    "split": [(lambda x: np.split(x, 7), LONG), (lambda x: np.split(x, [1, 2], axis=1), A)],
    "squeeze": [(lambda x: np.squeeze(x, axis=0), A[None])],
    "stack": [(lambda x, y: np.stack([x, y], axis=-1), A, B)],
    "std": [(lambda x: np.std(x, axis=1, ddof=1, keepdims=True), A), (np.std, BITS)],
    "sum": [(lambda x, i: np.sum(x, axis=1, initial=i, where=MASK), A, 0.4)],
    "swapaxes": [(lambda x: np.swapaxes(x, 0, -1), C)],
    "take": [(lambda x: np.take(x, [[5, -1], [0, 0]]), A), (lambda x: np.take(x, [3, -4], axis=1, mode="wrap"), A)],
    "take_along_axis": [(lambda x: np.take_along_axis(x, np.array([[0, 0], [-1, 1]]), axis=1), A)],
    "tensordot": [
        (np.tensordot, A, B),
        (lambda x, y: np.tensordot(x, y, axes=([2, 0], [1, 0])), C, numbers(2, 4)),
        (lambda x, y: np.tensordot(x, y, 0), V, A),
    ],
    "tile": [(lambda x: np.tile(x, (2, 1, 3)), A), (lambda x: np.tile(x, 2), A)],
    "trace": [(np.trace, A), (lambda x: np.trace(x, offset=1, axis1=0, axis2=2), C)],
    "transpose": [(lambda x: np.transpose(x, (2, 0, 1)), C)],
    "trapezoid": [(lambda y, x: np.trapezoid(y, x), A, V), (lambda y, h: np.trapezoid(y, dx=h, axis=0), N, 0.4)],
    "tril": [(np.tril, N), (lambda x: np.tril(x, -1), C), (lambda x: np.tril(x, 1), V)],
    "trim_zeros": [
        (lambda x: np.trim_zeros(np.concatenate([[0.0, 0.0], x, [0.0]])), V),
        (lambda x: np.trim_zeros(np.concatenate([[0.0], x, [0.0]]), "b"), V),
    ],
    "triu": [(np.triu, N), (lambda x: np.triu(x, -1), C)],
    "union1d": [(np.union1d, V, LONG)],
    "unique": [
        (lambda x: np.unique(np.concatenate([x, x])), A),
        (lambda x: np.unique(x, axis=0), N),
        (lambda x: np.unique(x, return_inverse=True, return_counts=True), A),
    ],
    "unstack": [(np.unstack, A), (lambda x: np.unstack(x, axis=1), C)],
    "unwrap": [
        (lambda x: np.unwrap(x, axis=0, period=2.1), numbers(6, 2, low=-9, high=9)),
        (np.unwrap, numbers(6, low=-9, high=9)),
    ],
    "vander": [(np.vander, V), (lambda x: np.vander(x, 5, increasing=True), V)],
    "var": [(lambda x: np.var(x, axis=(0, 2), correction=0.5), C), (np.var, BITS)],
    "vdot": [(np.vdot, A, B), (np.vdot, BITS, numbers(4) * (1 + 2j))],
    "vecdot": [(np.vecdot, A, V), (np.vecdot, BITS, numbers(2, 4) * (1 + 2j))],
    "vecmat": [(np.vecmat, numbers(2), A), (np.vecmat, numbers(2, 3), C)],
    "vsplit": [(lambda x: np.vsplit(x, 2), A)],
    "vstack": [(lambda x, y: np.vstack([x, y]), A, V)],
    "where": [(lambda x, y: np.where(MASK, x, y), V, 2.0)],
}


def called(name: str, *args: Any, plus: Any = 0.0, **kwargs: Any) -> Any:
    """The function of that name, at further arguments; `plus` is added to its operand."""
    function = getattr(np, name)
    return lambda x: function(x + plus, *args, **kwargs)


for _names, _points in UNARY.items():
    for _name in _names.split():
        CALLS.setdefault(_name, []).extend((getattr(np, _name), x) for x in _points)
for _names, _pair in BINARY.items():
    for _name in _names.split():
        CALLS.setdefault(_name, []).append((getattr(np, _name), *_pair))
for _name in PLAIN.split():
    CALLS.setdefault(_name, []).append((getattr(np, _name), A))
for _name in ALONG.split():
    CALLS.setdefault(_name, []).append((called(_name, axis=1), C))
for _name, _argument in {"roll": 1, "repeat": 2, "partition": 1}.items():
    CALLS[_name].append((called(_name, _argument, axis=1), C))
for _name in (
    "nanmax",
    "nanmin",
    "nansum",
    "nanprod",
    "nanmean",
    "nanmedian",
    "nanvar",
    "nanstd",
    "nancumsum",
    "nancumprod",
):
    CALLS[_name].append((called(_name, axis=1, plus=HOLES), A))
for _name in ("nanquantile", "nanpercentile"):
    CALLS[_name] = [(called(_name, q, axis=1, keepdims=True, plus=HOLES), A) for q in (0.3, [0.1, 0.6])]

if np.lib.NumpyVersion(np.__version__) >= "2.3.0":
    CALLS["pad"] += [(lambda x: np.pad(x, {1: (1, 2)}), A), (lambda x: np.pad(x, {-1: 2}), A)]

# What no Tensor can go through, or what writes into an array: raises and names the way out
REFUSED: dict[str, list[tuple[Any, str]]] = {
    "array": [
        (lambda t: np.array(t), r"t\.data"),
        (lambda t: np.array([t, t]), r"stack"),
        (lambda t: np.array([t[0], 1.0]), r"stack|item"),
    ],
    "asarray": [(lambda t: np.asarray(t), r"t\.data")],
    "ascontiguousarray": [(lambda t: np.ascontiguousarray(t), r"t\.data")],
    "full": [(lambda t: np.full(3, t), r"t\.data"), (lambda t: np.full((2, 3), t, dtype=float), r"broadcast_to|at\[")],
    "full_like": [(lambda t: np.full_like(np.ones(3), t), r"broadcast_to|at\[|t\.data")],
    "fill_diagonal": [
        (lambda t: np.fill_diagonal(t, 1.0), r"at\["),
        (lambda t: np.fill_diagonal(np.ones((3, 3)), t), r"t\.data"),
    ],
    "place": [
        (lambda t: np.place(t, np.ones(3, bool), 1.0), r"at\[|where"),
        (lambda t: np.place(np.ones(3), np.ones(3, bool), t), r"at\[|where"),
    ],
}
