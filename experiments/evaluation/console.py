"""The short form of an evaluation for a terminal, in English; the tables hold all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from experiments.amounts import amount
from experiments.evaluation.wording import (
    EXPORTS,
    Member,
    after_text,
    members,
    order_head,
    per_yuan_text,
    ranking_lines,
    support_text,
    unit_of,
    year_of_members,
)
from experiments.show import columns

if TYPE_CHECKING:
    import pandas as pd

    from experiments.compare import Comparison

_MOST: Final = 4


def evaluation_text(result: Comparison) -> str:
    """Who loses and gains, what is left after support, what it added: a few lines a scenario; then their order."""
    table = result.evaluation
    lines = []
    for name in result.policies:
        lines += [f"{name}, who loses and who gains:", *_who(table, name)]
        money = per_yuan_text(result.effects, name, "en")
        lines += [f"  {money}"] if money else []
        lines += [f"  {text}" for text in (*after_text(table, name, "en"), *support_text(table, name, "en"))]
        lines.append("")
    order = ranking_lines(table, "en", {})
    if order:
        lines += [f"{order_head(table, 'en')}:", *(f"  {line}" for line in columns(order)), ""]
    return "\n".join(lines).rstrip()


def _who(table: pd.DataFrame, scenario: str) -> list[str]:
    found = members(table, scenario)
    unit, year = unit_of(EXPORTS, table), year_of_members(table)
    lose = _named([one for one in found if one.loses], unit)
    gain = _named([one for one in reversed(found) if one.gains], unit)
    return [f"  Lose (exports, {year}): {lose}", f"  Gain: {gain}"]


def _named(found: list[Member], unit: str) -> str:
    """The first few by name, with the share of draws in which they lose; the others counted."""
    if not found:
        return "nobody beyond chance"
    told = [f"{one.name('en')} {amount(one.value, unit, True)}" for one in found[:_MOST]]
    more = len(found) - len(told)
    return ", ".join(told) + (f" and {more} others" if more else "")
