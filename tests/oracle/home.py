"""Home, rule by rule: brands that look at channels, provinces that buy, on ordinary objects and numbers.

Taken as given: the national retail index, which provinces are far, and what the burn-in left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from agents.brand import home_retail_index
from model.kernel.members import CATEGORIES, IMPORT_CHANNELS
from model.world.derived import far_provinces
from tests.oracle.settings import Settings

if TYPE_CHECKING:
    from agents.env import Env

BONDED, DIRECT, TRADE = range(3)
FELT = ("imports.clearance_share", "imports.clearance_share_direct", "imports.clearance_share_trade")
PLACES = [(c, k) for c in range(len(CATEGORIES)) for k in range(3)]
FLOWS = ("paid", "customs", "duty", "tax", "commission", "fees")


@dataclass(slots=True)
class Brand:
    """Real brands of one category and origin: how many, how liked, and what share of them uses each channel."""

    category: int
    weight: float
    appeal: float
    use: list[float]
    sales: float = 0.0  # customs yuan of the month, per real brand

    def pull(self, channel: int) -> float:
        """Pull of all of them in a channel."""
        return self.weight * math.exp(self.appeal) * self.use[channel]


@dataclass(slots=True)
class Channel:
    """A way of importing: what it costs and how long it takes. `pull` and `rate` are by category."""

    code: int
    freight: float  # shares of value
    duty: float
    commission: float
    fee: float  # of an order's value
    days: float
    upkeep: float  # yuan a month
    hurdle: float
    constant: float  # log pull, from the burn-in
    inertia: float
    pull: list[float]  # log
    rate: list[float]  # customs yuan per unit of pull last month, season apart
    brands: list[float] = field(default_factory=list)  # pull of its brands this month


@dataclass(slots=True)
class Province:
    """A province as a buyer."""

    code: int
    far: bool
    zone: bool  # has a bonded zone
    budget: list[float]  # by category
    odds: list[float]  # of imports against home goods in the first month
    access_start: list[float]
    varieties_start: float
    live: float  # pull that live sellers add to bonded goods
    near: list[float] = field(default_factory=list)  # pull of a channel here over its pull at the usual days
    spending: list[float] = field(default_factory=list)
    access: list[float] = field(default_factory=list)
    reached: float = 0.0
    flows: dict[str, list[list[float]]] = field(default_factory=dict)  # by category and channel


class HomeMarket:
    """The month's brands, channels and provinces, read from the tables."""

    def __init__(self, env: Env) -> None:
        self.env, self.p, self.now = env, env.p, env.now
        self.levers = Settings(env.levers)
        self.trend = float(env.state.arrays["brand_trend"][0])
        self.season = float(env.world.season_import[env.now % 12])
        self.brands = self._brands()
        self.channels = [self._channel(k, name) for k, name in enumerate(IMPORT_CHANNELS)]
        self.provinces = self._provinces()

    def _brands(self) -> list[Brand]:
        table = self.env.state.brands
        names = ("category", "weight", "appeal", "channels")
        rows = zip(*(table[name].tolist() for name in names), strict=True)
        return [Brand(*row) for row in rows]

    def _channel(self, k: int, name: str) -> Channel:
        arrays = self.env.state.arrays
        p = {item: self.p[f"imports.{name}_{item}"] for item in (
            "freight", "duty", "commission", "fee_yuan", "order_yuan", "days", "upkeep_yuan",
        )}  # fmt: skip
        return Channel(
            k, p["freight"], p["duty"], p["commission"], p["fee_yuan"] / p["order_yuan"], p["days"], p["upkeep_yuan"],
            float(arrays["channel_hurdle"][k]), float(arrays["channel_offset"][k]),
            self.p["imports.inertia_trade" if k == TRADE else "imports.inertia_retail"],
            arrays["import_pull"][:, k].tolist(), arrays["channel_rate"][:, k].tolist(),
        )  # fmt: skip

    def _provinces(self) -> list[Province]:
        world, arrays = self.env.world, self.env.state.arrays
        index = home_retail_index(self.env) / float(arrays["retail_index_start"][0])
        zones = {
            int(at) for at, since in zip(world.bonded_province, world.bonded_from, strict=True) if since <= self.now
        }
        far = far_provinces(world).tolist()
        return [
            Province(
                r, far[r], r in zones, [yuan * index * self.season for yuan in arrays["retail_start"][r].tolist()],
                arrays["import_odds"][r].tolist(), arrays["access_start"][r].tolist(),
                float(arrays["varieties_start"][r]), float(arrays["live_gain"][r]),
            )
            for r in range(world.n_prov)
        ]  # fmt: skip

    def wages(self) -> float:
        """Wages and fixed costs against the start of 2019."""
        return (1.0 + self.p["firm.wage_growth"]) ** ((self.now - 2019 * 12) / 12)

    def held_hours(self) -> float:
        """Hours at the border beyond the usual."""
        return self.levers.value("import_clearance_hours") - self.p["customs.import_hours_base"]


