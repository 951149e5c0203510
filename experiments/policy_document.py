"""All policies, shocks, levers and indicators as a document: `python -m experiments.policy_document --write`.

Made from the declarations alone, in both languages side by side; whatever is added is in it at the next writing.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from experiments.amounts import unit_word
from experiments.made_files import print_or_write
from experiments.parameter_table import STATUS_WORDS, cell_text, number, value_text
from experiments.words import (
    dimension_label,
    group_label,
    indicator_label,
    indicators,
    level_label,
    member_label,
    sector_label,
)
from model.kernel.calendar import FOREVER, Window, format_month
from model.kernel.declare import Label, Parameter
from model.kernel.member_labels import GROUP_LABELS
from model.kernel.members import SECTORS
from model.levers import EVERYWHERE, LEVERS, Effect, Where
from model.policies import Expectation, Policy, policies
from model.scenario.vocabulary import DIMENSIONS, vocabulary
from model.shocks import SHOCKS, Shock

DOCUMENT: Final = Path(__file__).resolve().parents[1] / "model" / "POLICIES.md"
_HEAD: Final = """# Policies 政策

Every policy, shock, lever and indicator as declared. Made by `python -m experiments.policy_document --write`; a test
keeps it true. What each did in paired runs stands in `experiments/MATRIX.md`, every number of the model in
`model/PARAMETERS.md`.
本文由声明自动生成：各项政策、冲击、杠杆与指标均以声明为准，请勿在此修改。

A policy moves levers, pays grants or runs programmes; it never writes an outcome. Each costs public money, booked under
its own name, and each declares a side effect that must show. *Expected* signs are claims that tests hold against paired
runs: channel and side effect in at least 18 of 20 seeds, of outcomes the interval is told whatever its sign."""
_PARAMETERS: Final = (
    "| parameter 参数 | name | 名称 | default 默认值 | paper 论文值 | range 范围 | unit 单位 | status 依据 "
    "| source 来源 |\n|---|---|---|---:|---:|---:|---|---|---|"
)
_CLAIMS: Final = "| kind 类型 | indicator 指标 | direction 方向 | where 范围 | when 时间 |\n|---|---|---|---|---|"
_ACTS: Final = "| through 途径 | what 内容 |\n|---|---|"
_KINDS: Final = MappingProxyType(
    {
        "channel": Label("channel", "渠道"),
        "outcome": Label("outcome", "结果"),
        "side_effect": Label("side effect", "副作用"),
        "effects": Label("lever", "杠杆"),
        "grants": Label("grant", "补助"),
        "programmes": Label("programme", "项目"),
        "outlays": Label("running cost", "运行费用"),
        "flow": Label("flow", "流量"),
        "stock": Label("stock", "存量"),
        "ratio": Label("ratio", "比率"),
        "pair": Label("of two runs", "两次运行之比"),
    }
)
_FIELDS: Final = MappingProxyType(
    {
        "pays": Label("part of", "补贴对象"),
        "rate": Label("rate", "补贴比例"),
        "threshold": Label("from", "起补门槛"),
        "min_b2b_share": Label("least B2B share", "B2B最低占比"),
        "budget_per_year": Label("yuan a year at most", "年度预算（元）"),
        "cap_per_firm": Label("yuan a firm at most", "单家企业上限（元）"),
        "once": Label("once a firm", "每家企业仅一次"),
        "months": Label("months of support", "支持月数"),
        "places": Label("places", "名额"),
        "intake_months": Label("months in which places open", "名额开放月数"),
        "least_sales": Label("yearly sales from", "年销售额不低于（元）"),
        "most_sales": Label("yearly sales below", "年销售额低于（元）"),
        "fee_yuan": Label("yuan a year paid by a member", "成员年费（元）"),
        "yuan_per_member": Label("yuan a month for a member", "每名成员每月（元）"),
        "each": Label("for each of", "计件对象"),
        "yuan_each": Label("yuan for each", "每件（元）"),
        "yuan_per_dispute": Label("yuan a dispute", "每起纠纷（元）"),
        "payee": Label("to", "收款方"),
        "yuan_per_month": Label("yuan a month", "每月（元）"),
    }
)
"""Words of the fields of grants, programmes and outlays; one without words appears under its own name."""
_AMONG: Final = MappingProxyType(
    {"supported": Label("firms supported", "受支持企业"), "others": Label("all other firms", "其他企业")}
)
_COLUMNS: Final = MappingProxyType(
    {"exports": Label("Exports", "出口额"), "sales": Label("Sales", "销售额"), "profit": Label("Profit", "利润")}
)
"""Columns of single firms that a claim may speak of; others have an indicator's name."""
_DIRECTIONS: Final = MappingProxyType({"up": "↑ up 上升", "down": "↓ down 下降"})
_FILLED: Final = "*: once a list that is empty by default names something. *：默认为空的清单填写后才起作用。"


