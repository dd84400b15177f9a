"""What is not supported names itself; where NumPy complains so do we; errors are in words that a user knows."""

import numpy as np
import pytest

from autograd_mini import DetachedError, ShapeError, Tensor, UnsupportedError, elementwise

V = np.array([1.0, 2.0, 3.0])
M = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def vector():
    return Tensor(V)


def number():
    return Tensor(2.0)


def dispatching():
    """Every function and ufunc of NumPy that dispatches on Tensors."""
    for prefix, namespace in (("", np), ("linalg.", np.linalg), ("fft.", np.fft)):
        for name in sorted(dir(namespace)):
            function = getattr(namespace, name)
            if not name.startswith("_") and (hasattr(function, "_implementation") or isinstance(function, np.ufunc)):
                yield prefix + name, function


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("name", "function"), list(dispatching()))
def test_a_function_works_or_names_itself(name, function):
    t = vector()
    try:
        if isinstance(function, np.ufunc):
            t.__array_ufunc__(function, "__call__", *[t] * function.nin)
        else:
            t.__array_function__(function, (Tensor,), (t,), {})
    except UnsupportedError as error:
        spelled = str(error)
        assert spelled.startswith((name.split(".")[-1], name, getattr(function, "__name__", name), f"linalg.{name}"))
        assert len(spelled) > len(name) + 20
    except (TypeError, ValueError, IndexError) as error:
        spelled = str(error)
        assert not any(word in spelled for word in ("lambda", "NoneType", "Node"))


NO_RULE = [
    ("nextafter", lambda t: np.nextafter(t, 1.0)),
    ("subtract.reduce", lambda t: np.subtract.reduce(t)),
    ("divide.accumulate", lambda t: np.divide.accumulate(t)),
    ("multiply.reduceat", lambda t: np.multiply.reduceat(t, [0, 1])),
    ("gcd", lambda t: np.gcd(t, 2)),
    ("packbits", lambda t: np.packbits(t)),
    ("ix_", lambda t: np.ix_(t)),
    ("save", lambda t: np.save("nowhere.npy", t)),
]


@pytest.mark.parametrize(("name", "call"), NO_RULE)
def test_what_has_no_rule_names_itself(name, call):
    with pytest.raises(UnsupportedError, match=f"^{name}"):
        call(vector())


KEYWORDS = [
    ("sum", "dtype", lambda t: np.sum(t, dtype=np.float32)),
    ("sum", "dtype", lambda t: np.sum(t, 0, np.float32)),
    ("mean", "dtype", lambda t: np.mean(t, dtype=np.float32)),
    ("var", "mean", lambda t: np.var(t, mean=2.0)),
    ("std", "mean", lambda t: np.std(t, mean=np.array([2.0]))),
    ("prod", "dtype", lambda t: np.prod(t, dtype=complex)),
    ("prod", "dtype", lambda t: np.multiply.reduce(t, dtype=complex)),
    ("einsum", "dtype", lambda t: np.einsum("i,i", t, t, dtype=np.float32)),
    ("einsum", "order", lambda t: np.einsum("i,i", t, t, order="F")),
    ("add", "where", lambda t: np.add(t, t, where=np.array([True, False, True]))),
    ("exp", "where", lambda t: np.exp(t, where=[True, False, True])),
    ("exp", "dtype", lambda t: np.exp(t, dtype=np.float32)),
    ("multiply", "casting", lambda t: np.multiply(t, t, casting="unsafe")),
    ("matmul", "axes", lambda t: np.matmul(Tensor(M), t, axes=[(0, 1), (0,), (0,)])),
    ("broadcast_to", "subok", lambda t: np.broadcast_to(t, (2, 3), subok=True)),
]


@pytest.mark.parametrize(("name", "keyword", "call"), KEYWORDS)
def test_an_unsupported_keyword_names_itself_and_its_function(name, keyword, call):
    with pytest.raises(UnsupportedError, match=rf"^{name}\b.*\b{keyword}="):
        call(vector())


@pytest.mark.parametrize(
    "call",
    [
        lambda t: np.ptp(t, out=np.zeros(())),
        lambda t: np.copy(t, subok=True),
        lambda t: np.einsum("i,i", t),
        lambda t: np.tensordot(t, t, axes=1, extra=2),
        lambda t: np.linalg.norm(t, bogus=1),
    ],
)
def test_odd_calls_raise_in_words_a_user_knows(call):
    with pytest.raises((TypeError, ValueError)) as caught:
        call(vector()).sum().backward()
    assert "lambda" not in str(caught.value)
    assert "_implementation" not in str(caught.value)


KEYWORD_TENSORS = [
    lambda t: np.sum(t, axis=t),
    lambda t: np.sum(t, where=t),
    lambda t: np.reshape(t, t),
    lambda t: np.var(t, ddof=number()),
    lambda t: t[t],
    lambda t: t[number()],
    lambda t: t[:, t],
    lambda t: t.at[number()].set(1.0),
    lambda t: np.repeat(t, t),
]


