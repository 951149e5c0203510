"""A whole as a bar of its parts, each named below with its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from experiments.figures import palette
from experiments.figures.svg import TEXT_SIZE, TITLE_SIZE, picture, rectangle, tag, words

COLOURS: Final = ("#0b5cad", "#b4530a", "#52606d", "#0b6e99", "#8a3b8f", "#2f7d32", "#7a5c00", "#1f2933")
LEAST: Final = 1e-4
WIDTH: Final = 380.0
BAR: Final = 26.0
ROW: Final = 19.0


def parts_bar(parts: Sequence[tuple[str, float, str]], title: str, whole: str, lang: str, key: str) -> str:
    """An SVG bar. `parts`: name, size (not negative), the size in words; parts too small to be seen are left out."""
    total = sum(size for _, size, _ in parts) or 1.0
    shown = [part for part in parts if part[1] >= LEAST * total]
    content, x = [words(0.0, 16.0, title, TITLE_SIZE, weight="600")], 0.0
    for place, (name, size, text) in enumerate(shown):
        wide, colour = WIDTH * size / total, COLOURS[place % len(COLOURS)]
        tip = tag("title", f"{name}: {text}")
        content.append(tag("g", tip, rectangle(x, 26.0, max(wide - 1.5, 0.5), BAR, colour)))
        y = 26.0 + BAR + 18.0 + ROW * place
        content.append(rectangle(0.0, y - 10.0, 12.0, 12.0, colour))
        content.append(words(18.0, y, name))
        content.append(words(WIDTH, y, text, anchor="end"))
        x += wide
    last = 26.0 + BAR + 18.0 + ROW * len(shown)
    content.append(words(WIDTH, last, f"= {whole}", TEXT_SIZE, anchor="end", weight="600"))
    joined = ("，" if lang == "zh" else ", ").join(f"{name} {text}" for name, _, text in shown)
    description = f"{joined}{'；合计' if lang == 'zh' else '; together '}{whole}"
    return picture(key, lang, WIDTH, last + 10.0, title, description, palette_back(last + 10.0), *content)


def palette_back(height: float) -> str:
    """White behind the figure, so that it reads the same in a dark page."""
    return rectangle(0.0, 0.0, WIDTH, height, palette.WHITE)
