"""What the pages of flows, of one firm and of the lesson add to `parts`: slider, table, drawing, field for a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import solara

from model.kernel.declare import Label
from viz.parts import Button, Choice


def both(lang: str, en: str, zh: str) -> str:
    """The text in the language of the page."""
    return zh if lang == "zh" else en


def said(label: Label, lang: str) -> str:
    """The words of a label in the language of the page."""
    return label.zh if lang == "zh" else label.en


def choice(label: str, options: Mapping[str, str], value: str, on_value: Callable[[str], None]) -> Any:
    """A labelled native select: value → text."""
    rows = [{"value": key, "label": text} for key, text in options.items()]
    return Choice(label=label, value=value, groups=[{"options": rows}], event_chosen=on_value)


def toggle(label: str, on_click: Callable[[], None], pressed: bool, disabled: bool = False) -> Any:
    """A button that is one of a choice."""
    return Button(label, on_click, "dc-button dn-toggle", disabled, {"aria-pressed": "true" if pressed else "false"})


@solara.component_vue("widgets/slider.vue")
def _Slider(
    label: str = "",
    low: int = 0,
    high: int = 1,
    value: int = 0,
    text: str = "",
    event_change: Callable[[int], None] = lambda value: None,
): ...


def slider(label: str, low: int, high: int, value: int, text: str, on_value: Callable[[int], None]) -> Any:
    """A labelled native range over whole numbers; `text` says the value in words."""
    return _Slider(label=label, low=low, high=high, value=value, text=text, event_change=on_value)


@solara.component_vue("widgets/entry.vue")
def _Entry(
    label: str = "",
    value: str = "",
    button: str = "",
    hint: str = "",
    event_enter: Callable[[str], None] = lambda text: None,
): ...


def entry(label: str, value: str, button: str, hint: str, on_enter: Callable[[str], None]) -> Any:
    """A labelled text field for a number, with its button; `hint` says what was wrong."""
    return _Entry(label=label, value=value, button=button, hint=hint, event_enter=on_enter)


@solara.component_vue("widgets/rows.vue")
def _Rows(
    caption: str = "",
    heads: list = [],  # noqa: B006  (read by the widget only)
    rows: list = [],  # noqa: B006
    words: int = 1,
    tall: bool = False,
): ...


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1, tall: bool = False) -> Any:
    """A table in a box of its own that scrolls; its first `words` columns are words, the very first heads its row."""
    return _Rows(caption=caption, heads=list(heads), rows=[list(row) for row in rows], words=words, tall=tall)


def drawing(svg: str) -> Any:
    """An SVG drawing no wider than its place."""
    return solara.HTML(tag="div", unsafe_innerHTML=svg, classes=["dn-drawing"])


@lru_cache(maxsize=1)
def _sheet() -> str:
    return (Path(__file__).parent / "elements.css").read_text(encoding="utf-8")


def Style() -> Any:
    """The look of these elements, which stand on that of the page; once a page."""
    return solara.Style(_sheet())
