"""The book's interface: construction, feedforward, training, evaluation."""

import builtins
import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import value_and_grad
from nn import GRADIENTS, Network, one_hot, sigmoid, training, vectorized_result

ALL_GRADIENTS = sorted(GRADIENTS)


def parameters(network):
    return [*network.biases, *network.weights]


def as_pairs(X, Y):
    return [(X[:, j : j + 1], Y[:, j : j + 1]) for j in range(X.shape[1])]


def test_shapes_are_the_books():
    network = Network([784, 30, 10], rng=0)
    assert network.num_layers == 3
    assert network.sizes == [784, 30, 10]
    assert [b.shape for b in network.biases] == [(30, 1), (10, 1)]
    assert [W.shape for W in network.weights] == [(30, 784), (10, 30)]
    assert repr(network) == "Network([784, 30, 10], activation='sigmoid', cost='quadratic', dtype=float64)"


def test_parameters_start_standard_normal():
    weights = Network([300, 200], rng=0).weights[0]
    assert abs(weights.mean()) < 0.02
    assert abs(weights.std() - 1) < 0.02


def test_a_seed_reproduces_and_dtypes_agree():
    first, second, single, other = (
        Network([5, 4], rng, dtype=d) for rng, d in ((7, "f8"), (7, "f8"), (7, "f4"), (8, "f8"))
    )
    for a, b, c, d in zip(*map(parameters, (first, second, single, other)), strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a.astype(np.float32), c)
        assert not np.array_equal(a, d)


def test_a_generator_is_used_as_it_is():
    rng = np.random.default_rng(3)
    assert Network([2, 1], rng).rng is rng


def test_the_books_feedforward(network, digits):
    a = digits[0][:, :1]
    for b, w in zip(network.biases, network.weights, strict=True):
        a = sigmoid(np.dot(w, a) + b)
    np.testing.assert_array_equal(network.feedforward(digits[0][:, :1]), a)


@settings(deadline=None, max_examples=30)
@given(sizes=st.lists(st.integers(1, 20), min_size=2, max_size=5), m=st.integers(1, 12), seed=st.integers(0, 999))
def test_columns_are_independent_examples(sizes, m, seed):
    network, X = Network(sizes, seed), np.random.default_rng(seed).random((sizes[0], m))
    together = network.feedforward(X)
    assert together.shape == (sizes[-1], m)
    for j in range(m):
        np.testing.assert_allclose(together[:, [j]], network.feedforward(X[:, [j]]), rtol=1e-12)


def test_feedforward_on_autodiff_variables_gives_input_gradients(network, digits):
    x = digits[0][:, :1]
    _, slope = value_and_grad(lambda t: np.sum(network.feedforward(t)))(x)
    h = 1e-6 * np.eye(4)
    differences = [
        (network.feedforward(x + h[:, [k]]).sum() - network.feedforward(x - h[:, [k]]).sum()) / 2e-6 for k in range(4)
    ]
    np.testing.assert_allclose(slope.ravel(), differences, rtol=1e-6)


def test_cost_is_the_mean_over_examples(network, digits):
    X, Y, _ = digits
    one_by_one = [0.5 * np.linalg.norm(network.feedforward(x) - y) ** 2 for x, y in as_pairs(X, Y)]
    assert network.cost(X, Y) == pytest.approx(np.mean(one_by_one), rel=1e-14)
    twice = Network([4, 3, 2], rng=0, cost="mean_squared_error")
    assert twice.cost(X, Y) == pytest.approx(2 * network.cost(X, Y), rel=1e-14)


def test_cost_derivative_is_a_minus_y(network):
    a, y = np.array([[0.3], [0.9]]), np.array([[0.0], [1.0]])
    np.testing.assert_array_equal(network.cost_derivative(a, y), a - y)


@pytest.mark.parametrize("gradient", ALL_GRADIENTS)
def test_one_step_goes_down_the_averaged_gradient(gradient, network, digits):
    X, Y, _ = digits
    before, nabla = parameters(network), [g for part in GRADIENTS["matrix"](network, X, Y) for g in part]
    network.update_mini_batch(as_pairs(X, Y), 0.5, gradient=gradient)
    for old, new, g in zip(before, parameters(network), nabla, strict=True):
        np.testing.assert_allclose(new, old - 0.5 * g, rtol=1e-13, atol=1e-15)
        assert new is not old
        assert new.flags.writeable


