"""Settle, rule by rule: what each firm takes in, pays, borrows, keeps and pays out; every payment is posted."""

from __future__ import annotations

from model.kernel.ledger import Ledger
from model.kernel.members import CATEGORIES, HIGH, HOME_OUTLET, RETAIL
from model.levers import Where
from model.programmes import Outlay
from tests.oracle import support
from tests.oracle.clear import goods_lost
from tests.oracle.month import ReferenceMonth
from tests.oracle.objects import Listing, ReferenceFirm

RECEIVED = {
    "exports": "world", "home_sales": "consumers", "rebate": "government", "loans": "banks",
}  # fmt: skip
"""Who pays a firm, by account."""

PAID = {
    "foreign_inputs": "world", "domestic_inputs": "suppliers", "wages": "labour", "input_vat": "government",
    "payment_fee": "banks", "overhead": "labour", "upkeep": "platforms", "entry_cost": "platforms",
    "inspection_cost": "logistics", "compliance": "labour", "fines": "government", "seized_goods": "government",
    "certificate": "government", "tools": "platforms", "freight_surcharge": "logistics", "programme_fee": "labour",
    "dispute_losses": "world", "item_codes": "platforms", "interest": "banks", "profit_tax": "government",
    "repayments": "banks", "dividends": "consumers",
}  # fmt: skip
"""Whom a firm pays, by account."""

IMPORT_PAYMENTS = (
    ("world", "imports", "import_customs"), ("government", "import_duty", "import_duty"),
    ("government", "import_tax", "import_tax"), ("platforms", "commission", "import_commission"),
    ("logistics", "import_fees", "import_fees"),
)  # fmt: skip
"""Payee, account and the month's flow of what provinces pay for imports."""


def run(month: ReferenceMonth) -> None:
    """Phase 7."""
    tool_users = month.mean("digital_level")
    for listing in month.listings:
        listing.cost = variable_cost(month, listing)
    for firm in month.firms:
        earn(month, firm)
        spend(month, firm, tool_users)
    support.run(month)
    for firm in month.firms:
        close_books(month, firm)
        move_money(month, firm)
    ledger = month.env.ledger
    post_firms(month, ledger)
    post_buyers(month, ledger)
    post_others(month, ledger)


# --- a firm's receipts and costs -----------------------------------------------------------------------------


def earn(month: ReferenceMonth, firm: ReferenceFirm) -> None:
    """Sales abroad and at home, and the rebate paid out this month."""
    own = firm.accounts
    own["exports"] = sum(listing.revenue for listing in firm.listings if listing.abroad)
    own["home_sales"] = sum(listing.revenue for listing in firm.listings if not listing.abroad)
    own["rebate"] = collect_rebate(month, firm)


def collect_rebate(month: ReferenceMonth, firm: ReferenceFirm) -> float:
    """Claims of the month join the queue; of the queue a share of 30 / days is paid."""
    firm.rebate_due += rebate_earned(month, firm)
    days = month.levers.met(firm, "rebate_days", "mode")
    paid = firm.rebate_due * min(1.0, 30.0 / days)
    firm.rebate_due -= paid
    return paid


def rebate_earned(month: ReferenceMonth, firm: ReferenceFirm) -> float:
    """Rebate that the month's exports earn, whenever it is paid."""
    return month.levers.of(firm, "rebate_rate", firm.category) * export_cost(firm)


def variable_cost(month: ReferenceMonth, listing: Listing) -> float:
    """What the margin leaves of the order value; dearer when capacity runs hot, cheaper when it idles."""
    p, firm = month.p, listing.firm
    margin = (
        usual_disputes(month, listing)
        + p[("firm.margin_consumer", "firm.margin_business", "firm.margin_home")[listing.nest]]
    )
    heat = 1.0 + p["firm.idle_cost"] * (firm.utilisation * p["firm.capacity_slack"] - 1.0)
    return firm.belt.order_value * listing.orders * (1.0 - margin) * heat


def usual_disputes(month: ReferenceMonth, listing: Listing) -> float:
    """The margin of the parameters is after the disputes that were usual at the start: these are booked apart."""
    return month.p["disputes.rate"] * month.p["disputes.loss"] if listing.nest == RETAIL else 0.0


def export_cost(firm: ReferenceFirm) -> float:
    """Variable cost of the goods sold abroad."""
    return sum(listing.cost for listing in firm.listings if listing.abroad)


