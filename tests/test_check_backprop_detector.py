"""The detector of mistakes: its right backprop, its table, how it calls, how it searches, what it prints."""

import functools
import itertools

import numpy as np
import pytest

import nn
from nn import COSTS, GRADIENTS, Network, assert_backprop, check_backprop
from nn.checking.backward import Pass, facts
from nn.checking.calling import person
from nn.checking.candidates import Candidate, gradient, singles
from nn.checking.diagnosis import data, other_network
from nn.checking.notation import setting_of
from nn.checking.search import Evidence, right_at_kinks, search
from nn.checking.sessions import BATCH, COLUMNS, Session, Trial

KINDS = list(itertools.product(nn.ACTIVATIONS, COSTS))


def sigma(z):
    return 1 / (1 + np.exp(-z))


def made(sizes=(3, 4, 4, 2), m=5, seed=0, **options):
    network = Network(list(sizes), seed, **options)
    return network, *data(network, m, np.random.default_rng(seed + 1), np.full((1, 1), 0.5))


def by_hand(network, x, y, *, hidden_slope=True, cost=1.0):
    """A right backprop of a sigmoid network for one example or several, or one with a mistake."""
    a = [x]
    for W, b in zip(network.weights, network.biases, strict=True):
        a.append(sigma(W @ a[-1] + b))
    delta = cost * (a[-1] - y) * a[-1] * (1 - a[-1]) / x.shape[1]
    nabla_b, nabla_w = [], []
    for l in range(len(network.weights), 0, -1):
        nabla_b.insert(0, delta.sum(axis=1, keepdims=True))
        nabla_w.insert(0, delta @ a[l - 1].T)
        delta = network.weights[l - 1].T @ delta * (a[l - 1] * (1 - a[l - 1]) if hidden_slope else 1)
    return nabla_b, nabla_w


def one_example(network, x, y):
    assert x.shape[1] == 1
    return by_hand(network, x, y)


without_slope = functools.partial(by_hand, hidden_slope=False)
without_slope.__name__ = "without_slope"


# The right backprop, and the table


def of_three_layers(error_before):
    """A backprop in matrices: ``error_before(W, delta, a, l)`` is the error of layer l, from that of the layer after it."""

    def backprop(network, x, y):
        a = [x]
        for W, b in zip(network.weights, network.biases, strict=True):
            a.append(sigma(W @ a[-1] + b))
        ds = [(a[3] - y) * a[3] * (1 - a[3])]
        for l in (2, 1):
            ds.insert(0, error_before(network.weights[l], ds[0], a[l], l))
        m = x.shape[1]
        return [d.sum(1, keepdims=True) / m for d in ds], [d @ v.T / m for d, v in zip(ds, a, strict=False)]

    return backprop


@pytest.mark.parametrize(("activation", "cost"), KINDS)
def test_without_a_mistake_it_is_the_right_backprop(activation, cost):
    network, x, y = made(activation=activation, cost=cost)
    for ours, right in zip(Pass(facts(network, x, y)).gradient(), GRADIENTS["matrix"](network, x, y), strict=True):
        for g, h in zip(ours, right, strict=True):
            np.testing.assert_allclose(g, h, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("activation", "cost"), KINDS)
@pytest.mark.parametrize("m", [1, 5])
def test_every_row_of_the_table_changes_something_and_has_a_sentence(activation, cost, m):
    """On a square network all run; a formula that gave the right gradient everywhere would be no mistake."""
    network, x, y = made([5] * 4, m, seed=3, activation=activation, cost=cost)
    known, setting = facts(network, x, y), setting_of(network, m)
    right = Pass(known)
    expected = [*right.gradient()[0], *right.gradient()[1]]
    no_mistake = set()
    for candidate in singles(setting):
        assert candidate.said(setting)
        assert "{" not in candidate.said(setting) + "".join(candidate.readings(setting))
        assert all(text for text, _ in candidate.lines(setting))
        try:
            b, w = gradient((candidate,), known, right)
        except ValueError:
            continue  # shapes that fit nowhere but with m = 5
        if all(g.shape == h.shape and np.allclose(g, h, 1e-12, 0) for g, h in zip([*b, *w], expected, strict=True)):
            no_mistake.add(candidate.mistake.name)
    right_here = {"divided by the number of inputs", "divided by the number of outputs"}  # m = 5
    right_here |= {"a(1 − a), which is of the sigmoid", "1 − a², which is of tanh"}  # where that is the activation
    right_here |= {"sigmoid in the forward pass"}  # where it is the function of the last layer
    if activation == "relu":  # whose slope is 0 where a is not z, and 1 elsewhere
        right_here |= {"σ′ taken at a instead of z", "σ′ twice", "z instead of a", "σ missing in the forward pass"}
    assert no_mistake <= right_here


