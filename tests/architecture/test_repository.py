"""Habits of the files themselves: no address in the lock, no path of one machine, no overlong file."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
MOST_LINES = 449
MACHINE_FOLDERS = ("home", "root", "tmp", "work", "Users")
MACHINE_PATH = re.compile(r"(?<![\w.)}\]*~-])/(?:" + "|".join(MACHINE_FOLDERS) + r")/\w")


@cache
def repository_files() -> tuple[Path, ...]:
    """Files that are in the repository or would be with the next `git add`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    names = sorted(set(listed.decode().split("\0")) - {""})
    return tuple(path for path in (PROJECT / name for name in names) if path.is_file())


def text_of(path: Path) -> str | None:
    """The file's text, or None when it is not text."""
    content = path.read_bytes()
    if b"\0" in content:
        return None
    return content.decode("utf-8", errors="replace")


def test_lock_names_no_address() -> None:
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert not re.findall(r"^\s*(?:-i|-f|--index|--extra-index|--find).*", lock, flags=re.MULTILINE)


def test_lock_pins_every_package_with_hashes() -> None:
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?\s*(\S+)(.*(?:\n[ \t]+.*)*)", lock, flags=re.MULTILINE)
    assert len(entries) > 20
    assert all(version.startswith("==") and "--hash=sha256:" in rest for version, rest in entries)


def test_no_lock_that_records_hosts() -> None:
    tracked = {path.name for path in repository_files()}
    assert not tracked & {"uv.lock", "pylock.toml"}


def test_no_path_of_one_machine() -> None:
    found = []
    for path in repository_files():
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1):
            if MACHINE_PATH.search(line):
                found.append(f"{path.relative_to(PROJECT)}:{number}: {line.strip()[:120]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("line", ['"/{}/me/x"', "/{}/x", "cd /{}/x", "python=/{}/x", "file:///{}/x"])
def test_machine_path_is_recognised(line: str) -> None:
    assert all(MACHINE_PATH.search(line.format(folder)) for folder in MACHINE_FOLDERS)


def test_ordinary_slashes_are_not_machine_paths() -> None:
    assert not MACHINE_PATH.search("domestic/home/foreign, foreign_share.home/tmp/x, ~/work/x")


def test_scenarios_hold_no_python() -> None:
    scenarios = [path for path in repository_files() if path.is_relative_to(PROJECT / "scenarios")]
    assert not [path.name for path in scenarios if path.suffix == ".py"]


def test_python_files_are_short() -> None:
    lengths = {
        str(path.relative_to(PROJECT)): len((text_of(path) or "").splitlines())
        for path in repository_files()
        if path.suffix == ".py"
    }
    assert not {name: lines for name, lines in lengths.items() if lines > MOST_LINES}
