"""Numbers with their units, in English and Chinese: one place where a figure becomes text.

Shares become per cent, a change of a share percentage points. English counts in millions and billions, Chinese in 万,
亿 and 万亿.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

MISSING: Final = "-"
RELATIVE: Final = "relative"
"""Unit of a change over the level it started from: per cent, not points."""
_SCALES: Final = MappingProxyType(
    {
        "en": ((1e9, "bn"), (1e6, "m"), (1.0, "")),
        "zh": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万"), (1.0, "")),
    }
)
_SPELT: Final = {"bn": "billion", "m": "million"}
_ZH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "": "",
        "%-months": "%·月",
        "Pareto exponent": "帕累托指数",
        "audits": "次",
        "belts": "个产业带",
        "beta shape": "贝塔分布形状参数",
        "brands": "个品牌",
        "categories": "个品类",
        "cities": "座城市",
        "count": "个",
        "days": "天",
        "disputes": "起",
        "elasticity": "弹性",
        "factor": "系数",
        "firms": "家",
        "flag": "开关",
        "hours": "小时",
        "hours per month": "小时/月",
        "index": "指数",
        "jobs": "个岗位",
        "listings": "条",
        "log growth per year": "年对数增长率",
        "log index": "对数指数",
        "log pull": "对数引力",
        "log pull per day": "对数引力/天",
        "log quality": "对数质量",
        "log rate per day": "对数发生率/天",
        "log sd": "对数标准差",
        "looks": "次",
        "m2": "平方米",
        "markets": "个市场",
        "months": "个月",
        "months of sales": "个月销售额",
        "names": "项",
        "number": "数",
        "officers": "名关员",
        "operators": "家运营商",
        "parcels": "件",
        "ports": "个",
        "ratio": "比值",
        "relative": "%",
        "rows": "行",
        "share": "%",
        "share of brands": "%（占品牌数）",
        "share of building cost": "%（占建设成本）",
        "share of cash": "%（占现金）",
        "share of cost": "%（占成本）",
        "share of customs value": "%（占完税价格）",
        "share of entry cost": "%（占开设成本）",
        "share of freight": "%（占物流费）",
        "share of last-mile fee": "%（占尾程费用）",
        "share of lot": "%（占每批货物）",
        "share of lots": "%（占批次）",
        "share of margin": "%（占毛利）",
        "share of output": "%（占产出）",
        "share of profit": "%（占利润）",
        "share of revenue": "%（占收入）",
        "share of sales": "%（占销售额）",
        "share of sellers": "%（占卖家）",
        "share of the price": "%（占价款）",
        "share of the usual cycle": "%（占原周期）",
        "share of the usual error": "%（占原误差）",
        "share of throughput": "%（占吞吐量）",
        "share of usual price": "%（占通常价格）",
        "share of value": "%（占货值）",
        "share per month": "%/月",
        "share per year": "%/年",
        "showrooms": "处",
        "standard deviations": "个标准差",
        "trust per share of bad lots": "信任度/不合格批次占比",
        "trust per share of orders": "信任度/订单占比",
        "units": "个单位",
        "violations": "起",
        "warehouses": "座",
        "working days": "个工作日",
        "year": "年",
        "years": "年",
        "yuan": "元",
        "yuan per USD": "元/美元",
        "yuan per audit": "元/次",
        "yuan per dispute": "元/起",
        "yuan per firm": "元/家",
        "yuan per firm and year": "元/家·年",
        "yuan per item": "元/件",
        "yuan per kg": "元/千克",
        "yuan per kg and day": "元/千克·天",
        "yuan per lot": "元/批",
        "yuan per m2": "元/平方米",
        "yuan per month": "元/月",
        "yuan per order": "元/单",
        "yuan per port and year": "元/港·年",
        "yuan per showroom and year": "元/处·年",
        "yuan per year": "元/年",
        "yuan per zone and year": "元/区·年",
        "zones": "个",
    }
)
"""Chinese words of the units of the declarations."""
_BARE: Final = frozenset(
    {
        "", "index", "log index", "ratio", "factor", "number", "count", "flag", "elasticity", "Pareto exponent",
        "beta shape", "log pull", "log quality", "log sd",
    }
)  # fmt: skip
"""Units that are not said behind a number: the name of the thing says them."""


def unit_word(unit: str, lang: str = "en") -> str:
    """The unit itself, for a column or an axis. Raises KeyError for a unit without a Chinese word."""
    if lang == "zh":
        return _ZH[unit]
    return _percent(unit, "%").replace("m2", "m²")


def amount(value: float | None, unit: str, change: bool = False, lang: str = "en") -> str:
    """A number with its unit, short enough for a table; a change carries its sign.

    Four figures, three of a change. `lang` is `en` or `zh`.
    """
    if value is None or not math.isfinite(value):
        return MISSING
    if unit.startswith("share") or unit == RELATIVE:
        word = unit_of_share(unit, change, lang)
        return _joined(_digits(value * 100.0, change, lang), "", word, lang)
    if unit == "year":
        return f"{value:.0f}{_ZH[unit] if lang == 'zh' else ''}"
    size, word = _scale(abs(value), unit, lang)
    return _joined(_digits(value / size, change, lang), word, _said(unit, lang), lang)


def unit_of_share(unit: str, change: bool, lang: str) -> str:
    """The word behind a share: per cent, or points when it is a change; a share per month or year says so."""
    if unit == RELATIVE:
        return "%"
    per = unit.removeprefix("share").strip()
    points = {"en": "points", "zh": "个百分点"}[lang] if change else "%"
    if not per.startswith("per "):
        return points
    return f"{points} {per}" if lang == "en" else points + {"per month": "/月", "per year": "/年"}[per]


def interval(low: float, high: float, unit: str, lang: str = "en") -> str:
    """The bounds of a change, with their scale (bn, million) and without the unit, in brackets."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return MISSING
    return f"[{_bound(low, unit, lang)}, {_bound(high, unit, lang)}]"