@pytest.mark.parametrize("gradient", ALL_GRADIENTS)
def test_lists_and_matrices_train_alike(gradient, digits):
    X, Y, labels = digits
    tests = [(X[:, [j]], int(labels[j])) for j in range(12)]
    forms = [
        (as_pairs(X, Y), tests),
        ((X, Y), (X, labels)),
        (zip(X.T[:, :, None], Y.T[:, :, None], strict=True), (X, Y)),
    ]
    networks, rights = [], []
    for train, test in forms:
        networks.append(Network([4, 3, 2], rng=0))
        rights.append(networks[-1].SGD(train, 3, 5, 1.0, test, gradient=gradient, verbose=False))
    assert rights[0] == rights[1] == rights[2]
    for a, b, c in zip(*map(parameters, networks), strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c)


def test_every_gradient_sees_the_same_mini_batches(digits):
    X, Y, _ = digits
    trained = []
    for gradient in ALL_GRADIENTS:
        trained.append(Network([4, 3, 2], rng=5))
        assert trained[-1].SGD((X, Y), 10, 5, 3.0, gradient=gradient, verbose=False) == []
    for others in zip(*map(parameters, trained), strict=True):
        for other in others[1:]:
            np.testing.assert_allclose(other, others[0], rtol=1e-11)


def test_an_epoch_visits_every_example_once(network, digits):
    seen = []

    class Recorder(Network):
        def update_mini_batch(self, mini_batch, eta, *, gradient="autodiff"):
            seen.append(mini_batch[0])

    X, Y, _ = digits
    Recorder([4, 3, 2], rng=0).SGD((X, Y), 1, 5, 3.0, verbose=False)
    assert [batch.shape[1] for batch in seen] == [5, 5, 2]
    visited = np.hstack(seen)
    assert not np.array_equal(visited, X)
    np.testing.assert_array_equal(np.sort(visited[0]), np.sort(X[0]))


def test_training_leaves_the_data_alone(network, digits):
    X, Y, labels = digits
    X.flags.writeable = Y.flags.writeable = False
    network.SGD((X, Y), 2, 5, 3.0, (X, labels), gradient="matrix", verbose=False)


@pytest.mark.parametrize("gradient", ALL_GRADIENTS)
def test_float32_networks_stay_float32(gradient, digits):
    X, Y, _ = digits
    network = Network([4, 3, 2], rng=0, dtype=np.float32)
    network.SGD((X, Y), 2, 5, np.float64(3.0), gradient=gradient, verbose=False)
    assert {p.dtype for p in parameters(network)} == {np.dtype(np.float32)}
    assert network.feedforward(X).dtype == np.float32


def noted(gradient, evaluate, examples=40):
    """Train a network whose `evaluate` is ``evaluate(network)``, which is what a person's own may do between epochs."""

    class Noted(Network):
        def evaluate(self, test_data):
            evaluate(self)
            return super().evaluate(test_data)

    rng = np.random.default_rng(1)
    X, labels = rng.random((4, examples)), rng.integers(3, size=examples)
    network = Noted([4, 4, 3], rng=0)
    network.SGD((X, np.eye(3)[:, labels]), 4, 10, 3.0, test_data=(X, labels), gradient=gradient, verbose=False)
    return network


@pytest.mark.parametrize("gradient", ALL_GRADIENTS)
def test_parameters_that_were_kept_stay_as_they_were(gradient):
    kept = []

    def keep(network):
        parameters = network.biases + network.weights
        kept.append((parameters, [p.copy() for p in parameters]))

    noted(gradient, keep)
    assert len(kept) == 4
    for parameters, copies in kept:
        for p, copied in zip(parameters, copies, strict=True):
            np.testing.assert_array_equal(p, copied)


@pytest.mark.parametrize("gradient", ALL_GRADIENTS)
def test_parameters_may_be_changed_between_epochs(gradient):
    given = [np.full((4, 4), 0.25), np.full((3, 4), -0.5)]

    def go_back(network):
        network.weights = list(given)

    network = noted(gradient, go_back)
    np.testing.assert_array_equal(given[0], 0.25)
    np.testing.assert_array_equal(given[1], -0.5)
    np.testing.assert_array_equal(network.weights[0], 0.25)


@pytest.mark.parametrize("gradient", ALL_GRADIENTS)
def test_parameters_broken_between_epochs_are_told(gradient):
    def break_it(network):
        network.weights = [np.full((4, 4), np.inf), *network.weights[1:]]

    with pytest.raises(
        FloatingPointError, match=r"epoch 1, mini-batch 0 .*weights\[0\] held nan or inf before the step"
    ):
        noted(gradient, break_it)


def test_a_method_of_the_one_network_is_asked():
    network, asked = Network([4, 3, 2], rng=0), []
    network.update_mini_batch = lambda *args, **options: asked.append(args)
    network.SGD((np.ones((4, 6)), np.ones((2, 6))), 1, 2, 3.0, verbose=False)
    assert len(asked) == 3


