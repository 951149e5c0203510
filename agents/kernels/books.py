"""Money along the listings: what buyers pay, what firms earn and spend, what they sell where."""

from __future__ import annotations

from typing import Any

from numba import njit

from model.kernel.members import HOME, HOME_OUTLET, HOSTED, RETAIL


@njit(cache=True)
def add_payments(
    leg: Any, nest: Any, platform: Any, market: Any, weight: Any, spending: Any, revenue: Any, freight: Any,
    storage: Any, wedge: Any, commission: Any, sums: Any, sales: Any, incomes: Any,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """What buyers pay beyond the FOB price, national yuan.

    `sums` [2, 4]: freight, storage, platforms' gains and losses for buyers abroad and at home; `sales`, `incomes` by
    platform. Tax abroad is what is left between buyers and their state.
    """
    for i in range(leg.shape[0]):
        w, side = weight[i], 1 if nest[i] == HOME else 0
        paid = w * spending[i]
        carried, stored = w * freight[i], w * storage[i]
        tax = paid * (1.0 - commission[platform[i], market[i]]) * (1.0 - 1.0 / wedge[leg[i]])
        income = paid - w * revenue[i] - carried - stored - tax
        sums[side, 0] += carried
        sums[side, 1] += stored
        if income >= 0.0:
            sums[side, 2] += income
        else:
            sums[side, 3] -= income
        sales[platform[i]] += paid
        incomes[platform[i]] += income


@njit(cache=True)
def add_firm_books(
    firm: Any, nest: Any, belt: Any, market: Any, mode: Any, revenue: Any, orders: Any, fee: Any, upkeep: Any,
    value: Any, kept: Any, heat: Any, books: Any,
) -> None:  # pragma: no cover - compiled  # fmt: skip
    """A firm's month over its listings; adds to `books` [firm rows, 6].

    Columns: exports, home sales, variable cost, that of exports, payment fees, upkeep. Variable cost is what the
    margin leaves of the order value (`kept` by nest), dearer when the firm's capacity runs hot (`heat`). `fee` is by
    market, `upkeep` [market or home, mode], or [listings, 1] where a lever picks firms.
    """
    personal = upkeep.shape[1] == 1
    for i in range(firm.shape[0]):
        row = firm[i]
        cost = value[belt[i]] * orders[i] * (1.0 - kept[nest[i]]) * heat[row]
        books[row, 2] += cost
        books[row, 5] += upkeep[i, 0] if personal else upkeep[market[i], mode[i]]
        if nest[i] == HOME:
            books[row, 1] += revenue[i]
        else:
            books[row, 0] += revenue[i]
            books[row, 3] += cost
            books[row, 4] += revenue[i] * fee[market[i]]


@njit(cache=True)
def add_learning(
    firm: Any, market: Any, mode: Any, nest: Any, revenue: Any, strictness: Any, own: Any, strict: Any
) -> None:  # pragma: no cover - compiled
    """Yuan a firm sells retail under its own name, and yuan times the strictness of its markets; [firm rows] each."""
    for i in range(firm.shape[0]):
        if nest[i] == RETAIL and mode[i] != HOSTED:
            own[firm[i]] += revenue[i]
        if mode[i] != HOME_OUTLET:
            strict[firm[i]] += revenue[i] * strictness[market[i]]
