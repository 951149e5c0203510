"""Traceability code 一物一码追溯: every item sent abroad carries a code that proves what it is and where it was made.

Source paper, section 5, recommendation 1: a national traceability standard for cross-border e-commerce, one code per
item, on the model of the RCEP rules of origin. The paper gives no cost and no size of any effect, so all numbers here
are assumed. Sellers pay per item, which is little on a dear good and much on a cheap one; the government pays for the
platform. Fewer orders are disputed, fewer goods are seized, and more exporters can prove an origin that saves duty;
with less to lose at the border sellers have less reason to comply.
"""

from __future__ import annotations

from model.kernel.declare import Label, Parameter
from model.levers import Effect, Where
from model.policies import Expectation, Policy, Values
from model.programmes import Outlay

_PAPER = "source paper, section 5, recommendation 1 (paper_facts P24): no size given"
_CHEAP = {"category": ("apparel", "food_health", "other_consumer")}
"""Goods of the lowest mean order value."""


def _effects(values: Values, where: Where) -> list[Effect]:
    return [
        Effect("item_cost_yuan", "add", values["item_cost_yuan"], where),
        Effect("dispute_rate", "multiply", 1.0 - values["disputes_avoided"], where),
        Effect("seizure", "multiply", 1.0 - values["seizures_avoided"], where),
        Effect("preference_use", "add", values["preference_points"], where),
    ]


def _outlays(values: Values, where: Where) -> list[Outlay]:
    return [Outlay("traceability_code", "labour", values["platform_yuan"] / 12.0)]


POLICY = Policy(
    id="traceability_code",
    label=Label("Traceability code", "一物一码追溯"),
    section="5, recommendation 1",
    group="regulation",
    payer="smes",
    parameters=(
        Parameter(
            "item_cost_yuan", 0.3, 0.1, 1.0, "yuan per item",
            Label("Cost of a code per item, paid by the seller", "单件赋码成本（企业承担）"),
            "no source: printing, labelling and registration; in yuan of 2019, rising with wages", "assumed", step=0.05,
        ),
        Parameter(
            "disputes_avoided", 0.3, 0.0, 0.9, "share",
            Label("Disputes avoided", "减少纠纷比例"), _PAPER, "assumed", step=0.05,
        ),
        Parameter(
            "seizures_avoided", 0.3, 0.0, 0.9, "share",
            Label("Seizures avoided", "减少没收比例"), _PAPER, "assumed", step=0.05,
        ),
        Parameter(
            "preference_points", 0.05, 0.0, 0.5, "share",
            Label("More exports that use the origin preference", "原产地优惠利用率提高"), _PAPER, "assumed", step=0.01,
        ),
        Parameter(
            "platform_yuan", 5.0e7, 0.0, 5.0e8, "yuan per year",
            Label("Running the national platform", "国家追溯平台运行费用"),
            "no source: the size of a national customs system's upkeep", "assumed", step=5.0e6,
        ),
    ),
    expects=(
        Expectation("dispute_rate", "down", "channel"),
        Expectation("preference_use", "up", "channel"),
        # The share of ASEAN is not claimed: the preference adds about a tenth of a per cent to exports there in three
        # years, and goods sold there are cheap ones, which bear the codes' cost most. The two about cancel.
        Expectation("market_trust", "up", "outcome"),
        Expectation("sme_margin", "down", "side_effect", _CHEAP),
    ),
    unmoved=("import_value", "import_varieties"),
    where_keys=("category",),
    effects=_effects,
    outlays=_outlays,
    doc=Label(
        "A code on every item: fewer disputes and seizures, proof of origin; the cost weighs on cheap goods.",
        "每件商品赋码：减少纠纷与没收，可证明原产地；低价商品负担较重。",
    ),
)  # fmt: skip
