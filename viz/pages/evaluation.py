"""Evaluation on the page: losers first, what is left after support ends, what support adds and takes from others."""

from __future__ import annotations

from typing import Any, Final

import solara

from experiments.amounts import amount, interval
from experiments.evaluation.wording import (
    EXPORTS,
    Member,
    after_text,
    members,
    percent_text,
    support_text,
    unit_of,
    year_of_members,
)
from experiments.words import indicator_label
from viz.answers import Answer
from viz.controls import said
from viz.elements import table
from viz.parts import el
from viz.session import Session
from viz.text import word

_LOSERS: Final = 8
_GAINERS: Final = 4


@solara.component
def Evaluation(session: Session):
    """The evaluation of the draft, once there is an answer."""
    answer, lang = session.answer.value, session.lang.value
    drawn = solara.use_memo(lambda: _drawn(answer, lang), [answer, lang])
    if drawn is None:
        return
    rows, year, sentences = drawn
    parts: list[Any] = [el("h2", word("evaluation", lang))]
    if rows:
        comma = "，" if lang == "zh" else ", "
        caption = comma.join((said(indicator_label(EXPORTS), lang), year, word("losers_first", lang)))
        heads = [word(key, lang) for key in ("who_member", "effect", "interval", "below_zero")]
        parts.append(table(caption, heads, rows))
    parts += [el("p", text) for text in sentences]
    stale = " dc-stale" if session.stale.value else ""
    el("div", *parts, css="dc-panel dc-evaluation" + stale)


def _drawn(answer: Answer | None, lang: str) -> tuple[list[list[str]], str, list[str]] | None:
    """Rows of the table, its year, and the sentences; nothing where nothing was changed."""
    if answer is None or answer.changes_nothing:
        return None
    found, name = answer.evaluation, answer.scenario.stem
    unit = unit_of(EXPORTS, found)
    rows = [_row(one, unit, lang) for one in _ends(members(found, name))]
    return rows, year_of_members(found), [*after_text(found, name, lang), *support_text(found, name, lang)]


def _ends(found: list[Member]) -> list[Member]:
    """Those that lose most, then those that gain most, the largest gain last."""
    return found if len(found) <= _LOSERS + _GAINERS else [*found[:_LOSERS], *found[-_GAINERS:]]


def _row(one: Member, unit: str, lang: str) -> list[str]:
    return [
        one.name(lang),
        amount(one.value, unit, True, lang),
        interval(one.low, one.high, unit, lang),
        percent_text(one.p_negative, lang),
    ]
