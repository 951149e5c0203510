"""A month's settings: tables over a lever's axes, and what hangs on the single firm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.kernel.draws import Draws
from model.kernel.members import SIZES, TIERS
from model.levers.where import PROGRAMME, Codes, Floats, LeverSpec, Where, axis_mask
from model.world.places import World


@dataclass
class Setting:
    """A lever in one month: the folded table over its axes and, aside, what hangs on the firm."""

    spec: LeverSpec
    base: Floats
    fixed: Floats | None = None
    mult: Floats | None = None
    plus: Floats | None = None
    personal: list[tuple[str, float, NDArray[np.bool_], Where]] = field(default_factory=list)
    told: object = None  # what it was folded from

    @property
    def table(self) -> Floats:
        """Values over the axes for firms without a term of their own."""
        if self.fixed is None and self.mult is None and self.plus is None:
            return self.base
        value = self.base if self.fixed is None else np.where(np.isnan(self.fixed), self.base, self.fixed)
        if self.mult is not None:
            value = value * self.mult
        if self.plus is not None:
            value = value + self.plus
        return np.clip(value, self.spec.low, self.spec.high)


class Levers:
    """This month's settings, frozen. `table(id)` is dense over the lever's axes."""

    def __init__(self, settings: Mapping[str, Setting], zone: NDArray[np.bool_]) -> None:
        self._settings = settings
        self._tables = {key: setting.table for key, setting in settings.items()}
        self.zone = zone
        self.memo: dict[str, Any] = {}  # tables that follow from settings, handed on, each with what it follows from

    def table(self, lever: str) -> Floats:
        return self._tables[lever]

    def scalar(self, lever: str) -> float:
        return float(self._tables[lever])

    def setting(self, lever: str) -> Setting:
        return self._settings[lever]

    def is_personal(self, lever: str) -> bool:
        """Whether some effect on this lever depends on the firm."""
        return bool(self._settings[lever].personal)

    def most_gain(self, lever: str) -> float:
        """Largest factor by which effects that pick firms can raise a lever above its table; inf where unknown."""
        gain = 1.0
        for op, amount, _, _ in self._settings[lever].personal:
            gain *= max(amount, 1.0) if op == "multiply" else np.inf
        return gain

    def at(self, lever: str, firms: FirmWords | None = None, **codes: Codes) -> Floats:
        """Values at points given by a code array per axis; `firms` answers the terms that pick firms.

        All code arrays (and the firm view) have the same length n; returns n values.
        """
        setting = self._settings[lever]
        index = tuple(codes[axis] for axis in setting.spec.axes)
        if not setting.personal or firms is None:
            value = self._tables[lever][index] if index else self._tables[lever]
            return np.asarray(value, dtype=np.float64)
        return _fold_personal(setting, index, firms)


@dataclass(frozen=True)
class FirmWords:
    """What a `where` needs to know of firms: numbers and codes, one entry per point."""

    number: Codes
    belt: Codes
    size: Codes
    tier: Codes
    world: World
    zone: NDArray[np.bool_]
    members: Mapping[str, NDArray[np.bool_]] = MappingProxyType({})  # enrolled firms by programme

    def picks(self, where: Where) -> NDArray[np.bool_]:
        """Which points the firm keys of `where` pick."""
        chosen = np.ones(self.number.shape, dtype=bool)
        for key, members in where.members:
            if key in ("belt", "city", "province", "category"):
                chosen &= axis_mask("belt", key, members, self.world)[self.belt]
            elif key == "size":
                chosen &= np.isin(self.size, [SIZES.index(name) for name in members])
            elif key == "tier":
                chosen &= np.isin(self.tier, [TIERS.index(name) for name in members])
            elif key == PROGRAMME:
                chosen &= np.any([self.members.get(name, np.zeros_like(chosen)) for name in members], axis=0)
        if where.pilot_zone is not None:
            chosen &= self.zone[self.belt] == where.pilot_zone
        if where.share is not None:
            chosen &= share_of_firms(self.number, where.draw) < where.share
        return chosen


def share_of_firms(numbers: Codes, draw: int) -> Floats:
    """Uniform numbers that decide membership of a random share: keyed by firm number and draw, not by seed."""
    return Draws(draw).uniform("share_of_firms", 0, numbers)


def _fold_personal(setting: Setting, index: tuple[Codes, ...], firms: FirmWords) -> Floats:
    """Fold table terms and firm terms at the given points in the lever's own order."""
    n = firms.number.shape[0]

    def gather(table: Floats | None, default: float) -> Floats:
        if table is None:
            return np.full(n, default)
        return np.broadcast_to(table[index] if index else table, (n,)).astype(np.float64)

    value = gather(setting.base, 0.0)
    fixed, mult, plus = gather(setting.fixed, np.nan), gather(setting.mult, 1.0), gather(setting.plus, 0.0)
    for op, amount, mask, where in setting.personal:
        chosen = firms.picks(where) & (mask[index] if index else bool(mask))
        if op == "set":
            fixed = np.where(chosen, amount, fixed)
        elif op == "multiply":
            mult = np.where(chosen, mult * amount, mult)
        else:
            plus = np.where(chosen, plus + amount, plus)
    value = np.where(np.isnan(fixed), value, fixed) * mult + plus
    return np.clip(value, setting.spec.low, setting.spec.high)
