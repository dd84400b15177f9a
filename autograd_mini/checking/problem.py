"""A function of nested arguments as a map between real vectors: its values, and its derivatives by either sweep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import tree
from ..graph import Node
from ..transforms import grad, jvp, vjp
from ..values import is_foreign, leaf_value
from .differences import Array

Function = Callable[..., Any]
WHO = "check_gradients"
DOUBLE = np.finfo(np.float64)


class Space:
    """The real coordinates of a nested value: its floating-point entries, a complex one as real and imaginary part.

    Parameters
    ----------
    nested
        The value; leaves that are not floating point have no coordinates.
    names
        One per leaf, for messages.
    """

    def __init__(self, nested: Any, names: Sequence[str]) -> None:
        self.nested = nested
        leaves = [np.asarray(leaf) for leaf in tree.leaves(nested)]
        self.kept = [k for k, leaf in enumerate(leaves) if leaf.dtype.kind in "fc"]
        self.leaves = [leaves[k] for k in self.kept]
        self.names = [names[k] for k in self.kept]
        self.ends = np.cumsum([leaf.size * self.width(leaf) for leaf in self.leaves], dtype=int)
        self.size = int(self.ends[-1]) if self.leaves else 0
        self.dtypes = [leaf.dtype for leaf in self.leaves]

    @staticmethod
    def width(leaf: Array) -> int:
        """How many coordinates an entry has."""
        return 2 if leaf.dtype.kind == "c" else 1

    def vector(self, nested: Any) -> Array:
        """The coordinates of a value nested and shaped like this one.

        Raises
        ------
        ValueError
            When it is not.
        """
        leaves = tree.leaves(nested)
        parts = []
        for k, like in zip(self.kept, self.leaves, strict=True):
            leaf = np.asarray(plain(leaves[k]))
            if leaf.shape != like.shape or self.width(leaf) > self.width(like):
                raise ValueError(f"{WHO}: a result changes its shape or dtype from point to point.")
            parts.append(leaf.astype(_double(like)).reshape(-1).view(np.float64))
        return np.concatenate([np.zeros(0), *parts])

    def nest(self, vector: Array, double: bool = False) -> Any:
        """The value with these coordinates, in double precision or in the dtypes of this one; other leaves are zeros."""
        new = [np.zeros_like(leaf) for leaf in tree.leaves(self.nested)]
        for k, like, part in zip(self.kept, self.leaves, np.split(vector, self.ends[:-1]), strict=True):
            leaf = part.copy().view(_double(like)).reshape(like.shape)
            new[k] = (leaf if double else leaf.astype(like.dtype))[()]
        return tree.rebuild(self.nested, new)

    def sizes(self) -> Array:
        """The absolute value of the entry that each coordinate belongs to."""
        parts = [np.repeat(np.abs(leaf.astype(_double(leaf))).reshape(-1), self.width(leaf)) for leaf in self.leaves]
        return np.concatenate([np.zeros(0), *parts])

    def leaf_of(self, i: int) -> int:
        """The number of the leaf that coordinate i belongs to."""
        return int(np.searchsorted(self.ends, i, side="right"))

    def label(self, i: int) -> str:
        """Coordinate i as one would write it: ``argument 0['w'][1, 2]``."""
        number = self.leaf_of(i)
        leaf = self.leaves[number]
        entry, part = divmod(i - (int(self.ends[number - 1]) if number else 0), self.width(leaf))
        index = ", ".join(str(int(k)) for k in np.unravel_index(entry, leaf.shape)) if leaf.ndim else ""
        which = (" (real part)", " (imaginary part)")[part] if self.width(leaf) == 2 else ""
        return self.names[number] + (f"[{index}]" if index else "") + which


def plain(x: Any) -> Any:
    """The value of a Tensor, anything else as it is."""
    return x.value if isinstance(x, Node) else x


def _double(leaf: Array) -> Any:
    return np.complex128 if leaf.dtype.kind == "c" else np.float64


class Problem:
    """A function at a point, and everything that is compared there.

    Parameters
    ----------
    f
        Of the arguments in `inputs`.
    inputs
        The point: a tuple of the arguments.
    y
        The value of f there.
    names
        What its results are called, one per leaf.
    floor
        The size of each entry of the result that rounding is estimated for, at least.
    """

    def __init__(
        self, f: Function, inputs: Space, y: Any, names: Sequence[str] | None = None, floor: Array | None = None
    ) -> None:
        self.f = f
        self.inputs = inputs
        self.names = names or ["output" + path for path in tree.paths(y)]
        self.outputs = Space(tree.map_leaves(plain, y), self.names)
        dtype = max([DOUBLE, *map(np.finfo, inputs.dtypes + self.outputs.dtypes)], key=lambda info: info.eps)
        self.eps, self.tiny = float(dtype.eps), float(np.sqrt(dtype.tiny))
        self.x = inputs.vector(inputs.nested)
        self.y = self.outputs.vector(evaluated(f, inputs.nest(self.x, double=True)))
        self.sizes = inputs.sizes()
        value, self._pullback = vjp(f, *inputs.nested)
        self.value = self.outputs.vector(value)
        self.error = np.nan_to_num(np.abs(self.value - self.y))
        self.floor = self.outputs.sizes() if floor is None else floor

    def moved(self, relative: float, zeros: float, rng: np.random.Generator) -> Problem | None:
        """The same function at a point close by, if it has a value there of the same shape.

        Entries move by up to `relative` of their size, zeros by `zeros`.
        """
        by = np.where(self.x != 0, relative * self.sizes, zeros) * rng.uniform(-1, 1, len(self.x))
        inputs = Space(self.inputs.nest(self.x + by), self.inputs.names)
        try:
            y = evaluated(self.f, inputs.nest(inputs.vector(inputs.nested)))
            self.outputs.vector(y)
            return Problem(self.f, inputs, y, self.names, self.floor)
        except (ArithmeticError, ValueError):
            return None

    def at(self, x: Array) -> Array:
        """The value at a point, in double precision; nan where there is none."""
        try:
            return self.outputs.vector(evaluated(self.f, self.inputs.nest(x, double=True)))
        except (ArithmeticError, ValueError):
            return np.full(self.outputs.size, np.nan)

    def forward(self, direction: Array) -> Array:
        """J ẋ by the forward sweep."""
        return self.outputs.vector(jvp(self.f, self.inputs.nested, self.inputs.nest(direction))[1])

    def reverse(self, weights: Array) -> Array:
        """Jᵀ ȳ by the reverse sweep."""
        return self.inputs.vector(self._pullback(self.outputs.nest(weights)))


class Direction:
    """A line through a point: along one coordinate, or through many at once."""

    def __init__(self, problem: Problem, entries: Array, steps: Array, size: float, origin: float = 0.0) -> None:
        self.entries = entries
        self.vector = np.zeros(problem.inputs.size)
        self.vector[entries] = steps
        self.size = size
        self.origin = origin

    def label(self, inputs: Space) -> str:
        """What changes along it."""
        if len(self.entries) == 1:
            return inputs.label(int(self.entries[0]))
        first, last = (inputs.leaf_of(int(i)) for i in self.entries[[0, -1]])
        names = inputs.names[first] if first == last else f"{inputs.names[first]} … {inputs.names[last]}"
        return f"a random direction of {names}"


def evaluated(f: Function, args: Any) -> Any:
    """The value of f on plain arrays; on Tensors, if it uses what only they have (``t.at``)."""
    try:
        return f(*args)
    except AttributeError:
        return vjp(f, *args)[0]


def problem_of(f: Function, args: Sequence[Any], argnums: Any) -> Problem:
    """The comparison of f itself, after a look at whether it can be made.

    Raises
    ------
    TypeError, ValueError
        When it cannot, saying why.
    """
    numbers = _checked_argnums(argnums, len(args))
    chosen = [_checked_argument(i, args[i]) for i in numbers]

    def f_of_chosen(*values: Any) -> Any:
        given = list(args)
        for i, value in zip(numbers, values, strict=True):
            given[i] = value
        return f(*given)

    inputs = Space(tuple(chosen), [f"argument {numbers[k]}{p}" for k, a in enumerate(chosen) for p in tree.paths(a)])
    x = inputs.vector(inputs.nested)
    for i in np.flatnonzero(~np.isfinite(x)).tolist():
        raise ValueError(f"{WHO}: {inputs.label(i)} is {x[i]}; there are no points on both sides of it.")
    given = inputs.nest(x)
    y = evaluated(f_of_chosen, given)
    changed = np.flatnonzero(~_same(inputs.vector(given), x))
    if changed.size:
        raise ValueError(
            f"{WHO}: f writes into {inputs.names[inputs.leaf_of(int(changed[0]))]}, the caller's data (x += 1 does, on an "
            "array). Write x = x + 1."
        )
    _check_result(y)
    problem = Problem(f_of_chosen, inputs, y)
    _check_value(problem, y, problem.outputs.vector(evaluated(f_of_chosen, inputs.nest(x))))
    return problem


def _checked_argnums(argnums: Any, n: int) -> tuple[int, ...]:
    if not n:
        raise TypeError(f"{WHO}: give the point after the function: check_gradients(f, x).")
    if argnums is None:
        return tuple(range(n))
    numbers = tuple(argnums) if isinstance(argnums, (tuple, list)) else (argnums,)
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or not -n <= number < n:
            raise ValueError(f"{WHO}: argnums={argnums!r}, but there are {n} arguments, numbered from 0.")
    return tuple(sorted({int(number) % n for number in numbers}))


def _checked_argument(i: int, arg: Any) -> Any:
    """Argument i with an array of floats for every leaf."""
    leaves = []
    for path, leaf in zip(tree.paths(arg), map(plain, tree.leaves(arg)), strict=True):
        try:
            if is_foreign(leaf):
                raise TypeError(f": {type(leaf).__module__} arrays are not compared. Use np.asarray(…) of it.")
            leaves.append(leaf_value(leaf, "", copy=True))
        except TypeError as error:
            other = " To leave an argument out, name the others in argnums=."
            raise TypeError(f"{WHO}, argument {i}{path}{error}{other}") from None
    return tree.rebuild(arg, leaves)


def _check_result(y: Any) -> None:
    if y is None:
        raise TypeError(f"{WHO}: f returned None. Is its return missing?")
    leaves = [np.asarray(plain(leaf)) for leaf in tree.leaves(y)]
    for path, leaf in zip(tree.paths(y), leaves, strict=True):
        if leaf.dtype.kind not in "fciub":
            raise TypeError(f"{WHO}: f returned {leaf.dtype} as output{path}, which is no array of numbers.")
    if not any(leaf.dtype.kind in "fc" for leaf in leaves):
        kinds = " and ".join(sorted({str(leaf.dtype) for leaf in leaves})) or "nothing"
        raise TypeError(f"{WHO}: f returned {kinds}; only floating-point results have a derivative.")


def _check_value(problem: Problem, y: Any, again: Array) -> None:
    """Raise unless f has one finite value at the point, on arrays and on Tensors."""
    outputs = problem.outputs
    first = outputs.vector(y)
    for i in np.flatnonzero(~np.isfinite(first)).tolist():
        raise ValueError(
            f"{WHO}: f is not finite at this point: {outputs.label(i)} is {first[i]}. Choose another point."
        )
    tolerance = np.sqrt(problem.eps) * np.max(np.abs(first), initial=1e-300)
    for i in np.flatnonzero(~(np.abs(again - first) <= tolerance)).tolist():
        raise ValueError(
            f"{WHO}: f is random: {outputs.label(i)} was {first[i]:.6g}, then {again[i]:.6g} at the same point. "
            "Make its random generator inside f, from a fixed seed."
        )
    for i in np.flatnonzero(~(np.abs(problem.value - first) <= tolerance)).tolist():
        raise ValueError(
            f"{WHO}: f computes something else on Tensors than on arrays: {outputs.label(i)} is {problem.value[i]:.6g} "
            f"and {first[i]:.6g}."
        )


def gradient_problem(problem: Problem, rng: np.random.Generator) -> Problem:
    """The comparison of ∇(Σ w·f), whose derivatives are the second ones of f; w is random, 1 for a single result."""
    outputs = problem.outputs
    weights = np.ones(1) if outputs.size == 1 else away_from_zero(rng, outputs.size)
    weighted = tree.leaves(outputs.nest(weights))

    def cost(*args: Any) -> Any:
        leaves = tree.leaves(problem.f(*args))
        total: Any = 0.0
        for k in outputs.kept:
            w = np.conj(weighted[k]).astype(np.asarray(plain(leaves[k])).dtype)
            total = total + np.sum(np.real(leaves[k] * w))
        return total

    gradient = grad(cost, argnums=tuple(range(len(problem.inputs.nested))))
    names = [f"gradient of {name}" for name in problem.inputs.names]
    floor = np.max(np.abs(problem.y), initial=0) / np.fmax(problem.sizes, 1)  # f is no better known itself
    return Problem(gradient, problem.inputs, gradient(*problem.inputs.nested), names, floor)


def away_from_zero(rng: np.random.Generator, n: int) -> Array:
    """Random numbers of either sign, none of which hides what it is multiplied with."""
    return np.asarray(rng.uniform(0.5, 1.5, n) * rng.choice([-1.0, 1.0], n))


def _same(a: Array, b: Array) -> Array:
    return np.asarray((a == b) | (np.isnan(a) & np.isnan(b)))
