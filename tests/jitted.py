"""Compiled beside eager: the same calls of both, compared; and random programs of NumPy calls as a strategy."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograd_mini import jit

TOLERANCES = {"e": 4e-3, "f": 1e-5, "F": 1e-5}  # of the largest entry; 1e-12 for all others


def leaves(tree: Any) -> list[Any]:
    """What is nested in lists, tuples and dicts, in order."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    return [leaf for item in tree for leaf in leaves(item)] if isinstance(tree, (list, tuple)) else [tree]


def nesting(tree: Any) -> Any:
    """How it is nested, and what stands at the leaves that are no numbers."""
    if isinstance(tree, dict):
        return type(tree), [(key, nesting(item)) for key, item in tree.items()]
    if isinstance(tree, (list, tuple)):
        return type(tree), [nesting(item) for item in tree]
    return "*" if isinstance(tree, (float, complex, np.ndarray, np.generic)) else tree


def assert_same(actual: Any, expected: Any, tolerance: float | None = None) -> None:
    """Nesting, dtypes, shapes, and values to `tolerance` of the largest entry."""
    assert nesting(actual) == nesting(expected)
    for a, e in zip(map(np.asarray, leaves(actual)), map(np.asarray, leaves(expected)), strict=True):
        assert (a.shape, a.dtype) == (e.shape, e.dtype)
        if e.dtype.kind not in "fc":
            assert np.array_equal(a, e)
            continue
        with np.errstate(all="ignore"):
            finite = np.isfinite(e)
            largest = np.max(np.abs(e[finite]), initial=0.0)
            limit = tolerance or TOLERANCES.get(e.dtype.char, 1e-12)
            np.testing.assert_allclose(a, e, rtol=0, atol=max(limit * largest, np.finfo(e.dtype).smallest_subnormal))


def outcome(f: Any, *args: Any, **kwargs: Any) -> Any:
    """What a call returns, or the exception that it raises."""
    try:
        with np.errstate(all="ignore"):
            return f(*args, **kwargs)
    except Exception as error:
        return error


def check(f: Any, *calls: Any, tolerance: float | None = None, compiles: bool = True, **options: Any) -> Any:
    """Every call of ``jit(f)`` as of `f`, twice over; results that were kept stay what they were.

    Returns
    -------
    callable
        The compiled function, for a look at its source.
    """
    compiled = jit(f, **options)
    kept = []
    with warnings.catch_warnings():
        warnings.simplefilter("error" if compiles else "ignore")
        for args in (*calls, *calls):
            expected, actual = outcome(f, *args), outcome(compiled, *args)
            if isinstance(expected, Exception) or isinstance(actual, Exception):
                assert type(actual) is type(expected), (actual, expected)
                continue
            assert_same(actual, expected, tolerance)
            kept.append((actual, [np.array(leaf) for leaf in leaves(actual)]))
    for result, copies in kept:
        for leaf, copy in zip(leaves(result), copies, strict=True):
            np.testing.assert_array_equal(leaf, copy)
    return compiled


# Random programs

