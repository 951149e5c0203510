"""Delivery and time: warehouses near customers, a day before shipment, a day in transit against a tariff."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from experiments.natural.declared import BASELINE, Experiment, Output, Span
from experiments.natural.estimators import did, equal_tariff, market_flows, pairs, ppml, total
from experiments.natural.watching import Seen, in_share, mode
from model.kernel.declare import Label

DAYS_SAVED: Final = 2.5
HALF, HALF_DRAW = 0.5, 4
TARIFF: Final = 0.01


def second_centre(seen: Seen) -> Mapping[str, float]:
    """NE-04: sales of warehouse listings in the United States, in per cent, with half of the sellers nearer by days."""
    runs = [_stored(seen, run) for run in (BASELINE, "NE-04")]
    panel = pairs(*[cells[cells["market"].isin(seen.market("USA"))] for cells in runs], "revenue_yuan")
    slow = in_share(panel["firm"], HALF, HALF_DRAW) & (panel["period"] == 1)
    effect = -did(panel["log"], slow, panel["unit"], panel["period"]).value
    return {"day": 100.0 * np.expm1(effect / DAYS_SAVED), "total": 100.0 * np.expm1(effect)}


def _stored(seen: Seen, run: str) -> pd.DataFrame:
    """Goods sold from overseas warehouses."""
    cells = seen.cells(run, "after")
    return cells[cells["mode"].isin(mode("overseas_warehouse"))]


def day_before_shipment(seen: Seen) -> Mapping[str, float]:
    """NE-06: exports, in per cent, by gravity (PPML with an effect a market)."""
    flows = market_flows(seen.cells(BASELINE, "year_5"), seen.cells("NE-06", "year_5"))
    return {"year_5": 100.0 * np.expm1(ppml(flows["flow"], flows["period"], flows["market"]))}


def day_in_transit(seen: Seen) -> Mapping[str, float]:
    """NE-07: the tariff, in per cent, that loses as much as a day; on goods sold from overseas warehouses."""
    sums = {run: total(_stored(seen, run)) for run in (BASELINE, "NE-07", "NE-07-tariff")}
    day, tariff = (np.log(sums[arm] / sums[BASELINE]) for arm in ("NE-07", "NE-07-tariff"))
    return {"tariff": 100.0 * equal_tariff(day, tariff, TARIFF)}


EXPERIMENTS = (
    Experiment(
        "NE-04", "delivery", Label("A second warehouse near customers", "靠近顾客的第二个仓库"),
        Label(
            "Online sales +3.8 %; +1.5 % for each business day saved (from seven days)",
            "线上销售额增长3.8%；每缩短1个工作日增长1.5%（原为7个工作日）",
        ),
        "Fisher, Gallino, Xu 2019, Journal of Marketing Research",
        "ama.org research insight; SSRN 2573069",
        (
            Output("day", "%", Label("Sales per day saved", "每缩短1天的销售增幅"), (0.75, 2.3), target=1.5,
                   reason=Label(
                       "Pull lost a day (demand.delay_consumer) acts in full within months on warehouse listings.",
                       "每日时效损失参数（demand.delay_consumer）数月内即完全作用于海外仓商品。",
                   )),
            Output("total", "%", Label("Sales with 2.5 days saved", "缩短2.5天的销售增幅"), (2.0, 6.0), target=3.8,
                   reason=Label("As per day, times two and a half.", "同上，乘以2.5天。")),
        ),
        MappingProxyType({"after": Span(6, 3)}), second_centre, ("NE-04",),
        used_in_calibration=True,
    ),
    Experiment(
        "NE-06", "delivery", Label("A day before shipment", "出口装运前多一天"),
        Label(
            "Each extra day before shipment lowers trade by at least 1 %",
            "装运前每多一天，贸易额至少下降1%",
        ),
        "Djankov, Freund, Pham 2010, Review of Economics and Statistics",
        "openknowledge.worldbank.org, Trading on Time",
        (
            Output("year_5", "%", Label("Exports, fifth year", "第五年出口变化"), (-2.0, -0.5), target=-1.0,
                   reason=Label(
                       "The study is a cross-section; in five years slow B2B buyers (demand.inertia_business) have "
                       "closed only a part of the gap, and rivals leave the rest of the nest where it is.",
                       "原研究为截面估计；五年内B2B买家（demand.inertia_business）仅完成部分调整。",
                   )),
        ),
        MappingProxyType({"year_5": Span(48, 12)}), day_before_shipment, ("NE-06",),
    ),
    Experiment(
        "NE-07", "delivery", Label("A day in transit as a tariff", "在途一天相当于多少关税"),
        Label(
            "Each day in transit is worth an ad valorem tariff of 0.6 to 2.1 %",
            "在途每多一天，相当于0.6%—2.1%的从价关税",
        ),
        "Hummels, Schaur 2013, American Economic Review", "aeaweb.org 10.1257/aer.103.7.2935",
        (
            Output("tariff", "%", Label("Tariff equal to a day", "与一天等效的关税"), (0.6, 2.1), target=1.35,
                   reason=Label(
                       "The tariff equal to a day is about demand.delay_consumer over demand.substitution_consumer.",
                       "等效关税约为每日时效损失与替代弹性之比。",
                   )),
        ),
        MappingProxyType({"after": Span(9, 3)}), day_in_transit, ("NE-07", "NE-07-tariff"),
        used_in_calibration=True,
    ),
)  # fmt: skip
