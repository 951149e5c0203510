"""Sensitivity of effects: what is varied, what is kept, measures of a known function, the page in both languages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import cells, cli
from experiments.cells import Cell, fill, key_of, outstanding
from experiments.headline import CREDIT, EFFECTS, FUND, POLICIES, Paired, measure
from experiments.jobs import Report
from experiments.sensitivity import Question, Setting, Study, conduct, factors, finalists
from experiments.sensitivity_report import PAGE, TABLES, page_text, ranked, sentence, tornado, write_page, write_tables
from model.kernel.refusals import RunFailed
from model.scenario import load_scenario
from model.scenario.vocabulary import vocabulary

STRONG, WEAK, OWN = "warehouse.build_elasticity", "supply.stock_months", f"policies.{CREDIT}.newcomer_factor"
TINY = Setting(scale=0.002, start=2023, months=24, seeds=2, draws=1, repeats=1, keep=2, trajectories=2,
               kept_above=0.0, only=(STRONG, WEAK, OWN))  # fmt: skip


def known(content: Paired, report: Report) -> dict[str, float]:
    """Effects that are written down: the strong number counts tenfold, the weak one hardly; no run is made."""
    value = content.named["baseline"].parameters
    own = next(entry for entry in content.named[CREDIT].policies if entry.id == CREDIT).values["newcomer_factor"]
    strong, weak = value.get(STRONG, 1.0), value.get(WEAK, 0.5)
    if strong > 1.9 and weak > 1.4:
        raise RunFailed("a far corner")
    fund = 10.0 * strong + 0.01 * weak + 0.1 * content.seed
    return {e.key: (fund if e.policy == FUND else 5.0 * own + 0.1 * content.seed) for e in EFFECTS}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.setattr("experiments.sensitivity.measure", known)
    return Study(TINY, tmp_path)


def test_every_assumed_and_literature_number_is_varied_and_no_other() -> None:
    declared = {path: p for path, p in vocabulary().parameters.items() if p.status in ("assumed", "literature")}
    found = factors()
    assert set(declared) <= set(found)
    assert not [path for path in set(found) - set(declared) if not path.startswith("policies.")]
    assert all(f.low < f.high and f.low <= f.value <= f.high for f in found.values())
    own = found[OWN]
    assert (own.low, own.high) == (0.75, 3.0)
    assert f"policies.{FUND}.rate" not in found, "the paper's own rate is a choice, not an assumption"


def test_a_point_changes_its_number_and_nothing_else() -> None:
    base, moved = (TINY.scenario(CREDIT, point) for point in ({}, {STRONG: 1.5, OWN: 2.0}))
    assert moved.parameter_values()[STRONG] == 1.5
    assert moved.policies[0].values == {**base.policies[0].values, "newcomer_factor": 2.0}
    assert TINY.scenario(FUND, {OWN: 2.0}).hash == TINY.scenario(FUND, {}).hash
    assert (base.start, base.months, base.scale) == (2023 * 12, 24, 0.002)


def test_known_effects_are_found_again(study: Study) -> None:
    tables = conduct(study)
    centre = tables["centre"].set_index("effect")
    assert centre.at[f"{FUND}.asean_exports", "noise"] == pytest.approx(0.1 / np.sqrt(2.0))
    assert set(tables["groups"]["group"]) == {"warehouse", "supply", "policies"}
    ends = tables["ends"].set_index(["effect", "path", "end"])
    low, high = (ends.loc[(f"{FUND}.asean_exports", STRONG, end)] for end in ("low", "high"))
    assert (low["at"], high["at"]) == (0.5, 2.0)
    assert (low["change"], high["change"]) == (pytest.approx(-5.0), pytest.approx(10.0))
    assert (low["seeds"], high["seeds"]) == (2, 2)
    morris = tables["morris"].set_index(["effect", "path"])
    assert morris.at[(f"{CREDIT}.looks", OWN), "mu_star"] == pytest.approx(5.0 * 2.25)
    assert morris.at[(f"{CREDIT}.looks", STRONG), "mu_star"] == pytest.approx(0.0)
    assert morris.at[(f"{CREDIT}.looks", OWN), "sigma"] == pytest.approx(0.0, abs=1e-9)


def test_runs_that_give_up_cost_their_trajectory_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.sensitivity.measure", known)
    study = Study(Setting(**{**vars(TINY), "trajectories": 12}), tmp_path)
    table = study.morris([STRONG, WEAK]).set_index(["effect", "path"])
    row = table.loc[(f"{FUND}.asean_exports", STRONG)]
    assert study.failed > 0 and 2 <= row["n"] < 12
    assert row["mu_star"] == pytest.approx(10.0 * 1.5)


def test_a_group_within_luck_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.sensitivity.measure", known)
    study = Study(Setting(**{**vars(TINY), "kept_above": 2.0}), tmp_path)
    groups = study.groups(study.centre()).drop_duplicates("group").set_index("group")["kept"]
    assert not groups["supply"] and groups["warehouse"]


def test_finalists_are_the_strongest_of_each_policy(study: Study) -> None:
    ends = study.ends([STRONG, WEAK, OWN], [1])
    assert finalists(ends, study.centre(), 1) == sorted([STRONG, OWN])
    assert finalists(ends.iloc[:0], study.centre(), 1) == []
    assert study.morris([]).empty


def test_what_is_there_is_not_made_again(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    before = conduct(study)
    dates = {path.name: path.stat().st_mtime_ns for path in (study.folder / "runs").glob("*.json")}
    (study.folder / "runs" / sorted(dates)[0]).write_text("{half", encoding="utf-8")
    again = conduct(Study(TINY, study.folder))
    for name, table in before.items():
        pd.testing.assert_frame_equal(table, again[name])
    changed = [n for n, d in dates.items() if (study.folder / "runs" / n).stat().st_mtime_ns != d]
    assert changed == sorted(dates)[:1]


def test_a_cell_is_another_when_its_evidence_is(monkeypatch: pytest.MonkeyPatch) -> None:
    toy = load_scenario("toy")
    first = key_of("x", [toy], 1)
    assert len({first, key_of("y", [toy], 1), key_of("x", [toy], 2), key_of("x", [toy, toy], 1)}) == 4
    monkeypatch.setattr(cells, "data_version", lambda: "another")
    assert key_of("x", [toy], 1) != first


def halves(content: int, report: Report) -> dict[str, float]:
    return {"half": content / 2.0, "none": float("nan")}


def test_several_processes_give_the_same_files(tmp_path: Path) -> None:
    work = [Cell(f"cell{n}", n, 1) for n in range(5)]
    found, failed = fill(tmp_path, work, halves, jobs=2)
    assert not failed and [found[f"cell{n}"]["half"] for n in range(5)] == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert np.isnan(found["cell0"]["none"])
    assert outstanding(tmp_path, [*work, Cell("cell9", 9, 1)]) == [Cell("cell9", 9, 1)]


def test_the_page_says_which_number_matters_in_both_languages(study: Study) -> None:
    tables = conduct(study)
    write_tables(tables, TINY, "evidence", study.folder)
    page, pictures = study.folder / "PAGE.md", study.folder / "images"
    write_page(study.folder, page, pictures)
    text = page.read_text(encoding="utf-8")
    assert f"(`{STRONG}`) matters most for *Exports to ASEAN*" in text
    assert f"(`{OWN}`) matters most for *Export clearance*" in text
    assert f"对“对东盟出口”影响最大的假设值是**{factors()[STRONG].label.zh}**" in text
    for policy in POLICIES:
        for lang in ("en", "zh"):
            assert f"images/sensitivity_{policy}_{lang}.svg" in text
            drawn = (pictures / f"sensitivity_{policy}_{lang}.svg").read_text(encoding="utf-8")
            assert drawn == tornado(tables_again(study.folder), policy, lang) and drawn.startswith("<svg")
    assert ranked(tables, EFFECTS[0], 1) == [STRONG]


def test_a_number_that_moves_less_than_luck_is_not_said_to_matter(study: Study) -> None:
    tables = conduct(study)
    assert "matters most" in sentence(tables, EFFECTS[0])
    noisy = {**tables, "centre": tables["centre"].assign(noise=100.0)}
    assert sentence(noisy, EFFECTS[0]).startswith("No assumed number moves *Exports to ASEAN* beyond luck.")


def tables_again(folder: Path) -> dict[str, pd.DataFrame]:
    from experiments.sensitivity_report import read_tables

    return read_tables(folder)


@pytest.mark.skipif(not (TABLES / "sensitivity_centre.csv").exists(), reason="the full study has not been run")
def test_the_page_is_that_of_the_tables() -> None:
    from experiments.sensitivity_report import about, read_tables

    told = PAGE.read_text(encoding="utf-8")
    assert told == page_text(read_tables(), about()), "stale: run `dualcirc sensitivity --write`"


@pytest.mark.slow
def test_measured_effects_are_those_of_a_comparison() -> None:
    from experiments.compare import compare, compare_breakdowns

    named = {name: TINY.scenario(name, {}) for name in ("baseline", *POLICIES)}
    mine = measure(Paired(1, named), lambda months: None)
    assert set(mine) == {effect.key for effect in EFFECTS} and np.isfinite(list(mine.values())).all()
    result = compare(named["baseline"], [named[name] for name in POLICIES], seeds=[1])
    rows = result.effects.set_index(["scenario", "indicator", "period"])
    looks = rows.loc[(CREDIT, "looks", "last_12")]
    assert mine[f"{CREDIT}.looks"] == pytest.approx(100.0 * looks["relative"])
    parts = compare_breakdowns(result).set_index(["scenario", "indicator", "dimension", "member", "period"])
    days = parts.loc[(FUND, "delivery_days", "region", "ASEAN", "2024")]
    assert mine[f"{FUND}.delivery_days"] == pytest.approx(days["effect"])
    gain = parts.loc[(FUND, "export_value", "region", "ASEAN", "all")]["effect"]
    cost = rows.loc[(FUND, "export_value", "all")]["public_cost"]
    assert mine[f"{FUND}.exports_per_yuan"] == pytest.approx(gain / cost)


def test_the_command_goes_from_numbers_to_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("experiments.sensitivity.measure", known)
    words = ["sensitivity", "--out", str(tmp_path), "--months", "24", "--seeds", "2", "--keep", "1"]
    assert cli.main([*words, "--only", STRONG, "--only", OWN]) == 0
    assert "matters most" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == [
        f"sensitivity_{name}.csv" for name in ("centre", "ends", "groups", "morris")
    ]


def test_questions_are_keyed_by_what_moves_them(study: Study) -> None:
    keys = {study._cell(q).key for q in (Question({}, 1), Question({}, 2), Question({STRONG: 1.5}, 1))}
    assert len(keys) == 3
