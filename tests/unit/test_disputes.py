"""Disputes: who has them, what they cost, and that they are neutral where nothing was changed."""

from functools import cache

import numpy as np
import pytest

from agents.disputes import usual_loss
from agents.kernels.disputes import Causes, file_disputes
from experiments import load_scenario
from model.economy import MONTH, TradeEconomy
from model.indicators.view import MonthView
from model.kernel.declare import INDICATORS
from model.kernel.members import B2B, CATEGORIES, HOME, NEST_OF_MODE, RETAIL

SETS = ("months=12", "scale=0.005")


def cases(
    nest: int = RETAIL, days: float = 10.0, proneness: float = 0.01, bad: float = 0.0, look_rate: float = 0.0,
    rate: float = 1.0, loss: float = 1.2,
) -> tuple[float, float]:  # fmt: skip
    """Disputes over a hundred orders of ten yuan, and yuan lost."""
    causes = Causes(
        category=np.zeros(1, dtype=np.int8), proneness=np.array([proneness]), bad=np.array([bad]), power=0.7,
        delay=0.03, violation=10.0, rate=np.array([[rate]]), loss=np.array([[loss]]),
    )  # fmt: skip
    found, lost, filed, sold = np.empty(1), np.zeros(1), np.zeros((1, 1)), np.zeros(1)
    file_disputes(
        np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int16), np.array([nest], dtype=np.int8), np.array([3.0]),
        np.array([100.0]), np.array([1000.0]), np.array([days]), np.array([look_rate]), causes,
        found, lost, filed, sold,
    )  # fmt: skip
    assert filed[0, 0] == 3.0 * found[0]
    return float(found[0]), float(lost[0])


def test_one_order_in_a_hundred() -> None:
    found, lost = cases(days=0.0)
    assert found == pytest.approx(1.0)
    assert lost == pytest.approx(12.0)


@pytest.mark.parametrize("worse", [{"days": 20.0}, {"proneness": 0.02}, {"bad": 0.1}, {"rate": 2.0}])
def test_what_makes_more_disputes(worse: dict[str, float]) -> None:
    assert cases(**worse)[0] > 1.05 * cases()[0]
    assert cases(**worse)[1] > 1.05 * cases()[1]


def test_customs_keep_bad_goods_from_buyers() -> None:
    assert cases(bad=0.1, look_rate=1.0)[0] < cases(bad=0.1)[0]


def test_only_retail_is_disputed_and_no_order_twice() -> None:
    assert cases(nest=B2B) == cases(nest=HOME) == (0.0, 0.0)
    assert cases(days=1500.0)[0] == 100.0


@cache
def month(rate: float = 0.0075, loss: float = 1.2) -> TradeEconomy:
    """The first month of the nation, under other disputes at the start."""
    sets = (f"parameters={{disputes.rate: {rate}, disputes.loss: {loss}}}",)
    model = TradeEconomy(load_scenario("baseline", (*SETS, *sets)), 2)
    model.step()
    return model


def measured(model: TradeEconomy, name: str) -> float:
    num, den = INDICATORS.items[name].function(MonthView(model.env))
    return float(num / den)


@pytest.mark.parametrize("rate", [0.005, 0.0075, 0.01])
def test_the_start_has_the_disputes_of_the_evidence(rate: float) -> None:
    assert measured(month(rate), "dispute_rate") == pytest.approx(rate, rel=0.1)


def test_losses_are_about_the_usual_ones_at_the_start() -> None:
    model = month()
    by_mode = INDICATORS.items["export_value"].function(MonthView(model.env), "mode")
    retail = float(sum(by_mode[mode] for mode, nest in enumerate(NEST_OF_MODE[: len(by_mode)]) if nest == RETAIL))
    lost = model.env.ledger.paid("smes", "dispute_losses")
    assert lost == pytest.approx(usual_loss(model.parameters) * retail, rel=0.15)


def test_disputes_are_inside_the_margin() -> None:
    """Twice the disputes at the start make another split of costs and the same profit."""
    few, many = month(0.005), month(0.01)
    lost = [model.env.ledger.paid("smes", "dispute_losses") for model in (few, many)]
    assert lost[1] > 1.8 * lost[0]
    profit = [model.env.total(model.env.flows.values["profit"]) for model in (few, many)]
    assert profit[1] == pytest.approx(profit[0], rel=0.02)
    exports = [model.env.ledger.total("smes", "exports") for model in (few, many)]
    assert exports[1] == pytest.approx(exports[0], rel=1e-3)


def test_firms_with_poor_goods_have_more_disputes() -> None:
    model = TradeEconomy(load_scenario("baseline", SETS), 2)
    for name, phase in MONTH:
        phase(model)
        if name == "clear":
            break
    listings, firms, flows = model.state.listings, model.state.firms, model.env.flows
    retail = flows.nest == RETAIL
    rate = flows.values["cases"][retail] / np.maximum(listings["orders"][retail], 1e-12)
    quality = firms["quality"][listings["firm"][retail]]
    days = listings["days"][retail]
    assert np.corrcoef(rate, quality)[0, 1] < -0.2
    assert np.corrcoef(rate, days)[0, 1] > 0.2


def test_categories_add_up() -> None:
    view = MonthView(month().env)
    item = INDICATORS.items["disputes"].function
    by_category, by_market = item(view, "category"), item(view, "market")
    assert len(by_category) == len(CATEGORIES)
    assert by_category.sum() == pytest.approx(item(view)) == pytest.approx(by_market.sum())
    assert month().env.flows.values["filed"].sum() == pytest.approx(item(view))
