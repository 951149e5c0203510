"""Series and flags derived from evidence by a written rule, kept apart from what the tables say."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from model.world.legs import distance_km
from model.world.places import Flags, Floats, World

FAR_KM = 1000.0  # rule F1: a province is far when its capital lies further from every coastal bonded zone


@lru_cache(maxsize=4)
def home_retail(world: World) -> Floats:
    """Retail sales at home by year, yuan; shape [years].

    Rule: online retail of physical goods over its share of total retail sales (both in home_market.csv).
    """
    table = world.tables["home_market"]
    rows = table[(table["topic"] == "national") & (table["item"] == "share of total retail sales")]
    share = {int(year): float(value) / 100.0 for year, value in zip(rows["year"], rows["value"], strict=True)}
    return np.asarray(world.home_online_retail / np.array([share[year] for year in world.years]))


@lru_cache(maxsize=4)
def far_provinces(world: World) -> Flags:
    """Provinces far from the coastal bonded zones (rule F1); shape [province]."""
    coastal = world.bonded_location == 0
    if not coastal.any():
        return np.zeros(world.n_prov, dtype=bool)
    lat, lon = world.bonded_lat[coastal], world.bonded_lon[coastal]
    far = distance_km(world.province_lat[:, None], world.province_lon[:, None], lat[None], lon[None])
    return np.asarray(far.min(axis=1) > FAR_KM)
