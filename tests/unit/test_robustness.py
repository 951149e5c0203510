"""Robustness: patterns are read rightly, a lost pattern is called lost, bad words are refused, the page tells all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import cli, patterns
from experiments.draws import drawn
from experiments.headline import EFFECTS, Paired
from experiments.jobs import Report
from experiments.patterns import PATTERNS, YEARS, Question, growth_error, survey, yearly
from experiments.robustness import FULL, SCALES, Study, matrix, page_text, sizes_of, variants_of
from experiments.run import economy, run
from experiments.variants import VARIANTS
from model.kernel.refusals import Refused, RunFailed
from model.scenario import load_scenario

GOOD = {"growth_error": 0.05, "top_1pct_share": 0.55, "listings_per_firm": 11.0, "clearance_hours": 1.5,
        "warehouse_utilisation": 0.8, "exit_rate": 0.17, "entry_rate": 0.2, "active_smes": 100_000.0}  # fmt: skip


def pretended(content: Question, report: Report) -> dict[str, float]:
    """Patterns as if a run had given them: without fixed costs firms are everywhere, without inertia nothing runs."""
    if content.scenario.parameters.get("demand.inertia_business") == 1.0:
        raise RunFailed("on purpose")
    if content.scenario.parameters.get("plan.upkeep_business_yuan") == 0.0:
        return {**GOOD, "listings_per_firm": 40.0 + content.seed}
    return {**GOOD, "active_smes": 1.0}


def pretended_effects(content: Paired, report: Report) -> dict[str, float]:
    return {effect.key: float(content.seed) for effect in EFFECTS}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.setattr("experiments.patterns.measure", pretended)
    monkeypatch.setattr("experiments.headline.measure", pretended_effects)
    return Study(tmp_path)


def test_a_pattern_is_lost_where_the_variant_alone_leaves_its_band(study: Study) -> None:
    table = study.ablation(["no_fixed_costs", "no_inertia", "no_queue"], 0.01, [1, 2]).set_index(["variant", "pattern"])
    free = table.loc[("no_fixed_costs", "listings_per_firm")]
    assert free["lost"] and not free["holds"] and (free["mean"], free["seeds"]) == (41.5, 2)
    assert not table.loc[("no_queue", "listings_per_firm"), "lost"]
    assert not table.loc[("no_queue", "active_smes"), "lost"], "the full model has not got it either"
    assert not table.loc[(FULL, "active_smes"), "holds"]
    broken = table.loc[("no_inertia", "exit_rate")]
    assert broken["seeds"] == 0 and np.isnan(broken["mean"]) and broken["lost"] and study.failed == 2


def test_the_matrix_marks_what_is_lost(study: Study) -> None:
    lines = matrix(study.ablation(["no_fixed_costs"], 0.01, [1])).splitlines()
    assert len(lines) == 3 + 2
    assert "**41**" in lines[-1] and "**" not in lines[-2]
    assert all(line.count("|") == len(PATTERNS) + 2 for line in lines)


def test_the_page_tells_effects_and_patterns_at_every_size(study: Study) -> None:
    tables = {
        "ablation": study.ablation(list(VARIANTS), 0.01, [1]),
        "effects": study.effects({1_000: 0.005, 6_000: 0.01}, [1, 2, 3]),
        "patterns": study.scale_patterns({1_000: 0.005, 6_000: 0.01}, [1]),
    }
    text = page_text(tables, "Three draws.")
    assert "| 2 [1.1, 2.9] | 2 [1.1, 2.9] |" in text and "1,000 firms" in text
    assert all(variant.label.zh in text and variant.label.en in text for variant in VARIANTS.values())


def test_patterns_are_read_off_a_run() -> None:
    result = run(load_scenario("baseline"), seed=1, months=48, scale=0.002)
    values = yearly(result)
    found = {pattern.id: pattern.measure(values) for pattern in PATTERNS}
    assert np.isfinite(list(found.values())).all()
    monthly = result.indicators.pivot(index="month", columns="indicator", values="value")
    assert found["active_smes"] == monthly.at["2022-12", "active_smes"]
    assert found["exit_rate"] == pytest.approx(12.0 * monthly.loc["2019-01":"2019-12", "exit_rate"].mean(), rel=0.02)
    alone = patterns.measure(Question(load_scenario("baseline").with_(months=48, scale=0.002), 1), lambda months: None)
    assert alone == found


def test_growth_error_is_the_mean_distance_from_the_survey() -> None:
    assert survey() == {2019: 799.0, 2020: 1085.0, 2021: 1390.0, 2022: 1530.0}
    exports = {
        str(year): [survey()[year] * 1.0e9 * factor] for year, factor in zip(YEARS, (1.1, 1.0, 0.9, 1.0), strict=True)
    }
    assert growth_error(pd.DataFrame(exports, index=["export_value"])) == pytest.approx(0.05)


def test_bands_are_in_order_and_every_pattern_is_in_both_languages() -> None:
    for pattern in PATTERNS:
        assert pattern.band[0] < pattern.band[1] and pattern.source and pattern.label.zh != pattern.label.en
        assert pattern.holds(pattern.band[0]) and pattern.holds(pattern.band[1])
        assert not pattern.holds(pattern.band[1] * 1.01) and not pattern.holds(float("nan"))


@pytest.mark.parametrize("firms", [1_000, 6_000])
def test_scales_give_the_firms_they_promise(firms: int) -> None:
    scenario = load_scenario("baseline").with_(start=2022 * 12, months=1, scale=SCALES[firms])
    rows = len(economy(scenario, 1).state.firms.alive_rows())
    assert 0.7 * firms < rows < firms, "entry brings the rest within five years"


def test_strange_words_are_refused_before_anything_runs(tmp_path: Path) -> None:
    assert sizes_of("1000, 6000") == {1_000: SCALES[1_000], 6_000: SCALES[6_000]}
    assert variants_of("no_queue") == ["no_queue"] and variants_of("") == list(VARIANTS)
    with pytest.raises(Refused) as refusal:
        variants_of("no_queue,no_inerta")
    assert refusal.value.problems[0].suggestion == "no_inertia"
    assert cli.main(["robustness", "--firms", "7", "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()


def test_the_command_writes_its_tables(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "robustness",
        "--out",
        str(study.folder),
        "--seeds",
        "1",
        "--firms",
        "1000",
        "--variants",
        "no_fixed_costs",
    ]
    assert cli.main(words) == 0
    assert "**41**" in capsys.readouterr().out
    assert len(list(study.folder.glob("robustness_*.csv"))) == 3
    assert len(list((study.folder / "runs").glob("*.json"))) == 1 + 1 + 1 + 1
    assert drawn(load_scenario("baseline"), 1).start == 2019 * 12
