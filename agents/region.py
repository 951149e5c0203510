"""Home regions: what each province buys from abroad and at home.

A category budget is a share of retail sales; imports take s = A/(1+A) of it, where the access A moves with price, days,
reach and the number of brands (home findings §1; variety is a parameter of its own after Benassy 1996).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.brand import brand_count, brand_pull, channel_table, home_retail_index, landed_prices, tax_rates
from agents.env import Env
from model.kernel.columnar import PlacedAgent
from model.kernel.columns import Column
from model.kernel.members import BONDED, IMPORT_CHANNELS
from model.world.derived import far_provinces

Floats = NDArray[np.float64]


class HomeRegion(PlacedAgent):
    """A province as a buyer."""

    table_name: ClassVar[str] = "regions"
    import_spending = Column()
    home_spending = Column()
    access = Column()

    @property
    def province(self) -> str:
        return str(self.model.world.province_ids[self.code])


def region_days(env: Env) -> Floats:
    """Delivery days of each channel to each province; shape [province, channel]."""
    world, p = env.world, env.p
    days = np.repeat(channel_table(env)["days"][None, :], world.n_prov, axis=0)
    far = far_provinces(world)
    days += p["imports.far_days"] * far[:, None] * np.array([1.0, p["imports.far_direct_mail"], 1.0])
    served = np.zeros(world.n_prov, dtype=bool)
    served[world.bonded_province[world.bonded_from <= env.now]] = True
    days[:, BONDED] += np.where(served, 0.0, p["imports.no_zone_days"])
    hours = env.levers.scalar("import_clearance_hours") - p["customs.import_hours_base"]
    felt = np.array([p["imports.clearance_share"], 1.0, 1.0]) * hours / 24.0
    return np.asarray(np.maximum(days + felt, p["imports.least_days"]))


def region_access(env: Env, channel_pull: Floats) -> Floats:
    """What a province can get of each category; shape [province, category]."""
    usual = channel_table(env)["days"]
    time = np.exp(-env.p["imports.delay"] * (region_days(env) - usual))  # [province, channel]
    live = env.levers.table("live_reach")
    time[:, BONDED] *= live
    return np.asarray(time @ channel_pull.T)


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


def buy(env: Env) -> Floats:
    """Regions' spending on imports this month, yuan; shape [province, category]. Fills the month's import flows."""
    world, p, arrays, values = env.world, env.p, env.state.arrays, env.flows.values
    pull = move_import_pull(env)
    access = region_access(env, pull)
    index = home_retail_index(env) / float(arrays["retail_index_start"][0])
    season = 1.0 if env.burn_in else float(world.season_import[env.now % 12])
    budget = arrays["retail_start"] * index * season  # [province, category]
    if env.burn_in:
        arrays["access_start"] = access
    mu = (p["imports.home_import"] - 1.0) / (p["imports.substitution"] - 1.0)
    more = brand_count(env) / p["imports.brands_real"]
    shift = env.levers.scalar("import_demand")
    odds = arrays["import_odds"] * (access / arrays["access_start"]) ** mu * more ** p["imports.variety"] * shift
    spending = budget * odds / (1.0 + odds)
    if env.burn_in:
        set_channels(env, spending, pull)
    values["import_exposure"] = spending.sum(axis=0) / np.maximum(budget.sum(axis=0), 1.0)
    arrays["import_exposure"] = values["import_exposure"]
    if env.burn_in:
        arrays["import_exposure_start"] = values["import_exposure"].copy()
    env.state.regions["import_spending"] = spending.sum(axis=1)
    env.state.regions["home_spending"] = (budget - spending).sum(axis=1)
    env.state.regions["access"] = access.sum(axis=1)
    split_channels(env, spending, pull)
    return np.asarray(spending)


def set_channels(env: Env, spending: Floats, pull: Floats) -> None:
    """One step of the burn-in: channel constants move so that each channel has its share of customs value."""
    split_channels(env, spending, pull)
    got = env.flows.values["import_customs"].sum(axis=(0, 1))
    wished = np.array([env.p[f"imports.{name}_share"] for name in IMPORT_CHANNELS])
    step = np.log(wished / wished.sum()) - np.log(np.maximum(got, 1e-12) / max(float(got.sum()), 1e-12))
    env.state.arrays["channel_offset"] = env.state.arrays["channel_offset"] + step


def split_channels(env: Env, spending: Floats, pull: Floats) -> None:
    """Divide spending over channels and into customs value, tax, commission, freight and fees."""
    cost, tax, values = channel_table(env), tax_rates(env), env.flows.values
    time = np.exp(-env.p["imports.delay"] * (region_days(env) - cost["days"]))
    time[:, BONDED] *= env.levers.table("live_reach")
    share = time[:, None, :] * pull[None, :, :]
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
