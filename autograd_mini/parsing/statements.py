"""Tokens as statements, each of which Python's own parser can be trusted with.

What could make that parser fail, overflow or hang is refused before it is called: too many operations, brackets too deep.
What it would call invalid syntax is said in words, at its place.
"""

from __future__ import annotations

import ast
import bisect
from typing import NamedTuple

from .mistakes import UsageError, quoted
from .scanning import Token, scan

LENGTH = 10_000  # characters of an expression
OPERATIONS = 150  # nobody reads a longer lesson, and Python's parser recurses once per operation
DEPTH = 50  # brackets within brackets

CLOSING = {"(": ")", "[": "]"}
BINARY = {"+", "-", "*", "/", "//", "%", "@", "**", "==", "!=", "<=", ">=", "<", ">"}
EITHER = {"+", "-"}  # may also stand before an operand


class Statement(NamedTuple):
    """One step: ``name = expression``, or an expression alone."""

    source: str
    name: Token | None
    tokens: list[Token]
    """Of the expression."""
    tree: ast.expr
    starts: list[int]
    """Where each token begins in what Python's parser read, in bytes, as its nodes count."""

    def token_at(self, offset: int) -> int:
        """The number of the token that stands at a byte of what Python's parser read."""
        return max(0, bisect.bisect_right(self.starts, offset) - 1)

    def place(self, node: ast.expr) -> int:
        """Where a node begins in the source."""
        return self.tokens[self.token_at(node.col_offset)].place

    def operator_between(self, left: ast.expr, right: ast.expr) -> int:
        """The place of the operator between two operands."""
        first, last = self.token_at(left.end_col_offset or 0), self.token_at(right.col_offset)
        between = self.tokens[first : last + 1]
        return next((t.place for t in between if t.text in BINARY or t.kind == "power"), self.place(left))

    def call_place(self, function: ast.expr) -> int:
        """The place of the bracket with which a call of `function` begins."""
        after = self.tokens[self.token_at(function.end_col_offset or 0) :]
        return next((token.place for token in after if token.text == "("), self.place(function))

    def text(self, node: ast.expr) -> str:
        """A node as it was typed, in one line."""
        last = self.token_at((node.end_col_offset or 1) - 1)
        return " ".join(self.source[self.place(node) : self.tokens[last].stop].split())


def statements(source: str) -> list[Statement]:
    """The steps of an expression, checked and parsed.

    Raises
    ------
    UsageError
        Where it cannot be read, and when it is too long or too deep.
    """
    if len(source) > LENGTH:
        raise UsageError(f"the expression has {len(source):,} characters; {LENGTH:,} is the most.")
    parts: list[list[Token]] = [[]]
    depth = operations = 0
    before = ""
    for token in scan(source):
        depth += (token.text in CLOSING) - (token.text in CLOSING.values())
        operations += (token.text in BINARY and before not in ("[", ",")) or token.kind == "power" or token.text == "("
        before = token.text
        if depth > DEPTH:
            raise UsageError(
                f"brackets more than {DEPTH} deep. Give the inner ones names: c = …; d = …", source, token.place
            )
        if operations > OPERATIONS:
            raise UsageError(f"more than {OPERATIONS} operations; that is the most.", source, token.place)
        if token.kind != "end":
            parts[-1].append(token)
        elif token.text == ";" or depth <= 0:
            parts.append([])
    found = [_statement(source, part) for part in parts if part]
    if not found:
        raise UsageError('the expression is empty. Type one in quotation marks: "(a+b)*(b+1)" a=2 b=1.')
    return found


def _statement(source: str, tokens: list[Token]) -> Statement:
    name = None
    if len(tokens) > 1 and tokens[0].kind == "name" and tokens[1].text == "=":
        name, sign, *tokens = tokens
        if not tokens:
            raise UsageError(f'{quoted(name.text)} = what? Type an expression after "=".', source, sign.stop)
    check(source, tokens)
    text, starts = "", []
    for token in tokens:
        starts.append(len(text.encode()))
        text += token.text + " "
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        place = len(text[: (error.offset or 1) - 1].encode())
        number = max(0, bisect.bisect_right(starts, place) - 1)
        hint = ' In brackets "=" is for axis= alone; == compares.' if any(token.text == "=" for token in tokens) else ""
        raise UsageError(f"this cannot be read.{hint}", source, tokens[number].place) from None
    return Statement(source, name, tokens, tree, starts)


