"""All first derivatives, all second derivatives, and the product with the second derivatives that needs none of them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from . import tree
from .calls import Recorder
from .evaluation import Evaluation, Function, check_complex, check_function
from .graph import Node
from .scatter import scatter_add
from .transforms import gradient_function, jvp
from .values import frozen


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
        check_complex("jacobian", outputs, run.variables, holomorphic)
        nodes, on_tensors = run.read(outputs)
        n_out, n_in = (sum(int(np.size(_value(x))) for x in leaves) for leaves in (outputs, run.variables))
        by_rows = mode == "reverse" or (mode is None and n_out <= n_in)
        table = (_rows if by_rows else _columns)(run, nodes, outputs, on_tensors, holomorphic)
        return tree.rebuild(run.result, [run.nested(row) for row in table])

    return all_derivatives


def _value(x: Any) -> Any:
    return x.value if isinstance(x, Node) else x


def _units(x: Any) -> Iterator[Any]:
    """The standard basis of the space `x` lives in."""
    n = int(np.size(x))
    for i in range(n):
        if isinstance(x, Recorder):  # nothing can be written into it
            unit = scatter_add(np.ones_like(x, shape=()), i, (n,))
        else:
            unit = np.zeros_like(x, shape=(n,))
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
    return jacobian(gradient_function("hessian", f, argnums), argnums, mode="forward")


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
    gradient = gradient_function("hvp", f, argnums)
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
