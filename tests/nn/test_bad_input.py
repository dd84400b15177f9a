"""Bad input: a clear error each, and the network as it was before."""

import numpy as np
import pytest

from autograd_mini import ShapeError
from nn import GRADIENTS, Network

rng = np.random.default_rng(1)
X, LABELS = rng.random((4, 12)), np.arange(12) % 2
Y = np.eye(2)[:, LABELS]
PAIRS = [(X[:, [j]], Y[:, [j]]) for j in range(12)]


def fails(action, network, error, *words):
    """See `action` raise `error` with all of `words` in its message, and leave the network unharmed."""
    before = [p.copy() for p in network.biases + network.weights]
    state = network.rng.bit_generator.state
    with pytest.raises(error) as raised:
        action()
    assert type(raised.value) is error
    for word in words:
        assert word in str(raised.value)
    for old, new in zip(before, network.biases + network.weights, strict=True):
        np.testing.assert_array_equal(old, new)
    assert network.rng.bit_generator.state == state


@pytest.mark.parametrize(
    ("sizes", "error", "words"),
    [
        ([4], ValueError, ["[4]", "two layers"]),
        ([], ValueError, ["two layers"]),
        ([4, 0, 2], ValueError, ["sizes[1]", "0"]),
        ([4, -3], ValueError, ["sizes[1]", "-3"]),
        ([4, 2.0], TypeError, ["sizes[1]", "2.0 (float)"]),
        ([4, True], TypeError, ["sizes[1]", "True (bool)"]),
        ([4, "2"], TypeError, ["sizes[1]", "'2' (str)"]),
        ("4,2", TypeError, ["[784, 30, 10]", "'4,2'"]),
        (4, TypeError, ["[784, 30, 10]", "4"]),
        (None, TypeError, ["None"]),
    ],
)
def test_sizes_must_be_positive_integers(sizes, error, words):
    with pytest.raises(error) as raised:
        Network(sizes)
    for word in ["Network", *words]:
        assert word in str(raised.value)


@pytest.mark.parametrize(
    ("keywords", "error", "words"),
    [
        ({"activation": "swish"}, ValueError, ["activation='swish'", "'sigmoid', 'tanh', 'relu'"]),
        ({"activation": np.tanh}, ValueError, ["activation", "'sigmoid', 'tanh', 'relu'"]),
        ({"cost": "mse"}, ValueError, ["cost='mse'", "'quadratic', 'mean_squared_error'"]),
        ({"dtype": int}, TypeError, ["dtype", "int64"]),
        ({"dtype": complex}, TypeError, ["dtype", "complex128"]),
        ({"dtype": "float23"}, TypeError, ["dtype='float23'"]),
        ({"rng": 1.5}, TypeError, ["rng", "1.5"]),
        ({"rng": True}, TypeError, ["rng", "True"]),
        ({"rng": -1}, ValueError, ["rng=-1"]),
    ],
)
def test_unknown_choices(keywords, error, words):
    with pytest.raises(error) as raised:
        Network([2, 1], **keywords)
    for word in words:
        assert word in str(raised.value)


