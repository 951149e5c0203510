"""Foreign brands: import varieties offered through bonded stores, direct mail or general trade.

A row stands for many real brands. Which *share* of them is in a channel follows judged profit against upkeep, so that
no lottery over a few large rows decides what a policy does (home findings §1).
"""

from __future__ import annotations

from itertools import combinations
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from agents.env import Env
from agents.market import national_index
from model.kernel.columnar import RowAgent
from model.kernel.columns import Column
from model.kernel.members import BONDED, CATEGORIES, DIRECT_MAIL, GENERAL_TRADE, IMPORT_CHANNELS
from model.world.derived import home_retail

Floats = NDArray[np.float64]

N_CHANNELS = len(IMPORT_CHANNELS)
YEAR_HOURS = 8766.0
MOST_USE = 0.999  # share of brands in a channel that a hurdle can still tell


class ForeignBrand(RowAgent):
    """A row of foreign brands: `weight` real brands of one category and origin."""

    table_name: ClassVar[str] = "brands"
    weight = Column()
    category = Column()
    origin = Column()
    appeal = Column()
    channels = Column()
    sales = Column()

    @property
    def category_name(self) -> str:
        return CATEGORIES[self.category]


def by_channel(env: Env, item: str) -> Floats:
    """A parameter `imports.<channel>_<item>` of the three channels; shape [channel]."""
    return np.array([env.p[f"imports.{name}_{item}"] for name in IMPORT_CHANNELS])


def channel_table(env: Env) -> dict[str, Floats]:
    """Cost of the three import channels: shares of value, fee over order value, days; each shape [channel]."""
    items = ("freight", "duty", "commission", "fee_yuan", "order_yuan", "days")
    return {item: by_channel(env, item) for item in items}


# --- tax and price ---------------------------------------------------------------------------------------------


def value_beyond(limit: float, mean: float, log_sd: float) -> float:
    """Share of all value beyond a limit, when sums are lognormal with a given mean; what lies below it stays out."""
    z = (np.log(limit / mean) - 0.5 * log_sd**2) / log_sd
    return float((1.0 - ndtr(z)) - limit / mean * (1.0 - ndtr(z + log_sd)))


def tax_rates(env: Env) -> Floats:
    """Tax on each category and channel as a share of value; shape [category, channel].

    Retail channels pay a share of VAT within the limits; whole orders above the limit of an order, and what a buyer
    spends in a year beyond the personal limit, pay in full. Both are shares of a lognormal and never read off a mean.
    General trade pays VAT in full (duty stands apart).
    """
    p, world = env.p, env.world
    vat = p["imports.vat"]
    log_sd = p["demand.order_value_logsd"]
    orders = world.category_import_order
    z = (np.log(p["imports.order_limit_yuan"] / orders) - 0.5 * log_sd**2) / log_sd
    beyond = value_beyond(p["imports.year_limit_yuan"], p["imports.buyer_year_yuan"], p["imports.buyer_year_logsd"])
    within = ndtr(z) * (1.0 - beyond)
    share = env.levers.scalar("import_tax_share")
    retail = vat * (share * within + 1.0 - within)
    table = np.empty((len(CATEGORIES), N_CHANNELS))
    table[:, BONDED] = table[:, DIRECT_MAIL] = retail
    table[:, GENERAL_TRADE] = vat
    return table


def held_hours(env: Env) -> float:
    """Hours of import clearance beyond the usual."""
    return env.levers.scalar("import_clearance_hours") - env.p["customs.import_hours_base"]


def landed_prices(env: Env) -> Floats:
    """Landed price over the factory price abroad; shape [category, channel].

    Goods of general trade are ordered ahead: hours at customs cost the holding of stock, the buyer does not wait.
    """
    cost, tax = channel_table(env), tax_rates(env)
    rate = float(np.mean(env.levers.table("exchange_rate") / env.state.arrays["exchange_rate_start"]))
    currency = rate ** env.p["imports.currency_pass_through"]
    holding = np.ones(N_CHANNELS)
    holding[GENERAL_TRADE] += env.p["imports.holding_cost"] * held_hours(env) / YEAR_HOURS
    before = currency * holding * (1.0 + cost["freight"]) * (1.0 + cost["duty"])
    return np.asarray(before * (1.0 + tax) / (1.0 - cost["commission"]) + cost["fee_yuan"] / cost["order_yuan"])


# --- channels --------------------------------------------------------------------------------------------------


def brand_values(env: Env) -> Floats:
    """Value pull of each row in each channel before price and place; shape [brand row, channel]."""
    brands = env.state.brands
    return np.asarray((brands["weight"] * brands["alive"] * np.exp(brands["appeal"]))[:, None] * brands["channels"])


def by_category(env: Env, rows: Floats) -> Floats:
    """Sums over the brands of a category; [brand row, channel] → [category, channel]."""
    table = np.zeros((len(CATEGORIES), rows.shape[1]))
    np.add.at(table, env.state.brands["category"], rows)
    return table


def brand_pull(env: Env) -> Floats:
    """Value pull of all brands; shape [category, channel]: Σ weight · exp(appeal) · used · price^(1−σ) · channel.

    The channel's constant is set in the burn-in so that the channels' shares of imports are met.
    """
    pull = by_category(env, brand_values(env))
    sigma = env.p["imports.substitution"]
    return np.asarray(pull * landed_prices(env) ** (1.0 - sigma) * np.exp(env.state.arrays["channel_offset"]))


