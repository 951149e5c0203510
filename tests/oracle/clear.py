"""Clear, rule by rule: customs look at lots, goods wait, violations are found or arrive, and records remember."""

from __future__ import annotations

import math

import numpy as np

from model.kernel.draws import binomial, whole
from model.kernel.members import HIGH, LOW, ORDINARY, RETAIL
from tests.oracle.month import ReferenceMonth
from tests.oracle.objects import District, Listing, Market, ReferenceFirm
from tests.oracle.trade import mean_of_sales

MONTH_HOURS = 730.0
DIRECT_PARCEL = 1


def run(month: ReferenceMonth) -> None:
    """Phase 5."""
    declare(month)
    work_queues(month)
    for firm in month.firms:
        firm.bad, firm.effort_made = min(firm.propensity, 1.0) * (1.0 - firm.effort), firm.effort
        inspect(month, firm)
    for listing in month.listings:
        listing.clearance_hours = clearance_hours(month, listing)
        listing.days = delivered_days(month, listing)
    for firm in month.firms:
        audit(month, firm)
    arrive(month)
    complain(month)
    for market in month.markets:
        move_trust(month, market)
    for firm in month.firms:
        expected = expected_look_rate(month, firm)
        keep_record(month, firm)
        adjust_effort(month, firm, expected)
        firm.tier = credit_tier(month, firm)


# --- selection and queue -------------------------------------------------------------------------------------


def declare(month: ReferenceMonth) -> None:
    """Lots of each listing, and the chance that customs wish to look at one. Home sales pass no customs."""
    for listing in month.listings:
        listing.lots = listing.revenue / month.p["ship.lot_yuan"] if listing.abroad else 0.0
        listing.look_rate = look_rate(month, listing) if listing.abroad else 0.0


def look_rate(month: ReferenceMonth, listing: Listing) -> float:
    """By district, goods, channel and credit tier; firms without a record have a factor of their own."""
    firm, district = listing.firm, district_of(month, listing)
    place = district.code, firm.category, listing.mode
    rate = month.levers.value("inspection_rate", *place, firm.tier)
    if firm.months_alive < month.p["customs.newcomer_months"]:
        rate = min(rate * month.levers.value("newcomer_factor", *place), 1.0)
    return rate


def district_of(month: ReferenceMonth, listing: Listing) -> District:
    """The customs district through which a listing's goods leave."""
    return month.districts[max(listing.way.gateway, 0)]


def work_queues(month: ReferenceMonth) -> None:
    """Districts do what they can of the looks asked for; the others are waived."""
    for listing in month.listings:
        if listing.way.gateway >= 0:
            district = district_of(month, listing)
            lots = listing.firm.weight * listing.lots
            district.traffic += lots
            district.asked += lots * listing.look_rate
    for district in month.districts:
        work(month, district)
    post_officers(month)
    for listing in month.listings:
        if listing.way.gateway >= 0 and listing.look_rate < 1.0:  # a negative list is never waived
            listing.look_rate *= district_of(month, listing).can


def work(month: ReferenceMonth, district: District) -> None:
    """Load, wait and waived looks of one district."""
    p = month.p
    open_share = month.levers.value("gateway_capacity", district.code)
    able = max(district.capacity * open_share, 1e-6)
    with_overtime = min(max(district.asked / p["customs.overtime_load"], able), p["customs.overtime"] * able)
    done = min(district.asked, with_overtime)
    district.load = district.asked / able
    district.waived = district.asked - done
    district.can = done / max(district.asked, 1e-12) if district.asked > 0.0 else 1.0
    officers = max(able * p["customs.service_hours"] / p["customs.inspector_hours"], p["customs.least_inspectors"])
    load = min(district.asked / with_overtime, p["customs.most_load"])  # a full queue has no mean
    district.wait_hours = queue_hours(load, officers, p["customs.service_hours"])


def hours_outside(month: ReferenceMonth, listing: Listing) -> float:
    """Where only a share of the goods passes, they pile up before they are declared: on average they wait half of
    what a month takes longer."""
    if not listing.abroad:
        return 0.0
    open_share = month.levers.value("gateway_capacity", district_of(month, listing).code)
    return MONTH_HOURS / 2.0 * max(1.0 / open_share - 1.0, 0.0)


def queue_hours(load: float, officers: float, service_hours: float) -> float:
    """Mean wait in a queue with several officers (Sakasegawa 1977)."""
    return load ** (math.sqrt(2.0 * (officers + 1.0)) - 1.0) / (officers * (1.0 - load)) * service_hours


