"""Loading digits: scikit-learn's, IDX files whole and damaged, OpenML without a network."""

import gzip
import sys
from types import SimpleNamespace
from urllib.error import URLError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd_mini import ShapeError
from nn import Network, fetch_mnist, load_digits, load_mnist_idx, one_hot, read_idx, split, vectorized_result

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx_bytes(array):
    code = CODES[array.dtype.str[1:]]
    header = bytes([0, 0, code, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.fixture
def idx_pair(tmp_path):
    """Three images of 2 × 4 pixels and their labels, as files."""
    images = np.arange(24, dtype=np.uint8).reshape(3, 2, 4) * 10
    labels = np.array([7, 0, 9], np.uint8)
    (tmp_path / "images").write_bytes(idx_bytes(images))
    (tmp_path / "labels").write_bytes(idx_bytes(labels))
    return tmp_path / "images", tmp_path / "labels"


def test_digits_are_real_and_ready_for_training():
    (X, Y), (X_test, labels) = load_digits()
    assert (X.shape, Y.shape, X_test.shape, labels.shape) == ((64, 1437), (10, 1437), (64, 360), (360,))
    assert (X.min(), X.max()) == (0, 1)
    np.testing.assert_array_equal(Y.sum(axis=0), 1)
    assert set(labels) == set(range(10))


def test_digits_are_shuffled_by_the_seed():
    first, again, other = load_digits(0), load_digits(0), load_digits(1)
    np.testing.assert_array_equal(first[0][0], again[0][0])
    assert not np.array_equal(first[0][0], other[0][0])
    assert first[0][0].sum() + first[1][0].sum() == pytest.approx(other[0][0].sum() + other[1][0].sum())


def test_digits_in_float32():
    (X, Y), (X_test, _) = load_digits(dtype=np.float32)
    assert {X.dtype, Y.dtype, X_test.dtype} == {np.dtype(np.float32)}


def test_digits_can_be_learned():
    training_data, test_data = load_digits()
    network = Network([64, 30, 10], rng=0)
    right = network.SGD(training_data, 15, 10, 3.0, test_data, gradient="matrix", verbose=False)
    assert max(right) >= 0.97 * 360


@pytest.mark.parametrize("loader", [load_digits, fetch_mnist])
def test_without_scikit_learn_the_extra_is_named(loader, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match=r"scikit-learn.*autograd-mini\[train\]"):
        loader()


def test_one_hot():
    np.testing.assert_array_equal(vectorized_result(3, 4), [[0], [0], [0], [1]])
    assert vectorized_result(np.uint8(9)).shape == (10, 1)
    np.testing.assert_array_equal(one_hot(np.array([1, 0]), 2), [[0, 1], [1, 0]])
    assert one_hot(np.array([1]), 2, np.float32).dtype == np.float32


@pytest.mark.parametrize(
    ("action", "error", "words"),
    [
        (lambda: vectorized_result(10), ValueError, ["vectorized_result", "10", "0 to 9"]),
        (lambda: vectorized_result(-1), ValueError, ["vectorized_result", "-1", "0 to 9"]),
        (lambda: vectorized_result(3.0), TypeError, ["vectorized_result", "3.0"]),
        (lambda: vectorized_result(True), TypeError, ["vectorized_result", "True"]),
        (lambda: vectorized_result(1, 0), ValueError, ["classes", "0"]),
        (lambda: one_hot(np.array([1, 12])), ValueError, ["one_hot", "12", "entry 1"]),
        (lambda: one_hot(np.array([0.5])), TypeError, ["one_hot", "float64"]),
        (lambda: one_hot(np.array([[1]])), ShapeError, ["one_hot", "(1, 1)"]),
        (lambda: split(np.ones((4, 3)), np.arange(2), 1), ShapeError, ["split", "(4, 3)", "(2,)"]),
        (lambda: split(np.ones((4, 3)), np.arange(3), 3), ValueError, ["split", "3", "none to test"]),
        (lambda: split(np.ones((4, 3)), np.array([0, 1, 10]), 2), ValueError, ["label 10"]),
        (lambda: load_digits(training=0), ValueError, ["training", "0"]),
        (lambda: load_digits(dtype=int), TypeError, ["load_digits", "int64"]),
        (lambda: load_digits("zero"), TypeError, ["load_digits", "'zero'"]),
    ],
)
def test_bad_labels_and_splits(action, error, words):
    with pytest.raises(error) as raised:
        action()
    assert all(word in str(raised.value) for word in words)


@given(
    array=hnp.arrays(st.sampled_from(sorted(CODES)), hnp.array_shapes(max_dims=4, min_side=0, max_side=4)),
    compressed=st.booleans(),
)
def test_every_array_survives_an_idx_file(tmp_path_factory, array, compressed):
    path = tmp_path_factory.mktemp("idx") / "array.gz"  # the name says nothing
    path.write_bytes(gzip.compress(idx_bytes(array)) if compressed else idx_bytes(array))
    back = read_idx(path)
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


@given(cut=st.integers(0, 39), compressed=st.booleans())
def test_every_truncation_is_noticed(tmp_path_factory, cut, compressed):
    whole = idx_bytes(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))
    path = tmp_path_factory.mktemp("idx") / "images"
    path.write_bytes(gzip.compress(whole[:cut]) if compressed else whole[:cut])
    with pytest.raises(ValueError, match="truncated" if cut >= 4 else "not an IDX file"):
        read_idx(path)


@pytest.mark.parametrize("cut", [2, 10, 20, -9, -4, -1])
def test_a_broken_off_gzip_file_is_noticed(tmp_path, cut):
    (tmp_path / "images.gz").write_bytes(gzip.compress(idx_bytes(np.arange(24, dtype=np.uint8).reshape(2, 3, 4)))[:cut])
    with pytest.raises(ValueError, match="truncated"):
        read_idx(tmp_path / "images.gz")


def test_a_flipped_bit_in_a_gzip_file_is_noticed(tmp_path):
    content = bytearray(gzip.compress(idx_bytes(np.zeros((2, 3, 4), np.uint8))))
    content[-8] ^= 1  # the checksum
    (tmp_path / "images.gz").write_bytes(content)
    with pytest.raises(ValueError, match="damaged gzip data"):
        read_idx(tmp_path / "images.gz")


def test_trailing_bytes_and_other_files_are_noticed(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(idx_bytes(np.zeros(3, np.uint8)) + b"\0")
    with pytest.raises(ValueError, match=r"trailing bytes.*\(3,\).*3 bytes.*4 follow"):
        read_idx(path)
    for content in (b"", b"\x89PNG\r\n\x1a\n", b"\0\0\x07\x01\0\0\0\0", b"\0\0\x08\0", b"\0\1\x08\1\0\0\0\0"):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="not an IDX file"):
            read_idx(path)
    path.write_bytes(b"\0\0\x08\x03" + 12 * b"\xff")
    with pytest.raises(ValueError, match="truncated"):
        read_idx(path)
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "missing")
    with pytest.raises(ValueError, match="'images', 'labels'"):
        read_idx(path, expected="pictures")


