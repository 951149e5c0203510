"""Counting: an item passes when all its rows do, and a miss says by how much."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from experiments.amounts import bare
from experiments.validation.rows import KINDS, THEMES, Row

Count = Mapping[str, int]


@dataclass(frozen=True)
class Tally:
    """Items passed of items asked, and the same of those that the fit has not seen."""

    passed: int
    of: int
    unused_passed: int
    unused_of: int

    def as_row(self) -> dict[str, int]:
        """Plain data, as `validate --json` prints it."""
        return {
            "passed": self.passed, "of": self.of, "unused_passed": self.unused_passed, "unused_of": self.unused_of,
        }  # fmt: skip


def tally(rows: Iterable[Row]) -> Tally:
    """Items (ids) among the rows: passed when all rows of the id did, unused when none of them was used in the fit."""
    items = [list(own) for _, own in groupby(sorted(rows, key=lambda row: row.id), key=lambda row: row.id)]
    passed = [all(row.passed for row in own) for own in items]
    unused = [not any(row.used_in_calibration for row in own) for own in items]
    both = [good and new for good, new in zip(passed, unused, strict=True)]
    return Tally(sum(passed), len(items), sum(both), sum(unused))


def totals(rows: Sequence[Row]) -> dict[str, Tally]:
    """By theme, over the published experiments; those that were not run are among them, as misses."""
    asked = [row for row in rows if row.kind == "experiment"]
    return {theme: tally(row for row in asked if row.theme == theme) for theme in THEMES}


def together(rows: Sequence[Row]) -> Tally:
    """Over all published experiments."""
    return tally(row for row in rows if row.kind == "experiment")


def by_kind(rows: Sequence[Row]) -> dict[str, Tally]:
    """By kind of row: experiments, history, hold-out, forecasts, rivals; kinds without a row are left out."""
    counted = {kind: tally(row for row in rows if row.kind == kind) for kind in KINDS}
    return {kind: count for kind, count in counted.items() if count.of}


def miss(row: Row) -> float:
    """How far the simulated value lies outside the band: 0 inside, negative below, nan where there is no value."""
    if math.isnan(row.simulated):
        return math.nan
    if row.simulated < row.low:
        return row.simulated - row.low
    return max(0.0, row.simulated - row.high)


def miss_text(row: Row, lang: str = "en") -> str:
    """Sign and size of a miss in words; empty for a row without a value or inside its band."""
    size = miss(row)
    if math.isnan(size) or size == 0.0:
        return ""
    end = row.low if size < 0.0 else row.high
    share = _percent(abs(size / end)) if end else bare(abs(size), lang)
    if lang == "zh":
        return f"{'低于下限' if size < 0.0 else '高于上限'}{share}"
    return f"{share} {'below' if size < 0.0 else 'above'} the band"


def _percent(share: float) -> str:
    """Whole per cent; small ones with a digit that is not nought."""
    return f"{share:.0%}" if share >= 0.01 else f"{max(share, 0.001):.1%}"


def with_reasons(rows: Iterable[Row]) -> list[Row]:
    """Every miss says its sign and size first, then the sentence that came with it."""
    return [row if row.passed else replace(row, reason=_reason(row)) for row in rows]


def _reason(row: Row) -> str:
    parts = [part for part in (miss_text(row), row.reason) if part]
    return "; ".join(parts) or "the model gives no value"
