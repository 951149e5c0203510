"""The table of all numbers that may be set, as a document: `python -m experiments.parameter_table --write`.

It is made from the declarations alone: `scenarios/evidence/parameters.csv`, the policies and the shocks.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from experiments.made_files import print_or_write
from model.kernel.declare import STATUSES, Label, Parameter
from model.policies import policies
from model.scenario.vocabulary import vocabulary
from model.shocks import SHOCKS

DOCUMENT: Final = Path(__file__).resolve().parents[1] / "model" / "PARAMETERS.md"
GROUPS: Final = MappingProxyType(
    {
        "demand": Label("Buyers abroad", "境外需求"),
        "firm": Label("Firms", "企业"),
        "finance": Label("Finance of firms", "企业资金"),
        "plan": Label("Choice of markets and modes", "市场与履约方式选择"),
        "life": Label("Entry and exit", "进入与退出"),
        "jobs": Label("Jobs", "就业"),
        "ship": Label("Shipping", "物流"),
        "disputes": Label("Disputes", "交易纠纷"),
        "warehouse": Label("Overseas warehouses", "海外仓"),
        "customs": Label("Customs", "海关"),
        "market": Label("Trust of markets", "市场信任"),
        "tax": Label("Taxes and payments", "税费与支付"),
        "learn": Label("Learning and innovation", "学习与创新"),
        "imports": Label("Imports", "进口"),
        "home": Label("Sales at home", "国内销售"),
        "supply": Label("Supply chain", "供应链"),
    }
)
"""Names of the groups of model parameters, by the first word of their paths."""
STATUS_WORDS: Final = MappingProxyType(
    {
        "verified": "读到原始出处",
        "measured": "实测",
        "literature": "文献",
        "calibrated": "校准",
        "derived": "推算",
        "recalled": "凭记忆，未复核",
        "paper": "仅见于论文",
        "assumed": "假设",
    }
)
_HEAD: Final = """# Parameters 参数表

Every number that a scenario may set, as declared. Made by `python -m experiments.parameter_table --write`; a test
keeps it true. Values are changed in `scenarios/evidence/parameters.csv` and in the declarations of policies and shocks.
本表由声明自动生成：数值、取值范围、单位、来源与依据等级均以声明为准，请勿在此修改。

The range is the hard bound of a scenario and the range of every sensitivity run. *Assumed* means: no source; what the
effects of policies owe to such numbers stands in `experiments/SENSITIVITY.md`."""
_COLUMNS: Final = (
    "| path 路径 | name | 名称 | value 值 | range 范围 | unit 单位 | status 依据 | source and note 来源与说明 |\n"
    "|---|---|---|---:|---:|---|---|---|"
)


@dataclass(frozen=True)
class Section:
    """One table of the document: a heading and parameters by the path under which a scenario sets them."""

    title: Label
    rows: Sequence[tuple[str, Parameter]]


def sections() -> list[Section]:
    """All tables: model parameters by prefix, then each policy, then each shock."""
    declared = vocabulary().parameters
    unnamed = {path.partition(".")[0] for path in declared} - set(GROUPS)
    if unnamed:
        raise ValueError(f"groups of parameters without a name in both languages: {', '.join(sorted(unnamed))}")
    model = [Section(title, _of_group(declared.items(), group)) for group, title in GROUPS.items()]
    own = [
        Section(_worded("Policy", "政策", item.label), [(f"policies.{item.id}.{p.name}", p) for p in item.parameters])
        for item in policies().values()
    ]
    shocks = [
        Section(_worded("Shock", "冲击", item.label), [(f"shocks: {item.kind}, {p.name}", p) for p in item.numbers])
        for item in SHOCKS.values()
    ]
    return [*model, *own, *shocks]


def _of_group(rows: Iterable[tuple[str, Parameter]], group: str) -> list[tuple[str, Parameter]]:
    return [(path, item) for path, item in rows if path.partition(".")[0] == group]


def _worded(en: str, zh: str, label: Label) -> Label:
    return Label(f"{en}: {label.en}", f"{zh}：{label.zh}")


def document() -> str:
    """The whole text of the document."""
    found = sections()
    return "\n\n".join([_HEAD, _counts(found), *(_table(section) for section in found)]) + "\n"


def _counts(found: Sequence[Section]) -> str:
    """How many parameters have which status."""
    counts = Counter(item.status for section in found for _, item in section.rows)
    lines = [
        f"| {status} {STATUS_WORDS[status]} | {counts[status]} |"
        for status in sorted(STATUSES, key=lambda status: -counts[status])
        if counts[status]
    ]
    return "\n".join(["| status 依据 | parameters 参数 |\n|---|---:|", *lines, f"| all 合计 | {counts.total()} |"])


def _table(section: Section) -> str:
    rows = [_row(path, item) for path, item in section.rows]
    return "\n".join([f"## {section.title.en} {section.title.zh}\n\n{_COLUMNS}", *rows])


def _row(path: str, item: Parameter) -> str:
    write = (lambda value: f"{value:.0f}") if item.unit == "year" else number
    bounds = "" if item.low is None or item.high is None else f"{write(item.low)} – {write(item.high)}"
    paper = "" if item.paper is None else f" (source paper 论文: {number(item.paper)})"
    told = f"{item.source}; {item.note}" if item.note else item.source
    cells = (
        f"`{path}`",
        item.label.en,
        item.label.zh,
        value_text(item, write),
        bounds,
        item.unit,
        item.status,
        told + paper,
    )
    return f"| {' | '.join(cell_text(cell) for cell in cells)} |"


def value_text(item: Parameter, write: Callable[[float], str]) -> str:
    """The default of a parameter: a number, members of a list, or none."""
    if isinstance(item.value, tuple):
        return ", ".join(map(str, item.value)) or "none 无"
    return write(float(item.value))


def number(value: float) -> str:
    """A number as a person writes it: no exponent below 10^12, no trailing noughts, thousands set apart."""
    text = f"{value:,.10f}".rstrip("0").rstrip(".")
    return text if abs(value) < 1.0e12 else f"{value:g}"


def cell_text(text: str) -> str:
    """Text that cannot break the table."""
    return " ".join(text.replace("|", "\\|").split())


def main(arguments: Sequence[str]) -> int:
    """Print the document, or write it with `--write`."""
    return print_or_write("parameter_table", DOCUMENT, document, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
