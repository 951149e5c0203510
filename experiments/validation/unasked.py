"""Published experiments that nobody has run in the model, each with the sentence why: on the card they are misses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from experiments.validation.items import NAN
from experiments.validation.rows import Row
from model.kernel.declare import Label

NOT_RUN: Final = "not_run"


@dataclass(frozen=True)
class Unasked:
    """An experiment without an outcome. `possible`: whether levers and columns for it exist already."""

    id: str
    theme: str
    label: Label
    why: Label
    possible: bool = False

    def row(self) -> Row:
        """A miss."""
        return Row(
            self.id, NOT_RUN, self.theme, "experiment", NAN, NAN, NAN, NAN, NAN, NAN, "B", False, False,
            f"not run: {self.why.en}",
        )  # fmt: skip


UNASKED: Final = (
    Unasked(
        "NE-01", "zones", Label("New firms in pilot cities", "试点城市新设企业"),
        Label("firms are founded by belt and the pool of founders does not know zones, so a zone cannot draw new firms",
              "新企业按产业带设立，创业池与综试区无关，试点不会带来新企业"),
    ),
    Unasked(
        "NE-02", "zones", Label("Growth of pilot cities", "试点城市增长"),
        Label("a city has no value added of its own: only its online exporters are modelled",
              "模型只含线上出口企业，没有城市增加值"),
    ),
    Unasked(
        "NE-03", "zones", Label("Zones' part of CBEC", "综试区占跨境电商比重"),
        Label("sales are not booked by whether they pass through a zone, and trade outside CBEC is not modelled",
              "销售不按是否经综试区记账，也没有跨境电商以外的外贸"),
    ),
    Unasked(
        "NE-09", "customs", Label("Border time of imports as a tariff", "进口通关时间的等价关税"),
        Label("imports have national channels, not importers with experience of their own",
              "进口按全国渠道计算，没有经验不同的进口商"),
    ),
    Unasked(
        "NE-11", "customs", Label("Single window by port", "单一窗口分口岸推行"),
        Label("paperwork is a lever, but a firm has listings and no single buyers or shipments to count",
              "单证时间可调，但企业只有刊登，没有逐个买家和逐票货物"),
    ),
    Unasked(
        "NE-14", "platforms", Label("A platform takes over customs and shipping", "平台代办报关与物流"),
        Label("the cost of a listing can be lowered for a share of firms, the estimator by margin and size is not "
              "written yet", "可对部分企业降低刊登成本，但分边际和规模的估计量尚未编写"),
        possible=True,
    ),
    Unasked(
        "NE-15", "platforms", Label("Livestream selling", "直播带货"),
        Label("live commerce is one setting of the home channel; no firm chooses it, so there are no adopters to match",
              "直播仅为国内渠道的一项设置，企业不作选择，没有可匹配的采用者"),
    ),
    Unasked(
        "NE-16", "platforms", Label("Domestic, international or both platforms", "国内、国际与双平台"),
        Label("every modelled firm exports through platforms; an arm without any is missing",
              "模型企业全部经平台出口，缺少无平台的对照组"),
    ),
    Unasked(
        "NE-21", "parcels", Label("The post stops for a week", "邮政停运一周"),
        Label("the model steps by months; a stop of one week cannot be told from a weak month",
              "模型按月推进，无法区分一周停运与淡月"),
    ),
    Unasked(
        "NE-22", "parcels", Label("Who loses from the end of de minimis", "取消小额免税的受损者"),
        Label("buyers abroad are one crowd a market without incomes, so a loss cannot be split by income",
              "海外买家在每个市场为一个整体，没有收入分组"),
    ),
    Unasked(
        "NE-24", "structure", Label("Distance online and offline", "线上线下的距离效应"),
        Label("market shares of the start are read, not made, and there is no traditional channel to compare with",
              "起点的市场份额为读入数据，且没有传统贸易渠道可比"),
    ),
    Unasked(
        "NE-26", "structure", Label("Markets of platform sellers", "平台卖家的市场数"),
        Label("there are no sellers off the platforms, which the published order compares with",
              "没有非平台卖家，无法比较公布的顺序"),
    ),
    Unasked(
        "NE-29", "platforms", Label("Reputation shown or hidden", "显示或隐藏信誉"),
        Label("the switch exists, the run with its estimator is not written yet",
              "开关已有，实验及估计量尚未编写"),
        possible=True,
    ),
    Unasked(
        "NE-30", "customs", Label("Senior credit at random", "随机授予高级认证"),
        Label("the tier follows from a firm's record; no lever grants it, and lots have no frequency of their own",
              "信用等级由记录决定，没有授予等级的杠杆，批次没有独立频率"),
    ),
)  # fmt: skip
"""All of them, by id."""
