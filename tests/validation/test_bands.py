"""Every rule by which a published figure becomes a band, with numbers worked out by hand."""

import numpy as np
import pytest

from experiments.validation.bands import (
    fractiles,
    half_to_three_halves,
    half_width,
    mean_error,
    points,
    root_mean_square,
    share_below,
    with_error,
    within,
)
from experiments.validation.rows import Row


def test_a_share_either_way() -> None:
    assert within(200.0, 0.15) == pytest.approx((170.0, 230.0))


def test_five_points_either_way_and_half_of_a_small_share() -> None:
    assert points(0.343) == pytest.approx((0.293, 0.393))
    assert points(0.98) == pytest.approx((0.93, 1.0))
    assert points(0.04) == pytest.approx((0.02, 0.06))


def test_a_figure_without_error_spans_half_to_three_halves() -> None:
    assert half_to_three_halves(2.6) == pytest.approx((1.3, 3.9))
    assert half_to_three_halves(0.8476, 1.0) == pytest.approx((0.4238, 1.0))
    assert half_to_three_halves(-8.0) == pytest.approx((-12.0, -4.0))


def test_the_interval_of_four_draws_in_five() -> None:
    draws = [float(value) for value in range(11)]
    assert fractiles(draws) == pytest.approx((1.0, 9.0))
    assert half_width(draws) == pytest.approx(4.0 / 5.0)


def test_where_a_figure_stands_among_the_draws() -> None:
    draws = [1.0, 2.0, 3.0, 4.0]
    assert share_below(draws, 2.5) == pytest.approx(0.5)
    assert share_below(draws, 2.0) == pytest.approx(0.375)
    assert share_below(draws, 9.0) == pytest.approx(1.0)


def test_errors() -> None:
    assert mean_error([110.0, 90.0], [100.0, 100.0]) == pytest.approx(0.1)
    assert root_mean_square([3.0, -4.0]) == pytest.approx((12.5) ** 0.5)


def test_predictions_spread_by_the_declared_error() -> None:
    predictions = with_error([100.0], 0.1)
    assert np.median(predictions) == pytest.approx(100.0)
    assert np.quantile(predictions, 0.9) == pytest.approx(100.0 * np.exp(0.1 * 1.2816), rel=5e-3)
    assert half_width(with_error([90.0, 100.0, 110.0], 0.05)) > half_width([90.0, 100.0, 110.0]) * 0.9


def test_a_draw_without_the_output_is_left_out() -> None:
    nan = float("nan")
    row = Row.of("x", "y", "customs", "history", (1.0, 3.0), [2.0, nan, 2.5])
    assert (row.simulated, row.passed) == (2.25, True)
    nothing = Row.of("x", "y", "customs", "history", (1.0, 3.0), [nan, nan], reason="none there")
    assert (nothing.passed, nothing.reason) == (False, "none there")
