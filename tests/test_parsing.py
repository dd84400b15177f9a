"""Expressions as people type them: what they mean, and that nothing else can be said in them."""

import ast
import time
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given, settings

from autograd_mini import Tensor, gradients
from autograd_mini.parsing import CONSTANTS, FUNCTIONS, Program, UsageError, given_values
from autograd_mini.parsing.evaluating import evaluate
from autograd_mini.parsing.scanning import Token
from autograd_mini.parsing.statements import Statement
from autograd_mini.recording import rule_for

X, A, B = np.array([1.0, 2.0, 3.0]), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, -1.0])
PLACES = {"a": np.float64(2.0), "b": np.float64(1.0), "x": X, "A": A, "B": B}

MEANINGS = [
    ("(a+b)*(b+1)", lambda a, b, x, A, B: (a + b) * (b + 1)),
    ("a - b - 1", lambda a, b, x, A, B: a - b - 1),
    ("2 ** a ** 3", lambda a, b, x, A, B: 2 ** (a**3)),
    ("-a**2", lambda a, b, x, A, B: -(a**2)),
    ("a ** -b", lambda a, b, x, A, B: a**-b),
    ("a // 1.5 + a % 1.5", lambda a, b, x, A, B: a // 1.5 + a % 1.5),
    ("a·b × 3 − 1", lambda a, b, x, A, B: a * b * 3 - 1),
    ("a² + a³·b⁻¹ + a¹⁰", lambda a, b, x, A, B: a**2 + a**3 * b**-1 + a**10),
    ("1.2e−5*a + .5 + 1. + 007", lambda a, b, x, A, B: 1.2e-5 * a + 0.5 + 1 + 7),
    ("c = a + b\nd = b + 1\n\nc * d", lambda a, b, x, A, B: (a + b) * (b + 1)),
    ("  c = a + b;d=c  ;  c*d;", lambda a, b, x, A, B: (a + b) ** 2),
    ("sum(\n  x\n)*a", lambda a, b, x, A, B: np.sum(x) * a),
    ("c = 3; k = 2*pi; sin(k*a) + c", lambda a, b, x, A, B: np.sin(2 * np.pi * a) + 3),
    ("π*a + e", lambda a, b, x, A, B: np.pi * a + np.e),
    ("ln(a) + asin(b/2)", lambda a, b, x, A, B: np.log(a) + np.arcsin(b / 2)),
    ("max(a, b, 3) - min(a, b)", lambda a, b, x, A, B: np.maximum(np.maximum(a, b), 3) - np.minimum(a, b)),
    ("max(x) + min(A) + abs(a)", lambda a, b, x, A, B: np.max(x) + np.min(A) + np.abs(a)),
    ("where(a > b, a, b)*2", lambda a, b, x, A, B: np.where(a > b, a, b) * 2),
    ("sum(where(logical_and(x > 1, x != 3), x, 0))", lambda a, b, x, A, B: np.sum(np.where((x > 1) & (x != 3), x, 0))),
    ("sum(A @ B)", lambda a, b, x, A, B: np.sum(A @ B)),
    ("sum(A, axis=-1)[0]", lambda a, b, x, A, B: np.sum(A, axis=-1)[0]),
    ("x[0]*x[-1] + sum(x[1:]) + A[0, 1]", lambda a, b, x, A, B: x[0] * x[-1] + np.sum(x[1:]) + A[0, 1]),
    ("sum(A[:, 0] + A[::2][0])", lambda a, b, x, A, B: np.sum(A[:, 0] + A[::2][0])),
    ("dot(x, [1, -2, 1/3])", lambda a, b, x, A, B: np.dot(x, [1, -2, 1 / 3])),
    ("sum([[1, 2], [3, 4]] @ B)", lambda a, b, x, A, B: np.sum(np.array([[1.0, 2.0], [3.0, 4.0]]) @ B)),
    ("det(A) + trace(inv(A))", lambda a, b, x, A, B: np.linalg.det(A) + np.trace(np.linalg.inv(A))),
    ("norm(solve(A, B))", lambda a, b, x, A, B: np.linalg.norm(np.linalg.solve(A, B))),
    ("clip(a, 0, 1.5) * mean(x) / std(x)", lambda a, b, x, A, B: np.clip(a, 0, 1.5) * np.mean(x) / np.std(x)),
    ("2**10**10*a", lambda a, b, x, A, B: np.inf * a),
    ("a**99999999999999999999", lambda a, b, x, A, B: np.inf * a),
    ("a", lambda a, b, x, A, B: a),
]


@pytest.mark.parametrize(("source", "meaning"), MEANINGS, ids=[source for source, _ in MEANINGS])
def test_an_expression_means_what_numpy_means(source, meaning):
    result, _ = Program(source, PLACES).tensors()
    np.testing.assert_allclose(result.data, meaning(**PLACES), rtol=1e-15)


def test_arrays_instead_of_tensors_give_the_plain_value():
    program = Program("c = a*x; sum(c)", PLACES)
    assert program(program.inputs) == 12.0
    assert type(program(program.inputs)) is np.float64


def test_inputs_and_steps_have_the_names_that_were_typed():
    result, inputs = Program("c=a+b; d=b+1; e=c*d", PLACES).tensors()
    assert list(inputs) == ["a", "b"]
    assert [(t.name, t.data) for t in inputs.values()] == [("a", 2.0), ("b", 1.0)]
    assert result.name == "e"
    assert [t.name for t in result.operands] == ["c", "d"]
    assert Program("(a+b)*2", PLACES).tensors()[0].name is None


def test_a_second_name_takes_nothing_from_the_first():
    result, inputs = Program("c = a; d = c; c*d*a", PLACES).tensors()
    assert inputs["a"].name == "a"
    assert result.data == 8.0
    (ca, a) = result.operands
    assert [t.name for t in (*ca.operands, a)] == ["c", "d", "a"]
    assert gradients(result, inputs["a"]) == (12.0,)


def test_names_are_compared_as_python_compares_them():
    values = given_values(["μ=2", "fi=3"])
    result, inputs = Program("µ*ﬁ", values).tensors()  # the micro sign, and a ligature
    assert result.data == 6.0
    assert list(inputs) == ["μ", "fi"]


def test_a_middle_dot_is_an_operator_and_no_part_of_a_name():
    assert "a·b".isidentifier()  # to Python it is a name
    for dot in "\u00b7\u0387\u22c5":
        assert Program(f"a{dot}b{dot}3", PLACES).tensors()[0].data == 6.0


def test_numbers_in_the_expression_are_inputs_when_they_have_a_name():
    program = Program("a = 2; k = [1, 2]; sum(a*k)*c", {"c": np.float64(3.0)})
    assert list(program.inputs) == ["a", "k", "c"]
    assert program.tensors()[0].data == 18.0


def test_constants_are_names_like_others_once_they_have_a_value():
    program = Program("pi*e*a", {"a": np.float64(1.0), "e": np.float64(5.0)})
    assert list(program.inputs) == ["e", "a"]
    assert program.tensors()[0].data == np.pi * 5
    assert program.notes == []


NOTES = [
    ("a*e", "e is Euler's number 2.71828… here; e=… gives it another value."),
    ("c=a; d=a; c*2", '"d" is computed, and not used.'),
    ("c=a; d=a; a*2", "c and d are computed, and not used."),
    ("sin(a); a*2", "a step without a name is computed, and not used; only the last one is shown."),
    ("log(a - 3)", '"log(a - 3)" is nan for these values.'),
    ("1/(a-2)", '"1/(a-2)" is ∞ for these values.'),
    ("exp(1000*a)*0 + 1", '"exp(1000*a)" is ∞ for these values.'),
    ("sum(sqrt([1, -1]*a))", '"sqrt([1, -1]*a)" has entries that are nan for these values.'),
]


@pytest.mark.parametrize(("source", "note"), NOTES)
def test_what_one_can_live_with_is_noted(source, note):
    program = Program(source, {"a": np.float64(2.0)})
    program.tensors()
    assert program.notes == [note]


def test_values_that_nothing_uses_are_noted():
    assert Program("a*2", PLACES | {"a": 1.0}).notes == ["b, x, A and B are given, and not used."]
    assert Program("a*2", {"a": 1.0, "y": 1.0}).notes == ['"y" is given, and not used.']


def test_values_are_numbers_vectors_and_matrices():
    values = given_values(["a=-2", "b = 1/3", "c=2*pi", "d=1.2e−5", "x=[1, -2.5]", "A=[[1,2],[3,4]]", "α=4"])
    assert values["a"] == -2.0
    assert values["b"] == 1 / 3
    assert values["c"] == 2 * np.pi
    assert values["d"] == 1.2e-5
    assert values["x"].tolist() == [1.0, -2.5]
    assert values["A"].tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert values["α"] == 4.0
    assert all(value.dtype == np.float64 for value in values.values())


# Random expressions, each in two spellings: as it is typed, and for Python itself, where numbers are NumPy's.

_UNARY = ["sin", "cos", "tanh", "exp", "sqrt", "log", "abs", "square", "-"]
_BINARY = ["+", "-", "*", "/", "**", "maximum", "hypot", "max"]
_leaves = st.one_of(
    st.sampled_from([("a", "a"), ("b", "b"), ("c", "c"), ("x[0]", "x[0]"), ("sum(x)", "sum(x)")]),
    st.sampled_from(["2", "0.5", "3", "1e-3", "0"]).map(lambda text: (text, f"number({text})")),
)


def _one(pair):
    function, (typed, python) = pair
    return (f"-({typed})", f"-({python})") if function == "-" else (f"{function}({typed})", f"{function}({python})")


def _two(triple):
    function, (typed, python), (typed_2, python_2) = triple
    if function == "max":
        return f"max({typed}, {typed_2})", f"maximum({python}, {python_2})"
    if function.isalpha():
        return f"{function}({typed}, {typed_2})", f"{function}({python}, {python_2})"
    return f"({typed}) {function} ({typed_2})", f"({python}) {function} ({python_2})"


EXPRESSIONS = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(_UNARY), inner).map(_one), st.tuples(st.sampled_from(_BINARY), inner, inner).map(_two)
    ),
    max_leaves=12,
)


