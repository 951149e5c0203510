"""What a fit leaves behind: the sample, its runs, the table of targets, the recovery, and a page that tells of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.calibration.fit import Fit
from experiments.calibration.recovery import summary
from experiments.calibration.targets import FOLDER, matrix
from experiments.run import data_version, version
from experiments.store import write_file
from model.scenario.vocabulary import vocabulary

SAMPLE: Final = "sample.csv"
PAGE: Final = "README.md"
DECLARED: Final = FOLDER.parent / "evidence" / "parameters.csv"
FITTED: Final = "fitted to the evidence up to 2022 (scenarios/calibration/README.md)"
KEPT: Final = (SAMPLE, "targets_met.csv", "parameters.csv", "recovery.csv", "fit.json", PAGE)
"""Files of a fit that may be taken into the repository."""
_INTERVAL: Final = (0.05, 0.5, 0.95)


def write_fit(fit: Fit, folder: Path) -> None:
    """Write the files of a fit into a folder, each whole or not at all."""
    _csv(folder / SAMPLE, sample_table(fit), "One row a set of parameters that fits; the first is the central one.")
    _csv(folder / "targets_met.csv", targets_met(fit), "Targets, the model before the fit (cube) and after (sample).")
    _csv(folder / "parameters.csv", parameters_told(fit), "What the fit says about each parameter.")
    _csv(folder / "recovery.csv", fit.recovery, "Synthetic truths; values and intervals on the cube (prior 0 to 1).")
    about = json.dumps(facts(fit), indent=1, sort_keys=True).encode()
    write_file(folder / "fit.json", lambda handle: handle.write(about))
    write_file(folder / PAGE, lambda handle: handle.write(page(fit).encode()))


def accept(folder: Path, into: Path = FOLDER, declared: Path = DECLARED) -> None:
    """Copy the files of a fit to where every band is drawn from, and declare its central set."""
    for name in KEPT:
        data = (folder / name).read_bytes()
        write_file(into / name, lambda handle, data=data: handle.write(data))
    central = pd.read_csv(folder / "parameters.csv", comment="#").set_index("path")
    exact = pd.read_csv(folder / SAMPLE, comment="#").iloc[0]
    moved = {
        str(path): float(exact.get(path, row["central"]))
        for path, row in central.iterrows()
        if row["standing"] == "told" or row["standing"].endswith("where it leans")
    }
    text = _declared(declared.read_text(encoding="utf-8"), moved)
    write_file(declared, lambda handle: handle.write(text.encode()))


def _declared(text: str, moved: Mapping[str, float]) -> str:
    """The table of parameters with the values of the fit, their status and where they come from."""
    rows = list(csv.reader(io.StringIO(text)))
    place = {name: number for number, name in enumerate(rows[0])}
    for row in rows[1:]:
        if row[place["path"]] not in moved:
            continue
        row[place["value"]] = f"{moved[row[place['path']]]:.6g}"
        if row[place["status"]] != "calibrated":
            row[place["source"]] = f"{FITTED}; its range: {row[place['source']]}"
            row[place["status"]] = "calibrated"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _csv(path: Path, table: pd.DataFrame, title: str) -> None:
    text = f"# {title}\n" + table.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    write_file(path, lambda handle: handle.write(text.encode()))


def sample_table(fit: Fit) -> pd.DataFrame:
    """The sample: a column for each parameter that the targets tell."""
    told = told_paths(fit)
    rows = [fit.space.values(point) for point in fit.sample_points]
    return pd.DataFrame([{path: row[path] for path in told} for row in rows], columns=told)


def told_paths(fit: Fit) -> list[str]:
    """Paths that the fit sets."""
    assert fit.likelihood is not None
    return [fit.space.paths[axis] for axis in fit.likelihood.free]


def targets_met(fit: Fit) -> pd.DataFrame:
    """A row a target: figure, error, the runs of the whole cube, the runs of the sample; with 5 and 95 %."""
    assert fit.likelihood is not None
    before = matrix(fit.targets, fit.first_outputs)
    after = matrix(fit.targets, fit.sample_outputs)
    emulated = fit.likelihood.emulator.predict(fit.sample_points)
    rows = []
    for number, target in enumerate(fit.targets):
        run = after[:, number] if not target.is_experiment else emulated[:, number]
        row: dict[str, Any] = {
            "id": target.id, "output": target.output, "period": target.period, "target": target.shown(target.value),
            "sd": target.sd, "in_logs": target.log, "from": "emulator" if target.is_experiment else "runs",
        }  # fmt: skip
        for name, values in (("cube", before[:, number]), ("sample", run)):
            row |= dict(zip((f"{name}_low", name, f"{name}_high"), _spread(values, target.shown), strict=True))
        row["emulator_r2"] = float(fit.likelihood.emulator.r2[number])
        row["distance"] = float((np.nanmedian(run) - target.value) / target.sd)
        rows.append(row)
    return pd.DataFrame(rows)


def _spread(values: Any, shown: Any) -> list[float]:
    there = values[np.isfinite(values)]
    if len(there) == 0:
        return [float("nan")] * 3
    return [shown(float(value)) for value in np.quantile(there, _INTERVAL)]


def parameters_told(fit: Fit) -> pd.DataFrame:
    """A row a parameter: declared value and range, posterior, width against the prior, coverage, and its standing."""
    assert fit.likelihood is not None
    found, declared = summary(fit.recovery), fit.space.declared()
    paired = {loose: f"with {other} (r {r:.2f})" for loose, other, r in fit.paired}
    rows = []
    for axis, path in enumerate(fit.space.paths):
        free = axis in fit.likelihood.free
        values = [fit.space.values(point)[path] for point in fit.sample_points]
        held = fit.leaning.get(path, declared[path])
        low, middle, high = np.quantile(values, _INTERVAL) if free else [held] * 3
        row = {
            "path": path, "unit": vocabulary().parameters[path].unit, "low": fit.space.axes[axis].low,
            "high": fit.space.axes[axis].high, "declared": declared[path], "sample_low": low, "sample": middle,
            "sample_high": high, "central": values[0] if free else held,
            "width": float(found["width"].get(path, np.nan)), "coverage": float(found["coverage"].get(path, np.nan)),
            "standing": "told" if free else _held(fit, path, paired.get(path, "")),
        }  # fmt: skip
        rows.append(row)
    return pd.DataFrame(rows)


def _held(fit: Fit, path: str, pair: str) -> str:
    """Why a parameter does not vary in the sample, and what its value is."""
    if path in fit.leaning:
        kept = fit.leaning[path] == fit.space.declared()[path]
        return "leans: stays where literature puts it" if kept else "leans: set to where it leans"
    return "flat: keeps its declared value" if path in fit.flat else f"told only {pair}: keeps its declared value"


def facts(fit: Fit) -> dict[str, Any]:
    """Numbers of the fit, for whoever checks it."""
    found = summary(fit.recovery)
    years = {str(year): predictive(fit, year) for year in (2019, 2020, 2021, 2022, 2023)}
    return {
        "version": version(),
        "data_version": data_version(),
        "runs": {
            "wave_1": len(fit.first_outputs), "wave_2": len(fit.closer_outputs),
            "sample": len(fit.sample_outputs) + fit.dropped, "failed": len(fit.failed),
        },
        "not_ruled_out": fit.left,
        "dropped_from_sample": fit.dropped,
        "told": told_paths(fit),
        "flat": fit.flat,
        "leaning": fit.leaning,
        "paired": [list(pair) for pair in fit.paired],
        "truths": int(fit.recovery["truth"].nunique()),
        "coverage_of_90": float(fit.recovery["covered"].mean()),
        "mean_width_against_prior": float(found["width"].mean()),
        "emulator_r2_least": float(np.min(fit.likelihood.emulator.r2)) if fit.likelihood else None,
        "sample_years": years,
    }  # fmt: skip


def predictive(fit: Fit, year: int) -> dict[str, list[float]]:
    """10th, 50th, 90th percentile over the sample of exports and imports of a year, yuan."""
    return {
        flow: [float(value) for value in np.quantile([run[f"{flow}_value/{year}"] for run in fit.sample_outputs],
                                                     (0.1, 0.5, 0.9))]
        for flow in ("export", "import")
    }  # fmt: skip


# --- the page --------------------------------------------------------------------------------------------------------


def page(fit: Fit) -> str:
    """The fit as a page of Markdown."""
    told = facts(fit)
    parts = [_head(told), _met(targets_met(fit)), _told(parameters_told(fit)), _recovered(fit, told)]
    return "\n".join(parts)


def _head(told: Mapping[str, Any]) -> str:
    runs = told["runs"]
    return f"""# The fit: what the evidence to 2022 says about the parameters

