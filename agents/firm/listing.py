"""Listings 商品刊登: in which markets, on which platform and by which way of fulfilment a firm sells.

Each firm × market × nest comes up for review with a small hazard, more often where neighbours in the belt are
active. Profit is judged with an error that digital tools shrink; a firm enters when judged profit beats upkeep and
the sunk cost over a horizon, leaves when it is below upkeep, and spends at most a share of its cash on entries. The gap
between entering and leaving is the inertia of the extensive margin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.pricing import CLOSED, N_MODES, hosted_discount, margins, price_ratio, relief
from agents.firm.state import own_pull
from agents.market import (
    NEST,
    budgets,
    by_nest,
    cells_of,
    delay_by_nest,
    firm_appeal,
    open_share,
    relative_price,
    rivals,
    target_pull,
    target_pull_of_markets,
)
from model.kernel.draws import NORMAL_GRID
from model.kernel.members import B2B, B2B_BULK, DIRECT, HOME, HOME_OUTLET, HOSTED, POST, RETAIL, WAREHOUSE

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

RETAIL_MODES = (POST, DIRECT, WAREHOUSE, HOSTED)
SAFE = 1.0 - 1e-9  # the bound is kept a hair below, so rounding cannot drop a cell
SLOTS = 256  # room for cells in the number of a listing


@dataclass
class Offers:
    """Firm × market × nest cells under review, each with the best way to serve it."""

    firm: Codes  # row
    market: Codes
    nest: Codes
    mode: Codes
    platform: Codes
    taste: Floats
    target: Floats  # log pull it would reach
    profit: Floats  # judged yuan per month before upkeep
    upkeep: Floats
    sunk: Floats

    def take(self, pick: NDArray[np.generic]) -> Offers:
        return Offers(**{name: value[pick] for name, value in vars(self).items()})


def slot_of(env: Env, market: Codes, nest: Codes) -> Codes:
    """Number of a firm's cell: markets in retail, then in B2B, then home. Fixed for a world."""
    return np.where(nest == HOME, 2 * env.n_market, nest * env.n_market + market).astype(np.int64)


def listing_number(env: Env, firm: Codes, market: Codes, nest: Codes) -> Codes:
    """Identity of a listing: firm number and cell."""
    return np.asarray(env.state.firms["number"][firm] * SLOTS + slot_of(env, market, nest))


def under_review(env: Env) -> tuple[Codes, Codes, Codes]:
    """Cells that come up this month: (firm rows, markets, nests). Every cell during the burn-in's first month."""
    firms, p = env.state.firms, env.p
    rows = firms.alive_rows()
    n_slots = 2 * env.n_market + 1
    if env.flows.values.get("review_all"):
        hits = np.ones((len(rows), n_slots), dtype=bool)
    else:
        hazard = np.full((env.world.n_belt, n_slots), p["plan.review_hazard"])
        seen = env.state.arrays["presence"]  # [belt, slots]
        gap = seen[:, :-1] - seen[:, :-1].mean(axis=1, keepdims=True)
        hazard[:, :-1] *= 1.0 + p["plan.spillover"] * gap
        hazard[:, -1] = p["plan.review_home"]
        limit = np.ceil(hazard * 65536.0).astype(np.uint16)  # far below one, so sixteen bits are enough
        luck = env.draws.pieces("review", env.luck_month, firms["number"][rows], n_slots)
        hits = luck < limit[firms["belt"][rows]]
    at, slot = np.nonzero(hits)
    nest = np.where(slot == n_slots - 1, HOME, slot // env.n_market)
    market = np.where(nest == HOME, env.n_market, slot % env.n_market)
    return rows[at], market, nest


def fixed_luck(env: Env, process: str, firm: Codes, slot: Codes) -> Floats:
    """Standard normal luck that belongs to a firm for life (its taste for a market): keyed by month 0."""
    return env.draws.coarse_normal(process, 0, env.state.firms["number"][firm], slot)


def own_platform(env: Env, firm: Codes, market: Codes) -> Codes:
    """Shop of a firm in a market: the platform that suits it best, by reach, commission and a fixed taste.

    Shape of the inputs. Hosting platforms and those without retail parcels do not count.
    """
    world, terms = env.world, env.terms
    shops = np.flatnonzero(world.platform_modes[:, DIRECT] & (world.platform_kind == 0))
    reach = terms.log_reach[shops][:, :, DIRECT] + env.p["demand.substitution_consumer"] * np.log1p(
        -terms.commission[shops]
    )
    luck = np.stack([fixed_luck(env, "platform_fit", firm, market * 64 + k) for k in range(len(shops))], axis=1)
    return np.asarray(shops[np.argmax(reach[:, market].T + env.p["firm.platform_fit_sd"] * luck, axis=1)])


def platform_for(world_modes: Flags, mode: int) -> int:
    """The first platform that allows a way of fulfilment (hosting and B2B have one archetype of their own)."""
    only = world_modes[:, mode] & (world_modes.sum(axis=1) <= 2)
    return int(np.flatnonzero(only if only.any() else world_modes[:, mode])[0])


@dataclass
class Cell:
    """Cells under review with what does not depend on the way of serving them, computed once."""

    firm: Codes
    market: Codes
    nest: Codes
    liking: Floats  # fixed taste of firm and market
    error: Floats  # factor by which profit is misjudged
    rate: Floats  # yuan of spending per unit of pull in the demand cell

    @classmethod
    def of(cls, env: Env, firm: Codes, market: Codes, nest: Codes) -> Cell:
        """Look up firms, tastes and demand of the cells."""
        firms, p, values = env.state.firms, env.p, env.flows.values
        slot = slot_of(env, market, nest)
        number = firms["number"][firm]
        liking = p["firm.taste_sd"] * env.draws.coarse_normal("taste", 0, number, slot)
        plain, tools = p["plan.judgement_sd"], p["plan.judgement_sd_digital"]
        sd = plain + (tools - plain) * firms["digital_level"][firm]
        error = np.exp(sd * env.draws.coarse_normal("judgement", env.luck_month, number, slot))
        cell = cells_of(env.world, market, firms["category"][firm].astype(np.int64), nest)
        rate = (values["budget"] / (values["rivals"] + env.state.arrays["pull_sum"]))[cell]
        return cls(firm, market, nest, liking, error, rate)

    def take(self, pick: NDArray[np.generic]) -> Cell:
        return Cell(**{name: value[pick] for name, value in vars(self).items()})


def best_offers(env: Env, cell: Cell) -> Offers:
    """For each cell under review the way of fulfilment with the highest judged profit."""
    retail = cell.nest == RETAIL
    parts = [_retail_offers(env, cell.take(retail)), _other_offers(env, cell.take(~retail))]
    return Offers(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])})


