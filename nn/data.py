"""Handwritten digits: scikit-learn's bundled ones, MNIST from its IDX files, MNIST from OpenML.

A loader returns ``(training_data, test_data)`` as ``((X, Y), (X_test, labels))``: one column per example, pixels in
[0, 1], Y one-hot, labels integers. ``Network.SGD`` takes them as they are.
"""

import gzip
import math
import zlib
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_mini import ShapeError
from nn import arguments
from nn.arguments import Array

Split = tuple[tuple[Array, Array], tuple[Array, Array]]

# The third byte of an IDX file says what the entries are; they are stored big-endian.
IDX_DTYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
IDX_CONTENTS = {1: "labels", 3: "images"}
GZIP_MAGIC = b"\x1f\x8b"


def vectorized_result(j: int, classes: int = 10) -> Array:
    """Return the unit vector e_j, (classes, 1): the desired output for the digit `j`. Nielsen's ``vectorized_result``.

    Raises
    ------
    TypeError, ValueError
        If `j` is no integer, or not in 0 … classes − 1.
    """
    if isinstance(j, bool | np.bool) or not isinstance(j, int | np.integer):
        raise TypeError(f"vectorized_result: the label must be an integer, not {j!r}")
    label = np.array([j])
    classes = arguments.positive_int("vectorized_result", "classes", classes)
    arguments.labels_in_range("vectorized_result", "j", classes, label)
    return one_hot(label, classes)


def one_hot(labels: Array, classes: int = 10, dtype: DTypeLike = np.float64) -> Array:
    """Return a matrix (classes, m) whose column i is the unit vector of ``labels[i]``.

    Parameters
    ----------
    labels : array of integers, (m,)
        Each in 0 … classes − 1.
    classes : int
        Rows of the result.
    dtype : dtype, optional
        Of the result.

    Raises
    ------
    ShapeError, TypeError, ValueError
        If `labels` is not one-dimensional, not of integers, or holds a label out of range.
    """
    labels = np.asarray(labels)
    classes = arguments.positive_int("one_hot", "classes", classes)
    if labels.ndim != 1:
        raise ShapeError(f"one_hot: labels has shape {labels.shape}; give one integer per example, (m,)")
    if labels.dtype.kind not in "iu":
        raise TypeError(f"one_hot: labels is an array of {labels.dtype}; labels are integers")
    arguments.labels_in_range("one_hot", "labels", classes, labels)
    Y = np.zeros((classes, labels.size), dtype)
    Y[labels, np.arange(labels.size)] = 1
    return Y


def split(X: Array, labels: Array, training: int, classes: int = 10) -> Split:
    """Return the first `training` columns as training data ``(X, Y)``, the rest as test data ``(X, labels)``.

    Raises
    ------
    ShapeError, TypeError, ValueError
        If `X` and `labels` do not have as many examples, `training` is not between 1 and one less than them, or a
        label is out of range.
    """
    training = arguments.positive_int("split", "training", training)
    if X.ndim != 2 or X.shape[1:] != labels.shape:
        raise ShapeError(f"split: X has shape {X.shape}, labels {labels.shape}; they must be (n, m) and (m,)")
    if training >= labels.size:
        raise ValueError(f"split: training={training} of {labels.size} examples leaves none to test on")
    one_hot(labels, classes, X.dtype)  # checks the test labels too
    training_data = X[:, :training], one_hot(labels[:training], classes, X.dtype)
    return training_data, (X[:, training:], labels[training:])


def load_digits(seed: int = 0, *, training: int = 1437, dtype: DTypeLike = np.float64) -> Split:
    """Return scikit-learn's bundled real handwritten digits: 1,797 images of 8 × 8 pixels. Needs no network.

    Parameters
    ----------
    seed : int
        Of the shuffle before the split.
    training : int
        How many to train on; the rest, 360 by default, are test data.
    dtype : dtype, optional
        Of X and Y.

    Returns
    -------
    (X, Y), (X_test, labels)
        X is 64 × 1437 in [0, 1], Y 10 × 1437; X_test 64 × 360, labels 360 integers.

    Raises
    ------
    ImportError
        If scikit-learn is missing.

    Notes
    -----
    E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, test part.
    """
    dtype = arguments.floating_dtype("load_digits", dtype)
    pixels, labels = _sklearn_datasets("load_digits").load_digits(return_X_y=True)
    order = arguments.random_generator("load_digits", seed).permutation(len(labels))
    return split((pixels[order] / 16).T.astype(dtype), labels[order], training)  # a pixel is a count from 0 to 16


