"""Result folders: written whole or not at all, the same bytes for the same content, readable by anyone.

A folder is built beside its place, every file by temporary name, fsync and rename, `manifest.json` last, and then
takes the place by rename. Whatever is killed and whenever, a reader finds the old result or the new one.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import IO, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from model.kernel.refusals import Problem, Refused

SCHEMA = 1
MANIFEST = "manifest.json"
_MANIFEST_KEYS = {"schema", "command", "scenarios", "seeds", "version", "finished"}
_WRITING: set[Path] = set()
"""Working folders this process is writing now."""
_WORD, _WHOLE, _REAL, _FLAG = pa.string(), pa.int64(), pa.float64(), pa.bool_()


@dataclass(frozen=True)
class Table:
    """Columns of a stored table; rows are sorted by `keys`."""

    keys: tuple[str, ...]
    columns: Mapping[str, pa.DataType]

    @property
    def schema(self) -> pa.Schema:
        return pa.schema(list(self.columns.items()))


def _table(keys: str, words: str = "", whole: str = "", real: str = "", order: str = "") -> Table:
    """A table from lists of names; `order` gives the columns' order when it is not keys, words, real, whole."""
    kinds = {name: _REAL for name in real.split()} | {name: _WHOLE for name in whole.split()}
    names = order.split() or [*keys.split(), *words.split(), *real.split(), *whole.split()]
    return Table(tuple(keys.split()), {name: kinds.get(name, _WORD) for name in names})


_PANEL = (
    "scenario seed period firm weight belt city province category size tier market platform mode revenue_yuan units "
    "parcels price_yuan delivered_days clearance_hours treated"
)
_VALIDATION = "id output theme kind target low high simulated sim_low sim_high tier used_in_calibration passed reason"
TABLES: dict[str, Table] = {
    "indicators": _table("scenario seed month indicator", whole="seed", real="value",
                         order="scenario seed month indicator value"),
    "breakdowns": _table("scenario seed period indicator dimension member", whole="seed", real="value",
                         order="scenario seed period indicator dimension member value"),
    "effects": _table("scenario indicator period", words="unit", whole="draws",
                      real="baseline policy effect low high se relative p_positive public_cost effect_per_yuan"),
    "ledger": _table("scenario seed month payer payee account", whole="seed", real="yuan",
                     order="scenario seed month payer payee account yuan"),
    "panel": _table("scenario seed period firm market platform mode", whole="seed firm",
                    real="weight revenue_yuan units parcels price_yuan delivered_days clearance_hours", order=_PANEL),
    # split of the effects over parts of a scenario (see `experiments.explain`); orders 0: all of them count
    "explanation": _table("scenario indicator period kind part", words="unit", whole="orders draws",
                          real="value low high se p_negative"),
    # measures and what they mean: see `experiments.evaluation.rows`
    "evaluation": _table("scenario measure policy indicator dimension member period", words="unit", whole="draws",
                         real="value low high se p_negative"),
    "validation": _table("id output", real="target low high simulated sim_low sim_high", order=_VALIDATION),
}  # fmt: skip
for _name, _flags in (("panel", ("treated",)), ("validation", ("used_in_calibration", "passed"))):
    TABLES[_name] = Table(TABLES[_name].keys, {**TABLES[_name].columns, **dict.fromkeys(_flags, _FLAG)})


def arrow_table(name: str, frame: pd.DataFrame) -> pa.Table:
    """The frame as a stored table: its columns only, typed, sorted by the keys, without metadata."""
    table = TABLES[name]
    made = pa.Table.from_pandas(frame[list(table.columns)], schema=table.schema, preserve_index=False)
    made = made.sort_by([(key, "ascending") for key in table.keys])
    return made.combine_chunks().replace_schema_metadata(None)


