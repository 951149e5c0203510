"""The home side: what exporters sell at home when exports fall, what imports teach, who can get them."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from agents.brand import value_beyond
from model.economy import TradeEconomy
from model.kernel.calendar import Window
from model.kernel.members import CATEGORIES, HOME_OUTLET
from model.scenario import LeverEntry, load_scenario
from tests.policies.runs import Frame, baseline, entry, finished, value

FRAME = Frame(months=48, scale=0.02, policies_from="2021-01")
LIVE = "bonded_live_commerce"

# --- HE-1: exports fall by a tenth -----------------------------------------------------------------------------------

LEAST, MOST = 0.0, 0.028
"""Home sales of the same firms when their exports fall by a tenth (home outlet of exporters, firm-to-firm data)."""


def sold(model: TradeEconomy) -> dict[int, np.ndarray]:
    """Sales at home and abroad of every living firm in the month, real firms together; by firm number."""
    firms, listings = model.state.firms, model.state.listings
    home = (listings["mode"] == HOME_OUTLET).astype(np.int64)
    table = np.zeros((firms.n, 2))
    np.add.at(table, (listings["firm"], 1 - home), listings["revenue"])
    rows = firms.alive_rows()
    return dict(zip(firms["number"][rows].tolist(), table[rows] * firms["weight"][rows][:, None], strict=True))


@cache
def second_year(factor: float) -> tuple[dict[int, np.ndarray], ...]:
    """Months 13 to 24 after demand abroad was multiplied by a factor."""
    scenario = FRAME.scenario()
    shock = LeverEntry("demand", "multiply", factor, Window(FRAME.start))
    model = TradeEconomy(replace(scenario, levers=(shock,)), 1)
    model.restore(baseline(FRAME, 1).at_start)
    model.run_months(12)
    found = []
    for _ in range(12):
        model.step()
        found.append(sold(model))
    return tuple(found)


def test_lost_exports_hardly_move_home_sales_of_the_same_firms() -> None:
    plain, hit = np.zeros(2), np.zeros(2)
    for before, after in zip(second_year(1.0), second_year(0.9), strict=True):
        for number in before.keys() & after.keys():
            plain += before[number]
            hit += after[number]
    home, abroad = hit / plain - 1.0
    print(f"HE-1: exports {abroad:+.2%}, home sales {home:+.2%}")
    assert abroad == pytest.approx(-0.1, abs=0.02)
    assert LEAST <= home * 0.1 / -abroad <= MOST


# --- import competition and quality ----------------------------------------------------------------------------------


def steps(exposure: float) -> tuple[float, float]:
    """Mean rise of quality in two years of beauty firms above and below the mean at the start."""
    sets = ("months=24", "world={belts: [baiyun_cosmetics], markets: [USA, VNM], smes: 1500}")
    model = TradeEconomy(load_scenario("toy", sets), 2)
    model.parameters = model.parameters.replaced({"learn.import_exposure": exposure})
    firms = model.state.firms
    assert set(firms["category"][firms.alive_rows()]) == {CATEGORIES.index("beauty")}
    start = dict(zip(firms["number"].tolist(), firms["quality"].tolist(), strict=True))
    mean = float(np.average(list(start.values())))
    model.run_months(24)
    now = model.state.firms
    rows = [row for row in now.alive_rows() if int(now["number"][row]) in start]
    rise = np.array([now["quality"][row] - start[int(now["number"][row])] for row in rows])
    above = np.array([start[int(now["number"][row])] > mean for row in rows])
    return float(rise[above].mean()), float(rise[~above].mean())


def test_import_competition_pushes_the_good_and_discourages_laggards() -> None:
    without, strong = steps(0.0), steps(4.0)
    print(f"rise of quality without {without}, with import competition {strong}")
    assert strong[0] > without[0] and strong[1] < without[1]


# --- who can get imports ---------------------------------------------------------------------------------------------


@cache
def third_year(**values: float) -> dict[str, float]:
    frame = Frame(months=48, scale=0.005, policies_from="2021-01")
    names = ("gini_import_access", "import_varieties", "import_value")
    if not values:
        return {name: value(baseline(frame, 1).outcome, name, "2022") for name in names}
    live = entry(LIVE, frame, **values)
    outcome = finished(replace(frame.scenario(), policies=(live,)), frame, 1)
    return {name: value(outcome, name, "2022") for name in names}


def test_only_reach_inland_makes_access_more_equal() -> None:
    plain, everywhere, inland = (
        third_year()["gini_import_access"],
        third_year(inland_reach=0.0)["gini_import_access"],
        third_year(inland_reach=0.15)["gini_import_access"],
    )
    assert everywhere >= plain
    assert inland < 0.5 * plain


def test_too_much_reach_inland_is_unequal_again() -> None:
    assert third_year(inland_reach=0.5)["gini_import_access"] > third_year(inland_reach=0.15)["gini_import_access"]


# --- brands and channels ---------------------------------------------------------------------------------------------


def model_at_start() -> TradeEconomy:
    return TradeEconomy(load_scenario("baseline", ("months=12", "scale=0.005")), 1)


def test_the_start_is_an_equilibrium_of_channels() -> None:
    """Use of channels, origins and channels of imports are those of the evidence, and nobody wants to move at once."""
    model = model_at_start()
    p, brands = model.parameters, model.state.brands
    weight = brands["weight"] / brands["weight"].sum()
    wished = [p[f"imports.{name}_use"] for name in ("bonded", "direct_mail", "general_trade")]
    np.testing.assert_allclose(weight @ brands["channels"], wished, rtol=1e-6)
    sales = np.bincount(brands["origin"], weights=brands["weight"] * brands["sales"])
    np.testing.assert_allclose(sales / sales.sum(), model.world.origin_share, rtol=1e-4)
    before = brands["channels"].copy()
    model.step()
    assert np.abs(model.state.brands["channels"] - before).max() < 0.01


def test_dearer_orders_close_bonded_stores() -> None:
    """A tax on retail imports lowers what bonded and direct stores sell; fewer brands keep one, general trade gains."""
    plain, taxed = model_at_start(), model_at_start()
    taxed.effects = LeverEntry("import_tax_share", "set", 1.5, Window(plain.start)).effects()
    for model in (plain, taxed):
        model.run_months(12)
    change = (taxed.state.brands["channels"] - plain.state.brands["channels"]).T @ plain.state.brands["weight"]
    assert change[0] < 0.0 and change[1] < 0.0 < change[2]


@pytest.mark.parametrize(("mean", "log_sd"), [(800.0, 1.6), (600.0, 1.2), (4000.0, 0.7)])
def test_value_beyond_a_limit_is_that_of_drawn_years(mean: float, log_sd: float) -> None:
    rng = np.random.default_rng(5)
    years = mean * np.exp(log_sd * rng.standard_normal(4_000_000) - 0.5 * log_sd**2)
    drawn = np.maximum(years - 26000.0, 0.0).sum() / years.sum()
    assert value_beyond(26000.0, mean, log_sd) == pytest.approx(drawn, rel=0.1, abs=1e-5)
