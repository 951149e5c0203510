"""Which scenario comes first: order by mean effect, and how probable it is that one is ahead of the next.

Draws are paired over luck and parameters, so the probability is that of one scenario being ahead of the other in one
and the same world.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.effects import Floats, Period, period_values, periods_of
from experiments.evaluation.arithmetic import beats, is_clear_order, spread
from experiments.evaluation.rows import Pair, rows_of
from experiments.run import indicator_kinds, indicator_units
from model.kernel.refusals import Problem, Refused, unknown

PERIOD: Final = "last_12"
ORDERS: Final = ("highest", "lowest")
_MONTHLY: Final = ("flow", "stock", "ratio")


@dataclass(frozen=True)
class Wish:
    """What to rank by: an indicator, and which end of it comes first."""

    indicator: str
    order: str = "highest"

    @classmethod
    def of(cls, text: str) -> Wish:
        """`export_value`, or `clearance_hours:lowest` where little is good. Refused for anything else."""
        indicator, colon, order = text.partition(":")
        known = [name for name, kind in indicator_kinds().items() if kind in _MONTHLY]
        if indicator not in known:
            raise Refused([unknown("indicator", indicator, known, path="--rank")])
        if colon and order not in ORDERS:
            message = f"'{order}' is no order; write {indicator}:highest or {indicator}:lowest."
            raise Refused([Problem("unknown_order", message, path="--rank", given=order, allowed=", ".join(ORDERS))])
        return cls(indicator, order or ORDERS[0])


@dataclass(frozen=True)
class Place:
    """A scenario in the order: its effect with interval, and the probability of being ahead of the next one.

    `clear` is None for the last, which has nobody behind it.
    """

    scenario: str
    effect: float
    low: float
    high: float
    p_next: float
    clear: bool | None


def ranking(pairs: Mapping[str, Sequence[Pair]], wish: Wish) -> pd.DataFrame:
    """Rows `rank`, `beats` and `lead` of every scenario; none where there is but one. `pairs`: by scenario."""
    if len(pairs) < 2:
        return pd.DataFrame()
    gaps = {name: _gaps(own, wish.indicator) for name, own in pairs.items()}
    unit, draws = indicator_units()[wish.indicator], len(next(iter(pairs.values())))
    words: dict[str, Any] = {"indicator": wish.indicator, "period": PERIOD}
    sign = 1.0 if wish.order == ORDERS[0] else -1.0
    tables = []
    for name, gap in gaps.items():
        order = {"dimension": "order", "member": wish.order, "unit": unit}
        tables.append(rows_of("rank", spread(gap[:, None]), draws, **words, **order).assign(scenario=name))
        for other, theirs in gaps.items():
            if other == name:
                continue
            place = {"dimension": "scenario", "member": other}
            chance = {"value": np.array([beats(sign * gap, sign * theirs)])}
            missing = {key: np.array([math.nan]) for key in ("low", "high", "se", "p_negative")}
            rows = rows_of("beats", chance | missing, draws, **words, **place, unit="share")
            lead = rows_of("lead", spread((gap - theirs)[:, None]), draws, **words, **place, unit=unit)
            tables += [rows.assign(scenario=name), lead.assign(scenario=name)]
    return pd.concat(tables, ignore_index=True)


def _gaps(pairs: Sequence[Pair], indicator: str) -> Floats:
    """Effect on the indicator in the last twelve months, by draw."""
    some = pairs[0][0]
    span: list[Period] = [one for one in periods_of(some.first, some.months) if one.name == PERIOD]
    kinds = indicator_kinds()
    sides = [
        [period_values(run.parts[run.parts["indicator"] == indicator], span, kinds).to_numpy()[0, 0] for run in pair]
        for pair in pairs
    ]
    return np.array([after - before for before, after in sides])


def places(evaluation: pd.DataFrame) -> list[Place]:
    """The order in an evaluation, the first scenario first; empty where nothing was ranked."""
    ranked = evaluation[evaluation["measure"] == "rank"]
    if not len(ranked):
        return []
    lowest = (ranked["member"] == ORDERS[1]).all()
    ranked = ranked.sort_values(
        ["value", "scenario"], ascending=[bool(lowest), True], kind="stable", na_position="last"
    )
    chance = evaluation[evaluation["measure"] == "beats"].set_index(["scenario", "member"])["value"]
    rows = ranked.to_dict(orient="records")
    found = []
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        p = math.nan if after is None else float(chance[row["scenario"], after["scenario"]])
        clear = None if after is None else is_clear_order(p, int(row["draws"]))
        found.append(Place(row["scenario"], float(row["value"]), float(row["low"]), float(row["high"]), p, clear))
    return found


def ranked_by(evaluation: pd.DataFrame) -> Wish:
    """What an evaluation was ranked by."""
    row = evaluation[evaluation["measure"] == "rank"].iloc[0]
    return Wish(str(row["indicator"]), str(row["member"]))
