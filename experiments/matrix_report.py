"""What the lever matrix leaves behind: one table, a picture in each language, a page; made from the table alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from experiments.amounts import amount, interval, percent
from experiments.figures.grid import Tile, tile_grid
from experiments.matrix import Push, pushes
from experiments.words import indicator_label, indicators, level_label, member_label
from model.kernel.declare import Label
from model.kernel.member_labels import LEVEL_LABELS
from model.policies import policies

HERE: Final = Path(__file__).resolve().parent
TABLE: Final = HERE / "matrix.csv"
PAGE: Final = HERE / "MATRIX.md"
PICTURES: Final = HERE / "images"
LANGS: Final = ("en", "zh")
_TITLE: Final = {
    "en": "What moves what: effects of single policies and shocks in {year}",
    "zh": "杠杆矩阵：单项政策与冲击在{year}年的效应",
}
_KINDS: Final = {"policy": Label("Policies", "政策"), "shock": Label("Shocks", "冲击")}


def write_table(table: pd.DataFrame, about: str, place: Path) -> None:
    """The table as CSV, its first line saying of what runs."""
    place.parent.mkdir(parents=True, exist_ok=True)
    text = table.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    place.write_text(f"# {about}\n{text}", encoding="utf-8", newline="\n")


def read_table(place: Path = TABLE) -> pd.DataFrame:
    """The table as it was written."""
    return pd.read_csv(place, comment="#", dtype={"year": str})


def about_of(place: Path = TABLE) -> str:
    """The line that says of what runs the table is."""
    with place.open(encoding="utf-8") as file:
        return file.readline().removeprefix("# ").strip()


def write_page(place: Path = TABLE, page: Path = PAGE, pictures: Path = PICTURES) -> None:
    """The page and its pictures, from the table."""
    table = read_table(place)
    pictures.mkdir(parents=True, exist_ok=True)
    for lang in LANGS:
        (pictures / f"matrix_{lang}.svg").write_text(grid(table, lang), encoding="utf-8", newline="\n")
    page.write_text(page_text(table, about_of(place)), encoding="utf-8", newline="\n")


def pick(label: Label, lang: str) -> str:
    """A label in one language."""
    return label.zh if lang == "zh" else label.en


def columns_of(table: pd.DataFrame) -> list[Push]:
    """The policies and shocks of the table that are still declared, in the order of their declarations."""
    known = set(zip(table["kind"], table["id"], strict=True))
    return [push for push in pushes() if (push.kind, push.id) in known]


def tiles_of(table: pd.DataFrame, lang: str) -> dict[tuple[str, str], Tile]:
    """Clear effects by indicator and column."""
    labels = {f"{push.kind}:{push.id}": pick(push.label, lang) for push in columns_of(table)}
    tiles = {}
    for row in rows_of(table[table["sign"] != 0]):
        column = f"{row['kind']}:{row['id']}"
        if column in labels:
            told = f"{labels[column]} · {pick(indicator_label(row['indicator']), lang)} {change_text(row, lang)}"
            tiles[row["indicator"], column] = Tile(int(row["sign"]), float(row["relative"]), told)
    return tiles


def grid(table: pd.DataFrame, lang: str) -> str:
    """The picture: indicators by level down, policies and shocks across."""
    known, found = indicators(), set(table["indicator"])
    rows = [
        (pick(level_label(level), lang), [(id, pick(one.label, lang)) for id, one in known.items()
                                          if one.level == level and id in found])
        for level in LEVEL_LABELS
    ]  # fmt: skip
    columns = [(f"{push.kind}:{push.id}", pick(push.label, lang)) for push in columns_of(table)]
    title = _TITLE[lang].format(year=table["year"].iloc[0])
    return tile_grid(rows, columns, tiles_of(table, lang), title, f"matrix-{lang}", lang)


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as mappings."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict(orient="records")]


def change_text(row: Mapping[str, Any], lang: str) -> str:
    """An effect with its interval, and over the level where that is no share itself."""
    unit = str(row["unit"])
    text = f"{amount(row['effect'], unit, True, lang)} {interval(row['low'], row['high'], unit, lang)}"
    over = float(row["relative"])
    return f"{text} ({percent(over, lang)})" if math.isfinite(over) and not unit.startswith("share") else text


# --- the page --------------------------------------------------------------------------------------------------------

_HEAD: Final = """# What moves what 杠杆矩阵

