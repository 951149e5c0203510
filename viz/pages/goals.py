"""The goal strip: what is spent against the budget, and the four outcomes a minister asks for first."""

from __future__ import annotations

import math
from typing import Any, Final

import solara

from experiments.amounts import amount, interval
from experiments.words import indicator_label, indicators
from viz.answers import Answer, costs_by_year
from viz.controls import said
from viz.parts import el
from viz.session import Session
from viz.text import word

GOALS: Final = ("export_value", "active_smes", "clearance_hours", "home_sales_value", "import_value")
_BUDGET_STEP: Final = {"en": 1e9, "zh": 1e8}


@solara.component_vue("../widgets/number.vue")
def _Number(
    label: str = "",
    unit: str = "",
    value: float = 0.0,
    low: float = 0.0,
    high: float = 1e6,
    event_typed: Any = None,
):
    """A labelled number."""


@solara.component
def Goals(session: Session):
    """Public cost against a budget, then outcomes with their interval."""
    answer, lang = session.answer.value, session.lang.value
    parts: list[Any] = [el("h2", word("goals", lang)), Budget(session)]
    if answer is not None and not answer.changes_nothing:
        parts.append(el("ul", *(_goal(answer, name, lang) for name in GOALS), css="dc-goals"))
        runs = len(answer.seeds)
        told = word("one_pair", lang) if runs == 1 else f"{word('interval', lang)}, {runs} {word('pairs', lang)}"
        parts.append(el("p", f"{word('last_year_of', lang)} · {told}", css="dc-small"))
    parts.append(el("p", word("honesty", lang), css="dc-honesty"))
    stale = " dc-stale" if session.stale.value else ""
    el("div", *parts, css="dc-panel" + stale)


def _goal(answer: Answer, name: str, lang: str) -> Any:
    row = answer.effect(name)
    unit = indicators()[name].unit
    change = amount(float(row["effect"]), unit, True, lang)
    clear = _clear(float(row["low"]), float(row["high"]))
    low, high = float(row["low"]), float(row["high"])
    span = f"[{interval(low, high, unit, lang).strip('[]')}]" if math.isfinite(low) else ""
    if math.isfinite(low) and not clear and row["effect"] != 0.0:
        span += f" {word('unclear', lang)}"
    return el(
        "li",
        el("span", said(indicator_label(name), lang), css="dc-goal-name"),
        el("strong", change),
        el("span", span, css="dc-small"),
        css="" if clear else "dc-unclear",
    )


def _clear(low: float, high: float) -> bool:
    return low > 0.0 or high < 0.0


@solara.component
def Budget(session: Session):
    """What the draft costs the public over its years, as a bar against the budget."""
    answer, lang, budget = session.answer.value, session.lang.value, session.budget.value
    spent = 0.0 if answer is None else sum(costs_by_year(answer).values())
    step = _BUDGET_STEP[lang]
    over = spent > budget
    verdict = word("over_budget" if over else "within_budget", lang)
    colon = "：" if lang == "zh" else ": "
    el(
        "div",
        _Number(
            label=word("budget", lang),
            unit=word("budget_unit", lang),
            value=budget / step,
            event_typed=lambda value: session.budget.set(max(0.0, float(value)) * step),
        ),
        el("p", f"{word('cost', lang)}{colon}{amount(spent, 'yuan', lang=lang)} · {verdict}",
           css="dc-over-budget" if over else ""),
        el("meter", min="0", max=str(max(budget, 1.0)), value=str(min(spent, budget)), aria_label=word("cost", lang)),
        css="dc-budget",
    )  # fmt: skip
