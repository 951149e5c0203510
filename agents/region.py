"""Home regions: what each province buys from abroad and at home.

A category budget is a share of retail sales; imports take s = A/(1+A) of it, where the access A moves with price, days,
reach and the number of brands (home findings §1; variety is a parameter of its own after Benassy 1996).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.brand import (
    N_CHANNELS,
    brand_pull,
    brand_trend,
    brands_reached,
    by_channel,
    channel_table,
    held_hours,
    home_retail_index,
    landed_prices,
    note_sales,
    review_channels,
    tax_rates,
    welcome_brands,
)
from agents.env import Env
from model.kernel.columnar import PlacedAgent
from model.kernel.columns import Column
from model.kernel.members import BONDED
from model.world.derived import far_provinces

Floats = NDArray[np.float64]


class HomeRegion(PlacedAgent):
    """A province as a buyer."""

    table_name: ClassVar[str] = "regions"
    import_spending = Column()
    home_spending = Column()
    access = Column()
    varieties = Column()

    @property
    def province(self) -> str:
        return str(self.model.world.province_ids[self.code])


# --- what reaches a province -----------------------------------------------------------------------------------


def region_days(env: Env) -> Floats:
    """Delivery days of each channel to each province; shape [province, channel]."""
    world, p = env.world, env.p
    days = np.repeat(channel_table(env)["days"][None, :], world.n_prov, axis=0)
    far = far_provinces(world)
    days += p["imports.far_days"] * far[:, None] * np.array([1.0, p["imports.far_direct_mail"], 1.0])
    served = np.zeros(world.n_prov, dtype=bool)
    served[world.bonded_province[world.bonded_from <= env.now]] = True
    days[:, BONDED] += np.where(served, 0.0, p["imports.no_zone_days"])
    names = ("clearance_share", "clearance_share_direct", "clearance_share_trade")
    felt = np.array([p[f"imports.{name}"] for name in names]) * held_hours(env) / 24.0
    return np.asarray(np.maximum(days + felt + env.levers.table("import_days"), p["imports.least_days"]))


def live_factor(env: Env) -> Floats:
    """Factor on the pull of bonded goods by live commerce; shape [province].

    Brands that take it up gain pull; `live_reach` acts on all bonded goods of a province, whoever sells them.
    """
    return np.asarray(env.levers.table("live_reach") * (1.0 + env.state.arrays["live_gain"]))


def adopt_live(env: Env) -> None:
    """Brands take live commerce up, a part of the gap a month: the lever is their share times what each gains."""
    gain = env.state.arrays["live_gain"]
    gain += (1.0 if env.burn_in else env.p["imports.live_speed"]) * (env.levers.table("live_gain") - gain)


def nearness(env: Env) -> Floats:
    """Pull of a channel in a province over its pull at the usual days; shape [province, channel]."""
    near = np.exp(-env.p["imports.delay"] * (region_days(env) - channel_table(env)["days"]))
    near[:, BONDED] *= live_factor(env)
    return np.asarray(near)


def varieties_of(env: Env, near: Floats) -> Floats:
    """Real brands of the rows on offer in each province, [province]; a late channel brings fewer."""
    return brands_reached(env, np.minimum(near, 1.0))


# --- buying ----------------------------------------------------------------------------------------------------


def move_import_pull(env: Env) -> Floats:
    """Channel pulls approach their targets with inertia: fast in retail channels, slow in general trade."""
    p, arrays = env.p, env.state.arrays
    target = np.log(np.maximum(brand_pull(env), 1e-300))
    if env.burn_in:
        arrays["import_pull"] = target
    else:
        speed = np.array([p["imports.inertia_retail"], p["imports.inertia_retail"], p["imports.inertia_trade"]])
        arrays["import_pull"] += speed * (target - arrays["import_pull"])
    return np.asarray(np.exp(arrays["import_pull"]))


def budgets(env: Env) -> Floats:
    """What provinces spend on each category of goods, yuan a month; shape [province, category]."""
    arrays = env.state.arrays
    index = home_retail_index(env) / float(arrays["retail_index_start"][0])
    season = 1.0 if env.burn_in else float(env.world.season_import[env.now % 12])
    return np.asarray(arrays["retail_start"] * index * season)


def import_odds(env: Env, access: Floats, reached: Floats) -> Floats:
    """Imports over home goods in each province and category, from access [province, category] and brands [province]."""
    p, arrays = env.p, env.state.arrays
    if env.burn_in:
        arrays["access_start"], arrays["varieties_start"] = access, reached
        arrays["brands_start"] = brands_reached(env, np.ones((1, N_CHANNELS)))
    mu = (p["imports.home_import"] - 1.0) / (p["imports.substitution"] - 1.0)
    more = brand_trend(env) * reached / arrays["varieties_start"]
    variety = more[:, None] ** p["imports.variety"]
    gained = (access / arrays["access_start"]) ** mu * variety * env.levers.scalar("import_demand")
    return np.asarray(arrays["import_odds"] * gained)


def buy(env: Env) -> None:
    """A month of the home market: brands review channels, provinces buy, brands see what they sold."""
    arrays, values, regions = env.state.arrays, env.flows.values, env.state.regions
    welcome_brands(env)
    review_channels(env)
    adopt_live(env)
    pull, near = move_import_pull(env), nearness(env)
    access, reached = near @ pull.T, varieties_of(env, near)
    budget, odds = budgets(env), import_odds(env, access, reached)
    spending = budget * odds / (1.0 + odds)
    split_channels(env, spending, near[:, None, :] * pull)
    note_sales(env)
    exposure = spending.sum(axis=0) / np.maximum(budget.sum(axis=0), 1.0)
    arrays["import_part"] = np.array([spending.sum() / max(float(budget.sum()), 1.0)])
    values["import_exposure"] = arrays["import_exposure"] = exposure
    values["home_producers"] = budget - spending
    if env.burn_in:
        set_constants(env)
        arrays["import_exposure_start"], arrays["import_part_start"] = exposure.copy(), arrays["import_part"].copy()
    regions["import_spending"], regions["home_spending"] = spending.sum(axis=1), (budget - spending).sum(axis=1)
    regions["access"] = access.sum(axis=1)
    start = float(arrays["brands_start"][0])
    regions["varieties"] = env.p["imports.brands_real"] * brand_trend(env) * reached / start


def set_constants(env: Env) -> None:
    """One step of the burn-in: constants of channels and origins move so that each has its share of customs value."""
    customs, brands, world = env.flows.values["import_customs"].sum(axis=(0, 1)), env.state.brands, env.world
    env.state.arrays["channel_offset"] = env.state.arrays["channel_offset"] + _step(by_channel(env, "share"), customs)
    sold = np.bincount(brands["origin"], weights=brands["weight"] * brands["sales"], minlength=world.n_origin)
    brands["appeal"] += _step(world.origin_share, sold)[brands["origin"]]


def _step(wished: Floats, got: Floats) -> Floats:
    """Log of wished over present shares."""
    if got.sum() <= 0.0:
        return np.zeros(len(wished))
    return np.asarray(np.log(wished / wished.sum()) - np.log(np.maximum(got, 1e-12) / max(float(got.sum()), 1e-12)))


def split_channels(env: Env, spending: Floats, share: Floats) -> None:
    """Divide spending [province, category] over channels and into customs value, tax, commission, freight and fees.

    `share` [province, category, channel] need not sum to one.
    """
    cost, tax, values = channel_table(env), tax_rates(env), env.flows.values
    paid = spending[:, :, None] * share / share.sum(axis=2, keepdims=True)  # [province, category, channel]
    price = landed_prices(env)
    customs = paid / price * (1.0 + cost["freight"])
    values["import_paid"] = paid
    values["import_customs"] = customs
    values["import_duty"] = customs * cost["duty"]
    values["import_tax"] = customs * (1.0 + cost["duty"]) * tax
    values["import_commission"] = paid * cost["commission"]
    values["import_fees"] = np.maximum(
        paid - customs - values["import_duty"] - values["import_tax"] - values["import_commission"], 0.0
    )
