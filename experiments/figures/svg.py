"""Pieces of SVG: elements with escaped text, presentational attributes only, the same bytes for the same content.

Browsers and WeasyPrint then draw alike, and a page needs neither script nor style sheet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from experiments.figures.palette import INK

FONT: Final = "Noto Sans CJK SC,Noto Sans SC,sans-serif"
TITLE_SIZE: Final = 13.0
TEXT_SIZE: Final = 11.0
SMALL_SIZE: Final = 10.0
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """Text with markup escaped and without characters that XML forbids."""
    return escape(_CONTROL.sub("", text))


def number(value: float) -> str:
    """A coordinate, to a hundredth."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def tag(name: str, *content: str, **attributes: str | float | None) -> str:
    """An element; `content` is markup, attribute names are written with _ for -. None leaves an attribute out."""
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}={_quoted(value)}"
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(content)
    return f"<{name}{given}>{inside}</{name}>" if inside else f"<{name}{given}/>"


def _quoted(value: str | float) -> str:
    return quoteattr(_CONTROL.sub("", value)) if isinstance(value, str) else f'"{number(value)}"'


def words(
    x: float,
    y: float,
    text: str,
    size: float = TEXT_SIZE,
    fill: str = INK,
    anchor: str | None = None,
    weight: str | None = None,
) -> str:
    """A line of text; `y` is its baseline."""
    return tag("text", clean(text), x=x, y=y, font_size=size, fill=fill, text_anchor=anchor, font_weight=weight)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1.0, dash: str | None = None) -> str:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, stroke_dasharray=dash)


def rectangle(x: float, y: float, width: float, height: float, fill: str, **more: str | float | None) -> str:
    """A filled rectangle; `more` are further attributes."""
    return tag("rect", x=x, y=y, width=max(0.0, width), height=max(0.0, height), fill=fill, **more)


def points(pairs: Iterable[tuple[float, float]]) -> str:
    """Coordinates of a polyline."""
    return " ".join(f"{number(x)},{number(y)}" for x, y in pairs)


def text_width(text: str, size: float) -> float:
    """About how wide a line of text is; Chinese signs are square."""
    wide = sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.56 for sign in text)
    return wide * size


def shortened(text: str, room: float, size: float) -> str:
    """The text, cut with an ellipsis where it is wider than `room`."""
    if text_width(text, size) <= room:
        return text
    kept = text
    while kept and text_width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def picture(key: str, lang: str, width: float, height: float, title: str, description: str, *content: str) -> str:
    """A whole figure: an image with a name and a description for those who do not see it."""
    return tag(
        "svg",
        tag("title", clean(title), id=f"{key}-title"),
        tag("desc", clean(description), id=f"{key}-desc"),
        *content,
        xmlns="http://www.w3.org/2000/svg",
        lang="zh-CN" if lang == "zh" else "en",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        font_family=FONT,
    )
