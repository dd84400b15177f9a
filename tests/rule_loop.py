"""The checks that every row of every table has to pass, at every sample it states."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd_mini import Tensor, grad, jvp, vjp
from autograd_mini.cotangents import value_of
from autograd_mini.kinds import Composite, Rule, all_tables
from autograd_mini.samples import At, S
from autograd_mini.sweeps import values_of
from autograd_mini.transforms import _stop

WIDE = (-2.0, 2.0)


class Case(NamedTuple):
    """One sample of one row, drawn: a function of the arrays that stand for its `S`, and those arrays."""

    f: Callable[..., Any]
    arrays: list[np.ndarray]


def rows() -> dict[str, Rule | Composite]:
    """Every row that states a derivative, by name: all but `stop_gradient`, whose derivative is meant to be wrong."""
    stated = [
        rule for rule in all_tables().values() if isinstance(rule, (Rule, Composite)) and rule.function is not _stop
    ]
    return {f"{rule.name}-{i}": rule for i, rule in enumerate(stated)}


def _shapes(value: Any) -> Iterator[S]:
    if isinstance(value, S):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _shapes(item)


def _filled(value: Any, arrays: Iterator[Any]) -> Any:
    if isinstance(value, S):
        return next(arrays)
    return type(value)(_filled(item, arrays) for item in value) if isinstance(value, (list, tuple)) else value


def _apart(rng: np.random.Generator, shapes: list[tuple[int, ...]]) -> list[np.ndarray]:
    """Arrays of numbers in (0, 1), in random order, and none close to another of any array."""
    sizes = [int(np.prod(shape)) for shape in shapes]
    places = (rng.permutation(sum(sizes)) + rng.uniform(0.2, 0.8, sum(sizes))) / max(sum(sizes), 1)
    parts = np.split(places, np.cumsum(sizes)[:-1]) if shapes else []
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def draw(rule: Rule | Composite, sample: At, dtype: Any = np.float64, seed: int = 0) -> Case:
    """Arrays from the row's domain: generic, read-only, no two alike."""
    rng = np.random.default_rng([seed, zlib.crc32(f"{rule.name} {sample}".encode())])
    shapes = list(_shapes([*sample.args, *sample.kwargs.values()]))
    arrays = []
    unit = _apart(rng, [shape.shape for shape in shapes])
    for i, shape in enumerate(shapes):
        domain = shape.on or rule.on or WIDE
        low, high = domain[i] if isinstance(domain[0], tuple) else domain
        array = low + (high - low) * unit[i]
        array = np.where(np.abs(array) < 0.05, array + np.copysign(0.05, array), array)
        if np.dtype(dtype).kind == "c":
            array = array + 1j * rng.uniform(low, high, shape.shape)
        array = np.asarray(array, dtype=dtype)
        array.flags.writeable = False
        arrays.append(array)

    def f(*xs: Any) -> Any:
        given = iter(xs)
        args = _filled(list(sample.args), given)
        kwargs = {name: _filled(value, given) for name, value in sample.kwargs.items()}
        function = rule.function
        if isinstance(function, tuple):
            return _joined(getattr(*function)(*args, **kwargs))
        return _joined(function(*args, **kwargs))

    return Case(f, arrays)


def _joined(y: Any) -> Any:
    """The results of a function that has several as one vector, less those that are no floating-point numbers."""
    if not isinstance(y, (list, tuple)):
        return y
    parts = [np.ravel(_joined(part)) for part in y]
    return np.concatenate([part for part in parts if part.dtype.kind in "fc"])


def _like(rng: np.random.Generator, x: Any) -> Any:
    v = rng.uniform(0.5, 1.5, np.shape(x)) * rng.choice([-1, 1], np.shape(x))
    if np.iscomplexobj(x):
        v = v + 1j * rng.uniform(0.5, 1.5, np.shape(x))
    return np.asarray(v, dtype=np.asarray(x).dtype)


def _inner(a: Any, b: Any) -> float:
    return float(np.real(np.vdot(np.asarray(a), np.asarray(b))))


def _norm(arrays: Any) -> float:
    return float(np.sqrt(sum(np.sum(np.abs(a) ** 2) for a in arrays)))


def check_forward(rule: Rule | Composite, sample: At, dtype: Any = np.float64) -> None:
    """The forward sweep against central differences, one operand at a time."""
    f, arrays = draw(rule, sample, dtype)
    rng = np.random.default_rng(1)
    for i, x in enumerate(arrays):
        v = _like(rng, x)

        def along(t: float, i: int = i, x: Any = x, v: Any = v) -> Any:
            return np.asarray(f(*arrays[:i], x + t * v, *arrays[i + 1 :]))

        h = 1e-3
        difference = (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h)
        tangents = [v if k == i else np.zeros_like(a) for k, a in enumerate(arrays)]
        y, y_dot = jvp(f, arrays, tangents)
        np.testing.assert_allclose(y, f(*arrays), rtol=1e-14)
        np.testing.assert_allclose(y_dot, difference, rtol=1e-7, atol=1e-8 * max(1, _norm([difference])))


def check_reverse(rule: Rule | Composite, sample: At, dtype: Any = np.float64) -> None:
    """The reverse sweep against the forward sweep: ⟨ȳ, J ẋ⟩ = ⟨Jᵀ ȳ, ẋ⟩; and the pullback keeps shapes and dtypes."""
    f, arrays = draw(rule, sample, dtype)
    before = [a.copy() for a in arrays]
    rng = np.random.default_rng(2)
    dots = [_like(rng, a) for a in arrays]
    y, pullback = vjp(f, *arrays)
    y_bar = _like(rng, y)
    y_dot = jvp(f, arrays, dots)[1]
    bars = pullback(y_bar)
    for bar, a in zip(bars, arrays, strict=True):
        assert np.shape(bar) == a.shape
        assert bar.dtype == a.dtype
    scale = _norm([y_bar]) * _norm([y_dot]) + _norm(bars) * _norm(dots)
    back = sum(_inner(bar, dot) for bar, dot in zip(bars, dots, strict=True))
    assert abs(_inner(y_bar, y_dot) - back) <= 1e-10 * scale
    for a, b in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(a, b)


