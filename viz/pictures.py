"""What a figure on the page is made of: an answer turned into series, bars and tables, in a language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from experiments.amounts import amount, interval
from experiments.figures import Bar, Series, bar_chart, bar_sentence, line_chart, line_sentence, tile_map, tile_sentence
from experiments.words import indicator_label, indicators, member_label
from model.kernel.calendar import format_month
from viz.answers import Answer, Curve
from viz.controls import said
from viz.focus import Focus
from viz.runs import BASELINE, POLICY
from viz.text import word

Rows = list[list[str]]


@dataclass(frozen=True)
class Picture:
    """A drawing, its name, its sentence, and what gives its numbers (first row: headings) when they are asked for."""

    svg: str
    title: str
    caption: str
    table: Callable[[], Rows]


def title_of(focus: Focus, lang: str) -> str:
    """Name of what is looked at."""
    name = said(indicator_label(focus.indicator), lang)
    if not focus.member:
        return name
    place = said(member_label(focus.dimension, focus.member), lang)
    return f"{name}：{place}" if lang == "zh" else f"{name}: {place}"


def lines(answer: Answer, focus: Focus, lang: str, mark: int | None, wide: float = 400.0, tips: bool = True) -> Picture:
    """Baseline and policy on the same axes, the difference beneath: by month, or by year for a member.

    `tips`: numbers under the pointer for every month.
    """
    if focus.member:
        return _yearly(answer, focus, lang, wide)
    months = list(answer.months)
    curves = {role: answer.curve(focus.indicator, role) for role in (BASELINE, POLICY)}
    gap = answer.difference(focus.indicator)
    return _drawn(months, curves[BASELINE], curves[POLICY], gap, answer, focus, lang, mark, wide, tips)


def _yearly(answer: Answer, focus: Focus, lang: str, wide: float) -> Picture:
    """Breakdowns are kept by year: one point a year, in the middle of it."""
    table = answer.member_years(focus.indicator, focus.dimension, focus.member)
    months = [int(year) * 12 + 6 for year in table.index]
    base, policy = (Curve(table[name].to_numpy(), None, None) for name in ("baseline", "policy"))
    known = len(answer.seeds) > 1
    gap = Curve(table["effect"].to_numpy(), *((table[name].to_numpy() if known else None) for name in ("low", "high")))
    return _drawn(months, base, policy, gap, answer, focus, lang, None, wide)


def _drawn(
    months: list[int],
    base: Curve,
    policy: Curve,
    gap: Curve,
    answer: Answer,
    focus: Focus,
    lang: str,
    mark: int | None,
    wide: float,
    tips: bool = True,
) -> Picture:
    unit, title = indicators()[focus.indicator].unit, title_of(focus, lang)
    series = [
        Series(word("baseline", lang), base.mean, base.low, base.high, "baseline"),
        Series(word("policy", lang), policy.mean, policy.low, policy.high, "policy"),
    ]
    difference = Series(word("difference", lang), gap.mean, gap.low, gap.high, "policy")
    key = "-".join(("line", focus.indicator, focus.dimension, focus.member)).replace(" ", "_")
    begins = answer.baseline.policies_from
    svg = line_chart(
        months,
        series,
        unit,
        lang,
        title,
        key,
        difference=difference,
        from_month=begins,
        mark=mark,
        width=wide,
        tips=tips,
    )
    caption = line_sentence(title, months, series, unit, lang, difference, mark)
    return Picture(svg, title, caption, lambda: _line_table(months, series, difference, unit, lang, bool(focus.member)))


def _line_table(
    months: list[int], series: list[Series], difference: Series, unit: str, lang: str, yearly: bool
) -> Rows:
    head = [word("year" if yearly else "month_short", lang), *(one.label for one in (*series, difference))]
    rows = [[*head, word("interval", lang)]]
    for at, month in enumerate(months):
        low, high = difference.low, difference.high
        span = "–" if low is None or high is None else interval(float(low[at]), float(high[at]), unit, lang)
        rows.append(
            [
                str(month // 12) if yearly else format_month(month),
                *(amount(float(one.values[at]), unit, lang=lang) for one in series),
                amount(float(difference.values[at]), unit, True, lang),
                span,
            ]
        )
    return rows


def bars(answer: Answer, indicator: str, dimension: str, lang: str, wide: float = 340.0, most: int = 12) -> Picture:
    """Effects by member in the last whole year, losers first."""
    table = answer.breakdown(indicator, dimension, answer.last_year)
    table = table[np.isfinite(table["effect"]) & ((table["baseline"] != 0.0) | (table["policy"] != 0.0))]
    table = table.sort_values("effect", kind="stable")
    if len(table) > most:
        table = table.loc[table["effect"].abs().sort_values(kind="stable").index[-most:]].sort_values("effect")
    rows = [
        Bar(said(member_label(dimension, str(name)), lang), *(float(row[key]) for key in ("effect", "low", "high")))
        for name, row in table.iterrows()
    ]
    unit = indicators()[indicator].unit
    title = f"{said(indicator_label(indicator), lang)} · {answer.last_year}"
    svg = bar_chart(rows, unit, lang, title, f"bars-{indicator}-{dimension}", width=wide)
    return Picture(svg, title, bar_sentence(title, rows, unit, lang), lambda: _bar_table(rows, unit, lang))


def _bar_table(rows: list[Bar], unit: str, lang: str) -> Rows:
    head = [word("place", lang), word("effect", lang), word("interval", lang)]
    body = [
        [
            row.label,
            amount(row.value, unit, True, lang),
            interval(row.low, row.high, unit, lang) if np.isfinite(row.low) else "–",
        ]
        for row in rows
    ]
    return [head, *body]


def tiles(answer: Answer, indicator: str, lang: str, wide: float = 520.0) -> Picture:
    """Effects by province in the last whole year, as a tile map."""
    table = answer.breakdown(indicator, "province", answer.last_year)
    unit = indicators()[indicator].unit
    values = {str(name): float(value) for name, value in table["effect"].items()}
    title = f"{said(indicator_label(indicator), lang)} · {answer.last_year}"
    svg = tile_map(values, unit, lang, title, f"tiles-{indicator}", width=wide)
    return Picture(svg, title, tile_sentence(title, values, unit, lang), lambda: _tile_table(values, unit, lang))


def _tile_table(values: Mapping[str, float], unit: str, lang: str) -> Rows:
    ordered = sorted((pair for pair in values.items() if np.isfinite(pair[1])), key=lambda pair: pair[1])
    rows = [[said(member_label("province", name), lang), amount(value, unit, True, lang)] for name, value in ordered]
    return [[word("place", lang), word("effect", lang)], *rows]


def ends(answer: Answer, indicator: str, dimension: str, lang: str, most: int = 3) -> tuple[list[str], list[str]]:
    """Losers and winners whose interval excludes zero, the largest first, each with its effect in words."""
    table = answer.breakdown(indicator, dimension, answer.last_year)
    unit = indicators()[indicator].unit
    clear = table[(table["low"] > 0.0) | (table["high"] < 0.0)]

    def told(name: object, effect: float) -> str:
        return f"{said(member_label(dimension, str(name)), lang)} {amount(float(effect), unit, True, lang)}"

    ordered = clear["effect"].sort_values(kind="stable")
    lose = [told(name, effect) for name, effect in ordered[ordered < 0.0].head(most).items()]
    gain = [told(name, effect) for name, effect in ordered[ordered > 0.0][::-1].head(most).items()]
    return lose, gain
