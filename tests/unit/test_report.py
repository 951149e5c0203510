"""The report: true to its tables, complete in both languages, safe with any text, and self-contained."""

import html
import re
from html.parser import HTMLParser
from math import isnan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.amounts import amount, interval
from experiments.compare import Comparison, compute_effects
from experiments.explain import explain
from experiments.report import answer, claims, closing, page, prose
from experiments.report.changes import changes, value_text, where_text
from experiments.report.page import html_report
from experiments.report.remake import make, report_file
from experiments.report.source import Source
from experiments.report.wording import confidence, direction
from experiments.run import run
from experiments.store import read_result
from experiments.words import LANGUAGES, indicators, member_labels
from model.scenario import load_scenario
from tests.unit.report_result import NASTY, PLANS, small_comparison, small_folder

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def result() -> Comparison:
    return small_comparison()


@pytest.fixture(scope="module")
def folder() -> Path:
    return small_folder()


@pytest.fixture(scope="module")
def source(folder: Path) -> Source:
    return Source.stored(read_result(folder))


@pytest.fixture(scope="module")
def text(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


class Reader(HTMLParser):
    """Texts of a page by the language they are marked with, and values of <data>."""

    VOID = frozenset({"meta", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, str, bool]] = [("", "en", True)]
        self.texts: list[tuple[str, str]] = []
        self.values: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.seen.append(tag)
        if tag == "data":
            self.values.append(given.get("value") or "")
        if tag not in self.VOID:
            shown = self.tags[-1][2] and tag not in ("style", "code", "dl")
            self.tags.append((tag, given.get("lang") or self.tags[-1][1], shown))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.tags.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.tags[-1][2]:
            self.texts.append((self.tags[-1][1], data.strip()))


def read(page_text: str) -> Reader:
    reader = Reader()
    reader.feed(page_text)
    assert len(reader.tags) == 1, "every element is closed"
    return reader


def test_the_page_shows_the_stored_effects_digit_by_digit(text: str, folder: Path) -> None:
    effects = read_result(folder).effects
    last = effects[effects["period"] == "last_12"]
    values = set(read(text).values)
    for row in last.to_dict(orient="records"):
        assert {repr(float(row[c])) for c in ("baseline", "policy", "effect", "relative", "effect_per_yuan")} <= values
        assert (
            f"{float(row['low'])!r} {float(row['high'])!r}" in values
            or row["low"] == row["high"] == 0.0
            or isnan(row["low"])
        )
        for lang in LANGUAGES:
            assert html.escape(amount(row["effect"], row["unit"], True, lang)) in text
            assert html.escape(interval(row["low"], row["high"], row["unit"], lang)) in text


def test_a_report_made_later_is_the_same_and_so_is_one_made_twice(text: str, source: Source) -> None:
    assert html_report(source) == text
    assert make(source, "html")["report.html"] == text.encode()


def test_the_order_of_rows_does_not_matter(result: Comparison, text: str, source: Source) -> None:
    shuffled = {
        name: result.table(name).sample(frac=1.0, random_state=3) for name in ("indicators", "breakdowns", "ledger")
    }
    shuffled |= {name: getattr(result, name).sample(frac=1.0, random_state=4) for name in ("effects", "evaluation")}
    assert html_report(Source.of(source.manifest, shuffled)) == text


def test_the_page_is_self_contained_and_small(text: str) -> None:
    without = text.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//[a-z]|src=|href=|@import|url\(", without)
    assert not set(read(text).seen) & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert len(text.encode()) <= 2_000_000


def test_text_of_the_user_is_escaped(text: str) -> None:
    assert "<script" not in text
    assert html.escape(NASTY) in text


def test_both_languages_are_marked_and_the_switch_needs_no_script(text: str) -> None:
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert '<main lang="en" class="language en">' in text and '<main lang="zh-CN" class="language zh">' in text
    assert text.count('type="radio"') == 2 and text.count(" checked") == 1
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_one_language_alone(source: Source) -> None:
    alone = html_report(source, ("zh",))
    assert alone.startswith('<!DOCTYPE html>\n<html lang="zh-CN">') and "radio" not in alone
    assert "A scenario, not a forecast" not in alone


def test_no_english_name_stands_in_the_chinese_part(text: str) -> None:
    english = {item.label.en for item in indicators().values() if len(item.label.en) > 4}
    english |= {label.en for kind in ("category", "mode", "size", "tier", "province") for label in
                member_labels(kind).values() if len(label.en) > 4}  # fmt: skip
    chinese = [said for lang, said in read(text).texts if lang == "zh-CN"]
    assert len(chinese) > 300
    words = [said for said in chinese if re.search("[A-Za-z]{5,}", said) and not CHINESE.search(said)]
    assert not words, words
    for name in english:
        assert not [said for said in chinese if name in said], name


def test_no_chinese_stands_in_the_english_part(text: str) -> None:
    english = [said for lang, said in read(text).texts if lang == "en"]
    assert len(english) > 300
    assert [said for said in english if CHINESE.search(said) and PLANS["zh"] not in said] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_standing_sentence_and_the_number_of_runs(text: str, lang: str) -> None:
    part = text[text.index('<main lang="zh-CN"') :] if lang == "zh" else text[: text.index('<main lang="zh-CN"')]
    standing, runs, few = {
        "en": ("A scenario, not a forecast", "2 paired runs", "Only 2 paired runs"),
        "zh": ("情景，不是预测", "2次配对运行", "仅2次配对运行"),
    }[lang]
    assert part.count(standing) >= 2 and part.count(runs) >= 3 and few in part


def test_everything_changed_is_listed_and_nothing_else(source: Source) -> None:
    found = changes(source, "nasty")
    assert [(one.kind, one.id) for one in found] == [
        ("policy", "credit_tiered_inspection"),
        ("policy", "overseas_warehouse_fund"),
        ("shock", "tariff"),
        ("lever", "document_hours"),
        ("parameters", "parameters"),
    ]
    by_id = {one.id: one for one in found}
    fund = by_id["overseas_warehouse_fund"]
    shown = {one.path.rpartition(".")[2]: one.shown(one.value, "zh") for one in fund.settings}
    assert shown["rate"] == "45%" and shown["budget_per_year"] == "不限" and shown["min_area_m2"] == "5000平方米"
    assert fund.when("en") == "from 2019-07, rising over 3 months" and fund.where("zh") == "市场区域：东盟"
    assert fund.paid_by("zh") == "政府" and fund.settings[0].grade == "C"
    assert by_id["tariff"].when("zh") == "2019年10月至2020年6月"
    assert by_id["tariff"].where("en") == "Market: United States"
    assert [one.path for one in by_id["parameters"].settings] == ["demand.substitution_consumer"]
    assert changes(source, "toy") == []


def test_what_was_set_is_told_in_both_languages(text: str) -> None:
    for said in ("45 %", "no limit", "Beauty and care, Health food", "rising over 3 months", "multiply by"):
        assert said in text
    for said in ("45%", "不限", "美妆个护、保健食品", "3个月内逐步到位", "乘以", "本情景设定"):
        assert said in text


def test_values_and_places_in_words() -> None:
    assert value_text(True, "flag", None, "zh") == "是"
    assert value_text([], "names", "market", "en") == "none"
    where = {"pilot_zone": True, "share": 0.5, "draw": 7, "market": ["USA", "VNM"]}
    assert where_text(where, "en").startswith("Pilot zone; Share of firms: 50 %; Number of the draw: 7; Market: ")
    assert where_text(where, "zh").startswith("综合试验区；企业比例：50%；抽签号：7；市场：美国、")


@pytest.mark.parametrize(
    ("effect", "positive", "low", "high", "draws", "how"),
    [
        (2.0, 1.0, 1.0, 3.0, 8, ("very likely", 1)),
        (-2.0, 0.05, -3.0, -1.0, 20, ("very likely", -1)),
        (2.0, 1.0, -1.0, 5.0, 8, ("likely", 1)),
        (2.0, 0.7, -1.0, 5.0, 10, ("likely", 1)),
        (2.0, 0.6, -1.0, 5.0, 10, ("unclear", 0)),
        (-2.0, 0.3, -5.0, 1.0, 10, ("likely", -1)),
        (0.0, 0.0, 0.0, 0.0, 8, ("none", 0)),
        (2.0, 1.0, np.nan, np.nan, 1, ("single", 1)),
        (np.nan, np.nan, np.nan, np.nan, 8, ("missing", 0)),
    ],
)
def test_confidence_follows_the_share_of_runs(
    effect: float, positive: float, low: float, high: float, draws: int, how: tuple[str, int]
) -> None:
    row = {"effect": effect, "p_positive": positive, "low": low, "high": high, "draws": draws}
    assert confidence(row) == how
    assert direction(row, "en") and CHINESE.search(direction(row, "zh"))


def test_a_claim_that_fails_is_said_plainly(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    found = claims.claims(source, "nasty")
    assert {one.policy for one in found} == {"credit_tiered_inspection", "overseas_warehouse_fund"}
    broken = [claims.Claim("credit_tiered_inspection", "clearance_hours", "outcome", "down", {}, 2020, row, verdict)
              for row, verdict in [({"effect": 1.0, "low": 0.5, "high": 1.5}, "against")]]  # fmt: skip
    monkeypatch.setattr(answer, "claims", lambda *_: broken)
    english, chinese = (answer.expected(source, "nasty", lang) for lang in LANGUAGES)
    assert "0 of 1 claims hold" in english and "<strong>against the expectation</strong>" in english
    assert "1项不成立" in chinese and "<strong>与预期相反</strong>" in chinese


@pytest.mark.parametrize(
    ("way", "effect", "verdict"),
    [("up", 2.0, "met"), ("up", -2.0, "against"), ("down", -2.0, "met"), ("up", 0.0, "same")],
)
def test_verdicts(source: Source, monkeypatch: pytest.MonkeyPatch, way: str, effect: float, verdict: str) -> None:
    from model.policies import Expectation

    row = {"effect": effect, "low": effect, "high": effect, "p_positive": float(effect > 0.0), "draws": 8}
    monkeypatch.setattr(Source, "rows", lambda *_: {"export_value": row})
    judged = claims._judged(source, "nasty", "some", Expectation("export_value", way, "outcome"), 2020)
    assert judged.verdict == verdict
    moved = claims._unmoved(source, "nasty", "some", "export_value").verdict
    assert moved == ("still" if effect == 0.0 else "moved")


def test_costs_are_those_of_the_effects(source: Source) -> None:
    costs = source.costs("nasty")
    effects = source.effects
    assert effects is not None
    for year in source.years:
        stored = effects.loc[effects["period"] == str(year), "public_cost"].iloc[0]
        assert float(costs.loc[year].sum()) == pytest.approx(float(stored), rel=1e-12, abs=1e-6)
    assert float(costs["credit_tiered_inspection"].sum()) > 0.0


def test_monthly_gaps_are_paired(source: Source, result: Comparison) -> None:
    wide = result.indicators[result.indicators["indicator"] == "export_value"]
    wide = wide.pivot(index=["seed", "month"], columns="scenario", values="value")
    gap = (wide["nasty"] - wide["toy"]).unstack("seed").mean(axis=1)
    assert source.gap("nasty", "export_value", "en").values == pytest.approx(gap.to_numpy())


def test_the_command_is_quoted_and_made_up_where_it_is_not_known(source: Source) -> None:
    assert closing.command(source.manifest) == "dualcirc compare toy 'my plan.yaml' --seeds 2"
    about = {**source.manifest, "arguments": []}
    assert closing.command(about) == "dualcirc compare toy nasty --seeds 1,2 --months 24 --scale 0.05"


def test_evidence_is_counted_as_in_the_readme() -> None:
    counts = closing.evidence_counts()
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(): line.split("|")[-2].strip() for line in readme.splitlines() if line[:2] == "| "}
    assert str(counts["parameters"].total()) == rows["model parameters (`parameters.csv`)"]
    assert str(counts["settings"].total()) == rows["parameters of policies and shocks"]


def test_every_limit_and_text_has_both_languages() -> None:
    for en, zh in (*prose.LIMITS, *prose._PROSE.values()):
        assert CHINESE.search(zh) and not CHINESE.search(en)
        assert set(re.findall(r"{(\w+)}", en)) == set(re.findall(r"{(\w+)}", zh))
    assert " " not in prose.folded("一，\n   二", "zh")


def test_a_single_run_has_a_report_of_its_own(tmp_path: Path) -> None:
    done = run(load_scenario("toy"), seed=3, months=6)
    place = done.save(tmp_path / "run", ["run", "toy", "--seed", "3", "--months", "6"])
    shown = (place / "report.html").read_text(encoding="utf-8")
    assert "1 run" in shown and "1次运行" in shown and "Who loses" not in shown
    last = done.indicators[done.indicators["month"] == "2019-06"].set_index("indicator")["value"]
    assert {repr(float(value)) for value in last} <= set(read(shown).values)
    assert "dualcirc run toy --seed 3 --months 6" in shown


def test_an_explanation_and_a_single_draw_are_told() -> None:
    settings = ["policies.credit_tiered_inspection.high_tier_factor=0.4", "parameters.demand.substitution_consumer=3.6"]
    base, plan = (load_scenario("toy", given).with_(months=9) for given in ([], settings))
    whole = explain(base, [plan], [1])
    frames = {name: whole.table(name) for name in ("indicators", "breakdowns", "ledger")}
    frames |= {"effects": whole.effects, "explanation": whole.explanation, "evaluation": whole.evaluation}
    from experiments.run import manifest

    about = manifest("compare", whole.scenarios, whole.seeds, whole.months, 1.0)
    shown = html_report(Source.of(about, {k: v for k, v in frames.items() if v is not None}))
    assert "Shapley" in shown and "沙普利分解" in shown and "One run only" in shown
    assert "Other settings" in shown and "其他设置" in shown


def test_two_scenarios_of_one_name_are_told_apart(result: Comparison) -> None:
    twin = {"toy": result.scenarios["toy"], "nasty": result.scenarios["nasty"], "nasty_2": result.scenarios["nasty"]}
    runs = [{**dict(one), "nasty_2": one["nasty"]} for one in result.runs.values()]
    from experiments.run import manifest

    about = manifest("compare", twin, result.seeds, result.months, 1.0)
    frames = {
        name: pd.concat([r.frames(label)[name] for one in runs for label, r in one.items()], ignore_index=True)
        for name in ("indicators", "breakdowns", "ledger")
    }
    shown = Source.of(about, {**frames, "effects": compute_effects(twin, runs)})
    assert shown.label("nasty_2", "en") == f"{NASTY} (nasty_2)" and shown.label("toy", "zh") == "玩具世界"
    assert html.escape(f"{NASTY} (nasty_2): The answer") in html_report(shown)
    assert page.title(shown, "zh").endswith("玩具世界的比较")


def test_a_report_that_cannot_be_made_does_not_cost_the_result() -> None:
    with pytest.warns(UserWarning, match="without a report: TypeError"):
        assert report_file({"scenarios": []}, {}) == {}
