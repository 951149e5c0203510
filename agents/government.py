"""Government 政府: pays claims within budgets and the running costs of its policies, receives taxes."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from agents.disputes import cases_in
from agents.env import Env
from model.kernel.columnar import PlacedAgent
from model.kernel.columns import Column
from model.programmes import Grant, Outlay


class Government(PlacedAgent):
    """The public purse; its balance is cumulative receipts less payments since the start, yuan."""

    table_name: ClassVar[str] = "government"
    balance = Column()


def room_left(env: Env, grant: Grant) -> float:
    """Yuan of this calendar year's budget not yet claimed."""
    if grant.budget_per_year is None:
        return float("inf")
    return grant.budget_per_year - env.state.claims.get(grant.account, 0.0)


def note_support(env: Env, account: str, units: float) -> None:
    """Note what a policy's money or places went to this month, in the policy's own unit."""
    noted = env.flows.values.setdefault("supported", {})
    noted[account] = noted.get(account, 0.0) + units


def note_claim(env: Env, account: str, yuan: float) -> None:
    """Add to what an account claimed this calendar year; nothing claimed leaves no trace."""
    if yuan > 0.0:
        env.state.claims[account] = env.state.claims.get(account, 0.0) + yuan


def claim(env: Env, grant: Grant, payee: str, yuan: float, units: float) -> float:
    """Pay a claim if the budget holds it whole; returns what was paid. Budgets are never exceeded.

    `units` is what the claim is for, in the policy's own unit.
    """
    if yuan <= 0.0 or yuan > room_left(env, grant):
        return 0.0
    note_claim(env, grant.account, yuan)
    env.ledger.post("government", payee, grant.account, yuan)
    note_support(env, grant.account, units)
    return yuan


def pay_members(env: Env) -> None:
    """What programmes cost for the firms enrolled in them this month."""
    firms = env.state.firms
    for programme in env.programmes:
        members = float(np.sum(firms["weight"] * env.members(programme)))
        yuan = members * programme.yuan_per_member * env.wage_index() / env.wage_index(programme.window.start)
        note_claim(env, programme.account, yuan)
        env.ledger.post("government", programme.payee, programme.account, yuan)


def open_year(env: Env) -> None:
    """Budgets start afresh every January."""
    if env.now % 12 == 0:
        env.state.claims.clear()


def owed(env: Env, outlay: Outlay) -> float:
    """Yuan due this month under an outlay: its running cost, and its cost for each of what it counts."""
    if not outlay.each:
        return outlay.due(env.now)
    counted = cases_in(env, outlay.where) if outlay.each == "disputes" else env.flows.values[outlay.each]
    return outlay.due(env.now, env.wage_index(), counted)


def pay_outlays(env: Env) -> None:
    """Running costs of the policies in force."""
    for outlay in env.outlays:
        env.ledger.post("government", outlay.payee, outlay.account, owed(env, outlay))
