"""Phase 7, settle: every payment of the month is posted once, payer to payee."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.firm.accounts import settle
from agents.government import pay_members, pay_outlays
from agents.kernels.books import add_payments
from agents.platform import book_sales
from model.indicators.view import collect
from model.panel import listing_rows

if TYPE_CHECKING:
    from agents.env import Env
    from model.economy import TradeEconomy

# Account of a firm → (payer, payee). "smes" is the firm's side.
POSTINGS = {
    "exports": ("world", "smes"),
    "home_sales": ("consumers", "smes"),
    "rebate": ("government", "smes"),
    "foreign_inputs": ("smes", "world"),
    "domestic_inputs": ("smes", "suppliers"),
    "wages": ("smes", "labour"),
    "input_vat": ("smes", "government"),
    "payment_fee": ("smes", "banks"),
    "overhead": ("smes", "labour"),
    "upkeep": ("smes", "platforms"),
    "entry_cost": ("smes", "platforms"),
    "inspection_cost": ("smes", "logistics"),
    "compliance": ("smes", "labour"),
    "fines": ("smes", "government"),
    "seized_goods": ("smes", "government"),
    "dispute_losses": ("smes", "world"),
    "item_codes": ("smes", "platforms"),
    "certificate": ("smes", "government"),
    "tools": ("smes", "platforms"),
    "interest": ("smes", "banks"),
    "freight_surcharge": ("smes", "logistics"),
    "programme_fee": ("smes", "labour"),
    "profit_tax": ("smes", "government"),
    "loans": ("banks", "smes"),
    "repayments": ("smes", "banks"),
    "dividends": ("smes", "consumers"),
}


def run(model: TradeEconomy) -> None:
    """Post the month, and note amounts per listing for the record."""
    settle_month(model.env)
    if not model.env.burn_in:
        collect(model.env)
        if model.recorder.full:
            model.env.flows.values["panel"] = listing_rows(model.env, model.effects)


def settle_month(env: Env) -> None:
    """Book all firms, then post every payment between sectors once."""
    accounts = settle(env)
    env.flows.values["accounts"] = accounts
    if env.burn_in:
        return
    for name, amount in accounts.items():
        payer, payee = POSTINGS.get(name, ("government", "smes"))  # grants stand under the names of their policies
        env.ledger.post(payer, payee, name, env.total(amount))
    buyers_payments(env)
    import_payments(env)
    env.ledger.post("warehouses", "world", "building", env.flows.values.get("building_yuan", 0.0))
    pay_members(env)
    pay_outlays(env)


def buyers_payments(env: Env) -> None:
    """What buyers pay besides the firm's FOB price: freight, storage, commission, and a hosting platform's margin."""
    listings, flows, values, ledger = env.state.listings, env.flows, env.flows.values, env.ledger
    sums, sales, incomes = np.zeros((2, 4)), np.zeros(env.n_platform + 1), np.zeros(env.n_platform + 1)
    add_payments(
        flows.leg, flows.nest, listings["platform"], listings["market"], flows.weight, flows.spending,
        listings["revenue"], values["freight_yuan"], values["storage_yuan"], env.terms.wedge.ravel(),
        env.terms.commission, sums, sales, incomes,
    )  # fmt: skip
    book_sales(env, sales, incomes)
    for payer, (freight, storage, gains, losses) in zip(("world", "consumers"), sums.tolist(), strict=True):
        ledger.post(payer, "logistics", "freight", freight)
        ledger.post(payer, "warehouses", "storage", storage)
        ledger.post(payer, "platforms", "commission", gains)
        ledger.post("platforms", payer, "hosting_subsidy", losses)


def import_payments(env: Env) -> None:
    """What provinces pay for imports, and foreign brands for their stores."""
    values, ledger = env.flows.values, env.ledger
    ledger.post("consumers", "world", "imports", float(values["import_customs"].sum()))
    ledger.post("consumers", "government", "import_duty", float(values["import_duty"].sum()))
    ledger.post("consumers", "government", "import_tax", float(values["import_tax"].sum()))
    ledger.post("consumers", "platforms", "commission", float(values["import_commission"].sum()))
    ledger.post("consumers", "logistics", "import_fees", float(values["import_fees"].sum()))
    ledger.post("world", "platforms", "brand_upkeep", values["brand_upkeep"])
