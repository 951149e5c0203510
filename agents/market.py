"""Overseas buyers: the demand of each market × category × nest, and how it is shared among sellers.

A listing's target pull is its firm's appeal, taste, reach, price and delivery days; buyers approach it with inertia,
fast in retail, very slow in B2B. China's sellers share a nest with rivals, whose pull R grows on a trend:

    spending = D · x / (R + Σ w x),   x = exp(pull) · landed price · share of orders that can be served

Source of the form: core findings §1; inertia by channel and the nest share reconcile the short and the long run.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.burden import markups
from agents.firm.pricing import hosted_discount
from agents.firm.state import own_pull
from agents.kernels.prices import Firms, Tables, divide, price_and_pull, sell
from model.kernel.calendar import decimal_year
from model.kernel.columnar import PlacedAgent
from model.kernel.columns import Column
from model.kernel.members import B2B, CATEGORIES, HOME, HOME_OUTLET, NEST_OF_MODE, RETAIL
from model.world.places import World

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

N_CAT = len(CATEGORIES)
NEST = np.array(NEST_OF_MODE, dtype=np.int64)


class Market(PlacedAgent):
    """A national market abroad; its trust in goods from China moves with what arrives."""

    table_name: ClassVar[str] = "markets"
    trust = Column()
    imports = Column()

    @property
    def iso3(self) -> str:
        return str(self.model.world.market_ids[self.code])


def cells_of(world: World, market: Codes, category: Codes, nest: Codes) -> Codes:
    """Demand cell of each point: market × category × (retail, B2B), then one home cell a category."""
    abroad = (market * N_CAT + category) * 2 + nest
    home = world.n_mkt * N_CAT * 2 + category
    return np.where(nest == HOME, home, abroad).astype(np.int64)


def n_cells(world: World) -> int:
    """Number of demand cells."""
    return world.n_mkt * N_CAT * 2 + N_CAT


def by_nest(env: Env, name: str) -> Floats:
    """A demand parameter for retail, B2B and home, shape [3]."""
    names = {RETAIL: "consumer", B2B: "business", HOME: "home"}
    return np.array([env.p[f"demand.{name}_{names[nest]}"] for nest in (RETAIL, B2B, HOME)])


# --- how much is demanded ------------------------------------------------------------------------------------


def online_index(env: Env, month: int) -> Floats:
    """Online retail of each market in `month` over its level in the middle of 2018; shape [market]."""
    return _series(env, env.world.market_online_retail, month)


def gdp_index(env: Env, month: int) -> Floats:
    """GDP of each market in `month` over its level in the middle of 2018; shape [market]."""
    return _series(env, env.world.market_gdp, month)


def _series(env: Env, table: Floats, month: int) -> Floats:
    """Yearly levels read at mid-year, log-linear between; beyond the last year growth fades to the long run."""
    years = np.array(env.world.years, dtype=np.float64) + 0.5
    logs = np.log(table)
    when = decimal_year(month)
    if when < years[0]:
        return np.asarray(np.exp((logs[:, 1] - logs[:, 0]) * (when - years[0])))
    if when <= years[-1]:
        at = min(int(np.searchsorted(years, when, side="right")), len(years) - 1) - 1
        level = logs[:, at] + (logs[:, at + 1] - logs[:, at]) * (when - years[at])
        return np.asarray(np.exp(level - logs[:, 0]))
    last = np.clip(logs[:, -1] - logs[:, -2], 0.0, env.p["demand.late_growth_cap"])
    beyond = faded_growth(
        last, np.log1p(env.p["demand.late_growth"]), years[-1], env.p["demand.late_growth_month"], when
    )
    return np.asarray(np.exp(logs[:, -1] - logs[:, 0] + beyond))


def faded_growth(first: Floats | float, late: float, start: float, end: float, when: float) -> Floats | float:
    """Integral from `start` to `when` of a growth rate that goes linearly from `first` to `late` at `end`."""
    span = max(end - start, 1e-9)
    inside = min(when - start, span)
    ramp = first * inside + (late - first) * inside**2 / (2.0 * span)
    return ramp + late * max(0.0, when - end)


def reach_index(env: Env, month: int) -> float:
    """Growth of platforms' reach above the market since mid-2018: the one growth number no market table gives."""
    early, late = np.log1p(env.p["demand.reach_growth"]), np.log1p(env.p["demand.reach_growth_late"])
    when, turn = decimal_year(month), env.p["demand.reach_late_from"]
    grown = early * (min(when, turn) - (env.world.years[0] + 0.5))
    if when > turn:
        grown += float(faded_growth(early, late, turn, turn + env.p["demand.reach_fade_years"], when))
    return float(np.exp(grown))


