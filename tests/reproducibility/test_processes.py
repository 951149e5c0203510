"""The stored bytes are the same for any number of workers, seed of hashes, locale, time zone and optimisation."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = (
    "compare", "baseline", "paper", "--months", "3", "--scale", "0.005", "--seeds", "2",
    "--set", "policies_from=2019-02",
)  # fmt: skip
PLAIN = {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"}
OTHERS = {
    "two_workers": (2, (), {"PYTHONHASHSEED": "1", "LC_ALL": "zh_CN.UTF-8", "TZ": "Asia/Shanghai"}),
    "optimised": (1, ("-O",), {"PYTHONHASHSEED": "random", "LC_ALL": "de_DE.UTF-8", "TZ": "America/New_York"}),
}


def hashes(folder: Path, jobs: int, flags: tuple[str, ...], env: dict[str, str]) -> dict[str, str]:
    """Run the comparison in a fresh process; SHA-256 of every Parquet file it wrote."""
    command = [sys.executable, *flags, "-m", "experiments", *COMMAND, "--jobs", str(jobs), "--out", str(folder)]
    done = subprocess.run(
        command, cwd=PROJECT, env={**os.environ, **env}, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    files = sorted(folder.glob("*.parquet"))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("plain") / "out"
    return folder, hashes(folder, 1, (), PLAIN)


@pytest.fixture(scope="module")
def plain(written: tuple[Path, dict[str, str]]) -> dict[str, str]:
    return written[1]


def test_tables_are_there_and_full(written: tuple[Path, dict[str, str]]) -> None:
    """Equal hashes mean equal results: no table is empty, seeds and scenarios differ."""
    folder, found = written
    assert {"indicators.parquet", "breakdowns.parquet", "effects.parquet", "ledger.parquet"} <= found.keys()
    frame = pd.read_parquet(folder / "indicators.parquet")
    exports = frame[(frame["indicator"] == "export_value") & (frame["month"] == "2019-03")]
    assert exports["value"].nunique() == len(exports) == 4


@pytest.mark.parametrize("name", OTHERS)
def test_bytes_are_the_same(name: str, plain: dict[str, str], tmp_path: Path) -> None:
    assert hashes(tmp_path / "out", *OTHERS[name]) == plain