@given(EXPRESSIONS, st.lists(st.floats(-3, 3), min_size=5, max_size=5))
@settings(deadline=None, max_examples=150)
def test_random_expressions_have_the_value_and_the_gradient_that_python_and_numpy_give(spellings, numbers):
    typed, python = spellings
    a, b, c, *x = (float(number) for number in numbers)
    values = {"a": a, "b": b, "c": c, "x": np.array(x)}
    known = {name: getattr(np, name) for name in [*_UNARY, *_BINARY, "sum"] if name.isalpha()} | {"number": np.float64}
    assume(set(values) & {node.id for node in ast.walk(ast.parse(typed)) if isinstance(node, ast.Name)})
    result, inputs = Program(typed, values).tensors()
    expected = {name: Tensor(value) for name, value in values.items()}
    with np.errstate(all="ignore"):
        y = eval(python, known, expected)
    np.testing.assert_array_equal(result.data, y.data)
    there, here = [expected[name] for name in inputs], list(inputs.values())
    for gradient, other in zip(gradients(result, *here), gradients(y, *there), strict=True):
        np.testing.assert_array_equal(gradient, other)


@given(st.text(alphabet="ab x12.+-*/%@()[],:=<>!;\n^²·é'\"\\{}_\0\udc80", max_size=30))
@settings(deadline=None, max_examples=400)
def test_random_texts_are_read_or_refused(text):
    try:
        result, _ = Program(text, PLACES).tensors()
    except UsageError as error:
        result = error.shown()
    assert isinstance(result, Tensor) or result.strip()


