"""The colours of a picture, on light and on dark paper.

Every text has a contrast of at least 4.5 to 1 with what it stands on, and no colour says what a word or a place does not
say as well.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

LEVELS = 10  # steps of the colour scale of a heat-map on either side of its middle


@dataclass(frozen=True)
class Palette:
    """Colours by what they mean, as ``#rrggbb``."""

    paper: str
    ink: str
    muted: str
    line: str
    value: str
    gradient: str
    tangent: str
    input: str
    """The ground of an input's box, and `output`, `other`, `layer` likewise."""
    output: str
    other: str
    layer: str
    layer_line: str
    negative: str
    """The far ends of the colour scale, and `middle` between them."""
    middle: str
    positive: str

    def shade(self, level: int) -> str:
        """The colour of a heat-map's cell, from −LEVELS, the negative end of the scale, to LEVELS."""
        end = self.positive if level > 0 else self.negative
        share = abs(level) / LEVELS
        mixed = (round(m + (e - m) * share) for m, e in zip(channels(self.middle), channels(end), strict=True))
        return "#{:02x}{:02x}{:02x}".format(*mixed)


LIGHT = Palette(
    paper="#ffffff", ink="#1f2328", muted="#57606a", line="#6e7781",
    value="#0b5394", gradient="#b3480a", tangent="#00664b",
    input="#e6f1fb", output="#fdf0e3", other="#f6f8fa", layer="#fbfcfd", layer_line="#d0d7de",
    negative="#08529c", middle="#f3f1ee", positive="#b35309",
)  # fmt: skip
DARK = Palette(
    paper="#0d1117", ink="#e6edf3", muted="#9198a1", line="#8b949e",
    value="#79c0ff", gradient="#ffa657", tangent="#56d4a0",
    input="#10263d", output="#33210f", other="#161b22", layer="#10151c", layer_line="#3d444d",
    negative="#58a6f5", middle="#262b33", positive="#f09a4a",
)  # fmt: skip

FONT = "Helvetica,Arial,sans-serif"


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of ``#rrggbb``, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def meanings(palette: Palette) -> dict[str, str]:
    """What each colour of a palette stands for: the name of its field, or ``shade3`` on the scale of heat-maps."""
    shades = {palette.shade(level): f"shade{level}" for level in range(-LEVELS, LEVELS + 1)}
    return {colour: name for name, colour in asdict(palette).items()} | shades
