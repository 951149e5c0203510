"""The longer texts of a report, in both languages, with places for figures in braces."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_PROSE: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "few": (
            """Only {draws} paired runs: they show a direction; quote no figure from fewer than {enough}.""",
            """仅{draws}次配对运行：只能说明方向；少于{enough}次运行的数值不宜引用。""",
        ),
        "single": (
            """One run only: there is no interval and nothing can be said of how likely a direction is.""",
            """仅1次运行：没有区间，也无法判断方向的可能性。""",
        ),
        "claims": (
            """Claims were written for each policy alone, before any run. In a package, or where a scenario sets other
            values, another outcome is no fault.""",
            """预期针对单项政策、在运行前写定；在政策组合或其他取值下，结果不同并不意味着错误。""",
        ),
        "numbers": (
            """Flows are summed over the period, stocks taken at its end, ratios computed from sums. Interval: the
            effect over paired runs, 5th to 95th percentile (below 20 runs: mean ± t times its standard error). Very
            likely: at least 90 % of the runs on one side and an interval without zero; likely: two thirds of the runs.
            Per yuan: effect over the public cost of the same months. Other periods are in effects.parquet.""",
            """流量为期内合计，存量取期末值，比率由合计数计算。区间为配对运行间效应的第5至第95百分位（少于20次运行时为均值±t×标准误）。
            “很可能”指至少90%的运行同向且区间不含零，“可能”指三分之二以上的运行同向。
            “每元财政资金”为效应除以同期财政支出。其他时期见effects.parquet。""",
        ),
        "distribution": (
            """Effects on {label} in {year}, by member, mean over runs with the 90 % interval. A gain of one may be
            another's loss: buyers and capacity are shared. The members of one dimension add up to the whole.""",
            """以下为{year}年{label}的分组效应，取各次运行平均并附90%区间。一方所得可能是另一方所失：需求和产能是共享的。
            同一维度各组之和等于总效应。""",
        ),
        "why": (
            """What each part adds to the effect over the last twelve months, as a mean over the orders in which the
            parts may be put in (Shapley). The parts add up to the effect.""",
            """各部分对最后十二个月效应的贡献，为各种加入次序下的平均值（沙普利分解）；各部分之和等于总效应。""",
        ),
        "who": (
            """Runs below zero: share of the paired runs in which the member is worse off. Of many members those at both
            ends are shown; all are in evaluation.parquet. Size is that of each month: a firm that
            grows takes its exports with it into the next class.""",
            """“低于零的运行占比”指该组别在多少配对运行中变差。成员较多的维度只列两端，全部数据见evaluation.parquet。
            企业规模按当月划分：企业成长后，其出口随之计入上一级。""",
        ),
        "after": (
            """Effects in the last twelve months of support and in the same months one and two years later. Left: mean
            effect then over mean effect under support, given where the latter has a clear direction. What takes time to
            build may grow after the money stops.""",
            """支持期最后十二个月以及此后一年、两年同期的效应。“剩余”为届时平均效应与支持期平均效应之比，
            仅在后者方向明确时给出。建设周期长的措施，资金停止后效应仍可能上升。""",
        ),
        "after_many": (
            """Effects in the last twelve months of support and in the same months one and two years later. They are
            those of the whole scenario, which does other things besides; compare the policy alone to see what is left
            of it. Left: mean effect then over mean effect under support, given where the latter has a clear
            direction.""",
            """支持期最后十二个月以及此后一年、两年同期的效应，均为整个情景的效应，其中还有其他措施；
            要看该政策本身剩余多少，应单独比较。“剩余”为届时平均效应与支持期平均效应之比，仅在后者方向明确时给出。""",
        ),
        "support": (
            """Additionality: effect on what support should add to, over what was paid for until support ends.
            Displacement: firms are followed by their number in both runs, from the first support to the end; what firms
            that never had support lose, over what the supported gain.""",
            """附加性：支持对象的净增量除以支持期内获支持的数量。挤出：按企业编号在两种情景中跟踪同一企业，
            自首次支持至模拟结束，从未获支持企业的损失与获支持企业所得之比。""",
        ),
        "no_support": (
            """Told of a scenario that adds one policy which supports firms and names what it should add to; in a
            package the effect is not one policy's. Compare such policies alone, beside the package.""",
            """仅当情景只新增一项支持企业的政策、且该政策写明所要增加的数量时，才能计算。政策组合的效应不归于单项政策；
            请将此类政策单独列出，与组合一并比较。""",
        ),
        "orders": (
            """There are too many parts for all orders: groups of policies are split exactly, single parts over {orders}
            orders a run, one and its reverse. The intervals hold the choice of orders too.""",
            """组成部分过多，无法遍历全部次序：政策类别为精确分解，单项按每次运行{orders}个次序（一正一反）估计，
            区间已包含次序抽样误差。""",
        ),
        "order": (
            """Probability of being ahead of the next: share of paired runs, each with its own luck and parameters.
            Below 80 %, or with fewer than 8 runs, there is no clear order. The order knows nothing of cost: scenarios
            spend different sums.""",
            """“领先下一位的概率”为配对运行中的占比，每次运行各有一组随机数和参数。低于80%，或运行少于8次时，次序不明。
            排序不考虑花费：各情景支出不同。""",
        ),
        "per_yuan": (
            """Effect per yuan ({span}): the effect over the public cost of the same months. It is no rate of return:
            cost of building falls early, its use comes later, and exports are turnover, not income.""",
            """每元财政资金的效应（{span}）：同期效应除以同期财政支出。这不是回报率：建设支出在前，使用在后；
            出口额是营业额而非收入。""",
        ),
        "method": (
            """An agent-based model was run {draws} times with the baseline and {draws} times with each scenario,
            pairwise with the same luck, so that a difference is the scenario's. Firms in industrial belts choose
            markets, platforms and ways of shipping; customs, warehouses, overseas buyers and provinces react. Policies
            move settings or pay grants; none writes an outcome. {scale} of the small firms are modelled, each standing
            for several; the largest are there one to one. The bands of the charts span 90 % of the runs.""",
            """用多主体模型分别运行基准情景和各政策情景{draws}次，两两配对、使用同一组随机数，差异因此归于情景本身。
            产业带企业选择市场、平台和履约方式，海关、海外仓、海外买家和各省作出反应。
            政策只改变制度杠杆或发放补贴，不直接写入结果。按{scale}的比例模拟中小企业，最大的企业逐一模拟。
            图中色带覆盖90%的运行。""",
        ),
        "method_run": (
            """One run of an agent-based model. Firms in industrial belts choose markets, platforms and ways of
            shipping; customs, warehouses, overseas buyers and provinces react. {scale} of the small firms are modelled,
            each standing for several; the largest are there one to one. One run holds luck: it shows no effect of a
            policy; compare paired runs for that.""",
            """多主体模型的一次运行。产业带企业选择市场、平台和履约方式，海关、海外仓、海外买家和各省作出反应。
            按{scale}的比例模拟中小企业，最大的企业逐一模拟。单次运行含有随机因素，不能说明政策效应；效应须由配对运行比较得出。""",
        ),
        "other_evidence": (
            """Counted in the evidence installed now ({now}); the result was made with {then}.""",
            """按当前安装的证据版本（{now}）统计；结果由{then}版本生成。""",
        ),
    }
)

