"""Nothing stale, nothing silent: what the function finds outside its arguments, what it decides on, what it draws."""

import array
import collections
import copy
import dataclasses
import enum
import fractions
import functools
import gc
import importlib
import json
import math
import random
import sys
import threading
import types
import warnings
import weakref

import numpy as np
import pytest

from autograd_mini import Tensor, TracingError, elementwise, flat, grad, hessian, jit, value_and_grad

from .jitted import assert_same

A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])
SCALE = 2.0
TABLE = np.arange(3.0)
settings = types.ModuleType("settings")


@pytest.fixture(autouse=True)
def fresh_settings(monkeypatch):
    settings.rate = 0.5
    monkeypatch.setitem(globals(), "SCALE", 2.0)
    monkeypatch.setitem(globals(), "TABLE", np.arange(3.0))


def both(f, compiled, *args):
    """One more call, compared with eager's."""
    assert_same(compiled(*args), f(*args))


# What is changed between two calls


READ = {
    "itself": lambda w: lambda x: x * w,
    "a view": lambda w: lambda x: x * w[::-1],
    "in a matrix product": lambda w: lambda x: x @ w,
    "a temporary": lambda w: lambda x: x * (2 * w + 1),
    "its sum": lambda w: lambda x: x * np.sum(w),
    "an entry": lambda w: lambda x: x * w[1],
    "an entry as a float": lambda w: lambda x: x * float(w[1]),
    "an entry by item()": lambda w: lambda x: x * w.item(1),
    "a list of it": lambda w: lambda x: x * w.tolist()[2],
    "a branch": lambda w: lambda x: x * 2 if w[0] > 0 else x * 3,
    "an index": lambda w: lambda x: x[:, int(w[2]) % 3],
    "a number of steps": lambda w: lambda x: x * sum(1.0 for _ in range(int(w[2]))),
    "math": lambda w: lambda x: x * math.sqrt(w[2]),
    "in a gradient": lambda w: grad(lambda x: np.sum(np.sin(x) * w)),
    "as the gradient": lambda w: grad(lambda x: np.sum(x * w)),
    "through an inner function": lambda w: lambda x: [(lambda y: y * np.max(w))(row) for row in x],  # noqa: PLC3002
    "as the result": lambda w: lambda x: (w, x),
    "a Tensor of it": lambda w: lambda x: grad(lambda y: np.sum(y * Tensor(w)))(x),
    "a mask": lambda w: lambda x: np.where(w > 1.5, x, -x),
    "filled": lambda w: lambda x: np.full(3, w[0]) * x,
}


@pytest.mark.parametrize("how", READ)
def test_a_captured_array_changed_in_place(how):
    w = np.arange(3.0)
    f = READ[how](w)
    compiled = jit(f)
    for change in (0, 1, 1, 5, -8):
        w += change
        both(f, compiled, A)
        both(f, compiled, A)
    w[:] = 0.0
    both(f, compiled, A)


def test_a_captured_array_that_is_looked_at_and_used():
    w = np.arange(3.0)
    f = lambda x: x * w if w.any() else x * 3
    compiled = jit(f)
    both(f, compiled, A)
    w[:] = 0.0
    both(f, compiled, A)


@pytest.mark.parametrize("size", [3, 5000])
def test_a_branch_that_turns_late(size):
    w = np.zeros(size)
    f = lambda x: np.sum(x) * np.sum(w * x[0]) if w[0] < 5 else np.sum(w * x[0])
    compiled = jit(f)
    for _ in range(7):
        both(f, compiled, np.ones(3))
        w += 1


def test_a_captured_array_that_changes_often():
    """Where the code looks at what it holds, every change compiles anew, so in the end it is not compiled."""
    w = np.zeros(3)
    branching, straight = jit(lambda x: x * w if w[0] < 50 else x), jit(lambda x: x * w)
    for calls in range(10):
        if calls == 8:
            with pytest.warns(RuntimeWarning, match="changes from call to call; pass it as an argument"):
                branching(A[0])
        assert_same(branching(A[0]), A[0] * w)
        assert_same(straight(A[0]), A[0] * w)
        w += 1


def steps(w):
    def f(x):
        for _ in range(int(w[0])):
            x = x + w
        return x

    return f


def root(w):
    def f(x):
        try:
            return x * math.sqrt(w[0]) + w
        except:  # noqa: E722
            return x - w

    return f


def plain(w):
    def f(x):
        try:
            factor = np.asarray(w) ** 2
        except Exception:
            factor = w
        return x * factor

    return f


def in_a_rule(w):
    rule = elementwise(lambda x: x * w[0], lambda y, x: w[0])
    return lambda x: grad(lambda x: np.sum(rule(x)))(x)


def is_float(number):
    """As code in C sees it."""
    try:
        json.dumps(number)
    except TypeError:
        return False
    return True


def given_to_a_rule(w):
    held = types.SimpleNamespace(w=w, k=2.0)
    rule = flat(lambda v, held: np.asarray(v) * (held.w if np.asarray(v)[0] < 0 else held.k))
    return lambda x: x * rule(w, held)


def kind(w):
    def f(x):
        match w:
            case np.ndarray():
                return x * (w * w)
        return x * w

    return f


