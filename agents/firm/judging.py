"""Judging markets 评估: which cells of a firm come up for review, which could pay, and the best way to serve each.

Each firm × market × nest comes up with a small hazard, more often where neighbours in the belt are active. Profit is
judged with an error that digital tools shrink.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.burden import is_burdened, kept_burden
from agents.firm.pricing import hosted_discount, margins
from agents.kernels.prices import N_MODES
from agents.kernels.reviews import (
    HOSTED_KIND,
    KINDS,
    Bounds,
    Question,
    Ways,
    best_pulls,
    judge_cells,
    pick_due,
    pick_promising,
    pick_shops,
)
from agents.market import (
    N_CAT,
    NEST,
    all_open,
    by_nest,
    cells_of,
    delay_by_nest,
    open_share,
    personal_reach,
    price_firms,
    price_tables,
    target_pull_of_markets,
)
from model.kernel.draws import NORMAL_GRID
from model.kernel.members import B2B, B2B_BULK, DIRECT, HOME, HOME_OUTLET, HOSTED, POST, RETAIL, WAREHOUSE

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

RETAIL_MODES = (POST, DIRECT, WAREHOUSE, HOSTED)
SHOPS = 64  # room for shops in the slot of a market
SAFE = 1.0 - 1e-9  # the bound is kept a hair below, so rounding cannot drop a cell


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

    def take(self, places: Codes) -> Offers:
        """The offers at some places."""
        return Offers(**{name: value.take(places) for name, value in vars(self).items()})


def slot_of(env: Env, market: Codes, nest: Codes) -> Codes:
    """Number of a firm's cell: markets in retail, then in B2B, then home. Fixed for a world."""
    return np.where(nest == HOME, 2 * env.n_market, nest * env.n_market + market).astype(np.int64)


