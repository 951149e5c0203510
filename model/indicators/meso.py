"""Meso level: logistics, customs, warehouses, platforms, regions."""

from __future__ import annotations

import numpy as np

from agents.brand import brand_count
from agents.firm.pricing import preferred_share
from model.indicators.macro import Pair, Value
from model.indicators.view import Floats, MonthView
from model.kernel.declare import indicator

BUNCH_M2 = 500.0  # width of the band above a threshold in which bunching is read
BUNCH_AT_M2 = 5000.0  # the paper's threshold
TOP_OPERATORS = 10
LARGE_BELT_YUAN = 1.0e10  # the paper's threshold (paper_facts P07)


@indicator(
    "logistics_cost_ratio",
    "Logistics cost in exports",
    "物流成本占比",
    "share",
    "ratio",
    "meso",
    ("province", "category", "market", "region", "size", "mode"),
)
def logistics_cost_ratio(view: MonthView, cut: str | None = None) -> Pair:
    """Freight and storage over FOB exports."""
    return view.by("logistics", cut), view.by("exports", cut)


@indicator(
    "clearance_hours",
    "Export clearance",
    "出口通关时间",
    "hours",
    "ratio",
    "meso",
    ("mode", "size", "tier", "gateway", "province"),
)
def clearance_hours(view: MonthView, cut: str | None = None) -> Pair:
    """Hours from declaration to release, weighted by value."""
    return view.by("hours", cut), view.by("exports", cut)


@indicator(
    "clearance_hours_newcomers", "Export clearance of newcomers, retail", "新企业零售通关时间", "hours", "ratio", "meso"
)
def clearance_hours_newcomers(view: MonthView, cut: str | None = None) -> Pair:
    """The same for retail exports of firms too young to have a record."""
    return view.by("hours_new", None), view.by("exports_new", None)


@indicator(
    "delivery_days",
    "Delivery of retail orders",
    "零售送达天数",
    "days",
    "ratio",
    "meso",
    ("market", "region", "mode", "category"),
)
def delivery_days(view: MonthView, cut: str | None = None) -> Pair:
    """Days a retail buyer abroad waits, weighted by orders."""
    return view.by("days", cut), view.by("retail_orders", cut)


@indicator(
    "b2b_delivery_days",
    "Delivery of B2B orders",
    "B2B订单送达天数",
    "days",
    "ratio",
    "meso",
    ("market", "region", "category", "province"),
)
def b2b_delivery_days(view: MonthView, cut: str | None = None) -> Pair:
    """Days a business buyer abroad waits, weighted by FOB value."""
    return view.by("days_b2b", cut), view.by("exports_b2b", cut)


@indicator(
    "cash_cycle_days",
    "Cash cycle",
    "资金周转天数",
    "days",
    "ratio",
    "meso",
    ("province", "category", "size", "tier"),
)
def cash_cycle_days(view: MonthView, cut: str | None = None) -> Pair:
    """Days for which cost is tied up between production and receipt, weighted by sales."""
    parts = view.cycle_by(cut)
    return parts[..., 0], parts[..., 1]


@indicator("showroom_idle", "Showrooms' floor without match", "展示面积闲置", "showrooms", "stock", "meso")
def showroom_idle(view: MonthView, cut: str | None = None) -> Value:
    """Floor of showrooms abroad, in whole showrooms, that shows more of a good than business buyers there take.

    Each market's floor is divided evenly among the goods shown; what a good's share of the floor exceeds its share of
    B2B sales there stands idle, and its rent is lost.
    """
    shown = view.env.levers.table("showroom") > 0.0  # [market, category]
    if not shown.any():
        return 0.0
    sales = np.asarray(view.values["b2b_sales"])
    taken = sales / np.maximum(sales.sum(axis=1, keepdims=True), 1e-9)
    floor = shown / np.maximum(shown.sum(axis=1, keepdims=True), 1)
    return float(np.sum(np.maximum(floor - taken, 0.0)))


@indicator(
    "warehouse_area", "Overseas warehouse area", "海外仓面积", "m2", "stock", "meso", ("hub", "market", "region")
)
def warehouse_area(view: MonthView, cut: str | None = None) -> Value:
    """Area of overseas warehouses in use."""
    return view.hubs_by(view.standing, cut)


