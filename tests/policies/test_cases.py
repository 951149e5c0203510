"""Runs the cases of economists: see `cases/README.md`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

import model.indicators  # noqa: F401  (declares the indicators)
from model.kernel.declare import INDICATORS
from model.scenario import Scenario, load_scenario
from model.scenario.vocabulary import vocabulary
from model.shocks import SHOCKS
from tests.policies.runs import Frame, baseline, finished, value

FOLDER = Path(__file__).parent / "cases"
FILES = sorted(FOLDER.glob("*.yaml"))
NEEDED = {"about", "scenario", "months", "policies_from", "seeds", "expect"}
KEYS = NEEDED | {"sets", "scale", "slow"}
CLAIM_NEEDED = {"indicator", "year", "direction"}
CLAIM_KEYS = CLAIM_NEEDED | {"where", "at_least", "every_seed"}
DIRECTIONS = {"up": 1.0, "down": -1.0, "same": 0.0}


@dataclass(frozen=True)
class Case:
    """A case file, read and checked."""

    path: Path
    body: Mapping[str, Any]

    @property
    def frame(self) -> Frame:
        return Frame(self.body["months"], self.body.get("scale", 0.01), str(self.body["policies_from"]))

    @property
    def seeds(self) -> range:
        return range(1, self.body["seeds"] + 1)

    def scenario(self, folder: Path) -> Scenario:
        sets = (*self.frame.sets(), *self.body.get("sets", ()))
        given = self.body["scenario"]
        if isinstance(given, str):
            return load_scenario(given, sets)
        path = folder / f"{self.path.stem}.yaml"
        with path.open("w", encoding="utf-8") as file:
            YAML(typ="safe").dump({"schema": 1, "extends": "baseline", **given}, file)
        return load_scenario(path, sets)


def check_words(path: Path, body: Any) -> None:
    """Fail with the name of the file and the word that is wrong."""
    assert isinstance(body, dict), f"{path.name} is not a mapping"
    assert NEEDED <= body.keys() <= KEYS, f"{path.name}: keys are {sorted(KEYS)}, needed {sorted(NEEDED)}"
    assert body["months"] % 12 == 0, f"{path.name}: months are whole years"
    assert body["expect"], f"{path.name} expects nothing"
    for claim in body["expect"]:
        assert CLAIM_NEEDED <= claim.keys() <= CLAIM_KEYS, f"{path.name}: keys of an expectation: {sorted(CLAIM_KEYS)}"
        item = INDICATORS.items.get(claim["indicator"])
        assert item, f"{path.name}: there is no indicator {claim['indicator']}"
        assert claim["direction"] in DIRECTIONS, f"{path.name}: direction is one of {', '.join(DIRECTIONS)}"
        assert 2019 <= claim["year"] < 2019 + body["months"] // 12, f"{path.name}: {claim['year']} is not simulated"
        assert len(claim.get("where", {})) <= 1, f"{path.name}: 'where' has one dimension"
        for dimension, members in claim.get("where", {}).items():
            assert dimension in item.dimensions, f"{path.name}: {item.id} is not known by {dimension}"
            unknown = set(members) - set(vocabulary().members(dimension))
            assert not unknown, f"{path.name}: {dimension} has no member {', '.join(sorted(unknown))}"


@cache
def read(path: Path) -> Case:
    body = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    check_words(path, body)
    return Case(path, body)


def marked(path: Path) -> Any:
    """The file as a parameter; slow cases carry the mark."""
    slow = "\nslow: true" in path.read_text(encoding="utf-8")
    return pytest.param(path, id=path.stem, marks=[pytest.mark.slow] if slow else [])


def fault(claim: Mapping[str, Any], before: np.ndarray, after: np.ndarray) -> str | None:
    """What is wrong with a claim, or None. `before` and `after`: one value per seed."""
    shown = " ".join(f"{key}={value}" for key, value in claim.items())
    gap, sign = after - before, DIRECTIONS[claim["direction"]]
    if claim["direction"] == "same":
        return None if before.tobytes() == after.tobytes() else f"{shown}: moved by {gap}"
    relative = sign * gap.mean() / abs(before.mean()) if before.mean() else np.inf * sign * gap.mean()
    right = (sign * gap).min() > 0.0 if claim.get("every_seed") else sign * gap.mean() > 0.0
    enough = relative >= claim.get("at_least", 0.0)
    return None if right and enough else f"{shown}: relative change {sign * relative:+.4%}, by seed {gap}"


@pytest.mark.parametrize("path", [marked(path) for path in FILES])
def test_case(path: Path, tmp_path: Path) -> None:
    case = read(path)
    scenario = case.scenario(tmp_path)
    assert min(entry.window.start for entry in scenario.entries) >= case.frame.start
    runs = [(baseline(case.frame, seed).outcome, finished(scenario, case.frame, seed)) for seed in case.seeds]
    faults = []
    for claim in case.body["expect"]:
        name, year, where = claim["indicator"], str(claim["year"]), claim.get("where", {})
        sides = [np.array([value(pair[side], name, year, where) for pair in runs]) for side in (0, 1)]
        print(f"{path.stem}: {name} {where} {year}: {sides[0].mean():.6g} -> {sides[1].mean():.6g}")
        faults.append(fault(claim, *sides))
    assert not any(faults), "\n".join([case.body["about"], *filter(None, faults)])


def test_there_are_cases() -> None:
    assert len(FILES) >= 8


def test_every_kind_of_shock_has_a_case(tmp_path: Path) -> None:
    """Shocks declare no expectations: their signs are the cases', so each kind needs one."""
    shown = {entry.kind for path in FILES for entry in read(path).scenario(tmp_path).shocks}
    assert shown == set(SHOCKS)


