"""What is noted of a run is what the run sold."""

import numpy as np
import pandas as pd
import pytest

from experiments.natural.declared import BASELINE, START, Span
from experiments.natural.running import look_at
from experiments.natural.watching import KEYS, LAST, SUMS, Look, fold, in_share
from experiments.run import run
from model.kernel.members import MODES
from model.scenario import Scenario, load_scenario
from model.world.load import load_world

SCALE = 0.002
YEAR = Span(-36, 12)  # 2019, the first year of the baseline


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return load_scenario("baseline").with_(months=12, scale=SCALE)


@pytest.fixture(scope="module")
def year(baseline: Scenario) -> Look:
    spans = [YEAR, Span(-25)]
    return look_at(baseline, {}, {BASELINE: spans}, seed=3)[BASELINE, YEAR]


def test_a_year_is_the_firm_panel_of_the_run(baseline: Scenario, year: Look) -> None:
    result = run(baseline, seed=3, detail="full")
    assert result.panel is not None
    panel, world = result.panel, load_world()
    names = {"market": np.array(world.market_ids)[year.cells["market"]], "mode": np.array(MODES)[year.cells["mode"]]}
    mine = year.cells.assign(**names).set_index(["firm", "market", "mode"])[["revenue_yuan", "units", "parcels"]]
    theirs = panel.groupby(["firm", "market", "mode"])[["revenue_yuan", "units", "parcels"]].sum()
    pd.testing.assert_frame_equal(mine.sort_index(), theirs.sort_index(), check_exact=False, rtol=1e-12)


def test_buyers_pay_more_than_the_seller_gets_and_accounts_are_those_of_the_ledger(
    baseline: Scenario, year: Look
) -> None:
    cells = year.cells
    assert (cells["landed_yuan"] > 0.99 * cells["revenue_yuan"]).all() and (cells["duty"] >= 0.0).all()
    exports = float((cells["weight"] * cells["revenue_yuan"]).sum())
    assert year.account("exports") == pytest.approx(exports, rel=0.01)  # some is held up or seized
    assert year.flows["exited"] > 0.0 and year.flows["looks_total"] > 0.0
    assert year.firms["number"].is_monotonic_increasing and len(year.firms) > 600


def test_fold_adds_amounts_and_keeps_the_last_description() -> None:
    rows = {name: [1.0, 2.0, 4.0] for name in SUMS} | {name: [7, 8, 9] for name in LAST}
    folded = fold(pd.DataFrame({"firm": [5, 3, 5], "market": [29, 0, 29], "mode": [2, 4, 2]} | rows))
    assert folded[list(KEYS)].to_numpy().tolist() == [[3, 0, 4], [5, 29, 2]]
    assert folded["units"].tolist() == [2.0, 5.0] and folded["size"].tolist() == [8, 9]


def test_shares_are_those_of_a_scenario() -> None:
    numbers = pd.Series(np.arange(4000))
    assert in_share(numbers, 0.25, 4).mean() == pytest.approx(0.25, abs=0.03)
    assert not np.array_equal(in_share(numbers, 0.25, 4), in_share(numbers, 0.25, 5))


def test_spans_count_from_2022() -> None:
    assert list(Span(-1, 2).absolute) == [START - 1, START] and Span(9, 3).end == 12