@pytest.mark.parametrize("cost", COSTS)
def test_what_is_taken_from_the_right_pass_is_what_would_be_computed(cost):
    network, x, y = made([4, 4, 4, 4], 4, cost=cost)
    known, setting = facts(network, x, y), setting_of(network, 4)
    right = Pass(known)
    for candidate in singles(setting):
        if candidate.mistake.place in ("gradient", "examples", "network"):
            continue
        changed = {(candidate.mistake.place, l): candidate.mistake.formula for l in candidate.layers}
        try:
            anew = Pass(known, changed).gradient()
        except ValueError:
            continue
        shared = Pass(known, changed, right).gradient()
        for g, h in zip([*anew[0], *anew[1]], [*shared[0], *shared[1]], strict=True):
            np.testing.assert_array_equal(g, h)


def test_every_single_mistake_is_found_again():
    """Handed the arrays of a single-mistake version, the search returns it, or one that gives the same arrays."""
    square = other_network(made()[0], [5] * 4, np.random.default_rng(0))
    setting = setting_of(square, 5)
    candidates = singles(setting)
    batches = [data(square, m, np.random.default_rng(m), np.full((1, 1), 0.5)) for m in (5, 7)]
    for candidate in candidates[::7]:
        outcomes = []
        for x, y in batches:
            known = facts(square, x, y)
            try:
                arrays = tuple(np.asarray(g) for part in gradient((candidate,), known, Pass(known)) for g in part)
            except ValueError:
                break
            outcomes.append(Trial(square, x, y, nn.checking.outcomes.Outcome(arrays)))
        if outcomes and Evidence(outcomes[0]).worst > 1:
            assert any(found[0] is candidate for found in search(candidates, outcomes)), candidate


# How it calls


class Sub(Network):
    def backprop(self, x, y):
        return by_hand(self, x, y)


class BooksOwn:
    """The book's network, which knows nothing of ours."""

    def __init__(self, sizes):
        self.num_layers, self.sizes = len(sizes), sizes
        self.biases = [np.random.randn(n, 1) for n in sizes[1:]]  # noqa: NPY002
        self.weights = [np.random.randn(n, k) for k, n in itertools.pairwise(sizes)]  # noqa: NPY002

    def backprop(self, x, y):
        return by_hand(self, x, y)


class Callable:
    def __call__(self, network, x, y):
        return by_hand(network, x, y)


def keyword_only(*, network, x, y):
    return by_hand(network, x, y)


def with_defaults(x, y, network=None, verbose=False):
    return by_hand(network, x, y)


def other_names(model, inputs, targets):
    return by_hand(model, inputs, targets)


def only_order(n, inputs, targets, *rest):
    return by_hand(n, inputs, targets)


def starred(*args):
    network, x, y = args
    return by_hand(network, x, y)


