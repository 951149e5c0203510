"""The first lesson on the page: a month of the toy economy, phase by phase, with sums that add up before one's eyes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import solara

from experiments.facts import Fact
from experiments.figures import Series, line_chart
from experiments.figures.parts import parts_bar
from experiments.figures.scales import month_name
from experiments.lesson import QUESTIONS, TITLES, Lesson, Sum, Told
from experiments.words import indicators
from model.kernel.declare import Label
from viz.elements import Style, both, choice, drawing, said, table, toggle
from viz.parts import Button, el

Played = tuple[tuple[int, ...], dict[str, tuple[float, ...]]]
"""Months played, and the values of each charted indicator."""
CHARTED = ("export_value", "home_sales_value", "active_smes", "delivery_days", "inspection_rate", "tax_revenue")


@solara.component
def LessonPage(lang: str) -> None:
    """The lesson: buttons, progress, the phase told, the parcel's cost, months so far, agents."""
    start, set_start = solara.use_state(0)
    lesson = solara.use_memo(lambda: Lesson(), [start])  # one economy a session, and a new one at each start
    _, set_played = solara.use_state((0, 0))
    read, set_read = solara.use_state("")

    def play(step: Callable[[], object]) -> None:
        step()
        set_read("")
        set_played((len(lesson.months), len(lesson.told)))

    def restart() -> None:
        set_read("")
        set_start(start + 1)

    with solara.v.Html(tag="section", class_="dn-page", attributes={"aria-labelledby": "dn-lesson"}):
        Style()
        el(
            "h2",
            both(lang, "Lesson 1: one firm, one parcel, one month", "第一课：一家企业、一个包裹、一个月"),
            id="dn-lesson",
        )
        el("p", _lead(lang), css="dn-lead")
        with solara.v.Html(tag="div", class_="dn-row"):
            main, over = "dc-button dn-main", lesson.finished
            Button(both(lang, "Next phase", "下一阶段"), lambda: play(lesson.next_phase), main, over)
            Button(both(lang, "Play month", "运行本月"), lambda: play(lesson.play_month), disabled=over)
            Button(both(lang, "Back to start", "回到起点"), restart)
        el("p", _where(lang, lesson), role="status")
        Phases(lang, tuple(lesson.told), read, set_read)
        told = next((one for one in lesson.told if one.phase == read), lesson.told[-1] if lesson.told else None)
        with solara.v.Html(tag="div", class_="dn-split dn-half"):
            with solara.v.Html(tag="div", class_="dc-panel"):
                if told is None:
                    el("p", both(lang, "Press “Next phase” to begin.", "点击“下一阶段”开始。"))
                else:
                    Phase(lang, told)
            with solara.v.Html(tag="div", class_="dc-panel"):
                Beside(lang, lesson.cost_parts(), _played(lesson), tuple(lesson.agents()))


def _lead(lang: str) -> str:
    return both(
        lang,
        "The toy world has two belts, two markets and a dozen firms. A month runs through ten phases; after each you "
        "read what it did to one firm and its parcels. The toy says nothing about China.",
        "玩具世界只有两个产业带、两个市场和十二家企业。一个月分十个阶段运行，每个阶段之后可以看到它对一家企业及其包裹的影响。"
        "玩具世界不代表现实。",
    )


def _where(lang: str, lesson: Lesson) -> str:
    """Month and phase in a sentence."""
    month, count = month_name(lesson.month, lang), len(lesson.told)
    if lesson.finished:
        return both(lang, f"{month}: all months of the toy are over.", f"{month}：玩具世界的全部月份已结束。")
    if not count:
        return both(lang, f"{month} has not begun.", f"{month}尚未开始。")
    title = said(lesson.told[-1].title, lang)
    return both(lang, f"{month}, phase {count} of 10: {title}", f"{month}，第{count}阶段（共10阶段）：{title}")


@solara.component
def Phases(lang: str, told: tuple[Told, ...], read: str, set_read: Callable[[str], None]) -> None:
    """Progress through the ten phases; those told can be read again."""
    done = [one.phase for one in told]
    shown = read or (done[-1] if done else "")
    with solara.v.Html(tag="ol", class_="dn-phases", attributes={"aria-label": both(lang, "Phases", "阶段")}):
        for number, (phase, title) in enumerate(TITLES.items(), start=1):
            attributes = {"aria-current": "step"} if done and phase == done[-1] else {}
            with solara.v.Html(tag="li", attributes=attributes):
                label = f"{number} {said(title, lang)}"
                toggle(label, lambda phase=phase: set_read(phase), phase == shown, phase not in done)


@solara.component
def Phase(lang: str, told: Told) -> None:
    """What a phase did: facts, then sums."""
    el("h3", f"{told.number} {said(told.title, lang)}")
    el("p", said(QUESTIONS[told.phase], lang), css="dn-quiet")
    _facts(lang, list(told.facts))
    for one in told.sums:
        _sum(lang, one)


def _facts(lang: str, facts: list[Fact]) -> None:
    parts = [part for one in facts for part in (el("dt", said(one.label, lang)), el("dd", one.exact(lang)))]
    el("dl", *parts, css="dn-facts")


def _sum(lang: str, one: Sum) -> None:
    """Parts and whole as a table; it has been checked when it was made."""
    rows = [[said(part.label, lang), part.exact(lang)] for part in one.parts]
    rows.append([f"= {said(one.whole.label, lang)}", one.whole.exact(lang)])
    caption = both(lang, f"{said(one.name, lang).capitalize()} (adds up ✓)", f"{said(one.name, lang)}（核对无误 ✓）")
    table(caption, [both(lang, "Part", "项目"), both(lang, "Amount", "数额")], rows)


def _played(lesson: Lesson) -> Played:
    return tuple(lesson.months), {name: tuple(lesson.history.get(name, ())) for name in CHARTED}


@solara.component
def Beside(lang: str, cost: Sum | None, played: Played, agents: tuple[tuple[Label, int], ...]) -> None:
    """The parcel's cost, the months so far, and who is there."""
    if cost is not None:
        parts = [(said(one.label, lang), float(str(one.value)), one.exact(lang)) for one in cost.parts]
        title = both(lang, "What the buyer's price is made of", "买方价格的构成")
        drawing(parts_bar(parts, title, cost.whole.exact(lang), lang, "lesson-cost"))
    else:
        el("p", both(lang, "The parcel's cost is known after the trade phase.", "交易阶段之后显示包裹的成本构成。"))
    Months(lang, played)
    caption = both(lang, "Agents by kind", "各类主体数量")
    rows = [[said(kind, lang), str(count)] for kind, count in agents]
    table(caption, [both(lang, "Kind", "类别"), both(lang, "Number", "数量")], rows)


@solara.component
def Months(lang: str, played: Played) -> None:
    """A chart of one indicator over the months played."""
    name, set_name = solara.use_state(CHARTED[0])
    months, history = played
    if len(months) < 2:
        el("p", both(lang, "Play two months to see a chart.", "运行两个月后显示图表。"), css="dn-quiet")
        return
    declared = indicators()
    names = {one: said(declared[one].label, lang) for one in CHARTED}
    choice(both(lang, "Months so far", "已运行月份"), names, name, set_name)
    series = Series(names[name], np.array(history[name]))
    unit = declared[name].unit
    drawing(line_chart(months, [series], unit, lang, names[name], "lesson-months", width=380.0, height=200.0))
