"""The score card as blocks of words and tables, in either language; a document and a page are made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pandas as pd

from experiments.validation import texts
from experiments.validation.evidence import rows as evidence
from experiments.validation.labels import KIND_LABELS, note, place, reason_text, span_text, value_text, words
from experiments.validation.rivals import RIVALS
from experiments.validation.rows import REPORTED, THEMES, Row
from experiments.validation.totals import Tally, by_kind, tally, together, totals
from experiments.validation.unasked import NOT_RUN, UNASKED


@dataclass(frozen=True)
class Verdict:
    """Whether a row lies in its band, as a cell."""

    row: Row
    text: str


@dataclass(frozen=True)
class Strip:
    """A row's band and the model's place in it, as a cell; a page draws it, a document leaves it out."""

    row: Row


@dataclass(frozen=True)
class Title:
    """A heading among the rows and what is to be known of it, as the only cell of a row; either may be empty."""

    text: str
    note: str


Cell = str | Verdict | Strip | Title


@dataclass(frozen=True)
class Grid:
    """A table. A row of one cell is a heading over the rows that follow; the first `left` columns are words."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left: int = 1
    wide: bool = False


@dataclass(frozen=True)
class Block:
    """A section: texts, tables, and lists of points."""

    head: str
    parts: tuple[str | Grid | list[str], ...]


@dataclass(frozen=True)
class Card:
    """Rows of the card and what the manifest says beside them (empty for a card read from its table alone)."""

    rows: tuple[Row, ...]
    about: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, table: pd.DataFrame, about: Mapping[str, Any] | None = None) -> Card:
        """The card of a stored table `validation`."""
        filled = table.assign(reason=table["reason"].fillna(""))
        rows = tuple(Row(**{str(key): value for key, value in row.items()}) for row in filled.to_dict("records"))
        return cls(rows, about or {})

    @property
    def facts(self) -> Mapping[str, Any]:
        """Figures beside the rows."""
        found: Mapping[str, Any] = self.about.get("validation") or {}
        return found

    def kind(self, kind: str) -> list[Row]:
        """Rows of a kind, in the order of the declarations."""
        return sorted((row for row in self.rows if row.kind == kind), key=place)


def pick(lang: str, en: str, zh: str) -> str:
    """The text of a language."""
    return zh if lang == "zh" else en


def answer(card: Card, lang: str) -> str:
    """The card in a sentence or two."""
    whole = together(card.rows)
    ran = len({row.id for row in card.kind("experiment") if row.output != NOT_RUN})
    counts = dict(passed=whole.passed, of=whole.of, ran=ran, new=whole.unused_passed, new_of=_new_run(card))
    return texts.text("answer", lang, **counts)


def _new_run(card: Card) -> int:
    """Experiments that were run and that the fit has not seen."""
    return tally(row for row in card.kind("experiment") if row.output != NOT_RUN).unused_of


def blocks(card: Card, lang: str) -> Iterator[Block]:
    """All sections of the card."""
    yield Block(pick(lang, "The answer", "结论"), (answer(card, lang), themes(card, lang), _kinds(card, lang)))
    yield Block(pick(lang, "How to read it", "阅读说明"), (texts.text("rules", lang), _effort(card, lang)))
    for kind in ("experiment", "holdout", "history", "forecast"):
        found = [row for row in card.kind(kind) if row.output != NOT_RUN]
        if found:
            said = texts.text(kind, lang)
            yield Block(getattr(KIND_LABELS[kind], lang), (said, _table(found, getattr(KIND_LABELS[kind], lang), lang)))
    yield Block(getattr(KIND_LABELS["rival"], lang), tuple(_rivals(card, lang)))
    yield Block(pick(lang, "Published experiments that were not run", "未运行的已发表实验"), _unasked(lang))
    yield Block(pick(lang, "The paper's own numbers", "论文自身的数字"), (_paper(lang),))
    yield Block(pick(lang, "Limits", "局限"), (texts.points("limits", lang),))


def themes(card: Card, lang: str) -> Grid:
    """Experiments passed by theme, all of them and those that the fit has not seen."""
    counted = {**totals(card.rows)}
    lines = [(getattr(THEMES[theme], lang), *_tally_cells(count)) for theme, count in counted.items()]
    lines.append((pick(lang, "All themes", "合计"), *_tally_cells(together(card.rows))))
    head = pick(lang, "Theme|In band|Of|Not seen by the fit: in band|Of", "主题|通过|总数|未用于拟合：通过|总数").split(
        "|"
    )
    caption = pick(
        lang, "Published experiments by theme; what was not run is a miss", "分主题的已发表实验，未运行计为未通过"
    )
    return Grid(caption, tuple(head), tuple(lines))


def _tally_cells(count: Tally) -> tuple[str, ...]:
    return tuple(str(value) for value in count.as_row().values())


def _kinds(card: Card, lang: str) -> Grid:
    """Items of the other kinds."""
    found = {kind: count for kind, count in by_kind(card.rows).items() if kind not in ("experiment", "rival")}
    lines = [(getattr(KIND_LABELS[kind], lang), str(count.passed), str(count.of)) for kind, count in found.items()]
    caption = pick(lang, "Other items of the card", "其他检验项目")
    return Grid(caption, tuple(pick(lang, "Kind|In band|Of", "类别|通过|总数").split("|")), tuple(lines))


def _effort(card: Card, lang: str) -> str:
    facts = card.facts
    if not facts:
        return ""
    keys = ("draws", "experiment_draws", "experiment_scale", "parameter_sets")
    said = texts.text("effort", lang, scale=card.about["scale"], **{key: facts[key] for key in keys})
    return f"{texts.text('quick', lang)} {said}" if facts["quick"] else said


