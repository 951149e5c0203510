"""Overseas warehouse fund 海外仓建设补贴: a share of the building cost of large warehouses in ASEAN.

Source paper, section 5, recommendation 2: 30 % of construction cost for warehouses of at least 5 000 m² in ASEAN, paid
from a fund for the RCEP area. The paper gives no budget; without one claims grow with the building boom they cause.
"""

from __future__ import annotations

from types import MappingProxyType

from model.kernel.declare import Label, Parameter
from model.levers import Where
from model.policies import Adds, Expectation, Policy, Values
from model.programmes import Grant, Outlay

_PAPER = "source paper, section 5, recommendation 2 (paper_facts P28, P29)"
_ASEAN = {"region": ("ASEAN",)}


def _where(where: Where) -> Where:
    """ASEAN unless the scenario names other places."""
    named = {"hub", "market", "region"} & set(where.keys)
    return where if named else where.and_("region", ["ASEAN"])


def _grants(values: Values, where: Where) -> list[Grant]:
    return [
        Grant(
            account="overseas_warehouse_fund",
            pays="building_cost",
            rate=values["rate"],
            where=_where(where),
            threshold=values["min_area_m2"],
            min_b2b_share=values["min_b2b_share"],
            budget_per_year=values["budget_per_year"],
        )
    ]


def _outlays(values: Values, where: Where) -> list[Outlay]:
    return [Outlay("overseas_warehouse_fund", "labour", values["administration_yuan"] / 12.0)]


POLICY = Policy(
    id="overseas_warehouse_fund",
    label=Label("Overseas warehouse fund", "海外仓建设补贴基金"),
    section="5, recommendation 2",
    group="supply_chain",
    payer="government",
    parameters=(
        Parameter(
            "rate", 0.30, 0.0, 0.9, "share of building cost",
            Label("Share of building cost paid", "建设成本补贴比例"), _PAPER, "paper", paper=0.30, step=0.05,
        ),
        Parameter(
            "min_area_m2", 5000.0, 0.0, 50000.0, "m2",
            Label("Smallest area that qualifies", "最小补贴面积"), _PAPER, "paper", paper=5000.0, step=500.0,
        ),
        Parameter(
            "min_b2b_share", 0.5, 0.0, 1.0, "share of throughput",
            Label("Least B2B share of the operator", "运营商B2B吞吐最低占比"),
            "programme design: the paper's fund serves B2B trade; half is assumed", "assumed", step=0.05,
        ),
        Parameter(
            "budget_per_year", 2.0e9, 0.0, 1.0e11, "yuan per year",
            Label("Budget a year", "年度预算"),
            "the paper gives no fund size; about three times the yearly claims of an unchanged building rate",
            "assumed", step=1.0e8, optional=True,
        ),
        Parameter(
            "administration_yuan", 1.0e7, 0.0, 1.0e9, "yuan per year",
            Label("Running the fund", "基金管理费用"), "half a per cent of the budget", "assumed", step=1.0e6,
        ),
    ),
    expects=(
        Expectation("warehouse_area", "up", "channel", _ASEAN),
        Expectation("delivery_days", "down", "outcome", _ASEAN),
        Expectation("export_value", "up", "outcome", _ASEAN),
        Expectation("warehouse_utilisation", "down", "side_effect", _ASEAN),
        Expectation("warehouse_bunching", "up", "side_effect", _ASEAN),
        # claimed for the first year: right there in 39 of 40 seeds, in the third year in only 14 of 20
        Expectation("warehouse_top_share", "up", "side_effect", _ASEAN, year=1),
    ),
    unmoved=("import_value", "import_varieties"),
    where_keys=("hub", "market", "region"),
    grants=_grants,
    adds=Adds("warehouse_area", MappingProxyType(_ASEAN)),
    outlays=_outlays,
    doc=Label(
        "Pays a share of the building cost of large warehouses abroad; operators size their projects to it.",
        "按比例补贴达标海外仓的建设成本，运营商会据此调整项目规模。",
    ),
)  # fmt: skip
