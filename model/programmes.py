"""Grants, programmes and outlays: the ways in which a policy spends public money.

A grant pays a share of a cost that an agent bears, to those eligible, up to caps and a budget. Its payments are
posted payer `government`, account = the policy's id, so that the cost of a policy is a by-product of the ledger.
A programme has places for firms; those enrolled meet the policy's effects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from model.kernel.calendar import Window
from model.levers import EVERYWHERE, Where


@dataclass(frozen=True)
class Grant:
    """A share of a cost paid by the government.

    `pays` names the cost (`building_cost`, or one of `FIRM_COSTS`); `threshold` is the least size that qualifies in the
    cost's own unit (m² of a warehouse); `budget_per_year` is national yuan, never exceeded in a calendar year.
    `cap_per_firm` is yuan at the wages of the grant's first month, a calendar year or, with `once`, for ever; `months`
    is how long a firm is supported from its first claim (0: as long as the grant runs).
    """

    account: str
    pays: str
    rate: float
    where: Where = EVERYWHERE
    window: Window = Window(0)
    threshold: float = 0.0
    min_b2b_share: float = 0.0
    budget_per_year: float | None = None
    cap_per_firm: float | None = None
    once: bool = False
    months: int = 0

    def rate_in(self, month: int) -> float:
        """Share paid in `month` under the ramp."""
        return self.rate * self.window.strength(month)


@dataclass(frozen=True)
class Programme:
    """Places for firms: who is enrolled meets the effects whose `where` names the programme.

    `places` are real firms in total (None: no limit), opened over `intake_months`; a membership lasts `months` (0: as
    long as the programme) and is not given twice. Eligible are firms in `where` whose trailing twelve-month sales lie
    between the bounds, yuan at the wages of the first month. A member pays `fee_yuan` a year; the government pays
    `yuan_per_member` a month to `payee` for each.
    """

    account: str
    where: Where = EVERYWHERE
    window: Window = Window(0)
    places: float | None = None
    intake_months: int = 1
    months: int = 0
    least_sales: float = 0.0
    most_sales: float = float("inf")
    fee_yuan: float = 0.0
    yuan_per_member: float = 0.0
    payee: str = "platforms"

    def open_places(self, month: int) -> float:
        """Places opened by the end of `month`."""
        if self.window.strength(month) <= 0.0:
            return 0.0
        if self.places is None:
            return float("inf")
        return self.places * min(1.0, (month - self.window.start + 1) / self.intake_months)


FIRM_COSTS: Final = ("freight", "tools")
"""Costs of firms that a grant may pay a share of."""

MEMORIES: Final = 8
"""Policies that may deal with single firms: a firm remembers its dealings with each by slot."""


def firm_accounts(grants: Sequence[Grant], programmes: Sequence[Programme]) -> dict[str, int]:
    """Slot in a firm's memory of each account that deals with single firms, in alphabetical order."""
    names = {grant.account for grant in grants if grant.pays in FIRM_COSTS} | {item.account for item in programmes}
    if len(names) > MEMORIES:
        raise ValueError(f"at most {MEMORIES} policies deal with single firms, not {len(names)}")
    return {name: slot for slot, name in enumerate(sorted(names))}


@dataclass(frozen=True)
class Outlay:
    """A running cost of a policy, paid by the government to `payee`: so much a month, and so much for each of a thing.

    `each` names what is counted in a month, nationally: `audits`, or `disputes` filed in the places of `where`;
    `yuan_each` is at the wages of 2019.
    """

    account: str
    payee: str
    yuan_per_month: float
    window: Window = Window(0)
    each: str = ""
    yuan_each: float = 0.0
    where: Where = EVERYWHERE

    def due(self, month: int, wages: float = 1.0, counted: float = 0.0) -> float:
        """Yuan due in `month`; the apparatus is paid in full from the first day of a ramp.

        `counted` is the number of `each` in the month, `wages` their index.
        """
        if self.window.strength(month) <= 0.0:
            return 0.0
        return self.yuan_per_month + self.yuan_each * wages * counted
