"""Comparisons of the real economy in its smallest world: the same bytes however they are computed."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from experiments import compare, load_scenario, run
from experiments.run import parting, simulate

BASE = load_scenario("toy")
PUSH = load_scenario(
    "toy",
    [
        "policies.overseas_warehouse_fund.rate=0.5",
        "policies.credit_tiered_inspection.high_tier_factor=0.2",
        "policies.credit_tiered_inspection.from=2019-10",
    ],
)
TABLES = ("indicators", "parts", "breakdowns", "breakdown_parts", "ledger")


def test_months_before_a_policy_are_shared_and_nothing_changes_by_it() -> None:
    assert parting(BASE, PUSH) - BASE.start == 6
    paired = compare(BASE, PUSH, seeds=2).runs[2]["toy_2"]
    alone = simulate(PUSH, 2, "series", lambda months: None)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(paired, name), getattr(alone, name), check_exact=True)
    assert (paired.smes, paired.listings) == (alone.smes, alone.listings)


def test_scenarios_that_differ_in_more_than_dated_entries_share_nothing() -> None:
    assert parting(BASE, BASE) == BASE.start
    assert parting(BASE, load_scenario("toy", ["policies.overseas_warehouse_fund.from=2019-01"])) == BASE.start
    assert parting(BASE, PUSH.with_(scale=0.1)) == BASE.start


def test_nothing_moves_before_a_policy_acts_and_something_after() -> None:
    effects = compare(BASE, PUSH, seeds=2).effects.set_index(["indicator", "period"])
    assert effects.loc[("fiscal_cost", "2020"), "public_cost"] > 0.0
    assert effects.loc[("export_value", "2019"), "draws"] == 2
    indicators = compare(BASE, PUSH, seeds=1).indicators
    wide = indicators.pivot(index=["month", "indicator"], columns="scenario", values="value")
    same = (wide["toy"] == wide["toy_2"]) | wide.isna().all(axis=1)
    assert same[wide.index.get_level_values("month") < "2019-07"].all()
    assert not same.all()


@pytest.mark.parametrize(("jobs", "hash_seed"), [("1", "1"), ("2", "77")])
def test_bytes_do_not_depend_on_processes_or_hash_seed(tmp_path: Path, jobs: str, hash_seed: str) -> None:
    expected = compare(BASE, PUSH, seeds=[1, 2, 3]).save(tmp_path / "here")
    words = ["compare", "toy", "toy", "--seeds", "3", "--jobs", jobs, "--out", str(tmp_path / "there")]
    for setting in (
        "policies.overseas_warehouse_fund.rate=0.5",
        "policies.credit_tiered_inspection.high_tier_factor=0.2",
        "policies.credit_tiered_inspection.from=2019-10",
    ):
        words += ["--set", setting]
    done = subprocess.run(
        [sys.executable, "-m", "experiments", *words],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    for name in ("indicators", "breakdowns", "effects", "ledger"):
        file = f"{name}.parquet"
        assert (expected / file).read_bytes() == (tmp_path / "there" / file).read_bytes(), name


def test_the_face_of_the_contract() -> None:
    result = run(load_scenario("baseline"), seed=1, months=2, scale=0.005)
    assert list(result.indicators.columns) == ["month", "indicator", "value"]
    assert sorted(result.indicators["month"].unique()) == ["2019-01", "2019-02"]
    assert result.indicators["value"].dtype == "float64"
