"""Experiments are run in pairs, cheaply, and give the same whatever runs beside them."""

import numpy as np
import pandas as pd
import pytest

from experiments.draws import drawn
from experiments.natural.declared import BASELINE, START, Experiment, Output, Span
from experiments.natural.registry import EXPERIMENTS, chosen
from experiments.natural.running import DrawJob, look_at, measure, monte_carlo, prepared, rows_of, run_draws
from experiments.run import parting
from experiments.validation.rows import frame
from model.kernel.declare import Label
from model.kernel.refusals import Refused
from model.scenario import find_scenarios, load_scenario

SCALE = 0.002
CJK = ("\u4e00", "\u9fff")


@pytest.fixture(scope="module")
def together() -> dict[tuple[str, str], float]:
    return dict(measure(["NE-04", "NE-17", "NE-18"], seed=2, scale=SCALE, most_months=12))


def test_what_runs_beside_an_experiment_does_not_touch_it(together: dict[tuple[str, str], float]) -> None:
    alone = measure(["NE-18"], seed=2, scale=SCALE)
    assert alone == {key: value for key, value in together.items() if key[0] == "NE-18"}
    assert set(together) == {(id, it.name) for id in ("NE-04", "NE-17", "NE-18") for it in EXPERIMENTS[id].outputs}
    assert together["NE-18", "imports"] < -5.0 and together["NE-04", "day"] > 0.5


def test_parameters_reach_the_runs_and_short_looks_are_left_out(together: dict[tuple[str, str], float]) -> None:
    half = 0.5 * drawn(load_scenario(BASELINE), 2).parameter_values()["demand.delay_consumer"]
    slow = measure(["NE-04", "NE-18", "NE-19"], {"demand.delay_consumer": half}, seed=2, scale=SCALE, most_months=9)
    assert set(slow) == {("NE-04", "day"), ("NE-04", "total")}
    # Not quite half: late goods are disputed more, whatever a day costs in pull.
    assert slow["NE-04", "day"] == pytest.approx(0.5 * together["NE-04", "day"], rel=0.25)


def test_an_arm_that_goes_on_from_the_baseline_is_the_arm_run_from_the_start() -> None:
    span = Span(1)
    job = DrawJob(2, (), SCALE, {}, None)
    base, arm = (prepared(load_scenario(name), job, span.end) for name in (BASELINE, "NE-17"))
    assert parting(base, arm) == START
    short = look_at(base, {"arm": arm}, {BASELINE: [span], "arm": [span]}, seed=2)["arm", span]
    whole = look_at(arm, {}, {BASELINE: [span]}, seed=2)[BASELINE, span]
    pd.testing.assert_frame_equal(short.cells, whole.cells, check_exact=True)
    pd.testing.assert_frame_equal(short.firms, whole.firms, check_exact=True)
    assert short.paid == whole.paid and short.flows == whole.flows


@pytest.mark.slow
def test_the_number_of_processes_changes_nothing() -> None:
    one, two = (run_draws(["NE-04", "NE-17"], 3, jobs=jobs, scale=SCALE) for jobs in (1, 2))
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert one["seed"].unique().tolist() == [1, 2, 3]


def test_an_unknown_experiment_is_refused() -> None:
    with pytest.raises(Refused, match="NE-18"):
        chosen(["NE-81"])
    assert [one.id for one in chosen(["NE-18", "NE-04"])] == ["NE-04", "NE-18"]


# --- rows ------------------------------------------------------------------------------------------------------


def draws(values: list[float]) -> pd.DataFrame:
    rows = [("NE-17", "exports", seed, value) for seed, value in enumerate(values, start=1)]
    return pd.DataFrame(rows, columns=["id", "output", "seed", "value"])


def test_a_row_tells_mean_interval_and_whether_it_meets_the_band() -> None:
    (row,) = rows_of(draws([-6.0, -5.0, -7.0]))
    assert (row.id, row.theme, row.kind, row.tier) == ("NE-17", "tariffs", "experiment", "A")
    assert row.simulated == pytest.approx(-6.0) and row.passed and not row.used_in_calibration
    assert row.sim_low == pytest.approx(-6.9) and row.sim_high == pytest.approx(-5.1)
    assert (row.low, row.high, row.target) == (-13.5, -4.5, -8.91) and row.reason == ""
    assert list(frame([row])["output"]) == ["exports"]


def test_a_miss_has_its_reason_and_a_shaky_mean_says_so() -> None:
    (miss,) = rows_of(draws([-3.0, -3.1]))
    assert not miss.passed and "B2B" in miss.reason and "Monte-Carlo" not in miss.reason
    (shaky,) = rows_of(draws([-1.0, -9.0]))
    assert shaky.passed and shaky.reason.startswith("Monte-Carlo error 4")
    (single,) = rows_of(draws([-6.0]))
    assert "unknown after 1 draw" in single.reason


def test_monte_carlo_error_against_the_band() -> None:
    values = [-6.0, -5.0, -7.0, -6.0]
    table = monte_carlo(draws(values)).iloc[0]
    assert table["error"] == pytest.approx(np.std(values, ddof=1) / 2.0) and table["width"] == pytest.approx(9.0)
    assert table["enough"] and not monte_carlo(draws([-1.0, -9.0]))["enough"].any()


# --- declarations ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", EXPERIMENTS.values(), ids=list(EXPERIMENTS))
def test_declared_in_both_languages_with_source_and_arms(one: Experiment) -> None:
    labels = [
        one.label,
        one.published,
        *(it.label for it in one.outputs),
        *(it.reason for it in one.outputs if it.reason.en),
    ]
    for label in labels:
        assert label.en.isascii() and any(CJK[0] <= sign <= CJK[1] for sign in label.zh), label
    assert one.source and one.seen_at and one.outputs
    assert len({it.name for it in one.outputs}) == len(one.outputs)
    assert all(span.first >= -36 and span.months >= 1 for span in one.looks.values())
    known = find_scenarios()
    for arm in one.arms:
        assert arm.startswith(one.id) and known[arm].parent.name == "experiments"


@pytest.mark.parametrize("name", [arm for one in EXPERIMENTS.values() for arm in one.arms])
def test_arms_move_levers_only_and_from_2022_on(name: str) -> None:
    base, arm = load_scenario(BASELINE), load_scenario(name)
    assert not arm.policies and arm.parameters == base.parameters and arm.history == base.history
    assert (arm.levers or arm.shocks) and arm.scale == base.scale
    if arm.start == START:  # a world laid out otherwise from its first month on
        assert all(one.window.start >= START for one in arm.levers)
        return
    assert (arm.start, arm.months) == (base.start, base.months)
    assert parting(base.with_(months=156), arm.with_(months=156)) >= START


def test_used_in_calibration_are_those_that_see_prices_and_days() -> None:
    used = {one.id for one in EXPERIMENTS.values() if one.used_in_calibration}
    assert used == {"NE-04", "NE-07", "NE-18", "NE-19"}


def test_bands_and_themes_are_checked() -> None:
    label = Label("a", "b")
    with pytest.raises(ValueError, match="low to high"):
        Output("x", "%", label, (1.0, 0.0))
    with pytest.raises(ValueError, match="no theme"):
        Experiment("NE-99", "nothing", label, label, "s", "s", (), {}, lambda seen: {})
    assert Output.order("x", label).band == (0.9, 1.0) and Output.order("x", label).tier == "B"
