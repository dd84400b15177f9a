"""Arrays as heat-maps, layers as frames, and what happens when there are too many boxes."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from autograd_mini import DrawingError, Tensor, draw, gradients
from autograd_mini.drawing.heatmaps import CELLS, heat_map, pooled
from autograd_mini.drawing.palette import LEVELS, LIGHT
from nn import Network, backprop_matrix, cost_graph, load_digits
from tests.drawn import SVG, Svg, inside

FINITE = st.floats(-1e6, 1e6, allow_subnormal=False)
SHAPES = st.one_of(
    st.tuples(st.integers(1, 40)),
    st.tuples(st.integers(1, 30), st.integers(1, 30)),
    st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 12)),
)


def levels(array):
    return heat_map(np.asarray(array, float)).levels


# Heat-maps


def test_a_small_array_has_a_cell_for_each_entry():
    assert levels([[1, -2, 0], [4, -4, 2]]) == ((2, -5, 0), (10, -10, 5))


def test_one_axis_is_a_row_and_leading_axes_are_rows():
    assert levels([0, 1]) == ((0, 10),)
    assert np.shape(levels(np.ones((2, 3, 4)))) == (6, 4)


def test_entries_of_one_sign_take_half_of_the_scale():
    assert levels([1, 2, 3]) == ((0, 5, 10),)
    assert levels([-1, -2, -3]) == ((0, -5, -10),)
    assert levels([0, 5]) == ((0, 10),)
    assert levels([7, 7]) == ((5, 5),)
    assert levels([-7, -7]) == ((-5, -5),)
    assert levels([0, 0]) == ((0, 0),)


def test_captions():
    assert heat_map(np.array([-2.625, 0.5])).caption == "−2.625 … 0.5"
    assert heat_map(np.array([1.0, np.nan, np.nan])).caption == "1 … 1, 2 nan"
    assert heat_map(np.array([-np.inf, np.inf])).caption == "−∞ … ∞"
    assert heat_map(np.array([np.nan])).caption == "1 nan"
    assert heat_map(np.zeros((0, 3))).caption == "no entries"
    assert heat_map(np.array([3 + 4j, 0])).caption == "|·| 0 … 5"


def test_what_is_not_finite():
    assert levels([1, np.nan, np.inf, -np.inf, -1]) == ((10, None, 10, -10, -10),)
    assert levels([np.nan]) == ((None,),)
    assert levels([[np.inf, 2.0]]) == ((10, 5),)
    assert heat_map(np.zeros((3, 0))).levels == ()
    assert levels([1.7e308, -1.7e308]) == ((10, -10),)
    assert levels([5e-324, 0]) == ((10, 0),)


@settings(deadline=None)
@given(arrays(float, SHAPES, elements=FINITE))
def test_a_heat_map_is_small_and_keeps_the_extremes(array):
    found = heat_map(array)
    cells = np.array(found.levels)
    assert cells.shape[0] <= CELLS
    assert cells.shape[1] <= CELLS
    assert np.all(np.abs(cells) <= LEVELS)
    largest = array.flat[np.argmax(np.abs(array))]
    if array.min() < 0 < array.max():
        assert (LEVELS if largest > 0 else -LEVELS) in cells
    elif array.min() != array.max():
        assert np.abs(cells).max() == LEVELS


@settings(deadline=None)
@given(arrays(float, st.tuples(st.integers(1, 40), st.integers(1, 40)), elements=FINITE), st.data())
def test_pooling_keeps_the_entry_of_greatest_magnitude_of_each_block(matrix, data):
    blocks = pooled(matrix)
    i, j = (data.draw(st.integers(0, n - 1)) for n in blocks.shape)
    rows, columns = (
        slice(k * n // size, (k + 1) * n // size) for k, n, size in zip((i, j), matrix.shape, blocks.shape, strict=True)
    )
    block = matrix[rows, columns]
    assert blocks[i, j] in block
    assert abs(blocks[i, j]) == np.abs(block).max()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 99), st.integers(0, 59))
def test_one_wrong_entry_stays_visible(i, j):
    matrix = np.full((100, 60), 0.01)
    matrix[i, j] = -1.0
    cells = np.array(heat_map(matrix).levels)
    assert np.sum(cells == -LEVELS) == 1
    matrix[i, j] = np.nan
    assert sum(cell is None for row in heat_map(matrix).levels for cell in row) == 1


# Arrays in a picture


def test_an_array_has_its_shape_its_heat_maps_and_its_range():
    W = Tensor(np.array([[1.0, -5, 1, 6], [0, 0, 1, 1], [6, 6, 0, 1]]), name="W")
    y = np.sum(W**2)
    y.name = "y"
    svg = Svg(draw(y, mode="reverse").svg)
    box = svg.box("W")
    assert box.texts == ["W 3×4", "value", "−5 … 6", "∂y/∂W", "−10 … 12"]
    (group,) = [g for g in svg.root.iter(f"{SVG}g") if g.get("id", "").endswith("-n1")]
    cells = [shape for shape in group if "cell" in shape.get("class", "")]
    assert sum(shape.attrib["d"].count("M") for shape in cells) == 24
    assert {shape.attrib["class"]: shape.attrib["d"].count("M") for shape in cells} == {
        "cell shade-8": 1, "cell shade0": 3, "cell shade2": 5, "cell shade10": 3,
    }  # fmt: skip
    assert {shape.attrib["fill"] for shape in cells} == {LIGHT.shade(level) for level in (-8, 0, 2, 10)}


def test_four_entries_are_printed_and_five_are_painted():
    four, five = Tensor(np.arange(4.0), name="x"), Tensor(np.arange(5.0), name="x")
    assert Svg(draw(np.sum(four), mode="reverse").svg).box("x").texts == [
        "x (4,)",
        "[0, 1, 2, 3]",
        "∂y/∂x = [1, 1, 1, 1]",
    ]
    assert Svg(draw(np.sum(five)).svg).box("x").texts == ["x (5,)", "value", "0 … 4"]
    square = Tensor(np.array([[1.0, 2.0], [3.0, 4.0]]), name="x")
    assert Svg(draw(np.sum(square)).svg).box("x").texts == ["x 2×2", "[[1, 2], [3, 4]]"]


def test_an_array_used_twice_has_a_sum_too():
    x = Tensor([1.0, 2.0], name="x")
    u = x * 2
    v = x * 3
    u.name, v.name = "u", "v"
    y = np.sum(u * v)
    y.name = "y"
    line = Svg(draw(y, mode="reverse").svg).box("x").texts[-1]
    assert line.endswith(" = [12, 24]")
    assert line.count("[") == 3


def test_a_large_constant_is_a_box_without_a_gradient():
    x = Tensor(np.ones(6), name="x")
    weights = np.arange(6.0)
    shown = draw(np.sum(x * weights), mode="reverse", names={"weights": weights})
    box = Svg(shown.svg).box("weights")
    assert box.texts == ["weights (6,)", "value", "0 … 5"]
    assert "constant" in box.words


def test_words_on_arrows_are_the_sweeps_and_there_are_none_in_forward_mode():
    x = Tensor(np.ones(6), name="x")
    s = Tensor(2.0, name="s")
    u = np.tanh(x * s)
    u.name = "u"
    y = np.sum(u**2)
    local, reverse, forward = (
        Svg(draw(y, mode=mode, wrt=wrt).svg) for mode, wrt in (("local", None), ("reverse", None), ("forward", s))
    )
    words = {part.title: [run for line in part.lines for run in line.runs] for part in local.of("edge").values()}
    assert all(words.values())
    assert {run[2] for runs in words.values() for run in runs} == {"ink"}
    assert {run[2] for part in reverse.of("edge").values() for line in part.lines for run in line.runs} == {"gradient"}
    assert not [line for part in forward.of("edge").values() for line in part.lines]


# Layers


@pytest.fixture(scope="module")
def digits():
    (X, Y), _ = load_digits()
    return X[:, :10], Y[:, :10]


def of_network(sizes, X, Y, mode="reverse", max_nodes=None, **options):
    C, layers = cost_graph(Network(sizes, rng=0, **options), X, Y)
    return draw(C, mode, names={"x": X, "y": Y}, layers=layers, max_nodes=max_nodes)


def test_the_books_network(digits):
    svg = Svg(of_network([64, 30, 10], *digits).svg)
    assert [part.texts for part in svg.of("layer").values()] == [
        ["layer 1   Linear(64 → 30) + sigmoid   1,950 parameters"],
        ["layer 2   Linear(30 → 10) + sigmoid   310 parameters"],
    ]
    (first,) = [part for part in svg.of("layer").values() if "layer 1" in part.texts[0]]
    assert [run[2] for run in first.lines[0].runs] == ["ink", "ink", "ink", "ink", "muted"]
    titles = [part.texts[0] for part in svg.of("node").values()]
    assert len(titles) == 11
    assert {re.split(" = | ", title)[0] for title in titles} == {"x", "y", "C"} | {a + l for a in "Wbza" for l in "¹²"}
    assert "a¹ = σ(z¹) 30×10" in titles
    words = {part.title: part.texts for part in svg.of("edge").values()}
    assert words["∂a¹/∂z¹"] == ["⊙ σ′(z¹)"]
    assert words["∂z¹/∂x"] == words["∂C/∂y"] == []
    assert all(words[title] for title in ("∂z¹/∂W¹", "∂z¹/∂b¹", "∂z²/∂a¹", "∂C/∂a²"))


def test_its_boxes_lie_in_their_layers(digits):
    svg = Svg(of_network([64, 30, 10], *digits).svg)
    frames = [part.rect for part in svg.of("layer").values()]
    for part in svg.of("node").values():
        name = part.texts[0].split(" ")[0]
        homes = [i for i, rect in enumerate(frames) if inside(rect, part.rect[:2]) and inside(rect, part.rect[2:])]
        assert homes == ([] if name in "xyC" else [int(name[-1] == "²")])


def test_the_label_of_a_layer_is_below_whichever_way_it_stands(digits):
    C, layers = cost_graph(Network([64, 3, 10], rng=0), *digits)
    for direction in ("BT", "TB", "LR"):
        for part in Svg(draw(C, layers=layers, direction=direction).svg).of("layer").values():
            assert part.lines[0].y > part.rect[3] - 20


def test_a_parameter_that_is_used_twice_does_not_stand_beside():
    W, x = Tensor(np.ones((3, 3)), name="W"), Tensor(np.ones((3, 3)), name="x")
    u = W @ x
    u.name = "u"
    v = u @ W
    v.name = "v"
    svg = Svg(draw(np.sum(v), layers={"layer": [W, u, v]}, direction="BT").svg)
    assert svg.box("W").rect[1] > svg.box("u").rect[3]
    assert svg.box("u").rect[1] > svg.box("v").rect[3]


def test_it_fits_a_page(digits):
    shown = of_network([64, 30, 10], *digits)
    width, height = Svg(shown.svg).root.attrib["width"], Svg(shown.svg).root.attrib["height"]
    assert float(width.removesuffix("pt")) < 850
    assert float(height.removesuffix("pt")) < 1350
    assert len(shown.svg) < 120_000


def test_its_gradients_are_backprops(digits):
    network = Network([64, 30, 10], rng=0)
    C, layers = cost_graph(network, *digits)
    boxes = {box["name"]: box for box in json.loads(draw(C, "reverse", layers=layers).json)["boxes"]}
    nabla_b, nabla_w = backprop_matrix(network, *digits)
    for layer, (b, w) in enumerate(zip(nabla_b, nabla_w, strict=True)):
        assert np.allclose(boxes[f"b{'¹²'[layer]}"]["gradient"], b, rtol=1e-12, atol=0)
        assert np.allclose(boxes[f"W{'¹²'[layer]}"]["gradient"], w, rtol=1e-12, atol=1e-18)
        assert boxes[f"b{'¹²'[layer]}"]["layer"].startswith(f"layer {layer + 1} ")


def test_any_tensors_can_be_a_layer():
    a, b = Tensor(2.0, name="a"), Tensor(1.0, name="b")
    c = a + b
    e = c * (b + 1)
    svg = Svg(draw(e, layers={"<first> & \\N": (c, a)}).svg)
    (layer,) = svg.of("layer").values()
    assert layer.texts == ["<first> & \\N"]
    assert {part.texts[0] for part in svg.of("node").values() if inside(layer.rect, part.rect[:2])} == {
        "a",
        "c = a + b",
    }


# Too many boxes


def deep(layers, width=3):
    rng = np.random.default_rng(0)
    return of_network([width] * (layers + 1), rng.random((width, 5)), rng.random((width, 5)))


def test_sixty_boxes_are_drawn_open_and_more_with_layers_collapsed():
    shown = deep(14)  # 14 layers of W, b, z, a; x, y and C
    assert len(shown.picture.boxes) == 59
    assert len(Svg(shown.svg).of("layer")) == 14
    shown = deep(15)
    assert [box.name for box in shown.picture.boxes] == ["x", *(f"a{superscript(n)}" for n in range(1, 16)), "y", "C"]
    svg = Svg(shown.svg)
    assert not svg.of("layer")
    assert "a¹ = layer 1 Linear(3 → 3) + sigmoid 12 parameters 3×5" in svg.box("a¹").texts


def superscript(n):
    return str(n).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def test_a_collapsed_layer_keeps_what_is_carried_through_it():
    shown = deep(15).picture
    assert len(shown.arrows) == 17
    for box in shown.boxes:
        terms = [arrow.contribution for arrow in shown.outgoing(box.key) if arrow.contribution is not None]
        if box.gradient is not None and box is not shown.output:
            assert np.allclose(sum(terms), box.gradient, rtol=1e-12, atol=0)


def test_max_nodes_keeps_layers_open_and_closes_them_earlier():
    rng = np.random.default_rng(0)
    X, Y = rng.random((3, 5)), rng.random((3, 5))
    assert len(of_network([3] * 16, X, Y, max_nodes=63).picture.boxes) == 63
    assert len(of_network([3] * 4, X, Y, max_nodes=14).picture.boxes) == 6
    with pytest.raises(
        DrawingError, match=r"even with its layers collapsed .* 6 nodes, and more than 5 .* max_nodes=6"
    ):
        of_network([3] * 4, X, Y, max_nodes=5)


def test_more_than_two_hundred_collapsed_layers_are_refused():
    with pytest.raises(DrawingError, match="even with its layers collapsed the graph has 203 nodes"):
        deep(200)


def test_a_layer_whose_inside_is_used_elsewhere_stays_open():
    x = Tensor(2.0, name="x")
    u = np.sin(x)
    v = np.cos(u)
    y = u * v  # u, inside of the layer, is used again
    shown = draw(y, "reverse", layers={"one": [x, u, v]}, max_nodes=4)
    assert len(shown.picture.boxes) == 4
    with pytest.raises(DrawingError, match="4 nodes"):
        draw(y, "reverse", layers={"one": [x, u, v]}, max_nodes=3)


def test_a_layer_that_a_sweep_starts_in_and_a_layer_of_one_stay_open():
    x = Tensor(2.0, name="x")
    u = np.sin(x)
    y = np.cos(u)
    with pytest.raises(DrawingError, match="3 nodes"):
        draw(y, "forward", wrt=x, layers={"all": [x, u, y]}, max_nodes=2)
    with pytest.raises(DrawingError, match="3 nodes"):
        draw(y, layers={"one": [x], "two": [u]}, max_nodes=2)


def test_collapsing_leaves_layers_of_one_as_they_are_and_tells_its_arrows_apart():
    a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    u = a * b
    v = np.sin(u)
    w = np.cos(v)
    y = np.tanh(w)
    shown = draw(y, "reverse", layers={"both": [u, v], "single": [w]}, max_nodes=5)
    assert [box.expression for box in shown.picture.boxes] == ["", "", "both", "cos(d)", "tanh(e)"]
    assert [(arrow.source, arrow.target, arrow.slot) for arrow in shown.picture.arrows] == [
        (1, 3, 0), (2, 3, 1), (3, 4, 0), (4, 5, 0),
    ]  # fmt: skip
    svg = Svg(shown.svg)
    assert len(svg.of("edge")) == 4
    assert [part.texts for part in svg.of("layer").values()] == [["single"]]


def test_layers_may_be_generators_and_are_read_once():
    x = Tensor(2.0, name="x")
    y = np.cos(np.sin(x))
    assert "two" in draw(y, "reverse", layers={"two": (t for t in (x, y))}).html


def test_the_output_and_wrt_may_lie_in_a_collapsed_layer():
    x = Tensor(2.0, name="x")
    u = np.sin(x)
    y = np.cos(u)
    (expected,) = gradients(y, x)
    shown = draw(y, "reverse", layers={"all": [x, u, y]}, max_nodes=1)
    assert [box.expression for box in shown.picture.boxes] == ["all"]
    shown = draw(y, "forward", wrt=x, layers={"rest": [u, y]}, max_nodes=2)
    assert shown.picture.output.tangent == pytest.approx(expected)
    assert Svg(shown.svg).box("x").texts[-1].endswith("= 1")
