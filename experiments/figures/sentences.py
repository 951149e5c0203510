"""One plain sentence per figure, made from its numbers only: caption, and description for those who do not see it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from experiments.amounts import amount, interval
from experiments.figures.scales import moment_name
from experiments.words import member_label

if TYPE_CHECKING:
    from experiments.figures.bars import Bar
    from experiments.figures.lines import Series


def line_sentence(
    title: str,
    months: Sequence[int],
    series: Sequence[Series],
    unit: str,
    lang: str,
    difference: Series | None = None,
    mark: int | None = None,
) -> str:
    """What the lines stand at in the month marked, or in the last."""
    at = list(months).index(mark) if mark in months else len(months) - 1
    month = moment_name(months, months[at], lang)
    told = [(one.label, amount(float(one.values[at]), unit, lang=lang)) for one in series]
    gap = _gap(difference, at, unit, lang) if difference is not None else ""
    if lang == "zh":
        return f"{title}，{month}：" + "，".join(f"{name}为{value}" for name, value in told) + f"{gap}。"
    return f"{title}, {month}: " + ", ".join(f"{value} in {name}" for name, value in told) + f"{gap}."


def _gap(difference: Series, at: int, unit: str, lang: str) -> str:
    value = float(difference.values[at])
    if not math.isfinite(value):
        return ""
    text = amount(value, unit, True, lang)
    span = ""
    if difference.low is not None and difference.high is not None and math.isfinite(difference.low[at]):
        span = interval(float(difference.low[at]), float(difference.high[at]), unit, lang)
    if lang == "zh":
        return f"；差值{text}" + (f"，90%区间{span}" if span else "")
    return f"; difference {text}" + (f", 90 % interval {span}" if span else "")


def bar_sentence(title: str, rows: Sequence[Bar], unit: str, lang: str, change: bool = True) -> str:
    """The lowest and the highest bar, and how many have a clear direction."""
    known = [row for row in rows if math.isfinite(row.value)]
    if not known:
        return f"{title}：没有数值。" if lang == "zh" else f"{title}: no figures."
    if change and not any(row.value for row in known):
        return f"{title}：均无变化。" if lang == "zh" else f"{title}: none of them moves."
    low, high = min(known, key=lambda row: row.value), max(known, key=lambda row: row.value)
    ends = [(row.label, amount(row.value, unit, change, lang)) for row in (low, high)]
    clear = sum(row.clear for row in known)
    if lang == "zh":
        text = f"{title}：最低{ends[0][0]}（{ends[0][1]}），最高{ends[1][0]}（{ends[1][1]}）"
        return text + (f"；{len(known)}项中{clear}项方向明确。" if change else "。")
    text = f"{title}: lowest {ends[0][0]} ({ends[0][1]}), highest {ends[1][0]} ({ends[1][1]})"
    return text + (f"; {clear} of {len(known)} have a clear direction." if change else ".")


def waterfall_sentence(title: str, rows: Sequence[Bar], total: Bar, unit: str, lang: str, most: int = 4) -> str:
    """The largest parts and what all come to."""
    known = sorted((row for row in rows if math.isfinite(row.value)), key=lambda row: (-abs(row.value), row.label))
    told = [f"{row.label} {amount(row.value, unit, True, lang)}" for row in known[:most]]
    more, whole = len(known) - len(told), amount(total.value, unit, True, lang)
    if lang == "zh":
        return f"{title}：" + "，".join(told) + (f"，另有{more}项" if more else "") + f"；合计{whole}。"
    return f"{title}: " + ", ".join(told) + (f" and {more} others" if more else "") + f"; together {whole}."


def tile_sentence(title: str, values: Mapping[str, float], unit: str, lang: str, change: bool = True) -> str:
    """How many provinces are above and below zero, and which are the extremes."""
    known = {name: value for name, value in values.items() if math.isfinite(value)}
    if not known:
        return f"{title}：没有数值。" if lang == "zh" else f"{title}: no figures."
    if change and not any(known.values()):
        return f"{title}：均无变化。" if lang == "zh" else f"{title}: no province moves."
    ends = [
        f"{getattr(member_label('province', name), lang)} ({amount(known[name], unit, change, lang)})"
        for name in (min(known, key=lambda name: known[name]), max(known, key=lambda name: known[name]))
    ]
    down, up = sum(value < 0.0 for value in known.values()), sum(value > 0.0 for value in known.values())
    if lang == "zh":
        ends = [end.replace(" (", "（").replace(")", "）") for end in ends]
        counted = f"{len(known)}个省份中{down}个下降、{up}个上升；" if change else ""
        return f"{title}：{counted}最低{ends[0]}，最高{ends[1]}。"
    counted = f"of {len(known)} provinces {down} fall and {up} rise; " if change else ""
    return f"{title}: {counted}lowest {ends[0]}, highest {ends[1]}."
