"""Names, units and reasons of the rows of the card, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from experiments.amounts import MISSING, amount
from experiments.validation.measured import items
from experiments.validation.rivals import RIVALS
from experiments.validation.rows import Row
from experiments.validation.totals import miss_text
from experiments.validation.unasked import NOT_RUN, UNASKED
from model.kernel.declare import Label

KIND_LABELS: Final = {
    "experiment": Label("Published experiments", "已发表的自然实验"),
    "history": Label("Figures the fit has seen", "拟合所用数据"),
    "holdout": Label("2023, held out", "留出检验（2023年）"),
    "forecast": Label("Rolling forecasts", "滚动预测"),
    "rival": Label("Simpler models", "更简单的模型"),
}
_BILLIONS: Final = "bn yuan"


@dataclass(frozen=True)
class Words:
    """What a row is called: the item, the output, its unit, why it misses."""

    item: Label
    output: Label
    unit: str
    reason: Label


def words(row: Row) -> Words:
    """The words of a row; its own ids for a row of another version."""
    rival, slash, item = row.id.partition("/")
    if slash:
        found = _known().get((item, row.output), _plain(item, row.output))
        who = RIVALS.get(rival, Label(rival, rival))
        return Words(Label(f"{who.en}: {found.item.en}", f"{who.zh}：{found.item.zh}"), found.output, found.unit, _NONE)
    return _known().get((row.id, row.output), _plain(row.id, row.output))


def note(id: str) -> Label:
    """What is to be known of an item; empty where there is nothing."""
    return _notes().get(id, _NONE)


def value_text(value: float, unit: str, lang: str) -> str:
    """A value of a row with its unit."""
    if value != value:
        return MISSING
    if unit == _BILLIONS:
        return amount(value * 1e9, "yuan", lang=lang)
    return amount(value, unit, lang=lang)


def span_text(low: float, high: float, unit: str, lang: str) -> str:
    """A band or an interval."""
    if low != low or high != high:
        return MISSING
    ends = [value_text(end, unit, lang) for end in (low, high)]
    word = ends[1].lstrip("-+0123456789.,≈")
    if word and ends[0].endswith(word):
        ends[0] = ends[0][: -len(word)].rstrip()
    return f"{ends[0]} – {ends[1]}" if lang == "en" else f"{ends[0]}～{ends[1]}"


def reason_text(row: Row, lang: str) -> str:
    """Why a row misses, with sign and size; empty for one that passed."""
    if row.passed:
        return ""
    if lang == "en":
        return row.reason
    parts = [part for part in (miss_text(row, "zh"), words(row).reason.zh) if part]
    return "；".join(parts) or row.reason


def place(row: Row) -> tuple[int, str, str]:
    """Where a row stands on the card: items of experiments by number, all else as it is declared."""
    last = len(_order())
    return _order().get((row.id, row.output), last), row.id, row.output


_NONE: Final = Label("", "")


def _plain(id: str, output: str) -> Words:
    return Words(Label(id, id), Label(output.replace("_", " "), output), "", _NONE)


@lru_cache(maxsize=1)
def _known() -> dict[tuple[str, str], Words]:
    return {(id, output): found for id, output, found in _all()}


def _all() -> Iterator[tuple[str, str, Words]]:
    from experiments.natural.registry import EXPERIMENTS

    for item in items():
        for figure in item.figures:
            yield item.id, figure.name, Words(item.label, figure.label, figure.unit, figure.reason)
    for one in EXPERIMENTS.values():
        for output in one.outputs:
            yield one.id, output.name, Words(one.label, output.label, output.unit, output.reason)
    for other in UNASKED:
        yield other.id, NOT_RUN, Words(other.label, Label("not run", "未运行"), "", other.why)


@lru_cache(maxsize=1)
def _order() -> dict[tuple[str, str], int]:
    """Experiments first, by id; outputs in the order of their declarations."""
    keys = list(_known())
    first = sorted((key for key in keys if key[0].startswith("NE-")), key=lambda key: key[0])
    return {key: at for at, key in enumerate([*first, *(key for key in keys if not key[0].startswith("NE-"))])}


@lru_cache(maxsize=1)
def _notes() -> dict[str, Label]:
    from experiments.natural.registry import EXPERIMENTS

    return {
        **{item.id: item.note for item in items()},
        **{one.id: Label(f"{one.published.en} ({one.source})", f"{one.published.zh}（{one.source}）")
           for one in EXPERIMENTS.values()},
    }  # fmt: skip
