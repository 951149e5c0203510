"""Evidence tables: read every CSV of a folder, check it against the schema, refuse all faults at once.

The result is one typed DataFrame per table: numbers as float64 (NaN where empty), months as absolute months
(FOREVER where empty), lists of members as tuples, everything else as text.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from model.kernel.calendar import FOREVER, parse_month
from model.kernel.refusals import Problem, Refused, nearest
from model.world.schema import DEMANDED, Column, Schema, TableSpec, read_schema

SCHEMA_FILE: Final = "schema.yaml"
WHERE_SETS: Final[Mapping[str, str]] = {
    "market": "markets.iso3",
    "region": "market_rules.regions",
    "category": "category",
    "mode": "mode",
    "channel": "channel",
    "platform": "platforms_archetypes.id",
    "gateway": "gateways.id",
    "hub": "hubs.id",
    "belt": "belts.id",
    "province": "province",
    "city": "pilot_zones.city",
    "tier": "tier",
    "size": "size",
}
"""Keys of a `where` and where their members are listed."""


@dataclass
class Raw:
    """A table as text: a list of cells per column, the file line of every row."""

    spec: TableSpec
    file: str
    cells: dict[str, list[str]] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)

    def problem(self, code: str, row: int, column: str, message: str, **more: Any) -> Problem:
        """A problem at a cell; `row` −1 is the header."""
        line = self.lines[row] if row >= 0 else 1
        return Problem(code, message, file=self.file, line=line, path=f"{self.spec.name}.{column}", **more)


def parse_where(text: str) -> dict[str, Any]:
    """`"market: [USA]; share: 0.05"` → `{"market": ("USA",), "share": 0.05}`. Raises ValueError."""
    found: dict[str, Any] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        key, colon, value = (piece.strip() for piece in part.partition(":"))
        if not colon or not value or key in found:
            raise ValueError(f"'{part}' is not `key: value`, or the key stands twice")
        if value.startswith("[") and value.endswith("]"):
            found[key] = tuple(word.strip() for word in value[1:-1].split(","))
        elif value in ("true", "false"):
            found[key] = value == "true"
        else:
            found[key] = float(value)
    return found


def _read_raw(path: Path, spec: TableSpec) -> tuple[Raw, list[Problem]]:
    """The cells of a file in the columns of the schema, and the faults of its shape."""
    raw, problems = Raw(spec, path.name, {name: [] for name in spec.names}), []
    with path.open(newline="", encoding="utf-8") as handle:
        reader = csv.reader(handle)
        header = next(reader, [])
        for name in (name for name in header if name not in spec.names):
            problems.append(
                raw.problem(
                    "extra_column",
                    -1,
                    name,
                    f"column '{name}' is not in the schema.",
                    given=name,
                    allowed=", ".join(spec.names),
                    suggestion=nearest(name, spec.names),
                )
            )
        for name in (name for name in spec.names if name not in header):
            problems.append(
                raw.problem("missing_column", -1, name, f"column '{name}' is missing.", allowed=", ".join(spec.names))
            )
        if len(set(header)) < len(header):
            problems.append(raw.problem("duplicate_column", -1, "", "a column name stands twice in the header."))
        if problems:
            return raw, problems
        stores = [raw.cells[name] for name in header]
        for row in reader:
            raw.lines.append(reader.line_num)
            if len(row) != len(header):
                message = f"the row has {len(row)} cells, the header {len(header)}."
                problems.append(raw.problem("ragged_row", len(raw.lines) - 1, "", message, given=len(row)))
                row = (row + [""] * len(header))[: len(header)]
            for store, cell in zip(stores, row, strict=True):
                store.append(cell)
    return raw, problems


class Members:
    """Resolves the name of a set: a closed list, or the cells of another table's column."""

    def __init__(self, schema: Schema, raws: Mapping[str, Raw]) -> None:
        self._sets, self._raws = schema.sets, raws
        self._known: dict[str, dict[str, None]] = {}

    def of(self, name: str) -> dict[str, None]:
        """Members in order, as the keys of a dict. An unreadable table gives none."""
        if name not in self._known:
            if name in self._sets:
                self._known[name] = dict.fromkeys(self._sets[name])
            else:
                table, _, column = name.partition(".")
                cells = self._raws[table].cells.get(column, []) if table in self._raws else []
                self._known[name] = dict.fromkeys(word for cell in cells for word in cell.split("|") if word)
        return self._known[name]