def _retail_offers(env: Env, cell: Cell) -> Offers:
    shop = own_platform(env, cell.firm, cell.market)
    host = platform_for(env.world.platform_modes, HOSTED)
    best: Offers | None = None
    for mode in RETAIL_MODES:
        platform = np.full(len(cell.firm), host) if mode == HOSTED else shop
        offer = judge(env, cell, np.full(len(cell.firm), mode), platform)
        best = offer if best is None else _better(best, offer)
    assert best is not None
    return best


def _better(one: Offers, other: Offers) -> Offers:
    """Entry by entry the offer with the higher profit after upkeep."""
    first = one.profit - one.upkeep >= other.profit - other.upkeep
    own = ("mode", "platform", "taste", "target", "profit", "upkeep", "sunk")
    chosen: dict[str, Any] = {k: np.where(first, getattr(one, k), getattr(other, k)) for k in own}
    return Offers(firm=one.firm, market=one.market, nest=one.nest, **chosen)


def _other_offers(env: Env, cell: Cell) -> Offers:
    mode = np.where(cell.nest == B2B, B2B_BULK, HOME_OUTLET)
    office = platform_for(env.world.platform_modes, B2B_BULK)
    return judge(env, cell, mode, np.where(cell.nest == B2B, office, env.n_platform))


def mode_fits(env: Env) -> Floats:
    """Fixed log pull of each firm and way of fulfilment in retail; shape [firm rows, 4]."""
    pieces = env.draws.pieces("mode_fit", 0, env.state.firms["number"], len(RETAIL_MODES))
    return np.asarray(env.p["firm.mode_taste_sd"] * NORMAL_GRID[pieces])


def mode_fit(env: Env, firm: Codes, mode: Codes) -> Floats:
    """The same for single firms and modes; modes outside retail have none."""
    return np.asarray(env.flows.values["mode_fits"][firm, np.minimum(mode, len(RETAIL_MODES) - 1)])


