"""Nodes of the trade graph in words, for pictures and tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from experiments.belts import belt_label
from experiments.facts import Fact
from experiments.words import member_label
from model.kernel.declare import Label
from model.kernel.members import CATEGORIES, GATEWAY_KINDS, MODES

if TYPE_CHECKING:
    from model.world.places import World

DIRECT: Final = "hub:"
"""Key of the node that stands for goods which pass no hub."""


@dataclass(frozen=True)
class Place:
    """A node in words. `key` is its name in the trade graph; `regions` are a market's."""

    key: str
    kind: str
    label: Label
    province: Label | None = None
    category: str = ""
    regions: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


PROVINCE = Label("Province", "省份")
CATEGORY = Label("Goods", "品类")
SHARE = Label("Share of exports in the evidence", "证据中的出口占比")


def places_of(world: World) -> dict[str, Place]:
    """Every node of the picture by its key."""
    found = [*_belts(world), *_gateways(world), *_hubs(world), *_platforms(world), *_markets(world)]
    return {place.key: place for place in found}


def _province(world: World, code: int) -> Label:
    return Label(world.province_ids[code], world.province_zh[code])


def _belts(world: World) -> Iterable[Place]:
    for code, name in enumerate(world.belt_ids):
        category = CATEGORIES[world.belt_category[code]]
        province = _province(world, world.belt_province[code])
        facts = (
            Fact(PROVINCE, province),
            Fact(CATEGORY, member_label("category", category)),
            Fact(SHARE, float(world.belt_share_of_exports[code]), "share"),
            Fact(Label("Mean retail order", "平均零售订单"), float(world.belt_order_value[code]), "yuan"),
            Fact(Label("Foreign inputs", "国外投入占比"), float(world.belt_foreign_share[code]), "share"),
        )
        yield Place(f"belt:{name}", "belt", belt_label(world, code), province, category, (), facts)


_LIES: Final = {
    "coastal": Label("on the coast", "沿海"),
    "inland": Label("inland", "内陆"),
    "border": Label("at a land border", "沿边"),
}


def _gateways(world: World) -> Iterable[Place]:
    for code, name in enumerate(world.gateway_ids):
        province = _province(world, world.gateway_province[code])
        facts = (
            Fact(PROVINCE, province),
            Fact(Label("Lies", "位置"), _LIES[GATEWAY_KINDS[world.gateway_kind[code]]]),
            Fact(SHARE, float(world.gateway_share[code]), "share"),
        )
        yield Place(f"gateway:{name}", "gateway", member_label("gateway", name), province, facts=facts)


def _hubs(world: World) -> Iterable[Place]:
    yield Place(DIRECT, "hub", Label("No hub, straight to the buyer", "不经海外仓直达"))
    for code, name in enumerate(world.hub_ids):
        market = world.hub_market[code]
        facts = (
            Fact(Label("Country", "所在国家"), Label(world.market_en[market], world.market_zh[market])),
            Fact(Label("Rent per month", "月租金"), float(world.hub_rent[code]), "yuan per m2"),
            Fact(Label("Building cost", "建设成本"), float(world.hub_build_cost[code]), "yuan per m2"),
            Fact(Label("Last mile", "尾程"), float(world.hub_last_mile_days[code]), "days"),
        )
        yield Place(f"hub:{name}", "hub", member_label("hub", name), facts=facts)


def _platforms(world: World) -> Iterable[Place]:
    for code, name in enumerate(world.platform_ids):
        modes = [
            member_label("mode", mode) for mode, used in zip(MODES, world.platform_modes[code], strict=True) if used
        ]
        allowed = Label(", ".join(one.en for one in modes), "、".join(one.zh for one in modes))
        facts = (
            Fact(Label("Commission", "佣金率"), float(world.platform_commission[code]), "share"),
            Fact(Label("Ways of fulfilment", "履约方式"), allowed),
        )
        yield Place(f"platform:{name}", "platform", member_label("platform", name), facts=facts)
    yield Place("platform:none", "platform", Label("No platform", "不经平台"))


def _markets(world: World) -> Iterable[Place]:
    online = world.market_online_retail[:, -1]
    for code, name in enumerate(world.market_ids):
        regions = world.market_regions[code]
        words = [member_label("region", region) for region in regions]
        facts = (
            Fact(Label("Regions", "区域"), Label(", ".join(w.en for w in words), "、".join(w.zh for w in words))),
            Fact(Label("Online retail, last year known", "网络零售额（最近年份）"), float(online[code]), "yuan"),
            Fact(Label("Trust in goods at the start", "期初信任度"), float(world.market_trust[code]), "index"),
        )
        yield Place(f"market:{name}", "market", member_label("market", name), regions=tuple(regions), facts=facts)
