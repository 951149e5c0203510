"""What a report is made of: the tables and the manifest of a result, and what is computed from them.

Everything is read from stored tables: a report made with the run and one made later from its folder say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.effects import breakdown_effects, last_whole_year, summarise
from experiments.figures import Series
from experiments.words import indicators
from model.kernel.calendar import FOREVER, format_month, parse_month

if TYPE_CHECKING:
    from experiments.store import StoredResult

Floats = NDArray[np.float64]
LAST = "last_12"
_KEYS = ["indicator", "dimension", "member", "period"]


@dataclass(frozen=True)
class Source:
    """A result as the report reads it; tables as in `experiments.store.TABLES`.

    `effects`, `explanation` and `evaluation` are None where the result has none. The baseline of a comparison comes
    first in `names`.
    """

    manifest: Mapping[str, Any]
    indicators: pd.DataFrame
    breakdowns: pd.DataFrame
    ledger: pd.DataFrame
    effects: pd.DataFrame | None = None
    explanation: pd.DataFrame | None = None
    evaluation: pd.DataFrame | None = None

    @classmethod
    def stored(cls, result: StoredResult) -> Source:
        """The source of a result folder. Raises Refused when a table is damaged."""
        tables = {name: result.table(name) for name in result.names if name in _TABLES}
        return cls.of(result.manifest, tables)

    @classmethod
    def of(cls, manifest: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> Source:
        """The source of tables in memory, in any order of their rows."""
        return cls(manifest, **{name: tables[name] for name in _TABLES if name in tables})

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gives, made once for a key: both languages and several sections ask for the same tables."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    @property
    def names(self) -> list[str]:
        return [one["name"] for one in self.manifest["scenarios"]]

    @property
    def baseline(self) -> str:
        return self.names[0]

    @property
    def policies(self) -> list[str]:
        """Scenarios compared with the baseline; empty for a single run."""
        return self.names[1:]

    @property
    def draws(self) -> int:
        return len(self.manifest["seeds"])

    @property
    def first(self) -> int:
        """First month, absolute."""
        return parse_month(self.manifest["start"])

    @property
    def months(self) -> range:
        """Months, absolute."""
        return range(self.first, self.first + int(self.manifest["months"]))

    def resolved(self, name: str) -> Mapping[str, Any]:
        """The scenario in full, as plain data."""
        return next(one["resolved"] for one in self.manifest["scenarios"] if one["name"] == name)

    def hash(self, name: str) -> str:
        return str(next(one["hash"] for one in self.manifest["scenarios"] if one["name"] == name))

    def label(self, name: str, lang: str) -> str:
        """The scenario's own name; its stem behind it where two scenarios are called the same."""
        texts = [self.resolved(one).get("name", {}).get(lang, one) for one in self.names]
        text = texts[self.names.index(name)]
        return f"{text} ({name})" if texts.count(text) > 1 else str(text)

    @cached_property
    def _wide(self) -> pd.DataFrame:
        keys = ["scenario", "indicator", "seed", "month"]
        series = self.indicators.set_index(keys)["value"].sort_index()
        return series.unstack("month")

    def monthly(self, name: str, indicator: str) -> Floats:
        """Values [seed, month]."""
        return np.asarray(self._wide.loc[(name, indicator)].to_numpy(dtype=np.float64))

    @cached_property
    def measured(self) -> list[str]:
        """Indicators in this result, declared ones first and in their order."""
        there = set(self.indicators["indicator"].unique())
        declared = [name for name in indicators() if name in there]
        return [*declared, *sorted(there - set(declared))]

    def unit(self, indicator: str) -> str:
        """Unit of an indicator, as declared or as stored with the effects."""
        found = indicators().get(indicator)
        if found is not None or self.effects is None:
            return found.unit if found else ""
        return str(self.effects.loc[self.effects["indicator"] == indicator, "unit"].iloc[0])

    def line(self, name: str, indicator: str, lang: str, role: str) -> Series:
        """Mean over runs with the 5th and 95th percentile, none of a single run."""
        values = self.monthly(name, indicator)
        label = self.label(name, lang)
        if len(values) < 2:
            return Series(label, values.mean(axis=0), role=role)
        low, high = np.quantile(values, [0.05, 0.95], axis=0)
        return Series(label, values.mean(axis=0), low, high, role)

    def gap(self, name: str, indicator: str, lang: str) -> Series:
        """The paired difference to the baseline by month, with its 90 % interval as in the effects."""
        row = summarise(self.monthly(self.baseline, indicator), self.monthly(name, indicator))
        banded = self.draws > 1
        low, high = (row[side] if banded else None for side in ("low", "high"))
        return Series(self.label(name, lang), row["effect"], low, high, "policy")

    def rows(self, name: str, period: str = LAST) -> dict[str, dict[str, Any]]:
        """Effects of a scenario in a period by indicator, as stored."""
        found: dict[str, dict[str, Any]] = self.once(("rows", name, period), lambda: self._rows(name, period))
        return found

    def _rows(self, name: str, period: str) -> dict[str, dict[str, Any]]:
        assert self.effects is not None
        chosen = self.effects[(self.effects["scenario"] == name) & (self.effects["period"] == period)]
        found: dict[Any, Any] = chosen.set_index("indicator").to_dict(orient="index")
        return {str(key): row for key, row in found.items()}

    @property
    def span(self) -> tuple[int, int]:
        """First and last month of the period `last_12`."""
        return max(self.first, self.months[-1] - 11), self.months[-1]

    @cached_property
    def years(self) -> list[int]:
        """Calendar years the run touches."""
        return list(range(self.months[0] // 12, self.months[-1] // 12 + 1))

    @property
    def last_year(self) -> int:
        """The last calendar year that was simulated whole, else the last touched."""
        return last_whole_year(self.first, len(self.months))

    def members(self, name: str, year: int) -> pd.DataFrame:
        """Paired effects by member of every dimension in a year: columns as `effects.breakdown_effects`."""
        found: pd.DataFrame = self.once(("members", name, year), lambda: self._members(name, year))
        return found

    def _members(self, name: str, year: int) -> pd.DataFrame:
        table = self.breakdowns[self.breakdowns["period"] == f"{year:04d}"].sort_values(_KEYS, kind="stable")
        sides = []
        for scenario in (self.baseline, name):
            mine = table[table["scenario"] == scenario]
            sides.append([mine[mine["seed"] == seed].set_index(_KEYS)[["value"]] for seed in self.manifest["seeds"]])
        return breakdown_effects(*sides)

    def costs(self, name: str) -> pd.DataFrame:
        """Yuan the government pays more than in the baseline, mean over runs: years × accounts of the policies."""
        accounts = sorted(self.resolved(name).get("policies") or {})
        paid = self.ledger[(self.ledger["payer"] == "government") & self.ledger["account"].isin(accounts)]
        paid = paid.assign(year=paid["month"].str[:4].astype(int))
        total = paid.groupby(["scenario", "account", "year"])["yuan"].sum() / self.draws
        frame = pd.DataFrame(0.0, index=self.years, columns=accounts)
        for sign, scenario in ((1.0, name), (-1.0, self.baseline)):
            if scenario == self.baseline and name == self.baseline:
                continue  # a single run has nothing to take off
            for (whose, account, year), yuan in total.items():  # type: ignore[misc]
                if whose == scenario:
                    frame.loc[year, account] += sign * yuan
        return frame

    def begins(self, name: str) -> int | None:
        """First month in which the scenario differs from the baseline by a dated entry."""
        mine, base = (self.resolved(one) for one in (name, self.baseline))
        alone = name == self.baseline
        starts = []
        for key in ("policies", "shocks", "levers"):
            left, right = (_entries(side.get(key)) for side in (mine, base))
            starts += [str(entry["from"]) for entry in left if "from" in entry and (alone or entry not in right)]
        first = min((parse_month(text) for text in starts), default=FOREVER)
        return None if first == FOREVER else first


_TABLES = ("indicators", "breakdowns", "ledger", "effects", "explanation", "evaluation")


def _entries(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, Mapping):
        return [{"id": key, **body} for key, body in value.items()]
    return list(value or [])


def month_span(first: int, last: int, lang: str) -> str:
    """A stretch of months in words."""
    if lang == "zh":
        return f"{first // 12}年{first % 12 + 1}月至{last // 12}年{last % 12 + 1}月"
    return f"{format_month(first)} to {format_month(last)}"
