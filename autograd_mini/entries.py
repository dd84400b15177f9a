"""What is stated about one operand of a function, and how that carries a tangent forward and a cotangent back.

Broadcasting and promotion are not thought of here: a contribution is fitted to its operand by whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

import numpy as np

from .broadcasting import kept_shape
from .calls import contains_node
from .cotangents import Mask, Masked, fit, masked, move, value_of
from .graph import Node, write
from .scatter import scatter_add
from .sweeps import reverse

Statement = Callable[..., Any]


class Entry:
    """What is stated about one operand: a function of some leading values, the operands, and the keywords it names."""

    leading = 1
    constant = False
    """Whether the derivative is a number, so that it looks at no value."""
    one = False
    """Whether that number is 1, so that a cotangent is carried back by leaving it alone."""
    fresh = False
    """Whether what is carried back is an array that nobody else has."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.names: tuple[str, ...] = ()

    def read_keywords(self, n: int) -> None:
        """Find which keywords the statement names after its `n` operands."""
        code: CodeType | None = getattr(self.statement, "__code__", None)
        if code is not None:
            end = code.co_argcount + code.co_kwonlyargcount
            self.names = code.co_varnames[min(self.leading + n, code.co_argcount) : end]

    def state(self, node: Node, slot: int, operands: Any, *leading: Any) -> Any:
        """Evaluate the statement for `slot` of `node`."""
        if not self.names:
            return self.statement(*leading, *operands)
        call = node.rule.call
        known = dict(node.keywords, slot=slot)
        if call.carriers:
            known.update(zip(call.carriers, operands[call.n :], strict=True))
            operands = operands[: call.n]
        return self.statement(*leading, *operands, **{name: known[name] for name in self.names if name in known})

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        """The contribution of the cotangent `y_bar` of the result to that of operand `slot`."""
        raise NotImplementedError

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        """The contribution of the tangent `x_dot` of operand `slot` to that of the result."""
        raise NotImplementedError


class Partial(Entry):
    """Elementwise: ∂y/∂x, entry by entry."""

    fresh = True

    def read_keywords(self, n: int) -> None:
        super().read_keywords(n)
        self.n = 0 if self.names else n

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        if type(y_bar) is Masked:
            p = self.state(node, slot, operands, y)
            return Masked(np.where(y_bar.live, y_bar.value * p, 0), y_bar.mask)
        # ȳ first: a Python complex times a np.float64 would be a Python complex. The partial has no name, so that NumPy may
        # write the product over it. Written out for one and two operands, for a star costs more than the call.
        if self.n == 2:
            return y_bar * self.statement(y, operands[0], operands[1])
        if self.n == 1:
            return y_bar * self.statement(y, operands[0])
        return y_bar * self.state(node, slot, operands, y)

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        return x_dot * self.state(node, slot, operands, y)


class Constant(Entry):
    """Elementwise, where the partial is a number; 1 costs nothing."""

    constant = True

    def __init__(self, number: float) -> None:
        super().__init__(lambda: number)
        self.number = number
        self.one = number == 1

    def read_keywords(self, n: int) -> None:
        """A number reads no keywords."""

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        if self.one:
            return y_bar
        if type(y_bar) is Masked:
            return Masked(y_bar.value * self.number, y_bar.mask)
        return -y_bar if self.number == -1 else y_bar * self.number

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        return x_dot if self.one else x_dot * self.number


def _taken(weight: Any, x: Any) -> Any:
    """`x` where it has weight, and a structural zero, not a product, where it has none."""
    if weight.dtype != bool:
        x = weight.astype(x.dtype) * x
    return np.where(weight, x, 0)


class Weight(Entry):
    """Selection by comparison: which entries are taken (a mask), or with which share."""

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        weight = self.state(node, slot, operands, y)
        live = weight if weight.dtype == bool else weight != 0
        if type(y_bar) is Masked:
            before = y_bar.mask
            return Masked(_taken(weight, y_bar.value), Mask(lambda: live & before.array(), before))
        return masked(_taken(weight, y_bar), live)

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        return _taken(self.state(node, slot, operands, y), x_dot)


