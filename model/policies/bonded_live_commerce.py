"""Bonded goods with live commerce 保税仓+直播: foreign brands sell bonded stock through live hosts at home.

Source paper, section 5, recommendation 2 (P32), which gives no size. A share of the brands takes it up and gains pull
in bonded channels by what studies of live sellers found (NE-15: sales of adopters ×1.22, at most ×2.07); hosts sell
from stock near the buyer, so bonded goods come sooner. Bonded goods are a sixth of imports, and what they gain is taken
in part from other channels: a national effect of little more than half a per cent of imports is all that shows.
"""

from __future__ import annotations

from model.kernel.declare import Label, Parameter
from model.levers import Effect, Where
from model.policies import Expectation, Policy, Values
from model.programmes import Outlay

_PAPER = "source paper, section 5, recommendation 2 (paper_facts P32): no size given"
_NE15 = "natural experiment 15: adopters' sales +21.8 % in one study, revenue +107 % in another"
_INLAND = ("Tibet", "Gansu", "Qinghai", "Xinjiang")


def _effects(values: Values, where: Where) -> list[Effect]:
    return [
        Effect("live_gain", "add", values["adoption"] * values["pull_gain"], where),
        Effect("import_days", "add", -values["days_saved"], where.and_("import_channel", ["bonded"])),
        Effect("live_reach", "multiply", 1.0 + values["inland_reach"], where.and_("province", values["inland"])),
    ]


def _outlays(values: Values, where: Where) -> list[Outlay]:
    return [Outlay("bonded_live_commerce", "labour", values["bases"] * values["base_yuan"] / 12.0)]


POLICY = Policy(
    id="bonded_live_commerce",
    label=Label("Bonded goods with live commerce", "保税仓+直播"),
    section="5, recommendation 2",
    group="supply_chain",
    payer="government",
    parameters=(
        Parameter(
            "adoption", 0.30, 0.0, 0.9, "share of brands",
            Label("Foreign brands that take it up", "采用直播的品牌占比"), _PAPER, "assumed", step=0.05,
        ),
        Parameter(
            "pull_gain", 0.22, 0.0, 1.07, "share",
            Label("Pull gained by those who do", "采用者引力增幅"), _NE15, "literature", step=0.05,
        ),
        Parameter(
            "days_saved", 0.75, 0.0, 2.0, "days",
            Label("Days saved by bonded goods", "保税商品缩短天数"), _PAPER, "assumed", step=0.25,
        ),
        Parameter(
            "inland_reach", 0.0, 0.0, 1.0, "share",
            Label("Reach gained by all bonded goods inland", "内陆触达增幅"),
            "zero: hosts reach the coast as well as inland; above it the policy is aimed inland", "assumed", step=0.05,
        ),
        Parameter(
            "inland", _INLAND, None, None, "names",
            Label("Provinces called inland", "内陆省份"),
            "those that imports reach late: over 1 000 km from every coastal bonded zone (rule F1)", "derived",
            members="province",
        ),
        Parameter(
            "bases", 31.0, 0.0, 200.0, "count",
            Label("Live bases", "直播基地数"), "one a province", "assumed", step=1.0,
        ),
        Parameter(
            "base_yuan", 1.0e7, 0.0, 1.0e8, "yuan per year",
            Label("Cost of a base: rooms, hosts, bonded space", "单个基地年费用"), "no source", "assumed", step=1.0e6,
        ),
    ),
    expects=(
        Expectation("import_value", "up", "channel", {"import_channel": ("bonded",)}),
        # A hundredth of a per cent in the third year: brands in bonded stores gain, those that live by direct mail
        # alone lose, and more new ones come as imports hold more of home budgets.
        Expectation("import_varieties", "up", "channel"),
        Expectation("import_value", "up", "outcome"),
        # Seen in beauty, where imports are a fifth of the market; elsewhere they are too small to squeeze anybody.
        Expectation("home_producer_sales", "down", "side_effect", {"category": ("beauty",)}),
        Expectation("import_value", "down", "side_effect", {"import_channel": ("general_trade",)}),
        # Inequality of access is not claimed: reach everywhere does not move it. It falls when reach rises where
        # imports come late (`inland_reach` about 0.15), and rises again when more is given or when provinces that are
        # served well get it too.
    ),
    where_keys=("province",),
    effects=_effects,
    outlays=_outlays,
    doc=Label(
        "Foreign brands sell bonded stock through live hosts; home producers of beauty goods lose a little.",
        "进口品牌以保税备货对接直播销售，国产美妆略受挤压。",
    ),
)  # fmt: skip
