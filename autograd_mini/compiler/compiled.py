"""`jit`: evaluate a function once on arrays that write everything down, and run what was written from then on."""

from __future__ import annotations

import functools
import inspect
import threading
import types
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import TracingError
from ..graph import Node
from .captures import Captures, Watched, may_change
from .compilation import MISS, Compilation, Entry, made_entry
from .evaluations import Run, described, followed, guards, traced
from .program import Program
from .signature import NoSignature, Signature, holds_tensor
from .substitution import can_follow
from .tracing import KEPT as KEPT_VALUES
from .tracing import NotEmittable, Traced

KEPT = 32  # programs of one function; the one that was used longest ago goes first
MANY = 64  # programs that are worth a warning
PATIENCE = 2.0  # seconds
TRIES = 8  # as often a signature is compiled anew because something captured has changed


class Compiled:
    """A function with its programs; called like the function itself."""

    def __init__(self, f: Callable[..., Any], donate_argnums: tuple[int, ...], reuse_outputs: bool) -> None:
        functools.update_wrapper(self, f)
        self._f = f
        self._name = getattr(f, "__name__", "")
        self._donated = donate_argnums
        self._reuse = reuse_outputs
        self._run: Entry = lambda args, kwargs: MISS
        self._entries: list[Entry] = []
        self._lock = threading.RLock()
        self._last: Compilation | None = None
        self._reason = ""
        self._tries: Counter[str] = Counter()
        self._alike: Counter[str] = Counter()
        self._parameters = _parameters(f)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        result = self._run(args, kwargs)
        return self._found(args, kwargs) if result is MISS else result

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __repr__(self) -> str:
        return f"jit({self._name or self._f!r})"

    @property
    def source(self) -> str:
        """The Python source of the program that was compiled last."""
        if self._last is None:
            return f"# {self!r}: {self._reason or 'nothing is compiled yet. Call it once.'}\n"
        return self._last.source

    def explain(self) -> str:
        """The source with, beside each line, the derivative that the line computes or adds to."""
        return self._last.explanation if self._last else self.source

    def _found(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The result from another of the programs, or from a new one."""
        if holds_tensor(args) or holds_tensor(kwargs):
            return self._f(*args, **kwargs)
        result = self._tried(args, kwargs)
        if result is not MISS:
            return result
        # Whoever waits longer may be waited for: the function is evaluated under the lock, and may have locks of its own.
        locked = self._lock.acquire(timeout=PATIENCE)
        try:
            result = self._tried(args, kwargs)  # another thread may have compiled it meanwhile
            if result is not MISS:
                return result
            signature = Signature(args, kwargs, self._parameters)
            entry = self._compiled(signature, args, kwargs)
            self._keep(entry)
        except TracingError:
            raise
        except NoSignature as reason:
            return self._as_it_is(str(reason), None, args, kwargs)
        except NotEmittable as reason:
            return self._as_it_is(str(reason), signature, args, kwargs)
        except Exception as error:  # whatever it is, the function itself says it better
            return self._as_it_is(f"{type(error).__name__}: {error}", signature, args, kwargs)
        finally:
            if locked:
                self._lock.release()
        result = entry(args, kwargs)
        self._alike["\n".join(signature.checks)] += 1
        if self._alike["\n".join(signature.checks)] == MANY:
            text = f"jit: {MANY} programs that differ in an int only. Ints are compiled in; pass it as a float."
            warnings.warn(text, RuntimeWarning, stacklevel=3)
        return self._f(*args, **kwargs) if result is MISS else result

    def _tried(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The result from one of the programs there are, or `MISS`."""
        for entry in self._entries:
            result = entry(args, kwargs)
            if result is not MISS:
                self._run = entry
                return result
        return MISS

    def _keep(self, entry: Entry) -> None:
        self._entries = [entry, *self._entries[: KEPT - 1]]
        self._run = entry

    def _compiled(self, signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Entry:
        """A program for this signature, and the entry that runs it."""
        self._tries[signature.key] += 1
        if self._tries[signature.key] > TRIES:
            raise NotEmittable("what it captures, which changes from call to call; pass it as an argument")
        functions = [self._f, *signature.functions]
        captures = Captures(functions)
        if not captures.complete:
            raise NotEmittable("what it finds outside its arguments, which is too much to be compared at every call")
        arrays = [Watched(array) for array in captures.arrays if may_change(array)]
        first, again = self._evaluated(functions, captures, arrays, signature, args, kwargs)
        if described(first) != described(again):
            raise NotEmittable("what is not the same every time (random numbers?); pass it as an argument")
        if not all(watched() for watched in arrays):
            raise NotEmittable("an array outside itself that it writes into; return what is written")
        found = [*captures.found, *guards(first, again, arrays)]
        name = self._name if self._name.isidentifier() else "run"
        program = Program(first.trace.inputs, first.trace.ops, first.outputs)
        self._last = Compilation(name, signature, program, found, self._donated, self._reuse)
        return self._last.entry

    def _evaluated(
        self,
        functions: list[Any],
        captures: Captures,
        arrays: list[Watched],
        signature: Signature,
        args: Any,
        kwargs: Any,
    ) -> tuple[Run, Run]:
        """Two evaluations of the function that should be the same."""
        with np.errstate(all="ignore"):  # as in programs
            first = traced(self._f, signature, args, kwargs)
            after = Captures(functions)
            if any(isinstance(c.found.value if isinstance(c.found, Node) else c.found, Traced) for c in after.found):
                raise TracingError(KEPT_VALUES)
            seen = captures.knows_objects or not after.same_places(captures)
            plain = [] if seen else [each for each in arrays if can_follow(each.array)]
            both = followed(self._f, signature, args, kwargs, first, plain)
            first, again = both or (first, traced(self._f, signature, args, kwargs))
        return first, again

    def _as_it_is(self, reason: str, signature: Signature | None, args: Any, kwargs: Any) -> Any:
        """The result of the function itself; what it raises is the person's own. Says once why it is not compiled."""
        result = self._f(*args, **kwargs)
        self._reason = f"runs as it is, because of {reason.rstrip('.')}."
        if signature is not None:
            lines = [*signature.checks, "return f(*args, **kwargs)"]
            self._keep(made_entry(lines, {**signature.globals, "MISS": MISS, "f": self._f}, self._name))
        if signature is not None or not self._tries[reason]:
            self._tries[reason] += 1
            name = self._name or "the function"
            text = f"jit: {name} is not compiled but run as it is, because of {reason.rstrip('.')}."
            warnings.warn(text, RuntimeWarning, stacklevel=4)
        return result


def _parameters(f: Any) -> list[str]:
    try:
        return list(inspect.signature(f).parameters)
    except (TypeError, ValueError):
        return []


def jit(
    f: Callable[..., Any] | None = None,
    *,
    donate_argnums: int | Sequence[int] = (),
    reuse_outputs: bool = False,
) -> Any:
    """Compile a function of arrays to straight-line NumPy source, once for each signature of its arguments.

    The function is evaluated on arrays that write down every call of NumPy, derivatives included; what was written is
    simplified, given buffers, and run from then on. Floats and arrays are its variables; ints, strings and ``None`` are
    compiled in. A new shape, dtype or nesting compiles anew, as does a global, default or closure variable that is bound
    to something else. Captured arrays enter by reference.

    Parameters
    ----------
    f : callable
        A function of numbers, arrays, and lists, tuples and dicts of them. It must do the same every time, and change
        nothing outside: it is run twice or three times when it is compiled, and not at all afterwards.
    donate_argnums : int or tuple of int
        Positional arguments whose arrays are given away: results may be written into them.
    reuse_outputs : bool
        Write results into the same memory at every call; they are overwritten by the next one.

    Returns
    -------
    callable
        With ``.source``, the program, and ``.explain()``, the program with the derivative that each line computes. Called
        with Tensors it runs `f` itself. Programs do not warn of overflow or invalid values.

    Raises
    ------
    TracingError
        Where `f` branches on a value, or takes a number out of an array. What cannot be written down otherwise (a shape
        that depends on values, ``x[i] = v``) runs uncompiled, with one `RuntimeWarning` that says what it is.

    Examples
    --------
    >>> from autograd_mini import jit, value_and_grad
    >>> f = jit(value_and_grad(lambda a, b: (a + b) * (b + 1), argnums=(0, 1)))
    >>> y, (a_bar, b_bar) = f(2.0, 1.0)
    >>> print(y, a_bar, b_bar)
    6.0 2.0 5.0
    """
    if f is None:
        return functools.partial(jit, donate_argnums=donate_argnums, reuse_outputs=reuse_outputs)
    if not callable(f):
        raise TypeError(f"jit: the first argument is a function, not {type(f).__name__}: jit(f)(x), not jit(f(x)).")
    if reuse_outputs and donate_argnums not in ((), []):
        raise ValueError("jit: reuse_outputs and donate_argnums each say where results go; choose one of them.")
    numbers = (donate_argnums,) if isinstance(donate_argnums, int) else tuple(donate_argnums)
    if not all(isinstance(number, int) and not isinstance(number, bool) and number >= 0 for number in numbers):
        raise TypeError(
            f"jit: donate_argnums={donate_argnums!r} are no argument numbers. Give an int, or a tuple of them."
        )
    return Compiled(f, numbers, reuse_outputs)
