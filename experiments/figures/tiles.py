"""The 31 provinces as a grid of equal tiles: no outline, so that small provinces are as legible as large ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from experiments.amounts import amount, axis
from experiments.figures import palette
from experiments.figures.scales import nice_step, tick_texts
from experiments.figures.sentences import tile_sentence
from experiments.figures.svg import (
    SMALL_SIZE,
    TEXT_SIZE,
    TITLE_SIZE,
    clean,
    picture,
    rectangle,
    shortened,
    tag,
    words,
)
from experiments.words import member_label

PROVINCE_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Beijing": "BJ", "Tianjin": "TJ", "Hebei": "HE", "Shanxi": "SX", "Inner Mongolia": "NM", "Liaoning": "LN",
        "Jilin": "JL", "Heilongjiang": "HL", "Shanghai": "SH", "Jiangsu": "JS", "Zhejiang": "ZJ", "Anhui": "AH",
        "Fujian": "FJ", "Jiangxi": "JX", "Shandong": "SD", "Henan": "HA", "Hubei": "HB", "Hunan": "HN",
        "Guangdong": "GD", "Guangxi": "GX", "Hainan": "HI", "Chongqing": "CQ", "Sichuan": "SC", "Guizhou": "GZ",
        "Yunnan": "YN", "Tibet": "XZ", "Shaanxi": "SN", "Gansu": "GS", "Qinghai": "QH", "Ningxia": "NX",
        "Xinjiang": "XJ",
    }
)  # fmt: skip
"""Two letters of each province, as in GB/T 2260."""
TILE_WIDTH, TILE_HEIGHT, GAP = 52.0, 36.0, 3.0
HEAD = 24.0
STEPS = 9  # swatches of the legend
_NO_FIGURE = {"en": "no figure", "zh": "无数据"}


@lru_cache(maxsize=1)
def _world() -> Any:
    from model.world.load import load_world

    return load_world()


def tile_map(
    values: Mapping[str, float], unit: str, lang: str, title: str, key: str, change: bool = True, width: float = 520.0
) -> str:
    """An SVG of provinces; `values` by province id, one that is missing is drawn without a figure."""
    world = _world()
    columns, rows = world.province_tile_x - world.province_tile_x.min(), world.province_tile_y
    span = int(columns.max()) + 1
    left = (width - span * (TILE_WIDTH + GAP)) / 2.0
    known = [abs(value) for value in values.values() if math.isfinite(value)]
    most = max(known, default=0.0) or 1.0
    step = nice_step(most, 4)
    reach = math.ceil(most / step - 1e-9) * step
    divisor, word = axis([most], unit, lang, change)
    places = min(6, max(0, 1 - math.floor(math.log10(most / divisor))))
    tiles = [
        _tile(
            name,
            float(values.get(name, math.nan)),
            (left + float(x) * (TILE_WIDTH + GAP), HEAD + float(y) * (TILE_HEIGHT + GAP)),
            (unit, lang, change, divisor, reach, places),
        )
        for name, x, y in zip(world.province_ids, columns, rows, strict=True)
    ]
    foot = HEAD + (int(rows.max()) + 1) * (TILE_HEIGHT + GAP)
    content = [
        words(2.0, 14.0, shortened(title, width - 4.0, TITLE_SIZE), TITLE_SIZE, weight="bold"),
        _legend(reach, divisor, word, lang, change),
        *tiles,
    ]
    sentence = tile_sentence(title, values, unit, lang, change)
    return picture(key, lang, width, foot, title, sentence, *content)


def _tile(name: str, value: float, place: tuple[float, float], told: tuple[str, str, bool, float, float, int]) -> str:
    unit, lang, change, divisor, reach, places = told
    x, y = place
    label = member_label("province", name)
    known = math.isfinite(value)
    share = value / reach if known else 0.0
    fill = (
        (palette.diverging(share) if change else palette.mix(palette.WHITE, palette.POLICY, share))
        if known
        else palette.NOTHING
    )
    ink = palette.text_on(fill)
    short = label.zh if lang == "zh" else PROVINCE_CODES.get(name, name[:2].upper())
    number = _number(value / divisor, places, change, lang) if known else "–"
    tip = f"{getattr(label, lang)} {amount(value, unit, change, lang) if known else _NO_FIGURE[lang]}"
    middle = x + TILE_WIDTH / 2.0
    return tag(
        "g",
        tag("title", clean(tip)),
        rectangle(x, y, TILE_WIDTH, TILE_HEIGHT, fill, stroke=palette.AXIS, stroke_width=0.6, rx=2.0),
        words(middle, y + 15.0, short, TEXT_SIZE, ink, "middle", "bold"),
        words(middle, y + 29.0, number, SMALL_SIZE, ink, "middle"),
    )


def _number(value: float, places: int, sign: bool, lang: str) -> str:
    """As many decimals as give the largest tile two figures; a tile has room for no more."""
    if value == 0.0:
        return "0"
    text = f"{value:{'+' if sign else ''}{',' if lang == 'en' else ''}.{places}f}"
    return text if float(text.replace(",", "")) != 0.0 else "≈0"


def _legend(reach: float, divisor: float, word: str, lang: str, change: bool) -> str:
    """Swatches from the lowest to the highest, in the empty corner of the map, numbers beneath."""
    wide, x, y = 17.0, 8.0, HEAD + 26.0
    parts = [words(x, HEAD + 18.0, word, SMALL_SIZE, palette.MUTED)] if word else []
    shares = [2.0 * at / (STEPS - 1) - 1.0 if change else at / (STEPS - 1) for at in range(STEPS)]
    for at, share in enumerate(shares):
        fill = palette.diverging(share) if change else palette.mix(palette.WHITE, palette.POLICY, share)
        parts.append(rectangle(x + at * wide, y, wide, 10.0, fill, stroke=palette.AXIS, stroke_width=0.4))
    ends = (-reach, 0.0, reach) if change else (0.0, reach)
    texts = tick_texts([end / divisor for end in ends], reach / divisor, lang, change)
    for end, text in zip(ends, texts, strict=True):
        place = (end / reach + 1.0) / 2.0 if change else end / reach
        at = x + wide / 2.0 + place * wide * (STEPS - 1)
        parts.append(words(at, y + 22.0, text, SMALL_SIZE, palette.MUTED, "middle"))
    return tag("g", *parts)