@indicator(
    "warehouse_count", "Overseas warehouses", "海外仓数量", "warehouses", "stock", "meso", ("hub", "market", "region")
)
def warehouse_count(view: MonthView, cut: str | None = None) -> Value:
    """Number of overseas warehouses in use."""
    houses = view.state.warehouses
    works = houses["alive"] & (houses["opened"] <= view.env.now)
    count = np.bincount(houses["hub"], weights=works.astype(np.float64), minlength=view.world.n_hub)
    return view.hubs_by(count.astype(np.float64), cut)


@indicator(
    "warehouse_utilisation",
    "Use of overseas warehouses",
    "海外仓利用率",
    "share",
    "ratio",
    "meso",
    ("hub", "market", "region"),
)
def warehouse_utilisation(view: MonthView, cut: str | None = None) -> Pair:
    """Space needed over space standing."""
    return view.hubs_by(view.state.hubs["need_m2"].copy(), cut), view.hubs_by(view.standing, cut)


@indicator(
    "warehouse_share",
    "Exports through overseas warehouses",
    "海外仓出口占比",
    "share",
    "ratio",
    "meso",
    ("category", "market", "region", "size"),
)
def warehouse_share(view: MonthView, cut: str | None = None) -> Pair:
    """Exports from overseas warehouses over all exports."""
    return view.by("stored", cut), view.by("exports", cut)


@indicator(
    "warehouse_fee",
    "Fee of overseas warehouses",
    "海外仓费率指数",
    "index",
    "ratio",
    "meso",
    ("hub", "market", "region"),
)
def warehouse_fee(view: MonthView, cut: str | None = None) -> Pair:
    """Fee index (1 at the target use), weighted by area."""
    area = view.standing
    return view.hubs_by(view.state.hubs["fee"] * area, cut), view.hubs_by(area, cut)


@indicator(
    "warehouse_bunching", "Warehouses just above 5 000 m²", "门槛聚束", "warehouses", "stock", "meso", ("region",)
)
def warehouse_bunching(view: MonthView, cut: str | None = None) -> Value:
    """Warehouses of 5 000–5 500 m², standing or being built."""
    houses = view.state.warehouses
    band = houses["alive"] & (houses["area_m2"] >= BUNCH_AT_M2) & (houses["area_m2"] <= BUNCH_AT_M2 + BUNCH_M2)
    count = np.bincount(houses["hub"], weights=band.astype(np.float64), minlength=view.world.n_hub)
    return view.hubs_by(count.astype(np.float64), cut)


@indicator(
    "warehouse_top_share",
    "Area of the ten largest operators",
    "前十运营商面积占比",
    "share",
    "ratio",
    "meso",
    ("region",),
)
def warehouse_top_share(view: MonthView, cut: str | None = None) -> Pair:
    """Area of the ten largest operators, of the world or of the region, over all area there (built or ordered)."""
    houses, world = view.state.warehouses, view.world
    area = houses["area_m2"] * houses["alive"]
    place, count = view.operators

    def held(inside: Floats) -> float:
        owned = np.bincount(place, weights=area * inside, minlength=count)
        return float(np.sort(owned)[-TOP_OPERATORS:].sum())

    if cut is None:
        return held(np.ones(len(area))), float(area.sum())
    regions = view.in_region[:, world.hub_market[houses["hub"]]]  # [region, house]
    return np.array([held(inside) for inside in regions]), np.asarray(regions @ area)


@indicator("market_trust", "Trust of markets abroad", "海外市场信任度", "index", "ratio", "meso", ("market", "region"))
def market_trust(view: MonthView, cut: str | None = None) -> Pair:
    """Trust in goods from China (0-1), weighted by the fixed export shares of markets (`markets.csv`)."""
    weight = view.world.market_export_share
    return view.markets_by(view.state.markets["trust"] * weight, cut), view.markets_by(weight, cut)


