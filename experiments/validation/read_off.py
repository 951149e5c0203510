"""Published experiments that need no arm of their own: history itself is the run they are read from."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from experiments.validation.bands import TOTALS, mean_error
from experiments.validation.evidence import BILLION, PERCENT, cbec, figure, goods_trade_growth
from experiments.validation.history import BY_FIRM, FIT_YEARS, inspected
from experiments.validation.items import NAN, Figure, Item
from experiments.validation.watching import Seen, each
from model.kernel.declare import Label

SIGN: Final = (0.9, 1.0)
"""A sign or order holds in nine draws of ten."""
_LAST_COUNT: Final = "2024-05"


def _growth(seen: Seen, indicator: str) -> float:
    """From the end of 2021 to May 2024."""
    return seen.value(indicator, _LAST_COUNT) / seen.value(indicator, "2021-12") - 1.0


def _warehouses() -> Item:
    area = Figure(
        "area_growth", Label("Area, end of 2021 to May 2024", "面积增长，2021年末至2024年5月"), "relative", 0.88,
        (0.45, 1.30), each(lambda seen: _growth(seen, "warehouse_area")), used=False,
    )  # fmt: skip

    def faster(seen: Seen) -> float:
        number = _growth(seen, "warehouse_count")
        return float(number > 0.0 and 2.0 <= _growth(seen, "warehouse_area") / number <= 5.0)

    pace = Figure(
        "area_outpaces_number", Label("Area grows two to five times as fast as number", "面积增速为数量的2—5倍"),
        "share of draws", NAN, SIGN, each(faster), used=False, tier="B",
        reason=Label("new warehouses in the model are little larger than the standing ones",
                     "模型中新建仓只略大于既有仓"),
    )  # fmt: skip
    label = Label("Endogenous building of overseas warehouses", "海外仓内生投资")
    note = Label("Ministry of commerce: 2 000 and 16 m m² at the end of 2021, 2 500 and 30 m m² in May 2024.",
                 "商务部：2021年末2000座、1600万平方米，2024年5月2500座、3000万平方米。")  # fmt: skip
    return Item("NE-05", "delivery", "experiment", label, (area, pace), note)


def _tiers() -> Item:
    def rates(seen: Seen) -> list[float]:
        return [seen.member("inspection_rate", "tier", tier, 2019) for tier in ("high", "ordinary", "low")]

    def ordered(seen: Seen) -> float:
        high, ordinary, low = rates(seen)
        return float(high < ordinary < low)

    order = Figure("tier_order", Label("Inspected: high < ordinary < low credit", "查验率：高信用<一般<失信"),
                   "share of draws", NAN, SIGN, each(ordered), tier="B")  # fmt: skip
    ratio = Figure(
        "senior_to_ordinary", Label("Inspection of high over ordinary credit", "高信用与一般信用查验率之比"), "ratio",
        inspected("high") / inspected("ordinary"), (0.15, 0.35), each(lambda seen: rates(seen)[0] / rates(seen)[1]),
        reason=BY_FIRM,
    )  # fmt: skip
    note = Label("Chinese customs 2019. The rates are inputs of the model: an input check, not a finding.",
                 "2019年海关数据。查验率是模型输入：属于输入核对，不是发现。")  # fmt: skip
    return Item("NE-10", "customs", "experiment", Label("Credit tiers", "企业信用等级"), (order, ratio), note)


def _covid() -> Item:
    def gap(seen: Seen) -> float:
        after, before = (sum(seen.value(f"{flow}_value", y) for flow in ("export", "import")) for y in (2020, 2019))
        return after / before - 1.0 - goods_trade_growth(2020)

    def outgrow(seen: Seen) -> float:
        exports, imports = (
            seen.value(f"{f}_value", 2020) / seen.value(f"{f}_value", 2019) for f in ("export", "import")
        )
        return float(exports > imports)

    published = figure("national_cbec", year=2020, period="year", flow="total", indicator="growth") * PERCENT
    ahead = Figure("gap_2020", Label("Growth of CBEC less growth of all trade, 2020", "2020年跨境电商增速减外贸增速"),
                   "share", published - goods_trade_growth(2020), (0.20, 0.40), each(gap),
                   reason=Label("growth of 2020 comes from online retail abroad; that closed shops drove buyers to "
                                "platforms beyond it is not modelled",
                                "2020年增长来自海外网络零售数据；实体店关闭带来的额外线上转移未建模"))  # fmt: skip
    order = Figure("exports_outgrow", Label("Exports grow more than imports, 2020", "2020年出口增速高于进口"),
                   "share of draws", NAN, SIGN, each(outgrow), tier="B")  # fmt: skip
    note = Label("Growth of 2020 in one vintage, the preliminary one; the growth of all trade is read, not modelled.",
                 "2020年增速采用同一口径（初步值）；外贸整体增速为读入，不由模型生成。")  # fmt: skip
    return Item("NE-23", "structure", "experiment", Label("The pandemic year", "疫情之年"), (ahead, order), note)


def _path() -> Item:
    published = [cbec("export", year) + cbec("import", year) for year in FIT_YEARS]

    def error(seen: Seen) -> float:
        mine = [sum(seen.value(f"{f}_value", year) for f in ("export", "import")) / BILLION for year in FIT_YEARS]
        return mean_error(mine, published)

    one = Figure("totals_mape", Label("Mean absolute error of totals 2019-2022", "2019—2022年总额平均误差"), "share",
                 0.0, (0.0, TOTALS), each(error))  # fmt: skip
    note = Label("The totals are targets of the fit.", "总额是拟合目标。")
    return Item("NE-27", "structure", "experiment", Label("Growth path", "增长路径"), (one,), note)


@lru_cache(maxsize=1)
def read_off_items() -> tuple[Item, ...]:
    """The experiments read from history."""
    return (_warehouses(), _tiers(), _covid(), _path())
