"""Winners and losers: provinces as tiles, then any breakdown as bars, losers named first."""

from __future__ import annotations

from typing import Any, Final

import solara

from experiments.words import dimension_label, indicator_label, indicators
from viz.answers import Answer
from viz.controls import said
from viz.parts import Choice, Figure, el
from viz.pictures import bars, ends, tiles
from viz.session import Session
from viz.text import word

BY_PROVINCE: Final = (
    "export_value",
    "import_value",
    "home_sales_value",
    "active_smes",
    "sme_margin",
    "digital_adoption",
)
USUAL: Final = ("size", "category", "mode", "region")


@solara.component
def Who(session: Session):
    """Who gains and who loses by the draft, once there is an answer."""
    answer, lang = session.answer.value, session.lang.value
    indicator, set_indicator = solara.use_state("export_value")
    dimension, set_dimension = solara.use_state("size")
    if answer is None or answer.changes_nothing:
        return
    options = [{"value": name, "label": said(indicator_label(name), lang)} for name in indicators_by_member()]
    known = indicators()[indicator].dimensions
    chosen = dimension if dimension in known else known[0]
    cuts = [{"value": name, "label": said(dimension_label(name), lang)} for name in known]
    parts: list[Any] = [
        el("h2", word("who", lang)),
        el(
            "div",
            Choice(
                label=word("measured_by", lang),
                value=indicator,
                groups=[{"label": "", "options": options}],
                event_chosen=set_indicator,
            ),
            Choice(
                label=word("by", lang),
                value=chosen,
                groups=[{"label": "", "options": cuts}],
                event_chosen=set_dimension,
            ),
            css="dc-choices",
        ),
        *_ends(answer, indicator, chosen, lang),
    ]
    if "province" in known:
        parts.append(Figure(tiles(answer, indicator, lang, relative=False), f"provinces-{indicator}", lang))
    if chosen != "province":
        parts.append(Figure(bars(answer, indicator, chosen, lang), f"{indicator}-by-{chosen}", lang))
    stale = " dc-stale" if session.status.value.stale else ""
    el("div", *parts, css="dc-panel" + stale)


def indicators_by_member() -> list[str]:
    """Indicators that are broken down at all, those by province first."""
    rest = [name for name, item in indicators().items() if item.dimensions and name not in BY_PROVINCE]
    return [*BY_PROVINCE, *rest]


def _ends(answer: Answer, indicator: str, dimension: str, lang: str) -> list[Any]:
    """Losers first, then winners, in words."""
    lose, gain = ends(answer, indicator, dimension, lang)
    comma, colon = ("；", "：") if lang == "zh" else ("; ", ": ")
    rows = []
    for key, found in (("losers", lose), ("winners", gain)):
        told = comma.join(found) or word("nobody", lang)
        rows.append(el("p", el("strong", word(key, lang) + colon), told, css=f"dc-{key}"))
    return rows
