"""One call of a person's backprop: what it returned, or why that cannot be judged, and what it changed behind one's back."""

from __future__ import annotations

import contextlib
import io
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograd_mini import Tensor
from nn.arguments import Array
from nn.checking.calling import Call

OURS = Path(__file__).parent
RETURN = "return nabla_b, nabla_w: two lists with one array per layer"


class Unusable(Exception):  # noqa: N818  it is never seen
    """A result that cannot be judged; the message is the sentence that says why."""


@dataclass(frozen=True)
class Outcome:
    """What came of one call.

    Attributes
    ----------
    arrays : list of arrays
        Copies of what was returned, all of nabla_b and then all of nabla_w; empty when there is a problem.
    problem : str
        Why there is nothing to judge.
    error : exception or None
        What the person's code raised.
    changed : tuple of (str, str)
        What it did to what it was given: ``("writes into", "network.weights[1]")``.
    shared : tuple of str
        What it returned that is not its own: ``"nabla_w[1] is network.weights[1]"``.
    """

    arrays: tuple[Array, ...] = ()
    problem: str = ""
    error: BaseException | None = None
    changed: tuple[tuple[str, str], ...] = ()
    shared: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.arrays)

    @property
    def traceback(self) -> str:
        """The traceback of the error, of the person's own lines."""
        if self.error is None:
            return ""
        frames = self.error.__traceback__
        while frames is not None and OURS in Path(frames.tb_frame.f_code.co_filename).parents:
            frames = frames.tb_next
        shown = traceback.TracebackException(type(self.error), self.error.with_traceback(frames), frames)
        return "".join(shown.format(chain=False)).rstrip()


class Watched:
    """The parameters of networks, which a person's code may read and must not write."""

    def __init__(self, networks: Sequence[Any]) -> None:
        self.networks = list({id(network): network for network in networks}.values())
        self.lists = [(network.biases, network.weights) for network in self.networks]
        self.arrays = [[list(parameters) for parameters in lists] for lists in self.lists]
        self.values = [[[p.copy() for p in parameters] for parameters in lists] for lists in self.arrays]

    def changed(self) -> tuple[tuple[str, str], ...]:
        """What has been done to which parameter: it is written into, or replaced by another array."""
        found = []
        for network, arrays, values in zip(self.networks, self.arrays, self.values, strict=True):
            for name, items, numbers in zip(("biases", "weights"), arrays, values, strict=True):
                now = list(getattr(network, name, ()))
                for k, (item, number) in enumerate(zip(items, numbers, strict=True)):
                    if not np.array_equal(item, number):
                        found.append(("writes into", f"network.{name}[{k}]"))
                    if k >= len(now) or now[k] is not item:
                        found.append(("assigns other arrays to", f"network.{name}[{k}]"))
        return tuple(dict.fromkeys(found))

    def restore(self) -> None:
        """Put back the lists, the arrays in them, and the numbers in those."""
        for network, lists, arrays, values in zip(self.networks, self.lists, self.arrays, self.values, strict=True):
            for name, kept, items, numbers in zip(("biases", "weights"), lists, arrays, values, strict=True):
                for item, number in zip(items, numbers, strict=True):
                    if not np.array_equal(item, number):
                        item[...] = number
                kept[:] = items
                setattr(network, name, kept)

    def shared(self, names: Sequence[str], returned: Sequence[Any]) -> tuple[str, ...]:
        """Which of the returned arrays lie in the memory of a parameter."""
        parameters = [
            (f"network.{name}[{k}]", p)
            for arrays in self.arrays
            for name, items in zip(("biases", "weights"), arrays, strict=True)
            for k, p in enumerate(items)
        ]
        found = {}
        for name, g in zip(names, returned, strict=True):
            for other, p in parameters:
                if isinstance(g, np.ndarray) and name not in found and np.may_share_memory(g, p):
                    found[name] = f"{name} is {other}" if g is p else f"{name} is a view of {other}"
        return tuple(found.values())


