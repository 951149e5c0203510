"""A stand-in for the economy, a page long: what experiments ask of it and nothing else.

Exports are seed × 1e9 in the first month and grow by 1e6 a month; the policy `gift` adds 5e6 a month and costs
2e6. Firms are a stock, days a ratio.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pandas as pd

from model.kernel.calendar import format_month, year_of
from model.kernel.refusals import Problem, Refused, RunFailed

UNITS = {"active_smes": "firms", "delivery_days": "days", "export_value": "yuan"}
KINDS = {"active_smes": "stock", "delivery_days": "ratio", "export_value": "flow"}
START = 2023 * 12 + 6


@dataclass(frozen=True)
class SmallScenario:
    stem: str = "plain"
    policies: tuple[Any, ...] = ()
    shocks: tuple[Any, ...] = ()
    levers: tuple[Any, ...] = ()
    start: int = START
    months: int = 18
    scale: float = 0.05
    parameters: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def hash(self) -> str:
        return f"{self.policies}"

    def resolved(self) -> dict[str, Any]:
        policies = {entry.id: {} for entry in self.policies}
        return {"name": {"en": self.stem, "zh": self.stem}, "policies": policies, "shocks": []}

    def with_(self, months: int | None = None, scale: float | None = None) -> "SmallScenario":
        if months is not None and months < 1:
            raise Refused([Problem("out_of_bounds", "A run has 1 to 216 months.", path="months", given=months)])
        return replace(self, months=months or self.months, scale=scale or self.scale)


@dataclass(frozen=True)
class Entry:
    id: str


GIFT, FAULT = Entry("gift"), Entry("fault")
PLAIN = SmallScenario()
GENEROUS = SmallScenario("generous", (GIFT,))
FAULTY = SmallScenario("faulty", (FAULT,))


class SmallEconomy:
    def __init__(self, scenario: SmallScenario, seed: int) -> None:
        self.scenario, self.seed, self.month = scenario, seed, scenario.start
        self.done: list[int] = []
        self.timings = {"trade": 0.25}
        table = SimpleNamespace(alive_rows=lambda: range(10))
        self.state = SimpleNamespace(firms=table, listings=table)
        self.recorder = self
        self.firm_years = SimpleNamespace(frame=_no_firms, supports=_no_supports)

    @property
    def generous(self) -> bool:
        return GIFT in self.scenario.policies

    def step(self) -> None:
        if FAULT in self.scenario.policies:
            raise RunFailed("accounts of smes do not close: off by 0.1 of their turnover")
        self.done.append(self.month)
        self.month += 1

    def parts_frame(self) -> pd.DataFrame:
        rows = []
        for n, month in enumerate(self.done):
            exports = self.seed * 1e9 + n * 1e6 + (5e6 * self.seed if self.generous else 0.0)
            rows += [
                (month, "export_value", exports, float("nan")),
                (month, "active_smes", 100.0 + n, float("nan")),
                (month, "delivery_days", 10.0 * (n + 1) - self.generous, n + 1.0),
            ]
        return pd.DataFrame(rows, columns=["month", "indicator", "num", "den"])

    def indicator_frame(self) -> pd.DataFrame:
        parts = self.parts_frame()
        value = (parts["num"] / parts["den"]).fillna(parts["num"])
        return parts[["month", "indicator"]].assign(value=value)

    def breakdown_parts_frame(self) -> pd.DataFrame:
        rows = [
            (
                str(year_of(month)),
                "export_value",
                "mode",
                mode,
                share * self.seed * (2.0 if self.generous else 1.0),
                1.0,
            )
            for month in self.done[:1] + self.done[-1:]
            for mode, share in (("post", 1.0), ("b2b_bulk", 3.0))
        ]
        return pd.DataFrame(rows, columns=["period", "indicator", "dimension", "member", "num", "den"])

    def breakdown_frame(self, detail: str) -> pd.DataFrame:
        parts = self.breakdown_parts_frame()
        return parts[["period", "indicator", "dimension", "member"]].assign(value=parts["num"])

    def ledger_frame(self) -> pd.DataFrame:
        rows = [(month, "smes", "labour", "wages", 1e6) for month in self.done]
        if self.generous:
            rows += [(month, "government", "smes", "gift", 2e6) for month in self.done]
            rows += [(month, "smes", "government", "gift", 7.0) for month in self.done]
        return pd.DataFrame(rows, columns=["month", "payer", "payee", "account", "yuan"])

    def panel_frame(self) -> pd.DataFrame:
        words = dict.fromkeys(
            ("belt", "city", "province", "category", "size", "tier", "market", "platform", "mode"), "x"
        )
        numbers = dict.fromkeys(("revenue_yuan", "units", "parcels", "price_yuan", "delivered_days"), 1.0)
        row = {"period": 2023, "firm": 7, "weight": 2.0, **words, **numbers, "clearance_hours": 1.0, "treated": True}
        return pd.DataFrame([row])


def _no_firms() -> pd.DataFrame:
    return pd.DataFrame(columns=["year", "firm", "weight", "belt", "size", "exports", "sales", "profit", "cycle_days"])


def _no_supports() -> pd.DataFrame:
    return pd.DataFrame(columns=["policy", "firm", "first_month"])


def month_words(months: int) -> list[str]:
    return [format_month(START + n) for n in range(months)]
