"""Plain HTML as Solara elements: tags, native buttons, selects, sliders and tables, and figures as SVG text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import solara

from model.kernel.declare import Label


def both(lang: str, en: str, zh: str) -> str:
    """The text in the language of the page."""
    return zh if lang == "zh" else en


def said(label: Label, lang: str) -> str:
    """The words of a label in the language of the page."""
    return label.zh if lang == "zh" else label.en


def tag(name: str, *children: Any, **attributes: Any) -> Any:
    """An HTML element. Attributes are written with underscores; a trailing one is dropped (`class_`, `for_`)."""
    plain = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    class_ = plain.pop("class", "")
    return solara.v.Html(tag=name, class_=class_, attributes=plain, children=list(children))


@solara.component
def Press(
    text: str, on_click: Callable[[], None], disabled: bool = False, pressed: bool | None = None, first: bool = False
) -> None:
    """A native button; `pressed` makes it one of a choice, `first` marks the main action."""
    attributes: dict[str, Any] = {"type": "button"}
    if disabled:
        attributes["disabled"] = True
    if pressed is not None:
        attributes["aria-pressed"] = "true" if pressed else "false"
    button = solara.v.Html(
        tag="button", class_=f"dc-press{' dc-first' if first else ''}", attributes=attributes, children=[text]
    )
    solara.v.use_event(button, "click", lambda *_: None if disabled else on_click())


@solara.component_vue("widgets/choice.vue")
def _Choice(
    label: str = "",
    options: Sequence[Mapping[str, str]] = (),
    value: str = "",
    event_change: Callable[[str], None] | None = None,
) -> None: ...


def choice(label: str, options: Mapping[str, str], value: str, on_value: Callable[[str], None]) -> Any:
    """A labelled native select: value → text."""
    rows = [{"value": key, "text": text} for key, text in options.items()]
    return _Choice(label=label, options=rows, value=value, event_change=on_value)


@solara.component_vue("widgets/slider.vue")
def _Slider(
    label: str = "",
    low: int = 0,
    high: int = 1,
    value: int = 0,
    text: str = "",
    event_change: Callable[[int], None] | None = None,
) -> None: ...


def slider(label: str, low: int, high: int, value: int, text: str, on_value: Callable[[int], None]) -> Any:
    """A labelled native range over whole numbers; `text` says the value in words."""
    return _Slider(label=label, low=low, high=high, value=value, text=text, event_change=on_value)


@solara.component_vue("widgets/number.vue")
def _Number(
    label: str = "", value: str = "", button: str = "", hint: str = "", event_enter: Callable[[str], None] | None = None
) -> None: ...


def number(label: str, value: str, button: str, hint: str, on_enter: Callable[[str], None]) -> Any:
    """A labelled text field for a number, with its button; `hint` says what was wrong."""
    return _Number(label=label, value=value, button=button, hint=hint, event_enter=on_enter)


@solara.component_vue("widgets/rows.vue")
def _Rows(
    caption: str = "", heads: Sequence[str] = (), rows: Sequence[Sequence[str]] = (), words: int = 1, tall: bool = False
) -> None: ...


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1, tall: bool = False) -> Any:
    """A table in a box of its own that scrolls; its first `words` columns are words, the very first heads its row."""
    return _Rows(caption=caption, heads=list(heads), rows=[list(row) for row in rows], words=words, tall=tall)


def figure(svg: str) -> Any:
    """An SVG drawing in a box that scrolls sideways where the page is narrow."""
    return solara.HTML(tag="div", unsafe_innerHTML=svg, classes=["dc-figure"])


def Style() -> Any:
    """The look of these elements; once a page."""
    return solara.Style(_STYLE)


_STYLE = """
.dc-page{max-width:1280px;margin:0 auto;padding:0 8px 32px;line-height:1.5}
.dc-page h2{font-size:1.4rem;margin:12px 0 4px}.dc-page h3{font-size:1.1rem;margin:16px 0 4px}
.dc-page p{margin:4px 0 8px!important}.dc-page ul{margin:4px 0 8px 20px}
.dc-row{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:flex-end;margin:8px 0}
.dc-split{display:grid;grid-template-columns:minmax(0,1fr);gap:16px}
@media(min-width:960px){.dc-split{grid-template-columns:minmax(0,2fr) minmax(280px,1fr)}
.dc-half{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}}
.dc-card{border:1px solid #8a94a0;border-radius:6px;padding:8px 14px;min-width:0}
.dc-card h3{margin-top:4px}
.dc-press{min-height:36px;padding:4px 14px;border:1px solid #5b6673;border-radius:6px;background:#fff;color:#1b1f24;
font:inherit;cursor:pointer}
.dc-press:hover{background:#eef3f8}.dc-press[aria-pressed=true],.dc-first{background:#1d4f7c;color:#fff;
border-color:#1d4f7c}.dc-first:hover{background:#163d61}
.dc-press[disabled]{background:#e7eaee;color:#4a5361;border-color:#b6bec8;cursor:default}
.dc-field{display:flex;flex-direction:column;gap:2px;min-width:0}
.dc-field label{font-size:.9rem}
.dc-field select,.dc-field input[type=text]{min-height:36px;max-width:100%;padding:2px 8px;border:1px solid #5b6673;
border-radius:6px;background:#fff;color:#1b1f24;font:inherit}
.dc-field select{appearance:auto}
.dc-field input[type=range]{min-height:28px;width:min(420px,86vw);accent-color:#1d4f7c}
.dc-hint{color:#9b1c14;font-size:.9rem;background:#fff;padding:0 4px}
.dc-press:focus-visible,.dc-field :focus-visible,.dc-box:focus-visible,.dc-page summary:focus-visible,
.dc-page a:focus-visible{outline:3px solid #b45309;outline-offset:2px}
.dc-box{overflow-x:auto;max-width:100%}.dc-tall{max-height:420px;overflow-y:auto}
.dc-box table{border-collapse:collapse;width:100%;font-size:.92rem}
.dc-box caption{text-align:left;font-weight:600;padding:4px 0}
.dc-box th,.dc-box td{padding:3px 10px 3px 0;border-bottom:1px solid #c3cad2;text-align:right;vertical-align:top}
.dc-box td{white-space:nowrap}.dc-box .dc-word{white-space:normal}
.dc-box th:first-child,.dc-box .dc-word{text-align:left;font-weight:400}
.dc-box tbody th{min-width:5.6em}.dc-box thead th{font-weight:600!important}
.dc-figure{overflow-x:auto;max-width:100%}.dc-figure svg{max-width:100%;height:auto;display:block}
.dc-facts{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:2px 12px;margin:4px 0}
.dc-facts dt,.dc-facts dd{margin:0}
.dc-facts dt::first-letter,.dc-box th::first-letter{text-transform:uppercase}
.dc-box .dc-sum>*{font-weight:600!important}.dc-facts dd{text-align:right;font-variant-numeric:tabular-nums}
.dc-facts .dc-total{font-weight:600;border-top:1px solid #8a94a0}
.dc-phases{display:flex;flex-wrap:wrap;gap:6px;list-style:none;padding:0!important;margin:8px 0}
.dc-phases .dc-press{padding:2px 10px}
.dc-sparks{display:grid;grid-template-columns:repeat(auto-fill,minmax(210px,1fr));gap:10px 18px}
.dc-spark-head{display:flex;justify-content:space-between;gap:8px;font-size:.92rem}
.dc-spark .dc-figure{background:#fff}
.dc-quiet{font-size:.9rem}
.dc-page summary{cursor:pointer;min-height:28px;padding:2px 0}
.dc-page progress{width:min(360px,80vw);height:14px;accent-color:#1d4f7c}
"""
