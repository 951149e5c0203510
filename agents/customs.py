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
from agents.kernels.customs import Waits, arrive, declare_lots, release, waive_looks
from model.kernel.columnar import PlacedAgent
from model.kernel.columns import Column
from model.kernel.draws import binomial, whole
from model.kernel.members import B2B, HOME, HOME_OUTLET, RETAIL

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


def declare(env: Env, revenue: Floats) -> tuple[Floats, Floats]:
    """Lots and wished looks of each firm in retail and in B2B, each [2, firm rows] per real firm.

    Home sales pass no customs. Queues form in the districts, and looks beyond what these can do are waived. Lots and
    the chance of a look of each listing are noted for later phases.
    """
    listings, firms, flows, levers = env.state.listings, env.state.firms, env.flows, env.levers
    lots, chance = np.empty(listings.n), np.empty(listings.n)
    asked, gateway = np.zeros(env.world.n_gate), env.terms.gateway.ravel()
    traffic = declare_lots(
        listings["firm"], listings["mode"], flows.nest, flows.leg, revenue, flows.weight, env.p["ship.lot_yuan"],
        gateway, firms["category"], firms["tier"], newcomers(env), levers.table("inspection_rate"),
        levers.table("newcomer_factor"), lots, chance, asked,
    )  # fmt: skip
    can = queue(env, asked, traffic)
    total, wished = np.zeros((2, firms.n)), np.zeros((2, firms.n))
    waive_looks(listings["firm"], flows.nest, flows.leg, lots, gateway, can, chance, total, wished)
    env.flows.values.update(lots=total, listing_lots=lots, look_rate=chance)
    return total, wished


def sum_by_group(env: Env, values: Floats) -> Floats:
    """Sum over a firm's listings in retail and in B2B; shape [2, firm rows]."""
    n, firm, nest = env.state.firms.n, env.state.listings["firm"], env.flows.nest
    key = np.where(nest == B2B, n, 0) + firm
    counted = np.where(nest == HOME, 0.0, values)
    return np.bincount(key, weights=counted, minlength=2 * n).reshape(2, n)


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


def queue(env: Env, asked: Floats, traffic: float) -> Floats:
    """Load and wait of each district from the looks asked for, [district], and the national lots that pass.

    Returns the share of the wished looks that each district can do; shape [district].
    """
    gateways, p = env.state.gateways, env.p
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
    load = np.minimum(asked / stretched, p["customs.most_load"])  # a queue at full load has no mean
    gateways["wait_hours"] = wait(load, servers, p["customs.service_hours"])
    if not env.burn_in:
        staff(env, asked, traffic)
    return np.where(asked > 0.0, done / np.maximum(asked, 1e-12), 1.0)


def pile_up(env: Env) -> Floats:
    """Hours that goods wait for a district that is shut in part, beside what customs takes; shape [district].

    Goods arriving evenly at a district that passes only a share of them wait half the excess of a month. They wait
    outside, before they are declared: it delays them and is no part of the clearance that customs reports.
    """
    return np.asarray(0.5 * MONTH_HOURS * np.maximum(1.0 / env.levers.table("gateway_capacity") - 1.0, 0.0))


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


def release_goods(env: Env, lots: Floats, looks: Floats, overflow: Floats) -> tuple[Floats, Floats]:
    """Hours from declaration to release, and days until delivery, of each listing; shape [listings] each.

    `lots`, `looks` are whole lots and looks [2, firm rows], `overflow` the share of orders without room at a hub.
    """
    listings, flows, terms, levers, p = env.state.listings, env.flows, env.terms, env.levers, env.p
    processing, papers, personal = handling(env)
    waits = Waits(
        gateway=terms.gateway.ravel(), days=terms.days.ravel(), processing=processing, papers=papers,
        relief=np.where(levers.zone, 1.0 - p["customs.zone_relief"], 1.0), queue=env.state.gateways["wait_hours"],
        pile=pile_up(env), looked=looks / np.maximum(lots, 1.0), look_hours=p["customs.look_hours"],
        extra_days=own_days(env),
    )  # fmt: skip
    hours, days = np.empty(listings.n), np.empty(listings.n)
    release(
        listings["firm"], listings["mode"], flows.nest, flows.leg, flows.belt, overflow, waits, personal, hours, days
    )
    return hours, days


def handling(env: Env) -> tuple[Floats, Floats, bool]:
    """Hours of processing and of papers, by district and mode, or by listing where a lever picks firms (third: if so).

    The reported national mean (lever `export_clearance_hours`) contains the usual inspections and paperwork; what is
    left of it is processing.
    """
    listings, flows, levers, p = env.state.listings, env.flows, env.levers, env.p
    usual = p["customs.document_hours"] + p["customs.rate_ordinary"] * p["customs.look_hours"]
    personal = levers.is_personal("export_clearance_hours") or levers.is_personal("document_hours")
    if personal:
        words = env.firm_words(listings["firm"])
        mode = np.where(flows.nest == HOME, 0, listings["mode"])
        gateway = np.maximum(env.terms.gateway.ravel()[flows.leg], 0)
        whole_hours = levers.at("export_clearance_hours", words, gateway=gateway, mode=mode)[:, None]
        papers = levers.at("document_hours", words, mode=mode)[:, None]
    else:
        whole_hours, papers = levers.table("export_clearance_hours"), levers.table("document_hours")[None, :]
    return np.maximum(whole_hours - usual, 0.0), papers, personal


def own_days(env: Env) -> Floats:
    """Days by which a lever slows single firms' goods abroad beyond the table for all; [listings], or [0] if none."""
    if not env.levers.is_personal("delivery_days"):
        return np.zeros(0)
    listings = env.state.listings
    market, mode = np.minimum(listings["market"], env.n_market - 1), np.minimum(listings["mode"], HOME_OUTLET - 1)
    own = env.levers.at("delivery_days", env.firm_words(listings["firm"]), market=market, mode=mode)
    plain = env.levers.at("delivery_days", market=market, mode=mode)
    return np.asarray(np.where(env.flows.nest == HOME, 0.0, own - plain))


def arrivals(env: Env, bad: Floats) -> tuple[Floats, Floats]:
    """National lots that reach each market, and those in violation that were not found; shape [market] each.

    `bad` is the share of a firm's lots in violation, [firm rows].
    """
    listings, values = env.state.listings, env.flows.values
    total, wrong = np.zeros(env.n_market + 1), np.zeros(env.n_market + 1)
    arrive(
        listings["firm"], listings["market"], env.flows.weight, values["listing_lots"], values["look_rate"],
        env.p["customs.power"], bad, total, wrong,
    )  # fmt: skip
    return total[:-1], wrong[:-1]