def _table(rows: Sequence[Row], caption: str, lang: str) -> Grid:
    head = pick(
        lang,
        "Output|Verdict|Fit|Picture|Published|Band|Model|5–95 %",
        "结果|判断|拟合|图示|公布值|区间|模型|5%—95%",
    ).split("|")
    lines: list[tuple[Cell, ...]] = []
    for id, own in groupby(rows, key=lambda row: row.id):
        inside = list(own)
        lines.append((_heading(id, inside, lang),))
        for row in inside:
            lines.append(_line(row, lang))
            if not row.passed:
                lines.append((Title("", pick(lang, "Why: ", "原因：") + reason_text(row, lang)),))
    return Grid(caption, tuple(head), tuple(lines), left=4, wide=True)


def _heading(id: str, rows: Sequence[Row], lang: str) -> Title:
    label = getattr(words(rows[0]).item, lang)
    return Title(f"{id} {label}" if id.startswith("NE-") else label, getattr(note(id), lang))


def _line(row: Row, lang: str) -> tuple[Cell, ...]:
    called = words(row)
    verdict = pick(lang, "in band" if row.passed else "missed", "通过" if row.passed else "未通过")
    if row.tier == REPORTED:
        verdict = pick(lang, "reported", "仅列示")
    fit = pick(lang, "seen" if row.used_in_calibration else "not seen", "已用" if row.used_in_calibration else "未用")
    return (
        getattr(called.output, lang), Verdict(row, verdict), fit, Strip(row),
        value_text(row.target, called.unit, lang), span_text(row.low, row.high, called.unit, lang),
        value_text(row.simulated, called.unit, lang), span_text(row.sim_low, row.sim_high, called.unit, lang),
    )  # fmt: skip


def _rivals(card: Card, lang: str) -> Iterator[str | Grid]:
    yield texts.text("rival", lang)
    nearer = card.facts.get("nearer") or {}
    if nearer:
        head = pick(lang, "Rival|Model nearer|Equally near|Rival nearer", "对手|模型更近|相同|对手更近").split("|")
        lines = [(getattr(RIVALS[name], lang), *map(str, nearer[name])) for name in RIVALS if name in nearer]
        yield Grid(pick(lang, "Who is nearer to the published figure", "谁更接近公布值"), tuple(head), tuple(lines))
    yield _side_by_side(card, lang)
    part = card.facts.get("growth_from_demand")
    if part:
        share = {key: value_text(part[key], "share", lang) for key in ("mean", "low", "high")}
        yield texts.text("frozen", lang, draws=card.facts["variant_draws"], **share)


def _side_by_side(card: Card, lang: str) -> Grid:
    """The model and its rivals, a row an output that some rival was asked."""
    asked: dict[tuple[str, str], dict[str, Row]] = {}
    for row in card.kind("rival"):
        rival, _, item = row.id.partition("/")
        asked.setdefault((item, row.output), {})[rival] = row
    own = {(row.id, row.output): row for row in card.rows if row.kind != "rival"}
    lines = []
    for key, theirs in asked.items():
        row = own.get(key)
        if row is None:
            continue
        called = words(row)
        cells = [_value(one, called.unit, lang) for one in (row, *(theirs.get(name) for name in RIVALS))]
        name = f"{row.id} {getattr(called.output, lang)}" if row.id.startswith("NE-") else getattr(called.output, lang)
        published = value_text(row.target, called.unit, lang)
        lines.append((name, published, span_text(row.low, row.high, called.unit, lang), *cells))
    head = pick(lang, "Output|Published|Band|This model", "结果|公布值|区间|本模型").split("|")
    head += [getattr(label, lang) for label in RIVALS.values()]
    caption = pick(
        lang, "The same question to all; a star marks a value outside its band", "同题比较，星号表示在区间之外"
    )
    return Grid(caption, tuple(head), tuple(lines), wide=True)


def _value(row: Row | None, unit: str, lang: str) -> str:
    if row is None:
        return pick(lang, "not asked", "未提问")
    return value_text(row.simulated, unit, lang) + ("" if row.passed else " *")


def _unasked(lang: str) -> tuple[str | Grid, ...]:
    head = pick(lang, "Experiment|What|Theme|Why not", "编号|内容|主题|原因").split("|")
    lines = [(one.id, getattr(one.label, lang), getattr(THEMES[one.theme], lang), getattr(one.why, lang))
             for one in UNASKED]  # fmt: skip
    caption = pick(lang, "Counted as misses", "计为未通过")
    return texts.text("unasked", lang, count=len(UNASKED)), Grid(caption, tuple(head), tuple(lines), left=4)


def _paper(lang: str) -> Grid:
    """The paper's numbers that do not hold up, each with what is known of it."""
    lines = []
    for id, label in texts.PAPER.items():
        fact = evidence("paper_facts", id=id).iloc[0]
        item = str(fact["item"]) if lang == "en" else texts.PAPER_ITEMS[id]
        section = pick(lang, f"section {fact['section']}", f"第{fact['section']}节")
        unit = str(fact["unit"]) if lang == "en" else texts.PAPER_UNITS.get(str(fact["unit"]), "")
        lines.append((f"{item} ({section})" if lang == "en" else f"{item}（{section}）",
                      f"{fact['value']} {unit}".strip(), getattr(label, lang)))  # fmt: skip
    head = pick(lang, "Number|In the paper|What is known", "数字|论文|核查结果").split("|")
    return Grid(pick(lang, "Do not calibrate on these", "不可用于校准"), tuple(head), tuple(lines), left=3)


def missed(rows: Iterable[Row]) -> list[Row]:
    """Rows outside their bands."""
    return [row for row in rows if not row.passed]
