"""Listings 商品刊登: in which markets, on which platform and by which way of fulfilment a firm sells.

Each firm × market × nest comes up for review with a small hazard, more often where neighbours in the belt are
active. Profit is judged with an error that digital tools shrink; a firm enters when judged profit beats upkeep and
the sunk cost over a horizon, leaves when it is below upkeep, and spends at most a share of its cash on entries. The gap
between entering and leaving is the inertia of the extensive margin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.pricing import hosted_discount, margins, price_ratio, relief
from agents.firm.state import own_pull
from agents.kernels import N_MODES, Question, judge_cells
from agents.market import (
    NEST,
    budgets,
    by_nest,
    cells_of,
    delay_by_nest,
    open_share,
    personal_reach,
    price_firms,
    price_tables,
    rivals,
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


def mode_fits(env: Env) -> Floats:
    """Fixed log pull of each firm and way of fulfilment in retail; shape [firm rows, 4]."""
    pieces = env.draws.pieces("mode_fit", 0, env.state.firms["number"], len(RETAIL_MODES))
    return np.asarray(env.p["firm.mode_taste_sd"] * NORMAL_GRID[pieces])


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


def judge(env: Env, cell: Cell, row: Codes) -> tuple[Offers, Floats]:
    """For each cell under review the way of fulfilment with the highest judged profit after upkeep.

    `row` is the present listing's, -1 where there is none; its judged surplus comes second.
    """
    listings, modes, p = env.state.listings, env.world.platform_modes, env.p
    n, here = len(cell.firm), row >= 0
    now_mode, now_platform = np.full(n, -1), np.zeros(n, dtype=np.int64)
    now_mode[here], now_platform[here] = listings["mode"][row[here]], listings["platform"][row[here]]
    host, office = platform_for(modes, HOSTED), platform_for(modes, B2B_BULK)
    shop = np.zeros(n, dtype=np.int64)
    retail = cell.nest == RETAIL
    shop[retail] = own_platform(env, cell.firm[retail], cell.market[retail])
    question = Question(
        firm=cell.firm, market=cell.market, nest=cell.nest, liking=cell.liking, error=cell.error, rate=cell.rate,
        shop=shop, now_mode=now_mode, now_platform=now_platform,
        sunk_home=home_cost_yuan(env, cell.firm) * env.wage_index(), upkeep=_upkeeps(env, cell),
        reach=_reaches(env, cell, (shop, host, office)), open_share=_open_shares(env, cell, (shop, host, office)),
    )  # fmt: skip
    offers = Offers(
        cell.firm,
        cell.market,
        cell.nest,
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        *(np.empty(n) for _ in range(5)),
    )
    surplus = np.zeros(n)
    sunk = np.array([p["plan.sunk_consumer_yuan"], p["plan.sunk_hosted_yuan"], p["plan.sunk_business_yuan"]])
    money = (margins(env), float(env.state.arrays["usual_hours"][0]) / 24.0, hosted_discount(env), env.n_market)
    judge_cells(
        question, price_firms(env), price_tables(env), env.flows.values["mode_fits"], money, sunk * env.wage_index(),
        (host, office, env.n_platform),
        (offers.mode, offers.platform, offers.taste, offers.target, offers.profit, offers.upkeep, offers.sunk, surplus),
    )  # fmt: skip
    return offers, surplus


def _upkeeps(env: Env, cell: Cell) -> Floats:
    """Yuan per month to keep a listing: by market and mode, or by cell and mode where a lever picks firms."""
    levers = env.levers
    if levers.is_personal("listing_cost") or levers.is_personal("home_channel_cost"):
        return np.stack([upkeep_of(env, cell.firm, cell.market, _all(cell, k)) for k in range(N_MODES)], axis=1)
    markets = np.repeat(np.arange(env.n_market + 1), N_MODES)
    modes = np.tile(np.arange(N_MODES), env.n_market + 1)
    return upkeep_of(env, np.zeros(len(modes), dtype=np.int64), markets, modes).reshape(-1, N_MODES)


def _all(cell: Cell, code: int | Codes) -> Codes:
    """One code for every cell."""
    return np.broadcast_to(np.asarray(code, dtype=np.int64), cell.firm.shape)


def _platform_of(mode: int, platforms: tuple[Codes, int, int]) -> Codes | int:
    """Own shop, host or B2B office: where a way of fulfilment sells."""
    shop, host, office = platforms
    return office if NEST[mode] != RETAIL else (host if mode == HOSTED else shop)


def _reaches(env: Env, cell: Cell, platforms: tuple[Codes, int, int]) -> Floats:
    """Log reach that single firms have beyond the table, by cell and mode; one zero where no lever picks firms."""
    if not env.levers.is_personal("reach"):
        return np.zeros((1, 1))
    columns = []
    for mode in range(N_MODES):
        at = {"platform": _all(cell, _platform_of(mode, platforms)), "market": cell.market, "mode": _all(cell, mode)}
        columns.append(np.asarray(personal_reach(env, cell.firm, at | {"nest": cell.nest})))
    return np.stack(columns, axis=1)


def _open_shares(env: Env, cell: Cell, platforms: tuple[Codes, int, int]) -> Floats:
    """Share of orders that own shop, host and office let through, by cell; ones where nothing is shut."""
    levers = env.levers
    if not levers.is_personal("platform_open") and bool(np.all(levers.table("platform_open") >= 1.0)):
        return np.ones((1, 3))
    at = {"market": cell.market, "mode": _all(cell, 0), "nest": cell.nest}
    return np.stack([open_share(env, cell.firm, at | {"platform": _all(cell, one)}) for one in platforms], axis=1)


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


def review(env: Env) -> Floats:
    """One month of reviews: listings are opened, closed and moved; returns yuan sunk per firm row."""
    listings = env.state.listings
    if env.flows.values.get("review_none"):
        return np.zeros(env.state.firms.n)
    cell = Cell.of(env, *under_review(env))
    at = listing_rows(env)
    row = at[cell.firm, slot_of(env, cell.market, cell.nest)].astype(np.int64)
    looked = (row >= 0) | promising(env, cell)
    cell, row = cell.take(looked), row[looked]
    offers, surplus = judge(env, cell, row)
    here = row >= 0
    keep = np.ones(listings.n, dtype=bool)
    left = here & (offers.profit < offers.upkeep)
    keep[row[left]] = False
    stays = here & ~left
    _move(env, offers.take(stays), row[stays], surplus[stays])
    entered = _affordable(env, offers.take(~here))
    rebuild(env, keep, entered)
    spent = np.bincount(entered.firm, weights=entered.sunk, minlength=env.state.firms.n)
    return np.asarray(spent)


def listing_rows(env: Env) -> NDArray[np.int32]:
    """Row of the listing in each firm's cell, -1 where there is none; shape [firm rows, slots]."""
    listings = env.state.listings
    at = np.full((env.state.firms.n, 2 * env.n_market + 1), -1, dtype=np.int32)
    at[listings["firm"], listings["number"] % SLOTS] = np.arange(listings.n, dtype=np.int32)
    return at


def _move(env: Env, offers: Offers, row: Codes, surplus: Floats) -> None:
    """Change mode or platform where the best way beats the present one's judged surplus by a margin."""
    listings = env.state.listings
    gain = 1.0 + env.p["plan.switch_gain"]
    better = offers.profit - offers.upkeep > gain * np.maximum(surplus, 0.0)
    moved = better & ((offers.mode != listings["mode"][row]) | (offers.platform != listings["platform"][row]))
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
    old = np.ones(len(kept) + len(new_key), dtype=bool)
    old[place] = False
    row_before = np.zeros(len(old), dtype=np.int64)
    row_before[old] = kept
    columns = {}
    for name in listings.names:
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
    n_slots = 2 * env.n_market + 1
    belt = firms["belt"].astype(np.int64)
    living = np.bincount(belt, weights=firms["weight"] * firms["alive"], minlength=world.n_belt)
    place = belt[listings["firm"]] * n_slots + listings["number"] % SLOTS
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
