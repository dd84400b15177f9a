"""Local derivatives as expressions: the rule, run on Tensors that are named like the node's and printed like a node."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..cotangents import fit, value_of
from ..entries import Partial, Reduced, Weight
from ..graph import Node, trace, write
from ..kinds import TABLES
from ..tensor import Tensor
from .expressions import constant_term, expression, function_name
from .folding import Layout, Path
from .numbers import number
from .terms import POWER, PRODUCT, Term, TooLongError, name_term, number_term, simplified

LONGEST_SYMBOL = 40
DELTA = "δ"


def _plain(entry: Any) -> Any:
    return entry.entry if isinstance(entry, Reduced) else entry


def _begins_with_delta(term: Term) -> bool:
    """Whether a product is δ times something entry by entry, which books write without δ: ``⊙ σ′(z)``."""
    return term.level == PRODUCT and term.text.startswith(f"{DELTA} ⊙ ")


class Symbols:
    """The symbols of the arrows of one picture.

    Parameters
    ----------
    layout
        The boxes.
    terms
        What every node and large constant is printed as: its name, or its expression where it is folded in.
    """

    def __init__(self, layout: Layout, terms: dict[int, Term]) -> None:
        self.layout = layout
        self.terms = terms
        self._stand_ins: dict[int, Any] = {}
        self._printed: dict[int, Term] = {}

    def start(self, box: Node) -> Any:
        """What a derivative begins with: δ for an array, 1 for a number."""
        return self._leaf(np.ones_like(box.value), name_term(DELTA, True) if np.ndim(box.value) else number_term(1))

    def pull(self, node: Any, slot: int, bar: Any) -> Any:
        """Carry `bar` back through one slot, on named Tensors. What nobody would read is written as ∂y/∂x."""
        entry, operand = node.rule.entries[slot], node.operands[slot]
        if bar is None:
            return None
        if self._is_activation(node, entry):
            return self._by_name(node, slot, bar, f"{function_name(node.rule)}′({self._term(operand).text})")
        named = f"∂{self._term(node).text}/∂{self._term(operand).text}"
        if isinstance(_plain(entry), Weight) and (np.ndim(node.value) or np.ndim(operand.value)):
            return self._by_name(node, slot, bar, named)
        try:
            operands = [self._stand_in(o) for o in node.operands]
            pulled = value_of(entry.pull(node, slot, bar, self._stand_in(node), operands))
            if pulled is None:
                return self._leaf(np.zeros_like(operand.value), number_term(0))
            if type(pulled) is tuple:
                return pulled
            pulled = fit(pulled, operand.value)
            self._term_of(pulled)
        except Exception:  # a rule of a user's may be written for arrays only, and a mask has no name
            return self._by_name(node, slot, bar, named)
        return pulled

    def text(self, bar: Any, path: Path, partial: Any) -> str:
        """The symbol of an arrow along `path`, whose derivative is `bar`; empty if it says no more than the number."""
        box: Any = path[0][0]
        output = box is self.layout.boxes[-1]
        try:
            term = self._term_of(bar)
            if partial is None and not output and np.ndim(box.value) == 0:
                term = simplified.multiply(name_term(DELTA), term, True)
        except (ArithmeticError, TooLongError):
            term = None
        if partial is not None:
            known = term is None or term.value is not None or term.text == number(partial) or "∂" in term.text
            return "" if term is None or known or len(term.text) > LONGEST_SYMBOL else term.text
        if term is None or len(term.text) > LONGEST_SYMBOL:
            whole = f"∂{self._term(box).text}/∂{self._term(path[-1][0].operands[path[-1][1]]).text}"
            return whole if output and np.ndim(box.value) == 0 else f"({whole})ᵀ {DELTA}"
        return term.text.removeprefix(f"{DELTA} ") if _begins_with_delta(term) else term.text

    def _by_name(self, node: Any, slot: int, bar: Any, slope: str) -> Any:
        """The step of which only the name is shown: `slope` times δ entry by entry, or the Jacobian's transpose."""
        entry, operand = node.rule.entries[slot], node.operands[slot]
        each = isinstance(entry, Reduced) or getattr(node.value, "shape", None) == operand.value.shape
        try:
            before = self._term_of(next(part for part in bar if part is not None) if type(bar) is tuple else bar)
            if before.value is not None or (isinstance(_plain(entry), (Partial, Weight)) and each):
                term = simplified.multiply(before, name_term(slope, operand.ndim > 0), operand.ndim > 0)
            else:
                term = simplified.matmul(Term(f"({slope})ᵀ", POWER, True), before, True)
        except TooLongError:
            return None
        return self._leaf(np.ones_like(operand.value), term)

    def _term_of(self, bar: Any) -> Term:
        if bar is None:
            raise TooLongError
        if not isinstance(bar, Node):
            return constant_term(bar)
        for node in trace([bar])[0]:
            if node.serial not in self._printed:
                operands = [None if o is None else self._operand(o) for o in node.operands]
                self._printed[node.serial] = expression(node, operands, simplified)
        return self._printed[bar.serial]

    def _operand(self, operand: Any) -> Term:
        return self._printed[operand.serial] if isinstance(operand, Node) else constant_term(operand)

    @staticmethod
    def _is_activation(node: Any, entry: Any) -> bool:
        """Whether a function is a person's own, entry by entry: its derivative is known by name."""
        one = len([o for o in node.operands if o is not None]) == 1
        own = type(entry) in (Partial, Weight) and node.rule.function not in TABLES
        return one and own and np.ndim(node.value) > 0

    def _term(self, operand: Any) -> Term:
        """What a node, or a constant with a box, is printed as."""
        key = operand.serial if isinstance(operand, Node) else self.layout.source(operand)
        return constant_term(operand) if key is None else self.terms[key]

    def _stand_in(self, operand: Any) -> Any:
        """A Tensor of the same value that is printed as `operand` is; small constants stand for themselves."""
        key = operand.serial if isinstance(operand, Node) else self.layout.source(operand)
        if key is None:
            return operand
        if key not in self._stand_ins:
            value, term = getattr(operand, "value", operand), self.terms[key]
            parts = value if type(value) is tuple else (value,)
            terms = [Term(f"{term.text}[{k}]", array=np.ndim(v) > 0) for k, v in enumerate(parts)]
            terms = terms if type(value) is tuple else [term]
            leaves = tuple(self._leaf(v, t) if v.dtype.kind in "fc" else v for v, t in zip(parts, terms, strict=True))
            self._stand_ins[key] = leaves if type(value) is tuple else leaves[0]
        return self._stand_ins[key]

    def _leaf(self, value: Any, term: Term) -> Any:
        leaf = write(Tensor, value)
        self._printed[leaf.serial] = term
        return leaf
