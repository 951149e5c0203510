"""Logistics subsidy 物流费用补贴: a grant on freight of micro and small firms, apparel and electronics first.

Source paper, section 5, recommendation 2: up to 500 000 yuan a firm and year; the paper names no rate. Forwarders keep
a part of the grant by dearer quotes, more where space is tight. Freight support is a subsidy contingent on exports: a
scenario may add a countervailing duty as a shock.
"""

from __future__ import annotations

from model.kernel.declare import Label, Parameter
from model.levers import Where
from model.policies import Expectation, Policy, Values
from model.programmes import Grant, Outlay

_PAPER = "source paper, section 5, recommendation 2 (paper_facts P31)"
_ID = "logistics_subsidy"
_SMALL = {"size": ("micro", "small")}
_FIRST = {"category": ("apparel", "electronics")}


def _where(values: Values, where: Where) -> Where:
    """Micro and small firms of the categories served, within what the scenario names."""
    return where.and_("size", ("micro", "small")).and_("category", values["categories"])


def _grants(values: Values, where: Where) -> list[Grant]:
    return [
        Grant(
            account=_ID, pays="freight", rate=values["rate"], where=_where(values, where),
            cap_per_firm=values["cap_yuan"], budget_per_year=values["budget_per_year"],
        )
    ]  # fmt: skip


def _outlays(values: Values, where: Where) -> list[Outlay]:
    return [Outlay(_ID, "labour", values["administration_yuan"] / 12.0)]


POLICY = Policy(
    id=_ID,
    label=Label("Logistics subsidy", "物流费用补贴"),
    section="5, recommendation 2",
    group="supply_chain",
    payer="government",
    parameters=(
        Parameter(
            "rate", 0.30, 0.0, 1.0, "share of freight",
            Label("Share of freight paid", "物流费补贴比例"),
            f"{_PAPER} names no rate; the rate of the warehouse fund is taken", "assumed", step=0.05,
        ),
        Parameter(
            "cap_yuan", 5.0e5, 0.0, 5.0e6, "yuan per firm and year",
            Label("Most a firm gets a year", "每家企业年度补贴上限"), _PAPER, "paper", paper=5.0e5, step=5.0e4,
        ),
        Parameter(
            "categories", ("apparel", "electronics"), None, None, "categories",
            Label("Categories served", "支持品类"), _PAPER, "paper", members="category",
        ),
        Parameter(
            "budget_per_year", 1.0e10, 0.0, 1.0e11, "yuan per year",
            Label("Budget a year", "年度预算"),
            "the paper names no budget; above the yearly claims at default values, so that the caps decide", "assumed",
            step=5.0e8, optional=True,
        ),
        Parameter(
            "administration_yuan", 3.0e7, 0.0, 3.0e8, "yuan per year",
            Label("Running the scheme", "补贴管理费用"), "some per cent of the claims", "assumed", step=1.0e6,
        ),
    ),
    expects=(
        Expectation("logistics_cost_ratio", "down", "channel", _SMALL),
        Expectation("export_value", "up", "outcome", _FIRST),
        Expectation("freight_captured", "up", "side_effect"),
    ),
    unmoved=("import_value", "import_varieties"),
    where_keys=("belt", "city", "province", "category", "size", "pilot_zone", "share"),
    grants=_grants,
    outlays=_outlays,
    doc=Label(
        "Pays a share of what micro and small firms spend on freight abroad, up to a cap a year.",
        "按比例补贴小微企业跨境物流费用，每年设上限。",
    ),
)  # fmt: skip
