"""From a person's calls to causes: the mistake is named on a square network, confirmed on the person's own, and told apart.

On a square network with weights N(0, 1) no shape forbids anything: a missing transpose runs there, and gets a name. Two
mistakes that give the same arrays on every network are one cause with several readings.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nn.arguments import Array
from nn.checking.backward import Pass, facts
from nn.checking.calling import Person, twin
from nn.checking.candidates import gradient, singles
from nn.checking.notation import Setting, setting_of
from nn.checking.search import Mistakes, only_delta_is_wrong, search, still
from nn.checking.sessions import BATCH, Examination, Session, Trial
from nn.network import Network

WIDTH, EXAMPLES = 5, 5  # of the square network and its batches
WIDTHS, OTHER_EXAMPLES = (6, 3, 7, 4), 4  # of the one that tells sizes apart

# Where the mistakes that are named give the person's arrays, for the line "evidence".
TOO = ", here and on a square network"
HERE = ", with two different batches"
SQUARE = " on a square network, where every shape fits; on yours it fails as your code does"
HIDDEN = " on a square network with weights N(0, 1); on yours it happens to change nothing"
FORBIDDEN = " on a square network; on yours shapes forbid it, and your code gets by with loops or broadcasting"


@dataclass(frozen=True)
class Cause:
    """What may be wrong.

    Attributes
    ----------
    name : str
        In short: ``"σ′ missing"``.
    said : str
        The sentence: ``"layer 2 lacks σ′(z²)"``.
    layers : tuple of int
        Where.
    equations, lines : tuples of str
        What one should have, and the name of each line's equation.
    readings : tuple of str
        Other mistakes that give the same arrays on every network.
    second : Cause or None
        A second mistake, further down, if it takes two to give the person's arrays.
    carried_down : bool
        Whether the layers below are wrong only because this one is.
    """

    name: str
    said: str
    layers: tuple[int, ...] = ()
    equations: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    second: Cause | None = None
    carried_down: bool = False


@dataclass(frozen=True)
class Diagnosis:
    """The causes, and how they were found.

    Attributes
    ----------
    causes : tuple of Cause
        The commonest first.
    where : str
        On which networks they do.
    misfit : bool
        Whether the person's code is right on the square network, and fails on the person's own for its shapes.
    rest_is_right : bool
        Whether, but for what is left from earlier calls, every call was right.
    only_delta : int
        Where nothing has a name: the layer whose δ is all that is wrong, and from which everything else follows; or 0.
    """

    causes: tuple[Cause, ...] = ()
    where: str = ""
    misfit: bool = False
    rest_is_right: bool = False
    only_delta: int = 0


def diagnose(
    person: Person, network: Network, own: Examination, x: Array, y: Array, session: Session, first_wrong: int
) -> Diagnosis:
    """Find the mistakes that reproduce what the person's backprop returned.

    Parameters
    ----------
    person : Person
        The person's backprop.
    network : Network
        The person's network.
    own : Examination
        What came of calling it there, with x and y.
    x, y : arrays
        The batch.
    session : Session
        That of those calls.
    first_wrong : int
        The layer of the first wrong array, counted from the output; 0 if none is wrong.
    """
    right = bool(own.outcome) and (not first_wrong or _all_right(own.trials))
    if not own.outcome and not own.trials:
        return Diagnosis()
    probed = _probe(person, network, y, 1 if right and x.shape[1] == 1 else EXAMPLES)
    square_is_right = probed is not None and _all_right(probed.trials)
    misfit = square_is_right and isinstance(own.outcome.error, (ValueError, IndexError))
    if right and (probed is None or square_is_right):
        return Diagnosis(rest_is_right=True)
    manner = probed.manner if probed else own.manner
    candidates = singles(setting_of(network, EXAMPLES if manner == BATCH else 1))
    found = search(candidates, [*probed.trials, *own.trials], pairs=not right) if probed else []
    where = HIDDEN if right else SQUARE if not own.outcome else TOO
    if found and own.outcome and not still(found[:1], own.trials):
        where = FORBIDDEN
    if not found and not right and own.outcome:
        manner, where = own.manner, HERE
        candidates = singles(setting_of(network, EXAMPLES if manner == BATCH else 1))
        found = search(candidates, [*own.trials, *_more(session, manner, x, y, seed=1)])
    groups = _classes(found, network, manner)
    if len(groups) > 1:
        apart = still([group[0] for group in groups], _rectangular(person, network, y))
        groups = [group for group in groups if group[0] in apart] or groups
    setting = setting_of(network, x.shape[1] if own.manner == BATCH else 1)
    causes = tuple(_cause(group, setting) for group in groups)
    columns = [session.trial(x[:, j : j + 1], y[:, j : j + 1]) for j in range(min(x.shape[1], 2))] if not groups else []
    located = bool(columns and first_wrong) and all(only_delta_is_wrong(trial, first_wrong) for trial in columns)
    return Diagnosis(causes, where, misfit, right, first_wrong if located else 0)


def data(network: Network, m: int, rng: np.random.Generator, like: Array) -> tuple[Array, Array]:
    """Random examples for a network; the desired outputs are one-hot, or zeros and ones, if those in `like` are."""
    n_in, n_out = network.sizes[0], network.sizes[-1]
    x = rng.standard_normal((n_in, m)).astype(network.dtype)
    zeros_and_ones = bool(np.isin(like, (0, 1)).all())
    if network.cost_name == "cross_entropy" or (zeros_and_ones and (like.sum(axis=0) == 1).all()):
        y = np.eye(n_out)[:, rng.integers(0, n_out, m)]
    else:
        y = rng.random((n_out, m))
        y = np.round(y) if zeros_and_ones else y
    return x, y.astype(network.dtype)


def other_network(network: Network, sizes: Sequence[int], rng: np.random.Generator) -> Network:
    """One like the person's, of other sizes, with weights and biases N(0, 1)."""
    made = twin(network)
    made.sizes, made.num_layers = list(sizes), len(sizes)
    made.biases = [rng.standard_normal((n, 1)) for n in sizes[1:]]
    made.weights = [rng.standard_normal((n_out, n_in)) for n_in, n_out in itertools.pairwise(sizes)]
    return made  # type: ignore[no-any-return]


