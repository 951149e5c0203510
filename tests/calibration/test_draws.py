"""A draw: a seed and the parameters that go with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from experiments import draws
from experiments.compare import SeedJob, run_seed
from model.scenario import load_scenario
from model.scenario.vocabulary import vocabulary


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "sample.csv"
    path.write_text("# two sets\ndemand.delay_consumer,firm.tail\n0.022,1.18\n0.03,1.3\n")
    monkeypatch.setattr(draws, "SAMPLE", path)
    draws.sample.cache_clear()
    yield
    draws.sample.cache_clear()


def test_seeds_take_the_rows_in_turn(sample) -> None:
    scenario = load_scenario("toy")
    tails = [draws.drawn(scenario, seed).parameters["firm.tail"] for seed in (1, 2, 3, 4)]
    assert tails == [1.18, 1.3, 1.18, 1.3]


def test_what_a_scenario_sets_stays(sample) -> None:
    own = replace(load_scenario("toy"), parameters={"firm.tail": 1.1})
    assert draws.drawn(own, 2).parameters == {"firm.tail": 1.1, "demand.delay_consumer": 0.03}


def test_a_comparison_draws_parameters_with_luck(sample) -> None:
    scenario = load_scenario("toy").with_(months=2)
    job = SeedJob(2, {"toy": scenario, "again": scenario}, {})
    runs, _ = run_seed(job, lambda months: None)
    assert runs["toy"].scenario.parameters["firm.tail"] == 1.3
    assert runs["toy"].indicators.equals(runs["again"].indicators)


def test_the_repositorys_sample_is_within_the_declared_ranges() -> None:
    declared = vocabulary().parameters
    for row in draws.sample():
        for path, value in row.items():
            item = declared[path]
            assert item.low <= value <= item.high, path


def test_the_first_set_is_the_declared_one() -> None:
    declared = vocabulary().parameters
    first = draws.sample()[0]
    assert all(declared[path].value == pytest.approx(value, rel=1e-9) for path, value in first.items())
