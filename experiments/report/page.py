"""The whole page: one self-contained file in both languages, or in one of them for print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from experiments.report import answer, belief, closing, evaluation, pictures
from experiments.report.markup import STYLE, Markup, element, joined, text
from experiments.report.source import Source, month_span
from experiments.report.wording import pick, runs_text, standing
from experiments.words import LANGUAGES

_TAGS = {"en": "en", "zh": "zh-CN"}
_CALLED = {"en": "English", "zh": "中文"}
_TIPS_UP_TO = 300
"""Scenarios × months up to which charts answer to the pointer; beyond, the file would grow too large."""
_WHOLE_UP_TO = 6
"""Scenarios up to which each has all its pictures; beyond, one chart a level and fewer breakdowns."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"


def html_report(
    source: Source, languages: tuple[str, ...] = LANGUAGES, tips: bool | None = None, style: str = ""
) -> str:
    """The report of a result as HTML without any outside address.

    With both languages the page carries a switch that needs no script; printing shows the language chosen. `tips`:
    whether charts answer to the pointer; by default where the file stays small. `style`: further rules of style.
    """
    if tips is None:
        tips = max(1, len(source.policies)) * len(source.months) <= _TIPS_UP_TO
    titles = {lang: title(source, lang) for lang in languages}
    return whole_page(
        titles, lambda lang: _block(source, lang, tips), standing(languages[0]), str(source.manifest["version"]), style
    )


def whole_page(
    titles: Mapping[str, str], block: Callable[[str], Iterable[Markup]], about: str, version: str, style: str = ""
) -> str:
    """A page of one block a language, in the order of `titles`; with several languages it carries the switch."""
    languages = tuple(titles)
    both, lead = len(languages) > 1, languages[0]
    head = [
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{text(_POLICY)}">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup(f'<meta name="generator" content="dualcirc {text(version)}">'),
        Markup(f'<meta name="description" content="{text(about)}">'),
        element("title", " / ".join(titles.values())),
        element("style", Markup(STYLE.read_text(encoding="utf-8") + style)),
    ]
    body = [_switch(languages)] if both else []
    for lang in languages:
        kind = f"language {lang}" if both else f"language {lang} only"
        body.append(element("main", *block(lang), lang=_TAGS[lang], class_=kind))
    return f"<!DOCTYPE html>\n{element('html', element('head', *head), element('body', *body), lang=_TAGS[lead])}\n"


def _switch(languages: tuple[str, ...]) -> Markup:
    """Radio inputs before everything they switch, so that style alone can follow them."""
    inputs = [
        Markup(f'<input class="pick" type="radio" name="pick" id="pick-{lang}"{" checked" if at == 0 else ""}>')
        for at, lang in enumerate(languages)
    ]
    labels = [element("label", _CALLED[lang], for_=f"pick-{lang}", lang=_TAGS[lang]) for lang in languages]
    return joined([*inputs, element("div", *labels, class_="switch")])


def title(source: Source, lang: str) -> str:
    """What the report is about, in a line."""
    base = source.label(source.baseline, lang)
    if not source.policies:
        return base
    names = [source.label(name, lang) for name in source.policies]
    return pick(lang, f"{', '.join(names)} against {base}", f"{'、'.join(names)}与{base}的比较")


def _block(source: Source, lang: str, tips: bool) -> Iterator[Markup]:
    """One language of the page."""
    foot = f"dualcirc {source.manifest['version']} | {standing(lang)} | {_runs(source, lang)}"
    yield element("p", foot, class_="foot", aria_hidden="true")
    yield element("p", standing(lang), class_="standing")
    yield element("h1", title(source, lang))
    yield element("p", _facts(source, lang), class_="facts")
    if source.policies:
        for at, name in enumerate(source.policies):
            yield from _scenario(source, name, lang, f"{lang}{at}", tips)
        yield _section(pick(lang, "Order of the scenarios", "情景排序"), evaluation.order(source, lang))
    else:
        yield from _single(source, lang, tips)
    yield _section(pick(lang, "Method", "方法"), closing.method(source, lang))
    yield _section(pick(lang, "Data and evidence", "数据与证据"), closing.evidence(source, lang))
    yield _section(pick(lang, "How far the model may be believed", "模型可信程度"), belief.believed(lang))
    yield _section(pick(lang, "Known limits", "已知局限"), closing.known_limits(lang))
    yield _section(pick(lang, "To make it again", "复现方法"), closing.provenance(source, lang))


def _runs(source: Source, lang: str) -> str:
    return runs_text(source.draws, lang) if source.policies else pick(lang, "1 run", "1次运行")


def _facts(source: Source, lang: str) -> str:
    span = month_span(source.months[0], source.months[-1], lang)
    scale = f"{source.manifest['scale']:g}"
    facts = [
        _runs(source, lang),
        span,
        pick(lang, f"scale {scale}", f"抽样比例{scale}"),
        f"dualcirc {source.manifest['version']}",
    ]
    return " | ".join(facts)


def _section(head: str, *content: Markup) -> Markup:
    inside = joined(content)
    return element("section", element("h2", head), inside) if inside else inside


def _scenario(source: Source, name: str, lang: str, key: str, tips: bool) -> Iterator[Markup]:
    """Everything on one scenario; with several, each heading names it."""
    many = len(source.policies) > 1
    label = source.label(name, lang)

    def head(en: str, zh: str) -> str:
        return pick(lang, f"{label}: {en}", f"{label}：{zh}") if many else pick(lang, en, zh)

    yield _section(head("The answer", "结论"), answer.headline(source, name, lang), answer.movers(source, name, lang))
    yield _section(head("What was changed", "改变了什么"), closing.changed(source, name, lang))
    brief = len(source.policies) > _WHOLE_UP_TO
    shown = pictures.charts(source, name, lang, key, tips, most=1 if brief else 2)
    yield _section(head("Main results", "主要结果"), shown)
    losers = evaluation.who(source, name, lang, brief)
    members = pictures.distribution(source, name, lang, key, brief, losers)
    yield _section(head("Who loses, who gains", "谁受损、谁受益"), members)
    yield _section(head("After support ends", "支持退出之后"), evaluation.after(source, name, lang))
    yield _section(head("What support adds and displaces", "附加性与挤出"), evaluation.support(source, name, lang))
    yield _section(head("Why", "效应分解"), evaluation.why(source, name, lang, key))
    yield _section(head("Money", "财政资金"), closing.money(source, name, lang))
    yield _section(head("Expected and found", "预期与结果"), answer.expected(source, name, lang))
    yield _section(head("All figures", "全部指标"), answer.numbers(source, name, lang))


def _single(source: Source, lang: str, tips: bool) -> Iterator[Markup]:
    """A run alone: what is set, its lines, its last month, its public money."""
    name = source.baseline
    yield _section(pick(lang, "What is set", "设置"), closing.changed(source, name, lang))
    yield _section(pick(lang, "Main results", "主要结果"), pictures.charts(source, name, lang, lang, tips))
    yield _section(pick(lang, "Money", "财政资金"), closing.money(source, name, lang))
    yield _section(pick(lang, "All figures", "全部指标"), answer.last_month(source, lang))
