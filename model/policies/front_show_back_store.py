"""Front showroom, back store 前展后仓: goods stand on show in the market, with a store behind for business buyers.

Source paper, section 5, recommendation 2: complexes of exhibition and warehouse in Viet Nam, Thailand and others, with
delivery within 7 days. B2B orders of the goods shown come from the store. Bulk goods take about 9 days to Viet Nam and
12 to Thailand by the routes of the model, so two to five days are saved, and business buyers move slowly. The floor is
rented whether or not the belts send what buyers there want: what is shown in vain is lost rent (`showroom_idle`).
"""

from __future__ import annotations

from model.kernel.declare import Label, Parameter
from model.levers import Effect, Where
from model.policies import Expectation, Policy, Values
from model.programmes import Outlay

_PAPER = "source paper, section 5, recommendation 2 (paper_facts P30)"
_THERE = {"market": ("THA", "VNM")}


def _effects(values: Values, where: Where) -> list[Effect]:
    there = where.and_("market", values["markets"])
    return [
        Effect("showroom", "add", values["stored"], there.and_("category", values["categories"])),
        Effect("showroom_days", "set", values["days"], there),
    ]


def _outlays(values: Values, where: Where) -> list[Outlay]:
    showrooms = len(where.and_("market", values["markets"]).get("market") or ())
    return [Outlay("front_show_back_store", "warehouses", showrooms * values["rent_yuan"] / 12.0)]


POLICY = Policy(
    id="front_show_back_store",
    label=Label("Front showroom, back store", "前展后仓"),
    section="5, recommendation 2",
    group="supply_chain",
    payer="government",
    parameters=(
        Parameter(
            "days", 7.0, 1.0, 14.0, "days",
            Label("Days to the buyer", "送达天数"), _PAPER, "paper", paper=7.0, step=0.5,
        ),
        Parameter(
            "markets", ("THA", "VNM"), None, None, "markets",
            Label("Markets with a showroom", "设展仓的市场"), _PAPER, "paper", members="market",
        ),
        Parameter(
            "categories", ("apparel", "electronics", "home_garden", "industrial"), None, None, "categories",
            Label("Goods shown", "展示品类"),
            "the four largest in B2B demand of Viet Nam and Thailand (export_category_shares.csv, b2b_share.csv)",
            "derived", members="category",
        ),
        Parameter(
            "stored", 1.0, 0.0, 1.0, "share",
            Label("B2B orders of goods shown that come from the store", "展示品类由后仓供货的比例"),
            "no source: a store that holds all that is shown", "assumed", step=0.05,
        ),
        Parameter(
            "rent_yuan", 4.0e6, 0.0, 4.0e7, "yuan per showroom and year",
            Label("Rent and running of a showroom", "单个展仓年度租金与运营费用"),
            "10 000 m2 at Thailand's prime rent of 4.6 USD a month (logistics.csv)", "derived", step=1.0e5,
        ),
    ),
    expects=(
        Expectation("b2b_delivery_days", "down", "channel", _THERE),
        Expectation("b2b_exports", "up", "outcome", _THERE),
        Expectation("showroom_idle", "up", "side_effect"),
    ),
    unmoved=("import_value", "import_varieties"),
    where_keys=("market",),
    effects=_effects,
    outlays=_outlays,
    doc=Label(
        "Business buyers see the goods on the spot and get them from a store behind; floor without match is lost rent.",
        "采购商就地看样、后仓直接交货；展示品类与当地需求不匹配的面积白付租金。",
    ),
)  # fmt: skip
