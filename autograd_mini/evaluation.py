"""One evaluation of a person's function on fresh nodes: what every transform begins with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from . import tree
from .calls import Recorder
from .errors import ShapeError
from .graph import Node, next_serial, trace, write
from .kinds import elementwise
from .samples import S, at
from .sweeps import forward, reverse
from .tensor import Tensor
from .values import frozen, handed_out, is_floating, is_foreign, leaf_value, read_only_view, scalar_or_array


def _identity(x: Any) -> Any:
    return x


_fresh = elementwise(_identity, 1, samples=[at(S(2, 3))])


Function = Callable[..., Any]
_bytes = attrgetter("nbytes")
LARGE = 1 << 20  # bytes; results of smaller arrays are not worth looking at the graph before it is swept


class Evaluation:
    """The result of ``f(*args, **kwargs)``, and the fresh nodes that stood for its differentiated arguments.

    Parameters
    ----------
    who
        The transform, for messages.
    f, args, kwargs
        The function and its arguments.
    argnums
        Which of `args` are differentiated.
    share
        Whether the caller's arrays may be shared as read-only views, because the graph does not outlive the call.
    has_aux
        Whether the function returns a pair, of which only the first is differentiated.
    """

    def __init__(
        self,
        who: str,
        f: Callable[..., Any],
        argnums: Any,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        share: bool = True,
        has_aux: bool = False,
    ) -> None:
        self.who = who
        self.share = share
        self.several = isinstance(argnums, (tuple, list))
        numbers = _checked_argnums(who, argnums, len(args))
        self.shared: list[Any] = []
        self.variables: list[Any] = []
        self.start = next_serial()
        call = list(args)
        for i in numbers:
            call[i] = self._differentiated(i, args[i])
        for i, arg in enumerate(args):
            if type(arg) is np.ndarray and i not in numbers:
                call[i] = self._handed(arg)
        self.arguments = [call[i] for i in numbers]
        self.aux: Any = None
        self.result, self.aux = _pair(f(*call, **kwargs), who) if has_aux else (f(*call, **kwargs), None)

    def _differentiated(self, i: int, arg: Any) -> Any:
        """Argument i with a fresh node in place of every leaf."""
        done = len(self.variables)
        try:
            return tree.map_leaves(self._variable, arg)
        except TypeError as error:
            path = list(tree.paths(arg))[len(self.variables) - done]
            raise TypeError(f"{self.who}, argument {i}{path}{str(error).removeprefix(self.who)}") from None

    def _variable(self, x: Any) -> Any:
        """A fresh node for one leaf of a differentiated argument."""
        if self.share and type(x) is np.ndarray and x.ndim and x.dtype.kind == "f":
            self.shared.append(x)
            variable = write(Tensor, x)
        elif isinstance(x, Node):
            variable = _fresh(x)
        else:
            value = leaf_value(x, self.who, copy=not self.share)
            if type(value) is np.ndarray and self.share:
                self.shared.append(value)
            variable = write(Tensor, value)
        self.variables.append(variable)
        return variable

    def _handed(self, array: Any) -> Any:
        """An array as the function gets to see it: to read, not to write."""
        if not array.flags.writeable and type(array.base) is memoryview:
            return array
        self.shared.append(array)
        return read_only_view(array)

    def read(self, outputs: Sequence[Any], extra: Sequence[Any] = ()) -> tuple[list[Node], bool]:
        """The graph younger than the variables, and whether the derivatives are to be Tensors themselves."""
        nodes, closed = trace([y for y in outputs if isinstance(y, Node)], self.start)
        on_tensors = not closed or any(isinstance(x, Node) for x in extra)
        if on_tensors and not any(isinstance(x.value, Recorder) for x in self.variables):
            _take_copies(nodes, self.shared)
        return nodes, on_tensors

    def gradient(self, y: Node, bar: Any) -> tuple[list[Any], bool]:
        """Sweep back from one output: the gradients of the variables, and whether they are Tensors."""
        if not any(x.rule is not None for x in self.variables):
            # Where something older is met, the graph is wanted once more.
            large = bool(self.shared) and max(map(_bytes, self.shared)) >= LARGE and trace([y], self.start)[1]
            bars, _, _, closed = reverse([(y, bar)], self.start, give_up=large)
            if closed:
                gradients = self._cotangents(bars, True)
                self.end()
                return gradients, False
        if self.shared:
            self.read([y])
        return self.pull([(y, bar)], on_tensors=True), True

    def end(self) -> None:
        """Make the graph stale for whoever has kept a node of it: the arrays it shares are the caller's, to change."""
        for x in self.variables if self.share else ():
            x.serial = next_serial()

    def pull(self, outputs: Sequence[Any], on_tensors: bool, conjugate: bool = True) -> list[Any]:
        """Sweep back from `outputs` and their cotangents: the cotangent of every variable, as the caller gets it."""
        return self._cotangents(self.bars(outputs, on_tensors), conjugate)

    def bars(self, outputs: Sequence[Any], on_tensors: bool) -> dict[int, Any]:
        """The cotangents of the variables as they travel, by serial number."""
        return reverse(outputs, self.start, on_tensors, {x.serial for x in self.variables})[0]

    def _cotangents(self, bars: dict[int, Any], conjugate: bool) -> list[Any]:
        return [
            handed_out(bars[x.serial], x.value.dtype, conjugate) if x.serial in bars else self.zeros(x)
            for x in self.variables
        ]

    def push(self, nodes: Sequence[Node], dots: Sequence[Any], on_tensors: bool) -> Callable[[Any], Any]:
        """Sweep forward from `dots`, one per variable (``None``: zero): the function from an output to its tangent."""
        start = {x.serial: dot for x, dot in zip(self.variables, dots, strict=True) if dot is not None}
        tangents = forward(nodes, start, on_tensors)

        def tangent_of(y: Any) -> Any:
            dot = tangents.get(y.serial) if isinstance(y, Node) else None
            if dot is None:
                return frozen(np.zeros_like(_as_floating(y.value if isinstance(y, Node) else y)))
            return dot if isinstance(dot, Node) else frozen(dot)

        return tangent_of

    def nested(self, derivatives: Sequence[Any]) -> Any:
        """Derivatives, one per variable, in the arguments' nesting; a tuple of such where `argnums` is one."""
        nested = tree.rebuild(self.arguments, derivatives)
        return tuple(nested) if self.several else nested[0]

    def handed_back(self, y: Any, on_tensors: bool) -> Any:
        """A result of the function as the caller gets it: a Tensor only if it depends on an older one."""
        if not isinstance(y, Tensor) or on_tensors:
            return y
        value = y.value
        if type(value) is np.ndarray and any(np.may_share_memory(value, array) for array in self.shared):
            return frozen(value.copy())  # it is the caller's own array, or a view of it
        return value if isinstance(value, Recorder) else y.data

    def aux_back(self, on_tensors: bool) -> Any:
        """What the function returned beside its result, as the caller gets it."""
        return tree.map_leaves(lambda y: self.handed_back(y, on_tensors), self.aux)

    @staticmethod
    def zeros(x: Any) -> Any:
        """The derivative with respect to a variable that the result does not depend on."""
        return frozen(np.zeros_like(x.value))


