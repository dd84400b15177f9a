"""What people mistype, and what somebody hostile would type: a sentence, a caret, exit status 2, and soon."""

import time

import pytest

from autograd_mini.__main__ import main

SOON = 5.0  # seconds, on a slow machine; the point is that nothing hangs

# What is typed, the first line of the answer, and what stands over the caret with the rest of its line.
CHARACTERS = [
    (["(a^b)*2", "a=2", "b=1"], '"^" is no power here: use ** for powers.', "^b)*2"),
    (["a÷b", "a=2", "b=1"], '"÷" is not known here: use / to divide.', "÷b"),
    (["√a", "a=2"], '"√" is not known here: use sqrt(…).', "√a"),
    (["∂a", "a=2"], '"∂" is not known here: give the expression, its derivatives are found.', "∂a"),
    (["where(a ≤ 1, a, 1)", "a=2"], '"≤" is not known here: use <=.', "≤ 1, a, 1)"),
    (["{a}", "a=2"], '"{" is not known here: there are no sets and no dicts here. Use ( )', "{a}"),
    (["a  # twice", "a=2"], '"#" begins a comment, and there are none here.', "# twice"),
    (["a\\b", "a=2"], '"\\" is not known here. Begin a new line, or use ";", between steps.', "\\b"),
    (["a & b", "a=2"], '"&" is not known here: use logical_and(a > 0, b > 0).', "& b"),
    (["|a|", "a=2"], '"|" is not known here: use abs(x), or logical_or(a > 0, b > 0).', "|a|"),
    (["~a", "a=2"], '"~" is not known here: use logical_not(a > 0).', "~a"),
    (["a!", "a=2"], '"!" is not known here: there are no factorials, and "not equal" is !=.', "!"),
    (["np.sin(a)", "a=2"], '"." stands only in numbers here: sin(x), not np.sin(x); sum(x), not x.sum()', ".sin(a)"),
    (["A.T @ A", "A=[1]"], '"." stands only in numbers here', ".T @ A"),
    (["a.__class__", "a=1"], '"." stands only in numbers here', ".__class__"),
    (["().__class__", "a=1"], '"." stands only in numbers here', ".__class__"),
    (["__import__('os')", "a=1"], "a quotation mark begins a string, and there are none here", "'os')"),
    (['f"{a}"', "a=1"], "a quotation mark begins a string, and there are none here", '"{a}"'),
    (["a“b”", "a=1"], "a quotation mark begins a string, and there are none here", "“b”"),
    (["x₁ + 1", "x=1"], "subscripts are not known here: write x1, or x[1] for an entry of a vector.", "₁ + 1"),
    (["a\0b", "a=1"], "the character U+0000 is not known here.", "?b"),
    (["a\x1b[31m", "a=1"], "the character U+001B is not known here.", "?[31m"),
    (["a + \udcff", "a=1"], "a character that could not be decoded.", "?"),
    (["a + \u0301b", "a=1"], "the character U+0301 is not known here.", "b"),
    (["日本^2", "日本=1"], '"^" is no power here: use ** for powers.', "^2"),
    (["e\u0301e^2", "a=1"], '"^" is no power here: use ** for powers.', "^2"),
    (["a 😀", "a=1"], '"😀" is not known here.', "😀"),
]
WORDS = [
    (["lambda: a", "a=1"], '"lambda" is a word of Python. As a name, take another, such as lam.', "lambda: a"),
    (["[a for a in b]", "b=1"], '"for" is a word of Python that has no meaning here.', "for a in b]"),
    (["a if a > 0 else b", "a=1"], '"if" is not known here: use where(a > 0, a, b).', "if a > 0 else b"),
    (["a > 0 and b > 0", "a=1"], '"and" is not known here: use logical_and(a > 0, b > 0).', "and b > 0"),
    (["not a", "a=1"], '"not" is not known here: use logical_not(a > 0).', "not a"),
    (["await a", "a=1"], '"await" is a word of Python that has no meaning here.', "await a"),
    (["yield a", "a=1"], '"yield" is a word of Python that has no meaning here.', "yield a"),
    (["a[None]", "a=[1]"], '"None" is a word of Python that has no meaning here.', "None]"),
    (["𝐥𝐚𝐦𝐛𝐝𝐚: 1", "a=1"], '"lambda" is a word of Python. As a name', "𝐥𝐚𝐦𝐛𝐝𝐚: 1"),
    (["import os; a", "a=1"], '"import" is a word of Python that has no meaning here.', "import os; a"),
]
GRAMMAR = [
    ([""], 'the expression is empty. Type one in quotation marks: "(a+b)*(b+1)" a=2 b=1.', None),
    ([" ;\n; "], "the expression is empty.", None),
    (["a +", "a=1"], '"+" wants something after it.', ""),
    (["(a +)*2", "a=1"], '"+" wants something after it.', ")*2"),
    (["* a", "a=1"], '"*" wants something before it.', "* a"),
    (["a */ b", "a=1", "b=1"], 'nothing stands between "*" and "/".', "/ b"),
    (["sum(*x)", "x=[1]"], '"*" wants something before it.', "*x)"),
    (["sum(**x)", "x=[1]"], '"**" wants something before it.', "**x)"),
    (["(a + b", "a=1", "b=1"], '"(" is never closed.', "(a + b"),
    (["a + b)", "a=1", "b=1"], '")" closes no bracket.', ")"),
    (["(a + b]", "a=1", "b=1"], '"(" is closed by "]".', "]"),
    (["a*()", "a=1"], "there is nothing in these brackets.", ")"),
    (["x[]", "x=[1]"], "there is nothing in these brackets.", "]"),
    (["2a", "a=1"], 'an operator is missing between "2" and "a". For a product, write *.', "a"),
    (["0x1F*a", "a=1"], 'an operator is missing between "0" and "x1F".', "x1F*a"),
    (["sin a", "a=1"], 'an operator is missing between "sin" and "a".', "a"),
    (["(a+b)(b+1)", "a=1", "b=1"], 'an operator is missing before "(". For a product, write *.', "(b+1)"),
    (["2(a+b)", "a=1", "b=1"], 'an operator is missing before "(". For a product, write *.', "(a+b)"),
    (["sin(a)(a)", "a=1"], 'an operator is missing before "(". For a product, write *.', "(a)"),
    (["a²**3", "a=1"], "a power of a power: say with brackets which comes first.", "**3"),
    (["a²³⁻¹", "a=1"], "a power of a power: say with brackets which comes first.", "⁻¹"),
    (["(a, b)", "a=1", "b=1"], '"," in ( ), which only group. A vector is written [1, 2].', ", b)"),
    (["a, b", "a=1", "b=1"], '"," stands only in brackets: [1, 2] is a vector, 1.5 a number.', ", b"),
    (["(a := 1)", "a=1"], '":" stands only in an index, as in x[1:3].', ":= 1)"),
    (["[1:2]*a", "a=1"], '":" stands only in an index, as in x[1:3].', ":2]*a"),
    (["x[1:2:3:4]", "x=[1]"], "this cannot be read.", ":4]"),
    (["c = d = a", "a=1"], '"=" names a step, once, at its beginning: "c = a + b; c * 2".', "= a"),
    (["a += 1", "a=1"], '"=" names a step, once, at its beginning', "= 1"),
    (["c = ; a", "a=1"], '"c" = what? Type an expression after "=".', " ; a"),
    (["0 < a < 1", "a=1"], "one comparison at a time: logical_and(0 < a, a < 1).", "0 < a < 1"),
    (["c = a + b\nd = b ^ 1\nc * d", "a=1", "b=1"], '"^" is no power here: use ** for powers.', "^ 1"),
    (["sum(axis=0, x)", "x=[1]"], 'this cannot be read. In brackets "=" is for axis= alone; == compares.', ")"),
    (["where(a = 1, a, 0)", "a=1"], 'this cannot be read. In brackets "=" is for axis= alone; == compares.', ")"),
    (["a – 1", "a=1"], "a dash is not known here: use - for minus.", "– 1"),
]
NAMES = [
    (["(a+b)*(b+1)", "a=2"], 'no value for "b"; give it as b=1.', "b)*(b+1)"),
    (["(a+b)*c", "a=2"], "no value for b and c; give them as b=1 c=1.", "b)*c"),
    (["width*2", "widht=2"], 'no value for "width"; give it as width=1. Or did you mean "widht"?', "width*2"),
    (["a + B", "a=1", "b=2"], 'no value for "B"; give it as B=1. Or did you mean "b"?', "B"),
    (["ab + 1", "a=1", "b=2"], 'no value for "ab". For a product, write a*b.', "ab + 1"),
    (["sinn(a)", "a=1"], 'there is no function "sinn". Did you mean sin?', "sinn(a)"),
    (["sigmoid(a)", "a=1"], 'there is no function "sigmoid": write 1/(1 + exp(-x)).', "sigmoid(a)"),
    (["zeros(10**9)*a", "a=1"], 'there is no function "zeros".', "zeros(10**9)*a"),
    (["eval(a)", "a=1"], 'there is no function "eval"', "eval(a)"),
    (["__import__(os)", "os=1"], 'there is no function "__import__".', "__import__(os)"),
    (["sin + a", "a=1"], '"sin" is a function: write sin(…).', "sin + a"),
    (["a(a + 1)", "a=1"], '"a" is a value and cannot be called. For a product, write a*(…).', "a(a + 1)"),
    (["sin(a)*sin", "a=1", "sin=2"], '"sin" is both a function and a value here.', "sin(a)*sin"),
    (["c = c + a", "a=1"], '"c" is used before it is computed.', "c + a"),
    (["d = 2*c; c = a; d", "a=1"], '"c" is used before it is computed.', "c; c = a; d"),
    (["c = a; c = 2*c", "a=1"], '"c" is computed twice. Give every step a name of its own.', "c = 2*c"),
    (["a = a + 1", "a=1"], '"a" is used before it is computed.', "a + 1"),
    (["b = 2*a; a = b", "a=1"], '"a" is used before it is computed.', "a; a = b"),
    (["c = a + b; c*2", "a=1", "b=1", "c=2"], '"c" is computed here, and also given as a value.', "c = a + b; c*2"),
    (["a = 1; b = 2*a; a = 3"], '"a" is an input already.', "a = 3"),
    (["1 + 2"], "there is no input in it, so nothing to differentiate by.", "1 + 2"),
    (["pi*e"], "there is no input in it, so nothing to differentiate by.", "pi*e"),
    (["b = a*a; c = 3", "a=1"], "the last step is the result, and this one depends on no input.", "c = 3"),
    (["b = a*a; 3", "a=1"], "the result depends on no input.", "3"),
]
VALUES = [
    (["A", f"A=[[{'-1,' * 100}],[{'-1,' * 99}]]"], "the rows of a matrix have one length", None),
    (["a", "a\nb\x1b"], '"a b?" gives no value', None),
    (["a", "a"], '"a" gives no value: values are name=number, after the expression', None),
    (["a", "+", "b", "a=1"], '"+" gives no value', None),
    (["a", "a="], '"a" = what? Type an expression after "=".', ""),
    (["a", "=2"], "a value is given as name=number.", "=2"),
    (["a", "a==2"], "a value is given as name=number.", "a==2"),
    (["a", "2=a"], "a value is given as name=number.", "2=a"),
    (["a", "a=1; b=2"], "a value is given as name=number.", "a=1; b=2"),
    (["a", "a=1", "a=2"], '"a" is given twice.', "a=2"),
    (["µ", "µ=1", "μ=2"], '"μ" is given twice.', "μ=2"),
    (["a", "a=b"], 'a value is a number, and "b" is none.', "b"),
    (["a", "a=nan"], 'a value is a number, and "nan" is none.', "nan"),
    (["a", "a=1,5"], '"," stands only in brackets: [1, 2] is a vector, 1.5 a number.', ",5"),
    (["a", "a='1'"], "a quotation mark begins a string", "'1'"),
    (["a", "a=1 2"], 'an operator is missing between "1" and "2".', "2"),
    (["a", "a=1/0"], "this is not finite; a value is a finite number.", "1/0"),
    (["a", "a=1>0"], "this is true or false; a value is a finite number.", "1>0"),
    (["a", "a=1e999"], '"1e999" is too large for a float64, which ends at 1.8e308.', "1e999"),
    (["a", "a=" + "9" * 5000], "a number of 5,000 characters; 400 are enough for any float64.", None),
    (["x", "x=[]"], "there is nothing in these brackets.", "]"),
    (["x", "x=[1,"], '"[" is never closed.', "[1,"),
    (["A", "A=[[1,2],[3]]"], "the rows of a matrix have one length: [[1, 2], [3, 4]].", "[3]]"),
    (["A", "A=[[[1]]]"], '"[[[1]]]" is 1×1×1; an array has one or two axes of 1 to 100 entries.', "[[[1]]]"),
    (["x", f"x=[{'1,' * 101}]"], " is 101; an array has one or two axes of 1 to 100 entries.", None),
    (["x", "class=1"], '"class" is a word of Python that has no meaning here.', "class=1"),
    (["[a, 1]", "a=1"], "in [ ] stand numbers only. A vector is an input: give it as x=[1,2,3].", "a, 1]"),
]
STEPS = [
    (["a > 0", "a=1"], '"a > 0" is true or false and has no derivative.', "a > 0"),
    (["(a > 0)*a", "a=1"], '"a > 0" is true or false, no number. where(a > b, 1, 0) makes a number', "a > 0)*a"),
    (["where(a, a, 1)", "a=1"], '"a" is a number; a comparison is wanted here, as in where(a > 0, a, b).', "a, a, 1)"),
    (["a @ a", "a=1"], "@ is for vectors and matrices. For numbers, write *.", "@ a"),
    (["A @ x", "A=[[1,2],[3,4]]", "x=[1,2,3]"], "matmul: (2, 2) @ (3,): 2 ≠ 3. Did you forget a transpose?", "@ x"),
    (["x + y", "x=[1,2]", "y=[1,2,3]"], "add: shapes (2,) and (3,) do not broadcast.", "+ y"),
    (["inv(A)", "A=[[1,1],[1,1]]"], "Singular matrix.", "inv(A)"),
    (["x[9]", "x=[1,2]"], "index 9 is out of bounds for axis 0 with size 2.", "x[9]"),
    (["x[" + "9" * 300 + "]", "x=[1,2]"], "", None),
    (["日本*x[9]", "日本=1", "x=[1,2]"], "index 9 is out of bounds for axis 0 with size 2.", "x[9]"),
    (["x[x]", "x=[1,2]"], "an index is a whole number or a slice, as in x[0] and x[1:3].", "x]"),
    (["x[0.5]", "x=[1,2]"], "an index is a whole number or a slice, as in x[0] and x[1:3].", "0.5]"),
    (["x[5:]", "x=[1,2]"], '"x[5:]" has no entries; an array has one or two axes of 1 to 100 entries.', "x[5:]"),
    (["sum(x, 0)", "x=[1,2]"], "sum takes 1 operand, not 2. An axis is named: sum(x, axis=0).", "sum(x, 0)"),
    (["a + sin()", "a=1"], "sin takes 1 operand, not 0.", "sin()"),
    (["sum(x, axis=x)", "x=[1,2]"], "axis= is a whole number: axis=0 or axis=1.", "x)"),
    (["sum(x, axis=7)", "x=[1,2]"], "axis 7 is out of bounds for array of dimension 1.", "sum(x, axis=7)"),
    (["sum(x, axis=0, axis=0)", "x=[1,2]"], "axis= is given twice.", "0)"),
    (["sum(x, keepdims=1)", "x=[1,2]"], "sum takes no keyword but axis= here.", "1)"),
    (
        ["max(x, 1, axis=0)", "x=[1,2]"],
        "axis= is for the entries of one array, as in max(x, axis=0).",
        "max(x, 1, axis=0)",
    ),
    (["sin(x, out=x)", "x=[1,2]"], "sin takes no keywords here.", "x)"),
    (
        ["cumsum(A)", "A=[" + "[1,2,3,4,5,6,7,8,9,0,1]," * 11 + "]"],
        '"cumsum(A)" is 121; an array has one or two axes of 1 to 100 entries.',
        None,
    ),
]
BOUNDS = [
    (["a" + "+a" * 6000, "a=1"], "the expression has 12,001 characters; 10,000 is the most.", None),
    (["a" + "+a" * 200, "a=1"], "more than 150 operations; that is the most.", None),
    (["(" * 3000 + "a" + ")" * 3000, "a=1"], "brackets more than 50 deep. Give the inner ones names", None),
    (["[" * 3000 + "a" + "]" * 3000, "a=1"], "brackets more than 50 deep. Give the inner ones names", None),
    (["-" * 9000 + "a", "a=1"], "more than 150 operations; that is the most.", None),
    (["sin(" * 2000 + "a", "a=1"], "brackets more than 50 deep.", None),
    (["a" * 5000, "a=1"], "a name of 5,000 characters; 40 is the most.", None),
    (["ﬃ" * 20, "a=1"], "a name of 60 characters; 40 is the most.", None),
    (["9" * 5000 + "*a", "a=1"], "a number of 5,000 characters; 400 are enough for any float64.", None),
    (["1e400*a", "a=1"], '"1e400" is too large for a float64, which ends at 1.8e308.', "1e400*a"),
]
OPTIONS = [
    ([], 'type an expression: autograd-mini "(a+b)*(b+1)" a=2 b=1. --help says more.', None),
    (["a", "a=1", "--mod", "forward"], 'there is no option "--mod". Did you mean --mode?', None),
    (["a", "a=1", "--frobnicate"], 'there is no option "--frobnicate". --help lists them.', None),
    (["a", "a=1", "--mode"], "--mode: expected one argument.", None),
    (["a", "a=1", "--mode", "forwards"], 'there is no mode "forwards". Did you mean forward?', None),
    (["a", "a=1", "--mode", "x"], 'there is no mode "x". There are local, reverse, forward.', None),
    (["a*b", "a=1", "b=1", "--mode", "forward"], "forward mode follows one input: --wrt a or --wrt b.", None),
    (["a*b", "a=1", "b=1", "--wrt", "c"], '"c" is no input; --wrt takes one of a, b.', None),
    (["c=a*b; c", "a=1", "b=1", "--wrt", "c"], '"c" is no input; --wrt takes one of a, b.', None),
    (["a", "a=1", "--wrt", "a", "--mode", "reverse"], "--wrt is for --mode forward; this is --mode reverse.", None),
    (["2*x", "x=[1,2]", "--mode", "reverse"], "the result has 2 entries, and a gradient is that of one number", None),
    (["sum(x)", "x=[1,2]", "--wrt", "x"], 'forward mode follows one number, and "x" is 2 of them.', None),
    (["a", "a=1", "-o", "a.gif"], '"a.gif" says no format: a file ends in .svg, .png, .pdf, .html, .dot, .json.', None),
    (["a", "a=1", "-o", ""], '"" says no format', None),
    (["a", "a=1", "-o"], "-o/--output: expected one argument.", None),
    (["a", "a=1", "-o", "no/such/a.svg"], 'no/such/a.svg" cannot be written: there is no folder "no/such".', None),
]
MISTAKES = [*CHARACTERS, *WORDS, *GRAMMAR, *NAMES, *VALUES, *STEPS, *BOUNDS, *OPTIONS]


