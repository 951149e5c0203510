"""Life of a firm: exit beyond the credit line, hazards of age and size, and the places of potential entrants.

Entrants are potential firms: each belt has numbered places every month, the same in every scenario. A policy changes
whether a place is taken, never who would take it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.state import size_class
from model.kernel.calendar import decimal_year
from model.kernel.members import SMALL_SALES_YUAN

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

FIRST_ENTRANT = 10**8  # numbers below belong to the founding population
PLACES = 4096  # room for places in an entrant's number, per belt and month


def credit_line(env: Env) -> Floats:
    """Yuan a firm may owe; shape [firm rows]."""
    firms, p = env.state.firms, env.p
    floor = p["finance.credit_line_floor_yuan"] * env.wage_index()
    return np.maximum(p["finance.credit_line_months"] * firms["sales_12m"] / 12.0, floor)


def exits(env: Env) -> Flags:
    """Who leaves this month; shape [firm rows]."""
    firms, p = env.state.firms, env.p
    scale = max(float(np.sum(firms["weight"] * firms["alive"] * firms["sales_12m"])), 1.0)
    mean = scale / max(float(np.sum(firms["weight"] * firms["alive"])), 1.0)
    relative = np.maximum(firms["sales_12m"] / mean, p["life.exit_least_size"])
    young = np.maximum(0.0, 1.0 - firms["months_alive"] / p["life.exit_young_months"])
    hazard = (
        p["life.exit_base"] * relative ** (-p["life.exit_size"])
        + p["life.exit_young"] * young
        + p["life.exit_loss"] * (firms["profit_12m"] < 0.0)
    )
    luck = env.draws.uniform("exit", env.now, firms["number"])
    broke = firms["debt"] > credit_line(env)
    return np.asarray(firms["alive"] & (broke | (luck < hazard)))


def entry_pool(env: Env) -> float:
    """Exogenous size of the pool of founders: a boom that fades to its late level."""
    p = env.p
    first, last = p["life.entry_boom_until"], p["life.entry_late_from"]
    boom = np.clip((last - decimal_year(env.now)) / max(last - first, 1e-9), 0.0, 1.0)
    return float(p["life.entry_late"] + (p["life.entry_boom"] - p["life.entry_late"]) * boom)


def typical_profit(env: Env) -> float:
    """Mean yearly profit of living firms over a year old, yuan in 2019 wages; what founders look at.

    Giants are clipped: a founder compares himself with the firms around him.
    """
    firms, p = env.state.firms, env.p
    weight = firms["weight"] * (firms["alive"] & (firms["months_alive"] >= 12))
    if float(weight.sum()) <= 0.0:
        return float(env.state.arrays["typical_profit_start"][0])
    profit = np.clip(firms["profit_12m"], p["life.entry_profit_low_yuan"], p["life.entry_profit_high_yuan"])
    return float(np.sum(weight * profit) / weight.sum() / env.wage_index())


def entrants(env: Env) -> dict[str, Codes]:
    """Founders of this month: numbers, belts and weights of the places taken."""
    world, firms, p = env.world, env.state.firms, env.p
    if p["life.entry_rate"] <= 0.0:
        return {"number": np.zeros(0, np.int64), "belt": np.zeros(0, np.int64)}
    base = env.state.arrays["typical_profit_start"][0]
    ratio = max(typical_profit(env) / base, 0.0) if base > 0.0 else 1.0
    pull = float(np.clip(ratio ** p["life.entry_elasticity"], p["life.entry_pull_low"], p["life.entry_pull_high"]))
    living = np.bincount(firms["belt"], weights=firms["weight"] * firms["alive"], minlength=world.n_belt)
    founders = p["life.entry_rate"] * living * entry_pool(env) * pull / float(env.state.arrays["row_weight"][0])
    places = env.state.arrays["places"]  # [belt] places a month, fixed for the run
    belt = np.repeat(np.arange(world.n_belt), places)
    slot = np.arange(len(belt)) - np.repeat(np.cumsum(places) - places, places)
    number = entrant_number(env, belt, slot)
    chance = np.minimum(founders / np.maximum(places, 1), 1.0)
    taken = env.draws.uniform("entry", env.now, number) < chance[belt]
    return {"number": number[taken], "belt": belt[taken]}


def entrant_number(env: Env, belt: Codes, slot: Codes) -> Codes:
    """Identity of a place: month, belt and slot; the same in every scenario."""
    return np.asarray(FIRST_ENTRANT + ((env.now * env.world.n_belt + belt) * PLACES + slot), dtype=np.int64)


def grow_older(env: Env) -> None:
    """Age, trailing sums, size class and home share at the end of a month."""
    firms, at = env.state.firms, env.now % 12
    values = env.flows.values
    firms["months_alive"] += firms["alive"].astype(np.int32)
    firms["sales_ring"][:, at] = firms["sales"]
    firms["profit_ring"][:, at] = values["profit"]
    firms["sales_12m"] = firms["sales_ring"].sum(axis=1)
    firms["profit_12m"] = firms["profit_ring"].sum(axis=1)
    firms["size"] = size_class(firms["sales_12m"])
    firms["was_small"] |= (firms["months_alive"] >= 12) & (firms["sales_12m"] < SMALL_SALES_YUAN)
    so_far = 0.0 if at == 0 else firms["exports_year"]
    firms["exports_year"] = so_far + firms["sales"] * (1.0 - firms["home_share"])
