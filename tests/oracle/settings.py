"""The levers of the month, one number at a time.

    value = clip((set, or else the base) × product of multiplies + sum of adds, low, high)

What restricts an effect to places is in the tables that phase 1 left; what picks firms is asked here, firm by firm.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from model.kernel.draws import Draws
from model.kernel.members import SIZES, TIERS
from model.levers import PROGRAMME

if TYPE_CHECKING:
    from model.levers import Levers, Setting, Where
    from tests.oracle.objects import ReferenceFirm


class Settings:
    """This month's levers, read-only."""

    def __init__(self, levers: Levers) -> None:
        self._levers = levers
        self._tables: dict[str, Any] = {}

    def value(self, lever: str, *place: int) -> float:
        """The lever at a place, for firms without a term of their own."""
        if lever not in self._tables:
            self._tables[lever] = self._levers.table(lever).tolist()
        at = self._tables[lever]
        for code in place:
            at = at[code]
        return at

    def of(self, firm: ReferenceFirm, lever: str, *place: int) -> float:
        """The lever at a place for one firm."""
        if not self._levers.is_personal(lever):
            return self.value(lever, *place)
        return fold(self._levers.setting(lever), firm, place)

    def met(self, firm: ReferenceFirm, lever: str, axis: str) -> float:
        """A lever of market or mode as a firm meets it: the mean over sales abroad (without any: the first place)."""
        sold = [listing for listing in firm.listings if listing.revenue > 0.0 and listing.abroad]
        total = sum(listing.revenue for listing in sold)
        if total <= 0.0:
            return self.value(lever, 0)
        return sum(one.revenue * self.of(firm, lever, getattr(one, axis)) for one in sold) / total


def fold(setting: Setting, firm: ReferenceFirm, place: tuple[int, ...]) -> float:
    """The lever's formula with the terms that pick firms."""
    value = float(setting.base[place])
    if setting.fixed is not None and not math.isnan(setting.fixed[place]):
        value = float(setting.fixed[place])
    product = 1.0 if setting.mult is None else float(setting.mult[place])
    added = 0.0 if setting.plus is None else float(setting.plus[place])
    for op, amount, places, where in setting.personal:
        if not (places[place] and picks(where, firm)):
            continue
        if op == "set":
            value = amount
        elif op == "multiply":
            product *= amount
        else:
            added += amount
    return min(max(value * product + added, setting.spec.low), setting.spec.high)


def picks(where: Where, firm: ReferenceFirm) -> bool:
    """Whether a restriction picks a firm: for every key any of its members."""
    words = {**firm.belt.words, "size": SIZES[firm.size], "tier": TIERS[firm.tier]}
    for key, members in where.members:
        if key == PROGRAMME:
            if not firm.programmes & set(members):
                return False
        elif words[key] not in members:
            return False
    if where.pilot_zone is not None and firm.belt.pilot_zone != where.pilot_zone:
        return False
    if where.share is None:
        return True
    # The share's own draw, not the seed, decides: the same firms are picked in every run.
    return float(Draws(where.draw).uniform("share_of_firms", 0, firm.number)) < where.share
