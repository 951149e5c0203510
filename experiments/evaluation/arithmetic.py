"""Arithmetic of an evaluation: paired draws to a figure with its interval. Nothing here knows of runs or files."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from experiments.effects import summarise

Floats = NDArray[np.float64]

CLEAR_ORDER = 0.8
"""From this probability on, one scenario counts as ahead of another."""
FEWEST_DRAWS = 8
"""Below this number of draws no order is called clear: a few coins fall on one side too easily."""


def spread(draws: Floats) -> dict[str, Floats]:
    """Draws [draw, thing] → value, low, high, se, p_negative of each thing; the interval is that of the effects."""
    row = summarise(np.zeros_like(draws), draws)
    below = np.where(np.isnan(row["effect"]), np.nan, (draws < 0.0).mean(axis=0))
    return {"value": row["effect"], "low": row["low"], "high": row["high"], "se": row["se"], "p_negative": below}


def ratio_of_means(above: Floats, below: Floats) -> dict[str, Floats]:
    """Mean over mean, draws [draw, thing], with an interval.

    A ratio of effects has no mean worth the name where its denominator comes near zero in some draws; so the means are
    divided, and the interval is that of the ratio's linear part. Not a number where the denominator's mean is zero.
    """
    mean = below.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(mean != 0.0, above.mean(axis=0) / mean, np.nan)
        return spread(ratio + (above - ratio * below) / mean)


def additionality(effect: Floats, supported: Floats) -> dict[str, Floats]:
    """What a unit paid for added: effect on the quantity over units paid for, draw by draw.

    `effect` and `supported`: [draw]. 1 means that nothing would have happened anyway. Not a number where nothing was
    paid for in some draw.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(supported > 0.0, effect / supported, np.nan)
    return spread(share[:, None])


def displacement(never: Floats, supported: Floats) -> dict[str, Floats]:
    """What is taken from others per unit that the supported gain: - effect on the never supported over effect on the
    supported; [draw] each. Not a number where the supported gain nothing in the mean."""
    if not supported.mean() > 0.0:
        return {name: np.array([np.nan]) for name in ("value", "low", "high", "se", "p_negative")}
    return ratio_of_means(-never[:, None], supported[:, None])


def beats(one: Floats, two: Floats) -> float:
    """Probability that one is above the other over paired draws, a tie counting half; nan where one is missing."""
    if not (np.isfinite(one).all() and np.isfinite(two).all()):
        return float("nan")
    return float(((one > two) + 0.5 * (one == two)).mean())


def is_clear_order(probability: float, draws: int) -> bool:
    """Whether a probability of being ahead makes an order."""
    return draws >= FEWEST_DRAWS and probability >= CLEAR_ORDER
