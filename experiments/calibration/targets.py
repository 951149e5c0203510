"""What the fit must meet: figures up to 2022 and three experiments, each with its error and the model's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FOLDER: Final = Path(__file__).resolve().parents[2] / "scenarios" / "calibration"
TARGETS: Final = FOLDER / "targets.csv"


@dataclass(frozen=True)
class Target:
    """One figure. `value`, `observed_sd`, `discrepancy_sd` are in logs where `log`, else in units.

    `observed_sd` is how far the published figure may be from the truth, `discrepancy_sd` how far a model with the
    right parameters may be from it. `period`: a year, two years for the growth from the second to the first
    (`2021/2020`), or empty for an output of the experiment `id`. `used`: whether it has weight; one without is only
    run beside the others.
    """

    id: str
    output: str
    period: str
    log: bool
    value: float
    observed_sd: float
    discrepancy_sd: float
    source: str
    status: str
    used: bool = True

    @property
    def is_experiment(self) -> bool:
        return self.period == ""

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the run's outputs that are compared: one, or the later and the earlier of a growth."""
        if self.is_experiment:
            return (f"{self.id}/{self.output}",)
        return tuple(f"{self.output}/{year}" for year in self.period.split("/"))

    @property
    def sd(self) -> float:
        """Error of observation and discrepancy of the model together."""
        return float(np.hypot(self.observed_sd, self.discrepancy_sd))

    def read(self, outputs: Mapping[str, float]) -> float:
        """A run's output on the target's scale; nan where the run does not have it."""
        found = [outputs.get(key, float("nan")) for key in self.keys]
        value = found[0] if len(found) == 1 else found[0] / found[1]
        if not self.log:
            return float(value)
        return float(np.log(value)) if value > 0.0 else float("nan")

    def shown(self, value: float) -> float:
        """A value on the target's scale as a figure."""
        return float(np.exp(value)) if self.log else float(value)


def read_targets(path: Path = TARGETS) -> tuple[Target, ...]:
    """The targets of a table, in its order."""
    table = pd.read_csv(path, comment="#", keep_default_na=False)
    return tuple(_target(row) for row in table.to_dict("records"))


def _target(row: Mapping[str, object]) -> Target:
    log, value = row["log"] == "yes", float(str(row["value"]))
    return Target(
        str(row["id"]), str(row["output"]), str(row["period"]), log, float(np.log(value)) if log else value,
        float(str(row["observed_sd"])), float(str(row["discrepancy_sd"])), str(row["source"]), str(row["status"]),
        row["used"] == "yes",
    )  # fmt: skip


def matrix(targets: Sequence[Target], runs: Sequence[Mapping[str, float]]) -> Floats:
    """[run, target] outputs of runs on the targets' scales; nan where a run does not have one."""
    return np.array([[target.read(outputs) for target in targets] for outputs in runs], dtype=np.float64)