def _unknown(raw: Raw, row: int, column: str, word: str, allowed: Sequence[str]) -> Problem:
    shown = ", ".join(allowed) if len(allowed) <= 12 else f"one of {len(allowed)} names"
    message = f"'{word}' is not known here."
    return raw.problem(
        "unknown_member", row, column, message, given=word, allowed=shown, suggestion=nearest(word, allowed)
    )


def _number(raw: Raw, column: Column, row: int, cell: str) -> tuple[float, Problem | None]:
    """A cell as a number within bounds, or the problem with it."""
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or (column.kind == "integer" and value != int(value)):
        what = "a whole number" if column.kind == "integer" else "a number"
        return math.nan, raw.problem("not_a_number", row, column.name, f"'{cell}' is not {what}.", given=cell)
    if column.low is not None and column.high is not None and not column.low <= value <= column.high:
        message = f"{cell} {column.unit} is out of bounds."
        bounds = f"{column.low:g} to {column.high:g}"
        return math.nan, raw.problem("out_of_bounds", row, column.name, message, given=value, allowed=bounds)
    return value, None


def _numbers(raw: Raw, column: Column, problems: list[Problem]) -> list[float]:
    values = []
    for row, cell in enumerate(raw.cells[column.name]):
        if not cell:
            values.append(math.nan)
            continue
        value, problem = _number(raw, column, row, cell)
        values.append(value)
        if problem is not None:
            problems.append(problem)
    return values


def _months(raw: Raw, column: Column, problems: list[Problem]) -> list[int]:
    values = []
    for row, cell in enumerate(raw.cells[column.name]):
        try:
            values.append(parse_month(cell) if cell else FOREVER)
        except ValueError:
            values.append(FOREVER)
            problems.append(
                raw.problem(
                    "not_a_month",
                    row,
                    column.name,
                    f"'{cell}' is not a month.",
                    given=cell,
                    allowed="YYYY-MM",
                )
            )
    return values


def _members(raw: Raw, column: Column, allowed: dict[str, None], problems: list[Problem]) -> list[Any]:
    """Cells as one member, or as tuples of members where the column holds many."""
    many = column.kind == "many"
    values: list[Any] = []
    for row, cell in enumerate(raw.cells[column.name]):
        words = tuple(cell.split("|")) if many and cell else (cell,) if cell else ()
        for word in words:
            if word not in allowed:
                problems.append(_unknown(raw, row, column.name, word, list(allowed)))
        values.append(words if many else cell)
    return values


def _check_where(raw: Raw, column: Column, members: Members, problems: list[Problem]) -> list[str]:
    for row, cell in enumerate(raw.cells[column.name]):
        try:
            where = parse_where(cell)
        except ValueError as fault:
            problems.append(raw.problem("bad_where", row, column.name, f"{fault}.", given=cell))
            continue
        for key, value in where.items():
            if not isinstance(value, tuple):
                known = key in ("pilot_zone", "share", "draw")
            else:
                known = key in WHERE_SETS
                allowed = members.of(WHERE_SETS[key]) if known else {}
                wrong = (word for word in value if known and word not in allowed)
                problems += [_unknown(raw, row, column.name, word, list(allowed)) for word in wrong]
            if not known:
                problems.append(_unknown(raw, row, column.name, key, [*WHERE_SETS, "pilot_zone", "share", "draw"]))
    return raw.cells[column.name]


def _check_words(raw: Raw, column: Column, problems: list[Problem]) -> list[str]:
    for row, cell in enumerate(raw.cells[column.name]):
        if cell and not cell.replace("_", "a").isalnum():
            message = f"'{cell}' is not an identifier."
            problems.append(
                raw.problem("not_a_word", row, column.name, message, given=cell, allowed="letters, digits, _")
            )
    return raw.cells[column.name]


def _check_filled(raw: Raw, column: Column) -> Iterator[Problem]:
    """Required cells that are empty; a missing source, status or unit has a code of its own."""
    if not column.required:
        return
    code = f"missing_{column.name}" if column.name in (*DEMANDED, "unit") else "missing_value"
    for row, cell in enumerate(raw.cells[column.name]):
        if not cell.strip():
            yield raw.problem(code, row, column.name, f"'{column.name}' is empty.", allowed="a value on every row")


