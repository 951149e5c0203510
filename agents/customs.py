"""Customs districts 海关: who is looked at, how long everybody waits, what is found.

Lots are drawn for inspection by channel, credit tier and goods. The wait is the M/M/c approximation of Sakasegawa
(1977). A district that is asked for more looks than overtime allows selects fewer, so its queue stays finite; what a
closure stops is the goods themselves. A look finds a violation with the inspection's power; what is not found reaches
the market.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.compliance import newcomers, violation_rate
from agents.kernels import pick_rates, sum_groups
from model.kernel.columnar import PlacedAgent
from model.kernel.columns import Column
from model.kernel.draws import binomial, whole
from model.kernel.members import B2B, HOME, RETAIL, WAREHOUSE

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

MONTH_HOURS = 730.0
GROUPS = (RETAIL, B2B)


class CustomsDistrict(PlacedAgent):
    """A customs district at a sea, air, rail or land port."""

    table_name: ClassVar[str] = "gateways"
    capacity = Column()
    load = Column()
    waived = Column()
    wait_hours = Column()

    @property
    def gateway_id(self) -> str:
        return str(self.model.world.gateway_ids[self.code])


def look_rates(env: Env) -> Floats:
    """Chance that a lot of each listing is looked at; shape [listings]. Home sales pass no customs."""
    listings, firms, flows = env.state.listings, env.state.firms, env.flows
    rates = np.empty(listings.n)
    pick_rates(
        listings["firm"], listings["mode"].astype(np.int64), flows.nest, env.terms.gateway.ravel()[flows.leg],
        firms["category"].astype(np.int64), firms["tier"].astype(np.int64), newcomers(env),
        env.levers.table("inspection_rate"), env.levers.table("newcomer_factor"), rates,
    )  # fmt: skip
    return rates


def lots_of(env: Env, revenue: Floats) -> Floats:
    """Customs lots per real firm of each listing."""
    return np.asarray(np.where(env.flows.nest == HOME, 0.0, revenue / env.p["ship.lot_yuan"]))


def sum_by_group(env: Env, values: Floats) -> Floats:
    """Sum over a firm's listings in retail and in B2B; shape [2, firm rows]."""
    n, firm, nest = env.state.firms.n, env.state.listings["firm"], env.flows.nest
    key = np.where(nest == B2B, n, 0) + firm
    counted = np.where(nest == HOME, 0.0, values)
    return np.bincount(key, weights=counted, minlength=2 * n).reshape(2, n)


def lots_by_firm(env: Env, lots: Floats, rate: Floats) -> tuple[Floats, Floats]:
    """Lots and wished looks of each firm in retail and in B2B, each [2, firm rows] per real firm."""
    total, asked = np.zeros((2, env.state.firms.n)), np.zeros((2, env.state.firms.n))
    sum_groups(env.state.listings["firm"], env.flows.nest, lots, rate, total, asked)
    return total, asked


def inspect(env: Env, total: Floats, asked: Floats) -> tuple[Floats, Floats, Floats]:
    """Draw looks and finds for each firm, retail and B2B apart, from lots and wished looks [2, firm rows].

    Returns whole lots, looks and violations found, each [2, firm rows] per real firm. One uniform a firm, group
    and question, keyed by firm number.
    """
    number = env.state.firms["number"]
    mean = asked / np.maximum(total, 1e-12)
    bad = violation_rate(env) * env.p["customs.power"]
    whole_lots, looks, hits = np.zeros_like(total), np.zeros_like(total), np.zeros_like(total)
    for group in GROUPS:
        whole_lots[group] = whole(env.draws.uniform("lots", env.now, number, group), total[group])
        looks[group] = binomial(env.draws.uniform("look", env.now, number, group), whole_lots[group], mean[group])
        hits[group] = binomial(env.draws.uniform("find", env.now, number, group), looks[group], bad)
    return whole_lots, looks, hits


