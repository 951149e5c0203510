"""Light touch for B2B exports B2B备案、抽查与追溯: fewer looks ahead of clearance, audits after it.

Source paper, section 5, recommendation 1: filing, spot checks and tracing instead of inspection in B2B trade; no rate
is given. Fewer looks free officers and speed goods up, but a firm that is looked at less complies less, and what is
wrong has left. Audits after clearance find nothing at the border, yet they are expected: with enough posts compliance,
and with it the share of violations that reach the market, comes back to its level. Posts for audits cost money; the
paper names none, so by default a quarter of the audits is staffed.
"""

from __future__ import annotations

from model.kernel.declare import Label, Parameter
from model.levers import Effect, Where
from model.policies import Expectation, Policy, Values
from model.programmes import Outlay

_PAPER = "source paper, section 5, recommendation 1 (paper_facts P26): no rate given"
_OFFICER = "two officers for a day at 150 000 yuan a year each (gate: 160 hours a month)"


def _effects(values: Values, where: Where) -> list[Effect]:
    bulk = where.and_("mode", ["b2b_bulk"])
    return [
        Effect("inspection_rate", "multiply", values["rate_factor"], bulk),
        # The lever of audits knows no districts, goods or tiers: audits are made by the firm's own customs.
        Effect("audit_rate", "add", values["audit_rate"] * values["audit_staffed"], Where().and_("mode", ["b2b_bulk"])),
    ]


def _outlays(values: Values, where: Where) -> list[Outlay]:
    return [
        Outlay(
            "b2b_light_touch", "labour", values["system_yuan"] / 12.0, each="audits", yuan_each=values["audit_yuan"],
        )
    ]  # fmt: skip


POLICY = Policy(
    id="b2b_light_touch",
    label=Label("Light touch for B2B", "B2B备案抽查追溯监管"),
    section="5, recommendation 1",
    group="regulation",
    payer="government",
    parameters=(
        Parameter(
            "rate_factor", 0.5, 0.0, 1.0, "factor",
            Label("Inspection ahead of clearance", "事前查验系数"), _PAPER, "assumed", step=0.05,
        ),
        Parameter(
            "audit_rate", 0.005, 0.0, 0.1, "share of lots",
            Label("Lots that are to be audited", "计划事后稽查比例"),
            _PAPER + "; about the looks saved, half of 1.1 % of bulk lots", "assumed", step=0.0025,
        ),
        Parameter(
            "audit_staffed", 0.25, 0.0, 1.0, "share",
            Label("Share of the audits that has posts", "稽查岗位到位率"), _PAPER, "assumed", step=0.05,
        ),
        Parameter(
            "audit_yuan", 1200.0, 0.0, 4800.0, "yuan per audit",
            Label("Cost of an audit", "单次稽查费用"), _OFFICER, "assumed", step=100.0,
        ),
        Parameter(
            "system_yuan", 2.0e7, 0.0, 2.0e8, "yuan per year",
            Label("Filing and tracing system", "备案追溯系统费用"),
            "no source: 22 districts at about 1 million yuan a year", "assumed", step=1.0e6,
        ),
    ),
    expects=(
        Expectation("inspection_rate", "down", "channel", {"mode": ("b2b_bulk",)}),
        Expectation("clearance_hours", "down", "outcome", {"mode": ("b2b_bulk",)}),
        Expectation("undetected_violation_rate", "up", "side_effect"),
    ),
    unmoved=("import_value", "import_varieties"),
    where_keys=(),
    effects=_effects,
    outlays=_outlays,
    doc=Label(
        "Bulk goods are looked at less before they leave and audited afterwards, as far as there are posts.",
        "大宗B2B货物减少事前查验，改为事后稽查；稽查力度取决于岗位到位情况。",
    ),
)  # fmt: skip
