"""The schema for editors is true, allows every scenario file, and refuses what a schema can refuse."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from experiments import scenario_schema
from experiments.scenario_schema import FILE, main, schema, text
from model.kernel.declare import Parameter
from model.levers import LEVERS
from model.policies import policies
from model.scenario import find_scenarios
from model.scenario.check import check_text
from model.scenario.vocabulary import vocabulary
from model.shocks import SHOCKS

jsonschema = pytest.importorskip("jsonschema", reason="comes with the page's packages")

WRONG = Path(__file__).resolve().parents[1] / "unit" / "wrong_inputs"
EXPECTED = YAML(typ="safe").load((WRONG / "expected.yaml").read_text(encoding="utf-8"))
SAID = {
    "draw_without_share", "empty_list", "key_missing", "month_out_of_range", "not_a_flag", "not_a_list",
    "not_a_mapping", "not_a_month", "not_a_number", "not_for_a_flag", "not_whole", "one_operation", "out_of_bounds",
    "place_missing", "schema_missing", "schema_too_new", "schema_unknown", "unknown_key", "unknown_kind",
    "unknown_lever", "unknown_member", "unknown_parameter", "unknown_policy", "where_not_understood",
}  # fmt: skip
"""Faults that a schema can say; the others hang on several places, on other files or on how a number is written."""
UNSAID = {
    "digits_with_separator": "a number to those who read YAML",
    "leading_zero": "a number to those who read YAML",
    "octal": "a number to those who read YAML",
}
TOGETHER = {"infinite": "beyond a bound", "overflow": "beyond a bound", "underflow": "nought"}
"""Faults of writing that bounds catch as well."""


@cache
def validator() -> Any:
    return jsonschema.Draft202012Validator(schema())


def read(path: Path) -> Any:
    """The file as an editor reads it; None when it is no YAML."""
    try:
        return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (YAMLError, ValueError):
        return None


def told(body: Any) -> list[str]:
    return [
        f"{'.'.join(map(str, fault.absolute_path))}: {fault.message[:160]}" for fault in validator().iter_errors(body)
    ]


def test_the_file_is_as_declared() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "stale: run `python -m experiments.scenario_schema --write`"


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert json.loads(text()) == schema()


@pytest.mark.parametrize("name", list(find_scenarios()))
def test_every_scenario_is_allowed(name: str) -> None:
    assert not told(read(find_scenarios()[name]))


@pytest.mark.parametrize("stem", sorted(EXPECTED))
def test_wrong_files_are_refused_where_a_schema_can(stem: str) -> None:
    body, codes = read(WRONG / f"{stem}.yaml"), {code for code, *_ in EXPECTED[stem]}
    if any(code.startswith("yaml_") or code in ("several_documents", "complex_key", "duplicate_key") for code in codes):
        pytest.skip("no YAML of which a schema could speak")
    refused = bool(told(body))
    assert refused == (stem in TOGETHER or bool(codes & SAID and stem not in UNSAID)), told(body)


def test_every_policy_shock_lever_and_parameter_is_in_it() -> None:
    parts = schema()["properties"]
    assert set(parts["policies"]["properties"]) == set(policies())
    assert parts["shocks"]["items"]["properties"]["kind"]["enum"] == list(SHOCKS)
    assert parts["levers"]["items"]["properties"]["lever"]["enum"] == LEVERS.ids()
    assert set(parts["parameters"]["properties"]) == set(vocabulary().parameters)


def titles(node: Any) -> list[str]:
    if isinstance(node, list):
        return [title for item in node for title in titles(item)]
    if not isinstance(node, dict):
        return []
    own = [node["title"]] if isinstance(node.get("title"), str) else []
    return own + [title for item in node.values() for title in titles(item)]


def test_titles_are_in_both_languages() -> None:
    found = titles(schema())
    assert len(found) > 300
    assert not [title for title in found if title.isascii()]


def tries(item: Parameter) -> list[tuple[Any, bool]]:
    """Values of a number and whether they are within its bounds."""
    assert item.low is not None and item.high is not None
    above, below = (item.high + max(1.0, abs(item.high)), item.low - max(1.0, abs(item.low)))
    return [(item.low, True), (item.high, True), (above, False), (below, False), ("much", False), (True, False)]


def body_of(kind: str, id: str, name: str, value: Any) -> dict[str, Any]:
    if kind == "policies":
        return {"schema": 1, "extends": "baseline", "policies": {id: {name: value}}}
    place = {key: vocabulary().members(key)[0] for key in SHOCKS[id].needs[:1]}
    return {"schema": 1, "extends": "baseline", "shocks": [{"kind": id, **place, name: value}]}


ITEMS = [
    *(("policies", one.id, item) for one in policies().values() for item in one.parameters if item.members is None),
    *(("shocks", one.kind, item) for one in SHOCKS.values() for item in one.numbers),
]


@pytest.mark.parametrize(("kind", "id", "item"), ITEMS, ids=[f"{id}.{item.name}" for _, id, item in ITEMS])
def test_schema_and_checker_agree_on_numbers(kind: str, id: str, item: Parameter) -> None:
    for value, right in tries(item):
        given = int(value) if item.integer and isinstance(value, float) else value
        body = body_of(kind, id, item.name, given)
        scenario, problems = check_text(json.dumps(body))
        assert (scenario is not None, not told(body)) == (right, right), (given, [str(p) for p in problems], told(body))
        assert isinstance(given, str) or math.isfinite(given)


def test_it_is_written_where_it_belongs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "scenario.schema.json"
    monkeypatch.setattr(scenario_schema, "FILE", place)
    assert main(["--wirte"]) == 2 and not place.exists()
    assert main(["--write"]) == 0 and place.read_text(encoding="utf-8") == text()
