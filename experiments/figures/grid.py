"""A grid of tiles: the sign of each as colour and signs, its size by steps, blank where it is unclear."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from experiments.figures import palette
from experiments.figures.svg import (
    SMALL_SIZE,
    TEXT_SIZE,
    TITLE_SIZE,
    clean,
    picture,
    rectangle,
    shortened,
    tag,
    text_width,
    words,
)

STEPS: Final = (0.001, 0.01, 0.1)
"""Relative changes at which a tile grows stronger: a tenth of a per cent, one per cent, ten per cent."""
CELL: Final = 34.0
ROW: Final = 19.0
_SLANT: Final = -50.0
_THIN: Final = "\u200a"  # a hair space, so that signs do not run together
_LEGEND: Final = {
    "en": ("below 0.1 %", "0.1 to 1 %", "1 to 10 %", "above 10 %, or from nought"),
    "zh": ("低于0.1%", "0.1%至1%", "1%至10%", "高于10%，或由零起"),
}
_BLANK: Final = {"en": "blank: the 90 % interval holds zero", "zh": "空白：90%区间包含零"}


@dataclass(frozen=True)
class Tile:
    """A clear effect: its sign, its size over the level (nan where that was nought), and its words."""

    sign: int
    relative: float
    words: str

    @property
    def strength(self) -> int:
        """1 to 4 by the size of the relative change."""
        if not math.isfinite(self.relative):
            return len(STEPS) + 1
        return 1 + sum(abs(self.relative) >= step for step in STEPS)


def tile_grid(
    rows: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    columns: Sequence[tuple[str, str]],
    tiles: Mapping[tuple[str, str], Tile],
    title: str,
    key: str,
    lang: str,
) -> str:
    """An SVG. `rows`: headings with (id, label) pairs; `columns`: (id, label); `tiles` by row and column id.

    A pair without a tile stays blank.
    """
    labels = [label for _, group in rows for _, label in group]
    left = 16.0 + max([text_width(label, TEXT_SIZE) for label in labels], default=0.0)
    tall = max([text_width(label, TEXT_SIZE) for _, label in columns], default=0.0) * math.sin(math.radians(-_SLANT))
    head = 62.0 + tall
    height = head + ROW * (len(labels) + len(rows)) + 12.0
    reach = max([text_width(label, TEXT_SIZE) for _, label in columns[-3:]], default=0.0) * 0.66
    width = max(left + CELL * len(columns) + reach, 760.0)
    content = [
        words(2.0, 14.0, shortened(title, width - 4.0, TITLE_SIZE), TITLE_SIZE, weight="bold"),
        _legend(lang),
        *(_column(label, left + CELL * at, head) for at, (_, label) in enumerate(columns)),
    ]
    y = head
    for heading, group in rows:
        content.append(words(2.0, y + 14.0, heading, TEXT_SIZE, palette.MUTED, weight="bold"))
        y += ROW
        for row, label in group:
            content.append(words(left - 8.0, y + 13.5, label, anchor="end"))
            content += [_tile(tiles.get((row, column)), left + CELL * at, y) for at, (column, _) in enumerate(columns)]
            y += ROW
    return picture(key, lang, width, height, title, grid_sentence(title, labels, columns, tiles, lang), *content)


def _column(label: str, x: float, head: float) -> str:
    """A column's name, slanted so that many fit."""
    at = x + CELL / 2.0
    turned = f"rotate({_SLANT:g} {at:.2f} {head - 4.0:.2f})"
    return tag("text", clean(label), x=at, y=head - 4.0, font_size=TEXT_SIZE, fill=palette.INK, transform=turned)


def fill_of(sign: int, strength: int) -> str:
    """The colour of a tile."""
    return palette.diverging(sign * (0.18, 0.42, 0.7, 1.0)[strength - 1])


def _tile(tile: Tile | None, x: float, y: float) -> str:
    frame: dict[str, str | float | None] = {"stroke": palette.GRID, "stroke_width": 0.6}
    if tile is None:
        return rectangle(x, y, CELL, ROW, palette.WHITE, **frame)
    fill = fill_of(tile.sign, tile.strength)
    signs = _THIN.join(("+" if tile.sign > 0 else "−") * tile.strength)
    mark = words(x + CELL / 2.0, y + 13.5, signs, SMALL_SIZE, palette.text_on(fill), "middle")
    return tag("g", tag("title", clean(tile.words)), rectangle(x, y, CELL, ROW, fill, **frame), mark)


def _legend(lang: str) -> str:
    """A pair of swatches for every step, in words."""
    parts, x = [], 2.0
    for strength, text in enumerate(_LEGEND[lang], start=1):
        for sign in (-1, 1):
            fill = fill_of(sign, strength)
            parts.append(rectangle(x, 24.0, 16.0, 12.0, fill, stroke=palette.GRID, stroke_width=0.6))
            x += 17.0
        told = f"{_THIN.join('−' * strength)} / {_THIN.join('+' * strength)} {text}"
        parts.append(words(x + 3.0, 34.0, told, SMALL_SIZE, palette.MUTED))
        x += text_width(told, SMALL_SIZE) + 16.0
    return tag("g", *parts, words(2.0, 52.0, _BLANK[lang], SMALL_SIZE, palette.MUTED))


def grid_sentence(
    title: str,
    labels: Sequence[str],
    columns: Sequence[tuple[str, str]],
    tiles: Mapping[tuple[str, str], Tile],
    lang: str,
) -> str:
    """How many tiles are clear, and which column has most."""
    counts = {label: sum(column == id for _, column in tiles) for id, label in columns}
    total = len(labels) * len(columns)
    if not tiles:
        return f"{title}：均无明确变化。" if lang == "zh" else f"{title}: nothing moves clearly."
    most = max(counts, key=lambda label: counts[label])
    if lang == "zh":
        return f"{title}：{total}格中{len(tiles)}格方向明确，最多的是{most}（{counts[most]}项）。"
    return f"{title}: {len(tiles)} of {total} have a clear direction, most of them {most} ({counts[most]})."
