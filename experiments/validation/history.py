"""The past as published: totals, shares, warehouses, firms, customs, to 2022 known to the fit and 2023 held out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from experiments.calibration.targets import read_targets
from experiments.validation.bands import (
    COUNTS,
    FRACTILES,
    TOTALS,
    WIDEST,
    half_to_three_halves,
    half_width,
    mean_error,
    points,
    share_below,
    with_error,
    within,
)
from experiments.validation.evidence import (
    BILLION,
    FLOWS,
    PERCENT,
    cbec,
    export_share,
    figure,
    span,
    top_destinations,
    top_export_categories,
    top_import_categories,
    warehouses,
)
from experiments.validation.items import NAN, NOTHING, Figure, Item
from experiments.validation.watching import Measure, Seen, each
from experiments.words import member_label
from model.kernel.declare import Label

FIT_YEARS: Final = (2019, 2020, 2021, 2022)
HELD_OUT: Final = 2023
FLOW_LABELS: Final = {"export": Label("Exports", "出口"), "import": Label("Imports", "进口")}
BY_FIRM: Final = Label(
    "credit decides on bulk lots only in the model, retail lots are looked at whoever sends them; the published rate "
    "is over all declarations of the firms of a tier",
    "模型中信用等级只影响大宗批次，零售包裹查验不看发货企业；公布值则按该等级企业全部报关单计算",
)
_LUCK: Final = Label(
    "the draws differ in luck and in what the sample of parameters varies, which is less than what moved the year",
    "各次抽样只反映随机因素和参数样本的差异，小于当年的实际变动",
)


def yearly(flow: str, year: int) -> Callable[[Seen], float]:
    """A year's trade of one draw, bn yuan."""
    return lambda seen: seen.value(f"{flow}_value", year) / BILLION


def _totals(flow: str) -> Item:
    label = FLOW_LABELS[flow]
    years = [
        Figure(
            f"{flow}s_{year}", Label(f"{label.en} {year}", f"{year}年{label.zh}"), "bn yuan", cbec(flow, year),
            within(cbec(flow, year), TOTALS), each(yearly(flow, year)),
        )
        for year in FIT_YEARS
    ]  # fmt: skip
    published = [cbec(flow, year) for year in FIT_YEARS]
    error = Figure(
        f"{flow}s_mape",
        Label(f"Mean absolute error of {label.en.lower()} 2019-2022", f"2019—2022年{label.zh}平均误差"),
        "share", 0.0, (0.0, TOTALS),
        each(lambda seen: mean_error([yearly(flow, year)(seen) for year in FIT_YEARS], published)),
    )  # fmt: skip
    note = Label(
        "Customs survey series of one definition: 2019 is implied by the growth published for 2020, 2020 is the "
        "revised value, 2021 and 2022 the final ones; preliminary values (2021: 1 980 bn in all) are not mixed in.",
        "采用海关同一口径调查数据：2019年由2020年公布增速推得，2020年用修订值，2021、2022年用终值；不混用初步值（2021年初步值合计1.98万亿元）。",
    )
    name = Label(f"{label.en} by year", f"历年{label.zh}")
    return Item(f"{flow}s", "structure", "history", name, (*years, error), note)


def _share_of_exports() -> Item:
    figures = [
        Figure(
            f"export_share_{year}", Label(f"Exports in CBEC trade {year}", f"{year}年出口占比"), "share",
            export_share(year), points(export_share(year)),
            each(lambda seen, year=year: seen.value("export_share", year)),
        )
        for year in FIT_YEARS
    ]  # fmt: skip
    note = Label(
        "The paper's 77.6 % is this share in the first quarter of 2024 (448 of 577.6 bn yuan), not CBEC in trade.",
        "论文中的77.6%是2024年一季度的这一占比（5776亿元中的4480亿元），而非跨境电商占外贸的比重。",
    )
    return Item(
        "export_share", "structure", "history", Label("Exports in CBEC trade", "出口占比"), tuple(figures), note
    )


def _parts(id: str, label: Label, indicator: str, dimension: str, shares: dict[str, float]) -> Item:
    """Shares of members in 2022, each within five points."""
    figures = []
    for member, target in shares.items():
        name = member_label(dimension, member)
        text = Label(f"{name.en}, share of 2022", f"{name.zh}，2022年占比")

        def measure(seen: Seen, member: str = member) -> float:
            return seen.share(indicator, dimension, member, 2022)

        figures.append(Figure(f"{id}_{member}", text, "share", target, points(target), each(measure)))
    note = Label(
        "The model starts from these shares of 2022 carried back to 2018; the test is whether four years keep them.",
        "模型以2022年份额回推至2018年为起点；检验的是四年后是否仍保持。",
    )
    return Item(id, "structure", "history", label, tuple(figures), note)


