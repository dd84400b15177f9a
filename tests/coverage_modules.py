"""Calls to be proved, as in `coverage_numpy`: methods of ufuncs, linalg, fft, other modules, methods and idioms."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .coverage_numpy import BITS, HOLES, LONG, MASK, A, B, C, M, N, V, W, numbers

polynomial_value = np.polynomial.polynomial.polyval
SYMMETRIC = (M + M.T) / 2 + np.diag([0.1, 1.2, 2.9])
BATCH = numbers(2, 3, 3, low=-1, high=1) + np.diag([1.5, 3.0, 4.5])
POSITIVE = np.stack([b @ b.T + np.eye(3) for b in BATCH])
COMPLEX = BATCH + 1j * numbers(2, 3, 3)
TENSOR = (numbers(6, 6, low=-1, high=1) + 3 * np.eye(6)).reshape(2, 3, 6)


def upper(f: Any) -> Any:
    """`f` of the symmetric matrix whose upper triangle the argument is."""
    return lambda x: f(np.triu(x) + np.matrix_transpose(np.triu(x, 1)))


def squares(f: Any) -> Any:
    """The squares of what `f` returns: the signs of eigenvectors and singular vectors are LAPACK's whim."""
    return lambda x: [y * y for y in f(x)]


UFUNC_METHODS: dict[str, list[tuple[Any, ...]]] = {
    "np.add.accumulate": [(np.add.accumulate, A), (lambda x: np.add.accumulate(x, axis=1), A)],
    "np.add.reduce": [
        (np.add.reduce, A),
        (lambda x: np.add.reduce(x, axis=(0, 1), keepdims=True, initial=2.0, where=MASK), A),
    ],
    "np.add.reduceat": [
        (lambda x: np.add.reduceat(x, [0, 3, 1, 5]), LONG),
        (lambda x: np.add.reduceat(x, [0, 2], axis=1), A),
    ],
    "np.logaddexp.reduce": [
        (np.logaddexp.reduce, A),
        (lambda x: np.logaddexp.reduce(x, axis=1, keepdims=True), A),
        (lambda x: np.logaddexp.reduce(x, axis=None), A),
    ],
    "np.maximum.accumulate": [(np.maximum.accumulate, LONG), (lambda x: np.maximum.accumulate(x, axis=1), A)],
    "np.maximum.reduce": [(np.maximum.reduce, A), (lambda x: np.maximum.reduce(x, axis=1, initial=1.0), A)],
    "np.multiply.outer": [(np.multiply.outer, A, V), (np.multiply.outer, 2.0, V)],
    "np.multiply.reduce": [(np.multiply.reduce, A), (lambda x: np.multiply.reduce(x, axis=None), A)],
}

