"""One declaration, many readers: parameters, labels and indicators with their metadata.

Sliders, validation, documentation and sweeps all read these; no reader keeps a copy.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from model.kernel.refusals import Problem, Refused, unknown

STATUSES: Final = (
    "measured",
    "literature",
    "calibrated",
    "derived",
    "assumed",
    "paper",
    "verified",
    "recalled",
)


@dataclass(frozen=True)
class Label:
    """A name in both languages of the project."""

    en: str
    zh: str

    def as_row(self) -> dict[str, str]:
        return {"en": self.en, "zh": self.zh}


@dataclass(frozen=True)
class Parameter:
    """A number (or list of members) that may be set, with everything a reader needs to know of it.

    `low` and `high` are the hard bounds and the range of every sensitivity run. `members` is set for
    parameters whose value is a list of members of a dimension; `integer` for whole numbers. `paper` is the
    source paper's own value where it gives one. An `assumed` parameter spans at least half to double.
    """

    name: str
    value: Any
    low: float | None
    high: float | None
    unit: str
    label: Label
    source: str
    status: str
    paper: float | None = None
    step: float | None = None
    integer: bool = False
    members: str | None = None
    optional: bool = False
    note: str = ""


class Parameters(Mapping[str, float]):
    """Values of the model parameters by dotted path, read-only."""

    def __init__(self, values: Mapping[str, float]) -> None:
        self._values = dict(values)

    def __getitem__(self, path: str) -> float:
        return self._values[path]

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def replaced(self, overrides: Mapping[str, float]) -> Parameters:
        """A copy with some values changed; paths are checked where scenarios are read."""
        return Parameters({**self._values, **overrides})

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._values.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parameters) and self._values == other._values


_COLUMNS: Final = (
    "path",
    "value",
    "low",
    "high",
    "unit",
    "label_en",
    "label_zh",
    "source",
    "status",
    "note",
)


def load_parameters(file: Path) -> Mapping[str, Parameter]:
    """The parameter table: path → declaration. Raises Refused with every fault of the table."""
    problems: list[Problem] = []
    found: dict[str, Parameter] = {}
    with file.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        if tuple(reader.fieldnames or ()) != _COLUMNS:
            given = ", ".join(reader.fieldnames or ())
            raise Refused([Problem("wrong_columns", f"{file.name} has columns {given}", allowed=", ".join(_COLUMNS))])
        for line, row in enumerate(reader, start=2):
            fault = _parameter_fault(row, file.name, line, found)
            if fault is not None:
                problems.append(fault)
                continue
            found[row["path"]] = _parameter(row)
    if problems:
        raise Refused(problems)
    return MappingProxyType(found)


def _parameter(row: Mapping[str, str]) -> Parameter:
    return Parameter(
        name=row["path"],
        value=float(row["value"]),
        low=float(row["low"]),
        high=float(row["high"]),
        unit=row["unit"],
        label=Label(row["label_en"], row["label_zh"]),
        source=row["source"],
        status=row["status"],
        note=row["note"],
    )


def _parameter_fault(row: Mapping[str, str], file: str, line: int, found: Mapping[str, Parameter]) -> Problem | None:
    """The first thing wrong with a row of the parameter table, or None."""
    path = row["path"]
    if path in found:
        return Problem("duplicate_key", f"parameter '{path}' is declared twice", file, line, path)
    missing = [name for name in _COLUMNS[:-1] if not (row[name] or "").strip()]
    if missing:
        return Problem("missing_value", f"column(s) {', '.join(missing)} are empty", file, line, path)
    if row["status"] not in STATUSES:
        return unknown("status", row["status"], STATUSES, file=file, line=line, path=path)
    try:
        value, low, high = float(row["value"]), float(row["low"]), float(row["high"])
    except ValueError:
        return Problem("not_a_number", "value, low and high must be numbers", file, line, path)
    if not low <= value <= high:
        return Problem("out_of_bounds", f"value {value} is outside {low} to {high}", file, line, path, value)
    return _range_fault(row, file, line)


def _range_fault(row: Mapping[str, str], file: str, line: int) -> Problem | None:
    """An assumed value spans at least half to double, unless its note names the bound that forbids it."""
    value, low, high = float(row["value"]), float(row["low"]), float(row["high"])
    top = min(1.0, 2 * value) if row["unit"].startswith("share") else 2 * value
    wide = low <= value / 2 * 1.001 and high >= top * 0.999
    if row["status"] != "assumed" or value <= 0 or wide or row["note"].startswith("bounded:"):
        return None
    message = "an assumed value needs a range of at least half to double, or a note 'bounded: why'"
    return Problem("narrow_range", message, file, line, row["path"], value)


@dataclass(frozen=True)
class Indicator:
    """What is measured: a function of the month, its unit, its kind and the dimensions it is broken down by.

    `kind` says how months make a year: flows are summed, stocks taken at the end, ratios computed from summed
    numerators and denominators (`function` then returns the pair).
    """

    id: str
    label: Label
    unit: str
    kind: str
    level: str
    function: Callable[..., Any]
    dimensions: tuple[str, ...] = ()
    doc: str = ""


@dataclass
class Registry:
    """Things by id, in order of declaration; a second declaration of an id is a defect."""

    kind: str
    items: dict[str, Any] = field(default_factory=dict)

    def add(self, key: str, item: Any) -> Any:
        if key in self.items:
            raise ValueError(f"{self.kind} '{key}' is declared twice")
        self.items[key] = item
        return item

    def __iter__(self) -> Any:
        return iter(self.items.values())

    def ids(self) -> list[str]:
        return list(self.items)


INDICATORS: Final = Registry("indicator")


def indicator(
    id: str, en: str, zh: str, unit: str, kind: str, level: str, dimensions: Iterable[str] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a function of the month as an indicator."""

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        doc = " ".join((function.__doc__ or "").split())
        INDICATORS.add(id, Indicator(id, Label(en, zh), unit, kind, level, function, tuple(dimensions), doc))
        return function

    return declare
