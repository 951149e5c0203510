"""A sweep on a Dask scheduler: the same table as here, nothing leaves the machine, a wrong address is told."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from experiments.design import read_design
from experiments.sweep import TABLE, perform, plan
from experiments.sweep import sweep as run_sweep
from tests.ui.processes import environment

PROJECT = Path(__file__).resolve().parents[2]
LIMIT_S = 180
DESIGN = """scenario: toy
method: morris
n: 1
seeds: 2
months: 2
axes:
  parameters.demand.substitution_consumer: {}
  parameters.customs.look_hours: [30.0, 40.0]
"""


@contextmanager
def process(words: Sequence[str], folder: Path, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Python module as a process; ended by its id whatever happens."""
    with (folder / f"{name}.log").open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=PROJECT,
            env=environment(folder / "outgoing.txt"),
            stdout=log,
            stderr=log,
        )
        try:
            yield started
        finally:
            started.terminate()
            try:
                started.wait(20)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[str]:
    """A scheduler and its workers on free ports of 127.0.0.1; yields the scheduler's address."""
    told = folder / "scheduler.json"
    here = ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    with ExitStack() as stack:
        scheduler = ["distributed.cli.dask_scheduler", *here, "--port", "0", "--scheduler-file", str(told)]
        main = stack.enter_context(process(scheduler, folder, "scheduler"))
        end = time.monotonic() + LIMIT_S
        while not told.exists() and main.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        address = str(json.loads(told.read_text(encoding="utf-8"))["address"])
        for number in range(workers):
            place = folder / f"worker_{number}"
            words = ["distributed.cli.dask_worker", address, *here, "--no-nanny", "--nthreads", "1"]
            words += ["--local-directory", str(place)]
            stack.enter_context(process(words, folder, place.name))
        yield address


@pytest.mark.slow
def test_a_scheduler_gives_the_same_table_and_stays_on_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    run_sweep(read_design(path), b"x", tmp_path / "here")
    words = [sys.executable, "-m", "experiments", "sweep", str(path), "--out", str(tmp_path / "far"), "--json"]
    with cluster(tmp_path, 2) as address:
        done = subprocess.run(
            [*words, "--scheduler", address], cwd=PROJECT, env=environment(tmp_path / "outgoing.txt"),
            capture_output=True, timeout=LIMIT_S,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    assert (told["runs"], told["made"], told["failed"]) == (6, 6, {})
    assert (tmp_path / "far" / TABLE).read_bytes() == (tmp_path / "here" / TABLE).read_bytes()
    notes = tmp_path / "outgoing.txt"
    assert not notes.exists(), notes.read_text(encoding="utf-8")


def test_no_scheduler_is_told_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments import cli, sweep

    monkeypatch.setattr(sweep, "_PATIENCE", "1s")
    path = tmp_path / "design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    words = ["sweep", str(path), "--out", str(tmp_path / "out")]
    assert cli.main([*words, "--scheduler", "tcp://127.0.0.1:9"]) == 1
    assert cli.main([*words, "--resume"]) == 0
    assert (tmp_path / "out" / TABLE).exists()


def test_a_worker_with_other_evidence_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments import sweep

    path = tmp_path / "design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    job = plan(read_design(path), tmp_path)[0]
    monkeypatch.setattr(sweep, "data_version", lambda: "another")
    key, fault = perform(job, lambda months: None)
    assert key == job.key and "other evidence" in fault
    assert not (tmp_path / "runs").exists()
