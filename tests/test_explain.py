"""The lesson as text: to the character where it is the essay's, and right about every expression."""

import re
import warnings

import numpy as np
import pytest
from hypothesis import given, settings

from autograd_mini import DrawingError, ShapeError, StaleGraphError, Tensor, explain
from autograd_mini.drawing.plain import to_ascii
from autograd_mini.graph import trace
from nn import sigmoid

from .random_expressions import expressions
from .rule_loop import draw, rows

ESSAY = """\
e = (a + b)·(b + 1)    at  a = 2, b = 1

Forward: evaluate, and note each local derivative
  node  operation  value   local derivatives
  a     input          2
  b     input          1
  c     = a + b        3   ∂c/∂a = 1   ∂c/∂b = 1
  d     = b + 1        2   ∂d/∂b = 1
  e     = c · d        6   ∂e/∂c = d = 2   ∂e/∂d = c = 3

Reverse: one sweep from e gives every derivative
  ∂e/∂e = 1
  ∂e/∂d = ∂e/∂e·∂e/∂d               = 1·3       = 3
  ∂e/∂c = ∂e/∂e·∂e/∂c               = 1·2       = 2
  ∂e/∂b = ∂e/∂c·∂c/∂b + ∂e/∂d·∂d/∂b = 2·1 + 3·1 = 5
  ∂e/∂a = ∂e/∂c·∂c/∂a               = 2·1       = 2

The same, as a sum over paths
  a: 1 path
     a → c → e    1 · 2 = 2
  b: 2 paths
     b → c → e    1 · 2 = 2
     b → d → e    1 · 3 = 3
     sum        ∂e/∂b = 5

Cost of the whole gradient
  reverse mode:  1 backward sweep  × 5 edges = 5 multiply-adds
  forward mode:  2 sweeps, one per input × 5 edges = 10 multiply-adds"""

FORWARD = """\
Forward: one sweep from b gives the derivative of every node with respect to b
  ∂a/∂b = 0
  ∂b/∂b = 1
  ∂c/∂b = ∂c/∂a·∂a/∂b + ∂c/∂b·∂b/∂b = 1·0 + 1·1 = 1
  ∂d/∂b = ∂d/∂b·∂b/∂b               = 1·1       = 1
  ∂e/∂b = ∂e/∂c·∂c/∂b + ∂e/∂d·∂d/∂b = 2·1 + 3·1 = 5

The same, as a sum over paths
  b: 2 paths
     b → c → e    1 · 2 = 2
     b → d → e    1 · 3 = 3
     sum        ∂e/∂b = 5
"""

ASCII = """\
  c     = a + b        3   dc/da = 1   dc/db = 1
  d     = b + 1        2   dd/db = 1
  e     = c * d        6   de/dc = d = 2   de/dd = c = 3

Reverse: one sweep from e gives every derivative
  de/de = 1
  de/dd = de/de*de/dd               = 1*3       = 3
"""


def essay():
    a, b = Tensor(2.0, name="a"), Tensor(1.0, name="b")
    return a, b, (a + b) * (b + 1)


def section(lesson, title):
    return next(part for part in lesson.split("\n\n") if part.startswith(title)).splitlines()[1:]


def test_the_essays_example_to_the_character():
    lesson = explain(essay()[2])
    assert lesson == ESSAY
    assert isinstance(lesson, str)
    assert repr(lesson) == ESSAY
    assert all(line == line.rstrip() for line in lesson.splitlines())


def test_forward_and_local():
    _, b, e = essay()
    lesson = explain(e, "forward", b)
    assert lesson.startswith(ESSAY.split("\n\nReverse", maxsplit=1)[0])
    assert FORWARD in lesson
    assert explain(e, "local") == ESSAY.split("\n\nReverse", maxsplit=1)[0]


def test_ascii_is_ascii_all_of_it():
    lesson = explain(essay()[2], ascii=True)
    assert lesson.isascii()
    assert ASCII in lesson
    assert "     b -> d -> e    1 * 3 = 3" in lesson
    theta = Tensor(-1.5, name="θ₁")
    strange = Tensor(2.0, name="größe²")
    lesson = explain(np.maximum(sigmoid(theta) ** 2 / strange**0.5, -np.inf), ascii=True)
    assert lesson.isascii()
    assert "theta_1" in lesson
    assert "grosse**2" in lesson
    assert to_ascii("∂e/∂b δ aᵀ ⊙ Σ x⁻²¹ → ∞ ‖x‖² a₁₀ 名") == "de/db delta a.T * sum x**-21 -> inf ||x||**2 a_10 u540d"


def test_in_a_notebook_it_is_equations():
    latex = explain(essay()[2])._repr_latex_()
    assert latex.startswith("$$\\begin{aligned}\ne &= c  \\cdot  d = 6 \\\\\n")
    assert r"\frac{\partial e}{\partial c}\frac{\partial c}{\partial b} + " in latex
    assert latex.count("{") == latex.count("}")
    hostile = Tensor(1.0, name="a_{$%\\end{aligned}}}")
    text = explain(hostile * 2)._repr_latex_()
    assert text.count(r"\end{aligned}") == 1
    assert text.count("$$") == 2
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")