def test_an_idx_pair(idx_pair):
    X, labels = load_mnist_idx(*idx_pair)
    assert X.shape == (8, 3)
    np.testing.assert_array_equal(labels, [7, 0, 9])
    np.testing.assert_allclose(X[:, 1] * 255, np.arange(8, 16) * 10)
    assert load_mnist_idx(*idx_pair, dtype=np.float32)[0].dtype == np.float32


def test_swapped_and_mismatched_files(idx_pair, tmp_path):
    images, labels = idx_pair
    with pytest.raises(ValueError, match=r"labels holds labels where images are expected.*swapped"):
        load_mnist_idx(labels, images)
    with pytest.raises(ValueError, match="images holds images where labels are expected"):
        load_mnist_idx(images, images)
    (tmp_path / "four").write_bytes(idx_bytes(np.zeros(4, np.uint8)))
    with pytest.raises(ValueError, match=r"3 images.*4 labels"):
        load_mnist_idx(images, tmp_path / "four")
    (tmp_path / "floats").write_bytes(idx_bytes(np.zeros(3, np.float32)))
    with pytest.raises(ValueError, match=r"float32.*unsigned bytes"):
        load_mnist_idx(images, tmp_path / "floats")


def test_openml_without_a_network(monkeypatch):
    def unreachable(*args, **kwargs):
        raise URLError("Name or service not known")

    monkeypatch.setattr("sklearn.datasets.fetch_openml", unreachable)
    with pytest.raises(ConnectionError, match=r"openml\.org.*Name or service not known.*load_digits"):
        fetch_mnist()


def test_openml_is_split_as_mnist_is(monkeypatch):
    pixels = np.zeros((70_000, 2), np.float64)
    pixels[60_000] = 255
    names = np.array(["3", "8"] * 35_000, dtype=object)
    datasets = SimpleNamespace(fetch_openml=lambda *args, **kwargs: (pixels, names))
    monkeypatch.setattr("nn.data._sklearn_datasets", lambda function: datasets)
    (X, Y), (X_test, labels) = fetch_mnist(np.float32)
    assert (X.shape, Y.shape, X_test.shape) == ((2, 60_000), (10, 60_000), (2, 10_000))
    assert X.dtype == np.float32
    np.testing.assert_array_equal(X_test[:, :2], [[1, 0], [1, 0]])
    np.testing.assert_array_equal(labels[:2], [3, 8])
