"""Trade, rule by rule: buyers divide their budgets among listings; what cannot be served goes to others.

    ln b* = appeal + taste + reach + trust − σ · (ln P + currency) − κ · days      target pull, approached with inertia
    x     = b · P · share of orders that can be served
    spending of a listing = D · x / (R + Σ w x)          D budget of the cell, R rivals' pull, w real firms

Buyers spend at landed prices P; exports are the FOB value of what they get for it.
"""

from __future__ import annotations

import math

from model.kernel.members import B2B
from tests.oracle import supply
from tests.oracle.month import Place, ReferenceMonth
from tests.oracle.objects import Listing, ReferenceFirm


def run(month: ReferenceMonth) -> None:
    """Phase 3."""
    supply.price_foreign_inputs(month)
    like_goods(month)
    for listing in month.listings:
        listing.landed = landed_price(month, listing)
        listing.pull += inertia(month, listing) * (target_pull(month, listing) - listing.pull)
        listing.served = listing.firm.finance * let_through(month, listing)
    share_out(month)
    for firm in month.firms:
        firm.wished = sum(listing.revenue for listing in firm.listings)
        firm.wanted = firm.wished / max(firm.finance, month.p["finance.least_share"])
    ration(month)
    share_out(month)
    remember_orders(month)
    for firm in month.firms:
        book_sales(month, firm)


# --- what buyers want ----------------------------------------------------------------------------------------


def novelty(month: ReferenceMonth, firm: ReferenceFirm) -> float:
    """Newness of the latest product: 1 when new, then fading."""
    return math.exp(-firm.product_age / month.p["learn.novelty_months"])


def like_goods(month: ReferenceMonth) -> None:
    """How much each firm's goods are liked, before market, price and time.

    What a firm has learned makes its reputation, which counts where a platform shows it; and it counts against the
    mean over all that was sold last month: if all improve, nobody gains.
    """
    p = month.p
    for firm in month.firms:
        firm.novelty = novelty(month, firm)
    quality, new, brand = (mean_of_sales(month, name) for name in ("quality", "novelty", "brand"))
    for firm in month.firms:
        firm.reputation = (
            p["learn.quality_appeal"] * (firm.quality - quality)
            + p["learn.novelty_appeal"] * (firm.novelty - new)
            + p["learn.brand_appeal"] * (firm.brand - brand)
        )
        firm.own_pull = firm.appeal + firm.luck - firm.gap + firm.promotion + firm.belt.offset


def mean_of_sales(month: ReferenceMonth, name: str) -> float:
    """Mean of a firm's value over last month's sales; over firms while nothing has been sold."""
    sold = sum(firm.weight * firm.sales for firm in month.firms)
    if sold <= 0.0:
        return month.mean(name)
    return sum(firm.weight * firm.sales * getattr(firm, name) for firm in month.firms) / sold


def own_price(listing: Listing) -> float:
    """The seller's price over the belt's order value: its own level, marked up for what rules cost it on this way."""
    return listing.firm.price_ratio * listing.way.markup


def landed_price(month: ReferenceMonth, listing: Listing) -> float:
    """What the buyer pays over the belt's order value: (FOB + freight + storage) × taxes / (1 − commission)."""
    way = listing.way
    delivered = (own_price(listing) + way.freight + way.storage) * way.wedge
    price = delivered / (1.0 - month.commission[listing.platform][listing.market])
    return price * month.p["firm.hosted_price"] if listing.hosted else price


def target_pull(month: ReferenceMonth, listing: Listing) -> float:
    """Log pull towards which buyers move."""
    firm, p = listing.firm, month.p
    sigma = month.by_nest("substitution", listing.nest)
    kappa = p["demand.delay_business"] if listing.nest == B2B else p["demand.delay_consumer"]
    liked = firm.own_pull + reputation_shown(month, listing) * firm.reputation + listing.taste
    if listing.nest == B2B:
        liked += firm.ability_b2b
    reach = month.log_reach[listing.platform][listing.market][listing.mode]
    trust = 0.0
    if listing.abroad:
        reach += own_reach(month, listing)
        market = month.markets[listing.market]
        trust = p["demand.trust"] * (market.trust - market.usual_trust)
    price = math.log(listing.landed) + month.currency[listing.market]
    return liked + reach + trust - sigma * price - kappa * listing.days


def reputation_shown(month: ReferenceMonth, listing: Listing) -> float:
    """How far buyers see what a firm has learned: all of it where no platform stands between."""
    if listing.platform == month.n_platform:
        return 1.0
    return month.levers.value("reputation_visible", listing.platform)


def own_reach(month: ReferenceMonth, listing: Listing) -> float:
    """Log of the reach that a lever gives this firm beyond the reach of all."""
    place = "reach", listing.platform, listing.market, listing.mode
    own, common = month.levers.of(listing.firm, *place), month.levers.value(*place)
    return math.log(max(own, 1e-9) / max(common, 1e-9))


