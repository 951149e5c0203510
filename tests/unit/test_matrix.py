"""The lever matrix: what is in it, how signs are told, that it goes on where it stopped; picture and page."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.figures.grid import STEPS, Tile, fill_of, grid_sentence, tile_grid
from experiments.figures.palette import contrast, text_on
from experiments.jobs import Report
from experiments.matrix import COLUMNS, matrix_study, matrix_table, place_of, pushes, scenario_of
from experiments.matrix_report import PAGE, TABLE, about_of, change_text, page_text, read_table, write_page, write_table
from experiments.paired import Paired, Reading, Study, effects, measure
from experiments.run import indicator_kinds
from experiments.words import indicators
from model.kernel.refusals import Refused, RunFailed
from model.policies import policies
from model.scenario import load_scenario
from model.shocks import SHOCKS

SVG = "{http://www.w3.org/2000/svg}"
FUND, TARIFF = "policy:overseas_warehouse_fund", "shock:tariff"
CALLS: list[int] = []


def known(content: Paired, report: Report) -> dict[str, float]:
    """Numbers that are written down: the fund lifts all, the tariff lowers exports alone; seed 7 gives up."""
    CALLS.append(content.seed)
    if content.seed == 7:
        raise RunFailed("no economy")
    numbers = {}
    for name in content.named:
        for reading in content.readings:
            gap = {FUND: 1.0, TARIFF: -20.0 if reading.indicator == "export_value" else 0.0}.get(name, 0.0)
            level = 0.0 if reading.indicator == "fiscal_cost" else 100.0
            numbers[reading.of(name)] = level + gap * (1.0 + 0.01 * content.seed)
    return numbers


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.setattr("experiments.paired.measure", known)
    CALLS.clear()
    return matrix_study(tmp_path, months=96, scale=0.01)


@pytest.fixture
def table(study: Study) -> pd.DataFrame:
    return matrix_table(study, [1, 2, 3])


def test_every_policy_and_every_shock_has_a_column() -> None:
    found = pushes()
    assert [push.id for push in found if push.kind == "policy"] == list(policies())
    assert [push.id for push in found if push.kind == "shock"] == list(SHOCKS)
    for kind, shock in SHOCKS.items():
        assert len(place_of(kind).keys) == min(1, len(shock.needs))


def test_each_acts_alone_with_its_defaults() -> None:
    base = load_scenario("baseline").with_(months=96)
    for push in pushes():
        scenario = scenario_of(push, base)
        entries = [entry for entry in scenario.entries if entry not in base.entries]
        assert len(entries) == 1 and entries[0].window.start == base.policies_from
        declared = policies()[push.id] if push.kind == "policy" else SHOCKS[push.id]
        assert entries[0].values == declared.defaults()
        assert entries[0].effects() or push.kind == "policy"


def test_the_table_tells_sign_and_interval(table: pd.DataFrame) -> None:
    assert list(table.columns) == list(COLUMNS)
    assert len(table) == len(pushes()) * len(indicator_kinds()) and set(table["year"]) == {"2026"}
    rows = table.assign(name=table["kind"] + ":" + table["id"]).set_index(["name", "indicator"])
    assert rows.at[(FUND, "import_value"), "sign"] == 1
    assert rows.at[(TARIFF, "export_value"), "sign"] == -1 and rows.at[(TARIFF, "import_value"), "sign"] == 0
    assert rows.at[(TARIFF, "export_value"), "effect"] == pytest.approx(-20.4)
    assert rows.at[(FUND, "fiscal_cost"), "sign"] == 1 and math.isnan(rows.at[(FUND, "fiscal_cost"), "relative"])
    assert rows.at[("shock:demand", "export_value"), "effect"] == 0.0


def test_it_goes_on_where_it_stopped(study: Study) -> None:
    matrix_table(study, [1, 2])
    assert CALLS == [1, 2]
    table = matrix_table(study, [1, 2, 3])
    assert CALLS == [1, 2, 3] and set(table["draws"]) == {3}


def test_a_seed_that_gives_up_is_left_out(study: Study) -> None:
    assert set(matrix_table(study, [1, 2, 7])["draws"]) == {2}
    with pytest.raises(RunFailed, match="no economy"):
        matrix_table(study, [7])


def test_a_run_before_policies_begin_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="too short"):
        matrix_study(tmp_path, months=60)


def test_shared_months_are_simulated_once(study: Study) -> None:
    assert study.months == 96 + 36 * len(pushes())


def test_table_survives_its_file(table: pd.DataFrame, tmp_path: Path) -> None:
    write_table(table, "of what", tmp_path / "matrix.csv")
    again = read_table(tmp_path / "matrix.csv")
    pd.testing.assert_frame_equal(again, table, check_dtype=False, rtol=1e-5)


def test_page_and_pictures_in_both_languages(table: pd.DataFrame, tmp_path: Path) -> None:
    write_table(table, "scale 0.01", tmp_path / "matrix.csv")
    write_page(tmp_path / "matrix.csv", tmp_path / "MATRIX.md", tmp_path / "images")
    page = (tmp_path / "MATRIX.md").read_text(encoding="utf-8")
    assert page == page_text(read_table(tmp_path / "matrix.csv"), "scale 0.01")
    for place in re.findall(r"\((images/\w+\.svg)\)", page):
        root = ET.fromstring((tmp_path / place).read_text(encoding="utf-8"))
        texts = {item.text for item in root.iter(f"{SVG}text")}
        lang = root.get("lang", "")[:2]
        assert {getattr(push.label, lang) for push in pushes()} <= texts
        assert {getattr(indicators()[name].label, lang) for name in indicator_kinds()} <= texts
        tips = [item.text or "" for item in root.iter(f"{SVG}title")][1:]
        assert len(tips) == int((table["sign"] != 0).sum())
    assert all(f"### {push.label.en} {push.label.zh}" in page for push in pushes())
    assert "-20.4 %" in page and not re.search(r"\bnan\b", page)


def test_the_page_of_the_project_is_its_table_s() -> None:
    if not TABLE.exists():
        pytest.skip("the matrix has not been run: dualcirc matrix --write")
    table = read_table()
    assert PAGE.read_text(encoding="utf-8") == page_text(table, about_of()), "stale: run `dualcirc matrix --write`"
    assert set(zip(table["kind"], table["id"], strict=True)) == {(push.kind, push.id) for push in pushes()}


def test_a_column_that_is_no_longer_declared_is_left_out(table: pd.DataFrame) -> None:
    old = table[table["id"] == "tariff"].assign(id="customs_union")
    assert "customs_union" not in page_text(pd.concat([table, old]), "x")


def test_numbers_have_units_and_shares_no_second_per_cent() -> None:
    row = {"unit": "yuan", "effect": 2.0e8, "low": 1.0e8, "high": 3.0e8, "relative": 0.02}
    assert change_text(row, "en") == "+200 m yuan [+100 m, +300 m] (+2 %)"
    assert change_text({**row, "unit": "share", "effect": 0.01, "low": 0.0, "high": 0.02}, "zh").count("%") == 0


@pytest.mark.parametrize(("relative", "strength"), [(0.0004, 1), (-0.005, 2), (0.05, 3), (-0.5, 4), (math.nan, 4)])
def test_strength_has_four_steps(relative: float, strength: int) -> None:
    assert Tile(1, relative, "x").strength == strength and len(STEPS) == 3


def test_signs_are_legible_on_every_tile_and_colour_is_not_all() -> None:
    fills = [fill_of(sign, strength) for sign in (-1, 1) for strength in (1, 2, 3, 4)]
    assert len(set(fills)) == 8
    assert all(contrast(text_on(fill), fill) >= 4.5 for fill in fills)
    rows, columns = [("Macro", [("a", "Exports"), ("b", "Imports")])], [("x", "<Tariff>"), ("y", "Fund")]
    tiles = {("a", "x"): Tile(-1, -0.05, "down & out"), ("b", "y"): Tile(1, 0.2, "up")}
    root = ET.fromstring(tile_grid(rows, columns, tiles, "T", "k", "en"))
    marks = [(item.text or "").replace("\u200a", "") for item in root.iter(f"{SVG}text")]
    assert "−−−" in marks and "++++" in marks and "<Tariff>" in marks
    assert "2 of 4 have a clear direction" in grid_sentence("T", ["Exports", "Imports"], columns, tiles, "en")
    assert grid_sentence("T", ["Exports"], columns, {}, "zh").endswith("均无明确变化。")


def test_a_real_cell_is_what_compare_finds(tmp_path: Path) -> None:
    """One seed, two years: members taken together, and the same numbers as a comparison of the same runs."""
    from experiments.compare import compare

    sets = ("months=24", "scale=0.002", "policies_from=2019-07")
    base = load_scenario("baseline", sets)
    push = next(push for push in pushes() if push.id == "tariff")
    named = {"baseline": base, TARIFF: scenario_of(push, base)}
    readings = (
        Reading("export_value", "2020"),
        Reading("export_value", "2020", "market", "USA+VNM"),
        Reading("unit_value", "2020", "market", "USA"),
        Reading("export_value", "2020", "market", "XXX"),
    )
    numbers = measure(Paired(1, named, readings), lambda months: None)
    result = compare(base, [named[TARIFF]], seeds=1)
    row = result.effects.set_index(["indicator", "period"]).loc[("export_value", "2020")]
    table = effects({1: numbers}, readings, "baseline", TARIFF)
    assert table["effect"].iloc[0] == pytest.approx(row["effect"], rel=1e-12)
    cuts = result.breakdowns.set_index(["scenario", "indicator", "dimension", "member", "period"])["value"]
    usa, vnm = (cuts[("tariff", "export_value", "market", name, "2020")] for name in ("USA", "VNM"))
    assert numbers[readings[1].of(TARIFF)] == pytest.approx(usa + vnm, rel=1e-12)
    assert numbers[readings[2].of(TARIFF)] == pytest.approx(cuts[("tariff", "unit_value", "market", "USA", "2020")])
    assert np.isnan(table["effect"].iloc[3])


def test_the_command_writes_where_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("experiments.paired.measure", known)
    monkeypatch.setattr(Study, "cost", lambda self, seeds: "about nothing")
    out = tmp_path / "out"
    words = ["matrix", "--seeds", "2", "--jobs", "1", "--only", "tariff", "--out", str(out)]
    assert cli.main(words) == 0
    told = capsys.readouterr()
    assert "1 of" in told.out and "about nothing" in told.err
    assert (out / "MATRIX.md").exists() and (out / "images" / "matrix_zh.svg").exists()
    assert set(read_table(out / "matrix.csv")["id"]) == {"tariff"}
    assert cli.main([*words, "--only", "tarif"]) == 2 and "tariff" in capsys.readouterr().err
    assert cli.main(["matrix", "--seeds", "1,7", *words[3:]]) == 3
