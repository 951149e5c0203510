"""Government 政府: pays claims within budgets and the running costs of its policies, receives taxes."""

from __future__ import annotations

from typing import ClassVar

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


def claim(env: Env, grant: Grant, payee: str, yuan: float) -> float:
    """Pay a claim if the budget holds it whole; returns what was paid. Budgets are never exceeded."""
    if yuan <= 0.0 or yuan > room_left(env, grant):
        return 0.0
    env.state.claims[grant.account] = env.state.claims.get(grant.account, 0.0) + yuan
    env.ledger.post("government", payee, grant.account, yuan)
    return yuan


def open_year(env: Env) -> None:
    """Budgets start afresh every January."""
    if env.now % 12 == 0:
        env.state.claims.clear()


def owed(env: Env, outlay: Outlay) -> float:
    """Yuan due this month under an outlay: its running cost, and its cost per dispute filed."""
    due = outlay.due(env.now)
    if outlay.yuan_per_dispute > 0.0 and outlay.window.strength(env.now) > 0.0:
        due += outlay.yuan_per_dispute * env.wage_index() * cases_in(env, outlay.where)
    return due


def pay_outlays(env: Env) -> None:
    """Running costs of the policies in force."""
    for outlay in env.outlays:
        env.ledger.post("government", outlay.payee, outlay.account, owed(env, outlay))
