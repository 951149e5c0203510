"""Comparisons: periods, paired effects and their intervals, by hand numbers; jobs on several processes."""

import importlib
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import compare
from experiments.compare import compare_breakdowns
from experiments.effects import effects_table, period_values, periods_of, public_cost, summarise
from experiments.jobs import Lost, run_jobs
from model.kernel.refusals import Refused, RunFailed
from tests.unit import pool_jobs
from tests.unit import small_economy as small

T_7_DRAWS_OF_8 = 1.894578605  # 95th percentile of Student's t with 7 degrees of freedom


@pytest.fixture(autouse=True)
def small_model(monkeypatch: pytest.MonkeyPatch) -> None:
    run = importlib.import_module("experiments.run")
    monkeypatch.setattr(run, "economy", small.SmallEconomy)
    monkeypatch.setattr(run, "_declared", lambda: (small.UNITS, small.KINDS))


def effect_of(effects: pd.DataFrame, indicator: str, period: str) -> pd.Series:
    rows = effects[(effects["indicator"] == indicator) & (effects["period"] == period)]
    (row,) = (row for _, row in rows.iterrows())
    return row


def test_periods_of_a_run_from_july() -> None:
    found = {p.name: (p.first, p.last) for p in periods_of(2023 * 12 + 6, 18)}
    assert found == {
        "last_12": (2024 * 12, 2024 * 12 + 11),
        "all": (2023 * 12 + 6, 2024 * 12 + 11),
        "2023": (2023 * 12 + 6, 2023 * 12 + 11),
        "2024": (2024 * 12, 2024 * 12 + 11),
    }


def test_a_short_run_is_its_own_last_year() -> None:
    assert {p.name: (p.first, p.last) for p in periods_of(24240, 3)}["last_12"] == (24240, 24242)


def test_flows_are_summed_stocks_taken_at_the_end_ratios_made_of_sums() -> None:
    first = 2020 * 12 + 11
    rows = [
        (first, "flow", 1.0, np.nan), (first, "stock", 5.0, np.nan), (first, "ratio", 1.0, 2.0),
        (first + 1, "flow", 2.0, np.nan), (first + 1, "stock", 7.0, np.nan), (first + 1, "ratio", 3.0, 10.0),
        (first + 2, "flow", 4.0, np.nan), (first + 2, "stock", 6.0, np.nan), (first + 2, "ratio", 0.0, 0.0),
    ]  # fmt: skip
    parts = pd.DataFrame(rows, columns=["month", "indicator", "num", "den"]).sample(frac=1.0, random_state=1)
    kinds = {"flow": "flow", "stock": "stock", "ratio": "ratio"}
    values = period_values(parts, periods_of(first, 3), kinds)
    assert values.loc["flow"].to_dict() == {"last_12": 7.0, "all": 7.0, "2020": 1.0, "2021": 6.0}
    assert values.loc["stock"].to_dict() == {"last_12": 6.0, "all": 6.0, "2020": 5.0, "2021": 6.0}
    assert values.loc["ratio"].to_dict() == {"last_12": 4 / 12, "all": 4 / 12, "2020": 0.5, "2021": 0.3}


def test_a_ratio_of_nothing_is_missing() -> None:
    parts = pd.DataFrame([(24240, "ratio", 0.0, 0.0)], columns=["month", "indicator", "num", "den"])
    assert period_values(parts, periods_of(24240, 1), {"ratio": "ratio"}).isna().all(axis=None)


def test_few_draws_have_a_t_interval() -> None:
    gap = np.arange(8.0)[:, None] - 2.0
    base = np.full((8, 1), 10.0)
    found = {name: float(value[0]) for name, value in summarise(base, base + gap).items()}
    se = math.sqrt(6.0) / math.sqrt(8.0)  # the variance of 0 … 7 is 6
    assert found["baseline"] == 10.0 and found["policy"] == 11.5 and found["effect"] == 1.5
    assert found["se"] == pytest.approx(se)
    assert found["low"] == pytest.approx(1.5 - T_7_DRAWS_OF_8 * se)
    assert found["high"] == pytest.approx(1.5 + T_7_DRAWS_OF_8 * se)
    assert found["relative"] == pytest.approx(0.15)
    assert found["p_positive"] == 5 / 8  # zero is not positive


