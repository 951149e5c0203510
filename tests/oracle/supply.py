"""Inputs, rule by rule: what belts order from each other and from abroad, get, use, and learn from it.

Amounts are against a month without a shock: an order of 1 is what a buyer usually takes from a supplier. Who supplies
whom is taken as given, as roads are.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.oracle.objects import Belt, Group, Link

if TYPE_CHECKING:
    from tests.oracle.month import ReferenceMonth


def price_foreign_inputs(month: ReferenceMonth) -> None:
    """Before the month's trade: price of inputs from abroad, and the share that buyers still take there."""
    p, rates = month.p, zip(month.rates, month.rates_start, month.market_shares, strict=True)
    currency = sum(share * math.log(rate / start) for rate, start, share in rates)
    for belt in month.belts:
        lever = month.levers.value("foreign_input_price", belt.code)
        belt.foreign_price = lever * math.exp(p["imports.currency_pass_through"] * currency)
        usual = belt.foreign_usual / (1.0 - belt.foreign_usual)
        odds = usual * belt.foreign_price ** -p["supply.foreign_elasticity"] * math.exp(-belt.foreign_shift)
        belt.foreign_share = odds / (1.0 + odds)


def learn_to_substitute(month: ReferenceMonth, belt: Belt) -> None:
    """Long-run odds of foreign inputs follow what is missing or dearer."""
    p = month.p
    left = min(max(month.levers.value("foreign_input_supply", belt.code), p["supply.least_capacity"]), 1.0)
    late = p["supply.foreign_elasticity_late"] - p["supply.foreign_elasticity"]
    goal = late * (math.log(belt.foreign_price) - math.log(left))
    belt.foreign_shift += p["supply.foreign_speed"] * (goal - belt.foreign_shift)


def find_inputs(month: ReferenceMonth) -> None:
    """Part of planned output for which each belt finds inputs."""
    for belt in month.belts:
        learn_to_substitute(month, belt)
        belt.capacity = month.levers.value("supplier_capacity", belt.code)
        belt.foreign_left = month.levers.value("foreign_input_supply", belt.code)
        belt.limit_before, belt.input_limit = belt.input_limit, 1.0
    if any(belt.capacity != 1.0 or belt.foreign_left != 1.0 for belt in month.belts):
        month.supply_moved = True
    if not month.supply_moved:
        return
    see(month)
    for belt in month.belts:
        belt.plan = min(belt.capacity * month.p["firm.capacity_slack"], belt.orders)
    for link in month.links:
        link.use = link.share / link.usual_share * link.buyer.plan
        link.ordered = order(month, link.use, link.stock, seen(month, link, "fills"), link.buyer.info)
    for belt in month.belts:
        produce(belt)
    for belt in month.belts:
        belt.input_limit = bind(month, belt)
    for belt in month.belts:
        use_up(belt)
    for group in month.groups:
        choose(month, group)
    for belt in month.belts:
        build(month, belt)
        belt.ables = [min(belt.can_make, belt.input_limit, 1.0), *belt.ables[:-1]]
        belt.fills = [belt.fill, *belt.fills[:-1]]
        belt.short_months = max(belt.short_months + (1.0 if belt.input_limit < 1.0 else -1.0), 0.0)


def see(month: ReferenceMonth) -> None:
    """How well each belt sees its suppliers: through tools on both sides."""
    for belt in month.belts:
        own = [firm for firm in month.firms if firm.belt is belt]
        count = sum(firm.weight for firm in own)
        belt.tools = sum(firm.weight * firm.digital_level for firm in own) / max(count, 1e-12)
    for belt in month.belts:
        links = [(group, link) for group in month.groups if group.buyer is belt for link in group.links]
        whole = sum(group.amount * link.usual_share for group, link in links)
        both = sum(group.amount * link.usual_share * link.supplier.tools for group, link in links) * belt.tools
        belt.info = min(max(month.p["supply.information"] * belt.tools * both / max(whole, 1e-12), 0.0), 1.0)


def between(month: ReferenceMonth, name: str, info: float) -> float:
    """A number of the table between its value without information and the one with all of it."""
    plain, informed = month.p[f"supply.{name}_plain"], month.p[f"supply.{name}_informed"]
    return plain + (informed - plain) * info


def seen(month: ReferenceMonth, link: Link, name: str) -> float:
    """A supplier's record as its buyer knows it: so many months old, mixed between whole months."""
    record = getattr(link.supplier, name)
    age = min(max(between(month, "lag", link.buyer.info) - 1.0, 0.0), len(record) - 1.0)
    newer = min(int(age), len(record) - 2)
    return record[newer] + (age - newer) * (record[newer + 1] - record[newer])