# What a function may see of an array without any call of NumPy that says so.
LOOKED_AT = {
    "index": lambda w: lambda x: x[int(w[0])] * w,
    "number": lambda w: lambda x: x * int(w[0]) + w,
    "truth": lambda w: lambda x: x * bool(w[0] > 0) + w,
    "exponent": lambda w: lambda x: x ** int(w[0]) + w,
    "shift": lambda w: lambda x: np.roll(x, int(w[0])) + w,
    "slice": lambda w: lambda x: np.sum(x[: int(w[0])]) * w,
    "choice of a function": lambda w: lambda x: [np.sin, np.cos, np.exp, np.tanh][int(w[0])](x) + w,
    "steps": steps,
    "format": lambda w: lambda x: x * {"1": 2.0, "-3": 3.0}.get(f"{w[0]:.0f}", 7.0) + w,
    "text": lambda w: lambda x: x * (2.0 if f"{w[0]}" == "-3.0" else 3.0) + w,
    "repr": lambda w: lambda x: x * len(repr(w[0])) + w,
    "position of the greatest": lambda w: lambda x: x * w[w[:3].argmax()],
    "key": lambda w: lambda x: x * w * (1 + max(range(3), key=lambda i: w[i])),
    "member": lambda w: lambda x: x * 5 + w if {1: 2.0}.get(int(w[0])) is None else x + w,
    "in": lambda w: lambda x: x * w if -3.0 in w else x + w,
    "square root": root,
    "plain array": plain,
    "comparison by name": lambda w: lambda x: next((x - w for _ in filter(w[0].__lt__, (0.0,))), x + w),
    "float": lambda w: lambda x: x * float(w[0]) + 2.0 * x + w[::-1],
    "type": lambda w: lambda x: x * (w * w if type(w) is np.ndarray else w),
    "type of the result": lambda w: lambda x: (x, w * 2 if type(w) is np.ndarray else w),
    "class": lambda w: lambda x: x * (w * w if isinstance(w, np.ndarray) else w),
    "class of a number": lambda w: lambda x: x * (w * w if isinstance(w[0], float) else w),
    "scalar": lambda w: lambda x: x * (w * w if np.isscalar(w[0]) else w),
    "attribute": lambda w: lambda x: x * (w * w if getattr(w, "flags", None) is not None else w),
    "match": kind,
    "given to a rule": given_to_a_rule,
    "in a rule": in_a_rule,
    "whether it is a float to others": lambda w: lambda x: x * w if is_float(w[0]) else x,
    "and computing with it": lambda w: lambda x: x * (w * 2 if is_float(w[0]) else w),
    "ratio": lambda w: lambda x: x * fractions.Fraction(w[0]).numerator + w,
    "whole number": lambda w: lambda x: x * round(w[0]) + w,
    "bytes": lambda w: lambda x: x * w * (1 + w.tobytes()[7]),
    "copy": lambda w: lambda x: x * copy.deepcopy(w)[0] + w,
    "copy in the result": lambda w: lambda x: (x, copy.deepcopy(w) * 2),
    "method": lambda w: lambda x, total=w.sum: x * total() + w,
    "buffer": lambda w: lambda x, buffer=memoryview(w): x * buffer[0] + w,  # noqa: B008
    "default": lambda w: lambda x, w=w: x * w if w[0] > 0 else x,
    "partial": lambda w: functools.partial(lambda w, x: x * w if w[0] > 0 else x, w),
    "gradient": lambda w: grad(lambda x: np.sum(x * w) if w[0] > 0 else np.sum(x)),
    "compiled inside": lambda w: lambda x, inner=jit(lambda x: x * w if w[0] > 0 else x): inner(x) + 1,  # noqa: B008
    "compiled on a number": lambda w: lambda x, inner=jit(lambda y: y * w): inner(2.0) + x,  # noqa: B008
}


def first_entry(w, *values):
    def change(value):
        w[0] = value

    return [functools.partial(change, value) for value in values]


@pytest.mark.parametrize("how", LOOKED_AT)
@pytest.mark.parametrize("size", [3, 5000])
def test_what_a_function_sees_of_an_array(how, size):
    """Whatever the size, at the first change and after many that had no effect."""
    x = np.linspace(1.0, 1.5, size)
    for values in ([-3.0], [1.0, 1.0, 1.0, -3.0], [2.0, -3.0, 1.0, 0.0, -0.0, 0.5, 2.0, -1.0, 1.0, -3.0, 1.0, 2.0]):
        w = np.ones(size)
        f = LOOKED_AT[how](w)
        compiled = jit(f)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".* changes from call to call")
            both(f, compiled, x)
            for change in first_entry(w, *values):
                w[1] += 1
                both(f, compiled, x)
                change()
                both(f, compiled, x)
                both(f, compiled, x)


def test_a_row_of_a_matrix_is_chosen():
    w = np.zeros((100, 100))
    w[3] = 1.0
    f = lambda x: x * w[w[:, 0].argmax()]
    compiled = jit(f)
    both(f, compiled, np.ones(100))
    w[5] = 7.0
    both(f, compiled, np.ones(100))


# Captured arrays that change in place, and need no second compilation


class Held:
    def __init__(self, w):
        self.w, self.me = w, self

    def __call__(self, x):
        return x * self.w + self.me.twice

    @property
    def twice(self):
        return 2 * self.w


class HeldBelow(Held):
    def __call__(self, x):
        return super().__call__(x) + 1


class HeldInSlots:
    __slots__ = ("__w",)

    def __init__(self, w):
        self.__w = w

    def act(self, x):
        return x * self.__w


Pair = collections.namedtuple("Pair", "w rest")


def recursive(w):
    def power(x, n=3):
        return x * w if n == 0 else power(x, n - 1) * w

    return power


def made(w):
    def rows():
        for k in range(2):
            yield w * k

    return lambda x: sum(rows()) * x


def beside_a_rule(w):
    fixed = np.full(1, 2.0)
    rule = elementwise(lambda x: x * fixed[0], lambda y, x: 2.0)
    return lambda x: grad(lambda x: np.sum(rule(x) * w))(x)


def of_the_globals(w):
    global TABLE
    TABLE = w
    return lambda x: deeper(x) + np.sum(TABLE)


def deeper(x):
    return x * TABLE


