"""Structure: how unequal exporters are, and where exports go. Nothing is switched; the baseline is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from experiments.natural.declared import BASELINE, Experiment, Output, Span
from experiments.natural.watching import Seen
from experiments.tail import fit_tail, plausibility, rank_size_slope, top_share, top_sum
from model.kernel.declare import Label

Sizes = tuple[np.ndarray, np.ndarray]
LARGEST: Final = 600.0
"""Firms over which rank is drawn against size: about as many as the model keeps one to one."""
PLAUSIBLE: Final = 0.1
"""Clauset, Shalizi and Newman: a power law that samples of itself beat this seldom is implausible."""


def sizes(seen: Seen) -> Mapping[str, float]:
    """NE-25: shares of the largest exporters in a year, and whether the largest follow a power law."""
    size, weight = exports_of_firms(seen.cells(BASELINE, "year"))
    fit = fit_tail(size, weight)
    return {
        "top_1pct": top_share(size, weight),
        "top_five": top_sum(size, weight, 5.0),
        "rank_size_slope": rank_size_slope(size, weight, LARGEST),
        "tail_exponent": fit.exponent,
        "power_law": float(plausibility(size, weight, fit) >= PLAUSIBLE),
    }


def exports_of_firms(cells: pd.DataFrame) -> Sizes:
    """Exports of each firm row over a look in yuan per real firm, and how many real firms it stands for."""
    firms = cells.groupby("firm").agg(size=("revenue_yuan", "sum"), weight=("weight", "last"))
    return firms["size"].to_numpy(), firms["weight"].to_numpy()


def destinations(seen: Seen) -> Mapping[str, float]:
    """NE-28: shares of exports by destination in the first three quarters of 2024."""
    cells = seen.cells(BASELINE, "three_quarters")
    sold = np.bincount(cells["market"], weights=cells["weight"] * cells["revenue_yuan"], minlength=seen.world.n_mkt)
    share = sold / sold.sum()
    return {
        "usa": float(share[seen.market("USA")].sum()),
        "gbr_deu_fra": float(share[seen.market("GBR", "DEU", "FRA")].sum()),
        "herfindahl": float(np.sum(share**2)),
    }


_LATE_EUROPE: Final = Label(
    "The run starts from the shares of 2022 (13.9 % for the three, of which France is assumed) and follows the growth "
    "of online markets; what took Chinese platforms into Europe in 2023 and 2024 is in no table of the model.",
    "模拟以2022年份额为起点（三国合计13.9%，其中法国为假设值），此后随各国线上市场增长；"
    "2023—2024年中国平台加速进入欧洲的因素不在模型数据之中。",
)

EXPERIMENTS = (
    Experiment(
        "NE-25", "structure", Label("Size of exporters", "出口企业规模分布"),
        Label(
            "32 developing countries: the top 1 % of exporters hold over half of exports, the five largest a third",
            "32个发展中国家：前1%出口企业占出口一半以上，前五家约占三分之一",
        ),
        "Freund, Pierola 2015, Review of Economics and Statistics 97; exponent: Axtell 2001, Science 293",
        "pdfslide.us export-superstars; topsight.net W3125743650",
        (
            Output("top_1pct", "share", Label("Top 1 % of exporters", "前1%出口企业占比"), (0.40, 0.75), target=0.5),
            Output.reported("top_five", "share", Label("Five largest exporters", "前五家企业占比"), 0.33),
            Output.reported("rank_size_slope", "slope", Label("Log rank on log size", "位次—规模斜率"), -1.06),
            Output.reported("tail_exponent", "exponent", Label("Tail exponent", "尾部指数"), 1.06),
            Output.reported("power_law", "share of draws", Label("A power law is plausible", "服从幂律的抽样占比")),
        ),
        MappingProxyType({"year": Span(24, 12)}), sizes,
    ),
    Experiment(
        "NE-28", "structure", Label("Destinations of exports", "出口目的地构成"),
        Label(
            "China 2024, three quarters: United States 34.2 %; United Kingdom, Germany and France 18.8 %",
            "中国2024年前三季度：美国34.2%，英德法合计18.8%",
        ),
        "General Administration of Customs via Caixin, January 2025", "caixinglobal.com 2025-01-07",
        (
            Output("usa", "share", Label("United States", "美国占比"), (0.27, 0.41), target=0.342),
            Output("gbr_deu_fra", "share", Label("United Kingdom, Germany, France", "英德法占比"), (0.14, 0.24),
                   target=0.188, reason=_LATE_EUROPE),
            Output("herfindahl", "index", Label("Concentration of destinations", "目的地集中度"), (0.11, 0.20),
                   target=0.129),
        ),
        MappingProxyType({"three_quarters": Span(24, 9)}), destinations,
    ),
)  # fmt: skip
