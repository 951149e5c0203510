"""Listings 商品刊登: in which markets, on which platform and by which way of fulfilment a firm sells.

Of the cells under review (`judging.py`) a firm enters those whose judged profit beats upkeep and the sunk cost over a
horizon, leaves those below upkeep, and spends at most a share of its cash on entries. The gap between entering and
leaving is the inertia of the extensive margin.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.burden import burden_of_firms
from agents.firm.judging import Offers, judge, mode_fits, slot_of, under_review, worth_judging
from agents.firm.pricing import price_ratio, relief
from agents.firm.state import own_pull
from agents.kernels.prices import N_MODES
from agents.kernels.reviews import SLOTS, add_presence
from agents.market import budgets, rivals
from model.kernel.members import WAREHOUSE

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


LASTING = ("number", "firm", "market", "mode", "platform", "taste", "pull", "days", "alive")
"""Columns of a listing that the month begins with; trade and customs fill the others anew."""


def listing_number(env: Env, firm: Codes, market: Codes, nest: Codes) -> Codes:
    """Identity of a listing: firm number and cell."""
    return np.asarray(env.state.firms["number"][firm] * SLOTS + slot_of(env, market, nest))


def review(env: Env) -> Floats:
    """One month of reviews: listings are opened, closed and moved; returns yuan sunk per firm row."""
    listings = env.state.listings
    if env.flows.values.get("review_none"):
        return np.zeros(env.state.firms.n)
    cells = worth_judging(env, *under_review(env))
    offers, surplus = judge(env, cells)
    row, here = cells.present, cells.present >= 0
    keep = np.ones(listings.n, dtype=bool)
    left = here & (offers.profit < offers.upkeep)
    keep[row[left]] = False
    _move(env, offers, row, here & ~left, surplus)
    gain = offers.profit - offers.upkeep - offers.sunk / env.p["plan.horizon_months"]
    entered = _affordable(env, offers.take(np.flatnonzero(~here & (gain > 0.0))))
    rebuild(env, keep, entered)
    spent = np.bincount(entered.firm, weights=entered.sunk, minlength=env.state.firms.n)
    return np.asarray(spent)


def _move(env: Env, offers: Offers, row: Codes, stays: Flags, surplus: Floats) -> None:
    """Change mode or platform of those that stay where the best way beats the present one's surplus by a margin."""
    listings, gain = env.state.listings, 1.0 + env.p["plan.switch_gain"]
    better = offers.profit - offers.upkeep > gain * np.maximum(surplus, 0.0)
    moved = np.flatnonzero(stays & better)
    for name in ("mode", "platform", "taste"):
        listings[name][row[moved]] = getattr(offers, name)[moved]


def _affordable(env: Env, worth: Offers) -> Offers:
    """Of the entries worth their sunk cost, the most profitable first, those that fit into a share of the cash."""
    p, firms = env.p, env.state.firms
    if env.burn_in:
        return worth
    worth = worth.take(np.lexsort((slot_of(env, worth.market, worth.nest), worth.upkeep - worth.profit, worth.firm)))
    spent = np.cumsum(worth.sunk)
    first = np.searchsorted(worth.firm, worth.firm, side="left")
    own = spent - np.concatenate([[0.0], spent])[first]
    return worth.take(np.flatnonzero(own <= p["plan.cash_share"] * firms["cash"][worth.firm]))


def rebuild(env: Env, keep: Flags, entered: Offers) -> None:
    """Lay the listing table anew, grouped by firm and cell: those kept and those entered, merged in order."""
    listings = env.state.listings
    discount = np.array([env.p["demand.newcomer_consumer"], env.p["demand.newcomer_business"], 0.0])
    young = np.zeros(len(entered.firm)) if env.burn_in else discount[entered.nest]
    number = listing_number(env, entered.firm, entered.market, entered.nest)
    order = np.argsort(entered.firm * SLOTS + number % SLOTS, kind="stable")
    fresh: dict[str, NDArray[np.generic]] = {
        "number": number, "firm": entered.firm, "market": entered.market, "mode": entered.mode,
        "platform": entered.platform, "taste": entered.taste, "pull": entered.target - young,
        "days": _usual_days(env, entered), "alive": np.ones(len(number), dtype=bool),
    }  # fmt: skip
    kept = np.flatnonzero(keep)
    old_key = listings["firm"][kept] * SLOTS + listings["number"][kept] % SLOTS
    new_key = (entered.firm * SLOTS + number % SLOTS)[order]
    place = np.searchsorted(old_key, new_key) + np.arange(len(new_key))
    old = np.ones(len(kept) + len(new_key), dtype=bool)
    old[place] = False
    row_before = np.zeros(len(old), dtype=np.int64)
    row_before[old] = kept
    columns = {}
    for name in LASTING:
        source = listings[name]
        merged = source.take(row_before) if listings.n else np.zeros(len(old), dtype=source.dtype)
        merged[place] = fresh[name][order].astype(source.dtype) if name in fresh else 0
        columns[name] = merged
    listings.replace(columns, checked=True)


def _usual_days(env: Env, offers: Offers) -> Floats:
    """Days a new listing starts with: those of its leg and the usual clearance."""
    leg = (env.state.firms["belt"][offers.firm] * (env.n_market + 1) + offers.market) * N_MODES + offers.mode
    usual = env.state.arrays["usual_hours"][0] / 24.0
    return np.asarray(env.terms.days.ravel()[leg] + np.where(offers.mode == WAREHOUSE, 0.0, usual))


def presence(env: Env) -> Floats:
    """Share of each belt's living firms active in each cell; shape [belt, slots]."""
    listings, firms, world = env.state.listings, env.state.firms, env.world
    living = np.bincount(firms["belt"], weights=firms["weight"] * firms["alive"], minlength=world.n_belt)
    count = np.zeros((world.n_belt, 2 * env.n_market + 1))
    add_presence(listings["firm"], listings["number"], firms["belt"], firms["weight"], count)
    return np.asarray(count / np.maximum(living[:, None], 1e-9))


def expected(env: Env) -> None:
    """Compute what all judgements of the month share: price ratios, own pull, budgets, rivals."""
    values = env.flows.values
    values["relief"] = relief(env)
    values["price_ratio"] = price_ratio(env, values["relief"])
    burden = burden_of_firms(env)
    values["eased"] = values["relief"] if burden is None else values["relief"] - burden
    values["own_pull"] = own_pull(env)
    values["mode_fits"] = mode_fits(env)
    values["budget"] = budgets(env)
    values["rivals"] = rivals(env)
