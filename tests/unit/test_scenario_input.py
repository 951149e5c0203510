"""Scenario files and settings that must be refused: each is told all its faults, with place and remedy."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from model.kernel.refusals import Problem, Refused, nearest
from model.policies import policies
from model.scenario import (
    check_scenario,
    load_scenario,
)
from model.scenario.check import KEYS
from model.scenario.entries import ENTRY_KEYS, OPS, WHERE_KEYS
from model.scenario.findings import SYNONYMS
from model.scenario.text import MOST_BYTES, read_text

WRONG = Path(__file__).parent / "wrong_inputs"
EXPECTED = YAML(typ="safe").load((WRONG / "expected.yaml").read_text(encoding="utf-8"))


def written(folder: Path, text: str, name: str = "mine") -> Path:
    """A scenario file with this text after the two lines that every file here begins with."""
    path = folder / f"{name}.yaml"
    path.write_text(text if "schema:" in text else f"schema: 1\nextends: baseline\n{text}", encoding="utf-8")
    return path


def told(path: Path | str, *sets: str) -> list[Problem]:
    """The problems of a file that must be refused."""
    scenario, problems = check_scenario(path, sets)
    assert scenario is None
    return problems


# Wrong files


def test_every_wrong_file_is_expected() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in WRONG.glob("*.yaml") if path.stem != "expected")
    assert len(EXPECTED) >= 30


@pytest.mark.parametrize("stem", sorted(EXPECTED))
def test_wrong_file_is_told_all_its_faults(stem: str) -> None:
    problems = told(WRONG / f"{stem}.yaml")
    found = [[item.code, item.line, item.path, item.suggestion] for item in problems]
    assert found == EXPECTED[stem]


@pytest.mark.parametrize("stem", sorted(EXPECTED))
def test_messages_are_sentences_and_rows_are_json(stem: str) -> None:
    for problem in told(WRONG / f"{stem}.yaml"):
        assert problem.message.endswith(".") and len(problem.message) < 300
        assert problem.severity == "error" and problem.file
        json.dumps(problem.as_row(), allow_nan=False)
        assert str(problem).isprintable()


def test_load_raises_what_check_tells() -> None:
    with pytest.raises(Refused) as refusal:
        load_scenario(WRONG / "all_at_once.yaml")
    assert refusal.value.problems == told(WRONG / "all_at_once.yaml")
    assert len(refusal.value.problems) == 8


def test_message_names_value_bounds_and_unit() -> None:
    (problem,) = told(WRONG / "percent_number.yaml")
    assert problem.given == 30
    assert problem.allowed == "0 to 0.9 share of building cost"
    assert "30" in problem.message and "0.30" in problem.message


HOSTILE = {
    "empty": (b"", "not_a_mapping"),
    "one word": (b"baseline", "not_a_mapping"),
    "too large": (b"#" * (MOST_BYTES + 1), "file_too_large"),
    "many keys": (b"".join(b"k%d: 1\n" % number for number in range(6000)), "too_many_nodes"),
    "many items": (b"a: [" + b"1," * 9000 + b"]", "too_many_nodes"),
    "deep flow": (b"a: " + b"[" * 10000, "too_deep"),
    "deep dashes": (b"- " * 10000, "too_deep"),
    "deep mapping": ("".join("  " * depth + "a:\n" for depth in range(40)).encode(), "too_deep"),
    "NUL": (b"schema: 1\nname: \0", "nul_byte"),
    "mark": (b"\xef\xbb\xbfschema: 1", "byte_order_mark"),
    "UTF-16": ("schema: 1".encode("utf-16"), "byte_order_mark"),
    "UTF-16 without a mark": ("schema: 1".encode("utf-16-le"), "nul_byte"),
    "GB18030": ("schema: 1\nname: {zh: 基准}".encode("gb18030"), "not_utf8"),
    "surrogate": (b"a: \xed\xa0\x80", "not_utf8"),
    "escaped surrogate": (b'a: "\\ud800"', "hidden_character"),
    "escaped NUL": (b'a: "\\x00"', "hidden_character"),
    "control": (b"a: \x1b[2J", "hidden_character"),
    "direction": ("a: \u202e1".encode(), "hidden_character"),
    "no width": ("sca\u200ble: 1".encode(), "hidden_character"),
    "line separator": ("a: 1\u2028b: 2".encode(), "hidden_character"),
    "lone return": (b"a: 1\rb: 2", "mixed_line_ends"),
    "mixed ends": (b"a: 1\r\nb: 2\n", "mixed_line_ends"),
    "alias in a circle": (b"&a [*a]", "yaml_anchor"),
    "binary tag": (b"a: !!binary aGk=", "yaml_tag"),
    "tag directive": (b"%TAG ! tag:x,2000:\n---\na: 1", "yaml_directive"),
    "merge of a list": (b"<<: [{a: 1}]", "yaml_merge_key"),
    "document end": (b"a: 1\n...\nb: 2\n", "several_documents"),
    "open quote": (b'a: "x', "yaml_syntax"),
    "reserved sign": (b"a: @x", "yaml_syntax"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused(name: str) -> None:
    data, code = HOSTILE[name]
    with pytest.raises(Refused) as refusal:
        read_text(data, "hostile.yaml")
    assert refusal.value.problems[0].code == code
    assert refusal.value.problems[0].file == "hostile.yaml"


def test_windows_line_ends_are_read() -> None:
    assert list(read_text(b"schema: 1\r\nmonths: 12\r\n", "f").entries) == ["schema", "months"]


@pytest.mark.parametrize("path", ["missing.yaml", ".", "no/such/folder/x.yaml"])
def test_what_is_no_file_is_refused(path: str) -> None:
    assert [item.code for item in told(Path(path))] == ["no_such_file"]


def test_unknown_name_has_a_nearest() -> None:
    (problem,) = told("baselin")
    assert (problem.code, problem.suggestion) == ("unknown_scenario", "baseline")


def test_slips_of_the_finger_find_their_key() -> None:
    fund = tuple(parameter.name for parameter in policies()["overseas_warehouse_fund"].parameters)
    groups = (KEYS, ("lever", *OPS, *ENTRY_KEYS), WHERE_KEYS, fund + ENTRY_KEYS)
    missed, tried = [], 0
    for keys in groups:
        for key in keys:
            for place in range(len(key)):
                swapped = key[:place] + key[place + 1 : place + 2] + key[place] + key[place + 2 :]
                for slip in {key[:place] + key[place + 1 :], swapped, key[:place] + "e" + key[place:]} - set(keys):
                    tried += 1
                    hint = SYNONYMS.get(slip, "")
                    if slip and (hint if hint in keys else nearest(slip, keys)) != key:
                        missed.append((key, slip))
    assert len(missed) <= 0.03 * tried, missed


# Settings from outside


def test_settings_use_the_paths_of_the_file() -> None:
    scenario = load_scenario(
        "paper",
        [
            "policies.overseas_warehouse_fund.rate=0.4",
            "policies.overseas_warehouse_fund.where.region=[ASEAN, EU]",
            *(f"policies.{id}=null" for id in policies() if id != "overseas_warehouse_fund"),
            "parameters.demand.trust=0.5",
            "months=96",
        ],
    )
    (fund,) = scenario.policies
    assert fund.values["rate"] == 0.4 and fund.where.get("region") == ("ASEAN", "EU")
    assert scenario.parameters == {"demand.trust": 0.5} and scenario.months == 96


def test_setting_reaches_an_entry_of_a_list() -> None:
    assert load_scenario("us_tariff", ["shocks.0.points=0.35"]).shocks[0].values["points"] == 0.35


def test_setting_switches_a_policy_on() -> None:
    (entry,) = load_scenario("baseline", ["policies.credit_tiered_inspection={}"]).policies
    assert entry.values == policies()["credit_tiered_inspection"].defaults()


@pytest.mark.parametrize(
    ("setting", "code", "suggestion"),
    [
        ("policies.overseas_warehouse_fund.rat=0.4", "unknown_key", "rate"),
        ("policies.overseas_warehouse_fnd.rate=0.4", "unknown_policy", "overseas_warehouse_fund"),
        ("polices.overseas_warehouse_fund.rate=0.4", "unknown_key", "policies"),
        ("parameters.demand.trst=0.5", "unknown_parameter", "demand.trust"),
        ("policies.overseas_warehouse_fund.rate=30 %", "not_a_number", "0.30"),
        ("policies.overseas_warehouse_fund.rate=30", "out_of_bounds", "0.30"),
        ("policies.overseas_warehouse_fund.rate=.nan", "not_finite", ""),
        ("policies.overseas_warehouse_fund.rate=", "null_not_allowed", ""),
        ("months=[1", "yaml_syntax", ""),
        ("months=*x", "yaml_alias", ""),
        ("months.x=1", "unknown_path", ""),
        ("shocks.0.points=1", "unknown_path", ""),
        ("months", "bad_setting", ""),
        ("=3", "bad_setting", ""),
        ("a..b=3", "bad_setting", ""),
        ("extends=toy", "bad_setting", ""),
    ],
)
def test_wrong_setting(tmp_path: Path, setting: str, code: str, suggestion: str) -> None:
    problems = told(written(tmp_path, "shocks: []\nmonths: 96"), setting)
    assert [(item.code, item.suggestion, item.file, item.line) for item in problems] == [(code, suggestion, "--set", 0)]
