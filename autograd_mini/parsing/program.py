"""An expression as a function of its inputs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor
from .evaluating import evaluate
from .functions import CONSTANTS, FUNCTIONS, INSTEAD
from .mistakes import UsageError, quoted
from .scanning import Token, identifier
from .statements import Statement, statements


class Program:
    """An expression, read and ready to be evaluated.

    Parameters
    ----------
    source
        Steps separated by ``;`` or new lines, ``c = a + b; c * 2``. The value of the last one is the result. A step that
        names a number, ``b = 1``, gives the value of an input.
    values
        Those of the other inputs, by name.

    Attributes
    ----------
    inputs : dict
        The value of every input that the expression uses, in order of first use.
    notes : list of str
        What a person should know and can live with: a value that nothing uses, a logarithm of a negative number.

    Raises
    ------
    UsageError
        When the expression cannot be read, and when a name has no value, or two.
    """

    def __init__(self, source: str, values: Mapping[str, Any]) -> None:
        self.source = source
        self.inputs: dict[str, Any] = {}
        self.notes: list[str] = []
        self._values = values
        self._constants: dict[str, Any] = {}
        self._steps: list[Statement] = []
        self._read(statements(source))

    def __call__(self, inputs: Mapping[str, Any]) -> Any:
        """The result, for these values of the inputs: Tensors, or arrays."""
        return self._evaluate(inputs, None)

    def tensors(self) -> tuple[Tensor, dict[str, Tensor]]:
        """The result at the values that were given, and the inputs, all of them named.

        Raises
        ------
        UsageError
            When NumPy refuses a step, and when there is nothing to differentiate.
        """
        inputs = {name: Tensor(value, name) for name, value in self.inputs.items()}
        result = self._evaluate(inputs, self.notes)
        last = self._steps[-1]
        if result.dtype.kind == "b":
            raise UsageError(
                f"{quoted(last.text(last.tree))} is true or false and has no derivative. where(a > b, 1, 0) makes a number "
                "of a comparison.",
                self.source,
                last.place(last.tree),
            )
        if not isinstance(result, Tensor):
            raise UsageError("the result depends on no input.", self.source, last.place(last.tree))
        return result, inputs

    def _evaluate(self, inputs: Mapping[str, Any], notes: list[str] | None) -> Any:
        names = {**self._constants, **inputs}
        result: Any = None
        for step in self._steps:
            result = evaluate(step, names, notes)
            if isinstance(result, Tensor) and (result.rule is None or (step.name and result.name)):
                result = np.positive(result)  # what already has a name gets no second one
            if step.name:
                if isinstance(result, Tensor):
                    result.name = step.name.text
                names[step.name.text] = result
        return result

    def _read(self, parsed: list[Statement]) -> None:
        """Tell inputs, constants and steps from one another."""
        coming = {step.name.text for step in parsed if step.name}
        known: set[str] = set()
        missing: list[Token] = []
        used: set[str] = set()
        for step in parsed:
            for token in _called(step):
                self._check_call(token, coming)
            of_inputs = False
            for token in _variables(step):
                name = token.text
                used.add(name)
                of_inputs |= name in known or name in self._values
                if name in known or name in self._constants:
                    continue
                if name in coming:
                    raise UsageError(
                        f"{quoted(name)} is used before it is computed. Give every step a name of its own.",
                        self.source,
                        token.place,
                    )
                if name in self._values:
                    known.add(name)
                    self.inputs[name] = self._values[name]
                elif name in CONSTANTS:
                    self._constants[name] = CONSTANTS[name]
                else:
                    missing.append(token)
            if step.name:
                self._check_new(step.name, known)
                known.add(step.name.text)
            if step.name and not of_inputs and not missing:
                self.inputs[step.name.text] = number_or_array(step, self._constants)
            else:
                self._steps.append(step)
        if missing:
            raise self._missing(missing)
        if not self._steps or self._steps[-1] is not parsed[-1]:
            place = parsed[-1].name.place if parsed[-1].name else 0
            raise UsageError("the last step is the result, and this one depends on no input.", self.source, place)
        if not self.inputs:
            raise UsageError(
                'there is no input in it, so nothing to differentiate by. Use names: "(a+b)*(b+1)" a=2 b=1.',
                self.source,
            )
        self._note_unused(parsed, used)

    def _check_new(self, name: Token, known: set[str]) -> None:
        if name.text in known and name.text in self.inputs:
            raise UsageError(f"{quoted(name.text)} is an input already.", self.source, name.place)
        if name.text in known:
            raise UsageError(
                f"{quoted(name.text)} is computed twice. Give every step a name of its own.", self.source, name.place
            )
        if name.text in self._values:
            raise UsageError(
                f"{quoted(name.text)} is computed here, and also given as a value.", self.source, name.place
            )

    def _check_call(self, token: Token, coming: set[str]) -> None:
        name = token.text
        if name in FUNCTIONS:
            if name in coming or name in self._values:
                raise UsageError(f"{quoted(name)} is both a function and a value here.", self.source, token.place)
            return
        if name in coming or name in self._values:
            sentence = f"{quoted(name)} is a value and cannot be called. For a product, write {name}*(…)."
        elif name in INSTEAD:
            sentence = f"there is no function {quoted(name)}: write {INSTEAD[name]}."
        else:
            sentence = f"there is no function {quoted(name)}."
            close = difflib.get_close_matches(name, FUNCTIONS, 1)
            sentence += f" Did you mean {close[0]}?" if close else " --names lists those there are."
        raise UsageError(sentence, self.source, token.place)

    def _missing(self, missing: list[Token]) -> UsageError:
        names = list(dict.fromkeys(token.text for token in missing))
        first = names[0]
        unused = [name for name in self._values if name not in self.inputs]
        close = difflib.get_close_matches(first, [*unused, *self.inputs], 1)
        if first in FUNCTIONS:
            sentence = f"{quoted(first)} is a function: write {first}(…)."
        elif len(first) > 1 and set(first) <= set(self._values):
            sentence = f"no value for {quoted(first)}. For a product, write {'*'.join(first)}."
        else:
            give = " ".join(f"{name}=1" for name in names)
            sentence = f"no value for {_listed(names)}; give {'it' if len(names) == 1 else 'them'} as {give}."
            same = [name for name in unused if name.lower() == first.lower()]
            if same or close:
                sentence += f" Or did you mean {quoted((same or close)[0])}?"
        return UsageError(sentence, self.source, missing[0].place)

    def _note_unused(self, parsed: Sequence[Statement], used: set[str]) -> None:
        if "e" in self._constants:
            self.notes.append("e is Euler's number 2.71828… here; e=… gives it another value.")
        if given := [name for name in self._values if name not in self.inputs]:
            self.notes.append(f"{_listed(given)} {'is' if len(given) == 1 else 'are'} given, and not used.")
        steps = [step.name.text for step in parsed[:-1] if step.name and step.name.text not in used]
        if steps:
            self.notes.append(f"{_listed(steps)} {'is' if len(steps) == 1 else 'are'} computed, and not used.")
        if any(step.name is None for step in parsed[:-1]):
            self.notes.append("a step without a name is computed, and not used; only the last one is shown.")


def given_values(arguments: Iterable[str]) -> dict[str, Any]:
    """The values of inputs, from arguments like ``a=2`` and ``x=[1, 2, 3]``.

    Raises
    ------
    UsageError
        When an argument is not of that form, or gives a name that has a value.
    """
    values: dict[str, Any] = {}
    for argument in arguments:
        name, step = _definition(argument)
        for token in [*_called(step), *_variables(step)]:
            if token.text not in {**CONSTANTS, **FUNCTIONS}:
                raise UsageError(f"a value is a number, and {quoted(token.text)} is none.", argument, token.place)
        if name in values:
            raise UsageError(f"{quoted(name)} is given twice.", argument)
        values[name] = number_or_array(step, CONSTANTS)
    return values


def _definition(argument: str) -> tuple[str, Statement]:
    """The name and the statement of an argument of the form ``name=number``."""
    name, sign, _ = argument.partition("=")
    if not sign:
        raise UsageError(
            f"{quoted(argument)} gives no value: values are name=number, after the expression, which is one argument in "
            "quotation marks."
        )
    if identifier(name.strip()).isidentifier():
        step, *more = statements(argument)
        if step.name and not more:
            return step.name.text, step
    raise UsageError("a value is given as name=number.", argument)


def number_or_array(statement: Statement, constants: Mapping[str, Any]) -> Any:
    """The value of an expression without inputs.

    Raises
    ------
    UsageError
        When it is no finite number.
    """
    value = evaluate(statement, constants)
    if value.dtype.kind != "f" or not np.isfinite(value).all():
        what = "true or false" if value.dtype.kind == "b" else "not finite"
        raise UsageError(
            f"this is {what}; a value is a finite number.", statement.source, statement.place(statement.tree)
        )
    return value


def _called(statement: Statement) -> Iterator[Token]:
    """The names that are called."""
    for token, following in zip(statement.tokens, statement.tokens[1:], strict=False):
        if token.kind == "name" and following.text == "(":
            yield token


def _variables(statement: Statement) -> Iterator[Token]:
    """The names that stand for a value."""
    following = [token.text for token in statement.tokens[1:]] + [""]
    for token, text in zip(statement.tokens, following, strict=True):
        if token.kind == "name" and text not in ("(", "="):
            yield token


def _listed(names: Sequence[str]) -> str:
    return quoted(names[0]) if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
