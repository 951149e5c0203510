"""Support of firms 企业支持: grants that pay a share of what a firm spends, and programmes that enrol firms.

Grants and places are limited: by firm, by year's budget, by number of places. What limits a budget limits all claims of
the month alike. Forwarders notice who is supported: they keep a part of a freight grant by dearer quotes, more where
space is tight (incidence: the side that can wait gains).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.government import note_claim, note_support, room_left
from model.kernel.members import HOME, HOME_OUTLET
from model.programmes import FIRM_COSTS, Grant, Programme

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


# --- grants --------------------------------------------------------------------------------------------------


def grants_for(env: Env, cost: str) -> list[Grant]:
    """Grants of the scenario that pay a share of one cost of firms, in force or not."""
    return [grant for grant in env.grants if grant.pays == cost]


def covered(env: Env, grant: Grant) -> Flags:
    """Firms that a grant is meant for and whose time of support has not run out; shape [firm rows]."""
    firms = env.state.firms
    joined = firms["joined"][:, env.slots[grant.account]]
    inside = firms["alive"] & env.firm_words().picks(grant.where)
    return np.asarray(inside & ((joined == 0) | (env.now < joined + grant.months)) if grant.months else inside)


def tool_relief(env: Env) -> Floats:
    """Share of the price of tools that grants would pay for firms without any yet; shape [firm rows]."""
    relief = np.zeros(env.state.firms.n)
    for grant in grants_for(env, "tools"):
        rate = grant.rate_in(env.now)
        if rate > 0.0 and room_left(env, grant) > 0.0:
            relief += rate * covered(env, grant)
    return np.minimum(relief, 1.0)


def begin_support(env: Env, users: Flags) -> None:
    """Firms that start using tools while a grant for tools is in force are supported from now on."""
    firms = env.state.firms
    for grant in grants_for(env, "tools"):
        slot = env.slots[grant.account]
        if grant.rate_in(env.now) > 0.0 and room_left(env, grant) > 0.0:
            new = users & covered(env, grant) & (firms["joined"][:, slot] == 0)
            firms["joined"][new, slot] = env.now
            note_support(env, grant.account, env.total(new.astype(np.float64)))


def claim(env: Env, grant: Grant, cost: Floats) -> Floats:
    """Pay a share of each firm's cost within caps and budget; returns yuan per real firm, [firm rows]."""
    firms, slot = env.state.firms, env.slots[grant.account]
    wished = grant.rate_in(env.now) * cost * covered(env, grant)
    if grant.cap_per_firm is not None:
        cap = grant.cap_per_firm * env.wage_index() / env.wage_index(grant.window.start)
        wished = np.minimum(wished, np.maximum(cap - firms["claimed"][:, slot], 0.0))
    national, room = env.total(wished), max(room_left(env, grant), 0.0)
    paid = wished if national <= room else wished * (room / national)
    firms["claimed"][:, slot] += paid
    note_claim(env, grant.account, env.total(paid))
    return np.asarray(paid)


def open_claims(env: Env) -> None:
    """Yearly caps start afresh in January; caps for once in a firm's life do not."""
    if env.now % 12 == 0:
        for grant in env.grants:
            if grant.pays in FIRM_COSTS and not grant.once:
                env.state.firms["claimed"][:, env.slots[grant.account]] = 0.0


def firm_support(env: Env, tools: Floats) -> dict[str, Floats]:
    """Grants received and what support costs its firms this month, by account, yuan [firm rows] each.

    `tools` is what each firm pays for tools before any grant.
    """
    accounts: dict[str, Floats] = {}
    if env.burn_in:
        return accounts
    for grant in grants_for(env, "tools"):
        supported = env.state.firms["joined"][:, env.slots[grant.account]] > 0
        accounts[grant.account] = claim(env, grant, tools * supported)
    if grants_for(env, "freight"):
        accounts |= _freight_support(env)
    if env.programmes:
        accounts["programme_fee"] = programme_fees(env)
    return accounts