ORDERS = (None, 1, -1, 2, -2, np.inf, -np.inf, "fro", "nuc")
EXTRA_NORMS = [
    (np.linalg.norm, C),
    (lambda x: np.linalg.norm(x, keepdims=True), A),
    (lambda x: np.linalg.norm(x, 0, axis=1, keepdims=True), A),
    (lambda x: np.linalg.norm(x, np.inf, axis=1), A),
    (lambda x: np.linalg.norm(x, -np.inf, axis=0, keepdims=True), A),
]
LINALG: dict[str, list[tuple[Any, ...]]] = {
    "cholesky": [
        (upper(np.linalg.cholesky), POSITIVE),
        (upper(lambda x: np.linalg.cholesky(x, upper=True)), POSITIVE[0]),
    ],
    "cond": [(lambda x, p=p: np.linalg.cond(x, p), BATCH[0]) for p in (None, 1, -1, 2, -2, np.inf, -np.inf, "fro")]
    + [(np.linalg.cond, N)],
    "cross": [(np.linalg.cross, V, W), (lambda x, y: np.linalg.cross(x, y, axis=0), N, numbers(3, 4))],
    "det": [(np.linalg.det, BATCH), (np.linalg.det, np.outer(V, W)), (np.linalg.det, COMPLEX)],
    "diagonal": [(np.linalg.diagonal, C), (lambda x: np.linalg.diagonal(x, offset=-1), C)],
    "eig": [(squares(np.linalg.eig), BATCH[0]), (squares(np.linalg.eig), COMPLEX)],
    "eigh": [
        (upper(squares(np.linalg.eigh)), SYMMETRIC),
        (upper(squares(lambda x: np.linalg.eigh(x, UPLO="U"))), POSITIVE),
    ],
    "eigvals": [(np.linalg.eigvals, BATCH[0]), (np.linalg.eigvals, COMPLEX)],
    "eigvalsh": [(upper(np.linalg.eigvalsh), SYMMETRIC), (upper(lambda x: np.linalg.eigvalsh(x, UPLO="U")), POSITIVE)],
    "inv": [(np.linalg.inv, BATCH), (np.linalg.inv, COMPLEX)],
    "lstsq": [
        (lambda a, b: np.linalg.lstsq(a, b)[0], N.T, numbers(4)),
        (lambda a, b: np.linalg.lstsq(a, b)[:2], N.T, numbers(4, 2)),
        (lambda a, b: np.linalg.lstsq(a, b)[0], N, V),
        (lambda a: np.linalg.lstsq(a, numbers(4))[3], N.T),
    ],
    "matmul": [(np.linalg.matmul, A, M), (np.linalg.matmul, C, numbers(4, 2))],
    "matrix_norm": [(lambda x, o=o: np.linalg.matrix_norm(x, ord=o, keepdims=True), BATCH) for o in ORDERS if o]
    + [(np.linalg.matrix_norm, A)],
    "matrix_power": [(lambda x, n=n: np.linalg.matrix_power(x, n), BATCH) for n in (0, 1, 2, 3, 5, -1, -2)],
    "matrix_transpose": [(np.linalg.matrix_transpose, C)],
    "multi_dot": [
        (lambda a, b, c: np.linalg.multi_dot([a, b, c]), A, M, N),
        (lambda a, b, c: np.linalg.multi_dot([a, b, c]), V, M, W),
    ],
    "norm": [(lambda x, o=o: np.linalg.norm(x, o), BATCH[0]) for o in ORDERS]
    + [(lambda x, o=o: np.linalg.norm(x, o, axis=1), A) for o in (None, 0, 0.5, 3, -2, 1)]
    + [(lambda x, o=o: np.linalg.norm(x, o, axis=(2, 0), keepdims=True), C) for o in ORDERS],
    "outer": [(np.linalg.outer, V, LONG)],
    "pinv": [
        (np.linalg.pinv, N),
        (np.linalg.pinv, N.T),
        (np.linalg.pinv, BATCH),
        (lambda x: np.linalg.pinv(x, hermitian=True), SYMMETRIC),
    ],
    "qr": [(np.linalg.qr, N.T), (np.linalg.qr, BATCH), (lambda x: np.linalg.qr(x, mode="r"), N.T), (np.linalg.qr, N)],
    "slogdet": [(lambda x: np.linalg.slogdet(x)[1], BATCH), (np.linalg.slogdet, COMPLEX)],
    "solve": [
        (np.linalg.solve, BATCH, V),
        (np.linalg.solve, BATCH[0], numbers(3, 2)),
        (np.linalg.solve, BATCH, numbers(2, 3, 2)),
        (np.linalg.solve, BATCH[0], numbers(2, 3, 2)),
    ],
    "svd": [
        (squares(lambda x: np.linalg.svd(x, full_matrices=False)), A),
        (squares(lambda x: np.linalg.svd(x, full_matrices=False)), BATCH),
        (squares(lambda x: np.linalg.svd(x, full_matrices=False)), COMPLEX),
        (squares(np.linalg.svd), BATCH),
        (squares(np.linalg.svd), N),
        (squares(np.linalg.svd), N.T),
        (lambda x: np.linalg.svd(x, hermitian=True)[1], SYMMETRIC),
        (lambda x: np.linalg.svd(x, compute_uv=False), N),
    ],
    "svdvals": [(np.linalg.svdvals, A), (np.linalg.svdvals, BATCH)],
    "tensordot": [(lambda x, y: np.linalg.tensordot(x, y, axes=1), A, M)],
    "tensorinv": [
        (lambda x: np.linalg.tensorinv(x, ind=2), TENSOR),
        (lambda x: np.linalg.tensorinv(x, ind=1), TENSOR.transpose(2, 0, 1)),
    ],
    "tensorsolve": [
        (np.linalg.tensorsolve, TENSOR, A),
        (lambda a, b: np.linalg.tensorsolve(a, b, axes=(0,)), TENSOR.transpose(2, 0, 1), A),
    ],
    "trace": [(np.linalg.trace, C), (lambda x: np.linalg.trace(x, offset=1), C)],
    "vecdot": [(np.linalg.vecdot, A, V), (lambda x, y: np.linalg.vecdot(x, y, axis=0), A, B)],
    "vector_norm": [(lambda x, o=o: np.linalg.vector_norm(x, ord=o), A) for o in (2, 0, 1, 3, 0.5, np.inf, -np.inf)]
    + [(lambda x: np.linalg.vector_norm(x, axis=(0, 2), keepdims=True), C)],
}

