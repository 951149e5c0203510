"""Credit-tiered inspection 负面清单与信用分级查验: retail exports are looked at by the firm's customs record.

Source paper, section 5, recommendation 1: a negative list plus fewer checks for high credit in B2C trade. The paper
names neither rates nor goods: factors are assumed and the list is empty unless a scenario fills it. Looks saved on
good records shorten the queue for all; newcomers have no record and wait longer; a firm that is looked at less has
less reason to comply.
"""

from __future__ import annotations

from model.kernel.declare import Label, Parameter
from model.levers import Effect, Where
from model.policies import Expectation, Policy, Values
from model.programmes import Outlay

_PAPER = "source paper, section 5, recommendation 1 (paper_facts P26): no rate given"
_RATES = "ratio of certified to ordinary firms' rates in 2019, 0.57 / 2.44 (customs.csv), rounded up"
_RETAIL = ("direct_parcel", "full_hosting", "post")


def _effects(values: Values, where: Where) -> list[Effect]:
    retail = where.and_("mode", _RETAIL)
    effects = [
        Effect("inspection_rate", "multiply", values["high_tier_factor"], retail.and_("tier", ["high"])),
        Effect("inspection_rate", "multiply", values["low_tier_factor"], retail.and_("tier", ["low"])),
        Effect("newcomer_factor", "multiply", values["newcomer_factor"], retail),
    ]
    if values["negative_list"]:
        listed = retail.and_("category", values["negative_list"])
        effects.append(Effect("inspection_rate", "set", 1.0, listed))
    return effects


def _outlays(values: Values, where: Where) -> list[Outlay]:
    return [Outlay("credit_tiered_inspection", "labour", values["system_yuan"] / 12.0)]


POLICY = Policy(
    id="credit_tiered_inspection",
    label=Label("Credit-tiered inspection", "负面清单与信用分级查验"),
    section="5, recommendation 1",
    group="regulation",
    payer="government",
    parameters=(
        Parameter(
            "high_tier_factor", 0.3, 0.0, 1.0, "factor",
            Label("Inspection of high-credit firms", "高信用企业查验系数"), _RATES, "assumed", step=0.05,
        ),
        Parameter(
            "low_tier_factor", 3.0, 1.0, 40.0, "factor",
            Label("Inspection of low-credit firms", "低信用企业查验系数"), _PAPER, "assumed", step=0.5,
        ),
        Parameter(
            "newcomer_factor", 1.5, 0.75, 5.0, "factor",
            Label("Inspection of firms without a record", "无记录企业查验系数"), _PAPER, "assumed", step=0.1,
        ),
        Parameter(
            "negative_list", (), None, None, "categories",
            Label("Goods always looked at", "负面清单品类"), _PAPER, "paper", members="category",
        ),
        Parameter(
            "system_yuan", 4.0e7, 0.0, 4.0e8, "yuan per year",
            Label("Credit register and data", "信用系统运行费用"),
            "22 districts at about 2 million yuan a year", "assumed", step=1.0e6,
        ),
    ),
    expects=(
        Expectation("retail_inspection_rate", "down", "channel", {"tier": ("high",)}),
        Expectation("retail_inspection_rate", "up", "channel", {"tier": ("low",)}),
        Expectation("clearance_hours", "down", "outcome", {"tier": ("high",)}),
        Expectation("clearance_hours_newcomers", "up", "side_effect"),
        Expectation("violation_rate", "up", "side_effect", {"tier": ("high",)}),
    ),
    unmoved=("import_value", "import_varieties"),
    where_keys=("mode", "channel", "category", "gateway"),
    effects=_effects,
    outlays=_outlays,
    doc=Label(
        "Inspections follow the firm's record; the inspectors set free shorten the queue.",
        "查验随企业信用记录而定，节省的查验力量用于缩短排队。",
    ),
)  # fmt: skip
