"""The two loops of dual circulation 双循环 and how they go together: coupling and coordination.

Each loop is the mean of four parts, each as x/(x + x₀): x its mean over the last twelve months, x₀ its mean over 2019,
or over the first twelve months of a run that begins later. So every index is one half in the base year, whatever else
is run (min-max scales and entropy weights change with the set of runs), and D is √½ there by construction: only changes
tell.

    C = 2√(U₁U₂)/(U₁ + U₂)     T = (U₁ + U₂)/2     D = √(C·T)
    C′ = √((1 − |U₁ − U₂|) · min/max)     D′ = √(C′·T)

C′ is the corrected degree of Wang, Kong, Ren, Zhi and Dai (2021), Journal of Natural Resources 36(3), 793–810: the
usual C is high for most pairs, C′ tells unequal loops apart.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from model.indicators.macro import Value, destination_hhi
from model.indicators.meso import gini_import_access, import_varieties_at_hand
from model.indicators.view import Floats, MonthView
from model.kernel.calendar import parse_month
from model.kernel.declare import indicator
from model.state import LOOP_PARTS

INNER: Final = slice(0, 4)  # home sales, varieties per person, equality of access, domestic value added share
OUTER: Final = slice(4, 8)  # exports, imports, spread over markets, export quality
PARTS: Final = LOOP_PARTS
BASE_FROM: Final = parse_month("2019-01")


def parts(view: MonthView) -> Floats:
    """The parts of both loops in the month, inner first; shape [PARTS]. No variable stands in both."""
    exports, foreign = view.by("exports", None), view.by("foreign_inputs", None)
    brands, people = import_varieties_at_hand(view)
    quality, sales = view.firms_by("quality_sales", None), view.firms_by("sales_12m", None)
    return np.array(
        [
            view.by("home_sales", None),
            float(brands / people),
            1.0 - float(gini_import_access(view)),
            1.0 - foreign / max(exports, 1e-9),
            exports,
            float(view.values["import_customs"].sum()),
            1.0 - float(destination_hhi(view)),
            float(quality) / max(float(sales), 1e-9),
        ]
    )


def remember_loops(view: MonthView) -> None:
    """Carry the last twelve months, and the base until its year is over; called once a month before indicators."""
    env, arrays = view.env, view.state.arrays
    arrays["loop_ring"][env.now % 12] = parts(view)
    arrays["loop_months"] = np.minimum(arrays["loop_months"] + 1, 12)
    arrays["loop_mean"] = arrays["loop_ring"].sum(axis=0) / arrays["loop_months"]
    if env.now <= max(env.start, BASE_FROM) + 11:
        arrays["loop_base"] = arrays["loop_mean"].copy()


def loops(view: MonthView) -> tuple[float, float]:
    """Index of the inner and of the outer loop, each between 0 and 1."""
    mean, base = view.state.arrays["loop_mean"], view.state.arrays["loop_base"]
    index = np.divide(mean, mean + base, out=np.full(PARTS, 0.5), where=mean + base > 0.0)
    return float(index[INNER].mean()), float(index[OUTER].mean())


def coupling(inner: float, outer: float) -> float:
    """Degree of coupling C of two loops."""
    return float(2.0 * np.sqrt(inner * outer) / (inner + outer))


def corrected_coupling(inner: float, outer: float) -> float:
    """Corrected degree of coupling C′."""
    return float(np.sqrt((1.0 - abs(inner - outer)) * min(inner, outer) / max(inner, outer)))


@indicator("inner_loop", "Inner loop", "内循环指数", "index", "stock", "macro")
def inner_loop(view: MonthView, cut: str | None = None) -> Value:
    """Mean index of home sales, varieties at hand, equality of access and domestic value added share (base year ½)."""
    return loops(view)[0]


@indicator("outer_loop", "Outer loop", "外循环指数", "index", "stock", "macro")
def outer_loop(view: MonthView, cut: str | None = None) -> Value:
    """Mean index of exports, imports, spread over markets and export quality (base year ½)."""
    return loops(view)[1]


@indicator("coupling_degree", "Coupling of the loops", "耦合度", "index", "stock", "macro")
def coupling_degree(view: MonthView, cut: str | None = None) -> Value:
    """C = 2√(U₁U₂)/(U₁ + U₂) of inner and outer loop; high for most pairs, so read it beside the corrected measure."""
    return coupling(*loops(view))


@indicator("coupling_coordination", "Coupling coordination of the loops", "耦合协调度", "index", "stock", "macro")
def coupling_coordination(view: MonthView, cut: str | None = None) -> Value:
    """D = √(C·T), T the mean of the loops: √½ in the base year by construction, so only its change tells."""
    inner, outer = loops(view)
    return float(np.sqrt(coupling(inner, outer) * 0.5 * (inner + outer)))


@indicator(
    "coupling_coordination_corrected", "Coupling coordination, corrected", "修正耦合协调度", "index", "stock", "macro"
)
def coupling_coordination_corrected(view: MonthView, cut: str | None = None) -> Value:
    """D′ = √(C′·T) with the corrected coupling of Wang and others (2021)."""
    inner, outer = loops(view)
    return float(np.sqrt(corrected_coupling(inner, outer) * 0.5 * (inner + outer)))