@indicator(
    "preference_use",
    "Use of the origin preference",
    "原产地优惠利用率",
    "share",
    "ratio",
    "meso",
    ("category", "market", "region"),
)
def preference_use(view: MonthView, cut: str | None = None) -> Pair:
    """Exports that enter under the preference over exports to the markets where one is in force."""
    goods, in_force = view.values["sums"].goods[:-1], view.env.levers.table("preference_in_force")
    return view.goods_by(goods * preferred_share(view.env), cut), view.goods_by(goods * in_force[:, None], cut)


@indicator("platform_hhi", "Concentration of platforms", "平台集中度", "index", "stock", "meso")
def platform_hhi(view: MonthView, cut: str | None = None) -> Value:
    """Herfindahl index of buyers' spending abroad over platforms (0–1)."""
    sales = np.asarray(view.by("spending", "platform"))
    return float(np.sum((sales / max(float(sales.sum()), 1e-9)) ** 2))


@indicator(
    "digital_adoption",
    "Firms with digital tools",
    "数字化率",
    "share",
    "ratio",
    "meso",
    ("province", "category", "size", "tier"),
)
def digital_adoption(view: MonthView, cut: str | None = None) -> Pair:
    """Living firms that use digital tools over all."""
    return view.firms_by("digital_level", cut), view.firms_by("firms", cut)


@indicator(
    "digital_firms",
    "Number of firms with digital tools",
    "数字化企业数",
    "firms",
    "stock",
    "meso",
    ("size", "category"),
)
def digital_firms(view: MonthView, cut: str | None = None) -> Value:
    """Living firms that use digital tools."""
    return view.firms_by("digital_level", cut)


@indicator("freight_captured", "Freight grants kept by forwarders", "货代截留的物流补贴", "yuan", "flow", "meso")
def freight_captured(view: MonthView, cut: str | None = None) -> Value:
    """What supported firms pay in dearer quotes because they are supported."""
    return view.env.ledger.paid("smes", "freight_surcharge")


@indicator("belts_over_10bn", "Belts above 10 billion yuan", "百亿级产业带数", "belts", "stock", "meso")
def belts_over_10bn(view: MonthView, cut: str | None = None) -> Value:
    """Industrial belts whose firms sold more than ten billion yuan in twelve months, abroad and at home."""
    return float(np.sum(view.sales_of_belts > LARGE_BELT_YUAN))


@indicator("theil_provinces", "Regional inequality of exports", "省际泰尔指数", "index", "stock", "meso")
def theil_provinces(view: MonthView, cut: str | None = None) -> Value:
    """Theil index of export shares against GDP shares of provinces."""
    exports = np.asarray(view.by("exports", "province"))
    share = exports / max(float(exports.sum()), 1e-9)
    weight = view.world.province_gdp / view.world.province_gdp.sum()
    positive = share > 0.0
    return float(np.sum(share[positive] * np.log(share[positive] / weight[positive])))


@indicator("import_varieties", "Import varieties on offer", "进口品种数", "brands", "stock", "meso")
def import_varieties(view: MonthView, cut: str | None = None) -> Value:
    """Real foreign brands with at least one open channel."""
    return brand_count(view.env)


@indicator(
    "import_varieties_at_hand",
    "Import varieties a person can get",
    "居民可得进口品种数",
    "brands",
    "ratio",
    "meso",
    ("province",),
)
def import_varieties_at_hand(view: MonthView, cut: str | None = None) -> Pair:
    """Foreign brands that some channel brings to a person's province in time, mean over the population."""
    people = view.world.province_population
    reached = view.state.regions["varieties"] * people
    return (float(reached.sum()), float(people.sum())) if cut is None else (reached, people)


@indicator("gini_import_access", "Inequality of access to imports", "进口可得性基尼系数", "index", "stock", "meso")
def gini_import_access(view: MonthView, cut: str | None = None) -> Value:
    """Gini index over persons of what their province can get (price, days, reach, varieties)."""
    access, people = view.state.regions["access"], view.world.province_population
    order = np.argsort(access, kind="stable")
    held = np.cumsum((access * people)[order])
    share = people[order] / people.sum()
    lorenz = held / max(float(held[-1]), 1e-12)
    before = np.concatenate([[0.0], lorenz[:-1]])
    return float(1.0 - np.sum(share * (lorenz + before)))
