"""Horizontal bars around zero with their 90 % whiskers; as a waterfall each begins where the one above ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from experiments.amounts import axis as unit_axis
from experiments.amounts import in_axis_unit
from experiments.figures import palette
from experiments.figures.scales import Axis, value_axis
from experiments.figures.sentences import bar_sentence, waterfall_sentence
from experiments.figures.svg import (
    SMALL_SIZE,
    TEXT_SIZE,
    TITLE_SIZE,
    clean,
    line,
    picture,
    rectangle,
    shortened,
    tag,
    text_width,
    words,
)

ROW = 22.0
HEAD = 40.0
FOOT = 20.0
_PALE = {"en": "pale: the 90 % interval includes zero", "zh": "浅色：90%区间包含零"}


@dataclass(frozen=True)
class Bar:
    """A bar and its interval; bounds may be nan where there is none. It is drawn from `start` on."""

    label: str
    value: float
    low: float = math.nan
    high: float = math.nan
    start: float = 0.0

    @property
    def clear(self) -> bool:
        """Whether the interval lies on one side of zero."""
        return self.low > 0.0 or self.high < 0.0


def bar_chart(
    rows: Sequence[Bar], unit: str, lang: str, title: str, key: str, change: bool = True, width: float = 520.0
) -> str:
    """An SVG of one bar a row, in the order given; as high as it has rows."""
    return _chart(rows, unit, lang, title, key, change, width, bar_sentence(title, rows, unit, lang, change))


def waterfall_chart(
    rows: Sequence[Bar], total: Bar, unit: str, lang: str, title: str, key: str, width: float = 520.0
) -> str:
    """An SVG of bars that add up to `total`, the lowest bar: each begins where the one above it ends."""
    placed, reached = [], 0.0
    for row in rows:
        placed.append(replace(row, start=reached))
        reached += row.value if math.isfinite(row.value) else 0.0
    return _chart([*placed, total], unit, lang, title, key, True, width,
                  waterfall_sentence(title, rows, total, unit, lang))  # fmt: skip


def _chart(
    rows: Sequence[Bar], unit: str, lang: str, title: str, key: str, change: bool, width: float, sentence: str
) -> str:
    height = HEAD + ROW * max(1, len(rows)) + FOOT
    placed = [row.start + number for row in rows for number in (0.0, row.value, row.low, row.high)]
    divisor, word = unit_axis([row.value for row in rows], unit, lang, change)
    texts = [in_axis_unit(row.value, divisor, word, lang, change) for row in rows]
    right = max([text_width(text, TEXT_SIZE) for text in texts], default=0.0) + 12.0
    left = min(width * 0.42, max([text_width(row.label, TEXT_SIZE) for row in rows], default=0.0) + 12.0)
    axis = value_axis([*placed, 0.0], unit, lang, left, width - right, most=4, change=True)
    foot = HEAD + ROW * max(1, len(rows))
    content = [
        words(2.0, 14.0, shortened(title, width - 4.0, TITLE_SIZE), TITLE_SIZE, weight="bold"),
        _note(rows, axis, lang, change, width),
        _grid(axis, foot, change),
        *(
            _row(row, text, HEAD + ROW * at, axis, change, width)
            for at, (row, text) in enumerate(zip(rows, texts, strict=True))
        ),
    ]
    return picture(key, lang, width, height, title, sentence, *content)


def _note(rows: Sequence[Bar], axis: Axis, lang: str, change: bool, width: float) -> str:
    pale = change and any(not row.clear and math.isfinite(row.low) for row in rows)
    parts = [words(2.0, 30.0, axis.unit, SMALL_SIZE, palette.MUTED)] if axis.unit else []
    if pale:
        parts.append(words(width - 2.0, 30.0, _PALE[lang], SMALL_SIZE, palette.MUTED, "end"))
    return tag("g", *parts)


def _grid(axis: Axis, foot: float, change: bool) -> str:
    parts = []
    room = min(
        (abs(axis.scale(b) - axis.scale(a)) for a, b in zip(axis.ticks, axis.ticks[1:], strict=False)), default=99.0
    )
    crowded = max(text_width(text, SMALL_SIZE) for text in axis.texts) + 8.0 > room
    for place, (tick, text) in enumerate(zip(axis.ticks, axis.texts, strict=True)):
        x = axis.scale(tick)
        parts.append(line(x, HEAD, x, foot, palette.AXIS if text == "0" else palette.GRID))
        if text == "0" or not crowded or place in (0, len(axis.ticks) - 1):
            shown = text if change else text.removeprefix("+")
            parts.append(words(x, foot + 13.0, shown, SMALL_SIZE, palette.MUTED, "middle"))
    return tag("g", *parts)


def _row(row: Bar, text: str, top: float, axis: Axis, change: bool, width: float) -> str:
    middle = top + ROW / 2.0
    label = shortened(row.label, axis.scale.start - 12.0, TEXT_SIZE)
    parts = [words(axis.scale.start - 8.0, middle + 4.0, label, anchor="end")]
    if math.isfinite(row.value):
        zero, end = axis.scale(row.start), axis.scale(row.start + row.value)
        colour = palette.POLICY if not change else palette.GAIN if row.value >= 0.0 else palette.LOSS
        pale = change and math.isfinite(row.low) and not row.clear
        parts.append(
            rectangle(min(zero, end), top + 5.0, abs(end - zero), ROW - 10.0, colour,
                      fill_opacity=0.35 if pale else None)
        )  # fmt: skip
    if math.isfinite(row.low) and math.isfinite(row.high):
        a, b = axis.scale(row.start + row.low), axis.scale(row.start + row.high)
        parts += [line(a, middle, b, middle, palette.INK)]
        parts += [line(x, middle - 3.0, x, middle + 3.0, palette.INK) for x in (a, b)]
    parts.append(words(width - 2.0, middle + 4.0, text, anchor="end"))
    return tag("g", tag("title", clean(f"{row.label} {text}")), *parts)