LINALG["norm"] += EXTRA_NORMS
LINALG["cond"] += [(lambda x, p=p: np.linalg.cond(x, p), BATCH) for p in (None, 1, -2, "fro")]
LINALG["pinv"] += [(lambda x: np.linalg.pinv(x, rcond=[0.01, 0.4]), BATCH)]

FFT: dict[str, list[tuple[Any, ...]]] = {}
for _name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
    _f = getattr(np.fft, _name)
    FFT[_name] = [
        (_f, LONG),
        (lambda x, f=_f: f(x, 5), LONG),
        (lambda x, f=_f: f(x, n=8, axis=0, norm="ortho"), N),
        (lambda x, f=_f: f(x, norm="forward"), N),
    ]
    FFT[_name] += [] if _name in ("rfft", "ihfft") else [(_f, BITS), (lambda x, f=_f: f(x, 5), BITS)]
for _name in ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn"):
    _f = getattr(np.fft, _name)
    FFT[_name] = [
        (_f, N),
        (_f, C),
        (lambda x, f=_f: f(x, s=(5, 3), axes=(0, 1), norm="ortho"), C),
        (lambda x, f=_f: f(x, axes=(1, 0)), N),
    ]
for _name in ("fftshift", "ifftshift"):
    _f = getattr(np.fft, _name)
    FFT[_name] = [(_f, C), (lambda x, f=_f: f(x, axes=1), C), (_f, LONG)]

OTHER: dict[str, list[tuple[Any, ...]]] = {
    "np.emath.log": [(np.emath.log, A), (np.emath.log, LONG)],
    "np.emath.power": [
        (lambda x: np.emath.power(x, 3), A),
        (lambda x: np.emath.power(x, 0.5), LONG),
        (np.emath.power, A, B),
    ],
    "np.emath.sqrt": [(np.emath.sqrt, A), (np.emath.sqrt, LONG)],
    "np.lib.stride_tricks.sliding_window_view": [
        (lambda x: sliding_window_view(x, 3), LONG),
        (lambda x: sliding_window_view(x, (2, 2), axis=(0, 2)), C),
    ],
    "np.polynomial.polynomial.polyval": [(lambda x: polynomial_value(x, [1.0, 0.5, 2.0]), A)],
}