def test_columns_are_aligned_for_any_widths():
    alpha, x = Tensor(-1234.5, name="alpha"), Tensor(0.001, name="x")
    lesson = explain(np.tanh(alpha * x) + x)
    rows = section(lesson, "Forward")
    ends = {re.match(r"  \S+ +(input|= .*?) {2,}\S+", row).end() for row in rows[1:]}
    assert len(ends) == 1
    rows = section(lesson, "Reverse")
    assert len({row.index("=") for row in rows}) == 1
    assert len({row.rindex("=") for row in rows[1:]}) == 1


def test_a_square_and_negative_factors():
    x = Tensor(-3.0, name="x")
    lesson = explain(x * x)
    assert "  y     = x · x        9   ∂y/∂x = x = −3   ∂y/∂x = x = −3" in lesson
    assert "  ∂y/∂x = ∂y/∂y·∂y/∂x + ∂y/∂y·∂y/∂x = 1·(−3) + 1·(−3) = −6" in lesson
    assert "     x → y    −3\n     x → y    −3\n     sum    ∂y/∂x = −6" in lesson
    assert "1 sweep, one per input × 2 edges = 2 multiply-adds" in lesson


def doubling(n):
    x = Tensor(1.0, name="x")
    y = x
    for _ in range(n):
        y = y + y
    return y


def test_paths_are_listed_up_to_eight_and_counted_beyond():
    assert explain(doubling(3)).count("x → y → z → a    1 · 1 · 1 = 1") == 8
    assert section(explain(doubling(4)), "The same") == ["  x: 16 paths, too many to list; the sweep used 8 edges"]
    lesson = explain(doubling(10))
    assert "  x: 1,024 paths, too many to list; the sweep used 20 edges" in lesson
    assert section(lesson, "The same") == ["  x: 1,024 paths, too many to list; the sweep used 20 edges"]
    assert "paths, too many to list; the sweep used 200 edges" in explain(doubling(100))
    assert "about 1.268e30 paths" in explain(doubling(100))


def test_long_paths_and_many_terms_are_shortened():
    x = Tensor(1.0, name="x")
    y = x
    for _ in range(40):
        y = y * 1.5
    lesson = explain(y)
    assert max(map(len, lesson.splitlines())) < 120
    assert "→ … →" in lesson
    y = x * 2
    for k in range(9):
        y = y + x * k
    assert "10 terms" in explain(y)


def test_the_first_line_shows_the_whole_expression_unless_it_is_too_long():
    x = Tensor(1.0, name="x")
    assert explain(2 * np.sin(x) / (x + 1)).startswith("b = 2·sin(x)/(x + 1)    at  x = 1\n")
    y = x
    for _ in range(12):
        y = np.sin(y * y)
    first = explain(y).splitlines()[0]
    assert len(first) < 100
    inputs = [Tensor(float(i)) for i in range(12)]
    first = explain(np.sum(np.stack(inputs))).splitlines()[0]
    assert first.endswith("h = 7, …")


def test_arrays_have_shapes_ranges_and_words():
    rng = np.random.default_rng(0)
    W, b = Tensor(rng.normal(size=(3, 4)), name="W"), Tensor(np.zeros((3, 1)), name="b")
    x, y = rng.normal(size=(4, 5)), rng.normal(size=(3, 5))
    z = W @ x + b
    lesson = explain(np.sum((sigmoid(z) - y) ** 2) / 10, names={"x": x, "y": y, "z": z})
    lines = lesson.splitlines()
    assert lines[0].endswith("= ‖σ(W @ x + b) − y‖²/10    at  W of shape 3×4, b = [[0], [0], [0]]")
    table = "\n".join(section(lesson, "Forward"))
    assert re.search(r"W +input +3×4 +−?\d\S* … \d\S*\n", table)
    assert re.search(r"x +constant +4×5 ", table)
    assert re.search(r"z +a?= W @ x \+ b +3×5 .* W: δ xᵀ   b: Σ δ\n", table)
    sweep = "\n".join(section(lesson, "Reverse"))
    assert re.search(r"∂(\w)/∂W = ∂\1/∂z xᵀ +=", sweep)
    assert re.search(r"∂(\w)/∂b = Σ ∂\1/∂z +=", sweep)
    assert section(lesson, "The same")[1].strip().startswith("W → z → ")
    assert "forward mode:  15 sweeps, one per entry of the inputs × 3 edges" in lesson


def test_a_tensor_called_delta_is_not_taken_for_the_gradient():
    delta = Tensor(np.ones(6), name="δ")
    z = delta * 2
    lesson = explain(np.sum(z * z), names={"z": z})
    assert "∂a/∂δ = 2 · δ " in lesson


