"""Landed cost and price: what a buyer abroad pays for a firm's good, and why.

Buyers spend at *landed* prices, customs count exports *FOB*; duties, freight and commissions are no exports.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.env import Env, Terms
from agents.firm.burden import added_costs
from agents.firm.orders import fee_wedge, value_share_above
from agents.firm.supply import foreign_inputs
from agents.kernels.prices import CLOSED, N_MODES
from model.kernel.members import B2B_BULK, DIRECT, HOME_OUTLET, HOSTED, POST, TRADITIONAL, WAREHOUSE
from model.world.routes import RouteTable

Floats = NDArray[np.float64]

PARCEL_MODES = (POST, DIRECT, HOSTED)
BULK = np.s_[:, :-1, B2B_BULK]  # the same, B2B consignments abroad
WEDGE_LEVERS = (
    "duty_rate", "market_vat_rate", "de_minimis_yuan", "vat_de_minimis_yuan", "parcel_fee_yuan", "preference_use",
    "preference_in_force",
)  # fmt: skip
ABROAD = np.s_[:, :-1, :6]  # in a table [belt, market or home, mode or home outlet]


@dataclass(frozen=True)
class Legs:
    """What of the terms follows from routes and ports alone: tables [belt, market or home, mode or home outlet]."""

    routes: RouteTable
    ports: bytes  # the lever `port_freight` it was laid out with
    freight: Floats  # share of FOB value, storage abroad included
    storage: Floats  # share of FOB value at the usual fee
    feasible: NDArray[np.bool_]
    gateway: NDArray[np.int64]
    hub: NDArray[np.int64]
    fee_hub: NDArray[np.int64]  # [belt, market] hub whose fee stored goods pay

    @classmethod
    def of(cls, env: Env) -> Legs:
        """Lay the month's routes out as shares of value; home needs no leg."""
        world, p, routes = env.world, env.p, env.routes
        shape = (world.n_belt, world.n_mkt + 1, N_MODES)
        freight, storage, feasible = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=bool)
        gateway, hub = np.full(shape, -1, dtype=np.int64), np.full(shape, -1, dtype=np.int64)
        value = world.belt_order_value[:, None, None]
        per_order = np.where(np.isfinite(routes.yuan_per_order), routes.yuan_per_order, 0.0)
        fixed = np.repeat(value, 6, axis=2)
        fixed[:, :, [B2B_BULK, TRADITIONAL]] = p["ship.b2b_order_yuan"]
        ports = env.levers.table("port_freight")
        carriage = np.where(routes.feasible, routes.yuan_per_kg, 0.0) * world.belt_weight_kg[:, None, None] / value
        freight[ABROAD] = carriage * ports[:, None, :] + per_order / fixed
        feasible[ABROAD], gateway[ABROAD], hub[ABROAD] = routes.feasible, routes.gateway, routes.hub
        feasible[:, -1, HOME_OUTLET] = True
        storage[:, :-1, WAREHOUSE] = p["ship.warehouse_fee_share"] * per_order[:, :, WAREHOUSE] / value[:, :, 0]
        freight[:, :-1, WAREHOUSE] -= storage[:, :-1, WAREHOUSE]
        fee_hub = np.maximum(routes.hub[:, :, WAREHOUSE], 0)
        return cls(routes, ports.tobytes(), freight, storage, feasible, gateway, hub, fee_hub)


def trade_terms(env: Env) -> Terms:
    """This month's tables of cost and time from routes and levers; what no lever changed is kept from before."""
    memo = env.levers.memo
    legs: Legs | None = memo.get("legs")
    if legs is None or legs.routes is not env.routes or legs.ports != env.levers.table("port_freight").tobytes():
        legs = memo["legs"] = Legs.of(env)
    told = b"".join(env.levers.table(lever).tobytes() for lever in WEDGE_LEVERS)
    if memo.get("wedge", (b"",))[0] != told:
        memo["wedge"] = (told, _wedge(env, env.world.belt_order_value[:, None, None]))
    storage, wedge, days = legs.storage.copy(), np.ones(legs.freight.shape), np.zeros(legs.freight.shape)
    storage[:, :-1, WAREHOUSE] *= env.state.hubs["fee"][legs.fee_hub]
    wedge[ABROAD] = memo["wedge"][1]
    days[ABROAD] = np.where(env.routes.feasible, env.routes.buyer_days, 0.0)
    days[BULK] -= days_saved(env, days[BULK])
    days[:, -1, HOME_OUTLET] = env.p["home.days"]
    return Terms(
        legs.freight, storage, wedge, days, legs.feasible, legs.gateway, legs.hub,
        _log_reach(env), _commission(env), _currency(env), *added_costs(env),
    )  # fmt: skip