FOLLOWED = {
    "itself": lambda w: lambda x: x * w + np.sum(w),
    "the result": lambda w: lambda x: (w, x, [w[0]]),
    "gradient": lambda w: grad(lambda x: np.sum(np.sin(x * w))),
    "Hessian": lambda w: hessian(lambda x: np.sum(np.sin(x * w))),
    "derivative by it": lambda w: lambda x: grad(lambda v: np.sum(np.sin(v * x)))(w),
    "a Tensor of it": lambda w: lambda x: grad(lambda y: np.sum(y * Tensor(w)))(x),
    "its rows": lambda w: lambda x: sum(entry * x for entry in w),
    "a view": lambda w: lambda x, v=w[::-1]: x * v + w,
    "default": lambda w: lambda x, w=w: x * w,
    "keyword": lambda w: lambda x, *, w=w: x * w,
    "partial": lambda w: functools.partial(lambda w, x, k: x * w * k, w, k=w),
    "list and dict": lambda w: lambda x, held=[{"w": (w,)}]: x * held[0]["w"][0],
    "named tuple": lambda w: lambda x, held=Pair(w, [w]): x * held.w + held.rest[0],  # noqa: B008
    "object": Held,
    "method": lambda w: Held(w).__call__,
    "object of a class below": HeldBelow,
    "objects in a row": lambda w: lambda x, layers=[Held(w), HeldInSlots(w).act]: layers[0](layers[1](x)),  # noqa: B008
    "namespace": lambda w: lambda x, held=types.SimpleNamespace(w=w): x * held.w,  # noqa: B008
    "recursion": recursive,
    "generator": made,
    "globals": of_the_globals,
    "beside a rule": beside_a_rule,
    "compiled inside": lambda w: lambda x, inner=jit(lambda y: y * w): inner(x) + w,  # noqa: B008
    "by its class": lambda w: lambda x: x * w if isinstance(w, np.ndarray) and isinstance(w[0], float) else x,
    "no dimension": lambda w: lambda x, w=w[0, ...]: x * w + np.exp(-w),
}


@pytest.mark.parametrize("how", FOLLOWED)
@pytest.mark.parametrize("size", [3, 5000])
def test_an_array_that_changes_fifty_times_is_compiled_once(how, size, monkeypatch):
    size = 3 if how in ("its rows", "Hessian") else size
    w, x = np.ones(size), np.linspace(1.0, 1.5, size)
    f = FOLLOWED[how](w)
    compiled = jit(f)
    both(f, compiled, x)
    source = compiled.source
    for _ in range(50):
        w += 0.125
        both(f, compiled, x)
    assert compiled.source is source


def test_names_of_captured_arrays_are_as_plain_as_ever():
    w = np.ones(3)
    scale = lambda x: np.sum(w) * x
    compiled = jit(scale)
    compiled(w)
    w.setflags(write=False)
    fixed = jit(lambda x: x * w)
    fixed(w)
    assert "reduce(constant" in compiled.source
    assert "multiply(x, constant" in fixed.source or "multiply(x, ones" in fixed.source


# Effects, and who else is there


def test_effects_are_those_of_the_function_itself():
    """Copies are made of what leads to arrays; what is written into one of them is written into the original."""
    w = np.ones(3)

    def run(f, state):
        compiled = jit(f)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for _ in range(20):
                before = state()
                result = compiled(A[0])
                assert_same(result, A[0] * w)
                w[0] += 1
        assert state() != before  # in the end at every call

    held = types.SimpleNamespace(w=w, calls=0, last=w, log=[w])

    def counts(x):
        held.calls += 1
        return x * held.w

    def appends(x):
        held.log.append(held.w * 2)
        return x * held.w

    def assigns(x):
        held.last = held.w * 2
        return x * held.w

    apart = []

    def appends_elsewhere(x):
        apart.append(held.w * 2)
        return x * held.w

    run(appends_elsewhere, lambda: len(apart))
    run(counts, lambda: held.calls)
    run(appends, lambda: len(held.log))
    run(assigns, lambda: held.last.tobytes())
    assert {type(array) for array in (*apart, *held.log, held.last)} == {np.ndarray}


def test_a_captured_array_that_is_written_into():
    calls, w = np.zeros(1), np.ones(3)

    def f(x):
        calls[0] += 1
        return x * w

    compiled = jit(f)
    with pytest.warns(RuntimeWarning, match="an array outside itself that it writes into"):
        compiled(A)
    before = calls[0]
    for _ in range(5):
        compiled(A)
    assert calls[0] == before + 5


def test_a_thread_that_calls_the_function_meanwhile():
    """It never meets an array that writes down what is done with it."""
    held = Held(np.ones(3))
    seen, done = set(), threading.Event()

    def f(x):
        if threading.current_thread() is not compiling:
            seen.add(type(held.w))
            seen.add(type(TABLE))
            seen.add(type(held(x)))
        return held(x) * TABLE

    def call():
        while not done.is_set():
            f(A)

    compiling = threading.current_thread()
    other = threading.Thread(target=call)
    other.start()
    try:
        for _ in range(20):
            compiled = jit(f)
            compiled(A)
    finally:
        done.set()
        other.join()
    assert seen == {np.ndarray}
    both(f, compiled, A)


def test_a_large_captured_array_changed_in_one_entry():
    w = np.zeros(200_000)
    f = lambda x: x * np.max(w) + (2.0 if w[-1] else 1.0)
    compiled = jit(f)
    both(f, compiled, A)
    w[-1] = 3.0
    both(f, compiled, A)


class Settings:
    rate = 0.1


class Slotted:
    __slots__ = ("rate", "w")


