"""Levers (制度杠杆): the settings of a month that policies, shocks and direct entries move.

A policy returns *effects*; the lever owns how effects combine. For every place on its axes

    value = clip((set, or else the base) × product of multiplies + sum of adds, low, high)

with values sorted before folding, so any order of entries gives the same bits, and no effect at all returns the
base itself. A flag (`combine="any"`) is on where anything switches it on. Effects restricted to firms (size, tier,
a random share) are kept aside and folded where the firm is known (`Levers.at`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.kernel.calendar import Window
from model.kernel.declare import Label, Registry
from model.kernel.members import CATEGORIES, CHANNEL_OF_MODE, MODES, NESTS, TIERS
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
    "nest": (),
}
"""Which keys of a `where` each axis of a lever understands."""

FIRM_KEYS: Final = ("belt", "city", "province", "category", "pilot_zone", "size", "tier", "share", "draw")
"""Keys that pick firms."""


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
        return on_axis or (self.firms and key in FIRM_KEYS)


def _lever(
    id: str, en: str, zh: str, unit: str, axes: str, low: float, high: float, neutral: float | None = None,
    *, combine: str = "stack", firms: bool = False, legs: bool = False, doc: str = "",
) -> None:  # fmt: skip
    spec = LeverSpec(id, Label(en, zh), unit, tuple(axes.split()), low, high, combine, firms, neutral, legs, doc)
    LEVERS.add(id, spec)


# Neutral None: the base comes from evidence or a parameter (model/bases.py); a number: nothing happens at that value.
_lever("inspection_rate", "Inspection rate", "查验率", "share", "gateway category mode tier", 0.0, 1.0)
_lever(
    "newcomer_factor", "Inspection of firms without a record", "无记录企业查验系数", "factor", "mode", 0.2, 10.0, 1.0
)
_lever("audit_rate", "Post-clearance audit rate", "事后稽查率", "share", "mode", 0.0, 1.0, 0.0)
_lever(
    "export_clearance_hours", "Export clearance hours", "出口通关时间", "hours", "gateway mode", 0.0, 2000.0, firms=True
)
_lever("import_clearance_hours", "Import clearance hours", "进口通关时间", "hours", "", 0.0, 2000.0)
_lever("document_hours", "Paperwork hours", "单证时间", "hours", "mode", 0.0, 500.0, firms=True)
_lever("delivery_days", "Extra delivery days", "附加送达天数", "days", "market mode", 0.0, 120.0, 0.0, firms=True)
_lever("freight_yuan_per_kg", "Freight", "运费", "yuan per kg", "market mode", 0.0, 5000.0, legs=True)
_lever("duty_rate", "Import duty abroad", "海外关税税率", "share", "market category mode", 0.0, 5.0)
_lever("market_vat_rate", "VAT abroad", "海外增值税税率", "share", "market", 0.0, 0.5)
_lever("parcel_fee_yuan", "Fee per low-value parcel", "小额包裹费", "yuan per order", "market mode", 0.0, 1000.0, 0.0)
_lever("de_minimis_yuan", "Duty-free threshold", "关税免征门槛", "yuan", "market mode", 0.0, 1.0e5)
_lever("vat_de_minimis_yuan", "VAT-free threshold", "增值税免征门槛", "yuan", "market mode", 0.0, 1.0e5)
_lever("rebate_rate", "Export VAT rebate", "出口退税率", "share", "category", 0.0, 0.25, firms=True)
_lever("rebate_days", "Days until the rebate is paid", "退税天数", "days", "mode", 0.5, 400.0, firms=True)
_lever("settlement_days", "Days until currency is settled", "结汇天数", "days", "market", 0.0, 200.0, firms=True)
_lever("listing_cost", "Upkeep of a listing", "刊登维持成本", "yuan per month", "market mode", 0.0, 1.0e6, firms=True)
_lever("platform_fee", "Platform commission", "平台佣金", "share", "platform market", 0.0, 0.6)
_lever("payment_fee", "Payment fee", "收款手续费", "share", "market", 0.0, 0.3)
_lever("reach", "Reach", "触达", "factor", "platform market mode", 0.0, 20.0, 1.0, firms=True)
_lever("live_reach", "Live-commerce reach at home", "直播触达", "factor", "province", 0.2, 10.0, 1.0)
_lever("tool_price", "Price of digital tools", "数字化工具价格", "yuan per year", "", 0.0, 1.0e6, firms=True)
_lever("building_cost", "Building cost of a warehouse", "仓库建设成本", "yuan per m2", "hub", 100.0, 1.0e5)
_lever("mode_capacity", "Capacity of a mode", "运输方式运力", "factor", "market mode", 0.0, 5.0, 1.0)
_lever("home_channel_cost", "Cost of a home outlet", "内销渠道成本", "yuan", "", 0.0, 1.0e7, firms=True)
_lever("reputation_visible", "Reputation is shown", "信誉可见", "factor", "platform", 0.0, 1.0, 1.0)
_lever("pilot_zone", "Pilot zone", "综合试验区", "flag", "belt", 0.0, 1.0, combine="any")
_lever("demand", "Demand", "需求", "factor", "market category nest", 0.0, 20.0, 1.0)
_lever("exchange_rate", "Exchange rate", "汇率", "yuan per USD", "market", 0.5, 50.0)
_lever("supplier_capacity", "Capacity of a belt", "产业带产能", "factor", "belt", 0.0, 3.0, 1.0)
_lever("gateway_capacity", "Capacity of a customs district", "口岸通关能力", "factor", "gateway", 0.01, 10.0, 1.0)
_lever("platform_open", "Platform open to sellers", "平台开放", "share", "platform market", 0.0, 1.0, 1.0, firms=True)
_lever("import_demand", "Demand for imports", "进口需求", "factor", "", 0.0, 20.0, 1.0)
_lever("import_tax_share", "Share of VAT due on retail imports", "零售进口税征收比例", "share", "", 0.0, 1.5)


def axis_members(axis: str, world: World) -> list[str]:
    """Members of an axis, in code order."""
    fixed = {"category": CATEGORIES, "mode": MODES, "tier": TIERS, "nest": NESTS}
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


@dataclass
class Setting:
    """A lever in one month: the folded table over its axes and, aside, what hangs on the firm."""

    spec: LeverSpec
    base: Floats
    fixed: Floats | None = None
    mult: Floats | None = None
    plus: Floats | None = None
    personal: list[tuple[str, float, NDArray[np.bool_], Where]] = field(default_factory=list)

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

    def table(self, lever: str) -> Floats:
        return self._tables[lever]

    def scalar(self, lever: str) -> float:
        return float(self._tables[lever])

    def setting(self, lever: str) -> Setting:
        return self._settings[lever]

    def is_personal(self, lever: str) -> bool:
        """Whether some effect on this lever depends on the firm."""
        return bool(self._settings[lever].personal)

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

    def picks(self, where: Where) -> NDArray[np.bool_]:
        """Which points the firm keys of `where` pick."""
        from model.kernel.members import SIZES

        chosen = np.ones(self.number.shape, dtype=bool)
        for key, members in where.members:
            if key in ("belt", "city", "province", "category"):
                chosen &= axis_mask("belt", key, members, self.world)[self.belt]
            elif key == "size":
                chosen &= np.isin(self.size, [SIZES.index(name) for name in members])
            elif key == "tier":
                chosen &= np.isin(self.tier, [TIERS.index(name) for name in members])
        if where.pilot_zone is not None:
            chosen &= self.zone[self.belt] == where.pilot_zone
        if where.share is not None:
            chosen &= share_of_firms(self.number, where.draw) < where.share
        return chosen


def share_of_firms(numbers: Codes, draw: int) -> Floats:
    """Uniform numbers that decide membership of a random share: keyed by firm number and draw, not by seed."""
    from model.kernel.draws import Draws

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


def _table_mask(
    spec: LeverSpec, where: Where, world: World, zone: NDArray[np.bool_], shape: tuple[int, ...]
) -> tuple[NDArray[np.bool_], Where | None]:
    """Mask over the lever's axes, and what remains of the restriction for firms (None if nothing)."""
    mask = np.ones(shape, dtype=bool)
    rest: list[tuple[str, tuple[str, ...]]] = []
    for key, members in where.members:
        axis = next((a for a in spec.axes if key in AXIS_KEYS[a]), None)
        if axis is None:
            rest.append((key, members))
            continue
        place = [1] * len(shape)
        place[spec.axes.index(axis)] = -1
        mask = mask & axis_mask(axis, key, members, world).reshape(place)
    zone_left = where.pilot_zone
    if zone_left is not None and "belt" in spec.axes:
        place = [1] * len(shape)
        place[spec.axes.index("belt")] = -1
        mask, zone_left = mask & (zone == zone_left).reshape(place), None
    if rest or zone_left is not None or where.share is not None:
        return mask, Where(tuple(rest), zone_left, where.share, where.draw)
    return mask, None


