"""The printer: expressions and symbols say what they mean, so they can be evaluated, and mean what the numbers say."""

import re

import numpy as np
import pytest
from hypothesis import given, settings

from autograd_mini import Tensor, elementwise, general, selection, stop_gradient
from autograd_mini.drawing.picture import picture
from autograd_mini.drawing.plain import to_ascii
from autograd_mini.drawing.whole import whole_expression
from nn import relu, sigmoid

from .random_expressions import expressions

FUNCTIONS = (np.sin, np.cos, np.tanh, np.exp, np.log, np.sqrt, np.arctan, np.hypot, np.maximum, np.sign, np.absolute)
NUMPY = {function.__name__: function for function in FUNCTIONS}


def evaluated(text, boxes):
    """The number that a printed expression of scalars stands for."""
    values = {to_ascii(box.name): float(box.value) for box in boxes}
    python = re.sub(r"\|([^|]*)\|", r"absolute(\1)", to_ascii(text))
    return eval(python, {"__builtins__": {}}, {**NUMPY, **values})  # a text that we have printed


@settings(max_examples=150, deadline=None)
@given(expressions())
def test_expressions_and_symbols_of_random_programs_evaluate_to_their_numbers(program):
    shown = picture(program[1])
    for box in shown.boxes:
        if box.expression:
            np.testing.assert_allclose(evaluated(box.expression, shown.boxes), box.value, rtol=1e-12, atol=1e-12)
    for arrow in shown.arrows:
        if arrow.symbol:
            assert arrow.partial is not None
            got = evaluated(arrow.symbol, shown.boxes)
            np.testing.assert_allclose(got, arrow.partial, rtol=1e-9, atol=1e-12, err_msg=arrow.symbol)
    whole = whole_expression(program[1], shown)
    if whole:
        np.testing.assert_allclose(evaluated(whole, shown.boxes), shown.output.value, rtol=1e-10, atol=1e-12)


softplus = elementwise(lambda x: np.logaddexp(0, x), lambda y, x: 1 / (1 + np.exp(-x)))
untidy = elementwise(lambda x: 0.5 * x * x, lambda y, x: ((0 + x) * 1 - (0 - x) - x) / 1 + 0)
steep = elementwise(lambda x: np.asarray(x, dtype=float) * 2, lambda y, x: np.asarray(x) * 0 + 2.0)
mixed = general(lambda x: x * x / 2 - np.cos(x), lambda x_dot, y, x: x_dot * x + x_dot * np.sin(x))
cut = selection(lambda x: np.maximum(x, 0), lambda y, x: x > 0)

