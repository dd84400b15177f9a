"""The page to step through, without a browser: its steps say what the sweeps compute, and nobody's name does harm."""

import base64
import hashlib
import importlib.util
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import DrawingError, ShapeError, Tensor, draw, explain, gradients, jvp
from autograd_mini.drawing.frames import evaluation, forward_sweep, reverse_sweep
from autograd_mini.drawing.numbers import number
from autograd_mini.drawing.picture import picture
from nn import Network, cost_graph

DOCS = Path(__file__).parents[1] / "docs"


def essay():
    a, b = Tensor(2.0, name="a"), Tensor(1.0, name="b")
    return (a + b) * (b + 1), a, b


class Reader(HTMLParser):
    """The tags of a page, its scripts, and its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.scripts, self.text, self.inside = [], [], "", []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.inside.append(tag)
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data):
        if self.inside and self.inside[-1] == "script":
            self.scripts[-1] += data
        else:
            self.text += data

    def data(self):
        return json.loads(self.scripts[0])


def shown_at(history, step):
    """What the script shows of a box or an arrow at a step."""
    return [entry for entry in history if entry[0] <= step][-1][1:]


# The steps


def test_evaluation_of_the_essay():
    e, _, _ = essay()
    sweep = evaluation(picture(e))
    assert [frame.text for frame in sweep.frames] == [
        "Given: a = 2, b = 1.",
        "c = a + b = 3",
        "d = b + 1 = 2",
        "e = c · d = 6",
    ]
    keys = {box.name: box.key for box in picture(e).boxes}
    assert [sum(shown.known for shown in frame.boxes.values()) for frame in sweep.frames] == [2, 3, 4, 5]
    assert sweep.sums[keys["e"]].before == "e = c · d = ?"
    assert sweep.sums[keys["e"]].after == "∂e/∂c = d = 2, ∂e/∂d = c = 3"
    assert sweep.frames[1].active_arrows == ((keys["c"], 0), (keys["c"], 1))


def test_reverse_sweep_of_the_essay():
    e, _, _ = essay()
    shown = picture(e, "reverse")
    sweep = reverse_sweep(shown)
    assert [frame.text for frame in sweep.frames] == [
        "∂e/∂e = 1: the sweep starts at e",
        "∂e/∂c = ∂e/∂e · ∂e/∂c = 1 · 2 = 2",
        "∂e/∂d = ∂e/∂e · ∂e/∂d = 1 · 3 = 3",
        "∂e/∂b += ∂e/∂d · ∂d/∂b = 3 · 1 = 3, so far 3",
        "∂e/∂a = ∂e/∂c · ∂c/∂a = 2 · 1 = 2",
        "∂e/∂b += ∂e/∂c · ∂c/∂b = 2 · 1 = 2, so far 2 + 3 = 5",
        "Done: one sweep over 5 edges gives every derivative: ∂e/∂a = 2, ∂e/∂b = 5",
    ]
    b = next(box.key for box in shown.boxes if box.name == "b")
    lines = [frame.boxes[b].text + frame.boxes[b].result for frame in sweep.frames]
    assert lines[2:6] == ["∂e/∂b = ?", "∂e/∂b = ? + 3", "∂e/∂b = ? + 3", "∂e/∂b = 2 + 3 = 5"]
    assert [frame.boxes[b].reached for frame in sweep.frames] == [False] * 5 + [True] * 2
    assert sweep.sums[b].before == "∂e/∂b = ∂e/∂c·∂c/∂b + ∂e/∂d·∂d/∂b = ?"
    assert sweep.sums[b].after == "∂e/∂b = ∂e/∂c·∂c/∂b + ∂e/∂d·∂d/∂b = 2·1 + 3·1 = 5"
    assert sweep.sums[b].since == 5


def test_forward_sweep_of_the_essay():
    e, _, b = essay()
    shown = picture(e, "forward", wrt=b)
    sweep = forward_sweep(shown)
    assert [frame.text for frame in sweep.frames] == [
        "∂b/∂b = 1: the sweep starts at b, and what does not depend on b has derivative 0",
        "∂c/∂b = ∂c/∂a · ∂a/∂b + ∂c/∂b · ∂b/∂b = 1 · 0 + 1 · 1 = 1",
        "∂d/∂b = ∂d/∂b · ∂b/∂b = 1 · 1 = 1",
        "∂e/∂b = ∂e/∂c · ∂c/∂b + ∂e/∂d · ∂d/∂b = 2 · 1 + 3 · 1 = 5",
        "Done: one sweep gives ∂e/∂b = 5, the derivative along b alone; the other input takes a sweep of its own",
    ]
    a, e = shown.boxes[0].key, shown.output.key
    assert all(frame.boxes[a].reached and frame.boxes[a].result == "0" for frame in sweep.frames)
    assert [frame.boxes[e].result for frame in sweep.frames] == ["?", "?", "?", "5", "5"]
    assert sweep.sums[a].after == "∂a/∂b = 0: a does not depend on b"


def test_a_forward_sweep_wants_an_input():
    with pytest.raises(ValueError, match=r"forward_sweep: the picture has no input .* wrt="):
        forward_sweep(picture(essay()[0], "reverse"))


def test_a_value_used_twice_by_one_operation_has_two_steps():
    x = Tensor(3.0, name="x")
    texts = [frame.text for frame in reverse_sweep(picture(x * x, "reverse")).frames]
    assert texts[1:3] == [
        "∂y/∂x += ∂y/∂y · ∂y/∂x = 1 · 3 = 3, so far 3",
        "∂y/∂x += ∂y/∂y · ∂y/∂x = 1 · 3 = 3, so far 3 + 3 = 6",
    ]


def test_negative_factors_are_in_parentheses_and_negative_terms_are_subtracted():
    x = Tensor(2.0, name="x")
    shown = picture(x * 3 - x * x, "reverse")
    sweep = reverse_sweep(shown)
    assert sweep.sums[shown.boxes[0].key].after.endswith(" = 1·3 + (−1)·2 + (−1)·2 = −1")
    assert sweep.frames[-2].boxes[shown.boxes[0].key].text.endswith(" = 3 − 2 − 2 = ")


def test_arrays_are_spoken_of_in_words():
    W, x = Tensor(np.arange(15.0).reshape(3, 5) / 20, name="W"), np.ones((5, 1))
    z = W @ x
    z.name = "z"
    C = np.sum(np.tanh(z) * np.tanh(z))
    C.name = "C"
    shown = picture(C, "reverse", names={"x": x})
    sweep = reverse_sweep(shown)
    keys = {name: key for key, name in shown.names.items()}
    (bar,) = gradients(C, W)
    bounds = f"{number(bar.min())} … {number(bar.max())}"
    assert sweep.frames[-2].text == f"∂C/∂W = δ xᵀ with δ = ∂C/∂z: {bounds}"
    assert sweep.sums[keys["W"]].after == f"∂C/∂W = ∂C/∂z xᵀ = {bounds}"
    assert sweep.sums[keys["x"]].after == "x is a constant"
    assert evaluation(shown).sums[keys["z"]].after == "going back, W gets δ xᵀ"


def test_terms_that_are_heat_maps_are_counted():
    A, c = Tensor(np.arange(12.0).reshape(3, 4), name="A"), Tensor(2.0, name="c")
    y = np.sum(A * A * c)
    shown = picture(y, "reverse")
    sweep = reverse_sweep(shown)
    lines = [frame.boxes[A.serial].result for frame in sweep.frames]
    assert list(dict.fromkeys(lines)) == ["?", "1 of 2 terms", "0 … 44"]
    assert sweep.frames[2].text == "∂d/∂A += c · A: 0 … 22, so far 0 … 44"
    forward = forward_sweep(picture(y, "forward", wrt=c))
    assert forward.frames[-1].text.endswith("; each other entry of the inputs takes a sweep of its own, 12 in all")


def test_collapsed_layers_have_a_page():
    network = Network([3] + [6] * 18 + [2], rng=0)
    C, layers = cost_graph(network, np.ones((3, 1)), np.ones((2, 1)))
    data = Reader(draw(C, layers=layers).html).data()
    assert len(data["boxes"]) < 25
    assert data["sweeps"][1]["frames"][2]["text"].startswith("∂C/∂a¹⁸ = what comes back through a¹⁹: ")


def test_what_is_given_is_counted_when_it_is_much():
    xs = [Tensor(float(i)) for i in range(8)]
    y = xs[0]
    for x in xs[1:]:
        y = y + x
    shown = picture(y, "reverse")
    assert evaluation(shown).frames[0].text == "8 values are given."
    assert reverse_sweep(shown).frames[-1].text.count("∂") == 2 * 5  # five of them, and an ellipsis
    assert reverse_sweep(shown).frames[-1].text.endswith(", …")


def test_a_long_sum_is_cut_and_its_end_is_right():
    x = Tensor(1.0, name="x")
    y = x * 1.0
    for i in range(9):
        y = y + x * float(i)
    shown = picture(y, "reverse")
    box = reverse_sweep(shown).frames[-1].boxes[shown.boxes[0].key]
    assert "…" in box.text
    assert box.result == "37"


def test_one_tensor_alone_has_a_page():
    data = Reader(draw(Tensor(2.0, name="a")).html).data()
    assert [sweep["mode"] for sweep in data["sweeps"]] == ["evaluate", "reverse"]
    assert data["sweeps"][1]["frames"][-1]["text"] == "Done: one sweep over 0 edges gives every derivative"


# Properties: random expressions

UNARY = [np.sin, np.exp, np.tanh, np.negative, np.square]
BINARY = [np.add, np.subtract, np.multiply, np.maximum]


@st.composite
def expressions(draw_):
    """An expression of up to three inputs and eight operations, and the inputs that it uses."""
    leaves = [
        Tensor(draw_(st.floats(-2, 2).map(lambda x: round(x, 3))), name=name)
        for name in "abc"[: draw_(st.integers(1, 3))]
    ]
    nodes = list(leaves)
    for _ in range(draw_(st.integers(1, 8))):
        operands = [draw_(st.sampled_from(nodes)) for _ in range(2)]
        if draw_(st.booleans()):
            nodes.append(draw_(st.sampled_from(BINARY))(*operands))
        else:
            nodes.append(draw_(st.sampled_from(UNARY))(operands[0]))
    used = {box.key for box in picture(nodes[-1]).boxes}
    return nodes[-1], [leaf for leaf in leaves if leaf.serial in used]


@settings(max_examples=60, deadline=None)
@given(expressions())
def test_every_step_of_the_reverse_sweep_is_true(expression):
    y, leaves = expression
    shown = picture(y, "reverse")
    sweep = reverse_sweep(shown)
    assert len(sweep.frames) == len(shown.arrows) + 2
    first, *steps, last = sweep.frames
    assert not any(arrow.reached for arrow in first.arrows.values())
    before = first
    for frame in steps:
        changed = [edge for edge in frame.arrows if frame.arrows[edge] != before.arrows[edge]]
        assert changed == list(frame.active_arrows)  # each step carries along one arrow
        target = next(box for box in shown.boxes if box.key == changed[0][0])
        assert before.boxes[target.key].reached, "a box passes on nothing before it has everything"
        before = frame
    assert all(shown_.reached for shown_ in (*last.boxes.values(), *last.arrows.values()))
    assert [last.boxes[box.key].result for box in shown.boxes] == [number(box.gradient) for box in shown.boxes]
    computed = gradients(y, *leaves)
    assert [last.boxes[leaf.serial].result for leaf in leaves] == [number(g) for g in computed]
    for arrow in shown.arrows:
        assert last.arrows[arrow.target, arrow.slot].result == number(arrow.contribution)


@settings(max_examples=40, deadline=None)
@given(expressions())
def test_every_step_of_a_forward_sweep_is_true(expression):
    y, leaves = expression
    for leaf in leaves:
        shown = picture(y, "forward", wrt=leaf)
        sweep = forward_sweep(shown)
        *steps, last = sweep.frames
        known = {box.key for box in shown.boxes if steps[0].boxes[box.key].result != "?"}
        for frame in steps[1:]:
            assert frame.active_boxes[0] not in known
            assert set(frame.active_boxes[1:]) <= known
            known.add(frame.active_boxes[0])
            assert {key for key, box in frame.boxes.items() if box.reached} == known
        assert [last.boxes[box.key].result for box in shown.boxes] == [number(box.tangent) for box in shown.boxes]
        assert last.boxes[y.serial].result == number(gradients(y, leaf)[0])


def rows(lesson):
    """The lines of a lesson about its sweep, with single spaces."""
    lines = [re.sub(" +", " ", line.strip()) for line in lesson.splitlines()]
    return lines[
        lines.index(next(line for line in lines if "one sweep from" in line)) + 1 : lines.index(
            "The same, as a sum over paths"
        )
        - 1
    ]


@settings(max_examples=40, deadline=None)
@given(expressions())
def test_the_sums_are_those_of_the_lesson(expression):
    y, leaves = expression
    shown = picture(y, "reverse")
    sums = reverse_sweep(shown).sums
    assert [sums[box.key].after for box in reversed(shown.boxes)] == rows(explain(y))
    shown = picture(y, "forward", wrt=leaves[0])
    sums = forward_sweep(shown).sums
    depends = [box for box in shown.boxes if "does not depend" not in sums[box.key].after]
    lines = rows(explain(y, mode="forward", wrt=leaves[0]))
    assert [sums[box.key].after for box in depends] == [lines[shown.boxes.index(box)] for box in depends]


# The page


def test_the_page_is_complete_in_itself():
    page = draw(essay()[0]).html
    reader = Reader(page)
    assert page.startswith("<!DOCTYPE html>")
    assert dict(reader.tags)["html"] == {"lang": "en"}
    assert "<title>e = (a + b)·(b + 1), step by step</title>" in page
    assert {tag for tag, _ in reader.tags} <= {
        "html", "head", "meta", "link", "title", "style", "body", "main", "header", "h1", "div", "button", "label", "select",
        "svg", "g", "path", "polygon", "text", "tspan", "section", "input", "output", "p", "kbd", "noscript", "ul", "li",
        "script",
    }  # fmt: skip
    for _, attributes in reader.tags:
        assert not {"src", "srcset", "onload", "onclick"} & set(attributes)
        assert attributes.get("href", "data:,") == "data:,"
    assert re.findall(r"\bhttps?:[^\s\"']*", page) == ["http://www.w3.org/2000/svg"] * page.count("<svg")
    assert "url(" not in page
    assert "@import" not in page
    assert len(page.encode()) < 60_000


def test_only_the_script_of_the_page_may_run():
    reader = Reader(draw(essay()[0]).html)
    (policy,) = (attributes["content"] for tag, attributes in reader.tags if "http-equiv" in attributes)
    digest = base64.b64encode(hashlib.sha256(reader.scripts[1].encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{digest}';" in policy
    assert [attributes.get("type") for tag, attributes in reader.tags if tag == "script"] == ["application/json", None]


def test_the_data_are_the_frames():
    e, a, b = essay()
    data = Reader(draw(e).html).data()
    shown = picture(e, "reverse")
    sweeps = [evaluation(shown), reverse_sweep(shown), *(forward_sweep(picture(e, "forward", wrt=x)) for x in (a, b))]
    assert [sweep["from"] for sweep in data["sweeps"]] == [None, None, "a", "b"]
    assert [box["label"] for box in data["boxes"]] == ["a", "b", "c = a + b", "d = b + 1", "e = c · d"]
    for stored, sweep in zip(data["sweeps"], sweeps, strict=True):
        assert [frame["text"] for frame in stored["frames"]] == [frame.text for frame in sweep.frames]
        for step, frame in enumerate(sweep.frames):
            for histories, shown_ in ((stored["boxes"], frame.boxes), (stored["arrows"], frame.arrows)):
                for history, one in zip(histories, shown_.values(), strict=True):
                    assert shown_at(history, step) == [one.reached, one.known, one.text, one.result]
        assert [found[1] for found in stored["sums"]] == [sweep.sums[box.key].after for box in shown.boxes]


def test_a_picture_that_lies_also_stands():
    assert re.findall(r'<svg[^>]* id="(\w+)"', draw(essay()[0]).html) == ["wide", "narrow"]
    assert re.findall(r'<svg[^>]* id="(\w+)"', draw(essay()[0], direction="BT").html) == ["only"]


def test_no_id_is_there_twice():
    ids = [attributes["id"] for _, attributes in Reader(draw(essay()[0]).html).tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_without_a_script_the_sums_are_text():
    page = draw(essay()[0]).html
    (noscript,) = re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
    assert "<li>∂e/∂b = ∂e/∂c·∂c/∂b + ∂e/∂d·∂d/∂b = 2·1 + 3·1 = 5</li>" in noscript
    assert "∂e/∂b = 2 + 3 =\N{NO-BREAK SPACE}</tspan>" in page or "∂e/∂b = 2 + 3 = </tspan>" in page.replace(
        "\N{NO-BREAK SPACE}", " "
    )


@pytest.mark.parametrize(
    ("theme", "scheme", "paper", "dark"),
    [(None, "light dark", "#ffffff", 1), ("light", "light", "#ffffff", 0), ("dark", "dark", "#0d1117", 0)],
)
def test_the_theme_is_the_papers(theme, scheme, paper, dark):
    page = draw(essay()[0], theme=theme).html
    assert f'<meta name="color-scheme" content="{scheme}">' in page
    assert f":root {{ --paper: {paper};" in page
    assert page.count("prefers-color-scheme: dark") == dark


HOSTILE = [
    "</script><img src=x onerror=alert(1)>",
    "<!--<script>",
    "]]>",
    "$title ${script}",
    "\\N \\u003c",
    "&lt;b&gt; &amp;",
    "\x00\ud800\u2028",
    '"><svg onload=alert(1)>',
    "x" * 5000,
    " ",
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_names_do_no_harm(name):
    harmless = Reader(draw(Tensor(2.0, name="a") * Tensor(3.0, name="b")).html)
    page = draw(Tensor(2.0, name=name) * Tensor(3.0, name="b")).html
    reader = Reader(page.encode().decode())
    assert [tag for tag, _ in reader.tags] == [tag for tag, _ in harmless.tags]
    assert reader.scripts[1] == harmless.scripts[1]
    assert "<" not in reader.scripts[0]
    assert len(page) < 1.2 * 60_000
    if name.isprintable() and len(name) < 30 and name.strip():
        assert reader.data()["boxes"][0]["label"] == name


def test_names_cut_to_the_same_are_told_apart_in_the_address():
    y = Tensor(2.0, name="x" * 100) * Tensor(3.0, name="x" * 101) * Tensor(4.0, name="x")
    ids = [box["id"] for box in Reader(draw(y).html).data()["boxes"]]
    assert len(set(ids)) == len(ids)
    assert "x" in ids


def test_an_array_says_how_many_sweeps_it_would_take():
    W, b = Tensor(np.ones((2, 3)), name="W"), Tensor([0.5], name="b")
    data = Reader(draw(np.sum(W * b)).html).data()
    assert data["inputs"] == [{"id": "W", "name": "W", "why": "6 sweeps, one for each entry"}, {"id": "b", "name": "b"}]
    assert [sweep["from"] for sweep in data["sweeps"]] == [None, None, "b"]


def test_the_page_does_not_depend_on_what_was_computed_before():
    first = draw(essay()[0]).html
    Tensor(1.0) * 2
    assert draw(essay()[0]).html == first


def test_making_a_page_changes_no_gradient():
    e, a, b = essay()
    e.backward()
    assert draw(e).html
    assert (a.grad, b.grad) == (2, 5)
    f, a, _ = essay()
    assert draw(f).html
    assert a.grad is None


def test_a_page_wants_one_output():
    with pytest.raises(ShapeError, match=r"shape \(2,\)"):
        draw(Tensor([1.0, 2.0]) * 2).html  # noqa: B018


def test_without_anything_that_lays_out_there_is_one_clear_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(DrawingError, match="pip install"):
        draw(essay()[0]).save(tmp_path / "e.html")
    assert not list(tmp_path.iterdir())


def test_save_writes_the_page_as_utf8(tmp_path):
    drawing = draw(essay()[0])
    path = drawing.save(tmp_path / "e.html")
    assert path.read_text(encoding="utf-8") == drawing.html


def test_tangents_of_the_page_are_those_of_jvp():
    data = Reader(draw(essay()[0]).html).data()
    _, (c, d, e) = jvp(lambda a, b: (a + b, b + 1, (a + b) * (b + 1)), (2.0, 1.0), (0.0, 1.0))
    last = len(data["sweeps"][3]["frames"]) - 1
    assert [shown_at(history, last)[3] for history in data["sweeps"][3]["boxes"][2:]] == [number(x) for x in (c, d, e)]


def test_the_pages_of_the_documents_are_up_to_date(tmp_path, monkeypatch, capsys):
    spec = importlib.util.spec_from_file_location("make_pages", DOCS / "make_pages.py")
    make_pages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_pages)
    assert make_pages.main(["--check"]) == 0, "run `python docs/make_pages.py`"
    monkeypatch.setattr(make_pages, "FOLDER", tmp_path / "pages")
    assert make_pages.main(["--check"]) == 1
    assert make_pages.main([]) == 0
    assert make_pages.main(["--check"]) == 0
    essay = tmp_path / "pages" / "essay.html"
    essay.write_text(essay.read_text(encoding="utf-8").replace("so far", "by now"), encoding="utf-8")
    assert make_pages.main(["--check"]) == 1
    assert "essay.html is out of date" in capsys.readouterr().err
    assert all(path.stat().st_size < 150_000 for path in (DOCS / "pages").iterdir())
