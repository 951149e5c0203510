"""The method in short: how an answer is made, what it cannot say, what it rests on. The words are the report's."""

from __future__ import annotations

from typing import Final

import solara

from experiments.report.closing import evidence_rows
from experiments.report.prose import limits, prose
from experiments.run import data_version, version
from experiments.words import GRADE_LABELS
from viz.controls import said
from viz.draft import base_scenario
from viz.elements import table
from viz.parts import el
from viz.text import word

MORE: Final = ("model/ODD.md", "scenarios/README.md", "CONTRIBUTING.md")


@solara.component
def About(lang: str):
    """Method, limits, evidence, where to read on."""
    base = base_scenario()
    share = f"{100.0 * base.scale:g} %" if lang == "en" else f"{100.0 * base.scale:g}%"
    heads, rows = evidence_rows(lang)
    colon = "：" if lang == "zh" else ": "
    el("h2", word("view_about", lang))
    el("p", prose("method", lang, draws=8, scale=share))
    el("p", prose("numbers", lang))
    el("h3", word("limits", lang))
    el("ul", *(el("li", limit) for limit in limits(lang)))
    el("h3", word("evidence", lang))
    el("p", " · ".join(f"{grade}{colon}{said(label, lang)}" for grade, label in GRADE_LABELS.items()))
    table(word("evidence", lang), heads, rows)
    el("p", f"{word('read_on', lang)} {', '.join(MORE)}")
    el("p", f"dualcirc {version()} · {word('data_version', lang)} {data_version()}", css="dc-small")