def promising(env: Env, cell: Cell) -> Flags:
    """Cells where even the best platform and mode could pay: all others cannot, whatever a closer look would find.

    An upper bound of judged profit from tables over belt and market; it only saves the work of judging.
    """
    if env.levers.is_personal("reach"):
        return np.ones(len(cell.firm), dtype=bool)
    firms, values = env.state.firms, env.flows.values
    firm, market, nest = cell.firm, cell.market, cell.nest
    always, shown = values["own_pull"]
    appeal = always[firm] + np.maximum(shown[firm], shown[firm] * float(env.levers.table("reputation_visible").min()))
    appeal += np.where(nest == B2B, firms["ability_b2b"][firm], 0.0) + cell.liking
    appeal += np.where(nest == RETAIL, values["mode_fits"].max(axis=1)[firm], 0.0)
    best = best_way(env)[nest, firms["belt"][firm], market]
    ratio = values["price_ratio"][firm]
    cheaper = np.maximum(ratio, ratio ** (1.0 - by_nest(env, "substitution").max()))
    top = cell.rate * np.exp(appeal + best) * cheaper * margins(env).max() * cell.error
    p, wage = env.p, env.wage_index()
    least = np.array([env.levers.table("listing_cost").min(), env.levers.table("listing_cost")[:, B2B_BULK].min(), 0.0])
    sunk = np.array([p["plan.sunk_hosted_yuan"], p["plan.sunk_business_yuan"], 0.0]) / p["plan.horizon_months"]
    return np.asarray(top > SAFE * (least + sunk)[nest] * wage)


def best_way(env: Env) -> Floats:
    """Highest log pull of place, price and time over platforms and modes; shape [nest, belt, market or home]."""
    terms, sigma = env.terms, by_nest(env, "substitution")
    kappa = delay_by_nest(env)
    place = target_pull_of_markets(env)
    table = np.full((3, *terms.freight.shape[:2]), -np.inf)
    for mode in range(N_MODES):
        nest = int(NEST[mode])
        reach = (terms.log_reach[:, :, mode] + sigma[nest] * np.log1p(-terms.commission)).max(axis=0)
        price = (1.0 + terms.freight[:, :, mode] + terms.storage[:, :, mode]) * terms.wedge[:, :, mode]
        if mode == HOSTED:
            price = price * env.p["firm.hosted_price"]
        pull = (
            reach[None, :] - sigma[nest] * np.log(price) - kappa[nest] * terms.days[:, :, mode] + place[nest][None, :]
        )
        table[nest] = np.maximum(table[nest], np.where(terms.feasible[:, :, mode], pull, -np.inf))
    return table


def judge(env: Env, cell: Cell, mode: Codes, platform: Codes) -> Offers:
    """Judged monthly profit of serving cells in a given way, with its upkeep and sunk cost."""
    terms, firms = env.terms, env.state.firms
    firm, market, nest = cell.firm, cell.market, cell.nest
    leg = (firms["belt"][firm] * (env.n_market + 1) + market) * N_MODES + mode
    ratio = env.flows.values["price_ratio"][firm]
    price = relative_price(env, ratio, leg, platform, market, mode)
    taste = cell.liking + np.where(nest == RETAIL, mode_fit(env, firm, mode), 0.0)
    days = terms.days.ravel()[leg] + np.where(mode == WAREHOUSE, 0.0, env.state.arrays["usual_hours"][0] / 24.0)
    at = {"platform": platform, "market": market, "mode": mode, "nest": nest}
    target = target_pull(env, firm_appeal(env, firm, at) + taste, price, days, at)
    discount = np.where(mode == HOSTED, hosted_discount(env), 1.0)
    fob = cell.rate * np.exp(target) * ratio * discount * firms["finance"][firm] * open_share(env, firm, at)
    closed = ~terms.feasible.ravel()[leg] | (terms.log_reach[platform, market, mode] < CLOSED / 2)
    profit = np.where(closed, -np.inf, fob * margins(env)[mode] * cell.error)
    upkeep, sunk = _costs(env, firm, market, nest, mode)
    return Offers(firm, market, nest, mode, platform, taste, target, profit, upkeep, sunk)


def upkeep_of(env: Env, firm: Codes, market: Codes, mode: Codes) -> Floats:
    """Yuan per month to keep a listing; the lever `listing_cost` sets it per market and mode abroad."""
    abroad = np.minimum(market, env.n_market - 1)
    sent = np.minimum(mode, HOME_OUTLET - 1)
    words = env.firm_words(firm) if env.levers.is_personal("listing_cost") else None
    cost = env.levers.at("listing_cost", words, market=abroad, mode=sent)
    outlet = env.p["plan.upkeep_home_yuan"] * home_cost_yuan(env, firm) / env.p["plan.sunk_home_yuan"]
    return np.asarray(np.where(mode == HOME_OUTLET, outlet, cost) * env.wage_index())


def home_cost_yuan(env: Env, firm: Codes) -> Floats:
    """Cost of opening a home outlet; a relief of the lever lowers its upkeep in proportion."""
    words = env.firm_words(firm) if env.levers.is_personal("home_channel_cost") else None
    return np.broadcast_to(env.levers.at("home_channel_cost", words), firm.shape)