def all_slots(env: Env) -> tuple[Codes, Codes]:
    """Market and nest of every slot; shape [slot] each."""
    slot = np.arange(2 * env.n_market + 1)
    home = slot == 2 * env.n_market
    return np.where(home, env.n_market, slot % env.n_market), np.where(home, HOME, slot // env.n_market)


def under_review(env: Env) -> tuple[Codes, Codes]:
    """Cells that come up this month, (firm rows, slots) in their order; every cell in some rounds of the burn-in."""
    firms, p = env.state.firms, env.p
    rows = firms.alive_rows()
    n_slots = 2 * env.n_market + 1
    if env.flows.values.get("review_all"):
        return np.repeat(rows, n_slots), np.tile(np.arange(n_slots), len(rows))
    hazard = np.full((env.world.n_belt, n_slots), p["plan.review_hazard"])
    seen = env.state.arrays["presence"]  # [belt, slots]
    hazard[:, :-1] *= 1.0 + p["plan.spillover"] * (seen[:, :-1] - seen[:, :-1].mean(axis=1, keepdims=True))
    hazard[:, -1] = p["plan.review_home"]
    limit = np.ceil(hazard * 65536.0).astype(np.uint16)  # far below one, so sixteen bits are enough
    luck = env.draws.pieces("review", env.luck_month, firms["number"][rows], n_slots)
    due, slot = np.empty(luck.size, dtype=np.int64), np.empty(luck.size, dtype=np.int64)
    n = pick_due(luck, limit, rows, firms["belt"], due, slot)
    return due[:n], slot[:n]


def own_platform(env: Env, firm: Codes, market: Codes) -> Codes:
    """Shop of a firm in a market: the platform that suits it best, by reach, commission and a taste fixed for life.

    Shape of the inputs. Hosting platforms and those without retail parcels do not count.
    """
    world, terms = env.world, env.terms
    shops = np.flatnonzero(world.platform_modes[:, DIRECT] & (world.platform_kind == 0))
    reach = terms.log_reach[shops][:, :, DIRECT] + env.p["demand.substitution_consumer"] * np.log1p(
        -terms.commission[shops]
    )
    number = env.state.firms["number"][firm]
    luck = env.draws.pieces("platform_fit", 0, number, len(shops), market * SHOPS)
    chosen = np.empty(len(firm), dtype=np.int64)
    pick_shops(market, luck, NORMAL_GRID, reach, env.p["firm.platform_fit_sd"], shops, chosen)
    return chosen


def platform_for(world_modes: Flags, mode: int) -> int:
    """The first platform that allows a way of fulfilment (hosting and B2B have one archetype of their own)."""
    only = world_modes[:, mode] & (world_modes.sum(axis=1) <= 2)
    return int(np.flatnonzero(only if only.any() else world_modes[:, mode])[0])


def mode_fits(env: Env) -> Floats:
    """Fixed log pull of each firm and way of fulfilment in retail; shape [firm rows, 4]."""
    pieces = env.draws.pieces("mode_fit", 0, env.state.firms["number"], len(RETAIL_MODES))
    return np.asarray(env.p["firm.mode_taste_sd"] * NORMAL_GRID[pieces])


@dataclass
class Cells:
    """Cells worth judging, with what does not depend on the way of serving them."""

    firm: Codes  # row
    market: Codes
    nest: Codes
    liking: Floats  # fixed taste of firm and market
    error: Floats  # factor by which profit is misjudged
    rate: Floats  # yuan of spending per unit of pull in the demand cell
    present: Codes  # row of the listing that serves it, -1 where there is none


def worth_judging(env: Env, firm: Codes, slot: Codes) -> Cells:
    """Of the cells that came up, those with a listing and those where some way could pay: no other can be entered."""
    firms, p, listings = env.state.firms, env.p, env.state.listings
    number = firms["number"][firm]
    liking = p["firm.taste_sd"] * env.draws.coarse_normal("taste", 0, number, slot)
    plain, tools = p["plan.judgement_sd"], p["plan.judgement_sd_digital"]
    sd = plain + (tools - plain) * firms["digital_level"]
    sd = sd * env.levers.at("judgement_error", env.firm_words() if env.levers.is_personal("judgement_error") else None)
    error = sd[firm] * env.draws.coarse_normal("judgement", env.luck_month, number, slot)
    rate = spending_rates(env)
    picked, present = np.empty(len(firm), dtype=np.int64), np.empty(len(firm), dtype=np.int64)
    n = pick_promising(
        firm, slot, liking, error, listings["firm"], listings["number"], bounds(env, rate), picked, present
    )
    picked = picked[:n]
    firm, slot = firm[picked], slot[picked]
    market, nest = (words[slot] for words in all_slots(env))
    return Cells(
        firm, market, nest, liking[picked], np.exp(error[picked]), rate[slot, firms["category"][firm]], present[:n]
    )


def spending_rates(env: Env) -> Floats:
    """Yuan of spending per unit of pull in the demand cell of each slot and category; shape [slot, category]."""
    values = env.flows.values
    rate = values["budget"] / (values["rivals"] + env.state.arrays["pull_sum"])
    market, nest = (words[:, None] for words in all_slots(env))
    return np.asarray(rate[cells_of(env.world, market, np.arange(N_CAT)[None, :], nest)])


def bounds(env: Env, rate: Floats) -> Bounds:
    """Upper bounds of judged profit by firm, place and demand, in logs; they only save the work of judging."""
    firms, levers, values = env.state.firms, env.levers, env.flows.values
    always, shown = values["own_pull"]
    fits, price = values["mode_fits"], np.log(values["price_ratio"])
    appeal = np.empty((KINDS, firms.n))
    appeal[:] = always + np.maximum(shown, shown * levers.table("reputation_visible").min())
    appeal[RETAIL] += np.maximum(np.maximum(fits[:, POST], fits[:, DIRECT]), fits[:, WAREHOUSE])
    appeal[HOSTED_KIND] += fits[:, HOSTED]
    appeal[B2B] += firms["ability_b2b"]
    appeal += np.maximum(price, (1.0 - by_nest(env, "substitution").max()) * price)
    market, nest = all_slots(env)
    with np.errstate(divide="ignore"):
        appeal += np.log(firms["finance"])
        yuan, least = np.log(rate), np.log(SAFE * least_sales(env))
    return Bounds(firms["belt"], firms["category"], appeal, best_way(env), yuan, least, market, nest)


def least_sales(env: Env) -> Floats:
    """Yuan a month, at the reach of all, below which no offer of a kind is worth opening; 0 where nothing is known.

    Shape [kind]. Judged profit has to beat upkeep and the sunk cost over the horizon.
    """
    p, levers = env.p, env.levers
    gain = levers.most_gain("reach")
    if not np.isfinite(gain):
        return np.zeros(KINDS)
    names = ("consumer", "business", "home", "hosted")
    sunk = np.array([0.0 if name == "home" else p[f"plan.sunk_{name}_yuan"] for name in names])
    factor = levers.table("entry_cost").min(axis=0)  # of the market where opening is cheapest
    sunk *= [factor[:HOSTED].min(), factor[B2B_BULK], 1.0, factor[HOSTED]]
    own, office = levers.table("listing_cost").min(), levers.table("listing_cost")[:, B2B_BULK].min()
    upkeep = 0.0 if levers.is_personal("listing_cost") else np.array([own, office, 0.0, own])
    kept = margins(env)[[DIRECT, B2B_BULK, HOME_OUTLET, HOSTED]]
    kept[HOSTED_KIND] *= hosted_discount(env)
    kept *= most_left(env) * gain
    return np.asarray((upkeep + sunk / p["plan.horizon_months"]) * env.wage_index() / kept)


def most_left(env: Env) -> float:
    """Highest factor by which what rules save of a seller's costs can raise its profit from a yuan of pull."""
    if not is_burdened(env):
        return 1.0
    saved = max(-float(kept_burden(env).min()) / float(margins(env).min()), 0.0)
    return (1.0 + saved) * max(float(env.terms.markup.max()), 1.0)


def best_way(env: Env) -> Floats:
    """Highest log pull of place, price and time over platforms and modes; shape [kind, belt, market or home]."""
    terms, sigma = env.terms, by_nest(env, "substitution")
    reach = np.max(terms.log_reach + (sigma[NEST] * np.log1p(-terms.commission)[:, :, None]), axis=0)
    table = np.full((KINDS, *terms.freight.shape[:2]), -np.inf)
    best_pulls(
        terms.freight, terms.storage, terms.wedge, terms.markup, terms.days, terms.feasible, reach,
        target_pull_of_markets(env), sigma, delay_by_nest(env), env.p["firm.hosted_price"], NEST, table,
    )  # fmt: skip
    return table


def judge(env: Env, cells: Cells) -> tuple[Offers, Floats]:
    """For each cell the way of fulfilment with the highest judged profit after upkeep.

    The judged surplus of the present listing, as it stands, comes second; zero where there is none.
    """
    n, modes, here = len(cells.firm), env.world.platform_modes, cells.present >= 0
    host, office = platform_for(modes, HOSTED), platform_for(modes, B2B_BULK)
    shop, retail = np.zeros(n, dtype=np.int64), cells.nest == RETAIL
    shop[retail] = own_platform(env, cells.firm[retail], cells.market[retail])
    now_mode, now_platform = np.full(n, -1), np.zeros(n, dtype=np.int64)
    now_mode[here] = env.state.listings["mode"][cells.present[here]]
    now_platform[here] = env.state.listings["platform"][cells.present[here]]
    places = (shop, host, office)
    upkeeps, own_upkeep = _upkeeps(env, cells)
    question = Question(
        firm=cells.firm, market=cells.market, nest=cells.nest, liking=cells.liking, error=cells.error,
        rate=cells.rate, shop=shop, now_mode=now_mode, now_platform=now_platform, upkeep=upkeeps,
        own_upkeep=own_upkeep, reach=_reaches(env, cells, places), open_share=_open_shares(env, cells, places),
    )  # fmt: skip
    mode, platform = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    taste, target, profit, upkeep = (np.empty(n) for _ in range(4))
    surplus = np.zeros(n)
    judge_cells(
        question, price_firms(env), price_tables(env), common_ways(env, host, office),
        (mode, platform, taste, target, profit, upkeep, surplus),
    )  # fmt: skip
    sunk = sunk_yuan(env, cells, mode)
    return Offers(cells.firm, cells.market, cells.nest, mode, platform, taste, target, profit, upkeep, sunk), surplus


def common_ways(env: Env, host: int, office: int) -> Ways:
    """What the ways of serving a cell have in common for all cells; `host`, `office` are platforms."""
    worth = np.ones(N_MODES)
    worth[HOSTED] = hosted_discount(env)
    return Ways(
        margins=margins(env), burden=kept_burden(env), worth=worth, fits=env.flows.values["mode_fits"],
        usual_days=float(env.state.arrays["usual_hours"][0]) / 24.0, n_market=env.n_market, host=host,
        office=office, none=env.n_platform,
    )  # fmt: skip


def sunk_yuan(env: Env, cells: Cells, mode: Codes) -> Floats:
    """Cost of opening a listing in each cell by the way chosen; the lever `entry_cost` scales it abroad."""
    p = env.p
    sunk = np.array([p["plan.sunk_consumer_yuan"], p["plan.sunk_business_yuan"], 0.0])[cells.nest]
    sunk[mode == HOSTED] = p["plan.sunk_hosted_yuan"]
    at_home = cells.nest == HOME
    market, sent = np.minimum(cells.market, env.n_market - 1), np.minimum(mode, HOME_OUTLET - 1)
    sunk *= env.levers.at("entry_cost", None, market=market, mode=sent)
    return np.asarray(np.where(at_home, home_cost_yuan(env, cells.firm), sunk) * env.wage_index())


def _upkeeps(env: Env, cells: Cells) -> tuple[Floats, bool]:
    """Yuan per month to keep a listing: by market and mode, or by cell and mode where a lever picks firms (if so)."""
    table = upkeep_table(env)
    if table is not None:
        return table, False
    own = [upkeep_of(env, cells.firm, cells.market, _all(cells, k)) for k in range(N_MODES)]
    return np.stack(own, axis=1), True


def _all(cells: Cells, code: int | Codes) -> Codes:
    """One code for every cells."""
    return np.broadcast_to(np.asarray(code, dtype=np.int64), cells.firm.shape)


def _platform_of(mode: int, platforms: tuple[Codes, int, int]) -> Codes | int:
    """Own shop, host or B2B office: where a way of fulfilment sells."""
    shop, host, office = platforms
    return office if NEST[mode] != RETAIL else (host if mode == HOSTED else shop)


def _reaches(env: Env, cells: Cells, platforms: tuple[Codes, int, int]) -> Floats:
    """Log reach that single firms have beyond the table, by cell and mode; empty where no lever picks firms."""
    if not env.levers.is_personal("reach"):
        return np.zeros((0, 0))
    columns = []
    for mode in range(N_MODES):
        at = {"platform": _all(cells, _platform_of(mode, platforms)), "market": cells.market, "mode": _all(cells, mode)}
        columns.append(personal_reach(env, cells.firm, at | {"nest": cells.nest}))
    return np.stack(columns, axis=1)


def _open_shares(env: Env, cells: Cells, platforms: tuple[Codes, int, int]) -> Floats:
    """Share of orders that own shop, host and office let through, by cell and mode; one row where nothing is shut."""
    if all_open(env):
        return np.ones((1, N_MODES))
    at = {"market": cells.market, "mode": _all(cells, 0), "nest": cells.nest}
    shop, host, office = (
        open_share(env, cells.firm, at | {"platform": _all(cells, platform)}) for platform in platforms
    )
    return np.stack([shop, shop, shop, host, office, office, np.ones(len(shop))], axis=1)


def upkeep_table(env: Env) -> Floats | None:
    """Yuan per month to keep a listing, [market or home, mode]; None where a lever picks firms."""
    if env.levers.is_personal("listing_cost") or env.levers.is_personal("home_channel_cost"):
        return None
    market, mode = np.divmod(np.arange((env.n_market + 1) * N_MODES), N_MODES)
    return upkeep_of(env, np.zeros(len(mode), dtype=np.int64), market, mode).reshape(-1, N_MODES)


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
