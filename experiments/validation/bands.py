"""How wide a band is: the rules by which a published figure becomes the bounds that the model must meet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.special import ndtri

Band = tuple[float, float]
TOTALS: Final = 0.15
"""Years of trade: the error that the growth path of the country is allowed (NE-27)."""
COUNTS: Final = 0.25
"""Official counts, published as "more than" a round number."""
POINTS: Final = 0.05
"""Shares that customs publishes to a tenth of a per cent."""
FRACTILES: Final = (0.10, 0.90)
"""Bounds of the interval in which four of five draws lie."""
WIDEST: Final = 0.20
"""Most half-width of that interval over its median: a wide interval covers anything."""


def within(target: float, share: float) -> Band:
    """`share` of the figure either way, such as 0.15."""
    return target * (1.0 - share), target * (1.0 + share)


def points(target: float, size: float = POINTS) -> Band:
    """`size` either way, of a small share half of it: five points around 3 % would hold nought."""
    reach = min(size, 0.5 * target)
    return target - reach, min(1.0, target + reach)


def half_to_three_halves(target: float, most: float = math.inf) -> Band:
    """A figure without a standard error: half to one and a half times it, up to `most`."""
    low, high = sorted((0.5 * target, 1.5 * target))
    return low, min(high, most)


def fractiles(draws: Sequence[float]) -> Band:
    """The interval in which four of five draws lie."""
    low, high = np.quantile(np.asarray(draws, dtype=np.float64), FRACTILES)
    return float(low), float(high)


def share_below(draws: Sequence[float], published: float) -> float:
    """Where the published figure stands among the draws: the share of them below it, a draw equal to it by half.

    Between 0.1 and 0.9 it lies in the interval of four draws in five.
    """
    values = np.asarray(draws, dtype=np.float64)
    return float(np.mean(values < published) + 0.5 * np.mean(values == published))


def with_error(draws: Sequence[float], sd: float, steps: int = 99) -> list[float]:
    """The draws as predictions of what will be published: each spread by an error of `sd` in logs.

    The error is that of the published figure and of a model with the right parameters together; it is spread by
    quantiles, so that no luck comes in.
    """
    errors = np.exp(sd * ndtri((np.arange(steps) + 0.5) / steps))
    return [float(value) for value in np.outer(np.asarray(draws, dtype=np.float64), errors).ravel()]


def half_width(draws: Sequence[float]) -> float:
    """Half the interval of four draws in five over their median."""
    low, high = fractiles(draws)
    return (high - low) / 2.0 / abs(float(np.median(draws)))


def mean_error(simulated: Sequence[float], published: Sequence[float]) -> float:
    """Mean absolute error over the published figures (MAPE), a share."""
    pairs = zip(simulated, published, strict=True)
    return float(np.mean([abs(mine - theirs) / abs(theirs) for mine, theirs in pairs]))


def root_mean_square(errors: Sequence[float]) -> float:
    """Root of the mean square."""
    return float(np.sqrt(np.mean(np.square(np.asarray(errors, dtype=np.float64)))))
