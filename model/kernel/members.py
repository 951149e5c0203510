"""Closed lists of codes that every floor shares; the order is the code.

The members of a dimension are part of the contract: scripts, scenario files and result tables use these
words. Places (provinces, belts, markets, ...) are not here, they come from the evidence tables.
"""

from __future__ import annotations

from typing import Final

CATEGORIES: Final = (
    "apparel",
    "electronics",
    "home_garden",
    "toys_sports",
    "beauty",
    "food_fresh",
    "food_health",
    "other_consumer",
    "industrial",
)
MODES: Final = (
    "post",
    "direct_parcel",
    "overseas_warehouse",
    "full_hosting",
    "b2b_bulk",
    "traditional",
)
POST, DIRECT, WAREHOUSE, HOSTED, B2B_BULK, TRADITIONAL = range(6)
HOME_OUTLET: Final = 6  # the mode code of a home listing; not a fulfilment mode abroad

RETAIL, B2B, HOME = range(3)  # demand nests
NESTS: Final = ("retail", "b2b", "home")
NEST_OF_MODE: Final = (RETAIL, RETAIL, RETAIL, RETAIL, B2B, B2B, HOME)

CHANNELS: Final = ("9610", "9710", "9810", "1210", "0110")
"""Customs supervision modes (监管方式): retail direct, B2B direct, to overseas warehouse, bonded, general trade."""
CHANNEL_OF_MODE: Final = ("9610", "9610", "9810", "9610", "9710", "0110")

IMPORT_CHANNELS: Final = ("bonded", "direct_mail", "general_trade")
BONDED, DIRECT_MAIL, GENERAL_TRADE = range(3)

TIERS: Final = ("low", "ordinary", "high")
LOW, ORDINARY, HIGH = range(3)

SIZES: Final = ("micro", "small", "medium", "large")
SMALL_SALES_YUAN: Final = 5.0e6  # the paper's ceiling for firms to be incubated (paper_facts P35)
SIZE_BOUNDS_YUAN: Final = (1.0e6, SMALL_SALES_YUAN, 2.0e8)
"""Trailing twelve-month sales at which micro, small and medium firms end (contract)."""

SECTORS: Final = (
    "smes",
    "platforms",
    "logistics",
    "warehouses",
    "suppliers",
    "labour",
    "banks",
    "government",
    "consumers",
    "world",
)

GATEWAY_KINDS: Final = ("coastal", "inland", "border")

SHOCK_KINDS: Final = (
    "tariff",
    "de_minimis",
    "demand",
    "exchange_rate",
    "freight",
    "gateway_closure",
    "supplier_loss",
    "platform_ban",
)
