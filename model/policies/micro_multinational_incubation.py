"""Micro-multinational incubation 微型跨国企业培育: traffic and language support for a thousand small sellers.

Source paper, section 5, recommendation 3: firms with yearly sales below 5 million yuan, 1 000 places. A platform has no
more buyers for it: what it shows of the chosen it does not show of others, so most of the gain is taken from sellers
that were not chosen. Support lasts twelve months and is not given twice.
"""

from __future__ import annotations

import math

from model.kernel.declare import Label, Parameter
from model.levers import PROGRAMME, Effect, Where
from model.policies import Adds, Expectation, Policy, Values
from model.programmes import Outlay, Programme

_PAPER = "source paper, section 5, recommendation 3 (paper_facts P35, P36)"
_ID = "micro_multinational_incubation"
_RETAIL = ("direct_parcel", "overseas_warehouse", "post")


def _programmes(values: Values, where: Where) -> list[Programme]:
    return [
        Programme(
            account=_ID, where=where, places=values["places"], intake_months=int(values["intake_months"]),
            months=int(values["months"]), most_sales=values["most_sales_yuan"],
            yuan_per_member=values["support_yuan"] / 12.0, payee="platforms",
        )
    ]  # fmt: skip


def _effects(values: Values, where: Where) -> list[Effect]:
    enrolled = Where().and_(PROGRAMME, (_ID,)).and_("mode", _RETAIL)
    return [Effect("reach", "multiply", math.exp(values["boost"]), enrolled)]


def _outlays(values: Values, where: Where) -> list[Outlay]:
    return [Outlay(_ID, "labour", values["administration_yuan"] / 12.0)]


POLICY = Policy(
    id=_ID,
    label=Label("Micro-multinational incubation", "微型跨国企业培育"),
    section="5, recommendation 3",
    group="enterprise",
    payer="government",
    parameters=(
        Parameter(
            "places", 1000.0, 0.0, 20000.0, "firms",
            Label("Places in total", "培育名额"), _PAPER, "paper", paper=1000.0, step=100.0,
        ),
        Parameter(
            "most_sales_yuan", 5.0e6, 1.0e5, 5.0e7, "yuan per year",
            Label("Sales below which a firm may apply", "申请企业年销售额上限"), _PAPER, "paper", paper=5.0e6,
            step=5.0e5,
        ),
        Parameter(
            "months", 12, 1, 60, "months",
            Label("Months of support", "培育期限"), "the paper names no length; a year", "assumed", integer=True,
            step=1,
        ),
        Parameter(
            "intake_months", 6, 1, 36, "months",
            Label("Months over which places open", "名额开放月数"), "the paper names no horizon", "assumed",
            integer=True, step=1,
        ),
        Parameter(
            "boost", 0.25, 0.0, 0.5, "log pull",
            Label("Pull given by traffic and language support", "流量与多语种支持带来的吸引力"),
            "prototype of the export core: 0.25, up to 0.5; the paper names no size", "assumed", step=0.05,
        ),
        Parameter(
            "support_yuan", 6.0e4, 0.0, 6.0e5, "yuan per firm and year",
            Label("Cost of support for a firm", "单家企业培育成本"),
            "the paper names no cost; traffic at about a hundredth of the sales ceiling", "assumed", step=5.0e3,
        ),
        Parameter(
            "administration_yuan", 5.0e6, 0.0, 5.0e7, "yuan per year",
            Label("Running the programme", "项目管理费用"), "a twelfth of the support", "assumed", step=5.0e5,
        ),
    ),
    expects=(
        # Claimed for the year in which places are filled: support lasts twelve months and little of it stays.
        Expectation("exports", "up", "channel", year=1, among="supported"),
        Expectation("sales", "up", "outcome", year=1, among="supported"),
        Expectation("exports", "down", "side_effect", year=1, among="others"),
    ),
    unmoved=("import_value", "import_varieties"),
    where_keys=("belt", "city", "province", "category", "size", "pilot_zone"),
    effects=_effects,
    outlays=_outlays,
    programmes=_programmes,
    adds=Adds("little_giants"),
    doc=Label(
        "Gives a thousand small sellers traffic and language support for a year; platforms take it from other sellers.",
        "为千家小微卖家提供一年流量与多语种支持，平台流量由其他卖家让出。",
    ),
)  # fmt: skip
