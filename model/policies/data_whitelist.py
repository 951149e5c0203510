"""Data white-list 数据出境白名单: firms in pilot zones that pass an assessment get platform data across borders.

Source paper, section 5, recommendation 1; it names no size. Who is assessed sees its markets better and develops
faster. The assessment costs the same whatever a firm sells: small firms are priced out, the gap to larger ones widens.
"""

from __future__ import annotations

from model.kernel.declare import Label, Parameter
from model.levers import PROGRAMME, Effect, Where
from model.policies import Expectation, Policy, Values
from model.programmes import Outlay, Programme

_PAPER = "source paper, section 5, recommendation 1 (paper_facts P23): no size given"
_ID = "data_whitelist"
_PROTOTYPE = "prototype of the home side; digital rows of parameters_literature.csv give the sign"


def _programmes(values: Values, where: Where) -> list[Programme]:
    zones = Where(where.members, True, where.share, where.draw)
    worth = values["fee_yuan"] / values["fee_share"] if values["fee_share"] > 0.0 else 0.0
    return [Programme(account=_ID, where=zones, least_sales=worth, fee_yuan=values["fee_yuan"])]


def _effects(values: Values, where: Where) -> list[Effect]:
    assessed = Where().and_(PROGRAMME, (_ID,))
    return [
        Effect("judgement_error", "multiply", values["error_factor"], assessed),
        Effect("product_cycle", "multiply", values["cycle_factor"], assessed),
    ]


def _outlays(values: Values, where: Where) -> list[Outlay]:
    return [Outlay(_ID, "labour", values["office_yuan"] / 12.0)]


POLICY = Policy(
    id=_ID,
    label=Label("Data white-list", "数据出境白名单"),
    section="5, recommendation 1",
    group="regulation",
    payer="government",
    parameters=(
        Parameter(
            "error_factor", 0.7, 0.35, 1.0, "share of the usual error",
            Label("Error in judging markets, assessed firms", "白名单企业市场判断误差系数"), _PROTOTYPE, "assumed",
            step=0.05,
        ),
        Parameter(
            "cycle_factor", 0.85, 0.4, 1.0, "share of the usual cycle",
            Label("Product cycle of assessed firms", "白名单企业产品周期系数"), _PROTOTYPE, "assumed", step=0.05,
        ),
        Parameter(
            "fee_yuan", 1.0e5, 0.0, 1.0e6, "yuan per firm and year",
            Label("Assessment a firm pays a year", "企业年度评估费用"), _PAPER, "assumed", step=1.0e4,
        ),
        Parameter(
            "fee_share", 0.005, 0.0025, 0.02, "share of sales",
            Label("Share of sales that makes the fee worth paying", "可接受评估费占销售额比例"),
            "derived: pays above about 20 million yuan of sales, prototype of the home side", "derived", step=0.001,
        ),
        Parameter(
            "office_yuan", 5.0e7, 0.0, 5.0e8, "yuan per year",
            Label("Assessment offices", "评估机构运行费用"), "165 zones at about 300 000 yuan a year", "assumed",
            step=5.0e6,
        ),
    ),
    expects=(
        Expectation("cycle_days", "down", "channel", among="supported"),
        Expectation("cycle_days", "down", "channel", {"size": ("medium",)}),
        Expectation("cycle_days_gap", "up", "side_effect"),
    ),
    unmoved=("import_value", "import_varieties"),
    where_keys=("belt", "city", "province", "category", "size", "share"),
    effects=_effects,
    outlays=_outlays,
    programmes=_programmes,
    doc=Label(
        "Firms in pilot zones that pay for an assessment get platform data: they misjudge less and develop faster.",
        "试验区内通过安全评估的企业可获取平台数据：误判减少、研发加快；评估费用使小企业被挡在门外。",
    ),
)  # fmt: skip
