"""What this project is, shown on real data in a few seconds: `make demo`."""

from pathlib import Path
from runpy import run_path

from autograd_mini import DrawingError, Tensor, draw

CHAPTERS = {
    "1_expression.py": """Differentiate an expression: e = (a + b)(b + 1)
   Evaluating it on variables writes down a graph; both modes of differentiation read it.""",
    "4_crosscheck.py": """Check a backprop derived by hand, on 10 handwritten digits and a [64, 30, 10] network
   "The tape" is that graph for the network's cost, swept in reverse. No one derived anything for it.""",
    "3_digits.py": """Train the network with the compiled tape: stochastic gradient descent, mini-batches of 10, η = 3
   Each line is one pass through the training data, and how many held-out digits are then read right.""",
}

for number, (example, introduction) in enumerate(CHAPTERS.items(), start=1):
    print(f"\n{number}. {introduction}\n   (the code: examples/{example})\n")
    run_path(str(Path(__file__).with_name(example)))  # each example asserts what it claims

print("\n4. See it\n   The expression of chapter 1, with everything the chain rule does in it.\n")
a, b = Tensor(2.0, name="a"), Tensor(1.0, name="b")
drawing = draw((a + b) * (b + 1), mode="reverse")
folder = Path(__file__).parents[1] / "build"
folder.mkdir(exist_ok=True)
try:
    print(f"The picture is in {drawing.save(folder / 'essay.svg')}")
    print(f"The page to step through is in {drawing.save(folder / 'essay.html')}: open it in a browser.")
except DrawingError as error:
    print(error)

print(
    """
Where to go next
   README.md                                derivatives of your own functions: grad, jacobian, hessian, …
   examples/2_forward_against_reverse.py    why reverse mode: a million inputs, one sweep
   examples/5_rank_three_jacobian.py        what ∂a/∂W is, and why nobody stores it
   docs/see.md                              every kind of picture: three modes, networks, light and dark
   autograd_mini/__init__.py                the contents page of the framework; nn/__init__.py that of the network
   make test                                every rule and every equation, proven"""
)
