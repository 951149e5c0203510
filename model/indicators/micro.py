"""Micro level: firms, their margins, quality, records."""

from __future__ import annotations

import numpy as np

from model.indicators.macro import Pair, Value
from model.indicators.sums import count_markets
from model.indicators.view import MonthView, weighted_quantile
from model.kernel.declare import indicator
from model.kernel.members import SIZES, SMALL_SALES_YUAN

FIRM_CUTS = ("province", "category", "size", "tier")
MICRO_CAPITAL_YUAN = 5.0e6  # registered capital below which a firm counts as a micro-multinational (contract)
MICRO_MARKETS = 3


@indicator("active_smes", "Active firms", "活跃企业数", "firms", "stock", "micro", FIRM_CUTS)
def active_smes(view: MonthView, cut: str | None = None) -> Value:
    """Living firms."""
    return view.firms_by("firms", cut)


@indicator("entry_rate", "Entry rate", "进入率", "share", "ratio", "micro")
def entry_rate(view: MonthView, cut: str | None = None) -> Pair:
    """Firms founded this month over living firms."""
    return view.values["entered"], float(view.firm_weight.sum())


@indicator("conversions", "Firms converted from traditional trade", "传统外贸转型企业数", "firms", "flow", "micro")
def conversions(view: MonthView, cut: str | None = None) -> Value:
    """Firms in traditional trade that began to sell online this month."""
    return float(view.values["converted"])


@indicator("traditional_firms", "Firms in traditional trade only", "仅做传统外贸的企业数", "firms", "stock", "micro")
def traditional_firms(view: MonthView, cut: str | None = None) -> Value:
    """Trading firms that do not sell online yet: the pool from which firms convert."""
    return float(view.state.arrays["traditional"].sum())


@indicator("exit_rate", "Exit rate", "退出率", "share", "ratio", "micro")
def exit_rate(view: MonthView, cut: str | None = None) -> Pair:
    """Firms that left this month over living firms."""
    return view.values["exited"], float(view.firm_weight.sum())


@indicator("sme_margin", "Profit margin of firms", "企业利润率", "share", "ratio", "micro", FIRM_CUTS)
def sme_margin(view: MonthView, cut: str | None = None) -> Pair:
    """Trailing twelve-month profit over sales."""
    return view.firms_by("profit_12m", cut), view.firms_by("sales_12m", cut)


@indicator("median_sales", "Median sales of firms", "企业销售额中位数", "yuan per year", "stock", "micro")
def median_sales(view: MonthView, cut: str | None = None) -> Value:
    """Median trailing twelve-month sales of living firms."""
    return weighted_quantile(view.state.firms["sales_12m"], view.firm_weight, view.by_sales, 0.5)


@indicator("top_1pct_share", "Exports of the top 1 % of firms", "前1%企业销售占比", "share", "ratio", "micro")
def top_1pct_share(view: MonthView, cut: str | None = None) -> Pair:
    """Trailing sales of the largest hundredth of firms over all."""
    sales, weight = view.state.firms["sales_12m"], view.firm_weight
    order = view.by_sales[::-1]
    before = np.cumsum(weight[order]) - weight[order]
    counted = np.clip(0.01 * weight.sum() - before, 0.0, weight[order])
    return float(np.sum(counted * sales[order])), float(np.sum(weight * sales))


@indicator("cycle_days", "Product development cycle", "研发周期", "days", "ratio", "micro", FIRM_CUTS)
def cycle_days(view: MonthView, cut: str | None = None) -> Pair:
    """Mean development cycle of living firms."""
    return view.firms_by("cycle_days", cut), view.firms_by("firms", cut)


@indicator(
    "cycle_days_gap", "Product cycle of micro over medium firms", "小微与中型企业研发周期差", "days", "stock", "micro"
)
def cycle_days_gap(view: MonthView, cut: str | None = None) -> Value:
    """Mean development cycle of micro firms less that of medium firms."""
    days = np.asarray(view.firms_by("cycle_days", "size")) / np.maximum(
        np.asarray(view.firms_by("firms", "size")), 1e-9
    )
    return float(days[SIZES.index("micro")] - days[SIZES.index("medium")])


@indicator("export_quality", "Export quality", "出口质量", "log index", "ratio", "micro", FIRM_CUTS)
def export_quality(view: MonthView, cut: str | None = None) -> Pair:
    """One plus log quality, weighted by trailing sales."""
    return view.firms_by("quality_sales", cut), view.firms_by("sales_12m", cut)


@indicator("own_brand_share", "Sales under own brands", "自有品牌占比", "share", "ratio", "micro", FIRM_CUTS)
def own_brand_share(view: MonthView, cut: str | None = None) -> Pair:
    """Own-brand standing weighted by trailing sales."""
    return view.firms_by("brand_sales", cut), view.firms_by("sales_12m", cut)


@indicator(
    "unit_value",
    "Unit value of exports",
    "出口单价",
    "yuan per order",
    "ratio",
    "micro",
    ("province", "category", "market", "region", "mode"),
)
def unit_value(view: MonthView, cut: str | None = None) -> Pair:
    """FOB exports over orders."""
    return view.by("exports", cut), view.by("orders", cut)


@indicator(
    "parcels", "Parcels and consignments", "包裹数", "parcels", "flow", "micro", ("market", "region", "mode", "gateway")
)
def parcels(view: MonthView, cut: str | None = None) -> Value:
    """Retail parcels and B2B consignments that crossed the border."""
    value: Value = view.by("parcels", cut)
    return value


