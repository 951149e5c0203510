"""Everything that changes from month to month, in one place.

Phases keep nothing and draws are stateless, so a snapshot of a run is a copy of its `State`, and a run restored
from it goes on bit for bit. Firm columns are per real firm; totals are weight × value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from model.kernel.columns import Table
from model.programmes import MEMORIES

Floats = NDArray[np.float64]

F: Final = np.float64
LOOP_PARTS: Final = 8  # of inner and outer loop together (model/indicators/loops.py)
YEAR_RING: Final = np.dtype((np.float64, (12,)))
JOINED: Final = np.dtype((np.int32, (MEMORIES,)))
CLAIMED: Final = np.dtype((np.float64, (MEMORIES,)))

FIRM_COLUMNS: Final[dict[str, DTypeLike]] = {
    "weight": F,  # real firms this row stands for
    "belt": np.int16,
    "category": np.int8,
    "born": np.int32,  # absolute month; a large negative offset for incumbents of unknown age
    "months_alive": np.int32,
    "capital": F,  # registered capital, yuan
    "appeal": F,  # permanent log pull
    "luck": F,  # AR(1) part of the log pull
    "gap": F,  # log pull a young firm still lacks
    "ability_b2b": F,  # log pull in B2B markets
    "promotion": F,  # log pull bought with kept relief
    "quality": F,  # log quality
    "brand": F,  # 0–1, how much is sold under an own brand
    "product_age": F,  # months since the last new product
    "cycle_days": F,
    "digital_level": F,  # 0 or 1
    "propensity": F,  # violations per lot without effort
    "effort": F,  # 0–1, share of violations avoided
    "looks": F,  # remembered looks
    "hits": F,  # remembered violations found
    "credit_score": F,  # 0–100
    "tier": np.int8,
    "cash": F,
    "debt": F,
    "capacity": F,  # yuan of output a month at own prices
    "utilisation": F,
    "finance": F,  # share of orders that can be financed
    "sunk_left": F,  # yuan of entry costs not yet written off
    "rebate_due": F,  # yuan of VAT rebate not yet paid
    "wanted": F,  # yuan of orders last month, before rationing
    "sales": F,  # yuan last month, abroad and at home
    "sales_ring": YEAR_RING,
    "profit_ring": YEAR_RING,
    "sales_12m": F,
    "profit_12m": F,
    "home_share": F,
    "size": np.int8,
    "was_small": np.bool_,  # sold less than the paper's ceiling in some twelve months of its life
    "exports_year": F,  # yuan this calendar year
    "aid": F,  # support of variable cost last month, share of sales
    "joined": JOINED,  # absolute month of the first support by slot of account; 0 never
    "claimed": CLAIMED,  # yuan claimed by slot, this calendar year or once and for all
}
LISTING_COLUMNS: Final[dict[str, DTypeLike]] = {
    "firm": np.int64,  # row of the firm
    "market": np.int16,  # n_market stands for home
    "mode": np.int8,
    "platform": np.int16,  # n_platform where none
    "taste": F,  # fixed log pull of firm, market and mode
    "pull": F,  # log pull of buyers, with inertia
    "price": F,  # FOB yuan per order
    "orders": F,
    "revenue": F,  # FOB yuan
    "days": F,  # delivered days, last month
    "clearance_hours": F,
}
WAREHOUSE_COLUMNS: Final[dict[str, DTypeLike]] = {
    "hub": np.int16,
    "area_m2": F,
    "opened": np.int32,  # absolute month from which it works
    "operator": np.int64,
    "b2b_share": F,
    "grant_yuan": F,
}
BRAND_COLUMNS: Final[dict[str, DTypeLike]] = {
    "weight": F,
    "category": np.int8,
    "origin": np.int16,
    "appeal": F,
    "channels": np.dtype((np.float64, (3,))),  # share of the row's real brands in bonded, direct mail, general trade
    "sales": F,  # yuan of customs value last month, per real brand
}
GATEWAY_COLUMNS: Final[dict[str, DTypeLike]] = {
    "capacity": F,  # looks a month
    "load": F,  # looks wanted over capacity
    "waived": F,  # looks asked for that overtime could not do
    "wait_hours": F,
}
PLATFORM_COLUMNS: Final[dict[str, DTypeLike]] = {"sales": F, "commission_income": F}
MARKET_COLUMNS: Final[dict[str, DTypeLike]] = {"trust": F, "imports": F}
REGION_COLUMNS: Final[dict[str, DTypeLike]] = {
    "import_spending": F,
    "home_spending": F,
    "access": F,  # pull of all imports that can be got
    "varieties": F,  # real foreign brands on offer
}
HUB_COLUMNS: Final[dict[str, DTypeLike]] = {
    "fee": F,  # index, 1 at the target use
    "use": F,
    "need_m2": F,
    "m2_per_yuan": F,
    "pool_m2": F,  # area ordered but too small yet for the next project
    "projects": np.int64,
}
GOVERNMENT_COLUMNS: Final[dict[str, DTypeLike]] = {"balance": F}

TABLES: Final[dict[str, dict[str, DTypeLike]]] = {
    "firms": FIRM_COLUMNS,
    "listings": LISTING_COLUMNS,
    "warehouses": WAREHOUSE_COLUMNS,
    "brands": BRAND_COLUMNS,
    "gateways": GATEWAY_COLUMNS,
    "platforms": PLATFORM_COLUMNS,
    "markets": MARKET_COLUMNS,
    "regions": REGION_COLUMNS,
    "hubs": HUB_COLUMNS,
    "government": GOVERNMENT_COLUMNS,
}


@dataclass
class State:
    """Tables of agents, arrays of places and the accounts.

    `month` is the absolute month the next step will simulate. `arrays` holds what belongs to cells and pairs of
    places (see `population.py` for the names); `claims` what each grant paid this calendar year, `balances` the
    cumulative yuan of each sector's account.
    """

    month: int
    firms: Table = field(default_factory=lambda: Table(FIRM_COLUMNS))
    listings: Table = field(default_factory=lambda: Table(LISTING_COLUMNS))
    warehouses: Table = field(default_factory=lambda: Table(WAREHOUSE_COLUMNS))
    brands: Table = field(default_factory=lambda: Table(BRAND_COLUMNS))
    gateways: Table = field(default_factory=lambda: Table(GATEWAY_COLUMNS))
    platforms: Table = field(default_factory=lambda: Table(PLATFORM_COLUMNS))
    markets: Table = field(default_factory=lambda: Table(MARKET_COLUMNS))
    regions: Table = field(default_factory=lambda: Table(REGION_COLUMNS))
    hubs: Table = field(default_factory=lambda: Table(HUB_COLUMNS))
    government: Table = field(default_factory=lambda: Table(GOVERNMENT_COLUMNS))
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    claims: dict[str, float] = field(default_factory=dict)

    def copy(self) -> Self:
        """An independent copy: a snapshot."""
        tables = {name: getattr(self, name).copy() for name in TABLES}
        arrays = {name: array.copy() for name, array in self.arrays.items()}
        return type(self)(self.month, **tables, arrays=arrays, claims=dict(self.claims))

    def differing(self, other: State) -> list[str]:
        """Names of the parts that are not bit-equal in the two states."""
        parts = [name for name in TABLES if not getattr(self, name).equal(getattr(other, name))]
        keys = sorted(self.arrays.keys() | other.arrays.keys())
        for key in keys:
            mine, theirs = self.arrays.get(key), other.arrays.get(key)
            if mine is None or theirs is None or mine.tobytes() != theirs.tobytes():
                parts.append(f"arrays.{key}")
        if self.claims != other.claims:
            parts.append("claims")
        return parts + (["month"] if self.month != other.month else [])

    def equal(self, other: State) -> bool:
        """Whether both states are bit-equal."""
        return not self.differing(other)
