"""How agents look on Mesa's own canvas: colour, size and marker by what they are.

`portray` is what SolaraViz's drawing functions take as `agent_portrayal`. Colour is never alone: kinds differ by
marker, classes by size.
"""

from __future__ import annotations

import math
from typing import Any, Final

from agents.customs import CustomsDistrict
from agents.firm.state import SME
from agents.market import Market
from agents.warehouse import OverseasWarehouse
from model.kernel.members import HIGH, LOW, ORDINARY

TIER_COLOURS: Final = {LOW: "#b4530a", ORDINARY: "#52606d", HIGH: "#0b5cad"}
SIZES_SHOWN: Final = (12.0, 24.0, 48.0, 96.0)
"""Marker areas of micro, small, medium and large firms, points²."""
CLOSED: Final = "#9aa5b1"


def portray(agent: Any) -> dict[str, Any]:
    """Colour, size (points²) and marker of an agent; an empty dict for kinds that are not drawn.

    Firms are circles, coloured by credit tier and sized by class. Customs districts are squares, orange where more
    looks are wanted than officers can do; markets are diamonds, the darker the more they trust; warehouses are
    triangles sized by area, grey until they open.
    """
    if isinstance(agent, SME):
        return {"color": TIER_COLOURS[agent.tier], "size": SIZES_SHOWN[agent.size], "marker": "o"}
    if isinstance(agent, CustomsDistrict):
        return {"color": "#b4530a" if agent.load > 1.0 else "#0b6e99", "size": 60.0, "marker": "s"}
    if isinstance(agent, Market):
        return {"color": _shade(agent.trust), "size": 80.0, "marker": "D"}
    if isinstance(agent, OverseasWarehouse):
        works = agent.opened <= agent.model.month
        return {"color": "#6b3fa0" if works else CLOSED, "size": _area_size(agent.area_m2), "marker": "^"}
    return {}


def _shade(trust: float) -> str:
    """Green that darkens from no trust (0) to full trust (1)."""
    light = round(190 - 140 * min(max(trust, 0.0), 1.0))
    return f"#{light // 3:02x}{light:02x}{light // 2:02x}"


def _area_size(area: float) -> float:
    """Marker area that grows with the logarithm of the floor area, from 10 to 120 points²."""
    return min(120.0, 10.0 + 12.0 * math.log1p(max(area, 0.0) / 1000.0))
