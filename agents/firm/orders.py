"""Orders differ in value: what thresholds and fees per order mean for goods whose mean order is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]


def value_share_above(threshold: Floats, mean: Floats, log_sd: float) -> Floats:
    """Share of value in orders above a threshold, for lognormal orders of a given mean.

    Value-weighting shifts the lognormal by half a variance upwards; a threshold of zero catches all.
    """
    with np.errstate(divide="ignore"):
        z = (np.log(threshold / mean) - 0.5 * log_sd**2) / log_sd
    return np.asarray(1.0 - ndtr(z))


def fee_wedge(fee: Floats, value: Floats, sigma: float, log_sd: float) -> Floats:
    """Price factor that moves demand as a fee per order does when orders differ in value.

    A fee of one yuan kills cheap orders and leaves dear ones: the mean response over the lognormal of order values
    (value-weighted, five Gauss-Hermite nodes) is turned back into one factor. `fee` and `value` in yuan per order.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    weights = weights / weights.sum()
    orders = value[..., None] * np.exp(0.5 * log_sd**2 + log_sd * nodes)
    kept = np.sum(weights * (1.0 + fee[..., None] / orders) ** (-sigma), axis=-1)
    return np.asarray(kept ** (-1.0 / sigma))
