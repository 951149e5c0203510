"""Macro level: trade, its mix, the public purse."""

from __future__ import annotations

import numpy as np

from model.indicators.members import dimension_members
from model.indicators.view import Floats, MonthView
from model.kernel.declare import indicator

CUTS = ("province", "category", "market", "region", "size", "mode", "platform", "tier", "gateway")
Value = float | Floats
Pair = tuple[Value, Value]


@indicator("export_value", "Exports", "出口额", "yuan", "flow", "macro", CUTS)
def export_value(view: MonthView, cut: str | None = None) -> Value:
    """FOB value of cross-border e-commerce exports."""
    value: Value = view.by("exports", cut)
    return value


@indicator("b2b_exports", "B2B exports", "B2B出口额", "yuan", "flow", "macro", CUTS)
def b2b_exports(view: MonthView, cut: str | None = None) -> Value:
    """FOB value of what business buyers order, in bulk or by the traditional trade."""
    value: Value = view.by("exports_b2b", cut)
    return value


@indicator("import_value", "Imports", "进口额", "yuan", "flow", "macro", ("province", "category", "import_channel"))
def import_value(view: MonthView, cut: str | None = None) -> Value:
    """Customs value of cross-border e-commerce imports."""
    customs = view.values["import_customs"]
    if cut is None:
        return float(customs.sum())
    others = {"province": (1, 2), "category": (0, 2), "import_channel": (0, 1)}
    return np.asarray(customs.sum(axis=others[cut]))


@indicator("export_share", "Exports in CBEC trade", "出口占比", "share", "ratio", "macro")
def export_share(view: MonthView, cut: str | None = None) -> Pair:
    """Exports over exports plus imports (the paper's 77.6 % read rightly)."""
    exports = float(view.by("exports", None))
    return exports, exports + float(view.values["import_customs"].sum())


@indicator("trade_balance", "Trade balance", "贸易差额", "yuan", "flow", "macro")
def trade_balance(view: MonthView, cut: str | None = None) -> Value:
    """Exports less imports."""
    return float(view.by("exports", None)) - float(view.values["import_customs"].sum())


def _herfindahl(parts: Floats) -> float:
    share = parts / max(float(parts.sum()), 1e-9)
    return float(np.sum(share**2))


@indicator("destination_hhi", "Concentration of markets", "市场集中度", "index", "stock", "macro")
def destination_hhi(view: MonthView, cut: str | None = None) -> Value:
    """Herfindahl index of exports over markets (0–1)."""
    return _herfindahl(np.asarray(view.by("exports", "market")))


@indicator("import_origin_hhi", "Concentration of import origins", "进口来源集中度", "index", "stock", "macro")
def import_origin_hhi(view: MonthView, cut: str | None = None) -> Value:
    """Herfindahl index of imports over countries of origin (0–1)."""
    brands = view.state.brands
    sold = np.bincount(brands["origin"], weights=brands["weight"] * brands["sales"], minlength=view.world.n_origin)
    return _herfindahl(sold)


@indicator("asean_share", "ASEAN in exports", "东盟出口占比", "share", "ratio", "macro")
def asean_share(view: MonthView, cut: str | None = None) -> Pair:
    """Exports to ASEAN over all exports."""
    inside = np.array(["ASEAN" in words for words in view.world.market_regions])
    markets = np.asarray(view.by("exports", "market"))
    return float(markets[inside].sum()), float(markets.sum())


@indicator(
    "home_sales_value", "Exporters' sales at home", "内销额", "yuan", "flow", "macro", ("province", "category", "size")
)
def home_sales_value(view: MonthView, cut: str | None = None) -> Value:
    """Sales of the modelled firms to home buyers."""
    value: Value = view.by("home_sales", cut)
    return value


@indicator("output_value", "Output sold", "销售产出额", "yuan", "flow", "macro", ("province", "category", "belt"))
def output_value(view: MonthView, cut: str | None = None) -> Value:
    """Sales of the modelled firms abroad (FOB) and at home."""
    value: Value = view.by("exports", cut) + view.by("home_sales", cut)
    return value


