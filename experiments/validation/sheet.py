"""What the sheet of paper answers to published experiments: one elasticity, at once and in full, whoever is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

import numpy as np

from experiments.validation.evidence import rows
from experiments.validation.rivals import day_cost, elasticity, response
from model.scenario import load_scenario

_PERCENT: Final = 100.0


@lru_cache(maxsize=16)
def pushed(name: str, lever: str) -> float:
    """What a scenario adds to a lever, or sets it to, over all of its settings."""
    settings = load_scenario(name).resolved().get("levers") or []
    own = [entry for entry in settings if entry["lever"] == lever]
    return float(sum(float(entry.get("add", entry.get("set", 0.0))) for entry in own))


def order_value() -> float:
    """Mean retail order, yuan: value over number of orders, over the belts by their share of exports."""
    belts = rows("belts")
    share, order = belts["share_of_exports"].to_numpy(), belts["mean_order_value_yuan"].to_numpy()
    return float(share.sum() / np.sum(share / order))


def parcel_tax(fee: bool) -> float:
    """What VAT and a fee on every parcel put on top of an order, as a share of it."""
    extra = pushed("NE-20", "parcel_fee_yuan") / order_value() if fee else 0.0
    return pushed("NE-20", "market_vat_rate") + extra


def days(name: str) -> float:
    """Days that an experiment adds."""
    return pushed(name, "delivery_days") + pushed(name, "export_clearance_hours") / 24.0


SHEET: Final[Mapping[tuple[str, str], Callable[[], float]]] = {
    ("NE-04", "day"): lambda: _PERCENT * response(-day_cost()),
    ("NE-04", "total"): lambda: _PERCENT * response(-day_cost() * days("NE-04")),
    ("NE-06", "year_5"): lambda: _PERCENT * response(day_cost() * days("NE-06")),
    ("NE-07", "tariff"): lambda: _PERCENT * day_cost() * days("NE-07"),
    ("NE-17", "exports"): lambda: _PERCENT * response(pushed("NE-17", "duty_rate")),
    ("NE-17", "price"): lambda: 0.0,
    ("NE-18", "imports"): lambda: _PERCENT * response(pushed("NE-18", "duty_rate")),
    ("NE-18", "pass_through"): lambda: 1.0,
    **{("NE-19", f"year_{year}"): lambda: -elasticity() for year in (1, 3, 5, 10)},
    ("NE-19", "growing"): lambda: 0.0,
    ("NE-20", "month_3"): lambda: _PERCENT * response(parcel_tax(True)),
    ("NE-20", "month_9"): lambda: _PERCENT * response(parcel_tax(True)),
    ("NE-20", "recovery"): lambda: float(response(parcel_tax(False)) > response(parcel_tax(True))),
}
"""(experiment, output) → the sheet's answer, in the unit of the output."""
