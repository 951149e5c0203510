"""Lines over months: baseline and policy on the same axes with their bands, the difference in a strip underneath."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from experiments.amounts import amount, interval
from experiments.figures import palette
from experiments.figures.scales import Axis, Scale, by_year, moment_name, time_ticks, value_axis
from experiments.figures.sentences import line_sentence
from experiments.figures.svg import (
    SMALL_SIZE,
    TEXT_SIZE,
    TITLE_SIZE,
    clean,
    line,
    picture,
    points,
    rectangle,
    shortened,
    tag,
    text_width,
    words,
)

Floats = NDArray[np.float64]
STRIP = 62.0  # height of the difference strip, its caption included
HEAD = 40.0  # title and legend
TOP = HEAD + 13.0  # of the plot
FOOT = 18.0  # years
_STYLES = {
    "baseline": (palette.BASELINE, 1.6, "5 3"),
    "policy": (palette.POLICY, 1.8, None),
    "history": (palette.HISTORY, 1.2, "1 2"),
}
_BEGIN = {"en": "policies begin", "zh": "政策开始"}
_DIFFERENCE = {"en": "Difference", "zh": "差值"}
_BAND = {"en": "90 % of runs", "zh": "90%区间"}


@dataclass(frozen=True)
class Series:
    """A line: one value a month (nan leaves a gap), with the 5th and 95th percentile over runs where there are any.

    `role` is baseline (grey, dashed), policy (blue) or history (dark, dotted).
    """

    label: str
    values: Floats
    low: Floats | None = None
    high: Floats | None = None
    role: str = "policy"


def line_chart(
    months: Sequence[int],
    series: Sequence[Series],
    unit: str,
    lang: str,
    title: str,
    key: str,
    difference: Series | None = None,
    from_month: int | None = None,
    mark: int | None = None,
    width: float = 520.0,
    height: float = 250.0,
    tips: bool = True,
) -> str:
    """An SVG of `series` over absolute `months`.

    `difference`: policy less baseline, drawn in a strip of its own. `from_month`: where policies begin. `mark`: a month
    that is read out. `tips`: every month answers to the pointer with its figures.
    """
    foot = height - FOOT
    bottom = foot - (STRIP if difference is not None else 0.0)
    main = value_axis(_numbers(series), unit, lang, bottom - 4.0, TOP)
    strip = None
    if difference is not None:
        strip = value_axis(_numbers([difference]), unit, lang, foot - 4.0, bottom + 22.0, most=2, change=True)
    left = max(
        34.0, 12.0 + max(text_width(text, SMALL_SIZE) for text in (*main.texts, *(strip.texts if strip else ())))
    )
    across = Scale(months[0] - 0.5, months[-1] + 0.5, left, width - 10.0)
    content = [
        words(2.0, 14.0, shortened(title, width - 4.0, TITLE_SIZE), TITLE_SIZE, weight="bold"),
        _legend(months, series, main, unit, lang, mark, width),
        _frame(main, across, left, width),
        _years(months, across, lang, TOP, foot),
        *_begins(from_month, months, across, lang, TOP, foot),
        *chain.from_iterable(_drawn(one, months, across, main.scale) for one in series),
    ]
    if strip is not None and difference is not None:
        content += [_frame(strip, across, left, width, zero=True)]
        content += [
            words(left, bottom + 15.0, f"{_DIFFERENCE[lang]}{_in(strip.unit, lang)}", SMALL_SIZE, palette.MUTED)
        ]
        content += _drawn(difference, months, across, strip.scale)
    content += _marked(mark, months, series, across, main.scale, TOP, foot)
    if tips:
        content += [_tips(months, series, difference, unit, lang, across, HEAD, foot)]
    sentence = line_sentence(title, months, series, unit, lang, difference, mark)
    return picture(key, lang, width, height, title, sentence, *content)


def _numbers(series: Sequence[Series]) -> list[float]:
    """Every number that has to fit."""
    parts = [part for one in series for part in (one.values, one.low, one.high) if part is not None]
    return [float(value) for value in np.concatenate(parts)]


def _in(unit: str, lang: str) -> str:
    if not unit:
        return ""
    return f"（{unit}）" if lang == "zh" else f", {unit}"


def _frame(axis: Axis, across: Scale, left: float, width: float, zero: bool = False) -> str:
    """Quiet horizontal lines with their numbers."""
    parts = []
    for tick, text in zip(axis.ticks, axis.texts, strict=True):
        y = axis.scale(tick)
        dark = zero and abs(tick) < 1e-12 * max(1.0, *(abs(t) for t in axis.ticks))
        parts.append(line(left, y, width - 10.0, y, palette.AXIS if dark else palette.GRID))
        parts.append(words(left - 5.0, y + 3.5, text, SMALL_SIZE, palette.MUTED, "end"))
    return tag("g", *parts)


def _years(months: Sequence[int], across: Scale, lang: str, top: float, foot: float) -> str:
    ticks = time_ticks(months, across, lang)
    marks = [line(x, foot - 1.0, x, foot + 3.0, palette.AXIS) for x, _, _ in ticks]
    names = [words(middle, foot + 14.0, text, SMALL_SIZE, palette.MUTED, "middle") for _, middle, text in ticks if text]
    return tag("g", line(across.start, foot - 1.0, across.end, foot - 1.0, palette.AXIS), *marks, *names)


def _begins(
    month: int | None, months: Sequence[int], across: Scale, lang: str, top: float, foot: float
) -> Iterator[str]:
    """A dashed rule where policies begin; none when that is before the picture."""
    if month is None or not months[0] < month <= months[-1]:
        return
    x = across(month - 0.5)
    yield line(x, top - 12.0, x, foot - 1.0, palette.MUTED, 1.0, "2 3")
    room = text_width(_BEGIN[lang], SMALL_SIZE) + 4.0
    ahead = x + room < across.end
    yield words(
        x + 4.0 if ahead else x - 4.0, top - 4.0, _BEGIN[lang], SMALL_SIZE, palette.MUTED, None if ahead else "end"
    )


def _drawn(one: Series, months: Sequence[int], across: Scale, up: Scale) -> list[str]:
    """The band and the line of a series, in pieces where months are missing."""
    colour, width, dash = _STYLES[one.role]
    found = []
    if one.low is not None and one.high is not None:
        for piece in _pieces(np.isfinite(one.low) & np.isfinite(one.high)):
            ahead = [(across(months[i]), up(float(one.high[i]))) for i in piece]
            back = [(across(months[i]), up(float(one.low[i]))) for i in reversed(piece)]
            found.append(tag("polygon", points=points([*ahead, *back]), fill=colour, fill_opacity=0.16))
    for piece in _pieces(np.isfinite(one.values)):
        path = [(across(months[i]), up(float(one.values[i]))) for i in piece]
        if len(path) == 1:
            found.append(tag("circle", cx=path[0][0], cy=path[0][1], r=2.2, fill=colour))
            continue
        found.append(
            tag("polyline", points=points(path), fill="none", stroke=colour, stroke_width=width, stroke_dasharray=dash,
                stroke_linejoin="round")
        )  # fmt: skip
    return found


def _pieces(known: NDArray[np.bool_]) -> list[list[int]]:
    """Runs of positions that are known."""
    pieces: list[list[int]] = [[]]
    for place, here in enumerate(known):
        if here:
            pieces[-1].append(place)
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if piece]


def _legend(
    months: Sequence[int], series: Sequence[Series], axis: Axis, unit: str, lang: str, mark: int | None, width: float
) -> str:
    """Unit of the axis at the left, then each series by its stroke and name; with a month marked, its numbers."""
    at = list(months).index(mark) if mark in months else None
    x, parts = 2.0, []
    heads = [(axis.unit, palette.MUTED, None)] if axis.unit else []
    heads += [(moment_name(months, months[at], lang), palette.INK, "bold")] if at is not None else []
    for text, colour, weight in heads:
        parts.append(words(x, 30.0, text, SMALL_SIZE, colour, weight=weight))
        x += text_width(text, SMALL_SIZE) + 12.0
    banded = at is None and any(one.low is not None and np.isfinite(one.low).any() for one in series)
    room = width - x - (text_width(_BAND[lang], SMALL_SIZE) + 24.0 if banded else 0.0)
    values = ["" if at is None else f" {amount(float(one.values[at]), unit, lang=lang)}" for one in series]
    names = _fitted([one.label for one in series], room - sum(text_width(v, TEXT_SIZE) + 34.0 for v in values))
    for one, name, value in zip(series, names, values, strict=True):
        colour, stroke, dash = _STYLES[one.role]
        parts.append(line(x, 26.0, x + 18.0, 26.0, colour, stroke + 0.2, dash))
        parts.append(words(x + 22.0, 30.0, name + value))
        x += 22.0 + text_width(name + value, TEXT_SIZE) + 12.0
    if banded:
        parts.append(rectangle(x, 21.0, 16.0, 10.0, palette.POLICY, fill_opacity=0.2))
        parts.append(words(x + 20.0, 30.0, _BAND[lang], SMALL_SIZE, palette.MUTED))
    return tag("g", *parts)


def _fitted(names: Sequence[str], room: float) -> list[str]:
    """Names for a line of `room` pixels: the longer ones are cut, the shorter ones stay whole."""
    share = room / max(1, len(names))
    short = [text_width(name, TEXT_SIZE) for name in names if text_width(name, TEXT_SIZE) <= share]
    left = len(names) - len(short)
    return [shortened(name, (room - sum(short)) / left if left else room, TEXT_SIZE) for name in names]


def _marked(
    mark: int | None, months: Sequence[int], series: Sequence[Series], across: Scale, up: Scale, top: float, foot: float
) -> list[str]:
    """The month read out: a rule with a dot on every line."""
    if mark not in months or mark is None:
        return []
    at, x = list(months).index(mark), across(mark)
    dots = [
        tag("circle", cx=x, cy=up(float(one.values[at])), r=3.2, fill=palette.WHITE, stroke=_STYLES[one.role][0],
            stroke_width=1.6)
        for one in series
        if math.isfinite(one.values[at])
    ]  # fmt: skip
    return [line(x, top, x, foot - 1.0, palette.INK, 0.8), *dots]


def _tips(
    months: Sequence[int],
    series: Sequence[Series],
    difference: Series | None,
    unit: str,
    lang: str,
    across: Scale,
    top: float,
    foot: float,
) -> str:
    """One transparent rectangle a point; its title is what the pointer shows."""
    colon = "：" if lang == "zh" else ": "
    step = 12.0 if by_year(months) else 1.0
    wide = across(step) - across(0.0)
    parts = []
    for at, month in enumerate(months):
        told = [f"{one.label}{colon}{amount(float(one.values[at]), unit, lang=lang)}" for one in series]
        if difference is not None:
            text = f"{_DIFFERENCE[lang]}{colon}{amount(float(difference.values[at]), unit, True, lang)}"
            if difference.low is not None and difference.high is not None:
                text += f" {interval(float(difference.low[at]), float(difference.high[at]), unit, lang)}"
            told.append(text)
        tip = tag("title", clean("\n".join([moment_name(months, month, lang), *told])))
        parts.append(tag("rect", tip, x=across(month - step / 2.0), y=top, width=wide, height=foot - top))
    return tag("g", *parts, fill="none", pointer_events="all")