ALONE = """
np.sin({a}) | np.tanh({a}) | np.exp(-{a}*{a}) | np.square({a}) | -{a} | abs({a}) | 1/(2+np.cos({a})) | 2*{a}
{a}/3 | {a}-1.5 | 3-{a} | {a}+0 | 1*{a} | {a}**2 | {a}**3 | np.sqrt({a}*{a}+0.5) | np.log1p({a}*{a})
np.where({a}>0.1,{a},0.5*{a}) | {a}.T | {a}.reshape(-1) | {a}.sum() | {a}.sum(0) | {a}.sum(-1)
{a}.sum(axis=-1,keepdims=True) | {a}.mean() | {a}.max(axis=0) | np.max({a}) | np.sum({a}*{a})
np.cumsum({a},axis=0) | {a}[...,:2] | {a}[0] | {a}[...,None] | {a}[::-1] | np.sort({a},axis=-1)
np.stack([{a},{a}*2]) | np.concatenate([{a},{a}]) | {a}@{a}.T | ({a}.T@{a})*0.1 | np.reciprocal(1.5+{a}*{a})
np.sign({a})*{a} | np.ravel({a},order='F') | np.var({a}) | np.broadcast_to({a},(2,)+{a}.shape)
np.expand_dims({a},0) | np.diff({a},axis=0) | np.roll({a},1,axis=0) | np.clip({a},-.7,.8)
np.prod({a}*.3,axis=0) | np.diagonal({a}) | np.diag({a}) | {a}.swapaxes(0,-1) | np.flip({a})
np.logaddexp({a},0.3) | (({a}>0)&({a}<1))*{a} | np.float64(1.5)*{a} | np.take({a},[0,0,1],axis=0) | np.tril({a})
np.ones_like({a})/({a}*{a}).sum() | np.zeros_like({a}) | np.full_like({a},2.) | {a}.copy()
np.split({a},2,axis=-1)[0] | np.einsum('...i->...',{a}) | np.einsum('ij->ji',{a}) | np.argmax({a})*1.0
np.linalg.matrix_transpose({a}) | np.reshape({a},(-1,2),'F')
"""
TOGETHER = """
{a}+{b} | {a}-{b} | {a}*{b} | {a}/({b}*{b}+1) | np.maximum({a},{b}) | np.hypot({a},{b}+3)
np.where({a}>{b},{a},{b}) | ({a}*{a}+1)**np.sin({b}) | {a}@{b} | np.dot({a},{b}) | np.outer({a},{b})
{a}*{b}.sum() | np.sum({a}*{b}) | {a}-{b}.mean() | {a}*(1/({b}*{b}+2))
np.concatenate([np.ravel({a}),np.ravel({b})]) | {a}+(-{b}) | {a}*(-{b}) | {a}*3*({b}*2) | -({a}-{b})
np.sum({a},axis=0)+np.sum({b},axis=0) | np.minimum({a},{b})*2 | {a}+0.1*{b} | np.sum({a},axis=0)+np.sum({b})
"""
SHAPES = [(), (3,), (1,), (2, 3), (3, 2), (3, 3), (1, 3), (3, 1), (0, 3), (2, 3, 3), (4,)]


def _templates(text: str) -> list[str]:
    return [template for line in text.splitlines() for template in line.split(" | ") if template]


def _drawn(rng: np.random.Generator, shape: tuple[int, ...], kind: str) -> Any:
    values = np.asarray(rng.uniform(0.2, 1.5, shape) * rng.choice([-1, 1], shape))
    if kind == "number":
        return float(values)
    return np.asfortranarray(values) if kind == "fortran" else values.astype("f4") if kind == "single" else values


def _is_tame(value: Any) -> bool:
    value = np.asarray(value)
    return (
        value.size <= 2000 and value.ndim <= 4 and bool(np.isfinite(value).all()) and bool((np.abs(value) < 1e4).all())
    )


@st.composite
def programs(
    draw: Any, kinds: tuple[str, ...] = ("array", "fortran", "number"), scalar: bool = False
) -> tuple[str, Any]:
    """Source of a function of one to three arguments, and three calls of it; with `scalar` it returns one number."""
    given = draw(st.lists(st.tuples(st.sampled_from(SHAPES), st.sampled_from(kinds)), min_size=1, max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 1 << 30)))
    given = [((), kind) if kind == "number" else (shape, kind) for shape, kind in given]
    calls = [[_drawn(rng, shape, kind) for shape, kind in given] for _ in range(3)]
    names = [f"x{k}" for k in range(len(given))]
    known = dict(zip(names, calls[0], strict=True))
    lines = []
    alone, together = _templates(ALONE), _templates(TOGETHER)
    for k in range(draw(st.integers(2, 10))):
        for _ in range(4):  # most calls do not fit most shapes
            template = rng.choice(alone if rng.random() < 0.6 else together)
            a, b = (list(known)[-1 - min(len(known) - 1, int(rng.exponential(2)))] for _ in "ab")
            line = template.format(a=a, b=b)
            value = outcome(eval, line, {"np": np, **known})
            if not isinstance(value, Exception) and _is_tame(value):
                known[f"v{k}"] = value
                lines.append(f"    v{k} = {line}")
                break
    made = [name for name in known if name[0] == "v"] or names[:1]
    wanted = sorted({made[-1], *rng.choice(made, 2)})
    result = " + ".join(f"np.sum(np.sin({name}))" for name in wanted) if scalar else f"{', '.join(wanted)},"
    return "\n".join([f"def f({', '.join(names)}):", *lines, f"    return {result}"]), calls


def function_of(source: str) -> Any:
    """The function that a source defines."""
    namespace: dict[str, Any] = {"np": np}
    exec(source, namespace)
    return namespace["f"]
