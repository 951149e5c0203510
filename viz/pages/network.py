"""The page of flows: where exports go, who stands on the way, and what a policy moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import solara

from experiments.amounts import amount
from experiments.figures.columns import Group, columns
from experiments.figures.network import HEADS, picture
from experiments.figures.scales import month_name
from experiments.flows import FlowJob, FlowMap, flow_job
from experiments.neighbours import Neighbour, NodeWords, about
from experiments.words import dimension_label, member_label, member_labels
from model.kernel.members import CATEGORIES
from model.scenario import Scenario, load_scenario
from viz.elements import Style, both, choice, said, slider, table
from viz.parts import Button, el
from viz.work import use_work


@solara.component_vue("../widgets/network.vue")
def _Flow(svg: str = "", selected: str = "", event_click: Callable[[str], None] | None = None) -> None: ...


@solara.component
def Network(lang: str, scenario: Scenario | None = None, baseline: Scenario | None = None, seed: int = 1) -> None:
    """Flows of a scenario's exports; changes against `baseline` where one is given and differs."""
    chosen = solara.use_memo(lambda: scenario or load_scenario("baseline"), [scenario])
    end = chosen.start + chosen.months - 1
    until, set_until = solara.use_state(end)
    last = min(max(until, chosen.start), end)
    other = baseline if baseline is not None and baseline.hash != chosen.hash else None
    now = use_work(flow_job, FlowJob(chosen, seed, last), (chosen.hash, seed, last))
    old = use_work(_maybe, FlowJob(other, seed, last) if other else None, (other.hash if other else "", seed, last), 1)
    with solara.v.Html(tag="section", class_="dn-page", attributes={"aria-labelledby": "dn-flows"}):
        Style()
        el("h2", both(lang, "Where exports go", "出口流向"), id="dn-flows")
        el("p", _lead(lang), css="dn-lead")
        slider(
            both(lang, "Twelve months to the end of", "截至该月的十二个月"), chosen.start, end, last,
            month_name(last, lang), set_until,
        )  # fmt: skip
        if now.result is not None and not old.pending:
            Flows(lang, now.result, old.result)
        else:
            Waiting(lang, now.months, last - chosen.start + 1, str(now.refused or now.failed or ""))


def _maybe(job: FlowJob | None, report: Callable[[int], None]) -> FlowMap | None:
    return None if job is None else flow_job(job, report)


def _lead(lang: str) -> str:
    return both(
        lang,
        "Every band is yuan of exports over twelve months, from belt to gateway, hub or platform, and market. Choose a "
        "node to read what it is and with whom it trades. A scenario, not a forecast; one run.",
        "每条线表示十二个月的出口额：从产业带经口岸、海外枢纽或平台到目的市场。选择一个节点即可查看其属性与往来对象。"
        "结果是情景而非预测，仅为一次运行。",
    )


@solara.component
def Waiting(lang: str, done: int, months: int, fault: str = "") -> None:
    """Progress in months, or what went wrong."""
    if fault:
        el("p", both(lang, "This could not be run: ", "无法运行：") + fault, role="alert")
        return
    with solara.v.Html(tag="div", attributes={"role": "status"}):
        el("p", both(lang, f"Simulating: {done} of {months} months", f"正在模拟：第{done}个月，共{months}个月"))
    el("progress", max=str(months), value=str(done), aria_label=both(lang, "Months simulated", "已模拟月数"))


@solara.component
def Flows(lang: str, flow: FlowMap, before: FlowMap | None = None) -> None:
    """Filters, picture, the chosen node in words, and the table of all flows."""
    middle, set_middle = solara.use_state("hub")
    category, set_category = solara.use_state("")
    region, set_region = solara.use_state("")
    selected, set_selected = solara.use_state("")
    view = (flow, category, region, middle)
    ways = solara.use_memo(lambda: flow.narrowed(category, region), list(view))
    old = solara.use_memo(lambda: before.narrowed(category, region) if before else None, [before, *view])
    cols = solara.use_memo(lambda: columns(flow, ways, middle), list(view))
    svg = solara.use_memo(lambda: picture(flow, lang, middle, ways, interactive=True), [lang, *view])
    names = {group.key: _listed(group, middle, lang) for column in cols for group in column}
    key = selected if selected in names else ""
    with solara.v.Html(tag="div", class_="dn-row"):
        choice(
            both(lang, "Third column", "第三列"),
            {kind: said(HEADS[kind], lang) for kind in ("hub", "platform")}, middle, set_middle,
        )  # fmt: skip
        choice(said(dimension_label("category"), lang), _options(lang, "category", CATEGORIES), category, set_category)
        choice(said(dimension_label("region"), lang), _options(lang, "region", _regions(flow)), region, set_region)
        choice(both(lang, "Node", "节点"), {"": both(lang, "None chosen", "未选择")} | names, key, set_selected)
    with solara.v.Html(tag="div", class_="dn-split"):
        _Flow(svg=svg, selected=key, event_click=set_selected)
        with solara.v.Html(tag="div", class_="dc-panel", attributes={"aria-live": "polite"}):
            if key:
                NodeCard(lang, about(flow, cols, key, ways, old), middle)
            else:
                el("p", both(lang, "No node is chosen.", "尚未选择节点。"))
    AllFlows(lang, flow, middle, ways, before, old)