# Beyond the lists
BEYOND: dict[str, list[tuple[Any, ...]]] = {
    "array like": [
        (lambda x: np.array([x[0], x[1]], complex, like=x, ndmin=4), A),
        (lambda x: np.asarray([1.0, 2.0], like=x) * x[:, 0], A[:2]),
    ],
    "full like": [(lambda x: np.full((4, 3), x, like=x), V)],
    "gradient of integers": [(lambda h: np.gradient([1, 4, 9, 16], h), 0.4)],
    "histogram2d": [(lambda w: np.histogram2d([0.1, 0.5, 2.5, 0.2], [1, 2, 3, 1.2], [2, 3], weights=w)[0], numbers(4))],
    "histogramdd": [
        (lambda w: np.histogramdd(([0.1, 0.5, 2.5, 0.2], [1, 2, 3, 1.2]), 2, weights=w, density=True)[0], numbers(4))
    ],
    "histogram of numbers": [
        (lambda a: np.histogram(a, 3, weights=np.arange(7.0)), LONG),
        (lambda a: np.histogram(np.stack([a, a]), 3), 2.0),
        (lambda a: np.histogram_bin_edges(a, 4), LONG),
    ],
    "intersect1d": [
        (lambda x: np.intersect1d(x[:5], x[2:]), LONG),
        (lambda x: np.intersect1d(x[:5], x[2:], return_indices=True), LONG),
    ],
    "diff with ends along an axis": [
        (lambda x, p, a: np.diff(x, axis=0, prepend=p, append=a), numbers(3, 2), numbers(1, 2), numbers(2, 2, seed=5)),
    ],
    "cov of a row beside columns": [(lambda x, y: np.cov(x, y, rowvar=False), numbers(4, 2), numbers(1, 4, seed=5))],
    "histogramdd of one column": [(lambda w: np.histogramdd(np.array([0.1, 0.5, 2.5]), 2, weights=w)[0], V)],
    "average without weights": [(lambda x: np.average(x, axis=1, returned=True), A)],
    "logaddexp.reduce of some": [
        (lambda x: np.logaddexp.reduce(x, axis=1, where=MASK, initial=-np.inf), A),
        (lambda x, i: np.logaddexp.reduce(x, axis=0, where=MASK, initial=i), A, 0.3),
    ],
    "select complex": [(lambda x: np.select([MASK], [x], default=1j), A)],
    "take from the last axis": [(lambda x: np.take(x, [2, 0, 0], axis=-1), A)],
    "vecdot of the first axis": [(lambda x, y: np.vecdot(x, y, axis=0), A, B)],
    "nanvar of a known mean": [(lambda x: np.nanvar(x + HOLES, axis=1, ddof=0.5, keepdims=True), A)],
    "polyint of one constant": [(lambda p, k: np.polyint(p, 3, k), V, 0.7)],
    "setdiff1d": [(lambda x: np.setdiff1d(x[:5], x[2:]), LONG)],
    "setxor1d": [(lambda x: np.setxor1d(x[:5], x[2:]), LONG)],
}


def rebound(x: Any) -> Any:
    """``t += u`` rebinds the name."""
    x = x + 0.0
    x += x * 2
    return x


