"""Ten drafts give the same numbers on the page, at the command line and in Python, digit for digit."""

from __future__ import annotations

import contextlib
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from experiments import cli, compare
from model.scenario import load_scenario
from viz.answers import Answer, answer_of
from viz.desk import Desk
from viz.draft import BASE, Draft
from viz.runs import Request, Shelf

FUND, TIERS = "overseas_warehouse_fund", "credit_tiered_inspection"
SMALL = {"months": 30, "scale": 0.004}
SEEDS = (1, 2)


def drafts() -> dict[str, Draft]:
    fund, tiers = Draft().with_policy(FUND, True), Draft().with_policy(TIERS, True)
    return {
        "fund": fund,
        "fund_half": fund.with_value(FUND, "rate", 0.5),
        "fund_vietnam": fund.with_value(FUND, "where", {"market": ["VNM"]}),
        "fund_late": fund.with_value(FUND, "from", "2024-04").with_value(FUND, "ramp_months", 2),
        "tiers": tiers,
        "tiers_list": tiers.with_value(TIERS, "negative_list", ["food_health"]),
        "both": fund.with_policy(TIERS, True),
        "tariff": Draft().with_shock("tariff", True),
        "early_demand": Draft().with_shock("demand", True).with_shock_value("demand", "from", "2022-06"),
        "parameter": Draft({"parameters": {"demand.substitution_consumer": 3.6}}),
    }


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Answer]]:
    desk, shelf = Desk(2), Shelf()
    found = {}
    for name, draft in drafts().items():
        small = Draft({**draft.document, **SMALL})
        assert small.scenario is not None
        request = Request(desk, shelf, "test", small.baseline, small.scenario, SEEDS, lambda request: None)
        deadline = time.monotonic() + 120
        while not request.done and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not request.faults, request.faults
        answer = answer_of(request)
        assert answer is not None and answer.seeds == SEEDS
        found[name] = answer
    yield found
    desk.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("drafts")
    found = {}
    for name, draft in drafts().items():
        found[name] = folder / f"{name}.yaml"
        found[name].write_text(draft.text(), encoding="utf-8")
    return found


def rows(frame: Any, scenario: str) -> list[dict[str, Any]]:
    mine = frame[frame["scenario"] == scenario].drop(columns="scenario")
    return json.loads(mine.sort_values(["indicator", "period"]).to_json(orient="records", double_precision=15))


def test_page_and_python(answers: dict[str, Answer], files: dict[str, Path]) -> None:
    base = load_scenario(BASE)
    others = [load_scenario(path) for path in files.values()]
    result = compare(base, others, seeds=SEEDS, months=30, scale=0.004)
    assert len(files) == 10
    for name, answer in answers.items():
        assert rows(answer.comparison.effects, answer.scenario.stem) == rows(result.effects, name), name


def test_page_and_command_line(answers: dict[str, Answer], files: dict[str, Path], tmp_path: Path) -> None:
    words = ["compare", BASE, *map(str, files.values()), "--seeds", "2", "--months", "30", "--scale", "0.004"]
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert cli.main([*words, "--jobs", "1", "--json", "--out", str(tmp_path / "out")]) == 0
    told = json.loads(out.getvalue())["effects"]
    for name, answer in answers.items():
        mine = {(row["indicator"], row["period"]): row for row in told if row["scenario"] == name}
        assert len(mine) == len(answer.effects)
        for key, row in answer.effects.iterrows():
            for column in ("baseline", "policy", "effect", "low", "high", "public_cost"):
                theirs = mine[key][column]
                assert (theirs is None and row[column] != row[column]) or theirs == row[column], (name, key, column)


def test_something_moves(answers: dict[str, Answer]) -> None:
    """Equal numbers would be no news if all were zero."""
    for name, answer in answers.items():
        assert (answer.comparison.effects["effect"].abs() > 0).any(), name
