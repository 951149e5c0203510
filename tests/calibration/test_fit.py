"""The fit: what it may see, that its parts do what they say, and that it finds a truth it is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.calibration import fit as waves
from experiments.calibration import runs
from experiments.calibration.emulator import fit_emulator
from experiments.calibration.posterior import Likelihood, plausible_points, sample_posterior
from experiments.calibration.record import KEPT, accept, facts, write_fit
from experiments.calibration.recovery import Truth, correlated, flat, recover
from experiments.calibration.space import Space, in_logs, space_of
from experiments.calibration.targets import FOLDER, Target, read_targets
from experiments.design import Axis, read_design
from experiments.natural.registry import EXPERIMENTS
from experiments.run import indicator_kinds
from model.kernel.refusals import Refused, RunFailed
from model.scenario import load_scenario

# --- what the fit may see ------------------------------------------------------------------------------------


def test_no_target_is_later_than_2022_and_each_can_be_read() -> None:
    targets = read_targets()
    assert len({(target.id, target.output, target.period) for target in targets}) == len(targets)
    for target in targets:
        if target.is_experiment:
            assert target.output in {output.name for output in EXPERIMENTS[target.id].outputs}
        else:
            assert target.output in indicator_kinds()
            assert all(2019 <= int(year) <= 2022 for year in target.period.split("/"))
        assert target.observed_sd > 0.0 and target.discrepancy_sd > 0.0
        assert target.source and target.status in {"measured", "literature", "derived", "assumed"}


def test_growth_is_read_between_two_years() -> None:
    target = Target("growth", "export_value", "2021/2020", True, 0.0, 0.1, 0.1, "s", "derived")
    assert target.read({"export_value/2020": 50.0, "export_value/2021": 75.0}) == pytest.approx(np.log(1.5))
    assert np.isnan(target.read({"export_value/2021": 75.0}))


def test_at_most_four_experiments_are_used_and_they_say_so() -> None:
    used = {target.id for target in read_targets() if target.is_experiment and target.used}
    assert used == {one.id for one in EXPERIMENTS.values() if one.used_in_calibration}
    assert 0 < len(used) <= 4


def test_the_design_ends_before_2023() -> None:
    design = read_design(FOLDER / "fit.yaml")
    scenario = load_scenario(design.scenario).with_(months=design.months)
    assert scenario.end < 2023 * 12


# --- space, emulator, posterior ------------------------------------------------------------------------------


def test_the_cube_and_values_go_both_ways() -> None:
    space = space_of(read_design(FOLDER / "fit.yaml"))
    for point in space.spread(20, 3):
        values = space.values(point)
        assert space.point(values) == pytest.approx(point, abs=1e-12)
        assert all(axis.low <= values[path] <= axis.high for axis, path in zip(space.axes, space.paths, strict=True))
    assert np.all((space.point(space.declared()) >= 0.0) & (space.point(space.declared()) <= 1.0))


def test_wide_positive_ranges_are_even_in_logs() -> None:
    space = Space((Axis("parameters.life.entry_rate", 0.01, 0.04), Axis("parameters.firm.tail", 1.0, 1.4)))
    assert [in_logs(axis) for axis in space.axes] == [True, False]
    assert list(space.values(np.array([0.5, 0.5])).values()) == pytest.approx([0.02, 1.2])


def quadratic(points: np.ndarray) -> np.ndarray:
    """Two outputs of three axes, the third of which does nothing."""
    x = 2.0 * points - 1.0
    return np.stack([x[:, 0] + 0.5 * x[:, 1] ** 2, x[:, 1] - 0.4 * x[:, 0] * x[:, 1]], axis=1)


@pytest.fixture(scope="module")
def cloud() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    points = rng.random((200, 3))
    return points, quadratic(points) + 0.05 * rng.standard_normal((200, 2))


def test_the_emulator_finds_a_quadratic_and_its_noise(cloud) -> None:
    emulator = fit_emulator(*cloud)
    fresh = np.random.default_rng(2).random((50, 3))
    assert np.abs(emulator.predict(fresh) - quadratic(fresh)).max() < 0.1
    assert emulator.sd == pytest.approx([0.05, 0.05], rel=0.25)
    assert emulator.r2.min() > 0.95


def test_the_emulator_uses_what_runs_there_are(cloud) -> None:
    points, outputs = cloud
    outputs = outputs.copy()
    outputs[:100, 1] = np.nan
    assert fit_emulator(points, outputs).runs == (200, 100)


def likelihood(cloud, free: tuple[int, ...] = (0, 1, 2)) -> Likelihood:
    truth = np.array([[0.7, 0.3, 0.5]])
    return Likelihood(fit_emulator(*cloud), quadratic(truth)[0], np.array([0.05, 0.05]), np.array(free), truth[0])


def test_the_posterior_holds_the_truth_and_names_what_is_flat(cloud) -> None:
    sample = sample_posterior(likelihood(cloud), steps=400, keep=800)
    low, high = np.quantile(sample, (0.05, 0.95), axis=0)
    assert np.all((low <= [0.7, 0.3, 0.5]) & (high >= [0.7, 0.3, 0.5]))
    assert high[0] - low[0] < 0.3
    assert flat(sample).tolist() == [2]
    assert np.array_equal(sample, sample_posterior(likelihood(cloud), steps=400, keep=800))


def test_what_is_fixed_stays(cloud) -> None:
    sample = sample_posterior(likelihood(cloud, (0, 1)), steps=200, keep=100)
    assert np.all(sample[:, 2] == 0.5) and np.ptp(sample[:, 0]) > 0.0


def test_plausible_points_are_plausible(cloud) -> None:
    mine = likelihood(cloud)
    points, left = plausible_points(mine, 100, seed=3)
    assert len(points) == 100 and 0.0 < left < 0.5
    assert mine.implausibility(points).max() < 3.0


def test_pairs_told_only_together_are_found() -> None:
    rng = np.random.default_rng(3)
    one = rng.random(500)
    sample = np.stack([one, 1.0 - one + 0.02 * rng.standard_normal(500), rng.random(500)], axis=1)
    assert [(a, b) for a, b, r in correlated(sample, [0, 1, 2]) if r < 0.0] == [(0, 1)]


def test_intervals_of_the_recovery_cover(cloud) -> None:
    points = np.random.default_rng(4).random((20, 3))
    truths = [Truth(point, row) for point, row in zip(points, quadratic(points), strict=True)]
    table = recover(likelihood(cloud, (0, 1)), truths, np.array([0.05, 0.05]), ["a", "b", "c"], steps=300)
    assert set(table["path"]) == {"a", "b"} and len(table) == 40
    assert 0.75 <= table["covered"].mean() <= 1.0
    assert table["width"].mean() < 0.6


def test_a_wrong_method_would_not_cover(cloud) -> None:
    """The recovery can fail: with data that are not the truth's it does."""
    points = np.random.default_rng(4).random((10, 3))
    truths = [Truth(point, row + 0.5) for point, row in zip(points, quadratic(points), strict=True)]
    table = recover(likelihood(cloud, (0, 1)), truths, np.array([0.05, 0.05]), ["a", "b", "c"], steps=300)
    assert table["covered"].mean() < 0.6