@pytest.mark.parametrize("calls", [1, 99, 100, 130])
def test_who_interrupts_finds_parameters_that_belong_together(calls, monkeypatch):
    """They are those that the network began with, or had after a hundred mini-batches."""
    rng = np.random.default_rng(0)
    data = rng.random((3, 200)), rng.random((2, 200))
    after = {0: Network([3, 4, 2], rng=0), 100: Network([3, 4, 2], rng=0)}
    order = Network([3, 4, 2], rng=0).rng
    order.bit_generator.state = after[100].rng.bit_generator.state
    for k in order.permutation(200)[:100]:
        after[100].update_mini_batch((data[0][:, [k]], data[1][:, [k]]), 0.5)

    step, taken = training.programs("sigmoid", "quadratic")[1], []

    def interrupted(biases, weights, *rest):
        taken.append(step(biases, weights, *rest))
        if len(taken) == calls:
            weights[0][:] = np.nan  # torn
            raise KeyboardInterrupt
        return taken[-1]

    monkeypatch.setattr(training, "programs", lambda *names: (None, interrupted))
    network = Network([3, 4, 2], rng=0)
    with pytest.raises(KeyboardInterrupt):
        network.SGD(data, 1, 1, 0.5, verbose=False)
    expected = after[100 if calls > 100 else 0]
    for p, q in zip(network.biases + network.weights, expected.biases + expected.weights, strict=True):
        np.testing.assert_allclose(p, q, rtol=1e-12)


def test_a_mini_batch_may_be_larger_than_the_data(network, digits):
    network.SGD(digits[:2], 1, 1000, 3.0, gradient="matrix", verbose=False)


def test_evaluate_counts(network, digits):
    X, Y, labels = digits
    outputs = np.argmax(network.feedforward(X), axis=0)
    right = int(np.sum(outputs == labels))
    assert network.evaluate((X, labels)) == network.evaluate((X, Y)) == right
    assert network.evaluate((X, labels.astype(np.uint8))) == right
    assert network.evaluate([(X[:, [j]], labels[j]) for j in range(12)]) == right
    assert network.evaluate([(X[:, [j]], vectorized_result(labels[j], 2)) for j in range(12)]) == right
    assert network.evaluate((X, outputs)) == 12


def test_the_books_line_per_epoch(network, digits, capsys):
    X, Y, labels = digits
    right = network.SGD((X, Y), 2, 5, 3.0, (X, labels), gradient="matrix")
    assert capsys.readouterr().out == f"Epoch 0: {right[0]} / 12\nEpoch 1: {right[1]} / 12\n"
    network.SGD((X, Y), 1, 5, 3.0, gradient="matrix")
    assert capsys.readouterr().out == "Epoch 0 complete\n"


def test_silent_when_asked(network, digits, capsys):
    network.SGD(digits[:2], 2, 5, 3.0, digits[::2], gradient="matrix", verbose=False)
    assert capsys.readouterr() == ("", "")


def test_without_tqdm_there_are_lines_but_no_bar(network, digits, capsys, monkeypatch):
    real_import = builtins.__import__

    def without_tqdm(name, *args, **kwargs):
        if name == "tqdm":
            raise ImportError(name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_tqdm)
    network.SGD(digits[:2], 1, 5, 3.0, gradient="matrix")
    assert capsys.readouterr() == ("Epoch 0 complete\n", "")


def test_networks_can_be_copied_and_pickled(network, digits):
    for twin in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        np.testing.assert_array_equal(twin.feedforward(digits[0]), network.feedforward(digits[0]))


def test_it_learns_xor():
    X = np.array([[0.0, 0, 1, 1], [0, 1, 0, 1]])
    labels = np.array([0, 1, 1, 0])
    network = Network([2, 4, 2], rng=1)
    right = network.SGD((X, one_hot(labels, 2)), 1000, 4, 5.0, (X, labels), gradient="matrix", verbose=False)
    assert right[-1] == 4
    assert network.cost(X, one_hot(labels, 2)) < 0.02


@pytest.mark.parametrize("gradient", ALL_GRADIENTS)
def test_a_setter_of_a_subclass_is_asked_at_every_step(gradient):
    class Clipped(Network):
        weights = property(
            lambda self: self.kept, lambda self, new: setattr(self, "kept", [W.clip(-0.5, 0.5) for W in new])
        )

    rng = np.random.default_rng(0)
    data = rng.random((4, 30)), rng.random((3, 30))
    network, expected = Clipped([4, 4, 3], rng=0), Clipped([4, 4, 3], rng=0)
    network.SGD(data, 3, 5, 3.0, gradient=gradient, verbose=False)
    expected.SGD(data, 3, 5, 3.0, gradient="matrix", verbose=False)
    for p, q in zip(parameters(network), parameters(expected), strict=True):
        np.testing.assert_allclose(p, q, rtol=1e-9)
