"""Months as integers, windows in force and ramps.

An *absolute month* is ``year * 12 + month - 1``; differences are months, comparisons are dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")

FIRST_MONTH = 2018 * 12
LAST_MONTH = 2035 * 12 + 11
FOREVER = 10**6


def parse_month(text: str) -> int:
    """``"2019-01"`` → absolute month. Raises ValueError on anything else."""
    found = _MONTH.match(text)
    if not found:
        raise ValueError(f"'{text}' is not a month written YYYY-MM")
    return int(found[1]) * 12 + int(found[2]) - 1


def format_month(month: int) -> str:
    """Absolute month → ``"2019-01"``."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def year_of(month: int) -> int:
    """Calendar year of an absolute month."""
    return month // 12


def decimal_year(month: int) -> float:
    """Middle of the month on the axis of years: 2019.0 is the first instant of 2019."""
    return (month + 0.5) / 12.0


@dataclass(frozen=True, order=True)
class Window:
    """First and last month in force (inclusive), and the months over which a setting ramps up."""

    start: int
    until: int = FOREVER
    ramp_months: int = 0

    def strength(self, month: int) -> float:
        """Share of full effect in `month`: 0 outside, rising linearly over the ramp, then 1.

        With a ramp of n months the first month has 1/(n+1) of the effect and month n+1 the whole of it.
        """
        if month < self.start or month > self.until:
            return 0.0
        return min(1.0, (month - self.start + 1) / (self.ramp_months + 1))

    def touches(self, start: int, months: int) -> bool:
        """Whether the window is in force in at least one of the run's months."""
        return self.start < start + months and self.until >= start
