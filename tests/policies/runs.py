"""Runs that tests share: a process simulates the same scenario and seed once.

A policy that begins in `policies_from` shares all earlier months with its baseline (a test of its own proves it), so
paired runs start from the baseline's state of that month and cost only the months in which they may differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from experiments.effects import Period, period_values
from experiments.run import indicator_kinds
from model.economy import TradeEconomy
from model.kernel.calendar import Window, parse_month
from model.levers import EVERYWHERE, Where
from model.policies import policies
from model.scenario import PolicyEntry, Scenario, ShockEntry, load_scenario
from model.shocks import SHOCKS
from model.state import State

KEYS = ("indicator", "dimension", "member")


@dataclass(frozen=True)
class Frame:
    """The months, the scale and the month from which policies act in a set of paired runs."""

    months: int = 48
    scale: float = 0.02
    policies_from: str = "2021-01"

    @property
    def start(self) -> int:
        """Absolute month in which policies begin."""
        return parse_month(self.policies_from)

    def sets(self) -> tuple[str, ...]:
        return (f"months={self.months}", f"scale={self.scale}", f"policies_from={self.policies_from}")

    def scenario(self, name: str = "baseline", sets: Sequence[str] = ()) -> Scenario:
        return load_scenario(name, (*self.sets(), *sets))


QUICK = Frame()


@dataclass(frozen=True)
class Outcome:
    """What a run left behind: pieces of indicators and payments."""

    parts: pd.DataFrame  # month (absolute), indicator, num, den
    cuts: pd.DataFrame  # period (year), indicator, dimension, member, num, den
    ledger: pd.DataFrame  # month (absolute), payer, payee, account, yuan
    firms: pd.DataFrame  # year, firm, weight, … (model/firm_years.py)
    supports: pd.DataFrame  # policy, firm, first_month (absolute)

    @classmethod
    def of(cls, model: TradeEconomy) -> "Outcome":
        taken = model.recorder
        years = taken.firm_years
        return cls(
            taken.parts_frame(), taken.breakdown_parts_frame(), taken.ledger_frame(), years.frame(), years.supports()
        )


@dataclass(frozen=True)
class Before:
    """A baseline run and its state at the month in which policies begin."""

    outcome: Outcome
    at_start: State


@lru_cache(maxsize=40)
def baseline(frame: Frame, seed: int, name: str = "baseline") -> Before:
    """The run without policies."""
    model = TradeEconomy(frame.scenario(name), seed)
    while model.month < frame.start:
        model.step()
    at_start = model.snapshot()
    while model.month < model.spec.start + frame.months:
        model.step()
    return Before(Outcome.of(model), at_start)


def resumed(scenario: Scenario, frame: Frame, seed: int, name: str = "baseline") -> TradeEconomy:
    """The economy of a scenario, standing at the month in which its policies begin."""
    model = TradeEconomy(scenario, seed)
    model.restore(baseline(frame, seed, name).at_start)
    return model


def finished(scenario: Scenario, frame: Frame, seed: int, name: str = "baseline") -> Outcome:
    """A scenario run from the month in which policies begin to the frame's end."""
    model = resumed(scenario, frame, seed, name)
    while model.month < scenario.start + frame.months:
        model.step()
    return Outcome.of(model)


@cache
def with_defaults(id: str, frame: Frame, seed: int) -> Outcome:
    """A policy with its declared defaults."""
    return finished(replace(frame.scenario(), policies=(entry(id, frame),)), frame, seed)


def entry(id: str, frame: Frame, where: Where = EVERYWHERE, **values: Any) -> PolicyEntry:
    """A policy with its defaults but for `values`, in force from the frame's month on."""
    return PolicyEntry(id, {**policies()[id].defaults(), **values}, Window(frame.start), where)


def shock_entry(kind: str, start: int, members: Mapping[str, tuple[str, ...]], **values: Any) -> ShockEntry:
    """A shock with its defaults but for `values`."""
    where = Where(tuple(sorted(members.items())))
    return ShockEntry(kind, {**SHOCKS[kind].defaults(), **values}, Window(start), where)


def toy_sets(months: int, start: str = "2019-04") -> tuple[str, ...]:
    return (f"months={months}", f"policies_from={start}")


# --- values of indicators ----------------------------------------------------------------------------------------


NATION: Mapping[str, Sequence[str]] = MappingProxyType({})


def value(outcome: Outcome, indicator: str, year: str, where: Mapping[str, Sequence[str]] = NATION) -> float:
    """An indicator in a calendar year: nationally, or of members of one dimension taken together."""
    if not where:
        return national(outcome, indicator, year)
    ((dimension, members),) = where.items()
    rows = _cut(outcome, year)
    missing = [member for member in members if (indicator, dimension, member) not in rows.index]
    if missing:
        raise KeyError(f"{indicator} is not known by {dimension} {', '.join(missing)}")
    picked = rows.loc[[(indicator, dimension, member) for member in members]]
    num, den = float(picked["num"].sum()), float(picked["den"].sum(min_count=1))
    if indicator_kinds()[indicator] != "ratio":
        return num
    return num / den if den > 0.0 else float("nan")


def among(pair: Sequence[Outcome], id: str, group: str, column: str, year: str) -> tuple[float, float]:
    """A column of firms without and with a policy, over the firms that it supported or over all others.

    Yuan are summed, a firm that is not there counting nothing; days are means over firms that are there in both runs.
    """
    supported = pair[1].supports.set_index("policy").loc[[id], "firm"]
    assert len(supported), f"{id} supported nobody"
    sides = []
    for outcome in pair:
        rows = outcome.firms[outcome.firms["year"] == int(year)].set_index("firm")
        sides.append(rows[rows.index.isin(supported) == (group == "supported")])
    if column != "cycle_days":
        return tuple(float((rows["weight"] * rows[column]).sum()) for rows in sides)  # type: ignore[return-value]
    both = sides[0].index.intersection(sides[1].index)
    return tuple(float(np.average(rows.loc[both, column], weights=rows.loc[both, "weight"])) for rows in sides)  # type: ignore[return-value]


def _cut(outcome: Outcome, year: str) -> pd.DataFrame:
    return outcome.cuts[outcome.cuts["period"] == year].set_index(list(KEYS))


def national(outcome: Outcome, indicator: str, year: str) -> float:
    """The national value of a calendar year."""
    first = int(year) * 12
    rows = outcome.parts[outcome.parts["indicator"] == indicator]
    table = period_values(rows, [Period(year, first, first + 11)], indicator_kinds())
    return float(table.loc[indicator, year])


def monthly(outcome: Outcome, indicator: str, first: int = 0) -> np.ndarray:
    """Numerator and denominator of an indicator by month from `first` on; shape [months, 2]."""
    rows = outcome.parts[(outcome.parts["indicator"] == indicator) & (outcome.parts["month"] >= first)]
    return rows.sort_values("month")[["num", "den"]].to_numpy()


def paid(outcome: Outcome, account: str, payee: str | None = None) -> pd.Series:
    """Public money paid under an account by calendar year."""
    rows = outcome.ledger
    rows = rows[(rows["payer"] == "government") & (rows["account"] == account)]
    if payee is not None:
        rows = rows[rows["payee"] == payee]
    return rows.groupby(rows["month"] // 12)["yuan"].sum()


def last_year(frame: Frame) -> str:
    """The last calendar year of a frame that starts in 2019."""
    return str(2019 + (frame.months - 1) // 12)
