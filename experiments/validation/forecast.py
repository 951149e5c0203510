"""Rolling origin: from what was known at the end of a year, the next one; against two rules anybody can apply.

The model's forecast is conditional. Its growth from origin to target is applied to the observed value of the origin,
and it is given the growth of online retail abroad in the target year, which a forecaster of that day had not. The fit
has also seen the years to 2022. The two rules know the past alone. Three points prove little.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from experiments.validation.bands import TOTALS, fractiles, root_mean_square, within
from experiments.validation.evidence import FLOWS, cbec
from experiments.validation.history import FLOW_LABELS, HELD_OUT, yearly
from experiments.validation.items import Figure, Item
from experiments.validation.watching import Seen, each
from model.kernel.declare import Label

ORIGINS: Final = (2020, 2021, 2022)
_FIRST: Final = 2018
ENOUGH: Final = (0.6, 1.0)
"""Share of the published values that intervals of 80 % should hold; six points cannot tell 95 % from all."""
Series = Mapping[int, float]
Rule = Callable[[Series, int], float]


def observed(flow: str) -> dict[int, float]:
    """Published values by year, bn yuan; 2018 is the published total split by the shares of 2019."""
    return {year: cbec(flow, year) for year in range(_FIRST, HELD_OUT + 1)}


def drift(series: Series, origin: int) -> float:
    """Random walk with drift: the value of the origin grown by the mean log growth of the years up to it."""
    first = min(series)
    return series[origin] * float(np.exp(np.log(series[origin] / series[first]) / (origin - first)))


def last_growth(series: Series, origin: int) -> float:
    """The value of the origin grown as in the year before."""
    return series[origin] ** 2 / series[origin - 1]


def conditional(model: Callable[[int], float], series: Series, origin: int) -> float:
    """The value of the origin grown as the model grows from origin to target."""
    return series[origin] * model(origin + 1) / model(origin)


RULES: Final[Mapping[str, tuple[Label, Rule]]] = {
    "drift": (Label("random walk with drift", "带漂移随机游走"), drift),
    "last_growth": (Label("last growth", "上年增速外推"), last_growth),
}


def rule_errors(flow: str, rule: Rule, origins: Sequence[int] = ORIGINS) -> list[float]:
    """Relative errors of a rule."""
    series = observed(flow)
    return [
        rule({y: v for y, v in series.items() if y <= origin}, origin) / series[origin + 1] - 1.0 for origin in origins
    ]


def _forecast(flow: str, origin: int) -> Callable[[Seen], float]:
    def made(seen: Seen) -> float:
        return conditional(lambda year: yearly(flow, year)(seen), observed(flow), origin)

    return made


def _model_errors(flow: str, seen: Seen, origins: Sequence[int]) -> list[float]:
    series = observed(flow)
    return [_forecast(flow, origin)(seen) / series[origin + 1] - 1.0 for origin in origins]


def _ratio(flow: str, name: str, origins: Sequence[int], used: bool) -> Figure:
    """Error of the model over the error of a rule."""
    label, rule = RULES[name]
    last = origins == (ORIGINS[-1],)
    theirs = root_mean_square(rule_errors(flow, rule, origins))
    what = (
        Label(f"error of {HELD_OUT} over that of", f"{HELD_OUT}年误差与")
        if last
        else Label("RMSE over that of", "均方根误差与")
    )
    return Figure(
        f"{flow}_{name}_{origins[-1] + 1}" if last else f"{flow}_{name}",
        Label(f"{FLOW_LABELS[flow].en}: {what.en} {label.en}", f"{FLOW_LABELS[flow].zh}：{what.zh}{label.zh}之比"),
        "ratio", float("nan"), (0.0, 1.0),
        each(lambda seen: root_mean_square(_model_errors(flow, seen, origins)) / theirs), used=used,
        reason=Label("the rule is nearer, though it knows less", "简单规则掌握的信息更少却更接近"),
    )  # fmt: skip


def _point(flow: str, origin: int) -> Figure:
    target = cbec(flow, origin + 1)
    return Figure(
        f"{flow}_{origin + 1}_from_{origin}",
        Label(f"{FLOW_LABELS[flow].en} {origin + 1} from {origin}",
              f"由{origin}年预测{origin + 1}年{FLOW_LABELS[flow].zh}"),
        "bn yuan", target, within(target, TOTALS), each(_forecast(flow, origin)), used=origin + 1 != HELD_OUT,
    )  # fmt: skip


def _covered(draws: Sequence[Seen]) -> list[float]:
    """Share of the published values that the interval of four draws in five holds."""
    hits = []
    for flow in FLOWS:
        for origin in ORIGINS:
            low, high = fractiles([_forecast(flow, origin)(seen) for seen in draws])
            hits.append(low <= cbec(flow, origin + 1) <= high)
    return [float(np.mean(hits))]


@lru_cache(maxsize=1)
def forecast_items() -> tuple[Item, ...]:
    """Points, errors against the rules over all origins, 2023 alone, and coverage."""
    note = Label(
        "Conditional: the model's growth from origin to target on the observed value of the origin, given the market "
        "growth of the target year; targets to 2022 were seen by the fit. Three points a flow prove little.",
        "条件预测：以起点年实际值乘以模型增速，并已知目标年海外市场增速；2022年及以前的目标年已用于拟合。每个流向仅三个点，证明力有限。",
    )
    coverage = Figure(
        "coverage_80", Label("Published values inside the 80 % interval, both flows", "80%区间覆盖率，出口与进口"),
        "share", 0.8, ENOUGH, _covered, reason=Label("the draws lie closer together than the forecasts to the truth",
                                            "各次抽样彼此的差异小于预测误差"),
    )  # fmt: skip
    points = tuple(_point(flow, origin) for flow in FLOWS for origin in ORIGINS)
    ratios = tuple(_ratio(flow, name, ORIGINS, True) for flow in FLOWS for name in RULES)
    alone = tuple(_ratio(flow, name, ORIGINS[-1:], False) for flow in FLOWS for name in RULES)
    return (
        Item("forecast_points", "structure", "forecast", Label("Next year from an origin", "滚动一年预测"), points,
             note),
        Item("forecast_error", "structure", "forecast", Label("Error against simple rules", "与简单规则的误差比"),
             ratios, note),
        Item("forecast_2023", "structure", "forecast",
             Label("2023 alone, not seen by the fit", "仅2023年（未用于拟合）"), alone, note),
        Item("forecast_coverage", "structure", "forecast", Label("Coverage", "区间覆盖"), (coverage,), note),
    )  # fmt: skip
