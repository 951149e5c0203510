"""The headline effects of the policies: what each is judged by, measured on paired runs of one seed.

Levels are those of the last calendar year of the run. The registry grows with the policies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd

from experiments.compare import SeedJob, run_seed
from experiments.effects import Period, breakdown_values, period_values, public_cost
from experiments.jobs import Report
from experiments.run import RunResult, indicator_kinds, month_text
from model.kernel.declare import Label
from model.scenario import Scenario

FUND: Final = "overseas_warehouse_fund"
CREDIT: Final = "credit_tiered_inspection"
_CUT: Final = ("export_value", "delivery_days", "warehouse_area")
"""Indicators whose ASEAN part is looked at."""
_UNDETECTED: Final = "undetected_violation_rate"
_WHOLE: Final = "all"


@dataclass(frozen=True)
class Pair:
    """A baseline and a policy on the same luck, as values by period (`last`, `all`) and by ASEAN's year."""

    baseline: pd.DataFrame
    policy: pd.DataFrame
    asean_baseline: pd.Series
    asean_policy: pd.Series
    cost: float
    year: str

    def relative(self, indicator: str) -> float:
        """Change in the last year, per cent."""
        return 100.0 * (self.policy.at[indicator, "last"] / self.baseline.at[indicator, "last"] - 1.0)

    def asean(self, indicator: str, period: str = "") -> tuple[float, float]:
        """Value in ASEAN without and with the policy, in the last year or over `all`."""
        at = (indicator, "region", "ASEAN", period or self.year)
        return float(self.asean_baseline[at]), float(self.asean_policy[at])


@dataclass(frozen=True)
class Effect:
    """One effect of a policy, in its unit; `measure` reads it off a pair."""

    policy: str
    id: str
    label: Label
    unit: str
    measure: Callable[[Pair], float]

    @property
    def key(self) -> str:
        """Its name among all effects."""
        return f"{self.policy}.{self.id}"


def _asean_change(indicator: str) -> Callable[[Pair], float]:
    def change(pair: Pair) -> float:
        before, after = pair.asean(indicator)
        return 100.0 * (after / before - 1.0)

    return change


def _asean_days(pair: Pair) -> float:
    before, after = pair.asean("delivery_days")
    return after - before


def _exports_per_yuan(pair: Pair) -> float:
    before, after = pair.asean("export_value", _WHOLE)
    return (after - before) / pair.cost if pair.cost > 0.0 else float("nan")


def _change(indicator: str) -> Callable[[Pair], float]:
    return lambda pair: pair.relative(indicator)


_PER_YUAN: Final = Label("Exports to ASEAN per yuan of cost", "每元财政支出带动的对东盟出口")

EFFECTS: Final = (
    Effect(FUND, "asean_exports", Label("Exports to ASEAN", "对东盟出口"), "%", _asean_change("export_value")),
    Effect(FUND, "delivery_days", Label("Days of delivery, ASEAN", "东盟送达天数"), "days", _asean_days),
    Effect(
        FUND, "warehouse_area", Label("Warehouse area, ASEAN", "东盟仓储面积"), "%", _asean_change("warehouse_area")
    ),
    Effect(FUND, "exports_per_yuan", _PER_YUAN, "yuan per yuan", _exports_per_yuan),
    Effect(CREDIT, "clearance_hours", Label("Export clearance", "出口通关时间"), "%", _change("clearance_hours")),
    Effect(CREDIT, "exports", Label("Exports", "出口额"), "%", _change("export_value")),
    Effect(CREDIT, "looks", Label("Inspections", "查验次数"), "%", _change("looks")),
    Effect(CREDIT, "undetected", Label("Undetected violations", "未查获违规率"), "%", _change(_UNDETECTED)),
)
"""All headline effects; the first of a policy is the one its pictures show."""
POLICIES: Final = tuple(dict.fromkeys(effect.policy for effect in EFFECTS))


@dataclass(frozen=True)
class Paired:
    """What a worker measures: a baseline and policies by name, the baseline first, on one seed."""

    seed: int
    named: Mapping[str, Scenario]


def measure(content: Paired, report: Report) -> dict[str, float]:
    """Every headline effect of the policies at hand, by key."""
    runs, _ = run_seed(SeedJob(content.seed, content.named, MappingProxyType({})), report)
    names = list(runs)
    found = {}
    for name in names[1:]:
        pair = pair_of(runs[names[0]], runs[name], name)
        found |= {effect.key: float(effect.measure(pair)) for effect in EFFECTS if effect.policy == name}
    return found


def pair_of(baseline: RunResult, policy: RunResult, account: str) -> Pair:
    """The values of two results; the cost is what was paid on the policy's account."""
    kinds = indicator_kinds()
    last = baseline.first + baseline.months - 1
    whole = Period(_WHOLE, baseline.first, last)
    periods = [Period("last", max(baseline.first, last - 11), last), whole]
    ledger = policy.ledger.assign(month=baseline.first)
    return Pair(
        period_values(baseline.parts, periods, kinds),
        period_values(policy.parts, periods, kinds),
        _asean(baseline),
        _asean(policy),
        public_cost(ledger, [account], [whole])[_WHOLE],
        month_text(last)[:4],
    )


def _asean(result: RunResult) -> pd.Series:
    parts = result.breakdown_parts
    kept = parts[(parts["dimension"] == "region") & (parts["member"] == "ASEAN") & parts["indicator"].isin(_CUT)]
    values: pd.Series = breakdown_values(kept, indicator_kinds())["value"]
    return values