def _probe(person: Person, network: Network, y: Array, m: int) -> Examination | None:
    """The person's code on a square network of the same depth, called with two batches; None where it fails there."""
    rng = np.random.default_rng(0)
    square = other_network(network, [WIDTH] * network.num_layers, rng)
    session = _quiet(person, square)
    if session is None:
        return None
    found = session.examine(*data(square, m, rng, y))
    if not found.outcome:
        return None
    found.trials.extend(_more(session, found.manner, *data(square, m + 2, rng, y), seed=None))
    return found


def _quiet(person: Person, network: Network) -> Session | None:
    try:
        session = Session(person, network)
    except Exception:  # the person's class cannot be made like this
        return None
    session.quiet = True
    return session


def _more(session: Session, manner: str, x: Array, y: Array, seed: int | None) -> list[Trial]:
    """More calls of a session: with this batch, or with a seed, with a larger random one."""
    if seed is not None:
        x, y = data(session.network, x.shape[1] + 2 if manner == BATCH else 2, np.random.default_rng(seed), y)
    calls = [(x, y)] if manner == BATCH else [(x[:, j : j + 1], y[:, j : j + 1]) for j in range(2)]
    trials = [session.trial(*call) for call in calls]
    return [trial for trial in trials if trial.outcome]


def _rectangular(person: Person, network: Network, y: Array) -> list[Trial]:
    """The person's code on a network in which no two sizes that meet are equal."""
    rng = np.random.default_rng(2)
    sizes = (WIDTHS * (1 + network.num_layers // len(WIDTHS)))[: network.num_layers]
    other = other_network(network, sizes, rng)
    session = _quiet(person, other)
    if session is None:
        return []
    found = session.examine(*data(other, OTHER_EXAMPLES, rng, y))
    return found.trials if found.outcome else []


def _all_right(trials: Sequence[Trial]) -> bool:
    return bool(trials) and all(trial.outcome and still([()], [trial]) for trial in trials)


def _classes(found: Sequence[Mistakes], network: Network, manner: str) -> list[list[Mistakes]]:
    """The mistakes, those together that give the same arrays on every network."""
    rng = np.random.default_rng(3)
    references = []
    for sizes in ([WIDTH] * network.num_layers, (WIDTHS * network.num_layers)[: network.num_layers]):
        other = other_network(network, sizes, rng)
        x, y = data(other, OTHER_EXAMPLES if manner == BATCH else 1, rng, np.full((2, 2), 0.5))
        known = facts(other, x, y)
        references.append((known, Pass(known)))
    groups: list[tuple[list[list[Array] | None], list[Mistakes]]] = []
    for mistakes in found:
        ran = [_run(mistakes, *reference) for reference in references]
        for others, group in groups:
            if all(_same(a, b) for a, b in zip(ran, others, strict=True)):
                group.append(mistakes)
                break
        else:
            groups.append((ran, [mistakes]))
    return [group for _, group in groups]


def _run(mistakes: Mistakes, known: object, right: Pass) -> list[Array] | None:
    try:
        b, w = gradient(mistakes, known, right)  # type: ignore[arg-type]
    except (ValueError, LookupError):
        return None
    return [np.asarray(g) for g in (*b, *w)]


def _same(ones: list[Array] | None, others: list[Array] | None) -> bool:
    if ones is None or others is None:
        return ones is others
    return all(
        a.shape == b.shape and np.allclose(a, b, rtol=1e-9, atol=1e-12) for a, b in zip(ones, others, strict=True)
    )


def _cause(group: Sequence[Mistakes], setting: Setting) -> Cause:
    """One cause, of mistakes that give the same arrays everywhere."""
    first, *rest = group
    main = first[0]
    readings = main.readings(setting)
    known = {main.mistake.name, *readings}
    for other in [mistakes[0] for mistakes in rest if len(first) == len(mistakes) == 1]:
        if other.mistake.name not in known:
            readings.append(other.said(setting))
            known.add(other.mistake.name)
    lines = main.lines(setting)
    return Cause(
        main.mistake.name, main.said(setting), main.layers,
        tuple(name for _, name in lines), tuple(text for text, _ in lines),
        tuple(readings),
        _cause([first[1:]], setting) if len(first) > 1 else None,
        main.carried_down,
    )  # fmt: skip