SCALARS = {
    "sum": (lambda x, y: x + y, "x + y", ["", ""]),
    "difference": (lambda x, y: x - y, "x − y", ["", ""]),
    "product": (lambda x, y: x * y, "x · y", ["y", "x"]),
    "quotient": (lambda x, y: x / y, "x / y", ["1 / y", "−r / y"]),
    "one over": (lambda x, y: 1 / x, "1 / x", ["−r / x"]),
    "reciprocal": (lambda x, y: np.reciprocal(x), "1 / x", ["−r²"]),
    "square": (lambda x, y: x**2, "x²", ["2 · x"]),
    "cube": (lambda x, y: x**3, "x³", ["3 · x²"]),
    "inverse square": (lambda x, y: x**-2, "x⁻²", ["−2 / x³"]),
    "root": (lambda x, y: np.sqrt(x), "sqrt(x)", ["1 / (2 · r)"]),
    "fractional power": (lambda x, y: x**1.5, "x^1.5", ["1.5 · x^0.5"]),
    "power": (lambda x, y: x**y, "x^y", ["y · x^(y − 1)", "r · log(x)"]),
    "power of a number": (lambda x, y: 2**x, "2^x", ["0.6931 · r"]),
    "tanh": (lambda x, y: np.tanh(x), "tanh(x)", ["1 − r²"]),
    "sigmoid": (lambda x, y: sigmoid(x), "σ(x)", ["r · (1 − r)"]),
    "own": (lambda x, y: softplus(x), "f(x)", ["1 / (1 + exp(−x))"]),
    "own, untidy": (lambda x, y: untidy(x), "f(x)", ["x"]),
    "own, arrays only": (lambda x, y: steep(x), "f(x)", [""]),
    "own selection": (lambda x, y: cut(x), "f(x)", [""]),
    "exp": (lambda x, y: np.exp(x), "exp(x)", ["r"]),
    "cos": (lambda x, y: np.cos(x), "cos(x)", ["−sin(x)"]),
    "absolute": (lambda x, y: abs(x), "|x|", ["sign(x)"]),
    "negative number": (lambda x, y: x + -1.5, "x + (−1.5)", [""]),
    "times negative": (lambda x, y: x * -2.0, "x · (−2)", [""]),
    "number first": (lambda x, y: 3 - x, "3 − x", [""]),
    "maximum": (np.maximum, "maximum(x, y)", ["", ""]),
    "where": (lambda x, y: np.where(True, x, y), "where(True, x, y)", ["", ""]),
    "flat": (lambda x, y: np.floor(x), "floor(x)", [""]),
    "stopped": (lambda x, y: stop_gradient(x), "stop_gradient(x)", [""]),
    "rounded": (lambda x, y: np.round(x, 1), "round(x, decimals=1)", [""]),
    "angle": (np.arctan2, "arctan2(x, y)", ["y / hypot(x, y)²", "−x / hypot(x, y)²"]),
    "clip": (lambda x, y: np.clip(x, 0.5, None), "clip(x, 0.5)", [""]),
}


@pytest.mark.parametrize("case", SCALARS)
def test_scalars(case):
    f, expression, symbols = SCALARS[case]
    r = f(Tensor(1.3, name="x"), Tensor(0.7, name="y"))
    r.name = "r"
    shown = picture(r)
    assert shown.output.expression == expression
    assert [arrow.symbol for arrow in shown.incoming(shown.output.key)] == symbols


def test_precedence_keeps_the_program():
    x, y, z = (Tensor(v, name=n) for v, n in [(1.3, "x"), (0.7, "y"), (2.1, "z")])
    texts = {
        "x − (y − z)": x - (y - z),
        "(x − y) − z".replace("(", "").replace(")", ""): x - y - z,
        "x + (y + z)": x + (y + z),
        "x·(y/z)": x * (y / z),
        "(x/y)·z": x / y * z,
        "x·y/z": x * y / z,
        "x/(y·z)": x / (y * z),
        "(x/y)/z": x / y / z,
        "(x + y)·z": (x + y) * z,
        "(−x)²": (-x) ** 2,
        "−x²": -(x**2),
        "−(x·y)": -(x * y),
        "−x·y": -x * y,
        "x·(−y)": x * -y,
        "x − (−y)": x - -y,
        "(x²)³": (x**2) ** 3,
        "(x + y)^(x − y)": (x + y) ** (x - y),
        "sin(x + y)²": np.sin(x + y) ** 2,
        "(x·y)²": (x * y) ** 2,
    }
    for text, value in texts.items():
        assert whole_expression(value, picture(value)) == text


rng = np.random.default_rng(3)
ARRAYS = {
    "W": rng.normal(size=(3, 4)), "V": rng.normal(size=(2, 3)), "X": rng.normal(size=(4, 5)), "x": rng.normal(size=4),
    "b": rng.normal(size=(3, 1)), "v": rng.normal(size=3), "A": rng.normal(size=(3, 3)) + 3 * np.eye(3),
    "Z": rng.normal(size=(3, 5)), "Y": rng.normal(size=(3, 5)), "s": np.float64(0.7), "P": rng.uniform(1, 2, (3, 5)),
}  # fmt: skip


def slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


