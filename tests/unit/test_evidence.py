"""The evidence tables as they are, and every fault a table may have: each is refused by name."""

import shutil
import time

import numpy as np
import pytest
from ruamel.yaml import YAML

from model.kernel.calendar import FOREVER, parse_month
from model.kernel.members import CATEGORIES
from model.kernel.refusals import Refused
from model.levers import LEVERS
from model.world.load import evidence_folder
from model.world.schema import CLOSED_SETS, DEMANDED, read_schema
from model.world.tables import WHERE_SETS, parse_where, read_tables

FOLDER = evidence_folder()


@pytest.fixture(scope="module")
def tables():
    return read_tables(FOLDER)


@pytest.fixture
def copy(tmp_path):
    """A copy of the evidence folder that a test may spoil."""
    place = tmp_path / "evidence"
    shutil.copytree(FOLDER, place)
    return place


def edit(place, table, change):
    """Rewrites a table by a function over its lines (without line ends)."""
    path = place / f"{table}.csv"
    path.write_text("\n".join(change(path.read_text(encoding="utf-8").splitlines())) + "\n", encoding="utf-8")


def swap(old, new, line=None, count=1):
    """A change that replaces text, on one line (counted from 1) or on the first that has it."""

    def change(lines):
        at = line - 1 if line else next(n for n, text in enumerate(lines) if old in text)
        assert old in lines[at]
        return [*lines[:at], lines[at].replace(old, new, count), *lines[at + 1 :]]

    return change


def problems(place):
    with pytest.raises(Refused) as refused:
        read_tables(place)
    return refused.value.problems


def only(place):
    found = problems(place)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def test_all_tables_read_quickly(tables, copy):
    started = time.perf_counter()
    again = read_tables(copy)
    assert time.perf_counter() - started < 1.0  # about 0.15 s on an idle core
    assert set(again) == set(tables)
    assert len(tables) >= 37


def test_read_once_per_version_of_the_files(copy):
    first = read_tables(copy)
    assert read_tables(copy) is first
    edit(copy, "fx_cny_per_usd", swap("6.609", "6.61"))
    second = read_tables(copy)
    assert second is not first
    assert second["fx_cny_per_usd"]["cny_per_usd"].max() < 8


def test_files_are_utf8_with_unix_line_ends():
    for path in FOLDER.glob("*.csv"):
        raw = path.read_bytes()
        assert b"\r" not in raw and not raw.startswith(b"\xef\xbb\xbf"), path.name
        raw.decode("utf-8")


def test_every_table_demands_source_status_and_a_unit_for_every_number():
    for spec in read_schema(FOLDER / "schema.yaml").tables.values():
        for name in DEMANDED:
            assert spec.column(name).required, spec.name
        for column in spec.columns:
            assert not column.numeric or column.unit != "-", (spec.name, column.name)


def test_schema_sets_do_not_repeat_the_closed_lists():
    sets = YAML(typ="safe").load(FOLDER / "schema.yaml")["sets"]
    assert not set(sets) & set(CLOSED_SETS)


def test_assumed_shares_span_half_to_double(tables):
    for name, value in (("duties", "duty"), ("platform_reach", "reach"), ("b2b_share", "share")):
        rows = tables[name][tables[name]["status"] == "assumed"]
        assert (rows[f"{value}_low"] <= rows[value] * 0.505 + 1e-9).all()
        assert (rows[f"{value}_high"] >= np.minimum(rows[value] * 1.98, 1.0) - 1e-9).all()


def test_base_year_shares(tables):
    markets, categories = tables["export_market_shares"], tables["export_category_shares"]
    assert markets["share"].sum() == pytest.approx(1.0, abs=1e-4)
    assert categories["share"].sum() == pytest.approx(1.0, abs=1e-9)
    assert tuple(categories["category"]) == CATEGORIES
    read = markets.set_index("market")["share"]
    assert read[["USA", "GBR", "DEU", "MYS", "RUS", "ROW"]].tolist() == [0.343, 0.065, 0.046, 0.039, 0.029, 0.12]
    b2b = tables["b2b_share"].set_index("category")["share"]
    assert (b2b * categories.set_index("category")["share"]).sum() == pytest.approx(0.64, abs=1e-4)
    assert (tables["belts"].groupby("category")["share_of_category_exports"].sum() - 1).abs().max() < 1e-3
    assert (tables["seasonality"].groupby("flow")["factor"].mean() - 1).abs().max() < 1e-9


def test_belts_and_zones_agree(tables):
    zones = tables["pilot_zones"].set_index("city")["approved"]
    belts = tables["belts"]
    assert (belts["city"].map(zones).fillna(FOREVER) == belts["pilot_zone_from"]).all()
    assert set(tables["bonded_zones"]["province"]) == set(tables["provinces"]["province"])


# History


