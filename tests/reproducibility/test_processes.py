"""The stored bytes are the same for any number of workers, seed of hashes, locale, time zone and optimisation."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = (
    "compare", "baseline", "paper", "overseas_warehouse_fund", "--months", "5", "--scale", "0.005", "--seeds", "2",
    "--set", "policies_from=2019-03",
)  # fmt: skip
PLAIN = {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"}
OTHERS = {
    "two_workers": (2, (), {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai"}),
    "random_hashes": (1, (), {"PYTHONHASHSEED": "random", "LC_ALL": "de_DE.UTF-8", "TZ": "America/New_York"}),
    "optimised": (2, ("-O",), {"PYTHONHASHSEED": "random", "LC_ALL": "zh_CN.UTF-8", "TZ": "Pacific/Kiritimati"}),
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
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return hashes(tmp_path_factory.mktemp("plain") / "out", 1, (), PLAIN)


def test_all_tables_are_there(plain: dict[str, str]) -> None:
    assert {"indicators.parquet", "breakdowns.parquet", "effects.parquet", "ledger.parquet"} <= plain.keys()


@pytest.mark.parametrize("name", OTHERS)
def test_bytes_are_the_same(name: str, plain: dict[str, str], tmp_path: Path) -> None:
    assert hashes(tmp_path / "out", *OTHERS[name]) == plain


def test_another_seed_gives_other_bytes(plain: dict[str, str], tmp_path: Path) -> None:
    """So that equal hashes mean equal results, not empty tables."""
    command = [sys.executable, "-m", "experiments", *COMMAND, "--jobs", "1", "--out", str(tmp_path / "out")]
    command[command.index("--seeds") + 1] = "3,4"
    subprocess.run(command, cwd=PROJECT, env={**os.environ, **PLAIN}, capture_output=True, timeout=300, check=True)
    for name in plain:
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() != plain[name]
