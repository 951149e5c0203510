"""Small random worlds for the comparison: a few belts and markets, a few dozen firms, and rules that change."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

from model.kernel.calendar import format_month, parse_month
from model.scenario import Scenario, load_scenario, scenario_of_text

MONTHS = 24
CATEGORY_OF_BELT = {
    "yiwu_toys": "toys_sports", "shenzhen_3c_accessories": "electronics", "panyu_fast_fashion": "apparel",
    "jinjiang_shoes": "apparel", "yueqing_electrics": "industrial", "foshan_furniture": "home_garden",
    "keqiao_fabrics": "industrial", "zhengzhou_phones": "electronics", "guangzhou_health_foods": "food_health",
    "kunming_coffee_tea": "food_fresh", "baiyun_cosmetics": "beauty", "urumqi_transit_goods": "other_consumer",
    "shenzhen_components": "industrial", "ningbo_stationery": "other_consumer",
}  # fmt: skip
LINKED_BELTS = ("panyu_fast_fashion", "keqiao_fabrics")
"""The first buys inputs from the second."""
MARKETS = (
    "USA", "VNM", "DEU", "GBR", "JPN", "RUS", "THA", "IDN", "BRA", "KAZ", "ARE", "AUS", "MEX", "KOR", "CHL", "ROW",
)  # fmt: skip
Entry = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A world, a seed and what happens there; `with_` picks from `EVENTS`."""

    name: str
    seed: int
    with_: tuple[str, ...] = ()
    start: str = "2019-01"
    history: str | None = None

    def scenario(self) -> Scenario:
        """The case as a scenario. The draw of places depends on the case's seed only."""
        if self.name == "toy":
            return load_scenario("toy")
        chance = random.Random(self.seed)
        belts = chance.sample(sorted(CATEGORY_OF_BELT), chance.randint(2, 4))
        if "closures" in self.with_:
            belts = list(dict.fromkeys([*LINKED_BELTS, *belts]))[:4]
        markets = list(dict.fromkeys(["USA", "VNM", *chance.sample(MARKETS, 3)]))[: chance.randint(2, 5)]
        document: Entry = {
            "schema": 1, "name": {"en": self.name, "zh": self.name}, "start": self.start, "months": MONTHS,
            "policies_from": format_month(parse_month(self.start) + 3), "scale": 0.05,
            "world": {"belts": belts, "markets": markets, "smes": chance.randint(8, 30)},
        }  # fmt: skip
        if self.history is not None:
            document["history"] = self.history
        for event in self.with_:
            for key, entries in EVENTS[event](belts, chance).items():
                old = document.get(key, type(entries)())
                document[key] = old | entries if isinstance(entries, dict) else old + entries
        return scenario_of_text(json.dumps(document, ensure_ascii=False), self.name)


def both_policies(belts: list[str], chance: random.Random) -> dict[str, Any]:
    """Inspection by credit with a negative list, and the warehouse fund."""
    listed = CATEGORY_OF_BELT[chance.choice(belts)]
    return {
        "policies": {
            "credit_tiered_inspection": {"negative_list": [listed], "ramp_months": 4},
            "overseas_warehouse_fund": {"min_area_m2": 1000},
        },
        "parameters": {"customs.high_sales_yuan": 1.0e7, "customs.high_record": 0.03, "customs.high_months": 12.0},
    }


def border_rules(belts: list[str], chance: random.Random) -> dict[str, Any]:
    """A tariff, the end of a threshold, a fee per parcel, another tax."""
    return {
        "shocks": [
            {"kind": "tariff", "market": "USA", "points": 0.25},
            {"kind": "de_minimis", "market": ["USA", "VNM"], "yuan": 50.0},
        ],
        "levers": [
            {"lever": "parcel_fee_yuan", "add": 20.0, "where": {"market": ["USA"]}},
            {"lever": "market_vat_rate", "set": 0.15, "where": {"market": ["VNM"]}},
        ],
    }


def some_firms(belts: list[str], chance: random.Random) -> dict[str, Any]:
    """Settings that depend on the firm: a random share, size, tier, belt, pilot zone."""
    return {
        "levers": [
            {"lever": "export_clearance_hours", "add": 24, "where": {"share": 0.5, "draw": 7}},
            {"lever": "document_hours", "multiply": 3, "where": {"tier": ["ordinary"], "mode": ["b2b_bulk"]}},
            {"lever": "delivery_days", "add": 2, "where": {"share": 0.4, "draw": 3}},
            {"lever": "rebate_rate", "add": 0.03, "where": {"size": ["micro", "small", "medium"]}},
            {"lever": "rebate_days", "add": 60, "where": {"tier": ["low", "ordinary"]}},
            {"lever": "settlement_days", "set": 25, "where": {"belt": belts[:1]}},
            {"lever": "settlement_days", "add": 9, "where": {"market": ["VNM"]}},
            {"lever": "reach", "multiply": 2, "where": {"share": 0.3, "draw": 5, "mode": ["b2b_bulk"]}},
            {"lever": "listing_cost", "multiply": 1.5, "where": {"size": ["large"]}},
            {"lever": "tool_price", "multiply": 0.1, "where": {"share": 0.5, "draw": 11}},
            {"lever": "home_channel_cost", "multiply": 0.2, "where": {"pilot_zone": True}},
        ]
    }


