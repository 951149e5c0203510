"""Many runs of one design: one file a run, whatever is killed nothing is lost or done twice.

A folder holds `design.yaml` (the design as given), `runs/KEY.parquet` (one file a run, by temporary name and rename)
and, once all are done, `sweep.parquet` with one row a run and indicator and `manifest.json`. A run's key is the hash of
its scenario, seed, version and evidence: a sweep that goes on, or a wider one in the same folder, keeps what is there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.design import Design
from experiments.effects import period_values, periods_of
from experiments.jobs import Lost, Report, run_jobs
from experiments.progress import Progress, Silent
from experiments.run import data_version, indicator_kinds, indicator_units, run, version
from experiments.store import MANIFEST, SCHEMA, write_file
from model.kernel.refusals import Problem, Refused, RunFailed

if TYPE_CHECKING:
    from model.scenario import Scenario

RUNS: Final = "runs"
DESIGN: Final = "design.yaml"
TABLE: Final = "sweep.parquet"
FAILED: Final = "failed.json"
_PATIENCE: Final = "20s"
"""How long a scheduler may take to answer."""
_RUN_SCHEMA: Final = pa.schema(
    [("indicator", pa.string()), ("period", pa.string()), ("unit", pa.string()), ("value", pa.float64())]
)


@dataclass(frozen=True)
class SweepRun:
    """One run of a sweep."""

    key: str
    point: int
    seed: int
    scenario: Scenario
    folder: str


@dataclass(frozen=True)
class Sweep:
    """A sweep that has ended. `failed`: key → reason, of runs that gave up twice."""

    folder: Path
    runs: int
    made: int
    failed: Mapping[str, str]


def run_key(scenario: Scenario, seed: int) -> str:
    """The name of a run: it changes when anything changes that moves its numbers."""
    told = json.dumps([scenario.hash, seed, version(), data_version()])
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def plan(design: Design, folder: Path) -> list[SweepRun]:
    """All runs of a design, in order of point and seed."""
    place = str(folder.resolve() / RUNS)  # a worker elsewhere has a current folder of its own
    found = []
    for number, point in enumerate(design.points):
        scenario = design.scenario_at(point)
        found += [SweepRun(run_key(scenario, seed), number, seed, scenario, place) for seed in design.seeds]
    return found


def outstanding(todo: Iterable[SweepRun]) -> dict[str, SweepRun]:
    """The runs whose files are not there or not whole, by key."""
    return {job.key: job for job in todo if not is_whole(Path(job.folder) / f"{job.key}.parquet")}


def perform(job: SweepRun, report: Report) -> tuple[str, str]:
    """Make one run and write its file: the task of a worker. Returns its key and what went wrong, '' when nothing."""
    if run_key(job.scenario, job.seed) != job.key:
        return job.key, "this worker has another version of the project, or other evidence"
    try:
        result = run(job.scenario, job.seed, report=report)
        values = period_values(result.parts, periods_of(result.first, result.months), indicator_kinds())
        units = indicator_units()
        table = values.stack().rename_axis(["indicator", "period"]).rename("value").reset_index()
        table = table.assign(unit=[units[name] for name in table["indicator"]])
        arrow = pa.Table.from_pandas(table[_RUN_SCHEMA.names], schema=_RUN_SCHEMA, preserve_index=False)
        write_file(Path(job.folder) / f"{job.key}.parquet", lambda handle: pq.write_table(arrow, handle))
    except (RunFailed, ArithmeticError, MemoryError) as fault:
        return job.key, f"{type(fault).__name__}: {fault}"
    return job.key, ""


def sweep(
    design: Design,
    source: bytes,
    folder: Path,
    jobs: int = 1,
    scheduler: str = "",
    progress: Progress | None = None,
    resume: bool = False,
) -> Sweep:
    """Make every run that is not there yet, then the table. `source`: the design's file, kept beside the runs.

    `scheduler`: address of a Dask scheduler, with this project installed on it and on its workers and the folder in
    everyone's reach; without it `jobs` processes here. `resume`: go on in a folder whose sweep has not ended.
    """
    claim(folder, source, resume)
    todo = plan(design, folder)
    missing = outstanding(todo)
    failed: dict[str, str] = {}
    ways = _dask(missing, scheduler) if scheduler else _here(missing, jobs, progress or Silent())
    with progress or Silent() as shown, closing(ways) as finished:
        for key, fault in finished:
            if fault:
                failed[key] = fault
            shown.update(key, missing[key].scenario.months)
    _write_failed(folder, failed)
    if not failed:
        write_table(folder, design, todo)
    return Sweep(folder, len(todo), len(missing) - len(failed), failed)


def _here(missing: Mapping[str, SweepRun], jobs: int, progress: Progress) -> Iterator[tuple[str, str]]:
    results = run_jobs(perform, missing, jobs, progress.update)
    try:
        for key, found in results:
            yield key, f"its process died {found.tries} times" if isinstance(found, Lost) else found[1]
    finally:
        results.close()


def _silent(months: int) -> None:
    """Progress of a run far away is not heard."""


def _dask(missing: Mapping[str, SweepRun], address: str) -> Iterator[tuple[str, str]]:
    try:
        from distributed import Client, as_completed
    except ImportError as fault:
        raise RunFailed("a scheduler needs the extra `cluster`: .venv/bin/pip install -e '.[cluster]'") from fault
    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as fault:
        raise RunFailed(f"there is no Dask scheduler at {address}") from fault
    with client:
        futures = [client.submit(perform, job, _silent, key=key, retries=2) for key, job in missing.items()]
        for future in as_completed(futures):
            fault = future.exception()
            yield future.key, f"{type(fault).__name__}: {fault}" if fault is not None else future.result()[1]


# --- the folder ------------------------------------------------------------------------------------------------------


def claim(folder: Path, source: bytes, resume: bool) -> None:
    """Make the folder a sweep's, or go on in one that is.

    A finished sweep is replaced, an unfinished one only gone on with (`resume`). Refused for anything else.
    """
    kept, used = folder / DESIGN, folder.exists() and any(folder.iterdir())
    if used and not kept.exists():
        message = f"'{folder}' is no folder of a sweep and is left alone."
        raise Refused([Problem("not_a_sweep", message, path="--out", given=str(folder))])
    if used and not resume and not (folder / MANIFEST).exists():
        message = f"'{folder}' holds a sweep that has not ended."
        raise Refused([Problem("sweep_exists", message, path="--out", given=str(folder), suggestion="--resume")])
    if used and not resume:
        shutil.rmtree(folder)
    (folder / RUNS).mkdir(parents=True, exist_ok=True)
    for stale in (MANIFEST, TABLE):  # they say that all is done
        (folder / stale).unlink(missing_ok=True)
    for leftover in (folder / RUNS).glob(".*.tmp"):
        leftover.unlink(missing_ok=True)
    write_file(kept, lambda handle: handle.write(source))


def is_whole(path: Path) -> bool:
    """Whether a run's file is there and can be read to its end."""
    try:
        return bool(pq.read_table(path).schema.equals(_RUN_SCHEMA))
    except (OSError, pa.ArrowInvalid):
        return False