class _Bracket(NamedTuple):
    token: Token
    follows: bool
    """Whether it follows an operand: then it calls it, or indexes it."""


def check(source: str, tokens: list[Token]) -> None:
    """Operands and operators take turns, and brackets match.

    Raises
    ------
    UsageError
        Where they do not.
    """
    brackets: list[_Bracket] = []
    before: Token | None = None
    operand = False  # whether what has been read so far ends with one
    for token in tokens:
        within = brackets[-1] if brackets else None
        if token.kind in ("name", "number"):
            if before and operand:
                raise _two_operands(source, before, token)
            operand = True
        elif token.text in CLOSING:
            brackets.append(_Bracket(token, operand))
            operand = False
        elif token.text in CLOSING.values():
            _check_closing(source, within, before, token, operand)
            brackets.pop()
            operand = True
        elif token.text in (",", ":", "="):
            _check_mark(source, within, before, token, operand)
            operand = False
        elif operand:
            if before and before.kind == "power" and token.text.startswith("**"):
                raise UsageError("a power of a power: say with brackets which comes first.", source, token.place)
            operand = token.kind == "power"
        elif token.text not in EITHER:
            raise _no_operand(source, before, token)
        before = token
    if brackets:
        raise UsageError(f'"{brackets[-1].token.text}" is never closed.', source, brackets[-1].token.place)
    if before and not operand:
        raise UsageError(f'"{before.text}" wants something after it.', source, before.stop)


def _two_operands(source: str, before: Token, token: Token) -> UsageError:
    left, right = source[before.place : before.stop], source[token.place : token.stop]
    return UsageError(
        f"an operator is missing between {quoted(left)} and {quoted(right)}. For a product, write *.",
        source,
        token.place,
    )


def _no_operand(source: str, before: Token | None, token: Token) -> UsageError:
    sign = source[token.place : token.stop]
    if before is None or before.text in CLOSING or before.text in (",", ":", "="):
        return UsageError(f'"{sign}" wants something before it.', source, token.place)
    return UsageError(
        f'nothing stands between "{source[before.place : before.stop]}" and "{sign}".', source, token.place
    )


def _check_closing(source: str, within: _Bracket | None, before: Token | None, token: Token, operand: bool) -> None:
    if within is None or before is None:
        raise UsageError(f'"{token.text}" closes no bracket.', source, token.place)
    if token.text != CLOSING[within.token.text]:
        raise UsageError(f'"{within.token.text}" is closed by "{token.text}".', source, token.place)
    if operand or before.text in (",", ":") or (before is within.token and token.text == ")" and within.follows):
        return
    if before is within.token:
        raise UsageError("there is nothing in these brackets.", source, token.place)
    raise UsageError(f'"{before.text}" wants something after it.', source, token.place)


def _check_mark(source: str, within: _Bracket | None, before: Token | None, token: Token, operand: bool) -> None:
    call, index = (within is not None and within.follows and within.token.text == bracket for bracket in "([")
    if token.text == ":":
        if not index:
            raise UsageError('":" stands only in an index, as in x[1:3].', source, token.place)
        return
    if token.text == "=":
        if not (call and before and before.kind == "name"):
            raise UsageError('"=" names a step, once, at its beginning: "c = a + b; c * 2".', source, token.place)
        return
    if within is None:
        raise UsageError('"," stands only in brackets: [1, 2] is a vector, 1.5 a number.', source, token.place)
    if within.token.text == "(" and not call:
        raise UsageError('"," in ( ), which only group. A vector is written [1, 2].', source, token.place)
    if not operand and not (before and before.text == ":"):
        raise _no_operand(source, None, token)