@indicator(
    "home_producer_sales", "Home producers' sales", "国货销售额", "yuan", "flow", "macro", ("province", "category")
)
def home_producer_sales(view: MonthView, cut: str | None = None) -> Value:
    """What provinces spend on goods that imports compete with, less imports: sales of all home producers at home."""
    sold = view.values["home_producers"]
    return float(sold.sum()) if cut is None else np.asarray(sold.sum(axis=1 if cut == "province" else 0))


@indicator(
    "domestic_value_added",
    "Domestic value added in exports",
    "国内增加值",
    "yuan",
    "flow",
    "macro",
    ("province", "category"),
)
def domestic_value_added(view: MonthView, cut: str | None = None) -> Value:
    """Exports less the foreign inputs in them."""
    value: Value = view.by("exports", cut) - view.by("foreign_inputs", cut)
    return value


@indicator(
    "foreign_content_share", "Foreign content of exports", "国外成分占比", "share", "ratio", "macro", ("category",)
)
def foreign_content_share(view: MonthView, cut: str | None = None) -> Pair:
    """Foreign inputs over exports."""
    return view.by("foreign_inputs", cut), view.by("exports", cut)


@indicator("fiscal_cost", "Public cost of policies", "财政支出", "yuan", "flow", "macro")
def fiscal_cost(view: MonthView, cut: str | None = None) -> Value:
    """What the government paid under the accounts of policies."""
    env = view.env
    accounts = {item.account for items in (env.grants, env.outlays, env.programmes) for item in items}
    return float(sum(env.ledger.paid("government", account) for account in sorted(accounts)))


@indicator("supported_units", "What support went to", "支持对象数量", "units", "flow", "macro", ("policy",))
def supported_units(view: MonthView, cut: str | None = None) -> Value:
    """What grants and programmes went to, each in its own unit (m², firms, yuan of freight): read it by policy."""
    noted: dict[str, float] = view.values.get("supported", {})
    if cut is None:
        return float(sum(noted.values()))
    return np.array([noted.get(name, 0.0) for name in dimension_members("policy", view.world)])


@indicator("jobs", "Jobs in firms", "企业就业", "jobs", "stock", "macro")
def jobs(view: MonthView, cut: str | None = None) -> Value:
    """What firms pay labour this month over a month's wage."""
    ledger = view.env.ledger
    return sum(ledger.total("labour", account) for account in ("wages", "overhead", "compliance")) / _wage(view)


@indicator("service_jobs", "Jobs in platforms and logistics", "服务业就业", "jobs", "stock", "macro")
def service_jobs(view: MonthView, cut: str | None = None) -> Value:
    """What platforms and forwarders at home pay labour for this trade, over a month's wage."""
    env = view.env
    earned = sum(env.ledger.total("platforms", account) for account in ("commission", "upkeep", "tools", "entry_cost"))
    carried = sum(env.ledger.total("logistics", account) for account in ("freight", "import_fees", "inspection_cost"))
    at_home = env.p["jobs.platforms_at_home"] * earned + env.p["jobs.logistics_at_home"] * carried
    return env.p["jobs.service_labour_share"] * at_home / _wage(view)


def _wage(view: MonthView) -> float:
    """Yuan a month that a worker is paid."""
    return view.env.p["jobs.wage_yuan"] * view.env.wage_index() / 12.0


@indicator("tax_revenue", "Tax revenue", "税收", "yuan", "flow", "macro")
def tax_revenue(view: MonthView, cut: str | None = None) -> Value:
    """Profit tax, import duty and tax, fines, less the rebate of input VAT net of what was paid in."""
    ledger = view.env.ledger
    names = ("profit_tax", "import_duty", "import_tax", "fines", "seized_goods", "certificate", "input_vat")
    received = sum(ledger.total("government", name) for name in names)
    return received - ledger.paid("government", "rebate")
