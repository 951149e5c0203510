"""Dated history: the rules and events of scenarios/evidence/history.csv as effects on levers."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pandas as pd

from model.kernel.calendar import FOREVER, Window
from model.levers import Effect, Where
from model.world.places import World
from model.world.tables import parse_where


def history_effects(world: World, last: int | None) -> tuple[Effect, ...]:
    """Effects of the dated rows that begin up to the month `last` (None: no history). Later ends stay in force."""
    if last is None:
        return ()
    effects = [_effect(row) for row in _used(world.tables["history"]) if _month(row["from"]) <= last]
    return tuple(_held(effect, effects) for effect in effects)


def _held(effect: Effect, effects: list[Effect]) -> Effect:
    """The last exchange rate read holds beyond its year; everything else ends when its row says so."""
    if effect.lever != "exchange_rate" or effect.op != "set":
        return effect
    if any(e.lever == effect.lever and e.op == "set" and e.window.start > effect.window.start for e in effects):
        return effect
    return replace(effect, window=Window(effect.window.start))


def _used(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records") if row["used"] == "yes"]


def _month(value: Any) -> int:
    return FOREVER if value is None or pd.isna(value) else int(value)


@lru_cache(maxsize=1024)
def _where(text: str) -> Where:
    """Read the `where` of a history row into a restriction."""
    found = parse_where(text)
    zone, share, draw = found.pop("pilot_zone", None), found.pop("share", None), int(found.pop("draw", 0))
    pairs = tuple(sorted((key, tuple(sorted(words))) for key, words in found.items()))
    return Where(pairs, zone, share, draw)


def _effect(row: dict[str, Any]) -> Effect:
    ramp = 0 if pd.isna(row["ramp_months"]) else int(float(str(row["ramp_months"])))
    window = Window(_month(row["from"]), _month(row["until"]), ramp)
    text = row["where"]
    where = _where("" if text is None or pd.isna(text) else str(text))
    return Effect(
        str(row["effect_lever"]), str(row["effect_op"]), float(str(row["effect_value"])), where, window, str(row["id"])
    )