def review_channels(env: Env) -> None:
    """A part of the brands looks at each channel anew; of those, the share is in it whose judged profit beats upkeep.

    Profit is a fixed part of what one brand would sell there at last month's sales per unit of pull; brands of a row
    differ in how well a channel suits them. What upkeep alone does not explain (permits, staff, minimum lots) is a
    hurdle per channel, found in the burn-in so that the use of channels read from evidence is the equilibrium.
    """
    brands, arrays, p = env.state.brands, env.state.arrays, env.p
    if env.burn_in and not arrays["channel_rate"].any():
        return  # a start without imports shows nothing to judge by
    with np.errstate(divide="ignore"):
        sold = brands["appeal"][:, None] + np.log(arrays["channel_rate"])[brands["category"]]
    gain = (sold - np.log(env.wage_index())) / p["imports.channel_spread"]
    if env.burn_in:
        arrays["channel_hurdle"] = hurdles(env, gain)
    share = ndtr(gain - arrays["channel_hurdle"])
    speed = 1.0 if env.burn_in else p["imports.review_hazard"]
    brands["channels"] += speed * (share - brands["channels"])


def hurdles(env: Env, gain: Floats) -> Floats:
    """Hurdle of each channel at which the share of real brands in it is the one of the evidence; [channel]."""
    weight = env.state.brands["weight"] / env.state.brands["weight"].sum()
    found = np.zeros(N_CHANNELS)
    for k, use in enumerate(np.minimum(by_channel(env, "use"), MOST_USE)):
        known = np.isfinite(gain[:, k])  # goods nobody sells have no sales to judge by
        if not known.any():
            continue
        part, own = weight[known] / weight[known].sum(), gain[known, k]
        low, high = own.min() - ndtri(MOST_USE) - 1.0, own.max() + ndtri(MOST_USE) + 1.0

        def gap(hurdle: float, part: Floats = part, own: Floats = own, use: float = float(use)) -> float:
            return float(part @ ndtr(own - hurdle)) - use

        found[k] = brentq(gap, low - 5.0, high + 5.0, xtol=1e-12)
    return found


def note_sales(env: Env) -> None:
    """Sales of the month by brand, and per unit of pull by category and channel (season apart) for the next review.

    `import_customs` [province, category, channel] is national; a brand row's `sales` are per real brand.
    """
    brands, arrays, values = env.state.brands, env.state.arrays, env.flows.values
    customs = values["import_customs"].sum(axis=0)
    rows = brand_values(env)
    total = by_category(env, rows)
    rate = np.divide(customs, total, out=np.zeros_like(customs), where=total > 0.0)
    brands["sales"] = (rows * rate[brands["category"]]).sum(axis=1) / np.maximum(brands["weight"], 1e-12)
    arrays["channel_rate"] = rate / (1.0 if env.burn_in else float(env.world.season_import[env.now % 12]))
    upkeep = float(brands["weight"] * brands["alive"] @ (brands["channels"] @ by_channel(env, "upkeep_yuan")))
    share = float(arrays["firm_share"][0])  # a toy world has a part of the nation's buyers
    values["brand_upkeep"] = upkeep * brand_trend(env) * env.wage_index() * share


def brands_reached(env: Env, reach: Floats) -> Floats:
    """Real brands of the rows that some channel brings to a place; `reach` [place, channel] from 0 to 1, → [place]."""
    brands = env.state.brands
    weight = brands["weight"] * brands["alive"]
    found = np.zeros(len(reach))
    for count in range(1, N_CHANNELS + 1):  # those in one channel, less those counted twice, and so on
        for ways in combinations(range(N_CHANNELS), count):
            both = float(weight @ brands["channels"][:, ways].prod(axis=1))
            found -= (-1.0) ** count * both * reach[:, ways].prod(axis=1)
    return found


def brand_trend(env: Env) -> float:
    """Brands known to the trade over those of the start."""
    return float(env.state.arrays["brand_trend"][0])


def welcome_brands(env: Env) -> None:
    """New brands arrive by trend, more of them where imports hold a larger part of home budgets than at the start.

    They come small: they add to the number of brands and not to the pull of those that are there.
    """
    arrays, p = env.state.arrays, env.p
    if env.now == env.start:
        return
    share = float(arrays["import_part"][0] / max(float(arrays["import_part_start"][0]), 1e-12))
    arrays["brand_trend"] *= (1.0 + p["imports.brand_growth"]) ** (share ** p["imports.brand_entry"] / 12.0)


def brand_count(env: Env) -> float:
    """Real brands on offer: those with at least one channel, on the trend of new brands."""
    reached = float(brands_reached(env, np.ones((1, N_CHANNELS)))[0])
    start = float(env.state.arrays["brands_start"][0])
    return env.p["imports.brands_real"] * brand_trend(env) * reached / start


def home_retail_index(env: Env) -> float:
    """Retail sales at home over their mid-2018 level."""
    return national_index(env, home_retail(env.world), env.p["imports.retail_growth_late"], env.now)
