"""Nested arguments: gradients come back in the nesting that went in."""

from collections import OrderedDict, namedtuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import ShapeError, grad, hvp, jacobian, jvp, stop_gradient, tree, value_and_grad, vjp

SETTINGS = settings(derandomize=True, deadline=None, max_examples=60)
Layer = namedtuple("Layer", ["W", "b"])
LEAVES = st.floats(-2, 2, allow_nan=False) | st.integers(-3, 3)
KEYS = st.sampled_from("abcd") | st.integers(0, 3)
TREES = st.recursive(
    LEAVES | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=3)
        | st.tuples(inner, inner).map(lambda pair: Layer(*pair))
    ),
    max_leaves=8,
)


def squares(nested):
    """Σ k xₖ² over the leaves, in order."""
    return sum((k * x**2 for k, x in enumerate(tree.leaves(nested), 1)), 0.0)


def expected(nested):
    """2 k xₖ in the same nesting, written independently."""
    counter = iter(range(1, 100))

    def walk(item):
        if item is None:
            return None
        if isinstance(item, dict):
            return {key: walk(value) for key, value in item.items()}
        if isinstance(item, Layer):
            return Layer(*[walk(value) for value in item])
        if isinstance(item, (list, tuple)):
            return type(item)(walk(value) for value in item)
        return 2.0 * next(counter) * item

    return walk(nested)


@SETTINGS
@given(TREES)
def test_gradients_are_nested_like_the_argument(nested):
    result = grad(squares)(nested)
    assert result == expected(nested)
    assert repr(tree.map_leaves(lambda _: 0, result)) == repr(tree.map_leaves(lambda _: 0, nested))


@SETTINGS
@given(TREES)
def test_forward_agrees_with_reverse_on_any_nesting(nested):
    direction = tree.map_leaves(lambda x: x + 1.5, nested)
    y, y_dot = jvp(squares, (nested,), (direction,))
    slopes = zip(tree.leaves(expected(nested)), tree.leaves(direction), strict=True)
    assert y == squares(nested)
    assert np.isclose(y_dot, sum((slope * dot for slope, dot in slopes), 0.0))


@SETTINGS
@given(TREES)
def test_mapping_the_identity_changes_nothing(nested):
    again = tree.map_leaves(lambda x: x, nested)
    assert again == nested
    assert repr(again) == repr(nested)


def test_the_containers_that_come_back():
    x = {"layers": [Layer(np.ones((2, 2)), np.ones(2)), (1.0, None)], "scale": 2}
    result = grad(lambda x: x["scale"] * np.sum(x["layers"][0].W) + x["layers"][1][0] ** 2)(x)
    assert list(result) == ["layers", "scale"]
    layer, rest = result["layers"]
    assert type(layer) is Layer
    assert layer.W.tolist() == [[2, 2], [2, 2]]
    assert layer.b.tolist() == [0, 0]
    assert rest == (2, None)
    assert result["scale"] == 4


def test_the_function_sees_the_containers_it_was_given():
    def f(x):
        assert type(x) is dict
        assert type(x["p"]) is Layer
        assert type(x["q"]) is list
        assert x["n"] is None
        return x["p"].W * x["q"][0]

    assert grad(f)({"p": Layer(2.0, 1.0), "q": [3.0], "n": None}) == {"p": Layer(3, 0), "q": [2], "n": None}


def test_an_ordered_dict_is_a_dict():
    result = grad(lambda x: x["b"] * 3 + x["a"])(OrderedDict(b=1.0, a=2.0))
    assert dict(result) == {"b": 3, "a": 1}
    assert list(result) == ["b", "a"]


@pytest.mark.parametrize("empty", [[], (), {}, None, [[], {}]])
def test_nothing_to_differentiate(empty):
    assert grad(lambda x: 3.0)(empty) == empty
    assert value_and_grad(lambda x, y: y * 2, argnums=(0, 1))(empty, 1.0) == (2, (empty, 2))


@pytest.mark.parametrize("spoilt", [np.array([1, 2]), "a", True, [np.array([True])], {"w": np.array([1])}])
def test_a_leaf_that_has_no_derivative_is_named_with_its_path(spoilt):
    with pytest.raises(TypeError, match=r"argument 1\[0\]\['w'\]"):
        grad(lambda x, y: 1.0, argnums=1)(1.0, [{"w": spoilt}])


def test_the_order_of_a_dict_s_keys_does_not_matter():
    def f(d):
        return {"x": 10 * d["a"], "y": d["b"]}

    assert jvp(f, ({"a": 1.0, "b": 2.0},), ({"b": 1.0, "a": 0.0},))[1] == {"x": 0, "y": 1}
    assert vjp(f, {"a": 1.0, "b": 2.0})[1]({"y": 1.0, "x": 0.0}) == ({"a": 0, "b": 1},)
    assert hvp(lambda d: d["a"] ** 3 + d["b"] ** 2)({"a": 1.0, "b": 2.0}, {"b": 1.0, "a": 0.0}) == {"a": 0, "b": 2}


@pytest.mark.parametrize("tangent", [[1.0], (1.0, 2.0), {"a": 1.0}, 1.0, [1.0, [2.0]], [1.0, None], None])
def test_a_tangent_of_another_nesting_is_refused(tangent):
    with pytest.raises((ShapeError, TypeError), match="jvp"):
        jvp(lambda x: x[0] * x[1], ([1.0, 2.0],), (tangent,))


@pytest.mark.parametrize(
    "y_bar", [1.0, [1.0, 2.0], {"a": 1.0}, {"a": 1.0, "b": [1.0, 2.0]}, {"a": 1.0, "c": [1.0]}, None]
)
def test_a_cotangent_of_another_nesting_is_refused(y_bar):
    _, pullback = vjp(lambda x: {"a": x, "b": [x * 2]}, 1.0)
    with pytest.raises(ShapeError, match="nested"):
        pullback(y_bar)


def test_a_jacobian_is_nested_like_the_output_and_inside_each_like_the_argument():
    x = {"a": np.array([1.0, 2.0]), "b": 3.0}

    def f(x):
        return [x["a"] * x["b"], (x["b"] ** 2, 7.0)]

    for mode in ("forward", "reverse", None):
        J = jacobian(f, mode=mode)(x)
        assert J[0]["a"].tolist() == [[3, 0], [0, 3]]
        assert J[0]["b"].tolist() == [1, 2]
        assert J[1][0]["a"].tolist() == [0, 0]
        assert J[1][0]["b"] == 6
        assert J[1][1]["a"].tolist() == [0, 0]
        assert J[1][1]["b"] == 0


def test_stop_gradient_maps_over_containers():
    def f(x):
        fixed = stop_gradient(x)
        assert type(fixed) is Layer
        return fixed.W * x.W + fixed.b**2

    assert grad(f)(Layer(3.0, 2.0)) == Layer(3, 0)
