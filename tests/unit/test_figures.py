"""Figures: well-formed, named, legible, safe with any text, and true to their numbers."""

import itertools
import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from experiments.figures import Bar, Series, bar_chart, bar_sentence, line_chart, line_sentence, palette, tile_map
from experiments.figures.scales import Scale, nice_step, tick_texts, time_ticks, value_axis
from experiments.figures.svg import shortened, text_width
from experiments.figures.tiles import PROVINCE_CODES
from experiments.words import member_labels

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = list(range(2019 * 12, 2019 * 12 + 36))
NASTY = '<script>alert("1")</script> & \x07 ]]>'


def wave(level: float, role: str, spread: float = 0.0) -> Series:
    values = level + np.sin(np.arange(36) / 3.0)
    return Series(role, values, values - spread, values + spread, role)


def chart(lang: str = "en", title: str = "Exports", **more: object) -> str:
    gap = Series("gap", np.linspace(0.0, 2.0, 36), np.linspace(-1.0, 1.0, 36), np.linspace(1.0, 3.0, 36))
    lines = [wave(10.0, "baseline", 0.5), wave(11.0, "policy", 0.5)]
    settings = {"difference": gap, "from_month": MONTHS[12], "mark": MONTHS[20], **more}
    return line_chart(MONTHS, lines, "yuan", lang, title, "k1", **settings)  # type: ignore[arg-type]


def bars(lang: str = "en", title: str = "By size", label: str = "Micro") -> str:
    rows = [Bar(label, 3.0e6, 1.0e6, 5.0e6), Bar("Small", -2.0e6, -5.0e6, 1.0e6), Bar("Large", math.nan)]
    return bar_chart(rows, "yuan", lang, title, "k2")


def tiles(lang: str = "en", title: str = "Provinces", change: bool = True) -> str:
    values = {name: 0.001 * (at - 15) for at, name in enumerate(member_labels("province")) if name != "Tibet"}
    return tile_map(values, "share", lang, title, "k3", change)


ALL = [chart, bars, tiles]


def texts(svg: str) -> list[str]:
    return [item.text or "" for item in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(("draw", "lang"), list(itertools.product(ALL, ("en", "zh"))))
def test_a_figure_is_a_named_image(draw: object, lang: str) -> None:
    svg = draw(lang)  # type: ignore[operator]
    root = ET.fromstring(svg)
    assert root.get("role") == "img" and root.get("lang") == {"en": "en", "zh": "zh-CN"}[lang]
    named = root.get("aria-labelledby", "").split()
    assert [root.find(f"{SVG}title").get("id"), root.find(f"{SVG}desc").get("id")] == named  # type: ignore[union-attr]
    assert all((root.find(f"{SVG}{part}").text or "").strip() for part in ("title", "desc"))  # type: ignore[union-attr]
    ids = [item.get("id") for item in root.iter() if item.get("id")]
    assert len(ids) == len(set(ids)) and all(one.startswith("k") for one in ids if one)


@pytest.mark.parametrize("draw", ALL)
def test_a_figure_is_self_contained_and_the_same_each_time(draw: object) -> None:
    svg = draw()  # type: ignore[operator]
    assert svg == draw()  # type: ignore[operator]
    assert not re.search(r"<(script|style|image|foreignObject|use)\b|\bstyle=|href|url\(", svg)
    assert svg.count("http") == 1  # the namespace


@pytest.mark.parametrize("draw", ALL)
def test_any_text_is_escaped(draw: object) -> None:
    svg = draw(title=NASTY)  # type: ignore[operator]
    root = ET.fromstring(svg)
    assert "<script" not in svg and 'alert("1")' in (root.find(f"{SVG}title").text or "")  # type: ignore[union-attr]
    ET.fromstring(bars(label=NASTY))
    ET.fromstring(line_chart(MONTHS, [Series(NASTY, np.ones(36))], "yuan", "en", "x", "k"))


@pytest.mark.parametrize("draw", ALL)
def test_every_text_is_legible_and_no_smaller_than_ten(draw: object) -> None:
    root = ET.fromstring(draw())  # type: ignore[operator]
    on_white = {palette.INK, palette.MUTED}
    for item in root.iter(f"{SVG}text"):
        assert float(item.get("font-size", "0")) >= 10.0
        assert item.get("fill") in on_white | {palette.WHITE, palette.BLACK}


def test_colours_have_contrast() -> None:
    for text in (palette.INK, palette.MUTED):
        assert palette.contrast(text, palette.WHITE) >= 4.5
    for mark in (palette.BASELINE, palette.POLICY, palette.HISTORY, palette.LOSS, palette.GAIN):
        assert palette.contrast(mark, palette.WHITE) >= 3.0
    for share in np.linspace(-1.0, 1.0, 41):
        tile = palette.diverging(float(share))
        assert palette.contrast(palette.text_on(tile), tile) >= 4.5
        full = palette.mix(palette.WHITE, palette.POLICY, abs(float(share)))
        assert palette.contrast(palette.text_on(full), full) >= 4.5
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21.0)


