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
        """It does not say that one policy is better than another: there is no ranking probability and no common
        budget.""",
        """结果不能说明某项政策优于另一项：没有排序概率，也没有统一预算。""",
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
