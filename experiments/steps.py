"""A month phase by phase, for those who look on while it runs: the lesson, the story of a firm, the flows of trade."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.economy import TradeEconomy


def phases(model: TradeEconomy) -> Iterator[str]:
    """Run one month and name each phase once it has run; the month is over when the last name has been taken.

    The same month as `step()`, bit by bit, as long as whoever looks on changes nothing.
    """
    from model.economy import MONTH

    for name, phase in MONTH:
        began = time.perf_counter()
        phase(model)
        model.timings[name] += time.perf_counter() - began
        yield name
    model.state.month += 1