def closures(belts: list[str], chance: random.Random) -> dict[str, Any]:
    """Customs districts shut in part, a supplier fails, a way of transport carries less."""
    return {
        "shocks": [
            {"kind": "gateway_closure", "gateway": ["shenzhen", "shanghai", "ningbo", "guangzhou"], "capacity": 0.4},
            {"kind": "supplier_loss", "belt": [LINKED_BELTS[1]], "capacity": 0.3},
        ],
        "levers": [
            {"lever": "foreign_input_supply", "set": 0.5, "where": {"belt": belts[:1]}},
            {"lever": "foreign_input_price", "multiply": 1.2, "ramp_months": 3},
            {"lever": "mode_capacity", "multiply": 0.5, "where": {"mode": ["post", "b2b_bulk"]}, "ramp_months": 2},
            {"lever": "mode_capacity", "set": 0.7, "where": {"mode": ["direct_parcel"], "market": ["USA"]}},
        ],
    }


def closer_looks(belts: list[str], chance: random.Random) -> dict[str, Any]:
    """Audits, a peak of inspections, newcomers under watch, violators about."""
    return {
        "levers": [
            {"lever": "audit_rate", "set": 0.15},
            {"lever": "inspection_rate", "multiply": 25, "where": {"mode": ["direct_parcel", "b2b_bulk"]}},
            {"lever": "newcomer_factor", "multiply": 4},
        ],
        "parameters": {
            "customs.violation_rate": 0.06,
            "customs.low_record": 0.03,
            "customs.prior_hits": 0.2,
            "customs.violation_sd": 1.2,
            "customs.effort_cost_yuan": 30.0,
        },
    }


def money(belts: list[str], chance: random.Random) -> dict[str, Any]:
    """The rebate is cut and comes late, currency moves, fees rise, founders have little."""
    return {
        "shocks": [{"kind": "exchange_rate", "market": ["USA"], "change": 0.08}],
        "levers": [
            {"lever": "rebate_rate", "set": 0.09},
            {"lever": "rebate_days", "set": 90, "where": {"mode": ["b2b_bulk"]}},
            {"lever": "payment_fee", "add": 0.02},
            {"lever": "settlement_days", "add": 20},
            {"lever": "listing_cost", "add": 400},
        ],
        "parameters": {"finance.entrant_equity_yuan": 250000.0, "firm.overhead_yuan": 4000.0},
    }


def complaints(belts: list[str], chance: random.Random) -> dict[str, Any]:
    """Codes on goods and a place to settle disputes, both in part of the world; orders are disputed more in one."""
    coded = CATEGORY_OF_BELT[chance.choice(belts)]
    return {
        "policies": {
            "traceability_code": {"where": {"category": [coded]}, "ramp_months": 3},
            "online_dispute_resolution": {"where": {"region": ["ASEAN"]}, "system_yuan": 0.0},
        },
        "levers": [
            {"lever": "dispute_rate", "multiply": 3, "where": {"market": ["USA"]}},
            {"lever": "filing", "set": 0.5, "where": {"market": ["USA"]}},
            {"lever": "item_cost_yuan", "add": 0.5, "where": {"market": ["USA"]}},
            {"lever": "preference_in_force", "set": 1, "where": {"market": ["VNM"]}},
        ],
        "parameters": {"disputes.quality": 2.0, "disputes.delay": 0.05},
    }


def platforms(belts: list[str], chance: random.Random) -> dict[str, Any]:
    """A platform closes, another grows and costs more, reputation is hidden, demand slumps, freight doubles."""
    return {
        "shocks": [
            {"kind": "platform_ban", "platform": ["auction_marketplace"]},
            {"kind": "platform_ban", "platform": ["b2b_marketplace"], "share": 0.2, "draw": 9},
            {"kind": "demand", "market": ["USA"], "factor": 0.7},
            {"kind": "freight", "factor": 2.0, "market": ["VNM"]},
        ],
        "levers": [
            {"lever": "reach", "multiply": 5, "where": {"platform": ["full_hosting"]}},
            {"lever": "platform_fee", "add": 0.05, "where": {"platform": ["global_marketplace"]}},
            {"lever": "reputation_visible", "set": 0.2, "where": {"platform": ["b2b_marketplace"]}},
            {"lever": "pilot_zone", "set": 1},
        ],
        "parameters": {"plan.hosted_pull": 0.0},
    }


