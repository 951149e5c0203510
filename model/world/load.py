"""Evidence tables → `World`: units are turned into yuan, persons and shares, names into codes.

Each `_…` function below fills the fields of one kind of place from its tables. A restriction is applied first,
by row, so that every array is already small; shares are then scaled to sum to one again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from model.kernel.calendar import FOREVER
from model.kernel.members import CATEGORIES, GATEWAY_KINDS, IMPORT_CHANNELS, MODES
from model.kernel.refusals import Problem, Refused, unknown
from model.world.legs import leg_problems
from model.world.national import category_fields, national_fields
from model.world.places import LOCATIONS, PLATFORM_KINDS, Codes, Flags, Floats, Names, Restriction, World
from model.world.tables import read_tables

YEARS: Final = tuple(range(2018, 2024))
BILLION: Final = 1.0e9
MILLION: Final = 1.0e6


def _text(column: pd.Series[Any]) -> Names:
    return tuple(str(value) for value in column)


def _floats(column: pd.Series[Any], scale: float = 1.0) -> Floats:
    return column.to_numpy(dtype=np.float64) * scale


def _months(column: pd.Series[Any]) -> Codes:
    return column.to_numpy(dtype=np.int64)


def _coded(words: Sequence[str] | pd.Series[Any], options: Sequence[str]) -> Codes:
    """Codes of words in a list of options."""
    code = {option: number for number, option in enumerate(options)}
    return np.array([code[str(word)] for word in words], dtype=np.int64)


def _flags(cells: pd.Series[Any], options: Sequence[str]) -> Flags:
    """[row, option] whether a cell (a tuple of members) names the option."""
    return np.array([[option in cell for option in options] for cell in cells], dtype=bool)


def _to_one(shares: Floats) -> Floats:
    """Shares scaled to sum to one; all zero stays as it is."""
    total = shares.sum()
    return shares / total if total > 0.0 else shares


@dataclass(frozen=True)
class Kept:
    """The rows of each table that a restriction keeps."""

    tables: Mapping[str, pd.DataFrame]
    restrict: Restriction

    @cached_property
    def provinces(self) -> pd.DataFrame:
        """Provinces kept."""
        table = self.tables["provinces"]
        chosen = self.restrict.provinces
        return table if chosen is None else table[table["province"].isin(chosen)]

    def _in_provinces(self, name: str) -> pd.DataFrame:
        table = self.tables[name]
        return table[table["province"].isin(self.provinces["province"])]

    @cached_property
    def belts(self) -> pd.DataFrame:
        """Belts named and in a province kept."""
        table = self._in_provinces("belts")
        return table if self.restrict.belts is None else table[table["id"].isin(self.restrict.belts)]

    @cached_property
    def gateways(self) -> pd.DataFrame:
        """Gateways in a province kept."""
        return self._in_provinces("gateways")

    @cached_property
    def bonded(self) -> pd.DataFrame:
        """Bonded zones in a province kept."""
        return self._in_provinces("bonded_zones")

    @cached_property
    def markets(self) -> pd.DataFrame:
        """Markets named, with their rules and base-year share."""
        table = self.tables["markets"]
        shares = self.tables["export_market_shares"][["market", "share"]].rename(columns={"market": "iso3"})
        rules = self.tables["market_rules"].drop(columns=["source", "status", "note"])
        joined = table.merge(rules, on="iso3", how="left").merge(shares, on="iso3", how="left")
        chosen = self.restrict.markets
        return joined if chosen is None else joined[joined["iso3"].isin(chosen)]

    @cached_property
    def hubs(self) -> pd.DataFrame:
        """Hubs whose market is kept."""
        table = self.tables["hubs"]
        return table[table["iso3"].isin(self.markets["iso3"])]

    def by_market(self, table: str, value: str, rows: str, columns: Sequence[Any], market: str) -> Floats:
        """A long table as an array [markets kept, columns]."""
        wide = self.tables[table].pivot(index=market, columns=rows, values=value)
        return wide.reindex(index=list(self.markets["iso3"]), columns=list(columns)).to_numpy(dtype=np.float64)


def _provinces(kept: Kept) -> dict[str, Any]:
    table = kept.provinces
    topics = kept.tables["import_categories"]
    bought = topics[topics["topic"] == "region_share"].set_index("item")["value"].astype(float)
    shares = _floats(bought.reindex(list(table["province"])))
    return {
        "province_ids": _text(table["province"]),
        "province_zh": _text(table["name_zh"]),
        "province_region": _text(table["region"]),
        "province_gdp": _floats(table["gdp_2023_bn_rmb"], BILLION),
        "province_population": _floats(table["pop_2023_mn"], MILLION),
        "province_retail_sales": _floats(table["retail_sales_2023_bn_rmb"], BILLION),
        "province_import_share": _to_one(shares),
        "province_tile_x": _months(table["tile_x"]),
        "province_tile_y": _months(table["tile_y"]),
        "province_lat": _floats(table["capital_lat"]),
        "province_lon": _floats(table["capital_lon"]),
    }


def _zone_months(kept: Kept) -> tuple[dict[str, int], dict[str, int]]:
    """First and last month of the pilot zone of every city that ever had one."""
    zones = kept.tables["pilot_zones"]
    since = dict(zip(zones["city"], zones["approved"], strict=True))
    ended = {
        city: end if end == FOREVER else end - 1 for city, end in zip(zones["city"], zones["revoked"], strict=True)
    }
    return since, ended


def _cities(kept: Kept) -> dict[str, Any]:
    zones = kept._in_provinces("pilot_zones")
    home = dict(zip(zones["city"], zones["province"], strict=True))
    home |= dict(zip(kept.belts["city"], kept.belts["province"], strict=True))
    since, ended = _zone_months(kept)
    return {
        "city_ids": tuple(home),
        "city_province": _coded(list(home.values()), _text(kept.provinces["province"])),
        "city_zone_from": np.array([since.get(city, FOREVER) for city in home], dtype=np.int64),
        "city_zone_until": np.array([ended.get(city, FOREVER) for city in home], dtype=np.int64),
    }


def _belts(kept: Kept) -> dict[str, Any]:
    table = kept.belts
    category = _coded(table["category"], CATEGORIES)
    share = _floats(table["share_of_category_exports"])
    totals = np.bincount(category, share, minlength=len(CATEGORIES))
    _, ended = _zone_months(kept)
    return {
        "belt_ids": _text(table["id"]),
        "belt_city": _text(table["city"]),
        "belt_city_zh": _text(table["city_zh"]),
        "belt_product": _text(table["product"]),
        "belt_province": _coded(table["province"], _text(kept.provinces["province"])),
        "belt_category": category,
        "belt_zone_from": _months(table["pilot_zone_from"]),
        "belt_zone_until": np.array([ended.get(city, FOREVER) for city in table["city"]], dtype=np.int64),
        "belt_share_of_category": share / totals[category],
        "belt_share_of_exports": _to_one(_floats(table["share_of_exports"])),
        "belt_order_value": _floats(table["mean_order_value_yuan"]),
        "belt_weight_kg": _floats(table["mean_weight_kg"]),
        "belt_foreign_share": _floats(table["foreign_input_share_central"]),
        "belt_location": _coded(table["location"], LOCATIONS),
        "belt_lat": _floats(table["lat"]),
        "belt_lon": _floats(table["lon"]),
    }


def _gateways(kept: Kept) -> dict[str, Any]:
    table = kept.gateways
    return {
        "gateway_ids": _text(table["id"]),
        "gateway_zh": _text(table["name_zh"]),
        "gateway_city": _text(table["city"]),
        "gateway_province": _coded(table["province"], _text(kept.provinces["province"])),
        "gateway_kind": _coded(table["kind"], GATEWAY_KINDS),
        "gateway_modes": tuple(frozenset(modes) for modes in table["modes"]),
        "gateway_pull": _floats(table["pull_yuan_per_kg"]),
        "gateway_share": _to_one(_floats(table["share_of_cbec_exports"])),
        "gateway_lat": _floats(table["lat"]),
        "gateway_lon": _floats(table["lon"]),
    }


def _hubs(kept: Kept, yuan_per_usd: float) -> dict[str, Any]:
    table = kept.hubs
    return {
        "hub_ids": _text(table["id"]),
        "hub_city": _text(table["city"]),
        "hub_zh": _text(table["name_zh"]),
        "hub_market": _coded(table["iso3"], _text(kept.markets["iso3"])),
        "hub_rent": _floats(table["rent_usd_m2_month"], yuan_per_usd),
        "hub_build_cost": _floats(table["build_cost_usd_m2"], yuan_per_usd),
        "hub_share_of_area": _to_one(_floats(table["share_of_area"])),
        "hub_area_2021_m2": _floats(table["area_2021_thousand_m2"], 1000.0),
        "hub_last_mile_days": _floats(table["delivery_days_domestic"]),
        "hub_lat": _floats(table["lat"]),
        "hub_lon": _floats(table["lon"]),
    }


def _markets(kept: Kept, yuan_per_usd: float) -> dict[str, Any]:
    table = kept.markets
    billions = BILLION * yuan_per_usd
    return {
        "market_ids": _text(table["iso3"]),
        "market_en": _text(table["country"]),
        "market_zh": _text(table["name_zh"]),
        "market_regions": tuple(tuple(cell.split("|")) for cell in table["regions"]),
        "market_vat": _floats(table["vat_share"]),
        "market_duty": kept.by_market("duties", "duty", "category", CATEGORIES, "market"),
        "market_duty_de_minimis": _floats(table["duty_de_minimis_yuan"]),
        "market_vat_de_minimis": _floats(table["vat_de_minimis_yuan"]),
        "market_online_retail": kept.by_market("market_trends", "online_retail_usd_bn", "year", YEARS, "iso3")
        * billions,
        "market_gdp": kept.by_market("market_macro", "gdp_usd_bn", "year", YEARS, "iso3") * billions,
        "market_population": _floats(table["population_2023_mn"], MILLION),
        "market_trust": _floats(table["trust"]),
        "market_strictness": _floats(table["strictness"]),
        "market_usd_area": (table["usd_area"] == "yes").to_numpy(dtype=bool),
        "market_export_share": _to_one(_floats(table["share"])),
        "market_lat": _floats(table["lat"]),
        "market_lon": _floats(table["lon"]),
    }


def _bonded(kept: Kept) -> dict[str, Any]:
    table = kept.bonded
    return {
        "bonded_ids": _text(table["id"]),
        "bonded_city": _text(table["city"]),
        "bonded_province": _coded(table["province"], _text(kept.provinces["province"])),
        "bonded_from": _months(table["bonded_from"]),
        "bonded_location": _coded(table["location"], LOCATIONS),
        "bonded_lat": _floats(table["lat"]),
        "bonded_lon": _floats(table["lon"]),
    }


def _platforms(kept: Kept) -> dict[str, Any]:
    table, markets = kept.tables["platforms_archetypes"], list(kept.markets["iso3"])
    reach = kept.tables["platform_reach"]
    own = list(table["id"])
    weight = reach.pivot(index="platform", columns="market", values="reach").reindex(index=own, columns=markets)
    opened = reach.pivot(index="platform", columns="market", values="open_from").reindex(index=own, columns=markets)
    default = np.repeat(_months(table["open_from"])[:, None], len(markets), axis=1)
    months = opened.to_numpy(dtype=np.float64)
    return {
        "platform_ids": _text(table["id"]),
        "platform_en": _text(table["label_en"]),
        "platform_zh": _text(table["label_zh"]),
        "platform_kind": _coded(table["kind"], PLATFORM_KINDS),
        "platform_commission": _floats(table["commission"]),
        "platform_modes": _flags(table["modes"], MODES),
        "platform_import_channels": _flags(table["import_channels"], IMPORT_CHANNELS),
        "platform_reach": np.nan_to_num(weight.to_numpy(dtype=np.float64)),
        "platform_open_from": np.where(np.isnan(months), default, np.nan_to_num(months)).astype(np.int64),
    }


def _origins(kept: Kept) -> dict[str, Any]:
    table = kept.tables["import_origins"]
    table = table[table["year"] == 2022]
    return {
        "origin_ids": _text(table["origin_iso3"]),
        "origin_share": _to_one(_floats(table["share_pct"], 0.01)),
        "origin_direct_days": _floats(table["direct_mail_days"]),
        "origin_sea_days": _floats(table["sea_to_bonded_days"]),
    }


def _links(kept: Kept) -> dict[str, Any]:
    table, belts = kept.tables["supplier_links"], list(kept.belts["id"])
    table = table[(table["level"] == "belt") & table["buyer"].isin(belts) & table["supplier"].isin(belts)]
    return {
        "link_buyer": _coded(table["buyer"], belts),
        "link_supplier": _coded(table["supplier"], belts),
        "link_share": _floats(table["input_share"]),
    }


def _check(tables: Mapping[str, pd.DataFrame], restrict: Restriction) -> None:
    """Refuses legs between unknown places, unknown names in a restriction, and one that keeps nothing."""
    places = (
        ("belt", restrict.belts, tables["belts"]["id"]),
        ("market", restrict.markets, tables["markets"]["iso3"]),
        ("province", restrict.provinces, tables["provinces"]["province"]),
    )
    problems = leg_problems(tables) + [
        unknown(kind, name, list(known), path=f"world.{kind}s")
        for kind, chosen, known in places
        for name in chosen or ()
        if name not in set(known)
    ]
    if problems:
        raise Refused(problems)
    kept = Kept(tables, restrict)
    for kind, table in (("belt", kept.belts), ("market", kept.markets), ("gateway", kept.gateways)):
        if table.empty:
            message = f"the restriction leaves no {kind}."
            problems.append(Problem("empty_world", message, path=f"world.{kind}s", allowed=f"at least one {kind}"))
    if problems:
        raise Refused(problems)


def build_world(tables: Mapping[str, pd.DataFrame], restrict: Restriction | None = None) -> World:
    """A `World` from tables already read. Raises Refused on an unknown name in the restriction."""
    restrict = restrict or Restriction()
    _check(tables, restrict)
    kept = Kept(tables, restrict)
    rates = tables["fx_cny_per_usd"].set_index("year")["cny_per_usd"]
    yuan_per_usd = float(rates[YEARS[-1]])
    parts: list[dict[str, Any]] = [
        _provinces(kept),
        _cities(kept),
        _belts(kept),
        _gateways(kept),
        _hubs(kept, yuan_per_usd),
        _markets(kept, yuan_per_usd),
        _bonded(kept),
        _platforms(kept),
        _origins(kept),
        _links(kept),
        category_fields(tables),
        national_fields(tables, YEARS),
    ]
    fields = {name: value for part in parts for name, value in part.items()}
    for value in fields.values():
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    return World(**fields, years=YEARS, tables=MappingProxyType(dict(tables)))


@lru_cache(maxsize=8)
def _cached(place: Path, restrict: Restriction, _tables: int) -> World:
    return build_world(read_tables(place), restrict)


def evidence_folder() -> Path:
    """The evidence folder that comes with the project."""
    return Path(__file__).resolve().parents[2] / "scenarios" / "evidence"


def load_world(evidence_dir: str | Path | None = None, restrict: Restriction | None = None) -> World:
    """The world of an evidence folder (the project's own by default), whole or restricted.

    Raises Refused with every fault of every table. Worlds are immutable and kept per process: the same folder and
    restriction give the same object as long as the files are unchanged.
    """
    place = Path(evidence_dir) if evidence_dir is not None else evidence_folder()
    tables = read_tables(place)
    return _cached(place.resolve(), restrict or Restriction(), id(tables))
