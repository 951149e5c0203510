"""The draft: edits, the address, files; what it says is what the command line reads."""

from __future__ import annotations

import json
import urllib.parse
from pathlib import Path

import pytest

from model.kernel.refusals import Refused
from model.policies import policies
from model.scenario import load_scenario
from model.shocks import SHOCKS
from viz.draft import LONGEST_ADDRESS, Draft, base_scenario, of_scenario
from viz.session import presets

FUND = "overseas_warehouse_fund"


def edited() -> Draft:
    draft = Draft().with_policy(FUND, True).with_value(FUND, "rate", 0.4).with_value(FUND, "ramp_months", 6)
    draft = draft.with_value(FUND, "where", {"market": ["VNM"]}).with_value(FUND, "budget_per_year", None)
    return draft.with_shock("tariff", True).with_shock_value("tariff", "points", 0.2).with_run("months", 72)


def test_nothing_changed_is_the_base() -> None:
    scenario = Draft().scenario
    assert scenario is not None
    assert scenario.hash == base_scenario().hash
    assert Draft().changes_nothing and Draft().query() == ""


def test_a_default_is_left_out() -> None:
    draft = Draft().with_policy(FUND, True).with_value(FUND, "rate", 0.45)
    assert draft.document["policies"][FUND] == {"rate": 0.45}
    assert draft.with_value(FUND, "rate", 0.30).document["policies"][FUND] == {}
    assert draft.with_policy(FUND, False).changes_nothing


def test_no_limit_is_kept() -> None:
    """null is a value of an optional parameter: it must not fall back to the default."""
    scenario = Draft().with_policy(FUND, True).with_value(FUND, "budget_per_year", None).scenario
    assert scenario is not None
    assert scenario.policies[0].values["budget_per_year"] is None


def test_edits_leave_the_draft_before_alone() -> None:
    one = Draft().with_policy(FUND, True).with_value(FUND, "where", {"market": ["VNM"]})
    two = one.with_value(FUND, "rate", 0.5).with_shock("tariff", True)
    assert one.document == {"policies": {FUND: {"where": {"market": ["VNM"]}}}}
    assert two.document["policies"][FUND]["rate"] == 0.5


def test_the_address_carries_the_whole_draft() -> None:
    draft = edited()
    again = Draft.of_query(urllib.parse.unquote(draft.query()))
    one, two = draft.scenario, again.scenario
    assert one is not None and two is not None
    assert one.hash == two.hash and again.document["months"] == 72
    assert len(draft.query()) < LONGEST_ADDRESS


def test_everything_at_once_fits_into_an_address() -> None:
    draft = Draft()
    for policy in policies().values():
        draft = draft.with_policy(policy.id, True)
        for parameter in policy.parameters:
            if parameter.high is not None:
                draft = draft.with_value(policy.id, parameter.name, parameter.high)
    assert len(draft.query()) < LONGEST_ADDRESS


@pytest.mark.parametrize("name", [row["name"] for row in presets()])
def test_presets_say_the_same_as_their_files(name: str) -> None:
    """Policies, shocks and settings of a preset come over whole; years and scale are the page's."""
    whole = load_scenario(name).resolved()
    scenario = of_scenario(load_scenario(name)).scenario
    assert scenario is not None
    mine = scenario.resolved()
    for key in ("policies", "shocks", "levers", "parameters", "policies_from", "history"):
        assert mine[key] == whole[key], key


@pytest.mark.parametrize("kind", list(SHOCKS))
def test_every_shock_can_be_switched_on(kind: str) -> None:
    draft = Draft().with_shock(kind, True)
    assert draft.scenario is not None, draft.checked[1]
    assert draft.with_shock(kind, False).changes_nothing


def test_a_saved_file_is_read_by_everyone(tmp_path: Path) -> None:
    path = tmp_path / "my_scenario.yaml"
    path.write_text(edited().text(), encoding="utf-8")
    scenario = edited().scenario
    assert scenario is not None
    assert load_scenario(path).hash == scenario.hash
    assert Draft.of_text(path.read_text(encoding="utf-8"), "x").document == Draft.of_text(edited().text(), "y").document


BAD = [
    "nonsense",
    "[]",
    "{",
    json.dumps({"policies": {"no_such_policy": {}}}),
    json.dumps({"policies": {FUND: {"rate": 7}}}),
    json.dumps({"policies": {FUND: {"rate": "<script>alert(1)</script>"}}}),
    json.dumps({"extends": "toy"}),
    json.dumps({"schema": 99}),
    json.dumps({"months": 1e9}),
    '{"a":' * 5000,
    "x" * 10000,
]


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_a_bad_address_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        Draft.of_query(text)


def test_flipped_characters_never_escape() -> None:
    """Any damage gives a draft or a refusal, nothing else."""
    text = urllib.parse.unquote(edited().query())
    outcomes = set()
    for place in range(0, len(text), 3):
        for letter in ('"', "{", "9", "é", "\0"):
            try:
                outcomes.add(isinstance(Draft.of_query(text[:place] + letter + text[place + 1 :]), Draft))
            except Refused:
                outcomes.add(False)
    assert outcomes == {True, False}


def test_a_file_may_extend_only_what_comes_with_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text from a stranger must not read files of the folder the server runs in."""
    (tmp_path / "secret.yaml").write_text("schema: 1\nname: {en: secret, zh: 密}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused) as refusal:
        Draft.of_text("schema: 1\nextends: secret\n", "mine")
    assert refusal.value.problems[0].code == "unknown_scenario"
