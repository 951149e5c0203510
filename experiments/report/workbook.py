"""The tables of a result as a workbook: numbers as numbers, the same bytes for the same result."""

from __future__ import annotations

import datetime
import io
import math
import re
import zipfile
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from experiments.report.source import Source
from experiments.report.tables import heading, safe_text, tables
from model.kernel.refusals import RunFailed

_EPOCH: Final = (2000, 1, 1, 0, 0, 0)
_FORMATS: Final[Mapping[str, str]] = {
    "relative": "0.0000%",
    "p_positive": "0%",
    "p_negative": "0%",
    "draws": "0",
    "year": "0",
    "yuan": "#,##0",
    "public_cost": "#,##0",
    "effect_per_yuan": "0.0000",
}
_GENERAL: Final = "#,##0.######"
_WIDEST: Final = 60
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def workbook(source: Source) -> bytes:
    """All tables, a sheet each. Raises RunFailed when the extra `report` is not installed."""
    try:
        from openpyxl import Workbook
    except ImportError as fault:
        raise RunFailed(f"a workbook needs the extra 'report' of the project ({fault})") from fault
    book = Workbook()
    book.remove(book.active)
    for name, frame in tables(source).items():
        _sheet(book.create_sheet(name[:31]), frame)
    finished = datetime.datetime.fromisoformat(source.manifest["finished"]).replace(tzinfo=None)
    book.properties.creator = f"dualcirc {source.manifest['version']}"
    book.properties.created = finished
    made = io.BytesIO()
    book.save(made)
    return _dated(made.getvalue(), finished)


def _sheet(sheet: Any, frame: pd.DataFrame) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.append([heading(column) for column in frame.columns])
    for row in frame.itertuples(index=False):
        sheet.append([_cell(value) for value in row])
    for at, column in enumerate(frame.columns, start=1):
        head = sheet.cell(1, at)
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        numeric = pd.api.types.is_numeric_dtype(frame[column])
        longest = 14 if numeric else max([len(str(value)) for value in frame[column].head(200)], default=8)
        sheet.column_dimensions[get_column_letter(at)].width = min(_WIDEST, max(12, longest + 2))
        if numeric:
            for (cell,) in sheet.iter_rows(min_row=2, min_col=at, max_col=at):
                cell.number_format = _FORMATS.get(str(column), _GENERAL)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _cell(value: Any) -> Any:
    """A value as a cell: nothing for nan, text that is no formula, plain numbers."""
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, str):
        return safe_text(_ILLEGAL.sub("", plain))
    if isinstance(plain, float) and not math.isfinite(plain):
        return None
    return plain


def _dated(content: bytes, finished: datetime.datetime) -> bytes:
    """The archive with fixed dates: the library writes the time of day into it."""
    stamp = f"{finished.isoformat(timespec='seconds')}Z".encode()
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, data)
    return made.getvalue()