def support(belts: list[str], chance: random.Random) -> dict[str, Any]:
    """Grants and places for firms, with caps, budgets and bounds that bind in so small a world."""
    return {
        "policies": {
            "digital_tool_subsidy": {"cap_yuan": 4000.0, "months": 8, "budget_per_year": 40000.0},
            "logistics_subsidy": {
                "cap_yuan": 60000.0, "budget_per_year": 3.0e6, "categories": sorted(set(CATEGORY_OF_BELT.values())),
                "where": {"share": 0.8, "draw": 2}, "ramp_months": 3,
            },
            "micro_multinational_incubation": {"places": 6, "intake_months": 4, "months": 9, "most_sales_yuan": 5.0e7},
            "data_whitelist": {"fee_yuan": 20000.0},
        },
        "levers": [
            {"lever": "mode_capacity", "multiply": 0.8, "where": {"mode": ["direct_parcel"]}},
        ],
    }  # fmt: skip


def lever_policies(belts: list[str], chance: random.Random) -> dict[str, Any]:
    """Earlier money and papers in the zones, audits for looks, cheaper freight, showrooms, hosting."""
    return {
        "policies": {
            "single_declaration": {"ramp_months": 3},
            "b2b_light_touch": {"audit_rate": 0.05, "audit_staffed": 0.6},
            "digital_trade_ports": {"freight_cut": 0.15},
            "front_show_back_store": {"days": 4, "categories": [CATEGORY_OF_BELT[name] for name in sorted(belts)][:1]},
            "full_hosting": {"reach": 2, "squeeze": 0.3},
        },
        "parameters": {"plan.hosted_pull": 0.0},
    }


def imports(belts: list[str], chance: random.Random) -> dict[str, Any]:
    """Live commerce with reach inland, instant clearance, tax on parcels, a boom of imports, slow and dear borders."""
    return {
        "policies": {
            "bonded_live_commerce": {"adoption": 0.5, "pull_gain": 1.07, "inland_reach": 0.3},
            "instant_clearance": {"look_factor": 0.1},
        },
        "levers": [
            {"lever": "import_tax_share", "set": 1.0},
            {"lever": "import_demand", "multiply": 1.3},
            {"lever": "import_days", "add": -12, "where": {"import_channel": ["direct_mail"], "province": ["Tibet"]}},
        ],
        "parameters": {
            "imports.clearance_share": 0.5, "imports.clearance_share_trade": 0.5, "imports.holding_cost": 0.2,
            "imports.review_hazard": 0.12, "imports.buyer_year_yuan": 1600.0,
        },
    }  # fmt: skip


EVENTS = {
    "both_policies": both_policies, "border_rules": border_rules, "some_firms": some_firms, "closures": closures,
    "closer_looks": closer_looks, "money": money, "platforms": platforms, "support": support,
    "lever_policies": lever_policies, "complaints": complaints, "imports": imports,
}  # fmt: skip

CASES = (
    Case("toy", 1),
    Case("history", 11, (), history="2023-12"),
    Case("policies", 12, ("both_policies",)),
    Case("border", 13, ("border_rules",), start="2020-01", history="2023-12"),
    Case("firms", 14, ("some_firms",)),
    Case("closures", 15, ("closures",), start="2021-06", history="2023-12"),
    Case("looks", 16, ("closer_looks", "both_policies")),
    Case("five_more", 20, ("lever_policies",), start="2023-06", history="2023-12"),
    Case("money", 17, ("money",), start="2024-01"),
    Case("platforms", 18, ("platforms", "some_firms"), start="2023-01", history="2023-12"),
    Case("support", 20, ("support",), start="2021-01", history="2023-12"),
    Case("complaints", 20, ("complaints", "some_firms"), start="2020-01"),
    Case("imports", 20, ("imports",), start="2021-01", history="2023-12"),
    Case("everything", 19, tuple(EVENTS), start="2022-01", history="2023-12"),
)
MORE_CASES = tuple(
    Case(
        f"random-{seed}", seed, tuple(random.Random(seed).sample(sorted(EVENTS), 3)),
        start=f"{2018 + seed % 9}-0{1 + seed % 6}", history="2023-12" if seed % 2 else None,
    )
    for seed in range(101, 131)
)  # fmt: skip