@pytest.mark.parametrize(
    ("training_data", "error", "words"),
    [
        ((X.T, Y), ShapeError, ["(12, 4)", "(4, m)", "transpose"]),
        ((X, Y.T), ShapeError, ["(12, 2)", "(2, m)", "transpose"]),
        ((X[:3], Y), ShapeError, ["(3, 12)", "(4, m)", "transpose"]),
        ((X, Y[:, :5]), ShapeError, ["(4, 12)", "(2, 5)", "12 ≠ 5"]),
        ((X[:, :0], Y[:, :0]), ValueError, ["(4, 0)", "no examples"]),
        ((X[:, 0], Y[:, 0]), ShapeError, ["(4,)", "reshape(-1, 1)"]),
        ((X, LABELS), TypeError, ["labels", "one_hot(labels, 2)"]),
        ((X, Y, Y), TypeError, ["tuple", "(X, Y)"]),
        ((X.tolist(), Y.tolist()), TypeError, ["(list, list)", "(X, Y)"]),
        ([X, Y], TypeError, ["training_data[0]", "pair", "tuple (X, Y)"]),
        ([], ValueError, ["empty"]),
        ([*PAIRS, (X[:3, :1], Y[:, :1])], ShapeError, ["training_data[12][0]", "(3, 1)", "(4, 1)"]),
        ([*PAIRS, (X[:, :1], Y[:1, :1])], ShapeError, ["training_data[12][1]", "(1, 1)", "(2, 1)"]),
        ([(X[:, :2], Y[:, :2])], ShapeError, ["training_data[0][0]", "(4, 2)", "one example"]),
        ([(X[:, 0], Y[:, 0])], ShapeError, ["training_data[0][0]", "(4,)", "reshape(-1, 1)"]),
        ([(X[:, :1], 1)], TypeError, ["training_data[0][1]", "label 1", "vectorized_result(1, 2)"]),
        ([(X[:, :1], Y[:, :1], 0)], TypeError, ["training_data[0]", "pair"]),
        ((X.astype(int), Y), TypeError, ["int64", "floating", "255"]),
        ((X > 0, Y), TypeError, ["bool", "floating"]),
        ((X.astype(str), Y), TypeError, ["<U", "floating"]),
        ((X.astype(object), Y), TypeError, ["object", "floating"]),
        ((X + 0j, Y), TypeError, ["complex128", "floating"]),
        ((np.ma.array(X), Y), TypeError, ["MaskedArray"]),
        (X, TypeError, ["ndarray"]),
        ({"x": X}, TypeError, ["dict"]),
        ("mnist", TypeError, ["str"]),
        (None, TypeError, ["NoneType"]),
    ],
)
@pytest.mark.parametrize("gradient", sorted(GRADIENTS))
def test_training_data(network, gradient, training_data, error, words):
    fails(
        lambda: network.SGD(training_data, 1, 5, 3.0, gradient=gradient, verbose=False), network, error, "SGD", *words
    )
    words = [word.replace("training_data", "mini_batch") for word in words]
    fails(
        lambda: network.update_mini_batch(training_data, 3.0, gradient=gradient),
        network, error, "update_mini_batch", *words,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("test_data", "error", "words"),
    [
        ((X, LABELS + 5), ValueError, ["label 5", "from 0 to 1"]),
        ((X, LABELS - 1), ValueError, ["label -1", "from 0 to 1"]),
        ([(X[:, :1], 2)], ValueError, ["test_data[0][1]", "label 2", "from 0 to 1"]),
        ([(X[:, :1], 1.0)], TypeError, ["test_data[0][1]", "1.0"]),
        ([(X[:, :1], True)], TypeError, ["test_data[0][1]", "True"]),
        ([(X[:, :1], Y[:, :2])], ShapeError, ["test_data[0][1]", "(2, 2)"]),
        ([(X[:, :2], 1)], ShapeError, ["test_data[0][0]", "(4, 2)"]),
        ((X, LABELS * 1.0), TypeError, ["float64", "integers"]),
        ((X, LABELS[:3]), ShapeError, ["(4, 12)", "(3,)", "12 ≠ 3"]),
        ((X, LABELS[None, :, None]), ShapeError, ["(1, 12, 1)"]),
        ((X, Y.T), ShapeError, ["(12, 2)", "one-hot", "transpose"]),
        ((X, 0.5 * Y), ShapeError, ["one-hot"]),
        ((X, LABELS.tolist()), TypeError, ["(ndarray, list)", "(X, labels)"]),
        ((X.T, LABELS), ShapeError, ["(12, 4)", "(4, m)", "transpose"]),
        ((np.where(X[2, 7] == X, np.nan, X), LABELS), ValueError, ["example 7", "nan"]),
        ((X[:, :0], LABELS[:0]), ValueError, ["no examples"]),
        ([], ValueError, ["empty"]),
    ],
)
def test_test_data(network, test_data, error, words):
    fails(lambda: network.evaluate(test_data), network, error, "evaluate", *words)
    fails(lambda: network.SGD(PAIRS, 1, 5, 3.0, test_data, verbose=False), network, error, "SGD", *words)