def load_mnist_idx(
    images: str | PathLike[str], labels: str | PathLike[str], dtype: DTypeLike = np.float64
) -> tuple[Array, Array]:
    """Return MNIST's images and labels from a pair of its IDX files, such as ``t10k-images-idx3-ubyte.gz``.

    Parameters
    ----------
    images, labels : path
        The two files, plain or gzip.
    dtype : dtype, optional
        Of X.

    Returns
    -------
    X, labels
        X is (rows · columns) × m with pixels in [0, 1], one column per image; labels are m integers. `split` makes
        training and test data of them.

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    ValueError
        If a file is damaged, is the other of the two, or the two do not belong together.
    """
    dtype = arguments.floating_dtype("load_mnist_idx", dtype)
    pixels = read_idx(images, expected="images")
    digits = read_idx(labels, expected="labels")
    if len(pixels) != len(digits):
        raise ValueError(
            f"load_mnist_idx: {images} holds {len(pixels)} images, {labels} holds {len(digits)} labels; "
            "they are not from the same set"
        )
    for path, entries in ((images, pixels), (labels, digits)):
        if entries.dtype != np.uint8:
            raise ValueError(f"load_mnist_idx: {path} holds {entries.dtype}; MNIST's files hold unsigned bytes")
    X = pixels.reshape(len(pixels), -1).astype(dtype) / dtype.type(255)
    return X.T, digits.astype(np.intp)


def read_idx(path: str | PathLike[str], *, expected: str | None = None) -> Array:
    """Return the array in an IDX file, plain or gzip, which is told by the content and not by the name.

    Parameters
    ----------
    path : path
        The file.
    expected : {"images", "labels"}, optional
        What the file should hold: three dimensions or one.

    Returns
    -------
    array
        In native byte order; a fresh array that may be written.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the magic number is wrong, the file is shorter or longer than its header says, its compression is damaged,
        or it does not hold what was expected.

    Notes
    -----
    The format: two zero bytes, a byte for the type, a byte for the number of dimensions, each dimension as a
    big-endian 32-bit integer, the entries in C order, big-endian.
    """
    if expected is not None and expected not in IDX_CONTENTS.values():
        raise ValueError(f"read_idx: expected={expected!r} is unknown; choose one of 'images', 'labels'")
    content = _uncompressed(Path(path))
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in IDX_DTYPES or content[3] == 0:
        raise ValueError(
            f"read_idx: {path} is not an IDX file: it begins with {content[:4].hex(' ') or 'nothing'}, where MNIST has "
            "00 00 08 03 (images) or 00 00 08 01 (labels)"
        )
    ndim, dtype = content[3], np.dtype(IDX_DTYPES[content[2]])
    found = IDX_CONTENTS.get(ndim, f"an array of {ndim} dimensions")
    if expected is not None and found != expected:
        raise ValueError(f"read_idx: {path} holds {found} where {expected} are expected. Are the two files swapped?")
    start = 4 + 4 * ndim
    if len(content) < start:
        raise ValueError(f"read_idx: {path} is truncated: its header needs {start} bytes, there are {len(content)}")
    shape = tuple(int(size) for size in np.frombuffer(content, ">u4", ndim, offset=4))
    promised, there = math.prod(shape) * dtype.itemsize, len(content) - start
    if there != promised:
        problem = "is truncated" if there < promised else "has trailing bytes"
        raise ValueError(
            f"read_idx: {path} {problem}: its header promises {shape} entries, {promised} bytes, and {there} follow"
        )
    return np.frombuffer(content, dtype, offset=start).reshape(shape).astype(dtype.newbyteorder("="))


def _uncompressed(path: Path) -> bytes:
    content = path.read_bytes()
    if not content.startswith(GZIP_MAGIC):
        return content
    try:
        return gzip.decompress(content)
    except EOFError:
        raise ValueError(f"read_idx: {path} is truncated: its gzip data break off. Download it again") from None
    except (OSError, zlib.error) as error:
        raise ValueError(f"read_idx: {path} has damaged gzip data: {error}. Download it again") from None


def fetch_mnist(dtype: DTypeLike = np.float64) -> Split:
    """Return the full MNIST, 60,000 images to train and 10,000 to test, from OpenML through scikit-learn.

    Needs a network the first time; scikit-learn keeps the 15 MB afterwards in its own folder, ``~/scikit_learn_data``.

    Parameters
    ----------
    dtype : dtype, optional
        Of X and Y; float64 takes 440 MB, float32 half of it.

    Returns
    -------
    (X, Y), (X_test, labels)
        X is 784 × 60000 in [0, 1], Y 10 × 60000; X_test 784 × 10000, labels 10,000 integers.

    Raises
    ------
    ImportError
        If scikit-learn is missing.
    ConnectionError
        If OpenML cannot be reached.
    """
    dtype = arguments.floating_dtype("fetch_mnist", dtype)
    datasets = _sklearn_datasets("fetch_mnist")
    try:
        pixels, names = datasets.fetch_openml(
            "mnist_784", version=1, return_X_y=True, as_frame=False, parser="liac-arff"
        )
    except OSError as error:  # URLError and timeouts are OSErrors
        raise ConnectionError(
            f"fetch_mnist: openml.org cannot be reached ({error}). Without one, load_digits() has real digits and "
            "load_mnist_idx(images, labels) reads MNIST's files"
        ) from error
    return split((pixels / 255).T.astype(dtype), names.astype(np.intp), 60_000)


def _sklearn_datasets(function: str) -> ModuleType:
    try:
        from sklearn import datasets  # noqa: PLC0415  an extra, heavy to import
    except ImportError as error:
        raise ImportError(f"{function} needs scikit-learn: pip install 'autograd-mini[train]'") from error
    module: Any = datasets
    return module  # type: ignore[no-any-return]
