"""A policy's declaration for a person at a terminal, in either language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from experiments.amounts import amount
from experiments.show import columns
from experiments.words import (
    AMONG_LABELS,
    GRADE_LABELS,
    dimension_label,
    grade,
    group_label,
    indicator_label,
    member_label,
    section_label,
    sector_label,
    status_label,
)
from model.kernel.declare import Label

if TYPE_CHECKING:
    from model.kernel.declare import Parameter
    from model.policies import Expectation, Policy

WORDS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "section": Label("source paper, {}", "论文{}"),
        "group": Label("group: {}; paid by: {}", "组别：{}；出资方：{}"),
        "head": Label("parameter|value|default|paper|range|evidence|source", "参数|名称|默认值|论文值|范围|证据|来源"),
        "none": Label("none", "无"),
        "no_parameters": Label("It has no parameters.", "没有参数。"),
        "expects": Label("It is expected to move:", "预期影响："),
        "up": Label("up", "上升"),
        "down": Label("down", "下降"),
        "channel": Label("channel", "渠道"),
        "outcome": Label("outcome", "结果"),
        "side_effect": Label("side effect", "副作用"),
        "year": Label("in year {}", "第{}年"),
        "unmoved": Label("It must not move: {}", "不应影响：{}"),
        "where": Label("It may be restricted by: {}", "可限定范围：{}"),
        "grades": Label("Evidence: {}", "证据等级：{}"),
        "comma": Label(", ", "、"),
        "semicolon": Label("; ", "；"),
        "colon": Label(": ", "："),
        "more": Label("dualcirc policies ID shows one of them.", "dualcirc policies ID 查看其中一项。"),
    }
)


def said(label: Label, lang: str) -> str:
    """The label in a language."""
    return label.zh if lang == "zh" else label.en


def _word(key: str, lang: str, *values: object) -> str:
    return said(WORDS[key], lang).format(*values)


def policies_text(policies: Mapping[str, Policy], lang: str = "en") -> str:
    """The list of policies."""
    rows = [(one.id, said(group_label(one.group), lang), said(one.label, lang)) for one in policies.values()]
    return "\n".join([*columns(rows, left=3), "", _word("more", lang)])


def policy_text(policy: Policy, lang: str = "en") -> str:
    """A page on one policy."""
    comma = _word("comma", lang)
    lines = [
        said(policy.label, lang),
        f"{policy.id}{_word('semicolon', lang)}{_word('section', lang, said(section_label(policy.section), lang))}",
        _word("group", lang, said(group_label(policy.group), lang), said(sector_label(policy.payer), lang)),
        "",
        said(policy.doc, lang),
        "",
        *_parameters(policy, lang),
        "",
        _word("expects", lang),
        *(f"  {_claim(claim, lang)}" for claim in policy.expects),
    ]
    if policy.unmoved:
        lines.append(_word("unmoved", lang, comma.join(said(indicator_label(i), lang) for i in policy.unmoved)))
    if policy.where_keys:
        told = comma.join(f"{said(dimension_label(key), lang)} ({key})" for key in policy.where_keys)
        lines.append(_word("where", lang, told))
    grades = _word("semicolon", lang).join(f"{key} {said(label, lang)}" for key, label in GRADE_LABELS.items())
    return "\n".join([*lines, _word("grades", lang, grades)])


def _parameters(policy: Policy, lang: str) -> list[str]:
    if not policy.parameters:
        return [_word("no_parameters", lang)]
    names = _word("head", lang).split("|")
    head = (names[0], "", *names[2:])
    return columns([head, *(_row(parameter, lang) for parameter in policy.parameters)], left=7)


def _row(parameter: Parameter, lang: str) -> tuple[str, ...]:
    status = f"{grade(parameter.status)} {said(status_label(parameter.status), lang)}"
    default, paper = (_value(value, parameter, lang) for value in (parameter.value, parameter.paper))
    reach = "-"
    if parameter.low is not None and parameter.high is not None:
        reach = f"{_value(parameter.low, parameter, lang)} – {_value(parameter.high, parameter, lang)}"
    label = said(parameter.label, lang)
    return (parameter.name, label, default, paper, reach, status, parameter.source)


def _value(value: Any, parameter: Parameter, lang: str) -> str:
    if value is None:
        return "-"
    if isinstance(value, (list, tuple)):
        names = (said(member_label(parameter.members or "", str(one)), lang) for one in value)
        return _word("comma", lang).join(names) or _word("none", lang)
    return amount(float(value), parameter.unit, lang=lang)


def _claim(claim: Expectation, lang: str) -> str:
    """Indicator, direction, kind, where and when."""
    comma = _word("comma", lang)
    parts = [_word(claim.direction, lang), _word(claim.kind, lang)]
    parts += [comma.join(said(member_label(key, one), lang) for one in names) for key, names in claim.where.items()]
    if claim.among:
        parts.append(said(AMONG_LABELS[claim.among], lang))
    if claim.year is not None:
        parts.append(_word("year", lang, claim.year))
    return f"{said(indicator_label(claim.indicator), lang)}{_word('colon', lang)}{comma.join(parts)}"
