"""The paper's claims: the file is whole and refused when wrong; verdicts follow their rule; a tiny run answers."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from experiments import cli
from experiments.claims import CLAIMS, Answer, Claim, answers, claims_study, judged, read_claims
from experiments.claims_cli import answer_text
from experiments.jobs import Report
from experiments.paired import Paired, Reading
from model.kernel.declare import Label
from model.kernel.refusals import Refused
from model.scenario import find_scenarios

WORDS = "words: {en: It grows, zh: 增长}"
GOOD = f"""schema: 1
claims:
  - id: one
    {WORDS}
    section: "5, recommendation 2"
    facts: [P28]
    scenario: overseas_warehouse_fund
    indicator: export_value
    where: {{region: [ASEAN]}}
    direction: up
    year: 1
    size: {{relative: 0.1}}
"""


def asked(direction: str = "up", **more: object) -> Claim:
    values: dict[str, object] = {"scenario": "x", "indicator": "export_value", "direction": direction, "year": 3}
    return Claim("one", Label("It grows", "增长"), "1", ("P01",), **{**values, **more})  # type: ignore[arg-type]


def found(*gaps: float, level: float = 100.0) -> dict[int, dict[str, float]]:
    reading = asked().reading(2024)
    rows = [{reading.of("baseline"): level, reading.of("x"): level + gap} for gap in gaps]
    return dict(enumerate(rows, start=1))


@pytest.mark.parametrize(
    ("direction", "gaps", "verdict"),
    [
        ("up", [2.0, 2.1, 1.9, 2.2], "supported"),
        ("down", [2.0, 2.1, 1.9, 2.2], "not_supported"),
        ("down", [-2.0, -2.1, -1.9, -2.2], "supported"),
        ("up", [2.0, 0.1, 4.0, -1.5], "not_supported"),
        ("up", [1e-9, 1e-9, 1e-9, -1e-12], "not_supported"),
        ("up", [9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, -0.1, -0.1], "not_supported"),
        ("up", [0.0, 0.0, 0.0, 0.0], "not_supported"),
        ("up", [float("nan"), 1.0], "not_supported"),
    ],
)
def test_verdicts(direction: str, gaps: list[float], verdict: str) -> None:
    assert judged(asked(direction), found(*gaps), 2024).verdict == verdict


def test_nine_tenths_are_enough_where_percentiles_allow() -> None:
    """Of forty draws four may point the other way, if the fifth percentile does not."""
    assert judged(asked(), found(*[2.0] * 39, -0.1), 2024).verdict == "supported"
    assert judged(asked(), found(*[2.0] * 35, *[-0.1] * 5), 2024).verdict == "not_supported"


def test_sizes_are_told_in_the_terms_of_the_claim() -> None:
    sizes = {"relative": 0.02, "change": 2.0, "level": 102.0}
    for kind, value in sizes.items():
        answer = judged(asked(size=(kind, 1.0)), found(2.0, 2.0), 2024)
        assert answer.reached == pytest.approx(value)
    assert math.isnan(judged(asked(), found(2.0, 2.0), 2024).reached)


def test_a_claim_that_cannot_be_asked_needs_no_run() -> None:
    claim = Claim("x", Label("a", "甲"), "1", ("P01",), reason=Label("no jobs by kind", "不分职业"))
    answer = judged(claim, {}, 2024)
    assert answer.verdict == "cannot_be_asked" and answer.as_row()["effect"] != answer.as_row()["effect"]
    assert "no jobs by kind" in answer_text(answer, "en") and "无法检验：不分职业" in answer_text(answer, "zh")


def test_the_file_of_the_project_is_whole() -> None:
    claims = read_claims()
    assert CLAIMS.exists() and "claims" not in find_scenarios()
    assert {claim.reason is None for claim in claims} == {True, False}
    for claim in claims:
        assert claim.words.en and not claim.words.zh.isascii() and claim.facts
        assert answer_text(Answer(claim, "not_supported" if claim.reason is None else "cannot_be_asked"), "zh")
    named = {claim.scenario for claim in claims if claim.reason is None}
    assert named <= set(find_scenarios())


def faults(tmp_path: Path, text: str) -> list[tuple[str, int, str]]:
    path = tmp_path / "claims.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        read_claims(path)
    assert all(problem.message.endswith(".") for problem in refusal.value.problems)
    return [(problem.code, problem.line, problem.path) for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("schema: 1", "schema: 2", "schema_unknown", 1),
        ("    direction: up", "    direction: rises", "unknown_direction", 10),
        ("indicator: export_value", "indicator: export_valeu", "unknown_indicator", 8),
        ("scenario: overseas_warehouse_fund", "scenario: overseas_warehouse_found", "unknown_scenario", 7),
        ("region: [ASEAN]", "region: [ASEEN]", "unknown_member", 9),
        ("region: [ASEAN]", "region: []", "empty_list", 9),
        ("region: [ASEAN]", "hub: [ho_chi_minh_city]", "unknown_key", 9),
        ("region: [ASEAN]", "region: [ASEAN], market: [VNM]", "one_dimension", 9),
        ("year: 1", "year: 0", "out_of_bounds", 11),
        ("relative: 0.1", "relative: 0.1, level: 7", "one_size", 12),
        ("relative: 0.1", "relative: ten", "not_a_number", 12),
        ("facts: [P28]", "facts: [P99]", "unknown_member", 6),
        ("en: It grows, zh: 增长", "en: It grows", "key_missing", 4),
        ("    direction: up\n", "", "key_missing", 3),
        ("    year: 1", "    year: 1\n    yaer: 2", "unknown_key", 12),
        ("    year: 1", "    year: 1\n    cannot_be_asked: {en: a, zh: 甲}", "not_asked", 7),
    ],
)  # fmt: skip
def test_wrong_files_are_told(tmp_path: Path, old: str, new: str, code: str, line: int) -> None:
    assert old in GOOD
    told = faults(tmp_path, GOOD.replace(old, new))
    assert (code, line) in [(one, at) for one, at, _ in told]
    (tmp_path / "claims.yaml").write_text(GOOD, encoding="utf-8")
    assert len(read_claims(tmp_path / "claims.yaml")) == 1


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("direction: up", "direction: rises").replace("[P28]", "[P99]").replace("year: 1", "year: 99")
    assert len(faults(tmp_path, text)) == 3
    twice = GOOD + GOOD.partition("claims:\n")[2]
    assert [code for code, _, _ in faults(tmp_path, twice)] == ["duplicate_key"]
    assert [code for code, _, _ in faults(tmp_path, "schema: 1\nclaims: []\n")] == ["empty_list"]


def test_a_claim_beyond_the_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        claims_study([asked(scenario="overseas_warehouse_fund")], tmp_path, months=72)
    assert refusal.value.problems[0].allowed == "at least 96"


def written_down(content: Paired, report: Report) -> dict[str, float]:
    """Values that are written down; no run is made."""
    numbers = {}
    for reading in content.readings:
        for at, name in enumerate(content.named):
            numbers[reading.of(name)] = 100.0 + (10.0 + content.seed if at else 0.0)
    return numbers


def test_the_study_asks_each_scenario_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.paired.measure", written_down)
    fund = asked(scenario="overseas_warehouse_fund")
    other = asked("down", scenario="overseas_warehouse_fund", where=("market", ("VNM", "THA")))
    study = claims_study([fund, other], tmp_path, months=96, scale=0.01)
    assert list(study.named) == ["baseline", "overseas_warehouse_fund"]
    assert study.readings[1] == Reading("export_value", "2026", "market", "VNM+THA")
    assert study.months == 96 + 36
    told = answers([fund, other], study, [1, 2, 3])
    assert [answer.verdict for answer in told] == ["supported", "not_supported"]
    assert told[0].effect == pytest.approx(12.0) and told[1].probability == 0.0


def test_a_tiny_run_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace("direction: up", "direction: down"), encoding="utf-8")
    size = ("--seeds", "2", "--months", "72", "--scale", "0.002", "--jobs", "1", "--out", str(tmp_path / "out"))
    assert cli.main(["claims", "--file", str(file), *size, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["claims"]
    assert row["verdict"] == "not_supported" and row["draws"] == 2 and row["baseline"] > 0.0
    assert row["size"]["claimed"] == 0.1 and row["size"]["found"] == pytest.approx(row["relative"])
    assert row["where"] == {"region": ["ASEAN"]} and row["unit"] == "yuan"
    assert cli.main(["claims", "--file", str(file), *size, "--lang", "zh"]) == 0
    assert "不成立" in capsys.readouterr().out
