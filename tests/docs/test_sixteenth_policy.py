"""The worked example of CONTRIBUTING.md is true: its two files, put into a copy of the project, are a policy."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
ID = "home_market_channel"
FILE = re.compile(r"^`([\w./]+)`:\n\n```\w+\n(.*?)^```$", flags=re.M | re.S)
COPIED = ("model", "agents", "experiments", "scenarios")


def told() -> dict[str, str]:
    """The files that CONTRIBUTING.md shows in full, by their places."""
    return dict(FILE.findall((PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project (compiled code too, which keeps its dates) with the two files put where they belong."""
    folder = tmp_path_factory.mktemp("project")
    for name in COPIED:
        shutil.copytree(PROJECT / name, folder / name)
    for place, text in told().items():
        assert not (folder / place).exists()
        (folder / place).write_text(text, encoding="utf-8")
    return folder


WRONG = "wrong.yaml"
SIZE = ("--seeds", "2", "--months", "24", "--scale", "0.005", "--jobs", "1", "--set", f"policies.{ID}.from=2019-07")
COMMANDS = {
    "policies": ("policies", ID),
    "list": ("scenario", "list"),
    "check": ("scenario", "check", WRONG),
    "compare": ("compare", "baseline", ID, *SIZE),
}
SEVERAL = """
import json, sys
from experiments.cli import main
for words in json.loads(sys.argv[1]):
    print(main([*words, "--json"]), flush=True)
"""


@pytest.fixture(scope="module")
def answers(copy: Path) -> dict[str, tuple[Any, int]]:
    """JSON and exit code of each command; one process for all, since most of a command is its start."""
    wrong = f"schema: 1\nextends: baseline\npolicies:\n  {ID}: {{cost_factor: 5}}\n"
    (copy / WRONG).write_text(wrong, encoding="utf-8")
    command = [sys.executable, "-c", SEVERAL, json.dumps(list(COMMANDS.values()))]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 2 * len(COMMANDS), done.stderr
    pairs = [(json.loads(answer), int(code)) for answer, code in zip(lines[::2], lines[1::2], strict=True)]
    return dict(zip(COMMANDS, pairs, strict=True))


def test_it_is_two_files_and_not_among_those_that_come_along() -> None:
    assert list(told()) == [f"model/policies/{ID}.py", f"scenarios/policies/{ID}.yaml"]
    assert not [place for place in told() if (PROJECT / place).exists()]


def test_it_is_declared_like_the_others(answers: dict[str, tuple[Any, int]]) -> None:
    (row,) = answers["policies"][0]["policies"]
    assert row["label"] == {"en": "Home market channel", "zh": "外贸转内销"}
    assert [item["name"] for item in row["parameters"]] == ["cost_factor", "office_yuan", "traffic_yuan"]
    assert ID in [row["name"] for row in answers["list"][0]]


def test_wrong_values_of_it_are_refused(answers: dict[str, tuple[Any, int]]) -> None:
    told, code = answers["check"]
    (problem,) = told["problems"]
    assert (code, problem["code"], problem["line"]) == (2, "out_of_bounds", 4)


def test_it_moves_what_it_says_and_costs_what_it_says(answers: dict[str, tuple[Any, int]]) -> None:
    """Two pairs of seeds, the smallest that show the channel: signs of the rest are for the tests of policies."""
    found = {row["indicator"]: row for row in answers["compare"][0]["effects"] if row["period"] == "2020"}
    assert found["home_sellers_share"]["p_positive"] == 1.0
    assert found["home_sales_value"]["effect"] > 0.0
    assert found["fiscal_cost"]["effect"] == pytest.approx(7.2e8)
    assert found["import_value"]["effect"] == 0.0