def _write_parquet(table: pa.Table, handle: IO[bytes]) -> None:
    """Every option that could move a byte is fixed here; the writer adds no time and no name of a machine."""
    pq.write_table(
        table,
        handle,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=3,
        use_dictionary=[name for name in table.column_names if table.schema.field(name).type == _WORD],
        column_encoding={field.name: "PLAIN" for field in table.schema if field.type in (_REAL, _WHOLE)},
        write_statistics=True,
        store_schema=False,
        row_group_size=1 << 20,
    )


class _Hashing:
    """A file that remembers the hash of what was written."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle = handle
        self.hash = hashlib.sha256()
        self.closed = False

    def write(self, data: Any) -> int:
        self.hash.update(data)
        return self._handle.write(data)

    def flush(self) -> None:
        self._handle.flush()

    def tell(self) -> int:
        return self._handle.tell()

    def close(self) -> None:
        """The owner of the file closes it."""


def _sync_folder(folder: Path) -> None:
    """Make renames in a folder durable; Windows keeps them without being asked."""
    if sys.platform == "win32":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def write_file(path: Path, write: Any) -> str:
    """Write one file by temporary name, fsync and rename; `write` gets the open file. Returns its SHA-256."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as raw:
            handle = _Hashing(raw)
            write(handle)
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return handle.hash.hexdigest()


def plain(value: Any) -> Any:
    """`value` with everything JSON does not know replaced: nan and inf by null, tuples by lists, numpy by Python."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a result of ours, or None when the folder holds none."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    ours = isinstance(found, dict) and found.keys() >= _MANIFEST_KEYS and isinstance(found["schema"], int)
    return found if ours else None


def _refusal(code: str, message: str, folder: Path) -> Refused:
    return Refused([Problem(code, message, path="--out", given=str(folder))])


def check_target(folder: Path) -> Path:
    """The absolute place of a new result; Refused when something else is there.

    Call it before a run, so that hours of work are not refused at their end.
    """
    place = Path(os.path.realpath(folder))
    _recover(place)
    if not place.exists():
        return place
    if not place.is_dir():
        raise _refusal("out_is_a_file", f"'{folder}' is a file, not a folder.", folder)
    if read_manifest(place) is None:
        text = f"'{folder}' exists and holds no result of dualcirc (no {MANIFEST} of ours); it is left alone."
        raise _refusal("foreign_folder", text, folder)
    return place


def _in_use(left: Path) -> bool:
    """Whether the process that a working folder is named after may still write it.

    Process numbers return, in containers especially: one that equals our own is asked of our own list.
    """
    process = left.name.split(".")[-2]
    if not process.isdigit() or sys.platform == "win32":
        return True
    if int(process) == os.getpid():
        return left in _WRITING
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _recover(place: Path) -> None:
    """Tidy up after a writer that was killed: bring back a result moved aside, remove drafts nobody writes."""
    if not place.parent.is_dir():
        return
    for left in sorted(place.parent.glob(f".{place.name}.*.old")):
        if not _in_use(left):
            if place.exists():
                shutil.rmtree(left, ignore_errors=True)
            else:
                os.rename(left, place)
    for draft in place.parent.glob(f".{place.name}.*.part"):
        if not _in_use(draft):
            shutil.rmtree(draft, ignore_errors=True)


def write_result(
    folder: Path,
    frames: Mapping[str, pd.DataFrame],
    manifest: Mapping[str, Any],
    extra: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a result folder and put it in its place, replacing an older result of ours. Returns the place.

    `frames`: table name → rows (see `TABLES`). `extra`: further files by name, a report for instance.
    """
    place = check_target(folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{os.getpid()}.part")
    aside = draft.with_suffix(".old")
    _WRITING.update((draft, aside))
    try:
        draft.mkdir()
        _fill(draft, frames, manifest, extra or {})
        _swap(draft, place, aside)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    finally:
        _WRITING.difference_update((draft, aside))
    return place


def _fill(
    draft: Path, frames: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any], extra: Mapping[str, bytes]
) -> None:
    """Write every file of a result; the manifest, which lists their hashes, comes last."""
    files: dict[str, str] = {}
    for name, frame in frames.items():
        table = arrow_table(name, frame)
        files[f"{name}.parquet"] = write_file(draft / f"{name}.parquet", partial(_write_parquet, table))
    for name, content in extra.items():
        files[name] = write_file(draft / name, partial(_write_bytes, content))
    text = json.dumps(plain({**manifest, "files": files}), indent=1, ensure_ascii=False, allow_nan=False)
    write_file(draft / MANIFEST, partial(_write_bytes, text.encode() + b"\n"))