def said(label: Label) -> str:
    """Both languages, one behind the other."""
    return f"{label.en} {label.zh}"


def document() -> str:
    """The whole text of the document."""
    groups = {group: [one for one in policies().values() if one.group == group] for group in GROUP_LABELS}
    parts = [_HEAD, _contents(groups)]
    for group, members in groups.items():
        if members:
            parts += [f"## {said(group_label(group))}", *(policy_text(one) for one in members)]
    parts += ["## Shocks 冲击", *(shock_text(one) for one in SHOCKS.values())]
    parts += ["## Levers 杠杆", _levers(), "## Indicators 指标", _indicators()]
    return "\n\n".join(parts) + "\n"


def _contents(groups: Mapping[str, Sequence[Policy]]) -> str:
    lines = ["| policy 政策 | group 组别 | section 论文章节 | paid by 出资方 |\n|---|---|---|---|"]
    for group, members in groups.items():
        lines += [
            f"| [`{one.id}`](#{one.id}) {said(one.label)} | {said(group_label(group))} | {cell_text(one.section)} "
            f"| {said(sector_label(one.payer))} |"
            for one in members
        ]
    return "\n".join(lines)


# --- policies --------------------------------------------------------------------------------------------------------


def policy_text(policy: Policy) -> str:
    """One policy: what it is, its numbers, what it moves, what it is expected to do."""
    keys = ", ".join(f"`{key}` {said(dimension_label(key))}" for key in policy.where_keys) or "nothing 不可限定"
    unmoved = ", ".join(f"`{name}` {said(indicator_label(name))}" for name in policy.unmoved) or "nothing named 未列"
    acts = acts_of(policy)
    starred = f"\n\n{_FILLED}" if any(what.endswith("*") for _, what in acts) else ""
    return "\n\n".join(
        [
            f'### <a id="{policy.id}"></a>{said(policy.label)}',
            f"`{policy.id}` · source paper 论文: {policy.section} · paid by 出资方: {said(sector_label(policy.payer))}",
            f"{policy.doc.en}\n{policy.doc.zh}",
            _table(_PARAMETERS, (parameter_cells(item) for item in policy.parameters)),
            _table(_ACTS, acts) + starred,
            _table(_CLAIMS, (claim_cells(claim) for claim in policy.expects)),
            f"Must not move 不应变动: {unmoved}.\n\nMay be restricted by 可限定范围: {keys}.",
        ]
    )


def parameter_cells(item: Parameter) -> tuple[str, ...]:
    """A parameter as cells of the table."""
    write = (lambda value: f"{value:.0f}") if item.unit == "year" else number
    bounds = "" if item.low is None or item.high is None else f"{write(item.low)} – {write(item.high)}"
    if item.members is not None:
        bounds = f"members of 取自 {said(dimension_label(item.members))}"
    default = "none 无" if item.value is None else value_text(item, write)
    told = f"{item.source}; {item.note}" if item.note else item.source
    return (
        f"`{item.name}`", item.label.en, item.label.zh, default, "" if item.paper is None else write(item.paper),
        bounds + (", null" if item.optional and item.members is None else ""), unit_text(item.unit),
        f"{item.status} {STATUS_WORDS[item.status]}", told,
    )  # fmt: skip


def unit_text(unit: str) -> str:
    """A unit in both languages, once where they are written alike; a share is written as a fraction here."""
    if unit.startswith("share"):
        return f"{unit} {unit_word(unit, 'zh').replace('%', '比例', 1)}"
    en, zh = unit_word(unit), unit_word(unit, "zh")
    return en if en == zh else f"{en} {zh}".strip()


def acts_of(policy: Policy) -> list[tuple[str, str]]:
    """What the policy does with its defaults: kind and words of every effect, grant, programme and running cost.

    Whatever a policy may return is a function of values and restriction whose default returns nothing, so that further
    kinds appear by themselves.
    """
    rows = []
    for part in dataclasses.fields(Policy):
        if callable(part.default):
            make = getattr(policy, part.name)
            plain = make(policy.defaults(), EVERYWHERE)
            label = _KINDS.get(part.name, Label(part.name, part.name))
            rows += [(said(label), act_text(act) + ("" if act in plain else "*")) for act in _filled(policy, make)]
    return rows


def _filled(policy: Policy, make: Any) -> list[Any]:
    """Acts with the defaults, lists of members that are empty filled with the first so that no branch is left out."""
    first = {
        item.name: vocabulary().members(item.members)[:1]
        for item in policy.parameters
        if item.members is not None and not item.value
    }
    return list(make({**policy.defaults(), **first}, EVERYWHERE))


