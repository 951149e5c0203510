"""Foreign brands: import varieties offered through bonded stores, direct mail or general trade."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from agents.env import Env
from agents.market import national_index
from model.kernel.columnar import RowAgent
from model.kernel.columns import Column
from model.kernel.members import BONDED, CATEGORIES, DIRECT_MAIL, GENERAL_TRADE, IMPORT_CHANNELS
from model.world.derived import home_retail

Floats = NDArray[np.float64]

N_CHANNELS = len(IMPORT_CHANNELS)


class ForeignBrand(RowAgent):
    """A row of foreign brands: `weight` real brands of one category and origin."""

    table_name: ClassVar[str] = "brands"
    weight = Column()
    category = Column()
    origin = Column()
    appeal = Column()

    @property
    def category_name(self) -> str:
        return CATEGORIES[self.category]


def channel_table(env: Env) -> dict[str, Floats]:
    """Cost of the three import channels: shares of value, fee over order value, days; each shape [3]."""
    names = IMPORT_CHANNELS
    items = ("freight", "duty", "commission", "fee_yuan", "order_yuan", "days")
    return {item: np.array([env.p[f"imports.{name}_{item}"] for name in names]) for item in items}


def tax_rates(env: Env) -> Floats:
    """Tax on each category and channel as a share of value; shape [category, channel].

    Retail channels pay a share of VAT within the order limit; the value of orders above it pays in full, as a share
    of lognormal orders and never on the mean. General trade pays VAT in full (duty stands apart).
    """
    p, world = env.p, env.world
    vat = p["imports.vat"]
    log_sd = p["demand.order_value_logsd"]
    orders = world.category_import_order
    z = (np.log(p["imports.order_limit_yuan"] / orders) - 0.5 * log_sd**2) / log_sd
    above = 1.0 - ndtr(z)
    share = env.levers.scalar("import_tax_share")
    retail = vat * (share * (1.0 - above) + above)
    table = np.empty((len(CATEGORIES), N_CHANNELS))
    table[:, BONDED] = table[:, DIRECT_MAIL] = retail
    table[:, GENERAL_TRADE] = vat
    return table


def landed_prices(env: Env) -> Floats:
    """Landed price over the factory price abroad; shape [category, channel]."""
    cost, tax = channel_table(env), tax_rates(env)
    rate = float(np.mean(env.levers.table("exchange_rate") / env.state.arrays["exchange_rate_start"]))
    currency = rate ** env.p["imports.currency_pass_through"]
    before = currency * (1.0 + cost["freight"]) * (1.0 + cost["duty"])
    return np.asarray(before * (1.0 + tax) / (1.0 - cost["commission"]) + cost["fee_yuan"] / cost["order_yuan"])


def brand_pull(env: Env) -> Floats:
    """Value pull of all brands; shape [category, channel]: Σ weight · exp(appeal) · used · price^(1−σ) · channel.

    The channel's constant is set in the burn-in so that the channels' shares of imports are met.
    """
    brands = env.state.brands
    value = (brands["weight"] * brands["alive"] * np.exp(brands["appeal"]))[:, None] * brands["channels"]
    pull = np.zeros((len(CATEGORIES), N_CHANNELS))
    np.add.at(pull, brands["category"], value)
    sigma = env.p["imports.substitution"]
    return np.asarray(pull * landed_prices(env) ** (1.0 - sigma) * np.exp(env.state.arrays["channel_offset"]))


def brand_count(env: Env) -> float:
    """Real brands on offer: the founding number on the trend of new brands."""
    years = (env.now - env.start) / 12.0
    return float(env.p["imports.brands_real"] * (1.0 + env.p["imports.brand_growth"]) ** years)


def home_retail_index(env: Env) -> float:
    """Retail sales at home over their mid-2018 level."""
    return national_index(env, home_retail(env.world), env.p["imports.retail_growth_late"], env.now)