def _freight_support(env: Env) -> dict[str, Floats]:
    """Grants on freight and the part that forwarders keep; notes the net relief of each firm's freight and cost."""
    firms, values = env.state.firms, env.flows.values
    freight, kept = freight_of_firms(env)
    accounts: dict[str, Floats] = {"freight_surcharge": np.zeros(firms.n)}
    for grant in grants_for(env, "freight"):
        rate, slot = grant.rate_in(env.now), env.slots[grant.account]
        paid = claim(env, grant, freight)
        first = (paid > 0.0) & (firms["joined"][:, slot] == 0)
        firms["joined"][first, slot] = env.now
        accounts[grant.account] = paid
        accounts["freight_surcharge"] += paid * kept
        note_support(env, grant.account, env.total(paid) / rate if rate > 0.0 else 0.0)
    net = sum(accounts[grant.account] for grant in grants_for(env, "freight")) - accounts["freight_surcharge"]
    # Against the order value, not the price: a price that fell with the grant must not make the grant look larger.
    worth = np.maximum(firms["sales"] / values["price_ratio"], 1.0)
    firms["aid"] = np.where(firms["alive"], np.minimum(net / worth, 1.0 - env.p["firm.margin_consumer"]), 0.0)
    values["freight_relief"] = net / np.maximum(freight, 1e-9)
    return accounts


def freight_of_firms(env: Env) -> tuple[Floats, Floats]:
    """Yuan of freight on each firm's exports, and the share of a grant on it that forwarders keep; [firm rows]."""
    listings, p, n = env.state.listings, env.p, env.state.firms.n
    abroad = np.where(env.flows.nest == HOME, 0.0, env.flows.values["freight_yuan"])
    market = np.minimum(listings["market"], env.n_market - 1)
    mode = np.minimum(listings["mode"], HOME_OUTLET - 1)
    tight = env.levers.table("mode_capacity")[market, mode] < 1.0
    part = np.where(tight, p["ship.capture_tight"], p["ship.capture_slack"])
    freight = np.bincount(listings["firm"], weights=abroad, minlength=n)
    kept = np.bincount(listings["firm"], weights=abroad * part, minlength=n)
    return freight, kept / np.maximum(freight, 1e-9)


# --- programmes ----------------------------------------------------------------------------------------------


def programme_fees(env: Env) -> Floats:
    """What members pay for their places this month, yuan per real firm; shape [firm rows]."""
    fees = np.zeros(env.state.firms.n)
    for programme in env.programmes:
        wages = env.wage_index() / env.wage_index(programme.window.start)
        fees += env.members(programme) * programme.fee_yuan / 12.0 * wages
    return fees


def enrol(env: Env) -> None:
    """Fill the places that are open, in the order of each firm's fixed lot; members from next month on."""
    firms, taken = env.state.firms, env.state.arrays["places_taken"]
    for programme in env.programmes:
        slot = env.slots[programme.account]
        rows = np.flatnonzero(applicants(env, programme))
        rows = rows[np.argsort(env.draws.uniform(f"enrol_{programme.account}", 0, firms["number"][rows]))]
        real = np.cumsum(firms["weight"][rows])
        rows = rows[real <= programme.open_places(env.now) - taken[slot]]
        firms["joined"][rows, slot] = env.now + 1
        enrolled = float(firms["weight"][rows].sum())
        taken[slot] += enrolled
        note_support(env, programme.account, enrolled)


def applicants(env: Env, programme: Programme) -> Flags:
    """Firms that may be enrolled now: never before, in the programme's places and of its size; shape [firm rows]."""
    firms = env.state.firms
    if programme.window.strength(env.now) <= 0.0:
        return np.zeros(firms.n, dtype=bool)
    wages = env.wage_index() / env.wage_index(programme.window.start)
    sales = firms["sales_12m"] / wages
    fits = (sales >= programme.least_sales) & (sales < programme.most_sales)
    fresh = firms["joined"][:, env.slots[programme.account]] == 0
    return np.asarray(firms["alive"] & fits & fresh & env.firm_words().picks(programme.where))
