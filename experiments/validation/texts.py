"""The longer texts of the score card, in both languages, with places for figures in braces."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from experiments.report.prose import folded
from model.kernel.declare import Label

_TEXTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "answer": (
            """{passed} of {of} published experiments lie in their bands. {ran} of the {of} were run, the others count
            as misses. Of the {new_of} that were run and that the fit has not seen, {new} lie in their bands.""",
            """{of}项已发表实验中有{passed}项落在区间内；其中运行了{ran}项，未运行的计为未通过。
            已运行且未用于拟合的{new_of}项中，{new}项落在区间内。""",
        ),
        "rules": (
            """A row passes when the mean over draws lies in its band (a number), or when a sign or order holds in nine
            draws of ten. An experiment passes when all its rows do. Bands: a published standard error, two of them
            either way, half as much again where the sample is not Chinese e-commerce; no standard error, half to one
            and a half times the estimate; a range, that range; yearly totals 15 %, official counts a quarter, published
            shares five points (of a small share half of it). A draw is a seed of luck with a set of parameters.
            'Seen' means that the fit, or the declared value of a parameter, used the figure: such a row is a check of
            the fit, and only the others speak for the model.""",
            """各次抽样均值落入区间（数值类），或符号、顺序在九成抽样中成立，该行即通过；一项实验的所有行都通过才算通过。
            区间规则：有标准误者取±2倍（样本非中国跨境电商时再乘1.5）；无标准误者取估计值的一半至一倍半；原文为区间者用该区间；
            年度总额±15%，官方数量±四分之一，公布份额±5个百分点（小份额为其一半）。一次抽样为一个随机种子和一组参数。
            “已用”指拟合或参数设定用过该数字，只说明拟合程度；只有“未用”的才能支持模型。""",
        ),
        "effort": (
            """{draws} draws of history at scale {scale:g}, {experiment_draws} of the experiments at scale
            {experiment_scale:g}, from {parameter_sets} set(s) of parameters.""",
            """历史运行{draws}次（抽样比例{scale:g}），实验运行{experiment_draws}次（抽样比例{experiment_scale:g}），
            参数组{parameter_sets}组。""",
        ),
        "quick": (
            """A quick look with few draws at a small scale: it finds what is broken; quote the full card.""",
            """快速检验：抽样少、比例小，只用于发现问题，引用请用完整评分卡。""",
        ),
        "experiment": (
            """Each experiment is run with and without its cause on the same draws, and measured with the estimator of
            its source. Four are read off the run of history. Experiments of one theme hang together: count themes, not
            only rows.""",
            """每项实验在相同抽样上运行有无该因素两次，并用原文的估计方法测量；其中四项直接从历史运行中读出。
            同一主题的实验彼此相关，应按主题看，而不只看行数。""",
        ),
        "history": (
            """These figures were targets of the fit or stand behind declared values. Agreement is no proof.""",
            """这些数字是拟合目标或参数设定的依据，吻合不构成证明。""",
        ),
        "holdout": (
            """The fit ends with 2022. Luck, parameters and the errors that the fit declares make the predictions
            differ; the published value should lie among them, and they should not cover everything. The model is
            given the growth of online retail of 2023.""",
            """拟合截至2022年。预测值因随机因素、参数和校准时声明的误差而不同，公布值应落在其间，而区间又不能过宽。
            2023年海外网络零售增速为已知输入。""",
        ),
        "forecast": (
            """Conditional forecasts: the model's growth from origin to target on the observed value of the origin. The
            model is given the market growth of the target year, the two rules are not, and targets to 2022 were seen
            by the fit. With three points a flow, neither success nor failure proves much.""",
            """条件预测：以起点年实际值乘以模型增速。模型已知目标年市场增速，两种简单规则则没有；2022年及以前的目标年已用于拟合。
            每个流向仅三个点，成败都说明不了太多。""",
        ),
        "rival": (
            """What does the model add? 'Market growth alone': exports grow with online retail abroad in yuan, imports
            with online retail at home. 'One elasticity': the same, and exports answer to tariffs, prices and days at
            once and in full, with the trade elasticity of the literature; tariffs on bulk goods only. 'Firms without
            intelligence': this model with firms acting at random. The sheets know 2018 and the markets, no outcome
            after it. Where a sheet is nearer on yearly totals, yearly totals are no reason to use the model.""",
            """模型增加了什么？“仅市场增长”：出口随海外网络零售（折人民币）增长，进口随国内网络零售增长。
            “单一弹性”：在此之上，出口按文献弹性对关税、价格和时间立即全部反应，关税只作用于大宗货物。
            “零智能企业”：本模型，但企业随机行动。表格只知道2018年和市场数据，不知道其后的结果。若表格在年度总额上更接近，则年度总额不是使用本模型的理由。""",
        ),
        "frozen": (
            """Demand alone: with the firms of the start, which neither enter, leave nor change what they sell where,
            {mean} of the growth of exports from 2019 to 2023 remains ({low} to {high} over {draws} draws).""",
            """仅需求：若企业保持初始状态（不进入、不退出、不调整市场），2019—2023年出口增长仍有{mean}
            （{draws}次抽样为{low}至{high}）。""",
        ),
        "unasked": (
            """{count} published experiments have no run in the model. Each counts as a miss of its theme.""",
            """有{count}项已发表实验未在模型中运行，均计为所属主题的未通过项。""",
        ),
        "belief": (
            """{passed} of {of} published experiments lie in their bands, {new} of them not used in the fit; what was
            not run counts as a miss. The rows: experiments/SCORECARD.md.""",
            """{of}项已发表实验中有{passed}项落在区间内，其中{new}项未用于拟合；未运行的计为未通过。明细见experiments/SCORECARD.md。""",
        ),
    }
)
_POINTS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "limits": (
            (
                "Most bands come from abstracts without a standard error and are wide; a pass says 'not contradicted'.",
                "多数区间来自没有标准误的摘要，较宽；通过只表示“未被否定”。",
            ),
            (
                "Studies of other countries and times stand in for Chinese e-commerce; none measures it directly but "
                "customs levels and NE-12, NE-16, NE-17.",
                "以其他国家和时期的研究代替中国跨境电商；除海关数字和NE-12、NE-16、NE-17外均非直接测量。",
            ),
            (
                "History has five years. Totals cannot tell apart demand, reach and entry of firms.",
                "历史只有五年，总额无法区分需求、平台触达和企业进入的作用。",
            ),
            (
                "Values of 2020 and 2023 by flow are recalled, not read; final and preliminary values differ by 3 %.",
                "2020年和2023年分流向数值为凭记忆，终值与初步值相差约3%。",
            ),
            (
                "Hours of import clearance and exit rates of firms: the first is an input, for the second no figure is "
                "published; nothing is claimed of either.",
                "进口通关时间是输入，企业退出率没有公布数字，对两者均不作结论。",
            ),
            (
                "Positive effects of pilot zones dominate the literature; no zone experiment is run here.",
                "关于综试区的文献多为正面结果；此处没有运行综试区实验。",
            ),
        ),
    }
)
PAPER: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "P05": Label(
            "Almost certainly the export share of CBEC (448 of 577.6 bn yuan), not CBEC's share of foreign trade, "
            "which was 5.7 %: read wrongly it is out by a factor of 14",
            "几乎可以肯定是跨境电商中出口的占比（5776亿元中的4480亿元），而非跨境电商占外贸比重（5.7%）；误读会差14倍",
        ),
        "P03": Label("Matches no official count: 165 from November 2022 to April 2025, 178 afterwards",
                     "与官方数字不符：2022年11月至2025年4月为165个，此后为178个"),
        "P06": Label("Counts belts by sales on Alibaba's domestic platforms: not cross-border",
                     "按阿里国内平台销售额统计的产业带，并非跨境电商"),
        "P18": Label("60 % shorter gives a base of 112.5 days, 60 % faster one of 72: the base is unknown",
                     "缩短60%对应基数112.5天，提速60%对应72天：基数不明"),
        "P22": Label("Article 38 sets product-safety duties of platforms; the export of data is not its subject",
                     "第三十八条规定平台的商品安全义务，与数据出境无关"),
    }
)  # fmt: skip
"""Numbers of the paper that do not hold up, by their id in the evidence."""
PAPER_ITEMS: Final = MappingProxyType(
    {
        "P03": "综试区数量",
        "P05": "2024年一季度跨境电商占比",
        "P06": "百亿级产业带",
        "P18": "比传统贸易提效",
        "P22": "拟修订的电子商务法条文",
    }
)
PAPER_UNITS: Final = MappingProxyType({"pct": "%", "zones": "个", "belts": "个"})


def text(key: str, lang: str, **values: object) -> str:
    """A text with its figures filled in."""
    en, zh = _TEXTS[key]
    return folded(zh if lang == "zh" else en, lang).format(**values)


def points(key: str, lang: str) -> list[str]:
    """A list of points."""
    return [zh if lang == "zh" else en for en, zh in _POINTS[key]]