FORMS = {
    "function": by_hand,
    "keyword only": keyword_only,
    "defaults": with_defaults,
    "other names": other_names,
    "only order": only_order,
    "starred": starred,
    "callable": Callable(),
    "bound method": Callable().__call__,
    "lambda": lambda net, X, Y: by_hand(net, X, Y),
    "class": Sub,
    "the book's class": BooksOwn,
    "instance": Sub([3, 4, 4, 2]),
    "method of an instance": Sub([3, 4, 4, 2]).backprop,
    "the book's instance": BooksOwn([3, 4, 4, 2]),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_that_take_a_network(form):
    network, x, y = made()
    whose = person(FORMS[form], network)
    assert whose.portable
    assert check_backprop(network, FORMS[form], x, y)
    wrong = made(seed=9)[0]  # the gradient has to be that of the network that is handed over
    assert check_backprop(wrong, FORMS[form], x, y)


@pytest.mark.parametrize("form", ["closure", "partial", "partial by keyword", "starred"])
def test_forms_that_know_the_network_from_elsewhere(form):
    network, x, y = made()
    backprop = {
        "closure": lambda x, y: by_hand(network, x, y),
        "partial": functools.partial(by_hand, network),
        "partial by keyword": functools.partial(by_hand, network=network),
        "starred": lambda *args: by_hand(network, *args),
    }[form]
    assert check_backprop(network, backprop, x, y)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (None, "NoneType"),
        (by_hand(*made()), "its result"),
        (int, "no method backprop"),
        (lambda x: x, r"takes \(x\)"),
        (lambda network, x, y, eta: x, "also wants eta"),
        (type("Odd", (Network,), {"__init__": lambda self, a, b, c: None}), "cannot be made"),
    ],
)
def test_what_is_no_backprop(form, words):
    with pytest.raises(TypeError, match=words):
        check_backprop(made()[0], form, *made()[1:])


@pytest.mark.parametrize(("backprop", "manner"), [(by_hand, BATCH), (one_example, COLUMNS)])
def test_the_manner_is_found_out(backprop, manner):
    network, x, y = made()
    found = Session(person(backprop, network), network).examine(x, y)
    assert found.manner == manner
    assert len(found.outcome.arrays) == 6


def test_a_function_that_wants_many_examples_at_once():
    def backprop(network, x, y):
        assert x.shape[1] == 5
        return by_hand(network, x, y)

    network, x, y = made()
    assert check_backprop(network, backprop, x, y)


def test_a_transpose_missing_in_a_closure_is_found_by_lending_it_a_square_network():
    network, x, y = made()
    before = [p.copy() for p in (*network.weights, *network.biases)]

    def backprop(x, y):
        return of_three_layers(lambda W, delta, a, l: W @ delta * a * (1 - a))(network, x, y)

    report = check_backprop(network, backprop, x, y)
    assert report.causes[0].name == "W not transposed"
    assert report.status == 1
    assert "Traceback" in str(report)
    assert network.sizes == [3, 4, 4, 2]
    for p, old in zip((*network.weights, *network.biases), before, strict=True):
        np.testing.assert_array_equal(p, old)


def test_a_network_that_cannot_be_copied_is_still_untouched():
    network, x, y = made()
    network.file = open(__file__)  # noqa: SIM115
    before = [W.copy() for W in network.weights]

    def backprop(network, x, y):
        nablas = by_hand(network, x, y)
        for W, g in zip(network.weights, nablas[1], strict=True):
            W -= g
        network.biases = [b + 1 for b in network.biases]
        return nablas

    report = check_backprop(network, backprop, x, y)
    network.file.close()
    assert not report
    assert "it assigns other arrays to network.biases and writes into network.weights" in str(report)
    for W, old in zip(network.weights, before, strict=True):
        np.testing.assert_array_equal(W, old)
    assert all(b.shape == (n, 1) for b, n in zip(network.biases, network.sizes[1:], strict=True))


def test_parameters_that_a_closure_replaces_are_put_back():
    network, x, y = made()
    lists, arrays = (network.biases, network.weights), [*network.biases, *network.weights]

    def backprop(x, y):
        nablas = by_hand(network, x, y)
        network.biases = [b - g for b, g in zip(network.biases, nablas[0], strict=True)]
        network.weights[0] = network.weights[0] + 1
        return nablas

    report = check_backprop(network, backprop, x, y)
    assert report.causes[0].name == "inputs mutated"
    assert "it assigns other arrays to network.biases and network.weights" in str(report)
    assert network.biases is lists[0]
    assert network.weights is lists[1]
    assert all(p is old for p, old in zip([*network.biases, *network.weights], arrays, strict=True))


