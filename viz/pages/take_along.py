"""What one takes home: report, tables, the command that gives the same."""

from __future__ import annotations

import solara

from viz.draft import BASE, STEM
from viz.parts import el
from viz.session import Session
from viz.text import word


@solara.component
def TakeAlong(session: Session):
    """Files of the answer shown, and how to get it without the page."""
    lang, draft = session.lang.value, session.draft.value
    answer = session.answer.value
    if answer is None:
        return
    more = "".join(f" --{key} {draft.document[key]}" for key in ("months", "scale") if key in draft.document)
    command = f"dualcirc compare {BASE} {STEM}.yaml --seeds {len(answer.seeds)}{more}"
    el("div", el("h2", word("export", lang)), el("p", word("command", lang)), el("code", command), css="dc-panel")
