"""Phase 9, renew: firms age, leave and are founded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.firm.life import entrants, exits, grow_older
from agents.firm.state import size_class
from model.population import firm_columns, pareto

if TYPE_CHECKING:
    from agents.env import Env
    from model.economy import TradeEconomy


def run(model: TradeEconomy) -> None:
    env = model.env
    grow_older(env)
    founders = entrants(env)
    leave(env)
    found(env, founders)


def leave(env: Env) -> None:
    """Firms that exit pay what cash is left to their owners; their listings close, their debt is written off."""
    firms, listings = env.state.firms, env.state.listings
    gone = exits(env)
    env.flows.values["exited"] = float(np.sum(firms["weight"] * gone))
    env.ledger.post("smes", "consumers", "liquidation", float(np.sum(firms["weight"] * gone * firms["cash"])))
    for name in ("cash", "debt", "rebate_due", "sales", "wanted"):
        firms[name][gone] = 0.0
    firms.remove(gone)
    listings.remove(gone[listings["firm"]])
    if gone.any():
        listings.compress()


def found(env: Env, founders: dict[str, np.ndarray]) -> None:
    """Founders start with own equity, an appeal below its long-run value and the tools of their time."""
    firms, p, number = env.state.firms, env.p, founders["number"]
    env.flows.values["entered"] = len(number) * float(env.state.arrays["row_weight"][0])
    if len(number) == 0:
        return
    belt = founders["belt"]
    luck = env.draws.uniform("founder_size", 0, number)
    tail = p["firm.tail"] + p["firm.tail_entrants"]
    appeal = np.log(np.minimum(pareto(luck, 1.0, tail), 1e4))
    columns = firm_columns(env, number, belt, appeal, np.full(len(number), env.state.arrays["row_weight"][0]))
    share = float(np.sum(firms["weight"] * firms["alive"] * firms["digital_level"]))
    share /= max(float(np.sum(firms["weight"] * firms["alive"])), 1e-9)
    digital = (env.draws.uniform("tools_start", 0, number) < share).astype(np.float64)
    mean_quality = float(np.sum(firms["weight"] * firms["alive"] * firms["quality"])) / max(
        float(np.sum(firms["weight"] * firms["alive"])), 1e-9
    )
    equity = p["finance.entrant_equity_yuan"] * env.wage_index() * np.exp(appeal) ** p["finance.entrant_equity_power"]
    columns.update(
        born=np.full(len(number), env.now), months_alive=np.zeros(len(number)), gap=np.full(len(number), p["firm.newborn_gap"]),
        digital_level=digital, quality=columns["quality"] + mean_quality, brand=np.zeros(len(number)), cash=equity,
        capacity=equity, product_age=np.zeros(len(number)), size=size_class(np.zeros(len(number))),
    )  # fmt: skip
    columns = {name: values.astype(firms.spec[name].base) for name, values in columns.items()}
    firms.add(columns)
    env.ledger.post("consumers", "smes", "equity", float(np.sum(columns["weight"] * equity)))
