"""What a lever is, what an effect is, and where it acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.kernel.calendar import Window
from model.kernel.declare import Label, Registry
from model.kernel.members import CATEGORIES, CHANNEL_OF_MODE, IMPORT_CHANNELS, MODES, NESTS, TIERS
from model.world.places import World

Floats = NDArray[np.float64]
Codes = NDArray[np.integer]

LEVERS: Final = Registry("lever")

AXIS_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "market": ("market", "region"),
    "category": ("category",),
    "mode": ("mode", "channel"),
    "tier": ("tier",),
    "gateway": ("gateway",),
    "hub": ("hub", "market", "region"),
    "platform": ("platform",),
    "belt": ("belt", "city", "province", "category", "pilot_zone"),
    "province": ("province",),
    "import_channel": ("import_channel",),
    "nest": (),
}
"""Which keys of a `where` each axis of a lever understands."""

FIRM_KEYS: Final = ("belt", "city", "province", "category", "pilot_zone", "size", "tier", "share", "draw")
"""Keys that pick firms."""

PROGRAMME: Final = "programme"
"""The key by which a policy restricts an effect to the firms enrolled in its programme; scenarios cannot write it."""


@dataclass(frozen=True)
class Where:
    """A restriction: for every key any of its members; keys are joined by *and*.

    `pilot_zone` picks belts in cities with a pilot zone in force; `share` with `draw` a random share of firms that
    depends only on the firm number and the draw's number.
    """

    members: tuple[tuple[str, tuple[str, ...]], ...] = ()
    pilot_zone: bool | None = None
    share: float | None = None
    draw: int = 0

    @property
    def keys(self) -> tuple[str, ...]:
        named = tuple(key for key, _ in self.members)
        zone = ("pilot_zone",) if self.pilot_zone is not None else ()
        return named + zone + (("share",) if self.share is not None else ())

    def get(self, key: str) -> tuple[str, ...] | None:
        return dict(self.members).get(key)

    def and_(self, key: str, members: Iterable[str]) -> Where:
        """This restriction narrowed by one more key; members already named are intersected."""
        own = dict(self.members)
        chosen = tuple(sorted(members))
        if key in own:
            chosen = tuple(sorted(set(own[key]) & set(chosen)))
        own[key] = chosen
        return Where(tuple(sorted(own.items())), self.pilot_zone, self.share, self.draw)


EVERYWHERE: Final = Where()


@dataclass(frozen=True)
class Effect:
    """One push on one lever. `op` is add, multiply or set."""

    lever: str
    op: str
    value: float
    where: Where = EVERYWHERE
    window: Window = Window(0)
    origin: str = ""


@dataclass(frozen=True)
class LeverSpec:
    """The declaration of a lever: its unit, the axes it varies over, bounds and how effects combine."""

    id: str
    label: Label
    unit: str
    axes: tuple[str, ...]
    low: float
    high: float
    combine: str = "stack"
    firms: bool = False
    neutral: float | None = None
    legs: bool = False
    doc: str = ""

    def understands(self, key: str) -> bool:
        """Whether a `where` on this lever may use `key`."""
        on_axis = any(key in AXIS_KEYS[axis] for axis in self.axes)
        return on_axis or (self.firms and (key in FIRM_KEYS or key == PROGRAMME))


def axis_members(axis: str, world: World) -> list[str]:
    """Members of an axis, in code order."""
    fixed = {
        "category": CATEGORIES, "mode": MODES, "tier": TIERS, "nest": NESTS, "import_channel": IMPORT_CHANNELS,
    }  # fmt: skip
    if axis in fixed:
        return list(fixed[axis])
    return list(
        {
            "market": world.market_ids,
            "gateway": world.gateway_ids,
            "hub": world.hub_ids,
            "platform": world.platform_ids,
            "belt": world.belt_ids,
            "province": world.province_ids,
        }[axis]
    )


def _labels_on(axis: str, key: str, world: World) -> list[set[str]]:
    """For each member of `axis`, the set of words by which a `where` key may pick it."""
    own = [{name} for name in axis_members(axis, world)]
    if key == axis:
        return own
    if key == "channel":
        return [{channel} for channel in CHANNEL_OF_MODE]
    regions = [set(names) for names in world.market_regions]
    if axis == "market" and key == "region":
        return regions
    if axis == "hub":
        markets = [int(code) for code in world.hub_market]
        return [{world.market_ids[m]} if key == "market" else regions[m] for m in markets]
    if axis == "belt":
        words = {"city": world.belt_city, "province": [world.province_ids[p] for p in world.belt_province]}
        words["category"] = [CATEGORIES[c] for c in world.belt_category]
        return [{word} for word in words[key]]
    raise KeyError(f"{key} on {axis}")


def axis_mask(axis: str, key: str, members: Iterable[str], world: World) -> NDArray[np.bool_]:
    """Which members of `axis` the words of one `where` key pick."""
    wanted = set(members)
    return np.array([bool(words & wanted) for words in _labels_on(axis, key, world)], dtype=bool)