ONE = np.array([100.0, 100.0])


@pytest.mark.parametrize(
    ("claim", "after", "holds"),
    [
        ({"direction": "up"}, [101.0, 100.5], True),
        ({"direction": "up"}, [99.0, 100.5], False),
        ({"direction": "down", "at_least": 0.01}, [99.5, 99.9], False),
        ({"direction": "down", "at_least": 0.01}, [98.5, 98.9], True),
        ({"direction": "up", "every_seed": True}, [103.0, 99.9], False),
        ({"direction": "same"}, [100.0, 100.0], True),
        ({"direction": "same"}, [100.0, 100.0000001], False),
        ({"direction": "up"}, [float("nan"), 101.0], False),
    ],
)
def test_the_runner_itself(claim: dict[str, Any], after: list[float], holds: bool) -> None:
    assert (fault(claim, ONE, np.array(after)) is None) is holds


@pytest.mark.parametrize(
    "wrong",
    [
        {"scale_": 0.02}, {"months": 30}, {"expect": []},
        {"expect": [{"indicator": "export_valeu", "year": 2020, "direction": "up"}]},
        {"expect": [{"indicator": "export_value", "year": 2025, "direction": "up"}]},
        {"expect": [{"indicator": "export_value", "year": 2020, "direction": "rise"}]},
        {"expect": [{"indicator": "export_value", "year": 2020, "direction": "up", "where": {"hub": ["x"]}}]},
        {"expect": [{"indicator": "export_value", "year": 2020, "direction": "up", "where": {"market": ["ASEAN"]}}]},
    ],
)  # fmt: skip
def test_wrong_words_are_told(wrong: dict[str, Any]) -> None:
    body = {
        "about": "x", "scenario": "us_tariff", "months": 24, "policies_from": "2020-01", "seeds": 1,
        "expect": [{"indicator": "export_value", "year": 2020, "direction": "down"}],
    }  # fmt: skip
    check_words(Path("right.yaml"), body)
    with pytest.raises(AssertionError, match=r"wrong\.yaml"):
        check_words(Path("wrong.yaml"), body | wrong)
