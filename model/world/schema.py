"""What an evidence table must look like: the reader of `scenarios/evidence/schema.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from model.kernel.members import CATEGORIES, CHANNELS, GATEWAY_KINDS, IMPORT_CHANNELS, MODES, SIZES, TIERS

PLAIN_KINDS: Final = ("text", "word", "number", "integer", "figure", "month", "where")
MEMBER_KINDS: Final = ("one", "many")
NUMERIC_KINDS: Final = ("number", "integer", "figure")
DEMANDED: Final = ("source", "status")
"""Columns that every table has, filled on every row."""

CLOSED_SETS: Final[Mapping[str, tuple[str, ...]]] = {
    "category": CATEGORIES,
    "mode": MODES,
    "channel": CHANNELS,
    "import_channel": IMPORT_CHANNELS,
    "gateway_kind": GATEWAY_KINDS,
    "tier": TIERS,
    "size": SIZES,
}


@dataclass(frozen=True)
class Column:
    """One column: what kind of thing it holds, its unit, its bounds (None: none) or the set of its members."""

    name: str
    kind: str
    unit: str
    low: float | None = None
    high: float | None = None
    required: bool = False
    members: str = ""

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.kind in NUMERIC_KINDS


@dataclass(frozen=True)
class TableSpec:
    """One table: columns in file order, the columns that make a row unique, and a column that must be complete."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    complete: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """A column by name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True)
class Schema:
    """All tables, the closed sets they use, and the files of the folder that somebody else reads."""

    tables: Mapping[str, TableSpec]
    sets: Mapping[str, tuple[str, ...]]
    elsewhere: tuple[str, ...] = ()


def _column(line: str, table: str) -> Column:
    """One line of `columns`: name, kind, unit, then bounds and "required" in any order."""
    words = line.split()
    if len(words) < 3:
        raise ValueError(f"schema of {table}: '{line.strip()}' needs a name, a kind and a unit")
    name, kind, unit, *rest = words
    kind, _, members = kind.partition(":")
    if kind not in (MEMBER_KINDS if members else PLAIN_KINDS):
        raise ValueError(f"schema of {table}: '{name}' has the unknown kind '{words[1]}'")
    low = high = None
    for word in rest:
        if ".." in word:
            low, high = (float(end) for end in word.split(".."))
        elif word != "required":
            raise ValueError(f"schema of {table}: '{word}' after column '{name}' is neither bounds nor 'required'")
    return Column(name, kind, unit, low, high, "required" in rest, members)


def _table(name: str, entry: Mapping[str, Any]) -> TableSpec:
    columns = tuple(_column(line, name) for line in entry["columns"].splitlines() if line.strip())
    table = TableSpec(name, entry["about"], tuple(entry["key"].split()), columns, entry.get("complete", ""))
    for needed in (*table.key, *DEMANDED, *([table.complete] if table.complete else [])):
        table.column(needed)
    for column in columns:
        if column.numeric and column.unit == "-":
            raise ValueError(f"schema of {name}: column '{column.name}' holds numbers and declares no unit")
        if column.unit == "row":
            table.column("unit")
    return table


@lru_cache(maxsize=4)
def _read(path: Path, _stamp: int) -> Schema:
    entry = YAML(typ="safe").load(path)
    sets = {name: tuple(str(member) for member in members) for name, members in entry["sets"].items()}
    tables = {name: _table(name, table) for name, table in entry["tables"].items()}
    return Schema(tables, {**CLOSED_SETS, **sets}, tuple(entry.get("elsewhere", ())))


def read_schema(path: Path) -> Schema:
    """The schema in `path`, read once per process and version of the file. Raises ValueError on a bad schema."""
    return _read(path.resolve(), path.stat().st_mtime_ns)
