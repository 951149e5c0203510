"""The score card as a Markdown document: English, with a summary in Chinese before the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from experiments.validation.card import (
    Block,
    Card,
    Cell,
    Grid,
    Strip,
    Title,
    Verdict,
    answer,
    blocks,
    themes,
)
from experiments.validation.rows import Row, frame
from experiments.validation.texts import points, text

DOCUMENT: Final = "SCORECARD.md"
PROJECT: Final = Path(__file__).resolve().parents[2]
COMMITTED: Final = PROJECT / "experiments" / DOCUMENT
TABLE: Final = PROJECT / "scenarios" / "calibration" / "scorecard.csv"
"""Rows of the committed card, which every report reads."""


def document(rows: Sequence[Row], about: Mapping[str, Any]) -> str:
    """The whole card."""
    card = Card(tuple(rows), about)
    lines = ["# Score card", "", _made(about), ""]
    for at, block in enumerate(blocks(card, "en")):
        lines += _block(block)
        if at == 0:
            lines += _chinese(card)
    return "\n".join(lines).rstrip() + "\n"


def _made(about: Mapping[str, Any]) -> str:
    return (
        f"Written by `dualcirc validate`, dualcirc {about['version']}, evidence {about['data_version']}, "
        f"{about['finished'][:10]}. Do not edit by hand."
    )


def _chinese(card: Card) -> Iterator[str]:
    """The summary in Chinese."""
    yield from ("## 中文摘要", "", answer(card, "zh"), "")
    yield from _grid(themes(card, "zh"))
    for key in ("rules", "holdout", "forecast", "rival"):
        yield from (text(key, "zh"), "")
    yield from (f"- {point}" for point in points("limits", "zh"))
    yield ""


def _block(block: Block) -> Iterator[str]:
    yield from (f"## {block.head}", "")
    for part in block.parts:
        if isinstance(part, Grid):
            yield from _grid(part)
        elif isinstance(part, list):
            yield from (f"- {point}" for point in part)
            yield ""
        elif part:
            yield from (part, "")


def _grid(grid: Grid) -> Iterator[str]:
    """A table; pictures are left out, a heading among the rows is bold."""
    drawn = {at for row in grid.rows for at, cell in enumerate(row) if isinstance(cell, Strip)}
    keep = [at for at in range(len(grid.head)) if at not in drawn]
    yield f"| {' | '.join(grid.head[at] for at in keep)} |"
    yield f"|{'|'.join('---' if at < grid.left else '---:' for at in keep)}|"
    for row in grid.rows:
        cells = [_plain(row[0]), *[""] * (len(keep) - 1)] if len(row) == 1 else [_plain(row[at]) for at in keep]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _plain(cell: Cell) -> str:
    """A cell as Markdown."""
    if isinstance(cell, Verdict):
        return cell.text if cell.row.passed else f"**{cell.text}**"
    if isinstance(cell, Title):
        head = f"**{_safe(cell.text)}** " if cell.text else ""
        return f"{head}{_safe(cell.note)}".strip()
    return _safe(cell) if isinstance(cell, str) else ""


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")


def commit_card(rows: Sequence[Row], about: Mapping[str, Any]) -> tuple[Path, Path]:
    """Write the card and its table into the repository; returns both places."""
    from experiments.store import write_file

    TABLE.parent.mkdir(parents=True, exist_ok=True)
    contents = {COMMITTED: document(rows, about), TABLE: frame(rows).to_csv(index=False, lineterminator="\n")}
    for place, content in contents.items():
        write_file(place, lambda handle, content=content: handle.write(content.encode()))
    return COMMITTED, TABLE
