"""explain: what the chain rule does in an expression, as text to read from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .drawing.expressions import PRINTED_ENTRIES, array_text
from .drawing.latex import derivation
from .drawing.numbers import number
from .drawing.picture import Arrow, Box, Picture, picture
from .drawing.plain import to_ascii
from .drawing.sentences import enclosed, product
from .drawing.whole import whole_expression

MOST_NODES = 200
LISTED_PATHS = 8
LONGEST_PATH = 12
LISTED_TERMS = 6
LISTED_INPUTS = 8
WIDEST = 72
"""A column is aligned to cells of at most so many characters; longer ones stand out."""


class Lesson(str):
    """The lesson: a str that prints as it reads, and that a notebook shows as equations."""

    __slots__ = ("_latex",)

    _latex: str

    def __repr__(self) -> str:
        return str(self)

    def _repr_latex_(self) -> str:
        return self._latex


def explain(e: Any, mode: str = "reverse", wrt: Any = None, names: Any = None, ascii: bool = False) -> Lesson:
    r"""Explain how an expression is evaluated and differentiated: values, local derivatives, sums over paths, cost.

    Parameters
    ----------
    e : Tensor
        The output; one entry, in reverse mode.
    mode : {"reverse", "forward", "local"}
        Carry ∂e/∂(node) back from `e` to every input, or ∂(node)/∂(wrt) forward from one input to every node; or neither:
        only the values and local derivatives, of an output of any shape.
    wrt : Tensor or str, optional
        The input of the forward mode; may be left out where there is only one.
    names : dict, optional
        Names of Tensors, usually ``locals()``; a Tensor's own ``.name`` comes first, and letters fill in.
    ascii : bool
        Write ``de/db`` for ∂e/∂b, and everything else in ASCII too.

    Returns
    -------
    str
        Of a class that displays well: as text where it is printed or shown, as equations in a notebook.

    Raises
    ------
    TypeError, ValueError
        When `e` is no Tensor, or complex numbers are on the way to it, the mode is unknown, or `wrt` is not in the graph.
    ShapeError
        When `e`, or `wrt` in forward mode, has more than one entry.
    DrawingError
        When there are more nodes than anybody would read.

    Notes
    -----
    The example and the counting of paths are those of C. Olah, "Calculus on Computational Graphs: Backpropagation".

    Examples
    --------
    >>> from autograd_mini import Tensor, explain
    >>> a, b = Tensor(2.0, name="a"), Tensor(1.0, name="b")
    >>> print("\n".join(explain((a + b) * (b + 1)).splitlines()[10:16]))
    Reverse: one sweep from e gives every derivative
      ∂e/∂e = 1
      ∂e/∂d = ∂e/∂e·∂e/∂d               = 1·3       = 3
      ∂e/∂c = ∂e/∂e·∂e/∂c               = 1·2       = 2
      ∂e/∂b = ∂e/∂c·∂c/∂b + ∂e/∂d·∂d/∂b = 2·1 + 3·1 = 5
      ∂e/∂a = ∂e/∂c·∂c/∂a               = 2·1       = 2
    """
    if not isinstance(mode, str) or mode not in ("reverse", "forward", "local"):
        raise ValueError(f"explain: mode={mode!r} is unknown; choose 'reverse', 'forward' or 'local'.")
    shown = picture(e, mode, wrt, names, MOST_NODES, who="explain")
    if mode != "local" and any(np.iscomplexobj(box.value) for box in shown.boxes):
        raise TypeError(
            "explain: the lesson's sums of products are those of real numbers; with complex ones a gradient is made of "
            "conjugates. mode='local' shows values and local derivatives; grad and gradients differentiate."
        )
    lines = _Lines(shown, to_ascii if ascii else str)
    sections = [[lines.title(e)], lines.evaluation()]
    if mode != "local":
        sections += [lines.sweep(), lines.paths(), lines.cost()]
    lesson = Lesson("\n\n".join("\n".join(section) for section in sections))
    lesson._latex = derivation(shown)
    return lesson


def _columns(rows: Sequence[Sequence[str]], gaps: Sequence[str], right: int = -1) -> list[str]:
    """Rows of cells under one another, with `gaps` between the columns; column `right` is flush right."""
    widths = [max((len(row[i]) for row in rows if len(row[i]) <= WIDEST), default=0) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [cell.rjust(widths[i]) if i == right else cell.ljust(widths[i]) for i, cell in enumerate(row)]
        line = "".join(cell + gap for cell, gap in zip(cells, (*gaps, ""), strict=True))
        lines.append(f"  {line}".rstrip())
    return lines


def value_text(value: Any) -> str:
    """A value in few characters: a number, up to four of them, or the range of many."""
    if np.ndim(value) == 0:
        return number(value)
    if value.size <= PRINTED_ENTRIES:
        return array_text(np.ravel(value) if value.ndim > PRINTED_ENTRIES else value)
    if value.dtype.kind == "c":
        return f"|…| ≤ {number(np.max(np.abs(value)))}"
    return f"{number(np.min(value))} … {number(np.max(value))}"


def _shape(value: Any) -> str:
    return "×".join(map(str, np.shape(value)))


class _Lines:
    """The sections of a lesson, each a list of lines."""

    def __init__(self, shown: Picture, text: Callable[[str], str]) -> None:
        self.shown = shown
        self.text = text
        self.boxes = {box.key: box for box in shown.boxes}
        self.scalars = all(np.ndim(box.value) == 0 for box in shown.boxes)
        self.inputs = [box for box in shown.boxes if box.role != "constant" and not box.expression]
        self.live = [arrow for arrow in shown.arrows if self.boxes[arrow.source].role != "constant"]
        self.outgoing: dict[int, list[Arrow]] = {}
        self.incoming: dict[int, list[Arrow]] = {}
        for arrow in self.live:
            self.outgoing.setdefault(arrow.source, []).append(arrow)
            self.incoming.setdefault(arrow.target, []).append(arrow)

    def partial_name(self, above: int, below: int) -> str:
        """∂e/∂b."""
        return self.text(f"∂{self.boxes[above].name}/∂{self.boxes[below].name}")

    def title(self, y: Any) -> str:
        """The whole expression, and where it is evaluated."""
        output = self.shown.output
        given = [self._given(box) for box in self.inputs[:LISTED_INPUTS]]
        given += ["…"] if len(self.inputs) > LISTED_INPUTS else []
        if not output.expression:
            return self.text(self._given(output))
        whole = whole_expression(y, self.shown) or output.expression
        return self.text(f"{output.name} = {whole}    at  {', '.join(given)}")

    @staticmethod
    def _given(box: Box) -> str:
        if box.value.size <= PRINTED_ENTRIES:
            return f"{box.name} = {value_text(box.value)}"
        return f"{box.name} of shape {_shape(box.value)}"

    def evaluation(self) -> list[str]:
        """The table of nodes."""
        head = ["node", "operation", "value", "local derivatives"]
        rows = []
        for box in self.shown.boxes:
            operation = f"= {box.expression}" if box.expression else "constant" if box.role == "constant" else "input"
            row = [box.name, operation, value_text(box.value), self._locals(box)]
            if not self.scalars:
                row.insert(2, _shape(box.value) or "number")
            rows.append(row)
        if not self.scalars:
            head.insert(2, "shape")
            head[-1] = "local derivatives; for arrays, what an operand gets of δ, the node's gradient"
        cells = [head] + [[self.text(cell) for cell in row] for row in rows]
        cells[0] = [self.text(cell) for cell in head]
        gaps = ["  ", "  ", "   "] if self.scalars else ["  ", "  ", "  ", "   "]
        return ["Forward: evaluate, and note each local derivative", *_columns(cells, gaps, right=len(head) - 2)]

    def _locals(self, box: Box) -> str:
        parts = []
        for arrow in self.incoming.get(box.key, ()):
            sides = [arrow.symbol] if arrow.symbol else []
            sides += [number(arrow.partial)] if arrow.partial is not None else []
            if self._between_numbers(arrow):
                parts.append(" = ".join([f"∂{box.name}/∂{self.boxes[arrow.source].name}", *sides]))
            elif sides:
                parts.append(f"{self.boxes[arrow.source].name}: {sides[0]}")
        return "   ".join(parts)

    def _between_numbers(self, arrow: Arrow) -> bool:
        return arrow.partial is not None

    def sweep(self) -> list[str]:
        """One line per node: the chain rule, its terms in numbers, and their sum."""
        if self.shown.wrt is None:
            name = self.shown.output.name
            title = f"Reverse: one sweep from {name} gives every derivative"
            order = [box for box in reversed(self.shown.boxes) if box.role != "constant"]
            rows = [self._reverse_row(box) for box in order]
        else:
            name = self.shown.wrt.name
            title = f"Forward: one sweep from {name} gives the derivative of every node with respect to {name}"
            rows = [self._forward_row(box) for box in self.shown.boxes if box.role != "constant"]
        return [self.text(title), *_columns([[self.text(cell) for cell in row] for row in rows], [" "] * 3)]

    def _reverse_row(self, box: Box) -> list[str]:
        y = self.shown.output
        left = f"∂{y.name}/∂{box.name}"
        if box is y:
            return [left, "= 1", "", ""]
        chains: list[str] = []
        products: list[str] = []
        for arrow in self.outgoing.get(box.key, ()):
            target = self.boxes[arrow.target]
            upper = f"∂{y.name}/∂{target.name}"
            if arrow.partial is None:
                chains.append(self._in_terms_of(arrow.symbol, upper))
            else:
                chains.append(f"{upper}·∂{target.name}/∂{box.name}")
                products.append(product(target.gradient, arrow.partial, "·", not products))
        return self._row(left, chains, products, box.gradient)

    def _in_terms_of(self, symbol: str, upper: str) -> str:
        """A symbol with the gradient of its target in the place of δ, unless something else has that name."""
        if symbol.startswith("⊙"):
            return f"{upper} {symbol}"
        return symbol if any("δ" in box.name for box in self.shown.boxes) else symbol.replace("δ", upper)

    def _forward_row(self, box: Box) -> list[str]:
        x = self.shown.wrt
        assert x is not None
        left = f"∂{box.name}/∂{x.name}"
        if box is x:
            return [left, "= 1", "", ""]
        chains: list[str] = []
        products: list[str] = []
        for arrow in self.incoming.get(box.key, ()):
            source = self.boxes[arrow.source]
            chains.append(f"∂{box.name}/∂{source.name}·∂{source.name}/∂{x.name}")
            if arrow.partial is not None:
                products.append(product(arrow.partial, source.tangent, "·", not products))
        return self._row(left, chains, products, box.tangent)

    def _row(self, left: str, chains: list[str], products: list[str], total: Any) -> list[str]:
        """Cells: the derivative, the chain rule, its numbers in a graph of numbers, and what they come to."""
        if not chains:
            return [left, f"= {value_text(total)}", "", ""]
        sides = [_sum(chains), *([_sum(products)] if self.scalars else []), value_text(total)]
        return [left, *(f"= {side}" for side in sides), *([] if self.scalars else [""])]

    def paths(self) -> list[str]:
        """The derivative as a sum over paths, for each input."""
        counts = self._counts()
        lines = ["The same, as a sum over paths"]
        for box in self.inputs if self.shown.wrt is None else [self.shown.wrt]:
            count = counts.get(box.key, 0)
            plural = "path" if count == 1 else "paths"
            if count > LISTED_PATHS:
                edges = len(self.live)
                lines.append(
                    self.text(f"  {box.name}: {_large(count)} {plural}, too many to list; the sweep used {edges} edges")
                )
                continue
            lines.append(self.text(f"  {box.name}: {count} {plural}"))
            lines += self._listed(box, count)
        return lines

    def _listed(self, box: Box, count: int) -> list[str]:
        paths = self._paths_from(box.key)
        texts = [self.text(_arrows([self.boxes[k].name for k in (box.key, *(a.target for a in p))])) for p in paths]
        width = max(map(len, texts), default=0)
        lines = []
        for text, path in zip(texts, paths, strict=True):
            along = self.text(_path_product(path)) if self.scalars else ""
            lines.append(f"     {text.ljust(width)}    {along}".rstrip())
        if count > 1 and self.scalars:
            total = box.gradient if self.shown.wrt is None else self.shown.output.tangent
            name = self.partial_name(self.shown.output.key, box.key)
            lines.append(f"     {'sum'.ljust(width)}  {name} = {self.text(number(total))}")
        return lines

    def _counts(self) -> dict[int, int]:
        """How many paths lead from each box to the output, by dynamic programming."""
        counts = {self.shown.output.key: 1}
        for box in reversed(self.shown.boxes):
            if box.key != self.shown.output.key:
                counts[box.key] = sum(counts[arrow.target] for arrow in self.outgoing.get(box.key, ()))
        return counts

    def _paths_from(self, key: int) -> list[list[Arrow]]:
        """All paths to the output, in program order."""
        done: list[list[Arrow]] = []
        pending: list[tuple[int, list[Arrow]]] = [(key, [])]
        while pending:
            at, path = pending.pop()
            if at == self.shown.output.key:
                done.append(path)
                continue
            pending.extend((arrow.target, [*path, arrow]) for arrow in reversed(self.outgoing.get(at, ())))
        return done

    def cost(self) -> list[str]:
        """What the whole gradient costs in either mode."""
        edges, sweeps = len(self.live), sum(box.value.size for box in self.inputs)
        what = f"{edges:,} {'edge' if edges == 1 else 'edges'}"
        per = "input" if self.scalars else "entry of the inputs"
        backward, forward = (
            f"  reverse mode:  1 backward sweep  × {what}",
            (f"  forward mode:  {sweeps:,} {'sweep' if sweeps == 1 else 'sweeps'}, one per {per} × {what}"),
        )
        if self.scalars:
            backward += f" = {edges:,} {_additions(edges)}"
            forward += f" = {sweeps * edges:,} {_additions(sweeps * edges)}"
        return ["Cost of the whole gradient", self.text(backward), self.text(forward)]


def _additions(n: int) -> str:
    return "multiply-add" if n == 1 else "multiply-adds"


def _large(count: int) -> str:
    return f"{count:,}" if count < 10**12 else f"about {number(count)}"


def _sum(terms: list[str]) -> str:
    if len(terms) > LISTED_TERMS:
        return f"{' + '.join(terms[:3])} + … + {terms[-1]}, {len(terms)} terms"
    return " + ".join(terms)


def _arrows(names: list[str]) -> str:
    if len(names) > LONGEST_PATH:
        names = [*names[: LONGEST_PATH // 2], "…", *names[-LONGEST_PATH // 2 :]]
    return " → ".join(names)


def _path_product(path: list[Arrow]) -> str:
    """``1 · 2 = 2``."""
    if not path:
        return ""
    total = path[0].partial
    for arrow in path[1:]:
        total = total * arrow.partial
    if len(path) == 1:
        return number(total)
    factors = [number(path[0].partial), *(enclosed(number(arrow.partial)) for arrow in path[1:])]
    if len(factors) > LONGEST_PATH:
        factors = [*factors[:3], "…", factors[-1]]
    return f"{' · '.join(factors)} = {number(total)}"