@pytest.mark.parametrize("argument", ["epochs", "mini_batch_size"])
@pytest.mark.parametrize(
    ("value", "error"), [(0, ValueError), (-1, ValueError), (1.0, TypeError), (True, TypeError), ("3", TypeError)]
)
def test_counts_must_be_positive_integers(network, argument, value, error):
    counts = {"epochs": 1, "mini_batch_size": 5} | {argument: value}
    fails(lambda: network.SGD(PAIRS, **counts, eta=3.0, verbose=False), network, error, argument, str(value))


@pytest.mark.parametrize(
    ("eta", "error"),
    [
        (np.nan, ValueError),
        (np.inf, ValueError),
        (-1, ValueError),
        ("3", TypeError),
        (None, TypeError),
        (True, TypeError),
    ],
)
def test_eta_must_be_a_finite_number(network, eta, error):
    fails(lambda: network.SGD(PAIRS, 1, 5, eta, verbose=False), network, error, "SGD", "eta", str(eta))
    fails(lambda: network.update_mini_batch(PAIRS, eta), network, error, "update_mini_batch", "eta", str(eta))


def test_unknown_gradient(network):
    words = ["gradient='adam'", "'autodiff', 'backprop', 'matrix'"]
    fails(lambda: network.SGD(PAIRS, 1, 5, 3.0, gradient="adam"), network, ValueError, "SGD", *words)
    fails(lambda: network.update_mini_batch(PAIRS, 3.0, gradient="adam"), network, ValueError, *words)


@pytest.mark.parametrize(
    ("a", "error", "words"),
    [
        (X.T, ShapeError, ["(12, 4)", "(4, m)", "transpose"]),
        (X[:, 0], ShapeError, ["(4,)", "reshape(-1, 1)"]),
        (np.ones((4, 1), int), TypeError, ["int64"]),
        ([[0.0]], TypeError, ["list"]),
        (1.0, TypeError, ["1.0"]),
    ],
)
def test_feedforward(network, a, error, words):
    fails(lambda: network.feedforward(a), network, error, "feedforward", *words)


@pytest.mark.parametrize(
    ("x", "y", "error", "words"),
    [
        (X, Y, ShapeError, ["(4, 12)", "(2, 12)", "one example"]),
        (X[:, :1].T, Y[:, :1], ShapeError, ["(1, 4)", "(4, 1)", "transpose"]),
        (X[:, :1], Y[:, 0], ShapeError, ["(2,)", "(2, 1)"]),
        (X[:, :1], 1, TypeError, ["label 1", "vectorized_result(1, 2)"]),
    ],
)
def test_backprop_of_one_example(network, x, y, error, words):
    fails(lambda: network.backprop(x, y), network, error, "backprop", *words)


@pytest.mark.parametrize("gradient", sorted(GRADIENTS))
def test_parameters_of_the_wrong_shape(network, gradient):
    right = network.weights
    for weights, error, words in [
        ([right[0].T, right[1]], ShapeError, ["weights[0]", "(4, 3)", "(3, 4)", "transpose"]),
        (right[:1], ShapeError, ["[4, 3, 2]", "2 weights", "1 and 2"]),
        ([right[0].tolist(), right[1]], TypeError, ["weights[0]", "list"]),
        ([right[0].astype(int), right[1]], TypeError, ["weights[0]", "int64"]),
    ]:
        network.weights = weights
        for action in (
            lambda: network.feedforward(X),
            lambda: network.cost(X, Y),
            lambda: network.evaluate((X, LABELS)),
            lambda: network.update_mini_batch(PAIRS, 3.0, gradient=gradient),
            lambda: GRADIENTS[gradient](network, X, Y),
        ):
            with pytest.raises(error) as raised:
                action()
            assert all(word in str(raised.value) for word in words)


def test_a_subclass_whose_backprop_has_wrong_shapes(network):
    class Wrong(Network):
        def backprop(self, x, y):
            nabla_b, nabla_w = super().backprop(x, y)
            return [np.hstack([g, g]) for g in nabla_b], nabla_w

    wrong = Wrong([4, 3, 2], rng=0)
    fails(lambda: wrong.update_mini_batch(PAIRS, 3.0, gradient="backprop"), wrong, ShapeError, "(3, 1)", "(3, 2)")


