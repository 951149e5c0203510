"""Full hosting 全托管推广: the offer to sell through a platform that runs the shop reaches more belts.

One of the supply-chain policies of the source paper, section 5, recommendation 2; no number of it is on record
(paper_facts.csv). A hosted listing costs less to open and needs no skill abroad, and the platform brings traffic; in
return it sets the factory price and keeps the brand. Whether more firms are founded is open: hosting draws sellers out
of their own shops.
"""

from __future__ import annotations

from model.kernel.declare import Label, Parameter
from model.levers import EVERYWHERE, Effect, Where
from model.policies import Expectation, Policy, Values
from model.programmes import Outlay

_HOSTED = ("full_hosting",)
_PROTOTYPE = "no source: the size tried in a prototype of the export core"


def _effects(values: Values, where: Where) -> list[Effect]:
    hosted = where.and_("mode", _HOSTED)
    return [
        Effect("entry_cost", "multiply", 1.0 - values["entry_relief"], hosted),
        Effect("reach", "multiply", values["reach"], hosted),
        # The factory price is the platform's own rule: it knows no places.
        Effect("hosted_margin", "multiply", 1.0 - values["squeeze"], EVERYWHERE),
    ]


def _outlays(values: Values, where: Where) -> list[Outlay]:
    return [Outlay("full_hosting", "platforms", values["promotion_yuan"] / 12.0)]


POLICY = Policy(
    id="full_hosting",
    label=Label("Spread of full hosting", "全托管模式推广"),
    section="5, recommendation 2",
    group="supply_chain",
    payer="government",
    parameters=(
        Parameter(
            "entry_relief", 0.5, 0.0, 1.0, "share of entry cost",
            Label("Cost of opening a hosted listing saved", "全托管开设成本减免"), _PROTOTYPE, "assumed", step=0.05,
        ),
        Parameter(
            "reach", 1.16, 0.58, 2.5, "factor",
            Label("Reach of hosted listings", "全托管触达系数"), _PROTOTYPE + " (0.15 in logs)", "assumed", step=0.02,
        ),
        Parameter(
            "squeeze", 0.1, 0.0, 0.5, "share of margin",
            Label("Hosted margin that goes to the platform", "工厂价压价比例"),
            "no source: platforms let suppliers bid for the factory price", "assumed", step=0.02,
        ),
        Parameter(
            "promotion_yuan", 1.0e8, 0.0, 1.0e9, "yuan per year",
            Label("Promotion in the belts", "产业带推广费用"), "no source: about a million yuan a belt", "assumed",
            step=1.0e7,
        ),
    ),
    expects=(
        Expectation("listings", "up", "channel", {"mode": _HOSTED}),
        Expectation("export_value", "up", "outcome"),
        Expectation("hosted_margin", "down", "side_effect"),
        # No claim on concentration: it rises in the mean, since hosting sells a seventh of exports, not in every seed.
        # No claim on entry: its sign is open.
    ),
    unmoved=("import_value", "import_varieties"),
    where_keys=("market", "region"),
    effects=_effects,
    outlays=_outlays,
    doc=Label(
        "More belts sell through platforms that run the shop: cheap to enter, at a factory price the platform sets.",
        "更多产业带通过全托管平台出海：进入门槛低，但出厂价由平台决定。",
    ),
)  # fmt: skip