校准结果：仅使用2022年及以前的数据。本页由 `dualcirc calibrate` 生成。
Written by `dualcirc calibrate`, not by hand.

Design `fit.yaml`, targets `targets.csv`, sample `sample.csv`. History matching, then a posterior by Markov chains on
emulators (quadratics whose terms the lasso chooses), then real runs of the draws, dropping what they rule out.
{runs["wave_1"]} runs fill the cube, {runs["wave_2"]} more look at what is left (with the experiments among the
targets), {runs["sample"]} draws were run again and {told["dropped_from_sample"]} of these dropped. Of the cube
{told["not_ruled_out"]:.2g} was not ruled out by the first wave. Every band of a comparison is drawn from the sample:
draw k is seed k with row k, the first row being the central set.

Calibration is indirect (Windrum, Fagiolo, Moneta 2007): patterns restrict the parameters, policies come afterwards.
A figure's `sd` joins two things, how far the published figure may be off and how far a right model may be off; both
are written in `targets.csv`.
"""


def _met(table: pd.DataFrame) -> str:
    rows = [
        f"| {row.id} | {row.output} {row.period} | {row.target:.4g} | {row.cube:.4g} ({row.cube_low:.4g} to "
        f"{row.cube_high:.4g}) | {row.sample:.4g} ({row.sample_low:.4g} to {row.sample_high:.4g}) | "
        f"{row.distance:+.1f} | {row.emulator_r2:.2f} |"
        for row in table.itertuples()
    ]
    head = [
        "## Targets",
        "",
        "Median with 5th and 95th percentile. Distance: the sample's median from the target in `sd`. Experiments of",
        "the sample are read off the emulator; the score card runs them.",
        "",
        "| id | output | target | whole cube | sample | distance | emulator R² |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def _told(table: pd.DataFrame) -> str:
    rows = [
        f"| `{row.path}` | {row.low:g} to {row.high:g} | {row.central:.4g} | {row.sample_low:.4g} to "
        f"{row.sample_high:.4g} | {_share(row.width)} | {_share(row.coverage)} | {row.standing} |"
        for row in table.itertuples()
    ]
    head = [
        "## Parameters",
        "",
        "Width: mean width of the 90 % interval in the recovery against the prior's. Coverage: how often it held the",
        "truth.",
        "",
        "| parameter | range | central | sample 5 to 95 % | width | coverage | standing |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


def _share(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.2f}"


def _recovered(fit: Fit, told: Mapping[str, Any]) -> str:
    lines = [
        "## Recovery of synthetic truths",
        "",
        f"{told['truths']} stored runs that no emulator had seen played the truth, their outputs blurred by the error",
        f"of observation. The 90 % intervals of the parameters told held the truth in {told['coverage_of_90']:.0%} of",
        f"cases and are on average {told['mean_width_against_prior']:.2f} times as wide as the prior's.",
        "",
        f"Flat, kept at the declared value: {_listed(fit.flat)}.",
        "",
        f"Leaning only (found hardly better than by guessing): {_listed(list(fit.leaning))}.",
        "",
        f"Told only together with another, kept at the declared value: {_listed(_pairs(fit.paired))}.",
        "",
    ]
    return "\n".join(lines)


def _pairs(paired: Sequence[tuple[str, str, float]]) -> list[str]:
    return [f"{loose} (with {other}, r {r:.2f})" for loose, other, r in paired]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) if names else "none"
