"""Every row of the tables at every place where it makes sense in one network: the single mistakes that could be there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nn.checking.backward import Arrays, Facts, Pass
from nn.checking.gathered import BIAS, FORWARD, LAYER, WEIGHT
from nn.checking.mistakes import CARRIED, COST, DELTA, SLOPE, Mistake
from nn.checking.mixed_up import wrong_layers
from nn.checking.notation import Setting, equations, in_words, line, words
from nn.checking.whole import EXAMPLES, GRADIENT, other_networks

WHOLE = ("gradient", "examples", "network")
FORWARDS = ("z", "a")
FEW_LAYERS = 6  # of these a mistake may be in any stretch
ABOVE = ("cost", "carried", "slope", "delta")  # a mistake there is carried down


@dataclass(frozen=True, eq=False)
class Candidate:
    """A mistake and the layers in which it is made; those of a mistake about the whole are all of them."""

    mistake: Mistake
    layers: tuple[int, ...]

    @property
    def carried_down(self) -> bool:
        """Whether the layers below get a wrong error from this one, and have no mistake of their own."""
        return self.mistake.place in ABOVE and len(self.layers) == 1

    def said(self, setting: Setting) -> str:
        """The sentence."""
        return in_words(self.mistake.said, words(setting, self.layers, self.mistake.other))

    def readings(self, setting: Setting) -> list[str]:
        """What the person may have had in mind."""
        terms = words(setting, self.layers, self.mistake.other)
        return [in_words(reading, terms) for reading in self.mistake.readings]

    def lines(self, setting: Setting) -> list[tuple[str, str]]:
        """The lines that one should have, each with the name of its equation, or none."""
        if self.mistake.should:
            return [(text, "") for text in self.mistake.should]
        return [line(setting, key, self.layers) for key in equations(setting, self.mistake.place, self.layers)]


def gradient(mistakes: tuple[Candidate, ...], facts: Facts, right: Pass) -> tuple[Arrays, Arrays]:
    """Run backprop with these mistakes.

    Raises
    ------
    ValueError, LookupError
        When it does not run: shapes do not fit, or something is not there.
    """
    changed, ends, factor = {}, [], 1.0
    known: Pass | None = right
    for one in mistakes:
        place, formula = one.mistake.place, one.mistake.formula
        if place == "gradient":
            ends.append(formula)
        elif place in ("examples", "network"):
            facts, share = formula(facts)
            factor, known = factor * share, None
        else:
            changed.update({(place, l): formula for l in one.layers})
    b, w = Pass(facts, changed, known).gradient(ends)
    return ([factor * g for g in b], [factor * g for g in w]) if factor != 1.0 else (b, w)


def singles(setting: Setting) -> list[Candidate]:
    """All single mistakes, the commonest first."""
    L = setting.L
    everywhere = tuple(range(1, L + 1))
    found = [Candidate(mistake, everywhere) for mistake in (*GRADIENT, *EXAMPLES) if mistake.where(setting, L)]
    for table in (SLOPE, COST, CARRIED, DELTA, BIAS, WEIGHT, LAYER, wrong_layers(L), FORWARD):
        for mistake in table:
            found += [Candidate(mistake, layers) for layers in _extents(mistake, setting)]
    return found + [Candidate(mistake, everywhere) for mistake in other_networks(setting)]


def _extents(mistake: Mistake, setting: Setting) -> Iterator[tuple[int, ...]]:
    """The layers in which a mistake may be: a single one, or a stretch of them, where it is in the loop."""
    sensible = [l for l in range(setting.L, 0, -1) if mistake.where(setting, l)]
    for l in sensible:
        yield (l,)
    bottoms = range(1, setting.L) if setting.L <= FEW_LAYERS else (1, 2)
    tops = range(setting.L, 1, -1) if setting.L <= FEW_LAYERS else (setting.L, setting.L - 1)
    stretches = (tuple(l for l in reversed(sensible) if low <= l <= high) for high in tops for low in bottoms)
    yield from dict.fromkeys(layers for layers in stretches if len(layers) > 1)
