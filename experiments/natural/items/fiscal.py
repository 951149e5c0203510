"""Taxes and finance: the VAT rebate of exports, its rate and its delay."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from experiments.natural.declared import BASELINE, Experiment, Output, Span
from experiments.natural.watching import Look, Seen, in_share
from model.kernel.declare import Label

YEARS: Final = (1, 2, 3)
HALF: Final = (0.5, 12)
"""Share and draw by which NE-12-up and NE-12-down pick firms."""
POINT: Final = 0.01
UNCONSTRAINED: Final = 0.95
"""Share of its orders that a firm can finance below which it is finance-constrained."""


def rebate_rate(seen: Seen) -> Mapping[str, float]:
    """NE-12: what one point of rebate does to the mean firm, up and down, and per yuan of rebate."""
    found: dict[str, float] = {}
    for year in (year for year in YEARS if seen.has(f"year_{year}")):
        look = {run: seen.look(run, f"year_{year}") for run in (BASELINE, "NE-12-up", "NE-12-down")}
        up = half_effect(look[BASELINE].cells, look["NE-12-up"].cells)
        found[f"firm_year_{year}"] = up
        if year == YEARS[-1]:
            down = half_effect(look[BASELINE].cells, look["NE-12-down"].cells)
            found["symmetry"] = -down / up
            found["yuan_per_yuan"] = mean_firm_per_yuan(up, look[BASELINE], seen.parameters["tax.rebate_rate"])
            found["yuan_per_yuan_total"] = total_per_yuan(look[BASELINE], look["NE-12-up"])
    return found


def firm_exports(cells: pd.DataFrame) -> pd.DataFrame:
    """Exports of each firm over a look. Index firm; columns value (yuan per real firm), weight."""
    return cells.groupby("firm").agg(value=("revenue_yuan", "sum"), weight=("weight", "last")).query("value > 0")


def half_effect(before: pd.DataFrame, after: pd.DataFrame) -> float:
    """Mean log change of exports between two runs of the firms treated, less that of the others.

    Over firms that export in both runs, each real firm alike: difference in differences, as the runs share their luck.
    """
    both = firm_exports(before).join(firm_exports(after)["value"], rsuffix="_after", how="inner")
    change = np.log(both["value_after"] / both["value"]).to_numpy()
    chosen, weight = in_share(both.index.to_series(), *HALF), both["weight"].to_numpy()
    return float(np.average(change[chosen], weights=weight[chosen]) - np.average(change[~chosen], weights=weight[~chosen]))


def national(look: Look) -> float:
    """Exports of all real firms over a look, yuan."""
    return float(np.sum(look.cells["weight"] * look.cells["revenue_yuan"]))


def mean_firm_per_yuan(growth: float, look: Look, standard_rate: float) -> float:
    """Exports per yuan of rebate as the study counts: all exports rise as the mean firm's do with a point of rebate.

    That is how 13 % a point becomes 4.70: 0.13 / (0.01 × 1.13 + 0.136 × 0.13), at some 13 % rebated in its years.
    Here a rebate is paid on cost; the input tax that the ledger books at `standard_rate` on cost tells its share.
    """
    exports = national(look)
    rate, cost = look.account("rebate") / exports, look.account("input_vat") / standard_rate / exports
    return growth / (rate * growth + POINT * cost * (1.0 + growth))


def total_per_yuan(before: Look, after: Look) -> float:
    """More exports of all firms together per more yuan of rebate paid."""
    return (national(after) - national(before)) / (after.account("rebate") - before.account("rebate"))


def rebate_delay(seen: Seen) -> Mapping[str, float]:
    """NE-13: orders between removing the delay for all and moving it away from constrained firms."""
    late, prompt, moved = (seen.look(run, "after") for run in ("NE-13-late", "NE-13-prompt", "NE-13-moved"))
    base, full, part = national(late), national(prompt), national(moved)
    firms = seen.firms("NE-13-late", "before")
    constrained, others = by_constraint(firms, late.cells, prompt.cells)
    return {
        "full_raises": float(full > base),
        "moved_raises": float(part > base),
        "full_above_moved": float(full > part),
        "exits_fall": float(left(firms, prompt.firms) < left(firms, late.firms)),
        "constrained_more": float(constrained > others),
    }


def left(before: pd.DataFrame, after: pd.DataFrame) -> float:
    """Share of the real firms alive before that are gone after. (New firms leave most, and come with good times.)"""
    gone = ~before["number"].isin(after["number"]).to_numpy()
    return float(np.average(gone, weights=before["weight"]))


def by_constraint(firms: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> tuple[float, float]:
    """Growth of exports between two runs of firms that money held back before, and of those it did not.

    `firms`: as they were before the runs parted; `before`, `after`: their sales in the two runs.
    """
    number = firms["number"].to_numpy()
    held = number[firms["finance"].to_numpy() < UNCONSTRAINED]
    sold = [cells.assign(yuan=cells["weight"] * cells["revenue_yuan"]) for cells in (before, after)]
    totals = [
        [float(cells.loc[cells["firm"].isin(group), "yuan"].sum()) for cells in sold]
        for group in (held, np.setdiff1d(number, held))
    ]
    return totals[0][1] / totals[0][0] - 1.0, totals[1][1] / totals[1][0] - 1.0


_YEAR_ONE: Final = Label("", "")

EXPERIMENTS = (
    Experiment(
        "NE-12",
        "fiscal",
        Label("One point of VAT rebate", "退税率变动1个百分点"),
        Label(
            "China: a point more of rebate raises a firm's exports by 13 %, a product's by 7 %; 4.70 of exports per unit",
            "中国：退税率每提高1个百分点，企业出口增加13%，产品出口量增加7%；每单位退税带来4.70单位出口",
        ),
        "Chandra and Long 2013 (J. Public Economics 102); Gourdon, Monjon and Poncet 2014 (CEPII)",
        "ideas.repec.org/a/eee/pubeco/v102y2013icp13-22.html",
        (
            *(
                Output(f"firm_year_{year}", "log change", Label(f"Mean firm, year {year}", f"企业均值，第{year}年"),
                       (0.04, 0.18), target=0.13)
                for year in YEARS
            ),
            Output("symmetry", "ratio", Label("A point less against a point more", "降低与提高之比"), (0.5, 1.5), target=1.0),
            Output("yuan_per_yuan", "yuan per yuan", Label("Exports per yuan of rebate, mean firm", "每元退税带来的出口（企业均值）"),
                   (2.0, 8.0), target=4.7),
            Output("yuan_per_yuan_total", "yuan per yuan", Label("Exports per yuan of rebate, all firms", "每元退税带来的出口（总额）"),
                   (2.0, 8.0), target=4.7),
        ),  # fmt: skip
        MappingProxyType({f"year_{year}": Span(12 * year - 12, 12) for year in YEARS}),
        rebate_rate,
        arms=("NE-12-up", "NE-12-down"),
    ),
    Experiment(
        "NE-13",
        "fiscal",
        Label("Rebate delay removed or moved", "消除或调整退税迟延"),
        Label(
            "China: without delay exports would be 52 % higher, with the delay moved to unconstrained firms 35 %",
            "中国：消除退税迟延可使出口增加52%，将迟延转给资金充裕企业可增加35%",
        ),
        "Lu and Ma 2023 (J. Public Economics 225)",
        "econpapers.repec.org eeepubeco v225 2023",
        (
            Output.order("full_raises", Label("Removing the delay raises exports", "消除迟延增加出口")),
            Output.order("moved_raises", Label("Moving the delay raises exports", "调整迟延增加出口")),
            Output.order("full_above_moved", Label("Removing does more than moving", "消除优于调整")),
            Output.order("exits_fall", Label("Fewer firms leave", "退出企业减少")),
            Output.order("constrained_more", Label("Constrained firms gain more", "资金紧张企业获益更大")),
        ),
        MappingProxyType({"before": Span(23, 1), "after": Span(24, 36)}),
        rebate_delay,
        arms=("NE-13-late", "NE-13-prompt", "NE-13-moved"),
    ),
)
