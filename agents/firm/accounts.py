"""A firm's month in money: what comes in, what goes out, what is borrowed, kept and paid to its owners."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.disputes import usual_loss
from agents.env import Env
from agents.firm.burden import code_payments
from agents.firm.compliance import seized_share
from agents.firm.judging import upkeep_of, upkeep_table
from agents.firm.learning import adopt_tools
from agents.firm.production import firm_mean
from agents.firm.supply import foreign_inputs
from agents.firm.support import firm_support
from agents.kernels.books import add_firm_books
from model.kernel.members import HIGH
from model.programmes import FIRM_COSTS

Floats = NDArray[np.float64]


def firm_books(env: Env) -> Floats:
    """Exports, home sales, variable cost, that of exports, payment fees and upkeep of each firm; [6, firm rows]."""
    p, flows, firms, listings = env.p, env.flows, env.state.firms, env.state.listings
    upkeep = upkeep_table(env)
    if upkeep is None:
        upkeep = upkeep_of(env, listings["firm"], listings["market"], listings["mode"])[:, None]
    # Usual losses by disputes are part of what the retail margin leaves; they have an account of their own.
    retail = p["firm.margin_consumer"] + usual_loss(p)
    kept = np.array([retail, p["firm.margin_business"], p["firm.margin_home"]])
    heat = 1.0 + p["firm.idle_cost"] * (firms["utilisation"] * p["firm.capacity_slack"] - 1.0)
    books = np.zeros((firms.n, 6))
    add_firm_books(
        listings["firm"], flows.nest, flows.belt, listings["market"], listings["mode"], listings["revenue"],
        listings["orders"], env.levers.table("payment_fee"), upkeep, env.world.belt_order_value, kept, heat, books,
    )  # fmt: skip
    return np.ascontiguousarray(books.T)


def rebate(env: Env, export_cost: Floats) -> Floats:
    """VAT rebates paid out this month; claims of the month join the queue of those due."""
    firms = env.state.firms
    rate = env.levers.at("rebate_rate", env.firm_words(), category=firms["category"])
    days = firm_mean(env, "rebate_days")
    firms["rebate_due"] += rate * export_cost
    paid = firms["rebate_due"] * np.minimum(1.0, 30.0 / days)
    firms["rebate_due"] -= paid
    return np.asarray(paid)


def month_accounts(env: Env) -> dict[str, Floats]:
    """All receipts and payments of each firm by account, yuan per real firm; shape [firm rows] each."""
    p, firms, values = env.p, env.state.firms, env.flows.values
    exports, home_sales, total_cost, export_cost, fees, upkeep = firm_books(env)
    abroad = foreign_inputs(env)
    inputs = total_cost * (1.0 - p["firm.wage_share"])
    wage, alive = env.wage_index(), firms["alive"].astype(np.float64)
    looks, hits = values["looks"].sum(axis=0), values["hits"].sum(axis=0) + values["audit_finds"]
    tools = adopt_tools(env) * alive
    return {
        "exports": exports,
        "home_sales": home_sales,
        "rebate": rebate(env, export_cost),
        "foreign_inputs": inputs * abroad.value_share[firms["belt"]],
        "domestic_inputs": inputs * (1.0 - abroad.share[firms["belt"]]),
        "wages": total_cost * p["firm.wage_share"],
        "input_vat": p["tax.rebate_rate"] * export_cost,
        "payment_fee": fees,
        "overhead": p["firm.overhead_yuan"] * wage * alive,
        "upkeep": upkeep,
        "entry_cost": values["sunk"],
        "inspection_cost": looks * p["customs.look_cost_yuan"] * wage,
        "compliance": values["lots"].sum(axis=0) * values["effort"] / 0.5 * p["customs.effort_cost_yuan"] * wage,
        "fines": hits * p["customs.fine_yuan"] * wage,
        "seized_goods": hits * seized_share(env) * p["ship.lot_yuan"],
        "dispute_losses": values["dispute_loss"],
        "item_codes": code_payments(env),
        "certificate": (firms["tier"] == HIGH) * alive * p["customs.certificate_yuan"] * wage / 12.0,
        "tools": tools,
        "interest": firms["debt"] * p["finance.loan_rate"] / 12.0,
        **firm_support(env, tools),
    }


def receipts(env: Env) -> tuple[str, ...]:
    """Accounts under which firms receive money."""
    return ("exports", "home_sales", "rebate", *(grant.account for grant in env.grants if grant.pays in FIRM_COSTS))


def settle(env: Env) -> dict[str, Floats]:
    """Books each firm's month: cash, debt, tax, profit; returns the accounts with loans and dividends added."""
    p = env.p
    accounts = month_accounts(env)
    received = receipts(env)
    income = sum(accounts[name] for name in received if name in accounts and name != "rebate")
    costs = sum(value for name, value in accounts.items() if name not in received)
    accrued = _accrued_rebate(env, accounts)
    before_tax = income + accrued - costs + accounts["entry_cost"] - write_off(env, accounts["entry_cost"])
    accounts["profit_tax"] = p["firm.profit_tax"] * np.maximum(before_tax, 0.0)
    env.flows.values["profit"] = before_tax - accounts["profit_tax"]
    if not env.burn_in:
        _finance(env, accounts)
    return accounts


def write_off(env: Env, entry_cost: Floats) -> Floats:
    """Part of entry costs, new and old, that counts against this month's profit: a share of what is left."""
    firms = env.state.firms
    if env.burn_in:
        return np.zeros(firms.n)
    left = firms["sunk_left"] + entry_cost
    charged = left / env.p["plan.horizon_months"]
    firms["sunk_left"] = left - charged
    return np.asarray(charged)


def _accrued_rebate(env: Env, accounts: dict[str, Floats]) -> Floats:
    """Rebate earned by the month's exports, whenever it is paid."""
    firms = env.state.firms
    rate = env.levers.at("rebate_rate", env.firm_words(), category=firms["category"])
    return np.asarray(accounts["input_vat"] / env.p["tax.rebate_rate"] * rate)


def _finance(env: Env, accounts: dict[str, Floats]) -> None:
    """Cash after all payments; a hole is borrowed, part of the cash repays debt, spare cash goes to owners in part."""
    p, firms = env.p, env.state.firms
    received = receipts(env)
    inflow = sum(accounts[name] for name in received)
    outflow = sum(value for name, value in accounts.items() if name not in received)
    cash = firms["cash"] + inflow - outflow
    accounts["loans"] = np.maximum(-cash, 0.0)
    cash = cash + accounts["loans"]
    need = firms["wanted"] * env.flows.values["cycle_months"] / p["finance.cash_leverage"]
    accounts["repayments"] = np.minimum(p["finance.repay_share"] * cash, firms["debt"] + accounts["loans"])
    cash = cash - accounts["repayments"]
    firms["debt"] += accounts["loans"] - accounts["repayments"]
    accounts["dividends"] = p["finance.payout"] * np.maximum(cash - p["finance.cash_leverage"] * need, 0.0)
    firms["cash"] = np.where(firms["alive"], cash - accounts["dividends"], firms["cash"])
