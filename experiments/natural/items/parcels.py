"""Small parcels: Sweden ends the exemption and charges a fee a parcel."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from experiments.natural.declared import BASELINE, Experiment, Output, Span
from experiments.natural.estimators import change, total
from experiments.natural.watching import Seen, mode
from model.kernel.declare import Label

PLACE: Final = "CAN"
"""Sweden is no market of the model and the EU taxes every parcel since 2021: see NE-20.yaml."""
PARCEL_MODES: Final = ("post", "direct_parcel", "full_hosting")


def fee_per_parcel(seen: Seen) -> Mapping[str, float]:
    """NE-20: parcels sent one by one to the market, in per cent of what they would have been."""
    found = {name: change(_parcels(seen, "NE-20", name), _parcels(seen, BASELINE, name)) for name in seen.spans}
    below = found["collected"] < 0.0
    return {
        "month_3": found["month_3"],
        "month_9": found["month_9"],
        "recovery": float(found["collected"] > found["month_9"] and below),
    }


def _parcels(seen: Seen, run: str, look: str) -> float:
    cells = seen.cells(run, look)
    return total(cells[cells["mode"].isin(mode(*PARCEL_MODES)) & cells["market"].isin(seen.market(PLACE))], "parcels")


_GRADUAL: Final = Label(
    "Substitution between sellers (demand.substitution_consumer) sets how far buyers turn away, and they close half of "
    "the gap a month (demand.inertia_consumer); in Sweden they refused the fee at once. Parcels are most of China's "
    "retail there, so what they leave in the nest comes back to those that stay (demand.nest_consumer).",
    "买家转移的幅度取决于卖家间替代弹性（demand.substitution_consumer），且每月仅完成一半调整（demand.inertia_consumer）；"
    "瑞典买家则当即拒付手续费。小额包裹占当地中国零售的大部分，退出者让出的需求部分回流给留下者（demand.nest_consumer）。",
)

EXPERIMENTS = (
    Experiment(
        "NE-20", "parcels", Label("VAT and a fee on every parcel", "每件包裹征收增值税和手续费"),
        Label(
            "Sweden, March 2018: 25 % VAT from the first krona and 75 SEK a parcel. Parcels from China from 150-160 "
            "thousand a day to 5-6 thousand, then 25 thousand after nine months",
            "瑞典2018年3月：自第一克朗起征25%增值税，每件另收75克朗。来自中国的包裹由日均15万—16万件降至5000—6000件，九个月后为2.5万件",
        ),
        "PostNord via SVT/NTB and Ekot", "vol.no 2018-12-08; naaju.com",
        (
            Output("month_3", "%", Label("Parcels, third month", "第三个月包裹量"), (-98.0, -85.0),
                   target=-96.0, reason=_GRADUAL),
            Output("month_9", "%", Label("Parcels, ninth month", "第九个月包裹量"), (-92.0, -65.0),
                   target=-84.0, reason=_GRADUAL),
            Output.order(
                "recovery", Label("Partial recovery once collected at checkout", "改由平台代收后部分恢复"), _GRADUAL
            ),
        ),
        MappingProxyType({
            "month_3": Span(2), "month_9": Span(8), "collected": Span(14),
        }),
        fee_per_parcel, ("NE-20",),
    ),
)  # fmt: skip