Made by `dualcirc matrix --write` from `experiments/matrix.csv`; written by no hand.
Of what: {about}.

Every policy and every kind of shock alone, with its declared defaults and from the first day at full strength, against
the baseline on the same luck and the same parameters of each draw; what is told is the change in {year}. A tile is
blank where the 90 % interval holds zero, which includes what did not move at all. Up is blue-green, down is brown,
whether that is good or not. Clear is not large: a single minus or plus is below a tenth of a per cent of the level. Of
effects that are luck alone about one in ten is drawn all the same. Shocks that need a place hit the largest:
{places}. Claims of the policies themselves, which speak of places and groups too, are tested in
`tests/policies`; this table is of the nation.
各政策与冲击均单独实施，取声明的默认值，与同一随机数、同一参数的基准比较，所示为{year}年的变化；90%区间包含零者留白。
颜色只表示升降，不表示好坏；冲击须指明地点者作用于规模最大的地点。"""
_ROWS: Final = "| indicator 指标 | effect 效应 | 90 % interval 区间 | of the level 占基准 |\n|---|---:|---:|---:|"


def page_text(table: pd.DataFrame, about: str) -> str:
    """The page in Markdown."""
    year = table["year"].iloc[0]
    places = ", ".join(
        dict.fromkeys(
            f"{member_label(key, name).zh} `{name}`"
            for push in columns_of(table)
            for key, names in push.where.members
            for name in names
        )
    )
    parts = [_HEAD.format(about=about, year=year, places=places or "none 无")]
    parts += [f"![{_TITLE[lang].format(year=year)}](images/matrix_{lang}.svg)" for lang in LANGS]
    for kind, title in _KINDS.items():
        mine = [push for push in columns_of(table) if push.kind == kind]
        if mine:
            parts += [f"## {title.en} {title.zh}", *(_push_text(push, table) for push in mine)]
    return "\n\n".join(parts) + "\n"


def _push_text(push: Push, table: pd.DataFrame) -> str:
    """What one policy or shock moves clearly, the largest change over its level first."""
    rows = table[(table["kind"] == push.kind) & (table["id"] == push.id)]
    clear = rows[rows["sign"] != 0]
    size = clear["relative"].abs().fillna(math.inf)
    clear = clear.loc[size.sort_values(ascending=False, kind="stable").index]
    lines = [f"### {push.label.en} {push.label.zh}", f"\n`{push.id}`{_claimed(push, clear)}\n"]
    rest = len(rows) - len(clear)
    told = f"Of {len(rows)} indicators {rest} do not move clearly. {len(rows)}项指标中{rest}项无明确变化。"
    if clear.empty:
        return "\n".join([*lines, told])
    return "\n".join([*lines, _ROWS, *(_row(row) for row in rows_of(clear)), f"\n{told}"])


def _claimed(push: Push, clear: pd.DataFrame) -> str:
    """How many of a policy's own national claims show here."""
    if push.kind != "policy":
        return ""
    claims = [one for one in policies()[push.id].expects if not one.where and one.indicator in indicators()]
    signs = dict(zip(clear["indicator"], clear["sign"], strict=True))
    met = sum(signs.get(one.indicator) == (1 if one.direction == "up" else -1) for one in claims)
    if not claims:
        return ": none of its claims is about the nation 其预期均不针对全国"
    return (
        f": {met} of its {len(claims)} claims about the nation show clearly 全国层面的{len(claims)}项预期中{met}项明确"
    )


def _row(row: Mapping[str, Any]) -> str:
    label, unit = indicator_label(row["indicator"]), str(row["unit"])
    cells = (
        f"`{row['indicator']}` {label.en} {label.zh}", amount(row["effect"], unit, True),
        interval(row["low"], row["high"], unit), percent(float(row["relative"])),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"
