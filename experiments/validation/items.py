"""What is held against the model besides the experiments: figures with their bands, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from experiments.validation.bands import Band
from experiments.validation.rows import KINDS, THEMES, Row
from experiments.validation.watching import Measure, Seen
from model.kernel.declare import Label

NAN: Final = float("nan")
NOTHING: Final = Label("", "")


@dataclass(frozen=True)
class Figure:
    """One published number, its band, and how the model's own is measured.

    `unit` as in the declarations of indicators. Tier B: a sign or order, draws of 0 and 1. `used`: whether the fit has
    seen the number, or the declared value of a parameter names it. `reason`: why the model misses, if it does.
    """

    name: str
    label: Label
    unit: str
    target: float
    band: Band
    measure: Measure
    used: bool = True
    tier: str = "A"
    reason: Label = NOTHING


@dataclass(frozen=True)
class Item:
    """Figures that belong together; the item passes when all of them do."""

    id: str
    theme: str
    kind: str
    label: Label
    figures: tuple[Figure, ...]
    note: Label = NOTHING

    def __post_init__(self) -> None:
        if self.theme not in THEMES or self.kind not in KINDS:
            raise ValueError(f"{self.id}: no theme '{self.theme}' or no kind '{self.kind}'")

    def rows(self, draws: Sequence[Seen]) -> list[Row]:
        """The rows of the score card, from what was noted of every draw."""
        return [
            Row.of(
                self.id, one.name, self.theme, self.kind, one.band, one.measure(draws), one.target, one.tier,
                one.used, one.reason.en,
            )
            for one in self.figures
        ]  # fmt: skip
