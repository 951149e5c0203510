"""Winners and losers: provinces as tiles, then any breakdown as bars, losers named first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import solara

from experiments.words import dimension_label, indicator_label, indicators
from viz.answers import Answer
from viz.controls import said
from viz.parts import Choice, Figure, el
from viz.pictures import Picture, bars, ends, tiles
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
    drawn = solara.use_memo(lambda: _drawn(answer, indicator, dimension, lang), [answer, indicator, dimension, lang])
    if answer is None or drawn is None:
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
        *(el("p", el("strong", head), told, css=css) for css, head, told in drawn.ends),
        *(Figure(picture, name, lang).key(name) for name, picture in drawn.pictures.items()),
    ]
    stale = " dc-stale" if session.stale.value else ""
    el("div", *parts, css="dc-panel" + stale)


def indicators_by_member() -> list[str]:
    """Indicators that are broken down at all, those by province first."""
    rest = [name for name, item in indicators().items() if item.dimensions and name not in BY_PROVINCE]
    return [*BY_PROVINCE, *rest]


@dataclass(frozen=True)
class Drawn:
    """Pictures by name, and who loses and gains most, in words."""

    pictures: Mapping[str, Picture]
    ends: tuple[tuple[str, str, str], ...]


def _drawn(answer: Answer | None, indicator: str, dimension: str, lang: str) -> Drawn | None:
    """What is drawn of an answer; nothing where nothing was changed."""
    if answer is None or answer.changes_nothing:
        return None
    known = indicators()[indicator].dimensions
    chosen = dimension if dimension in known else known[0]
    pictures = {}
    if "province" in known:
        pictures[f"provinces-{indicator}"] = tiles(answer, indicator, lang)
    if chosen != "province":
        pictures[f"{indicator}-by-{chosen}"] = bars(answer, indicator, chosen, lang)
    return Drawn(pictures, _ends(answer, indicator, chosen, lang))


def _ends(answer: Answer, indicator: str, dimension: str, lang: str) -> tuple[tuple[str, str, str], ...]:
    """Losers first, then winners: class, heading and words."""
    lose, gain = ends(answer, indicator, dimension, lang)
    comma, colon = ("；", "：") if lang == "zh" else ("; ", ": ")
    return tuple(
        (f"dc-{key}", word(key, lang) + colon, comma.join(found) or word("nobody", lang))
        for key, found in (("losers", lose), ("winners", gain))
    )
