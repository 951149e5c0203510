"""Phase 10, record: the books are closed and proved, indicators taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.government import owed
from model.indicators.loops import remember_loops
from model.indicators.view import MonthView
from model.kernel.members import SECTORS
from model.kernel.refusals import RunFailed

if TYPE_CHECKING:
    from agents.env import Env
    from model.economy import TradeEconomy

CENT = 0.01
GOVERNMENT = SECTORS.index("government")


def run(model: TradeEconomy) -> None:
    """Prove that firms' cash moved by the postings, carry balances on, take indicators."""
    env = model.env
    cash = env.total(env.state.firms["cash"])
    env.flows.values["discrepancy"] = env.ledger.check("smes", cash - model.cash_before)
    model.cash_before = cash
    prove_grants(env)
    net = env.ledger.net()
    env.state.arrays["balances"] = env.state.arrays["balances"] + net
    env.state.government["balance"] += net[GOVERNMENT]
    if not np.isfinite(env.state.listings["revenue"]).all():
        raise RunFailed("a listing's revenue is not a finite number")
    view = MonthView(env)
    remember_loops(view)
    model.recorder.take(view)


def prove_grants(env: Env) -> None:
    """What the ledger paid under the account of a grant or programme is what was claimed, within the year's budget."""
    before, claims = env.flows.values["claims_before"], env.state.claims
    limits = {programme.account: None for programme in env.programmes}
    for account, limit in (limits | {grant.account: grant.budget_per_year for grant in env.grants}).items():
        running = sum(owed(env, outlay) for outlay in env.outlays if outlay.account == account)
        paid = env.ledger.paid("government", account) - running
        claimed = claims.get(account, 0.0) - before.get(account, 0.0)
        if abs(paid - claimed) > CENT:
            raise RunFailed(f"{account}: {paid:.2f} yuan were paid for claims of {claimed:.2f}")
        if limit is not None and claims.get(account, 0.0) > limit + CENT:
            raise RunFailed(f"{account}: claims of {claims[account]:.2f} yuan pass the year's budget")
