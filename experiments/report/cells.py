"""Tables of the score card as HTML: cells, verdicts, and the small picture of a band."""

from __future__ import annotations

import math
from typing import Final

from experiments.figures import palette
from experiments.figures.svg import line, rectangle, tag
from experiments.report.markup import Markup, element, joined, table
from experiments.validation.card import Cell, Grid, Strip, Title, Verdict
from experiments.validation.rows import Row

WIDTH: Final = 110.0
HEIGHT: Final = 16.0
_EDGE: Final = 4.0


def grid(made: Grid, lang: str) -> Markup:
    """A table of the card."""
    rows = [[_cell(cell, lang, at >= made.left) for at, cell in enumerate(row)] for row in made.rows]
    return table(made.caption, list(made.head), rows, left=made.left, wide=made.wide)


def _cell(cell: Cell, lang: str, figures: bool) -> object:
    if isinstance(cell, Strip):
        return Markup(strip(cell.row, lang))
    if isinstance(cell, Verdict):
        return element("span", cell.text, class_="ok" if cell.row.passed else "miss")
    if isinstance(cell, Title):
        return joined([cell.text, element("span", cell.note, class_="aside")]) if cell.note else cell.text
    return element("span", cell, class_="whole") if figures else cell


def strip(row: Row, lang: str) -> str:
    """The band as a bar, the published figure as a tick, the model as a dot with its interval.

    A model far outside is drawn at the edge. Empty where the row has no value or no band.
    """
    if not all(math.isfinite(value) for value in (row.low, row.high, row.simulated)):
        return ""
    width = max(row.high - row.low, 1e-12)
    low, high = row.low - 0.75 * width, row.high + 0.75 * width

    def at(value: float) -> float:
        place = (min(max(value, low), high) - low) / (high - low)
        return _EDGE + place * (WIDTH - 2.0 * _EDGE)

    middle = HEIGHT / 2.0
    parts = [rectangle(at(row.low), 3.0, at(row.high) - at(row.low), HEIGHT - 6.0, palette.GRID)]
    if math.isfinite(row.target):
        parts.append(line(at(row.target), 2.0, at(row.target), HEIGHT - 2.0, palette.MUTED))
    colour = palette.POLICY if row.passed else palette.LOSS
    parts.append(line(at(row.sim_low), middle, at(row.sim_high), middle, colour))
    parts.append(tag("circle", cx=at(row.simulated), cy=middle, r=3.0, fill=colour))
    return tag(
        "svg", *parts, xmlns="http://www.w3.org/2000/svg", width=WIDTH, height=HEIGHT,
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", aria_hidden="true",
    )  # fmt: skip
