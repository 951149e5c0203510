"""A fact in both languages: its name, a number with its unit, or words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from experiments.amounts import amount, unit_word
from model.kernel.declare import Label


def pick(label: Label, lang: str) -> str:
    """The words of a label in `en` or `zh`."""
    return label.zh if lang == "zh" else label.en


@dataclass(frozen=True)
class Fact:
    """`value` is a number in `unit` (shares between 0 and 1) or words. `total` marks the sum of the facts above it."""

    label: Label
    value: float | Label
    unit: str = ""
    total: bool = False

    def text(self, lang: str) -> str:
        """The value, short: four figures, millions and billions or 万 and 亿."""
        return pick(self.value, lang) if isinstance(self.value, Label) else amount(self.value, self.unit, lang=lang)

    def exact(self, lang: str) -> str:
        """The value to two places, so that a reader can add up; whole things without any."""
        if isinstance(self.value, Label):
            return pick(self.value, lang)
        size = 100.0 if self.unit.startswith("share") else 1.0
        word = "" if self.unit in ("", "number") else unit_word(self.unit, lang)
        whole = not self.unit.startswith("yuan") and float(self.value).is_integer()
        return f"{self.value * size:,.{0 if whole else 2}f}{' ' if lang == 'en' and word else ''}{word}"

    def as_row(self) -> dict[str, Any]:
        """Plain values for JSON."""
        worded = isinstance(self.value, Label)
        value = self.value.as_row() if isinstance(self.value, Label) else self.value
        return {"label": self.label.as_row(), "value": value, "unit": None if worded else self.unit}
