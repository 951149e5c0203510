"""Compliance: how much a firm does to keep its consignments lawful, and the record that customs keep of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from model.kernel.members import HIGH, LOW, ORDINARY

Floats = NDArray[np.float64]


def adjust_effort(env: Env, look_rate: Floats) -> None:
    """Effort follows the expected penalty: a firm looked at less has less reason to comply (the temptation).

    Effort x/(1+x) with x = expected penalty per lot over the cost of halving violations; `look_rate` is the
    firm's mean chance to be looked at or audited, shape [firm rows].
    """
    p, firms = env.p, env.state.firms
    wage = env.wage_index()
    # What the lever `seizure` spares are goods whose origin is proved; who cheats expects to lose them as before.
    penalty = p["customs.fine_yuan"] * wage + p["customs.seized_share"] * p["ship.lot_yuan"]
    x = firms["propensity"] * look_rate * p["customs.power"] * penalty / (p["customs.effort_cost_yuan"] * wage)
    goal = x / (1.0 + x)
    speed = 1.0 if env.burn_in else p["customs.effort_speed"]
    firms["effort"] += speed * (goal - firms["effort"])


def seized_share(env: Env) -> Floats:
    """Share of a lot found in violation that is seized, less where the lever `seizure` says so; shape [firm rows]."""
    factor = env.levers.table("seizure")[env.state.firms["category"]]
    return np.asarray(env.p["customs.seized_share"] * factor)


def violation_rate(env: Env) -> Floats:
    """Share of a firm's lots in violation; shape [firm rows]."""
    firms = env.state.firms
    return np.asarray(np.minimum(firms["propensity"], 1.0) * (1.0 - firms["effort"]))


def keep_record(env: Env, looks: Floats, hits: Floats) -> None:
    """Customs' memory of looks and violations found: violations *per look*, so volume is no punishment."""
    p, firms = env.p, env.state.firms
    kept = 1.0 - p["customs.forgetting"]
    firms["looks"] = kept * firms["looks"] + looks
    firms["hits"] = kept * firms["hits"] + hits
    firms["credit_score"] = 100.0 * (1.0 - np.minimum(record(env) / (2.0 * p["customs.low_record"]), 1.0))


def record(env: Env) -> Floats:
    """Violations found per look with a prior; low is good."""
    p, firms = env.p, env.state.firms
    return np.asarray((firms["hits"] + p["customs.prior_hits"]) / (firms["looks"] + p["customs.prior_looks"]))


def sort_into_tiers(env: Env) -> None:
    """High, ordinary or low credit. The top tier needs age, size and a certificate; the low tier has a way back."""
    p, firms = env.p, env.state.firms
    score = record(env)
    large = firms["sales_12m"] >= p["customs.high_sales_yuan"] * env.wage_index()
    old = firms["months_alive"] >= p["customs.high_months"]
    tier = np.full(firms.n, ORDINARY, dtype=np.int8)
    tier[(score <= p["customs.high_record"]) & large & old] = HIGH
    tier[score >= p["customs.low_record"]] = LOW
    firms["tier"] = tier


def newcomers(env: Env) -> NDArray[np.bool_]:
    """Firms without a record yet."""
    return np.asarray(env.state.firms["months_alive"] < env.p["customs.newcomer_months"])
