"""Tariffs: the United States in 2018, and how the response to a lasting change grows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from experiments.natural.declared import BASELINE, Experiment, Output, Span
from experiments.natural.watching import Seen
from model.kernel.declare import Label

YEARS = (1, 3, 5, 10)


def elasticities(seen: Seen) -> Mapping[str, float]:
    """Log change of exports over log change of one plus duty, at each horizon run."""
    found = {}
    for year in YEARS:
        name = f"year_{year}"
        if seen.has(name):
            values = []
            for run in (BASELINE, "NE-19"):
                cells = seen.cells(run, name)
                values.append(float((cells["weight"] * cells["revenue_yuan"]).sum()))
            found[name] = float(np.log(values[1] / values[0]) / np.log(1.01))
    return found


EXPERIMENTS = (
    Experiment(
        "NE-19",
        "tariffs",
        Label("x", "y"),
        Label("", ""),
        "",
        "",
        tuple(Output(f"year_{y}", "elasticity", Label("", ""), (-2, -1)) for y in YEARS),
        MappingProxyType({f"year_{y}": Span(12 * y - 12, 12) for y in YEARS}),
        elasticities,
        arms=("NE-19",),
        used_in_calibration=True,
    ),
)
