"""Evaluation in the report: losers first, what is left after support, additionality, parts, the order."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd

from experiments.amounts import MISSING, amount, interval
from experiments.evaluation.after import AFTER_1, AFTER_2, END
from experiments.evaluation.members import DIMENSIONS
from experiments.evaluation.wording import (
    EXPORTS,
    Member,
    after_text,
    ended,
    left_text,
    members,
    order_head,
    percent_text,
    ranking_lines,
    support_text,
    unit_of,
    year_of_members,
)
from experiments.figures import Bar, bar_chart, bar_sentence, waterfall_chart, waterfall_sentence
from experiments.report.changes import changes
from experiments.report.markup import Markup, bullets, element, exact, figure, joined, table
from experiments.report.pictures import WIDTH, chosen
from experiments.report.prose import prose
from experiments.report.source import LAST, Source
from experiments.report.wording import pick
from experiments.words import dimension_label, indicator_label, part_label

_MOST_LOSERS: Final = 8
"""Members of one dimension shown from the losing end; of the others half as many from the gaining end."""
_BRIEF: Final = ("category", "size")
_MOST_PAIRS: Final = 6


def who(source: Source, name: str, lang: str, brief: bool = False) -> Markup:
    """Losers first: every dimension from its largest loss on, with interval and share of runs that lose."""
    if source.evaluation is None:
        return Markup("")
    unit = unit_of(EXPORTS, source.evaluation)
    body: list[list[object]] = []
    for dimension in _BRIEF if brief else DIMENSIONS:
        found = members(source.evaluation, name, EXPORTS, (dimension,))
        if found:
            body.append([getattr(dimension_label(dimension), lang)])
            body += [_member_row(one, unit, lang) for one in _ends(found)]
    if not body:
        return element("p", pick(lang, "Nobody's exports move.", "没有任何组别的出口发生变化。"))
    year = year_of_members(source.evaluation)
    label = getattr(indicator_label(EXPORTS), lang)
    caption = pick(
        lang, f"{label} by member, {year}, those that lose most first", f"{year}年分组{label}，损失最大者在前"
    )
    head = pick(
        lang, "Member|Effect|90 % interval|Runs below zero|Direction", "组别|效应|90%区间|低于零的运行占比|方向"
    )
    return joined([table(caption, head.split("|"), body), element("p", prose("who", lang), class_="note")])


def _ends(found: list[Member]) -> list[Member]:
    if len(found) <= _MOST_LOSERS + _MOST_LOSERS // 2:
        return found
    return [*found[:_MOST_LOSERS], *found[-(_MOST_LOSERS // 2) :]]


def _member_row(one: Member, unit: str, lang: str) -> list[object]:
    word = ("lose", "受损") if one.loses else ("gain", "受益") if one.gains else ("no clear direction", "方向不明")
    said = pick(lang, *word)
    return [
        one.name(lang),
        exact(one.value, amount(one.value, unit, True, lang)),
        interval(one.low, one.high, unit, lang),
        percent_text(one.p_negative, lang),
        element("strong", said) if one.loses else said,
    ]


def after(source: Source, name: str, lang: str) -> Markup:
    """What is left of the effects once support has ended."""
    if source.evaluation is None:
        return Markup("")
    parts = [bullets(after_text(source.evaluation, name, lang))]
    parts += [_after_table(source, name, entry, lang) for entry in ended(source.evaluation, name)]
    if ended(source.evaluation, name):
        many = sum(one.kind != "parameters" for one in changes(source, name)) > 1
        parts.append(element("p", prose("after_many" if many else "after", lang), class_="note"))
    return joined(parts)


def _after_table(source: Source, name: str, entry: str, lang: str) -> Markup:
    assert source.evaluation is not None
    rows = source.evaluation[
        (source.evaluation["scenario"] == name)
        & (source.evaluation["measure"] == "after_support")
        & (source.evaluation["policy"] == entry)
    ]
    by: dict[Any, Any] = rows.set_index(["indicator", "period"]).to_dict(orient="index")
    body: list[list[object]] = []
    for one in chosen(source, name):
        if (one, END) not in by:
            continue
        cells: list[object] = [getattr(indicator_label(one), lang)]
        for span in (END, AFTER_1, AFTER_2):
            row = by.get((one, span))
            cells.append(MISSING if row is None else _told(row, source.unit(one), lang))
            if span != END:
                cells.append(left_text(source.evaluation, name, entry, one, span, lang) or MISSING)
        body.append(cells)
    head = pick(
        lang,
        "Indicator|Last year of support|One year after|Left|Two years after|Left",
        "指标|支持期最后一年|一年后|剩余|两年后|剩余",
    ).split("|")
    label = getattr(part_label(entry), lang)
    return table(pick(lang, f"Effects after the end of: {label}", f"“{label}”退出后的效应"), head, body, wide=True)


def _told(row: Any, unit: str, lang: str) -> Markup:
    value = float(row["value"])
    span = interval(float(row["low"]), float(row["high"]), unit, lang)
    shown = amount(value, unit, True, lang)
    return exact(value, shown if span == MISSING else f"{shown} {span}")


def support(source: Source, name: str, lang: str) -> Markup:
    """Additionality and displacement; a sentence where the scenario is no single policy that supports firms."""
    if source.evaluation is None:
        return Markup("")
    said = support_text(source.evaluation, name, lang)
    return (
        joined([bullets(said), element("p", prose("support", lang), class_="note")])
        if said
        else element("p", prose("no_support", lang))
    )


def why(source: Source, name: str, lang: str, key: str) -> Markup:
    """How the effects divide over the parts of the scenario and over groups, and what pairs do together."""
    if source.explanation is None:
        return Markup("")
    rows = source.explanation
    rows = rows[(rows["scenario"] == name) & (rows["period"] == LAST)]
    pictures = []
    for at, one in enumerate(chosen(source, name)):
        mine = rows[rows["indicator"] == one]
        if len(mine) and (mine["value"] != 0.0).any():
            pictures.append(_waterfall(source, name, one, mine, lang, f"{key}-why-{at}"))
    said = [element("p", prose("why", lang))]
    orders = int(rows["orders"].max()) if len(rows) else 0
    if orders:
        said.append(element("p", prose("orders", lang, orders=orders)))
    groups = _groups(source, name, rows, lang, f"{key}-groups")
    return joined([*said, element("div", *pictures, *groups, class_="figures"), _pairs(source, name, lang)])


def _waterfall(source: Source, name: str, indicator: str, rows: pd.DataFrame, lang: str, key: str) -> Markup:
    bars = _bars(rows[rows["kind"] != "group"], lang)
    whole = source.rows(name)[indicator]
    total = Bar(pick(lang, "Together", "合计"), *(float(whole[side]) for side in ("effect", "low", "high")))
    title, unit = getattr(indicator_label(indicator), lang), source.unit(indicator)
    svg = waterfall_chart(bars, total, unit, lang, title, key, width=WIDTH)
    return figure(svg, waterfall_sentence(title, bars, total, unit, lang))


def _groups(source: Source, name: str, rows: pd.DataFrame, lang: str, key: str) -> list[Markup]:
    """The split of exports over the paper's groups."""
    exports = rows[rows["indicator"] == EXPORTS]
    mine = exports[exports["kind"] == "group"]
    if 2 * len(mine) >= len(exports):  # every group is a single part
        return []
    bars, unit = _bars(mine, lang), source.unit(EXPORTS)
    label = getattr(indicator_label(EXPORTS), lang)
    title = pick(lang, f"{label} by group of policies", f"分政策类别的{label}")
    return [figure(bar_chart(bars, unit, lang, title, key, width=WIDTH), bar_sentence(title, bars, unit, lang))]


