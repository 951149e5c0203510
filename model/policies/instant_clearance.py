"""Instant clearance 秒级通关: retail goods are released at once at pilot ports, and imports without holding.

Source paper, section 5, recommendation 2 (P32): no size and no ports. Exports wait about an hour, so abolishing it is
worth next to nothing abroad (core findings); imports wait 33 hours on the mean, felt by buyers of direct mail for about
a day, hardly by those of bonded goods, which are stocked before the order, and as holding cost in general trade. Looks
are saved at random, so violations slip through. Papers are a national system and shrink for all retail lists.
"""

from __future__ import annotations

from model.kernel.declare import Label, Parameter
from model.levers import Effect, Where
from model.policies import Expectation, Policy, Values
from model.programmes import Outlay

_PAPER = "source paper, section 5, recommendation 2 (paper_facts P32): no size given"
_PORTS = ("shanghai", "ningbo", "hangzhou", "guangzhou", "zhengzhou", "chongqing")
_RETAIL = ("direct_parcel", "full_hosting", "post")


def _ports(values: Values, where: Where) -> tuple[str, ...]:
    """Pilot ports within the restriction."""
    return where.and_("gateway", values["ports"]).get("gateway") or ()


def _effects(values: Values, where: Where) -> list[Effect]:
    here = where.and_("gateway", values["ports"]).and_("mode", _RETAIL)
    effects = [
        Effect("export_clearance_hours", "multiply", values["hours_factor"], here),
        Effect("inspection_rate", "multiply", values["look_factor"], here),
    ]
    if where.get("gateway") is None:  # what the nation's systems do is no part of a trial at one port
        effects += [
            Effect("document_hours", "multiply", values["document_factor"], where.and_("mode", _RETAIL)),
            Effect("import_clearance_hours", "multiply", values["import_factor"]),
            Effect("import_days", "add", -values["bonded_days"], Where().and_("import_channel", ["bonded"])),
        ]
    return effects


def _outlays(values: Values, where: Where) -> list[Outlay]:
    return [Outlay("instant_clearance", "labour", len(_ports(values, where)) * values["port_yuan"] / 12.0)]


POLICY = Policy(
    id="instant_clearance",
    label=Label("Instant clearance", "秒级通关"),
    section="5, recommendation 2",
    group="supply_chain",
    payer="government",
    parameters=(
        Parameter(
            "ports", _PORTS, None, None, "names",
            Label("Pilot ports", "试点口岸"), "the first cities with retail imports (2012-13)", "assumed",
            members="gateway",
        ),
        Parameter(
            "hours_factor", 0.1, 0.0, 1.0, "factor",
            Label("Hours of processing, retail exports", "零售出口处理时间系数"), _PAPER, "assumed", step=0.05,
        ),
        Parameter(
            "document_factor", 0.2, 0.0, 1.0, "factor",
            Label("Hours of papers, retail exports", "零售出口单证时间系数"), _PAPER, "assumed", step=0.05,
        ),
        Parameter(
            "look_factor", 0.3, 0.0, 1.0, "factor",
            Label("Looks that are left, retail exports", "零售出口查验系数"), _PAPER, "assumed", step=0.05,
        ),
        Parameter(
            "import_factor", 0.03, 0.0, 1.0, "factor",
            Label("Hours of import clearance that are left", "进口通关时间系数"),
            "32 hours of 2022 (customs.csv) become one", "assumed", step=0.01,
        ),
        Parameter(
            "bonded_days", 0.1, 0.0, 0.5, "days",
            Label("Days saved by bonded goods", "保税商品缩短天数"),
            "lists clear in minutes; the rest is the release from the zone", "assumed", step=0.05,
        ),
        Parameter(
            "port_yuan", 1.0e7, 0.0, 1.0e8, "yuan per year",
            Label("System cost of a port", "单个口岸系统费用"), "no source", "assumed", step=1.0e6,
        ),
    ),
    expects=(
        Expectation("clearance_hours", "down", "channel", {"mode": _RETAIL}),
        Expectation("import_value", "up", "channel", {"import_channel": ("direct_mail",)}),
        Expectation("import_value", "up", "outcome"),
        Expectation("undetected_violation_rate", "up", "side_effect"),
        # Exports are not claimed: an hour less is worth less than a tenth of a per cent of them.
    ),
    where_keys=("gateway",),
    effects=_effects,
    outlays=_outlays,
    doc=Label(
        "Retail goods are released at once: an hour of exports, a day of direct mail, and fewer violations are found.",
        "零售商品即时放行：出口省一小时，直邮进口省一天，查获的违规随之减少。",
    ),
)  # fmt: skip
