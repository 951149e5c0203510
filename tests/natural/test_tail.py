"""Tails of known exponents are found, and what is none is told apart."""

import numpy as np
import pytest

from experiments.tail import fit_tail, plausibility, rank_size_slope, top_share, top_sum

N = 4000


def pareto(exponent: float, seed: int = 3) -> np.ndarray:
    """Sizes of a power law from 1 on."""
    return np.random.default_rng(seed).random(N) ** (-1.0 / exponent)


@pytest.mark.parametrize("exponent", [0.9, 1.2, 2.0])
def test_the_exponent_of_a_power_law_is_found(exponent: float) -> None:
    sizes, ones = pareto(exponent), np.ones(N)
    assert fit_tail(sizes, ones, start=1.0).exponent == pytest.approx(exponent, rel=0.05)
    assert fit_tail(sizes, ones).exponent == pytest.approx(exponent, rel=0.25)
    assert rank_size_slope(sizes, ones, N) == pytest.approx(-exponent, rel=0.06)


def test_the_start_of_a_tail_is_found_where_the_law_begins() -> None:
    quantiles = (np.arange(N) + 0.5) / N
    body = 1.0 + 9.0 * quantiles[: int(0.97 * N)] / 0.97  # even sizes up to ten, then a law
    law = 10.0 * ((np.arange(int(0.03 * N)) + 0.5) / (0.03 * N)) ** (-1.0 / 1.1)
    fit = fit_tail(np.concatenate([body, law]), np.ones(N))
    assert fit.start == pytest.approx(10.0, rel=0.15) and fit.rows == pytest.approx(0.03 * N, abs=8)
    assert fit.exponent == pytest.approx(1.1, rel=0.05) and fit.distance < 0.02


def test_a_row_of_many_firms_is_as_good_as_its_firms() -> None:
    sizes, weights = pareto(1.3)[:500], np.tile([1.0, 4.0], 250)
    firms = np.repeat(sizes, weights.astype(int))
    each = np.ones(len(firms))
    rows, single = fit_tail(sizes, weights, start=1.5), fit_tail(firms, each, start=1.5)
    assert rows.exponent == pytest.approx(single.exponent) and rows.firms == single.firms
    assert rows.share == pytest.approx(single.share) and rows.rows < single.rows
    assert top_share(sizes, weights) == pytest.approx(top_share(firms, each))
    assert rank_size_slope(sizes, weights, 300.0) == pytest.approx(rank_size_slope(firms, each, 300.0), rel=0.02)


def test_shares_of_the_largest() -> None:
    sizes, weights = np.array([2.0, 10.0, 1.0, 0.0]), np.array([10.0, 1.0, 89.0, 7.0])
    assert top_share(sizes, weights) == pytest.approx(10.0 / 119.0)  # one of a hundred that sell
    assert top_sum(sizes, weights, 6.0) == pytest.approx((10.0 + 5 * 2.0) / 119.0)


def test_a_power_law_is_plausible_and_other_laws_are_not() -> None:
    ones = np.ones(N)
    law = pareto(1.2)
    assert plausibility(law, ones, fit_tail(law, ones), trials=40) >= 0.1
    even = np.linspace(1.0, 2.0, N)
    assert plausibility(even, ones, fit_tail(even, ones), trials=40) < 0.1
    fit = fit_tail(law, ones)
    assert plausibility(law, ones, fit, trials=20) == plausibility(law, ones, fit, trials=20)


def test_too_few_rows_are_no_tail() -> None:
    with pytest.raises(ValueError, match="too few"):
        fit_tail(np.arange(1.0, 20.0), np.ones(19))
