"""draw and Drawing: what they give, write and refuse; the engines that lay pictures out."""

import builtins
import json
import os
import re
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pygraphviz
import pytest

from autograd_mini import Drawing, DrawingError, StaleGraphError, Tensor, draw, explain, gradients
from autograd_mini.drawing.records import FORMAT
from autograd_mini.drawing.rendering import lay_out
from tests.drawn import Svg

NO_MODULE = "autograd_mini.drawing.rendering"


def essay():
    a, b = Tensor(2.0, name="a"), Tensor(1.0, name="b")
    return a, b, (a + b) * (b + 1)


@pytest.fixture
def no_program(monkeypatch, tmp_path):
    """No ``dot`` on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def no_library(monkeypatch):
    """No pygraphviz."""
    monkeypatch.setitem(sys.modules, "pygraphviz", None)


@pytest.fixture
def program(monkeypatch, tmp_path):
    """Put a program ``dot`` on PATH, made from what it is to do; it leaves a file ``used``."""

    def put(does):
        folder = tmp_path / "bin"
        folder.mkdir()
        path = folder / "dot"
        path.write_text(f"#!{sys.executable}\nimport sys\nopen({str(tmp_path / 'used')!r}, 'w').close()\n{does}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(folder))
        return tmp_path / "used"

    return put


# What it gives


def test_it_says_what_it_is():
    drawing = draw(essay()[2], mode="reverse")
    assert isinstance(drawing, Drawing)
    assert repr(drawing) == "<Drawing of e = c · d: 5 boxes, 5 arrows, reverse>"
    assert (drawing.mode, drawing.direction, drawing.theme) == ("reverse", "LR", None)


def test_it_prints_as_the_lesson():
    _, b, e = essay()
    assert str(draw(e)) == str(draw(e, mode="reverse")) == str(explain(e))
    assert str(draw(e, mode="forward", wrt=b)) == str(explain(e, mode="forward", wrt="b"))


def test_it_prints_its_boxes_where_there_is_no_lesson():
    x = Tensor([1.0, 2.0], name="x")
    y = x * x
    y.name = "y"
    assert str(draw(y)).splitlines() == ["x    [1, 2]", "y = x ⊙ x    [1, 4]"]


def test_names_may_come_from_the_program():
    u, v = Tensor(2.0), Tensor(3.0)
    product = u * v
    drawing = draw(product, names=locals())
    assert [box.name for box in drawing.picture.boxes] == ["u", "v", "product"]


def test_names_are_those_at_the_time_of_drawing():
    u, v = Tensor(2.0), Tensor(3.0)
    names = {"u": u, "v": v}
    drawing = draw(u * v, names=names)
    names.clear()
    assert "u · v" in str(drawing)
    assert "u · v" in drawing.html


def test_drawing_changes_nothing():
    a, b, e = essay()
    seen = [(node, node.value, node.serial, node.operands) for node in (a, b, e)]
    for mode in ("local", "reverse"):
        drawing = draw(e, mode=mode)
        assert drawing.svg + drawing.dot + drawing.json + drawing.html + str(drawing)
    draw(e, mode="forward", wrt="a")
    assert a.grad is None
    assert b.grad is None
    assert [(node, node.value, node.serial, node.operands) for node, *_ in seen] == seen
    e.backward()
    draw(e, mode="reverse").svg  # noqa: B018
    assert (a.grad, b.grad) == (2, 5)
    e.backward()
    assert (a.grad, b.grad) == (4, 10)
    assert "∂e/∂b = 2 + 3 = 5" in str(Svg(draw(e, mode="reverse").svg).box("b").texts)


def test_random_programs_keep_their_gradients():
    rng = np.random.default_rng(3)
    for _ in range(5):
        x = Tensor(rng.normal(size=3))
        y = np.sum(np.tanh(x) * rng.normal(size=3)) ** 2
        (before,) = gradients(y, x)
        draw(y, mode="reverse")
        (after,) = gradients(y, x)
        assert np.array_equal(before, after)


def test_new_data_are_refused_and_an_old_picture_still_prints():
    a, _, e = essay()
    drawing = draw(e)
    a.data = 3.0
    assert "e = c · d    6" in str(drawing)
    assert Svg(drawing.svg).box("a").texts == ["a", "2"]
    with pytest.raises(StaleGraphError):
        draw(e)


# In a notebook


def test_a_notebook_shows_the_picture_and_has_the_lesson():
    drawing = draw(essay()[2])
    bundle = drawing._repr_mimebundle_(include=None, exclude=None)
    assert bundle == {"image/svg+xml": drawing.svg, "text/plain": str(drawing)}
    assert drawing._repr_svg_() == drawing.svg


def test_a_notebook_shows_the_lesson_where_nothing_can_lay_out(no_program, no_library):
    drawing = draw(essay()[2])
    bundle = drawing._repr_mimebundle_()
    assert list(bundle) == ["text/plain"]
    assert bundle["text/plain"].startswith(str(drawing))
    assert "pip install" in bundle["text/plain"]
    assert drawing._repr_svg_() is None


# On the page of the documents


def test_the_pictures_of_the_documents_say_what_they_should():
    script = Path(__file__).parents[1] / "docs" / "make_pictures.py"
    done = subprocess.run(
        [sys.executable, "-W", "error", script, "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_page_of_the_documents_shows_every_picture_and_no_other():
    docs = Path(__file__).parents[1] / "docs"
    shown = set(re.findall(r"(?:\]\(|src=\"|srcset=\")(pictures/[^)\"]+)", (docs / "see.md").read_text("utf-8")))
    assert shown == {f"pictures/{path.name}" for path in (docs / "pictures").glob("*.svg")}


# What it writes


def test_save(tmp_path):
    drawing = draw(essay()[2], mode="reverse")
    beginnings = {
        "svg": b"<svg ", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-",
        "html": b"<!", "dot": b"digraph", "json": b'{"format"',
    }  # fmt: skip
    for suffix, beginning in beginnings.items():
        path = tmp_path / f"e.{suffix}"
        assert drawing.save(path) == path
        assert path.read_bytes().startswith(beginning)
        assert drawing.save(str(tmp_path / f"E.{suffix.upper()}")) == tmp_path / f"E.{suffix.upper()}"
    assert (tmp_path / "e.svg").read_text("utf-8") == drawing.svg
    assert (tmp_path / "e.dot").read_text("utf-8") == drawing.dot
    assert json.loads((tmp_path / "e.json").read_text("utf-8")) == json.loads(drawing.json)
    assert "e = (a + b)·(b + 1)" in (tmp_path / "e.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("e.jpg", "'e.jpg' does not end in one of .svg, .png, .pdf, .html, .dot, .json."),
        ("e", "'e' does not end in one of"),
        (".svg", "'.svg' does not end in one of"),
        ("e.svg.gz", "'e.svg.gz' does not end in one of"),
        ("nowhere/e.svg", "cannot write 'nowhere/e.svg': No such file or directory."),
        ("folder.svg", "cannot write 'folder.svg': Is a directory."),
        ("file/e.svg", "cannot write 'file/e.svg': Not a directory."),
        ("x" * 300 + ".svg", "File name too long"),
    ],
)
def test_save_says_what_is_wrong(name, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.svg").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(DrawingError) as caught:
        draw(essay()[2]).save(name)
    assert message in str(caught.value)
    assert str(caught.value).startswith("Drawing.save: ")
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("path", [None, 3, b"e.svg", sys.stdout])
def test_save_wants_a_path(path):
    with pytest.raises(TypeError, match=r"^Drawing.save: path is a str or a Path, not "):
        draw(essay()[2]).save(path)


def test_json():
    _, b, e = essay()
    record = json.loads(draw(e, mode="reverse").json)
    assert record["format"] == FORMAT
    assert (record["mode"], record["output"], record["wrt"]) == ("reverse", 5, None)
    assert record["boxes"][1] == {
        "key": 2, "name": "b", "expression": "", "role": "input", "layer": None, "shape": [],
        "value": 1.0, "gradient": 5.0, "tangent": None,
    }  # fmt: skip
    assert record["arrows"][3] == {
        "source": 3, "target": 5, "slot": 0, "symbol": "d", "partial": 2.0, "contribution": 2.0, "pushed": None,
    }  # fmt: skip
    ends = [(arrow["source"], arrow["target"], arrow["slot"]) for arrow in record["arrows"]]
    assert ends == [(1, 3, 0), (2, 3, 1), (2, 4, 0), (3, 5, 0), (4, 5, 1)]
    record = json.loads(draw(e, mode="forward", wrt=b).json)
    assert record["wrt"] == 2
    assert [box["tangent"] for box in record["boxes"]] == [0, 1, 1, 1, 5]
    assert [arrow["pushed"] for arrow in record["arrows"]] == [0, 1, 1, 2, 3]


def test_json_of_what_json_has_no_number_for():
    x = Tensor(np.array([1.0, np.nan, np.inf, -np.inf, 2.0]), name="x")
    z = Tensor(np.array([1 + 2j, complex("nan")]), name="z")
    boxes = json.loads(draw(np.sum(x) + np.sum(np.abs(z))).json)["boxes"]
    values = {box["name"]: box["value"] for box in boxes}
    assert values["x"] == [1, "nan", "inf", "-inf", 2]
    assert values["z"] == [{"re": 1, "im": 2}, {"re": "nan", "im": 0}]


def test_dot_is_a_graph_that_graphviz_reads():
    drawing = draw(essay()[2], mode="reverse")
    graph = pygraphviz.AGraph(string=drawing.dot)
    assert {f"n{box.key}" for box in drawing.picture.boxes} <= set(graph.nodes())
    for arrow in drawing.picture.arrows:
        middle = f"a{arrow.target}-{arrow.slot}"
        assert graph.has_edge(f"n{arrow.source}", middle)
        assert graph.has_edge(middle, f"n{arrow.target}")


def test_a_png_is_as_large_as_a_slide_wants_it(tmp_path):
    drawing = draw(essay()[2], mode="reverse")
    header = drawing.save(tmp_path / "e.png").read_bytes()[16:24]
    width = float(Svg(drawing.svg).root.attrib["width"].removesuffix("pt"))
    assert int.from_bytes(header[:4], "big") == pytest.approx(width * 192 / 72, abs=3)


def test_lines_lie_below_labels_in_every_format():
    drawing = draw(essay()[2], mode="reverse")
    order = re.findall(r'<g id="[^"]*" class="(node|edge)', lay_out(drawing.dot, "svg").decode())
    assert order == ["edge"] * 10 + ["node"] * 10


# Who lays it out


def test_without_a_program_the_library_does_it(no_program):
    assert Svg(draw(essay()[2]).svg).box("e").texts == ["e = c · d", "6"]


def test_the_program_comes_first(program, monkeypatch):
    used = program(
        "import pygraphviz\n"
        "form = next(word[2:] for word in sys.argv if word.startswith('-T'))\n"
        "graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())\n"
        "sys.stdout.buffer.write(graph.draw(format=form, prog='dot'))"
    )
    drawing = draw(essay()[2])
    by_program = drawing.svg
    assert used.exists()
    monkeypatch.setenv("PATH", "")
    assert draw(essay()[2]).svg == by_program


@pytest.mark.parametrize(
    "does", ["sys.stderr.write('Error: no plugin'); sys.exit(1)", "sys.exit(-11)", "import os; os.abort()"]
)
def test_where_the_program_fails_the_library_does_it(does, program):
    used = program(does)
    assert Svg(draw(essay()[2]).svg).box("e")
    assert used.exists()


def test_a_program_that_cannot_be_run_is_none(monkeypatch, tmp_path):
    (tmp_path / "dot").write_text("no program")
    (tmp_path / "dot").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Svg(draw(essay()[2]).svg).box("e")


def test_neither(no_program, no_library):
    with pytest.raises(DrawingError) as caught:
        draw(essay()[2]).save("/tmp/e.svg")
    message = str(caught.value)
    assert message.startswith("draw: nothing is installed that lays out pictures.")
    assert "pip install 'autograd-mini[draw]'" in message
    assert "apt install graphviz" in message
    assert "\n" not in message
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_both_fail(program, no_library):
    program("sys.stderr.write('Error: no plugin\\nfor svg'); sys.exit(1)")
    with pytest.raises(DrawingError, match=r"Graphviz failed to make the svg \(Error: no plugin for svg\)") as caught:
        draw(essay()[2]).svg  # noqa: B018
    assert caught.value.__context__ is None


def test_the_library_complains(no_program):
    with pytest.raises(DrawingError, match="syntax error"):
        lay_out("digraph {", "svg")
    with pytest.raises(DrawingError, match="failed to make the nonsense"):
        lay_out("digraph { a }", "nonsense")


def test_without_graphviz_the_dot_and_the_json_are_still_there(no_program, no_library, tmp_path):
    drawing = draw(essay()[2])
    assert drawing.save(tmp_path / "e.dot").stat().st_size
    assert drawing.save(tmp_path / "e.json").stat().st_size
    assert "∂e/∂b" in str(drawing)


def test_it_is_silent(capfd, no_program):
    draw(essay()[2]).svg  # noqa: B018
    assert capfd.readouterr() == ("", "")


def test_what_others_say_meanwhile_is_passed_on(capfd, no_program, monkeypatch):
    made = pygraphviz.AGraph.draw

    def slow(self, **options):
        os.write(2, b"somebody else\nFontconfig warning: of no interest\n")
        return made(self, **options)

    monkeypatch.setattr(pygraphviz.AGraph, "draw", slow)
    draw(essay()[2]).svg  # noqa: B018
    assert capfd.readouterr().err == "somebody else\n"


def test_threads_may_draw_and_the_library_is_used_by_one_at_a_time(no_program, monkeypatch):
    source = draw(essay()[2]).dot
    expected = lay_out(source, "svg")
    made, inside, most, found = pygraphviz.AGraph.draw, [], [], []

    def watched(self, **options):
        inside.append(self)
        most.append(len(inside))
        time.sleep(0.02)
        inside.pop()
        return made(self, **options)

    monkeypatch.setattr(pygraphviz.AGraph, "draw", watched)
    threads = [threading.Thread(target=lambda: found.append(lay_out(source, "svg"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 8
    assert found == [expected] * 8


def test_graphviz_is_imported_when_something_is_drawn_and_pygraphviz_when_it_is_laid_out():
    code = (
        "import sys, autograd_mini; assert 'graphviz' not in sys.modules; autograd_mini.draw; "
        "assert 'graphviz' in sys.modules; assert 'pygraphviz' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])


# What it refuses


def chain(n):
    x = Tensor(0.5, name="x")
    for _ in range(n):
        x = np.sin(x)
    return x


def test_too_many_boxes():
    assert len(draw(chain(199)).picture.boxes) == 200
    with pytest.raises(DrawingError, match=r"201 nodes, and more than 200 .* max_nodes=201"):
        draw(chain(200))
    assert len(draw(chain(200), max_nodes=201).picture.boxes) == 201
    with pytest.raises(DrawingError, match="5 nodes"):
        draw(essay()[2], max_nodes=4)


def test_a_deep_graph_is_refused_with_and_without_layers():
    y = chain(50_000)
    with pytest.raises(DrawingError, match="50,001 nodes, and more than 200"):
        draw(y)
    with pytest.raises(DrawingError, match="50,001 nodes, and more than 10,000"):
        draw(y, layers={"all": [y]})


class Hostile:
    """What a hurried user hands over."""


BAD = [
    (lambda a, b, e: draw(e, "backward"), ValueError, "mode='backward' is unknown"),
    (lambda a, b, e: draw(e.data), TypeError, "draw: the first argument is the Tensor"),
    (lambda a, b, e: draw(3.0), TypeError, "draw: the first argument is the Tensor"),
    (lambda a, b, e: draw([a, b]), TypeError, "list of 2 things"),
    (lambda a, b, e: draw(lambda x: x), TypeError, "draw: the first argument"),
    (lambda a, b, e: draw(e, mode="forward"), ValueError, "wrt= one of a, b"),
    (lambda a, b, e: draw(e, mode="forward", wrt="x"), ValueError, "wrt="),
    (lambda a, b, e: draw(e, mode="forward", wrt=2.0), TypeError, "wrt="),
    (lambda a, b, e: draw(e, mode="forward", wrt=Tensor(1.0)), ValueError, "wrt="),
    (lambda a, b, e: draw(e, wrt=b), ValueError, "mode='forward'"),
    (lambda a, b, e: draw(e, names=[a, b]), TypeError, "names"),
    (lambda a, b, e: draw(e, direction="left"), ValueError, "direction is one of 'LR', 'BT', 'RL', 'TB'"),
    (lambda a, b, e: draw(e, direction=0), ValueError, "direction"),
    (lambda a, b, e: draw(e, direction=["LR"]), ValueError, "direction"),
    (lambda a, b, e: draw(e, theme="black"), ValueError, "theme is 'light', 'dark' or None"),
    (lambda a, b, e: draw(e, theme={}), ValueError, "theme"),
    (lambda a, b, e: draw(e, max_nodes="many"), TypeError, "max_nodes"),
    (lambda a, b, e: draw(e, max_nodes=2.5), TypeError, "max_nodes"),
    (lambda a, b, e: draw(e, max_nodes=True), TypeError, "max_nodes"),
    (lambda a, b, e: draw(e, layers=[a, b]), TypeError, "layers is a dict, label to Tensors, not list"),
    (lambda a, b, e: draw(e, layers={1: [a]}), TypeError, "the labels of layers are str, not 1"),
    (lambda a, b, e: draw(e, layers={"one": a}), TypeError, r"layers\['one'\] is a list of Tensors"),
    (lambda a, b, e: draw(e, layers={"one": "ab"}), TypeError, r"layers\['one'\] is a list of Tensors"),
    (lambda a, b, e: draw(e, layers={"one": [1.0]}), TypeError, r"layers\['one'\] is a list of Tensors"),
    (lambda a, b, e: draw(e, layers={"one": []}), ValueError, r"no Tensor of layers\['one'\]"),
    (lambda a, b, e: draw(e, layers={"one": [Tensor(1.0)]}), ValueError, r"no Tensor of layers\['one'\]"),
    (lambda a, b, e: draw(e, layers={"one": [a], "two": [a, b]}), ValueError, "'one' and 'two' have a Tensor in common"),
    (lambda a, b, e: draw(Tensor([1.0, 2.0]) * 2, mode="reverse"), ValueError, "draw: "),
    (lambda a, b, e: draw(e, names=Hostile()), TypeError, "names"),
]  # fmt: skip


@pytest.mark.parametrize(("mistake", "error", "message"), BAD)
def test_bad_input_gives_one_sentence(mistake, error, message):
    with pytest.raises(error, match=message) as caught:
        mistake(*essay())
    assert "draw: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_values_that_are_odd_are_drawn():
    for value in (np.nan, np.inf, -0.0, 1e300, 5e-324):
        x = Tensor(value, name="x")
        with np.errstate(all="ignore"):
            y = x * 1
        assert len(Svg(draw(y, mode="reverse").svg).of("node")) == 2
    z = Tensor(np.complex128(1 + 2j), name="z")
    assert "1 + 2i" in Svg(draw(np.abs(z), mode="reverse").svg).box("z").texts
    x = Tensor(np.float32(0.1), name="x")
    assert Svg(draw(x * 1, mode="reverse").svg).box("x").texts == ["x", "0.1", "∂y/∂x = 1"]


def test_a_leaf_can_be_drawn():
    svg = Svg(draw(Tensor(3.0, name="x"), mode="reverse").svg)
    assert [part.texts for part in svg.of("node").values()] == [["x", "3", "∂x/∂x = 1"]]
    assert not svg.of("edge")


def test_builtins_are_as_they_were():
    before = dict(vars(builtins))
    draw(essay()[2]).html  # noqa: B018
    assert dict(vars(builtins)) == before
