"""Does the method find what it should? Stored runs play the truth: their outputs, blurred, are the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.calibration.posterior import Floats, Likelihood, sample_posterior

INTERVAL: Final = (0.05, 0.95)
_SEED: Final = 77


@dataclass(frozen=True)
class Truth:
    """A run whose parameters are known: its point [axis] and outputs [target] on the targets' scales."""

    point: Floats
    outputs: Floats


def recover(
    likelihood: Likelihood, truths: Sequence[Truth], observed_sd: Floats, paths: Sequence[str], steps: int = 1500
) -> pd.DataFrame:
    """One row a truth and free axis: truth, low, high, width, covered (all on the cube, where the prior is 0 to 1).

    `observed_sd` [target] blurs the truth's outputs. The model is the truth here, so it has no discrepancy. Axes that
    are fixed are known, as they are in the fit.
    """
    rng = np.random.default_rng(_SEED)
    rows = []
    for number, truth in enumerate(truths):
        data = truth.outputs + observed_sd * rng.standard_normal(len(observed_sd))
        mine = Likelihood(likelihood.emulator, data, observed_sd, likelihood.free, truth.point)
        sample = sample_posterior(mine, steps, seed=_SEED + number)
        low, high = np.quantile(sample, INTERVAL, axis=0)
        rows += [_row(number, paths[axis], float(truth.point[axis]), float(low[axis]), float(high[axis]))
                 for axis in likelihood.free]  # fmt: skip
    return pd.DataFrame(rows)


def _row(number: int, path: str, truth: float, low: float, high: float) -> dict[str, object]:
    covered = low <= truth <= high
    return {"truth": number, "path": path, "value": truth, "low": low, "high": high, "width": high - low,
            "covered": covered}  # fmt: skip


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """By path: how often the interval holds the truth, and its mean width against the prior's (0.9)."""
    by = table.groupby("path", sort=False)
    return pd.DataFrame({"coverage": by["covered"].mean(), "width": by["width"].mean() / (INTERVAL[1] - INTERVAL[0])})


def flat(sample: Floats, below: float = 0.15) -> NDArray[np.int64]:
    """Axes whose posterior is the even prior: their distribution is nowhere further than `below` from it.

    The spread alone would call an axis flat whose posterior leans to one end.
    """
    ordered = np.sort(sample, axis=0)
    share = (np.arange(len(sample)) + 0.5) / len(sample)
    return np.flatnonzero(np.max(np.abs(ordered - share[:, None]), axis=0) < below)


def correlated(sample: Floats, free: Sequence[int], above: float = 0.8) -> list[tuple[int, int, float]]:
    """Pairs of free axes that the targets tell only together: (axis, axis, correlation)."""
    found = np.corrcoef(sample[:, list(free)], rowvar=False)
    pairs = [(a, b) for a in range(len(free)) for b in range(a + 1, len(free))]
    return [(free[a], free[b], float(found[a, b])) for a, b in pairs if abs(found[a, b]) > above]