def _warehouses() -> Item:
    words = {
        "number": Label("Overseas warehouses", "海外仓数量"),
        "area": Label("Area of overseas warehouses", "海外仓面积"),
    }
    kinds = {"number": ("warehouse_count", "warehouses"), "area": ("warehouse_area", "m2")}
    figures = []
    for year in (2020, 2021):
        for name, (indicator, unit) in kinds.items():
            target, label = warehouses(year, name), words[name]

            def measure(seen: Seen, indicator: str = indicator, year: int = year) -> float:
                return seen.value(indicator, year)

            text = Label(f"{label.en}, end of {year}", f"{year}年末{label.zh}")
            figures.append(Figure(f"{name}_{year}", text, unit, target, within(target, COUNTS), each(measure)))
    note = Label(
        "The ministry's counts are 'more than' round numbers; a quarter either way, where the rule allows a half.",
        "商务部数字为“超过”某整数；容许上下四分之一，比“一半至一倍半”更严。",
    )
    return Item("warehouses", "delivery", "history", Label("Overseas warehouses", "海外仓"), tuple(figures), note)


def _firms() -> Item:
    target = figure("structure", topic="entities", item="firms with CBEC trade", year=HELD_OUT)
    one = Figure(
        "firms_2023", Label("Active firms, end of 2023", "2023年末活跃企业"), "firms", target, within(target, COUNTS),
        each(lambda seen: seen.value("active_smes", HELD_OUT)),
    )  # fmt: skip
    note = Label(
        "A figure of 2023, but no hold-out: the pool of entrants was declared with it in mind.",
        "虽为2023年数字，但设定创业参数时已参考，不算留出检验。",
    )
    return Item("firms", "structure", "history", Label("Number of firms", "企业数量"), (one,), note)


def _clearance() -> list[Item]:
    times = (("2019-12", "2019-12"), ("2020-12", "2020-12"), ("2021-06", "2021-06"), ("2022", "2022"))
    figures = []
    for flow in FLOWS:
        for published, period in times:
            target = figure("customs", topic="clearance_time", item=f"{flow} overall clearance", year=published)
            text = Label(f"{FLOW_LABELS[flow].en[:-1]} clearance {period}", f"{period} {FLOW_LABELS[flow].zh}通关时间")

            def hours(seen: Seen, period: str = period) -> float:
                return seen.value("clearance_hours", period)

            measure: Measure = each(hours) if flow == "export" else _not_an_outcome
            why = (
                NOTHING
                if flow == "export"
                else Label(
                    "the model takes the hours of import clearance as given and computes none: a miss by rule",
                    "进口通关时间是模型的输入而非结果，按规则记为未通过",
                )
            )
            name = f"{flow}_hours_{period}"
            figures.append(Figure(name, text, "hours", target, half_to_three_halves(target), measure, reason=why))
    label, note = (
        Label("Export clearance", "出口通关时间"),
        Label(
            "Mean hours that customs publish, half to one and a half times; the paperwork in them is an input.",
            "海关公布的平均小时数，容许一半至一倍半；其中单证时间按年份作为输入。",
        ),
    )
    return [
        Item("export_clearance", "customs", "history", label, tuple(figures[: len(times)]), note),
        Item(
            "import_clearance",
            "customs",
            "history",
            Label("Import clearance", "进口通关时间"),
            tuple(figures[len(times) :]),
        ),
    ]


def _not_an_outcome(draws: Sequence[Seen]) -> list[float]:
    return [NAN for _ in draws]


TIER_ITEMS: Final = {
    "high": "advanced certified (AEO) enterprises, average",
    "ordinary": "ordinary (regular management) enterprises, average",
    "low": "discredited enterprises, average",
}
"""How customs call the credit tiers of the model."""


def inspected(tier: str) -> float:
    """Share of lots inspected in a tier, as customs published it for 2019."""
    return figure("customs", topic="inspection_rate", item=TIER_ITEMS[tier], year=2019) * PERCENT


def _inspection() -> Item:
    figures = []
    for tier in TIER_ITEMS:
        name = member_label("tier", tier)

        def measure(seen: Seen, tier: str = tier) -> float:
            return seen.member("inspection_rate", "tier", tier, 2019)

        text = Label(f"Inspected in 2019: {name.en.lower()}", f"2019年查验率，{name.zh}")
        target = inspected(tier)
        band = half_to_three_halves(target, 1.0)
        figures.append(Figure(f"inspected_{tier}", text, "share", target, band, each(measure), reason=BY_FIRM))
    return Item(
        "inspection", "customs", "history", Label("Inspection by credit tier", "分信用等级查验率"), tuple(figures)
    )