def _changes():
    """A function of much that it captures, and changes of that, one after another."""
    k, layer, slotted, words = 2.0, types.SimpleNamespace(w=A, deep=[{"b": 1.0}]), Slotted(), {"how": "plus"}
    slotted.rate, slotted.w = 0.5, A
    yield lambda x: x * k * SCALE * TABLE + layer.w * layer.deep[0]["b"] - slotted.rate * slotted.w + len(words["how"])
    yield "a cell"
    k = 3.0
    yield "a global number"
    globals()["SCALE"] = 5.0
    yield "a global array"
    globals()["TABLE"] = np.ones(3)
    yield "an attribute"
    layer.w = A + 1
    yield "an entry of an attribute"
    layer.deep[0]["b"] = 2.0
    yield "a slot"
    slotted.rate = 0.25
    yield "an array in a slot"
    slotted.w = A * 2
    yield "a word"
    words["how"] = "minus"
    yield "nothing"


def test_rebound_cells_globals_and_attributes():
    changes = _changes()
    f = next(changes)
    before = None
    for what in changes:
        if before:
            assert_same(before(A), f(A))
        before = jit(f)
        both(f, before, A)
        assert what


def test_class_and_module_attributes(monkeypatch):
    f = lambda x: x * Settings.rate * settings.rate
    compiled = jit(f)
    both(f, compiled, A)
    monkeypatch.setattr(Settings, "rate", 0.7)
    both(f, compiled, A)
    settings.rate = 0.75
    both(f, compiled, A)


def test_methods():
    class Layer:
        shift = 1.0

        def __init__(self):
            self.w, self.k = A.copy(), 2.0

        def forward(self, x):
            return x * self.w * self.k + self.shift

    layer = Layer()
    compiled = jit(layer.forward)
    for change in ({"k": 3.0}, {"w": A + 1}, {"shift": 4.0}):
        both(layer.forward, compiled, A)
        vars(layer).update(change)
        both(layer.forward, compiled, A)
    Layer.shift = 9.0
    del layer.shift
    both(layer.forward, compiled, A)


class Base:
    factor = 2.0

    @property
    def scale(self):
        return SCALE

    def act(self, x):
        return x * SCALE


class Derived(Base):
    def __init__(self, x=None):
        self.x = x

    def __call__(self, x):
        return self.act(x) + 1

    @staticmethod
    def fixed(x):
        return x * SCALE

    @classmethod
    def shared(cls, x):
        return x * cls.factor

    def out(self):
        return self.x * self.factor * SCALE


derived = Derived()
exec("def scaled(x):\n    return x * rate", vars(settings))


METHODS = {
    "of a bound object": derived.act,
    "called by another": lambda x: derived(x),
    "called by a method": derived.__call__,
    "a property": lambda x: x * derived.scale,
    "static": lambda x: Derived.fixed(x) + derived.fixed(x),
    "of the class": lambda x: Derived.shared(x) + derived.shared(x),
    "of an object made inside": lambda x: Derived(x).out(),
    "of a module": lambda x: settings.scaled(x),
    "in a list": lambda x: [f(x) for f in (derived.act, derived.fixed)],
}


@pytest.mark.parametrize("case", METHODS)
def test_what_methods_name(case, monkeypatch):
    f = METHODS[case]
    compiled = jit(f)
    both(f, compiled, A)
    monkeypatch.setitem(globals(), "SCALE", 3.0)
    both(f, compiled, A)
    settings.rate = 0.25
    both(f, compiled, A)
    monkeypatch.setattr(Base, "factor", 5.0)
    both(f, compiled, A)
    monkeypatch.setattr(Base, "act", lambda self, x: x - SCALE)
    both(f, compiled, A)


def test_defaults_and_function_attributes():
    def f(x, w=np.ones(3), *, k=2.0):  # noqa: B008
        return x * w * k * f.factor

    f.factor = 1.0
    compiled = jit(f)
    both(f, compiled, A)
    f.__defaults__[0][:] = 5
    both(f, compiled, A)
    f.__defaults__ = (np.zeros(3),)
    both(f, compiled, A)
    f.__kwdefaults__ = {"k": 7.0}
    both(f, compiled, A)
    f.factor = 3.0
    both(f, compiled, A)


def test_another_code():
    def f(x):
        return x * 2

    compiled = jit(f)
    both(f, compiled, A)
    f.__code__ = (lambda x: x * 3).__code__
    both(f, compiled, A)


def test_containers_that_grow_and_shrink():
    items, table = [np.ones(3)], {"a": np.ones(3)}

    def f(x):
        for w in [*items, *table.values()]:
            x = x * 2 + w
        return x

    compiled = jit(f)
    both(f, compiled, A)
    items.append(np.zeros(3))
    both(f, compiled, A)
    table["b"] = np.ones(3)
    both(f, compiled, A)
    items.pop(0)
    both(f, compiled, A)
    del table["a"]
    both(f, compiled, A)
    items[:] = []
    both(f, compiled, A)


def test_a_set_and_a_queue_that_change():
    flags, queue = {"double"}, collections.deque([1.0, 2.0])
    f = lambda x: x * sum(queue) if "double" in flags else x
    compiled = jit(f)
    both(f, compiled, A)
    queue.append(5.0)
    both(f, compiled, A)
    flags.clear()
    both(f, compiled, A)
    flags.add("triple")
    both(f, compiled, A)
    flags.remove("triple")
    flags.add("double")
    both(f, compiled, A)


class Plain:
    rate = 2.0


class Below(Plain):
    pass


class Other:
    rate = 7.0


class SlotsAbove:
    __slots__ = ("a",)


class SlotsBelow(SlotsAbove):
    __slots__ = ("__hidden", "b")

    def __init__(self):
        self.a, self.b, self.__hidden = 1.0, 2.0, 3.0

    def hide(self, value):
        self.__hidden = value

    def act(self, x):
        return x * self.a * self.b * self.__hidden


