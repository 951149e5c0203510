"""What a run leaves behind: indicators by month, breakdowns by year, payments.

A period's value follows its kind: flows are summed, stocks taken at the end, ratios computed from summed parts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.firm_years import FirmYears
from model.indicators import dimension_members
from model.indicators.view import MonthView
from model.kernel.calendar import format_month, year_of
from model.kernel.declare import INDICATORS
from model.panel import Panel
from model.world.places import World

Floats = NDArray[np.float64]
NAN = float("nan")
_CUT_KEYS = ("period", "indicator", "dimension", "member")


class Recorder:
    """Takes the month's indicators and keeps them in long form."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.full = False  # set before the first step to keep the firm panel
        self.panel = Panel(world)
        self.firm_years = FirmYears(world)
        self.months: list[int] = []
        self._parts: dict[str, list[tuple[float, float]]] = {item.id: [] for item in INDICATORS}
        self._cut: dict[tuple[str, str], dict[str, list[Any]]] = {}
        self._ledger: list[tuple[int, str, str, str, float]] = []

    def take(self, view: MonthView) -> None:
        """Record one month."""
        env = view.env
        self.months.append(env.now)
        if self.full:
            self.panel.take(env)
        self.firm_years.take(env)
        for item in INDICATORS:
            value = item.function(view)
            pair = value if isinstance(value, tuple) else (value, NAN)
            self._parts[item.id].append((float(pair[0]), float(pair[1])))
            for dimension in item.dimensions:
                self._take_cut(item, dimension, view)
        self._ledger.extend((env.now, *posting) for posting in env.ledger)

    def _take_cut(self, item: Any, dimension: str, view: MonthView) -> None:
        """Add one month of one indicator by the members of one dimension."""
        value = item.function(view, dimension)
        num, den = value if isinstance(value, tuple) else (value, None)
        store = self._cut.setdefault((item.id, dimension), {"num": [], "den": []})
        store["num"].append(num)
        store["den"].append(den)

    # --- frames ------------------------------------------------------------------------------------------------

    def parts_frame(self) -> pd.DataFrame:
        """month (absolute), indicator, num, den; den is NaN for flows and stocks."""
        frames = []
        for name, pairs in self._parts.items():
            table = np.array(pairs, dtype=np.float64).reshape(-1, 2)
            frames.append(
                pd.DataFrame({"month": self.months, "indicator": name, "num": table[:, 0], "den": table[:, 1]})
            )
        return pd.concat(frames, ignore_index=True)

    def monthly_frame(self, indicator: str, dimension: str) -> pd.DataFrame:
        """A flow or stock by month and member: rows absolute months, columns members."""
        members = dimension_members(dimension, self.world)
        return pd.DataFrame(
            self._cut[indicator, dimension]["num"], index=self.months, columns=members, dtype=np.float64
        )

    def indicator_frame(self) -> pd.DataFrame:
        """month (absolute), indicator, value."""
        parts = self.parts_frame()
        value = np.where(np.isnan(parts["den"]), parts["num"], ratio(parts["num"], parts["den"]))
        return parts[["month", "indicator"]].assign(value=value)

    def breakdown_parts_frame(self, detail: str = "series") -> pd.DataFrame:
        """period, indicator, dimension, member, num, den. Periods are years, months with ``detail="full"``."""
        words: dict[str, list[NDArray[np.object_]]] = {name: [] for name in _CUT_KEYS}
        numbers: dict[str, list[Floats]] = {"num": [], "den": []}
        for (name, dimension), store in self._cut.items():
            members = np.array(dimension_members(dimension, self.world), dtype=object)
            for period, num, den in self._periods(INDICATORS.items[name].kind, store, detail):
                for key, word in zip(_CUT_KEYS, (period, name, dimension), strict=False):
                    words[key].append(np.full(len(members), word, dtype=object))
                words["member"].append(members)
                numbers["num"].append(np.broadcast_to(num, len(members)))
                numbers["den"].append(np.broadcast_to(den, len(members)))
        if not numbers["num"]:
            return pd.DataFrame(columns=[*_CUT_KEYS, "num", "den"])
        return pd.DataFrame({key: np.concatenate(parts) for key, parts in (words | numbers).items()})

    def _periods(self, kind: str, store: dict[str, list[Any]], detail: str) -> list[tuple[str, Floats, Floats]]:
        """Fold months into years by the indicator's kind."""
        num = np.array(store["num"], dtype=np.float64)
        bare = store["den"][0] is None  # flows and stocks have nothing to divide by
        den = np.full(num.shape, NAN) if bare else np.array(store["den"], dtype=np.float64)
        if detail == "full":
            return list(zip([format_month(month) for month in self.months], num, den, strict=True))
        years = np.array([year_of(month) for month in self.months])
        folded = []
        for year in np.unique(years):
            rows = years == year
            if kind == "stock":
                folded.append((str(year), num[rows][-1], den[rows][-1]))
            else:
                folded.append((str(year), num[rows].sum(axis=0), den[rows].sum(axis=0)))
        return folded

    def breakdown_frame(self, detail: str = "series") -> pd.DataFrame:
        """period, indicator, dimension, member, value."""
        parts = self.breakdown_parts_frame(detail)
        value = np.where(np.isnan(parts["den"]), parts["num"], ratio(parts["num"], parts["den"]))
        return parts[["period", "indicator", "dimension", "member"]].assign(value=value)

    def panel_frame(self) -> pd.DataFrame:
        """The firm panel by year; empty unless `full` was set before the run."""
        return self.panel.frame()

    def ledger_frame(self) -> pd.DataFrame:
        """month (absolute), payer, payee, account, yuan."""
        return pd.DataFrame(self._ledger, columns=["month", "payer", "payee", "account", "yuan"])


def ratio(num: Any, den: Any) -> Floats:
    """num / den, NaN where nothing is there to divide by."""
    num, den = np.asarray(num, dtype=np.float64), np.asarray(den, dtype=np.float64)
    out = np.full(num.shape, NAN)
    np.divide(num, den, out=out, where=den > 0.0)
    return out