def queue(env: Env, lots: Floats, rate: Floats) -> Floats:
    """Load and wait of each district from the looks this month's traffic asks for.

    Returns the share of the wished looks that each listing's district can do; shape [listings].
    """
    gateways, p = env.state.gateways, env.p
    leg = env.terms.gateway.ravel()[env.flows.leg]
    sent = leg >= 0
    looks = (env.flows.weight * lots * rate)[sent]
    asked = np.bincount(leg[sent], weights=looks, minlength=env.world.n_gate).astype(np.float64)
    traffic = float(np.sum((env.flows.weight * lots)[sent]))
    if env.burn_in:
        gateways["capacity"] = np.maximum(asked / p["customs.target_load"], 1.0)
        env.state.arrays["posts_per_lot"] = np.array([float(gateways["capacity"].sum()) / max(traffic, 1e-9)])
    open_share = env.levers.table("gateway_capacity")
    able = np.maximum(gateways["capacity"] * open_share, 1e-6)
    # Overtime meets peaks: it defends a load as long as it reaches, then looks are waived.
    stretched = np.clip(asked / p["customs.overtime_load"], able, p["customs.overtime"] * able)
    done = np.minimum(asked, stretched)
    gateways["waived"] = asked - done
    gateways["load"] = asked / able
    servers = np.maximum(
        able * p["customs.service_hours"] / p["customs.inspector_hours"], p["customs.least_inspectors"]
    )
    # Goods arriving evenly at a district that passes only a share of them wait half the excess of a month.
    closed = 0.5 * MONTH_HOURS * np.maximum(1.0 / open_share - 1.0, 0.0)
    load = np.minimum(asked / stretched, p["customs.most_load"])  # a queue at full load has no mean
    gateways["wait_hours"] = wait(load, servers, p["customs.service_hours"]) + closed
    if not env.burn_in:
        staff(env, asked, traffic)
    can = np.where(asked > 0.0, done / np.maximum(asked, 1e-12), 1.0)
    return np.asarray(np.where(sent, can[np.maximum(leg, 0)], 1.0))


def staff(env: Env, asked: Floats, traffic: float) -> None:
    """Posts follow traffic, not looks, so looks saved are time gained; officers are lent towards the work."""
    gateways, p = env.state.gateways, env.p
    capacity = gateways["capacity"]
    total = float(capacity.sum())
    wished = max(traffic * float(env.state.arrays["posts_per_lot"][0]) - total, 0.0)
    work = asked / max(float(asked.sum()), 1e-9)
    lent = p["customs.lending"] * (work * total - capacity)
    gateways["capacity"] = np.maximum(capacity + lent + p["customs.staffing_speed"] * wished * work, 1e-6)


def wait(load: Floats, servers: Floats, service_hours: float) -> Floats:
    """Mean hours in an M/M/c queue at a load below one (Sakasegawa's approximation)."""
    return np.asarray(load ** (np.sqrt(2.0 * (servers + 1.0)) - 1.0) / (servers * (1.0 - load)) * service_hours)


def clearance_hours(env: Env, lots: Floats, looks: Floats) -> Floats:
    """Hours from declaration to release of each listing's goods, mean over its lots; shape [listings].

    `lots`, `looks` are whole lots and looks [2, firm rows]. The reported national mean (lever
    `export_clearance_hours`) contains the usual inspections and paperwork; what is left of it is processing.
    """
    listings, flows, levers, p = env.state.listings, env.flows, env.levers, env.p
    firm, abroad = listings["firm"], flows.nest != HOME
    mode = np.where(abroad, listings["mode"], 0).astype(np.int64)
    gateway = np.maximum(env.terms.gateway.ravel()[flows.leg], 0)
    personal = levers.is_personal("export_clearance_hours") or levers.is_personal("document_hours")
    words = env.firm_words(firm) if personal else None
    usual = p["customs.document_hours"] + p["customs.rate_ordinary"] * p["customs.look_hours"]
    processing = np.maximum(levers.at("export_clearance_hours", words, gateway=gateway, mode=mode) - usual, 0.0)
    papers = levers.at("document_hours", words, mode=mode)
    papers = papers * np.where(levers.zone[flows.belt], 1.0 - p["customs.zone_relief"], 1.0)
    group = np.where(flows.nest == B2B, 1, 0)
    share = looks / np.maximum(lots, 1.0)
    hours = (
        papers + processing + share[group, firm] * p["customs.look_hours"] + env.state.gateways["wait_hours"][gateway]
    )
    return np.asarray(np.where(abroad, hours, 0.0))


def delivered_days(env: Env, hours: Floats, overflow: Floats) -> Floats:
    """Days a buyer waits; goods in an overseas warehouse were cleared before the order, overflow travels directly."""
    listings, terms, flows = env.state.listings, env.terms, env.flows
    mode = listings["mode"]
    days = terms.days.ravel()[flows.leg]
    direct = terms.days.ravel()[flows.leg - (WAREHOUSE - 1)]  # the direct parcel of the same belt and market
    stored = mode == WAREHOUSE
    mixed = np.where(stored, (1.0 - overflow) * days + overflow * direct, days)
    extra = np.where(stored, 0.0, hours / 24.0)
    personal = env.levers.is_personal("delivery_days")
    if personal:
        abroad = np.minimum(listings["market"], env.n_market - 1).astype(np.int64)
        words = env.firm_words(listings["firm"])
        table = env.levers.table("delivery_days")[abroad, np.minimum(mode, 5)]
        own = env.levers.at("delivery_days", words, market=abroad, mode=np.minimum(mode, 5)) - table
        extra = extra + np.where(flows.nest == HOME, 0.0, own)  # the lever is about markets abroad
    return np.asarray(mixed + extra)
