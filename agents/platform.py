"""Platforms 平台: reach, commission, and the hosting offer with its factory price."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.env import Env
from model.kernel.columnar import PlacedAgent
from model.kernel.columns import Column

Floats = NDArray[np.float64]


class Platform(PlacedAgent):
    """A platform archetype; its sales and commission income of the last month."""

    table_name: ClassVar[str] = "platforms"
    sales = Column()
    commission_income = Column()

    @property
    def platform_id(self) -> str:
        return str(self.model.world.platform_ids[self.code])


def book_sales(env: Env, spending: Floats, income: Floats) -> None:
    """Sales (buyers' yuan) and commission of each platform; inputs are national yuan per listing."""
    code = env.state.listings["platform"].astype(np.int64)
    n = env.n_platform + 1
    table = env.state.platforms
    table["sales"] = np.bincount(code, weights=spending, minlength=n)[:-1]
    table["commission_income"] = np.bincount(code, weights=income, minlength=n)[:-1]
