"""Fourier transforms: linear, and each its own transpose up to truncation, zero padding and the halves that are left out.

No transpose conjugates: ``fft`` is a symmetric matrix, ``exp(-2πi jk/n)``, so it is its own transpose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..kinds import Inverse, linear, selection
from ..samples import S, at

fft, ifft, rfft, irfft, hfft, ihfft = np.fft.fft, np.fft.ifft, np.fft.rfft, np.fft.irfft, np.fft.hfft, np.fft.ihfft

# What carries a cotangent back through a transform of one axis, at the same length and norm.
_BACK: dict[Any, Any] = {fft: fft, ifft: ifft, rfft: fft, ihfft: ifft, irfft: ihfft, hfft: rfft}


def _part(x: Any, axis: int, start: int | None, stop: int | None) -> Any:
    return x[(slice(None),) * (axis % x.ndim) + (slice(start, stop),)]


def _resized(x: Any, size: int, axis: int) -> Any:
    """`x` cut, or filled up with zeros, to `size` entries along `axis`: the transpose of filling up, or cutting."""
    missing = size - x.shape[axis]
    if missing <= 0:
        return _part(x, axis, None, size) if missing else x
    shape = [missing if a == axis % x.ndim else n for a, n in enumerate(x.shape)]
    return np.concatenate([x, np.zeros_like(x, shape=tuple(shape))], axis=axis)


def _doubled(x: Any, n: int, axis: int) -> Any:
    """Twice the entries that stand for two of the `n`: all but the first and, where `n` is even, the last."""
    twice = (n + 1) // 2
    parts = [_part(x, axis, None, 1), 2 * _part(x, axis, 1, twice), _part(x, axis, twice, None)]
    return np.concatenate(parts, axis=axis)


def _back(transform: Any, y_bar: Any, size: int, n: int | None, axis: int, norm: str | None) -> Any:
    """The transpose of one transform of length `n` along one axis, whose operand has `size` entries there.

    ``rfft`` leaves half of the rows of ``fft`` out: their cotangents are zero. ``irfft`` is the real part
    yⱼ = Re Σₖ wₖ xₖ exp(2πi jk/n) with w = 1, 2, …, 2, and a last 1 where n, the length of its result, is even.
    """
    if transform in (irfft, hfft):
        n = y_bar.shape[axis]
        x_bar = _doubled(_BACK[transform](y_bar, n, axis, norm), n, axis)
    else:
        x_bar = _BACK[transform](y_bar, size if n is None else n, axis, norm)
    return _resized(x_bar, size, axis)


def _one(transform: Any) -> Callable[..., Any]:
    """The transpose of a transform of one axis."""

    def back(y_bar: Any, x: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
        return _back(transform, y_bar, x.shape[axis], n, axis, norm)

    return back


def _several(last: Any, default: tuple[int, int] | None = None) -> Callable[..., Any]:
    """The transpose of a transform of several axes: `last` is the one-dimensional transform of the last of them."""

    def back(y_bar: Any, x: Any, s: Any = None, axes: Any = default, norm: str | None = None) -> Any:
        for transform, size, n, axis in reversed(_passes(last, x.shape, s, axes)):
            y_bar = _back(transform, y_bar, size, n, axis, norm)
        return y_bar

    return back


def _passes(last: Any, shape: tuple[int, ...], s: Sequence[int | None] | None, axes: Any) -> list[tuple[Any, ...]]:
    """NumPy's passes over one axis after the other: transform, entries it is given, its length, axis.

    The first pass is over the last axis; of ``irfftn`` that is the last one. An axis may be named more than once.
    """
    if axes is None:
        axes = range(len(shape)) if s is None else range(-len(s), 0)
    lengths = [-1] * len(axes) if s is None else s
    others = [fft if last in (fft, rfft) else ifft] * (len(axes) - 1)
    passes = list(zip([*others, last], lengths, axes, strict=bool(axes)))
    sizes, result = list(shape), []
    for transform, n, axis in passes if last is irfft else reversed(passes):
        length = shape[axis] if n == -1 else n or sizes[axis]
        result.append((transform, sizes[axis], length, axis))
        sizes[axis] = length // 2 + 1 if transform is rfft else length
    return result


_NORMS = [at(S(5), norm="ortho"), at(S(4), norm="forward"), at(S(4), 5, -1, "backward")]
_ONE = [at(S(5)), at(S(4)), at(S(1)), at(S(2, 3), 5), at(S(5, 2), 3, 0), at(S(2, 5, 3), axis=1), at(S(5), n=2), *_NORMS]
_HALF = [at(S(4)), at(S(4), 7), at(S(2, 5), 5), at(S(2, 3), 9), at(S(2, 3), 8, -1), at(S(5, 2), 2, 0), at(S(3), 1),
         at(S(1), 4), at(S(2, 5, 3), axis=-2), at(S(4), norm="ortho"), at(S(4), 5, norm="forward"),
         at(S(3), norm="backward")]  # fmt: skip
_TWO = [at(S(4, 3)), at(S(2, 3, 5)), at(S(4, 3), (3, 5)), at(S(4, 3), s=(5, -1), axes=(1, 0)), at(S(3, 2, 4), axes=(0, 2)),
        at(S(3, 4), norm="ortho"), at(S(3, 4), (5, 2), (0, 1), "forward")]  # fmt: skip
_MANY = [at(S(4, 3)), at(S(2, 3, 4)), at(S(4, 3), axes=(0,)), at(S(2, 3, 4), (5, 2), (0, -1)), at(S(4, 3), s=[7], axes=[1]),
         at(S(2, 5, 3), axes=(2, 0, 1), norm="ortho"), at(S(4, 3), s=(3, 5), axes=(-1, 0), norm="forward"),
         at(S(3, 5), axes=(1, 0, 0)), at(S(3, 5), (4, 3, 6), (1, 0, 0))]  # fmt: skip
_SHIFT = [at(S(5)), at(S(2, 5, 4)), at(S(2, 5), 1), at(S(2, 5, 3), axes=(0, -1))]

# fmt: off
linear(np.fft.fft,    _one(fft),               samples=_ONE)
linear(np.fft.ifft,   _one(ifft),              samples=_ONE)
linear(np.fft.rfft,   _one(rfft),              samples=_ONE)
linear(np.fft.irfft,  _one(irfft),             samples=_HALF)
linear(np.fft.hfft,   _one(hfft),              samples=_HALF)
linear(np.fft.ihfft,  _one(ihfft),             samples=_ONE)
linear(np.fft.fft2,   _several(fft, (-2, -1)),   samples=_TWO)
linear(np.fft.ifft2,  _several(ifft, (-2, -1)),  samples=_TWO)
linear(np.fft.rfft2,  _several(rfft, (-2, -1)),  samples=_TWO)
linear(np.fft.irfft2, _several(irfft, (-2, -1)), samples=_TWO)
linear(np.fft.fftn,   _several(fft),           samples=[*_MANY, at(S(3), axes=())])
linear(np.fft.ifftn,  _several(ifft),          samples=_MANY)
linear(np.fft.rfftn,  _several(rfft),          samples=_MANY)
linear(np.fft.irfftn, _several(irfft),         samples=_MANY)
selection(np.fft.fftshift,  Inverse(lambda bar, x, axes=None: np.fft.ifftshift(bar, axes)), samples=_SHIFT)
selection(np.fft.ifftshift, Inverse(lambda bar, x, axes=None: np.fft.fftshift(bar, axes)),  samples=_SHIFT)
# fmt: on