@indicator("listings_per_firm", "Listings per firm", "每企业刊登数", "listings", "ratio", "micro")
def listings_per_firm(view: MonthView, cut: str | None = None) -> Pair:
    """Market listings abroad over living firms."""
    return view.by("listings", None), float(view.firm_weight.sum())


@indicator(
    "hosted_share",
    "Exports under full hosting",
    "全托管出口占比",
    "share",
    "ratio",
    "micro",
    ("category", "market", "region", "size"),
)
def hosted_share(view: MonthView, cut: str | None = None) -> Pair:
    """Exports of hosted listings over all exports."""
    return view.by("hosted", cut), view.by("exports", cut)


@indicator("hosted_margin", "Margin of hosted sales", "全托管销售毛利率", "share", "ratio", "micro")
def hosted_margin(view: MonthView, cut: str | None = None) -> Pair:
    """What hosted sales leave after variable cost over their FOB value; none before hosting opens."""
    margin, sold = view.values["hosted_books"]
    return margin, sold


@indicator(
    "listings", "Market listings", "海外刊登数", "listings", "stock", "micro",
    ("mode", "market", "region", "platform", "category", "size"),
)  # fmt: skip
def listings(view: MonthView, cut: str | None = None) -> Value:
    """Listings abroad of living firms, by way of fulfilment and the like."""
    value: Value = view.by("listings", cut)
    return value


@indicator("micro_multinationals", "Micro-multinationals", "微型跨国企业数", "firms", "stock", "micro")
def micro_multinationals(view: MonthView, cut: str | None = None) -> Value:
    """Active firms with registered capital below 5 m yuan that sell in at least three markets."""
    firms, listings = view.state.firms, view.state.listings
    markets = count_markets(listings["firm"], listings["market"], view.world.n_mkt, firms.n)
    small = (firms["capital"] < MICRO_CAPITAL_YUAN) & (markets >= MICRO_MARKETS)
    return float(np.sum(view.firm_weight * small))


@indicator("little_giants", "Small firms grown large", "小巨人企业数", "firms", "stock", "micro")
def little_giants(view: MonthView, cut: str | None = None) -> Value:
    """Living firms that once sold less than 5 m yuan a year (the paper's ceiling, P35) and have passed it."""
    firms = view.state.firms
    grown = firms["was_small"] & (firms["sales_12m"] >= SMALL_SALES_YUAN)
    return float(np.sum(view.firm_weight * grown))


@indicator(
    "inspection_rate",
    "Inspection rate",
    "查验率",
    "share",
    "ratio",
    "micro",
    ("mode", "size", "tier", "gateway", "category"),
)
def inspection_rate(view: MonthView, cut: str | None = None) -> Pair:
    """Lots to be looked at over lots declared."""
    return view.by("looked", cut), view.by("lots", cut)


@indicator(
    "retail_inspection_rate",
    "Inspection rate, retail",
    "零售查验率",
    "share",
    "ratio",
    "micro",
    ("size", "tier", "gateway", "category"),
)
def retail_inspection_rate(view: MonthView, cut: str | None = None) -> Pair:
    """Retail lots to be looked at over retail lots declared."""
    return view.by("looked_retail", cut), view.by("lots_retail", cut)


@indicator("looks", "Inspections", "查验次数", "looks", "flow", "micro")
def looks(view: MonthView, cut: str | None = None) -> Value:
    """Inspections of export lots."""
    return float(view.by("looked", None))


@indicator("audits", "Audits after clearance", "事后稽查次数", "audits", "flow", "micro")
def audits(view: MonthView, cut: str | None = None) -> Value:
    """Export lots audited after they have left."""
    return float(view.values["audits"])


@indicator(
    "violation_rate", "Violations in lots", "违规率", "share", "ratio", "micro", ("mode", "size", "tier", "category")
)
def violation_rate(view: MonthView, cut: str | None = None) -> Pair:
    """Lots in violation over lots declared."""
    return view.by("bad", cut), view.by("lots", cut)


@indicator("undetected_violation_rate", "Undetected violations", "未查获违规率", "share", "ratio", "micro")
def undetected_violation_rate(view: MonthView, cut: str | None = None) -> Pair:
    """Violations that reached the market over lots declared."""
    return view.values["undetected_lots"], float(view.by("lots", None))


@indicator("found_per_look", "Violations found per look", "每次查验查获数", "share", "ratio", "micro")
def found_per_look(view: MonthView, cut: str | None = None) -> Pair:
    """Violations found over looks drawn."""
    return view.values["finds_total"], view.values["looks_total"]


DISPUTE_CUTS = ("province", "category", "market", "region", "size", "mode", "platform")


@indicator("dispute_rate", "Disputes over retail orders", "零售纠纷率", "share", "ratio", "micro", DISPUTE_CUTS)
def dispute_rate(view: MonthView, cut: str | None = None) -> Pair:
    """Disputes filed over retail orders abroad."""
    return view.by("disputes", cut), view.by("retail_orders", cut)


@indicator(
    "dispute_days",
    "Days until a dispute is settled",
    "纠纷处理天数",
    "days",
    "ratio",
    "micro",
    ("category", "market", "region"),
)
def dispute_days(view: MonthView, cut: str | None = None) -> Pair:
    """Days from filing to settlement, mean over the disputes filed."""
    filed = view.values["filed"]
    return view.goods_by(filed * view.env.levers.table("dispute_days"), cut), view.goods_by(filed, cut)


@indicator("disputes", "Disputes filed", "纠纷申请量", "disputes", "flow", "micro", DISPUTE_CUTS)
def disputes(view: MonthView, cut: str | None = None) -> Value:
    """Disputes that retail buyers abroad filed."""
    value: Value = view.by("disputes", cut)
    return value
