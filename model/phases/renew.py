"""Phase 9, renew: firms age, leave and are founded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.firm.life import entrants, exits, grow_older
from agents.firm.state import living_mean, size_class
from agents.firm.support import enrol
from model.population import firm_columns, pareto

if TYPE_CHECKING:
    from agents.env import Env
    from model.economy import TradeEconomy


def run(model: TradeEconomy) -> None:
    """Age, then exits and entries, then places in programmes. Founders decide on what they saw before the exits."""
    env = model.env
    grow_older(env)
    founders = entrants(env)
    leave(env)
    found(env, founders)
    enrol(env)


def leave(env: Env) -> None:
    """Firms that exit pay what cash is left to their owners; their listings close, their debt is written off."""
    firms, listings = env.state.firms, env.state.listings
    gone = exits(env)
    env.flows.values["exited"] = float(np.sum(firms["weight"] * gone))
    env.ledger.post("smes", "consumers", "liquidation", float(np.sum(firms["weight"] * gone * firms["cash"])))
    for name in ("cash", "debt", "rebate_due", "sunk_left", "sales", "wanted"):
        firms[name][gone] = 0.0
    firms.remove(gone)
    listings.remove(gone[listings["firm"]])
    if gone.any():
        listings.compress()


def found(env: Env, founders: dict[str, NDArray[np.int64]]) -> None:
    """Founders start with own equity, an appeal below its long-run value and the tools of their time."""
    firms, number = env.state.firms, founders["number"]
    env.flows.values["converted"] = 0.0
    env.flows.values["entered"] = len(number) * float(env.state.arrays["row_weight"][0])
    if len(number) == 0:
        return
    columns = founder_columns(env, number, founders["belt"])
    firms.add({name: values.astype(firms.spec[name].base) for name, values in columns.items()})
    env.ledger.post("consumers", "smes", "equity", float(np.sum(columns["weight"] * columns["cash"])))


def converts(env: Env, number: NDArray[np.int64], belt: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which entrants have long traded in the traditional way; they leave their belt's pool of such firms."""
    pool, start = env.state.arrays["traditional"], env.state.arrays["traditional_start"]
    left = pool / np.maximum(start, 1e-9)
    convert = env.draws.uniform("convert", 0, number) < env.p["life.convert_share"] * left[belt]
    gone = np.bincount(belt[convert], minlength=len(pool)) * float(env.state.arrays["row_weight"][0])
    env.flows.values["converted"] = float(np.minimum(gone, pool).sum())
    env.state.arrays["traditional"] = np.maximum(pool - gone, 0.0)
    return np.asarray(convert)


def apart(env: Env, convert: NDArray[np.bool_], factor: float) -> NDArray[np.float64]:
    """How many times a converted firm has what new founders have, such that the mean of all entrants stays."""
    founders = 1.0 / (1.0 + env.p["life.convert_share"] * (factor - 1.0))
    return np.where(convert, factor * founders, founders)


def tools_of_founders(env: Env, convert: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Chance that an entrant uses digital tools: converted firms bring what is usual in traditional trade.

    New founders are ahead by as much as the converted are behind, so that all entrants together are like those alive.
    """
    share, own = env.p["life.convert_share"], env.p["life.traditional_digital"]
    mean = living_mean(env, "digital_level")
    return np.where(convert, own, np.minimum((mean - share * own) / max(1.0 - share, 1e-9), 1.0))


def founder_columns(env: Env, number: NDArray[np.int64], belt: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Columns of new firms: luck keyed by their numbers, quality around the mean of the month."""
    p, count = env.p, len(number)
    luck = env.draws.uniform("founder_size", 0, number)
    # Rarer luck is cut so that no giant is born in one month.
    size = np.minimum(pareto(luck, 1.0, p["firm.tail"] + p["firm.tail_entrants"]), p["life.founder_largest"])
    weight = np.full(count, float(env.state.arrays["row_weight"][0]))
    columns: dict[str, NDArray[Any]] = dict(firm_columns(env, number, belt, np.log(size), weight))
    convert = converts(env, number, belt)
    digital = env.draws.uniform("tools_start", 0, number) < tools_of_founders(env, convert)
    equity = p["finance.entrant_equity_yuan"] * env.wage_index() * size ** p["finance.entrant_equity_power"]
    equity = equity * apart(env, convert, p["life.convert_equity"])
    columns.update(
        ability_b2b=columns["ability_b2b"] + np.log(apart(env, convert, np.exp(p["life.convert_b2b"]))),
        born=np.full(count, env.now),
        months_alive=np.zeros(count),
        gap=np.full(count, p["firm.newborn_gap"]),
        digital_level=digital.astype(np.float64),
        quality=columns["quality"] + living_mean(env, "quality"),
        brand=np.zeros(count),
        cash=equity,
        capacity=equity,
        product_age=np.zeros(count),
        size=size_class(np.zeros(count)),
    )
    return columns
