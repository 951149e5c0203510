"""Evaluation against the baseline, by hand: who loses, what is left, what support adds and takes, who leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.evaluation import support as support_module
from experiments.evaluation.after import after_support, spans
from experiments.evaluation.arithmetic import additionality, beats, displacement, is_clear_order, ratio_of_means, spread
from experiments.evaluation.members import effects_by_member
from experiments.evaluation.ranking import Wish, places, ranking
from experiments.evaluation.support import support
from experiments.evaluation.table import tidy
from experiments.evaluation.wording import after_text, members, order_text, ranking_lines, support_text
from experiments.store import TABLES
from model.kernel.calendar import Window
from model.kernel.refusals import Refused
from model.policies import policies

FIRST, MONTHS = 2020 * 12, 60
TOOLS = "credit_tiered_inspection"


@dataclass(frozen=True)
class Plan:
    """A scenario as far as an evaluation looks at it."""

    policies: tuple[Any, ...] = ()
    shocks: tuple[Any, ...] = ()
    levers: tuple[Any, ...] = ()
    parameters: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    id: str
    window: Window = Window(FIRST + 12)


@dataclass(frozen=True)
class Run:
    """A run as far as an evaluation looks at it."""

    scenario: Plan
    parts: pd.DataFrame
    breakdown_parts: pd.DataFrame = field(default_factory=pd.DataFrame)
    firm_years: pd.DataFrame | None = None
    supports: pd.DataFrame | None = None
    first: int = FIRST
    months: int = MONTHS


def monthly(exports: list[float], firms: float = 10.0) -> pd.DataFrame:
    months = range(FIRST, FIRST + len(exports))
    flows = pd.DataFrame({"month": months, "indicator": "export_value", "num": exports, "den": np.nan})
    stocks = pd.DataFrame({"month": months, "indicator": "active_smes", "num": firms, "den": np.nan})
    return pd.concat([flows, stocks], ignore_index=True)


def cut(indicator: str, dimension: str, values: Mapping[str, float], years: tuple[int, ...] = (2024,)) -> pd.DataFrame:
    rows = [(str(year), indicator, dimension, member, value, np.nan) for year in years for member, value in
            values.items()]  # fmt: skip
    return pd.DataFrame(rows, columns=["period", "indicator", "dimension", "member", "num", "den"])


def in_table(frame: pd.DataFrame, scenario: str = "plan") -> pd.DataFrame:
    return tidy([frame.assign(scenario=scenario)])


# --- arithmetic --------------------------------------------------------------------------------------------------


def test_a_figure_is_the_mean_with_the_share_of_draws_below_zero() -> None:
    row = spread(np.array([[-1.0], [1.0], [3.0], [5.0]]))
    assert row["value"][0] == 2.0 and row["p_negative"][0] == 0.25
    assert row["se"][0] == pytest.approx(np.std([-1, 1, 3, 5], ddof=1) / 2.0)
    assert row["low"][0] < 0.0 < row["high"][0]


def test_additionality_is_what_was_added_over_what_was_paid_for() -> None:
    row = additionality(np.array([30.0, 50.0]), np.array([100.0, 100.0]))
    assert row["value"][0] == pytest.approx(0.4)
    assert np.isnan(additionality(np.array([1.0, 1.0]), np.array([0.0, 2.0]))["value"][0])


def test_displacement_is_the_loss_of_others_over_the_gain_of_the_supported() -> None:
    row = displacement(never=np.array([-20.0, -40.0]), supported=np.array([100.0, 100.0]))
    assert row["value"][0] == pytest.approx(0.3) and row["low"][0] < 0.3 < row["high"][0]
    assert displacement(np.array([5.0, 5.0]), np.array([10.0, 10.0]))["value"][0] == pytest.approx(-0.5)
    assert np.isnan(displacement(np.array([-5.0, -5.0]), np.array([-1.0, 1.0]))["value"][0])


def test_a_ratio_of_means_survives_a_denominator_that_crosses_zero() -> None:
    row = ratio_of_means(np.array([[1.0], [2.0], [3.0]]), np.array([[-1.0], [4.0], [9.0]]))
    assert row["value"][0] == pytest.approx(2.0 / 4.0) and np.isfinite(row["se"][0])
    exact = ratio_of_means(np.array([[2.0], [6.0]]), np.array([[1.0], [3.0]]))
    assert exact["value"][0] == pytest.approx(2.0) and exact["se"][0] == pytest.approx(0.0, abs=1e-12)


def test_who_is_ahead_how_often() -> None:
    assert beats(np.array([3.0, 1.0, 2.0, 5.0]), np.array([1.0, 2.0, 2.0, 4.0])) == 0.625
    assert np.isnan(beats(np.array([1.0, np.nan]), np.array([0.0, 0.0])))
    assert is_clear_order(0.8, 8) and not is_clear_order(0.79, 30) and not is_clear_order(1.0, 7)


# --- members -----------------------------------------------------------------------------------------------------


def test_losers_come_first_with_the_share_of_runs_below_zero() -> None:
    base = {"micro": 10.0, "small": 10.0, "large": 10.0}
    with_it = ({"micro": 7.0, "small": 11.0, "large": 12.0}, {"micro": 6.0, "small": 8.0, "large": 13.0})
    empty = monthly([0.0])
    pairs = [
        (Run(Plan(), empty, cut("export_value", "size", base)), Run(Plan(), empty, cut("export_value", "size", one)))
        for one in with_it
    ]
    table = in_table(effects_by_member(pairs))
    found = members(table, "plan")
    assert [one.member for one in found] == ["micro", "small", "large"]
    assert [one.value for one in found] == [-3.5, -0.5, 2.5] and [one.p_negative for one in found] == [1.0, 0.5, 0.0]
    assert set(table["period"]) == {"2024"} and set(table["unit"]) == {"yuan"}
    assert found[0].name("zh") == "微型企业"


# --- after support -----------------------------------------------------------------------------------------------


def test_the_years_around_the_end_of_support() -> None:
    names = lambda *months: [(one.name, one.first, one.last) for one in spans(*months)]  # noqa: E731
    assert names(0, 35, 59) == [("support_end", 24, 35), ("after_1", 36, 47), ("after_2", 48, 59)]
    assert names(0, 35, 58) == [("support_end", 24, 35), ("after_1", 36, 47)]
    assert names(33, 35, 40) == [("support_end", 33, 35)], "short support: the same months of later years"
    assert names(33, 35, 47)[1] == ("after_1", 45, 47)


def after_pairs(until: int) -> list[Any]:
    """Exports of 100 a month; with support 10 more in its last year, 4 a year later, 1 after two."""
    entry = Entry("overseas_warehouse_fund", Window(FIRST, until))
    found = []
    for luck in (1.0, 1.5):
        more = [0.0] * 24 + [10.0 * luck] * 12 + [4.0 * luck] * 12 + [1.0] * 12
        base = [100.0] * MONTHS
        with_it = [a + b for a, b in zip(base, more, strict=True)]
        found.append((Run(Plan(), monthly(base)), Run(Plan((entry,)), monthly(with_it))))
    return found


def test_what_is_left_after_support_by_hand() -> None:
    table = in_table(after_support(after_pairs(FIRST + 35)))
    rows = table[table["indicator"] == "export_value"].set_index(["measure", "period"])["value"]
    assert rows["after_support", "support_end"] == pytest.approx(150.0)
    assert rows["after_support", "after_1"] == pytest.approx(60.0)
    assert rows["left_after_support", "after_1"] == pytest.approx(0.4)
    assert rows["left_after_support", "after_2"] == pytest.approx(12.0 / 150.0)
    (said,) = after_text(table, "plan", "en")
    assert "in the last year of support +150 yuan" in said and "two years after +12 yuan" in said
    assert "of that" not in said, "two draws leave the effect under support unclear, so no share is told"


@pytest.mark.parametrize("until", [FIRST + MONTHS - 1, 10**6])
def test_support_that_does_not_end_inside_the_run_is_said(until: int) -> None:
    assert not len(after_support(after_pairs(until)))
    table = tidy([])
    assert "No support ends inside these runs" in after_text(table, "plan", "en")[0]
    assert "没有支持措施到期" in after_text(table, "plan", "zh")[0]


# --- additionality and displacement ------------------------------------------------------------------------------


def firms(*rows: tuple[int, int, float, float, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["year", "firm", "weight", "exports", "sales"])
    return table.assign(cycle_days=100.0 - table["exports"] / 10.0)


def supported_pairs(entries: tuple[Any, ...] = (Entry(TOOLS),)) -> list[Any]:
    """100 firms supported, 60 more active at the end; firm 1 supported, 2 not, 3 only there without, 4 only with."""
    found = []
    for luck in (1.0, 2.0):
        units = cut("supported_units", "policy", {TOOLS: 25.0 * luck}, (2021, 2022, 2023, 2024))
        before = firms((2020, 1, 2.0, 1e9, 1e9), (2021, 1, 2.0, 100.0, 100.0), (2021, 2, 10.0, 50.0, 50.0),
                       (2022, 3, 1.0, 30.0, 30.0))  # fmt: skip
        after = firms((2020, 1, 2.0, 0.0, 0.0), (2021, 1, 2.0, 150.0, 160.0), (2021, 2, 10.0, 48.0, 50.0),
                      (2023, 4, 1.0, 10.0, 30.0))  # fmt: skip
        supports = pd.DataFrame({"policy": [TOOLS], "firm": [1], "first_month": [FIRST + 13]})
        empty = cut("supported_units", "policy", {})
        found.append((
            Run(Plan(), monthly([0.0] * MONTHS, 1000.0), empty, before, supports.head(0)),
            Run(Plan(entries), monthly([0.0] * MONTHS, 1000.0 + 60.0 * luck), units, after, supports),
        ))  # fmt: skip
    return found


@pytest.fixture
def adds(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = SimpleNamespace(adds=SimpleNamespace(indicator="active_smes", where={}))
    monkeypatch.setattr(support_module, "policies", lambda: {**policies(), TOOLS: mine})


@pytest.mark.usefixtures("adds")
def test_additionality_and_displacement_of_a_policy_alone() -> None:
    table = in_table(support(supported_pairs()))
    value = table.set_index(["measure", "indicator"])["value"]
    assert value["supported_units", "active_smes"] == 150.0 and value["added_units", "active_smes"] == 90.0
    assert value["additionality", "active_smes"] == pytest.approx(0.6)
    # from the year of the first support on: 2 · (150 - 100) for the supported, 10 · (48 - 50) - 30 + 10 for the others
    assert value["supported_effect", "exports"] == 100.0 and value["others_effect", "exports"] == -40.0
    assert value["displacement", "exports"] == pytest.approx(0.4)
    assert value["others_effect", "sales"] == 0.0 and value["displacement", "sales"] == 0.0
    english, chinese = (" ".join(support_text(table, "plan", lang)) for lang in ("en", "zh"))
    assert "60 % (90 % interval [60, 60]) of what was paid for is added" in english
    assert "40 % (90 % interval [40, 40]) of what the supported gain is taken from others" in english
    assert "附加性" in chinese and "挤出（出口）" in chinese


def test_the_product_cycle_of_firms_there_in_both_runs() -> None:
    before, after = firms((2024, 1, 1.0, 10.0, 0.0), (2024, 2, 3.0, 10.0, 0.0)), firms((2024, 2, 3.0, 30.0, 0.0))
    change = support_module._cycle_change(before, after)
    assert change.index.tolist() == [2] and support_module._mean(change) == pytest.approx(-2.0)
    assert np.isnan(support_module._mean(change.head(0)))


@pytest.mark.usefixtures("adds")
def test_support_that_ends_is_counted_until_then() -> None:
    pairs = supported_pairs((Entry(TOOLS, Window(FIRST + 12, FIRST + 35)),))
    value = in_table(support(pairs)).set_index("measure")["value"]
    assert value["supported_units"] == 75.0, "of the years 2021 and 2022"


@pytest.mark.usefixtures("adds")
def test_in_a_package_nothing_is_laid_at_one_policys_door() -> None:
    assert not len(support(supported_pairs((Entry(TOOLS), Entry("overseas_warehouse_fund")))))


@pytest.mark.usefixtures("adds")
def test_where_something_should_be_added_may_be_restricted() -> None:
    adds = SimpleNamespace(indicator="export_value", where={"size": ("micro", "small")})
    years = (2021, 2022, 2024)
    sizes = cut("export_value", "size", {"micro": 3.0, "small": 4.0, "large": 9.0}, years)
    run: Any = Run(Plan(), monthly([0.0]), sizes)
    assert support_module._quantity(run, adds, FIRST + MONTHS) == 21.0
    assert support_module._quantity(run, adds, FIRST + 35) == 14.0
    stock = SimpleNamespace(indicator="active_smes", where={"size": ("micro",)})
    stocks: Any = Run(Plan(), monthly([0.0]), cut("active_smes", "size", {"micro": 5.0, "small": 1.0}, years))
    assert support_module._quantity(stocks, stock, FIRST + MONTHS) == 5.0


# --- ranking -----------------------------------------------------------------------------------------------------


def ranked(gains: Mapping[str, list[float]], wish: str = "export_value") -> pd.DataFrame:
    pairs: Any = {
        name: [
            (Run(Plan(), monthly([100.0] * MONTHS)), Run(Plan(), monthly([100.0 + gain / 12.0] * MONTHS)))
            for gain in own
        ]
        for name, own in gains.items()
    }
    return tidy([ranking(pairs, Wish.of(wish))])


def test_scenarios_in_order_with_the_probability_of_leading() -> None:
    table = ranked({"a": [1.0] * 10, "b": [5.0] * 10, "c": [6.0] * 4 + [0.0] * 6})
    order = places(table)
    assert [one.scenario for one in order] == ["b", "c", "a"]
    assert [one.p_next for one in order[:2]] == [0.6, 0.4]
    assert [one.clear for one in order] == [False, False, None]
    lead = table[(table["measure"] == "lead") & (table["scenario"] == "b")].set_index("member")["value"]
    assert lead["a"] == pytest.approx(4.0) and lead["c"] == pytest.approx(5.0 - 2.4)
    chances = table[table["measure"] == "beats"].set_index(["scenario", "member"])["value"]
    assert all(chances[one, two] + chances[two, one] == pytest.approx(1.0) for one, two in chances.index)


def test_no_clear_order_is_said_in_both_languages() -> None:
    close, far = (ranked({"a": gains, "b": [2.0] * 10}) for gains in ([3.0] * 6 + [1.0] * 4, [3.0] * 10))
    first = places(close)[0]
    assert "no clear order" in order_text(first, "en") and "次序不明" in order_text(first, "zh")
    assert "with probability 100 %" in order_text(places(far)[0], "en")
    assert [line[0] for line in ranking_lines(far, "zh", {"a": "甲"})] == ["1. 甲", "2. b"]


def test_where_little_is_good_the_lowest_comes_first() -> None:
    table = ranked({"a": [1.0] * 8, "b": [-5.0] * 8}, "export_value:lowest")
    assert next((one.scenario, one.p_next) for one in places(table)) == ("b", 1.0)


@pytest.mark.parametrize("wish", ["export_valu", "export_value:best", "export_value:"])
def test_a_wish_that_cannot_be_is_refused(wish: str) -> None:
    with pytest.raises(Refused, match="export_value"):
        Wish.of(wish)


def test_a_single_scenario_is_not_ranked() -> None:
    assert not len(ranked({"a": [1.0]})) and places(ranked({"a": [1.0]})) == []


def test_the_table_has_its_columns_even_when_empty() -> None:
    assert list(tidy([]).columns) == list(TABLES["evaluation"].columns)
