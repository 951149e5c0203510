"""Firms by year, and who was supported by what: so that the same firms can be followed with and without a policy.

Amounts are per real firm; the weight stands beside them. A firm that leaves within a year keeps no row for that year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.kernel.calendar import year_of
from model.kernel.members import SIZES
from model.world.places import World

if TYPE_CHECKING:
    from agents.env import Env

COLUMNS: Final = ("firm", "weight", "belt", "size", "exports", "sales", "profit", "cycle_days")


class FirmYears:
    """What every living firm had done by the end of each year, and the month of its first support by policy."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._years: dict[int, dict[str, NDArray[Any]]] = {}
        self._supports: list[tuple[str, NDArray[np.int64], int]] = []

    def take(self, env: Env) -> None:
        """Note the month; the last month noted of a year stands for it."""
        firms = env.state.firms
        rows = firms.alive_rows()
        self._years[year_of(env.now)] = {
            "firm": firms["number"][rows], "weight": firms["weight"][rows], "belt": firms["belt"][rows],
            "size": firms["size"][rows], "exports": firms["exports_year"][rows], "sales": firms["sales_12m"][rows],
            "profit": firms["profit_12m"][rows], "cycle_days": firms["cycle_days"][rows],
        }  # fmt: skip
        enrolled = {programme.account for programme in env.programmes}
        in_force = enrolled | {grant.account for grant in env.grants}
        for account, slot in env.slots.items():
            if account not in in_force:
                continue
            first = env.now + 1 if account in enrolled else env.now
            new = rows[firms["joined"][rows, slot] == first]
            if len(new):
                self._supports.append((account, firms["number"][new], first))

    def frame(self) -> pd.DataFrame:
        """year, firm, weight, belt, size, exports (yuan of the year), sales, profit (twelve months), cycle_days."""
        frames = [pd.DataFrame({"year": year, **columns}) for year, columns in self._years.items()]
        if not frames:
            return pd.DataFrame(columns=["year", *COLUMNS])
        rows = pd.concat(frames, ignore_index=True)
        belts, sizes = np.array(self.world.belt_ids), np.array(SIZES)
        return rows.assign(belt=belts[rows["belt"]], size=sizes[rows["size"]])

    def supports(self) -> pd.DataFrame:
        """policy, firm, first_month (absolute): who was supported, one row a policy and firm."""
        frames = [
            pd.DataFrame({"policy": account, "firm": numbers, "first_month": month})
            for account, numbers, month in self._supports
        ]
        if not frames:
            return pd.DataFrame(columns=["policy", "firm", "first_month"])
        return pd.concat(frames, ignore_index=True)
