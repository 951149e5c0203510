"""The paper's three levels of measures: macro, meso, micro. Importing this package declares them all."""

from __future__ import annotations

from model.indicators import loops, macro, meso, micro
from model.indicators.members import dimension_members

__all__ = ["dimension_members", "loops", "macro", "meso", "micro"]
