"""Simpler models asked the same: two sheets of paper, and firms that do not think.

`demand`: exports grow with online retail abroad, in yuan, and imports with online retail at home; nothing else.
`sheet`: the same with one elasticity from the literature, by which exports answer to tariffs, prices and time at once
and in full. `zero_intelligence`: this model, its firms acting at random. `frozen_firms` is no rival but a measure: the
firms of the start, so that what still grows is demand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np

from experiments.validation.evidence import BILLION, PERCENT, cbec, figure, rows
from experiments.validation.history import HELD_OUT, history_items, yearly
from experiments.validation.rows import Row
from experiments.validation.totals import miss
from experiments.validation.watching import YEARS, Seen
from model.kernel.calendar import parse_month
from model.kernel.declare import Label

RIVALS: Final[Mapping[str, Label]] = {
    "demand": Label("Market growth alone", "仅市场增长"),
    "sheet": Label("One elasticity, no dynamics", "单一弹性、无动态"),
    "zero_intelligence": Label("Firms without intelligence", "零智能企业"),
}
FROZEN: Final = "frozen_firms"
VARIANTS: Final = ("zero_intelligence", FROZEN)
"""Those that are runs of the model."""
ASKED: Final = ("exports", "imports", "exports_2023", "imports_2023")
_BASE: Final = 2018


# --- the sheets ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def elasticity() -> float:
    """How many per cent of exports one per cent of landed cost takes: the literature's trade elasticity."""
    return figure("parameters_literature", "central", parameter="trade elasticity, simulated method of moments")


@lru_cache(maxsize=1)
def day_cost() -> float:
    """What a day in transit is worth as a share of value."""
    return figure("parameters_literature", "central", parameter="tariff equivalent of one day in transit") * PERCENT


def response(cost: float) -> float:
    """Relative change of exports when landed cost rises by a share, such as 0.14."""
    return float((1.0 + cost) ** -elasticity() - 1.0)


def market_growth(year: int) -> dict[str, float]:
    """Growth of online retail by market since the base year, in yuan."""
    levels = {one: rows("market_trends", year=one).set_index("iso3")["online_retail_usd_bn"] for one in (_BASE, year)}
    currency = figure("fx_cny_per_usd", "cny_per_usd", year=year) / figure("fx_cny_per_usd", "cny_per_usd", year=_BASE)
    return {market: float(levels[year][market] / levels[_BASE][market]) * currency for market in market_shares()}


@lru_cache(maxsize=1)
def market_shares() -> dict[str, float]:
    """Share of exports by market, which sums to one."""
    found = rows("export_market_shares").set_index("market")["share"]
    return {str(market): float(share) for market, share in (found / found.sum()).items()}


def american_tariff(year: int) -> float:
    """Points of the tariffs of 2018-20 in force at mid-year on Chinese goods sold in bulk, over all exports to the USA.

    Retail parcels were below the duty-free threshold; only the B2B part of a category paid.
    """
    month = parse_month(f"{year}-07")
    lists = rows("history", effect_lever="duty_rate", kind="rule")
    lists = lists[(lists["from"] <= month) & (lists["until"] >= month) & lists["where"].str.startswith("market: [USA]")]
    weight = rows("export_category_shares").set_index("category")["share"]
    bulk = rows("b2b_share").set_index("category")["share"]
    points = 0.0
    for where, value in zip(lists["where"], lists["effect_value"], strict=True):
        for category in weight.index:
            if f"category: [{category}]" in where:
                points += float(value) * float(weight[category]) * float(bulk[category])
    return points


@lru_cache(maxsize=32)
def _sheet_exports(year: int, answers: bool) -> float:
    """Exports of a year, bn yuan. `answers`: whether they react to tariffs."""
    growth = market_growth(year)
    total = sum(share * growth[market] for market, share in market_shares().items())
    if answers:
        burden = (1.0 + american_tariff(year)) / (1.0 + american_tariff(_BASE)) - 1.0
        total += market_shares()["USA"] * growth["USA"] * response(burden)
    return cbec("export", _BASE) * total


@lru_cache(maxsize=16)
def _sheet_imports(year: int) -> float:
    online = {
        one: figure("home_market", topic="national", item="online retail of physical goods", year=one)
        for one in (_BASE, year)
    }
    return cbec("import", _BASE) * online[year] / online[_BASE]


def on_paper(name: str) -> Seen:
    """What a sheet says of the years, as if it had been run."""
    values: dict[tuple[str, str], float] = {}
    for year in YEARS:
        values["export_value", str(year)] = _sheet_exports(year, name == "sheet") * BILLION
        values["import_value", str(year)] = _sheet_imports(year) * BILLION
    return Seen(values, {})


# --- the sheet's answers to experiments -------------------------------------------------------------------------


def answers(asked: Mapping[tuple[str, str], Callable[[], float]], rows_of_model: Sequence[Row]) -> list[Row]:
    """The sheet's rows where the model has a row of the same item and output."""
    return [
        judged("sheet", row, asked[row.id, row.output]()) for row in rows_of_model if (row.id, row.output) in asked
    ]  # fmt: skip


def judged(rival: str, row: Row, value: float) -> Row:
    """The row of a rival with one value in place of the model's draws."""
    return replace(
        row, id=f"{rival}/{row.id}", kind="rival", simulated=value, sim_low=value, sim_high=value,
        passed=bool(row.low <= value <= row.high), reason="",
    )  # fmt: skip


# --- rows and counts -------------------------------------------------------------------------------------------


def total_rows(rival: str, draws: Sequence[Seen]) -> list[Row]:
    """A rival's rows on the yearly totals and on 2023. What asks for a spread of draws is asked of runs only."""
    found = [row for item in history_items() if item.id in ASKED for row in item.rows(draws)]
    plain = [row for row in found if not row.output.endswith(("_rank", "_width"))]
    return [replace(row, id=f"{rival}/{row.id}", kind="rival", reason="") for row in plain]


def nearer(model: Iterable[Row], rivals: Iterable[Row]) -> dict[str, tuple[int, int, int]]:
    """By rival: on how many rows the model is nearer to the published figure, equally near, further away.

    Where only a band is published, nearness is the distance to the band.
    """
    mine = {(row.id, row.output): row for row in model}
    found: dict[str, list[int]] = {}
    for theirs in rivals:
        rival, _, item = theirs.id.partition("/")
        own = mine.get((item, theirs.output))
        if own is None:
            continue
        place = 0 if distance(own) < distance(theirs) else 1 if distance(own) == distance(theirs) else 2
        found.setdefault(rival, [0, 0, 0])[place] += 1
    return {rival: (counts[0], counts[1], counts[2]) for rival, counts in found.items()}


def distance(row: Row) -> float:
    """From the published figure, or from the band where there is none; infinite without a value."""
    gap = miss(row) if math.isnan(row.target) else row.simulated - row.target
    return math.inf if math.isnan(gap) else abs(gap)


def growth_from_demand(model: Sequence[Seen], frozen: Sequence[Seen]) -> list[float]:
    """By draw: which part of the growth of exports 2019 to 2023 remains when firms stay as they were."""
    first = YEARS[0]

    def grown(seen: Seen) -> float:
        return yearly("export", HELD_OUT)(seen) - yearly("export", first)(seen)

    parts = [grown(still) / grown(own) for own, still in zip(model, frozen, strict=True)]
    return [float(part) for part in np.asarray(parts)]
