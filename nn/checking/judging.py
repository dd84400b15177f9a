"""check_backprop: whether a person's backprop is right, and if not, which line is wrong and what the mistake is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_mini import GradientMismatch, crosscheck
from nn import arguments
from nn.arguments import Array
from nn.backprop import cost_of
from nn.checking.calling import person
from nn.checking.diagnosis import Cause, Diagnosis, diagnose
from nn.checking.notation import Setting, line, setting_of
from nn.checking.outcomes import failed
from nn.checking.report import OK, WRONG, BackpropReport, LayerRow, layer_row, number
from nn.checking.search import right_at_kinks
from nn.checking.sessions import BATCH, Examination, Session, Trial
from nn.costs import COSTS
from nn.network import Network

if TYPE_CHECKING:
    from autograd_mini import Crosscheck, GradientRow

WHO = "check_backprop"
KINKS = ("right with another slope of ReLU at its kink",)


def check_backprop(network: Network, my_backprop: Any, x: Array, y: Array) -> BackpropReport:
    """Compare a backprop derived by hand with the tape's gradient, and say which line of it is wrong, and how.

    Parameters
    ----------
    network : Network
        Unchanged by the call, whatever the person's code does.
    my_backprop : callable, or class or object with a method ``backprop``
        A function of ``(network, x, y)`` or of ``(x, y)``, told apart by its parameters; or a subclass of `Network` that
        brings its own ``backprop(x, y)``. It returns ``(nabla_b, nabla_w)``, the gradient of one example or, given a batch,
        of the mean over its examples; which of the two is found out.
    x : array, (n_in, m)
        The inputs, one column per example.
    y : array, (n_out, m)
        The desired outputs.

    Returns
    -------
    BackpropReport
        True when the backprop is right; printed, the report. Where the person's code raises, or returns what cannot be
        judged, the report is false and says so in its ``problem``.

    Raises
    ------
    ShapeError, TypeError, ValueError
        If `network`, `x` or `y` does not fit or is not finite, or `my_backprop` cannot be called.

    Notes
    -----
    The equations are BP1 to BP4 of Nielsen, chapter 2. A mistake is named only if the right backprop with exactly that
    mistake gives the person's arrays: on a square network of the same depth, where no shape forbids anything, and on
    `network`. The person's code is therefore called several times, with other networks if it takes one.

    Examples
    --------
    >>> import numpy as np
    >>> from nn import Network, backprop_matrix, check_backprop
    >>> rng = np.random.default_rng(0)
    >>> network, x, y = Network([3, 4, 4, 2], rng=0), rng.random((3, 5)), rng.random((2, 5))
    >>> bool(check_backprop(network, backprop_matrix, x, y))
    True
    """
    x, y = _checked(network, x, y)
    whose = person(my_backprop, network)
    title = _title(network, x.shape[1])
    try:
        session = Session(whose, network)
    except Exception as error:  # of the person's __init__
        outcome = failed(whose.name, error)
        return BackpropReport(title, problem=outcome.problem, traceback=outcome.traceback)
    own = session.examine(x, y)
    observed = _observed(session)
    if session.shared:
        return BackpropReport(title, problem=_shared(session), observed=observed)
    if not own.outcome:
        found = diagnose(whose, network, own, x, y, session, 0) if own.trials else Diagnosis()
        return BackpropReport(
            title, problem=own.outcome.problem, traceback=own.outcome.traceback, observed=observed, diagnosis=found
        )
    crossed = _crossed(network, own.outcome.arrays, x, y)
    L = len(network.weights)
    if any(row.verdict == WRONG for row in crossed.table) and right_at_kinks(Trial(network, x, y, own.outcome)):
        crossed = replace(crossed, table=tuple(map(_excused, crossed.table)))
    first_wrong = max((k % L + 1 for k, row in enumerate(crossed.table) if row.verdict == WRONG), default=0)
    found = diagnose(whose, network, own, x, y, session, first_wrong)
    table = _table(crossed.table, found)
    opinions, kinks = crossed.opinions, network.activation_name == "relu"
    return BackpropReport(
        title,
        table,
        observed=observed,
        diagnosis=found,
        look_at=_look_at(table, setting_of(network, x.shape[1] if own.manner == BATCH else 1), found),
        autodiff=_autodiff(opinions, kinks),
        tape_is_wrong=bool(opinions.against) and not kinks,
        notes=_notes(own, x.shape[1]),
    )


def assert_backprop(network: Network, my_backprop: Any, x: Array, y: Array) -> None:
    """Raise unless a backprop derived by hand is right: `check_backprop` for tests, with the same arguments.

    Raises
    ------
    GradientMismatch
        An AssertionError; its message is the report.
    ShapeError, TypeError, ValueError
        As `check_backprop` does.
    """
    __tracebackhide__ = True  # pytest then shows the line of the test, not this one
    report = check_backprop(network, my_backprop, x, y)
    if not report:
        raise GradientMismatch(str(report))


def _checked(network: Any, x: Any, y: Any) -> tuple[Array, Array]:
    """The batch in the network's dtype, once all that is given fits and is finite."""
    if not isinstance(network, Network):
        what = f"the class {network.__name__}" if isinstance(network, type) else f"a {type(network).__name__}"
        raise TypeError(f"{WHO}: network is {what}; it must be a Network, such as Network([3, 4, 2])")
    arguments.parameters(WHO, network)
    x, y = arguments.matrices(WHO, network, x, y, names=("x", "y"))
    for name, arrays in (("x", [x]), ("y", [y]), ("weights", network.weights), ("biases", network.biases)):
        if not all(np.isfinite(array).all() for array in arrays):
            raise ValueError(f"{WHO}: {name} holds nan or inf; there is nothing to compare")
    if network.cost_name == "cross_entropy" and not np.allclose(y.sum(axis=0), 1, atol=1e-6):
        j = int(np.argmax(np.abs(y.sum(axis=0) - 1)))
        raise ValueError(
            f"{WHO}: column {j} of y sums to {y[:, j].sum():.4g}; with softmax and cross-entropy each must sum to 1, as "
            "one-hot columns do, or δ = a − y is not its derivative"
        )
    with np.errstate(all="ignore"):
        cost = network.cost(x, y)
    if not np.isfinite(cost):
        raise ValueError(f"{WHO}: the cost is {cost} here; there is nothing to compare. Choose smaller weights or data")
    return x, y


