"""The places of the model: provinces, belts, gateways, hubs, markets, bonded zones, platforms.

`World` is what the evidence tables say, in arrays with integer codes: the code of a place is its row in its
table (after a restriction, its row among those kept). Nothing here changes during a run. Money is yuan, weight
kg, time days, months are absolute months (`kernel.calendar`), shares are between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from model.world.legs import Legs

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
Names = tuple[str, ...]

LOCATIONS: Final = ("coastal", "inland", "border")
PLATFORM_KINDS: Final = ("export", "import")
NODE_KINDS: Final = ("province", "belt", "gateway", "hub", "market", "bonded", "origin", "platform")


@dataclass(frozen=True)
class Restriction:
    """A smaller world: only these belts and markets (by id), for lessons and tests.

    None keeps all. Shares are scaled up to sum to one again; hubs stay where their market stays; gateways stay,
    being few; provinces stay unless named, because all of them buy at home. `provinces` also drops the belts,
    gateways and bonded zones outside the provinces kept.
    """

    belts: Names | None = None
    markets: Names | None = None
    provinces: Names | None = None


@dataclass(frozen=True, eq=False)
class World:
    """Everything fixed about places. n_belt, n_prov, … are the lengths of the id tuples.

    Shapes stand behind each field; [p] provinces, [b] belts, [g] gateways, [h] hubs, [m] markets, [z] bonded
    zones, [k] platforms, [o] origins of imports, [c] the nine categories, [y] the years of `years`.
    """

    # Provinces, year 2023 levels.
    province_ids: Names
    province_zh: Names
    province_region: Names
    province_gdp: Floats  # [p] yuan a year
    province_population: Floats  # [p] persons
    province_retail_sales: Floats  # [p] yuan a year
    province_import_share: Floats  # [p] share of CBEC imports bought, sums to 1
    province_tile_x: Codes  # [p] column of the tile map
    province_tile_y: Codes  # [p] row of the tile map, 0 in the north
    province_lat: Floats  # [p] degrees, of the capital
    province_lon: Floats

    # Cities that carry a belt or ever had a pilot zone.
    city_ids: Names
    city_province: Codes  # province code
    city_zone_from: Codes  # absolute month the zone was approved, FOREVER if never
    city_zone_until: Codes  # last month in force, FOREVER if never revoked

    # Industrial belts.
    belt_ids: Names
    belt_city: Names
    belt_city_zh: Names
    belt_product: Names
    belt_province: Codes  # [b] province code
    belt_category: Codes  # [b] category code
    belt_zone_from: Codes  # [b] absolute month, FOREVER if the city never had a zone
    belt_zone_until: Codes  # [b] last month in force
    belt_share_of_category: Floats  # [b] share of its category's exports, sums to 1 per category
    belt_share_of_exports: Floats  # [b] share of national exports, sums to 1
    belt_order_value: Floats  # [b] yuan, mean retail order
    belt_weight_kg: Floats  # [b] kg, mean retail order
    belt_foreign_share: Floats  # [b] foreign share of input value
    belt_location: Codes  # [b] code in LOCATIONS
    belt_lat: Floats
    belt_lon: Floats

    # Gateways (customs districts at a sea, air, rail or land port).
    gateway_ids: Names
    gateway_zh: Names
    gateway_city: Names
    gateway_province: Codes  # [g] province code
    gateway_kind: Codes  # [g] code in members.GATEWAY_KINDS
    gateway_modes: tuple[frozenset[str], ...]  # transport modes each handles
    gateway_share: Floats  # [g] share of CBEC exports, sums to 1
    gateway_pull: Floats  # [g] yuan per kg that routes count in its favour and nobody pays: sailings, agents, habit
    gateway_lat: Floats
    gateway_lon: Floats

    # Overseas hubs.
    hub_ids: Names
    hub_city: Names
    hub_zh: Names
    hub_market: Codes  # [h] market code
    hub_rent: Floats  # [h] yuan per m2 and month
    hub_build_cost: Floats  # [h] yuan per m2
    hub_share_of_area: Floats  # [h] share of the world's area, sums to 1
    hub_area_2021_m2: Floats  # [h] m2 at the end of 2021
    hub_last_mile_days: Floats  # [h] order to door inside the hub's own market
    hub_lat: Floats
    hub_lon: Floats

    # Overseas markets; the rest of the world (ROW) is the last.
    market_ids: Names
    market_en: Names
    market_zh: Names
    market_regions: tuple[Names, ...]  # names of the sets each belongs to (ASEAN, RCEP, EU, …)
    market_vat: Floats  # [m] share, 2018-01
    market_duty: Floats  # [m, c] share, duty a Chinese good meets above the threshold, 2018-01
    market_duty_de_minimis: Floats  # [m] yuan, 2018-01
    market_vat_de_minimis: Floats  # [m] yuan, 2018-01
    market_online_retail: Floats  # [m, y] yuan a year at the exchange rate of 2023
    market_gdp: Floats  # [m, y] yuan a year at the exchange rate of 2023
    market_population: Floats  # [m] persons, 2023
    market_trust: Floats  # [m] 0–1
    market_strictness: Floats  # [m] 0–1
    market_usd_area: Flags  # [m] whether the yuan–dollar rate sets its prices
    market_export_share: Floats  # [m] share of CBEC exports 2022, sums to 1
    market_lat: Floats
    market_lon: Floats

    # Bonded zones for retail imports.
    bonded_ids: Names
    bonded_city: Names
    bonded_province: Codes  # [z]
    bonded_from: Codes  # [z] absolute month from which it may trade
    bonded_location: Codes  # [z] code in LOCATIONS
    bonded_lat: Floats
    bonded_lon: Floats

    # Platforms: the export archetypes first, then the import ones.
    platform_ids: Names
    platform_en: Names
    platform_zh: Names
    platform_kind: Codes  # [k] code in PLATFORM_KINDS
    platform_commission: Floats  # [k] share of the sale
    platform_modes: Flags  # [k, 6] fulfilment modes allowed (false for import platforms)
    platform_import_channels: Flags  # [k, 3] import channels served (false for export platforms)
    platform_reach: Floats  # [k, m] weight 0–1 (0 for import platforms)
    platform_open_from: Codes  # [k, m] absolute month from which sellers may list

    # Origins of imports.
    origin_ids: Names
    origin_share: Floats  # [o] share of CBEC imports 2022, sums to 1
    origin_direct_days: Floats  # [o] direct mail, order to door
    origin_sea_days: Floats  # [o] sea to the bonded zone

    # The nine categories.
    category_export_share: Floats  # [c] sums to 1
    category_b2b_share: Floats  # [c] share of B2B in exports
    category_import_share: Floats  # [c] sums to 1
    category_import_tax: Floats  # [c] share, CBEC retail tax within the limits (2019-04 on)
    category_import_order: Floats  # [c] yuan, mean retail import order
    category_home_share: Floats  # [c] share of home online retail, sums to 1
    category_value_added: Floats  # [c] own value added in output
    category_foreign_share: Floats  # [c] foreign value added in exports
    category_inputs: Floats  # [c buyer, c supplier] share of purchased inputs

    # Supplier links between belts.
    link_buyer: Codes  # [l] belt code
    link_supplier: Codes  # [l] belt code
    link_share: Floats  # [l] share of the buyer's purchased inputs

    # National series and shapes of the year.
    years: tuple[int, ...]  # 2018 … 2023
    national_exports: Floats  # [y] yuan
    national_imports: Floats  # [y] yuan
    home_online_retail: Floats  # [y] yuan, physical goods sold online at home
    base: Mapping[str, float]  # national_base.csv: item → value
    season_export_retail: Floats  # [12] factors, mean 1, January first
    season_export_b2b: Floats
    season_import: Floats
    season_home: Floats

    tables: Mapping[str, pd.DataFrame]  # every evidence table as read, unrestricted

    @property
    def n_prov(self) -> int:
        """Number of provinces."""
        return len(self.province_ids)

    @property
    def n_belt(self) -> int:
        """Number of belts."""
        return len(self.belt_ids)

    @property
    def n_gate(self) -> int:
        """Number of gateways."""
        return len(self.gateway_ids)

    @property
    def n_hub(self) -> int:
        """Number of hubs."""
        return len(self.hub_ids)

    @property
    def n_mkt(self) -> int:
        """Number of markets, the rest of the world included."""
        return len(self.market_ids)

    @property
    def n_bonded(self) -> int:
        """Number of bonded zones."""
        return len(self.bonded_ids)

    @property
    def n_plat(self) -> int:
        """Number of platforms."""
        return len(self.platform_ids)

    @property
    def n_origin(self) -> int:
        """Number of origins of imports."""
        return len(self.origin_ids)

    @cached_property
    def ids(self) -> Mapping[str, Names]:
        """Ids by node kind, in code order."""
        return MappingProxyType({kind: getattr(self, f"{kind}_ids") for kind in NODE_KINDS})

    @cached_property
    def _codes(self) -> Mapping[str, Mapping[str, int]]:
        return {kind: {name: code for code, name in enumerate(self.ids[kind])} for kind in NODE_KINDS}

    def code(self, kind: str, name: str) -> int:
        """Code of a place by its id. Raises KeyError on a name that is not there."""
        return self._codes[kind][name]

    @cached_property
    def regions(self) -> Mapping[str, Codes]:
        """Market codes of every named set of markets, by first appearance."""
        found: dict[str, list[int]] = {}
        for market, names in enumerate(self.market_regions):
            for name in names:
                found.setdefault(name, []).append(market)
        return MappingProxyType({name: np.array(codes, dtype=np.int64) for name, codes in found.items()})

    def zone_in_force(self, month: int) -> Flags:
        """[b] whether a belt's city has a pilot zone in the absolute month `month` by the dated batches."""
        return np.asarray((self.belt_zone_from <= month) & (month <= self.belt_zone_until))

    @cached_property
    def legs(self) -> Legs:
        """All legs between places (see `world.legs`)."""
        from model.world.legs import expand_legs

        return expand_legs(self)

    @cached_property
    def graph(self) -> nx.MultiDiGraph[Any]:
        """The trade graph (see `world.graph`)."""
        from model.world.graph import trade_graph

        return trade_graph(self)