# The function, its expression, and for each arrow its symbol and what that says in NumPy, of δ = d and the arrays
WORDS = {
    "affine": ("W X b", lambda W, X, b: W @ X + b, "W @ X + b",
               [("δ Xᵀ", lambda d, W, X, b: d @ X.T), ("Wᵀ δ", lambda d, W, X, b: W.T @ d),
                ("Σ δ", lambda d, W, X, b: d.sum(axis=1, keepdims=True))]),
    "matrix and vector": ("W x v", lambda W, x, v: W @ x + v, "W @ x + v",
                          [("δ xᵀ", lambda d, W, x, v: np.outer(d, x)), ("Wᵀ δ", lambda d, W, x, v: W.T @ d),
                           ("δ", lambda d, W, x, v: d)]),
    "vector and matrix": ("v W", lambda v, W: v @ W, "v @ W",
                          [("W δ", lambda d, v, W: W @ d), ("v δᵀ", lambda d, v, W: np.outer(v, d))]),
    "transpose": ("W", lambda W: W.T, "Wᵀ", [("δᵀ", lambda d, W: d.T)]),
    "transpose, times": ("W v", lambda W, v: W.T @ v, "Wᵀ @ v",
                         [("(δ vᵀ)ᵀ", lambda d, W, v: np.outer(v, d)), ("W δ", lambda d, W, v: W @ d)]),
    "entrywise": ("Z Y", lambda Z, Y: Z * Y, "Z ⊙ Y", [("⊙ Y", lambda d, Z, Y: d * Y), ("⊙ Z", lambda d, Z, Y: d * Z)]),
    "scaled": ("s Z", lambda s, Z: s * Z, "s · Z", [("Σ δ ⊙ Z", lambda d, s, Z: np.sum(d * Z)),
                                                   ("δ · s", lambda d, s, Z: d * s)]),
    "quotient": ("Z P", lambda Z, P: Z / P, "Z / P", [("δ / P", lambda d, Z, P: d / P),
                                                     ("−δ ⊙ r / P", lambda d, Z, P: -d * Z / P**2)]),
    "sigmoid": ("Z", sigmoid, "σ(Z)", [("⊙ σ′(Z)", lambda d, Z: d * slope(Z))]),
    "relu": ("Z", relu, "relu(Z)", [("⊙ relu′(Z)", lambda d, Z: d * (Z > 0))]),
    "tanh": ("Z", np.tanh, "tanh(Z)", [("⊙ (1 − r²)", lambda d, Z: d * (1 - np.tanh(Z) ** 2))]),
    "square": ("Z", np.square, "Z²", [("2 · δ ⊙ Z", lambda d, Z: 2 * d * Z)]),
    "layer": ("W X b", lambda W, X, b: sigmoid(W @ X + b), "σ(W @ X + b)",
              [("(δ ⊙ σ′(W @ X + b)) Xᵀ", lambda d, W, X, b: (d * slope(W @ X + b)) @ X.T),
               ("Wᵀ (δ ⊙ σ′(W @ X + b))", lambda d, W, X, b: W.T @ (d * slope(W @ X + b))),
               ("Σ δ ⊙ σ′(W @ X + b)", lambda d, W, X, b: (d * slope(W @ X + b)).sum(1, keepdims=True))]),
    "difference": ("Z b", lambda Z, b: Z - b, "Z − b", [("δ", lambda d, Z, b: d),
                                                      ("−Σ δ", lambda d, Z, b: -d.sum(1, keepdims=True))]),
    "mean along": ("Z", lambda Z: Z.mean(axis=0), "mean(Z, axis=0)", [("δ / 3", lambda d, Z: np.tile(d / 3, (3, 1)))]),
    "item": ("Z", lambda Z: Z[0], "Z[0]", [("δ at [0]", lambda d, Z: np.vstack([d, np.zeros((2, 5))]))]),
    "slice": ("Z", lambda Z: Z[1:, ::2], "Z[1:, ::2]", [("δ at [1:, ::2]", None)]),
    "set": ("Z", lambda Z: Z.at[0].set(2.0), "Z.at[0].set(2)",
            [("δ except at [0]", lambda d, Z: np.vstack([0 * d[:1], d[1:]]))]),
    "joined": ("Z Y", lambda Z, Y: np.concatenate([Z, Y], axis=1), "concatenate([Z, Y], axis=1)",
               [("δ[:, 0:5]", lambda d, Z, Y: d[:, :5]), ("δ[:, 5:10]", lambda d, Z, Y: d[:, 5:])]),
    "reshaped": ("Z", lambda Z: Z.reshape(5, 3), "reshape(Z, shape=(5, 3))", [("δ", lambda d, Z: d.reshape(3, 5))]),
    "inverse": ("A", np.linalg.inv, "linalg.inv(A)",
                [("−rᵀ δ rᵀ", lambda d, A: -np.linalg.inv(A).T @ d @ np.linalg.inv(A).T)]),
    "two matrices": ("V W", lambda V, W: V @ W, "V @ W",
                     [("δ Wᵀ", lambda d, V, W: d @ W.T), ("Vᵀ δ", lambda d, V, W: V.T @ d)]),
    "running product": ("Z", lambda Z: np.cumprod(Z, axis=1), "cumprod(Z, axis=1)", [("(∂r/∂Z)ᵀ δ", None)]),
    "greatest": ("Z", lambda Z: np.max(Z, axis=1), "max(Z, axis=1)", [("⊙ ∂r/∂Z", None)]),
    "sum of terms": ("Z", mixed, "f(Z)", [("δ ⊙ sin(Z) + δ ⊙ Z", lambda d, Z: d * Z + d * np.sin(Z))]),
    "flat": ("Z", np.floor, "floor(Z)", [("0", lambda d, Z: 0 * d)]),
    "sorted": ("x", np.sort, "sort(x)", [("δ at [[…]]", None)]),
}  # fmt: skip