class OneSlot:
    __slots__ = "rate"  # noqa: PLC0205


@dataclasses.dataclass(slots=True)
class Record:
    a: float = 1.0


@dataclasses.dataclass(slots=True)
class LongerRecord(Record):
    b: float = 2.0


class Listed(list):
    pass


class Mapped(dict):
    pass


class Kind(np.ndarray):
    pass


def attributes_that_change():
    """Functions, and after each what is changed of what they find."""
    slotted, record, below, plain = SlotsBelow(), LongerRecord(), Below(), Plain()
    one, without = OneSlot(), OneSlot()
    one.rate = 1.0
    yield (
        slotted.act,
        [lambda: setattr(slotted, "a", 5.0), lambda: setattr(slotted, "b", 6.0), lambda: slotted.hide(7.0)],
    )
    yield lambda x: x * record.a * record.b, [lambda: setattr(record, "a", 5.0), lambda: setattr(record, "b", 6.0)]
    yield lambda x: x * one.rate, [lambda: setattr(one, "rate", 3.0)]
    yield lambda x: x * getattr(without, "rate", 1.0), [lambda: setattr(without, "rate", 3.0)]
    yield lambda x: x * Below.rate * below.rate, [lambda: setattr(Below, "rate", 3.0), lambda: delattr(Below, "rate")]
    yield lambda x: x * below.rate, [lambda: setattr(below, "rate", 4.0), lambda: delattr(below, "rate")]
    yield lambda x: x * plain.rate, [lambda: setattr(plain, "__class__", Other)]
    listed, mapped = Listed([1.0]), Mapped(a=1.0)
    listed.k = mapped.k = 2.0
    yield (
        lambda x: x * listed.k * listed[0] * mapped.k * mapped["a"],
        [
            lambda: setattr(listed, "k", 3.0),
            lambda: listed.append(3.0),
            lambda: setattr(mapped, "k", 4.0),
            lambda: mapped.update(a=5.0),
        ],
    )
    yield lambda x: x * abs(-2.0), [lambda: globals().update(abs=lambda x: 7.0), lambda: globals().pop("abs")]


def containers_that_change():
    table = {"a": 1.0, "b": 2.0}
    shown, values, items, get = types.MappingProxyType(table), table.values(), table.items(), table.get
    turn = lambda: table.update(a=table.pop("a"))
    yield lambda x: x * next(iter(table.values())), [turn, turn]
    yield lambda x: x * next(iter(shown.values())) * shown["a"], [turn, lambda: table.update(a=5.0)]
    yield lambda x: x * sum(values), [lambda: table.update(a=6.0)]
    yield lambda x: x * sum(value for _, value in items), [lambda: table.update(b=7.0)]
    yield lambda x: x * get("a"), [lambda: table.update(a=8.0)]
    flags = {0.0}
    yield (
        lambda x: x * math.copysign(1.0, next(iter(flags))),
        [lambda: (flags.clear(), flags.add(-0.0)), lambda: (flags.clear(), flags.add(0.0))],
    )
    held, numbers = bytearray(b"\1\2"), array.array("d", [1.0, 2.0])
    yield (
        lambda x: x * held[0] * numbers[1],
        [lambda: held.__setitem__(0, 5), lambda: numbers.__setitem__(1, 7.0), lambda: numbers.append(1.0)],
    )
    arrays = {"w": np.ones(3)}
    find = arrays.get
    yield (
        lambda x: x * find("w") * int(find("w")[0]),
        [lambda: arrays["w"].fill(3.0), lambda: arrays.update(w=np.zeros(3))],
    )


def arrays_that_change(folder):
    """Of other classes, over other memory, or in other respects than a new number."""
    mapped = np.memmap(folder / "w", float, "w+", shape=3)
    mapped[:] = 1.0
    shown = mapped.view()
    shown.flags.writeable = False
    yield lambda x: x * mapped, first_entry(mapped, 2.0)
    yield lambda x: x * float(mapped[0]) * float(shown[1]), first_entry(mapped, 3.0) + first_entry(mapped[1:], 5.0)
    own = np.ones(3).view(Kind)[::-1]
    own.k = 1.0
    yield lambda x: x * int(own[0]) * own.k + np.asarray(own), [*first_entry(own, 5.0), lambda: setattr(own, "k", 4.0)]
    record = np.rec.array([(1.0, 2)], dtype=[("a", float), ("b", int)])
    yield lambda x: x * float(record.a[0]), first_entry(record.a, 5.0)
    masked = np.ma.array([1.0, 2.0, 3.0], mask=[False] * 3)
    yield (
        lambda x: x * float(masked.sum()),
        [*first_entry(masked, 5.0), lambda: masked.__setitem__(1, np.ma.masked), lambda: masked.soften_mask()],
    )
    memory = bytearray(np.ones(3).tobytes())
    buffer = np.frombuffer(memoryview(memory).toreadonly())
    yield lambda x: x * float(buffer[0]) * buffer, first_entry(np.frombuffer(memory), 4.0)
    for dtype in ("f2", "f4", "f8", "c8", "c16", "g", ">f8"):
        w = np.zeros(6, dtype)[::2]
        sign = lambda x, w=w: (
            x * math.copysign(1.0, float(w[0].real)) + (float(w[0].imag) if w.dtype.kind == "c" else 0.0)
        )
        yield sign, first_entry(w, -0.0, np.nan, 2.0, -0.0, *([1j] if w.dtype.kind == "c" else []))
    table = np.array([1.0, [2.0]], dtype=object)
    yield lambda x: x * table[0] * table[1][0], [*first_entry(table, 5.0), *first_entry(table[1], 7.0)]
    w = np.ones(4)
    reshape = lambda: setattr(w, "shape", (2, 2))
    yield lambda x: x * w.ndim * (w.dtype == float) + np.sum(w), [reshape, lambda: setattr(w, "dtype", "i8")]


