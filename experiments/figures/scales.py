"""Axes: round ticks, years, and the way from a number to a place on the picture."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from experiments.amounts import axis
from model.kernel.calendar import format_month

SHORT_RUN = 18  # months up to which ticks are months, not years


@dataclass(frozen=True)
class Scale:
    """A straight way from values (`low` … `high`) to pixels (`start` … `end`)."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass(frozen=True)
class Axis:
    """An axis of values: its scale, its ticks in values, their texts and the unit word."""

    scale: Scale
    ticks: tuple[float, ...]
    texts: tuple[str, ...]
    unit: str


def nice_step(span: float, most: int) -> float:
    """A round step (1, 2, 2.5 or 5 times a power of ten) that gives at most `most` intervals over `span`."""
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next((times * power for times in (1.0, 2.0, 2.5, 5.0) if times * power >= rough * 0.999), 10.0 * power)


def spread(values: Iterable[float], include_zero: bool = False) -> tuple[float, float]:
    """Lowest and highest finite value, set apart where they are one."""
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    if include_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        reach = abs(high) * 0.05 or 1.0
        low, high = low - reach, high + reach
    return low, high


def value_axis(
    values: Iterable[float], unit: str, lang: str, start: float, end: float, most: int = 4, change: bool = False
) -> Axis:
    """An axis for `values` from pixel `start` to `end`; a change always shows zero."""
    low, high = spread(values, include_zero=change)
    divisor, word = axis([low, high], unit, lang, change)
    step = nice_step(high - low, most)
    if change:  # the ends are round, so that zero and both ends have a line of their own
        low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    else:
        room = (high - low) * 0.04
        low, high = (0.0 if 0.0 <= low < room else low - room), high + room
    first = math.ceil(low / step - 1e-9)
    ticks = [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]
    texts = tick_texts([tick / divisor for tick in ticks], step / divisor, lang, change)
    return Axis(Scale(low, high, start, end), tuple(ticks), texts, word)


def tick_texts(ticks: Sequence[float], step: float, lang: str, sign: bool) -> tuple[str, ...]:
    """Ticks as text, all with the decimals that their step needs."""
    places = next((n for n in range(7) if abs(step * 10**n - round(step * 10**n)) < 1e-6 * step * 10**n), 7)
    comma = "," if lang == "en" else ""
    return tuple("0" if abs(t) < step / 1e6 else f"{t:{'+' if sign else ''}{comma}.{places}f}" for t in ticks)


def month_name(month: int, lang: str) -> str:
    """A month as a reader says it: 2024-03, 2024年3月."""
    return f"{month // 12}年{month % 12 + 1}月" if lang == "zh" else format_month(month)


def by_year(months: Sequence[int]) -> bool:
    """Whether a series has one point a year."""
    return len(months) > 1 and months[1] - months[0] == 12


def moment_name(months: Sequence[int], month: int, lang: str) -> str:
    """A point of a series as a reader says it: its month, or its year where there is one point a year."""
    if not by_year(months):
        return month_name(month, lang)
    return f"{month // 12}年" if lang == "zh" else str(month // 12)


def time_ticks(months: Sequence[int], scale: Scale, lang: str) -> list[tuple[float, float, str]]:
    """(place of the tick, middle of the label, label): years, or every third month of a short monthly run."""
    first, last = months[0], months[-1]
    if by_year(months):
        return [(scale(month), scale(month), str(month // 12)) for month in months]
    if len(months) <= SHORT_RUN:
        return [(scale(month), scale(month), month_name(month, "en")) for month in months[::3]]
    every = next(n for n in (1, 2, 5, 10, 20) if (scale(12.0 * n) - scale(0.0)) >= 34.0 or n == 20)
    found = []
    for year in range(first // 12, last // 12 + 1):
        begin, end = max(first - 0.5, year * 12 - 0.5), min(last + 0.5, year * 12 + 11.5)
        wide = scale(end) - scale(begin) >= 26.0 or every > 1
        shown = str(year) if wide and year % every == 0 else ""
        found.append((scale(begin), (scale(begin) + scale(end)) / 2.0, shown))
    return found