def _bars(rows: pd.DataFrame, lang: str) -> list[Bar]:
    """Parts as bars, the largest first."""
    ordered = sorted(rows.to_dict(orient="records"), key=lambda row: (-abs(_number(row["value"])), row["part"]))
    return [
        Bar(str(getattr(part_label(row["part"], row["kind"]), lang)), row["value"], row["low"], row["high"])
        for row in ordered
    ]


def _number(value: float) -> float:
    return 0.0 if math.isnan(value) else value


def _pairs(source: Source, name: str, lang: str) -> Markup:
    """Pairs whose effect on exports is more or less than the sum of each, the largest first."""
    if source.evaluation is None:
        return Markup("")
    table_ = source.evaluation
    rows = table_[(table_["scenario"] == name) & (table_["measure"] == "synergy") & (table_["period"] == LAST)]
    rows = rows[(rows["indicator"] == EXPORTS) & rows["value"].notna()]
    if not len(rows):
        return Markup("")
    ordered = sorted(rows.to_dict(orient="records"), key=lambda r: (-abs(r["value"]), r["policy"], r["member"]))
    unit = source.unit(EXPORTS)
    body: list[list[object]] = []
    for row in ordered[:_MOST_PAIRS]:
        kind = "group" if row["dimension"] == "group" else ""
        pair = [getattr(part_label(row[side], kind), lang) for side in ("policy", "member")]
        sure = row["low"] > 0.0 or row["high"] < 0.0
        way = ("more together", "合力更强") if row["value"] > 0.0 else ("less together", "相互抵消")
        body.append([
            pick(lang, " and ", "与").join(pair),
            exact(row["value"], amount(row["value"], unit, True, lang)),
            interval(row["low"], row["high"], unit, lang),
            pick(lang, *way) if sure else pick(lang, "no clear direction", "方向不明"),
        ])  # fmt: skip
    label = getattr(indicator_label(EXPORTS), lang)
    caption = pick(lang, f"{label}: what pairs do beyond the sum of each", f"{label}：两两组合超出各自之和的部分")
    head = pick(lang, "Pair|Beyond the sum|90 % interval|Direction", "组合|超出部分|90%区间|方向").split("|")
    return table(caption, head, body)


def order(source: Source, lang: str) -> Markup:
    """The scenarios in order, with the probability that each is ahead of the next."""
    if source.evaluation is None:
        return Markup("")
    labels = {name: source.label(name, lang) for name in source.policies}
    rows = ranking_lines(source.evaluation, lang, labels)
    if not rows:
        return Markup("")
    head = pick(lang, "Scenario|Effect|90 % interval|Against the next", "情景|效应|90%区间|与下一位相比").split("|")
    made = table(order_head(source.evaluation, lang), head, [list(row) for row in rows])
    return joined([made, element("p", prose("order", lang), class_="note")])