@pytest.mark.filterwarnings("ignore:Setting the:DeprecationWarning")
@pytest.mark.parametrize("what", ["attributes", "containers", "arrays"])
def test_what_else_can_change(what, tmp_path):
    cases = {
        "attributes": attributes_that_change,
        "containers": containers_that_change,
        "arrays": functools.partial(arrays_that_change, tmp_path),
    }
    for f, changes in cases[what]():
        compiled = jit(f)
        both(f, compiled, A)
        for change in changes:
            change()
            both(f, compiled, A)
            both(f, compiled, A)


def test_an_array_found_in_a_way_that_is_not_followed(monkeypatch):
    """What is there again, when the function is evaluated again, is watched, wherever it was found."""
    monkeypatch.setitem(sys.modules, "elsewhere", types.ModuleType("elsewhere"))
    elsewhere = sys.modules["elsewhere"]
    elsewhere.w = np.ones(3)

    def f(x):
        import elsewhere

        return x * elsewhere.w[::-1] * int(elsewhere.w[0])

    compiled = jit(f)
    both(f, compiled, A)
    elsewhere.w[0] = 3.0
    both(f, compiled, A)


def test_the_gradient_of_a_captured_tensor():
    t = Tensor(A)
    np.sum(t * t).backward()
    f = lambda x: x * t.grad
    compiled = jit(f)
    both(f, compiled, A)
    np.sum(t * t * t).backward()
    both(f, compiled, A)


def test_functions_that_are_called_or_passed():
    k = 2.0
    inner = lambda x: x * k
    outer = lambda x: inner(x) + 1
    call = lambda g, x: g(x)
    compiled, passing = jit(outer), jit(call)
    both(outer, compiled, A)
    both(call, passing, inner, A)
    k = 5.0
    both(outer, compiled, A)
    both(call, passing, inner, A)
    inner = lambda x: x * k * 10
    both(outer, compiled, A)
    both(call, passing, inner, A)
    both(call, passing, np.sin, A)


def test_signs_and_kinds_of_captured_numbers():
    k = 0.0
    f = lambda x: 1 / (x * k)
    compiled = jit(f)
    with np.errstate(all="ignore"):
        for k in (0.0, -0.0, 1, True, 1.0, np.float32(1), np.nan, float("nan"), 2.0):  # noqa: B007
            both(f, compiled, A)


def test_another_nan_is_the_same_number():
    k = float("nan")
    f = lambda x: x * k
    compiled = jit(f)
    both(f, compiled, A)
    program = compiled.source
    for k in (float("nan"), -float("nan")):  # noqa: B007
        both(f, compiled, A)
    assert compiled.source is program


def test_captured_tensors():
    t = Tensor(A)
    f = lambda x: x * t.data
    both(f, jit(f), A)
    with pytest.warns(RuntimeWarning, match="Tensor"):
        assert isinstance(jit(lambda x: x * t)(A), Tensor)


# What is written while the function runs


def test_an_array_that_f_writes_into_between_uses():
    def f(x):
        v, total = np.zeros(3), 0.0
        for k in range(3):
            v[:] = 0
            v[k] = 1.0
            total = total + (x @ v) * (k + 1)
        return total

    compiled = jit(f)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for x in (A, A + 1, A):
            both(f, compiled, x)


WRITING = [
    "x[0] = 5",
    "y = x * 2; y[0] = 0; return y",
    "y = np.zeros(3); y[0] = 1; y += x; return y",
    "y = x * 1; y += 2; y *= 3; return y",
    "np.add(x, 1, out=x)",
    "np.copyto(x, 1.0)",
    "y = np.empty(3); np.add(x, 1, out=y); return y",
    "x.sort()",
    "x.fill(2)",
    "x *= 2",
    "y = np.zeros(3); y[:2] = x[:2]; return y",
    "y = x; y += 1",
    "y = x * 1; z = y; z += 1; return y",
    "y = x * 1; z = y[:2]; z += 1; return y",
]


@pytest.mark.parametrize("case", WRITING)
def test_writing(case):
    """As eager does it, the argument included; with a warning where it is no program."""
    namespace = {"np": np}
    exec(f"def f(x):\n    {case}\n    return x * 1", namespace)
    f = namespace["f"]
    for _ in range(2):
        given, expected = A[0].copy(), A[0].copy()
        compiled = jit(f)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for _ in range(2):
                try:
                    actual = compiled(given)
                except TracingError:
                    break
                assert_same(actual, f(expected))
                assert_same(given, expected)


def test_side_effects_do_not_run_away():
    counts = [0]

    def f(x):
        counts[0] += 1
        return x * 2

    compiled = jit(f)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(100):
            compiled(A)
    assert counts[0] <= 150


# Chance


DRAWN = {
    "an array": lambda rng: rng.normal(size=3),
    "a number": lambda rng: rng.normal(),
    "of NumPy": lambda rng: np.float64(rng.random()),
    "of Python": lambda rng: random.random(),
    "an order": lambda rng: rng.permutation(3) * 1.0,
    "a whole number": lambda rng: int(rng.integers(1 << 40)),
    "a branch": lambda rng: 1.0 if rng.random() < 0.5 else 2.0,
    "in a Tensor": lambda rng: Tensor(rng.normal()).data,
}


@pytest.mark.parametrize("case", DRAWN)
def test_random_numbers_are_drawn_anew(case):
    rng, draw = np.random.default_rng(0), DRAWN[case]
    compiled = jit(lambda x: x * draw(rng))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        results = [compiled(A) for _ in range(40)]
    assert "random" in str(caught[0].message)
    assert len({result.tobytes() for result in results}) > 1


