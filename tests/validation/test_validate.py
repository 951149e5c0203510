"""`dualcirc validate`: what it prints and writes, what it refuses, what reports say of it."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import experiments.validation.belief as belief
import experiments.validation.document as documents
import experiments.validation.judging as judging
from experiments.cli import main
from experiments.progress import Silent
from experiments.report.prose import UNTESTED, limits
from experiments.store import TABLES, read_result
from experiments.validation.rivals import VARIANTS
from experiments.validation.rows import THEMES, frame
from tests.validation.examples import TINY, experiments_by_hand, seen, small_validation


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> judging.Validation:
    return small_validation(monkeypatch)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command with two draws that are made already."""
    runs = {name: {1: seen(), 2: seen()} for name in (judging.MODEL, *VARIANTS)}
    monkeypatch.setattr(judging, "watched", lambda *_: (runs, ()))
    monkeypatch.setattr(judging, "experiment_rows", experiments_by_hand)
    monkeypatch.setattr(judging, "FULL", TINY)
    monkeypatch.setattr(judging, "QUICK", TINY)


def test_json_has_the_keys_of_the_contract(command: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--quick", "--json", "--out", str(tmp_path / "out")]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {"totals", "rows"}
    assert set(printed["totals"]) == set(THEMES)
    keys = {"passed", "of", "unused_passed", "unused_of"}
    assert all(set(count) == keys for count in printed["totals"].values())
    assert all(set(row) == set(TABLES["validation"].columns) for row in printed["rows"])
    assert printed["totals"]["delivery"]["passed"] >= 1


def test_the_folder_holds_what_was_judged(small: judging.Validation, tmp_path: Path) -> None:
    result = read_result(small.save(tmp_path / "out", ["validate", "--quick"]))
    table = result.table("validation")
    assert list(table.columns) == list(TABLES["validation"].columns)
    pd.testing.assert_frame_equal(table, frame(small.rows), check_dtype=False)
    assert not table.duplicated(["id", "output"]).any()
    assert (table.loc[~table["passed"], "reason"].str.len() > 5).all()
    assert (table.loc[table["passed"], "reason"] == "").all()
    assert result.manifest["command"] == "validate"
    assert result.manifest["validation"]["draws"] == 2
    assert set(result.manifest["files"]) == {"validation.parquet", "report.html", "SCORECARD.md"}


def test_the_same_draws_give_the_same_bytes(small: judging.Validation, tmp_path: Path) -> None:
    one, two = (small.save(tmp_path / name) / "validation.parquet" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


class _Outside(HTMLParser):
    """Addresses that a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.languages: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += [str(given[name]) for name in ("src", "href") if name in given]
        if tag == "main":
            self.languages.append(str(given["lang"]))


def test_the_page_speaks_both_languages_and_fetches_nothing(small: judging.Validation, tmp_path: Path) -> None:
    page = (small.save(tmp_path / "out") / "report.html").read_text(encoding="utf-8")
    parser = _Outside()
    parser.feed(page)
    assert parser.found == []
    assert parser.languages == ["en", "zh-CN"]
    assert "评分卡" in page and "77.6" in page and "NE-17" in page


def test_the_report_can_be_made_again(small: judging.Validation, tmp_path: Path) -> None:
    folder = small.save(tmp_path / "out")
    before = (folder / "report.html").read_bytes()
    assert main(["report", str(folder)]) == 0
    assert (folder / "report.html").read_bytes() == before
    assert main(["report", str(folder), "--format", "csv"]) == 0
    table = pd.read_csv(folder / "report_validation.csv")
    assert len(table) == len(small.rows)
    assert table["item_zh"].notna().all()
    assert main(["report", str(folder), "--format", "xlsx"]) == 2


def test_the_document_tells_passes_misses_and_what_was_not_run(small: judging.Validation) -> None:
    text = documents.document(small.rows, small.manifest())
    for said in ("# Score card", "## 中文摘要", "| NE-21 |", "Limits", "77.6", "held out", "Market growth alone"):
        assert said in text
    assert "**missed**" in text
    (line,) = (line for line in text.splitlines() if line.startswith("| NE-21 |"))
    assert line.count("|") == 5


def test_a_card_is_written_into_the_repository_only_when_asked(
    command: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {name: tmp_path / "repository" / name for name in ("SCORECARD.md", "scorecard.csv")}
    monkeypatch.setattr(documents, "COMMITTED", places["SCORECARD.md"])
    monkeypatch.setattr(documents, "TABLE", places["scorecard.csv"])
    assert main(["validate", "--out", str(tmp_path / "out")]) == 0
    assert not any(place.exists() for place in places.values())
    assert main(["validate", "--out", str(tmp_path / "out"), "--write-card"]) == 0
    assert all(place.is_file() for place in places.values())


def test_a_quick_card_is_not_committed(command: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--quick", "--write-card", "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()
    assert "--quick" in capsys.readouterr().err


def test_a_foreign_folder_is_refused_before_anything_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("nothing may run")

    monkeypatch.setattr(judging, "watched", never)
    (tmp_path / "mine.txt").write_text("notes")
    assert main(["validate", "--quick", "--out", str(tmp_path)]) == 2


def test_lost_draws_are_partly_done(command: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = {name: {1: seen()} for name in (judging.MODEL, *VARIANTS)}
    monkeypatch.setattr(judging, "watched", lambda *_: (runs, ("model 2",)))
    assert main(["validate", "--quick", "--out", str(tmp_path / "out")]) == 3


def test_reports_say_how_far_the_model_may_be_believed(
    small: judging.Validation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from experiments.report.belief import believed

    place = tmp_path / "calibration" / "scorecard.csv"
    monkeypatch.setattr(documents, "COMMITTED", tmp_path / "SCORECARD.md")
    monkeypatch.setattr(documents, "TABLE", place)
    documents.commit_card(small.rows, small.manifest())
    card = belief.committed(place)
    assert card is not None
    pd.testing.assert_frame_equal(frame(card.rows), frame(small.rows))
    monkeypatch.setattr(belief, "committed", lambda: card)
    monkeypatch.setattr("experiments.report.belief.committed", lambda: card)
    of = sum(count.of for count in small.totals.values())
    assert f"of {of} published experiments" in believed("en")
    assert "已发表实验" in believed("zh")
    assert len(limits("en")) == len(limits("zh"))
    assert not any("no test against natural" in limit for limit in limits("en"))


def test_without_a_card_reports_say_that_nothing_was_tested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments.report.belief import believed

    assert belief.committed(tmp_path / "none.csv") is None
    monkeypatch.setattr(belief, "committed", lambda: None)
    monkeypatch.setattr("experiments.report.belief.committed", lambda: None)
    assert believed("en") == ""
    assert limits("en")[-1] == UNTESTED[0]


def test_what_a_target_of_the_fit_names_is_marked_as_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "targets.csv"
    place.write_text("id,output,source\nNE-06,year_5,x\nshare,top_1pct_share,natural experiments NE-25: half\n")
    assert judging.known_to_the_fit(place) == {"NE-06", "NE-25", "NE-28"}
    assert judging.known_to_the_fit(tmp_path / "none.csv") == {"NE-28"}
    monkeypatch.setattr("experiments.natural.running.run_experiments", experiments_by_hand)
    monkeypatch.setattr(judging, "known_to_the_fit", lambda: frozenset({"NE-17"}))
    rows = judging.experiment_rows(TINY, 1, lambda name, months: Silent())
    assert {row.id: row.used_in_calibration for row in rows} == {"NE-06": False, "NE-17": True}


@pytest.mark.slow
def test_a_quick_validation_in_full(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--quick", "--json", "--out", str(tmp_path / "out")]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert sum(count["of"] for count in printed["totals"].values()) >= 25
    assert (tmp_path / "out" / "report.html").is_file()
