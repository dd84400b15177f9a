"""Functions of functions: from NumPy code, code for its derivatives. They nest to any order.

A transform gives `f` fresh nodes (a leaf for an array, an identity node for a Tensor) and sweeps only what is younger than
they are. Where that walk meets an older Tensor, passed or captured, the rules run on Tensors and the result is a Tensor, to
be differentiated again; otherwise they run on arrays and the result is an array.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from . import tree
from .evaluation import Evaluation, check_function, checked_tangents, plain_result
from .graph import Node
from .kinds import flat
from .sweeps import reverse
from .values import frozen, handed_out, seed_for

Function = Callable[..., Any]


def value_and_grad(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Make a function that returns both f(x) and ∇f(x).

    Parameters
    ----------
    f : callable
        Returns one real number. Written in NumPy; called with Tensors where it is differentiated.
    argnums : int or tuple of int
        Which positional arguments to differentiate. Each may be a number, an array of floats, or lists, tuples and dicts of
        them; the gradient comes back in the same nesting. A tuple gives a tuple of gradients.

    Returns
    -------
    callable
        ``(*args, **kwargs) -> (y, gradients)``, with read-only arrays of exactly the arguments' shapes and dtypes.

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
    return _value_and_grad(f, argnums, "value_and_grad")


def _value_and_grad(f: Function, argnums: Any, who: str) -> Function:
    check_function(f, who)

    @functools.wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        run = Evaluation(who, f, argnums, args, kwargs)
        y = run.result
        if not isinstance(y, Node):
            return plain_result(y, who), run.nested([run.zeros(x) for x in run.variables])
        gradients, on_tensors = run.gradient(y, seed_for(y, None, who))
        return run.handed_back(y, on_tensors), run.nested(gradients)

    return differentiated


def grad(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Make a function that returns ∇f(x); see `value_and_grad`.

    Examples
    --------
    >>> from autograd_mini import grad
    >>> float(grad(grad(lambda x: x**3))(2.0))
    12.0
    """
    with_value = _value_and_grad(f, argnums, "grad")

    @functools.wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return with_value(*args, **kwargs)[1]

    return gradient


def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    """Evaluate f and get its pullback ȳ ↦ Jᵀȳ (reverse mode).

    Parameters
    ----------
    f : callable
        Any NumPy function of `primals`; its result may be nested.
    *primals
        Arguments, each possibly nested, all differentiated.

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
    run = Evaluation("vjp", f, tuple(range(len(primals))), primals, {}, share=False)
    outputs = tree.leaves(run.result)
    _, on_tensors = run.read(outputs)

    def pullback(y_bar: Any) -> Any:
        bars = tree.leaves_like(run.result, y_bar, "vjp: the cotangents", "the output")
        seeds = [(y, seed_for(y, bar, "vjp")) for y, bar in zip(outputs, bars, strict=True)]
        on_nodes = on_tensors or any(isinstance(seed, Node) for _, seed in seeds)
        return run.nested(run.pull([(y, seed) for y, seed in seeds if isinstance(y, Node)], on_nodes))

    return tree.map_leaves(lambda y: run.handed_back(y, on_tensors), run.result), pullback


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """Evaluate f and carry a tangent through it: y and ẏ = J ẋ (forward mode).

    Parameters
    ----------
    f : callable
        Any NumPy function of `primals`; its result may be nested.
    primals, tangents : sequence
        The arguments, and a direction for each, nested and shaped alike.

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
    run = Evaluation("jvp", f, tuple(range(len(primals))), primals, {})
    dots = checked_tangents("jvp", list(primals), list(tangents), run.variables)
    nodes, on_tensors = run.read(tree.leaves(run.result), dots)
    tangent_of = run.push(nodes, dots, on_tensors)
    return (
        tree.map_leaves(lambda y: run.handed_back(y, on_tensors), run.result),
        tree.map_leaves(tangent_of, run.result),
    )


def jacobian(
    f: Function, argnums: int | Sequence[int] = 0, *, mode: str | None = None, holomorphic: bool = False
) -> Function:
    """Make a function that returns all derivatives of all entries of f(x): J[i, j] = ∂yᵢ/∂xⱼ.

    Parameters
    ----------
    f : callable
        Any NumPy function; its result may be nested.
    argnums : int or tuple of int
        As for `grad`.
    mode : {"forward", "reverse"}, optional
        One sweep per input entry, or one per output entry; by default whichever is fewer.
    holomorphic : bool
        Give dy/dx of a holomorphic function of complex arguments.

    Returns
    -------
    callable
        Its result has shape ``y.shape + x.shape``: nested like the output, and inside each like the argument.

    Raises
    ------
    TypeError
        When a result is complex and `holomorphic` was not asked for.
    """
    check_function(f, "jacobian")
    if mode not in (None, "forward", "reverse"):
        raise ValueError(
            f'jacobian: mode={mode!r}; the choices are "forward", "reverse" and None (whichever is cheaper).'
        )

    @functools.wraps(f)
    def all_derivatives(*args: Any, **kwargs: Any) -> Any:
        run = Evaluation("jacobian", f, argnums, args, kwargs)
        outputs = tree.leaves(run.result)
        _check_complex(outputs, run.variables, holomorphic)
        nodes, on_tensors = run.read(outputs)
        n_out, n_in = (sum(int(np.size(_value(x))) for x in leaves) for leaves in (outputs, run.variables))
        by_rows = mode == "reverse" or (mode is None and n_out <= n_in)
        table = (_rows if by_rows else _columns)(run, nodes, outputs, on_tensors, holomorphic)
        return tree.rebuild(run.result, [run.nested(row) for row in table])

    return all_derivatives