def _write_bytes(content: bytes, handle: IO[bytes]) -> None:
    handle.write(content)


def _swap(draft: Path, place: Path, aside: Path) -> None:
    """Put the draft in its place. The older result is moved aside first and comes back when that fails."""
    if not place.exists():
        os.rename(draft, place)
        _sync_folder(place.parent)
        return
    os.rename(place, aside)
    try:
        os.rename(draft, place)
    except BaseException:
        os.rename(aside, place)
        raise
    _sync_folder(place.parent)
    _keep_foreign_files(aside, place)
    shutil.rmtree(aside, ignore_errors=True)


def _keep_foreign_files(old: Path, new: Path) -> None:
    """Notes that a user laid into a result folder outlive its replacement; files of ours do not."""
    ours = {MANIFEST, *(f"{name}.parquet" for name in TABLES)}
    ours |= set((read_manifest(old) or {}).get("files", {}))
    for entry in sorted(old.iterdir()):
        if entry.name not in ours and not _is_report(entry.name) and not (new / entry.name).exists():
            os.rename(entry, new / entry.name)


def _is_report(name: str) -> bool:
    """Whether a file is a report of ours, which must not outlive what it reports on."""
    return name.startswith("report") and name.endswith((".html", ".pdf", ".xlsx", ".csv"))


@dataclass(frozen=True)
class StoredResult:
    """A result folder opened for reading; tables are read when asked for."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def names(self) -> list[str]:
        """Tables in this result."""
        return [name.removesuffix(".parquet") for name in self.manifest["files"] if name.endswith(".parquet")]

    def table(self, name: str, columns: Iterable[str] | None = None) -> pd.DataFrame:
        """One table; Refused when the file is missing or its bytes are not those that were written."""
        file = f"{name}.parquet"
        path = self.folder / file
        expected = self.manifest["files"].get(file)
        if expected is None:
            raise _refusal("no_such_table", f"the result holds no {name}; it has {', '.join(self.names)}", self.folder)
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise _refusal("damaged_result", f"{file} is missing or damaged; run the command again", self.folder)
        wanted = list(columns) if columns is not None else None
        frame: pd.DataFrame = pq.read_table(path, columns=wanted).to_pandas()
        return frame

    @cached_property
    def indicators(self) -> pd.DataFrame:
        return self.table("indicators")

    @cached_property
    def breakdowns(self) -> pd.DataFrame:
        return self.table("breakdowns")

    @cached_property
    def effects(self) -> pd.DataFrame:
        return self.table("effects")

    @cached_property
    def ledger(self) -> pd.DataFrame:
        return self.table("ledger")


def read_result(folder: Path | str) -> StoredResult:
    """Open a result folder; Refused when it is not a complete result."""
    place = Path(os.path.realpath(folder))
    _recover(place)
    manifest = read_manifest(place)
    if manifest is None or "files" not in manifest:
        raise _refusal("no_result", f"'{folder}' holds no complete result of dualcirc", Path(folder))
    if manifest["schema"] > SCHEMA:
        text = f"'{folder}' was written by a newer dualcirc ({manifest['version']}); this one reads schema {SCHEMA}"
        raise _refusal("newer_result", text, Path(folder))
    return StoredResult(place, manifest)