def called(call: Call, name: str, watched: Watched, layers: int, x: Array, y: Array, *, quiet: bool = True) -> Outcome:
    """Call a person's backprop with copies of x and y, and put back what it changes."""
    given = {"x": x.copy(), "y": y.copy()}
    changed: tuple[tuple[str, str], ...] = ()
    out = contextlib.redirect_stdout(io.StringIO()) if quiet else contextlib.nullcontext()
    try:
        with out, np.errstate(all="ignore"):
            result = call(given["x"], given["y"])
        changed = _written(given, {"x": x, "y": y}) + watched.changed()
        names, returned = _taken_apart(name, result, layers)
        shared = watched.shared(names, returned)
        # Errors travel from the output to the input, so the last layer is looked at first.
        order = [k for l in reversed(range(layers)) for k in (l, layers + l)]
        checked = {k: _checked(name, names[k], returned[k]) for k in order}
        arrays = tuple(checked[k] for k in sorted(order))
        return Outcome(arrays, changed=changed, shared=shared)
    except Unusable as unusable:
        return Outcome(problem=str(unusable), changed=changed)
    except (Exception, SystemExit) as error:
        changed = _written(given, {"x": x, "y": y}) + watched.changed()
        what = str(error).splitlines()[0] if str(error) else ""
        return Outcome(
            problem=f"{name} raised {type(error).__name__}: {what}".rstrip(": "), error=error, changed=changed
        )
    finally:
        watched.restore()


def failed(name: str, error: BaseException, changed: tuple[tuple[str, str], ...] = ()) -> Outcome:
    """The outcome of code that raised."""
    what = str(error).splitlines()[0] if str(error) else ""
    return Outcome(problem=f"{name} raised {type(error).__name__}: {what}".rstrip(": "), error=error, changed=changed)


def _written(given: dict[str, Array], before: dict[str, Array]) -> tuple[tuple[str, str], ...]:
    return tuple(("writes into", name) for name in given if not np.array_equal(given[name], before[name]))


def _taken_apart(name: str, result: Any, layers: int) -> tuple[list[str], list[Any]]:
    """The arrays that were returned, with their names, nabla_b first."""
    if result is None:
        raise Unusable(f"{name} returned None; is its last line missing? {RETURN}")
    if isinstance(result, dict):
        raise Unusable(f"{name} returned a dict with the keys {', '.join(map(repr, result))}; {RETURN}")
    if not isinstance(result, (tuple, list)) and not (isinstance(result, np.ndarray) and result.dtype == object):
        raise Unusable(f"{name} returned a {type(result).__name__}; {RETURN}")
    parts = list(result)
    if len(parts) != 2:
        what = "arrays, not nested" if parts and all(isinstance(p, np.ndarray) for p in parts) else "values"
        raise Unusable(f"{name} returned {len(parts)} {what}; {RETURN}")
    names: list[str] = []
    arrays: list[Any] = []
    for what, part in zip(("nabla_b", "nabla_w"), parts, strict=True):
        items = _items(name, what, part)
        if len(items) != layers:
            hint = " (the input has none)" if len(items) == layers + 1 else ""
            raise Unusable(
                f"{name} returned {len(items)} array{'s' * (len(items) != 1)} in {what}, but the network has {layers}, "
                f"one per layer of weights{hint}"
            )
        names += [f"{what}[{k}]" for k in range(layers)]
        arrays += items
    return names, arrays


def _items(name: str, what: str, part: Any) -> list[Any]:
    if isinstance(part, (list, tuple)):
        return list(part)
    if isinstance(part, np.ndarray) and (part.dtype == object or part.ndim == 3) and part.ndim:
        return list(part)  # arrays of one shape, stacked; or an array of arrays
    shape = f" of shape {part.shape}" if isinstance(part, np.ndarray) else ""
    raise Unusable(f"{name} returned a {type(part).__name__}{shape} for {what}, not a list with one array per layer")


def _checked(name: str, what: str, g: Any) -> Array:
    """A copy of one array, if it is one of finite floating-point numbers."""
    if isinstance(g, Tensor):
        raise Unusable(f"{name} returned a Tensor in {what}; its value is .data")
    if isinstance(g, float | np.floating):
        g = np.asarray(g)
    if not isinstance(g, np.ndarray):
        raise Unusable(f"{name} returned a {type(g).__name__} in {what}, not an array of floating-point numbers")
    if g.dtype.kind != "f":
        raise Unusable(f"{name} returned an array of {g.dtype} in {what}; gradients are floating-point numbers")
    found = np.array(g, subok=False)
    if not np.isfinite(found).all():
        bad = np.argwhere(~np.isfinite(found))
        place = f" at {bad[0].tolist()}" if found.ndim else ""
        value = found[tuple(bad[0])]
        raise Unusable(
            f"{name} returned {value} in {what}{place}, and in {len(bad):,} of its {found.size:,} entries, "
            f"though the cost is finite"
        )
    return found