def _value(x: Any) -> Any:
    return x.value if isinstance(x, Node) else x


def _check_complex(outputs: Sequence[Any], variables: Sequence[Any], holomorphic: bool) -> None:
    kinds = {np.asarray(_value(y)).dtype.kind if not isinstance(y, Node) else y.value.dtype.kind for y in outputs}
    if "c" in kinds and not holomorphic:
        raise TypeError(
            "jacobian: the output is complex. Say holomorphic=True where the function is, or take the Jacobians of its real "
            "and imaginary part."
        )
    if holomorphic and any(x.value.dtype.kind != "c" for x in variables):
        raise TypeError("jacobian: holomorphic=True wants complex arguments. Use .astype(complex).")


def _units(x: Any) -> Iterator[Any]:
    """The standard basis of the space `x` lives in."""
    for i in range(int(np.size(x))):
        unit = np.zeros_like(x, shape=(np.size(x),))
        unit[i] = 1
        yield unit.reshape(x.shape)[()]


def _table_entry(parts: list[Any], shape: tuple[int, ...], empty: Any) -> Any:
    return frozen(np.stack(parts).reshape(shape)) if parts else frozen(np.zeros_like(empty, shape=shape))


def _rows(
    run: Evaluation, nodes: list[Node], outputs: list[Any], on_tensors: bool, holomorphic: bool
) -> list[list[Any]]:
    """One reverse sweep per entry of the outputs."""
    table = []
    for y in outputs:
        value = np.asarray(y) if not isinstance(y, Node) else y.value
        rows = []
        if isinstance(y, Node):
            rows = [run.pull([(y, unit)], on_tensors, conjugate=not holomorphic) for unit in _units(value)]
        else:
            rows = [[run.zeros(x) for x in run.variables]] * value.size
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(run.variables)
        table.append(
            [
                _table_entry(list(column), value.shape + x.value.shape, x.value)
                for column, x in zip(columns, run.variables, strict=True)
            ]
        )
    return table


def _columns(
    run: Evaluation, nodes: list[Node], outputs: list[Any], on_tensors: bool, holomorphic: bool
) -> list[list[Any]]:
    """One forward sweep per entry of the variables (two per entry of a complex one, unless f is holomorphic)."""
    table: list[list[Any]] = [[] for _ in outputs]
    for k, x in enumerate(run.variables):
        columns: list[list[Any]] = [[] for _ in outputs]
        for unit in _units(x.value):
            along = [unit if i == k else None for i in range(len(run.variables))]
            tangents = [run.push(nodes, along, on_tensors)(y) for y in outputs]
            if x.value.dtype.kind == "c" and not holomorphic:
                across = [dot if dot is None else 1j * dot for dot in along]
                tangents = [
                    dot + 1j * turned
                    for dot, turned in zip(tangents, map(run.push(nodes, across, on_tensors), outputs), strict=True)
                ]
            for column, dot in zip(columns, tangents, strict=True):
                column.append(dot.reshape(-1))
        for row, column, y in zip(table, columns, outputs, strict=True):
            shape = np.shape(_value(y))
            if column:
                entry = np.stack(column, axis=1).reshape(shape + x.value.shape)
                row.append(entry if isinstance(entry, Node) else frozen(entry))
            else:
                row.append(frozen(np.zeros_like(x.value, shape=shape + x.value.shape)))
    return table


def hessian(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Make a function that returns all second derivatives of a scalar function: H[i, j] = ∂²y/∂xᵢ∂xⱼ.

    Computed forward over reverse: one forward sweep over the graph of the gradient for each entry of x.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd_mini import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 2.0])).tolist()
    [[4.0, 6.0], [6.0, 0.0]]
    """
    check_function(f, "hessian")
    return jacobian(_named("hessian", f, argnums), argnums, mode="forward")


def _named(who: str, f: Function, argnums: Any) -> Function:
    with_value = _value_and_grad(f, argnums, who)
    return lambda *args, **kwargs: with_value(*args, **kwargs)[1]


def hvp(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Make a function of ``(*args, v)`` that returns H v, the Hessian of a scalar function times a direction.

    Computed forward over reverse, at a small multiple of the cost of f; the Hessian itself is never formed.

    Parameters
    ----------
    f : callable
        Returns one real number.
    argnums : int or tuple of int
        As for `grad`. `v` is nested and shaped like that argument (a tuple of such for a tuple).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd_mini import hvp
    >>> hvp(lambda x: np.sum(x**3))(np.array([1.0, 2.0]), np.array([1.0, 10.0])).tolist()
    [6.0, 120.0]
    """
    check_function(f, "hvp")
    gradient = _named("hvp", f, argnums)
    several = isinstance(argnums, (tuple, list))

    @functools.wraps(f)
    def product(*args_and_v: Any, **kwargs: Any) -> Any:
        if len(args_and_v) < 2:
            raise TypeError("hvp: call it with the arguments of f and then the direction: hvp(f)(x, v).")
        *args, v = args_and_v
        numbers = [argnum % len(args) for argnum in (argnums if isinstance(argnums, (tuple, list)) else (argnums,))]

        def along(*chosen: Any) -> Any:
            full = list(args)
            for number, value in zip(numbers, chosen, strict=True):
                full[number] = value
            return gradient(*full, **kwargs)

        return jvp(along, [args[number] for number in numbers], list(v) if several else [v])[1]

    return product


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
    bars = reverse([(y, seed)], keep=wanted).bars
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