def demand_index(env: Env, month: int) -> Floats:
    """Demand for China's nest against mid-2018 without dated shocks; shape [market, 2 nests]."""
    online, gdp = online_index(env, month), gdp_index(env, month)
    weight = env.p["demand.online_weight_business"]
    business = online**weight * gdp ** (1.0 - weight)
    return np.stack([online, business], axis=1) * reach_index(env, month)


def home_index(env: Env, month: int) -> float:
    """Online retail at home in `month` over its level in the middle of 2018."""
    return national_index(env, env.world.home_online_retail, env.p["home.late_growth"], month)


def national_index(env: Env, yearly: Floats, late_growth: float, month: int) -> float:
    """A national yearly series at a month over its first year, fading to a long-run growth rate."""
    years = np.array(env.world.years, dtype=np.float64) + 0.5
    logs, when = np.log(yearly), decimal_year(month)
    if when < years[0]:
        return float(np.exp((logs[1] - logs[0]) * (when - years[0])))
    if when <= years[-1]:
        return float(np.exp(np.interp(when, years, logs) - logs[0]))
    beyond = faded_growth(
        float(logs[-1] - logs[-2]), np.log1p(late_growth), years[-1], env.p["demand.late_growth_month"], when
    )
    return float(np.exp(logs[-1] - logs[0] + beyond))


def budgets(env: Env) -> Floats:
    """Yuan per month that buyers spend in each cell's nest; shape [cells]."""
    world, arrays, now = env.world, env.state.arrays, env.now
    moved = demand_index(env, now) / arrays["demand_index_start"]
    currency = env.levers.table("exchange_rate") / arrays["exchange_rate_start"]
    calendar = now % 12
    season = np.array([world.season_export_retail[calendar], world.season_export_b2b[calendar]])
    growth = moved * currency[:, None] * (1.0 if env.burn_in else season)
    shape = (world.n_mkt, N_CAT, 2)
    abroad = growth[:, None, :] * env.levers.table("demand")[:, :, :2]
    home_season = 1.0 if env.burn_in else world.season_home[calendar]
    # What imports take of a category's budget, home sellers lose.
    left = (1.0 - arrays["import_exposure"]) / (1.0 - arrays["import_exposure_start"])
    home = left * home_index(env, now) / float(arrays["home_index_start"][0]) * home_season
    index = np.concatenate([np.broadcast_to(abroad, shape).ravel(), home])
    env.flows.values["budget_index"] = index
    return np.asarray(arrays["budget_start"] * index)


def rivals(env: Env) -> Floats:
    """Rivals' pull in each cell; shape [cells]."""
    years = (env.now - env.start) / 12.0
    return np.asarray(env.state.arrays["rivals_start"] * (1.0 + env.p["demand.rivals_trend"]) ** years)


# --- who gets it ---------------------------------------------------------------------------------------------


def price_tables(env: Env) -> Tables:
    """This month's tables in the form that the compiled loops read."""
    terms = env.terms
    return Tables(
        freight=terms.freight.ravel(), storage=terms.storage.ravel(), wedge=terms.wedge.ravel(),
        markup=markups(env), days=terms.days.ravel(), feasible=terms.feasible.ravel(),
        log_reach=terms.log_reach, commission=terms.commission,
        visible=np.append(env.levers.table("reputation_visible"), 1.0),
        place=target_pull_of_markets(env), sigma=by_nest(env, "substitution"), kappa=delay_by_nest(env),
        hosted_price=env.p["firm.hosted_price"],
    )  # fmt: skip


def price_firms(env: Env) -> Firms:
    """Columns of firms in the form that the compiled loops read."""
    firms, values = env.state.firms, env.flows.values
    always, shown = values["own_pull"]
    return Firms(
        belt=firms["belt"].astype(np.int64), category=firms["category"].astype(np.int64),
        weight=firms["weight"] * firms["alive"], ratio=values["price_ratio"], always=always, shown=shown,
        ability=firms["ability_b2b"], finance=firms["finance"],
    )  # fmt: skip


def listing_codes(env: Env) -> dict[str, Codes]:
    """Platform, market and mode of every listing, and the nest it belongs to."""
    listings = env.state.listings
    at: dict[str, Codes] = {name: listings[name] for name in ("platform", "market", "mode")}
    return at | {"nest": NEST[at["mode"]]}