def _options(lang: str, dimension: str, members: Sequence[str]) -> dict[str, str]:
    every = {"": both(lang, "All", "全部")}
    return every | {member: said(member_label(dimension, member), lang) for member in members}


def _regions(flow: FlowMap) -> list[str]:
    present = {region for place in flow.places.values() for region in place.regions}
    return [region for region in member_labels("region") if region in present]


def _listed(group: Group, middle: str, lang: str) -> str:
    return f"{said(HEADS[group.kind], lang)}{both(lang, ': ', '：')}{said(group.label, lang)}"


@solara.component
def NodeCard(lang: str, words: NodeWords, middle: str) -> None:
    """A node in words: what it is, what passes, its largest partners, what changed."""
    el("h3", said(words.group.label, lang))
    el("p", said(HEADS[words.group.kind], lang), css="dn-quiet")
    rows = [(said(fact.label, lang), fact.text(lang)) for fact in words.facts] + _passing(lang, words)
    el("dl", *(part for name, text in rows for part in (el("dt", name), el("dd", text))), css="dn-facts")
    if words.members:
        names = both(lang, ", ", "、").join(said(member, lang) for member in words.members)
        el("p", both(lang, "Gathered here: ", "合并的地点：") + names, css="dn-quiet")
    changed = words.before is not None
    if words.sources:
        _partners(lang, both(lang, "Comes from", "主要来源"), words.sources, changed)
    if words.targets:
        _partners(lang, both(lang, "Goes to", "主要去向"), words.targets, changed)


def _passing(lang: str, words: NodeWords) -> list[tuple[str, str]]:
    yuan = amount(words.group.yuan, "yuan", lang=lang)
    rows = []
    if words.group.kind != "belt":
        rows.append((both(lang, "Inflow", "流入"), yuan))
    if words.group.kind != "market":
        rows.append((both(lang, "Outflow", "流出"), yuan))
    rows.append((both(lang, "Share of these exports", "占所示出口"), amount(words.share, "share", lang=lang)))
    if words.before is not None:
        change = amount(words.group.yuan - words.before, "yuan", change=True, lang=lang)
        rows.append((both(lang, "Change against the baseline", "较基准变化"), change))
    return rows


def _partners(lang: str, caption: str, partners: Sequence[Neighbour], changed: bool) -> Any:
    heads = [both(lang, "Place", "地点"), both(lang, "Yuan", "金额"), both(lang, "Share", "占比")]
    rows = [
        [said(one.label, lang), amount(one.yuan, "yuan", lang=lang), amount(one.share, "share", lang=lang)]
        for one in partners
    ]
    if changed:
        heads.append(both(lang, "Change", "变化"))
        for row, one in zip(rows, partners, strict=True):
            row.append(amount(one.change, "yuan", change=True, lang=lang))
    return table(caption, heads, rows)


@solara.component
def AllFlows(
    lang: str, flow: FlowMap, middle: str, ways: pd.DataFrame, before: FlowMap | None, old: pd.DataFrame | None
) -> None:
    """Every flow between two places as a table, made when it is opened."""
    opened, set_opened = solara.use_state(False)
    shown = both(lang, "Hide the table of all flows", "隐藏全部流向表")
    hidden = both(lang, "Show all flows as a table", "以表格显示全部流向")
    with solara.v.Html(tag="div", class_="dn-row"):
        Button(shown if opened else hidden, lambda: set_opened(not opened))
    if opened:
        rows = flow.links(middle, ways)
        past = before.links(middle, old).set_index(["start", "end"])["yuan"] if before else None
        heads = [both(lang, *pair) for pair in (("From", "起点"), ("To", "终点"), ("Yuan", "金额"), ("Share", "占比"))]
        if past is not None:
            heads.append(both(lang, "Change against the baseline", "较基准变化"))
        caption = both(lang, f"All {len(rows)} flows", f"全部{len(rows)}条流向")
        table(caption, heads, _table_rows(lang, flow, rows, past), words=2, tall=True)


def _table_rows(lang: str, flow: FlowMap, rows: pd.DataFrame, past: Mapping[Any, float] | None) -> list[list[str]]:
    total = max(float(rows.loc[rows["start"].str.startswith("belt:"), "yuan"].sum()), 1e-9)
    found = []
    for start, end, yuan in rows[["start", "end", "yuan"]].itertuples(index=False):
        row = [said(flow.places[key].label, lang) for key in (start, end)]
        row += [amount(yuan, "yuan", lang=lang), amount(yuan / total, "share", lang=lang)]
        if past is not None:
            row.append(amount(yuan - past.get((start, end), 0.0), "yuan", change=True, lang=lang))
        found.append(row)
    return found
