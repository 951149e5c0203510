"""Sizes with a heavy tail: shares of the largest, slope of rank on size, and the power-law fit of Clauset, Shalizi and
Newman (SIAM Review 51(4), 2009).

A row may stand for many firms, so everything counts weights: `weights` real firms of size `sizes`, both [rows].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.kernel.draws import Draws

Floats = NDArray[np.float64]

LEAST_TAIL: Final = 100
"""Rows that a tail must hold for its exponent to mean anything."""
LARGEST: Final = 0.05
"""Share of firms in which a tail may start; a law of most firms would be none of the tail."""
CANDIDATES: Final = 60
"""Starts of the tail that are tried, spread evenly over the rows in order."""


@dataclass(frozen=True)
class TailFit:
    """A power law P(size > x) = (x / start)^-exponent above `start`.

    `distance`: the Kolmogorov-Smirnov distance to the sizes above it; `firms`, `rows`: how many of each lie there;
    `share`: their part of the sum of all sizes.
    """

    exponent: float
    start: float
    distance: float
    firms: float
    rows: int
    share: float


def descending(sizes: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Positive sizes from the largest down, with their weights."""
    kept = (sizes > 0.0) & (weights > 0.0)
    order = np.argsort(-sizes[kept], kind="stable")
    return sizes[kept][order], weights[kept][order]


def top_sum(sizes: Floats, weights: Floats, firms: float) -> float:
    """Share of the `firms` largest in the sum of all sizes; of a row that passes the count only the part needed."""
    size, weight = descending(sizes, weights)
    before = np.cumsum(weight) - weight
    counted = np.clip(firms - before, 0.0, weight)
    return float(np.sum(counted * size) / np.sum(weight * size))


def top_share(sizes: Floats, weights: Floats, part: float = 0.01) -> float:
    """Share of the largest `part` of firms in the sum of all sizes."""
    return top_sum(sizes, weights, part * float(weights[sizes > 0.0].sum()))


def rank_size_slope(sizes: Floats, weights: Floats, firms: float) -> float:
    """Slope of log (rank − 1/2) on log size over the `firms` largest, near −exponent for a power law.

    The half is the correction of Gabaix and Ibragimov (2011). A row of many firms counts once a firm, at its mean rank.
    """
    size, weight = descending(sizes, weights)
    last = int(np.searchsorted(np.cumsum(weight), firms * (1.0 - 1e-12))) + 1
    size, weight = size[:last], weight[:last]
    rank = np.cumsum(weight) - 0.5 * (weight - 1.0)
    x, y = np.log(size), np.log(rank - 0.5)
    x, y = x - np.average(x, weights=weight), y - np.average(y, weights=weight)
    return float(np.sum(weight * x * y) / np.sum(weight * x * x))


def fit_tail(sizes: Floats, weights: Floats, start: float | None = None) -> TailFit:
    """The power law that lies closest to the sizes above its start; `start` is searched where it is not given.

    For every start the exponent is that of greatest likelihood, and the start with the least distance is taken. The
    search goes over the largest firms (`LARGEST`, but at least `LEAST_TAIL` rows).
    """
    size, weight = descending(sizes, weights)
    if start is not None:
        return _fit(size, weight, int(np.searchsorted(-size, -start, side="right")))
    if len(size) < LEAST_TAIL:
        raise ValueError(f"{len(size)} rows are too few for a tail; it takes {LEAST_TAIL}")
    last = max(int(np.searchsorted(np.cumsum(weight), LARGEST * weight.sum())), LEAST_TAIL)
    ends = np.unique(np.linspace(LEAST_TAIL, last, CANDIDATES, dtype=np.int64))
    return min((_fit(size, weight, int(end)) for end in ends), key=lambda fit: fit.distance)


def _fit(size: Floats, weight: Floats, rows: int) -> TailFit:
    """The fit to the first `rows` of sizes in descending order; the smallest of them is where the tail starts."""
    x, w, start = size[:rows], weight[:rows], size[rows - 1]
    logs, firms = np.log(x / start), float(w.sum())
    total = float(np.sum(w * logs))
    exponent = firms / total if total > 0.0 else np.inf
    # Firms strictly above a size, and with the size itself: the step of the sample has two sides to keep close to.
    upper = np.cumsum(w) / firms
    law = np.exp(-exponent * logs)
    distance = float(np.max(np.maximum(np.abs(upper - law), np.abs(upper - w / firms - law))))
    share = float(np.sum(w * x) / np.sum(weight * size))
    return TailFit(float(exponent), float(start), distance, firms, rows, share)


def plausibility(sizes: Floats, weights: Floats, fit: TailFit, trials: int = 100, number: int = 0) -> float:
    """Part of samples of the fitted law that lie farther from their own best law than these sizes do from theirs.

    Below 0.1 the power law is implausible (Clauset, Shalizi and Newman). A sample has the rows of the data: in the
    tail sizes of the law, below it sizes drawn from the data; it is fitted anew, start and all, under the weights of
    the data. Luck is keyed by `number`, so the same data give the same answer.
    """
    size, weight = descending(sizes, weights)
    below, places, draws, worse = size[fit.rows :], np.arange(len(size)), Draws(number), 0
    for trial in range(trials):
        luck = draws.uniform("tail_size", trial, places)
        drawn = np.empty(len(size))
        drawn[: fit.rows] = fit.start * luck[: fit.rows] ** (-1.0 / fit.exponent)
        drawn[fit.rows :] = below[(luck[fit.rows :] * len(below)).astype(np.int64)]
        worse += fit_tail(drawn, weight).distance >= fit.distance
    return worse / trials
