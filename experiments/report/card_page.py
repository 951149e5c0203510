"""The report of a validation: the score card as a page in both languages, as PDF, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from experiments.report.cells import grid
from experiments.report.markup import Markup, bullets, element, joined
from experiments.report.page import whole_page
from experiments.report.wording import pick, standing
from experiments.validation.card import Block, Card, Grid, blocks
from experiments.validation.labels import KIND_LABELS, reason_text, words
from experiments.validation.rows import THEMES
from experiments.words import LANGUAGES

if TYPE_CHECKING:
    import pandas as pd

FORMS: Final = ("html", "pdf", "csv")


def is_card(manifest: Mapping[str, Any]) -> bool:
    """Whether a result is a validation."""
    return bool(manifest.get("command") == "validate")


def make_card(manifest: Mapping[str, Any], table: pd.DataFrame, form: str, lang: str | None = None) -> dict[str, bytes]:
    """The score card in one form: file names and contents. Refused for a form or language that is not known."""
    from experiments.report.remake import REPORT, check_form

    languages = check_form(form, lang, FORMS)
    if form == "html":
        return {REPORT: card_page(manifest, table, languages).encode()}
    if form == "pdf":
        from experiments.report.pdf import pdf, print_style

        key = str(manifest["scenarios"][0]["hash"])
        pages = {one: card_page(manifest, table, (one,), print_style()) for one in languages}
        return {f"report_{one}.pdf": pdf(page, key) for one, page in pages.items()}
    return {"report_validation.csv": _csv(Card.of(table, manifest))}


def card_page(
    manifest: Mapping[str, Any], table: pd.DataFrame, languages: tuple[str, ...] = LANGUAGES, style: str = ""
) -> str:
    """The score card as HTML without any outside address."""
    card = Card.of(table, manifest)
    titles = {lang: _title(lang) for lang in languages}
    return whole_page(titles, lambda lang: _content(card, lang), _title(languages[0]), str(manifest["version"]), style)


def _title(lang: str) -> str:
    return pick(lang, "Score card: may the model be believed?", "评分卡：模型可信吗？")


def _content(card: Card, lang: str) -> Iterator[Markup]:
    about = card.about
    foot = f"dualcirc {about['version']} | {standing(lang)}"
    yield element("p", foot, class_="foot", aria_hidden="true")
    yield element("p", standing(lang), class_="standing")
    yield element("h1", _title(lang))
    facts = [
        pick(lang, f"{card.facts['draws']} draws", f"{card.facts['draws']}次抽样"),
        f"dualcirc {about['version']}",
        pick(lang, f"evidence {about['data_version']}", f"证据版本{about['data_version']}"),
        str(about["finished"])[:10],
    ]
    yield element("p", " | ".join(facts), class_="facts")
    for at, block in enumerate(blocks(card, lang)):
        yield _section(block, lang, lead=at == 0)


def _section(block: Block, lang: str, lead: bool) -> Markup:
    parts: list[Markup] = []
    for at, part in enumerate(block.parts):
        if isinstance(part, Grid):
            parts.append(grid(part, lang))
        elif isinstance(part, list):
            parts.append(bullets(part))
        elif part:
            parts.append(element("p", part, class_="lead" if lead and at == 0 else None))
    return element("section", element("h2", block.head), joined(parts))


def _csv(card: Card) -> bytes:
    """Rows with the names in both languages."""
    import pandas as pd

    from experiments.report.tables import safe_text

    made = []
    for row in card.rows:
        called = words(row)
        made.append({
            "id": row.id, "item_en": called.item.en, "item_zh": called.item.zh, "output_en": called.output.en,
            "output_zh": called.output.zh, "theme_en": THEMES[row.theme].en, "theme_zh": THEMES[row.theme].zh,
            "kind_en": KIND_LABELS[row.kind].en, "kind_zh": KIND_LABELS[row.kind].zh, "unit": called.unit,
            "target": row.target, "low": row.low, "high": row.high, "simulated": row.simulated,
            "sim_low": row.sim_low, "sim_high": row.sim_high, "tier": row.tier,
            "used_in_calibration": row.used_in_calibration, "passed": row.passed,
            "reason_en": safe_text(reason_text(row, "en")), "reason_zh": safe_text(reason_text(row, "zh")),
        })  # fmt: skip
    return pd.DataFrame(made).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
