"""Variants of the model for ablation: one mechanism at a time is taken out, to see which pattern goes with it.

    run(varied(load_scenario("baseline"), "no_queue"), seed=1)

A variant is a set of parameter values far beyond their declared ranges, so the rules and their twins in the tests stay
as they are. Scenario files cannot ask for one: there the ranges hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np

from model.kernel.declare import Label
from model.kernel.refusals import Refused, unknown
from model.scenario import Scenario

Values = Mapping[str, float]

NEVER: Final = 0.0
ENDLESS: Final = 1.0e9
"""More than any firm could need, and small enough for products of it to be numbers."""
TINY: Final = 1.0e-6
_LEAST_SPREAD: Final = 1.0e-3
"""Square root of the least 1 - memory² by which the model divides where luck has no end of memory."""


@dataclass(frozen=True)
class Variant:
    """`changes`: from the values in force to those that are set instead. `doc`: what is taken out, in a sentence."""

    id: str
    label: Label
    doc: Label
    changes: Callable[[Values], Values]


def varied(scenario: Scenario, variant: str) -> Scenario:
    """The scenario with one mechanism taken out; Refused for an unknown variant."""
    if variant not in VARIANTS:
        raise Refused([unknown("variant", variant, list(VARIANTS))])
    chosen = VARIANTS[variant]
    values = chosen.changes(scenario.parameter_values())
    label = Label(f"{scenario.name.en}: {chosen.label.en}", f"{scenario.name.zh}：{chosen.label.zh}")
    return replace(scenario, name=label, parameters={**scenario.parameters, **values})


def _set(**values: float) -> Callable[[Values], Values]:
    """The same values whatever is in force; a path's dot is written as two underscores."""
    fixed = MappingProxyType({path.replace("__", "."): value for path, value in values.items()})
    return lambda _: fixed


_NO_DEBT_LIMIT: Final = MappingProxyType(
    {"finance.credit_line_months": ENDLESS, "finance.credit_line_floor_yuan": ENDLESS**1.5}
)
_NO_ENTRY_OR_EXIT: Final = MappingProxyType(
    {
        "life.entry_rate": NEVER,
        "life.exit_base": NEVER,
        "life.exit_young": NEVER,
        "life.exit_loss": NEVER,
        **_NO_DEBT_LIMIT,
    }
)
_NO_LEARNING: Final = MappingProxyType(
    {
        "learn.step_hazard": NEVER,
        "learn.tool_innovation": NEVER,
        "learn.tool_imitation": NEVER,
        "learn.brand_speed": NEVER,
        "learn.novelty_appeal": NEVER,
    }
)


def _frozen(values: Values) -> Values:
    """Luck keeps the spread it starts with and then stands still (to a thousandth of its usual step)."""
    spread = values["firm.luck_sd"] / np.sqrt(max(1.0 - values["firm.luck_memory"] ** 2, _LEAST_SPREAD**2))
    still = {
        "firm.luck_memory": 1.0,
        "firm.luck_sd": float(spread * _LEAST_SPREAD),
        "firm.newborn_growth": NEVER,
        "plan.review_hazard": NEVER,
        "plan.review_home": NEVER,
    }
    return {**_NO_ENTRY_OR_EXIT, **_NO_LEARNING, **still}


