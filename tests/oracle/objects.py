"""The things of the reference month: firms with their listings, customs districts, markets, platforms.

Ordinary Python objects that hold ordinary numbers. Amounts of a firm and of a listing are those of *one real firm*;
`weight` says for how many real firms the object stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import mesa

from model.kernel.members import B2B, HOME, HOSTED, NEST_OF_MODE, WAREHOUSE


@dataclass(slots=True)
class Belt:
    """An industrial belt: where firms sit, and what its goods are like."""

    code: int
    words: dict[str, str]  # its name, city, province and category, for restrictions of levers
    order_value: float  # yuan of an order
    foreign_usual: float  # usual share of inputs bought abroad
    offset: float  # log pull of all its firms
    pilot_zone: bool
    foreign_share: float = 0.0  # share of inputs bought abroad this month
    foreign_price: float = 1.0  # of inputs from abroad, over home inputs, against the start
    # As supplier and buyer of inputs; amounts against a month without a shock.
    final: float = 1.0  # share of output not sold to other belts
    orders: float = 1.0
    input_limit: float = 1.0  # part of planned output for which inputs are found
    built: float = 1.0  # capacity added for other belts' orders
    short_months: float = 0.0
    ables: list[float] = field(default_factory=list)  # part of usual orders that it could serve, newest first
    fills: list[float] = field(default_factory=list)  # part of orders that it served, newest first
    foreign_stock: float = 0.0
    foreign_shift: float = 0.0
    buys: list[Link] = field(default_factory=list)
    sells: list[Link] = field(default_factory=list)
    # The month under way.
    capacity: float = 1.0
    foreign_left: float = 1.0
    limit_before: float = 1.0
    plan: float = 1.0
    can_make: float = 1.0
    fill: float = 1.0
    tools: float = 0.0
    info: float = 0.0
    foreign_use: float = 0.0
    foreign_met: float = 1.0


@dataclass(slots=True)
class Link:
    """A belt that supplies another with an input."""

    buyer: Belt
    supplier: Belt
    usual_share: float  # in its group
    sold_usually: float  # share in what the supplier sells to belts
    share: float
    stock: float  # months of usual use
    use: float = 0.0
    ordered: float = 0.0
    met: float = 1.0


@dataclass(slots=True)
class Group:
    """All suppliers of one kind of input to a belt."""

    buyer: Belt
    amount: float  # over the buyer's output
    links: list[Link] = field(default_factory=list)


@dataclass(slots=True)
class Cell:
    """Buyers of one market and category, in retail, in B2B or at home, with a budget to spend on one nest."""

    budget: float  # yuan a month
    rivals: float  # pull of sellers from elsewhere
    pull: float = 0.0  # pull of China's sellers


@dataclass(frozen=True, slots=True)
class Way:
    """What it takes this month to bring goods of a belt to a market by one mode."""

    freight: float  # share of an order's value
    storage: float  # share of an order's value
    wedge: float  # one plus duty, tax and parcel fee
    days: float  # before the firm's own clearance
    gateway: int  # code of the customs district, -1 where there is none
    markup: float = 1.0  # of the seller's own price, for what rules add to its costs


@dataclass(slots=True)
class Listing:
    """A good of a firm on offer in a market, on a platform, by a way of fulfilment."""

    firm: ReferenceFirm
    market: int  # code; the number of markets stands for home
    mode: int
    platform: int  # code; the number of platforms stands for none
    cell: Cell
    way: Way
    taste: float
    pull: float  # log, with inertia
    days: float  # delivered days, of last month until the goods are cleared
    price: float = 0.0  # FOB yuan an order
    orders: float = 0.0
    revenue: float = 0.0  # FOB yuan
    clearance_hours: float = 0.0
    # The month under way.
    landed: float = 0.0  # landed price over the belt's order value
    served: float = 1.0  # share of orders that can be served
    draw: float = 0.0  # what the listing draws of its cell's budget, in units of pull
    spending: float = 0.0  # buyers' yuan
    lots: float = 0.0
    look_rate: float = 0.0
    overflow: float = 0.0  # share of orders without room in the warehouse
    disputes: float = 0.0
    cost: float = 0.0  # variable cost, yuan

    @property
    def nest(self) -> int:
        return NEST_OF_MODE[self.mode]

    @property
    def abroad(self) -> bool:
        return self.nest != HOME

    @property
    def group(self) -> int:
        """Customs draw for retail (0) and B2B (1) consignments apart."""
        return 1 if self.nest == B2B else 0

    @property
    def hosted(self) -> bool:
        return self.mode == HOSTED

    @property
    def stored(self) -> bool:
        return self.mode == WAREHOUSE


class ReferenceFirm(mesa.Agent):
    """A small or medium enterprise. Values that last are those of the columns in `LASTING`, by the same names."""

    LASTING = (
        "number", "weight", "category", "months_alive", "appeal", "luck", "gap", "ability_b2b", "promotion",
        "quality", "brand", "product_age", "digital_level", "propensity", "effort", "looks", "hits", "credit_score",
        "tier", "cash", "debt", "capacity", "utilisation", "finance", "rebate_due", "sunk_left", "wanted", "sales",
        "sales_12m", "home_share", "size", "joined", "claimed", "aid",
    )  # fmt: skip

    def __init__(self, month: mesa.Model, row: int, belt: Belt, lasting: dict[str, Any]) -> None:
        super().__init__(month)
        self.row, self.belt = row, belt
        self.__dict__.update(lasting)
        self.listings: list[Listing] = []
        # From the plan of the month.
        self.price_ratio = 1.0  # FOB price over the belt's order value
        self.sunk = 0.0  # yuan spent on new listings
        self.programmes: set[str] = set()  # in which it is enrolled this month
        self.tool_price = 0.0  # yuan for the month, before any grant
        # The month under way.
        self.novelty = self.own_pull = self.reputation = 0.0
        self.wished = 0.0  # yuan of orders that its money would allow
        self.cycle_months = 0.0
        self.bad = 0.0  # share of lots in violation
        self.effort_made = 0.0  # effort behind the lots of this month
        self.whole_lots, self.drawn_looks, self.drawn_hits = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]  # retail, B2B
        self.audits = self.audit_finds = 0.0
        self.dispute_loss = 0.0  # yuan
        self.profit = 0.0
        self.accounts: dict[str, float] = {}


class District(mesa.Agent):
    """A customs district."""

    def __init__(self, month: mesa.Model, code: int, capacity: float) -> None:
        super().__init__(month)
        self.code, self.capacity = code, capacity  # looks a month
        self.traffic = self.asked = 0.0  # national lots, and looks they ask for
        self.load = self.waived = self.wait_hours = 0.0
        self.can = 1.0  # share of the looks asked for that are done


class Market(mesa.Agent):
    """A national market abroad."""

    def __init__(
        self, month: mesa.Model, code: int, trust: float, usual_trust: float, usual_bad: float, usual_open: float
    ) -> None:
        super().__init__(month)
        self.code, self.trust = code, trust
        self.usual_trust, self.usual_bad = usual_trust, usual_bad
        self.arrived = self.bad = 0.0  # national lots, and those in violation that were not found
        self.usual_open = usual_open
        self.retail_orders = self.open = 0.0  # national orders, and disputes over them that are open at a time
        self.filed: dict[int, float] = {}  # national disputes by category


class Platform(mesa.Agent):
    """A platform."""

    def __init__(self, month: mesa.Model, code: int) -> None:
        super().__init__(month)
        self.code = code
        self.sales = self.commission_income = 0.0


@dataclass(slots=True)
class Totals:
    """National sums that later phases and the indicators need."""

    undetected_lots: float = 0.0
    looks: float = 0.0
    finds: float = 0.0
    accounts: dict[str, float] = field(default_factory=dict)
