"""The model behind every picture, page and lesson: boxes, arrows, names, and the numbers that flow."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings

from autograd_mini import DrawingError, ShapeError, StaleGraphError, Tensor, gradients
from autograd_mini.drawing.picture import picture
from autograd_mini.graph import trace
from nn import sigmoid

from .random_expressions import expressions
from .rule_loop import draw, rows


def essay():
    a, b = Tensor(2.0, name="a"), Tensor(1.0, name="b")
    return a, b, (a + b) * (b + 1)


def edges(shown):
    return [(shown.names[arrow.source], shown.names[arrow.target]) for arrow in shown.arrows]


def by_name(shown):
    return {box.name: box for box in shown.boxes}


def test_the_essays_example_in_reverse():
    shown = picture(essay()[2], "reverse")
    assert [(b.name, b.expression, b.role, b.value, b.gradient, b.tangent) for b in shown.boxes] == [
        ("a", "", "input", 2, 2, None),
        ("b", "", "input", 1, 5, None),
        ("c", "a + b", "intermediate", 3, 2, None),
        ("d", "b + 1", "intermediate", 2, 3, None),
        ("e", "c · d", "output", 6, 1, None),
    ]
    assert edges(shown) == [("a", "c"), ("b", "c"), ("b", "d"), ("c", "e"), ("d", "e")]
    assert [(a.slot, a.symbol, a.partial, a.contribution, a.pushed) for a in shown.arrows] == [
        (0, "", 1, 2, None),
        (1, "", 1, 2, None),
        (0, "", 1, 3, None),
        (0, "d", 2, 2, None),
        (1, "c", 3, 3, None),
    ]
    b = by_name(shown)["b"]
    assert [arrow.contribution for arrow in shown.outgoing(b.key)] == [2, 3]
    assert [arrow.partial for arrow in shown.incoming(shown.output.key)] == [2, 3]
    assert shown.output.name == "e"
    assert shown.wrt is None


def test_the_essays_example_forward_and_local():
    _, b, e = essay()
    for wrt in (b, "b"):
        shown = picture(e, "forward", wrt)
        assert [box.tangent for box in shown.boxes] == [0, 1, 1, 1, 5]
        assert [arrow.pushed for arrow in shown.arrows] == [0, 1, 1, 2, 3]
        assert shown.wrt.name == "b"
        assert all(box.gradient is None for box in shown.boxes)
        assert all(arrow.contribution is None for arrow in shown.arrows)
    local = picture(e)
    assert all(box.gradient is None and box.tangent is None for box in local.boxes)
    assert [arrow.partial for arrow in local.arrows] == [1, 1, 1, 2, 3]
    only = Tensor(2.0)
    assert picture(only * only, "forward").wrt.role == "input"


def test_a_square_has_two_arrows():
    x = Tensor(3.0, name="x")
    shown = picture(x * x, "reverse")
    assert edges(shown) == [("x", "y"), ("x", "y")]
    assert [(a.slot, a.symbol, a.contribution) for a in shown.arrows] == [(0, "x", 3), (1, "x", 3)]
    assert shown.boxes[0].gradient == 6


def test_a_wrt_that_would_be_folded_gets_a_box():
    x = Tensor([1.0, 2.0, 3.0], name="x")
    total = np.sum(x)
    y = np.sum(total * x)
    assert [box.expression for box in picture(y).boxes] == ["", "sum(sum(x) · x)"]
    shown = picture(y, "forward", total)
    assert [box.expression for box in shown.boxes] == ["", "sum(x)", "sum(y · x)"]
    assert (shown.wrt.value, shown.output.tangent) == (6, 6)


# Random expressions: contributions, paths, both sweeps


def path_sums(shown, key):
    """The sum over all paths to the output of the products of partials, from first principles."""
    if key == shown.output.key:
        return 1.0
    return sum(arrow.partial * path_sums(shown, arrow.target) for arrow in shown.outgoing(key))


@settings(max_examples=120, deadline=None)
@given(expressions())
def test_contributions_sum_to_gradients_and_paths_agree_with_both_sweeps(program):
    inputs, y = program
    shown = picture(y, "reverse")
    swept = dict(zip([t.serial for t in inputs], gradients(y, *inputs), strict=True))
    for box in shown.boxes:
        if box is shown.output:
            continue
        total = sum(arrow.contribution for arrow in shown.outgoing(box.key))
        np.testing.assert_allclose(total, box.gradient, rtol=1e-12, atol=1e-12 * scale(shown))
        np.testing.assert_allclose(path_sums(shown, box.key), box.gradient, rtol=1e-9, atol=1e-9 * scale(shown))
        if box.key in swept:
            assert swept[box.key] == box.gradient
        forward = picture(y, "forward", box.name)
        np.testing.assert_allclose(forward.output.tangent, box.gradient, rtol=1e-9, atol=1e-9 * scale(shown))
        for other in forward.boxes:
            if other.role != "input" and other.key != box.key:
                pushed = sum(arrow.pushed for arrow in forward.incoming(other.key))
                np.testing.assert_allclose(pushed, other.tangent, rtol=1e-12, atol=1e-12 * scale(shown))


def scale(shown):
    """The size of the largest product along a path: sums of such may cancel."""
    size = {shown.output.key: 1.0}
    for box in reversed(shown.boxes):
        if box.key not in size:
            size[box.key] = sum(abs(arrow.partial) * size[arrow.target] for arrow in shown.outgoing(box.key))
    return 1 + max(size.values())


def snapshot(y):
    return [(n.serial, id(n.value), n.value.tobytes(), n.operands, dict(n.keywords), n.rule) for n in trace([y])[0]]


def test_drawing_changes_neither_the_graph_nor_any_gradient():
    a, b, e = essay()
    before = snapshot(e)
    for mode, wrt in (("local", None), ("reverse", None), ("forward", a)):
        picture(e, mode, wrt)
    assert [x[:3] for x in snapshot(e)] == [x[:3] for x in before]
    assert all(x[3] is y[3] for x, y in zip(snapshot(e), before, strict=True))
    assert a.grad is None
    assert b.grad is None
    e.backward()
    assert (a.grad, b.grad) == (2, 5)
    shown = picture(e, "reverse")
    assert (a.grad, b.grad) == (2, 5)
    assert by_name(shown)["b"].gradient == 5
    e.backward()
    assert (a.grad, b.grad) == (4, 10)
    assert picture(e, "reverse").boxes[1].gradient == 5


def test_what_a_picture_holds_cannot_be_written_into():
    W = Tensor(np.ones((2, 3)), name="W")
    shown = picture(np.sum(np.tanh(W @ np.ones((3, 2)))), "reverse")
    for box in shown.boxes:
        for array in (box.value, box.gradient):
            if isinstance(array, np.ndarray):
                with pytest.raises(ValueError, match="read-only"):
                    array[...] = 0
    with pytest.raises(AttributeError):
        shown.boxes[0].name = "other"


# Arrays: folding, constants, several results


def network(m):
    rng = np.random.default_rng(0)
    W, b = Tensor(rng.normal(size=(4, 6)), name="W"), Tensor(rng.normal(size=(4, 1)), name="b")
    x, y = rng.normal(size=(6, m)), rng.normal(size=(4, m))
    z = W @ x + b
    z.name = "z"
    return x, y, np.sum((sigmoid(z) - y) ** 2) / (2 * m)


def test_with_arrays_unnamed_nodes_are_folded_and_large_constants_are_boxes():
    x, y, C = network(5)
    shown = picture(C, "reverse", names={"x": x, "y": y, "C": C})
    assert [(b.name, b.expression, b.role) for b in shown.boxes] == [
        ("W", "", "input"),
        ("b", "", "input"),
        ("x", "", "constant"),
        ("z", "W @ x + b", "intermediate"),
        ("y", "", "constant"),
        ("C", "‖σ(z) − y‖² / 10", "output"),
    ]
    assert edges(shown) == [("W", "z"), ("x", "z"), ("b", "z"), ("z", "C"), ("y", "C")]
    boxes = by_name(shown)
    assert boxes["x"].key < 0
    assert boxes["x"].gradient is None
    for name in ("W", "b", "z"):
        (arrow,) = shown.outgoing(boxes[name].key)
        assert arrow.partial is None
        assert arrow.contribution.shape == boxes[name].value.shape
        np.testing.assert_allclose(arrow.contribution, boxes[name].gradient, rtol=1e-13)
    assert {c.contribution for c in shown.outgoing(boxes["x"].key)} == {None}


def test_a_value_used_twice_has_a_box_and_small_constants_are_printed():
    x = Tensor([1.0, 2.0, 3.0], name="x")
    h = np.exp(x)
    shown = picture(np.sum(h * h + np.array([1.0, 0.5, -2.0])))
    assert [b.expression for b in shown.boxes] == ["", "exp(x)", "sum(y ⊙ y + [1, 0.5, −2])"]
    assert edges(shown) == [("x", "y"), ("y", "z"), ("y", "z")]
    assert [a.slot for a in shown.arrows] == [0, 0, 1]


def test_a_graph_of_scalars_folds_nothing_and_a_long_expression_is_taken_apart():
    t = Tensor(0.5, name="t")
    assert len(picture(np.sin(np.cos(t * 2)) + 1).boxes) == 5
    x = Tensor([0.1, 0.2], name="x")
    y = x
    for _ in range(40):
        y = np.sin(y) + 1
    shown = picture(np.sum(y), "reverse")
    assert 10 <= len(shown.boxes) <= 30
    assert all(len(box.expression) <= 60 for box in shown.boxes)
    np.testing.assert_allclose(shown.boxes[0].gradient, gradients(np.sum(y), x)[0])


def test_what_is_pushed_forward_through_folded_nodes_sums_to_the_tangents():
    s, x = Tensor(0.7, name="s"), Tensor([1.0, -2.0, 3.0], name="x")
    h = np.tanh(s * x) + np.sin(s)
    h.name = "h"
    y = np.sum(h * h * np.exp(-s)) + np.concatenate([h, x])[1]
    shown = picture(y, "forward", s)
    boxes = by_name(shown)
    assert len(shown.boxes) == 4
    for name in ("h", shown.output.name):
        pushed = [arrow.pushed for arrow in shown.incoming(boxes[name].key)]
        assert {np.shape(p) for p in pushed} == {np.shape(boxes[name].value)}
        np.testing.assert_allclose(sum(pushed), boxes[name].tangent, rtol=1e-12)
    np.testing.assert_allclose(shown.output.tangent, gradients(y, s)[0], rtol=1e-12)
    assert [p.any() for p in (boxes["x"].tangent, boxes["h"].tangent)] == [False, True]


def test_several_results_are_folded_into_what_uses_them():
    s, t = Tensor(1.7, name="s"), Tensor(0.7, name="t")
    q, r = np.divmod(s, t)
    shown = picture(q * r, "reverse")
    assert [b.expression for b in shown.boxes] == ["", "", "divmod(s, t)[0]", "divmod(s, t)[1]", "u · v"]
    assert edges(shown) == [("s", "u"), ("t", "u"), ("s", "v"), ("t", "v"), ("u", "w"), ("v", "w")]
    np.testing.assert_allclose([float(b.gradient) for b in shown.boxes[:2]], gradients(q * r, s, t))
    A = Tensor(np.arange(6.0).reshape(3, 2) + np.eye(3, 2), name="A")
    u, values, vt = np.linalg.svd(A, full_matrices=False)
    y = np.sum(u) + values[0] * np.sum(vt)
    shown = picture(y, "reverse")
    total = sum(a.contribution for a in shown.outgoing(shown.boxes[0].key))
    np.testing.assert_allclose(total, gradients(y, A)[0], rtol=1e-10, atol=1e-12)


ROWS = rows()


@pytest.mark.parametrize("dtype", [np.float64, np.complex128, np.float32], ids=["double", "complex", "single"])
def test_every_row_of_the_tables_can_be_drawn(dtype):
    drawn = 0
    for rule in ROWS.values():
        for sample in rule.samples[:1]:
            case = draw(rule, sample, dtype)
            tensors = [Tensor(array) for array in case.arrays]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    y = case.f(*tensors)
                except (TypeError, ValueError, NotImplementedError):
                    continue  # not every function takes complex or single numbers
            if not isinstance(y, Tensor):
                continue
            y = np.sum(np.real(y) if y.dtype.kind == "c" else y)
            shown = picture(y, "reverse")
            assert all(arrow.symbol or arrow.partial is not None or arrow.source < 0 for arrow in shown.arrows), (
                rule.name
            )
            for box in shown.boxes:
                if box.role == "constant" or box is shown.output:
                    continue
                arrows = shown.outgoing(box.key)
                assert {np.shape(a.contribution) for a in arrows} == {np.shape(box.value)}, rule.name
                tolerance = 1e-3 if dtype is np.float32 else 1e-9
                total = sum(a.contribution for a in arrows)
                np.testing.assert_allclose(total, box.gradient, rtol=tolerance, atol=tolerance, err_msg=rule.name)
            drawn += 1
    assert drawn > 150


def test_empty_arrays_and_a_leaf_that_is_the_output():
    empty = Tensor(np.zeros((0, 3)), name="x")
    shown = picture(np.sum(empty), "reverse")
    assert shown.boxes[0].gradient.shape == (0, 3)
    leaf = picture(Tensor(2.0, name="a"), "reverse")
    assert (len(leaf.boxes), len(leaf.arrows), leaf.output.role, leaf.output.gradient) == (1, 0, "output", 1)


# What a hurried user does


def test_a_stale_graph_is_refused():
    a, _, e = essay()
    a.data = 3.0
    for mode in ("local", "reverse"):
        with pytest.raises(StaleGraphError, match="leaf 'a'"):
            picture(e, mode)


a, b, e = essay()
v = Tensor([1.0, 2.0, 3.0], name="v")
MISTAKES = {
    "a number": (TypeError, r"draw: the first argument is the Tensor that was computed, not float", (3.0,), {}),
    "a list": (TypeError, "not list of 2 things: give one output", ([a, b],), {}),
    "a function": (TypeError, "not function", (lambda: e,), {}),
    "an array": (TypeError, "not ndarray", (np.ones(3),), {}),
    "nothing": (TypeError, "not NoneType", (None,), {}),
    "unknown mode": (
        ValueError,
        "mode='backward' is unknown; choose 'local', 'reverse' or 'forward'",
        (e, "backward"),
        {},
    ),
    "an input for the mode": (ValueError, "mode=Tensor.* is unknown", (e, v), {}),
    "no mode": (ValueError, "mode=None is unknown", (e, None), {}),
    "forward, but from where": (ValueError, "say wrt= one of a, b", (e, "forward"), {}),
    "foreign wrt": (ValueError, "wrt= is no node of this graph; its inputs are a, b", (e, "forward", v), {}),
    "unknown name": (ValueError, "its inputs are a, b", (e, "forward", "q"), {}),
    "wrt is a number": (TypeError, "wrt= is a Tensor of the graph or its name, not float", (e, "forward", 2.0), {}),
    "wrt of reverse": (ValueError, "say mode='forward'", (e, "reverse"), {"wrt": b}),
    "wrt of several entries": (ShapeError, r"wrt= has shape \(3,\).*jvp", (np.sum(v), "forward", v), {}),
    "reverse of several": (ShapeError, r"draw: the output has shape \(3,\)", (v * 2, "reverse"), {}),
    "reverse of complex": (TypeError, "the output is complex", (Tensor(1 + 1j) * 2, "reverse"), {}),
    "names in a list": (TypeError, "names is a dict .* such as locals", (e,), {"names": ["a"]}),
    "max_nodes in words": (TypeError, "max_nodes is a whole number, not '5'", (e,), {"max_nodes": "5"}),
    "max_nodes as a switch": (TypeError, "max_nodes is a whole number, not True", (e,), {"max_nodes": True}),
    "too many": (DrawingError, "has 5 nodes, and more than 4", (e,), {"max_nodes": 4}),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_one_clear_sentence(mistake):
    error, message, args, kwargs = MISTAKES[mistake]
    with pytest.raises(error, match=message):
        picture(*args, **kwargs)


def test_a_graph_too_deep_to_read_is_refused_at_once(monkeypatch):
    def dawdle(*args):
        raise AssertionError("captions were made for a picture that is refused")

    monkeypatch.setattr("autograd_mini.drawing.picture.caption", dawdle)
    x = Tensor(1.5, name="x")
    y = x
    for _ in range(100_000):
        y = y * 1.00001
    with pytest.raises(DrawingError, match="has 100,001 nodes"):
        picture(y, "reverse", max_nodes=60)
    w = Tensor(np.ones(3), name="w")
    for _ in range(20_000):
        w = w * 1.00001
    with pytest.raises(DrawingError, match="nodes, and more than 60"):
        picture(w, max_nodes=60)