def test_gradients_that_are_not_reset():
    network, x, y = made()
    total = [np.zeros_like(W) for W in network.weights]

    def backprop(network, x, y):
        nabla_b, nabla_w = by_hand(network, x, y)
        for t, g in zip(total, nabla_w, strict=True):
            t += g if t.shape == g.shape else 0
        return nabla_b, total

    report = check_backprop(network, backprop, x, y)
    assert [cause.name for cause in report.causes] == ["gradients not reset between calls"]
    assert report.status == 1


def test_random_gradients_cannot_be_judged():
    rng = np.random.default_rng(0)

    def backprop(network, x, y):
        nabla_b, nabla_w = by_hand(network, x, y)
        return nabla_b, [g * (rng.random(g.shape) < 0.5) for g in nabla_w]

    report = check_backprop(*made()[:1], backprop, *made()[1:])
    assert "backprop is random: called twice with the same input" in report.problem
    assert report.status == 2


# How it searches


def test_no_cause_is_claimed_for_what_is_a_little_off():
    """Off by ten times what is allowed: no mistake explains that, though many are as near as the right gradient is."""

    def backprop(network, x, y):
        nabla_b, nabla_w = by_hand(network, x, y)
        nabla_w[1][2, 3] += 1e-12
        return nabla_b, nabla_w

    network, x, y = made(m=3)
    report = check_backprop(network, backprop, x, y)
    assert report.first_wrong.layer == 2
    assert report.causes == ()


def test_what_is_nearly_right_is_not_explained_by_being_right():
    network, x, y = made()
    arrays = [g for part in by_hand(network, x, y) for g in part]
    assert Evidence(Trial(network, x, y, nn.checking.outcomes.Outcome(tuple(arrays)))).reproduced_by(())
    arrays[4] = arrays[4] + 1e-12
    nearly = Evidence(Trial(network, x, y, nn.checking.outcomes.Outcome(tuple(arrays))))
    assert nearly.worst > 1
    assert not nearly.reproduced_by(())


def test_of_two_mistakes_the_one_that_raises_comes_first():
    backprop = of_three_layers(lambda W, delta, a, l: W @ delta * a)

    first = check_backprop(made()[0], backprop, *made()[1:]).causes[0]
    assert (first.name, first.second.name) == ("W not transposed", "σ instead of σ′")


def test_readings_are_said_once():
    report = check_backprop(made()[0], functools.partial(by_hand, cost=-1.0), *made()[1:])
    assert report.causes[0].readings == (
        "y − a instead of a − y", "the sign of δᴸ flipped", "the sign of the update w − η ∂C/∂w folded in",
    )  # fmt: skip


def test_two_mistakes_are_named_the_outermost_first():
    network, x, y = made()
    report = check_backprop(network, functools.partial(by_hand, hidden_slope=False, cost=-1.0), x, y)
    first = report.causes[0]
    assert (first.name, first.second.name) == ("sign flipped", "σ′ missing")
    assert str(report).index("wrong sign") < str(report).index("every hidden layer lacks")


def test_what_has_no_name_is_unknown_but_located():
    network, x, y = made()

    backprop = of_three_layers(lambda W, delta, a, l: W.T @ delta * (np.cos(a) if l == 2 else a * (1 - a)))

    report = check_backprop(network, backprop, x, y)
    assert not report.causes
    assert "Unknown: it is in δ of layer 2, from which all the rest follows" in str(report)
    assert [row.follows for row in report.table] == [None, None, None, None, 2, 2]


def test_a_mistake_that_does_not_show_here_is_found_on_another_network():
    """Where all neurons of a ReLU network fire, a missing σ′ changes nothing."""
    network, x, y = made(activation="relu")
    network.weights = [np.abs(W) for W in network.weights]
    network.biases = [np.abs(b) for b in network.biases]
    x = np.abs(x)

    def backprop(network, x, y):
        a = [x]
        for W, b in zip(network.weights, network.biases, strict=True):
            a.append(np.maximum(W @ a[-1] + b, 0))
        ds = [(a[3] - y) * (a[3] > 0)]
        for l in (2, 1):
            ds.insert(0, network.weights[l].T @ ds[0])
        m = x.shape[1]
        return [d.sum(1, keepdims=True) / m for d in ds], [d @ v.T / m for d, v in zip(ds, a, strict=False)]

    report = check_backprop(network, backprop, x, y)
    assert all(row.verdict == "ok" for row in report.table)
    assert not report
    assert report.causes[0].name == "σ′ missing"
    assert "on yours it happens to change nothing" in str(report)