def spend(month: ReferenceMonth, firm: ReferenceFirm, tool_users: float) -> None:
    """All costs of a month. Fixed costs, fines and fees keep up with wages."""
    p, own, wages = month.p, firm.accounts, month.wages()
    cost = sum(listing.cost for listing in firm.listings)
    looks, hits = sum(firm.drawn_looks), sum(firm.drawn_hits) + firm.audit_finds
    own["wages"] = cost * p["firm.wage_share"]
    inputs = cost - own["wages"]
    abroad = inputs * firm.belt.foreign_share  # at the usual price
    own["foreign_inputs"] = abroad * firm.belt.foreign_price
    own["domestic_inputs"] = inputs - abroad
    own["input_vat"] = p["tax.rebate_rate"] * export_cost(firm)
    own["payment_fee"] = sum(payment_fee(month, listing) for listing in firm.listings if listing.abroad)
    own["overhead"] = p["firm.overhead_yuan"] * wages
    own["upkeep"] = sum(upkeep(month, listing) for listing in firm.listings)
    own["entry_cost"] = firm.sunk
    own["inspection_cost"] = looks * p["customs.look_cost_yuan"] * wages
    own["compliance"] = compliance_cost(month, firm)
    own["fines"] = hits * p["customs.fine_yuan"] * wages
    own["seized_goods"] = hits * goods_lost(month, firm)
    own["dispute_losses"] = firm.dispute_loss
    own["item_codes"] = sum(code_cost(month, listing) for listing in firm.listings if listing.abroad)
    own["certificate"] = p["customs.certificate_yuan"] * wages / 12.0 if firm.tier == HIGH else 0.0
    own["tools"] = pay_tools(month, firm, tool_users)
    own["interest"] = firm.debt * p["finance.loan_rate"] / 12.0


def payment_fee(month: ReferenceMonth, listing: Listing) -> float:
    """Fee for being paid from abroad."""
    return listing.revenue * month.levers.value("payment_fee", listing.market)


def code_cost(month: ReferenceMonth, listing: Listing) -> float:
    """A code on every item sent abroad; an item is what a retail order holds."""
    yuan = month.levers.value("item_cost_yuan", listing.market, listing.firm.category)
    return listing.orders * yuan * month.wages()


def compliance_cost(month: ReferenceMonth, firm: ReferenceFirm) -> float:
    """Effort paid for every lot; `effort_cost_yuan` is what halving violations costs."""
    lots = sum(listing.lots for listing in firm.listings)
    return lots * firm.effort_made / 0.5 * month.p["customs.effort_cost_yuan"] * month.wages()


def upkeep(month: ReferenceMonth, listing: Listing) -> float:
    """Monthly cost of keeping a listing; a relief on the opening of home outlets lowers their upkeep in proportion."""
    if listing.mode == HOME_OUTLET:
        relief = month.levers.of(listing.firm, "home_channel_cost") / month.p["plan.sunk_home_yuan"]
        return month.p["plan.upkeep_home_yuan"] * relief * month.wages()
    return month.levers.of(listing.firm, "listing_cost", listing.market, listing.mode) * month.wages()


def pay_tools(month: ReferenceMonth, firm: ReferenceFirm, users: float) -> float:
    """Tools spread by example and by price, limited by what a firm can afford; users pay month by month."""
    p = month.p
    price = month.levers.of(firm, "tool_price") * month.wages()
    seen = price * (1.0 - support.tool_relief(month, firm))
    usual = p["learn.tool_price_yuan"] * month.wages()
    hazard = (p["learn.tool_innovation"] + p["learn.tool_imitation"] * users) / 12.0
    hazard *= (usual / max(seen, p["learn.tool_least_price"] * usual)) ** p["learn.tool_price_hazard"]
    budget = p["learn.tool_share"] * firm.sales_12m
    ease = budget / (budget + max(seen, 1e-9))
    begins = firm.digital_level >= 0.5 and firm.months_alive == 0
    if firm.digital_level < 0.5 and month.uniform("tools", firm) < hazard * ease:
        firm.digital_level, begins = 1.0, True
    if begins:
        support.begin(month, firm)
    return firm.digital_level * price / 12.0


# --- profit and money ----------------------------------------------------------------------------------------


def close_books(month: ReferenceMonth, firm: ReferenceFirm) -> None:
    """Profit of the month, after tax. Rebates count when earned; entry costs are written off bit by bit."""
    p, own = month.p, firm.accounts
    running = sum(yuan for account, yuan in own.items() if account in PAID and account != "entry_cost")
    firm.sunk_left += firm.sunk
    written_off = firm.sunk_left / p["plan.horizon_months"]
    firm.sunk_left -= written_off
    before_tax = own["exports"] + own["home_sales"] + rebate_earned(month, firm) + granted(month, firm)
    before_tax -= running + written_off
    own["profit_tax"] = p["firm.profit_tax"] * max(before_tax, 0.0)
    firm.profit = before_tax - own["profit_tax"]