UNTESTED: Final = (
    """The model has passed no test against natural experiments yet.""",
    """模型尚未通过自然实验检验。""",
)
LIMITS: Final = (
    (
        """The output is a scenario, not a forecast: differences between paired runs may be used, levels may not.""",
        """结果是情景而非预测：可以使用配对运行之间的差异，不可使用水平值。""",
    ),
    (
        """The evidence to 2022 tells a dozen parameters; most others are assumed without a source. Where the answer
        hangs on one of these, vary it.""",
        """2022年及以前的数据只能确定十余个参数，其余多为无来源的假设值；结论若取决于其中某一参数，应改变该参数再作比较。""",
    ),
    (
        """The interval covers luck between runs and the fitted parameters; it covers neither the assumed ones nor a
        wrong model.""",
        """区间反映运行之间的随机差异和已拟合参数的不确定性，不包括假设参数或模型本身的误差。""",
    ),
    (
        """Nothing here speaks of a single firm, platform, city, warehouse or customs district.""",
        """结果不适用于单个企业、平台、城市、仓库或关区。""",
    ),
    (
        """An order of scenarios by one indicator does not say that one policy is better: they have no common budget,
        and what one gains another may lose.""",
        """按单一指标排序并不说明某项政策更好：各情景没有统一预算，一方所得可能是另一方所失。""",
    ),
    UNTESTED,
)
"""What a reader must know before using a figure: (English, Chinese)."""


def folded(text: str, lang: str) -> str:
    """Lines of the source file as one: Chinese joins without spaces."""
    return ("" if lang == "zh" else " ").join(line.strip() for line in text.splitlines())


def prose(key: str, lang: str, **values: object) -> str:
    """A text with its figures filled in."""
    en, zh = _PROSE[key]
    return folded(zh if lang == "zh" else en, lang).format(**values)


def limits(lang: str) -> list[str]:
    """The known limits; the one that says that nothing was tested goes once a score card is committed."""
    from experiments.validation.belief import committed

    known = LIMITS if committed() is None else [pair for pair in LIMITS if pair is not UNTESTED]
    return [folded(zh if lang == "zh" else en, lang) for en, zh in known]