@pytest.mark.parametrize("gradient", sorted(GRADIENTS))
@pytest.mark.parametrize(("value", "said"), [(np.nan, "nan"), (np.inf, "inf"), (-np.inf, "-inf")])
@pytest.mark.parametrize(("side", "row"), [("x", 2), ("y", 1)])
def test_nan_in_training_data_names_the_mini_batch_and_keeps_the_parameters(gradient, value, said, side, row):
    data = {"x": X.copy(), "y": Y.copy()}
    data[side][row, 7] = value
    kept, number = [], []

    class Watched(Network):
        def update_mini_batch(self, mini_batch, eta, *, gradient="autodiff"):
            kept[:] = [*self.biases, *self.weights]
            number.append(len(number))
            super().update_mini_batch(mini_batch, eta, gradient=gradient)

    network = Watched([4, 3, 2], rng=3)
    with pytest.raises(FloatingPointError) as raised:
        network.SGD((data["x"], data["y"]), 2, 1, 3.0, gradient=gradient, verbose=False)
    message = str(raised.value)
    assert f"SGD, epoch 0, mini-batch {number[-1]} " in message
    assert f"has {said} in row {row} of {side}" in message
    assert "number 7 of training_data" in message
    assert number[-1] > 0
    for old, new in zip(kept, network.biases + network.weights, strict=True):
        assert old is new


@pytest.mark.parametrize("gradient", sorted(GRADIENTS))
@pytest.mark.parametrize("steps", [1, 99, 100, 230])
def test_nan_in_training_data_of_a_network_as_it_is(gradient, steps):
    """No subclass, so that compiled steps are what meets it; whether parameters are finite they ask every hundred steps."""
    network, before = Network([4, 3, 2], rng=3), Network([4, 3, 2], rng=3)
    x, y = np.tile(X, 20), np.tile(Y, 20)
    order = before.rng.permutation(x.shape[1])
    x[2, order[steps]] = np.nan
    given = [p.copy() for p in network.biases + network.weights]
    parameters = network.biases + network.weights
    with pytest.raises(FloatingPointError, match=rf"SGD, epoch 0, mini-batch {steps} .* has nan in row 2 of x"):
        network.SGD((x, y), 1, 1, 3.0, gradient=gradient, verbose=False)
    for k in order[:steps]:
        before.update_mini_batch((x[:, [k]], y[:, [k]]), 3.0, gradient="matrix")
    for p, q in zip(network.biases + network.weights, before.biases + before.weights, strict=True):
        np.testing.assert_allclose(p, q, rtol=1e-11)
    for p, q in zip(parameters, given, strict=True):
        np.testing.assert_array_equal(p, q)  # training makes new arrays


@pytest.mark.parametrize("gradient", sorted(GRADIENTS))
@pytest.mark.parametrize("examples", [1, 2, 5])
def test_an_update_that_overflows_is_taken_back(gradient, examples):
    """The cost, 5e299, and the gradient are finite; η times the gradient is not."""
    line = Network([1, 1], rng=0, activation="relu")
    line.weights, line.biases = [np.array([[1.0]])], [np.array([[0.0]])]
    data = np.full((1, examples), 1e150), np.zeros((1, examples))
    with pytest.raises(FloatingPointError, match=r"SGD, epoch 0, mini-batch 0 .*smaller eta"):
        line.SGD(data, 2, 1, 1e10, gradient=gradient, verbose=False)
    np.testing.assert_array_equal([line.weights[0], line.biases[0]], [[[1.0]], [[0.0]]])


def test_nan_in_the_parameters_is_told_from_nan_in_the_data(network):
    network.weights[1][0, 0] = np.nan
    with pytest.raises(FloatingPointError, match=r"weights\[1\] held nan or inf before the step"):
        network.update_mini_batch(PAIRS, 3.0, gradient="matrix")


@pytest.mark.parametrize(("x", "eta", "words"), [(1e200, 1.0, "gradient of"), (1e100, 1e200, "overflowed")])
def test_a_diverging_step_is_told(x, eta, words):
    line = Network([1, 1], activation="relu")
    line.weights, line.biases = [np.array([[1.0]])], [np.array([[0.0]])]
    examples = [(np.array([[x]]), np.array([[0.0]]))]
    fails(lambda: line.update_mini_batch(examples, eta), line, FloatingPointError, words, "smaller eta")