def run(market: HomeMarket) -> None:
    """Phase 6."""
    if market.now > market.env.start:
        market.trend *= new_brands(market)
    for brand in market.brands:
        for channel in market.channels:
            review(market, brand, channel)
    for channel in market.channels:
        move_pull(market, channel)
    for province in market.provinces:
        wished = market.levers.value("live_gain", province.code)
        province.live += market.p["imports.live_speed"] * (wished - province.live)
        province.near = [nearness(market, province, channel) for channel in market.channels]
        look_around(market, province)
        buy(market, province)
    for channel in market.channels:
        book_sales(market, channel)


def new_brands(market: HomeMarket) -> float:
    """Growth of the number of brands: the trend, faster where imports hold more of home budgets than at the start."""
    arrays, p = market.env.state.arrays, market.p
    place = float(arrays["import_part"][0]) / float(arrays["import_part_start"][0])
    return (1.0 + p["imports.brand_growth"]) ** (place ** p["imports.brand_entry"] / 12.0)


def normal_share(z: float) -> float:
    """Share of a normal distribution below z."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def review(market: HomeMarket, brand: Brand, channel: Channel) -> None:
    """Part of the brands looks again; of those, whoever judges the channel to pay is in it."""
    rate = channel.rate[brand.category]
    wished = 0.0
    if rate > 0.0:
        over_upkeep = brand.appeal + math.log(rate) - math.log(market.wages())
        wished = normal_share(over_upkeep / market.p["imports.channel_spread"] - channel.hurdle)
    brand.use[channel.code] += market.p["imports.review_hazard"] * (wished - brand.use[channel.code])


def tax_rate(market: HomeMarket, category: int, channel: Channel) -> float:
    """VAT in full in general trade; in retail a share of it within the limits of an order and of a year."""
    p = market.p
    vat = p["imports.vat"]
    if channel.code == TRADE:
        return vat
    sd, mean = p["demand.order_value_logsd"], float(market.env.world.category_import_order[category])
    small = normal_share((math.log(p["imports.order_limit_yuan"] / mean) - 0.5 * sd * sd) / sd)
    within = small * (1.0 - beyond_year(market))
    return vat * (market.levers.value("import_tax_share") * within + (1.0 - within))


def beyond_year(market: HomeMarket) -> float:
    """Part of retail imports that buyers spend beyond the limit of a year."""
    p = market.p
    sd, over = p["imports.buyer_year_logsd"], p["imports.year_limit_yuan"] / p["imports.buyer_year_yuan"]
    buyers_value = normal_share(-(math.log(over) - 0.5 * sd * sd) / sd)
    buyers = normal_share(-(math.log(over) + 0.5 * sd * sd) / sd)
    return buyers_value - over * buyers


def landed_price(market: HomeMarket, category: int, channel: Channel) -> float:
    """What a buyer pays over the factory price abroad."""
    env, p = market.env, market.p
    start = env.state.arrays["exchange_rate_start"].tolist()
    moves = [market.levers.value("exchange_rate", m) / start[m] for m in range(len(start))]
    price = (sum(moves) / len(moves)) ** p["imports.currency_pass_through"]
    price *= (1.0 + channel.freight) * (1.0 + channel.duty) * (1.0 + tax_rate(market, category, channel))
    if channel.code == TRADE:
        price *= 1.0 + p["imports.holding_cost"] * market.held_hours() / 8766.0
    return price / (1.0 - channel.commission) + channel.fee


def move_pull(market: HomeMarket, channel: Channel) -> None:
    """A channel's pull in each category approaches what its brands and prices make it."""
    channel.brands = [0.0] * len(CATEGORIES)
    for brand in market.brands:
        channel.brands[brand.category] += brand.pull(channel.code)
    for category, sum_ in enumerate(channel.brands):
        price = landed_price(market, category, channel)
        value = sum_ * price ** (1.0 - market.p["imports.substitution"]) * math.exp(channel.constant)
        target = math.log(max(value, 1e-300))
        channel.pull[category] += channel.inertia * (target - channel.pull[category])


def nearness(market: HomeMarket, province: Province, channel: Channel) -> float:
    """What days and live commerce make of a channel in a province."""
    p, code = market.p, channel.code
    late = p["imports.far_days"] * (p["imports.far_direct_mail"] if code == DIRECT else 1.0) if province.far else 0.0
    if code == BONDED and not province.zone:
        late += p["imports.no_zone_days"]
    late += p[FELT[code]] * market.held_hours() / 24.0 + market.levers.value("import_days", province.code, code)
    days = max(channel.days + late, p["imports.least_days"])
    near = math.exp(-p["imports.delay"] * (days - channel.days))
    if code == BONDED:
        near *= market.levers.value("live_reach", province.code)
        near *= 1.0 + province.live
    return near


