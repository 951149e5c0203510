"""Taxes and finance: the VAT rebate of exports, its rate and its delay."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from experiments.natural.declared import BASELINE, Experiment, Output, Span
from experiments.natural.estimators import did, pairs, total
from experiments.natural.watching import Look, Seen, in_share
from model.kernel.declare import Label

YEARS: Final = (1, 2, 3)
POINT: Final = 0.01
HALF, HALF_DRAW = 0.5, 12
"""Share and draw by which NE-12-up and NE-12-down pick firms."""
CONSTRAINED: Final = 0.95
"""Share of its orders that a firm can finance below which money holds it back."""


def rebate_rate(seen: Seen) -> Mapping[str, float]:
    """NE-12: what a point of rebate does to the mean firm in per cent, up against down, and per yuan of rebate."""
    found: dict[str, float] = {}
    for year in (year for year in YEARS if seen.has(f"year_{year}")):
        base, up, down = (seen.look(run, f"year_{year}") for run in (BASELINE, "NE-12-up", "NE-12-down"))
        effect = half_effect(base.cells, up.cells)
        found[f"firm_year_{year}"] = 100.0 * np.expm1(effect)
        if year == YEARS[-1]:
            found["symmetry"] = -half_effect(base.cells, down.cells) / effect
            found["yuan_mean_firm"] = yuan_of_mean_firm(effect, base, seen.parameters["tax.rebate_rate"])
            found["yuan_all_firms"] = yuan_of_all(base, up)
    return found


def half_effect(base: pd.DataFrame, arm: pd.DataFrame) -> float:
    """Log change of exports of the firms treated against the others (difference in differences; firms count alike)."""
    panel = pairs(base, arm, "revenue_yuan", ("firm",))
    inside = in_share(panel["firm"], HALF, HALF_DRAW) & (panel["period"] == 1).to_numpy()
    return did(panel["log"], inside, panel["unit"], panel["period"], panel["weight"]).value


def yuan_of_mean_firm(effect: float, base: Look, standard_rate: float) -> float:
    """Exports per yuan of rebate as the study counts: all exports rise as the mean firm's do with a point.

    That is how 13 % a point becomes 4.7 at the 13 % or so that were rebated then: 0.13 / (0.13 × 0.13 + 0.01 × 1.13).
    Here a rebate is paid on cost; the input tax, booked at `standard_rate` on cost, tells how large that is.
    """
    exports = total(base.cells)
    rate, cost = base.account("rebate") / exports, base.account("input_vat") / standard_rate / exports
    return effect / (rate * effect + POINT * cost * (1.0 + effect))


def yuan_of_all(base: Look, arm: Look) -> float:
    """More exports of all firms together per more yuan of rebate paid."""
    return (total(arm.cells) - total(base.cells)) / (arm.account("rebate") - base.account("rebate"))


def rebate_delay(seen: Seen) -> Mapping[str, float]:
    """NE-13: orders between removing the delay for all and moving it away from constrained firms."""
    late, prompt, moved = (seen.look(run, "after") for run in ("NE-13-late", "NE-13-prompt", "NE-13-moved"))
    exports = [total(look.cells) for look in (late, prompt, moved)]
    firms = seen.firms("NE-13-late", "before")
    constrained, others = by_constraint(firms, late.cells, prompt.cells)
    return {
        "full_raises": float(exports[1] > exports[0]),
        "moved_raises": float(exports[2] > exports[0]),
        "full_above_moved": float(exports[1] > exports[2]),
        "exits_fall": float(left(firms, prompt.firms) < left(firms, late.firms)),
        "constrained_more": float(constrained > others),
    }


def left(before: pd.DataFrame, after: pd.DataFrame) -> float:
    """Share of the real firms alive before that are gone after. Both are tables `Look.firms`.

    Those founded since are left out: more of them come in good times, and the young leave most.
    """
    gone = ~before["number"].isin(after["number"]).to_numpy()
    return float(np.average(gone, weights=before["weight"]))


def by_constraint(firms: pd.DataFrame, base: pd.DataFrame, arm: pd.DataFrame) -> tuple[float, float]:
    """Growth of exports from one run to another of the firms that money held back before, and of those it did not.

    `firms`: as they were before the runs parted (`Look.firms`); `base`, `arm`: sales in the two runs (`Look.cells`).
    """
    number = firms["number"].to_numpy()
    held = firms["finance"].to_numpy() < CONSTRAINED
    growth = []
    for group in (number[held], number[~held]):
        sums = [total(cells[cells["firm"].isin(group)]) for cells in (base, arm)]
        growth.append(sums[1] / sums[0] - 1.0)
    return growth[0], growth[1]


_BOUND_BY_CASH: Final = Label(
    "Half of all firms cannot finance more orders, so that a stronger pull does not move them and the point's cash "
    "only slowly does; promotion (firm.promotion, firm.promotion_base) builds over the year and business buyers "
    "close 1.4 % of the gap a month.",
    "约半数企业资金不足以承接更多订单，需求增强对其无效，多得的退税只能缓慢转化为出口；"
    "推广投入（firm.promotion、firm.promotion_base）需一年形成，B2B买家每月仅调整1.4%。",
)

EXPERIMENTS = (
    Experiment(
        "NE-12", "fiscal", Label("A point of VAT rebate", "退税率变动1个百分点"),
        Label(
            "China: a point more of rebate: exports of a firm +13 %, of a product +7 %; 4.70 of exports per unit",
            "中国：退税率每提高1个百分点，企业出口增加13%，产品出口量增加7%；每单位退税带来4.70单位出口",
        ),
        "Chandra, Long 2013, Journal of Public Economics 102; Gourdon, Monjon, Poncet 2014, CEPII",
        "ideas.repec.org/a/eee/pubeco/v102y2013icp13-22.html; cepii WP 2014-05",
        (
            *(
                Output.reported(f"firm_year_{year}", "%", Label(f"Mean firm, year {year}", f"企业均值，第{year}年"))
                for year in YEARS[:-1]
            ),
            Output(f"firm_year_{YEARS[-1]}", "%", Label("Mean firm, third year", "企业均值，第3年"), (4.0, 18.0),
                   target=13.0, reason=_BOUND_BY_CASH),
            Output("symmetry", "ratio", Label("A point less against a point more", "降低与提高效应之比"), (0.5, 1.5),
                   target=1.0),
            Output("yuan_mean_firm", "yuan", Label("Exports per yuan, mean firm", "每元退税增加的出口（企业均值）"),
                   (2.0, 8.0), target=4.7, reason=_BOUND_BY_CASH),
            Output.reported("yuan_all_firms", "yuan", Label("The same, all firms", "每元退税增加的出口（总额）")),
        ),
        MappingProxyType({f"year_{year}": Span(12 * year - 12, 12) for year in YEARS}), rebate_rate,
        ("NE-12-up", "NE-12-down"),
    ),
    Experiment(
        "NE-13", "fiscal", Label("Rebate delay removed or moved", "消除或调整退税迟延"),
        Label(
            "China: without delay exports would be 52 % higher, with the misallocation of the delay corrected 35 %; "
            "delay raises exit, constrained firms react more",
            "中国：消除退税迟延可使出口增加52%，纠正迟延错配可增加35%；迟延增加退出，资金紧张企业反应更大",
        ),
        "Lu, Ma 2023, Journal of Public Economics 225", "econpapers.repec.org eeepubeco v225 2023",
        (
            Output.order("full_raises", Label("Removing the delay raises exports", "消除迟延增加出口")),
            Output.order("moved_raises", Label("Moving the delay raises exports", "调整迟延增加出口")),
            Output.order("full_above_moved", Label("Removing does more than moving", "消除优于调整")),
            Output.order("exits_fall", Label("Fewer firms leave", "企业退出减少")),
            Output.order("constrained_more", Label("Constrained firms gain more", "资金紧张企业获益更大")),
        ),
        MappingProxyType({"before": Span(23), "after": Span(24, 36)}), rebate_delay,
        ("NE-13-late", "NE-13-prompt", "NE-13-moved"),
    ),
)  # fmt: skip