@pytest.mark.parametrize("case", WORDS)
def test_the_words_of_a_derivative_say_what_is_carried_back(case):
    names, f, expression, arrows = WORDS[case]
    tensors = [Tensor(ARRAYS[name], name=name) for name in names.split()]
    r = f(*tensors)
    r.name = "r"
    d = rng.normal(size=r.shape)
    shown = picture(np.sum(r * d), "reverse")
    box = next(box for box in shown.boxes if box.name == "r")
    assert box.expression == expression
    got = shown.incoming(box.key)
    for arrow, (symbol, meaning) in zip(got, arrows, strict=True):
        if "…" not in symbol:
            assert arrow.symbol == symbol
        if meaning is not None:
            np.testing.assert_allclose(arrow.contribution, meaning(d, *(ARRAYS[n] for n in names.split())), rtol=1e-12)


def test_at_the_output_there_is_no_delta():
    def symbols(names, f):
        tensors = [Tensor(ARRAYS[name], name=name) for name in names.split()]
        y = f(*tensors)
        y.name = "y"
        return [arrow.symbol for arrow in picture(y).arrows]

    assert symbols("Z Y", lambda Z, Y: np.sum((Z - Y) ** 2) / 2) == ["Z − Y", "−(Z − Y)"]
    assert symbols("Z Y", lambda Z, Y: np.sum((Z - Y) ** 2) / 10) == ["(Z − Y) / 5", "−(Z − Y) / 5"]
    assert symbols("x v W", lambda x, v, W: v @ W @ x) == ["W x", "v xᵀ", "v @ W"]
    assert symbols("x", np.sum) == ["1"]
    assert symbols("x", np.mean) == ["0.25"]
    assert symbols("x", lambda x: np.log(np.sum(np.exp(x)))) == ["exp(x) / sum(exp(x))"]
    assert symbols("x", np.max) == ["∂y/∂x"]
    assert symbols("s Z", lambda s, Z: np.sum(s * Z)) == ["Σ Z", "s"]
    assert symbols("b Z", lambda b, Z: np.sum(b + Z)) == ["5", "1"]