@settings(max_examples=60, deadline=None)
@given(expressions())
def test_every_lesson_states_the_gradients_and_adds_up(program):
    _, y = program
    lesson = explain(y)
    explain(y, ascii=True).encode("ascii")
    assert lesson._repr_latex_().count("{") == lesson._repr_latex_().count("}")
    for line in section(lesson, "Reverse"):
        _, *middle, total = (part.strip() for part in line.split(" = "))
        if len(middle) == 2 and "…" not in middle[1]:
            got = eval(to_ascii(middle[1]), {"__builtins__": {}}, {"inf": np.inf})  # a text of ours
            parts = [abs(float(n)) for n in re.findall(r"\d[\d.]*(?:e[+-]?\d+)?", to_ascii(middle[1]))]
            size = max(1e-300, max(parts, default=1), max(parts, default=1) ** 2)
            assert abs(got - float(total.replace("−", "-"))) <= 5e-3 * size * len(parts), line


@settings(max_examples=40, deadline=None)
@given(expressions())
def test_the_products_along_paths_are_right(program):
    for line in section(explain(program[1], ascii=True), "The same"):
        factors, equals, product = line.rpartition(" = ")
        if " -> " in line and equals and "..." not in factors:
            numbers = [float(factor.strip("() ")) for factor in factors.split("    ")[-1].split(" * ")]
            assert float(product) == pytest.approx(np.prod(numbers), rel=5e-3, abs=1e-12)


def test_a_very_long_line_does_not_push_the_others_out():
    x = Tensor(1.0, name="a_long_name_of_an_input")
    y = x * 2
    for k in range(5):
        y = y + x * k
    lines = section(explain(y), "Reverse")
    assert max(map(len, lines)) > 150
    assert sorted(map(len, lines))[-2] < 110


def test_what_is_odd_is_explained_all_the_same():
    odd = [
        np.sum(Tensor(np.zeros((0, 3)))),
        np.sum(Tensor(np.full((2, 3), np.nan)) ** 2),
        Tensor(np.float32(2)) ** 2 * 3,
        Tensor(2.0, name="a"),
        Tensor(0.0) / Tensor(1.0) + np.inf,
        Tensor([[2.0]]) * 3,
        np.sum(Tensor(np.ones((2, 1, 1, 1, 1, 2)))),
    ]
    for y in odd:
        lesson = explain(y)
        assert "Cost of the whole gradient" in lesson
        explain(y, ascii=True).encode("ascii")


@pytest.mark.parametrize("e", [abs(Tensor(2 + 1j)) ** 2, np.real(Tensor([2 + 1j] * 6) @ np.ones(6))])
def test_complex_numbers_on_the_way_have_no_sums_of_products(e):
    with pytest.raises(TypeError, match="complex ones a gradient is made of conjugates"):
        explain(e)
    assert "local derivatives" in explain(e, mode="local")


def test_every_row_of_the_tables_can_be_explained():
    explained = 0
    for rule in rows().values():
        for sample in rule.samples[-1:]:
            case = draw(rule, sample)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                y = case.f(*map(Tensor, case.arrays))
            if isinstance(y, Tensor):
                total = np.sum(np.real(y) if y.dtype.kind == "c" else y)
                on_the_way = [node.value for node in trace([total])[0] if type(node.value) is not tuple]
                mode = "local" if any(map(np.iscomplexobj, on_the_way)) else "reverse"  # the fft of real numbers, say
                lesson = explain(total, mode=mode, ascii=True)
                assert lesson.isascii()
                explained += 1
    assert explained > 200


e = essay()[2]
MISTAKES = {
    "a number": (TypeError, "explain: the first argument is the Tensor that was computed, not float", (3.0,)),
    "a text": (TypeError, "not str", ("(a+b)*(b+1)",)),
    "a list": (TypeError, "not list of 1 things", ([e],)),
    "unknown mode": (ValueError, "explain: mode='backwards' is unknown", (e, "backwards")),
    "a Tensor for the mode": (ValueError, "explain: mode=.* is unknown", (e, Tensor(1.0))),
    "forward, but from where": (ValueError, "explain: a forward sweep begins at one input; say wrt=", (e, "forward")),
    "foreign wrt": (ValueError, "wrt= is no node of this graph", (e, "forward", Tensor(1.0))),
    "wrt without forward": (ValueError, "say mode='forward'", (e, "reverse", "b")),
    "several entries": (ShapeError, "explain: the output has shape", (Tensor([1.0, 2.0]) * 2,)),
    "complex": (TypeError, "explain: the output is complex", (Tensor(1j) * 2,)),
    "names in a list": (TypeError, "explain: names is a dict", (e, "reverse", None, ["a"])),
    "too large": (DrawingError, "explain: the graph .* 301 nodes, and more than 200", (doubling(300),)),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_one_clear_sentence(mistake):
    error, message, args = MISTAKES[mistake]
    with pytest.raises(error, match=message):
        explain(*args)


def test_a_stale_graph_is_refused_and_nothing_is_changed():
    a, b, e = essay()
    explain(e)
    assert a.grad is None
    e.backward()
    explain(e, "forward", a)
    assert (a.grad, b.grad) == (2, 5)
    b.data = 7.0
    with pytest.raises(StaleGraphError):
        explain(e)
