"""Names in both languages of the codes in `members`, beside them and in their order."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from model.kernel.declare import Label


def _labels(**names: tuple[str, str]) -> Mapping[str, Label]:
    return MappingProxyType({code: Label(en, zh) for code, (en, zh) in names.items()})


CATEGORY_LABELS: Final = _labels(
    apparel=("Clothing, shoes, bags", "服装鞋包"),
    electronics=("Electronics", "电子产品"),
    home_garden=("Home and garden", "家居园艺"),
    toys_sports=("Toys and sports", "玩具运动"),
    beauty=("Beauty and care", "美妆个护"),
    food_fresh=("Fresh food", "生鲜食品"),
    food_health=("Health food", "保健食品"),
    other_consumer=("Other consumer goods", "其他消费品"),
    industrial=("Industrial goods", "工业品"),
)
MODE_LABELS: Final = _labels(
    post=("Postal parcel", "邮政小包"),
    direct_parcel=("Dedicated line and express", "专线与快递直发"),
    overseas_warehouse=("Overseas warehouse", "海外仓发货"),
    full_hosting=("Fully managed", "全托管"),
    b2b_bulk=("B2B e-commerce", "跨境电商B2B"),
    traditional=("General trade", "一般贸易"),
)
CHANNEL_LABELS: Final = MappingProxyType(
    {
        "9610": Label("9610 retail direct", "9610 零售直邮"),
        "9710": Label("9710 B2B direct", "9710 B2B直接出口"),
        "9810": Label("9810 to overseas warehouses", "9810 出口海外仓"),
        "1210": Label("1210 bonded", "1210 保税"),
        "0110": Label("0110 general trade", "0110 一般贸易"),
    }
)
IMPORT_CHANNEL_LABELS: Final = _labels(
    bonded=("Bonded stores", "保税备货"),
    direct_mail=("Direct mail", "海外直邮"),
    general_trade=("General trade", "一般贸易"),
)
TIER_LABELS: Final = _labels(
    low=("Low credit", "低信用"),
    ordinary=("Ordinary credit", "一般信用"),
    high=("High credit", "高信用"),
)
SIZE_LABELS: Final = _labels(
    micro=("Micro firms", "微型企业"),
    small=("Small firms", "小型企业"),
    medium=("Medium firms", "中型企业"),
    large=("Large firms", "大型企业"),
)
SECTOR_LABELS: Final = _labels(
    smes=("Firms", "企业"),
    platforms=("Platforms", "平台"),
    logistics=("Logistics", "物流"),
    warehouses=("Warehouse operators", "海外仓运营商"),
    suppliers=("Suppliers", "供应商"),
    labour=("Labour", "劳动者"),
    banks=("Banks", "银行"),
    government=("Government", "政府"),
    consumers=("Consumers", "消费者"),
    world=("Rest of the world", "国外"),
)
REGION_LABELS: Final = MappingProxyType(
    {
        "ASEAN": Label("ASEAN", "东盟"),
        "Africa": Label("Africa", "非洲"),
        "Central Asia": Label("Central Asia", "中亚"),
        "EU": Label("European Union", "欧盟"),
        "East Asia": Label("East Asia", "东亚"),
        "Europe": Label("Europe", "欧洲"),
        "Latin America": Label("Latin America", "拉丁美洲"),
        "Middle East": Label("Middle East", "中东"),
        "North America": Label("North America", "北美"),
        "Oceania": Label("Oceania", "大洋洲"),
        "RCEP": Label("RCEP", "RCEP成员国"),
        "Rest of world": Label("Rest of the world", "世界其他地区"),
        "South Asia": Label("South Asia", "南亚"),
    }
)
"""Sets of markets named in `markets.csv`; a test sees that none is missing."""
DIMENSION_LABELS: Final = _labels(
    province=("Province", "省份"),
    city=("City", "城市"),
    belt=("Industrial belt", "产业带"),
    category=("Category", "品类"),
    size=("Size of firm", "企业规模"),
    market=("Market", "市场"),
    region=("Set of markets", "市场区域"),
    platform=("Platform", "平台"),
    mode=("Fulfilment mode", "履约方式"),
    channel=("Customs channel", "监管方式"),
    tier=("Credit tier", "信用等级"),
    gateway=("Customs district", "口岸关区"),
    hub=("Overseas hub", "海外仓枢纽"),
    policy=("Policy", "政策"),
    import_channel=("Import channel", "进口渠道"),
    pilot_zone=("Pilot zone", "综合试验区"),
    share=("Share of firms", "企业比例"),
    draw=("Number of the draw", "抽签号"),
)
"""Keys of a restriction, dimensions of the breakdowns among them."""
LEVEL_LABELS: Final = _labels(macro=("Macro", "宏观"), meso=("Meso", "中观"), micro=("Micro", "微观"))
GROUP_LABELS: Final = _labels(
    regulation=("Regulation", "制度规则"),
    supply_chain=("Supply chain", "供应链"),
    enterprise=("Enterprises", "企业主体"),
)
STATUS_LABELS: Final = _labels(
    measured=("measured", "实测"),
    literature=("from the literature", "文献"),
    calibrated=("calibrated", "校准"),
    derived=("derived by rule", "推算"),
    assumed=("assumed", "假设"),
    paper=("source paper only", "仅见于论文"),
    verified=("verified at the source", "已核实"),
    recalled=("recalled, not looked up", "凭记忆，未复核"),
)
"""Where a number comes from; the words of `declare.STATUSES`."""
