"""Figures as SVG text, made on the spot: the same on the web page, in the report and as a picture of its own."""

from experiments.figures.bars import Bar, bar_chart, waterfall_chart
from experiments.figures.lines import Series, line_chart
from experiments.figures.sentences import bar_sentence, line_sentence, tile_sentence, waterfall_sentence
from experiments.figures.tiles import tile_map

__all__ = [
    "Bar",
    "Series",
    "bar_chart",
    "bar_sentence",
    "line_chart",
    "line_sentence",
    "tile_map",
    "tile_sentence",
    "waterfall_chart",
    "waterfall_sentence",
]