def test_every_month_answers_to_the_pointer() -> None:
    root = ET.fromstring(chart())
    tips = [rect.find(f"{SVG}title") for rect in root.iter(f"{SVG}rect")]
    told = [tip.text for tip in tips if tip is not None and tip.text]
    assert len(told) == 36
    assert told[0].splitlines()[0] == "2019-01" and "baseline: 10 yuan" in told[0]
    assert told[-1].splitlines()[-1] == "Difference: +2 yuan [+1, +3]"
    assert "<title" in chart(tips=False) and "Difference: " not in chart(tips=False)


def test_policies_begin_is_shown_only_inside_the_picture() -> None:
    assert "policies begin" in texts(chart())
    assert "政策开始" in texts(chart("zh"))
    assert "policies begin" not in texts(chart(from_month=MONTHS[0]))
    assert "policies begin" not in texts(chart(from_month=MONTHS[-1] + 1))


def test_the_month_read_out_carries_its_numbers() -> None:
    shown = texts(chart())
    assert "2020-09" in shown and any(text.startswith("policy 11.37") for text in shown)
    assert ET.fromstring(chart()).findall(f".//{SVG}circle")
    assert "2020-09" not in texts(chart(mark=None))


def test_gaps_break_lines_and_constant_lines_have_an_axis() -> None:
    values = np.full(36, 5.0)
    values[10:12] = np.nan
    root = ET.fromstring(line_chart(MONTHS, [Series("one", values)], "days", "en", "x", "k"))
    assert len(root.findall(f".//{SVG}polyline")) == 2
    nothing = line_chart(MONTHS, [Series("none", np.full(36, np.nan))], "days", "en", "x", "k")
    assert not ET.fromstring(nothing).findall(f".//{SVG}polyline")