def test_history_keeps_every_dated_row_and_says_why_one_is_not_used(tables):
    history = tables["history"]
    # 13 derived rows, two of travel purchases that came home, five years of six currencies, five entries into RCEP
    assert len(history) == 222 + 15 + 30 + 5
    used = history["used"] == "yes"
    assert (history.loc[~used, "why_not"] != "").all()
    assert (history.loc[used, "effect_lever"] != "").all() and history.loc[used, "effect_value"].notna().all()
    assert (history.loc[~used, "effect_lever"] == "").all()
    assert (history["from"] <= history["until"]).all()


def test_history_effects_fit_the_levers(tables):
    history, levers = tables["history"], {spec.id: spec for spec in LEVERS}
    for _, row in history[history["used"] == "yes"].iterrows():
        spec = levers[row["effect_lever"]]
        assert row["effect_op"] in ("add", "multiply", "set"), row["id"]
        for key in parse_where(row["where"]):
            if key not in ("share", "draw", "pilot_zone"):
                assert spec.understands(key), (row["id"], key)
        if row["effect_op"] == "set":
            assert spec.low <= row["effect_value"] <= spec.high, row["id"]


@pytest.mark.parametrize(
    ("row", "lever", "op", "value", "where"),
    [
        (
            "us301_list3_25_home_garden",
            "duty_rate",
            "add",
            0.25 * 0.75,
            {"market": ("USA",), "category": ("home_garden",)},
        ),
        ("us_ieepa_145", "duty_rate", "add", 1.45, {"market": ("USA",)}),
        ("fx_usd_2023", "exchange_rate", "set", 7.0809, {}),
        ("yantian", "gateway_capacity", "multiply", 0.6, {"gateway": ("shenzhen",)}),
        ("us_deminimis_cn", "de_minimis_yuan", "set", 0.0, {"market": ("USA",)}),
        ("rcep_kor", "duty_rate", "multiply", 0.97, {"market": ("KOR",)}),
        ("sa_vat", "market_vat_rate", "set", 0.15, {"market": ("SAU",)}),
    ],
)
def test_known_effects(tables, row, lever, op, value, where):
    found = tables["history"].set_index("id").loc[row]
    assert (found["effect_lever"], found["effect_op"]) == (lever, op)
    assert found["effect_value"] == pytest.approx(value)
    assert parse_where(found["where"]) == where


def test_freight_moves_by_a_quarter_of_the_index_from_the_prices_of_2023(tables):
    """Door prices move half as much as the index, and rivals abroad pay the same: half of that is left."""
    history = tables["history"].set_index("id")
    sea = [1.33, 1.14, 1.06, 1.03]
    base = 1 + 0.5 * (sum(sea) / 4 - 1)
    door = (1 + 0.5 * (4.0 - 1)) / base
    assert history.loc["sea_2021q4", "effect_value"] == pytest.approx(1 + 0.5 * (door - 1), rel=1e-4)
    year = history.loc[[f"sea_2023q{q}" for q in range(1, 5)], "effect_value"]
    assert year.mean() == pytest.approx(1.0, abs=1e-3)


def test_rebate_reaches_the_full_rate_in_2020_and_not_more(tables):
    history = tables["history"]
    rows = history[(history["effect_lever"] == "rebate_rate") & (history["from"] <= parse_month("2020-04"))]
    for category in CATEGORIES:
        added = [
            value
            for value, where in zip(rows["effect_value"], rows["where"], strict=True)
            if category in parse_where(where).get("category", CATEGORIES)
        ]
        assert sum(added) == pytest.approx(0.0, abs=1e-9), category


def test_yearly_levels_and_demand_shocks_are_not_both_used(tables):
    history = tables["history"]
    assert (history.loc[history["id"].str.startswith("covid_demand"), "used"] == "no").all()
    assert "vat_rate" not in set(history["effect_lever"])


# Faults


def test_extra_column(copy):
    edit(copy, "fx_cny_per_usd", lambda lines: [f"{lines[0]},rumour", *(f"{line},x" for line in lines[1:])])
    problem = only(copy)
    assert (problem.code, problem.file, problem.line, problem.given) == (
        "extra_column",
        "fx_cny_per_usd.csv",
        1,
        "rumour",
    )


def test_missing_column_names_the_nearest(copy):
    edit(copy, "fx_cny_per_usd", swap("cny_per_usd", "cny_per_us", line=1))
    found = {problem.code: problem for problem in problems(copy)}
    assert found["missing_column"].path == "fx_cny_per_usd.cny_per_usd"
    assert found["extra_column"].suggestion == "cny_per_usd"


def test_unknown_member(copy):
    edit(copy, "duties", swap("apparel", "aparel", line=2))
    found = problems(copy)
    wrong = next(problem for problem in found if problem.code == "unknown_member")
    assert (wrong.file, wrong.line, wrong.path) == ("duties.csv", 2, "duties.category")
    assert (wrong.given, wrong.suggestion) == ("aparel", "apparel")


def test_member_of_another_table(copy):
    edit(copy, "hubs", swap(",JPN,", ",JPM,"))
    problem = only(copy)
    assert (problem.code, problem.path, problem.given, problem.suggestion) == (
        "unknown_member",
        "hubs.iso3",
        "JPM",
        "JPN",
    )


