"""Colours of all figures: told apart by colour-blind readers and in grey print, legible on white.

Marks have at least 3:1 contrast to white, text 4.5:1 (WCAG 2.2). What colour says is said a second way: by a dash,
a sign or a position.
"""

from __future__ import annotations

from typing import Final

WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
INK: Final = "#1f2933"
MUTED: Final = "#52606d"
GRID: Final = "#e1e5ea"
AXIS: Final = "#9aa5b1"
BASELINE: Final = "#66717d"
POLICY: Final = "#0b5cad"
HISTORY: Final = "#1f2933"
LOSS: Final = "#b4530a"
GAIN: Final = "#0b6e99"
NOTHING: Final = "#eef1f4"

Rgb = tuple[float, float, float]


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[place : place + 2], 16) / 255.0 for place in (1, 3, 5))
    return red, green, blue


def mix(one: str, two: str, share: float) -> str:
    """The colour at `share` (0 to 1) of the way from `one` to `two`."""
    parts = (a + (b - a) * share for a, b in zip(_rgb(one), _rgb(two), strict=True))
    return "#" + "".join(f"{round(part * 255.0):02x}" for part in parts)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it, 0 to 1."""
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(colour))
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, two: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(background: str) -> str:
    """Black or white, whichever is read better; one of the two has at least 4.58:1 on any background."""
    return BLACK if contrast(BLACK, background) >= contrast(WHITE, background) else WHITE


def diverging(share: float) -> str:
    """-1 loss, 0 white, 1 gain."""
    return mix(WHITE, GAIN if share >= 0.0 else LOSS, min(1.0, abs(share)))
