"""The estimators of inspections, rebates, size and destinations find what was planted."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments.natural.items import customs, fiscal, structure
from experiments.natural.registry import EXPERIMENTS
from experiments.natural.watching import Look, in_share, mode
from model.kernel.members import CATEGORIES
from model.scenario import load_scenario

N = 400
OURS = ("NE-08", "NE-12", "NE-13", "NE-25", "NE-28")


def sales(**columns: object) -> pd.DataFrame:
    """A table like `Look.cells` of N firms."""
    firm = np.arange(N)
    plain = {
        "firm": firm, "market": firm % 5, "mode": mode("post")[0], "weight": 1.0 + firm % 3, "category": firm % 9,
        "revenue_yuan": 1e5 * (1.0 + firm % 40),
    }  # fmt: skip
    cells = pd.DataFrame(plain | columns)
    return cells.assign(hour_yuan=cells.get("hours", 50.0) * cells["revenue_yuan"])


# --- inspections -----------------------------------------------------------------------------------------------


def both_sides() -> pd.DataFrame:
    """Every firm sells by post and in bulk."""
    return pd.concat([sales(), sales(mode=mode("b2b_bulk")[0])], ignore_index=True)


def test_the_treated_half_is_the_one_of_the_scenario() -> None:
    cells = customs.sides(both_sides())
    entries = [dict(it.where.members) for it in load_scenario("NE-08-45").levers if it.op == "add"]
    for goods, business, treated in zip(cells["category"], cells["business"], cells["treated"], strict=True):
        name = "b2b_bulk" if business else "post"
        assert treated == any(CATEGORIES[goods] in it["category"] and name in it["mode"] for it in entries)
    by_side = cells.groupby("business")["treated"].mean()
    assert cells["treated"].mean() == pytest.approx(0.5) and by_side.between(0.4, 0.6).all()


def test_inspections_difference_in_differences() -> None:
    control = customs.sides(both_sides())
    size = np.where(control["revenue_yuan"] < 12e5, 0.05, 0.01)  # occasional flows answer more
    arm = control.assign(
        revenue_yuan=control["revenue_yuan"] * 1.3 * np.exp(size * control["treated"]),
        hour_yuan=control["hour_yuan"] * 1.3 * np.exp((size - 0.07) * control["treated"]),
    )
    runs = {"NE-08-55": control, "NE-08-45": arm, "NE-08-42": control, "NE-08-12": arm}
    seen = SimpleNamespace(
        cells=lambda run, name: runs[run] if name == "after" else control, parameters={"ship.lot_yuan": 1e5}
    )
    found = customs.inspections(seen)
    rare = np.average(control["revenue_yuan"] < 12e5, weights=control["weight"] * control["treated"])
    assert found["days"] == pytest.approx(100.0 * np.expm1(-0.07))
    assert found["value"] == pytest.approx(100.0 * np.expm1(0.01 + 0.04 * rare), rel=0.01)
    assert found["occasional_more"] == found["reform_days_fall"] == found["reform_value_rises"] == 1.0
    runs["NE-08-45"], runs["NE-08-12"] = control, control
    assert set(customs.inspections(seen).values()) == {0.0}


# --- rebates ---------------------------------------------------------------------------------------------------


def rebated(effect: float) -> pd.DataFrame:
    """Sales when the picked half grows by `effect` and all of it by a tenth."""
    cells = sales()
    chosen = in_share(cells["firm"], fiscal.HALF, fiscal.HALF_DRAW)
    return cells.assign(revenue_yuan=cells["revenue_yuan"] * 1.1 * np.exp(effect * chosen))


def test_the_half_of_the_rebate_is_the_one_of_the_scenarios() -> None:
    for name in ("NE-12-up", "NE-12-down"):
        (entry,) = load_scenario(name).levers
        assert (entry.where.share, entry.where.draw) == (fiscal.HALF, fiscal.HALF_DRAW)
        assert abs(entry.value) == fiscal.POINT


def test_rebate_effect_of_the_mean_firm() -> None:
    assert fiscal.half_effect(sales(), rebated(0.06)) == pytest.approx(0.06)
    assert fiscal.half_effect(sales(), sales()) == pytest.approx(0.0, abs=1e-12)


def test_the_arithmetic_of_the_study_turns_13_per_cent_into_4_7() -> None:
    exports = float((sales()["weight"] * sales()["revenue_yuan"]).sum())
    paid = {("government", "smes", "rebate"): 0.13 * exports, ("smes", "government", "input_vat"): 0.13 * exports}
    look = Look(sales(), pd.DataFrame(), paid, {})
    assert fiscal.yuan_of_mean_firm(0.13, look, 0.13) == pytest.approx(4.6, abs=0.15)
    more = Look(rebated(0.0), pd.DataFrame(), {("government", "smes", "rebate"): 0.15 * exports}, {})
    assert fiscal.yuan_of_all(look, more) == pytest.approx(0.1 / 0.02)


def test_orders_of_the_rebate_delay() -> None:
    firms = pd.DataFrame({"number": np.arange(N), "weight": 1.0, "finance": np.where(np.arange(N) < 200, 0.8, 1.0)})
    newcomers = pd.DataFrame({"number": [10**8 + k for k in range(50)], "weight": 1.0, "finance": 1.0})

    def look(gain: float, gone: int) -> Look:
        cells = sales()
        better = cells.assign(revenue_yuan=cells["revenue_yuan"] * np.where(cells["firm"] < 200, 1.0 + gain, 1.0))
        return Look(better, pd.concat([firms.iloc[gone:], newcomers.iloc[: 2 * gone]]), {}, {})

    runs = {"NE-13-late": look(0.0, 25), "NE-13-prompt": look(0.1, 20), "NE-13-moved": look(0.05, 22)}
    seen = SimpleNamespace(look=lambda run, name: runs[run], firms=lambda run, name: firms)
    assert set(fiscal.rebate_delay(seen).values()) == {1.0}
    assert fiscal.left(firms, runs["NE-13-late"].firms) == pytest.approx(25 / N)
    assert fiscal.by_constraint(firms, look(0.0, 0).cells, look(0.1, 0).cells) == pytest.approx((0.1, 0.0))
    runs["NE-13-moved"] = look(-0.01, 26)
    assert fiscal.rebate_delay(seen)["moved_raises"] == 0.0


# --- structure -------------------------------------------------------------------------------------------------


def test_destinations_are_national_shares() -> None:
    weight, yuan = [1.0, 10.0, 1.0, 2.0], [40.0, 2.0, 10.0, 15.0]
    cells = pd.DataFrame({"market": [0, 1, 1, 2], "weight": weight, "revenue_yuan": yuan})
    codes = {"USA": 0, "GBR": 1}
    seen = SimpleNamespace(
        cells=lambda run, name: cells, world=SimpleNamespace(n_mkt=4),
        market=lambda *names: [codes[name] for name in names if name in codes],
    )  # fmt: skip
    found = structure.destinations(seen)
    assert found == pytest.approx({"usa": 0.4, "gbr_deu_fra": 0.3, "herfindahl": 0.16 + 0.09 + 0.09})


def test_sizes_count_a_firm_once_over_its_markets() -> None:
    firm = np.repeat(np.arange(2000), 2)
    size = ((np.arange(2000) + 0.5) / 2000) ** (-1.0 / 1.1)
    cells = pd.DataFrame({"firm": firm, "weight": 1.0, "revenue_yuan": np.repeat(size / 2.0, 2)})
    found = structure.sizes(SimpleNamespace(cells=lambda run, name: cells))
    assert found["top_1pct"] == pytest.approx(size[:20].sum() / size.sum())
    assert found["top_five"] == pytest.approx(size[:5].sum() / size.sum())
    assert found["tail_exponent"] == pytest.approx(1.1, rel=0.05) and found["power_law"] == 1.0
    assert found["rank_size_slope"] == pytest.approx(-1.1, rel=0.05)


# --- declarations ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OURS)
def test_declared_in_both_languages_and_not_used_in_the_fit(name: str) -> None:
    one = EXPERIMENTS[name]
    labels = [one.label, one.published, *(it.label for it in one.outputs)]
    labels += [it.reason for it in one.outputs if it.reason.en]
    assert not one.used_in_calibration
    assert all(label.en and any("\u4e00" <= letter <= "\u9fff" for letter in label.zh) for label in labels)
    for arm in one.arms:
        assert load_scenario(arm).levers
