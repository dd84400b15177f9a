"""What the boxes of a picture are called, and how its numbers are written."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import Tensor
from autograd_mini.drawing.numbers import number
from autograd_mini.drawing.picture import picture

from .random_expressions import expressions


def test_letters_follow_the_given_names_then_go_around_then_get_subscripts():
    x = Tensor(1.0, name="x")
    y = x
    for _ in range(30):
        y = y * 2
    names = [box.name for box in picture(y).boxes]
    assert names[:6] == ["x", "y", "z", "a", "b", "c"]
    assert names[25:30] == ["w", "a₁", "b₁", "c₁", "d₁"]
    unnamed = Tensor(1.0) * Tensor(2.0)
    assert [box.name for box in picture(unnamed + 1).boxes] == ["a", "b", "c", "d"]


def test_names_from_locals_ignore_what_is_not_theirs():
    class Hostile:
        def __getattribute__(self, name):
            raise RuntimeError(name)

        __hash__ = object.__hash__

    p, q = Tensor(2.0), Tensor(3.0, name="own")
    shown = picture(p * q, names={"hostile": Hostile(), "_": p, 7: p, "first": p, "again": p, "q": q, "n": 3})
    assert [box.name for box in shown.boxes] == ["first", "own", "a"]


def test_names_are_one_bounded_line_and_two_of_one_name_are_told_apart():
    p, q, r = Tensor(1.0, name="a\n<b>"), Tensor(2.0, name="a\n<b>"), Tensor(3.0, name=" \t ")
    long = Tensor(4.0, name="n" * 500)
    names = [box.name for box in picture(p * q + r * long).boxes]
    assert names[:3] == ["a <b>", "a <b>₂", "a"]
    assert len(names[3]) == 40


def test_constants_are_named_by_what_equals_them():
    x = np.arange(6.0)
    w = Tensor(np.ones(6), name="w")
    y = w @ x
    assert picture(y, names={"other": x + 1, "data": x}).boxes[1].name == "data"
    assert picture(y).boxes[1].name == "x"


@settings(max_examples=60, deadline=None)
@given(expressions(), st.lists(st.sampled_from(["a", "b", "y", "z", "δ", "x y"]), max_size=4))
def test_names_never_clash_and_given_ones_are_kept(program, given_names):
    inputs, y = program
    for tensor, name in zip(inputs, given_names, strict=False):
        tensor.name = name
    shown = picture(y, names={"first": inputs[0]})
    names = [box.name for box in shown.boxes]
    assert len(set(names)) == len(names)
    used = {box.key: box.name for box in shown.boxes if box.role == "input"}
    kept = [t.name for t in inputs if t.name and t.serial in used]
    assert set(kept) <= set(names)
    if inputs[0].serial in used and not inputs[0].name:
        assert used[inputs[0].serial] == "first"


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (6.0, "6"), (2 / 3, "0.6667"), (-3, "−3"), (1.2e-5, "1.2e−5"), (0.0001, "0.0001"), (-0.0, "0"),
        (12345.0, "1.234e4"), (20000.0, "20000"), (1e6, "1e6"), (1234.56, "1235"), (np.nan, "nan"), (np.inf, "∞"),
        (-np.inf, "−∞"), (np.float32(0.1), "0.1"), (1 + 2j, "1 + 2i"), (1 - 2j, "1 − 2i"), (-1j, "−1i"), (True, "True"),
        (3 + 0j, "3"), (np.array([7.0]), "7"), (1e300, "1e300"), (10**30, "1e30"),
    ],
)  # fmt: skip
def test_numbers_are_written_with_four_digits(x, text):
    assert number(x) == text


@given(st.floats(-1e307, 1e307))
def test_numbers_read_back_within_their_four_digits(x):
    read = float(number(x).replace("−", "-"))
    assert abs(read - x) <= 0.5001e-3 * abs(x)
