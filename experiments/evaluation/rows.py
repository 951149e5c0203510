"""Rows of `evaluation.parquet`, tidy: one figure a row, every key a column.

| measure | policy | dimension, member | period | value |
|---|---|---|---|---|
| `effect_by_member` | | a dimension and a member | YYYY | effect on the indicator there |
| `after_support` | entry that ended | | `support_end`, `after_1`, `after_2` | effect of the scenario then |
| `left_after_support` | the same | | `after_1`, `after_2` | share of the effect of `support_end` |
| `supported_units` | policy | | `all` | what was paid for, in the policy's own unit |
| `added_units` | policy | | `all` | effect on the quantity that the support should add to |
| `additionality` | policy | | `all` | share of what was paid for that would not have come anyway |
| `supported_effect`, `others_effect` | policy | | `all` | effect on firms ever and never supported: yuan, days |
| `displacement` | policy | | `all` | share of the gain of the supported that others lose |
| `synergy` | one part | `policy` or `group`, the other | as in effects | effect of both less the sum of each |
| `rank` | | `order`, `highest` or `lowest` first | `last_12` | effect by which the scenario is ranked |
| `beats` | | `scenario`, the other one | `last_12` | probability of being ahead of the other |
| `lead` | | `scenario`, the other one | `last_12` | effect less the other's |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from model.kernel.declare import Label

if TYPE_CHECKING:
    from experiments.effects import Floats
    from experiments.run import RunResult

Pair = tuple["RunResult", "RunResult"]
"""Baseline and scenario on one draw."""

MEASURES: Final = {
    "effect_by_member": Label("Effect by member", "分组效应"),
    "after_support": Label("Effect after support ends", "支持退出后的效应"),
    "left_after_support": Label("Share left after support ends", "支持退出后剩余比例"),
    "supported_units": Label("Units paid for", "获支持数量"),
    "added_units": Label("Units added", "净增数量"),
    "additionality": Label("Additionality", "附加性"),
    "supported_effect": Label("Effect on supported firms", "获支持企业的效应"),
    "others_effect": Label("Effect on firms never supported", "从未获支持企业的效应"),
    "displacement": Label("Displacement", "挤出"),
    "synergy": Label("Synergy of a pair", "两两协同效应"),
    "rank": Label("Effect ranked by", "排序所依效应"),
    "beats": Label("Probability of being ahead", "领先概率"),
    "lead": Label("Lead over the other", "领先幅度"),
}
WORDS = ("measure", "policy", "indicator", "dimension", "member", "period", "unit")


def rows_of(measure: str, figures: Mapping[str, Floats], draws: int, **words: Any) -> pd.DataFrame:
    """Rows of one measure; words not given are empty. `figures` as `arithmetic.spread` gives them."""
    given = {name: words.get(name, "") for name in WORDS} | {"measure": measure}
    frame = pd.DataFrame({name: np.atleast_1d(values) for name, values in figures.items()})
    return frame.assign(**given, draws=draws)