def test_with_one_example_nothing_about_their_number_is_a_mistake():
    network, x, y = made(m=1)

    def summed(network, x, y):
        return tuple([x.shape[1] * g for g in part] for part in by_hand(network, x, y))

    assert check_backprop(network, summed, x, y)
    network, x, y = made(m=2)
    assert check_backprop(network, summed, x, y).causes[0].name == "sum instead of mean"


@pytest.mark.parametrize("at_zero", [0.0, 0.5, 1.0])
def test_any_slope_at_a_kink_is_right(at_zero):
    network, x, y = made(activation="relu")
    network.biases = [np.zeros_like(b) for b in network.biases]
    x[:, 1:3] = 0

    def backprop(network, x, y):
        a, z = [x], []
        for W, b in zip(network.weights, network.biases, strict=True):
            z.append(W @ a[-1] + b)
            a.append(np.maximum(z[-1], 0))
        slope = [np.where(v == 0, at_zero, v > 0) for v in z]
        ds = [(a[3] - y) * slope[2]]
        for l in (2, 1):
            ds.insert(0, network.weights[l].T @ ds[0] * slope[l - 1])
        m = x.shape[1]
        return [d.sum(1, keepdims=True) / m for d in ds], [d @ v.T / m for d, v in zip(ds, a, strict=False)]

    assert check_backprop(network, backprop, x, y)
    wrong = Trial(
        network, x, y, nn.checking.outcomes.Outcome(tuple(p + 1 for p in (*network.biases, *network.weights)))
    )
    assert not right_at_kinks(wrong)


def test_a_constant_without_a_name_is_read_off():
    network, x, y = made()
    report = check_backprop(network, lambda network, x, y: by_hand(network, x, y, cost=0.37), x, y)
    assert report.causes[0].name == "a constant factor"
    assert "0.37 times" in str(report)


def test_candidates_in_one_layer_only_are_said_to_be_carried_down():
    setting = setting_of(made()[0], 5)
    for candidate in singles(setting):
        assert candidate.carried_down == (
            candidate.mistake.place in ("cost", "carried", "slope", "delta") and len(candidate.layers) == 1
        )
    assert isinstance(candidate, Candidate)


def test_a_slope_missing_at_the_output_may_be_the_cross_entropys_delta():
    def backprop(network, x, y):
        a = sigma(network.weights[0] @ x + network.biases[0])
        delta = (a - y) / x.shape[1]
        return [delta.sum(1, keepdims=True)], [delta @ x.T]

    (cause,) = check_backprop(*made((3, 2))[:1], backprop, *made((3, 2))[1:]).causes
    assert cause.name == "σ′ missing"
    assert cause.equations == ("BP1",)
    assert sum("cross-entropy" in reading for reading in cause.readings) == 1
    assert len(cause.readings) <= 2


# What it prints


def layer_2_lacks_its_slope(network, x, y):
    a = [x]
    for W, b in zip(network.weights, network.biases, strict=True):
        a.append(sigma(W @ a[-1] + b))
    d3 = (a[3] - y) * a[3] * (1 - a[3])
    d2 = network.weights[2].T @ d3
    d1 = network.weights[1].T @ d2 * a[1] * (1 - a[1])
    m = x.shape[1]
    return [d.sum(1, keepdims=True) / m for d in (d1, d2, d3)], [
        d @ v.T / m for d, v in zip((d1, d2, d3), a[:3], strict=True)
    ]