def test_bars_begin_at_zero_and_unclear_ones_are_pale() -> None:
    root = ET.fromstring(bars())
    rects = [item for item in root.iter(f"{SVG}rect")]
    assert [item.get("fill") for item in rects] == [palette.GAIN, palette.LOSS]
    assert [item.get("fill-opacity") for item in rects] == [None, "0.35"]
    right = float(rects[1].get("x", "0")) + float(rects[1].get("width", "0"))
    assert right == pytest.approx(float(rects[0].get("x", "0")), abs=0.02)
    ratio = float(rects[0].get("width", "0")) / float(rects[1].get("width", "0"))
    assert ratio == pytest.approx(1.5, abs=0.01)
    assert {"+3 m yuan", "-2 m yuan", "-"} <= set(texts(bars()))
    assert "+300万元" in texts(bars("zh"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_province_has_a_tile(lang: str) -> None:
    shown = texts(tiles(lang))
    names = [label.zh for label in member_labels("province").values()] if lang == "zh" else PROVINCE_CODES.values()
    assert set(names) <= set(shown) and "–" in shown
    assert len(PROVINCE_CODES) == len(set(PROVINCE_CODES.values())) == 31


def test_tiles_do_not_overlap_and_zero_is_white() -> None:
    root = ET.fromstring(tiles())
    places = [(item.get("x"), item.get("y")) for item in root.iter(f"{SVG}rect") if item.get("rx")]
    assert len(places) == len(set(places)) == 31
    fills = [item.get("fill") for item in root.iter(f"{SVG}rect") if item.get("rx")]
    assert palette.diverging(0.0) == "#ffffff" and "#ffffff" in fills and palette.NOTHING in fills


def test_ticks_are_round() -> None:
    assert [nice_step(span, 4) for span in (1.0, 7.0, 10.0, 0.03)] == pytest.approx([0.25, 2.0, 2.5, 0.01])
    axis = value_axis([-3.2e6, 4.1e6], "yuan", "en", 100.0, 0.0, change=True)
    assert axis.texts == ("-4", "-2", "0", "+2", "+4", "+6") or axis.texts[axis.ticks.index(0.0)] == "0"
    assert axis.unit == "m yuan" and axis.scale(0.0) < 100.0
    assert tick_texts([0.0, 0.0025, 0.005], 0.0025, "en", True) == ("0", "+0.0025", "+0.0050")
    assert tick_texts([25000.0], 5000.0, "en", False) == ("25,000",)


def test_years_label_their_span_and_short_runs_their_months() -> None:
    scale = Scale(MONTHS[0] - 0.5, MONTHS[-1] + 0.5, 0.0, 360.0)
    assert [text for _, _, text in time_ticks(MONTHS, scale, "en")] == ["2019", "2020", "2021"]
    short = time_ticks(MONTHS[:7], Scale(MONTHS[0] - 0.5, MONTHS[6] + 0.5, 0.0, 360.0), "en")
    assert [text for _, _, text in short] == ["2019-01", "2019-04", "2019-07"]
    many = list(range(2018 * 12, 2036 * 12))
    labels = [text for _, _, text in time_ticks(many, Scale(many[0] - 0.5, many[-1] + 0.5, 0.0, 360.0), "en") if text]
    assert labels == [str(year) for year in range(2018, 2036, 2)]


def test_long_names_are_cut() -> None:
    assert shortened("short", 100.0, 11.0) == "short"
    cut = shortened("跨境电商综合试验区政策组合情景", 60.0, 11.0)
    assert cut.endswith("…") and text_width(cut, 11.0) <= 60.0


def test_sentences_say_the_numbers() -> None:
    lines = [Series("Baseline", np.array([1.0, 2.0e6])), Series("Package", np.array([1.0, 3.0e6]))]
    gap = Series("gap", np.array([0.0, 1.0e6]), np.array([0.0, 5.0e5]), np.array([0.0, 2.0e6]))
    said = line_sentence("Exports", MONTHS[:2], lines, "yuan", "en", gap)
    assert said == (
        "Exports, 2019-02: 2 m yuan in Baseline, 3 m yuan in Package; difference +1 m yuan, "
        "90 % interval [+500,000, +2 m]."
    )
    assert line_sentence("出口额", MONTHS[:2], lines, "yuan", "zh", gap) == (
        "出口额，2019年2月：Baseline为200万元，Package为300万元；差值+100万元，90%区间[+50万, +200万]。"
    )
    rows = [Bar("A", 2.0, 1.0, 3.0), Bar("B", -1.0, -3.0, 1.0)]
    assert bar_sentence("T", rows, "days", "en") == (
        "T: lowest B (-1 days), highest A (+2 days); 1 of 2 have a clear direction."
    )
    assert bar_sentence("T", [], "days", "zh") == "T：没有数值。"


@pytest.mark.parametrize(("lang", "said"), [("en", "2024"), ("zh", "2024年")])
def test_one_point_a_year_is_called_a_year(lang: str, said: str) -> None:
    months = [year * 12 + 6 for year in range(2022, 2027)]
    series = [Series("A", np.arange(5.0), role="policy")]
    drawn = line_chart(months, series, "days", lang, "T", "k")
    assert said in drawn and "2024-07" not in drawn and "7月" not in drawn
    assert "2026" in line_sentence("T", months, series, "days", lang)
