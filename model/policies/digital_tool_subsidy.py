"""Digital tool subsidy 数字化工具补贴: half the price of ERP and selection tools for firms that start to use them.

Source paper, section 5, recommendation 3: 50 % of the cost, up to 200 000 yuan a firm. The paper does not say whether
once or every year; once is assumed, over the first years of use. Who buys anyway is paid as well: most do.
"""

from __future__ import annotations

from model.kernel.declare import Label, Parameter
from model.levers import Where
from model.policies import Adds, Expectation, Policy, Values
from model.programmes import Grant, Outlay

_PAPER = "source paper, section 5, recommendation 3 (paper_facts P33, P34)"
_ID = "digital_tool_subsidy"


def _grants(values: Values, where: Where) -> list[Grant]:
    return [
        Grant(
            account=_ID, pays="tools", rate=values["rate"], where=where, cap_per_firm=values["cap_yuan"], once=True,
            months=int(values["months"]), budget_per_year=values["budget_per_year"],
        )
    ]  # fmt: skip


def _outlays(values: Values, where: Where) -> list[Outlay]:
    return [Outlay(_ID, "labour", values["administration_yuan"] / 12.0)]


POLICY = Policy(
    id=_ID,
    label=Label("Digital tool subsidy", "数字化工具补贴"),
    section="5, recommendation 3",
    group="enterprise",
    payer="government",
    parameters=(
        Parameter(
            "rate", 0.50, 0.0, 1.0, "share of the price",
            Label("Share of the price paid", "补贴比例"), _PAPER, "paper", paper=0.50, step=0.05,
        ),
        Parameter(
            "cap_yuan", 2.0e5, 0.0, 2.0e6, "yuan per firm",
            Label("Most a firm gets, once", "每家企业补贴上限（一次性）"), _PAPER, "paper", paper=2.0e5, step=1.0e4,
        ),
        Parameter(
            "months", 24, 1, 120, "months",
            Label("Months of use that are supported", "补贴使用月数"),
            "the paper names no length; two years of use", "assumed", integer=True, step=1,
        ),
        Parameter(
            "budget_per_year", 5.0e8, 0.0, 1.0e10, "yuan per year",
            Label("Budget a year", "年度预算"),
            "the paper names no budget; about twice the yearly claims at default values", "assumed", step=5.0e7,
            optional=True,
        ),
        Parameter(
            "administration_yuan", 1.0e7, 0.0, 1.0e8, "yuan per year",
            Label("Running the scheme", "补贴管理费用"), "some per cent of the claims", "assumed", step=1.0e6,
        ),
    ),
    expects=(
        Expectation("digital_adoption", "up", "channel"),
        Expectation("cycle_days", "down", "outcome"),
        # Tools that firms would have bought anyway are paid too: the money exceeds what is added.
        Expectation("supported_units", "up", "side_effect", {"policy": (_ID,)}),
    ),
    unmoved=("import_value", "import_varieties"),
    where_keys=("belt", "city", "province", "category", "size", "pilot_zone", "share"),
    grants=_grants,
    outlays=_outlays,
    adds=Adds("digital_firms"),
    doc=Label(
        "Pays half the price of digital tools for firms that start to use them, whether or not they would have anyway.",
        "对新采用数字化工具的企业按比例补贴价款，其中包括本来就会购买的企业。",
    ),
)  # fmt: skip
