"""The scenario page: what to change on the left, what it does in the middle, goals and people on the right."""

from __future__ import annotations

from typing import Any, Final

import solara

from experiments.words import dimension_label, indicator_label, indicators, level_label, member_label
from model.kernel.calendar import format_month
from viz.answers import Answer
from viz.controls import said
from viz.elements import slider
from viz.focus import Focus
from viz.pages.evaluation import Evaluation
from viz.pages.goals import Goals
from viz.pages.levers import Levers
from viz.pages.take_along import TakeAlong
from viz.pages.who import Who
from viz.parts import Button, Choice, Figure, el
from viz.pictures import lines
from viz.session import RUNS, Session, Status
from viz.text import word

CHARTS: Final = (
    "export_value",
    "home_sales_value",
    "clearance_hours",
    "delivery_days",
    "active_smes",
    "sme_margin",
)
"""Two indicators of each of the three levels; each chart may be turned to any other."""


@solara.component
def ScenarioPage(session: Session):
    """The three columns."""
    solara.use_effect(session.begin, [])
    lang = session.lang.value
    el(
        "div",
        el("section", Levers(session), css="dc-left", aria_label=word("levers", lang)),
        el("section", Results(session), css="dc-middle", aria_label=word("results", lang), id="results", tabindex="-1"),
        el(
            "section",
            Goals(session),
            Evaluation(session),
            Who(session),
            TakeAlong(session),
            css="dc-right",
            aria_label=word("goals", lang),
        ),
        css="dc-columns",
    )


@solara.component
def Results(session: Session):
    """Progress, the chart in focus, the six charts, the month to read them in."""
    answer, lang = session.answer.value, session.lang.value
    RunBar(session)
    if answer is None:
        el("p", word("waiting", lang), css="dc-waiting")
        return
    stale = " dc-stale" if session.stale.value else ""
    if session.draft.value.changes_nothing:
        el("p", word("hint", lang), css="dc-hint")
    el(
        "div",
        Month(session, answer),
        FocusCard(session, answer),
        el("div", *(Chart(session, answer, name).key(name) for name in CHARTS), css="dc-charts"),
        css="dc-results" + stale,
    )


@solara.component
def RunBar(session: Session):
    """How many runs stand behind what is shown, progress, Cancel."""
    status, lang = session.status.value, session.lang.value
    percent = f"{100.0 * status.progress:.0f}"
    parts: list[Any] = [el("p", _standing(session, status, lang), css="dc-standing", role="status")]
    if status.running:
        parts.append(
            el(
                "progress", max="100", value=percent, aria_label=word("running", lang),
            )
        )  # fmt: skip
        parts.append(Button(word("cancel", lang), session.cancel, css="dc-button dc-cancel"))
    elif status.cancelled or status.fault:
        parts.append(Button(word("again", lang), session.start))
    if session.stale.value:
        parts.append(el("p", word("stale", lang), css="dc-warn"))
    if status.fault:
        parts.append(el("p", f"{word('failed', lang)} {status.fault}", css="dc-fault", role="alert"))
    parts.append(RunChoices(session))
    el("div", *parts, css="dc-runbar")


def _standing(session: Session, status: Status, lang: str) -> str:
    """A sentence on the runs behind the bands."""
    answer = session.answer.value
    if status.running:
        return f"{word('running', lang)} · {status.done}/{status.wanted} {word('pairs', lang)}"
    shown = 0 if answer is None else len(answer.seeds)
    told = word("one_pair", lang) if shown == 1 else f"{word('band', lang)} {shown} {word('pairs', lang)}"
    return f"{word('cancelled', lang)} {told}" if status.cancelled else told