def run(capsys, argv):
    start = time.perf_counter()
    status = main(argv)
    out, err = capsys.readouterr()
    assert time.perf_counter() - start < SOON
    return status, out, err


def over_caret(err):
    """What stands over the caret, and the rest of that line; columns are counted as a terminal shows them."""
    import unicodedata

    line, caret = err.rstrip("\n").split("\n")[-2:]
    assert caret.strip() == "^"
    column, seen = caret.index("^"), 0
    for i, c in enumerate(line):
        if seen == column and not unicodedata.combining(c):
            return line[i:]
        seen += 0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
    assert seen == column, "the caret stands beyond the end of the line"
    return ""


@pytest.mark.parametrize(
    ("argv", "message", "place"), MISTAKES, ids=lambda x: " ".join(x)[:40] if isinstance(x, list) else ""
)
def test_a_mistake_is_answered_with_a_sentence(capsys, argv, message, place):
    status, out, err = run(capsys, argv)
    assert (status, out) == (2, "")
    assert err.startswith("autograd-mini: ")
    assert message in err.split("\n")[0]
    assert "Traceback" not in err
    assert max(map(len, err.split("\n"))) < 200
    if place is not None:
        assert over_caret(err) == place


def test_there_are_enough_mistakes():
    assert len(MISTAKES) >= 60
