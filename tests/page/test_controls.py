"""Every declaration becomes a control by itself, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from model.policies import policies
from model.shocks import SHOCKS
from viz.controls import grouped, policy_card, shock_card
from viz.draft import Draft
from viz.pages.levers import CARD_WORDS
from viz.text import TEXT, words

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def cards(lang: str) -> list[dict[str, Any]]:
    draft = Draft()
    found = [policy_card(policy, draft.with_policy(policy.id, True), lang) for policy in policies().values()]
    return found + [shock_card(shock, draft.with_shock(shock.kind, True), lang) for shock in SHOCKS.values()]


def test_every_policy_has_a_place() -> None:
    shown = [policy.id for members in grouped().values() for policy in members]
    assert sorted(shown) == sorted(policies())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_card_tells_everything_of_a_number(lang: str) -> None:
    for card in cards(lang):
        assert card["on"] and card["title"] and card["doc"]
        for control in card["parameters"]:
            assert control["label"] and control["source"] and control["grade"] in "ABCD" and control["grade_text"]
            if control["kind"] == "number":
                assert control["low"] <= control["default"] <= control["high"]
                assert control["step"] > 0 and control["divisor"] > 0
                assert control["texts"]["default"] and control["texts"]["low"] and control["texts"]["high"]
                assert (control["paper"] is None) == (control["texts"]["paper"] == "")
            else:
                assert control["members"]


def test_cards_are_chinese_in_chinese() -> None:
    for english, chinese in zip(cards("en"), cards("zh"), strict=True):
        for key in ("title", "doc"):
            assert CHINESE.search(chinese[key]) and not CHINESE.search(english[key])
        for one, two in zip(english["parameters"], chinese["parameters"], strict=True):
            assert CHINESE.search(two["label"]) and not CHINESE.search(one["label"])
        for one, two in zip(english["expects"], chinese["expects"], strict=True):
            assert CHINESE.search(two["text"]) and not CHINESE.search(one["text"])


def test_claims_lead_to_a_chart_that_exists() -> None:
    """A chip's member must be one that its indicator is broken down by, or the chart would be empty."""
    from experiments.words import indicators, member_labels

    for card in cards("en"):
        for claim in card["expects"]:
            item = indicators()[claim["indicator"]]
            if claim["member"]:
                assert claim["dimension"] in item.dimensions
                assert claim["member"] in member_labels(claim["dimension"])


def test_paper_values_are_ticks() -> None:
    """The source paper's numbers are seen on the slider."""
    fund = policy_card(policies()["overseas_warehouse_fund"], Draft(), "en")
    ticks = {one["name"]: one.get("paper") for one in fund["parameters"]}
    assert ticks["rate"] == 0.30 and ticks["min_area_m2"] == 5000.0
    assert ticks["budget_per_year"] is None


def test_words_of_the_page_are_complete() -> None:
    for key, label in TEXT.items():
        assert label.en.strip() and label.zh.strip(), key
        if key != "language":
            assert not CHINESE.search(label.en), key
            assert CHINESE.search(label.zh) or not re.search("[a-z]{4}", label.zh), key
    assert set(words("zh", *CARD_WORDS)) == set(CARD_WORDS)
