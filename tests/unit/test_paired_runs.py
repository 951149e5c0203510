"""Comparisons of the real economy in its smallest world: the same bytes however they are computed."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from experiments import compare, load_scenario, run
from experiments.compare import Comparison
from experiments.draws import drawn
from experiments.run import parting, simulate
from model.scenario import Scenario

SETTINGS = (
    "policies.overseas_warehouse_fund.rate=0.5",
    "policies.credit_tiered_inspection.high_tier_factor=0.2",
    "policies.credit_tiered_inspection.from=2019-10",
)
TABLES = ("indicators", "parts", "breakdowns", "breakdown_parts", "ledger")


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load_scenario("toy")


@pytest.fixture(scope="module")
def push() -> Scenario:
    return load_scenario("toy", SETTINGS)


@pytest.fixture(scope="module")
def paired(base: Scenario, push: Scenario) -> Comparison:
    return compare(base, push, seeds=2)


def test_months_before_a_policy_are_shared_and_nothing_changes_by_it(
    base: Scenario, push: Scenario, paired: Comparison
) -> None:
    assert parting(base, push) - base.start == 6
    alone = simulate(drawn(push, 2), 2, "series", lambda months: None)
    shared = paired.runs[2]["toy_2"]
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(shared, name), getattr(alone, name), check_exact=True)
    assert (shared.smes, shared.listings) == (alone.smes, alone.listings)


def test_scenarios_that_differ_in_more_than_dated_entries_share_nothing(base: Scenario, push: Scenario) -> None:
    assert parting(base, base) == base.start
    assert parting(base, load_scenario("toy", [*SETTINGS, "policies_from=2019-01"])) == base.start
    assert parting(base, load_scenario("toy", [*SETTINGS, "parameters.demand.delay_consumer=0.03"])) == base.start
    assert parting(base, push.with_(scale=0.1)) == base.start


def test_nothing_moves_before_a_policy_acts_and_something_after(paired: Comparison) -> None:
    effects = paired.effects.set_index(["indicator", "period"])
    assert effects.loc[("fiscal_cost", "2020"), "public_cost"] > 0.0
    wide = paired.indicators.pivot(index=["month", "seed", "indicator"], columns="scenario", values="value")
    same = (wide["toy"] == wide["toy_2"]) | wide.isna().all(axis=1)
    assert same[wide.index.get_level_values("month") < "2019-07"].all()
    assert not same.all()


def test_bytes_do_not_depend_on_processes_or_hash_seed(tmp_path: Path, paired: Comparison) -> None:
    here, there = paired.save(tmp_path / "here"), tmp_path / "there"
    words = ["compare", "toy", "toy", "--seeds", "2", "--jobs", "2", "--out", str(there)]
    words += [word for setting in SETTINGS for word in ("--set", setting)]
    done = subprocess.run(
        [sys.executable, "-m", "experiments", *words],
        env={**os.environ, "PYTHONHASHSEED": "77"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    for name in ("indicators", "breakdowns", "effects", "ledger"):
        file = f"{name}.parquet"
        assert (here / file).read_bytes() == (there / file).read_bytes(), name


def test_the_face_of_the_contract() -> None:
    result = run(load_scenario("baseline"), seed=1, months=2, scale=0.005)
    assert list(result.indicators.columns) == ["month", "indicator", "value"]
    assert sorted(result.indicators["month"].unique()) == ["2019-01", "2019-02"]
    assert result.indicators["value"].dtype == "float64"
