"""Numbers of many runs, one small file a run: what is there is not made again, whatever was killed in between.

    found, failed = fill(folder, cells, measure, jobs=2)
    found[cell.key]["asean_exports"]

A cell's key is the hash of all that moves its numbers, so a folder may be filled again, wider or after a change of the
evidence, and gives what belongs to the question asked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.jobs import Lost, Report, run_jobs
from experiments.progress import Progress, Silent
from experiments.run import data_version, version
from experiments.store import plain, write_file
from model.kernel.refusals import RunFailed

if TYPE_CHECKING:
    from model.scenario import Scenario

Numbers = dict[str, float]
Measure = Callable[[Any, Report], Mapping[str, float]]
"""Makes the numbers of a cell from its content; importable by its name, since it goes to other processes."""
RUNS: Final = "runs"


@dataclass(frozen=True)
class Cell:
    """A run or a few paired runs: `content` is what the measure takes, `months` what they simulate together."""

    key: str
    content: Any
    months: int


def key_of(what: str, scenarios: Iterable[Scenario], seed: int) -> str:
    """The name of a cell: it changes when anything changes that moves its numbers."""
    told = json.dumps([what, [scenario.hash for scenario in scenarios], seed, version(), data_version()])
    return hashlib.sha256(told.encode()).hexdigest()[:24]


@dataclass(frozen=True)
class _Job:
    cell: Cell
    measure: Measure
    folder: str


def fill(
    folder: Path, cells: Iterable[Cell], measure: Measure, jobs: int = 1, progress: Progress | None = None
) -> tuple[dict[str, Numbers], dict[str, str]]:
    """Make the cells that are not there; the numbers of all by key, and of those that gave up the reason."""
    place = folder.resolve() / RUNS
    place.mkdir(parents=True, exist_ok=True)
    wanted = {cell.key: cell for cell in cells}
    found = {key: numbers for key in wanted if (numbers := read(place / f"{key}.json")) is not None}
    todo = {key: _Job(cell, measure, str(place)) for key, cell in wanted.items() if key not in found}
    failed: dict[str, str] = {}
    with progress or Silent() as shown, closing(run_jobs(_perform, todo, jobs, shown.update)) as results:
        for key, result in results:
            fault = f"its process died {result.tries} times" if isinstance(result, Lost) else result
            if fault:
                failed[key] = fault
            shown.update(key, wanted[key].months)
    made = {key: read(place / f"{key}.json") for key in todo if key not in failed}
    return {**found, **{key: numbers for key, numbers in made.items() if numbers is not None}}, failed


def outstanding(folder: Path, cells: Iterable[Cell]) -> list[Cell]:
    """The cells that have no whole file yet."""
    wanted = {cell.key: cell for cell in cells}
    return [cell for key, cell in wanted.items() if read(folder / RUNS / f"{key}.json") is None]


def _perform(job: _Job, report: Report) -> str:
    """Make one cell and write its file; returns what went wrong, nothing when all is well."""
    try:
        numbers = plain(job.measure(job.cell.content, report))
    except (RunFailed, ArithmeticError, MemoryError, ValueError, IndexError) as fault:  # a far corner may be no economy
        return f"{type(fault).__name__}: {fault}"
    text = json.dumps(numbers, allow_nan=False).encode()
    write_file(Path(job.folder) / f"{job.cell.key}.json", lambda handle: handle.write(text))
    return ""


def read(path: Path) -> Numbers | None:
    """The numbers of a file, a missing one as nan; None where there is no whole file."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(rows, dict):
        return None
    return {str(name): float("nan") if value is None else float(value) for name, value in rows.items()}
