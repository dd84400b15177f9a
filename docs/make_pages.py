"""Write docs/pages/, three pages to step through; with ``--check`` only say whether they are up to date."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "pages"
sys.path.insert(0, str(FOLDER.parents[1]))

from autograd_mini import Drawing, Tensor, draw  # noqa: E402
from nn import Network, cost_graph  # noqa: E402


def essay() -> Drawing:
    """The example of C. Olah, "Calculus on Computational Graphs: Backpropagation"."""
    a, b = Tensor(2.0, name="a"), Tensor(1.0, name="b")
    c, d = a + b, b + 1
    return draw(c * d)


def neuron() -> Drawing:
    """A neuron with two inputs and tanh."""
    x1, x2, w1, w2 = (Tensor(value, name=name) for value, name in ((2.0, "x₁"), (0.0, "x₂"), (-3.0, "w₁"), (1.0, "w₂")))
    b = Tensor(6.8813735870195432, name="b")
    n = x1 * w1 + x2 * w2 + b
    n.name = "n"
    o = np.tanh(n)
    o.name = "o"
    return draw(o)


def network() -> Drawing:
    """A network of two sigmoid layers, [5, 6, 1], on one example."""
    x, y = np.linspace(-1, 1, 5)[:, np.newaxis], np.zeros((1, 1))
    C, layers = cost_graph(Network([5, 6, 1], rng=0), x, y)
    return draw(C, names={"x": x}, layers=layers)


PAGES: dict[str, Callable[[], Drawing]] = {"essay.html": essay, "neuron.html": neuron, "network.html": network}


def beside_the_layout(page: str) -> str:
    """A page without its pictures, which every Graphviz lays out its own way."""
    return re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` compare them."""
    for name, drawing in PAGES.items():
        path = FOLDER / name
        if "--check" not in arguments:
            FOLDER.mkdir(exist_ok=True)
            drawing().save(path)
        elif not path.exists() or beside_the_layout(path.read_text(encoding="utf-8")) != beside_the_layout(
            drawing().html
        ):
            sys.stderr.write(f"pages/{name} is out of date: run `python docs/make_pages.py` and look at it.\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
