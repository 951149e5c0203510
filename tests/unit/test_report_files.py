"""The report as PDF, workbook and CSV, and on the command line."""

import csv
import html
import io
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.cli import main
from experiments.report import answer, tables
from experiments.report.make_fonts import gb2312_level_1, project_characters
from experiments.report.remake import make
from experiments.report.source import Source
from experiments.store import read_result
from experiments.words import LANGUAGES
from model.kernel.refusals import Refused
from tests.unit.report_result import small_folder

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def folder() -> Path:
    return small_folder()


@pytest.fixture(scope="module")
def source(folder: Path) -> Source:
    return Source.stored(read_result(folder))


def test_a_workbook_gives_back_the_effects(source: Source) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    content = make(source, "xlsx")["report.xlsx"]
    assert content == make(source, "xlsx")["report.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert book.sheetnames[:3] == ["effects", "breakdown effects", "indicators by year"]
    head, *rows = book["effects"].iter_rows(values_only=True)
    assert head[0] == "scenario 情景" and all(CHINESE.search(str(cell)) for cell in head)
    at = [cell.split(" ")[0] for cell in head].index("effect")
    assert source.effects is not None
    stored = source.effects.sort_values(["scenario", "indicator", "period"])["effect"].to_numpy()
    found = np.array([row[at] for row in rows], dtype=np.float64)
    assert found == pytest.approx(stored, rel=1e-15, abs=0.0, nan_ok=True)  # the format keeps 16 digits


def test_no_cell_is_a_formula(source: Source) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    evil = pd.DataFrame({"item": ["=1+1", "+2", "-3", "@x", "good"], "en": ["=cmd"] * 5, "zh": ["好"] * 5})
    assert csv_rows(tables.csv_bytes(evil))[1][:2] == ["'=1+1", "'=cmd"]
    book = openpyxl.Workbook()
    from experiments.report.workbook import _sheet

    _sheet(book.active, evil)
    assert [cell.value for cell in book.active["A"]][1:] == ["'=1+1", "'+2", "'-3", "'@x", "good"]
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} == {"s"}


def csv_rows(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_csv_of_every_table(source: Source) -> None:
    made = make(source, "csv")
    names = {"effects", "breakdown_effects", "indicators_by_year", "ledger_by_year", "what_was_changed", "notes"}
    names |= {"losers_and_gainers", "evaluation"}
    assert set(made) == {f"report_{name}.csv" for name in names}
    head, *rows = csv_rows(made["report_effects.csv"])
    at = {cell.split(" ")[0]: place for place, cell in enumerate(head)}
    assert source.effects is not None
    stored = source.effects.set_index(["scenario", "indicator", "period"])["effect"]
    for row in rows:
        value = stored[row[at["scenario"]], row[at["indicator"]], row[at["period"]]]
        assert (row[at["effect"]] == "") == np.isnan(value)
        assert row[at["effect"]] == "" or float(row[at["effect"]]) == value
    settings = csv_rows(made["report_what_was_changed.csv"])
    assert any("建设成本补贴比例" in row and "0.45" in row for row in settings)


# --- PDF ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(source: Source) -> dict[str, bytes]:
    pytest.importorskip("weasyprint")
    pytest.importorskip("pypdf")
    return make(source, "pdf")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pdf_can_be_read_searched_and_spoken(printed: dict[str, bytes], source: Source, lang: str) -> None:
    import pypdf

    content = printed[f"report_{lang}.pdf"]
    assert len(content) <= 2_000_000
    pdf = pypdf.PdfReader(io.BytesIO(content))
    said = "".join("".join(one.extract_text().split()) for one in pdf.pages)
    wanted = {"en": ("Ascenario,notaforecast", "Wholoses,whogains"), "zh": ("情景，不是预测", "谁受损、谁受益")}
    assert all(one in said for one in wanted[lang])
    headline = re.sub(r"<[^>]+>", "", answer.headline(source, "nasty", lang).split("</p>")[0])
    assert "".join(html.unescape(headline).split()) in said
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == {"en": "en", "zh": "zh-CN"}[lang]
    fonts = {
        str(font.get_object()["/BaseFont"]) for one in pdf.pages for font in one["/Resources"]["/Font"].values()
    }  # fmt: skip
    assert fonts and all("dualcirc-Sans-SC" in name for name in fonts)


def test_the_pdf_is_the_same_each_time(printed: dict[str, bytes], source: Source) -> None:
    assert make(source, "pdf", "zh")["report_zh.pdf"] == printed["report_zh.pdf"]


def test_the_fonts_hold_every_character_that_may_come() -> None:
    font_tools = pytest.importorskip("fontTools.ttLib")
    from experiments.report.pdf import FONTS

    wanted = gb2312_level_1() | project_characters() | {*range(0x20, 0x7F), *map(ord, "≈…–—“”‘’·±×²³°≥≤−")}
    assert len(gb2312_level_1()) == 3755
    files = sorted(FONTS.glob("*.woff2"))
    assert len(files) == 2 and sum(file.stat().st_size for file in files) <= 2_500_000
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
    for file in files:
        missing = wanted - set(font_tools.TTFont(file).getBestCmap())
        assert not missing, "".join(map(chr, sorted(missing)))


# --- command line ------------------------------------------------------------------------------------------------


def test_remake_on_the_command_line(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "zh.html"
    assert main(["report", str(folder), "--lang", "zh", "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert '<html lang="zh-CN">' in out.read_text(encoding="utf-8")
    assert main(["report", str(folder), "--format", "csv", "--out", str(tmp_path / "csv")]) == 0
    assert (tmp_path / "csv" / "report_effects.csv").is_file()


def test_what_is_no_result_is_refused(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == 2
    assert main(["report", str(tmp_path / "missing")]) == 2
    assert "no complete result" in capsys.readouterr().err
    assert main(["report", str(folder), "--format", "doc"]) == 2
    assert main(["report", str(folder), "--lang", "fr"]) == 2
    with pytest.raises(Refused):
        make(Source.stored(read_result(folder)), "html", "fr")


def test_further_forms_with_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    assert main(["run", "toy", "--months", "2", "--out", str(out), "--format", "csv"]) == 0
    assert (out / "report.html").is_file() and (out / "report_notes.csv").is_file()
    assert json.loads((out / "manifest.json").read_text())["arguments"] == [
        "run",
        "toy",
        "--seed",
        "1",
        "--months",
        "2",
    ]
    assert main(["run", "toy", "--months", "2", "--out", str(out)]) == 0
    assert not (out / "report_notes.csv").exists(), "a report must not outlive what it reports on"
    assert main(["run", "toy", "--out", str(out), "--format", "docx"]) == 2
