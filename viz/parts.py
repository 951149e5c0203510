"""Small pieces of a page: native elements with the right roles; keyboard and screen reader then work by themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import ipyvuetify
import reacton.ipyvuetify as rv
import solara
from reacton.core import ComponentWidget

from viz.pictures import Picture
from viz.text import words

Children = Sequence[Any]


@lru_cache(maxsize=64)
def _kind(tag: str) -> ComponentWidget:
    """A component of its own for each tag.

    Elements of one component that follow each other in one place share a widget, and a browser's element cannot
    change its tag: a list would go on as the paragraph that stood there before.
    """
    return ComponentWidget(type(f"Html{tag.capitalize()}", (ipyvuetify.Html,), {}))


def el(tag: str, *children: Any, css: str = "", **attributes: str) -> Any:
    """An HTML element; underscores in names of attributes become hyphens (`aria_label`)."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items() if value is not None}
    return _kind(tag)(tag=tag, class_=css, attributes=named, children=list(children))


@solara.component
def Button(
    label: str,
    on_click: Callable[[], Any],
    css: str = "dc-button",
    disabled: bool = False,
    attributes: Mapping[str, str] | None = None,
):
    """A native button."""
    more = {"disabled": "disabled"} if disabled else {}
    made = rv.Html(
        tag="button", class_=css, children=[label], attributes={"type": "button", **more, **(attributes or {})}
    )
    rv.use_event(made, "click", lambda *_: None if disabled else on_click())
    return made


@solara.component_vue("widgets/choice.vue")
def _Choice(
    label: str = "",
    value: str = "",
    options: str = "[]",
    compact: bool = False,
    event_chosen: Callable[[str], None] = lambda value: None,
):
    """A labelled select; `options` as JSON."""


def Choice(
    label: str,
    value: str,
    groups: Sequence[Mapping[str, Any]],
    event_chosen: Callable[[str], None],
    compact: bool = False,
) -> Any:
    """A labelled select; `groups`: [{label, options: [{value, label}]}], a group without label stands alone.

    `compact` hides the label from the eye. The options go as one text: a tree of values would be walked through at
    every drawing of the page.
    """
    options = json.dumps(groups, ensure_ascii=False)
    return _Choice(label=label, value=value, options=options, compact=compact, event_chosen=event_chosen)


@solara.component_vue("widgets/figure.vue")
def _Figure(
    svg: str = "",
    title: str = "",
    caption: str = "",
    name: str = "figure",
    table: list = [],  # noqa: B006
    words: dict = {},  # noqa: B006
    event_opened: Callable[[bool], None] = lambda opened: None,
):
    """A drawing with its sentence, its table and its picture to take along."""


@solara.component
def Figure(picture: Picture, name: str, lang: str):
    """A picture; its numbers are written out once its table is opened."""
    opened, set_opened = solara.use_state(False)
    _Figure(
        svg=picture.svg,
        title=picture.title,
        caption=picture.caption,
        name=f"dualcirc-{name}",
        table=picture.table() if opened else [],
        words=words(lang, "picture", "table"),
        event_opened=lambda state: set_opened(bool(state)),
    )


@solara.component_vue("widgets/download.vue")
def _Parcel(
    label: str = "",
    enabled: bool = True,
    parcel: dict = {},  # noqa: B006
    event_wanted: Callable[[Any], None] = lambda data: None,
):
    """A button that hands the browser a file."""


@solara.component
def Download(label: str, busy: str, name: str, kind: str, make: Callable[[], bytes], enabled: bool = True):
    """A file made when it is asked for, away from the page."""
    import base64
    import threading

    parcel, set_parcel = solara.use_state({})
    working, set_working = solara.use_state(False)
    fault, set_fault = solara.use_state("")

    def build() -> None:
        try:
            data = base64.b64encode(make()).decode("ascii")
            set_parcel({"name": name, "type": kind, "data": data})
            set_fault("")
        except Exception as problem:
            set_fault(f"{type(problem).__name__}: {problem}")
        set_working(False)

    def wanted(_: Any = None) -> None:
        set_parcel({})
        set_working(True)
        threading.Thread(target=build, daemon=True).start()

    with solara.v.Html(tag="span") as whole:
        _Parcel(label=busy if working else label, enabled=enabled and not working, parcel=parcel, event_wanted=wanted)
        if fault:
            el("span", fault, css="dc-fault", role="alert")
    return whole