_ALL: Final = (
    Variant(
        "no_inertia",
        Label("Buyers without inertia", "买方无惯性"),
        Label("Buyers follow price, time and appeal at once.", "买方对价格、时效和吸引力的变化立即作出反应。"),
        _set(demand__inertia_consumer=1.0, demand__inertia_business=1.0, demand__inertia_home=1.0),
    ),
    Variant(
        "no_cash_limit",
        Label("Money never binds", "资金不受限"),
        Label(
            "Suppliers lend a firm that sells what its orders need; cash limits no new market; no debt ends a firm.",
            "供应商为有销售的企业提供充足信用，进入新市场不受现金限制，企业也不因债务而退出。",
        ),
        lambda _: {
            "finance.supplier_credit": ENDLESS,
            "finance.adjust_speed": 1.0,
            "plan.cash_share": ENDLESS,
            **_NO_DEBT_LIMIT,
        },
    ),
    Variant(
        "no_queue",
        Label("No queue at customs", "通关无排队"),
        Label(
            "An inspection takes its hours, but nobody waits for an inspector.", "查验本身仍需时间，但无须等候关员。"
        ),
        _set(customs__service_hours=0.0),
    ),
    Variant(
        "no_warehouse_capacity",
        Label("Warehouses never full", "海外仓不受容量限制"),
        Label("Overseas warehouses take all goods at one fee.", "海外仓以固定费率容纳全部货物。"),
        _set(warehouse__target_use=TINY, warehouse__fee_elasticity=0.0),
    ),
    Variant(
        "no_reputation",
        Label("No reputation", "无信誉机制"),
        Label(
            "Quality and brand win no buyer, and bad goods cost a market's trust nothing.",
            "质量与品牌不影响买方选择，劣质商品也不损害市场信任。",
        ),
        _set(demand__trust=0.0, learn__quality_appeal=0.0, learn__brand_appeal=0.0),
    ),
    Variant(
        "no_home_response",
        Label("Buyers at home do not answer", "国内买方无响应"),
        Label(
            "Imports take the same share of a home budget whatever reaches buyers, and more brands sell no more.",
            "无论进口商品触达如何变化，其在国内预算中的份额不变，品牌增多也不增加销售。",
        ),
        _set(imports__home_import=1.0, imports__variety=0.0),
    ),
    Variant(
        "no_information",
        Label("Belts without information", "产业带间无信息"),
        Label("Digital tools tell belts nothing of each other's shortages.", "数字化工具不在产业带之间传递短缺信息。"),
        _set(supply__information=0.0),
    ),
    Variant(
        "no_quality",
        Label("Quality sells nothing", "品质不影响销售"),
        Label("Quality, new products and brands win no buyer.", "质量、新品与品牌均不影响买方选择。"),
        _set(learn__quality_appeal=0.0, learn__novelty_appeal=0.0, learn__brand_appeal=0.0),
    ),
    Variant(
        "no_fixed_costs",
        Label("No cost of being in a market", "无市场固定成本"),
        Label("Opening and keeping a listing is free.", "开设和维持刊登均无成本。"),
        _set(
            plan__upkeep_consumer_yuan=0.0,
            plan__upkeep_business_yuan=0.0,
            plan__upkeep_home_yuan=0.0,
            plan__upkeep_warehouse_yuan=0.0,
            plan__sunk_consumer_yuan=0.0,
            plan__sunk_business_yuan=0.0,
            plan__sunk_hosted_yuan=0.0,
            plan__sunk_home_yuan=TINY,  # the upkeep of an outlet is told in parts of it
        ),
    ),
    Variant(
        "no_entry_or_exit",
        Label("No firm enters or leaves", "企业不进不退"),
        Label("The firms of the start are there to the end.", "期初的企业一直存续，也没有新企业进入。"),
        lambda _: _NO_ENTRY_OR_EXIT,
    ),
    Variant(
        "equal_firms",
        Label("Firms alike", "企业同质"),
        Label("Firms start with nearly the same appeal.", "企业期初的吸引力几乎相同。"),
        _set(firm__tail=50.0, firm__tail_entrants=0.0),
    ),
    Variant(
        "frozen_firms",
        Label("Frozen firms", "企业静止"),
        Label(
            "No entry, exit, review of markets, learning or luck: only demand moves.",
            "企业不进不退、不评估市场、不学习、无运气变化，只有需求在变。",
        ),
        _frozen,
    ),
    Variant(
        "zero_intelligence",
        Label("Blind decisions", "零智能决策"),
        Label(
            "Profit is misjudged so badly that entering and leaving markets is a coin flip.",
            "利润判断的误差极大，进出市场如同掷硬币。",
        ),
        _set(plan__judgement_sd=30.0, plan__judgement_sd_digital=30.0),
    ),
)

VARIANTS: Final[Mapping[str, Variant]] = MappingProxyType({variant.id: variant for variant in _ALL})
"""All variants by id."""