def move_money(month: ReferenceMonth, firm: ReferenceFirm) -> None:
    """A hole in cash is borrowed; part of the cash repays debt, and what is to spare goes to owners in part."""
    p, own = month.p, firm.accounts
    costs = sum(yuan for account, yuan in own.items() if account in PAID)
    cash = firm.cash + own["exports"] + own["home_sales"] + own["rebate"] + granted(month, firm) - costs
    own["loans"] = max(-cash, 0.0)
    cash += own["loans"]
    need = firm.wanted * firm.cycle_months / p["finance.cash_leverage"]
    own["repayments"] = min(p["finance.repay_share"] * cash, firm.debt + own["loans"])
    cash -= own["repayments"]
    firm.debt += own["loans"] - own["repayments"]
    own["dividends"] = p["finance.payout"] * max(cash - p["finance.cash_leverage"] * need, 0.0)
    firm.cash = cash - own["dividends"]


def granted(month: ReferenceMonth, firm: ReferenceFirm) -> float:
    """Grants that the firm received this month."""
    return sum(firm.accounts.get(grant.account, 0.0) for grant in month.env.grants)


# --- the ledger ----------------------------------------------------------------------------------------------


def post_firms(month: ReferenceMonth, ledger: Ledger) -> None:
    """Every account of the firms, national yuan."""
    totals = month.totals.accounts
    for firm in month.firms:
        for account, yuan in firm.accounts.items():
            totals[account] = totals.get(account, 0.0) + firm.weight * yuan
    for account, yuan in totals.items():
        if account in PAID:
            ledger.post("smes", PAID[account], account, yuan)
        else:  # a grant stands under the name of its policy
            ledger.post(RECEIVED.get(account, "government"), "smes", account, yuan)


def post_buyers(month: ReferenceMonth, ledger: Ledger) -> None:
    """What buyers pay besides the FOB price. What a hosting platform loses on a sale it pays itself."""
    for listing in month.listings:
        payer = "world" if listing.abroad else "consumers"
        weight, value = listing.firm.weight, listing.firm.belt.order_value * listing.orders
        freight, storage = value * listing.way.freight, value * listing.way.storage
        after_commission = listing.spending * (1.0 - month.commission[listing.platform][listing.market])
        tax = after_commission * (1.0 - 1.0 / listing.way.wedge)  # paid abroad, between buyers and their state
        income = weight * (listing.spending - listing.revenue - freight - storage - tax)
        ledger.post(payer, "logistics", "freight", weight * freight)
        ledger.post(payer, "warehouses", "storage", weight * storage)
        ledger.post(payer, "platforms", "commission", max(income, 0.0))
        ledger.post("platforms", payer, "hosting_subsidy", max(-income, 0.0))
        if listing.platform < month.n_platform:
            platform = month.platforms[listing.platform]
            platform.sales += weight * listing.spending
            platform.commission_income += income


def post_others(month: ReferenceMonth, ledger: Ledger) -> None:
    """Imports, new warehouses, places in programmes, and the running costs of policies in force."""
    flows = month.env.flows.values
    for payee, account, flow in IMPORT_PAYMENTS:
        ledger.post("consumers", payee, account, sum(flows[flow].ravel().tolist()))
    ledger.post("world", "platforms", "brand_upkeep", flows["brand_upkeep"])
    ledger.post("warehouses", "world", "building", flows.get("building_yuan", 0.0))
    for programme in month.env.programmes:
        members = sum(firm.weight for firm in month.firms if programme.account in firm.programmes)
        yuan = members * programme.yuan_per_member * month.wages(programme.window.start)
        claims = month.env.state.claims
        if yuan > 0.0:
            claims[programme.account] = claims.get(programme.account, 0.0) + yuan
        ledger.post("government", programme.payee, programme.account, yuan)
    for outlay in month.env.outlays:
        if outlay.window.start <= month.now <= outlay.window.until:
            yuan = outlay.yuan_per_month + outlay.yuan_each * count(month, outlay) * month.wages()
            ledger.post("government", outlay.payee, outlay.account, yuan)


def count(month: ReferenceMonth, outlay: Outlay) -> float:
    """National number of what an outlay pays for one by one."""
    if outlay.each == "audits":
        return sum(firm.weight * firm.audits for firm in month.firms)
    return disputes_in(month, outlay.where) if outlay.each == "disputes" else 0.0


def disputes_in(month: ReferenceMonth, where: Where) -> float:
    """National disputes filed in the markets and categories that a restriction names."""
    total = 0.0
    for market in month.markets:
        words = {month.env.world.market_ids[market.code], *month.env.world.market_regions[market.code]}
        for category, filed in market.filed.items():
            of = {"category": {CATEGORIES[category]}, "market": words, "region": words}
            if all(of[key] & set(members) for key, members in where.members):
                total += filed
    return total
