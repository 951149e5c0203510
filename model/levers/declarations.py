"""The levers there are, in order: label, unit, axes, bounds, neutral value."""

from __future__ import annotations

from model.kernel.declare import Label
from model.levers.where import LEVERS, LeverSpec


def _lever(
    id: str, en: str, zh: str, unit: str, axes: str, low: float, high: float, neutral: float | None = None,
    *, combine: str = "stack", firms: bool = False, legs: bool = False, doc: str = "",
) -> None:  # fmt: skip
    spec = LeverSpec(id, Label(en, zh), unit, tuple(axes.split()), low, high, combine, firms, neutral, legs, doc)
    LEVERS.add(id, spec)


# Neutral None: the base comes from evidence or a parameter (model/bases.py); a number: nothing happens at that value.
_lever("inspection_rate", "Inspection rate", "查验率", "share", "gateway category mode tier", 0.0, 1.0)
_lever(
    "newcomer_factor",
    "Inspection of firms without a record",
    "无记录企业查验系数",
    "factor",
    "gateway category mode",
    0.2,
    10.0,
    1.0,
)
_lever("audit_rate", "Post-clearance audit rate", "事后稽查率", "share", "mode", 0.0, 1.0, 0.0)
_lever(
    "export_clearance_hours", "Export clearance hours", "出口通关时间", "hours", "gateway mode", 0.0, 2000.0, firms=True
)
_lever("import_clearance_hours", "Import clearance hours", "进口通关时间", "hours", "", 0.0, 2000.0)
_lever("document_hours", "Paperwork hours", "单证时间", "hours", "mode", 0.0, 500.0, firms=True)
_lever("delivery_days", "Extra delivery days", "附加送达天数", "days", "market mode", 0.0, 120.0, 0.0, firms=True)
_lever("freight_yuan_per_kg", "Freight", "运费", "yuan per kg", "market mode", 0.0, 5000.0, legs=True)
_lever(
    "port_freight", "Freight by consolidation at ports", "港口集货运费系数", "factor", "belt mode", 0.2, 5.0, 1.0,
    doc="What belts pay to have a kilogram carried, against the usual; fees per order stay",
)  # fmt: skip
_lever(
    "showroom", "Goods shown and stored abroad", "前展后仓覆盖比例", "share", "market category", 0.0, 1.0, 0.0,
    doc="Share of B2B orders served from a showroom's own store in the market",
)  # fmt: skip
_lever("showroom_days", "Delivery from a showroom", "前展后仓送达天数", "days", "market", 0.0, 120.0)
_lever("duty_rate", "Import duty abroad", "海外关税税率", "share", "market category mode", 0.0, 5.0)
_lever("market_vat_rate", "VAT abroad", "海外增值税税率", "share", "market", 0.0, 0.5)
_lever("parcel_fee_yuan", "Fee per low-value parcel", "小额包裹费", "yuan per order", "market mode", 0.0, 1000.0, 0.0)
_lever("de_minimis_yuan", "Duty-free threshold", "关税免征门槛", "yuan", "market mode", 0.0, 1.0e5)
_lever("vat_de_minimis_yuan", "VAT-free threshold", "增值税免征门槛", "yuan", "market mode", 0.0, 1.0e5)
_lever("rebate_rate", "Export VAT rebate", "出口退税率", "share", "category", 0.0, 0.25, firms=True)
_lever("rebate_days", "Days until the rebate is paid", "退税天数", "days", "mode", 0.5, 400.0, firms=True)
_lever("settlement_days", "Days until currency is settled", "结汇天数", "days", "market", 0.0, 200.0, firms=True)
_lever("listing_cost", "Upkeep of a listing", "刊登维持成本", "yuan per month", "market mode", 0.0, 1.0e6, firms=True)
_lever("entry_cost", "Cost of opening a listing", "开设刊登成本系数", "factor", "market mode", 0.0, 10.0, 1.0)
_lever("hosted_margin", "Hosted margin against own", "全托管毛利系数", "factor", "", 0.0, 1.0)
_lever("platform_fee", "Platform commission", "平台佣金", "share", "platform market", 0.0, 0.6)
_lever("payment_fee", "Payment fee", "收款手续费", "share", "market", 0.0, 0.3)
_lever("reach", "Reach", "触达", "factor", "platform market mode", 0.0, 20.0, 1.0, firms=True)
_lever("dispute_rate", "Disputes over retail orders", "零售订单纠纷", "factor", "market category", 0.0, 20.0, 1.0)
_lever("dispute_days", "Days until a dispute is settled", "纠纷处理天数", "days", "market category", 0.0, 400.0)
_lever("dispute_loss", "Seller's loss per dispute", "单起纠纷损失", "factor", "market category", 0.0, 10.0, 1.0)
_lever("filing", "Ease of filing a dispute", "纠纷申请便利度", "factor", "market category", 0.05, 10.0, 1.0)
_lever(
    "item_cost_yuan", "Cost of a code per item", "单件赋码成本", "yuan per order", "market category", 0.0, 100.0, 0.0
)
_lever("seizure", "Goods seized per violation found", "查获没收", "factor", "category", 0.0, 1.5, 1.0)
_lever(
    "preference_use", "Exports that use an origin preference", "原产地优惠利用率", "share", "market category", 0.0, 1.0
)
_lever(
    "preference_in_force",
    "Origin preference in force",
    "原产地优惠生效",
    "flag",
    "market",
    0.0,
    1.0,
    0.0,
    combine="any",
)
_lever("live_reach", "Live-commerce reach at home", "直播触达", "factor", "province", 0.2, 10.0, 1.0)
_lever(
    "live_gain",
    "Pull that live sellers add to bonded goods",
    "直播带来的保税引力增幅",
    "share",
    "province",
    0.0,
    10.0,
    0.0,
)
_lever(
    "import_days",
    "Extra delivery days of imports",
    "进口附加送达天数",
    "days",
    "province import_channel",
    -60.0,
    60.0,
    0.0,
)
_lever("tool_price", "Price of digital tools", "数字化工具价格", "yuan per year", "", 0.0, 1.0e6, firms=True)
_lever("product_cycle", "Length of a product cycle", "产品周期系数", "factor", "", 0.2, 5.0, 1.0, firms=True)
_lever("judgement_error", "Error in judging a market", "市场判断误差系数", "factor", "", 0.0, 5.0, 1.0, firms=True)
_lever("building_cost", "Building cost of a warehouse", "仓库建设成本", "yuan per m2", "hub", 100.0, 1.0e5)
_lever("mode_capacity", "Capacity of a mode", "运输方式运力", "factor", "market mode", 0.0, 5.0, 1.0)
_lever("home_channel_cost", "Cost of a home outlet", "内销渠道成本", "yuan", "", 0.0, 1.0e7, firms=True)
_lever("reputation_visible", "Reputation is shown", "信誉可见", "factor", "platform", 0.0, 1.0, 1.0)
_lever("pilot_zone", "Pilot zone", "综合试验区", "flag", "belt", 0.0, 1.0, combine="any")
_lever("demand", "Demand", "需求", "factor", "market category nest", 0.0, 20.0, 1.0)
_lever("exchange_rate", "Exchange rate", "汇率", "yuan per USD", "market", 0.5, 50.0)
_lever("supplier_capacity", "Capacity of a belt", "产业带产能", "factor", "belt", 0.0, 3.0, 1.0)
_lever("foreign_input_price", "Price of foreign inputs", "进口投入品价格", "factor", "belt", 0.2, 5.0, 1.0)
_lever("foreign_input_supply", "Supply of foreign inputs", "进口投入品供给", "factor", "belt", 0.0, 3.0, 1.0)
_lever("gateway_capacity", "Capacity of a customs district", "口岸通关能力", "factor", "gateway", 0.01, 10.0, 1.0)
_lever("platform_open", "Platform open to sellers", "平台开放", "share", "platform market", 0.0, 1.0, 1.0, firms=True)
_lever("import_demand", "Demand for imports", "进口需求", "factor", "", 0.0, 20.0, 1.0)
_lever("import_tax_share", "Share of VAT due on retail imports", "零售进口税征收比例", "share", "", 0.0, 1.5)
