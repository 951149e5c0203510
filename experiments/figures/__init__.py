"""Figures as SVG text, in English and Chinese."""
