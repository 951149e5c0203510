"""How much output a shock costs and how long it lasts, on paired runs: with the shock and without it, the same luck.

    loss of a month = 1 − output with the shock / output without it
    area   = Σ max(0, loss) over two years from the shock's first month, in %-months (a tenth lost for a year: 120)
    gain   = Σ max(0, −loss): what comes back later, reported apart and never netted
    trough = the largest loss;  recovery = months until the loss stays within a tenth of what was lost directly

Three circles: the nation; the belts that a loss of capacity hits; their customers in other categories. Rivals of the
belts hit gain, so within their own category the sum says nothing about resilience.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.kernel.declare import Indicator, Label

if TYPE_CHECKING:
    from experiments.run import RunResult
    from model.scenario import Scenario

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MONTHS: Final = 24
"""Months from the shock's first month that count."""
WITHIN: Final = 0.1
"""Part of the direct loss below which output counts as recovered."""
_SHOCK_LEVERS: Final = ("supplier_capacity", "foreign_input_supply", "foreign_input_price")
_CIRCLES: Final = (
    ("", Label("", ""), "meso"),
    ("hit_", Label(", belts hit", "（受冲击产业带）"), "meso"),
    ("customer_", Label(", their customers", "（下游产业带）"), "meso"),
)
_MEASURES: Final = (
    ("output_loss_area", Label("Output lost", "产出损失面积"), "%-months", "Sum of monthly losses over two years."),
    ("output_gain_area", Label("Output gained back", "产出回补面积"), "%-months", "Sum of monthly gains."),
    ("output_trough", Label("Deepest loss of output", "产出最大跌幅"), "share", "Largest monthly loss."),
    ("recovery_months", Label("Months to recover", "恢复月数"), "months",
     "Months until the loss stays within a tenth of the direct loss; all months that were looked at when it does not."),
)  # fmt: skip


def _watched_in_pairs(*_: Any) -> float:
    raise TypeError("this indicator compares two runs: experiments.resilience")


PAIRED: Final[Mapping[str, Indicator]] = MappingProxyType(
    {
        circle + id_: Indicator(
            circle + id_, Label(label.en + of.en, label.zh + of.zh), unit, "pair", level, _watched_in_pairs, (), doc
        )
        for circle, of, level in _CIRCLES
        for id_, label, unit, doc in _MEASURES
    }
)
"""What a pair of runs measures when one has shocks that the other has not, by id; kind `pair`, period `all`."""


@dataclass(frozen=True)
class Resilience:
    """One pair of series. `area` and `gain` in %-months, `trough` a share, `recovery` in months."""

    area: float
    gain: float
    trough: float
    recovery: float

    @property
    def row(self) -> tuple[float, float, float, float]:
        """In the order of the declared measures."""
        return self.area, self.gain, self.trough, self.recovery


def resilience(base: Floats, shocked: Floats, direct: float | None = None) -> Resilience:
    """Measures of monthly output [month] from the shock's first month on; months after two years do not count.

    `direct`: the share of `base` that the shock itself took where it hit; the trough when not given.
    """
    loss = 1.0 - shocked[:MONTHS] / np.maximum(base[:MONTHS], 1e-12)
    trough = max(float(loss.max(initial=0.0)), 0.0)
    late = np.flatnonzero(loss > WITHIN * (trough if direct is None else max(direct, 0.0)))
    recovery = float(late[-1] + 1) if len(late) and trough > 0.0 else 0.0
    area, gain = float(np.maximum(loss, 0.0).sum()), float(np.maximum(-loss, 0.0).sum())
    return Resilience(100.0 * area, 100.0 * gain, trough, recovery)


def circles(base: pd.DataFrame, shocked: pd.DataFrame, hit: Flags, customers: Flags) -> dict[str, Resilience]:
    """Measures by circle from monthly output [month × belt] of a pair; only circles that hold a belt."""
    with_, without = shocked.to_numpy(), base.to_numpy()
    national = without.sum(axis=1)
    direct = None
    if hit.any():
        lost = without[:MONTHS, hit].sum(axis=1) - with_[:MONTHS, hit].sum(axis=1)
        direct = float((lost / np.maximum(national[:MONTHS], 1e-12)).max(initial=0.0))
    found = {"": resilience(national, with_.sum(axis=1), direct)}
    for name, belts in (("hit_", hit), ("customer_", customers)):
        if belts.any():
            found[name] = resilience(without[:, belts].sum(axis=1), with_[:, belts].sum(axis=1))
    return found


# --- a comparison's rows --------------------------------------------------------------------------------------


def unshocked(named: Mapping[str, Scenario], name: str) -> str:
    """The scenario that `name` is measured against: the same without shocks if it is there, else the first."""
    wanted = _without_shocks(named[name])
    twins = [other for other, one in named.items() if not events(one) and _without_shocks(one) == wanted]
    return twins[0] if twins else next(iter(named))


