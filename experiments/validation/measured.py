"""Everything that is measured on runs of history."""

from __future__ import annotations

from experiments.validation.forecast import forecast_items
from experiments.validation.history import history_items
from experiments.validation.items import Item
from experiments.validation.read_off import read_off_items


def items() -> tuple[Item, ...]:
    """All items, in the order of the card."""
    return (*history_items(), *read_off_items(), *forecast_items())
