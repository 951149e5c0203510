"""Scenarios: what is inherited, what a file means for the levers, what survives a round trip."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.kernel.calendar import FOREVER, Window, parse_month
from model.kernel.declare import Label
from model.kernel.refusals import Problem, Refused
from model.levers import LEVERS, Where
from model.policies import policies
from model.scenario import (
    Scenario,
    as_yaml,
    check_scenario,
    differences,
    find_scenarios,
    list_scenarios,
    load_scenario,
    scenario_of_text,
    template,
)
from model.shocks import SHOCKS


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


# Values that are right


def test_numbers_of_yaml_1_2(tmp_path: Path) -> None:
    path = written(
        tmp_path, "policies:\n  overseas_warehouse_fund: {budget_per_year: 2.0e9, rate: .5, min_area_m2: 0x}"
    )
    assert [item.path for item in told(path)] == ["policies.overseas_warehouse_fund.min_area_m2"]
    path = written(tmp_path, "policies:\n  overseas_warehouse_fund: {budget_per_year: 2e9, rate: -0}\nmonths: 72.0\n")
    scenario = load_scenario(path)
    assert scenario.policies[0].values["budget_per_year"] == 2.0e9
    assert str(scenario.policies[0].values["rate"]) == "0.0"
    assert scenario.months == 72 and isinstance(scenario.months, int)


def test_channel_keeps_its_noughts(tmp_path: Path) -> None:
    path = written(tmp_path, "levers:\n  - {lever: document_hours, add: 1, where: {channel: [0110, 9610]}}")
    assert load_scenario(path).levers[0].where.get("channel") == ("0110", "9610")


def test_baseline() -> None:
    scenario = load_scenario("baseline")
    assert (scenario.start, scenario.months, scenario.scale) == (parse_month("2019-01"), 144, 0.05)
    assert scenario.policies_from == parse_month("2024-01") and scenario.history == parse_month("2023-12")
    assert scenario.end == parse_month("2030-12") and scenario.world is None
    assert scenario.effects() == () and scenario.grants() == () and scenario.outlays() == ()


def test_toy_is_small() -> None:
    scenario = load_scenario("toy")
    assert scenario.world is not None and scenario.history is None and scenario.months == 24
    assert scenario.world.smes == 12 and scenario.world.restriction().markets == ("VNM", "USA")
    assert len(scenario.world.restriction().belts or ()) == 2


def test_placebo_pays_nothing() -> None:
    scenario = load_scenario("placebo")
    assert [grant.budget_per_year for grant in scenario.grants()] == [0.0]
    assert [outlay.yuan_per_month for outlay in scenario.outlays()] == [0.0]
    assert scenario.effects() == ()


def test_paper_holds_every_policy() -> None:
    assert [entry.id for entry in load_scenario("paper").policies] == list(policies())


@pytest.mark.parametrize("name", sorted(find_scenarios()))
def test_shipped_scenario_is_right_and_explained_in_both_languages(name: str) -> None:
    scenario, problems = check_scenario(name)
    assert scenario is not None and not problems
    assert scenario.stem == name
    text = find_scenarios()[name].read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in scenario.name.zh) and scenario.name.en.isascii()
    assert any(line.startswith("#") and "\u4e00" <= line[2] <= "\u9fff" for line in text.splitlines() if line[2:])


def test_list_has_a_row_for_every_file() -> None:
    rows = list_scenarios()
    assert [row["name"] for row in rows] == list(find_scenarios())
    assert {row["name"]: row["shocks"] for row in rows}["us_tariff"] == ["tariff"]


def test_a_name_is_used_once(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        written(tmp_path / folder, "", "same")
    with pytest.raises(Refused) as refusal:
        find_scenarios(tmp_path)
    assert [item.code for item in refusal.value.problems] == ["duplicate_scenario"]


# Inheritance


def test_extends_merges_key_by_key(tmp_path: Path) -> None:
    written(
        tmp_path,
        "policies:\n"
        "  overseas_warehouse_fund: {rate: 0.5, ramp_months: 6, where: {hub: [hanoi, bangkok]}}\n"
        "  credit_tiered_inspection: {}\n"
        "shocks:\n  - {kind: demand, factor: 0.9}\n  - {kind: freight, factor: 1.5}\n",
        "parent",
    )
    child = written(
        tmp_path,
        "schema: 1\nextends: parent\nname: {en: Child}\npolicies:\n"
        "  overseas_warehouse_fund: {min_area_m2: 8000, where: {hub: [hanoi]}, ramp_months: null}\n"
        "  credit_tiered_inspection: null\n"
        "shocks:\n  - {kind: demand, factor: 0.7}\n",
    )
    scenario = load_scenario(child)
    (fund,) = scenario.policies
    assert (fund.values["rate"], fund.values["min_area_m2"]) == (0.5, 8000.0)
    assert fund.where == Where((("hub", ("hanoi",)),)) and fund.window.ramp_months == 0
    assert [entry.values for entry in scenario.shocks] == [{"factor": 0.7}]
    assert scenario.name == Label("Child", "基准情景")


def test_null_means_none_for_an_optional_parameter(tmp_path: Path) -> None:
    path = written(tmp_path, "policies:\n  overseas_warehouse_fund: {budget_per_year: null}")
    assert load_scenario(path).grants()[0].budget_per_year is None
    written(tmp_path, "policies:\n  overseas_warehouse_fund: {budget_per_year: 1.0e9, rate: 0.2}", "parent")
    child = written(
        tmp_path,
        "schema: 1\nextends: parent\npolicies:\n  overseas_warehouse_fund: {budget_per_year: null, rate: null}",
    )
    values = load_scenario(child).policies[0].values
    assert values["budget_per_year"] is None and values["rate"] == 0.30


def test_null_removes_history_and_world(tmp_path: Path) -> None:
    assert load_scenario(written(tmp_path, "history: null")).history is None
    toy = written(tmp_path, "schema: 1\nextends: toy\nworld: null\n")
    assert load_scenario(toy).world is None


def test_fault_is_told_where_it_is_written(tmp_path: Path) -> None:
    written(tmp_path, "scale: 7\n", "parent")
    (problem,) = told(written(tmp_path, "schema: 1\nextends: parent\nmonths: 24\n"))
    assert problem.file.endswith("parent.yaml") and problem.line == 3


def test_older_schema_is_read_and_written_anew(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path, "schema: 0\nextends: baseline\n"))
    assert scenario.resolved()["schema"] == 1


# What follows for the levers


def test_window_and_ramp_reach_effects(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "policies:\n"
        "  credit_tiered_inspection: {from: 2025-01, until: 2026-12, ramp_months: 3, where: {mode: [post]}}\n"
        "  overseas_warehouse_fund: {from: 2025-07}\n"
        "levers:\n  - {lever: document_hours, add: 24, where: {share: 0.5, draw: 7}, from: 2020-01, until: 2020-12}\n",
    )
    scenario = load_scenario(path)
    window = Window(parse_month("2025-01"), parse_month("2026-12"), 3)
    own = [effect for effect in scenario.effects() if effect.origin == "credit_tiered_inspection"]
    assert len(own) == 3 and {effect.window for effect in own} == {window}
    assert [window.strength(window.start + month) for month in (-1, 0, 1, 3, 23, 24)] == [0, 0.25, 0.5, 1, 1, 0]
    assert {effect.where.get("mode") for effect in own} == {("post",)}
    (direct,) = [effect for effect in scenario.effects() if effect.origin == "levers"]
    assert (direct.lever, direct.op, direct.value) == ("document_hours", "add", 24.0)
    assert (direct.where.share, direct.where.draw) == (0.5, 7)
    july = Window(parse_month("2025-07"), FOREVER, 0)
    assert [grant.window for grant in scenario.grants()] == [july]
    assert july in [outlay.window for outlay in scenario.outlays()]


def test_entries_act_from_policies_from(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path, "policies_from: 2026-03\nshocks:\n  - {kind: demand}\n"))
    assert scenario.shocks[0].window == Window(parse_month("2026-03"))


def test_two_sets_apart_are_allowed(tmp_path: Path) -> None:
    text = (
        "levers:\n"
        "  - {lever: duty_rate, set: 0.1, where: {region: [ASEAN]}, until: 2025-12}\n"
        "  - {lever: duty_rate, set: 0.2, where: {market: [VNM]}, from: 2026-01}\n"
        "  - {lever: duty_rate, set: 0.3, where: {market: [USA]}}\n"
        "  - {lever: rebate_rate, set: 0.1, where: {province: [Zhejiang]}}\n"
        "  - {lever: rebate_rate, set: 0.1, where: {belt: [panyu_fast_fashion]}}\n"
        "  - {lever: rebate_rate, set: 0.1, where: {city: [Wuhan], size: [micro]}}\n"
        "  - {lever: rebate_rate, set: 0.1, where: {province: [Hubei], size: [small]}}\n"
    )
    assert len(load_scenario(written(tmp_path, text)).levers) == 7


def test_two_sets_on_firms_of_one_belt_are_refused(tmp_path: Path) -> None:
    text = (
        "levers:\n"
        "  - {lever: rebate_rate, set: 0.1, where: {province: [Guangdong], size: [micro]}}\n"
        "  - {lever: rebate_rate, set: 0.1, where: {belt: [panyu_fast_fashion]}}\n"
    )
    (problem,) = told(written(tmp_path, text))
    assert problem.code == "two_sets"
    assert "levers.0" in problem.message and "levers.1" in problem.message


def test_place_outside_a_small_world_is_a_warning(tmp_path: Path) -> None:
    path = written(tmp_path, "schema: 1\nextends: toy\nshocks:\n  - {kind: tariff, market: DEU}\n")
    scenario, problems = check_scenario(path)
    assert scenario is not None and [(item.code, item.severity) for item in problems] == [("outside_world", "warning")]
    assert load_scenario(path) == scenario


# Resolved scenarios


@pytest.mark.parametrize("name", sorted(find_scenarios()))
def test_resolved_is_a_scenario_of_equal_hash(name: str) -> None:
    scenario = load_scenario(name)
    again = scenario_of_text(as_yaml(scenario), scenario.stem)
    assert again == scenario and again.hash == scenario.hash
    assert as_yaml(again) == as_yaml(scenario)
    assert json.loads(json.dumps(scenario.resolved())) == scenario.resolved()
    assert copy.deepcopy(scenario) == scenario  # what workers of a sweep ask of it


def test_parameter_values_are_all_with_overrides() -> None:
    values = load_scenario("baseline", ["parameters.demand.trust=0.5"]).parameter_values()
    plain = load_scenario("baseline").parameter_values()
    assert values["demand.trust"] == 0.5 != plain["demand.trust"] and len(values) == len(plain) > 50
    assert {path for path in plain if plain[path] != values[path]} == {"demand.trust"}


def test_hash_knows_what_matters() -> None:
    baseline = load_scenario("baseline")
    assert len(baseline.hash) == 64
    assert load_scenario("baseline", ["name.en=Other"]).hash == baseline.hash
    others = ["months=143", "scale=0.06", "history=null", "parameters.demand.trust=0.5", "policies_from=2024-02"]
    hashes = {load_scenario("baseline", [setting]).hash for setting in others}
    assert len(hashes | {baseline.hash}) == len(others) + 1


def test_text_may_not_extend() -> None:
    with pytest.raises(Refused, match="stands alone"):
        scenario_of_text("schema: 1\nextends: baseline\n")


def test_with_changes_the_run() -> None:
    scenario = load_scenario("paper").with_(months=72, scale=0.01)
    assert (scenario.months, scenario.scale) == (72, 0.01)
    assert load_scenario("baseline").with_(months=24, start=parse_month("2021-01")).end == parse_month("2022-12")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"months": 0}, "out_of_bounds"),
        ({"months": 217}, "out_of_bounds"),
        ({"months": 205}, "run_too_long"),
        ({"scale": 0.0}, "out_of_bounds"),
        ({"scale": float("nan")}, "out_of_bounds"),
    ],
)
def test_with_refuses(change: dict, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        load_scenario("baseline").with_(**change)
    assert [item.code for item in refusal.value.problems] == [code]


def test_with_tells_how_long_the_run_must_be() -> None:
    with pytest.raises(Refused) as refusal:
        load_scenario("overseas_warehouse_fund").with_(months=24)
    assert [(item.code, item.suggestion) for item in refusal.value.problems] == [("window_misses_run", "months: 61")]


def test_template_is_a_scenario(tmp_path: Path) -> None:
    path = written(tmp_path, template(list(policies())))
    assert [entry.values for entry in load_scenario(path).policies] == [
        {**policy.defaults()} for policy in policies().values()
    ]
    assert load_scenario(written(tmp_path, template())).policies == ()
    with pytest.raises(Refused, match="credit_tiered_inspection"):
        template(["credit_tierd_inspection"])


def test_differences_name_paths() -> None:
    rows = differences(
        load_scenario("baseline"), load_scenario("baseline", ["scale=0.1", "parameters.demand.trust=0.5"])
    )
    assert ("scale", 0.05, 0.1) in rows and ("parameters.demand.trust", None, 0.5) in rows


NUMBERS = st.floats(0.0, 0.9, allow_subnormal=False)
MONTHS = st.integers(0, 83).map(lambda month: f"{2024 + month // 12}-{month % 12 + 1:02d}")
ENTRY = st.fixed_dictionaries({}, optional={"from": MONTHS, "ramp_months": st.integers(0, 24)})
FUND = st.fixed_dictionaries(
    {"rate": NUMBERS},
    optional={
        "budget_per_year": st.none() | st.floats(0.0, 1.0e11, allow_subnormal=False),
        "where": st.fixed_dictionaries({"region": st.lists(st.sampled_from(["ASEAN", "RCEP"]), min_size=1)}),
    },
)
LEVER = st.sampled_from(LEVERS.ids()).filter(lambda lever: LEVERS.items[lever].combine != "any")
DIRECT = st.fixed_dictionaries({"lever": LEVER, "multiply": st.floats(0.0, 100.0, allow_subnormal=False)})
SHOCK = st.sampled_from([{"kind": "demand", "factor": 0.5}, {"kind": "tariff", "market": ["USA"], "points": 0.3}])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fund=st.tuples(FUND, ENTRY),
    direct=st.lists(st.tuples(DIRECT, ENTRY), max_size=3),
    shocks=st.lists(st.tuples(SHOCK, ENTRY), max_size=3),
)
def test_any_valid_scenario_survives_the_round_trip(tmp_path: Path, fund: tuple, direct: list, shocks: list) -> None:
    parts = {
        "policies": {"overseas_warehouse_fund": fund[0] | fund[1]},
        "levers": [entry | window for entry, window in direct],
        "shocks": [entry | window for entry, window in shocks],
    }
    text = "".join(f"{key}: {json.dumps(part)}\n" for key, part in parts.items())
    scenario = load_scenario(written(tmp_path, text))
    again = scenario_of_text(as_yaml(scenario), scenario.stem)
    assert isinstance(again, Scenario) and again == scenario and again.hash == scenario.hash
    assert again.effects() == scenario.effects() and again.grants() == scenario.grants()
    assert {entry.kind for entry in again.shocks} <= set(SHOCKS)