def days_saved(env: Env, days: Floats) -> Floats:
    """Days that a showroom's store in the market saves B2B buyers of goods shown there, of `days`; [belt, market]."""
    shown = env.levers.table("showroom")[:, env.world.belt_category].T
    if not shown.any():
        return np.zeros(days.shape)
    return np.asarray(shown * np.maximum(days - env.levers.table("showroom_days"), 0.0))


def _wedge(env: Env, value: Floats) -> Floats:
    """One plus duty, tax and parcel fee, [belt, market, mode]."""
    world, levers, p = env.world, env.levers, env.p
    log_sd = p["demand.order_value_logsd"]
    duty = np.maximum(levers.table("duty_rate") - duty_saved(env)[:, :, None], 0.0)
    duty = duty[:, world.belt_category, :].transpose(1, 0, 2)  # [belt, market, mode]
    vat = levers.table("market_vat_rate")[None, :, None]
    above_duty = value_share_above(levers.table("de_minimis_yuan")[None], value, log_sd)
    above_vat = value_share_above(levers.table("vat_de_minimis_yuan")[None], value, log_sd)
    parcel = np.isin(np.arange(6), PARCEL_MODES)
    business = np.isin(np.arange(6), (B2B_BULK, TRADITIONAL))
    tax = duty * np.where(parcel, above_duty, 1.0) + np.where(business, 0.0, vat * np.where(parcel, above_vat, 1.0))
    wedge = 1.0 + tax
    fee = levers.table("parcel_fee_yuan")[None] * parcel
    if np.any(fee > 0.0):
        sigma = p["demand.substitution_consumer"]
        wedge = wedge * fee_wedge(np.broadcast_to(fee, wedge.shape), np.broadcast_to(value, wedge.shape), sigma, log_sd)
    return np.asarray(wedge)


def preferred_share(env: Env) -> Floats:
    """Share of exports that enter under a preference for goods of proved origin; shape [market, category]."""
    in_force = env.levers.table("preference_in_force") > 0.5
    return np.asarray(env.levers.table("preference_use") * in_force[:, None])


def duty_saved(env: Env) -> Floats:
    """Points of duty that the preference saves on average over all exports; shape [market, category]."""
    return np.asarray(env.p["market.preference_margin"] * preferred_share(env))


def _log_reach(env: Env) -> Floats:
    """Log reach, [platform or none, market or home, mode]."""
    world, levers = env.world, env.levers
    table = np.zeros((world.n_plat + 1, world.n_mkt + 1, N_MODES))
    # A platform that is shut to all has no reach; a part that is shut out loses its orders in trade (`open_share`).
    open_ = (world.platform_open_from <= env.now) & (levers.table("platform_open") > 0.0)
    reach = levers.table("reach") * (world.platform_reach * open_)[:, :, None]
    table[:-1, :-1, :6] = np.log(np.maximum(reach, np.exp(CLOSED)))
    table[:-1, :-1, :6] -= _traffic_given(env)[:, :, None]
    table[:, :, HOSTED] += env.p["plan.hosted_pull"]
    return table