@solara.component
def RunChoices(session: Session):
    """Number of runs, length and size."""
    lang, draft = session.lang.value, session.draft.value

    def set_runs(value: str) -> None:
        session.wanted_runs.set(int(value))
        session.start()

    base = draft.baseline
    lengths = sorted({*(12 * years for years in range(5, 10)), base.months})
    sizes = (("0.02", "size_small"), ("0.066", "size_usual"), ("0.16", "size_large"))
    known = [value for value, _ in sizes]
    scale = f"{base.scale:g}"
    size_options = [{"value": v, "label": word(name, lang)} for v, name in sizes]
    if scale not in known:
        size_options.append({"value": scale, "label": f"× {scale}"})
    el(
        "div",
        Choice(
            label=word("runs", lang),
            value=str(session.wanted_runs.value),
            groups=_plain([(str(n), str(n)) for n in RUNS]),
            event_chosen=set_runs,
        ),
        Choice(
            label=word("length", lang),
            value=str(base.months),
            groups=_plain([(str(months), _end(base.start + months - 1)) for months in lengths]),
            event_chosen=lambda value: session.edit(lambda d: d.with_run("months", int(value))),
        ),
        Choice(
            label=word("size", lang),
            value=scale,
            groups=[{"label": "", "options": size_options}],
            event_chosen=lambda value: session.edit(lambda d: d.with_run("scale", float(value))),
        ),
        css="dc-choices",
    )


def _end(month: int) -> str:
    """The year that ends with a month, or the month itself."""
    return str(month // 12) if month % 12 == 11 else format_month(month)


def _plain(pairs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"label": "", "options": [{"value": value, "label": label} for value, label in pairs]}]


def indicator_groups(lang: str) -> list[dict[str, Any]]:
    """All indicators by level, for a select."""
    groups = []
    for level in ("macro", "meso", "micro"):
        options = [
            {"value": name, "label": said(indicator_label(name), lang)}
            for name, item in indicators().items()
            if item.level == level
        ]
        groups.append({"label": said(level_label(level), lang), "options": options})
    return groups


@solara.component
def Month(session: Session, answer: Answer):
    """The month in which the charts are read out."""
    lang = session.lang.value
    months = answer.months
    at = session.month.value if session.month.value in months else months[-1]
    el(
        "div",
        slider(
            word("month", lang), months[0], months[-1], at, format_month(at), lambda value: session.month.set(value)
        ),
        css="dc-month",
    )


@solara.component
def FocusCard(session: Session, answer: Answer):
    """One indicator drawn large, of all or of one member: what the chips of the cards lead to."""
    lang, focus = session.lang.value, session.focus.value

    def choose(value: str) -> None:
        session.focus.set(Focus(value))

    def place(value: str) -> None:
        dimension, _, member = value.partition("|")
        session.focus.set(Focus(focus.indicator, dimension, member))

    picture = lines(answer, focus, lang, session.month.value, wide=760.0)
    el(
        "article",
        el("h2", word("focus", lang)),
        el(
            "div",
            Choice(
                label=word("indicator", lang),
                value=focus.indicator,
                groups=indicator_groups(lang),
                event_chosen=choose,
            ),
            Choice(
                label=word("place", lang),
                value=f"{focus.dimension}|{focus.member}" if focus.member else "",
                groups=_places(focus.indicator, lang),
                event_chosen=place,
            ),
            css="dc-choices",
        ),
        Figure(picture, f"{focus.indicator}-{focus.member}" if focus.member else focus.indicator, lang),
        css="dc-panel dc-focus",
    )


def _places(indicator: str, lang: str) -> list[dict[str, Any]]:
    """The nation, and every member of the dimensions an indicator is broken down by."""
    from model.scenario.vocabulary import vocabulary

    groups: list[dict[str, Any]] = [{"label": "", "options": [{"value": "", "label": word("national", lang)}]}]
    for dimension in indicators()[indicator].dimensions:
        options = [
            {"value": f"{dimension}|{member}", "label": said(member_label(dimension, member), lang)}
            for member in vocabulary().members(dimension)
        ]
        groups.append({"label": said(dimension_label(dimension), lang), "options": options})
    return groups


@solara.component
def Chart(session: Session, answer: Answer, first: str):
    """A small chart that may be turned to any indicator."""
    lang = session.lang.value
    name, set_name = solara.use_state(first)
    picture = lines(answer, Focus(name), lang, session.month.value, tips=False)
    choice = Choice(
        label=f"{word('chart', lang)}: {picture.title}",
        value=name,
        groups=indicator_groups(lang),
        compact=True,
        event_chosen=set_name,
    )
    el("article", choice, Figure(picture, name, lang), css="dc-panel")
