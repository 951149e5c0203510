"""Support of firms, rule by rule: grants on tools and freight within caps and budgets, fees of programmes."""

from __future__ import annotations

from model.programmes import Grant
from tests.oracle.month import ReferenceMonth
from tests.oracle.objects import ReferenceFirm
from tests.oracle.settings import picks


def run(month: ReferenceMonth) -> None:
    """Grants and fees of the month, once everybody's costs are known."""
    env = month.env
    for grant in env.grants:
        if grant.pays == "tools":
            slot = env.slots[grant.account]
            pay(month, grant, {firm: firm.accounts["tools"] for firm in month.firms if firm.joined[slot] > 0})
    if any(grant.pays == "freight" for grant in env.grants):
        help_with_freight(month)
    for programme in env.programmes:
        wages = month.wages(programme.window.start)
        for firm in month.firms:
            fee = programme.fee_yuan / 12.0 * wages if programme.account in firm.programmes else 0.0
            firm.accounts["programme_fee"] = firm.accounts.get("programme_fee", 0.0) + fee


def meant_for(month: ReferenceMonth, grant: Grant, firm: ReferenceFirm) -> bool:
    """Whether a grant is for the firm, and its time of support has not run out."""
    joined = firm.joined[month.env.slots[grant.account]]
    late = grant.months > 0 and joined > 0 and month.now >= joined + grant.months
    return picks(grant.where, firm) and not late


def budget_left(month: ReferenceMonth, grant: Grant) -> float:
    """Yuan of the year's budget not claimed yet."""
    if grant.budget_per_year is None:
        return float("inf")
    return grant.budget_per_year - month.env.state.claims.get(grant.account, 0.0)


def tool_relief(month: ReferenceMonth, firm: ReferenceFirm) -> float:
    """Share of the price of tools that grants would pay."""
    return min(sum(grant.rate_in(month.now) for grant in open_for_tools(month, firm)), 1.0)


def open_for_tools(month: ReferenceMonth, firm: ReferenceFirm) -> list[Grant]:
    """Grants for tools that take new users now."""
    return [
        grant
        for grant in month.env.grants
        if grant.pays == "tools"
        and grant.rate_in(month.now) > 0.0
        and budget_left(month, grant) > 0.0
        and meant_for(month, grant, firm)
    ]


def begin(month: ReferenceMonth, firm: ReferenceFirm) -> None:
    """A new user of tools is supported from now on."""
    for grant in open_for_tools(month, firm):
        slot = month.env.slots[grant.account]
        if firm.joined[slot] == 0:
            firm.joined[slot] = month.now
            note(month, grant, firm.weight)


def note(month: ReferenceMonth, grant: Grant, units: float) -> None:
    """What a grant went to, in its own unit."""
    supported = month.env.flows.values.setdefault("supported", {})
    supported[grant.account] = supported.get(grant.account, 0.0) + units


def pay(month: ReferenceMonth, grant: Grant, costs: dict[ReferenceFirm, float]) -> dict[ReferenceFirm, float]:
    """Pay a share of each cost; where the year's budget does not hold all, everybody gets the same part of it."""
    slot, rate = month.env.slots[grant.account], grant.rate_in(month.now)
    wished = {firm: rate * cost for firm, cost in costs.items() if meant_for(month, grant, firm)}
    if grant.cap_per_firm is not None:
        cap = grant.cap_per_firm * month.wages(grant.window.start)
        wished = {firm: min(yuan, max(cap - firm.claimed[slot], 0.0)) for firm, yuan in wished.items()}
    national, room = sum(firm.weight * yuan for firm, yuan in wished.items()), max(budget_left(month, grant), 0.0)
    part = 1.0 if national <= room else room / national
    for firm in month.firms:
        yuan = part * wished.get(firm, 0.0)
        firm.accounts[grant.account] = yuan
        firm.claimed[slot] += yuan
    claims = month.env.state.claims
    if national > 0.0 and part > 0.0:
        claims[grant.account] = claims.get(grant.account, 0.0) + part * national
    return {firm: firm.accounts[grant.account] for firm in month.firms}


def help_with_freight(month: ReferenceMonth) -> None:
    """Grants on freight; forwarders keep a part by dearer quotes, more where space is short."""
    freight = {firm: sum(carriage(listing) for listing in firm.listings if listing.abroad) for firm in month.firms}
    net = dict.fromkeys(month.firms, 0.0)
    for firm in month.firms:
        firm.accounts["freight_surcharge"] = 0.0
    for grant in month.env.grants:
        if grant.pays != "freight":
            continue
        rate = grant.rate_in(month.now)
        for firm, yuan in pay(month, grant, freight).items():
            note(month, grant, firm.weight * yuan / rate if rate > 0.0 else 0.0)
            slot = month.env.slots[grant.account]
            if yuan > 0.0 and firm.joined[slot] == 0:
                firm.joined[slot] = month.now
            kept = yuan * part_kept(month, firm, freight[firm])
            firm.accounts["freight_surcharge"] += kept
            net[firm] += yuan - kept
    for firm in month.firms:
        worth = max(firm.sales / firm.price_ratio, 1.0)
        firm.aid = min(net[firm] / worth, 1.0 - month.p["firm.margin_consumer"])
        month.freight_relief[firm.row] = net[firm] / max(freight[firm], 1e-9)


def carriage(listing: object) -> float:
    """Yuan of freight on what a listing sold."""
    return listing.firm.belt.order_value * listing.orders * listing.way.freight  # type: ignore[attr-defined]


def part_kept(month: ReferenceMonth, firm: ReferenceFirm, freight: float) -> float:
    """Share of a grant that forwarders keep, over the ways the firm's goods go."""
    kept = 0.0
    for listing in firm.listings:
        if listing.abroad:
            tight = month.levers.value("mode_capacity", listing.market, listing.mode) < 1.0
            kept += carriage(listing) * month.p["ship.capture_tight" if tight else "ship.capture_slack"]
    return kept / max(freight, 1e-9)