def test_from_an_array_to_a_number_inside_the_graph_delta_is_a_number():
    Z, x = Tensor(ARRAYS["Z"], name="Z"), Tensor(ARRAYS["x"], name="x")
    norm = np.sum(Z**2)
    norm.name = "n"
    y = norm * x[0] + x[1]
    shown = picture(y, "reverse")
    words = {(shown.names[a.source], shown.names[a.target]): a.symbol for a in shown.arrows}
    assert words["Z", "n"] == "2 · δ · Z"
    assert words["n", shown.output.name] == "x[0]"


def test_the_books_words_for_its_network():
    W1, b1, W2, b2 = (
        Tensor(rng.normal(size=shape), name=name)
        for shape, name in [((5, 7), "W¹"), ((5, 1), "b¹"), ((3, 5), "W²"), ((3, 1), "b²")]
    )
    x, y = rng.normal(size=(7, 1)), rng.normal(size=(3, 1))
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    a2 = sigmoid(z2)
    for tensor, name in ((z1, "z¹"), (a1, "a¹"), (z2, "z²"), (a2, "a²")):
        tensor.name = name
    C = np.sum((a2 - y) ** 2) / 2
    shown = picture(C, names={"C": C, "x": x})
    words = {(shown.names[a.source], shown.names[a.target]): a.symbol for a in shown.arrows if a.symbol}
    assert words.pop(("a²", "C")) == "a² − [" + ", ".join(f"[{t:.4g}]" for t in y[:, 0]).replace("-", "−") + "]"
    assert words == {
        ("W¹", "z¹"): "δ xᵀ",
        ("b¹", "z¹"): "δ",
        ("z¹", "a¹"): "⊙ σ′(z¹)",
        ("W²", "z²"): "δ (a¹)ᵀ",
        ("a¹", "z²"): "(W²)ᵀ δ",
        ("b²", "z²"): "δ",
        ("z²", "a²"): "⊙ σ′(z²)",
    }


def test_calls_print_their_keywords():
    Z = Tensor(ARRAYS["Z"], name="Z")
    s = Tensor(0.5, name="s")
    mask = np.array([[True, False, True, True, False]] * 3)
    assert picture(np.sum(Z, axis=0, keepdims=True)).output.expression == "sum(Z, axis=0, keepdims=True)"
    assert picture(np.sum(Z**2, axis=0)).output.expression == "sum(Z², axis=0)"
    assert picture(np.sum(Z, initial=s)).output.expression == "sum(Z, initial=s)"
    assert picture(np.sum(Z, where=mask)).output.expression == "sum(Z, where=…)"
    assert picture(np.einsum("ij,kj", Z, Z)).output.expression == 'einsum("ij,kj->ik", Z, Z)'
    assert picture(np.where(mask, Z, s)).output.expression == "where(t, Z, s)"
    assert picture(Z.astype(np.float32)).output.expression == "astype(Z, dtype=float32)"
    assert picture(np.linalg.norm(Z)).output.expression == "linalg.norm(Z, order=2)"
    assert picture(Z[np.array([0, 2])]).output.expression == "Z[[0, 2]]"
    assert picture(Z[..., None, 0]).output.expression == "Z[..., None, 0]"
    assert picture(np.stack([Z, Z])).output.expression == "stack([Z, Z])"
    assert picture(np.concatenate([Z] * 40)).output.expression == "concatenate(…)"


def test_complex_and_single_precision():
    z = Tensor(1 + 2j, name="z")
    shown = picture(abs(z) ** 2, "reverse")
    assert shown.boxes[0].gradient == pytest.approx(2 + 4j)
    assert shown.outgoing(shown.boxes[0].key)[0].contribution == pytest.approx(2 + 4j)
    x = Tensor(np.float32(2.0), name="x")
    shown = picture(x * x * np.float32(3), "reverse")
    assert {box.gradient.dtype for box in shown.boxes} == {np.dtype("float32")}
    assert {arrow.contribution.dtype for arrow in shown.arrows} == {np.dtype("float32")}
