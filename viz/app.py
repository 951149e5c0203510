"""The page: frame, language, pages, the address. All state is in the session, one a browser tab."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import solara

from viz.pages.about import About
from viz.pages.firm import Firm
from viz.pages.lesson import LessonPage
from viz.pages.network import Network
from viz.pages.scenario import ScenarioPage
from viz.parts import Button, el
from viz.session import Session, warm_up
from viz.text import word

__all__ = ["Layout", "Page", "warm_up"]

VIEWS: Final = ("scenario", "network", "firm", "lesson", "about")
LANGUAGES: Final = ("en", "zh")


@lru_cache(maxsize=1)
def _style() -> str:
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


@solara.component_vue("widgets/address.vue")
def _Address(
    query: str = "",
    lang: str = "en",
    title: str = "",
    event_navigated: Callable[[str], None] = lambda search: None,
):
    """Keeps the browser's address, title and language what the session says."""


@solara.component
def Layout(children: list[Any] = []):  # noqa: B006  (as Solara calls it)
    """No frame but our own."""
    return solara.v.Html(tag="div", children=children, class_="dc-root")


@solara.component
def Page():
    """The whole application."""
    router = solara.use_router()
    session = solara.use_memo(lambda: _begun(router.search or ""), [])
    solara.use_effect(lambda: session.close, [])
    lang, view = session.lang.value, session.view.value
    with solara.v.Html(tag="div", class_="dc-page", attributes={"lang": "zh-CN" if lang == "zh" else "en"}) as page:
        solara.Style(_style())
        _Address(
            query=_query(session),
            lang=lang,
            title=word("title", lang),
            event_navigated=lambda search: _navigated(session, search),
        )
        el("a", word("skip", lang), css="dc-skip", href="#results" if view == "scenario" else "#main")
        Head(session)
        el("main", View(session, view).key(view), id="main", tabindex="-1")
        el("footer", el("p", word("honesty", lang)), css="dc-foot")
    return page


@solara.component
def View(session: Session, view: str):
    """The page that was chosen; network and firm show the draft as it stands."""
    lang = session.lang.value
    if view == "scenario":
        ScenarioPage(session)
        return
    draft = session.draft.value
    scenario = draft.scenario or draft.baseline
    pages = {
        "network": lambda: Network(lang, scenario, draft.baseline),
        "firm": lambda: Firm(lang, scenario),
        "lesson": lambda: LessonPage(lang),
        "about": lambda: About(lang),
    }
    el("div", pages[view](), css="dc-single")


@solara.component
def Head(session: Session):
    """Name, pages, language."""
    lang = session.lang.value
    tabs = [
        Button(
            word(f"view_{view}", lang),
            lambda view=view: session.view.set(view),
            css="dc-tab",
            attributes={"aria-current": "page"} if session.view.value == view else {},
        )
        for view in VIEWS
    ]
    other = "en" if lang == "zh" else "zh"
    switch = Button(
        word("language", lang),
        lambda: session.lang.set(other),
        css="dc-button dc-language",
        attributes={"lang": "zh-CN" if other == "zh" else "en"},
    )
    el(
        "header",
        el("h1", el("span", "dualcirc", css="dc-name"), " ", el("span", word("subtitle", lang), css="dc-sub")),
        el("nav", *tabs, aria_label=word("pages", lang), css="dc-nav"),
        switch,
        css="dc-head",
    )


def _begun(search: str) -> Session:
    """A session in the state of an address."""
    asked = dict(urllib.parse.parse_qsl(search.removeprefix("?"), keep_blank_values=True))
    session = Session(asked.get("lang") if asked.get("lang") in LANGUAGES else "en")
    if asked.get("view") in VIEWS:
        session.view.set(asked["view"])
    if asked.get("s"):
        session.begin_with(asked["s"])
    return session


def _query(session: Session) -> str:
    """The part of the address behind the path."""
    parts = {
        "view": session.view.value if session.view.value != "scenario" else "",
        "lang": session.lang.value if session.lang.value != "en" else "",
        "s": session.draft.value.query(),
    }
    text = "&".join(f"{key}={value}" for key, value in parts.items() if value)
    return f"?{text}" if text else ""


def _navigated(session: Session, search: str) -> None:
    """Back and forward of the browser."""
    asked = dict(urllib.parse.parse_qsl(search.removeprefix("?"), keep_blank_values=True))
    session.view.set(asked["view"] if asked.get("view") in VIEWS else "scenario")
    session.lang.set(asked["lang"] if asked.get("lang") in LANGUAGES else "en")
    if asked.get("s", "") != urllib.parse.unquote(session.draft.value.query()):
        session.open_query(asked.get("s", "{}") or "{}")
