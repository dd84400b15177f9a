"""Changes of the tables that compute the same derivative, and why: they are no faults, so they are not planted."""

from __future__ import annotations

from typing import Any

# Functions, by file and name, that no derivative rests on
ASIDE = {
    "ordering.py _quadratic": "a function for a sample call",
    "assembling.py _asked": "it makes sample calls",
    "decompositions.py spread": "it makes sample arguments",
    "statistics.py _one_variable": "a stand-in that only NumPy's own complaint sees",
}

CAST = "the kind takes the real part, and casts"
STAND_IN = "a stand-in where the result is not selected"
SAME_END = "the same end, counted from the other side"
EMPTY = "the array is empty"
SIGN_ONLY = "only the sign, or the phase, is used"
SAME_MASK = "np.where takes numbers for booleans"
EDGE = "different only on the very edge of a tolerance"
INTEGER = "the rank is an integer, so no Tensor"
COPY = "a copy of a Tensor has the same derivative"
SAME_SHAPE = "both have the same shape"
UNMOVED = "nothing is moved"
COMMUTES = "the order does not matter"

# Changes, by function: what is put in place of what
EQUIVALENT: dict[str, dict[str, str]] = {
    "decompositions.py off_diagonal": {"-1  →  1": SAME_END},
    "determinants.py cof": {"-1  →  1": SAME_END},
    "fft.py _resized": {
        "_part(x, axis, None, size) if missing else x  →": "all of it is taken",
        "missing <= 0  →  missing < 0": "nothing is appended",
    },
    "shapes.py _order_of": {
        "x.value if isinstance(x, Node)  →": "x is a Tensor",
        "x.value if isinstance(x, Node) else": "x is a Tensor",
    },
    "special.py _join": {
        "np.concatenate([sums[..., :step], both], axis=-1)  →  -np": "the mean is a quotient of two of them"
    },
    "special.py formula": {"ufunc(y, initial)  →": COMMUTES},
    "special.py tangent": {"ufunc(late, early)  →": COMMUTES},
    "reductions.py _mean": {"x  →  y": "both have the dtype"},
    "running.py _gradient": {"1.0 + np.arange": "a stand-in that only NumPy's own complaint sees"},
    "assembling.py _full_like": {"fill_value  →  a": "where it is asked, one of the two is a Tensor"},
    "decompositions.py _eig_in_phase": {
        "np.sum(np.where(largest, v, 0), axis=-2, keepdims=True)  →  np.mean": SIGN_ONLY
    },
    "decompositions.py _left_vectors": {
        "np.sum(np.abs(left) ** 2, axis=-1, keepdims=True)  →  np.mean": "see the scale of its columns"
    },
    "decompositions.py _singular_values": {"np.real(": CAST},
    "decompositions.py _svd": {"np.real(": CAST, ":k  →  :": "no more than k columns are there"},
    "decompositions.py _svd_hermitian": {"np.real(": SIGN_ONLY, "np.sum(u * vh.mT, axis=-2)  →  np.mean": SIGN_ONLY},
    "decompositions.py half": {"np.tri(n, k=-1, dtype=bool)  →  np.tri(n, k=-1)": SAME_MASK},
    "decompositions.py lit": {"x if live is True else np.where(live, x, 0)  →  np.where": "True takes everything"},
    "decompositions.py pull": {
        "y_bar if type(y_bar) is tuple else (y_bar,)  →  y_bar": "one array is walked through as well"
    },
    "decompositions.py same_order": {"y  →  w": SAME_SHAPE, "w  →  y": SAME_SHAPE},
    "determinants.py _cof": {"np.eye(s.shape[-1], dtype=bool)  →  np.eye(s.shape[-1])": SAME_MASK},
    "determinants.py _slogdet": {"np.real(": CAST},
    "elementwise.py _absolute": {
        "np.where(y == 0, 0, np.conj(x) / np.where(y == 0, 1, y))  →  np.conj(x)": "0 / 1 is 0"
    },
    "elementwise.py _base": {"1  →  0": STAND_IN, "np.where(p == 0, 1, p - 1)  →  p - 1": STAND_IN},
    "elementwise.py _direction": {"0  →  -1": STAND_IN},
    "histograms.py _bins": {"np.where(place < 0, n, place)  →  place": SAME_END},
    "histograms.py _tally": {"n - 1  →  -1": SAME_END},
    "linalg.py _lstsq": {"rank - rank": INTEGER},
    "linalg.py _lstsq_b": {"rank - rank": INTEGER},
    "linalg.py _matrix_power": {"result is a": COPY, "np.copy(result) if result is a else result": COPY},
    "linalg.py _squares": {"np.real(": CAST, "np.zeros_like(squares)": EMPTY},
    "norms.py _p_norm": {"y  →  x": "the direction of a 0 is 0", "0  →  -1": STAND_IN},
    "norms.py _tied": {"np.abs(s - y) <= blur(s)  →  np.abs(s - y) < blur(s)": EDGE},
    "ordering.py _setxor1d": {
        "np.ravel(ar) if assume_unique else np.unique(ar)  →  np.unique": "unique already, and sorted later"
    },
    "ordering.py _sort_complex": {"1  →  0": "only the dtype is asked for"},
    "padding.py _pad_by_statistic": {
        "np.minimum(_pairs(stat_length, array.ndim)[axis], n)  →": COMMUTES,
        "n - length  →  -length": SAME_END,
    },
    "padding.py _pairs": {"(pair, pair)  →  pair": "it is broadcast"},
    "products.py _dot_a": {"b.ndim - 1  →  -1": SAME_END, "2  →  3": "the general formula is right for matrices"},
    "polynomials.py _poly": {"x  →  x_dot": SAME_SHAPE},
    "polynomials.py _polymul_a": {"np.convolve(a_dot, b)  →": COMMUTES},
    "polynomials.py _polymul_b": {"np.convolve(a, b_dot)  →": COMMUTES},
    "polynomials.py _polyint_back": {"bar  →  p": "only a length or a dtype is asked for"},
    "polynomials.py _polyint_k": {
        "bar  →  p": "both have the dtype",
        "np.array([math.factorial(m - 1 - j) for j in range(m)], dtype=bar.dtype)  →  np.array": CAST,
    },
    "polynomials.py _vander": {"np.zeros_like(y)  →  np.ones_like(y)": EMPTY},
    "products.py _core_back": {
        "x if axes in (-1, (-1,)) else": UNMOVED,
        "axes if np.ndim(axes) == 0 else axes[0]  →  axes": UNMOVED,
    },
    "products.py _core_last": {"x if axes == tuple(range(-len(axes), 0)) else": UNMOVED},
    "products.py _from_sublists": {"0:2 * pairs:2  →  :2 * pairs:2": SAME_END, "1:2 * pairs:2  →  1::2": SAME_END},
    "products.py _real_conj": {
        "np.conj(x) if np.iscomplexobj(x) else x  →  np.conj(x)": "a real number is its own conjugate"
    },
    "products.py invoke": {"False  →  True": "the same sum in another order"},
    "reductions.py _others_last_axis": {"0::2  →  ::2": SAME_END},
    "reductions.py _std": {"np.where(y == 0, 1, y)  →  y": STAND_IN},
    "running.py _cumprod": {"y  →  x": SAME_SHAPE},
    "running.py _slope": {
        "n - 1  →  -1": SAME_END,
        "n - 2  →  -2": SAME_END,
        "True  →  False": "the general formula is right for equal steps",
    },
    "selection.py _set_values_back": {
        "np.zeros(bar.shape, dtype=int)  →  np.zeros(bar.shape)": "whole numbers either way"
    },
    "selection.py a row": {"equal(condition, 0)  →": COMMUTES},
    "selection.py pull": {"np.ones(bar.shape, dtype=bool)  →  np.ones(bar.shape)": SAME_MASK},
    "shapes.py _resize_back": {"np.zeros_like(bar, shape=a.shape)  →  np.ones_like": EMPTY},
    "shapes.py _trim_zeros": {"a % filt.ndim  →  a": SAME_END},
    "special.py _angle": {"x  →  y": SAME_SHAPE},
    "special.py _emath_base": {"x.astype(y.dtype) if y.dtype.kind == 'c' else x  →  x.astype(y.dtype)": COPY},
    "special.py _stretch_sums_back": {"np.maximum(np.append(starts[1:], x.shape[axis]) - starts, 1)  →": COMMUTES},
    "statistics.py _corrcoef": {"np.real(np.diagonal(c))  →": "the diagonal is real"},
    "triangular.py _completing": {"q  →  q_dot": SAME_SHAPE},
    "statistics.py _places": {"np.minimum(rank + 1, last)  →": COMMUTES},
    "triangular.py _qr": {"np.abs(r1) <= blur(r1, axis=-2)  →  np.abs(r1) < blur": EDGE},
}


def reason_for(fault: Any) -> str | None:
    """Why a change makes no difference, or ``None``: then a check has to find it out."""
    file, _, name = fault.place.partition(" ")
    place = f"{file.split(':')[0]} {name}"
    known = EQUIVALENT.get(place, {})
    return ASIDE.get(place) or next((reason for change, reason in known.items() if change in fault.change), None)
