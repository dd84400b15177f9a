"""The SVG of a picture, read back: what stands in it, where, and in which colours."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import Tensor, draw, gradients
from autograd_mini.drawing.labels import readable
from autograd_mini.drawing.numbers import number
from autograd_mini.drawing.palette import DARK, LEVELS, LIGHT, meanings
from nn import Network, cost_graph
from tests.drawn import Svg, contrast, inside, overlap


def essay():
    a, b = Tensor(2.0, name="a"), Tensor(1.0, name="b")
    return a, b, (a + b) * (b + 1)


def neuron():
    x, y, v, w, b = (
        Tensor(number, name=name) for name, number in zip("xyvwb", (2.0, 0.0, -3.0, 1.0, 6.88), strict=True)
    )
    return np.tanh(x * v + y * w + b)


def ladder():
    t = Tensor(0.5, name="t")
    s = t
    for _ in range(5):
        s = np.sin(s) * t + s
    return s


def hostile():
    h, k = Tensor(2.0, name='<b>&"\\N'), Tensor(3.0, name="a name that is much longer than anybody would want it to be")
    return h * k - h / k + k


def arrays():
    W, x, b = Tensor(np.arange(12.0).reshape(3, 4) - 5, name="W"), Tensor(np.ones(4), name="x"), Tensor(0.5, name="b")
    u = np.tanh(W @ x + b)
    u.name = "u"
    return np.sum(u * np.array([1.0, 2.0, 3.0])) + np.sum(u**2)


def network(mode="reverse", **options):
    rng = np.random.default_rng(0)
    X, Y = rng.random((20, 6)), rng.random((5, 6))
    C, layers = cost_graph(Network([20, 7, 8, 5], rng=0), X, Y)
    return draw(C, mode, names={"x": X, "y": Y}, layers=layers, **options)


DRAWINGS = {
    "essay": lambda **options: draw(essay()[2], **options),
    "neuron": lambda **options: draw(neuron(), **options),
    "ladder": lambda **options: draw(ladder(), **options),
    "hostile": lambda **options: draw(hostile(), **options),
    "arrays": lambda **options: draw(arrays(), **options),
    "network": network,
}
every_drawing = pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)


# What stands in it


def test_the_essays_picture_word_for_word():
    svg = Svg(draw(essay()[2], mode="reverse").svg)
    assert {part.title: part.texts for part in svg.of("node").values()} == {
        "a": ["a", "2", "∂e/∂a = 2"],
        "b": ["b", "1", "∂e/∂b = 2 + 3 = 5"],
        "c = a + b": ["c = a + b", "3", "∂e/∂c = 2"],
        "d = b + 1": ["d = b + 1", "2", "∂e/∂d = 3"],
        "e = c · d": ["e = c · d", "6", "∂e/∂e = 1"],
    }
    assert {identity: part.texts for identity, part in svg.of("edge").items()} == {
        "a3-0": ["∂c/∂a = 1", "← 2 × 1 = 2"],
        "a3-1": ["∂c/∂b = 1", "← 2 × 1 = 2"],
        "a4-0": ["∂d/∂b = 1", "← 3 × 1 = 3"],
        "a5-0": ["∂e/∂c = d = 2", "← 1 × 2 = 2"],
        "a5-1": ["∂e/∂d = c = 3", "← 1 × 3 = 3"],
    }


def test_the_essays_picture_in_forward_mode():
    _, b, e = essay()
    svg = Svg(draw(e, mode="forward", wrt=b).svg)
    assert [part.texts[-1] for part in svg.of("node").values()] == [
        "∂a/∂b = 0", "∂b/∂b = 1", "∂c/∂b = 1", "∂d/∂b = 1", "∂e/∂b = 5",
    ]  # fmt: skip
    assert [part.texts[-1] for part in svg.of("edge").values()] == [
        "0 × 1 = 0 →", "1 × 1 = 1 →", "1 × 1 = 1 →", "1 × 2 = 2 →", "1 × 3 = 3 →",
    ]  # fmt: skip


def test_local_mode_has_values_and_local_derivatives_only():
    *_, e = essay()
    e.backward()  # a drawing never reads .grad
    svg = Svg(draw(e).svg)
    assert [part.texts for part in svg.of("node").values()] == [
        ["a", "2"], ["b", "1"], ["c = a + b", "3"], ["d = b + 1", "2"], ["e = c · d", "6"],
    ]  # fmt: skip
    assert [part.texts for part in svg.of("edge").values()] == [
        ["∂c/∂a = 1"], ["∂c/∂b = 1"], ["∂d/∂b = 1"], ["∂e/∂c = d = 2"], ["∂e/∂d = c = 3"],
    ]  # fmt: skip


@every_drawing
def test_each_label_stands_there_once(drawing):
    svg = Svg(drawing(mode="reverse").svg)
    for part in (*svg.of("node").values(), *svg.of("edge").values()):
        assert len(set(part.texts)) == len(part.texts) or part.texts.count("no entries") == 2
    titles = [part.texts[0] for part in svg.of("node").values()]
    assert len(set(titles)) == len(titles) == len(svg.of("node"))


def test_a_value_multiplied_by_itself_has_two_arrows():
    x = Tensor(3.0, name="x")
    svg = Svg(draw(x * x, mode="reverse").svg)
    first, second = svg.of("edge").values()
    assert first.texts == second.texts == ["∂y/∂x = x = 3", "← 1 × 3 = 3"]
    assert first.paths != second.paths
    assert not overlap(first.rect, second.rect)
    assert svg.box("x").texts[-1] == "∂y/∂x = 3 + 3 = 6"


def test_a_sum_of_many_terms_is_cut_and_its_result_is_not():
    x = Tensor(2.0, name="x")
    y = sum((x * k for k in range(1, 10)), x * 0)
    y.name = "y"
    line = Svg(draw(y, mode="reverse").svg).box("x").texts[-1]
    assert "…" in line
    assert line.endswith(" = 45")


def test_terms_below_zero_are_subtracted_and_factors_below_zero_stand_in_parentheses():
    x = Tensor(2.0, name="x")
    y = x * (1 - x)
    y.name = "y"
    svg = Svg(draw(y, mode="reverse").svg)
    assert svg.box("x").texts[-1] == "∂y/∂x = −2 − 1 = −3"
    assert "← 2 × (−1) = −2" in [line for part in svg.of("edge").values() for line in part.texts]


OPERATIONS = (np.add, np.subtract, np.multiply, np.divide)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.floats(0.5, 3), min_size=1, max_size=3),
    st.lists(st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6),
)
def test_the_numbers_drawn_are_the_gradients(values, steps):
    nodes = [Tensor(value, name=f"x{i}") for i, value in enumerate(values)]
    for k, (operation, i, j) in enumerate(steps):
        with np.errstate(all="ignore"):
            nodes.append(operation(nodes[i % len(nodes)], nodes[j % len(nodes)]))
        nodes[-1].name = f"n{k}"
    y = nodes[-1]
    svg = Svg(draw(y, mode="reverse").svg)
    titles = {re.split(" = ", part.title)[0]: part for part in svg.of("node").values()}
    drawn = [node for node in nodes if node.name in titles]
    assert y in drawn
    for node, gradient in zip(drawn, gradients(y, *drawn), strict=True):
        *_, value, line = titles[node.name].texts
        assert value == number(node.data)
        assert line.startswith(f"∂{y.name}/∂{node.name} = ")
        assert line.split(" = ")[-1] == number(gradient)


# Where it stands


@every_drawing
@pytest.mark.parametrize("direction", ["LR", "BT"])
def test_nothing_overlaps(drawing, direction):
    svg = Svg(drawing(mode="reverse", direction=direction).svg)
    boxes, arrows, layers = svg.of("node"), svg.of("edge"), svg.of("layer")
    labels = {identity: part for identity, part in arrows.items() if part.rect}
    assert boxes
    for one, other in itertools.combinations((*boxes.values(), *labels.values()), 2):
        assert not overlap(one.rect, other.rect), (one.title, other.title)
    for one, other in itertools.combinations(layers.values(), 2):
        assert not overlap(one.rect, other.rect)
    for part in (*boxes.values(), *labels.values(), *layers.values()):
        assert svg.page[0] <= part.rect[0]
        assert svg.page[1] <= part.rect[1]
        assert part.rect[2] <= svg.page[2]
        assert part.rect[3] <= svg.page[3]


@every_drawing
@pytest.mark.parametrize("direction", ["LR", "BT"])
def test_no_line_crosses_a_box_or_the_label_of_another(drawing, direction):
    svg = Svg(drawing(mode="reverse", direction=direction).svg)
    for identity, arrow in svg.of("edge").items():
        for other, part in svg.parts.items():
            if part.rect and other != identity and "layer" not in part.words:
                for path in arrow.paths:
                    assert not any(inside(part.rect, point) for point in path), (arrow.title, part.title)


@every_drawing
def test_lines_lead_from_operand_to_result(drawing):
    shown = drawing(mode="reverse")
    svg = Svg(shown.svg)
    assert shown.picture.arrows
    for arrow in shown.picture.arrows:
        paths = svg.parts[f"a{arrow.target}-{arrow.slot}"].paths
        source, target = svg.parts[f"n{arrow.source}"].rect, svg.parts[f"n{arrow.target}"].rect
        assert len(paths) in (1, 2)
        assert inside(source, paths[0][0], -1.5)
        assert inside(target, paths[-1][-1], -9)  # the tip of the arrow follows


@every_drawing
def test_every_line_of_text_is_held_within_its_box(drawing):
    svg = Svg(drawing(mode="reverse").svg)
    for part in svg.parts.values():
        for line in part.lines:
            assert inside(part.rect, (line.x, line.y), -0.5), line.text


@pytest.mark.parametrize("mode", ["local", "reverse"])
@pytest.mark.parametrize("sizes", [[2, 2, 1], [20, 7, 5], [64, 30, 10], [4000, 3, 2]], ids=str)
def test_no_line_crosses_the_label_of_a_layer(mode, sizes):
    rng = np.random.default_rng(0)
    C, layers = cost_graph(Network(sizes, rng=0), rng.random((sizes[0], 6)), rng.random((sizes[-1], 6)))
    svg = Svg(draw(C, mode, layers=layers).svg)
    for layer in svg.of("layer").values():
        (line,) = layer.lines
        written = (line.x, line.y - 9, line.x + 5.6 * len(line.text), line.y + 2)
        for arrow in svg.of("edge").values():
            assert not any(inside(written, point, 0) for path in arrow.paths for point in path), (
                arrow.title,
                line.text,
            )


def test_direction():
    def middle(direction, name):
        left, top, right, bottom = Svg(draw(essay()[2], direction=direction).svg).box(name).rect
        return (left + right) / 2, (top + bottom) / 2

    assert middle("LR", "a")[0] < middle("LR", "e")[0]
    assert middle("RL", "a")[0] > middle("RL", "e")[0]
    assert middle("BT", "a")[1] > middle("BT", "e")[1]
    assert middle("TB", "a")[1] < middle("TB", "e")[1]


def test_short_pictures_lie_and_long_ones_stand():
    x = Tensor(2.0, name="x")
    assert draw(np.sin(np.sin(np.sin(x)))).direction == "LR"
    assert draw(np.sin(np.sin(np.sin(np.sin(x))))).direction == "BT"


def test_the_way_through_a_network_is_a_straight_line_with_its_parameters_beside_it():
    svg = Svg(network().svg)
    for layer in "¹²³":
        z, a, W, b = (svg.box(name + layer).rect for name in "zaWb")
        assert (z[0] + z[2]) / 2 == pytest.approx((a[0] + a[2]) / 2, abs=3)
        assert W[2] < z[0] < z[2] < b[0]
        assert a[3] < z[1]


# In which colours


@every_drawing
@pytest.mark.parametrize("mode", ["local", "reverse"])
@pytest.mark.parametrize("theme", ["light", "dark", "light page", "dark page"])
def test_every_text_has_a_contrast_of_4_5(drawing, mode, theme):
    shown = drawing(mode=mode, theme=None if " " in theme else theme)
    svg = Svg(shown.svg, dark=theme == "dark page")
    assert svg.paper == (DARK if theme.startswith("dark") else LIGHT).paper
    checked = 0
    for part in svg.parts.values():
        for line in part.lines:
            for text, colour, _ in line.runs:
                assert contrast(colour, part.ground) >= 4.5, (text, colour, part.ground)
                checked += 1
    assert checked >= 5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_palette(palette):
    grounds = (palette.paper, palette.input, palette.output, palette.other, palette.layer)
    for ground in grounds:
        for colour in (palette.ink, palette.muted, palette.value, palette.gradient, palette.tangent):
            assert contrast(colour, ground) >= 4.5
    assert contrast(palette.line, palette.paper) >= 3
    assert len(meanings(palette)) == 12 + 2 * LEVELS + 1  # no colour has two meanings
    shades = [contrast(palette.shade(level), palette.middle) for level in range(LEVELS + 1)]
    assert shades == sorted(shades)
    assert len({palette.shade(level) for level in range(-LEVELS, LEVELS + 1)}) == 2 * LEVELS + 1


def test_a_picture_without_a_theme_turns_dark_and_one_with_a_theme_does_not():
    drawings = {theme: draw(essay()[2], mode="reverse", theme=theme) for theme in (None, "light", "dark")}
    assert "prefers-color-scheme:dark" in drawings[None].svg
    assert "<style" not in drawings["light"].svg + drawings["dark"].svg
    svg = Svg(drawings[None].svg, dark=True)
    fixed = Svg(drawings["dark"].svg)
    assert {run[1] for part in svg.parts.values() for line in part.lines for run in line.runs} == {
        run[1] for part in fixed.parts.values() for line in part.lines for run in line.runs
    }
    assert [part.ground for part in svg.parts.values()] == [part.ground for part in fixed.parts.values()]


def test_texts_say_what_they_mean():
    svg = Svg(draw(essay()[2], mode="reverse").svg)
    assert [run[2] for line in svg.box("b").lines for run in line.runs] == ["ink", "value", "gradient", "gradient"]
    _, b, e = essay()
    svg = Svg(draw(e, mode="forward", wrt=b).svg)
    assert [run[2] for line in svg.box("b").lines for run in line.runs] == ["ink", "value", "tangent", "tangent"]
    assert {"input", "node"} == svg.box("b").words
    assert {"output", "node"} == svg.box("e").words
    assert {"intermediate", "node"} == svg.box("c").words


# On a page


def test_two_pictures_share_no_id():
    _, b, e = essay()
    drawings = [draw(e), draw(e, mode="reverse"), draw(e, mode="forward", wrt=b), draw(e, direction="BT"), draw(b * e)]
    drawings += [draw(e, theme="dark"), draw(e, theme="light"), network(), network(mode="local")]
    ids = [identity for drawing in drawings for identity in Svg(drawing.svg).ids]
    assert len(set(ids)) == len(ids)


@every_drawing
def test_every_id_and_every_rule_of_style_is_the_pictures_own(drawing):
    svg = Svg(drawing(mode="reverse").svg)
    assert re.fullmatch("g[0-9a-f]{8}", svg.prefix)
    assert all(identity == svg.prefix or identity.startswith(f"{svg.prefix}-") for identity in svg.ids)
    style = svg.root.find("{http://www.w3.org/2000/svg}style").text
    selectors = re.findall(r"([^{}]+){[^{}]+}", style.partition("{")[2])
    assert selectors
    assert all(selector.startswith(f"#{svg.prefix} .") for selector in selectors)


def test_one_expression_makes_one_picture_whatever_was_computed_before():
    first = draw(essay()[2], mode="reverse").svg
    Tensor(1.0) + 1
    assert draw(essay()[2], mode="reverse").svg == first


NAMES = [
    '<b>&"', "</svg>", "]]>", "-->", "&amp;", "&#0;", "%s{}", "a\\Nb\\G\\l", "\\", "'", "<script>alert(1)</script>",
    "naïve", "π²", "مرحبا", "😀", "a b", "a\n\tb", "x" * 1000, "\x00\x1b[31m", "\ud800", "\ufffe", "<<TABLE>>", "{a|b}",
    "-> n1",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("theme", ["light", None])
def test_hostile_names(name, theme):
    x, y = Tensor(2.0, name=name), Tensor(3.0, name="y")
    svg = Svg(draw(x * y, mode="reverse", theme=theme).svg)
    assert len(svg.of("node")) == 3
    assert len(svg.of("edge")) == 2
    tags = {element.tag.rpartition("}")[2] for element in svg.root.iter()}
    assert tags <= {"svg", "style", "g", "title", "polygon", "path", "text", "tspan"}
    assert not any(attribute.startswith("on") or "href" in attribute for e in svg.root.iter() for attribute in e.attrib)
    (shown,) = [part.texts[0] for part in svg.of("node").values() if "input" in part.words and part.texts[0] != "y"]
    if name.isprintable() and len(name) < 40:
        assert shown == name
    assert len(shown) <= 40
    assert readable(shown) == shown
