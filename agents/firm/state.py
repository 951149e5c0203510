"""The SME as an agent: columns of a firm, size classes and its appeal to buyers."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from model.kernel.columnar import RowAgent
from model.kernel.columns import Column
from model.kernel.members import SIZE_BOUNDS_YUAN, SIZES, TIERS

Floats = NDArray[np.float64]


class SME(RowAgent):
    """A small or medium enterprise 中小企业 selling abroad online; one row stands for `weight` real firms."""

    table_name: ClassVar[str] = "firms"

    firm = Column("number")
    weight = Column()
    belt = Column()
    category = Column()
    capital = Column()
    months_alive = Column()
    appeal = Column()
    quality = Column()
    brand = Column()
    cycle_days = Column()
    digital_level = Column()
    effort = Column()
    credit_score = Column()
    tier = Column()
    cash = Column()
    debt = Column()
    capacity = Column()
    finance = Column()
    sales = Column()
    sales_12m = Column()
    profit_12m = Column()
    home_share = Column()
    size = Column()

    @property
    def belt_id(self) -> str:
        """Id of the firm's industrial belt."""
        return str(self.model.world.belt_ids[self.belt])

    @property
    def tier_name(self) -> str:
        return TIERS[self.tier]

    @property
    def size_name(self) -> str:
        return SIZES[self.size]


def size_class(sales_12m: Floats) -> NDArray[np.int8]:
    """Size class by trailing twelve-month sales in yuan (contract)."""
    return np.searchsorted(np.array(SIZE_BOUNDS_YUAN), sales_12m, side="right").astype(np.int8)


def living_mean(env: Env, column: str) -> float:
    """Weighted mean of a column over living firms."""
    firms = env.state.firms
    weight = firms["weight"] * firms["alive"]
    return float(np.sum(weight * firms[column]) / max(float(np.sum(weight)), 1e-12))


def novelty(env: Env) -> Floats:
    """Newness of each firm's latest product: 1 when new, fading over `learn.novelty_months`."""
    return np.asarray(np.exp(-env.state.firms["product_age"] / env.p["learn.novelty_months"]))


def market_weight(env: Env) -> Floats:
    """Weights that sum to one: each living firm's part of last month's sales, or of firms before the first month."""
    firms = env.state.firms
    living = firms["weight"] * firms["alive"]
    sales = living * firms["sales"]
    chosen = sales if float(sales.sum()) > 0.0 else living
    return np.asarray(chosen / max(float(chosen.sum()), 1e-12))


def own_pull(env: Env) -> tuple[Floats, Floats]:
    """Log pull of each firm's goods before market, price and time: what is always seen, and what reputation shows.

    Both [firm rows]. The second part counts where a platform shows reputation (lever `reputation_visible`).
    Quality, novelty and brand count against their mean over what is sold, so that an improvement of all is no growth
    by assumption. The mean over *firms* will not do: giants learn faster than the many small, and their lead over the
    average firm would raise China's pull by itself (about 7 % of exports a year when it was tried).
    """
    firms, p = env.state.firms, env.p
    weight = market_weight(env)
    fresh = novelty(env)
    quality, brand = firms["quality"], firms["brand"]
    learned = (
        p["learn.quality_appeal"] * (quality - float(np.sum(weight * quality)))
        + p["learn.novelty_appeal"] * (fresh - float(np.sum(weight * fresh)))
        + p["learn.brand_appeal"] * (brand - float(np.sum(weight * brand)))
    )
    base = firms["appeal"] + firms["luck"] - firms["gap"] + firms["promotion"]
    return np.asarray(base + env.state.arrays["belt_offset"][firms["belt"]]), np.asarray(learned)
