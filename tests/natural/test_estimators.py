"""Estimators find what was planted in a panel, and not what stands beside it."""

import numpy as np
import pandas as pd
import pytest

from experiments.natural.estimators import (
    change,
    did,
    duty_change,
    elasticity,
    equal_tariff,
    market_flows,
    pairs,
    ppml,
    total,
    unit_price,
)

LUCK = np.random.default_rng(5)
N = 60


def cells(**columns: object) -> pd.DataFrame:
    """A table like `Look.cells` with what is not given left plain."""
    plain = {"market": 0, "mode": 2, "weight": 1.0, "category": 0, "units": 1.0, "duty": 0.0}
    return pd.DataFrame({**plain, **columns})


def panel() -> pd.DataFrame:
    """Sixty units over two periods; the treated half is larger, everyone grows, the treated lose 0.07."""
    unit, period = np.divmod(np.arange(2 * N), 2)
    group = unit % 2
    size = LUCK.normal(size=N) + 3.0 * (np.arange(N) % 2)
    log = size[unit] + 0.4 * period - 0.07 * group * period
    return pd.DataFrame({"unit": unit, "period": period, "group": group, "log": log, "weight": 1.0 + unit % 7})


def test_did_takes_out_units_and_periods() -> None:
    it = panel()
    found = did(it["log"], it["group"] * it["period"], it["unit"], it["period"])
    assert found.value == pytest.approx(-0.07, abs=1e-9)
    means = it.groupby(["group", "period"])["log"].mean()
    assert abs(means[1, 1] - means[0, 1] + 0.07) > 1.0  # the levels differ for other reasons


def test_did_of_an_unbalanced_panel_with_weights() -> None:
    it = panel().drop(index=[3, 10, 11, 40])
    found = did(it["log"], it["group"] * it["period"], it["unit"], it["period"], it["weight"])
    assert found.value == pytest.approx(-0.07, abs=1e-9)


def test_weights_decide_between_groups_that_answer_differently() -> None:
    it = panel()
    strong = (it["unit"] % 4 == 1) & (it["period"] == 1)  # half of the treated lose a tenth more
    weight = np.where(it["unit"] % 4 == 1, 3.0, 1.0)
    treated = it["group"] * it["period"]
    plain = did(it["log"] - 0.1 * strong, treated, it["unit"], it["period"]).value
    heavy = did(it["log"] - 0.1 * strong, treated, it["unit"], it["period"], weight).value
    assert plain == pytest.approx(-0.12, abs=1e-9) and heavy == pytest.approx(-0.145, abs=1e-9)


def test_did_error_shrinks_with_the_noise() -> None:
    it = panel()
    noise = LUCK.normal(size=len(it))
    errors = [
        did(it["log"] + sd * noise, it["group"] * it["period"], it["unit"], it["period"]).error for sd in (0.1, 0.01)
    ]
    assert errors[0] == pytest.approx(10.0 * errors[1], rel=1e-6) and errors[1] > 0.0


def test_ppml_is_the_ratio_of_sums_and_bears_zeros() -> None:
    flows = pd.DataFrame({"market": [0, 0, 1, 1, 2, 2], "period": [0, 1] * 3, "flow": [100.0, 90, 10, 0, 0, 0]})
    assert ppml(flows["flow"], flows["period"], flows["market"]) == pytest.approx(np.log(90 / 110), abs=1e-8)


def test_flows_are_national_sums_by_market() -> None:
    base = cells(firm=[1, 2, 3], market=[0, 0, 4], weight=[1.0, 20.0, 1.0], revenue_yuan=[5.0, 1.0, 7.0])
    table = market_flows(base, base.assign(revenue_yuan=[10.0, 2.0, 7.0])).set_index(["market", "period"])["flow"]
    assert table.to_dict() == {(0, 0): 25.0, (4, 0): 7.0, (0, 1): 50.0, (4, 1): 7.0}
    assert total(base) == 32.0 and change(50.0, 25.0) == 100.0


def test_pairs_keep_those_who_sell_in_both_runs() -> None:
    base = cells(firm=[1, 1, 2, 3], mode=[0, 2, 2, 2], revenue_yuan=[1.0, 2.0, 4.0, 8.0], weight=[1.0, 1.0, 20.0, 20.0])
    arm = cells(firm=[1, 1, 2, 4], mode=[0, 2, 2, 2], revenue_yuan=[1.0, 1.0, 4.0, 8.0], weight=[1.0, 1.0, 20.0, 20.0])
    listings = pairs(base, arm, "revenue_yuan")
    assert listings["unit"].nunique() == 3 and listings["weight"].tolist() == [1.0, 1.0, 20.0] * 2
    firms = pairs(base, arm, "revenue_yuan", ("firm", "market"))
    assert np.exp(firms["log"]).round(9).tolist() == [3.0, 4.0, 2.0, 4.0]


def test_pass_through_of_a_duty_into_the_price_paid() -> None:
    duty = np.where(np.arange(N) % 2 == 1, 0.14, 0.0)
    base = cells(firm=np.arange(N), units=2.0, revenue_yuan=10.0, landed_yuan=20.0 + np.arange(N), duty=0.026)
    paid = (1.026 + duty) / 1.026
    arm = base.assign(duty=0.026 + duty, landed_yuan=base["landed_yuan"] * paid**0.8 * 1.01, units=2.0)
    prices = unit_price(base, arm, "landed_yuan")
    found = did(prices["log"], np.log1p(prices["duty"]), prices["unit"], prices["period"], prices["sales"])
    assert found.value == pytest.approx(0.8, abs=1e-9)


def test_elasticities() -> None:
    base = cells(firm=[1, 2], revenue_yuan=[1.0, 1.0], duty=[0.0, 0.25])
    arm = base.assign(duty=base["duty"] + 0.01)
    duty = duty_change(base, arm, 0.01)
    assert duty == pytest.approx((np.log(1.01) + np.log(1.26 / 1.25)) / 2)
    assert elasticity(np.exp(-2.0 * duty), 1.0, duty) == pytest.approx(-2.0)
    assert equal_tariff(-0.022, -2.8 * np.log(1.05), 0.05) == pytest.approx(np.exp(0.022 / 2.8) - 1.0)