def _costs(env: Env, firm: Codes, market: Codes, nest: Codes, mode: Codes) -> tuple[Floats, Floats]:
    p = env.p
    home = home_cost_yuan(env, firm)
    sunk = np.select(
        [nest == HOME, nest == B2B, mode == HOSTED],
        [home, np.full(len(firm), p["plan.sunk_business_yuan"]), np.full(len(firm), p["plan.sunk_hosted_yuan"])],
        p["plan.sunk_consumer_yuan"],
    )
    return upkeep_of(env, firm, market, mode), np.asarray(sunk * env.wage_index())


def review(env: Env) -> Floats:
    """One month of reviews: listings are opened, closed and moved; returns yuan sunk per firm row."""
    listings = env.state.listings
    if env.flows.values.get("review_none"):
        return np.zeros(env.state.firms.n)
    cell = Cell.of(env, *under_review(env))
    at = listing_rows(env)
    cell = cell.take((at[cell.firm, slot_of(env, cell.market, cell.nest)] >= 0) | promising(env, cell))
    cell = cell.take(np.argsort(cell.nest != RETAIL, kind="stable"))
    offers = best_offers(env, cell)
    row = at[offers.firm, slot_of(env, offers.market, offers.nest)]
    here = row >= 0
    keep = np.ones(listings.n, dtype=bool)
    left = here & (offers.profit < offers.upkeep)
    keep[row[left]] = False
    _move(env, cell.take(here & ~left), offers.take(here & ~left), row[here & ~left])
    entered = _affordable(env, offers.take(~here))
    rebuild(env, keep, entered)
    spent = np.bincount(entered.firm, weights=entered.sunk, minlength=env.state.firms.n)
    return np.asarray(spent)


def listing_rows(env: Env) -> NDArray[np.int64]:
    """Row of the listing in each firm's cell, -1 where there is none; shape [firm rows, slots]."""
    listings = env.state.listings
    at = np.full((env.state.firms.n, 2 * env.n_market + 1), -1, dtype=np.int64)
    at[listings["firm"], listings["number"] % SLOTS] = np.arange(listings.n)
    return at


def _move(env: Env, cell: Cell, offers: Offers, row: Codes) -> None:
    """Change mode or platform where the best way beats the present one by a margin."""
    listings = env.state.listings
    now = judge(env, cell, listings["mode"][row].astype(np.int64), listings["platform"][row].astype(np.int64))
    gain = 1.0 + env.p["plan.switch_gain"]
    better = offers.profit - offers.upkeep > gain * np.maximum(now.profit - now.upkeep, 0.0)
    moved = better & ((offers.mode != now.mode) | (offers.platform != now.platform))
    at = row[moved]
    for name in ("mode", "platform", "taste"):
        listings[name][at] = getattr(offers, name)[moved]


def _affordable(env: Env, offers: Offers) -> Offers:
    """Entries worth their sunk cost, the most profitable first, while they fit into a share of the firm's cash."""
    p, firms = env.p, env.state.firms
    surplus = offers.profit - offers.upkeep - offers.sunk / p["plan.horizon_months"]
    worth = offers.take(surplus > 0.0)
    if env.burn_in:
        return worth
    order = np.lexsort((slot_of(env, worth.market, worth.nest), -(worth.profit - worth.upkeep), worth.firm))
    worth = worth.take(order)
    spent = np.cumsum(worth.sunk)
    first = np.searchsorted(worth.firm, worth.firm, side="left")
    own = spent - np.concatenate([[0.0], spent])[first]
    return worth.take(own <= p["plan.cash_share"] * firms["cash"][worth.firm])


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
    is_new = np.zeros(len(kept) + len(new_key), dtype=bool)
    is_new[place] = True
    columns = {}
    for name in listings.names:
        source = listings[name]
        merged = np.empty(len(is_new), dtype=source.dtype)
        merged[~is_new] = source[kept]
        merged[is_new] = fresh[name][order].astype(source.dtype) if name in fresh else 0
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
    n_slots = 2 * env.n_market + 1
    belt = firms["belt"].astype(np.int64)
    living = np.bincount(belt, weights=firms["weight"] * firms["alive"], minlength=world.n_belt)
    nest = NEST[listings["mode"]]
    slot = slot_of(env, listings["market"].astype(np.int64), nest)
    place = belt[listings["firm"]] * n_slots + slot
    weight = firms["weight"][listings["firm"]]
    count = np.bincount(place, weights=weight, minlength=world.n_belt * n_slots).reshape(world.n_belt, n_slots)
    return np.asarray(count / np.maximum(living[:, None], 1e-9))


def expected(env: Env) -> None:
    """Compute what all judgements of the month share: price ratios, own pull, budgets, rivals."""
    values = env.flows.values
    values["relief"] = relief(env)
    values["price_ratio"] = price_ratio(env, values["relief"])
    values["own_pull"] = own_pull(env)
    values["mode_fits"] = mode_fits(env)
    values["budget"] = budgets(env)
    values["rivals"] = rivals(env)
