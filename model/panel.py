"""The firm panel: what every listing sold in a year, for estimators that need firms and markets.

Amounts are per real firm (the weight stands beside them); prices, days and hours are means over orders or sales.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.kernel.calendar import year_of
from model.kernel.members import CATEGORIES, HOME_OUTLET, MODES, SIZES, TIERS
from model.levers import AXIS_KEYS, EVERYWHERE, PROGRAMME, Effect, FirmWords, Where, axis_mask
from model.world.places import World

if TYPE_CHECKING:
    from agents.env import Env

KEYS = ["period", "firm", "market", "platform", "mode"]
SUMS = ["revenue_yuan", "units", "parcels", "day_orders", "hour_yuan"]
LAST = ["weight", "belt", "size", "tier"]


class Panel:
    """Months of listings, folded into years."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._years: list[pd.DataFrame] = []
        self._months: list[pd.DataFrame] = []

    def take(self, env: Env) -> None:
        """Note one month of listings abroad (before firms leave); fold the year in December."""
        sold = env.flows.values["panel"]
        self._months.append(pd.DataFrame({"period": year_of(env.now), **sold}))
        if env.now % 12 == 11:
            self.fold()

    def fold(self) -> None:
        """Sum the months noted so far."""
        if not self._months:
            return
        months = pd.concat(self._months, ignore_index=True)
        how: dict[str, Any] = dict.fromkeys(SUMS, "sum") | dict.fromkeys(LAST, "last") | {"treated": "max"}
        self._years.append(months.groupby(KEYS, as_index=False).agg(how))
        self._months = []

    def frame(self) -> pd.DataFrame:
        """The panel in words, one row a firm, market, platform and mode in each year."""
        self.fold()
        if not self._years:
            return pd.DataFrame(columns=[*KEYS, *LAST])
        rows = pd.concat(self._years, ignore_index=True)
        world = self.world
        belt = rows["belt"].to_numpy()
        orders = np.maximum(rows["units"].to_numpy(), 1e-300)
        sales = np.maximum(rows["revenue_yuan"].to_numpy(), 1e-300)
        platforms = np.array([*world.platform_ids, "none"])
        return pd.DataFrame(
            {
                "period": rows["period"].astype(str),
                "firm": rows["firm"],
                "weight": rows["weight"],
                "belt": np.array(world.belt_ids)[belt],
                "city": np.array(world.belt_city)[belt],
                "province": np.array(world.province_ids)[world.belt_province[belt]],
                "category": np.array(CATEGORIES)[world.belt_category[belt]],
                "size": np.array(SIZES)[rows["size"]],
                "tier": np.array(TIERS)[rows["tier"]],
                "market": np.array(world.market_ids)[rows["market"]],
                "platform": platforms[rows["platform"]],
                "mode": np.array(MODES)[rows["mode"]],
                "revenue_yuan": rows["revenue_yuan"],
                "units": rows["units"],
                "parcels": rows["parcels"],
                "price_yuan": rows["revenue_yuan"] / orders,
                "delivered_days": rows["day_orders"] / orders,
                "clearance_hours": rows["hour_yuan"] / sales,
                "treated": rows["treated"].astype(bool),
            }
        )


def listing_rows(env: Env, effects: tuple[Effect, ...]) -> dict[str, NDArray[Any]]:
    """This month's listings abroad as columns of the panel."""
    listings, firms = env.state.listings, env.state.firms
    pick = np.flatnonzero(listings["mode"] != HOME_OUTLET)
    firm = listings["firm"][pick]
    orders, revenue = listings["orders"][pick], listings["revenue"][pick]
    return {
        "firm": firms["number"][firm],
        "market": listings["market"][pick].astype(np.int64),
        "platform": listings["platform"][pick].astype(np.int64),
        "mode": listings["mode"][pick].astype(np.int64),
        "weight": firms["weight"][firm],
        "belt": firms["belt"][firm].astype(np.int64),
        "size": firms["size"][firm].astype(np.int64),
        "tier": firms["tier"][firm].astype(np.int64),
        "revenue_yuan": revenue.copy(),
        "units": orders.copy(),
        "parcels": env.flows.parcels[pick],
        "day_orders": orders * listings["days"][pick],
        "hour_yuan": revenue * listings["clearance_hours"][pick],
        "treated": treated(env, effects, pick),
    }


def treated(env: Env, effects: tuple[Effect, ...], pick: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Listings that an effect of the scenario (not of dated history) or a grant's place covers this month."""
    found = np.zeros(len(pick), dtype=bool)
    wheres = [effect.where for effect in effects if effect.window.strength(env.now) > 0.0]
    wheres += [grant.where for grant in env.grants if grant.rate_in(env.now) > 0.0]
    wheres += [EVERYWHERE.and_(PROGRAMME, (programme.account,)) for programme in env.programmes]
    words = env.firm_words(env.state.listings["firm"][pick])
    for where in set(wheres):
        found |= covers(env, where, words, pick)
    return found


def covers(env: Env, where: Where, words: FirmWords, pick: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which listings a restriction picks, by firm, market, mode, platform and gateway."""
    listings, world = env.state.listings, env.world
    codes = {
        "market": listings["market"][pick],
        "mode": listings["mode"][pick],
        "platform": np.minimum(listings["platform"][pick], env.n_platform - 1),
        "gateway": np.maximum(env.terms.gateway.ravel()[env.flows.leg[pick]], 0),
    }
    inside = words.picks(where)
    for key, members in where.members:
        axis = next((axis for axis in codes if key in AXIS_KEYS[axis]), None)
        if axis is not None:
            inside &= axis_mask(axis, key, members, world)[codes[axis].astype(np.int64)]
    return inside