def write_table(folder: Path, design: Design, todo: list[SweepRun]) -> None:
    """All runs as one table, rows by point, seed, indicator and period; then the manifest, which says it is whole."""
    points = design.points
    pieces = []
    for job in todo:
        frame = pq.read_table(folder / RUNS / f"{job.key}.parquet").to_pandas()
        axes = {f"axis:{path}": value for path, value in points[job.point].items()}
        pieces.append(frame.assign(point=job.point, seed=job.seed, **axes))
    whole = pd.concat(pieces, ignore_index=True)
    names = ["point", "seed", *[f"axis:{axis.path}" for axis in design.axes], "indicator", "period", "unit", "value"]
    ordered = whole.sort_values(["point", "seed", "indicator", "period"], kind="stable", ignore_index=True)[names]
    arrow = pa.Table.from_pandas(ordered, preserve_index=False).replace_schema_metadata(None)
    digest = write_file(folder / TABLE, lambda handle: pq.write_table(arrow, handle))
    about = {
        "schema": SCHEMA,
        "command": "sweep",
        "scenarios": [{"name": design.scenario}],
        "method": design.method,
        "points": len(points),
        "seeds": list(design.seeds),
        "version": version(),
        "data_version": data_version(),
        "table": digest,
        "finished": True,
    }
    text = json.dumps(about, indent=1, ensure_ascii=False).encode()
    write_file(folder / MANIFEST, lambda handle: handle.write(text))


def _write_failed(folder: Path, failed: Mapping[str, str]) -> None:
    """Reasons of runs that gave up, for a person to read; tried again the next time."""
    place = folder / FAILED
    if not failed:
        place.unlink(missing_ok=True)
        return
    text = json.dumps(failed, indent=1, ensure_ascii=False).encode()
    write_file(place, lambda handle: handle.write(text))
