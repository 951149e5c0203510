"""Pieces of HTML: every text is escaped here and nowhere else."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

STYLE: Final = Path(__file__).with_name("report.css")
_SHORT: Final = 10  # rows up to which a table stays on one sheet of paper
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(value: object) -> Markup:
    """A value as escaped text; markup passes."""
    return value if isinstance(value, Markup) else Markup(html.escape(_CONTROL.sub("", str(value))))


def element(name: str, *content: object, **attributes: str | None) -> Markup:
    """An element; attribute names are written with _ for -, class_ for class. None leaves an attribute out."""
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    given = "".join(f' {key}="{text(value)}"' for key, value in named.items())
    return Markup(f"<{name}{given}>{''.join(text(part) for part in content)}</{name}>")


def joined(parts: Iterable[object], between: str = "") -> Markup:
    """Parts one after the other."""
    return Markup(text(between).join(text(part) for part in parts))


def table(
    caption: str, head: Sequence[str], rows: Sequence[Sequence[object]], left: int = 1, wide: bool = False
) -> Markup:
    """A table: the first `left` columns are words, the first of them names the row; the others are figures.

    A row of a single cell is a heading over the rows that follow. `wide` is for tables of many columns.
    """
    columns = [element("th", cell, scope="col", class_=None if at < left else "n") for at, cell in enumerate(head)]
    body = []
    for row in rows:
        if len(row) == 1:
            cell = element("th", row[0], scope="rowgroup", colspan=str(len(head)), class_="g")
            body.append(element("tr", cell))
            continue
        cells = [element("th", row[0], scope="row")]
        cells += [element("td", cell, class_=None if at < left else "n") for at, cell in enumerate(row[1:], start=1)]
        body.append(element("tr", *cells))
    parts = (element("caption", caption), element("thead", element("tr", *columns)), element("tbody", *body))
    return element(
        "div",
        element("table", *parts),
        class_="scroll wide" if wide else "scroll keep" if len(rows) <= _SHORT else "scroll",
        tabindex="0",
        role="region",
        aria_label=caption,
    )


def figure(svg: str, caption: str) -> Markup:
    """A picture with its sentence."""
    return element("figure", Markup(svg), element("figcaption", caption))


def exact(value: float, shown: str) -> Markup:
    """A figure as shown, carrying all its digits."""
    return Markup(f'<data value="{value!r}">{text(shown)}</data>')


def bullets(items: Iterable[object]) -> Markup:
    """A list."""
    return element("ul", *(element("li", item) for item in items))
