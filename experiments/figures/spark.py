"""A line without axes, as wide as a few words: how a number went over the months, with its ends said."""

from __future__ import annotations

import math
from collections.abc import Sequence

from experiments.amounts import amount
from experiments.figures import palette
from experiments.figures.scales import Scale, month_name, spread
from experiments.figures.svg import line, picture, points, tag

WIDTH, HEIGHT, EDGE = 220.0, 56.0, 4.0


def sparkline(
    months: Sequence[int], values: Sequence[float], unit: str, lang: str, title: str, key: str, mark: int | None = None
) -> str:
    """An SVG of one value a month (nan leaves a gap). `mark`: a month to point at; `key` keeps ids apart."""
    first, last = min(months, default=0), max(months, default=0)
    across = Scale(first - 0.5, last + 0.5, EDGE, WIDTH - EDGE)
    low, high = spread(values, include_zero=min((v for v in values if math.isfinite(v)), default=0.0) >= 0.0)
    up = Scale(low, high, HEIGHT - EDGE, EDGE)
    content = [line(EDGE, up(max(low, 0.0)), WIDTH - EDGE, up(max(low, 0.0)), palette.AXIS)]
    content += [_stroke(run) for run in _runs([(across(m), up(v)) for m, v in zip(months, values, strict=True)])]
    if mark is not None and first <= mark <= last:
        content.append(line(across(mark), 0.0, across(mark), HEIGHT, palette.MUTED, dash="2 2"))
        value = values[list(months).index(mark)]
        if math.isfinite(value):
            content.append(tag("circle", cx=across(mark), cy=up(value), r=3.0, fill=palette.POLICY))
    return picture(key, lang, WIDTH, HEIGHT, title, _sentence(months, values, unit, lang), *content)


def _runs(spots: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """The line cut where a value is missing."""
    found: list[list[tuple[float, float]]] = [[]]
    for x, y in spots:
        if math.isfinite(y):
            found[-1].append((x, y))
        elif found[-1]:
            found.append([])
    return [run for run in found if run]


def _stroke(run: Sequence[tuple[float, float]]) -> str:
    if len(run) == 1:
        return tag("circle", cx=run[0][0], cy=run[0][1], r=1.5, fill=palette.POLICY)
    return tag("polyline", points=points(run), fill="none", stroke=palette.POLICY, stroke_width=1.6)


def _sentence(months: Sequence[int], values: Sequence[float], unit: str, lang: str) -> str:
    known = [(m, v) for m, v in zip(months, values, strict=True) if math.isfinite(v)]
    if not known:
        return "没有数据。" if lang == "zh" else "No data."
    (one, start), (two, end) = known[0], known[-1]
    ends = [f"{month_name(m, lang)} {amount(v, unit, lang=lang)}" for m, v in ((one, start), (two, end))]
    low, high = min(v for _, v in known), max(v for _, v in known)
    reach = [amount(v, unit, lang=lang) for v in (low, high)]
    if lang == "zh":
        return f"{ends[0]}，{ends[1]}；最低{reach[0]}，最高{reach[1]}。"
    return f"{ends[0]}, {ends[1]}; lowest {reach[0]}, highest {reach[1]}."
