"""Learning: new products, quality, digital tools, own brands, luck."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.state import living_mean
from agents.firm.support import begin_support, tool_relief
from agents.kernels.books import add_learning

Floats = NDArray[np.float64]

MONTH_DAYS = 30.0


def develop(env: Env) -> None:
    """A new product arrives with hazard 30 / cycle days; data-fed firms have the shorter cycle."""
    firms, p = env.state.firms, env.p
    slow, fast = p["learn.cycle_traditional_days"], p["learn.cycle_digital_days"]
    factor = env.levers.at("product_cycle", env.firm_words() if env.levers.is_personal("product_cycle") else None)
    firms["cycle_days"] = (slow + (fast - slow) * firms["digital_level"]) * factor
    luck = env.draws.uniform("product", env.now, firms["number"])
    new = luck < 1.0 - np.exp(-MONTH_DAYS / firms["cycle_days"])
    firms["product_age"] = np.where(new, 0.0, firms["product_age"] + 1.0)


def improve(env: Env, strict_share: Floats, exposure: Floats) -> None:
    """Quality steps: more with strict markets served, profit, import competition near the frontier; laggards imitate.

    `strict_share` [firm rows] is the part of sales in strict markets, `exposure` [firm rows] the import share of the
    firm's own goods at home. The hazard is capped so that nothing explodes (home findings §4).
    """
    firms, p = env.state.firms, env.p
    mean = living_mean(env, "quality")
    gap = firms["quality"] - mean
    frontier = p["learn.frontier_sds"] * p["learn.quality_sd"]
    nearness = np.clip(1.0 - (frontier - gap) / frontier, -1.0, 1.0)  # 1 at the frontier, 0 at the mean
    level = max(living_mean(env, "profit_12m"), 1.0)
    profit = np.log(np.clip(firms["profit_12m"] / level, p["learn.profit_low"], p["learn.profit_high"]))
    push = (
        p["learn.strictness"] * strict_share
        + p["learn.profit"] * profit
        + p["learn.import_exposure"] * exposure * nearness
        - p["learn.catch_up"] * gap
    )
    hazard = p["learn.step_hazard"] * np.exp(push) * p["learn.step_cycle_days"] / firms["cycle_days"]
    luck = env.draws.uniform("quality_step", env.now, firms["number"])
    firms["quality"] += p["learn.step"] * (luck < np.minimum(hazard, p["learn.hazard_cap"]))


def adopt_tools(env: Env) -> Floats:
    """Digital tools spread by example and when they are cheap, limited by what a firm can afford.

    Returns yuan paid per firm row, before any grant.
    """
    firms, p = env.state.firms, env.p
    price = env.levers.at("tool_price", env.firm_words() if env.levers.is_personal("tool_price") else None)
    price = price * env.wage_index()
    seen = price * (1.0 - tool_relief(env))
    share = living_mean(env, "digital_level")
    hazard = (p["learn.tool_innovation"] + p["learn.tool_imitation"] * share) / 12.0
    usual = p["learn.tool_price_yuan"] * env.wage_index()
    eager = (np.maximum(seen, p["learn.tool_least_price"] * usual) / usual) ** -p["learn.tool_price_hazard"]
    budget = p["learn.tool_share"] * firms["sales_12m"]
    ease = budget / (budget + np.maximum(seen, 1e-9))
    luck = env.draws.uniform("tools", env.now, firms["number"])
    adopts = firms["alive"] & (firms["digital_level"] < 0.5) & (luck < hazard * eager * ease)
    firms["digital_level"] = np.where(adopts, 1.0, firms["digital_level"])
    begin_support(env, adopts | ((firms["digital_level"] > 0.5) & (firms["months_alive"] == 0)))
    return np.asarray(firms["digital_level"] * price / 12.0)


def build_brands(env: Env, own: Floats) -> None:
    """An own brand grows with what is sold under it; hosted goods carry the platform's name. `own` yuan [firm rows]."""
    firms, p = env.state.firms, env.p
    share = own / np.maximum(firms["sales"], 1e-9)
    firms["brand"] += p["learn.brand_speed"] * (share - firms["brand"])


def drift(env: Env) -> None:
    """Appeal's luck wanders; the young close their gap."""
    firms, p = env.state.firms, env.p
    shock = env.draws.normal("luck", env.now, firms["number"])
    firms["luck"] = p["firm.luck_memory"] * firms["luck"] + p["firm.luck_sd"] * shock
    firms["gap"] *= 1.0 - p["firm.newborn_growth"]


def lessons(env: Env) -> tuple[Floats, Floats]:
    """What a firm's sales teach it: yuan sold under its own name, and the sales-weighted strictness of its markets.

    Shape [firm rows] each.
    """
    firms, listings = env.state.firms, env.state.listings
    own, strict = np.zeros(firms.n), np.zeros(firms.n)
    add_learning(
        listings["firm"], listings["market"], listings["mode"], env.flows.nest, listings["revenue"],
        env.world.market_strictness, own, strict,
    )  # fmt: skip
    return own, strict / np.maximum(firms["sales"], 1e-9)
