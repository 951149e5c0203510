"""The score card on a terminal: totals, then what misses and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.show import columns
from experiments.validation.card import Card, Grid, answer, missed, pick, themes
from experiments.validation.labels import reason_text, span_text, value_text, words
from experiments.validation.unasked import NOT_RUN

if TYPE_CHECKING:
    from experiments.validation.judging import Validation


def card_text(result: Validation, lang: str = "en") -> str:
    """The answer, the themes, and every miss of what was run."""
    card = Card(result.rows, result.manifest())
    lines = [answer(card, lang), "", *_lines(themes(card, lang)), ""]
    rows = [row for row in missed(card.rows) if row.output != NOT_RUN and row.kind != "rival"]
    if rows:
        head = pick(lang, "Missed|Band|Model|Why", "未通过|区间|模型|原因").split("|")
        table = [head]
        for row in rows:
            called = words(row)
            name = f"{row.id} {getattr(called.output, lang)}"
            band = span_text(row.low, row.high, called.unit, lang)
            table.append([name, band, value_text(row.simulated, called.unit, lang), reason_text(row, lang)])
        lines += columns(table, left=4)
    return "\n".join(lines)


def _lines(grid: Grid) -> list[str]:
    return columns([list(grid.head), *([str(cell) for cell in row] for row in grid.rows)])