def test_the_report():
    report = check_backprop(made()[0], layer_2_lacks_its_slope, *made()[1:])
    lines = str(report).splitlines()
    assert lines[0] == (
        "Gradient check: yours against autograd_mini      network 3-4-4-2, 5 examples, C = 1/(2m) Σ‖a − y‖²"
    )
    headings = "layer array shape max |diff| worst entry yours autodiff ratio verdict"
    assert " ".join(lines[2].split()) == headings
    assert [line.split()[:3] for line in lines[3:9]] == [
        [str(l), f"∂C/∂{p}", shape] for l, p, shape in zip(
            (3, 3, 2, 2, 1, 1), "WbWbWb", ("2×4", "2×1", "4×4", "4×1", "4×3", "4×1"), strict=True)
    ]  # fmt: skip
    assert [line.split()[-1] for line in lines[3:5]] == ["ok", "ok"]
    assert lines[5].endswith("WRONG  ← first wrong")
    assert lines[6].endswith("WRONG")
    assert all(line.endswith("WRONG  (follows from layer 2)") for line in lines[7:9])
    assert lines[10] == "Most likely: layer 2 lacks σ′(z²)."
    assert lines[11] == "  you should have   δ² = (W³)ᵀ δ³ ⊙ σ′(z²)        (BP2)"
    assert lines[12].startswith(
        "  evidence          backprop with exactly this one mistake gives all six of your arrays"
    )
    assert lines[13].startswith("  autodiff itself   agrees with central differences to ")
    assert len(lines) == 14
    assert report.first_wrong is report.table[2]
    assert report.worst.difference == max(row.difference for row in report.table)
    assert (report.status, bool(report)) == (1, False)


def test_the_report_of_a_right_one():
    report = check_backprop(made()[0], by_hand, *made()[1:])
    assert (report.status, bool(report), report.first_wrong, report.causes) == (0, True, None, ())
    assert "Right: all six arrays." in str(report)
    assert repr(report) == str(report)


def test_the_report_in_a_notebook():
    html = check_backprop(made()[0], layer_2_lacks_its_slope, *made()[1:])._repr_html_()
    assert html.count("<tr") == 7
    assert html.count('class="wrong"') == 4
    assert "layer 2 lacks σ′(z²)" in html
    assert "<" not in html.split("<pre>")[1].split("</pre>")[0]


def test_the_assertion_for_tests():
    assert_backprop(made()[0], by_hand, *made()[1:])
    with pytest.raises(AssertionError, match="layer 2 lacks"):
        assert_backprop(made()[0], layer_2_lacks_its_slope, *made()[1:])


def test_what_is_printed_is_printed_once(capsys):
    def backprop(network, x, y):
        print("here")  # noqa: T201
        return by_hand(network, x, y)

    check_backprop(made()[0], backprop, *made()[1:])
    assert capsys.readouterr().out == "here\n"


@pytest.mark.parametrize(
    ("network", "x", "y", "error", "words"),
    [
        (Network, np.ones((3, 1)), np.ones((2, 1)), TypeError, "the class Network"),
        ([3, 4, 2], np.ones((3, 1)), np.ones((2, 1)), TypeError, "a list"),
        (Network([3, 2]), np.ones((2, 1)), np.ones((2, 1)), ValueError, r"x has shape \(2, 1\), expected \(3, m\)"),
        (Network([3, 2]), np.ones(3), np.ones((2, 1)), ValueError, "reshape"),
        (Network([3, 2]), np.ones((3, 1)), 1, TypeError, "label"),
        (Network([3, 2]), np.ones((3, 2)), np.ones((2, 3)), ValueError, "2 ≠ 3"),
        (Network([3, 2]), np.ones((3, 1), int), np.ones((2, 1)), TypeError, "int64"),
        (Network([3, 2]), np.full((3, 1), np.nan), np.ones((2, 1)), ValueError, "x holds nan"),
        (Network([3, 2]), np.ones((3, 1)), np.full((2, 1), np.inf), ValueError, "y holds nan or inf"),
        (Network([3, 2], cost="cross_entropy"), np.ones((3, 1)), np.ones((2, 1)), ValueError, "sums to 2"),
        (Network([1, 1], activation="relu"), np.full((1, 1), 1e300), np.zeros((1, 1)), ValueError, "the cost is inf"),
    ],
)
def test_bad_input(network, x, y, error, words):
    if isinstance(network, Network) and network.activation_name == "relu":
        network.weights = [np.ones((1, 1))]
    with pytest.raises(error, match=f"check_backprop: .*{words}"):
        check_backprop(network, by_hand, x, y)