def events(scenario: Scenario) -> list[Any]:
    """Shocks, and settings of levers that stand for a shock."""
    return [*scenario.shocks, *(one for one in scenario.levers if one.lever in _SHOCK_LEVERS)]


def _without_shocks(scenario: Scenario) -> dict[str, Any]:
    plain = {key: value for key, value in scenario.resolved().items() if key not in ("name", "shocks")}
    plain["levers"] = [one for one in plain.get("levers", []) if one["lever"] not in _SHOCK_LEVERS]
    return plain


def resilience_rows(
    named: Mapping[str, Scenario], runs: Sequence[Mapping[str, RunResult]], name: str
) -> list[pd.DataFrame]:
    """Rows of `effects.parquet` for a scenario with shocks: one an indicator of `PAIRED`, period `all`; else no table.

    `baseline` is zero (a run against itself loses nothing), the effect is the measure with its interval over draws.
    """
    from experiments.effects import summarise

    reference = unshocked(named, name)
    shocks = [one for one in events(named[name]) if one not in events(named[reference])]
    pairs = [(seed[reference].output, seed[name].output) for seed in runs]
    start = min((one.window.start for one in shocks), default=0)
    if not shocks or any(one is None or start > one.index[-1] for pair in pairs for one in pair):
        return []
    belts = list(pairs[0][0].columns)
    hit, customers = belts_hit(shocks, belts), np.zeros(len(belts), dtype=bool)
    if hit.any():
        customers = customers_of(named[name], belts, hit)
    draws = [circles(base.loc[start:], shocked.loc[start:], hit, customers) for base, shocked in pairs]
    ids = [circle + id_ for circle in draws[0] for id_, *_ in _MEASURES]
    values = np.array([[value for one in draw.values() for value in one.row] for draw in draws])
    table = pd.DataFrame(summarise(np.zeros_like(values), values))
    table["relative"] = np.nan
    made = table.assign(
        scenario=name, indicator=ids, period="all", unit=[PAIRED[id_].unit for id_ in ids], draws=len(runs),
        public_cost=0.0, effect_per_yuan=np.nan,
    )  # fmt: skip
    return [made]


def resilience_lines(effects: pd.DataFrame, name: str) -> list[str]:
    """What a comparison prints of a scenario's shocks: a line a circle and an empty one; nothing without shocks."""
    mine = effects[(effects["scenario"] == name) & effects["indicator"].isin(list(PAIRED))]
    value = dict(zip(mine["indicator"], mine["effect"], strict=True))
    words = {"": "all", "hit_": "belts hit", "customer_": "their customers"}
    lines = [
        f"  {words[circle]}: {value[circle + 'output_loss_area']:.1f} %-months, deepest month "
        f"{100.0 * value[circle + 'output_trough']:.1f} %, {value[circle + 'recovery_months']:.0f} months to recover"
        for circle, *_ in _CIRCLES
        if circle + "output_loss_area" in value
    ]
    return [f"Output lost within {MONTHS} months of the shock:", *lines, ""] if lines else []


def belts_hit(shocks: Sequence[Any], belts: Sequence[str]) -> Flags:
    """Belts, of those given, whose capacity the shocks cut."""
    from model.levers import axis_mask
    from model.world.load import load_world

    world, hit = load_world(), set()
    for effect in (effect for shock in shocks for effect in shock.effects()):
        if effect.lever == "supplier_capacity":
            mask = np.ones(world.n_belt, dtype=bool)
            for key, members in effect.where.members:
                mask &= axis_mask("belt", key, members, world)
            hit |= {world.belt_ids[code] for code in np.flatnonzero(mask)}
    return np.array([belt in hit for belt in belts], dtype=bool)


def customers_of(scenario: Scenario, belts: Sequence[str], hit: Flags) -> Flags:
    """Belts of other categories than those hit that buy inputs from them."""
    from model.world.load import load_world
    from model.world.supply import network_of_parameters

    world = load_world(restrict=scenario.restriction)
    net = network_of_parameters(world, scenario.parameter_values())
    code = {name: number for number, name in enumerate(world.belt_ids)}
    struck = np.zeros(world.n_belt, dtype=bool)
    struck[[code[belt] for belt, flag in zip(belts, hit, strict=True) if flag]] = True
    buys = np.zeros(world.n_belt, dtype=bool)
    buys[net.buyer[struck[net.supplier]]] = True
    other = ~np.isin(world.belt_category, world.belt_category[struck])
    chosen = buys & other & ~struck
    return np.array([chosen[code[belt]] for belt in belts], dtype=bool)