def _strength(effect: Effect, month: int, base: Floats) -> Floats | float:
    """The effect's value in `month` under its ramp; a ramped `set` starts from the base."""
    share = effect.window.strength(month)
    if share >= 1.0:
        return effect.value
    if effect.op == "multiply":
        return 1.0 + (effect.value - 1.0) * share
    if effect.op == "add":
        return effect.value * share
    return base + (effect.value - base) * share


def _apply(setting: Setting, effect: Effect, month: int, world: World, zone: NDArray[np.bool_]) -> None:
    """Fold one effect into a setting under construction."""
    shape = setting.base.shape
    mask, firms = _table_mask(setting.spec, effect.where, world, zone, shape)
    amount = _strength(effect, month, setting.base)
    if firms is not None:
        level = float(np.mean(amount)) if isinstance(amount, np.ndarray) else amount
        setting.personal.append((effect.op, level, mask, firms))
    elif effect.op == "set":
        fixed = np.full(shape, np.nan) if setting.fixed is None else setting.fixed
        setting.fixed = np.where(mask, amount, fixed)
    elif effect.op == "multiply":
        mult = np.ones(shape) if setting.mult is None else setting.mult
        setting.mult = np.where(mask, mult * amount, mult)
    elif setting.spec.combine == "any":
        mult = setting.base if setting.fixed is None else np.where(np.isnan(setting.fixed), setting.base, setting.fixed)
        setting.fixed = np.where(mask, np.maximum(mult, amount), mult)
    else:
        plus = np.zeros(shape) if setting.plus is None else setting.plus
        setting.plus = np.where(mask, plus + amount, plus)


def _order(effect: Effect) -> tuple[object, ...]:
    """Sort key that makes folding independent of the order of entries in a file.

    Later-starting windows come last, so that of two dated rules on one place the newer holds.
    """
    return (effect.lever, effect.window.start, effect.op, effect.value, repr(effect.where), effect.window)


def combine(
    layers: Iterable[Iterable[Effect]],
    bases: Mapping[str, Floats],
    month: int,
    world: World,
    zone: NDArray[np.bool_],
) -> Levers:
    """Fold the layers of effects in force into this month's levers.

    The first layer is dated history, the next the scenario: a scenario's `set` replaces what history set.
    `bases` gives each lever's value over its axes before any effect; `zone[belt]` the pilot zones in force.
    """
    settings = {spec.id: Setting(spec, bases[spec.id]) for spec in LEVERS}
    for layer in layers:
        active = [effect for effect in layer if effect.window.strength(month) > 0.0]
        touched = {effect.lever for effect in active}
        for lever in sorted(touched):
            old = settings[lever]
            settings[lever] = Setting(old.spec, old.table, personal=list(old.personal))
        for effect in sorted(active, key=_order):
            _apply(settings[effect.lever], effect, month, world, zone)
    return Levers(settings, zone)
