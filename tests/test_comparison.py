"""compare: one array against another, judged by the formula, at kinks by the slopes, with the right numbers in the row."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import GradientRow, Tensor
from autograd_mini.checking.comparison import LOOKED_AT, allowance, compare
from autograd_mini.checking.remarks import number

G = np.array([[3.0, -0.5, 0.25], [1.0, 2.0, -4.0]])
PARAMS = [G + 1, np.ones((2, 1))]


def row(yours, tape=G, cost=1.0, params=PARAMS, **options):
    return compare("∂C/∂W", yours, tape, cost, params, **options)


def test_the_allowance_is_the_formula():
    assert allowance(0.5, [np.ones(3), -2 * np.ones(2)], np.array([-4.0, 3.0])) == 64 * 2.0**-52 * 2 * 4.5
    assert allowance(-0.5, {"w": np.full(3, 0.1)}, np.zeros(2)) == 64 * 2.0**-52 * 0.5
    assert allowance(0.5, (np.ones(3, "f4"), np.ones(2)), np.ones(2)) == 64 * 2.0**-23 * 1.5
    assert allowance(0.5, [2.0, [3.0]], np.ones(2)) == 64 * 2.0**-52 * 3 * 1.5
    assert allowance(0.0, [np.zeros(0)], np.zeros(0)) == 0


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    exponent=st.integers(-8, 8),
    single=st.booleans(),
    cost=st.floats(0, 1e6),
    entry=st.integers(0, 5),
    over=st.sampled_from([0.9, 1.1]),
)
def test_an_entry_is_wrong_from_the_allowance_on(exponent, single, cost, entry, over):
    tape = (G * 10.0**exponent).astype("f4" if single else "f8")
    params = [tape]
    allowed = allowance(cost, params, tape)
    yours = tape.astype(float)
    yours.flat[entry] += over * allowed
    found = row(yours, tape, cost, params)
    if abs(yours.flat[entry] - tape.flat[entry]) > 0.5 * allowed:  # else it was lost in rounding
        assert (found.verdict == "WRONG") == (over > 1)
        assert found.worst == np.unravel_index(entry, (2, 3))


def test_a_row_holds_what_was_compared():
    yours = G.copy()
    yours[1, 2] = -2.0
    found = row(yours)
    assert isinstance(found, GradientRow)
    assert (found.label, found.shape, found.verdict) == ("∂C/∂W", (2, 3), "WRONG")
    assert found.yours is yours
    assert np.array_equal(found.tape, G)
    assert (found.difference, found.worst, found.ratio) == (2.0, (1, 2), (0.5, 1.0))
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.verdict = "ok"


def test_entries_below_the_allowance_are_not_in_the_ratio():
    tape = np.array([1.0, 1e-20])
    assert row(np.array([1.0, 5e-20]), tape).ratio == (1.0, 1.0)
    assert row(np.zeros(2), np.zeros(2)).ratio is None


def test_what_is_below_the_allowance_is_too_small_to_judge():
    tape = np.array([1e-20, -2e-17])
    for yours in (tape, -tape, np.zeros(2)):
        assert row(yours, tape).verdict == "too small to judge"
    assert row(np.array([1e-20, 1e-3]), tape).verdict == "WRONG"
    assert row(np.array([1e-20, 1e-3]), np.array([1e-20, 1e-3])).verdict == "ok"
    assert row(np.zeros((0, 3)), np.zeros((0, 3))).verdict == "ok"


def test_a_factor_between_numbers_close_to_the_allowance_says_nothing():
    allowed = allowance(1.0, PARAMS, np.zeros(3))
    found = row(np.zeros(3), 20 * allowed * np.array([1.5, -2.0, 1.8]))
    assert (found.verdict, found.remarks) == ("WRONG", ())
    assert row(np.zeros(3), 1000 * allowed * np.array([1.5, -2.0, 1.8])).remarks == ("zero everywhere",)


def test_right_backprops_of_a_saturated_neuron_are_both_right():
    z = np.array([40.0, -40.0, 20.0, -20.0, 3.0])
    a = 1 / (1 + np.exp(-z))
    tape = a * (1 / (1 + np.exp(z)))
    yours = a * (1 - a)
    assert yours[0] == 0 < tape[0]
    assert row(0.3 * yours, 0.3 * tape, 0.5, [z]).verdict == "ok"
    assert row(0.3 * yours[:2], 0.3 * tape[:2], 0.5, [z]).verdict == "too small to judge"


def test_nan_and_infinity_are_wrong_where_the_tape_has_numbers():
    for bad, name in ((np.nan, "nan"), (np.inf, "inf"), (-np.inf, "inf")):
        yours = G.copy()
        yours[0, 1] = bad
        found = row(yours)
        assert (found.verdict, found.worst, found.difference) == ("WRONG", (0, 1), np.inf)
        assert found.remarks == (f"holds {name} in 1 of 6 entries",)
    assert row(np.full((2, 3), np.inf), np.full((2, 3), np.inf)).verdict == "ok"
    assert row(np.full((2, 3), -np.inf), np.full((2, 3), np.inf)).verdict == "WRONG"


def test_nothing_is_judged_where_the_tape_has_nan():
    tape = G.copy()
    tape[0] = np.nan
    found = row(G, tape)
    assert (found.verdict, found.remarks) == ("ok", ("not judged in 3 of 6 entries, where autodiff has nan",))
    assert row(-G, tape).verdict == "WRONG"


SHAPES = [(3,), (6,), (3, 2), (2,), (1, 2, 3), (), (3, 3)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_another_shape_is_wrong_even_where_it_would_broadcast(shape):
    found = row(np.ones(shape), np.ones((2, 3)))
    assert found.verdict == "WRONG"
    assert (found.difference, found.worst, found.ratio) == (np.inf, None, None)
    assert len(found.remarks) == 1


def test_single_precision_is_judged_as_such():
    found = row(G.astype("f4") * np.float32(1 + 2e-7))
    assert found.verdict == "ok"
    assert found.remarks == ("float32, where the parameter is float64: judged with the precision of float32",)
    assert row((G * (1 + 1e-3)).astype("f4")).verdict == "WRONG"
    assert row(G, G.astype("f4"), params=[G.astype("f4")]).remarks == ("float64, where the parameter is float32",)


def test_what_is_no_array_of_floats():
    whole = np.array([[3, 0, 0], [1, 2, -4]])
    integers = "of int64, which cuts off fractions; the parameter is float64"
    assert row(whole).remarks[0] == integers
    assert row(whole).verdict == "WRONG"
    assert (row(whole, whole.astype(float)).verdict, row(whole, whole.astype(float)).remarks) == ("ok", (integers,))
    assert (row(G.tolist()).verdict, row(G.tolist()).remarks) == ("ok", ("a list, not an array",))
    assert (row(Tensor(G)).verdict, row(Tensor(G)).remarks) == ("ok", ())
    assert row(G + 0j).remarks == ("complex, where the parameter is real",)
    assert row(2, np.float64(2)).verdict == "ok"
    for nothing in ("a", [[1], [2, 3]], {1.0}, None, G.astype(object)):
        assert row(nothing).verdict == "WRONG"
        assert row(nothing).remarks


# Kinks: whoever calls says what the slopes are, and is asked only where it matters.


class Asked:
    """A cost with the slopes 0 and 1 in some entries, and a count of how often that was asked."""

    def __init__(self, kinks):
        self.kinks = kinks
        self.entries = []

    def __call__(self, entry):
        self.entries.append(entry)
        return (0.0, 1.0) if entry in self.kinks else None


def test_any_number_between_the_slopes_is_right():
    tape = np.array([1.0, 0.5, 0.5, 0.0])
    for value in (0.0, 0.3, 1.0, -1e-15):
        asked = Asked({1, 2})
        found = row(np.array([1.0, value, 0.5, 0.0]), tape, kink=asked)
        assert (found.verdict, found.difference, found.ratio, asked.entries) == ("ok", 0.0, (1.0, 1.0), [1])
        assert found.remarks == (
            "between the one-sided slopes of a kink of the cost in 1 of 4 entries, which is right",
        )
    for value in (-0.1, 1.1, np.nan, np.inf):
        assert row(np.array([1.0, value, 0.5, 0.0]), tape, kink=Asked({1, 2})).verdict == "WRONG"


def test_the_worst_entry_is_none_that_lies_at_a_kink():
    tape = np.array([0.5, 0.5, 0.0, 0.0])
    found = row(np.array([1.0, 0.5, 0.1, 0.0]), tape, kink=Asked({0}))
    assert (found.verdict, found.worst, found.difference) == ("WRONG", (2,), 0.1)


def test_a_right_gradient_asks_for_no_slope():
    asked = Asked({0})
    row(G, kink=asked)
    assert asked.entries == []


def test_of_many_wrong_entries_some_are_looked_at():
    tape, n = np.full(10_000, 0.5), 10_000
    asked = Asked(set(range(n)))
    assert row(np.zeros(n), tape, kink=asked).verdict == "ok"
    assert LOOKED_AT < len(asked.entries) < 3 * LOOKED_AT
    asked = Asked(set())
    assert row(np.zeros(n), tape, kink=asked).verdict == "WRONG"
    assert len(asked.entries) == 1


def test_further_noise_can_be_allowed_for():
    assert row(G + 1e-6, noise=1e-5).verdict == "ok"
    assert row(G + 1e-6, noise=1e-7).verdict == "WRONG"
    noise = np.zeros((2, 3))
    noise[0, 0] = 1.0
    assert row(G + 1e-6, noise=noise).worst != (0, 0)


@pytest.mark.parametrize(
    ("x", "digits", "text"),
    [
        (6.0, 4, "6"),
        (-33427.1, 2, "−33000"),
        (0.078123, 2, "0.078"),
        (1.24e-5, 2, "1.2e−5"),
        (3.6e7, 2, "3.6e7"),
        (-1e-17, 1, "−1e−17"),
        (0.0, 4, "0"),
        (np.nan, 4, "nan"),
        (1e-100, 4, "1e−100"),
    ],
)
def test_numbers_are_written_for_people(x, digits, text):
    assert number(x, digits) == text