def test_many_draws_have_percentiles() -> None:
    gap = np.arange(21.0)[:, None]
    found = summarise(np.zeros((21, 1)), gap)
    assert (found["low"][0], found["high"][0]) == (1.0, 19.0)
    assert np.isnan(found["relative"][0])


def test_one_draw_has_no_interval() -> None:
    found = summarise(np.ones((1, 1)), np.full((1, 1), 3.0))
    assert found["effect"][0] == 2.0
    assert all(np.isnan(found[name][0]) for name in ("low", "high", "se"))


def test_public_cost_is_what_the_government_pays_on_the_policies_accounts() -> None:
    rows = [
        (24240, "government", "smes", "fund", 5.0),
        (24240, "government", "labour", "fund", 1.0),
        (24240, "smes", "government", "fund", 100.0),
        (24240, "government", "smes", "rebate", 1000.0),
        (24252, "government", "smes", "fund", 7.0),
    ]
    ledger = pd.DataFrame(rows, columns=["month", "payer", "payee", "account", "yuan"])
    found = public_cost(ledger, ["fund"], periods_of(24240, 13))
    assert found == {"last_12": 7.0, "all": 13.0, "2020": 6.0, "2021": 7.0}


def test_effect_per_yuan_only_for_flows_in_yuan_that_cost_something() -> None:
    names = pd.Index(["sales", "stock", "firms"], name="indicator")
    sides = [pd.DataFrame({"all": values, "2020": values}, index=names) for values in ([1.0] * 3, [9.0] * 3)]
    units = {"sales": "yuan", "stock": "yuan", "firms": "firms"}
    kinds = {"sales": "flow", "stock": "stock", "firms": "flow"}
    table = effects_table([sides[0]], [sides[1]], {"all": 4.0, "2020": 0.0}, units, kinds)
    found = table.set_index(["indicator", "period"])["effect_per_yuan"]
    assert found["sales", "all"] == 2.0
    assert found.drop(("sales", "all")).isna().all()


def test_effects_of_a_comparison_by_hand() -> None:
    result = compare(small.PLAIN, [small.GENEROUS], seeds=[2, 4])
    exports = effect_of(result.effects, "export_value", "last_12")
    ramp = sum(range(6, 18)) * 1e6
    assert exports["baseline"] == pytest.approx(12 * 3e9 + ramp)
    assert exports["effect"] == pytest.approx(12 * 15e6)
    gap = 12 * 5e6  # effects of the two draws lie this far to either side of their mean
    assert exports["se"] == pytest.approx(gap * math.sqrt(2) / math.sqrt(2))
    assert exports["high"] - exports["effect"] == pytest.approx(6.313751515 * gap)
    assert exports["public_cost"] == 24e6
    assert exports["effect_per_yuan"] == pytest.approx(180 / 24)
    assert exports["p_positive"] == 1.0 and exports["draws"] == 2 and exports["unit"] == "yuan"
    days = effect_of(result.effects, "delivery_days", "2023")
    assert days["baseline"] == pytest.approx(10.0) and days["effect"] == pytest.approx(-6 / 21)
    assert math.isnan(days["effect_per_yuan"])
    firms = effect_of(result.effects, "active_smes", "2023")
    assert firms["policy"] == 105.0 and firms["effect"] == 0.0 and firms["p_positive"] == 0.0
    keys = ["scenario", "indicator", "period"]
    assert result.effects.equals(result.effects.sort_values(keys, ignore_index=True))


def test_all_tables_hold_all_scenarios_and_seeds(tmp_path: Path) -> None:
    result = compare(small.PLAIN, [small.GENEROUS, small.PLAIN], seeds=3, months=2)
    assert list(result.scenarios) == ["plain", "generous", "plain_2"]
    assert len(result.indicators) == 3 * 3 * 2 * 3
    assert set(result.indicators["month"]) == set(small.month_words(2))
    result.save(tmp_path / "out")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "manifest.json", "indicators.parquet", "breakdowns.parquet", "effects.parquet", "evaluation.parquet",
        "ledger.parquet", "report.html",
    }  # fmt: skip
    same = result.effects[result.effects["scenario"] == "plain_2"]
    assert (same["effect"] == 0.0).all()


def test_order_of_seeds_and_scenarios_moves_no_byte(tmp_path: Path) -> None:
    rich = small.SmallScenario("rich", (small.GIFT,))
    one = compare(small.PLAIN, [small.GENEROUS, rich], seeds=[1, 2, 3]).save(tmp_path / "one")
    two = compare(small.PLAIN, [rich, small.GENEROUS], seeds=[1, 2, 3]).save(tmp_path / "two")
    for file in one.glob("*.parquet"):
        assert file.read_bytes() == (two / file.name).read_bytes(), file.name


