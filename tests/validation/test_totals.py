"""Counting passes: items, not rows; what was not run counts; a miss says how far it is off."""

import math

import pytest

from experiments.validation.rows import THEMES, Row
from experiments.validation.totals import miss, miss_text, tally, together, totals, with_reasons
from experiments.validation.unasked import UNASKED
from tests.validation.examples import experiments_by_hand, row


def test_a_row_fails_outside_its_band() -> None:
    inside = Row.of("x", "y", "tariffs", "history", (1.0, 2.0), [1.4, 1.6], 1.5)
    outside = Row.of("x", "y", "tariffs", "history", (1.0, 2.0), [2.4, 2.6], 1.5, reason="why")
    assert (inside.passed, outside.passed) == (True, False)
    assert (inside.reason, outside.reason) == ("", "why")


def test_a_sign_must_hold_in_nine_draws_of_ten() -> None:
    for holds, passed in ((9, True), (8, False)):
        draws = [1.0] * holds + [0.0] * (10 - holds)
        assert Row.of("x", "y", "tariffs", "experiment", (0.9, 1.0), draws, tier="B").passed is passed


def test_a_value_that_is_not_there_fails() -> None:
    assert not Row.of("x", "y", "customs", "history", (1.0, 2.0), [math.nan, math.nan]).passed


def test_an_experiment_passes_when_all_its_outputs_do() -> None:
    count = totals(experiments_by_hand())
    assert set(count) == set(THEMES)
    assert count["delivery"].as_row() == {"passed": 1, "of": 1, "unused_passed": 1, "unused_of": 1}
    assert count["tariffs"].as_row() == {"passed": 0, "of": 1, "unused_passed": 0, "unused_of": 1}


def test_one_output_that_the_fit_has_seen_makes_the_experiment_a_seen_one() -> None:
    both = [row(output="a"), row(output="b", used_in_calibration=True)]
    assert tally(both).as_row() == {"passed": 1, "of": 1, "unused_passed": 0, "unused_of": 0}


def test_only_experiments_are_totalled() -> None:
    others = [row(id=kind, kind=kind) for kind in ("history", "holdout", "forecast", "rival")]
    assert together(others).of == 0
    assert together([*others, row()]).of == 1


def test_what_was_not_run_is_a_miss_with_its_sentence() -> None:
    rows = [one.row() for one in UNASKED]
    assert together(rows).passed == 0
    assert together(rows).of == len(UNASKED) == 14
    assert all(len(one.why.en) > 20 and one.why.zh and one.row().reason.endswith(one.why.en) for one in UNASKED)


@pytest.mark.parametrize(
    ("simulated", "size", "text"),
    [
        (1.5, 0.0, ""),
        (0.5, -0.5, "50% below the band"),
        (3.0, 1.0, "50% above the band"),
        (0.997, -0.003, "0.3% below the band"),
        (math.nan, math.nan, ""),
    ],
)
def test_sign_and_size_of_a_miss(simulated: float, size: float, text: str) -> None:
    one = row(low=1.0, high=2.0, simulated=simulated)
    assert miss(one) == pytest.approx(size, nan_ok=True)
    assert miss_text(one) == text


def test_every_miss_carries_a_reason() -> None:
    rows = with_reasons([
        row(),
        row(simulated=-3.0, passed=False),
        row(simulated=-3.0, passed=False, reason="because"),
        row(simulated=math.nan, passed=False),
    ])  # fmt: skip
    assert [one.reason for one in rows] == [
        "", "50% below the band", "50% below the band; because", "the model gives no value",
    ]  # fmt: skip
