"""What every lever is before any policy, shock or dated rule: from evidence, from a parameter, or its neutral value."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from model.kernel.declare import Parameters
from model.kernel.members import B2B_BULK, HIGH, LOW, MODES, TIERS, TRADITIONAL, WAREHOUSE
from model.levers import LEVERS, axis_members
from model.world.places import World
from model.world.routes import RouteTable

Floats = NDArray[np.float64]

BUSINESS = (B2B_BULK, TRADITIONAL, WAREHOUSE)  # declared in bulk: customs sees the certified trader


def zones_in_force(world: World, month: int) -> NDArray[np.bool_]:
    """Belts whose city has a pilot zone in `month`; shape [belt]."""
    return np.asarray((world.belt_zone_from <= month) & (world.belt_zone_until >= month))


def lever_bases(world: World, p: Parameters, plain: RouteTable, month: int) -> Mapping[str, Floats]:
    """Base of every lever over its axes. `plain` are the routes before any lever moved a leg."""
    bases = {
        spec.id: np.full(_shape(spec.axes, world), np.nan if spec.neutral is None else spec.neutral) for spec in LEVERS
    }
    markets, modes = world.n_mkt, len(MODES)

    def flat(value: Floats | float, shape: tuple[int, ...]) -> Floats:
        return np.broadcast_to(np.asarray(value, dtype=np.float64), shape).copy()

    bases["inspection_rate"] = _inspection(world, p)
    bases["export_clearance_hours"][:] = p["customs.export_hours_base"]
    bases["import_clearance_hours"] = np.array(p["customs.import_hours_base"])
    bases["document_hours"][:] = p["customs.document_hours"]
    bases["freight_yuan_per_kg"] = _freight(plain)
    bases["duty_rate"] = flat(world.market_duty[:, :, None], (markets, world.market_duty.shape[1], modes))
    bases["market_vat_rate"] = flat(world.market_vat, (markets,))
    bases["de_minimis_yuan"] = flat(world.market_duty_de_minimis[:, None], (markets, modes))
    bases["vat_de_minimis_yuan"] = flat(world.market_vat_de_minimis[:, None], (markets, modes))
    bases["rebate_rate"][:] = p["tax.rebate_rate"]
    bases["rebate_days"][:] = p["tax.rebate_days"]
    bases["settlement_days"][:] = p["tax.settlement_days"]
    bases["showroom_days"][:] = p["ship.showroom_days"]
    bases["hosted_margin"] = np.array(p["firm.hosted_margin"])
    bases["listing_cost"] = _listing_cost(world, p)
    bases["platform_fee"] = flat(world.platform_commission[:, None], (world.n_plat, markets))
    bases["payment_fee"][:] = p["tax.payment_fee"]
    bases["tool_price"] = np.array(p["learn.tool_price_yuan"])
    bases["building_cost"] = world.hub_build_cost.astype(np.float64).copy()
    bases["home_channel_cost"] = np.array(p["plan.sunk_home_yuan"])
    bases["dispute_days"][:] = p["disputes.days"]
    bases["preference_use"][:] = p["market.preference_use"]
    bases["pilot_zone"] = zones_in_force(world, month).astype(np.float64)
    bases["exchange_rate"][:] = base_year_rate(world)
    bases["import_tax_share"] = np.array(p["imports.tax_share"])
    return bases


def base_year_rate(world: World) -> float:
    """Yuan per USD in the base year, where no dated history sets the rate."""
    table = world.tables["fx_cny_per_usd"].set_index("year")["cny_per_usd"]
    return float(table[world.years[0]])


def _shape(axes: tuple[str, ...], world: World) -> tuple[int, ...]:
    return tuple(len(axis_members(axis, world)) for axis in axes)


def _inspection(world: World, p: Parameters) -> Floats:
    """Retail lists are looked at alike whatever the tier; bulk declarations by the trader's customs rating."""
    table = np.full((world.n_gate, 9, len(MODES), len(TIERS)), p["customs.rate_ordinary"])
    for mode in BUSINESS:
        table[:, :, mode, HIGH] = p["customs.rate_certified"]
        table[:, :, mode, LOW] = p["customs.rate_discredited"]
    return table


def _freight(plain: RouteTable) -> Floats:
    """Mean yuan per kg over belts before any lever; shape [market, mode]. Levers act relative to it."""
    cost = np.where(plain.feasible, plain.yuan_per_kg, np.nan)
    with np.errstate(invalid="ignore"):
        count = plain.feasible.sum(axis=0)
        mean = np.nansum(cost, axis=0) / np.maximum(count, 1)
    return np.asarray(np.where(count > 0, mean, 1.0))


def _listing_cost(world: World, p: Parameters) -> Floats:
    """Upkeep of a listing, yuan per month; shape [market, mode]."""
    table = np.full((world.n_mkt, len(MODES)), p["plan.upkeep_consumer_yuan"])
    table[:, [B2B_BULK, TRADITIONAL]] = p["plan.upkeep_business_yuan"]
    table[:, WAREHOUSE] += p["plan.upkeep_warehouse_yuan"]
    return table


def value_of_day(p: Parameters) -> Floats:
    """Yuan per kg that a day costs in route choice; shape [mode]. Nobody waits for stock and bulk on their way."""
    value = np.full(len(MODES), p["ship.value_of_time"])
    value[[*BUSINESS]] *= p["ship.stock_time_share"]
    return value