IDIOMS: dict[str, list[tuple[Any, ...]]] = {
    "T": [(lambda x: x.T * V[:, None], A)],
    "__abs__": [(abs, LONG)],
    "__divmod__": [
        (lambda x, y: divmod(x, y), A + 5, 1.3),
        (lambda y: divmod(7.0, y), V),
        (lambda x: divmod(x, V), A + 5),
    ],
    "__floordiv__": [(lambda x: (x // 0.3) * x, A)],
    "__getitem__": [
        (lambda x: x[1, ::2], A),
        (lambda x: x[MASK], A),
        (lambda x: x[[True, False]], A),
        (lambda x: x[[0, 0, 1], None], A),
    ],
    "__iadd__": [(rebound, A)],
    "__iter__": [(lambda x: [row * k for k, row in enumerate(x)], A)],
    "__matmul__": [(operator.matmul, A, M), (lambda x: x @ M, A)],
    "__mod__": [(operator.mod, A + 5, B / 3 + 1.1), (lambda x: 7.3 % x, V)],
    "__pos__": [(lambda x: +x, A)],
    "__pow__": [(lambda x: x**3 + x**-1.5 + x**2, A), (operator.pow, A, V)],
    "__rmatmul__": [(lambda x: M @ x, V)],
    "__rpow__": [(lambda x: 2**x + 1.5**x, LONG)],
    "astype": [(lambda x: x.astype(complex), A), (lambda x: x.astype(np.float64, copy=False), A)],
    "clip": [(lambda x: x.clip(0.9, 1.4), A), (lambda x: x.clip(max=1.1), A)],
    "compress": [(lambda x: x.compress([False, True, True], axis=1), A)],
    "conj": [(lambda x: x.conj(), BITS)],
    "copy": [(lambda x: x.copy() * 2, A)],
    "cumprod": [(lambda x: x.cumprod(axis=1), A)],
    "cumsum": [(lambda x: x.cumsum(0), A)],
    "diagonal": [(lambda x: x.diagonal(1), M)],
    "dot": [(lambda x, y: x.dot(y), A, M)],
    "flat": [(lambda x: np.stack(list(x.flat)), A), (lambda x: x.flat[3] * x.flat[1:], A)],
    "flatten": [(lambda x: x.flatten(), A), (lambda x: x.flatten("F"), A)],
    "mT": [(lambda x: x.mT, C)],
    "max": [(lambda x: x.max(axis=1, keepdims=True), A)],
    "mean": [(lambda x: x.mean(0), A)],
    "min": [(lambda x: x.min(), A)],
    "ndarray*x": [(lambda x: B * x, A)],
    "ndarray+x": [(lambda x: B + x, V)],
    "npfloat*x": [(lambda x: np.float64(2.5) * x + np.float64(1.0) / x, A)],
    "prod": [(lambda x: x.prod(axis=0), A)],
    "ravel": [(lambda x: x.ravel("F"), A)],
    "real": [(lambda x: x.real + x.imag, BITS)],
    "repeat": [(lambda x: x.repeat(2, axis=0), A)],
    "reshape": [(lambda x: x.reshape(3, 2), A), (lambda x: x.reshape((3, 2), order="F"), A)],
    "reshape(-1)": [(lambda x: x.reshape(-1), A)],
    "round": [(lambda x: x.round(1) * x, A + 0.003), (lambda x: x.round() * x, A), (lambda x: round(x, 1) * x, 1.234)],
    "squeeze": [(lambda x: x.squeeze(), A[None])],
    "std": [(lambda x: x.std(axis=1, ddof=1), A)],
    "sum": [(lambda x: x.sum(axis=(0, 1)), A)],
    "swapaxes": [(lambda x: x.swapaxes(0, 2), C)],
    "take": [(lambda x: x.take([2, 0, 2], axis=1), A)],
    "trace": [(lambda x: x.trace(offset=-1), M)],
    "transpose": [(lambda x: x.transpose(2, 0, 1), C), (lambda x: x.transpose(), A)],
    "var": [(lambda x: x.var(axis=0, ddof=1, keepdims=True), A)],
}


def _add_to_an_array(t: Any) -> None:
    a = np.ones(3)
    a += t


def _add_at(t: Any) -> None:
    np.add.at(np.ones(3), [0, 1, 1], t)


def _set_item(t: Any) -> None:
    t[0] = 1.0


def _set_in_array(t: Any) -> None:
    try:
        np.ones(3)[0] = t[0]
    except (TypeError, ValueError) as error:
        raise error.__cause__ or error from None


REFUSED: dict[str, list[tuple[Any, str]]] = {
    "__setitem__": [(_set_item, r"t\.at\[i\]\.set")],
    "float()": [(lambda t: float(t[0]), r"t\.item\(\)"), (lambda t: math.exp(t[0]), r"np\.exp")],
    "item": [],
    "view": [(lambda t: t.view(np.int64), r"astype")],
    "array += t": [(_add_to_an_array, r"a = a \+ t")],
    "np.add.at": [(_add_at, r"t\.at\[i\]\.add")],
    "array[0] = t": [(_set_in_array, r"item|at\[|data")],
    "np.copyto": [(lambda t: np.copyto(np.ones(3), t), r"at\[|where|data")],
    "np.put": [(lambda t: np.put(np.ones(3), [0], t), r"at\[|data")],
    "np.putmask": [(lambda t: np.putmask(np.ones(3), [True] * 3, t), r"at\[|where|data")],
    "np.put_along_axis": [(lambda t: np.put_along_axis(np.ones(3), np.array([0, 1, 2]), t, 0), r"at\[|data")],
    "array.dot": [(lambda t: np.ones((2, 3)).dot(t), r"np\.dot|t\.data")],
    "np.polynomial.polynomial.polyval of coefficients": [(lambda t: polynomial_value(1.5, t), r"np\.polyval|t\.data")],
    "np.random": [(lambda t: np.random.default_rng(0).normal(t, 1.0), r"loc|t\.data|t\.item")],
    "out": [(lambda t: np.exp(t, out=np.ones(3)), r"result"), (lambda t: np.sum(t, out=np.ones(())), r"result")],
    "where of a ufunc": [(lambda t: np.exp(t, where=np.array([True, False, True])), r"np\.where")],
}
