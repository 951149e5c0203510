"""The baseline against the nation: growth that is no explosion, levels near the customs series, a share of exports.

Slow: five seeds to the end of 2030 at the default scale. Run with `-s` to see the table.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from model.economy import TradeEconomy
from model.scenario import load_scenario
from model.scenario.files import SCENARIOS

pytestmark = pytest.mark.slow

SEEDS = range(1, 6)
YEARS = tuple(range(2019, 2031))
SHOCK_YEARS = (2020, 2021)
"""Years of the dated slump and boom, in which growth may leave the band."""
LEAST_GROWTH, MOST_GROWTH = -0.10, 0.30
COMPARED = (2019, 2020, 2021, 2022)
MOST_GAP = 0.40
SHARE_YEARS = (2019, 2020, 2021, 2022, 2023)
LEAST_SHARE, MOST_SHARE = 0.60, 0.80
BN = 1.0e9


@cache
def yearly() -> pd.DataFrame:
    """Exports, imports and firms by (seed, year)."""
    rows = []
    for seed in SEEDS:
        model = TradeEconomy(load_scenario("baseline"), seed)
        model.run_months(12 * len(YEARS))
        parts = model.recorder.parts_frame()
        wide = parts.pivot(index="month", columns="indicator", values="num")
        wide["year"] = wide.index // 12
        flows = wide.groupby("year")[["export_value", "import_value"]].sum()
        flows["active_smes"] = wide.groupby("year")["active_smes"].last()
        rows.append(flows.assign(seed=seed))
    return pd.concat(rows).reset_index().set_index(["seed", "year"])


@cache
def national() -> pd.DataFrame:
    """Yearly exports and imports of the customs survey, yuan; the last published version of each."""
    table = pd.read_csv(SCENARIOS / "evidence" / "national_cbec.csv", comment="#")
    rows = table[(table["period"] == "year") & (table["indicator"] == "value")]
    rows = rows[rows["flow"].isin(["export", "import"]) & rows["definition"].str.startswith("GACC survey")]
    last = rows.groupby(["year", "flow"])["value"].last().unstack()
    return last.astype(np.float64) * BN


def growth() -> pd.DataFrame:
    """Growth of exports by seed (rows) and year (columns)."""
    exports = yearly()["export_value"].unstack("year")
    return exports.pct_change(axis=1).iloc[:, 1:]


def share() -> pd.DataFrame:
    """Exports over exports and imports, by seed and year."""
    frame = yearly()
    return (frame["export_value"] / (frame["export_value"] + frame["import_value"])).unstack("year")


def test_table() -> None:
    """Prints the baseline beside the evidence; fails only if a value is missing or not positive."""
    mean, real = yearly().groupby("year").mean(), national()
    print("\nyear  exports (evidence)   growth    imports (evidence)   share   firms")
    for year in YEARS:
        row = mean.loc[year]
        known = real.loc[year] / BN if year in real.index else pd.Series({"export": np.nan, "import": np.nan})
        rise = growth()[year].mean() if year > YEARS[0] else np.nan
        print(
            f"{year}  {row['export_value'] / BN:7.0f} ({known['export']:7.0f})   {rise:+7.1%}   "
            f"{row['import_value'] / BN:6.0f} ({known['import']:6.0f})    {share()[year].mean():.3f}  "
            f"{row['active_smes']:8.0f}"
        )
    assert (yearly() > 0.0).all().all() and yearly().notna().all().all()


@pytest.mark.parametrize("year", [year for year in YEARS[1:] if year not in SHOCK_YEARS])
def test_exports_neither_explode_nor_collapse(year: int) -> None:
    rises = growth()[year]
    assert rises.min() > LEAST_GROWTH and rises.max() < MOST_GROWTH, rises.round(3).to_dict()


@pytest.mark.parametrize("flow", ["export", "import"])
@pytest.mark.parametrize("year", COMPARED)
def test_level_is_near_the_evidence(year: int, flow: str) -> None:
    simulated = yearly()[f"{flow}_value"].unstack("year")[year].mean()
    gap = simulated / national().loc[year, flow] - 1.0
    assert abs(gap) < MOST_GAP, f"{simulated / BN:.0f} bn against {national().loc[year, flow] / BN:.0f} bn: {gap:+.1%}"


@pytest.mark.parametrize("year", SHARE_YEARS)
def test_share_of_exports_in_trade(year: int) -> None:
    values = share()[year]
    assert values.min() > LEAST_SHARE and values.max() < MOST_SHARE, values.round(3).to_dict()


def test_evidence_is_complete() -> None:
    assert national().loc[list(COMPARED)].notna().all().all()
