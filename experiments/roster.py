"""The firms of a run's first year, to choose one from: who is large, typical, new."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from experiments.run import adjusted, economy
from model.kernel.members import CATEGORIES, SIZES

if TYPE_CHECKING:
    from model.scenario import Scenario

MONTHS: Final = 12


@dataclass(frozen=True)
class RosterJob:
    """Whose firms."""

    scenario: Scenario
    seed: int = 1


def roster(job: RosterJob, report: Callable[[int], None] = lambda months: None) -> pd.DataFrame:
    """Living firms after the first year, by number: belt, province and category ids, size, yuan of sales, founded.

    `founded` says whether the firm came to be during the year; `weight` how many real firms it stands for.
    """
    scenario = adjusted(job.scenario, min(MONTHS, job.scenario.months))
    model = economy(scenario, job.seed)
    for done in range(1, scenario.months + 1):
        model.step()
        report(done)
    firms, world = model.state.firms, model.world
    rows = firms.alive_rows()
    rows = rows[np.argsort(firms["number"][rows], kind="stable")]
    belt = firms["belt"][rows]
    return pd.DataFrame(
        {
            "number": firms["number"][rows],
            "belt": np.array(world.belt_ids)[belt],
            "province": np.array(world.province_ids)[world.belt_province[belt]],
            "category": np.array(CATEGORIES)[firms["category"][rows]],
            "size": np.array(SIZES)[firms["size"][rows]],
            "sales": firms["sales_12m"][rows],
            "weight": firms["weight"][rows],
            "founded": firms["born"][rows] >= scenario.start,
        }
    )


def narrowed(firms: pd.DataFrame, province: str = "", category: str = "") -> pd.DataFrame:
    """Firms of a province and a category; all where a word is empty."""
    if province:
        firms = firms[firms["province"] == province]
    if category:
        firms = firms[firms["category"] == category]
    return firms


def suggestions(firms: pd.DataFrame) -> Mapping[str, int]:
    """Numbers worth a look: the largest firm, the median micro firm, the newcomer that sold most; those there are."""
    found: dict[str, int] = {}
    old = firms[~firms["founded"]]
    if len(firms):
        found["largest"] = _first(firms, firms["sales"].max())
    micro = old[(old["size"] == "micro") & (old["sales"] > 0.0)]
    if len(micro):
        ranked = micro.sort_values(["sales", "number"])
        half = ranked["weight"].cumsum() >= ranked["weight"].sum() / 2.0
        found["typical"] = int(ranked.loc[half, "number"].iloc[0])
    new = firms[firms["founded"]]
    if len(new):
        found["newcomer"] = _first(new, new["sales"].max())
    return found


def _first(firms: pd.DataFrame, sales: float) -> int:
    return int(firms.loc[firms["sales"] == sales, "number"].iloc[0])
