"""Phase 5, clear: customs look at lots, goods wait, violations are found or arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agents.customs import arrivals, declare, inspect, release_goods, sum_by_group
from agents.disputes import file_cases
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
    by_group, asked = declare(env, listings["revenue"])
    whole_lots, looks, hits = inspect(env, by_group, asked)
    listings["clearance_hours"], listings["days"] = release_goods(env, whole_lots, looks, values["overflow"])
    values.update(whole_lots=whole_lots, looks=looks, hits=hits)
    bad = violation_rate(env)
    values["effort"] = env.state.firms["effort"].copy()
    # What audits find is found after the goods have left: it is fined like the rest but has reached the market.
    audits = audited_lots(env)
    mean_rate = (asked.sum(axis=0) + audits) / np.maximum(by_group.sum(axis=0), 1e-12)
    values["audits"] = env.total(audits)
    values["audit_finds"] = audits * bad * env.p["customs.power"]
    file_cases(env, bad)
    trust(env, bad)
    keep_record(env, looks.sum(axis=0) + audits, hits.sum(axis=0) + values["audit_finds"])
    adjust_effort(env, mean_rate)
    sort_into_tiers(env)


def audited_lots(env: Env) -> Floats:
    """Lots of each firm that are audited after clearance; shape [firm rows]."""
    table = env.levers.table("audit_rate")
    if not table.any():
        return np.zeros(env.state.firms.n)
    rate = table[np.where(env.flows.nest == HOME, 0, env.state.listings["mode"]).astype(np.int64)]
    return np.asarray(sum_by_group(env, env.flows.values["listing_lots"] * rate).sum(axis=0))


def trust(env: Env, bad: Floats) -> None:
    """Undetected violations per lot and open disputes per order reach each market and move its trust."""
    values = env.flows.values
    total, wrong = arrivals(env, bad)
    share = wrong / np.maximum(total, 1e-12)
    values["undetected_lots"] = float(np.sum(wrong))
    real = env.state.firms["weight"] * env.state.firms["alive"]
    values["looks_total"] = float(np.sum(real * values["looks"].sum(axis=0)))
    values["finds_total"] = float(np.sum(real * values["hits"].sum(axis=0)))
    if env.burn_in:
        env.state.arrays["usual_bad_share"] = share
    remember(env, np.where(total > 0.0, share, env.state.arrays["usual_bad_share"]), values["open_share"])