def _tools() -> Item:
    target = figure("paper_facts", id="P11") * PERCENT
    one = Figure(
        "tools_2023", Label("Firms with digital tools, end of 2023", "2023年末使用数字化工具的企业"), "share", target,
        half_to_three_halves(target, 1.0), each(lambda seen: seen.value("digital_adoption", HELD_OUT)),
    )  # fmt: skip
    note = Label(
        "The paper's 78.3 % has no year, sample or definition; the start of the model was chained back from it.",
        "论文的78.3%没有年份、样本和定义；模型起点由它回推。",
    )
    return Item("tools", "platforms", "history", Label("Digital tools", "数字化工具"), (one,), note)


def _margins() -> Item:
    low, high = (end * PERCENT for end in span("structure", item="net margin of large listed sellers", year=HELD_OUT))
    one = Figure(
        "margin_large_2022", Label("Profit margin of large firms 2022", "2022年大型企业利润率"), "share",
        (low + high) / 2.0, (low, high), each(lambda seen: seen.member("sme_margin", "size", "large", 2022)),
    )  # fmt: skip
    note = Label(
        "A range over a few listed sellers, from memory; the declared margin refers to it. Small firms have no figure.",
        "少数上市卖家的区间，凭记忆；模型的毛利参数参考了它。小企业没有可比数字。",
    )
    return Item("margins", "fiscal", "history", Label("Margins", "利润率"), (one,), note)


def declared_error(flow: str) -> float:
    """Error of a published level of trade and of a right model together, in logs, as the fit declares it."""
    return next(it.sd for it in read_targets() if it.output == f"{flow}_value" and len(it.keys) == 1)


def _held_out(flow: str) -> Item:
    """2023, which no target of the fit holds."""
    label, target = FLOW_LABELS[flow], cbec(flow, HELD_OUT)

    def draws_of(draws: Sequence[Seen]) -> list[float]:
        return [yearly(flow, HELD_OUT)(seen) for seen in draws]

    def predicted(draws: Sequence[Seen]) -> list[float]:
        return with_error(draws_of(draws), declared_error(flow))

    level = Figure(
        f"{flow}s_2023", Label(f"{label.en} 2023", f"2023年{label.zh}"), "bn yuan", target, within(target, TOTALS),
        draws_of, used=False,
    )  # fmt: skip
    place = Figure(
        f"{flow}s_2023_rank", Label(f"{label.en} 2023: share of predictions below the published value",
                                    f"2023年{label.zh}：低于公布值的预测占比"), "share", NAN, FRACTILES,
        lambda draws: [share_below(predicted(draws), target)], used=False, reason=_LUCK,
    )  # fmt: skip
    width = Figure(
        f"{flow}s_2023_width", Label(f"{label.en} 2023: half-width of the 80 % interval",
                                     f"2023年{label.zh}：80%区间半宽"), "share", NAN, (0.0, WIDEST),
        lambda draws: [half_width(predicted(draws))], used=False,
    )  # fmt: skip
    note = Label(
        "A prediction is a draw with the error that the fit declares for a level of trade (scenarios/calibration). The "
        "published value lies in the 80 % interval when a tenth to nine tenths of the predictions lie below it; and "
        "that interval may not be wider than a fifth of its median either way.",
        "预测值为抽样加上校准时声明的误差（见 scenarios/calibration）。十分之一至十分之九的预测低于公布值，"
        "即公布值落在80%区间内；该区间半宽不得超过中位数的五分之一。",
    )
    name = Label(f"{label.en} of 2023, held out", f"留出检验：2023年{label.zh}")
    return Item(f"{flow}s_2023", "structure", "holdout", name, (level, place, width), note)


@lru_cache(maxsize=1)
def history_items() -> tuple[Item, ...]:
    """All items of the past, in the order of the card."""
    return (
        *(_totals(flow) for flow in FLOWS),
        _share_of_exports(),
        _parts("destinations", Label("Destinations", "出口目的地"), "export_value", "market", top_destinations()),
        _parts("export_categories", Label("Export categories", "出口品类"), "export_value", "category",
               top_export_categories()),
        _parts("import_categories", Label("Import categories", "进口品类"), "import_value", "category",
               top_import_categories()),
        _warehouses(),
        _firms(),
        *_clearance(),
        _inspection(),
        _tools(),
        _margins(),
        *(_held_out(flow) for flow in FLOWS),
    )  # fmt: skip