def _check_key(raw: Raw) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], int] = {}
    for row, key in enumerate(zip(*(raw.cells[name] for name in raw.spec.key), strict=True)):
        if key in seen:
            message = f"the key {' / '.join(key)} stands already on line {raw.lines[seen[key]]}."
            yield raw.problem("duplicate_key", row, " ".join(raw.spec.key), message, given=" / ".join(key))
        seen.setdefault(key, row)


def _check_complete(raw: Raw, members: Members) -> Iterator[Problem]:
    if not raw.spec.complete:
        return
    column = raw.spec.column(raw.spec.complete)
    present = set(raw.cells[column.name])
    for member in members.of(column.members):
        if member not in present:
            message = f"no row for '{member}'."
            yield raw.problem("missing_row", -1, column.name, message, allowed="a row for every member")


def _typed(raw: Raw, members: Members, problems: list[Problem]) -> pd.DataFrame:
    """The table with typed columns; every fault of its cells goes to `problems`."""
    readers: dict[str, Callable[[Column], list[Any]]] = {
        "number": lambda column: _numbers(raw, column, problems),
        "integer": lambda column: _numbers(raw, column, problems),
        "month": lambda column: _months(raw, column, problems),
        "one": lambda column: _members(raw, column, members.of(column.members), problems),
        "many": lambda column: _members(raw, column, members.of(column.members), problems),
        "where": lambda column: _check_where(raw, column, members, problems),
        "word": lambda column: _check_words(raw, column, problems),
    }
    data: dict[str, Any] = {}
    for column in raw.spec.columns:
        problems.extend(_check_filled(raw, column))
        values = readers[column.kind](column) if column.kind in readers else raw.cells[column.name]
        whole = column.kind == "integer" and not any(map(math.isnan, values))
        dtype = (
            "int64"
            if whole or column.kind == "month"
            else "float64"
            if column.kind in ("number", "integer")
            else object
        )
        data[column.name] = pd.Series(values, dtype=dtype)
    problems.extend(_check_key(raw))
    problems.extend(_check_complete(raw, members))
    return pd.DataFrame(data)


def _files(folder: Path, schema: Schema) -> Iterator[Problem]:
    """Tables that are missing, and CSV files that nobody declared."""
    present = {path.stem for path in folder.glob("*.csv")}
    known = [*schema.tables, *schema.elsewhere]
    for name in schema.tables:
        if name not in present:
            yield Problem("missing_table", f"the table {name}.csv is missing.", file=f"{name}.csv", path=name)
    for name in sorted(present - set(known)):
        yield Problem(
            "extra_table", f"{name}.csv is not in the schema.", file=f"{name}.csv", path=name, given=name,
            allowed=f"one of {len(known)} tables", suggestion=nearest(name, known),
        )  # fmt: skip


@lru_cache(maxsize=4)
def _read_folder(folder: Path, _stamp: tuple[tuple[str, int, int], ...]) -> Mapping[str, pd.DataFrame]:
    schema = read_schema(folder / SCHEMA_FILE)
    problems = list(_files(folder, schema))
    raws: dict[str, Raw] = {}
    for name, spec in schema.tables.items():
        path = folder / f"{name}.csv"
        if path.exists():
            raw, faults = _read_raw(path, spec)
            problems += faults
            if not any(fault.line == 1 for fault in faults):
                raws[name] = raw
    members = Members(schema, raws)
    tables = {name: _typed(raw, members, problems) for name, raw in raws.items()}
    if problems:
        raise Refused(problems)
    return MappingProxyType(tables)


def read_tables(folder: str | Path) -> Mapping[str, pd.DataFrame]:
    """Every evidence table of a folder, checked and typed; raises Refused with all faults of all tables.

    Read once per process and version of the files. The frames are shared: do not change them.
    """
    place = Path(folder).resolve()
    paths = sorted([*place.glob("*.csv"), place / SCHEMA_FILE])
    missing = not (place / SCHEMA_FILE).exists()
    if missing:
        raise Refused([Problem("missing_schema", f"there is no {SCHEMA_FILE} in {place.name}.", file=SCHEMA_FILE)])
    stats = [(path.name, path.stat()) for path in paths]
    return _read_folder(place, tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats))
