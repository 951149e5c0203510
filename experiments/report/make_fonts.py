"""Make the fonts of the PDF report from Debian's Noto Sans CJK (package fonts-noto-cjk).

    python -m experiments.report.make_fonts [FOLDER OF THE .ttc FILES]

Kept are ASCII, Latin-1, punctuation, the 3 755 characters of GB 2312 level 1, and every Chinese character that stands
anywhere in the project's own files. The subset is renamed, as the licence asks of changed fonts (`fonts/OFL.txt`).
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
FACE = "Noto Sans CJK SC"
FAMILY = "dualcirc Sans SC"
WEIGHTS = {"Regular": 400, "Bold": 700}
FOLDERS = ("model", "agents", "experiments", "viz", "scenarios")
SUFFIXES = {".py", ".yaml", ".csv", ".md"}
PUNCTUATION = [*range(0x2010, 0x2028), *range(0x2030, 0x203B), *range(0x3000, 0x3018), *range(0xFF01, 0xFF5F)]
SIGNS = "€←↑→↓−≈≠≤≥×÷±·…²³°①②③④⑤⑥⑦⑧⑨⑩"


def gb2312_level_1() -> set[int]:
    """The 3 755 most used characters: rows 16 to 55 of GB 2312."""
    found = set()
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes((row, cell)).decode("gb2312")))
            except UnicodeDecodeError:  # the last five places of row 55 are empty
                continue
    return found


def project_characters() -> set[int]:
    """Chinese characters in the project's own files."""
    files = [p for folder in FOLDERS for p in sorted((PROJECT / folder).rglob("*")) if p.suffix in SUFFIXES]
    text = "".join(path.read_text(encoding="utf-8", errors="ignore") for path in [*files, PROJECT / "README.md"])
    return {ord(sign) for sign in set(text) if "\u3400" <= sign <= "\u9fff"}


def wanted() -> set[int]:
    """Every character that is kept."""
    latin = {*range(0x20, 0x7F), *range(0xA0, 0x100)}
    return latin | set(PUNCTUATION) | {ord(sign) for sign in SIGNS} | gb2312_level_1() | project_characters()


def face_of(file: Path) -> TTFont:
    """The simplified Chinese face of a collection."""
    for number in range(20):
        font = TTFont(file, fontNumber=number, lazy=True)
        if font["name"].getDebugName(1) == FACE or font["name"].getDebugName(16) == FACE:
            return font
    raise SystemExit(f"{file} holds no face {FACE}")


def rename(font: TTFont, weight: str) -> None:
    """Give the subset a name of its own; copyright and licence stay."""
    names = {1: FAMILY, 2: weight, 3: f"{FAMILY} {weight}", 4: f"{FAMILY} {weight}", 6: f"dualcircSansSC-{weight}"}
    for record in list(font["name"].names):
        if record.nameID in (16, 17, 21, 22):
            font["name"].removeNames(nameID=record.nameID)
    for number, text in names.items():
        for record in font["name"].names:
            if record.nameID == number:
                record.string = text
    top = font["CFF "].cff
    top.fontNames = [names[6]]
    top.topDictIndex[0].FamilyName, top.topDictIndex[0].FullName = FAMILY, names[4]


def main(folder: str = "/usr/share/fonts/opentype/noto") -> None:
    """Write both weights."""
    for weight in WEIGHTS:
        font = face_of(Path(folder) / f"NotoSansCJK-{weight}.ttc")
        options = subset.Options(
            flavor="woff2", hinting=False, desubroutinize=False, layout_features=["kern", "locl", "ccmp"],
            name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17], recalc_timestamp=False, notdef_outline=True,
        )  # fmt: skip
        worker = subset.Subsetter(options)
        worker.populate(unicodes=wanted())
        worker.subset(font)
        rename(font, weight)
        target = HERE / "fonts" / f"dualcirc-sans-sc-{weight.lower()}.woff2"
        target.parent.mkdir(exist_ok=True)
        subset.save_font(font, str(target), options)
        print(target.name, target.stat().st_size)


if __name__ == "__main__":
    main(*sys.argv[1:2])
