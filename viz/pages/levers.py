"""The left column: presets, undo, files, and a card for every declared policy and shock."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import solara

from experiments.words import group_label
from model.policies import policies
from model.shocks import SHOCKS
from viz.controls import grouped, policy_card, said, shock_card
from viz.draft import STEM, Draft
from viz.focus import Focus
from viz.parts import Button, Choice, Download, el
from viz.session import Session, presets
from viz.text import word, words

CARD_WORDS = (
    "details", "payer", "expects", "grade", "default", "paper", "range", "no_limit", "reset", "outside", "window",
    "from", "until", "ramp", "months", "everywhere",
)  # fmt: skip


@solara.component_vue("../widgets/card.vue")
def _Card(
    content: str = "{}",
    event_toggle: Callable[[bool], None] = lambda on: None,
    event_change: Callable[[dict], None] = lambda data: None,
    event_focus: Callable[[dict], None] = lambda data: None,
):
    """One policy or shock: switch, sliders, window, places, sources. `content`: card and words, as JSON."""


@solara.component_vue("../widgets/files.vue")
def _Files(
    words: dict = {},  # noqa: B006
    event_opened: Callable[[dict], None] = lambda data: None,
):
    """A place to drop a scenario file on, and a button for the keyboard."""


@solara.component
def Levers(session: Session):
    """The whole column."""
    lang = session.lang.value
    el("h2", word("levers", lang))
    Tools(session)
    for problem in session.notice.value:
        el("p", f"{word('refused', lang)} {problem}", css="dc-fault", role="alert")
    for group, members in grouped().items():
        el("h3", said(group_label(group), lang), css="dc-group")
        for policy in members:
            PolicyCard(session, policy.id).key(policy.id)
    el("h3", word("world_shocks", lang), css="dc-group")
    for kind in SHOCKS:
        ShockCard(session, kind).key(kind)


@solara.component
def Tools(session: Session):
    """Presets, undo, redo, reset, load and save."""
    lang = session.lang.value
    past, future = session.history.value
    options = [{"value": row["name"], "label": row["label"][lang]} for row in presets()]
    first = [
        {"value": "?", "label": word("preset_choose", lang)},
        {"value": "", "label": word("preset_none", lang)},
    ]
    el(
        "div",
        Choice(
            label=word("preset", lang),
            value="?",
            groups=[{"label": "", "options": [*first, *options]}],
            event_chosen=lambda name: None if name == "?" else session.open_preset(name),
        ),
        el(
            "div",
            Button(word("undo", lang), session.undo, disabled=not past),
            Button(word("redo", lang), session.redo, disabled=not future),
            Button(word("reset_all", lang), lambda: session.edit(lambda _: Draft())),
            css="dc-row",
        ),
        _Files(words=words(lang, "open", "drop", "bad_file"), event_opened=lambda file: _opened(session, file)),
        Download(
            word("save", lang),
            word("making", lang),
            f"{STEM}.yaml",
            "application/yaml",
            lambda: session.draft.value.text().encode(),
        ),
        css="dc-panel dc-tools",
    )


def _content(card: dict[str, Any], lang: str) -> str:
    """As one text: a tree of values would be walked through at every drawing of the page."""
    return json.dumps({"card": card, "words": words(lang, *CARD_WORDS)}, ensure_ascii=False)


def _opened(session: Session, file: Any) -> None:
    """A file the browser read: text of a size that a scenario may have."""
    text, name = str(file.get("text", "")), str(file.get("name", "scenario"))
    session.open_text(text, name)


@solara.component
def PolicyCard(session: Session, policy: str):
    """The card of a policy, wired to the draft."""
    lang = session.lang.value
    declared = policies()[policy]
    content = solara.use_memo(
        lambda: _content(policy_card(declared, session.draft.value, lang), lang),
        [session.draft.value.entry(policy), lang],
    )

    def focus(data: dict[str, str]) -> None:
        session.focus.set(Focus(data["indicator"], data["dimension"], data["member"]))

    _Card(
        content=content,
        event_toggle=lambda on: session.edit(lambda draft: draft.with_policy(policy, bool(on))),
        event_change=lambda data: session.edit(lambda draft: draft.with_value(policy, data["key"], data["value"])),
        event_focus=focus,
    )


@solara.component
def ShockCard(session: Session, kind: str):
    """The card of a shock, wired to the draft."""
    lang = session.lang.value
    entry = session.draft.value.shock(kind)
    content = solara.use_memo(
        lambda: _content(shock_card(SHOCKS[kind], session.draft.value, lang), lang), [entry, lang]
    )
    _Card(
        content=content,
        event_toggle=lambda on: session.edit(lambda draft: draft.with_shock(kind, bool(on))),
        event_change=lambda data: session.edit(lambda draft: draft.with_shock_value(kind, data["key"], data["value"])),
    )
