"""Simpler models: the sheet by hand, who is nearer, growth that demand explains."""

import math

import pytest

from experiments.validation.evidence import cbec
from experiments.validation.rivals import (
    american_tariff,
    answers,
    growth_from_demand,
    market_shares,
    nearer,
    on_paper,
    response,
    total_rows,
)
from experiments.validation.sheet import SHEET, order_value, pushed
from tests.validation.examples import row
from tests.validation.test_forecast import history_of


def test_exports_answer_with_the_trade_elasticity_of_the_literature() -> None:
    assert response(0.0) == 0.0
    assert response(0.14) == pytest.approx(1.14**-4 - 1)


def test_the_sheet_differs_from_market_growth_by_tariffs_on_american_bulk_goods_only() -> None:
    plain, answering = (on_paper(name) for name in ("demand", "sheet"))
    assert american_tariff(2018) < american_tariff(2019) < american_tariff(2020)
    assert answering.value("export_value", 2019) < plain.value("export_value", 2019)
    assert answering.value("import_value", 2021) == plain.value("import_value", 2021)
    lost = 1.0 - answering.value("export_value", 2022) / plain.value("export_value", 2022)
    assert 0.0 < lost < 1.5 * market_shares()["USA"]


def test_shares_and_orders() -> None:
    assert sum(market_shares().values()) == pytest.approx(1.0)
    assert 60.0 < order_value() < 100.0
    assert pushed("NE-17", "duty_rate") == pytest.approx(0.0643, abs=1e-4)


def test_rows_of_a_rival_keep_target_and_band() -> None:
    rows = {(one.id, one.output): one for one in total_rows("demand", [on_paper("demand")])}
    one = rows["demand/exports", "exports_2021"]
    assert one.kind == "rival" and one.target == cbec("export", 2021)
    assert one.passed is (one.low <= one.simulated <= one.high)
    assert not any(output.endswith(("_rank", "_width")) for _, output in rows)


def test_every_answer_of_the_sheet_belongs_to_an_output() -> None:
    from experiments.natural.registry import EXPERIMENTS

    outputs = {(one.id, output.name) for one in EXPERIMENTS.values() for output in one.outputs}
    assert set(SHEET) <= outputs


def test_the_sheet_is_judged_by_the_same_band() -> None:
    (one,) = answers({("NE-06", "year_5"): lambda: -5.0}, [row(), row("NE-07", "tariff")])
    assert (one.id, one.kind, one.simulated, one.passed) == ("sheet/NE-06", "rival", -5.0, False)


def test_who_is_nearer() -> None:
    model = [
        row("a", "x", target=10.0, simulated=11.0),
        row("a", "y", target=10.0, simulated=15.0),
        row("b", "band", target=math.nan, low=0.0, high=1.0, simulated=0.5),
        row("c", "none", target=1.0, simulated=math.nan),
    ]
    values = {"a/x": 12.0, "a/y": 9.0, "b/band": 0.9, "c/none": 7.0}
    rivals = [
        row(f"sheet/{key.split('/')[0]}", key.split("/")[1], kind="rival", simulated=value, target=own.target,
            low=own.low, high=own.high)
        for (key, value), own in zip(values.items(), model, strict=True)
    ]  # fmt: skip
    assert nearer(model, rivals) == {"sheet": (1, 1, 2)}


def test_growth_that_frozen_firms_still_have() -> None:
    whole = history_of()
    assert growth_from_demand([whole], [whole]) == pytest.approx([1.0])
    start = whole.value("export_value", 2019)
    half = history_of()
    values = {**half.values, ("export_value", "2023"): start + 0.5 * (half.value("export_value", 2023) - start)}
    assert growth_from_demand([whole], [type(half)(values, {})]) == pytest.approx([0.5])