def let_through(month: ReferenceMonth, listing: Listing) -> float:
    """Share of its orders that a platform lets a firm serve: a ban binds at once."""
    if not listing.abroad or listing.platform == month.n_platform:
        return 1.0
    return month.levers.of(listing.firm, "platform_open", listing.platform, listing.market)


def inertia(month: ReferenceMonth, listing: Listing) -> float:
    """Share of the gap to the target that buyers close in a month."""
    return month.by_nest("inertia", listing.nest)


# --- who gets it ---------------------------------------------------------------------------------------------


def share_out(month: ReferenceMonth) -> None:
    """Buyers of each cell spend their budget on its listings, and on rivals' goods."""
    for cell in month.cells.values():
        cell.pull = 0.0
    for listing in month.listings:
        listing.draw = math.exp(listing.pull) * listing.landed * listing.served
        listing.cell.pull += listing.firm.weight * listing.draw
    for listing in month.listings:
        cell = listing.cell
        listing.spending = cell.budget * listing.draw / (cell.rivals + cell.pull)
        sell(month, listing)


def sell(month: ReferenceMonth, listing: Listing) -> None:
    """Orders and FOB yuan for what buyers spend."""
    value = listing.firm.belt.order_value
    listing.orders = listing.spending / (listing.landed * value)
    listing.price = value * own_price(listing) * (month.hosted_discount() if listing.hosted else 1.0)
    listing.revenue = listing.orders * listing.price


# --- what can be served --------------------------------------------------------------------------------------


def ration(month: ReferenceMonth) -> None:
    """Beyond its money, a firm is bound by what it can make and by what its ways of transport can carry."""
    supply.find_inputs(month)
    for listing in month.listings:
        firm = listing.firm
        limit = firm.capacity * firm.belt.capacity
        made = (limit / firm.wished if firm.wished > limit else 1.0) * firm.belt.input_limit
        listing.served *= made
        listing.orders *= made
    carried = orders_by_way(month)
    for listing in month.listings:
        listing.served *= carried_share(month, (listing.market, listing.mode), carried)


def orders_by_way(month: ReferenceMonth) -> dict[Place, float]:
    """National orders by market and mode."""
    orders = dict.fromkeys(month.usual_orders, 0.0)
    for listing in month.listings:
        orders[listing.market, listing.mode] += listing.firm.weight * listing.orders
    return orders


def capacity_left(month: ReferenceMonth, place: Place) -> float:
    """Share of its usual orders that a way of transport can carry; home delivery knows no limit."""
    market, mode = place
    return 1.0 if market == month.n_market or mode >= 6 else month.levers.value("mode_capacity", market, mode)


def carried_share(month: ReferenceMonth, place: Place, orders: dict[Place, float]) -> float:
    """Share of orders that a way of transport carries when its capacity is cut."""
    left = capacity_left(month, place)
    if left >= 1.0:
        return 1.0
    room = left * month.usual_orders[place]
    return room / orders[place] if orders[place] > room else 1.0


def remember_orders(month: ReferenceMonth) -> None:
    """What a way usually carries: a slow mean of the months in which nothing held it up."""
    for place, orders in orders_by_way(month).items():
        if capacity_left(month, place) >= 1.0:
            month.usual_orders[place] += (orders - month.usual_orders[place]) / month.p["ship.usual_months"]


# --- what it means for the firm ------------------------------------------------------------------------------


def book_sales(month: ReferenceMonth, firm: ReferenceFirm) -> None:
    """Sales, the home share, use of capacity, and the share of next month's orders that the firm can finance."""
    firm.sales = sum(listing.revenue for listing in firm.listings)
    at_home = sum(listing.revenue for listing in firm.listings if not listing.abroad)
    firm.home_share = at_home / max(firm.sales, 1e-9)
    firm.utilisation = min(firm.sales / max(firm.capacity, 1.0), month.p["firm.use_most"])
    firm.cycle_months = cycle_months(month, firm)
    firm.finance += month.p["finance.adjust_speed"] * (finance_share(month, firm) - firm.finance)


def cycle_months(month: ReferenceMonth, firm: ReferenceFirm) -> float:
    """Months of sales tied up between production and receipt.

    Stock abroad adds a month; a rebate that comes late ties up the rebate, slow settlement of currency everything.
    """
    p, levers = month.p, month.levers
    stored = sum(listing.revenue for listing in firm.listings if listing.stored) / max(firm.sales, 1e-9)
    rebate = levers.of(firm, "rebate_rate", firm.category) * levers.met(firm, "rebate_days", "mode")
    settlement = levers.met(firm, "settlement_days", "market") - p["tax.settlement_days"]
    waiting = (rebate + settlement) / 30.0
    return p["finance.cycle_months"] + p["finance.warehouse_months"] * stored + waiting


def finance_share(month: ReferenceMonth, firm: ReferenceFirm) -> float:
    """Share of wanted sales that cash (with leverage) and suppliers' credit can finance."""
    p = month.p
    means = p["finance.cash_leverage"] * firm.cash + p["finance.supplier_credit"] * firm.sales_12m / 12.0
    need = firm.wanted * firm.cycle_months
    return means / need if need > means else 1.0
