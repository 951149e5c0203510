"""One statement of the score card: what is published, what the model gives, and whether the two agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from experiments.store import TABLES
from model.kernel.declare import Label

THEMES: Final = MappingProxyType(
    {
        "zones": Label("Pilot zones", "综合试验区"),
        "delivery": Label("Delivery and time", "物流与时效"),
        "customs": Label("Customs", "海关"),
        "fiscal": Label("Taxes and finance", "财税与金融"),
        "platforms": Label("Platforms and home market", "平台与国内市场"),
        "tariffs": Label("Tariffs and elasticity", "关税与弹性"),
        "parcels": Label("Parcels", "小额包裹"),
        "structure": Label("Structure and growth", "结构与增长"),
    }
)
"""The themes of the score card; experiments of one theme are related, so passes are told by theme."""
REPORTED: Final = "R"
KINDS: Final = ("experiment", "history", "holdout", "forecast", "rival")
"""A published experiment · a figure the fit has seen · one it has not · a forecast · a simpler model's attempt."""


@dataclass(frozen=True)
class Row:
    """One output of one item.

    `target` is the published figure (nan where only a sign or order is claimed), `low` and `high` the band the model
    must meet, `simulated` the mean over draws with its 5th and 95th percentile. `tier` A: the mean lies in the band;
    B: a sign or order, `simulated` is then the share of draws in which it holds and the band is 0.9 to 1. R: reported
    beside the others, without a band of its own (low and high are nan) and never a miss.
    """

    id: str
    output: str
    theme: str
    kind: str
    target: float
    low: float
    high: float
    simulated: float
    sim_low: float
    sim_high: float
    tier: str
    used_in_calibration: bool
    passed: bool
    reason: str = ""

    @classmethod
    def of(
        cls,
        id: str,
        output: str,
        theme: str,
        kind: str,
        band: tuple[float, float],
        draws: Sequence[float],
        target: float = float("nan"),
        tier: str = "A",
        used_in_calibration: bool = False,
        reason: str = "",
    ) -> Row:
        """The row of one value a draw. Tier B takes draws of 0 and 1 (does the sign or order hold?).

        A draw in which the output does not exist (nan) is left out; without any other the row is nan and a miss.
        """
        values = np.asarray(draws, dtype=np.float64)
        if np.any(np.isfinite(values)):
            values = values[np.isfinite(values)]
        mean = float(np.mean(values))
        low, high = (float(np.quantile(values, share)) for share in (0.05, 0.95))
        passed = tier == REPORTED or bool(band[0] <= mean <= band[1])
        return cls(
            id, output, theme, kind, target, *band, mean, low, high, tier, used_in_calibration, passed,
            "" if passed else reason,
        )  # fmt: skip


def frame(rows: Sequence[Row]) -> pd.DataFrame:
    """The rows as the table `validation`, sorted by item and output."""
    table = pd.DataFrame([asdict(row) for row in rows], columns=list(TABLES["validation"].columns))
    return table.sort_values(list(TABLES["validation"].keys), kind="stable", ignore_index=True)