def order(month: ReferenceMonth, use: float, stock: float, known: float, info: float) -> float:
    """The month's use and part of the missing stock; inflated where less is delivered than ordered."""
    p = month.p
    wanted = use + p["supply.stock_order"] * (p["supply.stock_months"] * use - stock)
    hoarding = (1.0 / max(known, p["supply.least_capacity"])) ** (p["supply.hoarding"] * (1.0 - info))
    return max(wanted, 0.0) * hoarding


def produce(belt: Belt) -> None:
    """What a belt can serve of its orders, from its own buyers and from other belts."""
    sold = sum(link.sold_usually * link.ordered for link in belt.sells)
    belt.orders = belt.final + (1.0 - belt.final) * sold
    belt.can_make = belt.capacity * belt.built
    made = min(belt.can_make, belt.orders) * belt.limit_before
    belt.fill = made / max(belt.orders, 1e-12) if made < belt.orders else 1.0


def covered(stock: float, use: float) -> float:
    """Part of the planned use that is at hand."""
    return stock / use if stock < use else 1.0


def bind(month: ReferenceMonth, belt: Belt) -> float:
    """Inputs bind as a bundle with few substitutes, fewer between kinds than between suppliers of a kind."""
    p = month.p
    eased = (belt.short_months - p["supply.rigid_months"]) / (p["supply.flexible_months"] - p["supply.rigid_months"])
    late = p["supply.input_elasticity_late"] - p["supply.input_elasticity"]
    elasticity = p["supply.input_elasticity"] + min(max(eased, 0.0), 1.0) * late
    parts = []
    for group in month.groups:
        if group.buyer is belt:
            for link in group.links:
                link.stock += link.ordered * link.supplier.fill
                link.met = covered(link.stock, link.use)
            inside = [(link.share, max(link.met, p["supply.least_capacity"])) for link in group.links]
            parts.append((group.amount, max(ces(inside, p["supply.supplier_elasticity"]), p["supply.least_capacity"])))
    belt.foreign_use = belt.foreign_share / belt.foreign_usual * belt.plan
    wanted = order(month, belt.foreign_use, belt.foreign_stock, 1.0, belt.info)
    belt.foreign_stock += min(wanted, belt.foreign_left) if belt.foreign_left < 1.0 else wanted
    belt.foreign_met = covered(belt.foreign_stock, belt.foreign_use)
    abroad = belt.foreign_share * (1.0 - p["firm.wage_share"])
    parts.append((abroad, max(belt.foreign_met, p["supply.least_capacity"])))
    if belt.foreign_met >= 1.0 and all(link.met >= 1.0 for link in month.links if link.buyer is belt):
        return 1.0
    parts.append((1.0 - sum(share for share, _ in parts), 1.0))
    return min(ces(parts, elasticity), 1.0)


def ces(parts: list[tuple[float, float]], elasticity: float) -> float:
    """A bundle of (share, quantity) with constant elasticity of substitution."""
    power = 1.0 - 1.0 / elasticity
    if abs(power) < 1e-6:
        return math.exp(sum(share * math.log(quantity) for share, quantity in parts))
    return sum(share * quantity**power for share, quantity in parts) ** (1.0 / power)


def use_up(belt: Belt) -> None:
    """What is used leaves the stock; what another input leaves idle stays there."""
    for link in belt.buys:
        link.stock -= link.use * min(link.met, belt.input_limit)
    belt.foreign_stock -= belt.foreign_use * min(belt.foreign_met, belt.input_limit)


def choose(month: ReferenceMonth, group: Group) -> None:
    """Suppliers of a kind win and lose shares by what they are known to be able to serve."""
    known = [max(seen(month, link, "ables"), month.p["supply.least_capacity"]) for link in group.links]
    total = sum(link.usual_share * able for link, able in zip(group.links, known, strict=True))
    for link, able in zip(group.links, known, strict=True):
        link.share += between(month, "shift", group.buyer.info) * (link.usual_share * able / total - link.share)


def build(month: ReferenceMonth, belt: Belt) -> None:
    """Suppliers build for orders they cannot serve; what was built is given up when they stay away."""
    unserved = belt.orders - belt.can_make
    if unserved > 0.0:
        added = belt.built - 1.0 + between(month, "capacity", belt.info) * unserved
        belt.built = 1.0 + min(added, month.p["supply.capacity_most"])
    else:
        belt.built -= month.p["supply.capacity_fall"] * (belt.built - 1.0)