def _as_floating(y: Any) -> Any:
    return y if is_floating(y) else np.asarray(y, dtype=float)


def _take_copies(nodes: Sequence[Node], shared: Sequence[Any]) -> None:
    """Make a graph that outlives its transform independent of the caller's arrays, which may change later."""

    def safe(value: Any) -> Any:
        if type(value) is np.ndarray and any(np.may_share_memory(value, array) for array in shared):
            return frozen(value.copy())
        return tuple(map(safe, value)) if type(value) is tuple else value

    for node in nodes if shared else ():
        node.value = safe(node.value)
        node.operands = safe(node.operands)
        node.keywords = {name: safe(value) for name, value in node.keywords.items()}


def _checked_argnums(who: str, argnums: Any, n: int) -> tuple[int, ...]:
    if type(argnums) is int and 0 <= argnums < n:
        return (argnums,)
    numbers = tuple(argnums) if isinstance(argnums, (tuple, list)) else (argnums,)
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)):
            raise TypeError(f"{who}: argnums={argnums!r} is no argument number. Give an int, or a tuple of them.")
        if not -n <= number < n:
            raise TypeError(f"{who}: argnums={argnums!r}, but the function was called with {n} positional argument(s).")
    positive = tuple(int(number) % n for number in numbers)
    if len(set(positive)) < len(positive):
        raise ValueError(f"{who}: argnums={argnums!r} names an argument twice.")
    return positive


def _pair(result: Any, who: str) -> tuple[Any, Any]:
    if not isinstance(result, tuple) or len(result) != 2:
        raise TypeError(f"{who}: with has_aux=True the function returns a pair (y, aux), not {type(result).__name__}.")
    return result


def check_complex(who: str, outputs: Sequence[Any], variables: Sequence[Any], holomorphic: bool) -> None:
    """Raise where a complex result is differentiated and nobody has said that the function is holomorphic."""
    if any(np.iscomplexobj(y) for y in outputs) and not holomorphic:
        raise TypeError(
            f"{who}: the output is complex. Say holomorphic=True where the function is, or differentiate its real and "
            "its imaginary part."
        )
    if holomorphic and any(x.value.dtype.kind != "c" for x in variables):
        raise TypeError(f"{who}: holomorphic=True wants complex arguments. Use .astype(complex).")


def check_function(f: Any, who: str) -> None:
    """Raise unless `f` can be called; giving its result instead is the usual slip."""
    if not callable(f):
        raise TypeError(
            f"{who}: the first argument is a function, not {type(f).__name__}: {who}(f)(x), not {who}(f(x))."
        )


def plain_result(y: Any, who: str) -> Any:
    """The result of a function that does not depend on its variables, if it is one real number."""
    if isinstance(y, (list, tuple, dict, str)) or y is None or np.iscomplexobj(y):
        raise TypeError(f"{who}: the function returned {type(y).__name__}, and a gradient needs one real number.")
    if np.size(y) != 1:
        raise ShapeError(
            f"{who}: the function returned shape {np.shape(y)}; a gradient needs one entry. Reduce it with a sum."
        )
    return scalar_or_array(y)


def checked_tangents(who: str, primals: Any, tangents: Any, variables: Sequence[Any]) -> list[Any]:
    """The tangents, one per variable, with the variables' shapes and dtypes."""
    result = []
    dots = tree.leaves_like(primals, tangents, f"{who}: the tangents", "the primals")
    for path, dot, x in zip(tree.paths(primals), dots, variables, strict=True):
        if not isinstance(dot, Node):
            dot = dot if is_foreign(dot) else np.array(dot)  # noqa: PLW2901
            if dot.dtype.kind not in "fciu" or (dot.dtype.kind == "c" and x.value.dtype.kind != "c"):
                raise TypeError(f"{who}: tangent {path} is of {dot.dtype}, its primal of {x.value.dtype}.")
        if dot.shape != x.value.shape:
            raise ShapeError(
                f"{who}: tangent {path} has shape {dot.shape}, its primal {x.value.shape}; they must be equal."
            )
        dot = dot if dot.dtype == x.value.dtype else dot.astype(x.value.dtype)  # noqa: PLW2901
        result.append(scalar_or_array(dot))
    return result