# --- runs and the whole --------------------------------------------------------------------------------------

REAL = runs.simulate
PATHS = ("demand.reach_growth", "life.entry_rate", "firm.tail")
TARGETS = (
    Target("exports", "export_value", "2019", True, 0.1, 0.03, 0.02, "s", "derived"),
    Target("firms", "active_smes", "2019", False, 0.0, 0.05, 0.02, "s", "derived"),
    Target("NE-18", "imports", "", False, 0.2, 0.05, 0.02, "s", "literature"),
)


def stand_in(job: runs.FitRun, report) -> dict[str, float]:
    """Outputs of a run that costs nothing: three smooth functions of the parameters, and luck."""
    shares = [
        (job.values[p] - lo) / (hi - lo) for p, lo, hi in zip(PATHS, (0.03, 0.009, 1.0), (0.2, 0.036, 1.4), strict=True)
    ]
    luck = 0.01 * np.random.default_rng(job.seed).standard_normal(3)
    found = {f"export_value/{y}": float(np.exp(0.2 * shares[0] + luck[0])) for y in range(2019, 2024)}
    found |= {f"import_value/{y}": 1.0 for y in range(2019, 2024)}
    found["active_smes/2019"] = shares[1] - 0.5 + luck[1]
    return found | ({"NE-18/imports": 0.4 * shares[0] * shares[1] + luck[2]} if job.experiments else {})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[waves.Fit, Path]]:
    place = tmp_path_factory.mktemp("fit")
    axes = "\n".join(f"  parameters.{path}: {{}}" for path in PATHS)
    design = place / "fit.yaml"
    design.write_text(f"scenario: baseline\nmethod: lhs\nn: 80\nmonths: 12\nscale: 0.01\naxes:\n{axes}\n")
    effort = waves.Effort(closer=60, truths=5, sample=24, steps=300)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "simulate", stand_in)
        found = waves.calibrate(read_design(design), TARGETS, place / "out", 1, 5.0, lambda text: None, effort)
        write_fit(found, place / "out")
        yield found, place / "out"


