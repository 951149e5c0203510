"""Grants, programmes and outlays: the ways in which a policy spends public money.

A grant pays a share of a cost that an agent bears, to those eligible, up to caps and a budget. Its payments are
posted payer `government`, account = the policy's id, so that the cost of a policy is a by-product of the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.kernel.calendar import Window
from model.levers import EVERYWHERE, Where


@dataclass(frozen=True)
class Grant:
    """A share of a cost paid by the government.

    `pays` names the cost (`building_cost`); `threshold` is the least size that qualifies in the cost's own unit
    (m² of a warehouse); `budget_per_year` is national yuan, never exceeded in a calendar year.
    """

    account: str
    pays: str
    rate: float
    where: Where = EVERYWHERE
    window: Window = Window(0)
    threshold: float = 0.0
    min_b2b_share: float = 0.0
    budget_per_year: float | None = None

    def rate_in(self, month: int) -> float:
        """Share paid in `month` under the ramp."""
        return self.rate * self.window.strength(month)


@dataclass(frozen=True)
class Outlay:
    """A running cost of a policy, paid by the government to `payee`.

    Yuan per month, and yuan (of 2019, rising with wages) per dispute filed in the places of `where`.
    """

    account: str
    payee: str
    yuan_per_month: float
    window: Window = Window(0)
    yuan_per_dispute: float = 0.0
    where: Where = EVERYWHERE

    def due(self, month: int) -> float:
        """Yuan due in `month`; the apparatus is paid in full from the first day of a ramp."""
        return self.yuan_per_month if self.window.strength(month) > 0.0 else 0.0
