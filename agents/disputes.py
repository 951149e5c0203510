"""Disputes 交易纠纷: which retail orders abroad end in one, what they cost the seller, and what stays open.

    chance = rate · filing · scale · exp(−quality · (q − q̄) + delay · days) · (1 + violation · bad goods not found)
    loss   = order · loss per dispute,          open = disputes filed · days to settle / 30, over orders

`rate`, `filing`, `loss` are levers on factors that are one at the start; `scale` makes the mean chance of the start the
one that the evidence gives. The firms' margins are after the usual loss, so at the start disputes change no profit.
Claims that are filed only because filing is easy are small ones: they lose the seller a part of the usual loss.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from agents.firm.state import market_weight
from agents.kernels.disputes import Causes, file_disputes
from model.kernel.declare import Parameters
from model.kernel.members import CATEGORIES
from model.levers import Where, axis_mask

Floats = NDArray[np.float64]

MONTH_DAYS = 30.0


def usual_loss(p: Parameters) -> float:
    """Loss by disputes at the start, as a share of retail sales: the margins of the parameters are after it."""
    return float(p["disputes.rate"] * p["disputes.loss"])


def loss_per_case(env: Env) -> Floats:
    """Order values that a seller loses per dispute filed; shape [market, category]."""
    filing = env.levers.table("filing")
    small = (1.0 + env.p["disputes.extra_loss"] * (filing - 1.0)) / filing
    return np.asarray(env.p["disputes.loss"] * env.levers.table("dispute_loss") * small)


def loss_factor(env: Env) -> Floats:
    """Expected loss by disputes against the start, from the levers alone; shape [market, category]."""
    levers = env.levers
    small = 1.0 + env.p["disputes.extra_loss"] * (levers.table("filing") - 1.0)
    return np.asarray(levers.table("dispute_rate") * levers.table("dispute_loss") * small)


def file_cases(env: Env, bad: Floats) -> None:
    """Disputes of each listing, losses of each firm, cases by market and category; notes the open share of orders.

    `bad` is the share of a firm's lots in violation, [firm rows]. The burn-in takes the chances without any lever, and
    sets the scale.
    """
    listings, firms, flows, values, p = env.state.listings, env.state.firms, env.flows, env.flows.values, env.p
    levers, arrays = env.levers, env.state.arrays
    shape = (env.n_market, len(CATEGORIES))
    rate = np.ones(shape) if env.burn_in else levers.table("dispute_rate") * levers.table("filing")
    cases, lost, filed, orders = np.empty(listings.n), np.zeros(firms.n), np.zeros(shape), np.zeros(env.n_market)
    worth = firms["quality"] - float(np.sum(market_weight(env) * firms["quality"]))
    causes = Causes(
        category=firms["category"], proneness=arrays["dispute_scale"][0] * np.exp(-p["disputes.quality"] * worth),
        bad=bad, power=p["customs.power"], delay=p["disputes.delay"], violation=p["disputes.violation"],
        rate=rate, loss=loss_per_case(env),
    )  # fmt: skip
    file_disputes(
        listings["firm"], listings["market"], flows.nest, flows.weight, listings["orders"], listings["revenue"],
        listings["days"], values["look_rate"], causes, cases, lost, filed, orders,
    )  # fmt: skip
    if env.burn_in:
        scale = _set_scale(env, filed, orders)
        cases, lost, filed = scale * cases, scale * lost, scale * filed
    values["cases"], values["dispute_loss"], values["filed"] = cases, lost, filed
    values["open_share"] = _open_share(env, filed, orders)


def _set_scale(env: Env, filed: Floats, orders: Floats) -> float:
    """Scale disputes so that their mean is that of the evidence; returns the factor by which the scale rose."""
    mean = float(filed.sum()) / max(float(orders.sum()), 1e-12)
    factor = env.p["disputes.rate"] / mean if mean > 0.0 else 1.0
    env.state.arrays["dispute_scale"] = env.state.arrays["dispute_scale"] * factor
    return float(factor)


def _open_share(env: Env, filed: Floats, orders: Floats) -> Floats:
    """Disputes open at a time over the month's orders; shape [market]. Without orders, the usual share."""
    days = env.p["disputes.days"] if env.burn_in else env.levers.table("dispute_days")
    waiting = np.sum(filed * days, axis=1) / MONTH_DAYS / np.maximum(orders, 1e-12)
    if env.burn_in:
        env.state.arrays["usual_open_share"] = np.where(orders > 0.0, waiting, 0.0)
    return np.where(orders > 0.0, waiting, env.state.arrays["usual_open_share"])


def cases_in(env: Env, where: Where) -> float:
    """National disputes filed this month in the markets and categories that a restriction names."""
    filed: Floats = env.flows.values["filed"]
    for key, members in where.members:
        if key == "category":
            filed = filed * axis_mask("category", key, members, env.world)[None, :]
        else:
            filed = filed * axis_mask("market", key, members, env.world)[:, None]
    return float(filed.sum())
