"""How effects combine: the lever owns the rule, values are sorted first, so any order gives the same bits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from model.levers.settings import Levers, Setting
from model.levers.where import AXIS_KEYS, LEVERS, Effect, Floats, LeverSpec, Where, axis_mask
from model.world.places import World

IDLE = (("multiply", 1.0), ("add", 0.0))


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
        if (effect.op, level) not in IDLE:  # a push without strength must not change how a mean over firms rounds
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
    before: Levers | None = None,
) -> Levers:
    """Fold the layers of effects in force into this month's levers.

    The first layer is dated history, the next the scenario: a scenario's `set` replaces what history set.
    `bases` gives each lever's value over its axes before any effect; `zone[belt]` the pilot zones in force. A lever
    on which the same effects act at the same strength as in `before`, levers of the same run, is taken over.
    """
    in_force = [_by_lever(layer, month) for layer in layers]
    zones = zone.tobytes()
    settings = {}
    for spec in LEVERS:
        effects = [layer.get(spec.id, []) for layer in in_force]
        told = (zones, *(tuple((effect, effect.window.strength(month)) for effect in layer) for layer in effects))
        old = None if before is None else before.setting(spec.id)
        if old is None or old.told != told:
            old = _fold(Setting(spec, bases[spec.id]), effects, month, world, zone)
            old.told = told
        settings[spec.id] = old
    return Levers(settings, zone)


def _by_lever(layer: Iterable[Effect], month: int) -> dict[str, list[Effect]]:
    """Effects in force by the lever they act on."""
    found: dict[str, list[Effect]] = {}
    for effect in layer:
        if effect.window.strength(month) > 0.0:
            found.setdefault(effect.lever, []).append(effect)
    return found


def _fold(
    setting: Setting, layers: Iterable[list[Effect]], month: int, world: World, zone: NDArray[np.bool_]
) -> Setting:
    """One lever with the effects of all layers; what a layer made is the base of the next."""
    for effects in layers:
        if effects:
            setting = Setting(setting.spec, setting.table, personal=list(setting.personal))
        for effect in sorted(effects, key=_order):
            _apply(setting, effect, month, world, zone)
    return setting