def price_listings(env: Env) -> None:
    """Price every listing and move its pull towards its target; fills the month's look-ups of listings.

    Buyers close a share of the gap a month (all of it during the burn-in).
    """
    listings, flows, n = env.state.listings, env.flows, env.state.listings.n
    env.flows.values["own_pull"] = own_pull(env)
    personal = env.levers.is_personal("reach")
    extra = personal_reach(env, listings["firm"], listing_codes(env)) if personal else np.zeros(0)
    flows.belt, flows.cell, flows.leg = (np.empty(n, dtype=np.int32) for _ in range(3))
    flows.nest = np.empty(n, dtype=np.int8)
    flows.weight, flows.relative_price, flows.values["attraction"] = np.empty(n), np.empty(n), np.empty(n)
    price_and_pull(
        listings["firm"], listings["market"], listings["mode"], listings["platform"], listings["taste"],
        listings["days"], listings["pull"], extra, price_firms(env), price_tables(env), NEST,
        np.ones(3) if env.burn_in else by_nest(env, "inertia"), env.n_market, N_CAT,
        (flows.belt, flows.nest, flows.cell, flows.leg, flows.weight, flows.relative_price,
         flows.values["attraction"]),
    )  # fmt: skip


def target_pull_of_markets(env: Env) -> Floats:
    """Log pull that trust and the currency give all goods in a market; shape [nest, market or home]."""
    trust = np.append(env.state.markets["trust"] - env.world.market_trust, 0.0) * env.p["demand.trust"]
    return np.asarray(trust[None, :] - by_nest(env, "substitution")[:, None] * env.terms.currency[None, :])


def delay_by_nest(env: Env) -> Floats:
    """Log pull lost a day in retail, B2B and at home, shape [3]."""
    return np.array([env.p["demand.delay_consumer"], env.p["demand.delay_business"], env.p["demand.delay_consumer"]])


def abroad_codes(env: Env, at: dict[str, Codes]) -> dict[str, Codes]:
    """Platform, market and mode as codes that lever tables know; home and no platform fall back on the last member."""
    return {
        "platform": np.minimum(at["platform"], env.n_platform - 1),
        "market": np.minimum(at["market"], env.n_market - 1),
        "mode": np.minimum(at["mode"], HOME_OUTLET - 1),
    }


def personal_reach(env: Env, firm: Codes, at: dict[str, Codes]) -> Floats:
    """Log of what the lever `reach` gives single firms beyond the table that all share."""
    codes = abroad_codes(env, at)
    own = env.levers.at("reach", env.firm_words(firm), **codes)
    table = env.levers.at("reach", None, **codes)
    gained = np.log(np.maximum(own, 1e-9) / np.maximum(table, 1e-9))
    return np.where(at["nest"] == HOME, 0.0, gained)


def all_open(env: Env) -> bool:
    """Whether no platform shuts out anybody."""
    return not env.levers.is_personal("platform_open") and bool(np.all(env.levers.table("platform_open") >= 1.0))


def open_share(env: Env, firm: Codes, at: dict[str, Codes]) -> Floats:
    """Share of a listing's orders that its platform lets through this month; bans bind at once."""
    levers = env.levers
    personal = levers.is_personal("platform_open")
    codes = abroad_codes(env, at)
    words = env.firm_words(firm) if personal else None
    share = levers.at("platform_open", words, platform=codes["platform"], market=codes["market"])
    return np.where((at["nest"] == HOME) | (at["platform"] == env.n_platform), 1.0, share)


def share_out(env: Env, served: Floats, budget: Floats, rest: Floats) -> tuple[Floats, Floats]:
    """Split the cells' budgets; returns spending per listing (per real firm) and the sellers' pull per cell.

    `served` is the share of its orders each listing can serve: what it cannot goes to the others through the sum.
    """
    flows = env.flows
    spending, pull = np.empty(len(flows.cell)), np.zeros(len(budget))
    divide(flows.cell, flows.weight, flows.values["attraction"], served, budget, rest, spending, pull)
    return spending, pull


def fob_value(env: Env, spending: Floats) -> tuple[Floats, Floats, Floats]:
    """Orders and FOB yuan of each listing from buyers' spending, and FOB yuan of each firm; sets FOB prices."""
    listings, flows = env.state.listings, env.flows
    orders, revenue, sales = np.empty(listings.n), np.empty(listings.n), np.zeros(env.state.firms.n)
    sell(
        listings["firm"], flows.belt, flows.leg, listings["mode"], flows.relative_price, spending,
        env.world.belt_order_value, flows.values["price_ratio"], markups(env), hosted_discount(env),
        listings["price"], orders, revenue, sales,
    )  # fmt: skip
    return orders, revenue, sales


def remember(env: Env, bad_share: Floats, open_share: Floats) -> None:
    """Market trust falls with bad lots that arrived and with disputes that are open, and heals slowly.

    Both are shares, of lots and of retail orders, [market]; they count against the usual ones of the start.
    """
    p, trust = env.p, env.state.markets["trust"]
    healed = trust + p["market.trust_repair"] * (env.world.market_trust - trust)
    harm = p["market.trust_damage"] * (bad_share - env.state.arrays["usual_bad_share"])
    harm += p["market.dispute_damage"] * (open_share - env.state.arrays["usual_open_share"])
    env.state.markets["trust"] = np.clip(healed - harm, 0.0, 1.0)
