"""Digital trade ports 数字贸易港: ten ports in the two deltas put the freight of their belts together.

Source paper, section 5, recommendation 2: ten ports in the Yangtze and Pearl River deltas. It gives no cost and no
size; the 18 % by which logistics became cheaper around Zhengzhou (section 4.2) could not be confirmed and is a ceiling,
not a default. Freight of the deltas' belts falls; belts elsewhere lose customers to them, so the provinces grow apart.
"""

from __future__ import annotations

from model.kernel.declare import Label, Parameter
from model.levers import Effect, Where
from model.policies import Expectation, Policy, Values
from model.programmes import Outlay

_PAPER = "source paper, section 5, recommendation 2 (paper_facts P27)"
_PLANNED = 10.0  # the paper's ports, which together serve both deltas: fewer serve a part, more stand idle
_CITIES = (
    "Hangzhou", "Shanghai", "Hefei", "Guangzhou", "Shenzhen", "Ningbo", "Suzhou", "Wuxi", "Dongguan", "Yiwu", "Nantong",
    "Wenzhou", "Shaoxing", "Foshan", "Changzhou", "Huzhou", "Jiaxing", "Taizhou (Zhejiang)", "Huizhou", "Zhongshan",
    "Yangzhou", "Zhenjiang", "Jinhua",
)  # fmt: skip
_DELTAS = {"province": ("Guangdong", "Jiangsu", "Shanghai", "Zhejiang")}
_OTHERS = {"province": ("Chongqing", "Fujian", "Hebei", "Henan", "Hubei", "Jiangxi", "Shandong", "Sichuan", "Tianjin")}


def _effects(values: Values, where: Where) -> list[Effect]:
    cut = values["freight_cut"] * min(values["ports"] / _PLANNED, 1.0)
    return [Effect("port_freight", "multiply", 1.0 - cut, where.and_("city", values["cities"]))]


def _outlays(values: Values, where: Where) -> list[Outlay]:
    return [Outlay("digital_trade_ports", "suppliers", values["ports"] * values["port_yuan"] / 12.0)]


POLICY = Policy(
    id="digital_trade_ports",
    label=Label("Digital trade ports", "数字贸易港"),
    section="5, recommendation 2",
    group="supply_chain",
    payer="government",
    parameters=(
        Parameter(
            "ports", 10, 0, 20, "ports",
            Label("Ports built", "建设数量"), _PAPER, "paper", paper=10, step=1, integer=True,
            note="fewer than ten serve a part of the deltas, more cost and add nothing",
        ),
        Parameter(
            "freight_cut", 0.08, 0.0, 0.18, "share of freight",
            Label("Freight saved by the deltas' belts", "集货节省运费比例"),
            "no source: under half of the 18 % claimed around Zhengzhou, an unverified ceiling (paper_facts P14)",
            "assumed", step=0.01,
        ),
        Parameter(
            "cities", _CITIES, None, None, "cities",
            Label("Cities whose belts use the ports", "服务城市"),
            "belts.csv: cities of the Yangtze delta's centre (outline of 2019) and the nine of the Pearl River delta",
            "recalled", members="city",
        ),
        Parameter(
            "port_yuan", 2.0e8, 0.0, 2.0e9, "yuan per port and year",
            Label("Capital and running cost of a port", "单港年度建设运营费用"),
            "no source: 3 billion yuan over twenty years and its running", "assumed", step=1.0e7,
        ),
    ),
    expects=(
        Expectation("logistics_cost_ratio", "down", "channel", _DELTAS),
        Expectation("export_value", "up", "outcome", _DELTAS),
        Expectation("theil_provinces", "up", "side_effect"),
        Expectation("export_value", "down", "side_effect", _OTHERS),
    ),
    unmoved=("import_value", "import_varieties"),
    where_keys=("city", "province", "category", "mode", "channel"),
    effects=_effects,
    outlays=_outlays,
    doc=Label(
        "Belts of the two deltas ship together and pay less freight; belts elsewhere lose ground.",
        "长三角、珠三角产业带集货出运，运费下降；其他地区产业带相对落后。",
    ),
)  # fmt: skip