def look_around(market: HomeMarket, province: Province) -> None:
    """What can be got in a province: pull by category, and the number of brands that some channel brings."""
    province.access = [
        sum(near * math.exp(channel.pull[c]) for near, channel in zip(province.near, market.channels, strict=True))
        for c in range(len(CATEGORIES))
    ]
    province.reached = 0.0
    for brand in market.brands:
        missed = 1.0
        for near, use in zip(province.near, brand.use, strict=True):
            missed *= 1.0 - min(near, 1.0) * use
        province.reached += brand.weight * (1.0 - missed)


def buy(market: HomeMarket, province: Province) -> None:
    """Imports take their part of each budget; spending is divided over channels and booked."""
    p = market.p
    power = (p["imports.home_import"] - 1.0) / (p["imports.substitution"] - 1.0)
    variety = (market.trend * province.reached / province.varieties_start) ** p["imports.variety"]
    province.flows = {name: [[0.0] * 3 for _ in CATEGORIES] for name in FLOWS}
    for c, budget in enumerate(province.budget):
        odds = province.odds[c] * (province.access[c] / province.access_start[c]) ** power * variety
        odds *= market.levers.value("import_demand")
        province.spending.append(budget * odds / (1.0 + odds))
        for near, channel in zip(province.near, market.channels, strict=True):
            share = near * math.exp(channel.pull[c]) / province.access[c]
            book(market, province, c, channel, province.spending[c] * share)


def book(market: HomeMarket, province: Province, category: int, channel: Channel, paid: float) -> None:
    """What buyers pay, divided into customs value, duty, tax, commission and the rest."""
    customs = paid / landed_price(market, category, channel) * (1.0 + channel.freight)
    duty, commission = customs * channel.duty, paid * channel.commission
    tax = (customs + duty) * tax_rate(market, category, channel)
    parts = paid, customs, duty, tax, commission, max(paid - customs - duty - tax - commission, 0.0)
    for name, yuan in zip(FLOWS, parts, strict=True):
        province.flows[name][category][channel.code] = yuan


def book_sales(market: HomeMarket, channel: Channel) -> None:
    """What each brand sold through a channel; what a unit of pull was worth is remembered for the next review."""
    rates = []
    for category, pull in enumerate(channel.brands):
        customs = sum(province.flows["customs"][category][channel.code] for province in market.provinces)
        rates.append(customs / pull if pull > 0.0 else 0.0)
    for brand in market.brands:
        brand.sales += math.exp(brand.appeal) * brand.use[channel.code] * rates[brand.category]
    channel.rate = [rate / market.season for rate in rates]


def brands_on_offer(market: HomeMarket, rows: float) -> float:
    """Real brands for a number of brands of the rows."""
    return market.p["imports.brands_real"] * market.trend * rows / float(market.env.state.arrays["brands_start"][0])


def upkeep_paid(market: HomeMarket) -> float:
    """What brands pay for their channels; a toy world has a part of the nation's buyers."""
    paid = sum(brand.weight * brand.use[channel.code] * channel.upkeep
               for brand in market.brands for channel in market.channels)  # fmt: skip
    return paid * market.trend * market.wages() * float(market.env.state.arrays["firm_share"][0])


# --- back into the tables --------------------------------------------------------------------------------------


def put_back(market: HomeMarket) -> None:
    """Brands, regions and the month's import flows, for the phases that follow."""
    state, values, provinces = market.env.state, market.env.flows.values, market.provinces
    state.brands["channels"] = [brand.use for brand in market.brands]
    state.brands["sales"] = [brand.sales for brand in market.brands]
    home = [[b - s for b, s in zip(one.budget, one.spending, strict=True)] for one in provinces]
    state.regions["import_spending"] = [sum(one.spending) for one in provinces]
    state.regions["home_spending"] = [sum(row) for row in home]
    state.regions["access"] = [sum(one.access) for one in provinces]
    state.regions["varieties"] = [brands_on_offer(market, one.reached) for one in provinces]
    for name in FLOWS:
        values[f"import_{name}"] = np.array([one.flows[name] for one in provinces])
    values["home_producers"] = np.array(home)
    values["brand_upkeep"] = upkeep_paid(market)
    _remember(market, values)


def _remember(market: HomeMarket, values: dict[str, object]) -> None:
    """What the next month starts from."""
    arrays, provinces = market.env.state.arrays, market.provinces
    bought = [sum(one.spending[c] for one in provinces) for c in range(len(CATEGORIES))]
    budget = [sum(one.budget[c] for one in provinces) for c in range(len(CATEGORIES))]
    exposure = np.array([b / max(whole, 1.0) for b, whole in zip(bought, budget, strict=True)])
    values["import_exposure"] = arrays["import_exposure"] = exposure
    arrays["import_part"] = np.array([sum(bought) / max(sum(budget), 1.0)])
    arrays["live_gain"], arrays["brand_trend"] = np.array([one.live for one in provinces]), np.array([market.trend])
    for name in ("pull", "rate"):
        table = np.array([getattr(channel, name) for channel in market.channels]).T
        arrays["import_pull" if name == "pull" else "channel_rate"] = table
