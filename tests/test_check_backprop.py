"""The checker of backprops, examined on wrong ones that people wrote by hand: is it wrong, where first, and why.

The collection is in `wrong_backprops`; it knows nothing of how the checker looks for mistakes. A network for each entry is
chosen by a checksum of its name, so that every entry is examined on one network and every network by many entries.
"""

import re
import zlib

import numpy as np
import pytest

from nn import Network, autodiff, check_backprop

from .wrong_backprops import DOUBLES, LISTED, UNLISTED

SMALL = ([3, 4, 4, 2], [2, 3, 1], [5, 5, 5, 5])

#: What a cause has to say, in its sentence or in one of its readings, to have named the mistake.
NAMES = {
    "sign": "wrong sign",
    "sign of a hidden δ": "wrong sign in δ",
    "sign of ∂C/∂W": "wrong sign in ∂C/∂W",
    "sign of ∂C/∂b": "wrong sign in ∂C/∂b",
    "½ forgotten": "½",
    "2 forgotten": "half",
    "sum, not mean": "sum over the examples, not the mean",
    "mean, not sum": "averaged over the examples twice",
    "∂C/∂W summed, not averaged": "sum over the examples in ∂C/∂W",
    "bias summed, not averaged": "sum over the examples in ∂C/∂b",
    "bias averaged twice": r"averages ∂C/∂b\S* over the examples twice",
    "bias left zero": r"∂C/∂b\S* zero",
    "bias of shape (n, m)": r"shape \(n, m\)",
    "bias of shape (n,)": r"shape \(n,\)",
    "σ′ missing": r"lacks σ′|σ′\S* is missing|lacks the derivative of softmax",
    "σ′ at a": r"σ′ at a\S* instead of z",
    "σ, not σ′": r"σ\(z.\) instead of σ′",
    "z(1 − z)": r"z.\(1 − z.\)",
    "z for a in σ′": r"1 − \(?z.\)? ?(squared|²) instead of σ′",
    "another activation's σ′": "derivative of the sigmoid, which is not the activation",
    "extra σ′ on cross-entropy": "extra σ′",
    "softmax taken for a sigmoid": "every output depended on its own z only",
    "σ′ not passed on": r"∂C/∂a\S* instead of δ",
    "W not transposed": r"W\S+ which is not transposed",
    "the wrong layer's W": r"\(W\S*\)ᵀ instead of \(W",
    "the wrong layer's δ": r"by δ\S* instead of δ",
    "the wrong layer's δ in ∂C/∂W": r"∂C/∂W\S* from δ\S* instead of δ",
    "the wrong layer's δ in ∂C/∂b": r"∂C/∂b\S* from δ\S* instead of δ",
    "δaᵀ transposed": r"transpose of ∂C/∂W",
    "z, not a": r"\(z\S*\)ᵀ instead of \(a",
    "aˡ, not aˡ⁻¹": r"\(a\S*\)ᵀ instead of [(x]",
    "last example only": "only the last example",
    "last example only in ∂C/∂b": r"only the last example's ∂C/∂b",
    "last example only in ∂C/∂W": r"only the last example's ∂C/∂W",
    "not reset": "not reset between calls",
}
LARGE_NAMES = {
    "batches.returned_too_late: last example only, everywhere",
    "batches.zeros_made_once: not reset, everywhere",
    "book.CrossEntropyDelta: σ′ missing, output",
    "book.straight_weights: W not transposed, hidden",
    "dictionaries.divided_twice: mean, not sum, everywhere",
    "dictionaries.own_weights: the wrong layer's W, first",
    "dictionaries.turned: δaᵀ transposed, first",
    "dictionaries.slope_at_a: σ′ at a, hidden",
    "einsums.own_output: aˡ, not aˡ⁻¹, output",
    "einsums.error_is_the_bias: bias of shape (n, m), everywhere",
    "objects.FlatBias: bias of shape (n,), everywhere",
}
WHOLE = {"sign", "½ forgotten", "2 forgotten", "sum, not mean", "mean, not sum"}  # every array is wrong by one factor


def seed_of(entry):
    return zlib.crc32(str(entry).encode())


def examples(entry, sizes, m):
    """Inputs around zero; desired outputs between 0 and 1, of sum 1 where a softmax asks for it."""
    rng = np.random.default_rng(seed_of(entry))
    x, y = rng.standard_normal((sizes[0], m)), rng.random((sizes[-1], m))
    return x, y / y.sum(axis=0) if entry.kind.get("cost") == "cross_entropy" else y


def network_of(entry, sizes):
    """A network for the entry; if of ReLU, one on which the mistake shows: often too many neurons are on, or off."""
    seed = seed_of(entry)
    network = Network(sizes, rng=seed, **entry.kind)
    while network.activation_name == "relu" and not shows(entry, network):
        seed += 1
        network = Network(sizes, rng=seed, **entry.kind)
    return network