# What cannot be said


FORBIDDEN = """
a.b ¦ a.__class__ ¦ lambda: a ¦ [i for i in a] ¦ {i for i in a} ¦ {i: i for i in a} ¦ (i for i in a) ¦ (i := a) ¦ f'{a}'
'text' ¦ b'text' ¦ {1: a} ¦ {a} ¦ a if a else b ¦ a and b ¦ not a ¦ ~a ¦ a << b ¦ a & b ¦ a | b ¦ a ^ b ¦ a is b ¦ a in b
None ¦ True ¦ 1j ¦ ... ¦ (a, b) ¦ sin(*a) ¦ sin(**a) ¦ exec(a) ¦ eval(a) ¦ open(a) ¦ sin(a, out=a) ¦ sum(x, axis=True)
sin.__call__(a) ¦ a(b) ¦ (lambda: a)() ¦ x[b] ¦ x[1.0] ¦ x[True] ¦ x[...] ¦ x[None] ¦ x['0'] ¦ x[a:b] ¦ [a, b] ¦ [*x]
a < b < a ¦ a not in b
"""


@pytest.mark.parametrize("code", [code.strip() for line in FORBIDDEN.strip().split("\n") for code in line.split(" ¦ ")])
def test_what_the_scanner_would_let_through_is_refused_by_the_tree(code):
    """The second line of defence, given what the first one would have caught."""
    statement = Statement(code, None, [Token("name", code, 0, len(code))], ast.parse(code, mode="eval").body, [0])
    names = {name: Tensor(value) for name, value in PLACES.items()}
    with pytest.raises(UsageError):
        evaluate(statement, names)


