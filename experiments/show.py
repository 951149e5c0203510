"""Results and declarations as text for a person at a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from experiments.amounts import MISSING, amount, bare, interval, percent
from model.kernel.calendar import format_month

if TYPE_CHECKING:
    import pandas as pd

    from experiments.compare import Comparison
    from experiments.run import RunResult

HEADLINES = (
    "export_value",
    "import_value",
    "home_sales_value",
    "domestic_value_added",
    "jobs",
    "active_smes",
    "sme_margin",
    "little_giants",
    "clearance_hours",
    "inspection_rate",
    "delivery_days",
    "warehouse_area",
    "warehouse_utilisation",
    "logistics_cost_ratio",
    "digital_adoption",
    "undetected_violation_rate",
    "dispute_days",
    "fiscal_cost",
    "tax_revenue",
)
"""Rows of the printed table, those that exist; the file holds every indicator."""

_MOST_EXPLAINED = 5

HONESTY = "A scenario, not a forecast."


def columns(rows: Sequence[Sequence[str]], left: int = 1) -> list[str]:
    """Rows as aligned lines: the first `left` columns to the left, the others to the right.

    A Chinese letter takes two places of a terminal.
    """
    widths = [max(places(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for i, (cell, width) in enumerate(zip(row, widths, strict=True)):
            room = " " * (width - places(cell))
            cells.append(cell + room if i < left else room + cell)
        lines.append("  ".join(cells).rstrip())
    return lines


def places(text: str) -> int:
    """Places that a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def comparison_text(result: Comparison, labels: Mapping[str, str], period: str = "last_12") -> str:
    """The table a comparison prints, one block a scenario."""
    from experiments.resilience import resilience_lines

    some = next(iter(result.runs.values()))[result.baseline]
    end = some.first + some.months - 1
    span = f"{format_month(max(some.first, end - 11))} to {format_month(end)}"
    draws = len(result.seeds)
    runs = f"{draws} paired runs" if draws > 1 else "1 paired run, so no interval"
    lines = []
    for name in result.policies:
        rows = result.effects[(result.effects["scenario"] == name) & (result.effects["period"] == period)]
        cost = float(rows["public_cost"].iloc[0])
        head = f"{name} against {result.baseline}, {span}: {runs}, scale {some.scenario.scale:g}"
        lines += [head, f"Public cost of its policies: {amount(cost, 'yuan', change=cost != 0.0)}", ""]
        lines += _effect_lines(rows.set_index("indicator"), labels)
        lines += ["", *resilience_lines(result.effects, name)]
    if draws > 1:
        lines.append(
            "In brackets the 90 % interval of the effect. Every other indicator and year is in effects.parquet."
        )
    if result.missing:
        lines.append(f"Not done: seeds {', '.join(map(str, result.missing))}.")
    return "\n".join(lines).rstrip()


def _effect_lines(rows: pd.DataFrame, labels: Mapping[str, str]) -> list[str]:
    table = [("", "baseline", "scenario", "effect", "90 % interval", "relative", "effect per yuan")]
    by_name: dict[Any, Any] = rows.to_dict(orient="index")
    for name in [name for name in HEADLINES if name in by_name] or list(by_name):
        row = by_name[name]
        unit = row["unit"]
        table.append(
            (
                labels.get(name, name),
                amount(row["baseline"], unit),
                amount(row["policy"], unit),
                amount(row["effect"], unit, change=True),
                interval(row["low"], row["high"], unit),
                percent(row["relative"]),
                bare(row["effect_per_yuan"], change=True),
            )
        )
    return columns(table)


def explanation_text(result: Comparison, labels: Mapping[str, str], period: str = "last_12") -> str:
    """How the first headline effects divide over the parts of each scenario, those that move at all."""
    assert result.explanation is not None
    lines = []
    for name in result.policies:
        rows = result.explanation[(result.explanation["scenario"] == name) & (result.explanation["period"] == period)]
        rows = rows[rows["kind"] != "group"]
        total = result.effects[(result.effects["scenario"] == name) & (result.effects["period"] == period)]
        whole: dict[Any, Any] = total.set_index("indicator").to_dict(orient="index")
        moving = [one for one in HEADLINES if one in whole and whole[one]["effect"] not in (0.0, None)]
        lines.append(f"What each part of {name} adds to the effect (Shapley{_sampled(rows)}):")
        for one in moving[:_MOST_EXPLAINED]:
            unit = whole[one]["unit"]
            mine = rows[(rows["indicator"] == one) & (rows["value"] != 0.0)].to_dict(orient="records")
            table = [(r["part"], amount(r["value"], unit, True), _error(r["se"], unit)) for r in mine]
            table.append(("together", amount(whole[one]["effect"], unit, change=True), ""))
            lines += [labels.get(one, one), *(f"  {line}" for line in columns(table))]
        lines.append("")
    return "\n".join([*lines, "± is the standard error. Every other indicator and year is in explanation.parquet."])


def _sampled(rows: pd.DataFrame) -> str:
    orders = int(rows["orders"].max()) if len(rows) else 0
    return f", {orders} orders a draw; the error holds their choice" if orders else ""


def _error(se: float, unit: str) -> str:
    """A standard error behind a figure, in its unit."""
    text = amount(se, unit, change=True)
    return "" if text == MISSING else f"± {text.removeprefix('+')}"


def run_text(result: RunResult, labels: Mapping[str, str], units: Mapping[str, str]) -> str:
    """The last month of a run, headline indicators."""
    wide = result.indicators.pivot(index="month", columns="indicator", values="value")
    last = wide.iloc[-1]
    names = [name for name in HEADLINES if name in last.index] or list(last.index)
    table = [(labels.get(name, name), amount(float(last[name]), units[name])) for name in names]
    head = (
        f"{result.scenario.stem}, seed {result.seed}: {result.months} months to {wide.index[-1]}, "
        f"{result.smes:,.0f} SME rows, {result.listings:,.0f} listings, {result.wall_s:.1f} s. 1 run."
    )
    return "\n".join([head, f"In {wide.index[-1]}:", *columns(table), HONESTY])
