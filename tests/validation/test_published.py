"""Targets come from the evidence, of one vintage; the items and their rows."""

import pytest

from experiments.validation.evidence import (
    cbec,
    export_share,
    figure,
    goods_trade_growth,
    span,
    top_destinations,
    top_export_categories,
    top_import_categories,
    warehouses,
)
from experiments.validation.history import HELD_OUT, history_items
from experiments.validation.labels import note, words
from experiments.validation.measured import items
from experiments.validation.unasked import UNASKED
from model.world.load import load_world
from tests.validation.examples import seen


def test_final_values_count_and_preliminary_ones_do_not() -> None:
    assert [cbec("export", year) for year in (2019, 2020, 2021, 2022, 2023)] == [799, 1085, 1390, 1530, 1840]
    assert cbec("import", 2023) == 533.5
    assert cbec("total", 2021) == 1920


def test_the_world_starts_from_the_same_series() -> None:
    world = load_world()
    national = dict(zip(world.years, world.national_exports, strict=True))
    assert [cbec("export", year) for year in (2018, 2019, 2022)] == pytest.approx(
        [national[year] / 1e9 for year in (2018, 2019, 2022)]
    )


def test_shares_of_one_vintage() -> None:
    assert export_share(2022) == pytest.approx(1530 / (1530 + 527.8))
    assert list(top_destinations()) == ["USA", "GBR", "DEU", "MYS", "RUS"]
    assert top_export_categories() == {"apparel": 0.331, "electronics": 0.171}
    assert top_import_categories() == pytest.approx({"beauty": 0.284, "food_fresh": 0.147})
    assert goods_trade_growth(2020) == pytest.approx(32160 / 31540 - 1)
    assert warehouses(2021, "area") == 16e6
    assert span("structure", item="net margin of large listed sellers", year=2023) == (5.0, 10.0)


def test_a_figure_that_is_not_there_or_there_twice_is_refused() -> None:
    with pytest.raises(LookupError):
        figure("customs", item="no such thing")
    with pytest.raises(LookupError):
        figure("customs", topic="clearance_time")


def test_what_is_held_out_is_marked_so() -> None:
    for item in history_items():
        assert {one.used for one in item.figures} == {item.kind == "history"}
    assert {item.id for item in items() if item.kind == "holdout"} == {f"{f}s_{HELD_OUT}" for f in ("export", "import")}


def test_items_name_everything_in_both_languages_and_no_key_twice() -> None:
    keys = [(item.id, one.name) for item in items() for one in item.figures]
    assert len(set(keys)) == len(keys)
    labels = [label for item in items() for label in (item.label, *(one.label for one in item.figures))]
    labels += [label for one in UNASKED for label in (one.label, one.why)]
    assert all(label.en and any("\u4e00" <= sign <= "\u9fff" for sign in label.zh) for label in labels)


def test_all_thirty_experiments_are_on_the_card_once() -> None:
    from experiments.natural.registry import EXPERIMENTS

    read_off = [item.id for item in items() if item.kind == "experiment"]
    ids = [*EXPERIMENTS, *read_off, *(one.id for one in UNASKED)]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= {f"NE-{number:02d}" for number in range(1, 31)}


def test_rows_of_a_run_have_words_and_finite_values() -> None:
    rows = [row for item in items() for row in item.rows([seen()])]
    for row in rows:
        assert words(row).output.zh and note(row.id) is not None
        assert row.simulated == row.simulated or row.id == "import_clearance"
        assert row.low <= row.high


def test_a_year_of_a_run_is_the_sum_of_its_months() -> None:
    months = [seen().value("export_value", f"2022-{month:02d}") for month in range(1, 13)]
    assert seen().value("export_value", 2022) == pytest.approx(sum(months))
    shares = [seen().share("export_value", "market", market, 2022) for market in load_world().market_ids]
    assert sum(shares) == pytest.approx(1.0)