@pytest.mark.parametrize("call", KEYWORD_TENSORS)
def test_a_keyword_is_no_tensor(call):
    with pytest.raises(TypeError, match=r"Tensor|index"):
        call(vector())


# NumPy's own complaints, and ours where NumPy's are unclear


@pytest.mark.parametrize(
    "call",
    [
        lambda t: np.sum(t, axis=1),
        lambda t: np.sum(t, axis=(0, 0)),
        lambda t: np.sum(t, 0, axis=0),
        lambda t: np.sum(t, bogus=1),
        lambda t: np.sum(t, axis=[0]),
        lambda t: np.max(t, axis=3, keepdims=True),
        lambda t: np.max(t[:0]),
        lambda t: np.max(t, where=[True, False, True]),
        lambda t: np.reshape(t, (2, 2)),
        lambda t: np.squeeze(t, axis=0),
        lambda t: np.expand_dims(t, 5),
        lambda t: np.transpose(t, (0, 1)),
        lambda t: np.broadcast_to(t, (2,)),
        lambda t: np.concatenate([t, M]),
        lambda t: np.concatenate([t, t], axis=1),
        lambda t: np.concatenate([t, 1.0]),
        lambda t: np.stack([t, t[:2]]),
        lambda t: np.stack([t, t], axis=4),
        lambda t: np.einsum("ij,j", t, t),
        lambda t: np.einsum("i,i->ij", t, t),
        lambda t: np.einsum("i...,i->i", M, t),
        lambda t: np.tensordot(t, t, 2),
        lambda t: np.tensordot(t, M, 1),
        lambda t: np.linalg.norm(t, "fro"),
        lambda t: np.linalg.norm(t, axis=1),
        lambda t: np.linalg.norm(M[None] * t, 1),
        lambda t: np.linalg.norm(np.outer(t, t), 3),
        lambda t: np.matmul(t, 2.0),
        lambda t: t @ Tensor(2.0),
        lambda t: t[3],
        lambda t: t[0, 0],
        lambda t: t["a"],
        lambda t: t[1.0],
        lambda t: t[[True, False]],
        lambda t: t.sum(3),
        lambda t: np.var(t, ddof=1, correction=1),
        lambda t: np.exp(t, t, t),
        lambda t: np.exp(),
        lambda t: np.add(t),
    ],
)
def test_where_numpy_complains_so_do_we(call):
    with pytest.raises(Exception) as expected:  # noqa: PT011
        call(V)
    kinds = [kind for kind in (ValueError, IndexError, TypeError) if isinstance(expected.value, kind)]
    with pytest.raises(kinds[0]) as caught:
        call(vector())
    assert not isinstance(caught.value, UnsupportedError)
    assert "lambda" not in str(caught.value)
    assert "0x" not in str(caught.value)


@pytest.mark.parametrize(
    ("call", "shapes"),
    [
        (lambda t: t + np.ones(2), r"\(3,\).*\(2,\)"),
        (lambda t: np.ones((2, 4)) * t, r"\(2, 4\).*\(3,\)"),
        (lambda t: np.maximum(t, Tensor(np.ones(4))), r"\(3,\).*\(4,\)"),
        (lambda t: np.where(np.ones(2, bool), t, t), r"\(2,\).*\(3,\)"),
        (lambda t: M.T @ t, r"\(3, 2\).*\(3,\).*transpose"),
        (lambda t: np.dot(t, M), r"\(3,\).*\(2, 3\).*transpose"),
        (lambda t: Tensor(M) @ Tensor(M), r"\(2, 3\).*\(2, 3\).*transpose"),
    ],
)
def test_shapes_that_do_not_fit_are_both_named(call, shapes):
    with pytest.raises(ShapeError, match=shapes):
        call(vector())


def test_errors_are_the_built_ins_that_a_numpy_user_would_catch():
    assert issubclass(DetachedError, TypeError)
    assert issubclass(UnsupportedError, TypeError)
    assert issubclass(ShapeError, ValueError)


def test_messages_name_functions_not_their_definitions():
    from autograd_mini import stop_gradient

    for y in (
        stop_gradient(vector()),
        np.linalg.norm(vector()),
        vector().astype(np.float32),
        vector().at[0].set(1.0),
        vector().flatten(),
    ):
        with pytest.raises(AttributeError) as caught:
            _ = y.grad
        assert "lambda" not in str(caught.value)
        assert "computed by _" not in str(caught.value)


def test_a_tuple_is_no_partial():
    with pytest.raises(
        TypeError, match=r"a partial is a number, or a function .* not tuple\. Give one after the other"
    ):
        elementwise(lambda a, b: a * b, (lambda y, a, b: b, lambda y, a, b: a))


def test_there_are_no_more_derivatives_than_parameters():
    with pytest.raises(TypeError, match=r"it has 1 parameter\(s\), but 2 derivatives are stated"):
        elementwise(lambda a: 2 * a, 2.0, 3.0)