def post_officers(month: ReferenceMonth) -> None:
    """Posts are granted by national traffic, never taken away; officers are lent to where the work is."""
    p = month.p
    posts = sum(district.capacity for district in month.districts)
    traffic = sum(district.traffic for district in month.districts)
    asked = max(sum(district.asked for district in month.districts), 1e-9)
    granted = p["customs.staffing_speed"] * max(traffic * month.posts_per_lot - posts, 0.0)
    for district in month.districts:
        share = district.asked / asked
        lent = p["customs.lending"] * (share * posts - district.capacity)
        district.capacity = max(district.capacity + lent + granted * share, 1e-6)


# --- looks, hours, days --------------------------------------------------------------------------------------


def inspect(month: ReferenceMonth, firm: ReferenceFirm) -> None:
    """Draw whole lots, looks and violations found, for retail and for B2B consignments of a firm."""
    for group in (0, 1):
        own = [listing for listing in firm.listings if listing.abroad and listing.group == group]
        if not own:
            continue
        lots = sum(listing.lots for listing in own)
        rate = sum(listing.lots * listing.look_rate for listing in own) / max(lots, 1e-12)
        number = float(whole(month.uniform("lots", firm, group), lots))
        looks = draw_binomial(month, "look", firm, group, number, rate)
        hits = draw_binomial(month, "find", firm, group, looks, firm.bad * month.p["customs.power"])
        firm.whole_lots[group], firm.drawn_looks[group], firm.drawn_hits[group] = number, looks, hits
        month.totals.looks += firm.weight * looks
        month.totals.finds += firm.weight * hits


def draw_binomial(
    month: ReferenceMonth, process: str, firm: ReferenceFirm, group: int, trials: float, chance: float
) -> float:
    """Successes in so many trials, from one uniform (the transform is shared with the fast model)."""
    if trials == 0.0:
        return 0.0
    luck = month.uniform(process, firm, group)
    return float(binomial(np.array([luck]), np.array([trials]), np.array([chance]))[0])


def clearance_hours(month: ReferenceMonth, listing: Listing) -> float:
    """Mean hours from declaration to release: papers, processing, looks and the district's queue.

    The reported national mean contains usual papers and looks; the rest of it is processing.
    """
    if not listing.abroad:
        return 0.0
    firm, p, levers, district = listing.firm, month.p, month.levers, district_of(month, listing)
    usual = p["customs.document_hours"] + p["customs.rate_ordinary"] * p["customs.look_hours"]
    processing = max(levers.of(firm, "export_clearance_hours", district.code, listing.mode) - usual, 0.0)
    papers = levers.of(firm, "document_hours", listing.mode)
    if firm.belt.pilot_zone:
        papers *= 1.0 - p["customs.zone_relief"]
    looked = firm.drawn_looks[listing.group] / max(firm.whole_lots[listing.group], 1.0)
    return papers + processing + looked * p["customs.look_hours"] + district.wait_hours


def delivered_days(month: ReferenceMonth, listing: Listing) -> float:
    """Days a buyer waits. Stock abroad was cleared before the order; what found no room there travels directly."""
    firm, levers = listing.firm, month.levers
    days = listing.way.days
    if listing.stored:
        direct = month.way(firm.belt.code, listing.market, DIRECT_PARCEL)
        days = (1.0 - listing.overflow) * days + listing.overflow * direct.days
    else:
        days += (listing.clearance_hours + hours_outside(month, listing)) / 24.0
    if listing.abroad:  # days that a lever adds for all are in the way's days already
        place = "delivery_days", listing.market, listing.mode
        days += levers.of(firm, *place) - levers.value(*place)
    return days


def audit(month: ReferenceMonth, firm: ReferenceFirm) -> None:
    """Audits after clearance: what they find is fined and remembered, but the goods have left."""
    rates = month.levers
    firm.audits = sum(one.lots * rates.value("audit_rate", one.mode) for one in firm.listings if one.abroad)
    firm.audit_finds = firm.audits * firm.bad * month.p["customs.power"]


def arrive(month: ReferenceMonth) -> None:
    """Lots reach their markets; violations that no look at the border found are among them."""
    for listing in month.listings:
        if listing.abroad:
            lots = listing.firm.weight * listing.lots
            found = min(listing.look_rate * month.p["customs.power"], 1.0)
            market = month.markets[listing.market]
            market.arrived += lots
            market.bad += lots * listing.firm.bad * (1.0 - found)
    month.totals.undetected_lots = sum(market.bad for market in month.markets)


def complain(month: ReferenceMonth) -> None:
    """Some retail buyers abroad dispute their order. It costs the seller, and stays open until it is settled."""
    quality = mean_of_sales(month, "quality")
    for listing in month.listings:
        if listing.nest != RETAIL:
            continue
        firm, market, place = listing.firm, month.markets[listing.market], (listing.market, listing.firm.category)
        listing.disputes = listing.orders * dispute_chance(month, listing, quality)
        firm.dispute_loss += listing.disputes * listing.price * lost_per_dispute(month, place)
        filed = firm.weight * listing.disputes
        market.filed[firm.category] = market.filed.get(firm.category, 0.0) + filed
        market.open += filed * month.levers.value("dispute_days", *place) / 30.0
        market.retail_orders += firm.weight * listing.orders


