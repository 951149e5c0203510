"""Single declaration 关检汇税四单协同: customs, inspection, currency and tax read one set of papers in the pilot zones.

Source paper, section 5, recommendation 1: the four data sets are joined in Hangzhou and Shenzhen first, with one
declaration. The paper gives no hours and no days. Firms in pilot zones spend less time on papers, and rebate and
currency come earlier: what is worth most is the cash. The queue of a district and the looks at lots are as before, so
where the queue binds hardly anything is gained.
"""

from __future__ import annotations

from dataclasses import replace

from model.kernel.declare import Label, Parameter
from model.levers import Effect, Where
from model.policies import Expectation, Policy, Values
from model.programmes import Outlay

_PAPER = "source paper, section 5, recommendation 1 (paper_facts P25): no size given"


def _effects(values: Values, where: Where) -> list[Effect]:
    zones = replace(where, pilot_zone=True)
    return [
        Effect("document_hours", "multiply", values["document_factor"], zones),
        Effect("rebate_days", "add", -values["rebate_days"], zones),
        Effect("settlement_days", "add", -values["settlement_days"], zones),
    ]


def _outlays(values: Values, where: Where) -> list[Outlay]:
    """A system for every zone, or for every city that the scenario names."""
    cities = where.get("city")
    zones = values["zones"] if cities is None else len(cities)
    return [Outlay("single_declaration", "labour", values["system_yuan"] * zones / 12.0)]


POLICY = Policy(
    id="single_declaration",
    label=Label("Single declaration", "关检汇税四单协同"),
    section="5, recommendation 1",
    group="regulation",
    payer="government",
    parameters=(
        Parameter(
            "document_factor", 0.2, 0.0, 1.0, "factor",
            Label("Paperwork left", "单证时间剩余系数"), _PAPER + "; half an hour to 0.1 hours", "assumed", step=0.05,
        ),
        Parameter(
            "rebate_days", 3.0, 0.0, 6.0, "days",
            Label("Rebate earlier by", "退税提前天数"),
            "half of what the rebate took in 2022, 6 working days (from memory)", "assumed", step=0.5,
        ),
        Parameter(
            "settlement_days", 3.0, 0.0, 6.0, "days",
            Label("Currency earlier by", "结汇提前天数"), _PAPER, "assumed", step=0.5,
        ),
        Parameter(
            "zones", 165, 1, 200, "zones",
            Label("Pilot zones that get the system", "接入系统的综试区数"),
            "pilot_zones.csv: 165 from November 2022 to April 2025; the paper says 169 (paper_facts P03)", "verified",
            step=1, integer=True,
        ),
        Parameter(
            "system_yuan", 2.0e6, 0.0, 2.0e7, "yuan per zone and year",
            Label("System of a zone", "每个综试区系统费用"),
            "no source: a team of about ten and its servers", "assumed", step=1.0e5,
        ),
    ),
    expects=(
        Expectation("clearance_hours", "down", "channel"),
        Expectation("cash_cycle_days", "down", "channel"),
        Expectation("export_value", "up", "outcome"),
        # About nothing is gained where the queue binds: the hours saved are a smaller part of the wait there.
        Expectation("fiscal_cost", "up", "side_effect"),
    ),
    unmoved=("import_value", "import_varieties"),
    where_keys=("city", "province", "category", "size"),
    effects=_effects,
    outlays=_outlays,
    doc=Label(
        "Firms in pilot zones file once: less paperwork, earlier rebates and currency, the same inspections.",
        "综试区企业一次申报：单证时间缩短，退税与结汇提前，查验不变。",
    ),
)  # fmt: skip