def percent(value: float, lang: str = "en", change: bool = True) -> str:
    """A ratio as per cent."""
    return amount(value, RELATIVE, change, lang)


def bare(value: float, lang: str = "en", change: bool = False) -> str:
    """A number without a unit, thousands or 万 as the language counts."""
    return amount(value, "number", change, lang)


def axis(values: Iterable[float], unit: str, lang: str = "en", change: bool = False) -> tuple[float, str]:
    """Divisor and unit word of an axis that shows `values`: (1e9, "bn yuan"), (1e8, "亿元"), (0.01, "%")."""
    finite = [abs(value) for value in values if math.isfinite(value)]
    if unit.startswith("share") or unit == RELATIVE:
        return 0.01, unit_of_share(unit, change, lang)
    size, word = _scale(max(finite, default=0.0), unit, lang)
    return size, _joined("", word, _said(unit, lang), lang)


def in_axis_unit(value: float, divisor: float, word: str, lang: str = "en", change: bool = False) -> str:
    """A number in the unit of an axis, so that the numbers of one picture compare at a glance."""
    return MISSING if not math.isfinite(value) else _joined(_digits(value / divisor, change, lang), "", word, lang)


def _scale(size: float, unit: str, lang: str) -> tuple[float, str]:
    """What a number of this size is counted in; English spells it out where it is not money."""
    divisor, word = next((step for step in _SCALES[lang] if size >= step[0]), (1.0, ""))
    return divisor, word if unit.startswith("yuan") else _SPELT.get(word, word)


def _said(unit: str, lang: str) -> str:
    if unit in _BARE:
        return ""
    return _ZH.get(unit, unit) if lang == "zh" else unit.replace("m2", "m²")


def _percent(unit: str, word: str) -> str:
    return f"{word}{unit.removeprefix('share')}" if unit.startswith("share") else unit


def _bound(value: float, unit: str, lang: str) -> str:
    if unit.startswith("share") or unit == RELATIVE:
        return _digits(value * 100.0, True, lang)
    size, word = _scale(abs(value), unit, lang)
    return _joined(_digits(value / size, True, lang), word, "", lang)


def _joined(number: str, scale: str, word: str, lang: str) -> str:
    """English sets figures and words apart; Chinese does not."""
    return (" " if lang == "en" else "").join(part for part in (number, scale, word) if part)


def _digits(value: float, sign: bool, lang: str = "en") -> str:
    """Four figures, three of a change; thousands set apart in English only."""
    if value == 0.0:
        return "0"
    places = min(6, max(0, (2 if sign else 3) - math.floor(math.log10(abs(value)))))
    text = f"{value:{'+' if sign else ''}{',' if lang == 'en' else ''}.{places}f}"
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "≈0" if short in ("+0", "-0", "0") else short
