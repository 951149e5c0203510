"""A draw: a seed of luck together with a set of parameters that fits the data as well as any other.

The sets stand in `scenarios/calibration/sample.csv`, one row a set, one column a path of a parameter. The first row
holds the declared values themselves, so seed 1 is the central draw. What a scenario sets itself stays as it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pandas as pd

if TYPE_CHECKING:
    from model.scenario import Scenario

SAMPLE: Final = Path(__file__).resolve().parents[1] / "scenarios" / "calibration" / "sample.csv"


@lru_cache(maxsize=1)
def sample() -> tuple[Mapping[str, float], ...]:
    """The sets of parameters, path → value; one empty set where nothing has been fitted."""
    if not SAMPLE.exists():
        return (MappingProxyType({}),)
    table = pd.read_csv(SAMPLE, comment="#", dtype="float64")
    return tuple(
        MappingProxyType({str(path): float(value) for path, value in row.items()}) for row in table.to_dict("records")
    )


def drawn(scenario: Scenario, seed: int) -> Scenario:
    """The scenario with the parameters that go with a seed. Seeds beyond the sample begin it again."""
    rows = sample()
    chosen = rows[(seed - 1) % len(rows)]
    return replace(scenario, parameters={**chosen, **scenario.parameters}) if chosen else scenario
