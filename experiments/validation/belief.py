"""How far the model may be believed, from the committed card: for every report, without running anything."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from experiments.validation.document import TABLE
from experiments.validation.texts import text
from experiments.validation.totals import together

if TYPE_CHECKING:
    from pathlib import Path

    from experiments.validation.card import Card


def committed(place: Path = TABLE) -> Card | None:
    """The card of the repository; None where there is none."""
    return _read(place) if place.is_file() else None


@lru_cache(maxsize=4)
def _read(place: Path) -> Card:
    from experiments.validation.card import Card

    table = pd.read_csv(place, keep_default_na=False, na_values={name: [""] for name in _NUMBERS})
    return Card.of(table.astype({**dict.fromkeys(_NUMBERS, "float64"), "used_in_calibration": bool, "passed": bool}))


_NUMBERS = ("target", "low", "high", "simulated", "sim_low", "sim_high")


def sentence(card: Card, lang: str) -> str:
    """How many experiments lie in their bands, and how many of them the fit had not seen."""
    count = together(card.rows)
    return text("belief", lang, passed=count.passed, of=count.of, new=count.unused_passed)
