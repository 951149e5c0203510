"""The page of one firm: choose it, read what it is, what it did and what happened to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import solara

from experiments.amounts import amount
from experiments.facts import Fact
from experiments.figures.scales import month_name
from experiments.figures.spark import sparkline
from experiments.roster import RosterJob, narrowed, roster, suggestions
from experiments.trace import MEASURES, FirmMonth, FirmStory, TraceJob, trace_job
from experiments.words import dimension_label, member_label, member_labels
from model.kernel.declare import Label
from model.kernel.members import CATEGORIES
from model.scenario import Scenario, load_scenario
from viz.elements import Style, both, choice, drawing, entry, said, slider, table, toggle
from viz.pages.network import Waiting
from viz.parts import el
from viz.work import use_work

KINDS: Mapping[str, Label] = {
    "largest": Label("Largest firm", "规模最大的企业"),
    "typical": Label("Typical micro firm", "典型微型企业"),
    "newcomer": Label("Newcomer", "新设企业"),
}
DRAWN = ("sales", "exports", "profit", "cash", "debt", "credit_score", "quality", "brand", "markets", "days", "looks")
MOST_EVENTS = 400


@solara.component
def Firm(lang: str, scenario: Scenario | None = None, seed: int = 1) -> None:
    """A firm of a scenario: choice, state, sparklines, events."""
    chosen = solara.use_memo(lambda: scenario or load_scenario("baseline"), [scenario])
    firms = use_work(roster, RosterJob(chosen, seed), (chosen.hash, seed))
    picked, set_picked = solara.use_state("largest")
    with solara.v.Html(tag="section", class_="dn-page", attributes={"aria-labelledby": "dn-firm"}):
        Style()
        el("h2", both(lang, "One firm", "观察一家企业"), id="dn-firm")
        el("p", _lead(lang), css="dn-lead")
        if firms.result is None:
            Waiting(lang, firms.months, 12, str(firms.refused or firms.failed or ""))
        else:
            Chosen(lang, chosen, seed, firms.result, picked, set_picked)


def _lead(lang: str) -> str:
    return both(
        lang,
        "Follow one modelled firm month by month. Amounts are those of one real firm; a small firm in the model stands "
        "for several. It teaches how rules work and says nothing about any existing firm.",
        "逐月观察模型中的一家企业。金额为单家真实企业口径，模型中的一家小企业代表若干家真实企业。本页用于理解规则如何起作用，"
        "不反映任何现实企业。",
    )


@solara.component
def Chosen(
    lang: str, scenario: Scenario, seed: int, firms: pd.DataFrame, picked: str, set_picked: Callable[[str], None]
) -> None:
    """Filters and suggestions, a number to type, and the story of the firm chosen."""
    province, set_province = solara.use_state("")
    category, set_category = solara.use_state("")
    some = solara.use_memo(lambda: narrowed(firms, province, category), [firms, province, category])
    offered = solara.use_memo(lambda: suggestions(some), [some])
    hint, set_hint = solara.use_state("")
    firm = int(picked) if picked.isdigit() else offered.get(picked, next(iter(offered.values()), None))

    def typed(text: str) -> None:
        good = text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 16
        set_hint("" if good else both(lang, "A firm's number is a whole number.", "企业编号应为整数。"))
        if good:
            set_picked(text.strip())

    with solara.v.Html(tag="div", class_="dn-row"):
        choice(said(dimension_label("province"), lang), _present(lang, "province", firms), province, set_province)
        choice(said(dimension_label("category"), lang), _present(lang, "category", firms), category, set_category)
        for kind, found in offered.items():
            toggle(said(KINDS[kind], lang), lambda kind=kind: set_picked(kind), firm == found)
        entry(
            both(lang, "Firm number", "企业编号"), "" if firm is None else str(firm), both(lang, "Show", "查看"), hint,
            typed,
        )  # fmt: skip
    if firm is None:
        el("p", both(lang, "No firm is left by these filters.", "没有符合筛选条件的企业。"), role="status")
    else:
        Story(lang, scenario, seed, firm)


def _present(lang: str, dimension: str, firms: pd.DataFrame) -> dict[str, str]:
    """The members of a dimension that have firms."""
    here = set(firms[dimension])
    order = CATEGORIES if dimension == "category" else member_labels(dimension)
    names = {member: said(member_label(dimension, member), lang) for member in order if member in here}
    return {"": both(lang, "All", "全部")} | names


@solara.component
def Story(lang: str, scenario: Scenario, seed: int, firm: int) -> None:
    """The story once it is there."""
    work = use_work(trace_job, TraceJob(scenario, firm, seed), (scenario.hash, seed, firm))
    if work.refused is not None:
        el("p", _refusal(lang, work.refused.problems[0]), role="alert", css="dc-fault")
    elif work.result is None:
        Waiting(lang, work.months, scenario.months, work.failed)
    elif not work.result.months:
        el("p", both(lang, "The firm was founded in the last month.", "该企业在最后一个月成立。"))
    else:
        Told(lang, work.result)


def _refusal(lang: str, problem: object) -> str:
    given, nearest = getattr(problem, "given", ""), getattr(problem, "suggestion", "")
    return both(lang, str(problem), f"本次运行中没有编号为{given}的企业。最接近的编号是{nearest}。")


@solara.component
def Told(lang: str, story: FirmStory) -> None:
    """Month slider, state of that month, events, sparklines."""
    months = [one.month for one in story.months]
    at, set_at = solara.use_state(months[-1])
    month = min(max(at, months[0]), months[-1])
    now = story.months[month - months[0]]
    slider(both(lang, "Month", "月份"), months[0], months[-1], month, month_name(month, lang), set_at)
    with solara.v.Html(tag="div", class_="dn-split dn-half"):
        with solara.v.Html(tag="div", class_="dc-panel"):
            Card(lang, story, now)
        with solara.v.Html(tag="div", class_="dc-panel"):
            Events(lang, story, month)
            el("h3", both(lang, "Month by month", "逐月变化"))
            with solara.v.Html(tag="div", class_="dn-sparks"):
                for name in DRAWN:
                    Spark(lang, story, name, months, month)


@solara.component
def Card(lang: str, story: FirmStory, now: FirmMonth) -> None:
    """Who the firm is, its state in one month, and where it sold."""
    el("h3", both(lang, f"Firm {story.firm}", f"企业{story.firm}"))
    facts = [
        *story.facts,
        Fact(Label("Size", "规模"), member_label("size", now.size)),
        Fact(Label("Customs credit", "海关信用等级"), member_label("tier", now.tier)),
        *(Fact(label, now.values[name], unit) for name, (label, unit) in MEASURES.items()),
    ]
    parts = [part for one in facts for part in (el("dt", said(one.label, lang)), el("dd", one.text(lang)))]
    el("dl", *parts, css="dn-facts")
    heads = [
        *(said(dimension_label(name), lang) for name in ("market", "platform", "mode")),
        both(lang, "Exports", "出口额"),
    ]
    rows = [
        [
            *(said(member_label(name, getattr(offer, name)), lang) for name in ("market", "platform", "mode")),
            amount(offer.yuan, "yuan", lang=lang),
        ]
        for offer in now.offers
    ]
    caption = both(lang, f"Sold abroad in {month_name(now.month, lang)}", f"{month_name(now.month, lang)}海外销售")
    table(caption, heads, rows, words=3, tall=len(rows) > 8)


@solara.component
def Events(lang: str, story: FirmStory, month: int) -> None:
    """What happened up to the month chosen, the latest first."""
    told = [event for event in story.events if event.month <= month][::-1]
    rows = [[month_name(event.month, lang), said(event.text, lang)] for event in told[:MOST_EVENTS]]
    caption = both(lang, f"What happened up to {month_name(month, lang)}", f"截至{month_name(month, lang)}的事件")
    if rows:
        table(caption, [both(lang, "Month", "月份"), both(lang, "Event", "事件")], rows, words=2, tall=True)
    else:
        el("p", both(lang, "Nothing has happened yet.", "尚无事件。"))


@solara.component
def Spark(lang: str, story: FirmStory, name: str, months: list[int], month: int) -> None:
    """One measure as a small line with its value in the month chosen."""
    label, unit = MEASURES[name]
    values = story.series(name)
    shown = amount(values[month - months[0]], unit, lang=lang)
    with solara.v.Html(tag="div", class_="dn-spark"):
        el("div", el("span", said(label, lang)), el("strong", shown), css="dn-spark-head")
        drawing(sparkline(months, values, unit, lang, said(label, lang), f"spark-{name}", month))