def _title(network: Network, m: int) -> str:
    """The heading: what is compared on which network."""
    sizes = "-".join(map(str, network.sizes))
    sigma = "" if network.activation_name == "sigmoid" else f" ({network.activation_name})"
    examples = f"{m:,} example{'s' * (m > 1)}"
    formula = COSTS[network.cost_name].formula
    return f"Gradient check: yours against autograd_mini      network {sizes}{sigma}, {examples}, C = {formula}"


def _crossed(network: Network, arrays: Sequence[Array], x: Array, y: Array) -> Crosscheck:
    """The person's arrays against the tape's, and the tape's against central differences."""
    params = list(network.biases), list(network.weights)
    L = len(network.weights)
    names = [f"∂C/∂{letter} of layer {l}" for letter in "bW" for l in range(1, L + 1)]
    return crosscheck(
        cost_of(network), params, (list(arrays[:L]), list(arrays[L:])), examples=(x, y), names=names, axis=1
    )


def _excused(row: GradientRow) -> GradientRow:
    return replace(row, verdict=OK, remarks=KINKS) if row.verdict == WRONG else row


def _table(rows: Sequence[GradientRow], found: Diagnosis) -> tuple[LayerRow, ...]:
    """The rows from the output to the input, W before b."""
    only = found.causes[0] if len(found.causes) == 1 else None
    follows = only.layers[0] if only and only.carried_down and not only.second else found.only_delta or None
    L = len(rows) // 2
    return tuple(
        layer_row(l, array, rows[k], follows)
        for l in range(L, 0, -1)
        for array, k in (("∂C/∂W", L + l - 1), ("∂C/∂b", l - 1))
    )


def _look_at(table: Sequence[LayerRow], setting: Setting, found: Diagnosis) -> Cause | None:
    """The equation of the first wrong array, counted from the output."""
    wrong = [row for row in table if row.verdict == WRONG]
    if not wrong:
        return None
    l = wrong[0].layer
    arrays = [row.array for row in wrong if row.layer == l]
    bp = ("BP1 fused" if setting.fused else "BP1") if l == setting.L else "BP2"
    key = bp if len(arrays) == 2 else "BP4" if arrays == ["∂C/∂W"] else "BP3"
    text, name = line(setting, key, (l,))
    if found.only_delta == l:
        return Cause("unknown", f"it is in δ of layer {l}, from which all the rest follows", (l,), (name,), (text,))
    said = f"the first wrong from the output {'are' if len(arrays) == 2 else 'is'} {' and '.join(arrays)} of layer {l}"
    return Cause("unknown", said, (l,), (name,), (text,))


def _observed(session: Session) -> tuple[Cause, ...]:
    """What was seen to happen while the person's code ran."""
    found = []
    if session.changed:
        said = f"{session.name} changes what it is given: it {_listed(session.changed)}"
        found.append(
            Cause("inputs mutated", said, (), ("and never a -= b, a[...] = b on what is given",), ("a = a - b",))
        )
    if session.adds:
        said = f"{session.name} adds to what it returned last time: the gradients are not reset between calls"
        start = "nabla_b = [np.zeros(b.shape) for b in network.biases], and nabla_w likewise"
        found.append(Cause("gradients not reset between calls", said, (), ("first in every call",), (start,)))
    return tuple(found)


def _listed(changes: Iterable[tuple[str, str]]) -> str:
    """What was done to what: ``writes into x and network.weights``."""
    whole: dict[str, dict[str, None]] = {}
    for verb, what in changes:
        whole.setdefault(verb, {})[what.partition("[")[0]] = None
    return " and ".join(f"{verb} {' and '.join(names)}" for verb, names in whole.items())


def _shared(session: Session) -> str:
    """That what was returned is not the person's own."""
    shared = "; ".join(session.shared)
    return f"{session.name} returned the network's own memory, where every change changes the network: {shared}"


def _autodiff(opinions: Any, kinks: bool) -> str:
    """What central differences say of the tape; where there are kinks close by, they may err."""
    if opinions.against and kinks:
        return "could not be compared with central differences everywhere: kinks of ReLU lie too close"
    if opinions.against:
        it = opinions.against[0]
        return (
            f"disagrees with central differences: at {it.place} it has {number(it.tape)}, they have {number(it.slope)}; "
            "please report this"
        )
    if opinions.agreement is None:
        return "could not be compared with central differences: the cost is too noisy here"
    return f"agrees with central differences to {number(opinions.agreement, 1)}"


def _notes(own: Examination, m: int) -> tuple[str, ...]:
    if own.manner == BATCH or m == 1:
        return ()
    failed = " (with several at once it failed)" if own.note else ""
    return (f"with one example at a time, {m} times; the table shows the mean{failed}",)
