"""The words a scenario may use: members of every dimension, model parameters, and which places overlap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

import numpy as np

from model.kernel.declare import Parameter, load_parameters
from model.kernel.members import CATEGORIES, CHANNELS, IMPORT_CHANNELS, MODES, SIZES, TIERS
from model.kernel.refusals import nearest
from model.levers import AXIS_KEYS, LeverSpec, Where, axis_mask
from model.policies import policies
from model.scenario.files import SCENARIOS
from model.world.places import World

DIMENSIONS: Final = (
    "province", "city", "belt", "category", "size", "market", "region", "platform", "mode", "channel", "tier",
    "gateway", "hub", "import_channel",
)  # fmt: skip
"""Keys of a `where` that list members; `pilot_zone`, `share` and `draw` are the others."""

_BELT_KEYS: Final = ("belt", "city", "province", "category")


@dataclass(frozen=True)
class Vocabulary:
    """Words by dimension. `read_world` is called at most once, and only when a place is named."""

    read_world: Callable[[], World]
    read_parameters: Callable[[], Mapping[str, Parameter]]
    fixed: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "category": CATEGORIES,
            "size": SIZES,
            "mode": MODES,
            "channel": CHANNELS,
            "tier": TIERS,
            "import_channel": IMPORT_CHANNELS,
        }
    )

    @cached_property
    def world(self) -> World:
        """The whole world of the evidence tables."""
        return self.read_world()

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """The declared model parameters by path."""
        return self.read_parameters()

    def members(self, dimension: str) -> tuple[str, ...]:
        """All members of a dimension, in code order."""
        if dimension in self.fixed:
            return self.fixed[dimension]
        if dimension == "region":
            return tuple(self.world.regions)
        if dimension == "policy":
            return tuple(policies())
        return tuple(getattr(self.world, f"{dimension}_ids"))

    def suggest(self, dimension: str) -> Callable[[str], str]:
        """A finder of the id that a place's name in English or Chinese stands for ('Vietnam' → VNM)."""
        world = self.world if dimension not in self.fixed else None
        named = {"market": ("market_en", "market_zh"), "platform": ("platform_en", "platform_zh"),
                 "hub": ("hub_city", "hub_zh"), "gateway": ("gateway_city", "gateway_zh"),
                 "province": ("province_zh",)}.get(dimension, ())  # fmt: skip
        names: dict[str, str] = {}
        for column in named:
            for name, member in zip(getattr(world, column), self.members(dimension), strict=True):
                names.setdefault(str(name).lower(), member)

        def find(word: str) -> str:
            if word.lower() in names:
                return names[word.lower()]
            return nearest(word, self.members(dimension)) or names.get(nearest(word, list(names)), "")

        return find

    def overlap(self, spec: LeverSpec, one: Where, two: Where) -> bool:
        """Whether two restrictions of one lever have a place (and possibly a firm) in common."""
        left = {key for where in (one, two) for key in where.keys if key in DIMENSIONS}
        for axis in spec.axes:
            here = {key for key in left if key in AXIS_KEYS[axis]}
            left -= here
            if not self._meet(axis, here, one, two):
                return False
        if not self._meet("belt", left & set(_BELT_KEYS), one, two):
            return False
        for key in left - set(_BELT_KEYS):
            left_words, right_words = one.get(key), two.get(key)
            if left_words is not None and right_words is not None and not set(left_words) & set(right_words):
                return False
        return one.pilot_zone is None or two.pilot_zone is None or one.pilot_zone == two.pilot_zone

    def _meet(self, axis: str, keys: set[str], one: Where, two: Where) -> bool:
        """Whether the two restrictions pick a common member of an axis by these keys."""
        if not keys:
            return True
        masks = [
            axis_mask(axis, key, where.get(key) or (), self.world)
            for where in (one, two)
            for key in sorted(keys)
            if where.get(key) is not None
        ]
        return bool(np.logical_and.reduce(masks).any())


def _read_world() -> World:
    from model.world.load import load_world

    return load_world()


def _read_parameters() -> Mapping[str, Parameter]:
    return load_parameters(SCENARIOS / "evidence" / "parameters.csv")


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The words of the evidence tables that come with the package, read once per process."""
    return Vocabulary(_read_world, _read_parameters)
