"""Functions of functions: from NumPy code, code for its derivatives. They nest to any order.

A transform gives `f` fresh nodes (a leaf for an array, an identity node for a Tensor) and sweeps only what is younger than
they are. Where that walk meets an older Tensor, passed or captured, the rules run on Tensors and the result is a Tensor, to
be differentiated again; otherwise they run on arrays and the result is an array.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import tree
from .errors import ShapeError
from .evaluation import Evaluation, Function, check_complex, check_function, checked_tangents, plain_result
from .graph import Node
from .kinds import flat
from .sweeps import reverse
from .values import frozen, handed_out, seed_for


def value_and_grad(f: Function, argnums: int | Sequence[int] = 0, *, has_aux: bool = False) -> Function:
    """Make a function that returns both f(x) and ∇f(x).

    Parameters
    ----------
    f : callable
        Returns one real number. Written in NumPy; called with Tensors where it is differentiated.
    argnums : int or tuple of int
        Which positional arguments to differentiate. Each may be a number, an array of floats, or lists, tuples and dicts
        of them; the gradient comes back in the same nesting. A tuple gives a tuple of gradients.
    has_aux : bool
        `f` returns a pair, of which only the first is differentiated; the second comes back as it is.

    Returns
    -------
    callable
        ``(*args, **kwargs) -> (y, gradients)``, with read-only arrays of exactly the arguments' shapes and dtypes; with
        `has_aux` ``((y, aux), gradients)``.

    Raises
    ------
    ShapeError
        When `f` returns more than one entry.
    TypeError
        When `f` returns something complex or no number, or an argument is not floating point.

    Examples
    --------
    >>> from autograd_mini import value_and_grad
    >>> y, (a_bar, b_bar) = value_and_grad(lambda a, b: (a + b) * (b + 1), argnums=(0, 1))(2.0, 1.0)
    >>> float(y), float(a_bar), float(b_bar)
    (6.0, 2.0, 5.0)
    """
    return _value_and_grad("value_and_grad", f, argnums, has_aux)


def _value_and_grad(who: str, f: Function, argnums: Any, has_aux: bool = False) -> Function:
    check_function(f, who)

    @functools.wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        run = Evaluation(who, f, argnums, args, kwargs, has_aux=has_aux)
        y, on_tensors = run.result, False
        if isinstance(y, Node):
            gradients, on_tensors = run.gradient(y, seed_for(y, None, who))
            y = run.handed_back(y, on_tensors)
        else:
            y, gradients = plain_result(y, who), [run.zeros(x) for x in run.variables]
        return (y, run.aux_back(on_tensors)) if has_aux else y, run.nested(gradients)

    return differentiated


def gradient_function(who: str, f: Function, argnums: Any) -> Function:
    """∇f, for a transform that is called `who` in messages."""
    with_value = _value_and_grad(who, f, argnums)
    return lambda *args, **kwargs: with_value(*args, **kwargs)[1]


def grad(f: Function, argnums: int | Sequence[int] = 0, *, has_aux: bool = False) -> Function:
    """Make a function that returns ∇f(x), or with `has_aux` the pair (∇f(x), aux); see `value_and_grad`.

    Examples
    --------
    >>> from autograd_mini import grad
    >>> float(grad(grad(lambda x: x**3))(2.0))
    12.0
    """
    with_value = _value_and_grad("grad", f, argnums, has_aux)

    @functools.wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        y, gradients = with_value(*args, **kwargs)
        return (gradients, y[1]) if has_aux else gradients

    return gradient


def elementwise_grad(f: Function, argnums: int = 0, *, holomorphic: bool = False) -> Function:
    """Make a function that returns dy/dx entry by entry, for f that works entry by entry.

    Parameters
    ----------
    f : callable
        Its result has the shape of the argument, and y[i] depends on x[i] alone; else what comes back is Σⱼ ∂yⱼ/∂xᵢ.
    argnums : int
        Which argument.
    holomorphic : bool
        Give dy/dx of a holomorphic function of complex numbers.

    Raises
    ------
    ShapeError
        When the result has not the shape of the argument.
    TypeError
        When the result is complex and `holomorphic` was not asked for.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd_mini import elementwise_grad
    >>> elementwise_grad(np.square)(np.array([1.0, 2.0, 3.0])).tolist()
    [2.0, 4.0, 6.0]
    """
    check_function(f, "elementwise_grad")

    @functools.wraps(f)
    def slopes(*args: Any, **kwargs: Any) -> Any:
        run = Evaluation("elementwise_grad", f, argnums, args, kwargs)
        y, (x, *others) = run.result, run.variables
        if others:
            raise TypeError("elementwise_grad: the argument is one array, not several in a container.")
        if np.shape(y) != x.shape:
            raise ShapeError(
                f"elementwise_grad: the result has shape {np.shape(y)}, the argument {x.shape}. Use jacobian."
            )
        check_complex("elementwise_grad", [y], [x], holomorphic)
        if not isinstance(y, Node):
            return run.zeros(x)
        _, on_tensors = run.read([y])
        return run.pull([(y, np.ones_like(y.value)[()])], on_tensors, conjugate=not holomorphic)[0]

    return slopes


def vjp(f: Function, *primals: Any, has_aux: bool = False) -> Any:
    """Evaluate f and get its pullback ȳ ↦ Jᵀȳ (reverse mode).

    Parameters
    ----------
    f : callable
        Any NumPy function of `primals`; its result may be nested.
    *primals
        Arguments, each possibly nested, all differentiated.
    has_aux : bool
        `f` returns a pair, of which only the first is differentiated; the second is returned third.

    Returns
    -------
    y
        The result of f.
    pullback : callable
        Takes a cotangent nested and shaped like y, returns a tuple with one cotangent per primal. It can be called again.

    Raises
    ------
    ShapeError
        When a cotangent's nesting or shape is not y's.
    """
    check_function(f, "vjp")
    run = Evaluation("vjp", f, tuple(range(len(primals))), primals, {}, share=False, has_aux=has_aux)
    outputs = tree.leaves(run.result)
    _, on_tensors = run.read(outputs)

    def pullback(y_bar: Any) -> Any:
        bars = tree.leaves_like(run.result, y_bar, "vjp: the cotangents", "the output")
        seeds = [(y, seed_for(y, bar, "vjp")) for y, bar in zip(outputs, bars, strict=True)]
        on_nodes = on_tensors or any(isinstance(seed, Node) for _, seed in seeds)
        return run.nested(run.pull([(y, seed) for y, seed in seeds if isinstance(y, Node)], on_nodes))

    y = tree.map_leaves(lambda y: run.handed_back(y, on_tensors), run.result)
    return (y, pullback, run.aux_back(on_tensors)) if has_aux else (y, pullback)


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any], *, has_aux: bool = False) -> Any:
    """Evaluate f and carry a tangent through it: y and ẏ = J ẋ (forward mode).

    Parameters
    ----------
    f : callable
        Any NumPy function of `primals`; its result may be nested.
    primals, tangents : sequence
        The arguments, and a direction for each, nested and shaped alike.
    has_aux : bool
        `f` returns a pair, of which only the first is differentiated; the second is returned third.

    Returns
    -------
    y, y_dot
        Nested and shaped alike.

    Raises
    ------
    ShapeError
        When a tangent's nesting or shape is not its primal's.
    """
    check_function(f, "jvp")
    for name, value in (("primals", primals), ("tangents", tangents)):
        if not isinstance(value, (tuple, list)):
            raise TypeError(f"jvp: {name} is a tuple with one entry per argument of f, not {type(value).__name__}.")
    run = Evaluation("jvp", f, tuple(range(len(primals))), primals, {}, has_aux=has_aux)
    dots = checked_tangents("jvp", list(primals), list(tangents), run.variables)
    nodes, on_tensors = run.read(tree.leaves(run.result), dots)
    y_dot = tree.map_leaves(run.push(nodes, dots, on_tensors), run.result)
    y = tree.map_leaves(lambda y: run.handed_back(y, on_tensors), run.result)
    return (y, y_dot, run.aux_back(on_tensors)) if has_aux else (y, y_dot)


def gradients(y: Any, *tensors: Any, seed: Any = None) -> tuple[Any, ...]:
    """Read ∂y/∂t off an existing graph, for any of its nodes: leaves and intermediate results alike.

    Parameters
    ----------
    y : Tensor
        The output; one entry, unless there is a seed.
    *tensors : Tensor
        Zeros come back for one that y does not depend on.
    seed : array_like, optional
        The cotangent of y to start from.

    Returns
    -------
    tuple of ndarray
        Read-only, one per Tensor. Nothing is added to ``.grad``.
    """
    for i, tensor in enumerate((y, *tensors)):
        if not isinstance(tensor, Node):
            what = "the output" if i == 0 else f"argument {i}"
            raise TypeError(f"gradients: {what} is {type(tensor).__name__}, not a Tensor of the graph.")
    if isinstance(seed, Node):
        raise TypeError("gradients: the seed is a Tensor, but the result is arrays. Use seed.data, or vjp.")
    wanted = {tensor.serial for tensor in tensors}
    seed = seed_for(y, seed, "gradients")
    bars = reverse([(y, seed)], keep=wanted)[0]
    return tuple(
        handed_out(bars[t.serial], t.value.dtype) if t.serial in bars else frozen(np.zeros_like(t.value))
        for t in tensors
    )


def _constant(x: Any) -> Any:
    return x


_stop = flat(_constant)


def stop_gradient(x: Any) -> Any:
    """`x`, as a constant: no derivative passes, forward or back. Lists, tuples and dicts are mapped over."""
    return tree.map_leaves(_stop, x)
