"""The loop over the tables: every row is proved, and wrong rows are found out."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_mini import Inverse, Tensor
from autograd_mini.broadcasting import to_shape
from autograd_mini.kinds import RULES, Constant, Partial, Rule, Transpose, Weight

from .rule_loop import check_row, rows

ROWS = rows()


@pytest.mark.parametrize("name", ROWS)
def test_row(name):
    check_row(ROWS[name])


def test_a_row_without_samples_fails():
    row = next(row for row in ROWS.values() if isinstance(row, Rule))
    bare = Rule(row.function, row.name, row.call, row.entries, False, None, (), False)
    with pytest.raises(AssertionError, match="no sample arguments"):
        check_row(bare)


def _plant(monkeypatch, function, *entries):
    """Put wrong entries into the row of `function`; ``None`` leaves one as it is."""
    rule = RULES[function]
    wrong = [right if entry is None else entry for right, entry in zip(rule.entries, entries, strict=True)]
    for entry in wrong:
        entry.read_keywords(len(wrong))
    monkeypatch.setattr(rule, "entries", wrong)
    return rule


WRONG_ROWS = {
    "sign": (np.cos, Partial(lambda y, x: np.sin(x))),
    "sign of one operand": (np.subtract, None, Constant(1)),
    "factor": (np.square, Partial(lambda y, x: x)),
    "term": (np.tanh, Partial(lambda y, x: -y * y)),
    "swapped partials": (np.divide, Partial(lambda y, a, b: -y / b), Partial(lambda y, a, b: 1 / b)),
    "operand for result": (np.exp, Partial(lambda y, x: x)),
    "transpose": (np.matmul, Transpose(lambda y_bar, a, b: y_bar @ b.reshape(b.T.shape)), None),
    "order of a product": (np.outer, Transpose(lambda y_bar, a, b: (np.ravel(b) @ y_bar.T).reshape(a.shape) * 2), None),
    "weight": (np.maximum, Weight(lambda y, a, b: a < b), None),
    "taken by both": (np.where, None, None, Weight(lambda y, condition, a, b: condition)),
    "way back": (np.transpose, Inverse(lambda bar, x, axes=None: bar.reshape(x.shape))),
    "keyword ignored": (
        np.var,
        Partial(lambda y, x, axis=None: 2 * (x - x.mean(axis, keepdims=True)) / x.shape[axis or 0]),
    ),
    "axis ignored": (np.mean, Partial(lambda y, x: 1 / x.size)),
    "missing in second order": (np.sinh, Partial(lambda y, x: np.cosh(x.data if isinstance(x, Tensor) else x))),
    "a float64 constant": (np.exp2, Partial(lambda y, x: np.log(np.float64(2.0001)) * y)),
}


@pytest.mark.parametrize("fault", WRONG_ROWS)
def test_a_wrong_row_is_found_out(monkeypatch, fault):
    function, *entries = WRONG_ROWS[fault]
    rule = _plant(monkeypatch, function, *entries)
    with pytest.raises((AssertionError, ValueError)):
        check_row(rule)


def _last_contribution_only(a, b, fresh=False):
    return b


def _first_entry_of_sum(x, shape):
    return x[(0,) * (x.ndim - len(shape))] if x.ndim > len(shape) else x


def _mean_for_sum(x, shape):
    return to_shape(x, shape) / max(1, x.size // max(1, int(np.prod(shape))))


MECHANISMS = {
    "missing accumulation": ("autograd_mini.sweeps.add", _last_contribution_only, np.multiply),
    "no sum over broadcast axes": ("autograd_mini.cotangents.to_shape", _first_entry_of_sum, np.add),
    "mean over broadcast axes": ("autograd_mini.cotangents.to_shape", _mean_for_sum, np.multiply),
    "the imaginary part for the real": ("autograd_mini.cotangents.to_dtype", lambda x, dtype: x.imag, np.imag),
    "zeros multiplied, not selected": ("autograd_mini.entries.masked", lambda value, live: value * 0, np.where),
}


@pytest.mark.parametrize("fault", MECHANISMS)
def test_a_wrong_mechanism_is_found_out(monkeypatch, fault):
    place, wrong, function = MECHANISMS[fault]
    monkeypatch.setattr(place, wrong)
    with pytest.raises((AssertionError, ValueError, IndexError, Warning)):
        check_row(RULES[function])