def test_extra_province(copy):
    edit(copy, "provinces", lambda lines: [*lines, lines[1].replace("Beijing", "Atlantis", 1)])
    problem = only(copy)
    assert (problem.code, problem.given, problem.path) == ("unknown_member", "Atlantis", "provinces.province")


def test_missing_province(copy):
    edit(copy, "provinces", lambda lines: [line for line in lines if not line.startswith("Tibet")])
    problem = only(copy)
    assert problem.code == "missing_row" and "Tibet" in problem.message


def test_market_without_rules(copy):
    edit(copy, "market_rules", lambda lines: [line for line in lines if not line.startswith("KAZ")])
    assert only(copy).code == "missing_row"


def test_duplicate_key(copy):
    edit(copy, "belts", lambda lines: [*lines, lines[5]])
    problem = only(copy)
    assert (problem.code, problem.line, problem.given) == ("duplicate_key", 92, "shantou_underwear")
    assert "line 6" in problem.message


@pytest.mark.parametrize(
    ("table", "old", "new", "code", "column"),
    [
        ("belts", ",22.94,113.38,", ",122.94,113.38,", "out_of_bounds", "lat"),
        ("belts", ",0.13393,", ",1.5,", "out_of_bounds", "share_of_category_exports"),
        ("belts", ",0.13393,", ",nan,", "not_a_number", "share_of_category_exports"),
        ("belts", ",0.13393,", ",inf,", "not_a_number", "share_of_category_exports"),
        ("belts", ",0.13393,", ",many,", "not_a_number", "share_of_category_exports"),
        ("belts", ",2016-01,", ",2016-13,", "not_a_month", "pilot_zone_from"),
        ("seasonality", "export_retail,1,", "export_retail,1.5,", "not_a_number", "month"),
        ("gateways", "sea|air|post", "sea|air|pots", "unknown_member", "modes"),
        ("history", "gateway: [shenzhen]", "gateway: [shenzen]", "unknown_member", "where"),
        ("history", "gateway: [shenzhen]", "gatway: [shenzhen]", "unknown_member", "where"),
        ("history", "gateway: [shenzhen]", "gateway [shenzhen]", "bad_where", "where"),
    ],
)  # fmt: skip
def test_bad_cell(copy, table, old, new, code, column):
    edit(copy, table, swap(old, new))
    problem = only(copy)
    assert (problem.code, problem.path) == (code, f"{table}.{column}")
    assert problem.file == f"{table}.csv" and problem.line > 1


@pytest.mark.parametrize("column", ["source", "status", "unit"])
def test_missing_source_status_unit(copy, column):
    def change(lines):
        header, row = lines[0].split(","), lines[1].split(",")
        row[header.index(column)] = ""
        return [lines[0], ",".join(row), *lines[2:]]

    edit(copy, "platform_reach", lambda lines: [line.replace('"weight, 1 =', '"weight 1 =') for line in lines])
    edit(copy, "platform_reach", change)
    problem = only(copy)
    assert (problem.code, problem.line) == (f"missing_{column}", 2)


def test_ragged_row(copy):
    edit(copy, "fx_cny_per_usd", lambda lines: [*lines, "2026,7.1"])
    assert "ragged_row" in {problem.code for problem in problems(copy)}


def test_missing_and_extra_table(copy):
    (copy / "hubs.csv").rename(copy / "hubz.csv")
    found = {problem.code: problem for problem in problems(copy)}
    assert found["missing_table"].path == "hubs"
    assert found["extra_table"].suggestion == "hubs"


def test_all_faults_of_all_tables_at_once(copy):
    edit(copy, "belts", swap(",22.94,113.38,", ",122.94,113.38,"))
    edit(copy, "hubs", swap(",JPN,", ",JPM,"))
    edit(copy, "seasonality", swap(",0.95,", ",nine,"))
    assert {problem.file for problem in problems(copy)} == {"belts.csv", "hubs.csv", "seasonality.csv"}


def test_where_grammar():
    found = parse_where("market: [USA, GBR]; share: 0.05; draw: 2021; pilot_zone: true")
    assert found == {"market": ("USA", "GBR"), "share": 0.05, "draw": 2021.0, "pilot_zone": True}
    assert parse_where("") == {}
    for bad in ("market", "market:", "market: [USA]; market: [GBR]", "share: much"):
        with pytest.raises(ValueError):
            parse_where(bad)


def test_where_keys_are_listed_somewhere(tables):
    for source in WHERE_SETS.values():
        table, dot, column = source.partition(".")
        assert column in tables[table] if dot else table in CLOSED_SETS or table == "province"


def test_months_are_absolute(tables):
    zones = tables["pilot_zones"].set_index("city")
    assert zones.loc["Hangzhou", "approved"] == parse_month("2015-03")
    assert zones.loc["Hangzhou", "revoked"] == FOREVER