def shows(entry, network):
    """Whether the arrays of the layer that has the mistake are wrong by more than a little."""
    x, y = examples(entry, network.sizes, batch_of(entry))
    k = entry.first_wrong(network.sizes) - 1
    pairs = zip(entry.backprop(network, x, y), autodiff(network, x, y), strict=True)
    return any(np.max(np.abs(mine[k] - right[k])) > 1e-3 for mine, right in pairs)


def batch_of(entry):
    return 1 if entry.per_example else 4 + seed_of(entry) % 4


def report_on(entry, sizes, m=None):
    network = network_of(entry, sizes)
    return check_backprop(network, entry.made_for(network), *examples(entry, sizes, m or batch_of(entry)))


def sizes_for(entry):
    """Choose one of the small networks, and for a place one on which it is not also called something else."""
    fitting = [sizes for sizes in SMALL if entry.fits(sizes)]
    if entry.place in {"first", "hidden"}:
        fitting = [sizes for sizes in fitting if len(sizes) > 3] or fitting
    return fitting[seed_of(entry) % len(fitting)]


def says(cause, mistake):
    return any(re.search(NAMES[mistake], sentence) for sentence in (cause.said, *cause.readings))


def raises(entry, sizes):
    """Whether the person's own line fails, as a missing transpose does where the shapes tell."""
    if not entry.may_raise or len(set(sizes)) == 1:
        return False
    network = network_of(entry, sizes)
    given = examples(entry, sizes, batch_of(entry))
    try:
        entry.made_for(network)(*given) if entry.binds else entry.backprop(network, *given)
    except (ValueError, IndexError):
        return True
    return False


def assert_wrong(entry, sizes, report):
    assert not report
    if raises(entry, sizes):
        assert "Traceback" in str(report)
        assert "/nn/" not in str(report)
        assert report.first_wrong is None
    elif entry.mistake != "not reset":
        assert report.first_wrong.layer == entry.first_wrong(sizes)


def assert_named(entry, sizes, report):
    assert_wrong(entry, sizes, report)
    first, *others = report.causes
    assert says(first, entry.mistake), first.said
    assert not others, others
    if entry.mistake != "not reset":
        everywhere = set(range(1, len(sizes)))
        assert set(first.layers) == (everywhere if entry.mistake in WHOLE else entry.layers(sizes))
    assert first.said in " ".join(str(report).split())


#: Of the two handwritings that have every mistake in every layer, one is examined in the first and one in the last hidden.
THINNED = [e for e in LISTED if (e.place, e.module) not in {("first", "dictionaries"), ("last hidden", "einsums")}]


@pytest.mark.parametrize("entry", THINNED, ids=str)
def test_a_listed_mistake_is_detected_placed_and_named(entry):
    sizes = sizes_for(entry)
    assert_named(entry, sizes, report_on(entry, sizes))


LARGE = [
    *(e for e in LISTED if e.module == "unrolled" and e.depth == 2),
    *(e for e in LISTED if str(e) in LARGE_NAMES),
]


@pytest.mark.parametrize("entry", LARGE, ids=str)
def test_a_listed_mistake_is_named_on_the_network_for_mnist(entry):
    sizes = [784, 30, 10]
    assert_named(entry, sizes, report_on(entry, sizes, 1 if entry.per_example else 10))


@pytest.mark.parametrize("entry", [entry for entry in LISTED if entry.batch][::4], ids=str)
def test_what_is_about_the_number_of_examples_is_right_for_one(entry):
    assert report_on(entry, sizes_for(entry), 1)


@pytest.mark.parametrize("entry", [entry for entry in LISTED if entry.per_example], ids=str)
def test_a_backprop_of_one_example_is_named_as_well_with_several(entry):
    sizes = sizes_for(entry)
    assert_named(entry, sizes, report_on(entry, sizes, 5))


@pytest.mark.parametrize("entry", UNLISTED, ids=str)
def test_a_cause_outside_the_list_is_not_called_one_of_the_list(entry):
    sizes = (
        [2, 3, 1] if entry.fits([2, 3, 1]) and seed_of(entry) % 4 else sizes_for(entry)
    )  # it is looked for at length
    report = report_on(entry, sizes)
    assert_wrong(entry, sizes, report)
    assert not [cause for cause in report.causes for mistake in NAMES if says(cause, mistake) and cause.second is None]
    assert report.causes or "Unknown" in str(report)


@pytest.mark.parametrize("entry", DOUBLES, ids=str)
def test_of_two_mistakes_the_outermost_is_named_or_none(entry):
    sizes = sizes_for(entry)
    report = report_on(entry, sizes)
    assert_wrong(entry, sizes, report)
    for cause in report.causes:
        assert entry.mistake is None or says(cause, entry.mistake), cause.said
        assert cause.second or len(sizes) == 3 or entry.mistake is None
    assert report.causes or "Unknown" in str(report)
