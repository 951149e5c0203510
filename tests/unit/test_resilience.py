"""Output lost to a shock: the arithmetic on series, and its rows in a comparison."""

import numpy as np
import pandas as pd
import pytest

from experiments.amounts import unit_word
from experiments.catalogue import catalogue
from experiments.compare import compare
from experiments.resilience import MONTHS, PAIRED, belts_hit, circles, resilience, resilience_lines, unshocked
from experiments.words import LANGUAGES, indicator_label, indicators
from model.scenario import load_scenario

BASE = np.full(40, 100.0)
SHOCK = "{kind: supplier_loss, belt: keqiao_fabrics, capacity: 0.3, from: 2020-01, until: 2020-03}"


def with_losses(*shares: float) -> np.ndarray:
    """A series below BASE by these shares in its first months."""
    series = BASE.copy()
    series[: len(shares)] *= 1.0 - np.array(shares)
    return series


def test_area_trough_and_months() -> None:
    found = resilience(BASE, with_losses(0.1, 0.2, 0.05, 0.01))
    assert found.area == pytest.approx(36.0)
    assert found.trough == pytest.approx(0.2)
    assert found.recovery == 3.0  # one per cent is less than a tenth of twenty


def test_overshoot_is_told_apart() -> None:
    found = resilience(BASE, with_losses(0.1, -0.2, 0.1))
    assert (found.area, found.gain) == (pytest.approx(20.0), pytest.approx(20.0))


def test_direct_loss_sets_the_mark() -> None:
    """Twice as much is lost as directly: small losses count longer."""
    series = with_losses(0.2, 0.1, 0.015)
    assert resilience(BASE, series).recovery == 2.0
    assert resilience(BASE, series, direct=0.1).recovery == 3.0


def test_what_never_ends_counts_two_years() -> None:
    found = resilience(BASE, 0.9 * BASE)
    assert found.area == pytest.approx(10.0 * MONTHS) and found.recovery == MONTHS


def test_no_loss_is_nothing() -> None:
    assert resilience(BASE, BASE).row == (0.0, 0.0, 0.0, 0.0)
    assert resilience(BASE, 1.1 * BASE).row[::2] == (0.0, 0.0)


def test_circles_hide_nothing_behind_rivals() -> None:
    """The nation loses nothing where a rival takes over; belt and customers lose all the same."""
    months = range(600, 606)
    base = pd.DataFrame(100.0, index=months, columns=["hit", "rival", "customer"])
    shocked = base.copy()
    shocked["hit"], shocked["rival"], shocked["customer"] = 60.0, 150.0, 90.0
    flags = np.array([[True, False, False], [False, False, True]])
    found = circles(base, shocked, *flags)
    assert found[""].area == 0.0 and found[""].gain == 0.0
    assert found["hit_"].area == pytest.approx(240.0) and found["customer_"].trough == pytest.approx(0.1)
    assert set(circles(base, shocked, *np.zeros((2, 3), dtype=bool))) == {""}


def test_indicators_of_pairs_are_listed_like_the_others() -> None:
    listed = {row["id"]: row for row in catalogue()["indicators"]}
    assert listed["output_loss_area"]["kind"] == "pair" and listed["output_loss_area"]["unit"] == "%-months"
    for name, one in PAIRED.items():
        assert name not in indicators()  # no monthly series: nothing to draw
        assert indicator_label(name) == one.label
        assert all(unit_word(one.unit, lang) for lang in LANGUAGES)


def test_belts_of_a_shock() -> None:
    belts = ["keqiao_fabrics", "panyu_fast_fashion"]
    assert belts_hit(load_scenario("supplier_loss").shocks, belts).tolist() == [True, False]
    assert not belts_hit(load_scenario("us_tariff").shocks, belts).any()


def test_twin_without_shocks_is_found() -> None:
    names = ("baseline", "paper", "stress_supplier_closure_plain", "stress_supplier_closure")
    named = {name: load_scenario(name) for name in names}
    assert unshocked(named, "stress_supplier_closure") == "paper"
    assert unshocked(named, "stress_supplier_closure_plain") == "baseline"
    del named["paper"]
    assert unshocked(named, "stress_supplier_closure") == "baseline"


def test_rows_of_a_comparison() -> None:
    sets = ("months=30", "scale=0.005", "history=null")
    base = load_scenario("baseline", sets)
    hit = load_scenario("supplier_loss", (*sets, f"shocks=[{SHOCK}]"))
    result = compare(base, [hit], seeds=1)
    rows = result.effects[result.effects["indicator"].isin(list(PAIRED))].set_index("indicator")
    assert set(rows["period"]) == {"all"} and set(rows.index) == set(PAIRED)
    assert rows.at["hit_output_trough", "effect"] > 0.4
    assert rows.at["customer_output_loss_area", "effect"] > 0.0 == rows.at["output_loss_area", "baseline"]
    told = resilience_lines(result.effects, "supplier_loss")
    assert len(told) == 5 and f"{rows.at['hit_output_loss_area', 'effect']:.1f} %-months" in told[2]
    assert resilience_lines(result.effects, "another") == []
    output = result.runs[1]["supplier_loss"].output
    total = result.indicators.query("scenario == 'supplier_loss' and indicator == 'output_value'")["value"]
    assert output is not None and np.allclose(output.sum(axis=1), total)
