"""Figures and names in both languages: no unit, member or status without its words."""

import math
import re

import pytest

from experiments import words
from experiments.amounts import amount, axis, bare, interval, percent, unit_word
from model.indicators.members import DIMENSIONS, dimension_members
from model.kernel.declare import STATUSES
from model.kernel.members import CHANNELS, SECTORS
from model.levers import LEVERS
from model.policies import policies
from model.scenario.vocabulary import DIMENSIONS as KEYS
from model.scenario.vocabulary import vocabulary
from model.shocks import SHOCKS

CHINESE = re.compile("[\u4e00-\u9fff]")
SAME_IN_CHINESE = {"", "%"}


def declared_units() -> set[str]:
    """Units of every indicator, lever and parameter that is declared."""
    parameters = [
        *vocabulary().parameters.values(),
        *(item for policy in policies().values() for item in policy.parameters),
        *(item for shock in SHOCKS.values() for item in shock.parameters),
    ]
    return {item.unit for item in (*words.indicators().values(), *LEVERS, *parameters)}


@pytest.mark.parametrize("unit", sorted(declared_units()))
def test_every_unit_has_a_chinese_word(unit: str) -> None:
    word = unit_word(unit, "zh")
    assert CHINESE.search(word) or word in SAME_IN_CHINESE or word.startswith("%")
    assert not re.search("[a-zA-Z]", word)
    assert not re.search("[a-zA-Z]", amount(12.5, unit, lang="zh"))
    assert unit_word(unit, "en")


@pytest.mark.parametrize(
    ("value", "unit", "change", "en", "zh"),
    [
        (2.012e12, "yuan", False, "2,012 bn yuan", "2.012万亿元"),
        (9.38e8, "yuan", True, "+938 m yuan", "+9.38亿元"),
        (-64_100_000.0, "yuan", True, "-64.1 m yuan", "-6410万元"),
        (1234.0, "yuan", False, "1,234 yuan", "1234元"),
        (0.1418, "share", False, "14.18 %", "14.18%"),
        (-0.00239, "share", True, "-0.239 points", "-0.239个百分点"),
        (0.3, "share of building cost", False, "30 %", "30%"),
        (0.02, "share per month", False, "2 % per month", "2%/月"),
        (23_520_000.0, "m2", False, "23.52 million m²", "2352万平方米"),
        (228_038.0, "m2", True, "+228,038 m²", "+22.8万平方米"),
        (0.771, "hours", False, "0.771 hours", "0.771小时"),
        (10.0, "days", False, "10 days", "10天"),
        (61_234.0, "firms", False, "61,234 firms", "6.123万家"),
        (0.25, "index", False, "0.25", "0.25"),
        (2.0e9, "yuan per year", False, "2 bn yuan per year", "20亿元/年"),
        (2021.0, "year", False, "2021", "2021年"),
        (0.0, "yuan", True, "0 yuan", "0元"),
        (1e-12, "index", True, "≈0", "≈0"),
        (math.nan, "yuan", False, "-", "-"),
    ],
)
def test_amounts(value: float, unit: str, change: bool, en: str, zh: str) -> None:
    assert amount(value, unit, change) == en
    assert amount(value, unit, change, "zh") == zh


def test_intervals_percents_and_bare_numbers() -> None:
    assert interval(7.47e6, 2.97e9, "yuan") == "[+7.47 m, +2.97 bn]"
    assert interval(7.47e6, 2.97e9, "yuan", "zh") == "[+747万, +29.7亿]"
    assert interval(-0.00278, 0.001, "share", "zh") == "[-0.278, +0.1]"
    assert interval(math.nan, 1.0, "yuan") == "-"
    assert (percent(0.0364), percent(-0.169, "zh")) == ("+3.64 %", "-16.9%")
    assert bare(1.6, change=True) == "+1.6"


def test_axes() -> None:
    assert axis([1.2e11, math.nan, -3e9], "yuan") == (1e9, "bn yuan")
    assert axis([1.2e11], "yuan", "zh") == (1e8, "亿元")
    assert axis([0.2], "share", "zh") == (0.01, "%")
    assert axis([0.2], "share", "zh", change=True) == (0.01, "个百分点")
    assert axis([61_000.0], "firms", "zh") == (1e4, "万家")
    assert axis([0.4], "index") == (1.0, "")
    assert axis([], "days", "zh") == (1.0, "天")


@pytest.mark.parametrize("dimension", [*DIMENSIONS, "channel"])
def test_every_member_is_named_in_both_languages(dimension: str) -> None:
    members = CHANNELS if dimension == "channel" else dimension_members(dimension, vocabulary().world)
    assert set(members) <= set(words.member_labels(dimension))
    for member in members:
        label = words.member_label(dimension, member)
        assert label.en and not CHINESE.search(label.en), member
        assert CHINESE.search(label.zh), member


@pytest.mark.parametrize("dimension", ["province", "category", "market", "region", "size", "mode", "tier", "hub"])
def test_no_two_members_share_a_name(dimension: str) -> None:
    labels = list(words.member_labels(dimension).values())
    assert len({label.en for label in labels}) == len({label.zh for label in labels}) == len(labels)


def test_an_unknown_member_is_shown_as_it_is_written() -> None:
    assert words.member_label("market", "XXX").as_row() == {"en": "XXX", "zh": "XXX"}


def test_cities_and_belts_have_names() -> None:
    assert words.member_label("city", "Hangzhou").zh == "杭州"
    assert all(words.member_labels("belt").values())


def test_closed_lists_are_named() -> None:
    for key in {*DIMENSIONS, *KEYS, "pilot_zone", "share", "draw"}:
        assert CHINESE.search(words.dimension_label(key).zh)
    assert all(CHINESE.search(words.sector_label(one).zh) for one in SECTORS)
    assert all(CHINESE.search(words.level_label(item.level).zh) for item in words.indicators().values())
    assert all(CHINESE.search(words.group_label(policy.group).zh) for policy in policies().values())
    assert all(CHINESE.search(words.status_label(one).zh) for one in STATUSES)
    assert [words.grade(one) for one in ("verified", "derived", "paper", "assumed")] == ["A", "B", "C", "D"]
    assert set(words.GRADES) == set(STATUSES)
    assert words.account_label("overseas_warehouse_fund").zh == "海外仓建设补贴基金"
