"""Coupling of the inner and the outer loop: the published formulas, and a base that every run has in common."""

import numpy as np
import pytest

import model.indicators  # noqa: F401  (declares the indicators)
from model.economy import TradeEconomy
from model.indicators.loops import corrected_coupling, coupling
from model.scenario import load_scenario

NAMES = ("inner_loop", "outer_loop", "coupling_degree", "coupling_coordination", "coupling_coordination_corrected")


def coordination(degree: float, inner: float, outer: float) -> float:
    return float(np.sqrt(degree * (inner + outer) / 2.0))


def test_a_pair_far_apart() -> None:
    """The worked pair of the home findings: D is high for loops far apart, D′ is not."""
    pair = 0.9, 0.3
    assert coordination(coupling(*pair), *pair) == pytest.approx(0.72, abs=0.005)
    assert coordination(corrected_coupling(*pair), *pair) == pytest.approx(0.47, abs=0.005)


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_equal_loops_are_fully_coupled(level: float) -> None:
    assert coupling(level, level) == pytest.approx(1.0)
    assert corrected_coupling(level, level) == pytest.approx(1.0)


def test_the_usual_degree_hides_most_differences() -> None:
    """C is above 0.8 for about three quarters of random pairs, C′ for about a quarter."""
    pairs = np.random.default_rng(1).random((4000, 2))
    usual, corrected = (np.mean([degree(*pair) > 0.8 for pair in pairs]) for degree in (coupling, corrected_coupling))
    assert usual == pytest.approx(0.75, abs=0.05)
    assert corrected == pytest.approx(0.25, abs=0.05)


@pytest.mark.parametrize("start", ["2018-07", "2019-01", "2021-01"])
def test_every_index_is_a_half_until_the_base_is_complete(start: str) -> None:
    model = TradeEconomy(load_scenario("baseline", ("months=24", "scale=0.005", f"start={start}")), 1)
    waiting = 18 if start == "2018-07" else 12
    model.run_months(waiting + 6)
    frame = model.recorder.indicator_frame().pivot(index="month", columns="indicator", values="value")[list(NAMES)]
    np.testing.assert_allclose(frame.to_numpy()[:waiting], [[0.5, 0.5, 1.0, 0.5**0.5, 0.5**0.5]] * waiting, rtol=1e-12)
    assert (frame["outer_loop"].to_numpy()[waiting:] > 0.5).all()
    d, d_corrected = frame["coupling_coordination"], frame["coupling_coordination_corrected"]
    assert (d_corrected <= d + 1e-12).all()