def dispute_chance(month: ReferenceMonth, listing: Listing, usual_quality: float) -> float:
    """Chance that an order is disputed: poor goods, late goods, goods that customs should have stopped."""
    p, firm = month.p, listing.firm
    place = listing.market, firm.category
    rate = month.dispute_scale * month.levers.value("dispute_rate", *place) * month.levers.value("filing", *place)
    poor = math.exp(p["disputes.quality"] * (usual_quality - firm.quality))
    late = math.exp(p["disputes.delay"] * listing.days)
    bad = firm.bad * (1.0 - min(listing.look_rate * p["customs.power"], 1.0))
    return min(rate * poor * late * (1.0 + p["disputes.violation"] * bad), 1.0)


def lost_per_dispute(month: ReferenceMonth, place: tuple[int, int]) -> float:
    """Orders' values lost per dispute. Those filed only because filing is easy are small."""
    p, filing = month.p, month.levers.value("filing", *place)
    usual = p["disputes.loss"] * month.levers.value("dispute_loss", *place)
    return usual * (1.0 / filing + p["disputes.extra_loss"] * (filing - 1.0) / filing)


def move_trust(month: ReferenceMonth, market: Market) -> None:
    """A market's trust falls with bad lots that arrive and with disputes that are open, both against the usual, and
    heals slowly."""
    p = month.p
    healed = market.trust + p["market.trust_repair"] * (market.usual_trust - market.trust)
    seen = market.bad / market.arrived if market.arrived > 0.0 else market.usual_bad  # nothing arrived, nothing learnt
    waiting = market.open / market.retail_orders if market.retail_orders > 0.0 else market.usual_open
    damage = p["market.trust_damage"] * (seen - market.usual_bad)
    damage += p["market.dispute_damage"] * (waiting - market.usual_open)
    market.trust = min(max(healed - damage, 0.0), 1.0)


# --- records and incentives ----------------------------------------------------------------------------------


def expected_look_rate(month: ReferenceMonth, firm: ReferenceFirm) -> float:
    """A firm's chance that a lot is looked at or audited."""
    lots = sum(listing.lots for listing in firm.listings)
    looked = sum(listing.lots * listing.look_rate for listing in firm.listings)
    return (looked + firm.audits) / max(lots, 1e-12)


def violations_per_look(month: ReferenceMonth, firm: ReferenceFirm) -> float:
    """The record: violations found per look, with a prior; low is good, and volume is no punishment."""
    p = month.p
    return (firm.hits + p["customs.prior_hits"]) / (firm.looks + p["customs.prior_looks"])


def keep_record(month: ReferenceMonth, firm: ReferenceFirm) -> None:
    """Customs remember looks, audits and finds, and forget slowly."""
    kept = 1.0 - month.p["customs.forgetting"]
    firm.looks = kept * firm.looks + sum(firm.drawn_looks) + firm.audits
    firm.hits = kept * firm.hits + sum(firm.drawn_hits) + firm.audit_finds
    worst = 2.0 * month.p["customs.low_record"]
    firm.credit_score = 100.0 * (1.0 - min(violations_per_look(month, firm) / worst, 1.0))


def goods_lost(month: ReferenceMonth, firm: ReferenceFirm) -> float:
    """Yuan of goods seized from a lot that is found in violation."""
    factor = month.levers.value("seizure", firm.category)
    return month.p["customs.seized_share"] * factor * month.p["ship.lot_yuan"]


def adjust_effort(month: ReferenceMonth, firm: ReferenceFirm, look_rate: float) -> None:
    """Effort follows the expected penalty of a lot over the cost of complying: who is looked at less complies less."""
    p, wages = month.p, month.wages()
    penalty = p["customs.fine_yuan"] * wages + p["customs.seized_share"] * p["ship.lot_yuan"]
    gain = firm.propensity * look_rate * p["customs.power"] * penalty
    expected = gain / (p["customs.effort_cost_yuan"] * wages)
    firm.effort += p["customs.effort_speed"] * (expected / (1.0 + expected) - firm.effort)


def credit_tier(month: ReferenceMonth, firm: ReferenceFirm) -> int:
    """A good record, size and age make the top tier; a bad record the low one, until it is forgotten."""
    p, record = month.p, violations_per_look(month, firm)
    if record >= p["customs.low_record"]:
        return LOW
    large = firm.sales_12m >= p["customs.high_sales_yuan"] * month.wages()
    old = firm.months_alive >= p["customs.high_months"]
    return HIGH if record <= p["customs.high_record"] and large and old else ORDINARY
