"""The table of mistakes, continued: what is wrong with the gradient as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from nn.activations import ACTIVATIONS
from nn.checking.backward import Arrays, End, Facts, Pass
from nn.checking.mistakes import Mistake, several
from nn.checking.notation import Setting
from nn.costs import COSTS, OUTPUTS


def scaled(factor: Callable[[Pass], float]) -> End:
    """Every array times a factor."""
    return lambda s, b, w: ([factor(s) * g for g in b], [factor(s) * g for g in w])


def _of_cost(*costs: str) -> Callable[[Setting, int], bool]:
    return lambda setting, _: setting.cost in costs


def _except_cost(*costs: str) -> Callable[[Setting, int], bool]:
    return lambda setting, _: setting.cost not in costs


MEAN = ("∂C/∂b = (1/m) Σ δ and ∂C/∂W = (1/m) Σ δaᵀ, over the m examples",)
RETURNED = ("return nabla_b, nabla_w, each from the first layer to the last",)
ALL = ("the sum over all m examples",)

GRADIENT = [
    Mistake("sign flipped", "gradient", scaled(lambda s: -1.0), "every array has the wrong sign",
            readings=("y − a instead of a − y", "the sign of δᴸ flipped", "the sign of the update w − η ∂C/∂w folded in")),
    Mistake("½ of the cost forgotten", "gradient", scaled(lambda s: 2.0),
            "every array is twice the right one: the ½ of the cost is forgotten", _of_cost("quadratic"),
            ("the gradient of the mean squared error, 2(a − y)", "twice the gradient")),
    Mistake("the 2 of the cost's derivative forgotten", "gradient", scaled(lambda s: 0.5),
            "every array is half the right one: the derivative of ‖a − y‖² is 2(a − y)", _of_cost("mean_squared_error"),
            ("the gradient of the quadratic cost", "half the gradient")),
    Mistake("sum instead of mean", "gradient", scaled(lambda s: s.m),
            "every array is m = {m} times the right one: the sum over the examples, not the mean", several,
            ("1/m forgotten",), should=MEAN),
    Mistake("averaged twice", "gradient", scaled(lambda s: 1 / s.m),
            "every array is 1/m = 1/{m} times the right one: averaged over the examples twice", several,
            ("mean instead of sum of a δ that holds 1/m already",), should=MEAN),
    Mistake("mean instead of sum over the outputs", "gradient", scaled(lambda s: 1 / len(s.y)),
            "every array is 1/{n_out} of the right one: averaged over the {n_out} outputs, which the cost sums over"),
    Mistake("mean instead of sum over the outputs", "gradient", scaled(lambda s: 2 / len(s.y)),
            "every array is 2/{n_out} of the right one: the gradient of the mean of (a − y)² over the {n_out} outputs",
            _of_cost("quadratic")),
    Mistake("divided by the number of inputs", "gradient", scaled(lambda s: s.m / len(s.a[0])),
            "every array is divided by {n_in}, the number of inputs x.shape[0], instead of m = x.shape[1] = {m}",
            readings=("m = len(x)",), should=MEAN),
    Mistake("divided by the number of outputs", "gradient", scaled(lambda s: s.m / len(s.y)),
            "every array is divided by {n_out}, the number of outputs y.shape[0], instead of m = y.shape[1] = {m}", several,
            ("m = len(y)",), should=MEAN),
    Mistake("divided by m − 1", "gradient", scaled(lambda s: s.m / max(s.m - 1, 1)),
            "every array is divided by m − 1 instead of m = {m}", several, should=MEAN),
    Mistake("twice the gradient", "gradient", scaled(lambda s: 2.0), "every array is twice the right one",
            _except_cost("quadratic")),
    Mistake("half the gradient", "gradient", scaled(lambda s: 0.5), "every array is half the right one",
            _except_cost("mean_squared_error")),
    Mistake("nabla_b and nabla_w swapped", "gradient", lambda s, b, w: (w, b),
            "(nabla_w, nabla_b) is returned instead of (nabla_b, nabla_w)", should=RETURNED),
    Mistake("layers in the wrong order", "gradient", lambda s, b, w: (b[::-1], w[::-1]),
            "the layers are returned from the last to the first", readings=("append instead of insert(0, …)",),
            should=RETURNED),
    Mistake("layers in the wrong order", "gradient", lambda s, b, w: (b[::-1], w),
            "the layers of nabla_b are returned from the last to the first", should=RETURNED),
    Mistake("layers in the wrong order", "gradient", lambda s, b, w: (b, w[::-1]),
            "the layers of nabla_w are returned from the last to the first", should=RETURNED),
    Mistake("parameters instead of gradients", "gradient", lambda s, b, w: (list(s.b.values()), list(s.W.values())),
            "the biases and weights themselves are returned", should=RETURNED),
]  # fmt: skip


def _all_but(rows: Callable[[Any], Any], divisor: Callable[[int], float]) -> Callable[[Facts], tuple[Facts, float]]:
    """The batch without some of its examples, and the factor that the mean over them gets."""

    def changed(facts: Facts) -> tuple[Facts, float]:
        x, y = rows(facts.x), rows(facts.y)
        return replace(facts, x=x, y=y), x.shape[1] / max(divisor(facts.x.shape[1]), 1)

    return changed


EXAMPLES = [
    Mistake("last example forgotten", "examples", _all_but(lambda x: x[:, :-1], lambda m: m),
            "the last example is left out", several, ("range(m − 1)",), should=ALL),
    Mistake("last example forgotten", "examples", _all_but(lambda x: x[:, :-1], lambda m: m - 1),
            "the last example is left out, and the mean is over m − 1", several, should=ALL),
    Mistake("first example forgotten", "examples", _all_but(lambda x: x[:, 1:], lambda m: m),
            "the first example is left out", several, ("range(1, m)",), should=ALL),
    Mistake("first example forgotten", "examples", _all_but(lambda x: x[:, 1:], lambda m: m - 1),
            "the first example is left out, and the mean is over m − 1", several, should=ALL),
]  # fmt: skip


def other_networks(setting: Setting) -> Iterator[Mistake]:
    """The right gradient of another cost, of another activation, or of both."""
    pairs = [(activation, cost) for cost in COSTS for activation in ACTIVATIONS]
    pairs.sort(key=lambda pair: (pair[0] != setting.activation) + (pair[1] != setting.cost))
    for activation, cost in pairs[1:]:
        what = ["derivative of the wrong cost"] * (cost != setting.cost) + ["wrong activation"] * (
            activation != setting.activation
        )
        said = [f"the cost {cost}"] * (cost != setting.cost) + [f"the activation {activation}"] * (
            activation != setting.activation
        )
        yield Mistake(", ".join(what), "network", _with(activation, cost),
                      f"every array is right for {' and '.join(said)}, which this network does not have")  # fmt: skip


def _with(activation: str, cost: str) -> Callable[[Facts], tuple[Facts, float]]:
    sigma, output = ACTIVATIONS[activation].function, COSTS[cost].output

    def changed(facts: Facts) -> tuple[Facts, float]:
        functions = dict.fromkeys(facts.W, sigma)
        if output:
            functions[len(facts.W)] = OUTPUTS[output]
        return replace(facts, activation=activation, cost=cost, functions=functions), 1.0

    return changed


def _printed(factor: float) -> str:
    return f"{factor:.4g}".replace("-", "−")


def fitted(factor: float) -> Mistake:
    """Every array times a constant that has no other name."""
    what = "a learning rate, or another constant" if abs(factor) < 1 else "a constant"
    said = f"every array is {_printed(factor)} times the right one: {what} is folded in"
    return Mistake("a constant factor", "gradient", scaled(lambda s: factor), said)


def fitted_place(place: str, factor: float) -> Mistake:
    """What stands in a place, times a constant."""
    what = {"delta": "{delta}", "nabla_b": "∂C/∂{b}", "nabla_w": "∂C/∂{W}"}[place]
    said = f"{{layer}} has {_printed(factor)} times the right {what}"
    return Mistake("a constant factor", place, lambda s, l: factor * s.right(place, l), said)


def updated(eta: float) -> Mistake:
    """The parameters after a step, instead of the gradient."""

    def stepped(s: Pass, b: Arrays, w: Arrays) -> tuple[Arrays, Arrays]:
        return (
            [p - eta * g for p, g in zip(s.b.values(), b, strict=True)],
            [p - eta * g for p, g in zip(s.W.values(), w, strict=True)],
        )

    said = f"the parameters after a step w − η ∂C/∂w with η = {_printed(eta)} are returned, not the gradient"
    return Mistake("updated parameters instead of gradients", "gradient", stepped, said, should=RETURNED)


def decayed(decay: float) -> Mistake:
    """A weight decay that the cost does not have."""

    def added(s: Pass, b: Arrays, w: Arrays) -> tuple[Arrays, Arrays]:
        return b, [g + decay * p for p, g in zip(s.W.values(), w, strict=True)]

    said = f"{_printed(decay)} times the weights is added to ∂C/∂W: the cost of this network has no such term"
    return Mistake("weight decay", "gradient", added, said, should=("∂C/∂W = (1/m) Σ δaᵀ, without a term in W",))
