"""Rolling origin: the rules by hand, a perfect model, a model that stands still."""

import pytest

from experiments.validation.evidence import BILLION
from experiments.validation.forecast import (
    ORIGINS,
    conditional,
    drift,
    forecast_items,
    last_growth,
    observed,
    rule_errors,
)
from experiments.validation.watching import YEARS, Seen

SERIES = {2018: 100.0, 2019: 121.0, 2020: 144.0}


def history_of(exports: float = 1.0, imports: float = 1.0) -> Seen:
    """A run whose trade is the published one times a factor that grows by the year."""
    values = {}
    for flow, factor in (("export", exports), ("import", imports)):
        for year in YEARS:
            values[f"{flow}_value", str(year)] = observed(flow)[year] * BILLION * factor ** (year - 2019)
    return Seen(values, {})


def rows_of(*draws: Seen) -> dict[tuple[str, str], float]:
    return {(row.id, row.output): row.simulated for item in forecast_items() for row in item.rows(draws)}


def test_random_walk_with_drift_grows_by_the_mean_log_growth() -> None:
    assert drift(SERIES, 2020) == pytest.approx(144.0 * 1.2)


def test_last_growth_repeats_the_year_before() -> None:
    assert last_growth(SERIES, 2020) == pytest.approx(144.0 * 144.0 / 121.0)


def test_the_rules_do_not_see_the_target() -> None:
    assert rule_errors("export", last_growth, [2020])[0] == pytest.approx(1085**2 / 799 / 1390 - 1)


def test_the_models_growth_is_laid_on_the_observed_value() -> None:
    model = {2020: 50.0, 2021: 60.0}
    assert conditional(lambda year: model[year], SERIES, 2020) == pytest.approx(144.0 * 1.2)


def test_a_perfect_model_has_no_error_whatever_its_level() -> None:
    found = rows_of(history_of(), history_of())
    ratios = [value for (id, _), value in found.items() if id in ("forecast_error", "forecast_2023")]
    assert ratios == pytest.approx([0.0] * 8, abs=1e-12)


def test_errors_are_counted_against_the_rule() -> None:
    found = rows_of(history_of(exports=1.1))
    theirs = rule_errors("export", drift, ORIGINS[-1:])[0]
    assert found["forecast_2023", "export_drift_2023"] == pytest.approx(0.1 / abs(theirs))
    assert found["forecast_2023", "import_drift_2023"] == pytest.approx(0.0, abs=1e-12)


def test_coverage_is_the_share_of_values_inside_the_draws() -> None:
    apart = [history_of(0.9, 1.1), history_of(1.1, 1.3)]
    assert rows_of(*apart)["forecast_coverage", "coverage_80"] == pytest.approx(0.5)


def test_targets_to_2022_are_marked_as_seen() -> None:
    used = {one.name: one.used for item in forecast_items() for one in item.figures}
    assert used["export_2022_from_2021"] and not used["export_2023_from_2022"]
    assert not used["export_drift_2023"]
