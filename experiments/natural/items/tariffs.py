"""Tariffs: the United States in 2018, and how the response to a lasting change grows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from experiments.natural.declared import BASELINE, Experiment, Output, Span
from experiments.natural.estimators import change, did, duty_change, elasticity, total, unit_price
from experiments.natural.watching import Seen, mode
from model.kernel.declare import Label
from model.kernel.members import CATEGORIES

TARGETED: Final = ("home_garden", "toys_sports", "other_consumer", "industrial")
"""Goods on the list in NE-18.yaml: half of what is sold from US warehouses."""
POINT: Final = 0.01
YEARS: Final = (1, 3, 5, 10)
RETAIL_ON_DUTY: Final = ("overseas_warehouse",)
ON_DUTY: Final = ("overseas_warehouse", "b2b_bulk")
"""Ways in which goods pay duty as cargo; parcels within a duty-free threshold are not in the customs data of the
studies."""


def lists_of_2018(seen: Seen) -> Mapping[str, float]:
    """NE-17: exports to the United States that pay duty in the tenth month, and the FOB price of a unit, in per cent.

    Exports are cargo, as in the source's customs statistics; those of all trade, parcels within the duty-free
    threshold included, are reported beside. The price is that of the same firm, market and mode (least squares, by
    sales).
    """
    base, arm = (_to(seen, run, "month_10", "USA") for run in (BASELINE, "NE-17"))
    prices = unit_price(base, arm, "revenue_yuan")
    moved = did(prices["log"], prices["period"], prices["unit"], np.zeros(len(prices)), prices["sales"])
    cargo = [total(_by_mode(cells, ON_DUTY)) for cells in (arm, base)]
    return {
        "exports": change(*cargo), "all_trade": change(total(arm), total(base)),
        "price": 100.0 * np.expm1(moved.value),
    }  # fmt: skip


def targeted_goods(seen: Seen) -> Mapping[str, float]:
    """NE-18: US retail imports that pay duty, in per cent, listed against other goods; pass-through of the duty."""
    runs = [_by_mode(_to(seen, run, "month_12", "USA"), RETAIL_ON_DUTY) for run in (BASELINE, "NE-18")]
    listed = [cells["category"].isin([CATEGORIES.index(name) for name in TARGETED]) for cells in runs]
    on, off = (
        np.log(total(runs[1][there[1]]) / total(runs[0][there[0]])) for there in (listed, [~one for one in listed])
    )
    prices = unit_price(*runs, "landed_yuan")
    passed = did(prices["log"], np.log1p(prices["duty"]), prices["unit"], prices["period"], prices["sales"])
    return {"imports": 100.0 * float(np.expm1(on - off)), "pass_through": passed.value}


def lasting_point(seen: Seen) -> Mapping[str, float]:
    """NE-19: elasticity of exports that pay duty, in the quarter that ends so many years after the change."""
    found = {}
    for year in YEARS:
        if seen.has(f"year_{year}"):
            runs = [_by_mode(seen.cells(run, f"year_{year}"), ON_DUTY) for run in (BASELINE, "NE-19")]
            found[f"year_{year}"] = elasticity(total(runs[1]), total(runs[0]), duty_change(*runs, POINT))
    if len(found) == len(YEARS):
        return found | {"growing": float(np.min(-np.diff([*found.values()])))}
    return found


def _to(seen: Seen, run: str, look: str, market: str) -> pd.DataFrame:
    cells = seen.cells(run, look)
    return cells[cells["market"].isin(seen.market(market))]


def _by_mode(cells: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    return cells[cells["mode"].isin(mode(*names))]


def _after(year: int) -> Label:
    years = "one year" if year == 1 else f"{year} years"
    return Label(f"Elasticity of trade that pays duty after {years}", f"{year}年后缴税贸易的弹性")


_SLOW = Label(
    "Retail answers within months, B2B (demand.inertia_business) over years; the end point is set by substitution and "
    "China's part of the nest (demand.substitution_*, demand.nest_*).",
    "零售数月内完成调整，B2B（demand.inertia_business）需数年；长期水平取决于替代弹性与中国在需求层中的份额。",
)

EXPERIMENTS = (
    Experiment(
        "NE-17", "tariffs", Label("The US tariff lists of 2018", "2018年美国加征关税清单"),
        Label(
            "China's exports to the United States -8.91 %, quantities fall, prices hardly move",
            "中国对美出口下降8.91%，数量下降而价格基本不变",
        ),
        "Jiang, Lu, Song, Zhang, SSRN 3934109", "m.booksci.cn/literature/80011511.htm",
        (
            Output(
                "exports", "%", Label("Exports to the US that pay duty, tenth month", "第10个月对美缴税出口"),
                (-13.5, -4.5), target=-8.91,
                reason=Label(
                    "Most of them are B2B, whose buyers close little of the gap in ten months "
                    "(demand.inertia_business).",
                    "以B2B为主，买家十个月内调整很少（demand.inertia_business）。",
                ),
            ),
            Output.reported("all_trade", "%", Label("The same with duty-free parcels", "含免税小包的对美出口")),
            Output(
                "price", "%", Label("FOB price of a unit", "离岸单价"), (-1.0, 1.0), target=0.0,
                reason=Label(
                    "Prices move with the use of capacity (firm.idle_cost).", "价格随产能利用率变动（firm.idle_cost）。"
                ),
            ),
        ),
        MappingProxyType({"month_10": Span(9)}), lists_of_2018, ("NE-17",),
    ),
    Experiment(
        "NE-18", "tariffs", Label("A tariff on targeted goods", "对部分商品加征关税"),
        Label(
            "Tariff on the listed goods from 2.6 to 16.6 %: imports of them -32 %, the duty passed on in full",
            "清单商品关税由2.6%升至16.6%：进口下降32%，关税完全转嫁",
        ),
        "Fajgelbaum, Goldberg, Kennedy, Khandelwal 2020, Quarterly Journal of Economics",
        "pdfslide.us QJE text; angrybearblog.com NBER digest",
        (
            Output(
                "imports", "%", Label("Retail imports of the listed goods that pay duty", "清单内缴税零售商品进口"),
                (-45.0, -20.0), target=-32.0,
                reason=Label(
                    "Retail goods that pay duty answer with substitution between sellers, diluted by China's part of "
                    "the nest (demand.substitution_consumer, demand.nest_consumer).",
                    "缴税零售商品的反应由卖家间替代弹性决定，并被中国在需求层中的份额稀释。",
                ),
            ),
            Output(
                "pass_through", "share", Label("Pass-through to the price with duty", "关税向含税价格的转嫁率"),
                (0.9, 1.1), target=1.0,
                reason=Label("Sellers give up a part of their margin.", "卖家让出部分利润。"),
            ),
        ),
        MappingProxyType({"month_12": Span(9, 3)}), targeted_goods, ("NE-18",), used_in_calibration=True,
    ),
    Experiment(
        "NE-19", "tariffs", Label("A lasting point of duty", "永久加征1个百分点关税"),
        Label(
            "Trade elasticity -0.76 after one year, -1.75 to -2.25 after seven to ten",
            "贸易弹性一年后为-0.76，七至十年后为-1.75至-2.25",
        ),
        "Boehm, Levchenko, Pandalai-Nayar 2023, American Economic Review", "nber.org/papers/w27064",
        (
            Output("year_1", "elasticity", _after(1), (-1.2, -0.4), target=-0.76, reason=_SLOW),
            *(Output.reported(f"year_{year}", "elasticity", _after(year)) for year in (3, 5)),
            Output("year_10", "elasticity", _after(10), (-2.6, -1.5), target=-2.0, reason=_SLOW),
            Output(
                "growing", "elasticity", Label("Least growth from one horizon to the next", "相邻期限间弹性的最小增幅"),
                (0.0, 2.2), reason=_SLOW,
            ),
        ),
        MappingProxyType({f"year_{year}": Span(12 * year - 3, 3) for year in YEARS}), lasting_point, ("NE-19",),
        used_in_calibration=True,
    ),
)  # fmt: skip