class Inverse(Entry):
    """Selection by structure, the way back stated: ``inverse(ȳ, *operands)`` puts every entry where it was taken from.

    Parameters
    ----------
    statement
        The way back.
    onto
        Whether every entry of the operand is taken; those that are not get structural zeros.
    """

    def __init__(self, statement: Statement, onto: bool = True) -> None:
        super().__init__(statement)
        self.onto = onto

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        return self.put(lambda bar: self.state(node, slot, operands, bar), y_bar)

    def put(self, way_back: Statement, y_bar: Any) -> Any:
        """Put a cotangent back, and its mask with it; start a mask where some entries get nothing."""
        if not self.onto and type(y_bar) is not Masked:
            shape = y_bar.shape
            y_bar = Masked(y_bar, Mask(lambda: np.ones(shape, dtype=bool)))
        return move(way_back, y_bar)

    def put_at(self, indices: Any, x: Any, y_bar: Any) -> Any:
        """Put a cotangent back to where `indices` say, into `x` flattened, and its mask now: it is smaller than they are."""
        x_bar = self.put(lambda bar: scatter_add(bar.reshape(-1), indices, (x.size,)).reshape(x.shape), y_bar)
        x_bar.mask.array()
        return x_bar

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        replaced = [x_dot if i == slot else o for i, o in enumerate(operands)]
        return node.rule.call.invoke(replaced, node.keywords)


class Indices(Inverse):
    """Selection by structure, nothing stated: the function is applied to the indices of the entries it moves."""

    def __init__(self) -> None:
        super().__init__(lambda: None, onto=False)

    def read_keywords(self, n: int) -> None:
        """Nothing is stated, so nothing is read."""

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        x = operands[slot]
        values = [o.value if isinstance(o, Node) else o for o in operands]
        replaced = [np.arange(x.size).reshape(x.shape) if i == slot else o for i, o in enumerate(values)]
        indices = node.rule.call.invoke(replaced, node.keywords).reshape(-1)
        return self.put_at(indices, x, y_bar)


class Transpose(Inverse):
    """Linear: the transpose of the map in this slot. Sums mix entries, so the mask of a cotangent ends here."""

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        y_bar = value_of(y_bar)
        return self.state(node, slot, operands, y_bar) if self.names else self.statement(y_bar, *operands)


class Sums(Transpose):
    """Linear, and no weight is negative: what goes into nothing that receives anything gets a structural zero."""

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        return move(lambda bar: self.state(node, slot, operands, bar), y_bar)


class Tangent(Entry):
    """General: the tangent of the result as NumPy code, linear in that of the operand."""

    leading = 2

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        """Write the little graph of the tangent code at a fresh zero tangent, and sweep that back."""
        operand = operands[slot]
        leaf = write(type(node.operands[slot]), np.zeros_like(operand.value if isinstance(operand, Node) else operand))
        y_dot = self.state(node, slot, operands, leaf, y)
        outputs = []
        for dot, bar in zip(y_dot, y_bar, strict=True) if type(y_bar) is tuple else ((y_dot, y_bar),):
            if bar is not None and isinstance(dot, Node):
                outputs.append((dot, fit(value_of(bar), dot)))
        on_tensors = contains_node((*operands, *(bar for _, bar in outputs)))
        return reverse(outputs, leaf.serial, on_tensors)[0].get(leaf.serial)

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        return self.state(node, slot, operands, x_dot, y)


class Reduced(Entry):
    """The entry of a reduction: another kind's, shown the result and its cotangent with the reduced axes kept."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.statement)
        self.entry = entry
        self.constant = entry.constant

    def read_keywords(self, n: int) -> None:
        self.entry.read_keywords(n)
        self.names = self.entry.names

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> Any:
        """The contribution of `y_bar`; what ``where=`` leaves out is a structural zero."""
        if y.shape:
            shape = kept_shape(node.operands[0].shape, node.keywords.get("axis"))
            if y.shape != shape:
                y_bar, y = move(lambda bar: bar.reshape(shape), y_bar), y.reshape(shape)
        x_bar = self.entry.pull(node, slot, y_bar, y, operands)
        where = node.keywords.get("where")
        if where is None or slot:
            return x_bar
        live = where & x_bar.live if type(x_bar) is Masked else where
        return masked(np.where(where, value_of(x_bar), 0), live)

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> Any:
        return self.entry.push(
            node, slot, x_dot, y.reshape(kept_shape(operands[0].shape, node.keywords.get("axis"))), operands
        )


class Flat(Entry):
    """Flat: nothing comes through, forward or back."""

    constant = True

    def __init__(self) -> None:
        super().__init__(lambda: 0)

    def read_keywords(self, n: int) -> None:
        """Nothing is stated, so nothing is read."""

    def pull(self, node: Node, slot: int, y_bar: Any, y: Any, operands: Any) -> None:
        return None

    def push(self, node: Node, slot: int, x_dot: Any, y: Any, operands: Any) -> None:
        return None


class Every:
    """One entry for each of any number of operands."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def __getitem__(self, slot: int) -> Entry:
        return self.entry
