"""Customs: fewer looks at lots, for a half of the trade and for all of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.natural.declared import Experiment, Output, Span
from experiments.natural.estimators import did, pairs, total
from experiments.natural.watching import Seen
from model.kernel.declare import Label
from model.kernel.members import B2B, CATEGORIES, NEST_OF_MODE

BUSINESS_GOODS: Final = ("electronics", "toys_sports", "beauty", "food_health", "industrial")
"""Goods whose business side is treated in NE-08-45; of the others it is the retail side."""
FLOW: Final = ("firm", "market", "business", "treated")
"""The unit of the study: a firm's trade with a market, retail and business apart."""
OCCASIONAL: Final = 12.0
"""Lots a year below which a flow is occasional: less than one a month."""


def inspections(seen: Seen) -> Mapping[str, float]:
    """NE-08: time and value in per cent by difference in differences, occasional against regular trade, the reform."""
    before = sides(seen.cells("NE-08-55", "before"))
    control, treatment = (sides(seen.cells(run, "after")) for run in ("NE-08-55", "NE-08-45"))
    value = pairs(control, treatment, "revenue_yuan", FLOW)
    hours = pairs(control, treatment, "hour_yuan", FLOW)
    rare = occasional(value, before, seen.parameters["ship.lot_yuan"])
    return {
        "days": 100.0 * np.expm1(effect(hours.assign(log=hours["log"] - value["log"]))),
        "value": 100.0 * np.expm1(effect(value)),
        "occasional_more": float(effect(value[rare]) > effect(value[~rare])),
    } | reform(*(seen.cells(run, "after") for run in ("NE-08-42", "NE-08-12")))


def sides(cells: pd.DataFrame) -> pd.DataFrame:
    """`Look.cells` with the side of trade (`business` or not) and whether NE-08-45 treats it."""
    business = np.array(NEST_OF_MODE)[cells["mode"].to_numpy()] == B2B
    goods = np.isin(np.array(CATEGORIES), BUSINESS_GOODS)[cells["category"].to_numpy()]
    return cells.assign(business=business, treated=goods == business)


def occasional(panel: pd.DataFrame, before: pd.DataFrame, lot_yuan: float) -> NDArray[np.bool_]:
    """Which rows of a panel of flows traded fewer than `OCCASIONAL` lots in the year before, new flows included."""
    lots = before.groupby(list(FLOW))["revenue_yuan"].sum() / lot_yuan
    flow = pd.MultiIndex.from_frame(panel[list(FLOW)])
    return np.asarray(lots.reindex(flow, fill_value=0.0).to_numpy() < OCCASIONAL)


def effect(panel: pd.DataFrame) -> float:
    """Log change of the treated flows against the others; every real firm's flow counts alike."""
    inside = panel["treated"] & (panel["period"] == 1)
    return did(panel["log"], inside, panel["unit"], panel["period"], panel["weight"]).value


def reform(before: pd.DataFrame, after: pd.DataFrame) -> Mapping[str, float]:
    """Whether time at customs fell and exports rose between two runs, of which the second looks at fewer lots."""
    hours = [total(cells, "hour_yuan") / total(cells) for cells in (before, after)]
    return {"reform_days_fall": float(hours[1] < hours[0]), "reform_value_rises": float(total(after) > total(before))}


_COST_OF_A_LOOK: Final = Label(
    "Ten points fewer looks save a seventh of a day, which moves orders by a third of a per cent where buyers wait and "
    "a firm has the cash to serve more; the 1 200 yuan that a look costs on a lot of 100 000 reach cash and no price. "
    "The study finds its effect nearly independent of time: it takes a look that costs about a quarter of the lot.",
    "查验率降10个百分点约省七分之一天，仅在买家等待且企业有资金接单处增加约0.3%的订单；"
    "每批10万元货物1200元的查验费只影响现金、不影响价格。原研究的效应几乎与时间无关，须查验成本约占货值四分之一方可重现。",
)

EXPERIMENTS = (
    Experiment(
        "NE-08", "customs", Label("Fewer inspections", "降低查验率"),
        Label(
            "Albania, below half of the lots inspected: 7 % fewer days at customs, 7 % more imports; rare flows most",
            "阿尔巴尼亚：查验概率降至一半以下，通关天数减少7%，进口增加7%，偶发贸易反应最大",
        ),
        "Fernandes, Hillberry, Mendoza Alcantara 2015 (WPS 7210), 2021 (World Bank Economic Review)",
        "econpapers.repec.org wbkwbrwps/7210; World Bank blog",
        (
            Output("days", "%", Label("Time at customs", "通关时间"), (-10.5, -3.5), target=-7.0),
            Output("value", "%", Label("Exports", "出口额"), (3.5, 10.5), target=7.0, reason=_COST_OF_A_LOOK),
            Output.order("occasional_more", Label("Occasional trade reacts more", "偶发贸易反应更大")),
            Output.order("reform_days_fall", Label("From 42 to 12 %: time falls", "由42%降至12%：通关时间下降")),
            Output.order("reform_value_rises", Label("From 42 to 12 %: exports rise", "由42%降至12%：出口增加")),
        ),
        MappingProxyType({"before": Span(0, 12), "after": Span(12, 24)}), inspections,
        ("NE-08-55", "NE-08-45", "NE-08-42", "NE-08-12"),
    ),
)  # fmt: skip