def check_same_tensor_twice(rule: Rule | Composite, sample: At) -> None:
    """f(x, x) where two operands have one shape: both contributions arrive."""
    f, arrays = draw(rule, sample)
    if len(arrays) < 2 or any(a.shape != arrays[0].shape for a in arrays) or isinstance(rule.on, tuple):
        return
    rng = np.random.default_rng(3)
    x, v = arrays[0], _like(rng, arrays[0])
    y, pullback = vjp(lambda x: f(*[x] * len(arrays)), x)
    y_bar = _like(rng, y)
    _, apart = vjp(f, *[x] * len(arrays))
    np.testing.assert_allclose(pullback(y_bar)[0], sum(apart(y_bar)), rtol=1e-12, atol=1e-12)
    y_dot = jvp(lambda x: f(*[x] * len(arrays)), [x], [v])[1]
    assert abs(_inner(y_bar, y_dot) - _inner(pullback(y_bar)[0], v)) <= 1e-10 * (1 + _norm([y_dot]) * _norm([y_bar]))


def check_second_order(rule: Rule | Composite, sample: At) -> None:
    """Hessian-vector products of Σ c f²: forward over reverse, reverse over reverse, differences of the gradient."""
    f, arrays = draw(rule, sample)
    rng = np.random.default_rng(4)
    weights = _like(rng, f(*arrays))

    def cost(xs: Any) -> Any:
        y = f(*xs)
        return np.sum(np.real(weights * y * y))

    v = [_like(rng, a) for a in arrays]
    gradient = grad(cost)
    forward_over_reverse = jvp(gradient, [arrays], [v])[1]
    reverse_over_reverse = grad(lambda xs: sum(np.sum(g * d) for g, d in zip(gradient(xs), v, strict=True)))(arrays)
    h = 1e-3
    ahead, behind, far, back = (
        gradient([a + t * d for a, d in zip(arrays, v, strict=True)]) for t in (h, -h, 2 * h, -2 * h)
    )
    for fr, rr, a, b, c, d in zip(forward_over_reverse, reverse_over_reverse, ahead, behind, far, back, strict=True):
        difference = (8 * (a - b) - (c - d)) / (12 * h)
        size = max(1, _norm([difference]))
        np.testing.assert_allclose(fr, rr, rtol=1e-9, atol=1e-10 * size)
        np.testing.assert_allclose(fr, difference, rtol=1e-6, atol=1e-7 * size)


def check_float32(rule: Rule | Composite, sample: At) -> None:
    """float32 in, float32 out, backward and forward, and the same derivative as in float64 to its precision."""
    f, arrays = draw(rule, sample, np.float32)
    _check_no_upcast(rule, f, arrays)
    y, pullback = vjp(f, *arrays)
    assert y.dtype == np.asarray(f(*arrays)).dtype
    y_bar = _like(np.random.default_rng(5), y)
    doubles = [a.astype(np.float64) for a in arrays]
    expected = vjp(f, *doubles)[1](y_bar.astype(np.asarray(f(*doubles)).dtype))
    for bar, exact in zip(pullback(y_bar), expected, strict=True):
        assert bar.dtype == np.float32
        np.testing.assert_allclose(bar, exact, rtol=2e-4, atol=2e-4 * max(1, _norm([exact])))


def _check_no_upcast(rule: Rule | Composite, f: Callable[..., Any], arrays: list[np.ndarray]) -> None:
    """What an entry states is float32 of itself, not only after the cast to its operand's dtype."""
    y = f(*map(Tensor, arrays))
    if not (isinstance(y, Tensor) and y.rule is rule and y.dtype == np.float32):
        return
    values, operands = y.value, values_of(y.operands)
    for slot, operand in enumerate(y.operands):
        if isinstance(operand, Tensor):
            x_bar = rule.entries[slot].pull(y, slot, np.ones_like(values), values, operands)
            assert x_bar is None or value_of(x_bar).dtype in (np.float32, np.complex64)


def check_complex(rule: Rule | Composite, sample: At) -> None:
    """Both sweeps at complex arguments, in every real direction, where NumPy takes complex numbers."""
    f, arrays = draw(rule, sample, np.complex128)
    try:
        f(*arrays)
    except (TypeError, np.exceptions.ComplexWarning):
        return
    check_forward(rule, sample, np.complex128)
    check_reverse(rule, sample, np.complex128)


CHECKS = (check_forward, check_reverse, check_same_tensor_twice, check_second_order, check_float32, check_complex)


def is_plain(rule: Rule | Composite, sample: At) -> bool:
    """Whether the function has no floating result: then the result on Tensors is NumPy's own, a plain one."""
    f, arrays = draw(rule, sample)
    expected = f(*arrays)
    if getattr(expected, "dtype", np.dtype(float)).kind in "fc":
        return False
    actual = f(*map(Tensor, arrays))
    assert type(actual) is type(expected)
    np.testing.assert_array_equal(actual, expected)
    return True


def check_row(rule: Rule | Composite) -> None:
    """All checks at all samples of a row; a row without samples fails."""
    assert rule.samples, f"{rule.name}: the row states no sample arguments, so nothing proves it."
    for sample in rule.samples:
        if is_plain(rule, sample):
            continue
        for check in CHECKS:
            check(rule, sample)
