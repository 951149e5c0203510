"""The lever matrix: every policy and every kind of shock, alone and with its defaults, against every indicator.

Each is in force from the month in which policies begin; what is told is its effect in the last calendar year of the
run, the policy's third unless the length says otherwise, on paired seeds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from experiments.paired import Reading, Study, effects
from experiments.run import indicator_kinds, indicator_units
from model.kernel.calendar import Window, year_of
from model.kernel.declare import Label
from model.kernel.refusals import Problem, Refused
from model.levers import EVERYWHERE, Where
from model.policies import policies
from model.scenario import PolicyEntry, Scenario, ShockEntry, load_scenario
from model.scenario.vocabulary import vocabulary
from model.shocks import SHOCKS

BASELINE: Final = "baseline"
PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {"market": "USA", "gateway": "shenzhen", "belt": "shenzhen_3c_accessories", "platform": "global_marketplace"}
)
"""Where a shock hits that needs a place: the largest market, district, belt and platform."""
COLUMNS: Final = (
    "kind", "id", "indicator", "unit", "year", "baseline", "effect", "low", "high", "relative", "p_positive", "sign",
    "draws",
)  # fmt: skip


@dataclass(frozen=True)
class Push:
    """A column of the matrix: a policy or a shock, with its words and where it acts."""

    kind: str
    id: str
    label: Label
    where: Where = EVERYWHERE


def pushes() -> list[Push]:
    """All policies, then all kinds of shock, in the order of their declarations."""
    own = [Push("policy", one.id, one.label) for one in policies().values()]
    return own + [Push("shock", one.kind, one.label, place_of(one.kind)) for one in SHOCKS.values()]


def place_of(kind: str) -> Where:
    """Where a kind of shock hits: by the first key it needs, everywhere when it needs none."""
    needs = SHOCKS[kind].needs[:1]
    return Where(tuple((key, (PLACES.get(key) or vocabulary().members(key)[0],)) for key in needs))


def scenario_of(push: Push, base: Scenario) -> Scenario:
    """The baseline with one policy or shock in force from the month in which policies begin."""
    window = Window(base.policies_from)
    if push.kind == "policy":
        entry = PolicyEntry(push.id, policies()[push.id].defaults(), window)
        return replace(base, name=push.label, stem=push.id, policies=(*base.policies, entry))
    shock = ShockEntry(push.id, SHOCKS[push.id].defaults(), window, push.where)
    return replace(base, name=push.label, stem=push.id, shocks=(*base.shocks, shock))


def matrix_study(
    folder: Path, months: int | None = None, scale: float | None = None, jobs: int = 1, ids: Sequence[str] = ()
) -> Study:
    """The runs of the matrix; `ids` keeps some policies and shocks, all when empty. Raises Refused."""
    base = load_scenario(BASELINE).with_(months=months, scale=scale)
    last = base.start + base.months - 1
    year = year_of(last - 11)
    if year * 12 < base.policies_from:
        message = f"The last whole year of the run is {year}, before policies begin; the run is too short."
        raise Refused([Problem("run_too_short", message, path="--months", given=base.months)])
    chosen = [push for push in pushes() if not ids or push.id in ids]
    named = {BASELINE: base} | {f"{push.kind}:{push.id}": scenario_of(push, base) for push in chosen}
    readings = tuple(Reading(name, str(year)) for name in indicator_kinds())
    return Study(folder, named, readings, jobs)


def matrix_table(study: Study, seeds: Sequence[int]) -> pd.DataFrame:
    """One row a push and indicator: effect, 90 % interval over seeds, and the sign (0 unless clear of zero)."""
    found = study.ask("matrix", seeds)
    units = indicator_units()
    tables = []
    for name in study.named:
        if name == BASELINE:
            continue
        kind, _, id = name.partition(":")
        table = effects(found, study.readings, BASELINE, name)
        clear = (table["low"] > 0.0) | (table["high"] < 0.0)
        sign = np.where(clear, np.sign(table["effect"]), 0.0).astype(int)
        unit = [units[one] for one in table["indicator"]]
        tables.append(table.assign(kind=kind, id=id, unit=unit, sign=sign))
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]
