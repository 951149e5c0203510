"""Online dispute resolution 在线争议解决: disputes with buyers abroad are settled online within a few working days.

Source paper, section 5, recommendation 3: online arbitration in the single window with one-click complaint, settled
within seven working days. Sellers lose less per dispute and markets' trust grows, since fewer orders are in dispute at
a time; but what is easy to file is filed more often, and every case costs public money.
"""

from __future__ import annotations

from model.kernel.declare import Label, Parameter
from model.levers import Effect, Where
from model.policies import Expectation, Policy, Values
from model.programmes import Outlay

_PAPER = "source paper, section 5, recommendation 3 (paper_facts P37)"
_CALENDAR_DAYS = 7.0 / 5.0  # per working day


def _effects(values: Values, where: Where) -> list[Effect]:
    return [
        Effect("dispute_days", "set", values["working_days"] * _CALENDAR_DAYS, where),
        Effect("dispute_loss", "multiply", 1.0 - values["loss_saved"], where),
        Effect("filing", "multiply", values["filing_factor"], where),
    ]


def _outlays(values: Values, where: Where) -> list[Outlay]:
    system, case = values["system_yuan"] / 12.0, values["case_cost_yuan"]
    return [Outlay("online_dispute_resolution", "labour", system, each="disputes", yuan_each=case, where=where)]


POLICY = Policy(
    id="online_dispute_resolution",
    label=Label("Online dispute resolution", "在线争议解决"),
    section="5, recommendation 3",
    group="enterprise",
    payer="government",
    parameters=(
        Parameter(
            "working_days", 7.0, 1.0, 60.0, "working days",
            Label("Working days until a dispute is settled", "纠纷处理工作日"), _PAPER, "paper", paper=7.0, step=1.0,
        ),
        Parameter(
            "loss_saved", 0.33, 0.0, 0.9, "share",
            Label("Part of the seller's loss per dispute that is saved", "单起纠纷损失减少比例"),
            "no size in the paper; a third in the home prototype", "assumed", step=0.01,
        ),
        Parameter(
            "filing_factor", 1.5, 0.75, 4.0, "factor",
            Label("Disputes filed against before", "纠纷申请量系数"),
            "no size in the paper; one-click complaint is easier than a claim by mail", "assumed", step=0.05,
        ),
        Parameter(
            "case_cost_yuan", 8.0, 0.0, 40.0, "yuan per dispute",
            Label("Public cost per case", "单起案件公共成本"),
            "no source: a quarter of an hour of work; in yuan of 2019, rising with wages", "assumed", step=1.0,
        ),
        Parameter(
            "system_yuan", 3.0e7, 0.0, 3.0e8, "yuan per year",
            Label("Running the platform", "平台运行费用"), "no source: upkeep of a module of the single window",
            "assumed", step=1.0e6,
        ),
    ),
    expects=(
        Expectation("dispute_days", "down", "channel"),
        Expectation("market_trust", "up", "outcome"),
        Expectation("export_value", "up", "outcome"),
        Expectation("disputes", "up", "side_effect"),
    ),
    unmoved=("import_value", "import_varieties"),
    where_keys=("market", "region", "category"),
    effects=_effects,
    outlays=_outlays,
    doc=Label(
        "Disputes are settled online within days: less is lost and trust grows, but more is filed and each case costs.",
        "在线快速处理纠纷：损失减少、信任提升，但申请增多，且每案均有公共成本。",
    ),
)  # fmt: skip
