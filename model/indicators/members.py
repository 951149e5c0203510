"""Members of the dimensions by which indicators are broken down."""

from __future__ import annotations

from typing import Final

from model.kernel.members import CATEGORIES, IMPORT_CHANNELS, MODES, SIZES, TIERS
from model.policies import policies
from model.world.places import World

DIMENSIONS: Final = (
    "province", "category", "market", "region", "size", "mode", "platform", "tier", "gateway", "hub",
    "import_channel", "belt", "policy",
)  # fmt: skip


def regions(world: World) -> list[str]:
    """Sets that markets belong to (ASEAN, RCEP, EU, …), sorted."""
    return sorted({name for names in world.market_regions for name in names})


def dimension_members(dimension: str, world: World) -> list[str]:
    """Members of a breakdown's dimension, in the order of its arrays."""
    fixed = {
        "category": CATEGORIES, "mode": MODES, "size": SIZES, "tier": TIERS, "import_channel": IMPORT_CHANNELS,
    }  # fmt: skip
    if dimension in fixed:
        return list(fixed[dimension])
    places = {
        "province": world.province_ids,
        "belt": world.belt_ids,
        "market": world.market_ids,
        "region": regions(world),
        "platform": world.platform_ids,
        "gateway": world.gateway_ids,
        "hub": world.hub_ids,
        "policy": list(policies()),
    }
    return list(places[dimension])