def test_one_warning():
    f = lambda x: x[x > 2].sum()
    compiled = jit(f)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for x in (A, A + 1, A, -A, A[0]):
            both(f, compiled, x)
    reasons = [str(warning.message) for warning in caught]
    assert 1 <= len(reasons) <= 2
    assert "np.where" in reasons[0]
    assert caught[0].category is RuntimeWarning
    assert caught[0].filename == __file__


# What takes a value out of the trace


def choose(x):
    return x if x > 0 else -x


REFUSED = {
    "if": choose,
    "and": lambda x: (x > 0) and x,
    "while": lambda x: [x := x - 1 for _ in iter(lambda: bool(x < 0), True)],
    "bool": lambda x: bool(x) * x,
    "float": lambda x: float(x) * x,
    "int": lambda x: int(x) * x,
    "complex": lambda x: complex(x) * x,
    "math": lambda x: math.exp(x) * x,
    "item": lambda x: x.item() * x,
    "tolist": lambda x: x.tolist(),
    "range": lambda x: len(range(x)),
    "sorted": lambda x: sorted([x, x * 2, x - 1]),
    "max": lambda x: max(x, x * 2),
    "comparison of numbers": lambda x: x in [1.0, 2.0],
    "key": lambda x: {1.0: 2.0}.get(x),
    "member of a set": lambda x: 5.0 if x in {1.0, 2.0} else 6.0,
    "all": lambda x: x if np.all(x > 0) else -x,
    "floor": lambda x: math.floor(x),
    "not": lambda x: not x,
    "assert": lambda x: [x for _ in range(1) if x > 0],
    "index": lambda x: [1.0, 2.0][x],
    "chained": lambda x: 0 < x < 5,
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_value_that_is_taken_out(case):
    """TracingError with a way out, or the function itself with a warning; never the first call's value for ever."""
    for number in (np.float64(3.0), 3.0):
        with pytest.raises(TracingError, match=r"jit: .* needs a value") as error:
            jit(REFUSED[case])(number)
        assert "np.where" in str(error.value) or "without jit" in str(error.value)


@pytest.mark.parametrize("f", [lambda t: t if t > 0 else -t, lambda t: t * t.item(), lambda t: t * float(t),
                               lambda t: t * int(t), lambda t: t * math.exp(t), lambda t: max(t, 2 * t)])  # fmt: skip
def test_the_same_inside_a_gradient(f):
    with pytest.raises((TracingError, TypeError)) as error:
        jit(grad(f))(3.0)
    assert isinstance(error.value, TracingError) or "math" in str(error.value)


def test_data_of_a_tensor_is_refused():
    with pytest.raises(TracingError, match="needs a value"):
        jit(grad(lambda t: t * t.data))(3.0)


def test_after_a_refusal_everything_is_as_before():
    branch = True

    def f(x):
        return choose(x) if branch else x * 2

    compiled = jit(f)
    with pytest.raises(TracingError):
        compiled(1.0)
    branch = False
    assert compiled(1.0) == 2.0
    branch = True
    with pytest.raises(TracingError):
        compiled(1.0)


def test_shapes_are_known():
    def f(x):
        if x.shape[0] > 1 and x.ndim == 2 and len(x) == 2 and x.dtype == float and x.size:
            x = sum(row * k for k, row in enumerate(x))
        return x

    both(f, jit(f), A)
    both(f, jit(f), A[:1])


def test_results_that_hold_what_jit_does_not_know():
    class Result:
        def __init__(self, y):
            self.y = y

    with pytest.warns(RuntimeWarning, match="Result"):
        result = jit(lambda x: Result(x * 2))(A)
    assert_same(result.y, A * 2)


# What is kept alive


def test_arguments_and_results_are_not_kept():
    compiled = jit(value_and_grad(lambda p, x: np.sum((p["w"] @ x) ** 2)))
    x, w = A.copy(), A.T.copy()
    value, slope = compiled({"w": w}, x)
    alive = [weakref.ref(array) for array in (x, w, slope["w"])]
    del x, w, value, slope
    gc.collect()
    assert [reference() for reference in alive] == [None] * 3


def test_arguments_of_what_is_not_compiled_are_not_kept():
    compiled = jit(lambda x: x[x > 2])
    x = A.copy()
    with pytest.warns(RuntimeWarning, match="np.where"):
        compiled(x)
    alive = weakref.ref(x)
    del x
    gc.collect()
    assert alive() is None


def test_the_function_is_not_kept():
    w = A.copy()
    f = lambda x, w=w: x * w
    compiled = jit(f)
    compiled(A)
    alive = weakref.ref(f), weakref.ref(w)
    del compiled, f, w
    gc.collect()
    assert [reference() for reference in alive] == [None, None]


def test_a_global_that_has_the_name_of_a_key():
    """People call both of them w; the function has to do with one of them only."""
    space = {"np": np, "w": A}
    exec("def f(p):\n    return np.sum(p['w'] ** 2)", space)
    compiled = jit(space["f"])
    for k in range(20):
        compiled({"w": A})
        space["w"] = A + k
    assert len(compiled._entries) == 1


# Which object an object is


class Layer:
    def __init__(self, W):
        self.W = W


class Marked(enum.Enum):
    HEAD = "head"


def of_objects():
    """Functions to which it matters which object one is; b, which begins with zeros, is added then."""
    layer, b = Layer(np.ones(3)), np.zeros(3)
    on, adapters, known = {layer}, {layer: b}, {id(layer.W): b}
    registry = type("Registry", (), {"head": layer})
    held = types.SimpleNamespace(mode=Marked.HEAD, W=layer.W)
    return b, {
        "a set": lambda x: x * (layer.W + b if layer in on else layer.W),
        "keys": lambda x: x * (layer.W + b if layer in adapters else layer.W),
        "identity": lambda x: x * (layer.W + known.get(id(layer.W), 0.0)),
        "is": lambda x: x * (layer.W + b if layer is registry.head else layer.W),
        "a member of an enum": lambda x: x * (held.W + b if held.mode is Marked.HEAD else held.W),
    }


@pytest.mark.parametrize("how", of_objects()[1])
def test_which_object_it_is(how):
    b, functions = of_objects()
    f = functions[how]
    compiled = jit(f)
    for _ in range(3):
        both(f, compiled, np.array([1.0, 2.0, 3.0]))
        both(f, compiled, np.array([np.inf, 2.0, 3.0]))
        b += 1


def test_a_cache_of_the_persons():
    class Model:
        def __init__(self):
            self.W = np.ones(3)

        @functools.lru_cache  # noqa: B019  it is what people do
        def gram(self):
            return np.outer(self.W, self.W)

        def loss(self, x):
            return x @ self.gram() @ x

    model, x = Model(), np.arange(3.0)
    compiled = jit(model.loss)
    for _ in range(3):
        both(model.loss, compiled, x)
        model.W += 1
    assert Model.gram.cache_info().currsize == 1


def test_attributes_of_keys_and_of_members():
    layer = Layer(np.ones(3))
    keys, members = {layer: 1}, {layer}
    for f in (lambda x: sum(key.W * x for key in keys), lambda x: sum(each.W * x for each in members)):
        compiled = jit(f)
        for change in range(3):
            both(f, compiled, A[0])
            layer.W = layer.W + change


def test_a_module_with_the_name_of_one_of_pythons(tmp_path, monkeypatch):
    (tmp_path / "calendar.py").write_text("k = 2.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "calendar", raising=False)
    module = importlib.import_module("calendar")
    f = lambda x: x * module.k
    compiled = jit(f)
    for k in (2.0, 3.0, 4.0):
        module.k = k
        both(f, compiled, A)
    monkeypatch.delitem(sys.modules, "calendar")


def test_a_class_that_exec_has_made():
    space = {"np": np}
    exec("class L:\n    def __call__(self, x):\n        return self.k * np.sum(self.W * x)", space)
    layer = space["L"]()
    layer.k, layer.W = 2.0, np.ones(3)
    compiled = jit(layer)
    both(layer, compiled, A[0])
    layer.k = 3.0
    both(layer, compiled, A[0])
    layer.W = np.full(3, 5.0)
    both(layer, compiled, A[0])


def test_comparisons_with_a_captured_array_are_followed():
    w = np.ones(3)
    f = lambda x: np.where(x > w, x, w) + np.where(x == w, 1.0, 0.0) + (x >= w) * w
    compiled = jit(f)
    for _ in range(20):
        both(f, compiled, np.array([0.5, 1.0, 30.0]))
        w += 0.25
    assert len(compiled._entries) == 1


def test_a_frozen_dataclass_is_followed():
    @dataclasses.dataclass(frozen=True)
    class Parameters:
        W: object
        k: float = 2.0

    p = Parameters(np.ones(3))
    f = lambda x: p.k * x * p.W
    compiled = jit(f)
    for _ in range(20):
        both(f, compiled, A[0])
        p.W[:] += 1
    assert len(compiled._entries) == 1


def test_an_argument_given_away_that_is_captured_as_well():
    w = np.arange(1.0, 6.0)
    for f, given in (
        (lambda x: np.exp(x * 2) + w * 3, w),
        (lambda x: np.exp(x * 2) + w[::-1] * 3, w),
        (lambda x: np.exp(x * 2) + w * 3, np.ones(5)),
    ):
        compiled = jit(f, donate_argnums=0)
        for x in (np.ones(5), given.copy()):
            assert_same(compiled(x.copy()), f(x))
        for _ in range(3):
            assert_same(compiled(w), f(w))
            np.testing.assert_array_equal(w, np.arange(1.0, 6.0))
        assert len(compiled._entries) <= 2


def test_an_object_whose_attributes_come_out_of_a_dict():
    class Attributes(dict):
        __getattr__ = dict.__getitem__

    held = Attributes(W=np.ones(3))
    f = lambda x: held.W * x
    compiled = jit(f)
    both(f, compiled, A[0])
    held.W += 1
    both(f, compiled, A[0])


def centred(v):
    v -= v.mean()


def written_in_a_function(x):
    z = x * 2.0
    centred(z)
    return z


def written_in_a_loop(x):
    several = [x * 2.0]
    for each in several:
        each += 1.0
    return np.sum(several[0])


def written_in_a_list(x):
    h = x * 2.0
    held = [h]
    held[0] += 1.0
    return np.sum(h)


def written_in_an_attribute(x):
    h = x * 2.0
    held = types.SimpleNamespace(h=h)
    held.h += 1.0
    return np.sum(h)


@pytest.mark.parametrize("f", [written_in_a_function, written_in_a_loop, written_in_a_list, written_in_an_attribute])
def test_what_is_written_into_and_known_elsewhere(f):
    with pytest.warns(RuntimeWarning, match=r"write x = x \+ y"):
        assert_same(jit(f)(A), f(A))


def rebound(x):
    a = x * 2.0
    c = np.exp(-a)
    a += c
    for _ in range(3):
        a /= 2.0
        c -= a
    return a, c


def rebound_inside(x):
    def inner(v):
        w = v * 3.0
        w -= 1.0
        return w

    y = inner(x)
    y *= 0.5
    return inner(y)


@pytest.mark.parametrize("f", [rebound, rebound_inside])
def test_what_only_one_variable_knows_takes_another_value(f):
    assert_same(jit(f)(A), f(A))
