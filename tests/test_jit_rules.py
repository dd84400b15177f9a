"""Every row of every table through `jit`: the function and its pullback, against eager, on two draws of the arguments."""

import warnings

import numpy as np
import pytest

from autograd_mini import jit, vjp

from .jitted import assert_same, outcome
from .rule_loop import draw, rows

ROWS = rows()

# Rows whose shapes or branches depend on values, at one sample or more: these run as they are, and say so.
# fmt: off
BOTH = {
    "bincount", "compress", "extract",
    "histogram", "histogram2d", "histogramdd", "insert", "intersect1d", "linalg.lstsq", "poly",
    "polydiv", "roots", "setdiff1d", "setxor1d", "trim_zeros", "union1d", "unique", "unique_all", "unique_counts",
    "unique_inverse", "unique_values",
}
FUNCTION_ALONE = {
    "apply_along_axis", "apply_over_axes", "piecewise",
}
PULLBACK_ALONE = {
    "average", "cov", "histogram_bin_edges", "interp", "interpolated", "linalg.eigvals", "polyfit",
    "polyval", "ravel", "reshape",
}
# fmt: on


def pulled(f):
    """f and the pullback of ones, as one function."""

    def both(*xs):
        y, pullback = vjp(f, *xs)
        return y, pullback(np.ones(np.shape(y), np.result_type(y))[()])

    return both


def compared(function, drawn, tolerance):
    """Whether the function was compiled; what it returns is compared with eager's on every draw."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compiled = jit(function)
        for arrays in drawn:
            assert_same(outcome(compiled, *arrays), outcome(function, *arrays), tolerance)
    return not any("not compiled" in str(warning.message) for warning in caught)


def check_row(rule, dtype=np.float64, tolerance=1e-11):
    """The names of what was not compiled."""
    eager = set()
    for sample in rule.samples:
        f, first = draw(rule, sample, dtype, seed=1)
        drawn = [first, draw(rule, sample, dtype, seed=2).arrays]
        if any(isinstance(outcome(f, *arrays), Exception) for arrays in drawn):
            continue
        if not compared(f, drawn, tolerance):
            eager.add("f")
        if np.asarray(f(*first)).dtype.kind in "fc" and not compared(pulled(f), drawn, tolerance):
            eager.add("pullback")
    return eager


@pytest.mark.parametrize("name", ROWS)
def test_row(name):
    rule = ROWS[name]
    eager = check_row(rule)
    assert "f" not in eager or rule.name in BOTH | FUNCTION_ALONE
    assert "pullback" not in eager or rule.name in BOTH | PULLBACK_ALONE


def test_what_is_listed_exists():
    assert {rule.name for rule in ROWS.values()} >= BOTH | FUNCTION_ALONE | PULLBACK_ALONE


@pytest.mark.parametrize("name", list(ROWS)[::5])
def test_row_in_single_precision(name):
    check_row(ROWS[name], np.float32, 1e-4)
