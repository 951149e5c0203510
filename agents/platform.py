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


def book_sales(env: Env, sales: Floats, incomes: Floats) -> None:
    """Sales (buyers' yuan) and income of each platform, [platform or none]; the last entry belongs to none."""
    env.state.platforms["sales"] = sales[:-1]
    env.state.platforms["commission_income"] = incomes[:-1]
