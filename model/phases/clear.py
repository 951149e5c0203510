"""Phase 5, clear: customs look at lots, goods wait, violations are found or arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agents.customs import (
    clearance_hours,
    delivered_days,
    inspect,
    look_rates,
    lots_by_firm,
    lots_of,
    queue,
    sum_by_group,
)
from agents.firm.compliance import adjust_effort, keep_record, sort_into_tiers, violation_rate
from agents.market import remember
from model.kernel.members import HOME

Floats = NDArray[np.float64]

if TYPE_CHECKING:
    from agents.env import Env
    from model.economy import TradeEconomy


def run(model: TradeEconomy) -> None:
    """Customs select, look, hold and release."""
    clear_customs(model.env)


def clear_customs(env: Env) -> None:
    """Selection, queue, looks, hours and days; then records, tiers and trust."""
    listings, values = env.state.listings, env.flows.values
    lots, rate = lots_of(env, listings["revenue"]), look_rates(env)
    # Goods on a negative list are looked at whatever the load: only looks drawn by chance are waived.
    rate = np.where(rate >= 1.0, rate, rate * queue(env, lots, rate))
    by_group, asked = lots_by_firm(env, lots, rate)
    whole_lots, looks, hits = inspect(env, by_group, asked)
    hours = clearance_hours(env, whole_lots, looks)
    listings["clearance_hours"] = hours
    listings["days"] = delivered_days(env, hours, values["overflow"])
    values.update(lots=by_group, looks=looks, hits=hits, look_rate=rate, listing_lots=lots)
    values["whole_lots"] = whole_lots
    bad = violation_rate(env)
    values["effort"] = env.state.firms["effort"].copy()
    # What audits find is found after the goods have left: it is fined like the rest but has reached the market.
    audits = audited_lots(env, lots)
    mean_rate = (asked.sum(axis=0) + audits) / np.maximum(by_group.sum(axis=0), 1e-12)
    values["audit_finds"] = audits * bad * env.p["customs.power"]
    trust(env, lots, bad)
    keep_record(env, looks.sum(axis=0) + audits, hits.sum(axis=0) + values["audit_finds"])
    adjust_effort(env, mean_rate)
    sort_into_tiers(env)


def audited_lots(env: Env, lots: Floats) -> Floats:
    """Lots of each firm that are audited after clearance; shape [firm rows]."""
    table = env.levers.table("audit_rate")
    if not table.any():
        return np.zeros(env.state.firms.n)
    rate = table[np.where(env.flows.nest == HOME, 0, env.state.listings["mode"]).astype(np.int64)]
    return np.asarray(sum_by_group(env, lots * rate).sum(axis=0))


def trust(env: Env, lots: Floats, bad: Floats) -> None:
    """Undetected violations per lot reach each market and move its trust."""
    listings, flows, values = env.state.listings, env.flows, env.flows.values
    firm, market = listings["firm"], listings["market"]
    weight = flows.weight * lots
    found = np.minimum(values["look_rate"] * env.p["customs.power"], 1.0)
    passed = bad[firm] * (1.0 - found)
    n = env.n_market + 1
    total = np.bincount(market, weights=weight, minlength=n)[:-1]
    share = np.bincount(market, weights=weight * passed, minlength=n)[:-1] / np.maximum(total, 1e-12)
    values["undetected_lots"] = float(np.sum(weight * passed))
    real = env.state.firms["weight"] * env.state.firms["alive"]
    values["looks_total"] = float(np.sum(real * values["looks"].sum(axis=0)))
    values["finds_total"] = float(np.sum(real * values["hits"].sum(axis=0)))
    if env.burn_in:
        env.state.arrays["usual_bad_share"] = share
    remember(env, np.where(total > 0.0, share, env.state.arrays["usual_bad_share"]))
