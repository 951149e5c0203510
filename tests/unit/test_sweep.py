"""Sweeps: designs are checked before anything runs; killed at any moment, nothing is lost or done twice."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import cli, run
from experiments.design import Design, read_design
from experiments.sweep import TABLE, perform, plan, run_key
from experiments.sweep import sweep as run_sweep
from model.kernel.refusals import Refused
from model.scenario import load_scenario

PROJECT = Path(__file__).resolve().parents[2]
GRID = """scenario: toy
method: grid
n: 3
seeds: [1, 4]
months: 3
axes:
  parameters.demand.substitution_consumer: [3.0, 4.0]
  parameters.customs.look_hours: {values: [30.0, 40.0]}
"""
FIRST_POINTS = {"morris": [1.0, 1.0], "sobol": [0.95297, 0.460384]}


def written(folder: Path, text: str = GRID) -> Path:
    path = folder / "design.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_grid_has_every_combination(tmp_path: Path) -> None:
    design = read_design(written(tmp_path))
    points = [tuple(point.values()) for point in design.points]
    assert points == [(a, b) for a in (3.0, 3.5, 4.0) for b in (30.0, 40.0)] and design.size == len(points)
    assert len({job.key for job in plan(design, tmp_path)}) == 12


def test_a_latin_hypercube_covers_every_axis_evenly(tmp_path: Path) -> None:
    design = read_design(written(tmp_path, GRID.replace("grid", "lhs").replace("n: 3", "n: 20")))
    first = np.sort(design.shares[:, 0])
    assert np.all(np.floor(first * 20) == np.arange(20))
    assert design.points == read_design(tmp_path / "design.yaml").points


@pytest.mark.parametrize(("method", "n", "points"), [("morris", 3, 3 * (2 + 1)), ("sobol", 4, 4 * (2 + 2))])
def test_designs_of_salib_are_fixed_and_lie_in_the_ranges(tmp_path: Path, method: str, n: int, points: int) -> None:
    text = GRID.replace("grid", method).replace("n: 3", f"n: {n}")
    design = read_design(written(tmp_path, text))
    assert design.shares.shape == (points, 2) and design.size == points
    assert design.shares.min() >= 0.0 and design.shares.max() <= 1.0
    assert design.shares.std(axis=0).min() > 0.1
    again = read_design(tmp_path / "design.yaml")
    assert design.shares.tobytes() == again.shares.tobytes() and design.points == again.points
    for point in design.points:
        assert 3.0 <= point["parameters.demand.substitution_consumer"] <= 4.0
        assert point["parameters.customs.look_hours"] in (30.0, 40.0)


def test_a_morris_trajectory_moves_one_axis_a_step(tmp_path: Path) -> None:
    text = GRID.replace("grid", "morris").replace("{values: [30.0, 40.0]}", "[30.0, 40.0]")
    shares = read_design(written(tmp_path, text)).shares
    for path in shares.reshape(3, 3, 2):
        steps = np.abs(np.diff(path, axis=0))
        assert sorted(np.argmax(steps, axis=1)) == [0, 1]
        assert np.allclose(np.sort(steps, axis=1), [[0.0, 2.0 / 3.0]] * 2)


def test_the_points_of_a_fixed_seed_stay(tmp_path: Path) -> None:
    """What is analysed with SALib years later must be what was run: these numbers change only with a reason."""
    text = GRID.replace("{values: [30.0, 40.0]}", "[30.0, 40.0]")
    found = {}
    for method, n in (("morris", 1), ("sobol", 2)):
        design = read_design(written(tmp_path, text.replace("grid", method).replace("n: 3", f"n: {n}")))
        found[method] = design.shares[0].round(6).tolist()
    assert found == FIRST_POINTS


def test_every_run_of_the_table_tells_its_point(tmp_path: Path) -> None:
    design = read_design(written(tmp_path, GRID.replace("grid", "sobol").replace("n: 3", "n: 1")))
    run_sweep(design, b"x", tmp_path / "out")
    table = pd.read_parquet(tmp_path / "out" / TABLE)
    told = table.drop_duplicates(["point", "seed"]).set_index(["point", "seed"])
    assert list(told.index) == [(number, seed) for number in range(4) for seed in (1, 4)]
    for (number, _), row in told.iterrows():
        for path, value in design.points[number].items():
            assert row[f"axis:{path}"] == value


def test_progress_counts_what_is_still_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = written(tmp_path), tmp_path / "out"
    words = ["sweep", str(path), "--out", str(out), "--jobs", "1"]
    assert cli.main(words) == 0
    assert "36 of 36 months, done in" in capsys.readouterr().err
    for run_file in sorted((out / "runs").glob("*.parquet"))[:2]:
        run_file.unlink()
    assert cli.main([*words, "--resume"]) == 0
    assert "6 of 6 months, done in" in capsys.readouterr().err


def test_an_empty_range_is_the_declared_one(tmp_path: Path) -> None:
    design = read_design(written(tmp_path, GRID.replace("[3.0, 4.0]", "{}")))
    from model.scenario.vocabulary import vocabulary

    declared = vocabulary().parameters["demand.substitution_consumer"]
    assert (design.axes[0].low, design.axes[0].high) == (declared.low, declared.high)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("scenario: toy", "scenario: tyo", "unknown_scenario"),
        ("method: grid", "method: gird", "unknown_method"),
        ("method: grid", "methode: grid", "unknown_key_of_a_design"),
        ("[3.0, 4.0]", "[4.0, 3.0]", "bad_axis"),
        ("[3.0, 4.0]", "[3.0, 400.0]", "out_of_bounds"),
        ("substitution_consumer", "substitution_consumr", "unknown_parameter"),
        ("n: 3", "n: 0", "not_a_number"),
        ("method: grid", "method: sobol", "not_a_power_of_two"),
        ("[1, 4]", "[1, 1]", "not_a_number"),
        ("n: 3", "n: 900000", "too_many_runs"),
    ],
)
def test_bad_designs_are_refused_before_anything_runs(tmp_path: Path, old: str, new: str, code: str) -> None:
    path = written(tmp_path, GRID.replace(old, new))
    with pytest.raises(Refused) as refusal:
        read_design(path)
    assert code in {problem.code for problem in refusal.value.problems}
    assert cli.main(["sweep", str(path), "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()


def test_values_are_those_of_single_runs(tmp_path: Path) -> None:
    design = read_design(written(tmp_path))
    run_sweep(design, b"x", tmp_path / "out")
    table = pd.read_parquet(tmp_path / "out" / TABLE)
    point = table[(table["axis:parameters.demand.substitution_consumer"] == 3.5) & (table["seed"] == 4)]
    mine = point[(point["indicator"] == "export_value") & (point["period"] == "all")]["value"]
    for value, hours in zip(mine, (30.0, 40.0), strict=True):
        settings = ["parameters.demand.substitution_consumer=3.5", f"parameters.customs.look_hours={hours}"]
        alone = run(load_scenario("toy", settings), seed=4, months=3).indicators
        assert value == alone[alone["indicator"] == "export_value"]["value"].sum()


def test_a_key_changes_when_and_only_when_the_run_does(tmp_path: Path) -> None:
    toy = load_scenario("toy")
    assert run_key(toy, 1) == run_key(load_scenario("toy"), 1)
    assert len({run_key(toy, 1), run_key(toy, 2), run_key(toy.with_(months=5), 1)}) == 3


def test_killed_twice_and_resumed_is_as_undisturbed(tmp_path: Path) -> None:
    text = GRID.replace("n: 3", "n: 5")
    design = read_design(written(tmp_path, text))
    run_sweep(design, text.encode(), tmp_path / "calm")
    words = [sys.executable, "-m", "experiments", "sweep", str(tmp_path / "design.yaml")]
    folder, dates = tmp_path / "hurt", {}
    for already in (3, 8):
        with subprocess.Popen(
            [*words, "--out", str(folder), "--jobs", "2", "--resume"], cwd=PROJECT, stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:  # fmt: skip
            end = time.monotonic() + 120
            while len(list((folder / "runs").glob("*.parquet"))) < already and time.monotonic() < end:
                time.sleep(0.01)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        assert not (folder / TABLE).exists()
        dates |= {path.name: path.stat().st_mtime_ns for path in (folder / "runs").glob("*.parquet")}
    done = subprocess.run([*words, "--out", str(folder), "--resume", "--json"], cwd=PROJECT, capture_output=True)
    told = json.loads(done.stdout)
    assert done.returncode == 0 and told["runs"] == 20 and 0 < told["made"] <= 20 - 8
    assert (folder / TABLE).read_bytes() == (tmp_path / "calm" / TABLE).read_bytes()
    whole = {path.name: path.stat().st_mtime_ns for path in (folder / "runs").glob("*.parquet")}
    assert all(whole[name] == date for name, date in dates.items()), "a finished run was made again"


def test_a_damaged_run_is_made_again(tmp_path: Path) -> None:
    design = read_design(written(tmp_path))
    run_sweep(design, b"x", tmp_path / "out")
    before = (tmp_path / "out" / TABLE).read_bytes()
    victim = next(iter(sorted((tmp_path / "out" / "runs").glob("*.parquet"))))
    victim.write_bytes(victim.read_bytes()[:200])
    again = run_sweep(design, b"x", tmp_path / "out", resume=True)
    assert again.made == 1
    assert (tmp_path / "out" / TABLE).read_bytes() == before


def test_folders_are_not_overwritten_by_mistake(tmp_path: Path) -> None:
    path = written(tmp_path)
    other = tmp_path / "letters"
    other.mkdir()
    (other / "to_mother.txt").write_text("dear", encoding="utf-8")
    assert cli.main(["sweep", str(path), "--out", str(other)]) == 2
    assert (other / "to_mother.txt").read_text(encoding="utf-8") == "dear"
    unfinished = tmp_path / "unfinished"
    (unfinished / "runs").mkdir(parents=True)
    (unfinished / "design.yaml").write_text(GRID, encoding="utf-8")
    assert cli.main(["sweep", str(path), "--out", str(unfinished)]) == 2


def test_a_run_that_fails_is_told_and_the_others_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments import sweep as module

    design = read_design(written(tmp_path))
    todo = plan(design, tmp_path / "out")

    def sometimes(job: object, report: object) -> tuple[str, str]:
        if job.key == todo[2].key:  # type: ignore[attr-defined]
            return todo[2].key, "RunFailed: on purpose"
        return perform(job, report)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "perform", sometimes)
    found = run_sweep(design, b"x", tmp_path / "out")
    assert list(found.failed) == [todo[2].key] and found.made == 11
    assert not (tmp_path / "out" / TABLE).exists()
    monkeypatch.undo()
    again = run_sweep(design, b"x", tmp_path / "out", resume=True)
    assert again.made == 1 and not again.failed
    assert isinstance(design, Design)
