"""Six charts from the three levels; who loses and who gains."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from experiments.amounts import RELATIVE, amount
from experiments.figures import Bar, bar_chart, bar_sentence, line_chart, line_sentence, tile_map, tile_sentence
from experiments.report.answer import LEVELS, level_of, subject
from experiments.report.claims import claims
from experiments.report.markup import Markup, element, figure, joined
from experiments.report.prose import prose
from experiments.report.source import Source
from experiments.report.wording import pick
from experiments.show import HEADLINES
from experiments.words import dimension_label, indicator_label, level_label, member_label

WIDTH, HEIGHT = 400.0, 236.0
_PER_LEVEL = 2
_MOST_BARS = 12
_NAMED = 6


def chosen(source: Source, name: str) -> list[str]:
    """Two indicators a level: those that the policies speak of and that move, then headline figures."""
    spoken = [one.indicator for one in claims(source, name) if one.kind != "unmoved"] if source.policies else []
    rows = source.rows(name) if source.policies else {}
    order = list(dict.fromkeys([subject(source, name) if rows else "", *spoken, *HEADLINES, *source.measured]))
    there = [one for one in order if one in source.measured]
    still = {one for one in there if rows and float(rows[one]["effect"]) == 0.0}
    found = []
    for level in LEVELS:
        inside = [one for one in there if level_of(one) == level]
        inside.sort(key=lambda one: one in still)  # stable: what moves comes first
        found += inside[:_PER_LEVEL]
    return found


def charts(source: Source, name: str, lang: str, key: str, tips: bool, most: int = _PER_LEVEL) -> Markup:
    """The charts by level, each with its sentence; at most `most` a level."""
    alone = not source.policies
    begins = source.begins(name)
    parts = []
    for level in LEVELS:
        pictures = []
        for at, one in enumerate([one for one in chosen(source, name) if level_of(one) == level][:most]):
            title, unit = getattr(indicator_label(one), lang), source.unit(one)
            lines = [source.line(name, one, lang, "policy")]
            gap = None
            if not alone:
                lines = [source.line(source.baseline, one, lang, "baseline"), *lines]
                gap = source.gap(name, one, lang)
            svg = line_chart(source.months, lines, unit, lang, title, f"{key}-{level}-{at}", difference=gap,
                             from_month=begins, width=WIDTH, height=HEIGHT, tips=tips)  # fmt: skip
            pictures.append(figure(svg, line_sentence(title, source.months, lines, unit, lang, gap)))
        if pictures:
            parts.append(element("h3", getattr(level_label(level), lang)))
            parts.append(element("div", *pictures, class_="figures"))
    return joined(parts)


def distribution(source: Source, name: str, lang: str, key: str, brief: bool, losers: Markup) -> Markup:
    """Losers named first, then their table, provinces on a map, categories, sizes, modes and markets.

    In brief the sizes only.
    """
    indicator, year = "export_value", source.last_year
    table = source.members(name, year)
    table = table[table["indicator"] == indicator]
    if not len(table):
        return element("p", pick(lang, "This result holds no breakdowns.", "本结果没有分组数据。"))
    label, unit = getattr(indicator_label(indicator), lang), source.unit(indicator)
    parts = [element("p", sentence, class_="lead") for sentence in _named(table, unit, lang)]
    parts.append(losers)
    parts.append(element("p", prose("distribution", lang, label=label[:1].lower() + label[1:], year=year)))
    parts.append(element("div", _map(table, label, year, lang, key),
                         *(_bars(table, dimension, label, year, unit, lang, key)
                           for dimension in (("size",) if brief else ("category", "size", "mode", "market"))
                           if dimension in set(table["dimension"])),
                         class_="figures"))  # fmt: skip
    return joined(parts)


def _named(table: pd.DataFrame, unit: str, lang: str) -> list[str]:
    """A sentence on losers and one on gainers: members with a clear direction, the largest first."""
    rows = table[table["dimension"].isin(["province", "category", "size", "mode"])]
    clear = rows[(rows["low"] > 0.0) | (rows["high"] < 0.0)]
    said = []
    for lose in (True, False):
        side = clear[clear["effect"] < 0.0] if lose else clear[clear["effect"] > 0.0]
        side = side.sort_values(["effect", "dimension", "member"], ascending=[lose, True, True])
        names = [
            f"{getattr(member_label(dimension, member), lang)} ({amount(effect, unit, True, lang)})"
            for dimension, member, effect in zip(side["dimension"], side["member"], side["effect"], strict=True)
        ]
        said.append(_listed(names, lose, lang))
    return said


def _listed(names: Sequence[str], lose: bool, lang: str) -> str:
    more = len(names) - _NAMED
    if lang == "zh":
        word = "受损" if lose else "受益"
        if not names:
            return f"{word}方：没有方向明确的省份、品类、企业规模或履约方式。"
        shown = "、".join(names[:_NAMED]).replace(" (", "（").replace(")", "）")
        return f"{word}方：{shown}{f'，另有{more}组' if more > 0 else ''}。"
    word = "Lose" if lose else "Gain"
    if not names:
        return f"{word}: no province, category, size or mode has a clear direction."
    return f"{word}: {', '.join(names[:_NAMED])}{f' and {more} others' if more > 0 else ''}."


def _map(table: pd.DataFrame, label: str, year: int, lang: str, key: str) -> Markup:
    rows = table[table["dimension"] == "province"]
    values = {str(member): float(value) for member, value in zip(rows["member"], rows["relative"], strict=True)}
    title = pick(lang, f"{label} by province, {year}, change on baseline", f"{year}年各省{label}相对基准的变化")
    svg = tile_map(values, RELATIVE, lang, title, f"{key}-map", width=WIDTH)
    return figure(svg, tile_sentence(title, values, RELATIVE, lang))


def _bars(table: pd.DataFrame, dimension: str, label: str, year: int, unit: str, lang: str, key: str) -> Markup:
    """Bars of one dimension from the largest loss to the largest gain; of many members those at both ends."""
    rows = table[table["dimension"] == dimension].sort_values(["effect", "member"], kind="stable")
    cut = len(rows) > _MOST_BARS
    if cut:
        rows = pd.concat([rows.head(_MOST_BARS // 2), rows.tail(_MOST_BARS // 2)])
    bars = [
        Bar(getattr(member_label(dimension, member), lang), effect, low, high)
        for member, effect, low, high in zip(rows["member"], rows["effect"], rows["low"], rows["high"], strict=True)
    ]
    name = getattr(dimension_label(dimension), lang)
    title = pick(lang, f"{label} by {name.lower()}, {year}", f"{year}年分{name}的{label}")
    if cut:
        title += pick(lang, f" (the {_MOST_BARS} at both ends)", f"（两端{_MOST_BARS}项）")
    svg = bar_chart(bars, unit, lang, title, f"{key}-{dimension}", width=WIDTH)
    return figure(svg, bar_sentence(title, bars, unit, lang))