def test_a_fit_finds_what_is_flat_and_keeps_what_the_runs_allow(made) -> None:
    fit, folder = made
    assert fit.flat == ["firm.tail"]
    assert len(fit.first_outputs) == 80 and len(fit.closer_outputs) == 60
    assert len(fit.sample_points) + fit.dropped == 24 and len(fit.sample_points) >= 12
    assert {*KEPT} <= {path.name for path in folder.iterdir()}
    sample = pd.read_csv(folder / "sample.csv", comment="#")
    assert list(sample.columns) == [path for path in PATHS if path != "firm.tail"]
    assert sample["demand.reach_growth"].std() > 0.0
    told = facts(fit)
    assert json.loads((folder / "fit.json").read_text()) == json.loads(json.dumps(told))
    assert "Recovery of synthetic truths" in (folder / "README.md").read_text()


def test_a_fit_goes_on_without_repeating_a_run(made) -> None:
    fit, folder = made
    files = {path: path.stat().st_mtime_ns for path in (folder / "runs").iterdir()}
    lost = sorted(files)[3]
    lost.write_text('{"seed": 1')  # a run that was not written to its end
    again = waves.calibrate(
        read_design(folder.parent / "fit.yaml"), TARGETS, folder, 1, 5.0, lambda text: None, fit.effort
    )
    changed = [path for path in files if path.stat().st_mtime_ns != files[path]]
    assert changed == [lost]
    assert np.array_equal(again.sample_points, fit.sample_points)


def test_a_fit_without_time_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "simulate", stand_in)
    with pytest.raises(RunFailed, match="--resume"):
        waves.calibrate(read_design(FOLDER / "fit.yaml"), TARGETS, tmp_path, 1, 0.0, lambda text: None)


def test_a_runs_name_hangs_on_all_that_moves_it(tmp_path: Path) -> None:
    scenario = load_scenario("toy")

    def key(values: Mapping[str, float], seed: int, experiments: tuple[str, ...] = (), months: int = 60) -> str:
        return runs.FitRun(scenario, values, seed, experiments, months, str(tmp_path)).key

    names = [
        key({}, 1), key({"firm.tail": 1.2}, 1), key({}, 2), key({}, 1, ("NE-18",)), key({}, 1, ("NE-18",), 12)
    ]  # fmt: skip
    assert len(set(names)) == len(names)
    assert key({}, 1) == names[0]


def test_a_real_run_has_what_targets_ask_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "simulate", REAL)
    job = runs.FitRun(load_scenario("toy").with_(months=12), {"firm.tail": 1.3}, 3, (), 0, str(tmp_path))
    assert runs.perform(job, lambda months: None) == ""
    outputs = runs.read(job)
    assert outputs is not None and {name.split("/")[1] for name in outputs} == {"2019"}
    assert {name.split("/")[0] for name in outputs} == set(indicator_kinds())


def test_accept_copies_the_files(made, tmp_path: Path) -> None:
    _, folder = made
    declared = tmp_path / "parameters.csv"
    declared.write_text(
        "path,value,source,status\ndemand.reach_growth,0.06,assumed by hand,assumed\nfirm.tail,1.18,a book,literature\n"
    )
    (into := tmp_path / "kept").mkdir()
    accept(folder, into, declared)
    table = pd.read_csv(declared).set_index("path")
    assert table.loc["demand.reach_growth", "status"] == "calibrated"
    assert table.loc["demand.reach_growth", "source"].endswith("assumed by hand")
    first = pd.read_csv(folder / "sample.csv", comment="#").iloc[0]
    assert table.loc["demand.reach_growth", "value"] == first["demand.reach_growth"]
    assert table.loc["firm.tail"].tolist() == [1.18, "a book", "literature"]
    assert sorted(path.name for path in into.iterdir()) == sorted(KEPT)


def test_foreign_folder_is_refused(tmp_path: Path) -> None:
    from experiments.calibrate_cli import calibrate

    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(Refused, match="no folder of a fit"):
        calibrate(out=tmp_path)