def test_breakdowns_are_paired_too() -> None:
    table = compare_breakdowns(compare(small.PLAIN, small.GENEROUS, seeds=[2, 4]))
    rows = table.set_index(["member", "period"])
    assert list(table["scenario"].unique()) == ["generous"]
    assert rows.loc[("b2b_bulk", "2024"), "effect"] == 9.0
    assert rows.loc[("post", "all"), "baseline"] == 6.0
    assert rows.loc[("post", "all"), "relative"] == 1.0


@pytest.mark.parametrize(
    ("others", "seeds", "word"),
    [
        ([], [1], "no scenario to compare"),
        ([small.GENEROUS], [1, 1], "each given once"),
        ([small.GENEROUS], [], "at least one"),
        ([small.SmallScenario("late", start=small.START + 1)], [1], "start 2023-08"),
        ([small.SmallScenario("long", months=19)], [1], "months 19"),
        ([small.SmallScenario("large", scale=1.0)], [1], "scale 1"),
    ],
)
def test_what_cannot_be_paired_is_refused(others: list, seeds: list, word: str) -> None:
    with pytest.raises(Refused, match=word):
        compare(small.PLAIN, others, seeds=seeds)


def test_a_run_that_breaks_its_accounts_fails_the_comparison() -> None:
    with pytest.raises(RunFailed, match="do not close"):
        compare(small.PLAIN, small.FAULTY, seeds=1)


def collect(task: object, jobs: dict, workers: int) -> tuple[dict, list]:
    heard: list = []
    return dict(run_jobs(task, jobs, workers, lambda key, months: heard.append((key, months)))), heard  # type: ignore[arg-type]


def test_processes_give_what_one_process_gives() -> None:
    jobs = {n: n for n in range(5)}
    alone, heard = collect(pool_jobs.double, jobs, 1)
    together, heard_too = collect(pool_jobs.double, jobs, 2)
    assert alone == together == {n: 2 * n for n in range(5)}
    assert sorted(heard) == sorted(heard_too) == [(n, 1) for n in range(5)]


def test_a_lost_worker_costs_one_more_try(tmp_path: Path) -> None:
    jobs = {n: (str(tmp_path / "mark"), n) for n in range(5)}
    assert collect(pool_jobs.die_once, jobs, 2)[0] == {n: 2 * n for n in range(5)}


def test_a_job_that_always_kills_its_worker_is_given_up() -> None:
    found, _ = collect(pool_jobs.die_always, {n: n for n in range(4)}, 2)
    assert found == {0: 0, 1: 2, 2: Lost(3), 3: 6}


def test_a_fault_in_a_worker_arrives_as_it_is() -> None:
    with pytest.raises(Refused) as caught:
        collect(pool_jobs.fail, {1: 1, 2: 2}, 2)
    assert caught.value.problems[0].code == "bad"


STOPPED_PARENT = """
import os, sys
from experiments.jobs import run_jobs
from tests.unit.pool_jobs import tell_and_sleep

if __name__ == "__main__":
    try:
        list(run_jobs(tell_and_sleep, {1: sys.argv[1], 2: sys.argv[2]}, 2, lambda key, months: None))
    except KeyboardInterrupt:
        sys.exit(4)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("whole_group", [True, False])
def test_ctrl_c_ends_the_children_within_five_seconds(tmp_path: Path, whole_group: bool) -> None:
    script, marks = tmp_path / "parent.py", [tmp_path / "one", tmp_path / "two"]
    script.write_text(STOPPED_PARENT)
    command = [sys.executable, str(script), *map(str, marks)]
    parent = subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60.0
    while not all(mark.exists() and mark.read_text() for mark in marks) and time.monotonic() < until:
        time.sleep(0.02)
    children = [int(mark.read_text()) for mark in marks]
    began = time.monotonic()
    if whole_group:
        os.killpg(parent.pid, signal.SIGINT)
    else:
        parent.send_signal(signal.SIGINT)
    _, words = parent.communicate(timeout=20.0)
    assert parent.returncode == 4 and "Traceback" not in words, words
    assert time.monotonic() - began < 5.0
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)
