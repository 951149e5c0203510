"""Levers (制度杠杆): the settings of a month that policies, shocks and direct entries move.

A policy returns *effects*; the lever owns how effects combine. For every place on its axes

    value = clip((set, or else the base) × product of multiplies + sum of adds, low, high)

with values sorted before folding, so any order of entries gives the same bits, and no effect at all returns the
base itself. A flag (`combine="any"`) is on where anything switches it on. Effects restricted to firms (size, tier,
a random share) are kept aside and folded where the firm is known (`Levers.at`).
"""

from model.levers import declarations
from model.levers.folding import combine
from model.levers.settings import FirmWords, Levers, Setting, share_of_firms
from model.levers.where import (
    AXIS_KEYS,
    EVERYWHERE,
    FIRM_KEYS,
    LEVERS,
    PROGRAMME,
    Effect,
    LeverSpec,
    Where,
    axis_mask,
    axis_members,
)

__all__ = [
    "AXIS_KEYS",
    "EVERYWHERE",
    "FIRM_KEYS",
    "LEVERS",
    "PROGRAMME",
    "Effect",
    "FirmWords",
    "LeverSpec",
    "Levers",
    "Setting",
    "Where",
    "axis_mask",
    "axis_members",
    "combine",
    "declarations",
    "share_of_firms",
]
