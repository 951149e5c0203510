"""How far the model may be believed, at the end of every report: read from the committed score card."""

from __future__ import annotations

from experiments.report.cells import grid
from experiments.report.markup import Markup, element, joined
from experiments.validation.belief import committed, sentence
from experiments.validation.card import themes


def believed(lang: str) -> Markup:
    """Experiments passed, by theme; nothing where no card is committed."""
    card = committed()
    if card is None:
        return Markup("")
    return joined([element("p", sentence(card, lang)), grid(themes(card, lang), lang)])