def _traffic_given(env: Env) -> Floats:
    """Log reach that all lose where a platform gives traffic to some, by last month's sales; [platform, market].

    A platform has no more buyers' eyes than before: what it shows of the chosen it does not show of others.
    """
    shape, listings = (env.n_platform, env.n_market), env.state.listings
    if env.burn_in or not env.levers.is_personal("reach"):
        return np.zeros(shape)
    rows = np.flatnonzero((listings["platform"] < shape[0]) & (listings["market"] < shape[1]))
    firm, at = listings["firm"][rows], {name: listings[name][rows] for name in ("platform", "market", "mode")}
    codes = {name: code.astype(np.int64) for name, code in at.items()}
    own = env.levers.at("reach", env.firm_words(firm), **codes)
    common = env.levers.at("reach", None, **codes)
    place = np.ravel_multi_index((codes["platform"], codes["market"]), shape)
    sold = env.state.firms["weight"][firm] * listings["revenue"][rows]
    gain = sold * (np.maximum(own, 1e-9) / np.maximum(common, 1e-9) - 1.0)  # a closed platform gives nobody anything
    size = shape[0] * shape[1]
    total = np.maximum(np.bincount(place, weights=sold, minlength=size), 1e-9)
    given = np.bincount(place, weights=gain, minlength=size) / total
    return np.asarray(env.p["plan.traffic_conserved"] * np.log1p(given).reshape(shape))


def _commission(env: Env) -> Floats:
    """Commission as a share of the buyer's payment, [platform or none, market or home]."""
    world = env.world
    table = np.full((world.n_plat + 1, world.n_mkt + 1), env.p["home.commission"])
    table[:-1, :-1] = env.levers.table("platform_fee")
    table[-1, :-1] = 0.0
    return table


def _currency(env: Env) -> Floats:
    """Log change of foreign-currency prices since the start through the yuan, [market or home]."""
    rate = env.levers.table("exchange_rate")
    moved = np.log(env.state.arrays["exchange_rate_start"] / rate)
    return np.append(env.p["demand.currency_pass_through"] * moved, 0.0)


def relief(env: Env) -> Floats:
    """Cost relief of each firm as a share of the price, against the start of the run; shape [firm rows].

    A higher rebate and a grant on freight are a relief; running above planned capacity a burden (marginal cost moves
    with utilisation), and so are dearer inputs from abroad.
    """
    firms, p = env.state.firms, env.p
    cost_share = 1.0 - p["firm.margin_consumer"]
    rate = env.levers.at("rebate_rate", env.firm_words(), category=firms["category"])
    gained = (rate - env.state.arrays["rebate_rate_start"][firms["category"]]) * cost_share
    strain = p["firm.idle_cost"] * (firms["utilisation"] * p["firm.capacity_slack"] - 1.0) * cost_share
    dearer = foreign_inputs(env).extra_cost[firms["belt"]] * (1.0 - p["firm.wage_share"]) * cost_share
    return np.asarray(gained - strain - dearer + firms["aid"])


def margins(env: Env) -> Floats:
    """Margin after variable cost of each mode, shape [7]; the platform squeezes a hosted listing's."""
    p = env.p
    retail, business, home = p["firm.margin_consumer"], p["firm.margin_business"], p["firm.margin_home"]
    hosted = retail * env.levers.scalar("hosted_margin")
    return np.array([retail, retail, retail, hosted, business, business, home])


def price_ratio(env: Env, relief_share: Floats) -> Floats:
    """FOB price over the belt's order value, [firm rows]: half of a relief is passed on."""
    return np.asarray(1.0 - env.p["firm.pass_through"] * relief_share)


def hosted_discount(env: Env) -> float:
    """Factory price of a hosted listing over the firm's own price: the squeeze of the margin."""
    return 1.0 - env.p["firm.margin_consumer"] * (1.0 - env.levers.scalar("hosted_margin"))


def promote(env: Env, relief_share: Floats) -> None:
    """The kept part of a relief raises promotion, a share of the gap a month."""
    firms, p = env.state.firms, env.p
    kept = (1.0 - p["firm.pass_through"]) * relief_share / p["firm.promotion_base"]
    kept = np.maximum(kept, -p["firm.promotion_loss"])
    goal = p["firm.promotion"] * np.log1p(kept)
    firms["promotion"] += p["firm.promotion_speed"] * (goal - firms["promotion"])
