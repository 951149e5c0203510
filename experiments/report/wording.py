"""How a report puts things: direction and confidence in words, and its standing sentences, in both languages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from experiments.amounts import amount, interval

VERY_LIKELY, LIKELY = 0.90, 2.0 / 3.0
FEW_RUNS = 8
"""Below this number of paired runs a report warns against quoting its figures."""

_STANDING: Final = {"en": "A scenario, not a forecast", "zh": "情景，不是预测"}
_CONFIDENCE: Final = {
    ("very likely", 1): ("very likely up", "很可能上升"),
    ("very likely", -1): ("very likely down", "很可能下降"),
    ("likely", 1): ("likely up", "可能上升"),
    ("likely", -1): ("likely down", "可能下降"),
    ("unclear", 0): ("no clear direction", "方向不明"),
    ("none", 0): ("unchanged", "不变"),
    ("single", 1): ("up in the one run", "单次运行中上升"),
    ("single", -1): ("down in the one run", "单次运行中下降"),
    ("missing", 0): ("no figure", "无数据"),
}


def pick(lang: str, en: str, zh: str) -> str:
    """The text of a language."""
    return zh if lang == "zh" else en


def standing(lang: str) -> str:
    """The sentence that stands on every page."""
    return _STANDING[lang]


def confidence(row: Mapping[str, Any]) -> tuple[str, int]:
    """How sure the direction of an effect is, and the direction (1, -1, 0).

    Very likely: at least 90 % of the paired runs on one side and an interval without zero; likely: two thirds of the
    runs on one side.
    """
    effect, positive = float(row["effect"]), float(row["p_positive"])
    if math.isnan(effect) or math.isnan(positive):
        return "missing", 0
    if effect == 0.0 and positive == 0.0:
        return "none", 0
    side = 1 if effect > 0.0 else -1
    if int(row["draws"]) < 2:
        return "single", side
    share = positive if side > 0 else 1.0 - positive
    clear = float(row["low"]) > 0.0 or float(row["high"]) < 0.0
    if share >= VERY_LIKELY and clear:
        return "very likely", side
    return ("likely", side) if share >= LIKELY and effect != 0.0 else ("unclear", 0)


def is_clear(row: Mapping[str, Any]) -> bool:
    """Whether the direction is very likely."""
    return confidence(row)[0] == "very likely"


def direction(row: Mapping[str, Any], lang: str) -> str:
    """Direction and confidence in words, with the runs that share it."""
    en, zh = _CONFIDENCE[confidence(row)]
    return pick(lang, en, zh)


def inner(label: str) -> str:
    """A label inside a sentence: its first letter small, unless the word is an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def runs_text(draws: int, lang: str) -> str:
    """Number of paired runs."""
    if lang == "zh":
        return f"{draws}次配对运行"
    return f"{draws} paired runs" if draws > 1 else "1 paired run"


def effect_text(row: Mapping[str, Any], unit: str, lang: str) -> str:
    """An effect with its interval."""
    text = amount(float(row["effect"]), unit, True, lang)
    if math.isnan(float(row["low"])):
        return text
    span = interval(float(row["low"]), float(row["high"]), unit, lang)
    return f"{text}（90%区间{span}）" if lang == "zh" else f"{text} (90 % interval {span})"