def act_text(act: Any) -> str:
    """One effect, or the fields of a grant, programme or outlay that differ from its own defaults."""
    if isinstance(act, Effect):
        sign = {"multiply": "×", "add": "+" if act.value >= 0.0 else "−", "set": "="}[act.op]
        lever, value = LEVERS.items[act.lever], abs(act.value) if act.op == "add" else act.value
        return f"`{act.lever}` {said(lever.label)} {sign} {_plain(value)}{where_text(act.where)}"
    told = []
    for item in dataclasses.fields(act):
        value = getattr(act, item.name)
        if item.name == "account" or value == item.default or value is None:
            continue
        named = said(_FIELDS[item.name]) if item.name in _FIELDS else item.name.replace("_", " ")
        if isinstance(value, Where):
            told.append(where_text(value).lstrip("; "))
        else:
            told.append(named if value is True else f"{named}: {_plain(value)}")
    return "; ".join(part for part in told if part)


def _plain(value: Any) -> str:
    """A field of an act in signs."""
    if value in SECTORS:
        return said(sector_label(value))
    if isinstance(value, Window):
        last = "" if value.until >= FOREVER else format_month(value.until)
        return f"{format_month(value.start)} – {last}".strip()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ", ".join(map(str, value)) if isinstance(value, tuple | list | frozenset) else str(value)
    return number(float(f"{value:.6g}"))


def where_text(where: Where) -> str:
    """A restriction behind a semicolon; nothing where there is none."""
    parts = [f"{key} {', '.join(_members(key, names))}" for key, names in where.members]
    if where.pilot_zone is not None:
        parts.append("in pilot zones 综试区内" if where.pilot_zone else "outside pilot zones 综试区外")
    if where.share is not None:
        parts.append(f"a random share of firms 随机企业占比 {number(where.share)}")
    return f"; {'; '.join(parts)}" if parts else ""


def _members(key: str, names: Iterable[str]) -> Iterator[str]:
    return (said(member_label(key, name)) if key in DIMENSIONS else name for name in names)


def claim_cells(claim: Expectation) -> tuple[str, ...]:
    """An expectation as cells of the table."""
    places = (f"{said(dimension_label(key))}: {', '.join(_members(key, names))}" for key, names in claim.where.items())
    when = "last year looked at 考察末年" if claim.year is None else f"year {claim.year} 第{claim.year}年"
    label = _COLUMNS.get(claim.indicator) or indicator_label(claim.indicator)
    among = claim.among
    told = [*([said(_AMONG[among])] if among else []), *places]
    name = f"`{claim.indicator}` {said(label)}"
    return said(_KINDS[claim.kind]), name, _DIRECTIONS[claim.direction], "; ".join(told), when


# --- shocks, levers, indicators --------------------------------------------------------------------------------------


def shock_text(shock: Shock) -> str:
    """One kind of shock."""
    needs = ", ".join(f"`{key}` {said(dimension_label(key))}" for key in shock.needs)
    place = f"Needs one of 须指明其一: {needs}." if needs else "Hits everywhere unless restricted. 不限定则处处发生。"
    keys = ", ".join(f"`{key}`" for key in shock.where_keys)
    lever = LEVERS.items[shock.lever]
    return "\n\n".join(
        [
            f"### {said(shock.label)}",
            f"`{shock.kind}` · lever 杠杆: `{shock.lever}` {said(lever.label)}",
            f"{shock.doc.en}\n{shock.doc.zh}",
            _table(_PARAMETERS, (parameter_cells(item) for item in shock.numbers)),
            f"{place}\n\nMay be restricted by 可限定范围: {keys}.",
        ]
    )


def _levers() -> str:
    head = (
        "| lever 杠杆 | name | 名称 | unit 单位 | varies over 维度 | neutral 中性值 | range 范围 | by firm 可按企业 |\n"
        "|---|---|---|---|---|---:|---:|---|"
    )
    return _table(
        head,
        (
            (
                f"`{one.id}`", one.label.en, one.label.zh, unit_text(one.unit), ", ".join(one.axes),
                "evidence 依据数据" if one.neutral is None else number(one.neutral),
                f"{number(one.low)} – {number(one.high)}", "yes 是" if one.firms else "",
            )
            for one in LEVERS
        ),
    )  # fmt: skip


def _indicators() -> str:
    head = (
        "| indicator 指标 | name | 名称 | unit 单位 | kind 类型 | level 层次 | broken down by 分解维度 | what it is |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    return _table(
        head,
        (
            (
                f"`{one.id}`", one.label.en, one.label.zh, unit_text(one.unit), said(_KINDS[one.kind]),
                said(level_label(one.level)), ", ".join(one.dimensions), one.doc,
            )
            for one in indicators().values()
        ),
    )  # fmt: skip


def _table(head: str, rows: Iterable[Sequence[str]]) -> str:
    return "\n".join([head, *(f"| {' | '.join(cell_text(text) for text in row)} |" for row in rows)])


def main(arguments: Sequence[str]) -> int:
    """Print the document, or write it with `--write`."""
    return print_or_write("policy_document", DOCUMENT, document, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
