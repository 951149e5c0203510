"""Patterns of the baseline that a mechanism may carry: what each is, the band it should lie in, and whence the band.

The registry is plain: another pattern is one more entry with a function of a run.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from experiments.effects import Period, period_values
from experiments.jobs import Report
from experiments.run import RunResult, indicator_kinds, simulate
from model.kernel.declare import Label
from model.scenario import Scenario

EVIDENCE: Final = Path(__file__).resolve().parents[1] / "scenarios" / "evidence" / "national_cbec.csv"
YEARS: Final = (2019, 2020, 2021, 2022)
"""The years that are compared with the customs survey."""


@dataclass(frozen=True)
class Pattern:
    """`band`: from and to, both included. `measure` reads the pattern off the values by indicator (rows) and year."""

    id: str
    label: Label
    unit: str
    band: tuple[float, float]
    source: str
    measure: Callable[[pd.DataFrame], float]

    def holds(self, value: float) -> bool:
        """Whether a value lies in the band; a missing one does not."""
        return bool(self.band[0] <= value <= self.band[1])


@lru_cache(maxsize=1)
def survey() -> dict[int, float]:
    """Yearly exports of the customs survey, bn yuan; the last version published of each year."""
    with EVIDENCE.open(encoding="utf-8", newline="") as file:
        return {
            int(row["year"]): float(row["value"])
            for row in csv.DictReader(line for line in file if not line.startswith("#"))
            if row["period"] == "year" and row["flow"] == "export" and row["indicator"] == "value"
            and row["definition"].startswith("GACC survey") and int(row["year"]) in YEARS
        }  # fmt: skip


def growth_error(values: pd.DataFrame) -> float:
    """Mean absolute error of yearly exports against the survey, of the survey's value."""
    exports = np.array([values.at["export_value", str(year)] for year in YEARS])
    known = np.array([survey()[year] for year in YEARS]) * 1.0e9
    return float(np.mean(np.abs(exports / known - 1.0)))


def _in_last(indicator: str) -> Callable[[pd.DataFrame], float]:
    return lambda values: float(values.at[indicator, str(YEARS[-1])])


def _yearly_rate(indicator: str) -> Callable[[pd.DataFrame], float]:
    """A monthly rate as a rate of the year 2019, in which nothing dated disturbs it."""
    return lambda values: 12.0 * float(values.at[indicator, str(YEARS[0])])


def _hours(values: pd.DataFrame) -> float:
    """2019, before districts were closed by the pandemic."""
    return float(values.at["clearance_hours", str(YEARS[0])])


PATTERNS: Final = (
    Pattern("growth_error", Label("Error of exports 2019–2022", "2019—2022年出口误差"), "share", (0.0, 0.15),
            "NE-27: mean absolute error below 15 %", growth_error),
    Pattern("top_1pct_share", Label("Sales of the top 1 % of firms", "前1%企业销售占比"), "share", (0.40, 0.75),
            "NE-25: Freund and Pierola, above one half", _in_last("top_1pct_share")),
    Pattern("listings_per_firm", Label("Listings per firm", "每企业刊登数"), "listings", (7.0, 22.0),
            "NE-26: 12 to 22 markets for platform sellers, 2 to 6 for others", _in_last("listings_per_firm")),
    Pattern("clearance_hours", Label("Export clearance, 2019", "2019年出口通关时间"), "hours", (1.0, 5.0),
            "customs.csv, range of customs.export_hours_base", _hours),
    Pattern("warehouse_utilisation", Label("Use of overseas warehouses", "海外仓利用率"), "share", (0.60, 0.95),
            "range of warehouse.target_use", _in_last("warehouse_utilisation")),
    Pattern("exit_rate", Label("Exit a year, 2019", "2019年企业退出率"), "share", (0.08, 0.30),
            "half to double the 17 % a year that founding ages assume", _yearly_rate("exit_rate")),
    Pattern("entry_rate", Label("Entry a year, 2019", "2019年企业进入率"), "share", (0.13, 0.52),
            "half to double 1.8 % a month in a boom", _yearly_rate("entry_rate")),
    Pattern("active_smes", Label("Active firms, 2022", "2022年活跃企业数"), "firms", (70_000.0, 140_000.0),
            "a third below and above 102 000 firms in 2023 (core prototype)", _in_last("active_smes")),
)  # fmt: skip
"""All patterns by order of the table. Bands of assumed things are wide: what counts is which variant leaves them."""


@dataclass(frozen=True)
class Question:
    """One run that is looked at."""

    scenario: Scenario
    seed: int


def measure(content: Question, report: Report) -> dict[str, float]:
    """Every pattern of one run, by id."""
    values = yearly(simulate(content.scenario, content.seed, "series", report))
    return {pattern.id: pattern.measure(values) for pattern in PATTERNS}


def yearly(result: RunResult) -> pd.DataFrame:
    """Values of all indicators (rows) in the years compared."""
    periods = [Period(str(year), year * 12, year * 12 + 11) for year in YEARS]
    return period_values(result.parts, periods, indicator_kinds())
