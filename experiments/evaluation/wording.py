"""An evaluation in words, in both languages: the same sentences on the console, in the report and on the page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from experiments.amounts import MISSING, amount, bare, interval
from experiments.evaluation.after import AFTER_1, AFTER_2, END
from experiments.evaluation.members import DIMENSIONS
from experiments.evaluation.ranking import Place, places, ranked_by
from experiments.report.wording import effect_text, inner, pick
from experiments.words import indicator_label, indicators, member_label, part_label

EXPORTS: Final = "export_value"
_OUTCOMES: Final = {"exports": ("exports", "出口"), "sales": ("sales", "销售")}


@dataclass(frozen=True)
class Member:
    """Effect on a member of a dimension; `p_negative` is the share of draws in which it loses."""

    dimension: str
    member: str
    value: float
    low: float
    high: float
    p_negative: float

    @property
    def loses(self) -> bool:
        """Whether the whole interval lies below zero."""
        return self.high < 0.0

    @property
    def gains(self) -> bool:
        """Whether the whole interval lies above zero."""
        return self.low > 0.0

    def name(self, lang: str) -> str:
        return str(getattr(member_label(self.dimension, self.member), lang))


def members(
    evaluation: pd.DataFrame, scenario: str, indicator: str = EXPORTS, dimensions: Sequence[str] = DIMENSIONS
) -> list[Member]:
    """Members on which a scenario has any effect: those that lose most first, whatever their dimension."""
    rows = _of(evaluation, scenario, "effect_by_member", indicator)
    rows = rows[rows["dimension"].isin(list(dimensions)) & (rows["value"] != 0.0) & rows["value"].notna()]
    rows = rows.sort_values(["value", "dimension", "member"], kind="stable")
    names = ("dimension", "member", "value", "low", "high", "p_negative")
    return [Member(**{name: row[name] for name in names}) for row in rows.to_dict(orient="records")]


def year_of_members(evaluation: pd.DataFrame) -> str:
    """The year that winners and losers are told of; empty where there are none."""
    rows = evaluation[evaluation["measure"] == "effect_by_member"]
    return str(rows["period"].iloc[0]) if len(rows) else ""


def unit_of(indicator: str, rows: pd.DataFrame) -> str:
    """Unit of an indicator as declared, or as stored."""
    found = indicators().get(indicator)
    return found.unit if found else str(rows["unit"].iloc[0]) if len(rows) else ""


def ended(evaluation: pd.DataFrame, scenario: str) -> list[str]:
    """Entries of a scenario whose support ends inside the run."""
    rows = _of(evaluation, scenario, "after_support")
    return list(dict.fromkeys(rows["policy"]))


def after_text(evaluation: pd.DataFrame, scenario: str, lang: str, indicator: str = EXPORTS) -> list[str]:
    """What is left after support, a sentence for each entry that ends; one that says so where none does."""
    found = [_after(evaluation, scenario, entry, indicator, lang) for entry in ended(evaluation, scenario)]
    return found or [
        pick(
            lang,
            "No support ends inside these runs, so nothing is known of what would be left of the effect.",
            "模拟期内没有支持措施到期，无法判断退出后效应还剩多少。",
        )
    ]


def _after(evaluation: pd.DataFrame, scenario: str, entry: str, indicator: str, lang: str) -> str:
    rows = _of(evaluation, scenario, "after_support", indicator)
    by: dict[Any, Any] = rows[rows["policy"] == entry].set_index("period").to_dict(orient="index")
    label, name = (getattr(one, lang) for one in (part_label(entry), indicator_label(indicator)))
    if END not in by:
        return pick(lang, f"{label}: this indicator was not measured.", f"{label}：未测该指标。")
    unit = str(by[END]["unit"])
    said = [told(by[END], unit, lang)]
    head = pick(lang, f"{label} ends: effect on {inner(name)}", f"“{label}”退出：对{name}的效应")
    text = pick(lang, f"{head} in the last year of support {said[0]}", f"{head}，支持期最后一年{said[0]}")
    for span, en, zh in ((AFTER_1, "one year after", "一年后"), (AFTER_2, "two years after", "两年后")):
        if span in by:
            left = left_text(evaluation, scenario, entry, indicator, span, lang)
            value = told(by[span], unit, lang)
            of_it = left and pick(lang, f", {left} of that", f"，相当于前者的{left}")
            text += pick(lang, f"; {en} {value}{of_it}", f"；{zh}{value}{of_it}")
    if AFTER_1 not in by:
        text += pick(lang, "; the run ends before a year has passed", "；模拟在退出满一年前结束")
    return text + pick(lang, ".", "。")


def left_text(evaluation: pd.DataFrame, scenario: str, entry: str, indicator: str, span: str, lang: str) -> str:
    """What is left in per cent; empty where the effect under support has no clear direction to begin with."""
    end = _one(_of(evaluation, scenario, "after_support", indicator), entry, END)
    row = _one(_of(evaluation, scenario, "left_after_support", indicator), entry, span)
    if end is None or row is None or not math.isfinite(float(row["value"])):
        return ""
    if not (float(end["low"]) > 0.0 or float(end["high"]) < 0.0 or int(end["draws"]) < 2):
        return ""
    return percent_text(float(row["value"]), lang)


def _one(rows: pd.DataFrame, entry: str, period: str) -> Mapping[str, Any] | None:
    found = rows[(rows["policy"] == entry) & (rows["period"] == period)].to_dict(orient="records")
    return found[0] if found else None


def support_text(evaluation: pd.DataFrame, scenario: str, lang: str) -> list[str]:
    """Additionality and displacement in sentences; empty where the scenario is not one policy that supports firms."""
    rows = _of(evaluation, scenario)
    return [*_added_text(rows, lang), *_taken_text(rows, lang)]


def _added_text(rows: pd.DataFrame, lang: str) -> list[str]:
    by = {name: rows[rows["measure"] == name] for name in ("supported_units", "added_units", "additionality")}
    if not len(by["additionality"]):
        return []
    row = by["additionality"].iloc[0]
    label = getattr(indicator_label(str(row["indicator"])), lang)
    unit = str(by["supported_units"]["unit"].iloc[0])
    paid, added = (by[name].iloc[0] for name in ("supported_units", "added_units"))
    of = amount(float(paid["value"]), unit, lang=lang)
    more = told(added, str(added["unit"]), lang)
    share = share_text(row, lang)
    return [
        pick(
            lang,
            f"Additionality: {of} were supported; {inner(label)} changes by {more}. So {share} of what was paid for is "
            "added; the rest would have come anyway or came to nothing.",
            f"附加性：共支持{of}，{label}变化{more}；即获支持部分中{share}为新增，其余本来就会发生，或支持后未见成效。",
        )
    ]


def _taken_text(rows: pd.DataFrame, lang: str) -> list[str]:
    said = []
    for row in rows[rows["measure"] == "displacement"].to_dict(orient="records"):
        en, zh = _OUTCOMES.get(str(row["indicator"]), (str(row["indicator"]),) * 2)
        mine = rows[rows["indicator"] == row["indicator"]].set_index("measure")
        ours, others = (told(mine.loc[name], "yuan", lang) for name in ("supported_effect", "others_effect"))
        text = pick(
            lang,
            f"Displacement ({en}): firms that were supported {ours}, firms never supported {others}",
            f"挤出（{zh}）：获支持企业{ours}，从未获支持企业{others}",
        )
        if math.isfinite(float(row["value"])):
            share = share_text(row, lang)
            text += pick(
                lang,
                f"; {share} of what the supported gain is taken from others.",
                f"；前者所得中{share}取自其他企业。",
            )
        else:
            text += pick(
                lang, "; the supported gain nothing, so nothing is displaced.", "；获支持企业没有增加，谈不上挤出。"
            )
        said.append(text)
    return said


def per_yuan_text(effects: pd.DataFrame, scenario: str, lang: str, indicator: str = EXPORTS) -> str:
    """Effect over the whole run against the public money spent; empty where none was."""
    rows = effects[(effects["scenario"] == scenario) & (effects["indicator"] == indicator)]
    row = rows[rows["period"] == "all"].iloc[0]
    cost, each = float(row["public_cost"]), float(row["effect_per_yuan"])
    if not math.isfinite(each):
        return ""
    label = getattr(indicator_label(indicator), lang)
    change, spent = effect_text(row, str(row["unit"]), lang), amount(cost, "yuan", True, lang)
    return pick(
        lang,
        f"Whole run: {inner(label)} {change} for {spent} of public money, {bare(each, lang, True)} yuan a yuan.",
        f"全期：{label}{change}，财政支出{spent}，每1元财政资金对应{bare(each, lang, True)}元。",
    )


def told(row: Any, unit: str, lang: str) -> str:
    """A figure of an evaluation with its interval."""
    return effect_text({"effect": row["value"], "low": row["low"], "high": row["high"]}, unit, lang)


def share_text(row: Any, lang: str) -> str:
    """A share with its interval."""
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    if not math.isfinite(value):
        return MISSING
    text = percent_text(value, lang)
    if not math.isfinite(low):
        return text
    span = f"[{_figures(low)}, {_figures(high)}]"
    return f"{text}（90%区间{span}）" if lang == "zh" else f"{text} (90 % interval {span})"


def percent_text(share: float, lang: str) -> str:
    """A share in whole per cent, below ten with one decimal."""
    return pick(lang, f"{_figures(share)} %", f"{_figures(share)}%")


def _figures(share: float) -> str:
    value = 100.0 * share
    if value == 0.0:
        return "0"
    return f"{value:.1f}" if abs(value) < 9.95 else f"{value:.0f}"


def order_text(place: Place, lang: str) -> str:
    """How sure it is that a scenario is ahead of the next: its probability, or that there is no clear order."""
    if place.clear is None:
        return ""
    chance = percent_text(place.p_next, lang)
    if place.clear:
        return pick(lang, f"ahead of the next with probability {chance}", f"领先下一位的概率{chance}")
    return pick(lang, f"no clear order with the next ({chance})", f"与下一位次序不明（{chance}）")


def order_head(evaluation: pd.DataFrame, lang: str) -> str:
    """What the ranking is by."""
    wish = ranked_by(evaluation)
    label = getattr(indicator_label(wish.indicator), lang)
    end = pick(lang, wish.order, "由高到低" if wish.order == "highest" else "由低到高")
    return pick(
        lang,
        f"Order of the scenarios by their effect on {inner(label)}, last twelve months, {end} first",
        f"按对{label}的效应排序（最近十二个月，{end}）",
    )


def ranking_lines(evaluation: pd.DataFrame, lang: str, labels: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """Rows of the ranking: scenario, effect, 90 % interval, how it stands to the next."""
    found = places(evaluation)
    if not found:
        return []
    unit = unit_of(ranked_by(evaluation).indicator, evaluation[evaluation["measure"] == "rank"])
    return [
        (
            f"{at}. {labels.get(one.scenario, one.scenario)}",
            amount(one.effect, unit, True, lang),
            interval(one.low, one.high, unit, lang),
            order_text(one, lang),
        )
        for at, one in enumerate(found, start=1)
    ]


def _of(evaluation: pd.DataFrame, scenario: str, measure: str = "", indicator: str = "") -> pd.DataFrame:
    kept = evaluation["scenario"] == scenario
    if measure:
        kept &= evaluation["measure"] == measure
    if indicator:
        kept &= evaluation["indicator"] == indicator
    return evaluation[kept]
