"""What the server itself says in both languages, and the repair of Solara's bare HTML shell."""

from __future__ import annotations

import re
from html import escape

from model.kernel.declare import Label

LANGUAGES = {"en": "en", "zh": "zh-CN"}
"""Language of the page → its tag in HTML."""

TITLE = Label("dualcirc: policy laboratory for cross-border e-commerce", "dualcirc 跨境电商政策实验室")
_BACK = Label("Open the page again", "重新打开页面")
_NO_SCRIPT = Label(
    "This page needs JavaScript. Everything it shows can also be had from the command line: dualcirc --help.",
    "本页面需要启用 JavaScript。页面上的内容也可以在命令行中取得：dualcirc --help。",
)
NOTICES = {
    400: Label("This request is incomplete.", "请求不完整。"),
    401: Label("Please enter the access token you were given.", "请输入您收到的访问口令。"),
    403: Label("This request is not allowed here.", "此请求不被允许。"),
    404: Label("There is no such page.", "没有这个页面。"),
    405: Label("This way of asking is not supported.", "不支持这种请求方式。"),
    408: Label("The request took too long.", "请求超时。"),
    413: Label("This is larger than the server accepts.", "内容超出服务器允许的大小。"),
    429: Label(
        "Too many pages were opened in a short time. Please wait a minute.", "短时间内打开的页面过多，请稍候一分钟。"
    ),
    500: Label("Something went wrong here. The log of the server tells more.", "服务器内部出错，详情见服务器日志。"),
    503: Label(
        "All places are taken at the moment. Please try again in a few minutes; nothing of yours is lost.",
        "当前使用人数已满，请几分钟后再试；您的内容不会丢失。",
    ),
}
BROKEN = Label(
    "The page met an error and could not be shown. Please reload it; the log of the server tells more.",
    "页面出错，无法显示。请重新载入；详情见服务器日志。",
)
_OTHER = Label("This request could not be served.", "无法完成此请求。")

# Solara's own sentences in its shell, with what we say instead. A test looks that each is still there.
SENTENCES = {
    "Loading resources": Label("Loading", "正在载入"),
    "Loading app": Label("Opening the page", "正在打开页面"),
    "Server\n                disconnected.": Label("No connection to the server.", "与服务器的连接已断开。"),
    "Restoring session…": Label("Restoring the page…", "正在恢复页面……"),
    "Please refresh the page</v-card-title>": Label(
        "Please reload the page</v-card-title>", "请重新载入页面</v-card-title>"
    ),
    "Could not restore session. Please refresh.": Label(
        "The connection was lost and could not be restored.", "连接中断，未能恢复。"
    ),
    "App is disconnected, and may not function properly. Please refresh the page.": Label(
        "The page is disconnected. Please reload it.", "页面已断开连接，请重新载入。"
    ),
    "Refresh now": Label("Reload", "重新载入"),
    "                        Cancel\n": Label("Cancel", "取消"),
}
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'
REPAIRS = (
    (re.compile(r'<meta name="viewport"[^>]*>'), VIEWPORT),
    (re.compile(r"width: 600px"), "width: min(600px, 92vw)"),
    (re.compile(r"v-fade-y-transition"), "transition"),  # the page stands at once, without fading in
)


def language(asked: str, accepted: str) -> str:
    """``en`` or ``zh``: as asked in the address, else as the browser prefers, else English."""
    if asked in LANGUAGES:
        return asked
    for entry in accepted.split(","):
        name = entry.partition(";")[0].strip().lower().partition("-")[0]
        if name in LANGUAGES:
            return name
    return "en"


def in_language(label: Label, lang: str) -> str:
    """One side of a label; `lang` is ``en`` or ``zh``."""
    return label.zh if lang == "zh" else label.en


def shell(html: str, lang: str) -> str:
    """Solara's HTML with its language said, zoom allowed, a title, words in `lang`, and a sentence without scripts."""
    html = html.replace("<html>", f'<html lang="{LANGUAGES[lang]}">', 1)
    html = re.sub(r"<title>.*?</title>", f"<title>{escape(in_language(TITLE, lang))}</title>", html, count=1)
    for pattern, better in REPAIRS:
        html = pattern.sub(better, html)
    for theirs, ours in SENTENCES.items():
        html = html.replace(theirs, in_language(ours, lang))
    return re.sub(r"(<body[^>]*>)", lambda found: found.group(1) + _no_script(lang), html, count=1)


def _no_script(lang: str) -> str:
    first, second = (lang, "en" if lang == "zh" else "zh")
    paragraphs = (f'<p lang="{LANGUAGES[one]}">{escape(in_language(_NO_SCRIPT, one))}</p>' for one in (first, second))
    return f"<noscript>{''.join(paragraphs)}</noscript>"


def notice(status: int, lang: str) -> str:
    """A small page for an answer that is not the page: both languages, no detail, no script."""
    label = NOTICES.get(status, _OTHER)
    order = (lang, "en" if lang == "zh" else "zh")
    lines = "".join(f'<p lang="{LANGUAGES[one]}">{escape(in_language(label, one))}</p>' for one in order)
    below = _token_form(lang) if status == 401 else f'<p><a href="/">{escape(in_language(_BACK, lang))}</a></p>'
    return _document(lang, f"<main><h1>dualcirc</h1>{lines}{below}</main>")


def bounce(lang: str, address: str) -> str:
    """A page that opens `address` once more, now from here: the first call of a foreign link carries no cookie."""
    target = escape(address, quote=True)
    link = f'<main><p><a href="{target}">{escape(in_language(_BACK, lang))}</a></p></main>'
    return _document(lang, link, f'<meta http-equiv="refresh" content="0;url={target}">')


def _token_form(lang: str) -> str:
    word = escape(in_language(Label("Access token", "访问口令"), lang))
    go = escape(in_language(Label("Open", "打开"), lang))
    field = '<input name="token" type="password" autocomplete="current-password" required>'
    return f'<form method="get" action="/"><label>{word} {field}</label> <button>{go}</button></form>'


def _document(lang: str, body: str, head: str = "") -> str:
    style = (
        "<style>body{font:1.125rem/1.5 system-ui,sans-serif;margin:10vh auto;max-width:36rem;padding:0 1rem}</style>"
    )
    title = f"<title>{escape(in_language(TITLE, lang))}</title>"
    tag = LANGUAGES[lang]
    return (
        f'<!doctype html>\n<html lang="{tag}"><head><meta charset="utf-8">{VIEWPORT}{title}{head}{style}</head>'
        f"<body>{body}</body></html>\n"
    )
