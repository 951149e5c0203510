"""Phase 10, record: the books are closed and proved, indicators taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.kernel.members import SECTORS
from model.kernel.refusals import RunFailed

if TYPE_CHECKING:
    from model.economy import TradeEconomy

GOVERNMENT = SECTORS.index("government")


def run(model: TradeEconomy) -> None:
    """Prove that firms' cash moved by the postings, carry balances on, take indicators."""
    env = model.env
    cash = env.total(env.state.firms["cash"])
    env.flows.values["discrepancy"] = env.ledger.check("smes", cash - model.cash_before)
    model.cash_before = cash
    net = env.ledger.net()
    env.state.arrays["balances"] = env.state.arrays["balances"] + net
    env.state.government["balance"] += net[GOVERNMENT]
    if not np.isfinite(env.state.listings["revenue"]).all():
        raise RunFailed("a listing's revenue is not a finite number")
    model.recorder.take(env)
