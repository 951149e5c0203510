"""The answer first: one sentence with its interval, what else moves, what was expected, and every figure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from experiments.amounts import MISSING, amount, bare, interval, percent
from experiments.figures.scales import month_name
from experiments.report.changes import where_text
from experiments.report.claims import KINDS, VERDICTS, Claim, claims
from experiments.report.markup import Markup, bullets, element, exact, joined, table
from experiments.report.prose import prose
from experiments.report.source import Source, month_span
from experiments.report.wording import FEW_RUNS, confidence, direction, effect_text, inner, is_clear, pick, runs_text
from experiments.show import HEADLINES
from experiments.words import AMONG_LABELS, account_label, indicator_label, indicators, level_label

LEVELS = ("macro", "meso", "micro")
_MOST_MOVERS = 5


def subject(source: Source, name: str) -> str:
    """The indicator of the headline: exports, or the first that was measured."""
    there = source.rows(name)
    return next((one for one in (*HEADLINES, *source.measured) if one in there), "")


def headline(source: Source, name: str, lang: str) -> Markup:
    """The headline sentence, the public cost, and a warning where runs are few."""
    rows, main = source.rows(name), subject(source, name)
    if not main:
        return Markup("")
    row, unit = rows[main], source.unit(main)
    label, span = getattr(indicator_label(main), lang), month_span(*source.span, lang)
    scenario, base = source.label(name, lang), source.label(source.baseline, lang)
    share = percent(float(row["relative"]), lang)
    told = effect_text(row, unit, lang)
    lead = pick(
        lang,
        f"{span}, {scenario} against {base}: {inner(label)} {direction(row, lang)}, {told}, {share} of the baseline.",
        f"{span}，“{scenario}”与“{base}”相比：{label}{direction(row, lang)}，{told}，相当于基准的{share}。",
    )
    parts = [element("p", lead, class_="lead"), element("p", _cost(row, label, lang))]
    if source.draws < FEW_RUNS:
        parts.append(element("p", _few(source.draws, lang), class_="warn"))
    return joined(parts)


def _cost(row: Mapping[str, Any], label: str, lang: str) -> str:
    cost, per_yuan = float(row["public_cost"]), float(row["effect_per_yuan"])
    if cost == 0.0:
        return pick(lang, "Its policies cost the public purse nothing.", "其政策不产生财政支出。")
    text = amount(cost, "yuan", True, lang)
    if math.isnan(per_yuan):
        return pick(lang, f"Public cost of its policies: {text}.", f"政策财政支出：{text}。")
    each = amount(per_yuan, "yuan", True, lang)
    return pick(
        lang,
        f"Public cost of its policies in the same months: {text}; {inner(label)} {each} for each yuan spent.",
        f"同期政策财政支出：{text}；每1元财政资金对应{label}{each}。",
    )


def _few(draws: int, lang: str) -> str:
    return prose("single", lang) if draws == 1 else prose("few", lang, draws=draws, enough=FEW_RUNS)


def movers(source: Source, name: str, lang: str) -> Markup:
    """Whatever else moves most clearly, and how much does not move at all."""
    rows = source.rows(name)
    main = subject(source, name)
    clear = [one for one in rows if one not in (main, "fiscal_cost") and is_clear(rows[one])]
    clear.sort(key=lambda one: (-_size(rows[one]), source.measured.index(one)))
    items = [
        pick(lang, "{}: {}, {}", "{}：{}，{}").format(
            getattr(indicator_label(one), lang), direction(rows[one], lang),
            effect_text(rows[one], source.unit(one), lang),
        )
        for one in clear[:_MOST_MOVERS]
    ]  # fmt: skip
    still = sum(confidence(row)[0] == "none" for row in rows.values())
    unclear = len(rows) - still - len(clear) - sum(one in (main, "fiscal_cost") for one in rows)
    count = pick(
        lang,
        f"Of {len(rows)} indicators {still} do not move at all, and {unclear} others have no clear direction.",
        f"{len(rows)}项指标中，{still}项完全不变，另有{unclear}项方向不明。",
    )
    if not items:
        return element("p", count)
    lead = element(
        "p",
        pick(
            lang,
            "What else has a clear direction, the most against its baseline first:",
            "此外方向明确的变动，按相对幅度排列：",
        ),
    )
    return joined([lead, bullets(items), element("p", count)])


def _size(row: Mapping[str, Any]) -> float:
    """Size of an effect against its baseline; nought where there is none to measure it by."""
    relative = abs(float(row["relative"]))
    return 0.0 if math.isnan(relative) else relative


def expected(source: Source, name: str, lang: str) -> Markup:
    """Claims of the policies against what was found."""
    found = claims(source, name)
    if not found:
        return Markup("")
    bad = [one for one in found if one.verdict in ("against", "moved", "same", "unclear")]
    said = pick(
        lang,
        f"{len(found) - len(bad)} of {len(found)} claims hold in these runs."
        + (f" {len(bad)} do not: they are marked below." if bad else ""),
        f"{len(found)}项预期中有{len(found) - len(bad)}项在本次运行中成立。"
        + (f"{len(bad)}项不成立，见下表标注。" if bad else ""),
    )
    head = pick(lang, "Indicator|Where|Expected|Found|Verdict", "指标|范围|预期|结果|判断").split("|")
    rows: list[list[object]] = []
    for policy in dict.fromkeys(one.policy for one in found):
        rows.append([getattr(account_label(policy), lang)])
        rows += [_claim_row(source, one, lang) for one in found if one.policy == policy]
    caption = pick(lang, "Claims of the policies", "各项政策的预期")
    return joined(
        [element("p", said), table(caption, head, rows, left=5), element("p", prose("claims", lang), class_="note")]
    )


def _claim_row(source: Source, claim: Claim, lang: str) -> list[object]:
    label = getattr(indicator_label(claim.indicator), lang)
    place = where_text({key: list(names) for key, names in claim.where.items()}, lang)
    place = getattr(AMONG_LABELS[claim.among], lang) if claim.among else place
    if claim.kind == "unmoved":
        wanted = pick(lang, "does not move", "不变")
    else:
        way = pick(lang, claim.direction, "上升" if claim.direction == "up" else "下降")
        kind = getattr(KINDS[claim.kind], lang)
        when = "" if claim.among else pick(lang, f", {claim.year}", f"，{claim.year}年")
        wanted = pick(lang, f"{way} ({kind}{when})", f"{way}（{kind}{when}）")
    unit = str(claim.row["unit"]) if claim.among and claim.row else source.unit(claim.indicator) if claim.row else ""
    told = effect_text(claim.row, unit, lang) if claim.row else MISSING
    verdict = getattr(VERDICTS[claim.verdict], lang)
    bad = claim.verdict in ("against", "moved", "same", "unclear")
    return [label, place, wanted, told, element("strong", verdict) if bad else verdict]


def numbers(source: Source, name: str, lang: str) -> Markup:
    """Every indicator with its interval, by level; each figure carries all its digits."""
    rows = source.rows(name)
    head = pick(
        lang,
        "Indicator|Baseline|Scenario|Effect|90 % interval|Relative|Direction|Per yuan",
        "指标|基准情景|政策情景|效应|90%区间|相对变化|方向|每元财政资金",
    ).split("|")
    body: list[list[object]] = []
    for level in LEVELS:
        inside = [one for one in source.measured if one in rows and level_of(one) == level]
        if inside:
            body.append([getattr(level_label(level), lang)])
            body += [_number_row(source, one, rows[one], lang) for one in inside]
    span = month_span(*source.span, lang)
    caption = pick(
        lang,
        f"All indicators, {span}, {runs_text(source.draws, lang)}",
        f"全部指标，{span}，{runs_text(source.draws, lang)}",
    )
    return joined([table(caption, head, body, wide=True), element("p", prose("numbers", lang), class_="note")])


def level_of(indicator: str) -> str:
    """Macro, meso or micro; an indicator that this version does not declare counts as macro."""
    found = indicators().get(indicator)
    return found.level if found else LEVELS[0]


def _number_row(source: Source, one: str, row: Mapping[str, Any], lang: str) -> list[object]:
    unit = source.unit(one)
    low, high = float(row["low"]), float(row["high"])
    bounds = interval(low, high, unit, lang)
    return [
        getattr(indicator_label(one), lang),
        *(exact(float(row[side]), amount(float(row[side]), unit, lang=lang)) for side in ("baseline", "policy")),
        exact(float(row["effect"]), amount(float(row["effect"]), unit, True, lang)),
        bounds if bounds == MISSING else Markup(f'<data value="{low!r} {high!r}">{bounds}</data>'),
        exact(float(row["relative"]), percent(float(row["relative"]), lang)),
        direction(row, lang),
        exact(float(row["effect_per_yuan"]), bare(float(row["effect_per_yuan"]), lang, change=True)),
    ]


def last_month(source: Source, lang: str) -> Markup:
    """Every indicator of a single run in its last month, by level."""
    body: list[list[object]] = []
    for level in LEVELS:
        inside = [one for one in source.measured if level_of(one) == level]
        if inside:
            body.append([getattr(level_label(level), lang)])
        for one in inside:
            value = float(source.monthly(source.baseline, one)[0, -1])
            shown = amount(value, source.unit(one), lang=lang)
            body.append([getattr(indicator_label(one), lang), exact(value, shown)])
    month = month_name(source.months[-1], lang)
    caption = pick(lang, f"All indicators in {month}, 1 run", f"{month}全部指标，1次运行")
    return table(caption, pick(lang, "Indicator|Value", "指标|数值").split("|"), body)
