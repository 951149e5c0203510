"""What is left of an effect after support ends: for every entry whose last month lies inside the run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.effects import Period, period_values
from experiments.evaluation.arithmetic import Floats, ratio_of_means, spread
from experiments.evaluation.rows import Pair, rows_of
from experiments.parts import parts_of
from experiments.run import indicator_kinds, indicator_units

END, AFTER_1, AFTER_2 = SPANS = ("support_end", "after_1", "after_2")
"""The last year of support, the same months one and two years later."""


def after_support(pairs: Sequence[Pair]) -> pd.DataFrame:
    """Effects in the last year of support and after it, and what is left as a share, for every indicator.

    Effects are the whole scenario's. Support of less than a year is compared with the same months of later years.
    """
    baseline, policy = pairs[0]
    last = baseline.first + baseline.months - 1
    tables = []
    for name, entry in parts_of(policy.scenario, baseline.scenario).items():
        window = getattr(entry, "window", None)
        if window is not None and window.until < last:
            tables.append(_after(pairs, name, spans(max(window.start, baseline.first), window.until, last)))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def spans(start: int, until: int, last: int) -> list[Period]:
    """Last year of support from `start` to `until` and the years after, those that end by `last` (absolute months)."""
    first = max(start, until - 11)
    return [Period(name, first + 12 * k, until + 12 * k) for k, name in enumerate(SPANS) if until + 12 * k <= last]


def _after(pairs: Sequence[Pair], name: str, periods: Sequence[Period]) -> pd.DataFrame:
    kinds, units = indicator_kinds(), indicator_units()
    sides = [[period_values(run.parts, periods, kinds) for run in pair] for pair in pairs]
    indicators = sides[0][0].index
    gaps = np.stack([(after.loc[indicators] - before.loc[indicators]).to_numpy() for before, after in sides])
    words = {"indicator": indicators.to_numpy(dtype=object), "policy": name}
    unit = [units[one] for one in indicators]
    made = []
    for at, period in enumerate(periods):
        gap: Floats = gaps[:, :, at]
        made.append(rows_of("after_support", spread(gap), len(pairs), unit=unit, period=period.name, **words))
        if at:
            left = ratio_of_means(gap, gaps[:, :, 0])
            made.append(rows_of("left_after_support", left, len(pairs), unit="share", period=period.name, **words))
    return pd.concat(made, ignore_index=True)