def test_no_text_is_ever_executed():
    folder = Path(__file__).parents[1] / "autograd_mini" / "parsing"
    for path in [*folder.glob("*.py"), folder.parent / "__main__.py"]:
        tree = ast.parse(path.read_text())
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not {"eval", "exec", "compile", "__import__", "globals", "open"} & names
        assert not {"literal_eval", "system", "import_module"} & attributes


def test_every_function_has_a_derivative():
    for name in FUNCTIONS:
        if name not in ("max", "min"):
            assert rule_for(FUNCTIONS[name].call)


def test_no_function_makes_something_large():
    """From the largest operands that can be typed; and each in no time."""
    n = 100
    M, v = Tensor(np.random.default_rng(0).uniform(0.1, 0.9, (n, n))), Tensor(np.linspace(0.1, 0.9, n))
    for name, function in FUNCTIONS.items():
        for operand in (M, v, M[:, :1]):
            operands = [operand > 0.5 if i in function.conditions else operand for i in range(function.least)]
            start = time.perf_counter()
            try:
                with np.errstate(all="ignore"):
                    result = function.call(*operands)
            except ValueError:  # no square matrix, or no matrix at all
                continue
            assert result.size <= n * n, name
            assert time.perf_counter() - start < 1.0, name
    assert not {"zeros", "full", "arange", "linspace", "tile", "repeat", "pad", "kron", "outer", "reshape"} & set(
        FUNCTIONS
    )


def test_constants_are_numbers():
    assert {name: float(value) for name, value in CONSTANTS.items()} == {"pi": np.pi, "π": np.pi, "e": np.e}


def test_a_long_expression_needs_no_deep_stack():
    start = time.perf_counter()
    assert Program("a" + "+a" * 150, PLACES).tensors()[0].data == 302.0
    assert Program("-" * 150 + "a", PLACES).tensors()[0].data == 2.0
    assert Program("a" + "**1" * 150, PLACES).tensors()[0].data == 2.0
    assert Program("sin(" * 50 + "a" + ")" * 50, PLACES).tensors()[0].data < 1
    doubling = ";".join(f"c{i + 1} = c{i} + c{i}" for i in range(100))
    assert Program(f"c0 = a*1; {doubling}", PLACES).tensors()[0].data == 2.0**101
    assert time.perf_counter() - start < 5
